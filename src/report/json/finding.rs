//! Findings as JSON.

use super::Rows;
use super::amount::{Amount, Extent};
use crate::finding::{Finding, Label, Level, Place};
use crate::quantity::Dimension;
use crate::report::fingerprint;
use serde::{Serialize, Serializer};

/// Findings with their fingerprints, which depend on those before them.
pub(super) struct Findings<'a>(pub(super) &'a [Finding]);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fingerprints = fingerprint::fingerprints(self.0);
        serializer.collect_seq(self.0.iter().zip(&fingerprints).map(finding))
    }
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    code: &'static str,
    level: &'static str,
    /// Whether it is why the check could not be done.
    fatal: bool,
    message: &'a str,
    tenant: Option<&'a str>,
    environment: Option<&'a str>,
    dimension: Option<&'a str>,
    requested: Option<Extent>,
    allowance: Option<Amount>,
    settled_by: Option<&'a str>,
    locations: Rows<'a, Label, JsonLocation<'a>>,
    notes: &'a [String],
    help: &'a [String],
    fingerprint: &'a str,
}

fn finding<'a>((finding, fingerprint): (&'a Finding, &'a String)) -> JsonFinding<'a> {
    let subject = &finding.subject;
    JsonFinding {
        code: finding.code.as_str(),
        level: finding.level.as_str(),
        fatal: finding.level == Level::Fatal,
        message: &finding.message,
        tenant: subject.tenant.as_deref(),
        environment: subject.environment.as_deref(),
        dimension: subject.dimension.as_ref().map(Dimension::as_str),
        requested: subject.requested.map(Extent::from),
        allowance: subject.allowance.map(Amount),
        settled_by: subject.settled_by.as_deref(),
        locations: Rows(&finding.labels, location),
        notes: &finding.notes,
        help: &finding.help,
        fingerprint,
    }
}

/// A place in a text file, of an instance, or in an input; the other keys are missing.
#[derive(Default, Serialize)]
#[serde(default)]
pub(super) struct JsonLocation<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
}

fn location(label: &Label) -> JsonLocation<'_> {
    let text = label.text.as_str();
    match &label.place {
        Place::Source(span) => source_location(span, text),
        Place::Instance {
            root,
            address,
            attribute,
        } => JsonLocation {
            root: Some(root),
            address: Some(address),
            attribute: Some(attribute),
            text,
            ..JsonLocation::default()
        },
        Place::Input { path, byte } => JsonLocation {
            path: Some(path),
            byte: *byte,
            text,
            ..JsonLocation::default()
        },
    }
}

/// A place in a text file.
pub(super) fn source_location<'a>(
    span: &'a crate::source::Span,
    text: &'a str,
) -> JsonLocation<'a> {
    let (line, column) = span.file.line_column(span.range.start);
    let (end_line, end_column) = span.file.line_column(span.range.end);
    JsonLocation {
        path: Some(span.file.path()),
        line: Some(line),
        column: Some(column),
        end_line: Some(end_line),
        end_column: Some(end_column),
        text,
        ..JsonLocation::default()
    }
}
