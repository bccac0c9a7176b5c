//! What holds of approvals whatever the records say: nothing that is taken away, changed or
//! waited for ever lets more through.

use crate::approve_world::{Keys, RECORD, Row, Verdict, World, at_least, exactly, row, vcpu};
use proptest::prelude::*;
use tierguard::approve::{Approval, NoDraft, Settlement, next_id};
use tierguard::quantity::{Mark, Quantity, Range};
use tierguard::request::Sum;
use tierguard::source::SourceFile;
use tierguard::source::listing::EntryKind;

/// Some record, good or not.
#[derive(Clone, Debug)]
struct Random {
    tenant: &'static str,
    environment: Option<&'static str>,
    tier: &'static str,
    limits: &'static str,
    amount: u64,
    requested_by: &'static str,
    approved_by: Vec<&'static str>,
    issued: u32,
    days: u32,
    supersedes: Option<u32>,
    signed_by: Vec<&'static str>,
}

impl Random {
    fn text(&self, number: usize) -> String {
        let people: Vec<_> = (self.approved_by.iter())
            .map(|name| format!("\"{name}@example.com\""))
            .collect();
        let mut text = format!("approval \"CR-{number}\" {{\n  catalog = \"acme-cloud\"\n");
        let limits = self.limits.replace('#', &self.amount.to_string());
        let day = crate::approve_world::moment("2026-11-01");
        let (issued, expires) = (
            day.plus_days(self.issued),
            day.plus_days(self.issued + self.days),
        );
        let mut say = |name: &str, value: String| text.push_str(&format!("  {name} = {value}\n"));
        say("tenant", format!("\"{}\"", self.tenant));
        if let Some(environment) = self.environment {
            say("environment", format!("\"{environment}\""));
        }
        say("tier", format!("\"{}\"", self.tier));
        say("limits", format!("{{ {limits} }}"));
        say("reason", "\"x\"".to_owned());
        say("ticket", "\"x\"".to_owned());
        say(
            "requested_by",
            format!("\"{}@example.com\"", self.requested_by),
        );
        say("approved_by", format!("[{}]", people.join(", ")));
        say("issued", format!("\"{issued}\""));
        say("expires", format!("\"{expires}\""));
        let other = self.supersedes.filter(|other| *other as usize != number);
        if let Some(other) = other {
            say("supersedes", format!("\"CR-{other}\""));
        }
        text.push_str("}\n");
        text
    }
}

/// Mostly good records, so that many of them count.
fn random() -> impl Strategy<Value = Random> {
    use proptest::sample::{select, subsequence};
    (
        (
            prop_oneof![9 => Just("acme"), 1 => Just("beta")],
            prop_oneof![8 => Just(Some("production")), 1 => Just(None), 1 => Just(Some("staging"))],
            prop_oneof![9 => Just("small"), 1 => Just("medium")],
            prop_oneof![6 => Just("vcpu = #"), 1 => Just("iops = #"), 1 => Just("vcpu = #, nodes = #"), 1 => Just("environments = #")],
            select(vec![1_u64, 64, 100, 300, 512, 512, 512, 513]),
        ),
        (
            prop_oneof![8 => Just("dave"), 1 => Just("alice")],
            prop_oneof![
                4 => Just(vec!["alice", "bob"]),
                1 => subsequence(vec!["alice", "bob", "carol"], 2..=3),
            ],
            prop_oneof![4 => 0_u32..21, 1 => 21_u32..30],
            prop_oneof![1 => Just(1_u32), 8 => Just(60), 1 => Just(100)],
            proptest::option::weighted(0.3, 1_u32..4),
            prop_oneof![
                4 => Just(vec!["alice", "bob"]),
                1 => subsequence(vec!["alice", "bob", "carol", "mallory"], 1..=4),
            ],
        ),
    )
        .prop_map(|((tenant, environment, tier, limits, amount), rest)| {
            let (requested_by, approved_by, issued, days, supersedes, signed_by) = rest;
            Random {
                tenant,
                environment,
                tier,
                limits,
                amount,
                requested_by,
                approved_by,
                issued,
                days,
                supersedes,
                signed_by,
            }
        })
}

fn asked(amount: u64) -> Vec<Row> {
    vec![
        vcpu("acme", "production", amount),
        row("acme", None, "environments", 2),
    ]
}

fn world<'k>(keys: &'k Keys, records: &[Random], amount: u64) -> World<'k> {
    let mut world = World::new(keys);
    for (at, record) in records.iter().enumerate() {
        world.put(
            &format!("CR-{}", at + 1),
            &record.text(at + 1),
            &record.signed_by,
        );
    }
    world.held = asked(amount);
    world.program = false;
    world
}

