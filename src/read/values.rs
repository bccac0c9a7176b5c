//! Prepared attributes: what is known, what is not, who must not see it, and who wrote it.
//!
//! A plan says these in four places: `after` has the known values, `after_unknown` mirrors its
//! shape with `true` where a value is known only after apply, `after_sensitive` likewise
//! where it is secret, and `configuration` has what people wrote. Out comes one value.

use super::json::{Fault, Json, JsonError, Kind, Reader};
use super::plan::{Block, Configuration, Expression, Setting, Settings};
use super::{AttributeSet, IDENTITY};
use crate::lang::Members;
use crate::lang::{Marks, Number, Value};
use std::io::Read;
use std::sync::Arc;

/// What stands where an object is expected, with only the members that are wanted.
#[derive(Debug, Default)]
pub(super) enum Body<T> {
    /// Nothing.
    #[default]
    Missing,
    /// `null`
    Null,
    /// `true` or `false`, which masks use for "all of it" and "nothing of it".
    Flag(bool),
    /// An object.
    Object(Vec<(Arc<str>, T)>),
    /// Something that makes no sense there.
    Other,
}

/// Attributes and their values.
pub(super) type Known = Body<Value>;
/// A mask over attributes: `true` where something holds. What says nothing is not there.
pub(super) type Mask = Body<Json>;

impl<T> Body<T> {
    pub(super) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    fn members(&self) -> &[(Arc<str>, T)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.members().iter().map(|(name, _)| name)
    }

    fn get(&self, name: &str) -> Option<&T> {
        let mut members = self.members().iter();
        members.find_map(|(key, value)| (**key == *name).then_some(value))
    }
}

impl Mask {
    fn over(&self, name: &str) -> Option<&Json> {
        const ALL: &Json = &Json::Bool(true);
        match self {
            Self::Flag(true) => Some(ALL),
            mask => mask.get(name),
        }
    }
}

/// The attributes of an instance as an input gives them.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// The known ones.
    pub(super) known: Known,
    /// Those that are not known.
    pub(super) unknown: Mask,
    /// Those that are secret.
    pub(super) sensitive: Mask,
    /// Whether one that is neither known nor said to be unknown may be unknown all the same:
    /// `planned_values` leave out what is unknown and do not say so.
    pub(super) silent: bool,
}

/// Where the block of an instance is written.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) module: &'a str,
    pub(super) block: &'a Block,
}

/// Reads one value of any kind. A key that occurs twice in an object is an error.
pub(super) fn read<R: Read>(reader: &mut Reader<R>) -> Result<Value, JsonError> {
    Ok(match reader.kind()? {
        Kind::Null => reader.skip().map(|()| Value::null())?,
        Kind::Bool => Value::bool(reader.bool("")?),
        Kind::Number => number(reader.number("")?),
        Kind::String => Value::string(reader.kept_string("")?),
        Kind::Array => {
            let mut elements = Vec::new();
            reader.open_array("")?;
            while reader.element()? {
                elements.push(read(reader)?);
            }
            Value::tuple(elements)
        }
        Kind::Object => {
            let mut members = Vec::new();
            reader.open_object("")?;
            while let Some(key) = reader.kept_key()? {
                members.push((key, read(reader)?));
            }
            match Members::distinct(members) {
                Ok(members) => Value::object(members),
                Err(twice) => return reader.fail(Fault::Repeated(twice.to_string())),
            }
        }
    })
}

/// A number that is beyond all that Terraform can count is nothing that can be relied on.
fn number(text: &str) -> Value {
    Number::parse(text).map_or_else(Value::unknown, Value::number)
}

/// The value of a constant.
pub(super) fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(),
        Json::Bool(flag) => Value::bool(*flag),
        Json::Number(text) => number(text),
        Json::String(text) => Value::string(Arc::clone(text)),
        Json::Array(elements) => Value::tuple(elements.iter().map(plain).collect()),
        Json::Object(members) => {
            let members = members.iter();
            Value::object(
                members
                    .map(|(key, value)| (Arc::clone(key), plain(value)))
                    .collect(),
            )
        }
    }
}

/// A value all of whose parts have the same marks.
fn marked(value: &Value, marks: Marks) -> Value {
    if marks.is_none() || value.is_null() {
        value.clone()
    } else if let Some(elements) = value.elements() {
        Value::tuple(
            elements
                .iter()
                .map(|element| marked(element, marks))
                .collect(),
        )
    } else if let Some(members) = value.entries() {
        let members = members.iter();
        Value::object(
            members
                .map(|(key, value)| (Arc::clone(key), marked(value, marks)))
                .collect(),
        )
    } else {
        value.clone().with_marks(marks)
    }
}

