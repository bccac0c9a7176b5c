//! What the sheet says, and that a module refuses by it what CI refuses.

use super::{Format, Sheet, grouped, terraform};
use crate::catalog::{Catalog, builtin};
use crate::measure::Rules;
use crate::quantity::Quantity;
use crate::read::module::{Argument, Given, Options, read_root};
use crate::source::SourceFile;
use crate::source::repository::InMemory;
use std::process::Command;

fn sample() -> Catalog {
    Catalog::load(&builtin()).unwrap().0
}

/// The rows of a table, cells joined by ` | `.
fn rows(sheet: &Sheet, name: &str) -> Vec<String> {
    let table = sheet
        .tables
        .iter()
        .find(|table| table.name == name)
        .unwrap();
    table.rows.iter().map(|row| row.join(" | ")).collect()
}

#[test]
fn the_two_tables_that_sales_knows_come_out_as_they_know_them() {
    let sheet = Sheet::of(&sample(), None);
    assert_eq!(
        rows(&sheet, "sizing"),
        [
            "Small (Standard) | < 10,000 | Shared cluster (K8s-Sml) | No | –",
            "Medium (Pro) | < 100,000 | Dedicated RDS (db-med-04) | No | –",
            "Enterprise | 1M+ | Custom sharding | Yes | engineering-vp and sre-lead",
        ]
    );
    assert_eq!(
        rows(&sheet, "features")[..3],
        [
            "API rate limit | 100 req/min | 1,000 req/min | Custom (requires technical review)",
            "Data retention | 30 days | 1 year | Unlimited",
            "Support | 24-hr email | 4-hr phone | Dedicated Slack channel",
        ]
    );
}

#[test]
fn every_table_is_whole_and_every_format_has_every_cell() {
    let sheet = Sheet::of(&sample(), Some("only a sample".to_owned()));
    for table in &sheet.tables {
        assert!(
            table
                .rows
                .iter()
                .all(|row| row.len() == table.columns.len()),
            "{}",
            table.name
        );
    }
    for format in [Format::Text, Format::Markdown, Format::Html, Format::Csv] {
        let text = sheet.write(format);
        for cell in ["Dedicated Slack channel", "K8s", "99.999 %", "6 weeks"] {
            assert!(text.contains(cell), "{format:?} lacks {cell}");
        }
    }
    let html = sheet.write(Format::Html);
    assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("src="));
    let mut csv = csv::Reader::from_reader(sheet.write(Format::Csv).into_bytes().leak() as &[u8]);
    let cells: usize = sheet
        .tables
        .iter()
        .map(|table| table.rows.len() * table.columns.len())
        .sum();
    assert_eq!(csv.records().map(Result::unwrap).count(), cells);
}

#[test]
fn thousands_stand_apart() {
    let check = |text: &str, expected: &str| {
        let nanos: i128 = (text.parse::<f64>().unwrap() * 1e3).round() as i128 * 1_000_000;
        assert_eq!(grouped(Quantity::nanos(nanos).unwrap()), expected);
    };
    check("0", "0");
    check("999", "999");
    check("1000", "1,000");
    check("1234567.5", "1,234,567.5");
    check("0.065", "0.065");
}

