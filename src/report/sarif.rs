//! SARIF 2.1.0, for code scanning.
//!
//! Results point into the files that people wrote. A plan has no such lines: its findings name
//! the address, and the root as the file. An approval is a suppression with its reason.

use super::fingerprint::fingerprints;
use super::json::amount::{Amount, Extent};
use super::locate::{self, Located, Region};
use super::{ApprovalRow, Report, inert, layout, words};
use crate::finding::{Code, Finding, Level, Place};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Writes the log: one run, with a line for each result.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [run(report)],
    };
    layout::write(&log, 4, out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    automation_details: AutomationDetails,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'a str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct AutomationDetails {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    exit_code_description: String,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    descriptor: Option<Descriptor>,
}

#[derive(Serialize)]
struct Descriptor {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested: Option<Extent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowance: Option<Amount>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    help: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<SarifRegion>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRegion {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
}

fn run(report: &Report) -> Run<'_> {
    let codes: BTreeSet<&str> = report.findings.iter().map(|f| f.code.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let rules = codes.iter().filter_map(|name| Code::named(name)).map(rule);
    let findings = report.findings.iter().zip(fingerprints(&report.findings));
    Run {
        tool: Tool {
            driver: Driver {
                name: "guard",
                semantic_version: &report.guard_version,
                rules: rules.collect(),
            },
        },
        automation_details: AutomationDetails {
            id: category(report),
        },
        column_kind: "unicodeCodePoints",
        invocations: [Invocation {
            execution_successful: report.exit_code() != 2,
            exit_code: report.exit_code(),
            exit_code_description: inert::line(&words::verdict(report)).into_owned(),
            tool_execution_notifications: notifications(report),
        }],
        results: findings
            .map(|(finding, fingerprint)| result(report, &codes, finding, fingerprint))
            .collect(),
    }
}

/// Runs over the same roots replace each other; runs over others stand beside them.
fn category(report: &Report) -> String {
    let roots = report
        .inputs
        .iter()
        .filter_map(|input| input.root.as_deref());
    let roots: BTreeSet<&str> = roots.collect();
    match (roots.first(), roots.len()) {
        (Some(root), 1) => format!("guard/{}/", inert::line(root)),
        _ => "guard/".to_owned(),
    }
}

fn rule(code: Code) -> Rule {
    Rule {
        id: code.as_str(),
        short_description: plain(code.summary()),
        full_description: plain(code.summary()),
        help: plain(code.explanation()),
        default_configuration: Configuration {
            level: code.level().as_str(),
        },
    }
}

/// What the verdict rests on, and why there is none where there is none.
fn notifications(report: &Report) -> Vec<Notification> {
    let notice = words::notice(report).map(|notice| ("warning", notice.to_owned()));
    let basis = words::basis(report).into_iter();
    let basis = basis.chain([words::coverage(&report.coverage)]);
    let notes = notice.into_iter().chain(basis.map(|line| ("note", line)));
    let fatal = (report.findings.iter()).filter(|finding| finding.level == Level::Fatal);
    let fatal = fatal.map(|finding| Notification {
        level: "error",
        message: plain(&finding.message),
        descriptor: Some(Descriptor {
            id: finding.code.as_str(),
        }),
    });
    let notes = notes.map(|(level, line)| Notification {
        level,
        message: plain(&line),
        descriptor: None,
    });
    fatal.chain(notes).collect()
}

fn result<'a>(
    report: &Report,
    codes: &[&str],
    finding: &'a Finding,
    fingerprint: String,
) -> SarifResult<'a> {
    let mut text = vec![finding.message.clone()];
    text.extend(words::places_and_notes(finding));
    let subject = &finding.subject;
    SarifResult {
        rule_id: finding.code.as_str(),
        rule_index: codes.binary_search(&finding.code.as_str()).unwrap_or(0),
        level: finding.level.as_str(),
        message: plain(&text.join("\n")),
        locations: vec![Location {
            logical_locations: addresses(finding),
            ..location(&locate::locate(report, finding), "")
        }],
        related_locations: related(finding),
        partial_fingerprints: BTreeMap::from([("guard/v1", fingerprint)]),
        suppressions: (subject.settled_by.iter())
            .flat_map(|ids| ids.split(", "))
            .map(|id| suppression(report, id))
            .collect(),
        properties: Properties {
            tenant: subject.tenant.as_deref(),
            environment: subject.environment.as_deref(),
            dimension: subject.dimension.as_ref().map(|d| d.as_str()),
            requested: subject.requested.map(Extent::from),
            allowance: subject.allowance.map(Amount),
            help: &finding.help,
        },
    }
}

