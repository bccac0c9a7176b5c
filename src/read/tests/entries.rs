//! Which entries count.

use super::*;

/// An entry of `resource_changes`.
fn entry(address: &str, actions: &[&str]) -> Document {
    let parsed = address::parse(address).unwrap();
    let (of, name) = (parsed.resource_type, parsed.name);
    let (before, after) = match actions {
        ["create"] => (json!(null), json!({"size": 2})),
        ["delete" | "forget"] => (json!({"size": 1}), json!(null)),
        _ => (json!({"size": 1}), json!({"size": 2})),
    };
    json!({
        "address": address, "mode": "managed", "type": of, "name": name,
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}},
    })
}

fn plan(entries: Vec<Document>) -> Document {
    json!({"format_version": "1.2", "resource_changes": entries})
}

/// The size of an EBS volume.
fn size(value: &Value) -> Option<i64> {
    value
        .attribute("size")
        .and_then(Value::as_number)
        .and_then(crate::lang::Number::to_i64)
}

/// Each instance: its address, its change, the sizes before and after.
fn sizes(instances: &[Instance]) -> Vec<(&str, Change, Option<i64>, Option<i64>)> {
    let each = instances.iter().map(|instance| {
        let before = instance.before.as_ref().and_then(size);
        (
            &*instance.address,
            instance.change,
            before,
            size(&instance.after),
        )
    });
    each.collect()
}

const VOLUME: &str = "aws_ebs_volume.a";

#[test]
fn each_action_says_what_was_and_what_will_be() {
    let check = |actions: &[&str], expected: &[(Change, Option<i64>, Option<i64>)]| {
        let (survey, instances) = open(&plan(vec![entry(VOLUME, actions)]));
        assert!(
            survey
                .findings
                .iter()
                .all(|found| found.level > Level::Error),
            "{actions:?}"
        );
        let found = sizes(&instances);
        let found: Vec<_> = found
            .into_iter()
            .map(|(_, change, before, after)| (change, before, after))
            .collect();
        assert_eq!(found, expected, "{actions:?}");
    };
    check(&["no-op"], &[(Change::Keep, Some(2), Some(2))]);
    check(&["create"], &[(Change::Create, None, Some(2))]);
    check(&["update"], &[(Change::Update, Some(1), Some(2))]);
    check(
        &["delete", "create"],
        &[(Change::Replace, Some(1), Some(2))],
    );
    check(
        &["create", "delete"],
        &[(Change::ReplaceCreateFirst, Some(1), Some(2))],
    );
    check(&["delete"], &[(Change::Delete, Some(1), None)]);
    check(&["forget"], &[(Change::Forget, Some(1), Some(1))]);
    check(&["open"], &[]);
    let both = [
        (Change::Create, None, Some(2)),
        (Change::Forget, Some(1), Some(1)),
    ];
    check(&["create", "forget"], &both);
    check(&["forget", "create"], &both);
}

#[test]
fn only_what_is_managed_exists() {
    let mut data = entry("aws_ebs_volume.d", &["read"]);
    data["mode"] = json!("data");
    let mut short_lived = entry("aws_ebs_volume.e", &["open"]);
    short_lived["mode"] = json!("ephemeral");
    let mut unsaid = entry("data.aws_ebs_volume.u", &["read"]);
    unsaid.as_object_mut().unwrap().remove("mode");
    let mut plain = entry("aws_ebs_volume.p", &["create"]);
    plain.as_object_mut().unwrap().remove("mode");
    let (survey, instances) = open(&plan(vec![data, short_lived, unsaid, plain]));
    assert_eq!(codes(&survey), []);
    assert_eq!(
        sizes(&instances),
        [("aws_ebs_volume.p", Change::Create, None, Some(2))]
    );

    let mut odd = entry(VOLUME, &["create"]);
    odd["mode"] = json!("imaginary");
    let (survey, instances) = open(&plan(vec![odd]));
    assert_eq!(codes(&survey), [(Code::UNKNOWN_ACTION, Level::Fatal)]);
    assert!(instances.is_empty());
}

