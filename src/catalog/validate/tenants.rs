//! Tenants, what is theirs, and what raises their limits.

use super::super::parse::{CeilingEntry, TenantEntry};
use super::super::{Bound, Ceiling, Enforcement, Environment, Limit, Per, Standing, Tenant, Tier};
use super::{Check, Seen, known};
use crate::date::Interval;
use crate::finding::Finding;
use crate::quantity::{Dimension, Quantity};
use crate::request::DEFAULT_ENVIRONMENT;
use crate::source::Span;
use crate::source::glob::Glob;
use crate::source::hcl::{Mistake, Name, Spanned};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Check<'_> {
    pub(super) fn tenants(
        &mut self,
        entries: Vec<TenantEntry>,
        ceilings: Vec<(Name, CeilingEntry)>,
        tiers: &[Tier],
        environments: &BTreeMap<Arc<str>, Environment>,
    ) -> BTreeMap<Arc<str>, Tenant> {
        let mut seen = Seen::default();
        let mut patterns = Patterns::default();
        let mut tenants = BTreeMap::new();
        let mut entries = self.with_rows(entries);
        self.put_ceilings(&mut entries, ceilings);
        for entry in entries {
            seen.is_new("tenant", &entry.name, self.mistakes);
            patterns.add(&entry, self);
            if let Some(tenant) = self.tenant(entry, tiers, environments) {
                tenants.insert(tenant.name.clone(), tenant);
            }
        }
        tenants
    }

    /// Puts the ceilings that stand outside of a tenant's block where they belong.
    fn put_ceilings(&mut self, entries: &mut [TenantEntry], ceilings: Vec<(Name, CeilingEntry)>) {
        let names: Vec<_> = entries
            .iter()
            .map(|entry| entry.name.value.clone())
            .collect();
        for (tenant, ceiling) in ceilings {
            let Some(name) = known("tenant", &tenant, &names, self.mistakes) else {
                continue;
            };
            if let Some(entry) = entries.iter_mut().find(|entry| entry.name.value == name) {
                entry.ceilings.push(ceiling);
            }
        }
    }

    /// Joins a block without a tier with the row of a table that has one: the CRM says what a
    /// tenant bought, the block what is its own.
    fn with_rows(&mut self, entries: Vec<TenantEntry>) -> Vec<TenantEntry> {
        let (rows, mut blocks): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.is_row);
        let mut waiting: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for (at, block) in blocks.iter().enumerate() {
            if !block.has_tier && block.owner.is_none() {
                waiting.entry(block.name.value.clone()).or_insert(at);
            }
        }
        let mut alone = Vec::new();
        for row in rows {
            let block = waiting
                .remove(&row.name.value)
                .and_then(|at| blocks.get_mut(at));
            match block {
                Some(block) => {
                    block.tier = row.tier;
                    block.has_tier = true;
                    block.roots.extend(row.roots);
                    block.workspaces.extend(row.workspaces);
                }
                None => alone.push(row),
            }
        }
        for at in waiting.into_values() {
            let Some(block) = blocks.get(at).filter(|block| !block.name.value.is_empty()) else {
                continue;
            };
            let message = format!("the tenant `{}` has no tier", block.name.value);
            self.mistakes.push(Mistake::new(message, block.name.span.clone(), "").help(
                "write `tier = \"NAME\"`; for what belongs to no customer, `owner = \"TEAM\"` and a `match`",
            ));
        }
        blocks.extend(alone);
        blocks
    }

    fn tenant(
        &mut self,
        entry: TenantEntry,
        tiers: &[Tier],
        environments: &BTreeMap<Arc<str>, Environment>,
    ) -> Option<Tenant> {
        let tier_name = entry.tier.as_ref().and_then(|name| self.tier_name(name));
        let tier = tiers
            .iter()
            .find(|tier| Some(&tier.name) == tier_name.as_ref());
        let ceilings = entry
            .ceilings
            .into_iter()
            .map(|ceiling| self.ceiling(ceiling, &entry.name, tier, environments))
            .collect();
        let standing = match (tier_name, entry.owner, entry.tier) {
            (_, Some(owner), Some(tier)) => {
                let message = format!("`{}` has an owner and a tier", entry.name.value);
                let mistake = Mistake::new(
                    message,
                    owner.span,
                    "what belongs to an owner inside the house",
                )
                .label(tier.span, "is held to no tier");
                self.mistakes.push(mistake);
                return None;
            }
            (_, Some(owner), None) => {
                if entry.roots.is_empty() && entry.workspaces.is_empty() {
                    let message = format!("`{}` excludes nothing", entry.name.value);
                    let mistake = Mistake::new(message, owner.span, "").help(
                        "a tag cannot exclude what carries it: add `match { roots = [...] }`",
                    );
                    self.mistakes.push(mistake);
                }
                Standing::Owner(owner.value)
            }
            (Some(tier), None, _) => Standing::Tier(tier),
            (None, None, _) => return None,
        };
        let globs =
            |patterns: Vec<Spanned<Glob>>| patterns.into_iter().map(|glob| glob.value).collect();
        Some(Tenant {
            name: entry.name.value,
            standing,
            roots: globs(entry.roots),
            workspaces: globs(entry.workspaces),
            must_present: globs(entry.must_present),
            ceilings,
            span: entry.name.span,
        })
    }

    fn ceiling(
        &mut self,
        entry: CeilingEntry,
        tenant: &Name,
        tier: Option<&Tier>,
        environments: &BTreeMap<Arc<str>, Environment>,
    ) -> Ceiling {
        let when = Interval {
            from: entry.from,
            until: entry.until.as_ref().map(|until| until.value),
        };
        if let Some(until) = entry.until.filter(|_| when.is_empty()) {
            self.mistakes.push(Mistake::new(
                "this ceiling ends before it begins",
                until.span,
                "the first moment at which it no longer counts",
            ));
        }
        let environment = entry.environment.and_then(|name| {
            // Where the catalog names no environments, any name may be one.
            let names: Vec<_> = environments.keys().cloned().collect();
            // `default` is what guard itself calls what names no environment.
            if names.is_empty() || *name.value == *DEFAULT_ENVIRONMENT {
                return Some(name.value);
            }
            known("environment", &name, &names, self.mistakes)
        });
        for (name, amount) in &entry.limits {
            let limit = tier.and_then(|tier| {
                tier.limits
                    .values()
                    .find(|limit| limit.dimension.as_str() == &*name.value)
            });
            self.raises(
                name,
                &amount.span,
                limit,
                tier,
                environment.as_ref(),
                tenant,
            );
        }
        let limits = self.amounts(entry.limits);
        for (dimension, amount) in &limits {
            if let Some(limit) = tier.and_then(|tier| tier.limits.get(dimension))
                && *amount <= limit.bound.allowance()
            {
                self.remarks.push(Finding::unreachable_limit(
                    format!(
                        "a ceiling of `{}` is not above the {dimension} of its tier",
                        tenant.value
                    ),
                    &entry.header,
                    &limit.span,
                ));
            }
        }
        if let Some(tier) = tier {
            self.sizes_hold_a_ceiling(tenant, tier, &limits, &entry.header);
        }
        Ceiling {
            kind: entry.kind,
            environment,
            limits,
            when,
            // Without a reason there is a mistake, and no catalog.
            reason: entry.reason.unwrap_or_else(|| Arc::from("")),
            span: entry.header,
        }
    }

    /// What a ceiling allows an environment must fit a size that the environment may have.
    fn sizes_hold_a_ceiling(
        &mut self,
        tenant: &Name,
        tier: &Tier,
        limits: &BTreeMap<Dimension, Quantity>,
        header: &Span,
    ) {
        let ordinal = Dimension::new(Dimension::ENVIRONMENT_SIZE);
        let Some(limit) = tier
            .limits
            .get(&ordinal)
            .filter(|limit| limit.bound != Bound::Review)
        else {
            return;
        };
        let raised = limits.get(&ordinal).copied().unwrap_or_default();
        let rank = limit.bound.allowance().floor().max(raised);
        let Some(size) = super::super::size_at(&self.sizes, rank) else {
            return;
        };
        for (dimension, amount) in limits {
            if let Some(most) = size.amounts.get(dimension)
                && amount > most
            {
                let message = format!(
                    "a ceiling of `{}` allows more {dimension} than its largest size `{}` holds ({most})",
                    tenant.value, size.name
                );
                self.remarks.push(
                    Finding::unreachable_limit(message, header, &size.span)
                        .help("add `environment_size` to the ceiling, and a size that holds it"),
                );
            }
        }
    }

    /// Checks that a ceiling raises something that can be raised.
    fn raises(
        &mut self,
        name: &Name,
        amount: &Span,
        limit: Option<&Limit>,
        tier: Option<&Tier>,
        environment: Option<&Arc<str>>,
        tenant: &Name,
    ) {
        let Some(tier) = tier else { return };
        match limit {
            None => self.remarks.push(Finding::unreachable_limit(
                format!(
                    "a ceiling of `{}` raises {}, which its tier does not limit",
                    tenant.value, name.value
                ),
                &name.span,
                &tier.span,
            )),
            Some(limit) if limit.enforcement == Enforcement::Mandatory => {
                let message = format!(
                    "nothing can raise the {} of the tier `{}`: it is mandatory",
                    name.value, tier.name
                );
                self.remarks
                    .push(Finding::unreachable_limit(message, amount, &limit.span));
            }
            Some(limit) if limit.per == Per::Tenant && environment.is_some() => {
                let message = format!(
                    "{} is limited for the tenant, not for one environment",
                    name.value
                );
                let mistake = Mistake::new(
                    message,
                    name.span.clone(),
                    "in a ceiling for one environment",
                )
                .label(limit.span.clone(), "this limit is per tenant");
                self.mistakes.push(mistake);
            }
            Some(_) => {}
        }
    }
}

/// The patterns of all tenants, to find the same one in two.
#[derive(Default)]
struct Patterns(BTreeMap<(&'static str, String), Name>);

impl Patterns {
    fn add(&mut self, entry: &TenantEntry, check: &mut Check<'_>) {
        for (kind, patterns) in [("root", &entry.roots), ("workspace", &entry.workspaces)] {
            for pattern in patterns {
                let key = (kind, pattern.value.as_str().to_owned());
                let name = Name {
                    value: entry.name.value.clone(),
                    span: pattern.span.clone(),
                };
                if let Some(first) = self.0.insert(key, name) {
                    let message = format!("the {kind} pattern `{}` is there twice", pattern.value);
                    let mistake = Mistake::new(
                        message,
                        pattern.span.clone(),
                        format!("for `{}`", entry.name.value),
                    )
                    .label(first.span, format!("for `{}`", first.value));
                    check.mistakes.push(mistake);
                }
            }
        }
    }
}
