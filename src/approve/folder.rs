//! The folder `approvals/` -> its records with the signatures beside them.
//!
//! The folder is flat and holds regular files under strict names only; anything else in it is
//! damage, because a file that is passed over in silence is one that somebody relies on.

use super::record::{Approval, MAX_RECORD, is_id};
use super::signature::MAX_SIGNATURE;
use crate::finding::Finding;
use crate::source::SourceFile;
use crate::source::digest::sha256_hex;
use crate::source::listing::{Entry, EntryKind};
use std::collections::BTreeMap;

/// The most signatures of one record.
pub const MAX_SIGNATURES: usize = 16;

/// The most bytes that are read of a file of that name in `approvals/`.
pub fn most_bytes(name: &str) -> u64 {
    let most = if name.ends_with(".sig") {
        MAX_SIGNATURE
    } else {
        MAX_RECORD
    };
    most as u64
}

/// A record and what lies beside it.
#[derive(Clone, Debug)]
pub struct Filed {
    /// What it says.
    pub approval: Approval,
    /// Its signatures, not looked at yet: file name and bytes, sorted.
    pub signatures: Vec<(String, Vec<u8>)>,
}

/// Everything that `approvals/` holds.
#[derive(Clone, Debug, Default)]
pub struct Filings {
    /// The records that could be read, sorted by id.
    pub records: Vec<Filed>,
    /// Path and SHA-256 of every file there, for reports; the path begins with the folder's.
    pub files: Vec<(String, String)>,
    /// What is damaged.
    pub findings: Vec<Finding>,
}

/// Reads the folder from the list of its entries; `shown` is its path as people know it.
pub fn read_folder(shown: &str, entries: &[Entry]) -> Filings {
    let mut filings = Filings::default();
    let mut records = BTreeMap::new();
    let mut signatures = BTreeMap::<&str, Vec<(String, Vec<u8>)>>::new();
    for entry in entries {
        let path = match entry.name.as_str() {
            "" => shown.to_owned(),
            name => format!("{shown}/{name}"),
        };
        let name = Name::of(&entry.name);
        let bytes = match (&entry.kind, &name) {
            (EntryKind::File(bytes), _) => bytes,
            (EntryKind::TooLarge, Name::Other) => {
                // Nothing is read from it, whatever its size.
                continue;
            }
            (kind, _) => {
                let why = why_not(kind);
                filings
                    .findings
                    .push(Finding::bad_approvals_entry(&path, why));
                continue;
            }
        };
        filings.files.push((path.clone(), sha256_hex(bytes)));
        match name {
            Name::Record(stem) => match std::str::from_utf8(bytes) {
                Ok(text) => {
                    records.insert(stem, SourceFile::new(path, text));
                }
                Err(_) => filings
                    .findings
                    .push(Finding::bad_approvals_entry(&path, "it is not UTF-8 text")),
            },
            Name::Signature(stem) => {
                let all = signatures.entry(stem).or_default();
                all.push((path, bytes.clone()));
            }
            Name::Other => {}
            Name::Unknown => filings.findings.push(Finding::bad_approvals_entry(
                &path,
                "records are named like CR-1042.hcl and their signatures CR-1042.hcl.sig, CR-1042.hcl.2.sig; README.md and .gitkeep may lie beside them",
            )),
        }
    }
    for (stem, found) in &signatures {
        let path = found.first().map_or(shown, |(path, _)| path);
        let is_recorded = entries
            .iter()
            .any(|entry| matches!(Name::of(&entry.name), Name::Record(record) if record == *stem));
        if !is_recorded {
            let why = format!("there is no record {stem}.hcl that it could be over");
            filings
                .findings
                .push(Finding::bad_approvals_entry(path, why));
        }
        if found.len() > MAX_SIGNATURES {
            let why = format!("{stem}.hcl has more than {MAX_SIGNATURES} signatures");
            filings
                .findings
                .push(Finding::bad_approvals_entry(path, why));
        }
    }
    for (stem, file) in records {
        match Approval::parse(&file, stem) {
            Ok(approval) => filings.records.push(Filed {
                approval,
                signatures: signatures.remove(stem).unwrap_or_default(),
            }),
            Err(mistakes) => filings
                .findings
                .extend(mistakes.into_iter().map(Finding::bad_approval)),
        }
    }
    filings
}

/// The name for one more signature of a record, beside those that `entries` hold; none where
/// the record has as many as it can have.
pub fn signature_name(id: &str, entries: &[Entry]) -> Option<String> {
    let is_free = |name: &String| entries.iter().all(|entry| entry.name != *name);
    let first = std::iter::once(format!("{id}.hcl.sig"));
    let others = (2..=MAX_SIGNATURES).map(|at| format!("{id}.hcl.{at}.sig"));
    first.chain(others).find(is_free)
}

/// What the name of a file in `approvals/` says that it is.
enum Name<'a> {
    Record(&'a str),
    Signature(&'a str),
    /// `README.md` or `.gitkeep`.
    Other,
    Unknown,
}

impl<'a> Name<'a> {
    fn of(name: &'a str) -> Self {
        if matches!(name, "README.md" | ".gitkeep") {
            return Self::Other;
        }
        let Some((stem, ending)) = name.split_once(".hcl") else {
            return Self::Unknown;
        };
        if !is_id(stem) {
            return Self::Unknown;
        }
        if ending.is_empty() {
            return Self::Record(stem);
        }
        // `.sig`, or a number of one or two digits before it.
        let number = match ending.strip_suffix(".sig") {
            Some("") => return Self::Signature(stem),
            Some(rest) => rest.strip_prefix('.').unwrap_or_default(),
            None => "",
        };
        let is_number = matches!(number.len(), 1 | 2) && number.bytes().all(|b| b.is_ascii_digit());
        if is_number {
            Self::Signature(stem)
        } else {
            Self::Unknown
        }
    }
}

/// Why an entry that is no regular file of a fair size cannot be there.
pub(super) fn why_not(kind: &EntryKind) -> String {
    match kind {
        EntryKind::File(_) => "it cannot be here".to_owned(),
        EntryKind::TooLarge => "it is larger than files of its kind can be".to_owned(),
        EntryKind::Link => "it is a symbolic link; only regular files are read here".to_owned(),
        EntryKind::Folder => "it is a folder; only files lie here".to_owned(),
        EntryKind::Odd => "it is no regular file with a plain name".to_owned(),
        EntryKind::TooMany => "it holds more than 20,000 entries".to_owned(),
        EntryKind::Unreadable(why) => format!("it cannot be read: {why}"),
    }
}
