//! JSON for programs: the shape is a promise, published as `docs/schema/guard-report.schema.json`.
//!
//! It has structs of its own, so that renaming something inside guard never changes what a
//! pipeline parses. More keys may come, these stay. Rows are written as they are visited and
//! one to a line, so a million of them needs no more memory than one, and a diff shows what
//! changed. Amounts are exact numbers of at most nine decimals.

pub(super) mod amount;
pub(super) mod answer;
mod deals;
mod finding;
mod rules;

use super::{
    Command, Coverage, DeclaredRow, Held, Input, InstanceRow, Limit, Report, RequestRow, Setting,
    layout,
};
use crate::quantity::{Dimension, Measurement};
use amount::{Amount, Extent, Times};
use finding::{Findings, JsonLocation, source_location};
use rules::Rules;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

/// Writes the document.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    layout::write(&document(report), 2, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    guard_version: &'a str,
    command: &'static str,
    verdict: Option<&'static str>,
    exit_code: u8,
    #[serde(flatten)]
    rules: Option<Rules<'a>>,
    inputs: Rows<'a, Input, JsonInput<'a>>,
    flags: Rows<'a, Setting, JsonSetting<'a>>,
    environment_variables: Rows<'a, Setting, JsonSetting<'a>>,
    coverage: JsonCoverage<'a>,
    requests: Rows<'a, RequestRow, JsonRequest<'a>>,
    findings: Findings<'a>,
    instances: Instances<'a>,
    #[serde(skip_serializing_if = "Instances::is_empty")]
    deposed: Instances<'a>,
    #[serde(skip_serializing_if = "Rows::is_empty")]
    gone: Rows<'a, InstanceRow, JsonInstance<'a>>,
    #[serde(skip_serializing_if = "Rows::is_empty")]
    declared: Rows<'a, DeclaredRow, JsonDeclared<'a>>,
    /// What the ranks of declared sizes mean.
    #[serde(rename = "sizes", skip_serializing_if = "Option::is_none")]
    ranks: Option<&'a [Arc<str>]>,
}

fn document(report: &Report) -> Document<'_> {
    Document {
        version: 1,
        guard_version: &report.guard_version,
        command: match report.command {
            Command::Check => "check",
            Command::Measure => "measure",
            Command::Explain => "explain",
        },
        verdict: report.verdict().map(super::Verdict::as_str),
        exit_code: report.exit_code(),
        rules: (report.command == Command::Check).then(|| rules::rules(report)),
        inputs: Rows(&report.inputs, input),
        flags: Rows(&report.flags, setting),
        environment_variables: Rows(&report.variables, setting),
        coverage: coverage(&report.coverage),
        requests: Rows(&report.requests, request),
        findings: Findings(&report.findings),
        instances: Instances {
            rows: &report.instances,
            deposed: false,
        },
        deposed: Instances {
            rows: &report.instances,
            deposed: true,
        },
        gone: Rows(&report.gone, instance),
        declared: Rows(&report.declared, declared),
        ranks: (report.declared.iter())
            .any(|row| row.amounts.keys().any(Dimension::is_ordinal))
            .then_some(&report.sizes),
    }
}

/// A list whose rows are made one after another while they are written.
struct Rows<'a, T, J>(&'a [T], fn(&'a T) -> J);

impl<T, J> Rows<'_, T, J> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T, J: Serialize> Serialize for Rows<'_, T, J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// Either the instances after apply, or the leftovers of replacements that count for the peak
/// only: whoever counts instances must not count those.
struct Instances<'a> {
    rows: &'a [InstanceRow],
    deposed: bool,
}

impl Instances<'_> {
    fn rows(&self) -> impl Iterator<Item = &InstanceRow> {
        self.rows.iter().filter(|row| row.deposed == self.deposed)
    }

    fn is_empty(&self) -> bool {
        self.rows().next().is_none()
    }
}

impl Serialize for Instances<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows().map(instance))
    }
}

#[derive(Serialize)]
struct JsonInput<'a> {
    path: &'a str,
    kind: &'a str,
    root: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    remarks: &'a [Arc<str>],
}

fn input(input: &Input) -> JsonInput<'_> {
    JsonInput {
        path: &input.path,
        kind: input.kind,
        root: input.root.as_deref(),
        workspace: input.workspace.as_deref(),
        sha256: input.sha256.as_deref(),
        remarks: &input.remarks,
    }
}

