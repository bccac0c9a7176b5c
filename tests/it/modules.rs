//! A module measured as it is written asks for what Terraform's own plan of it asks for.
//!
//! `fixtures/modules/requests.json` is what guard measures in the plans that lie beside the
//! project, dimension by dimension; where they are there, that is checked too.

use crate::guard::{guard, project, shared};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What is asked for: low and high, steady low and high, by tenant, environment and dimension.
type Requests = BTreeMap<String, [Option<u64>; 4]>;

/// Where a plan knows less: it does not say what people wrote in a `dynamic` block, so an amount
/// there may be asked for or included, and may be anything. The module knows, and what it says
/// lies within what the plan leaves open.
const KNOWS_MORE: &[&str] = &[
    "05-dynamic-disks",
    "08-json-syntax-root",
    "21-azure-vm-and-disks",
    "23-aks-pools",
    "38-optional-attributes",
    "40-platform-three-levels",
];

/// Where a plan rests on more than the configuration.
const OTHER: &[(&str, &str)] = &[
    (
        "41-resize-update",
        "an attribute has the value that the state has",
    ),
    ("43-unknown-for-conditionals", "a data source was read"),
    ("45-destroy-plan", "everything goes"),
    (
        "46-import-and-removed",
        "what is imported or forgotten is in the state",
    ),
];

#[test]
fn a_module_asks_for_what_its_plan_asks_for() {
    let recorded = recorded();
    let mut differ = Vec::new();
    for (name, planned) in &recorded {
        let folder = project().join("fixtures/modules/tenants").join(name);
        let written = measure(&folder.join("config"), &arguments(&folder));
        let is_other = OTHER.iter().any(|(other, _)| other == name);
        let is_same = match KNOWS_MORE.contains(&name.as_str()) {
            true => written != *planned && lies_within(&written, planned),
            false => written == *planned,
        };
        if is_same == is_other {
            differ.push(format!("{name}: {written:?}\n  planned {planned:?}"));
        }
    }
    assert!(recorded.len() > 28, "only {} modules", recorded.len());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn what_is_recorded_is_what_the_plans_ask_for() {
    let Some(shared) = shared() else { return };
    for (name, planned) in recorded() {
        let folder = shared.join("modules").join(&name);
        let newer = folder.join("plan-1.11.json");
        let plan = if newer.exists() {
            newer
        } else {
            folder.join("plan.json")
        };
        assert_eq!(measure(&plan, &[]), planned, "{name}");
    }
}

fn recorded() -> BTreeMap<String, Requests> {
    let text = std::fs::read_to_string(project().join("fixtures/modules/requests.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The arguments of `terraform plan` that give values, as guard takes them.
fn arguments(folder: &Path) -> Vec<String> {
    let plan = std::fs::read_to_string(folder.join("plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let words: Vec<String> = serde_json::from_value(plan["plan_args"].clone()).unwrap();
    let mut arguments = Vec::new();
    for word in words {
        match word.split_once('=') {
            Some(("-var-file", file)) => arguments.push(format!("--var-file=config/{file}")),
            Some(("-var", value)) => arguments.push(format!("--var={value}")),
            _ => assert_eq!(word, "-destroy"),
        }
    }
    arguments
}

fn measure(input: &Path, arguments: &[String]) -> Requests {
    let (folder, name) = (input.parent().unwrap(), input.file_name().unwrap());
    let mut words = vec!["measure", name.to_str().unwrap()];
    words.extend(["--policies", "builtin", "--format", "json"]);
    words.extend(arguments.iter().map(String::as_str));
    let outcome = guard(folder, words);
    assert_eq!(outcome.code, 0, "{}: {}", input.display(), outcome.stdout);
    let document: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let rows = document["requests"].as_array().unwrap().iter();
    rows.map(|row| {
        let key =
            ["tenant", "environment", "dimension"].map(|key| row[key].as_str().unwrap_or("-"));
        let steady = &row["steady"];
        // Millionths, so that fractions can be compared.
        let ends = [&row["low"], &row["high"], &steady["low"], &steady["high"]]
            .map(|end| end.as_f64().map(|end| (end * 1e6).round() as u64));
        (key.join("/"), ends)
    })
    .collect()
}

fn lies_within(written: &Requests, planned: &Requests) -> bool {
    let nothing = [Some(0); 4];
    let mut keys = written.keys().chain(planned.keys());
    keys.all(|key| {
        let ours = written.get(key).unwrap_or(&nothing);
        let theirs = planned.get(key).unwrap_or(&nothing);
        [0, 2].into_iter().all(|low| {
            let high = low + 1;
            ours[low] >= theirs[low]
                && match (ours[high], theirs[high]) {
                    (_, None) => true,
                    (None, Some(_)) => false,
                    (Some(ours), Some(theirs)) => ours <= theirs,
                }
        })
    })
}