#[test]
fn unknown_actions_stop_the_check_by_name() {
    let (survey, instances) = open(&plan(vec![
        entry(VOLUME, &["resize"]),
        entry("aws_ebs_volume.b", &["create"]),
    ]));
    assert_eq!(codes(&survey), [(Code::UNKNOWN_ACTION, Level::Fatal)]);
    assert_eq!(
        survey.findings[0].message,
        "aws_ebs_volume.a is planned to `resize`, which guard does not know"
    );
    assert_eq!(
        sizes(&instances).len(),
        1,
        "the others are there all the same"
    );
}

#[test]
fn rows_that_say_too_little_are_told_with_their_place() {
    let without = |key: &str| {
        let mut row = entry(VOLUME, &["create"]);
        row.as_object_mut().unwrap().remove(key);
        open(&plan(vec![row]))
    };
    let (survey, instances) = without("type");
    assert_eq!(codes(&survey), [(Code::INCOMPLETE_RESOURCE, Level::Fatal)]);
    assert_eq!(
        survey.findings[0].message,
        "aws_ebs_volume.a in plan.json has no type"
    );
    assert!(instances.is_empty());
    let (survey, _) = without("change");
    assert_eq!(
        survey.findings[0].message,
        "aws_ebs_volume.a in plan.json has no change"
    );
    // The parts of an address are as good as the address.
    let (survey, instances) = without("address");
    assert_eq!(codes(&survey), []);
    assert_eq!(sizes(&instances), [(VOLUME, Change::Create, None, Some(2))]);
    let (survey, _) = open(&plan(vec![json!({"change": {"after": {"size": 1}}})]));
    assert_eq!(
        survey.findings[0].message,
        "a resource in plan.json has no address"
    );
}

#[test]
fn a_broken_tool_does_not_flood_the_report() {
    let rows = (0..500).map(|at| entry(&format!("aws_ebs_volume.a[{at}]"), &["resize"]));
    let (survey, _) = open(&plan(rows.collect()));
    assert_eq!(survey.findings.len(), 20);
    let notes = &survey.findings[19].notes;
    assert_eq!(
        notes.last().map(String::as_str),
        Some("and 480 more of this kind")
    );
}

#[test]
fn leftovers_count_beside_what_replaces_them() {
    let mut leftover = entry(VOLUME, &["delete"]);
    leftover["deposed"] = json!("1a2b3c4d");
    let mut forgotten = entry(VOLUME, &["forget"]);
    forgotten["deposed"] = json!("5e6f7a8b");
    let (survey, instances) = open(&plan(vec![entry(VOLUME, &["no-op"]), leftover, forgotten]));
    assert_eq!(codes(&survey), []);
    assert_eq!(
        sizes(&instances),
        [
            (VOLUME, Change::Keep, Some(2), Some(2)),
            (VOLUME, Change::Deposed, Some(1), None),
            (VOLUME, Change::Forget, Some(1), Some(1)),
        ]
    );
    assert_eq!(instances[1].deposed.as_deref(), Some("1a2b3c4d"));

    // Terraform 0.12 wrote this on every entry.
    let mut ordinary = entry(VOLUME, &["no-op"]);
    ordinary["deposed"] = json!(true);
    let (_, instances) = open(&plan(vec![ordinary]));
    assert_eq!(
        sizes(&instances),
        [(VOLUME, Change::Keep, Some(2), Some(2))]
    );
}

#[test]
fn moves_and_imports_are_ordinary_instances() {
    let mut moved = entry(VOLUME, &["no-op"]);
    moved["previous_address"] = json!("aws_ebs_volume.old");
    moved["change"]["importing"] = json!({"id": "vol-1"});
    // What was moved is named by its old address in the prior state: that is no other instance.
    let mut document = plan(vec![moved]);
    document["prior_state"] = json!({"values": {"root_module": {"resources": [
        {"address": "aws_ebs_volume.old", "mode": "managed", "type": "aws_ebs_volume", "name": "old", "values": {"size": 2}},
    ]}}});
    let (survey, instances) = open(&document);
    assert_eq!(codes(&survey), []);
    assert_eq!(
        sizes(&instances),
        [(VOLUME, Change::Keep, Some(2), Some(2))]
    );
    assert_eq!(
        instances[0].previous_address.as_deref(),
        Some("aws_ebs_volume.old")
    );
}

