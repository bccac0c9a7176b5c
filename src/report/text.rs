//! Text for people at a terminal: a finding reads like a good compiler error, the verdict is last.
//!
//! Nothing is wrapped or cut to the width of a terminal, so commands and records can be
//! copied and the bytes are the same everywhere.

pub(super) mod answer;
mod explain;
mod finding;
mod paint;
mod snippet;
pub(super) mod table;

use super::deals;
use super::{
    Command, Outcome, Report, RequestRow, Standing, Style, TenantRow, Verdict, inert, words,
};
use crate::finding::{Label, Level};
use crate::quantity::Measurement;
pub(super) use paint::{Paint, Tone};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use table::{Align, Table};

/// Writes the report.
pub(super) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(style.color);
    match style.quiet {
        true => quiet(report, paint, out),
        false => whole(report, paint, out),
    }
}

/// Writes only what there is to say.
pub(super) fn findings(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    said(report, Paint(style.color), out)
}

fn whole(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if let Some(notice) = words::notice(report) {
        writeln!(out, "{}\n", paint.tone(Tone::Warning, notice))?;
    }
    said(report, paint, out)?;
    if report.command == Command::Explain {
        explain::write(report, paint, out)?;
    }
    requests(report, paint, out)?;
    deals::text(&report.deals, paint, out)?;
    approvals(report, out)?;
    if words::is_measured(report) {
        writeln!(out, "{}", inert::line(&words::coverage(&report.coverage)))?;
    }
    for line in words::basis(report) {
        writeln!(out, "{}", inert::line(&line))?;
    }
    verdict(report, paint, out)
}

/// Only what fails; nothing at all where nothing does.
fn quiet(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if report.exit_code() == 0 {
        return Ok(());
    }
    if let Some(notice) = words::notice(report) {
        writeln!(out, "{notice}\n")?;
    }
    for finding in report.findings.iter().filter(|f| f.level <= Level::Error) {
        finding::write(finding, paint, out)?;
    }
    verdict(report, paint, out)
}

/// All errors, and of the milder ones so many of each kind that one can still see the errors.
fn said(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: BTreeMap<(Level, &str), usize> = BTreeMap::new();
    for finding in &report.findings {
        let n = seen
            .entry((finding.level, finding.code.as_str()))
            .or_default();
        *n = n.saturating_add(1);
        if finding.level <= Level::Error || *n <= MILD_SHOWN {
            finding::write(finding, paint, out)?;
        }
    }
    for ((level, code), n) in seen {
        let more = n.saturating_sub(MILD_SHOWN);
        if level > Level::Error && more > 0 {
            writeln!(
                out,
                "{more} more like these ({code}): `--format json` has them all\n"
            )?;
        }
    }
    Ok(())
}

const MILD_SHOWN: usize = 10;

/// What is asked for against what is allowed, a table for each tenant and environment.
fn requests(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let groups = groups(&report.requests);
    let many = groups.len() > GROUPS_SHOWN;
    let mut hidden = 0_u64;
    for rows in groups {
        if many && report.command == Command::Check && rows.iter().all(RequestRow::is_quiet) {
            hidden = hidden.saturating_add(1);
            continue;
        }
        group(report, rows, paint, out)?;
    }
    if hidden > 0 {
        let environments = words::count(hidden, "more environment");
        writeln!(
            out,
            "{environments} within all limits: `--format json` has them all\n"
        )?;
    }
    Ok(())
}

/// With more tenants and environments than this, only those with something to say are shown.
const GROUPS_SHOWN: usize = 12;

/// The rows of one tenant and environment after another; they are sorted that way.
pub(super) fn groups(rows: &[RequestRow]) -> Vec<&[RequestRow]> {
    rows.chunk_by(|a, b| (&a.tenant, &a.environment) == (&b.tenant, &b.environment))
        .collect()
}