#[derive(Serialize)]
struct JsonSetting<'a> {
    name: &'a str,
    value: Option<&'a str>,
    remark: &'a str,
}

fn setting(setting: &Setting) -> JsonSetting<'_> {
    JsonSetting {
        name: &setting.name,
        value: setting.value.as_deref(),
        remark: &setting.remark,
    }
}

#[derive(Serialize)]
struct JsonCoverage<'a> {
    instances: u64,
    measured: u64,
    weightless: u64,
    opaque: u64,
    no_rule: u64,
    no_rule_types: &'a BTreeSet<Arc<str>>,
}

fn coverage(coverage: &Coverage) -> JsonCoverage<'_> {
    JsonCoverage {
        instances: coverage.instances,
        measured: coverage.measured,
        weightless: coverage.weightless,
        opaque: coverage.opaque,
        no_rule: coverage.no_rule,
        no_rule_types: &coverage.no_rule_types,
    }
}

#[derive(Serialize)]
struct JsonInstance<'a> {
    address: &'a str,
    #[serde(rename = "type")]
    resource_type: &'a str,
    class: &'static str,
    root: &'a str,
    tenant: Option<&'a str>,
    environment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<JsonLocation<'a>>,
    measurements: Rows<'a, Measurement, JsonMeasurement<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims_tenant: Option<&'a str>,
    /// Before is as after.
    #[serde(skip_serializing_if = "is_false")]
    unchanged: bool,
    /// Where that differs; missing where nothing is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Rows<'a, Measurement, JsonMeasurement<'a>>>,
    #[serde(skip_serializing_if = "is_false")]
    create_before_destroy: bool,
}

/// A flag that is written only where it is set.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

fn instance(row: &InstanceRow) -> JsonInstance<'_> {
    let kept = row.kept.as_deref();
    let before = kept.and_then(|kept| kept.before.as_ref());
    let unchanged = !row.deposed && before == Some(&row.measurements);
    JsonInstance {
        address: &row.address,
        resource_type: &row.resource_type,
        class: row.class.as_str(),
        root: &row.root,
        tenant: row.tenant.as_deref(),
        environment: row.environment.as_deref(),
        location: (row.place.as_ref()).map(|span| source_location(span, "")),
        measurements: Rows(&row.measurements, measurement),
        layer: kept.and_then(|kept| kept.layer),
        claims_tenant: kept.and_then(|kept| kept.claims_tenant.as_deref()),
        unchanged,
        before: (before.filter(|_| !unchanged)).map(|before| Rows(before, measurement)),
        create_before_destroy: kept.is_some_and(|kept| kept.stands_beside),
    }
}

#[derive(Serialize)]
struct JsonDeclared<'a> {
    root: &'a str,
    module: &'a str,
    tenant: Option<&'a str>,
    environment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims_tenant: Option<&'a str>,
    amounts: Vec<JsonStated<'a>>,
}

#[derive(Serialize)]
struct JsonStated<'a> {
    dimension: &'a str,
    #[serde(flatten)]
    amount: Extent,
}

fn declared(row: &DeclaredRow) -> JsonDeclared<'_> {
    let amounts = row.amounts.iter().map(|(dimension, amount)| JsonStated {
        dimension: dimension.as_str(),
        amount: Extent::from(*amount),
    });
    JsonDeclared {
        root: &row.root,
        module: &row.module,
        tenant: row.tenant.as_deref(),
        environment: row.environment.as_deref(),
        claims_tenant: row.claims_tenant.as_deref(),
        amounts: amounts.collect(),
    }
}

#[derive(Serialize)]
struct JsonMeasurement<'a> {
    dimension: &'a str,
    #[serde(flatten)]
    max: Extent,
    times: Times,
    mark: &'static str,
    rule: &'a str,
    attribute: &'a str,
    value: &'a str,
    /// Where it differs from `low` and `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    steady: Option<Extent>,
}

fn measurement(measurement: &Measurement) -> JsonMeasurement<'_> {
    JsonMeasurement {
        dimension: measurement.dimension.as_str(),
        max: Extent::from(measurement.max),
        times: Times(measurement.times),
        mark: measurement.mark.as_str(),
        rule: &measurement.rule,
        attribute: &measurement.attribute,
        value: &measurement.value,
        steady: (measurement.steady != measurement.max).then(|| Extent::from(measurement.steady)),
    }
}

