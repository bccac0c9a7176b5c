//! Arithmetic on amounts that may not be known: what a rule adds up stays a range with a floor.
//!
//! Terraform's own `+`, `max` and `ceil` refuse null and forget bounds, and a rule needs both:
//! a null part is left out, and of two disks of which one is not known the other still counts.

use crate::lang::{LangError, Marks, Number, Type, Value};
use crate::quantity::{Quantity, Range};
use std::cmp::Ordering;

/// What a value says as an amount.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Amount {
    /// Nothing is said.
    Null,
    /// Some range, exact where the value is known.
    Ends(Ends),
}

/// Reads a value as an amount: a number, or a string that is one.
///
/// # Errors
///
/// What it is instead, in words that may be printed: a negative number, no number, an infinite one.
pub(super) fn amount(value: &Value) -> Result<Amount, String> {
    if value.is_null() {
        return Ok(Amount::Null);
    }
    let ends = Ends::of(value)?.unwrap_or(Ends::UNBOUNDED);
    // Nobody has so much of anything.
    let most = ends.high.as_ref().unwrap_or(&ends.low);
    if *most > Number::written(i64::MAX) && most.to_nanos_ceil().is_none() {
        return Err(shown(value));
    }
    Ok(Amount::Ends(ends))
}

/// The number in units of 1e-9, rounded up; what is past counting is as much as can be counted.
fn quantity(number: &Number) -> Quantity {
    let (Some(up), Some(down)) = (number.to_nanos_ceil(), number.to_nanos_floor()) else {
        return Quantity::MAX;
    };
    // 0.1 has no exact binary form, and the last of its 512 bits must not cost 1e-9.
    let nearest = if up != down && hardly_above(number, down) {
        down
    } else {
        up
    };
    Quantity::nanos(nearest).unwrap_or(Quantity::ZERO)
}

/// Whether a number is above `nanos` by so little that only its binary form can be the reason.
fn hardly_above(number: &Number, nanos: i128) -> bool {
    let billion = Number::from(1_000_000_000_i64);
    let Ok(nanos) = i64::try_from(nanos) else {
        return false;
    };
    let above = number
        .multiply(&billion)
        .and_then(|exact| exact.subtract(&Number::from(nanos)));
    let tiny = Number::parse("1e-30");
    above.zip(tiny).is_some_and(|(above, tiny)| above < tiny)
}

/// What a value is, for a finding. Sensitive values are never shown.
pub(super) fn shown(value: &Value) -> String {
    if value.marks().contains(Marks::SENSITIVE) {
        return "the sensitive value".to_owned();
    }
    match value.type_of() {
        Type::Number => format!("the number {value}"),
        Type::String => format!("the text {value}"),
        Type::Bool => format!("`{value}`"),
        other => other.friendly_name(),
    }
}

/// The ends of an amount: equal where it is known.
///
/// Exact as long as a rule works with it: it is rounded once, when it is measured.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ends {
    pub(super) low: Number,
    pub(super) high: Option<Number>,
}

impl Ends {
    pub(super) const ZERO: Self = Self {
        low: Number::ZERO,
        high: Some(Number::ZERO),
    };
    pub(super) const ONE: Self = Self {
        low: Number::ONE,
        high: Some(Number::ONE),
    };
    pub(super) const UNBOUNDED: Self = Self {
        low: Number::ZERO,
        high: None,
    };

    pub(super) fn is_exact(&self) -> bool {
        self.high.as_ref() == Some(&self.low)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.high.as_ref().is_some_and(Number::is_zero)
    }

    /// Both together, end by end.
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            low: self.low.add(&other.low).unwrap_or(Number::INFINITY),
            high: both(&self.high, &other.high).and_then(|(a, b)| a.add(b)),
        }
    }

    /// The greater of both, end by end.
    pub(super) fn max(&self, other: &Self) -> Self {
        Self {
            low: (&self.low).max(&other.low).clone(),
            high: both(&self.high, &other.high).map(|(a, b)| a.max(b).clone()),
        }
    }

    /// One as often as the other says, end by end.
    pub(super) fn times(&self, other: &Self) -> Self {
        let high = match (&self.high, &other.high) {
            // No ceiling times nothing is nothing.
            (Some(zero), _) | (_, Some(zero)) if zero.is_zero() => Some(Number::ZERO),
            (a, b) => both(a, b).and_then(|(a, b)| a.multiply(b)),
        };
        Self {
            low: self.low.multiply(&other.low).unwrap_or(Number::ZERO),
            high,
        }
    }

    /// In whole steps of 1e-9, rounded up.
    pub(super) fn range(&self) -> Range {
        if self.is_exact() {
            return Range::exactly(quantity(&self.low));
        }
        Range {
            low: quantity(&self.low),
            high: self.high.as_ref().map(quantity),
        }
    }

    /// None where nothing is known of it, which is the same as anything from 0 up.
    fn of(value: &Value) -> Result<Option<Self>, String> {
        if let Some(number) = value.as_number() {
            return Self::exactly(number.clone(), value).map(Some);
        }
        if let Some(text) = value.as_str() {
            let number = Number::parse(text.trim()).ok_or_else(|| shown(value))?;
            return Self::exactly(number, value).map(Some);
        }
        if value.is_known() {
            return Err(shown(value));
        }
        let low = value.lower_bound().filter(|low| !low.is_negative());
        let high = value.upper_bound().filter(|high| !high.is_infinite());
        if low.is_none() && high.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            low: low.cloned().unwrap_or(Number::ZERO),
            high: high.cloned(),
        }))
    }

    fn exactly(number: Number, value: &Value) -> Result<Self, String> {
        if number.is_negative() || number.is_infinite() {
            return Err(shown(value));
        }
        Ok(Self {
            high: Some(number.clone()),
            low: number,
        })
    }

    fn into_value(self, marks: Marks) -> Value {
        let value = match self.high {
            Some(high) if high == self.low => Value::number(high),
            Some(high) => Value::unknown_at_least(self.low)
                .refine(|refinement| refinement.at_most(high, true)),
            None => Value::unknown_at_least(self.low),
        };
        value.with_marks(marks)
    }
}

