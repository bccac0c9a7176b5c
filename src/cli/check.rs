//! `guard plan.json`: the whole flow on one page. Start reading here.
//!
//! read -> measure -> identify -> judge -> approve -> report; each stage is a function of what came before.

use super::collect::collect;
use super::context::Context;
use super::identified::Identified;
use super::trusted::Trusted;
use super::{
    CheckArgs, IdentityArgs, InputArgs, approve, approved, deals, inputs, judged, output, policies,
    told, trusted,
};
use crate::finding::{Code, Finding};
use crate::report::{Command, Coverage, Report, Setting};
use std::ffi::OsString;
use std::mem::take;
use std::sync::Arc;

/// Runs the check and gives the exit code.
///
/// `words` are those of the command line.
pub(super) fn run(args: &CheckArgs, words: &[OsString]) -> u8 {
    let context = Context::look();
    let trusted = trusted::look(&args.trust, &context, args.now.as_deref());
    let (delivery, trusted) = match (args.output.delivery(&context), trusted) {
        (Ok(delivery), Ok(trusted)) => (delivery, trusted),
        (Err(why), _) | (_, Err(why)) => return output::fail(&why),
    };
    if let Err(why) = output::spare_inputs(&delivery, &args.input.paths) {
        return output::fail(&why);
    }
    let mut report = judged(args, words, &context, trusted);
    output::finish(&mut report, &delivery)
}

/// Everything but where the report goes.
pub(super) fn judged(
    args: &CheckArgs,
    words: &[OsString],
    context: &Context,
    mut trusted: Trusted,
) -> Report {
    let now = trusted.now;

    // Which inputs, and what judges them.
    let apart = deals::set_apart(&args.input.paths, context);
    let is_deals_only = !apart.files.is_empty() && apart.others.is_empty();
    let input = InputArgs {
        paths: apart.others,
        ..args.input.clone()
    };
    let (asked, mut findings) = inputs::asked(&input, context);
    if args.input.paths.is_empty() {
        findings.push(Finding::no_input(
            "guard check tenants/ tenants/acme/prod=plan.json",
        ));
    }
    findings.extend(apart.findings);
    findings.append(&mut trusted.findings);
    findings.extend(trusted.refuse_by_hand(&args.identity));
    let mut policies = policies::load_trusted(&args.policies, &trusted, context, context.in_ci);
    // What could be better in a catalog is told by `guard catalog check`, not to every tenant.
    let is_advice = |finding: &Finding| finding.code == Code::UNRAISABLE_LIMIT;
    policies.findings.retain(|finding| !is_advice(finding));
    findings.append(&mut policies.findings);
    let mut records = approved::load(&args.approvals, context, &policies, &trusted);
    findings.append(&mut records.findings);
    records.command = Some(approve::draft::command(words));

    // read -> measure
    let mut collected = collect(&asked, &policies, args.input.allow_partial);
    findings.append(&mut collected.findings);

    let mut report = Report::new(Command::Check);
    report.inputs = take(&mut collected.inputs);
    report.trust = records.trust(&trusted);
    report.flags = settings(&args.input, &args.identity);
    report.flags.append(&mut trusted.flags);
    report.variables = trusted.variables;
    report.variables.append(&mut policies.variables);
    report.variables.append(&mut collected.variables);
    let left_out = context.color_left_out(args.output.color);
    report.variables.extend(left_out);

    // identify -> judge
    if let Some(catalog) = policies.catalog.as_ref().filter(|_| !is_deals_only) {
        let identified = Identified::of(catalog, &mut collected, &args.identity);
        match judged::judge(catalog, &identified, args.identity.tier.as_deref(), now) {
            Ok(trials) => {
                // approve
                let mut approved = records.settle(catalog, &identified, &trials, now);
                findings.append(&mut approved.findings);
                report.approvals = take(&mut approved.rows);
                let mut told = told::all(catalog, &identified, &trials, &approved, now);
                findings.append(&mut told.findings);
                report.requests = told.requests;
                report.tenants = told.tenants;
            }
            Err(finding) => findings.push(*finding),
        }
        findings.extend(identified.findings());
        report.instances = identified.into_instances();
    }
    let catalog = policies.catalog.as_ref();
    let sizes = catalog.iter().flat_map(|catalog| &catalog.sizes);
    report.sizes = sizes.map(|size| size.name.clone()).collect();
    let mut dealt = deals::judged(&apart.files, catalog, &records, now, policies.digest);
    report.inputs.append(&mut dealt.inputs);
    report.approvals.append(&mut dealt.approvals);
    report.deals = dealt.rows;
    findings.append(&mut dealt.findings);
    report.coverage = Coverage::of(&report.instances);
    if args.require_coverage {
        findings.extend(Finding::incomplete_coverage(
            report.coverage.opaque,
            report.coverage.no_rule,
        ));
    }
    policies.row.files.extend(records.files());
    report.policies = Some(policies.row);
    report.findings = findings;
    report
}

/// The flags that a reader of the report has to know of.
pub(super) fn settings(input: &InputArgs, identity: &IdentityArgs) -> Vec<Setting> {
    let by_hand = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| Setting {
            name: Arc::from(name),
            value: Some(Arc::from(value.as_str())),
            remark: Arc::from("given by hand"),
        })
    };
    let partial = input.allow_partial.then(|| Setting {
        name: Arc::from("--allow-partial"),
        value: None,
        remark: Arc::from("what a partial plan leaves out was not judged"),
    });
    [
        by_hand("--tenant", &identity.tenant),
        by_hand("--environment", &identity.environment),
        by_hand("--tier", &identity.tier),
        partial,
    ]
    .into_iter()
    .flatten()
    .chain(input.values.settings())
    .collect()
}
