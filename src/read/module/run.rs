//! Evaluating a root: what is needed comes first, each thing once, and cycles are told.
//!
//! What something needs is known from its text alone, so nothing is evaluated before all that
//! it refers to, and however long a chain of names is, it takes no stack.

use super::Call;
use super::config::{Ref, Target};
use super::expand::Shape;
use super::findings::Findings;
use super::frame::{Caller, Children, Expanded, Frame, State, What};
use super::inputs::{Input, prepare};
use super::load::{Called, Config};
use super::names::{Names, RootFiles};
use crate::finding::{Finding, Label};
use crate::lang::{Budget, Expr, LangError, Marks, Value, eval};
use crate::read::Copies;
use crate::source::Span;
use crate::source::repository::{Tree, relative};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

/// The evaluation of a root.
pub(super) struct Run<'c> {
    pub(super) config: &'c Config,
    pub(super) workspace: &'c str,
    pub(super) files: RootFiles<'c>,
    pub(super) inputs: &'c BTreeMap<Arc<str>, Input>,
    pub(super) budget: Budget,
    /// What module calls set, by address; shared by all that evaluate the root.
    pub(super) calls: &'c Mutex<BTreeMap<Arc<str>, Arc<Call>>>,
    findings: RefCell<Findings>,
    instances: Cell<u64>,
    /// Nothing more can be evaluated.
    is_spent: Cell<bool>,
}

/// What an instance of a module takes of the instances that there may be.
const MODULE_WEIGHT: u64 = 10;

/// What must be there before something else is.
struct Need<'c> {
    frame: Rc<Frame<'c>>,
    to: To,
    /// Where it is referred to.
    at: Option<Span>,
}

enum To {
    One(What),
    /// Outputs of the instances of a call: the one of that name, or all.
    Outputs(usize, Option<Arc<str>>),
}

/// Something whose needs are being seen to.
struct Step<'c> {
    frame: Rc<Frame<'c>>,
    what: What,
    needs: Vec<Need<'c>>,
    next: usize,
    /// Where the step before refers to it.
    at: Option<Span>,
}

impl<'c> Run<'c> {
    pub(super) fn new(
        config: &'c Config,
        tree: &'c dyn Tree,
        workspace: &'c str,
        inputs: &'c BTreeMap<Arc<str>, Input>,
        calls: &'c Mutex<BTreeMap<Arc<str>, Arc<Call>>>,
    ) -> Self {
        let root = config
            .nodes
            .first()
            .map(|node| Arc::clone(&node.module.folder));
        Self {
            config,
            workspace,
            files: RootFiles {
                tree,
                root: root.unwrap_or_default(),
            },
            inputs,
            budget: Budget::new(),
            calls,
            findings: RefCell::default(),
            instances: Cell::new(0),
            is_spent: Cell::new(false),
        }
    }

