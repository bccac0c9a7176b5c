//! The feature menu: what can be promised by name, and what it takes.
//!
//! Limits are counted, features are not: a tier has a feature, an add-on brings it, or it is
//! not on the menu. Whatever is promised gets one [`Offer`], and from that alone follows who
//! has to agree.

use super::{Catalog, Slot, Tier};
use crate::quantity::Quantity;
use crate::source::Span;
use std::fmt;
use std::sync::Arc;

/// Something that can be promised by name.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Its name.
    pub name: Arc<str>,
    /// Its name for people.
    pub title: Arc<str>,
    /// The tiers that have it only after a technical review.
    pub review_in: Vec<Arc<str>>,
    /// Who reviews it there.
    pub approvers: Vec<Slot>,
    /// Where it is written; none where only tiers name it.
    pub span: Option<Span>,
}

/// Something that is sold beside the tiers.
#[derive(Clone, Debug)]
pub struct Addon {
    /// Its name.
    pub name: Arc<str>,
    /// Its name for people.
    pub title: Arc<str>,
    /// What it costs, in the catalog's currency.
    pub price_per_month: Option<Quantity>,
    /// How long it takes until it is there.
    pub lead_time_weeks: Option<u64>,
    /// The features that it brings, each with how much of it where that is said.
    pub provides: Vec<(Arc<str>, Option<Arc<str>>)>,
    /// Who has to agree before it is promised; empty: nobody has to.
    pub approvers: Vec<Slot>,
    /// Where it is written.
    pub span: Span,
}

/// Something that somebody was promised by name, and how much of it where that was said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wish {
    /// The name of a feature or an add-on.
    pub name: Arc<str>,
    /// How much of it, in the words of the menu.
    pub level: Option<Arc<str>>,
}

/// How the menu answers a wish.
#[derive(Clone, Copy, Debug)]
pub enum Offer<'a> {
    /// The tier has it.
    Standard(&'a Feature),
    /// The tier has it after a technical review.
    Review(&'a Feature),
    /// This add-on brings it.
    Addon(&'a Addon),
    /// This higher tier has it.
    Higher(&'a Feature, &'a Tier),
    /// The menu knows the feature, but nothing on it is that.
    OffMenu(&'a Feature),
    /// The catalog does not name it.
    Unknown,
}

impl Catalog {
    /// The feature of that name.
    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| *feature.name == *name)
    }

    /// The add-on of that name.
    pub fn addon(&self, name: &str) -> Option<&Addon> {
        self.addons.iter().find(|addon| *addon.name == *name)
    }

    /// How the menu answers a wish of somebody who buys that tier.
    pub fn offer(&self, tier: &Tier, wish: &Wish) -> Offer<'_> {
        let Some(feature) = self.feature(&wish.name) else {
            let addon = self.addon(&wish.name).filter(|_| wish.level.is_none());
            return addon.map_or(Offer::Unknown, Offer::Addon);
        };
        let rank = self.tiers.iter().position(|one| one.name == tier.name);
        let own = rank.map_or(0, |rank| rank.saturating_add(1));
        let (below, above) = self.tiers.split_at_checked(own).unwrap_or_default();
        let has = |tier: &&Tier| match (tier.feature(&feature.name), &wish.level) {
            (Some(level), Some(wanted)) => level == wanted,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if tier.feature(&feature.name).is_some() {
            // What a lower tier has, a higher one has too, in so many words.
            let is_lesser = wish.level.is_some()
                && (below.iter()).any(|lower| lower.name != tier.name && has(&lower));
            let is_reviewed = feature.review_in.contains(&tier.name);
            if is_lesser || has(&tier) && !is_reviewed {
                return Offer::Standard(feature);
            }
            if is_reviewed {
                return Offer::Review(feature);
            }
        }
        let brings = |addon: &&Addon| {
            addon.provides.iter().any(|(name, level)| {
                *name == feature.name
                    && (wish.level.is_none() || level.is_none() || *level == wish.level)
            })
        };
        // Of several add-ons the one that is called like the feature, else the first.
        let named = self.addon(&feature.name).filter(brings);
        if let Some(addon) = named.or_else(|| self.addons.iter().find(brings)) {
            return Offer::Addon(addon);
        }
        match above.iter().find(has) {
            Some(higher) => Offer::Higher(feature, higher),
            None => Offer::OffMenu(feature),
        }
    }

    /// Who has to agree before that is promised; none where it is simply sold. Empty slots mean
    /// that somebody has to, and the catalog names nobody who could.
    pub fn reviewers<'a>(&'a self, offer: &Offer<'a>) -> Option<&'a [Slot]> {
        match offer {
            Offer::Standard(_) => None,
            Offer::Review(feature) => Some(&feature.approvers),
            Offer::Addon(addon) => Some(&*addon.approvers).filter(|slots| !slots.is_empty()),
            Offer::Higher(..) | Offer::OffMenu(_) | Offer::Unknown => Some(&self.custom_approvers),
        }
    }
}

/// How the menu says that a tier does not have a feature: `sso = false`.
const NO: &str = "no";

impl Tier {
    /// How much of a feature it has; none where it has none of it.
    pub fn feature(&self, name: &str) -> Option<&Arc<str>> {
        let mut all = self.features.iter();
        all.find(|(feature, level)| **feature == *name && **level != *NO)
            .map(|(_, level)| level)
    }
}

impl Wish {
    /// As records write it: `sso`, `data_retention = 1 year`.
    pub fn parse(text: &str) -> Self {
        match text.split_once(" = ") {
            Some((name, level)) => Self {
                name: Arc::from(name),
                level: Some(Arc::from(level)),
            },
            None => Self {
                name: Arc::from(text),
                level: None,
            },
        }
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.level {
            Some(level) => write!(f, "{} = {level}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
