//! Version constraints of module calls: `~> 5.0, != 5.3.1`.

use std::cmp::Ordering;

/// Whether a constraint allows a version. What cannot be read allows nothing.
pub(super) fn allows(constraint: &str, version: &str) -> bool {
    let Some(version) = Version::parse(version) else {
        return false;
    };
    constraint.split(',').all(|part| {
        let part = part.trim();
        let digits = part
            .find(|c: char| c.is_ascii_digit() || c == 'v')
            .unwrap_or(part.len());
        let (operator, bound) = part.split_at(digits);
        let Some(bound) = Version::parse(bound) else {
            return false;
        };
        let order = version.cmp(&bound);
        // A version before a release fits only where it is asked for.
        if !version.pre.is_empty()
            && (order != Ordering::Equal || !matches!(operator.trim(), "" | "="))
        {
            return false;
        }
        match operator.trim() {
            "" | "=" => order == Ordering::Equal,
            "!=" => order != Ordering::Equal,
            ">" => order == Ordering::Greater,
            ">=" => order != Ordering::Less,
            "<" => order == Ordering::Less,
            "<=" => order != Ordering::Greater,
            "~>" => order != Ordering::Less && version.starts_like(&bound),
            _ => false,
        }
    })
}

struct Version {
    numbers: Vec<u64>,
    pre: String,
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split('+').next()?;
        let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
        Some(Self {
            numbers: numbers
                .split('.')
                .map(|part| part.parse().ok())
                .collect::<Option<_>>()?,
            pre: pre.to_owned(),
        })
    }

    fn number(&self, at: usize) -> u64 {
        self.numbers.get(at).copied().unwrap_or(0)
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let parts = self.numbers.len().max(other.numbers.len());
        (0..parts)
            .map(|at| self.number(at).cmp(&other.number(at)))
            .find(|order| *order != Ordering::Equal)
            // A version before a release comes before it.
            .unwrap_or_else(|| match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => self.pre.cmp(&other.pre),
            })
    }

    /// Whether all but the last of the bound's numbers are the same.
    fn starts_like(&self, bound: &Self) -> bool {
        let fixed = bound.numbers.len().saturating_sub(1).max(1);
        (0..fixed).all(|at| self.number(at) == bound.number(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_mean_what_they_mean_to_terraform() {
        let check = |constraint: &str, version: &str, expected: bool| {
            assert_eq!(
                allows(constraint, version),
                expected,
                "{version} for {constraint}"
            );
        };
        check("5.1.2", "5.1.2", true);
        check("= 5.1.2", "5.1.3", false);
        check("~> 5.0", "5.9.0", true);
        check("~> 5.0", "6.0.0", false);
        check("~> 5.1.0", "5.1.9", true);
        check("~> 5.1.0", "5.2.0", false);
        check("~> 5", "5.3.0", true);
        check(">= 1.0, < 2.0, != 1.5.0", "1.4.0", true);
        check(">= 1.0, < 2.0, != 1.5.0", "1.5.0", false);
        check(">= 1.0", "2.0.0-beta1", false);
        check("2.0.0-beta1", "2.0.0-beta1", true);
        check("> 1.9", "1.10", true);
        check("nonsense", "1.0.0", false);
        check(">= 1.0", "", false);
    }
}
