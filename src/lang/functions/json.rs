//! JSON as `jsonencode` writes it and `jsondecode` reads it.

use super::Failure;
use crate::lang::Members;
use crate::lang::budget::Budget;
use crate::lang::convert::convert;
use crate::lang::error::LangError;
use crate::lang::number::Number;
use crate::lang::quote::quoted;
use crate::lang::text::nfc;
use crate::lang::value::{Data, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// A wholly known value as JSON on one line, keys sorted, with Go's escapes.
pub(super) fn json_text(value: &Value, budget: &Budget) -> Result<String, Failure> {
    let mut out = String::new();
    write(value, budget, &mut out)?;
    Ok(out)
}

fn write(value: &Value, budget: &Budget, out: &mut String) -> Result<(), Failure> {
    budget.step(1)?;
    match &value.data {
        Data::Null(_) => out.push_str("null"),
        Data::Unknown(_) => return Err(Failure::Call("value is not known".to_owned())),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) if number.is_infinite() => {
            return Err(Failure::Call(
                "cannot serialize infinity as JSON".to_owned(),
            ));
        }
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::String(text) => string(text, budget, out)?,
        Data::List(elements) | Data::Set(elements) => list(&elements.items, budget, out)?,
        Data::Tuple(elements) => list(elements, budget, out)?,
        Data::Map(entries) => object(&entries.items, budget, out)?,
        Data::Object(attributes) => object(attributes, budget, out)?,
    }
    Ok(())
}

fn list(items: &[Value], budget: &Budget, out: &mut String) -> Result<(), Failure> {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(item, budget, out)?;
    }
    out.push(']');
    Ok(())
}

fn object(items: &Members, budget: &Budget, out: &mut String) -> Result<(), Failure> {
    out.push('{');
    for (at, (key, item)) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        string(key, budget, out)?;
        out.push(':');
        write(item, budget, out)?;
    }
    out.push('}');
    Ok(())
}

/// Go escapes what browsers could take for markup, too.
fn string(text: &str, budget: &Budget, out: &mut String) -> Result<(), LangError> {
    budget.make(text.len())?;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}

/// The value of a JSON document.
pub(super) fn decode(text: &str, budget: &Budget) -> Result<Value, Failure> {
    let mut reader = Reader {
        text,
        at: 0,
        budget,
        depth: 0,
    };
    reader.space();
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() {
        return Err(Failure::Call(
            "extraneous data after JSON object".to_owned(),
        ));
    }
    Ok(value)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    budget: &'t Budget,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.skip(1);
        }
    }

    fn unexpected(&self) -> Failure {
        let rest = self.text.get(self.at..).unwrap_or("");
        Failure::Call(match rest.chars().next() {
            Some(c) => format!("invalid character {c:?} at offset {}", self.at),
            None => "unexpected end of JSON input".to_owned(),
        })
    }

    fn value(&mut self) -> Result<Value, Failure> {
        /// Deeper documents than this are nobody's configuration.
        const DEEPEST: usize = 500;
        self.budget.step(1)?;
        self.budget.make_elements(1)?;
        if self.depth >= DEEPEST {
            return Err(Failure::Call("JSON is nested too deeply".to_owned()));
        }
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Value::text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::bool(true)),
            Some(b'f') => self.word("false", Value::bool(false)),
            Some(b'n') => self.word("null", Value::null()),
            _ => Err(self.unexpected()),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Failure>) -> Result<Value, Failure> {
        self.depth = self.depth.saturating_add(1);
        self.skip(1);
        let value = read(self);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Failure> {
        let rest = self.text.get(self.at..).unwrap_or("");
        if !rest.starts_with(word) {
            return Err(self.unexpected());
        }
        self.skip(word.len());
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Failure> {
        let mut attributes: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.skip(1);
            return Ok(Value::object(attributes.into()));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected());
            }
            let key: Arc<str> = Arc::from(&*nfc(&self.string()?));
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected());
            }
            self.skip(1);
            self.space();
            let value = self.value()?;
            // Of the same key twice the last one counts, and its type must suit the others.
            if let Some(earlier) = attributes.get(&key)
                && convert(earlier, &value.type_of()).is_err()
            {
                return Err(Failure::Call(format!(
                    "values of property {} are of different types",
                    quoted(&key)
                )));
            }
            attributes.insert(key, value);
            self.space();
            match self.peek() {
                Some(b',') => self.skip(1),
                Some(b'}') => {
                    self.skip(1);
                    return Ok(Value::object(attributes.into()));
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    fn array(&mut self) -> Result<Value, Failure> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.skip(1);
            return Ok(Value::tuple(items));
        }
        loop {
            self.space();
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b',') => self.skip(1),
                Some(b']') => {
                    self.skip(1);
                    return Ok(Value::tuple(items));
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    fn number(&mut self) -> Result<Value, Failure> {
        let start = self.at;
        let digits = |this: &mut Self| {
            let from = this.at;
            while matches!(this.peek(), Some(b'0'..=b'9')) {
                this.skip(1);
            }
            this.at > from
        };
        if self.peek() == Some(b'-') {
            self.skip(1);
        }
        if self.peek() == Some(b'0') {
            self.skip(1);
        } else if !digits(self) {
            return Err(self.unexpected());
        }
        if self.peek() == Some(b'.') {
            self.skip(1);
            if !digits(self) {
                return Err(self.unexpected());
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.skip(1);
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.skip(1);
            }
            if !digits(self) {
                return Err(self.unexpected());
            }
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        Number::parse(text)
            .map(Value::number)
            .ok_or_else(|| Failure::Call(format!("cannot represent {text} as a number")))
    }

    fn string(&mut self) -> Result<String, Failure> {
        self.skip(1);
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            let plain = rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .unwrap_or(rest.len());
            out.push_str(rest.get(..plain).unwrap_or(""));
            self.budget.make(plain)?;
            self.skip(plain);
            match self.peek() {
                Some(b'"') => {
                    self.skip(1);
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.skip(1);
                    out.push(self.escape()?);
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.unexpected()),
        };
        self.skip(1);
        Ok(c)
    }

    /// `\u1234`, or a pair of them; half a pair becomes the replacement character.
    fn unicode(&mut self) -> Result<char, Failure> {
        let high = self.hex()?;
        if let Some(c) = char::from_u32(high) {
            return Ok(c);
        }
        let pair = self
            .text
            .get(self.at..)
            .is_some_and(|t| t.starts_with("\\u"));
        if (0xD800..0xDC00).contains(&high) && pair {
            let before = self.at;
            self.skip(1);
            let low = self.hex()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = (high & 0x3FF) << 10 | (low & 0x3FF);
                return Ok(char::from_u32(code.saturating_add(0x10000)).unwrap_or('\u{FFFD}'));
            }
            self.at = before;
        }
        Ok('\u{FFFD}')
    }

    fn hex(&mut self) -> Result<u32, Failure> {
        self.skip(1);
        let digits = self.text.get(self.at..self.at.saturating_add(4));
        let code = digits
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code {
            Some(code) => {
                self.skip(4);
                Ok(code)
            }
            None => Err(self.unexpected()),
        }
    }
}
