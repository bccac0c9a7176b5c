//! One value in an HCL file, read as what it should be.

use super::{Mistake, Mistakes, Name, Spanned, hidden::is_hidden};
use crate::date::Moment;
use crate::quantity::Quantity;
use crate::source::{SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use std::ops::Range;
use std::sync::Arc;

/// A value and the file it is in.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    file: &'a SourceFile,
    expression: &'a Expression,
}

impl<'a> Item<'a> {
    /// The value of that expression, which was parsed from `file`.
    pub fn new(file: &'a SourceFile, expression: &'a Expression) -> Self {
        Self { file, expression }
    }

    /// The file it is in.
    pub fn file(&self) -> &'a SourceFile {
        self.file
    }

    /// The expression as it was parsed.
    pub fn expression(&self) -> &'a Expression {
        self.expression
    }

    /// Where it is written.
    pub fn span(&self) -> Span {
        span_of(self.file, self.expression.span())
    }

    /// A mistake about this value.
    pub fn mistake(&self, message: impl Into<String>, text: impl Into<String>) -> Mistake {
        Mistake::new(message, self.span(), text)
    }

    /// The value and where it is written.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    pub fn spanned<T>(
        self,
        read: impl FnOnce(Self) -> Result<T, Mistakes>,
    ) -> Result<Spanned<T>, Mistakes> {
        let span = self.span();
        Ok(Spanned {
            value: read(self)?,
            span,
        })
    }

    /// A text of one line, not empty, that shows all its characters.
    ///
    /// # Errors
    ///
    /// Anything but a literal string, and a string with a template, an escaped one included.
    pub fn text(self) -> Result<Arc<str>, Mistakes> {
        let Expression::String(text) = self.expression else {
            return Err(self.expected("a text in quotes"));
        };
        let text = text.value().as_str();
        let template = ["${", "%{"].iter().any(|opening| text.contains(opening));
        if template {
            let why = "a template could say something else tomorrow";
            return Err(self.mistake("a template cannot stand here", why).into());
        }
        if let Some(c) = text.chars().find(|c| is_hidden(*c)) {
            let what = format!("the character U+{:04X} cannot be seen", u32::from(c));
            return Err(self.mistake(what, "in this text").into());
        }
        if text.trim().is_empty() {
            return Err(self.mistake("this text is empty", "").into());
        }
        Ok(Arc::from(text))
    }

    /// A name: lower-case ASCII letters, digits, `-` and `_`, beginning with a letter or digit.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn slug(self) -> Result<Arc<str>, Mistakes> {
        let text = self.text()?;
        match not_a_slug(&text) {
            Some(why) => Err(self
                .mistake(format!("`{text}` cannot be a name"), why)
                .into()),
            None => Ok(text),
        }
    }

    /// A whole number that is not negative, in plain digits.
    ///
    /// # Errors
    ///
    /// Fractions, exponents, signs, arithmetic, numbers in quotes, numbers past 2^64.
    pub fn whole(self) -> Result<u64, Mistakes> {
        let text = self.digits("a whole number")?;
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.expected("a whole number, in plain digits"));
        }
        text.parse()
            .map_err(|_| self.mistake("this number is too large", "").into())
    }

    /// A number that is not negative, in plain digits with at most nine behind the point.
    ///
    /// # Errors
    ///
    /// Exponents, signs, arithmetic, numbers in quotes, finer fractions.
    pub fn decimal(self) -> Result<Quantity, Mistakes> {
        let text = self.digits("a number")?;
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(part) || part.len() > 9 {
            return Err(self.expected("a number in plain digits, at most nine behind the point"));
        }
        let parsed = whole.parse::<u64>().ok().map(Quantity::units);
        let nanos = format!("{part:0<9}")
            .parse::<i128>()
            .ok()
            .and_then(Quantity::nanos);
        match (parsed, nanos) {
            (Some(whole), Some(part)) => Ok(whole.plus(part)),
            _ => Err(self.mistake("this number is too large", "").into()),
        }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn flag(self) -> Result<bool, Mistakes> {
        self.expression
            .as_bool()
            .ok_or_else(|| self.expected("true or false"))
    }

    /// One of some words.
    ///
    /// # Errors
    ///
    /// Any other text, with the word that was probably meant.
    pub fn one_of<T: Copy>(self, words: &[(&'static str, T)]) -> Result<T, Mistakes> {
        let text = self.text()?;
        match words.iter().find(|(word, _)| **word == *text) {
            Some((_, meaning)) => Ok(*meaning),
            None => Err(self
                .mistake(
                    format!("`{text}` is not one of the words that can stand here"),
                    "",
                )
                .did_you_mean(&text, words.iter().map(|(word, _)| *word))
                .into()),
        }
    }

    /// A moment: `2026-11-20` or `2026-11-20T08:30:00Z`.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn moment(self) -> Result<Moment, Mistakes> {
        let text = self.text()?;
        text.parse().map_err(|why: crate::date::NotAMoment| {
            self.mistake(format!("`{text}` is no date: {why}"), "")
                .into()
        })
    }

    /// A list, each element read by `each`.
    ///
    /// # Errors
    ///
    /// No list, or the mistakes of all its elements.
    pub fn list<T>(
        self,
        mut each: impl FnMut(Item<'a>) -> Result<T, Mistakes>,
    ) -> Result<Vec<T>, Mistakes> {
        let Expression::Array(array) = self.expression else {
            return Err(self.expected("a list in brackets"));
        };
        let mut values = Vec::new();
        let mut mistakes = Vec::new();
        for expression in array.iter() {
            match each(Item::new(self.file, expression)) {
                Ok(value) => values.push(value),
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        if mistakes.is_empty() {
            Ok(values)
        } else {
            Err(mistakes)
        }
    }

    /// The keys and values of an object in the order of the file; no key comes twice, in any spelling.
    ///
    /// # Errors
    ///
    /// No object; keys that are no plain words or literal strings; keys that come twice.
    pub fn object(self) -> Result<Vec<(Name, Item<'a>)>, Mistakes> {
        let Expression::Object(object) = self.expression else {
            return Err(self.expected("an object in braces"));
        };
        let mut entries: Vec<(Name, Item<'a>)> = Vec::new();
        let mut mistakes = Vec::new();
        for (key, value) in object.iter() {
            let key_is_word = key.is_ident();
            let key = match self.key(key) {
                Ok(key) if is_told(&key, key_is_word) => continue,
                Ok(key) => key,
                Err(wrong) => {
                    mistakes.extend(wrong);
                    continue;
                }
            };
            if let Some((first, _)) = entries.iter().find(|(first, _)| first.value == key.value) {
                mistakes.push(
                    Mistake::new(
                        format!("`{}` is given twice", key.value),
                        key.span,
                        "again here",
                    )
                    .label(first.span.clone(), "first here"),
                );
                continue;
            }
            entries.push((key, Item::new(self.file, value.expr())));
        }
        if mistakes.is_empty() {
            Ok(entries)
        } else {
            Err(mistakes)
        }
    }

    fn key(self, key: &'a ObjectKey) -> Result<Name, Mistakes> {
        match key {
            ObjectKey::Ident(ident) => Ok(Name {
                value: Arc::from(ident.value().as_str()),
                span: span_of(self.file, key.span()),
            }),
            ObjectKey::Expression(expression) => {
                Item::new(self.file, expression).spanned(Item::text)
            }
        }
    }

    /// The text of a number, as it is written.
    fn digits(self, expected: &str) -> Result<&'a str, Mistakes> {
        let range = self.expression.span().unwrap_or(0..0);
        let text = self.file.text().get(range).unwrap_or("").trim();
        let leading_zero = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
        match self.expression {
            _ if text.starts_with('-') => {
                Err(self.mistake("a number here cannot be negative", "").into())
            }
            Expression::Number(_) if leading_zero => {
                Err(self.expected("a number without leading zeros"))
            }
            Expression::Number(_) => Ok(text),
            _ => Err(self.expected(expected)),
        }
    }

    fn expected(self, what: &str) -> Mistakes {
        let span = self.span();
        let found = match self.expression {
            Expression::Null(_) => "null",
            Expression::Bool(_) => "true or false",
            Expression::Number(_) => span.text(),
            Expression::String(_) => "a text",
            Expression::Array(_) => "a list",
            Expression::Object(_) => "an object",
            Expression::StringTemplate(_) | Expression::HeredocTemplate(_) => "a template",
            Expression::UnaryOp(_) | Expression::BinaryOp(_) | Expression::Parenthesis(_) => {
                "arithmetic"
            }
            Expression::Variable(_) | Expression::Traversal(_) => "a reference",
            Expression::Conditional(_) | Expression::FuncCall(_) | Expression::ForExpr(_) => {
                "an expression"
            }
        };
        vec![Mistake::new(
            format!("expected {what}, found {found}"),
            span.clone(),
            "",
        )]
    }
}

/// Whether a key is the stand-in of one that was given twice, and is told already.
fn is_told(key: &Name, is_word: bool) -> bool {
    is_word && key.span.text() != &*key.value
}

/// Why a text cannot be the name of a tenant, tier, environment, role or size.
pub fn not_a_slug(text: &str) -> Option<&'static str> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let all = text
        .bytes()
        .all(|byte| fits(byte) || byte == b'-' || byte == b'_');
    if !all {
        Some("a name has lower-case ASCII letters, digits, `-` and `_` only")
    } else if !text.bytes().next().is_some_and(fits) {
        Some("a name begins with a letter or a digit")
    } else if text.len() > 64 {
        Some("a name has at most 64 characters")
    } else {
        None
    }
}

/// The stretch of the file without the white space at its ends.
pub(super) fn span_of(file: &SourceFile, range: Option<Range<usize>>) -> Span {
    let range = range.unwrap_or(0..0);
    let text = file.text().get(range.clone()).unwrap_or("");
    let before = text.len().saturating_sub(text.trim_start().len());
    let start = range.start.saturating_add(before);
    file.at(start..start.saturating_add(text.trim().len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::hcl::parse;

    /// Reads `a = TEXT`, and what is wrong with it.
    fn read<T>(
        text: &str,
        read: impl FnOnce(Item<'_>) -> Result<T, Mistakes>,
    ) -> Result<T, String> {
        let file = SourceFile::new("a.hcl", format!("a = {text}\n"));
        let body = parse(&file).map_err(|mistakes| mistakes[0].message.clone())?;
        let attribute = body.attributes().next().unwrap();
        read(Item::new(&file, &attribute.value)).map_err(|mistakes| {
            let told: Vec<_> = mistakes
                .iter()
                .map(|mistake| mistake.message.as_str())
                .collect();
            told.join("; ")
        })
    }

    #[test]
    fn whole_numbers_are_plain_digits() {
        assert_eq!(read("512", |item| item.whole()), Ok(512));
        assert_eq!(read("0", |item| item.whole()), Ok(0));
        assert_eq!(
            read("18446744073709551615", |item| item.whole()),
            Ok(u64::MAX)
        );
        for wrong in [
            "512.0",
            "1e3",
            "-1",
            "256+256",
            "(512)",
            "\"512\"",
            "0512",
            "18446744073709551616",
            "var.x",
            "null",
            "true",
            "[1]",
            "{}",
            "\"${1}\"",
            "0x10",
            "1_000",
            "max(1, 2)",
        ] {
            assert!(read(wrong, |item| item.whole()).is_err(), "{wrong}");
        }
        assert_eq!(
            read("-1", |item| item.whole()),
            Err("a number here cannot be negative".to_owned())
        );
    }

    #[test]
    fn decimals_are_exact() {
        let nanos = |text| read(text, |item| item.decimal()).map(Quantity::as_nanos);
        assert_eq!(nanos("38"), Ok(38_000_000_000));
        assert_eq!(nanos("0.125"), Ok(125_000_000));
        assert_eq!(nanos("0.000000001"), Ok(1));
        for wrong in ["0.0000000001", "1e-3", "-0.5", "\"0.5\"", "00.5", "1.5e3"] {
            assert!(nanos(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn texts_are_literal_and_can_be_seen() {
        assert_eq!(
            read("\"Größe\"", |item| item.text()).as_deref(),
            Ok("Größe")
        );
        assert_eq!(
            read(r#""say \"yes\"""#, |item| item.text()).as_deref(),
            Ok(r#"say "yes""#)
        );
        for wrong in [
            r#""""#,
            r#"" ""#,
            r#""${a}""#,
            r#""$${a}""#,
            r#""%%{a}""#,
            r#""a\nb""#,
            r#""a\u200bb""#,
            "<<EOT\nx\nEOT",
            "a",
            "1",
        ] {
            assert!(read(wrong, |item| item.text()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_lower_case_ascii() {
        for right in ["acme", "acme-eu", "9lives", "a_b"] {
            assert!(
                read(&format!("\"{right}\""), |item| item.slug()).is_ok(),
                "{right}"
            );
        }
        for wrong in ["Acme", "-acme", "_a", "acme.eu", "a b", "аcme", "acme*"] {
            assert!(
                read(&format!("\"{wrong}\""), |item| item.slug()).is_err(),
                "{wrong}"
            );
        }
        let long = |n: usize| read(&format!("\"{}\"", "a".repeat(n)), |item| item.slug()).is_ok();
        assert!(long(64) && !long(65));
    }

    #[test]
    fn no_key_comes_twice_in_any_spelling() {
        let keys = |text| {
            read(text, |item| {
                let entries = item.object()?;
                Ok(entries
                    .iter()
                    .map(|(key, _)| key.value.to_string())
                    .collect::<Vec<_>>())
            })
        };
        assert_eq!(
            keys("{ b = 1, \"a\" = 2 }"),
            Ok(vec!["b".into(), "a".into()])
        );
        for wrong in [
            "{ vcpu = 1, \"vcpu\" = 9000 }",
            "{ \"vcpu\" = 1, vcpu = 9000 }",
            "{ vcpu = 1, \"vcp\\u0075\" = 9000 }",
            "{ vcpu = 1, vcpu = 9000 }",
            "{ (vcpu) = 1 }",
            "{ \"${vcpu}\" = 1 }",
            "{ for k in [\"vcpu\"] : k => 1 }",
        ] {
            assert!(keys(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn all_mistakes_of_a_list_are_told() {
        let told = read("[\"a\", 1, \"B\"]", |item| item.list(Item::slug));
        assert_eq!(
            told,
            Err("expected a text in quotes, found 1; `B` cannot be a name".to_owned())
        );
    }
}
