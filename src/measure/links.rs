//! From one resource to the one it refers to: an autoscaling group to its launch template.
//!
//! Where the reference has a value it is looked up among the resources of the right types, by
//! their keys. What is known after apply only is followed through what people wrote.

use super::rules::{Kind, Rules};
use super::run::{Choices, Run, Subject};
use super::value::reach;
use crate::lang::{Number, Value};
use crate::read::{Instance, Survey, module};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What an input knows of the references in it.
pub trait References {
    /// All instances that others may refer to, in a fixed order.
    fn targets(&self) -> Vec<&Instance>;

    /// The instances among them that an attribute of an instance refers to, as it is written;
    /// several where it cannot be told which of them.
    fn refer(&self, from: &Instance, attribute: &str) -> Vec<&Instance>;

    /// Whether the block of an instance has provisioners, which may do anything; none where the
    /// input does not tell.
    fn has_provisioners(&self, instance: &Instance) -> Option<bool>;
}

impl References for Survey {
    fn targets(&self) -> Vec<&Instance> {
        Self::targets(self).collect()
    }

    fn refer(&self, from: &Instance, attribute: &str) -> Vec<&Instance> {
        Self::refer(self, from, attribute)
    }

    fn has_provisioners(&self, instance: &Instance) -> Option<bool> {
        let block = self.configuration().block_of(instance)?;
        Some(block.has_provisioners)
    }
}

/// What evaluating a module knows of the references in it: values remember where they come from.
impl References for module::Targets<'_> {
    fn targets(&self) -> Vec<&Instance> {
        self.iter().collect()
    }

    fn refer(&self, from: &Instance, attribute: &str) -> Vec<&Instance> {
        Self::refer(self, from, attribute)
    }

    fn has_provisioners(&self, instance: &Instance) -> Option<bool> {
        Some(Self::has_provisioners(self, instance))
    }
}

/// The resources that others can be linked to.
pub struct Links<'a> {
    references: Option<&'a (dyn References + Sync)>,
    targets: Vec<&'a Instance>,
    /// Positions in `targets` by type and the text of a key.
    by_key: BTreeMap<(Arc<str>, Arc<str>), Vec<usize>>,
    /// Positions in `targets` by address.
    by_address: BTreeMap<&'a str, usize>,
    /// By the address of what they modify: the positions of all modifiers.
    modifiers: OnceLock<BTreeMap<String, Vec<usize>>>,
    has_modifiers: bool,
}

impl std::fmt::Debug for Links<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links")
            .field("targets", &self.targets.len())
            .finish_non_exhaustive()
    }
}

/// The attribute of an object that tells which target it is. No provider can have one so named.
pub(super) const TARGET: &str = "(target)";

impl<'a> Links<'a> {
    /// No links at all: whatever refers to something else is undetermined.
    pub fn none() -> Self {
        Self {
            references: None,
            targets: Vec::new(),
            by_key: BTreeMap::new(),
            by_address: BTreeMap::new(),
            modifiers: OnceLock::new(),
            has_modifiers: false,
        }
    }

