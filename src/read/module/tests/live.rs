//! Made-up configurations, planned by a real Terraform where there is one.

use super::against::differences;
use super::generate::configuration;
use crate::source::repository::InMemory;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What makes plans: a script beside the project, which brings a stub of the providers.
fn planner() -> Option<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/stub-provider/tfplan.sh");
    let python = python();
    let works = |command: &mut Command| command.output().is_ok_and(|done| done.status.success());
    let there = script.exists()
        && works(Command::new("terraform").arg("version"))
        && works(Command::new(python).args(["-c", "import grpc, google.protobuf, msgpack"]));
    there.then_some(script)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test asks where the stub's Python is"
)]
fn python() -> String {
    std::env::var("STUB_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Terraform's plan, or the error with which it refuses the configuration.
fn plan(script: &Path, folder: &Path) -> Json {
    let out = folder.join("out");
    let done = Command::new(script)
        .args([&folder.join("config"), &out])
        .env("STUB_PYTHON", python())
        .output()
        .unwrap();
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let error = said.lines().find(|line| line.contains("Error: "));
        let error = error.unwrap_or_else(|| panic!("Terraform gave no error: {said}"));
        return serde_json::json!({ "error": error });
    }
    let text = std::fs::read_to_string(out.join("plan.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn check(seeds: std::ops::Range<u64>) {
    let Some(script) = planner() else {
        eprintln!("skipped: there is no terraform with a stub of the providers here");
        return;
    };
    let (mut accepted, mut all) = (0, 0);
    let mut differ = Vec::new();
    for seed in seeds {
        let files = configuration(seed);
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &files {
            let path = folder.path().join("config").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let plan = plan(&script, folder.path());
        all += 1;
        accepted += usize::from(plan.get("error").is_none());
        let tree = InMemory::new(files.clone());
        let found = differences(&tree, &[], &plan);
        let error = plan.get("error").map(Json::to_string).unwrap_or_default();
        differ.extend(
            found
                .into_iter()
                .map(|what| format!("seed {seed}: {what} {error}")),
        );
    }
    eprintln!("{accepted} of {all} configurations were planned, the others refused");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn made_up_configurations_are_planned_as_terraform_plans_them() {
    check(0..12);
}

/// By hand: `cargo test --lib five_hundred -- --ignored --nocapture`
#[test]
#[ignore = "takes a quarter of an hour"]
fn five_hundred_made_up_configurations() {
    check(1000..1500);
}
