//! Configuration files in JSON syntax -> the same [`Body`] that HCL's own syntax gives.
//!
//! JSON does not tell attributes from blocks: what a property is depends on where it stands.

use super::body::{Attribute, Block, Body, Label};
use super::findings::Findings;
use super::shapes;
use crate::finding::Finding;
use crate::lang::{Expr, Number, Value, parse_template};
use crate::source::{SourceFile, Span};
use std::ops::Range;
use std::str::CharIndices;
use std::sync::Arc;

/// What a body is of, which decides what its properties are.
#[derive(Clone, Debug)]
pub(super) enum Schema {
    /// A whole file.
    File,
    /// `terraform`
    Settings,
    /// A block that has attributes only, whose strings are templates.
    Attributes,
    /// A block that has attributes only, whose strings are taken as they are.
    Literals,
    /// `variable`
    Variable,
    /// `output`
    Output,
    /// `module`
    Module,
    /// `check`
    Check,
    /// `removed`
    Removed,
    /// `lifecycle`
    Lifecycle,
    /// A block of a resource type, or of a provider; the path of nested blocks leads to it.
    Free {
        /// The resource type; empty for a provider.
        of: Arc<str>,
        path: String,
    },
    /// `dynamic`
    Dynamic { of: Arc<str>, path: String },
}

/// What a property is.
enum Property {
    Attribute,
    /// An attribute whose strings are no templates.
    Literal,
    /// Blocks with so many labels.
    Blocks(usize, Schema),
}

/// Reads a file in JSON syntax; none where it cannot be read, and then the finding says why.
pub(super) fn body(file: &SourceFile, schema: &Schema, findings: &mut Findings) -> Option<Body> {
    let root = match parse(file) {
        Ok(root) => root,
        Err((range, why)) => {
            findings.add(Finding::bad_syntax(&file.at(range), why));
            return None;
        }
    };
    let mut reader = Reader {
        file,
        findings,
        failed: false,
    };
    let body = reader.body(&root, schema);
    (!reader.failed).then_some(body)
}

struct Reader<'a> {
    file: &'a SourceFile,
    findings: &'a mut Findings,
    failed: bool,
}

