//! Expressions -> values.
//!
//! As in Terraform, both branches of a conditional and both sides of `&&` are evaluated: their
//! types and errors count, their values need not.

use super::budget::Budget;
use super::convert::convert;
use super::error::LangError;
use super::expr::{Binary, Call, Expr, For, Kind, Node, Path, Splat, Step, StepTo, Unary};
use super::files::Files;
use super::functions;
use super::number::Number;
use super::ops::{self, OperandError};
use super::quote::quoted;
use super::text::nfc;
use super::types::Type;
use super::unify::{Via, unify};
use super::value::{Data, Marks, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

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
        result
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
        let mut attributes = BTreeMap::new();
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

    fn conditional(&mut self, three: &[Node; 3]) -> Result<Value, LangError> {
        let [condition_node, then_node, else_node] = three;
        // An error in a branch counts only if that branch is taken; until then its value is as
        // good as unknown.
        let then = self.eval(then_node);
        let otherwise = self.eval(else_node);
        let unknown = Value::unknown();
        let then_value = then.as_ref().unwrap_or(&unknown);
        let else_value = otherwise.as_ref().unwrap_or(&unknown);
        let result = common_type(then_value, else_value).ok_or_else(|| {
            LangError::new(
                "Inconsistent conditional result types",
                format!(
                    "The true and false result expressions must have consistent types. {}.",
                    describe_mismatch(&then_value.type_of(), &else_value.type_of())
                ),
            )
            .at_range(then_node.start..else_node.end)
        })?;
        let condition = self.eval(condition_node)?;
        if condition.is_null() {
            return Err(LangError::new(
                "Null condition",
                "The condition value is null. Conditions must either be true or false.",
            )
            .at_range(condition_node.raw_range()));
        }
        // Secrecy is catching, whichever branch is taken; what else is known about where a value
        // comes from is only true of the branch that gives it.
        let secret = |value: &Value| {
            let all = value.marks();
            all.without(all.without(Marks::SENSITIVE | Marks::EPHEMERAL))
        };
        let marks = condition.marks() | secret(then_value) | secret(else_value);
        if !condition.is_known() {
            if let Err(error) = then {
                return Err(error);
            }
            if let Err(error) = otherwise {
                return Err(error);
            }
            let marks = marks | then_value.marks() | else_value.marks();
            return Ok(either(then_value, else_value, result.of).with_marks(marks));
        }
        let truth = convert(&condition, &Type::Bool).map_err(|_| {
            LangError::new(
                "Incorrect condition type",
                "The condition expression must be of type bool.",
            )
            .at_range(condition_node.raw_range())
        })?;
        let taken = truth.as_bool() == Some(true);
        let (value, node, word, how) = if taken {
            (then?, then_node, "true", result.then)
        } else {
            (otherwise?, else_node, "false", result.otherwise)
        };
        let value = match how {
            How::AsIs => value,
            How::Unknown => Value::unknown().with_marks(value.marks()),
            How::Converted => convert(&value, &result.of).map_err(|why| {
                LangError::new(
                    "Inconsistent conditional result types",
                    format!("The {word} result value has the wrong type: {why}."),
                )
                .at_range(node.raw_range())
            })?,
        };
        Ok(value.with_marks(marks))
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

    fn splat(&mut self, splat: &Splat) -> Result<Value, LangError> {
        let source = self.eval(&splat.source)?;
        let marks = source.marks();
        let of = source.type_of();
        let is_sequence = matches!(of, Type::Tuple(_) | Type::List(_) | Type::Set(_));
        if source.is_null() {
            if is_sequence {
                return Err(LangError::new(
                    "Splat of null value",
                    "Splat expressions (with the * symbol) cannot be applied to null sequences.",
                )
                .at_range(splat.source.raw_range()));
            }
            return Ok(Value::tuple(Vec::new()).with_marks(marks));
        }
        // A resource is one thing, whatever else is known of it.
        let is_resource = source.as_computed().is_some_and(|c| c.attribute.is_empty());
        if of == Type::Dynamic && !is_resource {
            return Ok(Value::unknown().with_marks(marks));
        }
        if !is_sequence {
            // Anything else is as good as a tuple of one, or of none once it turns out null.
            let sure = source.is_never_null();
            let item = self.with_slot(splat.slot, source.unmarked(), &splat.each)?;
            let result = if sure {
                Value::tuple(vec![item])
            } else {
                Value::unknown()
            };
            return Ok(result.with_marks(marks));
        }
        let Some(items) = source.elements() else {
            return Ok(self.unknown_splat(splat, &source, &of)?.with_marks(marks));
        };
        let results = items
            .iter()
            .map(|item| self.with_slot(splat.slot, item.clone(), &splat.each))
            .collect::<Result<Vec<_>, _>>()?;
        if matches!(of, Type::Tuple(_)) {
            return Ok(Value::tuple(results).with_marks(marks));
        }
        let element = match results.first() {
            Some(_) => match one_type(&results) {
                Some(element) => element,
                None => {
                    return Err(LangError::new(
                        "Invalid nested splat expressions",
                        "The second level of splat expression produced elements of different types, so it isn't possible to construct a valid list to represent the top-level result.",
                    )
                    .at_range(splat.each.raw_range()));
                }
            },
            None => self.splat_element_type(splat, &of)?,
        };
        Ok(Value::list_of(element, results).with_marks(marks))
    }

    /// The type that one element of a list or set gives.
    fn splat_element_type(&mut self, splat: &Splat, of: &Type) -> Result<Type, LangError> {
        let element = of.element().cloned().unwrap_or(Type::Dynamic);
        let item = self.with_slot(splat.slot, Value::unknown_of(element), &splat.each)?;
        Ok(item.type_of())
    }

    fn unknown_splat(
        &mut self,
        splat: &Splat,
        source: &Value,
        of: &Type,
    ) -> Result<Value, LangError> {
        if let Type::Tuple(elements) = of {
            let mut types = Vec::with_capacity(elements.len());
            for element in elements.iter() {
                let item = Value::unknown_of(element.clone());
                types.push(self.with_slot(splat.slot, item, &splat.each)?.type_of());
            }
            return Ok(Value::unknown_of(Type::tuple(types)).refine_not_null());
        }
        let element = self.splat_element_type(splat, of)?;
        let known = source.refinement().cloned().unwrap_or_default();
        Ok(Value::unknown_of(Type::list(element)).refine(|refinement| {
            let refinement = refinement.not_null().length_at_least(known.min_length);
            match known.max_length {
                Some(most) => refinement.length_at_most(most),
                None => refinement,
            }
        }))
    }

    fn with_slot(&mut self, slot: usize, item: Value, each: &Node) -> Result<Value, LangError> {
        self.slots.truncate(slot);
        self.slots.push(item);
        let result = self.eval(each);
        self.slots.truncate(slot);
        result
    }

    fn for_expression(&mut self, each: &For) -> Result<Value, LangError> {
        let collection = self.eval(&each.collection)?;
        if collection.is_null() {
            return Err(LangError::new(
                "Iteration over null value",
                "A null value cannot be used as the collection in a 'for' expression.",
            )
            .at_range(each.collection.raw_range()));
        }
        let of = collection.type_of();
        if of == Type::Dynamic {
            return Ok(Value::unknown().with_marks(collection.marks()));
        }
        let mut marks = collection.marks();
        if of.is_primitive() {
            return Err(LangError::new(
                "Iteration over non-iterable value",
                format!(
                    "A value of type {} cannot be used as the collection in a 'for' expression.",
                    of.friendly_name()
                ),
            )
            .at_range(each.collection.raw_range()));
        }
        if let Some(condition) = &each.condition {
            marks |= self.check_condition(each, condition)?;
        }
        let Some(entries) = ops::iterate(&collection) else {
            return Ok(Value::unknown().with_marks(marks));
        };
        self.budget.make_elements(entries.len())?;
        let mut results = Results::default();
        let mut known = true;
        for (key, value) in entries {
            self.slots.truncate(each.slot);
            self.slots.push(key);
            self.slots.push(value);
            known &= self.iteration(each, &mut results, &mut marks)?;
        }
        self.slots.truncate(each.slot);
        if !known {
            return Ok(Value::unknown().with_marks(marks));
        }
        let result = if each.key.is_none() {
            Value::tuple(results.elements)
        } else if each.grouping {
            let groups = results.groups.into_iter();
            Value::object(
                groups
                    .map(|(key, group)| (key, Value::tuple(group)))
                    .collect(),
            )
        } else {
            Value::object(results.attributes)
        };
        Ok(result.with_marks(marks))
    }

    /// One turn of a `for`; false where it cannot be known what the turn adds.
    fn iteration(
        &mut self,
        each: &For,
        results: &mut Results,
        marks: &mut Marks,
    ) -> Result<bool, LangError> {
        if let Some(condition) = &each.condition {
            let include = self.eval(condition)?;
            *marks |= include.marks();
            match truth(&include, condition)? {
                None => return Ok(false),
                Some(false) => return Ok(true),
                Some(true) => {}
            }
        }
        let Some(key_node) = &each.key else {
            results.elements.push(self.eval(&each.value)?);
            return Ok(true);
        };
        let key = self.eval(key_node)?;
        let invalid = |detail: String| {
            LangError::new("Invalid object key", detail).at_range(key_node.raw_range())
        };
        if key.is_null() {
            return Err(invalid(
                "Key expression in 'for' expression must not produce a null value.".to_owned(),
            ));
        }
        *marks |= key.marks();
        if !key.is_known() {
            return Ok(false);
        }
        let key = convert(&key, &Type::String).map_err(|why| {
            invalid(format!(
                "The key expression produced an invalid result: {why}."
            ))
        })?;
        let Data::String(name) = &key.data else {
            return Ok(false);
        };
        let value = self.eval(&each.value)?;
        if each.grouping {
            results.groups.entry(name.clone()).or_default().push(value);
        } else if results.attributes.insert(name.clone(), value).is_some() {
            return Err(LangError::new(
                "Duplicate object key",
                format!(
                    "Two different items produced the key {} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
                    quoted(name)
                ),
            )
            .at_range(key_node.raw_range()));
        }
        Ok(true)
    }

    /// A condition that can never be a bool is an error even where nothing is iterated.
    fn check_condition(&mut self, each: &For, condition: &Node) -> Result<Marks, LangError> {
        self.slots.truncate(each.slot);
        self.slots.push(Value::unknown());
        self.slots.push(Value::unknown());
        let result = self.eval(condition);
        self.slots.truncate(each.slot);
        let result = result?;
        if result.is_null() {
            return Err(LangError::new(
                "Condition is null",
                "The value of the 'if' clause must not be null.",
            )
            .at_range(condition.raw_range()));
        }
        truth(&result, condition)?;
        Ok(if result.is_known() {
            Marks::NONE
        } else {
            result.marks()
        })
    }

    fn template(&mut self, parts: &[Node]) -> Result<Value, LangError> {
        /// Terraform keeps no longer prefix of a text that is not known to its end.
        const LONGEST_PREFIX: usize = 128;
        let mut text = String::new();
        let mut known = true;
        let mut marks = Marks::NONE;
        for part in parts {
            let value = self.eval(part)?;
            let invalid = |detail: String| {
                LangError::new("Invalid template interpolation value", detail)
                    .at_range(part.raw_range())
            };
            if value.is_null() {
                return Err(invalid(
                    "The expression result is null. Cannot include a null value in a string template."
                        .to_owned(),
                ));
            }
            marks |= value.marks();
            if !value.is_known() {
                known = false;
                continue;
            }
            let string = convert(&value, &Type::String).map_err(|why| {
                invalid(format!(
                    "Cannot include the given value in a string template: {why}."
                ))
            })?;
            marks |= string.marks();
            if known && let Some(part) = string.as_str() {
                self.budget.make(part.len())?;
                text.push_str(part);
            }
        }
        if known {
            return Ok(Value::text(text).with_marks(marks));
        }
        let mut end = text.len().min(LONGEST_PREFIX);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        text.truncate(end);
        let prefix = super::graphemes::safe_prefix(&nfc(&text)).to_owned();
        let result = Value::unknown_of(Type::String).refine_not_null();
        Ok(result.refine(|r| r.prefix(prefix)).with_marks(marks))
    }

    /// The text of a `for` directive: one part for each turn.
    fn join(&mut self, tuple: &Node) -> Result<Value, LangError> {
        let turns = self.eval(tuple)?;
        let mut marks = turns.marks();
        let Some(turns) = turns.elements() else {
            return Ok(Value::unknown_of(Type::String).with_marks(marks));
        };
        let mut text = String::new();
        for turn in turns {
            if turn.is_null() {
                return Err(LangError::new(
                    "Invalid template interpolation value",
                    "An iteration result is null. Cannot include a null value in a string template.",
                )
                .at_range(tuple.raw_range()));
            }
            let string = convert(turn, &Type::String).map_err(|why| {
                LangError::new(
                    "Invalid template interpolation value",
                    format!("Cannot include one of the interpolation results into the string template: {why}."),
                )
                .at_range(tuple.raw_range())
            })?;
            marks |= string.marks();
            match string.as_str() {
                Some(part) => {
                    self.budget.make(part.len())?;
                    text.push_str(part);
                }
                None => return Ok(Value::unknown_of(Type::String).with_marks(marks)),
            }
        }
        Ok(Value::text(text).with_marks(marks))
    }
}

#[derive(Default)]
struct Results {
    elements: Vec<Value>,
    attributes: BTreeMap<Arc<str>, Value>,
    groups: BTreeMap<Arc<str>, Vec<Value>>,
}

/// What an `if` clause says; none where that is not known.
fn truth(include: &Value, node: &Node) -> Result<Option<bool>, LangError> {
    let invalid = |detail: String| {
        LangError::new("Invalid 'for' condition", detail).at_range(node.raw_range())
    };
    if include.is_null() {
        return Err(invalid(
            "The value of the 'if' clause must not be null.".to_owned(),
        ));
    }
    let include = convert(include, &Type::Bool)
        .map_err(|why| invalid(format!("The 'if' clause value is invalid: {why}.")))?;
    Ok(include.as_bool())
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

/// The one type of all values; none where they differ.
fn one_type(values: &[Value]) -> Option<Type> {
    let mut common = Type::Dynamic;
    for value in values {
        let next = value.type_of();
        if common == Type::Dynamic {
            common = next;
        } else if next != common && next != Type::Dynamic {
            return None;
        }
    }
    Some(common)
}

/// How the value of a branch gets to the common type.
#[derive(Clone, Copy)]
enum How {
    AsIs,
    Converted,
    Unknown,
}

struct Common {
    of: Type,
    then: How,
    otherwise: How,
}

/// The type of a conditional; none where its branches have none in common.
fn common_type(then: &Value, otherwise: &Value) -> Option<Common> {
    let untyped_null =
        |value: &Value| matches!(&value.data, Data::Null(Type::Dynamic)) && value.marks().is_none();
    let (then_type, else_type) = (then.type_of(), otherwise.type_of());
    if untyped_null(then) {
        return Some(Common {
            of: else_type,
            then: How::Converted,
            otherwise: How::AsIs,
        });
    }
    if untyped_null(otherwise) {
        return Some(Common {
            of: then_type,
            then: How::AsIs,
            otherwise: How::Converted,
        });
    }
    if then_type == Type::Dynamic || else_type == Type::Dynamic {
        return Some(Common {
            of: Type::Dynamic,
            then: How::AsIs,
            otherwise: How::AsIs,
        });
    }
    let unified = unify(&[then_type.clone(), else_type.clone()], true)?;
    let how = |have: &Type| match unified.via {
        Via::Unknown => How::Unknown,
        Via::Conversion if *have == unified.of => How::AsIs,
        Via::Conversion => How::Converted,
    };
    Some(Common {
        then: how(&then_type),
        otherwise: how(&else_type),
        of: unified.of,
    })
}

/// What is known of a conditional whose condition is not: what both branches have in common.
fn either(then: &Value, otherwise: &Value, of: Type) -> Value {
    if then.is_null() && otherwise.is_null() {
        return Value::null_of(of);
    }
    let never_null = then.is_never_null() && otherwise.is_never_null();
    let result = Value::unknown_of(of);
    let result = if never_null {
        result.refine_not_null()
    } else {
        result
    };
    let (then_type, else_type) = (then.type_of(), otherwise.type_of());
    if then_type == Type::Number && else_type == Type::Number {
        let low = then
            .lower_bound()
            .zip(otherwise.lower_bound())
            .map(|(a, b)| a.min(b));
        let high = then
            .upper_bound()
            .zip(otherwise.upper_bound())
            .map(|(a, b)| a.max(b));
        let inclusive = |at: &Number, low: bool| {
            [then, otherwise].iter().any(|value| {
                let bound = |refinement: &super::unknown::Refinement| {
                    if low {
                        refinement.low.clone()
                    } else {
                        refinement.high.clone()
                    }
                };
                match value.refinement() {
                    Some(refinement) => {
                        bound(refinement).is_some_and(|b| b.at == *at && b.inclusive)
                    }
                    None => value.as_number() == Some(at),
                }
            })
        };
        return result.refine(|refinement| {
            let refinement = match low {
                Some(at) => refinement.at_least(at.clone(), inclusive(at, true)),
                None => refinement,
            };
            match high {
                Some(at) => refinement.at_most(at.clone(), inclusive(at, false)),
                None => refinement,
            }
        });
    }
    if then_type == else_type && then_type.is_collection() {
        let (then_least, then_most) = length_range(then);
        let (else_least, else_most) = length_range(otherwise);
        return result.refine(|refinement| {
            let refinement = refinement.length_at_least(then_least.min(else_least));
            match then_most.zip(else_most) {
                Some((a, b)) => refinement.length_at_most(a.max(b)),
                None => refinement,
            }
        });
    }
    result
}

/// The least and the most elements a collection can have.
fn length_range(value: &Value) -> (usize, Option<usize>) {
    match value.refinement() {
        Some(refinement) => (refinement.min_length, refinement.max_length),
        None if value.is_null() => (0, None),
        None => {
            let length = ops::length(value);
            let bound = |number: Option<&Number>| {
                number
                    .and_then(Number::to_u64)
                    .and_then(|n| usize::try_from(n).ok())
            };
            let least = bound(length.as_ref().and_then(Value::lower_bound)).unwrap_or(0);
            (least, bound(length.as_ref().and_then(Value::upper_bound)))
        }
    }
}

/// Why the branches of a conditional have no type in common.
fn describe_mismatch(then: &Type, otherwise: &Type) -> String {
    match (then, otherwise) {
        (Type::Object(a), Type::Object(b)) => {
            for (name, attribute) in &a.attributes {
                match b.attributes.get(name) {
                    None => {
                        return format!(
                            "The 'true' value includes object attribute {}, which is absent in the 'false' value",
                            quoted(name)
                        );
                    }
                    Some(other) if other.of != attribute.of => {
                        return format!(
                            "Type mismatch for object attribute {}: {}",
                            quoted(name),
                            describe_mismatch(&attribute.of, &other.of)
                        );
                    }
                    Some(_) => {}
                }
            }
            if let Some(name) = b
                .attributes
                .keys()
                .find(|name| !a.attributes.contains_key(*name))
            {
                return format!(
                    "The 'false' value includes object attribute {}, which is absent in the 'true' value",
                    quoted(name)
                );
            }
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() != b.len() => {
            return format!(
                "The 'true' tuple has length {}, but the 'false' tuple has length {}",
                a.len(),
                b.len()
            );
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            if let Some((at, (a, b))) = a
                .iter()
                .zip(b.iter())
                .enumerate()
                .find(|(_, (a, b))| a != b)
            {
                return format!(
                    "Type mismatch for tuple element {at}: {}",
                    describe_mismatch(a, b)
                );
            }
        }
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b))
            if matches!(
                (&**a, &**b),
                (Type::Object(_), Type::Object(_)) | (Type::Tuple(_), Type::Tuple(_))
            ) =>
        {
            let noun = match then {
                Type::List(_) => "list",
                Type::Set(_) => "set",
                _ => "map",
            };
            return format!(
                "Mismatched {noun} element types: {}",
                describe_mismatch(a, b)
            );
        }
        _ => {}
    }
    let (a, b) = (then.friendly_name(), otherwise.friendly_name());
    if a == b {
        return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value".to_owned();
    }
    format!("The 'true' value is {a}, but the 'false' value is {b}")
}
