//! The first pass: from the first byte to the last, with an eye on what decides.

use super::configuration::{self, Configuration};
use super::effect::{Effect, Unclear, effect};
use super::print::{Print, Prints};
use super::row::{Row, Want};
use super::tree::{walk, walk_state};
use super::{Complaints, Source, checks};
use crate::finding::Finding;
use crate::read::address::{self, Mode};
use crate::read::json::{Fault, Json, JsonError, Kind, Seen};
use crate::read::{Change, Interest};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// What the top level of a document says.
#[derive(Default)]
pub(in crate::read) struct Top {
    /// All its keys, for when it is none of what is read; only so many.
    pub(in crate::read) keys: Vec<String>,
    pub(in crate::read) format_version: Option<String>,
    pub(in crate::read) plan_format_version: Option<String>,
    pub(super) terraform_version: Option<String>,
    /// `version`, of a raw state or of guard's own measurements.
    pub(in crate::read) version: Option<String>,
    pub(super) errored: bool,
    /// Whether it says `complete: false`.
    pub(super) incomplete: bool,
    /// How many changes were put off, and of what, as far as named.
    pub(super) deferred: (usize, Vec<String>),
    pub(super) configuration: Configuration,
    /// Whether there is a configuration.
    pub(super) configured: bool,
    pub(super) variables: BTreeMap<Arc<str>, Json>,
    /// Where `resource_changes` stands.
    pub(super) changes: Option<Range<u64>>,
    pub(super) planned: Option<Range<u64>>,
    pub(super) prior: Option<Range<u64>>,
    /// Where the `values` of a state stand, and whether there is a root module in them.
    pub(super) values: Option<(Range<u64>, bool)>,
    /// Where the `resources` of a raw state stand.
    pub(super) resources: Option<Range<u64>>,
    pub(super) tally: Tally,
}

/// Which instances are named where.
#[derive(Default)]
pub(super) struct Tally {
    /// Managed entries of `resource_changes`, by address.
    pub(super) changed: Prints,
    /// Leftovers, by address and key.
    pub(super) deposed: Prints,
    /// All other addresses that `resource_changes` mentions.
    pub(super) mentioned: Prints,
    pub(super) planned: Named,
    pub(super) prior: Named,
    /// Where the entries of each type stand in `resource_changes`, those that go left out.
    pub(super) types: BTreeMap<String, Vec<u64>>,
    /// How many entries leave something behind, and how many go.
    pub(super) stays: usize,
    pub(super) goes: usize,
}

/// The managed instances that a section names.
#[derive(Default)]
pub(super) struct Named {
    pub(super) full: Prints,
    /// The full and the shorter form of those that are written short.
    pub(super) short: Vec<(Print, Print)>,
    /// Leftovers, by address and key.
    pub(super) deposed: Prints,
    /// Whether one has no address, nor the parts of one.
    pub(super) unnamed: bool,
    /// Whether one names itself with a redacted text.
    pub(super) redacted: bool,
    /// Those that do not say their type; only so many.
    pub(super) untyped: Vec<String>,
    /// The types of all others.
    pub(super) types: BTreeSet<String>,
}

impl Named {
    /// Takes note of an entry, if it is an instance.
    pub(super) fn add(&mut self, row: &mut Row, bare: Option<&str>) {
        if !is_managed(row) {
            return;
        }
        row.name_itself();
        self.redacted |= row.is_redacted();
        let Some(address) = row.address.get() else {
            self.unnamed = true;
            return;
        };
        if let Some(key) = row.left_over() {
            self.deposed.push(Print::of_deposed(address, key));
            return;
        }
        let print = Print::of(address);
        self.full.push(print);
        self.short.extend(bare.map(|bare| (print, Print::of(bare))));
        match row.resource_type.get() {
            Some(of) if self.types.contains(of) => {}
            Some(of) => drop(self.types.insert(of.to_owned())),
            None if self.untyped.len() < UNTYPED => self.untyped.push(address.to_owned()),
            None => {}
        }
    }
}

const UNTYPED: usize = 16;

const TOP: [&str; 16] = [
    "format_version",
    "plan_format_version",
    "terraform_version",
    "version",
    "variables",
    "planned_values",
    "resource_changes",
    "deferred_changes",
    "prior_state",
    "configuration",
    "checks",
    "errored",
    "complete",
    "values",
    "resources",
    "check_results",
];
/// How many keys are remembered, and how much of each.
const KEYS: usize = 64;

