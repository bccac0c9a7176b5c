//! Functions that turn values into text and back: JSON, CSV, base64, URLs, other character sets.

use super::charset::{self, Coded};
use super::json::{decode as decode_json, json_text};
use super::{
    Environment, Failure, Function, Kind, Parameter, Returns, Run, base64, csv, gzip, text, yaml,
};
use crate::lang::convert::convert;
use crate::lang::error::LangError;
use crate::lang::eval::Context;
use crate::lang::expr::{self as node, Call};
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::{Marks, Value};

const STR: Parameter = Parameter::new("str", Kind::String);

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

const STRING: Returns = Returns::Always(Kind::String);

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "base64decode",
        &[STR.marked().unknown()],
        STRING,
        base64_decode,
    ),
    function("base64encode", &[STR], STRING, |values, _| {
        Ok(Value::string(base64::encode(text(values, 0).as_bytes())))
    }),
    function("base64gunzip", &[STR.marked()], STRING, base64_gunzip),
    function("base64gzip", &[STR], STRING, base64_gzip),
    // The rows decide about the type, so it is read off the result.
    function(
        "csvdecode",
        &[STR],
        Returns::Always(Kind::Any),
        |values, environment| csv::decode(text(values, 0), environment.context.budget()),
    ),
    Function {
        never_null: false,
        ..function(
            "jsondecode",
            &[STR],
            Returns::By(json_type),
            |values, environment| decode_json(text(values, 0), environment.context.budget()),
        )
    },
    function(
        "jsonencode",
        &[Parameter::new("val", Kind::Any).unknown().dynamic().null()],
        STRING,
        json_encode,
    ),
    function(
        "textdecodebase64",
        &[
            Parameter::new("source", Kind::String),
            Parameter::new("encoding", Kind::String),
        ],
        STRING,
        text_decode,
    ),
    function(
        "textencodebase64",
        &[
            Parameter::new("string", Kind::String),
            Parameter::new("encoding", Kind::String),
        ],
        STRING,
        text_encode,
    ),
    function("urldecode", &[STR], STRING, url_decode),
    function("urlencode", &[STR], STRING, |values, _| {
        Ok(Value::string(url_encode(text(values, 0))))
    }),
    Function {
        never_null: false,
        ..function(
            "yamldecode",
            &[Parameter::new("src", Kind::String)],
            Returns::Always(Kind::Any),
            |values, environment| yaml::decode(text(values, 0), environment.context.budget()),
        )
    },
    Function {
        never_null: false,
        ..function(
            "yamlencode",
            &[Parameter::new("value", Kind::Any).null().dynamic()],
            STRING,
            yaml_encode,
        )
    },
];

/// A text for a message, unless it is secret.
pub(super) fn shown(text: &str, marks: Marks) -> String {
    if marks.contains(Marks::SENSITIVE) {
        "(sensitive value)".to_owned()
    } else {
        quoted(text)
    }
}

fn base64_decode(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = values.first().map_or(Marks::NONE, Value::marks);
    if values.first().is_some_and(|value| !value.is_known()) {
        return Ok(Value::unknown_of(Type::String).with_marks(marks));
    }
    let encoded = text(values, 0);
    let bytes = base64::decode(encoded).map_err(|_| {
        Failure::Call(format!(
            "failed to decode base64 data {}",
            shown(encoded, marks)
        ))
    })?;
    let decoded = String::from_utf8(bytes).map_err(|_| {
        Failure::Call("the result of decoding the provided string is not valid UTF-8".to_owned())
    })?;
    Ok(Value::text(decoded).with_marks(marks))
}

/// Compressed bytes depend on the compressor, so all that is known is how they begin.
fn base64_gzip(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    /// What Terraform makes of nothing; more text never makes it shorter.
    const LEAST: usize = 40;
    if environment.context.sample().is_some() {
        let bytes = gzip::compress(text(values, 0).as_bytes());
        return Ok(Value::string(base64::encode(&bytes)));
    }
    Ok(Value::unknown_of(Type::String)
        .refine(|refinement| refinement.prefix("H4sIAAAAAAAA/").length_at_least(LEAST)))
}

/// The text in `base64gunzip(base64gzip(text))`, which is known although what is between is not.
pub(super) fn unzipped(context: &mut Context<'_>, call: &Call) -> Result<Option<Value>, LangError> {
    let [argument] = &*call.arguments else {
        return Ok(None);
    };
    if &*call.name != "base64gunzip" || call.expand {
        return Ok(None);
    }
    let node::Kind::Call(inner) = &argument.kind else {
        return Ok(None);
    };
    let [plain] = &*inner.arguments else {
        return Ok(None);
    };
    if &*inner.name != "base64gzip" || inner.expand {
        return Ok(None);
    }
    // Every way in which it can fail is seen here.
    context.eval(argument)?;
    let text = convert(&context.eval(plain)?, &Type::String);
    Ok(text.ok().filter(Value::is_known))
}

