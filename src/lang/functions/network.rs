//! Address ranges in CIDR notation.

use super::numeric::{number, whole};
use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::types::Type;
use crate::lang::unknown::Refinement;
use crate::lang::value::Value;
use dashu_int::{IBig, Sign, UBig};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

const PREFIX: Parameter = Parameter::new("prefix", Kind::String);

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
    Function {
        never_null: false,
        ..function(
            "cidrcontains",
            &[
                Parameter::new("containing_prefix", Kind::String),
                Parameter::new("contained_ip_or_prefix", Kind::String),
            ],
            Kind::Bool,
            contains,
        )
    },
    function(
        "cidrhost",
        &[PREFIX, Parameter::new("hostnum", Kind::Number)],
        Kind::String,
        host,
    ),
    function("cidrnetmask", &[PREFIX], Kind::String, netmask),
    function(
        "cidrsubnet",
        &[
            PREFIX,
            Parameter::new("newbits", Kind::Number),
            Parameter::new("netnum", Kind::Number),
        ],
        Kind::String,
        subnet,
    ),
    Function {
        variadic: Some(Parameter::new("newbits", Kind::Number)),
        ..function("cidrsubnets", &[PREFIX], Kind::StringList, subnets)
    },
];

/// An address of either family.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Address {
    bits: u128,
    /// 32 or 128.
    width: u32,
}

/// The addresses that share their first `length` bits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Network {
    first: Address,
    length: u32,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mapped = self.bits >> 32 == 0xFFFF;
        if self.width == 32 || mapped {
            let low = u32::try_from(self.bits & 0xFFFF_FFFF).unwrap_or(0);
            return write!(f, "{}", Ipv4Addr::from(low));
        }
        // What looks like an old-style mapped address is written in groups all the same.
        let groups = Ipv6Addr::from(self.bits).segments();
        let mut longest = (0, 0);
        let mut start = 0;
        for (at, group) in groups.iter().enumerate() {
            if *group != 0 {
                start = at.saturating_add(1);
            } else {
                let length = at.saturating_add(1).saturating_sub(start);
                if length > longest.1 {
                    longest = (start, length);
                }
            }
        }
        let hex = |groups: &[u16]| {
            let groups: Vec<String> = groups.iter().map(|group| format!("{group:x}")).collect();
            groups.join(":")
        };
        let (start, length) = longest;
        if length < 2 {
            return f.write_str(&hex(&groups));
        }
        let head = hex(groups.get(..start).unwrap_or(&[]));
        let tail = hex(groups.get(start.saturating_add(length)..).unwrap_or(&[]));
        write!(f, "{head}::{tail}")
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

/// Decimal digits as Terraform takes them in addresses: leading zeros are fine.
fn decimal(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse::<u32>().ok().filter(|n| *n < 0xFF_FFFF)
}

impl Address {
    fn parse_v4(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut bits: u128 = 0;
        for _ in 0..4 {
            let part = decimal(parts.next()?).filter(|part| *part <= 0xFF)?;
            bits = bits << 8 | u128::from(part);
        }
        parts.next().is_none().then_some(Self { bits, width: 32 })
    }

    fn parse_v6(text: &str) -> Option<Self> {
        // The last four bytes may be written as an IPv4 address, whose zeros may lead.
        let rewritten = match text.rsplit_once(':') {
            Some((head, tail)) if tail.contains('.') => {
                let low = Self::parse_v4(tail)?.bits;
                format!("{head}:{:x}:{:x}", low >> 16, low & 0xFFFF)
            }
            _ => text.to_owned(),
        };
        let address: Ipv6Addr = strip_zeros(&rewritten).parse().ok()?;
        Some(Self {
            bits: u128::from(address),
            width: 128,
        })
    }

    fn parse(text: &str) -> Option<Self> {
        match text.find(['.', ':']) {
            Some(at) if text.get(at..)?.starts_with('.') => Self::parse_v4(text),
            Some(_) => Self::parse_v6(text),
            None => None,
        }
    }

    fn is_v4(self) -> bool {
        self.width == 32 || self.bits >> 32 == 0xFFFF
    }
}

/// Groups without their leading zeros, of which Terraform takes any number.
fn strip_zeros(text: &str) -> String {
    text.split(':')
        .map(|group| {
            let digits = group.trim_start_matches('0');
            if digits.is_empty() && !group.is_empty() {
                "0"
            } else {
                digits
            }
        })
        .collect::<Vec<_>>()
        .join(":")
}

