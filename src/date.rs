//! Moments in time as records and catalogs write them: `2026-11-20` or `2026-11-20T08:30:00Z`, UTC.
//!
//! There is no clock here: what decides is passed in as `now`. Intervals are half-open, so
//! what expires at a moment no longer counts at that moment.

use std::fmt;
use std::str::FromStr;

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// The seconds of a day.
pub const DAY: i64 = 86_400;

impl Moment {
    /// The moment that many seconds after the beginning of 1970; clocks count so.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the beginning of 1970.
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// That many days later.
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        // u32::MAX days are below 2^49 seconds.
        Self(self.0.saturating_add((days as i64).saturating_mul(DAY)))
    }

    /// How many seconds it takes from `earlier` to this moment; negative where it comes before.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The beginning of its day.
    #[must_use]
    pub const fn midnight(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(DAY)))
    }
}

/// A stretch of time from its first moment to the first one behind it; an open end has no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// The first moment of it.
    pub from: Option<Moment>,
    /// The first moment that is no longer in it.
    pub until: Option<Moment>,
}

impl Interval {
    /// Whether `now` is in it.
    pub fn contains(self, now: Moment) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// Whether no moment is in it.
    pub fn is_empty(self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until <= from)
    }

    /// Whether some moment is in both.
    pub fn overlaps(self, other: Self) -> bool {
        let both = Self {
            from: self.from.max(other.from),
            until: match (self.until, other.until) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        };
        !self.is_empty() && !other.is_empty() && !both.is_empty()
    }
}

/// Why a text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAMoment {
    /// It is not written in one of the two ways.
    Shape,
    /// There is no such day, or no such time of day.
    NoSuchDay,
}

impl fmt::Display for NotAMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "a date is written YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, in UTC",
            Self::NoSuchDay => "there is no such day or time",
        })
    }
}

impl std::error::Error for NotAMoment {}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let (date, time) = match text.as_bytes() {
            [date @ .., b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z'] => {
                (date, Some([[*h1, *h2], [*m1, *m2], [*s1, *s2]]))
            }
            date => (date, None),
        };
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else {
            return Err(NotAMoment::Shape);
        };
        let year = digits(&[*y1, *y2, *y3, *y4])?;
        let month = digits(&[*m1, *m2])?;
        let day = digits(&[*d1, *d2])?;
        let mut seconds = 0;
        if let Some(parts) = time {
            for (part, most) in parts.iter().zip([23, 59, 59]) {
                let part = digits(part)?;
                if part > most {
                    return Err(NotAMoment::NoSuchDay);
                }
                seconds = i64::saturating_add(i64::saturating_mul(seconds, 60), part);
            }
        }
        if year == 0 || !(1..=12).contains(&month) || !(1..=days_of(year, month)).contains(&day) {
            return Err(NotAMoment::NoSuchDay);
        }
        let days = days_before(year, month)
            .saturating_add(day)
            .saturating_sub(1);
        Ok(Self(days.saturating_mul(DAY).saturating_add(seconds)))
    }
}

/// As short as it is exact: `2026-11-20` at midnight, else `2026-11-20T08:30:00Z`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        let seconds = self.0.rem_euclid(DAY);
        if seconds != 0 {
            let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            write!(f, "T{h:02}:{m:02}:{s:02}Z")?;
        }
        Ok(())
    }
}

fn digits(bytes: &[u8]) -> Result<i64, NotAMoment> {
    bytes.iter().try_fold(0_i64, |number, byte| match byte {
        b'0'..=b'9' => {
            let digit = i64::from(byte.saturating_sub(b'0'));
            Ok(number.saturating_mul(10).saturating_add(digit))
        }
        _ => Err(NotAMoment::Shape),
    })
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days from 1970-01-01 to the first of that month.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "years have four digits, so nothing comes near the bounds of i64"
)]
fn days_before(year: i64, month: i64) -> i64 {
    let past = year - 1;
    let leap_days = past / 4 - past / 100 + past / 400;
    let months: i64 = (1..month).map(|month| days_of(year, month)).sum();
    // 719,162 days lie between the first of January of the years 1 and 1970.
    past * 365 + leap_days + months - 719_162
}

/// Year, month and day of that many days after 1970-01-01.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a count of days is at most i64::MAX / 86,400"
)]
fn civil(days: i64) -> (i64, i64, i64) {
    // Counted from the first of March of a year that 400 divides, the leap day comes last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn both_ways_of_writing_are_read() {
        assert_eq!(moment("1970-01-01").as_unix(), 0);
        assert_eq!(moment("2026-11-22T00:00:00Z"), moment("2026-11-22"));
        assert_eq!(moment("2026-11-22T13:45:10Z").as_unix(), 1_795_355_110);
        assert_eq!(moment("0001-01-01").as_unix(), -62_135_596_800);
        assert_eq!(moment("2000-02-29").plus_days(1), moment("2000-03-01"));
        assert_eq!(
            moment("2026-11-22T13:45:10Z").midnight(),
            moment("2026-11-22")
        );
    }

    #[test]
    fn nothing_else_is_a_moment() {
        for text in [
            "",
            "2026",
            "2026-1-1",
            "2026-11-22 ",
            " 2026-11-22",
            "2026-11-22T00:00Z",
            "2026-11-22T00:00:00",
            "2026-11-22T00:00:00+00:00",
            "2026-11-22t00:00:00z",
            "20261122",
            "2026-11-22T00:00:00.0Z",
            "+026-11-22",
            "２０２６-11-22",
            "2026/11/22",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(NotAMoment::Shape), "{text}");
        }
        for text in [
            "2026-00-01",
            "2026-13-01",
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-01-00",
            "0000-01-01",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(NotAMoment::NoSuchDay), "{text}");
        }
    }

    #[test]
    fn what_expires_at_a_moment_is_over_at_that_moment() {
        let december = Interval {
            from: Some(moment("2026-12-01")),
            until: Some(moment("2027-01-01")),
        };
        assert!(!december.contains(moment("2026-11-30T23:59:59Z")));
        assert!(december.contains(moment("2026-12-01")));
        assert!(december.contains(moment("2026-12-31T23:59:59Z")));
        assert!(!december.contains(moment("2027-01-01")));
        assert!(Interval::default().contains(moment("2026-12-01")));
    }

    #[test]
    fn intervals_that_only_touch_do_not_overlap() {
        let of = |from: &str, until: &str| Interval {
            from: from.parse().ok(),
            until: until.parse().ok(),
        };
        let year = of("2026-01-01", "2027-01-01");
        assert!(year.overlaps(of("2026-12-31", "2027-12-31")));
        assert!(!year.overlaps(of("2027-01-01", "2028-01-01")));
        assert!(year.overlaps(of("", "")));
        assert!(
            !year.overlaps(of("2026-06-01", "2026-06-01")),
            "an empty one"
        );
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(seconds in -62_135_596_800_i64..=253_402_300_799) {
            let moment = Moment::from_unix(seconds);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }

        #[test]
        fn any_moment_prints(seconds: i64) {
            prop_assert!(!Moment::from_unix(seconds).to_string().is_empty());
        }
    }
}
