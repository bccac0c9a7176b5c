//! A rule as people read it: its own text, and that of the parts and functions it uses.

use super::{Entry, Kind, List, Rules, Sheet};
use crate::lang::Value;
use crate::quantity::{Class, Dimension};
use crate::read::Interest;
use crate::source::{SourceFile, Span};
use std::collections::BTreeSet;
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
    /// Whether it only raises what something else may grow to.
    pub modifier: bool,
    /// Whether it runs on machines that may be counted too.
    pub workload: bool,
    /// Whether its amounts are a ceiling that is asked for outright.
    pub declares: bool,
    /// Whether an instance may hide capacity though the type has a rule.
    pub may_hide: bool,
    /// What it can ask for, sorted; what it takes over from a linked resource is not among it.
    pub dimensions: Vec<Dimension>,
    /// The list that names it, where there is no rule: its name or a pattern that it fits.
    pub listed: Option<Listed>,
    /// What the file of rules says right above it.
    pub remarks: Vec<String>,
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

/// Where a list of a file of rules names a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The list: `weightless`, `opaque`, `counted`.
    pub list: &'static str,
    /// The name or pattern that is in it.
    pub pattern: Arc<str>,
    /// Where.
    pub place: Span,
}

impl Rules {
    /// All types that are known by name, sorted.
    pub fn types(&self) -> BTreeSet<Arc<str>> {
        let shipped = self.shipped.iter().map(|shipped| self.sheet_of(shipped));
        let mut types = BTreeSet::new();
        for sheet in self.own.iter().chain(shipped) {
            types.extend(sheet.types().cloned());
            types.extend(sheet.counted.keys().cloned());
            for list in [&sheet.weightless, &sheet.opaque] {
                types.extend(list.names.iter().cloned());
            }
        }
        types
    }

    /// The dimensions that rules can measure, sorted: those of the catalog's own files, and
    /// those that are shipped where `all` is asked for.
    pub fn dimensions(&self, all: bool) -> BTreeSet<Dimension> {
        let shipped = self.shipped.iter().filter(|_| all);
        let shipped = shipped.map(|shipped| self.sheet_of(shipped));
        let mut found = Vec::new();
        for sheet in self.own.iter().chain(shipped) {
            found.extend(sheet.counted.values().cloned());
            for kind in sheet.types() {
                if let Some((rule, sheet)) = self.rule(kind) {
                    let shared = |name: &str| self.shared(sheet, name);
                    rule.body.dimensions(&shared, &mut found);
                }
            }
        }
        found.into_iter().collect()
    }

