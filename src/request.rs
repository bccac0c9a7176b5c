//! What a tenant asks for: the sums that judging holds against a tier.
//!
//! Measurements come in one instance at a time; a [`Tally`] keeps one cell for each tenant,
//! environment and dimension, so a million instances take no more room than ten.

use crate::quantity::{Dimension, Mark, Measurement, Quantity, Range};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A sum of measurements that remembers what kind of amounts it is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Without what is only estimated, and with elastic parts at their floor.
    pub firm: Range,
    /// With the estimates, and with elastic parts at their floor.
    pub estimated: Range,
    /// Whether some part has no ceiling by nature.
    pub elastic: bool,
}

/// What is asked for of one dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// With every autoscaler at its ceiling.
    pub max: Sum,
    /// Right after apply.
    pub steady: Sum,
    /// While resources are being replaced.
    pub peak: Range,
    /// What there was before this plan, with every autoscaler at its ceiling; none where the input cannot tell.
    pub before: Option<Range>,
    /// What the configuration states outright, if it does. It is in `max`, `steady` and `peak` already: the greater counts.
    pub declared: Option<Range>,
}

/// What is asked for, dimension by dimension.
pub type Requests = BTreeMap<Dimension, Request>;

/// Everything one tenant asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// In each environment.
    pub environments: BTreeMap<Arc<str>, Requests>,
    /// Over all of them.
    pub total: Requests,
}

/// The environment of what names none.
pub const DEFAULT_ENVIRONMENT: &str = "default";

/// Whose something is, and in which environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Whose {
    /// The tenant; none for what belongs to no tenant by name.
    pub tenant: Option<Arc<str>>,
    /// The environment.
    pub environment: Arc<str>,
}

/// Pods run on nodes, and a quota bounds pods, so these are never added: the greatest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Machines, volumes, databases: what the cloud bills.
    #[default]
    Machines,
    /// What runs on machines that may be counted too: pods and their claims.
    Workloads,
    /// What a quota lets a namespace have: asked for outright, as a ceiling.
    Quotas,
}

impl Layer {
    /// The word that measurements use; none for the machines, which all others are compared with.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Machines => None,
            Self::Workloads => Some("workloads"),
            Self::Quotas => Some("quotas"),
        }
    }
}

/// What one instance adds to a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share<'a> {
    /// Which of the counts it belongs to.
    pub layer: Layer,
    /// What there is of it after apply.
    pub after: &'a [Measurement],
    /// What stands beside that for a while: the old one of a replacement that creates first, a leftover.
    pub beside: &'a [Measurement],
    /// What there was of it before; none where the input cannot tell.
    pub before: Option<&'a [Measurement]>,
}

/// Adds up what instances ask for.
#[derive(Clone, Debug, Default)]
pub struct Tally(BTreeMap<Whose, Cells>);

impl Sum {
    /// One measurement's amount, by how sure it is.
    pub fn of(amount: Range, mark: Mark) -> Self {
        match mark {
            Mark::Known | Mark::Default | Mark::Undetermined => Self {
                firm: amount,
                estimated: amount,
                elastic: false,
            },
            Mark::Assumed => Self {
                firm: Range::ZERO,
                estimated: amount,
                elastic: false,
            },
            Mark::Elastic => Self {
                firm: Range::exactly(amount.low),
                estimated: Range::exactly(amount.low),
                elastic: true,
            },
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            firm: self.firm.plus(other.firm),
            estimated: self.estimated.plus(other.estimated),
            elastic: self.elastic || other.elastic,
        }
    }

    /// The greater of both.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            firm: self.firm.max(other.firm),
            estimated: self.estimated.max(other.estimated),
            elastic: self.elastic || other.elastic,
        }
    }

    /// The same, but perhaps much more: something that belongs to it was not read.
    #[must_use]
    pub fn and_perhaps_more(self) -> Self {
        Self {
            firm: Range::at_least(self.firm.low),
            estimated: Range::at_least(self.estimated.low),
            elastic: self.elastic,
        }
    }

    /// From least to most, all things counted.
    pub fn range(self) -> Range {
        if self.elastic {
            Range::at_least(self.estimated.low)
        } else {
            self.estimated
        }
    }

    /// How much of the low end is only an estimate.
    pub fn assumed(self) -> Quantity {
        self.estimated.low.minus(self.firm.low)
    }
}

impl From<Range> for Sum {
    fn from(range: Range) -> Self {
        Self::of(range, Mark::Known)
    }
}

