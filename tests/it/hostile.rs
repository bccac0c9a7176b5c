//! Text from records and plans does nothing but show itself, whatever format it is printed in.

use crate::approve_program::{Site, plan, resource};
use crate::approve_world::{Keys, RECORD, World};
use serde_json::{Value, json};
use tierguard::report::Format;

/// What a plan can hold: terminal escapes, a bidirectional override, commands of CI systems, markup.
const IN_PLAN: &str = "\u{1b}[31m\u{1b}]0;pwned\u{7}\u{202e}\u{200b}\r\n::set-output name=a::b\n##vso[task.complete]<script>alert(1)</script><img src=x>](javascript:x)|`@all";

/// What a record can hold: the same without what its reader refuses.
const IN_RECORD: &str = "::set-output name=a::b ##[error]x ##vso[task.complete] <script>alert(1)</script> <img src=x> [x](javascript:x) | ` @all ::error::pwned";

#[test]
fn nothing_from_records_and_plans_does_anything() {
    let record = RECORD.replace("Black Friday load test", IN_RECORD).replace(
        "ticket       = \"CR-1042\"",
        &format!("ticket = \"::error::{IN_RECORD}\""),
    );
    let settled = World::new(&Keys::Soft).record("CR-1042", &record, &["alice", "bob"]);
    let void = World::new(&Keys::Soft).record("CR-1042", &record, &["mallory"]);
    let hostile = |kind: &str, amount: Value| {
        let mut resource = resource("acme", "production", "vcpu", amount);
        resource["type"] = json!(kind);
        resource["after"]["note"] = json!(IN_PLAN);
        let mut plan = plan(vec![resource]);
        let address = format!("{kind}.m0[{}]", json!(IN_PLAN));
        plan["resource_changes"][0]["address"] = json!(address);
        plan["resource_changes"][0]["index"] = json!(IN_PLAN);
        plan
    };
    let mut in_tag = hostile("test_machine", json!(10));
    in_tag["resource_changes"][0]["change"]["after"]["tags"]["tenant"] = json!(IN_PLAN);
    for (name, world, plan, exit) in [
        ("settled", &settled, hostile("test_machine", json!(100)), 0),
        ("over", &void, hostile("test_machine", json!(600)), 1),
        ("unknown", &void, hostile("test_machine", Value::Null), 1),
        ("opaque", &void, hostile("test_box", json!(1)), 1),
        (
            "type",
            &void,
            hostile("test_\u{1b}[31m<script>", json!(1)),
            0,
        ),
        ("tag", &settled, in_tag, 2),
    ] {
        let site = Site::new(world, &world.policy_entries(), &plan).unwrap();
        for format in Format::CHECK {
            let run = site.check(world, &["--format", format.as_str()]);
            assert_eq!(
                run.code, exit,
                "{name} as {format}: {}{}",
                run.stdout, run.stderr
            );
            inert(name, *format, &run.stdout);
            inert(name, Format::Text, &run.stderr);
        }
        for words in [
            &["approve", "draft", "plan.json", "--print"][..],
            &["approve", "verify"],
            &["approve", "list"],
        ] {
            let trust = [
                "--trust-root",
                "../trust-root",
                "--now",
                world.now,
                "--allow-test-clock",
            ];
            let run = site.guard(&[words, &trust].concat(), &[]);
            inert(name, Format::Text, &run.stdout);
            inert(name, Format::Text, &run.stderr);
        }
    }
}

#[test]
fn what_is_refused_is_shown_harmlessly_too() {
    for (from, to) in [
        ("Black", "Bl\u{1b}[31mack"),
        ("Black", "Bl\u{202e}ack"),
        ("= 512", "= \"<script>\u{1b}]0;x\u{7}\""),
        ("\"acme\"", "\"a\u{200b}cme\""),
        ("  reason", "  \u{1b}[2J = 1\n  reason"),
    ] {
        let record = RECORD.replacen(from, to, 1);
        let world = World::new(&Keys::Soft).record("CR-1042", &record, &[]);
        let site = Site::of(&world);
        for format in Format::CHECK {
            let run = site.check(&world, &["--format", format.as_str()]);
            assert_eq!(run.code, 2, "{to:?} as {format}");
            inert(to, *format, &run.stdout);
        }
    }
}

/// Asserts that a report holds nothing that a terminal, a CI system or a browser would obey.
fn inert(name: &str, format: Format, text: &str) {
    let told = || format!("{name} as {format}:\n{}", text.escape_debug());
    let is_hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!text.contains(is_hidden), "{}", told());
    for line in text.lines() {
        // GitHub obeys a command wherever a line begins with it, after blanks.
        let start = line.trim_start();
        let is_own = format == Format::Github
            && [
                "::error",
                "::warning",
                "::notice",
                "::group::",
                "::endgroup::",
            ]
            .iter()
            .any(|own| start.starts_with(own));
        assert!(is_own || !start.starts_with("::"), "{line}\n{}", told());
        assert!(!line.contains("##vso["), "{line}\n{}", told());
        assert!(!line.contains("##[error]"), "{line}\n{}", told());
    }
    match format {
        Format::Json | Format::Sarif | Format::Gitlab => {
            serde_json::from_str::<Value>(text)
                .unwrap_or_else(|error| panic!("{error}: {}", told()));
        }
        Format::Html | Format::Junit => no_markup(text, &told()),
        Format::Markdown => {
            let prose = outside_code(text);
            no_markup(&prose, &told());
            // Neither a link nor a mention.
            assert!(
                !prose.replace("\\]", "").contains("](javascript"),
                "{prose}"
            );
            assert!(!prose.contains("@all"), "{prose}");
        }
        _ => {}
    }
}

fn no_markup(text: &str, told: &str) {
    for tag in ["<script>alert", "<img src=x"] {
        assert!(!text.contains(tag), "{tag}: {told}");
    }
}

/// Markdown without what stands in code: there text only shows itself.
fn outside_code(text: &str) -> String {
    let mut prose = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let is_escaped = rest[..at].ends_with('\\');
        let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
        let fence = "`".repeat(ticks);
        prose.push_str(&rest[..at]);
        let inside = &rest[at + ticks..];
        // A run of exactly as many ends it.
        let mut from = 0;
        let end = loop {
            match inside[from..].find(&fence) {
                Some(found) => {
                    let length = inside[from + found..]
                        .chars()
                        .take_while(|c| *c == '`')
                        .count();
                    if length == ticks {
                        break Some(from + found);
                    }
                    from += found + length;
                }
                None => break None,
            }
        };
        rest = match end {
            Some(end) if !is_escaped => &inside[end + ticks..],
            _ => inside,
        };
    }
    prose + rest
}
