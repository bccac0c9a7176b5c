//! The quantities for spreadsheets: one line per measurement, and one for an instance that has none.

use super::{InstanceRow, Report, inert};
use crate::quantity::{Measurement, Quantity};
use std::io::{self, Write};

const COLUMNS: [&str; 16] = [
    "root",
    "address",
    "type",
    "class",
    "tenant",
    "environment",
    "dimension",
    "low",
    "high",
    "steady_low",
    "steady_high",
    "times_low",
    "times_high",
    "mark",
    "attribute",
    "value",
];

/// Writes the table. An unbounded amount is an empty cell.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for row in &report.instances {
        if row.measurements.is_empty() {
            table.write_record(record(row, None))?;
        }
        for measurement in row.measurements.iter() {
            table.write_record(record(row, Some(measurement)))?;
        }
    }
    table.flush()
}

fn record(row: &InstanceRow, measurement: Option<&Measurement>) -> [String; 16] {
    let text = |what: fn(&Measurement) -> &str| cell(measurement.map_or("", what));
    let low = |what: fn(&Measurement) -> Quantity| {
        measurement.map_or(String::new(), |m| what(m).to_string())
    };
    let high = |what: fn(&Measurement) -> Option<Quantity>| {
        let high = measurement.and_then(what);
        high.map_or(String::new(), |high| high.to_string())
    };
    [
        cell(&row.root),
        cell(&row.address),
        cell(&row.resource_type),
        row.class.as_str().to_owned(),
        cell(row.tenant.as_deref().unwrap_or("")),
        cell(row.environment.as_deref().unwrap_or("")),
        text(|m| m.dimension.as_str()),
        low(|m| m.max.low),
        high(|m| m.max.high),
        low(|m| m.steady.low),
        high(|m| m.steady.high),
        low(|m| m.times.low),
        high(|m| m.times.high),
        text(|m| m.mark.as_str()),
        text(|m| &m.attribute),
        text(|m| &m.value),
    ]
}

/// Somebody's text, which must not become a formula in the spreadsheet that opens it.
pub(crate) fn cell(text: &str) -> String {
    let text = inert::line(text);
    match text.starts_with(['=', '+', '-', '@']) {
        true => format!("'{text}"),
        false => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, samples};

    #[test]
    fn samples_as_csv() {
        insta::assert_snapshot!(samples::written(&samples::explain(), Format::Csv));
    }

    #[test]
    fn every_row_is_whole_and_no_cell_is_a_formula() {
        for (name, report) in samples::all() {
            let text = samples::written(&report, Format::Csv);
            let mut table = csv::Reader::from_reader(text.as_bytes());
            let rows: Vec<_> = table.records().collect::<Result<_, _>>().unwrap();
            assert!(rows.len() >= report.instances.len(), "{name}");
            let mut cells = rows.iter().flatten();
            assert!(!cells.any(|cell| cell.starts_with('=')), "{name}");
        }
    }
}
