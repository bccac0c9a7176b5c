//! Why an expression has no value.

use crate::source::{SourceFile, Span};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Why an expression cannot be read or evaluated, in Terraform's own words.
#[derive(Clone, Debug)]
pub struct LangError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    summary: Cow<'static, str>,
    detail: String,
    place: Place,
    gap: bool,
    last: bool,
}

#[derive(Clone, Debug)]
enum Place {
    Unknown,
    /// Of the expression being evaluated, which knows its file.
    Range(Range<u32>),
    Span(Span),
}

impl LangError {
    /// `summary` is Terraform's (`Invalid index`), `detail` says more in a sentence or two.
    pub fn new(summary: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            summary: summary.into(),
            detail: detail.into(),
            place: Place::Unknown,
            gap: false,
            last: false,
        }))
    }

    /// One of the few texts that Terraform takes and the parser in use does not.
    pub(crate) fn into_gap(mut self) -> Self {
        self.0.gap = true;
        self
    }

    /// Whether Terraform might take this text: it fails because of a known gap of the parser.
    pub fn is_gap(&self) -> bool {
        self.0.gap
    }

    /// One that `try` and `can` must not catch: nothing more can be evaluated.
    pub(crate) fn into_final(mut self) -> Self {
        self.0.last = true;
        self
    }

    pub(crate) fn is_final(&self) -> bool {
        self.0.last
    }

    /// The first line of Terraform's diagnostic.
    pub fn summary(&self) -> &str {
        &self.0.summary
    }

    /// What exactly is wrong.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The summary in lower-case words joined by `-`, for machines.
    pub fn class(&self) -> String {
        let mut class = String::with_capacity(self.0.summary.len());
        for c in self.0.summary.chars() {
            if c.is_ascii_alphanumeric() {
                class.push(c.to_ascii_lowercase());
            } else if !class.is_empty() && !class.ends_with('-') {
                class.push('-');
            }
        }
        while class.ends_with('-') {
            class.pop();
        }
        class
    }

    /// Where, once it is known.
    pub fn span(&self) -> Option<&Span> {
        match &self.0.place {
            Place::Span(span) => Some(span),
            Place::Unknown | Place::Range(_) => None,
        }
    }

    /// With a place, unless it has one.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        if matches!(self.0.place, Place::Unknown) {
            self.0.place = Place::Span(span);
        }
        self
    }

    /// With a place in the expression being evaluated, unless it has one.
    #[must_use]
    pub(crate) fn at_range(mut self, range: Range<u32>) -> Self {
        if matches!(self.0.place, Place::Unknown) {
            self.0.place = Place::Range(range);
        }
        self
    }

    /// The places of the expression being evaluated are in this file.
    #[must_use]
    pub(crate) fn in_file(self, file: &SourceFile) -> Self {
        self.placed(|range| file.at(range))
    }

    /// Makes a place of a range of the expression being evaluated.
    #[must_use]
    pub(crate) fn placed(mut self, place: impl FnOnce(Range<usize>) -> Span) -> Self {
        if let Place::Range(range) = &self.0.place {
            let widened = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
            self.0.place = Place::Span(place(widened(range.start)..widened(range.end)));
        }
        self
    }

    /// Forgets the place, because the text it points into is not a file people can open.
    #[must_use]
    pub(crate) fn elsewhere(mut self) -> Self {
        self.0.place = Place::Unknown;
        self
    }
}

impl fmt::Display for LangError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.summary, self.0.detail)
    }
}

impl std::error::Error for LangError {}
