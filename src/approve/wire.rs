//! The bytes of OpenSSH's formats: big-endian lengths before every field (RFC 4251, section 5).
//!
//! This reader is stricter than the libraries: nothing is skipped, and [`Wire::end`] tells
//! whether a byte is left, so that two texts never stand for one thing.

/// What is still to be read.
#[derive(Clone, Copy)]
pub(super) struct Wire<'a>(&'a [u8]);

impl<'a> Wire<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Just these bytes, or nothing.
    pub(super) fn exactly(&mut self, bytes: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(bytes)?;
        Some(())
    }

    /// One byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number of four bytes.
    pub(super) fn number(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*first))
    }

    /// A field with its length before it.
    pub(super) fn field(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (field, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(field)
    }

    /// A field of printable ASCII without spaces.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let field = self.field()?;
        let plain = field.iter().all(u8::is_ascii_graphic);
        std::str::from_utf8(field).ok().filter(|_| plain)
    }

    /// A positive number of at most 32 bytes, in the one way to write it.
    pub(super) fn scalar(&mut self) -> Option<&'a [u8]> {
        let field = self.field()?;
        let canonical = match field {
            [] => false,
            [0, second, ..] => second & 0x80 != 0,
            [0] => false,
            [first, ..] => first & 0x80 == 0,
        };
        let digits = field.strip_prefix(&[0]).unwrap_or(field);
        (canonical && digits.len() <= 32).then_some(digits)
    }

    /// Nothing is left.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        let scalar = |bytes: &[u8]| {
            let mut field = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
            field.extend(bytes);
            Wire::new(&field).scalar().map(<[u8]>::to_vec)
        };
        assert_eq!(scalar(&[1]), Some(vec![1]));
        assert_eq!(scalar(&[0, 0x80]), Some(vec![0x80]));
        assert_eq!(scalar(&[0x80]), None, "negative");
        assert_eq!(scalar(&[0, 1]), None, "a needless zero");
        assert_eq!(scalar(&[]), None);
        assert_eq!(scalar(&[0]), None);
        assert_eq!(scalar(&[1; 33]), None, "longer than the curve's order");
    }

    #[test]
    fn lengths_beyond_the_end_are_nothing() {
        assert!(Wire::new(&[0, 0, 0, 2, 7]).field().is_none());
        assert!(Wire::new(&[255; 8]).field().is_none());
        assert!(Wire::new(&[0, 0, 0]).number().is_none());
        assert!(Wire::new(&[]).byte().is_none());
    }
}
