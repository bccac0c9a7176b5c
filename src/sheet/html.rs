//! One page to print and to hang up: it loads nothing and runs nothing.

use super::{NOTHING, Sheet, Table};
use crate::report::markup;

pub(super) fn write(sheet: &Sheet) -> String {
    let catalog = markup::line(&sheet.catalog);
    let style = include_str!("html/sheet.css");
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{catalog}: what is for sale</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <header>\n<h1>{catalog}</h1>\n<p>What is for sale, and who may allow more</p>\n"
    );
    if let Some(notice) = &sheet.notice {
        out.push_str(&format!(
            "<p class=\"notice\">{}</p>\n",
            markup::line(notice)
        ));
    }
    out.push_str("</header>\n<main>\n");
    for table in &sheet.tables {
        self::table(table, &mut out);
    }
    out.push_str("</main>\n<footer>\n");
    for remark in &sheet.remarks {
        out.push_str(&format!("<p>{}</p>\n", markup::line(remark)));
    }
    out.push_str("</footer>\n</body>\n</html>\n");
    out
}

fn table(table: &Table, out: &mut String) {
    out.push_str(&format!(
        "<section class=\"{}\">\n<h2>{}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n<thead><tr>",
        table.name, table.title, table.title
    ));
    for column in &table.columns {
        out.push_str(&format!("<th scope=\"col\">{}</th>", markup::line(column)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let mut last: Option<&String> = None;
    for cells in &table.rows {
        let mut cells_left = cells.iter();
        let Some(first) = cells_left.next() else {
            continue;
        };
        // Rows that belong together name what they belong to once.
        let class = if last == Some(first) {
            " class=\"again\""
        } else {
            ""
        };
        out.push_str(&format!(
            "<tr{class}><th scope=\"row\">{}</th>",
            markup::line(first)
        ));
        last = Some(first);
        for value in cells_left {
            let class = match value.as_str() {
                "Yes" | "by review" => " class=\"review\"",
                "No" => " class=\"free\"",
                NOTHING => " class=\"nothing\"",
                _ => "",
            };
            out.push_str(&format!("<td{class}>{}</td>", markup::line(value)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n</section>\n");
}
