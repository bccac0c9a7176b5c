//! A block being read, closed: whatever nobody asks for is a mistake.

use super::item::{not_a_slug, span_of};
use super::{Item, Mistake, Mistakes, Name, hidden::is_hidden};
use crate::source::{SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads one body. Ask for everything it may hold, then call [`Reader::finish`].
///
/// Mistakes are collected, so that one run shows them all.
#[must_use = "unknown names are only found by `finish`"]
pub struct Reader<'a, 'm> {
    file: &'a SourceFile,
    what: String,
    header: Span,
    attributes: BTreeMap<&'a str, &'a Attribute>,
    blocks: Vec<&'a Block>,
    known_attributes: Vec<&'static str>,
    known_blocks: Vec<&'static str>,
    mistakes: &'m mut Mistakes,
}

impl<'a, 'm> Reader<'a, 'm> {
    /// Reads a whole file; `what` it is called in messages.
    pub fn file(
        file: &'a SourceFile,
        body: &'a Body,
        what: &str,
        mistakes: &'m mut Mistakes,
    ) -> Self {
        Self::new(file, body, what, file.at(0..0), mistakes)
    }

    /// Reads the body of a block.
    pub fn block(file: &'a SourceFile, block: &'a Block, mistakes: &'m mut Mistakes) -> Self {
        let what = format!("a `{}` block", block.ident.value().as_str());
        Self::new(file, &block.body, &what, header(file, block), mistakes)
    }

    /// Reads a block inside this one.
    pub fn inner(&mut self, block: &'a Block) -> Reader<'a, '_> {
        Reader::block(self.file, block, self.mistakes)
    }

    fn new(
        file: &'a SourceFile,
        body: &'a Body,
        what: &str,
        header: Span,
        mistakes: &'m mut Mistakes,
    ) -> Self {
        let mut attributes: BTreeMap<&str, &Attribute> = BTreeMap::new();
        for attribute in body.attributes() {
            let name = attribute.key.value().as_str();
            if key_span(file, attribute).text() != name {
                // A name that was given twice, and is told already.
                continue;
            }
            if let Some(first) = attributes.insert(name, attribute) {
                let span = key_span(file, attribute);
                mistakes.push(
                    Mistake::new(format!("`{name}` is given twice"), span, "again here")
                        .label(key_span(file, first), "first here"),
                );
            }
        }
        Self {
            file,
            what: what.to_owned(),
            header,
            attributes,
            blocks: body.blocks().collect(),
            known_attributes: Vec::new(),
            known_blocks: Vec::new(),
            mistakes,
        }
    }

    /// The block's type and labels: where to point when something in it is missing.
    pub fn header(&self) -> &Span {
        &self.header
    }

    /// The file it is in.
    pub fn source(&self) -> &'a SourceFile {
        self.file
    }

    /// Where further mistakes about this block go.
    pub fn mistakes(&mut self) -> &mut Mistakes {
        self.mistakes
    }

    /// Whether an attribute is not given at all.
    pub fn is_absent(&self, name: &str) -> bool {
        !self.attributes.contains_key(name)
    }

    /// The value of an attribute; none where it is not given.
    pub fn item(&mut self, name: &'static str) -> Option<Item<'a>> {
        self.known_attributes.push(name);
        let attribute = self.attributes.get(name)?;
        Some(Item::new(self.file, &attribute.value))
    }

    /// What an attribute says, read by `read`; none where it is not given or cannot be read.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Item<'a>) -> Result<T, Mistakes>,
    ) -> Option<T> {
        let item = self.item(name)?;
        self.keep(read(item))
    }

    /// What an attribute says that must be given.
    pub fn require<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Item<'a>) -> Result<T, Mistakes>,
    ) -> Option<T> {
        if self.is_absent(name) {
            let message = format!("{} needs `{name}`", self.what);
            self.mistakes.push(Mistake::new(
                message,
                self.header.clone(),
                "it is not given here",
            ));
        }
        self.read(name, read)
    }

    /// The attributes that nobody asked for so far, in the order of the file: for blocks whose
    /// attributes are names that the user chooses.
    pub fn others(&mut self) -> Vec<(Name, Item<'a>)> {
        let known = &self.known_attributes;
        let (rest, kept) = std::mem::take(&mut self.attributes)
            .into_iter()
            .partition(|(name, _)| !known.contains(name));
        self.attributes = kept;
        let rest: BTreeMap<&str, &Attribute> = rest;
        let mut others: Vec<_> = rest.into_values().collect();
        others.sort_by_key(|attribute| attribute.key.span().map_or(0, |span| span.start));
        let file = self.file;
        let entry = |attribute: &'a Attribute| {
            let name = Name {
                value: Arc::from(attribute.key.value().as_str()),
                span: key_span(file, attribute),
            };
            (name, Item::new(file, &attribute.value))
        };
        others.into_iter().map(entry).collect()
    }

    /// The value, or none after its mistakes were put to the others.
    pub fn keep<T>(&mut self, read: Result<T, Mistakes>) -> Option<T> {
        read.map_err(|mistakes| self.mistakes.extend(mistakes)).ok()
    }

    /// All blocks of that type, in the order of the file.
    pub fn blocks(&mut self, kind: &'static str) -> Vec<&'a Block> {
        self.known_blocks.push(kind);
        self.blocks
            .iter()
            .copied()
            .filter(|block| block.ident.value().as_str() == kind)
            .collect()
    }

    /// The only block of that type; a second one is a mistake.
    pub fn one_block(&mut self, kind: &'static str) -> Option<&'a Block> {
        let blocks = self.blocks(kind);
        let mut blocks = blocks.into_iter();
        let first = blocks.next()?;
        for again in blocks {
            let what = &self.what;
            self.mistakes.push(
                Mistake::new(
                    format!("{what} has one `{kind}` block at most"),
                    header(self.file, again),
                    "again here",
                )
                .label(header(self.file, first), "first here"),
            );
        }
        Some(first)
    }

    /// The label of a block that has just one. Where it has none, the mistake is put to the
    /// others and the name is empty.
    pub fn label(&mut self, block: &'a Block) -> Name {
        let label = label(self.file, block);
        self.keep(label).unwrap_or_else(|| Name {
            value: Arc::from(""),
            span: header(self.file, block),
        })
    }

    /// The label of a block that has just one, and that a name.
    pub fn slug_label(&mut self, block: &'a Block) -> Name {
        let name = self.label(block);
        if let Some(why) = not_a_slug(&name.value).filter(|_| !name.value.is_empty()) {
            let message = format!("`{}` cannot be a name", name.value);
            self.mistakes
                .push(Mistake::new(message, name.span.clone(), why));
        }
        name
    }

    /// Checks that a block has no label.
    pub fn no_label(&mut self, block: &'a Block) {
        if !block.labels.is_empty() {
            let kind = block.ident.value().as_str();
            self.mistakes.push(Mistake::new(
                format!("a `{kind}` block has no label"),
                header(self.file, block),
                "",
            ));
        }
    }

    /// Calls everything that nobody asked for a mistake.
    pub fn finish(self) {
        let Self {
            file,
            what,
            known_attributes,
            known_blocks,
            mistakes,
            ..
        } = self;
        for (name, attribute) in &self.attributes {
            if known_attributes.contains(name) {
                continue;
            }
            let span = key_span(file, attribute);
            let mistake = Mistake::new(format!("{what} has no attribute `{name}`"), span, "");
            mistakes.push(if known_blocks.contains(name) {
                mistake.help(format!("`{name}` is a block: write `{name} {{ ... }}`"))
            } else {
                mistake.did_you_mean(name, known_attributes.iter().copied())
            });
        }
        for block in &self.blocks {
            let kind = block.ident.value().as_str();
            if known_blocks.contains(&kind) {
                continue;
            }
            let span = span_of(file, block.ident.span());
            let mistake = Mistake::new(format!("{what} has no block `{kind}`"), span, "");
            mistakes.push(if known_attributes.contains(&kind) {
                mistake.help(format!("`{kind}` is an attribute: write `{kind} = ...`"))
            } else {
                mistake.did_you_mean(kind, known_blocks.iter().copied())
            });
        }
    }
}

/// A block's type and labels.
pub(super) fn header(file: &SourceFile, block: &Block) -> Span {
    let start = block.ident.span().unwrap_or(0..0);
    let end = match block.labels.last() {
        Some(label) => label.span().unwrap_or(start.clone()).end,
        None => start.end,
    };
    span_of(file, Some(start.start..end))
}

fn label(file: &SourceFile, block: &Block) -> Result<Name, Mistakes> {
    let kind = block.ident.value().as_str();
    let [label] = block.labels.as_slice() else {
        let message = format!("a `{kind}` block has one label: {kind} \"NAME\" {{ ... }}");
        return Err(Mistake::new(message, header(file, block), "").into());
    };
    let BlockLabel::String(text) = label else {
        let message = format!("the label of a `{kind}` block is written in quotes");
        return Err(Mistake::new(message, span_of(file, label.span()), "").into());
    };
    let span = span_of(file, label.span());
    if text.value().is_empty() || text.value().chars().any(is_hidden) {
        let message = format!("the label of a `{kind}` block is empty or cannot be seen");
        return Err(Mistake::new(message, span, "").into());
    }
    Ok(Name {
        value: Arc::from(text.value().as_str()),
        span,
    })
}

fn key_span(file: &SourceFile, attribute: &Attribute) -> Span {
    span_of(file, attribute.key.span())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::hcl::parse;

    fn check(text: &str, expected: &[&str]) {
        let file = SourceFile::new("a.hcl", text);
        let body = parse(&file).unwrap();
        let mut mistakes = Vec::new();
        let mut reader = Reader::file(&file, &body, "this file", &mut mistakes);
        reader.require("size", Item::whole);
        reader.read("title", Item::text);
        if let Some(block) = reader.one_block("limit") {
            reader.slug_label(block);
            let mut limit = Reader::block(&file, block, reader.mistakes());
            limit.require("max", Item::whole);
            limit.finish();
        }
        reader.finish();
        let told: Vec<_> = mistakes
            .iter()
            .map(|mistake| {
                let help = mistake
                    .help
                    .first()
                    .map_or(String::new(), |help| format!(" ({help})"));
                format!("{}{help}", mistake.message)
            })
            .collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn what_nobody_asked_for_is_a_mistake() {
        check(
            "size = 1\ntitle = \"x\"\nlimit \"vcpu\" {\n max = 1\n}\n",
            &[],
        );
        check(
            "size = 1\ntitel = \"x\"\n",
            &["this file has no attribute `titel` (did you mean `title`?)"],
        );
        check(
            "size = 1\nlimits \"vcpu\" {\n}\n",
            &["this file has no block `limits` (did you mean `limit`?)"],
        );
        check(
            "size = 1\nlimit = 4\n",
            &["this file has no attribute `limit` (`limit` is a block: write `limit { ... }`)"],
        );
        check(
            "size {\n}\n",
            &[
                "this file needs `size`",
                "this file has no block `size` (`size` is an attribute: write `size = ...`)",
            ],
        );
    }

    #[test]
    fn blocks_have_the_labels_they_need() {
        check(
            "size = 1\nlimit {\n max = 1\n}\n",
            &["a `limit` block has one label: limit \"NAME\" { ... }"],
        );
        check(
            "size = 1\nlimit vcpu {\n max = 1\n}\n",
            &["the label of a `limit` block is written in quotes"],
        );
        check(
            "size = 1\nlimit \"a\" {\n max = 1\n}\nlimit \"b\" {\n max = 1\n}\n",
            &["this file has one `limit` block at most"],
        );
        check(
            "size = 1\nlimit \"V\" { mx = 1 }\n",
            &[
                "`V` cannot be a name",
                "a `limit` block needs `max`",
                "a `limit` block has no attribute `mx` (did you mean `max`?)",
            ],
        );
    }
}
