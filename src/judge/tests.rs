//! How limits are kept: tables, and laws with no favourite number.

use super::*;
use crate::catalog::{CeilingKind, Size};
use crate::date::Interval;
use crate::quantity::{Mark, Range};
use crate::source::{SourceFile, Span};
use Bound::{Below, Max, Review};
use Outcome::{ElasticOnly, Fits, OnlyAssumed, Over, Undetermined};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn units(n: u64) -> Quantity {
    Quantity::units(n)
}

fn exactly(n: u64) -> Range {
    Range::exactly(units(n))
}

fn range(low: u64, high: impl Into<Option<u64>>) -> Range {
    Range {
        low: units(low),
        high: high.into().map(units),
    }
}

fn sum(parts: &[(Range, Mark)]) -> Sum {
    let parts = parts.iter().map(|(range, mark)| Sum::of(*range, *mark));
    parts.fold(Sum::default(), Sum::plus)
}

fn span() -> Span {
    SourceFile::new("catalog.hcl", "").at(0..0)
}

fn limit(dimension: &str, bound: Bound) -> Limit {
    Limit {
        dimension: Dimension::new(dimension),
        bound,
        per: Per::Environment,
        basis: Basis::Max,
        enforcement: Enforcement::MandatoryOverridable,
        approvers: Vec::new(),
        error_message: None,
        overage: None,
        span: span(),
        bound_span: span(),
    }
}

fn tier(name: &str, limits: impl IntoIterator<Item = Limit>) -> Tier {
    Tier {
        name: Arc::from(name),
        title: Arc::from(name),
        users: None,
        users_from: None,
        infrastructure: None,
        features: Vec::new(),
        limits: (limits.into_iter())
            .map(|limit| (limit.dimension.clone(), limit))
            .collect(),
        span: span(),
    }
}

fn ceiling(dimension: &str, amount: u64) -> Ceiling {
    Ceiling {
        kind: CeilingKind::Contract,
        environment: None,
        limits: BTreeMap::from([(Dimension::new(dimension), units(amount))]),
        when: Interval::default(),
        reason: Arc::from("order form"),
        span: span(),
    }
}

fn request(max: Sum) -> Request {
    Request {
        max,
        steady: max,
        ..Request::default()
    }
}

/// An account with one dimension in some environments.
fn account(dimension: &str, environments: &[(&str, Sum)]) -> Account {
    let mut account = Account::default();
    let dimension = Dimension::new(dimension);
    for (name, sum) in environments {
        let requests = Requests::from([(dimension.clone(), request(*sum))]);
        account.environments.insert(Arc::from(*name), requests);
        let total = account.total.entry(dimension.clone()).or_default();
        *total = total.plus(request(*sum));
    }
    account
}

fn terms<'a>(tier: &'a Tier, ceilings: &'a [Ceiling]) -> Terms<'a> {
    Terms {
        tier,
        ceilings,
        now: Moment::from_unix(0),
        complete: true,
        pooled: false,
    }
}

fn check(asked: Sum, bound: Bound, expected: Outcome) {
    let tier = tier("small", [limit("vcpu", bound)]);
    let account = account("vcpu", &[("production", asked)]);
    let judgements = judge(&terms(&tier, &[]), &account);
    let [judgement] = judgements.as_slice() else {
        panic!("one limit, {} judgements", judgements.len())
    };
    assert_eq!(judgement.outcome, expected, "{asked:?} against {bound:?}");
}

#[test]
fn a_limit_may_be_used_up_to_the_last_unit() {
    check(exactly(16).into(), Max(units(16)), Fits);
    check(exactly(17).into(), Max(units(16)), Over);
    check(exactly(0).into(), Max(units(0)), Fits);
    check(exactly(9999).into(), Below(units(10_000)), Fits);
    check(exactly(10_000).into(), Below(units(10_000)), Over);
    let just_below = units(10_000).minus(Quantity::SMALLEST);
    check(
        Range::exactly(just_below).into(),
        Below(units(10_000)),
        Fits,
    );
    check(exactly(0).into(), Review, Fits);
    check(Range::exactly(Quantity::SMALLEST).into(), Review, Over);
}

#[test]
fn what_is_not_known_is_neither_fit_nor_over() {
    check(range(10, 16).into(), Max(units(16)), Fits);
    check(range(10, 17).into(), Max(units(16)), Undetermined);
    check(range(10, None).into(), Max(units(16)), Undetermined);
    check(range(17, None).into(), Max(units(16)), Over);
    check(range(0, None).into(), Review, Undetermined);
}

