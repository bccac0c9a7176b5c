//! Findings about reports themselves.

use super::{Code, Finding};

impl Finding {
    /// A report that was asked for could not be written.
    pub fn report_not_written(path: &str, why: &str) -> Self {
        Self::new(
            Code::REPORT_NOT_WRITTEN,
            format!("cannot write the report {path}: {why}"),
        )
        .help("name an ordinary file in a folder that exists and can be written; `--format` says what goes to standard output")
    }
}
