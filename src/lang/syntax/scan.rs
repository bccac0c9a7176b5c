//! Text -> tokens, as Terraform's scanner cuts it.
//!
//! Tokens that no HCL has (`;`, `'`, a newline in a quoted string) end the scan: they are what
//! Terraform reports first, wherever they stand.

use crate::lang::error::LangError;
use std::ops::Range;
use unicode_ident::{is_xid_continue, is_xid_start};

/// A piece of text that means something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    start: u32,
    end: u32,
}

impl Token {
    /// The end of nothing.
    pub const END: Self = Self {
        kind: Kind::End,
        start: 0,
        end: 0,
    };

    pub fn range(self) -> Range<u32> {
        self.start..self.end
    }

    pub fn start(self) -> usize {
        usize::try_from(self.start).unwrap_or(usize::MAX)
    }

    pub fn end(self) -> usize {
        usize::try_from(self.end).unwrap_or(usize::MAX)
    }

    pub fn text(self, text: &str) -> &str {
        text.get(self.start()..self.end()).unwrap_or("")
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    BraceOpen,
    BraceClose,
    BracketOpen,
    BracketClose,
    ParenOpen,
    ParenClose,
    QuoteOpen,
    QuoteClose,
    HeredocOpen,
    HeredocClose,
    Star,
    Slash,
    Percent,
    Plus,
    Minus,
    Equal,
    EqualTo,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    Dot,
    Comma,
    DoubleColon,
    Ellipsis,
    FatArrow,
    Question,
    Colon,
    /// `${` or `${~`.
    InterpolationOpen,
    /// `%{` or `%{~`.
    DirectiveOpen,
    /// The `}` or `~}` that ends either.
    SequenceClose,
    /// Text in quotes, with its escapes.
    QuotedText,
    /// Text of a heredoc or of a bare template.
    Text,
    Number,
    Ident,
    /// A newline, or a comment that ends with one.
    Newline,
    End,
}

impl Kind {
    /// Whether it begins what another token ends.
    pub const fn opens(self) -> bool {
        matches!(
            self,
            Self::BraceOpen
                | Self::BracketOpen
                | Self::ParenOpen
                | Self::QuoteOpen
                | Self::HeredocOpen
                | Self::InterpolationOpen
                | Self::DirectiveOpen
        )
    }

    /// Whether it ends what another token began.
    pub const fn closes(self) -> bool {
        matches!(
            self,
            Self::BraceClose
                | Self::BracketClose
                | Self::ParenClose
                | Self::QuoteClose
                | Self::HeredocClose
                | Self::SequenceClose
        )
    }
}

/// What the scanner is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Code,
    Quoted,
    Heredoc,
    /// A template that is a whole file.
    Bare,
}

/// Cuts a text; the last token is [`Kind::End`].
///
/// # Errors
///
/// The first character that no HCL has, in Terraform's words.
pub(super) fn scan(text: &str, mode: Mode) -> Result<Vec<Token>, LangError> {
    let mut scanner = Scanner {
        text,
        at: 0,
        // A token for every four bytes is more than code usually has.
        tokens: Vec::with_capacity(text.len() / 4),
        modes: vec![mode],
        braces: 0,
        sequences: Vec::new(),
        heredocs: Vec::new(),
    };
    while scanner.at < text.len() {
        match scanner.modes.last() {
            Some(Mode::Quoted) => scanner.quoted()?,
            Some(Mode::Heredoc) => scanner.heredoc()?,
            Some(Mode::Bare) => scanner.bare(),
            Some(Mode::Code) | None => scanner.code()?,
        }
    }
    scanner.token(Kind::End, 0);
    Ok(scanner.tokens)
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    modes: Vec<Mode>,
    /// How many braces are open.
    braces: i64,
    /// The number of open braces at which each open template sequence ends.
    sequences: Vec<i64>,
    heredocs: Vec<Heredoc<'t>>,
}