#[test]
fn estimates_alone_never_fail() {
    let with = |known: u64, guessed: u64| {
        sum(&[
            (exactly(known), Mark::Known),
            (exactly(guessed), Mark::Assumed),
        ])
    };
    check(with(8, 8), Max(units(16)), Fits);
    check(with(8, 9), Max(units(16)), OnlyAssumed);
    check(with(17, 9), Max(units(16)), Over);
    check(sum(&[(exactly(17), Mark::Default)]), Max(units(16)), Over);
    check(
        sum(&[
            (range(1, 9), Mark::Undetermined),
            (exactly(8), Mark::Assumed),
        ]),
        Max(units(16)),
        OnlyAssumed,
    );
    check(
        sum(&[
            (range(1, 17), Mark::Undetermined),
            (exactly(1), Mark::Assumed),
        ]),
        Max(units(16)),
        Undetermined,
    );
}

#[test]
fn of_what_has_no_ceiling_the_floor_counts() {
    let with = |known: u64, floor: u64| {
        sum(&[
            (exactly(known), Mark::Known),
            (range(floor, None), Mark::Elastic),
        ])
    };
    check(with(8, 8), Max(units(16)), ElasticOnly);
    check(with(8, 9), Max(units(16)), Over);
    check(with(0, 0), Review, ElasticOnly);
    check(
        with(8, 0).plus(Sum::of(range(0, None), Mark::Undetermined)),
        Max(units(16)),
        Undetermined,
    );
}

#[test]
fn levels_follow_the_catalog_and_advisory_limits_only_warn() {
    use crate::catalog::Policy::{Fail, Warn};
    let policies = |undetermined, elastic| Policies {
        undetermined,
        opaque: Fail,
        no_rule: Warn,
        elastic,
    };
    let level = |asked: Range, mark, enforcement, policies: &Policies| {
        let limit = Limit {
            enforcement,
            ..limit("vcpu", Max(units(16)))
        };
        let tier = tier("small", [limit]);
        let account = account("vcpu", &[("production", Sum::of(asked, mark))]);
        judge(&terms(&tier, &[]), &account)[0].level(policies)
    };
    let usual = policies(Fail, Warn);
    let (hard, soft) = (Enforcement::MandatoryOverridable, Enforcement::Advisory);
    assert_eq!(level(exactly(16), Mark::Known, hard, &usual), None);
    assert_eq!(
        level(exactly(17), Mark::Known, hard, &usual),
        Some(Level::Error)
    );
    assert_eq!(
        level(exactly(17), Mark::Known, soft, &usual),
        Some(Level::Warning)
    );
    assert_eq!(
        level(exactly(17), Mark::Assumed, hard, &usual),
        Some(Level::Warning)
    );
    assert_eq!(
        level(range(1, None), Mark::Undetermined, hard, &usual),
        Some(Level::Error)
    );
    assert_eq!(
        level(range(1, None), Mark::Undetermined, soft, &usual),
        Some(Level::Warning)
    );
    assert_eq!(
        level(range(1, None), Mark::Elastic, hard, &usual),
        Some(Level::Warning)
    );
    let other = policies(Warn, Fail);
    assert_eq!(
        level(range(1, None), Mark::Undetermined, hard, &other),
        Some(Level::Warning)
    );
    assert_eq!(
        level(range(1, None), Mark::Elastic, hard, &other),
        Some(Level::Error)
    );
    assert_eq!(
        level(exactly(17), Mark::Known, hard, &other),
        Some(Level::Error)
    );
}

#[test]
fn per_tenant_limits_hold_the_sum_and_per_environment_limits_each() {
    let outcomes = |per, complete, pooled| {
        let tier = tier(
            "small",
            [Limit {
                per,
                ..limit("vcpu", Max(units(64)))
            }],
        );
        let account = account(
            "vcpu",
            &[("a", exactly(40).into()), ("b", exactly(40).into())],
        );
        let terms = Terms {
            complete,
            pooled,
            ..terms(&tier, &[])
        };
        let judged = judge(&terms, &account);
        let told = |judgement: &Judgement<'_>| {
            (
                judgement.environment.as_deref().unwrap_or("all").to_owned(),
                judgement.outcome,
            )
        };
        judged.iter().map(told).collect::<Vec<_>>()
    };
    let all = |outcome| vec![("all".to_owned(), outcome)];
    let each = vec![("a".to_owned(), Fits), ("b".to_owned(), Fits)];
    assert_eq!(outcomes(Per::Environment, true, false), each);
    assert_eq!(
        outcomes(Per::Environment, false, false),
        each,
        "each was read whole"
    );
    assert_eq!(outcomes(Per::Tenant, true, false), all(Over));
    assert_eq!(
        outcomes(Per::Environment, true, true),
        all(Over),
        "a pool is one request"
    );

    let tier = tier(
        "small",
        [Limit {
            per: Per::Tenant,
            ..limit("vcpu", Max(units(99)))
        }],
    );
    let account = account("vcpu", &[("a", exactly(40).into())]);
    let complete = |complete| {
        judge(
            &Terms {
                complete,
                ..terms(&tier, &[])
            },
            &account,
        )[0]
        .outcome
    };
    assert_eq!(complete(true), Fits);
    assert_eq!(complete(false), Undetermined, "a root is missing");
}

