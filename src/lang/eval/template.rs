//! Templates: their parts become one string.

use super::Context;
use crate::lang::convert::convert;
use crate::lang::error::LangError;
use crate::lang::expr::Node;
use crate::lang::graphemes::safe_prefix;
use crate::lang::text::nfc;
use crate::lang::types::Type;
use crate::lang::value::{Marks, Value};

impl Context<'_> {
    pub(super) fn template(&mut self, parts: &[Node]) -> Result<Value, LangError> {
        /// Terraform keeps no longer prefix of a text that is not known to its end.
        const LONGEST_PREFIX: usize = 128;
        let mut text = String::new();
        let mut known = true;
        let mut marks = Marks::NONE;
        for part in parts {
            let value = self.eval(part)?;
            let invalid = |detail: String| {
                LangError::new("Invalid template interpolation value", detail)
                    .at_range(part.raw_range())
            };
            if value.is_null() {
                return Err(invalid(
                    "The expression result is null. Cannot include a null value in a string template."
                        .to_owned(),
                ));
            }
            marks |= value.marks();
            if !value.is_known() {
                known = false;
                continue;
            }
            let string = convert(&value, &Type::String).map_err(|why| {
                invalid(format!(
                    "Cannot include the given value in a string template: {why}."
                ))
            })?;
            marks |= string.marks();
            if known && let Some(part) = string.as_str() {
                self.budget.make(part.len())?;
                text.push_str(part);
            }
        }
        if known {
            return Ok(Value::text(text).with_marks(marks));
        }
        let mut end = text.len().min(LONGEST_PREFIX);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        text.truncate(end);
        let prefix = safe_prefix(&nfc(&text)).to_owned();
        let result = Value::unknown_of(Type::String).refine_not_null();
        Ok(result.refine(|r| r.prefix(prefix)).with_marks(marks))
    }

    /// The text of a `for` directive: one part for each turn.
    pub(super) fn join(&mut self, tuple: &Node) -> Result<Value, LangError> {
        let turns = self.eval(tuple)?;
        let mut marks = turns.marks();
        let Some(turns) = turns.elements() else {
            return Ok(Value::unknown_of(Type::String).with_marks(marks));
        };
        let mut text = String::new();
        for turn in turns {
            if turn.is_null() {
                return Err(LangError::new(
                    "Invalid template interpolation value",
                    "An iteration result is null. Cannot include a null value in a string template.",
                )
                .at_range(tuple.raw_range()));
            }
            let string = convert(turn, &Type::String).map_err(|why| {
                LangError::new(
                    "Invalid template interpolation value",
                    format!("Cannot include one of the interpolation results into the string template: {why}."),
                )
                .at_range(tuple.raw_range())
            })?;
            marks |= string.marks();
            match string.as_str() {
                Some(part) => {
                    self.budget.make(part.len())?;
                    text.push_str(part);
                }
                None => return Ok(Value::unknown_of(Type::String).with_marks(marks)),
            }
        }
        Ok(Value::text(text).with_marks(marks))
    }
}
