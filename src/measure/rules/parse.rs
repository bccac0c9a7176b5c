//! A file of capacity rules -> a [`Sheet`], or all its mistakes at once.

use super::rule::{
    Attribute, Body, ByName, Each, Formula, Kind, Local, MACHINE, Part, Read, Rule, Shared, Source,
    UserFunction, What,
};
use crate::lang::{self, Expr, Node};
use crate::measure::forms::{self, FORMS};
use crate::quantity::Dimension;
use crate::read::AttributeSet;
use crate::source::hcl::{self, Item, Mistake, Mistakes, not_a_slug};
use crate::source::{SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{self, Block, BlockLabel, Structure};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What one file of rules says.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// The providers that its lists are about, by their type: `aws`.
    pub(crate) providers: Vec<Arc<str>>,
    pub(crate) rules: BTreeMap<Arc<str>, Arc<Rule>>,
    pub(crate) weightless: List,
    pub(crate) opaque: List,
    /// Types of which each instance is one of a dimension.
    pub(crate) counted: BTreeMap<Arc<str>, Dimension>,
    pub(crate) shared: BTreeMap<Arc<str>, Shared>,
    pub(crate) functions: BTreeMap<Arc<str>, UserFunction>,
    pub(crate) by_name: BTreeMap<Arc<str>, Vec<ByName>>,
}

impl Sheet {
    /// Takes over what another file of the same catalog says.
    pub(crate) fn take(&mut self, other: Self, mistakes: &mut Mistakes) {
        for (name, rule) in other.rules {
            let span = rule.span.clone();
            if let Some(before) = self.rules.insert(name.clone(), rule) {
                mistakes.push(
                    Mistake::new(format!("`{name}` has two rules"), span, "again here")
                        .label(before.span.clone(), "first here"),
                );
            }
        }
        self.providers.extend(other.providers);
        self.weightless.names.extend(other.weightless.names);
        self.weightless.patterns.extend(other.weightless.patterns);
        self.opaque.names.extend(other.opaque.names);
        self.opaque.patterns.extend(other.opaque.patterns);
        self.counted.extend(other.counted);
        self.shared.extend(other.shared);
        self.functions.extend(other.functions);
        for (table, ways) in other.by_name {
            self.by_name.entry(table).or_default().extend(ways);
        }
    }
}

/// Resource types by name or by pattern, in which `*` stands for anything.
#[derive(Debug, Default)]
pub(crate) struct List {
    pub(crate) names: BTreeSet<Arc<str>>,
    pub(crate) patterns: Vec<Arc<str>>,
}

impl List {
    /// Whether some pattern fits.
    pub(crate) fn fits(&self, resource_type: &str) -> bool {
        self.patterns
            .iter()
            .any(|pattern| fits(pattern, resource_type))
    }
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

/// What the file may refer to that it does not hold itself.
pub(crate) struct Around<'a> {
    /// Names of functions of the shipped rules.
    pub(crate) functions: BTreeSet<Arc<str>>,
    /// Parts of the shipped rules, with their parameters.
    pub(crate) parts: BTreeMap<Arc<str>, Box<[Arc<str>]>>,
    /// Whether there is such a table of machine sizes.
    pub(crate) has_table: &'a dyn Fn(&str) -> bool,
    /// Whether the file is one of those that a test has read.
    pub(crate) trusted: bool,
}

/// Reads a file of rules.
pub(crate) fn sheet(file: &SourceFile, around: &Around<'_>, mistakes: &mut Mistakes) -> Sheet {
    let body = match hcl::parse(file) {
        Ok(body) => body,
        Err(wrong) => {
            mistakes.extend(wrong);
            return Sheet::default();
        }
    };
    let mut parser = Parser {
        file,
        around,
        mistakes,
        functions: around.functions.clone(),
        parts: around.parts.clone(),
        sheet: Sheet::default(),
    };
    parser.names(&body);
    parser.top(&body);
    parser.sheet
}

