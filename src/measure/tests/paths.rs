//! Every attribute that a rule reads exists in the schema of its provider.

use crate::measure::Rules;
use crate::measure::rules::{Body, Each, Formula, Rule, Source, What};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[test]
fn every_attribute_in_a_rule_exists() {
    let known = known();
    let mut missing = Vec::new();
    let rules = Rules::shipped();
    for rule in rules.all() {
        let mut paths = BTreeSet::new();
        walk(&rule.body, "", &mut paths);
        let beside = [&rule.workload, &rule.opaque, &rule.bounded, &rule.modifies];
        for formula in beside.into_iter().flatten() {
            let own = formula
                .reads
                .iter()
                .filter(|read| matches!(read.source, Source::Own));
            paths.extend(own.map(|read| bare(&read.text)));
        }
        paths.extend(rule.keys.iter().map(|key| bare(&key.text)));
        for kind in &*rule.types {
            for path in &paths {
                let found = known.get(&**kind).is_some_and(|known| known.contains(path));
                if !found {
                    missing.push(format!("{kind},{path}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "in no schema:\n{}", missing.join("\n"));
}

/// `fixtures/schemas/paths.csv`: the attributes that rules read, as they stand in the schemas.
pub(super) fn known() -> BTreeMap<String, BTreeSet<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schemas/paths.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let (kind, path) = line.split_once(',').unwrap();
        let path = path.split(',').next().unwrap();
        known
            .entry(kind.to_owned())
            .or_default()
            .insert(path.to_owned());
    }
    known
}

/// Without indexes: `a.b` for `a[0].b` and `a[*].b`.
fn bare(path: &str) -> String {
    let mut bare = String::new();
    let mut depth = 0_u32;
    for c in path.chars() {
        match c {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

/// The paths that formulas read directly; those through parts and links are their own rules'.
fn walk(body: &Body, prefix: &str, paths: &mut BTreeSet<String>) {
    let mut formula = |formula: &Formula| {
        for read in &formula.reads {
            match &read.source {
                Source::Own => paths.insert(bare(&read.text)),
                Source::Each(_) if !prefix.is_empty() => {
                    paths.insert(bare(&format!("{prefix}{}", read.text)))
                }
                _ => false,
            };
        }
    };
    for local in &body.locals {
        formula(&local.formula);
    }
    let mut inner: Vec<(&Body, String)> = Vec::new();
    for part in &body.parts {
        part.condition.iter().for_each(&mut formula);
        match &part.what {
            What::Quantity { steady, max, .. } => {
                formula(steady);
                max.iter().for_each(&mut formula);
            }
            What::Asked {
                configured,
                included,
                ..
            } => {
                formula(configured);
                formula(included);
            }
            What::Machine { of, .. } => formula(of),
            What::Copies {
                steady, max, body, ..
            } => {
                formula(steady);
                max.iter().for_each(&mut formula);
                inner.push((body, prefix.to_owned()));
            }
            What::Each { of, body } => match of {
                Each::Blocks(path) => {
                    let path = path.join(".");
                    let at = if prefix.is_empty() {
                        path
                    } else {
                        format!("{prefix}.{path}")
                    };
                    inner.push((body, at));
                }
                Each::In(of) => {
                    formula(of);
                    inner.push((body, String::new()));
                }
            },
            What::Worst(body) | What::Group(body) => inner.push((body, prefix.to_owned())),
            What::Like { of, with, .. } => {
                formula(of);
                with.iter().for_each(|local| formula(&local.formula));
            }
            What::Use { arguments, .. } => {
                arguments.iter().for_each(|local| formula(&local.formula))
            }
        }
    }
    for (body, at) in inner {
        walk(body, &at, paths);
    }
}

#[test]
fn indexes_are_left_out() {
    assert_eq!(bare("a[0].b[*].c"), "a.b.c");
    assert_eq!(bare("a[\"x.y\"].b"), "a.b");
}

/// A rule that others refer to says by what, and each attribute that they read is one it has.
#[test]
fn links_lead_to_rules_with_keys() {
    let rules = Rules::shipped();
    let wrong: Vec<String> = rules
        .all()
        .flat_map(|rule: &Rule| rule.looks.types.iter().map(move |link| (rule, link)))
        .filter(|(_, link)| {
            let target = rules.rule(link).map(|(target, _)| target);
            target.is_none_or(|target| target.keys.is_empty() && target.modifies.is_none())
        })
        .map(|(rule, link)| format!("{} -> {link}", rule.types[0]))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
