//! `guard catalog`: what people do with `policies/` itself.

mod seal;

use clap::Subcommand;

/// `guard catalog ...`
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write policies/manifest, a list of every file under policies/, and sign it
    Seal(seal::Args),
}

/// Runs it and gives the exit code.
pub(super) fn run(command: &Command) -> u8 {
    match command {
        Command::Seal(args) => seal::run(args),
    }
}
