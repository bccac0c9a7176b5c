//! A finding's identity from run to run, for tools that tell new findings from known ones.

use crate::finding::{Finding, Place};
use std::collections::BTreeMap;

/// One fingerprint for each finding, in their order: 32 lower-case hex digits, all different.
///
/// They hold no amounts and no line numbers, so a finding stays the same one when a request
/// grows or a file gets a new first line. Findings that differ in nothing else are numbered.
pub(super) fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut seen: BTreeMap<u128, u64> = BTreeMap::new();
    let fingerprint = |finding| {
        let base = identity(finding);
        let count = seen.entry(base).or_default();
        *count = count.saturating_add(1);
        let own = match *count {
            1 => base,
            n => fnv1a(base, &n.to_le_bytes()),
        };
        format!("{own:032x}")
    };
    findings.iter().map(fingerprint).collect()
}

fn identity(finding: &Finding) -> u128 {
    let subject = &finding.subject;
    let mut hash = part(OFFSET, finding.code.as_str());
    hash = part(hash, subject.tenant.as_deref().unwrap_or(""));
    hash = part(hash, subject.environment.as_deref().unwrap_or(""));
    hash = part(hash, subject.dimension.as_ref().map_or("", |d| d.as_str()));
    match finding.labels.first().map(|label| &label.place) {
        Some(Place::Source(span)) => {
            let digitless: String = span.text().chars().filter(|c| !c.is_numeric()).collect();
            part(part(hash, span.file.path()), &digitless)
        }
        Some(Place::Instance {
            root,
            address,
            attribute,
        }) => part(part(part(hash, root), address), attribute),
        Some(Place::Input { path, .. }) => part(hash, path),
        None => hash,
    }
}

/// Each part ends with a byte that UTF-8 never has, so that none runs into the next.
fn part(hash: u128, text: &str) -> u128 {
    fnv1a(fnv1a(hash, text.as_bytes()), &[0xff])
}

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// FNV-1a of 128 bits: nobody gains from a collision here, it only has to stay as it is.
fn fnv1a(hash: u128, bytes: &[u8]) -> u128 {
    let step = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
    bytes.iter().fold(hash, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv1a() {
        // http://www.isthe.com/chongo/src/fnv/test_fnv.c
        assert_eq!(fnv1a(OFFSET, b""), 0x6c62272e07bb014262b821756295c58d);
        assert_eq!(fnv1a(OFFSET, b"foobar"), 0x343e1662793c64bf6f0d3597ba446f18);
    }
}
