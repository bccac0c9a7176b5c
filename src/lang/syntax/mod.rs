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
use repair::{Repair, blank_heredocs, blank_newlines, plain_numbers, repair};
use scan::{Kind, Mode, Token, scan};
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
    let mut text = without_mark(file.text());
    let tokens = check(file, &text, Mode::Code, |checker| checker.file())?;
    plain_numbers(&mut text, &tokens);
    repaired(file, text, &tokens)
}

/// Parses what stands behind `name =` in a block, to the end of a line.
pub(crate) fn parse_argument(file: &SourceFile) -> Result<Expression, LangError> {
    let text = without_mark(file.text());
    let argument = format!("{text}\n}}\n");
    check(file, &argument, Mode::Code, |checker| {
        checker.argument_value()
    })?;
    expression(file, &text, false)
}

/// Parses a file that is one expression, in which newlines mean nothing.
pub(crate) fn parse_expression(file: &SourceFile) -> Result<Expression, LangError> {
    expression(file, &without_mark(file.text()), true)
}

fn expression(file: &SourceFile, text: &str, on_lines: bool) -> Result<Expression, LangError> {
    // A heredoc ends with a newline, which a text on its own may lack.
    let line = format!("{text}\n");
    let tokens = check(file, &line, Mode::Code, |checker| checker.only_expression())?;
    let mut text = Cow::Borrowed(text);
    plain_numbers(&mut text, &tokens);
    let text = bare(&text, &tokens, on_lines);
    repaired(file, Cow::Owned(text), &tokens)
}

/// The text without what the parser does not take around an expression (space, comments), and
/// with every byte where it was.
fn bare(text: &str, tokens: &[Token], on_lines: bool) -> String {
    let is_part = |token: &&Token| !matches!(token.kind, Kind::Newline | Kind::End);
    let start = tokens.iter().find(is_part).map_or(0, |token| token.start());
    let end = tokens
        .iter()
        .rfind(is_part)
        .map_or(text.len(), |token| token.end());
    let mut bare = text.get(..end).unwrap_or(text).to_owned();
    if start > 0 {
        // Within parentheses there may be space.
        bare.replace_range(
            ..start,
            &format!("({}", " ".repeat(start.saturating_sub(1))),
        );
        bare.push_str("\n)");
        return bare;
    }
    bare.truncate(bare.trim_end_matches(' ').len());
    let mut open = 0_usize;
    let mut before = Kind::End;
    for token in tokens {
        match token.kind {
            kind if kind.opens() => open = open.saturating_add(1),
            kind if kind.closes() => open = open.saturating_sub(1),
            Kind::Newline
                if on_lines && open == 0 && before != Kind::HeredocClose && token.end() <= end =>
            {
                let length = token.end().saturating_sub(token.start());
                bare.replace_range(token.start()..token.end(), &" ".repeat(length));
            }
            _ => {}
        }
        before = token.kind;
    }
    bare
}

/// Parses a file that is a template.
pub(crate) fn parse_template(file: &SourceFile) -> Result<Template, LangError> {
    let mut text = without_mark(file.text());
    let tokens = check(file, &text, Mode::Bare, |checker| {
        checker.template(Kind::End)
    })?;
    plain_numbers(&mut text, &tokens);
    repaired(file, text, &tokens)
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
) -> Result<Vec<Token>, LangError> {
    scan(text, mode)
        .and_then(|tokens| {
            what(&mut Checker::new(text, &tokens))?;
            Ok(tokens)
        })
        .map_err(|error| {
            let last = file.text().len();
            error.placed(|range| file.at(range.start.min(last)..range.end.min(last)))
        })
}

/// Parses, and parses again as long as what is in the way can be replaced.
fn repaired<T: FromStr<Err = ParserError>>(
    file: &SourceFile,
    mut text: Cow<'_, str>,
    tokens: &[Token],
) -> Result<T, LangError> {
    /// Each repair costs another pass over the text.
    const MOST: usize = 200;
    let mut gap = Gap::Other;
    let mut at = 0;
    let (mut with_heredocs, mut with_newlines) = (true, true);
    for _ in 0..MOST {
        let error = match text.parse::<T>() {
            Ok(tree) => return Ok(tree),
            Err(error) => error,
        };
        at = error.location().offset();
        match repair(&text, at, error.message()) {
            Repair::Replace(range, with) => text.to_mut().replace_range(range, &with),
            Repair::Gap(Gap::Other) if with_heredocs => {
                blank_heredocs(&mut text, tokens);
                with_heredocs = false;
            }
            Repair::Gap(Gap::Other) if with_newlines => {
                blank_newlines(&mut text, tokens);
                with_newlines = false;
            }
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
