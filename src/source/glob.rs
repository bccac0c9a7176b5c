//! Patterns for roots, workspaces, module sources and resource types.
//!
//! `*` stands for anything within one path segment, `**` for any number of segments, `?` for
//! one character, `[ab]` and `{a,b}` for alternatives. Upper and lower case differ.

use globset::{GlobBuilder, GlobMatcher};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A pattern. Cheap to clone; two are equal when they are written alike.
#[derive(Clone)]
pub struct Glob(Arc<Inner>);

struct Inner {
    glob: globset::Glob,
    shape: Shape,
    /// Made when it is first needed: a catalog has thousands of patterns, a run few roots.
    matcher: OnceLock<GlobMatcher>,
}

/// Most patterns are one of these, which need no matcher.
enum Shape {
    /// Only itself fits.
    Literal,
    /// `tenants/acme/**`: whatever begins with so many bytes of it.
    Under(usize),
    Other,
}

/// The longest pattern, in bytes: a pattern is written by a person.
const MAX_PATTERN: usize = 1024;

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong with the pattern, in one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        if pattern.len() > MAX_PATTERN {
            return Err(format!("it is longer than {MAX_PATTERN} bytes"));
        }
        let glob = GlobBuilder::new(pattern)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| error.kind().to_string())?;
        let is_plain = |text: &str| !text.contains(['*', '?', '[', ']', '{', '}', '\\']);
        let shape = match pattern.strip_suffix("**") {
            _ if is_plain(pattern) => Shape::Literal,
            Some(folder) if is_plain(folder) && folder.len() > 1 && folder.ends_with('/') => {
                Shape::Under(folder.len())
            }
            _ => Shape::Other,
        };
        let matcher = OnceLock::new();
        Ok(Self(Arc::new(Inner {
            glob,
            shape,
            matcher,
        })))
    }

    /// Whether the whole of `text` fits the pattern.
    pub fn is_match(&self, text: &str) -> bool {
        let pattern = self.as_str();
        match self.0.shape {
            Shape::Literal => text == pattern,
            Shape::Under(length) => pattern
                .get(..length)
                .is_some_and(|folder| text.starts_with(folder)),
            Shape::Other => {
                let matcher = self.0.matcher.get_or_init(|| self.0.glob.compile_matcher());
                matcher.is_match(text)
            }
        }
    }

    /// The pattern as it is written.
    pub fn as_str(&self) -> &str {
        self.0.glob.glob()
    }

    /// Whether the pattern fits one text only: itself.
    pub fn is_literal(&self) -> bool {
        matches!(self.0.shape, Shape::Literal)
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Glob {}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Glob").field(&self.as_str()).finish()
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, fits: bool) {
        let glob = Glob::new(pattern).unwrap();
        assert_eq!(glob.is_match(text), fits, "{pattern} and {text}");
    }

    #[test]
    fn a_star_stays_within_its_segment() {
        check("tenants/acme/*", "tenants/acme/prod", true);
        check("tenants/acme/*", "tenants/acme/prod/eu", false);
        check("tenants/acme/*", "tenants/acme", false);
        check("tenants/acme/**", "tenants/acme/prod/eu", true);
        check("tenants/acme/**", "tenants/acme-evil/prod", false);
        check("**/modules/tenant", "../modules/tenant", true);
        check("**/modules/tenant", "modules/tenant", true);
        check("aws_iam_*", "aws_iam_role", true);
        check("acme-*", "acme-prod", true);
        check("acme-*", "ACME-prod", false);
        check("acme", "acme\n", false);
    }

    #[test]
    fn the_shapes_without_a_matcher_fit_what_a_matcher_would() {
        for pattern in ["a", "a/b", "a/**", "a/b/**", "/**", "**", "a.b/**", "a/b c"] {
            let matcher = GlobBuilder::new(pattern)
                .literal_separator(true)
                .build()
                .unwrap()
                .compile_matcher();
            let glob = Glob::new(pattern).unwrap();
            for text in [
                "", "a", "a/", "a/b", "a/b/", "a/b/c", "a//", "b/a/b", "aXb/c", "a.b/c", "/", "/a",
                "a/b c",
            ] {
                assert_eq!(
                    glob.is_match(text),
                    matcher.is_match(text),
                    "{pattern} and {text}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for wrong in ["[a", "{a", "a}"] {
            assert!(Glob::new(wrong).is_err(), "{wrong}");
        }
        assert!(Glob::new(&"a".repeat(2000)).is_err());
        assert!(Glob::new(&"*a".repeat(500)).is_ok());
    }
}
