//! `csvdecode`: comma-separated rows under a header line, as strictly as Go reads them.

use super::Failure;
use crate::lang::Members;
use crate::lang::budget::Budget;
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::Value;
use std::sync::Arc;

/// A list of objects, one for each row; the header names their attributes.
pub(super) fn decode(text: &str, budget: &Budget) -> Result<Value, Failure> {
    let mut reader = Reader {
        rest: text,
        line: 1,
    };
    let headers = reader
        .record()?
        .ok_or_else(|| Failure::Call("missing header line".to_owned()))?;
    let mut names: Vec<Arc<str>> = Vec::with_capacity(headers.len());
    for header in headers {
        let name: Arc<str> = Arc::from(header);
        if names.contains(&name) {
            return Err(Failure::Call(format!(
                "duplicate column name {}",
                quoted(&name)
            )));
        }
        budget.step(names.len())?;
        names.push(name);
    }
    let of = Type::object(
        names
            .iter()
            .map(|name| (name.clone(), Type::String))
            .collect(),
    );
    let mut rows = Vec::new();
    loop {
        let line = reader.line;
        let Some(fields) = reader.record()? else {
            break;
        };
        if fields.len() != names.len() {
            return Err(error(line, "wrong number of fields"));
        }
        budget.make_elements(fields.len())?;
        let row: Members = names
            .iter()
            .cloned()
            .zip(fields.into_iter().map(Value::text))
            .collect();
        rows.push(Value::object(row));
    }
    Ok(Value::list_of(of, rows))
}

fn error(line: usize, why: &str) -> Failure {
    Failure::Call(format!("CSV parse error on line {line}: {why}"))
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Reader<'t> {
    /// The rest up to the end of the line, the line break as `\n`; none at the end of the text.
    fn read_line(&mut self) -> Option<(&'t str, bool)> {
        if self.rest.is_empty() {
            return None;
        }
        self.line = self.line.saturating_add(1);
        Some(match self.rest.split_once('\n') {
            Some((line, rest)) => {
                self.rest = rest;
                (line.strip_suffix('\r').unwrap_or(line), true)
            }
            None => {
                let line = std::mem::take(&mut self.rest);
                // A carriage return at the very end is dropped as well.
                (line.strip_suffix('\r').unwrap_or(line), false)
            }
        })
    }

    /// The fields of the next row; empty lines are none.
    fn record(&mut self) -> Result<Option<Vec<String>>, Failure> {
        let (mut line, mut broken) = loop {
            match self.read_line() {
                None => return Ok(None),
                Some(("", _)) => {}
                Some(line) => break line,
            }
        };
        let mut fields = Vec::new();
        loop {
            let Some(mut quoted_rest) = line.strip_prefix('"') else {
                let (field, rest) = match line.split_once(',') {
                    Some((field, rest)) => (field, Some(rest)),
                    None => (line, None),
                };
                if field.contains('"') {
                    return Err(error(
                        self.line.saturating_sub(1),
                        "bare \" in non-quoted-field",
                    ));
                }
                fields.push(field.to_owned());
                match rest {
                    Some(rest) => line = rest,
                    None => return Ok(Some(fields)),
                }
                continue;
            };
            let mut field = String::new();
            loop {
                match quoted_rest.split_once('"') {
                    Some((part, rest)) => {
                        field.push_str(part);
                        if let Some(rest) = rest.strip_prefix('"') {
                            field.push('"');
                            quoted_rest = rest;
                            continue;
                        }
                        fields.push(field);
                        if rest.is_empty() {
                            return Ok(Some(fields));
                        }
                        match rest.strip_prefix(',') {
                            Some(rest) => line = rest,
                            None => {
                                return Err(error(
                                    self.line.saturating_sub(1),
                                    "extraneous or missing \" in quoted-field",
                                ));
                            }
                        }
                        break;
                    }
                    None => {
                        // The field goes on in the next line.
                        field.push_str(quoted_rest);
                        field.push('\n');
                        let next = if broken { self.read_line() } else { None };
                        let Some((next, more)) = next else {
                            return Err(error(
                                self.line.saturating_sub(1),
                                "extraneous or missing \" in quoted-field",
                            ));
                        };
                        quoted_rest = next;
                        broken = more;
                    }
                }
            }
        }
    }
}
