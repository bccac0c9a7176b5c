//! What `policies/` must hold: the text of `policies/manifest` -> [`Manifest`], and back.
//!
//! The manifest is what the people of the trust root sign, so it names every file with its
//! digest, and there is one way to write it: the same folder always gives the same bytes.

use crate::date::Moment;
use crate::finding::Finding;
use crate::source::hcl::is_hidden;
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;
use std::fmt;

/// The manifest's name, relative to `policies/`.
pub const MANIFEST: &str = "manifest";
/// The name of the signature on it.
pub const MANIFEST_SIGNATURE: &str = "manifest.sig";

/// A list of everything under `policies/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The catalog's label.
    pub catalog: String,
    /// Which one this is: newer manifests have greater numbers.
    pub version: u64,
    /// The first moment at which it counts.
    pub issued: Moment,
    /// The first moment at which it no longer counts.
    pub expires: Moment,
    /// The SHA-256 of every file in lower-case hex, by its path relative to `policies/`.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// The first line that is not as it must be.
    pub fn parse(file: &SourceFile) -> Result<Self, Box<Finding>> {
        let mut lines = Lines { file, at: 0 };
        let catalog = lines.header("catalog ")?.to_owned();
        if catalog.is_empty() || catalog.trim() != catalog || catalog.chars().any(is_hidden) {
            return Err(lines.refuse("this is not the label of a catalog"));
        }
        let text = lines.header("version ")?;
        let version = match text.parse::<u64>() {
            // Numbers have one spelling: no sign, no leading zero.
            Ok(version) if version.to_string() == text => version,
            _ => return Err(lines.refuse("a version is a whole number in plain digits")),
        };
        let issued = lines.moment("issued ")?;
        let expires = lines.moment("expires ")?;
        if expires <= issued {
            return Err(lines.refuse("it expires before it is issued"));
        }
        let mut files = BTreeMap::new();
        while let Some(line) = lines.next()? {
            let (digest, path) = line
                .split_once("  ")
                .filter(|(digest, path)| is_digest(digest) && is_path(path))
                .ok_or_else(|| {
                    lines.refuse("a file is written `SHA256  path`: lower-case hex, two spaces, the path below policies/")
                })?;
            if (files.last_key_value()).is_some_and(|(last, _): (&String, _)| last.as_str() >= path)
            {
                return Err(lines.refuse("files are sorted by the bytes of their paths, each once"));
            }
            files.insert(path.to_owned(), digest.to_owned());
        }
        Ok(Self {
            catalog,
            version,
            issued,
            expires,
            files,
        })
    }

    /// What differs between this list and what is on disk, given alike.
    ///
    /// `on_disk` leaves out the manifest and its signature.
    pub fn compare(&self, on_disk: &BTreeMap<String, String>) -> Vec<Difference> {
        let missing = (self.files.keys())
            .filter(|path| !on_disk.contains_key(*path))
            .map(|path| Difference::Missing(path.clone()));
        let others = on_disk
            .iter()
            .filter_map(|(path, digest)| match self.files.get(path) {
                None => Some(Difference::Extra(path.clone())),
                Some(listed) if listed != digest => Some(Difference::Changed(path.clone())),
                Some(_) => None,
            });
        let mut differences: Vec<_> = missing.chain(others).collect();
        differences.sort();
        differences
    }
}

/// A file of `policies/` that is not as the manifest says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Its bytes are others.
    Changed(String),
    /// It is not listed.
    Extra(String),
    /// It is listed and not there.
    Missing(String),
}

/// The one way to write it.
impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "catalog {}", self.catalog)?;
        writeln!(f, "version {}", self.version)?;
        writeln!(f, "issued {}", self.issued)?;
        writeln!(f, "expires {}", self.expires)?;
        self.files
            .iter()
            .try_for_each(|(path, digest)| writeln!(f, "{digest}  {path}"))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(path) => write!(f, "{path} was changed after it was sealed"),
            Self::Extra(path) => write!(f, "{path} is not in the manifest"),
            Self::Missing(path) => write!(f, "{path} is in the manifest and not there"),
        }
    }
}

/// Whether a path can be listed: relative, without `.` and `..`, and visible as a whole.
pub(super) fn is_path(path: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..");
    path.split('/').all(part)
        && !path.contains('\\')
        && !path.chars().any(is_hidden)
        && !matches!(path, MANIFEST | MANIFEST_SIGNATURE)
}

fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

