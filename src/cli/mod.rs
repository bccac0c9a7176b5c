//! The command line: the only code that knows argv, the environment, the clock and standard output.
//!
//! `run` takes the words of the command line and gives the exit code; each command has a file.

mod approve;
mod approved;
mod catalog;
mod check;
mod collect;
mod context;
mod deals;
mod earlier;
mod eval;
mod explain;
mod identified;
mod init;
mod inputs;
mod judged;
mod kind;
mod measure;
mod modules;
mod output;
mod policies;
mod presence;
mod progress;
mod row;
mod sheet;
mod sources;
mod test;
mod told;
mod trusted;
mod values;

use crate::report::Format;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use context::Context;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs `guard` with these words, the first of which is the program's own name.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = words.into_iter().collect();
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::from(error.use_stderr()).saturating_mul(2);
            return match error.print() {
                // A reader that went away early is no error.
                Err(why) if why.kind() != ErrorKind::BrokenPipe => {
                    ExitCode::from(output::not_printed(&why))
                }
                _ => ExitCode::from(code),
            };
        }
    };
    let code = match cli.command {
        None => check::run(&cli.check, &words),
        Some(Command::Check(args)) => check::run(&args, &words),
        Some(Command::Approve { command }) => approve::run(&command),
        Some(Command::Measure(args)) => measure::run(&args),
        Some(Command::Eval(args)) => eval::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Catalog { command }) => catalog::run(&command),
        Some(Command::Sheet(args)) => sheet::run(&args),
        Some(Command::Test(args)) => test::run(&args),
        Some(Command::Init(args)) => init::run(&args, &Context::look()),
        Some(Command::Completions { shell }) => completions(shell),
    };
    ExitCode::from(code)
}

/// Does what Terraform is about to create fit what this tenant bought?
#[derive(Debug, Parser)]
#[command(
    name = "guard",
    version,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    subcommand_negates_reqs = true,
    max_term_width = 100,
    after_help = EXIT_CODES
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArgs,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  everything fits, or every excess is settled by an approval
  1  something does not fit, or cannot be shown to
  2  the check could not be done";

#[derive(Debug, Subcommand)]
enum Command {
    /// Hold plans against the tenants' tiers (the default)
    Check(CheckArgs),
    /// Show where every number comes from, instance by instance
    Explain(ExplainArgs),
    /// Give the quantities alone
    Measure(MeasureArgs),
    /// Give the value of a Terraform expression in a module, like `terraform console`
    Eval(eval::EvalArgs),
    /// Draft, sign and look after the records in approvals/
    Approve {
        #[command(subcommand)]
        command: approve::Command,
    },
    /// Look after policies/ itself
    Catalog {
        #[command(subcommand)]
        command: catalog::Command,
    },
    /// Print the catalog as the sizing sheet and feature menu that Sales reads
    Sheet(sheet::SheetArgs),
    /// Run the catalog's own test cases
    Test(test::TestArgs),
    /// Write what a repository needs to begin with; what is there already is kept
    Init(init::Args),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// `guard PATH...`
#[derive(Args, Debug)]
struct CheckArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    policies: PolicyArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    identity: IdentityArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Fail unless every instance is measured or known to request nothing
    #[arg(long)]
    require_coverage: bool,
    /// Judge at this time instead of now (for tests): YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

/// `guard measure PATH...`
#[derive(Args, Debug)]
struct MeasureArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    policies: PolicyArgs,
    #[command(flatten)]
    trust: TrustArgs,
    /// How to print the quantities
    #[arg(long, value_enum, default_value_t = MeasureFormat::Text, value_name = "FORMAT")]
    format: MeasureFormat,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Taken and without effect, so that calls can be exchanged with `guard check`
    #[arg(long, value_name = "TIME", hide = true)]
    now: Option<String>,
}

/// `guard explain PATH...`
#[derive(Args, Debug)]
struct ExplainArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    policies: PolicyArgs,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    identity: IdentityArgs,
    /// Explain a kind of finding instead: over-limit, bad-input, ...
    #[arg(long, value_name = "CODE", conflicts_with = "paths")]
    code: Option<String>,
    /// Explain what is known of a resource type instead: aws_db_instance, ...
    #[arg(long = "type", value_name = "TYPE", conflicts_with_all = ["paths", "code"])]
    kind: Option<String>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Taken and without effect, so that calls can be exchanged with `guard check`
    #[arg(long, value_name = "TIME", hide = true)]
    now: Option<String>,
}

/// What is read.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Input")]
struct InputArgs {
    /// Plans and states as JSON, folders of HCL roots, deals; `-` is standard input, ROOT=PATH names the
    /// root that a file describes
    #[arg(value_name = "PATH|ROOT=PATH")]
    paths: Vec<String>,
    /// The Terraform workspace that the inputs were made in
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    /// Where the configuration of plans is, to show the file and line of what asks too much: the
    /// folder that the names of roots start from, or that of the one root
    #[arg(long, value_name = "DIR")]
    source_root: Option<PathBuf>,
    /// Judge plans made with -target or with deferred changes by what they hold
    #[arg(long)]
    allow_partial: bool,
    #[command(flatten)]
    values: values::ValueArgs,
}

/// What judges.
#[derive(Args, Debug)]
#[command(next_help_heading = "Policies")]
struct PolicyArgs {
    /// The folder of the catalog and its rules, or `builtin` for the sample catalog
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
}

/// What settles an excess.
#[derive(Args, Debug)]
#[command(next_help_heading = "Approvals")]
struct ApprovalArgs {
    /// The folder of the approval records
    #[arg(long, value_name = "DIR")]
    approvals: Option<PathBuf>,
    /// The login of whoever asks, who cannot approve it: github:dana
    #[arg(long, value_name = "HOST:LOGIN")]
    actor: Option<String>,
}

/// What makes policies and approvals count.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Trust")]
struct TrustArgs {
    /// The keys that may sign policies/, from outside the checkout; also `GUARD_TRUST_ROOT`, a path or the text
    #[arg(long, value_name = "FILE")]
    trust_root: Option<PathBuf>,
    /// Refuse to judge by anything but signed policies and approvals
    #[arg(long)]
    require_signed: bool,
    /// Refuse policies older than this version; also `GUARD_MIN_POLICY_VERSION`
    #[arg(long, value_name = "N")]
    min_policy_version: Option<u64>,
    /// Take --now beside a trust root (for tests)
    #[arg(long, hide_short_help = true)]
    allow_test_clock: bool,
    /// Give the SHA-256 of every file that was read; done anyway beside a trust root
    #[arg(long)]
    digest: bool,
}

/// Whose it is, said by hand.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Identity (for local use, and said in the report)")]
struct IdentityArgs {
    /// Count everything for this tenant
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Count everything for this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Hold everything to this tier
    #[arg(long, value_name = "NAME")]
    tier: Option<String>,
}

/// Where reports go.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// How to print the report on standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: String,
    /// Write a report to a file as well: json=guard.json
    #[arg(long, value_name = "FORMAT=FILE")]
    report: Vec<String>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Say only what fails
    #[arg(long, short)]
    quiet: bool,
}

/// How quantities are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MeasureFormat {
    Text,
    Json,
    Csv,
}

impl From<MeasureFormat> for Format {
    fn from(format: MeasureFormat) -> Self {
        match format {
            MeasureFormat::Text => Self::Text,
            MeasureFormat::Json => Self::Json,
            MeasureFormat::Csv => Self::Csv,
        }
    }
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

fn completions(shell: clap_complete::Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "guard", &mut script);
    output::print_bytes(&script)
}
