//! Characters that a reviewer cannot see.
//!
//! They make a file say something else than it shows: a word that reads right to left, a name
//! that equals another on screen. Nothing in `policies/` or `approvals/` needs them.

use super::{Mistake, Mistakes};
use crate::source::SourceFile;

/// So many are reported for one file; a binary file has thousands.
const MOST: usize = 20;

/// Every hidden character of a file, a byte order mark included.
///
/// Line feeds, tabs and the carriage return of a Windows line end are no hidden characters.
pub fn hidden_characters(file: &SourceFile) -> Mistakes {
    let mut rest = file.text().char_indices().peekable();
    let mut mistakes = Vec::new();
    while let Some((at, c)) = rest.next() {
        let windows_line_end = c == '\r' && rest.peek().is_some_and(|next| next.1 == '\n');
        if matches!(c, '\n' | '\t') || windows_line_end || !is_hidden(c) {
            continue;
        }
        let span = file.at(at..at.saturating_add(c.len_utf8()));
        let what = if at == 0 && c == '\u{feff}' {
            "the file begins with a byte order mark".to_owned()
        } else {
            format!("the character U+{:04X} cannot be seen", u32::from(c))
        };
        mistakes.push(
            Mistake::new(what, span, "here")
                .help("delete it; save the file as UTF-8 without byte order mark"),
        );
        if mistakes.len() == MOST {
            break;
        }
    }
    mistakes
}

/// Whether a character is not seen where it stands: control, format, bidirectional, zero-width,
/// line and paragraph separators, variation selectors, fillers, private use and unassigned tags.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, found: usize) {
        assert_eq!(
            hidden_characters(&SourceFile::new("f", text)).len(),
            found,
            "{text:?}"
        );
    }

    #[test]
    fn what_can_be_seen_passes() {
        check(
            "tier \"small\" {\r\n\ttitle = \"Größe ＳＭＡＬＬ 小 🙂\"\n}\n",
            0,
        );
    }

    #[test]
    fn what_cannot_be_seen_is_found() {
        check("\u{feff}a = 1\n", 1);
        check("a = 1\r", 1);
        check("a\u{200b} = \"\u{202e}\u{0}\"\n", 3);
        check(&"\u{1b}".repeat(1000), MOST);
    }
}
