//! Characters as people see them: Terraform counts and cuts strings by grapheme clusters.

use unicode_segmentation::UnicodeSegmentation;

/// The characters of a text as people see them.
pub(crate) fn clusters(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.graphemes(true)
}

/// The part of a beginning that no continuation can change.
///
/// What follows may combine with the last cluster, so that is left off, unless it is a mark
/// that nothing combines with.
pub(crate) fn safe_prefix(text: &str) -> &str {
    const ALONE: &str = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";
    let Some(last) = text.graphemes(true).next_back() else {
        return "";
    };
    if ALONE.contains(last) {
        return text;
    }
    text.get(..text.len().saturating_sub(last.len()))
        .unwrap_or("")
}
