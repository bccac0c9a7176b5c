//! What holds of all formats.

use super::*;
use crate::finding::{Code, Label, Subject};
use crate::quantity::{Quantity, Range};
use proptest::prelude::*;
use samples::written;
use std::path::PathBuf;
use xmloxide::Document;

const ALL: [Format; 9] = [
    Format::Text,
    Format::Json,
    Format::Csv,
    Format::Sarif,
    Format::Junit,
    Format::Github,
    Format::Gitlab,
    Format::Markdown,
    Format::Html,
];

/// Findings that often agree in what they are sorted by first, and differ in something later.
fn findings() -> impl Strategy<Value = Vec<Finding>> {
    let level = prop::sample::select(vec![
        Level::Fatal,
        Level::Error,
        Level::Warning,
        Level::Note,
    ]);
    let code = prop::sample::select(Code::ALL);
    let name = || prop::option::of("[ab]");
    let label =
        ("[ab]", "[ab]").prop_map(|(address, text)| Label::instance("r", address, "", text));
    let finding = (
        (level, code, "[ab]", name(), name()),
        prop::collection::vec(label, 0..2),
        prop::collection::vec("[ab]", 0..2),
        prop::collection::vec("[ab]", 0..2),
    );
    let finding = finding.prop_map(
        |((level, code, message, tenant, environment), labels, notes, help)| {
            let subject = Subject {
                tenant,
                environment,
                ..Subject::default()
            };
            Finding {
                code,
                level,
                message,
                labels,
                notes,
                help,
                subject,
            }
        },
    );
    prop::collection::vec(finding, 0..12)
}

proptest! {
    #[test]
    fn no_order_of_what_comes_in_can_be_seen(
        (one, other) in findings().prop_flat_map(|one| (Just(one.clone()), Just(one).prop_shuffle())),
    ) {
        let mut reports = [samples::fleet(), samples::fleet()];
        reports[0].findings.extend(one);
        reports[1].findings.extend(other);
        reports[1].instances.reverse();
        reports[1].requests.reverse();
        reports[1].approvals.reverse();
        reports.iter_mut().for_each(Report::sort);
        for format in ALL {
            prop_assert_eq!(written(&reports[0], format), written(&reports[1], format));
        }
        prop_assert!(reports[0].findings.is_sorted_by_key(|finding| finding.level));
    }

    #[test]
    fn no_text_breaks_a_format(text in "\\PC{0,12}|[\\x00-\\x7f]{0,12}|.{0,12}|(<|>|&|'|\"|`|]]>|::|##vso\\[|\\||\\*|\n|\r| |-->|\\\\){0,12}") {
        let mut report = samples::everywhere(&text);
        report.sort();

        let json: serde_json::Value = serde_json::from_str(&written(&report, Format::Json)).unwrap();
        let mut messages = json["findings"].as_array().unwrap().iter().map(|finding| &finding["message"]);
        prop_assert!(messages.any(|message| message == text.as_str()), "the text itself is kept");
        for format in [Format::Sarif, Format::Gitlab] {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&written(&report, format)).is_ok());
        }

        let junit = written(&report, Format::Junit);
        prop_assert!(Document::parse_str(&junit).is_ok(), "{junit}");

        let page = written(&report, Format::Html);
        let elements = |page: &str| page.matches('<').count();
        let plain = samples::everywhere(&text.replace(['<', '>', '&', '"', '\''], "x"));
        prop_assert_eq!(elements(&page), elements(&written(&sorted(plain), Format::Html)));

        let csv = written(&report, Format::Csv);
        let mut table = ::csv::Reader::from_reader(csv.as_bytes());
        prop_assert!(table.records().all(|row| row.is_ok()));

        let commands = |line: &&str| line.trim_start().starts_with("::");
        for format in ALL {
            let written = written(&report, format);
            let expected = if format == Format::Github { report.findings.len() } else { 0 };
            prop_assert_eq!(written.lines().filter(commands).count(), expected, "{}", format);
            let hazard = written.chars().find(|c| *c != '\n' && inert::is_hazard(*c));
            prop_assert_eq!(hazard, None, "{}", format);
            prop_assert!(!written.contains("##vso["), "{}", format);
        }
    }
}

fn sorted(mut report: Report) -> Report {
    report.sort();
    report
}

