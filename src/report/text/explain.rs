//! `guard explain`: where every number comes from, instance by instance.

use super::paint::{Paint, Tone};
use super::table::{Align, Table};
use crate::quantity::{Class, Mark, Measurement, Quantity};
use crate::report::{InstanceRow, Report, inert, words};
use std::io::{self, Write};

/// Writes all instances, root by root.
pub(super) fn write(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let roots = report.instances.chunk_by(|a, b| a.root == b.root);
    for rows in roots {
        if let Some(first) = rows.first() {
            writeln!(out, "{}", paint.bold(&inert::line(&first.root)))?;
        }
        for row in rows {
            instance(report, row, paint, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn instance(
    report: &Report,
    row: &InstanceRow,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let what = match row.class {
        Class::Measured if row.measurements.is_empty() => ": requests nothing",
        Class::Measured => "",
        Class::Weightless => ": weightless",
        Class::Opaque => ": opaque, what it creates cannot be seen from here",
        Class::NoRule => ": no rule for this type",
    };
    let deposed = if row.deposed {
        ", deposed: counts for the peak only"
    } else {
        ""
    };
    let place = (row.place.as_ref()).map_or(String::new(), |span| format!(", {span}"));
    let owner = words::owner(row.tenant.as_deref(), row.environment.as_deref());
    let about = format!(" ({owner}{place}{deposed})");
    writeln!(
        out,
        "  {}{}{what}",
        inert::line(&row.address),
        paint.dim(&inert::line(&about)),
    )?;
    let mut table = Table::new([
        ("", Align::Left),
        ("", Align::Right),
        ("", Align::Left),
        ("", Align::Left),
    ]);
    for measurement in row.measurements.iter() {
        let tone = match measurement.mark {
            Mark::Known | Mark::Default => Tone::Plain,
            Mark::Assumed | Mark::Elastic => Tone::Note,
            Mark::Undetermined => Tone::Warning,
        };
        table.row(
            tone,
            [
                measurement.dimension.as_str(),
                &words::range(report, &measurement.dimension, measurement.max),
                &because(report, measurement),
                &mark(measurement),
            ],
        );
    }
    table.write(4, paint, out)
}

/// The attribute that decided, and what it was multiplied by.
pub(super) fn because(report: &Report, measurement: &Measurement) -> String {
    let mut parts = Vec::new();
    match (
        measurement.attribute.is_empty(),
        measurement.value.is_empty(),
    ) {
        (false, false) => parts.push(format!("{} = {}", measurement.attribute, measurement.value)),
        (false, true) => parts.push(measurement.attribute.to_string()),
        (true, false) => parts.push(measurement.value.to_string()),
        (true, true) => {}
    }
    let once = crate::quantity::Range::exactly(Quantity::ONE);
    if measurement.times != once {
        let times = words::range(report, &measurement.dimension, measurement.times);
        parts.push(format!("times {times}"));
    }
    if measurement.steady != measurement.max {
        let steady = words::range(report, &measurement.dimension, measurement.steady);
        parts.push(format!("steady {steady}"));
    }
    parts.join(", ")
}

/// How sure it is, unless it is plainly stated.
fn mark(measurement: &Measurement) -> String {
    match measurement.mark {
        Mark::Known => String::new(),
        Mark::Default => "default".to_owned(),
        Mark::Assumed => "assumed".to_owned(),
        Mark::Elastic => "elastic: has no ceiling".to_owned(),
        Mark::Undetermined => "not known before apply".to_owned(),
    }
}
