//! Points in time: RFC 3339 in and out, durations, date formats. Nobody asks the clock here.

use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::Value;
use std::cmp::Ordering;
use std::fmt;

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters,
        variadic: None,
        returns: Returns::Always(returns),
        run: Run::Values(run),
        never_null: true,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "formatdate",
        &[
            Parameter::new("format", Kind::String),
            Parameter::new("time", Kind::String),
        ],
        Kind::String,
        format_date,
    ),
    Function {
        never_null: false,
        ..function("plantimestamp", &[], Kind::String, now)
    },
    function(
        "timeadd",
        &[
            Parameter::new("timestamp", Kind::String),
            Parameter::new("duration", Kind::String),
        ],
        Kind::String,
        time_add,
    ),
    function(
        "timecmp",
        &[
            Parameter::new("timestamp_a", Kind::String),
            Parameter::new("timestamp_b", Kind::String),
        ],
        Kind::Number,
        time_compare,
    ),
    function("timestamp", &[], Kind::String, now),
];

/// What time it will be when the configuration is applied, nobody knows.
fn now(_: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    Ok(match environment.context.sample() {
        Some(sample) => Value::string(sample.time()),
        None => Value::unknown_of(Type::String),
    })
}

/// A point in time, as somebody at that offset sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    /// Seconds of the local clock since 1970.
    local: i64,
    nanos: u32,
    /// Seconds that the local clock is ahead of UTC.
    offset: i64,
}

const DAY: i64 = 86_400;

impl Time {
    /// Reads RFC 3339. `strictly` is how `formatdate` reads it; the other functions are as
    /// lenient as Go is.
    fn parse(text: &str, strictly: bool) -> Result<Self, String> {
        let wrong = |what: &str| format!("not a valid RFC3339 timestamp: {what}");
        let mut scan = Scan { rest: text };
        let year = scan.digits(4, 4).ok_or_else(|| scan.cannot("year"))?;
        scan.sign('-')?;
        let month = scan.digits(2, 2).ok_or_else(|| scan.cannot("month"))?;
        if !(1..=12).contains(&month) {
            return Err("not a valid RFC3339 timestamp: month out of range".to_owned());
        }
        scan.sign('-')?;
        let day = scan
            .digits(2, 2)
            .ok_or_else(|| scan.cannot("day of month"))?;
        if scan.take('T').is_none() {
            return Err(wrong("missing required time introducer 'T'"));
        }
        let least = if strictly { 2 } else { 1 };
        let hour = scan.digits(least, 2).ok_or_else(|| scan.cannot("hour"))?;
        scan.sign(':')?;
        let minute = scan.digits(2, 2).ok_or_else(|| scan.cannot("minute"))?;
        scan.sign(':')?;
        let second = scan.digits(2, 2).ok_or_else(|| scan.cannot("second"))?;
        let nanos = scan.fraction(!strictly);
        let offset = scan
            .zone(strictly)
            .ok_or_else(|| scan.cannot("UTC offset"))?;
        if !scan.rest.is_empty() {
            return Err(format!(
                "not a valid RFC3339 timestamp: extra text: {}",
                quoted(scan.rest)
            ));
        }
        for (value, most, what) in [
            (hour, 23, "hour"),
            (minute, 59, "minute"),
            (second, 59, "second"),
        ] {
            if value > most {
                return Err(format!(
                    "not a valid RFC3339 timestamp: {what} out of range"
                ));
            }
        }
        if !(1..=days_in(year, month)).contains(&day) {
            return Err("not a valid RFC3339 timestamp: day out of range".to_owned());
        }
        Ok(Self {
            local: seconds(year, month, day, hour, minute, second),
            nanos,
            offset,
        })
    }

