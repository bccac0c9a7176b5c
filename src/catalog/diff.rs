//! What differs between two catalogs, and whether somebody may have more because of it.
//!
//! A catalog is told as facts, one line each; what differs is the facts that only one has, or
//! that both have with another value.

use super::{Bound, Catalog, Limit, NameSource, Per, Policy, Slot, Standing, Tenant, Tier, Trust};
use crate::quantity::{Dimension, Quantity};
use std::collections::BTreeMap;

/// Something that two catalogs say differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: `tier small, limit vcpu, max`.
    pub about: String,
    /// What the old one says, if anything.
    pub old: Option<String>,
    /// What the new one says, if anything.
    pub new: Option<String>,
    /// What that does.
    pub effect: Effect,
}

/// What a difference does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Somebody may have or allow more.
    Looser,
    /// Somebody may have or allow less.
    Tighter,
    /// Neither, or both.
    Other,
}

/// Everything that differs, in alphabetical order of what it is about.
pub fn diff(old: &Catalog, new: &Catalog) -> Vec<Difference> {
    let (old, new) = (facts(old), facts(new));
    let abouts = old
        .keys()
        .chain(new.keys().filter(|about| !old.contains_key(*about)));
    let mut differences: Vec<_> = abouts
        .filter_map(|about| {
            let (before, after) = (old.get(about), new.get(about));
            (before.map(|fact| &fact.text) != after.map(|fact| &fact.text)).then(|| Difference {
                about: about.clone(),
                old: before.map(|fact| fact.text.clone()),
                new: after.map(|fact| fact.text.clone()),
                effect: effect(before, after),
            })
        })
        .collect();
    differences.sort_by(|a, b| a.about.cmp(&b.about));
    differences
}

/// One thing that a catalog says.
struct Fact {
    text: String,
    /// How much it allows, where more of it means that somebody may have more.
    allows: Option<Quantity>,
    /// How much is allowed where it is not said.
    unsaid: Option<Quantity>,
}

fn effect(old: Option<&Fact>, new: Option<&Fact>) -> Effect {
    let unsaid = old.or(new).and_then(|fact| fact.unsaid);
    let of = |fact: Option<&Fact>| fact.map_or(unsaid, |fact| fact.allows);
    match (of(old), of(new)) {
        (Some(old), Some(new)) if old < new => Effect::Looser,
        (Some(old), Some(new)) if old > new => Effect::Tighter,
        _ => Effect::Other,
    }
}

type Facts = BTreeMap<String, Fact>;

/// Something of which nobody can say whether it allows more.
fn say(facts: &mut Facts, about: impl Into<String>, text: impl ToString) {
    let fact = Fact {
        text: text.to_string(),
        allows: None,
        unsaid: None,
    };
    facts.insert(about.into(), fact);
}

/// Something that allows so much; where it is not said, `unsaid`.
fn allow(facts: &mut Facts, about: String, text: String, allows: Quantity, unsaid: Quantity) {
    let fact = Fact {
        text,
        allows: Some(allows),
        unsaid: Some(unsaid),
    };
    facts.insert(about, fact);
}

