//! Does a record count: (catalog, mode, now, record) -> what it grants, or every reason why not.
//!
//! Nothing here looks at what a plan asks for. Whether a record counts depends on the record,
//! the catalog, the trust data, the time and the other records alone.

use super::authority::{Ask, Grantor, Unfilled, fill};
use super::folder::Filed;
use super::promise;
use super::record::{Approval, Ceiling};
use super::revoked::Revoked;
use super::signature::{APPROVAL, Rejection, check};
use super::trust::Mode;
use crate::catalog::{Catalog, Enforcement, Limit, Per, Slot, Tier};
use crate::date::Moment;
use crate::finding::Finding;
use crate::quantity::{Dimension, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// What decides whether records count, and is the same for all of them.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who may grant what to whom.
    pub catalog: &'a Catalog,
    /// What makes a record count.
    pub mode: &'a Mode,
    /// What was revoked.
    pub revoked: &'a Revoked,
    /// The moment at which all is judged.
    pub now: Moment,
    /// The login of whoever asks, such as `github:dana`; they cannot grant it.
    pub actor: Option<&'a Actor>,
}

/// A login of somebody outside, such as `github:dana`, compared without ASCII case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor(String);

/// A record, and what came of it.
#[derive(Clone, Debug)]
pub struct Counted<'a> {
    /// The record.
    pub filed: &'a Filed,
    /// What it grants; none where it does not count.
    pub grant: Option<Grant>,
    /// Why it does not count; empty where it does.
    pub reasons: Vec<Reason>,
    /// What else is odd about it, a line each.
    pub notes: Vec<String>,
    /// Its signatures by path, and whose each is; empty in recorded mode.
    pub signatures: Vec<(String, Result<Arc<str>, Rejection>)>,
}

/// What a record that counts allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The ceilings, of dimensions that the tier limits and that may be raised.
    pub limits: BTreeMap<Dimension, Quantity>,
    /// Who granted it, each with the role it took.
    pub grantors: BTreeSet<Grantor>,
}

/// Why a record does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is listed in `policies/revoked`.
    Revoked,
    /// The record of that id names it, which voids it for good.
    Superseded(Arc<str>),
    /// It is for another catalog.
    OtherCatalog(Arc<str>),
    /// There is no such tenant, or none that is held to a tier.
    UnknownTenant(Arc<str>),
    /// There is no such tier.
    UnknownTier(Arc<str>),
    /// The tenant has another tier, the second, than the record says.
    OtherTier(Arc<str>, Arc<str>),
    /// It gives another spelling of the environment; the name is the second.
    Alias(Arc<str>, Arc<str>),
    /// It is issued later.
    NotYet(Moment),
    /// It expired.
    Expired(Moment),
    /// It lists limits per environment and per tenant.
    MixedScopes,
    /// This limit is per environment, and it names none.
    NeedsEnvironment(Dimension),
    /// This limit is per tenant, and it names an environment.
    NeedsNoEnvironment(Dimension),
    /// There is no such size.
    UnknownSize(Arc<str>),
    /// Nothing that it lists can be raised.
    NoEffect,
    /// Nobody fills a slot: of this dimension, or among those who may accept what cannot be measured.
    Unfilled(Option<Dimension>, Unfilled),
    /// Nobody fills a slot of those who have to agree to this promise of a deal.
    NotAgreed(Arc<str>, Unfilled),
}

impl Actor {
    /// The login that `--actor` gives: a place and a name, `github:dana`.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Box<Finding>> {
        match text.split_once(':') {
            Some((place, name)) if !place.is_empty() && !name.is_empty() => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(Box::new(Finding::bad_actor(text))),
        }
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Tells which of these records count, and what is damaged among their signatures.
pub fn count<'a>(context: Context<'_>, filed: &'a [Filed]) -> (Vec<Counted<'a>>, Vec<Finding>) {
    let mut findings = Vec::new();
    let voided = superseded(context.now, filed);
    let counted = filed
        .iter()
        .map(|filed| {
            let agreed = agreed(context, filed, &mut findings);
            one(context, filed, voided.get(&filed.approval.id), agreed)
        })
        .collect();
    (counted, findings)
}

/// Who agreed to a record, and what is odd about it.
struct Agreed {
    people: BTreeSet<Arc<str>>,
    notes: Vec<String>,
    signatures: Vec<(String, Result<Arc<str>, Rejection>)>,
}

/// Which records are named by another, and by which. Naming voids, whether or not the record
/// that does it counts itself; so nothing that is taken away ever revives a larger grant.
fn superseded(now: Moment, filed: &[Filed]) -> BTreeMap<Arc<str>, Arc<str>> {
    let by_id: BTreeMap<_, _> = (filed.iter())
        .map(|filed| (&filed.approval.id, &filed.approval))
        .collect();
    let mut voided = BTreeMap::new();
    // In the order of ids, so that of several the first is told, however the files come.
    for by in by_id.values().filter(|by| by.issued <= now) {
        let named = by.supersedes.as_ref().and_then(|id| by_id.get(id));
        let same =
            named.filter(|named| named.tenant == by.tenant && named.environment == by.environment);
        if let Some(named) = same {
            let first = voided.entry(named.id.clone());
            first.or_insert_with(|| by.id.clone());
        }
    }
    voided
}

