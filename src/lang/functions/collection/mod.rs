//! Functions of lists, sets, maps, tuples and objects.

pub(super) mod lists;
pub(super) mod maps;
pub(super) mod pick;
pub(super) mod sets;

use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run};
use crate::lang::ops;
use crate::lang::types::Type;
use crate::lang::value::Value;

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

fn call(why: &str) -> Failure {
    Failure::Call(why.to_owned())
}

fn argument(at: usize, why: &str) -> Failure {
    Failure::Argument(at, why.to_owned())
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
