//! For terminals: columns that line up, never cut.

use super::{Sheet, Table};
use crate::report::inert;

pub(super) fn write(sheet: &Sheet) -> String {
    let mut out = String::new();
    if let Some(notice) = &sheet.notice {
        out.push_str(&format!("{}\n\n", inert::line(notice)));
    }
    for table in &sheet.tables {
        out.push_str(table.title);
        out.push('\n');
        self::table(table, &mut out);
        out.push('\n');
    }
    for remark in &sheet.remarks {
        out.push_str(&inert::line(remark));
        out.push('\n');
    }
    out
}

fn table(table: &Table, out: &mut String) {
    let lines: Vec<Vec<_>> = std::iter::once(&table.columns)
        .chain(&table.rows)
        .map(|cells| cells.iter().map(|cell| inert::line(cell)).collect())
        .collect();
    let width = |at: usize| {
        let cells = lines.iter().filter_map(|cells| cells.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..table.columns.len()).map(width).collect();
    for cells in &lines {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            line.push_str(&format!("  {cell:<width$}"));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
