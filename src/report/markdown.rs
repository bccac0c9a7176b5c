//! Markdown for pull-request comments and step summaries.
//!
//! The first line is a marker that cannot be seen, by which a comment is found again and
//! replaced. A comment holds 65,536 characters, so what does not fit is cut with a notice;
//! the worst comes first.

use super::{Outcome, Report, RequestRow, Verdict, inert, text, words};
use crate::finding::{Finding, Level};
use std::io::{self, Write};

/// By what a comment of guard's is found again.
const MARKER: &str = "<!-- guard:report -->";

/// How many bytes are written at most; characters are never more than bytes.
const AT_MOST: usize = 65_000;

/// Writes the comment.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let end = basis(report);
    let mut room = AT_MOST
        .saturating_sub(MARKER.len())
        .saturating_sub(end.len());
    writeln!(out, "{MARKER}")?;
    let mut blocks = blocks(report).into_iter();
    while let Some(block) = blocks.next() {
        match room.checked_sub(block.len()) {
            // The notice has to fit too.
            Some(left) if left > 200 => {
                out.write_all(block.as_bytes())?;
                room = left;
            }
            _ => {
                let missing = blocks.len().saturating_add(1);
                writeln!(
                    out,
                    "> [!IMPORTANT]\n> {missing} more parts of this report did not fit here: the text, JSON and HTML reports have all of them.\n",
                )?;
                break;
            }
        }
    }
    out.write_all(end.as_bytes())
}

/// Everything but the end, in pieces that are only ever left out whole.
fn blocks(report: &Report) -> Vec<String> {
    let mut blocks = Vec::new();
    if let Some(notice) = words::notice(report) {
        blocks.push(format!("> [!WARNING]\n> {}\n\n", prose(notice)));
    }
    let sign = match report.verdict() {
        Some(Verdict::Pass | Verdict::PassWithApprovals) => "✅",
        Some(Verdict::Fail) => "❌",
        None if report.exit_code() == 0 => "ℹ️",
        None => "⛔",
    };
    blocks.push(format!(
        "## {sign} guard: {}\n\n",
        inline(&words::verdict(report))
    ));
    let (errors, mild): (Vec<_>, Vec<_>) =
        (report.findings.iter()).partition(|finding| finding.level <= Level::Error);
    blocks.extend(errors.iter().map(|finding| self::finding(finding)));
    // What has something to say first: a table that is cut loses what fits.
    let (telling, quiet): (Vec<_>, Vec<_>) = text::groups(&report.requests)
        .into_iter()
        .partition(|rows| rows.iter().any(|row| !row.is_quiet()));
    for rows in telling.into_iter().chain(quiet) {
        blocks.push(group(report, rows));
    }
    blocks.extend(report.deals.iter().map(super::deals::markdown));
    if !report.approvals.is_empty() {
        blocks.push(approvals(report));
    }
    blocks.extend(mild.iter().map(|finding| self::finding(finding)));
    blocks
}

fn group(report: &Report, rows: &[RequestRow]) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let owner = words::owner(first.tenant.as_deref(), first.environment.as_deref());
    let mut block = format!("**{}**", inline(&owner));
    if let Some(tier) = text::tenant(report, first).and_then(|row| row.tier.as_deref()) {
        block.push_str(&format!(", tier {}", inline(tier)));
    }
    block
        .push_str("\n\n| | dimension | request | allowed | |\n| --- | --- | ---: | ---: | --- |\n");
    for row in rows {
        let mut remarks = words::remarks(report, row);
        let held = row.held.as_ref();
        let (sign, allowed) = match held {
            None => ("", "-".to_owned()),
            Some(held) => {
                let outcome = words::outcome(report, row, held);
                if !outcome.is_empty() {
                    remarks.insert(0, outcome);
                }
                let is_advice = held.enforcement == "advisory";
                let sign = match held.outcome {
                    Outcome::Within | Outcome::Settled => "✅",
                    Outcome::Elastic | Outcome::Assumed => "⚠️",
                    Outcome::Over | Outcome::Undetermined if is_advice => "⚠️",
                    Outcome::Over => "❌",
                    Outcome::Undetermined => "❓",
                };
                (sign, words::allowance(report, row, held))
            }
        };
        block.push_str(&format!(
            "| {sign} | {} | {} | {} | {} |\n",
            inline(row.dimension.as_str()),
            inline(&words::range(report, &row.dimension, row.asked())),
            inline(&allowed),
            inline(&remarks.join(", ")),
        ));
    }
    block.push('\n');
    block
}

fn finding(finding: &Finding) -> String {
    let sign = match finding.level {
        Level::Fatal => "⛔",
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Note => "ℹ️",
    };
    let mut block = format!("#### {sign} {}\n\n", inline(&finding.message));
    let mut evidence = vec![format!("- {}", code(finding.code.as_str()))];
    let places = finding.labels.iter().map(|label| {
        let place = code(&words::place(&label.place));
        match label.text.is_empty() {
            true => format!("- {place}"),
            false => format!("- {place}: {}", prose(&label.text)),
        }
    });
    evidence.extend(places);
    evidence.extend(
        finding
            .notes
            .iter()
            .map(|note| format!("- {}", prose(note))),
    );
    block.push_str(&evidence.join("\n"));
    block.push_str("\n\n");
    for help in &finding.help {
        block.push_str(&self::help(help));
    }
    block
}

