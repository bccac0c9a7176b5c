//! Which excess is settled, by what: (what is asked for, the records) -> [`Outcome`].
//!
//! Approvals never add up. Where two that count speak of the same tenant, environment and
//! dimension, neither is taken and the run stops: the looser of two must never win.

use super::authority::say;
use super::count::{Context, Counted, count};
use super::folder::Filed;
use crate::catalog::Catalog;
use crate::finding::{Finding, Level, Subject};
use crate::judge::{self, Judgement};
use crate::quantity::{Dimension, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One judgement, whose it is, and what is not known about it.
///
/// All judgements are given, also those that pass: they tell which approvals are used.
#[derive(Clone, Debug)]
pub struct Held<'a> {
    /// The tenant; none for what belongs to no tenant that the catalog names, and no approval settles that.
    pub tenant: Option<Arc<str>>,
    /// The tier it was held to.
    pub tier: Arc<str>,
    /// How the limit is kept without approvals.
    pub judgement: &'a Judgement<'a>,
    /// Every instance, as `ROOT: ADDRESS`, whose amount is not known or has no ceiling. Empty where
    /// the range is wide for another reason too, such as a root that was not read: nobody can accept that.
    pub unknown: Vec<Arc<str>>,
}

/// An instance that hides capacity, or that no rule measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The tenant it belongs to, if the catalog names it.
    pub tenant: Option<Arc<str>>,
    /// The environment it belongs to.
    pub environment: Arc<str>,
    /// The tier of the tenant.
    pub tier: Arc<str>,
    /// `ROOT: ADDRESS`.
    pub instance: Arc<str>,
}

/// What approvals do about what was judged.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// What came of each row that was held, in the order given.
    pub held: Vec<Settlement>,
    /// What came of each hidden instance, in the order given.
    pub hidden: Vec<Settlement>,
    /// Every record, sorted by id.
    pub records: Vec<Counted<'a>>,
    /// The ids of the records without which something would fail.
    pub used: BTreeSet<Arc<str>>,
    /// What stops the run: damaged signatures, approvals that overlap.
    pub findings: Vec<Finding>,
}

/// What approvals do about one row or instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It fits without.
    NotNeeded,
    /// It fits because of approvals.
    Settled {
        /// What is allowed now.
        allowance: Quantity,
        /// The ids of the approvals, sorted.
        by: Vec<Arc<str>>,
    },
    /// It does not fit.
    Open {
        /// What an approval raises the allowance to, where one does, and its id.
        raised: Option<(Quantity, Arc<str>)>,
        /// What the tenant's records say, a line each.
        why: Vec<String>,
    },
}

/// Tells what is settled. Nothing else in the program makes an excess pass.
pub fn approve<'a>(
    context: Context<'_>,
    filed: &'a [Filed],
    held: &[Held<'_>],
    hidden: &[Hidden],
) -> Outcome<'a> {
    let (mut records, mut findings) = count(context, filed);
    records.sort_by(|a, b| a.filed.approval.id.cmp(&b.filed.approval.id));
    let (granted, overlaps) = granted(&records, held, hidden);
    findings.extend(overlaps);
    let mut used = BTreeSet::new();
    let held = held
        .iter()
        .map(|row| settle(context.catalog, &records, &granted, row))
        .inspect(|settlement| settlement.note(&mut used))
        .collect();
    let hidden = hidden
        .iter()
        .map(|instance| accept(&records, instance))
        .inspect(|settlement| settlement.note(&mut used))
        .collect();
    Outcome {
        held,
        hidden,
        records,
        used,
        findings,
    }
}

impl Settlement {
    fn note(&self, used: &mut BTreeSet<Arc<str>>) {
        if let Self::Settled { by, .. } = self {
            used.extend(by.iter().cloned());
        }
    }
}

/// Tenant, environment and dimension.
type Place = (Arc<str>, Option<Arc<str>>, Dimension);

