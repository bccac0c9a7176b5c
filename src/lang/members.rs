//! What objects and maps hold: values by name, in the order of their names.

use super::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values by name, sorted, each name once.
///
/// A plan has hundreds of thousands of small ones that are made once and then only read, so
/// this is one list and not a tree: it is a tenth of the memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members(Vec<(Arc<str>, Value)>);

impl Members {
    /// None at all.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// These, if no name is there twice.
    ///
    /// # Errors
    ///
    /// The name that is.
    pub fn distinct(mut members: Vec<(Arc<str>, Value)>) -> Result<Self, Arc<str>> {
        if !members.is_sorted_by(|(a, _), (b, _)| a < b) {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            let twice = members.windows(2).find_map(|pair| match pair {
                [(a, _), (b, _)] if a == b => Some(Arc::clone(a)),
                _ => None,
            });
            if let Some(twice) = twice {
                return Err(twice);
            }
        }
        members.shrink_to_fit();
        Ok(Self(members))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.0.get(self.place(name).ok()?)?;
        Some(value)
    }

    /// Whether there is one of that name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Puts a value in, and gives the one that had the name before.
    pub fn insert(&mut self, name: Arc<str>, value: Value) -> Option<Value> {
        // Mostly they come in order.
        if self.0.last().is_none_or(|(last, _)| **last < *name) {
            self.0.push((name, value));
            return None;
        }
        match self.place(&name) {
            Ok(place) => {
                let (_, known) = self.0.get_mut(place)?;
                Some(std::mem::replace(known, value))
            }
            Err(place) => {
                self.0.insert(place, (name, value));
                None
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let (_, value) = self.0.remove(self.place(name).ok()?);
        Some(value)
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> Iter<'_> {
        self.into_iter()
    }

    /// The names, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Arc<str>> + ExactSizeIterator {
        self.0.iter().map(|(name, _)| name)
    }

    /// The values, in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

/// Goes through names and values.
pub type Iter<'a> = std::iter::Map<
    std::slice::Iter<'a, (Arc<str>, Value)>,
    fn(&'a (Arc<str>, Value)) -> (&'a Arc<str>, &'a Value),
>;

impl<'a> IntoIterator for &'a Members {
    type Item = (&'a Arc<str>, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

impl IntoIterator for Members {
    type Item = (Arc<str>, Value);
    type IntoIter = std::vec::IntoIter<(Arc<str>, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Of several with one name, the last stays.
impl FromIterator<(Arc<str>, Value)> for Members {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(members: I) -> Self {
        let mut all: Vec<_> = members.into_iter().collect();
        if !all.is_sorted_by(|(a, _), (b, _)| a < b) {
            // The sort keeps the order of those with one name; the first stays.
            all.reverse();
            all.sort_by(|(a, _), (b, _)| a.cmp(b));
            all.dedup_by(|(a, _), (b, _)| a == b);
        }
        all.shrink_to_fit();
        Self(all)
    }
}

impl Extend<(Arc<str>, Value)> for Members {
    fn extend<I: IntoIterator<Item = (Arc<str>, Value)>>(&mut self, members: I) {
        let before = std::mem::take(&mut self.0);
        *self = before.into_iter().chain(members).collect();
    }
}

impl From<BTreeMap<Arc<str>, Value>> for Members {
    fn from(members: BTreeMap<Arc<str>, Value>) -> Self {
        Self(members.into_iter().collect())
    }
}

impl<const N: usize> From<[(Arc<str>, Value); N]> for Members {
    fn from(members: [(Arc<str>, Value); N]) -> Self {
        members.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(name: &str, at: usize) -> (Arc<str>, Value) {
        (name.into(), Value::text(at.to_string()))
    }

    proptest! {
        #[test]
        fn they_behave_like_a_map(
            first in proptest::collection::vec("[a-e]{0,2}", 0..12),
            then in proptest::collection::vec("[a-e]{0,2}", 0..12),
            without in "[a-e]{0,2}",
        ) {
            let all = |names: &[String]| -> Vec<_> {
                names.iter().enumerate().map(|(at, name)| named(name, at)).collect()
            };
            let mut members: Members = all(&first).into_iter().collect();
            let mut map: BTreeMap<_, _> = all(&first).into_iter().collect();
            for (name, value) in all(&then) {
                prop_assert_eq!(members.insert(name.clone(), value.clone()), map.insert(name, value));
            }
            let mut both = members.clone();
            both.extend(all(&first));
            prop_assert_eq!(members.remove(&without), map.remove(&*without));
            prop_assert_eq!(members.len(), map.len());
            prop_assert!(members.iter().eq(map.iter()));
            for name in first.iter().chain(&then) {
                prop_assert_eq!(members.get(name), map.get(&**name));
                prop_assert!(both.contains_key(name));
            }
            prop_assert_eq!(Members::from(map), members);
            let distinct = Members::distinct(all(&first));
            let sum: BTreeMap<_, _> = all(&first).into_iter().collect();
            prop_assert_eq!(distinct.is_ok(), sum.len() == first.len());
            prop_assert!(distinct.map_or(true, |distinct| distinct == sum.into()));
        }
    }
}
