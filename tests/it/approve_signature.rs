//! Signatures: every kind of key, every way to spoil one, and agreement with `ssh-keygen`.

use crate::signing::{
    ED25519, KINDS, Keygen, P256, Parts, SK_ED25519, SK_P256, SoftKey, armor, field, mpint,
};
use std::collections::BTreeSet;
use tierguard::approve::{APPROVAL, POLICY, Rejection, Signers, check_signature};
use tierguard::date::Moment;
use tierguard::source::SourceFile;

const RECORD: &[u8] = b"approval \"CR-1\" {}\n";
const NOW: &str = "2026-11-22T00:00:00Z";

fn now() -> Moment {
    NOW.parse().unwrap()
}

fn signers(text: &str) -> Signers {
    Signers::parse(&SourceFile::new("policies/allowed_signers", text))
        .unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn listed(key: SoftKey) -> Signers {
    signers(&format!("alice@example.com {}\n", key.public()))
}

fn check(signers: &Signers, signature: &[u8], message: &[u8]) -> Result<String, Rejection> {
    check_signature(
        signers,
        &BTreeSet::new(),
        APPROVAL,
        signature,
        message,
        now(),
    )
    .map(|signer| signer.principal.to_string())
}

fn is_framing(outcome: &Result<String, Rejection>) -> bool {
    matches!(outcome, Err(Rejection::Framing(_)))
}

#[test]
fn all_four_kinds_of_key_sign_with_both_hashes() {
    for kind in KINDS {
        let key = SoftKey::new(kind, 7);
        for hash in ["sha256", "sha512"] {
            let signature = key.parts(APPROVAL, hash, RECORD).armor();
            let signers = listed(key);
            assert_eq!(
                check(&signers, signature.as_bytes(), RECORD).as_deref(),
                Ok("alice@example.com"),
                "{kind} {hash}"
            );
            let other = check(&signers, signature.as_bytes(), b"approval \"CR-1\" {} \n");
            assert_eq!(
                other,
                Err(Rejection::Differs("alice@example.com".to_owned()))
            );
            assert!(other.unwrap_err().is_damage());
        }
    }
}
