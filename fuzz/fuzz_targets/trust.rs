//! Any bytes as trust data: keys, revocations, manifest, armored signature. Nothing panics, and
//! what a signature is accepted for is what was signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tierguard::approve::{
    APPROVAL, Manifest, Revoked, Signers, TrustRoot, check_signature,
};
use tierguard::date::Moment;
use tierguard::source::SourceFile;

const KEYS: &str = include_str!("../../fixtures/approvals/allowed_signers");
const RECORD: &[u8] = include_bytes!("../../fixtures/approvals/CR-1042.hcl");

static SIGNERS: LazyLock<Option<Signers>> =
    LazyLock::new(|| Signers::parse(&SourceFile::new("allowed_signers", KEYS)).ok());

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let file = SourceFile::new("policies/MANIFEST", text);
        let _ = Manifest::parse(&file);
        let _ = Revoked::parse(&file);
        let _ = Signers::parse(&file);
        let _ = TrustRoot::parse(&file);
    }
    let Some(signers) = &*SIGNERS else {
        return;
    };
    let now = Moment::from_unix(1_795_305_600);
    let revoked = BTreeSet::new();
    let mut changed = RECORD.to_vec();
    changed.push(b'\n');
    if check_signature(signers, &revoked, APPROVAL, data, RECORD, now).is_ok() {
        // Nobody signed the other text.
        assert!(check_signature(signers, &revoked, APPROVAL, data, &changed, now).is_err());
    }
});