/// What marks a result carries: where a part is not known, the reason it is not.
fn union(a: Marks, b: &Value) -> Marks {
    a | b.marks()
}

fn ends(value: &Value) -> Result<Ends, LangError> {
    match Ends::of(value) {
        Ok(ends) => Ok(ends.unwrap_or(Ends::UNBOUNDED)),
        Err(found) => Err(nonsense(&found)),
    }
}

/// The error of a value that cannot be an amount.
pub(super) fn nonsense(found: &str) -> LangError {
    LangError::new(NONSENSE, found)
}

/// The summary of [`nonsense`], by which it is told from other errors.
pub(super) const NONSENSE: &str = "No amount";

/// The sum of all that are not null; 0 where there are none.
pub(super) fn total<'v>(values: impl IntoIterator<Item = &'v Value>) -> Result<Value, LangError> {
    let mut sum = Ends::ZERO;
    let mut marks = Marks::NONE;
    for value in values {
        if value.is_null() {
            continue;
        }
        let part = ends(value)?;
        marks = union(marks, value);
        sum = sum.plus(&part);
    }
    Ok(sum.into_value(marks))
}

/// The product; null where a factor is null.
pub(super) fn product<'v>(values: impl IntoIterator<Item = &'v Value>) -> Result<Value, LangError> {
    let mut product = Ends::ONE;
    let mut marks = Marks::NONE;
    let mut null = false;
    for value in values {
        if value.is_null() {
            null = true;
            continue;
        }
        let factor = ends(value)?;
        marks = union(marks, value);
        product = product.times(&factor);
    }
    if null {
        return Ok(Value::null());
    }
    Ok(product.into_value(marks))
}

fn both<'n>(a: &'n Option<Number>, b: &'n Option<Number>) -> Option<(&'n Number, &'n Number)> {
    a.as_ref().zip(b.as_ref())
}

/// `a / b`; null where one is null, not known where `b` may be 0.
pub(super) fn quotient(a: &Value, b: &Value) -> Result<Value, LangError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::null());
    }
    let (dividend, divisor) = (ends(a)?, ends(b)?);
    let marks = union(a.marks(), b);
    if divisor.high.as_ref().is_some_and(Number::is_zero) {
        return Err(nonsense("a division by 0"));
    }
    let low = match &divisor.high {
        Some(high) => dividend.low.divide(high).unwrap_or(Number::ZERO),
        None => Number::ZERO,
    };
    let high = match &dividend.high {
        Some(high) if !divisor.low.is_zero() => high.divide(&divisor.low),
        _ => None,
    };
    Ok(Ends { low, high }.into_value(marks))
}

/// What `a` has beyond `b`, at least 0; null where one is null.
pub(super) fn difference(a: &Value, b: &Value) -> Result<Value, LangError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::null());
    }
    let (whole, part) = (ends(a)?, ends(b)?);
    let beyond = |whole: &Number, part: &Number| match whole.subtract(part) {
        Some(rest) if !rest.is_negative() => rest,
        _ => Number::ZERO,
    };
    let rest = Ends {
        low: part
            .high
            .map_or(Number::ZERO, |part| beyond(&whole.low, &part)),
        high: whole.high.map(|whole| beyond(&whole, &part.low)),
    };
    Ok(rest.into_value(union(a.marks(), b)))
}

/// Rounded up to a whole number.
pub(super) fn round_up(value: &Value) -> Result<Value, LangError> {
    if value.is_null() {
        return Ok(Value::null());
    }
    let ends = ends(value)?;
    let rounded = Ends {
        low: ends.low.ceil(),
        high: ends.high.map(|high| high.ceil()),
    };
    Ok(rounded.into_value(value.marks()))
}

