//! `format` and `formatlist`: verbs as in Go, of which Terraform has a part.

use super::json::json_text;
use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::budget::Budget;
use crate::lang::convert::convert;
use crate::lang::digits;
use crate::lang::graphemes::{clusters, safe_prefix};
use crate::lang::number::Number;
use crate::lang::ops;
use crate::lang::quote::quoted;
use crate::lang::text::nfc;
use crate::lang::types::Type;
use crate::lang::value::Value;

const FORMAT: &[Parameter] = &[Parameter::new("format", Kind::String)];
const ARGUMENTS: Option<Parameter> = Some(Parameter::new("args", Kind::Any).null().unknown());

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "format",
        parameters: FORMAT,
        variadic: ARGUMENTS,
        returns: Returns::Always(Kind::String),
        run: Run::Values(format_one),
        never_null: true,
    },
    Function {
        name: "formatlist",
        parameters: FORMAT,
        variadic: ARGUMENTS,
        returns: Returns::Always(Kind::StringList),
        run: Run::Values(format_list),
        never_null: true,
    },
];

fn format_one(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let format = text(values, 0);
    let arguments = values.get(1..).unwrap_or(&[]);
    if arguments.iter().any(|value| !value.is_wholly_known()) {
        let result = Value::unknown_of(Type::String);
        let before = format.split('%').next().unwrap_or("");
        if format.contains('%') && !before.is_empty() {
            let prefix = safe_prefix(&nfc(before)).to_owned();
            return Ok(result.refine(|refinement| refinement.prefix(prefix)));
        }
        return Ok(result);
    }
    let formatted = formatted(format, arguments, environment.context.budget())?;
    Ok(Value::text(formatted))
}

/// One result for each element of the lists among the arguments, which are all as long.
fn format_list(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let format = text(values, 0);
    let arguments = values.get(1..).unwrap_or(&[]);
    let budget = environment.context.budget();
    let list = |items| Ok(Value::list_of(Type::String, items));
    if arguments.is_empty() {
        return list(vec![Value::text(formatted(format, arguments, budget)?)]);
    }
    let mut length: Option<(usize, usize)> = None;
    let mut unknown = false;
    for (at, argument) in arguments.iter().enumerate() {
        let of = argument.type_of();
        if !matches!(of, Type::List(_) | Type::Set(_) | Type::Tuple(_)) || argument.is_null() {
            unknown |= of == Type::Dynamic && !argument.is_known();
            continue;
        }
        let this = ops::length(argument).and_then(|length| length.as_number()?.to_u64());
        let Some(this) = this.and_then(|length| usize::try_from(length).ok()) else {
            unknown = true;
            continue;
        };
        match length {
            Some((first, length)) if length != this => {
                let position = at.saturating_add(1);
                return Err(Failure::Argument(
                    position,
                    format!(
                        "argument {position} has length {this}, which is inconsistent with argument {} of length {length}",
                        first.saturating_add(1)
                    ),
                ));
            }
            Some(_) => {}
            None => length = Some((at, this)),
        }
        unknown |= !argument.is_known();
    }
    if unknown {
        return Ok(Value::unknown_of(environment.returns.clone()));
    }
    let count = length.map_or(1, |(_, length)| length);
    budget.make_elements(count.saturating_mul(arguments.len()))?;
    let mut results = Vec::with_capacity(count);
    for turn in 0..count {
        let these: Vec<Value> = arguments
            .iter()
            .map(|argument| match argument.elements() {
                Some(items) => items.get(turn).cloned().unwrap_or_else(Value::null),
                None => argument.clone(),
            })
            .collect();
        if these.iter().any(|value| !value.is_wholly_known()) {
            results.push(Value::unknown_of(Type::String).refine_not_null());
            continue;
        }
        let result = formatted(format, &these, budget).map_err(|failure| match failure {
            Failure::Whole(error) => Failure::Whole(error),
            Failure::Argument(_, why) | Failure::Call(why) => {
                Failure::Call(format!("error on format iteration {turn}: {why}"))
            }
        })?;
        results.push(Value::text(result));
    }
    list(results)
}

/// A verb with its flags.
#[derive(Default)]
struct Verb<'f> {
    raw: &'f str,
    offset: usize,
    argument: usize,
    sharp: bool,
    zero: bool,
    plus: bool,
    minus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

