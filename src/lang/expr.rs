//! Expressions as a tree of our own: lowered once, evaluated many times.
//!
//! Names that a `for` or a splat brings are slots, found when the tree is made, and functions
//! are looked up then too, so evaluating does no searching.

use super::error::LangError;
use super::functions::Function;
use super::value::Value;
use crate::source::{SourceFile, Span};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// An expression of one file.
#[derive(Clone)]
pub struct Expr {
    file: SourceFile,
    node: Arc<Node>,
    /// Where the text stands as a whole, when it is not the file's own text.
    whole: Option<Span>,
}

impl Expr {
    pub(crate) fn new(file: SourceFile, node: Node) -> Self {
        Self {
            file,
            node: Arc::new(node),
            whole: None,
        }
    }

    /// All its places are this one, because its text is not that of a file.
    pub(crate) fn standing_at(mut self, span: Span) -> Self {
        self.whole = Some(span);
        self
    }

    /// A literal of another syntax than HCL's own.
    pub fn literal(value: Value, at: Span) -> Self {
        Self::made_of(Kind::Literal(value), at)
    }

    /// A tuple in another syntax than HCL's own.
    pub fn tuple(elements: Vec<Self>, at: Span) -> Self {
        Self::made_of(
            Kind::Tuple(elements.into_iter().map(Self::into_node).collect()),
            at,
        )
    }

    /// An object in another syntax than HCL's own.
    pub fn object(items: Vec<(Self, Self)>, at: Span) -> Self {
        let items = items
            .into_iter()
            .map(|(key, value)| (key.into_node(), value.into_node()));
        Self::made_of(Kind::Object(items.collect()), at)
    }

    fn made_of(kind: Kind, at: Span) -> Self {
        let node = Node {
            kind,
            start: 0,
            end: 0,
        };
        Self::new(at.file.clone(), node).standing_at(at)
    }

    /// The tree, to become a part of another one.
    fn into_node(self) -> Node {
        Arc::try_unwrap(self.node).unwrap_or_else(|shared| Node {
            start: shared.start,
            end: shared.end,
            kind: Kind::Shared(shared),
        })
    }

    /// The file it is written in.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The tree.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Where it is written.
    pub fn span(&self) -> Span {
        self.place(self.node.range())
    }

    /// Where a part of it is written.
    pub fn place(&self, range: Range<usize>) -> Span {
        match &self.whole {
            Some(span) => span.clone(),
            None => self.file.at(range),
        }
    }

    /// Everything it refers to, in the order of the text. Names that a `for` brings are not
    /// among it; what only a dynamic index decides ends the path before that.
    pub fn references(&self) -> Vec<&Path> {
        let mut found = Vec::new();
        self.node.each(&mut |node| {
            if let Kind::Variable(path) = &node.kind {
                found.push(&**path);
            }
        });
        found
    }

    /// The one thing it refers to, if it is a reference and nothing else: `var.size`,
    /// `aws_vpc.main[0].id`.
    pub fn static_path(&self) -> Option<&Path> {
        self.node.as_path()
    }

    /// The value, if the expression is a literal string, number, bool or null.
    pub fn as_literal(&self) -> Option<&Value> {
        match &self.node.kind {
            Kind::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The names of all functions that are called.
    pub fn calls(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.node.each(&mut |node| {
            if let Kind::Call(call) = &node.kind {
                found.push(&*call.name);
            }
        });
        found
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.span().text())
    }
}

/// A part of an expression.
pub struct Node {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Node {
    /// Where it is, in bytes of its file.
    pub fn range(&self) -> Range<usize> {
        let widened = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        widened(self.start)..widened(self.end)
    }

    pub(crate) fn raw_range(&self) -> Range<u32> {
        self.start..self.end
    }

    /// The one thing it refers to, if it is a reference and nothing else.
    pub fn as_path(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Variable(path) => Some(path),
            _ => None,
        }
    }

