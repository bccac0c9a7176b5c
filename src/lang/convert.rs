//! From one type to another, as Terraform converts: silently where nothing is lost, on demand
//! where a value may not fit.

use super::number::Number;
use super::quote::quoted;
use super::types::{ObjectType, Type};
use super::unify::unify;
use super::unknown::{Computed, Refinement};
use super::value::{Data, Value};
use crate::lang::Members;
use std::sync::Arc;

/// The value as the wanted type.
///
/// Optional attributes that are missing become null; unknown values stay unknown, with what is
/// still known about them; marks stay.
///
/// # Errors
///
/// Why it does not fit, as part of a sentence: `number required`.
pub fn convert(value: &Value, want: &Type) -> Result<Value, String> {
    if fits(value, want) {
        return Ok(value.clone());
    }
    let have = value.type_of();
    if have == want.without_optional() {
        return Ok(value.clone());
    }
    if !is_convertible(&have, want, true) {
        return Err(mismatch(&have, want));
    }
    apply(value, want, true)
}

/// Whether a value plainly has the type it needs, as most do.
const fn fits(value: &Value, want: &Type) -> bool {
    matches!(
        (&value.data, want),
        (_, Type::Dynamic)
            | (Data::Bool(_), Type::Bool)
            | (Data::Number(_), Type::Number)
            | (Data::String(_), Type::String)
    )
}

/// Whether a conversion exists; with `unsafely`, also one that fails for some values.
pub(crate) fn is_convertible(from: &Type, to: &Type, unsafely: bool) -> bool {
    match (from, to) {
        (_, Type::Dynamic) => true,
        (Type::Dynamic, _) => unsafely,
        (Type::Number | Type::Bool, Type::String) => true,
        (Type::String, Type::Number | Type::Bool) => unsafely,
        (Type::Object(from), Type::Object(to)) => {
            to.attributes
                .iter()
                .all(|(name, want)| match from.attributes.get(name) {
                    Some(have) => {
                        have.of == want.of || is_convertible(&have.of, &want.of, unsafely)
                    }
                    None => want.optional,
                })
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to.iter())
                    .all(|(from, to)| from == to || is_convertible(from, to, unsafely))
        }
        (Type::List(from) | Type::Set(from), Type::List(to)) | (Type::Set(from), Type::Set(to)) => {
            from == to || is_convertible(from, to, unsafely)
        }
        // A list loses its order and what it has twice.
        (Type::List(from), Type::Set(to)) => {
            unsafely && (from == to || is_convertible(from, to, unsafely))
        }
        (Type::Map(from), Type::Map(to)) => from == to || is_convertible(from, to, unsafely),
        (Type::Tuple(elements), Type::List(to) | Type::Set(to)) => {
            structural_element(elements.iter(), to, unsafely, true).is_some()
        }
        (Type::Object(object), Type::Map(to)) => structural_element(
            object.attributes.values().map(|a| &a.of),
            to,
            unsafely,
            false,
        )
        .is_some(),
        (Type::Map(from), Type::Object(to)) => {
            unsafely
                && to.attributes.values().all(|want| {
                    want.optional || want.of == **from || is_convertible(from, &want.of, unsafely)
                })
        }
        (from, to) => from == to && from.is_primitive(),
    }
}

/// The element type that a tuple's or object's parts get in a collection of `to`.
///
/// Where `to` is open they must have a type in common. None where that cannot be.
fn structural_element<'t>(
    parts: impl Iterator<Item = &'t Type> + Clone,
    to: &Type,
    unsafely: bool,
    must_be_definite: bool,
) -> Option<Type> {
    if parts.clone().next().is_none() {
        return Some(to.clone());
    }
    let element = if *to == Type::Dynamic {
        let types: Vec<Type> = parts.clone().cloned().collect();
        let element = unify(&types, unsafely)?.of;
        if must_be_definite && element == Type::Dynamic && types.iter().any(|t| *t != Type::Dynamic)
        {
            return None;
        }
        element
    } else {
        to.clone()
    };
    parts
        .into_iter()
        .all(|part| *part == element || is_convertible(part, &element, unsafely))
        .then_some(element)
}

