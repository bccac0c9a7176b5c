//! Values that are kept whole.

use super::{Fault, JsonError, Kind, Reader};
use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

/// A value that is kept, with its numbers as they are written.
#[derive(Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(Box<str>),
    /// A string.
    String(Arc<str>),
    /// A list.
    Array(Vec<Json>),
    /// An object, its keys in the order in which they are written, none twice.
    Object(Vec<(Arc<str>, Json)>),
}

impl Json {
    /// The value of a key; none where it has no such key or is no object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members()
            .iter()
            .find(|(name, _)| **name == *key)
            .map(|(_, value)| value)
    }

    /// The keys and values of an object, nothing otherwise.
    pub fn members(&self) -> &[(Arc<str>, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list, nothing otherwise.
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is `true`.
    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }
}

/// Shows what it looks like and not what it says: there may be secrets in it.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(_) => f.write_str("bool"),
            Self::Number(_) => f.write_str("number"),
            Self::String(_) => f.write_str("string"),
            Self::Array(elements) => f.debug_list().entries(elements).finish(),
            Self::Object(members) => f
                .debug_map()
                .entries(members.iter().map(|(key, value)| (key, value)))
                .finish(),
        }
    }
}

/// Reads one value of any kind. Recursion is bounded, as brackets are.
pub(super) fn read<R: Read>(reader: &mut Reader<R>) -> Result<Json, JsonError> {
    Ok(match reader.kind()? {
        Kind::Null => {
            reader.skip()?;
            Json::Null
        }
        Kind::Bool => Json::Bool(reader.bool("")?),
        Kind::Number => Json::Number(reader.number("")?.into()),
        Kind::String => Json::String(reader.kept_string("")?),
        Kind::Array => {
            reader.open_array("")?;
            let mut elements = Vec::new();
            while reader.element()? {
                elements.push(read(reader)?);
            }
            Json::Array(elements)
        }
        Kind::Object => {
            reader.open_object("")?;
            let mut members: Vec<(Arc<str>, Json)> = Vec::new();
            while let Some(key) = reader.kept_key()? {
                members.push((key, read(reader)?));
            }
            if let Some(key) = repeated(&members) {
                return reader.fail(Fault::Repeated(key.to_owned()));
            }
            Json::Object(members)
        }
    })
}

/// Reads a mask and leaves out what says nothing. Recursion is bounded, as brackets are.
pub(super) fn read_mask<R: Read>(reader: &mut Reader<R>) -> Result<Option<Json>, JsonError> {
    if reader.pass_nothing()? {
        return Ok(None);
    }
    Ok(match reader.kind()? {
        Kind::Bool => reader.bool("")?.then_some(Json::Bool(true)),
        Kind::Array => {
            reader.open_array("")?;
            let (mut elements, mut at) = (Vec::new(), 0_usize);
            while reader.element()? {
                if let Some(element) = read_mask(reader)? {
                    elements.resize(at, Json::Bool(false));
                    elements.push(element);
                }
                at = at.saturating_add(1);
            }
            (!elements.is_empty()).then_some(Json::Array(elements))
        }
        Kind::Object => {
            reader.open_object("")?;
            let mut members: Vec<(Arc<str>, Json)> = Vec::new();
            while let Some(key) = reader.kept_key()? {
                if let Some(member) = read_mask(reader)? {
                    members.push((key, member));
                }
            }
            if let Some(key) = repeated(&members) {
                return reader.fail(Fault::Repeated(key.to_owned()));
            }
            (!members.is_empty()).then_some(Json::Object(members))
        }
        _ => {
            reader.skip()?;
            None
        }
    })
}

/// A key that occurs twice. Terraform writes keys in order, which makes this a glance.
pub fn repeated<T>(members: &[(Arc<str>, T)]) -> Option<&str> {
    if members.is_sorted_by(|a, b| a.0 < b.0) {
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut keys = members.iter().map(|(key, _)| &**key);
    keys.find(|key| !seen.insert(*key))
}
