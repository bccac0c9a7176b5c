//! Terraform's functions, and how they are called.
//!
//! A function says which arguments it takes and whether it can deal with nulls, unknowns and
//! marks; what it cannot deal with is seen to here, so most of them only ever see plain values.

mod base64;
mod charset;
mod collection;
mod conversion;
mod csv;
mod datetime;
mod encoding;
mod filesystem;
mod format;
mod glob;
mod gzip;
mod hash;
mod json;
mod machine;
mod network;
mod numeric;
mod provider;
mod regex;
mod rsa;
mod string;
mod templates;
mod yaml;

use super::convert::convert;
use super::error::LangError;
use super::eval::Context;
use super::expr::{Call, Node};
use super::quote::quoted;
use super::types::Type;
use super::value::{Marks, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A function of the language.
pub(crate) struct Function {
    name: &'static str,
    parameters: &'static [Parameter],
    /// Takes any number of further arguments of this kind.
    variadic: Option<Parameter>,
    /// Its type, from its arguments; some of these may be unknown.
    returns: Returns,
    run: Run,
    /// Whether what it gives is never null.
    never_null: bool,
}

/// What a function gives.
enum Returns {
    /// Always a value of this type.
    Always(Kind),
    /// A value of a type that depends on the arguments.
    By(fn(&[Value]) -> Result<Type, Failure>),
}

/// How a function works.
enum Run {
    /// From values that were converted to what its parameters ask for.
    Values(fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>),
    /// From expressions, which it evaluates itself or not.
    Lazy(fn(&mut Context<'_>, &Call, &Node) -> Result<Value, LangError>),
}

/// What a function can see beside its arguments.
struct Environment<'c, 'a> {
    context: &'c Context<'a>,
    /// The type that `returns` gave.
    returns: Type,
}

/// Why a function gives no value.
enum Failure {
    /// An argument, by position, and what is wrong with it.
    Argument(usize, String),
    /// Something else.
    Call(String),
    /// An error that is complete, such as that of a budget.
    Whole(LangError),
}

impl From<LangError> for Failure {
    fn from(error: LangError) -> Self {
        Self::Whole(error)
    }
}

/// What a function takes in one place.
#[derive(Clone, Copy)]
struct Parameter {
    name: &'static str,
    of: Kind,
    /// Deals with null.
    null: bool,
    /// Deals with unknown values, of whatever type they may be.
    unknown: bool,
    /// Deals with values of unknown type, or with untyped nulls.
    dynamic: bool,
    /// Deals with marks, and hands them on itself.
    marked: bool,
}

impl Parameter {
    const fn new(name: &'static str, of: Kind) -> Self {
        Self {
            name,
            of,
            null: false,
            unknown: false,
            dynamic: false,
            marked: false,
        }
    }

    const fn null(mut self) -> Self {
        self.null = true;
        self
    }

    const fn unknown(mut self) -> Self {
        self.unknown = true;
        self
    }

    const fn dynamic(mut self) -> Self {
        self.dynamic = true;
        self
    }

    const fn marked(mut self) -> Self {
        self.marked = true;
        self
    }
}

/// The types that parameters and results have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    Bool,
    Number,
    String,
    AnyList,
    AnySet,
    AnyMap,
    StringList,
    StringSet,
    BoolList,
    StringListMap,
}

impl Kind {
    fn to_type(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::AnyList => Type::list(Type::Dynamic),
            Self::AnySet => Type::set(Type::Dynamic),
            Self::AnyMap => Type::map(Type::Dynamic),
            Self::StringList => Type::list(Type::String),
            Self::StringSet => Type::set(Type::String),
            Self::BoolList => Type::list(Type::Bool),
            Self::StringListMap => Type::map(Type::list(Type::String)),
        }
    }

    /// A converted argument, unless it kept the type of its elements: a set of unknown length
    /// becomes a list without a look at what is in it.
    fn check(self, value: Value) -> Result<Value, String> {
        match (self, value.type_of()) {
            (Self::BoolList, Type::List(of)) if *of != Type::Bool => {
                Err("list of bool required".to_owned())
            }
            (Self::StringList, Type::List(of)) if *of != Type::String => {
                Err("list of string required".to_owned())
            }
            _ => Ok(value),
        }
    }
}

/// The function of that name.
pub(crate) fn named(name: &str) -> Option<&'static Function> {
    table()
        .get(name.strip_prefix("core::").unwrap_or(name))
        .copied()
}

