//! Text -> the parser's tree, or Terraform's first error.
//!
//! The text is checked as Terraform reads it, so that nothing is taken that Terraform rejects and
//! its errors are Terraform's own. Some texts that Terraform takes the parser does not: then the
//! few bytes in the way are replaced by others of the same length, and the tree is lowered with
//! the original text, which is where names and numbers are read from. What stays is named in
//! [`Gap`], and is an error.

mod check;
mod check_template;
mod repair;
mod scan;

use super::error::LangError;
use crate::source::SourceFile;
use check::{Checked, Checker};
use hcl_edit::expr::Expression;
use hcl_edit::parser::Error as ParserError;
use hcl_edit::structure::Body;
use hcl_edit::template::Template;
use repair::{Repair, repair};
use scan::{Kind, Mode, scan};
use std::borrow::Cow;
use std::str::FromStr;

/// The texts that Terraform takes and that are errors here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// More than 64 levels of brackets, or more than 128 operators in one expression.
    Depth,
    /// The same computed key twice in an object: `{ (a) = 1, (a) = 2 }`.
    ComputedKeyTwice,
    /// Anything else that the parser does not take; none is known.
    Other,
}

impl Gap {
    /// The error.
    fn error(self) -> LangError {
        let detail = match self {
            Self::Depth => {
                "Expressions of more than 64 nested levels or 128 operators cannot be read here; give parts of it names of their own."
            }
            Self::ComputedKeyTwice => {
                "An object that has the same computed key twice cannot be read here; the first of the two has no effect and can be removed."
            }
            Self::Other => "Terraform may take this, but it cannot be read here.",
        };
        LangError::new("Unsupported syntax", detail).into_gap()
    }
}

/// Parses a configuration file.
///
/// # Errors
///
/// Terraform's first syntax error.
pub fn parse_body(file: &SourceFile) -> Result<Body, LangError> {
    let text = without_mark(file.text());
    check(file, &text, Mode::Code, |checker| checker.file())?;
    repaired(file, text)
}

/// Parses a file that is one expression.
pub(crate) fn parse_expression(file: &SourceFile) -> Result<Expression, LangError> {
    let text = without_mark(file.text());
    // A heredoc ends with a newline, which a text on its own may lack.
    let line = format!("{text}\n");
    if let Err(error) = check(file, &line, Mode::Code, |checker| checker.only_expression()) {
        // What is an error is named as if it stood where expressions usually do, in a block.
        let argument = format!("{text}\n}}\n");
        check(file, &argument, Mode::Code, |checker| {
            checker.argument_value()
        })?;
        return Err(error);
    }
    repaired(file, text)
}

/// Parses a file that is a template.
pub(crate) fn parse_template(file: &SourceFile) -> Result<Template, LangError> {
    let text = without_mark(file.text());
    check(file, &text, Mode::Bare, |checker| {
        checker.template(Kind::End)
    })?;
    repaired(file, text)
}

/// The text with spaces in place of a byte order mark.
fn without_mark(text: &str) -> Cow<'_, str> {
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => Cow::Owned(format!("   {rest}")),
        None => Cow::Borrowed(text),
    }
}

fn check(
    file: &SourceFile,
    text: &str,
    mode: Mode,
    what: impl FnOnce(&mut Checker<'_>) -> Checked,
) -> Checked {
    scan(text, mode)
        .and_then(|tokens| what(&mut Checker::new(text, &tokens)))
        .map_err(|error| {
            let last = file.text().len();
            error.placed(|range| file.at(range.start.min(last)..range.end.min(last)))
        })
}

/// Parses, and parses again as long as what is in the way can be replaced.
fn repaired<T: FromStr<Err = ParserError>>(
    file: &SourceFile,
    mut text: Cow<'_, str>,
) -> Result<T, LangError> {
    /// Each repair costs another pass over the text.
    const MOST: usize = 200;
    let mut gap = Gap::Other;
    let mut at = 0;
    for _ in 0..MOST {
        let error = match text.parse::<T>() {
            Ok(tree) => return Ok(tree),
            Err(error) => error,
        };
        at = error.location().offset();
        match repair(&text, at, error.message()) {
            Repair::Replace(range, with) => text.to_mut().replace_range(range, &with),
            Repair::Gap(found) => {
                gap = found;
                break;
            }
        }
    }
    let rest = file.text().get(at..).unwrap_or("");
    let length = rest.chars().next().map_or(0, char::len_utf8);
    Err(gap.error().at(file.at(at..at.saturating_add(length))))
}
