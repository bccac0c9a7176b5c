//! Bytes -> [`Instance`]. Knows file formats, has no opinion.
//!
//! ```text
//!  Input --> survey --> Survey --> instances --> Instance, Instance, ...
//!              |           |
//!          Findings   configuration, link targets
//! ```
//!
//! What an input is, is told by what is in it. [`survey`] checks every byte and finds out
//! what counts; [`Survey::instances`] hands the instances out one at a time.

pub mod address;
mod attributes;
pub mod cases;
pub mod deal;
mod detect;
mod encoding;
pub mod json;
pub mod measurements;
pub mod module;
mod plan;
#[cfg(test)]
mod tests;
mod values;

pub use attributes::{AttributeSet, IDENTITY};
pub use plan::{
    Block, Call, Configuration, Expression, Kind, Module, ResourceRef, Survey, Traced, Variable,
};

use crate::finding::Finding;
use crate::lang::Value;
use crate::source::Span;
use crate::source::input::Input;
use encoding::Text;
use json::{BUFFER, Fault, JsonError, Reader};
use plan::{Complaints, Top};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

/// What is wanted from an input. The reader knows no rules; this is how it asks them.
pub trait Interest {
    /// The top-level attributes of that resource type that are to be read.
    ///
    /// None where nothing is known of the type: then only [`IDENTITY`] is read, as it is for
    /// every type. Whatever else an instance has is checked and skipped.
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet>;

    /// The types whose instances one of that type may have to look at: for an autoscaling
    /// group, launch templates.
    ///
    /// Where there is something that looks, those it looks at are kept in memory, prepared,
    /// before the first instance is handed out.
    fn looks_at(&self, resource_type: &str) -> BTreeSet<Arc<str>>;
}

/// How an input is to be read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The root that the input belongs to, for findings.
    pub root: String,
    /// Whether a plan that is known not to hold everything is judged all the same.
    pub allow_partial: bool,
}

/// What an input holds.
#[derive(Debug)]
pub enum Contents {
    /// Instances: a plan or a state.
    Resources(Box<Survey>),
    /// Measurements of an earlier run of guard, as one JSON document in UTF-8.
    Measurements(Input),
}

/// Goes through an input from the first byte to the last and finds out what it holds.
///
/// Offsets in findings are those of the file as it is on disk, also where it is UTF-16.
///
/// # Errors
///
/// A fatal finding where nothing can be judged from the input: it cannot be read, is damaged,
/// or is something else, and then the finding says what and how to get the right thing.
/// What is wrong with single entries, or with how the plan was made, is in
/// [`Survey::findings`].
pub fn survey(
    input: Input,
    interest: &dyn Interest,
    options: &Options,
) -> Result<Contents, Box<Finding>> {
    let head = head(&input)?;
    if let Some(finding) = detect::binary(input.shown(), &head) {
        return Err(finding.into());
    }
    let text = Text::of(input, &head).map_err(|(input, error)| unreadable(&input, &error))?;
    let mut complaints = Complaints::new(text.input.shown(), &options.root);
    let whole = text.input.section(text.start..text.input.size());
    let mut reader = Reader::with(whole, BUFFER, text.start);
    let top = plan::read(&mut reader, interest, &mut complaints);
    drop(reader);
    let top = top.map_err(|error| refusal(&text, &error))?;
    let path = text.input.shown();
    for version in [&top.format_version, &top.plan_format_version]
        .into_iter()
        .flatten()
    {
        match support(version) {
            Support::Yes => {}
            Support::NoVersion => complaints.add(Finding::odd_format(path, version)),
            Support::No => return Err(Finding::unsupported_format(path, version).into()),
        }
    }
    if let Some(kind) = plan::kind_of(&top) {
        let survey = plan::survey(text, top, kind, interest, options, complaints)?;
        return Ok(Contents::Resources(Box::new(survey)));
    }
    if is_measurements(&top) {
        return Ok(Contents::Measurements(text.input));
    }
    Err(detect::other_object(&text, &top).into())
}

/// Whether [`survey`] can read an input, whatever its name says.
pub fn can_survey(input: Input) -> bool {
    /// Nothing is wanted of it.
    struct Nothing;
    impl Interest for Nothing {
        fn attributes(&self, _: &str) -> Option<&AttributeSet> {
            None
        }
        fn looks_at(&self, _: &str) -> std::collections::BTreeSet<Arc<str>> {
            Default::default()
        }
    }
    // Most configuration does not even begin like JSON.
    let begins = head(&input).is_ok_and(|head| {
        let text = String::from_utf8_lossy(&head);
        text.trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('{')
    });
    begins && survey(input, &Nothing, &Options::default()).is_ok()
}

