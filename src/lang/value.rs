//! Values: what expressions give. Unknown is a first-class citizen, and so are marks.

use super::members::Members;
use super::number::Number;
use super::types::Type;
use super::unknown::{Refinement, Unknown};
use std::fmt;
use std::sync::Arc;

/// A value of Terraform's expression language. Cheap to clone; its parts are shared.
///
/// Equality is total: same type, same content, same marks, and an unknown equals an unknown of
/// which as much is known. `==` of the language is [`super::equals`].
#[derive(Clone, PartialEq)]
pub struct Value {
    pub(crate) data: Data,
    pub(crate) marks: Marks,
    /// How many values are met on a walk through it, itself included.
    parts: u32,
}

#[derive(Clone, PartialEq)]
pub(crate) enum Data {
    Null(Type),
    Unknown(Arc<Unknown>),
    Bool(bool),
    Number(Number),
    String(Arc<str>),
    List(Arc<Elements>),
    /// Sorted in Terraform's order and without duplicates.
    Set(Arc<Elements>),
    Map(Arc<Entries>),
    Tuple(Arc<Vec<Value>>),
    Object(Arc<Members>),
}

/// What a list or a set holds.
#[derive(Clone, PartialEq)]
pub(crate) struct Elements {
    pub(crate) of: Type,
    pub(crate) items: Vec<Value>,
}

/// What a map holds.
#[derive(Clone, PartialEq)]
pub(crate) struct Entries {
    pub(crate) of: Type,
    pub(crate) items: Members,
}

/// Facts about where a value comes from, which every operation hands on to its result.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks(u8);

impl Marks {
    /// None at all.
    pub const NONE: Self = Self(0);
    /// It must never be printed.
    pub const SENSITIVE: Self = Self(1);
    /// It is in the plan although nobody configured it.
    pub const UNCONFIGURED: Self = Self(2);
    /// There is no configuration section to tell who configured it.
    pub const UNTRACED: Self = Self(4);
    /// It is the provider's documented default.
    pub const DEFAULT: Self = Self(8);
    /// It is an estimate.
    pub const ASSUMED: Self = Self(16);
    /// It has no ceiling by nature.
    pub const ELASTIC: Self = Self(32);
    /// Something needed to know it is not known.
    pub const UNDETERMINED: Self = Self(64);
    /// It exists during one run only (Terraform's `ephemeral`).
    pub const EPHEMERAL: Self = Self(128);

    /// Whether all of these are set.
    pub const fn contains(self, marks: Self) -> bool {
        self.0 & marks.0 == marks.0
    }

    /// Whether any of these is set.
    pub const fn intersects(self, marks: Self) -> bool {
        self.0 & marks.0 != 0
    }

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Those that either has.
    #[must_use]
    pub const fn union(self, marks: Self) -> Self {
        Self(self.0 | marks.0)
    }

    /// Those that are also among these.
    #[must_use]
    pub const fn only(self, marks: Self) -> Self {
        Self(self.0 & marks.0)
    }

    /// Without these.
    #[must_use]
    pub const fn without(self, marks: Self) -> Self {
        Self(self.0 & !marks.0)
    }
}

impl std::ops::BitOr for Marks {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl std::ops::BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.union(other);
    }
}

impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [(Marks, &str); 8] = [
            (Marks::SENSITIVE, "sensitive"),
            (Marks::UNCONFIGURED, "unconfigured"),
            (Marks::UNTRACED, "untraced"),
            (Marks::DEFAULT, "default"),
            (Marks::ASSUMED, "assumed"),
            (Marks::ELASTIC, "elastic"),
            (Marks::UNDETERMINED, "undetermined"),
            (Marks::EPHEMERAL, "ephemeral"),
        ];
        let set = NAMES.iter().filter(|(mark, _)| self.contains(*mark));
        f.debug_set().entries(set.map(|(_, name)| name)).finish()
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        let parts = match &data {
            Data::List(elements) | Data::Set(elements) => parts_of(elements.items.iter()),
            Data::Tuple(elements) => parts_of(elements.iter()),
            Data::Map(entries) => parts_of(entries.items.values()),
            Data::Object(attributes) => parts_of(attributes.values()),
            _ => 1,
        };
        Self {
            data,
            marks: Marks::NONE,
            parts,
        }
    }
}

fn parts_of<'a>(children: impl Iterator<Item = &'a Value>) -> u32 {
    children.fold(1, |sum, child| sum.saturating_add(child.parts))
}

/// Making values.
impl Value {
    /// The untyped `null`.
    pub fn null() -> Self {
        Self::null_of(Type::Dynamic)
    }

    /// A null that has a type.
    pub fn null_of(of: Type) -> Self {
        Data::Null(of).into()
    }

