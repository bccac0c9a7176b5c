//! The parts of a repository: its top, its policies, and which root a file describes.
//!
//! Files are read whole, as text, and never through a link: what a folder of policies holds
//! must be what reviewers of that folder saw.

use super::SourceFile;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The largest file that is read as text, in bytes.
pub const MAX_TEXT: u64 = 4 << 20;
/// The most files that are taken from one folder.
pub const MAX_FILES: usize = 20_000;

/// Where guard was started and what lies around it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    current: PathBuf,
    top: Option<PathBuf>,
}

/// A tree of files, and a folder in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// The top folder of the tree.
    pub top: PathBuf,
    /// How people reach the top folder.
    pub shown: String,
    /// The folder, relative to the top, with forward slashes; the top itself is empty.
    pub folder: String,
    /// The current folder in the same words, if it is below the top.
    pub here: Option<String>,
}

impl Surroundings {
    /// Looks around from `current`, an absolute path: the top is the nearest folder with a `.git`.
    pub fn of(current: impl Into<PathBuf>) -> Self {
        let current = current.into();
        let top = current
            .ancestors()
            .find(|folder| folder.join(".git").exists())
            .map(Path::to_path_buf);
        Self { current, top }
    }

    /// How to reach the top of the repository, where that is not the current folder.
    pub fn top_elsewhere(&self) -> Option<String> {
        let top = self.top.as_ref().filter(|top| **top != self.current)?;
        Some(self.show(top))
    }

    /// The folder `name` that belongs to this place: in the current folder, else at the top of
    /// the repository, and nowhere else, so that no parent can smuggle one in.
    ///
    /// Gives the path to open and the path to show.
    pub fn folder(&self, name: &str) -> Option<(PathBuf, String)> {
        let near = self.current.join(name);
        if near.is_dir() {
            return Some((near, name.to_owned()));
        }
        let top = self.top.as_ref().filter(|top| **top != self.current)?;
        let far = top.join(name);
        let shown = self.show(&far);
        far.is_dir().then_some((far, shown))
    }

    /// The path as people know it: relative to the current folder, with forward slashes.
    pub fn show(&self, path: &Path) -> String {
        let path = self.resolve(path);
        for (up, folder) in self.current.ancestors().enumerate() {
            let within = self.top.as_ref().is_some_and(|top| folder.starts_with(top));
            if let Ok(rest) = path.strip_prefix(folder)
                && (up == 0 || within)
            {
                let mut parts = vec!["..".to_owned(); up];
                parts.extend(
                    rest.components()
                        .map(|part| part.as_os_str().to_string_lossy().into_owned()),
                );
                return if parts.is_empty() {
                    ".".to_owned()
                } else {
                    parts.join("/")
                };
            }
        }
        slashes(&path)
    }

    /// The root that the file at `path` describes, where nobody says so: the folder of the file
    /// where that folder holds Terraform configuration, else the file itself without its ending.
    /// Relative to the top of the repository, with forward slashes; the top itself is `.`.
    pub fn root_of(&self, path: &Path) -> String {
        let path = self.resolve(path);
        match path.parent() {
            Some(folder) if holds_configuration(folder) => self.root_name(folder),
            _ => self.root_name(&path.with_extension("")),
        }
    }

    /// What a root is called that lies in this folder: as [`Self::root_of`] calls it.
    pub fn root_in(&self, folder: &Path) -> String {
        self.root_name(&self.resolve(folder))
    }

    /// Which tree of files a folder of configuration belongs to: all below the top of the
    /// repository, or the current folder where there is none. Of a folder elsewhere it is the
    /// repository around that folder, else the folder alone.
    pub fn site(&self, folder: &Path) -> Site {
        let folder = self.resolve(folder);
        let base = self.top.as_deref().unwrap_or(&self.current);
        let top = if folder.starts_with(base) {
            base
        } else {
            let has_git = |folder: &&Path| folder.join(".git").exists();
            folder.ancestors().find(has_git).unwrap_or(&folder)
        };
        Site {
            shown: self.show(top),
            here: self.current.strip_prefix(top).ok().map(slashes),
            folder: slashes(folder.strip_prefix(top).unwrap_or(Path::new(""))),
            top: top.to_path_buf(),
        }
    }