/// The one record that speaks of each place, and what stops the run.
fn granted<'r, 'a>(
    records: &'r [Counted<'a>],
    held: &[Held<'_>],
    hidden: &[Hidden],
) -> (BTreeMap<Place, (Quantity, &'r Counted<'a>)>, Vec<Finding>) {
    let mut all = BTreeMap::<Place, Vec<(Quantity, &Counted<'_>)>>::new();
    for record in records {
        let approval = &record.filed.approval;
        for (dimension, amount) in record.grant.iter().flat_map(|grant| &grant.limits) {
            let place = (
                approval.tenant.clone(),
                approval.environment.clone(),
                dimension.clone(),
            );
            all.entry(place).or_default().push((*amount, record));
        }
    }
    let is_judged = |(tenant, environment, _): &Place| {
        let here = |known: &Option<Arc<str>>, place: Option<&Arc<str>>| {
            known.as_ref() == Some(tenant)
                && (environment.is_none() || place == environment.as_ref())
        };
        (held.iter()).any(|row| here(&row.tenant, row.judgement.environment.as_ref()))
            || (hidden.iter()).any(|one| here(&one.tenant, Some(&one.environment)))
    };
    let mut findings = Vec::new();
    let mut single = BTreeMap::new();
    for (place, speakers) in all {
        match speakers.as_slice() {
            [one] => {
                single.insert(place, *one);
            }
            several if is_judged(&place) => {
                let told: Vec<_> = (several.iter())
                    .map(|(_, record)| &record.filed.approval)
                    .map(|approval| (&*approval.id, approval.span.clone()))
                    .collect();
                let about = Subject {
                    tenant: Some(place.0.to_string()),
                    environment: place.1.as_ref().map(ToString::to_string),
                    dimension: Some(place.2.clone()),
                    ..Subject::default()
                };
                findings.push(Finding::overlapping_approvals(&place.2, &told, about));
            }
            _ => {}
        }
    }
    (single, findings)
}

fn settle<'r>(
    catalog: &Catalog,
    records: &'r [Counted<'_>],
    granted: &BTreeMap<Place, (Quantity, &'r Counted<'_>)>,
    row: &Held<'_>,
) -> Settlement {
    let judgement = row.judgement;
    if !row.fails(catalog) {
        return Settlement::NotNeeded;
    }
    let Some(tenant) = &row.tenant else {
        return Settlement::Open {
            raised: None,
            why: Vec::new(),
        };
    };
    let environment = judgement.environment.as_ref();
    let place = (
        tenant.clone(),
        environment.cloned(),
        judgement.dimension().clone(),
    );
    // A record for another tier than the one that was judged says nothing about this row,
    // and an approval never lowers a limit.
    let raised = (granted.get(&place))
        .filter(|(amount, record)| {
            record.filed.approval.tier == row.tier && *amount > judgement.allowance
        })
        .map(|(amount, record)| (*amount, record.filed.approval.id.clone()));
    let allowance = (raised.as_ref()).map_or(judgement.allowance, |(amount, _)| *amount);
    let held_again = row.at(allowance);
    let raiser = || raised.iter().map(|(_, id)| id.clone());
    if !held_again.fails(catalog) {
        return Settlement::Settled {
            allowance,
            by: raiser().collect(),
        };
    }
    if held_again.can_be_accepted() {
        let acceptors = row.unknown.iter().map(|instance| {
            acceptor(records, tenant, environment, &row.tier, |record| {
                let approval = &record.filed.approval;
                approval.accept_undetermined.contains(instance)
            })
        });
        if let Some(mut by) = acceptors.collect::<Option<BTreeSet<_>>>() {
            // Where the floor is over without it, the raise has its part in it.
            if judgement.outcome == judge::Outcome::Over {
                by.extend(raiser());
            }
            return Settlement::Settled {
                allowance,
                by: by.into_iter().collect(),
            };
        }
    }
    Settlement::Open {
        why: why(catalog, records, tenant, row, raised.as_ref()),
        raised,
    }
}

impl<'a> Held<'a> {
    /// Whether it fails the run.
    pub(super) fn fails(&self, catalog: &Catalog) -> bool {
        At {
            row: self,
            outcome: self.judgement.outcome,
        }
        .fails(catalog)
    }

    /// The same request, held against another allowance.
    pub(super) fn at(&self, allowance: Quantity) -> At<'_, 'a> {
        At {
            row: self,
            outcome: judge::hold(self.judgement.sum, allowance),
        }
    }
}