/// A mask of so many leading ones, for addresses of that width.
fn mask(width: u32, length: u32) -> u128 {
    let all = all_ones(width);
    let host = width.saturating_sub(length);
    all & u128::MAX.checked_shl(host).unwrap_or(0)
}

fn all_ones(width: u32) -> u128 {
    u128::MAX
        .checked_shr(128_u32.saturating_sub(width))
        .unwrap_or(0)
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("invalid CIDR address: {text}");
        let (address, length) = text.split_once('/').ok_or_else(invalid)?;
        let address = Address::parse_v4(address)
            .or_else(|| Address::parse_v6(address))
            .ok_or_else(invalid)?;
        let length = decimal(length)
            .filter(|length| *length <= address.width)
            .ok_or_else(invalid)?;
        Ok(Self::around(address, length))
    }

    /// Whether it holds IPv4 addresses in their IPv6 form.
    fn is_mapped(self) -> bool {
        self.first.width == 128 && self.first.is_v4()
    }

    fn around(address: Address, length: u32) -> Self {
        Self {
            first: Address {
                bits: address.bits & mask(address.width, length),
                width: address.width,
            },
            length,
        }
    }

    fn last(&self) -> Address {
        let width = self.first.width;
        Address {
            bits: self.first.bits | (all_ones(width) & !mask(width, self.length)),
            width,
        }
    }

    fn contains(&self, address: Address) -> bool {
        address.width == self.first.width
            && address.bits & mask(address.width, self.length) == self.first.bits
    }
}

fn network(values: &[Value]) -> Result<Network, String> {
    Network::parse(text(values, 0)).map_err(|why| format!("invalid CIDR expression: {why}"))
}

/// The address with that number in its network; negative numbers count from the end.
fn host(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let at = number(values, 1);
    let magnitude = at
        .whole_magnitude()
        .filter(|_| at.is_whole())
        .ok_or_else(|| Failure::Call("value must be a whole number".to_owned()))?;
    let network = network(values).map_err(Failure::Call)?;
    if network.is_mapped() {
        return Ok(odd());
    }
    let width = network.first.width;
    let most = network.last().bits.saturating_sub(network.first.bits);
    let number = if at.is_negative() {
        magnitude - UBig::ONE
    } else {
        magnitude
    };
    // Terraform compares the last 64 bits, and takes them for a signed number.
    let low = u64::try_from(&(&number & UBig::from(u64::MAX))).unwrap_or(u64::MAX);
    let fits = low.cast_signed() < 0 || u128::from(low) <= most;
    let host = if at.is_negative() {
        IBig::from(most) - IBig::from(number)
    } else {
        IBig::from(number)
    };
    match in_width(IBig::from(network.first.bits) | host, width).filter(|_| fits) {
        Some(bits) => Ok(Value::string(Address { bits, width }.to_string())),
        None => Err(Failure::Call(format!(
            "prefix of {} does not accommodate a host numbered {at}",
            network.length
        ))),
    }
}

/// The size of a number as the bits of an address; none where they are too many.
fn in_width(number: IBig, width: u32) -> Option<u128> {
    let (_, bits) = number.into_parts();
    u128::try_from(&bits)
        .ok()
        .filter(|bits| *bits <= all_ones(width))
}

fn netmask(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let network = network(values).map_err(Failure::Call)?;
    if !network.first.is_v4() {
        return Err(Failure::Call(format!(
            "IPv6 addresses cannot have a netmask: {}",
            text(values, 0)
        )));
    }
    let mask = Address {
        bits: mask(network.first.width, network.length),
        width: network.first.width,
    };
    Ok(Value::string(mask.to_string()))
}

