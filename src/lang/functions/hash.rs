//! Hashes, and what is random or secret by nature.

use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, base64, text};
use crate::lang::number::Number;
use crate::lang::types::Type;
use crate::lang::value::Value;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write as _;

const STR: &[Parameter] = &[Parameter::new("str", Kind::String)];

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters,
        variadic: None,
        returns: Returns::Always(Kind::String),
        run: Run::Values(run),
        never_null: true,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    function("base64sha256", STR, |values, _| {
        Ok(base64_of::<Sha256>(values))
    }),
    function("base64sha512", STR, |values, _| {
        Ok(base64_of::<Sha512>(values))
    }),
    Function {
        variadic: Some(Parameter::new("cost", Kind::Number)),
        ..function("bcrypt", STR, bcrypt)
    },
    function("md5", STR, |values, _| Ok(hex_of::<Md5>(values))),
    function(
        "rsadecrypt",
        &[
            Parameter::new("ciphertext", Kind::String),
            Parameter::new("privatekey", Kind::String),
        ],
        super::rsa::decrypt,
    ),
    function("sha1", STR, |values, _| Ok(hex_of::<Sha1>(values))),
    function("sha256", STR, |values, _| Ok(hex_of::<Sha256>(values))),
    function("sha512", STR, |values, _| Ok(hex_of::<Sha512>(values))),
    function("uuid", &[], uuid),
    function(
        "uuidv5",
        &[
            Parameter::new("namespace", Kind::String),
            Parameter::new("name", Kind::String),
        ],
        uuid_v5,
    ),
];

/// The digest of some bytes, in hexadecimal digits.
pub(super) fn hex<D: Digest>(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in D::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The digest of some bytes, in base64.
pub(super) fn base64_digest<D: Digest>(bytes: &[u8]) -> String {
    base64::encode(&D::digest(bytes))
}

fn hex_of<D: Digest>(values: &[Value]) -> Value {
    Value::string(hex::<D>(text(values, 0).as_bytes()))
}

fn base64_of<D: Digest>(values: &[Value]) -> Value {
    Value::string(base64_digest::<D>(text(values, 0).as_bytes()))
}

/// An unknown text of which the length is known, and how it begins.
fn unknown_text(length: usize, prefix: String) -> Value {
    Value::unknown_of(Type::String).refine(|refinement| {
        refinement
            .prefix(prefix)
            .length_at_least(length)
            .length_at_most(length)
    })
}

/// A salted hash: its first letters tell the cost, the salt is not known.
fn bcrypt(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    const LENGTH: usize = 60;
    let cost = match values {
        [_] => 10,
        [_, cost] => cost
            .as_number()
            .and_then(Number::to_i64)
            .ok_or_else(|| Failure::Call("value must be a whole number".to_owned()))?,
        _ => {
            return Err(Failure::Call(
                "bcrypt() takes no more than two arguments".to_owned(),
            ));
        }
    };
    if cost > 31 {
        return Err(Failure::Call(format!(
            "error occured generating password crypto/bcrypt: cost {cost} is outside allowed inclusive range 4..31"
        )));
    }
    if text(values, 0).len() > 72 {
        return Err(Failure::Call(
            "error occured generating password bcrypt: password length exceeds 72 bytes".to_owned(),
        ));
    }
    // Too cheap a cost becomes the usual one.
    let cost = if cost < 4 { 10 } else { cost };
    let prefix = format!("$2a${cost:02}$");
    Ok(match environment.context.sample() {
        Some(sample) => Value::string(format!("{prefix}{}", sample.letter().repeat(53))),
        None => unknown_text(LENGTH, prefix),
    })
}

fn uuid(_: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    const LENGTH: usize = 36;
    Ok(match environment.context.sample() {
        Some(sample) => {
            let letter = sample.letter();
            Value::string(format!(
                "{}-{}-{}-{}-{}",
                letter.repeat(8),
                letter.repeat(4),
                letter.repeat(4),
                letter.repeat(4),
                letter.repeat(12)
            ))
        }
        None => unknown_text(LENGTH, String::new()),
    })
}

/// A UUID made of a name in a namespace, which may be one of the four that have names.
fn uuid_v5(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    const KNOWN: [(&str, u128); 4] = [
        ("dns", 0x6ba7b810_9dad_11d1_80b4_00c04fd430c8),
        ("url", 0x6ba7b811_9dad_11d1_80b4_00c04fd430c8),
        ("oid", 0x6ba7b812_9dad_11d1_80b4_00c04fd430c8),
        ("x500", 0x6ba7b814_9dad_11d1_80b4_00c04fd430c8),
    ];
    let name = text(values, 0);
    let namespace = match KNOWN.iter().find(|(known, _)| *known == name) {
        Some((_, bits)) => *bits,
        None => parse_uuid(name).map_err(|why| {
            Failure::Call(format!("uuidv5() doesn't support namespace {name} ({why})"))
        })?,
    };
    let digest = Sha1::new()
        .chain_update(namespace.to_be_bytes())
        .chain_update(text(values, 1).as_bytes())
        .finalize();
    let mut bits: u128 = 0;
    for byte in digest.iter().take(16) {
        bits = bits << 8 | u128::from(*byte);
    }
    // Version 5, and the variant of RFC 4122.
    bits = bits & !(0xF << 76) | 0x5 << 76;
    bits = bits & !(0x3 << 62) | 0x2 << 62;
    let digits = format!("{bits:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("").to_owned();
    Ok(Value::string(
        [
            part(0, 8),
            part(8, 12),
            part(12, 16),
            part(16, 20),
            part(20, 32),
        ]
        .join("-"),
    ))
}

/// The forms of a UUID: with hyphens, in braces, as a URN, or 32 digits.
fn parse_uuid(text: &str) -> Result<u128, String> {
    let format = || "invalid UUID format".to_owned();
    let plain = match text.len() {
        36 => text,
        45 => match text.get(..9) {
            Some(urn) if urn.eq_ignore_ascii_case("urn:uuid:") => text.get(9..).unwrap_or(""),
            _ => {
                return Err(format!(
                    "invalid urn prefix: {:?}",
                    text.get(..9).unwrap_or("")
                ));
            }
        },
        38 => text.get(1..37).unwrap_or(""),
        32 => {
            return u128::from_str_radix(text, 16)
                .ok()
                .filter(|_| text.bytes().all(|b| b.is_ascii_hexdigit()))
                .ok_or_else(format);
        }
        length => return Err(format!("invalid UUID length: {length}")),
    };
    let hyphens = plain.bytes().enumerate().all(|(at, byte)| {
        if matches!(at, 8 | 13 | 18 | 23) {
            byte == b'-'
        } else {
            byte.is_ascii_hexdigit()
        }
    });
    if !hyphens {
        return Err(format());
    }
    u128::from_str_radix(&plain.replace('-', ""), 16).map_err(|_| format())
}