/// Those who are listed in the record and, in signed mode, signed it; never those who asked for it.
fn agreed(context: Context<'_>, filed: &Filed, findings: &mut Vec<Finding>) -> Agreed {
    let approval = &filed.approval;
    let mut notes = Vec::new();
    let mut signatures = Vec::new();
    let mut people = approval.approved_by.clone();
    if let Mode::Signed(signers) = context.mode {
        let mut signed = BTreeSet::new();
        let message = approval.file.text().as_bytes();
        for (path, armor) in &filed.signatures {
            let revoked = &context.revoked.keys;
            let outcome = check(signers, revoked, APPROVAL, armor, message, context.now)
                .map(|signer| signer.principal.clone());
            match &outcome {
                Ok(person) => {
                    signed.insert(person.clone());
                }
                Err(why) if why.is_damage() => findings.push(Finding::bad_signature(path, why)),
                Err(why) => notes.push(format!("{path} does not count: {why}")),
            }
            signatures.push((path.clone(), outcome));
        }
        for person in people.symmetric_difference(&signed) {
            notes.push(if signed.contains(person) {
                format!("{person} signed, but is not listed in approved_by")
            } else {
                format!("{person} is listed in approved_by, but no signature of theirs counts")
            });
        }
        people = people.intersection(&signed).cloned().collect();
    }
    people.retain(|person| {
        let known = context.catalog.people.get(person);
        if known.is_none() {
            notes.push(format!("{person} is nobody that the catalog knows"));
        }
        let asks = *person == approval.requested_by;
        if asks {
            notes.push(format!("{person} asked for it and cannot grant it"));
        }
        let acts = context.actor.zip(known).is_some_and(|(actor, known)| {
            (known.logins.iter()).any(|login| login.eq_ignore_ascii_case(actor.as_str()))
        });
        if acts {
            notes.push(format!(
                "{person} is the one who runs this and cannot grant it"
            ));
        }
        known.is_some() && !asks && !acts
    });
    Agreed {
        people,
        notes,
        signatures,
    }
}

fn one<'a>(
    context: Context<'_>,
    filed: &'a Filed,
    voided_by: Option<&Arc<str>>,
    agreed: Agreed,
) -> Counted<'a> {
    let approval = &filed.approval;
    let mut reasons = standing(context, approval, voided_by);
    let mut notes = agreed.notes;
    let mut grant = None;
    if let Some(tier) = context.catalog.tier(&approval.tier) {
        let (limits, wrong) = effective(context.catalog, tier, approval, &mut notes);
        reasons.extend(wrong);
        let asks = asks(context.catalog, approval, &limits);
        let mut grantors = BTreeSet::new();
        for ask in asks {
            match fill(context.catalog, ask, &agreed.people) {
                Ok(filled) => grantors.extend(filled),
                Err(unfilled) => {
                    let dimension = ask.amount.map(|(dimension, _)| dimension.clone());
                    reasons.push(Reason::Unfilled(dimension, unfilled));
                }
            }
        }
        for promise in &approval.accept_promises {
            let seconds = approval.expires.seconds_since(approval.issued);
            let Some(ask) = promise::ask(context.catalog, tier, promise, seconds) else {
                continue;
            };
            match fill(context.catalog, ask, &agreed.people) {
                Ok(filled) => grantors.extend(filled),
                Err(unfilled) => reasons.push(Reason::NotAgreed(promise.clone(), unfilled)),
            }
        }
        let limits = limits
            .into_iter()
            .map(|(dimension, (amount, _))| (dimension, amount))
            .collect();
        grant = Some(Grant { limits, grantors });
    }
    Counted {
        filed,
        grant: grant.filter(|_| reasons.is_empty()),
        reasons,
        notes,
        signatures: agreed.signatures,
    }
}

/// What is wrong with a record as a whole: its names and its time.
fn standing(
    context: Context<'_>,
    approval: &Approval,
    voided_by: Option<&Arc<str>>,
) -> Vec<Reason> {
    let catalog = context.catalog;
    let mut reasons = Vec::new();
    if context.revoked.approvals.contains(&*approval.id) {
        reasons.push(Reason::Revoked);
    }
    reasons.extend(voided_by.cloned().map(Reason::Superseded));
    if approval.catalog != catalog.name {
        reasons.push(Reason::OtherCatalog(approval.catalog.clone()));
    }
    if catalog.tier(&approval.tier).is_none() {
        reasons.push(Reason::UnknownTier(approval.tier.clone()));
    }
    match catalog
        .tenants
        .get(&approval.tenant)
        .and_then(|tenant| tenant.tier())
    {
        None => reasons.push(Reason::UnknownTenant(approval.tenant.clone())),
        Some(tier) if *tier != approval.tier => {
            reasons.push(Reason::OtherTier(approval.tier.clone(), tier.clone()));
        }
        Some(_) => {}
    }
    if let Some(given) = &approval.environment
        && let Some(known) = catalog.environment(given)
        && known.name != *given
    {
        reasons.push(Reason::Alias(given.clone(), known.name.clone()));
    }
    if context.now < approval.issued {
        reasons.push(Reason::NotYet(approval.issued));
    }
    if approval.expires <= context.now {
        reasons.push(Reason::Expired(approval.expires));
    }
    reasons
}

