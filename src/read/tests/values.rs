//! What an attribute is: known, unset, unknown, secret, and whether anybody wrote it.

use super::*;
use crate::lang::{Marks, Number};

/// The value at a path like `root_block_device[0].iops`, if there is one.
fn at(value: &Value, path: &str) -> Option<Value> {
    let mut found = value.clone();
    for step in address::steps(path).unwrap() {
        found = match step {
            address::Step::Name(name) => found.attribute(name)?.clone(),
            address::Step::Key(Key::Number(index)) => found
                .elements()?
                .get(usize::try_from(index).unwrap())?
                .clone(),
            address::Step::Key(Key::Name(name)) => found.attribute(&name)?.clone(),
        };
    }
    Some(found)
}

/// What is to be seen at a path, in short: `4`, `"x"`, `null`, `?` for unknown, and the marks.
fn shown(value: &Value, path: &str) -> String {
    let Some(found) = at(value, path) else {
        return "null".to_owned();
    };
    let text = if !found.is_known() {
        "?".to_owned()
    } else if let Some(number) = found.as_number() {
        number.to_string()
    } else if let Some(text) = found.as_str() {
        format!("{text:?}")
    } else if let Some(elements) = found.elements() {
        format!("[{}]", elements.len())
    } else if found.is_null() {
        "null".to_owned()
    } else if let Some(flag) = found.as_bool() {
        flag.to_string()
    } else {
        "{}".to_owned()
    };
    let marks = found.marks();
    let names = [
        (Marks::SENSITIVE, " secret"),
        (Marks::UNCONFIGURED, " unconfigured"),
        (Marks::UNTRACED, " untraced"),
    ];
    let names = names
        .into_iter()
        .filter(|(mark, _)| marks.contains(*mark))
        .map(|(_, name)| name);
    text + &names.collect::<String>()
}

/// Looks at `paths` of the one instance of a plan.
fn check(document: &Document, expected: &[(&str, &str)]) {
    let (_, instances) = open(document);
    for (path, expected) in expected {
        assert_eq!(shown(&instances[0].after, path), *expected, "{path}");
    }
}

fn create(after: &Document, unknown: &Document) -> Document {
    json!({"actions": ["create"], "before": null, "after": after, "after_unknown": unknown})
}

#[test]
fn the_three_kinds_of_absence() {
    let change = create(
        &json!({"instance_type": "m5.large", "launch_template": null}),
        &json!({"root_block_device": true, "ebs_block_device": true, "id": true}),
    );
    let block = json!([{"volume_size": {"references": ["aws_ssm_parameter.size.value", "aws_ssm_parameter.size"]}}]);
    let written =
        json!({"instance_type": {"constant_value": "m5.large"}, "ebs_block_device": block});
    check(
        &plan_of(&change, &written),
        &[
            ("instance_type", "\"m5.large\""),
            ("launch_template", "null"),
            ("root_block_device", "null"), // unknown, but nobody wrote it
            ("ebs_block_device", "?"),     // unknown and written
            ("id", "null"),                // nobody asked for it
        ],
    );
}

#[test]
fn without_a_configuration_nothing_can_be_traced() {
    let change = create(
        &json!({"instance_type": "m5.large"}),
        &json!({"root_block_device": true}),
    );
    let expected = [
        ("instance_type", "\"m5.large\" untraced"),
        ("root_block_device", "? untraced"),
        ("launch_template", "null"),
    ];
    let mut document = plan_of(&change, &json!({}));
    document.as_object_mut().unwrap().remove("configuration");
    check(&document, &expected);
    // Nor where the block is not in it, or not in a form that is known.
    document["configuration"] = json!({"root_module": {"resources": []}});
    check(&document, &expected);
    check(
        &plan_of(&change, &json!({"root_block_device": 5})),
        &expected,
    );
    check(&plan_of(&change, &json!([])), &expected);
}

