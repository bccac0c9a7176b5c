//! Which file to open for a finding, for formats that insist on one.

use super::Report;
use crate::finding::{Finding, Place};
use crate::source::Span;

/// A file, and what to look at in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Located<'a> {
    /// As it is shown to people; a folder where no file is known.
    pub(super) path: &'a str,
    /// Where in it; never for a plan, which has no lines that anybody wrote.
    pub(super) region: Option<Region>,
}

/// From a first character to behind a last one: lines and columns from 1, in characters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

/// The best file to open: where it is written, else the root it is in, else what was read.
pub(super) fn locate<'a>(report: &'a Report, finding: &'a Finding) -> Located<'a> {
    let places = finding.labels.iter().map(|label| &label.place);
    let written = places.clone().find_map(|place| match place {
        Place::Source(span) => Some(span),
        Place::Instance { .. } | Place::Input { .. } => None,
    });
    if let Some(span) = written {
        return located(span);
    }
    let path = places
        .filter_map(|place| match place {
            Place::Instance { root, .. } => Some(root.as_str()),
            Place::Input { path, .. } => Some(path.as_str()),
            Place::Source(_) => None,
        })
        .find(|path| is_path(path));
    Located {
        path: path.unwrap_or_else(|| anything(report)),
        region: None,
    }
}

/// A place in a text file.
pub(super) fn located(span: &Span) -> Located<'_> {
    let (line, column) = span.file.line_column(span.range.start);
    let (end_line, end_column) = span.file.line_column(span.range.end);
    Located {
        path: span.file.path(),
        region: Some(Region {
            line,
            column,
            end_line,
            end_column,
        }),
    }
}

/// What a report is about at all.
pub(super) fn anything(report: &Report) -> &str {
    let inputs = report.inputs.iter();
    let roots = inputs.clone().filter_map(|input| input.root.as_deref());
    let paths = inputs.map(|input| &*input.path);
    let policies = report.policies.iter().filter(|policies| !policies.builtin);
    let policies = policies.map(|policies| &*policies.path);
    let mut all = roots.chain(paths).chain(policies);
    all.find(|path| is_path(path)).unwrap_or(".")
}

/// Standard input is no path.
fn is_path(path: &str) -> bool {
    !path.is_empty() && path != "-"
}
