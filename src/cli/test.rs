//! `guard test`: the catalog's own cases, each judged by the stages that judge a real one.

use super::context::{self, Context};
use super::{Cli, Colour, PolicyArgs, approved, check, deals, output, policies, trusted};
use crate::catalog::{Catalog, is_test};
use crate::finding::{Finding, Level};
use crate::quantity::{Dimension, Range};
use crate::read::cases::{Asked, Case, Expected, read_cases};
use crate::read::deal::Deal;
use crate::report::{CaseRow, Cases, CasesFormat, Command, Report, Verdict};
use crate::source::SourceFile;
use crate::source::tree::{read_folder, read_named};
use clap::{Args, Parser, ValueEnum};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `guard test [PATH]...`
#[derive(Args, Debug)]
pub(super) struct TestArgs {
    /// Files of tests, and folders of such; by default tests/*.hcl and *.test.hcl of the policies
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    policies: PolicyArgs,
    /// How to print the outcome
    #[arg(long, value_enum, default_value_t = TestFormat::Text, value_name = "FORMAT")]
    format: TestFormat,
    /// When to use colour, for mistakes
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Judge at this time instead of now, where a case does not say: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    Text,
    Json,
    Junit,
}

/// Runs all cases and gives the exit code.
pub(super) fn run(args: &TestArgs) -> u8 {
    let context = Context::look();
    let style = output::style(&context, args.color, false);
    let now = match context::now(args.now.as_deref()) {
        Ok((now, _)) => now.to_string(),
        Err(why) => return output::fail(&why),
    };
    let loaded = policies::load(&args.policies, &context.around, context.in_ci);
    let mut findings = loaded.findings.clone();
    findings.retain(|finding| finding.level <= Level::Error);
    let folder = loaded.folder();
    let files = match files(&args.paths, folder, &context) {
        Ok(files) => files,
        Err(finding) => {
            findings.push(*finding);
            Vec::new()
        }
    };
    let cases = read_cases(&files).unwrap_or_else(|mistakes| {
        findings.extend(mistakes.into_iter().map(Finding::bad_test));
        Vec::new()
    });
    let Some(catalog) = loaded.catalog.as_ref().filter(|_| findings.is_empty()) else {
        return output::tell(findings, style);
    };
    if cases.is_empty() {
        return output::fail(
            "there are no tests: write them to tests/*.hcl or *.test.hcl in the folder of the policies, or name their files",
        );
    }
    let runner = Runner {
        context: &context,
        policies: folder.map_or_else(|| PathBuf::from("builtin"), |(path, _)| path.to_path_buf()),
        now,
    };
    let mut all = Cases::default();
    let mut exercised = BTreeSet::new();
    for (file, case) in &cases {
        match runner.run(file, case) {
            Ok(report) => {
                exercised.extend(asked_for(&report));
                all.rows.push(row(file, case, &report));
            }
            Err(why) => all.rows.push(CaseRow {
                file: Arc::from(file.path()),
                name: case.name.value.clone(),
                ran: false,
                verdict: None,
                findings: BTreeSet::new(),
                why: vec![why],
            }),
        }
    }
    all.unexercised = limits(catalog).difference(&exercised).cloned().collect();
    let text = all.write(match args.format {
        TestFormat::Text => CasesFormat::Text,
        TestFormat::Json => CasesFormat::Json,
        TestFormat::Junit => CasesFormat::Junit,
    });
    output::print(&text).max(all.exit_code())
}

/// The files of tests that are meant.
fn files(
    named: &[PathBuf],
    policies: Option<(&Path, &str)>,
    context: &Context,
) -> Result<Vec<SourceFile>, Box<Finding>> {
    let unreadable = |error: &_| Box::new(Finding::unreadable(error));
    let mut files = Vec::new();
    for path in named {
        let shown = context.around.show(path);
        if path.is_dir() {
            let shown = shown.trim_end_matches('/');
            files.extend(read_folder(path, shown, &[".hcl"]).map_err(|error| unreadable(&error))?);
        } else {
            files.push(read_named(path, &shown).map_err(|error| unreadable(&error))?);
        }
    }
    if let (true, Some((folder, shown))) = (named.is_empty(), policies) {
        let own = read_folder(folder, shown, &[".hcl"]).map_err(|error| unreadable(&error))?;
        files.extend(own.into_iter().filter(|file| is_test(file.path())));
        let tests = read_folder(&folder.join("tests"), &format!("{shown}/tests"), &[".hcl"]);
        files.extend(tests.map_err(|error| unreadable(&error))?);
    }
    Ok(files)
}

struct Runner<'a> {
    context: &'a Context,
    policies: PathBuf,
    now: String,
}

