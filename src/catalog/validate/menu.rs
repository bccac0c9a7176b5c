//! The menu: every name on it leads somewhere.

use super::super::parse::{AddonEntry, CustomEntry, FeatureEntry, TierEntry};
use super::super::{Addon, Feature, Slot, Tier};
use super::{Check, Seen};
use crate::source::hcl::{Mistake, Name};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Check<'_> {
    /// The features: those that are declared, or where none is, those that tiers name.
    pub(super) fn features(&mut self, entries: Vec<FeatureEntry>, tiers: &[Tier]) -> Vec<Feature> {
        if entries.is_empty() {
            return named_by_tiers(tiers);
        }
        let mut seen = Seen::default();
        let mut features = Vec::new();
        for entry in entries {
            let is_new = seen.is_new("feature", &entry.name, self.mistakes);
            self.reviews_have_reviewers(&entry);
            let review_in = entry.review_in.iter();
            let review_in: Vec<_> = review_in.filter_map(|name| self.tier_name(name)).collect();
            let approvers = self.slots(entry.approvers);
            if is_new {
                features.push(Feature {
                    title: entry.title.unwrap_or_else(|| words(&entry.name.value)),
                    name: entry.name.value,
                    review_in,
                    approvers,
                    span: Some(entry.name.span),
                });
            }
        }
        features
    }

    fn reviews_have_reviewers(&mut self, entry: &FeatureEntry) {
        let (what, missing) = match (&entry.approvers, entry.review_in.first()) {
            (None, Some(tier)) => (tier, "`approvers`: who reviews it"),
            (Some(_), None) => (
                &entry.name,
                "`review_in`: the tiers in which it is reviewed",
            ),
            _ => return,
        };
        let message = format!("the review of `{}` is only half said", entry.name.value);
        self.mistakes.push(Mistake::new(
            message,
            what.span.clone(),
            format!("it needs {missing}"),
        ));
    }

    /// Features of a tier that no `feature` block declares, in a catalog that declares some.
    pub(super) fn tiers_name_features(&mut self, declared: &[FeatureEntry], tiers: &[TierEntry]) {
        if declared.is_empty() {
            return;
        }
        let names = tiers.iter().flat_map(|tier| &tier.features);
        for (name, _) in names {
            self.is_feature(name, declared.iter().map(|entry| &*entry.name.value));
        }
    }

    pub(super) fn addons(&mut self, entries: Vec<AddonEntry>, features: &[Feature]) -> Vec<Addon> {
        let mut seen = Seen::default();
        let mut addons = Vec::new();
        for entry in entries {
            let is_new = seen.is_new("add-on", &entry.name, self.mistakes);
            let mut provides = Vec::new();
            for (name, level) in entry.provides {
                let known = features.iter().map(|feature| &*feature.name);
                if self.is_feature(&name, known) {
                    provides.push((name.value, level));
                }
            }
            let approvers = self.slots(entry.approvers);
            if is_new {
                addons.push(Addon {
                    title: entry.title.unwrap_or_else(|| words(&entry.name.value)),
                    name: entry.name.value,
                    price_per_month: entry.price_per_month,
                    lead_time_weeks: entry.lead_time_weeks,
                    provides,
                    approvers,
                    span: entry.name.span,
                });
            }
        }
        addons
    }

    /// Who has to agree to what is not on the menu.
    pub(super) fn custom_solution(&mut self, entries: Vec<CustomEntry>) -> Vec<Slot> {
        let mut entries = entries.into_iter();
        let Some(first) = entries.next() else {
            return Vec::new();
        };
        for again in entries {
            let message = "there is more than one `custom_solution` block";
            self.mistakes.push(
                Mistake::new(message, again.header, "again here")
                    .label(first.header.clone(), "first here"),
            );
        }
        self.slots(first.approvers)
    }

    fn is_feature<'k>(
        &mut self,
        name: &Name,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> bool {
        if known.clone().any(|known| *known == *name.value) {
            return true;
        }
        let message = format!("there is no feature `{}`", name.value);
        let mistake = Mistake::new(
            message,
            name.span.clone(),
            "no tier and no `feature` block names it",
        )
        .did_you_mean(&name.value, known)
        .help(format!(
            "to put it on the menu, add: feature \"{}\" {{ title = \"...\" }}",
            name.value
        ));
        self.mistakes.push(mistake);
        false
    }
}

fn named_by_tiers(tiers: &[Tier]) -> Vec<Feature> {
    let mut seen = BTreeSet::new();
    let names = tiers.iter().flat_map(|tier| &tier.features);
    names
        .filter(|(name, _)| seen.insert(name.clone()))
        .map(|(name, _)| Feature {
            name: name.clone(),
            title: words(name),
            review_in: Vec::new(),
            approvers: Vec::new(),
            span: None,
        })
        .collect()
}

/// A name as people say it.
fn words(name: &str) -> Arc<str> {
    Arc::from(name.replace(['_', '-'], " "))
}
