//! Gzip, for `base64gzip` and OpenTofu's `base64gunzip`.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write as _};

/// A small text can unpack to a huge one.
const MOST: u64 = 16 << 20;

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

pub(super) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let mut limited = GzDecoder::new(bytes).take(MOST.saturating_add(1));
    limited
        .read_to_end(&mut plain)
        .map_err(|error| error.to_string())?;
    if u64::try_from(plain.len()).unwrap_or(u64::MAX) > MOST {
        return Err("it unpacks to more than 16 MiB".to_owned());
    }
    Ok(plain)
}