/// Converts a value for whose type a conversion exists.
fn apply(value: &Value, want: &Type, unsafely: bool) -> Result<Value, String> {
    if fits(value, want) {
        return Ok(value.clone());
    }
    // What is converted part by part needs no type of the whole, which takes long to make.
    let by_parts = matches!(
        (&value.data, want),
        (Data::Object(_) | Data::Map(_), Type::Object(_))
            | (Data::Map(_), Type::Map(_))
            | (Data::Tuple(_), Type::Tuple(_))
    );
    let have = if by_parts {
        Type::Dynamic
    } else {
        value.type_of()
    };
    if have == *want {
        return Ok(value.clone());
    }
    let converted = match &value.data {
        Data::Unknown(unknown) => match (&unknown.computed, want) {
            (Some(computed), Type::Object(want)) if !computed.known.is_empty() => {
                parts_of(computed, want, unsafely)?
            }
            _ => {
                let target = filled_in(&unknown.of, &want.without_optional());
                unknown_result(&unknown.of, &unknown.refinement, target).computed_like(value)
            }
        },
        Data::Null(of) => Value::null_of(filled_in(of, &want.without_optional())),
        _ => known(value, &have, want, unsafely)?,
    };
    Ok(converted.with_marks(value.marks()))
}

fn known(value: &Value, have: &Type, want: &Type, unsafely: bool) -> Result<Value, String> {
    match (&value.data, want) {
        (Data::Number(number), Type::String) => Ok(Value::string(number.to_string())),
        (Data::Bool(value), Type::String) => {
            Ok(Value::string(if *value { "true" } else { "false" }))
        }
        (Data::String(text), Type::Number) => Number::parse(text)
            .map(Value::number)
            .ok_or_else(|| "a number is required".to_owned()),
        (Data::String(text), Type::Bool) => to_bool(text),
        (Data::Object(attributes), Type::Object(want)) => object(attributes, want, unsafely),
        (Data::Map(entries), Type::Object(want)) => {
            map_to_object(&entries.of, &entries.items, want, unsafely)
        }
        (Data::Tuple(elements), Type::Tuple(want)) => {
            let items = elements
                .iter()
                .zip(want.iter())
                .map(|(element, want)| apply(element, want, unsafely))
                .collect::<Result<_, _>>()?;
            Ok(Value::tuple(items))
        }
        (Data::Tuple(elements), Type::List(to) | Type::Set(to)) => {
            let Type::Tuple(types) = have else {
                return Err(mismatch(have, want));
            };
            let Some(of) = structural_element(types.iter(), to, unsafely, true) else {
                return Err(mismatch(have, want));
            };
            let items = elements
                .iter()
                .map(|element| apply(element, &of, unsafely))
                .collect::<Result<Vec<_>, _>>()?;
            if matches!(want, Type::List(_)) {
                let (of, items) = alike(&of, items, "list")?;
                Ok(Value::list_of(of, items))
            } else {
                let of = same_type(&of, &items, "set")?;
                Ok(Value::set_of(of, items))
            }
        }
        (Data::List(elements) | Data::Set(elements), Type::List(to)) => {
            // What an unknown element of a set is equal to, nobody knows yet.
            if matches!(value.data, Data::Set(_))
                && elements.items.len() > 1
                && !value.is_wholly_known()
            {
                return Ok(Value::unknown_of(Type::list(elements.of.clone())));
            }
            let items = elements
                .items
                .iter()
                .map(|element| apply(element, to, unsafely))
                .collect::<Result<Vec<_>, _>>()?;
            let of = if items.is_empty() && **to == Type::Dynamic {
                elements.of.clone()
            } else {
                same_type(to, &items, "list")?
            };
            Ok(Value::list_of(of, items))
        }
        (Data::List(elements) | Data::Set(elements), Type::Set(to)) => {
            let items = elements
                .items
                .iter()
                .map(|element| apply(element, to, unsafely))
                .collect::<Result<Vec<_>, _>>()?;
            let of = if items.is_empty() && **to == Type::Dynamic {
                elements.of.clone()
            } else {
                same_type(to, &items, "set")?
            };
            Ok(Value::set_of(of, items))
        }
        (Data::Map(entries), Type::Map(to)) => {
            let mut items = Members::new();
            for (key, item) in &entries.items {
                items.insert(key.clone(), apply(item, to, unsafely)?);
            }
            if items.is_empty() {
                let of = if **to == Type::Dynamic {
                    entries.of.clone()
                } else {
                    to.without_optional()
                };
                return Ok(Value::map_of(of, items));
            }
            map_alike(to, items)
        }
        (Data::Object(attributes), Type::Map(to)) => {
            let Type::Object(object) = have else {
                return Err(mismatch(have, want));
            };
            let parts = object.attributes.values().map(|a| &a.of);
            let Some(of) = structural_element(parts, to, unsafely, false) else {
                return Err(mismatch(have, want));
            };
            let mut items = Members::new();
            for (name, attribute) in attributes.iter() {
                items.insert(name.clone(), apply(attribute, &of, unsafely)?);
            }
            map_alike(&of, items)
        }
        _ => Err(mismatch(have, want)),
    }
}

