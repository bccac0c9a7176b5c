//! How the document is laid out: one key of the document to a line, one row of a list to a
//! line, everything deeper on the line of its row.

use crate::report::inert;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// The layout, for [`serde_json::Serializer::with_formatter`].
#[derive(Debug, Default)]
pub(super) struct Lines {
    depth: usize,
    /// Whether the list of rows being written has any.
    has_rows: bool,
}

/// Where the document's keys are, and where its rows are.
const KEYS: usize = 1;
const ROWS: usize = 2;

impl Lines {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn enter(&mut self) {
        self.depth = self.depth.saturating_add(1);
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.enter();
        if self.depth == ROWS {
            self.has_rows = false;
        }
        out.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        match (self.depth, first) {
            (ROWS, true) => {
                self.has_rows = true;
                out.write_all(b"\n    ")
            }
            (ROWS, false) => out.write_all(b",\n    "),
            (_, true) => Ok(()),
            (_, false) => out.write_all(b", "),
        }
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let end: &[u8] = if self.depth == ROWS && self.has_rows {
            b"\n  ]"
        } else {
            b"]"
        };
        self.leave();
        out.write_all(end)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.enter();
        out.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        match (self.depth, first) {
            (KEYS, true) => out.write_all(b"\n  "),
            (KEYS, false) => out.write_all(b",\n  "),
            (_, true) => Ok(()),
            (_, false) => out.write_all(b", "),
        }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let end: &[u8] = if self.depth == KEYS { b"\n}" } else { b"}" };
        self.leave();
        out.write_all(end)
    }

    /// A JSON document is looked at in terminals too: what could act on one, on a CI
    /// system that reads along, or mislead the eye is written as an escape, which means the same to every reader of JSON.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        let harmful = |text: &str| {
            let mut chars = text.char_indices();
            chars.find(|(at, c)| inert::is_harmful(*c, text.get(*at..).unwrap_or_default()))
        };
        while let Some((at, c)) = harmful(rest) {
            out.write_all(rest.get(..at).unwrap_or_default().as_bytes())?;
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
            let next = at.saturating_add(c.len_utf8());
            rest = rest.get(next..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }
}
