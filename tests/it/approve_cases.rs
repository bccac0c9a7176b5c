//! The cases of the approvals paper, at the level of the library: case number, input, exit code.

use crate::approve_world::{Keys, RECORD, Seal, World, at_least, exactly, row, vcpu};
use crate::signing::{P256, SK_ED25519, SK_P256, SoftKey};
use std::sync::Arc;
use tierguard::approve::{APPROVAL, Hidden, Settlement};
use tierguard::quantity::{Mark, Quantity, Range};
use tierguard::request::Sum;
use tierguard::source::listing::{Entry, EntryKind};

fn with(from: &str, to: &str) -> String {
    assert!(RECORD.contains(from), "{from}");
    RECORD.replacen(from, to, 1)
}

/// The valid record with one thing changed before it was signed.
fn changed<'k>(keys: &'k Keys, from: &str, to: &str) -> World<'k> {
    World::new(keys).record("CR-1042", &with(from, to), &["alice", "bob"])
}

fn sign_off(world: &mut World<'_>, file: &str, edit: impl FnOnce(String) -> String) {
    let bytes = world.approvals.remove(file).expect("a signature");
    let text = edit(String::from_utf8(bytes).expect("armor"));
    world.approvals.insert(file.to_owned(), text.into_bytes());
}

#[test]
fn case_1_to_3_both_slots_must_be_filled() {
    for keys in &Keys::all() {
        let verdict = World::valid(keys).judge();
        assert_eq!(verdict.exit, 0, "{}", verdict.told());
        let Settlement::Settled { allowance, by } = &verdict.settlements[0] else {
            panic!("{verdict:?}");
        };
        assert_eq!((*allowance, by.len()), (Quantity::units(512), 1));
        assert_eq!(World::new(keys).exit(), 1);
        let unsigned = World::new(keys).record("CR-1042", RECORD, &[]);
        assert_eq!(unsigned.exit(), 1);
        for one in ["alice", "bob", "mallory"] {
            let verdict = World::new(keys).record("CR-1042", RECORD, &[one]).judge();
            assert_eq!(verdict.exit, 1, "{one}");
            assert!(
                verdict.told().contains("CR-1042 does not count"),
                "{}",
                verdict.told()
            );
        }
    }
}

#[test]
fn case_4_one_byte_changed_is_damage_whether_needed_or_not() {
    for keys in &Keys::all() {
        for edited in [
            RECORD.replace("512", "513"),
            RECORD.replace("Black", "black"),
            RECORD.replace("  tier ", "   tier "),
            format!("{RECORD}\n"),
        ] {
            for asked in [512, 10] {
                let mut world = World::valid(keys);
                world.held = vec![vcpu("acme", "production", asked)];
                assert_eq!(world.exit(), 0);
                world
                    .approvals
                    .insert("CR-1042.hcl".to_owned(), edited.clone().into_bytes());
                assert_eq!(world.exit(), 2, "{edited}");
            }
        }
    }
}

#[test]
fn case_5_other_purposes_and_unknown_keys_do_not_count() {
    for keys in &Keys::all() {
        let mut world = World::valid(keys);
        let git = keys.sign("bob", "git", RECORD.as_bytes());
        sign_off(&mut world, "CR-1042.hcl.2.sig", |_| git);
        assert_eq!(world.exit(), 1);
        assert_eq!(
            World::new(keys)
                .record("CR-1042", RECORD, &["mallory"])
                .exit(),
            1
        );
        let beside = World::new(keys).record("CR-1042", RECORD, &["mallory", "alice", "bob"]);
        assert_eq!(beside.exit(), 0, "an unknown key changes nothing");
    }
}

#[test]
fn case_6_a_signature_file_is_one_armored_block() {
    for keys in &Keys::all() {
        let edits: [fn(String) -> String; 8] = [
            |text| text[..text.len() / 2].to_owned(),
            |text| format!("{text}{text}"),
            |text| format!("hello\n{text}"),
            |text| format!("{text}bye\n"),
            |text| text.replace('\n', "\r\n"),
            |text| text.trim_end().to_owned(),
            |text| format!("\n{text}"),
            |_| String::new(),
        ];
        for (at, edit) in edits.into_iter().enumerate() {
            let mut world = World::valid(keys);
            sign_off(&mut world, "CR-1042.hcl.sig", edit);
            assert_eq!(world.exit(), 2, "edit {at}");
        }
    }
}

#[test]
fn case_7_every_kind_of_key_and_hash_counts() {
    for keys in &Keys::all() {
        for kind in [P256, SK_ED25519, SK_P256] {
            let key = SoftKey::new(kind, 9);
            let mut world = World::new(keys).record("CR-1042", RECORD, &["alice"]);
            world.edit("allowed_signers", &keys.public("bob"), &key.public());
            let signature = key.parts(APPROVAL, "sha256", RECORD.as_bytes()).armor();
            world
                .approvals
                .insert("CR-1042.hcl.2.sig".to_owned(), signature.into_bytes());
            assert_eq!(world.exit(), 0, "{kind}");
            if kind.starts_with("sk-") {
                let untouched = key
                    .parts_with(APPROVAL, "sha256", RECORD.as_bytes(), 0)
                    .armor();
                world
                    .approvals
                    .insert("CR-1042.hcl.2.sig".to_owned(), untouched.into_bytes());
                let verdict = world.judge();
                assert_eq!(verdict.exit, 1, "{kind} without a touch");
                assert!(verdict.told().contains("without being touched"));
            }
        }
    }
    if let Some(Keys::Real(keygen)) = Keys::all().pop() {
        let keys = Keys::Real(keygen);
        let Keys::Real(keygen) = &keys else {
            unreachable!()
        };
        keygen.key("curve", &["ecdsa", "-b", "256"]);
        let mut world = World::new(&keys).record("CR-1042", RECORD, &["alice"]);
        world.edit(
            "allowed_signers",
            &keys.public("bob"),
            &keys.public("curve"),
        );
        let options = ["-O", "hashalg=sha256"];
        let signature = keygen.sign("curve", APPROVAL, &options, RECORD.as_bytes());
        world
            .approvals
            .insert("CR-1042.hcl.2.sig".to_owned(), signature.into_bytes());
        assert_eq!(world.exit(), 0);
    }
}

