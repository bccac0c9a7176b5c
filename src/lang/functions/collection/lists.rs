//! Lists -> other lists: joined, cut, sorted, flattened.

use super::super::numeric::{number, whole};
use super::super::{Environment, Failure, Function, Kind, Parameter, Returns};
use super::{
    LIST, argument, at, call, element_of, elements, function, sequence, sure_length, type_at,
    variadic,
};
use crate::lang::convert::convert;
use crate::lang::number::Number;
use crate::lang::ops::equals;
use crate::lang::types::Type;
use crate::lang::unify::unify;
use crate::lang::value::{Marks, Value};
use std::sync::Arc;

pub(in crate::lang::functions) const FUNCTIONS: &[Function] = &[
    function(
        "chunklist",
        &[
            Parameter::new("list", Kind::AnyList).marked(),
            Parameter::new("size", Kind::Number).marked(),
        ],
        Returns::By(|values| Ok(Type::list(type_at(values, 0)))),
        chunk_list,
    ),
    function(
        "compact",
        &[Parameter::new("list", Kind::StringList)],
        Returns::Always(Kind::StringList),
        compact,
    ),
    variadic(
        "concat",
        Parameter::new("seqs", Kind::Any).marked(),
        Returns::By(concat_type),
        concat,
    ),
    function(
        "distinct",
        &[Parameter::new("list", Kind::AnyList)],
        Returns::By(|values| Ok(type_at(values, 0))),
        distinct,
    ),
    function(
        "flatten",
        &[LIST.marked()],
        Returns::By(flatten_type),
        flatten,
    ),
    function(
        "matchkeys",
        &[
            Parameter::new("values", Kind::AnyList),
            Parameter::new("keys", Kind::AnyList),
            Parameter::new("searchset", Kind::AnyList),
        ],
        Returns::By(match_keys_type),
        match_keys,
    ),
    variadic(
        "range",
        Parameter::new("params", Kind::Number),
        Returns::By(|_| Ok(Type::list(Type::Number))),
        range,
    ),
    function(
        "reverse",
        &[LIST.marked()],
        Returns::By(reverse_type),
        reverse,
    ),
    function(
        "slice",
        &[
            LIST.marked(),
            Parameter::new("start_index", Kind::Number),
            Parameter::new("end_index", Kind::Number),
        ],
        Returns::By(slice_type),
        slice,
    ),
    function(
        "sort",
        &[Parameter::new("list", Kind::StringList).unknown()],
        Returns::Always(Kind::StringList),
        sort,
    ),
];

fn chunk_list(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let list = at(values, 0);
    let marks = list.marks() | at(values, 1).marks();
    let size = whole(values, 1).map_err(|why| Failure::Call(format!("invalid size: {why}")))?;
    if size < 0 {
        return Err(call("the size argument must be positive"));
    }
    let of = list.type_of();
    let items = elements(values, 0);
    let chunks = if items.is_empty() {
        Vec::new()
    } else if size == 0 {
        vec![list.clone().unmarked()]
    } else {
        let element = element_of(&of);
        items
            .chunks(usize::try_from(size).unwrap_or(usize::MAX))
            .map(|chunk| Value::list_of(element.clone(), chunk.to_vec()))
            .collect()
    };
    Ok(Value::list_of(of, chunks).with_marks(marks))
}

fn compact(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let list = at(values, 0);
    if !list.is_wholly_known() {
        return Ok(Value::unknown_of(Type::list(Type::String)));
    }
    let items = elements(values, 0)
        .iter()
        .filter(|item| item.as_str().is_some_and(|text| !text.is_empty()))
        .cloned()
        .collect();
    Ok(Value::list_of(Type::String, items))
}

fn concat_type(values: &[Value]) -> Result<Type, Failure> {
    if values.is_empty() {
        return Err(call("at least one argument is required"));
    }
    let types: Vec<Type> = values.iter().map(Value::type_of).collect();
    if types.iter().all(|of| matches!(of, Type::List(_)))
        && let Some(unified) = unify(&types, true)
    {
        return Ok(unified.of);
    }
    let mut parts = Vec::new();
    for (at, (value, of)) in values.iter().zip(&types).enumerate() {
        match of {
            Type::Tuple(elements) => parts.extend(elements.iter().cloned()),
            Type::List(element) => match value.elements() {
                Some(items) => {
                    parts.extend(std::iter::repeat_n((**element).clone(), items.len()));
                }
                None => return Ok(Type::Dynamic),
            },
            other => {
                return Err(Failure::Argument(
                    at,
                    format!(
                        "all arguments must be lists or tuples; got {}",
                        other.friendly_name()
                    ),
                ));
            }
        }
    }
    Ok(Type::tuple(parts))
}

