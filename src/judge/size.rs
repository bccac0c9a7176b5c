//! How large environments are, and how many there are: two dimensions that no instance has.

use crate::catalog::Size;
use crate::quantity::{Dimension, Quantity, Range};
use crate::request::{Account, DEFAULT_ENVIRONMENT, Request, Requests, Sum};

/// Adds to an account how many environments it has, and the size of each; where they are
/// `pooled` into one request, the size of that.
///
/// A size is the rank of the smallest one of the ladder that holds all that is asked for and
/// all that is declared; one more than the last where none does. An environment counts if
/// somebody named it; the nameless one only if it asks for something.
pub fn count(account: &mut Account, sizes: &[Size], pooled: bool) {
    let environments = (account.environments.iter())
        .filter(|(name, requests)| {
            ***name != *DEFAULT_ENVIRONMENT || requests.values().any(asks_for_something)
        })
        .count();
    let environments = u64::try_from(environments).unwrap_or(u64::MAX);
    let environments = Range::exactly(Quantity::units(environments));
    account.total.insert(
        Dimension::new(Dimension::ENVIRONMENTS),
        Request {
            max: environments.into(),
            steady: environments.into(),
            peak: environments,
            before: None,
            declared: None,
        },
    );
    for requests in account.environments.values_mut() {
        add_size(requests, sizes);
    }
    if pooled {
        add_size(&mut account.total, sizes);
    } else {
        // An environment has a size, a tenant has none.
        account
            .total
            .remove(&Dimension::new(Dimension::ENVIRONMENT_SIZE));
    }
}

fn add_size(requests: &mut Requests, sizes: &[Size]) {
    if !sizes.is_empty() {
        let size = size(requests, sizes);
        requests.insert(Dimension::new(Dimension::ENVIRONMENT_SIZE), size);
    }
}

fn asks_for_something(request: &Request) -> bool {
    request.peak != Range::ZERO || request.max != Sum::default()
}

/// The size of what is asked for, with what is declared of it.
fn size(requests: &Requests, sizes: &[Size]) -> Request {
    let declared = requests
        .get(&Dimension::new(Dimension::ENVIRONMENT_SIZE))
        .and_then(|request| request.declared);
    let rank = |of: fn(&Request) -> Range| {
        let measured = rank(requests, sizes, of);
        declared.map_or(measured, |declared| measured.max(declared))
    };
    let sum = |firm: fn(&Request) -> Range,
               estimated: fn(&Request) -> Range,
               all: fn(&Request) -> Range| Sum {
        firm: rank(firm),
        estimated: rank(estimated),
        elastic: rank(all).high != rank(estimated).high,
    };
    let knows_before = requests.values().all(|request| request.before.is_some());
    Request {
        max: sum(|r| r.max.firm, |r| r.max.estimated, |r| r.max.range()),
        steady: sum(
            |r| r.steady.firm,
            |r| r.steady.estimated,
            |r| r.steady.range(),
        ),
        peak: rank(|r| r.peak),
        before: knows_before.then(|| {
            let before = |request: &Request| request.before.unwrap_or_default();
            // Where there was nothing, there was no environment that had a size.
            match requests
                .values()
                .all(|request| before(request) == Range::ZERO)
            {
                true => Range::ZERO,
                false => self::rank(requests, sizes, before),
            }
        }),
        declared,
    }
}

/// The rank of the smallest size that holds one of the amounts of every request, end by end.
fn rank(requests: &Requests, sizes: &[Size], of: fn(&Request) -> Range) -> Range {
    let holding = |amount: &dyn Fn(Range) -> Option<Quantity>| {
        let holds = |size: &&Size| {
            size.amounts.iter().all(|(dimension, most)| {
                let range = requests.get(dimension).map(of).unwrap_or_default();
                amount(range).is_some_and(|amount| amount <= *most)
            })
        };
        let too_small = sizes.iter().take_while(|size| !holds(size)).count();
        let rank = u64::try_from(too_small).unwrap_or(u64::MAX);
        Quantity::units(rank.saturating_add(1))
    };
    Range {
        low: holding(&|range| Some(range.low)),
        high: Some(holding(&|range| range.high)),
    }
}
