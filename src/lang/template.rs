//! Templates: quoted strings and heredocs with interpolations and directives.
//!
//! Terraform sees a template as a flat row of tokens, a heredoc's text line by line. Strip
//! markers trim the one token beside them, the indentation of a flush heredoc is taken off after
//! that, and only then the directives become a tree. The parser's tree is flattened here and
//! taken through the same steps, because each of them shows in the result.

use super::error::LangError;
use super::expr::{For, Kind, Node};
use super::lower::{Lowering, narrowed, node};
use super::text::nfc;
use super::value::Value;
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Directive, Element, HeredocTemplate, StringTemplate, Strip, Template};
use std::ops::Range;
use std::sync::Arc;

/// A template in quotes.
pub(crate) fn quoted(
    lowering: &mut Lowering<'_>,
    template: &StringTemplate,
    range: &Range<usize>,
) -> Result<Node, LangError> {
    let mut tokens = Vec::new();
    for element in template.iter() {
        flatten(element, None, &mut tokens);
    }
    build(lowering, tokens, range)
}

/// A heredoc, indented or not.
pub(crate) fn heredoc(
    lowering: &mut Lowering<'_>,
    heredoc: &HeredocTemplate,
    range: &Range<usize>,
) -> Result<Node, LangError> {
    let text = lowering.text();
    let opening = text.get(range.clone()).unwrap_or("");
    let after = text.get(range.end..).unwrap_or("");
    let at_end = after.is_empty() && lowering.is_standalone();
    if !at_end && !after.starts_with('\n') && !after.starts_with("\r\n") {
        return Err(LangError::new(
            "Unterminated template string",
            "No closing marker was found for the string.",
        )
        .at_range(narrowed(range)));
    }
    let mut tokens = Vec::new();
    for element in heredoc.template.iter() {
        flatten(element, Some(text), &mut tokens);
    }
    trim(&mut tokens);
    if opening.starts_with("<<-") {
        take_indentation_off(&mut tokens);
    }
    finish(lowering, tokens, range)
}

/// A template that stands alone: a file of `templatefile`, a string of JSON syntax.
pub(crate) fn bare(
    lowering: &mut Lowering<'_>,
    template: &Template,
    range: &Range<usize>,
) -> Result<Node, LangError> {
    let text = lowering.text();
    let mut tokens = Vec::new();
    for element in template {
        flatten(element, Some(text), &mut tokens);
    }
    build(lowering, tokens, range)
}

/// The parser takes line breaks inside quotes, Terraform does not.
pub(crate) fn check_quoted(text: &str, range: &Range<usize>) -> Result<(), LangError> {
    let mut nesting: Vec<char> = Vec::new();
    let mut chars = text
        .get(range.clone())
        .unwrap_or("")
        .char_indices()
        .skip(1)
        .peekable();
    // Inside an interpolation anything goes: that part checks itself.
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if nesting.is_empty() => {
                chars.next();
            }
            '$' | '%' if nesting.is_empty() => match chars.peek() {
                Some((_, '{')) => {
                    chars.next();
                    nesting.push('}');
                }
                Some((_, again)) if *again == c => {
                    chars.next();
                    if matches!(chars.peek(), Some((_, '{'))) {
                        chars.next();
                    }
                }
                _ => {}
            },
            '\n' if nesting.is_empty() => {
                let place = range.start.saturating_add(at);
                return Err(LangError::new(
                    "Invalid multi-line string",
                    "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.",
                )
                .at_range(narrowed(&(place..place.saturating_add(1)))));
            }
            '{' if !nesting.is_empty() => nesting.push('}'),
            '}' if !nesting.is_empty() => {
                nesting.pop();
            }
            '"' if !nesting.is_empty() => skip_string(&mut chars),
            _ => {}
        }
    }
    Ok(())
}

/// Skips a string inside an interpolation, with the interpolations inside that.
fn skip_string(chars: &mut std::iter::Peekable<impl Iterator<Item = (usize, char)>>) {
    let mut depth: usize = 0;
    while let Some((_, c)) = chars.next() {
        match c {
            '\\' if depth == 0 => {
                chars.next();
            }
            '$' | '%' if depth == 0 => {
                if matches!(chars.peek(), Some((_, '{'))) {
                    chars.next();
                    depth = 1;
                }
            }
            '{' if depth > 0 => depth = depth.saturating_add(1),
            '}' if depth > 0 => depth = depth.saturating_sub(1),
            '"' if depth > 0 => skip_string(chars),
            '"' => return,
            _ => {}
        }
    }
}