impl Runner<'_> {
    /// Judges one case as the command line would: its paths begin at its file.
    fn run(&self, file: &SourceFile, case: &Case) -> Result<Report, String> {
        let beside = |path: &str| {
            let folder = Path::new(file.path()).parent().unwrap_or(Path::new(""));
            folder.join(path)
        };
        let mut words: Vec<OsString> = vec!["guard".into(), "--policies".into()];
        words.push(self.policies.clone().into());
        // Without records of its own a case has none: those of the repository come and go.
        words.push("--approvals".into());
        words.push(match &case.approvals {
            Some(folder) => beside(folder).into(),
            None => beside("no-approvals").into(),
        });
        words.push("--now".into());
        words.push(
            case.now
                .map_or_else(|| self.now.clone(), |now| now.to_string())
                .into(),
        );
        match &case.asked {
            Asked::Request(deal) => self.request(&words, deal),
            Asked::Plan(path, root) => {
                let path = there(beside(path))?;
                words.push(match root {
                    Some(root) => format!("{root}={}", path.display()).into(),
                    None => path.into(),
                });
                self.check(&words)
            }
            Asked::Deal(path) => {
                words.push(there(beside(path))?.into());
                self.check(&words)
            }
        }
    }

    fn check(&self, words: &[OsString]) -> Result<Report, String> {
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        let trusted = trusted::look(&cli.check.trust, self.context, cli.check.now.as_deref())?;
        Ok(check::judged(&cli.check, words, self.context, trusted))
    }

    fn request(&self, words: &[OsString], deal: &Deal) -> Result<Report, String> {
        let words: Vec<_> = words.iter().cloned().chain(["-".into()]).collect();
        let cli = Cli::try_parse_from(&words).map_err(|error| error.to_string())?;
        let args = &cli.check;
        let trusted = trusted::look(&args.trust, self.context, args.now.as_deref())?;
        let policies =
            policies::load_trusted(&args.policies, &trusted, self.context, self.context.in_ci);
        let records = approved::load(&args.approvals, self.context, &policies, &trusted);
        let mut report = Report::new(Command::Check);
        let catalog = policies.catalog.as_ref();
        let mut dealt = deals::Dealt::default();
        deals::judge_all(
            std::slice::from_ref(deal),
            catalog,
            &records,
            trusted.now,
            &mut dealt,
        );
        report
            .inputs
            .push(deals::input(deal.header.file.path(), None));
        report.findings = policies.findings;
        report.findings.extend(records.findings);
        report.findings.append(&mut dealt.findings);
        report.deals = dealt.rows;
        Ok(report)
    }
}

/// The path, where something is there.
fn there(path: PathBuf) -> Result<PathBuf, String> {
    match path.exists() {
        true => Ok(path),
        false => Err(format!("there is no {}", path.display())),
    }
}

fn row(file: &SourceFile, case: &Case, report: &Report) -> CaseRow {
    let verdict = report.verdict().map(Verdict::as_str);
    let findings: BTreeSet<_> = (report.findings.iter())
        .filter(|finding| finding.level <= Level::Warning)
        .map(|finding| finding.code.as_str())
        .collect();
    let Expected {
        verdict: expected,
        findings: codes,
    } = &case.expected;
    let mut why = Vec::new();
    if verdict != *expected {
        let word = |verdict: Option<&str>| verdict.unwrap_or("none").to_owned();
        why.push(format!(
            "expected verdict {}, got {}",
            word(*expected),
            word(verdict)
        ));
    }
    if let Some(codes) = codes {
        let list = |codes: Vec<&&str>| {
            let codes: Vec<_> = codes.into_iter().copied().collect();
            codes.join(", ")
        };
        let missing: Vec<_> = codes.difference(&findings).collect();
        let others: Vec<_> = findings.difference(codes).collect();
        if !missing.is_empty() {
            why.push(format!("expected and not found: {}", list(missing)));
        }
        if !others.is_empty() {
            why.push(format!("found and not expected: {}", list(others)));
        }
    }
    if !why.is_empty() {
        let said = report
            .findings
            .iter()
            .filter(|finding| finding.level <= Level::Warning);
        why.extend(said.map(|finding| format!("{}: {}", finding.code, finding.message)));
    }
    CaseRow {
        file: Arc::from(file.path()),
        name: case.name.value.clone(),
        ran: true,
        verdict,
        findings,
        why,
    }
}

/// The limits of which something was asked.
fn asked_for(report: &Report) -> BTreeSet<(Arc<str>, Dimension)> {
    let of_deals = report.deals.iter().flat_map(|deal| {
        let dimensions = deal.lines.iter().filter_map(|line| line.dimension.clone());
        dimensions.map(|dimension| (deal.tier.clone(), dimension))
    });
    let of_plans = report.requests.iter().filter_map(|row| {
        let held = row.held.as_ref().filter(|held| held.asked != Range::ZERO);
        let tenant = report
            .tenants
            .iter()
            .find(|tenant| tenant.tenant == row.tenant)?;
        held.and(tenant.tier.clone())
            .map(|tier| (tier, row.dimension.clone()))
    });
    of_deals.chain(of_plans).collect()
}

/// All limits, by tier and dimension.
fn limits(catalog: &Catalog) -> BTreeSet<(Arc<str>, Dimension)> {
    let of = |tier: &crate::catalog::Tier| {
        let name = tier.name.clone();
        let limits: Vec<_> = tier.limits.values().collect();
        limits
            .into_iter()
            .map(|limit| (name.clone(), limit.dimension.clone()))
            .collect::<Vec<_>>()
    };
    catalog.tiers.iter().flat_map(of).collect()
}
