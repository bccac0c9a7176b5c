//! What `guard measure` writes is as good as what it was measured from, and nothing else is.

use crate::guard::{Outcome, guard, project};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Every plan and configuration of the fixtures: judged as it is, and from its measurements.
#[test]
fn judging_measurements_is_judging_what_was_measured() {
    let mut inputs = Vec::new();
    find(&project().join("fixtures"), &mut inputs);
    assert!(inputs.len() > 70, "only {} inputs", inputs.len());
    let folder = tempfile::tempdir().unwrap();
    let mut judged = 0;
    for input in inputs {
        let input = input.to_str().unwrap();
        let measured = run(folder.path(), &["measure", input]);
        std::fs::write(folder.path().join("measured.json"), &measured.stdout).unwrap();
        let again = run(folder.path(), &["check", "measured.json"]);
        if measured.code == 2 {
            assert_eq!(again.code, 2, "{input} was measured in part");
            continue;
        }
        judged += 1;
        let direct = run(folder.path(), &["check", input]);
        assert_eq!(direct.code, again.code, "{input}");
        let (direct, again) = (document(&direct), document(&again));
        for key in ["verdict", "requests", "tenants", "coverage"] {
            assert_eq!(direct[key], again[key], "{key} of {input}");
        }
    }
    assert!(judged > 60, "only {judged} were judged");
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if name == "config" {
                found.push(path);
            } else {
                find(&path, found);
            }
        } else if name.ends_with(".json") && name.contains("plan") {
            found.push(path);
        }
    }
}

fn run(folder: &Path, words: &[&str]) -> Outcome {
    let always = ["--policies", "builtin", "--format", "json"];
    guard(folder, words.iter().copied().chain(always))
}

fn document(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap()
}

/// A document with one instance, changed at one place.
fn check(change: impl FnOnce(&mut Value), code: i32, told: &str) {
    let mut document = json!({
        "version": 1,
        "inputs": [{"path": "plan.json", "kind": "plan", "root": "a"}],
        "coverage": {"instances": 1, "measured": 1, "weightless": 0, "opaque": 0, "no_rule": 0},
        "requests": [{
            "tenant": null, "environment": "production", "dimension": "vcpu",
            "low": 4, "high": 4, "steady": {"low": 4, "high": 4}, "peak": {"low": 4, "high": 4},
        }],
        "instances": [{
            "address": "aws_instance.api[0]", "type": "aws_instance", "class": "measured",
            "root": "a", "tenant": null, "environment": "production",
            "measurements": [{"dimension": "vcpu", "low": 4, "high": 4, "times": 1, "mark": "known"}],
        }],
    });
    change(&mut document);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("m.json"), document.to_string()).unwrap();
    let outcome = guard(folder.path(), ["m.json", "--policies", "builtin"]);
    assert_eq!(outcome.code, code, "{}", outcome.stdout);
    assert!(outcome.stdout.contains(told), "{told}: {}", outcome.stdout);
}

#[test]
fn a_document_that_adds_up_is_judged() {
    check(|_| {}, 0, "vcpu");
    check(|document| document["sizes"] = json!(["another"]), 0, "pass");
}

#[test]
fn what_does_not_add_up_is_no_measurement() {
    let one = "/instances/0/measurements/0";
    check(
        |document| document["version"] = json!(2),
        2,
        "has version 2",
    );
    check(
        |document| document["command"] = json!("check"),
        2,
        "not of `guard measure`",
    );
    check(
        |document| document["exit_code"] = json!(2),
        2,
        "could not measure everything",
    );
    check(
        |document| document["inputs"] = json!([]),
        2,
        "names no root",
    );
    check(
        |document| document["inputs"][0]["root"] = Value::Null,
        2,
        "no root is said",
    );
    check(
        |document| document["inputs"][0]["root"] = json!("b"),
        2,
        "not among its inputs",
    );
    check(
        |document| document["coverage"]["instances"] = json!(2),
        2,
        "counts 2 instances and lists 1",
    );
    check(
        |document| document["requests"][0]["low"] = json!(3),
        2,
        "is not the sum",
    );
    check(
        |document| document["requests"] = json!([]),
        2,
        "is not the sum",
    );
    check(
        |document| document["requests"][0]["dimension"] = json!("iops"),
        2,
        "is not the sum",
    );
    check(
        |document| document["instances"] = json!([]),
        2,
        "counts 1 instances and lists 0",
    );
    check(
        |document| document["instances"][0]["class"] = json!("heavy"),
        2,
        "no class `heavy`",
    );
    check(
        |document| document["instances"][0]["address"] = json!("api"),
        2,
        "is no address",
    );
    for (low, told) in [
        (json!(-4), "is negative"),
        (json!(0.000_000_000_1), "no exact amount"),
        (json!("4"), "invalid type: string"),
        (json!(5), "cannot be less at most"),
    ] {
        let change = |document: &mut Value| document.pointer_mut(one).unwrap()["low"] = low;
        check(change, 2, told);
    }
    let twice = |document: &mut Value| {
        let first = document["instances"][0].clone();
        document["instances"].as_array_mut().unwrap().push(first);
        document["coverage"]["instances"] = json!(2);
        document["coverage"]["measured"] = json!(2);
    };
    check(twice, 2, "twice");
}

#[test]
fn what_failed_when_it_was_measured_fails_again() {
    let error =
        json!([{"code": "nonsense-amount", "level": "error", "message": "iops of x is negative"}]);
    check(
        |document| document["findings"] = error.clone(),
        1,
        "iops of x is negative",
    );
    let unknown = json!([{"code": "from-tomorrow", "level": "error", "message": "x"}]);
    check(
        |document| document["findings"] = unknown,
        2,
        "from-tomorrow",
    );
    let warning = json!([{"code": "elastic", "level": "warning", "message": "x"}]);
    check(|document| document["findings"] = warning, 0, "pass");
}