    /// Reads the forms of a date that YAML knows: with or without a time, months and days of
    /// one digit, `T`, `t` or a space between.
    pub(super) fn parse_yaml(text: &str) -> Option<Self> {
        let mut scan = Scan { rest: text };
        let year = scan.digits(4, 4)?;
        scan.take('-')?;
        let month = scan.digits(1, 2)?;
        scan.take('-')?;
        let day = scan.digits(1, 2)?;
        if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
            return None;
        }
        if scan.rest.is_empty() {
            return Some(Self {
                local: seconds(year, month, day, 0, 0, 0),
                nanos: 0,
                offset: 0,
            });
        }
        let zoned = scan.take('T').or_else(|| scan.take('t')).is_some();
        if !zoned {
            scan.take(' ')?;
        }
        let hour = scan.digits(1, 2)?;
        scan.take(':')?;
        let minute = scan.digits(1, 2)?;
        scan.take(':')?;
        let second = scan.digits(1, 2)?;
        let nanos = scan.fraction(true);
        let offset = if zoned { scan.zone(false)? } else { 0 };
        if !scan.rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(Self {
            local: seconds(year, month, day, hour, minute, second),
            nanos,
            offset,
        })
    }

    /// Seconds since 1970 in UTC.
    fn instant(&self) -> i64 {
        self.local.saturating_sub(self.offset)
    }

    fn plus(self, nanos: i64) -> Self {
        const BILLION: i64 = 1_000_000_000;
        let total = i64::from(self.nanos).saturating_add(nanos.rem_euclid(BILLION));
        let carry = total.div_euclid(BILLION);
        Self {
            local: self
                .local
                .saturating_add(nanos.div_euclid(BILLION))
                .saturating_add(carry),
            nanos: u32::try_from(total.rem_euclid(BILLION)).unwrap_or(0),
            offset: self.offset,
        }
    }

    /// Year, month and day of the local calendar.
    fn date(&self) -> (i64, i64, i64) {
        // Days since 0000-03-01, in eras of 400 years.
        let days = self.local.div_euclid(DAY).saturating_add(719_468);
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = of_era
            .saturating_sub(of_era / 1_460)
            .saturating_add(of_era / 36_524)
            .saturating_sub(of_era / 146_096)
            / 365;
        let of_year = of_era.saturating_sub(
            year_of_era
                .saturating_mul(365)
                .saturating_add(year_of_era / 4)
                .saturating_sub(year_of_era / 100),
        );
        let from_march = of_year.saturating_mul(5).saturating_add(2) / 153;
        let day = of_year
            .saturating_sub(from_march.saturating_mul(153).saturating_add(2) / 5)
            .saturating_add(1);
        let month = if from_march < 10 {
            from_march.saturating_add(3)
        } else {
            from_march.saturating_sub(9)
        };
        let year = era.saturating_mul(400).saturating_add(year_of_era);
        let year = if month <= 2 {
            year.saturating_add(1)
        } else {
            year
        };
        (year, month, day)
    }

    /// Hour, minute and second of the local clock.
    fn clock(&self) -> (i64, i64, i64) {
        let seconds = self.local.rem_euclid(DAY);
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// `+01:00`, or without the colon.
    fn zone(&self, colon: &str) -> String {
        let minutes = self.offset.abs() / 60;
        let sign = if self.offset < 0 { '-' } else { '+' };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

/// RFC 3339 without fractions of a second.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if self.offset == 0 {
            f.write_str("Z")
        } else {
            f.write_str(&self.zone(":"))
        }
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Seconds since 1970 of a date and time that are in range.
fn seconds(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    let mut days = day.saturating_sub(1);
    for before in 1..month {
        days = days.saturating_add(days_in(year, before));
    }
    let past = year.saturating_sub(1);
    let leaps = (past / 4)
        .saturating_sub(past / 100)
        .saturating_add(past / 400);
    // Day zero is 0001-01-01; the year zero, which ISO has, is a leap year before it.
    let years = if year > 0 {
        past.saturating_mul(365).saturating_add(leaps)
    } else {
        -366
    };
    days.saturating_add(years)
        .saturating_sub(719_162)
        .saturating_mul(DAY)
        .saturating_add(hour.saturating_mul(3600))
        .saturating_add(minute.saturating_mul(60))
        .saturating_add(second)
}

struct Scan<'t> {
    rest: &'t str,
}

