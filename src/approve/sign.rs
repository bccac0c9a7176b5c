//! Signing, by the user's own `ssh-keygen`: keys in files, agents, FIDO tokens and PKCS#11 come for free.
//!
//! Only signing needs the program; whether a signature counts is told without it.

use super::signature::is_framed;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Signs `message` for that namespace with the private or public key in the file `key`
/// (a public key: the agent signs), and gives the armored signature.
///
/// `ssh-keygen` asks for passphrases, PINs and touches by itself, on the terminal.
///
/// # Errors
///
/// When there is no `ssh-keygen`, when it does not sign, or when what it gives is no signature.
pub fn sign(key: &Path, namespace: &str, message: &[u8]) -> Result<String, CannotSign> {
    let mut child = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(CannotSign::Missing)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Where it has refused already, its exit code says so.
        let _ = stdin.write_all(message);
    }
    let output = child.wait_with_output().map_err(CannotSign::Missing)?;
    if !output.status.success() {
        return Err(CannotSign::Refused);
    }
    let armor = String::from_utf8(output.stdout).map_err(|_| CannotSign::Odd)?;
    if is_framed(armor.as_bytes()) {
        Ok(armor)
    } else {
        Err(CannotSign::Odd)
    }
}

/// Why nothing was signed.
#[derive(Debug)]
pub enum CannotSign {
    /// The program does not start.
    Missing(io::Error),
    /// It said why, on standard error.
    Refused,
    /// What it gave is not what counts: a key of another kind, or another format.
    Odd,
}

impl fmt::Display for CannotSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing(_) => "cannot run ssh-keygen, which makes the signature",
            Self::Refused => "ssh-keygen did not sign",
            Self::Odd => "ssh-keygen made a signature that would not count: use an ed25519 or ecdsa-p256 key, in a file, an agent or a FIDO token",
        })
    }
}

impl std::error::Error for CannotSign {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Missing(error) => Some(error),
            Self::Refused | Self::Odd => None,
        }
    }
}