impl Reader<'_> {
    fn complain(&mut self, range: &Range<usize>, why: impl Into<String>) {
        self.failed = true;
        let finding = Finding::bad_syntax(&self.file.at(range.clone()), &why.into());
        self.findings.add(finding);
    }

    fn body(&mut self, json: &Json, schema: &Schema) -> Body {
        let mut body = Body::default();
        match &json.kind {
            Kind::Object(properties) => {
                for (key, value) in properties {
                    self.property(key, value, schema, &mut body);
                }
            }
            Kind::Array(parts) => {
                for part in parts {
                    match &part.kind {
                        Kind::Object(_) => {
                            let part = self.body(part, schema);
                            body.attributes.extend(part.attributes);
                            body.blocks.extend(part.blocks);
                        }
                        _ => self.complain(&part.range, "a JSON object is required here"),
                    }
                }
            }
            _ => self.complain(
                &json.range,
                "a JSON object or an array of JSON objects is required here",
            ),
        }
        body
    }

    fn property(&mut self, key: &Name, value: &Json, schema: &Schema, body: &mut Body) {
        // A comment, as JSON has none of its own.
        if key.text == "//" {
            return;
        }
        let property = property(schema, &key.text, value);
        if let Property::Blocks(labels, schema) = property {
            self.blocks(key, value, labels, &schema, &mut Vec::new(), body);
            return;
        }
        if body.attribute(&key.text).is_some() {
            self.complain(
                &key.range,
                format!("the argument `{}` is set twice", key.text),
            );
            return;
        }
        let templates = !matches!(property, Property::Literal);
        let expression = self.expression(value, templates);
        let name = Arc::from(key.text.as_str());
        body.attributes
            .push(Attribute::new(name, &key.range, expression));
    }

    /// Blocks of one kind: one level of objects for each label, with arrays in between.
    fn blocks(
        &mut self,
        kind: &Name,
        json: &Json,
        labels: usize,
        schema: &Schema,
        found: &mut Vec<Label>,
        body: &mut Body,
    ) {
        match (&json.kind, labels.checked_sub(1)) {
            (Kind::Array(parts), _) => {
                for part in parts {
                    self.blocks(kind, part, labels, schema, found, body);
                }
            }
            (Kind::Object(properties), Some(labels)) => {
                for (label, value) in properties {
                    if label.text == "//" {
                        continue;
                    }
                    found.push(Label {
                        text: Arc::from(label.text.as_str()),
                        span: self.file.at(label.range.clone()),
                    });
                    let schema = labelled(schema, &label.text);
                    self.blocks(kind, value, labels, &schema, found, body);
                    found.pop();
                }
            }
            (Kind::Null, None) => {}
            (Kind::Object(_), None) => {
                let header = found.last().map_or_else(
                    || self.file.at(kind.range.clone()),
                    |label| label.span.clone(),
                );
                let block = Block {
                    kind: Arc::from(kind.text.as_str()),
                    labels: found.as_slice().into(),
                    body: self.body(json, schema),
                    header,
                };
                body.blocks.push(block);
            }
            (_, Some(_)) => self.complain(
                &json.range,
                format!(
                    "a JSON object is required here, whose keys are the labels of `{}`",
                    kind.text
                ),
            ),
            (_, None) => self.complain(
                &json.range,
                format!(
                    "`{}` is a block: a JSON object or an array of them",
                    kind.text
                ),
            ),
        }
    }

    fn expression(&mut self, json: &Json, templates: bool) -> Expr {
        let at = self.file.at(json.range.clone());
        match &json.kind {
            Kind::Null => Expr::literal(Value::null(), at),
            Kind::Bool(value) => Expr::literal(Value::bool(*value), at),
            Kind::Number(number) => Expr::literal(Value::number(number.clone()), at),
            Kind::String(text) => self.string(text, at, templates),
            Kind::Array(parts) => {
                let parts = parts.iter().map(|part| self.expression(part, templates));
                Expr::tuple(parts.collect(), at)
            }
            Kind::Object(properties) => {
                let mut items = Vec::with_capacity(properties.len());
                for (at_item, (key, value)) in properties.iter().enumerate() {
                    let before = properties.iter().take(at_item);
                    if before
                        .into_iter()
                        .any(|(earlier, _)| earlier.text == key.text)
                    {
                        self.complain(&key.range, format!("the key `{}` is set twice", key.text));
                    }
                    let key = self.string(&key.text, self.file.at(key.range.clone()), templates);
                    items.push((key, self.expression(value, templates)));
                }
                Expr::object(items, at)
            }
        }
    }

    fn string(&mut self, text: &str, at: Span, templates: bool) -> Expr {
        // Most strings are no templates.
        if !templates || !text.contains("${") && !text.contains("%{") {
            return Expr::literal(Value::text(text), at);
        }
        parse_template(text, &at).unwrap_or_else(|error| {
            self.failed = true;
            self.findings.add(Finding::syntax_error(&error));
            Expr::literal(Value::unknown(), at)
        })
    }
}

fn free(of: &str, path: &str, name: &str) -> Schema {
    let path = match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    Schema::Free {
        of: Arc::from(of),
        path,
    }
}

/// The schema of a block, once its first label is known.
fn labelled(schema: &Schema, label: &str) -> Schema {
    match schema {
        // The first label of a resource is its type, the second its name.
        Schema::Free { of, path } if &**of == "?" => Schema::Free {
            of: Arc::from(label),
            path: path.clone(),
        },
        Schema::Dynamic { of, path } => match free(of, path, label) {
            Schema::Free { of, path } => Schema::Dynamic { of, path },
            other => other,
        },
        other => other.clone(),
    }
}

/// A body of a resource whose type is in the label that comes next.
fn of_label() -> Schema {
    Schema::Free {
        of: Arc::from("?"),
        path: String::new(),
    }
}

