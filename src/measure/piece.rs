//! Pieces of evidence: what one part of a rule finds, before it becomes a measurement.

use super::amount::Ends;
use super::value::print;
use crate::lang::{Number, Value};
use crate::quantity::{Dimension, Mark};
use std::fmt;
use std::sync::Arc;

/// One piece of evidence, before it becomes a measurement.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) dimension: Dimension,
    pub(super) steady: Ends,
    pub(super) max: Ends,
    pub(super) times: Ends,
    pub(super) mark: Mark,
    pub(super) evidence: Evidence,
}

/// The attribute that decided, and what it says; made into text only where it is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    pub(super) trail: Trail,
    pub(super) value: Option<Value>,
}

/// The path of an attribute, in up to three pieces that follow each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    pub(super) start: Option<Arc<str>>,
    pub(super) middle: Option<Arc<str>>,
    pub(super) end: String,
}

impl Trail {
    pub(super) fn of(text: impl Into<Arc<str>>) -> Self {
        Self {
            start: Some(text.into()),
            ..Self::default()
        }
    }

    pub(super) fn two(start: Arc<str>, middle: Arc<str>) -> Self {
        Self {
            start: Some(start),
            middle: Some(middle),
            end: String::new(),
        }
    }

    /// With something behind it.
    pub(super) fn then(mut self, text: &str) -> Self {
        self.end.push_str(text);
        self
    }

    pub(super) fn write(&self, out: &mut String) {
        for part in [&self.start, &self.middle].into_iter().flatten() {
            out.push_str(part);
        }
        out.push_str(&self.end);
    }

    fn is_empty(&self) -> bool {
        let blank = |part: &Option<Arc<str>>| part.as_deref().is_none_or(str::is_empty);
        blank(&self.start) && blank(&self.middle) && self.end.is_empty()
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.start, &self.middle].into_iter().flatten() {
            f.write_str(part)?;
        }
        f.write_str(&self.end)
    }
}

impl Evidence {
    pub(super) fn of(trail: Trail, value: Value) -> Self {
        Self {
            trail,
            value: Some(value),
        }
    }

    /// The attribute, as people write it; empty where none decided.
    pub(super) fn attribute(&self) -> String {
        self.trail.to_string()
    }

    /// What it says, as people may see it.
    pub(super) fn shown(&self) -> String {
        let mut text = String::new();
        self.write_value(&mut text);
        text
    }

    pub(super) fn write_value(&self, out: &mut String) {
        if let Some(value) = &self.value {
            print(value, out);
        }
    }
}

impl Piece {
    pub(super) fn unknown(dimension: &Dimension, evidence: Evidence) -> Self {
        Self {
            dimension: dimension.clone(),
            steady: Ends::UNBOUNDED,
            max: Ends::UNBOUNDED,
            times: Ends::ONE,
            mark: Mark::Undetermined,
            evidence,
        }
    }

    /// One amount right after apply, and another that it may grow to.
    pub(super) fn between(steady: Self, max: Option<Self>) -> Self {
        match max {
            // What runs after apply is never more than what may run.
            Some(max) => Self {
                max: max.max.max(&steady.steady),
                steady: steady.steady,
                ..max
            },
            None => steady,
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.max.is_zero() && self.steady.is_zero()
    }

    /// So many times as `count` says.
    pub(super) fn repeat(&mut self, count: &Self) {
        self.steady = self.steady.times(&count.steady);
        self.max = self.max.times(&count.max);
        self.times = self.times.times(&count.max);
        // The attribute to pin is that which is not known.
        if count.mark > self.mark && count.mark >= Mark::Elastic {
            self.evidence = count.evidence.clone();
        }
        self.mark = self.mark.max(count.mark);
    }

    /// Perhaps there, perhaps not.
    pub(super) fn perhaps(&mut self, evidence: &Evidence) {
        self.steady.low = Number::ZERO;
        self.max.low = Number::ZERO;
        self.times.low = Number::ZERO;
        self.mark = Mark::Undetermined;
        if !evidence.trail.is_empty() {
            self.evidence = evidence.clone();
        }
    }

    /// There any number of times.
    pub(super) fn unbound(&mut self, evidence: &Evidence) {
        self.perhaps(evidence);
        self.steady.high = None;
        self.max.high = None;
        self.times.high = None;
    }
}

/// What the greatest of the alternatives asks for, dimension by dimension.
///
/// The greatest of amounts that are ranges is a range from the greatest low end to the greatest
/// high end. The evidence is that of the alternative which may ask for most.
pub(super) fn worst(alternatives: Vec<Vec<Piece>>) -> Vec<Piece> {
    if alternatives.len() < 2 {
        return alternatives.into_iter().flatten().collect();
    }
    let mut dimensions: Vec<Dimension> = Vec::new();
    for piece in alternatives.iter().flatten() {
        if !dimensions.contains(&piece.dimension) {
            dimensions.push(piece.dimension.clone());
        }
    }
    let mut greatest = Vec::new();
    for dimension in dimensions {
        let of = |alternative: &[Piece]| -> Vec<Piece> {
            let own = alternative
                .iter()
                .filter(|piece| piece.dimension == dimension);
            own.cloned().collect()
        };
        let all: Vec<Vec<Piece>> = alternatives.iter().map(|pieces| of(pieces)).collect();
        greatest.extend(greatest_of(all));
    }
    greatest
}

fn greatest_of(alternatives: Vec<Vec<Piece>>) -> Vec<Piece> {
    let sum = |pieces: &[Piece]| {
        let nothing = (Ends::ZERO, Ends::ZERO);
        pieces.iter().fold(nothing, |(max, steady), piece| {
            (max.plus(&piece.max), steady.plus(&piece.steady))
        })
    };
    let sums: Vec<(Ends, Ends)> = alternatives.iter().map(|pieces| sum(pieces)).collect();
    let nothing = (Ends::ZERO, Ends::ZERO);
    let all = sums
        .iter()
        .fold(nothing, |all, own| (all.0.max(&own.0), all.1.max(&own.1)));
    let mark = alternatives.iter().flatten().map(|piece| piece.mark).max();
    let is_more = |(max, steady): &(Ends, Ends), (best_max, best_steady): &(Ends, Ends)| {
        let key = |max: &Ends, steady: &Ends| {
            let (most, least) = (max.high.clone(), max.low.clone());
            (
                most.is_none(),
                most,
                least,
                steady.high.clone(),
                steady.low.clone(),
            )
        };
        key(max, steady) > key(best_max, best_steady)
    };
    let mut chosen: Option<(Vec<Piece>, (Ends, Ends))> = None;
    for (pieces, own) in alternatives.into_iter().zip(sums) {
        if chosen.as_ref().is_none_or(|(_, best)| is_more(&own, best)) {
            chosen = Some((pieces, own));
        }
    }
    let Some((mut pieces, own)) = chosen else {
        return Vec::new();
    };
    if own == all {
        return pieces;
    }
    // No single alternative is the greatest at both ends: the evidence stays that of one.
    let (max, steady) = all;
    pieces.truncate(1);
    for piece in &mut pieces {
        (piece.max, piece.steady) = (max.clone(), steady.clone());
        if !max.is_exact() {
            piece.mark = piece.mark.max(mark.unwrap_or_default());
        }
    }
    pieces
}
