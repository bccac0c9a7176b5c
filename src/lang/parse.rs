//! Text -> expression, for what does not come out of a configuration file's own tree.

use super::error::LangError;
use super::expr::Expr;
use super::lower::Lowering;
use super::{syntax, template};
use crate::source::{SourceFile, Span};

/// Reads a file that is one expression.
///
/// # Errors
///
/// Syntax errors, with Terraform's summary where it is known.
pub fn parse(file: &SourceFile) -> Result<Expr, LangError> {
    let expression = syntax::parse_expression(file)?;
    let node = Lowering::standalone(file.text())
        .expression(&expression)
        .map_err(|error| error.in_file(file))?;
    Ok(Expr::new(file.clone(), node))
}

/// Reads a template that is not in quotes, such as a string of JSON syntax; all its places are
/// `at`, because its text is not the file's.
///
/// # Errors
///
/// Syntax errors, with Terraform's summary where it is known.
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
