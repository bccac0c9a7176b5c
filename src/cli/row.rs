//! One compact row for each instance: what is kept of it after it was measured.

use crate::identify::Claims;
use crate::measure::Measured;
use crate::quantity::{Class, Measurement};
use crate::read::{Change, Instance, Origin};
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
