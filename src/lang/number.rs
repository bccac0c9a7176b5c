//! Numbers as Terraform has them: binary floats of up to 512 bits, with infinities and a
//! negative zero. What people write and count is a small whole number, which takes a fast path.
//!
//! Terraform keeps a precision with each number (512 bits for what was written, 64 for what a
//! function counted) and an operation rounds to the greater of its operands' precisions, so
//! `length(a) / length(b)` has 64 bits. That shows in the digits, so it is kept here too.

use dashu_int::UBig;
use dashu_int::ops::BitTest;
use std::cmp::Ordering;
use std::sync::Arc;

/// An exact binary number. Cheap to clone.
///
/// Equality and order are those of the values: precision is not compared, and `-0` equals `0`.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// Every whole number that fits, so that none of them is ever `Big`.
    Small(i64, u16),
    Big(Arc<Big>),
    NegativeZero,
    Infinite {
        negative: bool,
    },
}

/// `mantissa * 2^exponent`, the mantissa odd and of at most `precision` bits.
#[derive(Clone, Debug)]
struct Big {
    negative: bool,
    mantissa: UBig,
    exponent: i64,
    precision: u16,
}

/// The bits of what is written or parsed.
const WRITTEN: u16 = 512;
/// The bits of what a function counts.
const COUNTED: u16 = 64;
/// The bits of what a function computed with machine floats.
const FLOATED: u16 = 53;
/// No decimal or binary exponent beyond this: the digits of a number are written out in full
/// everywhere, and a few letters must not fill the memory.
const MAX_EXPONENT: i64 = 100_000;
/// No more digits than this in a literal.
const MAX_DIGITS: usize = 100_000;

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Repr::Small(0, WRITTEN));
    /// One.
    pub const ONE: Self = Self(Repr::Small(1, WRITTEN));
    /// What `1 / 0` gives.
    pub const INFINITY: Self = Self(Repr::Infinite { negative: false });
    /// What `-1 / 0` gives.
    pub const NEGATIVE_INFINITY: Self = Self(Repr::Infinite { negative: true });

    /// A whole number as if it were written.
    pub const fn written(value: i64) -> Self {
        Self(Repr::Small(value, WRITTEN))
    }

    /// Reads decimal text: an optional sign, digits with at most one point, an optional exponent.
    ///
    /// It takes what Terraform's `tonumber` takes, which is more than HCL or JSON allow
    /// (`.5`, `1.`, `+1`, `inf`). None for anything else, and for exponents or digits beyond
    /// 100,000, which no plan holds and which would cost memory to write out.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if rest == "inf" || rest == "Inf" {
            return Some(Self(Repr::Infinite { negative }));
        }
        if rest.len() <= 18 && rest.bytes().all(|b| b.is_ascii_digit()) {
            let value: i64 = rest.parse().ok()?;
            return Some(match (negative, value) {
                (true, 0) => Self(Repr::NegativeZero),
                (true, value) => Self::written(value.saturating_neg()),
                (false, value) => Self::written(value),
            });
        }
        let mut digits = String::new();
        let mut fraction: i64 = 0;
        let mut point = false;
        let mut bytes = rest.bytes().enumerate();
        let mut exponent = None;
        for (at, byte) in bytes.by_ref() {
            match byte {
                b'0'..=b'9' => {
                    digits.push(char::from(byte));
                    if point {
                        fraction = fraction.checked_add(1)?;
                    }
                    if digits.len() > MAX_DIGITS {
                        return None;
                    }
                }
                b'.' if !point => point = true,
                b'e' | b'E' | b'p' | b'P' => {
                    exponent = Some((
                        byte.eq_ignore_ascii_case(&b'p'),
                        rest.get(at.checked_add(1)?..)?,
                    ));
                    break;
                }
                _ => return None,
            }
        }
        if digits.is_empty() {
            return None;
        }
        let (mut ten, mut two) = (fraction.checked_neg()?, 0);
        if let Some((binary, text)) = exponent {
            let body = text.strip_prefix(['+', '-']).unwrap_or(text);
            if body.is_empty() || !body.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let value: i64 = text.parse().ok()?;
            if binary {
                two = value;
            } else {
                ten = ten.checked_add(value)?;
            }
        }
        let mantissa = UBig::from_str_radix(&digits, 10).ok()?;
        if mantissa.is_zero() {
            return Some(if negative {
                Self(Repr::NegativeZero)
            } else {
                Self::ZERO
            });
        }
        if ten.checked_abs()? > MAX_EXPONENT || two.checked_abs()? > MAX_EXPONENT {
            return None;
        }
        Some(Self::from_decimal(negative, mantissa, ten, two))
    }

    /// `mantissa * 10^ten * 2^two`, rounded as Go's `big.ParseFloat` rounds: exactly, but for
    /// powers of five that do not fit 64 bits more than the result has.
    fn from_decimal(negative: bool, mantissa: UBig, ten: i64, two: i64) -> Self {
        let exponent = ten.saturating_add(two);
        if ten == 0 {
            return Self::rounded(negative, mantissa, exponent, WRITTEN);
        }
        let (five, five_exponent) = power_of_five(ten.unsigned_abs());
        if ten > 0 {
            Self::rounded(
                negative,
                mantissa * five,
                exponent.saturating_add(five_exponent),
                WRITTEN,
            )
        } else {
            let exponent = exponent.saturating_sub(five_exponent);
            divided(negative, &mantissa, &five, exponent, WRITTEN)
        }
    }

    /// A machine float, as a function that computes with them gives it; none for "not a number".
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self(Repr::Infinite {
                negative: value < 0.0,
            }));
        }
        let bits = value.to_bits();
        let negative = bits >> 63 == 1;
        let raw = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
        let fraction = bits & 0x000f_ffff_ffff_ffff;
        if raw == 0 && fraction == 0 {
            return Some(if negative {
                Self(Repr::NegativeZero)
            } else {
                Self(Repr::Small(0, FLOATED))
            });
        }
        let (mantissa, exponent) = if raw == 0 {
            (fraction, -1074_i64)
        } else {
            (fraction | 1 << 52, raw.saturating_sub(1075))
        };
        Some(Self::rounded(
            negative,
            UBig::from(mantissa),
            exponent,
            FLOATED,
        ))
    }

    /// The nearest machine float, for functions that Terraform computes with them.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            #[expect(clippy::cast_precision_loss, reason = "rounding is what is asked for")]
            Repr::Small(value, _) => *value as f64,
            Repr::NegativeZero => -0.0,
            Repr::Infinite { negative } => {
                if *negative {
                    f64::NEG_INFINITY
                } else {
                    f64::INFINITY
                }
            }
            // The decimal parser of the standard library rounds correctly.
            Repr::Big(_) => self.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// The number with its value rounded half to even to `precision` bits.
    fn rounded(negative: bool, mantissa: UBig, exponent: i64, precision: u16) -> Self {
        let (mantissa, exponent) = round_bits(mantissa, exponent, false, precision);
        Self::normal(negative, mantissa, exponent, precision)
    }

    /// Brings an already rounded number into its one form.
    fn normal(negative: bool, mantissa: UBig, exponent: i64, precision: u16) -> Self {
        let Some(zeros) = mantissa.trailing_zeros() else {
            return if negative {
                Self(Repr::NegativeZero)
            } else {
                Self(Repr::Small(0, precision))
            };
        };
        let mantissa = mantissa >> zeros;
        let exponent = exponent.saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX));
        if let Some(value) = small(negative, &mantissa, exponent) {
            return Self(Repr::Small(value, precision));
        }
        Self(Repr::Big(Arc::new(Big {
            negative,
            mantissa,
            exponent,
            precision,
        })))
    }

    /// Sign, mantissa and exponent; none for infinities.
    pub(crate) fn parts(&self) -> Option<(bool, UBig, i64)> {
        match &self.0 {
            Repr::Small(value, _) => Some((*value < 0, UBig::from(value.unsigned_abs()), 0)),
            Repr::Big(big) => Some((big.negative, big.mantissa.clone(), big.exponent)),
            Repr::NegativeZero => Some((true, UBig::ZERO, 0)),
            Repr::Infinite { .. } => None,
        }
    }

    /// How many bits its mantissa may have.
    pub(crate) fn precision(&self) -> u16 {
        match &self.0 {
            Repr::Small(_, precision) => *precision,
            Repr::Big(big) => big.precision,
            Repr::NegativeZero | Repr::Infinite { .. } => WRITTEN,
        }
    }

    /// Whether it is below zero; `-0` is not.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(value, _) => *value < 0,
            Repr::Big(big) => big.negative,
            Repr::NegativeZero => false,
            Repr::Infinite { negative } => *negative,
        }
    }

    /// Whether it is zero, of either sign.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0, _) | Repr::NegativeZero)
    }

    /// Whether it is an infinity.
    pub fn is_infinite(&self) -> bool {
        matches!(self.0, Repr::Infinite { .. })
    }

    /// Whether it has no fractional part; infinities have no parts.
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Repr::Small(..) | Repr::NegativeZero => true,
            Repr::Big(big) => big.exponent >= 0,
            Repr::Infinite { .. } => false,
        }
    }

    /// The value as a machine integer, if it is whole and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(value, _) => Some(*value),
            Repr::NegativeZero => Some(0),
            Repr::Big(_) | Repr::Infinite { .. } => None,
        }
    }

    /// The value as an unsigned machine integer, if it is whole and fits.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Small(value, _) => u64::try_from(*value).ok(),
            Repr::NegativeZero => Some(0),
            Repr::Big(big) if !big.negative && big.exponent >= 0 => {
                let exponent = usize::try_from(big.exponent).ok()?;
                if exponent > 64 {
                    return None;
                }
                u64::try_from(&(&big.mantissa << exponent)).ok()
            }
            Repr::Big(_) | Repr::Infinite { .. } => None,
        }
    }

    /// The value in units of 1e-9, rounded up. None where it is infinite or beyond `i128`.
    pub fn to_nanos_ceil(&self) -> Option<i128> {
        self.to_nanos(true)
    }

    /// The value in units of 1e-9, rounded down. None where it is infinite or beyond `i128`.
    pub fn to_nanos_floor(&self) -> Option<i128> {
        self.to_nanos(false)
    }

    fn to_nanos(&self, up: bool) -> Option<i128> {
        const NANOS: i128 = 1_000_000_000;
        let big = match &self.0 {
            Repr::Small(value, _) => return i128::from(*value).checked_mul(NANOS),
            Repr::NegativeZero => return Some(0),
            Repr::Infinite { .. } => return None,
            Repr::Big(big) => big,
        };
        // Away from zero for a positive number rounded up and a negative one rounded down.
        let away = up != big.negative;
        let nanos = &big.mantissa * UBig::from(1_000_000_000_u32);
        let magnitude = if big.exponent >= 0 {
            let exponent = usize::try_from(big.exponent).ok()?;
            if exponent > 128 {
                return None;
            }
            nanos << exponent
        } else {
            let shift = usize::try_from(big.exponent.unsigned_abs()).ok()?;
            let whole = &nanos >> shift;
            let exact = nanos.trailing_zeros().is_none_or(|zeros| zeros >= shift);
            if away && !exact {
                whole + UBig::ONE
            } else {
                whole
            }
        };
        let magnitude = i128::try_from(&magnitude).ok()?;
        Some(if big.negative {
            magnitude.checked_neg()?
        } else {
            magnitude
        })
    }

    /// The sum. None for the sum of opposite infinities.
    pub fn add(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small(a, _), Repr::Small(b, _)) = (&self.0, &other.0)
            && precision >= COUNTED
            && let Some(sum) = a.checked_add(*b)
        {
            return Some(Self(Repr::Small(sum, precision)));
        }
        let (Some((a_negative, a, a_exponent)), Some((b_negative, b, b_exponent))) =
            (self.parts(), other.parts())
        else {
            return match (&self.0, &other.0) {
                (Repr::Infinite { negative: a }, Repr::Infinite { negative: b }) if a != b => None,
                (Repr::Infinite { .. }, _) => Some(self.clone()),
                _ => Some(other.clone()),
            };
        };
        if a.is_zero() && b.is_zero() {
            return Some(if a_negative && b_negative {
                Self(Repr::NegativeZero)
            } else {
                Self(Repr::Small(0, precision))
            });
        }
        let exponent = a_exponent.min(b_exponent);
        let a = a << shift_between(a_exponent, exponent);
        let b = b << shift_between(b_exponent, exponent);
        let (negative, mantissa) = if a_negative == b_negative {
            (a_negative, a + b)
        } else {
            match a.cmp(&b) {
                Ordering::Equal => return Some(Self(Repr::Small(0, precision))),
                Ordering::Greater => (a_negative, a - b),
                Ordering::Less => (b_negative, b - a),
            }
        };
        Some(Self::rounded(negative, mantissa, exponent, precision))
    }

    /// The difference. None for the difference of equal infinities.
    pub fn subtract(&self, other: &Self) -> Option<Self> {
        // Only the sum of zeros tells -0 from 0 here: 0 - 0 is 0.
        self.add(&other.negate())
    }

    /// The product. None for zero times infinity.
    pub fn multiply(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small(a, _), Repr::Small(b, _)) = (&self.0, &other.0)
            && *a != 0
            && *b != 0
            && let Some(product) = a.checked_mul(*b)
        {
            return Some(Self(Repr::Small(product, precision)));
        }
        let negative = self.has_minus() != other.has_minus();
        let (Some((_, a, a_exponent)), Some((_, b, b_exponent))) = (self.parts(), other.parts())
        else {
            return (!self.is_zero() && !other.is_zero())
                .then_some(Self(Repr::Infinite { negative }));
        };
        // A product keeps all its bits up to 512, whatever its operands had.
        let mantissa = a * b;
        let exponent = a_exponent.saturating_add(b_exponent);
        let (mantissa, exponent) = round_bits(mantissa, exponent, false, WRITTEN);
        let bits = mantissa
            .bit_len()
            .saturating_sub(mantissa.trailing_zeros().unwrap_or(0));
        let precision = precision.max(u16::try_from(bits).unwrap_or(WRITTEN).min(WRITTEN));
        within_range(Self::normal(negative, mantissa, exponent, precision))
    }

    /// The quotient. None for zero by zero and infinity by infinity.
    pub fn divide(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small(a, _), Repr::Small(b, _)) = (&self.0, &other.0)
            && *a != 0
            && let (Some(quotient), Some(0)) = (a.checked_div(*b), a.checked_rem(*b))
            && precision >= COUNTED
        {
            return Some(Self(Repr::Small(quotient, precision)));
        }
        let negative = self.has_minus() != other.has_minus();
        match (self.parts(), other.parts()) {
            (None, None) => None,
            (None, Some(_)) => Some(Self(Repr::Infinite { negative })),
            (Some(_), None) => Some(Self::signed_zero(negative, precision)),
            (Some((_, a, _)), Some((_, b, _))) if b.is_zero() => {
                (!a.is_zero()).then_some(Self(Repr::Infinite { negative }))
            }
            (Some((_, a, _)), _) if a.is_zero() => Some(Self::signed_zero(negative, precision)),
            (Some((_, a, a_exponent)), Some((_, b, b_exponent))) => {
                let exponent = a_exponent.saturating_sub(b_exponent);
                within_range(divided(negative, &a, &b, exponent, precision))
            }
        }
    }

    /// The remainder with the sign of the dividend; the dividend itself where the divisor is
    /// zero, and the product where an infinity takes part, as Terraform has it.
    pub fn modulo(&self, other: &Self) -> Option<Self> {
        if self.is_infinite() || other.is_infinite() {
            return self.multiply(other);
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        let precision = self.precision();
        if let (Repr::Small(a, _), Repr::Small(b, _)) = (&self.0, &other.0)
            && let Some(remainder) = a.checked_rem(*b)
        {
            return Some(Self(Repr::Small(remainder, precision)));
        }
        // Each step rounds to the precision of the dividend.
        let quotient = self.divide(other)?.truncate().at_precision(precision);
        let product = quotient.multiply(other)?.at_precision(precision);
        Some(self.subtract(&product)?.at_precision(precision))
    }

    /// The same number with its value rounded to that many bits.
    fn at_precision(&self, precision: u16) -> Self {
        match self.parts() {
            Some((negative, mantissa, exponent)) => {
                Self::rounded(negative, mantissa, exponent, precision)
            }
            None => self.clone(),
        }
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(&self) -> Self {
        match &self.0 {
            Repr::Small(0, _) => Self(Repr::NegativeZero),
            Repr::Small(value, precision) => match value.checked_neg() {
                Some(value) => Self(Repr::Small(value, *precision)),
                None => Self::normal(false, UBig::from(value.unsigned_abs()), 0, *precision),
            },
            Repr::Big(big) => Self::normal(
                !big.negative,
                big.mantissa.clone(),
                big.exponent,
                big.precision,
            ),
            Repr::NegativeZero => Self::ZERO,
            Repr::Infinite { negative } => Self(Repr::Infinite {
                negative: !negative,
            }),
        }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.has_minus() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// Without its fractional part.
    #[must_use]
    pub fn truncate(&self) -> Self {
        let Repr::Big(big) = &self.0 else {
            return self.clone();
        };
        if big.exponent >= 0 {
            return self.clone();
        }
        let shift = usize::try_from(big.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        let whole = if shift >= big.mantissa.bit_len() {
            UBig::ZERO
        } else {
            &big.mantissa >> shift
        };
        // Whole numbers have at least 64 bits, as every counted number has.
        let precision = u16::try_from(whole.bit_len())
            .unwrap_or(WRITTEN)
            .max(COUNTED);
        Self::normal(big.negative && !whole.is_zero(), whole, 0, precision)
    }

    /// The greatest whole number that is not greater.
    #[must_use]
    pub fn floor(&self) -> Self {
        let whole = self.truncate();
        if !self.is_whole() && !self.is_infinite() && self.is_negative() {
            return whole
                .subtract(&Self(Repr::Small(1, COUNTED)))
                .unwrap_or(whole);
        }
        whole
    }

    /// The smallest whole number that is not smaller.
    #[must_use]
    pub fn ceil(&self) -> Self {
        let whole = self.truncate();
        if !self.is_whole() && !self.is_infinite() && !self.is_negative() {
            return whole.add(&Self(Repr::Small(1, COUNTED))).unwrap_or(whole);
        }
        whole
    }

    /// Whether a minus is shown: below zero, or `-0`.
    pub(crate) fn has_minus(&self) -> bool {
        self.is_negative() || matches!(self.0, Repr::NegativeZero)
    }

    fn signed_zero(negative: bool, precision: u16) -> Self {
        if negative {
            Self(Repr::NegativeZero)
        } else {
            Self(Repr::Small(0, precision))
        }
    }

    /// The whole part in the given base, for `parseint`, `format` and their like.
    pub(crate) fn whole_magnitude(&self) -> Option<UBig> {
        let (_, mantissa, exponent) = self.truncate().parts()?;
        Some(mantissa << usize::try_from(exponent).ok()?)
    }

    /// A whole number of any size, with all its bits.
    pub(crate) fn from_magnitude(negative: bool, magnitude: UBig) -> Self {
        let precision = u16::try_from(magnitude.bit_len())
            .unwrap_or(u16::MAX)
            .max(COUNTED);
        Self::normal(negative, magnitude, 0, precision)
    }
}

/// A whole number as a function counts it.
impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Small(value, COUNTED))
    }
}

