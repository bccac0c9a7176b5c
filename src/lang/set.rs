//! Sets: Terraform's order of elements, and what makes two elements the same.

use super::types::Type;
use super::value::{Data, Elements, Marks, Value};
use std::cmp::Ordering;
use std::sync::Arc;

impl Value {
    /// A set of elements that all have that type: sorted, each known element once.
    ///
    /// Marks of elements move to the set as a whole, as Terraform has it.
    pub(crate) fn set_of(of: Type, items: Vec<Self>) -> Self {
        let mut marks = Marks::NONE;
        let mut keyed: Vec<(SortKey, Self)> = Vec::with_capacity(items.len());
        for item in items {
            marks |= item.deep_marks();
            let item = item.deep_unmarked();
            keyed.push((SortKey::of(&item), item));
        }
        keyed.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| by_number(left, right)));
        // What is not known may turn out to differ from everything else, so it stays.
        keyed.dedup_by(|(_, later), (_, earlier)| {
            earlier.is_wholly_known() && same_element(earlier, later)
        });
        let items = keyed.into_iter().map(|(_, item)| item).collect();
        Self::from(Data::Set(Arc::new(Elements { of, items }))).with_marks(marks)
    }
}

/// Whether two elements are the same one.
fn same_element(a: &Value, b: &Value) -> bool {
    a == b
}

/// Nulls come after values and unknowns after nulls; strings sort by bytes, everything that has
/// no order of its own by the text that Terraform hashes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Bool(bool),
    /// Compared as numbers, beside the key.
    Number,
    Text(Arc<str>),
    Null,
    Unknown,
}

impl SortKey {
    fn of(value: &Value) -> Self {
        match &value.data {
            Data::Null(_) => Self::Null,
            Data::Unknown(_) => Self::Unknown,
            Data::Bool(value) => Self::Bool(*value),
            Data::Number(_) => Self::Number,
            Data::String(value) => Self::Text(value.clone()),
            _ => {
                let mut text = String::new();
                hashed(value, &mut text);
                Self::Text(text.into())
            }
        }
    }
}

fn by_number(a: &Value, b: &Value) -> Ordering {
    match (a.as_number(), b.as_number()) {
        (Some(a), Some(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// The text that Terraform hashes for an element without an order of its own, which decides
/// the order in which such sets are iterated.
fn hashed(value: &Value, out: &mut String) {
    match &value.data {
        Data::Null(_) => out.push('~'),
        Data::Unknown(_) => out.push('?'),
        Data::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
        Data::Number(value) => out.push_str(&super::digits::general(value, Some(10), 'e')),
        Data::String(value) => super::quote::go_quote(value, out),
        Data::List(elements) | Data::Set(elements) => {
            out.push('[');
            for item in &elements.items {
                hashed(item, out);
                out.push(';');
            }
            out.push(']');
        }
        Data::Map(entries) => {
            out.push('{');
            for (key, item) in &entries.items {
                super::quote::go_quote(key, out);
                out.push(':');
                hashed(item, out);
                out.push(';');
            }
            out.push('}');
        }
        Data::Tuple(elements) => {
            out.push('<');
            for item in elements.iter() {
                hashed(item, out);
                out.push(';');
            }
            out.push('>');
        }
        Data::Object(attributes) => {
            out.push('<');
            for item in attributes.values() {
                hashed(item, out);
                out.push(';');
            }
            out.push('>');
        }
    }
}
