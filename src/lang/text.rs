//! Strings are kept in Unicode's composed form (NFC), as Terraform keeps them.

use super::value::Value;
use std::borrow::Cow;
use std::sync::Arc;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The composed form of a text.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

impl Value {
    /// A string in composed form: what text from outside becomes.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        match nfc(&text) {
            Cow::Borrowed(_) => Self::string(text),
            Cow::Owned(composed) => Self::string(composed),
        }
    }
}
