//! `JUnit` XML, for test overviews: a case for each tenant, environment and dimension.
//!
//! A case fails when a finding about it is an error. Errors about nothing in particular are
//! cases of their own, and one case is always there: whether the check could be done.

use super::{DealLine, DealRow, Outcome, Report, RequestRow, inert, markup, text, words};
use crate::finding::{Code, Finding, Level};
use std::io::{self, Write};

/// Writes the document. It has no times and no host, which would differ from run to run.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(report);
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"guard\" tests=\"{tests}\" failures=\"{}\" errors=\"{}\">",
        suites
            .iter()
            .map(|suite| suite.count(Ending::Failure))
            .sum::<usize>(),
        suites
            .iter()
            .map(|suite| suite.count(Ending::Error))
            .sum::<usize>(),
    )?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Suite {
    name: String,
    properties: Vec<(&'static str, String)>,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    ending: Ending,
    /// The findings behind the ending: code, message and the whole text.
    findings: Vec<(&'static str, String, String)>,
    /// What else there is to say.
    remark: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Passed,
    Failure,
    Error,
}

fn suites(report: &Report) -> Vec<Suite> {
    let mut suites = vec![run(report)];
    let groups = text::groups(&report.requests).into_iter();
    suites.extend(groups.filter_map(|rows| requests(report, rows)));
    suites.extend(report.deals.iter().map(deal));
    suites
}

/// The run as a whole, and every error that is about no request in particular.
fn run(report: &Report) -> Suite {
    let is_fatal = |finding: &&Finding| finding.level == Level::Fatal;
    let fatal: Vec<_> = report.findings.iter().filter(is_fatal).map(told).collect();
    let ending = match report.exit_code() {
        2 => Ending::Error,
        _ => Ending::Passed,
    };
    let notice = words::notice(report).map(str::to_owned);
    let remark: Vec<String> = (notice.into_iter())
        .chain([words::verdict(report), words::coverage(&report.coverage)])
        .chain(words::basis(report))
        .map(|line| inert::line(&line).into_owned())
        .collect();
    let whole = Case {
        name: "the check could be done".to_owned(),
        ending,
        findings: fatal,
        remark: remark.join("\n"),
    };
    let is_case = |row: &&RequestRow| row.held.is_some();
    let cases: Vec<&RequestRow> = report.requests.iter().filter(is_case).collect();
    let is_own = |finding: &&Finding| {
        finding.level == Level::Error && !cases.iter().any(|row| is_about(finding, row))
    };
    let own = report.findings.iter().filter(is_own).map(|finding| Case {
        name: match finding.labels.first() {
            Some(label) => format!("{} {}", finding.code, words::place(&label.place)),
            None => finding.code.to_string(),
        },
        ending: Ending::Failure,
        findings: vec![told(finding)],
        remark: String::new(),
    });
    let mut properties = vec![("guard_version", report.guard_version.to_string())];
    if let Some(verdict) = report.verdict() {
        properties.push(("verdict", verdict.as_str().to_owned()));
    }
    if let Some(trust) = &report.trust {
        properties.push(("trust", trust.as_str().to_owned()));
    }
    if let Some(policies) = &report.policies {
        properties.push(("policies", policies.path.to_string()));
    }
    Suite {
        name: "guard".to_owned(),
        properties,
        cases: std::iter::once(whole).chain(own).collect(),
    }
}

/// The limits of one tenant and environment.
fn requests(report: &Report, rows: &[RequestRow]) -> Option<Suite> {
    let first = rows.first()?;
    let cases: Vec<Case> = rows.iter().filter_map(|row| case(report, row)).collect();
    (!cases.is_empty()).then(|| Suite {
        name: words::owner(first.tenant.as_deref(), first.environment.as_deref()),
        properties: Vec::new(),
        cases,
    })
}

/// What one deal promises.
fn deal(row: &DealRow) -> Suite {
    let case = |line: &DealLine| Case {
        name: line.what.to_string(),
        ending: match line.is_open() {
            true => Ending::Failure,
            false => Ending::Passed,
        },
        findings: match line.is_open() {
            true => vec![(line.kind.as_str(), line.standing(), String::new())],
            false => Vec::new(),
        },
        remark: line.standing(),
    };
    Suite {
        name: row.title(),
        properties: Vec::new(),
        cases: row.lines.iter().map(case).collect(),
    }
}

/// What no limit holds is no case: nothing could fail.
fn case(report: &Report, row: &RequestRow) -> Option<Case> {
    let held = row.held.as_ref()?;
    let about = report
        .findings
        .iter()
        .filter(|finding| is_about(finding, row));
    let errors = about.filter(|finding| finding.level <= Level::Error);
    let mut findings: Vec<_> = errors.map(told).collect();
    let mut remark = format!(
        "asks for {}, allowed {}",
        words::range(report, &row.dimension, held.asked),
        words::allowance(report, row, held),
    );
    if held.outcome != Outcome::Within {
        remark.push_str(&format!(": {}", words::outcome(report, row, held)));
    }
    if findings.is_empty() && held.fails() {
        findings.push((Code::OVER_LIMIT.as_str(), remark.clone(), String::new()));
    }
    Some(Case {
        name: row.dimension.to_string(),
        ending: match findings.is_empty() {
            true => Ending::Passed,
            false => Ending::Failure,
        },
        findings,
        remark,
    })
}

fn is_about(finding: &Finding, row: &RequestRow) -> bool {
    let subject = &finding.subject;
    subject.dimension.as_ref() == Some(&row.dimension)
        && subject.tenant.as_deref() == row.tenant.as_deref()
        && subject.environment.as_deref() == row.environment.as_deref()
}

fn told(finding: &Finding) -> (&'static str, String, String) {
    let places = finding.labels.iter().map(|label| {
        let label = words::label(label);
        inert::line(&label).into_owned()
    });
    let notes = finding.notes.iter().cloned();
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<String> = places.chain(notes).chain(help).collect();
    (
        finding.code.as_str(),
        finding.message.clone(),
        lines.join("\n"),
    )
}

impl Suite {
    fn count(&self, ending: Ending) -> usize {
        self.cases
            .iter()
            .filter(|case| case.ending == ending)
            .count()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = markup::line(&self.name);
        writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
            self.cases.len(),
            self.count(Ending::Failure),
            self.count(Ending::Error),
        )?;
        if !self.properties.is_empty() {
            writeln!(out, "    <properties>")?;
            for (key, value) in &self.properties {
                let value = markup::line(value);
                writeln!(out, "      <property name=\"{key}\" value=\"{value}\"/>")?;
            }
            writeln!(out, "    </properties>")?;
        }
        for case in &self.cases {
            case.write(&name, out)?;
        }
        writeln!(out, "  </testsuite>")
    }
}

impl Case {
    fn write(&self, class: &str, out: &mut dyn Write) -> io::Result<()> {
        let name = markup::line(&self.name);
        writeln!(out, "    <testcase classname=\"{class}\" name=\"{name}\">")?;
        let element = match self.ending {
            Ending::Error => "error",
            Ending::Failure | Ending::Passed => "failure",
        };
        for (code, message, text) in &self.findings {
            writeln!(
                out,
                "      <{element} type=\"{code}\" message=\"{}\">{}</{element}>",
                markup::line(message),
                markup::paragraph(text),
            )?;
        }
        if self.ending == Ending::Error && self.findings.is_empty() {
            writeln!(
                out,
                "      <error type=\"no-input\" message=\"nothing was read\"/>"
            )?;
        }
        if !self.remark.is_empty() {
            let remark = markup::paragraph(&self.remark);
            writeln!(out, "      <system-out>{remark}</system-out>")?;
        }
        writeln!(out, "    </testcase>")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};
    use xmloxide::Document;
    use xmloxide::validation::xsd::{parse_xsd, validate_xsd};

    #[test]
    fn samples_as_test_cases() {
        let schema = include_str!("../../fixtures/schemas/junit-jenkins.xsd");
        let schema = parse_xsd(schema).unwrap();
        for (name, report) in samples::all() {
            let text = samples::written(&report, Format::Junit);
            let document = Document::parse_str(&text).unwrap();
            let validation = validate_xsd(&document, &schema);
            assert!(validation.is_valid, "{name}: {:?}", validation.errors);
            insta::assert_snapshot!(name, text);
        }
        let wrong = Document::parse_str("<testsuites><testcase/></testsuites>").unwrap();
        assert!(!validate_xsd(&wrong, &schema).is_valid);
    }

    #[test]
    fn something_fails_exactly_when_the_run_does() {
        for (name, report) in samples::all() {
            let text = samples::written(&report, Format::Junit);
            let fails = text.contains("<failure ") || text.contains("<error ");
            assert_eq!(fails, report.exit_code() != 0, "{name}");
        }
    }
}