#[test]
fn a_steady_limit_holds_what_runs() {
    let tier = tier(
        "small",
        [Limit {
            basis: Basis::Steady,
            ..limit("vcpu", Max(units(16)))
        }],
    );
    let mut account = account("vcpu", &[("production", exactly(64).into())]);
    let requests = account.environments.get_mut("production").unwrap();
    requests.get_mut(&Dimension::new("vcpu")).unwrap().steady = exactly(16).into();
    assert_eq!(judge(&terms(&tier, &[]), &account)[0].outcome, Fits);
}

#[test]
fn a_ceiling_raises_while_it_lasts() {
    let tier = tier("small", [limit("vcpu", Below(units(64)))]);
    let account = account("vcpu", &[("production", exactly(64).into())]);
    let raised = |change: &dyn Fn(&mut Ceiling)| {
        let mut one = ceiling("vcpu", 64);
        change(&mut one);
        let ceilings = [ceiling("vcpu", 10), one];
        judge(&terms(&tier, &ceilings), &account)[0].outcome
    };
    assert_eq!(raised(&|_| {}), Fits);
    assert_eq!(raised(&|one| one.limits = ceiling("vcpu", 63).limits), Over);
    assert_eq!(raised(&|one| one.limits = ceiling("iops", 64).limits), Over);
    assert_eq!(
        raised(&|one| one.environment = Some(Arc::from("production"))),
        Fits
    );
    assert_eq!(
        raised(&|one| one.environment = Some(Arc::from("staging"))),
        Over
    );
    let moment = Moment::from_unix;
    assert_eq!(raised(&|one| one.when.until = Some(moment(1))), Fits);
    assert_eq!(raised(&|one| one.when.until = Some(moment(0))), Over);
    assert_eq!(raised(&|one| one.when.from = Some(moment(0))), Fits);
    assert_eq!(raised(&|one| one.when.from = Some(moment(1))), Over);

    let hard = Limit {
        enforcement: Enforcement::Mandatory,
        ..limit("vcpu", Max(units(63)))
    };
    let tier = self::tier("small", [hard]);
    let ceilings = [ceiling("vcpu", 64)];
    assert_eq!(
        judge(&terms(&tier, &ceilings), &account)[0].outcome,
        Over,
        "nothing raises it"
    );
}

#[test]
fn an_excess_says_how_much_and_what_it_costs() {
    use crate::catalog::Overage;
    let judged = |bound, asked: Range| {
        let overage = Overage {
            price_per_unit: Quantity::nanos(500_000_000).unwrap(),
            unit: None,
            lead_time_weeks: Some(2),
        };
        let tier = tier(
            "small",
            [Limit {
                overage: Some(overage),
                ..limit("vcpu", bound)
            }],
        );
        let account = account("vcpu", &[("production", asked.into())]);
        let judged = judge(&terms(&tier, &[]), &account);
        let judgement = &judged[0];
        let cost = judgement
            .cost()
            .map(|cost| (cost.units, cost.total.to_string()));
        (judgement.excess(), judgement.needed(), cost)
    };
    let quarter = Quantity::nanos(250_000_000).unwrap();
    let cost = |n, total: &str| Some((units(n), total.to_owned()));
    assert_eq!(
        judged(Max(units(64)), exactly(65)),
        (units(1), Some(units(65)), cost(1, "0.5"))
    );
    assert_eq!(
        judged(Max(units(64)), Range::exactly(units(64).plus(quarter))),
        (quarter, Some(units(65)), cost(1, "0.5")),
    );
    assert_eq!(
        judged(Below(units(64)), exactly(64)),
        (units(0), Some(units(64)), None)
    );
    assert_eq!(
        judged(Below(units(64)), exactly(66)),
        (units(2), Some(units(66)), cost(2, "1"))
    );
    assert_eq!(
        judged(Review, exactly(3)),
        (units(3), Some(units(3)), cost(3, "1.5"))
    );
    assert_eq!(
        judged(Max(units(64)), range(3, 70)),
        (units(0), Some(units(70)), cost(6, "3"))
    );
    assert_eq!(
        judged(Max(units(64)), range(70, None)),
        (units(6), None, None)
    );
}

