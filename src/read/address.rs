//! Terraform addresses and references: `module.env["a.b"].aws_instance.api[0].id`.
//!
//! Keys are quoted as HCL quotes them and may hold dots and brackets, so nothing here splits
//! at a dot.

use super::Key;
use std::sync::Arc;

/// What kind of thing a block declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`: exists after apply.
    Managed,
    /// `data`: only looked up.
    Data,
    /// `ephemeral`: exists during one run.
    Ephemeral,
}

/// The parts of a resource address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// The module part, with its keys: `module.env["a.b"]`; empty for the root module.
    pub module: &'a str,
    /// What kind of thing it is.
    pub mode: Mode,
    /// `aws_instance`
    pub resource_type: &'a str,
    /// `api`
    pub name: &'a str,
    /// `[0]`
    pub key: Option<Key>,
}

/// Takes a resource address apart; none where it is not one.
pub fn parse(address: &str) -> Option<Address<'_>> {
    let mut rest = Rest(address);
    skip_modules(&mut rest)?;
    let (module, own) = address.split_at(address.len().checked_sub(rest.0.len())?);
    let mut rest = Rest(own);
    let first = rest.name()?;
    let (mode, resource_type) = match first {
        "data" => (Mode::Data, rest.dot()?.name()?),
        "ephemeral" => (Mode::Ephemeral, rest.dot()?.name()?),
        other => (Mode::Managed, other),
    };
    let name = rest.dot()?.name()?;
    let key = rest.key()?;
    rest.0.is_empty().then_some(Address {
        module: module.strip_suffix('.').unwrap_or(module),
        mode,
        resource_type,
        name,
        key,
    })
}

/// The names of the module calls in a module address, joined by dots: `module.a["x"].module.b`
/// is `a.b`. This is how `configuration`, which knows no instances, calls that module.
pub fn module_path(module: &str) -> Option<String> {
    let mut path = String::new();
    let mut rest = Rest(module);
    while !rest.0.is_empty() {
        if rest.name()? != "module" {
            return None;
        }
        let name = rest.dot()?.name()?;
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        rest.key()?;
        if !rest.0.is_empty() {
            rest.dot()?;
        }
    }
    Some(path)
}

/// The module around a module: of `module.a["x.module.y"].module.b`, `module.a["x.module.y"]`.
pub(crate) fn parent(module: &str) -> Option<&str> {
    let mut in_quotes = false;
    let mut escaped = false;
    let mut last = None;
    for (at, byte) in module.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_quotes => escaped = true,
            b'"' => in_quotes = !in_quotes,
            b'.' if !in_quotes && module.get(at..)?.starts_with(".module.") => last = Some(at),
            _ => {}
        }
    }
    module.get(..last?)
}

/// One step of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// `.name`, or the first of all.
    Name(&'a str),
    /// `[0]`, `["a"]`
    Key(Key),
}

/// Takes a reference apart: `var.sizes["db"].iops`; none where it is not one.
pub fn steps(reference: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = Rest(reference);
    let mut steps = vec![Step::Name(rest.name()?)];
    while !rest.0.is_empty() {
        match rest.key()? {
            Some(key) => steps.push(Step::Key(key)),
            // Lists are also indexed with a dot in old configurations: `list.0`.
            None => match rest.dot()?.word()? {
                digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                    steps.push(Step::Key(Key::Number(digits.parse().ok()?)));
                }
                name => steps.push(Step::Name(name)),
            },
        }
    }
    Some(steps)
}

/// What is left of an address.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn dot(&mut self) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix('.')?;
        Some(self)
    }

    /// All up to the next dot or bracket.
    fn word(&mut self) -> Option<&'a str> {
        let end = self.0.find(['.', '[']).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    /// An identifier.
    fn name(&mut self) -> Option<&'a str> {
        let word = self.word()?;
        let first = word.chars().next()?;
        let good = (first == '_' || first.is_alphabetic())
            && word
                .chars()
                .all(|c| c == '_' || c == '-' || c.is_alphanumeric());
        good.then_some(word)
    }

    /// A key in brackets, if there is one. None at all where it is malformed.
    fn key(&mut self) -> Option<Option<Key>> {
        let Some(inside) = self.0.strip_prefix('[') else {
            return Some(None);
        };
        if let Some(quoted) = inside.strip_prefix('"') {
            let (name, rest) = unquote(quoted)?;
            self.0 = rest.strip_prefix(']')?;
            return Some(Some(Key::Name(Arc::from(name))));
        }
        let (digits, rest) = inside.split_once(']')?;
        self.0 = rest;
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse().ok().map(|index| Some(Key::Number(index))))?
    }
}

/// Past all `module.NAME[KEY].`
fn skip_modules(rest: &mut Rest<'_>) -> Option<()> {
    while rest.0.starts_with("module.") {
        rest.name()?;
        rest.dot()?.name()?;
        rest.key()?;
        rest.dot()?;
    }
    Some(())
}

