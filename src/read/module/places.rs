//! Where an attribute of an instance is written: from the resource through variables, locals and
//! outputs to the argument in the root that decides.
//!
//! All of this is told by the text alone, so nothing is evaluated for it.

use super::body::{Block, Body};
use super::config::{Repeat, Resource, resource_key};
use super::inputs::Input;
use super::load::{Called, Config, Node};
use super::resolve::iterator;
use crate::finding::Label;
use crate::lang::{self, Expr, Path, StepTo, Value};
use crate::read::address::{Mode, Step, steps};
use crate::read::{Instance, Key};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What an attribute comes from.
#[derive(Debug, Default)]
pub(super) struct Traced {
    /// Where it is written, the resource's own line first.
    pub(super) places: Vec<Label>,
    /// The resource blocks that it refers to.
    pub(super) resources: BTreeSet<Referred>,
}

/// A resource block: the path of its module, its type and its name; and which instance of it
/// is meant, where the text says.
pub(super) type Referred = (String, String, String, Option<Key>);

/// The instance whose attribute is followed.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) address: &'a str,
    pub(super) module: &'a str,
    pub(super) resource_type: &'a str,
    pub(super) name: &'a str,
    pub(super) key: Option<&'a Key>,
}

impl<'a> From<&'a Instance> for Spot<'a> {
    fn from(instance: &'a Instance) -> Self {
        Self {
            address: &instance.address,
            module: &instance.module,
            resource_type: &instance.resource_type,
            name: &instance.name,
            key: instance.key.as_ref(),
        }
    }
}

/// Follows what an attribute of an instance is set to. `attribute` is a path: `a[0].b`; of an
/// empty one, only where the instance's block is.
pub(super) fn trace(
    config: &Config,
    inputs: &BTreeMap<Arc<str>, Input>,
    instance: Spot<'_>,
    attribute: &str,
) -> Traced {
    let mut tracer = Tracer {
        config,
        inputs,
        keys: Vec::new(),
        traced: Traced::default(),
        seen: BTreeSet::new(),
    };
    tracer.instance(instance, attribute);
    tracer.traced
}

/// Follows the value of a variable in a module instance.
pub(super) fn trace_variable(
    config: &Config,
    inputs: &BTreeMap<Arc<str>, Input>,
    module: &str,
    name: &str,
) -> Vec<Label> {
    let mut tracer = Tracer {
        config,
        inputs,
        keys: Vec::new(),
        traced: Traced::default(),
        seen: BTreeSet::new(),
    };
    if let Some((node, keys)) = node_of(config, module)
        && let Some(here) = config.nodes.get(node)
    {
        let around = Around {
            node,
            depth: keys.len(),
            repeat: None,
            key: None,
            iterators: &[],
        };
        tracer.keys = keys;
        tracer.variable(here, name, &[], around);
    }
    tracer.traced.places
}

/// More places than anybody reads.
const MOST: usize = 32;

struct Tracer<'c> {
    config: &'c Config,
    inputs: &'c BTreeMap<Arc<str>, Input>,
    /// The keys of the module instances that lead to the instance.
    keys: Vec<Option<Key>>,
    traced: Traced,
    /// Nodes and positions of expressions that were followed.
    seen: BTreeSet<(usize, String, usize)>,
}

/// What stands around an expression.
#[derive(Clone, Copy)]
struct Around<'c, 'a> {
    node: usize,
    /// How deep the module is: which of the keys is that of its call.
    depth: usize,
    repeat: Option<&'c Repeat>,
    key: Option<&'a Key>,
    /// The `dynamic` blocks around, innermost last.
    iterators: &'a [(Arc<str>, &'c Expr)],
}

impl<'c> Tracer<'c> {
    fn instance(&mut self, instance: Spot<'_>, attribute: &str) -> Option<()> {
        let (node, keys) = node_of(self.config, instance.module)?;
        let depth = keys.len();
        self.keys = keys;
        let module = &self.config.nodes.get(node)?.module;
        let key = resource_key(Mode::Managed, instance.resource_type, instance.name);
        let resource: &Resource = module.resources.get(module.resources.find(&key)?)?;
        if attribute.is_empty() {
            self.place(Label::source(resource.header.clone(), instance.address));
            return None;
        }
        let path: Vec<Key> = keys_of(&steps(attribute)?);
        let mut iterators = Vec::new();
        let found = find(&resource.body, &path, &mut iterators);
        let Some((expr, rest)) = found else {
            let text = format!("{} has no `{attribute}`", instance.address);
            self.place(Label::source(resource.header.clone(), text));
            return None;
        };
        let around = Around {
            node,
            depth,
            repeat: resource.repeat.as_ref(),
            key: instance.key,
            iterators: &iterators,
        };
        let text = format!("`{attribute}` of {}", instance.address);
        self.follow(expr, rest, around, &text);
        Some(())
    }

