//! What came of judging and of approvals, in findings and in the rows of a report.

use super::approved::Approved;

use super::identified::Identified;
use super::judged::{Ruling, Trial};
use super::row::Row;
use crate::approve::Settlement;
use crate::catalog::{self, Catalog};
use crate::date::Moment;
use crate::declare::under_declared;
use crate::finding::{Finding, Label, Level, Subject};
use crate::judge::{About, Contributor, Judgement, Outcome, Places, Words, tell, tell_ceilings};
use crate::quantity::{Class, Dimension, Range};
use crate::report::{self, Held, RequestRow, TenantRow};
use crate::request::{Request, Requests};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What there is to say of a trial, and its rows.
#[derive(Default)]
pub(super) struct Told {
    /// What was asked for, and what it was held against.
    pub requests: Vec<RequestRow>,
    /// Who was judged.
    pub tenants: Vec<TenantRow>,
    /// What there is to say.
    pub findings: Vec<Finding>,
}

/// Puts everything into words.
pub(super) fn all(
    catalog: &Catalog,
    identified: &Identified<'_>,
    trials: &[Trial<'_>],
    approved: &Approved,
    now: Moment,
) -> Told {
    let mut told = Told::default();
    for (trial, settlements) in trials.iter().zip(&approved.trials) {
        let teller = Teller {
            catalog,
            identified,
            trial,
        };
        match &trial.ruling {
            Some(ruling) => teller.ruled(ruling, settlements, approved, now, &mut told),
            None => teller.unjudged(&mut told),
        }
    }
    told.findings.extend(understated(catalog, identified));
    told.findings
        .extend(unmeasured(catalog, identified, approved));
    told
}

/// One account and all that is known of it.
struct Teller<'a> {
    catalog: &'a Catalog,
    identified: &'a Identified<'a>,
    trial: &'a Trial<'a>,
}

