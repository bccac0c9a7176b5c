//! The words all stages share: what is counted, how much of it, and how sure we are.
//!
//! Amounts are exact: whole numbers of 1e-9 units, never floats. They come from
//! strangers, so every sum and product saturates; a wrapped sum would be a free upgrade.

use std::fmt;
use std::sync::Arc;

/// Something countable: `vcpu`, `memory_gib`, `iops`, or any other that a catalog or rule names.
///
/// Cheap to clone. Ordered by name, which is the order of every machine-readable report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension(Arc<str>);

impl Dimension {
    /// Virtual processors.
    pub const VCPU: &str = "vcpu";
    /// Memory in GiB.
    pub const MEMORY_GIB: &str = "memory_gib";
    /// Input/output operations a second that somebody asked for.
    pub const IOPS: &str = "iops";
    /// Operations a second that a volume type includes anyway.
    pub const IOPS_INCLUDED: &str = "iops_included";
    /// Provisioned block, file and database storage in GiB.
    pub const STORAGE_GIB: &str = "storage_gib";
    /// Machines.
    pub const NODES: &str = "nodes";
    /// How many environments a tenant has (per tenant).
    pub const ENVIRONMENTS: &str = "environments";
    /// The rank of the smallest size that holds an environment (ordinal).
    pub const ENVIRONMENT_SIZE: &str = "environment_size";

    /// The dimensions that are known without being declared: name, title for headings, unit
    /// behind a number.
    pub const KNOWN: &[(&str, &str, &str)] = &[
        (Self::VCPU, "CPU", "vCPU"),
        (Self::MEMORY_GIB, "Memory", "GiB of memory"),
        (Self::STORAGE_GIB, "Storage", "GiB of storage"),
        (Self::IOPS, "IOPS", "IOPS"),
        (Self::IOPS_INCLUDED, "Included IOPS", "included IOPS"),
        ("throughput_mibps", "Throughput", "MiB/s"),
        (Self::NODES, "Machines", "nodes"),
        ("gpus", "GPUs", "GPUs"),
        ("databases", "Databases", "databases"),
        ("pods", "Pods", "pods"),
        ("rcu", "Read capacity", "read capacity units"),
        ("wcu", "Write capacity", "write capacity units"),
        ("ru", "Request units", "RU/s"),
        (Self::ENVIRONMENTS, "Environments", "environments"),
        (
            Self::ENVIRONMENT_SIZE,
            "Environment size",
            "environment size",
        ),
    ];

    /// The dimension of that name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Whether its amounts are ranks, which are compared but never added.
    pub fn is_ordinal(&self) -> bool {
        self.as_str() == Self::ENVIRONMENT_SIZE
    }

    /// Its name, as catalogs and reports spell it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An exact, never negative amount: a whole number of 1e-9 units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i128);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One whole unit.
    pub const ONE: Self = Self(NANOS);
    /// The smallest step: two amounts that differ, differ by at least this.
    pub const SMALLEST: Self = Self(1);
    /// What a sum saturates at.
    pub const MAX: Self = Self(i128::MAX);

    /// That many whole units.
    pub const fn units(n: u64) -> Self {
        // u64::MAX * 1e9 is below 2^94: it cannot overflow.
        Self((n as i128).saturating_mul(NANOS))
    }

