//! The files that modules are made of: below one top folder, and nowhere else.
//!
//! Paths are relative to that top, with forward slashes and without `.` and `..`; the top
//! itself is the empty path. A link is followed as long as it does not lead out.

use super::tree::{MAX_FILES, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Files by path, wherever they come from.
pub trait Tree: Sync {
    /// What lies directly in a folder, sorted by name.
    ///
    /// # Errors
    ///
    /// Why it cannot be listed.
    fn entries(&self, folder: &str) -> Result<Vec<Entry>, Unavailable>;

    /// The bytes of a file that is not larger than `most`.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, Unavailable>;

    /// A path as people know it.
    fn shown(&self, path: &str) -> String;
}

/// Something that lies in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is; of a link, what it leads to.
    pub kind: EntryKind,
    /// Whether it is a link.
    pub is_link: bool,
}

/// What lies in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link that leads out of the top folder, or nowhere.
    Outside,
    /// A device or a pipe.
    Other,
}

/// Why a file or folder is not to be had.
#[derive(Debug)]
pub enum Unavailable {
    /// There is none of that name.
    Missing,
    /// It is a folder where a file is wanted, or the other way round.
    OtherKind,
    /// A link leads out of the top folder.
    Outside,
    /// It has more bytes than were asked for: so many.
    TooLarge(u64),
    /// The folder has more entries than are read.
    TooMany,
    /// The system says no.
    Io(io::Error),
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it does not exist"),
            Self::OtherKind => f.write_str("it is no regular file"),
            Self::Outside => f.write_str("it leads out of the repository"),
            Self::TooLarge(most) => write!(f, "it is larger than {most} bytes"),
            Self::TooMany => write!(f, "it holds more than {MAX_FILES} files"),
            Self::Io(error) => f.write_str(&plain(error)),
        }
    }
}

impl std::error::Error for Unavailable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Unavailable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            io::ErrorKind::IsADirectory => Self::OtherKind,
            _ => Self::Io(error),
        }
    }
}

/// `path` as seen from `folder`, both relative to the top; none where it leads out of the top
/// or starts from somewhere else.
pub fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A path as seen from a folder, both relative to the top.
pub fn relative(from: &str, to: &str) -> String {
    let parts = |path: &'_ str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len().saturating_sub(shared);
    let mut path = vec!["..".to_owned(); up];
    path.extend(to.into_iter().skip(shared));
    if path.is_empty() {
        ".".to_owned()
    } else {
        path.join("/")
    }
}

/// The tree on the disk below one folder.
#[derive(Debug)]
pub struct Repository {
    /// Without links in it, so that what a path leads to can be compared with it.
    top: PathBuf,
    /// How people reach the top.
    shown: String,
    /// Where people are, if that is below the top: relative to it.
    here: Option<String>,
    /// Where folders really are, once somebody asked.
    folders: Mutex<BTreeMap<String, Arc<Path>>>,
}

impl Repository {
    /// The tree below `top`; `shown` is how people reach that folder (`.`, `../..`, or empty).
    ///
    /// # Errors
    ///
    /// What the system says of the folder.
    pub fn new(top: &Path, shown: impl Into<String>) -> io::Result<Self> {
        Ok(Self {
            top: top.canonicalize()?,
            shown: shown.into(),
            here: None,
            folders: Mutex::default(),
        })
    }

    /// The same tree, seen from a folder in it, relative to the top: paths are shown from there.
    #[must_use]
    pub fn seen_from(self, here: Option<String>) -> Self {
        Self { here, ..self }
    }

    /// Where a folder really is, if that is below the top.
    fn folder(&self, path: &str) -> Result<Arc<Path>, Unavailable> {
        let known = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(real) = known().get(path) {
            return Ok(Arc::clone(real));
        }
        let real = self.inside(&self.top.join(path))?;
        let real: Arc<Path> = Arc::from(real);
        known().insert(path.to_owned(), Arc::clone(&real));
        Ok(real)
    }

    /// Where a file really is, if that is below the top.
    fn file(&self, path: &str) -> Result<PathBuf, Unavailable> {
        let path = join("", path).ok_or(Unavailable::Outside)?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let there = self.folder(folder)?.join(name);
        if std::fs::symlink_metadata(&there)?.is_symlink() {
            return self.inside(&there);
        }
        Ok(there)
    }

