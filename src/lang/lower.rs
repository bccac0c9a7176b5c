//! From the parser's tree to ours.
//!
//! Numbers are read from the source text, because the parser's own have passed through machine
//! floats; names that a `for` brings become slots; fixed steps are gathered into paths.

use super::error::LangError;
use super::expr::{Binary, Call, Expr, For, Kind, Node, Path, Splat, Step, StepTo, Unary};
use super::functions;
use super::number::Number;
use super::template;
use super::value::Value;
use crate::source::SourceFile;
use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOperator, Expression, ForExpr, FuncCall, Object, ObjectKey, Traversal, TraversalOperator,
    UnaryOperator,
};
use std::ops::Range;
use std::sync::Arc;

type Operator = hcl_edit::Decorated<TraversalOperator>;

/// Makes our tree of an expression that was parsed from `file`.
///
/// # Errors
///
/// What the parser takes although Terraform does not: raw newlines in quotes, nested splats,
/// and the like.
pub fn lower(expression: &Expression, file: &SourceFile) -> Result<Expr, LangError> {
    let mut lowering = Lowering::new(file.text());
    let node = lowering
        .expression(expression)
        .map_err(|error| error.in_file(file))?;
    Ok(Expr::new(file.clone(), node))
}

/// The state of making one tree.
pub(crate) struct Lowering<'a> {
    text: &'a str,
    /// The names in scope that have slots, innermost last; splats have no name.
    slots: Vec<Option<Arc<str>>>,
    /// Whether the text is one expression rather than a file of arguments, which end in newlines.
    standalone: bool,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            slots: Vec::new(),
            standalone: false,
        }
    }

    pub(crate) fn standalone(text: &'a str) -> Self {
        Self {
            standalone: true,
            ..Self::new(text)
        }
    }

    pub(crate) fn is_standalone(&self) -> bool {
        self.standalone
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// Runs `body` with these names in scope; gives the slot of the first of them.
    pub(crate) fn with_slots<T>(
        &mut self,
        names: impl IntoIterator<Item = Option<Arc<str>>>,
        body: impl FnOnce(&mut Self, usize) -> Result<T, LangError>,
    ) -> Result<T, LangError> {
        let first = self.slots.len();
        self.slots.extend(names);
        let result = body(self, first);
        self.slots.truncate(first);
        result
    }

    pub(crate) fn expression(&mut self, expression: &Expression) -> Result<Node, LangError> {
        let range = range_of(expression);
        let kind = match expression {
            Expression::Null(_) => Kind::Literal(Value::null()),
            Expression::Bool(value) => Kind::Literal(Value::bool(*value.value())),
            Expression::Number(_) => return self.number(range),
            Expression::String(text) => {
                template::check_quoted(self.text, &range)?;
                Kind::Literal(Value::text(text.value().as_str()))
            }
            Expression::StringTemplate(quoted) => {
                template::check_quoted(self.text, &range)?;
                return template::quoted(self, quoted, &range);
            }
            Expression::HeredocTemplate(heredoc) => {
                return template::heredoc(self, heredoc, &range);
            }
            Expression::Parenthesis(inner) => {
                let mut node = self.expression(inner.inner())?;
                (node.start, node.end) = narrow(&range);
                return Ok(node);
            }
            Expression::Variable(name) => self.variable(name.as_str(), &range),
            Expression::Array(array) => Kind::Tuple(
                array
                    .iter()
                    .map(|element| self.expression(element))
                    .collect::<Result<_, _>>()?,
            ),
            Expression::Object(object) => self.object(object)?,
            Expression::Conditional(conditional) => Kind::Conditional(Box::new([
                self.expression(&conditional.cond_expr)?,
                self.expression(&conditional.true_expr)?,
                self.expression(&conditional.false_expr)?,
            ])),
            Expression::FuncCall(call) => self.call(call)?,
            Expression::Traversal(traversal) => return self.traversal(traversal),
            Expression::UnaryOp(unary) => {
                let operator = match unary.operator.value() {
                    UnaryOperator::Neg => Unary::Negate,
                    UnaryOperator::Not => Unary::Not,
                };
                Kind::Unary(operator, Box::new(self.expression(&unary.expr)?))
            }
            Expression::BinaryOp(binary) => {
                let left = self.expression(&binary.lhs_expr)?;
                let right = self.expression(&binary.rhs_expr)?;
                let (start, end) = (left.start, right.end);
                return Ok(Node {
                    kind: Kind::Binary(operator(*binary.operator.value()), Box::new([left, right])),
                    start,
                    end,
                });
            }
            Expression::ForExpr(each) => self.for_expression(each, &range)?,
        };
        Ok(node(kind, &range))
    }

    /// A number literal, whose text may carry a minus that the grammar of Terraform has apart.
    fn number(&self, range: Range<usize>) -> Result<Node, LangError> {
        let text = self.text.get(range.clone()).unwrap_or("");
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let value = Number::parse(digits).ok_or_else(|| {
            LangError::new(
                "Invalid number literal",
                "Failed to recognize the value of this number literal.",
            )
            .at_range(narrowed(&range))
        })?;
        let literal = node(Kind::Literal(Value::number(value)), &range);
        if !negative {
            return Ok(literal);
        }
        Ok(node(Kind::Unary(Unary::Negate, Box::new(literal)), &range))
    }

    fn variable(&self, name: &str, range: &Range<usize>) -> Kind {
        let slot = self
            .slots
            .iter()
            .rposition(|slot| slot.as_deref() == Some(name));
        if let Some(slot) = slot {
            return Kind::Slot(slot);
        }
        let (start, end) = narrow(range);
        Kind::Variable(Box::new(Path {
            root: Arc::from(name),
            steps: Box::new([]),
            start,
            end,
        }))
    }

    fn object(&mut self, object: &Object) -> Result<Kind, LangError> {
        let mut items = Vec::with_capacity(object.len());
        for (key, value) in object.iter() {
            let key = self.object_key(key)?;
            items.push((key, self.expression(value.expr())?));
        }
        Ok(Kind::Object(items.into()))
    }

    /// A bare name is itself; anything with steps needs parentheses or quotes to say what it is.
    fn object_key(&mut self, key: &ObjectKey) -> Result<Node, LangError> {
        let expression = match key {
            ObjectKey::Ident(name) => {
                // The name may stand in for one that the parser would not take a second time.
                let range = name.span().unwrap_or(0..0);
                let written = self.text.get(range.clone()).unwrap_or(name.as_str());
                let unquoted = written
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'));
                let key = Value::text(unquoted.unwrap_or(written));
                return Ok(node(Kind::Literal(key), &range));
            }
            ObjectKey::Expression(expression) => expression,
        };
        let range = range_of(expression);
        let word = match expression {
            Expression::Null(_) => Some("null"),
            Expression::Bool(value) if *value.value() => Some("true"),
            Expression::Bool(_) => Some("false"),
            _ => None,
        };
        if let Some(word) = word {
            return Ok(node(Kind::Literal(Value::string(word)), &range));
        }
        let lowered = self.expression(expression)?;
        if let Expression::Traversal(traversal) = expression
            && matches!(traversal.expr, Expression::Variable(_))
            && matches!(lowered.kind, Kind::Variable(_) | Kind::Steps(..))
        {
            let error = LangError::new(
                "Ambiguous attribute key",
                "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a string literal.",
            );
            return Ok(node(Kind::Invalid(error), &range));
        }
        Ok(lowered)
    }

    fn call(&mut self, call: &FuncCall) -> Result<Kind, LangError> {
        let mut name = String::new();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        let arguments = call
            .args
            .iter()
            .map(|argument| self.expression(argument))
            .collect::<Result<_, _>>()?;
        Ok(Kind::Call(Box::new(Call {
            function: functions::named(&name),
            name: name.into(),
            arguments,
            expand: call.args.expand_final(),
        })))
    }

    fn for_expression(&mut self, each: &ForExpr, range: &Range<usize>) -> Result<Kind, LangError> {
        let invalid = |detail: &str| {
            LangError::new("Invalid 'for' expression", detail).at_range(narrowed(range))
        };
        let is_object = self
            .text
            .get(range.clone())
            .is_some_and(|t| t.starts_with('{'));
        if is_object && each.key_expr.is_none() {
            return Err(invalid(
                "Key expression is required when building an object.",
            ));
        }
        if !is_object && (each.key_expr.is_some() || each.grouping) {
            return Err(invalid(
                "Key expression is not valid when building a tuple.",
            ));
        }
        let collection = self.expression(&each.intro.collection_expr)?;
        let key_name = each
            .intro
            .key_var
            .as_ref()
            .map(|name| Arc::from(name.as_str()));
        let value_name = Some(Arc::from(each.intro.value_var.as_str()));
        self.with_slots([key_name, value_name], |this, slot| {
            Ok(Kind::For(Box::new(For {
                collection,
                slot,
                key: each
                    .key_expr
                    .as_ref()
                    .map(|key| this.expression(key))
                    .transpose()?,
                value: this.expression(&each.value_expr)?,
                condition: each
                    .cond
                    .as_ref()
                    .map(|condition| this.expression(&condition.expr))
                    .transpose()?,
                grouping: each.grouping,
            })))
        })
    }

    fn traversal(&mut self, traversal: &Traversal) -> Result<Node, LangError> {
        let base = self.expression(&traversal.expr)?;
        self.steps(base, &traversal.operators)
    }

    /// Applies the steps from the left; a full splat takes all that follow into its own part.
    fn steps(&mut self, base: Node, operators: &[Operator]) -> Result<Node, LangError> {
        let mut result = base;
        let mut rest = operators;
        while let Some((operator, tail)) = rest.split_first() {
            rest = tail;
            let range = operator.span().unwrap_or_else(|| result.range());
            let (_, end) = narrow(&range);
            let start = result.start;
            match operator.value() {
                TraversalOperator::FullSplat(_) => {
                    let each = self.with_slots([None], |this, slot| {
                        let item = node(Kind::Slot(slot), &range);
                        Ok((slot, this.steps(item, rest)?))
                    })?;
                    let end = each.1.end.max(end);
                    return Ok(Node {
                        kind: splat(result, each),
                        start,
                        end,
                    });
                }
                TraversalOperator::AttrSplat(_) => {
                    let (taken, tail) = attribute_steps(rest)?;
                    rest = tail;
                    let each = self.with_slots([None], |this, slot| {
                        let item = node(Kind::Slot(slot), &range);
                        Ok((slot, this.steps(item, taken)?))
                    })?;
                    let end = each.1.end.max(end);
                    result = Node {
                        kind: splat(result, each),
                        start,
                        end,
                    };
                }
                TraversalOperator::GetAttr(name) => {
                    let to = StepTo::Attribute(Arc::from(name.as_str()));
                    result = with_step(result, to, &range);
                }
                TraversalOperator::LegacyIndex(_) => {
                    let to = StepTo::Index(Value::number(self.legacy_index(&range)?));
                    result = with_step(result, to, &range);
                }
                TraversalOperator::Index(key) => {
                    let key = self.expression(key)?;
                    result = match key.kind {
                        Kind::Literal(value) => with_step(result, StepTo::Index(value), &range),
                        _ => Node {
                            kind: Kind::Index(Box::new([result, key])),
                            start,
                            end,
                        },
                    };
                }
            }
        }
        Ok(result)
    }

    /// The digits behind a dot. Terraform reads them as one number, so `x.1.2` is none.
    fn legacy_index(&self, range: &Range<usize>) -> Result<Number, LangError> {
        let text = self.text.get(range.start..).unwrap_or("");
        let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = text.find(|c: char| !c.is_ascii_digit());
        let (digits, after) = text
            .split_at_checked(end.unwrap_or(text.len()))
            .unwrap_or((text, ""));
        let fraction = after
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        match Number::parse(digits) {
            Some(number) if !fraction => Ok(number),
            _ => Err(LangError::new(
                "Invalid legacy index syntax",
                "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax instead, like [0][1].",
            )
            .at_range(narrowed(range))),
        }
    }
}

