//! Blocks of a file of rules -> what they say, or all their mistakes.

use super::nested::Nested;
use super::rule::{Attribute, ByName, Kind, Looks, Rule, Shared, UserFunction};
use super::sheet::{Names, Parsed, is_type_pattern, words};
use crate::lang::{self, Expr};
use crate::read::AttributeSet;
use crate::source::hcl::{self, Item, Mistake, Mistakes};
use crate::source::{SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, BlockLabel};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Reads one block; none where it has mistakes that leave nothing of it.
pub(super) fn block(
    file: &SourceFile,
    block: &Block,
    names: &dyn Names,
    mistakes: &mut Mistakes,
) -> Option<Parsed> {
    let mut parser = Parser {
        file,
        names,
        mistakes,
    };
    match block.ident.value().as_str() {
        "resource" => parser.rule(block, Kind::Resource).map(Parsed::Rule),
        "template" => parser.rule(block, Kind::Template).map(Parsed::Rule),
        "modifier" => parser.rule(block, Kind::Modifier).map(Parsed::Rule),
        "function" => parser.function(block).map(Parsed::Function),
        "part" => parser.shared(block).map(Parsed::Part),
        "by_name" => parser.by_name(block).map(Parsed::ByName),
        // That there is no such block is told where the file is indexed.
        _ => None,
    }
}

/// What reading a block needs.
pub(super) struct Parser<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) names: &'a dyn Names,
    pub(super) mistakes: &'a mut Mistakes,
}

/// What formulas can refer to where they stand.
#[derive(Default)]
pub(super) struct Surroundings {
    /// Attributes of the instance that are read.
    pub(super) attributes: BTreeSet<Arc<str>>,
    pub(super) looks: Looks,
    /// How much of them, and of what is in them, is read.
    pub(super) nested: Nested,
    /// The nested blocks that the innermost `each` goes through.
    pub(super) blocks: Vec<Arc<str>>,
    /// Whether `length` is not Terraform's.
    pub(super) own_length: bool,
    /// How many `each` blocks are around.
    pub(super) depth: usize,
    /// The local names that can be seen, with the types that they can be linked to.
    pub(super) locals: Vec<(Arc<str>, Vec<Arc<str>>)>,
    /// The parameters of the part; in a part there is no instance, in a function only parameters.
    pub(super) parameters: Option<Box<[Arc<str>]>>,
    pub(super) function: bool,
}

impl<'a> Parser<'a> {
    fn rule(&mut self, block: &'a Block, kind: Kind) -> Option<Arc<Rule>> {
        let types = self.labels(block);
        if types.is_empty() {
            let message = format!("a `{}` block names resource types", block.ident.as_str());
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return None;
        }
        let mut around = Surroundings::default();
        let mut sources = Vec::new();
        let mut keys = Vec::new();
        let (mut workload, mut opaque, mut modifies) = (None, None, None);
        let (mut bounded, mut declares) = (None, false);
        let mut exports = Vec::new();
        let body = self.body(
            &block.body,
            &mut around,
            &mut |parser, around, name, value| {
                let item = Item::new(parser.file, value);
                match name {
                    "source" => {
                        let read = match value {
                            Expression::Array(_) => item.list(Item::text),
                            _ => item.text().map(|text| vec![text]),
                        };
                        sources = parser.keep(read).unwrap_or_default();
                    }
                    "keys" => keys = parser.paths(item),
                    "exports" => {
                        exports = parser.keep(item.list(Item::text)).unwrap_or_default();
                    }
                    "workload" => workload = parser.formula(value, around),
                    "opaque" => opaque = parser.formula(value, around),
                    "bounded" => bounded = parser.formula(value, around),
                    "declares" => declares = parser.keep(item.flag()).unwrap_or(false),
                    "modifies" if kind == Kind::Modifier => {
                        modifies = parser.formula(value, around)
                    }
                    _ => return false,
                }
                true
            },
        );
        if kind == Kind::Modifier && modifies.is_none() {
            let message = "the block `modifier` says what it `modifies`".to_owned();
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
        }
        let reads: Box<[Arc<str>]> = around.attributes.into_iter().collect();
        let of_keys = keys.iter().filter_map(|key| key.steps.first()?.attribute());
        let of_others = of_keys.chain(exports.iter().map(AsRef::as_ref));
        let attributes = AttributeSet::new(reads.iter().map(AsRef::as_ref).chain(of_others));
        Some(Arc::new(Rule {
            kind,
            types: types.into(),
            sources: sources.into(),
            keys: keys.into(),
            workload,
            opaque,
            bounded,
            declares,
            modifies,
            body,
            looks: around.looks,
            nested: around.nested,
            reads,
            attributes,
            span: self.span(block.span()),
        }))
    }