/// One token of a template's flat row.
enum Token<'a> {
    Literal(String, Range<usize>),
    Interpolation(&'a Expression, Strip),
    If(&'a Expression, Strip),
    Else(Strip),
    EndIf(Strip),
    For {
        key: Option<&'a str>,
        value: &'a str,
        collection: &'a Expression,
        strip: Strip,
    },
    EndFor(Strip),
}

impl Token<'_> {
    fn strip(&self) -> Strip {
        match self {
            Token::Literal(..) => Strip::None,
            Token::Interpolation(_, strip)
            | Token::If(_, strip)
            | Token::Else(strip)
            | Token::EndIf(strip)
            | Token::For { strip, .. }
            | Token::EndFor(strip) => *strip,
        }
    }
}

/// Appends what is in an element. With `raw` text the literals are read from it line by line.
fn flatten<'a>(element: &'a Element, raw: Option<&str>, tokens: &mut Vec<Token<'a>>) {
    match element {
        Element::Literal(literal) => {
            let range = literal.span().unwrap_or(0..0);
            match raw.and_then(|raw| raw.get(range.clone())) {
                None => tokens.push(Token::Literal(literal.value().clone(), range)),
                Some(raw) => {
                    let mut start = range.start;
                    for line in raw.split_inclusive('\n') {
                        let end = start.saturating_add(line.len());
                        tokens.push(Token::Literal(unescape_markers(line), start..end));
                        start = end;
                    }
                }
            }
        }
        Element::Interpolation(interpolation) => tokens.push(Token::Interpolation(
            &interpolation.expr,
            interpolation.strip,
        )),
        Element::Directive(directive) => match &**directive {
            Directive::If(directive) => {
                let opening = &directive.if_expr;
                tokens.push(Token::If(&opening.cond_expr, opening.strip));
                for element in &opening.template {
                    flatten(element, raw, tokens);
                }
                if let Some(otherwise) = &directive.else_expr {
                    tokens.push(Token::Else(otherwise.strip));
                    for element in &otherwise.template {
                        flatten(element, raw, tokens);
                    }
                }
                tokens.push(Token::EndIf(directive.endif_expr.strip));
            }
            Directive::For(directive) => {
                let opening = &directive.for_expr;
                tokens.push(Token::For {
                    key: opening.key_var.as_ref().map(|name| name.as_str()),
                    value: opening.value_var.as_str(),
                    collection: &opening.collection_expr,
                    strip: opening.strip,
                });
                for element in &opening.template {
                    flatten(element, raw, tokens);
                }
                tokens.push(Token::EndFor(directive.endfor_expr.strip));
            }
        },
    }
}

fn unescape_markers(text: &str) -> String {
    text.replace("$${", "${").replace("%%{", "%{")
}

