//! Instance -> [`Measured`]: what it asks for, by rules that are data.
//!
//! In come [`Rules`] (`policies/capacity`, `policies/machines`), the [`Links`] of one input and
//! its instances one by one; out go measurements and findings. No tier is known here.

mod amount;
mod apply;
mod forms;
mod links;
mod machines;
mod piece;
mod rules;
mod run;
mod scene;
mod shipped;
mod special;
#[cfg(test)]
mod tests;
mod value;

pub use links::{Links, References};
pub use machines::Machines;
pub use rules::{Explanation, Rules};

use crate::finding::{Finding, Label};
use crate::lang::Value;
use crate::quantity::{Class, Dimension, Mark, Measurement, Quantity, Range};
use crate::read::module::UNREAD_MODULE;
use crate::read::{Change, Copies, Instance};
use crate::request::Layer;
use piece::{Piece, worst};
use rules::{Entry, Kind, Rule, Sheet};
use run::{Choices, Event, Run, Subject};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one instance asks for.
#[derive(Clone, Debug)]
pub struct Measured {
    /// What can be said about it.
    pub class: Class,
    /// Whether it is a machine, or runs on machines that may be counted too.
    pub layer: Layer,
    /// Whether its amounts are asked for outright, as a ceiling: they are not added to others.
    pub declares: bool,
    /// The address of what bounds all that it may hide.
    pub bounded_by: Option<Arc<str>>,
    /// What it will ask for; empty where it goes.
    pub after: Arc<[Measurement]>,
    /// What it asks for now; empty where it does not exist yet.
    pub before: Arc<[Measurement]>,
    /// What there is to tell about it.
    pub findings: Vec<Finding>,
}

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
}

/// What is known of a type, kept from one instance to the next.
#[derive(Clone, Debug)]
enum Known {
    /// A rule, and which file it is in.
    Rule(Arc<Rule>, usize),
    Counted(Dimension),
    Weightless,
    Opaque,
    Nothing,
}

/// Measures one instance of a root. One memo belongs to one set of rules.
pub fn measure(
    rules: &Rules,
    links: &Links<'_>,
    memo: &mut Memo,
    root: &str,
    instance: &Instance,
) -> Measured {
    let nothing = memo.list(Vec::new());
    let mut measured = Measured {
        class: Class::NoRule,
        layer: Layer::Machines,
        declares: false,
        bounded_by: None,
        after: Arc::clone(&nothing),
        before: nothing,
        findings: Vec::new(),
    };
    match memo.known(rules, &instance.resource_type) {
        // A module call whose module is not here, unless a rule says what such a call asks for.
        Known::Nothing if *instance.resource_type == *UNREAD_MODULE => {
            measured.class = Class::Opaque;
        }
        Known::Nothing => {}
        Known::Weightless => measured.class = Class::Weightless,
        Known::Opaque => measured.class = Class::Opaque,
        Known::Counted(dimension) => {
            measured.class = Class::Measured;
            let one = memo.one(&dimension, &instance.resource_type);
            if exists(&instance.after) {
                measured.after = Arc::clone(&one);
            }
            if instance.before.as_ref().is_some_and(exists) {
                measured.before = one;
            }
        }
        Known::Rule(rule, sheet) => {
            if let Some(sheet) = rules.sheet(sheet) {
                let mut run = RuleRun {
                    rules,
                    links,
                    memo,
                    root,
                    instance,
                    rule: &rule,
                    sheet,
                };
                run.run(&mut measured);
            }
        }
    }
    if instance.copies != Copies::ONE {
        measured.after = memo.copied(&measured.after, instance.copies);
    }
    measured
}

/// Whether there is an instance at all: it is null before it comes and after it goes.
fn exists(value: &Value) -> bool {
    !value.is_null()
}

/// One rule on one instance.
struct RuleRun<'a, 'm> {
    rules: &'a Rules,
    links: &'a Links<'a>,
    memo: &'m mut Memo,
    root: &'a str,
    instance: &'a Instance,
    rule: &'a Rule,
    sheet: &'a Sheet,
}

impl RuleRun<'_, '_> {
    fn run(&mut self, measured: &mut Measured) {
        match self.rule.kind {
            Kind::Template => {
                measured.class = Class::Weightless;
                return;
            }
            Kind::Modifier => {
                measured.class = Class::Weightless;
                if exists(&self.instance.after)
                    && self.links.modified_by(self.instance, self.rules).is_empty()
                {
                    let what = self.what_it_modifies();
                    let finding = Finding::unmatched_modifier(self.label(""), &what);
                    measured.findings.push(finding);
                }
                return;
            }
            // A rule without amounts only tells what hides something.
            Kind::Resource if self.rule.body.parts.is_empty() => {
                measured.class = Class::Weightless;
            }
            Kind::Resource => measured.class = Class::Measured,
        }
        if exists(&self.instance.after) {
            let mut events = Vec::new();
            measured.after = self.list(&self.instance.after, &mut events);
            measured.layer = self.layer();
            measured.declares = self.rule.declares;
            measured.bounded_by = self.bounded_by();
            if self.is_opaque() {
                measured.class = Class::Opaque;
            }
            events.sort();
            measured.findings = events
                .into_iter()
                .map(|event| self.finding(event))
                .collect();
        }
        // What is wrong with the old values is no news.
        measured.before = match (&self.instance.before, self.instance.change) {
            (Some(_), Change::Keep) => Arc::clone(&measured.after),
            (Some(before), _) => self.list(before, &mut Vec::new()),
            (None, _) => Arc::clone(&measured.before),
        };
    }

