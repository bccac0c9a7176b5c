//! What names mean at one place of a rule, and which attribute a formula comes from.

use super::forms;
use super::piece::{Evidence, Trail};
use super::rules::{Body, Formula, Local, Sheet, Source};
use super::run::{Run, Subject};
use super::value::reach;
use crate::lang::{self, Context, Found, LangError, Marks, Node, Path, Scope, Step, Value};
use std::cell::OnceCell;
use std::sync::Arc;

/// What names mean at one place of a rule.
pub(crate) struct Scene<'s> {
    pub(super) run: &'s Run<'s>,
    pub(super) sheet: &'s Sheet,
    pub(super) subject: &'s Subject<'s>,
    locals: &'s [Local],
    /// The values of the locals, once they were asked for.
    known: Vec<OnceCell<Result<Value, LangError>>>,
    /// The element of the `each` that this scene is about.
    each: Option<Element>,
    /// How many `each` are around, this one included.
    depth: usize,
    /// The arguments of the part that this scene is about, and where they are worked out.
    arguments: Option<(&'s [Local], &'s Scene<'s>)>,
    parent: Option<&'s Scene<'s>>,
}

/// An element of what an `each` goes through.
pub(super) struct Element {
    pub(super) value: Value,
    pub(super) key: usize,
    /// Its path in the instance; empty where it has none.
    pub(super) path: Arc<str>,
}

fn cells<T>(number: usize) -> Vec<OnceCell<T>> {
    let mut cells = Vec::new();
    cells.resize_with(number, OnceCell::new);
    cells
}

impl<'s> Scene<'s> {
    pub(super) fn top(
        run: &'s Run<'s>,
        sheet: &'s Sheet,
        subject: &'s Subject<'s>,
        body: &'s Body,
    ) -> Self {
        Self {
            run,
            sheet,
            subject,
            locals: &body.locals,
            known: cells(body.locals.len()),
            each: None,
            depth: 0,
            arguments: None,
            parent: None,
        }
    }

    pub(super) fn within(&'s self, body: &'s Body, each: Option<Element>) -> Self {
        Self {
            locals: &body.locals,
            known: cells(body.locals.len()),
            depth: self.depth.saturating_add(usize::from(each.is_some())),
            each,
            arguments: None,
            parent: Some(self),
            ..*self
        }
    }

