//! Tokens -> whether Terraform would read them, and if not, what it would say first.
//!
//! This follows Terraform's own parser step by step, up to its first error. It makes no tree:
//! that is the other parser's part, which sees only what is right.

use super::scan::{Kind, Token};
use crate::lang::error::LangError;
use std::collections::BTreeSet;

/// How deep expressions and blocks may be nested here; no less than the tree can be.
const MOST_LEVELS: usize = 100;

/// What a check says: nothing, or the first error.
pub(super) type Checked = Result<(), LangError>;

/// A walk along the tokens.
pub(super) struct Checker<'t> {
    pub text: &'t str,
    tokens: &'t [Token],
    at: usize,
    /// Whether newlines mean something here; they do not inside of most brackets.
    newlines: bool,
    levels: usize,
}

impl<'t> Checker<'t> {
    pub fn new(text: &'t str, tokens: &'t [Token]) -> Self {
        Self {
            text,
            tokens,
            at: 0,
            newlines: true,
            levels: 0,
        }
    }

    /// A whole file.
    pub fn file(&mut self) -> Checked {
        let start = self.peek();
        self.body(Kind::End, start)
    }

    /// An expression that is a whole file.
    pub fn only_expression(&mut self) -> Checked {
        self.newlines = false;
        self.expression()?;
        match self.peek() {
            next if next.kind == Kind::End => Ok(()),
            next => Err(fail(
                next,
                "Extra characters after expression",
                "An expression was successfully parsed, but extra characters were found after it.",
            )),
        }
    }

    /// An expression as the value of an argument in a block, followed by the rest of the block.
    pub fn argument_value(&mut self) -> Checked {
        let start = self.peek();
        self.value()?;
        self.body(Kind::BraceClose, start)?;
        self.body(Kind::End, start)
    }

    pub(super) fn peek(&self) -> Token {
        self.next().0
    }

    pub(super) fn read(&mut self) -> Token {
        let (token, after) = self.next();
        self.at = after;
        token
    }

    fn next(&self) -> (Token, usize) {
        let mut at = self.at;
        loop {
            match self.tokens.get(at) {
                Some(token) if token.kind == Kind::Newline && !self.newlines => {
                    at = at.saturating_add(1);
                }
                Some(token) => return (*token, at.saturating_add(1)),
                // Behind the end is the end.
                None => return (self.tokens.last().copied().unwrap_or(Token::END), at),
            }
        }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        let next = self.peek();
        next.kind == Kind::Ident && next.text(self.text) == word
    }

    /// Checks a part in which newlines mean something, or nothing.
    pub(super) fn within(
        &mut self,
        newlines: bool,
        part: impl FnOnce(&mut Self) -> Checked,
    ) -> Checked {
        let outer = std::mem::replace(&mut self.newlines, newlines);
        let checked = part(self);
        self.newlines = outer;
        checked
    }

    /// Checks a part one level further in.
    fn deeper(&mut self, part: impl FnOnce(&mut Self) -> Checked) -> Checked {
        if self.levels >= MOST_LEVELS {
            return Err(super::Gap::Depth.error().at_range(self.peek().range()));
        }
        self.levels = self.levels.saturating_add(1);
        let checked = part(self);
        self.levels = self.levels.saturating_sub(1);
        checked
    }

    fn body(&mut self, end: Kind, start: Token) -> Checked {
        self.deeper(|this| this.items(end, start))
    }

    fn items(&mut self, end: Kind, start: Token) -> Checked {
        let mut names = BTreeSet::new();
        loop {
            let next = self.read();
            match next.kind {
                kind if kind == end => return Ok(()),
                Kind::Newline => {}
                Kind::Ident => match self.peek().kind {
                    Kind::Equal => {
                        self.read();
                        self.value()?;
                        let name = next.text(self.text);
                        if !names.insert(name) {
                            return Err(fail(
                                next,
                                "Attribute redefined",
                                format!(
                                    "The argument \"{name}\" was already set. Each argument may be set only once."
                                ),
                            ));
                        }
                    }
                    Kind::QuoteOpen | Kind::BraceOpen | Kind::Ident => self.block()?,
                    _ => return Err(required(next, EQUALS_HINT)),
                },
                Kind::QuoteOpen => {
                    return Err(fail(
                        next,
                        "Invalid argument name",
                        "Argument names must not be quoted.",
                    ));
                }
                Kind::End => return Err(unclosed(start)),
                _ => return Err(required(next, "")),
            }
        }
    }

