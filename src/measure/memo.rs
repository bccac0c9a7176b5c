//! What is kept from one instance to the next, so that a plan of many alike is measured once.

use super::piece::Piece;
use super::rules::{Entry, Reading, Rule, Rules, Seen};
use crate::lang::Value;
use crate::quantity::{Dimension, Mark, Measurement, Quantity, Range};
use crate::read::Copies;
use crate::request::Layer;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is kept from one instance to the next: equal texts are one text, equal lists one list.
#[derive(Debug, Default)]
pub struct Memo {
    lists: BTreeMap<u64, Vec<Arc<[Measurement]>>>,
    texts: BTreeMap<u64, Vec<Arc<str>>>,
    /// Where texts are put together.
    buffer: String,
    /// What is known of the types that turned up.
    types: Vec<(Arc<str>, Known)>,
    nothing: Option<Arc<[Measurement]>>,
    /// What rules said of instances, where the instance alone decided.
    kept: BTreeMap<u64, Vec<Kept>>,
    /// How many of those there are.
    number_kept: usize,
}

/// What a rule says of an instance.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) list: Arc<[Measurement]>,
    pub(super) layer: Layer,
    pub(super) is_opaque: bool,
}

/// What was said of an instance, and all that decided it.
#[derive(Debug)]
struct Kept {
    resource_type: Arc<str>,
    values: Vec<Option<Value>>,
    said: Said,
}

/// So many are kept: plans with more different instances than this are not much slower.
const MOST_KEPT: usize = 4096;
/// So many with the same hash are told apart; a plan that is made to have more is only slower.
const MOST_ALIKE: usize = 64;

/// What is known of a type, kept from one instance to the next.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// A rule, and which file it is in.
    Rule(Arc<Rule>, usize),
    Counted(Dimension),
    Weightless,
    Opaque,
    Nothing,
}

impl Memo {
    pub(super) fn known(&mut self, rules: &Rules, resource_type: &Arc<str>) -> Known {
        // Readers share the names of types, and a plan has few.
        let same = |name: &Arc<str>| Arc::ptr_eq(name, resource_type);
        if let Some((_, known)) = self.types.iter().find(|(name, _)| same(name)) {
            return known.clone();
        }
        if let Some((name, known)) = self
            .types
            .iter_mut()
            .find(|(name, _)| name == resource_type)
        {
            *name = Arc::clone(resource_type);
            return known.clone();
        }
        let known = match rules.entry(resource_type) {
            Entry::Nothing => Known::Nothing,
            Entry::Weightless => Known::Weightless,
            Entry::Opaque => Known::Opaque,
            Entry::Counted(dimension) => Known::Counted(dimension.clone()),
            Entry::Rule(rule, sheet) => Known::Rule(Arc::clone(rule), rules.position(sheet)),
        };
        self.types.push((Arc::clone(resource_type), known.clone()));
        known
    }

    /// The one list that is equal to these.
    pub(super) fn list(&mut self, measurements: Vec<Measurement>) -> Arc<[Measurement]> {
        if measurements.is_empty() {
            let nothing = self.nothing.get_or_insert_with(|| Arc::from([]));
            return Arc::clone(nothing);
        }
        let lists = self.lists.entry(fingerprint(&measurements)).or_default();
        if let Some(known) = lists.iter().find(|list| ***list == *measurements) {
            return Arc::clone(known);
        }
        let list: Arc<[Measurement]> = measurements.into();
        if lists.len() < MOST_ALIKE {
            lists.push(Arc::clone(&list));
        }
        list
    }

    pub(super) fn one(
        &mut self,
        dimension: &Dimension,
        resource_type: &Arc<str>,
    ) -> Arc<[Measurement]> {
        let one = Range::exactly(Quantity::ONE);
        let nothing = self.text("");
        self.list(vec![Measurement {
            dimension: dimension.clone(),
            max: one,
            steady: one,
            times: one,
            mark: Mark::Known,
            rule: Arc::clone(resource_type),
            attribute: Arc::clone(&nothing),
            value: nothing,
        }])
    }

    pub(super) fn measurement(&mut self, piece: Piece, rule: &Arc<str>) -> Measurement {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        piece.evidence.trail.write(&mut buffer);
        let attribute = self.text(&buffer);
        buffer.clear();
        piece.evidence.write_value(&mut buffer);
        let value = self.text(&buffer);
        self.buffer = buffer;
        Measurement {
            dimension: piece.dimension,
            max: piece.max.range(),
            steady: piece.steady.range(),
            times: piece.times.range(),
            mark: piece.mark,
            rule: Arc::clone(rule),
            attribute,
            value,
        }
    }

