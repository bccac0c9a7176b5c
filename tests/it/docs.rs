//! What the documentation tells people to type does what it says.

use crate::guard::project;
use std::path::Path;
use std::process::{Command, Stdio};

/// The lines of all blocks of `docs/NAME` that are marked `sh`.
fn commands(name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(project().join("docs").join(name)).unwrap();
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

#[cfg(unix)]
#[test]
fn the_steps_to_signed_approvals_work() {
    if crate::signing::Keygen::new().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let checkout = folder.path().join("checkout");
    std::fs::create_dir(&checkout).unwrap();
    let plan = project().join("fixtures/black-friday/plan.json");
    std::fs::copy(plan, checkout.join("plan.json")).unwrap();
    let lines = commands("approvals.md");
    assert!(lines.len() > 10, "{lines:?}");
    let program = Path::new(env!("CARGO_BIN_EXE_guard"));
    for line in &lines {
        // A comment at the end says how the command ends, where that is not 0.
        let (line, exit) = match line.split_once("  # exit ") {
            Some((line, exit)) => (line, exit.parse().unwrap()),
            None => (line.as_str(), 0),
        };
        let output = Command::new("sh")
            .args([
                "-e",
                "-c",
                &format!("guard() {{ \"$GUARD\" \"$@\"; }}\n{line}"),
            ])
            .current_dir(&checkout)
            .env_remove("CI")
            .env_remove("GUARD_TRUST_ROOT")
            .env_remove("GUARD_MIN_POLICY_VERSION")
            .env("GUARD", program)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{line}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Every test that the threat model names is there, under that name.
#[test]
fn the_threat_model_names_tests_that_exist() {
    let text = std::fs::read_to_string(project().join("docs/threat-model.md")).unwrap();
    let mut found = 0;
    for quoted in text.split('`').skip(1).step_by(2) {
        let Some((file, name)) = quoted.split_once("::") else {
            continue;
        };
        let path = project().join(format!("tests/it/approve_{file}.rs"));
        if let Ok(source) = std::fs::read_to_string(path) {
            assert!(source.contains(&format!("fn {name}(")), "{quoted}");
            found += 1;
        }
    }
    assert!(found > 25, "{found}");
}