fn facts(catalog: &Catalog) -> Facts {
    let mut facts = Facts::new();
    say(&mut facts, "catalog", &catalog.name);
    say(&mut facts, "catalog, currency", &catalog.currency);
    if let Some(tier) = &catalog.default_tier {
        let rank = catalog.tiers.iter().position(|known| known.name == *tier);
        allow(
            &mut facts,
            "catalog, default_tier".to_owned(),
            tier.to_string(),
            step(rank),
            Quantity::ZERO,
        );
    }
    for (name, policy) in [
        ("undetermined", catalog.policies.undetermined),
        ("opaque", catalog.policies.opaque),
        ("no_rule", catalog.policies.no_rule),
        ("elastic", catalog.policies.elastic),
    ] {
        let (word, allows) = match policy {
            Policy::Fail => ("fail", Quantity::ZERO),
            Policy::Warn => ("warn", Quantity::ONE),
        };
        allow(
            &mut facts,
            format!("catalog, {name}"),
            word.to_owned(),
            allows,
            Quantity::ZERO,
        );
    }
    if let Some(trust) = catalog.trust {
        let (word, allows) = match trust {
            Trust::Signed => ("signed", Quantity::ZERO),
            Trust::Recorded => ("recorded", Quantity::ONE),
        };
        allow(
            &mut facts,
            "catalog, trust".to_owned(),
            word.to_owned(),
            allows,
            Quantity::ONE,
        );
    }
    slots(
        &mut facts,
        "catalog, accept_approvers",
        &catalog.accept_approvers,
    );
    slots(
        &mut facts,
        "catalog, custom_approvers",
        &catalog.custom_approvers,
    );
    tell_menu(&mut facts, catalog);
    for (rank, size) in catalog.sizes.iter().enumerate() {
        say(
            &mut facts,
            format!("size {}, rank", size.name),
            step(Some(rank)),
        );
        for (dimension, amount) in &size.amounts {
            let about = format!("size {}, {dimension}", size.name);
            // A dimension that a size does not name is no measure of it.
            allow(
                &mut facts,
                about,
                amount.to_string(),
                *amount,
                Quantity::MAX,
            );
        }
    }
    for (rank, tier) in catalog.tiers.iter().enumerate() {
        say(
            &mut facts,
            format!("tier {}, rank", tier.name),
            step(Some(rank)),
        );
        tell_tier(&mut facts, catalog, tier);
    }
    for environment in catalog.environments.values() {
        let about = format!("environment {}, aliases", environment.name);
        say(&mut facts, about, environment.aliases.join(", "));
    }
    for tenant in catalog.tenants.values() {
        tell_tenant(&mut facts, catalog, tenant);
    }
    names(&mut facts, "identify, tenant", &catalog.identify.tenant);
    names(
        &mut facts,
        "identify, environment",
        &catalog.identify.environment,
    );
    for declaration in &catalog.declarations {
        for (dimension, expr) in &declaration.amounts {
            let about = format!("declare {}, {dimension}", declaration.source);
            say(&mut facts, about, expr.span().text());
        }
        for (name, expr) in [
            ("tenant", &declaration.tenant),
            ("environment", &declaration.environment),
        ] {
            if let Some(expr) = expr {
                let about = format!("declare {}, {name}", declaration.source);
                say(&mut facts, about, expr.span().text());
            }
        }
    }
    for role in catalog.roles.values() {
        let days = Quantity::units(u64::from(role.max_days));
        let about = format!("role {}, max_days", role.name);
        allow(&mut facts, about, days.to_string(), days, Quantity::ZERO);
        amounts(
            &mut facts,
            catalog,
            &format!("role {}, max", role.name),
            &role.max,
        );
    }
    for person in catalog.people.values() {
        for role in &person.roles {
            let about = format!("person {}, role {role}", person.name);
            allow(
                &mut facts,
                about,
                "held".to_owned(),
                Quantity::ONE,
                Quantity::ZERO,
            );
        }
        for login in &person.logins {
            say(
                &mut facts,
                format!("person {}, login {login}", person.name),
                "known",
            );
        }
    }
    facts
}

fn tell_menu(facts: &mut Facts, catalog: &Catalog) {
    for feature in &catalog.features {
        let about = format!("feature {}", feature.name);
        say(facts, format!("{about}, title"), &feature.title);
        if !feature.review_in.is_empty() {
            let tiers = feature.review_in.join(", ");
            say(facts, format!("{about}, review_in"), tiers);
        }
        slots(facts, &format!("{about}, approvers"), &feature.approvers);
    }
    for addon in &catalog.addons {
        let about = format!("addon {}", addon.name);
        say(facts, format!("{about}, title"), &addon.title);
        if let Some(price) = addon.price_per_month {
            say(facts, format!("{about}, price_per_month"), price);
        }
        if let Some(weeks) = addon.lead_time_weeks {
            say(facts, format!("{about}, lead_time_weeks"), weeks);
        }
        for (feature, level) in &addon.provides {
            let level = level.as_deref().unwrap_or("yes");
            say(facts, format!("{about}, provides {feature}"), level);
        }
        slots(facts, &format!("{about}, approvers"), &addon.approvers);
    }
}

fn tell_tier(facts: &mut Facts, catalog: &Catalog, tier: &Tier) {
    let name = &tier.name;
    say(facts, format!("tier {name}, title"), &tier.title);
    for (about, users) in [("users", tier.users), ("users_from", tier.users_from)] {
        if let Some(users) = users {
            say(facts, format!("tier {name}, {about}"), users);
        }
    }
    if let Some(infrastructure) = &tier.infrastructure {
        say(
            facts,
            format!("tier {name}, infrastructure"),
            infrastructure,
        );
    }
    for (feature, text) in &tier.features {
        say(facts, format!("tier {name}, feature {feature}"), text);
    }
    for limit in tier.limits.values() {
        tell_limit(facts, catalog, tier, limit);
    }
}