    /// Where a path really leads, if that is below the top.
    fn inside(&self, path: &Path) -> Result<PathBuf, Unavailable> {
        let real = path.canonicalize()?;
        if real.starts_with(&self.top) {
            Ok(real)
        } else {
            Err(Unavailable::Outside)
        }
    }

    fn entry(&self, entry: &std::fs::DirEntry) -> io::Result<Option<Entry>> {
        let Ok(name) = entry.file_name().into_string() else {
            // Nothing in a configuration can name it.
            return Ok(None);
        };
        let kind = entry.file_type()?;
        let is_link = kind.is_symlink();
        let kind = if is_link {
            match entry.path().canonicalize() {
                Ok(real) if real.starts_with(&self.top) => {
                    kind_of(std::fs::metadata(&real)?.file_type())
                }
                _ => EntryKind::Outside,
            }
        } else {
            kind_of(kind)
        };
        Ok(Some(Entry {
            name,
            kind,
            is_link,
        }))
    }
}

fn kind_of(kind: std::fs::FileType) -> EntryKind {
    if kind.is_file() {
        EntryKind::File
    } else if kind.is_dir() {
        EntryKind::Folder
    } else {
        EntryKind::Other
    }
}

impl Tree for Repository {
    fn entries(&self, folder: &str) -> Result<Vec<Entry>, Unavailable> {
        let mut entries = Vec::new();
        let folder = join("", folder).ok_or(Unavailable::Outside)?;
        for entry in std::fs::read_dir(self.folder(&folder)?)? {
            entries.extend(self.entry(&entry?)?);
            if entries.len() > MAX_FILES {
                return Err(Unavailable::TooMany);
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, Unavailable> {
        let file = std::fs::File::open(self.file(path)?)?;
        let there = file.metadata()?;
        if !there.is_file() {
            return Err(Unavailable::OtherKind);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(there.len().min(most)).unwrap_or(0));
        // One byte more than is allowed tells a file that is too large from one that just fits.
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(Unavailable::TooLarge(most));
        }
        Ok(bytes)
    }

    fn shown(&self, path: &str) -> String {
        if let Some(here) = &self.here {
            return relative(here, path);
        }
        match (self.shown.as_str(), path) {
            ("" | ".", "") => ".".to_owned(),
            ("" | ".", path) => path.to_owned(),
            (shown, "") => shown.to_owned(),
            (shown, path) => format!("{shown}/{path}"),
        }
    }
}

/// A tree that is in memory, for text that is no file of its own: what a plan file carries,
/// what a test writes.
#[derive(Clone, Debug, Default)]
pub struct InMemory(BTreeMap<String, Vec<u8>>);

impl InMemory {
    /// A tree of these files.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files = files.into_iter();
        Self(
            files
                .map(|(path, bytes)| (path.into(), bytes.into()))
                .collect(),
        )
    }
}

impl Tree for InMemory {
    fn entries(&self, folder: &str) -> Result<Vec<Entry>, Unavailable> {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let mut files = BTreeSet::new();
        let mut folders = BTreeSet::new();
        for path in self.0.keys() {
            match path.strip_prefix(&prefix).map(|rest| rest.split_once('/')) {
                Some(Some((name, _))) => folders.insert(name.to_owned()),
                Some(None) => files.insert(path.get(prefix.len()..).unwrap_or("").to_owned()),
                None => false,
            };
        }
        if files.is_empty() && folders.is_empty() && !folder.is_empty() {
            return Err(Unavailable::Missing);
        }
        let entry = |kind| {
            move |name| Entry {
                name,
                kind,
                is_link: false,
            }
        };
        let files = files.into_iter().map(entry(EntryKind::File));
        let mut entries: Vec<_> = files
            .chain(folders.into_iter().map(entry(EntryKind::Folder)))
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, Unavailable> {
        match self.0.get(path) {
            Some(bytes) if bytes.len() as u64 > most => Err(Unavailable::TooLarge(most)),
            Some(bytes) => Ok(bytes.clone()),
            None => match self.entries(path) {
                Ok(_) => Err(Unavailable::OtherKind),
                Err(_) => Err(Unavailable::Missing),
            },
        }
    }

    fn shown(&self, path: &str) -> String {
        match path {
            "" => ".".to_owned(),
            path => path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_do_not_lead_out() {
        let check = |folder: &str, path: &str, expected: Option<&str>| {
            assert_eq!(
                join(folder, path).as_deref(),
                expected,
                "{path} from {folder}"
            );
        };
        check("", "", Some(""));
        check("a/b", "../c", Some("a/c"));
        check("a/b", "./c//d/.", Some("a/b/c/d"));
        check("a", "..", Some(""));
        check("a", "../..", None);
        check("a", "../../a/b", None);
        check("a", "/etc/passwd", None);
        check("a", "..\\x", None);
        check("a", "x\0y", None);
    }

    #[test]
    fn paths_are_seen_from_a_folder() {
        assert_eq!(relative("a/b", "a/b"), ".");
        assert_eq!(relative("a/b", "a/b/m/n"), "m/n");
        assert_eq!(relative("a/b", "a/c"), "../c");
        assert_eq!(relative("a/b", ""), "../..");
        assert_eq!(relative("", "m"), "m");
        let top = tempfile::tempdir().unwrap();
        let tree = Repository::new(top.path(), "../..").unwrap();
        let tree = tree.seen_from(Some("a/b".to_owned()));
        assert_eq!(tree.shown("a/c/main.tf"), "../c/main.tf");
    }

    fn names(entries: Result<Vec<Entry>, Unavailable>) -> Vec<String> {
        let entries = entries.unwrap();
        entries
            .iter()
            .map(|entry| {
                let mark = if entry.is_link { "@" } else { "" };
                format!("{}{mark} {:?}", entry.name, entry.kind)
            })
            .collect()
    }

    #[test]
    fn what_is_in_memory_is_a_tree() {
        let tree = InMemory::new([("main.tf", "x"), ("m/a.tf", "y"), ("m/n/b.tf", "z")]);
        assert_eq!(names(tree.entries("")), ["m Folder", "main.tf File"]);
        assert_eq!(names(tree.entries("m")), ["a.tf File", "n Folder"]);
        assert!(matches!(tree.entries("x"), Err(Unavailable::Missing)));
        assert_eq!(tree.read("m/a.tf", 1).unwrap(), b"y");
        assert!(matches!(
            tree.read("m/a.tf", 0),
            Err(Unavailable::TooLarge(0))
        ));
        assert!(matches!(tree.read("m", 9), Err(Unavailable::OtherKind)));
        assert!(matches!(tree.read("q", 9), Err(Unavailable::Missing)));
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_as_long_as_they_stay_inside() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "s").unwrap();
        let top = tempfile::tempdir().unwrap();
        let at = |name: &str| top.path().join(name);
        std::fs::create_dir(at("a")).unwrap();
        std::fs::write(at("a/main.tf"), "x").unwrap();
        symlink("a", at("b")).unwrap();
        symlink("a/main.tf", at("c.tf")).unwrap();
        symlink(outside.path(), at("d")).unwrap();
        symlink("nowhere", at("e")).unwrap();
        symlink(outside.path().join("secret"), at("f")).unwrap();
        let tree = Repository::new(top.path(), ".").unwrap();
        let expected = [
            "a Folder",
            "b@ Folder",
            "c.tf@ File",
            "d@ Outside",
            "e@ Outside",
            "f@ Outside",
        ];
        assert_eq!(names(tree.entries("")), expected);
        assert_eq!(tree.read("b/main.tf", 9).unwrap(), b"x");
        for path in ["d/secret", "f", "../x", "d/../../x"] {
            assert!(
                matches!(tree.read(path, 9), Err(Unavailable::Outside)),
                "{path}"
            );
        }
        assert!(matches!(
            tree.read("a/main.tf", 0),
            Err(Unavailable::TooLarge(0))
        ));
        assert!(matches!(tree.read("a", 9), Err(Unavailable::OtherKind)));
        assert!(matches!(
            tree.read("a/main.tf/x", 9),
            Err(Unavailable::Missing)
        ));
        assert_eq!(
            Repository::new(top.path(), "../..").unwrap().shown("a/b"),
            "../../a/b"
        );
    }
}
