//! Deals, from the words of the command line to their rows in the report.
//!
//! A promise of capacity is a declared request, so it goes through the same stages as a plan:
//! judge -> approve -> report. What is promised by name goes through the menu.

mod apart;
mod lines;
mod said;

pub(super) use apart::set_apart;

use super::approved::Records;
use crate::approve::{Blank, Held, Settlement, approve, draft, promised, request};
use crate::catalog::{Catalog, Enforcement, Offer, Standing, Tenant, Tier};
use crate::date::Moment;
use crate::deal::{Answer, Bargain, Wanted, fits, mismatch, reviewers, weigh};
use crate::finding::Finding;
use crate::judge::{Judgement, Terms, Words, judge};
use crate::read::deal::{Deal, read_deals};
use crate::report::{ApprovalRow, DealRow, Input};
use crate::source::SourceFile;
use crate::source::digest::sha256_hex;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What came of all deals.
#[derive(Default)]
pub(super) struct Dealt {
    /// A row for each.
    pub rows: Vec<DealRow>,
    /// What was read.
    pub inputs: Vec<Input>,
    /// The records of their tenants.
    pub approvals: Vec<ApprovalRow>,
    /// What there is to say.
    pub findings: Vec<Finding>,
}

/// Judges all deals; `digest` is whether the report has the digests of what was read.
pub(super) fn judged(
    files: &[SourceFile],
    catalog: Option<&Catalog>,
    records: &Records,
    now: Moment,
    digest: bool,
) -> Dealt {
    let mut dealt = Dealt::default();
    let digest = |file: &SourceFile| digest.then(|| sha256_hex(file.text().as_bytes()));
    let inputs = files.iter().map(|file| input(file.path(), digest(file)));
    dealt.inputs.extend(inputs);
    let deals = match read_deals(files) {
        Ok(deals) => deals,
        Err(mistakes) => {
            dealt
                .findings
                .extend(mistakes.into_iter().map(Finding::bad_deal));
            return dealt;
        }
    };
    judge_all(&deals, catalog, records, now, &mut dealt);
    dealt
}

/// A file of deals, as reports list it.
pub(super) fn input(path: &str, sha256: Option<String>) -> Input {
    Input {
        path: Arc::from(path),
        kind: "deal",
        root: None,
        workspace: None,
        sha256: sha256.map(Arc::from),
        remarks: Vec::new(),
    }
}

/// Judges these deals; without a catalog there is nothing to judge by, which is told elsewhere.
pub(super) fn judge_all(
    deals: &[Deal],
    catalog: Option<&Catalog>,
    records: &Records,
    now: Moment,
    dealt: &mut Dealt,
) {
    let Some(catalog) = catalog else {
        return;
    };
    let mut id = records.next_id();
    for deal in deals {
        match weigh(catalog, deal) {
            Ok(bargain) => {
                let catalog = with_customer(catalog, deal, bargain.tier);
                let Some(tier) = catalog.tier(&bargain.tier.name) else {
                    continue;
                };
                let table = Table {
                    catalog: &catalog,
                    deal,
                    bargain: &bargain,
                    tier,
                    records,
                    now,
                };
                table.judge(&mut id, dealt);
            }
            Err(mistakes) => dealt
                .findings
                .extend(mistakes.into_iter().map(Finding::bad_deal)),
        }
        // Against the catalog as it is, not as the deal would have it.
        if let Some(tier) = deal
            .tier
            .as_ref()
            .and_then(|tier| catalog.tier(&tier.value))
        {
            dealt.findings.extend(mismatch(catalog, deal, tier, now));
        }
    }
}

/// The catalog in which the deal is done: its tenant has the tier that the deal says, whether
/// it is a customer already or not. Records about that tier then count for the deal.
fn with_customer(catalog: &Catalog, deal: &Deal, tier: &Tier) -> Catalog {
    let mut catalog = catalog.clone();
    let name = &deal.tenant.value;
    let standing = Standing::Tier(tier.name.clone());
    match catalog.tenants.get_mut(name) {
        Some(known) => known.standing = standing,
        None => {
            let tenant = Tenant {
                name: name.clone(),
                standing,
                roots: Vec::new(),
                workspaces: Vec::new(),
                must_present: Vec::new(),
                ceilings: Vec::new(),
                span: deal.tenant.span.clone(),
            };
            catalog.tenants.insert(name.clone(), tenant);
        }
    }
    catalog
}