/// Makes one object of what is wanted. Attributes that are missing or null are left out.
pub(super) fn prepare(wanted: &AttributeSet, given: &Given, written: Option<Written<'_>>) -> Value {
    let top = match written {
        Some(Written {
            block:
                Block {
                    settings: Some(settings),
                    ..
                },
            ..
        }) => Said::Block(settings),
        _ => Said::Untraced,
    };
    let silent = given.silent || !given.known.is_object();
    let merge = Merge { written, silent };
    let one = |name: &Arc<str>| {
        let parts = Parts {
            known: given.known.get(name),
            unknown: given.unknown.over(name),
            sensitive: given.sensitive.over(name),
        };
        let identity = IDENTITY.contains(&&**name);
        // Most types have only one or two of those that tell whose an instance is.
        let silent = silent && !(identity && top.is_untraced());
        // Who wrote them makes no difference.
        let said = if identity && parts.known.is_some() {
            Said::Something
        } else {
            top.attribute(name)
        };
        let value = merge.value(parts, &said, silent);
        let says_something = !value.is_null() || !value.marks().is_none();
        says_something.then(|| (Arc::clone(name), value))
    };
    let attributes = if silent || matches!(given.unknown, Body::Flag(true)) {
        wanted.names().iter().filter_map(one).collect()
    } else {
        let unknown = given
            .unknown
            .names()
            .filter(|name| given.known.get(name).is_none());
        let names = given.known.names().chain(unknown);
        names
            .filter(|name| wanted.find(name).is_some())
            .filter_map(one)
            .collect()
    };
    Value::object(attributes)
}

/// What the plan says of one value.
#[derive(Clone, Copy, Default)]
struct Parts<'a> {
    known: Option<&'a Value>,
    unknown: Option<&'a Json>,
    sensitive: Option<&'a Json>,
}

impl<'a> Parts<'a> {
    fn element(&self, at: usize) -> Self {
        self.part(
            |known| known.elements().and_then(|elements| elements.get(at)),
            |mask| mask.elements().get(at),
        )
    }

    fn attribute(&self, name: &str) -> Self {
        self.part(|known| known.attribute(name), |mask| mask.get(name))
    }

    fn part(
        &self,
        known: impl Fn(&'a Value) -> Option<&'a Value>,
        mask: impl Fn(&'a Json) -> Option<&'a Json>,
    ) -> Self {
        // A mask may be `true` for a whole that has parts.
        let mask = |whole: &'a Json| {
            if whole.is_true() {
                Some(whole)
            } else {
                mask(whole)
            }
        };
        Self {
            known: self.known.and_then(known),
            unknown: self.unknown.and_then(&mask),
            sensitive: self.sensitive.and_then(&mask),
        }
    }

    /// The known value, if there is one that is not null.
    fn there(&self) -> Option<&'a Value> {
        self.known.filter(|known| !known.is_null())
    }
}

