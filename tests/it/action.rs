//! The GitHub action's own script, run as the action runs it.

use crate::guard::project;
use std::path::Path;
use std::process::Command;

struct Step {
    code: i32,
    stdout: String,
    outputs: String,
    summary: String,
}

/// Runs the step in a folder; none where there is no bash.
fn step(folder: &Path, inputs: &[(&str, &str)]) -> Option<Step> {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let program = Path::new(env!("CARGO_BIN_EXE_guard"));
    let bin = program.parent().expect("it is in a folder");
    let mut path = vec![bin.to_path_buf()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH")?));
    let mut command = Command::new("bash");
    command
        .arg(project().join(".github/action/check.sh"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::join_paths(path).ok()?)
        .env("CI", "true")
        .env("RUNNER_TEMP", temp.path())
        .env("GITHUB_OUTPUT", temp.path().join("outputs"))
        .env("GITHUB_STEP_SUMMARY", temp.path().join("summary"))
        .envs(inputs.iter().copied());
    let Ok(output) = command.output() else {
        eprintln!("skipped: there is no bash here to run the action's script with");
        return None;
    };
    let read = |name: &str| std::fs::read_to_string(temp.path().join(name)).unwrap_or_default();
    let here = temp.path().display().to_string();
    Some(Step {
        code: output.status.code()?,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        outputs: read("outputs").replace(&here, "TEMP"),
        summary: read("summary"),
    })
}

const NOW: (&str, &str) = ("INPUT_ARGUMENTS", "--now\n2026-11-22");

#[test]
fn the_action_hands_on_what_guard_says() {
    for (story, code, verdict, says) in [
        ("pass", 0, "pass", "pass"),
        ("over", 1, "fail", "title=guard%3A over-limit"),
        ("settled", 0, "pass_with_approvals", "pass with approvals"),
        ("bad-input", 2, "", "title=guard%3A damaged-json"),
    ] {
        let folder = project().join("fixtures/formats").join(story);
        let Some(step) = step(&folder, &[("INPUT_PATHS", "plan.json\n"), NOW]) else {
            return;
        };
        assert_eq!(step.code, code, "{story}: {}", step.stdout);
        assert_eq!(
            step.outputs,
            format!("verdict={verdict}\nexit-code={code}\nreport=TEMP/guard.json\n"),
            "{story}"
        );
        assert!(step.stdout.contains(says), "{story}: {}", step.stdout);
        assert!(
            step.summary.starts_with("<!--"),
            "{story}: {}",
            step.summary
        );
    }
}

#[test]
fn an_input_is_never_a_command() {
    let folder = project().join("fixtures/formats/pass");
    let hostile = "  plan.json  \n\n$(touch owned); `touch owned`\n--format=json";
    let Some(step) = step(&folder, &[("INPUT_PATHS", hostile), NOW]) else {
        return;
    };
    assert_eq!(step.code, 2, "{}", step.stdout);
    assert!(!folder.join("owned").exists());
}

#[test]
fn inputs_become_options() {
    let folder = project().join("fixtures/formats/expired");
    let temp = tempfile::tempdir().expect("a temporary folder");
    let report = format!("sarif={}", temp.path().join("guard.sarif").display());
    let Some(step) = step(
        &folder,
        &[
            ("INPUT_PATHS", "tenants/acme=plan.json"),
            ("INPUT_APPROVALS", "../settled/approvals"),
            ("INPUT_POLICIES", "policies"),
            ("INPUT_ACTOR", "github:kim"),
            ("INPUT_WORKSPACE", "default"),
            ("INPUT_REPORTS", &report),
            NOW,
        ],
    ) else {
        return;
    };
    assert_eq!(step.code, 0, "{}", step.stdout);
    assert!(temp.path().join("guard.sarif").is_file());
}
