//! The encodings that plans are found in: UTF-8, with or without a byte order mark, and
//! UTF-16, which is what PowerShell's `>` writes.

use crate::source::input::Input;
use std::io::{self, ErrorKind, Read};

/// The text of an input, in UTF-8, to be read as often as needed.
#[derive(Debug)]
pub(super) struct Text {
    /// The text; this is the file itself where that is in UTF-8.
    pub(super) input: Input,
    /// Where it begins, behind a byte order mark.
    pub(super) start: u64,
    /// The file, where it is in UTF-16.
    original: Option<(Input, bool)>,
}

impl Text {
    /// Decodes a file of which `head` are the first bytes.
    pub(super) fn of(input: Input, head: &[u8]) -> Result<Self, (Input, io::Error)> {
        let (start, big_endian) = match Encoding::of(head) {
            Encoding::Utf8 => (0, None),
            Encoding::Utf8Marked => (3, None),
            Encoding::Utf16 { big_endian } => (0, Some(big_endian)),
        };
        let Some(big_endian) = big_endian else {
            return Ok(Self {
                input,
                start,
                original: None,
            });
        };
        let decoded = Input::pipe(input.shown(), Utf16::new(input.all(), big_endian));
        match decoded {
            Ok(text) => Ok(Self {
                input: text,
                start,
                original: Some((input, big_endian)),
            }),
            Err(error) => Err((input, error)),
        }
    }

    /// Where in the file something is that is at an offset of the text.
    pub(super) fn locate(&self, at: u64) -> u64 {
        match &self.original {
            None => at,
            Some((file, big_endian)) => {
                Utf16::new(file.all(), *big_endian).locate(at).unwrap_or(at)
            }
        }
    }

    /// Asks whether the file is still what it was when it was opened.
    pub(super) fn unchanged(&self) -> io::Result<()> {
        let file = self.original.as_ref().map_or(&self.input, |(file, _)| file);
        file.unchanged()
    }
}

/// How a text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// With a byte order mark of three bytes.
    Utf8Marked,
    Utf16 {
        big_endian: bool,
    },
}

impl Encoding {
    /// Told by the first bytes: a byte order mark, or an ASCII character in two bytes.
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [0xef, 0xbb, 0xbf, ..] => Self::Utf8Marked,
            [0xff, 0xfe, ..] => Self::Utf16 { big_endian: false },
            [0xfe, 0xff, ..] => Self::Utf16 { big_endian: true },
            [1..=0x7f, 0, ..] => Self::Utf16 { big_endian: false },
            [0, 1..=0x7f, ..] => Self::Utf16 { big_endian: true },
            _ => Self::Utf8,
        }
    }
}

/// Turns UTF-16 into UTF-8 as it is read. The byte order mark is left out.
///
/// Half a surrogate pair is an error of the kind [`ErrorKind::InvalidData`].
pub(super) struct Utf16<R> {
    source: R,
    big_endian: bool,
    /// How many bytes of the source were turned into text that was handed out or waits.
    taken: u64,
    /// The first byte of a unit whose second one was not read yet.
    half: Option<u8>,
    /// The first unit of a pair whose second one was not read yet.
    high: Option<u16>,
    text: Vec<u8>,
    /// How much of `text` was handed out.
    given: usize,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(source: R, big_endian: bool) -> Self {
        Self {
            source,
            big_endian,
            taken: 0,
            half: None,
            high: None,
            text: Vec::new(),
            given: 0,
        }
    }

    /// The offset, in the encoded bytes, of the character at an offset of the decoded text;
    /// the end if the text is shorter.
    pub(super) fn locate(mut self, decoded: u64) -> io::Result<u64> {
        let mut before = 0_u64;
        loop {
            let length = self.text.len() as u64;
            if decoded < before.saturating_add(length) || !self.more()? {
                break;
            }
            before = before.saturating_add(length);
        }
        // Within the last piece, count units.
        let wanted = usize::try_from(decoded.saturating_sub(before)).unwrap_or(usize::MAX);
        let rest = self
            .text
            .get(wanted.min(self.text.len())..)
            .unwrap_or_default();
        let units = String::from_utf8_lossy(rest).encode_utf16().count() as u64;
        Ok(self.taken.saturating_sub(units.saturating_mul(2)))
    }