impl Request {
    /// Both together: two environments of one tenant.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            max: self.max.plus(other.max),
            steady: self.steady.plus(other.steady),
            peak: self.peak.plus(other.peak),
            before: self.before.zip(other.before).map(|(a, b)| a.plus(b)),
            declared: match (self.declared, other.declared) {
                (Some(a), Some(b)) => Some(a.plus(b)),
                (a, b) => a.or(b),
            },
        }
    }

    /// The greater of both.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            max: self.max.max(other.max),
            steady: self.steady.max(other.steady),
            peak: self.peak.max(other.peak),
            before: self.before.zip(other.before).map(|(a, b)| a.max(b)),
            declared: match (self.declared, other.declared) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            },
        }
    }
}

impl Tally {
    /// Adds what one instance asks for. An instance that asks for nothing still makes its
    /// environment known.
    pub fn add(&mut self, whose: &Whose, share: Share<'_>) {
        let cells = self.cells(whose);
        cells.before_unknown |= share.before.is_none();
        for measurement in share.after {
            let part = cells.part(measurement, share.layer);
            part.max = part.max.plus(Sum::of(measurement.max, measurement.mark));
            part.steady = part
                .steady
                .plus(Sum::of(measurement.steady, measurement.mark));
            part.peak = part.peak.plus(measurement.max);
        }
        for measurement in share.beside {
            let part = cells.part(measurement, share.layer);
            part.peak = part.peak.plus(measurement.max);
        }
        for measurement in share.before.unwrap_or(&[]) {
            let part = cells.part(measurement, share.layer);
            part.before = part.before.plus(measurement.max);
        }
    }

    /// Adds what the configuration states outright; several statements add up, but of sizes
    /// the greatest counts.
    pub fn declare(&mut self, whose: &Whose, dimension: &Dimension, amount: Range) {
        let cells = self.cells(whose);
        let cell = cells.of.entry(dimension.clone()).or_default();
        let before = cell.declared.unwrap_or_default();
        cell.declared = Some(if dimension.is_ordinal() {
            before.max(amount)
        } else {
            before.plus(amount)
        });
    }

    /// The account of each tenant; the account of nobody holds what belongs to no tenant by name.
    pub fn accounts(&self) -> BTreeMap<Option<Arc<str>>, Account> {
        let mut accounts: BTreeMap<Option<Arc<str>>, Account> = BTreeMap::new();
        for (whose, cells) in &self.0 {
            let account = accounts.entry(whose.tenant.clone()).or_default();
            let requests = cells.requests();
            for (dimension, request) in &requests {
                match account.total.get_mut(dimension) {
                    Some(total) if dimension.is_ordinal() => *total = total.max(*request),
                    Some(total) => *total = total.plus(*request),
                    None => {
                        account.total.insert(dimension.clone(), *request);
                    }
                }
            }
            account
                .environments
                .insert(whose.environment.clone(), requests);
        }
        accounts
    }

    fn cells(&mut self, whose: &Whose) -> &mut Cells {
        self.0.entry(whose.clone()).or_default()
    }
}

/// What one tenant asks for in one environment.
#[derive(Clone, Debug, Default)]
struct Cells {
    of: BTreeMap<Dimension, Cell>,
    before_unknown: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    machines: Part,
    workloads: Part,
    quotas: Part,
    declared: Option<Range>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    max: Sum,
    steady: Sum,
    peak: Range,
    before: Range,
}

impl Cells {
    fn part(&mut self, measurement: &Measurement, layer: Layer) -> &mut Part {
        let cell = self.of.entry(measurement.dimension.clone()).or_default();
        match layer {
            Layer::Machines => &mut cell.machines,
            Layer::Workloads => &mut cell.workloads,
            Layer::Quotas => &mut cell.quotas,
        }
    }

