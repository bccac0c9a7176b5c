//! `guard catalog`: what people do with `policies/` itself.

mod check;
mod coverage;
mod diff;
mod seal;

use super::context::Context;
use super::{Colour, output};
use crate::report::{Answer, AnswerFormat};
use clap::{Subcommand, ValueEnum};
use std::io;

/// `guard catalog ...`
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find all mistakes in policies/, and what in it has no effect
    Check(check::Args),
    /// List the resource types of some inputs by what rules know of them
    Coverage(coverage::Args),
    /// Show what two catalogs say differently, and which of the given tenants would change verdict
    Diff(diff::Args),
    /// Write policies/manifest, a list of every file under policies/, and sign it
    Seal(seal::Args),
}

/// Runs it and gives the exit code.
pub(super) fn run(command: &Command) -> u8 {
    match command {
        Command::Check(args) => check::run(args),
        Command::Coverage(args) => coverage::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Seal(args) => seal::run(args),
    }
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// Where an answer goes.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Output")]
struct AnswerArgs {
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

impl AnswerArgs {
    /// Prints the answer and gives the exit code.
    fn print(&self, answer: Answer, context: &Context) -> u8 {
        let format = match self.format {
            Format::Text => AnswerFormat::Text,
            Format::Json => AnswerFormat::Json,
        };
        let style = output::style(context, self.color, false);
        let code = answer.exit_code();
        match answer.write(format, style, &mut io::stdout().lock()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                output::fail(&format!("cannot write to standard output: {error}"))
            }
            _ => code,
        }
    }
}