fn base64_gunzip(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = values.first().map_or(Marks::NONE, Value::marks);
    let encoded = text(values, 0);
    let bytes = base64::decode(encoded).map_err(|_| {
        Failure::Call(format!(
            "failed to decode base64 data {}",
            shown(encoded, marks)
        ))
    })?;
    let plain = gzip::decompress(&bytes)
        .map_err(|why| Failure::Call(format!("failed to gunzip bytestream: {why}")))?;
    environment.context.budget().make(plain.len())?;
    let plain = String::from_utf8(plain).map_err(|_| {
        Failure::Call("the result of decoding the provided string is not valid UTF-8".to_owned())
    })?;
    Ok(Value::text(plain).with_marks(marks))
}

/// What the known beginning of an unknown document tells about its type.
fn json_type(values: &[Value]) -> Result<Type, Failure> {
    let prefix = values
        .first()
        .and_then(Value::refinement)
        .and_then(|known| known.prefix.clone());
    let Some(prefix) = prefix else {
        return Ok(Type::Dynamic);
    };
    Ok(match prefix.trim().chars().next() {
        Some('"') => Type::String,
        Some('t' | 'f') => Type::Bool,
        Some('-' | '0'..='9' | '.') => Type::Number,
        None | Some('{' | '[' | 'n') => Type::Dynamic,
        Some(c) => {
            return Err(Failure::Argument(
                0,
                format!("a JSON document cannot begin with the character {c:?}"),
            ));
        }
    })
}

fn json_encode(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some(value) = values.first() else {
        return Ok(Value::null());
    };
    if !value.is_wholly_known() {
        let result = Value::unknown_of(Type::String);
        if !value.is_never_null() {
            return Ok(result);
        }
        let opening = match value.type_of() {
            Type::String => "\"",
            Type::Object(_) | Type::Map(_) => "{",
            Type::Tuple(_) | Type::List(_) | Type::Set(_) => "[",
            _ => return Ok(result),
        };
        return Ok(result.refine(|refinement| refinement.prefix(opening)));
    }
    Ok(Value::text(json_text(value, environment.context.budget())?))
}

fn text_encode(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let name = text(values, 1);
    let charset = charset::named(name).ok_or_else(|| unsupported_charset(name))?;
    match charset.encode(text(values, 0)) {
        Coded::Done(bytes) => Ok(Value::string(base64::encode(&bytes))),
        Coded::Unknown => Ok(Value::unknown_of(Type::String)),
        Coded::Invalid => Err(Failure::Argument(
            0,
            format!("the given string contains characters that cannot be represented in {name}"),
        )),
    }
}

fn text_decode(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let name = text(values, 1);
    let charset = charset::named(name).ok_or_else(|| unsupported_charset(name))?;
    let bytes = base64::decode(text(values, 0)).map_err(|at| {
        Failure::Argument(
            0,
            format!("the given value is has an invalid base64 symbol at offset {at}"),
        )
    })?;
    match charset.decode(&bytes) {
        Coded::Done(decoded) => Ok(Value::text(decoded)),
        Coded::Unknown => Ok(Value::unknown_of(Type::String)),
        Coded::Invalid => Err(Failure::Argument(
            0,
            format!("the given string contains symbols that are not defined for {name}"),
        )),
    }
}

fn unsupported_charset(name: &str) -> Failure {
    Failure::Argument(
        1,
        format!(
            "{} is not a supported IANA encoding name or alias in this Terraform version",
            quoted(name)
        ),
    )
}

/// Everything but letters, digits and `-_.~` as `%41`, a space as `+`.
fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn url_decode(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let encoded = text(values, 0);
    let failed = |why: String| Failure::Call(format!("failed to decode URL '{encoded}': {why}"));
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes().enumerate();
    while let Some((at, byte)) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let code = encoded
                    .get(at.saturating_add(1)..at.saturating_add(3))
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                let Some(code) = code else {
                    let tail: String = encoded.get(at..).unwrap_or("").chars().take(3).collect();
                    return Err(failed(format!("invalid URL escape {}", quoted(&tail))));
                };
                bytes.push(code);
                rest.next();
                rest.next();
            }
            byte => bytes.push(byte),
        }
    }
    let decoded =
        String::from_utf8(bytes).map_err(|_| failed("the result is not valid UTF-8".to_owned()))?;
    Ok(Value::text(decoded))
}

fn yaml_encode(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    match values.first() {
        Some(value) if value.is_wholly_known() => {
            let encoded = yaml::encode(value, environment.context.budget())?;
            Ok(Value::text(encoded))
        }
        _ => Ok(Value::unknown_of(Type::String)),
    }
}
