//! The patterns of `fileset`.
//!
//! `*` and `?` stay within a name, `**` as a whole name stands for any folders, `[a-z]` and
//! `[^a-z]` for a character, `{a,b}` for either; a backslash takes a character as it is. As with
//! Terraform, what is wrong with a pattern only shows once a name gets to that place.

use crate::lang::budget::Budget;
use crate::lang::error::LangError;

/// Why there is no answer.
pub(super) enum Trouble {
    /// The pattern is none.
    BadPattern,
    /// The budget is used up.
    Whole(LangError),
}

impl From<LangError> for Trouble {
    fn from(error: LangError) -> Self {
        Self::Whole(error)
    }
}

/// Whether a path matches; both have slashes between their names.
pub(super) fn matches(pattern: &str, path: &str, budget: &Budget) -> Result<bool, Trouble> {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    names(&pattern, &path, budget)
}

fn names(pattern: &[&str], path: &[&str], budget: &Budget) -> Result<bool, Trouble> {
    budget.step(1)?;
    match (pattern, path) {
        ([], path) => Ok(path.is_empty()),
        (["**"], path) => Ok(!path.is_empty()),
        (["**", rest @ ..], mut path) => loop {
            if names(rest, path, budget)? {
                return Ok(true);
            }
            match path {
                [_, below @ ..] => path = below,
                [] => return Ok(false),
            }
        },
        ([_, ..], []) => Ok(false),
        ([first, rest @ ..], [name, below @ ..]) => {
            Ok(one_name(first, name, budget)? && names(rest, below, budget)?)
        }
    }
}

fn one_name(pattern: &str, name: &str, budget: &Budget) -> Result<bool, Trouble> {
    budget.step(1)?;
    let mut pattern = pattern.chars();
    let mut name = name.chars();
    loop {
        if name.as_str().is_empty() {
            return Ok(matches!(pattern.as_str(), "" | "*"));
        }
        let Some(wanted) = pattern.next() else {
            return Ok(false);
        };
        if wanted == '*' {
            let rest = pattern.as_str();
            if rest.is_empty() {
                return Ok(true);
            }
            // An error in what follows a star is not one: that place does not match.
            while !name.as_str().is_empty() {
                match one_name(rest, name.as_str(), budget) {
                    Ok(true) => return Ok(true),
                    Ok(false) | Err(Trouble::BadPattern) => {}
                    Err(trouble) => return Err(trouble),
                }
                name.next();
            }
            return Ok(false);
        }
        if wanted == '{' {
            return either(pattern.as_str(), name.as_str(), budget);
        }
        let Some(c) = name.next() else {
            return Ok(false);
        };
        let fits = match wanted {
            '?' => true,
            '\\' => pattern.next().ok_or(Trouble::BadPattern)? == c,
            '[' => {
                let class = pattern.as_str();
                let end = find_unescaped(class, ']').ok_or(Trouble::BadPattern)?;
                let (inside, after) = class.split_at_checked(end).unwrap_or((class, ""));
                pattern = after.chars();
                pattern.next();
                in_class(inside, c)?
            }
            wanted => wanted == c,
        };
        if !fits {
            return Ok(false);
        }
    }
}

/// What stands behind `{`: alternatives, `}`, and the rest of the pattern.
fn either(pattern: &str, name: &str, budget: &Budget) -> Result<bool, Trouble> {
    let end = find_unescaped(pattern, '}').ok_or(Trouble::BadPattern)?;
    let (mut options, rest) = pattern.split_at_checked(end).unwrap_or((pattern, ""));
    let rest = rest.strip_prefix('}').unwrap_or(rest);
    while !options.is_empty() {
        let comma = find_unescaped(options, ',').unwrap_or(options.len());
        let (option, others) = options.split_at_checked(comma).unwrap_or((options, ""));
        options = others.strip_prefix(',').unwrap_or(others);
        budget.make(option.len().saturating_add(rest.len()))?;
        if one_name(&format!("{option}{rest}"), name, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn in_class(class: &str, c: char) -> Result<bool, Trouble> {
    let (negated, class) = match class.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, class),
    };
    if class.is_empty() && !negated {
        return Err(Trouble::BadPattern);
    }
    let mut found = false;
    let mut chars = class.chars().peekable();
    let bound = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| match chars.next() {
        None | Some('-') => Err(Trouble::BadPattern),
        Some('\\') => chars.next().ok_or(Trouble::BadPattern),
        Some(c) => Ok(c),
    };
    while chars.peek().is_some() {
        let low = bound(&mut chars)?;
        let high = if chars.next_if_eq(&'-').is_some() {
            bound(&mut chars)?
        } else {
            low
        };
        found |= (low..=high).contains(&c);
    }
    Ok(found != negated)
}

/// Where a character stands that no backslash is before.
fn find_unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut before = None;
    text.char_indices().find_map(|(at, c)| {
        let escaped = before.replace(c) == Some('\\');
        (c == wanted && !escaped).then_some(at)
    })
}