    /// The value of an argument, to the end of its line.
    fn value(&mut self) -> Checked {
        self.expression()?;
        let end = self.read();
        match end.kind {
            Kind::Newline | Kind::End => Ok(()),
            Kind::Comma => Err(fail(
                end,
                "Unexpected comma after argument",
                "Argument definitions must be separated by newlines, not commas. An argument definition must end with a newline.",
            )),
            _ => Err(fail(
                end,
                "Missing newline after argument",
                "An argument definition must end with a newline.",
            )),
        }
    }

    /// A block behind its type.
    fn block(&mut self) -> Checked {
        let brace = loop {
            let next = self.read();
            match next.kind {
                Kind::BraceOpen => break next,
                Kind::QuoteOpen => self.label()?,
                Kind::Ident => {}
                _ => {
                    return Err(fail(
                        next,
                        "Invalid block definition",
                        block_hint(next.kind),
                    ));
                }
            }
        };
        match self.peek().kind {
            Kind::Newline | Kind::End | Kind::BraceClose => self.body(Kind::BraceClose, brace)?,
            _ => self.single_argument(brace)?,
        }
        let end = self.read();
        match end.kind {
            Kind::Newline | Kind::End => Ok(()),
            _ => Err(fail(
                end,
                "Missing newline after block definition",
                "A block definition must end with a newline.",
            )),
        }
    }

    /// The label of a block behind its opening quote.
    fn label(&mut self) -> Checked {
        loop {
            let next = self.read();
            let detail = match next.kind {
                Kind::QuoteClose => return Ok(()),
                Kind::QuotedText => {
                    self.escapes(next)?;
                    continue;
                }
                Kind::End => {
                    return Err(fail(
                        next,
                        "Unterminated string literal",
                        "Unable to find the closing quote mark before the end of the file.",
                    ));
                }
                Kind::InterpolationOpen => {
                    "Template sequences are not allowed in this string. To include a literal \"$\", double it (as \"$$\") to escape it."
                }
                Kind::DirectiveOpen => {
                    "Template sequences are not allowed in this string. To include a literal \"%\", double it (as \"%%\") to escape it."
                }
                _ => "This item is not valid in a string literal.",
            };
            return Err(fail(next, "Invalid string literal", detail));
        }
    }

    /// `{ a = 1 }` behind its brace, all on one line.
    fn single_argument(&mut self, brace: Token) -> Checked {
        let name = self.read();
        if name.kind != Kind::Ident {
            return Err(required(name, ""));
        }
        match self.peek().kind {
            Kind::Equal => {
                self.read();
                self.expression()?;
            }
            Kind::QuoteOpen | Kind::BraceOpen | Kind::Ident => {
                return Err(fail(
                    name,
                    "Argument definition required",
                    format!(
                        "A single-line block definition can contain only a single argument. If you meant to define argument \"{}\", use an equals sign to assign it a value. To define a nested block, place it on a line of its own within its parent block.",
                        name.text(self.text)
                    ),
                ));
            }
            _ => return Err(required(name, EQUALS_HINT)),
        }
        let end = self.read();
        let detail = match end.kind {
            Kind::BraceClose => return Ok(()),
            Kind::End => return Err(unclosed(brace)),
            Kind::Comma => {
                "Single-line block syntax can include only one argument definition. To define multiple arguments, use the multi-line block syntax with one argument definition per line."
            }
            Kind::Newline => {
                "An argument definition on the same line as its containing block creates a single-line block definition, which must also be closed on the same line. Place the block's closing brace immediately after the argument definition."
            }
            _ => {
                "A single-line block definition must end with a closing brace immediately after its single argument definition."
            }
        };
        Err(fail(
            end,
            "Invalid single-argument block definition",
            detail,
        ))
    }

    pub(super) fn expression(&mut self) -> Checked {
        self.deeper(|this| {
            // What stands behind the colon is an expression again.
            loop {
                this.operators(0)?;
                if this.peek().kind != Kind::Question {
                    return Ok(());
                }
                this.read();
                this.expression()?;
                let colon = this.peek();
                if colon.kind != Kind::Colon {
                    return Err(fail(
                        colon,
                        "Missing false expression in conditional",
                        "The conditional operator (...?...:...) requires a false expression, delimited by a colon.",
                    ));
                }
                this.read();
            }
        })
    }

