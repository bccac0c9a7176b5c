//! Workflow commands that GitHub shows as annotations on a pull request.
//!
//! GitHub shows ten of a kind for each step and drops the rest without a word, so the worst
//! ten are written and the last of them says how many there are besides.

use super::locate::{self, Located};
use super::{Report, inert, words};
use crate::finding::{Finding, Level, Place};
use std::io::{self, Write};

const AT_MOST: usize = 10;

/// Writes the annotations, then the verdict and what it rests on as plain lines of the log.
pub(super) fn write(report: &Report, out: &mut inert::Lines<'_>) -> io::Result<()> {
    if let Some(notice) = words::notice(report) {
        out.command(&format!("::notice title=guard::{}", data(notice)))?;
    }
    let room = AT_MOST.saturating_sub(usize::from(words::notice(report).is_some()));
    let shown = match report.findings.len() > room {
        true => room.saturating_sub(1),
        false => room,
    };
    for finding in report.findings.iter().take(shown) {
        out.command(&annotation(finding))?;
    }
    let more = report.findings.get(shown..).unwrap_or_default();
    if let Some(worst) = more.first() {
        let text = format!(
            "{} more like these; the text and JSON reports have them all",
            more.len()
        );
        let level = command(worst.level);
        out.command(&format!("::{level} title=guard::{}", data(&text)))?;
    }
    writeln!(out, "{}", inert::line(&words::coverage(&report.coverage)))?;
    for line in words::basis(report) {
        writeln!(out, "{}", inert::line(&line))?;
    }
    writeln!(out, "{}", inert::line(&words::verdict(report)))
}

fn annotation(finding: &Finding) -> String {
    let mut properties = String::new();
    let written = finding.labels.iter().find_map(|label| match &label.place {
        Place::Source(span) => Some(locate::located(span)),
        Place::Instance { .. } | Place::Input { .. } => None,
    });
    if let Some(Located {
        path,
        region: Some(region),
    }) = written
    {
        let path = property(path);
        let (line, end_line) = (region.line, region.end_line);
        properties.push_str(&format!("file={path},line={line},endLine={end_line},"));
        // GitHub takes columns only where the region is within one line.
        if line == end_line {
            let (column, end_column) = (region.column, region.end_column);
            properties.push_str(&format!("col={column},endColumn={end_column},"));
        }
    }
    let title = property(&format!("guard: {}", finding.code));
    let mut text = vec![finding.message.clone()];
    text.extend(words::places_and_notes(finding));
    text.extend(finding.help.iter().map(|help| format!("help: {help}")));
    let text = data(&text.join("\n"));
    format!(
        "::{} {properties}title={title}::{text}",
        command(finding.level)
    )
}

const fn command(level: Level) -> &'static str {
    match level {
        Level::Fatal | Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

/// The message of a command.
fn data(text: &str) -> String {
    inert::paragraph(text)
        .replace('%', "%25")
        .replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    inert::line(text)
        .replace('%', "%25")
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};
    use super::*;

    #[test]
    fn samples_as_annotations() {
        for (name, report) in samples::all() {
            insta::assert_snapshot!(name, samples::written(&report, Format::Github));
        }
    }

    #[test]
    fn no_stranger_gives_commands() {
        for (name, report) in samples::all() {
            let text = samples::written(&report, Format::Github);
            let commands = text
                .lines()
                .filter(|line| line.trim_start().starts_with("::"));
            let expected = report.findings.len() + usize::from(words::notice(&report).is_some());
            assert_eq!(commands.clone().count(), expected, "{name}");
            for command in commands {
                let (properties, _) = command[2..].split_once("::").unwrap();
                let known = ["error ", "warning ", "notice "];
                assert!(
                    known.iter().any(|word| properties.starts_with(word)),
                    "{name}: {command}"
                );
            }
            assert!(!text.contains("##vso["), "{name}");
        }
    }

    #[test]
    fn the_last_of_ten_counts_the_rest() {
        let mut report = samples::over();
        let finding = report.findings[0].clone();
        let numbered = (0..12).map(|n| {
            let mut finding = finding.clone();
            finding.message = format!("number {n}");
            finding
        });
        report.findings = numbered.collect();
        let text = samples::written(&report, Format::Github);
        let commands: Vec<_> = text.lines().filter(|line| line.starts_with("::")).collect();
        assert_eq!(commands.len(), 10);
        assert_eq!(
            commands[9],
            "::error title=guard::3 more like these; the text and JSON reports have them all"
        );
    }
}