#[test]
fn one_address_twice_counts_once_or_stops_the_check() {
    let same = entry(VOLUME, &["create"]);
    let (survey, instances) = open(&plan(vec![same.clone(), same.clone()]));
    assert_eq!(codes(&survey), []);
    assert_eq!(sizes(&instances).len(), 1);

    let mut other = same.clone();
    other["change"]["after"]["size"] = json!(3);
    let (survey, _) = open(&plan(vec![same.clone(), other, same]));
    assert_eq!(codes(&survey), [(Code::DUPLICATE_ADDRESS, Level::Fatal)]);
}

/// The values form of an instance.
fn valued(address: &str, size: u32) -> Document {
    let parsed = address::parse(address).unwrap();
    json!({
        "address": address, "mode": "managed", "type": parsed.resource_type, "name": parsed.name,
        "values": {"size": size},
    })
}

fn root(resources: Vec<Document>) -> Document {
    json!({"root_module": {"resources": resources}})
}

#[test]
fn a_partial_plan_is_refused_unless_allowed() {
    let partial = |change: &dyn Fn(&mut Document)| {
        let mut document = plan(vec![entry(VOLUME, &["create"])]);
        change(&mut document);
        let allowed = Options {
            allow_partial: true,
            ..Options::default()
        };
        let (refused, _) = open(&document);
        assert_eq!(codes(&refused), [(Code::PARTIAL_PLAN, Level::Fatal)]);
        let (survey, instances) = open_with(&document, &allowed);
        assert_eq!(codes(&survey), [(Code::PARTIAL_PLAN, Level::Warning)]);
        (survey, instances)
    };
    partial(&|document| document["complete"] = json!(false));
    let (survey, _) = partial(&|document| {
        document["deferred_changes"] = json!([{"reason": "absent_prereq", "resource_change": {"address": "aws_ebs_volume.later"}}]);
    });
    assert_eq!(
        survey.findings[0].notes,
        ["changes put off to a later run: 1, not counted: aws_ebs_volume.later"]
    );
    // No key says so, but what the plan does not touch is only in the prior state.
    let (_, instances) = partial(&|document| {
        document["planned_values"] = root(vec![valued(VOLUME, 2)]);
        let data =
            json!({"address": "data.a.b", "mode": "data", "type": "a", "name": "b", "values": {}});
        document["prior_state"] = json!({"values": root(vec![valued("aws_ebs_volume.rest[0]", 7), valued("aws_ebs_volume.rest[1]", 8), data])});
    });
    assert_eq!(
        sizes(&instances),
        [
            (VOLUME, Change::Create, None, Some(2)),
            ("aws_ebs_volume.rest[0]", Change::Keep, Some(7), Some(7)),
            ("aws_ebs_volume.rest[1]", Change::Keep, Some(8), Some(8)),
        ]
    );
    assert_eq!(instances[1].origin, Origin::PriorState);
}

#[test]
fn what_is_deleted_or_forgotten_is_not_untouched() {
    let mut document = plan(vec![
        entry("aws_ebs_volume.gone", &["delete"]),
        entry("aws_ebs_volume.left", &["forget"]),
    ]);
    document["planned_values"] = root(vec![valued("aws_ebs_volume.left", 0)]);
    document["prior_state"] = json!({"values": root(vec![valued("aws_ebs_volume.gone", 1), valued("aws_ebs_volume.left", 1)])});
    let (survey, instances) = open(&document);
    assert_eq!(codes(&survey), []);
    assert_eq!(
        sizes(&instances),
        [
            ("aws_ebs_volume.gone", Change::Delete, Some(1), None),
            ("aws_ebs_volume.left", Change::Forget, Some(1), Some(1)),
        ]
    );
}

#[test]
fn an_errored_plan_stops_the_check_in_any_case() {
    let mut document = plan(vec![entry(VOLUME, &["create"])]);
    document["errored"] = json!(true);
    document["complete"] = json!(false);
    for allow_partial in [false, true] {
        let options = Options {
            allow_partial,
            ..Options::default()
        };
        let (survey, instances) = open_with(&document, &options);
        assert_eq!(codes(&survey), [(Code::ERRORED_PLAN, Level::Fatal)]);
        assert_eq!(instances.len(), 1);
    }
    // A plan without changes is not applyable, and that is no fault.
    let mut document = plan(vec![entry(VOLUME, &["no-op"])]);
    document["applyable"] = json!(false);
    document["errored"] = json!(false);
    document["complete"] = json!(true);
    assert_eq!(codes(&open(&document).0), []);
}

