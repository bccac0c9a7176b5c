//! `guard init --baseline PATH...`: ceilings that let what is there now pass, and not one unit more.
//!
//! They go into a file of their own, so that no tenant's block is touched and the whole
//! baseline is one thing to review, and one thing to delete when it is no longer needed.

use crate::catalog::{Catalog, Enforcement};
use crate::cli::collect::collect;
use crate::cli::context::Context;
use crate::cli::identified::Identified;
use crate::cli::{IdentityArgs, InputArgs, PolicyArgs, inputs, judged, policies};
use crate::date::Moment;
use crate::finding::{Finding, Level};
use crate::judge::{Judgement, Outcome};
use crate::quantity::Quantity;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// The ceilings, and what they cannot help with.
pub(super) struct Baseline {
    /// The text of the file; empty where nothing needs a ceiling.
    pub text: String,
    /// What would fail all the same, and why.
    pub open: Vec<String>,
}

/// So many days a baseline counts: time to get approvals, or to get smaller.
const DAYS: u32 = 90;

/// Judges what is given by the catalog in `policies/` and writes down what is too much of it.
///
/// # Errors
///
/// What stops judging.
pub(super) fn of(
    input: &InputArgs,
    context: &Context,
    now: Moment,
) -> Result<Baseline, Vec<Finding>> {
    let policies = policies::load(&PolicyArgs { policies: None }, &context.around, false);
    let (asked, mut findings) = inputs::asked(input, context);
    findings.extend(policies.findings.iter().cloned());
    let mut collected = collect(&asked, &policies, input.allow_partial);
    findings.append(&mut collected.findings);
    let Some(catalog) = &policies.catalog else {
        return Err(findings);
    };
    let identified = Identified::of(catalog, &mut collected, &IdentityArgs::default());
    let trials = match judged::judge(catalog, &identified, None, now) {
        Ok(trials) => trials,
        Err(finding) => {
            findings.push(*finding);
            Vec::new()
        }
    };
    // What is wrong with names fails by itself; only what could not be read stops this.
    findings.retain(|finding| finding.level == Level::Fatal);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut raised: BTreeMap<Place, BTreeMap<Arc<str>, String>> = BTreeMap::new();
    let mut open = Vec::new();
    for trial in &trials {
        let judgements = trial.ruling.iter().flat_map(|ruling| &ruling.judgements);
        for judgement in judgements.filter(|one| one.outcome >= Outcome::Undetermined) {
            let dimension = judgement.dimension().as_str();
            match ceiling(catalog, trial.tenant.as_ref(), judgement) {
                Ok((place, amount)) => {
                    let limits = raised.entry(place).or_default();
                    limits.insert(Arc::from(dimension), amount);
                }
                Err(why) => {
                    let who = trial
                        .tenant
                        .as_deref()
                        .unwrap_or("what belongs to no tenant");
                    open.push(format!("{who}, {dimension}: {why}"));
                }
            }
        }
        if trial.ruling.is_none() {
            open.push("what belongs to no tenant: there is no tier to hold it to".to_owned());
        }
    }
    Ok(Baseline {
        text: text(&raised, now),
        open,
    })
}

/// A tenant, and one of its environments or all of them.
type Place = (Arc<str>, Option<Arc<str>>);

/// What would have to be allowed, and where; else why no ceiling helps.
fn ceiling(
    catalog: &Catalog,
    tenant: Option<&Arc<str>>,
    judgement: &Judgement<'_>,
) -> Result<(Place, String), String> {
    let Some(tenant) = tenant else {
        return Err("only a tenant of the catalog can have a ceiling".to_owned());
    };
    if judgement.limit.enforcement == Enforcement::Mandatory {
        return Err("nothing can raise a mandatory limit".to_owned());
    }
    let Some(needed) = judgement.needed() else {
        return Err("how much it is, is not known before apply".to_owned());
    };
    if let Some(environment) = &judgement.environment
        && !catalog.environments.is_empty()
        && !catalog.environments.contains_key(environment)
        && **environment != *crate::request::DEFAULT_ENVIRONMENT
    {
        return Err(format!(
            "the catalog has no `environment \"{environment}\"` block, which a ceiling could name"
        ));
    }
    let amount = match judgement.dimension().is_ordinal() {
        true => match catalog.size_name(needed) {
            Some(size) => format!("\"{size}\""),
            None => return Err("it is larger than the largest size".to_owned()),
        },
        false if needed == Quantity::MAX => return Err("it is without bound".to_owned()),
        false => needed.to_string(),
    };
    Ok(((tenant.clone(), judgement.environment.clone()), amount))
}

fn text(raised: &BTreeMap<Place, BTreeMap<Arc<str>, String>>, now: Moment) -> String {
    if raised.is_empty() {
        return String::new();
    }
    // A string takes everything, here and below.
    let mut text = String::from(
        "# What was there when guard came. Each ceiling lets that much pass and not one unit more,\n\
         # until it ends; delete the file when nothing needs it any longer.\n",
    );
    let today = now.midnight();
    for ((tenant, environment), limits) in raised {
        let limits: Vec<_> = limits
            .iter()
            .map(|(dimension, amount)| format!("{dimension} = {amount}"))
            .collect();
        text.push_str("\nceiling \"baseline\" {\n");
        let width = match environment {
            Some(_) => "environment".len(),
            None => "tenant".len(),
        };
        let mut line = |name: &str, value: String| {
            let _ = writeln!(text, "  {name:<width$} = {value}");
        };
        line("tenant", format!("\"{tenant}\""));
        if let Some(environment) = environment {
            line("environment", format!("\"{environment}\""));
        }
        line("limits", format!("{{ {} }}", limits.join(", ")));
        line("from", format!("\"{today}\""));
        line("until", format!("\"{}\"", today.plus_days(DAYS)));
        line("reason", "\"what was there when guard came\"".to_owned());
        text.push_str("}\n");
    }
    text
}