/// The text of an HCL string whose opening quote is gone, and what follows the closing one.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = quoted;
    loop {
        let at = rest.find(['"', '\\', '$', '%'])?;
        let (plain, special) = rest.split_at(at);
        text.push_str(plain);
        let mut after = special.chars();
        match after.next()? {
            '"' => return Some((text, after.as_str())),
            '\\' => match after.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                length @ ('u' | 'U') => {
                    let digits = after.as_str().get(..if length == 'u' { 4 } else { 8 })?;
                    text.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                    after = after.as_str().get(digits.len()..)?.chars();
                }
                same @ ('"' | '\\') => text.push(same),
                _ => return None,
            },
            // A doubled introducer stands for one.
            introducer => {
                text.push(introducer);
                let doubled = [introducer, '{'].iter().collect::<String>();
                if after.as_str().starts_with(&doubled) {
                    after.next();
                }
            }
        }
        rest = after.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<Key> {
        Some(Key::Name(text.into()))
    }

    #[test]
    fn addresses_are_taken_apart() {
        let check = |text, module, mode, resource_type, name, key| {
            let address = Address {
                module,
                mode,
                resource_type,
                name,
                key,
            };
            assert_eq!(parse(text), Some(address), "{text}");
        };
        use Mode::{Data, Ephemeral, Managed};
        check("aws_instance.api", "", Managed, "aws_instance", "api", None);
        check(
            "aws_instance.api[0]",
            "",
            Managed,
            "aws_instance",
            "api",
            Some(Key::Number(0)),
        );
        check(r#"a_b.c["0"]"#, "", Managed, "a_b", "c", name("0"));
        check(
            r#"module.env["a.b"].a_b.c["sp ace]"]"#,
            r#"module.env["a.b"]"#,
            Managed,
            "a_b",
            "c",
            name("sp ace]"),
        );
        check(
            r#"module.a.module.b[1].data.a_b.c"#,
            "module.a.module.b[1]",
            Data,
            "a_b",
            "c",
            None,
        );
        check("ephemeral.a_b.c", "", Ephemeral, "a_b", "c", None);
        check(r#"a_b.c["q\"x"]"#, "", Managed, "a_b", "c", name("q\"x"));
        check(r#"a_b.c["$${t}"]"#, "", Managed, "a_b", "c", name("${t}"));
        check(
            r#"a_b.c["$t %%{ 5%"]"#,
            "",
            Managed,
            "a_b",
            "c",
            name("$t %{ 5%"),
        );
        check(
            r#"a_b.c["é\n\u0007"]"#,
            "",
            Managed,
            "a_b",
            "c",
            name("é\n\u{7}"),
        );
        check(
            "module.module.a-1.b-2",
            "module.module",
            Managed,
            "a-1",
            "b-2",
            None,
        );
    }

    #[test]
    fn what_is_no_address_is_told() {
        for text in [
            "",
            "aws_instance",
            "aws_instance.",
            ".x",
            "a.b.c",
            "a.1",
            "resource.something['x']",
            "a.b[",
            "a.b[]",
            "a.b[x]",
            "a.b[-1]",
            r#"a.b["x]"#,
            r#"a.b["x"#,
            r#"a.b["\q"]"#,
            "module.a",
            "module.a.",
            "module.a.b",
            "a b.c",
            "data.a",
            "a.b[99999999999999999999]",
            "a.b[0]x",
            "a.b[(sensitive value)]",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn keys_print_as_terraform_writes_them() {
        for text in [
            "a.b",
            "q\"x",
            "${t}",
            "$t",
            "%{x}",
            "back\\slash",
            "é\n",
            "\u{7}",
            "sp ace]",
        ] {
            let address = format!("a_b.c[{}]", Key::Name(text.into()));
            assert_eq!(parse(&address).unwrap().key, name(text), "{address}");
        }
        assert_eq!(Key::Name("$${a}\n".into()).to_string(), r#""$$${a}\n""#);
        assert_eq!(Key::Number(7).to_string(), "7");
    }

    #[test]
    fn module_paths_have_no_keys() {
        let path = |text| module_path(text);
        assert_eq!(path("").as_deref(), Some(""));
        assert_eq!(
            path(r#"module.env["a.b"].module.db[0]"#).as_deref(),
            Some("env.db")
        );
        assert_eq!(path("module"), None);
        assert_eq!(path("aws_x.y"), None);
    }

    #[test]
    fn references_are_taken_apart() {
        let n = Step::Name;
        let k = |text: &str| Step::Key(Key::Name(text.into()));
        let expected = vec![
            n("var"),
            n("sizes"),
            k("d.b"),
            n("iops"),
            Step::Key(Key::Number(0)),
        ];
        assert_eq!(steps(r#"var.sizes["d.b"].iops[0]"#), Some(expected.clone()));
        assert_eq!(steps(r#"var.sizes["d.b"].iops.0"#), Some(expected));
        assert_eq!(steps("var..x"), None);
        assert_eq!(steps(""), None);
    }
}
