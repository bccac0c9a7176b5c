//! YAML as `yamldecode` reads it and `yamlencode` writes it.
//!
//! The parser gives events; what a plain scalar means is Terraform's own mix of YAML 1.1 and 1.2
//! (`yes` is true, `0o17` is 15). The text written is that of libyaml, which Terraform's
//! encoder comes from.

use super::Failure;
use super::base64;
use super::datetime::Time;
use crate::lang::Members;
use crate::lang::budget::Budget;
use crate::lang::convert::convert;
use crate::lang::number::Number;
use crate::lang::quote::quoted;
use crate::lang::text::nfc;
use crate::lang::types::Type;
use crate::lang::value::{Data, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

fn failure(why: impl Into<String>) -> Failure {
    Failure::Call(why.into())
}

/// The value of a document.
pub(super) fn decode(text: &str, budget: &Budget) -> Result<Value, Failure> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        brackets: text
            .chars()
            .enumerate()
            .filter(|(_, c)| matches!(c, '[' | '{'))
            .map(|(at, _)| at)
            .collect(),
        flow: 0,
        budget,
        depth: 0,
    };
    reader.next()?;
    match reader.next()? {
        Event::DocumentStart(_) => {}
        _ => return Err(failure("missing start of document")),
    }
    let first = reader.next()?;
    let value = reader.node(first)?;
    if !matches!(reader.next()?, Event::DocumentEnd) {
        return Err(failure("unexpected extra content after value"));
    }
    match reader.next()? {
        Event::StreamEnd => Ok(value),
        Event::DocumentStart(_) => Err(failure("only a single document is allowed")),
        _ => Err(failure("unexpected extra content after value")),
    }
}

struct Reader<'t, 'b> {
    parser: Parser<'t, StrInput<'t>>,
    /// What anchors stand for; none while their node is still being read.
    anchors: BTreeMap<usize, Option<Value>>,
    /// Where brackets open, in characters.
    brackets: Vec<usize>,
    /// How many brackets are open.
    flow: usize,
    budget: &'b Budget,
    depth: usize,
}

/// A key that merges another mapping into its own.
const MERGE: &str = "<<";

impl<'t> Reader<'t, '_> {
    fn next(&mut self) -> Result<Event<'t>, Failure> {
        self.budget.step(1)?;
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                match &event {
                    Event::SequenceStart(..) | Event::MappingStart(..)
                        if self.flow > 0
                            || self.has_bracket(span.start.index()..=span.end.index()) =>
                    {
                        self.flow = self.flow.saturating_add(1);
                    }
                    Event::SequenceEnd | Event::MappingEnd => {
                        self.flow = self.flow.saturating_sub(1);
                    }
                    // For Terraform these end a plain scalar in brackets, and then a comma is
                    // missing.
                    Event::Scalar(text, ScalarStyle::Plain, ..)
                        if self.flow > 0 && text.contains(['?', '[', '{']) =>
                    {
                        return Err(failure("did not find expected ',' or '}'"));
                    }
                    _ => {}
                }
                Ok(event)
            }
            Some(Err(error)) => Err(failure(error.to_string())),
            None => Err(failure("expecting value but found end of stream")),
        }
    }

    fn has_bracket(&self, within: RangeInclusive<usize>) -> bool {
        let first = self.brackets.partition_point(|at| at < within.start());
        self.brackets
            .get(first)
            .is_some_and(|at| within.contains(at))
    }

    fn node(&mut self, event: Event<'t>) -> Result<Value, Failure> {
        /// Deeper documents than this are nobody's configuration.
        const DEEPEST: usize = 300;
        self.budget.make_elements(1)?;
        if self.depth >= DEEPEST {
            return Err(failure("YAML is nested too deeply"));
        }
        self.depth = self.depth.saturating_add(1);
        let value = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = match scalar(&text, style, tag.as_deref())? {
                    Scalar::Merge => Value::string(MERGE),
                    Scalar::Value(value) => value,
                };
                self.anchored(anchor, value)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq", "sequence")?;
                self.anchors.insert(anchor, None);
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => items.push(self.node(event)?),
                    }
                }
                self.anchored(anchor, Value::tuple(items))
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map", "mapping")?;
                self.anchors.insert(anchor, None);
                let value = self.mapping()?;
                self.anchored(anchor, value)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(Some(value)) => value.clone(),
                Some(None) => {
                    return Err(failure(
                        "cannot refer to an anchor from inside its own definition",
                    ));
                }
                None => return Err(failure("reference to undefined anchor")),
            },
            _ => return Err(failure("unexpected content")),
        };
        self.depth = self.depth.saturating_sub(1);
        Ok(value)
    }

    fn anchored(&mut self, anchor: usize, value: Value) -> Value {
        // Zero is no anchor.
        if anchor > 0 {
            self.anchors.insert(anchor, Some(value.clone()));
        }
        value
    }

    fn mapping(&mut self) -> Result<Value, Failure> {
        const KEYS: &str = "only strings are allowed as mapping keys";
        let mut items: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        loop {
            let (text, style, tag) = match self.next()? {
                Event::MappingEnd => return Ok(Value::object(items.into())),
                Event::Scalar(text, style, _, tag) => (text, style, tag),
                _ => return Err(failure(KEYS)),
            };
            let key = match scalar(&text, style, tag.as_deref())? {
                Scalar::Merge => {
                    let event = self.next()?;
                    let merged = self.node(event)?;
                    let Data::Object(attributes) = &merged.data else {
                        return Err(failure(format!(
                            "cannot merge {} into mapping",
                            merged.type_of().friendly_name()
                        )));
                    };
                    self.budget.make_elements(attributes.len())?;
                    for (name, item) in attributes.iter() {
                        items.insert(name.clone(), item.clone());
                    }
                    continue;
                }
                Scalar::Value(value) => {
                    convert(&value, &Type::String).map_err(|_| failure(KEYS))?
                }
            };
            let Data::String(name) = &key.data else {
                return Err(failure("mapping key cannot be null"));
            };
            let name: Arc<str> = Arc::from(&*nfc(name));
            let event = self.next()?;
            let item = self.node(event)?;
            items.insert(name, item);
        }
    }
}

