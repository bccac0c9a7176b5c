//! The lines of source that a finding points at, underlined. The one home of `miette`.
//!
//! Each file's labels become an [`Excerpt`]: the lines around them, cleaned of whatever could
//! act on a terminal, with the labels moved to where their text is now. `miette` draws it.

use crate::finding::{Label, Place};
use crate::report::inert;
use crate::source::{SourceFile, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use std::fmt;
use std::ops::Range;

/// Draws all labels that are in source files, file after file in the order of the labels.
pub(super) fn write(labels: &[Label], color: bool) -> String {
    let mut files: Vec<(&SourceFile, Vec<(&Span, &str)>)> = Vec::new();
    for label in labels {
        let Place::Source(span) = &label.place else {
            continue;
        };
        let found = files.iter_mut().find(|(file, _)| **file == span.file);
        match found {
            Some((_, spans)) => spans.push((span, &label.text)),
            None => files.push((&span.file, vec![(span, &label.text)])),
        }
    }
    let drawn = files.iter().map(|(file, spans)| draw(file, spans, color));
    drawn.collect()
}

fn draw(file: &SourceFile, spans: &[(&Span, &str)], color: bool) -> String {
    let theme = match color {
        true => GraphicalTheme::unicode(),
        false => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_wrap_lines(false)
        .without_syntax_highlighting();
    let excerpt = Excerpt::new(file, spans);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &excerpt).is_err() {
        // Naming the places is better than saying nothing.
        let names = spans
            .iter()
            .map(|(span, _)| format!("  at {}\n", inert::line(&span.to_string())));
        return names.collect();
    }
    // The first line is the message, which the caller has written in a way of its own.
    let (_message, rest) = drawn.split_once('\n').unwrap_or(("", &drawn));
    rest.to_owned()
}

/// The lines of a file around some labels.
#[derive(Debug)]
struct Excerpt {
    name: String,
    /// The number of the first line, from 0.
    first_line: usize,
    text: String,
    marks: Vec<Mark>,
}

/// A label in an excerpt: never empty, and always within one line.
#[derive(Debug)]
struct Mark {
    range: Range<usize>,
    text: String,
    /// Where it is in the file itself, both from 1.
    line_column: (usize, usize),
    primary: bool,
}

impl Excerpt {
    fn new(file: &SourceFile, spans: &[(&Span, &str)]) -> Self {
        let places: Vec<_> = (spans.iter())
            .map(|(span, text)| {
                (
                    file.line_column(span.range.start),
                    span.range.clone(),
                    *text,
                )
            })
            .collect();
        let lines = places.iter().map(|((line, _), ..)| line.saturating_sub(1));
        let first_line = lines.clone().min().unwrap_or(0).saturating_sub(CONTEXT);
        let last_line = lines.clone().max().unwrap_or(0).saturating_add(CONTEXT);
        let mut excerpt = Self {
            name: inert::line(file.path()).into_owned(),
            first_line,
            text: String::new(),
            marks: Vec::new(),
        };
        let mut offset = 0_usize;
        for (number, line) in file.text().split_inclusive('\n').enumerate() {
            let start = offset;
            offset = offset.saturating_add(line.len());
            if number < first_line {
                continue;
            }
            if number > last_line {
                break;
            }
            // Labels that are not far apart are drawn with all that lies between them.
            let near = |line: usize| line.abs_diff(number) <= CONTEXT.saturating_add(BETWEEN);
            if lines.clone().any(near) {
                let here: Vec<_> = (places.iter().enumerate())
                    .filter(|(_, ((line, _), ..))| line.saturating_sub(1) == number)
                    .collect();
                excerpt.push(line.trim_end_matches(['\r', '\n']), start, &here);
            }
            excerpt.text.push('\n');
        }
        // A label behind the last line break, or in an empty file, is on a line that the loop has not seen.
        if excerpt.marks.len() < places.len() {
            let here: Vec<_> = (places.iter().enumerate())
                .filter(|(_, (_, range, _))| range.start >= offset)
                .collect();
            excerpt.push("", offset, &here);
            excerpt.text.push('\n');
        }
        excerpt
    }

    /// Adds a line that begins at `start` in the file, and the labels that begin in it.
    fn push(&mut self, line: &str, start: usize, labels: &[(usize, &Placed<'_>)]) {
        let within = |at: usize| at.saturating_sub(start).min(line.len());
        let marked: Vec<Range<usize>> = (labels.iter())
            .map(|(_, (_, range, _))| within(range.start)..within(range.end))
            .collect();
        let kept = window(line, &marked);
        let mut moved: Vec<Option<Range<usize>>> = vec![None; marked.len()];
        if kept.start > 0 {
            self.text.push('…');
        }
        for (at, c) in line.char_indices() {
            if !kept.contains(&at) {
                continue;
            }
            let from = self.text.len();
            match c {
                '\t' => self.text.push_str("    "),
                c if inert::is_harmful(c, line.get(at..).unwrap_or_default()) => {
                    inert::escape(c, &mut self.text);
                }
                c => self.text.push(c),
            }
            for (new, old) in moved.iter_mut().zip(&marked) {
                // An empty label points at the character behind it.
                if old.contains(&at) || (old.is_empty() && old.start == at) {
                    let start = new.as_ref().map_or(from, |range| range.start);
                    *new = Some(start..self.text.len());
                }
            }
        }
        if kept.end < line.len() {
            self.text.push('…');
        }
        for (range, (index, (line_column, _, text))) in moved.into_iter().zip(labels) {
            let range = range.unwrap_or_else(|| {
                // It is behind the end of the line: there must be something to underline.
                self.text.push(' ');
                self.text.len().saturating_sub(1)..self.text.len()
            });
            self.marks.push(Mark {
                range,
                text: inert::line(text).into_owned(),
                line_column: *line_column,
                primary: *index == 0,
            });
        }
    }
}

/// Where a label begins (line and column), its bytes in the file, and its text.
type Placed<'a> = ((usize, usize), Range<usize>, &'a str);

const CONTEXT: usize = 1;
/// So many lines between two labels are kept at either of them.
const BETWEEN: usize = 3;

/// How much of a long line is shown, in bytes.
const LONGEST_LINE: usize = 200;

/// The part of a line to show: all of it, or what is around the first label.
fn window(line: &str, marked: &[Range<usize>]) -> Range<usize> {
    if line.len() <= LONGEST_LINE {
        return 0..line.len();
    }
    let first = marked.iter().map(|range| range.start).min().unwrap_or(0);
    let start = first.saturating_sub(LONGEST_LINE / 4);
    start..start.saturating_add(LONGEST_LINE).min(line.len())
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One line without meaning, which the caller takes off again.
        f.write_str("-")
    }
}

impl std::error::Error for Excerpt {}

impl Diagnostic for Excerpt {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            let span = (mark.range.start, mark.range.len());
            match mark.primary {
                true => LabeledSpan::new_primary_with_span(text, span),
                false => LabeledSpan::new_with_span(text, span),
            }
        })))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.as_str().read_span(span, before, after)?;
        // Asked without context, it is for the place that the frame's title names.
        let title = (self.marks.iter())
            .find(|mark| before == 0 && mark.range.start == span.offset())
            .map(|mark| mark.line_column);
        let (line, column) = match title {
            Some((line, column)) => (line.saturating_sub(1), column.saturating_sub(1)),
            None => (
                contents.line().saturating_add(self.first_line),
                contents.column(),
            ),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            line,
            column,
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(text: &str, ranges: &[(Range<usize>, &str)]) -> String {
        let file = SourceFile::new("main.tf", text);
        let label =
            |(range, text): &(Range<usize>, &str)| Label::source(file.at(range.clone()), *text);
        let labels: Vec<_> = ranges.iter().map(label).collect();
        write(&labels, false)
    }

    #[test]
    fn labels_stay_under_their_text() {
        // The tab, the escape and the wide character all change how much room comes before.
        let text = "\ta = \"\x1b日\" + 64\r\nb = 2\r\n";
        let at = text.find("64").unwrap();
        insta::assert_snapshot!(drawn(text, &[(at..at.saturating_add(2), "this much")]));
    }

    #[test]
    fn a_label_over_many_lines_marks_the_first() {
        insta::assert_snapshot!(drawn("limit {\n  max = 1\n}\n", &[(0..19, "this block")]));
    }

    #[test]
    fn labels_far_apart_leave_out_what_is_between() {
        let text = format!("a = 1\n{}z = 26\n", "#\n".repeat(1000));
        let end = text.len().saturating_sub(3);
        insta::assert_snapshot!(drawn(
            &text,
            &[(4..5, "one"), (end..end.saturating_add(2), "other")]
        ));
    }

    #[test]
    fn a_long_line_is_cut_around_its_label() {
        let text = format!("{}64{}", "x".repeat(10_000), "y".repeat(10_000));
        insta::assert_snapshot!(drawn(&text, &[(10_000..10_002, "here")]));
    }

    #[test]
    fn the_end_of_a_file_can_be_pointed_at() {
        insta::assert_snapshot!(drawn("tier {\n", &[(7..7, "the block is not closed")]));
        insta::assert_snapshot!(drawn("", &[(0..0, "an empty file")]));
    }

    proptest! {
        #[test]
        fn no_text_and_no_range_is_too_odd(
            text in "[a-z \\t\\r\\n\u{1b}\u{202e}é日🦀]{0,80}",
            ranges in prop::collection::vec((0_usize..100, 0_usize..100, "[a-z\\n]{0,8}"), 1..4),
        ) {
            let ranges: Vec<_> = ranges.iter().map(|(a, b, text)| (*a..*b, text.as_str())).collect();
            let drawn = drawn(&text, &ranges);
            prop_assert!(drawn.contains("main.tf:"));
            prop_assert!(drawn.chars().all(|c| c == '\n' || !inert::is_hazard(c)), "{drawn:?}");
        }
    }
}
