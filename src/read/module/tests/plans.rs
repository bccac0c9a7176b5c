//! The configurations under `fixtures/modules`, each with what Terraform planned for it.
//!
//! Every attribute that a configuration sets must be what the plan says, and nothing may be
//! known that the plan does not know.

use crate::finding::{Finding, Level};
use crate::lang::Value;
use crate::read::module::{Argument, Given, Options, read_root};
use crate::read::{AttributeSet, Instance, Interest};
use crate::source::SourceFile;
use crate::source::repository::Repository;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn json(path: &Path) -> Json {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Wants all attributes that a plan has.
pub(super) struct Everything(BTreeMap<String, AttributeSet>);

impl Everything {
    pub(super) fn of(plan: &Json) -> Self {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for change in plan["resource_changes"].as_array().unwrap() {
            let known = names
                .entry(change["type"].as_str().unwrap().to_owned())
                .or_default();
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

    fn is_link_target(&self, _: &str) -> bool {
        false
    }
}

/// A value as JSON; unknown is `"?"` as an object key, so that it differs from all else.
fn shown(value: &Value) -> Json {
    if !value.is_known() {
        return serde_json::json!({"?": true});
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

fn is_unknown(ours: &Json) -> bool {
    ours.get("?").is_some()
}

/// Where what we have is not what the plan has.
fn compare(path: &str, ours: &Json, plan: &Json, unknown: &Json, differ: &mut Vec<String>) {
    if is_unknown(ours) {
        if *unknown != Json::Bool(true) {
            differ.push(format!("{path}: we do not know it, the plan has {plan}"));
        }
        return;
    }
    if *unknown == Json::Bool(true) {
        // A set or a map of which one member is not known is unknown as a whole to a plan.
        let partly = ours.to_string().contains("{\"?\":true}");
        if !partly {
            differ.push(format!("{path}: we have {ours}, the plan does not know it"));
        }
        return;
    }
    match (ours, plan) {
        (Json::Object(ours), Json::Object(_)) => {
            for (key, value) in ours {
                compare(
                    &format!("{path}.{key}"),
                    value,
                    &plan[key],
                    &unknown[key],
                    differ,
                );
            }
        }
        (Json::Array(ours), Json::Array(theirs)) => {
            if ours.len() != theirs.len() {
                let set: BTreeSet<String> = ours.iter().map(Json::to_string).collect();
                if set.len() != theirs.len() {
                    differ.push(format!(
                        "{path}: we have {} of it, the plan {}",
                        ours.len(),
                        theirs.len()
                    ));
                    return;
                }
            }
            // Sets come in an order of their own.
            let mut left: Vec<usize> = (0..theirs.len()).collect();
            for (at, value) in ours.iter().enumerate() {
                let fits = |index: usize| {
                    let mut found = Vec::new();
                    compare("", value, &theirs[index], &unknown[index], &mut found);
                    found.is_empty()
                };
                match left
                    .iter()
                    .position(|index| *index == at && fits(*index))
                    .or_else(|| left.iter().position(|index| fits(*index)))
                {
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
        _ => {
            // Without a schema a number may be written as text, and the other way round.
            let text = |json: &Json| match json {
                Json::String(text) => text.clone(),
                other => other.to_string(),
            };
            if text(ours) != text(plan) && !(ours.is_null() && plan.is_null()) {
                differ.push(format!("{path}: we have {ours}, the plan {plan}"));
            }
        }
    }
}

/// What is evaluated in `folder`, with the arguments of Terraform's plan.
pub(super) fn evaluate(
    folder: &Path,
    arguments: &[String],
    interest: &(dyn Interest + Sync),
) -> Result<(Vec<Instance>, Vec<Finding>), Box<Finding>> {
    let tree = Repository::new(folder, ".").unwrap();
    let mut given = Given::default();
    for argument in arguments {
        if let Some(file) = argument.strip_prefix("-var-file=") {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            given
                .arguments
                .push(Argument::File(SourceFile::new(file, text)));
        } else if let Some((name, text)) = argument
            .strip_prefix("-var=")
            .and_then(|v| v.split_once('='))
        {
            given
                .arguments
                .push(Argument::Variable(name.to_owned(), text.to_owned()));
        }
    }
    let options = Options {
        given,
        ..Options::default()
    };
    let root = read_root(&tree, "", &options)?;
    let evaluated = root.evaluate(interest, 2, || |instance| instance);
    Ok((evaluated.rows, evaluated.findings))
}

/// Whether the configuration does what the plan says, apart from what `except` names.
pub(super) fn differences(folder: &Path, arguments: &[String], plan: &Json) -> Vec<String> {
    let (instances, findings) = match evaluate(folder, arguments, &Everything::of(plan)) {
        Ok(found) => found,
        Err(finding) => return vec![finding.message],
    };
    let mut differ: Vec<String> = findings
        .iter()
        .filter(|finding| finding.level <= Level::Error)
        .map(|finding| format!("{finding:?}"))
        .collect();
    let mut ours: BTreeMap<&str, &Instance> = instances.iter().map(|i| (&*i.address, i)).collect();
    assert_eq!(ours.len(), instances.len(), "an address twice");
    for change in plan["resource_changes"].as_array().unwrap() {
        let address = change["address"].as_str().unwrap();
        // What goes, or is forgotten, only a state knows of.
        let goes = change["change"]["after"].is_null();
        if change["mode"] != "managed" || goes || change["change"]["actions"][0] == "forget" {
            continue;
        }
        let Some(instance) = ours.remove(address) else {
            differ.push(format!("{address}: missing"));
            continue;
        };
        assert_eq!(
            *instance.provider,
            *change["provider_name"].as_str().unwrap()
        );
        assert_eq!(*instance.resource_type, *change["type"].as_str().unwrap());
        let what = &change["change"];
        compare(
            address,
            &shown(&instance.after),
            &what["after"],
            &what["after_unknown"],
            &mut differ,
        );
    }
    differ.extend(
        ours.keys()
            .map(|address| format!("{address}: not in the plan")),
    );
    differ
}

/// What is known to differ, and why: Terraform reads data sources when it plans, and guard reads
/// none, so how many there are of this is not known.
const KNOWN: &[&str] = &[
    "43-unknown-for-conditionals: aws_instance.b[0]: missing",
    "43-unknown-for-conditionals: aws_instance.b[1]: missing",
    "43-unknown-for-conditionals: aws_instance.b[2]: missing",
    "43-unknown-for-conditionals: aws_instance.b: not in the plan",
];

#[test]
fn configurations_are_planned_as_terraform_plans_them() {
    let shared = project().join("../shared/modules");
    if !shared.exists() {
        eprintln!("skipped: the plans of the shared configurations are not here");
        return;
    }
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&shared)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut differ = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let meta = json(&folder.join("meta.json"));
        let arguments: Vec<String> = meta["plan_args"]
            .as_array()
            .unwrap()
            .iter()
            .map(|argument| argument.as_str().unwrap().to_owned())
            .collect();
        let config = folder.join("config");
        // What a configuration asks for and what is left after `destroy` are not the same.
        if arguments.iter().any(|argument| argument == "-destroy") {
            continue;
        }
        if meta["fails"] == true {
            let expect = json(&folder.join("expect.json"));
            let found = evaluate(&config, &arguments, &Everything(BTreeMap::new()));
            let findings = found.map_or_else(|finding| vec![*finding], |(_, findings)| findings);
            let class = expect["error"].as_str().unwrap().replace('-', " ");
            if !findings
                .iter()
                .any(|f| f.level <= Level::Error && f.message.starts_with(&class))
            {
                differ.push(format!(
                    "{name}: refused with {class:?}, but we say {findings:?}"
                ));
            }
            continue;
        }
        let newer = folder.join("plan-1.11.json");
        let plan = json(&if newer.exists() {
            newer
        } else {
            folder.join("plan.json")
        });
        let found = differences(&config, &arguments, &plan);
        differ.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }
    assert_eq!(differ, KNOWN);
}
