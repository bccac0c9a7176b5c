//! What makes an approval count in this run: (trust root, `policies/`, catalog) -> [`Mode`].
//!
//! The trust root comes from outside the checkout, so nothing in the repository can lower the
//! mode. The people of the trust root sign `policies/`; those whom `policies/` names sign approvals.

use super::folder::why_not;
use super::key::Key;
use super::manifest::{MANIFEST, MANIFEST_SIGNATURE, Manifest, is_path};
use super::revoked::{REVOKED, Revoked};
use super::signature::{POLICY, check};
use super::signers::Signers;
use crate::catalog::{Catalog, Trust};
use crate::date::Moment;
use crate::finding::Finding;
use crate::source::digest::sha256_hex;
use crate::source::listing::{Entry, EntryKind};
use crate::source::{SourceFile, tree::MAX_TEXT};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The name of the file that says whose keys are whose, relative to `policies/`.
pub const ALLOWED_SIGNERS: &str = "allowed_signers";

/// What makes an approval count.
#[derive(Clone, Debug)]
pub enum Mode {
    /// The names in a well-formed record.
    Recorded,
    /// Signatures, by these keys.
    Signed(Signers),
}

/// The people who may sign `policies/`.
#[derive(Clone, Debug)]
pub struct TrustRoot(Signers);

/// A manifest whose signature leads back to the trust root, and that is what lies on disk.
#[derive(Clone, Debug)]
pub struct Seal {
    /// What it says.
    pub manifest: Manifest,
    /// Who signed it.
    pub signed_by: Arc<str>,
    /// The fingerprint of the key that signed it.
    pub fingerprint: String,
}

impl TrustRoot {
    /// Reads a trust root: the same subset of `allowed_signers`, with at least one key in it.
    ///
    /// # Errors
    ///
    /// All mistakes.
    pub fn parse(file: &SourceFile) -> Result<Self, Vec<Finding>> {
        let signers = Signers::parse(file)?;
        if signers.is_empty() {
            return Err(vec![Finding::empty_trust_root(file.path())]);
        }
        Ok(Self(signers))
    }

    /// The fingerprints of its keys, sorted.
    pub fn fingerprints(&self) -> Vec<String> {
        let all: BTreeSet<_> = self
            .0
            .iter()
            .map(|signer| signer.key.fingerprint())
            .collect();
        all.into_iter().collect()
    }

    /// Its keys.
    pub fn signers(&self) -> &Signers {
        &self.0
    }

    /// Whether a key is in it.
    pub fn holds(&self, key: &Key) -> bool {
        self.0.by_key(key).is_some()
    }
}

/// Whether `GUARD_TRUST_ROOT` holds a trust root itself, and not the path of one.
pub fn is_inline(value: &str) -> bool {
    value.contains(char::is_whitespace)
}

/// The text of the trust root, from what the flag and the variable name.
///
/// # Errors
///
/// Where both are given and differ: who is trusted must not depend on who reads which.
pub fn choose<'f>(
    flag: Option<&'f SourceFile>,
    variable: Option<&'f SourceFile>,
) -> Result<Option<&'f SourceFile>, Box<Finding>> {
    match (flag, variable) {
        (Some(flag), Some(variable)) if flag.text() != variable.text() => {
            Err(Box::new(Finding::two_trust_roots()))
        }
        (flag, variable) => Ok(flag.or(variable)),
    }
}

/// The version below which a manifest does not count: the greater of flag and variable.
///
/// # Errors
///
/// A variable that is no whole number in plain digits.
pub fn minimum_version(
    flag: Option<u64>,
    variable: Option<&str>,
) -> Result<Option<u64>, Box<Finding>> {
    let variable = match variable {
        None => None,
        Some(text) => match text.parse::<u64>() {
            Ok(version) if version.to_string() == text => Some(version),
            _ => return Err(Box::new(Finding::bad_minimum_version(text))),
        },
    };
    Ok(flag.max(variable))
}