fn tell_limit(facts: &mut Facts, catalog: &Catalog, tier: &Tier, limit: &Limit) {
    let about = format!("tier {}, limit {}", tier.name, limit.dimension);
    let text = match limit.bound {
        Bound::Max(most) => number(catalog, &limit.dimension, most),
        Bound::Below(bound) => format!("below {}", number(catalog, &limit.dimension, bound)),
        Bound::Review => "any amount needs an approval".to_owned(),
    };
    // What a tier does not limit is not limited.
    allow(
        facts,
        about.clone(),
        text,
        limit.bound.allowance(),
        Quantity::MAX,
    );
    let per = match limit.per {
        Per::Environment => "environment",
        Per::Tenant => "tenant",
    };
    say(facts, format!("{about}, per"), per);
    say(facts, format!("{about}, basis"), limit.basis.as_str());
    say(
        facts,
        format!("{about}, enforcement_level"),
        limit.enforcement.as_str(),
    );
    slots(facts, &format!("{about}, approvers"), &limit.approvers);
    if let Some(message) = &limit.error_message {
        say(facts, format!("{about}, error_message"), message);
    }
    if let Some(overage) = &limit.overage {
        let unit = overage
            .unit
            .as_deref()
            .map_or(String::new(), |unit| format!(" a {unit}"));
        let weeks = overage
            .lead_time_weeks
            .map_or(String::new(), |weeks| format!(", {weeks} weeks"));
        say(
            facts,
            format!("{about}, overage"),
            format!("{}{unit}{weeks}", overage.price_per_unit),
        );
    }
}

fn tell_tenant(facts: &mut Facts, catalog: &Catalog, tenant: &Tenant) {
    let about = format!("tenant {}", tenant.name);
    match &tenant.standing {
        Standing::Tier(tier) => {
            let rank = catalog.tiers.iter().position(|known| known.name == *tier);
            allow(
                facts,
                format!("{about}, tier"),
                tier.to_string(),
                step(rank),
                Quantity::ZERO,
            );
        }
        Standing::Owner(owner) => {
            allow(
                facts,
                format!("{about}, owner"),
                owner.to_string(),
                Quantity::MAX,
                Quantity::ZERO,
            );
        }
    }
    let patterns = [
        ("root", &tenant.roots),
        ("workspace", &tenant.workspaces),
        ("must_present", &tenant.must_present),
    ];
    for (kind, globs) in patterns {
        for glob in globs {
            say(facts, format!("{about}, {kind} {glob}"), "its own");
        }
    }
    for ceiling in &tenant.ceilings {
        let when = [("from", ceiling.when.from), ("until", ceiling.when.until)];
        let when = when
            .into_iter()
            .filter_map(|(word, moment)| Some(format!(" {word} {}", moment?)));
        let place = ceiling
            .environment
            .as_deref()
            .map_or(String::new(), |name| format!(" of {name}"));
        let about = format!(
            "{about}, {}{place}{}",
            ceiling.kind.as_str(),
            when.collect::<String>()
        );
        say(facts, format!("{about}, reason"), &ceiling.reason);
        amounts(facts, catalog, &about, &ceiling.limits);
    }
}

fn amounts(
    facts: &mut Facts,
    catalog: &Catalog,
    about: &str,
    amounts: &BTreeMap<Dimension, Quantity>,
) {
    for (dimension, amount) in amounts {
        let text = number(catalog, dimension, *amount);
        allow(
            facts,
            format!("{about}, {dimension}"),
            text,
            *amount,
            Quantity::ZERO,
        );
    }
}

fn number(catalog: &Catalog, dimension: &Dimension, amount: Quantity) -> String {
    match catalog.size_name(amount) {
        Some(name) if dimension.is_ordinal() => name.to_string(),
        _ => amount.to_string(),
    }
}

fn slots(facts: &mut Facts, about: &str, slots: &[Slot]) {
    if !slots.is_empty() {
        let slots: Vec<_> = slots.iter().map(|slot| slot.join(" or ")).collect();
        say(facts, about, slots.join(" and "));
    }
}

