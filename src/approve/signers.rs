//! Whose key is it: `policies/allowed_signers`, or the trust root -> [`Signers`].
//!
//! Both are in OpenSSH's syntax, so `ssh-keygen -Y verify -f` reads them too, but only a
//! subset of it: one literal lower-case principal a line, one key once. OpenSSH skips a line
//! that it does not understand and reads on; here one such line refuses the whole file.

use super::key::Key;
use crate::date::{Interval, Moment};
use crate::finding::Finding;
use crate::source::hcl::is_hidden;
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The people whose signatures can count, by their keys.
#[derive(Clone, Debug, Default)]
pub struct Signers(BTreeMap<Key, Signer>);

/// One key and whose it is.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The person, as the catalog names people: a lower-case e-mail address.
    pub principal: Arc<str>,
    /// The key.
    pub key: Key,
    /// When it counts.
    pub window: Interval,
    /// What it counts for; none is everything.
    namespaces: Option<Vec<String>>,
    /// Its line.
    pub span: Span,
}

impl Signers {
    /// Reads an `allowed_signers` file or a trust root. A trust root that names nobody is a mistake too,
    /// but that is for the caller to say.
    ///
    /// # Errors
    ///
    /// All mistakes; with any, the file as a whole does not count.
    pub fn parse(file: &SourceFile) -> Result<Self, Vec<Finding>> {
        let mut signers = BTreeMap::<Key, Signer>::new();
        let mut findings = Vec::new();
        let mut start = 0_usize;
        for line in file.text().split_inclusive('\n') {
            let end = start.saturating_add(line.len());
            let text = line.strip_suffix('\n').unwrap_or(line);
            let span = file.at(start..start.saturating_add(text.len()));
            start = end;
            let is_comment = text.trim_start_matches(BLANK).starts_with('#') && is_plain(text);
            if text.trim_matches(BLANK).is_empty() || is_comment {
                continue;
            }
            match signer(text, &span) {
                Err(why) => findings.push(Finding::bad_signers(span, why)),
                Ok(signer) => match signers.get(&signer.key) {
                    Some(first) => {
                        findings.push(Finding::repeated_key(span, first.span.clone()));
                    }
                    None => {
                        signers.insert(signer.key.clone(), signer);
                    }
                },
            }
        }
        if findings.is_empty() {
            Ok(Self(signers))
        } else {
            Err(findings)
        }
    }

    /// The one who has this key.
    pub fn by_key(&self, key: &Key) -> Option<&Signer> {
        self.0.get(key)
    }

    /// All of them, by kind and bytes of the key.
    pub fn iter(&self) -> impl Iterator<Item = &Signer> {
        self.0.values()
    }

    /// Whether nobody is listed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Signer {
    /// Whether the key counts for signatures of that namespace.
    pub fn may_sign(&self, namespace: &str) -> bool {
        (self.namespaces.as_ref()).is_none_or(|all| all.iter().any(|one| one == namespace))
    }
}

/// Whether a text names a person: a lower-case e-mail address, or a plain lower-case word.
pub(super) fn is_person(text: &str) -> bool {
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'+' | b'-' | b'@');
    text.len() <= 254
        && text.bytes().all(plain)
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// One line: `PRINCIPAL [OPTION,...] TYPE KEY [COMMENT]`.
fn signer(text: &str, span: &Span) -> Result<Signer, String> {
    if !is_plain(text) {
        return Err(
            "control and invisible characters are refused; lines end in LF alone".to_owned(),
        );
    }
    let (principal, rest) = word(text);
    if !is_person(principal) {
        return Err(format!(
            "`{principal}` is not one principal: write one lower-case e-mail address a line, without wildcards, lists or quotes"
        ));
    }
    let (mut next, mut rest) = word(rest);
    let mut window = Interval::default();
    let mut namespaces = None;
    // No type of key holds `=`, and `cert-authority` is the one option without it.
    if next.contains('=') || next == "cert-authority" {
        (window, namespaces) = options(next)?;
        (next, rest) = word(rest);
    }
    let (base64, _comment) = word(rest);
    if next.is_empty() || base64.is_empty() {
        return Err("a line is written `PRINCIPAL [OPTIONS] TYPE KEY [COMMENT]`".to_owned());
    }
    let key = Key::from_text(next, base64).map_err(|error| error.to_string())?;
    Ok(Signer {
        principal: Arc::from(principal),
        key,
        window,
        namespaces,
        span: span.clone(),
    })
}

/// What separates words.
const BLANK: [char; 2] = [' ', '\t'];

/// The text up to the next blank, and what follows the blanks.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(BLANK).unwrap_or((text, ""));
    (word, rest.trim_start_matches(BLANK))
}

/// Options in OpenSSH's spelling: `NAME="VALUE",...`, each at most once.
fn options(text: &str) -> Result<(Interval, Option<Vec<String>>), String> {
    let mut window = Interval::default();
    let mut namespaces = None;
    let mut rest = text;
    loop {
        let refuse = || {
            format!(
                "`{text}` is refused: the options are namespaces=\"...\", valid-after=\"...\" and valid-before=\"...\", each once"
            )
        };
        let (name, value) = rest.split_once("=\"").ok_or_else(refuse)?;
        let (value, after) = value.split_once('"').ok_or_else(refuse)?;
        match name {
            "namespaces" if namespaces.is_none() => namespaces = Some(names(value)?),
            "valid-after" if window.from.is_none() => window.from = Some(moment(value)?),
            "valid-before" if window.until.is_none() => window.until = Some(moment(value)?),
            _ => return Err(refuse()),
        }
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => break,
            None => return Err(refuse()),
        }
    }
    if window.is_empty() {
        return Err("valid-before is not after valid-after".to_owned());
    }
    Ok((window, namespaces))
}

/// A list of literal namespaces.
fn names(value: &str) -> Result<Vec<String>, String> {
    let names: Vec<_> = value.split(',').map(str::to_owned).collect();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'@');
    let all = |name: &String| !name.is_empty() && name.bytes().all(plain);
    if names.iter().all(all) {
        Ok(names)
    } else {
        Err(format!(
            "`{value}` is not a list of literal namespaces: wildcards and negation are refused"
        ))
    }
}

/// A moment in OpenSSH's spelling, `YYYYMMDD[HHMM[SS]][Z]`; without Z it is read as UTC all the same.
fn moment(value: &str) -> Result<Moment, String> {
    let digits = value.strip_suffix('Z').unwrap_or(value);
    let refuse = || format!("`{value}` is no time: write YYYYMMDDZ or YYYYMMDDHHMMSSZ");
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse());
    }
    let whole = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        14 => digits.to_owned(),
        _ => return Err(refuse()),
    };
    let part = |range: std::ops::Range<usize>| whole.get(range).unwrap_or_default();
    let (year, month, day) = (part(0..4), part(4..6), part(6..8));
    let (hour, minute, second) = (part(8..10), part(10..12), part(12..14));
    let moment: Moment = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")
        .parse()
        .map_err(|_| refuse())?;
    // OpenSSH takes the first moment of 1970 for no bound at all.
    if moment.as_unix() <= 0 {
        return Err(refuse());
    }
    Ok(moment)
}

fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c != '\t' && is_hidden(c))
}