#[test]
fn planned_values_count_where_there_are_no_changes() {
    let nested = json!({
        "address": "module.a[\"x.y\"]",
        "resources": [valued("module.a[\"x.y\"].aws_ebs_volume.in", 5)],
        "child_modules": [{"resources": [valued("module.a[\"x.y\"].module.b.aws_ebs_volume.deep", 6)], "address": "module.a[\"x.y\"].module.b"}],
    });
    let data =
        json!({"address": "data.a.b", "mode": "data", "type": "a", "name": "b", "values": {}});
    let document = json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [valued(VOLUME, 4), data], "child_modules": [nested]}},
        "prior_state": {"values": root(vec![valued(VOLUME, 4), valued("aws_ebs_volume.old", 9)])},
    });
    let (survey, instances) = open(&document);
    assert_eq!(
        codes(&survey),
        [(Code::PLANNED_VALUES_ONLY, Level::Warning)]
    );
    assert_eq!(
        sizes(&instances),
        [
            (VOLUME, Change::Keep, Some(4), Some(4)),
            (
                "module.a[\"x.y\"].aws_ebs_volume.in",
                Change::Create,
                None,
                Some(5)
            ),
            (
                "module.a[\"x.y\"].module.b.aws_ebs_volume.deep",
                Change::Create,
                None,
                Some(6)
            ),
        ]
    );
    assert_eq!(instances[2].module, "module.a[\"x.y\"].module.b");
}

#[test]
fn planned_values_beside_changes_are_not_lost() {
    let mut document = plan(vec![entry(VOLUME, &["create"])]);
    document["planned_values"] = root(vec![valued(VOLUME, 2), valued("aws_ebs_volume.more", 3)]);
    let (survey, instances) = open(&document);
    assert_eq!(
        codes(&survey),
        [(Code::PLANNED_VALUES_ONLY, Level::Warning)]
    );
    assert_eq!(sizes(&instances).len(), 2);
    // Entries of another shape in both places are one instance all the same.
    assert_eq!(instances[1].origin, Origin::PlannedValues);
}

#[test]
fn a_refresh_only_plan_lists_nothing_but_what_there_was() {
    let document = json!({
        "format_version": "1.2", "planned_values": {"root_module": {}},
        "resource_drift": [entry(VOLUME, &["update"])],
        "prior_state": {"format_version": "1.0", "values": root(vec![valued(VOLUME, 3)])},
    });
    let (survey, instances) = open(&document);
    assert_eq!(codes(&survey), [(Code::REFRESH_ONLY_PLAN, Level::Fatal)]);
    assert!(instances.is_empty());
    let options = Options {
        allow_partial: true,
        ..Options::default()
    };
    let (survey, instances) = open_with(&document, &options);
    assert_eq!(codes(&survey), [(Code::REFRESH_ONLY_PLAN, Level::Note)]);
    assert_eq!(
        sizes(&instances),
        [(VOLUME, Change::Keep, Some(3), Some(3))]
    );
}

#[test]
fn a_destroy_plan_leaves_nothing() {
    let mut document = plan(vec![entry(VOLUME, &["delete"])]);
    document["planned_values"] = json!({"root_module": {}});
    document["prior_state"] = json!({"values": root(vec![valued(VOLUME, 1)])});
    let (survey, instances) = open(&document);
    assert_eq!(codes(&survey), [(Code::DESTROY_PLAN, Level::Note)]);
    assert_eq!(sizes(&instances), [(VOLUME, Change::Delete, Some(1), None)]);
    let (survey, _) = open(&plan(Vec::new()));
    assert_eq!(codes(&survey), [(Code::NO_RESOURCES, Level::Note)]);
}

