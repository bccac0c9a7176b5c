//! The functions of Terraform's built-in provider: values as HCL text, and back.

use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::Members;
use crate::lang::eval::{NoNames, eval};
use crate::lang::lower::lower;
use crate::lang::quote::{is_printable, quoted};
use crate::lang::syntax::parse_body;
use crate::lang::types::Type;
use crate::lang::value::{Data, Value};
use crate::source::SourceFile;
use hcl_edit::structure::Structure;
use std::fmt::Write as _;
use std::sync::Arc;

const VALUE: Parameter = Parameter::new("value", Kind::Any).unknown();

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters,
        variadic: None,
        returns: Returns::Always(returns),
        run: Run::Values(run),
        never_null: true,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "provider::terraform::decode_tfvars",
        &[Parameter::new("src", Kind::String)],
        Kind::Any,
        decode_tfvars,
    ),
    function(
        "provider::terraform::encode_expr",
        &[VALUE.dynamic()],
        Kind::String,
        encode_expr,
    ),
    function(
        "provider::terraform::encode_tfvars",
        &[VALUE],
        Kind::String,
        encode_tfvars,
    ),
];

fn decode_tfvars(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let file = SourceFile::new("<decode_tfvars argument>", text(values, 0));
    let body = parse_body(&file)
        .map_err(|error| Failure::Call(format!("invalid tfvars syntax: {error}")))?;
    let mut attributes = Members::new();
    for structure in &body {
        let Structure::Attribute(attribute) = structure else {
            return Err(Failure::Call(
                "invalid tfvars content: Blocks are not allowed here.".to_owned(),
            ));
        };
        let name = attribute.key.as_str();
        let value = lower(&attribute.value, &file)
            .and_then(|expr| {
                if let Some(call) = expr.calls().first() {
                    return Err(crate::lang::error::LangError::new(
                        "Function calls not allowed",
                        format!("Functions may not be called here: {call}."),
                    ));
                }
                eval(&expr, &NoNames)
            })
            .map_err(|error| {
                Failure::Call(format!(
                    "invalid expression for variable {}: {error}",
                    quoted(name)
                ))
            })?;
        attributes.insert(Arc::from(name), value);
    }
    Ok(Value::object(attributes))
}

fn encode_expr(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some(value) = values.first() else {
        return Ok(Value::null());
    };
    if !value.is_wholly_known() {
        let opening = match value.type_of() {
            _ if !value.is_never_null() => "",
            Type::Object(_) | Type::Map(_) => "{",
            Type::Tuple(_) | Type::List(_) | Type::Set(_) => "[",
            Type::String => "\"",
            _ => "",
        };
        return Ok(Value::unknown_of(Type::String).refine(|r| r.prefix(opening)));
    }
    Ok(Value::text(expression_text(value)))
}

fn encode_tfvars(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some(value) = values.first() else {
        return Ok(Value::null());
    };
    if !value.is_wholly_known() {
        return Ok(Value::unknown_of(Type::String));
    }
    let Some(entries) = value.entries() else {
        return Err(Failure::Call(
            "invalid value to encode: must be an object whose attribute names will become the encoded variable names".to_owned(),
        ));
    };
    let mut lines = Vec::new();
    for (name, item) in entries {
        if !is_identifier(name) {
            return Err(Failure::Call(format!(
                "invalid variable name {}: must be a valid identifier, per Terraform's rules for input variable declarations",
                quoted(name)
            )));
        }
        write_attribute(name, item, &mut lines);
    }
    lines.push(Line::default());
    Ok(Value::text(formatted(lines)))
}

/// Whether a name needs no quotes.
fn is_identifier(name: &str) -> bool {
    hcl_edit::Ident::try_new(name).is_ok()
}

/// A line of HCL before it is indented and aligned.
#[derive(Default)]
struct Line {
    lead: String,
    /// From the equals sign on, where the line holds a whole attribute.
    assign: Option<String>,
    /// How many brackets it opens more than it closes.
    net: i64,
}

