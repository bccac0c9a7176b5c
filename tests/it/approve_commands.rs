//! The commands about approvals, from a failing check to a record that counts, with a real `ssh-keygen`.

use crate::approve_program::Site;
use crate::approve_world::{Keys, RECORD, World, vcpu};
use std::path::Path;

const CLOCK: [&str; 3] = ["--now", "2026-11-22T00:00:00Z", "--allow-test-clock"];
const ROOT: [&str; 2] = ["--trust-root", "../trust-root"];

/// The real keys and their folder; none where there is no `ssh-keygen`.
fn real() -> Option<(Keys, String)> {
    let Some(keys @ Keys::Real(_)) = Keys::all().pop() else {
        return None;
    };
    let Keys::Real(keygen) = &keys else {
        return None;
    };
    let folder = keygen.path().display().to_string();
    Some((keys, folder))
}

#[test]
fn from_a_failing_check_to_a_record_that_counts() {
    let Some((keys, folder)) = real() else { return };
    let world = World::new(&keys);
    let site = Site::of(&world);
    let guard = |words: &[&str]| site.guard(&[words, &CLOCK, &ROOT].concat(), &[]);
    let key = |name: &str| format!("{folder}/{name}");

    let run = guard(&["plan.json"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    let command = "`guard approve draft plan.json --trust-root ../trust-root` writes it";
    assert!(run.stdout.contains(command), "{}", run.stdout);
    let record = run.stdout.split("writes it):").nth(1).expect("the record");

    // The command that is printed writes the record that is printed.
    let run = guard(&["approve", "draft", "plan.json"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("wrote approvals/CR-1.hcl"),
        "{}",
        run.stdout
    );
    let text = std::fs::read_to_string(site.checkout().join("approvals/CR-1.hcl")).unwrap();
    for line in text.lines() {
        assert!(record.contains(line), "{line}\nis not in\n{record}");
    }
    // As it stands it counts for nothing, and nobody can sign it.
    assert_eq!(guard(&["plan.json"]).code, 1);
    let sign =
        |id: &str, name: &str| site.guard(&["approve", "sign", id, "--key", &key(name)], &[]);
    let run = sign("CR-1", "alice");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("lists nobody in approved_by"),
        "{}",
        run.stderr
    );
    // A record that is there is never overwritten: the next one has the next id.
    let run = guard(&["approve", "draft", "plan.json", "--id", "CR-1"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("already"), "{}", run.stderr);
    std::fs::remove_file(site.checkout().join("approvals/CR-1.hcl")).unwrap();

    let complete = [
        "approve",
        "draft",
        "plan.json",
        "--id",
        "CR-7",
        "--requested-by",
        "dave@example.com",
        "--approved-by",
        "alice@example.com",
        "--approved-by",
        "bob@example.com",
        "--reason",
        "Black Friday",
        "--ticket",
        "CR-7",
    ];
    assert_eq!(guard(&complete).code, 0);
    for (name, exit) in [("alice", 1), ("bob", 0)] {
        let run = sign("CR-7", name);
        assert_eq!(run.code, 0, "{name}: {}{}", run.stdout, run.stderr);
        let run = guard(&["approve", "verify", "CR-7"]);
        assert_eq!(run.code, exit, "{name}: {}", run.stdout);
        assert_eq!(guard(&["plan.json"]).code, exit, "{name}");
    }
    let run = guard(&["approve", "verify"]);
    let granted =
        "counts: granted by alice@example.com (engineering-vp), bob@example.com (sre-lead)";
    assert!(run.stdout.contains(granted), "{}", run.stdout);
    // A changed record is damage, to every command.
    site.write(
        "approvals/CR-7.hcl",
        &(std::fs::read_to_string(site.checkout().join("approvals/CR-7.hcl")).unwrap() + "\n"),
    );
    for words in [
        &["plan.json"][..],
        &["approve", "verify"],
        &["approve", "list"],
    ] {
        assert_eq!(guard(words).code, 2, "{words:?}");
    }
}

#[test]
fn a_folder_is_sealed_again_after_every_change() {
    let Some((keys, folder)) = real() else { return };
    let world = World::valid(&keys);
    let site = Site::of(&world);
    let guard = |words: &[&str]| site.guard(&[words, &CLOCK, &ROOT].concat(), &[]);
    let seal = |name: &str, more: &[&str]| {
        let key = format!("{folder}/{name}");
        site.guard(
            &[
                &["catalog", "seal", "--key", &key, "--now", "2026-11-21"],
                more,
            ]
            .concat(),
            &[],
        )
    };
    assert_eq!(guard(&["plan.json"]).code, 0);
    site.write("policies/revoked", "CR-1042\n");
    assert_eq!(guard(&["plan.json"]).code, 2, "not what was sealed");
    let run = seal("root", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("version 8"),
        "one more than before: {}",
        run.stdout
    );
    assert_eq!(
        guard(&["plan.json"]).code,
        1,
        "sealed, and the record revoked"
    );
    assert_eq!(guard(&["plan.json", "--min-policy-version", "8"]).code, 1);
    std::fs::remove_file(site.checkout().join("policies/revoked")).unwrap();
    assert_eq!(
        seal("mallory", &[]).code,
        0,
        "whose seal counts is not for the sealer to say"
    );
    assert_eq!(guard(&["plan.json"]).code, 2, "sealed by somebody else");
    assert_eq!(seal("root", &["--days", "1"]).code, 0);
    assert_eq!(guard(&["plan.json"]).code, 2, "expired after a day");
    assert_eq!(seal("root", &["--version", "12"]).code, 0);
    assert_eq!(guard(&["plan.json", "--min-policy-version", "12"]).code, 0);

    // What could not be judged by is not sealed.
    let sealed = std::fs::read(site.checkout().join("policies/manifest")).unwrap();
    for (name, text) in [
        ("policies/more.hcl", "tier \"small\" {\n"),
        (
            "policies/allowed_signers",
            "*@example.com ssh-ed25519 AAAA\n",
        ),
        ("policies/revoked", "CR-1042 ?\n"),
        (
            "policies/mode.hcl",
            "catalog \"acme-cloud\" {\n  trust = \"recorded\"\n}\n",
        ),
    ] {
        let path = site.checkout().join(name);
        let before = std::fs::read(&path).ok();
        site.write(name, text);
        assert_eq!(seal("root", &[]).code, 2, "{name}");
        assert_eq!(
            std::fs::read(site.checkout().join("policies/manifest")).unwrap(),
            sealed
        );
        match before {
            Some(bytes) => std::fs::write(path, bytes).unwrap(),
            None => std::fs::remove_file(path).unwrap(),
        }
    }
    let builtin = site.guard(
        &["catalog", "seal", "--policies", "builtin", "--key", "x"],
        &[],
    );
    assert_eq!(builtin.code, 2);
    assert_eq!(seal("no-such-key", &[]).code, 2);
}

#[test]
fn the_list_says_what_goes_stale() {
    let mut world = World::valid(&Keys::Soft);
    let old = RECORD
        .replace("CR-1042", "CR-7")
        .replace("2026-12-20", "2026-11-21");
    world.put("CR-7", &old, &["alice", "bob"]);
    let site = Site::of(&world);
    let list = |more: &[&str]| {
        let run = site.guard(&[&["approve", "list"], more, &CLOCK, &ROOT].concat(), &[]);
        assert_eq!(run.code, 0, "{more:?}: {}{}", run.stdout, run.stderr);
        run.stdout
    };
    let all = list(&[]);
    assert!(
        all.contains(
            "CR-1042 for acme/production, tier small: vcpu 512, until 2026-12-20\n  counts"
        ),
        "{all}"
    );
    assert!(all.contains("CR-7 for acme/production"), "{all}");
    assert!(
        all.contains("does not count: it expired at 2026-11-21"),
        "{all}"
    );
    assert!(all.contains("expiring-approval"), "{all}");
    let soon = list(&["--expiring", "30d"]);
    assert!(soon.contains("CR-1042") && !soon.contains("CR-7"), "{soon}");
    let sooner = list(&["--expiring", "27d"]);
    assert_eq!(sooner, "no record ends so soon\n");
    // The plan asks for 512, so the record is needed; with less it is not.
    assert_eq!(list(&["--unused", "plan.json"]), "no record is unused\n");
    let mut small = World::valid(&Keys::Soft);
    small.held = vec![vcpu("acme", "production", 64)];
    let site = Site::of(&small);
    let run = site.guard(
        &[
            &["approve", "list", "--unused", "plan.json"][..],
            &CLOCK,
            &ROOT,
        ]
        .concat(),
        &[],
    );
    assert!(run.stdout.starts_with("CR-1042"), "{}", run.stdout);

    for wrong in [
        &["approve", "list", "--expiring", "soon"][..],
        &["approve", "list", "--expiring", "0d"],
        &["approve", "list", "--unused"],
        &["approve", "list", "plan.json"],
    ] {
        let run = site.guard(&[wrong, &CLOCK, &ROOT].concat(), &[]);
        assert_eq!(run.code, 2, "{wrong:?}: {}", run.stdout);
    }
}

#[test]
fn what_is_not_there_cannot_be_signed_or_verified() {
    let site = Site::valid();
    for words in [
        &["approve", "verify", "CR-9"][..],
        &["approve", "draft"],
        &["approve", "draft", "nothing.json"],
    ] {
        let run = site.guard(&[words, &CLOCK, &ROOT].concat(), &[]);
        assert_eq!(run.code, 2, "{words:?}: {}", run.stdout);
    }
    let run = site.guard(&["approve", "sign", "CR-9", "--key", "key"], &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no record"), "{}", run.stderr);
    // Unsigned policies are believed by none of them.
    for words in [
        &["approve", "verify"][..],
        &["approve", "list"],
        &["approve", "draft", "plan.json"],
    ] {
        let site = Site::valid();
        site.write("policies/more", "x");
        let run = site.guard(&[words, &CLOCK, &ROOT].concat(), &[]);
        assert_eq!(run.code, 2, "{words:?}: {}", run.stdout);
        assert!(Path::new(&site.checkout().join("policies/more")).exists());
    }
}

#[test]
fn a_draft_takes_an_id_that_nothing_ever_had() {
    let world = World::recorded(&Keys::Soft);
    let site = Site::of(&world);
    let draft = || {
        let words = [
            "approve",
            "draft",
            "plan.json",
            "--print",
            "--now",
            world.now,
        ];
        site.guard(&words, &[]).stdout
    };
    assert!(draft().starts_with("approval \"CR-1\""), "{}", draft());
    // One that was revoked, and then deleted.
    site.write("policies/revoked", "CR-41\n");
    assert!(draft().starts_with("approval \"CR-42\""), "{}", draft());
}

#[test]
fn what_no_record_settles_is_told() {
    let mut world = World::new(&Keys::Soft);
    world.held = vec![vcpu("acme", "production", 5000)];
    let site = Site::of(&world);
    let run = site.guard(
        &[&["approve", "draft", "plan.json"][..], &CLOCK, &ROOT].concat(),
        &[],
    );
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("no record settles acme/production"),
        "{}",
        run.stdout
    );
    world.held = vec![vcpu("acme", "production", 5)];
    let site = Site::of(&world);
    let run = site.guard(
        &[&["approve", "draft", "plan.json"][..], &CLOCK, &ROOT].concat(),
        &[],
    );
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("nothing to draft"), "{}", run.stdout);
}
