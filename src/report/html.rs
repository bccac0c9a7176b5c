//! One self-contained page for Sales and engineering alike: the verdict, a bar for each
//! tenant, environment and dimension against what is allowed, and what lies behind each.
//!
//! It loads nothing and runs nothing: there is no script, and the page itself forbids any.

mod bar;
mod contributors;

use super::{Command, Outcome, Report, RequestRow, Standing, Verdict, markup, text, words};
use crate::finding::{Finding, Level, Place};
use contributors::Contributors;
use std::io::{self, Write};

/// Writes the page.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let title = markup::line(&words::verdict(report));
    let style = include_str!("html/style.css");
    let has_requests = report.deals.is_empty() || !report.requests.is_empty();
    let first = if has_requests { "requests" } else { "deals" };
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>guard: {title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#{first}\">Go to the {first}</a>\n"
    )?;
    header(report, out)?;
    writeln!(out, "<main>")?;
    if has_requests {
        requests(report, out)?;
    }
    super::deals::html(&report.deals, out)?;
    findings(report, out)?;
    approvals(report, out)?;
    coverage(report, out)?;
    basis(report, out)?;
    let version = markup::line(&report.guard_version);
    write!(
        out,
        "</main>\n<footer>guard {version}</footer>\n</body>\n</html>\n"
    )
}

/// The answer, and the reasons where it is no.
fn header(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (class, sign, answer) = match report.verdict() {
        Some(Verdict::Pass) => ("good", "✓", "Fits what was bought"),
        Some(Verdict::PassWithApprovals) => ("good", "✓", "Fits, by approvals on record"),
        Some(Verdict::Fail) => ("bad", "✕", "Does not fit what was bought"),
        None if report.command != Command::Check && report.exit_code() == 0 => {
            ("plain", "·", "What is asked for")
        }
        None => ("bad", "!", "The check could not be done"),
    };
    writeln!(out, "<header class=\"{class}\">")?;
    if let Some(notice) = words::notice(report) {
        writeln!(out, "<p class=\"notice\">{}</p>", markup::line(notice))?;
    }
    writeln!(
        out,
        "<h1><span class=\"sign\" aria-hidden=\"true\">{sign}</span> {answer}</h1>"
    )?;
    writeln!(out, "<p>{}</p>", markup::line(&words::verdict(report)))?;
    let errors = report.findings.iter().enumerate();
    let errors: Vec<_> = errors
        .filter(|(_, finding)| finding.level <= Level::Error)
        .collect();
    if !errors.is_empty() {
        writeln!(out, "<ul>")?;
        for (index, finding) in errors.iter().take(REASONS) {
            let message = markup::line(&finding.message);
            writeln!(out, "<li><a href=\"#finding-{index}\">{message}</a></li>")?;
        }
        let more = errors.len().saturating_sub(REASONS);
        if more > 0 {
            writeln!(out, "<li><a href=\"#findings\">and {more} more</a></li>")?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</header>")
}

/// How many reasons the head of the page gives.
const REASONS: usize = 8;

fn requests(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"requests\">\n<h2>Asked for, and allowed</h2>"
    )?;
    if report.requests.is_empty() {
        writeln!(out, "<p>Nothing is asked for.</p>\n</section>")?;
        return Ok(());
    }
    writeln!(out, "{LEGEND}")?;
    let contributors = Contributors::of(report);
    // What has something to say comes first; with very many tenants the others are only counted.
    let (telling, quiet): (Vec<_>, Vec<_>) = text::groups(&report.requests)
        .into_iter()
        .partition(|rows| !rows.iter().all(RequestRow::is_quiet));
    let room = GROUPS.saturating_sub(telling.len());
    let hidden = quiet.len().saturating_sub(room);
    for rows in telling.into_iter().chain(quiet.into_iter().take(room)) {
        group(report, &contributors, rows, out)?;
    }
    if hidden > 0 {
        writeln!(
            out,
            "<p>{hidden} more environments are within all limits; the JSON report has them.</p>"
        )?;
    }
    writeln!(out, "</section>")
}

const GROUPS: usize = 200;

const LEGEND: &str = "<ul class=\"legend\" aria-label=\"Legend\">\
<li><i class=\"fill\"></i> asked for</li>\
<li><i class=\"assumed\"></i> of it estimated</li>\
<li><i class=\"maybe\"></i> perhaps, not known before apply</li>\
<li><i class=\"mark limit\"></i> the tier’s limit</li>\
<li><i class=\"mark ceiling\"></i> raised by contract</li>\
<li><i class=\"mark approval\"></i> raised by approval</li></ul>";

fn group(
    report: &Report,
    contributors: &Contributors<'_>,
    rows: &[RequestRow],
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let owner = words::owner(first.tenant.as_deref(), first.environment.as_deref());
    let tier =
        text::tenant(report, first).and_then(|row| row.tier_title.as_ref().or(row.tier.as_ref()));
    let tier = tier.map_or(String::new(), |tier| {
        format!(" <span class=\"tier\">{}</span>", markup::line(tier))
    });
    writeln!(
        out,
        "<article class=\"card\">\n<h3>{}{tier}</h3>",
        markup::line(&owner)
    )?;
    // Limited dimensions have a bar to look at, so they come first.
    let (limited, free): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.held.is_some());
    for row in limited.into_iter().chain(free) {
        request(report, contributors, row, out)?;
    }
    writeln!(out, "</article>")
}

