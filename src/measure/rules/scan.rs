//! Finds the lists and blocks of guard's own files of rules without reading them.
//!
//! Those files are laid out so that this is easy: what stands at the beginning of a line begins
//! something, and a bracket there ends it. A test holds the result against a real parser.

use std::ops::Range;
use std::sync::Arc;

/// What there is in a file.
#[derive(Debug, Default)]
pub(super) struct Scan<'a> {
    pub(super) providers: Vec<&'a str>,
    pub(super) weightless: Vec<&'a str>,
    pub(super) opaque: Vec<&'a str>,
    /// By dimension: the types that are counted.
    pub(super) counted: Vec<(&'a str, Vec<&'a str>)>,
    pub(super) blocks: Vec<Found<'a>>,
}

/// A block, unread.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) kind: &'a str,
    pub(super) labels: Vec<&'a str>,
    /// What its `params` are, if it has any.
    pub(super) parameters: Box<[Arc<str>]>,
    pub(super) range: Range<usize>,
}

/// Goes through the lines of a file.
pub(super) fn scan(text: &str) -> Scan<'_> {
    let mut scan = Scan::default();
    let mut rest = 0..text.len();
    while let Some((start, line)) = next_line(text, &mut rest) {
        if !line.starts_with(|c: char| c.is_ascii_lowercase()) {
            continue;
        }
        let mut end = start.saturating_add(line.len());
        if line.ends_with(['[', '{', '(']) {
            while let Some((at, line)) = next_line(text, &mut rest) {
                end = at.saturating_add(line.len());
                if line.starts_with([']', '}', ')']) {
                    break;
                }
            }
        }
        let item = text.get(start..end).unwrap_or("");
        let (word, _) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "providers" => scan.providers = quoted(item),
            "weightless" => scan.weightless = quoted(item),
            "opaque" => scan.opaque = quoted(item),
            "counted" => scan.counted = item.lines().filter_map(counted).collect(),
            kind => scan.blocks.push(Found {
                kind,
                labels: quoted(line),
                parameters: parameters(item),
                range: start..end,
            }),
        }
    }
    scan
}

/// The next line without its end, and where it begins.
fn next_line<'a>(text: &'a str, rest: &mut Range<usize>) -> Option<(usize, &'a str)> {
    let start = rest.start;
    if start >= rest.end {
        return None;
    }
    let left = text.get(start..)?;
    let line = left.split('\n').next()?;
    rest.start = start.saturating_add(line.len()).saturating_add(1);
    Some((start, line))
}

/// All texts in quotes, comments left out.
fn quoted(item: &str) -> Vec<&str> {
    let lines = item
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    lines
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect()
}

/// `  buckets = ["aws_s3_bucket"]`
fn counted(line: &str) -> Option<(&str, Vec<&str>)> {
    let (dimension, _) = line.strip_prefix("  ")?.split_once('=')?;
    Some((dimension.trim(), quoted(line)))
}

/// `  params = [size, type]`
fn parameters(item: &str) -> Box<[Arc<str>]> {
    let line = item.lines().find(|line| line.starts_with("  params "));
    let list = line
        .and_then(|line| line.split_once('['))
        .map_or("", |(_, list)| list);
    let words = list.trim_end_matches(']').split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(Arc::from)
        .collect()
}