impl Scan<'_> {
    fn take(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(c)?;
        Some(())
    }

    /// A number of at least and at most so many digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits.parse().ok()
    }

    fn sign(&mut self, c: char) -> Result<(), String> {
        self.take(c).ok_or_else(|| {
            if self.rest.is_empty() {
                format!("not a valid RFC3339 timestamp: end of string where \"{c}\" is expected")
            } else {
                format!(
                    "not a valid RFC3339 timestamp: found {} where \"{c}\" is expected",
                    quoted(self.rest)
                )
            }
        })
    }

    fn cannot(&self, what: &str) -> String {
        if self.rest.is_empty() {
            format!("not a valid RFC3339 timestamp: end of string before {what}")
        } else {
            format!(
                "not a valid RFC3339 timestamp: cannot use {} as {what}",
                quoted(self.rest)
            )
        }
    }

    /// Billionths of a second; digits beyond are dropped.
    fn fraction(&mut self, comma: bool) -> u32 {
        let marked = self.rest.starts_with('.') || comma && self.rest.starts_with(',');
        let digits = self.rest.get(1..).unwrap_or("");
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        if !marked || count == 0 {
            return 0;
        }
        self.rest = digits.get(count..).unwrap_or("");
        let digits = digits.get(..count.min(9)).unwrap_or("");
        format!("{digits:0<9}").parse().unwrap_or(0)
    }

    /// `Z` or `+01:00`, in seconds.
    fn zone(&mut self, strictly: bool) -> Option<i64> {
        if self.take('Z').is_some() {
            return Some(0);
        }
        let negative = match self.rest.chars().next()? {
            '+' => false,
            '-' => true,
            _ => return None,
        };
        self.rest = self.rest.get(1..)?;
        let hours = self.digits(2, 2)?;
        self.take(':')?;
        let minutes = self.digits(2, 2)?;
        let (most_hours, most_minutes) = if strictly { (23, 59) } else { (24, 60) };
        if hours > most_hours || minutes > most_minutes {
            return None;
        }
        let offset = hours
            .saturating_mul(60)
            .saturating_add(minutes)
            .saturating_mul(60);
        Some(if negative {
            offset.saturating_neg()
        } else {
            offset
        })
    }
}

fn time_add(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let time = Time::parse(text(values, 0), false).map_err(Failure::Call)?;
    let duration = duration(text(values, 1)).map_err(Failure::Call)?;
    Ok(Value::string(time.plus(duration).to_string()))
}

fn time_compare(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let time = |at| Time::parse(text(values, at), false).map_err(|why| Failure::Argument(at, why));
    let (a, b) = (time(0)?, time(1)?);
    let order = a.instant().cmp(&b.instant()).then(a.nanos.cmp(&b.nanos));
    Ok(Value::number(match order {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// A duration such as `1h30m` or `-1.5s`, in billionths of a second.
fn duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quoted(text));
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (whole, after) = leading_digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => leading_digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end).unwrap_or((after, ""));
        rest = after;
        let unit: u64 = match unit {
            "ns" => 1,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "" => return Err(format!("time: missing unit in duration {}", quoted(text))),
            unit => {
                return Err(format!(
                    "time: unknown unit {} in duration {}",
                    quoted(unit),
                    quoted(text)
                ));
            }
        };
        let whole: u64 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| invalid())?
        };
        let part = whole.checked_mul(unit).ok_or_else(invalid)?;
        let part = part
            .checked_add(share(fraction, unit))
            .ok_or_else(invalid)?;
        total = total.checked_add(part).ok_or_else(invalid)?;
    }
    let total = i128::from(total);
    i64::try_from(if negative {
        total.saturating_neg()
    } else {
        total
    })
    .map_err(|_| invalid())
}

fn leading_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A decimal fraction of a unit, cut to whole billionths.
fn share(fraction: &str, unit: u64) -> u64 {
    let digits = fraction.get(..fraction.len().min(18)).unwrap_or("");
    let value: u128 = digits.parse().unwrap_or(0);
    let scale = 10_u128.saturating_pow(u32::try_from(digits.len()).unwrap_or(0));
    let share = value
        .saturating_mul(u128::from(unit))
        .checked_div(scale)
        .unwrap_or(0);
    u64::try_from(share).unwrap_or(0)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];

