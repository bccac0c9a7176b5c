//! A configuration file as attributes and blocks, whichever syntax it is written in.

use super::findings::Findings;
use crate::finding::Finding;
use crate::lang::{Expr, Value, lower, parse_body};
use crate::source::{SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::structure::{self, Structure};
use std::ops::Range;
use std::sync::Arc;

/// What stands between two braces, or in a whole file.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    /// In the order of the file.
    pub(super) attributes: Vec<Attribute>,
    /// In the order of the file.
    pub(super) blocks: Vec<Block>,
}

/// `name = value`
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) name: Arc<str>,
    /// Where the name is, in the file of the value.
    name_at: (u32, u32),
    pub(super) value: Expr,
}

impl Attribute {
    pub(super) fn new(name: Arc<str>, name_at: &Range<usize>, value: Expr) -> Self {
        let narrowed = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            name,
            name_at: (narrowed(name_at.start), narrowed(name_at.end)),
            value,
        }
    }

    /// Where the name is written.
    pub(super) fn name_span(&self) -> Span {
        let widened = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let (start, end) = self.name_at;
        self.value.file().at(widened(start)..widened(end))
    }
}

/// `kind "label" { .. }`
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Arc<str>,
    pub(super) labels: Box<[Label]>,
    pub(super) body: Body,
    /// The kind and the labels.
    pub(super) header: Span,
}

/// A label of a block.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) text: Arc<str>,
    pub(super) span: Span,
}

impl Body {
    /// The attribute of that name.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| &*attribute.name == name)
    }

    /// The value of the attribute of that name.
    pub(super) fn value(&self, name: &str) -> Option<&Expr> {
        self.attribute(name).map(|attribute| &attribute.value)
    }

    /// All blocks of that kind.
    pub(super) fn blocks<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

/// Reads a file in HCL's own syntax; none where it cannot be read, and then the finding says why.
pub(super) fn native(file: &SourceFile, findings: &mut Findings) -> Option<Body> {
    let body = match parse_body(file) {
        Ok(body) => body,
        Err(error) => {
            findings.add(Finding::syntax_error(&error));
            return None;
        }
    };
    let mut reader = Reader {
        file,
        findings,
        failed: false,
    };
    let body = reader.body(&body);
    (!reader.failed).then_some(body)
}

struct Reader<'a> {
    file: &'a SourceFile,
    findings: &'a mut Findings,
    failed: bool,
}

impl Reader<'_> {
    fn body(&mut self, body: &structure::Body) -> Body {
        let mut read = Body::default();
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) => {
                    let attribute = self.attribute(attribute);
                    read.attributes.push(attribute);
                }
                Structure::Block(block) => {
                    let block = self.block(block);
                    read.blocks.push(block);
                }
            }
        }
        read
    }

    fn attribute(&mut self, attribute: &structure::Attribute) -> Attribute {
        let name_at = attribute.key.span().unwrap_or(0..0);
        let value = lower(&attribute.value, self.file).unwrap_or_else(|error| {
            self.findings.add(Finding::syntax_error(&error));
            self.failed = true;
            Expr::literal(Value::unknown(), self.file.at(name_at.clone()))
        });
        let name = Arc::from(attribute.key.value().as_str());
        Attribute::new(name, &name_at, value)
    }

    fn block(&mut self, block: &structure::Block) -> Block {
        let kind = block.ident.span().unwrap_or(0..0);
        let mut end = kind.end;
        let mut labels = Vec::with_capacity(block.labels.len());
        for label in &block.labels {
            let range = label.span().unwrap_or_else(|| kind.clone());
            end = end.max(range.end);
            labels.push(Label {
                text: Arc::from(label.as_str()),
                span: self.file.at(range),
            });
        }
        Block {
            kind: Arc::from(block.ident.value().as_str()),
            labels: labels.into(),
            body: self.body(&block.body),
            header: self.file.at(kind.start..end),
        }
    }
}
