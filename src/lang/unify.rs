//! Which type several types have in common: for conditionals, and for lists of many things.

use super::convert::is_convertible;
use super::types::{Attribute, ObjectType, Type};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a value gets to the common type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// By conversion.
    Conversion,
    /// Not at all: with a dynamic type among them nobody can say, so it becomes unknown.
    Unknown,
}

/// The common type.
#[derive(Clone, Debug)]
pub(crate) struct Unified {
    pub(crate) of: Type,
    pub(crate) via: Via,
}

/// The most general of the types that all of them convert to. With `unsafely`, conversions count
/// that may fail for some values (string to number).
///
/// None where there is none, and for no types at all.
pub(crate) fn unify(types: &[Type], unsafely: bool) -> Option<Unified> {
    let first = types.first()?;
    if types.iter().all(|t| t == first) && !matches!(first, Type::Dynamic) {
        return converted(first.clone());
    }
    let count = |test: fn(&Type) -> bool| types.iter().filter(|t| test(t)).count();
    let dynamics = count(|t| matches!(t, Type::Dynamic));
    let maps = count(|t| matches!(t, Type::Map(_)));
    let lists = count(|t| matches!(t, Type::List(_)));
    let sets = count(|t| matches!(t, Type::Set(_)));
    let objects = count(|t| matches!(t, Type::Object(_)));
    let tuples = count(|t| matches!(t, Type::Tuple(_)));
    let all = types.len();
    let only = |n: usize| n > 0 && n.saturating_add(dynamics) == all;
    let and = |n: usize, m: usize| n > 0 && n.saturating_add(m).saturating_add(dynamics) == all;
    if (only(maps) || only(lists) || only(sets) || only(objects) || only(tuples)) && dynamics > 0 {
        return Some(Unified {
            of: Type::Dynamic,
            via: Via::Unknown,
        });
    }
    if only(maps) {
        return collections(types, unsafely, Type::map);
    }
    if and(maps, objects)
        && let Some(unified) = structural_as_collections(types, unsafely)
        && matches!(unified.of, Type::Map(_))
    {
        return Some(unified);
    }
    if only(lists) {
        return collections(types, unsafely, Type::list);
    }
    if and(lists, tuples)
        && let Some(unified) = structural_as_collections(types, unsafely)
        && matches!(unified.of, Type::List(_))
    {
        return Some(unified);
    }
    if only(sets) {
        return collections(types, unsafely, Type::set);
    }
    if only(objects) {
        return object_types(types, unsafely);
    }
    if only(tuples) {
        return tuple_types(types, unsafely);
    }
    if objects > 0 && tuples > 0 {
        return None;
    }
    most_general(types, unsafely)
}

fn converted(of: Type) -> Option<Unified> {
    Some(Unified {
        of,
        via: Via::Conversion,
    })
}

/// `of`, if all of the types convert to it.
fn if_reachable(of: Type, types: &[Type], unsafely: bool) -> Option<Unified> {
    types
        .iter()
        .all(|t| *t == of || is_convertible(t, &of, unsafely))
        .then_some(())?;
    converted(of)
}

fn collections(types: &[Type], unsafely: bool, make: fn(Type) -> Type) -> Option<Unified> {
    let elements: Vec<Type> = types.iter().filter_map(|t| t.element().cloned()).collect();
    let element = unify(&elements, unsafely)?.of;
    if_reachable(make(element), types, unsafely)
}

/// Maps among objects, lists among tuples: the objects and tuples are maps and lists in disguise.
fn structural_as_collections(types: &[Type], unsafely: bool) -> Option<Unified> {
    let structural: Vec<Type> = types
        .iter()
        .filter(|t| matches!(t, Type::Object(_) | Type::Tuple(_)))
        .cloned()
        .collect();
    let as_collection = if matches!(structural.first(), Some(Type::Object(_))) {
        objects_to_map(&structural, unsafely)?.of
    } else {
        tuples_to_list(&structural, unsafely)?.of
    };
    let types: Vec<Type> = types
        .iter()
        .map(|t| match t {
            Type::Object(_) | Type::Tuple(_) => as_collection.clone(),
            other => other.clone(),
        })
        .collect();
    unify(&types, unsafely)
}

fn object_types(types: &[Type], unsafely: bool) -> Option<Unified> {
    let objects: Vec<&ObjectType> = types
        .iter()
        .filter_map(|t| match t {
            Type::Object(object) => Some(&**object),
            _ => None,
        })
        .collect();
    let first = objects.first()?;
    let same_names = objects.iter().all(|object| {
        object.attributes.len() == first.attributes.len()
            && object.attributes.keys().eq(first.attributes.keys())
    });
    if !same_names {
        return objects_to_map(types, unsafely);
    }
    let mut attributes = BTreeMap::new();
    for name in first.attributes.keys() {
        let across: Vec<Type> = objects
            .iter()
            .filter_map(|object| object.attributes.get(name).map(|a| a.of.clone()))
            .collect();
        attributes.insert(
            name.clone(),
            Attribute::required(unify(&across, unsafely)?.of),
        );
    }
    let of = Type::Object(Arc::new(ObjectType { attributes }));
    if_reachable(of, types, unsafely).or_else(|| objects_to_map(types, unsafely))
}

