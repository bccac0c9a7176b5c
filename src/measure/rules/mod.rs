//! `policies/capacity/*.hcl`: what each resource type asks for, as data.
//!
//! A shipped rule is read when an instance of its type turns up; a catalog's own files are read
//! at once, so that all their mistakes can be told. What a catalog says of a type replaces what
//! is shipped.

mod body;
mod explain;
mod formula;
mod nested;
mod parse;
mod rule;
mod scan;
mod sheet;

pub use explain::{Explanation, Listed};
pub(crate) use nested::{Reading, Seen};
pub(crate) use rule::{
    Body, ByName, Each, Formula, Kind, Local, Looks, Part, Read, Rule, Shared, Source,
    UserFunction, What,
};
pub(crate) use sheet::{List, Sheet};

use super::machines::Machines;
use super::shipped;
use crate::finding::Finding;
use crate::quantity::Dimension;
use crate::read::{AttributeSet, Interest};
use crate::source::SourceFile;
use crate::source::hcl::{Mistake, Mistakes};
use sheet::Names;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// All capacity rules, and the tables of machine sizes they look into.
#[derive(Debug)]
pub struct Rules {
    machines: Machines,
    /// What the catalog brings, file by file.
    own: Vec<Sheet>,
    /// In the order of the list.
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
    /// How the paths of the files that come with guard begin: nobody has to look for them.
    pub const INSIDE: &str = "builtin/capacity/";

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
            own: Vec::new(),
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
        let mut mistakes = Mistakes::new();
        let mut bodies = Vec::new();
        for file in capacity {
            if let Some(body) = sheet::body(file, &mut mistakes) {
                let sheet = Sheet::indexed(file, &body, &mut mistakes);
                rules.tell_twice(&sheet, &mut mistakes);
                rules.own.push(sheet);
                bodies.push(body);
            }
        }
        // Blocks may refer to those of other files, so these come first.
        for (sheet, body) in rules.own.iter().zip(&bodies) {
            let names = InSheet {
                rules: &rules,
                sheet,
            };
            sheet.fill(body, &names, &mut mistakes);
        }
        findings.extend(
            mistakes
                .into_iter()
                .map(|wrong| Finding::bad_capacity_rule(&wrong.message, wrong.labels, wrong.help)),
        );
        (rules, findings)
    }

    /// Two files of a catalog cannot both say what a type asks for.
    fn tell_twice(&self, sheet: &Sheet, mistakes: &mut Mistakes) {
        for kind in sheet.types() {
            let before = self.own.iter().find_map(|own| own.place_of(kind));
            if let Some((before, again)) = before.zip(sheet.place_of(kind)) {
                let message = format!("there are two blocks for `{kind}`");
                let mistake = Mistake::new(message, again, "again here");
                mistakes.push(mistake.label(before, "first here"));
            }
        }
    }

    fn sheet_of<'a>(&'a self, shipped: &'a Shipped) -> &'a Sheet {
        let read = || {
            let name = shipped.path.rsplit('/').next().unwrap_or(shipped.path);
            let path = format!("{}{name}", Self::INSIDE);
            Sheet::scanned(&SourceFile::new(path, shipped.text))
        };
        shipped.sheet.get_or_init(read)
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
        let sheets = || self.own.iter().chain(shipped);
        for sheet in sheets() {
            let names = InSheet { rules: self, sheet };
            if let Some(rule) = sheet.rule(resource_type, &names) {
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

    /// Which of the files of rules that is.
    pub(crate) fn position(&self, sheet: &Sheet) -> usize {
        let own = self.own.iter().position(|own| std::ptr::eq(own, sheet));
        let shipped = || {
            let is = |file: &Shipped| file.sheet.get().is_some_and(|own| std::ptr::eq(own, sheet));
            self.shipped.iter().position(is)
        };
        own.or_else(|| Some(self.own.len().saturating_add(shipped()?)))
            .unwrap_or(usize::MAX)
    }

    /// The file of rules at a position.
    pub(crate) fn sheet(&self, position: usize) -> Option<&Sheet> {
        match position.checked_sub(self.own.len()) {
            None => self.own.get(position),
            Some(shipped) => self.shipped.get(shipped).map(|file| self.sheet_of(file)),
        }
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
            let sheet = self.sheet_of(shipped);
            sheet.types().filter_map(|kind| {
                let (rule, _) = self.rule(kind)?;
                (rule.types.first() == Some(kind)).then_some(&**rule)
            })
        })
    }

    /// The types for which the catalog's own files have rules, in the order of the files.
    pub fn own_types(&self) -> impl Iterator<Item = &Arc<str>> {
        self.own.iter().flat_map(Sheet::types)
    }

    /// The tables of machine sizes.
    pub fn machines(&self) -> &Machines {
        &self.machines
    }

    /// A part that rules of a file may use; the shipped ones stand in for those a catalog lacks.
    pub(crate) fn shared<'a>(&'a self, sheet: &'a Sheet, name: &str) -> Option<&'a Shared> {
        self.around(sheet).find_map(|sheet| {
            let names = InSheet { rules: self, sheet };
            sheet.part(name, &names)
        })
    }

    /// A function that rules of a file may call.
    pub(crate) fn function<'a>(&'a self, sheet: &'a Sheet, name: &str) -> Option<&'a UserFunction> {
        self.around(sheet).find_map(|sheet| {
            let names = InSheet { rules: self, sheet };
            sheet.function(name, &names)
        })
    }

    /// The types that formulas look at, in the parts that they use as well.
    fn add_looks<'a>(
        &'a self,
        sheet: &'a Sheet,
        looks: &'a Looks,
        parts: &mut BTreeSet<&'a str>,
        types: &mut BTreeSet<Arc<str>>,
    ) {
        types.extend(looks.types.iter().cloned());
        for part in &looks.parts {
            if parts.insert(part)
                && let Some(shared) = self.shared(sheet, part)
            {
                self.add_looks(sheet, &shared.looks, parts, types);
            }
        }
    }

    /// How to read unlisted names of a table.
    pub(crate) fn by_name<'a>(&'a self, sheet: &'a Sheet, table: &str) -> Vec<&'a ByName> {
        let mut ways = Vec::new();
        for sheet in self.around(sheet) {
            let names = InSheet { rules: self, sheet };
            ways.extend(sheet.by_name(table, &names));
        }
        ways
    }

    /// The files that a file may use functions and parts of: itself; for a catalog's file all of
    /// the catalog and then all that are shipped.
    fn around<'a>(&'a self, sheet: &'a Sheet) -> impl Iterator<Item = &'a Sheet> {
        let is_own = self.own.iter().any(|own| std::ptr::eq(own, sheet));
        let own = self
            .own
            .iter()
            .filter(move |own| is_own && !std::ptr::eq(*own, sheet));
        let shipped = self.shipped.iter().filter(move |_| is_own);
        std::iter::once(sheet)
            .chain(own)
            .chain(shipped.map(|shipped| self.sheet_of(shipped)))
    }
}

