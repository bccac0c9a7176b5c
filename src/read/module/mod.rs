//! Tenant HCL -> [`Instance`]: a root module evaluated as Terraform would, without Terraform.
//!
//! ```text
//!  folder --> files --> body --> decode --> resolve --> Module, one per folder
//!                                                         |
//!  tfvars, --var, TF_VAR_* --> inputs        load --> Config, the tree of calls
//!                                 |                       |
//!                                 +------> run <----------+ --> Instance, Instance, ...
//! ```
//!
//! What a module says is read once, however often it is called. Evaluating goes through the
//! instances of modules; in each, what something refers to has its value before it. There is
//! no provider, so an attribute is what it is written as, blocks are lists, and of a resource
//! only what the configuration sets is known: all else is known after apply.

mod body;
mod conditions;
mod config;
mod decode;
mod emit;
mod expand;
mod files;
mod findings;
mod frame;
mod inputs;
mod json;
mod links;
mod load;
mod manifest;
mod merge;
mod names;
mod parallel;
mod parts;
mod places;
mod resolve;
mod resource;
mod roots;
mod run;
mod shapes;
mod version;

pub use emit::UNREAD_MODULE;
pub use inputs::{Argument, Given};
pub use links::Targets;
pub use roots::{Roots, list_roots, read_tree};

use super::address::{self, Mode};
use super::{Copies, Instance, Interest};
use crate::finding::{Finding, Label};
use crate::lang::{Expr, Value};
use crate::source::Span;
use crate::source::repository::Tree;
use config::{Call as CallBlock, Resource};
use emit::Sink;
use findings::Findings;
use frame::Frame;
use inputs::Input;
use load::{Config, Modules};
use names::Names;
use run::Run;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// What a root is evaluated with.
#[derive(Clone, Debug)]
pub struct Options {
    /// What `terraform.workspace` is.
    pub workspace: String,
    /// Values for the root's variables, beside those in its own files.
    pub given: Given,
    /// How many threads may work at once.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workspace: "default".to_owned(),
            given: Given::default(),
            threads: 1,
        }
    }
}

/// A root module, read and ready to be evaluated.
pub struct Root<'t> {
    tree: &'t dyn Tree,
    folder: String,
    config: Config,
    workspace: String,
    inputs: BTreeMap<Arc<str>, Input>,
    variables: BTreeMap<Arc<str>, Value>,
    findings: Findings,
    /// What module calls were found to set, by address, while instances were handed out.
    calls: Mutex<BTreeMap<Arc<str>, Arc<Call>>>,
}

/// One instance of a module call.
#[derive(Clone, Debug)]
pub struct Call {
    /// `module.tenant["acme"]`
    pub address: Arc<str>,
    /// Where the module comes from, as written; empty where that is computed.
    pub source: Arc<str>,
    /// Its folder relative to the repository's top; none where it is not here.
    pub resolved: Option<Arc<str>>,
    /// The values of the module's variables, defaults included; of a module that is not here,
    /// the arguments.
    pub inputs: BTreeMap<Arc<str>, Value>,
    /// How many there are of it.
    pub copies: Copies,
    /// Where it is written.
    pub span: Span,
}

/// What evaluating a root gave.
#[derive(Debug)]
pub struct Evaluated<R> {
    /// What became of each instance, in an order that depends on the configuration alone.
    pub rows: Vec<R>,
    /// What is wrong with the root or good to know.
    pub findings: Vec<Finding>,
}

/// Reads a root and all the modules that it calls; nothing is evaluated yet.
///
/// `folder` is relative to the top of the tree.
///
/// # Errors
///
/// A fatal finding where the folder is not there or holds no configuration.
pub fn read_root<'t>(
    tree: &'t dyn Tree,
    folder: &str,
    options: &Options,
) -> Result<Root<'t>, Box<Finding>> {
    read(&Modules::new(tree), folder, options)
}