/// Checks that `policies/` is what the people of the trust root signed.
///
/// `entries` is everything under it, `shown` its path as people know it.
///
/// # Errors
///
/// Everything that is wrong with it; nothing in `policies/` can be believed then.
pub fn unseal(
    root: &TrustRoot,
    shown: &str,
    entries: &[Entry],
    minimum: Option<u64>,
    now: Moment,
) -> Result<Seal, Vec<Finding>> {
    let mut findings = Vec::new();
    let on_disk = digests(shown, entries, &mut findings);
    let path = |name: &str| format!("{shown}/{name}");
    let file = |name: &str| {
        let found = entries.iter().find(|entry| entry.name == name);
        match found.map(|entry| &entry.kind) {
            Some(EntryKind::File(bytes)) => Some(bytes),
            _ => None,
        }
    };
    let (Some(bytes), Some(armor)) = (file(MANIFEST), file(MANIFEST_SIGNATURE)) else {
        findings.push(Finding::no_manifest(shown));
        return Err(findings);
    };
    // The signature comes first: what nobody signed is not worth reading.
    let nobody = BTreeSet::new();
    let signer = match check(&root.0, &nobody, POLICY, armor, bytes, now) {
        Ok(signer) => signer,
        Err(why) => {
            findings.push(Finding::bad_seal(&path(MANIFEST_SIGNATURE), &why));
            return Err(findings);
        }
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        findings.push(Finding::bad_trust_file(
            &path(MANIFEST),
            "it is not UTF-8 text",
        ));
        return Err(findings);
    };
    let manifest = match Manifest::parse(&SourceFile::new(path(MANIFEST), text)) {
        Ok(manifest) => manifest,
        Err(finding) => {
            findings.push(*finding);
            return Err(findings);
        }
    };
    for difference in manifest.compare(&on_disk) {
        findings.push(Finding::policies_differ(shown, &difference));
    }
    if now < manifest.issued {
        findings.push(Finding::manifest_of_the_future(
            &path(MANIFEST),
            manifest.issued,
            now,
        ));
    }
    if manifest.expires <= now {
        findings.push(Finding::manifest_expired(&path(MANIFEST), manifest.expires));
    }
    if let Some(minimum) = minimum.filter(|minimum| manifest.version < *minimum) {
        let path = path(MANIFEST);
        findings.push(Finding::manifest_rolled_back(
            &path,
            manifest.version,
            minimum,
        ));
    }
    // `revoked` is a part of what was signed, so a key cannot vouch for a list that names it.
    let fingerprint = signer.key.fingerprint();
    if revoked(shown, entries).is_ok_and(|revoked| revoked.keys.contains(&fingerprint)) {
        findings.push(Finding::sealed_by_revoked_key(
            &path(MANIFEST_SIGNATURE),
            &fingerprint,
        ));
    }
    if findings.is_empty() {
        Ok(Seal {
            signed_by: signer.principal.clone(),
            fingerprint,
            manifest,
        })
    } else {
        Err(findings)
    }
}

/// The text of the manifest for what lies in `policies/` now.
///
/// # Errors
///
/// Entries that cannot be sealed.
pub fn seal(
    shown: &str,
    entries: &[Entry],
    catalog: &str,
    version: u64,
    issued: Moment,
    expires: Moment,
) -> Result<Manifest, Vec<Finding>> {
    let mut findings = Vec::new();
    let files = digests(shown, entries, &mut findings);
    if !findings.is_empty() {
        return Err(findings);
    }
    let manifest = Manifest {
        catalog: catalog.to_owned(),
        version,
        issued,
        expires,
        files,
    };
    // Nobody should sign what nobody could read again.
    let file = SourceFile::new(format!("{shown}/{MANIFEST}"), manifest.to_string());
    match Manifest::parse(&file) {
        Ok(same) if same == manifest => Ok(manifest),
        Ok(_) => Err(vec![Finding::bad_trust_file(
            file.path(),
            "it would not read as it is written",
        )]),
        Err(finding) => Err(vec![*finding]),
    }
}

/// The version for the next manifest: one more than that of the one that is there, signed or not.
pub fn next_version(shown: &str, entries: &[Entry]) -> u64 {
    let file = text(shown, entries, MANIFEST).and_then(Result::ok);
    let manifest = file.and_then(|file| Manifest::parse(&file).ok());
    manifest.map_or(1, |manifest| manifest.version.saturating_add(1))
}

/// What makes an approval count, from what the catalog says and whether there is a trust root.
///
/// `seal` is what [`unseal`] gave; it is none without a trust root.
///
/// # Errors
///
/// Where the catalog and the trust root contradict each other, or the keys cannot be read.
pub fn mode(
    catalog: &Catalog,
    seal: Option<&Seal>,
    require_signed: bool,
    shown: &str,
    entries: &[Entry],
) -> Result<Mode, Vec<Finding>> {
    let Some(seal) = seal else {
        return match catalog.trust {
            Some(Trust::Signed) => Err(vec![Finding::no_trust_root(&catalog.name)]),
            _ if require_signed => Err(vec![Finding::not_signed()]),
            _ => Ok(Mode::Recorded),
        };
    };
    let mut findings = Vec::new();
    if catalog.trust == Some(Trust::Recorded) {
        findings.push(Finding::recorded_beside_trust_root(&catalog.name));
    }
    if *seal.manifest.catalog != *catalog.name {
        findings.push(Finding::manifest_of_another_catalog(
            &format!("{shown}/{MANIFEST}"),
            &seal.manifest.catalog,
            &catalog.name,
        ));
    }
    let signers = match text(shown, entries, ALLOWED_SIGNERS) {
        None => Ok(Signers::default()),
        Some(file) => file.and_then(|file| Signers::parse(&file)),
    };
    match signers {
        Ok(signers) if findings.is_empty() => return Ok(Mode::Signed(signers)),
        Ok(_) => {}
        Err(wrong) => findings.extend(wrong),
    }
    Err(findings)
}

