//! Maps and objects: their keys and values, merged or turned round.

use super::super::{Environment, Failure, Function, Kind, Parameter, Returns};
use super::{argument, at, call, elements, function, sequence, type_at, variadic};
use crate::lang::Members;
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::{Marks, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(in crate::lang::functions) const FUNCTIONS: &[Function] = &[
    function(
        "keys",
        &[Parameter::new("inputMap", Kind::Any).unknown().marked()],
        Returns::By(keys_type),
        keys,
    ),
    variadic(
        "merge",
        Parameter::new("maps", Kind::Any).dynamic().null().marked(),
        Returns::By(merge_type),
        merge,
    ),
    function(
        "transpose",
        &[Parameter::new("values", Kind::StringListMap)],
        Returns::Always(Kind::StringListMap),
        transpose,
    ),
    function(
        "values",
        &[Parameter::new("mapping", Kind::Any).marked()],
        Returns::By(values_type),
        values_of,
    ),
    function(
        "zipmap",
        &[
            Parameter::new("keys", Kind::StringList).marked(),
            Parameter::new("values", Kind::Any).marked(),
        ],
        Returns::By(zipmap_type),
        zipmap,
    ),
];

fn keys_type(values: &[Value]) -> Result<Type, Failure> {
    match type_at(values, 0) {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(object) => Ok(Type::tuple(vec![Type::String; object.attributes.len()])),
        _ => Err(argument(0, "must have map or object type")),
    }
}

fn keys(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let map = at(values, 0);
    let marks = map.marks();
    let result = match map.type_of() {
        Type::Object(object) => Value::tuple(
            object
                .attributes
                .keys()
                .map(|name| Value::string(name.clone()))
                .collect(),
        ),
        _ => match map.entries() {
            Some(entries) => Value::strings(entries.keys().cloned()),
            None => Value::unknown_of(environment.returns.clone()),
        },
    };
    Ok(result.with_marks(marks))
}

fn merge_type(values: &[Value]) -> Result<Type, Failure> {
    let mut attributes = BTreeMap::new();
    let mut first: Option<Type> = None;
    let mut matching = true;
    let mut all_known = true;
    for value in values {
        let of = value.type_of();
        match &of {
            Type::Dynamic => return Ok(Type::Dynamic),
            Type::Object(object) => {
                if !value.is_null() {
                    for (name, attribute) in &object.attributes {
                        attributes.insert(name.clone(), attribute.of.clone());
                    }
                }
            }
            Type::Map(element) => match value.entries() {
                Some(entries) => {
                    for name in entries.keys() {
                        attributes.insert(name.clone(), (**element).clone());
                    }
                }
                None if value.is_null() => {}
                None => all_known = false,
            },
            other => {
                return Err(Failure::Call(format!(
                    "arguments must be maps or objects, got {}",
                    quoted(&other.friendly_name())
                )));
            }
        }
        match &first {
            None => first = Some(of),
            Some(first) => matching &= *first == of,
        }
    }
    match first {
        None => Ok(Type::object(BTreeMap::new())),
        Some(first) if matching => Ok(first),
        Some(_) if !all_known => Ok(Type::Dynamic),
        Some(_) => Ok(Type::object(attributes)),
    }
}

fn merge(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let mut marks = Marks::NONE;
    let mut merged = Members::new();
    for value in values {
        marks |= value.marks();
        let entries = value.entries();
        environment
            .context
            .budget()
            .make_elements(entries.map_or(0, Members::len))?;
        let entries = entries.into_iter().flatten();
        merged.extend(entries.map(|(key, item)| (key.clone(), item.clone())));
    }
    Ok(match &environment.returns {
        Type::Map(of) => Value::map_of((**of).clone(), merged),
        _ => Value::object(merged),
    }
    .with_marks(marks))
}

fn transpose(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let map = at(values, 0);
    if !map.is_wholly_known() {
        return Ok(Value::unknown_of(environment.returns.clone()));
    }
    let mut turned: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    for (key, list) in map.entries().into_iter().flatten() {
        let Some(items) = list.elements() else {
            return Err(call("input must not contain null list"));
        };
        for item in items {
            let Some(text) = item.as_str() else {
                return Err(call("input list must not contain null string"));
            };
            turned.entry(Arc::from(text)).or_default().push(key.clone());
        }
    }
    let turned = turned
        .into_iter()
        .map(|(key, mut list)| {
            list.sort();
            (key, Value::strings(list))
        })
        .collect();
    Ok(Value::map_of(Type::list(Type::String), turned))
}

fn values_type(values: &[Value]) -> Result<Type, Failure> {
    match type_at(values, 0) {
        Type::Map(element) => Ok(Type::List(element)),
        Type::Object(object) => Ok(Type::tuple(
            object.attributes.values().map(|a| a.of.clone()).collect(),
        )),
        _ => Err(call("values() requires a map as the first argument")),
    }
}

fn values_of(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let map = at(values, 0);
    let items = map.entries().into_iter().flatten();
    let items = items.map(|(_, item)| item.clone()).collect();
    Ok(sequence(&environment.returns, items).with_marks(map.marks()))
}

fn zipmap_type(values: &[Value]) -> Result<Type, Failure> {
    match type_at(values, 1) {
        Type::List(element) => Ok(Type::Map(element)),
        Type::Tuple(types) => {
            let keys = at(values, 0);
            if !keys.is_wholly_known() {
                return Ok(Type::Dynamic);
            }
            let keys = elements(values, 0);
            check_counts(keys.len(), types.len())?;
            let mut attributes = BTreeMap::new();
            for (index, (key, of)) in keys.iter().zip(types.iter()).enumerate() {
                let Some(name) = key.as_str() else {
                    return Err(Failure::Call(format!(
                        "keys list has null value at index {index}"
                    )));
                };
                attributes.insert(Arc::from(name), of.clone());
            }
            Ok(Type::object(attributes))
        }
        _ => Err(call("values argument must be a list or tuple value")),
    }
}

fn check_counts(keys: usize, values: usize) -> Result<(), Failure> {
    if keys == values {
        return Ok(());
    }
    Err(Failure::Call(format!(
        "number of keys ({keys}) does not match number of values ({values})"
    )))
}

fn zipmap(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let (keys, items) = (at(values, 0), at(values, 1));
    let mut marks = keys.marks() | items.marks();
    if !keys.is_wholly_known() {
        return Ok(Value::unknown_of(environment.returns.clone()).with_marks(marks));
    }
    let (keys, items) = (elements(values, 0), elements(values, 1));
    check_counts(keys.len(), items.len())?;
    let mut zipped = BTreeMap::new();
    for (index, (key, item)) in keys.iter().zip(items).enumerate() {
        let Some(name) = key.as_str() else {
            return Err(Failure::Call(format!(
                "keys list has null value at index {index}"
            )));
        };
        marks |= key.marks();
        zipped.insert(Arc::from(name), item.clone());
    }
    Ok(match &environment.returns {
        Type::Map(of) => Value::map_of((**of).clone(), zipped.into()),
        _ => Value::object(zipped.into()),
    }
    .with_marks(marks))
}
