//! Deals, from the words of the command line to their rows in the report.
//!
//! A promise of capacity is a declared request, so it goes through the same stages as a plan:
//! judge -> approve -> report. What is promised by name goes through the menu.

use super::approved::Records;
use super::context::Context;
use super::told::with_settlement;
use crate::approve::{Blank, Draft, Held, Settlement, approve, draft, promised, request};
use crate::catalog::{Catalog, Enforcement, Offer, Standing, Tenant, Tier};
use crate::date::Moment;
use crate::deal::{Answer, Bargain, Wanted, fits, mismatch, reviewers, weigh};
use crate::finding::{Finding, Level};
use crate::judge::{About, Contributor, Judgement, Outcome, Places, Terms, Words, judge, tell};
use crate::quantity::{Dimension, Range};
use crate::read::deal::{Deal, holds_deals, read_deals};
use crate::report::{ApprovalRow, DealLine, DealRow, Input, LineKind};
use crate::sheet::slots;
use crate::source::SourceFile;
use crate::source::digest::sha256_hex;
use crate::source::hcl::nearest;
use crate::source::listing::{Depth, Entry, EntryKind, list};
use crate::source::tree::{MAX_TEXT, is_configuration, read_named};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// What the words of the command line mean.
#[derive(Default)]
pub(super) struct Apart {
    /// The files of deals, each once.
    pub files: Vec<SourceFile>,
    /// The words that mean something else, or something else too.
    pub others: Vec<String>,
    /// Files among the deals that cannot be read.
    pub findings: Vec<Finding>,
}

/// Tells the words of the command line that mean deals from those that do not.
///
/// A file is told by its content. A folder is one of deals where a file in it holds some; then
/// everything in it and below is read, so that no deal is passed over in silence. Where it
/// holds Terraform configuration too, that is judged as well.
pub(super) fn set_apart(words: &[String], context: &Context) -> Apart {
    let mut apart = Apart::default();
    for word in words {
        let path = Path::new(word);
        let shown = context.around.show(path);
        let means_more = match path.is_dir() {
            true => apart.folder(path, shown.trim_end_matches('/')),
            false => apart.file(path, &shown),
        };
        if means_more {
            apart.others.push(word.clone());
        }
    }
    apart
}

impl Apart {
    /// Takes a file of deals; whether it is something else.
    fn file(&mut self, path: &Path, shown: &str) -> bool {
        // Only what can be a text of HCL is read here; whatever else it is, the next reader says.
        let has = |ending| {
            path.extension()
                .is_some_and(|extension| extension == ending)
        };
        if !path.is_file() || has("json") || has("tf") || has("tofu") {
            return true;
        }
        match read_named(path, shown) {
            Ok(file) if holds_deals(&file) => {
                self.add(file);
                false
            }
            _ => true,
        }
    }

    /// Takes the deals in a folder; whether there is something else in it.
    fn folder(&mut self, path: &Path, shown: &str) -> bool {
        let path = &path.join(".");
        let is_deal = |entry: &Entry| text(entry, shown).is_ok_and(|file| holds_deals(&file));
        if !list(path, Depth::Flat, most).iter().any(is_deal) {
            return true;
        }
        let mut all = list(path, Depth::Deep, most);
        all.retain(|entry| !entry.name.split('/').any(|part| part.starts_with('.')));
        let name = |entry: &Entry| entry.name.rsplit('/').next().map(str::to_owned);
        let has_more =
            (all.iter()).any(|entry| name(entry).is_some_and(|name| is_configuration(&name)));
        // A folder that cannot be listed whole may hold deals too.
        let matters = |entry: &&Entry| {
            let is_list = matches!(entry.kind, EntryKind::Unreadable(_) | EntryKind::TooMany);
            is_list || most(&entry.name) > 0
        };
        for entry in all.iter().filter(matters) {
            match text(entry, shown) {
                // Beside configuration there may be any other HCL; among deals there is none.
                Ok(file) if has_more && !holds_deals(&file) => {}
                Ok(file) => self.add(file),
                Err(why) => {
                    let path = format!("{shown}/{}", entry.name);
                    self.findings.push(Finding::unreadable_input(&path, &why));
                }
            }
        }
        has_more
    }

    fn add(&mut self, file: SourceFile) {
        if self.files.iter().all(|known| known.path() != file.path()) {
            self.files.push(file);
        }
    }
}

/// The most bytes that are read of a file of that name in a folder of deals.
fn most(name: &str) -> u64 {
    match name.ends_with(".hcl") {
        true => MAX_TEXT,
        false => 0,
    }
}

/// The text of an entry of a folder, or why it has none.
fn text(entry: &Entry, shown: &str) -> Result<SourceFile, String> {
    let path = format!("{shown}/{}", entry.name);
    match &entry.kind {
        EntryKind::File(bytes) if entry.name.ends_with(".hcl") => {
            match std::str::from_utf8(bytes) {
                Ok(text) => Ok(SourceFile::new(path, text)),
                Err(_) => Err("it is not UTF-8 text".to_owned()),
            }
        }
        EntryKind::Unreadable(why) => Err(why.clone()),
        EntryKind::TooMany => Err("it holds too many files".to_owned()),
        EntryKind::Link => Err("it is a symbolic link; name the file itself".to_owned()),
        EntryKind::TooLarge => Err("it is larger than files of its kind can be".to_owned()),
        _ => Err("it is no regular file".to_owned()),
    }
}

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

    fn about_amounts(&self, sold: &[Sold<'_>], fits: Option<&Tier>) -> Vec<Finding> {
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
    fn about(&self, wanted: &Wanted<'_>, standing: Option<&Settlement>) -> Option<Finding> {
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
    fn offer_request(
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
    fn offer_drafts(&self, drafts: &[Draft], findings: &mut [Finding]) {
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

    fn row(
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
