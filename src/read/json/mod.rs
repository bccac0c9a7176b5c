//! JSON from any `Read`, streamed: what is wanted is handed out, the rest is checked and skipped.
//!
//! In comes a text in UTF-8, out come the values a caller asks for, one after another, in
//! the order in which they stand. Nothing is accepted that RFC 8259 refuses, wherever it
//! stands; on top of that, half a surrogate pair, brackets nested deeper than [`DEEPEST`],
//! and a kept text longer than [`LONGEST`] are refused. Memory does not grow with the text.
//!
//! ```
//! use tierguard::read::json::Reader;
//! let mut reader = Reader::new(&br#"{"skipped": [1, {}], "name": "db\u0021"}"#[..]);
//! let mut name = String::new();
//! reader.open_object("the plan")?;
//! while let Some(key) = reader.key()? {
//!     match key {
//!         "name" => name.push_str(reader.string("name")?),
//!         _ => reader.skip()?,
//!     }
//! }
//! reader.finish()?;
//! assert_eq!(name, "db!");
//! # Ok::<(), tierguard::read::json::JsonError>(())
//! ```

mod error;
mod scan;
mod shared;
#[cfg(test)]
mod tests;
mod text;
mod tree;

pub use error::{Fault, JsonError};
pub use tree::Json;
pub(crate) use tree::repeated;

use scan::Scanner;
use shared::Shared;
use std::io::Read;
use std::sync::Arc;

/// How many brackets may be open at once.
pub const DEEPEST: usize = 512;

/// How long a text may be that is kept (a key, a string that is read), in bytes; about.
pub const LONGEST: usize = 8 << 20;

/// How much is read at once, in bytes.
pub const BUFFER: usize = 256 << 10;

type Result<T> = std::result::Result<T, JsonError>;

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

/// Which of the keys an object was seen to have, so that one that occurs twice is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen(u64);

/// Reads one text.
///
/// After [`open_object`](Self::open_object), call [`key`](Self::key) until it gives none and
/// read or skip one value after each; after [`open_array`](Self::open_array), call
/// [`element`](Self::element) until it says no, likewise. When one value is read that should
/// be all, [`finish`](Self::finish) makes sure of it. After an error, no more is to be read.
pub struct Reader<R> {
    scan: Scanner<R>,
    /// Whether a bracket was opened and nothing in it read yet.
    fresh: bool,
    /// Whether a key was given out and the colon behind it not read yet.
    colon: bool,
    /// The last string whose escapes had to be undone.
    unescaped: String,
    shared: Shared,
}

impl<R: Read> Reader<R> {
    /// Reads from the start of a text.
    pub fn new(source: R) -> Self {
        Self::with(source, BUFFER, 0)
    }

    /// Reads through a buffer of `size` bytes, and counts offsets from `base`.
    pub fn with(source: R, size: usize, base: u64) -> Self {
        Self {
            scan: Scanner::new(source, size, base),
            fresh: false,
            colon: false,
            unescaped: String::new(),
            shared: Shared::new(),
        }
    }

    /// Goes on with another text in the same buffer, counting offsets from `base`.
    pub fn restart(&mut self, source: R, base: u64) {
        self.scan.restart(source, base);
        (self.fresh, self.colon) = (false, false);
    }

    /// The offset of the next byte.
    pub fn offset(&self) -> u64 {
        self.scan.offset()
    }

    /// An error at this place.
    #[cold]
    pub fn fail<T>(&self, fault: Fault) -> Result<T> {
        self.scan.fail(fault)
    }

    /// What kind of value comes next; nothing is read.
    #[inline]
    pub fn kind(&mut self) -> Result<Kind> {
        Ok(match self.begin()? {
            b'n' => Kind::Null,
            b't' | b'f' => Kind::Bool,
            b'"' => Kind::String,
            b'[' => Kind::Array,
            b'{' => Kind::Object,
            // Anything else is no value at all; reading it will say so.
            _ => Kind::Number,
        })
    }

