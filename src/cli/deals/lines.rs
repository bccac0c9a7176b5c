//! A deal as a row of the report, and its line items.

use super::{Sold, Table};
use crate::approve::Settlement;
use crate::catalog::{Enforcement, Offer, Tier};
use crate::deal::{Answer, Wanted, reviewers};
use crate::judge::{Outcome, Words};
use crate::quantity::{Dimension, Range};
use crate::report::{DealLine, DealRow, LineKind};
use crate::sheet::slots;
use std::sync::Arc;

impl Table<'_> {
    pub(super) fn row(
        &self,
        sold: &[Sold<'_>],
        wishes: &[(&Wanted<'_>, Option<Settlement>)],
        fits: Option<&Tier>,
    ) -> DealRow {
        let deal = self.deal;
        let amounts = (sold.iter()).filter_map(|one| self.amount_line(one));
        let names =
            (wishes.iter()).map(|(wanted, standing)| self.wish_line(wanted, standing.as_ref()));
        DealRow {
            deal: deal.name.value.clone(),
            tenant: deal.tenant.value.clone(),
            tier: self.tier.name.clone(),
            fits: fits.map(|tier| tier.name.clone()),
            users: deal.users.as_ref().map(|users| users.value),
            close_date: (deal.close_date.as_ref()).map(|date| Arc::from(date.value.to_string())),
            owner: deal.owner.clone(),
            value: deal.value,
            currency: self.catalog.currency.clone(),
            lines: amounts
                .chain(self.unlimited_lines(sold))
                .chain(names)
                .collect(),
        }
    }

    /// The lines of what is promised of dimensions that the tier does not limit: they are
    /// standard, and would otherwise not be said.
    fn unlimited_lines(&self, sold: &[Sold<'_>]) -> Vec<DealLine> {
        let is_held =
            |dimension: &Dimension| (sold.iter()).any(|one| one.judgement.dimension() == dimension);
        let mut lines = Vec::new();
        for (environment, requests) in &self.bargain.account.environments {
            let free = (requests.iter())
                .filter(|(dimension, request)| !is_held(dimension) && request.declared.is_some());
            for (dimension, request) in free {
                let words = Words {
                    catalog: self.catalog,
                    dimension,
                };
                lines.push(DealLine {
                    what: Arc::from(format!(
                        "{environment}: {}",
                        words.range(request.max.range())
                    )),
                    dimension: Some(dimension.clone()),
                    kind: LineKind::Standard,
                    reviewers: Arc::from(""),
                    settled_by: Vec::new(),
                    price_per_month: None,
                    lead_time_weeks: None,
                });
            }
        }
        lines
    }

    /// The line of an amount; none where nothing of it is promised.
    fn amount_line(&self, one: &Sold<'_>) -> Option<DealLine> {
        let judgement = one.judgement;
        let words = Words {
            catalog: self.catalog,
            dimension: judgement.dimension(),
        };
        let asked = judgement.sum.range();
        if asked == Range::ZERO {
            return None;
        }
        let amount = words.range(asked);
        let what = match &judgement.environment {
            Some(environment) => format!("{environment}: {amount}"),
            None => amount,
        };
        let is_over = judgement.outcome == Outcome::Over;
        let (kind, reviewers) = match (&one.settlement, &one.custom) {
            (Settlement::NotNeeded, _) => (LineKind::Standard, String::new()),
            (_, Some(_)) if self.catalog.custom_approvers.is_empty() => {
                (LineKind::Refused, String::new())
            }
            (_, Some(_)) => (LineKind::Custom, slots(&self.catalog.custom_approvers)),
            _ if judgement.limit.enforcement == Enforcement::Mandatory => {
                (LineKind::Refused, String::new())
            }
            _ => (LineKind::Review, slots(&judgement.limit.approvers)),
        };
        let cost = judgement.cost().filter(|_| is_over);
        Some(DealLine {
            what: Arc::from(what),
            dimension: Some(judgement.dimension().clone()),
            kind,
            reviewers: Arc::from(reviewers),
            settled_by: settled_by(Some(&one.settlement)),
            price_per_month: cost.as_ref().map(|cost| cost.total),
            lead_time_weeks: cost.and_then(|cost| cost.lead_time_weeks),
        })
    }

    fn wish_line(&self, wanted: &Wanted<'_>, standing: Option<&Settlement>) -> DealLine {
        let reviewers = reviewers(self.catalog, self.tier, &wanted.text);
        let with_level = |title: &str| match wanted.text.split_once(" = ") {
            Some((_, level)) => format!("{title} {level}"),
            None => title.to_owned(),
        };
        let (what, kind) = match wanted.answer {
            Answer::Menu(Offer::Standard(feature)) => {
                (with_level(&feature.title), LineKind::Standard)
            }
            Answer::Menu(Offer::Review(feature)) => (with_level(&feature.title), LineKind::Review),
            Answer::Menu(Offer::Addon(addon)) => (
                addon.title.to_string(),
                match standing {
                    Some(_) => LineKind::Review,
                    None => LineKind::Addon,
                },
            ),
            Answer::Menu(Offer::Higher(feature, _) | Offer::OffMenu(feature)) => {
                (with_level(&feature.title), LineKind::Custom)
            }
            Answer::Menu(Offer::Unknown) | Answer::Unlimited => {
                (wanted.text.clone(), LineKind::Custom)
            }
            Answer::TooManyUsers { .. } => (wanted.text.replace(" = ", ": "), LineKind::Custom),
        };
        let addon = match wanted.answer {
            Answer::Menu(Offer::Addon(addon)) => Some(addon),
            _ => None,
        };
        let is_refused = reviewers.is_some_and(<[_]>::is_empty);
        DealLine {
            what: Arc::from(what),
            dimension: None,
            kind: if is_refused { LineKind::Refused } else { kind },
            reviewers: Arc::from(reviewers.map_or(String::new(), slots)),
            settled_by: settled_by(standing),
            price_per_month: addon.and_then(|addon| addon.price_per_month),
            lead_time_weeks: addon.and_then(|addon| addon.lead_time_weeks),
        }
    }
}

fn settled_by(settlement: Option<&Settlement>) -> Vec<Arc<str>> {
    match settlement {
        Some(Settlement::Settled { by, .. }) => by.clone(),
        _ => Vec::new(),
    }
}