struct Heredoc<'t> {
    marker: &'t str,
    at_line_start: bool,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        let at = self.at.saturating_add(ahead);
        self.text.as_bytes().get(at).copied()
    }

    fn range(&self, length: usize) -> Range<u32> {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        narrow(self.at)..narrow(self.at.saturating_add(length))
    }

    fn token(&mut self, kind: Kind, length: usize) {
        let Range { start, end } = self.range(length);
        self.tokens.push(Token { kind, start, end });
        self.at = self.at.saturating_add(length);
    }

    fn bad(&self, length: usize, summary: &'static str, detail: &'static str) -> LangError {
        LangError::new(summary, detail).at_range(self.range(length))
    }

    fn invalid(&self) -> LangError {
        let next = self.rest().chars().next();
        let detail = match next {
            Some('`') => {
                "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\"."
            }
            Some('\'') => "Single quotes are not valid. Use double quotes (\") to enclose strings.",
            Some(';') => {
                "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values."
            }
            Some('\u{201C}' | '\u{201D}') => {
                "\"Curly quotes\" are not valid here. These can sometimes be inadvertently introduced when sharing code via documents or discussion forums. It might help to replace the character with a \"straight quote\"."
            }
            _ => "This character is not used within the language.",
        };
        self.bad(next.map_or(0, char::len_utf8), "Invalid character", detail)
    }

    fn bitwise(&self, detail: &'static str) -> LangError {
        self.bad(1, "Unsupported operator", detail)
    }

    fn code(&mut self) -> Result<(), LangError> {
        let Some(byte) = self.byte(0) else {
            return Ok(());
        };
        let next = self.byte(1);
        match byte {
            b' ' | b'\t' => self.at = self.at.saturating_add(1),
            b'\n' => self.token(Kind::Newline, 1),
            b'\r' if next == Some(b'\n') => self.token(Kind::Newline, 2),
            b'0'..=b'9' => {
                let length = number_length(self.rest());
                self.token(Kind::Number, length);
            }
            b'#' => self.comment(),
            b'/' if next == Some(b'/') => self.comment(),
            b'/' if next == Some(b'*') => match self.rest().get(2..).and_then(|r| r.find("*/")) {
                Some(length) => self.at = self.at.saturating_add(length).saturating_add(4),
                None => self.token(Kind::Slash, 1),
            },
            b'/' => self.token(Kind::Slash, 1),
            b'"' => {
                self.token(Kind::QuoteOpen, 1);
                self.modes.push(Mode::Quoted);
            }
            b'<' if next == Some(b'<') => match heredoc_marker(self.rest()) {
                Some((marker, length)) => {
                    self.token(Kind::HeredocOpen, length);
                    self.heredocs.push(Heredoc {
                        marker,
                        at_line_start: true,
                    });
                    self.modes.push(Mode::Heredoc);
                }
                None => self.token(Kind::Less, 1),
            },
            b'<' if next == Some(b'=') => self.token(Kind::LessOrEqual, 2),
            b'<' => self.token(Kind::Less, 1),
            b'>' if next == Some(b'=') => self.token(Kind::GreaterOrEqual, 2),
            b'>' => self.token(Kind::Greater, 1),
            b'=' if next == Some(b'=') => self.token(Kind::EqualTo, 2),
            b'=' if next == Some(b'>') => self.token(Kind::FatArrow, 2),
            b'=' => self.token(Kind::Equal, 1),
            b'!' if next == Some(b'=') => self.token(Kind::NotEqual, 2),
            b'!' => self.token(Kind::Not, 1),
            b'&' if next == Some(b'&') => self.token(Kind::And, 2),
            b'|' if next == Some(b'|') => self.token(Kind::Or, 2),
            b'&' => {
                return Err(self.bitwise(
                    "Bitwise operators are not supported. Did you mean boolean AND (\"&&\")?",
                ));
            }
            b'|' => {
                return Err(self.bitwise(
                    "Bitwise operators are not supported. Did you mean boolean OR (\"||\")?",
                ));
            }
            b'^' => return Err(self.bitwise("Bitwise operators are not supported.")),
            b'~' if next == Some(b'}') => self.close(2),
            b'~' => {
                return Err(self.bitwise(
                    "Bitwise operators are not supported. Did you mean boolean NOT (\"!\")?",
                ));
            }
            b':' if next == Some(b':') => self.token(Kind::DoubleColon, 2),
            b':' => self.token(Kind::Colon, 1),
            b'.' if next == Some(b'.') && self.byte(2) == Some(b'.') => {
                self.token(Kind::Ellipsis, 3);
            }
            b'.' => self.token(Kind::Dot, 1),
            b'{' => {
                self.token(Kind::BraceOpen, 1);
                self.braces = self.braces.saturating_add(1);
            }
            b'}' => self.close(1),
            b'[' => self.token(Kind::BracketOpen, 1),
            b']' => self.token(Kind::BracketClose, 1),
            b'(' => self.token(Kind::ParenOpen, 1),
            b')' => self.token(Kind::ParenClose, 1),
            b',' => self.token(Kind::Comma, 1),
            b'*' => self.token(Kind::Star, 1),
            b'%' => self.token(Kind::Percent, 1),
            b'+' => self.token(Kind::Plus, 1),
            b'-' => self.token(Kind::Minus, 1),
            b'?' => self.token(Kind::Question, 1),
            _ => match ident_length(self.rest()) {
                0 => return Err(self.invalid()),
                length => self.token(Kind::Ident, length),
            },
        }
        Ok(())
    }

    /// A comment to the end of the line stands for the newline that ends it.
    fn comment(&mut self) {
        match self.rest().find('\n') {
            Some(length) => self.token(Kind::Newline, length.saturating_add(1)),
            None => self.at = self.text.len(),
        }
    }

    /// `}`, or `~}` (of two bytes), which closes nothing but a template sequence.
    fn close(&mut self, length: usize) {
        if self.sequences.last() == Some(&self.braces) {
            self.token(Kind::SequenceClose, length);
            self.sequences.pop();
            self.modes.pop();
        } else if length == 2 {
            self.token(Kind::SequenceClose, length);
        } else {
            self.token(Kind::BraceClose, length);
        }
        self.braces = self.braces.saturating_sub(1);
    }

    /// The start of a template sequence, if one is here.
    fn sequence(&mut self) -> bool {
        let kind = match (self.byte(0), self.byte(1)) {
            (Some(b'$'), Some(b'{')) => Kind::InterpolationOpen,
            (Some(b'%'), Some(b'{')) => Kind::DirectiveOpen,
            _ => return false,
        };
        let length = if self.byte(2) == Some(b'~') { 3 } else { 2 };
        self.token(kind, length);
        self.braces = self.braces.saturating_add(1);
        self.sequences.push(self.braces);
        self.modes.push(Mode::Code);
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.at_line_start = false;
        }
        true
    }

    /// The length of the text that begins with `$` or `%` and starts no sequence.
    fn marker_length(&self) -> usize {
        let marker = self.byte(0);
        if self.byte(1) == marker && self.byte(2) == Some(b'{') {
            return if self.byte(3) == Some(b'~') { 4 } else { 3 };
        }
        1
    }

    fn quoted(&mut self) -> Result<(), LangError> {
        match self.byte(0) {
            Some(b'"') => {
                self.token(Kind::QuoteClose, 1);
                self.modes.pop();
            }
            Some(b'\n' | b'\r') => {
                return Err(self.bad(
                    1,
                    "Invalid multi-line string",
                    "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.",
                ));
            }
            Some(b'$' | b'%') => {
                if !self.sequence() {
                    if self.byte(1).is_none() {
                        return Err(self.invalid());
                    }
                    self.token(Kind::QuotedText, self.marker_length());
                }
            }
            _ => {
                let mut chars = self.rest().char_indices();
                let mut length = self.rest().len();
                while let Some((at, c)) = chars.next() {
                    if c == '\\' && !matches!(chars.next(), Some((_, '\n' | '\r')) | None) {
                        continue;
                    }
                    if matches!(c, '$' | '%' | '"' | '\n' | '\r' | '\\') {
                        length = at;
                        break;
                    }
                }
                if length == 0 {
                    return Err(self.invalid());
                }
                self.token(Kind::QuotedText, length);
            }
        }
        Ok(())
    }

    fn heredoc(&mut self) -> Result<(), LangError> {
        if matches!(self.byte(0), Some(b'$' | b'%')) {
            if !self.sequence() {
                if self.byte(1).is_none() {
                    return Err(self.invalid());
                }
                self.midline(self.marker_length());
            }
            return Ok(());
        }
        let rest = self.rest();
        let length = rest.find(['$', '%', '\n', '\r']).unwrap_or(rest.len());
        let after = rest.get(length..).unwrap_or("");
        let newline = if after.starts_with('\n') {
            1
        } else if after.starts_with("\r\n") {
            2
        } else if length == 0 {
            return Err(self.invalid());
        } else {
            self.midline(length);
            return Ok(());
        };
        let line = rest.get(..length).unwrap_or("").trim();
        let Some(heredoc) = self.heredocs.last_mut() else {
            return Err(self.invalid());
        };
        if heredoc.at_line_start && line == heredoc.marker {
            self.token(Kind::HeredocClose, length);
            self.token(Kind::Newline, newline);
            self.heredocs.pop();
            self.modes.pop();
        } else {
            heredoc.at_line_start = true;
            self.token(Kind::Text, length.saturating_add(newline));
        }
        Ok(())
    }

    fn midline(&mut self, length: usize) {
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.at_line_start = false;
        }
        self.token(Kind::Text, length);
    }

    fn bare(&mut self) {
        if matches!(self.byte(0), Some(b'$' | b'%')) {
            if !self.sequence() {
                self.token(Kind::Text, self.marker_length());
            }
            return;
        }
        let rest = self.rest();
        let length = rest.find(['$', '%']).unwrap_or(rest.len());
        self.token(Kind::Text, length);
    }
}

