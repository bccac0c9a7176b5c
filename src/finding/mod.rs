//! What we tell people, as data: one `Finding` for each thing to say.
//!
//! The stages make findings, `report/` prints them. The constructors are grouped by
//! the stage that uses them, one per code, so the wording of each has one home.

mod approve;
mod catalog;
mod cli;
mod code;
mod deal;
mod identify;
mod input;
mod judge;
mod measure;
mod module;
mod report;
mod source;

pub use code::Code;
pub use judge::Asked;

use crate::quantity::{Dimension, Quantity, Range};
use crate::source::Span;

/// What a finding does to the run.
///
/// Ordered from worst to mildest, which is the order of every report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The check could not be done: exit 2.
    Fatal,
    /// A judgement that fails: exit 1.
    Error,
    /// Worth a look; changes no exit code.
    Warning,
    /// Good to know.
    Note,
}

impl Level {
    /// The word machines read: a fatal finding is an `error` there, and the exit code tells the rest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fatal | Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a text file.
    Source(Span),
    /// An attribute (may be empty) of a resource instance of a root: plans have no lines.
    Instance {
        /// The root it belongs to; empty where there is only one.
        root: String,
        /// The full Terraform address.
        address: String,
        /// The path of the attribute, or empty.
        attribute: String,
    },
    /// An input as a whole, or one byte of it.
    Input {
        /// The path as given.
        path: String,
        /// The offset of the byte in the file as it is on disk.
        byte: Option<u64>,
    },
}

/// A place and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What; may be empty.
    pub text: String,
}

impl Label {
    /// Something to be seen in a text file.
    pub fn source(span: Span, text: impl Into<String>) -> Self {
        Self {
            place: Place::Source(span),
            text: text.into(),
        }
    }

    /// Something about an input file.
    pub fn input(path: impl Into<String>, byte: Option<u64>, text: impl Into<String>) -> Self {
        Self {
            place: Place::Input {
                path: path.into(),
                byte,
            },
            text: text.into(),
        }
    }

    /// Something about one resource instance.
    pub fn instance(
        root: impl Into<String>,
        address: impl Into<String>,
        attribute: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            place: Place::Instance {
                root: root.into(),
                address: address.into(),
                attribute: attribute.into(),
            },
            text: text.into(),
        }
    }
}

/// Whom and what a judgement is about, for machines. All parts are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The tenant.
    pub tenant: Option<String>,
    /// The environment; none where the limit is per tenant.
    pub environment: Option<String>,
    /// The dimension.
    pub dimension: Option<Dimension>,
    /// What is asked for.
    pub requested: Option<Range>,
    /// What is allowed.
    pub allowance: Option<Quantity>,
    /// The approval that settles it; several are joined by `, `.
    pub settled_by: Option<String>,
}

/// One thing to say: what is wrong, where, why, and what to do next.
///
/// `message` is one line, lower case, without a full stop. The first label is the place to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing it is; stable across versions.
    pub code: Code,
    /// What it does to the run.
    pub level: Level,
    /// One line, lower case, no full stop.
    pub message: String,
    /// The places, the one to open first.
    pub labels: Vec<Label>,
    /// Evidence: one line each, in the order to read them.
    pub notes: Vec<String>,
    /// What to do next: the thing to type or to change. One paragraph each.
    pub help: Vec<String>,
    /// Whom and what it is about.
    pub subject: Subject,
}

impl Finding {
    /// A finding with its code's usual level. Private to the constructors of this folder.
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level(),
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            subject: Subject::default(),
        }
    }

    /// With another level than usual, where the catalog chooses it.
    #[must_use]
    pub fn at(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// With one more place.
    #[must_use]
    pub fn label(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    /// With one more line of evidence.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With one more thing to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// About this subject.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }
}
