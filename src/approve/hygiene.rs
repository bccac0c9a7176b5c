//! What will go stale: notes about keys, manifests and records that somebody should look after.

use super::authority::say;
use super::count::{Counted, Reason};
use super::settle::{Held, Outcome, Settlement};
use super::signature::APPROVAL;
use super::trust::{Mode, Seal, TrustRoot};
use crate::catalog::Catalog;
use crate::date::Moment;
use crate::finding::{Code, Finding};
use crate::quantity::Quantity;
use std::collections::BTreeSet;

/// In how many days something has to end to be told of.
pub const SOON: u32 = 30;

/// What is to be said of keys and the manifest: what ends within `soon` days, who has no key.
pub fn about_trust(
    catalog: &Catalog,
    mode: &Mode,
    root: Option<&TrustRoot>,
    seal: Option<&Seal>,
    now: Moment,
    soon: u32,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ends_soon = |end: Moment| now < end && end <= now.plus_days(soon);
    if let Some(seal) = seal.filter(|seal| ends_soon(seal.manifest.expires)) {
        findings.push(Finding::manifest_expiring(seal.manifest.expires));
    }
    let Mode::Signed(signers) = mode else {
        return findings;
    };
    let roots = root.iter().flat_map(|root| root.signers().iter());
    for signer in signers.iter().chain(roots) {
        if let Some(end) = signer.window.until.filter(|end| ends_soon(*end)) {
            findings.push(Finding::key_expiring(&signer.span, &signer.principal, end));
        }
    }
    for signer in signers.iter() {
        if root.is_some_and(|root| root.holds(&signer.key)) {
            findings.push(Finding::key_in_both(&signer.span, &signer.principal));
        }
    }
    let with_key: BTreeSet<_> = (signers.iter())
        .filter(|signer| signer.may_sign(APPROVAL))
        .map(|signer| &signer.principal)
        .collect();
    for person in catalog.people.values() {
        if !with_key.contains(&person.name) {
            findings.push(Finding::person_without_key(&person.span, &person.name));
        }
    }
    findings
}

/// What is to be said of the records of the tenants that were judged, and of those whose tenant
/// or tier is gone. With no rows at all, as for `guard approve list`, of every record.
pub fn about_records(
    catalog: &Catalog,
    outcome: &Outcome<'_>,
    held: &[Held<'_>],
    now: Moment,
    soon: u32,
) -> Vec<Finding> {
    let judged: BTreeSet<_> = held.iter().filter_map(|row| row.tenant.as_ref()).collect();
    let mut findings = Vec::new();
    for record in &outcome.records {
        let approval = &record.filed.approval;
        let (id, span) = (&approval.id, &approval.span);
        let is_judged = judged.contains(&approval.tenant);
        let is_gone = record.reasons.iter().any(is_gone);
        if !held.is_empty() && !is_judged && !is_gone {
            continue;
        }
        if record.grant.is_none() {
            findings.push(not_counted(record, now));
            continue;
        }
        if !record.notes.is_empty() {
            findings.push(Finding::approval_differs(
                id,
                span,
                &record.notes,
                approval.subject(),
            ));
        }
        if approval.expires <= now.plus_days(soon) {
            let about = approval.subject();
            findings.push(Finding::approval_expiring(
                id,
                span,
                approval.expires,
                about,
            ));
        }
        let mut rows = (held.iter().zip(&outcome.held))
            .filter(|(row, _)| {
                row.tenant.as_ref() == Some(&approval.tenant)
                    && (approval.environment.is_none()
                        || row.judgement.environment == approval.environment)
            })
            .peekable();
        // Whether it is needed can only be told where its environment was judged.
        if rows.peek().is_none() {
            continue;
        }
        let open = |came: &Settlement| matches!(came, Settlement::Open { .. });
        let is_open = rows.any(|(_, came)| open(came)) || outcome.hidden.iter().any(open);
        if outcome.used.contains(&approval.id) {
            findings.extend(generous(catalog, record, held));
        } else if !is_open && approval.accept_promises.is_empty() {
            findings.push(Finding::approval_unused(id, span, approval.subject()));
        }
    }
    findings
}

/// A record that does not count, under the code that tells most about it.
fn not_counted(record: &Counted<'_>, now: Moment) -> Finding {
    let approval = &record.filed.approval;
    let mut superseded = false;
    let mut code = Code::VOID_APPROVAL;
    for reason in &record.reasons {
        match reason {
            Reason::Expired(_) => code = Code::EXPIRED_APPROVAL,
            Reason::Superseded(_) => superseded = true,
            _ => {}
        }
    }
    if superseded {
        code = Code::SUPERSEDED_APPROVAL;
    }
    if record.reasons.iter().any(is_gone) {
        code = Code::ORPHAN_APPROVAL;
    }
    let reasons: Vec<_> = record.reasons.iter().map(ToString::to_string).collect();
    let finding = Finding::approval_not_counted(
        code,
        &approval.id,
        &approval.span,
        &reasons,
        &record.notes,
        approval.subject(),
    );
    let is_revoked = record.reasons.contains(&Reason::Revoked);
    if superseded && now < approval.expires && !is_revoked {
        // Deleting the record that supersedes it could not be seen.
        finding.help(format!("add {} to policies/revoked", approval.id))
    } else {
        finding
    }
}

/// Whether a record speaks of something that the catalog no longer has.
fn is_gone(reason: &Reason) -> bool {
    matches!(reason, Reason::UnknownTenant(_) | Reason::UnknownTier(_))
}

/// The dimensions of which less than half is used.
fn generous(catalog: &Catalog, record: &Counted<'_>, held: &[Held<'_>]) -> Option<Finding> {
    let approval = &record.filed.approval;
    let mut notes = Vec::new();
    for (dimension, amount) in record.grant.iter().flat_map(|grant| &grant.limits) {
        let row = held.iter().find(|row| {
            row.tenant.as_ref() == Some(&approval.tenant)
                && row.judgement.environment == approval.environment
                && row.judgement.dimension() == dimension
        });
        let used = row
            .and_then(|row| row.judgement.sum.range().high)
            .unwrap_or(*amount);
        if used.times(Quantity::units(2)) < *amount {
            let (used, amount) = (
                say(catalog, dimension, used),
                say(catalog, dimension, *amount),
            );
            notes.push(format!("{dimension}: approved {amount}, uses {used}"));
        }
    }
    let about = approval.subject();
    (!notes.is_empty())
        .then(|| Finding::approval_generous(&approval.id, &approval.span, notes, about))
}
