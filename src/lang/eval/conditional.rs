//! `condition ? then : otherwise`: one type for both branches, and the value of one.

use super::Context;
use crate::lang::convert::convert;
use crate::lang::error::LangError;
use crate::lang::expr::Node;
use crate::lang::number::Number;
use crate::lang::ops;
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::unify::{Via, unify};
use crate::lang::unknown::Refinement;
use crate::lang::value::{Data, Marks, Value};

impl Context<'_> {
    pub(super) fn conditional(&mut self, three: &[Node; 3]) -> Result<Value, LangError> {
        let [condition_node, then_node, else_node] = three;
        // An error in a branch counts only if that branch is taken; until then its value is as
        // good as unknown.
        let then = self.eval(then_node);
        let otherwise = self.eval(else_node);
        let unknown = Value::unknown();
        let then_value = then.as_ref().unwrap_or(&unknown);
        let else_value = otherwise.as_ref().unwrap_or(&unknown);
        let result = common_type(then_value, else_value).ok_or_else(|| {
            LangError::new(
                "Inconsistent conditional result types",
                format!(
                    "The true and false result expressions must have consistent types. {}.",
                    describe_mismatch(&then_value.type_of(), &else_value.type_of())
                ),
            )
            .at_range(then_node.start..else_node.end)
        })?;
        let condition = self.eval(condition_node)?;
        if condition.is_null() {
            return Err(LangError::new(
                "Null condition",
                "The condition value is null. Conditions must either be true or false.",
            )
            .at_range(condition_node.raw_range()));
        }
        // Secrecy is catching, whichever branch is taken; what else is known about where a value
        // comes from is only true of the branch that gives it.
        let secret = |value: &Value| {
            let all = value.marks();
            all.without(all.without(Marks::SENSITIVE | Marks::EPHEMERAL))
        };
        let marks = condition.marks() | secret(then_value) | secret(else_value);
        if !condition.is_known() {
            // Whether a branch that fails will be taken is not known, so that is no error yet.
            let mut failed = [&then, &otherwise]
                .into_iter()
                .filter_map(|arm| arm.as_ref().err());
            if let Some(error) = failed.find(|error| error.is_final()) {
                return Err(error.clone());
            }
            let marks = marks | then_value.marks() | else_value.marks();
            return Ok(either(then_value, else_value, result.of).with_marks(marks));
        }
        let truth = convert(&condition, &Type::Bool).map_err(|_| {
            LangError::new(
                "Incorrect condition type",
                "The condition expression must be of type bool.",
            )
            .at_range(condition_node.raw_range())
        })?;
        let taken = truth.as_bool() == Some(true);
        let (value, node, word, how) = if taken {
            (then?, then_node, "true", result.then)
        } else {
            (otherwise?, else_node, "false", result.otherwise)
        };
        let value = match how {
            How::AsIs => value,
            How::Unknown => Value::unknown().with_marks(value.marks()),
            How::Converted => convert(&value, &result.of).map_err(|why| {
                LangError::new(
                    "Inconsistent conditional result types",
                    format!("The {word} result value has the wrong type: {why}."),
                )
                .at_range(node.raw_range())
            })?,
        };
        Ok(value.with_marks(marks))
    }
}

/// How the value of a branch gets to the common type.
#[derive(Clone, Copy)]
enum How {
    AsIs,
    Converted,
    Unknown,
}

struct Common {
    of: Type,
    then: How,
    otherwise: How,
}

/// The type of a conditional; none where its branches have none in common.
fn common_type(then: &Value, otherwise: &Value) -> Option<Common> {
    let untyped_null =
        |value: &Value| matches!(&value.data, Data::Null(Type::Dynamic)) && value.marks().is_none();
    let (then_type, else_type) = (then.type_of(), otherwise.type_of());
    if untyped_null(then) {
        return Some(Common {
            of: else_type,
            then: How::Converted,
            otherwise: How::AsIs,
        });
    }
    if untyped_null(otherwise) {
        return Some(Common {
            of: then_type,
            then: How::AsIs,
            otherwise: How::Converted,
        });
    }
    if then_type == Type::Dynamic || else_type == Type::Dynamic {
        return Some(Common {
            of: Type::Dynamic,
            then: How::AsIs,
            otherwise: How::AsIs,
        });
    }
    let unified = unify(&[then_type.clone(), else_type.clone()], true)?;
    let how = |have: &Type| match unified.via {
        Via::Unknown => How::Unknown,
        Via::Conversion if *have == unified.of => How::AsIs,
        Via::Conversion => How::Converted,
    };
    Some(Common {
        then: how(&then_type),
        otherwise: how(&else_type),
        of: unified.of,
    })
}