    /// The amount that a decimal number says exactly: `16`, `0.25`; no sign, no exponent, and no
    /// more than nine decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !is_digits(part) || part.len() > 9 {
            return None;
        }
        let whole: i128 = whole.parse().ok()?;
        let part: i128 = format!("{part:0<9}").parse().ok()?;
        Some(Self(whole.checked_mul(NANOS)?.checked_add(part)?))
    }

    /// That many 1e-9 units; a negative number is no amount.
    pub const fn nanos(n: i128) -> Option<Self> {
        if n < 0 { None } else { Some(Self(n)) }
    }

    /// The number of 1e-9 units.
    pub const fn as_nanos(self) -> i128 {
        self.0
    }

    /// Whether it is a whole number of units.
    pub const fn is_whole(self) -> bool {
        self.0 % NANOS == 0
    }

    /// The least whole number of units that is not less.
    #[must_use]
    pub const fn ceil(self) -> Self {
        match self.0 % NANOS {
            0 => self,
            part => Self(self.0.saturating_add(NANOS.saturating_sub(part))),
        }
    }

    /// The greatest whole number of units that is not more.
    #[must_use]
    pub const fn floor(self) -> Self {
        Self(self.0.saturating_sub(self.0 % NANOS))
    }

    /// Both together, at most [`Quantity::MAX`].
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left when `other` is taken away, at least zero.
    pub const fn minus(self, other: Self) -> Self {
        if other.0 >= self.0 {
            Self::ZERO
        } else {
            Self(self.0.saturating_sub(other.0))
        }
    }

    /// This amount, `n` times, rounded up to a whole 1e-9.
    pub fn times(self, n: Self) -> Self {
        match self.0.checked_mul(n.0) {
            Some(product) => Self(div_ceil(product, NANOS)),
            // Split off whole units so that only truly huge products saturate.
            None => {
                let whole = self.0.saturating_mul(n.0 / NANOS);
                let part = (self.0 / NANOS).saturating_mul(n.0 % NANOS);
                Self(whole.saturating_add(part))
            }
        }
    }
}

const NANOS: i128 = 1_000_000_000;

/// `a / b` rounded up, for `a >= 0` and `b > 0`.
fn div_ceil(a: i128, b: i128) -> i128 {
    let floor = a.checked_div(b).unwrap_or(i128::MAX);
    let exact = a.checked_rem(b).unwrap_or(0) == 0;
    if exact {
        floor
    } else {
        floor.saturating_add(1)
    }
}

/// As a decimal number without exponent and without needless zeros: `16`, `0.25`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / NANOS, self.0 % NANOS);
        if part == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{part:09}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// How sure a measurement is, from surest to least sure: the mark of a sum is its greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Stated in the plan or module, and looked up in a table where it is a name.
    #[default]
    Known,
    /// The provider's documented default.
    Default,
    /// An estimate. Estimates alone never fail a build.
    Assumed,
    /// No ceiling by nature: only the floor counts.
    Elastic,
    /// Cannot be known before apply.
    Undetermined,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Known,
        Self::Default,
        Self::Assumed,
        Self::Elastic,
        Self::Undetermined,
    ];

    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Default => "default",
            Self::Assumed => "assumed",
            Self::Elastic => "elastic",
            Self::Undetermined => "undetermined",
        }
    }
}

/// What guard can say about an instance's capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A rule gives its quantities.
    Measured,
    /// Known to request nothing.
    Weightless,
    /// Hides capacity that cannot be seen from outside.
    Opaque,
    /// Never heard of.
    NoRule,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Measured, Self::Weightless, Self::Opaque, Self::NoRule];

    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Weightless => "weightless",
            Self::Opaque => "opaque",
            Self::NoRule => "no_rule",
        }
    }
}

/// How much of a dimension was found.
///
/// A plan may hide a value until apply. Such a value still asks for
/// *something*, so it is a range with a floor and never a zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// At least this much.
    pub low: Quantity,
    /// At most this much; `None` is unbounded.
    pub high: Option<Quantity>,
}

/// Nothing at all: what a sum begins with.
impl Default for Range {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Range {
    /// Nothing at all.
    pub const ZERO: Self = Self::exactly(Quantity::ZERO);
    /// Anything from nothing up.
    pub const UNBOUNDED: Self = Self {
        low: Quantity::ZERO,
        high: None,
    };

    /// Just this much.
    pub const fn exactly(amount: Quantity) -> Self {
        Self {
            low: amount,
            high: Some(amount),
        }
    }

