//! Tenants from an export of the CRM: a table of names and tiers.
//!
//! A bad row stops everything, like any other mistake in a catalog: a tenant that is left out
//! silently would be held to the wrong tier.

use super::{TenantEntry, text_item};
use crate::source::glob::Glob;
use crate::source::hcl::{
    Item, Mistake, Mistakes, Name, Reader, Spanned, hidden_characters, not_a_slug,
};
use crate::source::{SourceFile, Span};
use hcl_edit::structure::Block;
use std::sync::Arc;

/// Which file, and which of its columns say what.
#[derive(Debug)]
pub(in crate::catalog) struct CsvEntry {
    pub(in crate::catalog) header: Span,
    file: Option<Name>,
    tenant: Option<Name>,
    tier: Option<Name>,
    roots: Option<Name>,
    workspaces: Option<Name>,
    /// What the table calls the tiers, and what the catalog does.
    tiers: Vec<(Name, Name)>,
}

pub(super) fn tenants_csv<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> CsvEntry {
    file.no_label(block);
    let mut block = file.inner(block);
    let entry = CsvEntry {
        header: block.header().clone(),
        file: block.require("file", text_item),
        tenant: block.require("tenant", text_item),
        tier: block.require("tier", text_item),
        roots: block.read("roots", text_item),
        workspaces: block.read("workspaces", text_item),
        tiers: block.read("tiers", tiers).unwrap_or_default(),
    };
    block.finish();
    entry
}

fn tiers(item: Item<'_>) -> Result<Vec<(Name, Name)>, Mistakes> {
    let mut tiers = Vec::new();
    let mut mistakes = Vec::new();
    for (called, tier) in item.object()? {
        match tier.spanned(Item::slug) {
            Ok(tier) => tiers.push((called, tier)),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() {
        Ok(tiers)
    } else {
        Err(mistakes)
    }
}

/// The tenants that the table has, each with the place of its row.
pub(super) fn rows(
    entry: &CsvEntry,
    files: &[SourceFile],
    mistakes: &mut Mistakes,
) -> Vec<TenantEntry> {
    let (Some(name), Some(tenant), Some(tier)) = (&entry.file, &entry.tenant, &entry.tier) else {
        return Vec::new();
    };
    // Beside the file that names it, as a reader of that file expects.
    let beside = entry
        .header
        .file
        .path()
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let path = if beside.is_empty() {
        name.value.to_string()
    } else {
        format!("{beside}/{}", name.value)
    };
    let Some(file) = files.iter().find(|file| file.path() == path) else {
        let known = files
            .iter()
            .map(SourceFile::path)
            .filter(|path| path.ends_with(".csv"));
        mistakes.push(
            Mistake::new(
                format!("there is no file `{path}` in the catalog"),
                name.span.clone(),
                "",
            )
            .did_you_mean(&path, known)
            .help("a table lies in policies/ or policies/tenants/ and its name ends in .csv"),
        );
        return Vec::new();
    };
    let hidden = hidden_characters(file);
    if !hidden.is_empty() {
        mistakes.extend(hidden);
        return Vec::new();
    }
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(file.text().as_bytes());
    let columns = match table.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            mistakes.push(broken(file, &error));
            return Vec::new();
        }
    };
    let mut column = |wanted: &Name| find(&columns, wanted, file, mistakes);
    let (tenant, tier) = (column(tenant), column(tier));
    let roots = entry.roots.as_ref().map(&mut column);
    let workspaces = entry.workspaces.as_ref().map(&mut column);
    let (Some(tenant), Some(tier)) = (tenant, tier) else {
        return Vec::new();
    };
    let mut tenants = Vec::new();
    for record in table.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                mistakes.push(broken(file, &error));
                continue;
            }
        };
        let span = row_span(file, &record);
        let mut row = Row {
            span: &span,
            record: &record,
            mistakes,
        };
        let (tenant, tier) = (row.tenant(tenant), row.tier(tier, &entry.tiers));
        let roots = row.globs(roots.flatten());
        let workspaces = row.globs(workspaces.flatten());
        if let (Some(name), Some(tier)) = (tenant, tier) {
            tenants.push(TenantEntry {
                name,
                tier: Some(tier),
                has_tier: true,
                owner: None,
                roots,
                workspaces,
                must_present: Vec::new(),
                ceilings: Vec::new(),
                is_row: true,
            });
        }
    }
    tenants
}

