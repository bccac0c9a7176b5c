//! `guard catalog check`: all mistakes of a catalog at once, what in it has no effect, and how old
//! its tables of machine sizes are.

use super::AnswerArgs;
use crate::catalog::Catalog;
use crate::cli::context::{self, Context};
use crate::cli::policies::Policies;
use crate::cli::{PolicyArgs, output, policies};
use crate::date::Moment;
use crate::finding::Finding;
use crate::report::{Answer, Body, Checked, TableRow};
use std::sync::Arc;

/// `guard catalog check`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    policies: PolicyArgs,
    #[command(flatten)]
    output: AnswerArgs,
    /// Check as of this time instead of now (for tests): YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

/// Checks and gives the exit code.
pub(super) fn run(args: &Args) -> u8 {
    let context = Context::look();
    let now = match context::now(args.now.as_deref()) {
        Ok((now, _)) => now,
        Err(why) => return output::fail(&why),
    };
    // Nobody checks the sample catalog by accident in a pipeline.
    let policies = policies::load(&args.policies, &context.around, context.in_ci);
    let mut findings = policies.findings.clone();
    let tables = tables(&policies, now, &mut findings);
    let catalog = policies.catalog.as_ref();
    let checked = Checked {
        path: policies.row.path.clone(),
        catalog: catalog.map(|catalog| catalog.name.clone()),
        counts: catalog.map_or_else(Vec::new, |catalog| counts(catalog, &policies)),
        tables,
    };
    let answer = Answer {
        body: Body::Check(checked),
        findings,
    };
    args.output.print(answer, &context)
}

fn counts(catalog: &Catalog, policies: &Policies) -> Vec<(&'static str, u64)> {
    let limits = catalog.tiers.iter().map(|tier| tier.limits.len());
    let own = policies.rules.own_types().count();
    [
        ("tiers", catalog.tiers.len()),
        ("limits", limits.fold(0, usize::saturating_add)),
        ("sizes", catalog.sizes.len()),
        ("environments", catalog.environments.len()),
        ("tenants", catalog.tenants.len()),
        ("roles", catalog.roles.len()),
        ("people", catalog.people.len()),
        ("declarations", catalog.declarations.len()),
        ("own rules", own),
    ]
    .map(|(name, count)| (name, count as u64))
    .into()
}

/// A table older than this is worth a look.
const OLD_DAYS: u64 = 365;

/// The tables of machine sizes; tells of the old ones.
fn tables(policies: &Policies, now: Moment, findings: &mut Vec<Finding>) -> Vec<TableRow> {
    let machines = policies.rules.machines();
    let days = |as_of: Option<Moment>| {
        let seconds = now.seconds_since(as_of?);
        u64::try_from(seconds).ok().map(|seconds| seconds / 86_400)
    };
    let is_old = |as_of| days(as_of).filter(|days| *days > OLD_DAYS);
    let day = |as_of: Option<Moment>| {
        let text = as_of?.to_string();
        Some(Arc::from(text.get(..10).unwrap_or(&text)))
    };
    let (number, sizes, as_of) = machines.of_guard();
    if let Some(days) = is_old(as_of) {
        let what = "the machine sizes that come with guard";
        findings.push(Finding::old_machine_sizes(what, days, None));
    }
    let mut rows = vec![TableRow {
        name: format!("{number} tables of guard").into(),
        sizes: sizes as u64,
        shipped: true,
        as_of: day(as_of),
        days: days(as_of),
    }];
    for table in machines.own() {
        if let Some(days) = is_old(table.as_of) {
            let what = format!("the machine sizes of `{}`", table.name);
            findings.push(Finding::old_machine_sizes(&what, days, Some(&table.place)));
        }
        rows.push(TableRow {
            name: table.name,
            sizes: table.sizes as u64,
            shipped: false,
            as_of: day(table.as_of),
            days: days(table.as_of),
        });
    }
    rows
}
