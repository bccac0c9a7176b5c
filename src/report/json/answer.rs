//! Answers for programs.

use super::finding::Findings;
use super::{JsonCoverage, JsonInput, Rows, coverage, input};
use crate::report::{
    Answer, Body, ChangeRow, Changes, Checked, Input, TableRow, TypeRow, Types, VerdictRow, layout,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// Writes the document.
pub(in crate::report) fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let (command, body) = match &answer.body {
        Body::Coverage(body) => ("catalog coverage", JsonBody::Coverage(types(body))),
        Body::Check(body) => ("catalog check", JsonBody::Check(checked(body))),
        Body::Diff(body) => ("catalog diff", JsonBody::Diff(changes(body))),
    };
    let document = Document {
        version: 1,
        guard_version: env!("CARGO_PKG_VERSION"),
        command,
        exit_code: answer.exit_code(),
        body,
        findings: Findings(&answer.findings),
    };
    layout::write(&document, 2, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    guard_version: &'a str,
    command: &'static str,
    exit_code: u8,
    #[serde(flatten)]
    body: JsonBody<'a>,
    findings: Findings<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonBody<'a> {
    Coverage(JsonTypes<'a>),
    Check(JsonChecked<'a>),
    Diff(JsonChanges<'a>),
}

#[derive(Serialize)]
struct JsonTypes<'a> {
    inputs: Rows<'a, Input, JsonInput<'a>>,
    coverage: JsonCoverage<'a>,
    types: Rows<'a, TypeRow, JsonType<'a>>,
}

fn types(types: &Types) -> JsonTypes<'_> {
    JsonTypes {
        inputs: Rows(&types.inputs, input),
        coverage: coverage(&types.coverage),
        types: Rows(&types.rows, kind),
    }
}

#[derive(Serialize)]
struct JsonType<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    class: &'static str,
    instances: u64,
    roots: u64,
    by: Option<&'a str>,
}

fn kind(row: &TypeRow) -> JsonType<'_> {
    JsonType {
        kind: &row.resource_type,
        class: row.class.as_str(),
        instances: row.instances,
        roots: row.roots,
        by: (!row.by.is_empty()).then_some(&row.by),
    }
}

#[derive(Serialize)]
struct JsonChecked<'a> {
    path: &'a str,
    catalog: Option<&'a str>,
    counts: Map<String, Value>,
    tables: Rows<'a, TableRow, JsonTable<'a>>,
}

fn checked(checked: &Checked) -> JsonChecked<'_> {
    let count = |(name, count): &(&str, u64)| ((*name).to_owned(), Value::from(*count));
    JsonChecked {
        path: &checked.path,
        catalog: checked.catalog.as_deref(),
        counts: checked.counts.iter().map(count).collect(),
        tables: Rows(&checked.tables, table),
    }
}

#[derive(Serialize)]
struct JsonTable<'a> {
    name: &'a str,
    sizes: u64,
    shipped: bool,
    as_of: Option<&'a str>,
    age_days: Option<u64>,
}

fn table(row: &TableRow) -> JsonTable<'_> {
    JsonTable {
        name: &row.name,
        sizes: row.sizes,
        shipped: row.shipped,
        as_of: row.as_of.as_deref(),
        age_days: row.days,
    }
}

#[derive(Serialize)]
struct JsonChanges<'a> {
    old: &'a str,
    new: &'a str,
    changes: Rows<'a, ChangeRow, JsonChange<'a>>,
    inputs: Rows<'a, Input, JsonInput<'a>>,
    verdicts: Rows<'a, VerdictRow, JsonVerdict<'a>>,
}

fn changes(changes: &Changes) -> JsonChanges<'_> {
    JsonChanges {
        old: &changes.old,
        new: &changes.new,
        changes: Rows(&changes.rows, change),
        inputs: Rows(&changes.inputs, input),
        verdicts: Rows(&changes.verdicts, verdict),
    }
}

#[derive(Serialize)]
struct JsonChange<'a> {
    about: &'a str,
    effect: &'static str,
    old: Option<&'a str>,
    new: Option<&'a str>,
}

fn change(row: &ChangeRow) -> JsonChange<'_> {
    JsonChange {
        about: &row.about,
        effect: row.effect,
        old: row.old.as_deref(),
        new: row.new.as_deref(),
    }
}

#[derive(Serialize)]
struct JsonVerdict<'a> {
    tenant: Option<&'a str>,
    old: Option<&'static str>,
    new: Option<&'static str>,
    changes: bool,
    why: &'a [String],
}

fn verdict(row: &VerdictRow) -> JsonVerdict<'_> {
    JsonVerdict {
        tenant: row.tenant.as_deref(),
        old: row.old,
        new: row.new,
        changes: row.changes(),
        why: &row.why,
    }
}