    /// What so many ask for of which one asks for this.
    pub(super) fn copied(&mut self, list: &[Measurement], copies: Copies) -> Arc<[Measurement]> {
        let number = Range {
            low: Quantity::units(copies.at_least),
            high: copies.at_most.map(Quantity::units),
        };
        let times = |one: &Measurement| Measurement {
            max: one.max.times(number),
            steady: one.steady.times(number),
            times: one.times.times(number),
            mark: one.mark.max(Mark::Undetermined),
            // To know more, this is what must be known.
            attribute: self.text(copies.argument),
            value: self.text("(known after apply)"),
            ..one.clone()
        };
        let all = list.iter().map(times).collect();
        self.list(all)
    }

    /// The one text that is equal to this.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        let mut hash = Fingerprint::default();
        hash.write(text.as_bytes());
        let known = self.texts.entry(hash.finish()).or_default();
        if let Some(known) = known.iter().find(|known| ***known == *text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.into();
        if known.len() < MOST_ALIKE {
            known.push(Arc::clone(&shared));
        }
        shared
    }

    /// What the rule said of an instance that was the same in all that it reads.
    pub(super) fn said(
        &self,
        resource_type: &Arc<str>,
        rule: &Rule,
        value: &Value,
    ) -> Option<Said> {
        let kept = self.kept.get(&fingerprint_of(resource_type, rule, value))?;
        let is_same = |kept: &&Kept| {
            let mut values = rule.reads.iter().zip(&kept.values);
            let same =
                |(name, known): (&Arc<str>, &Option<Value>)| match (known, value.attribute(name)) {
                    (Some(known), Some(value)) => {
                        let reading = rule.nested.reading(name).unwrap_or(Reading::Whole);
                        rule.nested.same(reading, known, value)
                    }
                    (None, None) => true,
                    _ => false,
                };
            kept.resource_type == *resource_type && values.all(same)
        };
        Some(kept.iter().find(is_same)?.said.clone())
    }

    /// Keeps what was said, where nothing but these attributes decided it.
    pub(super) fn keep(
        &mut self,
        resource_type: &Arc<str>,
        rule: &Rule,
        value: &Value,
        said: &Said,
    ) {
        if self.number_kept >= MOST_KEPT {
            return;
        }
        let kept = self
            .kept
            .entry(fingerprint_of(resource_type, rule, value))
            .or_default();
        if kept.len() < MOST_ALIKE {
            self.number_kept = self.number_kept.saturating_add(1);
            kept.push(Kept {
                resource_type: Arc::clone(resource_type),
                values: rule
                    .reads
                    .iter()
                    .map(|name| value.attribute(name).cloned())
                    .collect(),
                said: said.clone(),
            });
        }
    }
}

/// The same for equal lists. Texts that were shared are told apart by where they are.
fn fingerprint(measurements: &[Measurement]) -> u64 {
    let mut hash = Fingerprint::default();
    for measurement in measurements {
        for range in [measurement.max, measurement.steady, measurement.times] {
            hash.amount(range.low);
            hash.amount(range.high.unwrap_or(Quantity::MAX));
        }
        hash.word(measurement.mark as u64);
        hash.write(measurement.dimension.as_str().as_bytes());
        for text in [&measurement.attribute, &measurement.value] {
            hash.word(text.as_ptr() as usize as u64);
        }
    }
    hash.finish()
}

/// The same where a rule that reads these attributes says the same.
fn fingerprint_of(resource_type: &str, rule: &Rule, value: &Value) -> u64 {
    let mut hash = Fingerprint::default();
    hash.write(resource_type.as_bytes());
    for name in &rule.reads {
        let reading = rule.nested.reading(name).unwrap_or(Reading::Whole);
        match value.attribute(name) {
            Some(value) => rule.nested.each(reading, value, &mut |seen| match seen {
                Seen::Number(number) => hash.word(number as u64),
                Seen::Whole(value) => hash.value(value),
            }),
            None => hash.word(0),
        }
    }
    hash.finish()
}

/// A quick hash, for telling apart what is compared in full afterwards.
#[derive(Default)]
struct Fingerprint(u64);

impl Fingerprint {
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn amount(&mut self, amount: Quantity) {
        // Both halves count.
        let nanos = amount.as_nanos() as u128;
        self.word(nanos as u64);
        self.word((nanos >> 64) as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0_u8; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.word(u64::from_le_bytes(word));
        }
        self.word(bytes.len() as u64);
    }

    /// Marks are left out: they seldom differ where nothing else does.
    fn value(&mut self, value: &Value) {
        if let Some(text) = value.as_str() {
            self.write(text.as_bytes());
        } else if let Some(number) = value.as_number() {
            self.word(number.to_u64().unwrap_or(u64::MAX));
        } else if let Some(answer) = value.as_bool() {
            self.word(if answer { 3 } else { 2 });
        } else if let Some(elements) = value.elements() {
            self.word(elements.len() as u64);
            for element in elements {
                self.value(element);
            }
        } else if let Some(entries) = value.entries() {
            for (name, entry) in entries {
                self.write(name.as_bytes());
                self.value(entry);
            }
        } else {
            self.word(if value.is_null() { 4 } else { 5 });
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
