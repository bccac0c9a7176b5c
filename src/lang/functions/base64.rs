//! Base64 as Go's standard encoding has it: padded, lenient about line breaks and about the bits
//! that the last character has too many. (Crates that check signatures are stricter.)

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4_usize {
            if at > chunk.len() {
                out.push('=');
                continue;
            }
            let shift = 18_usize.saturating_sub(at.saturating_mul(6));
            let index = usize::try_from(bits >> shift & 63).unwrap_or(0);
            out.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'=')));
        }
    }
    out
}

/// The bytes, or the offset of the character that is wrong.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len().div_ceil(4).saturating_mul(3));
    let mut quad = [0_u32; 4];
    let mut filled = 0_usize;
    let mut padding = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        let value = match byte {
            b'\r' | b'\n' => continue,
            b'=' => {
                padding = padding.saturating_add(1);
                if filled < 2 || filled.saturating_add(padding) > 4 {
                    return Err(at);
                }
                continue;
            }
            _ => ALPHABET.iter().position(|b| *b == byte),
        };
        match (value.and_then(|value| u32::try_from(value).ok()), padding) {
            (Some(value), 0) => {
                if let Some(slot) = quad.get_mut(filled) {
                    *slot = value;
                }
            }
            _ => return Err(at),
        }
        filled = filled.saturating_add(1);
        if filled == 4 {
            push(&mut out, quad, 3);
            filled = 0;
        }
    }
    match (filled, padding) {
        (0, 0) => {}
        (2, 2) | (3, 1) => {
            for slot in quad.iter_mut().skip(filled) {
                *slot = 0;
            }
            push(&mut out, quad, filled.saturating_sub(1));
        }
        _ => return Err(text.len()),
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, [a, b, c, d]: [u32; 4], count: usize) {
    let bits = a << 18 | b << 12 | c << 6 | d;
    out.extend(bits.to_be_bytes().iter().skip(1).take(count));
}