#[test]
fn blocks_keep_their_places_and_mix_known_with_unknown() {
    let change = create(
        &json!({"root_block_device": [{"volume_size": 100, "tags": null}], "ebs_block_device": [
            {"device_name": "a", "volume_size": 5, "iops": null}, {"device_name": "b", "volume_size": null}]}),
        &json!({"root_block_device": [{"iops": true, "volume_type": true, "tags": {}}],
                "ebs_block_device": [{"iops": true, "volume_size": false}, {"volume_size": true}]}),
    );
    let written = json!({
        "root_block_device": [{"volume_size": {"constant_value": 100}, "iops": {"references": ["data.x.y.z", "data.x.y"]}}],
        "ebs_block_device": [{"device_name": {"constant_value": "a"}, "volume_size": {"constant_value": 5}},
                             {"device_name": {"constant_value": "b"}, "volume_size": {"references": ["local.size"]}}],
    });
    check(
        &plan_of(&change, &written),
        &[
            ("root_block_device", "[1]"),
            ("root_block_device[0].volume_size", "100"),
            ("root_block_device[0].iops", "?"), // written
            ("root_block_device[0].volume_type", "null"), // not written
            ("root_block_device[0].tags", "null"),
            ("ebs_block_device", "[2]"),
            ("ebs_block_device[0].iops", "null"),
            ("ebs_block_device[1].volume_size", "?"),
        ],
    );
}

#[test]
fn unknown_elements_of_lists_stay_in_their_places() {
    let change = create(
        &json!({"tags": {"a": "x"}, "ebs_block_device": [null, {"volume_size": 3}, null, null]}),
        &json!({"tags": {"b": true}, "ebs_block_device": [true, {}, {"volume_size": true}, false, true, {}, false]}),
    );
    let written = json!({"tags": {"references": ["var.tags", "local.more"]}, "ebs_block_device": {"references": ["local.all"]}});
    check(
        &plan_of(&change, &written),
        &[
            ("tags.a", "\"x\""),
            ("tags.b", "?"),
            ("ebs_block_device", "[5]"),
            ("ebs_block_device[0]", "?"),
            ("ebs_block_device[1].volume_size", "3"),
            ("ebs_block_device[2].volume_size", "?"),
            ("ebs_block_device[3]", "null"),
            ("ebs_block_device[4]", "?"),
        ],
    );
}

#[test]
fn masks_that_say_all_is_known_say_so_in_many_ways() {
    let after =
        json!({"instance_type": "m5.large", "root_block_device": [{"iops": 5}], "tags": {}});
    for mask in [
        json!({}),
        json!(false),
        json!(null),
        json!({"root_block_device": [false, {}], "tags": {"a": {}}}),
    ] {
        let document = plan_of(&create(&after, &mask), &json!({}));
        check(
            &document,
            &[
                ("instance_type", "\"m5.large\" unconfigured"),
                ("root_block_device", "[1]"),
            ],
        );
    }
    // All of it unknown.
    let document = plan_of(
        &create(&json!({}), &json!(true)),
        &json!({"instance_type": {"references": ["local.t"]}}),
    );
    check(
        &document,
        &[("instance_type", "?"), ("root_block_device", "null")],
    );
}

#[test]
fn without_values_nothing_is_taken_for_unset() {
    let written = json!({"instance_type": {"references": ["local.t"]}});
    let only = |change: Document| plan_of(&change, &written);
    let expected = [("instance_type", "?"), ("root_block_device", "null")];
    check(&only(json!({"actions": ["create"]})), &expected);
    check(
        &only(json!({"actions": ["create"], "after": null, "after_unknown": {"id": true}})),
        &expected,
    );
    let mut document = only(json!({"actions": ["create"]}));
    document.as_object_mut().unwrap().remove("configuration");
    check(
        &document,
        &[
            ("instance_type", "? untraced"),
            ("root_block_device", "? untraced"),
        ],
    );
}