fn property(schema: &Schema, name: &str, value: &Json) -> Property {
    use Property::{Attribute, Blocks, Literal};
    match (schema, name) {
        (Schema::File, "terraform") => Blocks(0, Schema::Settings),
        (Schema::File, "provider") => Blocks(1, free("", "", "")),
        (Schema::File, "variable") => Blocks(1, Schema::Variable),
        (Schema::File, "locals" | "moved" | "import") => Blocks(0, Schema::Attributes),
        (Schema::File, "output") => Blocks(1, Schema::Output),
        (Schema::File, "module") => Blocks(1, Schema::Module),
        (Schema::File, "resource" | "data" | "ephemeral") | (Schema::Check, "data") => {
            Blocks(2, of_label())
        }
        (Schema::File, "check") => Blocks(1, Schema::Check),
        (Schema::File, "removed") => Blocks(0, Schema::Removed),
        (Schema::Settings, "backend" | "provider_meta") => Blocks(1, Schema::Literals),
        (Schema::Settings, "cloud" | "required_providers" | "encryption") => {
            Blocks(0, Schema::Literals)
        }
        (Schema::Settings | Schema::Literals, _) => Literal,
        (Schema::Variable, "validation") => Blocks(0, Schema::Attributes),
        (Schema::Output | Schema::Lifecycle, "precondition" | "postcondition") => {
            Blocks(0, Schema::Attributes)
        }
        (Schema::Variable, _) => Literal,
        (Schema::Output, "description") | (Schema::Module, "source" | "version") => Literal,
        (Schema::Check, "assert") => Blocks(0, Schema::Attributes),
        (Schema::Removed | Schema::Free { .. }, "lifecycle") => Blocks(0, Schema::Lifecycle),
        (Schema::Removed | Schema::Free { .. }, "provisioner") => Blocks(1, free("", "", "")),
        (Schema::Removed | Schema::Free { .. }, "connection") => Blocks(0, Schema::Attributes),
        (Schema::Free { of, path }, "dynamic") => Blocks(
            1,
            Schema::Dynamic {
                of: Arc::clone(of),
                path: path.clone(),
            },
        ),
        (Schema::Dynamic { of, path }, "content") => Blocks(
            0,
            Schema::Free {
                of: Arc::clone(of),
                path: path.clone(),
            },
        ),
        (Schema::Free { of, path }, name) if is_block(of, path, name, value) => {
            Blocks(0, free(of, path, name))
        }
        _ => Attribute,
    }
}

/// Whether a property of a resource is a nested block. What is not known is told by its looks:
/// blocks may be many, so they come in arrays of objects.
fn is_block(of: &str, path: &str, name: &str, value: &Json) -> bool {
    match &value.kind {
        Kind::Object(_) => shapes::is_block(of, path, name),
        Kind::Array(parts) => {
            !parts.is_empty()
                && parts
                    .iter()
                    .all(|part| matches!(part.kind, Kind::Object(_)))
        }
        _ => false,
    }
}

/// A JSON value and where it is.
#[derive(Debug)]
struct Json {
    kind: Kind,
    range: Range<usize>,
}

#[derive(Debug)]
enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(Name, Json)>),
}

/// A key and where it is.
#[derive(Debug)]
struct Name {
    text: String,
    range: Range<usize>,
}

type Wrong = (Range<usize>, &'static str);

fn parse(file: &SourceFile) -> Result<Json, Wrong> {
    let mut parser = Parser {
        text: file.text(),
        chars: file.text().char_indices(),
        depth: 0,
    };
    let json = parser.value()?;
    parser.space();
    if parser.peek().is_some() {
        return Err(parser.here("there is something after the JSON value"));
    }
    Ok(json)
}

/// As deep as HCL's own syntax is read.
const MAX_DEPTH: usize = 64;

struct Parser<'a> {
    text: &'a str,
    chars: CharIndices<'a>,
    depth: usize,
}

