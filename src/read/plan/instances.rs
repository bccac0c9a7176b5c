//! The second pass: each instance that counts, prepared, one at a time.

use super::configuration::Configuration;
use super::effect::{Effect, effect};
use super::print::Print;
use super::raw;
use super::remembered::Remembered;
use super::row::{Changes, Row, Want, wanted};
use super::top::{is_managed, mode};
use super::tree::{walk, walk_state};
use super::{Sections, Source, Survey, Wanted};
use crate::finding::Finding;
use crate::lang::Value;
use crate::read::address::{self, Mode, module_path};
use crate::read::json::{BUFFER, JsonError, Reader};
use crate::read::values::{Given, Mask, Written, prepare};
use crate::read::{Change, Copies, Instance, Interest, Key, Origin, refusal, unreadable};
use crate::source::input::Input;
use std::collections::BTreeSet;
use std::mem::take;
use std::ops::Range;
use std::sync::Arc;

impl Survey {
    /// Hands out every instance that counts, and those that go, each once, in the order of the file.
    ///
    /// An entry that the survey complained of is left out. Of one that makes a new object
    /// and forgets the old one, two instances come, [`Change::Create`] and [`Change::Forget`].
    ///
    /// # Errors
    ///
    /// When the file cannot be read any more or is not what it was during the survey.
    pub fn instances(
        &self,
        interest: &dyn Interest,
        each: &mut dyn FnMut(Instance),
    ) -> Result<(), Box<Finding>> {
        let interest = Remembered::new(interest);
        let mut hand = Hand::new(&self.configuration, &self.sections, &interest, each);
        let read = hand.all(&self.text.input);
        read.map_err(|error| refusal(&self.text, &error))?;
        self.text
            .unchanged()
            .map_err(|error| unreadable(&self.text.input, &error))
    }
}

/// Makes instances of entries and hands them out.
pub(super) struct Hand<'a> {
    configuration: &'a Configuration,
    sections: &'a Sections,
    interest: &'a dyn Interest,
    /// Types and providers, of which there are few.
    names: BTreeSet<Arc<str>>,
    /// The module of the last instance and its path: neighbours share it.
    module: (String, Option<String>),
    /// Entries that are there more than once and were handed out.
    done: BTreeSet<Print>,
    each: &'a mut dyn FnMut(Instance),
}

impl<'a> Hand<'a> {
    pub(super) fn new(
        configuration: &'a Configuration,
        sections: &'a Sections,
        interest: &'a dyn Interest,
        each: &'a mut dyn FnMut(Instance),
    ) -> Self {
        Self {
            configuration,
            sections,
            interest,
            names: BTreeSet::new(),
            module: (String::new(), Some(String::new())),
            done: BTreeSet::new(),
            each,
        }
    }

    fn all(&mut self, input: &Input) -> Result<(), JsonError> {
        if let Some(range) = &self.sections.changes {
            let mut reader = reader(input, range);
            let mut row = Row::default();
            reader.open_array("resource_changes")?;
            while reader.element()? {
                self.change(&mut reader, &mut row)?;
            }
        }
        self.valued(input, &|_| true)
    }

    /// The entry of `resource_changes` that comes next.
    pub(super) fn change(
        &mut self,
        reader: &mut Source<'_>,
        row: &mut Row,
    ) -> Result<(), JsonError> {
        row.read(reader, Want::Values(self.interest))?;
        self.changed(row);
        Ok(())
    }

    /// The instances of all sections but `resource_changes`, of the types that are asked for.
    pub(super) fn valued(
        &mut self,
        input: &Input,
        of: &dyn Fn(&str) -> bool,
    ) -> Result<(), JsonError> {
        let (sections, want) = (self.sections, Want::Values(self.interest));
        if let Some((range, wanted)) = &sections.planned {
            walk(
                &mut reader(input, range),
                "planned_values",
                want,
                &mut |row, _| self.value(row, of, wanted, Origin::PlannedValues),
            )?;
        }
        if let Some((range, wanted)) = &sections.prior {
            walk_state(
                &mut reader(input, range),
                "prior_state",
                want,
                &mut |row, _| self.value(row, of, wanted, Origin::PriorState),
            )?;
        }
        if let Some(range) = &sections.state {
            walk(&mut reader(input, range), "values", want, &mut |row, _| {
                self.value(row, of, &Wanted::All, Origin::State)
            })?;
        }
        if let Some(range) = &sections.raw {
            raw::walk(&mut reader(input, range), want, &mut |row, _| {
                self.value(row, of, &Wanted::All, Origin::State)
            })?;
        }
        Ok(())
    }