    fn operators(&mut self, least: u8) -> Checked {
        self.operand()?;
        while let Some(level) = precedence(self.peek().kind).filter(|level| *level >= least) {
            self.read();
            self.operators(level.saturating_add(1))?;
        }
        Ok(())
    }

    fn operand(&mut self) -> Checked {
        while matches!(self.peek().kind, Kind::Minus | Kind::Not) {
            self.read();
        }
        self.term()?;
        self.traversals()
    }

    fn traversals(&mut self) -> Checked {
        loop {
            match self.peek().kind {
                Kind::Dot => {
                    self.read();
                    let step = self.peek();
                    match step.kind {
                        Kind::Ident => {
                            self.read();
                        }
                        Kind::Number => self.legacy_index("like")?,
                        Kind::Star => {
                            self.read();
                            self.attribute_splat(step)?;
                        }
                        _ => return Err(no_attribute_name(step)),
                    }
                }
                Kind::BracketOpen => {
                    self.read();
                    if self.peek().kind == Kind::Star {
                        self.read();
                        let close = self.read();
                        if close.kind != Kind::BracketClose {
                            return Err(fail(
                                close,
                                "Missing close bracket on splat index",
                                "The star for a full splat operator must be immediately followed by a closing bracket (\"]\").",
                            ));
                        }
                        continue;
                    }
                    self.within(false, |this| {
                        this.expression()?;
                        match this.read() {
                            close if close.kind == Kind::BracketClose => Ok(()),
                            close => Err(fail(
                                close,
                                "Missing close bracket on index",
                                "The index operator must end with a closing bracket (\"]\").",
                            )),
                        }
                    })?;
                }
                _ => return Ok(()),
            }
        }
    }

    fn attribute_splat(&mut self, star: Token) -> Checked {
        while self.peek().kind == Kind::Dot {
            self.read();
            let step = self.peek();
            match step.kind {
                Kind::Number => {
                    self.legacy_index("with a full splat expression [*] instead, like")?;
                }
                Kind::Ident => {
                    self.read();
                }
                Kind::Star => {
                    return Err(fail(
                        step,
                        "Nested splat expression not allowed",
                        "A splat expression (*) cannot be used inside another attribute-only splat expression.",
                    ));
                }
                _ => return Err(no_attribute_name(star)),
            }
        }
        Ok(())
    }

    fn legacy_index(&mut self, instead: &str) -> Checked {
        let number = self.read();
        match number.text(self.text).split_once('.') {
            Some((first, second)) => Err(fail(
                number,
                "Invalid legacy index syntax",
                format!(
                    "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax {instead} [{first}][{second}]."
                ),
            )),
            None => self.number(number),
        }
    }

    fn number(&self, number: Token) -> Checked {
        let text = number.text(self.text);
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
        // The scanner sees to it that an exponent has digits; a second one has a letter in it.
        if mantissa.matches('.').count() <= 1 && !exponent.contains(['e', 'E', '.']) {
            return Ok(());
        }
        Err(fail(
            number,
            "Invalid number literal",
            "Failed to recognize the value of this number literal.",
        ))
    }

    fn term(&mut self) -> Checked {
        let start = self.peek();
        match start.kind {
            Kind::ParenOpen => {
                self.read();
                self.within(false, |this| {
                    this.expression()?;
                    match this.read() {
                        close if close.kind == Kind::ParenClose => Ok(()),
                        close => Err(fail(
                            close,
                            "Unbalanced parentheses",
                            "Expected a closing parenthesis to terminate the expression.",
                        )),
                    }
                })
            }
            Kind::Number => {
                self.read();
                self.number(start)
            }
            Kind::Ident => {
                self.read();
                match self.peek().kind {
                    Kind::ParenOpen | Kind::DoubleColon => self.call(start),
                    _ => Ok(()),
                }
            }
            Kind::QuoteOpen => {
                self.read();
                self.template(Kind::QuoteClose)
            }
            Kind::HeredocOpen => {
                self.read();
                self.template(Kind::HeredocClose)
            }
            Kind::BracketOpen => {
                self.read();
                self.within(false, |this| this.tuple(start))
            }
            Kind::BraceOpen => {
                self.read();
                self.object(start)
            }
            Kind::End => Err(fail(
                start,
                "Missing expression",
                "Expected the start of an expression, but found the end of the file.",
            )),
            _ => Err(fail(
                start,
                "Invalid expression",
                "Expected the start of an expression, but found an invalid expression token.",
            )),
        }
    }

