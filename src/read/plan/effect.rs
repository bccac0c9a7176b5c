//! The words of `actions`, and what they mean for an instance.

use super::row::Changes;
use crate::read::Change;
use crate::read::values::Known;

/// A word of `actions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    NoOp,
    Create,
    Read,
    Update,
    Delete,
    Forget,
    Open,
    /// A word that this version does not know.
    Unknown(Box<str>),
}

impl Action {
    pub(super) fn named(word: &str) -> Self {
        match word {
            "no-op" => Self::NoOp,
            "create" => Self::Create,
            "read" => Self::Read,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "forget" => Self::Forget,
            "open" => Self::Open,
            other => Self::Unknown(other.into()),
        }
    }

    fn word(&self) -> &str {
        match self {
            Self::NoOp => "no-op",
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Forget => "forget",
            Self::Open => "open",
            Self::Unknown(word) => word,
        }
    }
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// One thing.
    One(Change),
    /// A new one is made and the old one leaves the state and keeps running.
    CreateAndForget,
    /// Nothing that outlives the run.
    Nothing,
}

/// Why it cannot be told what a change does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// There are words for it, but not these.
    Unknown(String),
    /// There are no words, and no values to tell it from.
    Missing,
}

/// What the actions of a managed resource do.
pub(super) fn effect(changes: Option<&Changes>) -> Result<Effect, Unclear> {
    use Action::{Create, Delete, Forget, NoOp, Open, Read, Update};
    let Some(changes) = changes else {
        return Err(Unclear::Missing);
    };
    Ok(Effect::One(match changes.actions.as_slice() {
        [NoOp | Read] => Change::Keep,
        [Create] => Change::Create,
        [Update] => Change::Update,
        [Delete] => Change::Delete,
        [Forget] => Change::Forget,
        [Delete, Create] => Change::Replace,
        [Create, Delete] => Change::ReplaceCreateFirst,
        [Create, Forget] | [Forget, Create] => return Ok(Effect::CreateAndForget),
        [Open] => return Ok(Effect::Nothing),
        // Made by hand or by a tool: what was and what will be tell it as well.
        [] => match (&changes.before, &changes.after) {
            (Known::Object(_), Known::Object(_)) => Change::Update,
            (_, Known::Object(_)) => Change::Create,
            (Known::Object(_), Known::Null) => Change::Delete,
            _ => return Err(Unclear::Missing),
        },
        words => {
            let words: Vec<_> = words.iter().map(Action::word).collect();
            return Err(Unclear::Unknown(words.join(", ")));
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: Result<Effect, Unclear>) {
        let actions = words.iter().map(|word| Action::named(word)).collect();
        let changes = Changes {
            actions,
            ..Changes::default()
        };
        assert_eq!(effect(Some(&changes)), expected, "{words:?}");
    }

    #[test]
    fn every_action_has_one_meaning() {
        let one = |change| Ok(Effect::One(change));
        check(&["no-op"], one(Change::Keep));
        check(&["create"], one(Change::Create));
        check(&["update"], one(Change::Update));
        check(&["delete"], one(Change::Delete));
        check(&["forget"], one(Change::Forget));
        check(&["delete", "create"], one(Change::Replace));
        check(&["create", "delete"], one(Change::ReplaceCreateFirst));
        check(&["create", "forget"], Ok(Effect::CreateAndForget));
        check(&["forget", "create"], Ok(Effect::CreateAndForget));
        check(&["open"], Ok(Effect::Nothing));
    }

    #[test]
    fn other_words_are_named() {
        let unknown = |words: &str| Err(Unclear::Unknown(words.to_owned()));
        check(&["resize"], unknown("resize"));
        check(&["update", "delete"], unknown("update, delete"));
        check(&["create", "resize"], unknown("create, resize"));
        check(
            &["delete", "create", "update"],
            unknown("delete, create, update"),
        );
        check(&[], Err(Unclear::Missing));
        assert_eq!(effect(None), Err(Unclear::Missing));
    }

    #[test]
    fn without_words_the_values_tell() {
        let some = || Known::Object(Vec::new());
        let effect = |before, after| {
            effect(Some(&Changes {
                before,
                after,
                ..Changes::default()
            }))
        };
        assert_eq!(effect(some(), some()), Ok(Effect::One(Change::Update)));
        assert_eq!(effect(Known::Null, some()), Ok(Effect::One(Change::Create)));
        assert_eq!(effect(some(), Known::Null), Ok(Effect::One(Change::Delete)));
        assert_eq!(effect(some(), Known::Missing), Err(Unclear::Missing));
    }
}