impl<'a> Teller<'a> {
    fn tenant(&self) -> Option<&'a Arc<str>> {
        self.trial.tenant.as_ref()
    }

    fn ruled(
        &self,
        ruling: &Ruling<'_>,
        settlements: &[Settlement],
        approved: &Approved,
        now: Moment,
        told: &mut Told,
    ) {
        let pool = self.identified.pool();
        let claimed: Vec<_> = match self.tenant() {
            Some(_) => Vec::new(),
            None => pool.claimed.iter().cloned().collect(),
        };
        let presence = ruling.presence.as_ref();
        for (judgement, settlement) in ruling.judgements.iter().zip(settlements) {
            if judgement.outcome == Outcome::Fits {
                continue;
            }
            let contributors = self.contributors(judgement);
            let about = About {
                catalog: self.catalog,
                tier: ruling.tier,
                tenant: self.tenant().map(|tenant| &**tenant),
                claimed: &claimed,
                requests: self.requests(judgement.environment.as_ref()),
                contributors: &contributors,
                fits: ruling.fits,
                roots: presence.map(|presence| (presence.read, presence.needed)),
                places: Places(&|one| self.identified.places(one)),
            };
            if let Some(finding) = tell(judgement, &about) {
                let finding = with_settlement(finding, settlement, judgement, self.catalog);
                told.findings.push(finding);
            }
        }
        self.add_drafts(approved, told);
        let missing = presence.map_or(&[][..], |presence| &presence.missing);
        if let (Some(tenant), Some(presence), false) = (self.tenant(), presence, missing.is_empty())
        {
            let names: Vec<_> = missing.iter().map(|root| &**root).collect();
            let finding = Finding::missing_roots(tenant, presence.read, presence.needed, &names);
            told.findings.push(finding);
        }
        if let Some(tenant) = self
            .tenant()
            .and_then(|name| self.catalog.tenants.get(name))
        {
            let ceilings = tell_ceilings(self.catalog, tenant, &ruling.judgements, now);
            told.findings.extend(ceilings);
        }
        let needed = presence.filter(|presence| presence.needed > 0);
        told.tenants.push(TenantRow {
            tenant: self.tenant().cloned(),
            tier: Some(ruling.tier.name.clone()),
            tier_title: Some(ruling.tier.title.clone()),
            roots: needed.map_or(self.trial.roots, |presence| presence.read) as u64,
            missing_roots: missing.to_vec(),
        });
        self.list(&ruling.judgements, settlements, told);
    }

    /// The records that would settle what is open, each with the first finding that it is for.
    fn add_drafts(&self, approved: &Approved, told: &mut Told) {
        let drafts = approved
            .drafts
            .iter()
            .filter(|draft| Some(&draft.tenant) == self.tenant());
        for draft in drafts {
            let environment = draft.environment.as_deref();
            let is_meant = |finding: &&mut Finding| {
                finding.level == Level::Error
                    && finding.subject.tenant.as_deref() == Some(&*draft.tenant)
                    && finding.subject.environment.as_deref() == environment
                    && finding.subject.dimension.is_some()
            };
            if let Some(finding) = told.findings.iter_mut().find(is_meant) {
                let by = (approved.command.as_ref())
                    .map_or_else(String::new, |command| format!(" (`{command}` writes it)"));
                finding.help.push(format!(
                    "or have this recorded as {}/{}.hcl{by}:\n\n{}",
                    approved.folder,
                    draft.id,
                    draft.text.trim_end()
                ));
            }
        }
    }

    /// What no tier can be found for fails, and is listed all the same.
    fn unjudged(&self, told: &mut Told) {
        let pool = self.identified.pool();
        if pool.count > 0 {
            let claimed: Vec<_> = pool.claimed.iter().map(|name| &**name).collect();
            let example = |(root, address): &(Arc<str>, Box<str>)| {
                Label::instance(&**root, &**address, "", "")
            };
            let examples = pool.examples.iter().map(example).collect();
            let finding = Finding::unknown_tenant(pool.count, &claimed, examples);
            told.findings.push(finding);
        }
        told.tenants.push(TenantRow {
            tenant: self.tenant().cloned(),
            tier: None,
            tier_title: None,
            roots: self.trial.roots as u64,
            missing_roots: Vec::new(),
        });
        self.list(&[], &[], told);
    }

    fn requests(&self, environment: Option<&Arc<str>>) -> &'a Requests {
        let account = &self.trial.account;
        let own = environment.and_then(|environment| account.environments.get(environment));
        own.unwrap_or(&account.total)
    }

    /// Every request of the account, with what it was held against where it was.
    fn list(&self, judgements: &[Judgement<'_>], settlements: &[Settlement], told: &mut Told) {
        let rows = judgements
            .iter()
            .zip(settlements)
            .map(|(judgement, settlement)| {
                let place = (judgement.environment.as_ref(), judgement.dimension());
                (place, held(judgement, settlement))
            });
        let mut rows: BTreeMap<(Option<&Arc<str>>, &Dimension), Held> = rows.collect();
        for (environment, requests) in &self.trial.account.environments {
            for (dimension, request) in requests {
                let held = rows.remove(&(Some(environment), dimension));
                if is_nothing(request) && held.as_ref().is_none_or(fits) {
                    continue;
                }
                let row = request_row(self.tenant(), Some(environment), dimension, request, held);
                told.requests.push(row);
            }
        }
        // Over all environments only what a limit holds is listed: the rest says nothing new.
        for ((environment, dimension), held) in rows {
            let request = self.requests(environment).get(dimension);
            if let Some(request) = request.filter(|request| !is_nothing(request) || !fits(&held)) {
                let row = request_row(self.tenant(), environment, dimension, request, Some(held));
                told.requests.push(row);
            }
        }
    }

    /// The instances that add to what was judged.
    fn contributors<'c>(&'c self, judgement: &'c Judgement<'_>) -> Vec<Contributor<'c>> {
        let members = self
            .identified
            .members(self.tenant(), judgement.environment.as_ref());
        let measured: Vec<_> = members
            .flat_map(|row| contributions(row, judgement.dimension()))
            .collect();
        let sum = measured.iter().map(|one| one.amount);
        let sum = sum.fold(Range::ZERO, Range::plus);
        // Of what is measured and what is declared the greater counts, and that is what to show.
        match judgement.request.declared {
            Some(declared) if declared.max(sum) != sum => self.declared(judgement).collect(),
            _ => measured,
        }
    }

    /// The module calls that declare what was judged.
    fn declared<'c>(
        &'c self,
        judgement: &'c Judgement<'_>,
    ) -> impl Iterator<Item = Contributor<'c>> {
        let stated = self.identified.stated.iter();
        let of_it = stated.filter(move |(_, _, identity)| {
            identity.whose().is_some_and(|whose| {
                let environment = judgement.environment.as_ref();
                whose.tenant.as_ref() == self.tenant()
                    && environment.is_none_or(|environment| *environment == whose.environment)
            })
        });
        of_it.filter_map(|(root, stated, _)| {
            let amount = *stated.declared.amounts.get(judgement.dimension())?;
            Some(Contributor {
                root,
                span: stated.span.as_ref(),
                address: &stated.module,
                resource: &stated.module,
                attribute: (stated.declared.inputs.get(judgement.dimension()))
                    .map_or("", |input| input),
                value: "declared",
                amount,
            })
        })
    }
}