    /// A value of which nothing is known, not even its type.
    pub fn unknown() -> Self {
        Self::unknown_of(Type::Dynamic)
    }

    /// A value of which only the type is known.
    pub fn unknown_of(of: Type) -> Self {
        Data::Unknown(Arc::new(Unknown::new(of))).into()
    }

    /// An unknown number that is at least that much, and not null.
    pub fn unknown_at_least(low: Number) -> Self {
        Self::unknown_of(Type::Number)
            .refine(|refinement| refinement.not_null().at_least(low, true))
    }

    /// `true` or `false`.
    pub fn bool(value: bool) -> Self {
        Data::Bool(value).into()
    }

    /// A number.
    pub fn number(value: impl Into<Number>) -> Self {
        Data::Number(value.into()).into()
    }

    /// A string as it is. Terraform normalises text to NFC: see [`Value::text`].
    pub fn string(value: impl Into<Arc<str>>) -> Self {
        Data::String(value.into()).into()
    }

    /// A tuple.
    pub fn tuple(elements: Vec<Self>) -> Self {
        Data::Tuple(Arc::new(elements)).into()
    }

    /// An object.
    pub fn object(attributes: Members) -> Self {
        Data::Object(Arc::new(attributes)).into()
    }

    /// A list of elements that all have that type.
    pub(crate) fn list_of(of: Type, items: Vec<Self>) -> Self {
        Data::List(Arc::new(Elements { of, items })).into()
    }

    /// A map of elements that all have that type.
    pub(crate) fn map_of(of: Type, items: Members) -> Self {
        Data::Map(Arc::new(Entries { of, items })).into()
    }

    /// A list of strings.
    pub fn strings<S: Into<Arc<str>>>(items: impl IntoIterator<Item = S>) -> Self {
        Self::list_of(Type::String, items.into_iter().map(Self::string).collect())
    }
}

/// Looking at values. Marks do not hide anything here: whoever prints asks [`Value::marks`].
impl Value {
    /// Its type.
    pub fn type_of(&self) -> Type {
        match &self.data {
            Data::Null(of) => of.clone(),
            Data::Unknown(unknown) => unknown.of.clone(),
            Data::Bool(_) => Type::Bool,
            Data::Number(_) => Type::Number,
            Data::String(_) => Type::String,
            Data::List(elements) => Type::list(elements.of.clone()),
            Data::Set(elements) => Type::set(elements.of.clone()),
            Data::Map(entries) => Type::map(entries.of.clone()),
            Data::Tuple(elements) => Type::tuple(elements.iter().map(Self::type_of).collect()),
            Data::Object(attributes) => Type::object(
                attributes
                    .iter()
                    .map(|(name, value)| (name.clone(), value.type_of()))
                    .collect(),
            ),
        }
    }

    /// Whether nothing is known of it, not even its type, or it is the untyped null.
    pub(crate) fn is_untyped(&self) -> bool {
        match &self.data {
            Data::Null(of) => *of == Type::Dynamic,
            Data::Unknown(unknown) => unknown.of == Type::Dynamic,
            _ => false,
        }
    }

