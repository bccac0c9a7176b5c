//! The templates of [`check`](mod@super::check): quoted, heredoc and bare.

use super::check::{Checked, Checker, fail};
use super::scan::{Kind, Token};
use crate::lang::error::LangError;

/// A directive, as it is checked once all are known.
#[derive(Clone, Copy)]
enum Directive {
    If,
    Else,
    EndIf,
    For,
    EndFor,
    /// The end of the template.
    End,
}

impl Checker<'_> {
    /// A template behind its opening mark.
    pub fn template(&mut self, end: Kind) -> Checked {
        let mut directives = Vec::new();
        loop {
            let next = self.read();
            match next.kind {
                kind if kind == end => {
                    directives.push((Directive::End, next));
                    return balanced(&directives);
                }
                Kind::QuotedText => self.escapes(next)?,
                Kind::Text => {}
                Kind::InterpolationOpen => {
                    self.within(false, |this| this.interpolation(next, end))?;
                }
                Kind::DirectiveOpen => self.within(false, |this| {
                    directives.push((this.directive()?, next));
                    Ok(())
                })?,
                _ => {
                    return Err(fail(
                        next,
                        "Unterminated template string",
                        "No closing marker was found for the string.",
                    ));
                }
            }
        }
    }

    fn interpolation(&mut self, open: Token, end: Kind) -> Checked {
        self.expression()?;
        let close = self.read();
        let in_quotes = end == Kind::QuoteClose;
        match close.kind {
            Kind::SequenceClose => Ok(()),
            Kind::End => Err(fail(
                open,
                "Unclosed template interpolation sequence",
                "There is no closing brace for this interpolation sequence before the end of the file. This might be caused by incorrect nesting inside the given expression.",
            )),
            Kind::QuoteOpen | Kind::QuoteClose if in_quotes => Err(fail(
                open,
                "Unclosed template interpolation sequence",
                "There is no closing brace for this interpolation sequence before the end of the quoted template. This might be caused by incorrect nesting inside the given expression.",
            )),
            Kind::Colon => Err(fail(
                close,
                "Extra characters after interpolation expression",
                "Template interpolation doesn't expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with \"$${\" instead of just \"${\".",
            )),
            _ => Err(fail(
                close,
                "Extra characters after interpolation expression",
                "Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with \"$${\" instead of just \"${\".",
            )),
        }
    }

    fn directive(&mut self) -> Result<Directive, LangError> {
        let keyword = self.read();
        if keyword.kind != Kind::Ident {
            return Err(fail(
                keyword,
                "Invalid template directive",
                "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.",
            ));
        }
        let (word, directive) = match keyword.text(self.text) {
            "if" => {
                self.expression()?;
                ("if", Directive::If)
            }
            "else" => ("else", Directive::Else),
            "endif" => ("endif", Directive::EndIf),
            "for" => {
                self.for_names(
                    "Invalid 'for' directive",
                    [
                        "For directive requires variable name after 'for'.",
                        "For directive requires value variable name after comma.",
                        "For directive requires 'in' keyword after names.",
                    ],
                )?;
                self.expression()?;
                ("for", Directive::For)
            }
            "endfor" => ("endfor", Directive::EndFor),
            other => {
                return Err(fail(
                    keyword,
                    "Invalid template control keyword",
                    format!("\"{other}\" is not a valid template control keyword."),
                ));
            }
        };
        let close = self.read();
        if close.kind == Kind::SequenceClose {
            return Ok(directive);
        }
        let detail = "Expected a closing brace to end the sequence, but found extra characters.";
        Err(
            LangError::new(format!("Extra characters in {word} marker"), detail)
                .at_range(close.range()),
        )
    }

    /// The escapes of a text in quotes.
    pub fn escapes(&self, token: Token) -> Checked {
        let text = token.text(self.text);
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            if c != '\\' {
                continue;
            }
            let selector = chars.next().map_or(' ', |(_, c)| c);
            let detail = match selector {
                'n' | 'r' | 't' | '"' | '\\' => continue,
                'u' | 'U' => {
                    let digits = if selector == 'u' { 4 } else { 8 };
                    match hex(chars.as_str(), digits) {
                        Some(code) if char::from_u32(code).is_some() => continue,
                        Some(code) => format!("Cannot encode character U+{code:04x} in UTF-8."),
                        None if selector == 'u' => {
                            "The \\u escape sequence must be followed by four hexadecimal digits."
                                .to_owned()
                        }
                        None => {
                            "The \\U escape sequence must be followed by eight hexadecimal digits."
                                .to_owned()
                        }
                    }
                }
                other => {
                    format!("The symbol {other:?} is not a valid escape sequence selector.")
                }
            };
            let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let start = token.range().start.saturating_add(narrow(at));
            let end = start
                .saturating_add(1)
                .saturating_add(narrow(selector.len_utf8()));
            return Err(LangError::new("Invalid escape sequence", detail).at_range(start..end));
        }
        Ok(())
    }
}

fn hex(text: &str, digits: usize) -> Option<u32> {
    let digits = text.get(..digits)?;
    let all = digits.bytes().all(|b| b.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// Whether every directive has its end.
fn balanced(directives: &[(Directive, Token)]) -> Checked {
    /// What is open: a `for`, or an `if` that has come to its `else` or not.
    #[derive(Clone, Copy)]
    enum Open {
        If,
        Else,
        For,
    }
    let unexpected = |at, name: &str, detail: &'static str| {
        let summary = format!("Unexpected {name} directive");
        Err(LangError::new(summary, detail).at_range(Token::range(at)))
    };
    let mut open = Vec::new();
    for (directive, at) in directives {
        let at = *at;
        match (*directive, open.last().copied()) {
            (Directive::If, _) => open.push(Open::If),
            (Directive::For, _) => open.push(Open::For),
            (Directive::Else, Some(Open::If)) => {
                open.pop();
                open.push(Open::Else);
            }
            (Directive::EndIf, Some(Open::If | Open::Else))
            | (Directive::EndFor, Some(Open::For)) => {
                open.pop();
            }
            (Directive::End, None) => return Ok(()),
            (Directive::End, Some(inside)) => {
                let detail = match inside {
                    Open::For => "A for directive is missing its corresponding endfor directive.",
                    _ => "An if directive is missing its corresponding endif directive.",
                };
                return Err(fail(at, "Unexpected end of template", detail));
            }
            (Directive::Else, Some(Open::Else)) => {
                return unexpected(at, "else", "Already in the else clause of this if.");
            }
            (Directive::Else, Some(Open::For)) => {
                let detail = "An else clause is not expected for a for directive.";
                return unexpected(at, "else", detail);
            }
            (Directive::EndIf, Some(Open::For)) => {
                return unexpected(at, "endif", "Expecting an endfor directive.");
            }
            (Directive::EndFor, Some(_)) => {
                return unexpected(at, "endfor", "Expecting an endif directive.");
            }
            (Directive::Else, None) => return unexpected(at, "else", UNBALANCED),
            (Directive::EndIf, None) => return unexpected(at, "endif", UNBALANCED),
            (Directive::EndFor, None) => return unexpected(at, "endfor", UNBALANCED),
        }
    }
    Ok(())
}

const UNBALANCED: &str = "The control directives within this template are unbalanced.";