type Effective<'a> = BTreeMap<Dimension, (Quantity, &'a Limit)>;

/// The ceilings of dimensions that the tier limits and that may be raised at all.
fn effective<'a>(
    catalog: &Catalog,
    tier: &'a Tier,
    approval: &Approval,
    notes: &mut Vec<String>,
) -> (Effective<'a>, Vec<Reason>) {
    let mut limits = Effective::new();
    let mut reasons = Vec::new();
    for (dimension, ceiling) in &approval.limits {
        let Some(limit) = tier.limits.get(dimension) else {
            notes.push(format!("tier {} does not limit {dimension}", tier.name));
            continue;
        };
        if limit.enforcement == Enforcement::Mandatory {
            notes.push(format!(
                "nothing raises {dimension} of tier {}: it is mandatory",
                tier.name
            ));
            continue;
        }
        let amount = match ceiling {
            Ceiling::Amount(amount) => *amount,
            Ceiling::Size(name) => match catalog.rank(name) {
                Some(rank) => rank,
                None => {
                    reasons.push(Reason::UnknownSize(name.clone()));
                    continue;
                }
            },
        };
        limits.insert(dimension.clone(), (amount, limit));
    }
    let first = |per: Per| {
        let of = |(_, limit): &&(Quantity, &Limit)| limit.per == per;
        limits.values().find(of).map(|(_, limit)| &limit.dimension)
    };
    match (
        first(Per::Environment),
        first(Per::Tenant),
        &approval.environment,
    ) {
        (Some(_), Some(_), _) => reasons.push(Reason::MixedScopes),
        (Some(one), None, None) => reasons.push(Reason::NeedsEnvironment(one.clone())),
        (None, Some(one), Some(_)) => reasons.push(Reason::NeedsNoEnvironment(one.clone())),
        (None, None, _) if reasons.is_empty() && approval.accept_promises.is_empty() => {
            reasons.push(Reason::NoEffect);
        }
        _ => {}
    }
    (limits, reasons)
}

/// Everything that somebody has to agree to.
fn asks<'a>(catalog: &'a Catalog, approval: &Approval, limits: &'a Effective<'a>) -> Vec<Ask<'a>> {
    let seconds = approval.expires.seconds_since(approval.issued);
    let ask = |amount, slots: &'a [Slot]| Ask {
        amount,
        seconds,
        slots,
    };
    let mut asks: Vec<_> = limits
        .iter()
        .map(|(dimension, (amount, limit))| ask(Some((dimension, *amount)), &limit.approvers))
        .collect();
    if !approval.accept_undetermined.is_empty() || !approval.accept_opaque.is_empty() {
        asks.push(ask(None, &catalog.accept_approvers));
    }
    asks
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revoked => f.write_str("it is listed in policies/revoked"),
            Self::Superseded(by) => write!(f, "{by} supersedes it"),
            Self::OtherCatalog(name) => write!(f, "it is for another catalog, `{name}`"),
            Self::UnknownTenant(name) => {
                write!(f, "the catalog has no tenant `{name}` with a tier")
            }
            Self::UnknownTier(name) => write!(f, "the catalog has no tier `{name}`"),
            Self::OtherTier(given, tier) => {
                write!(f, "it is for tier {given}, and the tenant has tier {tier}")
            }
            Self::Alias(given, name) => {
                write!(f, "environment `{given}` is written `{name}` in a record")
            }
            Self::NotYet(issued) => write!(f, "it counts only from {issued}"),
            Self::Expired(expires) => write!(f, "it expired at {expires}"),
            Self::MixedScopes => f.write_str(
                "it lists limits per environment and limits per tenant; these need a record each",
            ),
            Self::NeedsEnvironment(dimension) => {
                write!(
                    f,
                    "it names no environment, and {dimension} is limited per environment"
                )
            }
            Self::NeedsNoEnvironment(dimension) => {
                write!(
                    f,
                    "it names an environment, and {dimension} is limited per tenant"
                )
            }
            Self::UnknownSize(name) => write!(f, "the catalog has no size `{name}`"),
            Self::NoEffect => {
                f.write_str("it lists nothing that the tier limits and that can be raised")
            }
            Self::Unfilled(Some(dimension), unfilled) => write!(f, "{dimension}{unfilled}"),
            Self::Unfilled(None, unfilled) => write!(f, "what cannot be measured{unfilled}"),
            Self::NotAgreed(promise, unfilled) => write!(f, "{promise}{unfilled}"),
        }
    }
}

/// Behind what it is about.
impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.slot.is_empty() {
            f.write_str(": ")?;
        } else {
            let roles = self.slot.join(" or ");
            write!(
                f,
                " needs the approval of {roles}, and nobody who counts gives it"
            )?;
        }
        if !self.slot.is_empty() && !self.why.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.why.join("; "))
    }
}
