//! Bytes -> [`Instance`]. Knows file formats, has no opinion.

use crate::lang::Value;
use crate::source::Span;
use std::sync::Arc;

/// One resource instance as it will be after apply, whatever the input was.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The full Terraform address, as Terraform writes it: `module.db["eu"].aws_instance.api[0]`.
    pub address: String,
    /// The module part of the address: `module.db["eu"]`, empty for the root module.
    pub module: String,
    /// The resource type: `aws_instance`.
    pub resource_type: Arc<str>,
    /// The provider as the input names it: `registry.terraform.io/hashicorp/aws`, or just `aws`.
    pub provider: Arc<str>,
    /// What happens to it.
    pub change: Change,
    /// Its attributes after apply, *prepared*: an object with the attributes the rules asked for.
    /// Missing is null, unknown because nobody configured it is null too; only a configured
    /// unknown is unknown. Marks tell what is sensitive and what nobody configured.
    pub after: Value,
    /// Its attributes before, prepared in the same way; none where it does not exist yet.
    pub before: Option<Value>,
    /// Where its block is written, for input that has places.
    pub span: Option<Span>,
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
    /// A leftover of a replacement that is still there: counts for the peak only.
    Deposed,
    /// It goes: nothing of it counts after apply, but its end is part of what the plan changes.
    Delete,
}
