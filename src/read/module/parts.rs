//! The body of a block -> the values of its arguments and of the blocks in it.

use super::body::{Block, Body};
use super::names::{Iterator, Names};
use super::resolve::iterator;
use super::run::Run;
use crate::lang::{Computed, LangError, Marks, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a body sets, by name.
pub(super) type Parts = BTreeMap<Arc<str>, Part>;

/// What an argument or the blocks of one kind are.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// An argument.
    Value(Value),
    /// The blocks of that kind, in their order.
    Blocks(Vec<Parts>),
    /// Blocks of that kind, nobody knows how many.
    Unknown,
}

impl<'c> Run<'c> {
    /// Evaluates a body. What is null is as good as not set.
    pub(super) fn parts(&self, body: &Body, names: &Names<'_, 'c>) -> Parts {
        let mut parts = Parts::new();
        for attribute in &body.attributes {
            let value = self
                .eval(&attribute.value, names)
                .unwrap_or_else(Value::unknown);
            if !value.is_null() {
                parts.insert(Arc::clone(&attribute.name), Part::Value(value));
            }
        }
        for block in &body.blocks {
            if &*block.kind == "dynamic" {
                self.dynamic(block, names, &mut parts);
            } else {
                let nested = self.parts(&block.body, names);
                add(&mut parts, &block.kind, nested);
            }
        }
        parts
    }

    fn dynamic(&self, block: &Block, names: &Names<'_, 'c>, parts: &mut Parts) {
        let (Some(kind), Some(each)) = (block.labels.first(), block.body.value("for_each")) else {
            return;
        };
        let Some(name) = iterator(block) else { return };
        let Some(collection) = self.eval(each, names) else {
            parts.insert(Arc::clone(&kind.text), Part::Unknown);
            return;
        };
        let invalid = |detail: String| {
            LangError::new("Invalid dynamic for_each value", detail).at(each.span())
        };
        if collection.is_null() {
            let error = invalid("Cannot use a null value in for_each.".to_owned());
            self.complain(&error, names);
            return;
        }
        let of = collection.type_of();
        if of.is_primitive() {
            let of = of.friendly_name();
            let error = invalid(format!(
                "Cannot use a {of} value in for_each. An iterable collection is required."
            ));
            self.complain(&error, names);
            return;
        }
        let marks = collection.marks();
        let elements = elements(&collection);
        if elements.is_none() {
            // How often, nobody knows, but its errors count.
            let value = Value::unknown_of(of.element().cloned().unwrap_or(Type::Dynamic));
            let inside = Iterator {
                name: &name,
                key: Value::unknown(),
                value,
                outer: names.iterators,
            };
            self.content(block, names, &inside);
            parts.insert(Arc::clone(&kind.text), Part::Unknown);
            return;
        }
        for (key, value) in elements.unwrap_or_default() {
            let inside = Iterator {
                name: &name,
                key,
                value: value.with_marks(marks),
                outer: names.iterators,
            };
            if let Some(nested) = self.content(block, names, &inside) {
                add(parts, &kind.text, nested);
            }
        }
    }

    fn content(
        &self,
        block: &Block,
        names: &Names<'_, 'c>,
        inside: &Iterator<'_>,
    ) -> Option<Parts> {
        let names = Names {
            run: names.run,
            frame: names.frame,
            turn: names.turn,
            own: names.own,
            iterators: Some(inside),
        };
        let content = block.body.blocks("content").next()?;
        Some(self.parts(&content.body, &names))
    }
}

fn add(parts: &mut Parts, kind: &Arc<str>, nested: Parts) {
    let part = parts
        .entry(Arc::clone(kind))
        .or_insert_with(|| Part::Blocks(Vec::new()));
    if let Part::Blocks(blocks) = part {
        blocks.push(nested);
    }
}

/// Keys and values of what can be gone through; none where it is not known.
fn elements(collection: &Value) -> Option<Vec<(Value, Value)>> {
    if let Some(entries) = collection.entries() {
        let entries = entries.iter();
        return Some(
            entries
                .map(|(key, value)| (Value::string(Arc::clone(key)), value.clone()))
                .collect(),
        );
    }
    let elements = collection.elements()?;
    let is_set = matches!(collection.type_of(), Type::Set(_));
    // Of a set with unknown elements nobody knows how many it has.
    if is_set && !collection.is_wholly_known() {
        return None;
    }
    let elements = elements.iter().enumerate();
    Some(
        elements
            .map(|(at, value)| {
                let key = if is_set {
                    value.clone()
                } else {
                    Value::number(at)
                };
                (key, value.clone())
            })
            .collect(),
    )
}

/// The marks of all that a part holds.
pub(super) fn marks_of(part: &Part) -> Marks {
    match part {
        Part::Value(value) => value.deep_marks(),
        Part::Blocks(blocks) => {
            let parts = blocks.iter().flat_map(BTreeMap::values);
            parts.fold(Marks::NONE, |marks, part| marks | marks_of(part))
        }
        Part::Unknown => Marks::NONE,
    }
}

/// Blocks that are one object, not a list of them, in every provider.
const SINGLE: &str = "timeouts";

/// As a plan shows it: blocks are tuples of objects.
pub(super) fn plain(name: &str, part: &Part) -> Value {
    match part {
        Part::Value(value) => value.clone(),
        Part::Blocks(blocks) => {
            let mut objects = blocks.iter().map(plain_object);
            if name == SINGLE {
                return objects.next().unwrap_or_else(Value::null);
            }
            Value::tuple(objects.collect())
        }
        Part::Unknown => Value::unknown(),
    }
}

pub(super) fn plain_object(parts: &Parts) -> Value {
    let attributes = parts.iter();
    Value::object(
        attributes
            .map(|(name, part)| (Arc::clone(name), plain(name, part)))
            .collect(),
    )
}

/// As those see it that refer to it: what is set is known, and what else there may be is not.
pub(super) fn open(address: &Arc<str>, path: &str, parts: &Parts) -> Value {
    let known = parts.iter().filter_map(|(name, part)| {
        let value = match part {
            Part::Value(value) => value.clone(),
            Part::Unknown => return None,
            Part::Blocks(blocks) => {
                let path = match path {
                    "" => name.to_string(),
                    path => format!("{path}.{name}"),
                };
                let mut objects = blocks
                    .iter()
                    .enumerate()
                    .map(|(at, nested)| open(address, &format!("{path}[{at}]"), nested));
                if &**name == SINGLE {
                    objects.next()?
                } else {
                    Value::tuple(objects.collect())
                }
            }
        };
        Some((Arc::clone(name), value))
    });
    Value::computed(Computed {
        address: Arc::clone(address),
        attribute: path.to_owned(),
        known: known.collect(),
    })
}