/// The names of all functions, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    table().keys().copied()
}

fn table() -> &'static BTreeMap<&'static str, &'static Function> {
    static TABLE: OnceLock<BTreeMap<&'static str, &'static Function>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let families: [&'static [Function]; 15] = [
            collection::lists::FUNCTIONS,
            collection::maps::FUNCTIONS,
            collection::pick::FUNCTIONS,
            collection::sets::FUNCTIONS,
            conversion::FUNCTIONS,
            datetime::FUNCTIONS,
            encoding::FUNCTIONS,
            filesystem::FUNCTIONS,
            format::FUNCTIONS,
            hash::FUNCTIONS,
            network::FUNCTIONS,
            numeric::FUNCTIONS,
            provider::FUNCTIONS,
            regex::FUNCTIONS,
            string::FUNCTIONS,
        ];
        families
            .into_iter()
            .flatten()
            .chain(templates::FUNCTIONS)
            .map(|function| (function.name, function))
            .collect()
    })
}

/// An argument of a call: an expression, or an element of what stood before `...`.
enum Argument<'n> {
    Node(&'n Node),
    Element(Value, &'n Node),
}

impl<'n> Argument<'n> {
    fn node(&self) -> &'n Node {
        match self {
            Argument::Node(node) | Argument::Element(_, node) => node,
        }
    }
}

/// Calls a function of the language.
pub(crate) fn call(
    context: &mut Context<'_>,
    call: &Call,
    node: &Node,
) -> Result<Value, LangError> {
    let Some(function) = call.function else {
        return Err(unknown_function(&call.name).at_range(node.raw_range()));
    };
    if let Run::Lazy(run) = function.run
        && !call.expand
    {
        return run(context, call, node);
    }
    if let Some(value) = encoding::unzipped(context, call)? {
        return Ok(value);
    }
    let Some(arguments) = arguments(context, call)? else {
        return Ok(Value::unknown());
    };
    function.check_count(&arguments, node)?;
    let mut values = Vec::with_capacity(arguments.len());
    for (at, argument) in arguments.iter().enumerate() {
        let value = match argument {
            Argument::Node(node) => context.eval(node)?,
            Argument::Element(value, _) => value.clone(),
        };
        let converted = match function.parameter(at).map(|p| p.of) {
            None | Some(Kind::Any) => value,
            Some(kind) => convert(&value, &kind.to_type())
                .and_then(|value| kind.check(value))
                .map_err(|why| {
                    function
                        .argument_error(at, &why)
                        .at_range(argument.node().raw_range())
                })?,
        };
        values.push(converted);
    }
    let run = match function.run {
        Run::Values(run) => run,
        // `try(list...)`: the values are there already, and none of them failed.
        Run::Lazy(_) => return Ok(conversion::lazily_expanded(function.name, values)),
    };
    function
        .apply(run, values, context)
        .map_err(|failure| match failure {
            Failure::Whole(error) => error.at_range(node.raw_range()),
            Failure::Argument(at, why) => {
                let range = arguments
                    .get(at)
                    .map_or_else(|| node.raw_range(), |a| a.node().raw_range());
                function.argument_error(at, &why).at_range(range)
            }
            Failure::Call(why) => LangError::new(
                "Error in function call",
                format!("Call to function {} failed: {why}.", quoted(&call.name)),
            )
            .at_range(node.raw_range()),
        })
}

/// The arguments, the last one spread out where it ends in `...`. None where that is unknown.
fn arguments<'n>(
    context: &mut Context<'_>,
    call: &'n Call,
) -> Result<Option<Vec<Argument<'n>>>, LangError> {
    let mut arguments: Vec<Argument<'n>> = call.arguments.iter().map(Argument::Node).collect();
    if !call.expand {
        return Ok(Some(arguments));
    }
    let Some(last) = call.arguments.last() else {
        return Ok(Some(arguments));
    };
    arguments.pop();
    let spread = context.eval(last)?;
    let invalid = |detail: &str| {
        LangError::new("Invalid expanding argument value", detail).at_range(last.raw_range())
    };
    let of = spread.type_of();
    if !matches!(
        of,
        Type::Dynamic | Type::Tuple(_) | Type::List(_) | Type::Set(_)
    ) {
        return Err(invalid(
            "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
        ));
    }
    if spread.is_null() {
        return Err(invalid(
            "The expanding argument (indicated by ...) must not be null.",
        ));
    }
    let Some(elements) = spread.elements() else {
        return Ok(None);
    };
    let marks = spread.marks();
    arguments.extend(
        elements
            .iter()
            .map(|element| Argument::Element(element.clone().with_marks(marks), last)),
    );
    Ok(Some(arguments))
}