    /// What the rule finds on these values.
    fn list(&mut self, value: &Value, events: &mut Vec<Event>) -> Arc<[Measurement]> {
        if !exists(value) {
            return self.memo.list(Vec::new());
        }
        let run = Run::new(self.rules, self.links);
        let subject = Subject {
            instance: self.instance,
            value,
            ..Subject::new(self.instance)
        };
        let mut pieces = run.apply(self.rule, self.sheet, &subject);
        // Where a link may lead to several resources, all are tried and the worst counts.
        let mut alternatives = Vec::new();
        for _ in 1..Choices::MOST {
            if !run.choices.borrow_mut().next() {
                break;
            }
            alternatives.push(run.apply(self.rule, self.sheet, &subject));
        }
        if !alternatives.is_empty() {
            alternatives.insert(0, pieces);
            pieces = worst(alternatives);
        }
        // What asks for nothing is no evidence.
        pieces.retain(|piece| !piece.is_nothing());
        events.extend(run.events.take());
        let measurements = pieces
            .into_iter()
            .map(|piece| self.memo.measurement(piece, &self.instance.resource_type))
            .collect();
        self.memo.list(measurements)
    }

    fn layer(&self) -> Layer {
        // Where it cannot be told, it counts by itself.
        let workload = self
            .rule
            .workload
            .as_ref()
            .and_then(|formula| self.ask(formula));
        match workload.and_then(|value| value.as_bool()) {
            Some(true) => Layer::Workloads,
            _ => Layer::Machines,
        }
    }

    fn bounded_by(&self) -> Option<Arc<str>> {
        let bound = self.ask(self.rule.bounded.as_ref()?)?;
        let target = self.links.target_of(&bound)?;
        Some(target.address.as_str().into())
    }

    fn is_opaque(&self) -> bool {
        self.rule.opaque.as_ref().is_some_and(|formula| {
            // What may hide something is not known to hide nothing.
            let answer = self.ask(formula);
            !answer.is_some_and(|value| value.is_null() || value.as_bool() == Some(false))
        })
    }

    fn ask(&self, formula: &rules::Formula) -> Option<Value> {
        let run = Run::new(self.rules, self.links);
        let subject = Subject::new(self.instance);
        run.ask(self.rule, self.sheet, &subject, formula).ok()
    }

    fn what_it_modifies(&self) -> String {
        let Some(formula) = &self.rule.modifies else {
            return String::new();
        };
        let run = Run::new(self.rules, self.links);
        let subject = Subject::new(self.instance);
        let evidence = run.evidence(self.rule, self.sheet, &subject, formula);
        let shown = evidence.shown();
        if shown.is_empty() {
            "a resource".to_owned()
        } else {
            format!("`{shown}`")
        }
    }

    fn label(&self, attribute: &str) -> Label {
        Label::instance(self.root, &*self.instance.address, attribute, "")
    }

    fn finding(&self, event: Event) -> Finding {
        match event {
            Event::Unlisted {
                table,
                size,
                guess,
                attribute,
            } => Finding::unlisted_size(self.label(&attribute), &table, &size, guess.as_deref()),
            Event::Nonsense {
                dimension,
                found,
                attribute,
            } => Finding::nonsense_amount(self.label(&attribute), dimension.as_str(), &found),
            Event::Failed { error, attribute } => Finding::rule_failed(
                self.label(&attribute),
                &self.instance.resource_type,
                &error,
                Some(self.rule.span.clone()),
            ),
            Event::Several {
                attribute,
                candidates,
            } => Finding::several_candidates(self.label(&attribute), &candidates),
        }
    }
}

impl Memo {
    fn known(&mut self, rules: &Rules, resource_type: &Arc<str>) -> Known {
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
    fn list(&mut self, measurements: Vec<Measurement>) -> Arc<[Measurement]> {
        if measurements.is_empty() {
            let nothing = self.nothing.get_or_insert_with(|| Arc::from([]));
            return Arc::clone(nothing);
        }
        let lists = self.lists.entry(fingerprint(&measurements)).or_default();
        if let Some(known) = lists.iter().find(|list| ***list == *measurements) {
            return Arc::clone(known);
        }
        let list: Arc<[Measurement]> = measurements.into();
        lists.push(Arc::clone(&list));
        list
    }

    fn one(&mut self, dimension: &Dimension, resource_type: &Arc<str>) -> Arc<[Measurement]> {
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

    fn measurement(&mut self, piece: Piece, rule: &Arc<str>) -> Measurement {
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
    fn copied(&mut self, list: &[Measurement], copies: Copies) -> Arc<[Measurement]> {
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
    fn text(&mut self, text: &str) -> Arc<str> {
        let mut hash = Fingerprint::default();
        hash.write(text.as_bytes());
        let known = self.texts.entry(hash.finish()).or_default();
        if let Some(known) = known.iter().find(|known| ***known == *text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.into();
        known.push(Arc::clone(&shared));
        shared
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

    fn finish(&self) -> u64 {
        self.0
    }
}
