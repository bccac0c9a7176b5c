//! Is this file really by that person: (armored SSHSIG, bytes, keys, now) -> who signed, or why not.
//!
//! `ssh-keygen -Y sign` makes such signatures, with keys in files, agents or FIDO tokens;
//! checking them needs no program beside this one. The library verifies, but it reads more
//! than one text as the same signature, so a gate of our own comes first: exactly one armored
//! block, LF only, nothing before or after it, every length and number in its one spelling,
//! version 1, nothing reserved. Whatever passes here, `ssh-keygen -Y verify` accepts too.

use super::key::{BadKey, Key, decode_base64};
use super::signers::{Signer, Signers};
use super::wire::Wire;
use crate::date::Moment;
use ssh_key::{HashAlg, SshSig};
use std::collections::BTreeSet;
use std::fmt;

/// The namespace of signatures on records.
pub const APPROVAL: &str = "tierguard-approval-v1";
/// The namespace of signatures on the manifest of `policies/`.
pub const POLICY: &str = "tierguard-policy-v1";
/// The largest signature file, in bytes.
pub const MAX_SIGNATURE: usize = 16 << 10;

/// Who made a signature, by the key that made it: names in files prove nothing.
///
/// The checks come in a fixed order, and the first that fails gives the reason.
///
/// # Errors
///
/// Why the signature does not count; [`Rejection::is_damage`] tells whether it stops the run.
pub fn check<'a>(
    signers: &'a Signers,
    revoked: &BTreeSet<String>,
    namespace: &str,
    armor: &[u8],
    message: &[u8],
    now: Moment,
) -> Result<&'a Signer, Rejection> {
    let signature = Signature::parse(armor).map_err(Rejection::Framing)?;
    if signature.namespace != namespace {
        return Err(Rejection::Namespace(signature.namespace));
    }
    let key = signature.key.as_ref().map_err(Rejection::refused)?;
    let fingerprint = key.fingerprint();
    let Some(signer) = signers.by_key(key) else {
        return Err(Rejection::UnknownKey(fingerprint));
    };
    let by = || signer.principal.to_string();
    if !signature.is_over(message) {
        return Err(Rejection::Differs(by()));
    }
    if signature.touched == Some(false) {
        return Err(Rejection::NoTouch(by()));
    }
    if !signer.may_sign(namespace) {
        return Err(Rejection::NotForThis(by()));
    }
    if !signer.window.contains(now) {
        let is_early = signer.window.from.is_some_and(|from| now < from);
        return Err(if is_early {
            Rejection::NotYetValid(by())
        } else {
            Rejection::Expired(by())
        });
    }
    if revoked.contains(&fingerprint) {
        return Err(Rejection::Revoked(by()));
    }
    Ok(signer)
}

/// Why a signature does not count. Where it names a person, the signature is by a key of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Not one canonical armored signature.
    Framing(&'static str),
    /// Made for another purpose: this namespace.
    Namespace(String),
    /// By a key that nobody listed: its fingerprint.
    UnknownKey(String),
    /// By a key of a kind that is not taken, or one that is not safe.
    BadKey(BadKey),
    /// By a known key, but over other bytes than these.
    Differs(String),
    /// By a FIDO token that nobody touched.
    NoTouch(String),
    /// By a key that is listed for other namespaces only.
    NotForThis(String),
    /// By a key that counts only later.
    NotYetValid(String),
    /// By a key that no longer counts.
    Expired(String),
    /// By a key that is listed as revoked.
    Revoked(String),
}

impl Rejection {
    /// Whether something is damaged, which stops the run, rather than merely not counted.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Framing(_) | Self::Differs(_))
    }

    fn refused(key: &BadKey) -> Self {
        Self::BadKey(key.clone())
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Framing(why) => write!(f, "it is not one armored SSH signature: {why}"),
            Self::Namespace(name) => write!(f, "it was made for another purpose (`{name}`)"),
            Self::UnknownKey(fingerprint) => {
                write!(f, "nobody is listed with its key {fingerprint}")
            }
            Self::BadKey(why) => write!(f, "{why}"),
            Self::Differs(by) => write!(
                f,
                "{by} signed other bytes than these: the file was changed after signing, or the signature belongs to another file"
            ),
            Self::NoTouch(by) => write!(f, "{by}'s token signed without being touched"),
            Self::NotForThis(by) => write!(f, "{by}'s key is listed for other namespaces"),
            Self::NotYetValid(by) => write!(f, "{by}'s key is not valid yet"),
            Self::Expired(by) => write!(f, "{by}'s key has expired"),
            Self::Revoked(by) => write!(f, "{by}'s key is revoked"),
        }
    }
}

