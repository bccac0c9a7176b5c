//! Sets: what is in either, in both, in one only, and all combinations.

use super::super::{Environment, Failure, Function, Kind, Parameter, Returns};
use super::{argument, call, element_of, function, sure_length, variadic};
use crate::lang::convert::convert;
use crate::lang::number::Number;
use crate::lang::ops;
use crate::lang::types::Type;
use crate::lang::unify::unify;
use crate::lang::value::{Marks, Value};

pub(in crate::lang::functions) const FUNCTIONS: &[Function] = &[
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
        if values.len() > 1
            && element_of(&environment.returns) == Type::Dynamic
            && !matches!(element_of(&value.type_of()), Type::Dynamic)
        {
            return Err(call("incompatible types of elements"));
        }
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