    fn place(&mut self, label: Label) {
        if self.traced.places.len() < MOST {
            self.traced.places.push(label);
        }
    }

    /// Notes where the part of an expression at `path` is, and goes on to what it refers to.
    fn follow(&mut self, expr: &'c Expr, path: &[Key], around: Around<'c, '_>, text: &str) {
        let (part, rest) = descend(expr.node(), path);
        let span = expr.place(part.range());
        let known = (around.node, span.file.path().to_owned(), span.range.start);
        if !self.seen.insert(known) || self.seen.len() > MOST.saturating_mul(4) {
            return;
        }
        self.place(Label::source(span, text));
        if let Some(reference) = part.as_path() {
            self.reference(reference, rest, around);
            return;
        }
        let mut references = Vec::new();
        part.each(&mut |part| references.extend(part.as_path()));
        for reference in references {
            self.reference(reference, &[], around);
        }
    }

    /// `rest` is what of the referred value is meant.
    fn reference(&mut self, path: &'c Path, rest: &[Key], around: Around<'c, '_>) -> Option<()> {
        let config = self.config;
        let here: &Node = config.nodes.get(around.node)?;
        let module = &here.module;
        let own = |from: usize| -> Vec<Key> {
            let steps = path.steps().get(from..).unwrap_or_default();
            let own = steps.iter().map_while(|step| key_of(&step.to));
            own.chain(rest.iter().cloned()).collect()
        };
        let plain = Around {
            repeat: None,
            key: None,
            iterators: &[],
            ..around
        };
        let name = path.attribute(0);
        let iterated = around
            .iterators
            .iter()
            .rposition(|(known, _)| **known == *path.root());
        if let Some(at) = iterated {
            let (_, collection) = around.iterators.get(at)?;
            let outer = around.iterators.get(..at).unwrap_or_default();
            let around = Around {
                iterators: outer,
                ..around
            };
            self.follow(collection, &[], around, "what the block goes through");
            return Some(());
        }
        match path.root() {
            "var" => self.variable(here, name?, &own(1), around),
            "local" => {
                let local = module.locals.get(module.locals.find(name?)?)?;
                let text = format!("`local.{}`", name?);
                self.follow(&local.value, &own(1), plain, &text);
            }
            "each" | "count" => {
                let repeat = around.repeat?;
                let mut path: Vec<Key> = around.key.cloned().into_iter().collect();
                path.extend(own(1));
                let argument = format!("`{}`", repeat.kind.argument());
                self.follow(&repeat.value, &path, plain, &argument);
            }
            "module" => {
                let called = here.calls.get(module.calls.find(name?)?)?;
                let Called::Node(node) = called else {
                    return None;
                };
                let mut path = own(1);
                // The instance of the module comes first, if the reference names one.
                let is_key = path.first().is_some_and(|key| {
                    let outputs = config.nodes.get(*node).map(|node| &node.module.outputs);
                    match key {
                        Key::Name(name) => {
                            outputs.is_some_and(|outputs| outputs.find(name).is_none())
                        }
                        Key::Number(_) => true,
                    }
                });
                if is_key {
                    path.remove(0);
                }
                let child = &config.nodes.get(*node)?.module;
                let (Key::Name(output), path) = path.split_first()? else {
                    return None;
                };
                let value = child
                    .outputs
                    .get(child.outputs.find(output)?)?
                    .value
                    .as_ref()?;
                let inside = Around {
                    node: *node,
                    depth: around.depth.saturating_add(1),
                    ..plain
                };
                self.follow(value, path, inside, &format!("`output.{output}`"));
            }
            "data" | "ephemeral" | "path" | "terraform" | "tofu" | "self" => {}
            root => {
                let (of, name, from) = match root {
                    "resource" => (name?, path.attribute(1)?, 2),
                    of => (of, name?, 1),
                };
                let key = path.steps().get(from).and_then(|step| step.index());
                let key = key.and_then(|key| key_of(&StepTo::Index(key.clone())));
                let block = (here.path.clone(), of.to_owned(), name.to_owned(), key);
                self.traced.resources.insert(block);
            }
        }
        Some(())
    }

