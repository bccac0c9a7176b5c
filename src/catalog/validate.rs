//! Entries -> [`Catalog`], or all their mistakes at once.
//!
//! Every name must lead somewhere, nothing may be there twice, and what is for sale must make
//! sense as a ladder: a tenant that moves to a higher tier must never lose anything.

mod ladder;
mod menu;
mod people;
mod tenants;

use super::parse::{
    Amount, Amounts, Approvers, CatalogEntry, CsvEntry, DeclareEntry, DimensionEntry, Entries,
    EnvironmentEntry,
};
use super::{
    Catalog, Declaration, Environment, Identify, NameSource, Policies, Policy, Size, Slot, Unit,
};
use crate::finding::Finding;
use crate::quantity::{Dimension, Quantity};
use crate::source::hcl::{Mistake, Mistakes, Name, Spanned};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The catalog and remarks about it; none where there is too little to make one. Whether it is
/// sound, the mistakes tell.
pub(super) fn validate(
    entries: Entries,
    measured: &[Dimension],
    mistakes: &mut Mistakes,
) -> Option<(Catalog, Vec<Finding>)> {
    let mut check = Check {
        dimensions: known_dimensions(measured),
        sizes: Vec::new(),
        tier_names: entries
            .tiers
            .iter()
            .map(|tier| tier.name.value.clone())
            .collect(),
        role_names: entries
            .roles
            .iter()
            .map(|role| role.name.value.clone())
            .collect(),
        mistakes,
        remarks: Vec::new(),
    };
    check.declare(entries.dimensions);
    check.sizes(entries.sizes);
    check.only_table(&entries.tables);
    let environments = check.environments(entries.environments);
    let roles = check.roles(entries.roles);
    let people = check.people(entries.people, &roles);
    check.tiers_name_features(&entries.features, &entries.tiers);
    let tiers = check.tiers(entries.tiers);
    let features = check.features(entries.features, &tiers);
    let addons = check.addons(entries.addons, &features);
    let tenants = check.tenants(entries.tenants, entries.ceilings, &tiers, &environments);
    let identify = check.identify(entries.identify);
    let declarations = check.declarations(entries.declarations);
    let catalog = check.only_catalog(entries.catalogs)?;
    let default_tier = catalog
        .default_tier
        .as_ref()
        .and_then(|name| check.tier_name(name));
    let accept_approvers = check.slots(catalog.accept_approvers);
    let custom_approvers = check.custom_solution(entries.customs);
    let Check {
        dimensions,
        sizes,
        remarks,
        ..
    } = check;
    let catalog = Catalog {
        name: catalog.name.value,
        currency: catalog.currency.unwrap_or_else(|| Arc::from("USD")),
        default_tier,
        policies: Policies {
            undetermined: catalog.undetermined.unwrap_or(Policy::Fail),
            opaque: catalog.opaque.unwrap_or(Policy::Fail),
            no_rule: catalog.no_rule.unwrap_or(Policy::Warn),
            elastic: catalog.elastic.unwrap_or(Policy::Warn),
        },
        trust: catalog.trust,
        accept_approvers,
        custom_approvers,
        sizes,
        tiers,
        features,
        addons,
        environments,
        tenants,
        identify,
        declarations,
        roles,
        people,
        dimensions,
    };
    Some((catalog, remarks))
}

struct Check<'m> {
    dimensions: BTreeMap<Dimension, Unit>,
    sizes: Vec<Size>,
    tier_names: Vec<Arc<str>>,
    role_names: Vec<Arc<str>>,
    mistakes: &'m mut Mistakes,
    remarks: Vec<Finding>,
}