#[test]
fn exit_codes_follow_the_worst_finding() {
    let check = |report: Report, code, verdict| {
        assert_eq!((report.exit_code(), report.verdict()), (code, verdict));
    };
    check(samples::pass(), 0, Some(Verdict::Pass));
    check(samples::settled(), 0, Some(Verdict::PassWithApprovals));
    check(samples::over(), 1, Some(Verdict::Fail));
    check(samples::bad_input(), 2, None);
    check(samples::measure(), 0, None);
    let mut both = samples::over();
    both.findings.extend(samples::bad_input().findings);
    check(both, 2, None);
}

#[test]
fn what_is_not_surely_within_is_never_shown_as_if_it_were() {
    for outcome in [
        Outcome::Elastic,
        Outcome::Assumed,
        Outcome::Undetermined,
        Outcome::Over,
    ] {
        let mut report = samples::pass();
        let held = report.requests[0].held.as_mut().unwrap();
        held.outcome = outcome;
        report.sort();
        let row = report.requests.iter().find(|row| !row.is_quiet()).unwrap();
        let said = words::outcome(&report, row, row.held.as_ref().unwrap());
        assert!(!said.is_empty(), "{outcome:?}");
        for format in [Format::Text, Format::Markdown, Format::Html, Format::Junit] {
            assert!(
                written(&report, format).contains(&said),
                "{format}: {outcome:?}"
            );
        }
        let markdown = written(&report, Format::Markdown);
        assert_eq!(
            markdown.matches("✅ | ").count(),
            1,
            "{outcome:?}: {markdown}"
        );
    }
}

#[test]
fn an_excess_is_counted_from_the_bound() {
    let mut held = samples::fleet()
        .requests
        .into_iter()
        .find_map(|row| row.held)
        .unwrap();
    held.ceiling = None;
    held.approved = None;
    held.limit = Limit::Below(Quantity::units(10_000));
    held.asked = Range::exactly(Quantity::units(10_001));
    assert_eq!(held.excess(), Quantity::ONE);
    held.approved = Some(Quantity::units(10_000));
    assert_eq!(held.excess(), Quantity::ONE);
    held.limit = Limit::Review;
    held.approved = None;
    assert_eq!(
        (held.allowance(), held.excess()),
        (Quantity::ZERO, Quantity::units(10_001))
    );
}

#[test]
fn nothing_passes_for_want_of_a_finding() {
    let mut report = samples::over();
    report.findings.clear();
    assert_eq!(
        (report.exit_code(), report.verdict()),
        (1, Some(Verdict::Fail))
    );
    assert!(written(&report, Format::Junit).contains("<failure "));
    for row in &mut report.requests {
        row.held.as_mut().unwrap().enforcement = "advisory";
    }
    assert_eq!(
        (report.exit_code(), report.verdict()),
        (0, Some(Verdict::Pass))
    );
}

#[test]
fn a_run_that_read_nothing_is_never_a_pass() {
    let nothing = Report::new(Command::Check);
    assert_eq!((nothing.exit_code(), nothing.verdict()), (2, None));
}

fn delivered(report: &mut Report, files: &[(Format, PathBuf)]) -> (u8, String) {
    let delivery = Delivery {
        format: Format::Json,
        style: Style::PLAIN,
        files: files.to_vec(),
    };
    let mut stdout = Vec::new();
    let code = deliver(report, &delivery, &mut stdout).unwrap();
    (code, String::from_utf8(stdout).unwrap())
}

#[test]
fn files_and_standard_output_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let (code, stdout) = delivered(&mut samples::over(), &[(Format::Json, file.clone())]);
    assert_eq!(code, 1);
    assert_eq!(std::fs::read_to_string(file).unwrap(), stdout);
}

#[test]
fn a_report_that_cannot_be_written_is_told_in_all_others() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.json");
    let bad = folder.path().join("no/such/folder.json");
    let files = [(Format::Json, good.clone()), (Format::Sarif, bad)];
    let (code, stdout) = delivered(&mut samples::pass(), &files);
    assert_eq!(code, 2);
    assert!(stdout.contains("\"report-not-written\""), "{stdout}");
    assert_eq!(std::fs::read_to_string(good).unwrap(), stdout);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Standard output that takes no more.
struct Full(io::ErrorKind);

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error_but_a_full_disk_is() {
    let delivery = Delivery {
        format: Format::Text,
        style: Style::PLAIN,
        files: Vec::new(),
    };
    let end = |kind| deliver(&mut samples::over(), &delivery, &mut Full(kind));
    assert_eq!(end(io::ErrorKind::BrokenPipe).unwrap(), 1);
    assert!(end(io::ErrorKind::StorageFull).is_err());
}
