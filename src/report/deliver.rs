//! Reports to where they are wanted: files, whole or not at all, and standard output.

use super::{Report, Style};
use crate::finding::Finding;
use crate::source::save::{Finished, Pending, SaveError};
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;

/// How a report is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For programs; its shape is published in `docs/schema/`.
    Json,
    /// One line per measurement, for spreadsheets. Quantities alone.
    Csv,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// `JUnit` XML, for test overviews.
    Junit,
    /// Workflow commands that GitHub shows as annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// For pull-request comments and step summaries.
    Markdown,
    /// One self-contained page.
    Html,
}

impl Format {
    /// What a check can be written as.
    pub const CHECK: &[Self] = &[
        Self::Text,
        Self::Json,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
        Self::Html,
    ];
    /// What the quantities alone can be written as.
    pub const MEASURE: &[Self] = &[Self::Text, Self::Json, Self::Csv];

    /// Its name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no format of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such format: choose text, json, csv, sarif, junit, github, gitlab, markdown or html")
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let all = [Self::CHECK, Self::MEASURE];
        let mut all = all.iter().flat_map(|formats| formats.iter());
        let found = all.find(|format| format.as_str() == name);
        found.copied().ok_or(UnknownFormat)
    }
}

/// Where the reports of one run go.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What goes to standard output.
    pub format: Format,
    /// How text looks there. In files it is always [`Style::PLAIN`].
    pub style: Style,
    /// The files, in the order of the command line.
    pub files: Vec<(Format, PathBuf)>,
}

/// Sorts the report and writes it everywhere it is wanted; gives the exit code.
///
/// A file that cannot be written is a finding of its own, which all the others then tell.
/// An error means that standard output took no more for another reason than that
/// its reader had seen enough; the exit code is 2 then.
pub fn deliver(
    report: &mut Report,
    delivery: &Delivery,
    stdout: &mut dyn Write,
) -> Result<u8, io::Error> {
    report.sort();
    save(report, &delivery.files);
    match report
        .write(delivery.format, delivery.style, stdout)
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(report.exit_code()),
    }
}

/// Writes all files and only then gives them their names, so that they agree with each other.
fn save(report: &mut Report, files: &[(Format, PathBuf)]) {
    let mut wanted: Vec<_> = files.iter().collect();
    let finished = loop {
        let told = report.findings.len();
        let mut finished = Vec::new();
        wanted.retain(|(format, path)| match write(report, *format, path) {
            Ok(file) => {
                finished.push((path, file));
                true
            }
            Err(error) => {
                report.findings.push(not_written(path, &error));
                false
            }
        });
        if report.findings.len() == told {
            break finished;
        }
        // Those already written do not tell of the failure yet. This ends: every round
        // wants fewer files.
        report.sort();
    };
    for (path, file) in finished {
        if let Err(error) = file.publish() {
            report.findings.push(not_written(path, &error));
        }
    }
    report.sort();
}

fn write(report: &Report, format: Format, path: &std::path::Path) -> Result<Finished, SaveError> {
    let mut file = Pending::begin(path)?;
    (report.write(format, Style::PLAIN, file.writer())).map_err(SaveError::Io)?;
    file.finish()
}

fn not_written(path: &std::path::Path, error: &SaveError) -> Finding {
    Finding::report_not_written(&path.display().to_string(), &error.to_string())
}
