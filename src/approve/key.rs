//! Public keys, and which of them we take: text or wire bytes -> [`Key`].
//!
//! Four kinds count: Ed25519 and ECDSA on P-256, each in software or in a FIDO token. All
//! others are refused by name. A key has exactly one encoding here, so equal keys are equal bytes.

use super::wire::Wire;
use base64ct::{Base64, Base64Unpadded, Encoding};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// The kinds of key that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Ed25519.
    Ed25519,
    /// ECDSA on NIST P-256.
    EcdsaP256,
    /// Ed25519 in a FIDO token.
    SkEd25519,
    /// ECDSA on NIST P-256 in a FIDO token.
    SkEcdsaP256,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::Ed25519,
        Self::EcdsaP256,
        Self::SkEd25519,
        Self::SkEcdsaP256,
    ];

    /// The name OpenSSH gives to keys and signatures of this kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::EcdsaP256 => "ecdsa-sha2-nistp256",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkEcdsaP256 => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    /// Whether the private key lives in a FIDO token, which says in each signature whether it was touched.
    pub const fn is_token(self) -> bool {
        matches!(self, Self::SkEd25519 | Self::SkEcdsaP256)
    }

    /// Whether its signatures are of Ed25519.
    pub(super) const fn is_ed25519(self) -> bool {
        matches!(self, Self::Ed25519 | Self::SkEd25519)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A public key of a kind that counts, with a point that is safe to verify with.
///
/// Cheap to clone. Ordered by kind and bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    kind: Kind,
    blob: Arc<[u8]>,
}

/// Why something is no key that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadKey {
    /// A kind that we do not take, by its name.
    Kind(String),
    /// Not the bytes of a key, or not in their one spelling.
    Malformed,
    /// A point that verifies signatures nobody made, or that is not on the curve.
    WeakPoint,
}

impl Key {
    /// A key in OpenSSH's text form: its kind and its bytes in base64.
    ///
    /// # Errors
    ///
    /// When it is of another kind, not canonical, or not safe to verify with.
    pub fn from_text(kind: &str, base64: &str) -> Result<Self, BadKey> {
        if Kind::named(kind).is_none() {
            return Err(BadKey::Kind(kind.to_owned()));
        }
        let blob = decode_base64(base64).ok_or(BadKey::Malformed)?;
        let key = Self::from_blob(&blob)?;
        if key.kind.as_str() == kind {
            Ok(key)
        } else {
            Err(BadKey::Malformed)
        }
    }

    /// A key in wire form.
    ///
    /// # Errors
    ///
    /// When it is of another kind, not canonical, or not safe to verify with.
    pub fn from_blob(blob: &[u8]) -> Result<Self, BadKey> {
        let mut wire = Wire::new(blob);
        let name = wire.word().ok_or(BadKey::Malformed)?;
        let kind = Kind::named(name).ok_or_else(|| BadKey::Kind(name.to_owned()))?;
        let point = point(kind, wire).ok_or(BadKey::Malformed)?;
        if !is_sound(kind, point) {
            return Err(BadKey::WeakPoint);
        }
        Ok(Self {
            kind,
            blob: Arc::from(blob),
        })
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its bytes in wire form.
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// What people compare: `SHA256:` and the digest of the key in base64, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.blob);
        format!("SHA256:{}", Base64Unpadded::encode_string(&digest))
    }

    /// The key as the library takes it; none would mean that it reads keys differently from us.
    pub(super) fn to_library(&self) -> Option<ssh_key::PublicKey> {
        let key = ssh_key::PublicKey::from_bytes(&self.blob).ok()?;
        (key.to_bytes().ok()?.as_slice() == self.blob()).then_some(key)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.fingerprint())
    }
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(name) => write!(
                f,
                "keys of type `{name}` are not taken; use ssh-ed25519, ecdsa-sha2-nistp256, or their sk- forms"
            ),
            Self::Malformed => f.write_str("the key is damaged"),
            Self::WeakPoint => f.write_str(
                "the key is not a sound point of its curve: signatures that nobody made would verify with it",
            ),
        }
    }
}