/// What people wrote of a value, as far as the configuration tells.
#[derive(Clone, Debug)]
enum Said<'a> {
    /// It does not tell.
    Untraced,
    /// Nothing: nobody configured it.
    Nothing,
    /// Something, but not what.
    Something,
    /// This expression.
    Expression(&'a Expression),
    /// It is this block.
    Block(&'a Settings),
    /// It is one of these blocks; `all` if it can be no other.
    OneOf {
        blocks: Vec<&'a Settings>,
        all: bool,
    },
    /// It is the nested blocks of one name.
    Blocks(&'a [Settings]),
    /// It is an element of a list of constants, and one of these.
    Constants(Vec<&'a Json>),
}

struct Merge<'a> {
    written: Option<Written<'a>>,
    /// See [`Given::silent`].
    silent: bool,
}

impl<'a> Merge<'a> {
    fn value(&self, parts: Parts<'_>, said: &Said<'a>, silent: bool) -> Value {
        let secret = parts.sensitive.is_some_and(Json::is_true);
        let value = self.merged(parts, said, silent);
        if secret {
            value.with_marks(Marks::SENSITIVE)
        } else {
            value
        }
    }

    fn merged(&self, parts: Parts<'_>, said: &Said<'a>, silent: bool) -> Value {
        if parts.unknown.is_some_and(Json::is_true) {
            return self.unknown(said);
        }
        // In lists, `false` stands where nothing is said of an element.
        let masked = parts.unknown.filter(|mask| **mask != Json::Bool(false));
        if let (Some(known), None, None, Some(marks)) =
            (parts.known, masked, parts.sensitive, said.throughout())
        {
            return marked(known, marks);
        }
        match (parts.there(), masked) {
            (None, None) if silent && parts.known.is_none() => self.unknown(said),
            (None, None) => Value::null(),
            (None, Some(mask @ Json::Array(_))) => self.tuple(parts, said, mask.elements().len()),
            (None, Some(_)) => self.object(parts, said),
            (Some(known), mask) => match known.elements() {
                Some(elements) => {
                    let masked = mask.map_or(0, |mask| mask.elements().len());
                    self.tuple(parts, said, elements.len().max(masked))
                }
                None if known.entries().is_some() => self.object(parts, said),
                None => known.clone().with_marks(said.marks()),
            },
        }
    }

    fn tuple(&self, parts: Parts<'_>, said: &Said<'a>, count: usize) -> Value {
        let elements = (0..count).map(|at| {
            let parts = parts.element(at);
            // An element that is null and not unknown is null, whatever else is silent.
            self.value(parts, &said.element(&parts, count), false)
        });
        Value::tuple(elements.collect())
    }

    fn object(&self, parts: Parts<'_>, said: &Said<'a>) -> Value {
        // A block that nobody wrote may come from a `dynamic` one, of which the configuration
        // says nothing.
        let said = if matches!(said, Said::Nothing) {
            &Said::Untraced
        } else {
            said
        };
        let known = parts.known.and_then(Value::entries).into_iter().flatten();
        let unknown = parts.unknown.map_or(&[][..], Json::members).iter();
        // Where what is unknown is passed over in silence, what is written must be there.
        let written = match said {
            Said::Block(block) if self.silent => Some(block.keys()),
            _ => None,
        };
        let named = known
            .map(|(name, _)| name)
            .chain(unknown.map(|(name, _)| name));
        let mut members = Members::new();
        for name in named.chain(written.into_iter().flatten()) {
            if !members.contains_key(name) {
                let value = self.value(parts.attribute(name), &said.attribute(name), self.silent);
                members.insert(Arc::clone(name), value);
            }
        }
        Value::object(members)
    }

    /// A value that is known only after apply.
    fn unknown(&self, said: &Said<'a>) -> Value {
        match said {
            Said::Nothing => Value::null(),
            Said::Untraced => Value::unknown().with_marks(Marks::UNTRACED),
            Said::Expression(expression) => self.followed(expression),
            _ => Value::unknown(),
        }
    }

    /// What an expression gives whose value the plan does not know.
    ///
    /// Terraform holds providers to what is configured. So where all that an expression is
    /// made from is known and its value is not, it gave null, as `var.iops` does where the
    /// caller left it out, and the provider chooses. Where it comes from one thing alone, that
    /// may be the value. Neither is certain, because a function such as `timestamp` is unknown
    /// as well, so what is found this way is marked as not traced.
    fn followed(&self, expression: &'a Expression) -> Value {
        let Some(written) = self.written else {
            return Value::unknown().with_marks(Marks::UNTRACED);
        };
        if *expression == Expression::Hidden {
            return Value::unknown();
        }
        let traced = (written.configuration).trace(
            written.module,
            written.block.repeat.as_ref(),
            expression,
        );
        if !traced.is_known() {
            return Value::unknown();
        }
        let value = match traced.only() {
            Some(value) if could_be_it(value) => plain(value),
            _ => Value::null(),
        };
        let secret = if traced.sensitive {
            Marks::SENSITIVE
        } else {
            Marks::NONE
        };
        value.with_marks(Marks::UNTRACED | secret)
    }
}

/// Whether a value can be what is asked for, and not what decides about it: `var.size > 0 ?
/// var.size : null` comes from `var.size` alone.
fn could_be_it(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(_) => false,
        Json::Number(text) => {
            Number::parse(text).is_some_and(|number| !number.is_negative() && !number.is_zero())
        }
        Json::String(text) => !text.is_empty(),
        Json::Array(_) | Json::Object(_) => true,
    }
}

impl<'a> Said<'a> {
    fn is_untraced(&self) -> bool {
        matches!(self, Self::Untraced)
    }

    /// The marks of all parts of a known value, where they are the same for all.
    fn throughout(&self) -> Option<Marks> {
        match self {
            Self::Untraced => Some(Marks::UNTRACED),
            Self::Something => Some(Marks::NONE),
            Self::Expression(Expression::Constant(_)) => None,
            Self::Expression(_) => Some(Marks::NONE),
            _ => None,
        }
    }

    /// The marks of a known value.
    fn marks(&self) -> Marks {
        match self {
            Self::Untraced => Marks::UNTRACED,
            Self::Nothing => Marks::UNCONFIGURED,
            _ => Marks::NONE,
        }
    }

    fn set(setting: &'a Setting) -> Self {
        match setting {
            setting if !setting.says_something() => Self::Nothing,
            Setting::Expression(expression) => Self::Expression(expression),
            Setting::Block(block) => Self::Block(block),
            Setting::Blocks(blocks) => Self::Blocks(blocks),
        }
    }

    /// What is said of a member of an object.
    fn attribute(&self, name: &str) -> Self {
        match self {
            Self::Untraced => Self::Untraced,
            Self::Nothing => Self::Nothing,
            Self::Expression(Expression::Constant(whole)) => match whole.get(name) {
                None | Some(Json::Null) => Self::Nothing,
                Some(_) => Self::Something,
            },
            Self::Something | Self::Expression(_) => Self::Something,
            Self::Block(block) => block.get(name).map_or(Self::Nothing, Self::set),
            Self::OneOf { blocks, all } => {
                let set = blocks
                    .iter()
                    .map(|block| block.get(name).is_some_and(Setting::says_something));
                match agreed(set) {
                    Self::Nothing if !*all => Self::Untraced,
                    agreed => agreed,
                }
            }
            Self::Constants(constants) => agreed(
                constants
                    .iter()
                    .map(|constant| constant.get(name).is_some_and(|value| !value.is_null())),
            ),
            Self::Blocks(_) => Self::Something,
        }
    }

    /// What is said of one of `count` elements of a list.
    fn element(&self, parts: &Parts<'_>, count: usize) -> Self {
        match self {
            Self::Blocks(blocks) => {
                // Whether the blocks keep their order or are a set cannot be told, so each
                // that does not contradict what is known may be the one.
                let fitting = blocks.iter().filter(|block| fits(block, parts));
                let fitting: Vec<_> = fitting.collect();
                // Where there are more than are written, `dynamic` made some.
                let all = count <= blocks.len();
                match fitting.as_slice() {
                    [] => Self::Untraced,
                    [only] if all => Self::Block(only),
                    _ => Self::OneOf {
                        blocks: fitting,
                        all,
                    },
                }
            }
            Self::Expression(Expression::Constant(Json::Array(constants))) => {
                let fitting = constants
                    .iter()
                    .filter(|constant| fits_constant(constant, parts));
                Self::Constants(fitting.collect())
            }
            Self::Untraced => Self::Untraced,
            Self::Nothing => Self::Nothing,
            _ => Self::Something,
        }
    }
}

/// Of an attribute that is set in some of the places it may come from: what is said of it.
fn agreed<'a>(set: impl Iterator<Item = bool>) -> Said<'a> {
    let (mut some, mut none) = (false, false);
    for set in set {
        some |= set;
        none |= !set;
    }
    match (some, none) {
        (true, false) => Said::Something,
        (false, true) => Said::Nothing,
        _ => Said::Untraced,
    }
}

/// Whether what is known of a block does not contradict the constants that are written in it.
fn fits(block: &Settings, parts: &Parts<'_>) -> bool {
    block.iter().all(|(name, setting)| match setting {
        Setting::Expression(Expression::Constant(constant)) => {
            fits_constant(constant, &parts.attribute(name))
        }
        _ => true,
    })
}

fn fits_constant(constant: &Json, parts: &Parts<'_>) -> bool {
    if parts.unknown.is_some_and(Json::is_true) {
        return true;
    }
    match (constant, parts.there()) {
        (Json::Null, _) => true,
        (Json::Object(members), _) => {
            let mut members = members.iter();
            members.all(|(name, constant)| fits_constant(constant, &parts.attribute(name)))
        }
        (Json::Array(_), known) => known.is_some(),
        (_, None) => false,
        // Providers declare types: `"8"` may be written for 8, and 1 for `"1"`.
        (Json::Bool(flag), Some(known)) => {
            known.as_bool() == Some(*flag)
                || known.as_str() == Some(if *flag { "true" } else { "false" })
        }
        (Json::Number(text), Some(known)) => same(text, known),
        (Json::String(text), Some(known)) => match known.as_bool() {
            Some(flag) => **text == *if flag { "true" } else { "false" },
            None => same(text, known),
        },
    }
}

/// Whether a value is written like that, as a text or as a number.
fn same(text: &str, known: &Value) -> bool {
    match (known.as_str(), known.as_number()) {
        (Some(known), _) if known == text => true,
        (Some(known), _) => {
            Number::parse(text).is_some_and(|number| Number::parse(known) == Some(number))
        }
        (None, Some(known)) => Number::parse(text).is_some_and(|number| number == *known),
        (None, None) => false,
    }
}