fn addresses(finding: &Finding) -> Vec<LogicalLocation> {
    let addresses = finding
        .labels
        .iter()
        .filter_map(|label| match &label.place {
            Place::Instance { root, address, .. } => Some(words::address(root, address, "")),
            Place::Source(_) | Place::Input { .. } => None,
        });
    addresses
        .map(|address| LogicalLocation {
            fully_qualified_name: inert::line(&address).into_owned(),
            kind: "resource",
        })
        .collect()
}

/// The other lines to look at.
fn related(finding: &Finding) -> Vec<Location> {
    let written = finding
        .labels
        .iter()
        .filter_map(|label| match &label.place {
            Place::Source(span) => Some(location(&locate::located(span), &label.text)),
            Place::Instance { .. } | Place::Input { .. } => None,
        });
    // The first one is where the result is.
    written.skip(1).collect()
}

fn location(located: &Located<'_>, text: &str) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: uri(located.path),
            },
            region: located.region.as_ref().map(region),
        },
        logical_locations: Vec::new(),
        message: (!text.is_empty()).then(|| plain(text)),
    }
}

fn region(region: &Region) -> SarifRegion {
    SarifRegion {
        start_line: region.line,
        start_column: region.column,
        end_line: region.end_line,
        end_column: region.end_column,
    }
}

/// Who allowed it, why and until when.
fn suppression(report: &Report, id: &str) -> Suppression {
    let record = report.approvals.iter().find(|row| &*row.id == id);
    let justification = record.map_or_else(|| id.to_owned(), |row| justify(report, row));
    Suppression {
        kind: "external",
        status: "accepted",
        justification: inert::line(&justification).into_owned(),
        location: record.map(|row| {
            let located = Located {
                path: &row.path,
                region: None,
            };
            location(&located, "")
        }),
    }
}

fn justify(report: &Report, row: &ApprovalRow) -> String {
    format!("{}: {}", words::approval(report, row), row.reason)
}

/// Text that no viewer takes for a link.
fn plain(text: &str) -> Message {
    let text = inert::paragraph(text).replace("](", "] (");
    Message { text }
}

/// A path as a URI: relative as it is, else with `file:`.
fn uri(path: &str) -> String {
    let mut uri = match path.starts_with('/') {
        true => "file://".to_owned(),
        false => String::new(),
    };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};
    use super::*;
    use serde_json::Value;

    fn log(report: &Report) -> Value {
        serde_json::from_str(&samples::written(report, Format::Sarif)).unwrap()
    }

    #[test]
    fn samples_as_sarif() {
        let schema = include_str!("../../fixtures/schemas/sarif-2.1.0-rtm.5.json");
        // One pattern, for a property that we do not write, is no valid one for our validator.
        let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        for (name, report) in samples::all() {
            let errors: Vec<_> = (schema.iter_errors(&log(&report)))
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors, [""; 0], "{name}");
            let quoted = |text: &str| {
                let json = serde_json::to_string(text).unwrap();
                json[1..json.len() - 1].to_owned()
            };
            let text = samples::written_but_for_codes(&report, Format::Sarif, quoted);
            insta::assert_snapshot!(name, text);
        }
        assert!(!schema.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})));
    }

    #[test]
    fn a_check_that_could_not_be_done_says_so() {
        let log = log(&samples::bad_input());
        assert_eq!(
            log["runs"][0]["invocations"][0]["executionSuccessful"],
            false
        );
    }

    #[test]
    fn approvals_suppress_with_their_reason() {
        let log = log(&samples::settled());
        let suppression = &log["runs"][0]["results"][0]["suppressions"][0];
        let reason = suppression["justification"].as_str().unwrap();
        assert!(reason.contains("dana@example.com"), "{reason}");
        assert!(reason.ends_with("Black Friday load test"), "{reason}");
    }

    #[test]
    fn no_result_points_into_a_plan() {
        for (name, report) in samples::all() {
            let log = log(&report);
            for result in log["runs"][0]["results"].as_array().unwrap() {
                for location in result["locations"].as_array().unwrap() {
                    let place = &location["physicalLocation"];
                    let is_plan = place["artifactLocation"]["uri"]
                        .as_str()
                        .unwrap()
                        .ends_with(".json");
                    assert!(!(is_plan && place.get("region").is_some()), "{name}");
                }
            }
        }
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(
            uri("tenants/acme prod/main.tf"),
            "tenants/acme%20prod/main.tf"
        );
        assert_eq!(uri("/tmp/é.tf"), "file:///tmp/%C3%A9.tf");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert%281%29");
    }
}