    /// Decodes the next piece into `text`; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        const PIECE: usize = 32 << 10;
        let mut piece = vec![0; PIECE];
        let n = loop {
            match self.source.read(&mut piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.text.clear();
        self.given = 0;
        if n == 0 {
            return match (self.half, self.high) {
                (None, None) => Ok(false),
                _ => Err(self.broken("it ends in the middle of a character")),
            };
        }
        for byte in piece.iter().take(n) {
            self.byte(*byte)?;
        }
        Ok(true)
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        let Some(first) = self.half.take() else {
            self.half = Some(byte);
            return Ok(());
        };
        let pair = [first, byte];
        let unit = if self.big_endian {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        };
        let mark = self.taken == 0 && unit == 0xfeff;
        let character = match (self.high.take(), unit) {
            (None, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                None
            }
            (high, low) => {
                let units = high.into_iter().chain([low]);
                match char::decode_utf16(units).next() {
                    Some(Ok(character)) => Some(character),
                    _ => return Err(self.broken("half of a surrogate pair")),
                }
            }
        };
        self.taken = self.taken.saturating_add(2);
        if let Some(character) = character.filter(|_| !mark) {
            let mut bytes = [0; 4];
            self.text
                .extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
        }
        Ok(())
    }

    fn broken(&self, why: &str) -> io::Error {
        let text = format!("the UTF-16 text is damaged at byte {}: {why}", self.taken);
        io::Error::new(ErrorKind::InvalidData, text)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.text.len() {
            if !self.more()? {
                return Ok(0);
            }
        }
        let n = self
            .text
            .get(self.given..)
            .unwrap_or_default()
            .read(buffer)?;
        self.given = self.given.saturating_add(n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| {
            if big_endian {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    /// Hands out one byte at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = buffer.len().min(1);
            self.0.read(buffer.get_mut(..n).unwrap_or_default())
        }
    }

    #[test]
    fn both_orders_are_decoded() {
        let text = "\u{feff}{\"é\": \"日本 😀\"}\r\n";
        for big_endian in [false, true] {
            let bytes = encoded(text, big_endian);
            assert_eq!(Encoding::of(&bytes), Encoding::Utf16 { big_endian });
            assert_eq!(Encoding::of(&bytes[2..]), Encoding::Utf16 { big_endian });
            let mut decoded = String::new();
            Utf16::new(Drip(&bytes), big_endian)
                .read_to_string(&mut decoded)
                .unwrap();
            assert_eq!(decoded, &text[3..]);
        }
        assert_eq!(Encoding::of(b"\xef\xbb\xbf{"), Encoding::Utf8Marked);
        assert_eq!(Encoding::of(b"{\"a"), Encoding::Utf8);
        assert_eq!(Encoding::of(b""), Encoding::Utf8);
    }

    #[test]
    fn places_in_the_text_are_places_in_the_file() {
        let text = format!("\u{feff}é{}😀x", "y".repeat(40_000));
        let bytes = encoded(&text, false);
        let locate = |at| Utf16::new(&bytes[..], false).locate(at).unwrap();
        assert_eq!(locate(0), 2);
        assert_eq!(locate(2), 4, "é has two bytes here and there");
        assert_eq!(locate(2 + 40_000), 4 + 80_000);
        assert_eq!(locate(2 + 40_000 + 4), 4 + 80_000 + 4);
        assert_eq!(locate(1_000_000), bytes.len() as u64);
    }

    #[test]
    fn damage_is_told() {
        let read = |bytes: &[u8]| {
            let mut text = String::new();
            Utf16::new(bytes, false)
                .read_to_string(&mut text)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            read(b"{\0\0\xd8a\0"),
            "the UTF-16 text is damaged at byte 4: half of a surrogate pair"
        );
        assert_eq!(
            read(b"{\0\0\xdc"),
            "the UTF-16 text is damaged at byte 2: half of a surrogate pair"
        );
        assert_eq!(
            read(b"{\0}"),
            "the UTF-16 text is damaged at byte 2: it ends in the middle of a character"
        );
        assert_eq!(
            read(b"{\0\0\xd8"),
            "the UTF-16 text is damaged at byte 4: it ends in the middle of a character"
        );
    }
}
