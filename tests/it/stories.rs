//! Every folder under `fixtures/` that holds a file `run` is a story: each line of it is one
//! call of `guard` in that folder, and the snapshot is what a person would have seen.
//!
//! A line that begins with `#` is kept in the snapshot as what the next call shows. All calls
//! get a fixed `--now`, so that a story never ages; a new story needs no Rust.

use crate::guard::{guard, project};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The day on which all stories happen.
const NOW: &str = "2026-11-22T00:00:00Z";

#[test]
fn stories() {
    let fixtures = project().join("fixtures");
    let mut folders = Vec::new();
    find(&fixtures, &mut folders);
    folders.sort();
    assert!(folders.len() > 1, "no stories under {}", fixtures.display());

    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(project().join("tests/it/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut differ = Vec::new();
    for folder in folders {
        let name = folder
            .strip_prefix(&fixtures)
            .expect("it was found there")
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("__");
        let told = tell(&folder);
        // One story that differs must not hide the next.
        let same = settings.bind(|| {
            std::panic::catch_unwind(|| insta::assert_snapshot!(format!("story__{name}"), told))
        });
        if same.is_err() {
            differ.push(name);
        }
    }
    assert!(
        differ.is_empty(),
        "these stories went differently: {}",
        differ.join(", ")
    );
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("run").is_file() {
        found.push(folder.to_path_buf());
    }
    for entry in std::fs::read_dir(folder).expect("a folder of fixtures") {
        let path = entry.expect("an entry of that folder").path();
        if path.is_dir() {
            find(&path, found);
        }
    }
}

fn tell(folder: &Path) -> String {
    let run = std::fs::read_to_string(folder.join("run")).expect("the calls of a story");
    let mut told = String::new();
    for line in run.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with('#') {
            writeln!(told, "{line}").expect("a string takes it");
            continue;
        }
        let outcome = guard(folder, line.split_whitespace().chain(["--now", NOW]));
        writeln!(
            told,
            "$ guard {line}\n{}{}exit {}\n",
            outcome.stdout, outcome.stderr, outcome.code
        )
        .expect("a string takes it");
    }
    told
}
