//! One file of rules: its lists, and its blocks, each read when it is asked for.

use super::parse;
use super::rule::{ByName, Rule, Shared, UserFunction};
use super::scan::{self, Scan};
use crate::quantity::Dimension;
use crate::source::hcl::{self, Item, Mistake, Mistakes, not_a_slug};
use crate::source::{SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{self, Structure};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What one file of rules says.
#[derive(Debug)]
pub(crate) struct Sheet {
    file: SourceFile,
    /// The providers that its lists are about, by their type: `aws`.
    pub(crate) providers: Vec<Arc<str>>,
    pub(crate) weightless: List,
    pub(crate) opaque: List,
    /// Types of which each instance is one of a dimension.
    pub(crate) counted: BTreeMap<Arc<str>, Dimension>,
    blocks: Vec<Slot>,
    /// Where in `blocks` the rule of a type is.
    rules: BTreeMap<Arc<str>, usize>,
    parts: BTreeMap<Arc<str>, PartSlot>,
    functions: BTreeMap<Arc<str>, usize>,
    /// By table: where the ways are to read a size from its name.
    by_name: BTreeMap<Arc<str>, Vec<usize>>,
}

/// Where a part is, and its parameters.
#[derive(Debug)]
struct PartSlot {
    at: usize,
    parameters: Box<[Arc<str>]>,
}

/// A block, and what it says once it was read.
#[derive(Debug)]
struct Slot {
    range: Range<usize>,
    parsed: OnceLock<Option<Parsed>>,
}

/// What a block says.
#[derive(Debug)]
pub(crate) enum Parsed {
    Rule(Arc<Rule>),
    Part(Shared),
    Function(UserFunction),
    ByName(ByName),
}

/// What blocks may refer to outside of themselves.
pub(crate) trait Names {
    /// The functions that rules define.
    fn functions(&self) -> Vec<Arc<str>>;
    fn has_function(&self, name: &str) -> bool;
    /// The parts that rules define.
    fn parts(&self) -> Vec<Arc<str>>;
    /// The parameters of a part.
    fn parameters(&self, part: &str) -> Option<Box<[Arc<str>]>>;
    /// Whether there is such a table of machine sizes.
    fn has_table(&self, name: &str) -> bool;
    /// Whether what is read was read by a test before, and has no mistakes.
    fn trusts(&self) -> bool;
}

/// Resource types by name or by pattern, in which `*` stands for anything.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) names: BTreeSet<Arc<str>>,
    pub(crate) patterns: Vec<Arc<str>>,
}

impl List {
    fn of(names: Vec<&str>) -> Self {
        let (patterns, names): (Vec<&str>, Vec<&str>) =
            names.into_iter().partition(|name| name.contains('*'));
        Self {
            names: names.into_iter().map(Arc::from).collect(),
            patterns: patterns.into_iter().map(Arc::from).collect(),
        }
    }

    /// Whether some pattern fits.
    pub(crate) fn fits(&self, resource_type: &str) -> bool {
        self.fitting(resource_type).is_some()
    }

    /// The first pattern that fits.
    pub(crate) fn fitting(&self, resource_type: &str) -> Option<&Arc<str>> {
        let mut patterns = self.patterns.iter();
        patterns.find(|pattern| fits(pattern, resource_type))
    }
}

const TOP_BLOCKS: [&str; 6] = [
    "resource", "template", "modifier", "function", "part", "by_name",
];

impl Sheet {
    fn empty(file: &SourceFile) -> Self {
        Self {
            file: file.clone(),
            providers: Vec::new(),
            weightless: List::default(),
            opaque: List::default(),
            counted: BTreeMap::new(),
            blocks: Vec::new(),
            rules: BTreeMap::new(),
            parts: BTreeMap::new(),
            functions: BTreeMap::new(),
            by_name: BTreeMap::new(),
        }
    }

    /// A file that is written as guard's own are: see [`scan`].
    pub(crate) fn scanned(file: &SourceFile) -> Self {
        let mut sheet = Self::empty(file);
        let Scan {
            providers,
            weightless,
            opaque,
            counted,
            blocks,
        } = scan::scan(file.text());
        sheet.providers = providers.into_iter().map(Arc::from).collect();
        sheet.weightless = List::of(weightless);
        sheet.opaque = List::of(opaque);
        for (dimension, types) in counted {
            let dimension = Dimension::new(dimension);
            let entries = types
                .into_iter()
                .map(|name| (name.into(), dimension.clone()));
            sheet.counted.extend(entries);
        }
        for block in blocks {
            sheet.index(block.kind, &block.labels, block.range, block.parameters);
        }
        sheet
    }