    /// The value of a literal.
    pub fn as_literal(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The elements of a `[..]`.
    pub fn as_tuple(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The keys and values of a `{..}`.
    pub fn as_object(&self) -> Option<&[(Self, Self)]> {
        match &self.kind {
            Kind::Object(items) => Some(items),
            _ => None,
        }
    }

    /// The name and arguments of a function call without `...`.
    pub fn as_call(&self) -> Option<(&str, &[Self])> {
        match &self.kind {
            Kind::Call(call) if !call.expand => Some((&call.name, &call.arguments)),
            _ => None,
        }
    }

    /// What a conditional depends on.
    pub(crate) fn condition(&self) -> Option<&Self> {
        match &self.kind {
            Kind::Conditional(three) => three.first(),
            _ => None,
        }
    }

    /// Visits this node and all below it, in the order of the text.
    pub(crate) fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.children(&mut |child| child.each(visit));
    }

    /// Visits the nodes right below it, in the order of the text.
    pub(crate) fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match &self.kind {
            Kind::Literal(_) | Kind::Variable(_) | Kind::Slot(_) | Kind::Invalid(_) => {}
            Kind::Steps(inner, _) | Kind::Unary(_, inner) | Kind::Join(inner) => visit(inner),
            Kind::Shared(inner) => visit(inner),
            Kind::Index(pair) | Kind::Binary(_, pair) => pair.iter().for_each(visit),
            Kind::Conditional(three) => three.iter().for_each(visit),
            Kind::Splat(splat) => {
                visit(&splat.source);
                visit(&splat.each);
            }
            Kind::Tuple(nodes) | Kind::Template(nodes) => nodes.iter().for_each(visit),
            Kind::Object(items) => {
                for (key, value) in items {
                    visit(key);
                    visit(value);
                }
            }
            Kind::Call(call) => call.arguments.iter().for_each(visit),
            Kind::For(each) => {
                visit(&each.collection);
                each.key.iter().for_each(&mut *visit);
                visit(&each.value);
                each.condition.iter().for_each(visit);
            }
        }
    }
}

pub(crate) enum Kind {
    Literal(Value),
    /// Something the scope knows, and what of it.
    Variable(Box<Path>),
    /// A name that a `for` or a splat brought: how far down the stack of such values.
    Slot(usize),
    /// What is reached by fixed steps.
    Steps(Box<Node>, Box<[Step]>),
    /// A collection and a key that is computed.
    Index(Box<[Node; 2]>),
    Splat(Box<Splat>),
    Tuple(Box<[Node]>),
    Object(Box<[(Node, Node)]>),
    Call(Box<Call>),
    /// Condition, then, else.
    Conditional(Box<[Node; 3]>),
    Unary(Unary, Box<Node>),
    Binary(Binary, Box<[Node; 2]>),
    For(Box<For>),
    /// Parts that become one string.
    Template(Box<[Node]>),
    /// A tuple of strings that become one: a `for` directive.
    Join(Box<Node>),
    /// A tree that others use too.
    Shared(Arc<Node>),
    /// Parses, and can have no value.
    Invalid(LangError),
}

/// `for`, for tuples and objects.
pub(crate) struct For {
    pub(crate) collection: Node,
    /// The slot of the key; the value's is the next.
    pub(crate) slot: usize,
    pub(crate) key: Option<Node>,
    pub(crate) value: Node,
    pub(crate) condition: Option<Node>,
    pub(crate) grouping: bool,
}

/// `source[*]` and what follows it.
pub(crate) struct Splat {
    pub(crate) source: Node,
    pub(crate) slot: usize,
    pub(crate) each: Node,
}

/// A function call.
pub(crate) struct Call {
    pub(crate) name: Arc<str>,
    pub(crate) function: Option<&'static Function>,
    pub(crate) arguments: Box<[Node]>,
    /// Whether the last argument ends in `...`.
    pub(crate) expand: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    Negate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// A reference: a name the scope knows, and the fixed steps that follow it.
pub struct Path {
    pub(crate) root: Arc<str>,
    pub(crate) steps: Box<[Step]>,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Path {
    /// The first name: `var`, `local`, `aws_instance`.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// What follows.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The name in the step at that position, if it is one (`.name`).
    pub fn attribute(&self, at: usize) -> Option<&str> {
        self.steps.get(at)?.attribute()
    }

    /// Where it is, in bytes of its file.
    pub fn range(&self) -> Range<usize> {
        let widened = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        widened(self.start)..widened(self.end)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        for step in &self.steps {
            write!(f, "{step}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One fixed step of a reference.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where to.
    pub to: StepTo,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Where a step leads.
#[derive(Clone, Debug)]
pub enum StepTo {
    /// `.name`
    Attribute(Arc<str>),
    /// `[0]`, `["name"]`, or `.0`
    Index(Value),
}

impl Step {
    /// The name of a `.name` step.
    pub fn attribute(&self) -> Option<&str> {
        match &self.to {
            StepTo::Attribute(name) => Some(name),
            StepTo::Index(_) => None,
        }
    }

    /// The key of an index step.
    pub fn index(&self) -> Option<&Value> {
        match &self.to {
            StepTo::Attribute(_) => None,
            StepTo::Index(key) => Some(key),
        }
    }

    /// What a known value has there, with the value's own marks; none where it has nothing there.
    pub fn reach(&self, value: &Value) -> Option<Value> {
        let found = match &self.to {
            StepTo::Attribute(name) => value.attribute(name)?,
            StepTo::Index(key) => match key.as_str() {
                Some(name) => value.attribute(name)?,
                None => {
                    let at = usize::try_from(key.as_number()?.to_u64()?).ok()?;
                    value.elements()?.get(at)?
                }
            },
        };
        Some(found.clone().with_marks(value.marks()))
    }

    /// Where it is, in bytes of its file.
    pub fn range(&self) -> Range<usize> {
        let widened = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        widened(self.start)..widened(self.end)
    }

    pub(crate) fn raw_range(&self) -> Range<u32> {
        self.start..self.end
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.to {
            StepTo::Attribute(name) => write!(f, ".{name}"),
            StepTo::Index(key) => write!(f, "[{key}]"),
        }
    }
}
