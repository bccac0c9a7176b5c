//! Which parts of nested values a rule can read, so that two instances that differ only in
//! others are measured once: each disk has its own key, and no rule asks for it.
//!
//! A value is read where a path ends: `self.disk[0].size` reads `size`, and of `disk` only
//! what leads there. What no path leads to makes no difference to anything.

use super::parse::Surroundings;
use crate::lang::{Node, NodeKind as Kind, Step, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of attributes, at any depth, that the formulas of a rule mention.
#[derive(Debug, Default)]
pub(crate) struct Nested(BTreeMap<Arc<str>, Reading>);

/// How much of an attribute is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reading {
    /// What is mentioned in it, whether it is there, and how many elements it has.
    Through,
    /// All of it.
    Whole,
}

impl Nested {
    /// How much of an attribute of that name is read; none where nothing is.
    pub(crate) fn reading(&self, name: &str) -> Option<Reading> {
        self.0.get(name).copied()
    }

    pub(super) fn add(&mut self, name: Arc<str>, reading: Reading) {
        let known = self.0.entry(name).or_insert(reading);
        *known = reading.max(*known);
    }

    /// Whether two values of an attribute are the same for the rule.
    pub(crate) fn same(&self, reading: Reading, a: &Value, b: &Value) -> bool {
        let (Reading::Through, true, true) = (reading, is_collection(a), is_collection(b)) else {
            return crate::measure::value::same(a, b);
        };
        if a.marks() != b.marks() || a.deep_marks() != b.deep_marks() {
            return false;
        }
        match (a.elements(), b.elements(), a.entries(), b.entries()) {
            (Some(a), Some(b), ..) => {
                let mut pairs = a.iter().zip(b);
                a.len() == b.len() && pairs.all(|(a, b)| self.same(reading, a, b))
            }
            (.., Some(members), Some(others)) => {
                let mut all = members.iter().zip(others);
                members.len() == others.len()
                    && all.all(|((name, a), (other, b))| {
                        let is_same = |reading| self.same(reading, a, b);
                        name == other && self.reading(name).is_none_or(is_same)
                    })
            }
            _ => false,
        }
    }

    /// Shows everything of a value to `see` that makes a difference to the rule, in order.
    pub(crate) fn each(&self, reading: Reading, value: &Value, see: &mut dyn FnMut(Seen<'_>)) {
        if reading == Reading::Whole || !is_collection(value) {
            return see(Seen::Whole(value));
        }
        if let Some(elements) = value.elements() {
            see(Seen::Number(elements.len()));
            for element in elements {
                self.each(reading, element, see);
            }
        }
        if let Some(entries) = value.entries() {
            see(Seen::Number(entries.len()));
            for (name, entry) in entries {
                if let Some(reading) = self.reading(name) {
                    self.each(reading, entry, see);
                }
            }
        }
    }
}

/// What is seen of a value of which not everything is read.
pub(crate) enum Seen<'a> {
    /// So many elements or members.
    Number(usize),
    /// All of a value.
    Whole(&'a Value),
}

fn is_collection(value: &Value) -> bool {
    value.elements().is_some() || value.entries().is_some()
}

impl Surroundings {
    /// Notes what an expression reads of the instance.
    pub(super) fn note(&mut self, node: &Node, reading: Reading) {
        use Reading::{Through, Whole};
        match &node.kind {
            Kind::Variable(path) => match (path.root(), path.steps()) {
                ("self", steps) => self.note_steps(steps, reading),
                ("each", [first, steps @ ..]) if first.attribute() == Some("value") => {
                    if names(steps).next().is_none() {
                        let blocks = self.blocks.iter().cloned();
                        blocks.for_each(|block| self.nested.add(block, reading));
                    }
                    self.note_steps(steps, reading);
                }
                // What these stand for was noted where it is written, as read whole.
                _ => {}
            },
            Kind::Splat(splat) => match &splat.each.kind {
                Kind::Slot(_) => self.note(&splat.source, reading),
                Kind::Steps(inner, steps)
                    if matches!(inner.kind, Kind::Slot(_)) && names(steps).next().is_some() =>
                {
                    self.note(&splat.source, Through);
                    self.note_steps(steps, reading);
                }
                _ => {
                    self.note(&splat.source, Whole);
                    self.note(&splat.each, Whole);
                }
            },
            Kind::Call(call) if !call.expand => {
                // How long a list is does not hang on what is in it; a text is read whole anyway.
                let within = match (&*call.name, &*call.arguments) {
                    ("known", [_]) => Through,
                    ("length", [_]) if !self.own_length => Through,
                    ("first", _) => reading,
                    _ => Whole,
                };
                call.arguments
                    .iter()
                    .for_each(|node| self.note(node, within));
            }
            Kind::Shared(inner) => self.note(inner, reading),
            _ => node.children(&mut |child| self.note(child, Whole)),
        }
    }

    fn note_steps(&mut self, steps: &[Step], reading: Reading) {
        let mut names = names(steps).peekable();
        while let Some(name) = names.next() {
            let last = names.peek().is_none();
            let reading = if last { reading } else { Reading::Through };
            self.nested.add(name, reading);
        }
    }
}

/// The names in the steps of a path: `["name"]` is one like `.name`.
fn names(steps: &[Step]) -> impl Iterator<Item = Arc<str>> {
    let name = |step: &Step| {
        let key = step.index().and_then(Value::as_str);
        step.attribute().or(key).map(Arc::from)
    };
    steps.iter().filter_map(name)
}
