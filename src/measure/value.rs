//! Looking into values as rules do: what is not there is null.

use super::amount::{self, Amount, Ends};
use crate::lang::{Marks, Number, Step, StepTo, Value};
use crate::quantity::Mark;
use std::fmt::Write;
use std::sync::Arc;

/// What steps lead to. What is not there is null; behind what is not known nothing is known.
pub(super) fn reach(value: &Value, steps: &[Step]) -> Value {
    let mut marks = Marks::NONE;
    let mut value = value;
    for step in steps {
        marks |= value.marks();
        if !value.is_known() {
            return Value::unknown().with_marks(marks);
        }
        let next = match &step.to {
            StepTo::Attribute(name) => value.attribute(name),
            StepTo::Index(key) => match key.as_str() {
                Some(name) => value.attribute(name),
                None => {
                    let at = key.as_number().and_then(Number::to_u64);
                    let at = at.and_then(|at| usize::try_from(at).ok());
                    match (value.elements(), at) {
                        (Some(elements), Some(at)) => elements.get(at),
                        // Some providers write a single block as an object.
                        (None, Some(0)) if value.entries().is_some() => Some(value),
                        _ => None,
                    }
                }
            },
        };
        match next {
            Some(next) => value = next,
            None => return Value::null(),
        }
    }
    value.clone().with_marks(marks)
}

/// Whether two values are the same for every rule.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    if a.marks() != b.marks() || a.is_known() != b.is_known() || a.is_null() != b.is_null() {
        return false;
    }
    if !a.is_known() {
        return a.refinement() == b.refinement();
    }
    if let (Some(a), Some(b)) = (a.elements(), b.elements()) {
        return a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
    }
    if let (Some(a), Some(b)) = (a.entries(), b.entries()) {
        let all = a.iter().zip(b);
        return a.len() == b.len()
            && all
                .into_iter()
                .all(|((a_name, a), (b_name, b))| a_name == b_name && same(a, b));
    }
    a.is_null()
        || a.as_str().is_some() && a.as_str() == b.as_str()
        || a.as_number().is_some() && a.as_number() == b.as_number()
        || a.as_bool().is_some() && a.as_bool() == b.as_bool()
}

/// All elements at the end of a path of nested blocks, with their paths.
pub(super) fn walk(
    value: &Value,
    path: &[Arc<str>],
    prefix: &str,
    elements: &mut Vec<(Value, Arc<str>)>,
    unknown: &mut Option<Arc<str>>,
) {
    let Some((name, rest)) = path.split_first() else {
        elements.push((value.clone(), prefix.into()));
        return;
    };
    let prefix = if prefix.is_empty() {
        name.to_string()
    } else {
        format!("{prefix}.{name}")
    };
    if !value.is_known() {
        *unknown = Some(prefix.into());
        return;
    }
    let Some(blocks) = value.attribute(name) else {
        return;
    };
    let mut found = Vec::new();
    let blocks = blocks.clone().with_marks(value.marks());
    spread(&blocks, &prefix, &mut found, unknown);
    for (block, path_of_block) in found {
        walk(&block, rest, &path_of_block, elements, unknown);
    }
}

/// The elements of a list, with their paths.
pub(super) fn spread(
    value: &Value,
    path: &str,
    elements: &mut Vec<(Value, Arc<str>)>,
    unknown: &mut Option<Arc<str>>,
) {
    if value.is_null() {
        return;
    }
    match value.elements() {
        Some(found) => {
            for (at, element) in found.iter().enumerate() {
                let element = element.clone().with_marks(value.marks());
                elements.push((element, format!("{path}[{at}]").into()));
            }
        }
        // Some providers write a single block as an object.
        None if value.is_known() => elements.push((value.clone(), path.into())),
        None => *unknown = Some(path.into()),
    }
}

/// How sure an amount is.
pub(super) fn mark_of(value: &Value, ends: &Ends) -> Mark {
    let marks = value.marks();
    if !ends.is_exact() {
        return if marks.contains(Marks::ELASTIC) && !marks.contains(Marks::UNDETERMINED) {
            Mark::Elastic
        } else {
            Mark::Undetermined
        };
    }
    if marks.contains(Marks::ASSUMED) {
        Mark::Assumed
    } else if marks.contains(Marks::DEFAULT) {
        Mark::Default
    } else {
        Mark::Known
    }
}

pub(super) fn same_amount(a: &Value, b: &Value) -> bool {
    match (amount::amount(a), amount::amount(b)) {
        (Ok(Amount::Ends(a)), Ok(Amount::Ends(b))) => a.is_exact() && a == b,
        _ => false,
    }
}

/// A value as people may see it; nothing for what is not set, lists and objects.
pub(super) fn print(value: &Value, out: &mut String) {
    if value.deep_marks().contains(Marks::SENSITIVE) {
        out.push_str("(sensitive)");
    } else if !value.is_known() {
        out.push_str("(known after apply)");
    } else if let Some(text) = value.as_str() {
        out.push_str(text);
    } else if value.as_number().is_some() || value.as_bool().is_some() {
        // Writing to a text cannot fail.
        let _ = write!(out, "{value}");
    }
}