/// Whether a text is one signature by a key of a kind that counts, over whatever it may be.
pub(super) fn is_framed(armor: &[u8]) -> bool {
    Signature::parse(armor).is_ok_and(|signature| signature.key.is_ok())
}

/// A signature that passed the gate; nothing is known yet of what it is over.
struct Signature {
    key: Result<Key, BadKey>,
    namespace: String,
    /// Whether the token that made it was touched; none for keys in software.
    touched: Option<bool>,
    hash: HashAlg,
    inner: Vec<u8>,
}

impl Signature {
    fn parse(armor: &[u8]) -> Result<Self, &'static str> {
        let blob = dearmor(armor)?;
        let mut wire = Wire::new(&blob);
        wire.exactly(b"SSHSIG")
            .ok_or("it does not begin with SSHSIG")?;
        if wire.number() != Some(1) {
            return Err("its version is not 1");
        }
        let key = wire.field().ok_or(CUT)?;
        let namespace = wire.word().ok_or("its namespace is no plain word")?;
        if wire.field() != Some(&[]) {
            return Err("its reserved field is not empty");
        }
        let hash = match wire.word() {
            Some("sha256") => HashAlg::Sha256,
            Some("sha512") => HashAlg::Sha512,
            _ => return Err("its hash is neither sha256 nor sha512"),
        };
        let inner = wire.field().ok_or(CUT)?;
        wire.end().ok_or("there are bytes behind its end")?;

        let key = Key::from_blob(key);
        let touched = match &key {
            Err(BadKey::Malformed) => return Err("its key is damaged"),
            // Whatever is inside, nobody we know has made it.
            Err(_) => None,
            Ok(key) => inside(key, inner).ok_or("its inner signature is damaged")?,
        };
        Ok(Self {
            key,
            namespace: namespace.to_owned(),
            touched,
            hash,
            inner: inner.to_vec(),
        })
    }

    /// Whether the key in it signed this message.
    fn is_over(&self, message: &[u8]) -> bool {
        let Some(key) = self.key.as_ref().ok().and_then(Key::to_library) else {
            return false;
        };
        // The library gets the parts that passed the gate, so it verifies what we have read.
        ssh_key::Signature::try_from(self.inner.as_slice())
            .and_then(|inner| {
                SshSig::new(key.key_data().clone(), &*self.namespace, self.hash, inner)
            })
            .is_ok_and(|signature| key.verify(&self.namespace, message, &signature).is_ok())
    }
}

const CUT: &str = "it ends too early";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "\n-----END SSH SIGNATURE-----\n";

/// The bytes inside the armor.
fn dearmor(armor: &[u8]) -> Result<Vec<u8>, &'static str> {
    if armor.len() > MAX_SIGNATURE {
        return Err("it is larger than 16 KiB");
    }
    let text = std::str::from_utf8(armor).map_err(|_| "it is no text")?;
    if text.contains('\r') {
        return Err("its lines end in CR LF");
    }
    let body = text
        .strip_prefix(BEGIN)
        .ok_or("it does not begin with the line BEGIN SSH SIGNATURE")?
        .strip_suffix(END)
        .ok_or("it does not end with the line END SSH SIGNATURE")?;
    let width = body.find('\n').unwrap_or(body.len());
    let mut base64 = String::with_capacity(body.len());
    let mut is_last = false;
    for line in body.split('\n') {
        if is_last || line.is_empty() || line.len() > width || width > 76 {
            return Err("its lines are not all of one length of at most 76");
        }
        is_last = line.len() < width;
        base64.push_str(line);
    }
    decode_base64(&base64).ok_or("its base64 is damaged")
}

/// What is inside the innermost field: for tokens, whether they were touched.
fn inside(key: &Key, signature: &[u8]) -> Option<Option<bool>> {
    let kind = key.kind();
    let mut wire = Wire::new(signature);
    (wire.word()? == kind.as_str()).then_some(())?;
    let numbers = wire.field()?;
    if kind.is_ed25519() {
        (numbers.len() == 64).then_some(())?;
    } else {
        let mut numbers = Wire::new(numbers);
        numbers.scalar()?;
        numbers.scalar()?;
        numbers.end()?;
    }
    let touched = if kind.is_token() {
        let flags = wire.byte()?;
        wire.number()?;
        Some(flags & 1 == 1)
    } else {
        None
    };
    wire.end()?;
    Some(touched)
}
