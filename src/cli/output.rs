//! Where reports go, and how standard output ends.

use super::context::Context;
use super::{Colour, OutputArgs};
use crate::finding::{Finding, Level};
use crate::report::{Delivery, Format, Report, Style, deliver, say};
use crate::source::save::is_same;
use crate::source::tree::plain;
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

impl OutputArgs {
    /// What is wanted, or what is wrong with how it is said.
    pub(super) fn delivery(&self, context: &Context) -> Result<Delivery, String> {
        let format = format(&self.format, Format::CHECK).map_err(|why| {
            format!(
                "invalid value '{}' for '--format <FORMAT>': {why}",
                self.format
            )
        })?;
        let mut files = Vec::new();
        for word in &self.report {
            let wrong =
                |why: &str| format!("invalid value '{word}' for '--report <FORMAT=FILE>': {why}");
            let Some((name, path)) = word.split_once('=').filter(|(_, path)| !path.is_empty())
            else {
                return Err(wrong("say the format and the file: json=guard.json"));
            };
            let format = format_named(name).map_err(|why| wrong(&why))?;
            files.push((format, PathBuf::from(path)));
        }
        Ok(Delivery {
            format,
            style: style(context, self.color, self.quiet),
            files,
        })
    }
}

/// Refuses to write a report over something that is to be judged.
///
/// `paths` are those of the command line, `ROOT=PATH` among them.
pub(super) fn spare_inputs(delivery: &Delivery, paths: &[String]) -> Result<(), String> {
    for (format, target) in &delivery.files {
        let is_target = |path: &str| is_same(Path::new(path), target);
        let is_input = |word: &String| {
            is_target(word)
                || word
                    .split_once('=')
                    .is_some_and(|(_, path)| is_target(path))
        };
        if paths.iter().any(is_input) {
            return Err(format!(
                "invalid value '{format}={}' for '--report <FORMAT=FILE>': that file is what is to be judged, name another",
                target.display()
            ));
        }
    }
    Ok(())
}

/// How text looks on this terminal.
pub(super) fn style(context: &Context, color: Colour, quiet: bool) -> Style {
    Style {
        color: context.color(color),
        quiet,
    }
}

/// Writes the reports and gives the exit code.
pub(super) fn finish(report: &mut Report, delivery: &Delivery) -> u8 {
    match deliver(report, delivery, &mut io::stdout().lock()) {
        Ok(code) => code,
        Err(error) => not_printed(&error),
    }
}

/// Prints findings alone, for a command that judges nothing, and gives the exit code.
pub(super) fn tell(findings: Vec<Finding>, style: Style) -> u8 {
    let code = match findings.iter().map(|finding| finding.level).min() {
        Some(Level::Fatal) => 2,
        Some(Level::Error) => 1,
        Some(Level::Warning | Level::Note) | None => 0,
    };
    match say(findings, style, &mut io::stdout().lock()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => not_printed(&error),
        _ => code,
    }
}

/// An error with its causes, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Prints a text on standard output and gives the exit code.
pub(super) fn print(text: &str) -> u8 {
    print_bytes(text.as_bytes())
}

/// Prints bytes on standard output and gives the exit code.
pub(super) fn print_bytes(bytes: &[u8]) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        // A reader that went away early is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => not_printed(&error),
        _ => 0,
    }
}

/// Says why standard output took no more, and gives the exit code.
pub(super) fn not_printed(error: &io::Error) -> u8 {
    fail(&format!(
        "cannot write to standard output: {}",
        plain(error)
    ))
}

/// Says on standard error why nothing could be done.
pub(super) fn fail(why: &str) -> u8 {
    // Where standard error is gone too, the exit code has to do.
    let _ = writeln!(io::stderr(), "error: {why}");
    2
}

fn format_named(name: &str) -> Result<Format, String> {
    format(name, Format::CHECK)
}

fn format(name: &str, among: &[Format]) -> Result<Format, String> {
    among
        .iter()
        .copied()
        .find(|format| format.as_str() == name)
        .ok_or_else(|| {
            let names: Vec<_> = among.iter().map(|format| format.as_str()).collect();
            format!("no such format, choose one of {}", names.join(", "))
        })
}