fn names(facts: &mut Facts, about: &str, sources: &[NameSource]) {
    let sources: Vec<_> = sources.iter().map(ToString::to_string).collect();
    say(facts, about, sources.join(", "));
}

/// The step of a ladder, from 1.
fn step(at: Option<usize>) -> Quantity {
    let at = at.and_then(|at| u64::try_from(at).ok()).unwrap_or(0);
    Quantity::units(at.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::builtin;
    use crate::source::SourceFile;

    fn catalog(change: &[(&str, &str)]) -> Catalog {
        let mut files = builtin();
        let mut text = files[0].text().to_owned();
        for (from, to) in change {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        files[0] = SourceFile::new("catalog.hcl", text);
        Catalog::load(&files).unwrap().0
    }

    fn check(change: &[(&str, &str)], expected: &[(&str, Option<&str>, Option<&str>, Effect)]) {
        let (old, new) = (catalog(&[]), catalog(change));
        let told = |differences: &[Difference]| -> Vec<_> {
            let told = |one: &Difference| {
                (
                    one.about.clone(),
                    one.old.clone(),
                    one.new.clone(),
                    one.effect,
                )
            };
            differences.iter().map(told).collect()
        };
        let owned = |text: &Option<&str>| text.map(str::to_owned);
        let expected: Vec<_> = expected
            .iter()
            .map(|(about, old, new, effect)| (about.to_string(), owned(old), owned(new), *effect))
            .collect();
        assert_eq!(told(&diff(&old, &new)), expected);
        // The other way round everything is the other way round.
        for (one, back) in diff(&old, &new).iter().zip(diff(&new, &old)) {
            let turned = match one.effect {
                Effect::Looser => Effect::Tighter,
                Effect::Tighter => Effect::Looser,
                Effect::Other => Effect::Other,
            };
            assert_eq!(
                (&one.old, &one.new, turned),
                (&back.new, &back.old, back.effect)
            );
        }
    }

    #[test]
    fn the_same_catalog_does_not_differ() {
        check(&[], &[]);
        check(
            &[("# How large an environment", "# How big an environment")],
            &[],
        );
    }

    #[test]
    fn what_allows_more_is_looser() {
        check(
            &[("max           = 64\n", "max           = 63\n")],
            &[(
                "tier small, limit vcpu",
                Some("64"),
                Some("63"),
                Effect::Tighter,
            )],
        );
        check(
            &[("undetermined = \"fail\"", "undetermined = \"warn\"")],
            &[(
                "catalog, undetermined",
                Some("fail"),
                Some("warn"),
                Effect::Looser,
            )],
        );
        check(
            &[("max_days = 7\n", "max_days = 8\n")],
            &[(
                "role oncall-lead, max_days",
                Some("7"),
                Some("8"),
                Effect::Looser,
            )],
        );
        check(
            &[("    environment_size = \"medium\"\n", "")],
            &[(
                "role oncall-lead, max, environment_size",
                Some("medium"),
                None,
                Effect::Tighter,
            )],
        );
    }

    #[test]
    fn what_is_not_said_is_not_limited_or_not_allowed() {
        let gpus = "  limit \"gpus\" {\n    max           = 0\n    approvers     = [[\"engineering-vp\"]]\n    error_message = \"GPUs are not on the standard menu. Engineering VP approval required.\"\n  }\n";
        check(
            &[(gpus, "")],
            &[
                ("tier small, limit gpus", Some("0"), None, Effect::Looser),
                (
                    "tier small, limit gpus, approvers",
                    Some("engineering-vp"),
                    None,
                    Effect::Other,
                ),
                (
                    "tier small, limit gpus, basis",
                    Some("max"),
                    None,
                    Effect::Other,
                ),
                (
                    "tier small, limit gpus, enforcement_level",
                    Some("mandatory_overridable"),
                    None,
                    Effect::Other,
                ),
                (
                    "tier small, limit gpus, error_message",
                    Some("GPUs are not on the standard menu. Engineering VP approval required."),
                    None,
                    Effect::Other,
                ),
                (
                    "tier small, limit gpus, per",
                    Some("environment"),
                    None,
                    Effect::Other,
                ),
            ],
        );
        check(
            &[("  default_tier = \"small\" # what", "  # what")],
            &[(
                "catalog, default_tier",
                Some("small"),
                None,
                Effect::Tighter,
            )],
        );
    }
}
