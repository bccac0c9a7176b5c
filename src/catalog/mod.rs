//! `policies/*.hcl` -> [`Catalog`]: what is for sale, who bought it, and who may allow more.
//!
//! `parse` turns HCL into entries that still carry their places, `validate` turns entries
//! into a catalog or into all their mistakes at once. A catalog that exists is sound: every
//! tier, role, size and dimension that it names is there.

mod diff;
mod menu;
mod parse;
#[cfg(test)]
mod tests;
mod tier;
mod validate;

pub use diff::{Difference, Effect, diff};
pub use menu::{Addon, Feature, Offer, Wish};
pub use tier::{Basis, Bound, Enforcement, Limit, Overage, Per, Slot, Tier};

use crate::date::Interval;
use crate::finding::{Finding, Level, Place};
use crate::lang::{Expr, Path};
use crate::quantity::{Dimension, Quantity};
use crate::source::glob::Glob;
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The files of the sample catalog inside guard.
///
/// They are the very files under `policies/` of its repository, so they are read and checked
/// like any others.
pub fn builtin() -> Vec<SourceFile> {
    let files = [
        ("catalog.hcl", include_str!("../../policies/catalog.hcl")),
        ("menu.hcl", include_str!("../../policies/menu.hcl")),
        (
            "tenants/acme.hcl",
            include_str!("../../policies/tenants/acme.hcl"),
        ),
    ];
    let named = |(name, text)| SourceFile::new(format!("builtin/{name}"), text);
    files.into_iter().map(named).collect()
}

/// Everything under `policies/` but the capacity rules and machine tables.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Its label, which records repeat so that they count for no other catalog.
    pub name: Arc<str>,
    /// What prices are in.
    pub currency: Arc<str>,
    /// The name of the tier to which all instances of no named tenant are held together; without it they fail.
    pub default_tier: Option<Arc<str>>,
    /// What is done about things that cannot be judged.
    pub policies: Policies,
    /// What makes an approval count, where the catalog says so.
    pub trust: Option<Trust>,
    /// Who may accept what cannot be measured; empty: nobody.
    pub accept_approvers: Vec<Slot>,
    /// Who has to agree to what is not on the menu; empty: nobody can.
    pub custom_approvers: Vec<Slot>,
    /// The environment sizes, smallest first.
    pub sizes: Vec<Size>,
    /// The tiers, in ascending order; never empty.
    pub tiers: Vec<Tier>,
    /// What can be promised by name, in the order of the catalog.
    pub features: Vec<Feature>,
    /// What is sold beside the tiers, in the order of the catalog.
    pub addons: Vec<Addon>,
    /// The environments by name.
    pub environments: BTreeMap<Arc<str>, Environment>,
    /// The tenants by name.
    pub tenants: BTreeMap<Arc<str>, Tenant>,
    /// Where tenant and environment are read from when no match names them.
    pub identify: Identify,
    /// Which module inputs state a request outright.
    pub declarations: Vec<Declaration>,
    /// The roles by name.
    pub roles: BTreeMap<Arc<str>, Role>,
    /// The people by name.
    pub people: BTreeMap<Arc<str>, Person>,
    /// What can be counted: the dimensions that rules measure, and those the catalog declares.
    pub dimensions: BTreeMap<Dimension, Unit>,
}

/// What is done about things that cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policies {
    /// The range straddles the allowance.
    pub undetermined: Policy,
    /// Resources that hide capacity.
    pub opaque: Policy,
    /// Resource types without a rule.
    pub no_rule: Policy,
    /// Resources without a ceiling by nature.
    pub elastic: Policy,
}

/// Whether something fails a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// It fails.
    Fail,
    /// It warns.
    Warn,
}

/// What makes an approval count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A well-formed record.
    Recorded,
    /// A record that is signed by the people it names.
    Signed,
}

/// An environment size: how much of each dimension it holds.
#[derive(Clone, Debug)]
pub struct Size {
    /// Its name.
    pub name: Arc<str>,
    /// What it holds; a dimension it does not name is no measure of size.
    pub amounts: BTreeMap<Dimension, Quantity>,
    /// Where it is written.
    pub span: Span,
}

