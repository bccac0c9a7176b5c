//! Character sets for `textencodebase64` and `textdecodebase64`.
//!
//! The Unicode forms, ASCII and Latin-1 are done here; the others come from `encoding_rs`, as far
//! as what the web calls by a name is what IANA calls by it.

use encoding_rs::Encoding;

/// A character set.
pub(super) enum Charset {
    Utf8,
    Utf16 {
        big: bool,
        mark: bool,
    },
    /// One byte for each of the first so many characters of Unicode.
    First(u32),
    Other(&'static Encoding),
}

/// The character set of that IANA name.
pub(super) fn named(name: &str) -> Option<Charset> {
    /// What IANA and the web agree on.
    const SAME: [&str; 27] = [
        "iso-8859-2",
        "iso-8859-3",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-6",
        "iso-8859-7",
        "iso-8859-8",
        "iso-8859-10",
        "iso-8859-13",
        "iso-8859-14",
        "iso-8859-15",
        "iso-8859-16",
        "windows-874",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "koi8-r",
        "koi8-u",
        "euc-jp",
        "shift_jis",
        "macintosh",
    ];
    let lower = name.to_ascii_lowercase();
    Some(match lower.as_str() {
        "utf-8" | "utf8" | "csutf8" => Charset::Utf8,
        "utf-16" | "csutf16" => Charset::Utf16 {
            big: true,
            mark: true,
        },
        "utf-16be" | "csutf16be" => Charset::Utf16 {
            big: true,
            mark: false,
        },
        "utf-16le" | "csutf16le" => Charset::Utf16 {
            big: false,
            mark: false,
        },
        "us-ascii" | "ascii" | "iso-ir-6" | "ansi_x3.4-1968" | "ansi_x3.4-1986"
        | "iso_646.irv:1991" | "iso646-us" | "us" | "ibm367" | "cp367" | "csascii" => {
            Charset::First(0x80)
        }
        "iso-8859-1" | "iso_8859-1" | "iso_8859-1:1987" | "latin1" | "l1" | "iso-ir-100"
        | "ibm819" | "cp819" | "csisolatin1" => Charset::First(0x100),
        name if SAME.contains(&name) => Charset::Other(Encoding::for_label(name.as_bytes())?),
        "gbk" | "gb18030" | "big5" | "euc-kr" => {
            Charset::Other(Encoding::for_label(lower.as_bytes())?)
        }
        _ => return None,
    })
}

impl Charset {
    /// The bytes of a text; none where it has characters that this set does not.
    pub(super) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Utf16 { big, mark } => {
                let order = if *big {
                    u16::to_be_bytes
                } else {
                    u16::to_le_bytes
                };
                let mark = mark.then_some(0xFEFF);
                Some(
                    mark.into_iter()
                        .chain(text.encode_utf16())
                        .flat_map(order)
                        .collect(),
                )
            }
            Self::First(count) => text
                .chars()
                .map(|c| u32::from(c))
                .map(|code| u8::try_from(code).ok().filter(|_| code < *count))
                .collect(),
            Self::Other(encoding) => {
                let (bytes, _, failed) = encoding.encode(text);
                (!failed).then(|| bytes.into_owned())
            }
        }
    }

    /// The text of the bytes; none where they are none.
    pub(super) fn decode(&self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Utf16 { big, mark } => {
                let (big, bytes) = match bytes {
                    [0xFE, 0xFF, rest @ ..] if *mark => (true, rest),
                    [0xFF, 0xFE, rest @ ..] if *mark => (false, rest),
                    bytes => (*big, bytes),
                };
                if bytes.len() % 2 != 0 {
                    return None;
                }
                let units = bytes.chunks_exact(2).filter_map(|pair| {
                    let pair = <[u8; 2]>::try_from(pair).ok()?;
                    Some(if big {
                        u16::from_be_bytes(pair)
                    } else {
                        u16::from_le_bytes(pair)
                    })
                });
                char::decode_utf16(units).collect::<Result<_, _>>().ok()
            }
            Self::First(count) => bytes
                .iter()
                .map(|byte| char::from_u32(u32::from(*byte)).filter(|c| u32::from(*c) < *count))
                .collect(),
            Self::Other(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }
}
