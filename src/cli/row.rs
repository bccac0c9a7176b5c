//! One compact row for each instance: what is kept of it after it was measured.

use crate::identify::Claims;
use crate::measure::Measured;
use crate::quantity::{Class, Measurement};
use crate::read::measurements::{self, Fate};
use crate::read::{Change, Instance, Origin};
use crate::report;
use crate::request::{Layer, Share};
use crate::source::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

/// An instance, measured.
///
/// There may be a million of these, so what repeats is shared and nothing else is kept.
pub(super) struct Row {
    /// The full Terraform address.
    pub address: Box<str>,
    /// How much of the address names the block, without the key of the instance.
    block: usize,
    pub resource_type: Arc<str>,
    pub class: Class,
    pub root: Arc<str>,
    /// The module part of the address.
    pub module: Arc<str>,
    pub claims: Claims,
    change: Change,
    origin: Origin,
    layer: Layer,
    pub after: Arc<[Measurement]>,
    before: Arc<[Measurement]>,
    pub place: Option<Span>,
}

impl Row {
    /// What is kept of an instance.
    pub(super) fn new(
        root: &Arc<str>,
        module: Arc<str>,
        claims: Claims,
        measured: Measured,
        instance: Instance,
    ) -> Self {
        Self {
            block: block_length(&instance),
            class: measured.class,
            root: Arc::clone(root),
            module,
            claims,
            change: instance.change,
            origin: instance.origin,
            layer: measured.layer,
            after: measured.after,
            before: measured.before,
            place: instance.span,
            resource_type: instance.resource_type,
            address: instance.address.into_boxed_str(),
        }
    }

    /// What is kept of an instance that an earlier run measured.
    pub(super) fn measured_before(measured: measurements::Measured) -> Self {
        let nothing = || Arc::from([]);
        let [tenant, _] = measured.tenant;
        let origin = match measured.before {
            None if measured.fate != Fate::Gone => Origin::State,
            _ => Origin::Change,
        };
        let listed = measured.measurements;
        let (change, after, before) = match (measured.fate, measured.before) {
            (Fate::Exists, None) => (Change::Keep, listed, nothing()),
            (Fate::Exists, Some(before)) => (Change::Update, listed, before),
            (Fate::ExistsBeside, before) => {
                let before = before.unwrap_or_else(nothing);
                (Change::ReplaceCreateFirst, listed, before)
            }
            (Fate::Deposed, _) => (Change::Deposed, nothing(), listed),
            (Fate::Gone, _) => (Change::Delete, nothing(), listed),
        };
        Self {
            address: measured.address,
            block: measured.block,
            resource_type: measured.resource_type,
            class: measured.class,
            root: measured.root,
            module: measured.module,
            claims: Claims {
                tenant,
                environment: measured.environment,
            },
            change,
            origin,
            layer: measured.layer,
            after,
            before,
            place: None,
        }
    }

    /// What a later run needs beside what it asks for, to add it up again; `tenant` is whose it
    /// was taken to be.
    pub(super) fn kept(&self, tenant: Option<&Arc<str>>) -> report::Kept {
        let share = self.share();
        let before = match share.before {
            None => None,
            Some([]) => Some(Arc::from([])),
            Some(_) if self.change == Change::Keep || self.change == Change::Forget => {
                Some(self.after.clone())
            }
            Some(_) => Some(self.before.clone()),
        };
        let claimed = self.claims.tenant.as_ref();
        let is_other =
            |claimed: &&Arc<str>| tenant.is_none_or(|name| !name.eq_ignore_ascii_case(claimed));
        report::Kept {
            layer: self.layer.as_str(),
            before,
            stands_beside: self.change == Change::ReplaceCreateFirst && share.before.is_some(),
            claims_tenant: claimed.filter(is_other).cloned(),
        }
    }

    /// What it asked for before.
    pub(super) fn before(&self) -> &Arc<[Measurement]> {
        &self.before
    }

    /// Whether it is there after apply.
    pub(super) fn exists(&self) -> bool {
        !matches!(self.change, Change::Delete | Change::Deposed)
    }

    /// Whether it is a leftover that counts for the peak only.
    pub(super) fn is_deposed(&self) -> bool {
        self.change == Change::Deposed
    }

    /// Its address without the key of the instance.
    pub(super) fn block(&self) -> &str {
        self.address.get(..self.block).unwrap_or(&self.address)
    }

    /// What it asks for while it is there.
    pub(super) fn measurements(&self) -> &Arc<[Measurement]> {
        if self.is_deposed() {
            &self.before
        } else {
            &self.after
        }
    }

    /// What it adds to a request.
    pub(super) fn share(&self) -> Share<'_> {
        let after: &[Measurement] = &self.after;
        let before: &[Measurement] = &self.before;
        let (beside, before) = match (self.change, self.origin) {
            // Nothing tells what was there before a state, or before what only these tell of.
            (_, Origin::State | Origin::Module | Origin::PlannedValues) => {
                (Default::default(), None)
            }
            (Change::Deposed, _) => (before, Some(Default::default())),
            (Change::ReplaceCreateFirst, _) => (before, Some(before)),
            (Change::Keep | Change::Forget, _) => (Default::default(), Some(after)),
            (Change::Create | Change::Update | Change::Replace | Change::Delete, _) => {
                (Default::default(), Some(before))
            }
        };
        // A leftover is there in a state as much as in a plan.
        let beside = if self.is_deposed() {
            &self.before
        } else {
            beside
        };
        Share {
            layer: self.layer,
            after,
            beside,
            before,
        }
    }
}

/// How much of an address names the block.
fn block_length(instance: &Instance) -> usize {
    let whole = instance.address.len();
    let Some(key) = &instance.key else {
        return whole;
    };
    let bracketed = format!("[{key}]");
    match instance.address.strip_suffix(&bracketed) {
        Some(block) => block.len(),
        None => whole,
    }
}

/// Module addresses, each kept once: neighbours share theirs.
#[derive(Default)]
pub(super) struct Modules(BTreeSet<Arc<str>>);

impl Modules {
    pub(super) fn shared(&mut self, module: &str) -> Arc<str> {
        if let Some(known) = self.0.get(module) {
            return known.clone();
        }
        let new: Arc<str> = Arc::from(module);
        self.0.insert(new.clone());
        new
    }

    /// All of them.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.0.iter().map(|module| module.to_string()).collect()
    }
}