#[test]
fn short_addresses_of_old_versions_are_made_whole() {
    let short = |index: u32| {
        let mut row = valued("null_resource.a", 1);
        row["index"] = json!(index);
        row
    };
    let inside = json!({"resources": [short(0), short(1)], "address": "module.m"});
    let document = json!({"format_version": "0.1", "planned_values": {"root_module": {
        "resources": [short(0), short(1)], "child_modules": [inside],
    }}});
    let addresses = |instances: &[Instance]| -> Vec<String> {
        instances
            .iter()
            .map(|instance| instance.address.clone())
            .collect()
    };
    let whole = [
        "null_resource.a[0]",
        "null_resource.a[1]",
        "module.m.null_resource.a[0]",
        "module.m.null_resource.a[1]",
    ];
    let (_, instances) = open(&document);
    assert_eq!(addresses(&instances), whole);

    // As changes they are whole, and are not counted again.
    let mut changed = document.clone();
    changed["resource_changes"] = whole.map(|address| entry(address, &["create"])).into();
    let (survey, instances) = open(&changed);
    assert_eq!(codes(&survey), []);
    assert_eq!(addresses(&instances), whole);
    // And where changes name them as short, that is their name.
    let mut bare = json!({"format_version": "0.1", "planned_values": root(vec![short(0)])});
    bare["resource_changes"] = json!([entry("null_resource.a", &["create"])]);
    let (survey, instances) = open(&bare);
    assert_eq!(codes(&survey), []);
    assert_eq!(addresses(&instances), ["null_resource.a"]);
}

#[test]
fn the_order_of_keys_makes_no_difference() {
    let mut document = plan(vec![entry(
        "module.a[0].aws_ebs_volume.b[\"x\"]",
        &["update"],
    )]);
    document["planned_values"] = root(vec![valued("aws_ebs_volume.more", 3)]);
    document["planned_values"]["root_module"]["child_modules"] =
        json!([{"resources": [valued("aws_ebs_volume.short", 4)], "address": "module.c"}]);
    let open = |document: &Document| {
        let (_, mut instances) = open(document);
        instances.sort_by(|a, b| {
            b.origin
                .cmp(&a.origin)
                .then_with(|| b.address.cmp(&a.address))
        });
        instances.reverse();
        instances
    };
    let as_written = open(&document);
    let sorted = sorted(&document);
    assert_ne!(sorted.to_string(), document.to_string());
    let as_sorted = open(&sorted);
    assert_eq!(format!("{as_written:?}"), format!("{as_sorted:?}"));
    assert_eq!(
        sizes(&as_sorted)[2],
        (
            "module.c.aws_ebs_volume.short",
            Change::Create,
            None,
            Some(4)
        )
    );
}

/// The same document with all keys sorted, as `jq -S` writes it.
fn sorted(document: &Document) -> Document {
    match document {
        Document::Object(members) => {
            let sorted: BTreeMap<_, _> = members
                .iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect();
            Document::Object(sorted.into_iter().collect())
        }
        Document::Array(elements) => elements.iter().map(sorted).collect(),
        scalar => scalar.clone(),
    }
}

#[test]
fn odd_addresses_and_keys_are_kept_apart() {
    let addresses = [
        "module.env[\"a.b\"].aws_ebs_volume.v[\"q\\\"x\"]",
        "aws_ebs_volume.v[\"$${t}\"]",
        "aws_ebs_volume.v[\"sp ace]\"]",
        "aws_ebs_volume.v[\"é\\n\"]",
        "aws_ebs_volume.v[0]",
        "aws_ebs_volume.v[\"0\"]",
    ];
    let (survey, instances) = open(&plan(
        addresses.map(|address| entry(address, &["create"])).into(),
    ));
    assert_eq!(codes(&survey), []);
    let found: Vec<_> = instances
        .iter()
        .map(|instance| &*instance.address)
        .collect();
    assert_eq!(found, addresses);
    let name = |text: &str| Some(Key::Name(text.into()));
    let keys: Vec<_> = instances
        .iter()
        .map(|instance| instance.key.clone())
        .collect();
    let expected = [
        name("q\"x"),
        name("${t}"),
        name("sp ace]"),
        name("é\n"),
        Some(Key::Number(0)),
        name("0"),
    ];
    assert_eq!(keys, expected);
    assert_eq!(instances[0].module, "module.env[\"a.b\"]");
}

#[test]
fn failed_checks_are_warnings() {
    let mut document = plan(vec![entry(VOLUME, &["create"])]);
    document["checks"] = json!([
        {"address": {"to_display": "check.ok"}, "status": "pass"},
        {"address": {"to_display": "check.health"}, "status": "fail", "instances": [
            {"status": "fail", "problems": [{"message": "the site is down"}]},
        ]},
        {"address": {"to_display": "check.later"}, "status": "unknown"},
    ]);
    let (survey, _) = open(&document);
    assert_eq!(codes(&survey), [(Code::FAILED_CHECK, Level::Warning)]);
    assert_eq!(
        survey.findings[0].message,
        "check.health failed in plan.json"
    );
    assert_eq!(survey.findings[0].notes, ["the site is down"]);
}

