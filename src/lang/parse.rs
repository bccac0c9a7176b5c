//! Text -> expression, for what does not come out of a configuration file's own tree.

use super::error::LangError;
use super::expr::Expr;
use super::lower::{Lowering, lower};
use super::template;
use crate::source::{SourceFile, Span};
use hcl_edit::expr::Expression;
use hcl_edit::template::Template;

/// Reads a file that is one expression.
///
/// # Errors
///
/// Syntax errors, with Terraform's summary where it is known.
pub fn parse(file: &SourceFile) -> Result<Expr, LangError> {
    let expression: Expression = file
        .text()
        .parse()
        .map_err(|error| syntax_error(&error, file))?;
    lower(&expression, file)
}

/// Reads a template that is not in quotes, such as a string of JSON syntax; all its places are
/// `at`, because its text is not the file's.
///
/// # Errors
///
/// Syntax errors, with Terraform's summary where it is known.
pub fn parse_template(text: &str, at: &Span) -> Result<Expr, LangError> {
    let file = SourceFile::new(at.file.path(), text);
    let parsed: Result<Template, _> = text.parse();
    let template =
        parsed.map_err(|error| syntax_error(&error, &file).elsewhere().at(at.clone()))?;
    let mut lowering = Lowering::new(text);
    let node = template::bare(&mut lowering, &template, &(0..text.len()))
        .map_err(|error| error.elsewhere().at(at.clone()))?;
    Ok(Expr::new(file, node).standing_at(at.clone()))
}

/// Reads a template that has a name of its own, such as a file's.
pub(crate) fn template_text(name: &str, text: &str) -> Result<Expr, LangError> {
    let file = SourceFile::new(name, text);
    let parsed: Result<Template, _> = text.parse();
    let template = parsed.map_err(|error| syntax_error(&error, &file))?;
    let mut lowering = Lowering::new(text);
    let node = template::bare(&mut lowering, &template, &(0..text.len()))
        .map_err(|error| error.in_file(&file))?;
    Ok(Expr::new(file, node))
}

fn syntax_error(error: &hcl_edit::parser::Error, file: &SourceFile) -> LangError {
    let at = error.location().offset();
    LangError::new("Invalid expression", error.message())
        .at(file.at(at..at.saturating_add(1).min(file.text().len().max(at))))
}
