//! The documentation: what is generated is up to date, and every link leads somewhere.

use crate::guard::project;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tierguard::finding::{Code, Level};

/// `docs/findings.md` says of every finding what `guard explain --code` says.
#[test]
fn the_index_of_findings_is_that_of_the_program() {
    let mut index = String::from(
        "# Findings\n\nEvery finding has a code, which stays the same. `guard explain --code CODE` prints what is said here.\n\
         An *error* fails the check (exit code 1), a *fatal* one means that it could not be done (exit code 2); the\n\
         catalog can make some of them warnings.\n",
    );
    let mut codes: Vec<Code> = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.as_str());
    for code in codes {
        let level = match code.level() {
            Level::Fatal => "fatal",
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let text = textwrap(code.explanation());
        write!(
            index,
            "\n## {}\n\n*{level}*: {}.\n\n{text}\n",
            code.as_str(),
            code.summary()
        )
        .expect("a string takes it");
    }
    let path = project().join("docs/findings.md");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(&path, &index).expect("the docs can be written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        there, index,
        "docs/findings.md is not that of the program: `INSTA_UPDATE=always cargo test --test it pages` writes it"
    );
}

#[test]
fn every_link_leads_to_a_file() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page can be read");
        let folder = page.parent().expect("a page is in a folder");
        for link in links(&text) {
            let target = link.split('#').next().unwrap_or_default();
            let outside = link.contains("://") || link.starts_with("mailto:");
            if !outside && !target.is_empty() && !folder.join(target).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let docs = project().join("docs");
    let contents = std::fs::read_to_string(docs.join("SUMMARY.md")).expect("the table of contents");
    let listed = links(&contents);
    for page in pages().into_iter().filter(|page| page.starts_with(&docs)) {
        let name = page
            .strip_prefix(&docs)
            .expect("it is in there")
            .display()
            .to_string();
        assert!(
            name == "SUMMARY.md" || listed.iter().any(|link| *link == name),
            "docs/SUMMARY.md does not list {name}"
        );
    }
}

/// The pages at the top and in `docs/`.
fn pages() -> Vec<PathBuf> {
    let in_folder = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("a folder of pages");
        entries
            .map(|entry| entry.expect("an entry of it").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
            .collect::<Vec<_>>()
    };
    let mut pages = in_folder(project());
    pages.extend(in_folder(&project().join("docs")));
    pages.sort();
    assert!(pages.len() > 5, "{pages:?}");
    pages
}

/// What stands between `](` and `)`.
fn links(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1);
    ends.filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link)
        .collect()
}

fn textwrap(text: &str) -> String {
    let mut wrapped = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        if length > 0 && length + 1 + word.len() > 110 {
            wrapped.push('\n');
            length = 0;
        } else if length > 0 {
            wrapped.push(' ');
            length += 1;
        }
        wrapped.push_str(word);
        length += word.len();
    }
    wrapped
}

/// What the README shows is what its first command prints.
#[test]
fn the_readme_shows_what_guard_says() {
    let readme = std::fs::read_to_string(project().join("README.md")).expect("the README");
    let (_, shown) = readme.split_once("```text\n").expect("it shows a report");
    let (shown, _) = shown.split_once("```").expect("the report ends");
    let told = crate::guard::guard(project(), ["fixtures/black-friday/plan.json"]).stdout;
    for part in shown.split("...\n") {
        let part = part.trim_matches('\n');
        assert!(
            told.contains(part),
            "guard does not say:\n{part}\n\nbut:\n{told}"
        );
    }
}