    fn root_name(&self, folder: &Path) -> String {
        let base = self.top.as_deref().unwrap_or(&self.current);
        let name = slashes(folder.strip_prefix(base).unwrap_or(folder));
        if name.is_empty() {
            ".".to_owned()
        } else {
            name
        }
    }

    /// Whether a path lies in the current folder or in the repository around it.
    pub fn holds(&self, path: &Path) -> bool {
        let path = self.resolve(path);
        let top = self.top.as_deref().unwrap_or(&self.current);
        path.starts_with(&self.current) || path.starts_with(top)
    }

    /// The absolute path, without `.` and `..`.
    fn resolve(&self, path: &Path) -> PathBuf {
        let mut whole = PathBuf::new();
        for part in self.current.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    whole.pop();
                }
                part => whole.push(part),
            }
        }
        whole
    }
}

/// Whether a file of that name is Terraform or OpenTofu configuration.
pub fn is_configuration(name: &str) -> bool {
    [".tf", ".tofu", ".tf.json", ".tofu.json"]
        .iter()
        .any(|ending| name.ends_with(ending))
        && !name.starts_with('.')
}

/// Whether a folder is a Terraform or OpenTofu module.
pub fn holds_configuration(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_str().is_some_and(is_configuration))
    })
}

/// Why a file or folder could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The path as it is shown.
    pub path: String,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Io(io::Error),
    Link,
    NotAFile,
    TooLarge,
    TooMany,
    NotUtf8(usize),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Io(error) => write!(f, "{}", plain(error)),
            Why::Link => write!(f, "it is a link; only regular files are read here"),
            Why::NotAFile => write!(f, "it is not a regular file"),
            Why::TooLarge => write!(f, "it is larger than {} MiB", MAX_TEXT >> 20),
            Why::TooMany => write!(f, "it holds more than {MAX_FILES} files"),
            Why::NotUtf8(at) => write!(f, "it is not UTF-8 text (byte {at})"),
        }
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.why {
            Why::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// The files of one folder (not of its subfolders) whose names end in one of `endings`, sorted by name.
///
/// A folder that does not exist holds no files.
///
/// # Errors
///
/// The first file that cannot be read, is a link, too large or no text.
pub fn read_folder(
    folder: &Path,
    shown: &str,
    endings: &[&str],
) -> Result<Vec<SourceFile>, Unreadable> {
    let fail = |why| Unreadable {
        path: shown.to_owned(),
        why,
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(Why::Io(error))),
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        let name = entry.map_err(|error| fail(Why::Io(error)))?.file_name();
        let Some(name) = name.to_str() else { continue };
        if endings.iter().any(|ending| name.ends_with(ending)) && !name.starts_with('.') {
            names.insert(name.to_owned());
        }
        if names.len() > MAX_FILES {
            return Err(fail(Why::TooMany));
        }
    }
    names
        .iter()
        .map(|name| read_text(&folder.join(name), &format!("{shown}/{name}")))
        .collect()
}

/// One text file.
///
/// # Errors
///
/// When it cannot be read, is a link or no regular file, is larger than [`MAX_TEXT`], or is not UTF-8.
pub fn read_text(path: &Path, shown: &str) -> Result<SourceFile, Unreadable> {
    let fail = |why| Unreadable {
        path: shown.to_owned(),
        why,
    };
    let kind = std::fs::symlink_metadata(path)
        .map_err(|error| fail(Why::Io(error)))?
        .file_type();
    if kind.is_symlink() {
        return Err(fail(Why::Link));
    }
    if !kind.is_file() {
        return Err(fail(Why::NotAFile));
    }
    read_whole(path, &fail, shown)
}

/// One text file that somebody named, be it by a link.
///
/// # Errors
///
/// When it cannot be read, is no regular file, is larger than [`MAX_TEXT`], or is not UTF-8.
pub fn read_named(path: &Path, shown: &str) -> Result<SourceFile, Unreadable> {
    let fail = |why| Unreadable {
        path: shown.to_owned(),
        why,
    };
    let there = std::fs::metadata(path).map_err(|error| fail(Why::Io(error)))?;
    if !there.is_file() {
        return Err(fail(Why::NotAFile));
    }
    read_whole(path, &fail, shown)
}

