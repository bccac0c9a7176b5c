//! Which instances ask for most, for every request.

use crate::quantity::{Dimension, Mark, Measurement, Range};
use crate::report::{InstanceRow, Report, RequestRow, markup, text, words};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Tenant, environment and dimension.
type Key<'a> = (Option<&'a str>, Option<&'a str>, &'a str);

/// The greatest contributions to each request.
pub(super) struct Contributors<'a>(BTreeMap<Key<'a>, Top<'a>>);

#[derive(Default)]
struct Top<'a> {
    count: u64,
    /// May hold twice as many as are shown until it is cut.
    rows: Vec<(Range, &'a InstanceRow)>,
}

const SHOWN: usize = 12;

impl<'a> Contributors<'a> {
    /// One pass over all instances; only the greatest of each request are kept.
    pub(super) fn of(report: &'a Report) -> Self {
        let mut tops: BTreeMap<Key<'a>, Top<'a>> = (report.requests.iter())
            .map(|row| (key(row), Top::default()))
            .collect();
        for row in report.instances.iter().filter(|row| !row.deposed) {
            for (dimension, amount) in sums(row) {
                let tenant = row.tenant.as_deref();
                // A sum over all environments has none.
                for environment in [None, Some(row.environment.as_deref()).flatten()] {
                    let Some(top) = tops.get_mut(&(tenant, environment, dimension)) else {
                        continue;
                    };
                    top.add(amount, row);
                    if row.environment.is_none() {
                        break;
                    }
                }
            }
        }
        for top in tops.values_mut() {
            top.cut();
        }
        Self(tops)
    }

    /// Writes what stands behind a request, to be opened.
    pub(super) fn write(
        &self,
        report: &Report,
        request: &RequestRow,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(top) = self.0.get(&key(request)).filter(|top| top.count > 0) else {
            return Ok(());
        };
        writeln!(
            out,
            "<details><summary>{}</summary>\n<table><thead><tr><th class=\"number\">amount</th><th>instance</th><th>because</th></tr></thead><tbody>",
            words::count(top.count, "instance")
        )?;
        for (amount, row) in &top.rows {
            let because: Vec<String> = (row.measurements.iter())
                .filter(|measurement| measurement.dimension == request.dimension)
                .map(|measurement| because(report, measurement))
                .collect();
            writeln!(
                out,
                "<tr><td class=\"number\">{}</td><td><code>{}</code><small>{}</small></td><td>{}</td></tr>",
                markup::line(&words::range(report, &request.dimension, *amount)),
                markup::line(&row.address),
                markup::line(&place(row)),
                because.join("<br>"),
            )?;
        }
        writeln!(out, "</tbody></table>")?;
        let shown = u64::try_from(top.rows.len()).unwrap_or(u64::MAX);
        let more = top.count.saturating_sub(shown);
        if more > 0 {
            writeln!(
                out,
                "<p>and {more} more, each no greater; the JSON report has all.</p>"
            )?;
        }
        writeln!(out, "</details>")
    }
}

impl<'a> Top<'a> {
    fn add(&mut self, amount: Range, row: &'a InstanceRow) {
        self.count = self.count.saturating_add(1);
        self.rows.push((amount, row));
        if self.rows.len() >= SHOWN.saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        // Without a high end is more than any high end.
        let size = |range: &Range| (range.high.is_none(), range.high, range.low);
        (self.rows).sort_by(|(a, one), (b, other)| {
            (Reverse(size(a)), &one.root, &one.address).cmp(&(
                Reverse(size(b)),
                &other.root,
                &other.address,
            ))
        });
        self.rows.truncate(SHOWN);
    }
}

fn key(row: &RequestRow) -> Key<'_> {
    (
        row.tenant.as_deref(),
        row.environment.as_deref(),
        row.dimension.as_str(),
    )
}

/// What one instance asks for in all, by dimension.
fn sums(row: &InstanceRow) -> BTreeMap<&str, Range> {
    let mut sums = BTreeMap::new();
    for measurement in row.measurements.iter() {
        let sum = sums.entry(Dimension::as_str(&measurement.dimension));
        let sum = sum.or_insert(Range::ZERO);
        *sum = sum.plus(measurement.max);
    }
    sums
}

fn place(row: &InstanceRow) -> String {
    match &row.place {
        Some(span) => format!(" {}, {span}", row.root),
        None => format!(" {}", row.root),
    }
}

fn because(report: &Report, measurement: &Measurement) -> String {
    let text = markup::line(&text::because(report, measurement));
    match measurement.mark {
        Mark::Known => text,
        mark => format!("{text} <em>{}</em>", mark.as_str()),
    }
}
