//! Features and add-ons.

use super::{Approvers, approvers, name_item};
use crate::quantity::Quantity;
use crate::source::Span;
use crate::source::hcl::{Item, Mistakes, Name, Reader};
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;
use std::sync::Arc;

#[derive(Debug)]
pub(in crate::catalog) struct FeatureEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) title: Option<Arc<str>>,
    pub(in crate::catalog) review_in: Vec<Name>,
    pub(in crate::catalog) approvers: Option<Approvers>,
}

#[derive(Debug)]
pub(in crate::catalog) struct AddonEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) title: Option<Arc<str>>,
    pub(in crate::catalog) price_per_month: Option<Quantity>,
    pub(in crate::catalog) lead_time_weeks: Option<u64>,
    pub(in crate::catalog) provides: Provided,
    pub(in crate::catalog) approvers: Option<Approvers>,
}

#[derive(Debug)]
pub(in crate::catalog) struct CustomEntry {
    pub(in crate::catalog) header: Span,
    pub(in crate::catalog) approvers: Option<Approvers>,
}

/// Features, each with how much of it where that is said.
type Provided = Vec<(Name, Option<Arc<str>>)>;

pub(super) fn feature<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> FeatureEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let entry = FeatureEntry {
        name,
        title: block.read("title", Item::text),
        review_in: block
            .read("review_in", |item| item.list(name_item))
            .unwrap_or_default(),
        approvers: block.read("approvers", approvers),
    };
    block.finish();
    entry
}

pub(super) fn addon<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> AddonEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let entry = AddonEntry {
        name,
        title: block.read("title", Item::text),
        price_per_month: block.read("price_per_month", Item::decimal),
        lead_time_weeks: block.read("lead_time_weeks", Item::whole),
        provides: block.read("provides", provided).unwrap_or_default(),
        approvers: block.read("approvers", approvers),
    };
    block.finish();
    entry
}

pub(super) fn custom_solution<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> CustomEntry {
    file.no_label(block);
    let mut block = file.inner(block);
    let entry = CustomEntry {
        header: block.header().clone(),
        approvers: block.require("approvers", approvers),
    };
    block.finish();
    entry
}

/// `["sso"]`, or `{ availability = "99.999 %" }` where a feature has levels.
fn provided(item: Item<'_>) -> Result<Provided, Mistakes> {
    if let Expression::Array(_) = item.expression() {
        let names = item.list(name_item)?;
        return Ok(names.into_iter().map(|name| (name, None)).collect());
    }
    let mut provided = Vec::new();
    let mut mistakes = Vec::new();
    for (name, value) in item.object()? {
        match value.text() {
            Ok(level) => provided.push((name, Some(level))),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() {
        Ok(provided)
    } else {
        Err(mistakes)
    }
}
