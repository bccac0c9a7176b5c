//! Answers for people.

use super::paint::{Paint, Tone};
use super::table::{Align, Table};
use crate::finding::Level;
use crate::quantity::Class;
use crate::report::{Answer, Body, Changes, Checked, Report, Style, Types, inert, words};
use std::io::{self, Write};

/// Writes the findings, which `report` holds, and the answer.
pub(in crate::report) fn write(
    answer: &Answer,
    report: &Report,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint(style.color);
    super::findings(report, style, out)?;
    match &answer.body {
        Body::Coverage(types) => coverage(types, paint, out),
        Body::Check(checked) => check(checked, report, paint, out),
        Body::Diff(changes) => diff(changes, paint, out),
    }
}

fn coverage(types: &Types, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    // What is left to do comes first.
    for (class, heading) in [
        (Class::NoRule, "no rule"),
        (Class::Opaque, "opaque"),
        (Class::Measured, "measured"),
        (Class::Weightless, "weightless"),
    ] {
        let rows = || types.rows.iter().filter(|row| row.class == class);
        let kinds = rows().count();
        if kinds == 0 {
            continue;
        }
        let instances = rows().fold(0_u64, |sum, row| sum.saturating_add(row.instances));
        let share = share(instances, types.coverage.instances);
        writeln!(
            out,
            "{}",
            paint.bold(&format!(
                "{heading}: {} of {}, {share} of all",
                words::count(instances, "resource"),
                words::count(kinds as u64, "type"),
            ))
        )?;
        let mut table = Table::new([
            ("", Align::Left),
            ("", Align::Right),
            ("", Align::Left),
            ("", Align::Left),
        ]);
        let tone = match class {
            Class::NoRule | Class::Opaque => Tone::Warning,
            Class::Measured | Class::Weightless => Tone::Plain,
        };
        for row in rows() {
            let roots = match row.roots {
                0 | 1 => String::new(),
                n => format!("in {n} roots"),
            };
            let count = row.instances.to_string();
            table.row(tone, [&*row.resource_type, &count, &row.by, &roots]);
        }
        table.write(2, paint, out)?;
        writeln!(out)?;
    }
    writeln!(out, "{}", inert::line(&words::coverage(&types.coverage)))
}

/// Tenths of a percent, rounded down, so that less than everything never reads as everything.
fn share(part: u64, all: u64) -> String {
    let tenths = part.saturating_mul(1000).checked_div(all).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn check(checked: &Checked, report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if let Some(catalog) = &checked.catalog {
        let title = format!("catalog {catalog} in {}", checked.path);
        writeln!(out, "{}", paint.bold(&inert::line(&title)))?;
        let mut table = Table::new([("", Align::Right), ("", Align::Left)]);
        for (name, count) in &checked.counts {
            table.row(Tone::Plain, [&*count.to_string(), name]);
        }
        table.write(2, paint, out)?;
        writeln!(out)?;
    }
    let mut table = Table::new([
        ("machine sizes", Align::Left),
        ("", Align::Right),
        ("", Align::Left),
    ]);
    for row in &checked.tables {
        let age = match (&row.as_of, row.days) {
            (Some(day), Some(days)) => format!("as of {day}, {} ago", words::count(days, "day")),
            (Some(day), None) => format!("as of {day}"),
            (None, _) => "of no stated day".to_owned(),
        };
        table.row(Tone::Plain, [&*row.name, &row.sizes.to_string(), &age]);
    }
    table.write(0, paint, out)?;
    writeln!(out)?;
    let of = |level| report.findings.iter().filter(|f| f.level == level).count();
    let mistakes = words::count(of(Level::Fatal) as u64, "mistake");
    let warnings = words::count(of(Level::Warning) as u64, "warning");
    writeln!(out, "{mistakes}, {warnings}")
}

fn diff(changes: &Changes, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if changes.compared && changes.rows.is_empty() {
        writeln!(out, "the catalogs say the same")?;
    }
    for (effect, tone, heading) in [
        (
            "looser",
            Tone::Warning,
            "looser: somebody may have or allow more",
        ),
        (
            "tighter",
            Tone::Note,
            "tighter: somebody may have or allow less",
        ),
        ("other", Tone::Plain, "neither, or both"),
    ] {
        let rows = || changes.rows.iter().filter(|row| row.effect == effect);
        if rows().next().is_none() {
            continue;
        }
        writeln!(out, "{}", paint.bold(heading))?;
        let mut table = Table::new([
            ("", Align::Left),
            ("", Align::Left),
            ("", Align::Left),
            ("", Align::Left),
        ]);
        for row in rows() {
            let said =
                |text: &Option<String>| text.clone().unwrap_or_else(|| "(not said)".to_owned());
            table.row(tone, [&row.about, &said(&row.old), "->", &said(&row.new)]);
        }
        table.write(2, paint, out)?;
        writeln!(out)?;
    }
    if changes.inputs.is_empty() {
        return Ok(());
    }
    let changed = || changes.verdicts.iter().filter(|row| row.changes());
    let all = changes.verdicts.len() as u64;
    let count = changed().count() as u64;
    writeln!(
        out,
        "{}",
        paint.bold(&format!(
            "{count} of {} would change verdict",
            words::count(all, "tenant")
        ))
    )?;
    for row in changed() {
        let name = row.tenant.as_deref().unwrap_or("(no tenant)");
        let word = |verdict: Option<&'static str>| match verdict {
            Some(verdict) => verdict.replace('_', " "),
            None => "no verdict".to_owned(),
        };
        let line = format!("{name}: {} -> {}", word(row.old), word(row.new));
        writeln!(out, "  {}", inert::line(&line))?;
        for why in &row.why {
            writeln!(out, "    {}", inert::line(why))?;
        }
    }
    Ok(())
}