/// A whole number as a function counts it.
impl From<u64> for Number {
    fn from(value: u64) -> Self {
        match i64::try_from(value) {
            Ok(value) => Self::from(value),
            Err(_) => Self::normal(false, UBig::from(value), 0, COUNTED),
        }
    }
}

/// A whole number as a function counts it.
impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::from(u64::try_from(value).unwrap_or(u64::MAX))
    }
}

/// A whole number as a function counts it.
impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self::from(i64::from(value))
    }
}

/// A whole number of any size.
impl From<i128> for Number {
    fn from(value: i128) -> Self {
        Self::from_magnitude(value < 0, UBig::from(value.unsigned_abs()))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Small(a, _), Repr::Small(b, _)) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        let sign = |number: &Self| match () {
            () if number.is_zero() => 0_i8,
            () if number.is_negative() => -1,
            () => 1,
        };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign != Ordering::Equal || self.is_zero() {
            return by_sign;
        }
        let by_size = match (self.parts(), other.parts()) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some((_, a, a_exponent)), Some((_, b, b_exponent))) => {
                let top = |mantissa: &UBig, exponent: i64| {
                    exponent.saturating_add(i64::try_from(mantissa.bit_len()).unwrap_or(i64::MAX))
                };
                top(&a, a_exponent).cmp(&top(&b, b_exponent)).then_with(|| {
                    let exponent = a_exponent.min(b_exponent);
                    (a << shift_between(a_exponent, exponent))
                        .cmp(&(b << shift_between(b_exponent, exponent)))
                })
            }
        };
        if self.is_negative() {
            by_size.reverse()
        } else {
            by_size
        }
    }
}

