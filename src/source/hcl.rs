//! Spanned look-ups on HCL, shared by every reader of `policies/` and `approvals/`.
//!
//! These readers are closed. A [`Reader`] gives what it is asked for and calls everything
//! else in its block a mistake, so the code that reads a block is also its schema. Values are
//! literals: whoever reviews a file must see the very number that will be used, so templates,
//! arithmetic, fractions and characters that cannot be seen are refused.
//!
//! A mistake is only data here; each reader makes it a finding with a code of its own.

mod hidden;
mod item;
mod near;
mod reader;

pub use hidden::{hidden_characters, is_hidden};
pub use item::{Item, not_a_slug};
pub use near::{near, nearest};
pub use reader::Reader;

use super::{SourceFile, Span};
use crate::finding::Label;
use hcl_edit::structure::Body;
use std::borrow::Cow;
use std::sync::Arc;

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

/// A name and where it is written.
pub type Name = Spanned<Arc<str>>;

/// Something in an HCL file that cannot be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// One line, lower case, no full stop.
    pub message: String,
    /// The places, the one to open first.
    pub labels: Vec<Label>,
    /// What to do next.
    pub help: Vec<String>,
}

impl Mistake {
    /// A mistake at one place; `text` is written under the underlined stretch.
    pub fn new(message: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            labels: vec![Label::source(span, text)],
            help: Vec::new(),
        }
    }

    /// A mistake that is nowhere: something is missing from all files.
    pub fn nowhere(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            labels: Vec::new(),
            help: Vec::new(),
        }
    }

    /// With one more place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label::source(span, text));
        self
    }

    /// With one more thing to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// With a suggestion, where one of the `known` names is close to `word`; else with the list of them.
    #[must_use]
    pub fn did_you_mean<'k>(self, word: &str, known: impl IntoIterator<Item = &'k str>) -> Self {
        let known: Vec<_> = known.into_iter().collect();
        match nearest(word, known.iter().copied()) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None if known.is_empty() => self,
            None => self.help(format!("known here: {}", known.join(", "))),
        }
    }
}

/// Several mistakes in one value.
pub type Mistakes = Vec<Mistake>;

impl From<Mistake> for Mistakes {
    fn from(mistake: Mistake) -> Self {
        vec![mistake]
    }
}

/// The body of a file of policies or approvals.
///
/// # Errors
///
/// Characters that cannot be seen and names that are given twice, each with its place; else
/// the first place that is not HCL.
pub fn parse(file: &SourceFile) -> Result<Body, Mistakes> {
    let mut mistakes = Vec::new();
    match parse_what_can_be(file, &mut mistakes) {
        Some(body) if mistakes.is_empty() => Ok(body),
        _ => Err(mistakes),
    }
}

/// The body of a file in which some names may be given twice, for readers that collect all mistakes.
///
/// The parser stops where a name is given again. So that the rest is checked too, the second
/// one is given another name for the parser; a [`Reader`] passes over it.
pub fn parse_what_can_be(file: &SourceFile, mistakes: &mut Mistakes) -> Option<Body> {
    let hidden = hidden_characters(file);
    if !hidden.is_empty() {
        mistakes.extend(hidden);
        return None;
    }
    let mut text = Cow::Borrowed(file.text());
    for _ in 0..MOST_REPEATED {
        let error = match hcl_edit::parser::parse_body(&text) {
            Ok(body) => return Some(body),
            Err(error) => error,
        };
        let at = error.location().offset();
        let word = text.get(at..).map_or(0, word_length);
        let span = file.at(at..at.saturating_add(word));
        if word == 0 || !error.message().contains("found redefined") {
            let message = format!("this is not HCL: {}", error.message());
            let one = file.text().get(at..).and_then(|rest| rest.chars().next());
            let width = one.map_or(0, char::len_utf8).max(word);
            let span = file.at(at..at.saturating_add(width));
            mistakes.push(Mistake::new(message, span, ""));
            return None;
        }
        let key = span.text().to_owned();
        let place = span.clone();
        mistakes.push(Mistake::new(
            format!("`{key}` is given twice"),
            place,
            "again here",
        ));
        text.to_mut()
            .replace_range(span.range, &stand_in(word, mistakes.len()));
    }
    None
}

/// So many repeated names are told for one file.
const MOST_REPEATED: usize = 20;

/// The length of the identifier at the beginning of a text, in bytes.
fn word_length(text: &str) -> usize {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.find(|c| !is_letter(c)).unwrap_or(text.len())
}

/// A name of that length that nobody would give.
fn stand_in(length: usize, number: usize) -> String {
    let letter = |n: usize| char::from(b"ZQXJKVWYzqxjkvwy"[n % 16]);
    (0..length)
        .map(|place| letter(number.saturating_add(place)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let file = SourceFile::new("a.hcl", text);
        let told = |mistake: &Mistake| match mistake.labels.first().map(|label| &label.place) {
            Some(crate::finding::Place::Source(span)) => format!("{span} {}", mistake.message),
            _ => mistake.message.clone(),
        };
        parse(&file)
            .err()
            .unwrap_or_default()
            .iter()
            .map(told)
            .collect()
    }

    #[test]
    fn what_cannot_be_parsed_says_where() {
        assert_eq!(mistakes("a = 1\nb {\n}\n"), [""; 0]);
        assert_eq!(
            mistakes("a = 1\na = 2\nb = 1\na = 3\nb = 2\n"),
            [
                "a.hcl:2:1 `a` is given twice",
                "a.hcl:4:1 `a` is given twice",
                "a.hcl:5:1 `b` is given twice",
            ]
        );
        assert_eq!(
            mistakes("b {\n  a = 1\n  a = 2\n}"),
            ["a.hcl:3:3 `a` is given twice"]
        );
        assert_eq!(
            mistakes("m = { vcpu = 1, vcpu = 9000 }\n"),
            ["a.hcl:1:17 `vcpu` is given twice"]
        );
        assert!(mistakes("a = \n")[0].starts_with("a.hcl:1:5 this is not HCL"));
        assert!(mistakes("a = \"é")[0].starts_with("a.hcl:1:"));
        assert_eq!(mistakes("# \u{202e}\n").len(), 1);
    }

    #[test]
    fn deep_nesting_is_refused_and_quickly() {
        for opening in ["[", "(", "{a=", "f(", "!", "-", "\"${", "[for x in "] {
            let deep = format!("a = {}", opening.repeat(20_000));
            assert_eq!(mistakes(&deep).len(), 1, "{opening}");
        }
        assert_eq!(mistakes(&"a {\n".repeat(20_000)).len(), 1);
    }
}