fn to_bool(text: &str) -> Result<Value, String> {
    match text {
        "true" | "1" => Ok(Value::bool(true)),
        "false" | "0" => Ok(Value::bool(false)),
        _ => Err(match text.to_lowercase().as_str() {
            word @ ("true" | "false") => {
                format!("a bool is required; to convert from string, use lowercase \"{word}\"")
            }
            _ => "a bool is required".to_owned(),
        }),
    }
}

fn object(attributes: &Members, want: &ObjectType, unsafely: bool) -> Result<Value, String> {
    let mut items = Members::new();
    for (name, attribute) in &want.attributes {
        let item = match attributes.get(name) {
            Some(value) => apply(value, &attribute.of, unsafely)?,
            None => Value::null_of(attribute.of.without_optional()),
        };
        items.insert(name.clone(), item);
    }
    Ok(Value::object(items))
}

fn map_to_object(
    of: &Type,
    entries: &Members,
    want: &ObjectType,
    unsafely: bool,
) -> Result<Value, String> {
    let mut items = Members::new();
    for (name, attribute) in &want.attributes {
        let item = match entries.get(name) {
            Some(value) if *of == attribute.of => value.clone(),
            Some(value) if is_convertible(of, &attribute.of, unsafely) => {
                apply(value, &attribute.of, unsafely)?
            }
            Some(value) => {
                return Err(format!(
                    "map element type is incompatible with attribute {}: {}",
                    quoted(name),
                    mismatch(&value.type_of(), &attribute.of)
                ));
            }
            None if attribute.optional => Value::null_of(attribute.of.without_optional()),
            None => {
                return Err(format!(
                    "map has no element for required attribute {}",
                    quoted(name)
                ));
            }
        };
        items.insert(name.clone(), item);
    }
    Ok(Value::object(items))
}

/// The one type of all elements, which optional or open parts of a constraint leave open.
fn same_type(of: &Type, items: &[Value], kind: &str) -> Result<Type, String> {
    if !of.has_dynamic() && !has_optional(of) {
        return Ok(of.clone());
    }
    let Some(first) = items.first() else {
        return Ok(of.without_optional());
    };
    // An untyped unknown or null takes no side.
    let mut common = first.type_of();
    for item in items.iter().skip(1) {
        let next = item.type_of();
        if next == common || next == Type::Dynamic {
            continue;
        }
        if common == Type::Dynamic {
            common = next;
            continue;
        }
        return Err(format!(
            "element types must all match for conversion to {kind}"
        ));
    }
    Ok(common)
}

