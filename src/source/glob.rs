//! Patterns for roots, workspaces, module sources and resource types.
//!
//! `*` stands for anything within one path segment, `**` for any number of segments, `?` for
//! one character, `[ab]` and `{a,b}` for alternatives. Upper and lower case differ.

use globset::{GlobBuilder, GlobMatcher};
use std::fmt;

/// A compiled pattern. Two are equal when they are written alike.
#[derive(Clone)]
pub struct Glob(GlobMatcher);

/// The longest pattern, in bytes: a pattern is written by a person.
const MAX_PATTERN: usize = 1024;

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong with the pattern, in one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        if pattern.len() > MAX_PATTERN {
            return Err(format!("it is longer than {MAX_PATTERN} bytes"));
        }
        GlobBuilder::new(pattern)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map(|glob| Self(glob.compile_matcher()))
            .map_err(|error| error.kind().to_string())
    }

    /// Whether the whole of `text` fits the pattern.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The pattern as it is written.
    pub fn as_str(&self) -> &str {
        self.0.glob().glob()
    }

    /// Whether the pattern fits one text only: itself.
    pub fn is_literal(&self) -> bool {
        !self.as_str().contains(['*', '?', '[', ']', '{', '}', '\\'])
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
    fn what_is_no_pattern_says_why() {
        for wrong in ["[a", "{a", "a}"] {
            assert!(Glob::new(wrong).is_err(), "{wrong}");
        }
        assert!(Glob::new(&"a".repeat(2000)).is_err());
        assert!(Glob::new(&"*a".repeat(500)).is_ok());
    }
}
