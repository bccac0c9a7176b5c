//! A rule as people read it: its own text, and that of the parts and functions it uses.

use super::{Entry, Kind, Rules, Sheet};
use crate::lang::Value;
use crate::quantity::{Class, Dimension};
use crate::source::Span;
use std::sync::Arc;

/// What is known of a resource type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What can be said about its instances, unless an instance says otherwise.
    pub class: Class,
    /// The dimension of which each instance is one, where it is just counted.
    pub counted: Option<Dimension>,
    /// Whether it counts only where something refers to it.
    pub template: bool,
    /// The blocks of rules that say so, that of the type itself first.
    pub blocks: Vec<Span>,
    /// Where its facts come from: links.
    pub sources: Vec<Arc<str>>,
    /// The types that it looks at beside its own.
    pub links: Vec<Arc<str>>,
    /// The types that have the same rule, this one among them.
    pub types: Vec<Arc<str>>,
    /// By which of its attributes others refer to it.
    pub keys: Vec<Arc<str>>,
}

impl Rules {
    /// What is known of a resource type.
    pub fn explain(&self, resource_type: &str) -> Explanation {
        let mut explanation = Explanation {
            class: Class::NoRule,
            counted: None,
            template: false,
            blocks: Vec::new(),
            sources: Vec::new(),
            links: Vec::new(),
            types: Vec::new(),
            keys: Vec::new(),
        };
        match self.entry(resource_type) {
            Entry::Nothing => {}
            Entry::Weightless => explanation.class = Class::Weightless,
            Entry::Opaque => explanation.class = Class::Opaque,
            Entry::Counted(dimension) => {
                explanation.class = Class::Measured;
                explanation.counted = Some(dimension.clone());
            }
            Entry::Rule(rule, sheet) => {
                let measured = rule.kind == Kind::Resource && !rule.body.parts.is_empty();
                let opaque = rule
                    .opaque
                    .as_ref()
                    .and_then(|formula| formula.expr.as_literal());
                explanation.class = if opaque.and_then(Value::as_bool) == Some(true) {
                    Class::Opaque
                } else if measured {
                    Class::Measured
                } else {
                    Class::Weightless
                };
                explanation.template = rule.kind == Kind::Template;
                explanation.sources = rule.sources.to_vec();
                explanation.links = rule.links.to_vec();
                explanation.types = rule.types.to_vec();
                explanation.keys = rule.keys.iter().map(|key| key.text.clone()).collect();
                explanation.blocks = self.blocks(&rule.span, sheet);
            }
        }
        explanation
    }

    /// A block of a rule, and those of all parts and functions that it uses, directly or not.
    fn blocks(&self, first: &Span, sheet: &Sheet) -> Vec<Span> {
        let mut blocks = vec![first.clone()];
        let mut at = 0_usize;
        while let Some(block) = blocks.get(at).cloned() {
            let text = block.text();
            for other in self.around(sheet) {
                let used = |name: &str| text.contains(&format!("use \"{name}\""));
                let parts = other.parts().filter(|name| used(name));
                let parts = parts.filter_map(|name| self.shared(sheet, name));
                let called = |name: &str| text.contains(&format!("{name}("));
                let functions = other.functions().filter(|name| called(name));
                let functions = functions.filter_map(|name| self.function(sheet, name));
                let spans = parts
                    .map(|part| &part.span)
                    .chain(functions.map(|function| &function.span));
                for span in spans {
                    if !blocks.contains(span) {
                        blocks.push(span.clone());
                    }
                }
            }
            at = at.saturating_add(1);
        }
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_explained_with_all_that_it_uses() {
        let explained = Rules::shipped().explain("aws_ebs_volume");
        assert_eq!(explained.class, Class::Measured);
        let first_lines: Vec<_> = explained
            .blocks
            .iter()
            .map(|block| block.text().lines().next().unwrap_or(""))
            .collect();
        assert_eq!(
            first_lines,
            [
                "resource \"aws_ebs_volume\" {",
                "part \"ebs_volume\" {",
                "function \"ebs_included\" {",
            ]
        );
        assert!(explained.sources[0].contains("registry.terraform.io"));
    }

    #[test]
    fn every_shipped_rule_says_where_its_facts_come_from() {
        let rules = Rules::shipped();
        let silent: Vec<_> = rules
            .all()
            .filter(|rule| rule.sources.is_empty())
            .map(|rule| rule.types[0].clone())
            .collect();
        assert!(silent.is_empty(), "{silent:?}");
    }
}
