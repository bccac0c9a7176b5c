//! The tokens of JSON, from any `Read`, through one buffer of fixed size.
//!
//! Every byte that goes by is checked, wanted or not: UTF-8 as it comes in, the rest token
//! by token. The buffer grows only for a token that is kept. Behind the bytes that were
//! read always stand [`PAD`] zeros, so that looking ahead needs no test for the end: a zero
//! is no part of any token, and only then the end is looked for.

use super::error::{Fault, JsonError};
use super::{DEEPEST, LONGEST};
use std::io::{ErrorKind, Read};

pub(super) type Result<T> = std::result::Result<T, JsonError>;

/// More than the longest look-ahead, which is the 12 bytes of two `\u` escapes.
const PAD: usize = 16;

pub(super) struct Scanner<R> {
    source: R,
    buffer: Vec<u8>,
    /// The next byte to look at.
    at: usize,
    /// Behind the last byte that was read.
    end: usize,
    /// Behind the last byte known to be UTF-8.
    valid: usize,
    /// Bytes from here on are kept, also when more are read.
    keep: Option<usize>,
    /// The offset of the buffer's first byte.
    base: u64,
    drained: bool,
    /// One bit for each open bracket: whether it is a brace.
    braces: [u64; DEEPEST / 64],
    depth: usize,
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a buffer whose length is limited, and a depth that is limited"
)]
impl<R: Read> Scanner<R> {
    pub(super) fn new(source: R, size: usize, base: u64) -> Self {
        Self {
            source,
            buffer: vec![0; size.max(PAD) + PAD],
            at: 0,
            end: 0,
            valid: 0,
            keep: None,
            base,
            drained: false,
            braces: [0; DEEPEST / 64],
            depth: 0,
        }
    }

    /// Begins anew with other bytes.
    pub(super) fn restart(&mut self, source: R, base: u64) {
        self.source = source;
        (self.at, self.end, self.valid) = (0, 0, 0);
        self.buffer.iter_mut().take(PAD).for_each(|byte| *byte = 0);
        (self.keep, self.base, self.drained) = (None, base, false);
        self.depth = 0;
    }

    /// The offset of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    #[cold]
    pub(super) fn fail<T>(&self, fault: Fault) -> Result<T> {
        Err(JsonError::new(self.offset(), fault))
    }

    #[cold]
    pub(super) fn syntax<T>(&self, what: &'static str) -> Result<T> {
        // A zero that nobody wrote is the end of the text.
        if self.at >= self.end {
            return self.fail(Fault::End);
        }
        self.fail(Fault::Syntax(what))
    }

    #[inline(always)]
    fn byte(&self, at: usize) -> u8 {
        self.buffer.get(at).copied().unwrap_or(0)
    }