/// A request as a report lists it.
pub(super) fn request_row(
    tenant: Option<&Arc<str>>,
    environment: Option<&Arc<str>>,
    dimension: &Dimension,
    request: &Request,
    held: Option<Held>,
) -> RequestRow {
    RequestRow {
        tenant: tenant.cloned(),
        environment: environment.cloned(),
        dimension: dimension.clone(),
        max: request.max.range(),
        steady: request.steady.range(),
        peak: request.peak,
        before: request.before,
        declared: request.declared,
        assumed: request.max.assumed(),
        held,
    }
}

/// What a settled judgement still has to say is a note; an open one says why no record helps.
pub(super) fn with_settlement(
    mut finding: Finding,
    settlement: &Settlement,
    judgement: &Judgement<'_>,
    catalog: &Catalog,
) -> Finding {
    match settlement {
        Settlement::NotNeeded => finding,
        Settlement::Settled { allowance, by } => {
            let by = by.join(", ");
            let words = Words {
                catalog,
                dimension: judgement.dimension(),
            };
            let allows = if *allowance > judgement.allowance {
                format!(", which allows {}", words.number(*allowance))
            } else {
                String::new()
            };
            finding.help.clear();
            finding
                .notes
                .push(format!("settled by approval {by}{allows}"));
            finding.subject.allowance = Some(*allowance);
            finding.subject.settled_by = Some(by);
            finding.at(Level::Note)
        }
        Settlement::Open { why, .. } => {
            finding.notes.extend(why.iter().cloned());
            finding
        }
    }
}

fn held(judgement: &Judgement<'_>, settlement: &Settlement) -> Held {
    let (approved, approvals) = match settlement {
        Settlement::Settled { allowance, by } => (Some(*allowance), by.clone()),
        Settlement::Open {
            raised: Some((amount, id)),
            ..
        } => (Some(*amount), vec![id.clone()]),
        Settlement::NotNeeded | Settlement::Open { .. } => (None, Vec::new()),
    };
    Held {
        limit: match judgement.limit.bound {
            catalog::Bound::Max(most) => report::Limit::Max(most),
            catalog::Bound::Below(bound) => report::Limit::Below(bound),
            catalog::Bound::Review => report::Limit::Review,
        },
        ceiling: judgement.ceiling.map(|_| judgement.allowance),
        approved,
        approvals,
        basis: match judgement.limit.basis {
            catalog::Basis::Max => report::Basis::Max,
            catalog::Basis::Steady => report::Basis::Steady,
        },
        enforcement: judgement.limit.enforcement.as_str(),
        asked: judgement.sum.range(),
        outcome: match (settlement, judgement.outcome) {
            (Settlement::Settled { .. }, _) => report::Outcome::Settled,
            (_, Outcome::Fits) => report::Outcome::Within,
            (_, Outcome::ElasticOnly) => report::Outcome::Elastic,
            (_, Outcome::OnlyAssumed) => report::Outcome::Assumed,
            (_, Outcome::Undetermined) => report::Outcome::Undetermined,
            (_, Outcome::Over) => report::Outcome::Over,
        },
    }
}