fn concat(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let mut marks = Marks::NONE;
    let mut items = Vec::new();
    for (index, value) in values.iter().enumerate() {
        marks |= value.marks();
        let value = if matches!(environment.returns, Type::List(_)) {
            convert(value, &environment.returns).map_err(|why| Failure::Argument(index, why))?
        } else {
            value.clone()
        };
        let Some(more) = value.elements() else {
            return Ok(Value::unknown_of(environment.returns.clone()).with_marks(marks));
        };
        environment.context.budget().make_elements(more.len())?;
        items.extend_from_slice(more);
    }
    Ok(sequence(&environment.returns, items).with_marks(marks))
}

fn distinct(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let list = at(values, 0);
    if !list.is_wholly_known() {
        return Ok(Value::unknown_of(environment.returns.clone()));
    }
    let items = elements(values, 0);
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        environment.context.budget().step(kept.len())?;
        if !kept.iter().any(|k| equals(k, item).as_bool() == Some(true)) {
            kept.push(item.clone());
        }
    }
    Ok(sequence(&environment.returns, kept))
}

fn flatten_type(values: &[Value]) -> Result<Type, Failure> {
    let list = at(values, 0);
    if !list.is_wholly_known() {
        return Ok(Type::Dynamic);
    }
    if !matches!(
        list.type_of(),
        Type::List(_) | Type::Set(_) | Type::Tuple(_)
    ) {
        return Err(call("can only flatten lists, sets and tuples"));
    }
    // The exact type follows from the value, which is computed anyway.
    Ok(Type::Dynamic)
}

fn flatten(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let mut list = at(values, 0);
    // Terraform minds what kind of collection it is only where all of it is known.
    if let Some(entries) = list.entries() {
        list = Value::tuple(entries.values().cloned().collect()).with_marks(list.marks());
    } else if !matches!(
        list.type_of(),
        Type::List(_) | Type::Set(_) | Type::Tuple(_)
    ) {
        return Err(call("can only flatten lists, sets and tuples"));
    }
    let mut flat = Flat::default();
    flat.take(&list);
    environment
        .context
        .budget()
        .make_elements(flat.items.len())?;
    Ok(if flat.known {
        Value::tuple(flat.items)
    } else {
        Value::unknown()
    }
    .with_marks(flat.marks))
}

struct Flat {
    items: Vec<Value>,
    marks: Marks,
    known: bool,
}

impl Default for Flat {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            marks: Marks::NONE,
            known: true,
        }
    }
}

impl Flat {
    fn take(&mut self, list: &Value) {
        self.marks |= list.marks();
        if sure_length(list).is_none() {
            self.known = false;
            return;
        }
        for item in list.elements().unwrap_or(&[]) {
            let of = item.type_of();
            if of == Type::Dynamic && !item.is_known() {
                self.known = false;
            }
            let nested = matches!(of, Type::List(_) | Type::Set(_) | Type::Tuple(_));
            if !nested || item.is_null() {
                self.items.push(item.clone());
            } else if item.is_known() {
                self.take(item);
            } else {
                self.known = false;
                self.marks |= item.marks();
            }
        }
    }
}

fn match_keys_type(values: &[Value]) -> Result<Type, Failure> {
    if unify(&[type_at(values, 1), type_at(values, 2)], true).is_none() {
        return Err(call("keys and searchset must be of the same type"));
    }
    Ok(type_at(values, 0))
}

fn match_keys(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let items = elements(values, 0);
    if items.len() != elements(values, 1).len() {
        return Err(call("length of keys and values should be equal"));
    }
    let element = element_of(&environment.returns);
    let Some(common) = unify(&[type_at(values, 1), type_at(values, 2)], true) else {
        return Err(call("keys and searchset must be of the same type"));
    };
    let keys = convert(&at(values, 1), &common.of).map_err(Failure::Call)?;
    let wanted = convert(&at(values, 2), &common.of).map_err(Failure::Call)?;
    let wanted = wanted.elements().unwrap_or(&[]);
    if wanted.is_empty() {
        return Ok(Value::list_of(element, Vec::new()));
    }
    if !at(values, 0).is_wholly_known() || !keys.is_wholly_known() {
        return Ok(Value::unknown_of(environment.returns.clone()));
    }
    let keys = keys.elements().unwrap_or(&[]);
    environment
        .context
        .budget()
        .step(keys.len().saturating_mul(wanted.len()))?;
    let mut found = Vec::new();
    for (key, item) in keys.iter().zip(items) {
        for want in wanted {
            match equals(key, want).as_bool() {
                Some(true) => {
                    found.push(item.clone());
                    break;
                }
                Some(false) => {}
                // Terraform gives up here, with an empty list; what is unknown stays so.
                None => return Ok(Value::unknown_of(environment.returns.clone())),
            }
        }
    }
    Ok(Value::list_of(element, found))
}

