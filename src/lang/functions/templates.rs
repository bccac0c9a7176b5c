//! `templatefile` and `templatestring`: templates that are data.

use super::filesystem::read;
use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::convert::convert;
use crate::lang::error::LangError;
use crate::lang::eval::{Context, Found, Scope};
use crate::lang::expr::{Call, Expr, Kind as NodeKind, Node, Path};
use crate::lang::files::Files;
use crate::lang::parse::template_text;
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::{Marks, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "templatefile",
        parameters: &[
            Parameter::new("path", Kind::String).marked().unknown(),
            Parameter::new("vars", Kind::Any).marked().unknown(),
        ],
        variadic: None,
        // The template decides about the type, so it is read off the result.
        returns: Returns::Always(Kind::Any),
        run: Run::Values(template_file),
        never_null: false,
    },
    Function {
        name: "templatestring",
        parameters: &[
            Parameter::new("template", Kind::Any),
            Parameter::new("vars", Kind::Any),
        ],
        variadic: None,
        returns: Returns::Always(Kind::String),
        run: Run::Lazy(template_string),
        never_null: true,
    },
];

/// The names in a template: the variables it is given, and nothing else.
struct Variables<'v> {
    values: &'v Value,
    /// Of the template, for messages.
    function: &'static str,
    files: Option<&'v dyn Files>,
}

impl Scope for Variables<'_> {
    fn variable(&self, path: &Path) -> Result<Found, LangError> {
        match self.values.attribute(path.root()) {
            Some(value) => Ok(Found {
                value: value.clone(),
                used: 0,
            }),
            None => Err(crate::lang::eval::unknown_variable(path.root())),
        }
    }

    fn call(
        &self,
        name: &str,
        _arguments: &[Node],
        _context: &mut Context<'_>,
    ) -> Option<Result<Value, LangError>> {
        let plain = name.strip_prefix("core::").unwrap_or(name);
        let why = match plain {
            "templatefile" | "templatestring" => {
                format!("cannot recursively call {plain} from inside another template function")
            }
            "file" | "fileexists" | "fileset" | "filebase64" | "filebase64sha256"
            | "filebase64sha512" | "filemd5" | "filesha1" | "filesha256" | "filesha512"
                if self.function == "templatestring" =>
            {
                format!(
                    "cannot use filesystem access functions like {plain} in templatestring templates; consider passing the function result as a template variable instead"
                )
            }
            _ => return None,
        };
        Some(Err(LangError::new(
            "Error in function call",
            format!("Call to function {} failed: {why}.", quoted(name)),
        )))
    }

    fn files(&self) -> Option<&dyn Files> {
        self.files
    }
}

fn template_file(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let (Some(path), Some(variables)) = (values.first(), values.get(1)) else {
        return Ok(Value::unknown());
    };
    let marks = path.marks() | variables.deep_marks();
    if !path.is_known() || !variables.is_known() {
        return Ok(Value::unknown().with_marks(marks));
    }
    let name = text(values, 0);
    // A template that cannot be read is no mistake in the argument, as Terraform sees it: the
    // function `file` reads it.
    let bytes = read(name, path.marks(), environment)?;
    let source = String::from_utf8(bytes)
        .map_err(|_| Failure::Call(format!("contents of {} are not valid UTF-8", quoted(name))))?;
    let template =
        template_text(name, &source).map_err(|error| Failure::Call(error.to_string()))?;
    let scope = Variables {
        values: &variables.deep_unmarked(),
        function: "templatefile",
        files: environment.context.files(),
    };
    let result = render(&template, &scope, environment.context)?;
    Ok(result.with_marks(marks))
}

fn render(template: &Expr, scope: &Variables<'_>, context: &Context<'_>) -> Result<Value, Failure> {
    let variables = scope.values;
    if !matches!(variables.type_of(), Type::Map(_) | Type::Object(_)) {
        return Err(Failure::Argument(
            1,
            "invalid vars value: must be a map".to_owned(),
        ));
    }
    for name in variables
        .entries()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
    {
        if !is_name(name) {
            return Err(Failure::Argument(
                1,
                format!(
                    "invalid template variable name {}: must start with a letter, followed by zero or more letters, digits, and underscores",
                    quoted(name)
                ),
            ));
        }
    }
    for path in template.references() {
        if variables.attribute(path.root()).is_none() {
            let place = template.file().line_column(path.range().start);
            return Err(Failure::Argument(
                1,
                format!(
                    "vars map does not contain key {}, referenced at {}:{},{}",
                    quoted(path.root()),
                    template.file().path(),
                    place.0,
                    place.1
                ),
            ));
        }
    }
    let result = context.nested(template, scope).map_err(|error| {
        if error.is_final() {
            return Failure::Whole(error);
        }
        Failure::Call(error.placed(|range| template.place(range)).to_string())
    })?;
    if result.is_null() {
        return Err(Failure::Call(
            "the result of the template is null, which is not a valid result".to_owned(),
        ));
    }
    Ok(result)
}