/// What is revoked, in either mode.
///
/// # Errors
///
/// What is wrong with the file.
pub fn revoked(shown: &str, entries: &[Entry]) -> Result<Revoked, Vec<Finding>> {
    match text(shown, entries, REVOKED) {
        None => Ok(Revoked::default()),
        Some(file) => file.and_then(|file| Revoked::parse(&file)),
    }
}

/// The text files of `policies/` whose names end so, from the very bytes that were unsealed:
/// what is read must be what was verified.
///
/// # Errors
///
/// Those that are no text.
pub fn texts(
    shown: &str,
    entries: &[Entry],
    ending: &str,
) -> Result<Vec<SourceFile>, Vec<Finding>> {
    let mut files = Vec::new();
    let mut findings = Vec::new();
    for entry in entries.iter().filter(|entry| entry.name.ends_with(ending)) {
        match text(shown, entries, &entry.name) {
            Some(Ok(file)) => files.push(file),
            Some(Err(wrong)) => findings.extend(wrong),
            None => {}
        }
    }
    if findings.is_empty() {
        Ok(files)
    } else {
        Err(findings)
    }
}

/// The most bytes that are read of any file in `policies/`.
pub fn most_bytes(_name: &str) -> u64 {
    MAX_TEXT
}

/// A text file of `policies/`; none where there is no entry of that name.
fn text(shown: &str, entries: &[Entry], name: &str) -> Option<Result<SourceFile, Vec<Finding>>> {
    let entry = entries.iter().find(|entry| entry.name == name)?;
    let path = format!("{shown}/{name}");
    Some(match &entry.kind {
        EntryKind::File(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(SourceFile::new(path, text)),
            Err(_) => Err(vec![Finding::bad_trust_file(&path, "it is not UTF-8 text")]),
        },
        kind => Err(vec![Finding::bad_trust_file(&path, &why_not(kind))]),
    })
}

/// The digest of every file but the manifest and its signature.
fn digests(
    shown: &str,
    entries: &[Entry],
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let mut digests = BTreeMap::new();
    for entry in entries {
        let is_seal = matches!(entry.name.as_str(), MANIFEST | MANIFEST_SIGNATURE);
        let why = match &entry.kind {
            EntryKind::File(_) if is_seal => continue,
            EntryKind::File(bytes) if is_path(&entry.name) => {
                digests.insert(entry.name.clone(), sha256_hex(bytes));
                continue;
            }
            EntryKind::File(_) => "no manifest can list a name like this".to_owned(),
            kind => why_not(kind),
        };
        let path = match entry.name.as_str() {
            "" => shown.to_owned(),
            name => format!("{shown}/{name}"),
        };
        findings.push(Finding::bad_trust_file(&path, &why));
    }
    digests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_a_path_or_the_text_itself() {
        assert!(!is_inline("ci/trust-root"));
        assert!(is_inline("dana@example.com ssh-ed25519 AAAA"));
        assert!(is_inline("ci/trust-root\n"));
    }

    #[test]
    fn what_is_sealed_reads_as_it_was_written() {
        let file = |name: &str| Entry {
            name: name.to_owned(),
            kind: EntryKind::File(name.as_bytes().to_vec()),
        };
        let moment = |text: &str| text.parse::<Moment>().unwrap();
        let (issued, expires) = (moment("2026-11-01"), moment("2027-11-01"));
        let mut entries = vec![
            file("a.hcl"),
            file("tenants/b.hcl"),
            file("allowed_signers"),
        ];
        assert_eq!(next_version("p", &entries), 1);
        let sealed = seal("p", &entries, "acme-cloud", 4, issued, expires).unwrap();
        assert_eq!(sealed.files.len(), 3);
        entries.push(Entry {
            name: MANIFEST.to_owned(),
            kind: EntryKind::File(sealed.to_string().into_bytes()),
        });
        assert_eq!(next_version("p", &entries), 5);
        // The manifest lists neither itself nor its signature.
        entries.push(file(MANIFEST_SIGNATURE));
        let again = seal("p", &entries, "acme-cloud", 4, issued, expires).unwrap();
        assert_eq!(again, sealed);

        assert!(seal("p", &entries, " acme", 4, issued, expires).is_err());
        assert!(seal("p", &entries, "acme\nversion 9", 4, issued, expires).is_err());
        assert!(seal("p", &entries, "acme", 4, issued, issued).is_err());
        entries.push(file("a\u{200b}.hcl"));
        assert!(seal("p", &entries, "acme", 4, issued, expires).is_err());
    }

    #[test]
    fn flag_and_variable_must_agree() {
        let (one, two) = (SourceFile::new("a", "x y"), SourceFile::new("b", "x z"));
        let same = SourceFile::new("c", "x y");
        assert!(choose(None, None).is_ok_and(|root| root.is_none()));
        assert_eq!(choose(Some(&one), None).ok().flatten(), Some(&one));
        assert_eq!(choose(None, Some(&two)).ok().flatten(), Some(&two));
        assert_eq!(choose(Some(&one), Some(&same)).ok().flatten(), Some(&one));
        assert!(choose(Some(&one), Some(&two)).is_err());
    }
}