#[test]
fn the_lowest_tier_that_holds_everything_fits() {
    let ladder = [
        tier("small", [limit("vcpu", Max(units(64)))]),
        tier("medium", [limit("vcpu", Max(units(256)))]),
        tier("enterprise", [limit("vcpu", Review)]),
    ];
    let fits = |asked: Range| {
        let account = account("vcpu", &[("a", exactly(1).into()), ("b", asked.into())]);
        tier_that_fits(
            &ladder,
            &terms(&ladder[0], &[ceiling("vcpu", 9999)]),
            &account,
        )
        .map(|tier| tier.name.to_string())
    };
    assert_eq!(fits(exactly(64)).as_deref(), Some("small"));
    assert_eq!(fits(exactly(65)).as_deref(), Some("medium"));
    assert_eq!(fits(range(65, 300)), None);
    assert_eq!(fits(exactly(300)), None);
}

fn ladder() -> Vec<Size> {
    let size = |name: &str, vcpu: u64, iops: Option<u64>| {
        let mut amounts = BTreeMap::from([(Dimension::new("vcpu"), units(vcpu))]);
        amounts.extend(iops.map(|iops| (Dimension::new("iops"), units(iops))));
        Size {
            name: Arc::from(name),
            amounts,
            span: span(),
        }
    };
    vec![size("small", 64, Some(10_000)), size("large", 512, None)]
}

#[test]
fn an_environment_is_as_large_as_the_smallest_size_that_holds_it() {
    let size = |requests: &[(&str, Sum)], declared: Option<u64>| {
        let mut account = Account::default();
        let mut all: Requests = requests
            .iter()
            .map(|(dimension, sum)| (Dimension::new(*dimension), request(*sum)))
            .collect();
        if let Some(rank) = declared {
            let declared = Some(exactly(rank));
            all.insert(
                Dimension::new("environment_size"),
                Request {
                    declared,
                    ..Request::default()
                },
            );
        }
        account.environments.insert(Arc::from("production"), all);
        count(&mut account, &ladder(), false);
        assert!(
            !account
                .total
                .contains_key(&Dimension::new("environment_size"))
        );
        account.environments["production"][&Dimension::new("environment_size")].max
    };
    assert_eq!(size(&[], None).range(), exactly(1));
    assert_eq!(
        size(&[("vcpu", exactly(64).into())], None).range(),
        exactly(1)
    );
    assert_eq!(
        size(&[("vcpu", exactly(65).into())], None).range(),
        exactly(2)
    );
    assert_eq!(
        size(&[("vcpu", exactly(513).into())], None).range(),
        exactly(3)
    );
    assert_eq!(
        size(&[("iops", exactly(10_001).into())], None).range(),
        exactly(2)
    );
    assert_eq!(
        size(&[("iops", range(0, None).into())], None).range(),
        range(1, 2)
    );
    assert_eq!(
        size(&[("vcpu", range(9, 70).into())], None).range(),
        range(1, 2)
    );
    assert_eq!(
        size(&[("gpus", exactly(9).into())], None).range(),
        exactly(1),
        "no measure of size"
    );
    assert_eq!(
        size(&[("vcpu", exactly(65).into())], Some(1)).range(),
        exactly(2),
        "declared small, measured large"
    );
    assert_eq!(
        size(&[("vcpu", exactly(5).into())], Some(2)).range(),
        exactly(2),
        "declared large, measured small"
    );
    let guessed = size(&[("vcpu", Sum::of(exactly(65), Mark::Assumed))], None);
    assert_eq!((guessed.firm, guessed.estimated), (exactly(1), exactly(2)));
    let elastic = size(&[("vcpu", Sum::of(range(65, None), Mark::Elastic))], None);
    assert_eq!((elastic.firm, elastic.elastic), (exactly(2), true));
}

