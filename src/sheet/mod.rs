//! [`Catalog`] -> the sheet that Sales reads: sizes, the feature menu, what is beyond it.
//!
//! The sheet is made from the very catalog that fails a build, so neither can promise what
//! the other refuses. It is a few tables of words; how they look is for each format to say.
//! `terraform` says the same limits to a tenant module.

mod csv;
mod html;
mod markdown;
mod terraform;
#[cfg(test)]
mod tests;
mod text;

pub use terraform::terraform;

use crate::catalog::{Addon, Bound, Catalog, Limit, Overage, Per, Slot, Tier};
use crate::quantity::{Dimension, Quantity};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that the sheet says, in the order in which people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The name of the catalog.
    pub catalog: Arc<str>,
    /// What is to be known before anything else: that this is only a sample.
    pub notice: Option<String>,
    /// The tables.
    pub tables: Vec<Table>,
    /// What holds for all of it, a line each.
    pub remarks: Vec<String>,
}

/// One table; the first cell of a row names the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// For machines: `sizes`, `features`, ...
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// The headings of the columns.
    pub columns: Vec<String>,
    /// The cells, as many in each row as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// How a sheet looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Columns that line up.
    Text,
    /// For pull requests and wikis.
    Markdown,
    /// One page to print.
    Html,
    /// For spreadsheets: a line for each cell.
    Csv,
}

impl Sheet {
    /// The sheet of a catalog; `notice` is what has to be known before anything else.
    pub fn of(catalog: &Catalog, notice: Option<String>) -> Self {
        let tables = [
            sizing(catalog),
            features(catalog),
            limits(catalog),
            beyond(catalog),
            addons(catalog),
            environments(catalog),
        ];
        Self {
            catalog: catalog.name.clone(),
            notice,
            tables: tables
                .into_iter()
                .filter(|table| !table.rows.is_empty())
                .collect(),
            remarks: remarks(catalog),
        }
    }

    /// The whole sheet in that format.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Text => text::write(self),
            Format::Markdown => markdown::write(self),
            Format::Html => html::write(self),
            Format::Csv => csv::write(self),
        }
    }
}

/// Who is which size: the table that hangs on the wall.
fn sizing(catalog: &Catalog) -> Table {
    let row = |tier: &Tier| {
        let reviewers = reviewers(tier);
        let needed = if reviewers.is_empty() { "No" } else { "Yes" };
        vec![
            tier.title.to_string(),
            users(tier),
            tier.infrastructure.as_deref().unwrap_or(NOTHING).to_owned(),
            needed.to_owned(),
            match reviewers.is_empty() {
                true => NOTHING.to_owned(),
                false => reviewers.into_iter().collect::<Vec<_>>().join("; "),
            },
        ]
    };
    Table {
        name: "sizing",
        title: "T-shirt sizes",
        columns: [
            "Tier",
            "Users",
            "Infrastructure",
            "Approval needed?",
            "By whom",
        ]
        .map(str::to_owned)
        .into(),
        rows: catalog.tiers.iter().map(row).collect(),
    }
}

/// What each tier has beside its amounts, and what an add-on brings.
fn features(catalog: &Catalog) -> Table {
    let mut columns = vec!["Feature".to_owned()];
    columns.extend(catalog.tiers.iter().map(|tier| tier.title.to_string()));
    let rows = catalog.features.iter().map(|feature| {
        let mut row = vec![feature.title.to_string()];
        row.extend(catalog.tiers.iter().map(|tier| {
            let level = tier.feature(&feature.name);
            let level = level.map(|level| if **level == *"yes" { "included" } else { level });
            match level {
                Some(level) => level.to_owned(),
                None => bringers(catalog, &feature.name),
            }
        }));
        row
    });
    Table {
        name: "features",
        title: "Feature menu",
        columns,
        rows: rows.collect(),
    }
}

/// The add-ons that bring a feature, each with how much of it.
fn bringers(catalog: &Catalog, feature: &str) -> String {
    let brings = |addon: &Addon| {
        let (_, level) = addon.provides.iter().find(|(name, _)| **name == *feature)?;
        Some(match level {
            Some(level) => format!("{level} with the add-on"),
            None => "add-on".to_owned(),
        })
    };
    let all: Vec<_> = catalog.addons.iter().filter_map(brings).collect();
    match all.is_empty() {
        true => NOTHING.to_owned(),
        false => all.join("; "),
    }
}

