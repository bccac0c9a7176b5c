//! SHA-256 of files, as `sha256sum` prints it.

use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// The SHA-256 of these bytes in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// The SHA-256 of everything that can be read there.
///
/// # Errors
///
/// What the reader says.
pub fn sha256_of(mut bytes: impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match bytes.read(&mut buffer) {
            Ok(0) => return Ok(format!("{:x}", digest.finalize())),
            Ok(n) => digest.update(buffer.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_sha256sum_prints() {
        const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256_hex(b""), NOTHING);
        assert_eq!(sha256_of(&b""[..]).unwrap(), NOTHING);
        let long = vec![b'x'; 200_000];
        assert_eq!(sha256_of(&long[..]).unwrap(), sha256_hex(&long));
    }
}
