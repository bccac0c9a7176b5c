//! (Catalog, Deal) -> what it asks for: a request like any other, and wishes by name.
//!
//! Capacity that is promised is a declared request, so judging and approving it takes no
//! stage of its own. What is promised by name is answered by the menu; what the menu cannot
//! give is off it, and only the committee can agree to that.

use crate::catalog::{Catalog, Offer, Slot, Tier, Wish};
use crate::date::Moment;
use crate::finding::{Finding, Label};
use crate::judge::{self, Terms};
use crate::quantity::{Dimension, Quantity, Range};
use crate::read::deal::{Amount, Deal, UNLIMITED};
use crate::request::{Account, Tally, Whose};
use crate::source::Span;
use crate::source::hcl::{Mistake, Mistakes, Name, Spanned};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a deal asks for.
#[derive(Clone, Debug)]
pub struct Bargain<'a> {
    /// The tier that is bought.
    pub tier: &'a Tier,
    /// The capacity.
    pub account: Account,
    /// Where each amount is promised, by environment and dimension.
    pub places: BTreeMap<(Arc<str>, Dimension), Span>,
    /// Everything else, in the order of the deal.
    pub wishes: Vec<Wanted<'a>>,
}

/// Something that is no amount to hold against a limit.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// What it is, as records write it: `sso`, `data_retention = 1 year`, `production/nodes = unlimited`.
    pub text: String,
    /// Where it is promised.
    pub span: Span,
    /// What can be said to it.
    pub answer: Answer<'a>,
}

/// What can be said to something that is no amount.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// What the menu says to a name.
    Menu(Offer<'a>),
    /// The tier is for fewer users.
    TooManyUsers {
        /// The tier is for fewer than so many.
        below: u64,
        /// The lowest tier for so many, if there is one.
        fits: Option<&'a Tier>,
    },
    /// An amount without a ceiling.
    Unlimited,
}

/// What a deal asks for.
///
/// # Errors
///
/// Every name in it that the catalog does not know.
pub fn weigh<'a>(catalog: &'a Catalog, deal: &Deal) -> Result<Bargain<'a>, Mistakes> {
    let mut mistakes = Vec::new();
    let tier = tier(catalog, deal, &mut mistakes);
    let mut tally = Tally::default();
    let mut places = BTreeMap::new();
    let mut wishes = Vec::new();
    let mut environments = Vec::new();
    for promise in &deal.promises {
        let given = &promise.environment.value;
        let known = catalog.environment(given);
        let environment = known.map_or(given, |known| &known.name);
        let whose = Whose {
            tenant: Some(deal.tenant.value.clone()),
            environment: environment.clone(),
        };
        environments.push(environment.clone());
        for (name, amount) in &promise.amounts {
            let Some(dimension) = dimension(catalog, name, &mut mistakes) else {
                continue;
            };
            if amount.value == Amount::Unlimited {
                wishes.push(Wanted {
                    text: format!("{environment}/{dimension} = {UNLIMITED}"),
                    span: amount.span.clone(),
                    answer: Answer::Unlimited,
                });
            } else if let Some(amount) = self::amount(catalog, &dimension, amount, &mut mistakes) {
                tally.declare(&whose, &dimension, Range::exactly(amount));
            }
            places.insert((environment.clone(), dimension), name.span.clone());
        }
    }
    let Some(tier) = tier.filter(|_| mistakes.is_empty()) else {
        return Err(mistakes);
    };
    wishes.extend(too_many_users(catalog, tier, deal));
    wishes.extend(deal.features.iter().map(|(name, level)| {
        let wish = Wish {
            name: name.value.clone(),
            level: level.clone(),
        };
        // What a record will be asked about is the text, so that is what counts.
        let wish = Wish::parse(&wish.to_string());
        Wanted {
            text: wish.to_string(),
            span: name.span.clone(),
            answer: Answer::Menu(catalog.offer(tier, &wish)),
        }
    }));
    let mut account = tally.accounts().into_values().next().unwrap_or_default();
    for environment in environments {
        account.environments.entry(environment).or_default();
    }
    // A promise says nothing of what is there already.
    let environments = account.environments.values_mut();
    for requests in environments.chain([&mut account.total]) {
        requests
            .values_mut()
            .for_each(|request| request.before = None);
    }
    judge::count(&mut account, &catalog.sizes, false);
    for requests in account.environments.values_mut() {
        requests
            .values_mut()
            .for_each(|request| request.before = None);
    }
    Ok(Bargain {
        tier,
        account,
        places,
        wishes,
    })
}

/// The lowest tier that has all of it without asking anybody.
pub fn fits<'a>(
    catalog: &'a Catalog,
    deal: &Deal,
    bargain: &Bargain<'_>,
    now: Moment,
) -> Option<&'a Tier> {
    let holds = |tier: &&Tier| {
        let terms = Terms {
            tier,
            ceilings: &[],
            now,
            complete: true,
            pooled: false,
        };
        let one = std::slice::from_ref(*tier);
        let users = deal.users.as_ref().map_or(0, |users| users.value);
        tier.users.is_none_or(|below| users < below)
            && judge::tier_that_fits(one, &terms, &bargain.account).is_some()
            && bargain.wishes.iter().all(|wanted| match wanted.answer {
                Answer::Unlimited => false,
                Answer::TooManyUsers { .. } => true,
                Answer::Menu(_) => {
                    let offer = catalog.offer(tier, &Wish::parse(&wanted.text));
                    catalog.reviewers(&offer).is_none()
                }
            })
    };
    catalog.tiers.iter().find(holds)
}