    fn variable(&mut self, here: &'c Node, name: &str, path: &[Key], around: Around<'c, '_>) {
        let module = &here.module;
        let Some(declared) = module
            .variables
            .find(name)
            .and_then(|at| module.variables.get(at))
        else {
            return;
        };
        let Some((parent, call)) = here.caller else {
            match (self.inputs.get(name), &declared.default_at) {
                (Some(input), _) => {
                    let mut label = input.at.clone();
                    label.text = format!("the value of `var.{name}`");
                    self.place(label);
                }
                (None, Some(default)) => {
                    self.place(Label::source(
                        default.clone(),
                        format!("the default of `var.{name}`"),
                    ));
                }
                (None, None) => {}
            }
            return;
        };
        let config = self.config;
        let Some(outer) = config.nodes.get(parent) else {
            return;
        };
        let Some(call) = outer.module.calls.get(call) else {
            return;
        };
        let input = call.inputs.find(name).and_then(|at| call.inputs.get(at));
        match (input, &declared.default_at) {
            (Some(input), _) => {
                let depth = around.depth.saturating_sub(1);
                let key = self.keys.get(depth).cloned().flatten();
                let around = Around {
                    node: parent,
                    depth,
                    repeat: call.repeat.as_ref(),
                    key: key.as_ref(),
                    iterators: &[],
                };
                let text = format!("`{name}` of the module call `{}`", here.path);
                self.follow(&input.attribute.value, path, around, &text);
            }
            (None, Some(default)) => {
                self.place(Label::source(
                    default.clone(),
                    format!("the default of `var.{name}`"),
                ));
            }
            (None, None) => {}
        }
    }
}

/// The node of a module address, and the keys in it.
pub(super) fn node_of(config: &Config, module: &str) -> Option<(usize, Vec<Option<Key>>)> {
    let mut node = 0;
    let mut keys = Vec::new();
    if module.is_empty() {
        return Some((node, keys));
    }
    let parts = steps(module)?;
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let (Step::Name("module"), Some(Step::Name(name))) = (part, parts.next()) else {
            return None;
        };
        let here = config.nodes.get(node)?;
        match here.calls.get(here.module.calls.find(name)?)? {
            Called::Node(next) => node = *next,
            Called::Unread(_) => return None,
        }
        keys.push(match parts.peek() {
            Some(Step::Key(_)) => match parts.next() {
                Some(Step::Key(key)) => Some(key),
                _ => None,
            },
            _ => None,
        });
    }
    Some((node, keys))
}

/// The expression at a path in a body, and what of its value is meant. The `dynamic` blocks on
/// the way go to `iterators`.
fn find<'c, 'p>(
    body: &'c Body,
    path: &'p [Key],
    iterators: &mut Vec<(Arc<str>, &'c Expr)>,
) -> Option<(&'c Expr, &'p [Key])> {
    let (Key::Name(name), rest) = path.split_first()? else {
        return None;
    };
    if let Some(value) = body.value(name) {
        return Some((value, rest));
    }
    let blocks = body
        .blocks
        .iter()
        .filter(|block| makes(block) == Some(&**name));
    let blocks: Vec<&Block> = blocks.collect();
    let (at, rest) = match rest.split_first() {
        Some((Key::Number(at), rest)) => (usize::try_from(*at).ok()?, rest),
        _ => (0, rest),
    };
    // Blocks that are made from a collection stand for as many as there may be.
    let fixed = blocks
        .iter()
        .take_while(|block| &*block.kind != "dynamic")
        .count();
    let block = blocks.get(at.min(fixed)).or_else(|| blocks.last())?;
    if &*block.kind != "dynamic" {
        return find(&block.body, rest, iterators);
    }
    iterators.push((iterator(block)?, block.body.value("for_each")?));
    find(&block.body.blocks("content").next()?.body, rest, iterators)
}

/// The kind of block that a block is, or makes.
fn makes(block: &Block) -> Option<&str> {
    if &*block.kind == "dynamic" {
        return block.labels.first().map(|label| &*label.text);
    }
    Some(&*block.kind)
}

/// The part of an expression at a path, as far as it is written out: `{ a = [1] }` at `a[0]`.
fn descend<'e, 'p>(node: &'e lang::Node, path: &'p [Key]) -> (&'e lang::Node, &'p [Key]) {
    let (mut node, mut path) = (node, path);
    while let Some((key, rest)) = path.split_first() {
        let next = match key {
            Key::Name(name) => node.as_object().and_then(|items| {
                let mut items = items.iter();
                let named =
                    |key: &lang::Node| key.as_literal().and_then(Value::as_str) == Some(&**name);
                items.find(|(key, _)| named(key)).map(|(_, value)| value)
            }),
            Key::Number(at) => usize::try_from(*at)
                .ok()
                .and_then(|at| node.as_tuple()?.get(at)),
        };
        let Some(next) = next else { break };
        (node, path) = (next, rest);
    }
    (node, path)
}

fn keys_of(steps: &[Step<'_>]) -> Vec<Key> {
    let keys = steps.iter().map(|step| match step {
        Step::Name(name) => Key::Name(Arc::from(*name)),
        Step::Key(key) => key.clone(),
    });
    keys.collect()
}

fn key_of(step: &StepTo) -> Option<Key> {
    match step {
        StepTo::Attribute(name) => Some(Key::Name(Arc::clone(name))),
        StepTo::Index(key) => match key.as_str() {
            Some(name) => Some(Key::Name(Arc::from(name))),
            None => key.as_number()?.to_u64().map(Key::Number),
        },
    }
}