    pub(super) fn part(&'s self, body: &'s Body, arguments: &'s [Local]) -> Scene<'s> {
        Scene {
            run: self.run,
            sheet: self.sheet,
            subject: self.subject,
            locals: &body.locals,
            known: cells(body.locals.len().saturating_add(arguments.len())),
            each: None,
            depth: 0,
            arguments: Some((arguments, self)),
            parent: None,
        }
    }

    pub(super) fn eval(&self, formula: &Formula) -> Result<Value, LangError> {
        lang::eval(&formula.expr, self)
    }

    // ------------------------------------------------------------ names

    fn local(&self, name: &str) -> Option<&Result<Value, LangError>> {
        let mut scene = self;
        loop {
            if let Some(at) = scene.locals.iter().position(|local| &*local.name == name) {
                let (local, cell) = (scene.locals.get(at)?, scene.known.get(at)?);
                return Some(cell.get_or_init(|| scene.eval(&local.formula)));
            }
            scene = scene.parent?;
        }
    }

    fn argument(&self, name: &str) -> Option<&Result<Value, LangError>> {
        let mut scene = self;
        while scene.arguments.is_none() {
            scene = scene.parent?;
        }
        let (arguments, caller) = scene.arguments?;
        let at = arguments
            .iter()
            .position(|argument| &*argument.name == name)?;
        let cell = scene.known.get(scene.locals.len().saturating_add(at))?;
        let argument = arguments.get(at)?;
        Some(cell.get_or_init(|| caller.eval(&argument.formula)))
    }

    pub(super) fn element(&self) -> Option<&Element> {
        let mut scene = self;
        loop {
            if let Some(each) = &scene.each {
                return Some(each);
            }
            scene = scene.parent?;
        }
    }

    // ------------------------------------------------------------ evidence

    /// The first attribute that the formula reads and that says something, with its value; else
    /// the first that it reads.
    pub(super) fn evidence(&self, formula: &Formula) -> Evidence {
        self.trace(formula)
            .map(|(trail, value)| Evidence::of(trail, value))
            .unwrap_or_default()
    }

    pub(super) fn trace(&self, formula: &Formula) -> Option<(Trail, Value)> {
        let mut fallback = None;
        for read in &formula.reads {
            let found = match &read.source {
                Source::Own => Some((
                    self.subject.trail(read),
                    reach(self.subject.value, &read.steps),
                )),
                Source::Each(depth) => {
                    let mut scene = self;
                    while scene.depth != *depth || scene.each.is_none() {
                        scene = scene.parent?;
                    }
                    scene.each.as_ref().map(|each| {
                        let trail = Trail::two(Arc::clone(&each.path), Arc::clone(&read.text));
                        (trail, reach(&each.value, &read.steps))
                    })
                }
                Source::Local(name) => self.trace_local(name, &read.text, &read.steps),
                Source::Argument(name) => self.trace_argument(name, &read.text, &read.steps),
            };
            let Some((trail, value)) = found else {
                continue;
            };
            let counts = !read.if_configured || !value.marks().contains(Marks::UNCONFIGURED);
            if !value.is_null() && counts {
                return Some((trail, value));
            }
            fallback = fallback.or(Some((trail, value)));
        }
        fallback
    }

    pub(super) fn trace_local(
        &self,
        name: &str,
        text: &str,
        steps: &[Step],
    ) -> Option<(Trail, Value)> {
        let mut scene = self;
        let local = loop {
            match scene.locals.iter().find(|local| &*local.name == name) {
                Some(local) => break local,
                None => scene = scene.parent?,
            }
        };
        // What is read of a linked resource is written there, not here.
        if let Some(Ok(value)) = self.local(name)
            && let Some(target) = self.run.links.target_of(value)
        {
            let trail = Trail::of(target.address.as_str()).then(text);
            return Some((trail, reach(value, steps)));
        }
        scene.trace_further(&local.formula, text, steps)
    }

    /// What a formula comes from, and if that is just a path, what follows it there.
    fn trace_further(
        &self,
        formula: &Formula,
        text: &str,
        steps: &[Step],
    ) -> Option<(Trail, Value)> {
        let (trail, value) = self.trace(formula)?;
        if !steps.is_empty() && formula.expr.static_path().is_some() {
            return Some((trail.then(text), reach(&value, steps)));
        }
        Some((trail, value))
    }

    fn trace_argument(&self, name: &str, text: &str, steps: &[Step]) -> Option<(Trail, Value)> {
        let mut scene = self;
        while scene.arguments.is_none() {
            scene = scene.parent?;
        }
        let (arguments, caller) = scene.arguments?;
        let argument = arguments.iter().find(|argument| &*argument.name == name)?;
        caller.trace_further(&argument.formula, text, steps)
    }
}

impl Scope for Scene<'_> {
    fn variable(&self, path: &Path) -> Result<Found, LangError> {
        let steps = path.steps();
        let after = |skip: usize| steps.get(skip..).unwrap_or(&[]);
        let value = match (path.root(), path.attribute(0)) {
            ("self", _) => reach(self.subject.value, steps),
            ("each", Some("value")) => match self.element() {
                Some(each) => reach(&each.value, after(1)),
                None => Value::null(),
            },
            ("each", Some("key")) => match self.element() {
                Some(each) => Value::number(i64::try_from(each.key).unwrap_or(i64::MAX)),
                None => Value::null(),
            },
            ("local", Some(name)) => match self.local(name) {
                Some(Ok(value)) => reach(value, after(1)),
                Some(Err(error)) => return Err(error.clone()),
                None => return Err(lang::unknown_variable(name)),
            },
            ("arg", Some(name)) => match self.argument(name) {
                Some(Ok(value)) => reach(value, after(1)),
                Some(Err(error)) => return Err(error.clone()),
                None => return Err(lang::unknown_variable(name)),
            },
            (root, _) => return Err(lang::unknown_variable(root)),
        };
        Ok(Found {
            value,
            used: steps.len(),
        })
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Node],
        context: &mut Context<'_>,
    ) -> Option<Result<Value, LangError>> {
        forms::call(self, name, arguments, context)
    }

    fn forgives_missing(&self) -> bool {
        true
    }
}

/// The scope of a function: its parameters by name.
pub(super) struct Words<'s> {
    pub(super) scene: &'s Scene<'s>,
    pub(super) values: &'s [(&'s str, Value)],
}

impl Scope for Words<'_> {
    fn variable(&self, path: &Path) -> Result<Found, LangError> {
        match self.values.iter().find(|(name, _)| *name == path.root()) {
            Some((_, value)) => Ok(Found {
                value: reach(value, path.steps()),
                used: path.steps().len(),
            }),
            None => Err(lang::unknown_variable(path.root())),
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Node],
        context: &mut Context<'_>,
    ) -> Option<Result<Value, LangError>> {
        forms::call(self.scene, name, arguments, context)
    }

    fn forgives_missing(&self) -> bool {
        true
    }
}
