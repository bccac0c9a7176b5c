//! (findings, verdict) -> bytes: the last stage.
//!
//! `cli` fills a [`Report`] with what the other stages found; each format is one file of
//! this folder and reads nothing else. The verdict and the exit code are worked out here
//! from the findings, so no format and no flag can disagree with another.

mod answer;
mod cases;
pub(crate) mod csv;
mod deals;
mod deliver;
mod fingerprint;
mod github;
mod gitlab;
mod html;
pub(crate) mod inert;
mod json;
mod junit;
mod layout;
mod locate;
pub(crate) mod markdown;
pub(crate) mod markup;
mod order;
mod rows;
#[cfg(test)]
mod samples;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use answer::{
    Answer, AnswerFormat, Body, ChangeRow, Changes, Checked, TableRow, TypeRow, Types, VerdictRow,
};
pub use cases::{CaseRow, Cases, CasesFormat};
pub use deals::{DealLine, DealRow, LineKind};
pub use deliver::{Delivery, Format, UnknownFormat, deliver};
pub use rows::{
    ApprovalRow, ApprovedLimit, Basis, Command, Coverage, DeclaredRow, FileRow, Held, Input,
    InstanceRow, Kept, Limit, Outcome, Policies, RequestRow, Setting, Standing, TenantRow, Trust,
};

use crate::finding::{Finding, Level};
use std::io::{self, Write};
use std::sync::Arc;

/// Everything that one run found out.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was asked of guard.
    pub command: Command,
    /// The version of this program.
    pub guard_version: Arc<str>,
    /// What was read, in the order of the command line.
    pub inputs: Vec<Input>,
    /// How much of it could be measured.
    pub coverage: Coverage,
    /// Every instance after apply.
    pub instances: Vec<InstanceRow>,
    /// Instances that go, with what they ask for until then; only of [`Command::Measure`].
    pub gone: Vec<InstanceRow>,
    /// What module calls state outright; only of [`Command::Measure`].
    pub declared: Vec<DeclaredRow>,
    /// The sums per tenant, environment and dimension.
    pub requests: Vec<RequestRow>,
    /// Who they belong to: the tenants that were judged.
    pub tenants: Vec<TenantRow>,
    /// The deals that were judged, in the order of the files.
    pub deals: Vec<DealRow>,
    /// What there is to say.
    pub findings: Vec<Finding>,
    /// The rules that judged; none where they could not be read, or nothing was judged.
    pub policies: Option<Policies>,
    /// What makes an approval count; none where nothing was judged.
    pub trust: Option<Trust>,
    /// The approvals of the tenants that were judged, whether they count or not.
    pub approvals: Vec<ApprovalRow>,
    /// The catalog's environment sizes, smallest first: the size at index 0 has rank 1.
    pub sizes: Vec<Arc<str>>,
    /// Flags that a reader has to know of, such as `--tenant acme` or `--allow-partial`.
    pub flags: Vec<Setting>,
    /// Environment variables that were used.
    pub variables: Vec<Setting>,
}

/// The answer to the one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It fits what the tenant bought.
    Pass,
    /// It fits because of approvals on record.
    PassWithApprovals,
    /// It does not fit, or cannot be shown to.
    Fail,
}

/// How text looks on the terminal at hand. It is never fitted to a width, so that it is the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
    /// Whether to say only what fails.
    pub quiet: bool,
}

impl Style {
    /// What goes into files and pipes: the same bytes wherever guard runs.
    pub const PLAIN: Self = Self {
        color: false,
        quiet: false,
    };
}

impl Report {
    /// A report about nothing yet.
    pub fn new(command: Command) -> Self {
        Self {
            command,
            guard_version: Arc::from(env!("CARGO_PKG_VERSION")),
            inputs: Vec::new(),
            coverage: Coverage::default(),
            instances: Vec::new(),
            gone: Vec::new(),
            declared: Vec::new(),
            requests: Vec::new(),
            tenants: Vec::new(),
            deals: Vec::new(),
            findings: Vec::new(),
            policies: None,
            trust: None,
            approvals: Vec::new(),
            sizes: Vec::new(),
            flags: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// The exit code: 2 where the check could not be done, 1 where the judgement fails, else 0.
    ///
    /// A run that read nothing is never 0, and neither is one with a binding limit that is
    /// exceeded: the finding about it should be there, but nothing passes for want of one.
    pub fn exit_code(&self) -> u8 {
        match self.findings.iter().map(|finding| finding.level).min() {
            Some(Level::Fatal) => 2,
            _ if self.inputs.is_empty() => 2,
            Some(Level::Error) => 1,
            _ if self
                .requests
                .iter()
                .filter_map(|row| row.held.as_ref())
                .any(Held::fails) =>
            {
                1
            }
            _ if self.deals.iter().any(DealRow::fails) => 1,
            Some(Level::Warning | Level::Note) | None => 0,
        }
    }

    /// The verdict; none where the check could not be done, or was not asked for.
    pub fn verdict(&self) -> Option<Verdict> {
        if self.command != Command::Check {
            return None;
        }
        match self.exit_code() {
            0 if self.is_settled_by_approval() => Some(Verdict::PassWithApprovals),
            0 => Some(Verdict::Pass),
            1 => Some(Verdict::Fail),
            _ => None,
        }
    }

    /// Writes it down. It must have been [sorted](Self::sort).
    pub fn write(&self, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = inert::Lines::new(out);
        let out = &mut lines;
        match format {
            Format::Text => text::write(self, style, out),
            Format::Json => json::write(self, out),
            Format::Csv => csv::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Junit => junit::write(self, out),
            Format::Gitlab => gitlab::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => html::write(self, out),
            Format::Github => github::write(self, out),
        }?;
        lines.end()
    }

    /// Puts everything in the order that every format prints, whatever order it came in, and
    /// drops what is said twice. Inputs keep the order of the command line.
    pub fn sort(&mut self) {
        order::sort(self);
    }

    fn is_settled_by_approval(&self) -> bool {
        let settled = |row: &RequestRow| {
            (row.held.as_ref()).is_some_and(|held| held.outcome == Outcome::Settled)
        };
        self.requests.iter().any(settled)
            || self.deals.iter().any(DealRow::is_settled)
            || (self.findings.iter()).any(|finding| finding.subject.settled_by.is_some())
            || (self.approvals.iter()).any(|approval| approval.standing == Standing::Settles)
    }
}

/// One line of text that comes from records or plans, made harmless for a terminal.
pub fn inert(text: &str) -> std::borrow::Cow<'_, str> {
    inert::line(text)
}

/// Writes findings alone as text, sorted, for commands that judge nothing.
pub fn say(findings: Vec<Finding>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new(Command::Check);
    report.findings = findings;
    report.sort();
    let mut lines = inert::Lines::new(out);
    text::findings(&report, style, &mut lines)?;
    lines.end()
}

impl Verdict {
    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::PassWithApprovals => "pass_with_approvals",
            Self::Fail => "fail",
        }
    }
}
