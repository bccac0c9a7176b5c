//! A module as it is written: declarations, found by name, before anything has a value.

use super::body::{Attribute, Body};
use super::findings::Findings;
use crate::lang::{Expr, TypeConstraint, Value};
use crate::read::address::Mode;
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The configuration in one folder.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Relative to the top of the repository; empty for the top itself.
    pub(super) folder: Arc<str>,
    pub(super) variables: Table<Variable>,
    pub(super) locals: Table<Local>,
    pub(super) outputs: Table<Output>,
    pub(super) calls: Table<Call>,
    /// By [`resource_key`].
    pub(super) resources: Table<Resource>,
    /// By [`provider_key`].
    pub(super) providers: Table<Provider>,
    /// Where providers come from, by the name they have here.
    pub(super) sources: BTreeMap<Arc<str>, Arc<str>>,
    pub(super) checks: Vec<(Arc<str>, Check)>,
    /// Blocks whose expressions are evaluated for their errors only.
    pub(super) imports: Vec<Import>,
    /// Whether it is applied by itself, because it says where its state is kept, or has values
    /// for its variables beside it.
    pub(super) stands_alone: bool,
    /// Whether providers must come from a caller, so it is not applied by itself.
    pub(super) needs_caller: bool,
    /// Whether part of it could not be read, so it is not known what it declares.
    pub(super) is_broken: bool,
    /// How many configuration files there are.
    pub(super) files: usize,
    /// What is wrong with it wherever it is called from.
    pub(super) findings: Findings,
}

/// Things that have names, sorted by them.
#[derive(Debug)]
pub(super) struct Table<T>(Vec<(Arc<str>, T)>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Table<T> {
    pub(super) fn new(items: BTreeMap<Arc<str>, T>) -> Self {
        Self(items.into_iter().collect())
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.0
            .binary_search_by(|(known, _)| (**known).cmp(name))
            .ok()
    }

    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.0.get(at).map(|(_, item)| item)
    }

    pub(super) fn name(&self, at: usize) -> &str {
        self.0.get(at).map_or("", |(name, _)| name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &T)> {
        self.0.iter().map(|(name, item)| (name, item))
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, item)| item)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}

/// `variable`
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) header: Span,
    pub(super) constraint: TypeConstraint,
    /// Whether a value given as text is an expression; otherwise it is the text itself.
    pub(super) takes_expressions: bool,
    pub(super) default: Option<Value>,
    /// Where the default is written.
    pub(super) default_at: Option<Span>,
    pub(super) is_sensitive: bool,
    pub(super) is_ephemeral: bool,
    pub(super) is_nullable: bool,
    pub(super) validations: Vec<Condition>,
}

/// One name of a `locals` block.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) value: Expr,
    pub(super) refs: Refs,
}

/// `output`
#[derive(Debug)]
pub(super) struct Output {
    pub(super) header: Span,
    pub(super) value: Option<Expr>,
    pub(super) is_sensitive: bool,
    pub(super) is_ephemeral: bool,
    pub(super) preconditions: Vec<Condition>,
    pub(super) depends_on: Option<Expr>,
    pub(super) refs: Refs,
}

/// `module`
#[derive(Debug)]
pub(super) struct Call {
    pub(super) header: Span,
    pub(super) source: Option<Source>,
    pub(super) version: Option<Arc<str>>,
    pub(super) repeat: Option<Repeat>,
    /// The arguments, sorted by name, each with what it refers to.
    pub(super) inputs: Table<Input>,
    /// Providers handed on: what the module calls it, and what it is here.
    pub(super) providers: Option<BTreeMap<Arc<str>, Arc<str>>>,
    pub(super) depends_on: Option<Expr>,
    /// What `depends_on` names.
    pub(super) refs: Refs,
}

/// Where a module comes from.
#[derive(Debug)]
pub(super) struct Source {
    /// As written.
    pub(super) text: Arc<str>,
    pub(super) span: Span,
}

/// An argument of a module call.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) attribute: Attribute,
    pub(super) refs: Refs,
}

/// `count`, `for_each`, or OpenTofu's `enabled`.
#[derive(Debug)]
pub(super) struct Repeat {
    pub(super) kind: RepeatKind,
    pub(super) value: Expr,
    pub(super) refs: Refs,
}

/// How a block is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RepeatKind {
    Count,
    ForEach,
    Enabled,
}

impl RepeatKind {
    /// The argument that says it.
    pub(super) const fn argument(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::ForEach => "for_each",
            Self::Enabled => "enabled",
        }
    }
}

/// `resource`, `data`, `ephemeral`
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) mode: Mode,
    pub(super) resource_type: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) header: Span,
    pub(super) repeat: Option<Repeat>,
    /// By [`provider_key`].
    pub(super) provider: Arc<str>,
    /// What is the provider's own business.
    pub(super) body: Body,
    pub(super) preconditions: Vec<Condition>,
    pub(super) postconditions: Vec<Condition>,
    pub(super) depends_on: Option<Expr>,
    /// All that its body and its conditions refer to.
    pub(super) refs: Refs,
    /// Whether anything in the module refers to it.
    pub(super) is_referenced: bool,
    /// Whether it has provisioners, which may do anything.
    pub(super) has_provisioners: bool,
}

/// `provider`
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) body: Body,
    pub(super) refs: Refs,
}

/// `check`
#[derive(Debug)]
pub(super) struct Check {
    pub(super) assertions: Vec<Condition>,
}

/// `import`
#[derive(Debug)]
pub(super) struct Import {
    pub(super) repeat: Option<Repeat>,
    pub(super) values: Vec<Expr>,
    pub(super) refs: Refs,
}

/// `validation`, `precondition`, `postcondition`, `assert`
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) condition: Expr,
    pub(super) message: Option<Expr>,
    pub(super) refs: Refs,
}

/// What expressions refer to.
pub(super) type Refs = Box<[Ref]>;

/// A reference to something in the same module.
#[derive(Clone, Debug)]
pub(super) struct Ref {
    pub(super) to: Target,
    /// Where it is written.
    pub(super) at: Span,
}

/// What a reference leads to, by its place in the module's tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Variable(usize),
    Local(usize),
    Resource(usize),
    /// A module call; the output, where the reference names one.
    Call(usize, Option<Arc<str>>),
}

/// The key of a resource in its table; sorts managed ones by type and name.
pub(super) fn resource_key(mode: Mode, resource_type: &str, name: &str) -> String {
    match mode {
        Mode::Managed => format!("{resource_type}.{name}"),
        Mode::Data => format!("data.{resource_type}.{name}"),
        Mode::Ephemeral => format!("ephemeral.{resource_type}.{name}"),
    }
}

/// The key of a provider: `aws`, `aws.eu`.
pub(super) fn provider_key(name: &str, alias: Option<&str>) -> String {
    match alias {
        Some(alias) => format!("{name}.{alias}"),
        None => name.to_owned(),
    }
}
