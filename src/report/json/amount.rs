//! Exact amounts as JSON numbers, never by way of a float.

use crate::quantity::{Quantity, Range};
use serde::ser::Error;
use serde::{Serialize, Serializer};
use std::str::FromStr;

/// A number of at most nine decimals.
#[derive(Clone, Copy)]
pub(in crate::report) struct Amount(pub(in crate::report) Quantity);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.to_string();
        if let Ok(whole) = text.parse::<u64>() {
            return serializer.serialize_u64(whole);
        }
        // With `arbitrary_precision` a number keeps the very digits it was made of.
        let number = serde_json::Number::from_str(&text).map_err(S::Error::custom)?;
        number.serialize(serializer)
    }
}

/// `low` and `high`, where null is unbounded.
#[derive(Clone, Copy, Serialize)]
pub(in crate::report) struct Extent {
    low: Amount,
    high: Option<Amount>,
}

impl From<Range> for Extent {
    fn from(range: Range) -> Self {
        Self {
            low: Amount(range.low),
            high: range.high.map(Amount),
        }
    }
}

/// How often something counts: mostly one number, else `low` and `high`.
pub(in crate::report) struct Times(pub(in crate::report) Range);

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_exact() {
            Amount(self.0.low).serialize(serializer)
        } else {
            Extent::from(self.0).serialize(serializer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn every_digit_is_kept() {
        let nanos = |n| Amount(Quantity::nanos(n).unwrap());
        assert_eq!(json(&nanos(0)), "0");
        assert_eq!(json(&nanos(1)), "0.000000001");
        assert_eq!(json(&nanos(250_000_000)), "0.25");
        assert_eq!(
            json(&nanos(12_345_678_901_234_567_890_100_000_000)),
            "12345678901234567890.1"
        );
        let most = Quantity::MAX;
        assert_eq!(
            json(&Amount(most)),
            "170141183460469231731687303715.884105727"
        );
    }

    #[test]
    fn unbounded_is_null() {
        assert_eq!(
            json(&Extent::from(Range::UNBOUNDED)),
            r#"{"low":0,"high":null}"#
        );
        assert_eq!(json(&Times(Range::exactly(Quantity::units(3)))), "3");
        assert_eq!(json(&Times(Range::UNBOUNDED)), r#"{"low":0,"high":null}"#);
    }
}
