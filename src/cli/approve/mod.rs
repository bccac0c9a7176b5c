//! `guard approve`: what people do with the records in `approvals/`.
//!
//! None of it grants anything. Whether a record counts is for `guard check` to tell, which
//! reads the same files in the same way.

pub(super) mod draft;
mod list;
mod sign;
mod verify;

use super::approved::{self, Records};
use super::context::Context;
use super::policies::{self, Policies};
use super::trusted::{self, Trusted};
use super::{ApprovalArgs, Colour, PolicyArgs, TrustArgs, output};
use crate::approve::{Approval, Ceiling};
use crate::finding::{Finding, Level};
use crate::report::Style;
use clap::Subcommand;
use std::mem::take;

/// `guard approve ...`
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write the records that would settle what fails: least amounts, who must agree, until when
    Draft(draft::Args),
    /// Sign a record with ssh-keygen
    Sign(sign::Args),
    /// Tell which records count, and why the others do not
    Verify(verify::Args),
    /// List the records, and what will go stale
    List(list::Args),
}

/// Runs it and gives the exit code.
pub(super) fn run(command: &Command) -> u8 {
    let code = match command {
        Command::Draft(args) => draft::run(args),
        Command::Sign(args) => sign::run(args),
        Command::Verify(args) => verify::run(args),
        Command::List(args) => list::run(args),
    };
    code.unwrap_or_else(|why| output::fail(&why))
}

/// The flags that all of them share.
#[derive(clap::Args, Debug)]
pub(super) struct DeskArgs {
    #[command(flatten)]
    policies: PolicyArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    #[command(flatten)]
    trust: TrustArgs,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Act as of this time instead of now (for tests): YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

/// Everything that a record is held against, as `guard check` reads it.
struct Desk {
    context: Context,
    trusted: Trusted,
    policies: Policies,
    records: Records,
    style: Style,
    /// What is wrong, and what is good to know.
    findings: Vec<Finding>,
}

impl Desk {
    /// Reads all of it.
    ///
    /// # Errors
    ///
    /// A flag that says nothing.
    fn open(args: &DeskArgs) -> Result<Self, String> {
        let context = Context::look();
        let mut trusted = trusted::look(&args.trust, &context, args.now.as_deref())?;
        let mut findings = take(&mut trusted.findings);
        let mut policies =
            policies::load_trusted(&args.policies, &trusted, &context, context.in_ci);
        findings.append(&mut policies.findings);
        let mut records = approved::load(&args.approvals, &context, &policies, &trusted);
        findings.append(&mut records.findings);
        Ok(Self {
            style: output::style(&context, args.color, false),
            context,
            trusted,
            policies,
            records,
            findings,
        })
    }
}

/// A record in one line: whose, what, until when.
fn line(approval: &Approval) -> String {
    let limits: Vec<_> = approval
        .limits
        .iter()
        .map(|(dimension, ceiling)| match ceiling {
            Ceiling::Amount(amount) => format!("{dimension} {amount}"),
            Ceiling::Size(name) => format!("{dimension} {name}"),
        })
        .collect();
    let environment = approval.environment.as_ref();
    let environment = environment.map_or_else(String::new, |name| format!("/{name}"));
    format!(
        "{} for {}{environment}, tier {}: {}, until {}",
        approval.id,
        approval.tenant,
        approval.tier,
        limits.join(", "),
        approval.expires
    )
}

/// Tells what stops everything, and gives the exit code.
fn stop(mut findings: Vec<Finding>, style: Style) -> u8 {
    findings.retain(|finding| finding.level <= Level::Error);
    output::tell(findings, style).max(2)
}