const CORE: &str = "tag:yaml.org,2002:";

fn check_tag(tag: Option<&Tag>, expected: &str, what: &str) -> Result<(), Failure> {
    match tag {
        None => Ok(()),
        Some(tag) if tag.handle == CORE && tag.suffix == expected => Ok(()),
        Some(tag) => Err(failure(format!(
            "can't interpret {what} as {}{}",
            tag.handle, tag.suffix
        ))),
    }
}

enum Scalar {
    Merge,
    Value(Value),
}

/// What a scalar means, from its text, its quotes and its tag.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Scalar, Failure> {
    let kind = match tag {
        None => "",
        Some(tag) if tag.handle == CORE => tag.suffix.as_str(),
        Some(tag) => {
            return Err(failure(format!(
                "unsupported tag {}",
                quoted(&format!("{}{}", tag.handle, tag.suffix))
            )));
        }
    };
    if !matches!(
        kind,
        "" | "str" | "bool" | "int" | "float" | "null" | "timestamp" | "binary"
    ) {
        return Err(failure(format!(
            "unsupported tag {}",
            quoted(&format!("{CORE}{kind}"))
        )));
    }
    let cannot = || failure(format!("cannot parse {} as {CORE}{kind}", quoted(text)));
    let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    // Only some first letters can begin something that is not simply a string.
    let hint = text.chars().next().unwrap_or('N');
    let promising =
        matches!(hint, '+' | '-' | '0'..='9' | '.' | '~') || "yYnNtTfFoO".contains(hint);
    let mut number = matches!(kind, "int" | "float");
    // A quoted or block scalar without a tag is a string, unless it is promising: in that case
    // only quotes make it one.
    if promising && kind != "str" && kind != "binary" {
        if is_quoted {
            return Ok(Scalar::Value(Value::text(text)));
        }
        if let Some(value) = word(text) {
            return Ok(Scalar::Value(value));
        }
        if kind.is_empty() && matches!(text, ".nan" | ".NaN" | ".NAN") {
            return Err(failure("floating point NaN is not supported"));
        }
        match hint {
            '.' => {
                if let Some(number) = Number::parse(text) {
                    return Ok(Scalar::Value(Value::number(number)));
                }
            }
            '+' | '-' | '0'..='9' => {
                if matches!(kind, "" | "timestamp")
                    && let Some(time) = timestamp(text)
                {
                    return Ok(Scalar::Value(Value::string(time)));
                }
                number |= is_integer(text) || is_float(text);
            }
            _ => {}
        }
    }
    if kind.is_empty() && !number {
        return Ok(if text == MERGE {
            Scalar::Merge
        } else {
            Scalar::Value(Value::text(text))
        });
    }
    if number {
        return parse_number(text)
            .map(|number| Scalar::Value(Value::number(number)))
            .ok_or_else(cannot);
    }
    let value = match kind {
        "binary" if base64::decode(text).is_err() => return Err(cannot()),
        "bool" => match word(text) {
            Some(value) if value.as_bool().is_some() => value,
            _ => return Err(cannot()),
        },
        "timestamp" => Value::string(timestamp(text).ok_or_else(cannot)?),
        "null" => Value::null(),
        _ => Value::text(text),
    };
    Ok(Scalar::Value(value))
}

