//! A judgement in words: what is over and by how much, who asks for most, what this plan
//! changed, which tier would do, what it would cost.

use super::words::Words;
use super::{Judgement, Outcome, of_basis};
use crate::catalog::{Bound, Catalog, Enforcement, Tenant, Tier};
use crate::date::Moment;
use crate::finding::{Asked, Finding, Label, Level, Place, Subject};
use crate::quantity::{Quantity, Range};
use crate::request::Requests;
use crate::source::Span;
use std::sync::Arc;

/// What a judgement is about, beside its numbers.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The catalog that judged.
    pub catalog: &'a Catalog,
    /// The tier that it was held to.
    pub tier: &'a Tier,
    /// The tenant; none for the pool of what belongs to no tenant by name.
    pub tenant: Option<&'a str>,
    /// The names that the instances of that pool give themselves.
    pub claimed: &'a [Arc<str>],
    /// Everything that was asked for where this was judged: it tells what makes an environment large.
    pub requests: &'a Requests,
    /// Every instance that adds to the request, in any order; none where sizes are judged.
    pub contributors: &'a [Contributor<'a>],
    /// The lowest tier that would hold the whole account.
    pub fits: Option<&'a Tier>,
    /// How many of the tenant's roots were read, and how many there are, where that matters.
    pub roots: Option<(usize, usize)>,
    /// Where a contributor's amount is written.
    pub places: Places<'a>,
}

/// Tells where the amount of a contributor is written: first what its people can edit, last the
/// resource itself, and between them the way from one to the other. Nothing where nobody knows.
#[derive(Clone, Copy)]
pub struct Places<'a>(pub &'a dyn Fn(&Contributor<'_>) -> Vec<Label>);

impl Places<'_> {
    /// Nobody knows.
    pub const NONE: Self = Self(&|_| Vec::new());
}

impl std::fmt::Debug for Places<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Places")
    }
}

/// An instance that adds to a request. There may be a million of these, so they only borrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contributor<'a> {
    /// The root it is in.
    pub root: &'a str,
    /// Where its block is written, for input that has places.
    pub span: Option<&'a Span>,
    /// The address to show.
    pub address: &'a str,
    /// Its address without the index of the instance: what is the same is counted together.
    pub resource: &'a str,
    /// The attribute that decided; may be empty.
    pub attribute: &'a str,
    /// What it says, ready to print; may be empty.
    pub value: &'a str,
    /// What it asks for.
    pub amount: Range,
}

impl<'a> Contributor<'a> {
    /// What is the same for instances that are counted together.
    fn kind(&self) -> (&'a str, &'a str, &'a str, &'a str, Range) {
        (
            self.root,
            self.resource,
            self.attribute,
            self.value,
            self.amount,
        )
    }

    fn place(&self) -> Place {
        match self.span {
            Some(span) => Place::Source(span.clone()),
            None => Place::Instance {
                root: self.root.to_owned(),
                address: self.address.to_owned(),
                attribute: self.attribute.to_owned(),
            },
        }
    }
}

/// So many places on the way to a resource are shown.
const WAY: usize = 4;
/// So many tenants that nobody knows are named in a finding.
const NAMED_TENANTS: usize = 20;
/// So many contributors are named in a finding.
const NAMED: usize = 3;