#[derive(Serialize)]
struct JsonRequest<'a> {
    tenant: Option<&'a str>,
    environment: Option<&'a str>,
    dimension: &'a str,
    #[serde(flatten)]
    max: Extent,
    steady: Extent,
    peak: Extent,
    before: Option<Extent>,
    declared: Option<Extent>,
    assumed: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    judgement: Option<JsonJudgement<'a>>,
}

#[derive(Serialize)]
struct JsonJudgement<'a> {
    outcome: &'static str,
    limit: JsonLimit,
    basis: &'static str,
    enforcement_level: &'static str,
    ceiling: Option<Amount>,
    approved: Option<Amount>,
    approvals: &'a [Arc<str>],
    allowance: Amount,
    asked: Extent,
}

/// `{"max": 64}`, `{"below": 10000}` or `{"review": true}`, as the catalog spells it.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum JsonLimit {
    Max(Amount),
    Below(Amount),
    Review(bool),
}

fn request(row: &RequestRow) -> JsonRequest<'_> {
    JsonRequest {
        tenant: row.tenant.as_deref(),
        environment: row.environment.as_deref(),
        dimension: row.dimension.as_str(),
        max: Extent::from(row.max),
        steady: Extent::from(row.steady),
        peak: Extent::from(row.peak),
        before: row.before.map(Extent::from),
        declared: row.declared.map(Extent::from),
        assumed: Amount(row.assumed),
        judgement: row.held.as_ref().map(judgement),
    }
}

fn judgement(held: &Held) -> JsonJudgement<'_> {
    JsonJudgement {
        outcome: held.outcome.as_str(),
        limit: match held.limit {
            Limit::Max(most) => JsonLimit::Max(Amount(most)),
            Limit::Below(bound) => JsonLimit::Below(Amount(bound)),
            Limit::Review => JsonLimit::Review(true),
        },
        basis: held.basis.as_str(),
        enforcement_level: held.enforcement,
        ceiling: held.ceiling.map(Amount),
        approved: held.approved.map(Amount),
        approvals: &held.approvals,
        allowance: Amount(held.allowance()),
        asked: Extent::from(held.asked),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};
    use serde_json::Value;

    /// The published schema, but closed: a key that it does not describe is an error here.
    fn closed_schema() -> jsonschema::Validator {
        let text = include_str!("../../docs/schema/guard-report.schema.json");
        let mut schema = serde_json::from_str(text).unwrap();
        jsonschema::meta::validate(&schema).unwrap();
        close(&mut schema);
        jsonschema::validator_for(&schema).unwrap()
    }

    fn close(schema: &mut Value) {
        match schema {
            Value::Object(object) => {
                if object.get("type") == Some(&"object".into())
                    && !object.contains_key("additionalProperties")
                {
                    object.insert("additionalProperties".into(), false.into());
                }
                object.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }

    #[test]
    fn every_sample_is_as_the_schema_says() {
        let schema = closed_schema();
        for (name, report) in samples::all() {
            let text = samples::written(&report, Format::Json);
            let document: Value = serde_json::from_str(&text).unwrap();
            let errors: Vec<_> = (schema.iter_errors(&document))
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors, [""; 0], "{name}");
            let code = report.exit_code();
            assert_eq!(document["exit_code"], code, "{name}");
            if code == 2 {
                assert_eq!(document["verdict"], Value::Null, "{name}");
            }
        }
    }

    #[test]
    fn the_schema_refuses_what_is_no_report() {
        let schema = closed_schema();
        let text = samples::written(&samples::pass(), Format::Json);
        let document: Value = serde_json::from_str(&text).unwrap();
        let check = |path: &str, value: Value| {
            let mut wrong = document.clone();
            *wrong.pointer_mut(path).unwrap() = value;
            assert!(!schema.is_valid(&wrong), "{path}");
        };
        assert!(schema.is_valid(&document));
        check("/version", 2.into());
        check("/exit_code", 1.into());
        check("/verdict", Value::Null);
        check("/requests/0/low", "16".into());
        check("/instances/0/class", "heavy".into());
        check("/inputs/0", Value::Object(serde_json::Map::new()));
    }

    #[test]
    fn samples_as_json() {
        for (name, report) in samples::all() {
            insta::assert_snapshot!(name, samples::written(&report, Format::Json));
        }
    }
}