    /// Gets more bytes behind `end`; false when there are none.
    #[cold]
    fn fill(&mut self) -> Result<bool> {
        if self.drained {
            return Ok(false);
        }
        let keep = self.keep.unwrap_or(self.at).min(self.valid).min(self.at);
        self.buffer.copy_within(keep..self.end, 0);
        self.base += keep as u64;
        self.at -= keep;
        self.end -= keep;
        self.valid -= keep;
        self.keep = self.keep.map(|kept| kept - keep);
        if self.end + PAD >= self.buffer.len() {
            if self.buffer.len() > LONGEST {
                return self.fail(Fault::Long);
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let room = self.buffer.len() - PAD;
        loop {
            let free = self.buffer.get_mut(self.end..room).unwrap_or_default();
            match self.source.read(free) {
                Ok(0) => self.drained = true,
                Ok(n) => self.end = room.min(self.end + n),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return self.fail(Fault::Io(error)),
            }
            break;
        }
        if let Some(pad) = self.buffer.get_mut(self.end..self.end + PAD) {
            pad.fill(0);
        }
        self.check_utf8()?;
        Ok(!self.drained)
    }

    /// Checks what was just read. Plans are nearly all ASCII, which is checked much faster.
    fn check_utf8(&mut self) -> Result<()> {
        const PIECE: usize = 128;
        while self.valid < self.end {
            let piece = self.end.min(self.valid + PIECE);
            let fresh = self.buffer.get(self.valid..piece).unwrap_or_default();
            if fresh.is_ascii() {
                self.valid = piece;
                continue;
            }
            match std::str::from_utf8(fresh) {
                Ok(_) => self.valid = piece,
                Err(error) => {
                    // A character may be cut in two by the end of the piece, or of the
                    // buffer, but not by the end of the text.
                    let some = error.valid_up_to();
                    self.valid += some;
                    let cut = error.error_len().is_none();
                    if !cut || piece == self.end && self.drained {
                        let at = self.base + self.valid as u64;
                        return Err(JsonError::new(at, Fault::Syntax(NOT_UTF8)));
                    }
                    if some == 0 {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// As [`fill`](Self::fill), for what stands at `at`: gives where it stands then.
    #[cold]
    fn refill(&mut self, at: usize) -> Result<Option<usize>> {
        self.at = at;
        let more = self.fill()?;
        Ok((more || self.at < self.end).then_some(self.at))
    }

    /// The first byte at or behind `at` that is no white space, and where it stands.
    ///
    /// Functions that end in `_from` take and give a position instead of moving `self.at`,
    /// so that it stays in a register while whole values go by.
    #[inline(always)]
    fn look_from(&mut self, mut at: usize) -> Result<(u8, usize)> {
        loop {
            match self.byte(at) {
                b' ' | b'\n' | b'\r' | b'\t' => at += 1,
                0 if at >= self.end => match self.refill(at)? {
                    Some(there) => at = there,
                    None => return self.fail(Fault::End),
                },
                byte => return Ok((byte, at)),
            }
        }
    }

    /// The next byte that is no white space, which stays where it is.
    #[inline(always)]
    pub(super) fn look(&mut self) -> Result<u8> {
        let (byte, at) = self.look_from(self.at)?;
        self.at = at;
        Ok(byte)
    }

    /// Past `byte`, which must come next.
    #[inline(always)]
    pub(super) fn want(&mut self, byte: u8, otherwise: &'static str) -> Result<()> {
        self.at = self.want_from(self.at, byte, otherwise)?;
        Ok(())
    }

    #[inline(always)]
    fn want_from(&mut self, at: usize, byte: u8, otherwise: &'static str) -> Result<usize> {
        let (found, at) = self.look_from(at)?;
        if found != byte {
            self.at = at;
            return self.syntax(otherwise);
        }
        Ok(at + 1)
    }

    /// Fails unless only white space is left.
    pub(super) fn finish(&mut self) -> Result<()> {
        loop {
            match self.byte(self.at) {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                _ if self.at < self.end => return self.fail(Fault::Behind),
                _ => {
                    if !self.fill()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Past a string whose opening quote comes next; gives where its text stands in
    /// the buffer, and whether there are escapes in it.
    #[inline(always)]
    pub(super) fn kept_string(&mut self) -> Result<(&[u8], bool)> {
        self.keep = Some(self.at);
        let (at, escaped) = self.string_from(self.at)?;
        self.at = at;
        let from = self.keep.take().unwrap_or(0) + 1;
        let text = self.buffer.get(from..at - 1).unwrap_or_default();
        Ok((text, escaped))
    }

    /// In an object, to the value of the next member whose key `find` knows, over all others;
    /// none at its end, which is passed. `fresh` is true where no member was read yet. `find`
    /// is told whether there are escapes in the key.
    #[inline(always)]
    pub(super) fn find_member<T>(
        &mut self,
        fresh: bool,
        mut find: impl FnMut(&[u8], bool) -> Option<T>,
    ) -> Result<Option<T>> {
        let (mut at, mut fresh) = (self.at, fresh);
        loop {
            let (mut next, mut there) = self.look_from(at)?;
            if next == b'}' {
                self.at = there;
                self.close();
                return Ok(None);
            }
            if !std::mem::take(&mut fresh) {
                if next != b',' {
                    self.at = there;
                    return self.syntax(BETWEEN);
                }
                (next, there) = self.look_from(there + 1)?;
            }
            if next != b'"' {
                self.at = there;
                return self.syntax(NO_KEY);
            }
            self.keep = Some(there);
            let (behind, escaped) = self.string_from(there)?;
            let from = self.keep.take().unwrap_or(there) + 1;
            let key = self.buffer.get(from..behind - 1).unwrap_or_default();
            let found = find(key, escaped);
            at = self.want_from(behind, b':', COLON)?;
            if found.is_some() {
                self.at = at;
                return Ok(found);
            }
            at = self.pass_from(at)?;
        }
    }

    /// Behind the value that comes next at or behind `at`.
    #[inline(always)]
    fn pass_from(&mut self, at: usize) -> Result<usize> {
        let (first, at) = self.look_from(at)?;
        if first == b'"' {
            return Ok(self.string_from(at)?.0);
        }
        let short = self.short_from(at);
        if short > 0 {
            return Ok(at + short);
        }
        self.at = at;
        self.skip()?;
        Ok(self.at)
    }

    /// How long the value at `at` is, if it is one of those that most values are which are no
    /// strings, and all of it was read; zero for any other.
    #[inline(always)]
    fn short_from(&self, at: usize) -> usize {
        // Where brackets may not be opened any more, none are, not even for nothing.
        if self.depth + 2 > DEEPEST {
            return 0;
        }
        let word = self.buffer.get(at..).and_then(|rest| rest.first_chunk());
        // A zero stands behind the end, so that what is cut off is none of these.
        match word {
            Some(b"null" | b"true" | b"[{}]") => 4,
            Some([b'[', b']', ..] | [b'{', b'}', ..]) => 2,
            Some(b"fals") if self.byte(at + 4) == b'e' => 5,
            Some([b'0'..=b'9', b',' | b'}' | b']', ..]) => 1,
            _ => 0,
        }
    }

    /// Past a mask that says nothing, if it comes next and is written the way it mostly is.
    #[inline(always)]
    pub(super) fn pass_nothing(&mut self) -> Result<bool> {
        let (_, at) = self.look_from(self.at)?;
        let short = match self.byte(at) {
            b'{' | b'[' | b'f' | b'n' => self.short_from(at),
            _ => 0,
        };
        self.at = at + short;
        Ok(short > 0)
    }

    /// Behind the string whose opening quote stands at `at`; true where an escape was seen.
    #[inline(always)]
    fn string_from(&mut self, at: usize) -> Result<(usize, bool)> {
        let mut at = at + 1;
        let mut escaped = false;
        loop {
            let plain = plain_bytes(self.buffer.get(at..).unwrap_or_default());
            at += plain;
            if plain == WORD {
                continue;
            }
            match self.byte(at) {
                b'"' => return Ok((at + 1, escaped)),
                b'\\' => {
                    escaped = true;
                    at = match self.byte(at + 1) {
                        b'"' | b'\\' | b'n' => at + 2,
                        _ => self.escape_from(at)?,
                    };
                }
                _ if at >= self.end => match self.refill(self.end)? {
                    Some(there) => at = there,
                    None => return self.fail(Fault::End),
                },
                _ => {
                    self.at = at;
                    return self.syntax("a control character in a string");
                }
            }
        }
    }

    /// Behind the escape at `at`. A half of a surrogate pair alone is refused like any bad
    /// escape: it is no text, and what is refused must not hang on whether it is kept.
    fn escape_from(&mut self, at: usize) -> Result<usize> {
        self.at = at;
        while self.at + 12 > self.end && self.fill()? {}
        let at = self.at;
        let length = match self.byte(at + 1) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
            b'u' => match self.unit(at + 2) {
                Some(0xd800..=0xdbff) => {
                    let next = (self.byte(at + 6), self.byte(at + 7));
                    let pair =
                        next == (b'\\', b'u') && matches!(self.unit(at + 8), Some(0xdc00..=0xdfff));
                    pair.then_some(12)
                }
                None | Some(0xdc00..=0xdfff) => None,
                Some(_) => Some(6),
            },
            _ => None,
        };
        match length {
            Some(length) => Ok(at + length),
            // Escapes are looked at whole, so one that is cut off is seen as a bad one.
            None if at + 12 > self.end && !self.closes_again() => self.fail(Fault::End),
            None => self.fail(Fault::Syntax("a bad escape in a string")),
        }
    }

    /// Whether a quote stands in what is left of the text.
    fn closes_again(&self) -> bool {
        (self.buffer.get(self.at + 2..self.end)).is_some_and(|rest| rest.contains(&b'"'))
    }

    /// The UTF-16 unit that four hexadecimal digits give.
    fn unit(&self, at: usize) -> Option<u32> {
        (at..at + 4).try_fold(0, |unit, at| {
            let digit = char::from(self.byte(at)).to_digit(16)?;
            Some(unit << 4 | digit)
        })
    }

    /// Past the rest of `true`, `false` or `null`, whose first byte comes next.
    #[inline(always)]
    fn literal(&mut self, whole: &'static [u8]) -> Result<()> {
        while self.at + whole.len() > self.end && self.fill()? {}
        if self.buffer.get(self.at..self.at + whole.len()) != Some(whole) {
            let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
            if whole.starts_with(rest) {
                return self.fail(Fault::End);
            }
            return self.fail(Fault::Syntax("a word that is neither true, false nor null"));
        }
        self.at += whole.len();
        Ok(())
    }

    /// The text of a number whose first byte comes next.
    pub(super) fn kept_number(&mut self) -> Result<&[u8]> {
        self.keep = Some(self.at);
        self.number()?;
        let from = self.keep.take().unwrap_or(0);
        Ok(self.buffer.get(from..self.at).unwrap_or_default())
    }

    /// Past a number whose first byte comes next.
    #[inline(always)]
    fn number(&mut self) -> Result<()> {
        const BAD: &str = "a number that is none in JSON";
        if self.byte(self.at) == b'-' {
            self.at += 1;
        }
        if self.more()? == b'0' {
            self.at += 1;
            if self.more()?.is_ascii_digit() {
                return self.syntax(BAD);
            }
        } else if self.digits()? == 0 {
            return self.syntax(BAD);
        }
        if self.more()? == b'.' {
            self.at += 1;
            if self.digits()? == 0 {
                return self.syntax(BAD);
            }
        }
        if matches!(self.more()?, b'e' | b'E') {
            self.at += 1;
            if matches!(self.more()?, b'+' | b'-') {
                self.at += 1;
            }
            if self.digits()? == 0 {
                return self.syntax(BAD);
            }
        }
        Ok(())
    }

    /// The next byte as it is, zero at the end.
    #[inline(always)]
    fn more(&mut self) -> Result<u8> {
        if self.at >= self.end {
            self.fill()?;
        }
        Ok(self.byte(self.at))
    }

    #[inline(always)]
    fn digits(&mut self) -> Result<usize> {
        let mut digits: usize = 0;
        loop {
            while self.byte(self.at).is_ascii_digit() {
                self.at += 1;
                digits = digits.saturating_add(1);
            }
            if self.at < self.end || !self.fill()? {
                return Ok(digits);
            }
        }
    }

    /// Past an opening bracket that comes next.
    #[inline(always)]
    pub(super) fn open(&mut self, brace: bool) -> Result<()> {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        let Some(word) = self.braces.get_mut(word) else {
            return self.fail(Fault::Deep);
        };
        *word = *word & !(1 << bit) | u64::from(brace) << bit;
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Past a closing bracket that comes next.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.at += 1;
    }

    /// Whether the innermost open bracket is a brace.
    #[inline(always)]
    fn in_braces(&self) -> bool {
        let depth = self.depth.saturating_sub(1);
        self.braces.get(depth / 64).copied().unwrap_or(0) >> (depth % 64) & 1 == 1
    }

    /// Past one whole value, checked to the last byte.
    pub(super) fn skip(&mut self) -> Result<()> {
        let floor = self.depth;
        let mut at = self.at;
        loop {
            // Here stands a value.
            let (first, value) = self.look_from(at)?;
            let short = self.short_from(value);
            at = match first {
                b'"' => self.string_from(value)?.0,
                _ if short > 0 => value + short,
                b'{' | b'[' => {
                    let braces = first == b'{';
                    self.at = value;
                    self.open(braces)?;
                    let (next, inside) = self.look_from(self.at)?;
                    if next != if braces { b'}' } else { b']' } {
                        at = if braces {
                            self.name_from(inside)?
                        } else {
                            inside
                        };
                        continue;
                    }
                    self.depth -= 1;
                    inside + 1
                }
                _ => {
                    self.at = value;
                    self.scalar(first)?;
                    self.at
                }
            };
            // Behind a value: out of all that ends here, on to the next value.
            loop {
                if self.depth == floor {
                    self.at = at;
                    return Ok(());
                }
                let braces = self.in_braces();
                let (next, there) = self.look_from(at)?;
                at = there + 1;
                match next {
                    b',' => {
                        if braces {
                            at = self.name_from(at)?;
                        }
                        break;
                    }
                    b'}' if braces => self.depth -= 1,
                    b']' if !braces => self.depth -= 1,
                    _ => {
                        self.at = there;
                        return self.syntax(BETWEEN);
                    }
                }
            }
        }
    }

    /// Past one value that is no list and no object, and whose first byte was looked at.
    #[inline(always)]
    pub(super) fn scalar(&mut self, first: u8) -> Result<()> {
        match first {
            b'"' => {
                self.at = self.string_from(self.at)?.0;
                Ok(())
            }
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.syntax("a byte that begins no value"),
        }
    }

    /// Behind a key and its colon.
    #[inline(always)]
    fn name_from(&mut self, at: usize) -> Result<usize> {
        let (quote, at) = self.look_from(at)?;
        if quote != b'"' {
            self.at = at;
            return self.syntax(NO_KEY);
        }
        let (at, _) = self.string_from(at)?;
        self.want_from(at, b':', COLON)
    }

    /// The bytes of one whole value, as they are written.
    pub(super) fn kept_value(&mut self) -> Result<&[u8]> {
        self.look()?;
        self.keep = Some(self.at);
        self.skip()?;
        let from = self.keep.take().unwrap_or(0);
        Ok(self.buffer.get(from..self.at).unwrap_or_default())
    }
}

pub(super) const BETWEEN: &str = "neither a comma nor the right closing bracket";
pub(super) const NO_KEY: &str = "a key that is no string";
pub(super) const COLON: &str = "a key without a colon";
pub(super) const NOT_UTF8: &str = "a byte that is not UTF-8";

/// How many bytes of a string are looked at together.
const WORD: usize = 16;

/// How many of the first bytes go on with a string: no quote, no backslash, no control
/// character; [`WORD`] if all that are looked at do.
///
/// Most strings end within one step, so that there is no loop whose end must be guessed.
#[inline(always)]
fn plain_bytes(bytes: &[u8]) -> usize {
    let Some(word) = bytes.first_chunk::<WORD>() else {
        return 0;
    };
    let word = u128::from_le_bytes(*word);
    let first = stops(word as u64);
    let second = stops((word >> 64) as u64);
    let bytes = |stops: u64| (stops.trailing_zeros() / 8) as usize;
    if first == 0 {
        bytes(second).saturating_add(8)
    } else {
        bytes(first)
    }
}

/// The top bit of each byte that ends a string or is not allowed in it.
///
/// All eight are looked at together. Subtracting 1 from each byte sets the top bit of those
/// that were zero; a borrow may set others as well, but only above the first, and only the
/// first is asked for.
#[inline(always)]
const fn stops(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const QUOTES: u64 = ONES * 0x22;
    const BACKSLASHES: u64 = ONES * 0x5c;
    const SPACES: u64 = ONES * 0x20;
    const TOPS: u64 = ONES * 0x80;
    let (quotes, backslashes) = (word ^ QUOTES, word ^ BACKSLASHES);
    let ends = quotes.wrapping_sub(ONES) & !quotes | backslashes.wrapping_sub(ONES) & !backslashes;
    let controls = word.wrapping_sub(SPACES) & !word;
    (ends | controls) & TOPS
}