/// An environment and its other spellings.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The name that reports and records use.
    pub name: Arc<str>,
    /// Other spellings.
    pub aliases: Vec<Arc<str>>,
    /// Where it is written.
    pub span: Span,
}

/// Somebody who bought a tier.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its name.
    pub name: Arc<str>,
    /// What holds for it.
    pub standing: Standing,
    /// The roots that are its own.
    pub roots: Vec<Glob>,
    /// The workspaces that are its own.
    pub workspaces: Vec<Glob>,
    /// The roots without which its per-tenant limits cannot be judged.
    pub must_present: Vec<Glob>,
    /// What raises its limits without an approval.
    pub ceilings: Vec<Ceiling>,
    /// Where it is written.
    pub span: Span,
}

/// What holds for a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is held to the tier of that name.
    Tier(Arc<str>),
    /// It is no customer: what matches its roots or workspaces belongs to that owner inside
    /// the house, is held to no tier, and is listed as excluded. A tag alone never excludes.
    Owner(Arc<str>),
}

/// A raise of limits that needs no approval.
#[derive(Clone, Debug)]
pub struct Ceiling {
    /// Where it comes from.
    pub kind: CeilingKind,
    /// The environment it is for; none: all of them.
    pub environment: Option<Arc<str>>,
    /// The amounts it allows; unlisted dimensions stay at the tier.
    pub limits: BTreeMap<Dimension, Quantity>,
    /// When it counts.
    pub when: Interval,
    /// Why it was given.
    pub reason: Arc<str>,
    /// Where it is written.
    pub span: Span,
}

/// Where a ceiling comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeilingKind {
    /// A bespoke contract.
    Contract,
    /// What was there before guard.
    Baseline,
}

/// Where tenant and environment are read from, first hit wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identify {
    /// Where the tenant is named.
    pub tenant: Vec<NameSource>,
    /// Where the environment is named.
    pub environment: Vec<NameSource>,
}

/// One place where an instance may say whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameSource {
    /// A tag of that key.
    Tag(Arc<str>),
    /// A label of that key: Google's, Kubernetes'.
    Label(Arc<str>),
    /// An input of that name of the module it is in, or of one around it.
    Module(Arc<str>),
    /// A variable of that name of the root.
    Variable(Arc<str>),
    /// The Kubernetes namespace.
    Namespace,
}

/// Which inputs of a module state a request outright.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The modules it is about, by their source: as written, then as resolved.
    pub source: Glob,
    /// Whose request it is, over `input`.
    pub tenant: Option<Expr>,
    /// In which environment, over `input`.
    pub environment: Option<Expr>,
    /// How much, over `input`; of sizes, the name.
    pub amounts: BTreeMap<Dimension, Expr>,
    /// Where it is written.
    pub span: Span,
}

/// What somebody may allow.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: Arc<str>,
    /// The most it may grant; of a dimension it does not name: nothing.
    pub max: BTreeMap<Dimension, Quantity>,
    /// The longest time, in days, between issue and expiry of what it grants.
    pub max_days: u32,
    /// Where it is written.
    pub span: Span,
}

/// Somebody who holds roles.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who it is, in lower case: an e-mail address.
    pub name: Arc<str>,
    /// The roles held.
    pub roles: Vec<Arc<str>>,
    /// Logins elsewhere, `github:dana`.
    pub logins: Vec<Arc<str>>,
    /// Where it is written.
    pub span: Span,
}

/// How amounts of a dimension are said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// For headings: `CPU`.
    pub title: Arc<str>,
    /// Behind a number: `vCPU`.
    pub unit: Arc<str>,
}