/// What is known of a conditional whose condition is not: what both branches have in common.
fn either(then: &Value, otherwise: &Value, of: Type) -> Value {
    if then.is_null() && otherwise.is_null() {
        return Value::null_of(of);
    }
    let never_null = then.is_never_null() && otherwise.is_never_null();
    let result = Value::unknown_of(of);
    let result = if never_null {
        result.refine_not_null()
    } else {
        result
    };
    let (then_type, else_type) = (then.type_of(), otherwise.type_of());
    if then_type == Type::Number && else_type == Type::Number {
        let low = then
            .lower_bound()
            .zip(otherwise.lower_bound())
            .map(|(a, b)| a.min(b));
        let high = then
            .upper_bound()
            .zip(otherwise.upper_bound())
            .map(|(a, b)| a.max(b));
        let inclusive = |at: &Number, low: bool| {
            [then, otherwise].iter().any(|value| {
                let bound = |refinement: &Refinement| {
                    if low {
                        refinement.low.clone()
                    } else {
                        refinement.high.clone()
                    }
                };
                match value.refinement() {
                    Some(refinement) => {
                        bound(refinement).is_some_and(|b| b.at == *at && b.inclusive)
                    }
                    None => value.as_number() == Some(at),
                }
            })
        };
        return result.refine(|refinement| {
            let refinement = match low {
                Some(at) => refinement.at_least(at.clone(), inclusive(at, true)),
                None => refinement,
            };
            match high {
                Some(at) => refinement.at_most(at.clone(), inclusive(at, false)),
                None => refinement,
            }
        });
    }
    if then_type == else_type && then_type.is_collection() {
        let (then_least, then_most) = length_range(then);
        let (else_least, else_most) = length_range(otherwise);
        return result.refine(|refinement| {
            let refinement = refinement.length_at_least(then_least.min(else_least));
            match then_most.zip(else_most) {
                Some((a, b)) => refinement.length_at_most(a.max(b)),
                None => refinement,
            }
        });
    }
    result
}

/// The least and the most elements a collection can have.
fn length_range(value: &Value) -> (usize, Option<usize>) {
    match value.refinement() {
        Some(refinement) => (refinement.min_length, refinement.max_length),
        None if value.is_null() => (0, None),
        None => {
            let length = ops::length(value);
            let bound = |number: Option<&Number>| {
                number
                    .and_then(Number::to_u64)
                    .and_then(|n| usize::try_from(n).ok())
            };
            let least = bound(length.as_ref().and_then(Value::lower_bound)).unwrap_or(0);
            (least, bound(length.as_ref().and_then(Value::upper_bound)))
        }
    }
}

/// Why the branches of a conditional have no type in common.
fn describe_mismatch(then: &Type, otherwise: &Type) -> String {
    match (then, otherwise) {
        (Type::Object(a), Type::Object(b)) => {
            for (name, attribute) in &a.attributes {
                match b.attributes.get(name) {
                    None => {
                        return format!(
                            "The 'true' value includes object attribute {}, which is absent in the 'false' value",
                            quoted(name)
                        );
                    }
                    Some(other) if other.of != attribute.of => {
                        return format!(
                            "Type mismatch for object attribute {}: {}",
                            quoted(name),
                            describe_mismatch(&attribute.of, &other.of)
                        );
                    }
                    Some(_) => {}
                }
            }
            if let Some(name) = b
                .attributes
                .keys()
                .find(|name| !a.attributes.contains_key(*name))
            {
                return format!(
                    "The 'false' value includes object attribute {}, which is absent in the 'true' value",
                    quoted(name)
                );
            }
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() != b.len() => {
            return format!(
                "The 'true' tuple has length {}, but the 'false' tuple has length {}",
                a.len(),
                b.len()
            );
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            if let Some((at, (a, b))) = a
                .iter()
                .zip(b.iter())
                .enumerate()
                .find(|(_, (a, b))| a != b)
            {
                return format!(
                    "Type mismatch for tuple element {at}: {}",
                    describe_mismatch(a, b)
                );
            }
        }
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b))
            if matches!(
                (&**a, &**b),
                (Type::Object(_), Type::Object(_)) | (Type::Tuple(_), Type::Tuple(_))
            ) =>
        {
            let noun = match then {
                Type::List(_) => "list",
                Type::Set(_) => "set",
                _ => "map",
            };
            return format!(
                "Mismatched {noun} element types: {}",
                describe_mismatch(a, b)
            );
        }
        _ => {}
    }
    let (a, b) = (then.friendly_name(), otherwise.friendly_name());
    if a == b {
        return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value".to_owned();
    }
    format!("The 'true' value is {a}, but the 'false' value is {b}")
}