#[test]
fn case_8_and_10_a_list_of_keys_is_refused_as_a_whole() {
    let keys = &Keys::Soft;
    let extra = SoftKey::new(P256, 5).public();
    let p384 = "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBA==";
    let mut lines = vec![
        format!("*@example.com {extra}"),
        format!("dan?@example.com {extra}"),
        format!("!dan@example.com {extra}"),
        format!("dan@example.com,eve@example.com {extra}"),
        format!("\"dan@example.com\" {extra}"),
        format!("Dan@example.com {extra}"),
        format!("dan@example.com cert-authority {extra}"),
        format!("dan@example.com CERT-AUTHORITY {extra}"),
        format!("dan@example.com no-touch-required {extra}"),
        format!("dan@example.com verify-required=\"x\" {extra}"),
        format!("dan@example.com valid-before=\"20270101Z\",valid-before=\"20280101Z\" {extra}"),
        format!("dan@example.com valid-before=20270101Z {extra}"),
        format!("dan@example.com valid-before=\"tomorrow\" {extra}"),
        format!("dan@example.com valid-after=\"20270101Z\",valid-before=\"20260101Z\" {extra}"),
        format!("dan@example.com namespaces=\"*\" {extra}"),
        format!("dan@example.com namespaces=\"\" {extra}"),
        format!("dan@example.com {}", keys.public("alice")),
        format!("alice@example.com {}", keys.public("alice")),
        format!("dan@example.com {p384}"),
        "dan@example.com ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==".to_owned(),
        "dan@example.com ssh-dss AAAAB3NzaC1kc3M=".to_owned(),
        format!("dan@example.com {extra}="),
        "dan@example.com".to_owned(),
        "dan@example.com ssh-ed25519".to_owned(),
        "dan@example.com ssh-ed25519 AAAA".to_owned(),
        format!("dan@example.com {extra}\r"),
        format!("dan@example.com {extra} \u{202e}dan"),
        format!(
            "dan@example.com {}",
            extra.replacen("ecdsa-sha2-nistp256", "ssh-ed25519", 1)
        ),
    ];
    // Points of small order, in every encoding: signatures that nobody made verify with them.
    for point in small_order() {
        let blob = [
            crate::signing::field(b"ssh-ed25519"),
            crate::signing::field(&point),
        ]
        .concat();
        use base64ct::Encoding;
        let base64 = base64ct::Base64::encode_string(&blob);
        lines.push(format!("dan@example.com ssh-ed25519 {base64}"));
    }
    let fine = [
        format!("dan@example.com {extra} any comment"),
        format!("dan@example.com\t{extra}"),
        format!("dan@example.com namespaces=\"git,{APPROVAL}\",valid-after=\"20200101\" {extra}"),
        "# a comment".to_owned(),
        String::new(),
    ];
    let exit = |line: &str| {
        let mut world = World::valid(keys);
        let signers = world.policies.get_mut("allowed_signers").unwrap();
        signers.push_str(line);
        world.exit()
    };
    for line in &fine {
        assert_eq!(exit(line), 0, "{line:?}");
    }
    for line in &lines {
        assert_eq!(exit(line), 2, "{line:?}");
    }
}

/// The eight points of small order, with the spellings that are not canonical.
fn small_order() -> Vec<[u8; 32]> {
    let hex = |text: &str| {
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap();
        }
        bytes
    };
    let bases = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    let mut points = Vec::new();
    for base in bases {
        let point = hex(base);
        let mut other = point;
        other[31] |= 0x80;
        points.extend([point, other]);
    }
    points
}

#[test]
fn case_9_a_key_counts_in_its_window_only() {
    for keys in &Keys::all() {
        for (options, exit) in [
            ("valid-before=\"20261101Z\"", 1),
            ("valid-after=\"20261201Z\"", 1),
            // Half-open: at its end it no longer counts, at its beginning it does.
            ("valid-before=\"20261122Z\"", 1),
            ("valid-before=\"20261122000001Z\"", 0),
            ("valid-before=\"202611220001\"", 0),
            ("valid-after=\"20261122Z\"", 0),
            ("namespaces=\"git\"", 1),
            ("namespaces=\"tierguard-approval-v1\"", 0),
        ] {
            let mut world = World::valid(keys);
            let key = keys.public("alice");
            world.edit("allowed_signers", &key, &format!("{options} {key}"));
            assert_eq!(world.exit(), exit, "{options}");
        }
    }
}