/// The names and legacy indexes that an attribute-only splat takes along, and what is left.
fn attribute_steps(operators: &[Operator]) -> Result<(&[Operator], &[Operator]), LangError> {
    let count = operators
        .iter()
        .take_while(|operator| {
            matches!(
                operator.value(),
                TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_)
            )
        })
        .count();
    let (taken, rest) = operators
        .split_at_checked(count)
        .unwrap_or((operators, &[]));
    if let Some(next) = rest.first()
        && matches!(next.value(), TraversalOperator::AttrSplat(_))
    {
        return Err(LangError::new(
            "Nested splat expression not allowed",
            "A splat expression (*) cannot be used inside another attribute-only splat expression.",
        )
        .at_range(narrowed(&next.span().unwrap_or(0..0))));
    }
    Ok((taken, rest))
}

fn splat(source: Node, (slot, each): (usize, Node)) -> Kind {
    Kind::Splat(Box::new(Splat { source, slot, each }))
}

/// One more fixed step: part of the path where the base is a reference.
fn with_step(base: Node, to: StepTo, range: &Range<usize>) -> Node {
    let (start, end) = narrow(range);
    let step = Step { to, start, end };
    let from = base.start;
    let kind = match base.kind {
        Kind::Variable(mut path) => {
            let mut steps = Vec::from(std::mem::take(&mut path.steps));
            steps.push(step);
            path.steps = steps.into();
            path.end = end;
            Kind::Variable(path)
        }
        Kind::Steps(inner, steps) => {
            let mut steps = Vec::from(steps);
            steps.push(step);
            Kind::Steps(inner, steps.into())
        }
        kind => Kind::Steps(
            Box::new(Node {
                kind,
                start: base.start,
                end: base.end,
            }),
            Box::new([step]),
        ),
    };
    Node {
        kind,
        start: from,
        end,
    }
}