/// Strip markers take the white space off the one literal beside them.
fn trim(tokens: &mut [Token<'_>]) {
    for index in 0..tokens.len() {
        let Some(strip) = tokens.get(index).map(Token::strip) else {
            continue;
        };
        if strip.strip_start()
            && let Some(Token::Literal(text, _)) =
                index.checked_sub(1).and_then(|at| tokens.get_mut(at))
        {
            text.truncate(text.trim_end().len());
        }
        if strip.strip_end()
            && let Some(Token::Literal(text, _)) = tokens.get_mut(index.saturating_add(1))
        {
            *text = text.trim_start().to_owned();
        }
    }
}

/// A flush heredoc loses as many leading characters of each line as its least indented line has.
fn take_indentation_off(tokens: &mut [Token<'_>]) {
    let mut least = usize::MAX;
    let mut at_line_start = true;
    let mut adjusted = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if std::mem::take(&mut at_line_start) {
            match token {
                Token::Literal(text, _) => {
                    let rest = text.trim_start();
                    // A blank line says nothing about the indentation.
                    if !(rest.is_empty() && text.ends_with('\n')) {
                        let spaces = text.len().saturating_sub(rest.len());
                        let count = text.get(..spaces).map_or(0, |s| s.chars().count());
                        least = least.min(count);
                        adjusted.push(index);
                    }
                }
                _ => least = 0,
            }
        }
        if let Token::Literal(text, _) = token
            && text.ends_with('\n')
        {
            at_line_start = true;
        }
    }
    for index in adjusted {
        if let Some(Token::Literal(text, _)) = tokens.get_mut(index) {
            *text = text.chars().skip(least).collect();
        }
    }
}

fn build(
    lowering: &mut Lowering<'_>,
    mut tokens: Vec<Token<'_>>,
    range: &Range<usize>,
) -> Result<Node, LangError> {
    trim(&mut tokens);
    finish(lowering, tokens, range)
}

/// The tree of a trimmed row of tokens. A single interpolation gives its own value, whatever
/// its type; everything else is a string.
fn finish(
    lowering: &mut Lowering<'_>,
    tokens: Vec<Token<'_>>,
    range: &Range<usize>,
) -> Result<Node, LangError> {
    if let [Token::Interpolation(expression, _)] = tokens.as_slice() {
        let mut inner = lowering.expression(expression)?;
        // What is in quotes is no reference as such; only its value is.
        let range = narrowed(range);
        (inner.start, inner.end) = (range.start, range.end);
        return Ok(inner);
    }
    let mut tokens = tokens.into_iter().peekable();
    let parts = parts(lowering, &mut tokens)?;
    Ok(joined(parts, range))
}

type Tokens<'t, 'a> = std::iter::Peekable<std::vec::IntoIter<Token<'a>>>;

/// The parts up to the end of the template or of the directive that holds them.
fn parts<'a>(
    lowering: &mut Lowering<'_>,
    tokens: &mut Tokens<'_, 'a>,
) -> Result<Vec<Node>, LangError> {
    let mut parts: Vec<Node> = Vec::new();
    while let Some(token) = tokens
        .next_if(|token| !matches!(token, Token::Else(_) | Token::EndIf(_) | Token::EndFor(_)))
    {
        match token {
            Token::Literal(mut text, mut range) => {
                while let Some(Token::Literal(more, place)) =
                    tokens.next_if(|token| matches!(token, Token::Literal(..)))
                {
                    text.push_str(&more);
                    range.end = place.end;
                }
                parts.push(node(Kind::Literal(Value::text(text)), &range));
            }
            Token::Interpolation(expression, _) => parts.push(lowering.expression(expression)?),
            Token::If(condition, _) => {
                let condition = lowering.expression(condition)?;
                let range = condition.range();
                let then = self::parts(lowering, tokens)?;
                let otherwise = if tokens.next_if(|t| matches!(t, Token::Else(_))).is_some() {
                    self::parts(lowering, tokens)?
                } else {
                    Vec::new()
                };
                tokens.next();
                let three = [condition, joined(then, &range), joined(otherwise, &range)];
                parts.push(node(Kind::Conditional(Box::new(three)), &range));
            }
            Token::For {
                key,
                value,
                collection,
                ..
            } => {
                let collection = lowering.expression(collection)?;
                let range = collection.range();
                let names = [key.map(Arc::from), Some(Arc::from(value))];
                let each = lowering.with_slots(names, |lowering, slot| {
                    let body = self::parts(lowering, tokens)?;
                    Ok(For {
                        collection,
                        slot,
                        key: None,
                        value: joined(body, &range),
                        condition: None,
                        grouping: false,
                    })
                })?;
                tokens.next();
                let tuple = node(Kind::For(Box::new(each)), &range);
                parts.push(node(Kind::Join(Box::new(tuple)), &range));
            }
            Token::Else(_) | Token::EndIf(_) | Token::EndFor(_) => {}
        }
    }
    Ok(parts)
}

/// Parts as one string; a literal where that is all there is.
fn joined(mut parts: Vec<Node>, range: &Range<usize>) -> Node {
    match parts.as_mut_slice() {
        [] => node(Kind::Literal(Value::string("")), range),
        [
            Node {
                kind: Kind::Literal(value),
                ..
            },
        ] if value.as_str().is_some() => {
            let text = nfc(value.as_str().unwrap_or("")).into_owned();
            node(Kind::Literal(Value::string(text)), range)
        }
        _ => node(Kind::Template(parts.into()), range),
    }
}