#[test]
fn environments_that_somebody_named_are_counted() {
    let environments = |named: &[(&str, u64)]| {
        let sums: Vec<_> = named
            .iter()
            .map(|(name, n)| (*name, exactly(*n).into()))
            .collect();
        let mut account = account("vcpu", &sums);
        count(&mut account, &[], false);
        account.total[&Dimension::new("environments")].max.range()
    };
    assert_eq!(environments(&[]), exactly(0));
    assert_eq!(environments(&[("production", 0)]), exactly(1));
    assert_eq!(
        environments(&[("production", 4), ("default", 0)]),
        exactly(1)
    );
    assert_eq!(
        environments(&[("production", 4), ("default", 1)]),
        exactly(2)
    );
}

#[test]
fn what_is_elastic_is_said_once_and_not_again_as_size() {
    let size = |bound| limit("environment_size", bound);
    let elastic = Sum::of(range(0, None), Mark::Elastic);
    let outcomes = |tier: &Tier| {
        let mut account = account("vcpu", &[("production", elastic)]);
        count(&mut account, &ladder(), false);
        let judged = judge(&terms(tier, &[]), &account);
        let told =
            |judgement: &Judgement<'_>| (judgement.dimension().to_string(), judgement.outcome);
        judged.iter().map(told).collect::<Vec<_>>()
    };
    let both = tier(
        "small",
        [limit("vcpu", Max(units(64))), size(Max(units(1)))],
    );
    assert_eq!(
        outcomes(&both),
        [
            ("environment_size".to_owned(), Fits),
            ("vcpu".to_owned(), ElasticOnly)
        ]
    );
    let alone = tier("small", [size(Max(units(1)))]);
    assert_eq!(
        outcomes(&alone),
        [("environment_size".to_owned(), ElasticOnly)]
    );
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    prop_oneof![
        (0..200_u64).prop_map(Quantity::units),
        (0..200_000_000_000_i128).prop_map(|n| Quantity::nanos(n).unwrap_or_default()),
        Just(Quantity::MAX),
    ]
}

fn any_part() -> impl Strategy<Value = Sum> {
    let mark = prop_oneof![
        Just(Mark::Known),
        Just(Mark::Default),
        Just(Mark::Assumed),
        Just(Mark::Elastic),
        Just(Mark::Undetermined)
    ];
    (any_quantity(), proptest::option::of(any_quantity()), mark).prop_map(|(low, more, mark)| {
        let high = more.map(|more| low.plus(more));
        Sum::of(Range { low, high }, mark)
    })
}

fn any_sum() -> impl Strategy<Value = Sum> {
    proptest::collection::vec(any_part(), 0..6)
        .prop_map(|parts| parts.into_iter().fold(Sum::default(), Sum::plus))
}

proptest! {
    #[test]
    fn raising_a_limit_never_makes_anything_worse(sum in any_sum(), limit in any_quantity(), more in any_quantity()) {
        prop_assert!(hold(sum, limit.plus(more)) <= hold(sum, limit));
    }

    #[test]
    fn asking_for_more_never_makes_anything_better(sum in any_sum(), part in any_part(), limit in any_quantity()) {
        prop_assert!(hold(sum.plus(part), limit) >= hold(sum, limit));
        prop_assert!(hold(sum.max(part), limit) >= hold(sum, limit));
        prop_assert!(hold(sum.and_perhaps_more(), limit) >= hold(sum, limit));
    }

    #[test]
    fn what_is_needed_is_enough_and_one_less_is_not(sum in any_sum(), limit in any_quantity()) {
        let tier = tier("small", [self::limit("vcpu", Max(limit))]);
        let account = account("vcpu", &[("production", sum)]);
        let judged = judge(&terms(&tier, &[]), &account);
        if let Some(needed) = judged[0].needed() {
            prop_assert!(hold(sum, needed) < Undetermined);
            if needed > Quantity::ZERO && needed.is_whole() {
                prop_assert!(hold(sum, needed.minus(Quantity::ONE)) >= Undetermined);
            }
        }
    }

    #[test]
    fn a_larger_request_has_no_smaller_size(vcpu in 0..700_u64, iops in 0..20_000_u64, more in 0..700_u64) {
        let rank = |vcpu: u64, iops: u64| {
            let mut account = account("vcpu", &[("a", exactly(vcpu).into())]);
            let requests = account.environments.get_mut("a").unwrap();
            requests.insert(Dimension::new("iops"), request(exactly(iops).into()));
            count(&mut account, &ladder(), false);
            account.environments["a"][&Dimension::new("environment_size")].max.range()
        };
        prop_assert!(rank(vcpu.saturating_add(more), iops).low >= rank(vcpu, iops).low);
        prop_assert!(rank(vcpu, iops.saturating_add(more)).low >= rank(vcpu, iops).low);
    }
}