fn unknown_function(name: &str) -> LangError {
    let detail = match name.rsplit_once("::") {
        Some((namespace, _)) => {
            format!("There are no functions in namespace \"{namespace}::\".")
        }
        None => format!("There is no function named {}.", quoted(name)),
    };
    LangError::new("Call to unknown function", detail)
}

impl Function {
    fn parameter(&self, at: usize) -> Option<&Parameter> {
        self.parameters.get(at).or(self.variadic.as_ref())
    }

    fn argument_error(&self, at: usize, why: &str) -> LangError {
        let name = self.parameter(at).map_or("", |p| p.name);
        LangError::new(
            "Invalid function argument",
            format!("Invalid value for {} parameter: {why}.", quoted(name)),
        )
    }

    fn check_count(&self, arguments: &[Argument<'_>], node: &Node) -> Result<(), LangError> {
        let (given, wanted) = (arguments.len(), self.parameters.len());
        if let Some(missing) = self.parameters.get(given) {
            let least = if self.variadic.is_some() {
                " at least"
            } else {
                ""
            };
            return Err(LangError::new(
                "Not enough function arguments",
                format!(
                    "Function {} expects{least} {wanted} argument(s). Missing value for {}.",
                    quoted(self.name),
                    quoted(missing.name)
                ),
            )
            .at_range(node.end.saturating_sub(1)..node.end));
        }
        if given > wanted && self.variadic.is_none() {
            let range = arguments
                .get(wanted)
                .map_or_else(|| node.raw_range(), |a| a.node().raw_range());
            return Err(LangError::new(
                "Too many function arguments",
                format!(
                    "Function {} expects only {wanted} argument(s).",
                    quoted(self.name)
                ),
            )
            .at_range(range));
        }
        Ok(())
    }

    /// Sees to nulls, unknowns and marks, and runs what is left.
    fn apply(
        &self,
        run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
        mut values: Vec<Value>,
        context: &Context<'_>,
    ) -> Result<Value, Failure> {
        let mut marks = Marks::NONE;
        let mut unknown = false;
        let mut dynamic = false;
        let mut untyped_null = true;
        for (at, value) in values.iter_mut().enumerate() {
            let Some(parameter) = self.parameter(at) else {
                continue;
            };
            if !parameter.marked {
                let deep = value.deep_marks();
                if !deep.is_none() {
                    marks |= deep;
                    *value = value.deep_unmarked();
                }
            }
            if value.is_null() && !parameter.null {
                return Err(Failure::Argument(
                    at,
                    "argument must not be null".to_owned(),
                ));
            }
            unknown |= !value.is_known() && !parameter.unknown;
            if !parameter.dynamic && value.is_untyped() {
                dynamic = true;
                untyped_null &= value.is_null();
            }
        }
        if dynamic {
            // With an untyped null Terraform gives what it never gets to know, which it stores
            // as a null.
            let nothing = if untyped_null {
                Value::null()
            } else {
                Value::unknown()
            };
            return Ok(nothing.with_marks(marks));
        }
        let returns = match self.returns {
            Returns::Always(kind) => kind.to_type(),
            Returns::By(by) => by(&values)?,
        };
        let result = if unknown {
            Value::unknown_of(returns)
        } else {
            run(&values, &Environment { context, returns })?
        };
        let result = if self.never_null {
            result.refine_not_null()
        } else {
            result
        };
        Ok(result.with_marks(marks))
    }
}

/// The text of a string argument; empty where it is none, which its parameter rules out.
fn text(values: &[Value], at: usize) -> &str {
    values.get(at).and_then(Value::as_str).unwrap_or("")
}