struct Parser<'a> {
    file: &'a SourceFile,
    around: &'a Around<'a>,
    mistakes: &'a mut Mistakes,
    /// All functions that formulas may call beside Terraform's and the special forms.
    functions: BTreeSet<Arc<str>>,
    /// All parts that can be used, with their parameters.
    parts: BTreeMap<Arc<str>, Box<[Arc<str>]>>,
    sheet: Sheet,
}

/// What formulas can refer to where they stand.
#[derive(Default)]
struct Surroundings {
    /// Attributes of the instance that are read.
    attributes: BTreeSet<Arc<str>>,
    /// Types that are linked to or refer.
    links: BTreeSet<Arc<str>>,
    /// How many `each` blocks are around.
    depth: usize,
    /// The local names that can be seen, with the types that they can be linked to.
    locals: Vec<(Arc<str>, Vec<Arc<str>>)>,
    /// The parameters of the part; in a part there is no instance, in a function only parameters.
    parameters: Option<Box<[Arc<str>]>>,
    function: bool,
}

const TOP_BLOCKS: [&str; 6] = [
    "resource", "template", "modifier", "function", "part", "by_name",
];
const BODY_BLOCKS: [&str; 8] = [
    "locals", "when", "each", "worst", "nodes", "copies", "like", "use",
];

impl<'a> Parser<'a> {
    // ------------------------------------------------------------ the file

    /// Notes what functions and parts there are, so that their order does not matter.
    fn names(&mut self, body: &structure::Body) {
        for block in body.blocks() {
            let kind = block.ident.value().as_str();
            let [label] = block.labels.as_slice() else {
                continue;
            };
            let name: Arc<str> = label.as_str().into();
            match kind {
                "function" => {
                    self.functions.insert(name);
                }
                "part" => {
                    let parameters = block
                        .body
                        .get_attribute("params")
                        .map(|attribute| words(&attribute.value))
                        .unwrap_or_default();
                    self.parts.insert(name, parameters);
                }
                _ => {}
            }
        }
    }

