//! Colours, where there are any.

use std::borrow::Cow;

/// Whether there are colours.
#[derive(Clone, Copy)]
pub(in crate::report) struct Paint(pub(in crate::report) bool);

/// What a colour stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    Plain,
    Error,
    Warning,
    Note,
    Good,
}

impl Paint {
    /// The text in the colour of that tone; the text must be inert already.
    pub(in crate::report) fn tone<'a>(self, tone: Tone, text: &'a str) -> Cow<'a, str> {
        // The 16 colours that every terminal has, in the shade that its user has chosen.
        match tone {
            Tone::Plain => Cow::Borrowed(text),
            Tone::Error => self.sgr("1;31", text),
            Tone::Warning => self.sgr("33", text),
            Tone::Note => self.sgr("36", text),
            Tone::Good => self.sgr("32", text),
        }
    }

    pub(in crate::report) fn bold<'a>(self, text: &'a str) -> Cow<'a, str> {
        self.sgr("1", text)
    }

    pub(in crate::report) fn dim<'a>(self, text: &'a str) -> Cow<'a, str> {
        self.sgr("2", text)
    }

    fn sgr<'a>(self, code: &str, text: &'a str) -> Cow<'a, str> {
        if self.0 && !text.is_empty() {
            Cow::Owned(format!("\x1b[{code}m{text}\x1b[0m"))
        } else {
            Cow::Borrowed(text)
        }
    }
}
