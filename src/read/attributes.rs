//! Which attributes of a resource type are wanted.

use std::sync::{Arc, LazyLock};

/// What tells whose an instance is; these attributes are always read.
///
/// An instance says it in its tags (`tags_all` before `tags`; an autoscaling group in `tag`
/// blocks), on Google in labels, on Kubernetes in its metadata and namespace.
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
    /// One bit for each name, so that most of the others are told apart at a glance.
    glance: u64,
}

impl AttributeSet {
    /// A set of these, and of [`IDENTITY`].
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<Arc<str>> = names.into_iter().chain(IDENTITY).map(Arc::from).collect();
        names.sort_unstable();
        names.dedup();
        let glance = names.iter().fold(0, |bits, name| bits | bit_of(name));
        Self { names, glance }
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
    #[inline]
    pub fn find(&self, name: &str) -> Option<&Arc<str>> {
        if self.glance & bit_of(name) == 0 {
            return None;
        }
        let at = self.names.binary_search_by(|known| (**known).cmp(name));
        at.ok().and_then(|at| self.names.get(at))
    }
}

/// One of 64 bits, from the length and three of the bytes.
#[inline]
fn bit_of(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let byte = |at: usize| u64::from(bytes.get(at).copied().unwrap_or(0));
    let middle = byte(bytes.len() / 2);
    let last = byte(bytes.len().saturating_sub(1));
    let mixed = (byte(0) ^ middle << 2 ^ last << 4) ^ (bytes.len() as u64) << 1;
    1 << (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
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
