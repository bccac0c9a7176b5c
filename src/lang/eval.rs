//! Expressions -> values.
//!
//! As in Terraform, both branches of a conditional and both sides of `&&` are evaluated: their
//! types and errors count, their values need not.

mod conditional;
mod each;
mod template;

use super::budget::Budget;
use super::convert::convert;
use super::error::LangError;
use super::expr::{Binary, Call, Expr, Kind, Node, Path, Step, StepTo, Unary};
use super::files::Files;
use super::functions;
use super::ops::{self, OperandError};
use super::quote::quoted;
use super::types::Type;
use super::value::{Data, Marks, Value};
use crate::lang::Members;
use std::ops::Range;

/// What a reference found: a value, and how many of the path's steps led to it. The evaluator
/// takes the rest of the steps.
#[derive(Clone, Debug)]
pub struct Found {
    /// The value.
    pub value: Value,
    /// How many steps it took, none to all.
    pub used: usize,
}

/// What the names and functions around an expression mean.
pub trait Scope {
    /// The value of a reference.
    ///
    /// The scope sees the whole path and takes as many steps as it likes, so that
    /// `local.name.part` need not build an object of all locals.
    ///
    /// # Errors
    ///
    /// What is not declared; [`LangError`] without a place gets that of the reference.
    fn variable(&self, path: &Path) -> Result<Found, LangError>;

    /// A function that this scope adds or replaces; none for all others. It gets its arguments
    /// unevaluated and may evaluate them through the context, or not.
    fn call(
        &self,
        _name: &str,
        _arguments: &[Node],
        _context: &mut Context<'_>,
    ) -> Option<Result<Value, LangError>> {
        None
    }

    /// Whether what is not there is null instead of an error: an attribute of null, one that an
    /// object does not have, an element past the end. Capacity rules read values so, because a
    /// provider leaves out what its version does not know.
    fn forgives_missing(&self) -> bool {
        false
    }

    /// Whether arithmetic keeps the bounds of unknown numbers. Terraform forgets them; a rule
    /// that multiplies an unknown number of machines wants to know the least it can be.
    fn keeps_bounds(&self) -> bool {
        false
    }

    /// The files that functions may read; none by default.
    fn files(&self) -> Option<&dyn Files> {
        None
    }

    /// A budget that outlives this expression.
    fn budget(&self) -> Option<&Budget> {
        None
    }
}

/// A scope without any names.
#[derive(Clone, Copy, Debug)]
pub struct NoNames;

impl Scope for NoNames {
    fn variable(&self, path: &Path) -> Result<Found, LangError> {
        Err(unknown_variable(path.root()))
    }
}

/// The error for a name that means nothing.
pub fn unknown_variable(name: &str) -> LangError {
    LangError::new(
        "Unknown variable",
        format!("There is no variable named {}.", quoted(name)),
    )
}

/// Evaluates an expression.
///
/// # Errors
///
/// Terraform's first error, with its place.
pub fn eval(expr: &Expr, scope: &dyn Scope) -> Result<Value, LangError> {
    eval_part(expr, expr.node(), scope)
}

/// Evaluates a part of an expression that needs no names from around it.
pub(crate) fn eval_part(expr: &Expr, node: &Node, scope: &dyn Scope) -> Result<Value, LangError> {
    let own = Budget::new();
    let mut context = Context {
        scope,
        slots: Vec::new(),
        budget: scope.budget().unwrap_or(&own),
        depth: 0,
        sample: None,
    };
    context
        .eval(node)
        .map_err(|error| error.placed(|range| expr.place(range)))
}

/// The state of evaluating one expression.
pub struct Context<'a> {
    scope: &'a dyn Scope,
    /// The values of `for` names and splat items, innermost last.
    slots: Vec<Value>,
    budget: &'a Budget,
    depth: usize,
    /// Stands in for what only the time of apply will tell, to see whether that matters.
    sample: Option<Sample>,
}

/// One of two stand-ins for values that are made when a configuration is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sample {
    Early,
    Late,
}

