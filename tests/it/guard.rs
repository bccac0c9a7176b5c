//! Runs the built program the way a shell would, without anything of this machine's environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The folder of `Cargo.toml`.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The material that lies beside the project in its home, where it is there.
pub fn shared() -> Option<PathBuf> {
    let folder = project().join("../shared");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no ../shared beside the project");
    None
}

/// Runs `guard ARGS` in `folder`.
pub fn guard<I, S>(folder: &Path, args: I) -> Outcome
where
    I: IntoIterator<Item = S>,
    S: AsRef<std::ffi::OsStr>,
{
    let output = Command::new(env!("CARGO_BIN_EXE_guard"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    Outcome {
        code: output.status.code().expect("the program ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}
