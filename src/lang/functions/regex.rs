//! Regular expressions with Go's syntax and meaning, on the `regex` crate.
//!
//! Both come from RE2, but they differ in what `\d` means, in how a bracket within brackets is
//! read, and in what they reject. So a pattern is rewritten before it is compiled.

use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::Members;
use crate::lang::budget::Budget;
use crate::lang::error::LangError;
use crate::lang::types::Type;
use crate::lang::value::Value;
use regex::{Captures, Regex, RegexBuilder};
use std::sync::Arc;

const PARAMETERS: &[Parameter] = &[
    Parameter::new("pattern", Kind::String),
    Parameter::new("string", Kind::String),
];

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "regex",
        parameters: PARAMETERS,
        variadic: None,
        returns: Returns::By(result_type),
        run: Run::Values(first_match),
        never_null: true,
    },
    Function {
        name: "regexall",
        parameters: PARAMETERS,
        variadic: None,
        returns: Returns::By(|values| result_type(values).map(Type::list)),
        run: Run::Values(all_matches),
        never_null: true,
    },
];

/// A string, a tuple of the groups, or an object of them where they have names.
fn result_type(values: &[Value]) -> Result<Type, Failure> {
    if values.first().is_none_or(|pattern| !pattern.is_known()) {
        return Ok(Type::Dynamic);
    }
    let pattern = compile(text(values, 0)).map_err(|why| Failure::Argument(0, why))?;
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    let named = names.iter().flatten().count();
    if names.is_empty() {
        return Ok(Type::String);
    }
    if named == 0 {
        return Ok(Type::tuple(vec![Type::String; names.len()]));
    }
    if named < names.len() {
        return Err(Failure::Argument(
            0,
            "invalid regexp pattern: cannot mix both named and unnamed capture groups".to_owned(),
        ));
    }
    Ok(Type::object(
        names
            .into_iter()
            .flatten()
            .map(|name| (Arc::from(name), Type::String))
            .collect(),
    ))
}

fn first_match(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let pattern = compile(text(values, 0)).map_err(|why| Failure::Argument(0, why))?;
    let found = pattern.captures(text(values, 1)).ok_or_else(|| {
        Failure::Call("pattern did not match any part of the given string".to_owned())
    })?;
    Ok(captured(&pattern, &found, &environment.returns))
}

fn all_matches(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let pattern = compile(text(values, 0)).map_err(|why| Failure::Argument(0, why))?;
    let of = environment
        .returns
        .element()
        .cloned()
        .unwrap_or(Type::Dynamic);
    let mut matches = Vec::new();
    for found in pattern.captures_iter(text(values, 1)) {
        environment.context.budget().make_elements(found.len())?;
        matches.push(captured(&pattern, &found, &of));
    }
    Ok(Value::list_of(of, matches))
}

fn captured(pattern: &Regex, found: &Captures<'_>, of: &Type) -> Value {
    let group = |at: usize| match found.get(at) {
        Some(group) => Value::text(group.as_str()),
        None => Value::null_of(Type::String),
    };
    match of {
        Type::String => group(0),
        Type::Object(_) => {
            let mut groups = Members::new();
            for (at, name) in pattern.capture_names().enumerate() {
                if let Some(name) = name {
                    groups.insert(Arc::from(name), group(at));
                }
            }
            Value::object(groups)
        }
        _ => Value::tuple((1..found.len()).map(group).collect()),
    }
}

/// A compiled pattern of Go's syntax.
///
/// # Errors
///
/// Why it is none, as part of a sentence.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    /// Bytes that a compiled pattern may take.
    const SIZE: usize = 1 << 20;
    /// Nested groups.
    const DEPTH: u32 = 200;
    let rewritten = Rewrite::new(pattern)
        .run()
        .map_err(|why| format!("invalid regexp pattern: {why}"))?;
    RegexBuilder::new(&rewritten)
        .size_limit(SIZE)
        .nest_limit(DEPTH)
        .build()
        .map_err(|error| format!("invalid regexp pattern: {}", last_line(&error.to_string())))
}

fn last_line(text: &str) -> &str {
    text.lines()
        .last()
        .unwrap_or(text)
        .trim_start_matches("error: ")
}

/// Replaces every match; `$1` and `${name}` in `with` are groups, `$$` is a dollar sign.
pub(super) fn replace_all(
    pattern: &Regex,
    text: &str,
    with: &str,
    budget: &Budget,
) -> Result<String, LangError> {
    let mut replaced = String::new();
    let mut behind = 0;
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        let before = replaced.len();
        replaced.push_str(text.get(behind..whole.start()).unwrap_or(""));
        expand(&found, with, &mut replaced);
        behind = whole.end();
        budget.make(replaced.len().saturating_sub(before))?;
    }
    replaced.push_str(text.get(behind..).unwrap_or(""));
    Ok(replaced)
}

