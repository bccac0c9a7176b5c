//! Strings with their escapes undone.

/// Adds the text of a string, whose escapes were checked, to `out`.
pub(super) fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    // Looking for a byte is quicker than looking for a character, and splits at the same places.
    while let Some(at) = rest.bytes().position(|byte| byte == b'\\') {
        let (plain, escape) = rest.split_at(at);
        out.push_str(plain);
        let mut after = escape.chars();
        after.next();
        match after.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let (character, behind) = unicode(after.as_str());
                out.push(character);
                rest = behind;
                continue;
            }
            Some(same) => out.push(same),
            None => {}
        }
        rest = after.as_str();
    }
    out.push_str(rest);
}

/// The character that `XXXX` or `XXXX\uXXXX` stands for, and what follows.
fn unicode(digits: &str) -> (char, &str) {
    let unit = |at: usize| {
        let digits = digits.get(at..at.saturating_add(4))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0).unwrap_or(0);
    let both = [first, unit(6).unwrap_or(0)];
    let (units, length) = match first {
        0xd800..=0xdbff => (&both[..], 10),
        _ => (&both[..1], 4),
    };
    let character = char::decode_utf16(units.iter().copied())
        .next()
        .and_then(Result::ok)
        .unwrap_or(char::REPLACEMENT_CHARACTER);
    (character, digits.get(length..).unwrap_or(""))
}