impl Interest for Rules {
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet> {
        self.rule(resource_type).map(|(rule, _)| &rule.attributes)
    }

    fn looks_at(&self, resource_type: &str) -> BTreeSet<Arc<str>> {
        let Some((rule, sheet)) = self.rule(resource_type) else {
            return BTreeSet::new();
        };
        let mut looked_at = BTreeSet::new();
        self.add_looks(sheet, &rule.looks, &mut BTreeSet::new(), &mut looked_at);
        if rule.kind == Kind::Modifier {
            // What it modifies looks at it.
            looked_at.extend(rule.types.iter().cloned());
        }
        looked_at
    }
}

/// What the blocks of a file may refer to.
struct InSheet<'a> {
    rules: &'a Rules,
    sheet: &'a Sheet,
}

impl InSheet<'_> {
    fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.rules.around(self.sheet)
    }
}

impl Names for InSheet<'_> {
    fn functions(&self) -> Vec<Arc<str>> {
        let all = self.sheets().flat_map(Sheet::functions);
        all.cloned().collect()
    }

    fn has_function(&self, name: &str) -> bool {
        self.sheets().any(|sheet| sheet.has_function(name))
    }

    fn parts(&self) -> Vec<Arc<str>> {
        let all = self.sheets().flat_map(Sheet::parts);
        all.cloned().collect()
    }

    fn parameters(&self, part: &str) -> Option<Box<[Arc<str>]>> {
        self.sheets()
            .find_map(|sheet| sheet.parameters(part).map(Box::from))
    }

    fn has_table(&self, name: &str) -> bool {
        self.rules.machines.has(name)
    }

    fn trusts(&self) -> bool {
        !self
            .rules
            .own
            .iter()
            .any(|own| std::ptr::eq(own, self.sheet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Guard's own files are scanned, not parsed: the scan has to find what a parser finds.
    #[test]
    fn a_scan_finds_what_is_there() {
        for (_, (path, text)) in shipped::RULES {
            let file = SourceFile::new(*path, *text);
            let mut mistakes = Mistakes::new();
            let body = sheet::body(&file, &mut mistakes).unwrap();
            let parsed = Sheet::indexed(&file, &body, &mut mistakes);
            assert!(mistakes.is_empty(), "{path}");
            let scanned = Sheet::scanned(&file);
            let facts = |sheet: &Sheet| -> BTreeMap<&str, String> {
                BTreeMap::from([
                    ("providers", format!("{:?}", sheet.providers)),
                    ("weightless", format!("{:?}", sheet.weightless)),
                    ("opaque", format!("{:?}", sheet.opaque)),
                    ("counted", format!("{:?}", sheet.counted)),
                    ("types", format!("{:?}", sheet.types().collect::<Vec<_>>())),
                    ("parts", format!("{:?}", sheet.parts().collect::<Vec<_>>())),
                    (
                        "functions",
                        format!("{:?}", sheet.functions().collect::<Vec<_>>()),
                    ),
                    (
                        "tables",
                        format!("{:?}", sheet.tables().collect::<Vec<_>>()),
                    ),
                ])
            };
            assert_eq!(facts(&scanned), facts(&parsed), "{path}");
            for kind in scanned.types() {
                let place = |sheet: &Sheet| sheet.place_of(kind).map(|span| span.range);
                assert_eq!(place(&scanned), place(&parsed), "{path} {kind}");
            }
        }
    }
}
