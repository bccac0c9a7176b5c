//! `policies/capacity/*.hcl`: what each resource type asks for, as data.
//!
//! Shipped files are read when an instance of one of their providers turns up; a catalog's own
//! files are read at once, so that all their mistakes can be told. What a catalog says of a type
//! replaces what is shipped.

mod explain;
mod parse;
mod rule;

pub use explain::Explanation;
pub(crate) use parse::Sheet;
pub(crate) use rule::{
    Body, ByName, Each, Formula, Kind, Local, Part, Read, Rule, Shared, Source, UserFunction, What,
};

use super::machines::Machines;
use super::shipped;
use crate::finding::Finding;
use crate::quantity::Dimension;
use crate::read::{AttributeSet, Interest};
use crate::source::SourceFile;
use crate::source::hcl::Mistakes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// All capacity rules, and the tables of machine sizes they look into.
#[derive(Debug)]
pub struct Rules {
    machines: Machines,
    /// What the catalog brings.
    own: Sheet,
    /// By the first word of the resource types they are for, in the order of the list.
    shipped: Vec<Shipped>,
}

/// A file of rules that comes with guard.
#[derive(Debug)]
struct Shipped {
    path: &'static str,
    text: &'static str,
    /// The first words of the resource types it is about; the last file is about all others.
    prefixes: &'static [&'static str],
    sheet: OnceLock<Sheet>,
}

/// What is known of a resource type.
#[derive(Clone, Copy)]
pub(crate) enum Entry<'a> {
    /// A rule, and the file whose functions and parts it uses.
    Rule(&'a Arc<Rule>, &'a Sheet),
    /// Each instance is one of that dimension.
    Counted(&'a Dimension),
    Weightless,
    Opaque,
    /// Never heard of.
    Nothing,
}

impl Default for Rules {
    fn default() -> Self {
        Self::shipped()
    }
}

impl Rules {
    /// The rules that come with guard, alone.
    pub fn shipped() -> Self {
        let shipped = shipped::RULES
            .iter()
            .map(|(prefixes, (path, text))| Shipped {
                path,
                text,
                prefixes,
                sheet: OnceLock::new(),
            })
            .collect();
        Self {
            machines: Machines::shipped(),
            own: Sheet::default(),
            shipped,
        }
    }

    /// The shipped rules with those of a catalog: the files of its `capacity` and `machines`
    /// folders. Gives every mistake in them.
    pub fn with(capacity: &[SourceFile], machines: &[SourceFile]) -> (Self, Vec<Finding>) {
        let mut rules = Self::shipped();
        let mut findings = Vec::new();
        for file in machines {
            findings.extend(rules.machines.add(file));
        }
        let mut own = Sheet::default();
        let mut mistakes = Mistakes::new();
        for file in capacity {
            let sheet = rules.parse(file, &own, &mut mistakes);
            own.take(sheet, &mut mistakes);
        }
        rules.own = own;
        findings.extend(
            mistakes
                .into_iter()
                .map(|wrong| Finding::bad_capacity_rule(&wrong.message, wrong.labels, wrong.help)),
        );
        (rules, findings)
    }

    fn parse(&self, file: &SourceFile, own: &Sheet, mistakes: &mut Mistakes) -> Sheet {
        let mut around = parse::Around {
            functions: own.functions.keys().cloned().collect(),
            parts: own
                .shared
                .iter()
                .map(|(name, part)| (name.clone(), part.parameters.clone()))
                .collect(),
            has_table: &|table| self.machines.has(table),
            trusted: false,
        };
        // A catalog's rules may use what the shipped ones are made of.
        for shipped in &self.shipped {
            if !file
                .text()
                .contains(shipped.prefixes.first().copied().unwrap_or("\0"))
            {
                continue;
            }
            let sheet = self.sheet_of(shipped);
            around.functions.extend(sheet.functions.keys().cloned());
            for (name, part) in &sheet.shared {
                let parameters = part.parameters.clone();
                around.parts.entry(name.clone()).or_insert(parameters);
            }
        }
        parse::sheet(file, &around, mistakes)
    }

