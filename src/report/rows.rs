//! What a report is made of, as plain data: `cli` fills it from what the other stages found.
//!
//! There may be a million instances, so texts that repeat are shared. Nothing in here is
//! escaped or shortened; that is for each format to do.

use crate::quantity::{Class, Dimension, Measurement, Quantity, Range};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was asked of guard, as far as a report is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `guard PATH`: the quantities and what is to be said about them.
    Check,
    /// `guard measure PATH`: the quantities alone.
    Measure,
    /// `guard explain PATH`: where every number comes from.
    Explain,
}

/// One thing that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// The path as given; `-` is standard input.
    pub path: Arc<str>,
    /// What it turned out to be: `plan`, `state`, `hcl`, `measurements`, `deal`.
    pub kind: &'static str,
    /// The root it describes; none where it describes several, or no root.
    pub root: Option<Arc<str>>,
    /// The digest of its bytes in lower-case hex, where asked for.
    pub sha256: Option<Arc<str>>,
    /// The workspace that it was made in, where that is said.
    pub workspace: Option<Arc<str>>,
    /// What limits its word, one line each: `targeted plan`, `destroy plan`.
    pub remarks: Vec<Arc<str>>,
}

/// How much of what was read could be measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All instances.
    pub instances: u64,
    /// Those with a rule.
    pub measured: u64,
    /// Those known to request nothing.
    pub weightless: u64,
    /// Those that hide capacity.
    pub opaque: u64,
    /// Those never heard of.
    pub no_rule: u64,
    /// The types never heard of.
    pub no_rule_types: BTreeSet<Arc<str>>,
}

/// One instance after apply.
///
/// There may be a million of these: texts that repeat are shared, and equal lists of
/// measurements are one list.
#[derive(Clone, Debug)]
pub struct InstanceRow {
    /// The full Terraform address.
    pub address: Box<str>,
    /// The resource type.
    pub resource_type: Arc<str>,
    /// What can be said about it.
    pub class: Class,
    /// The root it belongs to.
    pub root: Arc<str>,
    /// The tenant, if it has a name; what the input claims for [`Command::Measure`].
    pub tenant: Option<Arc<str>>,
    /// The environment, if it has a name.
    pub environment: Option<Arc<str>>,
    /// Whether it is only a leftover that counts for the peak.
    pub deposed: bool,
    /// What it asks for.
    pub measurements: Arc<[Measurement]>,
    /// Where its block is written, if known.
    pub place: Option<Span>,
    /// What a later run needs to add it up again; only of [`Command::Measure`].
    pub kept: Option<Box<Kept>>,
}

/// What is told of an instance beside what it asks for, so that measurements can be judged later.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// With what it is counted, unless with the machines: `workloads`, `quotas`.
    pub layer: Option<&'static str>,
    /// What it asked for before; none where the input cannot tell.
    pub before: Option<Arc<[Measurement]>>,
    /// Whether what there was before stands beside it for a while.
    pub stands_beside: bool,
    /// The tenant that it names itself, where it belongs to another.
    pub claims_tenant: Option<Arc<str>>,
}

/// What a module call states outright.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeclaredRow {
    /// The root it is in.
    pub root: Arc<str>,
    /// The address of the module call.
    pub module: Arc<str>,
    /// The tenant that it names.
    pub tenant: Option<Arc<str>>,
    /// The tenant that it names itself, where its root belongs to another.
    pub claims_tenant: Option<Arc<str>>,
    /// The environment that it names.
    pub environment: Option<Arc<str>>,
    /// How much it states, dimension by dimension.
    pub amounts: BTreeMap<Dimension, Range>,
}

/// What one tenant and environment asks for of one dimension, and what that is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// The tenant; none for what belongs to no tenant by name.
    pub tenant: Option<Arc<str>>,
    /// The environment; none for a sum over all of the tenant's.
    pub environment: Option<Arc<str>>,
    /// What is counted.
    pub dimension: Dimension,
    /// With every autoscaler at its ceiling.
    pub max: Range,
    /// Right after apply.
    pub steady: Range,
    /// While resources are being replaced.
    pub peak: Range,
    /// What there was before this plan, with every autoscaler at its ceiling; none where the input cannot tell.
    pub before: Option<Range>,
    /// What the configuration states outright, if it does.
    pub declared: Option<Range>,
    /// How much of the low end is only an estimate.
    pub assumed: Quantity,
    /// What it is held against; none where the tier does not limit it, or nothing was judged.
    pub held: Option<Held>,
}