/// The lines of a file, each ended by a line feed.
struct Lines<'a> {
    file: &'a SourceFile,
    /// Behind the last line that was read.
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<Option<&'a str>, Box<Finding>> {
        let rest = self.file.text().get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let Some((line, _)) = rest.split_once('\n') else {
            self.at = self.file.text().len();
            return Err(self.refuse("the last line does not end in a line feed"));
        };
        self.at = self.at.saturating_add(line.len()).saturating_add(1);
        Ok(Some(line))
    }

    fn header(&mut self, name: &str) -> Result<&'a str, Box<Finding>> {
        let line = self.next()?;
        line.and_then(|line| line.strip_prefix(name)).ok_or_else(|| {
            self.refuse("a manifest begins with the lines catalog, version, issued and expires, in this order")
        })
    }

    fn moment(&mut self, name: &str) -> Result<Moment, Box<Finding>> {
        let text = self.header(name)?;
        let moment: Moment = text
            .parse()
            .map_err(|why: crate::date::NotAMoment| self.refuse(why.to_string()))?;
        Ok(moment)
    }

    /// A finding at the line that was read last.
    fn refuse(&self, why: impl Into<String>) -> Box<Finding> {
        let end = self.at.saturating_sub(1);
        let before = self.file.text().get(..end).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let span: Span = self.file.at(start..end.max(start));
        Box::new(Finding::bad_trust_line(span, why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn good() -> String {
        format!(
            "catalog acme-cloud\nversion 12\nissued 2026-11-01\nexpires 2027-11-01T08:00:00Z\n{EMPTY}  a.hcl\n{EMPTY}  tenants/acme corp.hcl\n"
        )
    }

    fn read(text: &str) -> Result<Manifest, Box<Finding>> {
        Manifest::parse(&SourceFile::new("policies/manifest", text))
    }

    #[test]
    fn there_is_one_way_to_write_it() {
        let manifest = read(&good()).unwrap();
        assert_eq!(manifest.to_string(), good());
        assert_eq!((manifest.version, manifest.files.len()), (12, 2));
    }

    #[test]
    fn every_other_way_is_refused() {
        for (from, to) in [
            ("catalog acme-cloud\n", ""),
            ("catalog acme", "Catalog acme"),
            ("catalog acme-cloud", "catalog "),
            ("catalog acme-cloud", "catalog  acme-cloud"),
            ("version 12", "version 012"),
            ("version 12", "version +12"),
            ("version 12", "version 12 "),
            ("version 12", "version 18446744073709551616"),
            (
                "version 12\nissued 2026-11-01",
                "issued 2026-11-01\nversion 12",
            ),
            ("issued 2026-11-01", "issued 2026-11-31"),
            ("issued 2026-11-01", "issued 2027-11-01T08:00:00Z"),
            ("\n", "\r\n"),
            ("  a.hcl", " a.hcl"),
            ("  a.hcl", "  ../a.hcl"),
            ("  a.hcl", "  /a.hcl"),
            ("  a.hcl", "  ./a.hcl"),
            ("  a.hcl", "  a//b.hcl"),
            ("  a.hcl", "  a\\b.hcl"),
            ("  a.hcl", "  manifest"),
            ("  a.hcl", "  manifest.sig"),
            ("  a.hcl", "  \u{200b}a.hcl"),
            ("  a.hcl", "  "),
            ("  a.hcl", "  z.hcl"),
            ("  a.hcl", "  tenants/acme corp.hcl"),
            ("e3b0", "E3B0"),
            ("e3b0", "e3b"),
            ("  a.hcl\n", "  a.hcl\n\n"),
            ("  a.hcl\n", "  a.hcl\n# a comment\n"),
        ] {
            assert!(good().contains(from), "{from:?}");
            assert!(read(&good().replacen(from, to, 1)).is_err(), "{to:?}");
        }
        assert!(read(good().trim_end()).is_err(), "no final line feed");
        assert!(read("").is_err());
        assert!(read(&(good() + "\n")).is_err());
    }

    #[test]
    fn a_finding_points_at_the_line_that_is_wrong() {
        let wrong = read(&good().replace("version 12", "version x")).unwrap_err();
        let places: Vec<_> = wrong.labels.iter().map(|label| &label.place).collect();
        let [crate::finding::Place::Source(span)] = places.as_slice() else {
            panic!("{places:?}");
        };
        assert_eq!(
            (span.to_string().as_str(), span.text()),
            ("policies/manifest:2:1", "version x")
        );
    }
}