fn format_date(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let time = Time::parse(text(values, 1), true).map_err(|why| Failure::Argument(1, why))?;
    let mut out = String::new();
    let mut rest = text(values, 0);
    while let Some(first) = rest.chars().next() {
        let end = if first == '\'' {
            quoted_length(rest)
                .ok_or_else(|| Failure::Argument(0, "unterminated literal '".to_owned()))?
        } else if first.is_ascii_alphabetic() {
            rest.find(|c| c != first).unwrap_or(rest.len())
        } else {
            rest.find(|c: char| c == '\'' || c.is_ascii_alphabetic())
                .unwrap_or(rest.len())
        };
        let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        if token == "''" {
            out.push('\'');
        } else if first == '\'' {
            let inner = token.get(1..token.len().saturating_sub(1)).unwrap_or("");
            out.push_str(&inner.replace("''", "'"));
        } else if first.is_ascii_alphabetic() {
            out.push_str(&verb(first, token, &time)?);
        } else {
            out.push_str(token);
        }
    }
    Ok(Value::text(out))
}

/// How long a text in single quotes is, a doubled quote within being one; none without an end.
fn quoted_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'\'') {
        return Some(2);
    }
    let mut at = 1_usize;
    loop {
        match (bytes.get(at)?, bytes.get(at.saturating_add(1))) {
            (b'\'', Some(b'\'')) => at = at.saturating_add(2),
            (b'\'', _) => return Some(at.saturating_add(1)),
            _ => at = at.saturating_add(1),
        }
    }
}

fn verb(letter: char, token: &str, time: &Time) -> Result<String, Failure> {
    let (year, month, day) = time.date();
    let (hour, minute, second) = time.clock();
    let invalid = |what: &str| {
        Failure::Argument(
            0,
            format!("invalid date format verb {}{what}", quoted(token)),
        )
    };
    let one_or_two = |value: i64, what: &str| match token.len() {
        1 => Ok(value.to_string()),
        2 => Ok(format!("{value:02}")),
        _ => Err(invalid(what)),
    };
    let named = |names: &[&str], at: i64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| names.get(at))
            .copied()
            .unwrap_or("")
            .to_owned()
    };
    let short = |name: String| name.chars().take(3).collect::<String>();
    match letter {
        'Y' => match token.len() {
            2 => Ok(format!("{:02}", year % 100)),
            4 => Ok(format!("{year:04}")),
            _ => Err(invalid(": year must either be \"YY\" or \"YYYY\"")),
        },
        'M' => match token.len() {
            1 | 2 => one_or_two(month, ""),
            3 => Ok(short(named(&MONTHS, month.saturating_sub(1)))),
            4 => Ok(named(&MONTHS, month.saturating_sub(1))),
            _ => Err(invalid(
                ": month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
            )),
        },
        'D' => one_or_two(day, ": day of month must either be \"D\" or \"DD\""),
        'E' => {
            let name = named(&WEEKDAYS, time.local.div_euclid(DAY).rem_euclid(7));
            match token.len() {
                3 => Ok(short(name)),
                4 => Ok(name),
                _ => Err(invalid(": day of week must either be \"EEE\" or \"EEEE\"")),
            }
        }
        'h' => one_or_two(hour, ": 24-hour must either be \"h\" or \"hh\""),
        'H' => {
            let twelve = match hour % 12 {
                0 => 12,
                hour => hour,
            };
            one_or_two(twelve, ": 12-hour must either be \"H\" or \"HH\"")
        }
        'A' | 'a' if token.len() == 2 => Ok(match (letter, hour < 12) {
            ('A', true) => "AM",
            ('A', false) => "PM",
            (_, true) => "am",
            (_, false) => "pm",
        }
        .to_owned()),
        'A' | 'a' => Err(invalid(&format!(": must be \"{letter}{letter}\""))),
        'm' => one_or_two(minute, ": minute must either be \"m\" or \"mm\""),
        's' => one_or_two(second, ": second must either be \"s\" or \"ss\""),
        'Z' => match token.len() {
            1 if time.offset == 0 => Ok("Z".to_owned()),
            1 => Ok(time.zone(":")),
            3 if time.zone("") == "+0000" => Ok("UTC".to_owned()),
            3 | 4 => Ok(time.zone("")),
            5 => Ok(time.zone(":")),
            _ => Err(invalid(": timezone must be Z, ZZZZ, or ZZZZZ")),
        },
        _ => Err(invalid("")),
    }
}
