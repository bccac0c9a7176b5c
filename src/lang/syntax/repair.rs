//! What is in the parser's way -> other bytes of the same length.

use super::Gap;
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
    match other_number(text, at) {
        Some((range, number)) => Repair::Replace(range, number),
        None => Repair::Gap(Gap::Other),
    }
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

/// A number that fits a machine float, for one that does not; or an index without leading zeros.
fn other_number(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let bytes = text.as_bytes();
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'+' || b == b'-';
    let mut start = at.min(text.len());
    while let Some(before) = start.checked_sub(1)
        && bytes.get(before).is_some_and(|b| is_part(*b))
    {
        start = before;
    }
    // A sign belongs to an exponent or not at all.
    while bytes.get(start).is_some_and(|b| *b == b'+' || *b == b'-') {
        start = start.checked_add(1)?;
    }
    // `x.01`: the digits behind the last dot.
    if bytes.get(start).is_some_and(u8::is_ascii_alphabetic) || text.get(start..)?.starts_with('.')
    {
        let head = text.get(start..at)?;
        let digits = head.rfind('.')?.checked_add(1)?.checked_add(start)?;
        let length = leading_digits(text.get(digits..)?);
        let token = text.get(digits..digits.checked_add(length)?)?;
        let leading_zero = token.len() > 1 && token.starts_with('0');
        return leading_zero.then(|| (digits..digits.saturating_add(length), "1".repeat(length)));
    }
    let token = number_token(text.get(start..)?)?;
    let fits = token.parse::<f64>().is_ok_and(f64::is_finite);
    // Three bytes are the least that overflow a float needs, so `1.0` always fits.
    if fits || token.len() < 3 {
        return None;
    }
    let other = format!("1.{}", "0".repeat(token.len().saturating_sub(2)));
    Some((start..start.checked_add(token.len())?, other))
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A number literal at the start of a text.
fn number_token(text: &str) -> Option<&str> {
    let mut end = leading_digits(text);
    if end == 0 {
        return None;
    }
    let rest = text.get(end..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = leading_digits(fraction);
        if digits > 0 {
            end = end.checked_add(1)?.checked_add(digits)?;
        }
    }
    let rest = text.get(end..)?;
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let digits = leading_digits(exponent.get(sign..)?);
        if digits > 0 {
            end = end.checked_add(1)?.checked_add(sign)?.checked_add(digits)?;
        }
    }
    text.get(..end)
}