    /// A call behind the first part of its name.
    fn call(&mut self, name: Token) -> Checked {
        let mut open = self.read();
        while open.kind == Kind::DoubleColon {
            let part = self.read();
            if part.kind != Kind::Ident {
                return Err(fail(
                    part,
                    "Missing function name",
                    "Function scope resolution symbol :: must be followed by a function name in this scope.",
                ));
            }
            open = self.read();
        }
        if open.kind != Kind::ParenOpen {
            return Err(fail(
                open,
                "Missing open parenthesis",
                "Function selector must be followed by an open parenthesis to begin the function call.",
            ));
        }
        self.within(false, |this| this.arguments(name))
    }

    fn arguments(&mut self, name: Token) -> Checked {
        loop {
            if self.peek().kind == Kind::ParenClose {
                self.read();
                return Ok(());
            }
            self.expression()?;
            let separator = self.read();
            match separator.kind {
                Kind::Comma => {}
                Kind::ParenClose => return Ok(()),
                Kind::Ellipsis if self.read().kind == Kind::ParenClose => return Ok(()),
                Kind::Ellipsis => {
                    return Err(fail(
                        separator,
                        "Missing closing parenthesis",
                        "An expanded function argument (with ...) must be immediately followed by closing parentheses.",
                    ));
                }
                Kind::End => {
                    return Err(fail(
                        name,
                        "Unterminated function call",
                        "There is no closing parenthesis for this function call before the end of the file. This may be caused by incorrect parenthesis nesting elsewhere in this file.",
                    ));
                }
                _ => {
                    return Err(fail(
                        separator,
                        "Missing argument separator",
                        "A comma is required to separate each function argument from the next.",
                    ));
                }
            }
        }
    }

    fn tuple(&mut self, open: Token) -> Checked {
        if self.is_word("for") {
            return self.for_expression(Kind::BracketClose);
        }
        loop {
            if self.peek().kind == Kind::BracketClose {
                self.read();
                return Ok(());
            }
            self.expression()?;
            let next = self.read();
            match next.kind {
                Kind::BracketClose => return Ok(()),
                Kind::Comma => {}
                Kind::End => {
                    return Err(fail(
                        open,
                        "Unterminated tuple constructor expression",
                        "There is no corresponding closing bracket before the end of the file. This may be caused by incorrect bracket nesting elsewhere in this file.",
                    ));
                }
                _ => {
                    return Err(fail(
                        next,
                        "Missing item separator",
                        "Expected a comma to mark the beginning of the next item.",
                    ));
                }
            }
        }
    }

    fn object(&mut self, open: Token) -> Checked {
        let outer = std::mem::replace(&mut self.newlines, false);
        let is_for = self.is_word("for");
        self.newlines = outer;
        if is_for {
            return self.within(false, |this| this.for_expression(Kind::BraceClose));
        }
        self.within(true, |this| this.object_items(open))
    }

    fn object_items(&mut self, open: Token) -> Checked {
        loop {
            match self.peek().kind {
                Kind::Newline => {
                    self.read();
                    continue;
                }
                Kind::BraceClose => {
                    self.read();
                    return Ok(());
                }
                _ => {}
            }
            self.expression()?;
            let next = self.read();
            match next.kind {
                Kind::Equal | Kind::Colon => {}
                Kind::End => return Err(unterminated_object(open)),
                Kind::Newline | Kind::Comma => {
                    return Err(fail(
                        next,
                        "Missing attribute value",
                        "Expected an attribute value, introduced by an equals sign (\"=\").",
                    ));
                }
                Kind::Ident => {
                    return Err(fail(
                        next,
                        "Missing key/value separator",
                        "Expected an equals sign (\"=\") to mark the beginning of the attribute value. If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal.",
                    ));
                }
                _ => {
                    return Err(fail(
                        next,
                        "Missing key/value separator",
                        "Expected an equals sign (\"=\") to mark the beginning of the attribute value.",
                    ));
                }
            }
            self.expression()?;
            let next = self.read();
            match next.kind {
                Kind::BraceClose => return Ok(()),
                Kind::Comma | Kind::Newline => {}
                Kind::End => return Err(unterminated_object(open)),
                _ => {
                    return Err(fail(
                        next,
                        "Missing attribute separator",
                        "Expected a newline or comma to mark the beginning of the next attribute.",
                    ));
                }
            }
        }
    }

