//! `guard approve draft PATH...`: judges like `guard check`, and writes the records that would settle what fails.

use super::{Desk, DeskArgs, stop};
use crate::approve::Approval;
use crate::cli::collect::collect;
use crate::cli::identified::Identified;
use crate::cli::{IdentityArgs, InputArgs, inputs, judged, output};
use crate::finding::{Finding, Level};
use crate::report::inert;
use crate::source::SourceFile;
use crate::source::save::save;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::mem::take;
use std::path::Path;

/// `guard approve draft PATH...`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    identity: IdentityArgs,
    /// The id of the first record, instead of the next one that is free: CR-1042
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Who asks for it
    #[arg(long, value_name = "E-MAIL")]
    requested_by: Option<String>,
    /// Who is going to approve it; once for each
    #[arg(long, value_name = "E-MAIL")]
    approved_by: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The ticket it belongs to, instead of the id of the record
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
    /// Print the records instead of writing them
    #[arg(long)]
    print: bool,
}

/// Drafts and gives the exit code: 0 where records settle everything, 1 where none can settle something.
pub(super) fn run(args: &Args) -> Result<u8, String> {
    let mut desk = Desk::open(&args.desk)?;
    let blank = &mut desk.records.blank;
    blank.requested_by.clone_from(&args.requested_by);
    blank.approved_by.clone_from(&args.approved_by);
    blank.reason.clone_from(&args.reason);
    blank.ticket.clone_from(&args.ticket);
    desk.records.first_id.clone_from(&args.id);

    let mut findings = take(&mut desk.findings);
    findings.extend(desk.trusted.refuse_by_hand(&args.identity));
    if args.input.paths.is_empty() {
        return Err("say what to judge: a PATH".to_owned());
    }
    let (asked, mut wrong) = inputs::asked(&args.input, &desk.context);
    findings.append(&mut wrong);
    let mut collected = collect(&asked, &desk.policies, args.input.allow_partial);
    findings.append(&mut collected.findings);
    let Some(catalog) = &desk.policies.catalog else {
        return Ok(stop(findings, desk.style));
    };
    let now = desk.trusted.now;
    let identified = Identified::of(catalog, &mut collected, &args.identity);
    let trials = judged::judge(catalog, &identified, args.identity.tier.as_deref(), now);
    let trials = match trials {
        Ok(trials) => trials,
        Err(finding) => {
            findings.push(*finding);
            return Ok(stop(findings, desk.style));
        }
    };
    let mut approved = desk.records.settle(catalog, &identified, &trials, now);
    findings.append(&mut approved.findings);
    findings.extend(identified.findings());
    let findings = fatal(findings);
    if !findings.is_empty() {
        return Ok(stop(findings, desk.style));
    }

    let mut said = String::new();
    for draft in &approved.drafts {
        let name = format!("{}.hcl", draft.id);
        let shown = format!("{}/{name}", approved.folder);
        // What the next run would refuse is not worth anybody's signature.
        let file = SourceFile::new(shown.as_str(), draft.text.as_str());
        if let Err(mistakes) = Approval::parse(&file, &draft.id) {
            let findings = mistakes.into_iter().map(Finding::bad_approval).collect();
            return Ok(stop(findings, desk.style));
        }
        if args.print {
            said.push_str(&draft.text);
            continue;
        }
        let folder = crate::cli::approved::folder(&args.desk.approvals, &desk.context).0;
        write(&folder, &name, &draft.text).map_err(|why| format!("cannot write {shown}: {why}"))?;
        // A String takes everything.
        let _ = writeln!(said, "wrote {shown}");
        for line in draft.approvers.iter().chain(&draft.notes) {
            let _ = writeln!(said, "  {}", inert(line));
        }
    }
    for one in &approved.hopeless {
        let whose = one.tenant.as_deref().unwrap_or("what belongs to no tenant");
        let where_ =
            (one.environment.as_deref()).map_or_else(String::new, |name| format!("/{name}"));
        let line = format!("no record settles {whose}{where_}: {one}");
        let _ = writeln!(said, "{}", inert(&line));
    }
    if approved.drafts.is_empty() && approved.hopeless.is_empty() {
        said.push_str("nothing to draft: no limit of a tenant is open\n");
    } else if !args.print && !approved.drafts.is_empty() {
        said.push_str(NEXT);
    }
    let code = output::print(&said);
    Ok(code.max(u8::from(!approved.hopeless.is_empty())))
}

const NEXT: &str = "
Next:
  1. complete the records: reason, requested_by, and in approved_by everybody who approves
  2. commit them; beside a trust root each approver signs first: guard approve sign ID --key KEY
  3. guard approve verify
";

/// The command that drafts what a check with these words would find open.
pub(crate) fn command(words: &[OsString]) -> String {
    let mut line = "guard approve draft".to_owned();
    let mut words = words.iter().skip(1).peekable();
    if words.peek().is_some_and(|word| *word == "check") {
        words.next();
    }
    let mut passing = false;
    let mut is_value = false;
    while let Some(word) = words.next() {
        let mut word = word.to_string_lossy();
        if take(&mut is_value) {
            word = without_value(&word).into();
        } else if !passing {
            match &*word {
                // These say how to report, or are for tests.
                "--quiet" | "-q" | "--require-coverage" | "--digest" | "--allow-test-clock" => {
                    continue;
                }
                "--format" | "--report" | "--color" | "--now" => {
                    words.next();
                    continue;
                }
                "--var" => is_value = true,
                "--" => passing = true,
                _ => {}
            }
            let is_dropped = ["--format=", "--report=", "--color=", "--now="]
                .iter()
                .any(|start| word.starts_with(start));
            if is_dropped {
                continue;
            }
            if let Some(variable) = word.strip_prefix("--var=") {
                word = format!("--var={}", without_value(variable)).into();
            }
        }
        line.push(' ');
        line.push_str(&quoted(&word));
    }
    line
}

/// `NAME=VALUE` without the value, which may be a secret: reports go to many people.
fn without_value(variable: &str) -> String {
    match variable.split_once('=') {
        Some((name, _)) => format!("{name}=VALUE"),
        None => variable.to_owned(),
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn fatal(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.level == Level::Fatal);
    findings
}

/// Writes a record where there is none of that name yet.
fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = folder.join(name);
    if std::fs::symlink_metadata(&path).is_ok() {
        return Err("there is a record of that name already".to_owned());
    }
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    save(&path, text.as_bytes()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_the_check_without_how_to_report() {
        let check = |line: &str| {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            command(&words)
        };
        assert_eq!(check("guard plan.json"), "guard approve draft plan.json");
        assert_eq!(
            check("guard check -q --format json --report=html=x.html a=b.json --tenant check"),
            "guard approve draft a=b.json --tenant check"
        );
        assert_eq!(
            check("guard --var a=secret --var=b=secret=x tenants"),
            "guard approve draft --var a=VALUE --var=b=VALUE tenants"
        );
        assert_eq!(
            check("guard --policies p'q -- --format"),
            r"guard approve draft --policies 'p'\''q' -- --format"
        );
    }
}
