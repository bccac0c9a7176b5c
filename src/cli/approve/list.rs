//! `guard approve list`: all records, and what will go stale.

use super::{Desk, DeskArgs, line, stop};
use crate::approve::{SOON, about_records, about_trust};
use crate::cli::collect::collect;
use crate::cli::identified::Identified;
use crate::cli::{IdentityArgs, InputArgs, inputs, judged, output};
use crate::finding::{Code, Finding, Level};
use crate::report::{Standing, inert};
use std::fmt::Write as _;
use std::mem::take;

/// `guard approve list`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    desk: DeskArgs,
    /// Only what ends within so many days: 30d
    #[arg(long, value_name = "DAYS", value_parser = days, conflicts_with = "unused")]
    expiring: Option<u32>,
    /// Only the records that nothing in these plans needs
    #[arg(long, requires = "paths")]
    unused: bool,
}

/// Lists and gives the exit code: 0, or 2 where something is damaged.
pub(super) fn run(args: &Args) -> Result<u8, String> {
    let mut desk = Desk::open(&args.desk)?;
    if !args.unused && !args.input.paths.is_empty() {
        return Err(
            "plans are read for --unused only: guard approve list --unused PATH...".to_owned(),
        );
    }
    let now = desk.trusted.now;
    let mut findings = take(&mut desk.findings);
    let catalog = desk.policies.catalog.as_ref();
    let Some((catalog, outcome)) =
        catalog.and_then(|catalog| Some((catalog, desk.records.weigh(catalog, now)?)))
    else {
        return Ok(stop(findings, desk.style));
    };
    findings.extend(outcome.findings.iter().cloned());

    let mut said = String::new();
    let mut notes = Vec::new();
    if args.unused {
        let (asked, mut wrong) = inputs::asked(&args.input, &desk.context);
        findings.append(&mut wrong);
        let mut collected = collect(&asked, &desk.policies, args.input.allow_partial);
        findings.append(&mut collected.findings);
        let nobody = IdentityArgs::default();
        let identified = Identified::of(catalog, &mut collected, &nobody);
        match judged::judge(catalog, &identified, None, now) {
            Ok(trials) => {
                let mut approved = desk.records.settle(catalog, &identified, &trials, now);
                findings.append(&mut approved.findings);
                for row in approved
                    .rows
                    .iter()
                    .filter(|row| row.standing == Standing::Unused)
                {
                    let record = outcome
                        .records
                        .iter()
                        .find(|record| record.filed.approval.id == row.id);
                    if let Some(record) = record {
                        say(&mut said, &line(&record.filed.approval));
                    }
                }
            }
            Err(finding) => findings.push(*finding),
        }
        if said.is_empty() {
            said.push_str("no record is unused\n");
        }
    } else {
        let soon = args.expiring.unwrap_or(SOON);
        let end = now.plus_days(soon);
        for record in &outcome.records {
            let approval = &record.filed.approval;
            let ends = now < approval.expires && approval.expires <= end;
            if args.expiring.is_some() && !ends {
                continue;
            }
            say(&mut said, &line(approval));
            match &record.grant {
                Some(_) => say(&mut said, "  counts"),
                None => {
                    for reason in &record.reasons {
                        say(&mut said, &format!("  does not count: {reason}"));
                    }
                }
            }
        }
        if said.is_empty() {
            said.push_str(match args.expiring {
                Some(_) => "no record ends so soon\n",
                None => "no records\n",
            });
        }
        notes = about_records(catalog, &outcome, &[], now, soon);
        if let Some(mode) = desk.records.mode() {
            let (root, seal) = (desk.trusted.root.as_ref(), desk.policies.seal.as_ref());
            notes.extend(about_trust(catalog, mode, root, seal, now, soon));
        }
        if args.expiring.is_some() {
            notes
                .retain(|note| matches!(note.code, Code::EXPIRING_APPROVAL | Code::EXPIRING_TRUST));
        } else {
            // What the list itself says already.
            notes.retain(|note| !is_not_counted(note));
        }
    }
    findings.retain(|finding| finding.level == Level::Fatal);
    findings.extend(notes);
    let code = output::print(&said);
    Ok(code.max(output::tell(findings, desk.style)))
}

fn say(said: &mut String, text: &str) {
    // A String takes everything.
    let _ = writeln!(said, "{}", inert(text));
}

fn is_not_counted(finding: &Finding) -> bool {
    matches!(finding.code, Code::VOID_APPROVAL | Code::EXPIRED_APPROVAL)
}

/// `30d`, or `30`.
fn days(text: &str) -> Result<u32, String> {
    text.strip_suffix('d')
        .unwrap_or(text)
        .parse()
        .ok()
        .filter(|days| (1..=36_500).contains(days))
        .ok_or_else(|| "say how many days: 30d".to_owned())
}
