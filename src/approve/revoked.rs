//! What no longer counts although it was granted once: `policies/revoked` -> [`Revoked`].

use super::key::is_fingerprint;
use super::record::is_id;
use crate::finding::Finding;
use crate::source::SourceFile;
use std::collections::BTreeSet;

/// Its name, relative to `policies/`. The file may be missing.
pub const REVOKED: &str = "revoked";

/// Keys and approvals that are revoked, in both modes and for good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revoked {
    /// Fingerprints of keys: `SHA256:...`.
    pub keys: BTreeSet<String>,
    /// Ids of approvals.
    pub approvals: BTreeSet<String>,
}

impl Revoked {
    /// Reads the file: a fingerprint or an approval's id a line, and comments after `#`.
    ///
    /// # Errors
    ///
    /// Every line that is neither: a slip of the finger must not leave something in force.
    pub fn parse(file: &SourceFile) -> Result<Self, Vec<Finding>> {
        let mut revoked = Self::default();
        let mut findings = Vec::new();
        let mut start = 0_usize;
        for line in file.text().split_inclusive('\n') {
            let text = line.strip_suffix('\n').unwrap_or(line);
            let span = file.at(start..start.saturating_add(text.len()));
            start = start.saturating_add(line.len());
            // `#` is in no fingerprint and in no id.
            let word = text.split('#').next().unwrap_or_default();
            let word = word.trim_matches([' ', '\t']);
            if is_fingerprint(word) {
                revoked.keys.insert(word.to_owned());
            } else if is_id(word) {
                revoked.approvals.insert(word.to_owned());
            } else if !word.is_empty() {
                findings.push(Finding::bad_trust_line(
                    span,
                    "a line holds the fingerprint of a key (`SHA256:...`, as `ssh-keygen -lf` prints it) or the id of an approval",
                ));
            }
        }
        if findings.is_empty() {
            Ok(revoked)
        } else {
            Err(findings)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Revoked, usize> {
        Revoked::parse(&SourceFile::new("policies/revoked", text)).map_err(|all| all.len())
    }

    #[test]
    fn a_line_is_a_key_or_an_approval() {
        let key = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        let read_back = read(&format!("# gone\n{key} # left\n\n  CR-7\nOPS12")).unwrap();
        assert!(read_back.keys.contains(key));
        assert_eq!(read_back.approvals.len(), 2);
        assert_eq!(read(""), Ok(Revoked::default()));
    }

    #[test]
    fn nothing_else_is_taken() {
        for wrong in [
            "cr-7",
            "CR-7.hcl",
            "CR-7 CR-8",
            "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            // The last character has bits that no digest has.
            "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV",
            "SHA256:47DE",
            "MD5:00",
            "CR-7\r",
            "\u{feff}CR-7",
        ] {
            assert_eq!(read(wrong), Err(1), "{wrong:?}");
        }
    }
}