/// The words that are not strings.
fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::null(),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::number(Number::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::number(Number::NEGATIVE_INFINITY),
        _ => return None,
    })
}

fn is_integer(text: &str) -> bool {
    let all = |digits: &str, test: fn(u8) -> bool| !digits.is_empty() && digits.bytes().all(test);
    if let Some(octal) = text.strip_prefix("0o") {
        return all(octal, |b| (b'0'..=b'7').contains(&b));
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return all(hex, |b| b.is_ascii_hexdigit());
    }
    all(text.strip_prefix(['+', '-']).unwrap_or(text), |b| {
        b.is_ascii_digit()
    })
}

fn is_float(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    let empty = whole.is_empty() && fraction.is_empty();
    !empty && digits(whole) && digits(fraction) && exponent_fits
}

/// Decimal, or what Go reads with a prefix: `0x1f`, `0o17`, `017`, `0b1`.
fn parse_number(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    if let Some(number) = Number::parse(&plain) {
        return Some(number);
    }
    let (negative, body) = match plain.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let lower = body.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..)?, 16),
        Some("0o") => (lower.get(2..)?, 8),
        Some("0b") => (lower.get(2..)?, 2),
        _ => return None,
    };
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    let number = Number::from(magnitude);
    Some(if negative { number.negate() } else { number })
}

/// A date, or a date and time, as RFC 3339.
fn timestamp(text: &str) -> Option<String> {
    if text.find(|c: char| !c.is_ascii_digit()) != Some(4) || text.as_bytes().get(4) != Some(&b'-')
    {
        return None;
    }
    Time::parse_yaml(text).map(|time| time.to_string())
}

/// A wholly known value as a document in block style.
pub(super) fn encode(value: &Value, budget: &Budget) -> Result<String, Failure> {
    let mut writer = Writer {
        out: String::new(),
        column: 0,
        indent: -1,
        whitespace: true,
        indention: true,
        open_ended: false,
        budget,
    };
    writer.node(value, Place::Root)?;
    writer.write_indent();
    if writer.open_ended {
        writer.indicator("...", true, false, false);
        writer.write_indent();
    }
    Ok(writer.out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Sequence,
    Mapping,
}

/// libyaml's emitter, as far as block style needs it.
struct Writer<'b> {
    out: String,
    column: i64,
    /// Of the innermost block; below zero outside of any.
    indent: i64,
    /// Whether the last thing written was a space.
    whitespace: bool,
    /// Whether only indentation and indicators were written in this line.
    indention: bool,
    /// Whether the document needs `...` to show where it ends.
    open_ended: bool,
    budget: &'b Budget,
}