fn formatted(format: &str, arguments: &[Value], budget: &Budget) -> Result<String, Failure> {
    let mut out = String::new();
    let mut rest = format;
    let mut next = 1_usize;
    let mut highest = 0_usize;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or(""));
        let tail = rest.get(at..).unwrap_or("");
        if let Some(after) = tail.strip_prefix("%%") {
            out.push('%');
            rest = after;
            continue;
        }
        let offset = format.len().saturating_sub(tail.len());
        let (verb, mode) = scan(format, offset, next)?;
        highest = highest.max(verb.argument);
        next = verb.argument.saturating_add(1);
        let before = out.len();
        append(&verb, mode, arguments, budget, &mut out)?;
        budget.make(out.len().saturating_sub(before))?;
        rest = tail.get(verb.raw.len()..).unwrap_or("");
    }
    out.push_str(rest);
    if highest < arguments.len() {
        return Err(Failure::Argument(
            highest.saturating_add(1),
            if highest == 0 {
                "too many arguments; no verbs in format string".to_owned()
            } else {
                format!("too many arguments; only {highest} used by format string")
            },
        ));
    }
    Ok(out)
}

/// Reads one verb: `%`, flags, width, precision, position, letter.
fn scan(format: &str, offset: usize, next: usize) -> Result<(Verb<'_>, char), Failure> {
    /// Longer padding than Go allows.
    const MOST: usize = 1_000_000;
    let mut verb = Verb {
        offset,
        argument: next,
        ..Verb::default()
    };
    let mut at = offset.saturating_add(1);
    let peek = |at: usize| format.as_bytes().get(at).copied();
    let number = |at: &mut usize| {
        let mut value = 0_usize;
        while let Some(digit @ b'0'..=b'9') = peek(*at) {
            value = value
                .saturating_mul(10)
                .saturating_add(usize::from(digit.saturating_sub(b'0')));
            *at = at.saturating_add(1);
        }
        value
    };
    while let Some(flag @ (b'0' | b'#' | b'-' | b'+' | b' ')) = peek(at) {
        match flag {
            b'0' => verb.zero = true,
            b'#' => verb.sharp = true,
            b'-' => verb.minus = true,
            b'+' => verb.plus = true,
            _ => verb.space = true,
        }
        at = at.saturating_add(1);
    }
    if peek(at).is_some_and(|b| b.is_ascii_digit()) {
        verb.width = Some(number(&mut at));
    }
    if peek(at) == Some(b'.') {
        at = at.saturating_add(1);
        verb.precision = Some(number(&mut at));
    }
    if peek(at) == Some(b'[') {
        at = at.saturating_add(1);
        if !matches!(peek(at), Some(b'1'..=b'9')) {
            return Err(unrecognized(format, at));
        }
        verb.argument = number(&mut at);
        if peek(at) != Some(b']') {
            return Err(unrecognized(format, at));
        }
        at = at.saturating_add(1);
    }
    let Some(mode @ (b'a'..=b'z' | b'A'..=b'Z')) = peek(at) else {
        return Err(unrecognized(format, at));
    };
    verb.raw = format.get(offset..=at).unwrap_or("");
    if verb.width.is_some_and(|n| n > MOST) || verb.precision.is_some_and(|n| n > MOST) {
        return Err(Failure::Call(format!(
            "unsupported width or precision in {} at offset {offset}",
            quoted(verb.raw)
        )));
    }
    Ok((verb, char::from(mode)))
}

fn unrecognized(format: &str, at: usize) -> Failure {
    Failure::Call(
        match format.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) => format!("unrecognized format character {c:?} at offset {at}"),
            None => format!("invalid format string starting at offset {at}"),
        },
    )
}

fn append(
    verb: &Verb<'_>,
    mode: char,
    arguments: &[Value],
    budget: &Budget,
    out: &mut String,
) -> Result<(), Failure> {
    let Some(argument) = verb
        .argument
        .checked_sub(1)
        .and_then(|at| arguments.get(at))
    else {
        return Err(Failure::Call(format!(
            "not enough arguments for {} at {}: need index {} but have {} total",
            quoted(verb.raw),
            verb.offset,
            verb.argument,
            arguments.len()
        )));
    };
    let unsupported = |why: &str| {
        Failure::Call(format!(
            "unsupported value for {} at {}: {why}",
            quoted(verb.raw),
            verb.offset
        ))
    };
    if mode != 'v' && argument.is_null() {
        return Err(unsupported("null value cannot be formatted"));
    }
    let converted = |want: &Type| convert(argument, want).map_err(|why| unsupported(&why));
    match mode {
        'v' => {
            let text = match argument.as_number() {
                _ if verb.sharp => json_text(argument, budget)?,
                Some(number) => digits::general(number, None, 'e'),
                None => match argument.as_str() {
                    Some(text) => text.to_owned(),
                    None => json_text(argument, budget)?,
                },
            };
            pad(verb, &text, out);
        }
        't' => {
            let truth = converted(&Type::Bool)?.as_bool() == Some(true);
            out.push_str(if truth { "true" } else { "false" });
        }
        'b' | 'd' | 'o' | 'x' | 'X' => {
            let value = converted(&Type::Number)?;
            let number = value.as_number().cloned().unwrap_or(Number::ZERO);
            if !number.is_whole() {
                return Err(unsupported("an integer is required"));
            }
            integer(verb, mode, &number, out);
        }
        'e' | 'E' | 'f' | 'g' | 'G' => {
            let value = converted(&Type::Number)?;
            let number = value.as_number().cloned().unwrap_or(Number::ZERO);
            float(verb, mode, &number, out);
        }
        's' | 'q' => {
            let value = converted(&Type::String)?;
            let text = value.as_str().unwrap_or("");
            let text = match verb.precision {
                Some(most @ 1..) => clusters(text).take(most).collect::<String>(),
                _ => text.to_owned(),
            };
            let text = if mode == 'q' {
                json_text(&Value::string(text), budget)?
            } else {
                text
            };
            pad(verb, &text, out);
        }
        _ => {
            return Err(Failure::Call(format!(
                "unsupported format verb {mode:?} in {} at offset {}",
                quoted(verb.raw),
                verb.offset
            )));
        }
    }
    Ok(())
}