#[test]
fn planned_values_are_silent_about_what_is_unknown() {
    let mut document = plan_of(
        &json!(null),
        &json!({"instance_type": {"references": ["local.t"]}, "root_block_device": [{"iops": {"references": ["local.i"]}}]}),
    );
    document["planned_values"] = json!({"root_module": {"resources": [{
        "address": "aws_instance.api", "mode": "managed", "type": "aws_instance", "name": "api",
        "values": {"root_block_device": [{"volume_size": 8}], "launch_template": null},
    }]}});
    document.as_object_mut().unwrap().remove("resource_changes");
    check(
        &document,
        &[
            ("instance_type", "?"),
            ("root_block_device[0].volume_size", "8 unconfigured"),
            ("root_block_device[0].iops", "?"),
            ("ebs_block_device", "null"),
            ("launch_template", "null"),
        ],
    );
    document.as_object_mut().unwrap().remove("configuration");
    check(
        &document,
        &[("instance_type", "? untraced"), ("launch_template", "null")],
    );
}

#[test]
fn what_nobody_wrote_is_marked() {
    let change = json!({"actions": ["update"], "before": {}, "after_unknown": {}, "after": {
        "instance_type": "m5.large", "iops": 600, "size": 200,
        "root_block_device": [{"volume_size": 8, "iops": 100}],
        "ebs_block_device": [{"device_name": "a", "iops": 3000}],
    }});
    let written = json!({
        "instance_type": {"references": ["var.t"]},
        "ebs_block_device": [{"device_name": {"constant_value": "a"}, "iops": {"constant_value": null}}],
    });
    check(
        &plan_of(&change, &written),
        &[
            ("instance_type", "\"m5.large\""),
            ("ebs_block_device[0].device_name", "\"a\""),
            ("ebs_block_device[0].iops", "3000 unconfigured"), // `null` is how people say nothing
            // A block that is not in the configuration may come from a `dynamic` one.
            ("root_block_device[0].iops", "100 untraced"),
        ],
    );
}

#[test]
fn blocks_of_a_set_are_told_apart_by_what_is_written_in_them() {
    let change = create(
        &json!({"ebs_block_device": [
            {"device_name": "b", "volume_size": 9}, {"device_name": "a", "volume_size": 5}, {"device_name": "c", "volume_size": 7}]}),
        &json!({"ebs_block_device": [{"iops": true}, {"iops": true}, {"iops": true}]}),
    );
    let a = json!({"device_name": {"constant_value": "a"}, "volume_size": {"constant_value": "5"}, "iops": {"references": ["local.i"]}});
    let b =
        json!({"device_name": {"constant_value": "b"}, "volume_size": {"references": ["var.s"]}});
    let check = |blocks: Document, expected: [&str; 3]| {
        let document = plan_of(&change, &json!({"ebs_block_device": blocks}));
        let (_, instances) = open(&document);
        for (index, expected) in expected.iter().enumerate() {
            let path = format!("ebs_block_device[{index}].iops");
            assert_eq!(shown(&instances[0].after, &path), *expected, "{path}");
        }
    };
    // Three blocks and two of them written: a dynamic one made the third.
    check(json!([a, b]), ["? untraced", "?", "? untraced"]);
    let any = json!({"device_name": {"references": ["local.d"]}});
    check(json!([a, b, any]), ["null", "? untraced", "null"]);
    check(json!([any, any, any]), ["null"; 3]);
}

#[test]
fn secrets_are_marked_as_far_as_the_mask_says() {
    let secret = |mask: Document| {
        let mut change = create(
            &json!({"instance_type": "m5.large", "tags": {"a": "x", "b": "y"}}),
            &json!({}),
        );
        change["after_sensitive"] = mask;
        plan_of(
            &change,
            &json!({"instance_type": {"references": ["var.t"]}, "tags": {"references": ["var.tags"]}}),
        )
    };
    let document = secret(json!({"instance_type": true, "tags": {"a": true}}));
    check(
        &document,
        &[
            ("instance_type", "\"m5.large\" secret"),
            ("tags.a", "\"x\" secret"),
            ("tags.b", "\"y\""),
        ],
    );
    let document = secret(json!({"tags": true}));
    check(
        &document,
        &[
            ("instance_type", "\"m5.large\""),
            ("tags", "{} secret"),
            ("tags.b", "\"y\" secret"),
        ],
    );
    let document = secret(json!(true));
    check(
        &document,
        &[
            ("instance_type", "\"m5.large\" secret"),
            ("tags.b", "\"y\" secret"),
        ],
    );
    let (_, instances) = open(&document);
    assert!(!format!("{instances:?}").contains("m5.large"));
}

