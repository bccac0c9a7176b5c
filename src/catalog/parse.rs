//! HCL -> entries that still carry their places.
//!
//! Here it is only asked whether a block has the shape it should have. Whether the names in
//! it are known, and whether its amounts make sense, is for `validate` to say.

use super::{Basis, CeilingKind, Enforcement, NameSource, Per, Policy, Trust};
use crate::date::Moment;
use crate::quantity::Quantity;
use crate::source::glob::Glob;
use crate::source::hcl::{self, Item, Mistake, Mistakes, Name, Reader, Spanned};
use crate::source::{SourceFile, Span};
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::Block;
use std::sync::Arc;

/// Everything that the files of a catalog say, in the order of the files.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) catalogs: Vec<CatalogEntry>,
    pub(super) dimensions: Vec<DimensionEntry>,
    pub(super) sizes: Vec<SizeEntry>,
    pub(super) tiers: Vec<TierEntry>,
    pub(super) environments: Vec<EnvironmentEntry>,
    pub(super) tenants: Vec<TenantEntry>,
    pub(super) identify: Vec<IdentifyEntry>,
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

#[derive(Debug)]
pub(super) struct SizeEntry {
    pub(super) name: Name,
    pub(super) amounts: Vec<(Name, Spanned<u64>)>,
}

#[derive(Debug)]
pub(super) struct EnvironmentEntry {
    pub(super) name: Name,
    pub(super) aliases: Vec<Name>,
}

#[derive(Debug)]
pub(super) struct TierEntry {
    pub(super) name: Name,
    pub(super) title: Option<Arc<str>>,
    pub(super) users: Option<Spanned<u64>>,
    pub(super) users_from: Option<Spanned<u64>>,
    pub(super) infrastructure: Option<Arc<str>>,
    pub(super) features: Features,
    pub(super) limits: Vec<LimitEntry>,
}

#[derive(Debug)]
pub(super) struct LimitEntry {
    pub(super) dimension: Name,
    /// The block's type and label.
    pub(super) header: Span,
    pub(super) bound: Option<Spanned<BoundEntry>>,
    pub(super) per: Option<Spanned<Per>>,
    pub(super) basis: Option<Spanned<Basis>>,
    pub(super) enforcement: Enforcement,
    pub(super) approvers: Option<Approvers>,
    pub(super) error_message: Option<Arc<str>>,
    pub(super) overage: Option<OverageEntry>,
}

#[derive(Clone, Debug)]
pub(super) enum BoundEntry {
    Max(Amount),
    Below(Amount),
    Review,
}

/// A whole number, or the name of a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Whole(u64),
    Size(Arc<str>),
}

#[derive(Debug)]
pub(super) struct OverageEntry {
    pub(super) price_per_unit: Option<Quantity>,
    pub(super) unit: Option<Arc<str>>,
    pub(super) lead_time_weeks: Option<u64>,
}

/// What else comes with a tier, and how much of it.
pub(super) type Features = Vec<(Arc<str>, Arc<str>)>;

/// A dimension and how much of it.
pub(super) type Amounts = Vec<(Name, Spanned<Amount>)>;

/// The slots of an approval, each with its alternatives.
#[derive(Debug)]
pub(super) struct Approvers {
    pub(super) slots: Vec<Vec<Name>>,
}

#[derive(Debug)]
pub(super) struct TenantEntry {
    pub(super) name: Name,
    pub(super) tier: Option<Name>,
    pub(super) owner: Option<Spanned<Arc<str>>>,
    pub(super) roots: Vec<Spanned<Glob>>,
    pub(super) workspaces: Vec<Spanned<Glob>>,
    pub(super) must_present: Vec<Spanned<Glob>>,
    pub(super) ceilings: Vec<CeilingEntry>,
}

#[derive(Debug)]
pub(super) struct CeilingEntry {
    pub(super) kind: CeilingKind,
    pub(super) header: Span,
    pub(super) environment: Option<Name>,
    pub(super) limits: Amounts,
    pub(super) from: Option<Moment>,
    pub(super) until: Option<Spanned<Moment>>,
    pub(super) reason: Option<Arc<str>>,
}

#[derive(Debug)]
pub(super) struct IdentifyEntry {
    pub(super) header: Span,
    pub(super) tenant: Option<Vec<NameSource>>,
    pub(super) environment: Option<Vec<NameSource>>,
}

#[derive(Debug)]
pub(super) struct RoleEntry {
    pub(super) name: Name,
    pub(super) max: Amounts,
    pub(super) max_days: Option<Spanned<u64>>,
}

#[derive(Debug)]
pub(super) struct PersonEntry {
    pub(super) name: Name,
    pub(super) roles: Vec<Name>,
    pub(super) logins: Vec<Name>,
}