    /// Into an object; `place` is what it is called when it is none.
    pub fn open_object(&mut self, place: &str) -> Result<()> {
        self.open(Kind::Object, "an object", place)
    }

    /// Into a list; `place` is what it is called when it is none.
    pub fn open_array(&mut self, place: &str) -> Result<()> {
        self.open(Kind::Array, "a list", place)
    }

    fn open(&mut self, kind: Kind, what: &'static str, place: &str) -> Result<()> {
        self.expect(kind, what, place)?;
        self.scan.open(kind == Kind::Object)?;
        self.fresh = true;
        Ok(())
    }

    /// The next key of the object, whose value must be read or skipped then; none at its end.
    pub fn key(&mut self) -> Result<Option<&str>> {
        if !self.advance(b'}')? {
            return Ok(None);
        }
        if self.scan.look()? != b'"' {
            return self.scan.syntax(scan::NO_KEY);
        }
        // The colon is read with the value: looking for it now could move the key away.
        self.colon = true;
        self.text().map(Some)
    }

    /// The next key of the object that `find` finds something for; all others are skipped
    /// with their values. This is how large objects are read of which little is wanted.
    #[inline]
    pub fn find_key<T>(&mut self, mut find: impl FnMut(&[u8]) -> Option<T>) -> Result<Option<T>> {
        let unescaped = &mut self.unescaped;
        let fresh = std::mem::take(&mut self.fresh);
        self.scan.find_member(fresh, |bytes, escaped| {
            if !escaped {
                return find(bytes);
            }
            // It is UTF-8, as all that comes out of the buffer.
            let raw = std::str::from_utf8(bytes).unwrap_or_default();
            unescaped.clear();
            text::unescape(raw, unescaped);
            find(unescaped.as_bytes())
        })
    }

