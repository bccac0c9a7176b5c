//! For pull requests and wikis.

use super::Sheet;
use crate::report::markdown::inline;

pub(super) fn write(sheet: &Sheet) -> String {
    let mut out = format!("# {}: what is for sale\n", inline(&sheet.catalog));
    if let Some(notice) = &sheet.notice {
        out.push_str(&format!("\n> [!WARNING]\n> {}\n", inline(notice)));
    }
    for table in &sheet.tables {
        out.push_str(&format!("\n## {}\n\n", table.title));
        row(&table.columns, &mut out);
        out.push_str(&"| --- ".repeat(table.columns.len()));
        out.push_str("|\n");
        for cells in &table.rows {
            row(cells, &mut out);
        }
    }
    for remark in &sheet.remarks {
        out.push_str(&format!("\n{}\n", inline(remark)));
    }
    out
}

fn row(cells: &[String], out: &mut String) {
    for cell in cells {
        out.push_str(&format!("| {} ", inline(cell)));
    }
    out.push_str("|\n");
}
