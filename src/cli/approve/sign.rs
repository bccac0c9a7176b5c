//! `guard approve sign ID --key KEY`: one more signature beside a record, by `ssh-keygen`.

use crate::approve::{APPROVAL, MAX_SIGNATURES, most_bytes, read_folder, sign, signature_name};
use crate::cli::context::Context;
use crate::cli::{ApprovalArgs, Colour, approved, output};
use crate::finding::{Finding, Place};
use crate::source::listing::{Depth, list};
use crate::source::save::save;
use std::path::PathBuf;

/// `guard approve sign ID --key FILE`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The record: CR-1042
    #[arg(value_name = "ID")]
    id: String,
    /// The file of your key; the public half alone, where an agent holds the other
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    approvals: ApprovalArgs,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Taken and without effect, so that calls can be exchanged with `guard check`
    #[arg(long, value_name = "TIME", hide = true)]
    now: Option<String>,
}

/// Signs and gives the exit code.
pub(super) fn run(args: &Args) -> Result<u8, String> {
    let context = Context::look();
    let style = output::style(&context, args.color, false);
    let (path, shown) = approved::folder(&args.approvals, &context);
    let entries = list(&path, Depth::Flat, most_bytes);
    let filings = read_folder(&shown, &entries);
    let id = args.id.strip_suffix(".hcl").unwrap_or(&args.id);
    let file = format!("{shown}/{id}.hcl");
    let found = (filings.records.iter()).find(|filed| *filed.approval.id == *id);
    let Some(filed) = found else {
        let about: Vec<_> = filings
            .findings
            .into_iter()
            .filter(|one| is_about(one, &file))
            .collect();
        return match about.is_empty() {
            true => Err(format!("there is no record {file}")),
            false => Ok(output::tell(about, style)),
        };
    };
    if filed.approval.approved_by.is_empty() {
        // Signatures are over the whole file, so the list cannot be completed afterwards.
        return Err(format!(
            "{file} lists nobody in approved_by: list everybody who approves before anybody signs"
        ));
    }
    let name = signature_name(id, &entries).ok_or_else(|| {
        format!("{file} has {MAX_SIGNATURES} signatures already, which is as many as it can have")
    })?;
    let armor = sign(&args.key, APPROVAL, filed.approval.file.text().as_bytes())
        .map_err(|why| output::chain(&why))?;
    save(&path.join(&name), armor.as_bytes())
        .map_err(|why| format!("cannot write {shown}/{name}: {why}"))?;
    Ok(output::print(&format!(
        "{}\nsigned: commit {shown}/{name} with the record, which must not change any more\n",
        crate::report::inert(&super::line(&filed.approval))
    )))
}

fn is_about(finding: &Finding, file: &str) -> bool {
    (finding.labels.iter()).any(|label| match &label.place {
        Place::Source(span) => span.file.path() == file,
        Place::Input { path, .. } => path == file,
        Place::Instance { .. } => false,
    })
}
