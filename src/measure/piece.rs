//! Pieces of evidence: what one part of a rule finds, before it becomes a measurement.

use super::value::printable;
use crate::lang::Value;
use crate::quantity::{Dimension, Mark, Quantity, Range};

/// One piece of evidence, before it becomes a measurement.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) dimension: Dimension,
    pub(super) steady: Range,
    pub(super) max: Range,
    pub(super) times: Range,
    pub(super) mark: Mark,
    pub(super) evidence: Evidence,
}

/// The attribute that decided, and what it says.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    pub(super) attribute: String,
    pub(super) value: String,
}
impl Evidence {
    pub(super) fn of(attribute: String, value: &Value) -> Self {
        Self {
            attribute,
            value: printable(value),
        }
    }
}

impl Piece {
    pub(super) fn unknown(dimension: &Dimension, evidence: Evidence) -> Self {
        Self {
            dimension: dimension.clone(),
            steady: Range::UNBOUNDED,
            max: Range::UNBOUNDED,
            times: Range::exactly(Quantity::ONE),
            mark: Mark::Undetermined,
            evidence,
        }
    }

    /// One amount right after apply, and another that it may grow to.
    pub(super) fn between(steady: Self, max: Option<Self>) -> Self {
        match max {
            // What runs after apply is never more than what may run.
            Some(max) => Self {
                max: max.max.max(steady.steady),
                steady: steady.steady,
                ..max
            },
            None => steady,
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.max == Range::ZERO && self.steady == Range::ZERO
    }

    /// So many times as `count` says.
    pub(super) fn repeat(&mut self, count: &Self) {
        self.steady = self.steady.times(count.steady);
        self.max = self.max.times(count.max);
        self.times = self.times.times(count.max);
        // The attribute to pin is that which is not known.
        if count.mark > self.mark && count.mark >= Mark::Elastic {
            self.evidence = count.evidence.clone();
        }
        self.mark = self.mark.max(count.mark);
    }

    /// Perhaps there, perhaps not.
    pub(super) fn perhaps(&mut self, evidence: &Evidence) {
        self.steady.low = Quantity::ZERO;
        self.max.low = Quantity::ZERO;
        self.times.low = Quantity::ZERO;
        self.mark = Mark::Undetermined;
        if !evidence.attribute.is_empty() {
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
        pieces
            .iter()
            .fold((Range::ZERO, Range::ZERO), |(max, steady), piece| {
                (max.plus(piece.max), steady.plus(piece.steady))
            })
    };
    let sums: Vec<(Range, Range)> = alternatives.iter().map(|pieces| sum(pieces)).collect();
    let all = sums.iter().fold((Range::ZERO, Range::ZERO), |all, own| {
        (all.0.max(own.0), all.1.max(own.1))
    });
    let mark = alternatives.iter().flatten().map(|piece| piece.mark).max();
    let key = |(max, steady): &(Range, Range)| {
        (
            max.high.is_none(),
            max.high,
            max.low,
            steady.high,
            steady.low,
        )
    };
    let mut chosen: Option<(Vec<Piece>, (Range, Range))> = None;
    for (pieces, own) in alternatives.into_iter().zip(sums) {
        if chosen
            .as_ref()
            .is_none_or(|(_, best)| key(&own) > key(best))
        {
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
        (piece.max, piece.steady) = (max, steady);
        if !max.is_exact() {
            piece.mark = piece.mark.max(mark.unwrap_or_default());
        }
    }
    pieces
}
