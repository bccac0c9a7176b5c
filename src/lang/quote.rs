//! Text in quotes as Go's `%q` writes it, which messages, `format` and the order of sets show.

/// Appends `text` in double quotes, with Go's escapes.
pub(crate) fn go_quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) < 0x80 => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
}

/// The text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    go_quote(text, &mut out);
    out
}

/// Whether Go prints a character as it is. Rust's own escaping agrees on what is printable,
/// but for the characters that only Go or only Rust treats specially.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // Combining characters are printable in Go and escaped in Rust; spaces the other way round.
    if c.is_whitespace() {
        return false;
    }
    let mut escaped = c.escape_debug();
    if escaped.len() == 1 {
        return true;
    }
    escaped.next() == Some('\\') && is_mark(c)
}

/// Whether it is a combining character: category M.
fn is_mark(c: char) -> bool {
    // Unassigned and private characters have no canonical combining class either; grapheme
    // extenders are what `escape_debug` escapes although they are printable.
    ('a'..='a')
        .chain(std::iter::once(c))
        .collect::<String>()
        .escape_debug()
        .skip(1)
        .eq(std::iter::once(c))
}