fn objects_to_map(types: &[Type], unsafely: bool) -> Option<Unified> {
    let mut elements = Vec::new();
    for t in types {
        if let Type::Object(object) = t {
            elements.extend(object.attributes.values().map(|a| a.of.clone()));
        }
    }
    let element = unify(&elements, unsafely)?.of;
    if_reachable(Type::map(element), types, unsafely)
}

fn tuple_types(types: &[Type], unsafely: bool) -> Option<Unified> {
    let tuples: Vec<&[Type]> = types
        .iter()
        .filter_map(|t| match t {
            Type::Tuple(elements) => Some(elements.as_slice()),
            _ => None,
        })
        .collect();
    let first = tuples.first()?;
    if tuples.iter().any(|tuple| tuple.len() != first.len()) {
        return tuples_to_list(types, unsafely);
    }
    let mut elements = Vec::with_capacity(first.len());
    for at in 0..first.len() {
        let across: Vec<Type> = tuples.iter().filter_map(|t| t.get(at).cloned()).collect();
        elements.push(unify(&across, unsafely)?.of);
    }
    if_reachable(Type::tuple(elements), types, unsafely).or_else(|| tuples_to_list(types, unsafely))
}

fn tuples_to_list(types: &[Type], unsafely: bool) -> Option<Unified> {
    let mut elements = Vec::new();
    for t in types {
        if let Type::Tuple(tuple) = t {
            elements.extend(tuple.iter().cloned());
        }
    }
    let element = unify(&elements, unsafely)?.of;
    if_reachable(Type::list(element), types, unsafely)
}

/// The first in the order of preference that all others convert to.
fn most_general(types: &[Type], unsafely: bool) -> Option<Unified> {
    // The same type twice changes nothing, and lists of many equal things are common.
    let mut distinct: Vec<&Type> = Vec::new();
    for t in types {
        if !distinct.contains(&t) {
            distinct.push(t);
        }
    }
    for at in by_preference(&distinct) {
        let want = *distinct.get(at)?;
        if distinct
            .iter()
            .all(|t| *t == want || is_convertible(t, want, unsafely))
        {
            return converted(want.clone());
        }
    }
    None
}

/// Indexes so that more general types come before what converts to them.
fn by_preference(types: &[&Type]) -> Vec<usize> {
    let count = types.len();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut above = vec![0_usize; count];
    for (i, a) in types.iter().enumerate() {
        for (j, b) in types.iter().enumerate().skip(i.saturating_add(1)) {
            let (upper, lower) = match generality(a, b) {
                0 => continue,
                c if c < 0 => (i, j),
                _ => (j, i),
            };
            if let (Some(list), Some(number)) = (below.get_mut(upper), above.get_mut(lower)) {
                list.push(lower);
                *number = number.saturating_add(1);
            }
        }
    }
    let mut order: Vec<usize> = (0..count).filter(|at| above.get(*at) == Some(&0)).collect();
    let mut next = 0;
    while let Some(at) = order.get(next).copied() {
        next = next.saturating_add(1);
        for lower in below.get(at).cloned().unwrap_or_default() {
            if let Some(number) = above.get_mut(lower) {
                *number = number.saturating_sub(1);
                if *number == 0 {
                    order.push(lower);
                }
            }
        }
    }
    order
}

/// Below zero where `a` is the more general, above where `b` is.
fn generality(a: &Type, b: &Type) -> i8 {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => 0,
        (Type::Dynamic, _) => 1,
        (_, Type::Dynamic) => -1,
        (Type::String, Type::Bool | Type::Number) => -1,
        (Type::Bool | Type::Number, Type::String) => 1,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => generality(a, b),
        (Type::Tuple(_) | Type::List(_), Type::Set(_))
        | (Type::List(_), Type::Tuple(_))
        | (Type::Map(_), Type::Object(_)) => -1,
        (Type::Set(_), Type::Tuple(_) | Type::List(_))
        | (Type::Tuple(_), Type::List(_))
        | (Type::Object(_), Type::Map(_)) => 1,
        (Type::Object(a), Type::Object(b)) => {
            if !a.attributes.keys().eq(b.attributes.keys()) {
                return 0;
            }
            let pairs = a.attributes.values().zip(b.attributes.values());
            overall(pairs.map(|(a, b)| generality(&a.of, &b.of)))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            overall(a.iter().zip(b.iter()).map(|(a, b)| generality(a, b)))
        }
        _ => 0,
    }
}

fn overall(parts: impl Iterator<Item = i8>) -> i8 {
    let (mut a, mut b) = (false, false);
    for part in parts {
        a |= part < 0;
        b |= part > 0;
    }
    match (a, b) {
        (true, false) => -1,
        (false, true) => 1,
        _ => 0,
    }
}