    /// Whether it is null, of whatever type.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null(_))
    }

    /// Whether it is known itself; parts of it may still be unknown.
    pub fn is_known(&self) -> bool {
        !matches!(self.data, Data::Unknown(_))
    }

    /// Whether it and everything in it is known.
    pub fn is_wholly_known(&self) -> bool {
        self.is_known() && self.children().all(Self::is_wholly_known)
    }

    /// How many values are met on a walk through it, itself included.
    ///
    /// Parts are shared, so a value of a few kilobytes can have billions of them: nine
    /// lists, each of which holds the one before nine times.
    pub(crate) fn parts(&self) -> u32 {
        self.parts
    }

    /// Everything directly in it.
    pub(crate) fn children(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match &self.data {
            Data::List(elements) | Data::Set(elements) => Box::new(elements.items.iter()),
            Data::Tuple(elements) => Box::new(elements.iter()),
            Data::Map(entries) => Box::new(entries.items.values()),
            Data::Object(attributes) => Box::new(attributes.values()),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// The truth value of a known bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self.data {
            Data::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(value) => Some(value),
            _ => None,
        }
    }

    /// The number of a known number.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.data {
            Data::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The elements of a known list, set or tuple, in order.
    pub fn elements(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(elements) | Data::Set(elements) => Some(&elements.items),
            Data::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entries of a known object or map, sorted by key.
    pub fn entries(&self) -> Option<&Members> {
        match &self.data {
            Data::Map(entries) => Some(&entries.items),
            Data::Object(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// One entry of a known object or map.
    pub fn attribute(&self, name: &str) -> Option<&Self> {
        self.entries()?.get(name)
    }

    /// What is known of an unknown value.
    pub fn refinement(&self) -> Option<&Refinement> {
        match &self.data {
            Data::Unknown(unknown) => Some(&unknown.refinement),
            _ => None,
        }
    }

    /// The least that a number, known or not, can be. None: no bound, or no number.
    pub fn lower_bound(&self) -> Option<&Number> {
        match &self.data {
            Data::Number(value) => Some(value),
            Data::Unknown(unknown) => unknown.refinement.low.as_ref().map(|bound| &bound.at),
            _ => None,
        }
    }

    /// The most that a number, known or not, can be. None: no bound, or no number.
    pub fn upper_bound(&self) -> Option<&Number> {
        match &self.data {
            Data::Number(value) => Some(value),
            Data::Unknown(unknown) => unknown.refinement.high.as_ref().map(|bound| &bound.at),
            _ => None,
        }
    }

    /// The marks of this value itself.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// The marks of this value and of everything in it.
    pub fn deep_marks(&self) -> Marks {
        self.children()
            .fold(self.marks, |marks, child| marks | child.deep_marks())
    }

    /// With these marks too.
    #[must_use]
    pub fn with_marks(mut self, marks: Marks) -> Self {
        self.marks |= marks;
        self
    }

    /// Without marks of its own; parts of it keep theirs.
    #[must_use]
    pub fn unmarked(mut self) -> Self {
        self.marks = Marks::NONE;
        self
    }

    /// Without any marks, deep down.
    #[must_use]
    pub fn deep_unmarked(&self) -> Self {
        if self.deep_marks().is_none() {
            return self.clone();
        }
        self.map_parts(&mut |part| part.unmarked())
    }

    /// A copy in which every part, innermost first, went through `change`.
    ///
    /// The change must keep the type of what is in a list, a set or a map.
    #[must_use]
    pub(crate) fn map_parts(&self, change: &mut dyn FnMut(Self) -> Self) -> Self {
        let data = match &self.data {
            Data::List(elements) => Data::List(Arc::new(Elements {
                of: elements.of.clone(),
                items: elements.items.iter().map(|e| e.map_parts(change)).collect(),
            })),
            Data::Set(elements) => Data::Set(Arc::new(Elements {
                of: elements.of.clone(),
                items: elements.items.iter().map(|e| e.map_parts(change)).collect(),
            })),
            Data::Map(entries) => Data::Map(Arc::new(Entries {
                of: entries.of.clone(),
                items: entries
                    .items
                    .iter()
                    .map(|(key, value)| (key.clone(), value.map_parts(change)))
                    .collect(),
            })),
            Data::Tuple(elements) => Data::Tuple(Arc::new(
                elements.iter().map(|e| e.map_parts(change)).collect(),
            )),
            Data::Object(attributes) => Data::Object(Arc::new(
                attributes
                    .iter()
                    .map(|(name, value)| (name.clone(), value.map_parts(change)))
                    .collect(),
            )),
            other => other.clone(),
        };
        change(Self::from(data).with_marks(self.marks))
    }
}

/// What a person may see: sensitive parts are `(sensitive value)`, unknown ones
/// `(known after apply)`, the rest is written as an expression on one line.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.marks.contains(Marks::SENSITIVE) {
            return f.write_str("(sensitive value)");
        }
        match &self.data {
            Data::Null(_) => f.write_str("null"),
            Data::Unknown(_) => f.write_str("(known after apply)"),
            Data::Bool(value) => write!(f, "{value}"),
            Data::Number(value) => write!(f, "{value}"),
            Data::String(value) => write!(f, "{}", serde_json::Value::String(value.to_string())),
            Data::List(elements) | Data::Set(elements) => write_list(f, &elements.items),
            Data::Tuple(elements) => write_list(f, elements),
            Data::Map(entries) => write_entries(f, &entries.items),
            Data::Object(attributes) => write_entries(f, attributes),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        if !self.marks.is_none() {
            write!(f, " {:?}", self.marks)?;
        }
        Ok(())
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, items: &[Value]) -> fmt::Result {
    f.write_str("[")?;
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    f.write_str("]")
}

fn write_entries(f: &mut fmt::Formatter<'_>, items: &Members) -> fmt::Result {
    if items.is_empty() {
        return f.write_str("{}");
    }
    f.write_str("{ ")?;
    for (at, (key, item)) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        if super::types::is_identifier(key) {
            write!(f, "{key} = {item}")?;
        } else {
            write!(f, "{} = {item}", serde_json::Value::String(key.to_string()))?;
        }
    }
    f.write_str(" }")
}
