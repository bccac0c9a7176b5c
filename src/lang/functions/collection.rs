//! Functions of lists, sets, maps, tuples and objects.

use super::numeric::{number, whole};
use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::convert::convert;
use crate::lang::graphemes::clusters;
use crate::lang::number::Number;
use crate::lang::ops::{self, equals};
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::unify::unify;
use crate::lang::value::{Data, Marks, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

const LIST: Parameter = Parameter::new("list", Kind::Any);

/// A function of values that is never null and whose type `returns` tells.
const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Returns,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters,
        variadic: None,
        returns,
        run: Run::Values(run),
        never_null: true,
    }
}

/// One that takes any number of the same.
const fn variadic(
    name: &'static str,
    parameter: Parameter,
    returns: Returns,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        variadic: Some(parameter),
        ..function(name, &[], returns, run)
    }
}

const ANYTHING: Parameter = Parameter::new("vals", Kind::Any).null().unknown().dynamic();

pub(super) const FUNCTIONS: &[Function] = &[
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
    function(
        "chunklist",
        &[
            Parameter::new("list", Kind::AnyList).marked(),
            Parameter::new("size", Kind::Number).marked(),
        ],
        Returns::By(|values| Ok(Type::list(type_at(values, 0)))),
        chunk_list,
    ),
    variadic("coalesce", ANYTHING, Returns::By(coalesce_type), coalesce),
    variadic(
        "coalescelist",
        ANYTHING,
        Returns::By(coalesce_list_type),
        coalesce_list,
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
        "contains",
        &[LIST, Parameter::new("value", Kind::Any)],
        Returns::Always(Kind::Bool),
        contains,
    ),
    function(
        "distinct",
        &[Parameter::new("list", Kind::AnyList)],
        Returns::By(|values| Ok(type_at(values, 0))),
        distinct,
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
        "flatten",
        &[LIST.marked()],
        Returns::By(flatten_type),
        flatten,
    ),
    function(
        "index",
        &[LIST, Parameter::new("value", Kind::Any)],
        Returns::Always(Kind::Number),
        index_of,
    ),
    function(
        "keys",
        &[Parameter::new("inputMap", Kind::Any).unknown().marked()],
        Returns::By(keys_type),
        keys,
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
        "merge",
        Parameter::new("maps", Kind::Any).dynamic().null().marked(),
        Returns::By(merge_type),
        merge,
    ),
    Function {
        never_null: false,
        ..function("one", &[LIST], Returns::By(one_type), one)
    },
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
    set_operation("setintersection", intersection),
    variadic(
        "setproduct",
        Parameter::new("sets", Kind::Any).marked().unknown(),
        Returns::By(set_product_type),
        set_product,
    ),
    Function {
        parameters: &[
            Parameter::new("a", Kind::AnySet).dynamic(),
            Parameter::new("b", Kind::AnySet).dynamic(),
        ],
        variadic: None,
        ..set_operation("setsubtract", subtraction)
    },
    set_operation("setunion", union),
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

const FIRST_SET: &[Parameter] = &[Parameter::new("first_set", Kind::AnySet).dynamic()];

const fn set_operation(
    name: &'static str,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        variadic: Some(Parameter::new("other_sets", Kind::AnySet).dynamic()),
        ..function(name, FIRST_SET, Returns::By(set_operation_type), run)
    }
}

fn call(why: &str) -> Failure {
    Failure::Call(why.to_owned())
}

fn argument(at: usize, why: &str) -> Failure {
    Failure::Argument(at, why.to_owned())
}

fn gone(name: &str, instead: &str) -> Failure {
    Failure::Call(format!(
        "the \"{name}\" function was deprecated in Terraform v0.12 and is no longer available; use {instead} syntax to write a literal {name}"
    ))
}

/// Never reached: the type says that there is no such function any more.
fn never(_: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    Err(call("no longer available"))
}

fn at(values: &[Value], index: usize) -> Value {
    values.get(index).cloned().unwrap_or_else(Value::null)
}

fn type_at(values: &[Value], index: usize) -> Type {
    values.get(index).map_or(Type::Dynamic, Value::type_of)
}

fn elements(values: &[Value], index: usize) -> &[Value] {
    values.get(index).and_then(Value::elements).unwrap_or(&[])
}

/// The element type of a collection type; dynamic for others.
fn element_of(of: &Type) -> Type {
    of.element().cloned().unwrap_or(Type::Dynamic)
}

/// A list or tuple, as `returns` says.
fn sequence(returns: &Type, items: Vec<Value>) -> Value {
    match returns {
        Type::List(of) => Value::list_of((**of).clone(), items),
        _ => Value::tuple(items),
    }
}

