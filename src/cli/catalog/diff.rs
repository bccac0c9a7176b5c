//! `guard catalog diff OLD NEW [PATH...]`: what two catalogs say differently, and which of the
//! given tenants would change verdict.
//!
//! Tenants are judged by tiers and ceilings alone: an approval is for one tier and one amount,
//! so it says nothing about a catalog that is not in force yet.

use super::AnswerArgs;
use crate::catalog::{self, Catalog, Effect};
use crate::cli::approved::Approved;
use crate::cli::collect::collect;
use crate::cli::context::{self, Context};
use crate::cli::identified::Identified;
use crate::cli::inputs::Asked;
use crate::cli::policies::Policies;
use crate::cli::{IdentityArgs, InputArgs, PolicyArgs, inputs, judged, output, policies, told};
use crate::date::Moment;
use crate::finding::{Code, Finding, Level};
use crate::quantity::Class;
use crate::report::{Answer, Body, ChangeRow, Changes, Input, VerdictRow};
use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::path::PathBuf;
use std::sync::Arc;

/// `guard catalog diff OLD NEW [PATH...]`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The folder of the old catalog, or `builtin`
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The folder of the new catalog, or `builtin`
    #[arg(value_name = "NEW")]
    new: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: AnswerArgs,
    /// Judge at this time instead of now (for tests): YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

/// Compares and gives the exit code.
pub(super) fn run(args: &Args) -> u8 {
    if args.input.paths.iter().any(|path| is_stdin(path)) {
        return output::fail("standard input can be read only once: write it to a file first");
    }
    let context = Context::look();
    let now = match context::now(args.now.as_deref()) {
        Ok((now, _)) => now,
        Err(why) => return output::fail(&why),
    };
    let [old, new] = [&args.old, &args.new].map(|folder| {
        let policies = Some(folder.clone());
        policies::load(&PolicyArgs { policies }, &context.around, false)
    });
    let (asked, mut findings) = inputs::asked(&args.input, &context);
    for policies in [&old, &new] {
        findings.extend(policies.findings.iter().cloned());
    }
    let mut changes = Changes {
        old: old.row.path.clone(),
        new: new.row.path.clone(),
        ..Changes::default()
    };
    if let (Some(before), Some(after)) = (&old.catalog, &new.catalog) {
        changes.compared = true;
        changes.rows = rows(before, after);
        if !args.input.paths.is_empty() {
            let by = |policies: &Policies, catalog: &Catalog| {
                judge(&asked, policies, catalog, args.input.allow_partial, now)
            };
            let (mut before, mut after) = (by(&old, before), by(&new, after));
            changes.inputs = take(&mut after.inputs);
            findings.append(&mut before.fatal);
            findings.append(&mut after.fatal);
            changes.verdicts = verdicts(&before, &after);
        }
    }
    // Mistakes that both catalogs have are told once, by the sort of every report.
    findings.retain(|finding| finding.level == Level::Fatal);
    let answer = Answer {
        body: Body::Diff(changes),
        findings,
    };
    args.output.print(answer, &context)
}

/// `-`, or `ROOT=-`.
fn is_stdin(path: &str) -> bool {
    path == "-" || path.ends_with("=-")
}

fn rows(old: &Catalog, new: &Catalog) -> Vec<ChangeRow> {
    let row = |difference: catalog::Difference| ChangeRow {
        about: difference.about,
        old: difference.old,
        new: difference.new,
        effect: match difference.effect {
            Effect::Looser => "looser",
            Effect::Tighter => "tighter",
            Effect::Other => "other",
        },
    };
    catalog::diff(old, new).into_iter().map(row).collect()
}

/// What one catalog says of all that was read.
#[derive(Default)]
struct Judged {
    inputs: Vec<Input>,
    /// Who was judged, and why each fails; nothing where it passes.
    tenants: BTreeMap<Option<Arc<str>>, BTreeSet<String>>,
    /// What stops everything.
    fatal: Vec<Finding>,
}

fn judge(
    asked: &Asked,
    policies: &Policies,
    catalog: &Catalog,
    allow_partial: bool,
    now: Moment,
) -> Judged {
    let mut collected = collect(asked, policies, allow_partial);
    let mut findings = take(&mut collected.findings);
    let by_hand = IdentityArgs::default();
    let identified = Identified::of(catalog, &mut collected, &by_hand);
    let mut judged = Judged {
        inputs: take(&mut collected.inputs),
        ..Judged::default()
    };
    match judged::judge(catalog, &identified, None, now) {
        Ok(trials) => {
            for trial in &trials {
                judged.tenants.entry(trial.tenant.clone()).or_default();
            }
            let approved = Approved::none(&trials);
            let mut told = told::all(catalog, &identified, &trials, &approved, now);
            findings.append(&mut told.findings);
        }
        Err(finding) => findings.push(*finding),
    }
    findings.extend(identified.findings());
    for finding in findings {
        match finding.level {
            Level::Fatal => judged.fatal.push(finding),
            // Told of a type as a whole; whose instances it is about is found below.
            Level::Error if finding.code == Code::NO_RULE => {}
            Level::Error => {
                let tenant = finding.subject.tenant.as_deref().map(Arc::from);
                let known = judged.tenants.contains_key(&tenant);
                let account = if known { tenant } else { None };
                let why = judged.tenants.entry(account).or_default();
                why.insert(finding.message);
            }
            Level::Warning | Level::Note => {}
        }
    }
    if catalog.policies.no_rule.level() == Level::Error {
        for (row, identity) in identified.rows() {
            if let (Class::NoRule, true, Some(whose)) = (row.class, row.exists(), identity.whose())
            {
                let why = judged.tenants.entry(whose.tenant).or_default();
                why.insert(format!(
                    "no rule says what `{}` asks for",
                    row.resource_type
                ));
            }
        }
    }
    judged
}

fn verdicts(old: &Judged, new: &Judged) -> Vec<VerdictRow> {
    let tenants: BTreeSet<_> = old.tenants.keys().chain(new.tenants.keys()).collect();
    let verdict = |why: Option<&BTreeSet<String>>| match why?.is_empty() {
        true => Some("pass"),
        false => Some("fail"),
    };
    let row = |tenant: &Option<Arc<str>>| {
        let (before, after) = (old.tenants.get(tenant), new.tenants.get(tenant));
        let said = before.cloned().unwrap_or_default();
        let why = after.into_iter().flatten();
        VerdictRow {
            tenant: tenant.clone(),
            old: verdict(before),
            new: verdict(after),
            why: why.filter(|why| !said.contains(*why)).cloned().collect(),
        }
    };
    tenants.into_iter().map(row).collect()
}
