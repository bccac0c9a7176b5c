//! Columns that line up.

use super::paint::{Paint, Tone};
use crate::report::inert;
use std::io::{self, Write};

/// Where a cell sits in its column.
#[derive(Clone, Copy)]
pub(in crate::report) enum Align {
    Left,
    Right,
}

const WIDEST: usize = 60;

/// Rows of `N` cells under a heading.
pub(in crate::report) struct Table<'a, const N: usize> {
    columns: [(&'a str, Align); N],
    rows: Vec<(Tone, [String; N])>,
}

impl<'a, const N: usize> Table<'a, N> {
    /// The columns' headings and alignments; a table whose headings are all empty has none.
    pub(in crate::report) fn new(columns: [(&'a str, Align); N]) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row, which is made inert here.
    pub(in crate::report) fn row(&mut self, tone: Tone, cells: [&str; N]) {
        let cells = cells.map(|cell| inert::line(cell).into_owned());
        self.rows.push((tone, cells));
    }

    /// Writes it, indented.
    pub(in crate::report) fn write(
        &self,
        indent: usize,
        paint: Paint,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let headings = self
            .columns
            .each_ref()
            .map(|(heading, _)| (*heading).to_owned());
        let all = (self.rows.iter().map(|(_, cells)| cells)).chain([&headings]);
        let mut widths = [0; N];
        for cells in all {
            for (width, cell) in widths.iter_mut().zip(cells) {
                // A cell of unheard-of length does not push all others away.
                *width = cell.chars().count().min(WIDEST).max(*width);
            }
        }
        if headings.iter().any(|heading| !heading.is_empty()) {
            writeln!(out, "{}", paint.dim(&self.line(indent, &headings, &widths)))?;
        }
        for (tone, cells) in &self.rows {
            writeln!(
                out,
                "{}",
                paint.tone(*tone, &self.line(indent, cells, &widths))
            )?;
        }
        Ok(())
    }

    fn line(&self, indent: usize, cells: &[String; N], widths: &[usize; N]) -> String {
        let mut line = " ".repeat(indent);
        let mut gap = "";
        for ((cell, width), (_, align)) in cells.iter().zip(widths).zip(self.columns.iter()) {
            if *width == 0 {
                continue;
            }
            match align {
                Align::Left => line.push_str(&format!("{gap}{cell:<width$}")),
                Align::Right => line.push_str(&format!("{gap}{cell:>width$}")),
            }
            gap = "  ";
        }
        line.truncate(line.trim_end().len());
        line
    }
}