    /// From `low` up, without a ceiling.
    pub const fn at_least(low: Quantity) -> Self {
        Self { low, high: None }
    }

    /// Whether both ends are the same.
    pub fn is_exact(self) -> bool {
        self.high == Some(self.low)
    }

    /// Both together, end by end.
    pub fn plus(self, other: Self) -> Self {
        Self {
            low: self.low.plus(other.low),
            high: both(self.high, other.high, Quantity::plus),
        }
    }

    /// The greater of both, end by end.
    pub fn max(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: both(self.high, other.high, Ord::max),
        }
    }

    /// The smallest range that holds both: used where it is one of them, but not known which.
    pub fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: both(self.high, other.high, Ord::max),
        }
    }

    /// `n` times this much, end by end.
    pub fn times(self, n: Self) -> Self {
        let high = match (self.high, n.high) {
            // Nothing stays nothing, however often.
            (Some(Quantity::ZERO), _) | (_, Some(Quantity::ZERO)) => Some(Quantity::ZERO),
            (a, b) => both(a, b, Quantity::times),
        };
        Self {
            low: self.low.times(n.low),
            high,
        }
    }
}

fn both(
    a: Option<Quantity>,
    b: Option<Quantity>,
    f: impl Fn(Quantity, Quantity) -> Quantity,
) -> Option<Quantity> {
    Some(f(a?, b?))
}

/// One piece of evidence: what one attribute of one instance asks for.
///
/// Several measurements of a dimension add up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Measurement {
    /// What is counted.
    pub dimension: Dimension,
    /// With every autoscaler at its ceiling; `times` is already in it.
    pub max: Range,
    /// Right after apply; `times` is already in it.
    pub steady: Range,
    /// How often the single amount counts (machines in a group, a standby), at its maximum.
    pub times: Range,
    /// How sure it is.
    pub mark: Mark,
    /// The rule that found it, by resource type.
    pub rule: Arc<str>,
    /// The attribute that decided, as a path in the instance: `root_block_device[0].iops`. Empty where none did.
    pub attribute: Arc<str>,
    /// What the attribute says, ready to print; never a sensitive value.
    pub value: Arc<str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_print_without_needless_digits() {
        assert_eq!(Quantity::units(16).to_string(), "16");
        assert_eq!(Quantity(250_000_000).to_string(), "0.25");
        assert_eq!(Quantity(1).to_string(), "0.000000001");
    }

    #[test]
    fn amounts_are_read_to_the_last_digit() {
        for amount in [
            Quantity(0),
            Quantity(1),
            Quantity(250_000_000),
            Quantity::MAX,
        ] {
            assert_eq!(Quantity::parse(&amount.to_string()), Some(amount));
        }
        for text in ["", "-1", "+1", "1.", ".5", "1e3", "0.0000000001", "1_0"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
        assert_eq!(Quantity::parse(&"9".repeat(40)), None);
    }

    #[test]
    fn products_round_up_and_never_wrap() {
        let third = Quantity(333_333_333);
        assert_eq!(third.times(Quantity(500_000_000)), Quantity(166_666_667));
        assert_eq!(
            Quantity::units(64).times(Quantity::units(3)),
            Quantity::units(192)
        );
        assert_eq!(Quantity::MAX.times(Quantity::units(2)), Quantity::MAX);
        assert_eq!(Quantity::MAX.plus(Quantity::ONE), Quantity::MAX);
        let big = Quantity::units(u64::MAX);
        assert_eq!(
            big.times(Quantity::units(1 << 20)).0,
            i128::from(u64::MAX) * NANOS * (1 << 20)
        );
    }

    #[test]
    fn an_unbounded_amount_taken_no_times_is_nothing() {
        assert_eq!(Range::UNBOUNDED.times(Range::ZERO), Range::ZERO);
        assert_eq!(
            Range::UNBOUNDED.times(Range::exactly(Quantity::ONE)),
            Range::UNBOUNDED
        );
    }
}
