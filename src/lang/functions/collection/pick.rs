//! What is in a collection: one of its elements, how many there are, whether all are true.

use super::super::numeric::{number, whole};
use super::super::{Environment, Failure, Function, Kind, Parameter, Returns, text};
use super::{LIST, argument, at, call, elements, function, sure_length, type_at, variadic};
use crate::lang::convert::convert;
use crate::lang::graphemes::clusters;
use crate::lang::number::Number;
use crate::lang::ops::{self, equals};
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::unify::unify;
use crate::lang::value::{Data, Marks, Value};

pub(in crate::lang::functions) const FUNCTIONS: &[Function] = &[
    function(
        "alltrue",
        &[Parameter::new("list", Kind::BoolList)],
        Returns::Always(Kind::Bool),
        all_true,
    ),
    function(
        "anytrue",
        &[Parameter::new("list", Kind::BoolList)],
        Returns::Always(Kind::Bool),
        any_true,
    ),
    variadic("coalesce", ANYTHING, Returns::By(coalesce_type), coalesce),
    variadic(
        "coalescelist",
        ANYTHING,
        Returns::By(coalesce_list_type),
        coalesce_list,
    ),
    function(
        "contains",
        &[LIST, Parameter::new("value", Kind::Any)],
        Returns::Always(Kind::Bool),
        contains,
    ),
    Function {
        never_null: false,
        ..function(
            "element",
            &[LIST.marked(), Parameter::new("index", Kind::Number)],
            Returns::By(element_type),
            element,
        )
    },
    function(
        "index",
        &[LIST, Parameter::new("value", Kind::Any)],
        Returns::Always(Kind::Number),
        index_of,
    ),
    function(
        "length",
        &[Parameter::new("value", Kind::Any)
            .dynamic()
            .unknown()
            .marked()],
        Returns::By(length_type),
        length,
    ),
    variadic(
        "list",
        ANYTHING,
        Returns::By(|_| Err(gone("list", "tolist([ ... ])"))),
        never,
    ),
    Function {
        variadic: Some(
            Parameter::new("default", Kind::Any)
                .null()
                .unknown()
                .dynamic()
                .marked(),
        ),
        never_null: false,
        ..function(
            "lookup",
            &[
                Parameter::new("inputMap", Kind::Any).marked().unknown(),
                Parameter::new("key", Kind::String).marked().unknown(),
            ],
            Returns::By(lookup_type),
            lookup,
        )
    },
    variadic(
        "map",
        ANYTHING,
        Returns::By(|_| Err(gone("map", "tomap({ ... })"))),
        never,
    ),
    Function {
        never_null: false,
        ..function("one", &[LIST], Returns::By(one_type), one)
    },
];

const ANYTHING: Parameter = Parameter::new("vals", Kind::Any).null().unknown().dynamic();

fn gone(name: &str, instead: &str) -> Failure {
    Failure::Call(format!(
        "the \"{name}\" function was deprecated in Terraform v0.12 and is no longer available; use {instead} syntax to write a literal {name}"
    ))
}

/// Never reached: the type says that there is no such function any more.
fn never(_: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    Err(call("no longer available"))
}