/// A deal, and all that it is judged by.
struct Table<'a> {
    catalog: &'a Catalog,
    deal: &'a Deal,
    bargain: &'a Bargain<'a>,
    tier: &'a Tier,
    records: &'a Records,
    now: Moment,
}

/// How one amount is sold, as far as records do not say.
struct Sold<'a> {
    judgement: &'a Judgement<'a>,
    settlement: Settlement,
    /// How a record would accept it as a custom solution, where no other record can allow it.
    custom: Option<String>,
}

impl Sold<'_> {
    /// Whether only the committee could still agree to it.
    fn is_open_custom(&self) -> bool {
        self.custom.is_some() && matches!(self.settlement, Settlement::Open { .. })
    }
}

impl Table<'_> {
    fn judge(&self, id: &mut String, dealt: &mut Dealt) {
        let tenant = &self.deal.tenant.value;
        let terms = Terms {
            tier: self.tier,
            ceilings: (self.catalog.tenants.get(tenant)).map_or(&[], |tenant| &tenant.ceilings),
            now: self.now,
            complete: true,
            pooled: false,
        };
        let judgements = judge(&terms, &self.bargain.account);
        let held: Vec<Held<'_>> = judgements
            .iter()
            .map(|judgement| Held {
                tenant: Some(tenant.clone()),
                tier: self.tier.name.clone(),
                judgement,
                unknown: Vec::new(),
            })
            .collect();
        let Some(basis) = self.records.basis_of(self.catalog, self.now) else {
            // Without knowing what makes a record count there is nothing to judge by, which is told.
            return;
        };
        let mut outcome = approve(basis, self.records.filed(), &held, &[]);
        let blank = Blank {
            requested_by: self.deal.owner.as_ref().map(ToString::to_string),
            reason: Some(format!("Deal {}", self.deal.name.value)),
            ticket: Some(self.deal.name.value.to_string()),
            ..Blank::default()
        };
        let (mut drafts, mut impossible) = (Vec::new(), BTreeSet::new());
        for drafted in draft(basis, &outcome, &held, &[], id, &blank) {
            match drafted {
                Ok(one) => {
                    *id = crate::approve::next_id([&*one.id]);
                    drafts.push(one);
                }
                Err(none) => {
                    impossible.insert(none.environment);
                }
            }
        }
        let mut sold: Vec<_> = judgements
            .iter()
            .zip(&outcome.held)
            .map(|(judgement, settlement)| Sold {
                judgement,
                settlement: settlement.clone(),
                custom: None,
            })
            .collect();
        for one in &mut sold {
            if impossible.contains(&one.judgement.environment) {
                self.try_custom(&outcome.records, one);
            }
        }
        let wishes: Vec<_> = (self.bargain.wishes.iter())
            .map(|wanted| (wanted, self.standing(&outcome.records, wanted)))
            .collect();

        let fits = fits(self.catalog, self.deal, self.bargain, self.now);
        let mut findings = self.about_amounts(&sold, fits);
        findings.extend(
            (wishes.iter()).filter_map(|(wanted, standing)| self.about(wanted, standing.as_ref())),
        );
        let open = (sold.iter())
            .filter(|one| one.is_open_custom())
            .filter_map(|one| one.custom.clone());
        let wanted = (wishes.iter())
            .filter(|(_, standing)| matches!(standing, Some(Settlement::Open { .. })))
            .map(|(wanted, _)| self.promise(&wanted.text));
        let open: Vec<_> = open.chain(wanted).collect();
        if !open.is_empty() {
            let requested = request(basis, self.tier, tenant, &open, id, &blank);
            let is_menu = |wanted: &Wanted<'_>| {
                matches!(
                    wanted.answer,
                    Answer::Menu(Offer::Standard(_) | Offer::Review(_) | Offer::Addon(_))
                )
            };
            let is_custom = (sold.iter()).any(Sold::is_open_custom)
                || (wishes.iter()).any(|(wanted, standing)| {
                    matches!(standing, Some(Settlement::Open { .. })) && !is_menu(wanted)
                });
            self.offer_request(requested, is_custom, id, &mut findings);
        }
        self.offer_drafts(&drafts, &mut findings);

        let used = (sold.iter().map(|one| Some(&one.settlement)))
            .chain(wishes.iter().map(|(_, standing)| standing.as_ref()));
        for settlement in used.flatten() {
            if let Settlement::Settled { by, .. } = settlement {
                outcome.used.extend(by.iter().cloned());
            }
        }
        findings.append(&mut outcome.findings);
        if !held.is_empty() {
            let about = crate::approve::about_records(
                self.catalog,
                &outcome,
                &held,
                self.now,
                crate::approve::SOON,
            );
            // Records of others are about their own deals.
            let is_own = |finding: &Finding| finding.subject.tenant.as_deref() == Some(&**tenant);
            findings.extend(about.into_iter().filter(is_own));
        }
        dealt
            .approvals
            .extend(super::approved::rows(self.catalog, &outcome, &held));
        dealt.findings.append(&mut findings);
        dealt.rows.push(self.row(&sold, &wishes, fits));
    }

    /// `globex-2026-q4: sso`, as records name a promise.
    fn promise(&self, text: &str) -> String {
        format!("{}: {text}", self.deal.name.value)
    }

    /// An amount that no role may allow can still be agreed to by the committee, for this deal
    /// and word by word; but nothing raises what is mandatory.
    fn try_custom(&self, records: &[crate::approve::Counted<'_>], one: &mut Sold<'_>) {
        let judgement = one.judgement;
        let is_open = matches!(one.settlement, Settlement::Open { .. });
        if !is_open || judgement.limit.enforcement == Enforcement::Mandatory {
            return;
        }
        let words = Words {
            catalog: self.catalog,
            dimension: judgement.dimension(),
        };
        let mut amount = words.number(judgement.sum.firm.low);
        if judgement.dimension().is_ordinal() {
            // Beyond the largest size there is no end, so what is beyond it is said too.
            amount.push_str(&self.beyond(judgement));
        }
        let place = judgement.environment.as_deref().unwrap_or("all");
        let text = self.promise(&format!("{place}/{} = {amount}", judgement.dimension()));
        let tenant = &self.deal.tenant.value;
        if let settled @ Settlement::Settled { .. } =
            promised(records, tenant, &self.tier.name, &text)
        {
            // What the committee agreed to is this amount.
            one.settlement = match settled {
                Settlement::Settled { by, .. } => Settlement::Settled {
                    allowance: judgement.sum.firm.low,
                    by,
                },
                other => other,
            };
        }
        one.custom = Some(text);
    }

    /// The amounts that even the largest size does not hold: ` (vcpu 513)`.
    fn beyond(&self, judgement: &Judgement<'_>) -> String {
        let account = &self.bargain.account;
        let requests = (judgement.environment.as_ref())
            .and_then(|name| account.environments.get(name))
            .unwrap_or(&account.total);
        let Some(largest) = self.catalog.sizes.last() else {
            return String::new();
        };
        let beyond = largest.amounts.iter().filter_map(|(dimension, most)| {
            let asked = requests.get(dimension)?.max.firm.low;
            (asked > *most).then(|| format!("{dimension} {asked}"))
        });
        let beyond: Vec<_> = beyond.collect();
        match beyond.is_empty() {
            true => String::new(),
            false => format!(" ({})", beyond.join(", ")),
        }
    }

    /// What records say of something that somebody has to agree to; none where nobody has to.
    fn standing(
        &self,
        records: &[crate::approve::Counted<'_>],
        wanted: &Wanted<'_>,
    ) -> Option<Settlement> {
        reviewers(self.catalog, self.tier, &wanted.text)?;
        let promise = self.promise(&wanted.text);
        let tenant = &self.deal.tenant.value;
        Some(promised(records, tenant, &self.tier.name, &promise))
    }
}
