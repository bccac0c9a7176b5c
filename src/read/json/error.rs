//! Why a text is no JSON, or not the JSON that was expected.

use std::fmt;
use std::io;

/// What is wrong, and at which byte.
///
/// Boxed, because it travels through every function of the reader's inner loops.
#[derive(Debug)]
pub struct JsonError(Box<(u64, Fault)>);

/// What is wrong.
#[derive(Debug)]
pub enum Fault {
    /// The bytes cannot be had.
    Io(io::Error),
    /// The text ends too early.
    End,
    /// The text breaks the rules of JSON; says how.
    Syntax(&'static str),
    /// A value is of another kind than what is read here; says what is expected where.
    Expected(&'static str, String),
    /// A key that is read occurs twice in one object.
    Repeated(String),
    /// More brackets are open than [`super::DEEPEST`].
    Deep,
    /// Something that must be kept is longer than [`super::LONGEST`].
    Long,
    /// Something follows the value.
    Behind,
}

impl JsonError {
    /// A fault at that byte.
    #[cold]
    pub fn new(at: u64, fault: Fault) -> Self {
        Self(Box::new((at, fault)))
    }

    /// The offset of the byte in what was read.
    pub fn at(&self) -> u64 {
        self.0.0
    }

    /// What is wrong there.
    pub fn fault(&self) -> &Fault {
        &self.0.1
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault() {
            Fault::Io(_) => write!(f, "cannot read on"),
            Fault::End => write!(f, "the text ends in the middle of a value"),
            Fault::Syntax(what) => f.write_str(what),
            Fault::Expected(what, place) if place.is_empty() => write!(f, "expected {what}"),
            Fault::Expected(what, place) => write!(f, "expected {what} for `{place}`"),
            Fault::Repeated(key) => write!(f, "the key `{key}` occurs twice in one object"),
            Fault::Deep => write!(f, "nested deeper than {}", super::DEEPEST),
            Fault::Long => write!(f, "a text longer than {} MiB", super::LONGEST >> 20),
            Fault::Behind => write!(f, "text follows behind the value"),
        }
    }
}

impl std::error::Error for JsonError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.fault() {
            Fault::Io(error) => Some(error),
            _ => None,
        }
    }
}
