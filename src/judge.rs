//! (Request, Tier) -> how every limit is kept. No file, no clock, no text.
//!
//! Judging has three answers. A request is a range: it fits if even its high end fits, it is
//! over if even its low end does not fit, and else nobody can know. What is only estimated
//! never makes the difference between fit and over, and neither does what has no ceiling by nature.

mod size;
mod tell;
#[cfg(test)]
mod tests;
mod words;

pub use size::count;
pub use tell::{About, Contributor, Places, tell, tell_ceilings};
pub use words::Words;

use crate::catalog::{Basis, Bound, Ceiling, Enforcement, Limit, Per, Policies, Tier};
use crate::date::Moment;
use crate::finding::Level;
use crate::quantity::{Dimension, Quantity};
use crate::request::{Account, Request, Requests, Sum};
use std::sync::Arc;

/// What one tenant is held to.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What it bought.
    pub tier: &'a Tier,
    /// What raises its limits without an approval.
    pub ceilings: &'a [Ceiling],
    /// When it is judged.
    pub now: Moment,
    /// Whether all its roots that must be present were read; else its per-tenant sums may be anything more.
    pub complete: bool,
    /// Whether all environments are one request: so it is for instances of no named tenant, who
    /// could else invent as many environments as they like.
    pub pooled: bool,
}

/// How one limit is kept.
#[derive(Clone, Debug)]
pub struct Judgement<'a> {
    /// The environment; none where the sum over all of them was judged.
    pub environment: Option<Arc<str>>,
    /// The limit.
    pub limit: &'a Limit,
    /// The ceiling that raises it, if one does.
    pub ceiling: Option<&'a Ceiling>,
    /// The greatest amount that is allowed.
    pub allowance: Quantity,
    /// What is asked for.
    pub request: Request,
    /// The one of its sums that was held; open-ended where not all roots were read.
    pub sum: Sum,
    /// How it ended.
    pub outcome: Outcome,
}

/// How holding a sum against an allowance ended, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Even the high end fits.
    Fits,
    /// It fits, but for parts that have no ceiling by nature; their floor is counted.
    ElasticOnly,
    /// It fits, but for amounts that are only estimated.
    OnlyAssumed,
    /// The low end fits, the high end may not.
    Undetermined,
    /// Even the low end does not fit.
    Over,
}

/// What more than the limit costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost<'a> {
    /// How many units more.
    pub units: Quantity,
    /// What a unit is called.
    pub unit: Option<&'a str>,
    /// The price of one.
    pub price_per_unit: Quantity,
    /// The price of all.
    pub total: Quantity,
    /// How long it takes until they are there.
    pub lead_time_weeks: Option<u64>,
}

/// Holds everything that a tenant asks for against every limit of its tier: environments in
/// order of their names, then the limits that are per tenant; each in order of dimensions.
///
/// What is not asked for at all is asked for zero times, so every limit is answered.
pub fn judge<'a>(terms: &Terms<'a>, account: &Account) -> Vec<Judgement<'a>> {
    let mut judgements = Vec::new();
    if !terms.pooled {
        for (name, requests) in &account.environments {
            let mut judged: Vec<_> = limits(terms, Per::Environment)
                .map(|limit| terms.hold(limit, Some(name), requests))
                .collect();
            say_elastic_once(&mut judged);
            judgements.append(&mut judged);
        }
    }
    let mut judged: Vec<_> = limits(terms, Per::Tenant)
        .map(|limit| terms.hold(limit, None, &account.total))
        .collect();
    if terms.pooled {
        say_elastic_once(&mut judged);
    }
    judgements.append(&mut judged);
    judgements
}

/// Holds a sum against an allowance.
pub fn hold(sum: Sum, allowance: Quantity) -> Outcome {
    let fits = |high: Option<Quantity>| high.is_some_and(|high| high <= allowance);
    if sum.firm.low > allowance {
        Outcome::Over
    } else if !fits(sum.firm.high) {
        Outcome::Undetermined
    } else if !fits(sum.estimated.high) {
        Outcome::OnlyAssumed
    } else if sum.elastic {
        Outcome::ElasticOnly
    } else {
        Outcome::Fits
    }
}

/// The lowest tier that holds the whole account without any approval or ceiling.
pub fn tier_that_fits<'a>(
    tiers: &'a [Tier],
    terms: &Terms<'_>,
    account: &Account,
) -> Option<&'a Tier> {
    tiers.iter().find(|tier| {
        let terms = Terms {
            tier,
            ceilings: &[],
            ..*terms
        };
        let judgements = judge(&terms, account);
        judgements
            .iter()
            .all(|judgement| judgement.outcome < Outcome::Undetermined)
    })
}

