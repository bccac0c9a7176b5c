//! The record that would settle what is open: least amounts, who must agree, until when.
//!
//! A draft grants nothing: nobody is listed as having approved it, unless whoever asks says
//! who is going to; then it is for those people, or the reviewers of the repository, to agree.

use super::authority::{Ask, fill, is_able, say};
use super::count::{Context, Counted};
use super::record::{Approval, Ceiling, is_id};
use super::settle::{Held, Hidden, Outcome, Settlement};
use crate::catalog::{Catalog, Enforcement, Limit, Per, Slot, Tier};
use crate::date::DAY;
use crate::quantity::{Dimension, Quantity};
use crate::source::hcl::is_hidden;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::sync::Arc;

/// For how many days a draft asks, unless the roles may grant less.
const DAYS: u32 = 30;

/// What a draft cannot know; each has something to stand for it.
#[derive(Clone, Debug, Default)]
pub struct Blank {
    /// Who asks: a lower-case e-mail address.
    pub requested_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The ticket; else the draft's id.
    pub ticket: Option<String>,
    /// Who is going to approve it: lower-case e-mail addresses.
    pub approved_by: Vec<String>,
}

/// A record that would settle what is open for one tenant and environment, once the right people agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id; the file is `ID.hcl`.
    pub id: String,
    /// The tenant.
    pub tenant: Arc<str>,
    /// The environment; none for limits per tenant.
    pub environment: Option<Arc<str>>,
    /// The whole file.
    pub text: String,
    /// Who must agree, a line for each slot.
    pub approvers: Vec<String>,
    /// What else has to be done, a line each.
    pub notes: Vec<String>,
}

/// Why no record can settle what is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoDraft {
    /// The tenant; none for what belongs to no tenant by name.
    pub tenant: Option<Arc<str>>,
    /// The environment.
    pub environment: Option<Arc<str>>,
    /// One line.
    pub why: String,
}

impl fmt::Display for NoDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// A draft for every tenant and environment where something is open, in their order.
///
/// `held` and `hidden` are what [`super::approve`] was given, `outcome` what it gave. The first
/// draft gets the id `first_id`, the others the numbers behind it.
pub fn draft(
    context: Context<'_>,
    outcome: &Outcome<'_>,
    held: &[Held<'_>],
    hidden: &[Hidden],
    first_id: &str,
    blank: &Blank,
) -> Vec<Result<Draft, NoDraft>> {
    let mut groups = BTreeMap::<_, Open<'_>>::new();
    let is_open = |settlement: &Settlement| matches!(settlement, Settlement::Open { .. });
    for (row, _) in held
        .iter()
        .zip(&outcome.held)
        .filter(|(_, came)| is_open(came))
    {
        let place = (
            row.tenant.clone(),
            row.judgement.environment.clone(),
            row.tier.clone(),
        );
        groups.entry(place).or_default().held.push(row);
    }
    for (one, _) in hidden
        .iter()
        .zip(&outcome.hidden)
        .filter(|(_, came)| is_open(came))
    {
        let place = (
            one.tenant.clone(),
            Some(one.environment.clone()),
            one.tier.clone(),
        );
        groups.entry(place).or_default().hidden.push(one);
    }
    let mut id = first_id.to_owned();
    groups
        .into_iter()
        .map(|((tenant, environment, tier), open)| {
            let refuse = |why: String| NoDraft {
                tenant: tenant.clone(),
                environment: environment.clone(),
                why,
            };
            let Some(tenant) = &tenant else {
                let why = "an approval names a tenant of the catalog; name the tenant first";
                return Err(refuse(why.to_owned()));
            };
            let place = Place {
                tenant,
                environment: environment.as_ref(),
                tier: context
                    .catalog
                    .tier(&tier)
                    .ok_or_else(|| refuse(format!("the catalog has no tier `{tier}`")))?,
            };
            let draft = one(context, place, &open, &outcome.records, &id, blank).map_err(refuse)?;
            id = following(&id);
            Ok(draft)
        })
        .collect()
}

/// An id that no record has: the greatest of the commonest prefix, plus one; else `CR-1`.
pub fn next_id<'i>(ids: impl IntoIterator<Item = &'i str>) -> String {
    let mut prefixes = BTreeMap::<&str, (usize, &str, u64)>::new();
    for id in ids {
        let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit());
        let number = id
            .rsplit('-')
            .next()
            .filter(|_| id.contains('-'))
            .unwrap_or(digits);
        let (Some(prefix), Ok(value)) = (id.strip_suffix(number), number.parse()) else {
            continue;
        };
        let known = prefixes.entry(prefix).or_insert((0, id, value));
        known.0 = known.0.saturating_add(1);
        if value >= known.2 {
            (known.1, known.2) = (id, value);
        }
    }
    let commonest = prefixes
        .values()
        .max_by_key(|(count, id, _)| (*count, std::cmp::Reverse(*id)));
    commonest.map_or_else(|| "CR-1".to_owned(), |(_, id, _)| following(id))
}

