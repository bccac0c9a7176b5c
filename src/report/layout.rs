//! How JSON is laid out: the outer lists have a line for each of their rows, everything
//! deeper is on the line of its row. A diff then shows which rows changed.

use super::inert;
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{self, BufWriter, Write};

/// Writes a value as JSON. Lists down to that depth have a line for each row; the document
/// itself has depth 1, so the lists that are values of its keys have depth 2.
pub(super) fn write(value: &impl Serialize, rows: usize, out: &mut dyn Write) -> io::Result<()> {
    let lines = Lines {
        rows,
        depth: 0,
        is_filled: false,
    };
    // Every bracket and comma is a write of its own.
    let mut out = BufWriter::new(out);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, lines);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

struct Lines {
    rows: usize,
    depth: usize,
    /// Whether the list or object being written has anything in it yet.
    is_filled: bool,
}

impl Lines {
    fn begin<W: ?Sized + Write>(&mut self, bracket: &[u8], out: &mut W) -> io::Result<()> {
        self.depth = self.depth.saturating_add(1);
        self.is_filled = false;
        out.write_all(bracket)
    }

    fn next<W: ?Sized + Write>(
        &mut self,
        broken: bool,
        first: bool,
        out: &mut W,
    ) -> io::Result<()> {
        self.is_filled = true;
        match (broken, first) {
            (true, true) => self.indent(self.depth, out),
            (true, false) => {
                out.write_all(b",")?;
                self.indent(self.depth, out)
            }
            (false, true) => Ok(()),
            (false, false) => out.write_all(b", "),
        }
    }

    fn end<W: ?Sized + Write>(
        &mut self,
        broken: bool,
        bracket: &[u8],
        out: &mut W,
    ) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if broken && self.is_filled {
            self.indent(self.depth, out)?;
        }
        // What it is itself a part of has at least this part.
        self.is_filled = true;
        out.write_all(bracket)
    }

    fn indent<W: ?Sized + Write>(&self, depth: usize, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        (0..depth).try_for_each(|_| out.write_all(b"  "))
    }

    /// Whether a list that is being written has a line for each of its rows.
    fn breaks_list(&self) -> bool {
        self.depth <= self.rows
    }

    /// Whether an object that is being written has a line for each of its keys.
    fn breaks_object(&self) -> bool {
        self.depth < self.rows
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(b"[", out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(self.breaks_list(), first, out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(self.breaks_list(), b"]", out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(b"{", out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(self.breaks_object(), first, out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(self.breaks_object(), b"}", out)
    }

    /// A JSON document is looked at in terminals too: what could act on one, on a CI
    /// system that reads along, or mislead the eye is written as an escape, which means
    /// the same to every reader of JSON.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if inert::is_plain(fragment) {
            return out.write_all(fragment.as_bytes());
        }
        let harmful = |text: &str| {
            let mut chars = text.char_indices();
            chars.find(|(at, c)| inert::is_harmful(*c, text.get(*at..).unwrap_or_default()))
        };
        let mut rest = fragment;
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_have_lines_of_their_own() {
        let value = json!({"a": 1, "b": [{"c": [1, 2]}, {}], "d": [], "e": {"f": [[]], "g": {}}});
        let mut out = Vec::new();
        write(&value, 2, &mut out).unwrap();
        let expected = r#"{
  "a": 1,
  "b": [
    {"c": [1, 2]},
    {}
  ],
  "d": [],
  "e": {"f": [[]], "g": {}}
}
"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