    fn requests(&self) -> Requests {
        let request = |cell: &Cell| {
            let (machines, workloads, quotas) = (cell.machines, cell.workloads, cell.quotas);
            let greatest =
                |of: fn(&Part) -> Range| of(&machines).max(of(&workloads)).max(of(&quotas));
            let declared = cell.declared.unwrap_or_default();
            Request {
                max: (machines.max.max(workloads.max))
                    .max(quotas.max)
                    .max(declared.into()),
                steady: (machines.steady.max(workloads.steady))
                    .max(quotas.steady)
                    .max(declared.into()),
                peak: greatest(|part| part.peak).max(declared),
                before: (!self.before_unknown).then(|| greatest(|part| part.before)),
                declared: cell.declared,
            }
        };
        (self.of.iter())
            .map(|(dimension, cell)| (dimension.clone(), request(cell)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measurement(dimension: &str, low: u64, high: Option<u64>, mark: Mark) -> Measurement {
        let max = Range {
            low: Quantity::units(low),
            high: high.map(Quantity::units),
        };
        Measurement {
            dimension: Dimension::new(dimension),
            max,
            steady: Range::exactly(max.low),
            times: Range::exactly(Quantity::ONE),
            mark,
            rule: Arc::from("aws_instance"),
            attribute: Arc::from(""),
            value: Arc::from(""),
        }
    }

    fn whose(tenant: &str, environment: &str) -> Whose {
        Whose {
            tenant: Some(Arc::from(tenant)),
            environment: Arc::from(environment),
        }
    }

    fn units(low: u64, high: u64) -> Range {
        Range {
            low: Quantity::units(low),
            high: Some(Quantity::units(high)),
        }
    }

    #[test]
    fn a_sum_remembers_what_it_is_made_of() {
        let sum = [
            (16, Some(16), Mark::Known),
            (8, Some(8), Mark::Assumed),
            (1, Some(4), Mark::Undetermined),
            (2, None, Mark::Elastic),
        ]
        .into_iter()
        .map(|(low, high, mark)| Sum::of(measurement("vcpu", low, high, mark).max, mark))
        .fold(Sum::default(), Sum::plus);
        assert_eq!(sum.firm, units(19, 22));
        assert_eq!(sum.estimated, units(27, 30));
        assert!(sum.elastic);
        assert_eq!(sum.range(), Range::at_least(Quantity::units(27)));
        assert_eq!(sum.assumed(), Quantity::units(8));
    }

    #[test]
    fn pods_and_nodes_are_not_added_and_the_greater_counts() {
        let mut tally = Tally::default();
        let whose = whose("acme", "production");
        let (nodes, pods) = (
            [measurement("vcpu", 16, Some(16), Mark::Known)],
            [measurement("vcpu", 10, Some(20), Mark::Undetermined)],
        );
        tally.add(
            &whose,
            Share {
                after: &nodes,
                ..Share::default()
            },
        );
        let workloads = Share {
            layer: Layer::Workloads,
            after: &pods,
            ..Share::default()
        };
        tally.add(&whose, workloads);
        let account = tally.accounts().remove(&whose.tenant).unwrap();
        let vcpu = account.total[&Dimension::new("vcpu")];
        assert_eq!(vcpu.max.range(), units(16, 20));
    }

    #[test]
    fn what_is_replaced_counts_for_the_peak_only() {
        let mut tally = Tally::default();
        let whose = whose("acme", "production");
        let (old, new) = (
            [measurement("vcpu", 4, Some(4), Mark::Known)],
            [measurement("vcpu", 8, Some(8), Mark::Known)],
        );
        let share = Share {
            after: &new,
            beside: &old,
            before: Some(&old),
            ..Share::default()
        };
        tally.add(&whose, share);
        let vcpu = tally.accounts()[&whose.tenant].total[&Dimension::new("vcpu")];
        assert_eq!(vcpu.max.range(), units(8, 8));
        assert_eq!(vcpu.peak, units(12, 12));
        assert_eq!(vcpu.before, Some(units(4, 4)));
    }

    #[test]
    fn environments_add_up_and_the_greater_of_declared_and_measured_counts_in_each() {
        let mut tally = Tally::default();
        let vcpu = Dimension::new("vcpu");
        let small = [measurement("vcpu", 10, Some(10), Mark::Known)];
        let large = [measurement("vcpu", 100, Some(100), Mark::Known)];
        tally.add(
            &whose("acme", "a"),
            Share {
                after: &small,
                ..Share::default()
            },
        );
        tally.declare(&whose("acme", "a"), &vcpu, units(60, 60));
        tally.declare(&whose("acme", "a"), &vcpu, units(40, 40));
        tally.add(
            &whose("acme", "b"),
            Share {
                after: &large,
                ..Share::default()
            },
        );
        tally.add(
            &whose("beta", "b"),
            Share {
                after: &large,
                ..Share::default()
            },
        );
        let accounts = tally.accounts();
        let acme = &accounts[&Some(Arc::from("acme"))];
        assert_eq!(acme.environments["a"][&vcpu].max.range(), units(100, 100));
        assert_eq!(
            acme.environments["a"][&vcpu].declared,
            Some(units(100, 100))
        );
        assert_eq!(acme.total[&vcpu].max.range(), units(200, 200));
        assert_eq!(acme.total[&vcpu].before, None, "one input could not tell");
        assert_eq!(accounts.len(), 2);
    }
}
