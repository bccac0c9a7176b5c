//! Which role may grant how much of what: (slots, people, amount) -> who fills which slot.
//!
//! A slot lists roles any of which can fill it. Each slot of one question is filled by a
//! different person, and any assignment that works is enough. The `max` and `max_days` that
//! bind are those of the role that fills the slot, so the roles make a ladder by amount.

use crate::catalog::{Catalog, Role, Slot};
use crate::date::DAY;
use crate::quantity::{Dimension, Quantity};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a record wants granted.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The dimension and how much of it; none where something unmeasurable is to be accepted.
    pub amount: Option<(&'a Dimension, Quantity)>,
    /// From issue to expiry.
    pub seconds: i64,
    /// Who has to agree.
    pub slots: &'a [Slot],
}

/// Somebody who fills a slot, and the role that this takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grantor {
    /// The person.
    pub person: Arc<str>,
    /// The role.
    pub role: Arc<str>,
}

/// A slot that nobody fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled {
    /// Its roles.
    pub slot: Slot,
    /// Why those who agreed do not fill it, a line each.
    pub why: Vec<String>,
}

/// Fills every slot with a different one of `people`, or says which slot stays empty.
///
/// # Errors
///
/// The first slot for which nobody is left; also where there is no slot at all, because
/// nobody's agreement is no agreement.
pub fn fill(
    catalog: &Catalog,
    ask: Ask<'_>,
    people: &BTreeSet<Arc<str>>,
) -> Result<Vec<Grantor>, Unfilled> {
    if ask.slots.is_empty() {
        return Err(Unfilled {
            slot: Slot::new(),
            why: vec!["the catalog names nobody who could allow it".to_owned()],
        });
    }
    let people: Vec<&Arc<str>> = people.iter().collect();
    // For each slot, who could fill it and by which role.
    let candidates: Vec<Vec<Option<&Arc<str>>>> = (ask.slots.iter())
        .map(|slot| {
            let role = |person: &&Arc<str>| role_for(catalog, ask, slot, person);
            people.iter().map(role).collect()
        })
        .collect();
    // Who has a slot: by person, the slot.
    let mut taken: Vec<Option<usize>> = vec![None; people.len()];
    for (slot, roles) in ask.slots.iter().enumerate() {
        let mut visited = vec![false; people.len()];
        if !seat(slot, &candidates, &mut taken, &mut visited) {
            return Err(Unfilled {
                slot: roles.clone(),
                why: why_not(catalog, ask, roles, &people),
            });
        }
    }
    let grantors = people.iter().zip(&taken).enumerate();
    Ok(grantors
        .filter_map(|(at, (person, slot))| {
            let role = candidates.get((*slot)?)?.get(at).copied().flatten()?;
            Some(Grantor {
                person: (*person).clone(),
                role: role.clone(),
            })
        })
        .collect())
}

/// Whether a role may grant that.
pub fn is_able(catalog: &Catalog, role: &Role, ask: Ask<'_>) -> bool {
    limit_of(catalog, role, ask).is_none()
}

/// An amount as people say it: sizes by name.
pub(super) fn say(catalog: &Catalog, dimension: &Dimension, amount: Quantity) -> String {
    let name = (dimension.as_str() == Dimension::ENVIRONMENT_SIZE)
        .then(|| catalog.size_name(amount))
        .flatten();
    name.map_or_else(|| amount.to_string(), ToString::to_string)
}

/// Finds a person for a slot, asking those who sit elsewhere to move.
fn seat(
    slot: usize,
    candidates: &[Vec<Option<&Arc<str>>>],
    taken: &mut [Option<usize>],
    visited: &mut [bool],
) -> bool {
    let Some(roles) = candidates.get(slot) else {
        return false;
    };
    for (at, _) in roles.iter().enumerate().filter(|(_, role)| role.is_some()) {
        match visited.get_mut(at) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        let free = match taken.get(at).copied().flatten() {
            None => true,
            Some(other) => seat(other, candidates, taken, visited),
        };
        if free && let Some(place) = taken.get_mut(at) {
            *place = Some(slot);
            return true;
        }
    }
    false
}

/// The first role of the slot that this person holds and that may grant what is asked.
fn role_for<'s>(
    catalog: &Catalog,
    ask: Ask<'_>,
    slot: &'s Slot,
    person: &str,
) -> Option<&'s Arc<str>> {
    let held = &catalog.people.get(person)?.roles;
    slot.iter().find(|name| {
        held.contains(name)
            && (catalog.roles.get(&***name)).is_some_and(|role| is_able(catalog, role, ask))
    })
}

/// Why a role may not grant something; none where it may.
fn limit_of(catalog: &Catalog, role: &Role, ask: Ask<'_>) -> Option<String> {
    let days = i64::from(role.max_days);
    if ask.seconds > days.saturating_mul(DAY) {
        return Some(format!("may grant for {days} days at most"));
    }
    let (dimension, amount) = ask.amount?;
    match role.max.get(dimension) {
        None => Some(format!("may not grant {dimension}")),
        Some(most) if amount > *most => {
            let most = say(catalog, dimension, *most);
            Some(format!("may grant {dimension} up to {most}"))
        }
        Some(_) => None,
    }
}

fn why_not(catalog: &Catalog, ask: Ask<'_>, slot: &Slot, people: &[&Arc<str>]) -> Vec<String> {
    let mut why = Vec::new();
    for person in people {
        let held = catalog.people.get(&***person).map(|known| &known.roles);
        for name in slot {
            if !held.is_some_and(|held| held.contains(name)) {
                continue;
            }
            let limit = (catalog.roles.get(name)).and_then(|role| limit_of(catalog, role, ask));
            why.push(match limit {
                Some(limit) => format!("{person} as {name} {limit}"),
                None => format!("{person} already fills another slot"),
            });
        }
    }
    why
}