impl Sample {
    /// What `timestamp()` might give.
    pub(crate) const fn time(self) -> &'static str {
        match self {
            Self::Early => "2001-01-31T00:00:00Z",
            Self::Late => "2999-12-01T23:59:59Z",
        }
    }

    /// What a random text might be made of.
    pub(crate) const fn letter(self) -> &'static str {
        match self {
            Self::Early => "0",
            Self::Late => "a",
        }
    }
}

/// Deeper trees than the parser makes come from templates that call templates.
const MAX_DEPTH: usize = 1_000;

impl<'a> Context<'a> {
    /// The files that functions may read.
    pub fn files(&self) -> Option<&'a dyn Files> {
        self.scope.files()
    }

    /// What is left of the work that may be done.
    pub fn budget(&self) -> &'a Budget {
        self.budget
    }

    /// What stands in for the time and for what is random.
    pub(crate) fn sample(&self) -> Option<Sample> {
        self.sample
    }

    /// Evaluates a part with both stand-ins; none if what they give differs in kind.
    ///
    /// Whether `formatdate(.., timestamp())` works does not depend on the time.
    pub(crate) fn eval_sampled(&mut self, node: &Node) -> Option<bool> {
        let before = self.sample;
        let mut works = |sample| {
            self.sample = Some(sample);
            match self.eval(node) {
                Ok(value) if value.is_wholly_known() => Some(true),
                Ok(_) => None,
                Err(error) if error.is_final() => None,
                Err(_) => Some(false),
            }
        };
        let (early, late) = (works(Sample::Early), works(Sample::Late));
        self.sample = before;
        early.filter(|early| late == Some(*early))
    }

    /// Evaluates the tree of a template with names of its own, in the same budget.
    pub(crate) fn nested(&self, expr: &Expr, scope: &dyn Scope) -> Result<Value, LangError> {
        Context {
            scope,
            slots: Vec::new(),
            budget: self.budget,
            depth: self.depth.saturating_add(1),
            sample: self.sample,
        }
        .eval(expr.node())
    }

    /// Evaluates a part of the expression.
    ///
    /// # Errors
    ///
    /// Terraform's first error, with its place.
    pub fn eval(&mut self, node: &Node) -> Result<Value, LangError> {
        self.budget.step(1)?;
        match &node.kind {
            Kind::Literal(value) => return Ok(value.clone()),
            Kind::Slot(slot) => {
                return Ok(self
                    .slots
                    .get(*slot)
                    .cloned()
                    .unwrap_or_else(Value::unknown));
            }
            _ => {}
        }
        if self.depth >= MAX_DEPTH {
            return Err(LangError::new(
                "Expression too deeply nested",
                "This is nested deeper than any expression of a configuration should be.",
            )
            .at_range(node.raw_range()));
        }
        self.depth = self.depth.saturating_add(1);
        let result = self.eval_kind(node);
        self.depth = self.depth.saturating_sub(1);
        let value = result?;
        Budget::holds(&value).map_err(|error| error.at_range(node.raw_range()))?;
        Ok(value)
    }

    fn eval_kind(&mut self, node: &Node) -> Result<Value, LangError> {
        match &node.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::Slot(slot) => Ok(self
                .slots
                .get(*slot)
                .cloned()
                .unwrap_or_else(Value::unknown)),
            Kind::Variable(path) => self.variable(path),
            Kind::Steps(base, steps) => {
                let base = self.eval(base)?;
                take_steps(base, steps, self.scope.forgives_missing())
            }
            Kind::Index(pair) => {
                let [collection, key] = &**pair;
                let value = self.eval(collection)?;
                let index = self.eval(key)?;
                ops::index(&value, &index).map_err(|error| error.at_range(collection.end..node.end))
            }
            Kind::Splat(splat) => self.splat(splat),
            Kind::Tuple(nodes) => {
                self.budget.make_elements(nodes.len())?;
                let elements = nodes
                    .iter()
                    .map(|node| self.eval(node))
                    .collect::<Result<_, _>>()?;
                Ok(Value::tuple(elements))
            }
            Kind::Object(items) => self.object(items),
            Kind::Call(call) => self.call(call, node),
            Kind::Conditional(three) => self.conditional(three),
            Kind::Unary(operator, operand) => {
                let value = self.eval(operand)?;
                match operator {
                    Unary::Not => ops::not(&value),
                    Unary::Negate => ops::negate(&value),
                }
                .map_err(|error| operand_error(error, node, [operand, operand], "unary"))
            }
            Kind::Binary(operator, pair) => self.binary(*operator, pair, node),
            Kind::For(each) => self.for_expression(each),
            Kind::Template(parts) => self.template(parts),
            Kind::Join(tuple) => self.join(tuple),
            Kind::Shared(node) => self.eval(node),
            Kind::Invalid(error) => Err(error.clone().at_range(node.raw_range())),
        }
    }

    fn variable(&mut self, path: &Path) -> Result<Value, LangError> {
        let found = self
            .scope
            .variable(path)
            .map_err(|error| error.at_range(path.start..path.end))?;
        let rest = path.steps.get(found.used..).unwrap_or(&[]);
        take_steps(found.value, rest, self.scope.forgives_missing())
    }

    fn binary(
        &mut self,
        operator: Binary,
        pair: &[Node; 2],
        node: &Node,
    ) -> Result<Value, LangError> {
        let [left, right] = pair;
        let a = self.eval(left)?;
        let b = self.eval(right)?;
        ops::binary(operator, &a, &b, self.scope.keeps_bounds())
            .map_err(|error| operand_error(error, node, [left, right], ""))
    }

    fn object(&mut self, items: &[(Node, Node)]) -> Result<Value, LangError> {
        self.budget.make_elements(items.len())?;
        let mut attributes = Members::new();
        let mut marks = Marks::NONE;
        let mut known = true;
        for (key_node, value_node) in items {
            let key = self.eval(key_node)?;
            let value = self.eval(value_node)?;
            if key.is_null() {
                return Err(LangError::new(
                    "Null value as key",
                    "Can't use a null value as a key.",
                )
                .at_range(key_node.raw_range()));
            }
            marks |= key.marks();
            let key = convert(&key, &Type::String).map_err(|why| {
                LangError::new(
                    "Incorrect key type",
                    format!("Can't use this value as a key: {why}."),
                )
                .at_range(key_node.raw_range())
            })?;
            match &key.data {
                Data::String(name) => {
                    attributes.insert(name.clone(), value);
                }
                _ => known = false,
            }
        }
        Ok(if known {
            Value::object(attributes).with_marks(marks)
        } else {
            Value::unknown()
        })
    }

    fn call(&mut self, call: &Call, node: &Node) -> Result<Value, LangError> {
        if !call.expand {
            let scope = self.scope;
            if let Some(result) = scope.call(&call.name, &call.arguments, self) {
                return result.map_err(|error| error.at_range(node.raw_range()));
            }
        }
        functions::call(self, call, node)
    }
}

