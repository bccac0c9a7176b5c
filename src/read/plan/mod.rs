//! Plan JSON of Terraform and OpenTofu, streamed; and the states that `show -json` prints.
//!
//! A plan is read twice. [`survey`] goes through all of it: every byte is checked, the
//! configuration is kept, and it is found out which entries count, which are named twice and
//! which are missing. [`Survey::instances`] goes through the sections that hold instances
//! and hands each out, prepared. So memory grows with neither file nor count, but for 16
//! bytes an address during the survey, and the link targets.

mod checks;
mod configuration;
mod effect;
mod follow;
mod instances;
mod judge;
mod print;
mod raw;
mod remembered;
mod row;
mod targets;
mod top;
mod tree;

pub use configuration::{Block, Call, Configuration, Expression, Module, Variable};
pub(super) use configuration::{Setting, Settings};
pub use follow::{ResourceRef, Traced};
pub(super) use judge::{kind_of, survey};
pub(super) use top::{Top, read};

use super::Instance;
use super::encoding::Text;
use super::json::Reader;
use crate::finding::{Code, Finding};
use crate::source::input::Section;
use print::Prints;
use std::collections::BTreeMap;
use std::ops::Range;

/// A reader of some of an input.
pub(super) type Source<'a> = Reader<Section<'a>>;

/// What was found out of a plan or state, without its instances.
#[derive(Debug)]
pub struct Survey {
    /// What it is.
    pub kind: Kind,
    /// The version of its format, as it says.
    pub format_version: Option<String>,
    /// The version of the program that wrote it, as it says.
    pub terraform_version: Option<String>,
    /// What is wrong with it or good to know. A fatal one means that nothing judged from it
    /// can be relied on; the instances can be read all the same.
    pub findings: Vec<Finding>,
    text: Text,
    configuration: Configuration,
    targets: Vec<Target>,
    sections: Sections,
}

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A plan: what will exist after apply.
    Plan,
    /// A state: what exists.
    State,
}

/// Where the instances are, and which of those there count.
#[derive(Debug, Default)]
struct Sections {
    changes: Option<Range<u64>>,
    planned: Option<(Range<u64>, Wanted)>,
    prior: Option<(Range<u64>, Wanted)>,
    /// The `values` of a state.
    state: Option<Range<u64>>,
    /// The `resources` of a raw state.
    raw: Option<Range<u64>>,
    /// Addresses that are named more than once.
    twice: Prints,
    /// What was there before, where only the planned values tell what will be.
    existed: Prints,
}

/// Which instances of a section count.
#[derive(Debug)]
enum Wanted {
    All,
    These(Prints),
}

/// A link target and the path of the module it is in.
#[derive(Debug)]
struct Target {
    module: String,
    instance: Instance,
}

/// Findings as they come up, not more than a few of a kind: a broken tool breaks every entry.
#[derive(Debug)]
pub(super) struct Complaints {
    /// What the input is called.
    input: String,
    /// The root it belongs to.
    root: String,
    findings: Vec<Finding>,
    counts: BTreeMap<Code, usize>,
    redacted: bool,
}

/// How many findings of one kind are kept.
const OF_A_KIND: usize = 20;

impl Complaints {
    pub(super) fn new(input: &str, root: &str) -> Self {
        Self {
            input: input.to_owned(),
            root: root.to_owned(),
            findings: Vec::new(),
            counts: BTreeMap::new(),
            redacted: false,
        }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        let count = self.counts.entry(finding.code).or_default();
        *count = count.saturating_add(1);
        if *count <= OF_A_KIND {
            self.findings.push(finding);
        }
    }

    /// Says once that the plan is a redacted one.
    fn redacted(&mut self) {
        if !std::mem::replace(&mut self.redacted, true) {
            self.add(Finding::redacted_plan(&self.input));
        }
    }

    fn untyped(&mut self, address: &str) {
        self.add(Finding::incomplete_resource(
            &self.input,
            None,
            Some(address),
            "type",
        ));
    }

    /// All of them; where some of a kind were left out, the last of that kind says how many.
    fn into_findings(mut self) -> Vec<Finding> {
        for (code, count) in self.counts {
            let more = count.saturating_sub(OF_A_KIND);
            let last = self
                .findings
                .iter_mut()
                .rfind(|finding| finding.code == code);
            if let Some(last) = last.filter(|_| more > 0) {
                last.notes.push(format!("and {more} more of this kind"));
            }
        }
        self.findings
    }
}
