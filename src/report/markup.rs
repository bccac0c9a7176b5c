//! Text in XML and HTML.

use super::inert;
use std::borrow::Cow;

/// One line of text, harmless as the content of an element or the value of an attribute.
pub(crate) fn line(text: &str) -> String {
    entities(inert::line(text))
}

/// Text of several lines, likewise.
pub(super) fn paragraph(text: &str) -> String {
    entities(inert::paragraph(text))
}

/// What is left after [`inert()`] are characters that XML allows everywhere, but for these.
fn entities(text: Cow<'_, str>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