/// What there is to say about a judgement; nothing where it fits.
pub fn tell(judgement: &Judgement<'_>, about: &About<'_>) -> Option<Finding> {
    let level = judgement.level(&about.catalog.policies)?;
    let words = Words {
        catalog: about.catalog,
        dimension: judgement.dimension(),
    };
    let asked = Asked {
        who: who(judgement, about),
        what: words.range(judgement.sum.range()),
        allowed: allowed(judgement, about, &words),
    };
    let subject = Subject {
        tenant: about.tenant.map(str::to_owned),
        environment: judgement.environment.as_deref().map(str::to_owned),
        dimension: Some(judgement.dimension().clone()),
        requested: Some(judgement.sum.range()),
        allowance: Some(judgement.allowance),
        settled_by: None,
    };
    let mut finding = match judgement.outcome {
        Outcome::Fits => return None,
        Outcome::Over => {
            let excess = excess(judgement, &words);
            Finding::over_limit(&asked, excess.as_deref(), subject)
        }
        Outcome::Undetermined => Finding::undetermined(&asked, subject),
        Outcome::OnlyAssumed => {
            let assumed = judgement.sum.assumed();
            let assumed = (!words.dimension.is_ordinal()).then(|| words.amount(assumed));
            Finding::assumed_over_limit(&asked, assumed.as_deref(), subject)
        }
        Outcome::ElasticOnly => Finding::elastic(&asked, subject),
    }
    .at(level);
    let mut way = Vec::new();
    finding = if words.dimension.is_ordinal() {
        with_what_is_large(finding, judgement, about)
    } else {
        with_contributors(finding, judgement, about, &words, &mut way)
    };
    // Behind what asks for most comes what it is held against.
    let limit = Label::source(judgement.limit.bound_span.clone(), "the limit");
    finding.labels.insert(finding.labels.len().min(1), limit);
    if let Some(ceiling) = judgement.ceiling {
        let text = format!(
            "raised by this {}: {}",
            ceiling.kind.as_str(),
            ceiling.reason
        );
        finding = finding.label(Label::source(ceiling.span.clone(), text));
    }
    finding.labels.append(&mut way);
    Some(with_reasons(finding, judgement, about, &words))
}

