//! The signed files of `fixtures/approvals-signed`: what the test keys make of the records and
//! policies that lie there.

use crate::approve_world::{Keys, moment};
use crate::guard::project;
use std::path::{Path, PathBuf};
use tierguard::approve::{APPROVAL, POLICY, trust};
use tierguard::source::listing::{Depth, list};

/// Folder, record, and who signed it.
const RECORDS: &[(&str, &str, &[&str])] = &[
    ("settled", "CR-1", &["alice", "bob"]),
    ("one-signature", "CR-1", &["alice"]),
    ("stranger", "CR-1", &["alice", "mallory"]),
    ("expired", "CR-1", &["alice", "bob"]),
    ("last-second", "CR-1", &["alice", "bob"]),
    ("self-approved", "CR-1", &["alice", "bob"]),
    ("unsigned-successor", "CR-1", &["alice", "bob"]),
];

/// Folders of policies that are sealed as they lie there.
const SEALED: &[&str] = &["policies", "revoking", "key-expired", "recorded"];

#[test]
fn signed_fixtures_are_what_the_test_keys_sign() {
    let keys = Keys::Soft;
    let folder = project().join("fixtures/approvals-signed");
    let mut wrong = Vec::new();
    let mut hold = |path: PathBuf, text: &str| {
        if std::fs::read_to_string(&path).is_ok_and(|found| found == text) {
            return;
        }
        if is_updating() {
            std::fs::write(&path, text).unwrap();
        } else {
            wrong.push(path);
        }
    };
    let note = "# Test keys: anybody can sign with them. Trust none of them.\n";
    let line =
        |name: &str, options: &str| format!("{name}@example.com {options}{}\n", keys.public(name));
    hold(
        folder.join("test-root"),
        &format!("{note}{}", line("root", "")),
    );
    for policies in SEALED.iter().chain(&["edited-policies"]) {
        let expired = if *policies == "key-expired" {
            "valid-before=\"20261122Z\" "
        } else {
            ""
        };
        let signers = [line("alice", ""), line("bob", expired), line("carol", "")].concat();
        let path = folder.join(policies).join("allowed_signers");
        hold(path, &format!("{note}{signers}"));
    }
    for policies in SEALED {
        let folder = folder.join(policies);
        let manifest = manifest(&folder);
        let signature = keys.sign("root", POLICY, manifest.as_bytes());
        hold(folder.join("manifest"), &manifest);
        hold(folder.join("manifest.sig"), &signature);
        if *policies == "policies" {
            // Sealed like its neighbour, and changed afterwards: a space in the catalog.
            let edited = folder.with_file_name("edited-policies");
            hold(edited.join("manifest"), &manifest);
            hold(edited.join("manifest.sig"), &signature);
            let catalog = std::fs::read_to_string(folder.join("catalog.hcl")).unwrap();
            hold(
                edited.join("catalog.hcl"),
                &catalog.replacen("= 64", "=  64", 1),
            );
        }
    }
    for (name, id, signers) in RECORDS {
        let folder = folder.join(name);
        let record = std::fs::read(folder.join(format!("{id}.hcl"))).unwrap();
        for (at, signer) in signers.iter().enumerate() {
            let signature = keys.sign(signer, APPROVAL, &record);
            let file = match at {
                0 => format!("{id}.hcl.sig"),
                at => format!("{id}.hcl.{}.sig", at + 1),
            };
            hold(folder.join(&file), &signature);
            if *name == "settled" {
                // The same signatures beside a record that was changed, and under another name.
                hold(folder.with_file_name("edited").join(&file), &signature);
                let copied = file.replace("CR-1", "CR-2");
                hold(folder.with_file_name("copied").join(copied), &signature);
            }
        }
    }
    assert!(wrong.is_empty(), "not what the test keys sign: {wrong:?}");
}

fn manifest(folder: &Path) -> String {
    let entries = list(folder, Depth::Deep, trust::most_bytes);
    let (issued, expires) = (moment("2026-11-01"), moment("2027-11-01"));
    trust::seal("policies", &entries, "acme-cloud", 3, issued, expires)
        .expect("a folder that can be sealed")
        .to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the variable that updates snapshots updates these files too"
)]
fn is_updating() -> bool {
    std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always")
}