/// How much of each dimension each tier allows without asking anybody.
fn limits(catalog: &Catalog) -> Table {
    let mut columns = vec!["Limit".to_owned()];
    columns.extend(catalog.tiers.iter().map(|tier| tier.title.to_string()));
    let limited: BTreeSet<_> = (catalog.tiers.iter())
        .flat_map(|tier| tier.limits.values())
        .map(|limit| {
            (
                limit.per == Per::Tenant,
                in_known_order(&limit.dimension),
                &limit.dimension,
            )
        })
        .collect();
    let rows = limited.into_iter().map(|(is_for_all, _, dimension)| {
        let per = match is_for_all {
            true => "all together",
            false => "each environment",
        };
        let title = title(catalog, dimension);
        let mut row = vec![match dimension.as_str() {
            // What is counted per tenant by nature need not say so.
            Dimension::ENVIRONMENTS | Dimension::ENVIRONMENT_SIZE => title,
            _ => format!("{title}, {per}"),
        }];
        row.extend(catalog.tiers.iter().map(|tier| {
            let limit = (tier.limits.get(dimension))
                .filter(|limit| (limit.per == Per::Tenant) == is_for_all);
            limit.map_or_else(|| NOTHING.to_owned(), |limit| bound(catalog, limit))
        }));
        row
    });
    Table {
        name: "limits",
        title: "What a tier allows",
        columns,
        rows: rows.collect(),
    }
}

/// Who may allow more, what it costs and how long it takes.
fn beyond(catalog: &Catalog) -> Table {
    let mut rows = Vec::new();
    for tier in &catalog.tiers {
        let mut limits: Vec<_> = tier.limits.values().collect();
        limits.sort_by_key(|limit| in_known_order(&limit.dimension));
        // Limits that say the same of themselves are one row.
        let mut said: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for limit in limits {
            let overage = limit.overage.as_ref();
            let terms = vec![
                who(limit),
                overage.map_or_else(|| NOTHING.to_owned(), |overage| price(catalog, overage)),
                weeks(overage.and_then(|overage| overage.lead_time_weeks)),
            ];
            let title = title(catalog, &limit.dimension);
            match said.iter_mut().find(|(_, known)| *known == terms) {
                Some((titles, _)) => titles.push(title),
                None => said.push((vec![title], terms)),
            }
        }
        rows.extend(said.into_iter().map(|(titles, terms)| {
            let mut row = vec![tier.title.to_string(), titles.join(", ")];
            row.extend(terms);
            row
        }));
    }
    Table {
        name: "beyond",
        title: "More than the tier allows",
        columns: ["Tier", "More of", "Approved by", "Price", "Lead time"]
            .map(str::to_owned)
            .into(),
        rows,
    }
}

fn addons(catalog: &Catalog) -> Table {
    let row = |addon: &Addon| {
        let brings: Vec<_> = (addon.provides.iter())
            .map(|(name, level)| {
                let title = catalog.feature(name).map_or(name, |feature| &feature.title);
                match level {
                    Some(level) => format!("{title} {level}"),
                    None => title.to_string(),
                }
            })
            .collect();
        vec![
            addon.title.to_string(),
            if brings.is_empty() {
                NOTHING.to_owned()
            } else {
                brings.join(", ")
            },
            match addon.price_per_month {
                Some(price) => format!("{} {} a month", grouped(price), catalog.currency),
                None => NOTHING.to_owned(),
            },
            weeks(addon.lead_time_weeks),
            match addon.approvers.is_empty() {
                true => "nobody has to".to_owned(),
                false => slots(&addon.approvers),
            },
        ]
    };
    Table {
        name: "addons",
        title: "Add-ons",
        columns: ["Add-on", "Brings", "Price", "Lead time", "Approved by"]
            .map(str::to_owned)
            .into(),
        rows: catalog.addons.iter().map(row).collect(),
    }
}

/// How much an environment of each size holds.
fn environments(catalog: &Catalog) -> Table {
    let mut columns = vec!["An environment of size".to_owned()];
    columns.extend(catalog.sizes.iter().map(|size| size.name.to_string()));
    let measured: BTreeSet<_> = (catalog.sizes.iter())
        .flat_map(|size| size.amounts.keys())
        .map(|dimension| (in_known_order(dimension), dimension))
        .collect();
    let rows = measured.into_iter().map(|(_, dimension)| {
        let mut row = vec![title(catalog, dimension)];
        row.extend(
            catalog
                .sizes
                .iter()
                .map(|size| match size.amounts.get(dimension) {
                    Some(most) => format!("up to {}", grouped(*most)),
                    None => "any amount".to_owned(),
                }),
        );
        row
    });
    Table {
        name: "environment_sizes",
        title: "Environment sizes",
        columns,
        rows: rows.collect(),
    }
}

