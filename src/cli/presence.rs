//! The roots that lie in the repository: those of them that a tenant's limits need must be read.

use crate::read::module::list_roots;
use crate::source::glob::Glob;
use crate::source::repository::Repository;
use crate::source::tree::Site;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::available_parallelism;

/// The roots of HCL below `site` that fit one of the patterns, sorted.
///
/// Where there is nothing to look through, none: a pattern then stands for itself.
pub(super) fn existing(site: &Site, patterns: &[Glob]) -> Vec<Arc<str>> {
    let Ok(tree) = Repository::new(&site.top, site.shown.as_str()) else {
        return Vec::new();
    };
    let threads = available_parallelism().map_or(1, usize::from);
    let folders: BTreeSet<&str> = patterns
        .iter()
        .map(|glob| folder_of(glob.as_str()))
        .collect();
    let mut found = BTreeSet::new();
    for folder in folders {
        for root in list_roots(&tree, folder, threads) {
            let root = if root.is_empty() {
                ".".to_owned()
            } else {
                root
            };
            if patterns.iter().any(|pattern| pattern.is_match(&root)) {
                found.insert(Arc::from(root));
            }
        }
    }
    found.into_iter().collect()
}

/// The folder that everything that fits a pattern lies in, or is.
fn folder_of(pattern: &str) -> &str {
    match pattern.find(['*', '?', '[', '{', '\\']) {
        Some(at) => {
            let before = pattern.get(..at).unwrap_or("");
            before.rsplit_once('/').map_or("", |(folder, _)| folder)
        }
        None => pattern.trim_end_matches('/'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tree::Surroundings;

    #[test]
    fn patterns_are_looked_for_where_they_can_fit() {
        assert_eq!(folder_of("tenants/acme/*"), "tenants/acme");
        assert_eq!(folder_of("tenants/ac*"), "tenants");
        assert_eq!(folder_of("**/prod"), "");
        assert_eq!(folder_of("tenants/acme"), "tenants/acme");
    }

    #[test]
    fn what_is_only_called_need_not_be_present() {
        let top = tempfile::tempdir().unwrap();
        let write = |folder: &str, text: &str| {
            std::fs::create_dir_all(top.path().join(folder)).unwrap();
            std::fs::write(top.path().join(folder).join("main.tf"), text).unwrap();
        };
        write(
            "tenants/acme/prod",
            "module \"m\" {\n  source = \"../module\"\n}\n",
        );
        write("tenants/acme/test", "");
        write("tenants/acme/module", "");
        write("tenants/beta/prod", "");
        let site = Surroundings::of(top.path()).site(top.path());
        let found = existing(&site, &[Glob::new("tenants/acme/*").unwrap()]);
        let found: Vec<_> = found.iter().map(|root| &**root).collect();
        assert_eq!(found, ["tenants/acme/prod", "tenants/acme/test"]);
        assert!(existing(&site, &[Glob::new("nowhere/*").unwrap()]).is_empty());
    }
}
