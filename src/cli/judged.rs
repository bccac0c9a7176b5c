//! judge, over all tenants: every account against its tier.

use super::identified::Identified;
use crate::catalog::{Catalog, Tenant, Tier};
use crate::date::Moment;
use crate::finding::Finding;
use crate::identify::Presence;
use crate::judge::{Judgement, Outcome, Terms, count, judge as hold, tier_that_fits};
use crate::request::Account;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One account before its tier.
pub(super) struct Trial<'a> {
    /// The tenant; none for the pool of what belongs to no tenant by name.
    pub tenant: Option<Arc<str>>,
    /// Everything it asks for.
    pub account: Account,
    /// How many of its roots were read.
    pub roots: usize,
    /// How its limits are kept; none where no tier could be found.
    pub ruling: Option<Ruling<'a>>,
}

/// How the limits of a tier are kept.
pub(super) struct Ruling<'a> {
    pub tier: &'a Tier,
    pub judgements: Vec<Judgement<'a>>,
    /// The lowest tier that would hold everything, where this one does not.
    pub fits: Option<&'a Tier>,
    /// Which of the roots that must be present were read; none for the pool.
    pub presence: Option<Presence>,
}

/// Judges every tenant, and the pool of what belongs to none; `tier` is the one given by hand.
///
/// # Errors
///
/// When there is no tier of the name that was given.
pub(super) fn judge<'a>(
    catalog: &'a Catalog,
    identified: &Identified<'_>,
    tier: Option<&str>,
    now: Moment,
) -> Result<Vec<Trial<'a>>, Box<Finding>> {
    let given = match tier {
        None => None,
        Some(name) => match catalog.tier(name) {
            None => {
                let names = catalog.tiers.iter().map(|tier| &*tier.name);
                return Err(Finding::no_such_tier(name, names).into());
            }
            found => found,
        },
    };
    let mut trials = Vec::new();
    for (tenant, mut account) in identified.tally().accounts() {
        count(&mut account, &catalog.sizes, tenant.is_none());
        let none = BTreeSet::new();
        let roots = identified.roots.get(&tenant).unwrap_or(&none);
        let tier = given.or_else(|| tier_of(catalog, tenant.as_ref()));
        let known = tenant.as_ref().and_then(|name| catalog.tenants.get(name));
        trials.push(Trial {
            ruling: tier.map(|tier| {
                let pooled = tenant.is_none();
                let presence = known.map(|tenant| identified.presence(tenant));
                rule(catalog, tier, known, pooled, &account, presence, now)
            }),
            roots: roots.len(),
            tenant,
            account,
        });
    }
    Ok(trials)
}

/// The tier that a tenant bought, or that the pool is held to.
fn tier_of<'a>(catalog: &'a Catalog, tenant: Option<&Arc<str>>) -> Option<&'a Tier> {
    let name = match tenant {
        Some(tenant) => catalog.tenants.get(tenant)?.tier()?,
        None => catalog.default_tier.as_ref()?,
    };
    catalog.tier(name)
}

fn rule<'a>(
    catalog: &'a Catalog,
    tier: &'a Tier,
    known: Option<&'a Tenant>,
    pooled: bool,
    account: &Account,
    presence: Option<Presence>,
    now: Moment,
) -> Ruling<'a> {
    let terms = Terms {
        tier,
        ceilings: known.map_or(&[], |tenant| &tenant.ceilings),
        now,
        complete: presence
            .as_ref()
            .is_none_or(|presence| presence.missing.is_empty()),
        pooled,
    };
    let judgements = hold(&terms, account);
    let fails = |judgement: &Judgement<'_>| judgement.outcome >= Outcome::Undetermined;
    let fits = if judgements.iter().any(fails) {
        tier_that_fits(&catalog.tiers, &terms, account)
    } else {
        None
    };
    Ruling {
        tier,
        judgements,
        fits,
        presence,
    }
}