/// Reads a document that is one object.
pub(in crate::read) fn read(
    reader: &mut Source<'_>,
    interest: &dyn Interest,
    complaints: &mut Complaints,
) -> Result<Top, JsonError> {
    let mut top = Top::default();
    let mut seen = [false; TOP.len()];
    reader.open_object("the document")?;
    while let Some(key) = reader.key()? {
        let known = TOP.iter().zip(&mut seen).find(|(name, _)| **name == key);
        if top.keys.len() < KEYS {
            top.keys.push(key.chars().take(KEYS).collect());
        }
        match known {
            Some((name, seen)) if *seen => {
                return reader.fail(Fault::Repeated((*name).to_owned()));
            }
            Some((name, seen)) => {
                *seen = true;
                top.member(reader, name, interest, complaints)?;
            }
            None => reader.skip()?,
        }
    }
    reader.finish()?;
    Ok(top)
}

impl Top {
    fn member(
        &mut self,
        reader: &mut Source<'_>,
        name: &str,
        interest: &dyn Interest,
        complaints: &mut Complaints,
    ) -> Result<(), JsonError> {
        match name {
            "format_version" => self.format_version = scalar(reader)?,
            "plan_format_version" => self.plan_format_version = scalar(reader)?,
            "terraform_version" => self.terraform_version = scalar(reader)?,
            "version" => self.version = scalar(reader)?,
            "variables" => self.variables = configuration::read_variables(reader)?,
            "planned_values" => self.planned = self.planned_values(reader)?,
            "resource_changes" => self.changes = self.resource_changes(reader, complaints)?,
            "deferred_changes" => self.deferred = deferred(reader)?,
            "prior_state" => self.prior = self.prior_state(reader)?,
            "configuration" => {
                self.configuration = configuration::read(reader, interest)?;
                self.configured = self.configuration.exists();
            }
            "checks" | "check_results" => checks::read(reader, complaints)?,
            "errored" => self.errored = flag(reader)? == Some(true),
            "complete" => self.incomplete = flag(reader)? == Some(false),
            "values" if reader.kind()? == Kind::Object => self.values = Some(values(reader)?),
            "resources" if reader.kind()? == Kind::Array => self.resources = Some(skipped(reader)?),
            _ => reader.skip()?,
        }
        Ok(())
    }

    fn planned_values(&mut self, reader: &mut Source<'_>) -> Result<Option<Range<u64>>, JsonError> {
        if reader.kind()? == Kind::Null {
            return reader.skip().map(|()| None);
        }
        let start = reader.offset();
        let planned = &mut self.tally.planned;
        walk(
            reader,
            "planned_values",
            Want::Presence,
            &mut |row, bare| {
                planned.add(row, bare);
                Ok(())
            },
        )?;
        Ok(Some(start..reader.offset()))
    }

    fn prior_state(&mut self, reader: &mut Source<'_>) -> Result<Option<Range<u64>>, JsonError> {
        if reader.kind()? == Kind::Null {
            return reader.skip().map(|()| None);
        }
        let start = reader.offset();
        let prior = &mut self.tally.prior;
        walk_state(reader, "prior_state", Want::Presence, &mut |row, bare| {
            prior.add(row, bare);
            Ok(())
        })?;
        Ok(Some(start..reader.offset()))
    }

    fn resource_changes(
        &mut self,
        reader: &mut Source<'_>,
        complaints: &mut Complaints,
    ) -> Result<Option<Range<u64>>, JsonError> {
        if reader.null()? {
            return Ok(None);
        }
        let mut row = Row::default();
        reader.kind()?;
        let start = reader.offset();
        reader.open_array("resource_changes")?;
        while reader.element()? {
            row.read(reader, Want::Presence)?;
            self.tally.change(&mut row, complaints);
        }
        Ok(Some(start..reader.offset()))
    }
}

impl Tally {
    /// All types that occur, and where their entries stand in `resource_changes`.
    pub(super) fn all_types(&mut self) -> BTreeMap<String, Vec<u64>> {
        let mut types = std::mem::take(&mut self.types);
        for named in [&mut self.planned, &mut self.prior] {
            for of in std::mem::take(&mut named.types) {
                types.entry(of).or_default();
            }
        }
        types
    }