/// What a request is held against, and how that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The tier's own limit.
    pub limit: Limit,
    /// What a ceiling in the catalog raises it to, if one does.
    pub ceiling: Option<Quantity>,
    /// What a counting approval raises it to, if one does.
    pub approved: Option<Quantity>,
    /// The approvals that raise it or accept what is not known of it, sorted.
    pub approvals: Vec<Arc<str>>,
    /// Which of the request's sums is held.
    pub basis: Basis,
    /// How binding it is: `advisory`, `mandatory_overridable`, `mandatory`.
    pub enforcement: &'static str,
    /// The sum that was held, with what is declared; without a high end where not all roots
    /// that must be present were read.
    pub asked: Range,
    /// How it ended.
    pub outcome: Outcome,
}

/// The shape of a tier's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// This much is allowed.
    Max(Quantity),
    /// Anything below this is allowed.
    Below(Quantity),
    /// Any amount needs an approval.
    Review,
}

/// Which of a request's sums a limit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// With every autoscaler at its ceiling.
    Max,
    /// Right after apply.
    Steady,
}

/// How holding a request against its allowance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Even the high end fits.
    Within,
    /// It fits, but for parts that have no ceiling by nature; their floor was held.
    Elastic,
    /// It fits, but for amounts that are only estimated.
    Assumed,
    /// It fits because an approval says so.
    Settled,
    /// The low end fits, the high end may not.
    Undetermined,
    /// Even the low end does not fit.
    Over,
}

/// One tenant that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRow {
    /// Its name; none for the pool of what belongs to no tenant by name.
    pub tenant: Option<Arc<str>>,
    /// The name of the tier it is held to, if there is one.
    pub tier: Option<Arc<str>>,
    /// The tier's title for people.
    pub tier_title: Option<Arc<str>>,
    /// How many of its roots were read.
    pub roots: u64,
    /// The roots that the catalog says must be present and were not read.
    pub missing_roots: Vec<Arc<str>>,
}

/// The rules that judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// Where they are; `builtin` for the sample catalog inside the program.
    pub path: Arc<str>,
    /// Whether they are the sample catalog inside the program.
    pub builtin: bool,
    /// The catalog's label.
    pub catalog: Option<Arc<str>>,
    /// The version of the signed manifest.
    pub version: Option<u64>,
    /// Every trust and policy file that was read, for records of what a verdict rests on.
    pub files: Vec<FileRow>,
}

/// A file that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileRow {
    /// Its path as shown to people.
    pub path: Arc<str>,
    /// The digest of its bytes in lower-case hex, where taken.
    pub sha256: Option<Arc<str>>,
}

/// What makes an approval count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The names in a well-formed record; the repository's own review rules are the control.
    Recorded,
    /// Signatures that lead back to a trust root from outside the repository.
    Signed {
        /// The fingerprints of the trust root's keys.
        root: Vec<Arc<str>>,
    },
}

/// One approval of a tenant that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalRow {
    /// Its label.
    pub id: Arc<str>,
    /// Its file.
    pub path: Arc<str>,
    /// Whose limits it raises.
    pub tenant: Arc<str>,
    /// In which environment; none for limits that are per tenant.
    pub environment: Option<Arc<str>>,
    /// The tier that it was given for.
    pub tier: Arc<str>,
    /// What it raises, to what, and what is used of it.
    pub limits: Vec<ApprovedLimit>,
    /// The promises of deals that it accepts.
    pub promises: Vec<Arc<str>>,
    /// Why it was given.
    pub reason: Arc<str>,
    /// The ticket it belongs to.
    pub ticket: Arc<str>,
    /// Who asked for it.
    pub requested_by: Arc<str>,
    /// Who gave it.
    pub approved_by: Vec<Arc<str>>,
    /// When it was given: `2026-11-20` or `2026-11-20T00:00:00Z`.
    pub issued: Arc<str>,
    /// The first moment at which it no longer counts, written alike.
    pub expires: Arc<str>,
    /// What came of it.
    pub standing: Standing,
}

