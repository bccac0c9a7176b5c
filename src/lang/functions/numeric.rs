//! Functions of numbers.

use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, machine, text};
use crate::lang::convert::convert;
use crate::lang::number::Number;
use crate::lang::ops;
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::{Marks, Value};
use dashu_int::UBig;

const NUM: Parameter = Parameter::new("num", Kind::Number);

const fn number_to_number(
    name: &'static str,
    parameters: &'static [Parameter],
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters,
        variadic: None,
        returns: Returns::Always(Kind::Number),
        run: Run::Values(run),
        never_null: true,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    number_to_number("abs", &[NUM.dynamic()], |values, _| {
        Ok(Value::number(number(values, 0).abs()))
    }),
    number_to_number("ceil", &[NUM], |values, _| {
        Ok(Value::number(number(values, 0).ceil()))
    }),
    number_to_number("floor", &[NUM], |values, _| {
        Ok(Value::number(number(values, 0).floor()))
    }),
    number_to_number(
        "log",
        &[NUM, Parameter::new("base", Kind::Number)],
        |values, _| {
            let (value, base) = (float(values, 0)?, float(values, 1)?);
            from_float(machine::log(value) / machine::log(base))
        },
    ),
    Function {
        variadic: Some(Parameter::new("numbers", Kind::Number).dynamic()),
        ..number_to_number("max", &[], |values, _| {
            extreme(values, Number::NEGATIVE_INFINITY, |a, b| a > b)
        })
    },
    Function {
        variadic: Some(Parameter::new("numbers", Kind::Number).dynamic()),
        ..number_to_number("min", &[], |values, _| {
            extreme(values, Number::INFINITY, |a, b| a < b)
        })
    },
    Function {
        returns: Returns::By(|values| match values.first().map(Value::type_of) {
            Some(Type::String) | None => Ok(Type::Number),
            Some(other) => Err(Failure::Argument(
                0,
                format!(
                    "first argument must be a string, not {}",
                    other.friendly_name()
                ),
            )),
        }),
        ..number_to_number(
            "parseint",
            &[
                Parameter::new("number", Kind::Any).marked().unknown(),
                Parameter::new("base", Kind::Number).marked().unknown(),
            ],
            parse_int,
        )
    },
    number_to_number(
        "pow",
        &[NUM, Parameter::new("power", Kind::Number)],
        |values, _| from_float(machine::pow(float(values, 0)?, float(values, 1)?)),
    ),
    number_to_number("signum", &[NUM], |values, _| {
        let value = whole(values, 0).map_err(Failure::Call)?;
        Ok(Value::number(value.signum()))
    }),
    number_to_number("sum", &[Parameter::new("list", Kind::Any)], sum),
];

/// The number of a number argument; zero where it is none, which its parameter rules out.
pub(super) fn number(values: &[Value], at: usize) -> Number {
    values
        .get(at)
        .and_then(Value::as_number)
        .cloned()
        .unwrap_or(Number::ZERO)
}

/// A whole number that fits a machine integer.
pub(super) fn whole(values: &[Value], at: usize) -> Result<i64, String> {
    number(values, at).to_i64().ok_or_else(|| {
        format!(
            "value must be a whole number, between {} and {}",
            i64::MIN,
            i64::MAX
        )
    })
}

fn float(values: &[Value], at: usize) -> Result<f64, Failure> {
    let value = number(values, at).to_f64();
    if value.is_infinite() {
        return Err(Failure::Call(format!(
            "value must be between {:.6} and {:.6} inclusive",
            f64::MIN,
            f64::MAX
        )));
    }
    Ok(value)
}

fn from_float(value: f64) -> Result<Value, Failure> {
    Number::from_f64(value)
        .map(Value::number)
        .ok_or_else(|| Failure::Call("the result is not a number".to_owned()))
}