/// Whether a dimension is not asked for, neither now nor before.
fn is_nothing(request: &Request) -> bool {
    let ranges = [
        Some(request.max.range()),
        Some(request.peak),
        request.before,
        request.declared,
    ];
    ranges
        .into_iter()
        .flatten()
        .all(|range| range == Range::ZERO)
}

fn fits(held: &Held) -> bool {
    held.outcome == report::Outcome::Within
}

/// What one instance adds to a dimension, by the attribute that decides.
fn contributions<'a>(
    row: &'a Row,
    dimension: &'a Dimension,
) -> impl Iterator<Item = Contributor<'a>> {
    let of_it = row.after.iter().filter(move |measurement| {
        measurement.dimension == *dimension && measurement.max != Range::ZERO
    });
    of_it.map(|measurement| Contributor {
        root: &row.root,
        span: row.place.as_ref(),
        address: &row.address,
        resource: row.block(),
        attribute: &measurement.attribute,
        value: &measurement.value,
        amount: measurement.max,
    })
}

/// Module calls that plan more than they declare.
fn understated(catalog: &Catalog, identified: &Identified<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let planned_in = identified.within_stated();
    for (root, stated, identity) in &identified.stated {
        let Some(measured) = planned_in.get(&(&**root, &*stated.module)) else {
            continue;
        };
        for (dimension, declared, planned) in under_declared(&stated.declared, measured) {
            let words = Words {
                catalog,
                dimension: &dimension,
            };
            let subject = Subject {
                tenant: identity.tenant.as_deref().map(str::to_owned),
                environment: Some(identity.environment.to_string()),
                dimension: Some(dimension.clone()),
                requested: Some(planned),
                ..Subject::default()
            };
            let finding = Finding::under_declared(
                &stated.module,
                &words.range(declared),
                &words.range(planned),
                subject,
            );
            findings.push(finding.label(Label::instance(&**root, &*stated.module, "", "")));
        }
    }
    findings
}

/// So many instances are named as examples of a type.
const EXAMPLES: usize = 3;

/// What hides capacity, each by itself; and the types that no rule knows.
fn unmeasured(catalog: &Catalog, identified: &Identified<'_>, approved: &Approved) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut no_rule: BTreeMap<&Arc<str>, (u64, Vec<Label>)> = BTreeMap::new();
    for (row, identity) in identified.rows().filter(|(row, _)| row.exists()) {
        let label = || identified.block_of(row);
        match row.class {
            Class::Measured | Class::Weightless => {}
            Class::Opaque => {
                let subject = Subject {
                    tenant: identity.tenant.as_deref().map(str::to_owned),
                    environment: Some(identity.environment.to_string()),
                    ..Subject::default()
                };
                // What is held to no tier hides nothing from one.
                if identity.whose().is_some() {
                    let level = catalog.policies.opaque.level();
                    let mut finding = Finding::opaque(label(), &row.resource_type, level, subject);
                    if let Some(by) = approved.accepted(row) {
                        finding.help.clear();
                        finding = finding
                            .at(Level::Note)
                            .note(format!("accepted by approval {by}"));
                        finding.subject.settled_by = Some(by);
                    }
                    findings.push(finding);
                }
            }
            Class::NoRule => {
                let (count, examples) = no_rule.entry(&row.resource_type).or_default();
                *count = count.saturating_add(1);
                if examples.len() < EXAMPLES {
                    examples.push(label());
                }
            }
        }
    }
    let level = catalog.policies.no_rule.level();
    findings.extend(
        no_rule
            .into_iter()
            .map(|(kind, (count, examples))| Finding::no_rule(kind, count, level, examples)),
    );
    findings
}
