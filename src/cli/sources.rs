//! The configuration of plans, where `--source-root` says it is: nothing of it is judged, it only
//! tells in which line an amount is written.

use super::collect::Collected;
use super::inputs::Asked;
use crate::finding::Finding;
use crate::read::module::{Options, read_root};
use crate::source::repository::{Tree, join};
use std::sync::Arc;

/// Finds the configuration of all roots that were read from files.
pub(super) fn find<'a>(asked: &'a Asked, into: &mut Collected<'a>) {
    let Some((tree, folder)) = &asked.sources else {
        return;
    };
    let wanted: Vec<Arc<str>> = (into.roots.keys())
        .filter(|root| !into.modules.contains_key(*root))
        .cloned()
        .collect();
    let options = Options {
        given: asked.given.clone(),
        ..Options::default()
    };
    for root in &wanted {
        let named = join(folder, root);
        // The one root of a run may be called anything.
        let alone = (wanted.len() == 1).then(|| folder.clone());
        let found = (named.into_iter().chain(alone))
            .find_map(|folder| read_root(tree, &folder, &options).ok());
        match found {
            Some(found) => {
                into.modules.insert(Arc::clone(root), found);
            }
            None => into
                .findings
                .push(Finding::no_sources(root, &tree.shown(folder))),
        }
    }
}
