//! Formulas: expressions, checked for what they refer to and call.

use super::nested::Reading;
use super::parse::{Parser, Surroundings};
use super::rule::{Formula, Read, Source};
use crate::lang::{self, Expr, Node};
use crate::measure::forms::{self, FORMS};
use crate::source::Span;
use crate::source::hcl::{self, Mistake, Mistakes};
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use std::ops::Range;
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn formula(
        &mut self,
        value: &Expression,
        around: &mut Surroundings,
    ) -> Option<Formula> {
        let expr = match lang::lower(value, self.file) {
            Ok(expr) => expr,
            Err(error) => {
                let span = error.span().cloned();
                let span = span.unwrap_or_else(|| self.span(value.span()));
                self.mistakes
                    .push(Mistake::new(error.to_string(), span, ""));
                return None;
            }
        };
        let mut reads = Vec::new();
        let mut wrong = Vec::new();
        let (mut configured, mut conditions) = (Vec::new(), Vec::new());
        expr.node().each(&mut |node| {
            if let Some(("configured", _)) = node.as_call() {
                configured.push(node.range());
            }
            conditions.extend(node.condition().map(Node::range));
        });
        let within = |ranges: &[Range<usize>], path: &lang::Path| {
            let start = path.range().start;
            ranges.iter().any(|range| range.contains(&start))
        };
        let mut paths = expr.references();
        // What a value is taken from says more than what it was chosen by.
        paths.sort_by_key(|path| within(&conditions, path));
        for path in paths {
            let if_configured = within(&configured, path);
            match read(path, if_configured, around) {
                Ok(read) => reads.extend(read),
                Err(message) => wrong.push(Mistake::new(message, expr.place(path.range()), "")),
            }
        }
        self.calls(&expr, around, &mut wrong);
        expr.node().each(&mut |node| {
            if let Some(("linked" | "referring", arguments)) = node.as_call() {
                let types = arguments.first().map(forms::types_of);
                around.looks.types.extend(types.into_iter().flatten());
            }
        });
        around.own_length = self.names.has_function("length");
        around.note(expr.node(), Reading::Whole);
        if wrong.is_empty() {
            return Some(Formula {
                expr,
                reads: reads.into(),
            });
        }
        self.mistakes.extend(wrong);
        None
    }

    /// Checks what functions are called, and how.
    fn calls(&self, expr: &Expr, around: &Surroundings, wrong: &mut Mistakes) {
        let mut all = Vec::new();
        expr.node().each(&mut |node| all.push(node));
        for node in all {
            let Some((name, arguments)) = node.as_call() else {
                continue;
            };
            let place = || expr.place(node.range());
            let is_ours = self.names.has_function(name);
            let is_form = FORMS.iter().any(|form| form.name == name);
            if !is_ours && !is_form && !lang::function_names().any(|known| known == name) {
                let mut known = self.names.functions();
                known.extend(FORMS.iter().map(|form| Arc::from(form.name)));
                known.extend(lang::function_names().map(Arc::from));
                let mistake = Mistake::new(format!("there is no function `{name}`"), place(), "");
                wrong.push(match hcl::nearest(name, known.iter().map(AsRef::as_ref)) {
                    Some(near) => mistake.help(format!("did you mean `{near}`?")),
                    None => mistake,
                });
                continue;
            }
            if let Err(why) = forms::check(name, arguments) {
                wrong.push(Mistake::new(why, place(), ""));
            }
            if ["linked", "referring"].contains(&name) && around.function {
                let message = format!("`{name}` cannot stand in a function");
                wrong.push(Mistake::new(message, place(), ""));
            }
            let table = arguments.first().and_then(Node::as_literal);
            if ["machine", "smallest"].contains(&name)
                && let Some(table) = table.and_then(|value| value.as_str())
                && !self.names.has_table(table)
            {
                let message = format!("there is no table `{table}` of machine sizes");
                let help = format!("it would be `policies/machines/{table}.csv`");
                wrong.push(Mistake::new(message, place(), "").help(help));
            }
        }
    }

    pub(super) fn table(&mut self, name: &str, span: Span) {
        if !self.names.has_table(name) {
            let message = format!("there is no table `{name}` of machine sizes");
            self.mistakes.push(Mistake::new(message, span, ""));
        }
    }
}

/// What a reference reads; none where it is a parameter of a function.
fn read(
    path: &lang::Path,
    if_configured: bool,
    around: &mut Surroundings,
) -> Result<Option<Read>, String> {
    let first = path.attribute(0);
    let (source, skip) = match (path.root(), first) {
        (root, _) if around.function => {
            let known = around.parameters.iter().flatten();
            return if known.into_iter().any(|name| &**name == root) {
                Ok(None)
            } else {
                Err(format!("`{root}` is no parameter here"))
            };
        }
        ("self", Some(name)) if around.parameters.is_none() => {
            around.attributes.insert(name.into());
            (Source::Own, 0)
        }
        ("self", None) => return Err("`self` alone says nothing: name an attribute".to_owned()),
        ("self", _) => return Err("a part sees its arguments only: `arg.NAME`".to_owned()),
        ("each", Some("value")) if around.depth > 0 => (Source::Each(around.depth), 1),
        ("each", Some("key")) if around.depth > 0 => return Ok(None),
        ("each", _) if around.depth == 0 => {
            return Err("`each` is known inside an `each` block only".to_owned());
        }
        ("local", Some(name)) if around.locals.iter().any(|(known, _)| &**known == name) => {
            (Source::Local(name.into()), 1)
        }
        ("local", Some(name)) => return Err(format!("there is no local `{name}` above this")),
        ("arg", Some(name))
            if around
                .parameters
                .iter()
                .flatten()
                .any(|known| &**known == name) =>
        {
            (Source::Argument(name.into()), 1)
        }
        (root, _) => {
            return Err(format!(
                "`{root}` is not known here: use self, each.value, local or arg"
            ));
        }
    };
    let steps: Box<[lang::Step]> = path.steps().get(skip..).unwrap_or(&[]).into();
    let mut text: String = steps.iter().map(ToString::to_string).collect();
    if matches!(source, Source::Own) && text.starts_with('.') {
        text.remove(0);
    }
    Ok(Some(Read {
        source,
        text: text.into(),
        steps,
        if_configured,
    }))
}

/// The types that a formula can be linked to, itself or through locals.
pub(super) fn linked_types(formula: &Formula, around: &Surroundings) -> Vec<Arc<str>> {
    let mut types: Vec<Arc<str>> = Vec::new();
    formula.expr.node().each(&mut |node| {
        if let Some(("linked", arguments)) = node.as_call() {
            types.extend(arguments.first().map(forms::types_of).unwrap_or_default());
        }
    });
    for read in &formula.reads {
        if let Source::Local(name) = &read.source
            && read.steps.is_empty()
            && let Some((_, linked)) = around.locals.iter().find(|(known, _)| known == name)
        {
            types.extend(linked.iter().cloned());
        }
    }
    types.sort();
    types.dedup();
    types
}