/// The length of a value whose length is known for sure.
fn sure_length(value: &Value) -> Option<usize> {
    let length = ops::length(value)?;
    usize::try_from(length.as_number()?.to_u64()?).ok()
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
    let list = at(values, 0);
    if !matches!(
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
    let mut merged = BTreeMap::new();
    for value in values {
        marks |= value.marks();
        let entries = value.entries();
        environment
            .context
            .budget()
            .make_elements(entries.map_or(0, BTreeMap::len))?;
        for (key, item) in entries.into_iter().flatten() {
            merged.insert(key.clone(), item.clone());
        }
    }
    Ok(match &environment.returns {
        Type::Map(of) => Value::map_of((**of).clone(), merged),
        _ => Value::object(merged),
    }
    .with_marks(marks))
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

fn set_operation_type(values: &[Value]) -> Result<Type, Failure> {
    let mut types = Vec::new();
    for value in values {
        let element = element_of(&value.type_of());
        let is_empty = value.elements().is_some_and(<[Value]>::is_empty);
        if !(is_empty && element == Type::Dynamic) {
            types.push(element);
        }
    }
    if types.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    unify(&types, true)
        .map(|unified| Type::set(unified.of))
        .ok_or_else(|| call("given sets must all have compatible element types"))
}

/// The arguments as sets of one type; none where that has to wait for unknown values.
fn sets(
    values: &[Value],
    environment: &Environment<'_, '_>,
    with_unknowns: bool,
) -> Result<Option<Vec<Vec<Value>>>, Failure> {
    let mut sets = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let set =
            convert(value, &environment.returns).map_err(|why| Failure::Argument(index, why))?;
        if !with_unknowns && !set.is_wholly_known() {
            return Ok(None);
        }
        match set.elements() {
            Some(items) => sets.push(items.to_vec()),
            None => return Ok(None),
        }
    }
    Ok(Some(sets))
}

fn union(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some(sets) = sets(values, environment, true)? else {
        return Ok(Value::unknown_of(environment.returns.clone()));
    };
    let element = element_of(&environment.returns);
    Ok(Value::set_of(element, sets.into_iter().flatten().collect()))
}

fn intersection(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some(sets) = sets(values, environment, false)? else {
        return Ok(Value::unknown_of(environment.returns.clone()));
    };
    let mut sets = sets.into_iter();
    let mut kept = sets.next().unwrap_or_default();
    for set in sets {
        environment
            .context
            .budget()
            .step(kept.len().saturating_mul(set.len()))?;
        kept.retain(|item| set.contains(item));
    }
    Ok(Value::set_of(element_of(&environment.returns), kept))
}

fn subtraction(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some(sets) = sets(values, environment, false)? else {
        return Ok(Value::unknown_of(environment.returns.clone()));
    };
    let mut sets = sets.into_iter();
    let mut kept = sets.next().unwrap_or_default();
    for set in sets {
        environment
            .context
            .budget()
            .step(kept.len().saturating_mul(set.len()))?;
        kept.retain(|item| !set.contains(item));
    }
    Ok(Value::set_of(element_of(&environment.returns), kept))
}

fn set_product_type(values: &[Value]) -> Result<Type, Failure> {
    if values.len() < 2 {
        return Err(call("at least two arguments are required"));
    }
    let mut lists = true;
    let mut types = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        types.push(match value.type_of() {
            Type::Set(element) => {
                lists = false;
                (*element).clone()
            }
            Type::List(element) => (*element).clone(),
            Type::Tuple(parts) if parts.is_empty() => Type::Dynamic,
            Type::Tuple(parts) => {
                unify(&parts, true)
                    .ok_or_else(|| argument(index, "all elements must be of the same type"))?
                    .of
            }
            _ => return Err(argument(index, "a set or a list is required")),
        });
    }
    let element = Type::tuple(types);
    Ok(if lists {
        Type::list(element)
    } else {
        Type::set(element)
    })
}

fn set_product(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = values
        .iter()
        .fold(Marks::NONE, |marks, v| marks | v.marks());
    let returns = &environment.returns;
    let unsure = |value: &Value| !value.is_known() || sure_length(value).is_none();
    if values.iter().any(unsure) {
        return Ok(unknown_product(values, returns).with_marks(marks));
    }
    let element = element_of(returns);
    let Type::Tuple(types) = &element else {
        return Ok(Value::unknown_of(returns.clone()));
    };
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for (index, value) in values.iter().enumerate() {
        let items = value.elements().unwrap_or(&[]);
        let of = types.get(index).cloned().unwrap_or(Type::Dynamic);
        let items = items
            .iter()
            .map(|item| convert(item, &of).map_err(|why| Failure::Argument(index, why)))
            .collect::<Result<Vec<_>, _>>()?;
        environment.context.budget().make_elements(
            rows.len()
                .saturating_mul(items.len())
                .saturating_mul(types.len()),
        )?;
        rows = rows
            .iter()
            .flat_map(|row| {
                items.iter().map(|item| {
                    let mut row = row.clone();
                    row.push(item.clone());
                    row
                })
            })
            .collect();
    }
    let rows = rows.into_iter().map(Value::tuple).collect();
    Ok(match returns {
        Type::List(_) => Value::list_of(element, rows),
        _ => Value::set_of(element, rows),
    }
    .with_marks(marks))
}

/// How many rows a product has at most, where its factors are known well enough.
fn unknown_product(values: &[Value], returns: &Type) -> Value {
    let result = Value::unknown_of(returns.clone());
    let mut most: usize = 1;
    for value in values {
        let length = match value.type_of() {
            Type::Tuple(types) => Some(types.len()),
            _ => ops::length(value)
                .and_then(|length| length.upper_bound().and_then(Number::to_u64))
                .and_then(|length| usize::try_from(length).ok()),
        };
        let Some(length) = length.filter(|length| *length <= 1024) else {
            return result;
        };
        most = most.saturating_mul(length);
        if most > 2048 {
            return result;
        }
    }
    let result = result.refine_not_null();
    if most == 0 {
        result.refine(|refinement| refinement.length_at_most(0))
    } else {
        result.refine(|refinement| refinement.length_at_least(1).length_at_most(most))
    }
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
        Type::Map(of) => Value::map_of((**of).clone(), zipped),
        _ => Value::object(zipped),
    }
    .with_marks(marks))
}
