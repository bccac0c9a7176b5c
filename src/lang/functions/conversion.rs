//! Conversions between types, and the functions that look at expressions rather than values.

use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run};
use crate::lang::convert::{convert, is_convertible};
use crate::lang::error::LangError;
use crate::lang::eval::Context;
use crate::lang::expr::{Call, Node};
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::{Marks, Value};

macro_rules! conversion {
    ($name:literal, $kind:expr) => {
        Function {
            name: $name,
            parameters: &[Parameter::new("v", Kind::Any)
                .null()
                .unknown()
                .dynamic()
                .marked()],
            variadic: None,
            returns: Returns::By(|values| {
                let value = values.first().cloned().unwrap_or_else(Value::null);
                target(&value, &$kind.to_type())
            }),
            run: Run::Values(|values, environment| to(values, environment, $kind)),
            never_null: false,
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "can",
        parameters: &[Parameter::new("expression", Kind::Any)],
        variadic: None,
        returns: Returns::Always(Kind::Bool),
        run: Run::Lazy(can),
        never_null: true,
    },
    about_marks("ephemeralasnull", |values, _| {
        Ok(without_ephemeral(&value_at(values)))
    }),
    Function {
        returns: Returns::Always(Kind::Bool),
        ..about_marks("issensitive", is_sensitive)
    },
    about_marks("nonsensitive", not_sensitive),
    about_marks("sensitive", |values, _| {
        Ok(value_at(values).with_marks(Marks::SENSITIVE))
    }),
    conversion!("tobool", Kind::Bool),
    conversion!("tolist", Kind::AnyList),
    conversion!("tomap", Kind::AnyMap),
    conversion!("tonumber", Kind::Number),
    conversion!("toset", Kind::AnySet),
    conversion!("tostring", Kind::String),
    Function {
        name: "try",
        parameters: &[],
        variadic: Some(Parameter::new("expressions", Kind::Any)),
        returns: Returns::Always(Kind::Any),
        run: Run::Lazy(try_each),
        never_null: false,
    },
];

const ANY_VALUE: &[Parameter] = &[Parameter::new("value", Kind::Any)
    .null()
    .unknown()
    .dynamic()
    .marked()];

/// A function that looks at a value's marks or changes them, whatever the value is.
const fn about_marks(
    name: &'static str,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters: ANY_VALUE,
        variadic: None,
        returns: Returns::By(|values| Ok(values.first().map_or(Type::Dynamic, Value::type_of))),
        run: Run::Values(run),
        never_null: false,
    }
}

/// The type that a conversion gives, where that can be told before the value is known.
fn target(value: &Value, want: &Type) -> Result<Type, Failure> {
    let have = value.type_of();
    if have == *want {
        return Ok(have);
    }
    if !is_convertible(&have, want, true) {
        return Err(failure(value, want));
    }
    if want.has_dynamic() {
        // Which elements there are decides about the type of the result.
        return Ok(Type::Dynamic);
    }
    Ok(want.clone())
}

fn to(values: &[Value], _: &Environment<'_, '_>, kind: Kind) -> Result<Value, Failure> {
    let want = kind.to_type();
    let value = values.first().cloned().unwrap_or_else(Value::null);
    convert(&value, &want).map_err(|why| {
        if value.as_str().is_some() && !value.marks().contains(Marks::SENSITIVE) {
            return failure(&value, &want);
        }
        Failure::Argument(0, why)
    })
}

fn failure(value: &Value, want: &Type) -> Failure {
    let want_name = match want {
        Type::List(_) => "list of any single type".to_owned(),
        Type::Set(_) => "set of any single type".to_owned(),
        Type::Map(_) => "map of any single type".to_owned(),
        other => other.friendly_name(),
    };
    let secret = value.deep_marks().contains(Marks::SENSITIVE);
    Failure::Argument(
        0,
        match value.as_str() {
            Some(_) if secret => format!("cannot convert this sensitive string to {want_name}"),
            Some(text) => match want {
                Type::Bool => format!(
                    "cannot convert {} to bool; only the strings \"true\" or \"false\" are allowed",
                    quoted(text)
                ),
                Type::Number => format!(
                    "cannot convert {} to number; given string must be a decimal representation of a number",
                    quoted(text)
                ),
                _ => format!("cannot convert string to {want_name}"),
            },
            None => format!(
                "cannot convert {} to {want_name}",
                value.type_of().friendly_name()
            ),
        },
    )
}

