//! Text from plans, records and file names, made harmless for eyes and terminals.
//!
//! Such text may hold terminal escapes, bidirectional overrides that make a line read
//! differently from what it says, or characters that cannot be seen. Each is shown as the
//! escape that HCL would write: `\u202e`. What a format adds (`<`, `::`, `|`) is its own to mend.

use std::borrow::Cow;
use std::fmt::Write;

/// One line of text: everything that is not plainly visible is shown as an escape, line breaks too.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |c| !is_hazard(c))
}

/// Text of several lines: as [`line`], but line breaks stay.
pub(super) fn paragraph(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\n' || !is_hazard(c))
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
    if text.chars().all(&is_fine) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_fine(c) {
            out.push(c);
        } else {
            escape(c, &mut out);
        }
    }
    Cow::Owned(out)
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
}