    /// Paths that are written as texts: `["id", "metadata[0].name"]`.
    fn paths(&mut self, item: Item<'_>) -> Vec<Attribute> {
        let texts = self.keep(item.list(|item| item.spanned(Item::text)));
        let mut paths = Vec::new();
        for text in texts.unwrap_or_default() {
            let source = SourceFile::new(self.file.path(), format!("self.{}", text.value));
            let parsed = lang::parse(&source).ok();
            match parsed.as_ref().and_then(Expr::static_path) {
                Some(path) if path.root() == "self" => {
                    paths.push(Attribute {
                        text: text.value,
                        steps: path.steps().into(),
                    });
                }
                _ => self.mistakes.push(Mistake::new(
                    format!("`{}` is no path of an attribute", text.value),
                    text.span,
                    "",
                )),
            }
        }
        paths
    }

    fn function(&mut self, block: &'a Block) -> Option<UserFunction> {
        self.one_label(block)?;
        let mut reader = hcl::Reader::block(self.file, block, self.mistakes);
        let parameters = reader.item("params").map(|item| words(item.expression()));
        let result = reader.item("result").map(|item| item.expression());
        reader.finish();
        let (Some(parameters), Some(result)) = (parameters, result) else {
            let message = "a `function` block has `params` and a `result`";
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return None;
        };
        let mut around = Surroundings {
            parameters: Some(parameters.clone()),
            function: true,
            ..Surroundings::default()
        };
        Some(UserFunction {
            parameters,
            result: self.formula(result, &mut around)?.expr,
            span: self.span(block.span()),
        })
    }

    fn shared(&mut self, block: &'a Block) -> Option<Shared> {
        self.one_label(block)?;
        let parameters = block.body.get_attribute("params");
        let parameters = parameters
            .map(|attribute| words(&attribute.value))
            .unwrap_or_default();
        let mut around = Surroundings {
            parameters: Some(parameters),
            ..Surroundings::default()
        };
        let body = self.body(&block.body, &mut around, &mut |_, _, name, _| {
            name == "params"
        });
        Some(Shared {
            body,
            looks: around.looks,
            span: self.span(block.span()),
        })
    }

    fn by_name(&mut self, block: &'a Block) -> Option<ByName> {
        let (table, span) = self.one_label(block)?;
        self.table(&table, span);
        let mut reader = hcl::Reader::block(self.file, block, self.mistakes);
        let pattern = reader.item("pattern");
        let exact = reader.read("exact", Item::flag).unwrap_or(false);
        drop(reader);
        let Some(pattern) = pattern else {
            let message = "a `by_name` block has a `pattern`";
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return None;
        };
        let text = self.keep(pattern.text())?;
        let groups: Box<[Arc<str>]> = text
            .split("(?P<")
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .map(|(name, _)| name.into())
            .collect();
        let mut around = Surroundings {
            parameters: Some(groups),
            function: true,
            ..Surroundings::default()
        };
        let mut columns = BTreeMap::new();
        for attribute in block.body.attributes() {
            let column = attribute.key.as_str();
            if !["pattern", "exact"].contains(&column)
                && let Some(formula) = self.formula(&attribute.value, &mut around)
            {
                columns.insert(column.into(), formula.expr);
            }
        }
        let way = ByName {
            pattern: text,
            compiled: OnceLock::new(),
            exact,
            columns,
        };
        // Compiling takes long enough to put it off where the text is known to be right.
        if !self.names.trusts() && way.regex().is_none() {
            self.mistakes
                .push(pattern.mistake("this is no regular expression", ""));
        }
        Some(way)
    }

    // ------------------------------------------------------------ small things

    pub(super) fn keep<T>(&mut self, read: Result<T, Mistakes>) -> Option<T> {
        read.map_err(|mistakes| self.mistakes.extend(mistakes)).ok()
    }

    pub(super) fn span(&self, range: Option<Range<usize>>) -> Span {
        self.file.at(range.unwrap_or(0..0))
    }

    pub(super) fn header(&self, block: &Block) -> Span {
        let start = block.ident.span().unwrap_or(0..0);
        let end = block.labels.last().and_then(BlockLabel::span);
        self.file.at(start.start..end.unwrap_or(start).end)
    }

    pub(super) fn labels(&mut self, block: &Block) -> Vec<Arc<str>> {
        let mut labels = Vec::new();
        for label in &block.labels {
            let span = self.span(label.span());
            let name = label.as_str();
            if name.contains('*') || !is_type_pattern(name) {
                let message = format!("`{name}` is no resource type");
                self.mistakes.push(Mistake::new(message, span, ""));
            } else {
                labels.push(name.into());
            }
        }
        labels
    }

    pub(super) fn one_label(&mut self, block: &Block) -> Option<(Arc<str>, Span)> {
        if let [label] = block.labels.as_slice() {
            return Some((label.as_str().into(), self.span(label.span())));
        }
        let kind = block.ident.as_str();
        let message = format!("a `{kind}` block has one label: {kind} \"NAME\" {{ ... }}");
        self.mistakes
            .push(Mistake::new(message, self.header(block), ""));
        None
    }
}
