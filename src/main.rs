//! The `guard` program: argv in, exit code out, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    tierguard::cli::run(std::env::args_os())
}
