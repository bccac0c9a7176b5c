//! What holds of every rule and every input.

use super::{World, value};
use crate::lang::Value;
use crate::measure::{Links, Measured, Memo, Rules, measure};
use crate::quantity::{Dimension, Range};
use crate::read::Interest;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The attributes that rules read, by type: names at the top, and all names.
fn names() -> &'static BTreeMap<String, Vec<String>> {
    static NAMES: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (kind, paths) in super::paths::known() {
            let own = names.entry(kind).or_default();
            own.extend(
                paths
                    .iter()
                    .flat_map(|path| path.split('.').map(str::to_owned)),
            );
            own.sort();
            own.dedup();
        }
        names
    })
}

/// A value such as a plan may hold, sensible or not.
fn leaf() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        Just(json!({"?": null})),
        (0_u32..2000).prop_map(|number| json!(number)),
        (-5_i32..5).prop_map(|number| json!(number)),
        any::<bool>().prop_map(|value| json!(value)),
        Just(json!("99999999999999999999999999999999999999999")),
        select(vec![
            "",
            "unknown",
            "1",
            "-1",
            "m5.large",
            "db.m5.large",
            "db.serverless",
            "gp2",
            "gp3",
            "io1",
            "lt-1",
            "web",
            "Standard_D4s_v3",
            "Premium_LRS",
            "n2-standard-4",
            "custom-2-4096",
            "500m",
            "2Gi",
            "100",
            "vcpu",
            "x.y",
        ])
        .prop_map(|text| json!(text)),
    ]
}

fn any_json(names: Vec<String>) -> impl Strategy<Value = Json> {
    leaf().prop_recursive(4, 24, 4, move |inner| {
        let object = prop::collection::btree_map(select(names.clone()), inner.clone(), 0..5)
            .prop_map(|entries| Json::Object(entries.into_iter().collect()));
        prop_oneof![
            prop::collection::vec(object.clone(), 0..3).prop_map(Json::Array),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
            object,
            inner.prop_map(|value| json!({"state": value})),
        ]
    })
}

/// An instance of some type that has a rule.
fn any_instance() -> impl Strategy<Value = (String, Json)> {
    let kinds: Vec<String> = names().keys().cloned().collect();
    select(kinds).prop_flat_map(|kind| {
        let all = names()[&kind].clone();
        let attributes = prop::collection::btree_map(select(all.clone()), any_json(all), 0..8);
        attributes
            .prop_map(move |entries| (kind.clone(), Json::Object(entries.into_iter().collect())))
    })
}

fn world(parts: &[(String, Json)]) -> World {
    let instances = parts
        .iter()
        .enumerate()
        .map(|(at, (kind, after))| super::instance(&format!("{kind}.i{at}"), &after.to_string()));
    World {
        instances: instances.collect(),
        ..World::default()
    }
}

fn all(world: &World) -> BTreeMap<String, Measured> {
    let rules = rules();
    let links = Links::new(rules, world);
    let mut memo = Memo::default();
    let measured = world.instances.iter().map(|instance| {
        (
            instance.address.clone(),
            measure(rules, &links, &mut memo, "", instance),
        )
    });
    measured.collect()
}

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(Rules::shipped)
}

type Sums = BTreeMap<Dimension, (Range, Range)>;

fn sums<'a>(measured: impl IntoIterator<Item = &'a Measured>) -> Sums {
    let mut sums = Sums::new();
    for measurement in measured.into_iter().flat_map(|measured| &*measured.after) {
        let (max, steady) = sums
            .entry(measurement.dimension.clone())
            .or_insert((Range::ZERO, Range::ZERO));
        *max = max.plus(measurement.max);
        *steady = steady.plus(measurement.steady);
    }
    sums
}

fn of(sums: &Sums, dimension: &Dimension) -> (Range, Range) {
    sums.get(dimension)
        .copied()
        .unwrap_or((Range::ZERO, Range::ZERO))
}

