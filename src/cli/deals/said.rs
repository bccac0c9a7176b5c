//! What there is to say about a deal: one finding for each promise that is not standard.

use super::super::told::with_settlement;
use super::{Sold, Table};
use crate::approve::{Draft, Settlement};
use crate::catalog::{Offer, Tier};
use crate::deal::{Answer, Wanted, reviewers};
use crate::finding::{Finding, Level};
use crate::judge::{About, Contributor, Outcome, Places, tell};
use crate::sheet::slots;
use crate::source::hcl::nearest;

impl Table<'_> {
    pub(super) fn about_amounts(&self, sold: &[Sold<'_>], fits: Option<&Tier>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let address = format!("deal {}", self.deal.name.value);
        for one in sold
            .iter()
            .filter(|one| one.judgement.outcome != Outcome::Fits)
        {
            let judgement = one.judgement;
            let environment = judgement.environment.as_ref();
            let account = &self.bargain.account;
            let requests = environment.and_then(|name| account.environments.get(name));
            let place = environment.and_then(|name| {
                let key = (name.clone(), judgement.dimension().clone());
                self.bargain.places.get(&key)
            });
            let contributor = Contributor {
                root: "",
                span: Some(place.unwrap_or(&self.deal.header)),
                address: &address,
                resource: &address,
                attribute: judgement.dimension().as_str(),
                value: "",
                amount: judgement.sum.range(),
            };
            let contributors = [contributor];
            let about = About {
                catalog: self.catalog,
                tier: self.tier,
                tenant: Some(&self.deal.tenant.value),
                claimed: &[],
                requests: requests.unwrap_or(&account.total),
                contributors: if judgement.dimension().is_ordinal() {
                    &[]
                } else {
                    &contributors
                },
                fits,
                roots: None,
                places: Places::NONE,
            };
            let Some(mut finding) = tell(judgement, &about) else {
                continue;
            };
            if judgement.dimension().is_ordinal() {
                let span = place.unwrap_or(&self.deal.header).clone();
                finding
                    .labels
                    .insert(0, crate::finding::Label::source(span, ""));
            }
            findings.push(with_settlement(
                finding,
                &one.settlement,
                judgement,
                self.catalog,
            ));
        }
        findings
    }

    /// What there is to say about something that is no amount; nothing where it is simply sold.
    pub(super) fn about(
        &self,
        wanted: &Wanted<'_>,
        standing: Option<&Settlement>,
    ) -> Option<Finding> {
        let standing = standing?;
        let deal = &*self.deal.name.value;
        let tier = &self.tier.name;
        let (text, span) = (&*wanted.text, &wanted.span);
        let who = reviewers(self.catalog, self.tier, text).map_or(String::new(), slots);
        let mut finding = match wanted.answer {
            Answer::Menu(Offer::Unknown) => {
                let names = (self.catalog.features.iter().map(|feature| &*feature.name))
                    .chain(self.catalog.addons.iter().map(|addon| &*addon.name));
                Finding::unknown_feature(deal, text, nearest(text, names), span)
            }
            Answer::Menu(Offer::Higher(_, higher)) => {
                let why = format!(
                    "which tier {tier} does not have and tier {} has",
                    higher.name
                );
                Finding::not_in_tier(deal, text, &why, span)
            }
            Answer::Menu(Offer::OffMenu(_)) => {
                Finding::off_menu(deal, text, "which no tier and no add-on has", span)
            }
            Answer::Menu(Offer::Review(_) | Offer::Addon(_) | Offer::Standard(_)) => {
                Finding::needs_review(deal, text, &who, span)
            }
            Answer::TooManyUsers {
                below,
                fits: Some(fits),
            } => {
                let why = format!(
                    "and tier {tier} is for fewer than {below}; tier {} would do",
                    fits.name
                );
                Finding::not_in_tier(deal, text, &why, span)
            }
            Answer::TooManyUsers { below, fits: None } => {
                let why =
                    format!("and tier {tier} is for fewer than {below}; no tier is for so many");
                Finding::off_menu(deal, text, &why, span)
            }
            Answer::Unlimited => {
                Finding::off_menu(deal, text, "and every machine has a limit", span)
            }
        };
        finding.subject.tenant = Some(self.deal.tenant.value.to_string());
        match standing {
            Settlement::Settled { by, .. } => {
                let by = by.join(", ");
                finding.help.clear();
                finding.notes.push(format!("settled by approval {by}"));
                finding.subject.settled_by = Some(by);
                Some(finding.at(Level::Note))
            }
            Settlement::Open { why, .. } => {
                finding.notes.extend(why.iter().cloned());
                Some(finding)
            }
            Settlement::NotNeeded => None,
        }
    }

    /// Puts the record that the committee has to sign to the first finding that it is for.
    pub(super) fn offer_request(
        &self,
        requested: Result<Draft, String>,
        is_custom: bool,
        id: &mut String,
        findings: &mut [Finding],
    ) {
        let is_open = |finding: &Finding| finding.level == Level::Error;
        let is_name = |finding: &Finding| is_open(finding) && finding.subject.dimension.is_none();
        let at = (findings.iter().position(is_name)).or_else(|| findings.iter().position(is_open));
        let folder = self.records.folder();
        let Some(finding) = at.and_then(|at| findings.get_mut(at)) else {
            return;
        };
        match requested {
            Ok(draft) => {
                *id = crate::approve::next_id([&*draft.id]);
                let what = match is_custom {
                    true => "this takes a Custom Solution Request: have it agreed",
                    false => "have the review agreed",
                };
                finding.help.push(format!(
                    "{what} and recorded as {folder}/{}.hcl:\n\n{}",
                    draft.id,
                    draft.text.trim_end()
                ));
            }
            Err(why) => finding.notes.push(format!("nobody can agree to it: {why}")),
        }
    }

    /// Puts each record that would raise limits to the first finding that it is for.
    pub(super) fn offer_drafts(&self, drafts: &[Draft], findings: &mut [Finding]) {
        for draft in drafts {
            let is_meant = |finding: &&mut Finding| {
                finding.level == Level::Error
                    && finding.subject.dimension.is_some()
                    && finding.subject.environment.as_deref() == draft.environment.as_deref()
            };
            if let Some(finding) = findings.iter_mut().find(is_meant) {
                finding.help.push(format!(
                    "or have this recorded as {}/{}.hcl:\n\n{}",
                    self.records.folder(),
                    draft.id,
                    draft.text.trim_end()
                ));
            }
        }
    }
}
