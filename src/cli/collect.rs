//! read -> measure, over all inputs: one compact row for each instance.

use super::inputs::Named;
use super::policies::Policies;
use crate::catalog::{Catalog, Identify};
use crate::declare::{Stated, in_plan};
use crate::finding::Finding;
use crate::identify::{Claimant, Claims};
use crate::measure::{Links, Memo, measure};
use crate::quantity::{Class, Measurement};
use crate::read::{Change, Contents, Instance, Kind, Options, Origin, Survey, survey};
use crate::report;
use crate::request::{Layer, Share};
use crate::source::Span;
use crate::source::digest::sha256_of;
use crate::source::input::Input;
use crate::source::tree::plain;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What was read and measured.
#[derive(Default)]
pub(super) struct Collected {
    /// One row for each instance, those that go included.
    pub rows: Vec<Row>,
    /// What module calls state outright, with the root they are in.
    pub stated: Vec<(Arc<str>, Stated)>,
    /// What was read.
    pub inputs: Vec<report::Input>,
    /// What there is to say about it.
    pub findings: Vec<Finding>,
}

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

/// Reads and measures all inputs, in the order of the command line.
pub(super) fn collect(inputs: &[Named], policies: &Policies, allow_partial: bool) -> Collected {
    let mut collected = Collected::default();
    let mut memo = Memo::default();
    for input in inputs {
        let options = Options {
            root: input.root.to_string(),
            allow_partial,
        };
        let mut sha256 = None;
        let contents = match input.open() {
            Ok(opened) => {
                if policies.digest {
                    sha256 = digest(&opened, &mut collected.findings);
                }
                survey(opened, &policies.rules, &options)
            }
            Err(error) => Err(Finding::unreadable_input(&input.path, &plain(&error)).into()),
        };
        match contents {
            Ok(Contents::Resources(surveyed)) => {
                let row = row_of(input, &surveyed);
                collected.inputs.push(report::Input { sha256, ..row });
                collected.add(input, &surveyed, policies, &mut memo);
            }
            Ok(Contents::Measurements(_)) => {
                let finding = Finding::measurements_unread(&input.path);
                collected.findings.push(finding);
            }
            Err(finding) => collected.findings.push(*finding),
        }
    }
    collected
}

impl Collected {
    fn add(&mut self, input: &Named, surveyed: &Survey, policies: &Policies, memo: &mut Memo) {
        self.findings.extend(surveyed.findings.iter().cloned());
        let rules = &policies.rules;
        let links = Links::new(rules, surveyed);
        // Without a catalog nobody knows where a name would be.
        let nowhere = Identify::default();
        let catalog = policies.catalog.as_ref();
        let identify = catalog.map_or(&nowhere, |catalog| &catalog.identify);
        let mut claimant = Claimant::new(&input.root, identify, surveyed.configuration());
        let mut modules = Modules::default();
        let (rows, findings) = (&mut self.rows, &mut self.findings);
        let read = surveyed.instances(rules, &mut |instance| {
            let claims = claimant.claims(&instance);
            let mut measured = measure(rules, &links, memo, &input.root, &instance);
            findings.append(&mut measured.findings);
            rows.push(Row {
                block: block_length(&instance),
                class: measured.class,
                root: input.root.clone(),
                module: modules.shared(&instance.module),
                claims,
                change: instance.change,
                origin: instance.origin,
                layer: measured.layer,
                after: measured.after,
                before: measured.before,
                place: instance.span,
                resource_type: instance.resource_type,
                address: instance.address.into_boxed_str(),
            });
        });
        if let Err(finding) = read {
            self.findings.push(*finding);
        }
        self.findings.append(&mut claimant.findings());
        if let Some(catalog) = catalog {
            self.add_stated(catalog, input, surveyed, &modules);
        }
    }

    fn add_stated(&mut self, catalog: &Catalog, input: &Named, surveyed: &Survey, seen: &Modules) {
        let seen = seen.0.iter().map(|module| module.to_string()).collect();
        let (stated, mut wrong) = in_plan(catalog, &input.root, surveyed.configuration(), &seen);
        let here = |stated| (input.root.clone(), stated);
        self.stated.extend(stated.into_iter().map(here));
        self.findings.append(&mut wrong);
    }
}

/// The digest of an input; what changes afterwards is noticed when it is read.
fn digest(input: &Input, findings: &mut Vec<Finding>) -> Option<Arc<str>> {
    match sha256_of(input.all()) {
        Ok(digest) => Some(Arc::from(digest)),
        Err(error) => {
            findings.push(Finding::unreadable_input(input.shown(), &plain(&error)));
            None
        }
    }
}

fn row_of(input: &Named, surveyed: &Survey) -> report::Input {
    report::Input {
        path: input.path.clone(),
        kind: match surveyed.kind {
            Kind::Plan => "plan",
            Kind::State => "state",
        },
        root: Some(input.root.clone()),
        sha256: None,
        remarks: Vec::new(),
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
struct Modules(BTreeSet<Arc<str>>);

impl Modules {
    fn shared(&mut self, module: &str) -> Arc<str> {
        if let Some(known) = self.0.get(module) {
            return known.clone();
        }
        let new: Arc<str> = Arc::from(module);
        self.0.insert(new.clone());
        new
    }
}