#[test]
fn numbers_are_exact() {
    let text = r#"{"format_version":"1.2","resource_changes":[{"address":"aws_ebs_volume.a","type":"aws_ebs_volume",
        "change":{"actions":["create"],"after":{"size":1000000000000000000000,"iops":12345678901234567890,"type":0.1}}}]}"#;
    let (_, instances) = read(
        Input::memory("p", text.as_bytes().to_vec()),
        &Options::default(),
    )
    .unwrap();
    let number = |name: &str| at(&instances[0].after, name).unwrap().as_number().cloned();
    assert_eq!(number("size"), Number::parse("1000000000000000000000"));
    assert_eq!(number("iops"), Number::parse("12345678901234567890"));
    assert_eq!(number("type"), Number::parse("0.1"));
}

/// A plan of one instance in `module.m` (called with `size = INPUT`) whose `instance_type` is
/// unknown and set to what refers to `reference`.
fn called(reference: &str, input: &Document, variables: &Document) -> Document {
    json!({
        "format_version": "1.2",
        "variables": variables,
        "resource_changes": [{
            "address": "module.m[\"k\"].aws_instance.api[0]", "module_address": "module.m[\"k\"]", "mode": "managed",
            "type": "aws_instance", "name": "api", "index": 0,
            "change": create(&json!({}), &json!({"instance_type": true})),
        }],
        "configuration": {"root_module": {
            "variables": {"size": {"default": "m5.xlarge"}, "secret": {"sensitive": true}},
            "module_calls": {"m": {
                "source": "./m",
                "expressions": input,
                "for_each_expression": {"references": ["var.each"]},
                "module": {
                    "variables": {"size": {"default": "m5.large"}, "open": {}},
                    "resources": [{
                        "address": "aws_instance.api", "mode": "managed", "type": "aws_instance", "name": "api",
                        "expressions": {"instance_type": {"references": [reference]}},
                        "count_expression": {"constant_value": 1},
                    }],
                },
            }},
        }},
    })
}