impl Catalog {
    /// The catalog that these files make, and what is to be said about it though it is sound.
    ///
    /// # Errors
    ///
    /// All mistakes in all files.
    pub fn load(files: &[SourceFile]) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        Self::load_with(files, &[])
    }

    /// The same, where rules measure these dimensions too: a catalog may limit them without
    /// declaring them.
    ///
    /// # Errors
    ///
    /// All mistakes in all files.
    pub fn load_with(
        files: &[SourceFile],
        measured: &[Dimension],
    ) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let mut mistakes = Vec::new();
        let entries = parse::parse(files, &mut mistakes);
        let outcome = validate::validate(entries, measured, &mut mistakes);
        match outcome {
            Some((catalog, mut remarks)) if mistakes.is_empty() => {
                in_reading_order(&mut remarks, files);
                Ok((catalog, remarks))
            }
            _ => {
                let mut findings: Vec<_> = mistakes.into_iter().map(Finding::bad_catalog).collect();
                in_reading_order(&mut findings, files);
                Err(findings)
            }
        }
    }

    /// The tier of that name.
    pub fn tier(&self, name: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| *tier.name == *name)
    }

    /// The rank of a size: 1 for the smallest, 0 for none.
    pub fn rank(&self, size: &str) -> Option<Quantity> {
        rank_in(&self.sizes, size)
    }

    /// The size of that rank.
    pub fn size(&self, rank: Quantity) -> Option<&Size> {
        size_at(&self.sizes, rank)
    }

    /// The name of the size of that rank; none for nothing at all, and for more than the largest.
    pub fn size_name(&self, rank: Quantity) -> Option<&Arc<str>> {
        size_at(&self.sizes, rank).map(|size| &size.name)
    }

    /// The environment that people call `name`: the catalog's own spelling where it knows the name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.get(name).or_else(|| {
            let mut all = self.environments.values();
            all.find(|known| known.aliases.iter().any(|alias| **alias == *name))
        })
    }
}

/// Whether a file among the policies holds tests, told by its name: no part of any catalog.
pub fn is_test(path: &str) -> bool {
    path.ends_with(".test.hcl")
}

/// By file and line; what is nowhere comes last.
fn in_reading_order(findings: &mut [Finding], files: &[SourceFile]) {
    let place = |finding: &Finding| match &finding.labels.first()?.place {
        Place::Source(span) => {
            let file = files.iter().position(|file| *file == span.file)?;
            Some((file, span.range.start))
        }
        _ => None,
    };
    findings.sort_by_key(|finding| place(finding).unwrap_or((usize::MAX, usize::MAX)));
}

/// The rank of a size: 1 for the smallest.
fn rank_in(sizes: &[Size], name: &str) -> Option<Quantity> {
    ranks()
        .zip(sizes)
        .find(|(_, size)| *size.name == *name)
        .map(|(rank, _)| rank)
}

/// The size of that rank.
fn size_at(sizes: &[Size], wanted: Quantity) -> Option<&Size> {
    ranks()
        .zip(sizes)
        .find(|(rank, _)| *rank == wanted)
        .map(|(_, size)| size)
}

fn ranks() -> impl Iterator<Item = Quantity> {
    (1..).map(Quantity::units)
}

/// The input that a reference in a declaration is to: `x` of `input.x` and `input["x"]`.
pub fn input_name(path: &Path) -> Option<&str> {
    let step = path.steps().first().filter(|_| path.root() == "input")?;
    step.attribute().or_else(|| step.index()?.as_str())
}

/// As it is written in a catalog: `tag.tenant`, `tag["cost-center"]`.
impl fmt::Display for NameSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (root, key) = match self {
            Self::Tag(key) => ("tag", key),
            Self::Label(key) => ("label", key),
            Self::Module(key) => ("module", key),
            Self::Variable(key) => ("var", key),
            Self::Namespace => return f.write_str("namespace"),
        };
        let is_word = key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match is_word {
            true => write!(f, "{root}.{key}"),
            false => write!(f, "{root}[\"{key}\"]"),
        }
    }
}

impl Policy {
    /// The level of what it decides about.
    pub const fn level(self) -> Level {
        match self {
            Self::Fail => Level::Error,
            Self::Warn => Level::Warning,
        }
    }
}

impl CeilingKind {
    /// The word that catalogs and reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Baseline => "baseline",
        }
    }
}

impl Tenant {
    /// The name of its tier; none for what is no customer.
    pub fn tier(&self) -> Option<&Arc<str>> {
        match &self.standing {
            Standing::Tier(tier) => Some(tier),
            Standing::Owner(_) => None,
        }
    }
}
