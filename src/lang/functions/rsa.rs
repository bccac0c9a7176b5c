//! `rsadecrypt`: PKCS #1 v1.5 with a private key in PEM.
//!
//! Plain big-integer arithmetic does it: the key is in the configuration of whoever runs this, so
//! there is nobody to hide the time it takes from.

use super::{Environment, Failure, base64, text};
use crate::lang::quote::quoted;
use crate::lang::value::Value;
use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::BitTest;

pub(super) fn decrypt(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let encoded = text(values, 0);
    let cipher = base64::decode(encoded).map_err(|_| {
        Failure::Argument(
            0,
            format!(
                "failed to decode input {}: cipher text must be base64-encoded",
                quoted(encoded)
            ),
        )
    })?;
    let key = Key::parse(text(values, 1)).ok_or_else(|| {
        Failure::Argument(1, "invalid private key: no RSA key in PEM found".to_owned())
    })?;
    let plain = key.decrypt(&cipher).ok_or_else(|| {
        Failure::Call("failed to decrypt: crypto/rsa: decryption error".to_owned())
    })?;
    let plain = String::from_utf8(plain).map_err(|_| {
        Failure::Call("failed to decrypt: the result is not valid UTF-8".to_owned())
    })?;
    Ok(Value::text(plain))
}

struct Key {
    modulus: UBig,
    exponent: UBig,
}

impl Key {
    /// Reads `RSA PRIVATE KEY` (PKCS #1) and `PRIVATE KEY` (PKCS #8).
    fn parse(pem: &str) -> Option<Self> {
        let (_, after) = pem.split_once("-----BEGIN ")?;
        let (label, after) = after.split_once("-----")?;
        let (body, _) = after.split_once("-----END ")?;
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let der = base64::decode(&body).ok()?;
        let mut outer = Der(&der);
        let mut sequence = Der(outer.take(0x30)?);
        match label {
            "RSA PRIVATE KEY" => Self::pkcs1(&mut sequence),
            "PRIVATE KEY" => {
                sequence.take(0x02)?;
                sequence.take(0x30)?;
                let mut inner = Der(sequence.take(0x04)?);
                Self::pkcs1(&mut Der(inner.take(0x30)?))
            }
            _ => None,
        }
    }

    /// Version, modulus, public and private exponent, and what is not needed here.
    fn pkcs1(sequence: &mut Der<'_>) -> Option<Self> {
        /// Bits of the largest key anybody uses.
        const LARGEST: usize = 16_384;
        sequence.take(0x02)?;
        let modulus = UBig::from_be_bytes(sequence.take(0x02)?);
        sequence.take(0x02)?;
        let exponent = UBig::from_be_bytes(sequence.take(0x02)?);
        let sane = (512..=LARGEST).contains(&modulus.bit_len()) && exponent < modulus;
        sane.then_some(Self { modulus, exponent })
    }

    fn decrypt(&self, cipher: &[u8]) -> Option<Vec<u8>> {
        let length = self.modulus.bit_len().div_ceil(8);
        let cipher = UBig::from_be_bytes(cipher);
        if cipher >= self.modulus {
            return None;
        }
        let ring = ConstDivisor::new(self.modulus.clone());
        let plain = ring.reduce(cipher).pow(&self.exponent).residue();
        let bytes = plain.to_be_bytes();
        // The padding begins with a zero byte, which a number does not show.
        if bytes.len().checked_add(1)? != length {
            return None;
        }
        let padded = bytes.strip_prefix(&[2])?;
        let end = padded.iter().position(|byte| *byte == 0)?;
        if end < 8 {
            return None;
        }
        Some(padded.get(end.checked_add(1)?..)?.to_vec())
    }
}

/// What is left of some DER.
struct Der<'b>(&'b [u8]);

impl<'b> Der<'b> {
    /// The content of the next element, which must have that tag.
    fn take(&mut self, tag: u8) -> Option<&'b [u8]> {
        let (first, rest) = self.0.split_first()?;
        if *first != tag {
            return None;
        }
        let (length, rest) = rest.split_first()?;
        let (length, rest) = if *length < 0x80 {
            (usize::from(*length), rest)
        } else {
            let count = usize::from(length & 0x7F);
            let (bytes, rest) = rest.split_at_checked(count)?;
            if count > 4 {
                return None;
            }
            let length = bytes
                .iter()
                .fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }
}