impl Parser<'_> {
    fn at(&self) -> usize {
        self.chars.offset()
    }

    fn peek(&self) -> Option<char> {
        self.chars.clone().next().map(|(_, c)| c)
    }

    fn next(&mut self) -> Option<char> {
        self.chars.next().map(|(_, c)| c)
    }

    fn here(&self, why: &'static str) -> Wrong {
        let at = self.at();
        let length = self.peek().map_or(0, char::len_utf8);
        (at..at.saturating_add(length), why)
    }

    fn space(&mut self) {
        while self
            .peek()
            .is_some_and(|c| matches!(c, ' ' | '\t' | '\r' | '\n'))
        {
            self.next();
        }
    }

    fn expect(&mut self, wanted: char, why: &'static str) -> Result<(), Wrong> {
        self.space();
        if self.peek() != Some(wanted) {
            return Err(self.here(why));
        }
        self.next();
        Ok(())
    }

    fn value(&mut self) -> Result<Json, Wrong> {
        self.space();
        let start = self.at();
        let kind = match self.peek() {
            Some('{') => self.nested(Self::object)?,
            Some('[') => self.nested(Self::array)?,
            Some('"') => Kind::String(self.string()?),
            Some(c) if c == '-' || c.is_ascii_digit() => self.number()?,
            Some(c) if c.is_ascii_alphabetic() => self.word()?,
            _ => return Err(self.here("a JSON value is required here")),
        };
        Ok(Json {
            kind,
            range: start..self.at(),
        })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Kind, Wrong>) -> Result<Kind, Wrong> {
        if self.depth >= MAX_DEPTH {
            return Err(self.here("this is nested too deeply"));
        }
        self.depth = self.depth.saturating_add(1);
        self.next();
        let kind = read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(kind)
    }

    fn object(&mut self) -> Result<Kind, Wrong> {
        let mut properties = Vec::new();
        self.space();
        if self.peek() == Some('}') {
            self.next();
            return Ok(Kind::Object(properties));
        }
        loop {
            self.space();
            let start = self.at();
            if self.peek() != Some('"') {
                return Err(self.here("a key in double quotes is required here"));
            }
            let text = self.string()?;
            let key = Name {
                text,
                range: start..self.at(),
            };
            self.expect(':', "a colon is required here")?;
            properties.push((key, self.value()?));
            self.space();
            match self.next() {
                Some(',') => {}
                Some('}') => return Ok(Kind::Object(properties)),
                _ => return Err(self.here("a comma or a closing brace is missing before this")),
            }
        }
    }

    fn array(&mut self) -> Result<Kind, Wrong> {
        let mut parts = Vec::new();
        self.space();
        if self.peek() == Some(']') {
            self.next();
            return Ok(Kind::Array(parts));
        }
        loop {
            parts.push(self.value()?);
            self.space();
            match self.next() {
                Some(',') => {}
                Some(']') => return Ok(Kind::Array(parts)),
                _ => return Err(self.here("a comma or a closing bracket is missing before this")),
            }
        }
    }

    fn number(&mut self) -> Result<Kind, Wrong> {
        let start = self.at();
        while self
            .peek()
            .is_some_and(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'))
        {
            self.next();
        }
        let range = start..self.at();
        let text = self.text.get(range.clone()).unwrap_or("");
        match Number::parse(text) {
            Some(number) if is_json_number(text) => Ok(Kind::Number(number)),
            _ => Err((range, "this is no JSON number")),
        }
    }

    fn word(&mut self) -> Result<Kind, Wrong> {
        let start = self.at();
        while self.peek().is_some_and(|c| c.is_ascii_alphanumeric()) {
            self.next();
        }
        let range = start..self.at();
        match self.text.get(range.clone()) {
            Some("null") => Ok(Kind::Null),
            Some("true") => Ok(Kind::Bool(true)),
            Some("false") => Ok(Kind::Bool(false)),
            _ => Err((range, "this is no JSON value; text needs double quotes")),
        }
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let start = self.at();
        self.next();
        let mut text = String::new();
        loop {
            let at = self.at();
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escaped(at)?),
                Some(c) if c >= ' ' => text.push(c),
                Some(_) => {
                    return Err((
                        at..self.at(),
                        "a line break or control character here needs an escape",
                    ));
                }
                None => return Err((start..at, "this string has no closing quote")),
            }
        }
    }

    fn escaped(&mut self, start: usize) -> Result<char, Wrong> {
        Ok(match self.next() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let high = self.hex(start)?;
                let mut ahead = self.chars.clone();
                let low_follows = (0xd800..0xdc00).contains(&high)
                    && ahead.next().is_some_and(|(_, c)| c == '\\')
                    && ahead.next().is_some_and(|(_, c)| c == 'u');
                if !low_follows {
                    // Half of a pair is what Go makes of it.
                    return Ok(char::from_u32(high).unwrap_or('\u{fffd}'));
                }
                self.next();
                self.next();
                let low = self.hex(start)?;
                let pair = (0xdc00..0xe000).contains(&low).then(|| {
                    let high = high.saturating_sub(0xd800) << 10;
                    0x1_0000_u32.saturating_add(high | low.saturating_sub(0xdc00))
                });
                pair.and_then(char::from_u32).unwrap_or('\u{fffd}')
            }
            _ => return Err((start..self.at(), "there is no such escape in JSON")),
        })
    }

    fn hex(&mut self, start: usize) -> Result<u32, Wrong> {
        let mut value = 0_u32;
        for _ in 0..4 {
            match self.next().and_then(|c| c.to_digit(16)) {
                Some(digit) => value = value << 4 | digit,
                None => return Err((start..self.at(), "four hexadecimal digits follow `\\u`")),
            }
        }
        Ok(value)
    }
}

