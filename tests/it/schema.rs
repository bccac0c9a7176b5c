//! The attributes that rules read, against the schema of the real AWS provider, where it can be had.
//!
//! `terraform init` finds the provider where the machine's own Terraform settings say
//! (`TF_CLI_CONFIG_FILE`, a plug-in cache, a mirror); without it the test says so and passes.

use crate::guard::project;
use serde_json::Value;
use std::process::Command;

#[test]
fn the_real_provider_has_every_attribute_that_rules_read() {
    let Some(schema) = schema() else { return };
    let resources = schema["provider_schemas"]
        .as_object()
        .and_then(|providers| providers.values().next())
        .map(|provider| &provider["resource_schemas"])
        .expect("the schema of one provider");
    let paths = std::fs::read_to_string(project().join("fixtures/schemas/paths.csv"))
        .expect("the list of attributes");
    let mut checked = 0;
    let mut missing = Vec::new();
    for line in paths.lines().filter(|line| line.starts_with("aws_")) {
        let mut cells = line.split(',');
        let (kind, path) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        let from = cells.next().unwrap_or("");
        // Types and attributes of other versions are not in this one.
        if !from.starts_with("aws 5.") || resources[kind].is_null() {
            continue;
        }
        checked += 1;
        let steps: Vec<&str> = path.split('.').collect();
        if !has(&resources[kind]["block"], &steps) {
            missing.push(format!("{kind}.{path}"));
        }
    }
    assert!(checked > 300, "only {checked} attributes were looked up");
    assert!(missing.is_empty(), "not there:\n{}", missing.join("\n"));
}

/// Whether a block of a schema has an attribute, or a block within it.
fn has(block: &Value, steps: &[&str]) -> bool {
    let Some((first, rest)) = steps.split_first() else {
        return true;
    };
    let attribute = &block["attributes"][first];
    if !attribute.is_null() {
        return rest.is_empty() || has(&attribute["nested_type"], rest);
    }
    let inner = &block["block_types"][first]["block"];
    !inner.is_null() && has(inner, rest)
}

fn schema() -> Option<Value> {
    let folder = tempfile::tempdir().expect("an empty folder");
    let main = "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n    }\n  }\n}\n";
    std::fs::write(folder.path().join("main.tf"), main).expect("it can be written");
    let run = |words: &[&str]| {
        let output = Command::new("terraform")
            .args(words)
            .current_dir(folder.path())
            .env("CHECKPOINT_DISABLE", "1")
            .output();
        output.ok().filter(|output| output.status.success())
    };
    let output = run(&["init", "-input=false", "-no-color"])
        .and_then(|_| run(&["providers", "schema", "-json"]));
    let Some(output) = output else {
        eprintln!("skipped: terraform and its AWS provider cannot be had here");
        return None;
    };
    serde_json::from_slice(&output.stdout).ok()
}
