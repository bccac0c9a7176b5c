//! What refers to what: resource instances that others look at, and how they are found.

use super::Root;
use super::places::{self, Referred};
use crate::lang::Value;
use crate::read::address::{Mode, Step, module_path, steps};
use crate::read::{Instance, Key};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The instances of a root that others may refer to, evaluated ahead of all others.
pub struct Targets<'r> {
    root: &'r Root<'r>,
    instances: Vec<Instance>,
    /// Positions by address.
    by_address: BTreeMap<Arc<str>, usize>,
    /// Positions by block: the path of its module, its type and its name.
    by_block: BTreeMap<(String, String, String), Vec<usize>>,
}

impl<'r> Targets<'r> {
    pub(super) fn new(root: &'r Root<'r>, instances: Vec<Instance>) -> Self {
        let mut by_address = BTreeMap::new();
        let mut by_block: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, instance) in instances.iter().enumerate() {
            by_address.insert(Arc::from(instance.address.as_str()), at);
            let module = module_path(&instance.module).unwrap_or_default();
            let block = (
                module,
                instance.resource_type.to_string(),
                instance.name.to_string(),
            );
            by_block.entry(block).or_default().push(at);
        }
        Self {
            root,
            instances,
            by_address,
            by_block,
        }
    }

    /// All of them, in an order that depends on the configuration alone.
    pub fn iter(&self) -> impl Iterator<Item = &Instance> {
        self.instances.iter()
    }

    /// Those that an attribute refers to (`launch_template[0].id`): several where it cannot be
    /// told which of them.
    ///
    /// What is computed remembers its resource as it is handed through locals, variables and
    /// outputs. What was made into something else on the way is followed by its text.
    pub fn refer(&self, from: &Instance, attribute: &str) -> Vec<&Instance> {
        let value = part(&from.after, attribute);
        let computed = value.as_ref().and_then(Value::as_computed);
        if let Some(at) = computed.and_then(|computed| self.by_address.get(&computed.address)) {
            return self.instances.get(*at).into_iter().collect();
        }
        let root = self.root;
        let traced = places::trace(&root.config, &root.inputs, from.into(), attribute);
        let mut found: Vec<&Instance> = Vec::new();
        for referred in &traced.resources {
            for target in self.referred(from, referred) {
                if !found.iter().any(|known| known.address == target.address) {
                    found.push(target);
                }
            }
        }
        found
    }

    /// The instances of a block that `from` may mean: of its own module instance before others,
    /// with the key that the reference says, else with its own key.
    fn referred(&self, from: &Instance, (module, of, name, key): &Referred) -> Vec<&Instance> {
        let block = (module.clone(), of.clone(), name.clone());
        let all = self.by_block.get(&block).into_iter().flatten();
        let mut found: Vec<&Instance> = all.filter_map(|at| self.instances.get(*at)).collect();
        narrow(&mut found, |target| target.module == from.module);
        match key {
            Some(key) => found.retain(|target| target.key.as_ref() == Some(key)),
            None if from.key.is_some() => narrow(&mut found, |target| target.key == from.key),
            None => {}
        }
        found
    }

    /// Whether the block of an instance has provisioners, which may do anything.
    pub fn has_provisioners(&self, instance: &Instance) -> bool {
        self.root
            .block_of(instance, Mode::Managed)
            .is_some_and(|resource| resource.has_provisioners)
    }
}

/// Leaves those that fit, if there are any.
fn narrow(found: &mut Vec<&Instance>, fits: impl Fn(&Instance) -> bool) {
    if found.iter().any(|target| fits(target)) {
        found.retain(|target| fits(target));
    }
}

/// The part of a value at a path.
fn part(value: &Value, path: &str) -> Option<Value> {
    let steps = steps(path)?;
    steps.iter().try_fold(value.clone(), |value, step| {
        let found = match step {
            Step::Name(name) => value.attribute(name),
            Step::Key(Key::Name(name)) => value.attribute(name),
            Step::Key(Key::Number(at)) => {
                let at = usize::try_from(*at).ok()?;
                value.elements().and_then(|elements| elements.get(at))
            }
        };
        found.cloned()
    })
}