/// Text to its width, counted in what people see as characters.
fn pad(verb: &Verb<'_>, text: &str, out: &mut String) {
    let missing = verb
        .width
        .map_or(0, |width| width.saturating_sub(clusters(text).count()));
    let filler = if verb.zero { "0" } else { " " }.repeat(missing);
    if verb.minus {
        out.push_str(text);
        out.push_str(&filler);
    } else {
        out.push_str(&filler);
        out.push_str(text);
    }
}

fn sign(verb: &Verb<'_>, negative: bool) -> &'static str {
    match () {
        () if negative => "-",
        () if verb.plus => "+",
        () if verb.space => " ",
        () => "",
    }
}

fn integer(verb: &Verb<'_>, mode: char, number: &Number, out: &mut String) {
    let magnitude = number.whole_magnitude().unwrap_or_default();
    let digits = match mode {
        'b' => format!("{magnitude:b}"),
        'o' => format!("{magnitude:o}"),
        'x' => format!("{magnitude:x}"),
        'X' => format!("{magnitude:X}"),
        _ => magnitude.to_string(),
    };
    if verb.precision == Some(0) && digits == "0" {
        return;
    }
    let prefix = match mode {
        _ if !verb.sharp => "",
        'b' => "0b",
        'o' => "0",
        'x' => "0x",
        'X' => "0X",
        _ => "",
    };
    let sign = sign(verb, number.is_negative());
    let mut zeros = verb
        .precision
        .map_or(0, |precision| precision.saturating_sub(digits.len()));
    let length = [sign.len(), prefix.len(), zeros, digits.len()]
        .iter()
        .fold(0_usize, |sum, n| sum.saturating_add(*n));
    let missing = verb.width.map_or(0, |width| width.saturating_sub(length));
    let (mut left, mut right) = (0, 0);
    if verb.minus {
        right = missing;
    } else if verb.zero && verb.precision.is_none() {
        zeros = missing;
    } else {
        left = missing;
    }
    out.push_str(&" ".repeat(left));
    out.push_str(sign);
    out.push_str(prefix);
    out.push_str(&"0".repeat(zeros));
    out.push_str(&digits);
    out.push_str(&" ".repeat(right));
}

fn float(verb: &Verb<'_>, mode: char, number: &Number, out: &mut String) {
    const DEFAULT: usize = 6;
    let text = match mode {
        'e' | 'E' => digits::scientific(number, Some(verb.precision.unwrap_or(DEFAULT)), mode),
        'f' => digits::plain(number, Some(verb.precision.unwrap_or(DEFAULT))),
        'G' => digits::general(number, verb.precision, 'E'),
        _ => digits::general(number, verb.precision, 'e'),
    };
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text.as_str()),
    };
    let (sign, body) = match body.strip_prefix('+') {
        // An infinity always shows its sign, or a space for it.
        Some(body) if verb.space => (" ", body),
        Some(body) => ("+", body),
        None => (sign(verb, negative), body),
    };
    let length = sign.len().saturating_add(body.len());
    let missing = verb.width.map_or(0, |width| width.saturating_sub(length));
    let zeros = verb.zero && !verb.minus && !number.is_infinite();
    let filler = if zeros { "0" } else { " " }.repeat(missing);
    let parts: [&str; 3] = if zeros {
        [sign, &filler, body]
    } else if verb.minus {
        [sign, body, &filler]
    } else {
        [&filler, sign, body]
    };
    out.extend(parts);
}