fn contains(wide: Range, narrow: Range) -> bool {
    let above = match (wide.high, narrow.high) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => wide >= narrow,
    };
    wide.low <= narrow.low && above
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_plan_holds_gives_amounts_in_order(parts in prop::collection::vec(any_instance(), 1..4)) {
        for measured in all(&world(&parts)).values() {
            for measurement in &*measured.after {
                for range in [measurement.max, measurement.steady, measurement.times] {
                    prop_assert!(range.high.is_none_or(|high| high >= range.low), "{measurement:?}");
                }
                prop_assert!(measurement.max.low >= measurement.steady.low, "{measurement:?}");
            }
        }
    }

    #[test]
    fn one_more_instance_never_lowers_the_low_end(
        parts in prop::collection::vec(any_instance(), 1..5),
        more in any_instance(),
    ) {
        let before = sums(all(&world(&parts)).values());
        let mut parts = parts;
        parts.push(more);
        let after = sums(all(&world(&parts)).values());
        for (dimension, (max, steady)) in &before {
            let (more_max, more_steady) = of(&after, dimension);
            prop_assert!(more_max.low >= max.low, "{dimension}: {max:?} {more_max:?}");
            prop_assert!(more_steady.low >= steady.low, "{dimension}: {steady:?} {more_steady:?}");
        }
    }

    #[test]
    fn the_order_of_instances_changes_nothing(
        parts in prop::collection::vec(any_instance(), 1..5),
        by in any::<Index>(),
    ) {
        let mut world = world(&parts);
        let before = all(&world);
        let by = by.index(parts.len());
        world.instances.rotate_left(by);
        for (address, measured) in all(&world) {
            prop_assert_eq!(super::lines(&measured), super::lines(&before[&address]));
        }
    }

    #[test]
    fn what_was_said_of_one_instance_is_said_of_another_only_where_it_holds(
        (kind, after) in any_instance(),
        changes in prop::collection::vec((any::<Index>(), leaf()), 1..4),
    ) {
        let mut parts = vec![(kind.clone(), after.clone())];
        for (which, leaf) in changes {
            let mut leaves = Vec::new();
            gather(&after, String::new(), &mut leaves);
            if !leaves.is_empty() {
                let mut other = after.clone();
                *other.pointer_mut(&leaves[which.index(leaves.len())]).unwrap() = leaf;
                parts.push((kind.clone(), other));
            }
        }
        let world = world(&parts);
        let (rules, links) = (rules(), Links::new(rules(), &world));
        let mut memo = Memo::default();
        for instance in &world.instances {
            let remembered = measure(rules, &links, &mut memo, "", instance);
            let anew = measure(rules, &links, &mut Memo::default(), "", instance);
            prop_assert_eq!(super::lines(&remembered), super::lines(&anew));
            prop_assert_eq!(remembered.class, anew.class);
            prop_assert_eq!(remembered.findings, anew.findings);
        }
    }

    #[test]
    fn what_is_not_known_may_be_what_it_was(
        (kind, after) in any_instance(),
        which in any::<Index>(),
    ) {
        not_known(&kind, &after, which)?;
    }
}

/// Puts an unknown in the place of one value, and looks whether the answer can still be the old one.
fn not_known(kind: &str, after: &Json, which: Index) -> Result<(), TestCaseError> {
    let mut leaves = Vec::new();
    gather(after, String::new(), &mut leaves);
    if leaves.is_empty() {
        return Ok(());
    }
    let hidden_at = &leaves[which.index(leaves.len())];
    let mut hidden = after.clone();
    *hidden.pointer_mut(hidden_at).unwrap() = json!({"?": null});
    let known = all(&world(&[(kind.to_owned(), after.clone())]));
    let unknown = all(&world(&[(kind.to_owned(), hidden)]));
    let nonsense = |measured: &Measured| !measured.findings.is_empty();
    if known.values().any(nonsense) || unknown.values().any(nonsense) {
        return Ok(());
    }
    let (known, unknown) = (sums(known.values()), sums(unknown.values()));
    for (dimension, (max, steady)) in &known {
        let (wide_max, wide_steady) = of(&unknown, dimension);
        prop_assert!(
            contains(wide_max, *max),
            "{hidden_at} {dimension}: {wide_max:?} {max:?}"
        );
        prop_assert!(
            contains(wide_steady, *steady),
            "{hidden_at} {dimension} now: {wide_steady:?} {steady:?}"
        );
    }
    Ok(())
}

/// The places of all plain values.
fn gather(json: &Json, at: String, leaves: &mut Vec<String>) {
    match json {
        Json::Object(entries) if entries.contains_key("?") => {}
        Json::Object(entries) => {
            for (name, inner) in entries {
                gather(inner, format!("{at}/{name}"), leaves);
            }
        }
        Json::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                gather(inner, format!("{at}/{index}"), leaves);
            }
        }
        Json::Null => {}
        _ => leaves.push(at),
    }
}

#[test]
fn a_type_without_rule_is_said_not_to_have_one() {
    let measured = World::of(&[("aws_foo_bar.this", "{}")]).measure("aws_foo_bar.this");
    assert_eq!(measured.class, crate::quantity::Class::NoRule);
    assert!(rules().attributes("aws_foo_bar").is_none());
    assert!(value(&Json::Null) == Value::null());
}