const STEP: i64 = 2;

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        self.column = self.column.saturating_add(count);
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn write_indent(&mut self) {
        let indent = self.indent.max(0);
        if !self.indention || self.column > indent || self.column == indent && !self.whitespace {
            self.line_break();
        }
        while self.column < indent {
            self.put(" ");
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, text: &str, apart: bool, whitespace: bool, indention: bool) {
        if apart && !self.whitespace {
            self.put(" ");
        }
        self.put(text);
        self.whitespace = whitespace;
        self.indention = self.indention && indention;
        self.open_ended = false;
    }

    fn node(&mut self, value: &Value, place: Place) -> Result<(), Failure> {
        self.budget.step(1)?;
        match &value.data {
            Data::Null(_) => self.plain("null", place),
            Data::Unknown(_) => {
                return Err(failure("cannot serialize unknown value as YAML"));
            }
            Data::Bool(value) => self.plain(if *value { "true" } else { "false" }, place),
            Data::Number(number) => self.plain(&number.to_string(), place),
            Data::String(text) => self.string(text, false)?,
            Data::List(elements) | Data::Set(elements) => self.sequence(&elements.items, place)?,
            Data::Tuple(elements) => self.sequence(elements, place)?,
            Data::Map(entries) => self.mapping(&entries.items)?,
            Data::Object(attributes) => self.mapping(attributes)?,
        }
        Ok(())
    }

    fn sequence(&mut self, items: &[Value], place: Place) -> Result<(), Failure> {
        if items.is_empty() {
            self.indicator("[", true, true, false);
            self.indicator("]", false, false, false);
            return Ok(());
        }
        let before = self.indent;
        // The dashes of a list under a key stand below the key, not below its value.
        let indentless = place == Place::Mapping && !self.indention;
        self.increase_indent(indentless);
        for item in items {
            self.write_indent();
            self.indicator("-", true, false, true);
            self.node(item, Place::Sequence)?;
        }
        self.indent = before;
        Ok(())
    }

    fn increase_indent(&mut self, indentless: bool) {
        if self.indent < 0 {
            self.indent = 0;
        } else if !indentless {
            self.indent = self.indent.saturating_add(STEP);
        }
    }

    fn mapping(&mut self, items: &Members) -> Result<(), Failure> {
        /// Longer keys are set apart with a question mark.
        const LONGEST: usize = 128;
        if items.is_empty() {
            self.indicator("{", true, true, false);
            self.indicator("}", false, false, false);
            return Ok(());
        }
        let before = self.indent;
        self.increase_indent(false);
        for (key, item) in items {
            self.write_indent();
            if !key.contains(is_break) && key.len() <= LONGEST {
                self.string(key, true)?;
                self.indicator(":", false, false, false);
            } else {
                self.indicator("?", true, false, true);
                self.string(key, false)?;
                self.write_indent();
                self.indicator(":", true, false, true);
            }
            self.node(item, Place::Mapping)?;
        }
        self.indent = before;
        Ok(())
    }

    fn plain(&mut self, text: &str, place: Place) {
        if !self.whitespace {
            self.put(" ");
        }
        self.put(text);
        self.whitespace = false;
        self.indention = false;
        if place == Place::Root {
            self.open_ended = true;
        }
    }

    fn string(&mut self, text: &str, simple_key: bool) -> Result<(), Failure> {
        self.budget.make(text.len())?;
        if text.contains('\n') && !simple_key && fits_block(text) {
            self.literal(text);
        } else {
            self.double_quoted(text);
        }
        Ok(())
    }

    fn double_quoted(&mut self, text: &str) {
        self.indicator("\"", true, false, false);
        for c in text.chars() {
            if is_printable(c) && !is_break(c) && c != '"' && c != '\\' && c != '\u{FEFF}' {
                self.put(c.encode_utf8(&mut [0; 4]));
                continue;
            }
            let code = u32::from(c);
            let escape = match c {
                '\0' => "\\0".to_owned(),
                '\u{7}' => "\\a".to_owned(),
                '\u{8}' => "\\b".to_owned(),
                '\t' => "\\t".to_owned(),
                '\n' => "\\n".to_owned(),
                '\u{b}' => "\\v".to_owned(),
                '\u{c}' => "\\f".to_owned(),
                '\r' => "\\r".to_owned(),
                '\u{1b}' => "\\e".to_owned(),
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\u{85}' => "\\N".to_owned(),
                '\u{a0}' => "\\_".to_owned(),
                '\u{2028}' => "\\L".to_owned(),
                '\u{2029}' => "\\P".to_owned(),
                _ if code <= 0xFF => format!("\\x{code:02X}"),
                _ if code <= 0xFFFF => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
            self.put(&escape);
        }
        self.indicator("\"", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator("2", false, false, false);
        }
        self.open_ended = false;
        let mut from_end = text.chars().rev();
        let last = from_end.next().is_some_and(is_break);
        let previous = from_end.next();
        if !last {
            self.indicator("-", false, false, false);
        } else if previous.is_none_or(is_break) {
            self.indicator("+", false, false, false);
            self.open_ended = true;
        }
        self.line_break();
        self.indention = true;
        self.whitespace = true;
        let before = self.indent;
        // The text stands one step deeper than what it belongs to, at the root too.
        self.indent = if self.indent < 0 {
            STEP
        } else {
            self.indent.saturating_add(STEP)
        };
        let mut breaks = true;
        for c in text.chars() {
            if c == '\n' {
                self.line_break();
                self.indention = true;
                breaks = true;
                continue;
            }
            if is_break(c) {
                self.out.push(c);
                self.column = 0;
                self.indention = true;
                breaks = true;
                continue;
            }
            if breaks {
                self.write_indent();
            }
            self.put(c.encode_utf8(&mut [0; 4]));
            self.indention = false;
            breaks = false;
        }
        self.indent = before;
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What libyaml writes as it is: nothing beyond the basic plane, and no tab.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{FEFF}'
}

/// Whether a text can stand in a block: no space before a break or at the end, nothing that
/// needs an escape.
fn fits_block(text: &str) -> bool {
    let mut previous_space = false;
    for c in text.chars() {
        if !is_printable(c) || is_break(c) && previous_space {
            return false;
        }
        previous_space = c == ' ';
    }
    !previous_space
}