    fn top(&mut self, body: &'a structure::Body) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let item = Item::new(self.file, &attribute.value);
                    match attribute.key.as_str() {
                        "providers" => {
                            if let Some(names) = self.keep(item.list(Item::text)) {
                                self.sheet.providers.extend(names);
                            }
                        }
                        "weightless" => {
                            let list = self.list(item);
                            self.sheet.weightless = list;
                        }
                        "opaque" => {
                            let list = self.list(item);
                            self.sheet.opaque = list;
                        }
                        "counted" => self.counted(item),
                        other => {
                            let span = self.span(attribute.key.span());
                            let known = ["providers", "weightless", "opaque", "counted"];
                            self.mistakes.push(
                                Mistake::new(
                                    format!("a file of rules has no attribute `{other}`"),
                                    span,
                                    "",
                                )
                                .did_you_mean(other, known),
                            );
                        }
                    }
                }
                Structure::Block(block) => self.top_block(block),
            }
        }
    }

    fn top_block(&mut self, block: &'a Block) {
        match block.ident.value().as_str() {
            "resource" => self.rule(block, Kind::Resource),
            "template" => self.rule(block, Kind::Template),
            "modifier" => self.rule(block, Kind::Modifier),
            "function" => self.function(block),
            "part" => self.shared(block),
            "by_name" => self.by_name(block),
            other => {
                let span = self.span(block.ident.span());
                self.mistakes.push(
                    Mistake::new(format!("a file of rules has no block `{other}`"), span, "")
                        .did_you_mean(other, TOP_BLOCKS),
                );
            }
        }
    }

    fn list(&mut self, item: Item<'_>) -> List {
        let mut list = List::default();
        for name in self
            .keep(item.list(|item| item.spanned(Item::text)))
            .unwrap_or_default()
        {
            if !is_type_pattern(&name.value) {
                let message = format!("`{}` is no resource type", name.value);
                self.mistakes.push(Mistake::new(message, name.span, ""));
            } else if name.value.contains('*') {
                list.patterns.push(name.value);
            } else if !list.names.insert(name.value.clone()) {
                let message = format!("`{}` is listed twice", name.value);
                self.mistakes
                    .push(Mistake::new(message, name.span, "again here"));
            }
        }
        list
    }

    fn counted(&mut self, item: Item<'_>) {
        for (dimension, types) in self.keep(item.object()).unwrap_or_default() {
            if let Some(why) = not_a_slug(&dimension.value) {
                let message = format!("`{}` cannot be a dimension", dimension.value);
                self.mistakes
                    .push(Mistake::new(message, dimension.span.clone(), why));
            }
            let list = self.list(types);
            for name in list.names {
                self.sheet
                    .counted
                    .insert(name, Dimension::new(dimension.value.clone()));
            }
            for pattern in list.patterns {
                let message = format!("`{pattern}`: types that are counted are named one by one");
                self.mistakes.push(Mistake::new(message, types.span(), ""));
            }
        }
    }

    // ------------------------------------------------------------ rules

    fn rule(&mut self, block: &'a Block, kind: Kind) {
        let types: Vec<(Arc<str>, Span)> = self.labels(block);
        if types.is_empty() {
            let message = format!("a `{}` block names resource types", block.ident.as_str());
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return;
        }
        let mut around = Surroundings::default();
        let mut sources = Vec::new();
        let mut keys = Vec::new();
        let (mut workload, mut opaque, mut modifies) = (None, None, None);
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
                    "keys" => keys = parser.paths(item, around),
                    "exports" => {
                        for name in parser.keep(item.list(Item::text)).unwrap_or_default() {
                            around.attributes.insert(name);
                        }
                    }
                    "workload" => workload = parser.formula(value, around),
                    "opaque" => opaque = parser.formula(value, around),
                    "modifies" if kind == Kind::Modifier => {
                        modifies = parser.formula(value, around)
                    }
                    _ => return false,
                }
                true
            },
        );
        if kind == Kind::Modifier && modifies.is_none() {
            let message = "a `modifier` block says what it `modifies`".to_owned();
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
        }
        let rule = Arc::new(Rule {
            kind,
            types: types.iter().map(|(name, _)| name.clone()).collect(),
            sources: sources.into(),
            keys: keys.into(),
            workload,
            opaque,
            modifies,
            body,
            links: around.links.iter().cloned().collect(),
            attributes: AttributeSet::new(around.attributes.iter().map(AsRef::as_ref)),
            span: self.span(block.span()),
        });
        for (name, span) in types {
            if let Some(before) = self.sheet.rules.insert(name.clone(), Arc::clone(&rule)) {
                let message = format!("`{name}` has two rules");
                self.mistakes.push(
                    Mistake::new(message, span, "again here")
                        .label(before.span.clone(), "first here"),
                );
            }
        }
    }

    /// Paths that are written as texts: `["id", "metadata[0].name"]`.
    fn paths(&mut self, item: Item<'_>, around: &mut Surroundings) -> Vec<Attribute> {
        let texts = self.keep(item.list(|item| item.spanned(Item::text)));
        let mut paths = Vec::new();
        for text in texts.unwrap_or_default() {
            let source = SourceFile::new(self.file.path(), format!("self.{}", text.value));
            let parsed = lang::parse(&source).ok();
            match parsed.as_ref().and_then(Expr::static_path) {
                Some(path) if path.root() == "self" => {
                    if let Some(first) = path.attribute(0) {
                        around.attributes.insert(first.into());
                    }
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

    fn function(&mut self, block: &'a Block) {
        let Some((name, _)) = self.one_label(block) else {
            return;
        };
        let mut reader = hcl::Reader::block(self.file, block, self.mistakes);
        let parameters = reader.item("params").map(|item| words(item.expression()));
        let result = reader.item("result").map(|item| item.expression());
        reader.finish();
        let (Some(parameters), Some(result)) = (parameters, result) else {
            let message = "a `function` block has `params` and a `result`";
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return;
        };
        let mut around = Surroundings {
            parameters: Some(parameters.clone()),
            function: true,
            ..Surroundings::default()
        };
        if let Some(formula) = self.formula(result, &mut around) {
            let function = UserFunction {
                parameters,
                result: formula.expr,
                span: self.span(block.span()),
            };
            self.sheet.functions.insert(name, function);
        }
    }

    fn shared(&mut self, block: &'a Block) {
        let Some((name, _)) = self.one_label(block) else {
            return;
        };
        let parameters = self.parts.get(&name).cloned().unwrap_or_default();
        let mut around = Surroundings {
            parameters: Some(parameters.clone()),
            ..Surroundings::default()
        };
        let body = self.body(&block.body, &mut around, &mut |_, _, name, _| {
            name == "params"
        });
        let shared = Shared {
            parameters,
            body,
            span: self.span(block.span()),
        };
        let twice = self.sheet.shared.insert(name.clone(), shared);
        if twice.is_some() {
            let message = format!("there are two parts `{name}`");
            self.mistakes
                .push(Mistake::new(message, self.header(block), "again here"));
        }
    }

    fn by_name(&mut self, block: &'a Block) {
        let Some((table, span)) = self.one_label(block) else {
            return;
        };
        self.table(&table, span);
        let mut reader = hcl::Reader::block(self.file, block, self.mistakes);
        let pattern = reader.item("pattern");
        let exact = reader.read("exact", Item::flag).unwrap_or(false);
        drop(reader);
        let Some(pattern) = pattern else {
            let message = "a `by_name` block has a `pattern`";
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return;
        };
        let Some(text) = self.keep(pattern.text()) else {
            return;
        };
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
        if !self.around.trusted && way.regex().is_none() {
            self.mistakes
                .push(pattern.mistake("this is no regular expression", ""));
        }
        self.sheet.by_name.entry(table).or_default().push(way);
    }

    // ------------------------------------------------------------ bodies

    /// Reads a body; `own` takes the attributes that are no quantities.
    fn body(
        &mut self,
        body: &'a structure::Body,
        around: &mut Surroundings,
        own: &mut dyn FnMut(&mut Self, &mut Surroundings, &str, &'a Expression) -> bool,
    ) -> Body {
        let seen = around.locals.len();
        let mut locals = Vec::new();
        for block in body.blocks() {
            if block.ident.as_str() == "locals" {
                locals.extend(self.locals(block, around));
            }
        }
        let mut parts = Vec::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let name = attribute.key.as_str();
                    if own(self, around, name, &attribute.value) {
                        continue;
                    }
                    let what = if name == "machine" {
                        self.machine(&attribute.value, body, around)
                    } else if self.is_dimension(name, attribute.key.span()) {
                        self.formula(&attribute.value, around)
                            .map(|steady| What::Quantity {
                                dimension: Dimension::new(name),
                                steady,
                                max: None,
                            })
                    } else {
                        None
                    };
                    parts.extend(what.map(|what| Part {
                        condition: None,
                        what,
                    }));
                }
                Structure::Block(block) => parts.extend(self.part(block, around)),
            }
        }
        around.locals.truncate(seen);
        Body {
            locals: locals.into(),
            parts: parts.into(),
        }
    }

    /// What a machine has counts, but for what the body states itself.
    fn machine(
        &mut self,
        value: &Expression,
        body: &structure::Body,
        around: &mut Surroundings,
    ) -> Option<What> {
        let stated = |name: &str| {
            body.has_attribute(name) || body.blocks().any(|block| block.ident.as_str() == name)
        };
        Some(What::Machine {
            of: self.formula(value, around)?,
            columns: MACHINE
                .into_iter()
                .filter(|name| !stated(name))
                .map(Dimension::new)
                .collect(),
        })
    }

    fn locals(&mut self, block: &'a Block, around: &mut Surroundings) -> Vec<Local> {
        let mut locals = Vec::new();
        for attribute in block.body.attributes() {
            let name: Arc<str> = attribute.key.as_str().into();
            let formula = self.formula(&attribute.value, around);
            let types = formula
                .as_ref()
                .map(|formula| linked_types(formula, around))
                .unwrap_or_default();
            if around.locals.iter().any(|(known, _)| *known == name) {
                let span = self.span(attribute.key.span());
                let message = format!("there is a local `{name}` already");
                self.mistakes
                    .push(Mistake::new(message, span, "again here"));
            }
            // A local can only see those above it, so none can go round in circles.
            around.locals.push((name.clone(), types));
            locals.extend(formula.map(|formula| Local { name, formula }));
        }
        locals
    }

    fn part(&mut self, block: &'a Block, around: &mut Surroundings) -> Option<Part> {
        let kind = block.ident.value().as_str();
        let mut condition = None;
        let what = match kind {
            "locals" => return None,
            "when" => {
                let body = self.body(&block.body, around, &mut |parser, around, name, value| {
                    parser.condition(name, value, around, &mut condition)
                });
                What::Group(body)
            }
            "worst" => {
                let body = self.body(&block.body, around, &mut |parser, around, name, value| {
                    parser.condition(name, value, around, &mut condition)
                });
                What::Worst(body)
            }
            "each" => self.each(block, around, &mut condition)?,
            "nodes" | "copies" => self.copies(block, around, &mut condition)?,
            "like" => self.like(block, around, &mut condition)?,
            "use" => self.use_part(block, around, &mut condition)?,
            _ => self.dimension(block, around, &mut condition)?,
        };
        Some(Part { condition, what })
    }

    fn condition(
        &mut self,
        name: &str,
        value: &Expression,
        around: &mut Surroundings,
        condition: &mut Option<Formula>,
    ) -> bool {
        if name == "condition" {
            *condition = self.formula(value, around);
        }
        name == "condition"
    }

    fn each(
        &mut self,
        block: &'a Block,
        around: &mut Surroundings,
        condition: &mut Option<Formula>,
    ) -> Option<What> {
        let mut of = None;
        for label in &block.labels {
            let path: Box<[Arc<str>]> = label
                .as_str()
                .split('.')
                .map(|name| name.trim_end_matches("[*]").trim_end_matches("[0]").into())
                .collect();
            if around.depth == 0 {
                around.attributes.extend(path.first().cloned());
            }
            if around.depth == 0 && around.parameters.is_some() {
                let span = self.span(label.span());
                let message = "a part sees its arguments only: say `in = arg.NAME`";
                self.mistakes.push(Mistake::new(message, span, ""));
            }
            of = Some(Each::Blocks(path));
        }
        let given = block.body.get_attribute("in");
        if let Some(attribute) = given {
            of = self.formula(&attribute.value, around).map(Each::In);
        }
        if let Some(attribute) = block.body.get_attribute("condition") {
            *condition = self.formula(&attribute.value, around);
        }
        if of.is_none() && given.is_none() {
            let message = "an `each` block names nested blocks, or says what it goes through: `in`";
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
        }
        around.depth = around.depth.saturating_add(1);
        let body = self.body(&block.body, around, &mut |_, _, name, _| {
            name == "in" || name == "condition"
        });
        around.depth = around.depth.saturating_sub(1);
        Some(What::Each { of: of?, body })
    }

    fn copies(
        &mut self,
        block: &'a Block,
        around: &mut Surroundings,
        condition: &mut Option<Formula>,
    ) -> Option<What> {
        let (mut steady, mut max) = (None, None);
        let body = self.body(&block.body, around, &mut |parser, around, name, value| {
            match name {
                "count" | "steady" => steady = parser.formula(value, around),
                "max" => max = parser.formula(value, around),
                _ => return parser.condition(name, value, around, condition),
            }
            true
        });
        let Some(steady) = steady else {
            let kind = block.ident.as_str();
            let message = format!("a `{kind}` block says how many: `count`, or `steady` and `max`");
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return None;
        };
        Some(What::Copies {
            nodes: block.ident.as_str() == "nodes",
            steady,
            max,
            body,
        })
    }

    fn like(
        &mut self,
        block: &'a Block,
        around: &mut Surroundings,
        condition: &mut Option<Formula>,
    ) -> Option<What> {
        let mut reader = hcl::Reader::block(self.file, block, self.mistakes);
        let of = reader.item("of").map(|item| item.expression());
        let only = reader.item("only");
        let when = reader.item("condition").map(|item| item.expression());
        let with = reader.one_block("with");
        reader.finish();
        *condition = when.and_then(|value| self.formula(value, around));
        let Some(of) = of else {
            let message = "a `like` block says what it takes from: `of`";
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return None;
        };
        let of = self.formula(of, around)?;
        let types = linked_types(&of, around);
        if types.is_empty() {
            let message = "`of` is what `linked` gives, so that its type is known";
            self.mistakes
                .push(Mistake::new(message, of.expr.span(), ""));
        }
        let mut with_locals = Vec::new();
        if let Some(with) = with {
            for attribute in with.body.attributes() {
                with_locals.extend(self.formula(&attribute.value, around).map(|formula| Local {
                    name: attribute.key.as_str().into(),
                    formula,
                }));
            }
        }
        let only = match only {
            Some(item) => self.keep(item.list(Item::text)).unwrap_or_default(),
            None => Vec::new(),
        };
        Some(What::Like {
            of,
            types: types.into(),
            with: with_locals.into(),
            only: only.into_iter().map(Dimension::new).collect(),
        })
    }

    fn use_part(
        &mut self,
        block: &'a Block,
        around: &mut Surroundings,
        condition: &mut Option<Formula>,
    ) -> Option<What> {
        let (name, span) = self.one_label(block)?;
        let Some(parameters) = self.parts.get(&name).cloned() else {
            let known: Vec<Arc<str>> = self.parts.keys().cloned().collect();
            self.mistakes.push(
                Mistake::new(format!("there is no part `{name}`"), span, "")
                    .did_you_mean(&name, known.iter().map(AsRef::as_ref)),
            );
            return None;
        };
        let mut arguments: Vec<Local> = Vec::new();
        for attribute in block.body.attributes() {
            let key = attribute.key.as_str();
            if self.condition(key, &attribute.value, around, condition) {
                continue;
            }
            if !parameters.iter().any(|known| &**known == key) {
                let span = self.span(attribute.key.span());
                self.mistakes.push(
                    Mistake::new(
                        format!("the part `{name}` has no parameter `{key}`"),
                        span,
                        "",
                    )
                    .did_you_mean(key, parameters.iter().map(AsRef::as_ref)),
                );
                continue;
            }
            arguments.extend(self.formula(&attribute.value, around).map(|formula| Local {
                name: key.into(),
                formula,
            }));
        }
        for parameter in &parameters {
            if block.body.get_attribute(parameter).is_none() {
                let message = format!("the part `{name}` needs `{parameter}`");
                self.mistakes
                    .push(Mistake::new(message, self.header(block), ""));
            }
        }
        Some(What::Use {
            name,
            arguments: arguments.into(),
        })
    }

    /// `vcpu { steady = .. max = .. }` or `iops { configured = .. included = .. }`.
    fn dimension(
        &mut self,
        block: &'a Block,
        around: &mut Surroundings,
        condition: &mut Option<Formula>,
    ) -> Option<What> {
        let name = block.ident.value().as_str();
        if !self.is_dimension(name, block.ident.span()) {
            return None;
        }
        let mut found: BTreeMap<&str, Formula> = BTreeMap::new();
        let mut given = BTreeSet::new();
        for attribute in block.body.attributes() {
            let key = attribute.key.as_str();
            if self.condition(key, &attribute.value, around, condition) {
                continue;
            }
            if !["steady", "max", "configured", "included"].contains(&key) {
                let span = self.span(attribute.key.span());
                let known = ["steady", "max", "configured", "included", "condition"];
                self.mistakes.push(
                    Mistake::new(format!("`{name}` has no attribute `{key}`"), span, "")
                        .did_you_mean(key, known),
                );
                continue;
            }
            given.insert(key);
            if let Some(formula) = self.formula(&attribute.value, around) {
                found.insert(key, formula);
            }
        }
        let dimension = Dimension::new(name);
        let mut take = |key: &str| found.remove(key);
        match (
            take("steady"),
            take("max"),
            take("configured"),
            take("included"),
        ) {
            (Some(steady), Some(max), None, None) => Some(What::Quantity {
                dimension,
                steady,
                max: Some(max),
            }),
            (None, None, Some(configured), Some(included)) => Some(What::Asked {
                dimension,
                configured,
                included_dimension: Dimension::new(format!("{name}_included")),
                included,
            }),
            // Its mistakes are told already.
            _ if given == BTreeSet::from(["steady", "max"])
                || given == BTreeSet::from(["configured", "included"]) =>
            {
                None
            }
            _ => {
                let message = format!(
                    "a `{name}` block says `steady` and `max`, or `configured` and `included`"
                );
                let header = self.header(block);
                let mistake = Mistake::new(message, header, "").help(format!(
                    "parts of a rule are called {}",
                    BODY_BLOCKS.join(", ")
                ));
                self.mistakes.push(mistake);
                None
            }
        }
    }

    fn is_dimension(&mut self, name: &str, range: Option<Range<usize>>) -> bool {
        let Some(why) = not_a_slug(name) else {
            return true;
        };
        let span = self.span(range);
        let message = format!("`{name}` cannot be a dimension");
        self.mistakes.push(Mistake::new(message, span, why));
        false
    }

    // ------------------------------------------------------------ formulas

    fn formula(&mut self, value: &Expression, around: &mut Surroundings) -> Option<Formula> {
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
                around.links.extend(types.into_iter().flatten());
            }
        });
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
            let is_ours = self.functions.contains(name);
            let is_form = FORMS.iter().any(|form| form.name == name);
            if !is_ours && !is_form && !lang::function_names().any(|known| known == name) {
                let mut known: Vec<Arc<str>> = self.functions.iter().cloned().collect();
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
                && !(self.around.has_table)(table)
            {
                let message = format!("there is no table `{table}` of machine sizes");
                let help = format!("it would be `policies/machines/{table}.csv`");
                wrong.push(Mistake::new(message, place(), "").help(help));
            }
        }
    }

    fn table(&mut self, name: &str, span: Span) {
        if !(self.around.has_table)(name) {
            let message = format!("there is no table `{name}` of machine sizes");
            self.mistakes.push(Mistake::new(message, span, ""));
        }
    }

    // ------------------------------------------------------------ small things

    fn keep<T>(&mut self, read: Result<T, Mistakes>) -> Option<T> {
        read.map_err(|mistakes| self.mistakes.extend(mistakes)).ok()
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        self.file.at(range.unwrap_or(0..0))
    }

    fn header(&self, block: &Block) -> Span {
        let start = block.ident.span().unwrap_or(0..0);
        let end = block.labels.last().and_then(BlockLabel::span);
        self.file.at(start.start..end.unwrap_or(start).end)
    }

    fn labels(&mut self, block: &Block) -> Vec<(Arc<str>, Span)> {
        let mut labels = Vec::new();
        for label in &block.labels {
            let span = self.span(label.span());
            let name = label.as_str();
            if name.contains('*') || !is_type_pattern(name) {
                let message = format!("`{name}` is no resource type");
                self.mistakes.push(Mistake::new(message, span, ""));
            } else {
                labels.push((name.into(), span));
            }
        }
        labels
    }

    fn one_label(&mut self, block: &Block) -> Option<(Arc<str>, Span)> {
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

/// The plain words of a list: `[size, type]`.
fn words(value: &Expression) -> Box<[Arc<str>]> {
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

fn is_type_pattern(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'*')
        })
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
fn linked_types(formula: &Formula, around: &Surroundings) -> Vec<Arc<str>> {
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
