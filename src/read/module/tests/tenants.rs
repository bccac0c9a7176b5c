//! The configurations under `fixtures/modules/tenants`, each with Terraform's plan for it.

use super::against::{differences, fixtures};
use crate::source::repository::Repository;
use serde_json::Value as Json;

/// What is known to differ, and why: Terraform reads data sources when it plans, and guard reads
/// none, so how many there are of this is not known.
const KNOWN: &[&str] = &[
    "43-unknown-for-conditionals: aws_instance.b[0]: missing",
    "43-unknown-for-conditionals: aws_instance.b[1]: missing",
    "43-unknown-for-conditionals: aws_instance.b[2]: missing",
    "43-unknown-for-conditionals: aws_instance.b: not in the plan",
];

#[test]
fn tenants_get_what_terraform_plans() {
    let entries = std::fs::read_dir(fixtures().join("tenants")).unwrap();
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert_eq!(folders.len(), 35);
    let mut differ = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let plan = std::fs::read_to_string(folder.join("plan.json")).unwrap();
        let plan: Json = serde_json::from_str(&plan).unwrap();
        let arguments: Vec<String> = serde_json::from_value(plan["plan_args"].clone()).unwrap();
        // What a configuration asks for and what is left after `destroy` are not the same.
        if arguments.iter().any(|argument| argument == "-destroy") {
            continue;
        }
        let tree = Repository::new(&folder.join("config"), ".").unwrap();
        let found = differences(&tree, &arguments, &plan);
        differ.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }
    assert_eq!(differ, KNOWN);
}