/// Elements brought to a common type, as a list from a tuple needs it.
fn alike(of: &Type, items: Vec<Value>, kind: &str) -> Result<(Type, Vec<Value>), String> {
    if !of.has_dynamic() && !has_optional(of) {
        return Ok((of.clone(), items));
    }
    if items.is_empty() {
        return Ok((of.without_optional(), items));
    }
    let types: Vec<Type> = items.iter().map(Value::type_of).collect();
    let Some(unified) = unify(&types, false) else {
        return Err("cannot find a common base type for all elements".to_owned());
    };
    let items = items
        .iter()
        .map(|item| apply(item, &unified.of, false))
        .collect::<Result<Vec<_>, _>>()?;
    let of = same_type(&Type::Dynamic, &items, kind)?;
    Ok((of, items))
}

fn map_alike(of: &Type, items: Members) -> Result<Value, String> {
    if items.is_empty() || !of.has_dynamic() && !has_optional(of) {
        return Ok(Value::map_of(of.without_optional(), items));
    }
    let (keys, values): (Vec<_>, Vec<_>) = items.into_iter().unzip();
    let (of, values) = if of.is_collection() || matches!(of, Type::Object(_)) {
        alike(of, values, "map")?
    } else {
        (same_type(of, &values, "map")?, values)
    };
    Ok(Value::map_of(of, keys.into_iter().zip(values).collect()))
}

fn has_optional(of: &Type) -> bool {
    match of {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_optional(element),
        Type::Tuple(elements) => elements.iter().any(has_optional),
        Type::Object(object) => object
            .attributes
            .values()
            .any(|attribute| attribute.optional || has_optional(&attribute.of)),
    }
}

/// The wanted type with its open places filled from the type at hand.
fn filled_in(have: &Type, want: &Type) -> Type {
    if *have == Type::Dynamic {
        return want.clone();
    }
    let unified = |parts: Vec<Type>| unify(&parts, true).map_or(Type::Dynamic, |u| u.of);
    match (have, want) {
        (_, Type::Dynamic) => have.clone(),
        (Type::Map(have), Type::Map(want)) => Type::map(filled_in(have, want)),
        (Type::Object(have), Type::Map(want)) => {
            let parts = have.attributes.values().map(|a| a.of.clone()).collect();
            Type::map(filled_in(&unified(parts), want))
        }
        (Type::Set(have) | Type::List(have), Type::Set(want)) => Type::set(filled_in(have, want)),
        (Type::Set(have) | Type::List(have), Type::List(want)) => Type::list(filled_in(have, want)),
        (Type::Tuple(have), Type::Set(want)) => Type::set(filled_in(&unified(have.to_vec()), want)),
        (Type::Tuple(have), Type::List(want)) => {
            Type::list(filled_in(&unified(have.to_vec()), want))
        }
        (Type::Tuple(have), Type::Tuple(want)) => Type::tuple(
            have.iter()
                .zip(want.iter())
                .map(|(have, want)| filled_in(have, want))
                .collect(),
        ),
        (Type::Object(have), Type::Object(want)) => Type::object(
            want.attributes
                .iter()
                .map(|(name, want)| {
                    let of = match have.attributes.get(name) {
                        Some(have) => filled_in(&have.of, &want.of),
                        None => want.of.clone(),
                    };
                    (name.clone(), of)
                })
                .collect(),
        ),
        (Type::Map(have), Type::Object(want)) => Type::object(
            want.attributes
                .iter()
                .map(|(name, want)| (name.clone(), filled_in(have, &want.of)))
                .collect(),
        ),
        _ => want.clone(),
    }
}

/// The wanted attributes of a resource, of which only some are known.
fn parts_of(computed: &Computed, want: &ObjectType, unsafely: bool) -> Result<Value, String> {
    let mut attributes = Members::new();
    for (name, attribute) in &want.attributes {
        let part = apply(&computed.part(name), &attribute.of, unsafely)?;
        attributes.insert(Arc::clone(name), part);
    }
    Ok(Value::object(attributes))
}