#[test]
fn case_11_a_record_counts_where_it_says() {
    for keys in &Keys::all() {
        for (from, to, why) in [
            ("\"acme\"", "\"beta\"", ""),
            (
                "\"production\"",
                "\"staging\"",
                "is for environment staging",
            ),
            ("\"production\"", "\"prod\"", "is written `production`"),
            ("= \"small\"", "= \"medium\"", "the tenant has tier small"),
            ("vcpu = 512", "iops = 9000", "says nothing about vcpu"),
            ("acme-cloud", "acme-cloud-2", "another catalog"),
            ("\"acme\"", "\"gone\"", ""),
            ("= \"small\"", "= \"gone\"", "no tier `gone`"),
            (
                "  environment  = \"production\"\n",
                "",
                "names no environment",
            ),
            (
                "vcpu = 512",
                "databases = 512",
                "nothing that the tier limits",
            ),
            ("vcpu = 512", "nodes = 512", "nothing that the tier limits"),
            ("{ vcpu = 512 }", "{}", "nothing that the tier limits"),
            (
                "vcpu = 512",
                "vcpu = 512, environments = 3",
                "need a record each",
            ),
        ] {
            let verdict = changed(keys, from, to).judge();
            assert_eq!(verdict.exit, 1, "{to}");
            assert!(verdict.told().contains(why), "{to}: {}", verdict.told());
        }
    }
}

#[test]
fn a_record_for_the_tenants_tier_says_nothing_where_another_was_judged() {
    let keys = &Keys::Soft;
    let mut world = World::valid(keys);
    assert_eq!(world.exit(), 0);
    // As by `--tier medium`, for local use.
    world.tier = "medium";
    let verdict = world.judge();
    assert_eq!(verdict.exit, 1);
    assert!(
        verdict.told().contains("CR-1042 is for tier small"),
        "{}",
        verdict.told()
    );
}

#[test]
fn a_mandatory_limit_is_never_raised_and_does_not_spoil_the_rest() {
    let keys = &Keys::Soft;
    let mut world = changed(keys, "vcpu = 512", "vcpu = 512, nodes = 99, gpus = 4");
    assert_eq!(world.exit(), 0);
    world
        .held
        .push(row("acme", Some("production"), "nodes", 11));
    assert_eq!(world.exit(), 1);
}

#[test]
fn case_12_an_approval_covers_what_it_says_and_no_more() {
    for keys in &Keys::all() {
        assert_eq!(changed(keys, "vcpu = 512", "vcpu = 511").exit(), 1);
        let mut world = World::valid(keys);
        assert_eq!(world.exit(), 0);
        world.held = vec![vcpu("acme", "production", 513)];
        assert_eq!(world.exit(), 1);
        // A whole number covers no fraction above it.
        world.held[0].sum = exactly(Quantity::nanos(512_000_000_001).unwrap());
        assert_eq!(world.exit(), 1);
        let range = Range {
            low: Quantity::units(1),
            high: Some(Quantity::units(513)),
        };
        world.held[0].sum = Sum::of(range, Mark::Undetermined);
        assert_eq!(world.exit(), 1);
    }
}

#[test]
fn a_role_grants_nothing_that_it_does_not_name() {
    for keys in &Keys::all() {
        let mut world = World::valid(keys);
        assert_eq!(world.exit(), 0);
        world.edit("catalog.hcl", "max      = { vcpu = 512, ", "max      = { ");
        let verdict = world.judge();
        assert_eq!(verdict.exit, 1);
        assert!(
            verdict.told().contains("may not grant vcpu"),
            "{}",
            verdict.told()
        );
    }
}

#[test]
fn an_approval_never_lowers_a_limit() {
    let keys = &Keys::Soft;
    let mut world = changed(keys, "vcpu = 512", "vcpu = 5");
    world.held = vec![vcpu("acme", "production", 64)];
    assert_eq!(world.exit(), 0);
    // Nor where what is beyond the limit is not known, and accepted by name.
    let instance = "tenants/acme/prod: aws_instance.a";
    let lower = format!("vcpu = 5 }}\n  accept_undetermined = [\"{instance}\"]");
    let mut world = changed(keys, "vcpu = 512 }", &lower);
    world.held[0].sum = at_least(10);
    world.held[0].unknown = vec![Arc::from(instance)];
    assert_eq!(world.exit(), 0);
}

#[test]
fn case_13_a_copy_under_another_name_is_damage() {
    for keys in &Keys::all() {
        let mut world = World::valid(keys);
        for ending in [".hcl", ".hcl.sig", ".hcl.2.sig"] {
            let bytes = world.approvals[&format!("CR-1042{ending}")].clone();
            world.approvals.insert(format!("CR-1043{ending}"), bytes);
        }
        assert_eq!(world.exit(), 2);
    }
}

#[test]
fn case_14_and_15_time_is_half_open_and_bounded() {
    let keys = &Keys::Soft;
    let mut world = World::valid(keys);
    for (now, exit) in [
        ("2026-12-20", 1),
        ("2026-12-19T23:59:59Z", 0),
        ("2026-11-20", 0),
        ("2026-11-19T23:59:59Z", 1),
    ] {
        world.now = now;
        assert_eq!(world.exit(), exit, "{now}");
    }
    assert_eq!(changed(keys, "2026-11-20", "2026-11-23").exit(), 1);
    // Bob, as sre-lead, may grant for 60 days.
    assert_eq!(changed(keys, "2026-12-20", "2027-01-19").exit(), 0);
    for late in ["2027-01-20", "2027-01-19T00:00:01Z"] {
        let verdict = changed(keys, "2026-12-20", late).judge();
        assert_eq!(verdict.exit, 1);
        assert!(
            verdict.told().contains("for 60 days at most"),
            "{}",
            verdict.told()
        );
    }
    // Alice, as engineering-vp, may grant 512.
    let mut above = changed(keys, "vcpu = 512", "vcpu = 513");
    above.held = vec![vcpu("acme", "production", 100)];
    let verdict = above.judge();
    assert_eq!(verdict.exit, 1);
    assert!(verdict.told().contains("up to 512"), "{}", verdict.told());
}