fn extreme(
    values: &[Value],
    from: Number,
    better: fn(&Number, &Number) -> bool,
) -> Result<Value, Failure> {
    if values.is_empty() {
        return Err(Failure::Call("must pass at least one number".to_owned()));
    }
    let mut best = from;
    for value in values.iter().filter_map(Value::as_number) {
        if better(value, &best) {
            best = value.clone();
        }
    }
    Ok(Value::number(best))
}

/// Whole numbers written in a base from 2 to 62.
fn parse_int(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = values
        .iter()
        .fold(Marks::NONE, |marks, v| marks | v.marks());
    if values.iter().any(|value| !value.is_known()) {
        return Ok(Value::unknown_of(Type::Number).with_marks(marks));
    }
    let base = whole(values, 1).map_err(|why| Failure::Argument(1, why))?;
    let Some(base) = u32::try_from(base)
        .ok()
        .filter(|base| (2..=62).contains(base))
    else {
        return Err(Failure::Argument(
            1,
            "base must be a whole number between 2 and 62 inclusive".to_owned(),
        ));
    };
    let digits = text(values, 0);
    let shown = |secret: bool, shown: String| {
        if secret {
            "(sensitive value)".to_owned()
        } else {
            shown
        }
    };
    let secret = |at: usize| {
        values
            .get(at)
            .is_some_and(|value| value.marks().contains(Marks::SENSITIVE))
    };
    match in_base(digits, base) {
        Some(number) => Ok(Value::number(number).with_marks(marks)),
        None => Err(Failure::Argument(
            0,
            format!(
                "cannot parse {} as a base {} integer",
                shown(secret(0), quoted(digits)),
                shown(secret(1), base.to_string())
            ),
        )),
    }
}

fn in_base(text: &str, base: u32) -> Option<Number> {
    /// Longer ones cost more time than anybody has a use for.
    const LONGEST: usize = 20_000;
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if digits.is_empty() || digits.len() > LONGEST {
        return None;
    }
    let mut magnitude = UBig::ZERO;
    for c in digits.chars() {
        let digit = match c {
            '0'..='9' => u32::from(c).checked_sub(u32::from('0'))?,
            'a'..='z' => u32::from(c).checked_sub(u32::from('a'))?.checked_add(10)?,
            // Capitals are their own digits only where there are more than 36.
            'A'..='Z' if base <= 36 => u32::from(c).checked_sub(u32::from('A'))?.checked_add(10)?,
            'A'..='Z' => u32::from(c).checked_sub(u32::from('A'))?.checked_add(36)?,
            _ => return None,
        };
        if digit >= base {
            return None;
        }
        magnitude = magnitude * base + digit;
    }
    Some(Number::from_magnitude(negative, magnitude))
}

fn sum(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some(list) = values.first() else {
        return Ok(Value::null());
    };
    let failure = |why: &str| Failure::Argument(0, why.to_owned());
    let of = list.type_of();
    if of.is_primitive() {
        return Err(failure("cannot sum noniterable"));
    }
    let Some(entries) = ops::iterate(list) else {
        return Ok(Value::unknown_of(Type::Number));
    };
    if entries.is_empty() {
        return Err(failure("cannot sum an empty list"));
    }
    if !matches!(of, Type::List(_) | Type::Set(_) | Type::Tuple(_)) {
        return Err(Failure::Argument(
            0,
            format!(
                "argument must be list, set, or tuple. Received {}",
                of.friendly_name()
            ),
        ));
    }
    if !list.is_wholly_known() {
        return Ok(Value::unknown_of(Type::Number));
    }
    let mut total: Option<Number> = None;
    for (_, value) in entries {
        let value = convert(&value, &Type::Number).ok();
        let Some(number) = value.as_ref().and_then(Value::as_number) else {
            return Err(failure(
                "argument must be list, set, or tuple of number values",
            ));
        };
        total = Some(match total {
            None => number.clone(),
            Some(total) => total.add(number).ok_or_else(|| {
                Failure::Call("can't compute sum of opposing infinities".to_owned())
            })?,
        });
    }
    Ok(Value::number(total.unwrap_or(Number::ZERO)))
}
