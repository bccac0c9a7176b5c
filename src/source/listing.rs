//! What lies in a folder that trust rests on: every entry, whatever it is, so that none is
//! passed over in silence. Links are told, never followed.

use super::tree::{MAX_FILES, plain};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path relative to the folder, with forward slashes; empty for the folder itself,
    /// which is an entry only where something is wrong with it.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file with these bytes.
    File(Vec<u8>),
    /// A regular file with more bytes than were asked for.
    TooLarge,
    /// A symbolic link.
    Link,
    /// A folder, where folders are not looked into.
    Folder,
    /// A device, a pipe, or something that has no name in UTF-8.
    Odd,
    /// A folder with more entries than are read.
    TooMany,
    /// It could not be read, for this reason.
    Unreadable(String),
}

/// Whether folders inside a folder are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// No: they are entries.
    Flat,
    /// Yes: what is in them are the entries.
    Deep,
}

/// All entries of a folder, sorted by name; none where there is no such folder.
///
/// `most` gives the most bytes that are read of a file of that name.
pub fn list(folder: &Path, depth: Depth, most: impl Fn(&str) -> u64) -> Vec<Entry> {
    match std::fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => return itself(EntryKind::Unreadable(plain(&error))),
        Ok(found) if found.is_symlink() => return itself(EntryKind::Link),
        Ok(found) if !found.is_dir() => return itself(EntryKind::Odd),
        Ok(_) => {}
    }
    let mut entries = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    let mut seen = 0_usize;
    while let Some((path, prefix)) = folders.pop() {
        let found = match std::fs::read_dir(&path) {
            Ok(found) => found,
            Err(error) => {
                entries.push(entry(prefix, EntryKind::Unreadable(plain(&error))));
                continue;
            }
        };
        for found in found {
            seen = seen.saturating_add(1);
            if seen > MAX_FILES {
                return itself(EntryKind::TooMany);
            }
            match found {
                Err(error) => {
                    let kind = EntryKind::Unreadable(plain(&error));
                    entries.push(entry(prefix.clone(), kind));
                }
                Ok(found) => {
                    let file_name = found.file_name();
                    let name = joined(&prefix, &file_name.to_string_lossy());
                    let kind = look(&found.path(), most(&name));
                    match kind {
                        _ if file_name.to_str().is_none() => {
                            entries.push(entry(name, EntryKind::Odd));
                        }
                        EntryKind::Folder if depth == Depth::Deep => {
                            folders.push((found.path(), name));
                        }
                        kind => entries.push(entry(name, kind)),
                    }
                }
            }
        }
    }
    entries.sort();
    entries
}

fn look(path: &PathBuf, most: u64) -> EntryKind {
    let read = || -> io::Result<EntryKind> {
        let kind = std::fs::symlink_metadata(path)?.file_type();
        if kind.is_symlink() {
            return Ok(EntryKind::Link);
        }
        if kind.is_dir() {
            return Ok(EntryKind::Folder);
        }
        if !kind.is_file() {
            return Ok(EntryKind::Odd);
        }
        let mut bytes = Vec::new();
        // One byte more than is allowed tells a file that is too large from one that just fits.
        std::fs::File::open(path)?
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Ok(EntryKind::TooLarge);
        }
        Ok(EntryKind::File(bytes))
    };
    read().unwrap_or_else(|error| EntryKind::Unreadable(plain(&error)))
}

fn entry(name: String, kind: EntryKind) -> Entry {
    Entry { name, kind }
}

fn itself(kind: EntryKind) -> Vec<Entry> {
    vec![entry(String::new(), kind)]
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_told_and_no_link_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("b")).unwrap();
        std::fs::write(at("b/c.hcl"), "c").unwrap();
        std::fs::write(at("a.hcl"), "a").unwrap();
        std::fs::write(at("large"), "1234").unwrap();
        let names = |depth| -> Vec<_> {
            list(folder.path(), depth, |_| 3)
                .into_iter()
                .map(|entry| (entry.name, entry.kind))
                .collect()
        };
        let file = |text: &str| EntryKind::File(text.as_bytes().to_vec());
        assert_eq!(
            names(Depth::Deep),
            [
                ("a.hcl".to_owned(), file("a")),
                ("b/c.hcl".to_owned(), file("c")),
                ("large".to_owned(), EntryKind::TooLarge),
            ]
        );
        assert_eq!(names(Depth::Flat)[1], ("b".to_owned(), EntryKind::Folder));
        assert!(list(&at("missing"), Depth::Flat, |_| 3).is_empty());
        assert_eq!(
            list(&at("a.hcl"), Depth::Flat, |_| 3)[0].kind,
            EntryKind::Odd
        );
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("b", at("link")).unwrap();
            assert!(names(Depth::Deep).contains(&("link".to_owned(), EntryKind::Link)));
            assert_eq!(
                list(&at("link"), Depth::Deep, |_| 3),
                itself(EntryKind::Link)
            );
        }
    }
}
