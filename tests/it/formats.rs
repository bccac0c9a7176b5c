//! What machines read is what its schema says, for the six ways in which a check can end.
//!
//! The texts themselves are snapshots of the stories in `fixtures/formats`.

use crate::guard::{guard, project};
use xmloxide::Document;
use xmloxide::validation::xsd::{parse_xsd, validate_xsd};

const STORIES: [(&str, i32); 6] = [
    ("pass", 0),
    ("over", 1),
    ("settled", 0),
    ("expired", 1),
    ("undetermined", 1),
    ("bad-input", 2),
];

/// What `guard` says of each story in a format.
fn each(format: &str, mut check: impl FnMut(&str, &str)) {
    for (story, code) in STORIES {
        let folder = project().join("fixtures/formats").join(story);
        let words = ["plan.json", "--now", "2026-11-22", "--format", format];
        let outcome = guard(&folder, words);
        assert_eq!(
            outcome.code, code,
            "{story} as {format}: {}",
            outcome.stderr
        );
        check(story, &outcome.stdout);
    }
}

fn schema(path: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(project().join(path)).expect("the schema is there");
    // One pattern of SARIF's, for a property that guard does not write, is no valid one for
    // the validator.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&text).expect("it is JSON");
    jsonschema::validator_for(&schema).expect("it is a schema")
}

fn check_json(format: &str, path: &str) {
    let schema = schema(path);
    each(format, |story, text| {
        let document = serde_json::from_str(text).expect("JSON");
        let errors: Vec<_> = schema
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{story} as {format}: {errors:#?}");
    });
}

#[test]
fn json_is_what_its_schema_says() {
    check_json("json", "docs/schema/guard-report.schema.json");
}

#[test]
fn sarif_is_what_its_schema_says() {
    check_json("sarif", "fixtures/schemas/sarif-2.1.0-rtm.5.json");
}

#[test]
fn junit_is_what_its_schema_says() {
    let path = project().join("fixtures/schemas/junit-jenkins.xsd");
    let text = std::fs::read_to_string(path).expect("the schema is there");
    let schema = parse_xsd(&text).expect("it is a schema");
    each("junit", |story, text| {
        let document = Document::parse_str(text).expect("XML");
        let validation = validate_xsd(&document, &schema);
        assert!(validation.is_valid, "{story}: {:?}", validation.errors);
    });
}

#[test]
fn a_comment_fits_into_a_pull_request() {
    each("markdown", |story, text| {
        assert!(text.len() < 65_536, "{story}");
        assert!(text.starts_with("<!-- "), "{story}: {text}");
    });
}