#[test]
fn case_16_people_are_counted_not_signatures_or_keys() {
    for keys in &Keys::all() {
        let twice = World::new(keys).record("CR-1042", RECORD, &["alice", "alice"]);
        assert_eq!(twice.exit(), 1);
        let mut two_keys = World::new(keys).record("CR-1042", RECORD, &["alice", "alice2"]);
        let line = format!("alice@example.com {}\n", keys.public("alice2"));
        two_keys
            .policies
            .get_mut("allowed_signers")
            .unwrap()
            .push_str(&line);
        assert_eq!(two_keys.exit(), 1);
        let text = with(
            "\"alice@example.com\", \"bob@example.com\"",
            "\"carol@example.com\"",
        );
        let alone = World::new(keys).record("CR-1042", &text, &["carol"]);
        let verdict = alone.judge();
        assert_eq!(verdict.exit, 1);
        assert!(
            verdict.told().contains("already fills another slot"),
            "{}",
            verdict.told()
        );
        // Any assignment that works is enough: carol moves to make room.
        for (other, exit) in [("alice", 0), ("bob", 0)] {
            let list = format!("\"carol@example.com\", \"{other}@example.com\"");
            let text = with("\"alice@example.com\", \"bob@example.com\"", &list);
            let both = World::new(keys).record("CR-1042", &text, &["carol", other]);
            assert_eq!(both.exit(), exit, "{other}");
        }
    }
}

#[test]
fn a_person_counts_if_listed_and_signed() {
    let keys = &Keys::Soft;
    let text = with("\"alice@example.com\", ", "");
    let verdict = World::new(keys)
        .record("CR-1042", &text, &["alice", "bob"])
        .judge();
    assert_eq!(verdict.exit, 1);
    assert!(
        verdict
            .told()
            .contains("alice@example.com signed, but is not listed")
    );
    let text = with("\"bob@", "\"carol@example.com\", \"bob@");
    let verdict = World::new(keys)
        .record("CR-1042", &text, &["alice", "bob"])
        .judge();
    assert_eq!(verdict.exit, 0);
    assert!(
        verdict.told().contains("no signature of theirs counts"),
        "{}",
        verdict.told()
    );
}

