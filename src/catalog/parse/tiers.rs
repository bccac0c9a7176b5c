//! Tiers, their limits, and the sizes of environments.

use super::{Amount, Approvers, amount, approvers};
use crate::catalog::{Basis, Enforcement, Per};
use crate::quantity::Quantity;
use crate::source::Span;
use crate::source::hcl::{Item, Mistake, Mistakes, Name, Reader, Spanned};
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;
use std::sync::Arc;

#[derive(Debug)]
pub(in crate::catalog) struct TierEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) title: Option<Arc<str>>,
    pub(in crate::catalog) users: Option<Spanned<u64>>,
    pub(in crate::catalog) users_from: Option<Spanned<u64>>,
    pub(in crate::catalog) infrastructure: Option<Arc<str>>,
    pub(in crate::catalog) features: Features,
    pub(in crate::catalog) limits: Vec<LimitEntry>,
}

/// What else comes with a tier, and how much of it.
pub(in crate::catalog) type Features = Vec<(Name, Arc<str>)>;

#[derive(Debug)]
pub(in crate::catalog) struct LimitEntry {
    pub(in crate::catalog) dimension: Name,
    /// The block's type and label.
    pub(in crate::catalog) header: Span,
    pub(in crate::catalog) bound: Option<Spanned<BoundEntry>>,
    pub(in crate::catalog) per: Option<Spanned<Per>>,
    pub(in crate::catalog) basis: Option<Spanned<Basis>>,
    pub(in crate::catalog) enforcement: Enforcement,
    pub(in crate::catalog) approvers: Option<Approvers>,
    pub(in crate::catalog) error_message: Option<Arc<str>>,
    pub(in crate::catalog) overage: Option<OverageEntry>,
}

#[derive(Clone, Debug)]
pub(in crate::catalog) enum BoundEntry {
    Max(Amount),
    Below(Amount),
    Review,
}

#[derive(Debug)]
pub(in crate::catalog) struct OverageEntry {
    pub(in crate::catalog) price_per_unit: Option<Quantity>,
    pub(in crate::catalog) unit: Option<Arc<str>>,
    pub(in crate::catalog) lead_time_weeks: Option<u64>,
}

#[derive(Debug)]
pub(in crate::catalog) struct SizeEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) amounts: Vec<(Name, Spanned<u64>)>,
}

pub(super) fn tier<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> TierEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let entry = TierEntry {
        name,
        title: block.read("title", Item::text),
        users: block.read("users", |item| item.spanned(Item::whole)),
        users_from: block.read("users_from", |item| item.spanned(Item::whole)),
        infrastructure: block.read("infrastructure", Item::text),
        features: block.read("features", features).unwrap_or_default(),
        limits: {
            let limits = block.blocks("limit");
            limits
                .into_iter()
                .map(|inner| limit(&mut block, inner))
                .collect()
        },
    };
    block.finish();
    entry
}

fn features(item: Item<'_>) -> Result<Features, Mistakes> {
    let mut features = Vec::new();
    let mut mistakes = Vec::new();
    for (name, value) in item.object()? {
        let text = match value.expression() {
            Expression::Bool(flag) => Ok(Arc::from(if *flag.value() { "yes" } else { "no" })),
            Expression::Number(_) => value.decimal().map(|number| Arc::from(number.to_string())),
            _ => value.text(),
        };
        match text {
            Ok(text) => features.push((name, text)),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() {
        Ok(features)
    } else {
        Err(mistakes)
    }
}

fn limit<'a>(tier: &mut Reader<'a, '_>, block: &'a Block) -> LimitEntry {
    let dimension = tier.slug_label(block);
    let mut block = tier.inner(block);
    let header = block.header().clone();
    let bound = bound(&mut block);
    let overage = block.one_block("overage");
    let entry = LimitEntry {
        dimension,
        bound,
        per: block.read("per", |item| {
            item.spanned(|item| {
                item.one_of(&[("environment", Per::Environment), ("tenant", Per::Tenant)])
            })
        }),
        basis: block.read("basis", |item| {
            item.spanned(|item| item.one_of(&[("max", Basis::Max), ("steady", Basis::Steady)]))
        }),
        enforcement: block
            .read("enforcement_level", |item| {
                item.one_of(&[
                    ("advisory", Enforcement::Advisory),
                    ("mandatory_overridable", Enforcement::MandatoryOverridable),
                    ("mandatory", Enforcement::Mandatory),
                ])
            })
            .unwrap_or(Enforcement::MandatoryOverridable),
        approvers: block.read("approvers", approvers),
        error_message: block.read("error_message", Item::text),
        overage: overage.map(|inner| self::overage(&mut block, inner)),
        header,
    };
    block.finish();
    entry
}

/// The one of `max`, `below` and `review` that a limit has.
fn bound(block: &mut Reader<'_, '_>) -> Option<Spanned<BoundEntry>> {
    let max = block.item("max");
    let below = block.item("below");
    let review = block.item("review");
    let given: Vec<Item<'_>> = [max, below, review].into_iter().flatten().collect();
    if let [first, second, ..] = given.as_slice() {
        let mistake = Mistake::new(
            "a limit has only one of `max`, `below` and `review`",
            second.span(),
            "this one too",
        );
        block
            .mistakes()
            .push(mistake.label(first.span(), "this one"));
    } else if given.is_empty() {
        let header = block.header().clone();
        block.mistakes().push(
            Mistake::new("a limit says how much it allows", header, "this one does not")
                .help("write `max = 64`, `below = 10000`, or `review = true` where any amount needs an approval"),
        );
    }
    let read = if let Some(item) = max {
        item.spanned(|item| amount(item).map(BoundEntry::Max))
    } else if let Some(item) = below {
        item.spanned(|item| amount(item).map(BoundEntry::Below))
    } else {
        let item = review?;
        item.spanned(|item| match item.flag()? {
            true => Ok(BoundEntry::Review),
            false => Err(item.mistake("`review` is true or left out", "").into()),
        })
    };
    block.keep(read)
}

fn overage<'a>(limit: &mut Reader<'a, '_>, block: &'a Block) -> OverageEntry {
    limit.no_label(block);
    let mut block = limit.inner(block);
    let entry = OverageEntry {
        price_per_unit: block.require("price_per_unit", Item::decimal),
        unit: block.read("unit", Item::text),
        lead_time_weeks: block.read("lead_time_weeks", Item::whole),
    };
    block.finish();
    entry
}

pub(super) fn size<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> SizeEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let mut amounts = Vec::new();
    for (dimension, item) in block.others() {
        if let Some(amount) = block.keep(item.spanned(Item::whole)) {
            amounts.push((dimension, amount));
        }
    }
    block.finish();
    SizeEntry { name, amounts }
}
