//! The known name that was probably meant.

/// The one of `known` that is nearest to `word`, if one is near enough to be what was meant.
///
/// Of equally near names the first in alphabetical order, so that the answer does not depend
/// on the order of `known`.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    near(word, known).first().copied()
}

/// All of `known` that are near enough to `word` to be what was meant, the nearest first.
pub fn near<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let word: Vec<char> = word.chars().take(64).flat_map(char::to_lowercase).collect();
    // A third of the letters may be wrong, and at least one.
    let most = (word.len() / 3).max(1);
    let mut found: Vec<_> = known
        .into_iter()
        .map(|name| {
            let letters: Vec<char> = name.chars().take(64).flat_map(char::to_lowercase).collect();
            (distance(&word, &letters), name)
        })
        .filter(|(distance, _)| *distance <= most)
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

/// How many letters must be added, dropped, changed or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    // The rows of the usual table: row i holds the distances of the first i letters of `a`
    // to every beginning of `b`. A swap looks two rows back.
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX);
            let change = at(&above, j).saturating_add(usize::from(x != y));
            let drop = at(&above, j.saturating_add(1)).saturating_add(1);
            let add = at(&row, j).saturating_add(1);
            let mut least = change.min(drop).min(add);
            if let (Some(i), Some(j)) = (i.checked_sub(1), j.checked_sub(1))
                && a.get(i) == Some(y)
                && b.get(j) == Some(x)
            {
                least = least.min(at(&before, j).saturating_add(1));
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let known = ["vcpu", "memory_gib", "iops", "storage_gib", "environments"];
        for (word, meant) in [
            ("vcpus", Some("vcpu")),
            ("vpcu", Some("vcpu")),
            ("VCPU", Some("vcpu")),
            ("memory_gb", Some("memory_gib")),
            ("enviroments", Some("environments")),
            ("iop", Some("iops")),
            ("cost", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