const fn operator(operator: BinaryOperator) -> Binary {
    match operator {
        BinaryOperator::Or => Binary::Or,
        BinaryOperator::And => Binary::And,
        BinaryOperator::Eq => Binary::Equal,
        BinaryOperator::NotEq => Binary::NotEqual,
        BinaryOperator::Less => Binary::Less,
        BinaryOperator::LessEq => Binary::LessOrEqual,
        BinaryOperator::Greater => Binary::Greater,
        BinaryOperator::GreaterEq => Binary::GreaterOrEqual,
        BinaryOperator::Plus => Binary::Add,
        BinaryOperator::Minus => Binary::Subtract,
        BinaryOperator::Mul => Binary::Multiply,
        BinaryOperator::Div => Binary::Divide,
        BinaryOperator::Mod => Binary::Modulo,
    }
}

pub(crate) fn node(kind: Kind, range: &Range<usize>) -> Node {
    let (start, end) = narrow(range);
    Node { kind, start, end }
}

pub(crate) fn range_of(expression: &Expression) -> Range<usize> {
    expression.span().unwrap_or(0..0)
}

fn narrow(range: &Range<usize>) -> (u32, u32) {
    let narrowed = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    (narrowed(range.start), narrowed(range.end))
}

pub(crate) fn narrowed(range: &Range<usize>) -> Range<u32> {
    let (start, end) = narrow(range);
    start..end
}