/// What is allowed to whom by what, without the names of files.
fn allowed(verdict: &Verdict) -> Vec<Settlement> {
    let plain = |settlement: &Settlement| match settlement {
        Settlement::Open { raised, .. } => Settlement::Open {
            raised: raised.clone(),
            why: Vec::new(),
        },
        other => other.clone(),
    };
    verdict.settlements.iter().map(plain).collect()
}

fn days(now: u32) -> &'static str {
    [
        "2026-11-10",
        "2026-11-20",
        "2026-12-01T00:00:01Z",
        "2026-12-10",
        "2027-01-01",
    ][now as usize % 5]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn taking_a_signature_away_settles_nothing(
        records in proptest::collection::vec(random(), 1..4),
        amount in proptest::sample::select(vec![65_u64, 100, 300, 512]),
        which in any::<prop::sample::Index>(),
        now in 0_u32..5,
    ) {
        let keys = Keys::Soft;
        let mut world = world(&keys, &records, amount);
        world.now = days(now);
        let before = world.exit();
        let signatures: Vec<_> = (world.approvals.keys())
            .filter(|name| name.ends_with(".sig"))
            .cloned()
            .collect();
        world.approvals.remove(which.get(&signatures));
        let after = world.exit();
        prop_assert!(before != 1 || after == 1, "{before} became {after}");
    }

    #[test]
    fn a_signature_by_somebody_unknown_changes_nothing(
        records in proptest::collection::vec(random(), 1..4),
        amount in proptest::sample::select(vec![65_u64, 100, 300, 512]),
        which in any::<prop::sample::Index>(),
    ) {
        let keys = Keys::Soft;
        let mut world = world(&keys, &records, amount);
        let before = world.judge();
        let names: Vec<_> = (world.approvals.keys())
            .filter(|name| name.ends_with(".hcl"))
            .cloned()
            .collect();
        let name = which.get(&names);
        let by = keys.sign("stranger", tierguard::approve::APPROVAL, &world.approvals[name]);
        world.approvals.insert(format!("{name}.77.sig"), by.into_bytes());
        let after = world.judge();
        prop_assert_eq!(before.exit, after.exit);
        prop_assert_eq!(allowed(&before), allowed(&after));
    }

    #[test]
    fn waiting_lets_nothing_more_through(
        records in proptest::collection::vec(random(), 1..4),
        amount in proptest::sample::select(vec![65_u64, 100, 300, 512]),
        from in 0_i64..50,
        wait in 1_i64..90,
    ) {
        let keys = Keys::Soft;
        let mut world = world(&keys, &records, amount);
        // Every record is issued by the end of November.
        let start = crate::approve_world::moment("2026-12-01");
        let at = |days: i64| -> &'static str {
            let moment = start.plus_days(u32::try_from(days).unwrap());
            Box::leak(moment.to_string().into_boxed_str())
        };
        world.now = at(from);
        let before = world.exit();
        world.now = at(from + wait);
        let after = world.exit();
        prop_assert!(before != 1 || after == 1, "{before} became {after}");
    }

    #[test]
    fn asking_for_more_lets_nothing_more_through(
        records in proptest::collection::vec(random(), 1..4),
        amount in 1_u64..520,
        more in 1_u64..500,
        unknown in any::<bool>(),
    ) {
        let keys = Keys::Soft;
        let mut world = world(&keys, &records, amount);
        let before = world.exit();
        world.held = asked(amount + more);
        if unknown {
            world.held[0].sum = at_least(amount);
        }
        let after = world.exit();
        prop_assert!(before != 1 || after == 1, "{before} became {after}");
        if let (0, Settlement::Settled { allowance, .. }) = (after, &world.judge().settlements[0]) {
            prop_assert!(*allowance >= Quantity::units(amount + more), "covers more than it says");
        }
    }

    #[test]
    fn a_record_more_never_settles_by_itself_but_what_it_says(
        records in proptest::collection::vec(random(), 0..3),
        more in random(),
        amount in proptest::sample::select(vec![65_u64, 100, 300, 512]),
    ) {
        let keys = Keys::Soft;
        let before = world(&keys, &records, amount).exit();
        let mut all = records;
        all.push(more.clone());
        let after = world(&keys, &all, amount).exit();
        if (before, after) == (1, 0) {
            // Only a record for this very place and amount can do that, or one that voids a rival.
            prop_assert!(more.tenant == "acme" && more.environment == Some("production"));
            prop_assert!(more.tier == "small" && more.amount >= amount);
        }
    }

    #[test]
    fn no_order_matters(
        records in proptest::collection::vec(random(), 1..4),
        amount in proptest::sample::select(vec![65_u64, 100, 300, 512]),
        seed in any::<prop::sample::Index>(),
    ) {
        let keys = Keys::Soft;
        let mut plain = world(&keys, &records, amount);
        let before = plain.judge();
        // Signatures under other names, and the lines of the list of keys the other way round.
        for name in plain.approvals.keys().cloned().collect::<Vec<_>>() {
            if let Some(stem) = name.strip_suffix(".hcl") {
                let mut signatures: Vec<_> = (plain.approvals.keys())
                    .filter(|other| other.starts_with(&format!("{stem}.hcl.")))
                    .cloned()
                    .collect();
                let by = seed.index(signatures.len().max(1));
                signatures.rotate_left(by);
                let bytes: Vec<_> = (signatures.iter())
                    .filter_map(|name| plain.approvals.remove(name))
                    .collect();
                for (at, bytes) in bytes.into_iter().enumerate() {
                    plain.approvals.insert(format!("{stem}.hcl.{at}.sig"), bytes);
                }
            }
        }
        let list = plain.policies.get_mut("allowed_signers").unwrap();
        *list = list.lines().rev().map(|line| format!("{line}\n")).collect();
        let after = plain.judge();
        prop_assert_eq!(before.exit, after.exit);
        prop_assert_eq!(allowed(&before), allowed(&after));
        let drafts = |drafts: Vec<Result<tierguard::approve::Draft, NoDraft>>| format!("{drafts:?}");
        prop_assert_eq!(drafts(before.drafts), drafts(after.drafts));
    }
}