/// Whether a name can be written in a template.
fn is_name(name: &str) -> bool {
    hcl_edit::Ident::try_new(name).is_ok()
}

fn template_string(
    context: &mut Context<'_>,
    call: &Call,
    node: &Node,
) -> Result<Value, LangError> {
    let [template_node, variables_node] = &*call.arguments else {
        let summary = if call.arguments.len() < 2 {
            "Not enough function arguments"
        } else {
            "Too many function arguments"
        };
        return Err(LangError::new(
            summary,
            "Function \"templatestring\" expects 2 argument(s).",
        )
        .at_range(node.raw_range()));
    };
    let invalid = |why: &str| {
        LangError::new(
            "Invalid function argument",
            format!("Invalid value for \"template\" parameter: {why}."),
        )
        .at_range(template_node.raw_range())
    };
    let variables = context.eval(variables_node)?;
    if !variables.is_known() {
        return Ok(Value::unknown_of(Type::String)
            .refine_not_null()
            .with_marks(variables.marks()));
    }
    // Only what comes from elsewhere: a template in place needs no function.
    if !is_reference(template_node) {
        return Err(invalid(match template_node.kind {
            NodeKind::Literal(_) => {
                "invalid template expression: templatestring is only for rendering templates retrieved dynamically from elsewhere, and so does not support providing a literal template; consider using a template string expression instead"
            }
            NodeKind::Template(_) => {
                "invalid template expression: templatestring is only for rendering templates retrieved dynamically from elsewhere; to render an inline template, consider using a plain template string expression"
            }
            _ => {
                "invalid template expression: must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax"
            }
        }));
    }
    let template = context.eval(template_node)?;
    let marks = template.marks() | variables.deep_marks();
    if variables.is_null() {
        return Err(LangError::new(
            "Invalid function argument",
            "Invalid value for \"vars\" parameter: argument must not be null.",
        )
        .at_range(variables_node.raw_range()));
    }
    if !template.is_known() {
        return Ok(Value::unknown_of(Type::String)
            .refine_not_null()
            .with_marks(marks));
    }
    let Some(source) = template.as_str() else {
        return Err(invalid("invalid template value: a string is required"));
    };
    let secret = template.marks().contains(Marks::SENSITIVE);
    let parsed = template_text("<templatestring argument>", source).map_err(|error| {
        if secret {
            invalid("invalid template")
        } else {
            invalid(&format!("invalid template: {error}"))
        }
    })?;
    let variables = variables.deep_unmarked();
    let scope = Variables {
        values: &variables,
        function: "templatestring",
        files: None,
    };
    let result = render(&parsed, &scope, context).map_err(|failure| match failure {
        Failure::Whole(error) => error,
        Failure::Argument(_, why) => LangError::new(
            "Invalid function argument",
            format!("Invalid value for \"vars\" parameter: {why}."),
        )
        .at_range(variables_node.raw_range()),
        Failure::Call(why) => LangError::new(
            "Error in function call",
            format!("Call to function \"templatestring\" failed: {why}."),
        )
        .at_range(node.raw_range()),
    })?;
    let result = convert(&result, &Type::String).map_err(|why| {
        LangError::new(
            "Error in function call",
            format!("Call to function \"templatestring\" failed: invalid template result: {why}."),
        )
        .at_range(node.raw_range())
    })?;
    Ok(result.refine_not_null().with_marks(marks))
}

/// A reference, with whatever steps, indexes and splats follow it.
fn is_reference(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Variable(_) | NodeKind::Slot(_) => true,
        NodeKind::Steps(base, _) => is_reference(base),
        NodeKind::Index(pair) => is_reference(&pair[0]),
        NodeKind::Splat(splat) => is_reference(&splat.source),
        _ => false,
    }
}
