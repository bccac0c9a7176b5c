//! What was asked for of each type, remembered: of every instance it is asked again.

use crate::read::{AttributeSet, Interest};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An interest that is asked about each type once.
pub(super) struct Remembered<'a> {
    interest: &'a dyn Interest,
    attributes: RefCell<BTreeMap<Box<str>, Option<&'a AttributeSet>>>,
}

impl<'a> Remembered<'a> {
    pub(super) fn new(interest: &'a dyn Interest) -> Self {
        Self {
            interest,
            attributes: RefCell::default(),
        }
    }
}

/// A plan can be made to have any number of types; a real one has a few hundred at most.
const MOST: usize = 4096;

impl Interest for Remembered<'_> {
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet> {
        let mut known = self.attributes.borrow_mut();
        if let Some(attributes) = known.get(resource_type) {
            return *attributes;
        }
        let attributes = self.interest.attributes(resource_type);
        if known.len() < MOST {
            known.insert(resource_type.into(), attributes);
        }
        attributes
    }

    fn looks_at(&self, resource_type: &str) -> BTreeSet<Arc<str>> {
        self.interest.looks_at(resource_type)
    }
}