    /// The links of one input.
    pub fn new(rules: &Rules, references: &'a (dyn References + Sync)) -> Self {
        let targets = references.targets();
        let mut by_key: BTreeMap<(Arc<str>, Arc<str>), Vec<usize>> = BTreeMap::new();
        let mut by_address = BTreeMap::new();
        let mut has_modifiers = false;
        for (at, target) in targets.iter().enumerate() {
            by_address.insert(target.address.as_str(), at);
            let Some((rule, _)) = rules.rule(&target.resource_type) else {
                continue;
            };
            has_modifiers |= rule.kind == Kind::Modifier;
            let mut keys: Vec<Arc<str>> = rule
                .keys
                .iter()
                .filter_map(|key| reach(&target.after, &key.steps).as_str().map(Arc::from))
                .filter(|key: &Arc<str>| !key.is_empty())
                .collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let of = (Arc::clone(&target.resource_type), key);
                by_key.entry(of).or_default().push(at);
            }
        }
        Self {
            references: Some(references),
            targets,
            by_key,
            by_address,
            modifiers: OnceLock::new(),
            has_modifiers,
        }
    }

    /// Whether the block of an instance has provisioners.
    pub(super) fn has_provisioners(&self, instance: &Instance) -> Option<bool> {
        self.references?.has_provisioners(instance)
    }

    /// The target at a position.
    pub(super) fn target(&self, at: usize) -> Option<&'a Instance> {
        self.targets.get(at).copied()
    }

    /// What a target is, as an object that remembers which target it is.
    pub(super) fn value(&self, at: usize) -> Value {
        let Some(target) = self.target(at) else {
            return Value::unknown();
        };
        let Some(attributes) = target.after.entries() else {
            return Value::unknown();
        };
        let mut attributes = attributes.clone();
        let position = Number::from(i64::try_from(at).unwrap_or(i64::MAX));
        attributes.insert(TARGET.into(), Value::number(position));
        Value::object(attributes).with_marks(target.after.marks())
    }

    /// Which target an object is.
    pub(super) fn target_of(&self, value: &Value) -> Option<&'a Instance> {
        let at = value.attribute(TARGET)?.as_number()?.to_u64()?;
        self.target(usize::try_from(at).ok()?)
    }

    /// The positions of the targets of these types that a reference may lead to: `value` is what
    /// it says, `attribute` where it is written.
    pub(super) fn find(
        &self,
        from: &Instance,
        attribute: &str,
        value: &Value,
        types: &[Arc<str>],
        rules: &Rules,
    ) -> Vec<usize> {
        // The AWS provider writes the text `unknown` where it does not know an id.
        let text = value.as_str().filter(|text| *text != "unknown");
        let mut by_value: Vec<usize> = types
            .iter()
            .filter_map(|of| Some((Arc::clone(of), Arc::from(text?))))
            .filter_map(|key| self.by_key.get(&key))
            .flatten()
            .copied()
            .collect();
        by_value.sort_unstable();
        by_value.dedup();
        if by_value.len() == 1 {
            return by_value;
        }
        let mut by_reference: Vec<usize> = self
            .references
            .map(|references| references.refer(from, attribute))
            .unwrap_or_default()
            .into_iter()
            .filter(|target| types.contains(&target.resource_type))
            .filter_map(|target| self.by_address.get(target.address.as_str()).copied())
            .collect();
        by_reference.sort_unstable();
        by_reference.dedup();
        if by_value.is_empty() {
            // A name that is known is not that of a resource whose names are all known and others.
            if text.is_some() {
                by_reference.retain(|at| self.may_be_named(*at, rules));
            }
            return by_reference;
        }
        let both: Vec<usize> = by_value
            .iter()
            .filter(|at| by_reference.contains(at))
            .copied()
            .collect();
        if both.is_empty() { by_value } else { both }
    }

    /// Whether a target has a key that is not known yet.
    fn may_be_named(&self, at: usize, rules: &Rules) -> bool {
        let Some(target) = self.target(at) else {
            return false;
        };
        rules.rule(&target.resource_type).is_some_and(|(rule, _)| {
            // Computed ids are null here until they are known.
            let open = |value: Value| value.is_null() || !value.is_known();
            rule.keys
                .iter()
                .any(|key| open(reach(&target.after, &key.steps)))
        })
    }

    /// All modifiers of these types that modify the resource at an address, as objects.
    pub(super) fn referring(&self, address: &str, types: &[Arc<str>], rules: &Rules) -> Vec<Value> {
        let modifiers = self.modifiers.get_or_init(|| self.find_modifiers(rules));
        modifiers
            .get(address)
            .into_iter()
            .flatten()
            .filter(|at| {
                self.target(**at)
                    .is_some_and(|target| types.contains(&target.resource_type))
            })
            .map(|at| self.value(*at))
            .collect()
    }

    /// Whether anything modifies an instance.
    pub(super) fn is_modified(&self, instance: &Instance, rules: &Rules) -> bool {
        let all = || self.modifiers.get_or_init(|| self.find_modifiers(rules));
        self.has_modifiers && all().contains_key(&instance.address)
    }

    fn find_modifiers(&self, rules: &Rules) -> BTreeMap<String, Vec<usize>> {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, modifier) in self.targets.iter().enumerate() {
            for modified in self.modified_by(modifier, rules) {
                found.entry(modified.address.clone()).or_default().push(at);
            }
        }
        found
    }

    /// What a modifier modifies: all that it may be, where that cannot be told.
    pub(super) fn modified_by(&self, modifier: &Instance, rules: &Rules) -> Vec<&'a Instance> {
        let Some((rule, sheet)) = rules.rule(&modifier.resource_type) else {
            return Vec::new();
        };
        let Some(formula) = rule
            .modifies
            .as_ref()
            .filter(|_| rule.kind == Kind::Modifier)
        else {
            return Vec::new();
        };
        let run = Run::new(rules, self);
        let subject = Subject::new(modifier);
        let mut found: Vec<&Instance> = Vec::new();
        for _ in 0..Choices::MOST {
            let value = run.ask(rule, sheet, &subject, formula);
            if let Some(target) = value.ok().and_then(|value| self.target_of(&value))
                && !found.iter().any(|known| known.address == target.address)
            {
                found.push(target);
            }
            if !run.choices.borrow_mut().next() {
                break;
            }
        }
        found
    }
}
