//! Sets of addresses, by fingerprint: a plan can name millions, and most only to be compared.

use std::hash::{DefaultHasher, Hasher};

/// The fingerprint of a text; two texts have the same one only by a chance of one in 2^128.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Print(u128);

impl Print {
    pub(super) fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            hasher.write(bytes);
            u128::from(hasher.finish())
        };
        Self(half(0) << 64 | half(1))
    }

    /// The fingerprint of a leftover, which shares its address with others.
    pub(super) fn of_deposed(address: &str, deposed: &str) -> Self {
        // A line feed is in no address: there it is written as an escape.
        Self::of(&format!("{address}\n{deposed}"))
    }
}

/// Some fingerprints, sorted once all are in.
#[derive(Clone, Debug, Default)]
pub(super) struct Prints(Vec<Print>);

impl Prints {
    pub(super) fn push(&mut self, print: Print) {
        self.0.push(print);
    }

    pub(super) fn sort(&mut self) {
        self.0.sort_unstable();
    }

    /// Whether it is among them; they must be sorted.
    pub(super) fn contains(&self, print: Print) -> bool {
        self.0.binary_search(&print).is_ok()
    }

    /// Those that are there more than once, each once; they must be sorted.
    pub(super) fn repeated(&self) -> Self {
        let pairs = self.0.iter().zip(self.0.iter().skip(1));
        let mut twice: Vec<_> = pairs.filter(|(a, b)| a == b).map(|(a, _)| *a).collect();
        twice.dedup();
        Self(twice)
    }

    pub(super) fn retain(&mut self, keep: impl Fn(Print) -> bool) {
        self.0.retain(|print| keep(*print));
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Leaves each once; they must be sorted.
    pub(super) fn dedup(&mut self) {
        self.0.dedup();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
