//! Numbers as decimal text: all digits, as few as tell a number from its neighbours, or as many
//! as a format asks for.

use super::number::Number;
use dashu_int::UBig;
use dashu_int::ops::BitTest;
use std::fmt;

/// As Terraform writes numbers: never an exponent, and no more digits than it takes to read
/// the same number back.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Almost every number is a small whole one.
        if let Some(value) = self.to_i64()
            && self.precision() >= 64
            && !(value == 0 && self.has_minus())
        {
            return write!(f, "{value}");
        }
        f.write_str(&plain(self, None))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Without an exponent: `decimals` digits behind the point, or as few as it takes.
pub(crate) fn plain(number: &Number, decimals: Option<usize>) -> String {
    let Some((sign, mut digits)) = start(number, decimals.is_none()) else {
        return infinity(number);
    };
    let decimals = match decimals {
        None => digits.behind_point(),
        Some(decimals) => {
            if let Ok(keep) = usize::try_from(digits.point.saturating_add(signed(decimals))) {
                digits.round(keep);
            }
            decimals
        }
    };
    sign + &digits.plain(decimals)
}

/// With an exponent, marked by `mark`: `decimals` digits behind the point, or as few as it takes.
pub(crate) fn scientific(number: &Number, decimals: Option<usize>, mark: char) -> String {
    let Some((sign, mut digits)) = start(number, decimals.is_none()) else {
        return infinity(number);
    };
    let decimals = match decimals {
        None => digits.digits.len().saturating_sub(1),
        Some(decimals) => {
            digits.round(decimals.saturating_add(1));
            decimals
        }
    };
    sign + &digits.scientific(decimals, mark)
}

/// With an exponent only where the number is far from one: `precision` digits in all, or as few
/// as it takes. `mark` is that of the exponent.
pub(crate) fn general(number: &Number, precision: Option<usize>, mark: char) -> String {
    let Some((sign, mut digits)) = start(number, precision.is_none()) else {
        return infinity(number);
    };
    let (precision, limit) = match precision {
        None => (digits.digits.len(), 6),
        Some(precision) => {
            let precision = precision.max(1);
            digits.round(precision);
            let count = digits.digits.len();
            if precision > count && signed(count) >= digits.point {
                (precision, count)
            } else {
                (precision, precision)
            }
        }
    };
    let exponent = digits.point.saturating_sub(1);
    if exponent < -4 || exponent >= signed(limit) {
        let decimals = precision.min(digits.digits.len()).saturating_sub(1);
        return sign + &digits.scientific(decimals, mark);
    }
    let decimals = digits.behind_point();
    sign + &digits.plain(decimals)
}

/// The sign and the digits; none for infinities.
fn start(number: &Number, shortest: bool) -> Option<(String, Decimal)> {
    let (_, mantissa, exponent) = number.parts()?;
    let digits = if shortest {
        Decimal::shortest(&mantissa, exponent, number.precision())
    } else {
        Decimal::exact(&mantissa, exponent)
    };
    let sign = if number.has_minus() { "-" } else { "" };
    Some((sign.to_owned(), digits))
}

