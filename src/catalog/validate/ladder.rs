//! Sizes and tiers: each a ladder on which no step up may take anything away.

use super::super::parse::{BoundEntry, LimitEntry, OverageEntry, SizeEntry, TierEntry};
use super::super::{Basis, Bound, Enforcement, Limit, Overage, Per, Size, Tier};
use super::{Check, Seen};
use crate::finding::Finding;
use crate::quantity::{Dimension, Quantity};
use crate::source::hcl::{Mistake, Spanned};
use std::collections::BTreeMap;

impl Check<'_> {
    pub(super) fn sizes(&mut self, entries: Vec<SizeEntry>) {
        let mut seen = Seen::default();
        for SizeEntry { name, amounts } in entries {
            let is_new = seen.is_new("size", &name, self.mistakes);
            let mut size = Size {
                name: name.value.clone(),
                amounts: BTreeMap::new(),
                span: name.span.clone(),
            };
            if amounts.is_empty() {
                let message = format!("the size `{}` holds nothing", name.value);
                self.mistakes.push(
                    Mistake::new(message, name.span, "")
                        .help("name at least one dimension: `vcpu = 64`"),
                );
            }
            for (dimension, amount) in amounts {
                let ordinal = [Dimension::ENVIRONMENTS, Dimension::ENVIRONMENT_SIZE];
                if ordinal.contains(&&*dimension.value) {
                    let message = format!("a size cannot hold `{}`", dimension.value);
                    self.mistakes
                        .push(Mistake::new(message, dimension.span, ""));
                    continue;
                }
                let Some(known) = self.dimension(&dimension) else {
                    continue;
                };
                let quantity = Quantity::units(amount.value);
                self.not_smaller_than_the_size_before(&size, &known, quantity, &amount);
                size.amounts.insert(known, quantity);
            }
            if is_new {
                self.sizes.push(size);
            }
        }
    }

    fn not_smaller_than_the_size_before(
        &mut self,
        size: &Size,
        dimension: &Dimension,
        quantity: Quantity,
        amount: &Spanned<u64>,
    ) {
        let Some(before) = self.sizes.last() else {
            return;
        };
        let told = match before.amounts.get(dimension) {
            Some(most) if quantity >= *most => return,
            Some(most) => format!("`{}` holds {most}", before.name),
            // A dimension that a size does not name is no measure of it.
            None => format!("`{}` holds any amount", before.name),
        };
        let message = format!(
            "sizes come smallest first: `{}` holds less {dimension} than `{}`",
            size.name, before.name
        );
        let mistake = Mistake::new(message, amount.span.clone(), "less here")
            .label(before.span.clone(), told);
        self.mistakes.push(mistake);
    }

    pub(super) fn tiers(&mut self, entries: Vec<TierEntry>) -> Vec<Tier> {
        if entries.is_empty() {
            self.mistakes
                .push(Mistake::nowhere("there is no `tier` block").help(
                "a catalog sells at least one tier: tier \"small\" { limit \"vcpu\" { max = 64 } }",
            ));
        }
        let mut seen = Seen::default();
        let mut tiers: Vec<Tier> = Vec::new();
        for entry in entries {
            let is_new = seen.is_new("tier", &entry.name, self.mistakes);
            let tier = self.tier(entry);
            if is_new {
                if let Some(before) = tiers.last() {
                    self.not_less_than_the_tier_before(before, &tier);
                }
                tiers.push(tier);
            }
        }
        tiers
    }

    fn tier(&mut self, entry: TierEntry) -> Tier {
        let TierEntry {
            name,
            title,
            users,
            users_from,
            infrastructure,
            features,
            limits,
        } = entry;
        if let (Some(from), Some(users)) = (&users_from, &users)
            && from.value >= users.value
        {
            let message = format!("the tier `{}` is for nobody", name.value);
            let mistake = Mistake::new(message, from.span.clone(), "from so many users")
                .label(users.span.clone(), "and fewer than so many");
            self.mistakes.push(mistake);
        }
        let mut kept = BTreeMap::new();
        let mut seen = Seen::default();
        for entry in limits {
            if seen.is_new("limit", &entry.dimension, self.mistakes)
                && let Some(limit) = self.limit(entry)
            {
                kept.insert(limit.dimension.clone(), limit);
            }
        }
        let tier = Tier {
            title: title.unwrap_or_else(|| name.value.clone()),
            users: users.map(|users| users.value),
            users_from: users_from.map(|users| users.value),
            infrastructure,
            features: (features.into_iter())
                .map(|(name, level)| (name.value, level))
                .collect(),
            limits: kept,
            span: name.span,
            name: name.value,
        };
        self.environments_are_limited(&tier);
        self.limits_fit_the_sizes(&tier);
        tier
    }

    fn limit(&mut self, entry: LimitEntry) -> Option<Limit> {
        let dimension = self.dimension(&entry.dimension);
        let per = self.per(&entry);
        let approvers = self.slots(entry.approvers);
        let overage = entry.overage.and_then(|overage| self.overage(overage));
        let dimension = dimension?;
        let bound = entry.bound?;
        let bound_span = bound.span.clone();
        let limit = Limit {
            bound: self.bound(&dimension, bound)?,
            bound_span,
            dimension,
            per,
            basis: entry.basis.map_or(Basis::Max, |basis| basis.value),
            enforcement: entry.enforcement,
            approvers,
            error_message: entry.error_message,
            overage,
            span: entry.header,
        };
        match limit.enforcement {
            Enforcement::Mandatory if !limit.approvers.is_empty() => {
                let message = format!(
                    "nothing can raise a mandatory limit, so its approvers have no say: {}",
                    limit.dimension
                );
                self.remarks.push(Finding::unreachable_limit(
                    message,
                    &limit.span,
                    &limit.span,
                ));
            }
            Enforcement::MandatoryOverridable if limit.approvers.is_empty() => {
                self.remarks.push(Finding::unraisable_limit(
                    limit.dimension.as_str(),
                    &limit.span,
                ));
            }
            _ => {}
        }
        Some(limit)
    }

    fn bound(&mut self, dimension: &Dimension, entry: Spanned<BoundEntry>) -> Option<Bound> {
        let amount = |amount| Spanned {
            value: amount,
            span: entry.span.clone(),
        };
        match entry.value.clone() {
            BoundEntry::Review => Some(Bound::Review),
            BoundEntry::Max(most) => self.amount(dimension, &amount(most)).map(Bound::Max),
            BoundEntry::Below(bound) => {
                let bound = self.amount(dimension, &amount(bound))?;
                if bound == Quantity::ZERO {
                    let mistake = Mistake::new("nothing is below 0", entry.span, "")
                        .help("to allow nothing at all, write `max = 0`");
                    self.mistakes.push(mistake);
                    return None;
                }
                Some(Bound::Below(bound))
            }
        }
    }

    fn per(&mut self, entry: &LimitEntry) -> Per {
        let only = match &*entry.dimension.value {
            Dimension::ENVIRONMENTS => Some((
                Per::Tenant,
                "a tenant has environments, an environment has none: leave `per` out",
            )),
            Dimension::ENVIRONMENT_SIZE => Some((
                Per::Environment,
                "an environment has a size, a tenant has none: leave `per` out",
            )),
            _ => None,
        };
        match (&entry.per, only) {
            (Some(given), Some((only, why))) if given.value != only => {
                self.mistakes.push(Mistake::new(
                    format!("`{}` is not counted in this way", entry.dimension.value),
                    given.span.clone(),
                    why,
                ));
                only
            }
            (_, Some((only, _))) => only,
            (given, None) => given.as_ref().map_or(Per::Environment, |given| given.value),
        }
    }

    fn overage(&mut self, entry: OverageEntry) -> Option<Overage> {
        Some(Overage {
            price_per_unit: entry.price_per_unit?,
            unit: entry.unit,
            lead_time_weeks: entry.lead_time_weeks,
        })
    }

    /// Without a limit on their number, a limit for each environment limits nothing.
    fn environments_are_limited(&mut self, tier: &Tier) {
        if tier
            .limits
            .contains_key(&Dimension::new(Dimension::ENVIRONMENTS))
        {
            return;
        }
        if let Some(limit) = tier
            .limits
            .values()
            .find(|limit| limit.per == Per::Environment)
        {
            let message = format!(
                "the tier `{}` limits each environment but not how many there are",
                tier.name
            );
            let mistake = Mistake::new(
                message,
                tier.span.clone(),
                "no limit on `environments` here",
            )
            .label(limit.span.clone(), "for each environment")
            .help(
                "add `limit \"environments\" { max = 2 }`, or make every limit `per = \"tenant\"`",
            );
            self.mistakes.push(mistake);
        }
    }

    fn limits_fit_the_sizes(&mut self, tier: &Tier) {
        let largest_sold = tier
            .limits
            .get(&Dimension::new(Dimension::ENVIRONMENT_SIZE))
            .map(|limit| limit.bound.allowance().floor())
            .and_then(|rank| super::super::size_at(&self.sizes, rank));
        let Some(largest) = self.sizes.last() else {
            return;
        };
        for limit in tier.limits.values() {
            if limit.per != Per::Environment || limit.bound == Bound::Review {
                continue;
            }
            let allowed = limit.bound.allowance();
            if let Some(most) = largest.amounts.get(&limit.dimension)
                && allowed > *most
            {
                let message = format!(
                    "the tier `{}` allows more {} than the largest size holds",
                    tier.name, limit.dimension
                );
                self.mistakes.push(
                    Mistake::new(message, limit.span.clone(), "")
                        .label(largest.span.clone(), format!("holds {most}"))
                        .help("add a larger size, or lower the limit"),
                );
            } else if let Some(sold) = largest_sold
                && let Some(most) = sold.amounts.get(&limit.dimension)
                && allowed > *most
            {
                self.remarks.push(Finding::unreachable_limit(
                    format!(
                        "the tier `{}` allows more {} than its largest size `{}` holds ({most})",
                        tier.name, limit.dimension, sold.name
                    ),
                    &limit.span,
                    &sold.span,
                ));
            }
        }
    }

    /// Whoever fits a tier fits the next one too.
    fn not_less_than_the_tier_before(&mut self, lower: &Tier, higher: &Tier) {
        if let (Some(few), Some(many)) = (lower.users, higher.users)
            && many < few
        {
            let message = format!(
                "tiers come in ascending order: `{}` is for fewer users than `{}`",
                higher.name, lower.name
            );
            self.mistakes.push(
                Mistake::new(
                    message,
                    higher.span.clone(),
                    format!("for fewer than {many}"),
                )
                .label(lower.span.clone(), format!("for fewer than {few}")),
            );
        }
        for (dimension, high) in &higher.limits {
            let Some(low) = lower.limits.get(dimension) else {
                if high.bound != Bound::Review {
                    let name = dimension.as_str();
                    let remark = Finding::uneven_tiers(name, &high.span, &lower.span);
                    self.remarks.push(remark);
                }
                continue;
            };
            let Some(why) = takes_away(lower, low, higher, high) else {
                continue;
            };
            let message = format!(
                "tiers come in ascending order: `{}` allows less {dimension} than `{}`",
                higher.name, lower.name
            );
            self.mistakes.push(
                Mistake::new(message, high.span.clone(), why).label(low.span.clone(), "more here"),
            );
        }
    }
}