fn range(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    /// Terraform's own limit.
    const MOST: usize = 1024;
    let (start, end, step) = match values.len() {
        1 => (Number::ZERO, number(values, 0), None),
        2 => (number(values, 0), number(values, 1), None),
        3 => (
            number(values, 0),
            number(values, 1),
            Some(number(values, 2)),
        ),
        _ => return Err(call("must have one, two, or three arguments")),
    };
    let step = step.unwrap_or_else(|| Number::from(if end < start { -1 } else { 1 }));
    // A step of zero is found out by the number of values, as Terraform does it.
    let down = step.is_negative();
    if down && end > start {
        return Err(argument(
            1,
            "end must be less than start when step is negative",
        ));
    }
    if !down && end < start {
        return Err(argument(
            1,
            "end must be greater than start when step is positive",
        ));
    }
    let mut items = Vec::new();
    let mut next = start;
    while if down { next > end } else { next < end } {
        if items.len() >= MOST {
            return Err(call(
                "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
            ));
        }
        items.push(Value::number(next.clone()));
        next = next
            .add(&step)
            .ok_or_else(|| call("can't compute sum of opposing infinities"))?;
    }
    Ok(Value::list_of(Type::Number, items))
}

fn reverse_type(values: &[Value]) -> Result<Type, Failure> {
    match type_at(values, 0) {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned().collect())),
        Type::List(element) | Type::Set(element) => Ok(Type::List(element)),
        other => Err(Failure::Argument(
            0,
            format!(
                "can only reverse list or tuple values, not {}",
                other.friendly_name()
            ),
        )),
    }
}

fn reverse(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let items = elements(values, 0).iter().rev().cloned().collect();
    Ok(sequence(&environment.returns, items).with_marks(at(values, 0).marks()))
}

/// Start and end of a slice; none where one of them is not known.
fn slice_ends(values: &[Value]) -> Result<Option<(usize, usize)>, Failure> {
    let length = sure_length(&at(values, 0));
    let end_at = |index: usize, name: &str| -> Result<Option<usize>, Failure> {
        if !at(values, index).is_known() {
            return Ok(None);
        }
        let value = whole(values, index)
            .map_err(|why| Failure::Argument(index, format!("invalid {name} index: {why}")))?;
        let Ok(value) = usize::try_from(value) else {
            return Err(Failure::Argument(
                index,
                format!("{name} index must not be less than zero"),
            ));
        };
        if length.is_some_and(|length| value > length) {
            return Err(Failure::Argument(
                index,
                format!("{name} index must not be greater than the length of the list"),
            ));
        }
        Ok(Some(value))
    };
    let start = end_at(1, "start")?;
    let end = end_at(2, "end")?;
    let ends = start.zip(end);
    if ends.is_some_and(|(start, end)| start > end) {
        return Err(argument(
            1,
            "start index must not be greater than end index",
        ));
    }
    Ok(ends)
}

fn slice_type(values: &[Value]) -> Result<Type, Failure> {
    let of = type_at(values, 0);
    match &of {
        Type::Set(_) => Err(argument(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
        )),
        Type::List(_) => {
            slice_ends(values)?;
            Ok(of)
        }
        Type::Tuple(types) => Ok(match slice_ends(values)? {
            Some((start, end)) => Type::tuple(types.get(start..end).unwrap_or_default().to_vec()),
            None => Type::Dynamic,
        }),
        _ => Err(argument(0, "must be a list or tuple value")),
    }
}

fn slice(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = at(values, 0).marks();
    let Some((start, end)) = slice_ends(values)? else {
        return Ok(Value::unknown_of(environment.returns.clone()).with_marks(marks));
    };
    let items = elements(values, 0).get(start..end).unwrap_or_default();
    Ok(sequence(&environment.returns, items.to_vec()).with_marks(marks))
}

fn sort(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let list = at(values, 0);
    if !list.is_wholly_known() {
        let known = list.refinement().cloned().unwrap_or_default();
        let (least, most) = match sure_length(&list) {
            Some(length) => (length, Some(length)),
            None => (known.min_length, known.max_length),
        };
        return Ok(
            Value::unknown_of(environment.returns.clone()).refine(|refinement| {
                let refinement = refinement.length_at_least(least);
                match most {
                    Some(most) => refinement.length_at_most(most),
                    None => refinement,
                }
            }),
        );
    }
    let mut items: Vec<Arc<str>> = Vec::new();
    for (index, item) in elements(values, 0).iter().enumerate() {
        match item.as_str() {
            Some(text) => items.push(Arc::from(text)),
            None => {
                return Err(Failure::Call(format!(
                    "given list element {index} is null; a null string cannot be sorted"
                )));
            }
        }
    }
    items.sort();
    Ok(Value::strings(items))
}