    fn sheet_of<'a>(&'a self, shipped: &'a Shipped) -> &'a Sheet {
        shipped.sheet.get_or_init(|| {
            let file = SourceFile::new(shipped.path, shipped.text);
            let around = parse::Around {
                functions: BTreeSet::new(),
                parts: BTreeMap::new(),
                has_table: &|table| self.machines.has(table),
                trusted: true,
            };
            // Shipped files have no mistakes: a test reads them all.
            parse::sheet(&file, &around, &mut Mistakes::new())
        })
    }

    /// The shipped rules that a type would be in.
    fn shipped_for(&self, resource_type: &str) -> Option<&Sheet> {
        let word = resource_type.split('_').next().unwrap_or(resource_type);
        let named = self
            .shipped
            .iter()
            .find(|shipped| shipped.prefixes.contains(&word));
        let shipped =
            named.or_else(|| self.shipped.iter().find(|file| file.prefixes.is_empty()))?;
        Some(self.sheet_of(shipped))
    }

    /// What is known of a type: the catalog's word before the shipped one, a name before a pattern.
    pub(crate) fn entry(&self, resource_type: &str) -> Entry<'_> {
        let shipped = self.shipped_for(resource_type);
        let sheets = || std::iter::once(&self.own).chain(shipped);
        for sheet in sheets() {
            if let Some(rule) = sheet.rules.get(resource_type) {
                return Entry::Rule(rule, sheet);
            }
            if sheet.opaque.names.contains(resource_type) {
                return Entry::Opaque;
            }
            if let Some(dimension) = sheet.counted.get(resource_type) {
                return Entry::Counted(dimension);
            }
            if sheet.weightless.names.contains(resource_type) {
                return Entry::Weightless;
            }
        }
        for sheet in sheets() {
            if sheet.opaque.fits(resource_type) {
                return Entry::Opaque;
            }
            if sheet.weightless.fits(resource_type) {
                return Entry::Weightless;
            }
        }
        Entry::Nothing
    }

    /// The rule of a type, if it has one.
    pub(crate) fn rule(&self, resource_type: &str) -> Option<(&Arc<Rule>, &Sheet)> {
        match self.entry(resource_type) {
            Entry::Rule(rule, sheet) => Some((rule, sheet)),
            _ => None,
        }
    }

    /// All rules that come with guard, each once.
    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = &Rule> {
        self.shipped.iter().flat_map(|shipped| {
            let rules = self.sheet_of(shipped).rules.iter();
            let first = |(name, rule): &(&Arc<str>, &Arc<Rule>)| rule.types.first() == Some(name);
            rules.filter(first).map(|(_, rule)| &**rule)
        })
    }

    /// The tables of machine sizes.
    pub fn machines(&self) -> &Machines {
        &self.machines
    }

    /// A part that rules of a file may use; the shipped ones stand in for those a catalog lacks.
    pub(crate) fn shared<'a>(&'a self, sheet: &'a Sheet, name: &str) -> Option<&'a Shared> {
        self.around(sheet).find_map(|sheet| sheet.shared.get(name))
    }

    /// A function that rules of a file may call.
    pub(crate) fn function<'a>(&'a self, sheet: &'a Sheet, name: &str) -> Option<&'a UserFunction> {
        self.around(sheet)
            .find_map(|sheet| sheet.functions.get(name))
    }

    /// How to read unlisted names of a table.
    pub(crate) fn by_name<'a>(
        &'a self,
        sheet: &'a Sheet,
        table: &str,
    ) -> impl Iterator<Item = &'a ByName> {
        self.around(sheet)
            .flat_map(move |sheet| sheet.by_name.get(table).into_iter().flatten())
    }

    /// The file itself, and for a catalog's file the shipped ones that were read.
    fn around<'a>(&'a self, sheet: &'a Sheet) -> impl Iterator<Item = &'a Sheet> {
        let own = std::ptr::eq(sheet, &self.own);
        let shipped = self.shipped.iter().filter(move |_| own);
        std::iter::once(sheet).chain(shipped.filter_map(|shipped| shipped.sheet.get()))
    }
}

impl Interest for Rules {
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet> {
        self.rule(resource_type).map(|(rule, _)| &rule.attributes)
    }

    fn is_link_target(&self, resource_type: &str) -> bool {
        self.rule(resource_type)
            .is_some_and(|(rule, _)| !rule.keys.is_empty() || rule.kind == Kind::Modifier)
    }
}