#[test]
fn a_configured_unknown_is_followed_to_what_is_known() {
    let size = |value: Document| json!({"size": value});
    let check = |reference: &str, input: Document, variables: Document, expected: &str| {
        let (_, instances) = open(&called(reference, &input, &variables));
        assert_eq!(
            shown(&instances[0].after, "instance_type"),
            expected,
            "{reference} {input}"
        );
    };
    let none = || json!({});
    // To a constant, a variable of the root, or a default.
    check(
        "var.size",
        size(json!({"constant_value": "m5.2xlarge"})),
        none(),
        "\"m5.2xlarge\" untraced",
    );
    check(
        "var.size",
        size(json!({"references": ["var.size"]})),
        none(),
        "\"m5.xlarge\" untraced",
    );
    let given = json!({"size": {"value": "m5.4xlarge"}});
    check(
        "var.size",
        size(json!({"references": ["var.size"]})),
        given,
        "\"m5.4xlarge\" untraced",
    );
    check("var.size", none(), none(), "\"m5.large\" untraced");
    let deep = json!({"size": {"value": {"a": ["m5.large", "m5.8xlarge"]}}});
    check(
        "var.size",
        size(json!({"references": ["var.size.a[1]", "var.size.a", "var.size"]})),
        deep,
        "\"m5.8xlarge\" untraced",
    );
    // A caller that says nothing: the provider chooses.
    check(
        "var.size",
        size(json!({"constant_value": null})),
        none(),
        "null untraced",
    );
    // Made from several that are all known: it cannot be but null.
    let both = size(json!({"references": ["var.size", "terraform.workspace"]}));
    check("var.size", both, none(), "null untraced");
    // One decides and is not itself the value.
    check(
        "var.size",
        size(json!({"constant_value": false})),
        none(),
        "null untraced",
    );
    check(
        "var.size",
        size(json!({"constant_value": 0})),
        none(),
        "null untraced",
    );
    // To a secret.
    let secret = json!({"secret": {"value": "m5.large"}});
    check(
        "var.size",
        size(json!({"references": ["var.secret"]})),
        secret,
        "\"m5.large\" secret untraced",
    );
    // To something that is not known.
    check(
        "var.size",
        size(json!({"references": ["aws_x.y.z", "aws_x.y"]})),
        none(),
        "?",
    );
    check(
        "var.size",
        size(json!({"references": ["var.size", "data.x.y"]})),
        none(),
        "?",
    );
    check(
        "var.size",
        size(json!({"references": ["local.size"]})),
        none(),
        "?",
    );
    check(
        "var.size",
        size(json!({"references": ["var.undeclared"]})),
        none(),
        "?",
    );
    check("var.open", none(), none(), "?");
    check("local.size", none(), none(), "?");
    // A call of a function, such as `uuid()`, refers to nothing and is not known.
    check("var.size", size(json!({})), none(), "null untraced");
    // `each.value` of the call comes from `var.each`.
    let each = size(json!({"references": ["each.value.size", "each.value"]}));
    check(
        "var.size",
        each.clone(),
        json!({"each": {"value": {"k": {"size": null}}}}),
        "null untraced",
    );
    check("var.size", each, none(), "?");
}

#[test]
fn a_call_of_a_function_is_unknown_where_it_is_written() {
    let document = plan_of(
        &create(&json!({}), &json!({"instance_type": true})),
        &json!({"instance_type": {}}),
    );
    check(&document, &[("instance_type", "?")]);
}

#[test]
fn a_circle_of_calls_ends() {
    let mut document = called(
        "var.size",
        &json!({"size": {"references": ["module.m.out"]}}),
        &json!({}),
    );
    document["configuration"]["root_module"]["module_calls"]["m"]["module"]["outputs"] =
        json!({"out": {"expression": {"references": ["var.size"]}}});
    check(&document, &[("instance_type", "?")]);
}

#[test]
fn before_has_the_marks_of_after() {
    let change = json!({"actions": ["update"], "before": {"instance_type": "m5.large", "tags": {"a": "x"}},
        "after": {"instance_type": "m5.xlarge"}, "after_unknown": {}, "before_sensitive": {"tags": true}});
    let (_, instances) = open(&plan_of(
        &change,
        &json!({"tags": {"references": ["var.t"]}}),
    ));
    let before = instances[0].before.as_ref().unwrap();
    assert_eq!(shown(before, "instance_type"), "\"m5.large\" unconfigured");
    assert_eq!(shown(before, "tags.a"), "\"x\" secret");
}

#[test]
fn of_a_type_without_rules_only_what_tells_whose_it_is() {
    let mut document = plan_of(
        &create(
            &json!({"instance_type": "x", "labels": {"t": "acme"}}),
            &json!({}),
        ),
        &json!({}),
    );
    document["resource_changes"][0]["type"] = json!("acme_thing");
    document["resource_changes"][0]["address"] = json!("acme_thing.api");
    let (_, instances) = open(&document);
    assert_eq!(shown(&instances[0].after, "labels.t"), "\"acme\"");
    assert_eq!(shown(&instances[0].after, "instance_type"), "null");
}

