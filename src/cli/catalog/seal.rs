//! `guard catalog seal`: (policies/, a key of the trust root) -> policies/manifest and its signature.
//!
//! Only what guard could judge by is sealed: a catalog with mistakes, or trust data that could
//! not be read again, is told and left unsigned.

use crate::approve::{MANIFEST, MANIFEST_SIGNATURE, POLICY, Seal, sign, trust};
use crate::cli::context::{self, Context};
use crate::cli::{Colour, PolicyArgs, output, policies};
use crate::finding::{Finding, Level};
use crate::source::listing::{Depth, list};
use crate::source::save::save;
use std::path::PathBuf;
use std::sync::Arc;

/// `guard catalog seal --key FILE`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    policies: PolicyArgs,
    /// The file of the key that signs; the public half alone, where an agent holds the other
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// For how many days the manifest counts
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// The version of the manifest, instead of one more than that of the one that is there
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Seal as of this time instead of now (for tests): YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

/// Seals and gives the exit code.
pub(super) fn run(args: &Args) -> u8 {
    let context = Context::look();
    let now = match context::now(args.now.as_deref()) {
        Ok((now, _)) => now,
        Err(why) => return output::fail(&why),
    };
    let style = output::style(&context, args.color, false);
    // A sample catalog cannot be sealed, so it never stands in for a missing one.
    let policies = policies::load(&args.policies, &context.around, true);
    let mut findings = policies.findings.clone();
    findings.retain(|finding| finding.level <= Level::Error);
    let (Some(catalog), Some((path, shown)), []) =
        (&policies.catalog, policies.folder(), findings.as_slice())
    else {
        return match findings.is_empty() {
            true => output::fail(
                "the sample catalog is inside the program and cannot be sealed; `guard init` writes it to policies/",
            ),
            false => output::tell(findings, style),
        };
    };

    let entries = list(path, Depth::Deep, trust::most_bytes);
    let version = args
        .version
        .unwrap_or_else(|| trust::next_version(shown, &entries));
    let expires = now.plus_days(args.days);
    let manifest = match trust::seal(shown, &entries, &catalog.name, version, now, expires) {
        Ok(manifest) => manifest,
        Err(findings) => return output::tell(findings, style),
    };
    let text = manifest.to_string();
    // What the next run would refuse is not signed. Who signs plays no part in that.
    let seal = Seal {
        manifest,
        signed_by: Arc::from(""),
        fingerprint: String::new(),
    };
    let mut wrong: Vec<Finding> = Vec::new();
    wrong.extend(
        trust::mode(catalog, Some(&seal), false, shown, &entries)
            .err()
            .into_iter()
            .flatten(),
    );
    wrong.extend(trust::revoked(shown, &entries).err().into_iter().flatten());
    if !wrong.is_empty() {
        return output::tell(wrong, style);
    }

    let armor = match sign(&args.key, POLICY, text.as_bytes()) {
        Ok(armor) => armor,
        Err(why) => return output::fail(&output::chain(&why)),
    };
    for (name, bytes) in [(MANIFEST, &text), (MANIFEST_SIGNATURE, &armor)] {
        if let Err(why) = save(&path.join(name), bytes.as_bytes()) {
            return output::fail(&format!("cannot write {shown}/{name}: {why}"));
        }
    }
    let files = seal.manifest.files.len();
    output::print(&format!(
        "sealed {shown}: version {version}, {files} files, until {expires}\n\
         commit {shown}/{MANIFEST} and {shown}/{MANIFEST_SIGNATURE}; a pipeline that sets GUARD_MIN_POLICY_VERSION={version} then takes nothing older\n"
    ))
}
