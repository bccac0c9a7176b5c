//! `guard approve verify [ID...]`: which records count now, by whom, and why the others do not.

use super::{Desk, DeskArgs, line, stop};
use crate::approve::Counted;
use crate::cli::output;
use crate::finding::Level;
use crate::report::inert;
use std::fmt::Write as _;

/// `guard approve verify [ID...]`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The records; without any, all of them
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    desk: DeskArgs,
}

/// Tells and gives the exit code: 0 where all of them count, 1 where one does not.
pub(super) fn run(args: &Args) -> Result<u8, String> {
    let desk = Desk::open(&args.desk)?;
    let mut findings = desk.findings;
    let outcome = (desk.policies.catalog.as_ref())
        .and_then(|catalog| desk.records.weigh(catalog, desk.trusted.now));
    findings.extend(outcome.iter().flat_map(|outcome| outcome.findings.clone()));
    findings.retain(|finding| finding.level <= Level::Error);
    let (Some(outcome), []) = (outcome, findings.as_slice()) else {
        return Ok(stop(findings, desk.style));
    };
    let mut said = String::new();
    let mut void = false;
    for id in &args.ids {
        let is_it = |record: &Counted<'_>| *record.filed.approval.id == **id;
        if !outcome.records.iter().any(is_it) {
            return Err(format!("there is no record {id}"));
        }
    }
    for record in &outcome.records {
        let id = &*record.filed.approval.id;
        if !args.ids.is_empty() && args.ids.iter().all(|wanted| wanted != id) {
            continue;
        }
        void |= record.grant.is_none();
        tell(record, &mut said);
    }
    if said.is_empty() {
        said.push_str("no records\n");
    }
    let trust = desk.records.trust(&desk.trusted);
    if let Some(trust) = &trust {
        let _ = writeln!(said, "trust: {}", trust.as_str());
    }
    Ok(output::print(&said).max(u8::from(void)))
}

/// One record.
fn tell(record: &Counted<'_>, said: &mut String) {
    let mut say = |text: &str| {
        // A String takes everything.
        let _ = writeln!(said, "{}", inert(text));
    };
    say(&line(&record.filed.approval));
    match &record.grant {
        Some(grant) => {
            let by = grant.grantors.iter();
            let by: Vec<_> = by
                .map(|one| format!("{} ({})", one.person, one.role))
                .collect();
            say(&format!("  counts: granted by {}", by.join(", ")));
        }
        None => {
            for reason in &record.reasons {
                say(&format!("  does not count: {reason}"));
            }
        }
    }
    for (path, person) in &record.signatures {
        if let Ok(person) = person {
            say(&format!("  {path}: {person}"));
        }
    }
    for note in &record.notes {
        say(&format!("  note: {note}"));
    }
}
