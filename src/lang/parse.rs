//! Text -> expression, for what does not come out of a configuration file's own tree.

use super::error::LangError;
use super::expr::Expr;
use super::lower::Lowering;
use super::{syntax, template};
use crate::source::{SourceFile, Span};
use hcl_edit::expr::Expression;

/// Reads what could stand behind `name =` in a block: a newline ends it, unless it is in brackets.
///
/// # Errors
///
/// Terraform's first syntax error.
pub fn parse(file: &SourceFile) -> Result<Expr, LangError> {
    whole(file, &syntax::parse_argument(file)?)
}

/// Reads a text that is one expression, in which newlines mean no more than spaces: the value of
/// a variable on the command line or in the environment, or a string of JSON syntax.
///
/// # Errors
///
/// Terraform's first syntax error.
pub fn parse_alone(file: &SourceFile) -> Result<Expr, LangError> {
    whole(file, &syntax::parse_expression(file)?)
}

fn whole(file: &SourceFile, expression: &Expression) -> Result<Expr, LangError> {
    let node = Lowering::standalone(file.text())
        .expression(expression)
        .map_err(|error| error.in_file(file))?;
    Ok(Expr::new(file.clone(), node))
}

/// Reads a template that is not in quotes, such as a string of JSON syntax; all its places are
/// `at`, because its text is not the file's.
///
/// # Errors
///
/// Terraform's first syntax error.
pub fn parse_template(text: &str, at: &Span) -> Result<Expr, LangError> {
    template_text(at.file.path(), text)
        .map(|expr| expr.standing_at(at.clone()))
        .map_err(|error| error.elsewhere().at(at.clone()))
}

/// Reads a template that has a name of its own, such as a file's.
pub(crate) fn template_text(name: &str, text: &str) -> Result<Expr, LangError> {
    let file = SourceFile::new(name, text);
    let template = syntax::parse_template(&file)?;
    let mut lowering = Lowering::standalone(text);
    let node = template::bare(&mut lowering, &template, &(0..text.len()))
        .map_err(|error| error.in_file(&file))?;
    Ok(Expr::new(file, node))
}
