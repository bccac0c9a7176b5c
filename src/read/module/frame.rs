//! One instance of a module: what it declares, with the values that these have in it.

use super::config::Module;
use super::expand::{Shape, Turn, Turns};
use super::load::Called;
use super::parts::Parts;
use crate::lang::Value;
use crate::read::{Copies, Key};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

/// An instance of a module.
pub(super) struct Frame<'c> {
    pub(super) module: &'c Module,
    /// What its calls lead to.
    pub(super) calls: &'c [Called],
    /// Where it is called from; none for the root.
    pub(super) caller: Option<Caller<'c>>,
    /// `module.env["eu"]`; empty for the root.
    pub(super) address: Arc<str>,
    /// How many of it there are.
    pub(super) copies: Copies,
    pub(super) variables: Cells<Value>,
    pub(super) locals: Cells<Value>,
    pub(super) outputs: Cells<Value>,
    pub(super) resources: Cells<Rc<Expanded>>,
    pub(super) children: Cells<Rc<Children<'c>>>,
    pub(super) providers: Cells<Rc<Defaults>>,
}

/// The call that makes a module instance.
pub(super) struct Caller<'c> {
    pub(super) frame: Rc<Frame<'c>>,
    /// Which of its calls it is.
    pub(super) call: usize,
    /// What `each` and `count` are in that call.
    pub(super) turn: Turn,
}

/// Something that has a value in a module instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Variable(usize),
    Local(usize),
    Output(usize),
    Resource(usize),
    /// The instances of a called module.
    Children(usize),
    Provider(usize),
}

/// Values that come one by one.
pub(super) struct Cells<T>(Box<[Slot<T>]>);

struct Slot<T> {
    value: OnceCell<T>,
    is_busy: Cell<bool>,
}

impl<T> Cells<T> {
    fn new(count: usize) -> Self {
        let slot = || Slot {
            value: OnceCell::new(),
            is_busy: Cell::new(false),
        };
        Self(std::iter::repeat_with(slot).take(count).collect())
    }

    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.0.get(at)?.value.get()
    }

    /// Gives it its value, unless it has one.
    pub(super) fn set(&self, at: usize, value: T) {
        if let Some(slot) = self.0.get(at) {
            // The first value stays: there is only ever one to give.
            let _ = slot.value.set(value);
        }
    }

    fn state(&self, at: usize) -> State {
        match self.0.get(at) {
            Some(slot) if slot.value.get().is_some() => State::Done,
            Some(slot) if slot.is_busy.get() => State::Busy,
            Some(_) => State::Open,
            None => State::Done,
        }
    }

    fn set_busy(&self, at: usize, is_busy: bool) {
        if let Some(slot) = self.0.get(at) {
            slot.is_busy.set(is_busy);
        }
    }
}

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It has no value yet.
    Open,
    /// What it needs is being evaluated.
    Busy,
    /// It has its value.
    Done,
}

impl<'c> Frame<'c> {
    pub(super) fn new(
        module: &'c Module,
        calls: &'c [Called],
        caller: Option<Caller<'c>>,
        address: Arc<str>,
        copies: Copies,
    ) -> Self {
        Self {
            module,
            calls,
            caller,
            address,
            copies,
            variables: Cells::new(module.variables.len()),
            locals: Cells::new(module.locals.len()),
            outputs: Cells::new(module.outputs.len()),
            resources: Cells::new(module.resources.len()),
            children: Cells::new(module.calls.len()),
            providers: Cells::new(module.providers.len()),
        }
    }

    pub(super) fn state(&self, what: What) -> State {
        match what {
            What::Variable(at) => self.variables.state(at),
            What::Local(at) => self.locals.state(at),
            What::Output(at) => self.outputs.state(at),
            What::Resource(at) => self.resources.state(at),
            What::Children(at) => self.children.state(at),
            What::Provider(at) => self.providers.state(at),
        }
    }

    pub(super) fn set_busy(&self, what: What, is_busy: bool) {
        match what {
            What::Variable(at) => self.variables.set_busy(at, is_busy),
            What::Local(at) => self.locals.set_busy(at, is_busy),
            What::Output(at) => self.outputs.set_busy(at, is_busy),
            What::Resource(at) => self.resources.set_busy(at, is_busy),
            What::Children(at) => self.children.set_busy(at, is_busy),
            What::Provider(at) => self.providers.set_busy(at, is_busy),
        }
    }

    /// What something is called: `local.a`, `module.m.var.size`.
    pub(super) fn name_of(&self, what: What) -> String {
        let module = self.module;
        let own = match what {
            What::Variable(at) => format!("var.{}", module.variables.name(at)),
            What::Local(at) => format!("local.{}", module.locals.name(at)),
            What::Output(at) => format!("output.{}", module.outputs.name(at)),
            What::Resource(at) => module.resources.name(at).to_owned(),
            What::Children(at) => format!("module.{}", module.calls.name(at)),
            What::Provider(at) => format!("provider.{}", module.providers.name(at)),
        };
        self.address_of(&own)
    }

    /// The address of something in this module instance.
    pub(super) fn address_of(&self, own: &str) -> String {
        if self.address.is_empty() {
            own.to_owned()
        } else {
            format!("{}.{own}", self.address)
        }
    }
}

/// A resource block, evaluated.
pub(super) struct Expanded {
    pub(super) shape: Shape,
    pub(super) instances: Vec<Made>,
    /// What the resource as a whole is to those that refer to it.
    pub(super) whole: OnceCell<Value>,
    /// Nobody refers to it, so its instances are evaluated where they are handed out.
    pub(super) is_deferred: bool,
}

/// One instance of a resource.
pub(super) struct Made {
    pub(super) key: Option<Key>,
    pub(super) copies: Copies,
    pub(super) parts: Parts,
    /// What it is to those that refer to it.
    pub(super) value: Value,
    /// What `each` and `count` are in it.
    pub(super) turn: Turn,
}

/// The instances of a called module.
pub(super) struct Children<'c> {
    pub(super) shape: Shape,
    /// Empty where the module is not here.
    pub(super) frames: Vec<(Option<Key>, Rc<Frame<'c>>)>,
    /// How the call is repeated, where the module is not here.
    pub(super) unread: Option<Turns>,
    /// What the call as a whole is to those that refer to it.
    pub(super) whole: OnceCell<Value>,
}

/// What a provider adds to every resource that it is in charge of.
#[derive(Default)]
pub(super) struct Defaults {
    /// `default_tags` of the aws provider.
    pub(super) tags: Option<Value>,
    /// `default_labels` of the google provider.
    pub(super) labels: Option<Value>,
}
