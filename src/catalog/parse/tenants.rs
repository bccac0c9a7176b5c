//! Tenants, what is theirs, and what raises their limits.

use super::{Amounts, amounts, globs, name_item};
use crate::catalog::CeilingKind;
use crate::date::Moment;
use crate::source::Span;
use crate::source::glob::Glob;
use crate::source::hcl::{Item, Mistake, Name, Reader, Spanned};
use hcl_edit::structure::Block;
use std::sync::Arc;

#[derive(Debug)]
pub(in crate::catalog) struct TenantEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) tier: Option<Name>,
    /// Whether a tier is given, readable or not.
    pub(in crate::catalog) has_tier: bool,
    pub(in crate::catalog) owner: Option<Spanned<Arc<str>>>,
    pub(in crate::catalog) roots: Vec<Spanned<Glob>>,
    pub(in crate::catalog) workspaces: Vec<Spanned<Glob>>,
    pub(in crate::catalog) must_present: Vec<Spanned<Glob>>,
    pub(in crate::catalog) ceilings: Vec<CeilingEntry>,
    /// Whether it is a row of a table, which says the tier of a tenant that a block may say more of.
    pub(in crate::catalog) is_row: bool,
}

#[derive(Debug)]
pub(in crate::catalog) struct CeilingEntry {
    pub(in crate::catalog) kind: CeilingKind,
    pub(in crate::catalog) header: Span,
    pub(in crate::catalog) environment: Option<Name>,
    pub(in crate::catalog) limits: Amounts,
    pub(in crate::catalog) from: Option<Moment>,
    pub(in crate::catalog) until: Option<Spanned<Moment>>,
    pub(in crate::catalog) reason: Option<Arc<str>>,
}

pub(super) fn tenant<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> TenantEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let (mut roots, mut workspaces) = (Vec::new(), Vec::new());
    if let Some(inner) = block.one_block("match") {
        block.no_label(inner);
        let mut matched = block.inner(inner);
        roots = matched.read("roots", globs).unwrap_or_default();
        workspaces = matched.read("workspaces", globs).unwrap_or_default();
        matched.finish();
    }
    let ceilings = block.blocks("ceiling");
    let entry = TenantEntry {
        name,
        has_tier: !block.is_absent("tier"),
        tier: block.read("tier", name_item),
        owner: block.read("owner", |item| item.spanned(Item::text)),
        roots,
        workspaces,
        must_present: block.read("must_present", globs).unwrap_or_default(),
        ceilings: ceilings
            .into_iter()
            .filter_map(|inner| ceiling(&mut block, inner))
            .collect(),
        is_row: false,
    };
    block.finish();
    entry
}

/// A ceiling in a place of its own, such as a file of baselines, names its tenant.
pub(super) fn ceiling_of<'a>(
    file: &mut Reader<'a, '_>,
    block: &'a Block,
) -> Option<(Name, CeilingEntry)> {
    let kind = ceiling_kind(file, block);
    let mut block = file.inner(block);
    let tenant = block.require("tenant", name_item);
    let entry = ceiling_body(kind, block);
    Some((tenant?, entry?))
}

fn ceiling<'a>(tenant: &mut Reader<'a, '_>, block: &'a Block) -> Option<CeilingEntry> {
    let kind = ceiling_kind(tenant, block);
    ceiling_body(kind, tenant.inner(block))
}

fn ceiling_kind<'a>(tenant: &mut Reader<'a, '_>, block: &'a Block) -> Option<CeilingKind> {
    let label = tenant.label(block);
    let kinds = [CeilingKind::Contract, CeilingKind::Baseline];
    let kind = kinds
        .into_iter()
        .find(|kind| kind.as_str() == &*label.value);
    if kind.is_none() && !label.value.is_empty() {
        let message = format!(
            "a ceiling is a contract or a baseline, not `{}`",
            label.value
        );
        let mistake = Mistake::new(message, label.span, "");
        let known = kinds.map(CeilingKind::as_str);
        tenant
            .mistakes()
            .push(mistake.did_you_mean(&label.value, known));
    }
    kind
}

fn ceiling_body(kind: Option<CeilingKind>, mut block: Reader<'_, '_>) -> Option<CeilingEntry> {
    let entry = CeilingEntry {
        kind: kind.unwrap_or(CeilingKind::Contract),
        header: block.header().clone(),
        environment: block.read("environment", name_item),
        limits: block.require("limits", amounts).unwrap_or_default(),
        from: block.read("from", Item::moment),
        until: block.read("until", |item| item.spanned(Item::moment)),
        reason: block.require("reason", Item::text),
    };
    block.finish();
    kind.map(|_| entry)
}
