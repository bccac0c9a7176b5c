//! What a rule is once it is read: formulas, and how their amounts go together.

use super::nested::Nested;
use crate::lang::{Expr, Step};
use crate::quantity::Dimension;
use crate::read::AttributeSet;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// One rule: what instances of some resource types ask for.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    /// The types it is for; the first gives it its name.
    pub(crate) types: Box<[Arc<str>]>,
    /// Where its facts come from: links.
    pub(crate) sources: Box<[Arc<str>]>,
    /// By which of its attributes other resources refer to it, as paths.
    pub(crate) keys: Box<[Attribute]>,
    /// Whether it runs on machines that may be counted too.
    pub(crate) workload: Option<Formula>,
    /// Whether it hides capacity after all.
    pub(crate) opaque: Option<Formula>,
    /// What bounds all that it may hide.
    pub(crate) bounded: Option<Formula>,
    /// Whether its amounts are asked for outright, as a ceiling, and not added to others.
    pub(crate) declares: bool,
    /// What it raises the ceiling of.
    pub(crate) modifies: Option<Formula>,
    pub(crate) body: Body,
    pub(crate) looks: Looks,
    /// The attributes that its formulas read.
    pub(crate) reads: Box<[Arc<str>]>,
    /// How much of each is read.
    pub(crate) nested: Nested,
    /// Those, and what others read of it.
    pub(crate) attributes: AttributeSet,
    /// The whole block.
    pub(crate) span: Span,
}

/// What formulas look at beside the instance they are about.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// The types that are linked to, or that refer to it.
    pub(crate) types: BTreeSet<Arc<str>>,
    /// The parts that are used, which may look at more.
    pub(crate) parts: BTreeSet<Arc<str>>,
}

/// How the amounts of a rule count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By themselves.
    Resource,
    /// Only where something refers to it.
    Template,
    /// Not at all: it raises what something else may grow to.
    Modifier,
}

/// A path into an instance.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// As people write it: `metadata[0].name`.
    pub(crate) text: Arc<str>,
    pub(crate) steps: Box<[Step]>,
}

/// Amounts that belong together.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) locals: Box<[Local]>,
    pub(crate) parts: Box<[Part]>,
}

/// A name for a formula.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) name: Arc<str>,
    pub(crate) formula: Formula,
}

/// One part of a body.
#[derive(Debug)]
pub(crate) struct Part {
    /// Counts only where this is true.
    pub(crate) condition: Option<Formula>,
    pub(crate) what: What,
}

/// What a part says.
#[derive(Debug)]
pub(crate) enum What {
    /// So much of one dimension.
    Quantity {
        dimension: Dimension,
        steady: Formula,
        /// Where it is not the same.
        max: Option<Formula>,
    },
    /// What was asked for, or else what comes without asking, which is another dimension.
    Asked {
        dimension: Dimension,
        configured: Formula,
        included_dimension: Dimension,
        included: Formula,
    },
    /// What a machine has of these dimensions: vCPU, memory and GPUs, but for what is stated.
    Machine {
        of: Formula,
        columns: Box<[Dimension]>,
    },
    /// A body, so many times.
    Copies {
        /// What the number itself is: `nodes`.
        dimension: Dimension,
        /// Whether it counts.
        nodes: bool,
        steady: Formula,
        /// Where it is not the same.
        max: Option<Formula>,
        body: Body,
    },
    /// A body for each element of a list or block.
    Each { of: Each, body: Body },
    /// Per dimension the greatest of the alternatives.
    Worst(Body),
    /// A body.
    Group(Body),
    /// What the rule of another resource says of it.
    Like {
        of: Formula,
        /// The types it can be.
        types: Box<[Arc<str>]>,
        /// What to put in place of its attributes, unless null.
        with: Box<[Local]>,
        /// The dimensions that count; empty for all.
        only: Box<[Dimension]>,
    },
    /// A part that is written once for many rules.
    Use {
        name: Arc<str>,
        arguments: Box<[Local]>,
    },
}

/// What an `each` goes through.
#[derive(Debug)]
pub(crate) enum Each {
    /// Nested blocks of the subject; `[*]` between the names is understood.
    Blocks(Box<[Arc<str>]>),
    /// The elements of a list.
    In(Formula),
}

/// A part that is written once for many rules.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) body: Body,
    pub(crate) looks: Looks,
    /// The whole block.
    pub(crate) span: Span,
}

/// A function that is written in a file of rules.
#[derive(Debug)]
pub(crate) struct UserFunction {
    pub(crate) parameters: Box<[Arc<str>]>,
    pub(crate) result: Expr,
    /// The whole block.
    pub(crate) span: Span,
}

/// How to read the size of a machine from a name that no table lists.
#[derive(Debug)]
pub(crate) struct ByName {
    /// What the whole name must fit; its named groups are what the columns see.
    pub(crate) pattern: Arc<str>,
    pub(crate) compiled: OnceLock<Option<regex::Regex>>,
    /// Whether the name defines the size, or only tells it by custom.
    pub(crate) exact: bool,
    pub(crate) columns: BTreeMap<Arc<str>, Expr>,
}

/// An expression, and what it reads.
#[derive(Debug)]
pub(crate) struct Formula {
    pub(crate) expr: Expr,
    /// In the order of the text.
    pub(crate) reads: Box<[Read]>,
}

/// One thing that a formula reads.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) source: Source,
    /// What follows, as people write it: `[0].volume_size`.
    pub(crate) text: Arc<str>,
    pub(crate) steps: Box<[Step]>,
    /// Whether it counts only where somebody configured it.
    pub(crate) if_configured: bool,
}

/// Where something is read from.
#[derive(Debug)]
pub(crate) enum Source {
    /// The instance.
    Own,
    /// The element of the `each` at that depth, the outermost being 1.
    Each(usize),
    Local(Arc<str>),
    Argument(Arc<str>),
}

impl ByName {
    /// The pattern, compiled when the first name is held against it; none where it is no pattern.
    pub(crate) fn regex(&self) -> Option<&regex::Regex> {
        self.compiled
            .get_or_init(|| regex::Regex::new(&format!("^(?:{})$", self.pattern)).ok())
            .as_ref()
    }
}

impl Body {
    /// The dimensions that it can say something about, `like` aside; `shared` finds what `use` names.
    pub(crate) fn dimensions<'a>(
        &'a self,
        shared: &dyn Fn(&str) -> Option<&'a Shared>,
        found: &mut Vec<Dimension>,
    ) {
        for part in &self.parts {
            match &part.what {
                What::Quantity { dimension, .. } => found.push(dimension.clone()),
                What::Asked {
                    dimension,
                    included_dimension,
                    ..
                } => found.extend([dimension.clone(), included_dimension.clone()]),
                What::Machine { columns, .. } => found.extend(columns.iter().cloned()),
                What::Copies {
                    dimension,
                    nodes,
                    body,
                    ..
                } => {
                    if *nodes {
                        found.push(dimension.clone());
                    }
                    body.dimensions(shared, found);
                }
                What::Each { body, .. } | What::Worst(body) | What::Group(body) => {
                    body.dimensions(shared, found);
                }
                What::Use { name, .. } => {
                    if let Some(part) = shared(name) {
                        part.body.dimensions(shared, found);
                    }
                }
                What::Like { .. } => {}
            }
        }
    }
}

/// The columns of a machine that count by themselves.
pub(crate) const MACHINE: [&str; 3] = [Dimension::VCPU, Dimension::MEMORY_GIB, "gpus"];