impl Check<'_> {
    fn only_catalog(&mut self, catalogs: Vec<CatalogEntry>) -> Option<CatalogEntry> {
        let mut catalogs = catalogs.into_iter();
        let Some(first) = catalogs.next() else {
            self.mistakes.push(
                Mistake::nowhere("there is no `catalog` block")
                    .help("begin one file with `catalog \"NAME\" { ... }`, or write a whole set with `guard init`"),
            );
            return None;
        };
        for again in catalogs {
            self.mistakes.push(
                Mistake::new(
                    "there is more than one `catalog` block",
                    again.name.span,
                    "again here",
                )
                .label(first.name.span.clone(), "first here"),
            );
        }
        Some(first)
    }

    fn only_table(&mut self, tables: &[CsvEntry]) {
        if let [first, others @ ..] = tables {
            for again in others {
                let message = "there is more than one `tenants_csv` block";
                self.mistakes.push(
                    Mistake::new(message, again.header.clone(), "again here")
                        .label(first.header.clone(), "first here"),
                );
            }
        }
    }

    fn declare(&mut self, entries: Vec<DimensionEntry>) {
        let mut seen = Seen::default();
        for DimensionEntry { name, title, unit } in entries {
            if !seen.is_new("dimension", &name, self.mistakes) {
                continue;
            }
            let dimension = Dimension::new(name.value.clone());
            if Dimension::KNOWN
                .iter()
                .any(|(known, ..)| *known == &*name.value)
            {
                let message = format!(
                    "the dimension `{}` is known without being declared",
                    name.value
                );
                self.mistakes
                    .push(Mistake::new(message, name.span, "delete this block"));
                continue;
            }
            let title = title.unwrap_or_else(|| name.value.clone());
            let unit = unit.unwrap_or_else(|| name.value.clone());
            self.dimensions.insert(dimension, Unit { title, unit });
        }
    }

    fn environments(&mut self, entries: Vec<EnvironmentEntry>) -> BTreeMap<Arc<str>, Environment> {
        let mut seen = Seen::default();
        let mut environments = BTreeMap::new();
        for EnvironmentEntry { name, aliases } in entries {
            seen.is_new("environment", &name, self.mistakes);
            for alias in &aliases {
                seen.is_new("environment", alias, self.mistakes);
            }
            let environment = Environment {
                name: name.value.clone(),
                aliases: aliases.into_iter().map(|alias| alias.value).collect(),
                span: name.span,
            };
            environments.insert(name.value, environment);
        }
        environments
    }

    fn declarations(&mut self, entries: Vec<DeclareEntry>) -> Vec<Declaration> {
        let mut seen = Seen::default();
        let mut declarations = Vec::new();
        for entry in entries {
            let mut amounts = BTreeMap::new();
            for (name, amount) in entry.amounts {
                if &*name.value == Dimension::ENVIRONMENTS {
                    let message = "environments are counted, not declared";
                    self.mistakes.push(Mistake::new(message, name.span, ""));
                } else if let Some(dimension) = self.dimension(&name) {
                    amounts.insert(dimension, amount);
                }
            }
            let Some(source) = entry.source else { continue };
            let name = Name {
                value: Arc::from(source.value.as_str()),
                span: source.span.clone(),
            };
            if entry.is_empty {
                let message = format!("nothing is declared for `{}`", name.value);
                let mistake = Mistake::new(message, name.span.clone(), "")
                    .help("say which input states what: `vcpu = input.max_cpu_limit`");
                self.mistakes.push(mistake);
            }
            if seen.is_new("declaration", &name, self.mistakes) {
                declarations.push(Declaration {
                    source: source.value,
                    tenant: entry.tenant,
                    environment: entry.environment,
                    amounts,
                    span: source.span,
                });
            }
        }
        declarations
    }

    fn identify(&mut self, entries: Vec<super::parse::IdentifyEntry>) -> Identify {
        let mut entries = entries.into_iter();
        let Some(first) = entries.next() else {
            return Identify::usual();
        };
        for again in entries {
            self.mistakes.push(
                Mistake::new(
                    "there is more than one `identify` block",
                    again.header,
                    "again here",
                )
                .label(first.header.clone(), "first here"),
            );
        }
        Identify {
            tenant: first.tenant.unwrap_or_default(),
            environment: first.environment.unwrap_or_default(),
        }
    }

    /// The dimension of that name, if it is known.
    fn dimension(&mut self, name: &Name) -> Option<Dimension> {
        let dimension = Dimension::new(name.value.clone());
        if self.dimensions.contains_key(&dimension) {
            return Some(dimension);
        }
        let message = format!("`{}` is no dimension", name.value);
        let mut mistake = Mistake::new(message, name.span.clone(), "")
            .did_you_mean(&name.value, self.dimensions.keys().map(Dimension::as_str));
        mistake = mistake.help(format!(
            "a dimension that only your own rules measure is declared: dimension \"{}\" {{ ... }}",
            name.value
        ));
        self.mistakes.push(mistake);
        None
    }

    /// The amount of a dimension: the rank of a size for sizes, whole units for all others.
    fn amount(&mut self, dimension: &Dimension, amount: &Spanned<Amount>) -> Option<Quantity> {
        let is_size = dimension.as_str() == Dimension::ENVIRONMENT_SIZE;
        match &amount.value {
            Amount::Whole(units) if !is_size => Some(Quantity::units(*units)),
            Amount::Size(name) if is_size => {
                let rank = super::rank_in(&self.sizes, name);
                if rank.is_none() {
                    let message = format!("there is no size `{name}`");
                    let mistake = Mistake::new(message, amount.span.clone(), "")
                        .did_you_mean(name, self.sizes.iter().map(|size| &*size.name));
                    self.mistakes.push(mistake);
                }
                rank
            }
            Amount::Whole(_) => {
                let message = format!("`{dimension}` is the name of a size, not a number");
                let names = self.sizes.iter().map(|size| &*size.name);
                let mistake =
                    Mistake::new(message, amount.span.clone(), "").did_you_mean("", names);
                self.mistakes.push(mistake);
                None
            }
            Amount::Size(_) => {
                let message = format!("`{dimension}` is a whole number, not a name");
                self.mistakes
                    .push(Mistake::new(message, amount.span.clone(), ""));
                None
            }
        }
    }

    fn amounts(&mut self, entries: Amounts) -> BTreeMap<Dimension, Quantity> {
        let mut amounts = BTreeMap::new();
        for (name, amount) in entries {
            if let Some(dimension) = self.dimension(&name)
                && let Some(quantity) = self.amount(&dimension, &amount)
            {
                amounts.insert(dimension, quantity);
            }
        }
        amounts
    }

    fn tier_name(&mut self, name: &Name) -> Option<Arc<str>> {
        known("tier", name, &self.tier_names, self.mistakes)
    }

    /// Approvers whose roles are all there.
    fn slots(&mut self, approvers: Option<Approvers>) -> Vec<Slot> {
        let mut slots = Vec::new();
        for names in approvers
            .map(|approvers| approvers.slots)
            .unwrap_or_default()
        {
            let mut slot = Slot::new();
            for name in names {
                if slot.contains(&name.value) {
                    let message = format!("`{}` is twice in one slot", name.value);
                    self.mistakes
                        .push(Mistake::new(message, name.span, "again here"));
                } else if let Some(role) = known("role", &name, &self.role_names, self.mistakes) {
                    slot.push(role);
                }
            }
            slots.push(slot);
        }
        slots
    }
}

