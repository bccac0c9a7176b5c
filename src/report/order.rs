//! The order of everything that a report prints.
//!
//! It is total: two entries are only ever equal when they say the same, so the order in
//! which stages, threads or files came by cannot be seen in the output.

use super::{InstanceRow, Report, RequestRow};
use crate::finding::{Finding, Label, Level, Place};
use crate::quantity::Dimension;
use crate::source::Span;
use std::cmp::Ordering;

/// Sorts all lists of a report but its inputs, and drops what is there twice.
pub(super) fn sort(report: &mut Report) {
    report.findings.sort_by(findings);
    report.findings.dedup();
    report.instances.sort_unstable_by(instances);
    report.gone.sort_unstable_by(instances);
    report.declared.sort();
    report.requests.sort_by(|a, b| request(a).cmp(&request(b)));
    report.tenants.sort_by(|a, b| a.tenant.cmp(&b.tenant));
    report.approvals.sort_by(|a, b| {
        (&a.id, &a.path, &a.tenant, &a.environment).cmp(&(
            &b.id,
            &b.path,
            &b.tenant,
            &b.environment,
        ))
    });
    for approval in &mut report.approvals {
        (approval.limits).sort_by(|a, b| (&a.dimension, a.amount).cmp(&(&b.dimension, b.amount)));
    }
    if let Some(policies) = &mut report.policies {
        policies.files.sort();
        policies.files.dedup();
    }
    report.flags.sort();
    report.flags.dedup();
    report.variables.sort();
    report.variables.dedup();
}

/// Worst first; then by whom and what it is about, by code, by place, by text.
fn findings(a: &Finding, b: &Finding) -> Ordering {
    subject(a)
        .cmp(&subject(b))
        .then_with(|| labels(&a.labels, &b.labels))
        .then_with(|| a.message.cmp(&b.message))
        .then_with(|| a.notes.cmp(&b.notes))
        .then_with(|| a.help.cmp(&b.help))
        .then_with(|| a.subject.requested.cmp(&b.subject.requested))
        .then_with(|| a.subject.allowance.cmp(&b.subject.allowance))
        .then_with(|| a.subject.settled_by.cmp(&b.subject.settled_by))
}

fn subject(finding: &Finding) -> (Level, Option<&str>, Option<&str>, Option<&Dimension>, &str) {
    let subject = &finding.subject;
    (
        finding.level,
        subject.tenant.as_deref(),
        subject.environment.as_deref(),
        subject.dimension.as_ref(),
        finding.code.as_str(),
    )
}

fn labels(a: &[Label], b: &[Label]) -> Ordering {
    let pairs = a.iter().zip(b);
    pairs
        .map(|(a, b)| place(&a.place, &b.place).then_with(|| a.text.cmp(&b.text)))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn place(a: &Place, b: &Place) -> Ordering {
    place_key(a).cmp(&place_key(b))
}

/// Which kind of place, two texts and two numbers that tell it from all others of its kind.
fn place_key(place: &Place) -> (u8, &str, &str, &str, u64, u64) {
    match place {
        Place::Source(Span { file, range }) => {
            let (start, end) = (saturate(range.start), saturate(range.end));
            (0, file.path(), "", "", start, end)
        }
        Place::Instance {
            root,
            address,
            attribute,
        } => (1, root, address, attribute, 0, 0),
        // No byte and byte 0 are different places.
        Place::Input { path, byte } => {
            let (known, at) = byte.map_or((0, 0), |byte| (1, byte));
            (2, path, "", "", known, at)
        }
    }
}

fn saturate(offset: usize) -> u64 {
    u64::try_from(offset).unwrap_or(u64::MAX)
}

fn instances(a: &InstanceRow, b: &InstanceRow) -> Ordering {
    let key = |row: &InstanceRow| {
        (
            row.deposed,
            row.class,
            row.tenant.clone(),
            row.environment.clone(),
        )
    };
    (&a.root, &a.address)
        .cmp(&(&b.root, &b.address))
        .then_with(|| key(a).cmp(&key(b)))
        .then_with(|| a.resource_type.cmp(&b.resource_type))
        .then_with(|| a.measurements.cmp(&b.measurements))
}

fn request(row: &RequestRow) -> (Option<&str>, Option<&str>, &str) {
    (
        row.tenant.as_deref(),
        row.environment.as_deref(),
        row.dimension.as_str(),
    )
}
