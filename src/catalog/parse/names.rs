//! Environments and their spellings, where names are read from, and what module inputs declare.

use super::name_item;
use crate::catalog::{NameSource, input_name};
use crate::lang::{Expr, LangError, lower};
use crate::source::Span;
use crate::source::glob::Glob;
use crate::source::hcl::{Item, Mistake, Mistakes, Name, Reader, Spanned};
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::Block;
use std::sync::Arc;

#[derive(Debug)]
pub(in crate::catalog) struct EnvironmentEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) aliases: Vec<Name>,
}

#[derive(Debug)]
pub(in crate::catalog) struct IdentifyEntry {
    pub(in crate::catalog) header: Span,
    pub(in crate::catalog) tenant: Option<Vec<NameSource>>,
    pub(in crate::catalog) environment: Option<Vec<NameSource>>,
}

#[derive(Debug)]
pub(in crate::catalog) struct DeclareEntry {
    /// The pattern of module sources; none where it is no pattern.
    pub(in crate::catalog) source: Option<Spanned<Glob>>,
    pub(in crate::catalog) tenant: Option<Expr>,
    pub(in crate::catalog) environment: Option<Expr>,
    pub(in crate::catalog) amounts: Vec<(Name, Expr)>,
    /// Whether nothing is declared, readable or not.
    pub(in crate::catalog) is_empty: bool,
}

pub(super) fn environment<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> EnvironmentEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let aliases = block.read("aliases", |item| item.list(name_item));
    block.finish();
    EnvironmentEntry {
        name,
        aliases: aliases.unwrap_or_default(),
    }
}

pub(super) fn identify<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> IdentifyEntry {
    file.no_label(block);
    let mut block = file.inner(block);
    let entry = IdentifyEntry {
        header: block.header().clone(),
        tenant: block.read("tenant", |item| item.list(name_source)),
        environment: block.read("environment", |item| item.list(name_source)),
    };
    block.finish();
    entry
}

/// `tag.tenant`, `label["app.kubernetes.io/part-of"]`, `module.tenant_name`, `var.tenant`, `namespace`.
fn name_source(item: Item<'_>) -> Result<NameSource, Mistakes> {
    let wrong = || {
        Mistakes::from(
            item.mistake("this is no place where a name is read from", "")
                .help("write `tag.KEY`, `label.KEY`, `module.INPUT`, `var.NAME`, or `namespace`; a key that is no word goes in brackets: `tag[\"cost-center\"]`"),
        )
    };
    let (root, steps) = match item.expression() {
        Expression::Variable(root) => (root.value().as_str(), [].as_slice()),
        Expression::Traversal(traversal) => match &traversal.expr {
            Expression::Variable(root) => (root.value().as_str(), traversal.operators.as_slice()),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    let key = match steps {
        [] => None,
        [step] => match step.value() {
            TraversalOperator::GetAttr(name) => Some(Arc::from(name.value().as_str())),
            TraversalOperator::Index(key) => Some(Item::new(item.file(), key).text()?),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    match (root, key) {
        ("tag", Some(key)) => Ok(NameSource::Tag(key)),
        ("label", Some(key)) => Ok(NameSource::Label(key)),
        ("module", Some(key)) => Ok(NameSource::Module(key)),
        ("var", Some(key)) => Ok(NameSource::Variable(key)),
        ("namespace", None) => Ok(NameSource::Namespace),
        _ => Err(wrong()),
    }
}

pub(super) fn declare<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> DeclareEntry {
    let label = file.label(block);
    let source = match Glob::new(&label.value) {
        Ok(value) if !label.value.is_empty() => Some(Spanned {
            value,
            span: label.span,
        }),
        Ok(_) => None,
        Err(why) => {
            let message = format!("`{}` is no pattern: {why}", label.value);
            file.mistakes().push(Mistake::new(message, label.span, ""));
            None
        }
    };
    let mut block = file.inner(block);
    let tenant = block.read("tenant", expression);
    let environment = block.read("environment", expression);
    let given = block.others();
    let is_empty = given.is_empty() && block.is_absent("tenant") && block.is_absent("environment");
    let mut amounts = Vec::new();
    for (dimension, item) in given {
        if let Some(amount) = block.keep(expression(item)) {
            amounts.push((dimension, amount));
        }
    }
    block.finish();
    DeclareEntry {
        source,
        tenant,
        environment,
        amounts,
        is_empty,
    }
}

/// An expression over the inputs of a module call.
fn expression(item: Item<'_>) -> Result<Expr, Mistakes> {
    let wrong = |error: LangError| {
        let span = error.span().cloned().unwrap_or_else(|| item.span());
        Mistakes::from(Mistake::new(error.detail().to_lowercase(), span, ""))
    };
    let expression = lower(item.expression(), item.file()).map_err(wrong)?;
    let others = expression.references().into_iter();
    let others: Mistakes = others
        .filter(|path| input_name(path).is_none())
        .map(|path| {
            let span = expression.place(path.range());
            Mistake::new(format!("`{path}` means nothing here"), span, "")
                .help("a declaration knows the inputs of the module call: `input.NAME`")
        })
        .collect();
    if others.is_empty() {
        Ok(expression)
    } else {
        Err(others)
    }
}
