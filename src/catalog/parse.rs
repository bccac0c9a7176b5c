//! HCL -> entries that still carry their places.
//!
//! Here it is only asked whether a block has the shape it should have. Whether the names in
//! it are known, and whether its amounts make sense, is for `validate` to say.

mod csv;
mod menu;
mod names;
mod people;
mod tenants;
mod tiers;

pub(super) use csv::CsvEntry;
pub(super) use menu::{AddonEntry, CustomEntry, FeatureEntry};
pub(super) use names::{DeclareEntry, EnvironmentEntry, IdentifyEntry};
pub(super) use people::{PersonEntry, RoleEntry};
pub(super) use tenants::{CeilingEntry, TenantEntry};
pub(super) use tiers::{BoundEntry, LimitEntry, OverageEntry, SizeEntry, TierEntry};

use super::{Policy, Trust};
use crate::source::SourceFile;
use crate::source::glob::Glob;
use crate::source::hcl::{self, Item, Mistakes, Name, Reader, Spanned};
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;
use std::sync::Arc;

/// Everything that the files of a catalog say, in the order of the files.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) catalogs: Vec<CatalogEntry>,
    pub(super) dimensions: Vec<DimensionEntry>,
    pub(super) sizes: Vec<SizeEntry>,
    pub(super) tiers: Vec<TierEntry>,
    pub(super) features: Vec<FeatureEntry>,
    pub(super) addons: Vec<AddonEntry>,
    pub(super) customs: Vec<CustomEntry>,
    pub(super) environments: Vec<EnvironmentEntry>,
    pub(super) tenants: Vec<TenantEntry>,
    /// Ceilings outside of a tenant's block, with the tenant that each is for.
    pub(super) ceilings: Vec<(Name, CeilingEntry)>,
    pub(super) tables: Vec<CsvEntry>,
    pub(super) identify: Vec<IdentifyEntry>,
    pub(super) declarations: Vec<DeclareEntry>,
    pub(super) roles: Vec<RoleEntry>,
    pub(super) people: Vec<PersonEntry>,
}

#[derive(Debug)]
pub(super) struct CatalogEntry {
    pub(super) name: Name,
    pub(super) currency: Option<Arc<str>>,
    pub(super) default_tier: Option<Name>,
    pub(super) undetermined: Option<Policy>,
    pub(super) opaque: Option<Policy>,
    pub(super) no_rule: Option<Policy>,
    pub(super) elastic: Option<Policy>,
    pub(super) trust: Option<Trust>,
    pub(super) accept_approvers: Option<Approvers>,
}

#[derive(Debug)]
pub(super) struct DimensionEntry {
    pub(super) name: Name,
    pub(super) title: Option<Arc<str>>,
    pub(super) unit: Option<Arc<str>>,
}

/// A whole number, or the name of a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Whole(u64),
    Size(Arc<str>),
}

/// A dimension and how much of it.
pub(super) type Amounts = Vec<(Name, Spanned<Amount>)>;

/// The slots of an approval, each with its alternatives.
#[derive(Debug)]
pub(super) struct Approvers {
    pub(super) slots: Vec<Vec<Name>>,
}

/// Reads all files of a catalog; what is wrong is put to the mistakes, the rest is kept.
pub(super) fn parse(files: &[SourceFile], mistakes: &mut Mistakes) -> Entries {
    let mut entries = Entries::default();
    let is_catalog = |path: &str| !path.ends_with(".csv") && !super::is_test(path);
    for file in files.iter().filter(|file| is_catalog(file.path())) {
        if let Some(body) = hcl::parse_what_can_be(file, mistakes) {
            entries.read(Reader::file(file, &body, "a catalog", mistakes));
        }
    }
    for table in &entries.tables {
        entries.tenants.extend(csv::rows(table, files, mistakes));
    }
    entries
}

