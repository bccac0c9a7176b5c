//! Text from plans, records and file names, made harmless for eyes, terminals and CI systems.
//!
//! Such text may hold terminal escapes, bidirectional overrides that make a line read
//! differently from what it says, characters that cannot be seen, or commands that a CI
//! system obeys when it sees them in a log (`##vso[task.complete]`). Each is shown as the
//! escape that HCL would write: `\u202e`. What a format adds (`<`, `|`) is its own to mend.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// One line of text: everything that is not plainly visible is shown as an escape, line breaks too.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// Text of several lines: as [`line()`], but line breaks stay.
pub(super) fn paragraph(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\n')
}

/// Whether there is nothing in a text that could have to go, told by its bytes: nearly all
/// text is like this, and there may be millions of pieces of it.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'#')
}

/// Whether the character with which `rest` begins must not be written as it is.
pub(super) fn is_harmful(c: char, rest: &str) -> bool {
    is_hazard(c) || (c == '#' && is_command(rest))
}

/// `##[error]` (GitHub), `##vso[...]` (Azure) and `##teamcity[...]` are obeyed anywhere in a line.
fn is_command(rest: &str) -> bool {
    rest.strip_prefix("##").is_some_and(|word| {
        word.trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
    })
}

/// Whether a character does something else than show itself.
pub(super) const fn is_hazard(c: char) -> bool {
    matches!(c,
        // Control characters: ESC and, in 8-bit form, CSI and OSC begin terminal sequences.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Invisible: soft hyphen, fillers, zero-width characters, word joiner, byte order mark.
        | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        // Line and paragraph separators, bidirectional marks, overrides and isolates.
        | '\u{61c}' | '\u{2028}'..='\u{202e}'
        // Interlinear annotations, tags, and what can never be a character.
        | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The escape that is shown in place of a character.
pub(super) fn escape(c: char, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match c {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\0'..='\u{ffff}' => write!(out, "\\u{:04x}", u32::from(c)),
        _ => write!(out, "\\U{:08x}", u32::from(c)),
    };
}

fn escaped(text: &str, is_fine: impl Fn(char) -> bool) -> Cow<'_, str> {
    let must_go =
        |(at, c): (usize, char)| !is_fine(c) && is_harmful(c, text.get(at..).unwrap_or_default());
    if is_plain(text) || !text.char_indices().any(must_go) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if must_go((at, c)) {
            escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Lets no line begin like a command to GitHub's runner, which obeys `::error::` also when
/// there is white space before it. All output goes through here, since any line may begin
/// with somebody's text.
pub(super) struct Lines<'a> {
    out: &'a mut dyn Write,
    /// What came since the last line break.
    line: Vec<u8>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        let line = Vec::new();
        Self { out, line }
    }

    /// Writes a line that is meant as a command. It must not hold a line break.
    pub(super) fn command(&mut self, line: &str) -> io::Result<()> {
        self.out.write_all(line.as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// Writes what is left without a line break at its end.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.end_line()
    }

    fn end_line(&mut self) -> io::Result<()> {
        let command = self.line.trim_ascii_start();
        match command.strip_prefix(b"::") {
            Some(rest) => {
                let indent = self.line.len().saturating_sub(command.len());
                self.out
                    .write_all(self.line.get(..indent).unwrap_or_default())?;
                self.out.write_all(b"\\u003a:")?;
                self.out.write_all(rest)?;
            }
            None => self.out.write_all(&self.line)?,
        }
        self.line.clear();
        Ok(())
    }
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !bytes.contains(&b'\n') {
            self.line.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(bytes.len())
    }

    /// A line is only written when it is whole.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(line("plain é 日本 🦀"), "plain é 日本 🦀");
        assert_eq!(line("\x1b[31mred\u{9b}0m"), "\\u001b[31mred\\u009b0m");
        assert_eq!(line("abc\u{202e}cba"), "abc\\u202ecba");
        assert_eq!(line("a\r\nb\tc"), "a\\r\\nb\\tc");
        assert_eq!(line("\u{e0041}"), "\\U000e0041");
        assert_eq!(paragraph("a\nb\rc"), "a\nb\\rc");
    }

    #[test]
    fn what_a_ci_system_would_obey_is_shown() {
        assert_eq!(line("x ##[error]y"), "x \\u0023#[error]y");
        assert_eq!(line("##vso[task.complete]"), "\\u0023#vso[task.complete]");
        assert_eq!(line("## Machines [all]"), "## Machines [all]");
        assert_eq!(line("###[x]"), "#\\u0023#[x]");
    }

    #[test]
    fn no_line_begins_like_a_command() {
        let check = |text: &str, expected: &str| {
            let mut out = Vec::new();
            let mut lines = Lines::new(&mut out);
            // In pieces, as formatting does it.
            for byte in text.as_bytes() {
                lines.write_all(&[*byte]).unwrap();
            }
            lines.end().unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check("::error::x\na :: b\n", "\\u003a:error::x\na :: b\n");
        check("a\n \t::stop-commands::x", "a\n \t\\u003a:stop-commands::x");
        check("", "");
    }
}