    /// The root, with nothing evaluated yet.
    pub(super) fn root(&self) -> Option<Rc<Frame<'c>>> {
        let node = self.config.nodes.first()?;
        let frame = Frame::new(&node.module, &node.calls, None, Arc::from(""), Copies::ONE);
        Some(Rc::new(frame))
    }

    pub(super) fn into_findings(self) -> Findings {
        self.findings.into_inner()
    }

    pub(super) fn tell(&self, finding: Finding) {
        self.findings.borrow_mut().add(finding);
    }

    /// Tells an error of an expression, and which module instance it is in.
    pub(super) fn complain(&self, error: &LangError, names: &Names<'_, 'c>) {
        if error.is_final() {
            if !self.is_spent.replace(true) {
                let at = error
                    .span()
                    .map(|span| Label::source(span.clone(), "while this was evaluated"));
                let message = format!(
                    "this root takes more work than any should: {}",
                    error.detail()
                );
                self.tell(Finding::too_large_configuration(message, at));
            }
            return;
        }
        let within = match &*names.frame.address {
            "" => Vec::new(),
            address => vec![format!("in {address}")],
        };
        self.tell(Finding::bad_expression(error, &within));
    }

    /// The value of an expression; none where it has none, which is told.
    pub(super) fn eval(&self, expr: &Expr, names: &Names<'_, 'c>) -> Option<Value> {
        if self.is_spent.get() {
            return None;
        }
        match eval(expr, names) {
            Ok(value) => Some(value),
            Err(error) => {
                self.complain(&error, names);
                None
            }
        }
    }

    /// Takes from the instances that there may be; false where there are none left.
    pub(super) fn take_instances(&self, count: u64, most: u64) -> bool {
        let all = self.instances.get().saturating_add(count);
        let fits = all <= most;
        if fits {
            self.instances.set(all);
        }
        fits
    }

    /// The path of a module's folder as seen from the root's.
    pub(super) fn module_path(&self, frame: &Frame<'c>) -> String {
        relative(&self.files.root, &frame.module.folder)
    }

    /// Sees to it that something has its value.
    pub(super) fn require(&self, frame: &Rc<Frame<'c>>, what: What) {
        let mut steps = Vec::new();
        self.enter(&mut steps, frame, what, None);
        while let Some(step) = steps.last_mut() {
            let Some(need) = step.needs.get(step.next) else {
                let Some(step) = steps.pop() else { break };
                self.compute(&step.frame, step.what);
                step.frame.set_busy(step.what, false);
                continue;
            };
            match &need.to {
                To::One(what) => {
                    let (frame, what, at) = (Rc::clone(&need.frame), *what, need.at.clone());
                    step.next = step.next.saturating_add(1);
                    if frame.state(what) == State::Busy {
                        self.cycle(&steps, &frame, what, at);
                    } else {
                        self.enter(&mut steps, &frame, what, at);
                    }
                }
                To::Outputs(call, name) => {
                    let (frame, call, name) = (Rc::clone(&need.frame), *call, name.clone());
                    let at = need.at.clone();
                    match frame.children.get(call) {
                        // The outputs of its instances are needed as well.
                        Some(children) => {
                            step.next = step.next.saturating_add(1);
                            let outputs = outputs(children, name.as_deref(), at.as_ref());
                            step.needs.extend(outputs);
                        }
                        None if frame.state(What::Children(call)) == State::Busy => {
                            step.next = step.next.saturating_add(1);
                            self.cycle(&steps, &frame, What::Children(call), at);
                        }
                        None => self.enter(&mut steps, &frame, What::Children(call), at),
                    }
                }
            }
        }
    }

    /// Sees to it that what a reference leads to has its value.
    pub(super) fn require_ref(&self, frame: &Rc<Frame<'c>>, reference: &Ref) {
        match need(frame, reference).to {
            To::One(what) => self.require(frame, what),
            To::Outputs(call, name) => {
                self.require(frame, What::Children(call));
                if let Some(children) = frame.children.get(call).cloned() {
                    for need in outputs(&children, name.as_deref(), None) {
                        if let To::One(what) = need.to {
                            self.require(&need.frame, what);
                        }
                    }
                }
            }
        }
    }

    /// Goes on with something that has no value yet.
    fn enter(
        &self,
        steps: &mut Vec<Step<'c>>,
        frame: &Rc<Frame<'c>>,
        what: What,
        at: Option<Span>,
    ) {
        if frame.state(what) != State::Open {
            return;
        }
        frame.set_busy(what, true);
        steps.push(Step {
            frame: Rc::clone(frame),
            what,
            needs: self.needs(frame, what),
            next: 0,
            at,
        });
    }

    fn needs(&self, frame: &Rc<Frame<'c>>, what: What) -> Vec<Need<'c>> {
        let module = frame.module;
        let mut needs = Vec::new();
        let mut add = |frame: &Rc<Frame<'c>>, refs: &[Ref]| {
            needs.extend(refs.iter().map(|reference| need(frame, reference)));
        };
        match what {
            What::Variable(at) => {
                if let Some(caller) = &frame.caller {
                    let call = caller.frame.module.calls.get(caller.call);
                    let name = module.variables.name(at);
                    let input = call.and_then(|call| call.inputs.get(call.inputs.find(name)?));
                    if let Some(input) = input {
                        add(&caller.frame, &input.refs);
                    }
                }
            }
            What::Local(at) => {
                if let Some(local) = module.locals.get(at) {
                    add(frame, &local.refs);
                }
            }
            What::Output(at) => {
                if let Some(output) = module.outputs.get(at) {
                    add(frame, &output.refs);
                    for condition in &output.preconditions {
                        add(frame, &condition.refs);
                    }
                }
            }
            What::Resource(at) => {
                if let Some(resource) = module.resources.get(at) {
                    if let Some(repeat) = &resource.repeat {
                        add(frame, &repeat.refs);
                    }
                    add(frame, &resource.refs);
                    if let Some((frame, at)) = provider_of(frame, &resource.provider) {
                        needs.push(Need {
                            frame,
                            to: To::One(What::Provider(at)),
                            at: None,
                        });
                    }
                }
            }
            What::Children(at) => {
                if let Some(call) = module.calls.get(at) {
                    if let Some(repeat) = &call.repeat {
                        add(frame, &repeat.refs);
                    }
                    add(frame, &call.refs);
                }
            }
            What::Provider(at) => {
                if let Some(provider) = module.providers.get(at) {
                    add(frame, &provider.refs);
                }
            }
        }
        needs
    }

    /// Gives something its value, once all that it needs has one.
    fn compute(&self, frame: &Rc<Frame<'c>>, what: What) {
        let module = frame.module;
        let names = Names::of(self, frame);
        match what {
            What::Variable(at) => {
                let value = self.variable(frame, at);
                frame.variables.set(at, value);
            }
            What::Local(at) => {
                let value = module
                    .locals
                    .get(at)
                    .and_then(|local| self.eval(&local.value, &names));
                frame.locals.set(at, value.unwrap_or_else(Value::unknown));
            }
            What::Output(at) => {
                let value = self.output(frame, at);
                frame.outputs.set(at, value);
            }
            What::Resource(at) => {
                let expanded = match module.resources.get(at) {
                    Some(resource) if resource.is_referenced => self.expanded(frame, resource),
                    _ => Expanded {
                        shape: Shape::Once,
                        instances: Vec::new(),
                        whole: OnceCell::new(),
                        is_deferred: true,
                    },
                };
                frame.resources.set(at, Rc::new(expanded));
            }
            What::Children(at) => {
                let children = self.children(frame, at);
                frame.children.set(at, Rc::new(children));
            }
            What::Provider(at) => {
                let defaults = module
                    .providers
                    .get(at)
                    .map(|provider| self.defaults(provider, &names));
                frame
                    .providers
                    .set(at, Rc::new(defaults.unwrap_or_default()));
            }
        }
    }

    fn variable(&self, frame: &Rc<Frame<'c>>, at: usize) -> Value {
        let module = frame.module;
        let name = module.variables.name(at);
        let Some(variable) = module.variables.get(at) else {
            return Value::unknown();
        };
        let (given, place) = match &frame.caller {
            None => match self.inputs.get(name) {
                Some(input) => (Some(input.value.clone()), input.at.clone()),
                None => (
                    None,
                    Label::source(variable.header.clone(), "declared here without a default"),
                ),
            },
            Some(caller) => {
                let call = caller.frame.module.calls.get(caller.call);
                let input = call.and_then(|call| call.inputs.get(call.inputs.find(name)?));
                match input {
                    Some(input) => {
                        let names = Names::of(self, &caller.frame).at(&caller.turn);
                        let expr = &input.attribute.value;
                        match self.eval(expr, &names) {
                            Some(value) => (Some(value), Label::source(expr.span(), "")),
                            None => return Value::unknown(),
                        }
                    }
                    // That it is missing was told when the module was read.
                    None if variable.default.is_none() => return Value::unknown(),
                    None => (None, Label::source(variable.header.clone(), "")),
                }
            }
        };
        let is_given = given.is_some();
        if let Some(value) = &given
            && value.deep_marks().contains(Marks::EPHEMERAL)
            && !variable.is_ephemeral
        {
            let subject = frame.name_of(What::Variable(at));
            self.tell(
                Finding::bad_variable(
                    format!(
                        "ephemeral value not allowed: {subject} does not say `ephemeral = true`"
                    ),
                    place.clone(),
                )
                .label(Label::source(variable.header.clone(), "declared here")),
            );
        }
        match prepare(variable, given.as_ref()) {
            Ok(value) => value,
            Err(why) => {
                let subject = frame.name_of(What::Variable(at));
                let finding = if is_given {
                    Finding::bad_variable(
                        format!(
                            "invalid value for input variable: {subject} cannot be this: {why}"
                        ),
                        place,
                    )
                    .label(Label::source(variable.header.clone(), "declared here"))
                } else {
                    Finding::bad_variable(
                        format!("no value for required variable: {subject}: {why}"),
                        place,
                    )
                    .help(format!("set it in `terraform.tfvars`, with `--var {name}=VALUE`, or as `TF_VAR_{name}`"))
                };
                self.tell(finding);
                Value::unknown()
            }
        }
    }

    fn children(&self, frame: &Rc<Frame<'c>>, at: usize) -> Children<'c> {
        let nothing = |shape, unread| Children {
            shape,
            frames: Vec::new(),
            unread,
            whole: OnceCell::new(),
        };
        let (Some(call), Some(called)) = (frame.module.calls.get(at), frame.calls.get(at)) else {
            return nothing(Shape::Unknown, None);
        };
        let name = frame.module.calls.name(at);
        let own = format!("module.{name}");
        let subject = || frame.address_of(&own);
        let turns = self.turns(frame, call.repeat.as_ref(), MODULE_WEIGHT, &subject);
        let node = match called {
            Called::Node(node) => self.config.nodes.get(*node),
            Called::Unread(_) => return nothing(turns.shape(), Some(turns)),
        };
        let Some(node) = node else {
            return nothing(Shape::Unknown, None);
        };
        let mut frames = Vec::new();
        for instance in turns.iter() {
            let address = match &instance.key {
                Some(key) => frame.address_of(&format!("{own}[{key}]")),
                None => subject(),
            };
            let caller = Caller {
                frame: Rc::clone(frame),
                call: at,
                turn: instance.turn,
            };
            let child = Frame::new(
                &node.module,
                &node.calls,
                Some(caller),
                Arc::from(address),
                frame.copies.times(instance.copies),
            );
            frames.push((instance.key, Rc::new(child)));
        }
        Children {
            shape: turns.shape(),
            frames,
            unread: None,
            whole: OnceCell::new(),
        }
    }

    /// Tells a cycle: what refers to something that waits for it.
    fn cycle(&self, steps: &[Step<'c>], frame: &Rc<Frame<'c>>, what: What, at: Option<Span>) {
        let begins = |step: &Step<'c>| Rc::ptr_eq(&step.frame, frame) && step.what == what;
        let from = steps.iter().position(begins).unwrap_or(0);
        let around = steps.get(from..).unwrap_or_default();
        let names: Vec<String> = around
            .iter()
            .map(|step| step.frame.name_of(step.what))
            .collect();
        let name = frame.name_of(what);
        let message = match names.as_slice() {
            [] | [_] => format!("cycle: {name} refers to itself"),
            [_, others @ ..] => format!(
                "cycle: {name} refers to itself, through {}",
                others.join(", ")
            ),
        };
        let last = names.last().unwrap_or(&name);
        let mut labels = Vec::new();
        labels.extend(at.map(|at| Label::source(at, format!("{last} needs {name}"))));
        for pair in around.windows(2) {
            let [before, after] = pair else { continue };
            if let Some(at) = &after.at {
                let before = before.frame.name_of(before.what);
                let after = after.frame.name_of(after.what);
                labels.push(Label::source(at.clone(), format!("{before} needs {after}")));
            }
        }
        let mut labels = labels.into_iter();
        let Some(first) = labels.next() else { return };
        let finding = Finding::bad_configuration(message, first);
        self.tell(labels.fold(finding, Finding::label));
    }
}

fn need<'c>(frame: &Rc<Frame<'c>>, reference: &Ref) -> Need<'c> {
    Need {
        frame: Rc::clone(frame),
        to: match &reference.to {
            Target::Variable(at) => To::One(What::Variable(*at)),
            Target::Local(at) => To::One(What::Local(*at)),
            Target::Resource(at) => To::One(What::Resource(*at)),
            Target::Call(at, output) => To::Outputs(*at, output.clone()),
        },
        at: Some(reference.at.clone()),
    }
}

