//! What came of a catalog's own test cases: as text, JSON and `JUnit`.

use super::{inert, markup};
use crate::quantity::Dimension;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What came of all test cases.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// Each case, in the order of the files.
    pub rows: Vec<CaseRow>,
    /// The limits that no case asks for anything of, by tier and dimension.
    pub unexercised: BTreeSet<(Arc<str>, Dimension)>,
}

/// What came of one test case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its file.
    pub file: Arc<str>,
    /// What it shows.
    pub name: Arc<str>,
    /// Whether it could be run at all.
    pub ran: bool,
    /// The verdict that came; none where the check could not be done.
    pub verdict: Option<&'static str>,
    /// The codes of all errors and warnings that came.
    pub findings: BTreeSet<&'static str>,
    /// What is not as it should be, a line each; empty where it passed.
    pub why: Vec<String>,
}

/// How the outcome of test cases is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CasesFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For test overviews.
    Junit,
}

impl Cases {
    /// 0 where all passed, else 1; 2 where one could not be run, or there are none.
    pub fn exit_code(&self) -> u8 {
        match self.rows.iter().all(CaseRow::passed) {
            _ if self.rows.is_empty() || self.rows.iter().any(|row| !row.ran) => 2,
            true => 0,
            false => 1,
        }
    }

    /// All of it in that format.
    pub fn write(&self, format: CasesFormat) -> String {
        match format {
            CasesFormat::Text => self.text(),
            CasesFormat::Json => self.json(),
            CasesFormat::Junit => self.junit(),
        }
    }

    fn failed(&self) -> usize {
        let failed = self.rows.iter().filter(|row| row.ran && !row.passed());
        failed.count()
    }

    fn not_run(&self) -> usize {
        self.rows.iter().filter(|row| !row.ran).count()
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for rows in self.rows.chunk_by(|a, b| a.file == b.file) {
            if let Some(first) = rows.first() {
                out.push_str(&format!("{}\n", inert::line(&first.file)));
            }
            for row in rows {
                let word = match (row.ran, row.passed()) {
                    (false, _) => "ERROR",
                    (true, true) => "ok   ",
                    (true, false) => "FAIL ",
                };
                out.push_str(&format!("  {word}  {}\n", inert::line(&row.name)));
                for why in &row.why {
                    out.push_str(&format!("         {}\n", inert::line(why)));
                }
            }
            out.push('\n');
        }
        if !self.unexercised.is_empty() {
            out.push_str("no case asks for anything of these limits:\n");
            let all: Vec<_> = self.unexercised.iter().collect();
            for limits in all.chunk_by(|a, b| a.0 == b.0) {
                let names: Vec<_> = limits.iter().map(|(_, name)| name.as_str()).collect();
                let tier = limits.first().map_or("", |(tier, _)| tier);
                out.push_str(&format!("  tier {tier}: {}\n", names.join(", ")));
            }
            out.push('\n');
        }
        let (all, failed) = (self.rows.len(), self.failed());
        let not_run = self.not_run();
        let passed = all.saturating_sub(failed).saturating_sub(not_run);
        out.push_str(&format!("{all} cases: {passed} passed, {failed} failed"));
        if not_run > 0 {
            out.push_str(&format!(", {not_run} could not be run"));
        }
        out.push('\n');
        out
    }

    fn json(&self) -> String {
        let document = Document {
            version: 1,
            exit_code: self.exit_code(),
            cases: (self.rows.iter())
                .map(|row| JsonCase {
                    file: &row.file,
                    name: &row.name,
                    ran: row.ran,
                    passed: row.passed(),
                    verdict: row.verdict,
                    findings: &row.findings,
                    why: &row.why,
                })
                .collect(),
            unexercised: (self.unexercised.iter())
                .map(|(tier, dimension)| JsonLimit {
                    tier,
                    dimension: dimension.as_str(),
                })
                .collect(),
        };
        let mut out = Vec::new();
        // Writing to memory cannot fail.
        let _ = super::layout::write(&document, 2, &mut out);
        String::from_utf8(out).unwrap_or_default()
    }

    fn junit(&self) -> String {
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"guard test\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
            self.rows.len(),
            self.failed(),
            self.not_run()
        );
        for rows in self.rows.chunk_by(|a, b| a.file == b.file) {
            let name = rows
                .first()
                .map_or(String::new(), |row| markup::line(&row.file));
            let failed = rows.iter().filter(|row| row.ran && !row.passed()).count();
            let not_run = rows.iter().filter(|row| !row.ran).count();
            out.push_str(&format!(
                "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failed}\" errors=\"{not_run}\">\n",
                rows.len()
            ));
            for row in rows {
                let case = markup::line(&row.name);
                let open = format!("    <testcase name=\"{case}\" classname=\"{name}\"");
                if row.passed() {
                    out.push_str(&format!("{open}/>\n"));
                } else {
                    let why = markup::line(&row.why.join("; "));
                    let what = if row.ran { "failure" } else { "error" };
                    out.push_str(&format!(
                        "{open}>\n      <{what} message=\"{why}\"/>\n    </testcase>\n"
                    ));
                }
            }
            out.push_str("  </testsuite>\n");
        }
        out.push_str("</testsuites>\n");
        out
    }
}

impl CaseRow {
    /// Whether everything is as it should be.
    pub fn passed(&self) -> bool {
        self.why.is_empty()
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    exit_code: u8,
    cases: Vec<JsonCase<'a>>,
    unexercised: Vec<JsonLimit<'a>>,
}

#[derive(Serialize)]
struct JsonCase<'a> {
    file: &'a str,
    name: &'a str,
    ran: bool,
    passed: bool,
    verdict: Option<&'static str>,
    findings: &'a BTreeSet<&'static str>,
    why: &'a [String],
}

#[derive(Serialize)]
struct JsonLimit<'a> {
    tier: &'a str,
    dimension: &'a str,
}