/// The mantissa cut to `precision` bits, half to even; `sticky` says that bits below it were lost.
fn round_bits(mantissa: UBig, exponent: i64, sticky: bool, precision: u16) -> (UBig, i64) {
    let excess = mantissa.bit_len().saturating_sub(usize::from(precision));
    if excess == 0 {
        return (mantissa, exponent);
    }
    let half = mantissa.bit(excess.saturating_sub(1));
    let below_half = sticky
        || mantissa
            .trailing_zeros()
            .is_some_and(|zeros| zeros < excess.saturating_sub(1));
    let kept = mantissa >> excess;
    let up = half && (below_half || kept.bit(0));
    let kept = if up { kept + UBig::ONE } else { kept };
    let exponent = exponent.saturating_add(i64::try_from(excess).unwrap_or(i64::MAX));
    (kept, exponent)
}

/// `a / b * 2^exponent`, correctly rounded. `b` is not zero.
fn divided(negative: bool, a: &UBig, b: &UBig, exponent: i64, precision: u16) -> Number {
    // Two bits more than asked for, and whether anything is left below them.
    let want = usize::from(precision)
        .saturating_add(2)
        .saturating_add(b.bit_len());
    let shift = want.saturating_sub(a.bit_len());
    let shifted = a << shift;
    let quotient = &shifted / b;
    let sticky = &quotient * b != shifted;
    let exponent = exponent.saturating_sub(i64::try_from(shift).unwrap_or(i64::MAX));
    let (mantissa, exponent) = round_bits(quotient, exponent, sticky, precision);
    Number::normal(negative, mantissa, exponent, precision)
}

