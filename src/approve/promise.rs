//! Promises of deals: who has to agree to one, whether a record does, and the record that would.
//!
//! A promise is accepted word by word, as `DEAL: PROMISE`, so a deal that changes has to be
//! agreed to again.

use super::authority::Ask;
use super::count::{Context, Counted};
use super::draft::{Blank, Draft, agree, quote};
use super::settle::{Settlement, not_counted};
use crate::catalog::{Catalog, Tier};
use crate::deal;
use crate::quantity::Quantity;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// What somebody has to agree to before `DEAL: PROMISE` counts; none where it is simply sold.
pub(super) fn ask<'a>(
    catalog: &'a Catalog,
    tier: &Tier,
    promise: &str,
    seconds: i64,
) -> Option<Ask<'a>> {
    let (_, text) = promise.split_once(": ")?;
    let slots = deal::reviewers(catalog, tier, text)?;
    Some(Ask {
        amount: None,
        seconds,
        slots,
    })
}

/// Whether the records of a tenant accept `DEAL: PROMISE`.
pub fn promised(records: &[Counted<'_>], tenant: &str, tier: &str, promise: &str) -> Settlement {
    let names = |record: &&Counted<'_>| record.filed.approval.accept_promises.contains(promise);
    let accepts = |record: &&Counted<'_>| {
        let approval = &record.filed.approval;
        record.grant.is_some() && *approval.tenant == *tenant && *approval.tier == *tier
    };
    match records.iter().filter(names).find(accepts) {
        Some(record) => Settlement::Settled {
            allowance: Quantity::ZERO,
            by: vec![record.filed.approval.id.clone()],
        },
        None => Settlement::Open {
            raised: None,
            why: not_counted(records.iter().filter(names), tenant),
        },
    }
}

/// The record that would settle these promises of a deal, once the right people agree.
///
/// # Errors
///
/// Why nobody can agree to them.
pub fn request(
    context: Context<'_>,
    tier: &Tier,
    tenant: &Arc<str>,
    promises: &[String],
    id: &str,
    blank: &Blank,
) -> Result<Draft, String> {
    let catalog = context.catalog;
    // Promises that the same people have to agree to are asked about together.
    let mut by_slots: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for promise in promises {
        if let Some(ask) = ask(catalog, tier, promise, 0) {
            let text = promise
                .split_once(": ")
                .map_or(&**promise, |(_, text)| text);
            by_slots.entry(ask.slots).or_default().push(text);
        }
    }
    let mut asks = Vec::new();
    for (slots, texts) in by_slots {
        let what = texts.join(", ");
        if slots.is_empty() {
            return Err(format!(
                "the catalog names nobody who could agree to {what}"
            ));
        }
        let ask = Ask {
            amount: None,
            seconds: 0,
            slots,
        };
        asks.push((what, ask));
    }
    let agreement = agree(context, asks, blank)?;
    let issued = context.now.midnight();
    let or = |given: &Option<String>, else_: &str| quote(given.as_deref().unwrap_or(else_));
    let fields = [
        ("catalog", quote(&catalog.name)?),
        ("tenant", quote(tenant)?),
        ("tier", quote(&tier.name)?),
        ("reason", or(&blank.reason, "say why")?),
        ("ticket", or(&blank.ticket, id)?),
        ("requested_by", or(&blank.requested_by, "you@example.com")?),
        ("approved_by", "[]".to_owned()),
        ("issued", format!("\"{issued}\"")),
        (
            "expires",
            format!("\"{}\"", issued.plus_days(agreement.days)),
        ),
    ];
    let mut text = format!("approval \"{id}\" {{\n");
    for line in &agreement.lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  # {line}");
    }
    for (name, value) in fields {
        let _ = writeln!(text, "  {name:12} = {value}");
    }
    text.push_str("\n  accept_promises = [\n");
    for promise in promises {
        let _ = writeln!(text, "    {},", quote(promise)?);
    }
    text.push_str("  ]\n}\n");
    Ok(Draft {
        id: id.to_owned(),
        tenant: tenant.clone(),
        environment: None,
        text,
        approvers: agreement.lines,
        notes: Vec::new(),
    })
}
