//! One finding, like a good compiler error: what, where, why, and what to do next.

use super::paint::{Paint, Tone};
use super::snippet;
use crate::finding::{Finding, Level, Place};
use crate::report::{inert, words};
use std::io::{self, Write};

/// Writes a finding and an empty line behind it.
pub(super) fn write(finding: &Finding, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let (word, tone) = match finding.level {
        Level::Fatal | Level::Error => ("error", Tone::Error),
        Level::Warning => ("warning", Tone::Warning),
        Level::Note => ("note", Tone::Note),
    };
    let head = format!("{word}[{}]", finding.code);
    let message = inert::line(&finding.message);
    writeln!(out, "{}: {}", paint.tone(tone, &head), paint.bold(&message))?;
    out.write_all(snippet::write(&finding.labels, paint.0).as_bytes())?;
    for label in &finding.labels {
        let preposition = match &label.place {
            // Its lines have just been shown.
            Place::Source(_) => continue,
            Place::Instance { .. } => "at",
            Place::Input { .. } => "in",
        };
        let text = words::label(label);
        writeln!(out, "  {preposition} {}", inert::line(&text))?;
    }
    for note in &finding.notes {
        block(paint.tone(Tone::Note, "note").as_ref(), note, out)?;
    }
    for help in &finding.help {
        block(paint.tone(Tone::Good, "help").as_ref(), help, out)?;
    }
    writeln!(out)
}

/// A paragraph under its word; what people copy keeps its lines.
fn block(word: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let text = inert::paragraph(text);
    let mut lines = text.lines();
    writeln!(out, "  {word}: {}", lines.next().unwrap_or(""))?;
    for line in lines {
        match line.is_empty() {
            true => writeln!(out)?,
            false => writeln!(out, "        {line}")?,
        }
    }
    Ok(())
}
