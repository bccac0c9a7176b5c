//! Bodies of rules: amounts, and how they go together.

use super::formula::linked_types;
use super::nested::Reading;
use super::parse::{Parser, Surroundings};
use super::rule::{Body, Each, Formula, Local, MACHINE, Part, What};
use crate::quantity::Dimension;
use crate::source::hcl::{self, Item, Mistake, not_a_slug};
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{self, Block, Structure};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

const BODY_BLOCKS: [&str; 8] = [
    "locals", "when", "each", "worst", "nodes", "copies", "like", "use",
];

impl<'a> Parser<'a> {
    /// Reads a body; `own` takes the attributes that are no quantities.
    pub(super) fn body(
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
        let mut blocks = Vec::new();
        for label in &block.labels {
            let path: Box<[Arc<str>]> = label
                .as_str()
                .split('.')
                .map(|name| name.trim_end_matches("[*]").trim_end_matches("[0]").into())
                .collect();
            if around.depth == 0 {
                around.attributes.extend(path.first().cloned());
            }
            let names = path.iter().cloned();
            names.for_each(|name| around.nested.add(name, Reading::Through));
            blocks.extend(path.last().cloned());
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
        let outer = std::mem::replace(&mut around.blocks, blocks);
        let body = self.body(&block.body, around, &mut |_, _, name, _| {
            name == "in" || name == "condition"
        });
        around.blocks = outer;
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
            let message =
                format!("the block `{kind}` says how many: `count`, or `steady` and `max`");
            self.mistakes
                .push(Mistake::new(message, self.header(block), ""));
            return None;
        };
        Some(What::Copies {
            dimension: Dimension::new(Dimension::NODES),
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
            let message = "the block `like` says what it takes from: `of`";
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
        let Some(parameters) = self.names.parameters(&name) else {
            let known = self.names.parts();
            self.mistakes.push(
                Mistake::new(format!("there is no part `{name}`"), span, "")
                    .did_you_mean(&name, known.iter().map(AsRef::as_ref)),
            );
            return None;
        };
        around.looks.parts.insert(name.clone());
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
                    "the block `{name}` says `steady` and `max`, or `configured` and `included`"
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
}