#[test]
fn references_lead_to_their_targets() {
    let template = |address: &str, key: Document, module: &str| {
        json!({"address": address, "module_address": module, "mode": "managed", "type": "aws_launch_template",
               "name": "app", "index": key,
               "change": create(&json!({"instance_type": address}), &json!({}))})
    };
    let group = |key: &str| {
        json!({"address": format!("module.m[0].aws_instance.api[\"{key}\"]"), "module_address": "module.m[0]", "mode": "managed",
               "type": "aws_instance", "name": "api", "index": key,
               "change": create(&json!({"launch_template": [{}]}), &json!({"launch_template": [{"id": true}]}))})
    };
    let document = |expression: Document| {
        json!({
            "format_version": "1.2",
            "resource_changes": [
                group("a"),
                template("module.m[0].aws_launch_template.app[\"a\"]", json!("a"), "module.m[0]"),
                template("module.m[0].aws_launch_template.app[\"b\"]", json!("b"), "module.m[0]"),
                template("module.m[1].aws_launch_template.app[\"a\"]", json!("a"), "module.m[1]"),
                template("aws_launch_template.app", json!(null), ""),
            ],
            "configuration": {"root_module": {
                "resources": [{"mode": "managed", "type": "aws_launch_template", "name": "app", "expressions": {}}],
                "module_calls": {"m": {
                    "source": "./m", "count_expression": {"constant_value": 2},
                    "expressions": {"template": {"references": ["aws_launch_template.app.id", "aws_launch_template.app"]}},
                    "module": {
                        "variables": {"template": {}},
                        "resources": [
                            {"mode": "managed", "type": "aws_launch_template", "name": "app", "expressions": {}},
                            {"mode": "managed", "type": "aws_instance", "name": "api", "expressions": {
                                "launch_template": [{"id": expression}]}},
                        ],
                    },
                }},
            }},
        })
    };
    let check = |references: &[&str], expected: &[&str]| {
        let (survey, instances) = open(&document(json!({"references": references})));
        assert_eq!(survey.targets().count(), 4);
        let found = survey.refer(&instances[0], "launch_template[0].id");
        let found: Vec<_> = found.iter().map(|target| &*target.address).collect();
        assert_eq!(found, expected, "{references:?}");
        assert_eq!(shown(&instances[0].after, "launch_template[0].id"), "?");
    };
    // In the own module instance; the own key if none is said.
    check(
        &["aws_launch_template.app"],
        &["module.m[0].aws_launch_template.app[\"a\"]"],
    );
    check(
        &[
            "aws_launch_template.app[\"b\"].id",
            "aws_launch_template.app[\"b\"]",
            "aws_launch_template.app",
        ],
        &["module.m[0].aws_launch_template.app[\"b\"]"],
    );
    check(&["aws_launch_template.app[\"z\"].id"], &[]);
    // Up through the call.
    check(&["var.template"], &["aws_launch_template.app"]);
    check(&["local.template"], &[]);
}

#[test]
fn module_inputs_and_variables_can_be_looked_up() {
    let document = called(
        "var.size",
        &json!({"size": {"references": ["var.size"]}, "tenant": {"constant_value": "acme"}}),
        &json!({"size": {"value": "m5.4xlarge"}, "secret": {"value": "hush"}}),
    );
    let (survey, instances) = open(&document);
    let configuration = survey.configuration();
    let call = configuration
        .module("m")
        .and_then(|module| module.call.as_ref())
        .unwrap();
    assert_eq!(&*call.source, "./m");
    assert_eq!(
        call.inputs["tenant"].constant(),
        Some(Value::string("acme"))
    );
    let traced = configuration.trace("", None, &call.inputs["size"]);
    assert_eq!(traced.value(), Some(Value::string("m5.4xlarge")));
    let secret = configuration.module("").unwrap().variables["secret"]
        .value()
        .unwrap();
    assert!(secret.marks().contains(Marks::SENSITIVE));
    assert!(!format!("{configuration:?} {secret:?}").contains("hush"));
    let block = configuration.block_of(&instances[0]).unwrap();
    assert_eq!(
        block
            .expression("instance_type")
            .unwrap()
            .references()
            .collect::<Vec<_>>(),
        ["var.size"]
    );
    assert!(block.repeat.is_some() && !block.has_provisioners);
}
