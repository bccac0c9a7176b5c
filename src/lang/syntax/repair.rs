//! What is in the parser's way -> other bytes of the same length.

use super::Gap;
use super::scan::{Kind, Token};
use std::borrow::Cow;
use std::ops::Range;

/// What to do about an error of the parser.
pub(super) enum Repair {
    /// Bytes to put in the place of others of the same number.
    Replace(Range<usize>, String),
    Gap(Gap),
}

pub(super) fn repair(text: &str, at: usize, message: &str) -> Repair {
    if message.contains("redefined object key") {
        return match other_key(text, at) {
            Some((range, key)) => Repair::Replace(range, key),
            None => Repair::Gap(Gap::ComputedKeyTwice),
        };
    }
    if message.contains("nested levels") || message.contains("operators") {
        return Repair::Gap(Gap::Depth);
    }
    Repair::Gap(Gap::Other)
}

/// A name of the same length that no object uses yet, for a key that is there twice.
fn other_key(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let rest = text.get(at..)?;
    let length = if rest.starts_with('"') {
        let inner = rest.get(1..)?;
        let end = inner.find(['"', '\\', '\n'])?;
        let plain = inner.get(end..)?.starts_with('"');
        let key = inner.get(..end)?;
        // Only what is a plain literal can be read back from the text.
        if !plain || key.contains("${") || key.contains("%{") {
            return None;
        }
        end.checked_add(2)?
    } else {
        let starts = rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
            .unwrap_or(rest.len());
        // What follows must be the assignment, or the key is an expression.
        let after = rest.get(end..)?.trim_start_matches([' ', '\t']);
        if !starts || !after.starts_with(['=', ':']) {
            return None;
        }
        end
    };
    let key = (0..100_000_u32)
        .map(|number| name(number, length))
        .find(|name| !text.contains(name.as_str()))?;
    Some((at..at.checked_add(length)?, key))
}

/// The name with that number among all names of a length: letters and underscores.
fn name(mut number: u32, length: usize) -> String {
    const LETTERS: &[u8; 53] = b"_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (0..length)
        .map(|_| {
            let letter = usize::try_from(number % 53).unwrap_or(0);
            number /= 53;
            char::from(LETTERS.get(letter).copied().unwrap_or(b'_'))
        })
        .collect()
}

/// Puts other numbers in the place of those that the parser does not take: what no machine float
/// holds, an index with leading zeros, and a dot before an exponent.
pub(super) fn plain_numbers(text: &mut Cow<'_, str>, tokens: &[Token]) {
    let mut before = Kind::End;
    for token in tokens {
        let number = token.text(text);
        let other = match token.kind {
            Kind::Number if before == Kind::Dot => {
                // The digits are read from the original text, however many there are.
                let odd = number.len() > 1 && number.starts_with('0') || number.len() > 18;
                odd.then(|| format!("1{}", " ".repeat(number.len().saturating_sub(1))))
            }
            Kind::Number if !is_plain(number) => Some(match number.len() {
                // Too short for a fraction.
                0..3 => "1".repeat(number.len()),
                length => format!("1.{}", "0".repeat(length.saturating_sub(2))),
            }),
            _ => None,
        };
        if let Some(other) = other {
            text.to_mut()
                .replace_range(token.start()..token.end(), &other);
        }
        before = token.kind;
    }
}

/// Blanks the text of heredocs, and moves their end marks to where the parser looks for them.
///
/// The tree is lowered with the original text, so nothing of it is lost.
pub(super) fn blank_heredocs(text: &mut Cow<'_, str>, tokens: &[Token]) {
    for token in tokens {
        let part = token.text(text);
        let blank = match token.kind {
            Kind::HeredocClose => {
                let mark = part.trim_end();
                format!(
                    "{}{mark}",
                    " ".repeat(part.len().saturating_sub(mark.len()))
                )
            }
            Kind::Text => part
                .chars()
                .map(|c| match c {
                    '$' | '%' | '{' | '~' | '\n' => c.to_string(),
                    // No mark begins with a dot.
                    c => ".".repeat(c.len_utf8()),
                })
                .collect(),
            _ => continue,
        };
        if blank != part {
            text.to_mut()
                .replace_range(token.start()..token.end(), &blank);
        }
    }
}

/// Puts spaces in the place of newlines, and of the comments before them, where newlines mean
/// nothing: within brackets, and within the braces of a `for`.
pub(super) fn blank_newlines(text: &mut Cow<'_, str>, tokens: &[Token]) {
    // For each bracket that is open, whether newlines mean nothing in it.
    let mut open: Vec<bool> = Vec::new();
    let mut before = Kind::End;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::BraceOpen => {
                let rest = tokens.iter().skip(at.saturating_add(1));
                let mut rest = rest.filter(|token| token.kind != Kind::Newline);
                let is_for = rest.next().is_some_and(|token| token.text(text) == "for");
                let names = rest.next().is_some_and(|token| token.kind == Kind::Ident);
                open.push(is_for && names);
            }
            kind if kind.opens() => open.push(true),
            kind if kind.closes() => {
                open.pop();
            }
            Kind::Newline if open.last() == Some(&true) && before != Kind::HeredocClose => {
                let length = token.end().saturating_sub(token.start());
                text.to_mut()
                    .replace_range(token.start()..token.end(), &" ".repeat(length));
            }
            _ => {}
        }
        before = token.kind;
    }
}

fn is_plain(number: &str) -> bool {
    // Short ones without an exponent are what nearly all are.
    if number.len() < 100 && number.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    let dot_is_inside = !number.contains(".e") && !number.contains(".E");
    dot_is_inside && number.parse::<f64>().is_ok_and(f64::is_finite)
}