    /// Any file: its lists and what blocks there are. [`Sheet::fill`] reads the blocks.
    pub(crate) fn indexed(
        file: &SourceFile,
        body: &structure::Body,
        mistakes: &mut Mistakes,
    ) -> Self {
        let mut sheet = Self::empty(file);
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let item = Item::new(file, &attribute.value);
                    let name = attribute.key.as_str();
                    let span = file.at(attribute.key.span().unwrap_or(0..0));
                    sheet.attribute(name, item, span, mistakes);
                }
                Structure::Block(block) => {
                    let kind = block.ident.value().as_str();
                    if !TOP_BLOCKS.contains(&kind) {
                        let span = file.at(block.ident.span().unwrap_or(0..0));
                        let message = format!("a file of rules has no block `{kind}`");
                        mistakes
                            .push(Mistake::new(message, span, "").did_you_mean(kind, TOP_BLOCKS));
                    }
                    let labels: Vec<&str> =
                        block.labels.iter().map(|label| label.as_str()).collect();
                    let parameters = block.body.get_attribute("params");
                    let parameters = parameters.map(|attribute| words(&attribute.value));
                    let range = block.span().unwrap_or(0..0);
                    let twice = sheet.index(kind, &labels, range, parameters.unwrap_or_default());
                    for (name, before) in twice {
                        let span = file.at(block.ident.span().unwrap_or(0..0));
                        let message = format!("there are two blocks for `{name}`");
                        let mistake = Mistake::new(message, span, "again here");
                        mistakes.push(mistake.label(file.at(before), "first here"));
                    }
                }
            }
        }
        sheet
    }

    /// Reads all blocks, for their mistakes.
    pub(crate) fn fill(&self, body: &structure::Body, names: &dyn Names, mistakes: &mut Mistakes) {
        for (slot, block) in self.blocks.iter().zip(body.blocks()) {
            let parsed = parse::block(&self.file, block, names, mistakes);
            slot.parsed.get_or_init(|| parsed);
        }
    }

    /// Notes where a block is; gives those that it would hide, and where they are.
    fn index(
        &mut self,
        kind: &str,
        labels: &[&str],
        range: Range<usize>,
        parameters: Box<[Arc<str>]>,
    ) -> Vec<(Arc<str>, Range<usize>)> {
        let at = self.blocks.len();
        let mut hidden = Vec::new();
        for label in labels {
            let name: Arc<str> = (*label).into();
            let before = match kind {
                "resource" | "template" | "modifier" => self.rules.insert(name.clone(), at),
                "part" => {
                    let parameters = parameters.clone();
                    let before = self.parts.insert(name.clone(), PartSlot { at, parameters });
                    before.map(|part| part.at)
                }
                "function" => self.functions.insert(name.clone(), at),
                "by_name" => {
                    self.by_name.entry(name.clone()).or_default().push(at);
                    None
                }
                _ => None,
            };
            let before = before.and_then(|before| self.blocks.get(before));
            hidden.extend(before.map(|slot| (name, slot.range.clone())));
        }
        self.blocks.push(Slot {
            range,
            parsed: OnceLock::new(),
        });
        hidden
    }

    // ------------------------------------------------------------ blocks

    /// The file.
    pub(crate) fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The rule of a type.
    pub(crate) fn rule(&self, resource_type: &str, names: &dyn Names) -> Option<&Arc<Rule>> {
        match self.parsed(*self.rules.get(resource_type)?, names)? {
            Parsed::Rule(rule) => Some(rule),
            _ => None,
        }
    }

    /// Whether there is a rule for a type, and where.
    pub(crate) fn place_of(&self, resource_type: &str) -> Option<Span> {
        let slot = self.blocks.get(*self.rules.get(resource_type)?)?;
        Some(self.file.at(slot.range.clone()))
    }

    pub(crate) fn part(&self, name: &str, names: &dyn Names) -> Option<&Shared> {
        match self.parsed(self.parts.get(name)?.at, names)? {
            Parsed::Part(part) => Some(part),
            _ => None,
        }
    }

    pub(crate) fn function(&self, name: &str, names: &dyn Names) -> Option<&UserFunction> {
        match self.parsed(*self.functions.get(name)?, names)? {
            Parsed::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The ways to read a size of a table from its name.
    pub(crate) fn by_name(&self, table: &str, names: &dyn Names) -> Vec<&ByName> {
        let mut ways = Vec::new();
        for at in self.by_name.get(table).into_iter().flatten() {
            if let Some(Parsed::ByName(way)) = self.parsed(*at, names) {
                ways.push(way);
            }
        }
        ways
    }

    /// The types that have rules.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Arc<str>> {
        self.rules.keys()
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = &Arc<str>> {
        self.parts.keys()
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = &Arc<str>> {
        self.functions.keys()
    }

    /// The tables whose sizes can be read from their names.
    #[cfg(test)]
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&Arc<str>, &Vec<usize>)> {
        self.by_name.iter()
    }

    pub(crate) fn parameters(&self, part: &str) -> Option<&[Arc<str>]> {
        self.parts.get(part).map(|part| &*part.parameters)
    }

    pub(crate) fn has_function(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    fn parsed(&self, at: usize, names: &dyn Names) -> Option<&Parsed> {
        let slot = self.blocks.get(at)?;
        slot.parsed.get_or_init(|| self.parse(slot, names)).as_ref()
    }

    fn parse(&self, slot: &Slot, names: &dyn Names) -> Option<Parsed> {
        let text = self.file.text().get(slot.range.clone())?;
        let (line, _) = self.file.line_column(slot.range.start);
        // Empty lines before it keep the numbers of its lines.
        let lines = "\n".repeat(line.saturating_sub(1));
        let file = SourceFile::new(self.file.path(), lines + text);
        let body = hcl_edit::parser::parse_body(file.text()).ok()?;
        let block = body.blocks().next()?;
        parse::block(&file, block, names, &mut Mistakes::new())
    }

    // ------------------------------------------------------------ lists

    fn attribute(&mut self, name: &str, item: Item<'_>, span: Span, mistakes: &mut Mistakes) {
        match name {
            "providers" => {
                let names = keep(item.list(Item::text), mistakes);
                self.providers.extend(names.unwrap_or_default());
            }
            "weightless" => self.weightless = list(item, mistakes),
            "opaque" => self.opaque = list(item, mistakes),
            "counted" => self.count(item, mistakes),
            other => {
                let known = ["providers", "weightless", "opaque", "counted"];
                let message = format!("a file of rules has no attribute `{other}`");
                mistakes.push(Mistake::new(message, span, "").did_you_mean(other, known));
            }
        }
    }

    fn count(&mut self, item: Item<'_>, mistakes: &mut Mistakes) {
        for (dimension, types) in keep(item.object(), mistakes).unwrap_or_default() {
            if let Some(why) = not_a_slug(&dimension.value) {
                let message = format!("`{}` cannot be a dimension", dimension.value);
                mistakes.push(Mistake::new(message, dimension.span.clone(), why));
            }
            let list = list(types, mistakes);
            let dimension = Dimension::new(dimension.value);
            let entries = list.names.into_iter().map(|name| (name, dimension.clone()));
            self.counted.extend(entries);
            for pattern in list.patterns {
                let message = format!("`{pattern}`: types that are counted are named one by one");
                mistakes.push(Mistake::new(message, types.span(), ""));
            }
        }
    }
}

fn keep<T>(read: Result<T, Mistakes>, mistakes: &mut Mistakes) -> Option<T> {
    read.map_err(|wrong| mistakes.extend(wrong)).ok()
}

fn list(item: Item<'_>, mistakes: &mut Mistakes) -> List {
    let mut list = List::default();
    let names = keep(item.list(|item| item.spanned(Item::text)), mistakes);
    for name in names.unwrap_or_default() {
        if !is_type_pattern(&name.value) {
            let message = format!("`{}` is no resource type", name.value);
            mistakes.push(Mistake::new(message, name.span, ""));
        } else if name.value.contains('*') {
            list.patterns.push(name.value);
        } else if !list.names.insert(name.value.clone()) {
            let message = format!("`{}` is listed twice", name.value);
            mistakes.push(Mistake::new(message, name.span, "again here"));
        }
    }
    list
}

/// The plain words of a list: `[size, type]`.
pub(super) fn words(value: &Expression) -> Box<[Arc<str>]> {
    value
        .as_array()
        .map(|array| {
            array
                .iter()
                .filter_map(Expression::as_variable)
                .map(|word| word.as_str().into())
                .collect()
        })
        .unwrap_or_default()
}

pub(super) fn is_type_pattern(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'*')
        })
}

/// Whether a text fits a pattern in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or("");
    for part in parts {
        let Some(at) = text.find(part) else {
            return false;
        };
        text = text.get(at.saturating_add(part.len())..).unwrap_or("");
    }
    text.ends_with(end)
}

/// Reads HCL, with all that is wrong with it.
pub(crate) fn body(file: &SourceFile, mistakes: &mut Mistakes) -> Option<structure::Body> {
    keep(hcl::parse(file), mistakes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("aws_iam_*", "aws_iam_role", true),
            ("aws_iam_*", "aws_iam_", true),
            ("aws_iam_*", "aws_instance", false),
            ("*_iam_member", "google_project_iam_member", true),
            ("google_*_iam_*", "google_project_iam_member", true),
            ("google_*_iam_*", "google_iam_", false),
            ("aws_vpc", "aws_vpc", true),
            ("aws_vpc", "aws_vpcs", false),
            ("*a*a", "aa", true),
            ("*ab*ab", "ab", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
