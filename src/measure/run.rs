//! Applying a rule to one instance: what that needs, and what it notes on the way.

use super::links::Links;
use super::piece::{Evidence, Piece, Trail};
use super::rules::{Formula, Read, Rule, Rules, Sheet};
use super::scene::Scene;
use crate::lang::{self, LangError, Step, Value};
use crate::quantity::Dimension;
use crate::read::Instance;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Something to tell about an instance beside its amounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A size that no table lists: table, size, what its name was read as, attribute.
    Unlisted {
        table: Arc<str>,
        size: Arc<str>,
        guess: Option<String>,
        attribute: String,
    },
    /// A value that cannot be an amount: dimension, what it is, attribute.
    Nonsense {
        dimension: Dimension,
        found: String,
        attribute: String,
    },
    /// A formula that gives no answer.
    Failed { error: String, attribute: String },
    /// A link that can lead to several resources.
    Several {
        attribute: String,
        candidates: Vec<Arc<str>>,
    },
}

/// A size that no table lists: the table, the size, and what its name was read as.
pub(super) type Unlisted = (Arc<str>, Arc<str>, Option<String>);

/// What applying a rule to one instance needs and notes.
pub(super) struct Run<'a> {
    pub(super) rules: &'a Rules,
    pub(super) links: &'a Links<'a>,
    /// Which candidate to take where a link has several.
    pub(super) choices: RefCell<Choices>,
    pub(super) events: RefCell<Vec<Event>>,
    /// Sizes that were not found while the current amount was worked out.
    pub(super) unlisted: RefCell<Vec<Unlisted>>,
    pub(super) depth: Cell<usize>,
    /// Whether anything but the values of the instance was looked at.
    pub(super) looked_around: Cell<bool>,
}

/// Templates that refer to templates, parts that use parts and functions that call functions end
/// here: the shipped rules need four levels.
pub(super) const MAX_DEPTH: usize = 24;

impl<'a> Run<'a> {
    pub(super) fn new(rules: &'a Rules, links: &'a Links<'a>) -> Self {
        Self {
            rules,
            links,
            choices: RefCell::default(),
            events: RefCell::default(),
            unlisted: RefCell::default(),
            depth: Cell::new(0),
            looked_around: Cell::new(false),
        }
    }

    /// All pieces that the rule finds on the subject.
    pub(super) fn apply(&self, rule: &Rule, sheet: &Sheet, subject: &Subject<'_>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        Scene::top(self, sheet, subject, &rule.body).body(&rule.body, &mut pieces);
        pieces
    }

    /// What a formula says of the subject.
    pub(super) fn ask(
        &self,
        rule: &Rule,
        sheet: &Sheet,
        subject: &Subject<'_>,
        formula: &Formula,
    ) -> Result<Value, LangError> {
        let scene = Scene::top(self, sheet, subject, &rule.body);
        lang::eval(&formula.expr, &scene)
    }

    /// The attribute that a formula reads of the subject, and what it says.
    pub(super) fn evidence(
        &self,
        rule: &Rule,
        sheet: &Sheet,
        subject: &Subject<'_>,
        formula: &Formula,
    ) -> Evidence {
        Scene::top(self, sheet, subject, &rule.body).evidence(formula)
    }

    pub(super) fn tell(&self, event: Event) {
        let mut events = self.events.borrow_mut();
        if !events.contains(&event) {
            events.push(event);
        }
    }
}

/// Which candidates were taken where links had several, so that all can be tried in turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    /// By the candidates: which one, of how many.
    taken: Vec<(Vec<usize>, usize)>,
}

impl Choices {
    /// So many combinations are tried; of more, nobody would say which matters.
    pub(super) const MOST: usize = 256;

    /// One of the candidates: the same each time the same ones come up.
    pub(super) fn take(&mut self, candidates: &[usize]) -> usize {
        let known = self.taken.iter().find(|(known, _)| known == candidates);
        let chosen = match known {
            Some((_, chosen)) => *chosen,
            None => {
                self.taken.push((candidates.to_vec(), 0));
                0
            }
        };
        candidates.get(chosen).copied().unwrap_or(usize::MAX)
    }

    /// Goes on to the next combination; false when all were tried.
    pub(super) fn next(&mut self) -> bool {
        while let Some((candidates, chosen)) = self.taken.last_mut() {
            *chosen = chosen.saturating_add(1);
            if *chosen < candidates.len() {
                return true;
            }
            self.taken.pop();
        }
        false
    }
}

/// What `self` is.
pub(super) struct Subject<'a> {
    /// Where links start from.
    pub(super) instance: &'a Instance,
    pub(super) value: &'a Value,
    /// Whether it is what is measured, not something that is linked to.
    pub(super) is_measured: bool,
    /// Attributes that were put in place of its own, and where they are written.
    pub(super) replaced: Vec<(Arc<str>, String)>,
}

impl<'a> Subject<'a> {
    /// Where what is read of it is written.
    pub(super) fn trail(&self, read: &Read) -> Trail {
        if self.is_measured {
            return Trail::of(Arc::clone(&read.text));
        }
        let first = read.steps.first().and_then(Step::attribute);
        let replaced = self
            .replaced
            .iter()
            .find(|(name, _)| Some(&**name) == first);
        match replaced {
            Some((name, path)) => {
                let rest = read.text.strip_prefix(&**name).unwrap_or("");
                Trail::of(path.as_str()).then(rest)
            }
            None => Trail::of(self.instance.address.as_str())
                .then(".")
                .then(&read.text),
        }
    }

    /// An instance as it will be.
    pub(super) fn new(instance: &'a Instance) -> Self {
        Self {
            instance,
            value: &instance.after,
            is_measured: true,
            replaced: Vec::new(),
        }
    }
}
