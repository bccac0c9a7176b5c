//! Short texts that occur again and again, such as the keys of tags, kept once.

use std::sync::Arc;

/// How many are remembered. A text that comes later takes the place of another.
const PLACES: usize = 512;
/// Longer texts rarely occur twice.
const SHORT: usize = 48;

/// Remembers some texts, so that the same one need not be kept again.
pub(super) struct Shared(Vec<Option<Arc<str>>>);

impl Shared {
    pub(super) fn new() -> Self {
        Self(vec![None; PLACES])
    }

    /// The text of these bytes, kept; none where they are not UTF-8.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Option<Arc<str>> {
        let kept = || std::str::from_utf8(bytes).ok().map(Arc::from);
        if bytes.len() > SHORT {
            return kept();
        }
        let Some(place) = self.0.get_mut(place(bytes)) else {
            return kept();
        };
        match place {
            Some(known) if known.as_bytes() == bytes => Some(Arc::clone(known)),
            _ => {
                let text = kept()?;
                *place = Some(Arc::clone(&text));
                Some(text)
            }
        }
    }
}

/// A number below [`PLACES`] from the length and some of the bytes.
fn place(bytes: &[u8]) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let word = |from: usize| {
        let chunk = bytes.get(from..).and_then(|rest| rest.first_chunk());
        chunk.map_or(0, |chunk| u64::from_le_bytes(*chunk))
    };
    let ends = match bytes.len() {
        0..8 => bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
        length => word(0) ^ word(length.saturating_sub(8)).rotate_left(29),
    };
    let mixed = (ends ^ bytes.len() as u64).wrapping_mul(ODD);
    usize::try_from(mixed >> 55).unwrap_or(0) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let mut shared = Shared::new();
        let a = shared.text(b"Environment").unwrap();
        let b = shared.text(b"Environment").unwrap();
        assert!(Arc::ptr_eq(&a, &b));
        assert_eq!(&*shared.text(b"").unwrap(), "");
        assert_eq!(shared.text(b"\xff"), None);
    }

    #[test]
    fn texts_that_share_a_place_are_told_apart() {
        let mut shared = Shared::new();
        for round in 0..2 {
            for at in 0..4000 {
                let text = format!("key-{at}-{}", at % 7);
                assert_eq!(&*shared.text(text.as_bytes()).unwrap(), text, "{round}");
            }
        }
    }
}