/// In signed mode no byte under `policies/` or `approvals/` can change and still let more through.
#[test]
fn no_single_byte_changes_an_allowance() {
    let keys = Keys::Soft;
    let mut world = World::valid(&keys);
    let sealed = world.policy_entries();
    let good = world.judge_with(&sealed);
    assert_eq!(good.exit, 0);
    for at in 0..sealed.len() {
        let EntryKind::File(bytes) = &sealed[at].kind else {
            continue;
        };
        for place in 0..bytes.len() {
            let mut entries = sealed.clone();
            let EntryKind::File(bytes) = &mut entries[at].kind else {
                continue;
            };
            bytes[place] ^= 1 << (place % 8);
            // Whatever is no longer text is damage before any catalog is read.
            world.program = place % ASK_PROGRAM == 0;
            let verdict = world.judge_with(&entries);
            assert_eq!(verdict.exit, 2, "{} byte {place}", sealed[at].name);
        }
    }
    let mut changed = World::valid(&keys);
    for (name, bytes) in &world.approvals {
        for place in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[place] ^= 1 << (place % 8);
            changed.approvals.insert(name.clone(), bytes);
            changed.program = place % ASK_PROGRAM == 0;
            let verdict = changed.judge_with(&sealed);
            assert_ne!(verdict.exit, 0, "{name} byte {place}");
        }
        changed.approvals.insert(name.clone(), bytes.clone());
    }
}

/// Of so many bytes the program is asked about one; it takes longer than the library.
const ASK_PROGRAM: usize = 97;

/// In recorded mode a changed byte may well be another record, but never a panic.
#[test]
fn no_single_byte_makes_a_recorded_run_panic() {
    let keys = Keys::Soft;
    for place in 0..RECORD.len() {
        for byte in [0, b'"', b'{', b'}', b'\\', b'$', 0xff] {
            let mut world = World::recorded(&keys).record("CR-1042", RECORD, &[]);
            world.program = place % ASK_PROGRAM == 0;
            world.approvals.get_mut("CR-1042.hcl").unwrap()[place] = byte;
            world.judge();
        }
    }
}

