//! Instance -> [`Measured`]: what it asks for, by rules that are data.
//!
//! In come [`Rules`] (`policies/capacity`, `policies/machines`), the [`Links`] of one input and
//! its instances one by one; out go measurements and findings. No tier is known here.

mod amount;
mod apply;
mod forms;
mod links;
mod machines;
mod memo;
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
pub use machines::{Machines, OwnTable};
pub use memo::Memo;
pub use rules::{Explanation, Listed, Rules};

use crate::finding::{Finding, Label};
use crate::lang::Value;
use crate::quantity::{Class, Measurement};
use crate::read::module::UNREAD_MODULE;
use crate::read::{Change, Copies, Instance};
use crate::request::Layer;
use memo::{Known, Said};
use piece::worst;
use rules::{Kind, Rule, Sheet};
use run::{Choices, Event, Run, Subject};
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
            let said = self.say(&self.instance.after, &mut events);
            measured.after = said.list;
            measured.layer = said.layer;
            measured.declares = self.rule.declares;
            measured.bounded_by = self.bounded_by();
            if said.is_opaque {
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
            (Some(before), _) if exists(before) => self.say(before, &mut Vec::new()).list,
            _ => Arc::clone(&measured.before),
        };
    }

    /// What the rule says of these values.
    fn say(&mut self, value: &Value, events: &mut Vec<Event>) -> Said {
        let of = &self.instance.resource_type;
        // What others say of an instance by referring to it is not among its values.
        let alone = !self.links.is_modified(self.instance, self.rules);
        if alone && let Some(said) = self.memo.said(of, self.rule, value) {
            return said;
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
        let found = run.events.take();
        let is_opaque = self.is_opaque(&run, &subject);
        let layer = self.layer(&run, &subject);
        let measurements = pieces
            .into_iter()
            .map(|piece| self.memo.measurement(piece, of))
            .collect();
        let said = Said {
            list: self.memo.list(measurements),
            layer,
            is_opaque,
        };
        if alone && !run.looked_around.get() && found.is_empty() {
            self.memo.keep(of, self.rule, value, &said);
        }
        events.extend(found);
        said
    }

    fn layer(&self, run: &Run<'_>, subject: &Subject<'_>) -> Layer {
        if self.rule.declares {
            return Layer::Quotas;
        }
        // Where it cannot be told, it counts by itself.
        let workload = self.rule.workload.as_ref();
        let workload = workload.and_then(|formula| self.ask(run, subject, formula));
        match workload.and_then(|value| value.as_bool()) {
            Some(true) => Layer::Workloads,
            _ => Layer::Machines,
        }
    }

    fn is_opaque(&self, run: &Run<'_>, subject: &Subject<'_>) -> bool {
        self.rule.opaque.as_ref().is_some_and(|formula| {
            // What may hide something is not known to hide nothing.
            let answer = self.ask(run, subject, formula);
            !answer.is_some_and(|value| value.is_null() || value.as_bool() == Some(false))
        })
    }

    fn ask(&self, run: &Run<'_>, subject: &Subject<'_>, formula: &rules::Formula) -> Option<Value> {
        run.ask(self.rule, self.sheet, subject, formula).ok()
    }

    fn bounded_by(&self) -> Option<Arc<str>> {
        let formula = self.rule.bounded.as_ref()?;
        let run = Run::new(self.rules, self.links);
        let bound = self.ask(&run, &Subject::new(self.instance), formula)?;
        let target = self.links.target_of(&bound)?;
        Some(target.address.as_str().into())
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
