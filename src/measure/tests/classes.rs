//! What can be said about a resource type.

use super::World;
use crate::measure::rules::Entry;
use crate::measure::{Layer, Rules};
use crate::quantity::Class;
use std::path::Path;

fn class(rules: &Rules, kind: &str) -> &'static str {
    match rules.entry(kind) {
        Entry::Rule(..) => "rule",
        Entry::Counted(_) => "counted",
        Entry::Weightless => "weightless",
        Entry::Opaque => "opaque",
        Entry::Nothing => "no rule",
    }
}

#[test]
fn names_go_before_patterns() {
    let rules = Rules::shipped();
    for (kind, expected) in [
        ("aws_instance", "rule"),
        ("aws_iam_role", "weightless"),
        ("aws_iam_anything_new", "weightless"),
        ("aws_wafv2_web_acl", "counted"),
        ("aws_wafv2_ip_set", "weightless"),
        ("aws_cloudformation_stack", "opaque"),
        ("kubectl_manifest", "opaque"),
        ("flux_anything", "opaque"),
        ("google_project_iam_member", "weightless"),
        ("google_anything_iam_binding", "weightless"),
        ("azurerm_lb", "counted"),
        ("azurerm_lb_rule", "weightless"),
        ("random_pet", "weightless"),
        ("aws_foo_bar", "no rule"),
        ("foo", "no rule"),
        ("", "no rule"),
        ("_", "no rule"),
    ] {
        assert_eq!(class(&rules, kind), expected, "{kind}");
    }
}

#[test]
fn a_counted_resource_is_one_of_its_kind() {
    let world = World::of(&[("aws_nat_gateway.this", "{}")]);
    let measured = world.check("aws_nat_gateway.this", &["nat_gateways 1"]);
    assert_eq!(
        (measured.class, measured.layer),
        (Class::Measured, Layer::Machines)
    );
}

#[test]
fn a_provisioner_may_do_anything() {
    let mut world = World::of(&[
        ("null_resource.a", "{}"),
        ("terraform_data.b", "{}"),
        ("null_resource.c", "{}"),
    ]);
    world.provisioners = [("null_resource.a", true), ("terraform_data.b", false)].into();
    world.check("null_resource.a", &["opaque"]);
    world.check("terraform_data.b", &["weightless"]);
    world.check("null_resource.c", &["opaque"]);
}

/// Section 7 of the collected facts lists types by what they are.
#[test]
fn types_are_what_the_facts_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/CAPACITY_RULES.md");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: {} is not there", file.display());
        return;
    };
    let section = |from: &str, to: &str| {
        let start = text.find(from).unwrap();
        let rest = &text[start..];
        let end = rest[1..].find(to).map_or(rest.len(), |at| at + 1);
        let mut types: Vec<String> = Vec::new();
        for line in rest[..end].lines().skip(1) {
            let words = line.split([',', ':', ' ', '(', ')', '.']);
            types.extend(words.filter(|word| word.contains('_')).map(str::to_owned));
        }
        types
    };
    let rules = Rules::shipped();
    let mut wrong = Vec::new();
    for (from, to, expected) in [
        ("### 7.1", "### 7.2", ["weightless", "weightless"]),
        ("### 7.2", "### 7.3", ["counted", "counted"]),
        ("### 7.3", "A module is not", ["opaque", "rule"]),
    ] {
        for kind in section(from, to) {
            let class = class(&rules, &kind);
            // These are attributes, or depend on what the resource says.
            let other = [
                "cache_cluster_size",
                // It may start tasks.
                "aws_cloudwatch_event_target",
                "enable_autopilot",
                "google_container_cluster",
                "terraform_data",
            ];
            if !expected.contains(&class) && !other.contains(&&*kind) {
                wrong.push(format!("{kind} is {class}, not {}", expected[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