/// The greatest of all that are not null; null where there are none.
pub(super) fn greatest<'v>(
    values: impl IntoIterator<Item = &'v Value>,
) -> Result<Value, LangError> {
    extreme(values, Ordering::Greater, Ends::max)
}

/// The least of all that are not null; null where there are none.
pub(super) fn least<'v>(values: impl IntoIterator<Item = &'v Value>) -> Result<Value, LangError> {
    extreme(values, Ordering::Less, |a, b| Ends {
        low: (&a.low).min(&b.low).clone(),
        high: match (&a.high, &b.high) {
            (Some(a), Some(b)) => Some(a.min(b).clone()),
            (a, b) => a.as_ref().or(b.as_ref()).cloned(),
        },
    })
}

fn extreme<'v>(
    values: impl IntoIterator<Item = &'v Value>,
    wanted: Ordering,
    choose: impl Fn(&Ends, &Ends) -> Ends,
) -> Result<Value, LangError> {
    let mut chosen: Option<(Ends, Marks)> = None;
    for value in values {
        if value.is_null() {
            continue;
        }
        let next = (ends(value)?, value.marks());
        chosen = Some(match chosen {
            None => next,
            // Of two that are known, one decides and the other says nothing.
            Some(before) if before.0.is_exact() && next.0.is_exact() => {
                if next.0.low.cmp(&before.0.low) == wanted {
                    next
                } else {
                    before
                }
            }
            Some(before) => (choose(&before.0, &next.0), before.1 | next.1),
        });
    }
    Ok(chosen.map_or_else(Value::null, |(ends, marks)| ends.into_value(marks)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Value {
        match text {
            "null" => Value::null(),
            "?" => Value::unknown(),
            _ => match text.strip_suffix('+') {
                Some(low) => Value::unknown_at_least(Number::parse(low).unwrap()),
                None => Value::number(Number::parse(text).unwrap()),
            },
        }
    }

    fn check(result: Result<Value, LangError>, expected: &str) {
        let told = match result {
            Ok(value) if value.is_null() => "null".to_owned(),
            Ok(value) => match amount(&value) {
                Ok(Amount::Ends(ends)) => match ends.range() {
                    range if range.is_exact() => range.low.to_string(),
                    Range { low, high: None } => format!("{low}+"),
                    Range {
                        low,
                        high: Some(high),
                    } => format!("{low}..{high}"),
                },
                other => format!("{other:?}"),
            },
            Err(error) => error.detail().to_owned(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn sums_leave_null_out_and_keep_the_floor_of_what_is_not_known() {
        check(total(&[]), "0");
        check(total(&[n("8"), n("null"), n("0.5")]), "8.5");
        check(total(&[n("8"), n("?"), n("2+")]), "10+");
        check(total(&[n("8"), n("-1")]), "the number -1");
        check(total(&[Value::string("64"), n("1")]), "65");
        check(total(&[Value::string("64 GB")]), "the text \"64 GB\"");
        check(total(&[Value::bool(true)]), "`true`");
    }

    #[test]
    fn products_and_quotients_are_null_where_a_part_is() {
        check(product(&[n("2"), n("3")]), "6");
        check(product(&[n("2"), n("null")]), "null");
        check(product(&[n("0"), n("?")]), "0");
        check(product(&[n("2"), n("3+")]), "6+");
        check(product(&[n("-2"), n("-2")]), "the number -2");
        check(quotient(&n("10"), &n("4")), "2.5");
        check(quotient(&n("10"), &n("0")), "a division by 0");
        check(quotient(&n("10"), &n("null")), "null");
        check(quotient(&n("10"), &n("2+")), "0..5");
        check(round_up(&n("2.5")), "3");
        check(difference(&n("5"), &n("2")), "3");
        check(difference(&n("2"), &n("5")), "0");
        check(difference(&n("5"), &n("2+")), "0..3");
        check(difference(&n("5+"), &n("2")), "3+");
        check(difference(&n("5"), &n("null")), "null");
    }

    #[test]
    fn extremes_know_what_they_can() {
        check(greatest(&[n("3"), n("null"), n("5")]), "5");
        check(greatest(&[n("3"), n("?")]), "3+");
        check(least(&[n("3"), n("?")]), "0..3");
        check(greatest(&[]), "null");
    }

    #[test]
    fn decimal_fractions_cost_no_rounding() {
        for text in [
            "0.1",
            "0.25",
            "30.5",
            "1.000000001",
            "0.000000001",
            "104857.6",
        ] {
            check(total(&[n(text)]), text);
        }
        check(total(&[n("0.0000000001")]), "0.000000001");
        check(quotient(&n("1"), &n("3")), "0.333333334");
        check(total(&[n("0.1"), n("0.2")]), "0.3");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let secret = Value::string("hunter2").with_marks(Marks::SENSITIVE);
        check(total(&[secret]), "the sensitive value");
    }
}