struct Row<'r, 'm> {
    span: &'r Span,
    record: &'r csv::StringRecord,
    mistakes: &'m mut Mistakes,
}

impl Row<'_, '_> {
    fn tenant(&mut self, column: usize) -> Option<Name> {
        let text = self.record.get(column).unwrap_or("");
        let why = if text.is_empty() {
            Some("this row names no tenant")
        } else {
            not_a_slug(text)
        };
        if let Some(why) = why {
            let message = format!("`{text}` cannot be the name of a tenant");
            self.mistakes
                .push(Mistake::new(message, self.span.clone(), why));
            return None;
        }
        Some(self.name(text))
    }

    /// The tier, by the catalog's name for it. Whether there is one, the catalog tells.
    fn tier(&mut self, column: usize, tiers: &[(Name, Name)]) -> Option<Name> {
        let text = self.record.get(column).unwrap_or("");
        let called = tiers.iter().find(|(called, _)| *called.value == *text);
        let tier = called.map_or(text, |(_, tier)| &tier.value);
        if tier.is_empty() {
            let mistake = Mistake::new("this row has no tier", self.span.clone(), "");
            self.mistakes.push(mistake);
            return None;
        }
        Some(self.name(tier))
    }

    /// Patterns, separated by white space.
    fn globs(&mut self, column: Option<usize>) -> Vec<Spanned<Glob>> {
        let text = column
            .and_then(|column| self.record.get(column))
            .unwrap_or("");
        let mut globs = Vec::new();
        for pattern in text.split_whitespace() {
            match Glob::new(pattern) {
                Ok(value) => globs.push(Spanned {
                    value,
                    span: self.span.clone(),
                }),
                Err(why) => {
                    let message = format!("`{pattern}` is no pattern: {why}");
                    self.mistakes
                        .push(Mistake::new(message, self.span.clone(), ""));
                }
            }
        }
        globs
    }

    fn name(&self, text: &str) -> Name {
        Name {
            value: Arc::from(text),
            span: self.span.clone(),
        }
    }
}

fn find(
    columns: &csv::StringRecord,
    wanted: &Name,
    file: &SourceFile,
    mistakes: &mut Mistakes,
) -> Option<usize> {
    let mut found = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| **column == *wanted.value);
    let first = found.next().map(|(at, _)| at);
    let message = match (first, found.next()) {
        (Some(at), None) => return Some(at),
        (Some(_), Some(_)) => format!("{} has two columns `{}`", file.path(), wanted.value),
        (None, _) => format!("{} has no column `{}`", file.path(), wanted.value),
    };
    mistakes.push(
        Mistake::new(message, wanted.span.clone(), "").did_you_mean(&wanted.value, columns.iter()),
    );
    None
}

/// The line of a row.
fn row_span(file: &SourceFile, record: &csv::StringRecord) -> Span {
    line_at(file, record.position())
}

fn line_at(file: &SourceFile, position: Option<&csv::Position>) -> Span {
    let start = position
        .and_then(|at| usize::try_from(at.byte()).ok())
        .unwrap_or(0);
    let rest = file.text().get(start..).unwrap_or("");
    // The reader's offset may be that of the line end before the row.
    let blank = rest.len().saturating_sub(rest.trim_start().len());
    let start = start.saturating_add(blank);
    let line = rest.trim_start().lines().next().unwrap_or("");
    file.at(start..start.saturating_add(line.len()))
}

fn broken(file: &SourceFile, error: &csv::Error) -> Mistake {
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("this row has {len} columns, the table has {expected_len}")
        }
        _ => "this row cannot be read".to_owned(),
    };
    Mistake::new(what, line_at(file, error.position()), "")
}
