//! `planned_values`, `prior_state` and states: resources in modules in modules.

use super::row::{Row, Want};
use crate::read::Key;
use crate::read::json::{JsonError, Kind, Reader, Seen};
use std::io::Read;

/// What is done with each resource.
///
/// Its address is the full one; `bare` is how it was written where that is shorter, as
/// Terraform 0.12 did: without the module and without the index.
pub(super) type Visit<'a> = dyn FnMut(&mut Row, Option<&str>) -> Result<(), JsonError> + 'a;

/// Walks through an object that has a `root_module`, or through null.
pub(super) fn walk<R: Read>(
    reader: &mut Reader<R>,
    place: &str,
    want: Want<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), JsonError> {
    if reader.null()? {
        return Ok(());
    }
    let mut row = Row::default();
    let mut seen = Seen::default();
    reader.open_object(place)?;
    while let Some(field) = reader.field(&["root_module"], &mut seen)? {
        module(reader, field, want, &mut row, visit)?;
    }
    Ok(())
}

/// Walks through a state: an object that has `values`.
pub(super) fn walk_state<R: Read>(
    reader: &mut Reader<R>,
    place: &str,
    want: Want<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), JsonError> {
    if reader.null()? {
        return Ok(());
    }
    let mut seen = Seen::default();
    reader.open_object(place)?;
    while let Some(field) = reader.field(&["values"], &mut seen)? {
        walk(reader, field, want, visit)?;
    }
    Ok(())
}

/// One module and all below it. Recursion is bounded, as brackets are.
fn module<R: Read>(
    reader: &mut Reader<R>,
    place: &str,
    want: Want<'_>,
    row: &mut Row,
    visit: &mut Visit<'_>,
) -> Result<(), JsonError> {
    if reader.null()? {
        return Ok(());
    }
    let mut address: Option<String> = None;
    // Resources that cannot be named before the module is: its address comes behind them.
    let mut waiting = Vec::new();
    let mut seen = Seen::default();
    reader.open_object(place)?;
    while let Some(field) = reader.field(&["resources", "address", "child_modules"], &mut seen)? {
        if field == "address" {
            address = match reader.kind()? {
                Kind::Null => reader.skip().map(|()| None)?,
                _ => Some(reader.string("address")?.to_owned()),
            };
            continue;
        }
        if reader.null()? {
            continue;
        }
        reader.open_array(field)?;
        while reader.element()? {
            if field == "child_modules" {
                module(reader, "a module", want, row, visit)?;
                continue;
            }
            row.read(reader, want)?;
            let named = row
                .address
                .get()
                .is_some_and(|own| own.starts_with("module."));
            if place == "root_module" || named || address.is_some() {
                hand_out(row, address.as_deref(), visit)?;
            } else {
                waiting.push(std::mem::take(row));
            }
        }
    }
    for mut row in waiting {
        hand_out(&mut row, address.as_deref(), visit)?;
    }
    Ok(())
}

fn hand_out(row: &mut Row, module: Option<&str>, visit: &mut Visit<'_>) -> Result<(), JsonError> {
    if let Some(module) = module {
        row.module.set(module);
    }
    let Some(own) = row.address.get() else {
        return visit(row, None);
    };
    match full(own, row.module.get(), row.key.as_ref()) {
        Some(full) => {
            let own = own.to_owned();
            row.address.set(&full);
            visit(row, Some(&own))
        }
        None => visit(row, None),
    }
}

/// The full address, where it is not the one that is written.
fn full(own: &str, module: Option<&str>, key: Option<&Key>) -> Option<String> {
    let module = module.filter(|module| {
        let inside = own
            .strip_prefix(module)
            .is_some_and(|rest| rest.starts_with('.'));
        !module.is_empty() && !inside
    });
    let key = key.filter(|_| !own.ends_with(']'));
    match (module, key) {
        (None, None) => None,
        (Some(module), None) => Some(format!("{module}.{own}")),
        (None, Some(key)) => Some(format!("{own}[{key}]")),
        (Some(module), Some(key)) => Some(format!("{module}.{own}[{key}]")),
    }
}
