//! A tier and its limits.

use crate::quantity::{Dimension, Quantity};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a tenant can buy.
#[derive(Clone, Debug)]
pub struct Tier {
    /// Its name.
    pub name: Arc<str>,
    /// Its name for people; the same as `name` where the catalog gives none.
    pub title: Arc<str>,
    /// It is for fewer users than this; none: no upper bound.
    pub users: Option<u64>,
    /// It is for this many users and more, where that has to be said.
    pub users_from: Option<u64>,
    /// What it runs on.
    pub infrastructure: Option<Arc<str>>,
    /// What else comes with it, in the order of the catalog.
    pub features: Vec<(Arc<str>, Arc<str>)>,
    /// What it allows; a dimension without a limit is not limited.
    pub limits: BTreeMap<Dimension, Limit>,
    /// Where it is written.
    pub span: Span,
}

/// How much of one dimension a tier allows, and who may allow more.
#[derive(Clone, Debug)]
pub struct Limit {
    /// What is counted.
    pub dimension: Dimension,
    /// How much is allowed.
    pub bound: Bound,
    /// What is added up for it.
    pub per: Per,
    /// Which of a request's sums is held against it.
    pub basis: Basis,
    /// How binding it is.
    pub enforcement: Enforcement,
    /// Who has to approve more: every slot is filled by a different person. Empty: nobody can.
    pub approvers: Vec<Slot>,
    /// What the catalog says to somebody who is over it.
    pub error_message: Option<Arc<str>>,
    /// What saying yes costs.
    pub overage: Option<Overage>,
    /// The block's header: what to underline.
    pub span: Span,
    /// Where the bound is written.
    pub bound_span: Span,
}

/// Roles any of which can fill one place among the approvers; never empty.
pub type Slot = Vec<Arc<str>>;

/// The shape of a limit. Sizes are held by their rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// This much and no more.
    Max(Quantity),
    /// Less than this.
    Below(Quantity),
    /// Any amount needs an approval.
    Review,
}

/// What is added up for a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Each environment by itself.
    Environment,
    /// All environments of the tenant.
    Tenant,
}

/// Which of a request's sums is held against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// With every autoscaler at its ceiling.
    Max,
    /// Right after apply.
    Steady,
}

/// How binding a limit is, in Terraform's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enforcement {
    /// It warns.
    Advisory,
    /// An approval or a ceiling can raise it.
    MandatoryOverridable,
    /// Nothing can raise it.
    Mandatory,
}

/// What more than the limit costs, and how long it takes to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overage {
    /// The price of one unit, in the catalog's currency.
    pub price_per_unit: Quantity,
    /// What one unit is called on the line item: `vCPU-month`.
    pub unit: Option<Arc<str>>,
    /// How long it takes.
    pub lead_time_weeks: Option<u64>,
}

impl Bound {
    /// The greatest amount that is allowed.
    pub fn allowance(self) -> Quantity {
        match self {
            Self::Max(most) => most,
            // Amounts have a smallest step, so below is the same as at most one step less.
            Self::Below(bound) => bound.minus(Quantity::SMALLEST),
            Self::Review => Quantity::ZERO,
        }
    }
}

impl Enforcement {
    /// The word that catalogs and reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::MandatoryOverridable => "mandatory_overridable",
            Self::Mandatory => "mandatory",
        }
    }
}

impl Basis {
    /// The word that catalogs and reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Steady => "steady",
        }
    }
}
