//! Bytes -> [`Instance`]. Knows file formats, has no opinion.

mod attributes;
pub mod json;

pub use attributes::{AttributeSet, IDENTITY};

use crate::lang::Value;
use crate::source::Span;
use std::fmt;
use std::sync::Arc;

/// What is wanted from an input. The reader knows no rules; this is how it asks them.
pub trait Interest {
    /// The top-level attributes of that resource type that are to be read.
    ///
    /// None where nothing is known of the type: then only [`IDENTITY`] is read, as it is for
    /// every type. Whatever else an instance has is checked and skipped.
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet>;

    /// Whether other instances may have to look at those of that type (a launch template).
    ///
    /// Those are kept in memory, prepared, before the first instance is handed out.
    fn is_link_target(&self, resource_type: &str) -> bool;
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
    /// Its attributes after apply, *prepared*: an object with the attributes that were asked for.
    ///
    /// Missing is null. What is unknown because nobody configured it is null too; only a
    /// configured unknown is unknown. Marks tell what is sensitive
    /// ([`SENSITIVE`](crate::lang::Marks::SENSITIVE)), what nobody configured
    /// ([`UNCONFIGURED`](crate::lang::Marks::UNCONFIGURED)), and where the input does not
    /// tell whether anybody did ([`UNTRACED`](crate::lang::Marks::UNTRACED)). Wholly unknown
    /// where the input says that the instance will exist and nothing else. Null for
    /// [`Change::Delete`] and [`Change::Deposed`].
    pub after: Value,
    /// Its attributes before, prepared in the same way; none where it does not exist yet.
    ///
    /// For a type nobody asked for, an empty object stands for them.
    pub before: Option<Value>,
    /// Where its block is written, for input that has places.
    pub span: Option<Span>,
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
