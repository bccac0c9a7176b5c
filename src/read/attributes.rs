//! Which attributes of a resource type are wanted.

use std::sync::{Arc, LazyLock};

/// What tells whose an instance is; these attributes are always read.
///
/// An instance says it in its tags (`tags_all` before `tags`; an autoscaling group in `tag`
/// blocks), on Google in labels, on Kubernetes in its metadata and namespace. Who wrote them
/// makes no difference, so what is known of them carries no marks but that of a secret.
pub const IDENTITY: [&str; 8] = [
    "effective_labels",
    "labels",
    "metadata",
    "namespace",
    "tag",
    "tags",
    "tags_all",
    "terraform_labels",
];

/// A set of top-level attributes of a resource type. Those of [`IDENTITY`] are always in it.
#[derive(Clone, Debug)]
pub struct AttributeSet {
    /// Sorted, none twice.
    names: Vec<Arc<str>>,
    /// The same, by their lengths: most other names are told apart by their length and a byte.
    by_length: Vec<Vec<Arc<str>>>,
}

impl AttributeSet {
    /// A set of these, and of [`IDENTITY`].
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<Arc<str>> = names.into_iter().chain(IDENTITY).map(Arc::from).collect();
        names.sort_unstable();
        names.dedup();
        let longest = names.iter().map(|name| name.len()).max().unwrap_or(0);
        let mut by_length = vec![Vec::new(); longest.saturating_add(1)];
        for name in &names {
            if let Some(same) = by_length.get_mut(name.len()) {
                same.push(Arc::clone(name));
            }
        }
        Self { names, by_length }
    }

    /// Just those of [`IDENTITY`].
    pub fn identity() -> &'static Self {
        static SET: LazyLock<AttributeSet> = LazyLock::new(|| AttributeSet::new([]));
        &SET
    }

    /// Its names, sorted.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// The name as it is kept here, if it is wanted.
    pub fn find(&self, name: &str) -> Option<&Arc<str>> {
        self.find_bytes(name.as_bytes())
    }

    /// As [`find`](Self::find), of a name that nobody took the time to look at.
    #[inline]
    pub(super) fn find_bytes(&self, name: &[u8]) -> Option<&Arc<str>> {
        let same = self.by_length.get(name.len())?;
        same.iter().find(|known| {
            let known = known.as_bytes();
            known.first() == name.first() && known == name
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_its_names_and_no_others() {
        let set = AttributeSet::new(["size", "iops", "size", "tags"]);
        for name in IDENTITY.into_iter().chain(["size", "iops"]) {
            assert_eq!(set.find(name).map(|found| &**found), Some(name));
        }
        for name in ["", "siz", "sizes", "Size", "user_data", "\u{e9}"] {
            assert!(set.find(name).is_none());
        }
        assert_eq!(set.names().len(), 10);
    }
}
