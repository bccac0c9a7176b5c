//! `guard measure PATH`: the quantities alone, with the names that instances claim.

use super::collect::collect;
use super::context::Context;
use super::identified::Identified;
use super::told::request_row;
use super::trusted::Trusted;
use super::{IdentityArgs, MeasureArgs, check, inputs, output, policies, trusted};
use crate::finding::Finding;
use crate::report::{Command, Coverage, Delivery, Report, RequestRow};
use std::mem::take;

/// Measures and gives the exit code.
pub(super) fn run(args: &MeasureArgs) -> u8 {
    let context = Context::look();
    let delivery = Delivery {
        format: args.format.into(),
        style: output::style(&context, args.color, false),
        files: Vec::new(),
    };
    let trusted = match trusted::look(&args.trust, &context, None) {
        Ok(trusted) => trusted,
        Err(why) => return output::fail(&why),
    };
    let mut report = measured(
        Command::Measure,
        &args.input,
        &args.policies,
        &IdentityArgs::default(),
        trusted,
        &context,
    );
    output::finish(&mut report, &delivery)
}

/// Reads and measures all inputs; nothing is judged.
pub(super) fn measured(
    command: Command,
    input: &super::InputArgs,
    policies: &super::PolicyArgs,
    identity: &IdentityArgs,
    mut trusted: Trusted,
    context: &Context,
) -> Report {
    let (asked, mut findings) = inputs::asked(input, context);
    if input.paths.is_empty() {
        findings.push(Finding::no_input(
            "guard measure tenants/acme/prod=plan.json",
        ));
    }
    findings.append(&mut trusted.findings);
    findings.extend(trusted.refuse_by_hand(identity));
    // Nothing is held against the catalog here, so the sample will do in a pipeline too.
    let mut policies = policies::load_trusted(policies, &trusted, context, false);
    findings.append(&mut policies.findings);
    let mut collected = collect(&asked, &policies, input.allow_partial);
    findings.append(&mut collected.findings);

    let mut report = Report::new(command);
    report.inputs = take(&mut collected.inputs);
    report.flags = check::settings(input, identity);
    report.flags.append(&mut trusted.flags);
    report.variables = trusted.variables;
    report.variables.append(&mut policies.variables);
    report.variables.append(&mut collected.variables);
    if let Some(catalog) = &policies.catalog {
        let identified = Identified::of(catalog, &mut collected, identity);
        report.requests = requests(&identified);
        (report.instances, report.gone, report.declared) = identified.into_measured();
        report.sizes = catalog.sizes.iter().map(|size| size.name.clone()).collect();
    }
    report.coverage = Coverage::of(&report.instances);
    report.policies = Some(policies.row);
    report.findings = findings;
    report
}

/// The sums by the names that instances claim.
fn requests(identified: &Identified<'_>) -> Vec<RequestRow> {
    let mut rows = Vec::new();
    for (tenant, account) in identified.claimed().accounts() {
        for (environment, requests) in &account.environments {
            let row = |(dimension, request): (&_, &_)| {
                request_row(tenant.as_ref(), Some(environment), dimension, request, None)
            };
            rows.extend(requests.iter().map(row));
        }
    }
    rows
}