fn read<'t>(
    modules: &Modules<'t>,
    folder: &str,
    options: &Options,
) -> Result<Root<'t>, Box<Finding>> {
    let tree = modules.tree();
    let shown = tree.shown(folder);
    let config = load::load(modules, folder, options.threads)
        .map_err(|error| Finding::unreadable_input(&shown, &error.to_string()))?;
    let mut findings = config.findings.clone();
    let Some(root) = config.nodes.first().map(|node| Arc::clone(&node.module)) else {
        return Err(Finding::no_configuration(&shown).into());
    };
    let has_terragrunt = tree
        .entries(folder)
        .is_ok_and(|entries| entries.iter().any(|entry| entry.name == files::TERRAGRUNT));
    if has_terragrunt {
        let path = files::within(folder, files::TERRAGRUNT);
        let at = Label::input(tree.shown(&path), None, "");
        let finding = Finding::terragrunt(&shown, at);
        if root.files == 0 {
            return Err(finding.into());
        }
        findings.add(finding);
    }
    if root.files == 0 {
        return Err(Finding::no_configuration(&shown).into());
    }
    let inputs = inputs::gather(tree, &root, &options.given, &mut findings);
    let variables = root.variables.iter().map(|(name, variable)| {
        let given = inputs.get(name).map(|input| &input.value);
        let value = inputs::prepare(variable, given);
        // What is wrong with it is told when the root is evaluated.
        (Arc::clone(name), value.unwrap_or_else(|_| Value::unknown()))
    });
    Ok(Root {
        tree,
        folder: folder.to_owned(),
        workspace: options.workspace.clone(),
        variables: variables.collect(),
        config,
        inputs,
        findings,
        calls: Mutex::default(),
    })
}

/// Roots with fewer calls than this are evaluated in one piece.
const PIECE: usize = 64;
/// The most pieces that a root is evaluated in. They do not depend on the number of threads,
/// so that neither does what comes out.
const PIECES: usize = 16;

/// Does `work` on all of these (roots, mostly), on so many threads; each is told how many threads
/// it may use itself. The results are in the order of the items.
pub fn side_by_side<'i, T: Sync, R: Send>(
    threads: usize,
    items: &'i [T],
    work: impl Fn(&'i T, usize) -> R + Sync,
) -> Vec<R> {
    let (outer, inner) = roots::shares(threads, items.len());
    parallel::parallel(outer, items, |item| work(item, inner))
}

/// What becomes of the instances that one thread hands out.
pub trait Worker {
    /// What becomes of one instance.
    type Row: Send;

    /// Takes an instance.
    fn row(&mut self, instance: Instance) -> Self::Row;

    /// What there is to say when all were handed out.
    fn end(self) -> Vec<Finding>;
}

impl<R: Send, F: FnMut(Instance) -> R> Worker for F {
    type Row = R;

    fn row(&mut self, instance: Instance) -> R {
        self(instance)
    }

    fn end(self) -> Vec<Finding> {
        Vec::new()
    }
}