fn all_true(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    for value in elements(values, 0) {
        if !value.is_known() {
            return Ok(Value::unknown_of(Type::Bool));
        }
        if value.as_bool() != Some(true) {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn any_true(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let mut unknown = false;
    for value in elements(values, 0) {
        unknown |= !value.is_known();
        if value.as_bool() == Some(true) {
            return Ok(Value::bool(true));
        }
    }
    Ok(if unknown {
        Value::unknown_of(Type::Bool)
    } else {
        Value::bool(false)
    })
}

fn coalesce_type(values: &[Value]) -> Result<Type, Failure> {
    let types: Vec<Type> = values.iter().map(Value::type_of).collect();
    unify(&types, true)
        .map(|unified| unified.of)
        .ok_or_else(|| call("all arguments must have the same type"))
}

fn coalesce(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    for value in values {
        let Ok(value) = convert(value, &environment.returns) else {
            return Err(call("all arguments must have the same type"));
        };
        if !value.is_known() {
            return Ok(Value::unknown_of(environment.returns.clone()));
        }
        let empty = environment.returns == Type::String && value.as_str() == Some("");
        if !value.is_null() && !empty {
            return Ok(value);
        }
    }
    Err(call("no non-null, non-empty-string arguments"))
}

fn coalesce_list_type(values: &[Value]) -> Result<Type, Failure> {
    if values.is_empty() {
        return Err(call("at least one argument is required"));
    }
    let mut types = Vec::new();
    for value in values {
        if !value.is_known() {
            return Ok(Type::Dynamic);
        }
        let of = value.type_of();
        if !matches!(of, Type::List(_) | Type::Tuple(_)) {
            return Err(call("coalescelist arguments must be lists or tuples"));
        }
        types.push(of);
    }
    let first = types.first().cloned().unwrap_or(Type::Dynamic);
    Ok(if types.iter().all(|of| *of == first) {
        first
    } else {
        Type::Dynamic
    })
}

fn coalesce_list(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    for value in values {
        if !value.is_known() {
            return Ok(Value::unknown_of(environment.returns.clone()));
        }
        if value.elements().is_some_and(|items| !items.is_empty()) {
            return Ok(value.clone());
        }
    }
    Err(call("no non-null arguments"))
}

fn contains(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let list = at(values, 0);
    if !matches!(
        list.type_of(),
        Type::List(_) | Type::Tuple(_) | Type::Set(_)
    ) {
        return Err(call("argument must be list, tuple, or set"));
    }
    let wanted = at(values, 1);
    let mut unknown = false;
    for item in elements(values, 0) {
        match equals(&wanted, item).as_bool() {
            Some(true) => return Ok(Value::bool(true)),
            Some(false) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown {
        Value::unknown_of(Type::Bool)
    } else {
        Value::bool(false)
    })
}

fn element_type(values: &[Value]) -> Result<Type, Failure> {
    match type_at(values, 0) {
        Type::List(element) => Ok((*element).clone()),
        Type::Tuple(types) => {
            let index = at(values, 1);
            if !index.is_known() {
                return Ok(Type::Dynamic);
            }
            // Counting from the end is for lists only in this version of Terraform.
            if number(values, 1).is_negative() && !types.is_empty() {
                return Err(call("negative index for a tuple"));
            }
            let index = wrapped(values, types.len())?;
            Ok(types.get(index).cloned().unwrap_or(Type::Dynamic))
        }
        other => Err(Failure::Call(format!(
            "cannot read elements from {}",
            other.friendly_name()
        ))),
    }
}

/// The index argument of `element`, which goes around.
fn wrapped(values: &[Value], length: usize) -> Result<usize, Failure> {
    let index = whole(values, 1).map_err(|why| Failure::Call(format!("invalid index: {why}")))?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    index
        .checked_rem_euclid(length)
        .and_then(|index| usize::try_from(index).ok())
        .ok_or_else(|| call("cannot use element function with an empty list"))
}

fn element(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let list = at(values, 0);
    let items = elements(values, 0);
    let index = wrapped(values, items.len())?;
    let item = items.get(index).cloned().unwrap_or_else(Value::null);
    Ok(item.with_marks(list.marks()))
}

fn index_of(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let list = at(values, 0);
    if !matches!(list.type_of(), Type::List(_) | Type::Tuple(_)) {
        return Err(call("argument must be a list or tuple"));
    }
    let items = elements(values, 0);
    if items.is_empty() {
        return Err(call("cannot search an empty list"));
    }
    let wanted = at(values, 1);
    for (index, item) in items.iter().enumerate() {
        match equals(item, &wanted).as_bool() {
            Some(true) => return Ok(Value::number(index)),
            Some(false) => {}
            None => return Ok(Value::unknown_of(Type::Number)),
        }
    }
    Err(call("item not found"))
}

fn length_type(values: &[Value]) -> Result<Type, Failure> {
    match type_at(values, 0) {
        Type::Bool | Type::Number => Err(call(
            "argument must be a string, a collection type, or a structural type",
        )),
        _ => Ok(Type::Number),
    }
}

fn length(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let value = at(values, 0);
    let marks = value.marks();
    let result = match (&value.data, value.type_of()) {
        (Data::String(text), _) => Value::number(clusters(text).count()),
        (_, Type::String) => {
            let prefix = value.refinement().and_then(|known| known.prefix.clone());
            let known = value.refinement().cloned().unwrap_or_default();
            let least = prefix.map_or(0, |prefix| clusters(&prefix).count());
            let least = least.max(known.min_length);
            Value::unknown_of(Type::Number).refine(|refinement| {
                let refinement = refinement.not_null().at_least(Number::from(least), true);
                match known.max_length {
                    Some(most) => refinement.at_most(Number::from(most), true),
                    None => refinement,
                }
            })
        }
        _ => ops::length(&value).unwrap_or_else(|| Value::unknown_of(Type::Number)),
    };
    Ok(result.with_marks(marks))
}

fn lookup_type(values: &[Value]) -> Result<Type, Failure> {
    let default = match values {
        [_, _] => None,
        [_, _, default] => Some(default),
        _ => {
            return Err(Failure::Call(format!(
                "lookup() takes two or three arguments, got {}",
                values.len()
            )));
        }
    };
    match type_at(values, 0) {
        Type::Object(_) if !at(values, 1).is_known() => Ok(Type::Dynamic),
        Type::Object(object) => {
            let name = text(values, 1);
            match (object.attributes.get(name), default) {
                (Some(attribute), _) => Ok(attribute.of.clone()),
                (None, Some(default)) => Ok(default.type_of()),
                (None, None) => Err(Failure::Argument(
                    0,
                    format!("the given object has no attribute {}", quoted(name)),
                )),
            }
        }
        Type::Map(element) => match default {
            Some(default) if convert(default, &element).is_err() => Err(argument(
                2,
                "the default value must have the same type as the map elements",
            )),
            _ => Ok((*element).clone()),
        },
        _ => Err(argument(0, "lookup() requires a map as the first argument")),
    }
}

fn lookup(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let (map, key) = (at(values, 0), at(values, 1));
    let marks = map.marks() | key.marks();
    if !map.is_known() || !key.is_known() {
        return Ok(Value::unknown_of(environment.returns.clone()).with_marks(marks));
    }
    let name = text(values, 1);
    if let Some(found) = map.attribute(name) {
        return Ok(found.clone().with_marks(marks));
    }
    if let Some(default) = values.get(2) {
        let default = convert(default, &environment.returns).map_err(Failure::Call)?;
        return Ok(default.with_marks(marks));
    }
    let shown = if key.marks().contains(Marks::SENSITIVE) {
        "(sensitive value)".to_owned()
    } else {
        quoted(name)
    };
    Err(Failure::Call(format!("lookup failed to find key {shown}")))
}

const NOT_ONE: &str = "must be a list, set, or tuple value with either zero or one elements";

fn one_type(values: &[Value]) -> Result<Type, Failure> {
    match type_at(values, 0) {
        Type::List(element) | Type::Set(element) => Ok((*element).clone()),
        Type::Tuple(types) => match types.as_slice() {
            [] => Ok(Type::Dynamic),
            [of] => Ok(of.clone()),
            _ => Err(argument(0, NOT_ONE)),
        },
        _ => Err(argument(0, NOT_ONE)),
    }
}

fn one(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    if sure_length(&at(values, 0)).is_none() {
        return Ok(Value::unknown_of(environment.returns.clone()));
    }
    match elements(values, 0) {
        [] => Ok(Value::null_of(environment.returns.clone())),
        [item] => Ok(item.clone()),
        _ => Err(argument(0, NOT_ONE)),
    }
}