    /// `for` and all behind it; an object is made where a brace closes it.
    fn for_expression(&mut self, close: Kind) -> Checked {
        self.read();
        self.for_names(
            "Invalid 'for' expression",
            [
                "For expression requires variable name after 'for'.",
                "For expression requires value variable name after comma.",
                "For expression requires the 'in' keyword after its name declarations.",
            ],
        )?;
        self.expression()?;
        let colon = self.read();
        if colon.kind != Kind::Colon {
            return Err(bad_for(
                colon,
                "For expression requires a colon after the collection expression.",
            ));
        }
        let first = self.peek();
        self.expression()?;
        let has_key = self.peek().kind == Kind::FatArrow;
        if has_key {
            self.read();
            self.expression()?;
        }
        let ellipsis = Some(self.peek()).filter(|next| next.kind == Kind::Ellipsis);
        if ellipsis.is_some() {
            self.read();
        }
        if self.is_word("if") {
            self.read();
            self.expression()?;
        }
        let end = self.read();
        if end.kind != close {
            return Err(bad_for(
                end,
                "Extra characters after the end of the 'for' expression.",
            ));
        }
        match (close == Kind::BraceClose, has_key, ellipsis) {
            (false, true, _) => Err(bad_for(
                first,
                "Key expression is not valid when building a tuple.",
            )),
            (false, _, Some(ellipsis)) => Err(bad_for(
                ellipsis,
                "Grouping ellipsis (...) cannot be used when building a tuple.",
            )),
            (true, false, _) => Err(bad_for(
                first,
                "Key expression is required when building an object.",
            )),
            _ => Ok(()),
        }
    }

    /// The names that a `for` gives, to behind its `in`.
    pub(super) fn for_names(
        &mut self,
        summary: &'static str,
        details: [&'static str; 3],
    ) -> Checked {
        let [no_name, no_value_name, no_in] = details;
        let name = self.peek();
        if name.kind != Kind::Ident {
            return Err(fail(name, summary, no_name));
        }
        self.read();
        if self.peek().kind == Kind::Comma {
            self.read();
            let name = self.peek();
            if name.kind != Kind::Ident {
                return Err(fail(name, summary, no_value_name));
            }
            self.read();
        }
        if !self.is_word("in") {
            return Err(fail(self.peek(), summary, no_in));
        }
        self.read();
        Ok(())
    }
}

pub(super) fn fail(at: Token, summary: &'static str, detail: impl Into<String>) -> LangError {
    LangError::new(summary, detail).at_range(at.range())
}

const EQUALS_HINT: &str =
    " To set an argument, use the equals sign \"=\" to introduce the argument value.";

fn required(at: Token, hint: &str) -> LangError {
    let detail = format!("An argument or block definition is required here.{hint}");
    fail(at, "Argument or block definition required", detail)
}

fn unclosed(at: Token) -> LangError {
    fail(
        at,
        "Unclosed configuration block",
        "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.",
    )
}

const fn block_hint(found: Kind) -> &'static str {
    match found {
        Kind::Equal => {
            "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block."
        }
        Kind::Newline => {
            "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header."
        }
        _ => "Either a quoted string block label or an opening brace (\"{\") is expected here.",
    }
}

fn no_attribute_name(at: Token) -> LangError {
    fail(
        at,
        "Invalid attribute name",
        "An attribute name is required after a dot.",
    )
}

fn unterminated_object(at: Token) -> LangError {
    fail(
        at,
        "Unterminated object constructor expression",
        "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.",
    )
}

fn bad_for(at: Token, detail: &'static str) -> LangError {
    fail(at, "Invalid 'for' expression", detail)
}

/// How tightly an operator binds.
const fn precedence(kind: Kind) -> Option<u8> {
    match kind {
        Kind::Or => Some(0),
        Kind::And => Some(1),
        Kind::EqualTo | Kind::NotEqual => Some(2),
        Kind::Less | Kind::LessOrEqual | Kind::Greater | Kind::GreaterOrEqual => Some(3),
        Kind::Plus | Kind::Minus => Some(4),
        Kind::Star | Kind::Slash | Kind::Percent => Some(5),
        _ => None,
    }
}
