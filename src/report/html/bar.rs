//! One bar: what is asked for against what is allowed.

use crate::quantity::{Quantity, Range};
use crate::report::{Held, Limit, Report, RequestRow, markup, words};
use std::io::{self, Write};

/// Writes the bar of a request.
pub(super) fn write(
    report: &Report,
    row: &RequestRow,
    held: &Held,
    out: &mut dyn Write,
) -> io::Result<()> {
    let asked = held.asked;
    let scale = scale(report, row, held, asked);
    let label = format!(
        "{} {} asked for, allowed {}",
        words::range(report, &row.dimension, asked),
        row.dimension,
        words::allowance(report, row, held)
    );
    write!(
        out,
        "<div class=\"bar\" role=\"img\" aria-label=\"{}\">",
        markup::line(&label)
    )?;
    let assumed = row.assumed.min(asked.low);
    let stated = asked.low.minus(assumed);
    part("fill", Quantity::ZERO, stated, scale, out)?;
    part("assumed", stated, asked.low, scale, out)?;
    part("maybe", asked.low, asked.high.unwrap_or(scale), scale, out)?;
    let limit = match held.limit {
        Limit::Max(most) | Limit::Below(most) => Some(most),
        Limit::Review => None,
    };
    mark("limit", limit, scale, out)?;
    mark("ceiling", held.ceiling, scale, out)?;
    mark("approval", held.approved, scale, out)?;
    writeln!(out, "</div>")
}

/// What the whole length of a bar stands for: a little more than the greatest amount on it.
fn scale(report: &Report, row: &RequestRow, held: &Held, asked: Range) -> Quantity {
    if row.dimension.is_ordinal() {
        let sizes = report.sizes.len().try_into().unwrap_or(u64::MAX);
        return Quantity::units(sizes).max(asked.high.unwrap_or(asked.low));
    }
    let limit = match held.limit {
        Limit::Max(most) | Limit::Below(most) => most,
        Limit::Review => Quantity::ZERO,
    };
    let amounts = [Some(asked.low), asked.high, held.ceiling, held.approved];
    let greatest = amounts.into_iter().flatten().fold(limit, Ord::max);
    let percent = Quantity::nanos(10_000_000).unwrap_or(Quantity::ZERO);
    // Without a high end the bar needs room to go on.
    let beyond = if asked.high.is_none() { 25 } else { 6 };
    let margin = greatest.times(percent).times(Quantity::units(beyond));
    greatest.plus(margin).max(Quantity::SMALLEST)
}

fn part(
    class: &str,
    from: Quantity,
    to: Quantity,
    scale: Quantity,
    out: &mut dyn Write,
) -> io::Result<()> {
    if to <= from {
        return Ok(());
    }
    let (left, right) = (share(from, scale), share(to, scale));
    let width = right.saturating_sub(left);
    write!(
        out,
        "<i class=\"{class}\" style=\"left:{};width:{}\"></i>",
        percent(left),
        percent(width)
    )
}

fn mark(class: &str, at: Option<Quantity>, scale: Quantity, out: &mut dyn Write) -> io::Result<()> {
    match at {
        Some(at) => write!(
            out,
            "<i class=\"mark {class}\" style=\"left:{}\"></i>",
            percent(share(at, scale))
        ),
        None => Ok(()),
    }
}

/// A part of the whole in hundredths of a percent, at most all of it.
fn share(part: Quantity, whole: Quantity) -> u32 {
    let (part, whole) = (part.as_nanos(), whole.as_nanos().max(1));
    let scaled = match part.checked_mul(10_000) {
        Some(product) => product.checked_div(whole),
        // So much that the last digits cannot be seen.
        None => part.checked_div(whole.checked_div(10_000).unwrap_or(1).max(1)),
    };
    let scaled = scaled.unwrap_or(10_000).clamp(0, 10_000);
    u32::try_from(scaled).unwrap_or(10_000)
}

fn percent(hundredths: u32) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match part {
        0 => format!("{whole}%"),
        _ => format!("{whole}.{part:02}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_enough_and_never_beyond_all() {
        let check = |part, whole, expected: &str| {
            let share = share(Quantity::units(part), Quantity::units(whole));
            assert_eq!(percent(share), expected);
        };
        check(1, 2, "50%");
        check(1, 3, "33.33%");
        check(0, 3, "0%");
        check(5, 3, "100%");
        check(1, 0, "100%");
        check(u64::MAX, u64::MAX, "100%");
        let half = Quantity::nanos(Quantity::MAX.as_nanos() / 2).unwrap();
        assert_eq!(percent(share(half, Quantity::MAX)), "50%");
    }
}