/// One limit that an approval raises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedLimit {
    /// What is counted.
    pub dimension: Dimension,
    /// The ceiling it gives.
    pub amount: Quantity,
    /// What is asked for.
    pub used: Option<Range>,
}

/// What came of an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts, and settles an excess.
    Settles,
    /// It counts, and nothing needs it.
    Unused,
    /// It does not count, for this reason.
    Void(Arc<str>),
}

/// A flag or an environment variable that matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// Its name: `--tenant`, `GUARD_TRUST_ROOT`.
    pub name: Arc<str>,
    /// What it was set to, where that is no secret: never for `TF_VAR_*`.
    pub value: Option<Arc<str>>,
    /// What a reader has to know about it; may be empty.
    pub remark: Arc<str>,
}

impl RequestRow {
    /// Whether nothing has to be said about it: no limit holds it, or all of it fits.
    pub fn is_quiet(&self) -> bool {
        (self.held.as_ref()).is_none_or(|held| held.outcome == Outcome::Within)
    }

    /// What is asked for, as it was held; where nothing holds it, with every autoscaler at its ceiling.
    pub fn asked(&self) -> Range {
        self.held.as_ref().map_or(self.max, |held| held.asked)
    }
}

impl Coverage {
    /// Counts the classes of these instances; leftovers of a replacement are none of their own.
    pub fn of(instances: &[InstanceRow]) -> Self {
        let mut coverage = Self::default();
        for row in instances.iter().filter(|row| !row.deposed) {
            coverage.add(row.class, &row.resource_type);
        }
        coverage
    }

    /// Counts one instance more.
    pub fn add(&mut self, class: Class, resource_type: &Arc<str>) {
        let counter = match class {
            Class::Measured => &mut self.measured,
            Class::Weightless => &mut self.weightless,
            Class::Opaque => &mut self.opaque,
            Class::NoRule => {
                if !self.no_rule_types.contains(resource_type) {
                    self.no_rule_types.insert(resource_type.clone());
                }
                &mut self.no_rule
            }
        };
        *counter = counter.saturating_add(1);
        self.instances = self.instances.saturating_add(1);
    }
}

impl Trust {
    /// The words that every report uses.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Recorded => "recorded (unsigned)",
            Self::Signed { .. } => "signed",
        }
    }
}

impl Limit {
    /// The greatest amount that it allows by itself; nothing where any amount needs an approval.
    pub fn allowance(self) -> Quantity {
        match self {
            Self::Max(most) => most,
            // The largest amount below it.
            Self::Below(bound) => bound.minus(Quantity::SMALLEST),
            Self::Review => Quantity::ZERO,
        }
    }
}

impl Held {
    /// The greatest amount that is allowed, all things considered.
    pub fn allowance(&self) -> Quantity {
        let raised = self.ceiling.max(self.approved);
        self.limit.allowance().max(raised.unwrap_or(Quantity::ZERO))
    }

    /// Whether it fails whatever else is said: over, and binding.
    pub fn fails(&self) -> bool {
        self.outcome == Outcome::Over && self.enforcement != "advisory"
    }

    /// By how much even the low end is beyond what is allowed. Where everything below a bound
    /// is allowed, it is counted from the bound.
    pub fn excess(&self) -> Quantity {
        let allowance = self.allowance();
        let from = match self.limit {
            Limit::Below(bound) if allowance == self.limit.allowance() => bound,
            Limit::Max(_) | Limit::Below(_) | Limit::Review => allowance,
        };
        self.asked.low.minus(from)
    }
}

impl Outcome {
    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Elastic => "elastic",
            Self::Assumed => "assumed",
            Self::Settled => "settled",
            Self::Undetermined => "undetermined",
            Self::Over => "over",
        }
    }
}

impl Basis {
    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Steady => "steady",
        }
    }
}
