//! For spreadsheets: a line for each cell, so that nobody has to know which table has which columns.

use super::Sheet;
use crate::report::csv::cell;

pub(super) fn write(sheet: &Sheet) -> String {
    let mut out = "table,row,column,value\n".to_owned();
    for table in &sheet.tables {
        for (number, cells) in table.rows.iter().enumerate() {
            for (column, value) in table.columns.iter().zip(cells) {
                let number = number.saturating_add(1).to_string();
                line([table.name, &number, column, value], &mut out);
            }
        }
    }
    out
}

fn line(cells: [&str; 4], out: &mut String) {
    let cells = cells.map(|text| {
        let text = cell(text);
        match text.contains([',', '"', '\n']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    });
    out.push_str(&cells.join(","));
    out.push('\n');
}