/// The first argument that gives a value.
fn try_each(context: &mut Context<'_>, call: &Call, node: &Node) -> Result<Value, LangError> {
    let mut failures = Vec::new();
    for argument in &call.arguments {
        match context.eval(argument) {
            // What is partly unknown might still fail once it is known, so nobody can say yet
            // which argument will be the one.
            Ok(value) if !value.is_wholly_known() => {
                let unknown = Value::unknown().computed_like(&value);
                return Ok(unknown.with_marks(value.marks()));
            }
            Ok(value) => return Ok(value),
            Err(error) if error.is_final() => return Err(error),
            Err(error) => failures.push(error.to_string()),
        }
    }
    if failures.is_empty() {
        return Err(LangError::new(
            "Error in function call",
            "Call to function \"try\" failed: at least one argument is required.",
        )
        .at_range(node.raw_range()));
    }
    Err(LangError::new(
        "Error in function call",
        format!(
            "Call to function \"try\" failed: no expression succeeded:\n- {}\n\nAt least one expression must produce a successful result.",
            failures.join("\n- ")
        ),
    )
    .at_range(node.raw_range()))
}

/// Whether the argument gives a value.
fn can(context: &mut Context<'_>, call: &Call, node: &Node) -> Result<Value, LangError> {
    let [argument] = &*call.arguments else {
        let (summary, detail) = if call.arguments.is_empty() {
            (
                "Not enough function arguments",
                "Function \"can\" expects 1 argument(s). Missing value for \"expression\".",
            )
        } else {
            (
                "Too many function arguments",
                "Function \"can\" expects only 1 argument(s).",
            )
        };
        return Err(LangError::new(summary, detail).at_range(node.raw_range()));
    };
    match context.eval(argument) {
        // What is partly unknown might still fail once it is known; unless only the time and
        // random texts are unknown, which never make a difference.
        Ok(value) if !value.is_wholly_known() => Ok(match context.eval_sampled(argument) {
            Some(works) => Value::bool(works),
            None => Value::unknown_of(Type::Bool).with_marks(value.marks()),
        }),
        Ok(_) => Ok(Value::bool(true)),
        Err(error) if error.is_final() => Err(error),
        Err(_) => Ok(Value::bool(false)),
    }
}

/// `try(values...)` and `can(values...)`: evaluating them did not fail.
pub(super) fn lazily_expanded(name: &str, values: Vec<Value>) -> Value {
    let first = values.into_iter().next();
    let known = first.as_ref().is_none_or(Value::is_wholly_known);
    match (name, known) {
        ("can", true) => Value::bool(true),
        ("can", false) => Value::unknown_of(Type::Bool),
        (_, true) => first.unwrap_or_else(Value::null),
        (_, false) => Value::unknown(),
    }
}

fn value_at(values: &[Value]) -> Value {
    values.first().cloned().unwrap_or_else(Value::null)
}

/// What exists during one run only, as a null; everything else as it is.
fn without_ephemeral(value: &Value) -> Value {
    value.map_parts(&mut |part| {
        if part.marks().contains(Marks::EPHEMERAL) {
            let marks = part.marks().without(Marks::EPHEMERAL);
            Value::null_of(part.type_of()).with_marks(marks)
        } else {
            part
        }
    })
}

fn is_sensitive(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let value = value_at(values);
    Ok(if value.marks().contains(Marks::SENSITIVE) {
        Value::bool(true)
    } else if value.is_known() {
        Value::bool(false)
    } else {
        Value::unknown_of(Type::Bool)
    })
}

fn not_sensitive(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let value = value_at(values);
    let marks = value.marks().without(Marks::SENSITIVE);
    Ok(value.unmarked().with_marks(marks))
}
