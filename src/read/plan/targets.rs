//! Instances that others refer to, kept so that they can be looked up.

use super::instances::Hand;
use super::remembered::Remembered;
use super::row::Row;
use super::{ResourceRef, Sections, Survey, Target};
use crate::read::address::{Mode, module_path};
use crate::read::json::{JsonError, Reader};
use crate::read::{Change, Instance, Interest};
use crate::source::input::Input;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Target {
    /// The path of the module it is in, its type and its name.
    fn block(&self) -> (&str, &str, &str) {
        let instance = &self.instance;
        (&self.module, &instance.resource_type, &instance.name)
    }
}

impl Survey {
    /// What people wrote; empty where the input does not tell.
    pub fn configuration(&self) -> &super::Configuration {
        &self.configuration
    }

    /// All link targets, by block and address.
    pub fn targets(&self) -> impl Iterator<Item = &Instance> {
        self.targets.iter().map(|target| &target.instance)
    }

    /// The link targets that an attribute of an instance refers to, as it is written:
    /// `launch_template[0].id`. Several where it cannot be told which, none where it is not told
    /// at all.
    pub fn refer(&self, from: &Instance, attribute: &str) -> Vec<&Instance> {
        let block = self.configuration.block_of(from);
        let written = block.and_then(|block| Some((block, block.expression(attribute)?)));
        let (Some((block, expression)), Some(module)) = (written, module_path(&from.module)) else {
            return Vec::new();
        };
        let traced = self
            .configuration
            .trace(&module, block.repeat.as_ref(), expression);
        let mut found: Vec<&Instance> = Vec::new();
        for reference in traced
            .resources
            .iter()
            .filter(|one| one.mode == Mode::Managed)
        {
            for target in self.referred(from, reference) {
                if !found.iter().any(|known| std::ptr::eq(*known, target)) {
                    found.push(target);
                }
            }
        }
        found
    }

    /// The link targets that a reference of `from` may mean.
    ///
    /// References tell the block, but of its instances only sometimes which. Those of the module
    /// instance that `from` is in come before all others, then the one with the key that the
    /// reference says, else with the key that `from` has; where that leaves several, it may be any.
    pub fn referred(&self, from: &Instance, reference: &ResourceRef) -> Vec<&Instance> {
        let block = (
            reference.module.as_str(),
            reference.resource_type.as_str(),
            reference.name.as_str(),
        );
        let start = self
            .targets
            .partition_point(|target| target.block() < block);
        let all = self.targets.get(start..).unwrap_or_default().iter();
        let mut found: Vec<_> = all
            .take_while(|target| target.block() == block)
            .map(|target| &target.instance)
            .collect();
        narrow(&mut found, |target| target.module == from.module);
        match &reference.key {
            Some(key) => found.retain(|target| target.key.as_ref() == Some(key)),
            None if from.key.is_some() => narrow(&mut found, |target| target.key == from.key),
            None => {}
        }
        found
    }
}

/// Leaves those that fit, if there are any.
fn narrow(found: &mut Vec<&Instance>, fits: impl Fn(&Instance) -> bool) {
    if found.iter().any(|target| fits(target)) {
        found.retain(|target| fits(target));
    }
}

/// Reads the link targets. `types` are all that occur, with the places of their entries in
/// `resource_changes`.
pub(super) fn collect(
    input: &Input,
    configuration: &super::Configuration,
    sections: &Sections,
    types: &BTreeMap<String, Vec<u64>>,
    interest: &dyn Interest,
) -> Result<Vec<Target>, JsonError> {
    let mut targets = Vec::new();
    let looked_at: BTreeSet<Arc<str>> = types.keys().flat_map(|of| interest.looks_at(of)).collect();
    if !looked_at.iter().any(|of| types.contains_key(&**of)) {
        return Ok(targets);
    }
    let places = looked_at.iter().filter_map(|of| types.get(&**of));
    let mut offsets: Vec<u64> = places.flatten().copied().collect();
    offsets.sort_unstable();
    let mut keep = |instance: Instance| {
        if matches!(instance.change, Change::Deposed | Change::Delete) {
            return;
        }
        let module = module_path(&instance.module).unwrap_or_default();
        targets.push(Target { module, instance });
    };
    let interest = Remembered::new(interest);
    let mut hand = Hand::new(configuration, sections, &interest, &mut keep);
    if let Some(changes) = sections.changes.as_ref().filter(|_| !offsets.is_empty()) {
        let mut row = Row::default();
        // Entries are small beside the file, and mostly far from each other.
        let mut reader = Reader::with(input.section(0..0), 16 << 10, 0);
        for offset in offsets {
            reader.restart(input.section(offset..changes.end), offset);
            hand.change(&mut reader, &mut row)?;
        }
    }
    hand.valued(input, &|of| looked_at.contains(of))?;
    targets.sort_by(|a, b| (a.block(), &a.instance.address).cmp(&(b.block(), &b.instance.address)));
    Ok(targets)
}