/// The thing to do: its first line as prose, what people copy as code.
fn help(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = match first.starts_with("guard ") {
        true => code(first),
        false => prose(first),
    };
    match rest.trim_matches('\n') {
        "" => format!("{first}\n\n"),
        rest => format!("{first}\n\n{}\n", fenced(rest)),
    }
}

fn approvals(report: &Report) -> String {
    let rows = report.approvals.iter().map(|row| {
        format!(
            "- {}: {}. Reason: {}\n",
            prose(&words::approval(report, row)),
            prose(&words::standing(row)),
            prose(&row.reason)
        )
    });
    let rows: String = rows.collect();
    format!("**Approvals**\n\n{rows}\n")
}

/// What the verdict rests on; never left out.
fn basis(report: &Report) -> String {
    let mut lines = Vec::new();
    if words::is_measured(report) || report.inputs.is_empty() {
        lines.push(words::coverage(&report.coverage));
    }
    lines.extend(words::basis(report));
    let mut out = String::new();
    for line in lines {
        let line = format!("<sub>{}</sub>  \n", prose(&line));
        // A single one that is absurdly long must not crowd out everything else.
        match line.len() > LONGEST_LINE {
            true => out.push_str("<sub>(a line too long to show)</sub>  \n"),
            false => out.push_str(&line),
        }
        if out.len() > AT_MOST / 4 {
            out.push_str("<sub>(and more)</sub>  \n");
            break;
        }
    }
    out
}

const LONGEST_LINE: usize = 4_000;

/// Text in a paragraph or a list: no markup, no mention, no link, and no list of its own.
fn prose(text: &str) -> String {
    let out = inline(text);
    match out.starts_with(['-', '+', '=']) || starts_a_list(&out) {
        true => format!("&#8203;{out}"),
        false => out,
    }
}

/// Text in a heading or in a cell of a table: no markup, no mention, no link.
pub(crate) fn inline(text: &str) -> String {
    let text = inert::line(text);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match c {
            // GitHub looks for @names, #numbers, :emoji: and links in the text that is left
            // when all markup is gone, so a backslash does not help against them.
            '@' => out.push_str("@&#8203;"),
            '#' if next.is_some_and(|c| c.is_ascii_alphanumeric()) => out.push_str("\\#&#8203;"),
            ':' if next.is_some_and(|c| !c.is_whitespace()) => out.push_str(":&#8203;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    // `www.` alone makes a link too.
    out.replace("www.", "www&#8203;.")
}

/// `1. ` and `1) ` begin a list.
fn starts_a_list(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && rest.starts_with(['.', ')'])
}

/// Text in a line of code.
fn code(text: &str) -> String {
    let text = inert::line(text);
    let ticks = "`".repeat(longest_run(&text, '`').saturating_add(1));
    // A space keeps backticks at the ends apart from the ones around; it is not shown.
    let space = match text.starts_with('`') || text.ends_with('`') {
        true => " ",
        false => "",
    };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// Text in a block of code.
fn fenced(text: &str) -> String {
    let text = inert::paragraph(text);
    let fence = "`".repeat(longest_run(&text, '`').saturating_add(1).max(3));
    format!("{fence}hcl\n{text}\n{fence}\n")
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0_usize;
    let mut run = 0_usize;
    for c in text.chars() {
        run = match c == wanted {
            true => run.saturating_add(1),
            false => 0,
        };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};
    use super::*;

    #[test]
    fn samples_as_markdown() {
        for (name, report) in samples::all() {
            insta::assert_snapshot!(name, samples::written(&report, Format::Markdown));
        }
    }

    #[test]
    fn a_comment_always_fits_and_keeps_its_end() {
        let mut report = samples::hostile();
        let finding = report.findings[0].clone();
        report.findings = (0..5000).map(|_| finding.clone()).collect();
        let tenant: std::sync::Arc<str> = "long".repeat(100_000).into();
        report.tenants[0].missing_roots = vec![tenant; 3];
        let text = samples::written(&report, Format::Markdown);
        assert!(text.chars().count() <= 65_536);
        assert!(text.starts_with(MARKER));
        assert!(text.contains("did not fit here"));
        assert!(
            text.trim_end().ends_with("<sub>trust: signed</sub>"),
            "{}",
            &text[text.len() - 300..]
        );
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(
            prose("a|b <b> *c* @all #1"),
            "a\\|b &lt;b&gt; \\*c\\* @&#8203;all \\#&#8203;1"
        );
        assert_eq!(prose("see https://x.y"), "see https:&#8203;//x.y");
        assert_eq!(prose("1. x"), "&#8203;1. x");
        assert_eq!(prose("-x"), "&#8203;-x");
        assert_eq!(prose("+16 vcpu"), "&#8203;+16 vcpu");
        assert_eq!(prose("80 vcpu"), "80 vcpu");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(fenced("```\nx"), "````hcl\n```\nx\n````\n");
    }
}