/// JSON is stricter about numbers than HCL.
fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let file = SourceFile::new("main.tf.json", text);
        let mut findings = Findings::default();
        match body(&file, &Schema::File, &mut findings) {
            Some(body) => Ok(show(&body)),
            None => Err(findings.into_list().remove(0).message),
        }
    }

    /// One line, blocks in braces.
    fn show(body: &Body) -> String {
        let mut shown: Vec<String> = Vec::new();
        for attribute in &body.attributes {
            shown.push(format!(
                "{}={}",
                attribute.name,
                attribute.value.span().text()
            ));
        }
        for block in &body.blocks {
            let labels: String = block
                .labels
                .iter()
                .map(|label| format!(" {}", label.text))
                .collect();
            shown.push(format!("{}{labels}{{{}}}", block.kind, show(&block.body)));
        }
        shown.join(" ")
    }

    #[test]
    fn labels_are_levels_of_objects_with_arrays_anywhere() {
        let check = |text: &str, expected: &str| assert_eq!(read(text).unwrap(), expected);
        check(
            r#"{"//": 1, "locals": {"a": 1}, "variable": {"b": {"default": "${x}"}}}"#,
            r#"locals{a=1} variable b{default="${x}"}"#,
        );
        check(
            r#"[{"provider": {"aws": [{"alias": "a"}, {"alias": "b"}]}}]"#,
            r#"provider aws{alias="a"} provider aws{alias="b"}"#,
        );
        check(
            r#"{"resource": [{"t": {"n": {"x": 1}}}, {"t": [{"m": [{"x": 2}]}]}]}"#,
            "resource t n{x=1} resource t m{x=2}",
        );
        check(
            r#"{"resource": {"aws_instance": {"n": {"root_block_device": {"a": 1}, "tags": {"b": 2}, "other": [{"c": 3}]}}}}"#,
            r#"resource aws_instance n{tags={"b": 2} root_block_device{a=1} other{c=3}}"#,
        );
        check(
            r#"{"resource": {"t": {"n": {"dynamic": {"d": {"for_each": [], "content": {"x": 1}}}, "lifecycle": {"precondition": {"condition": true}}}}}}"#,
            "resource t n{dynamic d{for_each=[] content{x=1}} lifecycle{precondition{condition=true}}}",
        );
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "{",
            "1",
            r#"{"a" 1}"#,
            r#"{"a": 01}"#,
            r#"{"a": .5}"#,
            r#"{"a": "x}"#,
            r#"{"a": "\q"}"#,
            "{\"a\": \"\n\"}",
            r#"{"a": 1,}"#,
            r#"{"a": nul}"#,
            r#"{"a": 1} x"#,
            r#"{"a": 1, "a": 2}"#,
            r#"{"output": {"o": {"value": "${"}}}"#,
            r#"{"resource": {"t": 1}}"#,
            r#"{"resource": {"t": {"n": 1}}}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&format!("{}{}", "[".repeat(99), "]".repeat(99))).is_err());
        assert!(read(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn strings_are_unescaped() {
        let file = SourceFile::new("f", r#""a\u00e9\ud83d\ude00\/\n\ud800x""#);
        let json = parse(&file).unwrap();
        assert!(matches!(json.kind, Kind::String(text) if text == "aé😀/\n\u{fffd}x"));
    }
}
