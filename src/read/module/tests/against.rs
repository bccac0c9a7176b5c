//! Comparing what evaluating gives with a plan of Terraform's.
//!
//! Every attribute that a configuration sets must be what the plan says, and nothing may be
//! known that the plan does not know.

use crate::finding::{Finding, Level};
use crate::lang::Value;
use crate::read::module::frame::What;
use crate::read::module::{Argument, Given, Options, Root, read_root};
use crate::read::{AttributeSet, Instance, Interest};
use crate::source::SourceFile;
use crate::source::repository::Tree;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A folder under `fixtures/modules`.
pub(super) fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/modules")
}

/// Wants all attributes that a plan has.
pub(super) struct Everything(BTreeMap<String, AttributeSet>);

impl Everything {
    pub(super) fn of(plan: &Json) -> Self {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for change in plan["resource_changes"].as_array().into_iter().flatten() {
            let of = change["type"].as_str().unwrap().to_owned();
            let known = names.entry(of).or_default();
            for part in ["after", "after_unknown"] {
                if let Some(object) = change["change"][part].as_object() {
                    known.extend(object.keys().cloned());
                }
            }
        }
        let sets = names.into_iter();
        Self(
            sets.map(|(of, names)| (of, AttributeSet::new(names.iter().map(String::as_str))))
                .collect(),
        )
    }
}

impl Interest for Everything {
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet> {
        self.0.get(resource_type)
    }

    fn looks_at(&self, _: &str) -> std::collections::BTreeSet<std::sync::Arc<str>> {
        Default::default()
    }
}

/// Reads the root at the top of a tree with the arguments of a `terraform plan`.
pub(super) fn read<'t>(tree: &'t dyn Tree, arguments: &[String]) -> Result<Root<'t>, Box<Finding>> {
    let mut given = Given::default();
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if matches!(name, "-var" | "-var-file") => (name, value),
            _ => (word, words.next().unwrap()),
        };
        given.arguments.push(match name {
            "-var-file" => {
                let text = String::from_utf8(tree.read(value, u64::MAX - 1).unwrap()).unwrap();
                Argument::File(SourceFile::new(value, text))
            }
            _ => {
                let (name, text) = value.split_once('=').unwrap();
                Argument::Variable(name.to_owned(), text.to_owned())
            }
        });
    }
    let options = Options {
        given,
        threads: 2,
        ..Options::default()
    };
    read_root(tree, "", &options)
}

/// Where a root is not what a plan says of it. A plan with `error` is one that Terraform refuses.
pub(super) fn differences(tree: &dyn Tree, arguments: &[String], plan: &Json) -> Vec<String> {
    let root = match read(tree, arguments) {
        Ok(root) => root,
        Err(_) if plan.get("error").is_some() => return Vec::new(),
        Err(finding) => return vec![finding.message],
    };
    let evaluated = root.evaluate(&Everything::of(plan), 2, || |instance| instance);
    let refused: Vec<&Finding> = evaluated
        .findings
        .iter()
        .filter(|finding| finding.level <= Level::Error)
        .collect();
    if plan.get("error").is_some() {
        // Where Terraform refuses because it does not know how many, so many may be none.
        let unknown = evaluated
            .findings
            .iter()
            .any(|f| f.code.as_str() == "unknown-number");
        return match refused.is_empty() && !unknown {
            true => vec!["Terraform refuses it, and we do not".to_owned()],
            false => Vec::new(),
        };
    }
    let mut differ: Vec<String> = refused
        .iter()
        .map(|finding| format!("{}: {}", finding.code, finding.message))
        .collect();
    instances(&evaluated.rows, plan, &mut differ);
    outputs(&root, plan, &mut differ);
    differ
}

fn instances(rows: &[Instance], plan: &Json, differ: &mut Vec<String>) {
    let mut ours: BTreeMap<&str, &Instance> = rows.iter().map(|i| (&*i.address, i)).collect();
    assert_eq!(ours.len(), rows.len(), "an address twice");
    for change in plan["resource_changes"].as_array().unwrap() {
        if change["mode"] != "managed" {
            continue;
        }
        let address = change["address"].as_str().unwrap();
        let Some(instance) = ours.remove(address) else {
            differ.push(format!("{address}: missing"));
            continue;
        };
        assert_eq!(
            *instance.provider,
            *change["provider_name"].as_str().unwrap()
        );
        assert_eq!(*instance.resource_type, *change["type"].as_str().unwrap());
        let (after, unknown) = (
            &change["change"]["after"],
            &change["change"]["after_unknown"],
        );
        compare(address, &shown(&instance.after), after, unknown, differ);
    }
    differ.extend(
        ours.keys()
            .map(|address| format!("{address}: not in the plan")),
    );
}