impl Root<'_> {
    /// Its folder, relative to the top of the tree.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Its folder, as people know it.
    pub fn shown(&self) -> String {
        self.tree.shown(&self.folder)
    }

    /// Evaluates everything, on so many threads, and hands out the resource instances that the
    /// configuration makes, prepared. Each thread makes a `worker` of its own.
    ///
    /// What is wrong with the root comes with the rows: where a finding is fatal, Terraform
    /// would refuse the configuration, and the rows are what could be made out all the same.
    pub fn evaluate<W: Worker>(
        &self,
        interest: &(dyn Interest + Sync),
        threads: usize,
        worker: impl Fn() -> W + Sync,
    ) -> Evaluated<W::Row> {
        let done = parallel::parallel(threads, &self.pieces(), |piece| {
            let run = self.run();
            let mut rows = Vec::new();
            let mut work = worker();
            if let Some(root) = run.root() {
                let each = &mut |instance| rows.push(work.row(instance));
                self.piece(&run, &root, piece, &mut Sink { interest, each });
            }
            (rows, run.into_findings(), work.end())
        });
        let mut findings = self.findings.clone();
        let mut rows = Vec::new();
        for (piece, told, said) in done {
            rows.extend(piece);
            findings.extend(told.into_list());
            findings.extend(said);
        }
        Evaluated {
            rows,
            findings: findings.into_list(),
        }
    }

    /// The instances of types that others may refer to, evaluated without anything else.
    pub fn targets(&self, interest: &dyn Interest) -> Targets<'_> {
        let run = self.run();
        let mut targets = Vec::new();
        let looked_at: BTreeSet<Arc<str>> = self
            .config
            .types()
            .into_iter()
            .flat_map(|of| interest.looks_at(of))
            .collect();
        let mut frames: Vec<_> = run.root().into_iter().collect();
        while let Some(frame) = frames.pop() {
            let mut sink = Sink {
                interest,
                each: &mut |instance| targets.push(instance),
            };
            for (at, (_, resource)) in frame.module.resources.iter().enumerate() {
                if resource.mode == Mode::Managed && looked_at.contains(&resource.resource_type) {
                    run.resource(&frame, at, resource, &mut sink);
                }
            }
            for call in (0..frame.module.calls.len()).rev() {
                frames.extend(run.below(&frame, call).into_iter().rev());
            }
        }
        Targets::new(self, targets)
    }

    /// Where an attribute of an instance is written (`root_block_device[0].volume_size`): first
    /// what people of the root can edit, last the line in the resource's own block, and between
    /// them the way from one to the other.
    ///
    /// Where the attribute is that of another instance, it begins with that one's address. Of an
    /// address that is not of this root, nowhere.
    pub fn written_at(&self, instance: &str, attribute: &str) -> Vec<Label> {
        let other = (attribute.match_indices('.'))
            .filter_map(|(at, _)| attribute.split_at_checked(at))
            .find_map(|(address, rest)| Some((self.spot(address)?, rest.get(1..)?)));
        let Some(own) = self.spot(instance) else {
            return Vec::new();
        };
        let (address, attribute) = other
            .as_ref()
            .map_or((&own, attribute), |(address, rest)| (address, rest));
        let spot = places::Spot {
            address: address.text,
            module: address.parts.module,
            resource_type: address.parts.resource_type,
            name: address.parts.name,
            key: address.parts.key.as_ref(),
        };
        let traced = places::trace(&self.config, &self.inputs, spot, attribute);
        traced.places.into_iter().rev().collect()
    }

    /// Where the value of a variable of a module instance is written: first what people of the
    /// root can edit.
    pub fn input_written_at(&self, module: &str, variable: &str) -> Vec<Label> {
        let places = places::trace_variable(&self.config, &self.inputs, module, variable);
        places.into_iter().rev().collect()
    }

    /// An address, if a block of this root makes it.
    fn spot<'a>(&self, text: &'a str) -> Option<Spotted<'a>> {
        let parts = address::parse(text).filter(|parts| parts.mode == Mode::Managed)?;
        self.block(parts.module, Mode::Managed, parts.resource_type, parts.name)?;
        Some(Spotted { text, parts })
    }

    /// The value of a variable of the root.
    pub fn variable(&self, name: &str) -> Option<Value> {
        self.variables.get(name).cloned()
    }

    /// The values of all variables of the root.
    pub fn variables(&self) -> &BTreeMap<Arc<str>, Value> {
        &self.variables
    }

    /// The value of a variable of a module instance, from the moment when the first resource
    /// instance in it is handed out.
    pub fn module_input(&self, module: &str, name: &str) -> Option<Value> {
        self.locked().get(module)?.inputs.get(name).cloned()
    }

    /// The module calls, by address, once the root was evaluated.
    pub fn calls(&self) -> Vec<Arc<Call>> {
        self.locked().values().cloned().collect()
    }

    /// The value of an expression in the root module, as `terraform console` gives it, with what
    /// is wrong with all that it depends on.
    ///
    /// # Errors
    ///
    /// What is wrong, the expression's own error included, where it has no value.
    pub fn eval(&self, expr: &Expr) -> Result<(Value, Vec<Finding>), Vec<Finding>> {
        let run = self.run();
        let mut findings = self.findings.clone();
        let refs = match run.root() {
            Some(root) => resolve::references(root.module, expr).map(|refs| (root, refs)),
            None => return Err(findings.into_list()),
        };
        let value = match refs {
            Ok((root, refs)) => {
                for reference in &refs {
                    run.require_ref(&root, reference);
                }
                let value = crate::lang::eval(expr, &Names::of(&run, &root));
                value.map_err(|error| Finding::bad_expression(&error, &[]))
            }
            Err(finding) => Err(*finding),
        };
        findings.extend(run.into_findings().into_list());
        match value {
            Ok(value) => Ok((value, findings.into_list())),
            Err(finding) => {
                findings.add(finding);
                Err(findings.into_list())
            }
        }
    }

    /// The block that an instance comes from.
    fn block_of(&self, instance: &Instance, mode: Mode) -> Option<&Resource> {
        self.block(
            &instance.module,
            mode,
            &instance.resource_type,
            &instance.name,
        )
    }

    fn block(
        &self,
        module: &str,
        mode: Mode,
        resource_type: &str,
        name: &str,
    ) -> Option<&Resource> {
        let (node, _) = places::node_of(&self.config, module)?;
        let resources = &self.config.nodes.get(node)?.module.resources;
        let key = config::resource_key(mode, resource_type, name);
        resources.get(resources.find(&key)?)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<Arc<str>, Arc<Call>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) -> Run<'_> {
        Run::new(
            &self.config,
            self.tree,
            &self.workspace,
            &self.inputs,
            &self.calls,
        )
    }

    /// The pieces in which the root is evaluated: itself, and the calls in this range.
    fn pieces(&self) -> Vec<Piece> {
        let calls = self.config.nodes.first().map_or(0, |node| node.calls.len());
        if calls < PIECE {
            return vec![Piece {
                itself: true,
                calls: 0..calls,
            }];
        }
        let size = calls.div_ceil(PIECES).max(1);
        let itself = Piece {
            itself: true,
            calls: 0..0,
        };
        let calls = (0..calls).step_by(size).map(|from| Piece {
            itself: false,
            calls: from..from.saturating_add(size).min(calls),
        });
        std::iter::once(itself).chain(calls).collect()
    }

    fn piece<'c>(
        &'c self,
        run: &Run<'c>,
        root: &Rc<Frame<'c>>,
        piece: &Piece,
        sink: &mut Sink<'_>,
    ) {
        if piece.itself {
            run.walk(root, sink);
        }
        for call in piece.calls.clone() {
            let mut frames = run.below(root, call);
            frames.reverse();
            while let Some(frame) = frames.pop() {
                run.enter_module(&frame);
                run.walk(&frame, sink);
                for call in (0..frame.module.calls.len()).rev() {
                    frames.extend(run.below(&frame, call).into_iter().rev());
                }
            }
        }
    }
}