/// Why somebody who fits the lower tier may not fit the higher one; none where everybody does.
fn takes_away(lower: &Tier, low: &Limit, higher: &Tier, high: &Limit) -> Option<String> {
    // A review is how a tier says that an amount is agreed case by case: on the lowest steps
    // for what is not sold there, on the highest for what has no standard amount.
    if high.bound == Bound::Review {
        return None;
    }
    if low.bound == Bound::Review {
        return None;
    }
    if high.bound.allowance() < low.bound.allowance() {
        return Some("less here".to_owned());
    }
    if low.basis == Basis::Steady && high.basis == Basis::Max {
        return Some("holds what autoscaling may reach; the tier below only what runs".to_owned());
    }
    let (all_low, all_high) = (over_all(lower, low)?, over_all(higher, high)?);
    (all_high < all_low)
        .then(|| format!("{all_high} over all environments, the tier below allows {all_low}"))
}

/// The most that a limit allows over all environments of a tenant, if there is such an amount.
fn over_all(tier: &Tier, limit: &Limit) -> Option<Quantity> {
    let allowed = limit.bound.allowance();
    let ordinal = limit.dimension.as_str() == Dimension::ENVIRONMENT_SIZE;
    match limit.per {
        Per::Tenant => Some(allowed),
        Per::Environment if ordinal => Some(allowed),
        Per::Environment => {
            let environments = tier.limits.get(&Dimension::new(Dimension::ENVIRONMENTS))?;
            match environments.bound {
                Bound::Review => None,
                bound => Some(allowed.times(bound.allowance())),
            }
        }
    }
}