/// The name, if it is one of those that there are.
fn known(what: &str, name: &Name, all: &[Arc<str>], mistakes: &mut Mistakes) -> Option<Arc<str>> {
    if all.contains(&name.value) {
        return Some(name.value.clone());
    }
    let message = format!("there is no {what} `{}`", name.value);
    mistakes.push(
        Mistake::new(message, name.span.clone(), "")
            .did_you_mean(&name.value, all.iter().map(|name| &**name)),
    );
    None
}

/// The names that were there already.
#[derive(Default)]
struct Seen(BTreeMap<Arc<str>, Name>);

impl Seen {
    /// Whether nothing of that name was there; a second one is a mistake, over all files.
    fn is_new(&mut self, what: &str, name: &Name, mistakes: &mut Mistakes) -> bool {
        // A block without a label has had its mistake.
        if name.value.is_empty() {
            return false;
        }
        match self.0.get(&name.value) {
            Some(first) => {
                let message = format!("the {what} `{}` is there twice", name.value);
                mistakes.push(
                    Mistake::new(message, name.span.clone(), "again here")
                        .label(first.span.clone(), "first here"),
                );
                false
            }
            None => {
                self.0.insert(name.value.clone(), name.clone());
                true
            }
        }
    }
}

/// The dimensions that need no declaration, with what is known of how to say their amounts.
fn known_dimensions(measured: &[Dimension]) -> BTreeMap<Dimension, Unit> {
    let plain = |dimension: &Dimension| {
        let words: Arc<str> = Arc::from(dimension.as_str().replace('_', " "));
        let unit = Unit {
            title: words.clone(),
            unit: words,
        };
        (dimension.clone(), unit)
    };
    let known = Dimension::KNOWN.iter().map(|(name, title, unit)| {
        let unit = Unit {
            title: Arc::from(*title),
            unit: Arc::from(*unit),
        };
        (Dimension::new(*name), unit)
    });
    measured.iter().map(plain).chain(known).collect()
}

impl Identify {
    /// What is asked where a catalog does not say.
    fn usual() -> Self {
        let name = |text: &str| Arc::from(text);
        Self {
            tenant: vec![
                NameSource::Tag(name("tenant")),
                NameSource::Label(name("tenant")),
                NameSource::Module(name("tenant_name")),
                NameSource::Variable(name("tenant_name")),
                NameSource::Variable(name("tenant")),
            ],
            environment: vec![
                NameSource::Tag(name("environment")),
                NameSource::Label(name("environment")),
                NameSource::Module(name("environment")),
                NameSource::Variable(name("environment")),
                NameSource::Namespace,
            ],
        }
    }
}