fn remarks(catalog: &Catalog) -> Vec<String> {
    let mut remarks = vec![match catalog.custom_approvers.is_empty() {
        true => "What is not on this sheet cannot be promised.".to_owned(),
        false => format!(
            "What is not on this sheet is a Custom Solution Request, to be agreed by {} before it is promised.",
            slots(&catalog.custom_approvers)
        ),
    }];
    if !catalog.tiers.iter().all(|tier| reviewers(tier).is_empty()) {
        remarks.push("\"By review\" means that any amount is agreed case by case.".to_owned());
    }
    remarks
}

/// What stands where there is nothing.
const NOTHING: &str = "–";

/// `< 10,000`, `1M+`.
fn users(tier: &Tier) -> String {
    let from = tier.users_from.map(|from| format!("{}+", short(from)));
    let below = tier
        .users
        .map(|users| format!("< {}", grouped(Quantity::units(users))));
    match (from, below) {
        (Some(from), Some(below)) => format!("{from}, {below}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "any number".to_owned(),
    }
}

/// Whole millions and thousands as people say them.
fn short(n: u64) -> String {
    match (n, n % 1_000_000) {
        (1.., 0) => format!("{}M", n / 1_000_000),
        _ => grouped(Quantity::units(n)),
    }
}

/// `38 USD per vCPU-month`
fn price(catalog: &Catalog, overage: &Overage) -> String {
    let each = overage.unit.as_deref().unwrap_or("unit");
    format!(
        "{} {} per {each}",
        grouped(overage.price_per_unit),
        catalog.currency
    )
}

fn weeks(weeks: Option<u64>) -> String {
    match weeks {
        None => NOTHING.to_owned(),
        Some(1) => "1 week".to_owned(),
        Some(weeks) => format!("{weeks} weeks"),
    }
}

/// Who may allow more than a limit.
fn who(limit: &Limit) -> String {
    use crate::catalog::Enforcement;
    match limit.enforcement {
        Enforcement::Advisory => "nobody has to: it only warns".to_owned(),
        Enforcement::Mandatory => "nobody can".to_owned(),
        Enforcement::MandatoryOverridable if limit.approvers.is_empty() => "nobody can".to_owned(),
        Enforcement::MandatoryOverridable => slots(&limit.approvers),
    }
}

/// `engineering-vp or oncall-lead, and sre-lead`; `vp, product-lead and sales-lead`
pub(crate) fn slots(slots: &[Slot]) -> String {
    let has_choice = slots.iter().any(|slot| slot.len() > 1);
    let mut slots: Vec<_> = slots.iter().map(|slot| slot.join(" or ")).collect();
    let Some(last) = slots.pop() else {
        return "nobody".to_owned();
    };
    match slots.join(", ") {
        others if others.is_empty() => last,
        others if has_choice => format!("{others}, and {last}"),
        others => format!("{others} and {last}"),
    }
}

/// Who reviews what a tier has only by review.
fn reviewers(tier: &Tier) -> BTreeSet<String> {
    let reviewed = tier
        .limits
        .values()
        .filter(|limit| limit.bound == Bound::Review);
    reviewed.map(who).collect()
}

fn bound(catalog: &Catalog, limit: &Limit) -> String {
    let say = |amount: Quantity| match limit.dimension.is_ordinal() {
        true => catalog
            .size_name(amount)
            .map_or_else(|| amount.to_string(), ToString::to_string),
        false => grouped(amount),
    };
    match limit.bound {
        Bound::Max(Quantity::ZERO) if !limit.dimension.is_ordinal() => "none".to_owned(),
        Bound::Max(most) => say(most),
        Bound::Below(bound) => format!("< {}", say(bound)),
        Bound::Review => "by review".to_owned(),
    }
}

/// `CPU (vCPU)`, `IOPS`.
fn title(catalog: &Catalog, dimension: &Dimension) -> String {
    let Some(unit) = catalog.dimensions.get(dimension) else {
        return dimension.to_string();
    };
    let is_said = unit.unit.to_lowercase() == unit.title.to_lowercase();
    let is_plain = matches!(
        dimension.as_str(),
        Dimension::NODES | Dimension::ENVIRONMENTS
    );
    // `GiB of memory` behind a number is `GiB` beside `Memory`.
    let short = unit.unit.split(" of ").next().unwrap_or_default();
    match is_said || is_plain {
        true => unit.title.to_string(),
        false => format!("{} ({short})", unit.title),
    }
}

/// The dimensions that everybody knows first, in their usual order.
fn in_known_order(dimension: &Dimension) -> usize {
    let mut known = Dimension::KNOWN.iter();
    let at = known.position(|(name, ..)| *name == dimension.as_str());
    at.unwrap_or(usize::MAX)
}

/// A number with its thousands apart: `10,000`.
pub(crate) fn grouped(amount: Quantity) -> String {
    let text = amount.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len().saturating_sub(at);
        if at > 0 && left % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
    out
}