fn expand(found: &Captures<'_>, with: &str, out: &mut String) {
    let mut rest = with;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        match group_name(after) {
            Some((name, after)) => {
                let group = match name.parse::<usize>() {
                    Ok(number) => found.get(number),
                    Err(_) => found.name(name),
                };
                out.push_str(group.map_or("", |group| group.as_str()));
                rest = after;
            }
            None => {
                out.push('$');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

/// The name after a dollar sign, in braces or not, and what follows it.
fn group_name(text: &str) -> Option<(&str, &str)> {
    let (body, braced) = match text.strip_prefix('{') {
        Some(body) => (body, true),
        None => (text, false),
    };
    let end = body
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(body.len());
    let (name, rest) = body.split_at_checked(end)?;
    if name.is_empty() {
        return None;
    }
    if braced {
        return Some((name, rest.strip_prefix('}')?));
    }
    Some((name, rest))
}

/// Turns Go's syntax into the crate's.
struct Rewrite<'p> {
    rest: std::iter::Peekable<std::str::CharIndices<'p>>,
    pattern: &'p str,
    out: String,
    /// Whether what was read last can be repeated, and whether it is a repetition already.
    last: Last,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Item,
    Repetition,
}

impl<'p> Rewrite<'p> {
    fn new(pattern: &'p str) -> Self {
        Self {
            rest: pattern.char_indices().peekable(),
            pattern,
            out: String::with_capacity(pattern.len()),
            last: Last::Nothing,
        }
    }

    fn run(mut self) -> Result<String, String> {
        while let Some((at, c)) = self.rest.next() {
            match c {
                '\\' => {
                    self.escape(false)?;
                    self.last = Last::Item;
                }
                '[' => {
                    self.class()?;
                    self.last = Last::Item;
                }
                '(' => {
                    self.group()?;
                    self.last = Last::Nothing;
                }
                '|' => {
                    self.out.push(c);
                    self.last = Last::Nothing;
                }
                '*' | '+' | '?' => {
                    self.repetition(&c.to_string())?;
                }
                '{' => match repeat_counts(self.pattern.get(at..).unwrap_or("")) {
                    Some(text) => {
                        check_counts(text)?;
                        for _ in 1..text.len() {
                            self.rest.next();
                        }
                        self.repetition(text)?;
                    }
                    None => {
                        self.out.push_str("\\{");
                        self.last = Last::Item;
                    }
                },
                '}' => {
                    self.out.push_str("\\}");
                    self.last = Last::Item;
                }
                c => {
                    self.out.push(c);
                    self.last = Last::Item;
                }
            }
        }
        Ok(self.out)
    }

    /// `*`, `+`, `?` or `{..}`, with the `?` that makes it lazy.
    fn repetition(&mut self, text: &str) -> Result<(), String> {
        match self.last {
            Last::Nothing => {
                return Err(format!("missing argument to repetition operator: `{text}`"));
            }
            Last::Repetition => {
                return Err(format!("invalid nested repetition operator: `{text}`"));
            }
            Last::Item => {}
        }
        self.out.push_str(text);
        if self.rest.next_if(|(_, c)| *c == '?').is_some() {
            self.out.push('?');
        }
        self.last = Last::Repetition;
        Ok(())
    }

    /// What follows an opening parenthesis.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.next_if(|(_, c)| *c == '?').is_none() {
            return Ok(());
        }
        self.out.push('?');
        match self.rest.peek().map(|(_, c)| *c) {
            // `(?P<name>` and `(?<name>`.
            Some('P' | '<') => Ok(()),
            _ => {
                // Flags, up to the colon or the end of the group; Go knows only these.
                while let Some((_, c)) = self.rest.next_if(|(_, c)| *c != ':' && *c != ')') {
                    if !matches!(c, 'i' | 'm' | 's' | 'U' | '-') {
                        return Err(format!("invalid or unsupported Perl syntax: `(?{c}`"));
                    }
                    self.out.push(c);
                }
                if let Some((_, c)) = self.rest.next() {
                    self.out.push(c);
                }
                Ok(())
            }
        }
    }

    /// An escape, outside or inside of brackets.
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let Some((_, c)) = self.rest.next() else {
            return Err("trailing backslash at end of expression: ``".to_owned());
        };
        let set = match c {
            'd' => Some(("0-9", false)),
            'D' => Some(("0-9", true)),
            's' => Some(("\\t\\n\\x0c\\r ", false)),
            'S' => Some(("\\t\\n\\x0c\\r ", true)),
            'w' => Some(("0-9A-Za-z_", false)),
            'W' => Some(("0-9A-Za-z_", true)),
            _ => None,
        };
        if let Some((members, negated)) = set {
            match (in_class, negated) {
                (true, false) => self.out.push_str(members),
                (_, true) => self.out.push_str(&format!("[^{members}]")),
                (false, false) => self.out.push_str(&format!("[{members}]")),
            }
            return Ok(());
        }
        match c {
            'b' | 'B' if !in_class => self.word_boundary(c)?,
            'A' | 'z' if !in_class => self.out.extend(['\\', c]),
            'Q' => self.quoted(in_class),
            'p' | 'P' => self.out.extend(['\\', c]),
            'a' => self.out.push_str("\\x07"),
            'f' => self.out.push_str("\\x0c"),
            'n' => self.out.push_str("\\n"),
            'r' => self.out.push_str("\\r"),
            't' => self.out.push_str("\\t"),
            'v' => self.out.push_str("\\x0b"),
            'x' => self.out.push_str("\\x"),
            '0'..='7' => self.octal(c)?,
            c if c.is_ascii_punctuation() => self.out.extend(['\\', c]),
            c => return Err(format!("invalid escape sequence: `\\{c}`")),
        }
        Ok(())
    }

    /// Words are made of ASCII letters, digits and underscores.
    fn word_boundary(&mut self, c: char) -> Result<(), String> {
        if c == 'b' {
            self.out.push_str("(?-u:\\b)");
            return Ok(());
        }
        // The crate does not look for the absence of an ASCII boundary in text.
        Err("`\\B` is not supported".to_owned())
    }

    /// Everything up to `\E` is itself.
    fn quoted(&mut self, _in_class: bool) {
        while let Some((at, c)) = self.rest.next() {
            if c == '\\' && self.pattern.get(at..).is_some_and(|t| t.starts_with("\\E")) {
                self.rest.next();
                return;
            }
            self.out
                .push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
        }
    }

    /// `\123`; a single digit would be a reference to a group, which Go does not have.
    fn octal(&mut self, first: char) -> Result<(), String> {
        let mut digits = String::from(first);
        while digits.len() < 3
            && let Some((_, c)) = self.rest.next_if(|(_, c)| ('0'..='7').contains(c))
        {
            digits.push(c);
        }
        if first != '0' && digits.len() == 1 {
            return Err(format!("invalid escape sequence: `\\{first}`"));
        }
        let code = u32::from_str_radix(&digits, 8).unwrap_or(0);
        self.out.push_str(&format!("\\x{{{code:x}}}"));
        Ok(())
    }

    /// What stands in brackets. A bracket within is itself, but for `[:alpha:]`.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.next_if(|(_, c)| *c == '^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        while let Some((at, c)) = self.rest.next() {
            match c {
                ']' if !first => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                '[' => match named_class(self.pattern.get(at..).unwrap_or("")) {
                    Some(name) => {
                        for _ in 1..name.len() {
                            self.rest.next();
                        }
                        self.out.push_str(name);
                    }
                    None => self.out.push_str("\\["),
                },
                ']' | '&' | '~' => self.out.extend(['\\', c]),
                c => self.out.push(c),
            }
            first = false;
        }
        Err("missing closing ]".to_owned())
    }
}

/// `[:alpha:]` at the start of a text.
fn named_class(text: &str) -> Option<&str> {
    let body = text.strip_prefix("[:")?;
    let end = body.find(":]")?;
    let name = body.get(..end)?;
    let name = name.strip_prefix('^').unwrap_or(name);
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    text.get(..end.saturating_add(4))
}

/// `{2}`, `{2,}` or `{2,3}` at the start of a text; anything else in braces is itself.
fn repeat_counts(text: &str) -> Option<&str> {
    let end = text.find('}')?;
    let body = text.get(1..end)?;
    let (low, high) = body.split_once(',').unwrap_or((body, body));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if low.is_empty() || !digits(low) || !digits(high) {
        return None;
    }
    text.get(..=end)
}

fn check_counts(text: &str) -> Result<(), String> {
    const MOST: u32 = 1000;
    let body = text.trim_matches(['{', '}']);
    let (low, high) = body.split_once(',').unwrap_or((body, body));
    let count = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
    let low = count(low);
    let high = if high.is_empty() { low } else { count(high) };
    if low > MOST || high > MOST || low > high {
        return Err(format!("invalid repeat count: `{text}`"));
    }
    Ok(())
}