/// Whether the module takes these arguments, by guard's own evaluator.
fn takes(catalog: &Catalog, arguments: &[(&str, &str)]) -> Result<(), String> {
    let text = terraform(catalog, &Sheet::of(catalog, None));
    let tree = InMemory::new([("main.tf", &*text)]);
    let given = Given {
        arguments: (arguments.iter())
            .map(|(name, value)| Argument::Variable((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Given::default()
    };
    let options = Options {
        given,
        ..Options::default()
    };
    let root = read_root(&tree, "", &options).map_err(|finding| finding.message)?;
    let (rules, _) = Rules::with(&[], &[]);
    let evaluated = root.evaluate(&rules, 1, || |_| ());
    match evaluated.findings.first() {
        None => Ok(()),
        Some(finding) => Err(format!("{finding:?}")),
    }
}

fn check(arguments: &[(&str, &str)], refused: Option<&str>) {
    let came = takes(&sample(), arguments);
    match (refused, &came) {
        (None, Ok(())) => {}
        (Some(why), Err(said))
            if {
                let why = why.trim_end_matches('.').to_lowercase();
                said.to_lowercase().contains(&why)
            } => {}
        _ => panic!("{arguments:?} gave {came:?}"),
    }
}

#[test]
fn a_module_refuses_what_ci_refuses() {
    const CPU: Option<&str> = Some("CPU request exceeds standard sales tier.");
    check(&[("max_cpu_limit", "64")], None);
    check(&[("max_cpu_limit", "65")], CPU);
    check(
        &[("max_cpu_limit", "-1")],
        Some("An amount is not negative."),
    );
    check(&[("io_ops_request", "9999")], None);
    check(&[("io_ops_request", "10000")], Some("IOPS request exceeds"));
    check(&[("tier", "medium"), ("max_cpu_limit", "256")], None);
    check(
        &[("tier", "medium"), ("max_cpu_limit", "257")],
        Some("the Pro tier"),
    );
    check(
        &[("tier", "enterprise"), ("max_cpu_limit", "1")],
        Some("Technical review"),
    );
    check(&[("tier", "huge")], Some("The tier is one of"));
    // What an approval on record allows, and not a unit more.
    let approved = (
        "approved",
        "{ max_cpu_limit = 80, environment_size = \"medium\" }",
    );
    check(&[approved, ("max_cpu_limit", "80")], None);
    check(&[approved, ("max_cpu_limit", "81")], CPU);
    check(&[("environment_size", "small")], None);
    check(
        &[("environment_size", "medium")],
        Some("Environment size exceeds"),
    );
    check(&[approved, ("environment_size", "medium")], None);
    check(
        &[approved, ("environment_size", "large")],
        Some("Environment size exceeds"),
    );
    check(&[("environment_size", "tiny")], Some("The size is one of"));
}

#[test]
fn any_name_and_any_sentence_makes_a_module() {
    let text = r#"
catalog "x" {
}
dimension "count" {
  title = "Q\"uotes\\"
}
dimension "4k_streams" {
}
tier "only" {
  limit "count" {
    max               = 1
    per               = "environment"
    enforcement_level = "mandatory"
    error_message     = "So \"many\" \\ are 100% { too } much."
  }
  limit "4k_streams" {
    review = true
  }
  limit "environments" {
    max = 1
  }
}
declare "x" {
  count = input.tier
}
"#;
    let catalog = Catalog::load(&[SourceFile::new("x.hcl", text)]).unwrap().0;
    let tier = ("tier", "only");
    assert_eq!(takes(&catalog, &[tier, ("limited_count", "1")]), Ok(()));
    let refused = takes(&catalog, &[tier, ("limited_count", "2")]);
    assert!(refused.is_err_and(|why| why.contains("100% { too } much")));
    assert!(takes(&catalog, &[tier, ("limited_4k_streams", "1")]).is_err());
}

#[test]
fn terraform_takes_the_module() {
    let works = Command::new("terraform").arg("version").output();
    if !works.is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: there is no terraform here");
        return;
    }
    let catalog = sample();
    let folder = tempfile::tempdir().unwrap();
    let text = terraform(&catalog, &Sheet::of(&catalog, None));
    std::fs::write(folder.path().join("main.tf"), text).unwrap();
    let terraform = |arguments: &[&str]| {
        let done = Command::new("terraform")
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned()
            + &String::from_utf8_lossy(&done.stderr);
        (done.status.success(), said)
    };
    for arguments in [
        &["fmt", "-check", "-diff"][..],
        &["init", "-backend=false", "-input=false", "-no-color"],
        &["validate", "-no-color"],
        &["plan", "-input=false", "-no-color", "-var=max_cpu_limit=64"],
    ] {
        let (is_fine, said) = terraform(arguments);
        assert!(is_fine, "{arguments:?}: {said}");
    }
    let (is_fine, said) =
        terraform(&["plan", "-input=false", "-no-color", "-var=max_cpu_limit=65"]);
    assert!(
        !is_fine && said.contains("CPU request exceeds standard sales tier."),
        "{said}"
    );
}