/// Reads all files of a catalog; what is wrong is put to the mistakes, the rest is kept.
pub(super) fn parse(files: &[SourceFile], mistakes: &mut Mistakes) -> Entries {
    let mut entries = Entries::default();
    for file in files {
        if let Some(body) = hcl::parse_what_can_be(file, mistakes) {
            entries.read(Reader::file(file, &body, "a catalog", mistakes));
        }
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
            self.sizes.push(size(&mut file, block));
        }
        for block in file.blocks("tier") {
            self.tiers.push(tier(&mut file, block));
        }
        for block in file.blocks("environment") {
            self.environments.push(environment(&mut file, block));
        }
        for block in file.blocks("tenant") {
            self.tenants.push(tenant(&mut file, block));
        }
        for block in file.blocks("identify") {
            self.identify.push(identify(&mut file, block));
        }
        for block in file.blocks("role") {
            self.roles.push(role(&mut file, block));
        }
        for block in file.blocks("person") {
            self.people.push(person(&mut file, block));
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

fn size<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> SizeEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let mut amounts = Vec::new();
    for (dimension, item) in block.others() {
        if let Some(amount) = block.keep(item.spanned(Item::whole)) {
            amounts.push((dimension, amount));
        }
    }
    block.finish();
    SizeEntry { name, amounts }
}

fn environment<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> EnvironmentEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let aliases = block.read("aliases", |item| item.list(name_item));
    block.finish();
    EnvironmentEntry {
        name,
        aliases: aliases.unwrap_or_default(),
    }
}

fn tier<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> TierEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let entry = TierEntry {
        name,
        title: block.read("title", Item::text),
        users: block.read("users", |item| item.spanned(Item::whole)),
        users_from: block.read("users_from", |item| item.spanned(Item::whole)),
        infrastructure: block.read("infrastructure", Item::text),
        features: block.read("features", features).unwrap_or_default(),
        limits: {
            let limits = block.blocks("limit");
            limits
                .into_iter()
                .map(|inner| limit(&mut block, inner))
                .collect()
        },
    };
    block.finish();
    entry
}

fn features(item: Item<'_>) -> Result<Features, Mistakes> {
    let mut features = Vec::new();
    let mut mistakes = Vec::new();
    for (name, value) in item.object()? {
        let text = match value.expression() {
            Expression::Bool(flag) => Ok(Arc::from(if *flag.value() { "yes" } else { "no" })),
            Expression::Number(_) => value.whole().map(|number| Arc::from(number.to_string())),
            _ => value.text(),
        };
        match text {
            Ok(text) => features.push((name.value, text)),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() {
        Ok(features)
    } else {
        Err(mistakes)
    }
}

fn limit<'a>(tier: &mut Reader<'a, '_>, block: &'a Block) -> LimitEntry {
    let dimension = tier.slug_label(block);
    let mut block = tier.inner(block);
    let header = block.header().clone();
    let bound = bound(&mut block);
    let overage = block.one_block("overage");
    let entry = LimitEntry {
        dimension,
        bound,
        per: block.read("per", |item| {
            item.spanned(|item| {
                item.one_of(&[("environment", Per::Environment), ("tenant", Per::Tenant)])
            })
        }),
        basis: block.read("basis", |item| {
            item.spanned(|item| item.one_of(&[("max", Basis::Max), ("steady", Basis::Steady)]))
        }),
        enforcement: block
            .read("enforcement_level", |item| {
                item.one_of(&[
                    ("advisory", Enforcement::Advisory),
                    ("mandatory_overridable", Enforcement::MandatoryOverridable),
                    ("mandatory", Enforcement::Mandatory),
                ])
            })
            .unwrap_or(Enforcement::MandatoryOverridable),
        approvers: block.read("approvers", approvers),
        error_message: block.read("error_message", Item::text),
        overage: overage.map(|inner| self::overage(&mut block, inner)),
        header,
    };
    block.finish();
    entry
}

/// The one of `max`, `below` and `review` that a limit has.
fn bound(block: &mut Reader<'_, '_>) -> Option<Spanned<BoundEntry>> {
    let max = block.item("max");
    let below = block.item("below");
    let review = block.item("review");
    let given: Vec<Item<'_>> = [max, below, review].into_iter().flatten().collect();
    if let [first, second, ..] = given.as_slice() {
        let mistake = Mistake::new(
            "a limit has only one of `max`, `below` and `review`",
            second.span(),
            "this one too",
        );
        block
            .mistakes()
            .push(mistake.label(first.span(), "this one"));
    } else if given.is_empty() {
        let header = block.header().clone();
        block.mistakes().push(
            Mistake::new("a limit says how much it allows", header, "this one does not")
                .help("write `max = 64`, `below = 10000`, or `review = true` where any amount needs an approval"),
        );
    }
    let read = if let Some(item) = max {
        item.spanned(|item| amount(item).map(BoundEntry::Max))
    } else if let Some(item) = below {
        item.spanned(|item| amount(item).map(BoundEntry::Below))
    } else {
        let item = review?;
        item.spanned(|item| match item.flag()? {
            true => Ok(BoundEntry::Review),
            false => Err(item.mistake("`review` is true or left out", "").into()),
        })
    };
    block.keep(read)
}

fn overage<'a>(limit: &mut Reader<'a, '_>, block: &'a Block) -> OverageEntry {
    limit.no_label(block);
    let mut block = limit.inner(block);
    let entry = OverageEntry {
        price_per_unit: block.require("price_per_unit", Item::decimal),
        unit: block.read("unit", Item::text),
        lead_time_weeks: block.read("lead_time_weeks", Item::whole),
    };
    block.finish();
    entry
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

fn tenant<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> TenantEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let (mut roots, mut workspaces) = (Vec::new(), Vec::new());
    if let Some(inner) = block.one_block("match") {
        block.no_label(inner);
        let mut matched = block.inner(inner);
        roots = matched.read("roots", globs).unwrap_or_default();
        workspaces = matched.read("workspaces", globs).unwrap_or_default();
        matched.finish();
    }
    let ceilings = block.blocks("ceiling");
    let entry = TenantEntry {
        name,
        tier: block.read("tier", name_item),
        owner: block.read("owner", |item| item.spanned(Item::text)),
        roots,
        workspaces,
        must_present: block.read("must_present", globs).unwrap_or_default(),
        ceilings: ceilings
            .into_iter()
            .filter_map(|inner| ceiling(&mut block, inner))
            .collect(),
    };
    if entry.tier.is_none() && entry.owner.is_none() && block.is_absent("tier") {
        let header = block.header().clone();
        block.mistakes().push(
            Mistake::new("a tenant has a tier", header, "this one has none").help(
                "write `tier = \"NAME\"`; for what belongs to no customer, `owner = \"TEAM\"`",
            ),
        );
    }
    block.finish();
    entry
}