/// The subnet with that number among those that are so many bits longer.
fn subnet(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let more = whole(values, 1).map_err(Failure::Call)?;
    let at = number(values, 2);
    let magnitude = at
        .whole_magnitude()
        .filter(|_| at.is_whole())
        .ok_or_else(|| Failure::Call("value must be a whole number".to_owned()))?;
    let network = network(values).map_err(Failure::Call)?;
    if network.is_mapped() {
        return Ok(odd());
    }
    let width = network.first.width;
    let length = i64::from(network.length).saturating_add(more);
    if length > i64::from(width) {
        return Err(Failure::Call(format!(
            "insufficient address space to extend prefix of {} by {more}",
            network.length
        )));
    }
    // From here on Terraform lets through what makes no sense, and this is what comes of it: only
    // the last 64 bits of a number are compared, its sign is not, and a prefix can get shorter.
    let low = u64::try_from(&(&magnitude & UBig::from(u64::MAX))).unwrap_or(u64::MAX);
    let fits = match u32::try_from(more) {
        Ok(more) => low.checked_shr(more).is_none_or(|rest| rest == 0),
        Err(_) => true,
    };
    let shift = usize::try_from(i64::from(width).saturating_sub(length)).unwrap_or(0);
    // Far further than any bit can be moved and still be in an address.
    let shift = shift.min(1024);
    let sign = if at.is_negative() {
        Sign::Negative
    } else {
        Sign::Positive
    };
    let moved = IBig::from_parts(sign, magnitude) << shift;
    let bits = in_width(IBig::from(network.first.bits) | moved, width);
    match bits.filter(|_| fits) {
        Some(bits) => {
            let first = Address { bits, width };
            Ok(Value::string(match u32::try_from(length) {
                Ok(length) => Network { first, length }.to_string(),
                Err(_) => "<nil>".to_owned(),
            }))
        }
        None => Err(Failure::Call(format!(
            "prefix extension of {more} does not accommodate a subnet numbered {at}"
        ))),
    }
}

/// What Terraform makes of a prefix of IPv4 addresses written as IPv6, which is of no use.
fn odd() -> Value {
    Value::unknown_of(Type::String).refine(Refinement::not_null)
}

/// Consecutive subnets, each as early as it fits behind the one before.
fn subnets(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let network = network(values).map_err(|why| Failure::Argument(0, why))?;
    if network.is_mapped() {
        return Ok(Value::unknown_of(Type::list(Type::String)).refine(Refinement::not_null));
    }
    let width = network.first.width;
    let mut behind: Option<u128> = Some(network.first.bits);
    let mut found = Vec::new();
    let mut previous = String::new();
    for at in 1..values.len() {
        let more = whole(values, at).map_err(|why| Failure::Argument(at, why))?;
        let invalid = |why: String| Err(Failure::Argument(at, why));
        if more < 1 {
            return invalid("must extend prefix by at least one bit".to_owned());
        }
        if more > 32 {
            return invalid("may not extend prefix by more than 32 bits".to_owned());
        }
        let length = network
            .length
            .saturating_add(u32::try_from(more).unwrap_or(32));
        if length > width {
            let family = if width == 32 { "IPv4" } else { "IPv6" };
            return invalid(format!(
                "would extend prefix to {length} bits, which is too long for an {family} address"
            ));
        }
        // The first address of a subnet of that length that is not taken yet.
        let size_less_one = all_ones(width) & !mask(width, length);
        let start = behind
            .and_then(|behind| behind.checked_add(size_less_one))
            .map(|bits| bits & mask(width, length));
        let next = start.map(|bits| Network {
            first: Address { bits, width },
            length,
        });
        // Terraform takes a start at the zero address for a count that ran over.
        let next = next.filter(|next| next.first.bits != 0 && network.contains(next.first));
        let Some(next) = next else {
            return invalid(format!(
                "not enough remaining address space for a subnet with a prefix of {length} bits after {previous}"
            ));
        };
        previous = next.to_string();
        behind = next.last().bits.checked_add(1);
        found.push(previous.clone());
    }
    Ok(Value::strings(found))
}

fn contains(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let (prefix, inner) = (text(values, 0), text(values, 1));
    let network = Network::parse(prefix).map_err(Failure::Call)?;
    let (first, last) = match Address::parse(inner) {
        Some(address) => (address, address),
        None => {
            let inside = Network::parse(inner)
                .map_err(|_| Failure::Call(format!("invalid IP address or prefix: {inner}")))?;
            (inside.first, inside.last())
        }
    };
    if first.is_v4() != network.first.is_v4() {
        return Err(Failure::Call(format!(
            "address family mismatch: {prefix} vs. {inner}"
        )));
    }
    Ok(Value::bool(
        network.contains(first) && network.contains(last),
    ))
}