impl Entries {
    fn read(&mut self, mut file: Reader<'_, '_>) {
        for block in file.blocks("catalog") {
            self.catalogs.push(catalog(&mut file, block));
        }
        for block in file.blocks("dimension") {
            self.dimensions.push(dimension(&mut file, block));
        }
        for block in file.blocks("size") {
            self.sizes.push(tiers::size(&mut file, block));
        }
        for block in file.blocks("tier") {
            self.tiers.push(tiers::tier(&mut file, block));
        }
        for block in file.blocks("feature") {
            self.features.push(menu::feature(&mut file, block));
        }
        for block in file.blocks("addon") {
            self.addons.push(menu::addon(&mut file, block));
        }
        for block in file.blocks("custom_solution") {
            self.customs.push(menu::custom_solution(&mut file, block));
        }
        for block in file.blocks("environment") {
            self.environments.push(names::environment(&mut file, block));
        }
        for block in file.blocks("tenant") {
            self.tenants.push(tenants::tenant(&mut file, block));
        }
        for block in file.blocks("ceiling") {
            self.ceilings.extend(tenants::ceiling_of(&mut file, block));
        }
        for block in file.blocks("tenants_csv") {
            self.tables.push(csv::tenants_csv(&mut file, block));
        }
        for block in file.blocks("identify") {
            self.identify.push(names::identify(&mut file, block));
        }
        for block in file.blocks("declare") {
            self.declarations.push(names::declare(&mut file, block));
        }
        for block in file.blocks("role") {
            self.roles.push(people::role(&mut file, block));
        }
        for block in file.blocks("person") {
            self.people.push(people::person(&mut file, block));
        }
        file.finish();
    }
}

const POLICIES: &[(&str, Policy)] = &[("fail", Policy::Fail), ("warn", Policy::Warn)];

fn catalog<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> CatalogEntry {
    let name = file.label(block);
    let mut block = file.inner(block);
    let entry = CatalogEntry {
        name,
        currency: block.read("currency", Item::text),
        default_tier: block.read("default_tier", name_item),
        undetermined: block.read("undetermined", |item| item.one_of(POLICIES)),
        opaque: block.read("opaque", |item| item.one_of(POLICIES)),
        no_rule: block.read("no_rule", |item| item.one_of(POLICIES)),
        elastic: block.read("elastic", |item| item.one_of(POLICIES)),
        trust: block.read("trust", |item| {
            item.one_of(&[("recorded", Trust::Recorded), ("signed", Trust::Signed)])
        }),
        accept_approvers: block.read("accept_approvers", approvers),
    };
    block.finish();
    entry
}

fn dimension<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> DimensionEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let title = block.read("title", Item::text);
    let unit = block.read("unit", Item::text);
    block.finish();
    DimensionEntry { name, title, unit }
}

/// Slots, each a list of roles any of which can fill it.
fn approvers(item: Item<'_>) -> Result<Approvers, Mistakes> {
    let slots = item.list(|slot| {
        let roles = slot.list(name_item)?;
        if roles.is_empty() {
            return Err(slot
                .mistake("nobody can fill an empty slot", "name at least one role")
                .into());
        }
        Ok(roles)
    })?;
    if slots.is_empty() {
        return Err(item
            .mistake("an approval has at least one slot", "none here")
            .help("leave `approvers` out where nobody may allow more")
            .into());
    }
    Ok(Approvers { slots })
}

fn text_item(item: Item<'_>) -> Result<Name, Mistakes> {
    item.spanned(Item::text)
}

fn name_item(item: Item<'_>) -> Result<Name, Mistakes> {
    item.spanned(Item::slug)
}

fn globs(item: Item<'_>) -> Result<Vec<Spanned<Glob>>, Mistakes> {
    item.list(|pattern| {
        pattern.spanned(|item| {
            let text = item.text()?;
            Glob::new(&text).map_err(|why| {
                item.mistake(format!("`{text}` is no pattern: {why}"), "")
                    .into()
            })
        })
    })
}

fn amounts(item: Item<'_>) -> Result<Amounts, Mistakes> {
    let mut amounts = Vec::new();
    let mut mistakes = Vec::new();
    for (dimension, value) in item.object()? {
        match value.spanned(amount) {
            Ok(amount) => amounts.push((dimension, amount)),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() {
        Ok(amounts)
    } else {
        Err(mistakes)
    }
}

/// A whole number, or the name of a size.
fn amount(item: Item<'_>) -> Result<Amount, Mistakes> {
    match item.expression() {
        Expression::String(_) => item.slug().map(Amount::Size),
        _ => item.whole().map(Amount::Whole),
    }
}