/// Who has to agree to a promise that a record writes as `text`, to somebody who buys that
/// tier; none where it is simply sold.
pub fn reviewers<'a>(catalog: &'a Catalog, tier: &Tier, text: &str) -> Option<&'a [Slot]> {
    let wish = Wish::parse(text);
    // An amount or a number of users is promised beyond the menu, whoever could have allowed it
    // within; a feature has neither a slash in its name nor that name.
    let is_amount = wish.level.is_some() && (wish.name.contains('/') || *wish.name == *USERS);
    match is_amount {
        true => Some(&catalog.custom_approvers),
        false => catalog.reviewers(&catalog.offer(tier, &wish)),
    }
}

/// What is wrong with the standing of a tenant, beside its deal: its tier in the catalog is
/// another one. Until the deal is closed that is how it has to be.
pub fn mismatch(catalog: &Catalog, deal: &Deal, tier: &Tier, now: Moment) -> Option<Finding> {
    let known = catalog.tenants.get(&deal.tenant.value)?;
    let has = known.tier().filter(|has| **has != tier.name)?;
    let span = deal.tier.as_ref().unwrap_or(&deal.tenant).span.clone();
    let is_open = (deal.close_date.as_ref()).is_some_and(|close| now < close.value);
    let finding = Finding::tier_mismatch(&deal.tenant.value, has, &tier.name, is_open)
        .label(Label::source(span, format!("tier {}", tier.name)))
        .label(Label::source(known.span.clone(), format!("tier {has}")));
    Some(finding)
}

/// The name by which records accept a number of users.
const USERS: &str = "users";

fn tier<'a>(catalog: &'a Catalog, deal: &Deal, mistakes: &mut Mistakes) -> Option<&'a Tier> {
    let known = catalog.tenants.get(&deal.tenant.value);
    if known.is_some_and(|tenant| tenant.tier().is_none()) {
        let message = format!("`{}` is no customer", deal.tenant.value);
        mistakes.push(Mistake::new(
            message,
            deal.tenant.span.clone(),
            "it has an owner, not a tier",
        ));
        return None;
    }
    let Some(name) = &deal.tier else {
        let has = known.and_then(|tenant| tenant.tier());
        if has.is_none() {
            let message = format!("the deal `{}` says no tier", deal.name.value);
            mistakes.push(
                Mistake::new(
                    message,
                    deal.header.clone(),
                    "nor is its tenant in the catalog",
                )
                .help("add `tier = \"...\"`")
                .did_you_mean("", catalog.tiers.iter().map(|tier| &*tier.name)),
            );
        }
        return catalog.tier(has?);
    };
    let found = catalog.tier(&name.value);
    if found.is_none() {
        let message = format!("there is no tier `{}`", name.value);
        let names = catalog.tiers.iter().map(|tier| &*tier.name);
        mistakes
            .push(Mistake::new(message, name.span.clone(), "").did_you_mean(&name.value, names));
    }
    found
}

fn too_many_users<'a>(catalog: &'a Catalog, tier: &Tier, deal: &Deal) -> Option<Wanted<'a>> {
    let users = deal.users.as_ref()?;
    let below = tier.users.filter(|below| users.value >= *below)?;
    let mut tiers = catalog.tiers.iter();
    let fits = tiers.find(|tier| tier.users.is_none_or(|below| users.value < below));
    Some(Wanted {
        text: format!("{USERS} = {}", users.value),
        span: users.span.clone(),
        answer: Answer::TooManyUsers { below, fits },
    })
}

fn dimension(catalog: &Catalog, name: &Name, mistakes: &mut Mistakes) -> Option<Dimension> {
    let dimension = Dimension::new(name.value.clone());
    if dimension.as_str() == Dimension::ENVIRONMENTS {
        let message = "environments are counted, not promised";
        mistakes.push(
            Mistake::new(message, name.span.clone(), "")
                .help("write a `promise` block for each of them"),
        );
        return None;
    }
    if catalog.dimensions.contains_key(&dimension) {
        return Some(dimension);
    }
    let message = format!("`{}` is no dimension", name.value);
    let known = catalog.dimensions.keys().map(Dimension::as_str);
    mistakes.push(Mistake::new(message, name.span.clone(), "").did_you_mean(&name.value, known));
    None
}

fn amount(
    catalog: &Catalog,
    dimension: &Dimension,
    amount: &Spanned<Amount>,
    mistakes: &mut Mistakes,
) -> Option<Quantity> {
    let sizes = || catalog.sizes.iter().map(|size| &*size.name);
    let message = match (&amount.value, dimension.is_ordinal()) {
        (Amount::Units(units), false) => return Some(*units),
        (Amount::Named(name), true) => match catalog.rank(name) {
            Some(rank) => return Some(rank),
            None => format!("there is no size `{name}`"),
        },
        (_, true) => format!("`{dimension}` is the name of a size, not a number"),
        (_, false) => {
            let message = format!("`{dimension}` is a number, or \"{UNLIMITED}\"");
            mistakes.push(Mistake::new(message, amount.span.clone(), ""));
            return None;
        }
    };
    let word = match &amount.value {
        Amount::Named(name) => name,
        Amount::Units(_) | Amount::Unlimited => "",
    };
    mistakes.push(Mistake::new(message, amount.span.clone(), "").did_you_mean(word, sizes()));
    None
}
