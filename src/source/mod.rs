//! Text and where it came from. The one home of `std::fs`, `walkdir` and `globset`.

pub mod tree;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A text file that was read, under the name people know it by.
///
/// Cheap to clone; two files are the same when their paths are.
#[derive(Clone)]
pub struct SourceFile(Arc<Inner>);

struct Inner {
    path: String,
    text: String,
}

impl SourceFile {
    /// `path` as it is shown to people: relative to where guard runs, with forward slashes.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            path: path.into(),
            text: text.into(),
        }))
    }

    /// The path as it is shown.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// A place in this file.
    pub fn at(&self, range: Range<usize>) -> Span {
        Span {
            file: self.clone(),
            range,
        }
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text().get(..offset).unwrap_or_else(|| self.text());
        let line = before
            .bytes()
            .filter(|b| *b == b'\n')
            .count()
            .saturating_add(1);
        let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let column = before
            .get(start..)
            .unwrap_or("")
            .chars()
            .count()
            .saturating_add(1);
        (line, column)
    }
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.path() == other.path()
    }
}

impl Eq for SourceFile {}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text may hold what should not be printed.
        f.debug_tuple("SourceFile").field(&self.path()).finish()
    }
}

/// A stretch of one file, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub file: SourceFile,
    /// From the first byte to behind the last.
    pub range: Range<usize>,
}

impl Span {
    /// The text of that stretch; empty where the range does not fit the file.
    pub fn text(&self) -> &str {
        self.file.text().get(self.range.clone()).unwrap_or("")
    }
}

/// `path:line:column`, as editors and terminals take it.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.file.line_column(self.range.start);
        write!(f, "{}:{line}:{column}", self.file.path())
    }
}