fn read_whole(
    path: &Path,
    fail: &dyn Fn(Why) -> Unreadable,
    shown: &str,
) -> Result<SourceFile, Unreadable> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| fail(Why::Io(error)))?;
    // One byte more than is allowed tells a file that is too large from one that just fits.
    file.take(MAX_TEXT.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| fail(Why::Io(error)))?;
    if bytes.len() as u64 > MAX_TEXT {
        return Err(fail(Why::TooLarge));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(shown, text)),
        Err(error) => Err(fail(Why::NotUtf8(error.utf8_error().valid_up_to()))),
    }
}

/// What the system says, without its error number.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(at) => text.get(..at).unwrap_or(&text).to_lowercase(),
        None => text.to_lowercase(),
    }
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> tempfile::TempDir {
        let top = tempfile::tempdir().unwrap();
        for folder in [".git", "policies", "tenants/acme/prod", "plans"] {
            std::fs::create_dir_all(top.path().join(folder)).unwrap();
        }
        std::fs::write(top.path().join("tenants/acme/prod/main.tf"), "").unwrap();
        top
    }

    #[test]
    fn a_root_is_the_folder_of_its_configuration_else_the_file() {
        let top = repository();
        let here = Surroundings::of(top.path().join("tenants"));
        let root = |path: &str| here.root_of(Path::new(path));
        assert_eq!(root("acme/prod/plan.json"), "tenants/acme/prod");
        assert_eq!(root("./acme/../acme/prod/plan.json"), "tenants/acme/prod");
        assert_eq!(root("../plans/acme-prod.json"), "plans/acme-prod");
        assert_eq!(root("../plans/no-ending"), "plans/no-ending");
    }

    #[test]
    fn a_folder_of_configuration_belongs_to_the_tree_around_it() {
        let top = repository();
        let here = Surroundings::of(top.path().join("tenants"));
        let site = |folder: &str| {
            let site = here.site(Path::new(folder));
            assert_eq!(site.here.as_deref(), Some("tenants"));
            (site.top == top.path(), site.shown, site.folder)
        };
        let told = |folder: &str| (true, "..".to_owned(), folder.to_owned());
        assert_eq!(site("acme/./prod/"), told("tenants/acme/prod"));
        assert_eq!(site(".."), told(""));
        assert_eq!(here.root_in(Path::new("acme/prod")), "tenants/acme/prod");
        assert_eq!(here.root_in(Path::new("..")), ".");

        let alone = tempfile::tempdir().unwrap();
        let site = here.site(alone.path());
        assert_eq!((site.top.as_path(), &*site.folder), (alone.path(), ""));
    }

    #[test]
    fn policies_are_here_or_at_the_top_and_nowhere_else() {
        let top = repository();
        let found = |folder: &str| {
            Surroundings::of(top.path().join(folder))
                .folder("policies")
                .map(|found| found.1)
        };
        assert_eq!(found("").as_deref(), Some("policies"));
        assert_eq!(found("tenants/acme").as_deref(), Some("../../policies"));
        std::fs::create_dir_all(top.path().join("tenants/policies")).unwrap();
        assert_eq!(
            found("tenants/acme").as_deref(),
            Some("../../policies"),
            "a parent below the top does not count"
        );
        assert_eq!(found("tenants").as_deref(), Some("policies"));

        let alone = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(alone.path().join("a/b")).unwrap();
        std::fs::create_dir_all(alone.path().join("policies")).unwrap();
        assert!(
            Surroundings::of(alone.path().join("a/b"))
                .folder("policies")
                .is_none(),
            "no repository, no parents"
        );
    }

    #[test]
    fn folders_are_read_in_order_and_not_through_links() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.hcl", "a.hcl", ".hidden.hcl", "c.txt"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let read = |folder: &Path| read_folder(folder, "policies", &[".hcl"]);
        let names: Vec<_> = read(folder.path())
            .unwrap()
            .iter()
            .map(|file| file.path().to_owned())
            .collect();
        assert_eq!(names, ["policies/a.hcl", "policies/b.hcl"]);
        assert!(read(&folder.path().join("missing")).unwrap().is_empty());

        std::fs::write(folder.path().join("d.hcl"), b"\xff").unwrap();
        assert_eq!(
            read(folder.path()).unwrap_err().to_string(),
            "it is not UTF-8 text (byte 0)"
        );
        #[cfg(unix)]
        {
            std::fs::remove_file(folder.path().join("d.hcl")).unwrap();
            std::os::unix::fs::symlink("c.txt", folder.path().join("e.hcl")).unwrap();
            assert_eq!(read(folder.path()).unwrap_err().path, "policies/e.hcl");
        }
    }
}
