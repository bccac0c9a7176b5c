//! The files that functions such as `file` may read, as the scope gives them.

/// Reads files for functions: below a top folder only, whatever paths people write.
///
/// Paths come as they are written in the configuration, mostly relative to where Terraform
/// would run. How far they may lead, and that no link leads out, is the implementer's to see to.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, as part of a sentence.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError>;

    /// Whether there is such a file.
    ///
    /// # Errors
    ///
    /// What is there and is no file.
    fn exists(&self, path: &str) -> Result<bool, FileError>;

    /// All files below a folder, as paths relative to it with forward slashes, sorted.
    ///
    /// # Errors
    ///
    /// Why it cannot be listed.
    fn list(&self, folder: &str) -> Result<Vec<String>, FileError>;

    /// An absolute form of a path, for `abspath`; none where that must not show.
    fn absolute(&self, path: &str) -> Option<String> {
        let _ = path;
        None
    }
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// There is none of that name.
    Missing,
    /// It is a folder.
    Folder,
    /// It is not to be read: outside of the top folder, too large, or the system says no.
    Refused(String),
}
