//! The small configurations of `fixtures/modules/cases.txt`, one point each, with Terraform's
//! answers.

use super::against::{differences, fixtures};
use crate::source::repository::InMemory;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A configuration of the file.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) files: BTreeMap<String, String>,
}

pub(super) fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(fixtures().join("cases.txt")).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    let mut file = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case {
                name: name.trim().to_owned(),
                arguments: Vec::new(),
                files: BTreeMap::new(),
            });
            continue;
        }
        let case = cases.last_mut().unwrap();
        if let Some(arguments) = line.strip_prefix("--- args: ") {
            case.arguments = arguments.split_whitespace().map(str::to_owned).collect();
        } else if let Some(name) = line.strip_prefix("--- ") {
            file = name.trim().to_owned();
            case.files.insert(file.clone(), String::new());
        } else {
            case.files.get_mut(&file).unwrap().push_str(line);
        }
    }
    cases
}

/// What is known to differ, and why.
const KNOWN: &[&str] = &[
    // Only the provider knows that what it computes will not be null.
    "conditionals and unknown values: terraform_data.r.input.known: we do not know it, the plan has false",
    // Without the provider's schema nobody knows which attributes a resource has.
    "an attribute that no resource of that type has is refused: Terraform refuses it, and we do not",
    // OpenTofu takes variables there. The module is opaque, which is told.
    "a module source that is computed: Terraform refuses it, and we do not",
];

#[test]
fn cases_are_what_terraform_says() {
    let answers = std::fs::read_to_string(fixtures().join("answers.jsonl")).unwrap();
    let answers: Vec<Json> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let cases = cases();
    assert_eq!(cases.len(), answers.len(), "record.py was not run");
    let mut differ = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(answer["name"], case.name.as_str(), "record.py was not run");
        let tree = InMemory::new(case.files.clone());
        let found = differences(&tree, &case.arguments, answer);
        differ.extend(
            found
                .into_iter()
                .map(|what| format!("{}: {what}", case.name)),
        );
    }
    assert_eq!(differ, KNOWN, "{differ:#?}");
}