fn group(
    report: &Report,
    rows: &[RequestRow],
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let mut title = words::owner(first.tenant.as_deref(), first.environment.as_deref());
    if let Some(tier) = tenant(report, first).and_then(|row| row.tier.as_deref()) {
        title.push_str(&format!(", tier {tier}"));
    }
    writeln!(out, "{}", paint.bold(&inert::line(&title)))?;
    let judged = rows.iter().any(|row| row.held.is_some());
    let mut table = Table::new([
        ("dimension", Align::Left),
        ("request", Align::Right),
        (if judged { "allowed" } else { "" }, Align::Right),
        ("", Align::Left),
    ]);
    for row in rows {
        let request = words::range(report, &row.dimension, row.asked());
        let held = row.held.as_ref();
        let allowed = held.map(|held| words::allowance(report, row, held));
        let outcome = held.map_or(String::new(), |held| words::outcome(report, row, held));
        let tone = held.map_or(Tone::Plain, |held| match held.outcome {
            Outcome::Within => Tone::Plain,
            Outcome::Settled => Tone::Good,
            Outcome::Over if held.enforcement == "advisory" => Tone::Warning,
            Outcome::Elastic | Outcome::Assumed | Outcome::Undetermined => Tone::Warning,
            Outcome::Over => Tone::Error,
        });
        let mut remarks = words::remarks(report, row);
        if !outcome.is_empty() {
            remarks.insert(0, outcome);
        }
        let unlimited = if judged { "-" } else { "" };
        table.row(
            tone,
            [
                row.dimension.as_str(),
                &request,
                allowed.as_deref().unwrap_or(unlimited),
                &remarks.join(", "),
            ],
        );
    }
    table.write(2, paint, out)?;
    writeln!(out)
}

/// The lines of source that some labels point at, underlined; empty where none has lines.
pub(super) fn source(labels: &[Label]) -> String {
    snippet::write(labels, false)
}

/// The attribute that decided an amount, and what it was multiplied by.
pub(super) fn because(report: &Report, measurement: &Measurement) -> String {
    explain::because(report, measurement)
}

/// The tenant that a request belongs to.
pub(super) fn tenant<'a>(report: &'a Report, row: &RequestRow) -> Option<&'a TenantRow> {
    report
        .tenants
        .iter()
        .find(|tenant| tenant.tenant == row.tenant)
}

fn approvals(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.approvals.is_empty() {
        return Ok(());
    }
    writeln!(out, "approvals")?;
    for row in &report.approvals {
        let line = words::approval(report, row);
        writeln!(out, "  {}", inert::line(&line))?;
        if row.standing != Standing::Unused {
            writeln!(out, "    reason: {}", inert::line(&row.reason))?;
        }
        writeln!(out, "    {}", inert::line(&words::standing(row)))?;
    }
    writeln!(out)
}

fn verdict(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if report.command != Command::Check && report.exit_code() == 0 {
        return Ok(());
    }
    let tone = match report.verdict() {
        Some(Verdict::Pass | Verdict::PassWithApprovals) => Tone::Good,
        Some(Verdict::Fail) | None => Tone::Error,
    };
    if report.exit_code() != 0 {
        let codes: BTreeSet<&str> = (report.findings.iter())
            .filter(|finding| finding.level <= Level::Error)
            .map(|finding| finding.code.as_str())
            .collect();
        for code in codes {
            writeln!(out, "more about it: guard explain --code {code}")?;
        }
    }
    let verdict = words::verdict(report);
    writeln!(out, "{}", paint.tone(tone, &inert::line(&verdict)))
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};
    use super::*;

    #[test]
    fn samples_as_text() {
        for (name, report) in samples::all() {
            insta::assert_snapshot!(name, samples::written(&report, Format::Text));
        }
        let mut explained = samples::explain();
        explained.sort();
        insta::assert_snapshot!("explain", samples::written(&explained, Format::Text));
    }

    #[test]
    fn quiet_says_what_fails_and_nothing_else() {
        let style = Style {
            quiet: true,
            ..Style::PLAIN
        };
        for (name, report) in samples::all() {
            let mut out = Vec::new();
            report.write(Format::Text, style, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            assert_eq!(out.is_empty(), report.exit_code() == 0, "{name}");
            assert!(!out.contains("warning["), "{name}");
        }
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        for (name, report) in samples::all() {
            let style = Style {
                color: true,
                ..Style::PLAIN
            };
            let mut out = Vec::new();
            report.write(Format::Text, style, &mut out).unwrap();
            let colored = String::from_utf8(out).unwrap();
            let mut bare = String::new();
            let mut parts = colored.split("\x1b[");
            bare.push_str(parts.next().unwrap());
            for part in parts {
                let (code, text) = part.split_once('m').unwrap();
                assert!(
                    code.bytes().all(|b| b.is_ascii_digit() || b == b';'),
                    "{code:?}"
                );
                bare.push_str(text);
            }
            assert_eq!(bare, samples::written(&report, Format::Text), "{name}");
        }
    }

    #[test]
    fn no_stranger_writes_to_the_terminal() {
        for (name, report) in samples::all() {
            let text = samples::written(&report, Format::Text);
            let hazard = text.chars().find(|c| *c != '\n' && inert::is_hazard(*c));
            assert_eq!(hazard, None, "{name}");
            assert!(
                text.lines()
                    .all(|line| !line.trim_start().starts_with("::")),
                "{name}"
            );
        }
    }
}
