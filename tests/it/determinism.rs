//! The same inputs give the same bytes, however many threads work, in whatever order the inputs
//! are named, in every locale, time zone and terminal, and wherever the folder lies.

use crate::guard::project;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const NOW: &str = "2026-11-22T00:00:00Z";

/// Every command in every format, on a tree of roots and a plan.
fn calls() -> Vec<Vec<&'static str>> {
    let mut calls = Vec::new();
    for format in [
        "text", "json", "sarif", "junit", "github", "gitlab", "markdown", "html",
    ] {
        calls.push(vec![
            "plan.json",
            "tenants/globex",
            "tenants/acme",
            "--format",
            format,
            "--now",
            NOW,
        ]);
    }
    for format in ["text", "json", "csv"] {
        calls.push(vec![
            "measure",
            "plan.json",
            "tenants/globex",
            "tenants/acme",
            "--format",
            format,
        ]);
    }
    calls.push(vec![
        "explain",
        "plan.json",
        "tenants/globex",
        "tenants/acme",
    ]);
    for format in ["text", "markdown", "html", "csv"] {
        calls.push(vec!["sheet", "--format", format]);
    }
    calls.push(vec!["catalog", "check"]);
    calls
}

/// What a call leaves behind: code, standard output, standard error.
type Bytes = (Option<i32>, Vec<u8>, Vec<u8>);

fn run(folder: &Path, before: &[&str], args: &[&str], environment: &[(&str, &str)]) -> Bytes {
    let guard = env!("CARGO_BIN_EXE_guard");
    let words: Vec<&str> = before
        .iter()
        .copied()
        .chain([guard])
        .chain(args.iter().copied())
        .collect();
    let output = Command::new(words[0])
        .args(&words[1..])
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    (output.status.code(), output.stdout, output.stderr)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder of fixtures") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file");
        }
    }
}

fn roots() -> std::path::PathBuf {
    project().join("fixtures/roots")
}

fn same(name: &str, args: &[&str], a: &Bytes, b: &Bytes) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(a.0, b.0, "{name}: {args:?}");
    assert_eq!(text(&a.1), text(&b.1), "{name}: {args:?}");
    assert_eq!(text(&a.2), text(&b.2), "{name}: {args:?}");
    assert!(!a.1.is_empty(), "{args:?} says something: {}", text(&a.2));
}

#[test]
fn locale_time_zone_and_terminal_change_nothing() {
    for args in calls() {
        let plain = run(&roots(), &[], &args, &[]);
        let elsewhere = [
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("TZ", "Pacific/Kiritimati"),
            ("COLUMNS", "20"),
            ("LINES", "5"),
            ("TERM", "xterm-256color"),
            ("HOME", "/nowhere"),
            ("USER", "somebody"),
        ];
        same(
            "elsewhere",
            &args,
            &plain,
            &run(&roots(), &[], &args, &elsewhere),
        );
        same("again", &args, &plain, &run(&roots(), &[], &args, &[]));
    }
}

#[test]
fn the_place_of_the_folder_changes_nothing() {
    let outside = tempfile::tempdir().expect("a folder for the test");
    let near = outside.path().join("a");
    let far = outside.path().join("some/where/far/below/the/first");
    copy(&roots(), &near);
    copy(&roots(), &far);
    for args in calls() {
        same(
            "place",
            &args,
            &run(&near, &[], &args, &[]),
            &run(&far, &[], &args, &[]),
        );
    }
}

#[test]
fn the_order_of_inputs_changes_nothing() {
    for args in calls() {
        let mut other = args.clone();
        let inputs: Vec<usize> = (0..args.len())
            .filter(|at| args[*at].starts_with("tenants/") || args[*at] == "plan.json")
            .collect();
        for (at, from) in inputs.iter().zip(inputs.iter().rev()) {
            other[*at] = args[*from];
        }
        same(
            "order",
            &args,
            &run(&roots(), &[], &args, &[]),
            &run(&roots(), &[], &other, &[]),
        );
    }
}

/// How many threads there are is what the system lets the program run on.
#[cfg(target_os = "linux")]
#[test]
fn the_number_of_threads_changes_nothing() {
    let one = ["/usr/bin/taskset", "-c", "0"];
    if !Path::new(one[0]).is_file() {
        eprintln!("skipped: there is no taskset here");
        return;
    }
    for args in calls() {
        same(
            "threads",
            &args,
            &run(&roots(), &[], &args, &[]),
            &run(&roots(), &one, &args, &[]),
        );
    }
}