/// A number's digits, with all that could belong to it: whether it is one is told later.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    let mut at = 0_usize;
    while let Some(byte) = bytes.get(at) {
        let next = at.saturating_add(1);
        match byte {
            b'0'..=b'9' => {
                at = next;
                end = at;
            }
            b'.' => at = next,
            b'e' | b'E' if digit(next) => at = next,
            b'e' | b'E'
                if matches!(bytes.get(next), Some(b'+' | b'-'))
                    && digit(next.saturating_add(1)) =>
            {
                at = next.saturating_add(1);
            }
            _ => break,
        }
    }
    end
}

fn ident_length(text: &str) -> usize {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if c == '_' || is_xid_start(c) => {}
        _ => return 0,
    }
    let rest = chars.as_str();
    let inside = |c: char| c == '-' || is_xid_continue(c);
    let length = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
    text.len().saturating_sub(rest.len()).saturating_add(length)
}

/// `<<EOT` or `<<-EOT` with its newline: the marker, and the length of it all.
fn heredoc_marker(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix("<<")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (marker, after) = rest.split_at_checked(ident_length(rest))?;
    let after = after.strip_prefix('\r').unwrap_or(after);
    let after = after.strip_prefix('\n')?;
    let length = text.len().checked_sub(after.len())?;
    (!marker.is_empty()).then_some((marker, length))
}