/// Whether a text is a fingerprint as [`Key::fingerprint`] gives it.
pub(super) fn is_fingerprint(text: &str) -> bool {
    let Some(digest) = text.strip_prefix("SHA256:") else {
        return false;
    };
    // Decoding and encoding again settles the unused bits of the last character.
    let bytes = Base64Unpadded::decode_vec(digest).unwrap_or_default();
    bytes.len() == 32 && Base64Unpadded::encode_string(&bytes) == digest
}

/// Base64 with padding, in the one spelling its bytes have.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64::decode_vec(text).ok()?;
    (Base64::encode_string(&bytes) == text).then_some(bytes)
}

/// The point inside a key, after everything around it was checked.
fn point(kind: Kind, mut wire: Wire<'_>) -> Option<&[u8]> {
    let point = if kind.is_ed25519() {
        wire.field().filter(|point| point.len() == 32)?
    } else {
        (wire.field()? == b"nistp256").then_some(())?;
        // Uncompressed, the only form OpenSSH takes.
        wire.field()
            .filter(|point| point.len() == 65 && point.first() == Some(&4))?
    };
    if kind.is_token() {
        wire.word()?;
    }
    wire.end()?;
    Some(point)
}

/// Whether a point is on its curve, generates a large group, and is written in its one way.
///
/// With a point of small order, R = identity and S = 0 verifies for every message.
fn is_sound(kind: Kind, point: &[u8]) -> bool {
    if !kind.is_ed25519() {
        return p256::ecdsa::VerifyingKey::from_sec1_bytes(point).is_ok();
    }
    let Ok(bytes) = <&[u8; 32]>::try_from(point) else {
        return false;
    };
    ed25519_dalek::VerifyingKey::from_bytes(bytes)
        .is_ok_and(|key| !key.is_weak() && key.to_edwards().compress().as_bytes() == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ed25519(point: &[u8]) -> Result<Key, BadKey> {
        let field = |bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).unwrap();
            [&length.to_be_bytes(), bytes].concat()
        };
        Key::from_blob(&[field(b"ssh-ed25519"), field(point)].concat())
    }

    /// The 32 bytes of a y below 256, and of the same y plus the prime of the field.
    fn spellings(y: u8) -> ([u8; 32], [u8; 32]) {
        let mut small = [0; 32];
        small[0] = y;
        // The prime is 2^255 - 19.
        let mut large = [0xff; 32];
        large[0] = y.saturating_add(0xed);
        large[31] = 0x7f;
        (small, large)
    }

    #[test]
    fn a_point_has_one_spelling() {
        let mut sound = 0;
        for y in 0..19 {
            let (small, large) = spellings(y);
            assert!(ed25519(&large).is_err(), "y = p + {y}");
            sound += usize::from(ed25519(&small).is_ok());
        }
        assert!(sound > 3, "some of these are sound points: {sound}");
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let text = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB";
        assert_eq!(
            Key::from_text("ecdsa-sha2-nistp256", text),
            Err(BadKey::Malformed)
        );
        let mut blob = b"\0\0\0\x13ecdsa-sha2-nistp256\0\0\0\x08nistp256\0\0\0\x41\x04".to_vec();
        blob.extend([1; 64]);
        assert_eq!(Key::from_blob(&blob), Err(BadKey::WeakPoint));
    }

    #[test]
    fn fingerprints_are_those_of_ssh_keygen() {
        let base64 = "AAAAC3NzaC1lZDI1NTE5AAAAIIdF6vm+zO6teM8ewJwKXEusGQI9wtJukAyS5eeTWLKj";
        let Ok(key) = Key::from_text("ssh-ed25519", base64) else {
            panic!("a good key");
        };
        assert_eq!(key.kind(), Kind::Ed25519);
        assert!(is_fingerprint(&key.fingerprint()));
        assert_eq!(
            key.fingerprint(),
            "SHA256:JlEXdegRnOF14oPu9FwyTl+au6eRAc6MLxXJ0WrcaBs"
        );
    }
}
