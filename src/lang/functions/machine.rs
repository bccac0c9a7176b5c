//! Machine floats as Go computes them, to the last bit: what Terraform's `log` and `pow` show.
//!
//! The standard library rounds a few results differently: `log(1000, 10)` is not 3 there.

/// A mantissa from one half to one, and the exponent.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "exponents are within 12 bits"
)]
fn split(value: f64) -> (f64, i32) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    let (value, adjusted) = if value.abs() < f64::MIN_POSITIVE {
        (value * 4_503_599_627_370_496.0, -52)
    } else {
        (value, 0)
    };
    let bits = value.to_bits();
    let exponent = i32::try_from(bits >> 52 & 0x7ff).unwrap_or(0) - 1022;
    let mantissa = f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52);
    (mantissa, exponent + adjusted)
}

/// `mantissa * 2^exponent`.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "the exponent is bounded before it is used"
)]
fn scale(mantissa: f64, exponent: i32) -> f64 {
    if mantissa == 0.0 || !mantissa.is_finite() {
        return mantissa;
    }
    let (mantissa, own) = split(mantissa);
    let mut exponent = exponent.saturating_add(own);
    if exponent < -1080 {
        return 0.0_f64.copysign(mantissa);
    }
    if exponent > 1024 {
        return f64::INFINITY.copysign(mantissa);
    }
    let mut denormal = 1.0;
    if exponent < -1021 {
        exponent += 53;
        denormal = 1.0 / 9_007_199_254_740_992.0;
    }
    let biased = u64::try_from(exponent + 1022).unwrap_or(0);
    denormal * f64::from_bits(mantissa.to_bits() & !(0x7ff << 52) | biased << 52)
}

/// The natural logarithm: FreeBSD's polynomial, which Go has.
pub(super) fn log(value: f64) -> f64 {
    if value.is_nan() || value == f64::INFINITY {
        return value;
    }
    if value < 0.0 {
        return f64::NAN;
    }
    if value == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut mantissa, mut exponent) = split(value);
    if mantissa < std::f64::consts::FRAC_1_SQRT_2 {
        mantissa *= 2.0;
        exponent = exponent.saturating_sub(1);
    }
    let f = mantissa - 1.0;
    let k = f64::from(exponent);
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2
        * (6.666_666_666_666_735e-1
            + s4 * (2.857_142_874_366_239e-1
                + s4 * (1.818_357_216_161_805e-1 + s4 * 1.479_819_860_511_658_6e-1)));
    let even = s4
        * (3.999_999_999_940_942e-1
            + s4 * (2.222_219_843_214_978_4e-1 + s4 * 1.531_383_769_920_937_3e-1));
    let rest = odd + even;
    let half = 0.5 * f * f;
    k * 6.931_471_803_691_238e-1
        - ((half - (s * (half + rest) + k * 1.908_214_929_270_587_7e-10)) - f)
}

/// The exponential function, as Go has it for processors with fused multiplication.
fn exp(value: f64) -> f64 {
    const TERMS: [f64; 7] = [
        1.984_126_984_126_984e-4,
        1.388_888_888_888_889e-3,
        8.333_333_333_333_333e-3,
        4.166_666_666_666_666_6e-2,
        1.666_666_666_666_666_6e-1,
        0.5,
        1.0,
    ];
    if value > 709.782_712_893_384 {
        return f64::INFINITY;
    }
    if value < -745.133_219_101_941_1 {
        return 0.0;
    }
    let k = (value * std::f64::consts::LOG2_E).round_ties_even();
    let r = (-k).mul_add(0.693_147_180_559_663, value);
    let r = (-k).mul_add(0.282_352_905_630_315_8e-12, r);
    let r = r * 0.0625;
    let series = TERMS.iter().fold(2.480_158_730_158_73e-5_f64, |sum, term| {
        sum.mul_add(r, *term)
    });
    let mut result = r * series;
    for _ in 0..3 {
        result *= result + 2.0;
    }
    let result = result.mul_add(result + 2.0, 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "k is within 11 bits")]
    scale(result, k as i32)
}

/// A power. Not a number where there is none: a fractional power of something below zero.
pub(super) fn pow(base: f64, power: f64) -> f64 {
    if power == 0.0 || base == 1.0 {
        return 1.0;
    }
    if power == 1.0 {
        return base;
    }
    if base == 0.0 {
        return base.powf(power);
    }
    if power == 0.5 {
        return base.sqrt();
    }
    if power == -0.5 {
        return 1.0 / base.sqrt();
    }
    let mut whole = power.abs().trunc();
    let mut fraction = power.abs() - whole;
    if fraction != 0.0 && base < 0.0 {
        return f64::NAN;
    }
    if whole >= 9_223_372_036_854_775_808.0 {
        return match base {
            -1.0 => 1.0,
            _ if (base.abs() < 1.0) == (power > 0.0) => 0.0,
            _ => f64::INFINITY,
        };
    }
    let mut mantissa = 1.0;
    let mut exponent = 0_i32;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        mantissa = exp(fraction * log(base));
    }
    let (mut factor, mut factor_exponent) = split(base);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below 2^63 and not negative, as was checked"
    )]
    let mut bits = whole as u64;
    while bits != 0 {
        if !(-4096..=4096).contains(&factor_exponent) {
            exponent = exponent.saturating_add(factor_exponent);
            break;
        }
        if bits & 1 == 1 {
            mantissa *= factor;
            exponent = exponent.saturating_add(factor_exponent);
        }
        factor *= factor;
        factor_exponent = factor_exponent.saturating_mul(2);
        if factor < 0.5 {
            factor += factor;
            factor_exponent = factor_exponent.saturating_sub(1);
        }
        bits >>= 1;
    }
    if power < 0.0 {
        mantissa = 1.0 / mantissa;
        exponent = exponent.saturating_neg();
    }
    scale(mantissa, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Terraform 1.11.4.
    #[test]
    fn the_last_digits_are_gos() {
        let cases = [
            (log(81.0) / log(3.0), 4.000000000000001),
            (log(1000.0) / log(10.0), 2.9999999999999996),
            (log(2.0) / log(10.0), 0.30102999566398114),
            (pow(2.0, 0.3), 1.2311444133449163),
            (pow(10.0, -0.7), 0.199526231496888),
            (pow(1.5, 2.5), 2.7556759606310757),
            (pow(12345.678, 0.31), 18.55109857367604),
            (pow(7.0, -0.25), 0.6147881529512643),
            (pow(0.5, 63.5), 7.666467083416871e-20),
            (pow(0.1, 3.0), 0.0010000000000000002),
            (pow(2.0, -1074.0), 5e-324),
            (pow(-8.0, 3.0), -512.0),
        ];
        for (at, (got, want)) in cases.into_iter().enumerate() {
            assert_eq!(got.to_bits(), f64::to_bits(want), "case {at}: {got} {want}");
        }
    }
}