fn outputs(root: &Root<'_>, plan: &Json, differ: &mut Vec<String>) {
    let run = root.run();
    let frame = run.root().unwrap();
    for (name, change) in plan["output_changes"].as_object().into_iter().flatten() {
        let Some(at) = frame.module.outputs.find(name) else {
            differ.push(format!("output.{name}: missing"));
            continue;
        };
        run.require(&frame, What::Output(at));
        let value = shown(frame.outputs.get(at).unwrap());
        let path = format!("output.{name}");
        compare(
            &path,
            &value,
            &change["after"],
            &change["after_unknown"],
            differ,
        );
    }
}

/// A value as JSON; what is not known is an object that no plan has.
pub(super) fn shown(value: &Value) -> Json {
    if !value.is_known() {
        // Of a resource as a whole only some attributes are known.
        return match value.as_computed() {
            Some(computed) if !computed.known.is_empty() => {
                let known = computed.known.iter();
                Json::Object(
                    known
                        .map(|(key, value)| (key.to_string(), shown(value)))
                        .collect(),
                )
            }
            _ => serde_json::json!({ "?": true }),
        };
    }
    if let Some(entries) = value.entries() {
        let entries = entries.iter();
        return Json::Object(
            entries
                .map(|(key, value)| (key.to_string(), shown(value)))
                .collect(),
        );
    }
    if let Some(elements) = value.elements() {
        return Json::Array(elements.iter().map(shown).collect());
    }
    if let Some(text) = value.as_str() {
        return Json::String(text.to_owned());
    }
    if let Some(number) = value.as_number() {
        return serde_json::from_str(&number.to_string()).unwrap();
    }
    value.as_bool().map_or(Json::Null, Json::Bool)
}

fn compare(path: &str, ours: &Json, plan: &Json, unknown: &Json, differ: &mut Vec<String>) {
    if ours.get("?").is_some() {
        if *unknown != Json::Bool(true) {
            differ.push(format!("{path}: we do not know it, the plan has {plan}"));
        }
        return;
    }
    if *unknown == Json::Bool(true) {
        // A set or a map of which one member is not known is unknown as a whole to a plan.
        if !ours.to_string().contains("{\"?\":true}") {
            differ.push(format!("{path}: we have {ours}, the plan does not know it"));
        }
        return;
    }
    match (ours, plan) {
        (Json::Object(ours), Json::Object(_)) => {
            for (key, value) in ours {
                let path = format!("{path}.{key}");
                compare(&path, value, &plan[key], &unknown[key], differ);
            }
        }
        (Json::Array(ours), Json::Array(theirs)) => {
            elements(path, ours, theirs, unknown, differ);
        }
        _ => {
            // Without a schema a number may be written as text, and the other way round.
            let text = |json: &Json| match json {
                Json::String(text) => text.clone(),
                // On its way to a provider a zero loses its sign.
                Json::Number(number) if number.to_string() == "-0" => "0".to_owned(),
                other => other.to_string(),
            };
            if text(ours) != text(plan) {
                differ.push(format!("{path}: we have {ours}, the plan {plan}"));
            }
        }
    }
}

/// Sets come in an order of their own, and have nothing twice.
fn elements(path: &str, ours: &[Json], theirs: &[Json], unknown: &Json, differ: &mut Vec<String>) {
    let different: BTreeSet<String> = ours.iter().map(Json::to_string).collect();
    if ours.len() != theirs.len() && different.len() != theirs.len() {
        differ.push(format!(
            "{path}: we have {} of it, the plan {}",
            ours.len(),
            theirs.len()
        ));
        return;
    }
    let mut left: Vec<usize> = (0..theirs.len()).collect();
    for (at, value) in ours.iter().enumerate() {
        let fits = |index: usize| {
            let mut found = Vec::new();
            compare("", value, &theirs[index], &unknown[index], &mut found);
            found.is_empty()
        };
        let in_place = left.iter().position(|index| *index == at && fits(at));
        match in_place.or_else(|| left.iter().position(|index| fits(*index))) {
            Some(found) => {
                left.remove(found);
            }
            None if at < theirs.len() => {
                compare(
                    &format!("{path}[{at}]"),
                    value,
                    &theirs[at],
                    &unknown[at],
                    differ,
                );
            }
            None => {}
        }
    }
}