impl Judgement<'_> {
    /// What is counted.
    pub fn dimension(&self) -> &Dimension {
        &self.limit.dimension
    }

    /// What it does to the run; none where there is nothing to say.
    pub fn level(&self, policies: &Policies) -> Option<Level> {
        let level = match self.outcome {
            Outcome::Fits => return None,
            Outcome::ElasticOnly => policies.elastic.level(),
            Outcome::OnlyAssumed => Level::Warning,
            Outcome::Undetermined => policies.undetermined.level(),
            Outcome::Over => Level::Error,
        };
        match self.limit.enforcement {
            Enforcement::Advisory => Some(level.max(Level::Warning)),
            Enforcement::MandatoryOverridable | Enforcement::Mandatory => Some(level),
        }
    }

    /// How much even the low end is beyond what is allowed.
    pub fn excess(&self) -> Quantity {
        self.sum.firm.low.minus(self.standard())
    }

    /// What an excess is counted from: what is allowed, or where that is everything below a
    /// bound, the bound. (Below 10,000 is 9,999.999999999 at most, but nobody would say that
    /// 10,001 are 1.000000001 too many.)
    fn standard(&self) -> Quantity {
        match (self.limit.bound, self.ceiling) {
            (Bound::Below(bound), None) => bound,
            _ => self.allowance,
        }
    }

    /// Whether something has to be said though the limit is kept: a ceiling that is needed.
    pub fn needs_its_ceiling(&self) -> bool {
        self.ceiling.is_some() && hold(self.sum, self.limit.bound.allowance()) > self.outcome
    }

    /// The least whole amount that would have to be allowed for it to pass; none where no
    /// amount would do, because there is no high end.
    pub fn needed(&self) -> Option<Quantity> {
        self.sum.firm.high.map(Quantity::ceil)
    }

    /// What it costs to have what is needed; none where it is not for sale by the unit.
    pub fn cost(&self) -> Option<Cost<'_>> {
        let overage = self.limit.overage.as_ref()?;
        let units = self.needed()?.minus(self.standard());
        (units > Quantity::ZERO).then(|| Cost {
            units,
            unit: overage.unit.as_deref(),
            price_per_unit: overage.price_per_unit,
            total: overage.price_per_unit.times(units),
            lead_time_weeks: overage.lead_time_weeks,
        })
    }
}

impl<'a> Terms<'a> {
    fn hold(
        &self,
        limit: &'a Limit,
        environment: Option<&Arc<str>>,
        requests: &Requests,
    ) -> Judgement<'a> {
        let request = requests.get(&limit.dimension).copied().unwrap_or_default();
        let (allowance, ceiling) = self.allowance(limit, environment);
        let mut sum = of_basis(limit.basis, &request);
        if limit.per == Per::Tenant && !self.complete {
            sum = sum.and_perhaps_more();
        }
        Judgement {
            environment: environment.cloned(),
            limit,
            ceiling,
            allowance,
            request,
            sum,
            outcome: hold(sum, allowance),
        }
    }

    /// The greatest amount that is allowed, and the ceiling that says so.
    fn allowance(
        &self,
        limit: &Limit,
        environment: Option<&Arc<str>>,
    ) -> (Quantity, Option<&'a Ceiling>) {
        let own = limit.bound.allowance();
        if limit.enforcement == Enforcement::Mandatory {
            return (own, None);
        }
        let raised = self
            .ceilings
            .iter()
            .filter(|ceiling| ceiling.when.contains(self.now))
            .filter(|ceiling| {
                ceiling.environment.is_none() || ceiling.environment.as_ref() == environment
            })
            .filter_map(|ceiling| Some((*ceiling.limits.get(&limit.dimension)?, ceiling)))
            .max_by_key(|(amount, _)| *amount);
        match raised {
            Some((amount, ceiling)) if amount > own => (amount, Some(ceiling)),
            _ => (own, None),
        }
    }
}

fn limits<'a>(terms: &Terms<'a>, per: Per) -> impl Iterator<Item = &'a Limit> {
    let pooled = terms.pooled;
    terms
        .tier
        .limits
        .values()
        .filter(move |limit| pooled || limit.per == per)
}

fn of_basis(basis: Basis, request: &Request) -> Sum {
    match basis {
        Basis::Max => request.max,
        Basis::Steady => request.steady,
    }
}

/// The size of an environment has no ceiling where one of its dimensions has none. Where that
/// dimension has a limit of its own, it has been said.
fn say_elastic_once(judged: &mut [Judgement<'_>]) {
    let is_size =
        |judgement: &Judgement<'_>| judgement.dimension().as_str() == Dimension::ENVIRONMENT_SIZE;
    let said = judged
        .iter()
        .any(|judgement| judgement.outcome == Outcome::ElasticOnly && !is_size(judgement));
    for judgement in judged.iter_mut().filter(|judgement| is_size(judgement)) {
        if said && judgement.outcome == Outcome::ElasticOnly {
            judgement.outcome = Outcome::Fits;
        }
    }
}