/// What is open at one place.
#[derive(Default)]
struct Open<'a> {
    held: Vec<&'a Held<'a>>,
    hidden: Vec<&'a Hidden>,
}

#[derive(Clone, Copy)]
struct Place<'a> {
    tenant: &'a Arc<str>,
    environment: Option<&'a Arc<str>>,
    tier: &'a Tier,
}

/// What a record would have to say.
#[derive(Default)]
struct Terms {
    limits: BTreeMap<Dimension, Quantity>,
    undetermined: BTreeSet<Arc<str>>,
    opaque: BTreeSet<Arc<str>>,
    supersedes: Option<Arc<str>>,
}

fn one(
    context: Context<'_>,
    place: Place<'_>,
    open: &Open<'_>,
    records: &[Counted<'_>],
    id: &str,
    blank: &Blank,
) -> Result<Draft, String> {
    let catalog = context.catalog;
    let mut terms = Terms::default();
    for row in &open.held {
        let dimension = row.judgement.dimension();
        raisable(place.tier, dimension)?;
        let amount = least(catalog, row)?;
        terms.limits.insert(dimension.clone(), amount);
        if row.at(amount.max(row.judgement.allowance)).fails(catalog) {
            if row.unknown.is_empty() {
                return Err(format!(
                    "how much {dimension} is asked for is not known, for a reason that no approval can accept"
                ));
            }
            terms.undetermined.extend(row.unknown.iter().cloned());
        }
    }
    terms.opaque = open.hidden.iter().map(|one| one.instance.clone()).collect();
    if terms.limits.is_empty() {
        // A record lists at least one limit; this one as high as the tier has it anyway.
        let per = if place.environment.is_some() {
            Per::Environment
        } else {
            Per::Tenant
        };
        let any = place.tier.limits.values().find_map(|limit| {
            let fits = limit.per == per && raisable(place.tier, &limit.dimension).is_ok();
            Some((limit.dimension.clone(), limit.bound.allowance().floor())).filter(|_| fits)
        });
        let nothing =
            || "no limit of the tier can be raised, so no record can be written".to_owned();
        terms.limits.extend([any.ok_or_else(nothing)?]);
    }
    let mut notes = take_over(catalog, place, records, &mut terms);

    let agreement = agreement(context, place.tier, &terms, blank)?;
    let text = write(catalog, context, place, &terms, &agreement, id, blank)?;
    notes.sort();
    Ok(Draft {
        id: id.to_owned(),
        tenant: place.tenant.clone(),
        environment: place.environment.cloned(),
        text,
        approvers: agreement.lines,
        notes,
    })
}

/// The limit of a dimension, where an approval can raise it.
fn raisable<'t>(tier: &'t Tier, dimension: &Dimension) -> Result<&'t Limit, String> {
    let limit = tier.limits.get(dimension);
    let limit = limit.ok_or_else(|| format!("tier {} does not limit {dimension}", tier.name))?;
    if limit.enforcement == Enforcement::Mandatory {
        return Err(format!(
            "nothing raises {dimension} of tier {}: it is mandatory",
            tier.name
        ));
    }
    if limit.approvers.is_empty() {
        return Err(format!(
            "the catalog names nobody who could raise {dimension} of tier {}",
            tier.name
        ));
    }
    Ok(limit)
}

