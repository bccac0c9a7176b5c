//! What `guard catalog` has to say of a catalog: in text for people, in JSON for programs.
//!
//! These are no judgements, so there is no verdict; the exit code is 2 where something could
//! not be done, else 0.

use super::rows::{Coverage, Input};
use super::{Report, Style, inert, json, text};
use crate::finding::{Finding, Level};
use crate::quantity::Class;
use std::io::{self, Write};
use std::sync::Arc;

/// An answer, and what is to be said beside it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked, and what came of it.
    pub body: Body,
    /// What there is to say.
    pub findings: Vec<Finding>,
}

/// What was asked of guard, and what came of it.
#[derive(Clone, Debug)]
pub enum Body {
    /// `guard catalog coverage`
    Coverage(Types),
    /// `guard catalog check`
    Check(Checked),
    /// `guard catalog diff`
    Diff(Changes),
}

/// The resource types of some inputs, by what rules know of them.
#[derive(Clone, Debug, Default)]
pub struct Types {
    /// What was read.
    pub inputs: Vec<Input>,
    /// How many instances are of each class.
    pub coverage: Coverage,
    /// One row for each type and class; a type may hide something here and not there.
    pub rows: Vec<TypeRow>,
}

/// A resource type of some inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRow {
    /// What can be said about these instances.
    pub class: Class,
    /// Their type.
    pub resource_type: Arc<str>,
    /// How many there are.
    pub instances: u64,
    /// In how many roots.
    pub roots: u64,
    /// What says so: `rule`, `counted as buckets`, or the pattern that it fits; empty where nothing does.
    pub by: Arc<str>,
}

/// What a catalog is made of.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Where it is.
    pub path: Arc<str>,
    /// Its label; none where it has mistakes.
    pub catalog: Option<Arc<str>>,
    /// How much there is of what, by the word for it.
    pub counts: Vec<(&'static str, u64)>,
    /// The tables of machine sizes.
    pub tables: Vec<TableRow>,
}

/// One table of machine sizes, or all that come with guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Its name.
    pub name: Arc<str>,
    /// How many sizes it lists.
    pub sizes: u64,
    /// Whether it came with guard.
    pub shipped: bool,
    /// The day its facts are of, where it says so.
    pub as_of: Option<Arc<str>>,
    /// How many days ago that was.
    pub days: Option<u64>,
}

/// What differs between two catalogs.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Where the old one is.
    pub old: Arc<str>,
    /// Where the new one is.
    pub new: Arc<str>,
    /// Whether they could be compared.
    pub compared: bool,
    /// What they say differently.
    pub rows: Vec<ChangeRow>,
    /// What was read to be judged by both.
    pub inputs: Vec<Input>,
    /// What each tenant would get from either.
    pub verdicts: Vec<VerdictRow>,
}

/// Something that two catalogs say differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// What it is about.
    pub about: String,
    /// What the old one says, if anything.
    pub old: Option<String>,
    /// What the new one says, if anything.
    pub new: Option<String>,
    /// What that does: `looser`, `tighter`, `other`.
    pub effect: &'static str,
}

/// What a tenant gets from either of two catalogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictRow {
    /// The tenant; none for what belongs to no tenant by name.
    pub tenant: Option<Arc<str>>,
    /// The old catalog's verdict: `pass`, `pass_with_approvals`, `fail`; none where it has no say.
    pub old: Option<&'static str>,
    /// The new catalog's.
    pub new: Option<&'static str>,
    /// Why it fails by the new one though not by the old one.
    pub why: Vec<String>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Answer {
    /// The exit code: 2 where something could not be done.
    pub fn exit_code(&self) -> u8 {
        let fatal = |finding: &Finding| finding.level == Level::Fatal;
        let unread = match &self.body {
            Body::Coverage(types) => types.inputs.is_empty(),
            Body::Check(_) | Body::Diff(_) => false,
        };
        match unread || self.findings.iter().any(fatal) {
            true => 2,
            false => 0,
        }
    }

    /// Writes it down.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(
        mut self,
        format: AnswerFormat,
        style: Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // Findings have the same order everywhere.
        let mut report = Report::new(super::Command::Check);
        report.findings = std::mem::take(&mut self.findings);
        report.sort();
        self.findings = report.findings.clone();
        let mut lines = inert::Lines::new(out);
        match format {
            AnswerFormat::Text => text::answer::write(&self, &report, style, &mut lines)?,
            AnswerFormat::Json => json::answer::write(&self, &mut lines)?,
        }
        lines.end()
    }
}

impl VerdictRow {
    /// Whether it makes a difference for that tenant.
    pub fn changes(&self) -> bool {
        self.old != self.new
    }
}
