//! `count` and `for_each`: how many there are, and what each of them is called.

use super::config::{Repeat, RepeatKind};
use super::frame::Frame;
use super::names::Names;
use super::run::Run;
use crate::finding::{Finding, Label};
use crate::lang::{LangError, Marks, Number, Type, Value, convert};
use crate::read::{Copies, Key};
use crate::source::Span;
use std::rc::Rc;
use std::sync::Arc;

/// What `each` and `count` are in one instance of a block.
#[derive(Clone, Debug)]
pub(super) enum Turn {
    /// There are neither.
    Once,
    /// `count.index`
    Count(Value),
    /// `each.key` and `each.value`
    Each(Value, Value),
}

/// The instances of a block.
#[derive(Clone, Debug)]
pub(super) enum Turns {
    /// Not repeated.
    Once,
    /// So many, by `count`.
    Count(u64),
    /// By `for_each`, in the order of their keys.
    Each(Vec<(Arc<str>, Value)>),
    /// Nobody knows how many; they all look like this one.
    Unknown(Copies, Turn),
}

/// How the instances of a block are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Once,
    Count,
    Each,
    Unknown,
}

/// One of the instances of a block.
pub(super) struct Instance {
    pub(super) key: Option<Key>,
    pub(super) turn: Turn,
    pub(super) copies: Copies,
}

impl Turns {
    pub(super) const fn shape(&self) -> Shape {
        match self {
            Self::Once => Shape::Once,
            Self::Count(_) => Shape::Count,
            Self::Each(_) => Shape::Each,
            Self::Unknown(..) => Shape::Unknown,
        }
    }

    /// The instances, in their order.
    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = Instance> + '_> {
        let one = |key, turn| Instance {
            key,
            turn,
            copies: Copies::ONE,
        };
        match self {
            Self::Once => Box::new(std::iter::once(one(None, Turn::Once))),
            Self::Count(count) => Box::new((0..*count).map(move |index| {
                one(Some(Key::Number(index)), Turn::Count(Value::number(index)))
            })),
            Self::Each(entries) => Box::new(entries.iter().map(move |(key, value)| {
                let turn = Turn::Each(Value::string(Arc::clone(key)), value.clone());
                one(Some(Key::Name(Arc::clone(key))), turn)
            })),
            Self::Unknown(copies, turn) => Box::new(std::iter::once(Instance {
                key: None,
                turn: turn.clone(),
                copies: *copies,
            })),
        }
    }
}

/// More instances than any root has.
const MAX_INSTANCES: u64 = 1_000_000;

impl<'c> Run<'c> {
    /// The instances of a block; `subject` is what it is called, `weight` what one of them takes
    /// of the instances that there may be.
    pub(super) fn turns(
        &self,
        frame: &Rc<Frame<'c>>,
        repeat: Option<&Repeat>,
        weight: u64,
        subject: &dyn Fn() -> String,
    ) -> Turns {
        let Some(repeat) = repeat else {
            return Turns::Once;
        };
        let names = Names::of(self, frame);
        let turns = match self.eval(&repeat.value, &names) {
            None => Ok(unknown(repeat.kind, None)),
            Some(value) => match repeat.kind {
                RepeatKind::Count => self.count(&value, repeat, subject),
                RepeatKind::ForEach => self.for_each(&value, repeat, subject),
                RepeatKind::Enabled => self.enabled(&value, repeat, subject),
            },
        };
        let turns = turns.unwrap_or_else(|error| {
            let error = error.at(repeat.value.span());
            self.complain(&error, &names);
            unknown(repeat.kind, None)
        });
        self.limited(turns, weight, repeat)
    }

    /// The turns, unless they are more than any honest configuration has.
    fn limited(&self, turns: Turns, weight: u64, repeat: &Repeat) -> Turns {
        let count = match &turns {
            Turns::Count(count) => *count,
            Turns::Each(entries) => entries.len() as u64,
            Turns::Once | Turns::Unknown(..) => 1,
        };
        if self.take_instances(count.saturating_mul(weight), MAX_INSTANCES) {
            return turns;
        }
        let message = format!("there are more than {MAX_INSTANCES} instances");
        let at = Label::source(repeat.value.span(), "with these");
        self.tell(Finding::too_large_configuration(message, Some(at)));
        unknown(repeat.kind, None)
    }

    fn count(
        &self,
        value: &Value,
        repeat: &Repeat,
        subject: &dyn Fn() -> String,
    ) -> Result<Turns, LangError> {
        let invalid = |detail: String| LangError::new("Invalid count argument", detail);
        let unsuitable = |why: &str| {
            invalid(format!(
                "The given \"count\" argument value is unsuitable: {why}."
            ))
        };
        if value.marks().contains(Marks::EPHEMERAL) {
            return Err(invalid(
                "The given \"count\" is derived from an ephemeral value.".to_owned(),
            ));
        }
        if value.is_null() {
            return Err(invalid(
                "The given \"count\" argument value is null. An integer is required.".to_owned(),
            ));
        }
        let number = convert(value, &Type::Number).map_err(|why| unsuitable(&why))?;
        let Some(number) = number.as_number() else {
            self.unknown_number(&number, repeat, subject);
            return Ok(unknown(repeat.kind, Some(&number)));
        };
        if *number < Number::from(0_u64) {
            return Err(unsuitable("must be greater than or equal to zero"));
        }
        if !number.is_whole() {
            return Err(unsuitable("must be a whole number"));
        }
        Ok(Turns::Count(number.to_u64().unwrap_or(u64::MAX)))
    }