/// A wholly known value as an expression, formatted as `terraform fmt` would.
fn expression_text(value: &Value) -> String {
    let mut lines = vec![Line::default()];
    write(value, &mut lines);
    formatted(lines)
}

/// The lines, indented and aligned.
fn formatted(mut lines: Vec<Line>) -> String {
    indent(&mut lines);
    align(&mut lines);
    let lines: Vec<String> = lines
        .into_iter()
        .map(|line| line.lead + line.assign.as_deref().unwrap_or(""))
        .collect();
    lines.join("\n")
}

fn put(lines: &mut [Line], text: &str, net: i64) {
    if let Some(line) = lines.last_mut() {
        line.lead.push_str(text);
        line.net = line.net.saturating_add(net);
    }
}

fn write(value: &Value, lines: &mut Vec<Line>) {
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => put(lines, "null", 0),
        Data::Bool(value) => put(lines, if *value { "true" } else { "false" }, 0),
        Data::Number(number) => put(lines, &number.to_string(), 0),
        Data::String(text) => put(lines, &string(text), 0),
        Data::List(elements) | Data::Set(elements) => write_list(&elements.items, lines),
        Data::Tuple(elements) => write_list(elements, lines),
        Data::Map(entries) => write_object(&entries.items, lines),
        Data::Object(attributes) => write_object(attributes, lines),
    }
}

fn write_list(items: &[Value], lines: &mut Vec<Line>) {
    put(lines, "[", 1);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            put(lines, ", ", 0);
        }
        write(item, lines);
    }
    put(lines, "]", -1);
}

fn write_object(items: &Members, lines: &mut Vec<Line>) {
    put(lines, "{", 1);
    for (key, item) in items {
        if is_identifier(key) {
            write_attribute(key, item, lines);
        } else {
            write_attribute(&string(key), item, lines);
        }
    }
    if !items.is_empty() {
        lines.push(Line::default());
    }
    put(lines, "}", -1);
}

fn write_attribute(key: &str, item: &Value, lines: &mut Vec<Line>) {
    lines.push(Line::default());
    let start = lines.len();
    put(lines, key, 0);
    let key_length = lines.last().map_or(0, |line| line.lead.len());
    put(lines, " = ", 0);
    write(item, lines);
    // Only what fits one line is aligned with its neighbours.
    if lines.len() == start
        && let Some(line) = lines.last_mut()
    {
        let assign = line.lead.split_off(key_length);
        line.assign = Some(assign);
    }
}

/// Two spaces for each line that opened more than it closed, whatever it opened.
fn indent(lines: &mut [Line]) {
    let mut open: Vec<i64> = Vec::new();
    for line in lines {
        let mut closed = line.net.saturating_neg();
        while closed > 0
            && let Some(last) = open.last_mut()
        {
            if closed >= *last {
                closed = closed.saturating_sub(*last);
                open.pop();
            } else {
                *last = last.saturating_sub(closed);
                closed = 0;
            }
        }
        line.lead
            .insert_str(0, &" ".repeat(open.len().saturating_mul(2)));
        if line.net > 0 {
            open.push(line.net);
        }
    }
}

/// Equals signs of neighbouring lines stand below each other.
fn align(lines: &mut [Line]) {
    let width = |line: &Line| line.lead.chars().count();
    let mut start = 0;
    while start < lines.len() {
        let run = lines
            .get(start..)
            .unwrap_or(&[])
            .iter()
            .take_while(|line| line.assign.is_some())
            .count();
        let end = start.saturating_add(run);
        let Some(chain) = lines.get_mut(start..end) else {
            break;
        };
        let widest = chain.iter().map(width).max().unwrap_or(0);
        for line in chain {
            let missing = widest.saturating_sub(width(line));
            line.lead.push_str(&" ".repeat(missing));
        }
        start = end.saturating_add(1);
    }
}

/// A string in quotes, with HCL's escapes.
fn string(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' => {
                out.push(c);
                if chars.peek() == Some(&'{') {
                    out.push(c);
                }
            }
            c if is_printable(c) => out.push(c),
            c if u32::from(c) < 0x1_0000 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}