/// What there is to note about the ceilings of a tenant: those without which a limit would not
/// be kept, and those that end soon.
pub fn tell_ceilings(
    catalog: &Catalog,
    tenant: &Tenant,
    judgements: &[Judgement<'_>],
    now: Moment,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for judgement in judgements
        .iter()
        .filter(|judgement| judgement.needs_its_ceiling())
    {
        let Some(ceiling) = judgement.ceiling else {
            continue;
        };
        let words = Words {
            catalog,
            dimension: judgement.dimension(),
        };
        let who = match &judgement.environment {
            Some(environment) => format!("{}/{environment}", tenant.name),
            None => tenant.name.to_string(),
        };
        let asked = words.range(judgement.sum.range());
        let most = words.number(judgement.allowance);
        let kind = ceiling.kind.as_str();
        let until = ceiling
            .when
            .until
            .map_or(String::new(), |until| format!(" until {until}"));
        let message = format!("{who} asks for {asked}, its {kind} allows {most}{until}");
        let subject = Subject {
            tenant: Some(tenant.name.to_string()),
            environment: judgement.environment.as_deref().map(str::to_owned),
            dimension: Some(judgement.dimension().clone()),
            requested: Some(judgement.sum.range()),
            allowance: Some(judgement.allowance),
            settled_by: None,
        };
        let label = Label::source(ceiling.span.clone(), ceiling.reason.to_string());
        findings.push(Finding::ceiling(message, label, subject));
    }
    for ceiling in tenant
        .ceilings
        .iter()
        .filter(|ceiling| ceiling.when.contains(now))
    {
        let Some(until) = ceiling
            .when
            .until
            .filter(|until| *until <= now.plus_days(SOON))
        else {
            continue;
        };
        let message = format!(
            "the {} of {} ends on {until}",
            ceiling.kind.as_str(),
            tenant.name
        );
        let subject = Subject {
            tenant: Some(tenant.name.to_string()),
            ..Subject::default()
        };
        let label = Label::source(ceiling.span.clone(), ceiling.reason.to_string());
        findings.push(Finding::ceiling(message, label, subject));
    }
    findings.extend(idle_ceilings(catalog, tenant, judgements, now));
    findings
}

/// Ceilings that would raise a limit which is not kept, but have ended or not begun.
fn idle_ceilings(
    catalog: &Catalog,
    tenant: &Tenant,
    judgements: &[Judgement<'_>],
    now: Moment,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for judgement in judgements {
        let idle = tenant.ceilings.iter().filter(|ceiling| {
            judgement.outcome >= Outcome::Undetermined
                && judgement.limit.enforcement != Enforcement::Mandatory
                && !ceiling.when.contains(now)
                && (ceiling.environment.is_none() || ceiling.environment == judgement.environment)
        });
        for ceiling in idle {
            let Some(amount) = ceiling.limits.get(judgement.dimension()) else {
                continue;
            };
            let words = Words {
                catalog,
                dimension: judgement.dimension(),
            };
            let ended = ceiling.when.until.filter(|until| *until <= now);
            let when = match (ended, ceiling.when.from) {
                (Some(until), _) => format!("ended on {until}"),
                (None, Some(from)) => format!("begins on {from}"),
                (None, None) => continue,
            };
            let message = format!(
                "the {} of {} that allows {} {when}",
                ceiling.kind.as_str(),
                tenant.name,
                words.amount(*amount)
            );
            let subject = Subject {
                tenant: Some(tenant.name.to_string()),
                environment: judgement.environment.as_deref().map(str::to_owned),
                dimension: Some(judgement.dimension().clone()),
                ..Subject::default()
            };
            let label = Label::source(ceiling.span.clone(), ceiling.reason.to_string());
            findings.push(Finding::ceiling(message, label, subject));
        }
    }
    findings
}

/// So many days before its end a ceiling is noted.
const SOON: u32 = 30;

/// `acme/production`, `acme`, or the pool.
fn who(judgement: &Judgement<'_>, about: &About<'_>) -> String {
    match (about.tenant, &judgement.environment) {
        (Some(tenant), Some(environment)) => format!("{tenant}/{environment}"),
        (Some(tenant), None) => tenant.to_owned(),
        (None, _) => "everything of no named tenant".to_owned(),
    }
}

fn allowed(judgement: &Judgement<'_>, about: &About<'_>, words: &Words<'_>) -> String {
    let tier = &about.tier.name;
    match (judgement.ceiling, judgement.limit.bound) {
        (Some(ceiling), _) => {
            let amount = words.number(judgement.allowance);
            format!("its {} allows {amount}", ceiling.kind.as_str())
        }
        (None, Bound::Max(most)) => format!("tier {tier} allows {}", words.number(most)),
        (None, Bound::Below(bound)) => {
            format!("tier {tier} allows less than {}", words.number(bound))
        }
        (None, Bound::Review) => format!("tier {tier} allows none without an approval"),
    }
}

fn excess(judgement: &Judgement<'_>, words: &Words<'_>) -> Option<String> {
    let excess = judgement.excess();
    let counted = !words.dimension.is_ordinal() && judgement.limit.bound != Bound::Review;
    (counted && excess > Quantity::ZERO).then(|| format!("{excess} too many"))
}

/// The instances that ask for most, or whose amount is not known, with their places.
fn with_contributors(
    mut finding: Finding,
    judgement: &Judgement<'_>,
    about: &About<'_>,
    words: &Words<'_>,
    way: &mut Vec<Label>,
) -> Finding {
    let unknown_only = judgement.outcome == Outcome::Undetermined;
    let counted = (about.contributors.iter()).filter(|one| !unknown_only || !one.amount.is_exact());
    let mut counted: Vec<&Contributor<'_>> = counted.collect();
    // Most come sorted by address already, which makes this cheap.
    counted.sort_by(|a, b| a.kind().cmp(&b.kind()));
    let mut groups: Vec<(&[&Contributor<'_>], Range)> = counted
        .chunk_by(|a, b| a.kind() == b.kind())
        .map(|group| {
            (
                group,
                group
                    .iter()
                    .fold(Range::ZERO, |sum, one| sum.plus(one.amount)),
            )
        })
        .collect();
    let first_root = counted.first().map(|one| one.root);
    let is_in_one = counted.iter().all(|one| Some(one.root) == first_root);
    // What may be without bound asks for most; of equals, the first by address.
    let weight = |total: &Range| (total.high.unwrap_or(Quantity::MAX), total.low);
    groups.sort_by_key(|(_, total)| std::cmp::Reverse(weight(total)));
    let more = groups.len().saturating_sub(NAMED);
    for (members, _) in groups.into_iter().take(NAMED) {
        let Some(first) = members.iter().min_by_key(|one| one.address) else {
            continue;
        };
        let each = words.range(first.amount);
        let all = match members.len() {
            1 => each.clone(),
            n => format!("{n} times {each}"),
        };
        let said = match first.value {
            "" => "",
            // A number that is the amount itself says nothing new.
            value if first.amount.is_exact() && value == first.amount.low.to_string() => "",
            value => value,
        };
        let mut places = (about.places.0)(first).into_iter();
        let place = places
            .next()
            .map_or_else(|| first.place(), |root| root.place);
        if matches!(place, Place::Instance { .. }) {
            let said = said.trim_start_matches('(').trim_end_matches(')');
            let comma = if said.is_empty() { "" } else { ", " };
            let text = format!("{all}{comma}{said}");
            finding.labels.push(Label { place, text });
        } else {
            // The lines of a file do not say which of its instances it is about.
            let text = match members.len() {
                1 => each,
                _ => format!("{each} each"),
            };
            finding.labels.push(Label { place, text });
            let root = match is_in_one {
                true => String::new(),
                false => format!("{}: ", first.root),
            };
            let name = match members.len() {
                1 => first.address,
                _ => first.resource,
            };
            let said = match said {
                "" => String::new(),
                // `(known after apply)`
                said if said.starts_with('(') => format!(" {said}"),
                said => format!(" ({said})"),
            };
            finding = finding.note(format!("{root}{name}: {all}{said}"));
        }
        // One way is enough to understand how it comes about.
        if way.is_empty() {
            way.extend(places.take(WAY));
        }
        if unknown_only && !first.attribute.is_empty() {
            finding = finding.help(format!(
                "pin {} of {} to a constant",
                first.attribute, first.address
            ));
        }
    }
    match more {
        0 => finding,
        1 => finding.note("and 1 more resource"),
        more => finding.note(format!("and {more} more resources")),
    }
}

/// The amounts that the largest allowed size does not hold, and the size that is declared.
fn with_what_is_large(
    mut finding: Finding,
    judgement: &Judgement<'_>,
    about: &About<'_>,
) -> Finding {
    let words = |dimension| Words {
        catalog: about.catalog,
        dimension,
    };
    if let Some(declared) = judgement.request.declared {
        let declared = words(judgement.dimension()).range(declared);
        finding = finding.note(format!("declared as {declared}"));
    }
    let Some(size) = about.catalog.size(judgement.allowance.floor()) else {
        return finding;
    };
    for (dimension, most) in &size.amounts {
        let asked = about.requests.get(dimension).copied().unwrap_or_default();
        if super::hold(of_basis(judgement.limit.basis, &asked), *most) == Outcome::Fits {
            continue;
        }
        let asked = words(dimension).range(asked.max.range());
        finding = finding.note(format!("{asked}: size {} holds {most}", size.name));
    }
    finding
}

fn with_reasons(
    mut finding: Finding,
    judgement: &Judgement<'_>,
    about: &About<'_>,
    words: &Words<'_>,
) -> Finding {
    if let Some((read, needed)) = about.roots.filter(|(read, needed)| read < needed) {
        finding = finding.note(format!("{read} of {needed} roots read"));
    }
    if !about.claimed.is_empty() {
        let names = about.claimed.iter().take(NAMED_TENANTS);
        let mut names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        match about.claimed.len().saturating_sub(NAMED_TENANTS) {
            0 => {}
            more => names.push(format!("and {more} more")),
        }
        finding = finding
            .note(format!("not in the catalog: {}", names.join(", ")))
            .help("a tenant gets an allowance of its own by a `tenant` block in policies/tenants/");
    }
    if let Some(delta) = words.delta(judgement) {
        finding = finding.note(delta);
    }
    if judgement.outcome < Outcome::Undetermined || finding.level > Level::Error {
        return finding;
    }
    match about.fits {
        Some(tier) => finding = finding.note(format!("tier {} would fit", tier.name)),
        None if judgement.outcome == Outcome::Over => {
            finding = finding.note("no tier would fit without an approval");
        }
        // Nobody knows how much it is, so nobody knows what would fit.
        None => {}
    }
    if let Some(cost) = judgement.cost() {
        let currency = &about.catalog.currency;
        let unit = cost.unit.unwrap_or(words.unit(cost.units));
        let mut line = format!(
            "{} {unit} more cost {} {currency} ({} each)",
            cost.units, cost.total, cost.price_per_unit
        );
        match cost.lead_time_weeks {
            Some(1) => line.push_str(", ready in 1 week"),
            Some(weeks) => line = format!("{line}, ready in {weeks} weeks"),
            None => {}
        }
        finding = finding.note(line);
    }
    match &judgement.limit.error_message {
        Some(message) if judgement.outcome == Outcome::Over => finding.help(message.to_string()),
        _ => finding,
    }
}

#[cfg(test)]
mod tests;
