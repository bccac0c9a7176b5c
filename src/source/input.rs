//! Inputs that are read more than once: a file, or what came through a pipe.
//!
//! A plan is read in two passes, so whatever cannot be read twice is kept aside first: in
//! memory up to [`IN_MEMORY`], in a temporary file without a name past that.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::time::SystemTime;

/// How much of a pipe is kept in memory, in bytes.
pub const IN_MEMORY: u64 = 16 << 20;

/// Bytes under the name people know them by, to be read as often as needed.
pub struct Input {
    shown: String,
    bytes: Bytes,
}

enum Bytes {
    Memory(Vec<u8>),
    /// A file, and what it looked like when it was opened.
    File(File, Look),
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    size: u64,
    modified: Option<SystemTime>,
}

impl Look {
    fn of(file: &File) -> io::Result<Self> {
        let there = file.metadata()?;
        Ok(Self {
            size: there.len(),
            modified: there.modified().ok(),
        })
    }
}

impl Input {
    /// A file; `shown` is what people call it.
    ///
    /// What is no regular file (a named pipe, `/dev/stdin`) is kept aside like any pipe.
    ///
    /// # Errors
    ///
    /// What the system says; a folder is [`io::ErrorKind::IsADirectory`].
    pub fn open(path: &Path, shown: impl Into<String>) -> io::Result<Self> {
        let file = File::open(path)?;
        let there = file.metadata()?;
        if there.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !there.is_file() {
            return Self::pipe(shown, file);
        }
        let look = Look::of(&file)?;
        Ok(Self {
            shown: shown.into(),
            bytes: Bytes::File(file, look),
        })
    }

    /// All that comes through a pipe.
    ///
    /// # Errors
    ///
    /// What the system says of the pipe, or of the temporary file.
    pub fn pipe(shown: impl Into<String>, pipe: impl Read) -> io::Result<Self> {
        let mut pipe = pipe;
        let mut start = Vec::new();
        pipe.by_ref().take(IN_MEMORY).read_to_end(&mut start)?;
        let mut more = [0; 1];
        let more = loop {
            match pipe.read(&mut more) {
                Ok(n) => break more.get(..n).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        };
        if more.is_empty() {
            return Ok(Self::memory(shown, start));
        }
        let mut file = tempfile::tempfile()?;
        file.write_all(&start)?;
        drop(start);
        file.write_all(more)?;
        io::copy(&mut pipe, &mut file)?;
        let look = Look::of(&file)?;
        Ok(Self {
            shown: shown.into(),
            bytes: Bytes::File(file, look),
        })
    }

    /// Bytes that are in memory already.
    pub fn memory(shown: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            shown: shown.into(),
            bytes: Bytes::Memory(bytes),
        }
    }

    /// What people call it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match &self.bytes {
            Bytes::Memory(bytes) => bytes.len() as u64,
            Bytes::File(_, look) => look.size,
        }
    }

    /// Its bytes from the first to the last.
    pub fn all(&self) -> Section<'_> {
        self.section(0..self.size())
    }

    /// Some of its bytes.
    pub fn section(&self, range: Range<u64>) -> Section<'_> {
        Section {
            input: self,
            at: range.start,
            end: range.end.min(self.size()),
        }
    }

    /// Asks whether it is still what it was when it was opened.
    ///
    /// # Errors
    ///
    /// When the file has another size or time of change than it had, or cannot be asked.
    pub fn unchanged(&self) -> io::Result<()> {
        match &self.bytes {
            Bytes::Memory(_) => Ok(()),
            Bytes::File(file, look) if Look::of(file)? == *look => Ok(()),
            Bytes::File(..) => Err(changed()),
        }
    }
}

fn changed() -> io::Error {
    io::Error::other("it was changed while it was read")
}

/// Tells the name and the size, never what is in it.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("shown", &self.shown)
            .field("size", &self.size())
            .finish()
    }
}

/// Some bytes of an [`Input`]; several may be read at the same time.
#[derive(Debug)]
pub struct Section<'a> {
    input: &'a Input,
    at: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_sub(self.at);
        let want = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(buffer) = buffer.get_mut(..want).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        let n = match &self.input.bytes {
            Bytes::Memory(bytes) => {
                let from = usize::try_from(self.at).unwrap_or(usize::MAX);
                bytes.get(from..).unwrap_or_default().read(buffer)?
            }
            Bytes::File(file, _) => {
                // Others may have read from this file since.
                let mut file = file;
                file.seek(SeekFrom::Start(self.at))?;
                file.read(buffer)?
            }
        };
        if n == 0 {
            return Err(changed());
        }
        self.at = self.at.saturating_add(n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mut section: Section<'_>) -> io::Result<String> {
        let mut text = String::new();
        section.read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn a_pipe_can_be_read_twice_and_in_part() {
        let input = Input::pipe("-", &b"hello world"[..]).unwrap();
        assert_eq!(text(input.all()).unwrap(), "hello world");
        assert_eq!(text(input.section(6..9)).unwrap(), "wor");
        assert_eq!(text(input.section(6..99)).unwrap(), "world");
        assert_eq!(text(input.section(50..99)).unwrap(), "");
    }

    #[test]
    fn a_long_pipe_is_kept_in_a_file() {
        for past in [0, 1, 70_000] {
            let long = vec![b'x'; usize::try_from(IN_MEMORY).unwrap() + past];
            let input = Input::pipe("-", &long[..]).unwrap();
            assert_eq!(input.size(), long.len() as u64);
            assert_eq!(matches!(input.bytes, Bytes::File(..)), past > 0);
            let size = input.size();
            assert!(text(input.section(size - 5..size)).unwrap() == "xxxxx");
            input.unchanged().unwrap();
        }
    }

    #[test]
    fn a_file_that_changes_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        std::fs::write(&path, "0123456789").unwrap();
        let input = Input::open(&path, "plan.json").unwrap();
        assert_eq!(text(input.all()).unwrap(), "0123456789");
        input.unchanged().unwrap();

        std::fs::write(&path, "012345").unwrap();
        let error = text(input.all()).unwrap_err();
        assert_eq!(error.to_string(), "it was changed while it was read");
        assert!(input.unchanged().is_err());
    }

    #[test]
    fn a_folder_or_a_missing_file_is_no_input() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| Input::open(path, "x").unwrap_err().kind();
        assert_eq!(kind(folder.path()), io::ErrorKind::IsADirectory);
        assert_eq!(kind(&folder.path().join("none")), io::ErrorKind::NotFound);
    }
}
