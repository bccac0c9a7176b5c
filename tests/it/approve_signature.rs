//! Signatures: every kind of key, every way to spoil one, and agreement with `ssh-keygen`.

use crate::guard::project;
use crate::signing::{
    ED25519, KINDS, Keygen, P256, Parts, SK_ED25519, SK_P256, SoftKey, armor, field, mpint,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use tierguard::approve::{APPROVAL, CannotSign, POLICY, Rejection, Signers, check_signature, sign};
use tierguard::date::Moment;
use tierguard::source::SourceFile;

const RECORD: &[u8] = b"approval \"CR-1\" {}\n";
const ALICE: &str = "alice@example.com";

fn now() -> Moment {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

fn signers(text: &str) -> Signers {
    Signers::parse(&SourceFile::new("policies/allowed_signers", text))
        .unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn listed(key: SoftKey) -> Signers {
    signers(&format!("{ALICE} {}\n", key.public()))
}

fn check(signers: &Signers, signature: &[u8], message: &[u8]) -> Result<String, Rejection> {
    let nobody = BTreeSet::new();
    check_signature(signers, &nobody, APPROVAL, signature, message, now())
        .map(|signer| signer.principal.to_string())
}

/// One word for how a check ended.
fn word(outcome: &Result<String, Rejection>) -> &'static str {
    match outcome {
        Ok(_) => "good",
        Err(Rejection::Framing(_)) => "framing",
        Err(Rejection::Namespace(_)) => "namespace",
        Err(Rejection::UnknownKey(_)) => "unknown-key",
        Err(Rejection::BadKey(_)) => "bad-key",
        Err(Rejection::Differs(_)) => "differs",
        Err(Rejection::NoTouch(_)) => "no-touch",
        Err(Rejection::NotForThis(_)) => "not-for-this",
        Err(Rejection::NotYetValid(_)) => "not-yet",
        Err(Rejection::Expired(_)) => "expired",
        Err(Rejection::Revoked(_)) => "revoked",
    }
}

fn ends(key: SoftKey, signature: &str, expected: &str) {
    let outcome = check(&listed(key), signature.as_bytes(), RECORD);
    assert_eq!(word(&outcome), expected, "{} {outcome:?}", key.kind);
}

#[test]
fn all_four_kinds_of_key_sign_with_both_hashes() {
    for kind in KINDS {
        let key = SoftKey::new(kind, 7);
        let signers = listed(key);
        assert_eq!(signers.iter().count(), 1);
        for signer in signers.iter() {
            assert_eq!(signer.key.fingerprint(), key.fingerprint());
        }
        for hash in ["sha256", "sha512"] {
            let signature = key.parts(APPROVAL, hash, RECORD).armor();
            let good = check(&signers, signature.as_bytes(), RECORD);
            assert_eq!(good.as_deref(), Ok(ALICE), "{kind} {hash}");
            for other in [
                b"approval \"CR-1\" {} \n".as_slice(),
                b"",
                b"approval \"CR-1\" {}\r\n",
            ] {
                let other = check(&signers, signature.as_bytes(), other);
                assert_eq!(other, Err(Rejection::Differs(ALICE.to_owned())));
                assert!(other.is_err_and(|why| why.is_damage()));
            }
        }
    }
}

#[test]
fn every_part_has_one_spelling() {
    for kind in KINDS {
        let key = SoftKey::new(kind, 7);
        let good = key.parts(APPROVAL, "sha512", RECORD);
        ends(key, &good.armor(), "good");
        let spoilt = |change: &dyn Fn(&mut Parts)| {
            let mut parts = good.clone();
            change(&mut parts);
            parts.armor()
        };
        let framing = |change: &dyn Fn(&mut Parts)| ends(key, &spoilt(change), "framing");
        framing(&|parts| parts.version = 0);
        framing(&|parts| parts.version = 2);
        framing(&|parts| parts.reserved = b"x".to_vec());
        framing(&|parts| parts.hash = "sha1");
        framing(&|parts| parts.hash = "SHA512");
        framing(&|parts| parts.hash = "");
        framing(&|parts| parts.inner.push(0));
        framing(&|parts| parts.inner.clear());
        framing(&|parts| {
            parts.inner.pop();
        });
        framing(&|parts| parts.key.push(0));
        framing(&|parts| {
            parts.key.pop();
        });
        framing(&|parts| parts.key.clear());
        framing(&|parts| parts.namespace = String::new() + "a b");
        ends(
            key,
            &spoilt(&|parts| parts.namespace = POLICY.to_owned()),
            "namespace",
        );
        ends(
            key,
            &spoilt(&|parts| parts.namespace = String::new()),
            "namespace",
        );
        ends(key, &spoilt(&|parts| parts.hash = "sha256"), "differs");
        // Another kind's signature inside.
        let other = if kind == ED25519 { SK_ED25519 } else { ED25519 };
        let inner = SoftKey::new(other, 7)
            .parts(APPROVAL, "sha512", RECORD)
            .inner;
        framing(&|parts| parts.inner = inner.clone());
        let trailing = [good.blob(), vec![0]].concat();
        ends(key, &armor(&trailing, 70), "framing");
    }
}

#[test]
fn numbers_of_a_curve_have_one_spelling() {
    for kind in [P256, SK_P256] {
        let key = SoftKey::new(kind, 7);
        let good = key.parts(APPROVAL, "sha512", RECORD);
        let name = field(kind.as_bytes());
        // Behind the kind lies a field with two numbers, and for a token five bytes more.
        let rest = &good.inner[name.len() + 4..];
        let trailer = if kind == SK_P256 {
            rest[rest.len() - 5..].to_vec()
        } else {
            Vec::new()
        };
        let numbers = &rest[..rest.len() - trailer.len()];
        let first = u32::from_be_bytes(numbers[..4].try_into().unwrap()) as usize;
        let (r, s) = (&numbers[4..4 + first], &numbers[8 + first..]);
        let with = |numbers: Vec<u8>| {
            let mut parts = good.clone();
            parts.inner = [name.clone(), field(&numbers), trailer.clone()].concat();
            parts.armor()
        };
        ends(key, &with([field(r), field(s)].concat()), "good");
        let padded = |number: &[u8]| field(&[&[0], number].concat());
        for wrong in [
            [padded(r), field(s)].concat(),
            [field(r), padded(s)].concat(),
            [field(r), field(s), field(b"")].concat(),
            [field(r), field(s), vec![0]].concat(),
            [field(r), field(b"")].concat(),
            [field(r), field(&[0])].concat(),
            [field(b"\x80"), field(s)].concat(),
            field(r),
            [field(r), field(&[1; 33])].concat(),
        ] {
            ends(key, &with(wrong), "framing");
        }
        // Zero and the order itself are numbers, but of no signature.
        let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
        let order: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&order[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        ends(key, &with([field(r), mpint(&order)].concat()), "differs");
        ends(key, &with([field(s), field(r)].concat()), "differs");
    }
}

#[test]
fn a_token_has_to_be_touched() {
    for kind in [SK_ED25519, SK_P256] {
        let key = SoftKey::new(kind, 7);
        for (flags, expected) in [(0, "no-touch"), (1, "good"), (4, "no-touch"), (5, "good")] {
            let signature = key.parts_with(APPROVAL, "sha512", RECORD, flags).armor();
            ends(key, &signature, expected);
        }
        // The flag is signed: setting it afterwards does not help.
        let mut parts = key.parts_with(APPROVAL, "sha512", RECORD, 0);
        let at = parts.inner.len() - 5;
        parts.inner[at] = 1;
        ends(key, &parts.armor(), "differs");
    }
}

#[test]
fn the_armor_has_lines_of_one_length() {
    let key = SoftKey::new(ED25519, 7);
    let blob = key.parts(APPROVAL, "sha512", RECORD).blob();
    for width in [1, 4, 64, 70, 76] {
        ends(key, &armor(&blob, width), "good");
    }
    for width in [77, 1000] {
        ends(key, &armor(&blob, width), "framing");
    }
    let good = armor(&blob, 70);
    let lines: Vec<_> = good.lines().collect();
    let ragged = good.replacen(
        lines[1],
        &format!("{}\n{}", &lines[1][..69], &lines[1][69..]),
        1,
    );
    let blank = good.replacen(lines[1], &format!("{}\n", lines[1]), 1);
    for wrong in [
        ragged,
        blank,
        good.replacen(lines[1], &format!(" {}", lines[1]), 1),
        good.replacen("SSH SIGNATURE", "ssh signature", 2),
        good.replacen("SSH SIGNATURE", "PGP SIGNATURE", 2),
        good.replace("-----BEGIN", "----BEGIN"),
        good.replace("-----END", "\u{200b}-----END"),
        "\u{feff}".to_owned() + &good,
        good.clone() + "\n",
        good.clone() + " ",
        good.trim_end().to_owned(),
        "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n".to_owned(),
        "-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----\n".to_owned(),
        String::new(),
        armor(&[blob.clone(), vec![0; 20_000]].concat(), 70),
    ] {
        ends(key, &wrong, "framing");
    }
    // The unused bits of the last character are zero; with others it would be the same bytes.
    let at = good.find('=').expect("this length needs padding");
    ends(key, &good.replace('=', ""), "framing");
    let last = good.as_bytes()[at - 1];
    for step in 1..4 {
        let mut odd = good.clone().into_bytes();
        odd[at - 1] = last + step;
        ends(key, &String::from_utf8(odd).unwrap(), "framing");
    }
}

/// With a point of small order R = identity and S = 0 verify for every message.
#[test]
fn a_signature_that_nobody_made_does_not_count() {
    let mut identity = [0_u8; 32];
    identity[0] = 1;
    for kind in [ED25519, SK_ED25519] {
        let mut key = [field(kind.as_bytes()), field(&identity)].concat();
        let mut inner = [
            field(kind.as_bytes()),
            field(&[&identity[..], &[0; 32]].concat()),
        ]
        .concat();
        if kind == SK_ED25519 {
            key.extend(field(b"ssh:"));
            inner.extend([1, 0, 0, 0, 1]);
        }
        let parts = Parts {
            version: 1,
            key,
            namespace: APPROVAL.to_owned(),
            reserved: Vec::new(),
            hash: "sha512",
            inner,
        };
        ends(SoftKey::new(ED25519, 7), &parts.armor(), "bad-key");
    }
}

/// Signatures by the real program and by tokens, kept as files: they are checked on every machine.
#[test]
fn recorded_signatures_end_as_recorded() {
    let folder = project().join("fixtures/approvals");
    let read = |name: &str| std::fs::read(folder.join(name)).expect(name);
    let record = read("CR-1042.hcl");
    let signers = signers(&String::from_utf8(read("allowed_signers")).unwrap());
    let expected = String::from_utf8(read("expected.tsv")).unwrap();
    let mut seen = 0;
    for line in expected.lines() {
        let (file, ending) = line.split_once('\t').expect("a file and how it ends");
        let outcome = check(&signers, &read(file), &record);
        assert_eq!(word(&outcome), ending, "{file}: {outcome:?}");
        if let Ok(person) = outcome {
            assert!(
                file.starts_with(person.split('@').next().unwrap()),
                "{file} is by {person}"
            );
        }
        seen += 1;
    }
    let files = std::fs::read_dir(&folder).unwrap().flatten();
    let signatures = files
        .filter(|file| {
            file.path()
                .extension()
                .is_some_and(|ending| ending == "sig")
        })
        .count();
    assert_eq!(
        seen, signatures,
        "every recorded signature is expected to end somehow"
    );
    // The tokens are played by software, so they can be played again.
    for (file, kind) in [
        ("frank-sk-ed25519.sig", SK_ED25519),
        ("grace-sk-p256.sig", SK_P256),
    ] {
        let again = SoftKey::new(kind, 9).sign(APPROVAL, &record);
        assert_eq!(read(file), again.into_bytes(), "{file}");
    }
}

#[test]
fn no_single_bit_of_a_signature_may_change() {
    for kind in KINDS {
        let key = SoftKey::new(kind, 7);
        let signers = listed(key);
        let good = key.sign(APPROVAL, RECORD).into_bytes();
        let mut good_ones = 0;
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                let outcome = check(&signers, &bad, RECORD);
                assert!(outcome.is_err(), "{kind}: bit {bit} of byte {at}");
            }
            let mut cut = good.clone();
            cut.remove(at);
            // Without one of several equal bytes in a row it may be the same text again.
            good_ones += usize::from(check(&signers, &cut, RECORD).is_ok());
            let mut doubled = good.clone();
            doubled.insert(at, good[at]);
            good_ones += usize::from(check(&signers, &doubled, RECORD).is_ok());
        }
        assert_eq!(good_ones, 0, "{kind}");
    }
}

/// Whatever we accept, `ssh-keygen -Y verify` accepts too; the reverse need not hold.
#[test]
fn what_is_accepted_here_is_accepted_by_ssh_keygen() {
    let Some(keygen) = Keygen::new() else { return };
    let accepts = |line: &str, signature: &[u8], message: &[u8]| {
        let time = "20261122000000Z";
        keygen.accepts(line, ALICE, APPROVAL, time, signature, message)
    };
    let mut accepted = 0;
    let mut compare = |line: &str, signature: &[u8], message: &[u8]| {
        let file = SourceFile::new("allowed_signers", line);
        let Ok(signers) = Signers::parse(&file) else {
            return;
        };
        if check(&signers, signature, message).is_ok() {
            accepted += 1;
            assert!(
                accepts(line, signature, message),
                "only we accept {line}\n{}",
                String::from_utf8_lossy(signature)
            );
        }
    };
    for kind in KINDS {
        let key = SoftKey::new(kind, 7);
        for options in [
            "",
            "namespaces=\"git,tierguard-approval-v1\" ",
            "valid-after=\"20261122Z\" ",
            "valid-after=\"20261122000000Z\",valid-before=\"20261122000001Z\" ",
            "valid-after=\"20261121\",valid-before=\"202611230000\",namespaces=\"tierguard-approval-v1\" ",
            "valid-before=\"20261122Z\" ",
            "valid-after=\"20261122000001Z\" ",
        ] {
            let line = format!("{ALICE} {options}{} a comment\n", key.public());
            for hash in ["sha256", "sha512"] {
                let parts = key.parts(APPROVAL, hash, RECORD);
                for width in [1, 64, 70, 76] {
                    compare(&line, armor(&parts.blob(), width).as_bytes(), RECORD);
                }
                compare(&line, parts.armor().as_bytes(), b"other");
            }
        }
        let line = format!("# alice\n\n\t\n{ALICE}\t {}\n", key.public());
        let good = key.sign(APPROVAL, RECORD).into_bytes();
        compare(&line, &good, RECORD);
        // Changes that might slip through the gate: every 7th character becomes its neighbour.
        for at in (0..good.len()).step_by(7) {
            let mut bad = good.clone();
            bad[at] = bad[at].wrapping_add(1);
            compare(&line, &bad, RECORD);
        }
        // The other solution of the curve verifies too.
        if kind == P256 {
            let parts = key.parts(APPROVAL, "sha512", RECORD);
            compare(&line, other_solution(&parts).armor().as_bytes(), RECORD);
        }
    }
    for (name, kind) in [("one", &["ed25519"][..]), ("two", &["ecdsa", "-b", "256"])] {
        let line = format!("{ALICE} {}\n", keygen.key(name, kind));
        for hash in ["hashalg=sha256", "hashalg=sha512"] {
            let signature = keygen.sign(name, APPROVAL, &["-O", hash], RECORD);
            compare(&line, signature.as_bytes(), RECORD);
        }
    }
    assert!(accepted > 150, "{accepted} were accepted");
}

#[test]
fn signing_goes_through_ssh_keygen() {
    let Some(keygen) = Keygen::new() else { return };
    let at = |name: &str| keygen.path().join(name);
    let line = format!("{ALICE} {}\n", keygen.key("alice", &["ed25519"]));
    let signature = sign(&at("alice"), APPROVAL, RECORD).unwrap();
    assert!(check(&signers(&line), signature.as_bytes(), RECORD).is_ok());
    assert!(matches!(
        sign(&at("nobody"), APPROVAL, RECORD),
        Err(CannotSign::Refused)
    ));
    keygen.key("large", &["ecdsa", "-b", "384"]);
    let odd = sign(&at("large"), APPROVAL, RECORD);
    assert!(
        matches!(odd, Err(CannotSign::Odd)),
        "it would not count: {odd:?}"
    );
}

/// `(r, n - s)`: anybody can make it of `(r, s)`, so the bytes of a signature identify nothing.
fn other_solution(parts: &Parts) -> Parts {
    let name = field(P256.as_bytes());
    let numbers = &parts.inner[name.len() + 4..];
    let first = u32::from_be_bytes(numbers[..4].try_into().unwrap()) as usize;
    let (r, s) = (&numbers[4..4 + first], &numbers[8 + first..]);
    let scalar = |bytes: &[u8]| {
        let digits = bytes.strip_prefix(&[0]).unwrap_or(bytes);
        let mut whole = [0; 32];
        whole[32 - digits.len()..].copy_from_slice(digits);
        whole
    };
    let signature = p256::ecdsa::Signature::from_scalars(scalar(r), scalar(s)).unwrap();
    let (_, s) = signature.split_scalars();
    let negative: p256::FieldBytes = (-*s).into();
    let mut other = parts.clone();
    other.inner = [name, field(&[field(r), mpint(&negative)].concat())].concat();
    other
}

#[test]
fn both_solutions_of_a_curve_are_one_signature_by_one_person() {
    let key = SoftKey::new(P256, 7);
    let parts = key.parts(APPROVAL, "sha512", RECORD);
    let other = other_solution(&parts);
    assert_ne!(parts.inner, other.inner);
    ends(key, &other.armor(), "good");
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        text in ".{0,200}",
        kind in 0_usize..4,
        at in 0_usize..300,
    ) {
        let key = SoftKey::new(KINDS[kind], 7);
        let signers = listed(key);
        prop_assert!(check(&signers, &bytes, RECORD).is_err());
        prop_assert!(check(&signers, armor(&bytes, 70).as_bytes(), RECORD).is_err());
        let _ = Signers::parse(&SourceFile::new("s", text.clone()));
        // Random bytes in the middle of a good one.
        let mut blob = key.parts(APPROVAL, "sha512", RECORD).blob();
        let before = blob.clone();
        for (place, byte) in blob.iter_mut().skip(at).zip(&bytes) {
            *place = *byte;
        }
        let outcome = check(&signers, armor(&blob, 70).as_bytes(), RECORD);
        prop_assert_eq!(outcome.is_ok(), blob == before);
    }
}