fn request(
    report: &Report,
    contributors: &Contributors<'_>,
    row: &RequestRow,
    out: &mut dyn Write,
) -> io::Result<()> {
    let amount = words::range(report, &row.dimension, row.asked());
    let mut remarks = words::remarks(report, row);
    let held = row.held.as_ref();
    let class = held.map_or("free", |held| match held.outcome {
        Outcome::Within | Outcome::Settled => "good",
        Outcome::Elastic | Outcome::Assumed | Outcome::Undetermined => "open",
        Outcome::Over if held.enforcement == "advisory" => "open",
        Outcome::Over => "bad",
    });
    let allowed = match held {
        None => "<span class=\"of\">no limit</span>".to_owned(),
        Some(held) => {
            let outcome = words::outcome(report, row, held);
            if !outcome.is_empty() {
                remarks.insert(0, outcome);
            }
            let allowed = words::allowance(report, row, held);
            format!(
                "<span class=\"of\">allowed {}</span>",
                markup::line(&allowed)
            )
        }
    };
    write!(
        out,
        "<div class=\"request {class}\">\n<h4>{}</h4> <p class=\"amount\"><b>{}</b> {allowed}</p>",
        markup::line(row.dimension.as_str()),
        markup::line(&amount),
    )?;
    match remarks.is_empty() {
        true => writeln!(out)?,
        false => writeln!(
            out,
            " <p class=\"remark\">{}</p>",
            markup::line(&remarks.join(", "))
        )?,
    }
    if let Some(held) = held {
        bar::write(report, row, held, out)?;
    }
    contributors.write(report, row, out)?;
    writeln!(out, "</div>")
}

fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section id=\"findings\">\n<h2>Findings</h2>")?;
    for (index, finding) in report.findings.iter().enumerate().take(FINDINGS) {
        self::finding(index, finding, out)?;
    }
    let more = report.findings.len().saturating_sub(FINDINGS);
    if more > 0 {
        writeln!(out, "<p>{more} more findings are in the JSON report.</p>")?;
    }
    writeln!(out, "</section>")
}

const FINDINGS: usize = 500;