    /// The next key of the object that is one of `names`; all others are skipped with their
    /// values, and one of `names` that was seen before is an error.
    pub fn field<'n>(&mut self, names: &[&'n str], seen: &mut Seen) -> Result<Option<&'n str>> {
        let found = self.find_key(|key| {
            let mut names = (0_u32..).zip(names);
            names.find(|(_, name)| {
                let name = name.as_bytes();
                name.len() == key.len() && name.first() == key.first() && name == key
            })
        })?;
        let Some((bit, name)) = found else {
            return Ok(None);
        };
        let bit = 1_u64.checked_shl(bit).unwrap_or(0);
        if seen.0 & bit != 0 {
            return self.fail(Fault::Repeated((*name).to_owned()));
        }
        seen.0 |= bit;
        Ok(Some(name))
    }

    /// As [`key`](Self::key), to be kept.
    pub fn kept_key(&mut self) -> Result<Option<Arc<str>>> {
        if !self.advance(b'}')? {
            return Ok(None);
        }
        if self.scan.look()? != b'"' {
            return self.scan.syntax(scan::NO_KEY);
        }
        let key = self.kept_text()?;
        self.scan.want(b':', scan::COLON)?;
        Ok(Some(key))
    }

    /// Whether the list has a next element, which must be read or skipped then.
    pub fn element(&mut self) -> Result<bool> {
        self.advance(b']')
    }

    /// To the next member of the object or list, over the comma; false at its end.
    #[inline]
    fn advance(&mut self, closing: u8) -> Result<bool> {
        let next = self.scan.look()?;
        if next == closing {
            self.scan.close();
            self.fresh = false;
            return Ok(false);
        }
        if self.fresh {
            self.fresh = false;
        } else {
            self.scan.want(b',', scan::BETWEEN)?;
        }
        Ok(true)
    }

    /// A string; `place` is what it is called when it is none.
    pub fn string(&mut self, place: &str) -> Result<&str> {
        self.expect(Kind::String, "a string", place)?;
        self.text()
    }

    /// As [`string`](Self::string), to be kept.
    pub fn kept_string(&mut self, place: &str) -> Result<Arc<str>> {
        self.expect(Kind::String, "a string", place)?;
        self.kept_text()
    }

    /// The text of a number, as it is written.
    pub fn number(&mut self, place: &str) -> Result<&str> {
        self.expect(Kind::Number, "a number", place)?;
        let digits = self.scan.kept_number()?;
        Ok(std::str::from_utf8(digits).unwrap_or_default())
    }

    /// `true` or `false`.
    pub fn bool(&mut self, place: &str) -> Result<bool> {
        self.expect(Kind::Bool, "true or false", place)?;
        let first = self.scan.look()?;
        self.scan.scalar(first)?;
        Ok(first == b't')
    }

    /// Past a null, if that is what comes next.
    pub fn null(&mut self) -> Result<bool> {
        let null = self.kind()? == Kind::Null;
        if null {
            self.skip()?;
        }
        Ok(null)
    }

    /// Past one value of any kind.
    #[inline]
    pub fn skip(&mut self) -> Result<()> {
        self.begin()?;
        self.scan.skip()
    }

    /// The bytes of one value of any kind, as they are written.
    pub fn raw(&mut self) -> Result<&[u8]> {
        self.begin()?;
        self.scan.kept_value()
    }

    /// A mask: a value that says `true` where something holds, in the shape of another value.
    /// What says nothing is left out; none where nothing is said at all.
    pub fn mask(&mut self) -> Result<Option<Json>> {
        tree::read_mask(self)
    }

    /// Past a mask that says nothing, if that is what comes next, and it is one of those that
    /// are easily seen.
    fn pass_nothing(&mut self) -> Result<bool> {
        self.begin()?;
        self.scan.pass_nothing()
    }

    /// One value of any kind, whole. A key that occurs twice in an object is an error.
    pub fn tree(&mut self) -> Result<Json> {
        tree::read(self)
    }

    /// Makes sure that only white space is left.
    pub fn finish(&mut self) -> Result<()> {
        self.scan.finish()
    }

    /// To the first byte of a value.
    #[inline]
    fn begin(&mut self) -> Result<u8> {
        if self.colon {
            self.scan.want(b':', scan::COLON)?;
            self.colon = false;
        }
        self.scan.look()
    }

    #[inline]
    fn expect(&mut self, kind: Kind, what: &'static str, place: &str) -> Result<()> {
        if self.kind()? == kind {
            return Ok(());
        }
        // What is no JSON at all is told as such, whatever was expected.
        let error = JsonError::new(self.offset(), Fault::Expected(what, place.to_owned()));
        self.skip().and(Err(error))
    }

    /// The text of a string whose quote comes next.
    #[inline]
    fn text(&mut self) -> Result<&str> {
        let at = self.scan.offset();
        let (bytes, escaped) = self.scan.kept_string()?;
        // Checked when it came in, but the type cannot know.
        let raw = std::str::from_utf8(bytes).map_err(|_| not_utf8(at))?;
        if !escaped {
            return Ok(raw);
        }
        self.unescaped.clear();
        text::unescape(raw, &mut self.unescaped);
        Ok(&self.unescaped)
    }

    /// As [`text`](Self::text), to be kept.
    #[inline]
    fn kept_text(&mut self) -> Result<Arc<str>> {
        let at = self.scan.offset();
        let (bytes, escaped) = self.scan.kept_string()?;
        let text = if escaped {
            let raw = std::str::from_utf8(bytes).map_err(|_| not_utf8(at))?;
            self.unescaped.clear();
            text::unescape(raw, &mut self.unescaped);
            self.shared.text(self.unescaped.as_bytes())
        } else {
            self.shared.text(bytes)
        };
        text.ok_or_else(|| not_utf8(at))
    }
}

#[cold]
fn not_utf8(at: u64) -> JsonError {
    JsonError::new(at, Fault::Syntax(scan::NOT_UTF8))
}
