//! After the first pass: which instances count, and what is wrong with the plan as a whole.

use super::instances::reader;
use super::print::{Print, Prints};
use super::row::{Row, Want};
use super::top::{Named, Top, is_managed};
use super::tree::{Visit, walk, walk_state};
use super::{Complaints, Kind, Sections, Survey, Wanted, raw, targets};
use crate::finding::Finding;
use crate::read::encoding::Text;
use crate::read::json::{Fault, JsonError};
use crate::read::{Interest, Options, refusal, unreadable};
use crate::source::input::Input;
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

/// What kind of document it is, if it is one that holds instances.
pub(in crate::read) fn kind_of(top: &Top) -> Option<Kind> {
    if top.changes.is_some() || top.planned.is_some() {
        Some(Kind::Plan)
    } else if shown_state(top).is_some() || raw_state(top).is_some() {
        Some(Kind::State)
    } else {
        None
    }
}

/// The `values` of what `show -json` prints. Other programs have values, too.
fn shown_state(top: &Top) -> Option<&Range<u64>> {
    let (range, has_root) = top.values.as_ref()?;
    (*has_root || top.format_version.is_some()).then_some(range)
}

fn raw_state(top: &Top) -> Option<&Range<u64>> {
    let has = |key: &str| top.keys.iter().any(|known| known == key);
    let readable = top.version.as_deref() == Some(raw::VERSION);
    top.resources
        .as_ref()
        .filter(|_| readable && (has("lineage") || has("serial")))
}

/// Makes a survey of what the first pass found.
pub(in crate::read) fn survey(
    text: Text,
    mut top: Top,
    kind: Kind,
    interest: &dyn Interest,
    options: &Options,
    mut complaints: Complaints,
) -> Result<Survey, Box<Finding>> {
    let mut configuration = std::mem::take(&mut top.configuration);
    configuration.give_values(std::mem::take(&mut top.variables));
    let look_again = |top: &mut Top, complaints: &mut Complaints| {
        let sections = match kind {
            Kind::Plan => plan(top, options, complaints),
            Kind::State => state(&text.input, top, complaints)?,
        };
        contradictions(&text.input, &sections, complaints)?;
        let types = top.tally.all_types();
        let targets = targets::collect(&text.input, &configuration, &sections, &types, interest)?;
        Ok((sections, targets))
    };
    let looked = look_again(&mut top, &mut complaints);
    let (sections, targets) = looked.map_err(|error: JsonError| refusal(&text, &error))?;
    text.unchanged()
        .map_err(|error| unreadable(&text.input, &error))?;
    Ok(Survey {
        kind,
        format_version: top.format_version.or(top.plan_format_version),
        terraform_version: top.terraform_version,
        findings: complaints.into_findings(),
        text,
        configuration,
        targets,
        sections,
    })
}

/// Which instances of a plan count.
fn plan(top: &mut Top, options: &Options, complaints: &mut Complaints) -> Sections {
    let tally = &mut top.tally;
    tally.changed.sort();
    tally.mentioned.sort();
    tally.deposed.sort();
    let said = |print: Print| tally.changed.contains(print) || tally.mentioned.contains(print);
    let (planned, planned_twice) = left(&mut tally.planned, &said);
    let all_planned = &tally.planned.full;
    let (prior, prior_twice) = left(&mut tally.prior, &|print| {
        said(print) || all_planned.contains(print)
    });
    let mut twice = tally.changed.repeated();
    twice.extend(tally.deposed.repeated());

    let mut sections = Sections {
        changes: top.changes.clone(),
        ..Sections::default()
    };
    let input = complaints.input.clone();
    let has_changes = top.changes.is_some();
    let refresh_only = !has_changes && planned.is_empty() && !prior.is_empty();
    let untouched = if has_changes { prior.len() } else { 0 };
    let (deferred, named) = &top.deferred;
    if top.errored {
        complaints.add(Finding::errored_plan(&input));
    } else if top.incomplete || *deferred > 0 || untouched > 0 {
        complaints.add(Finding::partial_plan(
            &input,
            untouched,
            *deferred,
            named,
            options.allow_partial,
        ));
    }
    if has_changes {
        if tally.stays == 0 && tally.goes > 0 && planned.is_empty() && untouched == 0 {
            complaints.add(Finding::destroy_plan(&input, tally.goes));
        } else if !planned.is_empty() {
            complaints.add(Finding::planned_values_beside(&input, planned.len()));
        }
    } else if refresh_only {
        complaints.add(Finding::refresh_only_plan(
            &input,
            prior.len(),
            options.allow_partial,
        ));
    } else if !planned.is_empty() {
        complaints.add(Finding::planned_values_only(
            &input,
            planned.len(),
            top.configured,
        ));
    }
    let empty = planned.is_empty() && prior.is_empty() && tally.stays == 0 && tally.goes == 0;
    if empty && complaints.findings.is_empty() {
        complaints.add(Finding::no_resources(&input, "plan"));
    }
    if !has_changes {
        nameless(&tally.planned, complaints);
    }
    for address in &tally.planned.untyped {
        if planned.contains(Print::of(address)) {
            complaints.untyped(address);
        }
    }

    let wants_prior = options.allow_partial && (refresh_only || untouched > 0);
    if wants_prior {
        twice.extend(prior_twice);
        for address in tally
            .prior
            .untyped
            .iter()
            .filter(|address| prior.contains(Print::of(address)))
        {
            complaints.untyped(address);
        }
    } else if !has_changes {
        sections.existed = std::mem::take(&mut tally.prior.full);
    }
    twice.extend(planned_twice);
    twice.sort();
    sections.twice = twice;
    let section = |range: &Option<Range<u64>>, prints: Prints| {
        range
            .clone()
            .filter(|_| !prints.is_empty())
            .map(|range| (range, Wanted::These(prints)))
    };
    sections.planned = section(&top.planned, planned);
    sections.prior = section(&top.prior, prior).filter(|_| wants_prior);
    sections
}