fn ceiling<'a>(tenant: &mut Reader<'a, '_>, block: &'a Block) -> Option<CeilingEntry> {
    let label = tenant.label(block);
    let kinds = [CeilingKind::Contract, CeilingKind::Baseline];
    let kind = kinds
        .into_iter()
        .find(|kind| kind.as_str() == &*label.value);
    if kind.is_none() && !label.value.is_empty() {
        let message = format!(
            "a ceiling is a contract or a baseline, not `{}`",
            label.value
        );
        let mistake = Mistake::new(message, label.span, "");
        let known = kinds.map(CeilingKind::as_str);
        tenant
            .mistakes()
            .push(mistake.did_you_mean(&label.value, known));
    }
    let mut block = tenant.inner(block);
    let entry = CeilingEntry {
        kind: kind.unwrap_or(CeilingKind::Contract),
        header: block.header().clone(),
        environment: block.read("environment", name_item),
        limits: block.require("limits", amounts).unwrap_or_default(),
        from: block.read("from", Item::moment),
        until: block.read("until", |item| item.spanned(Item::moment)),
        reason: block.require("reason", Item::text),
    };
    block.finish();
    kind.map(|_| entry)
}

fn role<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> RoleEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let max = block.read("max", amounts).unwrap_or_default();
    let max_days = block.require("max_days", |item| item.spanned(Item::whole));
    block.finish();
    RoleEntry {
        name,
        max,
        max_days,
    }
}

fn person<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> PersonEntry {
    let name = file.label(block);
    let mut block = file.inner(block);
    let entry = PersonEntry {
        name,
        roles: block
            .require("roles", |item| item.list(name_item))
            .unwrap_or_default(),
        logins: block
            .read("logins", |item| {
                item.list(|login| login.spanned(Item::text))
            })
            .unwrap_or_default(),
    };
    block.finish();
    entry
}

fn identify<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> IdentifyEntry {
    file.no_label(block);
    let mut block = file.inner(block);
    let entry = IdentifyEntry {
        header: block.header().clone(),
        tenant: block.read("tenant", |item| item.list(name_source)),
        environment: block.read("environment", |item| item.list(name_source)),
    };
    block.finish();
    entry
}

/// `tag.tenant`, `label["app.kubernetes.io/part-of"]`, `module.tenant_name`, `var.tenant`, `namespace`.
fn name_source(item: Item<'_>) -> Result<NameSource, Mistakes> {
    let wrong = || {
        Mistakes::from(
            item.mistake("this is no place where a name is read from", "")
                .help("write `tag.KEY`, `label.KEY`, `module.INPUT`, `var.NAME`, or `namespace`; a key that is no word goes in brackets: `tag[\"cost-center\"]`"),
        )
    };
    let (root, steps) = match item.expression() {
        Expression::Variable(root) => (root.value().as_str(), [].as_slice()),
        Expression::Traversal(traversal) => match &traversal.expr {
            Expression::Variable(root) => (root.value().as_str(), traversal.operators.as_slice()),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    let key = match steps {
        [] => None,
        [step] => match step.value() {
            TraversalOperator::GetAttr(name) => Some(Arc::from(name.value().as_str())),
            TraversalOperator::Index(key) => Some(Item::new(item.file(), key).text()?),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    match (root, key) {
        ("tag", Some(key)) => Ok(NameSource::Tag(key)),
        ("label", Some(key)) => Ok(NameSource::Label(key)),
        ("module", Some(key)) => Ok(NameSource::Module(key)),
        ("var", Some(key)) => Ok(NameSource::Variable(key)),
        ("namespace", None) => Ok(NameSource::Namespace),
        _ => Err(wrong()),
    }
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