fn finding(index: usize, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (class, word) = match finding.level {
        Level::Fatal | Level::Error => ("bad", "error"),
        Level::Warning => ("open", "warning"),
        Level::Note => ("plain", "note"),
    };
    writeln!(
        out,
        "<article class=\"card finding {class}\" id=\"finding-{index}\">\n\
         <h3><span class=\"badge\">{word}</span> {}</h3>\n\
         <p class=\"code\"><code>{}</code> {}</p>",
        markup::line(&finding.message),
        finding.code,
        markup::line(finding.code.summary()),
    )?;
    let source = text::source(&finding.labels);
    if !source.is_empty() {
        writeln!(
            out,
            "<pre class=\"source\" tabindex=\"0\">{}</pre>",
            markup::paragraph(&source)
        )?;
    }
    let without_lines = |place: &Place| !matches!(place, Place::Source(_));
    let places = finding
        .labels
        .iter()
        .filter(|label| without_lines(&label.place));
    let places = places.map(|label| (true, words::label(label)));
    let notes = finding.notes.iter().map(|note| (false, note.clone()));
    let lines: Vec<_> = places.chain(notes).collect();
    if !lines.is_empty() {
        writeln!(out, "<ul>")?;
        for (is_code, line) in lines {
            let line = markup::line(&line);
            match is_code {
                true => writeln!(out, "<li><code>{line}</code></li>")?,
                false => writeln!(out, "<li>{line}</li>")?,
            }
        }
        writeln!(out, "</ul>")?;
    }
    for help in &finding.help {
        self::help(help, out)?;
    }
    writeln!(out, "</article>")
}

/// The thing to do; what people copy is kept as it is.
fn help(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = markup::line(first);
    match first.starts_with("guard ") {
        true => writeln!(out, "<pre class=\"help\" tabindex=\"0\">{line}</pre>")?,
        false => writeln!(out, "<p class=\"help\">{line}</p>")?,
    }
    match rest.trim_matches('\n') {
        "" => Ok(()),
        rest => writeln!(
            out,
            "<pre class=\"help\" tabindex=\"0\">{}</pre>",
            markup::paragraph(rest)
        ),
    }
}

fn approvals(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.approvals.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section id=\"approvals\">\n<h2>Approvals</h2>")?;
    for row in &report.approvals {
        let class = match row.standing {
            Standing::Settles => "good",
            Standing::Unused => "plain",
            Standing::Void(_) => "open",
        };
        writeln!(
            out,
            "<article class=\"card finding {class}\">\n<h3>{}</h3>\n<p>{}</p>\n<p>{}</p>\n\
             <p class=\"code\">asked for by {}, ticket {}, from {}, <code>{}</code></p>\n</article>",
            markup::line(&words::approval(report, row)),
            markup::line(&words::standing(row)),
            markup::line(&row.reason),
            markup::line(&row.requested_by),
            markup::line(&row.ticket),
            markup::line(&row.issued),
            markup::line(&row.path),
        )?;
    }
    writeln!(out, "</section>")
}

/// How much of what was read could be measured.
fn coverage(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let coverage = &report.coverage;
    if !words::is_measured(report) && !report.inputs.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section id=\"coverage\">\n<h2>Coverage</h2>\n<p>{}</p>",
        markup::line(&words::coverage(coverage))
    )?;
    if coverage.instances > 0 {
        write!(out, "<div class=\"bar parts\" aria-hidden=\"true\">")?;
        for (n, class) in [
            (coverage.measured, "measured"),
            (coverage.weightless, "weightless"),
            (coverage.opaque, "opaque"),
            (coverage.no_rule, "no-rule"),
        ] {
            if n > 0 {
                write!(out, "<i class=\"{class}\" style=\"flex-grow:{n}\"></i>")?;
            }
        }
        writeln!(out, "</div>")?;
    }
    writeln!(out, "</section>")
}

/// What was read, and what the verdict rests on.
fn basis(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"basis\">\n<h2>What this rests on</h2>\n<ul>"
    )?;
    for line in words::basis(report) {
        writeln!(out, "<li>{}</li>", markup::line(&line))?;
    }
    writeln!(out, "</ul>")?;
    if !report.inputs.is_empty() {
        let inputs = words::count(report.inputs.len().try_into().unwrap_or(u64::MAX), "input");
        writeln!(
            out,
            "<details><summary>{inputs} read</summary>\n<table><thead><tr><th>input</th><th>what it is</th><th>root</th><th>sha256</th></tr></thead><tbody>"
        )?;
        for input in &report.inputs {
            writeln!(
                out,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>",
                markup::line(&input.path),
                markup::line(input.kind),
                markup::line(input.root.as_deref().unwrap_or("")),
                markup::line(input.sha256.as_deref().unwrap_or("")),
            )?;
        }
        writeln!(out, "</tbody></table></details>")?;
    }
    writeln!(out, "</section>")
}

#[cfg(test)]
mod tests;