/// The least whole amount that lets a row through, or at least what is known of it.
fn least(catalog: &Catalog, row: &Held<'_>) -> Result<Quantity, String> {
    let judgement = row.judgement;
    let amount = match judgement.needed() {
        Some(needed) if needed > judgement.allowance => needed,
        None if judgement.sum.firm.low > judgement.allowance => judgement.sum.firm.low.ceil(),
        // What is unknown is accepted; the limit itself stays where it is.
        _ => judgement.allowance.floor(),
    };
    let dimension = judgement.dimension();
    let is_size = dimension.as_str() == Dimension::ENVIRONMENT_SIZE;
    if is_size && catalog.size_name(amount).is_none() {
        return Err("the catalog has no environment size that is large enough".to_owned());
    }
    // A record takes whole numbers up to 2^64.
    if amount.to_string().parse::<u64>().is_err() {
        return Err(format!(
            "{amount} {dimension} is more than a record can say"
        ));
    }
    Ok(amount)
}

/// Takes over what a record already grants at the same place: two that overlap stop the run,
/// and naming a record voids all of it.
fn take_over(
    catalog: &Catalog,
    place: Place<'_>,
    records: &[Counted<'_>],
    terms: &mut Terms,
) -> Vec<String> {
    let mut notes = Vec::new();
    for record in records {
        let approval: &Approval = &record.filed.approval;
        let Some(grant) = &record.grant else { continue };
        let same = approval.tenant == *place.tenant
            && approval.environment.as_ref() == place.environment
            && grant
                .limits
                .keys()
                .any(|dimension| terms.limits.contains_key(dimension));
        if !same {
            continue;
        }
        if let Some(first) = &terms.supersedes {
            notes.push(format!(
                "add {} to policies/revoked: the draft takes it over too, and can supersede {first} only",
                approval.id
            ));
        } else {
            terms.supersedes = Some(approval.id.clone());
        }
        for (dimension, ceiling) in &approval.limits {
            let amount = match ceiling {
                Ceiling::Amount(amount) => Some(*amount),
                Ceiling::Size(name) => catalog.rank(name),
            };
            if let Some(amount) = amount.filter(|_| grant.limits.contains_key(dimension)) {
                let known = terms.limits.entry(dimension.clone()).or_insert(amount);
                *known = amount.max(*known);
            }
        }
        terms
            .undetermined
            .extend(approval.accept_undetermined.iter().cloned());
        terms.opaque.extend(approval.accept_opaque.iter().cloned());
    }
    notes
}

/// Who must agree, and for how long they may.
pub(super) struct Agreement {
    pub(super) lines: Vec<String>,
    pub(super) days: u32,
}

fn agreement(
    context: Context<'_>,
    tier: &Tier,
    terms: &Terms,
    blank: &Blank,
) -> Result<Agreement, String> {
    let catalog = context.catalog;
    let mut asks: Vec<(String, Ask<'_>)> = Vec::new();
    for (dimension, amount) in &terms.limits {
        let limit = raisable(tier, dimension)?;
        let what = format!("{dimension} {}", say(catalog, dimension, *amount));
        asks.push((what, ask(Some((dimension, *amount)), &limit.approvers)));
    }
    if !terms.undetermined.is_empty() || !terms.opaque.is_empty() {
        if catalog.accept_approvers.is_empty() {
            return Err(
                "the catalog names nobody who may accept what cannot be measured".to_owned(),
            );
        }
        let what = "what cannot be measured".to_owned();
        asks.push((what, ask(None, &catalog.accept_approvers)));
    }
    agree(context, asks, blank)
}

/// Who has to agree to all of these, each with what it is about, and for how long they may.
pub(super) fn agree(
    context: Context<'_>,
    asks: Vec<(String, Ask<'_>)>,
    blank: &Blank,
) -> Result<Agreement, String> {
    let catalog = context.catalog;
    let people: BTreeSet<Arc<str>> = (catalog.people.values())
        .filter(|person| {
            let acts = context.actor.is_some_and(|actor| {
                (person.logins.iter()).any(|login| login.eq_ignore_ascii_case(actor.as_str()))
            });
            !acts && blank.requested_by.as_deref() != Some(&*person.name)
        })
        .map(|person| person.name.clone())
        .collect();
    let mut lines = Vec::new();
    let mut days = DAYS;
    for (what, ask) in asks {
        for slot in ask.slots {
            let able: Vec<_> = (slot.iter())
                .filter_map(|name| catalog.roles.get(name))
                .filter(|role| is_able(catalog, role, ask))
                .collect();
            let longest = able.iter().map(|role| role.max_days).max();
            days = days
                .min(longest.ok_or_else(|| {
                    format!("no role among {} may grant {what}", slot.join(", "))
                })?);
            let holders = people.iter().filter(|person| {
                catalog
                    .people
                    .get(*person)
                    .is_some_and(|person| able.iter().any(|role| person.roles.contains(&role.name)))
            });
            let holders: Vec<_> = holders.map(|person| &**person).collect();
            let roles: Vec<_> = able.iter().map(|role| &*role.name).collect();
            let roles = roles.join(" or ");
            lines.push(if holders.is_empty() {
                return Err(format!(
                    "nobody who could approve {what} holds the role {roles}"
                ));
            } else {
                format!("{what}: {roles} ({})", holders.join(" or "))
            });
        }
        let ask = Ask {
            seconds: i64::from(days).saturating_mul(DAY),
            ..ask
        };
        if fill(catalog, ask, &people).is_err() {
            return Err(format!(
                "there are too few people to approve {what}: each slot takes another one"
            ));
        }
    }
    Ok(Agreement { lines, days })
}

fn ask<'a>(amount: Option<(&'a Dimension, Quantity)>, slots: &'a [Slot]) -> Ask<'a> {
    Ask {
        amount,
        seconds: 0,
        slots,
    }
}

fn write(
    catalog: &Catalog,
    context: Context<'_>,
    place: Place<'_>,
    terms: &Terms,
    agreement: &Agreement,
    id: &str,
    blank: &Blank,
) -> Result<String, String> {
    let issued = context.now.midnight();
    let mut limits = Vec::new();
    for (dimension, amount) in &terms.limits {
        limits.push(if dimension.as_str() == Dimension::ENVIRONMENT_SIZE {
            format!(
                "{dimension} = {}",
                quote(&say(catalog, dimension, *amount))?
            )
        } else {
            format!("{dimension} = {amount}")
        });
    }
    let mut fields = vec![
        ("catalog", quote(&catalog.name)?),
        ("tenant", quote(place.tenant)?),
    ];
    if let Some(environment) = place.environment {
        fields.push(("environment", quote(environment)?));
    }
    fields.push(("tier", quote(&place.tier.name)?));
    fields.push(("limits", format!("{{ {} }}", limits.join(", "))));
    let or = |given: &Option<String>, else_: &str| quote(given.as_deref().unwrap_or(else_));
    fields.push(("reason", or(&blank.reason, "say why")?));
    fields.push(("ticket", or(&blank.ticket, id)?));
    fields.push(("requested_by", or(&blank.requested_by, "you@example.com")?));
    let approvers: Result<Vec<_>, _> = blank.approved_by.iter().map(|one| quote(one)).collect();
    fields.push(("approved_by", format!("[{}]", approvers?.join(", "))));
    fields.push(("issued", format!("\"{issued}\"")));
    let expires = issued.plus_days(agreement.days);
    fields.push(("expires", format!("\"{expires}\"")));
    if let Some(supersedes) = &terms.supersedes {
        fields.push(("supersedes", quote(supersedes)?));
    }
    for (name, instances) in [
        ("accept_undetermined", &terms.undetermined),
        ("accept_opaque", &terms.opaque),
    ] {
        if !instances.is_empty() {
            let quoted: Result<Vec<_>, _> = instances.iter().map(|one| quote(one)).collect();
            fields.push((name, format!("[{}]", quoted?.join(", "))));
        }
    }
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = format!("approval \"{id}\" {{\n");
    for line in &agreement.lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  # {line}");
    }
    for (name, value) in fields {
        let _ = writeln!(text, "  {name:width$} = {value}");
    }
    text.push_str("}\n");
    Ok(text)
}

/// A text as a record can say it.
pub(super) fn quote(text: &str) -> Result<String, String> {
    let is_template = text.contains("${") || text.contains("%{");
    if is_template || text.trim().is_empty() || text.chars().any(is_hidden) {
        return Err("a name in it cannot be written in a record: records refuse templates and characters that cannot be seen".to_owned());
    }
    Ok(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// The next id after this one.
pub(super) fn following(id: &str) -> String {
    let at = match id.rfind('-') {
        Some(dash) => dash.saturating_add(1),
        None => id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len()),
    };
    let next = id.split_at_checked(at).and_then(|(prefix, number)| {
        let number: u64 = number.parse().ok()?;
        Some(format!("{prefix}{}", number.saturating_add(1)))
    });
    next.filter(|next| is_id(next))
        .unwrap_or_else(|| "CR-1".to_owned())
}
