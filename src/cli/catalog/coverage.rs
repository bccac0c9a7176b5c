//! `guard catalog coverage PATH...`: the resource types of some inputs, by what rules know of them.

use super::AnswerArgs;
use crate::cli::collect::collect;
use crate::cli::context::Context;
use crate::cli::row::Row;
use crate::cli::{InputArgs, PolicyArgs, inputs, output, policies};
use crate::finding::Level;
use crate::measure::Rules;
use crate::quantity::Class;
use crate::report::{Answer, Body, Coverage, TypeRow, Types};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// `guard catalog coverage PATH...`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    policies: PolicyArgs,
    #[command(flatten)]
    output: AnswerArgs,
    /// Taken and without effect, so that calls can be exchanged with `guard check`
    #[arg(long, value_name = "TIME", hide = true)]
    now: Option<String>,
}

/// Lists the types and gives the exit code.
pub(super) fn run(args: &Args) -> u8 {
    if args.input.paths.is_empty() {
        return output::fail("say what to look at: guard catalog coverage PATH...");
    }
    let context = Context::look();
    let (asked, mut findings) = inputs::asked(&args.input, &context);
    let mut policies = policies::load(&args.policies, &context.around, false);
    findings.append(&mut policies.findings);
    let mut collected = collect(&asked, &policies, args.input.allow_partial);
    findings.append(&mut collected.findings);
    // What instances ask for is not the question here, so only what stops everything is told.
    findings.retain(|finding| finding.level == Level::Fatal);
    let types = Types {
        inputs: collected.inputs,
        ..types(&collected.rows, &policies.rules)
    };
    let answer = Answer {
        body: Body::Coverage(types),
        findings,
    };
    args.output.print(answer, &context)
}

/// How many instances of a type and class there are, and where.
#[derive(Default)]
struct Seen<'a> {
    instances: u64,
    roots: BTreeSet<&'a Arc<str>>,
}

fn types(rows: &[Row], rules: &Rules) -> Types {
    let mut coverage = Coverage::default();
    let mut seen: BTreeMap<(Class, &Arc<str>), Seen<'_>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.exists()) {
        coverage.add(row.class, &row.resource_type);
        let seen = seen.entry((row.class, &row.resource_type)).or_default();
        seen.instances = seen.instances.saturating_add(1);
        seen.roots.insert(&row.root);
    }
    let rows = seen.into_iter().map(|((class, kind), seen)| TypeRow {
        class,
        resource_type: kind.clone(),
        instances: seen.instances,
        roots: seen.roots.len() as u64,
        by: said_by(kind, rules),
    });
    Types {
        inputs: Vec::new(),
        rows: rows.collect(),
        coverage,
    }
}

/// What says of which class a type is.
fn said_by(kind: &str, rules: &Rules) -> Arc<str> {
    let explained = rules.explain(kind);
    if let Some(dimension) = explained.counted {
        return format!("counted as {dimension}").into();
    }
    match explained.listed {
        Some(listed) => listed.pattern,
        None if explained.blocks.is_empty() => Arc::from(""),
        None => Arc::from("rule"),
    }
}