fn infinity(number: &Number) -> String {
    if number.is_negative() { "-Inf" } else { "+Inf" }.to_owned()
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Decimal digits, and how many of them stand before the point.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// Every digit of `mantissa * 2^exponent`, without trailing zeros.
    fn exact(mantissa: &UBig, exponent: i64) -> Self {
        // m * 2^-k is m * 5^k / 10^k.
        let (whole, scale) = if exponent >= 0 {
            let shift = usize::try_from(exponent).unwrap_or(usize::MAX);
            (mantissa << shift, 0)
        } else {
            let scale = usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX);
            (mantissa * UBig::from(5_u8).pow(scale), scale)
        };
        let mut digits = whole.to_string().into_bytes();
        let point = i64::try_from(digits.len())
            .unwrap_or(i64::MAX)
            .saturating_sub(i64::try_from(scale).unwrap_or(i64::MAX));
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Self { digits, point: 0 };
        }
        Self { digits, point }
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    /// Cut to the first `keep` digits.
    fn round_down(&mut self, keep: usize) {
        self.digits.truncate(keep);
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    /// Cut to the first `keep` digits, and one more of the last of them.
    fn round_up(&mut self, keep: usize) {
        self.digits.truncate(keep);
        while self.digits.last() == Some(&b'9') {
            self.digits.pop();
        }
        match self.digits.last_mut() {
            Some(last) => *last = last.saturating_add(1),
            None => {
                self.digits.push(b'1');
                self.point = self.point.saturating_add(1);
            }
        }
    }

    /// Cut to the first `keep` digits, to the nearest; a tie goes to the even digit.
    fn round(&mut self, keep: usize) {
        if keep >= self.digits.len() {
            return;
        }
        let next = self.at(keep);
        let exactly_half = next == b'5' && self.digits.len() == keep.saturating_add(1);
        let up = if exactly_half {
            keep > 0 && self.at(keep.saturating_sub(1)) % 2 == 1
        } else {
            next >= b'5'
        };
        if up {
            self.round_up(keep);
        } else {
            self.round_down(keep);
        }
    }

    /// The fewest digits that lie between the neighbours of a number of that precision.
    ///
    /// The same walk as Go's `big.Float` makes, because its digits are the ones people see.
    fn shortest(mantissa: &UBig, exponent: i64, precision: u16) -> Self {
        let mut decimal = Self::exact(mantissa, exponent);
        if mantissa.is_zero() {
            return decimal;
        }
        // Scale so that the last bit is worth half of the last place.
        let bits = usize::from(precision).saturating_add(1);
        let shift = bits.saturating_sub(mantissa.bit_len());
        let scaled = mantissa << shift;
        let exponent = exponent.saturating_sub(i64::try_from(shift).unwrap_or(i64::MAX));
        let inclusive = !scaled.bit(1);
        let lower = Self::exact(&(&scaled - UBig::ONE), exponent);
        let upper = Self::exact(&(&scaled + UBig::ONE), exponent);
        for index in 0..decimal.digits.len() {
            let digit = decimal.at(index);
            let (low, high) = (lower.at(index), upper.at(index));
            let length = index.saturating_add(1);
            let down = low != digit || inclusive && length == lower.digits.len();
            let up = digit != high
                && (inclusive || digit.saturating_add(1) < high || length < upper.digits.len());
            match (down, up) {
                (true, true) => decimal.round(length),
                (true, false) => decimal.round_down(length),
                (false, true) => decimal.round_up(length),
                (false, false) => continue,
            }
            break;
        }
        decimal
    }

    /// How many digits stand behind the point.
    fn behind_point(&self) -> usize {
        usize::try_from(signed(self.digits.len()).saturating_sub(self.point)).unwrap_or(0)
    }

    /// The digit so many places behind the point, or before it where that is negative.
    fn place(&self, at: i64) -> char {
        usize::try_from(self.point.saturating_add(at)).map_or('0', |at| char::from(self.at(at)))
    }

    fn plain(&self, decimals: usize) -> String {
        let mut text: String = (self.point.min(0).saturating_sub(self.point)..0)
            .map(|at| self.place(at))
            .collect();
        if text.is_empty() {
            text.push('0');
        }
        if decimals > 0 {
            text.push('.');
            text.extend((0..signed(decimals)).map(|at| self.place(at)));
        }
        text
    }

    fn scientific(&self, decimals: usize, mark: char) -> String {
        let mut text = String::from(char::from(self.at(0)));
        if decimals > 0 {
            text.push('.');
            text.extend((1..=decimals).map(|at| char::from(self.at(at))));
        }
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.point.saturating_sub(1)
        };
        let sign = if exponent < 0 { '-' } else { '+' };
        text + &format!("{mark}{sign}{:02}", exponent.unsigned_abs())
    }
}
