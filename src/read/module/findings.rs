//! Findings as they come up: each once, however many instances of a module lead to it.

use crate::finding::{Finding, Place};
use std::collections::BTreeMap;

/// What makes two findings the same: a module that is called a thousand times has its mistakes
/// once.
type Key = (String, usize, usize, String);

/// Findings in the order in which they came up, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    known: BTreeMap<Key, usize>,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        let key = key(&finding);
        if !self.known.contains_key(&key) {
            self.known.insert(key, self.list.len());
            self.list.push(finding);
        }
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.add(finding);
        }
    }

    pub(super) fn into_list(self) -> Vec<Finding> {
        self.list
    }
}

fn key(finding: &Finding) -> Key {
    let (path, start, end) = match finding.labels.first().map(|label| &label.place) {
        Some(Place::Source(span)) => (
            span.file.path().to_owned(),
            span.range.start,
            span.range.end,
        ),
        Some(Place::Instance { address, .. }) => (address.clone(), 0, 0),
        Some(Place::Input { path, .. }) => (path.clone(), 0, 0),
        None => (String::new(), 0, 0),
    };
    (path, start, end, finding.message.clone())
}