/// A row with the outcome that it has at some allowance.
pub(super) struct At<'r, 'a> {
    row: &'r Held<'a>,
    outcome: judge::Outcome,
}

impl At<'_, '_> {
    /// Whether it fails the run.
    pub(super) fn fails(&self, catalog: &Catalog) -> bool {
        let judgement = Judgement {
            outcome: self.outcome,
            ..self.row.judgement.clone()
        };
        let level = judgement.level(&catalog.policies);
        level.is_some_and(|level| level <= Level::Error)
    }

    /// Whether naming its unknown instances lets it through: what is known of it fits.
    pub(super) fn can_be_accepted(&self) -> bool {
        self.outcome < judge::Outcome::Over && !self.row.unknown.is_empty()
    }
}

fn accept(records: &[Counted<'_>], hidden: &Hidden) -> Settlement {
    let found = hidden.tenant.as_ref().and_then(|tenant| {
        let environment = Some(&hidden.environment);
        acceptor(records, tenant, environment, &hidden.tier, |record| {
            record
                .filed
                .approval
                .accept_opaque
                .contains(&hidden.instance)
        })
    });
    match found {
        Some(id) => Settlement::Settled {
            allowance: Quantity::ZERO,
            by: vec![id],
        },
        None => Settlement::Open {
            raised: None,
            why: (hidden.tenant.iter())
                .flat_map(|tenant| {
                    let naming = |record: &&Counted<'_>| {
                        record
                            .filed
                            .approval
                            .accept_opaque
                            .contains(&hidden.instance)
                    };
                    not_counted(records.iter().filter(naming), tenant)
                })
                .collect(),
        },
    }
}

/// The first record that counts there and accepts something.
fn acceptor(
    records: &[Counted<'_>],
    tenant: &str,
    environment: Option<&Arc<str>>,
    tier: &str,
    accepts: impl Fn(&Counted<'_>) -> bool,
) -> Option<Arc<str>> {
    records
        .iter()
        .find(|record| {
            let approval = &record.filed.approval;
            record.grant.is_some()
                && *approval.tenant == *tenant
                && approval.environment.as_ref() == environment
                && *approval.tier == *tier
                && accepts(record)
        })
        .map(|record| record.filed.approval.id.clone())
}

/// What the tenant's records say about a row that stays open.
fn why(
    catalog: &Catalog,
    records: &[Counted<'_>],
    tenant: &Arc<str>,
    row: &Held<'_>,
    raised: Option<&(Quantity, Arc<str>)>,
) -> Vec<String> {
    let dimension = row.judgement.dimension();
    let mut why: Vec<_> = raised
        .iter()
        .map(|(amount, id)| {
            let amount = say(catalog, dimension, *amount);
            format!("{id} allows {dimension} up to {amount} only")
        })
        .collect();
    let counting = records.iter().filter(|record| {
        let approval = &record.filed.approval;
        record.grant.is_some()
            && approval.tenant == *tenant
            && raised.is_none_or(|(_, id)| *id != approval.id)
    });
    why.extend(counting.filter_map(|record| {
        let approval = &record.filed.approval;
        let id = &approval.id;
        if approval.environment != row.judgement.environment {
            Some(match &approval.environment {
                Some(other) => format!("{id} is for environment {other}"),
                None => format!("{id} is for limits per tenant"),
            })
        } else if approval.tier != row.tier {
            Some(format!("{id} is for tier {}", approval.tier))
        } else if !approval.limits.contains_key(dimension) {
            Some(format!("{id} says nothing about {dimension}"))
        } else {
            None
        }
    }));
    why.extend(not_counted(records.iter(), tenant));
    why
}

/// The reasons of the tenant's records that do not count.
pub(super) fn not_counted<'r, 'a: 'r>(
    records: impl Iterator<Item = &'r Counted<'a>>,
    tenant: &str,
) -> Vec<String> {
    records
        .filter(|record| record.grant.is_none() && *record.filed.approval.tenant == *tenant)
        .flat_map(|record| {
            let id = &record.filed.approval.id;
            let reasons = record.reasons.iter();
            let notes = record.notes.iter();
            reasons
                .map(move |reason| format!("{id} does not count: {reason}"))
                .chain(notes.map(move |note| format!("{id}: {note}")))
        })
        .collect()
}