/// What is still known of an unknown value after its conversion.
fn unknown_result(have: &Type, known: &Refinement, target: Type) -> Value {
    let result = Value::unknown_of(target.clone()).refine(|refinement| {
        if known.not_null {
            refinement.not_null()
        } else {
            refinement
        }
    });
    match (have, &target) {
        (Type::Object(object), Type::Map(_)) => {
            let length = object.attributes.len();
            result.refine(|r| r.length_at_least(length).length_at_most(length))
        }
        (Type::Tuple(elements), Type::List(_)) => {
            let length = elements.len();
            result.refine(|r| r.length_at_least(length).length_at_most(length))
        }
        (Type::Tuple(elements), Type::Set(_)) => {
            let length = elements.len();
            result.refine(|r| r.length_at_least(length.min(1)).length_at_most(length))
        }
        (have, target) if have.is_collection() && target.is_collection() => result.refine(|r| {
            let least = if matches!(target, Type::Set(_)) {
                known.min_length.min(1)
            } else {
                known.min_length
            };
            let r = r.length_at_least(least);
            match known.max_length {
                Some(most) => r.length_at_most(most),
                None => r,
            }
        }),
        _ => result,
    }
}

/// Why no conversion exists, as part of a sentence.
pub(crate) fn mismatch(have: &Type, want: &Type) -> String {
    let required = || format!("{} required", constraint_name(want));
    match (have, want) {
        (Type::Object(have), Type::Object(want)) => mismatched_objects(have, want),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => {
            "all list elements must have the same type".to_owned()
        }
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => {
            "all set elements must have the same type".to_owned()
        }
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => {
            "all map elements must have the same type".to_owned()
        }
        (Type::Tuple(elements), Type::List(want) | Type::Set(want)) => elements
            .iter()
            .enumerate()
            .find(|(_, have)| *have != &**want && !is_convertible(have, want, true))
            .map_or_else(
                || format!("all elements must be {}", constraint_name(want)),
                |(at, have)| format!("element {at}: {}", mismatch(have, want)),
            ),
        (Type::Object(object), Type::Map(want)) => object
            .attributes
            .iter()
            .find(|(_, have)| have.of != **want && !is_convertible(&have.of, want, true))
            .map_or_else(
                || format!("all elements must be {}", constraint_name(want)),
                |(name, have)| format!("element {}: {}", quoted(name), mismatch(&have.of, want)),
            ),
        (Type::List(have) | Type::Set(have), Type::List(want)) => {
            format!("incorrect list element type: {}", mismatch(have, want))
        }
        (Type::List(have) | Type::Set(have), Type::Set(want)) => {
            format!("incorrect set element type: {}", mismatch(have, want))
        }
        (Type::Map(have), Type::Map(want)) => {
            format!("incorrect map element type: {}", mismatch(have, want))
        }
        _ => required(),
    }
}

fn mismatched_objects(have: &ObjectType, want: &ObjectType) -> String {
    let missing: Vec<String> = want
        .attributes
        .iter()
        .filter(|(name, want)| !want.optional && !have.attributes.contains_key(*name))
        .map(|(name, _)| quoted(name))
        .collect();
    match missing.as_slice() {
        [] => {}
        [one] => return format!("attribute {one} is required"),
        [one, two] => return format!("attributes {one} and {two} are required"),
        [some @ .., last] => {
            return format!("attributes {}, and {last} are required", some.join(", "));
        }
    }
    for unsafely in [true, false] {
        for (name, want) in &want.attributes {
            if let Some(have) = have.attributes.get(name)
                && have.of != want.of
                && !is_convertible(&have.of, &want.of, unsafely)
            {
                return format!(
                    "attribute {}: {}",
                    quoted(name),
                    mismatch(&have.of, &want.of)
                );
            }
        }
    }
    "incorrect object attributes".to_owned()
}

/// As a constraint is named: `any type`, `list of any single type`.
fn constraint_name(of: &Type) -> String {
    match of {
        Type::Dynamic => "any type".to_owned(),
        Type::List(element) if **element == Type::Dynamic => "list of any single type".to_owned(),
        Type::Set(element) if **element == Type::Dynamic => "set of any single type".to_owned(),
        Type::Map(element) if **element == Type::Dynamic => "map of any single type".to_owned(),
        Type::List(element) => format!("list of {}", constraint_name(element)),
        Type::Set(element) => format!("set of {}", constraint_name(element)),
        Type::Map(element) => format!("map of {}", constraint_name(element)),
        other => other.friendly_name(),
    }
}