fn take_steps(value: Value, steps: &[Step], forgiving: bool) -> Result<Value, LangError> {
    let mut value = value;
    for step in steps {
        if forgiving && value.is_known() {
            value = step.reach(&value).unwrap_or_else(Value::null);
            continue;
        }
        value = match &step.to {
            StepTo::Attribute(name) => ops::attribute(&value, name),
            StepTo::Index(key) => ops::index(&value, key),
        }
        .map_err(|error| error.at_range(step.raw_range()))?;
    }
    Ok(value)
}

fn operand_error(
    error: OperandError,
    node: &Node,
    operands: [&Node; 2],
    side: &'static str,
) -> LangError {
    match error {
        OperandError::Unsuitable(at, why) => {
            let name = match (side, at) {
                ("", 0) => "left",
                ("", _) => "right",
                (side, _) => side,
            };
            let range: Range<u32> = operands
                .get(at)
                .map_or_else(|| node.raw_range(), |node| node.raw_range());
            LangError::new(
                "Invalid operand",
                format!("Unsuitable value for {name} operand: {why}."),
            )
            .at_range(range)
        }
        OperandError::Failed(why) => LangError::new(
            "Operation failed",
            format!("Error during operation: {why}."),
        )
        .at_range(node.raw_range()),
    }
}