/// Five to that power as mantissa and exponent, with the bits Go's parser gives it.
fn power_of_five(power: u64) -> (UBig, i64) {
    const TABLE: u64 = 27;
    const BITS: u16 = WRITTEN + 64;
    let mut result = (
        UBig::from(5_u8).pow(usize::try_from(power.min(TABLE)).unwrap_or(0)),
        0_i64,
    );
    let mut rest = power.saturating_sub(TABLE);
    let mut factor = (UBig::from(5_u8), 0_i64);
    while rest > 0 {
        if rest & 1 == 1 {
            result = round_bits(
                &result.0 * &factor.0,
                result.1.saturating_add(factor.1),
                false,
                BITS,
            );
        }
        factor = round_bits(
            &factor.0 * &factor.0,
            factor.1.saturating_mul(2),
            false,
            BITS + 64,
        );
        rest >>= 1;
    }
    result
}

/// The value as a machine integer, if it is whole and fits.
fn small(negative: bool, mantissa: &UBig, exponent: i64) -> Option<i64> {
    let exponent = u32::try_from(exponent).ok()?;
    if exponent >= 64 {
        return None;
    }
    let magnitude = i128::try_from(mantissa).ok()?;
    if magnitude > i128::from(u64::MAX) {
        return None;
    }
    let magnitude = magnitude.checked_shl(exponent)?;
    i64::try_from(if negative {
        magnitude.checked_neg()?
    } else {
        magnitude
    })
    .ok()
}

fn shift_between(from: i64, to: i64) -> usize {
    usize::try_from(from.saturating_sub(to)).unwrap_or(0)
}

/// None for a product or quotient whose digits nobody could write out.
fn within_range(number: Number) -> Option<Number> {
    const LIMIT: u64 = 4 * MAX_EXPONENT.unsigned_abs();
    match &number.0 {
        Repr::Big(big) if big.exponent.unsigned_abs() > LIMIT => None,
        _ => Some(number),
    }
}