/// The outputs of all instances of a call: the one of that name, or all.
fn outputs<'c>(children: &Children<'c>, name: Option<&str>, at: Option<&Span>) -> Vec<Need<'c>> {
    let mut needs = Vec::new();
    for (_, child) in &children.frames {
        let outputs = &child.module.outputs;
        let wanted = match name {
            Some(name) => outputs.find(name).map(|at| at..at.saturating_add(1)),
            None => Some(0..outputs.len()),
        };
        needs.extend(wanted.unwrap_or(0..0).map(|output| Need {
            frame: Rc::clone(child),
            to: To::One(What::Output(output)),
            at: at.cloned(),
        }));
    }
    needs
}

/// The provider block that is in charge, where there is one: handed on by a caller, declared
/// beside the resource, or inherited.
pub(super) fn provider_of<'c>(frame: &Rc<Frame<'c>>, key: &str) -> Option<(Rc<Frame<'c>>, usize)> {
    let mut frame = Rc::clone(frame);
    let mut key: Arc<str> = Arc::from(key);
    loop {
        let outer = frame.caller.as_ref().map(|caller| {
            let call = caller.frame.module.calls.get(caller.call);
            let handed = call.and_then(|call| call.providers.as_ref()?.get(&key).cloned());
            (Rc::clone(&caller.frame), handed)
        });
        match outer {
            Some((caller, Some(handed))) => (frame, key) = (caller, handed),
            outer => {
                if let Some(at) = frame.module.providers.find(&key) {
                    return Some((frame, at));
                }
                // Only a provider without alias is there for all modules below.
                let (caller, _) = outer?;
                if key.contains('.') {
                    return None;
                }
                frame = caller;
            }
        }
    }
}

/// Needed where a whole frame is evaluated: everything that it declares.
pub(super) fn everything(frame: &Frame<'_>) -> impl Iterator<Item = What> + use<> {
    let module = frame.module;
    let (variables, locals, outputs) = (
        module.variables.len(),
        module.locals.len(),
        module.outputs.len(),
    );
    let (resources, calls, providers) = (
        module.resources.len(),
        module.calls.len(),
        module.providers.len(),
    );
    (0..variables)
        .map(What::Variable)
        .chain((0..locals).map(What::Local))
        .chain((0..providers).map(What::Provider))
        .chain((0..resources).map(What::Resource))
        .chain((0..calls).map(What::Children))
        .chain((0..outputs).map(What::Output))
}
