//! Text and where it came from. The one home of `std::fs`, `walkdir` and `globset`.

pub mod digest;
pub mod glob;
pub mod hcl;
pub mod input;
pub mod listing;
pub mod policies;
pub mod repository;
pub mod save;
pub mod tree;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A text file that was read, under the name people know it by.
///
/// Cheap to clone; two files are the same when their paths are.
#[derive(Clone)]
pub struct SourceFile(Arc<Inner>);

struct Inner {
    path: String,
    text: String,
    /// Where each line begins; made when first asked for, since most files never are.
    lines: OnceLock<Vec<usize>>,
}

impl SourceFile {
    /// `path` as it is shown to people: relative to where guard runs, with forward slashes.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
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
        let starts = self.line_starts();
        let offset = offset.min(self.text().len());
        let line = starts.partition_point(|start| *start <= offset);
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        // Counted by the bytes that begin a character, so that an offset inside one is no trouble.
        let before = self.text().as_bytes().get(start..offset).unwrap_or(b"");
        let column = before.iter().filter(|b| !is_continuation(**b)).count();
        (line, column.saturating_add(1))
    }

    fn line_starts(&self) -> &[usize] {
        self.0.lines.get_or_init(|| {
            let breaks = self.text().bytes().enumerate().filter(|(_, b)| *b == b'\n');
            let after = breaks.map(|(at, _)| at.saturating_add(1));
            std::iter::once(0).chain(after).collect()
        })
    }
}

/// Whether a byte of UTF-8 continues a character.
const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let check = |text: &str, offset, expected| {
            assert_eq!(SourceFile::new("f", text).line_column(offset), expected);
        };
        check("", 0, (1, 1));
        check("ab\ncd", 0, (1, 1));
        check("ab\ncd", 2, (1, 3));
        check("ab\ncd", 3, (2, 1));
        check("ab\ncd\n", 6, (3, 1));
        check("é = 1", 3, (1, 3));
        check("é = 1", 1, (1, 2));
        check("ab\n", 99, (2, 1));
    }
}