    fn changed(&mut self, row: &mut Row) {
        if mode(row) != Ok(Mode::Managed) || row.is_redacted() {
            return;
        }
        row.name_itself();
        let Ok(effect) = effect(row.change.as_ref()) else {
            return;
        };
        let Some(mut instance) = self.instance(row) else {
            return;
        };
        let changes = row.change.take().unwrap_or_default();
        let Changes {
            before,
            after,
            after_unknown,
            before_sensitive,
            after_sensitive,
            ..
        } = changes;
        let old = Given {
            known: before,
            sensitive: before_sensitive,
            ..Given::default()
        };
        let new = Given {
            known: after,
            unknown: after_unknown,
            sensitive: after_sensitive,
            silent: false,
        };
        instance.previous_address = row.previous.get().map(Arc::from);
        let change = match effect {
            Effect::Nothing => return,
            Effect::CreateAndForget => Change::Create,
            Effect::One(Change::Forget) => Change::Forget,
            // What is left over is there until this plan is applied, whatever becomes of it.
            Effect::One(_) if instance.deposed.is_some() => Change::Deposed,
            Effect::One(change) => change,
        };
        instance.change = change;
        let (after, before) = match change {
            Change::Keep => {
                // Nothing changes, so where one of both is missing the other tells.
                let there = if new.known.is_object() || !old.known.is_object() {
                    &new
                } else {
                    &old
                };
                let both = self.prepared(&instance, there);
                (both.clone(), Some(both))
            }
            Change::Create => (self.prepared(&instance, &new), None),
            Change::Update | Change::Replace | Change::ReplaceCreateFirst => {
                let was = old
                    .known
                    .is_object()
                    .then(|| self.prepared(&instance, &old));
                (self.prepared(&instance, &new), was)
            }
            Change::Forget => {
                let both = self.prepared(&instance, &old);
                (both.clone(), Some(both))
            }
            Change::Deposed | Change::Delete => {
                let there = if old.known.is_object() || !new.known.is_object() {
                    &old
                } else {
                    &new
                };
                (Value::null(), Some(self.prepared(&instance, there)))
            }
        };
        (instance.after, instance.before) = (after, before);
        if effect == Effect::CreateAndForget {
            let left = self.prepared(&instance, &old);
            let mut forgotten = instance.clone();
            forgotten.change = Change::Forget;
            (forgotten.after, forgotten.before) = (left.clone(), Some(left));
            (self.each)(instance);
            (self.each)(forgotten);
        } else {
            (self.each)(instance);
        }
    }

    /// An entry of a section that has values.
    fn value(
        &mut self,
        row: &mut Row,
        of: &dyn Fn(&str) -> bool,
        wanted: &Wanted,
        origin: Origin,
    ) -> Result<(), JsonError> {
        row.name_itself();
        let asked = row.resource_type.get().is_some_and(of);
        // What becomes of a leftover is said in `resource_changes`, if there are any.
        let left_over = row.left_over().is_some();
        let there = is_managed(row) && (wanted.has(row) || left_over && origin == Origin::State);
        if !asked || !there || row.is_redacted() {
            return Ok(());
        }
        let Some(mut instance) = self.instance(row) else {
            return Ok(());
        };
        let given = Given {
            known: take(&mut row.values),
            unknown: Mask::Missing,
            sensitive: take(&mut row.sensitive),
            silent: origin == Origin::PlannedValues,
        };
        let value = self.prepared(&instance, &given);
        instance.origin = origin;
        let known = origin != Origin::PlannedValues || self.sections.existed(&instance.address);
        instance.change = match (left_over, known) {
            (true, _) => Change::Deposed,
            (false, true) => Change::Keep,
            (false, false) => Change::Create,
        };
        instance.before = (instance.change != Change::Create).then(|| value.clone());
        if instance.change != Change::Deposed {
            instance.after = value;
        }
        (self.each)(instance);
        Ok(())
    }

    /// An instance without its attributes; none where it was handed out already.
    fn instance(&mut self, row: &Row) -> Option<Instance> {
        let (address, of) = (row.address.get()?, row.resource_type.get()?);
        let left_over = row.left_over();
        let twice = &self.sections.twice;
        if !twice.is_empty() {
            let print =
                left_over.map_or_else(|| Print::of(address), |key| Print::of_deposed(address, key));
            if twice.contains(print) && !self.done.insert(print) {
                return None;
            }
        }
        // Mostly all the parts are there, and the address need not be taken apart.
        let (module, name) = (row.module.get(), row.name.get());
        let told = module.is_some() || !address.starts_with("module.");
        let whole = told && name.is_some() && (row.key.is_some() || !address.ends_with(']'));
        let parsed = if whole { None } else { address::parse(address) };
        let module = module.or(parsed.as_ref().map(|parsed| parsed.module));
        let name = name.or(parsed.as_ref().map(|parsed| parsed.name));
        let module = module.unwrap_or_default().to_owned();
        let name = name.unwrap_or_default().into();
        let key: Option<Key> = row
            .key
            .clone()
            .or_else(|| parsed.and_then(|parsed| parsed.key));
        Some(Instance {
            address: address.to_owned(),
            module,
            resource_type: self.shared(of),
            name,
            key,
            provider: self.shared(row.provider.get().unwrap_or_default()),
            change: Change::Keep,
            deposed: left_over.map(Arc::from),
            previous_address: None,
            origin: Origin::Change,
            copies: Copies::ONE,
            after: Value::null(),
            before: None,
            span: None,
        })
    }

    fn prepared(&mut self, instance: &Instance, given: &Given) -> Value {
        if self.module.0 != instance.module {
            self.module = (instance.module.clone(), module_path(&instance.module));
        }
        let of = &*instance.resource_type;
        let module = self.module.1.as_deref();
        let block = module.and_then(|module| self.configuration.block(module, of, &instance.name));
        let written = block.zip(module).map(|(block, module)| Written {
            configuration: self.configuration,
            module,
            block,
        });
        prepare(wanted(self.interest, of), given, written)
    }

    fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        name
    }
}

impl Sections {
    /// Whether an instance was there before, as far as is known.
    fn existed(&self, address: &str) -> bool {
        self.existed.contains(Print::of(address))
    }
}

impl Wanted {
    pub(super) fn has(&self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::These(prints) => row
                .address
                .get()
                .is_some_and(|address| prints.contains(Print::of(address))),
        }
    }
}

/// A reader of one section.
pub(super) fn reader<'a>(input: &'a Input, range: &Range<u64>) -> Source<'a> {
    Reader::with(input.section(range.clone()), BUFFER, range.start)
}
