//! Character sets for `textencodebase64` and `textdecodebase64`.
//!
//! The Unicode forms and Latin-1 are done here; others come from `encoding_rs`, as far as what
//! the web calls by a name is what IANA calls by it. Of the rest no more than their ASCII is known.

use encoding_rs::Encoding;

/// A character set.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    Utf8,
    Utf16 {
        big: bool,
        mark: bool,
    },
    /// One byte for each of the first so many characters of Unicode.
    First(u32),
    /// Latin-1, but for six letters.
    Turkish,
    /// By the name that the web has for it.
    Web(&'static str),
    /// One that has the bytes of ASCII, and others that are not known here.
    Ascii,
    /// One that is not known here at all.
    Foreign,
}

/// What comes of bytes or of a text.
pub(super) enum Coded<T> {
    Done(T),
    /// Something in it does not exist in the character set.
    Invalid,
    /// It is not known here.
    Unknown,
}

/// The sets with the names they have at IANA, in lower case.
const NAMES: &[(Charset, &str)] = &[
    (Charset::Utf8, "utf-8 csutf8"),
    (
        Charset::Utf16 {
            big: true,
            mark: true,
        },
        "utf-16 csutf16",
    ),
    (
        Charset::Utf16 {
            big: true,
            mark: false,
        },
        "utf-16be csutf16be",
    ),
    (
        Charset::Utf16 {
            big: false,
            mark: false,
        },
        "utf-16le csutf16le",
    ),
    (
        Charset::First(0x80),
        "us-ascii iso-ir-6 ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us us ibm367 cp367 csascii",
    ),
    (
        Charset::First(0x100),
        "iso-8859-1 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ibm819 cp819 csisolatin1",
    ),
    (
        Charset::Turkish,
        "iso-8859-9 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5",
    ),
    (
        Charset::Web("iso-8859-2"),
        "iso-8859-2 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 l2 csisolatin2",
    ),
    (
        Charset::Web("iso-8859-3"),
        "iso-8859-3 iso_8859-3 iso_8859-3:1988 iso-ir-109 latin3 l3 csisolatin3",
    ),
    (
        Charset::Web("iso-8859-4"),
        "iso-8859-4 iso_8859-4 iso_8859-4:1988 iso-ir-110 latin4 l4 csisolatin4",
    ),
    (
        Charset::Web("iso-8859-5"),
        "iso-8859-5 iso_8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic",
    ),
    (
        Charset::Web("iso-8859-6"),
        "iso-8859-6 iso_8859-6 iso_8859-6:1987 iso-ir-127 ecma-114 asmo-708 arabic csisolatinarabic iso-8859-6-e iso_8859-6-e csiso88596e iso-8859-6-i iso_8859-6-i csiso88596i",
    ),
    (
        Charset::Web("iso-8859-7"),
        "iso-8859-7 iso_8859-7 iso_8859-7:1987 iso-ir-126 elot_928 ecma-118 greek greek8 csisolatingreek",
    ),
    (
        Charset::Web("iso-8859-8"),
        "iso-8859-8 iso_8859-8 iso_8859-8:1988 iso-ir-138 hebrew csisolatinhebrew iso-8859-8-e iso_8859-8-e csiso88598e iso-8859-8-i iso_8859-8-i csiso88598i",
    ),
    (
        Charset::Web("iso-8859-10"),
        "iso-8859-10 iso_8859-10:1992 iso-ir-157 l6 csisolatin6 latin6",
    ),
    (Charset::Web("iso-8859-13"), "iso-8859-13 csiso885913"),
    (
        Charset::Web("iso-8859-14"),
        "iso-8859-14 iso-ir-199 iso_8859-14:1998 iso_8859-14 latin8 iso-celtic l8 csiso885914",
    ),
    (
        Charset::Web("iso-8859-15"),
        "iso-8859-15 iso_8859-15 latin-9 csiso885915",
    ),
    (
        Charset::Web("iso-8859-16"),
        "iso-8859-16 iso-ir-226 iso_8859-16:2001 iso_8859-16 latin10 l10 csiso885916",
    ),
    (Charset::Web("windows-874"), "windows-874 cswindows874"),
    (Charset::Web("windows-1250"), "windows-1250 cswindows1250"),
    (Charset::Web("windows-1251"), "windows-1251 cswindows1251"),
    (Charset::Web("windows-1252"), "windows-1252 cswindows1252"),
    (Charset::Web("windows-1253"), "windows-1253 cswindows1253"),
    (Charset::Web("windows-1254"), "windows-1254 cswindows1254"),
    (Charset::Web("windows-1255"), "windows-1255 cswindows1255"),
    (Charset::Web("windows-1256"), "windows-1256 cswindows1256"),
    (Charset::Web("windows-1257"), "windows-1257 cswindows1257"),
    (Charset::Web("windows-1258"), "windows-1258 cswindows1258"),
    (Charset::Web("koi8-r"), "koi8-r cskoi8r"),
    (Charset::Web("koi8-u"), "koi8-u cskoi8u"),
    (Charset::Web("macintosh"), "macintosh mac csmacintosh"),
    (Charset::Web("ibm866"), "ibm866 cp866 866 csibm866"),
    (Charset::Web("shift_jis"), "shift_jis ms_kanji csshiftjis"),
    (
        Charset::Web("euc-jp"),
        "euc-jp extended_unix_code_packed_format_for_japanese cseucpkdfmtjapanese",
    ),
    (Charset::Web("euc-kr"), "euc-kr cseuckr"),
    (Charset::Web("gbk"), "gbk cp936 ms936 windows-936 csgbk"),
    (Charset::Web("gb18030"), "gb18030 csgb18030"),
    (Charset::Web("big5"), "big5 csbig5"),
    (
        Charset::Ascii,
        "ibm437 cp437 437 cspc8codepage437 ibm850 cp850 850 cspc850multilingual ibm852 cp852 852 cspcp852 ibm855 cp855 855 csibm855 ibm00858 ccsid00858 cp00858 pc-multilingual-850+euro csibm00858 ibm860 cp860 860 csibm860 ibm862 cp862 862 cspc862latinhebrew ibm863 cp863 863 csibm863 ibm865 cp865 865 csibm865",
    ),
    (
        Charset::Foreign,
        "iso-2022-jp csiso2022jp hz-gb-2312 ibm037 cp037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csibm037 ibm1047 ibm-1047 csibm1047 ibm01140 ccsid01140 cp01140 ebcdic-us-37+euro csibm01140",
    ),
];