#[test]
fn case_17_nobody_grants_what_they_ask_for() {
    for keys in &Keys::all() {
        assert_eq!(changed(keys, "dave@", "bob@").exit(), 1);
        let mut world = World::valid(keys);
        for (actor, exit) in [
            ("github:alice", 1),
            ("GitHub:ALICE", 1),
            ("github:carol", 0),
        ] {
            world.actor = Some(actor);
            assert_eq!(world.exit(), exit, "{actor}");
        }
    }
    for wrong in ["", "alice", ":alice", "github:"] {
        assert!(tierguard::approve::Actor::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn case_18_what_is_revoked_does_not_count() {
    for keys in &Keys::all() {
        for line in [
            "CR-1042".to_owned(),
            keys.fingerprint("alice"),
            keys.fingerprint("bob"),
        ] {
            let mut world = World::valid(keys);
            world
                .policies
                .insert("revoked".to_owned(), format!("# left\n{line}\n"));
            assert_eq!(world.exit(), 1, "{line}");
        }
        let mut world = World::valid(keys);
        let other = keys.fingerprint("carol");
        world
            .policies
            .insert("revoked".to_owned(), format!("CR-1\n{other}\n"));
        assert_eq!(world.exit(), 0);
        world
            .policies
            .insert("revoked".to_owned(), "CR-1042 ?\n".to_owned());
        assert_eq!(world.exit(), 2);
    }
    let keys = &Keys::Soft;
    let mut recorded = World::recorded(keys).record("CR-1042", RECORD, &[]);
    assert_eq!(recorded.exit(), 0);
    recorded
        .policies
        .insert("revoked".to_owned(), "CR-1042\n".to_owned());
    assert_eq!(recorded.exit(), 1, "in recorded mode too");
}

#[test]
fn case_19_two_that_count_stop_the_run_and_naming_is_voiding() {
    for keys in &Keys::all() {
        let newer = |amount: &str, extra: &str| {
            RECORD
                .replace("approval \"CR-1042\"", "approval \"CR-1050\"")
                .replace("vcpu = 512", &format!("vcpu = {amount}"))
                .replace("}\n", &format!("{extra}\n}}\n"))
                .replace(
                    &format!("{{ vcpu = {amount} {extra}\n}}"),
                    &format!("{{ vcpu = {amount} }}"),
                )
        };
        let names = "  supersedes = \"CR-1042\"";
        let both = ["alice", "bob"];
        let world =
            |text: &str, signers: &[&str]| World::valid(keys).record("CR-1050", text, signers);
        let plain = newer("300", "");
        assert_eq!(world(&plain, &both).exit(), 2);
        let mut within = world(&plain, &both);
        within.held = vec![vcpu("acme", "production", 1)];
        assert_eq!(within.exit(), 2, "also where neither is needed");
        within.held = vec![vcpu("acme", "staging", 1)];
        assert_eq!(within.exit(), 0, "but not for another environment");
        within.held = vec![vcpu("beta", "production", 1)];
        assert_eq!(within.exit(), 0, "and not for another tenant");

        let superseding = newer("300", names);
        let mut asked = world(&superseding, &both);
        assert_eq!(asked.exit(), 1, "the newer limit holds");
        asked.held = vec![vcpu("acme", "production", 300)];
        assert_eq!(asked.exit(), 0);
        let unsigned = world(&superseding, &[]).judge();
        assert_eq!(unsigned.exit, 1, "naming voids, signed or not");
        assert!(
            unsigned.told().contains("CR-1050 supersedes it"),
            "{}",
            unsigned.told()
        );
        let help = |finding: &tierguard::finding::Finding| finding.help.join(" ");
        assert!(
            unsigned
                .findings
                .iter()
                .any(|f| help(f).contains("policies/revoked"))
        );
        let expired = superseding.replace("2026-12-20", "2026-11-21");
        assert_eq!(world(&expired, &both).exit(), 1);
        let of_beta = superseding.replace("\"acme\"", "\"beta\"");
        assert_eq!(
            world(&of_beta, &both).exit(),
            0,
            "another tenant's record names it"
        );
        let of_staging = superseding.replace("\"production\"", "\"staging\"");
        assert_eq!(world(&of_staging, &both).exit(), 0);
        let later = superseding.replace("2026-11-20", "2026-11-23");
        assert_eq!(world(&later, &both).exit(), 0, "not issued yet");
        // A cycle voids both.
        let older = RECORD.replacen("  issued", "  supersedes = \"CR-1050\"\n  issued", 1);
        let mut cycle = World::new(keys).record("CR-1042", &older, &both);
        cycle.put("CR-1050", &newer("512", names), &both);
        assert_eq!(cycle.exit(), 1);
    }
}

#[test]
fn case_20_and_21_policies_are_what_was_sealed() {
    for keys in &Keys::all() {
        let world = World::valid(keys);
        let sealed = world.policy_entries();
        assert_eq!(world.judge_with(&sealed).exit, 0);
        let edit = |change: &dyn Fn(&mut Vec<Entry>)| {
            let mut entries = sealed.clone();
            change(&mut entries);
            world.judge_with(&entries).exit
        };
        let replace = |name: &'static str, from: &'static str, to: &'static str| {
            edit(&move |entries| {
                let entry = entries.iter_mut().find(|entry| entry.name == name).unwrap();
                let EntryKind::File(bytes) = &mut entry.kind else {
                    unreachable!()
                };
                let text = String::from_utf8(bytes.clone()).unwrap();
                assert!(text.contains(from));
                *bytes = text.replacen(from, to, 1).into_bytes();
            })
        };
        assert_eq!(
            replace("catalog.hcl", "max       = 64", "max        = 64"),
            2
        );
        assert_eq!(replace("manifest", "version 7", "version 8"), 2);
        let extra = crate::approve_world::file("z.hcl", b"");
        assert_eq!(edit(&|entries| entries.push(extra.clone())), 2);
        assert_eq!(
            edit(&|entries| entries.retain(|entry| entry.name != "allowed_signers")),
            2
        );
        assert_eq!(
            edit(&|entries| entries.retain(|entry| entry.name != "manifest")),
            2
        );
        assert_eq!(
            edit(&|entries| entries.retain(|entry| entry.name != "manifest.sig")),
            2
        );
        let link = Entry {
            name: "tenants".to_owned(),
            kind: EntryKind::Link,
        };
        assert_eq!(edit(&|entries| entries.push(link.clone())), 2);

        let mut other = World::valid(keys);
        other.edit(
            "catalog.hcl",
            "catalog \"acme-cloud\"",
            "catalog \"beta-cloud\"",
        );
        assert_eq!(other.exit(), 2, "the manifest is for another catalog");

        let mut world = World::valid(keys);
        for (minimum, exit) in [(Some(6), 0), (Some(7), 0), (Some(8), 2)] {
            world.minimum = minimum;
            assert_eq!(world.exit(), exit, "{minimum:?}");
        }
        world.minimum = None;
        for (issued, expires, exit) in [
            ("2026-11-01", "2026-11-22", 2),
            ("2026-11-01", "2026-11-22T00:00:01Z", 0),
            ("2026-11-22", "2027-01-01", 0),
            ("2026-11-22T00:00:01Z", "2027-01-01", 2),
        ] {
            world.sealed = Some(Seal {
                version: 7,
                issued,
                expires,
            });
            assert_eq!(world.exit(), exit, "{issued} {expires}");
        }
    }
    use tierguard::approve::trust::minimum_version;
    assert_eq!(minimum_version(Some(3), Some("5")).unwrap(), Some(5));
    assert_eq!(minimum_version(Some(7), Some("5")).unwrap(), Some(7));
    for wrong in ["", "05", "+5", "-1", "5.0", "99999999999999999999"] {
        assert!(minimum_version(None, Some(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn case_22_and_23_the_trust_root_decides_and_nothing_lowers_it() {
    for keys in &Keys::all() {
        let mut world = World::valid(keys);
        let root = world.root.take().unwrap();
        assert_eq!(world.exit(), 2, "no trust root");
        for bad in [
            String::new(),
            "# nobody\n\n".to_owned(),
            format!("mallory@example.com {}\n", keys.public("mallory")),
            format!("{root}{root}"),
            format!("*{root}"),
            root.replacen(' ', " valid-before=\"20261101Z\" ", 1),
            root.replacen(' ', " valid-after=\"20261201Z\" ", 1),
            root.replacen(' ', " namespaces=\"git\" ", 1),
        ] {
            world.root = Some(bad.clone());
            assert_eq!(world.exit(), 2, "{bad:?}");
        }
        world.root = Some(root);
        assert_eq!(world.exit(), 0);
        world.edit(
            "catalog.hcl",
            "trust            = \"signed\"",
            "trust = \"recorded\"",
        );
        assert_eq!(world.exit(), 2, "recorded beside a trust root");
        world.edit("catalog.hcl", "trust = \"recorded\"", "");
        assert_eq!(
            world.exit(),
            0,
            "a catalog that says nothing is judged signed"
        );
        world.root = None;
        world.require_signed = true;
        assert_eq!(world.exit(), 2, "--require-signed without a trust root");
    }
    let keys = &Keys::Soft;
    let mut world = World::valid(keys);
    let root = keys.fingerprint("root");
    world
        .policies
        .insert("revoked".to_owned(), format!("{root}\n"));
    assert_eq!(world.exit(), 2, "sealed by a key that it revokes");
}

#[test]
fn case_24_only_records_and_signatures_lie_in_approvals() {
    let keys = &Keys::Soft;
    let odd = |name: &str, kind: EntryKind| {
        let mut world = World::valid(keys);
        world.odd.push(Entry {
            name: name.to_owned(),
            kind,
        });
        world.exit()
    };
    let file = || EntryKind::File(RECORD.as_bytes().to_vec());
    assert_eq!(odd("README.md", file()), 0);
    assert_eq!(odd(".gitkeep", file()), 0);
    assert_eq!(odd("", EntryKind::Link), 2, "the folder itself");
    assert_eq!(odd("CR-1.hcl", EntryKind::Link), 2);
    assert_eq!(odd("README.md", EntryKind::Link), 2);
    assert_eq!(odd("sub", EntryKind::Folder), 2);
    assert_eq!(odd("CR-1.hcl", EntryKind::TooLarge), 2);
    assert_eq!(odd("CR-1.hcl", EntryKind::Unreadable("no".to_owned())), 2);
    for name in [
        "CR-1.json",
        "CR-1.hcl.sig",
        "CR-1042.hcl.sig.bak",
        "CR-1042.hcl.123.sig",
        "CR-1042.hcl.a.sig",
        "CR-1042.hcl.sig.sig",
        "CR-1042.HCL",
        "cr-1042.hcl",
        "Readme.md",
        ".gitignore",
        "CR-1042.hcl~",
        "CR-01.hcl",
    ] {
        assert_eq!(odd(name, file()), 2, "{name}");
    }
    let mut many = World::valid(keys);
    let signature = many.approvals["CR-1042.hcl.sig"].clone();
    for at in 10..24 {
        many.approvals
            .insert(format!("CR-1042.hcl.{at}.sig"), signature.clone());
    }
    assert_eq!(many.exit(), 0);
    many.approvals
        .insert("CR-1042.hcl.25.sig".to_owned(), signature);
    assert_eq!(many.exit(), 2, "17 signatures");
}

#[test]
fn case_25_records_are_read_closed() {
    let keys = &Keys::Soft;
    for (from, to) in [
        ("  tier ", "  tier = \"small\"\n  tier "),
        ("vcpu = 512", "vcpu = 1, \"vcpu\" = 9000"),
        ("vcpu = 512", "vcpu = 1, vcpu = 9000"),
        ("  reason", "  limits {\n    vcpu = 9000\n  }\n  reason"),
        ("  reason", "  extra {\n  }\n  reason"),
        ("\"acme\"", "\"${\"acme\"}\""),
        ("\"acme\"", "\"$${acme}\""),
        ("Black Friday", "%{ if true }x%{ endif }"),
        ("Black Friday", "$${x}"),
        ("\"Black Friday load test\"", "<<EOT\nBlack Friday\nEOT"),
        ("= 512", "= 256+256"),
        ("= 512", "= 512.0"),
        ("= 512", "= 5.12e2"),
        ("= 512", "= -512"),
        ("= 512", "= 0512"),
        ("= 512", "= 0x200"),
        ("= 512", "= \"512\""),
        ("= 512", "= (512)"),
        ("= 512", "= null"),
        ("= 512", "= 18446744073709551616"),
        ("vcpu = 512", "environment_size = 2"),
        ("vcpu = 512", "vcpu = \"large\""),
        ("vcpu = 512", "(vcpu) = 512"),
        ("vcpu = 512", "vCPU = 512"),
        ("\"acme\"", "\"*\""),
        ("\"acme\"", "\"ACME\""),
        ("\"acme\"", "\"a\u{441}me\""),
        ("Black", "Bl\u{202e}ack"),
        ("Black", "Bl\\u202eack"),
        ("Black", "Bl\\u0000ack"),
        ("Black", "Bl\\nack"),
        ("Black", "Bl\tack"),
        ("Black", "Bl\nack"),
        ("Black", "Bl\u{1b}[31mack"),
        ("Black", "Bl\u{200b}ack"),
        ("approval ", "\u{feff}approval "),
        ("  reason", "  why = \"x\"\n  reason"),
        ("  reason ", "  # a comment\r\n  reason "),
        ("  ticket       = \"CR-1042\"\n", ""),
        ("Black Friday load test", ""),
        ("dave@", "Dave@"),
        ("\"alice@", "\"Alice@"),
        ("\"CR-1042\" {", "\"CR-1043\" {"),
        ("approval \"CR-1042\"", "approval CR-1042"),
        ("approval \"CR-1042\"", "approval \"CR-1042\" \"x\""),
        ("approval \"CR-1042\"", "approvals \"CR-1042\""),
        ("approval \"CR-1042\"", "x = 1\napproval \"CR-1042\""),
        ("2026-12-20", "2026-11-20"),
        ("2026-12-20", "2026-11-31"),
        ("2026-12-20", "20261220"),
        ("2026-12-20", "2026-12-20T00:00:00+01:00"),
        ("  issued", "  supersedes = \"CR-1042\"\n  issued"),
        ("  issued", "  supersedes = [\"CR-1\"]\n  issued"),
        ("  issued", "  supersedes = \"*\"\n  issued"),
        ("  issued", "  accept_opaque = [\"nowhere\"]\n  issued"),
        ("  issued", "  accept_opaque = \"a: b\"\n  issued"),
    ] {
        assert_eq!(changed(keys, from, to).exit(), 2, "{to:?}");
    }
    let two = format!("{RECORD}approval \"CR-1042\" {{\n}}\n");
    assert_eq!(World::new(keys).record("CR-1042", &two, &[]).exit(), 2);
    let deep = with("512", &"[".repeat(5000));
    assert_eq!(World::new(keys).record("CR-1042", &deep, &[]).exit(), 2);
    let mut bytes = World::valid(keys);
    bytes
        .approvals
        .insert("CR-1042.hcl".to_owned(), b"\xff\xfe".to_vec());
    assert_eq!(bytes.exit(), 2);
    // What a reviewer can see stays allowed.
    for (from, to) in [
        (
            "Black Friday load test",
            "Größe 小 \\\"quoted\\\" 100% $5 🙂",
        ),
        ("  reason", "  # a comment, with ${ and <<EOT\n\treason"),
        ("{ vcpu = 512 }", "{\n    vcpu = 512\n  }"),
        ("{ vcpu = 512 }", "{ \"vcpu\" = 512 }"),
        ("2026-12-20", "2026-12-20T10:00:00Z"),
    ] {
        assert_eq!(changed(keys, from, to).exit(), 0, "{to:?}");
    }
}

#[test]
fn case_26_sizes_and_limits_per_tenant() {
    for keys in &Keys::all() {
        let count = |environment: &str| {
            let text = with("vcpu = 512", "environments = 3")
                .replace("  environment  = \"production\"\n", environment);
            let mut world = World::new(keys).record("CR-1042", &text, &["alice", "bob"]);
            world.held = vec![row("acme", None, "environments", 3)];
            world.exit()
        };
        assert_eq!(count(""), 0);
        assert_eq!(count("  environment = \"production\"\n"), 1);
        let size = |environment: &str, rank: u64| {
            let text = with("vcpu = 512", "environment_size = \"large\"")
                .replace("  environment  = \"production\"\n", environment);
            let mut world = World::new(keys).record("CR-1042", &text, &["alice", "bob"]);
            world.held = vec![row("acme", Some("production"), "environment_size", rank)];
            world.exit()
        };
        assert_eq!(size("  environment = \"production\"\n", 3), 0);
        assert_eq!(
            size("  environment = \"production\"\n", 4),
            1,
            "larger than any size"
        );
        assert_eq!(size("", 3), 1);
    }
    let keys = &Keys::Soft;
    let mut unknown = changed(keys, "vcpu = 512", "environment_size = \"huge\"");
    unknown.held = vec![row("acme", Some("production"), "environment_size", 2)];
    let verdict = unknown.judge();
    assert_eq!(verdict.exit, 1);
    assert!(verdict.told().contains("no size `huge`"));
}

#[test]
fn case_27_the_unknown_is_accepted_by_name_only() {
    for keys in &Keys::all() {
        let instance: Arc<str> = Arc::from("tenants/acme/prod: aws_instance.a[\"x\"]");
        let unknown = |accept: &str, signers: &[&str]| {
            let extra = format!("  {accept}\n  issued");
            let text = with("  issued", &extra);
            let mut world = World::new(keys).record("CR-1042", &text, signers);
            world.held[0].sum = at_least(10);
            world.held[0].unknown = vec![instance.clone()];
            world
        };
        let named = "accept_undetermined = [\"tenants/acme/prod: aws_instance.a[\\\"x\\\"]\"]";
        assert_eq!(unknown("# nothing", &["alice", "bob"]).exit(), 1);
        assert_eq!(unknown(named, &["alice", "bob"]).exit(), 0);
        assert_eq!(unknown(named, &["alice"]).exit(), 1);
        let opaque = named.replace("undetermined", "opaque");
        assert_eq!(
            unknown(&opaque, &["alice", "bob"]).exit(),
            1,
            "each for its own"
        );
        let glob = "accept_undetermined = [\"tenants/acme/prod: *\"]";
        assert_eq!(unknown(glob, &["alice", "bob"]).exit(), 1);
        let mut floor = unknown(named, &["alice", "bob"]);
        floor.held[0].sum = at_least(513);
        assert_eq!(
            floor.exit(),
            1,
            "the floor is known, and above what is allowed"
        );
        let mut other = unknown(named, &["alice", "bob"]);
        other.held[0]
            .unknown
            .push(Arc::from("tenants/acme/prod: aws_instance.b"));
        assert_eq!(other.exit(), 1, "every one of them has to be named");
        let mut nowhere = unknown(named, &["alice", "bob"]);
        nowhere.held[0].unknown.clear();
        assert_eq!(nowhere.exit(), 1, "unknown for another reason");

        let hidden = |accept: &str| {
            let mut world = unknown(accept, &["alice", "bob"]);
            world.held = vec![vcpu("acme", "production", 10)];
            world.hidden = vec![Hidden {
                tenant: Some(Arc::from("acme")),
                environment: Arc::from("production"),
                tier: Arc::from("small"),
                instance: instance.clone(),
            }];
            world.exit()
        };
        assert_eq!(hidden(&opaque), 0);
        assert_eq!(hidden(named), 1);
        assert_eq!(hidden("# nothing"), 1);
    }
    // Who may accept is a question of its own, and may have no answer.
    let keys = &Keys::Soft;
    let text = with("  issued", "  accept_opaque = [\"a: b.c\"]\n  issued");
    let mut world = World::new(keys).record("CR-1042", &text, &["alice", "bob"]);
    assert_eq!(world.exit(), 0);
    world.edit(
        "catalog.hcl",
        "accept_approvers = [[\"engineering-vp\"]]",
        "",
    );
    assert_eq!(world.exit(), 1, "the record does not count as a whole");
}

#[test]
fn recorded_mode_counts_names_and_reads_no_signature() {
    let keys = &Keys::Soft;
    let world = || World::recorded(keys).record("CR-1042", RECORD, &[]);
    assert_eq!(world().exit(), 0);
    let mut damaged = world();
    damaged
        .approvals
        .insert("CR-1042.hcl.sig".to_owned(), b"not read".to_vec());
    assert_eq!(damaged.exit(), 0);
    damaged
        .approvals
        .insert("CR-1.hcl.sig".to_owned(), b"orphan".to_vec());
    assert_eq!(damaged.exit(), 2, "names are checked");
    let alone = with(", \"bob@example.com\"", "");
    assert_eq!(
        World::recorded(keys).record("CR-1042", &alone, &[]).exit(),
        1
    );
    let nobody = with("\"bob@", "\"nobody@");
    assert_eq!(
        World::recorded(keys).record("CR-1042", &nobody, &[]).exit(),
        1
    );
    let own = with("dave@", "bob@");
    assert_eq!(World::recorded(keys).record("CR-1042", &own, &[]).exit(), 1);
    let mut actor = world();
    actor.actor = Some("github:alice");
    assert_eq!(actor.exit(), 1);
}

#[test]
fn a_tenant_that_nobody_named_gets_no_allowance() {
    let keys = &Keys::Soft;
    let mut world = World::valid(keys);
    world.held[0].tenant = None;
    assert_eq!(world.exit(), 1);
}

#[test]
fn every_kind_of_staleness_is_told() {
    let keys = &Keys::Soft;
    let codes = |world: &World<'_>| -> Vec<String> {
        let verdict = world.judge();
        let mut codes: Vec<_> = (verdict.findings.iter())
            .map(|finding| finding.code.to_string())
            .collect();
        codes.sort();
        codes.dedup();
        codes
    };
    let mut world = World::valid(keys);
    assert_eq!(codes(&world), ["expiring-approval"]);
    world.held = vec![vcpu("acme", "production", 96)];
    assert_eq!(codes(&world), ["expiring-approval", "generous-approval"]);
    world.held = vec![vcpu("acme", "production", 64)];
    assert_eq!(codes(&world), ["expiring-approval", "unused-approval"]);
    world.held = vec![vcpu("acme", "staging", 64)];
    assert_eq!(codes(&world), ["expiring-approval"], "nobody can tell");
    world.held = vec![vcpu("beta", "production", 64)];
    assert_eq!(codes(&world), [""; 0], "another tenant's");
    let short = changed(keys, "vcpu = 512", "vcpu = 100");
    assert_eq!(
        codes(&short),
        ["expiring-approval"],
        "needed, but not enough"
    );
    let gone = changed(keys, "\"acme\"", "\"gone\"");
    assert_eq!(codes(&gone), ["orphan-approval"]);
    let expired = changed(keys, "2026-12-20", "2026-11-21");
    assert_eq!(codes(&expired), ["expired-approval"]);
    let void = World::new(keys).record("CR-1042", RECORD, &["alice"]);
    assert_eq!(codes(&void), ["void-approval"]);

    let mut soon = World::valid(keys);
    soon.sealed = Some(Seal {
        version: 7,
        issued: "2026-11-01",
        expires: "2026-12-22",
    });
    let bob = keys.public("bob");
    soon.edit(
        "allowed_signers",
        &bob,
        &format!("valid-before=\"20261201Z\" {bob}"),
    );
    let carol = format!("carol@example.com {}\n", keys.public("carol"));
    let root = format!("carol@example.com {}\n", keys.public("root"));
    soon.edit("allowed_signers", &carol, &root);
    assert_eq!(
        codes(&soon),
        ["expiring-approval", "expiring-trust", "shared-key"]
    );
    soon.edit("allowed_signers", &root, "");
    assert_eq!(
        codes(&soon),
        ["expiring-approval", "expiring-trust", "keyless-person"]
    );
}