    /// What is known of a resource type.
    pub fn explain(&self, resource_type: &str) -> Explanation {
        let mut explanation = Explanation {
            class: Class::NoRule,
            counted: None,
            template: false,
            modifier: false,
            workload: false,
            declares: false,
            may_hide: false,
            dimensions: Vec::new(),
            listed: None,
            remarks: Vec::new(),
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
                explanation.modifier = rule.kind == Kind::Modifier;
                explanation.workload = rule.workload.is_some();
                explanation.declares = rule.declares;
                explanation.may_hide = rule.opaque.is_some();
                let shared = |name: &str| self.shared(sheet, name);
                rule.body.dimensions(&shared, &mut explanation.dimensions);
                explanation.dimensions.sort();
                explanation.dimensions.dedup();
                if let Some(place) = sheet.place_of(resource_type) {
                    explanation.remarks = above(&place.file, place.range.start);
                }
                explanation.sources = rule.sources.to_vec();
                explanation.links = Interest::looks_at(self, resource_type)
                    .into_iter()
                    .collect();
                explanation.types = rule.types.to_vec();
                explanation.keys = rule.keys.iter().map(|key| key.text.clone()).collect();
                explanation.blocks = self.blocks(&rule.span, sheet);
            }
        }
        if explanation.blocks.is_empty() {
            explanation.listed = self.listed(resource_type);
        }
        if let Some(listed) = &explanation.listed {
            explanation.remarks = reason(&listed.place);
        }
        explanation
    }

    /// The list that names a type which has no rule.
    fn listed(&self, resource_type: &str) -> Option<Listed> {
        let sheets = || self.own.iter().chain(self.shipped_for(resource_type));
        let named = |list: &List| list.names.get(resource_type).cloned();
        let fitting = |list: &List| list.fitting(resource_type).cloned();
        let listed = sheets().find_map(|sheet| {
            let counted = sheet.counted.get_key_value(resource_type);
            let found = named(&sheet.opaque).map(|name| ("opaque", name));
            let found = found.or_else(|| Some(("counted", counted?.0.clone())));
            let found = found.or_else(|| Some(("weightless", named(&sheet.weightless)?)));
            Some((sheet, found?))
        });
        let listed = listed.or_else(|| {
            sheets().find_map(|sheet| {
                let found = fitting(&sheet.opaque).map(|name| ("opaque", name));
                let found = found.or_else(|| Some(("weightless", fitting(&sheet.weightless)?)));
                Some((sheet, found?))
            })
        });
        let (sheet, (list, pattern)) = listed?;
        let place = place_in(sheet.file(), list, &pattern);
        Some(Listed {
            list,
            pattern,
            place,
        })
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

/// Where a list has a name; all of the file where the list is written in an odd way.
fn place_in(file: &SourceFile, list: &str, name: &str) -> Span {
    let text = file.text();
    let quoted = format!("\"{name}\"");
    let start = match text.starts_with(list) {
        true => Some(0),
        false => text
            .find(&format!("\n{list}"))
            .map(|at| at.saturating_add(1)),
    };
    let found = start.and_then(|start| Some((start, text.get(start..)?.find(&quoted)?)));
    match found {
        Some((start, at)) => {
            let at = start.saturating_add(at);
            file.at(at..at.saturating_add(quoted.len()))
        }
        None => file.at(0..0),
    }
}

/// The comment that stands right above a place.
fn above(file: &SourceFile, at: usize) -> Vec<String> {
    let before = file.text().get(..at).unwrap_or("");
    let mut lines: Vec<String> = before
        .lines()
        .rev()
        .map_while(|line| comment(line).map(str::to_owned))
        .collect();
    lines.reverse();
    lines
}

/// Why a list has what it has: the comment that heads its part of the list, else the list.
fn reason(place: &Span) -> Vec<String> {
    let before = place.file.text().get(..place.range.start).unwrap_or("");
    let mut lines = Vec::new();
    let starts_list = |line: &str| line.starts_with(char::is_alphabetic);
    // A list may begin in the line of the place itself.
    let mut is_list = !before.lines().next_back().is_some_and(starts_list);
    for line in before.lines().rev().skip(1) {
        match comment(line) {
            Some(text) => lines.push(text.to_owned()),
            // A comment was found, and this is no more of it.
            None if !lines.is_empty() => break,
            // Nothing stands above the list.
            None if !is_list => break,
            None if starts_list(line) => is_list = false,
            None => {}
        }
    }
    lines.reverse();
    lines
}

/// What a line of comment says; a line that only parts a file in sections says nothing.
fn comment(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix('#')?.trim();
    (!text.starts_with("====")).then_some(text)
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
    fn what_a_list_names_is_explained_by_the_list() {
        let listed = |kind: &str| {
            let explained = Rules::shipped().explain(kind);
            let listed = explained.listed?;
            Some((
                listed.list,
                listed.pattern.to_string(),
                listed.place.text().to_owned(),
                explained.remarks.join(" "),
            ))
        };
        let (list, pattern, text, why) = listed("aws_iam_role").unwrap();
        assert_eq!((list, &*pattern), ("weightless", "aws_iam_*"));
        assert_eq!(text, "\"aws_iam_*\"");
        assert_eq!(why, "who may do what, and what is watched");
        let (list, _, text, why) = listed("aws_eks_addon").unwrap();
        assert_eq!((list, &*text), ("opaque", "\"aws_eks_addon\""));
        assert_eq!(why, "Hide capacity that the plan does not show.");
        assert_eq!(listed("aws_s3_bucket").unwrap().0, "counted");
        assert_eq!(listed("aws_instance"), None);
        assert_eq!(listed("acme_thing"), None);
    }

    #[test]
    fn what_rules_measure_can_be_limited() {
        let all = Rules::shipped().dimensions(true);
        for name in ["vcpu", "iops", "buckets", "nodes"] {
            assert!(all.contains(&Dimension::new(name)), "{name}");
        }
        assert!(Rules::shipped().dimensions(false).is_empty());
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