/// The letters that Turkish has in Latin-1's place.
const TURKISH: [(u8, char); 6] = [
    (0xD0, 'Ğ'),
    (0xDD, 'İ'),
    (0xDE, 'Ş'),
    (0xF0, 'ğ'),
    (0xFD, 'ı'),
    (0xFE, 'ş'),
];

/// The character set of that IANA name.
pub(super) fn named(name: &str) -> Option<Charset> {
    let name = name.trim().to_ascii_lowercase();
    NAMES
        .iter()
        .find(|(_, names)| names.split(' ').any(|known| known == name))
        .map(|(charset, _)| *charset)
}

impl Charset {
    /// The bytes of a text.
    pub(super) fn encode(self, text: &str) -> Coded<Vec<u8>> {
        let bytes = match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Utf16 { big, mark } => {
                let order = if big {
                    u16::to_be_bytes
                } else {
                    u16::to_le_bytes
                };
                let mark = mark.then_some(0xFEFF);
                let units = mark.into_iter().chain(text.encode_utf16());
                Some(units.flat_map(order).collect())
            }
            Self::First(count) => text
                .chars()
                .map(|c| u8::try_from(c).ok().filter(|_| u32::from(c) < count))
                .collect(),
            Self::Turkish => text.chars().map(turkish_byte).collect(),
            Self::Web(label) => {
                let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
                    return Coded::Unknown;
                };
                let (bytes, _, failed) = encoding.encode(text);
                if failed && label == "euc-jp" {
                    // The web does not write the set of rarer characters that this one has.
                    return Coded::Unknown;
                }
                (!failed && !text.contains(|c| only_web(label, c))).then(|| bytes.into_owned())
            }
            Self::Ascii if text.is_ascii() => Some(text.as_bytes().to_vec()),
            Self::Ascii | Self::Foreign => return Coded::Unknown,
        };
        bytes.map_or(Coded::Invalid, Coded::Done)
    }

    /// The text of the bytes.
    pub(super) fn decode(self, bytes: &[u8]) -> Coded<String> {
        let text = match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Utf16 { big, mark } => {
                let (big, bytes) = match bytes {
                    [0xFE, 0xFF, rest @ ..] if mark => (true, rest),
                    [0xFF, 0xFE, rest @ ..] if mark => (false, rest),
                    bytes => (big, bytes),
                };
                if bytes.len() % 2 != 0 {
                    return Coded::Invalid;
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
                .map(|byte| Some(char::from(*byte)).filter(|c| u32::from(*c) < count))
                .collect(),
            Self::Turkish => Some(bytes.iter().map(|byte| turkish_char(*byte)).collect()),
            Self::Web(label) => {
                let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
                    return Coded::Unknown;
                };
                let text = encoding
                    .decode_without_bom_handling_and_without_replacement(bytes)
                    .map(std::borrow::Cow::into_owned);
                if let Some(text) = &text
                    && text.contains(|c| matches!(c, '\u{E000}'..='\u{F8FF}'))
                {
                    // Whether these places are taken is a matter of which edition is meant.
                    return Coded::Unknown;
                }
                text.filter(|text| !text.contains(|c| only_web(label, c)))
            }
            Self::Ascii if bytes.is_ascii() => String::from_utf8(bytes.to_vec()).ok(),
            Self::Ascii | Self::Foreign => return Coded::Unknown,
        };
        // What cannot be told is written as this character, and then nobody can tell.
        text.filter(|text| !text.contains('\u{FFFD}'))
            .map_or(Coded::Invalid, Coded::Done)
    }
}

/// Whether only the web's own set has a character: a place for each control character, and two
/// of Japan's in the place of ASCII ones.
fn only_web(label: &str, c: char) -> bool {
    match c {
        '\u{80}'..='\u{9F}' => label != "gb18030",
        '¥' | '‾' => matches!(label, "shift_jis" | "euc-jp"),
        _ => false,
    }
}

fn turkish_byte(c: char) -> Option<u8> {
    match TURKISH.iter().find(|(_, letter)| *letter == c) {
        Some((byte, _)) => Some(*byte),
        None => u8::try_from(c)
            .ok()
            .filter(|byte| TURKISH.iter().all(|(taken, _)| taken != byte)),
    }
}

fn turkish_char(byte: u8) -> char {
    let letter = TURKISH.iter().find(|(at, _)| *at == byte);
    letter.map_or_else(|| char::from(byte), |(_, letter)| *letter)
}