    /// Counts one entry of `resource_changes`, and complains of it where it is no good.
    fn change(&mut self, row: &mut Row, complaints: &mut Complaints) {
        let at = row.range.start;
        if let Some(previous) = row.previous.get() {
            self.mentioned.push(Print::of(previous));
        }
        let mode = match mode(row) {
            Ok(mode) => mode,
            Err(word) => {
                let address = row.address.get().unwrap_or_default();
                return complaints.add(Finding::unknown_mode(&complaints.root, address, word));
            }
        };
        if mode != Mode::Managed {
            if let Some(address) = row.address.get() {
                self.mentioned.push(Print::of(address));
            }
            return;
        }
        if row.is_redacted() {
            return complaints.redacted();
        }
        row.name_itself();
        let (Some(address), Some(of)) = (row.address.get(), row.resource_type.get()) else {
            let what = if row.address.get().is_none() {
                "address"
            } else {
                "type"
            };
            return complaints.add(Finding::incomplete_resource(
                &complaints.input,
                Some(at),
                row.address.get(),
                what,
            ));
        };
        let print = Print::of(address);
        match row.left_over() {
            Some(key) => {
                self.deposed.push(Print::of_deposed(address, key));
                self.mentioned.push(print);
            }
            None => self.changed.push(print),
        }
        let gone = match effect(row.change.as_ref()) {
            Ok(effect) => matches!(effect, Effect::One(Change::Delete) | Effect::Nothing),
            Err(Unclear::Unknown(words)) => {
                return complaints.add(Finding::unknown_action(&complaints.root, address, &words));
            }
            Err(Unclear::Missing) => {
                return complaints.add(Finding::incomplete_resource(
                    &complaints.input,
                    Some(at),
                    Some(address),
                    "change",
                ));
            }
        };
        if gone {
            self.goes = self.goes.saturating_add(1);
        } else {
            self.stays = self.stays.saturating_add(1);
        }
        // What goes looks at others to tell what it was.
        let places = match self.types.get_mut(of) {
            Some(places) => places,
            None => self.types.entry(of.to_owned()).or_default(),
        };
        if !gone {
            places.push(at);
        }
    }
}

/// Whether an entry of a values module is a managed instance, or something nobody knows,
/// which counts lest it be lost.
pub(super) fn is_managed(row: &Row) -> bool {
    matches!(mode(row), Ok(Mode::Managed) | Err(_))
}

/// What kind of thing an entry is; the word where nobody knows it.
pub(super) fn mode(row: &Row) -> Result<Mode, &str> {
    match row.mode.get() {
        Some("managed") => Ok(Mode::Managed),
        Some("data") => Ok(Mode::Data),
        // Listed by `terraform query`: as little there after apply as what is ephemeral.
        Some("ephemeral" | "list") => Ok(Mode::Ephemeral),
        Some(other) => Err(other),
        None => {
            let parsed = row.address.get().and_then(address::parse);
            Ok(parsed.map_or(Mode::Managed, |address| address.mode))
        }
    }
}

/// A string or a number.
fn scalar(reader: &mut Source<'_>) -> Result<Option<String>, JsonError> {
    Ok(match reader.kind()? {
        Kind::String => Some(reader.string("")?.to_owned()),
        Kind::Number => Some(reader.number("")?.to_owned()),
        _ => reader.skip().map(|()| None)?,
    })
}

fn flag(reader: &mut Source<'_>) -> Result<Option<bool>, JsonError> {
    match reader.kind()? {
        Kind::Bool => reader.bool("").map(Some),
        _ => reader.skip().map(|()| None),
    }
}

/// Past the values of a state, telling where they stand and whether there is a root module.
fn values(reader: &mut Source<'_>) -> Result<(Range<u64>, bool), JsonError> {
    let start = reader.offset();
    let (mut seen, mut has_root) = (Seen::default(), false);
    reader.open_object("values")?;
    while reader.field(&["root_module"], &mut seen)?.is_some() {
        has_root = reader.kind()? == Kind::Object;
        reader.skip()?;
    }
    Ok((start..reader.offset(), has_root))
}

/// Past a value, telling where it stands.
fn skipped(reader: &mut Source<'_>) -> Result<Range<u64>, JsonError> {
    reader.kind()?;
    let start = reader.offset();
    reader.skip()?;
    Ok(start..reader.offset())
}

/// How many changes were put off to a later run, and the first few of their addresses.
fn deferred(reader: &mut Source<'_>) -> Result<(usize, Vec<String>), JsonError> {
    const NAMED: usize = 5;
    let (mut count, mut named) = (0_usize, Vec::new());
    if reader.kind()? != Kind::Array {
        return reader.skip().map(|()| (count, named));
    }
    reader.open_array("deferred_changes")?;
    while reader.element()? {
        count = count.saturating_add(1);
        if named.len() >= NAMED {
            reader.skip()?;
            continue;
        }
        let one = reader.tree()?;
        let address = one
            .get("resource_change")
            .and_then(|change| change.get("address"));
        named.extend(address.and_then(Json::as_str).map(str::to_owned));
    }
    Ok((count, named))
}
