//! GitLab's code quality report: a list of issues, each in a file.
//!
//! GitLab shows a merge request what is new or gone, by fingerprint. The first issue is
//! always there and says how the run ended and what that rests on.

use super::fingerprint::fingerprints;
use super::locate::{self, Located};
use super::{Report, inert, layout, words};
use crate::finding::{Finding, Level};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// Writes the list.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.findings.iter().zip(fingerprints(&report.findings));
    let issues: Vec<Issue> = std::iter::once(summary(report))
        .chain(findings.map(|(finding, fingerprint)| issue(report, finding, fingerprint)))
        .collect();
    layout::write(&issues, 1, out)
}

/// How the run ended, in one line.
fn summary(report: &Report) -> Issue {
    let notice = words::notice(report).map(str::to_owned);
    let text: Vec<String> = (notice.into_iter())
        .chain([words::verdict(report), words::coverage(&report.coverage)])
        .chain(words::basis(report))
        .collect();
    Issue {
        description: inert::line(&text.join("; ")).into_owned(),
        check_name: "guard",
        // The same in every run, so that it is never new.
        fingerprint: format!("{:032x}", 0),
        severity: match report.exit_code() {
            2 => "blocker",
            1 => "critical",
            _ => "info",
        },
        location: location(&Located {
            path: locate::anything(report),
            region: None,
        }),
    }
}

fn issue(report: &Report, finding: &Finding, fingerprint: String) -> Issue {
    let mut text = vec![finding.message.clone()];
    text.extend(words::places_and_notes(finding));
    Issue {
        description: inert::line(&text.join("; ")).into_owned(),
        check_name: finding.code.as_str(),
        fingerprint,
        severity: match finding.level {
            Level::Fatal => "blocker",
            Level::Error => "critical",
            Level::Warning => "minor",
            Level::Note => "info",
        },
        location: location(&locate::locate(report, finding)),
    }
}

fn location(located: &Located<'_>) -> Location {
    Location {
        path: inert::line(located.path).into_owned(),
        lines: Lines {
            // GitLab insists on a line, also for a file that has none to show.
            begin: located.region.as_ref().map_or(1, |region| region.line),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};

    #[test]
    fn samples_as_issues() {
        for (name, report) in samples::all() {
            insta::assert_snapshot!(name, samples::written(&report, Format::Gitlab));
        }
    }

    #[test]
    fn fingerprints_do_not_change_with_amounts_or_lines() {
        let fingerprints = |text: &str| {
            let issues: serde_json::Value = serde_json::from_str(text).unwrap();
            let issues = issues.as_array().unwrap().clone();
            issues
                .iter()
                .map(|issue| issue["fingerprint"].clone())
                .collect::<Vec<_>>()
        };
        let before = samples::over();
        let mut after = samples::over();
        for finding in &mut after.findings {
            finding.message = finding.message.replace("80", "96");
            finding.subject.requested = None;
            for label in &mut finding.labels {
                if let crate::finding::Place::Source(span) = &mut label.place {
                    let text = format!("# a new first line\n{}", span.file.text());
                    let moved = span.range.start + 19..span.range.end + 19;
                    *span = crate::source::SourceFile::new(span.file.path(), text).at(moved);
                }
            }
        }
        assert_eq!(
            fingerprints(&samples::written(&before, Format::Gitlab)),
            fingerprints(&samples::written(&after, Format::Gitlab))
        );
    }
}