#[test]
fn redacted_addresses_are_no_addresses() {
    let mut row = entry(VOLUME, &["create"]);
    row["address"] = json!("aws_ebs_volume.(sensitive value)");
    let (survey, instances) = open(&plan(vec![row.clone(), row]));
    assert_eq!(codes(&survey), [(Code::REDACTED_PLAN, Level::Fatal)]);
    assert!(instances.is_empty());
    // Redacted, but not where it matters.
    let mut document = plan(vec![entry(VOLUME, &["create"])]);
    document["plan_format_version"] = json!("1.1");
    document.as_object_mut().unwrap().remove("format_version");
    let (survey, instances) = open(&document);
    assert_eq!((codes(&survey), instances.len()), (Vec::new(), 1));
}

#[test]
fn providers_are_handed_on_as_they_are_named() {
    let names = [
        "registry.terraform.io/hashicorp/aws",
        "registry.opentofu.org/hashicorp/aws",
        "mirror.example/acme/aws",
        "terraform.io/builtin/terraform",
        "aws",
    ];
    let rows = names.iter().enumerate().map(|(at, name)| {
        let mut row = entry(&format!("aws_ebs_volume.v[{at}]"), &["create"]);
        row["provider_name"] = json!(name);
        row
    });
    let (_, instances) = open(&plan(rows.collect()));
    let found: Vec<_> = instances
        .iter()
        .map(|instance| &*instance.provider)
        .collect();
    assert_eq!(found, names);
}

#[test]
fn states_are_read_through_the_same_door() {
    let mut leftover = valued(VOLUME, 9);
    leftover["deposed_key"] = json!("1a2b3c4d");
    let shown = json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {
        "resources": [valued(VOLUME, 4), leftover],
        "child_modules": [{"address": "module.m", "resources": [valued("module.m.aws_ebs_volume.in[0]", 5)]}],
    }}});
    let raw = json!({"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "x", "outputs": {}, "resources": [
        {"mode": "managed", "type": "aws_ebs_volume", "name": "a", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
         "instances": [{"attributes": {"size": 4}}, {"deposed": "1a2b3c4d", "attributes": {"size": 9}}]},
        {"module": "module.m", "mode": "managed", "type": "aws_ebs_volume", "name": "in", "provider": "module.m.provider[\"registry.terraform.io/hashicorp/aws\"].west",
         "instances": [{"index_key": 0, "attributes": {"size": 5}}]},
        {"mode": "data", "type": "aws_ebs_volume", "name": "d", "provider": "provider.aws", "instances": [{"attributes": {"size": 6}}]},
    ]});
    let expected = [
        (VOLUME, Change::Keep, Some(4), Some(4)),
        (VOLUME, Change::Deposed, Some(9), None),
        (
            "module.m.aws_ebs_volume.in[0]",
            Change::Keep,
            Some(5),
            Some(5),
        ),
    ];
    for document in [shown, sorted(&raw), raw] {
        let (survey, instances) = open(&document);
        assert_eq!((survey.kind, codes(&survey)), (Kind::State, Vec::new()));
        assert_eq!(sizes(&instances), expected);
        assert!(
            instances
                .iter()
                .all(|instance| instance.origin == Origin::State)
        );
    }
}

#[test]
fn a_raw_state_of_terraform_0_11_is_not_half_read() {
    let document = json!({"version": 4, "lineage": "x", "serial": 1, "resources": [
        {"mode": "managed", "type": "aws_ebs_volume", "name": "a", "provider": "provider.aws",
         "instances": [{"attributes_flat": {"size": "4"}}]},
    ]});
    assert_eq!(codes(&open(&document).0), [(Code::BAD_INPUT, Level::Fatal)]);
}

#[test]
fn an_empty_state_is_read_and_said() {
    let documents = [
        json!({"format_version": "1.0", "values": {"root_module": {}}}),
        json!({"version": 4, "lineage": "x", "serial": 1, "resources": []}),
    ];
    for document in documents {
        assert_eq!(
            codes(&open(&document).0),
            [(Code::NO_RESOURCES, Level::Warning)]
        );
    }
}