/// The first bytes of an input.
fn head(input: &Input) -> Result<Vec<u8>, Box<Finding>> {
    let mut head = Vec::new();
    match input.section(0..64).read_to_end(&mut head) {
        Ok(_) => Ok(head),
        Err(error) => Err(unreadable(input, &error)),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Support {
    Yes,
    /// It is no version at all: somebody made it up.
    NoVersion,
    No,
}

/// Whether a format version can be read. Minor versions only add; a major one may mean
/// something else by the same words.
fn support(version: &str) -> Support {
    let numbers = version.split('.').all(|part| part.parse::<u32>().is_ok());
    match version {
        "0.1" | "0.2" => Support::Yes,
        _ if numbers && version.split('.').next() == Some("1") => Support::Yes,
        _ if version.contains(|c: char| c.is_ascii_digit()) => Support::No,
        _ => Support::NoVersion,
    }
}

/// Whether it is what guard prints with `measure --format json`.
fn is_measurements(top: &Top) -> bool {
    let has = |key: &str| top.keys.iter().any(|known| known == key);
    top.version.is_some() && has("requests") && has("coverage")
}

fn unreadable(input: &Input, error: &std::io::Error) -> Box<Finding> {
    let why = match error.kind() {
        ErrorKind::InvalidData => error.to_string(),
        _ => crate::source::tree::plain(error),
    };
    Finding::unreadable_input(input.shown(), &why).into()
}

/// What to say of a text that cannot be read.
fn refusal(text: &Text, error: &JsonError) -> Box<Finding> {
    // A file that changes under way may look like anything.
    if let Err(changed) = text.unchanged() {
        return unreadable(&text.input, &changed);
    }
    match error.fault() {
        Fault::Io(error) => unreadable(&text.input, error),
        _ => detect::other_text(&text.input, error, text.locate(error.at())).into(),
    }
}

/// One resource instance as it will be after apply, whatever the input was.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The full Terraform address, as Terraform writes it: `module.db["eu"].aws_instance.api[0]`.
    pub address: String,
    /// The module part of the address: `module.db["eu"]`, empty for the root module.
    pub module: String,
    /// The resource type: `aws_instance`.
    pub resource_type: Arc<str>,
    /// The name of its block: `api`.
    pub name: Arc<str>,
    /// Which instance of its block it is, where there can be several.
    pub key: Option<Key>,
    /// The provider as the input names it: `registry.terraform.io/hashicorp/aws`, or just `aws`.
    pub provider: Arc<str>,
    /// What happens to it.
    pub change: Change,
    /// The key of a leftover of a replacement: Terraform tells such objects of one address
    /// apart by it.
    pub deposed: Option<Arc<str>>,
    /// Its address before, where it was moved.
    pub previous_address: Option<Arc<str>>,
    /// Where the input says that it will exist.
    pub origin: Origin,
    /// How many there are of it.
    pub copies: Copies,
    /// Its attributes after apply, *prepared*: an object with the attributes that were asked for.
    ///
    /// Missing is null. What is unknown because nobody configured it is null too; only a
    /// configured unknown is unknown. Where the input says nothing of an attribute that may
    /// be unknown, it is unknown. Marks tell what is secret
    /// ([`SENSITIVE`](crate::lang::Marks::SENSITIVE)), what nobody configured
    /// ([`UNCONFIGURED`](crate::lang::Marks::UNCONFIGURED)), and where it cannot be told who
    /// did ([`UNTRACED`](crate::lang::Marks::UNTRACED)): there is no configuration section, a
    /// `dynamic` block may have made it, or it was found by following references. Null as a
    /// whole for [`Change::Delete`] and [`Change::Deposed`].
    pub after: Value,
    /// Its attributes before, prepared in the same way; none where it does not exist yet.
    ///
    /// For a type nobody asked for, an empty object stands for them.
    pub before: Option<Value>,
    /// Where its block is written, for input that has places.
    pub span: Option<Span>,
}

/// How many instances one stands for. A plan knows every one; where a module makes a number of
/// them that nobody knows yet, one stands for all, and its address has no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copies {
    /// So many for certain.
    pub at_least: u64,
    /// So many at most; none where there is no bound.
    pub at_most: Option<u64>,
    /// The argument that decides: `count`, `for_each`; empty where the number is known.
    pub argument: &'static str,
}

impl Copies {
    /// Just itself.
    pub const ONE: Self = Self {
        at_least: 1,
        at_most: Some(1),
        argument: "",
    };

    /// So many in each of so many.
    #[must_use]
    pub fn times(self, each: Self) -> Self {
        let none = Some(0);
        Self {
            at_least: self.at_least.saturating_mul(each.at_least),
            at_most: match (self.at_most, each.at_most) {
                (Some(a), Some(b)) => a.checked_mul(b),
                (a, b) if a == none || b == none => none,
                _ => None,
            },
            argument: if each.argument.is_empty() {
                self.argument
            } else {
                each.argument
            },
        }
    }
}

/// Which instance of a block with `count` or `for_each`. `"0"` is not `0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The index of `count`.
    Number(u64),
    /// The key of `for_each`.
    Name(Arc<str>),
}

/// As in an address, without the brackets: `0`, `"eu"`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(index) => write!(f, "{index}"),
            Self::Name(name) => {
                f.write_str("\"")?;
                let mut rest = name.chars().peekable();
                while let Some(c) = rest.next() {
                    match c {
                        '"' | '\\' => write!(f, "\\{c}")?,
                        '\n' => f.write_str("\\n")?,
                        '\r' => f.write_str("\\r")?,
                        '\t' => f.write_str("\\t")?,
                        '$' | '%' if rest.peek() == Some(&'{') => write!(f, "{c}{c}")?,
                        c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
                        c => write!(f, "{c}")?,
                    }
                }
                f.write_str("\"")
            }
        }
    }
}

/// What happens to an instance, as far as capacity is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It stays as it is (`no-op`, or a state).
    Keep,
    /// It is new.
    Create,
    /// It is changed in place.
    Update,
    /// The old one goes before the new one comes.
    Replace,
    /// Old and new exist at the same time (`create_before_destroy`).
    ReplaceCreateFirst,
    /// It leaves the state and keeps running: `after` holds what `before` held.
    Forget,
    /// A leftover of a replacement that is still there: counts for the peak only, with what
    /// `before` holds.
    Deposed,
    /// It goes: nothing of it counts after apply, but its end is part of what the plan changes.
    Delete,
}

/// Where an input says that an instance will exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// In a plan's `resource_changes`.
    Change,
    /// In a plan's `planned_values` alone, which do not tell what is unknown.
    PlannedValues,
    /// In a plan's `prior_state` alone: the plan does not touch it.
    PriorState,
    /// In a state.
    State,
    /// In a module that was evaluated.
    Module,
}