/// The instances that only this section names, and those of them that it names more than once.
fn left(named: &mut Named, said: &dyn Fn(Print) -> bool) -> (Prints, Prints) {
    // Where the changes call an instance by its short name as well, the short one is its name.
    let mut short = Prints::default();
    for (full, bare) in &named.short {
        if said(*bare) && !said(*full) {
            short.push(*full);
        }
    }
    short.sort();
    named.full.sort();
    let mut left = named.full.clone();
    left.retain(|print| !said(print) && !short.contains(print));
    let twice = left.repeated();
    left.dedup();
    (left, twice)
}

fn nameless(named: &Named, complaints: &mut Complaints) {
    if named.redacted {
        complaints.redacted();
    }
    if named.unnamed {
        let input = complaints.input.clone();
        complaints.add(Finding::incomplete_resource(&input, None, None, "address"));
    }
}

/// Which instances of a state count: all.
fn state(input: &Input, top: &mut Top, complaints: &mut Complaints) -> Result<Sections, JsonError> {
    let mut sections = Sections {
        state: shown_state(top).cloned(),
        ..Sections::default()
    };
    if sections.state.is_none() {
        sections.raw = raw_state(top).cloned();
    }
    // What is in a state is as good as planned.
    let mut named = Named::default();
    let mut flat = None;
    each_row(input, &sections, &mut |row, bare| {
        named.add(row, bare);
        if row.flat && is_managed(row) {
            flat = flat.take().or_else(|| row.address.get().map(str::to_owned));
        }
        Ok(())
    })?;
    nameless(&named, complaints);
    named
        .untyped
        .iter()
        .for_each(|address| complaints.untyped(address));
    let shown = complaints.input.clone();
    if let Some(address) = flat {
        complaints.add(Finding::flat_state(&shown, &address));
    }
    if named.full.is_empty() && named.deposed.is_empty() {
        complaints.add(Finding::no_resources(&shown, "state"));
    }
    named.full.sort();
    named.deposed.sort();
    sections.twice = named.full.repeated();
    sections.twice.extend(named.deposed.repeated());
    sections.twice.sort();
    top.tally.planned = named;
    Ok(sections)
}

/// Complains of addresses that are named more than once by entries that differ.
fn contradictions(
    input: &Input,
    sections: &Sections,
    complaints: &mut Complaints,
) -> Result<(), JsonError> {
    if sections.twice.is_empty() {
        return Ok(());
    }
    let mut first: BTreeMap<Print, (Print, bool)> = BTreeMap::new();
    let twice = &sections.twice;
    each_row(input, sections, &mut |row, _| {
        if !is_managed(row) {
            return Ok(());
        }
        row.name_itself();
        let Some(address) = row.address.get() else {
            return Ok(());
        };
        let print = match row.left_over() {
            Some(key) => Print::of_deposed(address, key),
            None => Print::of(address),
        };
        if !twice.contains(print) {
            return Ok(());
        }
        let mut entry = Vec::new();
        let read = input.section(row.range.clone()).read_to_end(&mut entry);
        read.map_err(|error| JsonError::new(row.range.start, Fault::Io(error)))?;
        let content = Print::of_bytes(&entry);
        let (known, told) = first.entry(print).or_insert((content, false));
        if *known != content && !*told {
            *told = true;
            complaints.add(Finding::duplicate_address(&complaints.root, address));
        }
        Ok(())
    })
}

/// Goes through the entries that count, or go, without their values.
fn each_row(input: &Input, sections: &Sections, visit: &mut Visit<'_>) -> Result<(), JsonError> {
    let want = Want::Presence;
    if let Some(range) = &sections.changes {
        let mut reader = reader(input, range);
        let mut row = Row::default();
        reader.open_array("resource_changes")?;
        while reader.element()? {
            row.read(&mut reader, want)?;
            visit(&mut row, None)?;
        }
    }
    let mut visit_wanted =
        |row: &mut Row, bare: Option<&str>, wanted: &Wanted| match wanted.has(row) {
            true => visit(row, bare),
            false => Ok(()),
        };
    if let Some((range, wanted)) = &sections.planned {
        let visit: &mut Visit<'_> = &mut |row, bare| visit_wanted(row, bare, wanted);
        walk(&mut reader(input, range), "planned_values", want, visit)?;
    }
    if let Some((range, wanted)) = &sections.prior {
        let visit: &mut Visit<'_> = &mut |row, bare| visit_wanted(row, bare, wanted);
        walk_state(&mut reader(input, range), "prior_state", want, visit)?;
    }
    if let Some(range) = &sections.state {
        walk(&mut reader(input, range), "values", want, visit)?;
    }
    if let Some(range) = &sections.raw {
        raw::walk(&mut reader(input, range), want, visit)?;
    }
    Ok(())
}