    fn for_each(
        &self,
        value: &Value,
        repeat: &Repeat,
        subject: &dyn Fn() -> String,
    ) -> Result<Turns, LangError> {
        let invalid = |detail: &str| LangError::new("Invalid for_each argument", detail);
        if value.marks().contains(Marks::SENSITIVE) {
            return Err(invalid(
                "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments.",
            ));
        }
        if value.marks().contains(Marks::EPHEMERAL) {
            return Err(invalid(
                "The given \"for_each\" value is derived from an ephemeral value.",
            ));
        }
        if value.is_null() {
            return Err(invalid(
                "The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.",
            ));
        }
        let of = value.type_of();
        match &of {
            Type::Map(_) | Type::Object(_) | Type::Dynamic => {}
            Type::Set(element) if matches!(**element, Type::String | Type::Dynamic) => {}
            Type::Set(element) => {
                return Err(invalid(&format!(
                    "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {}.",
                    element.friendly_name()
                )));
            }
            other => {
                return Err(invalid(&format!(
                    "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {}.",
                    other.friendly_name()
                )));
            }
        }
        if let Some(entries) = value.entries() {
            let entries = entries.iter();
            return Ok(Turns::Each(
                entries
                    .map(|(key, value)| (Arc::clone(key), value.clone()))
                    .collect(),
            ));
        }
        let Some(elements) = value.elements() else {
            self.unknown_number(value, repeat, subject);
            return Ok(unknown(repeat.kind, Some(value)));
        };
        if elements.iter().any(Value::is_null) {
            return Err(invalid(
                "The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.",
            ));
        }
        let named = elements.iter().map(|element| {
            let name = element.as_str()?;
            Some((Arc::from(name), element.clone()))
        });
        match named.collect::<Option<Vec<_>>>() {
            Some(entries) => Ok(Turns::Each(entries)),
            None => {
                self.unknown_number(value, repeat, subject);
                Ok(unknown(repeat.kind, Some(value)))
            }
        }
    }

    /// OpenTofu's way to say none or one.
    fn enabled(
        &self,
        value: &Value,
        repeat: &Repeat,
        subject: &dyn Fn() -> String,
    ) -> Result<Turns, LangError> {
        let invalid = |why: &str| {
            LangError::new(
                "Invalid enabled argument",
                format!("The given \"enabled\" argument value is unsuitable: {why}."),
            )
        };
        if value.is_null() {
            return Err(invalid("it is null"));
        }
        let flag = convert(value, &Type::Bool).map_err(|why| invalid(&why))?;
        Ok(match flag.as_bool() {
            Some(true) => Turns::Once,
            Some(false) => Turns::Count(0),
            None => {
                self.unknown_number(value, repeat, subject);
                let copies = Copies {
                    at_least: 0,
                    at_most: Some(1),
                    argument: repeat.kind.argument(),
                };
                Turns::Unknown(copies, Turn::Once)
            }
        })
    }

    /// Tells that nobody knows how many there will be, and why.
    fn unknown_number(&self, value: &Value, repeat: &Repeat, subject: &dyn Fn() -> String) {
        let argument = repeat.kind.argument();
        let because: Vec<String> = match value.as_computed() {
            Some(computed) => vec![format!("`{}.{}`", computed.address, computed.attribute)],
            None => {
                let refs = repeat.value.references();
                refs.iter().map(|path| format!("`{path}`")).collect()
            }
        };
        let at: Span = repeat.value.span();
        let at = Label::source(at, "known only after apply");
        self.tell(Finding::unknown_number(&subject(), argument, at, &because));
    }
}

/// Nobody knows how many; as far as bounds are known, between those.
fn unknown(kind: RepeatKind, value: Option<&Value>) -> Turns {
    let bound = |number: Option<&Number>| number.and_then(Number::to_u64);
    let (at_least, at_most) = match (kind, value) {
        (RepeatKind::Count, Some(value)) => (
            bound(value.lower_bound()).unwrap_or(0),
            bound(value.upper_bound()),
        ),
        (RepeatKind::ForEach, Some(value)) => match value.refinement() {
            Some(known) => (
                known.min_length as u64,
                known.max_length.map(|most| most as u64),
            ),
            // A set of which some elements are not known: some may turn out to be the same.
            None => {
                let elements = value.elements().unwrap_or_default();
                let known = elements.iter().filter(|element| element.is_known()).count();
                let least = known.max(usize::from(!elements.is_empty()));
                (least as u64, Some(elements.len() as u64))
            }
        },
        _ => (0, None),
    };
    let copies = Copies {
        at_least,
        at_most,
        argument: kind.argument(),
    };
    let turn = match kind {
        RepeatKind::Count => Turn::Count(Value::unknown_of(Type::Number)),
        RepeatKind::ForEach => Turn::Each(Value::unknown_of(Type::String), Value::unknown()),
        RepeatKind::Enabled => Turn::Once,
    };
    Turns::Unknown(copies, turn)
}