/// What guard proposes is what it takes, once the right people agree.
#[test]
fn a_draft_settles_what_it_was_drawn_up_for() {
    let keys = Keys::Soft;
    let range = |low: u64, high: u64| {
        let high = Some(Quantity::units(high));
        Sum::of(
            Range {
                low: Quantity::units(low),
                high,
            },
            Mark::Undetermined,
        )
    };
    let production = |dimension, sum| Row {
        sum,
        ..row("acme", Some("production"), dimension, 0)
    };
    let unknown = |mut row: Row| {
        row.unknown = vec!["tenants/acme/prod: aws_instance.a[\"eu\\1\"]".into()];
        row
    };
    let cases: Vec<(Vec<Row>, &str)> = vec![
        (vec![vcpu("acme", "production", 65)], "vcpu = 65"),
        (
            vec![production(
                "vcpu",
                exactly(Quantity::nanos(64_250_000_000).unwrap()),
            )],
            "vcpu = 65",
        ),
        (vec![production("vcpu", range(10, 300))], "vcpu = 300"),
        (
            vec![unknown(production("vcpu", at_least(10)))],
            "{ vcpu = 64 }",
        ),
        (
            vec![unknown(production("vcpu", at_least(100)))],
            "{ vcpu = 100 }",
        ),
        (
            vec![
                vcpu("acme", "production", 65),
                row("acme", Some("production"), "iops", 9000),
            ],
            "{ iops = 9000, vcpu = 65 }",
        ),
        (
            vec![row("acme", Some("production"), "environment_size", 2)],
            "environment_size = \"medium\"",
        ),
        (
            vec![row("acme", None, "environments", 3)],
            "environments = 3",
        ),
    ];
    for (rows, says) in cases {
        let mut world = World::new(&keys);
        world.held = rows;
        let verdict = world.judge();
        assert_eq!(verdict.exit, 1, "{says}");
        let [Ok(draft)] = verdict.drafts.as_slice() else {
            panic!("{says}: {:?}", verdict.drafts);
        };
        assert!(draft.text.contains(says), "{says}: {}", draft.text);
        let file = SourceFile::new("approvals/CR-9.hcl", draft.text.clone());
        let read = Approval::parse(&file, "CR-9").unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert!(read.approved_by.is_empty(), "a draft grants nothing");
        world.put("CR-9", &draft.text, &["alice", "bob"]);
        assert_eq!(world.exit(), 1, "not yet: nobody is listed");
        let agreed = draft
            .text
            .replace("[]", "[\"alice@example.com\", \"bob@example.com\"]");
        world.put("CR-9", &agreed, &["alice", "bob"]);
        let verdict = world.judge();
        assert_eq!(verdict.exit, 0, "{agreed}\n{}", verdict.told());
        assert!(
            draft
                .approvers
                .iter()
                .any(|line| line.contains("alice@example.com"))
        );
        assert!(
            draft
                .approvers
                .iter()
                .any(|line| line.contains("bob@example.com"))
        );
    }
}

#[test]
fn a_draft_takes_over_what_it_would_overlap() {
    let keys = Keys::Soft;
    let text = RECORD.replace("vcpu = 512", "vcpu = 100, iops = 5000");
    let mut world = World::new(&keys).record("CR-1042", &text, &["alice", "bob"]);
    world.held = vec![
        vcpu("acme", "production", 200),
        row("acme", Some("production"), "iops", 4000),
    ];
    let verdict = world.judge();
    assert_eq!(verdict.exit, 1);
    let [Ok(draft)] = verdict.drafts.as_slice() else {
        panic!("{:?}", verdict.drafts);
    };
    assert!(
        draft.text.contains("supersedes   = \"CR-1042\""),
        "{}",
        draft.text
    );
    assert!(
        draft.text.contains("{ iops = 5000, vcpu = 200 }"),
        "{}",
        draft.text
    );
    let agreed = draft
        .text
        .replace("[]", "[\"alice@example.com\", \"bob@example.com\"]");
    world.put("CR-9", &agreed, &["alice", "bob"]);
    assert_eq!(world.exit(), 0);
}

#[test]
fn what_no_record_can_settle_has_no_draft_but_a_reason() {
    let keys = Keys::Soft;
    let told = |row: Row| {
        let mut world = World::new(&keys);
        world.held = vec![row];
        let verdict = world.judge();
        assert_eq!(verdict.exit, 1);
        match verdict.drafts.as_slice() {
            [Err(why)] => why.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let nobody = Row {
        tenant: None,
        ..vcpu("acme", "production", 65)
    };
    assert!(told(nobody).contains("names a tenant"));
    assert!(told(row("acme", Some("production"), "nodes", 11)).contains("mandatory"));
    assert!(told(vcpu("acme", "production", 513)).contains("no role among engineering-vp"));
    assert!(told(row("acme", Some("production"), "environment_size", 9)).contains("large enough"));
    let unknown = Row {
        sum: at_least(1),
        ..vcpu("acme", "production", 1)
    };
    assert!(told(unknown).contains("for a reason that no approval can accept"));
    let template = Row {
        sum: at_least(1),
        unknown: vec!["tenants/acme/prod: aws_instance.a[\"${x}\"]".into()],
        ..vcpu("acme", "production", 1)
    };
    assert!(told(template).contains("cannot be written"));
}

#[test]
fn an_id_is_the_next_of_its_kind() {
    for (ids, next) in [
        (&[][..], "CR-1"),
        (&["CR-1042"], "CR-1043"),
        (&["OPS-7", "CR-10", "CR-9"], "CR-11"),
        (&["A1", "A9"], "A10"),
        (&["X9-99"], "X9-100"),
        (&["CR-999999999999"], "CR-1"),
    ] {
        assert_eq!(next_id(ids.iter().copied()), next, "{ids:?}");
    }
}