/// An address and its parts.
struct Spotted<'a> {
    text: &'a str,
    parts: address::Address<'a>,
}

/// A part of a root that is evaluated by itself.
struct Piece {
    itself: bool,
    calls: std::ops::Range<usize>,
}

impl<'c> Run<'c> {
    /// Notes what a module instance is called with.
    fn enter_module(&self, frame: &Rc<Frame<'c>>) {
        let Some(caller) = &frame.caller else { return };
        let Some(call) = caller.frame.module.calls.get(caller.call) else {
            return;
        };
        let mut inputs = BTreeMap::new();
        for (at, (name, _)) in frame.module.variables.iter().enumerate() {
            self.require(frame, frame::What::Variable(at));
            let value = frame.variables.get(at).cloned();
            inputs.insert(Arc::clone(name), value.unwrap_or_else(Value::unknown));
        }
        let resolved = Some(Arc::clone(&frame.module.folder));
        self.record(&frame.address, call, resolved, inputs, frame.copies);
    }

    fn record(
        &self,
        address: &str,
        call: &CallBlock,
        resolved: Option<Arc<str>>,
        inputs: BTreeMap<Arc<str>, Value>,
        copies: Copies,
    ) {
        let address: Arc<str> = Arc::from(address);
        let call = Call {
            address: Arc::clone(&address),
            source: call
                .source
                .as_ref()
                .map_or_else(|| Arc::from(""), |source| Arc::clone(&source.text)),
            resolved,
            inputs,
            copies,
            span: call.header.clone(),
        };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.insert(address, Arc::new(call));
    }
}

#[cfg(test)]
mod tests;
