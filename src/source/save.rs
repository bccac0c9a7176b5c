//! Files written whole or not at all.
//!
//! Bytes go to a temporary file in the folder of the one that is wanted, and take its
//! name in one step when all of them are on disk. Whoever looks sees the old file or the
//! new one, also when the machine stops half-way.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// A file that is being written beside the one that it will replace.
#[derive(Debug)]
pub struct Pending {
    file: BufWriter<NamedTempFile>,
    target: PathBuf,
}

impl Pending {
    /// Begins to write `target`, which may exist as an ordinary file or not at all.
    ///
    /// Anything else there is refused: a symbolic link may have been put there to have
    /// something else overwritten, and a device such as `/dev/stdout` would be lost.
    pub fn begin(target: &Path) -> Result<Self, SaveError> {
        match fs::symlink_metadata(target) {
            Ok(there) if there.is_file() => {}
            Ok(there) if there.is_dir() => return Err(SaveError::NoFile("is a folder")),
            Ok(there) if there.is_symlink() => {
                return Err(SaveError::NoFile(
                    "is a symbolic link, which is not followed",
                ));
            }
            Ok(_) => return Err(SaveError::NoFile("is no ordinary file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(SaveError::Io(error)),
        }
        let folder = folder_of(target);
        let mut builder = Builder::new();
        builder.prefix(".guard-").suffix(".tmp");
        ordinary_permissions(&mut builder);
        let file = builder.tempfile_in(folder).map_err(SaveError::Io)?;
        Ok(Self {
            file: BufWriter::new(file),
            target: target.to_owned(),
        })
    }

    /// Where the bytes go.
    pub fn writer(&mut self) -> &mut dyn Write {
        &mut self.file
    }

    /// Puts all bytes on disk; nothing can be seen of them yet.
    pub fn finish(self) -> Result<Finished, SaveError> {
        let file = (self.file.into_inner()).map_err(|error| SaveError::Io(error.into_error()))?;
        file.as_file().sync_all().map_err(SaveError::Io)?;
        Ok(Finished {
            file,
            target: self.target,
        })
    }
}

/// A file that is on disk, but not yet under its name.
#[derive(Debug)]
pub struct Finished {
    file: NamedTempFile,
    target: PathBuf,
}

impl Finished {
    /// Gives it its name.
    pub fn publish(self) -> Result<(), SaveError> {
        let folder = folder_of(&self.target).to_owned();
        (self.file.persist(&self.target)).map_err(|error| SaveError::Io(error.error))?;
        // The new name is in the folder; not every system can put a folder on disk, and
        // the file is whole either way.
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Writes one file, whole or not at all.
pub fn save(target: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    let mut file = Pending::begin(target)?;
    (file.writer().write_all(bytes)).map_err(SaveError::Io)?;
    file.finish()?.publish()
}

/// Whether two paths lead to one and the same file.
pub fn is_same(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// Why a file could not be written.
#[derive(Debug)]
pub enum SaveError {
    /// What is there under its name is nothing to replace.
    NoFile(&'static str),
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFile(what) => f.write_str(what),
            // The first words are the system's; a path in it would repeat the caller's.
            Self::Io(error) => match error.kind() {
                io::ErrorKind::NotFound => f.write_str("there is no such folder"),
                io::ErrorKind::PermissionDenied => f.write_str("permission denied"),
                io::ErrorKind::StorageFull => f.write_str("the disk is full"),
                _ => error.fmt(f),
            },
        }
    }
}

impl std::error::Error for SaveError {}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Temporary files are their owner's alone; a report is for whom the user's umask says.
#[cfg(unix)]
fn ordinary_permissions(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn ordinary_permissions(_: &mut Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(target: &Path, text: &str) -> Result<(), SaveError> {
        super::save(target, text.as_bytes())
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_appears_and_an_old_one_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report.json");
        save(&target, "one").unwrap();
        save(&target, "two").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "two");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn a_file_given_up_leaves_the_old_one_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report.json");
        save(&target, "one").unwrap();
        let mut file = Pending::begin(&target).unwrap();
        file.writer().write_all(b"half").unwrap();
        drop(file);
        let mut file = Pending::begin(&target).unwrap();
        file.writer().write_all(b"whole").unwrap();
        drop(file.finish().unwrap());
        assert_eq!(fs::read_to_string(&target).unwrap(), "one");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn what_is_no_ordinary_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = Pending::begin(folder.path()).unwrap_err();
        assert_eq!(error.to_string(), "is a folder");
        let error = Pending::begin(&folder.path().join("no/report.json")).unwrap_err();
        assert_eq!(error.to_string(), "there is no such folder");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_devices_not_replaced() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (other, link) = (folder.path().join("other"), folder.path().join("link"));
        fs::write(&other, "precious").unwrap();
        symlink(&other, &link).unwrap();
        let error = Pending::begin(&link).unwrap_err();
        assert_eq!(
            error.to_string(),
            "is a symbolic link, which is not followed"
        );
        assert_eq!(fs::read_to_string(&other).unwrap(), "precious");
        let error = Pending::begin(Path::new("/dev/null")).unwrap_err();
        assert_eq!(error.to_string(), "is no ordinary file");
        let target = folder.path().join("report.json");
        save(&target, "").unwrap();
        let mode = fs::metadata(&target).unwrap().permissions().mode();
        assert_eq!(mode & 0o600, 0o600);
        assert_eq!(mode & 0o111, 0, "a report is no program");
    }
}
