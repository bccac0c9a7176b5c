//! What a catalog brings of its own.

use super::{World, instance, lines};
use crate::measure::{Links, Memo, Rules, measure};
use crate::source::SourceFile;

fn measured(capacity: &str, machines: &[(&str, &str)], address: &str, after: &str) -> Vec<String> {
    let file = |(path, text): &(&str, &str)| SourceFile::new(*path, *text);
    let machines: Vec<SourceFile> = machines.iter().map(file).collect();
    let capacity = SourceFile::new("policies/capacity/own.hcl", capacity);
    let (rules, findings) = Rules::with(&[capacity], &machines);
    let told: Vec<&str> = findings.iter().map(|finding| &*finding.message).collect();
    assert_eq!(told, [""; 0]);
    let world = World {
        instances: vec![instance(address, after)],
        ..World::default()
    };
    let links = Links::new(&rules, &world);
    let measured = measure(
        &rules,
        &links,
        &mut Memo::default(),
        "",
        &world.instances[0],
    );
    lines(&measured)
}

/// The page that explains rules ends with an example; it has to work.
#[test]
fn the_example_of_an_in_house_provider_works() {
    let page = include_str!("../../../policies/capacity/README.md");
    let (_, example) = page.split_once("## An in-house provider").unwrap();
    let (_, rules) = example.split_once("```hcl\n").unwrap();
    let (rules, _) = rules.split_once("```").unwrap();
    let sizes = [(
        "policies/machines/acme_size.csv",
        "name,vcpu,memory_gib\nlarge,8,32\n",
    )];
    assert_eq!(
        measured(
            rules,
            &sizes,
            "acme_tenant_database.a",
            r#"{"replicas": 3, "size": "Large", "disk_gb": 100}"#
        ),
        [
            "databases 1",
            "nodes 3: replicas = 3",
            "vcpu 24 x3: size = Large",
            "memory_gib 96 x3: size = Large",
            "storage_gib 300 x3: disk_gb = 100",
        ]
    );
    assert_eq!(
        measured(rules, &sizes, "acme_dns_zone.a", "{}"),
        ["weightless"]
    );
    assert_eq!(measured(rules, &sizes, "acme_other.a", "{}"), ["no_rule"]);
}

#[test]
fn the_other_examples_of_the_page_have_no_mistake() {
    let page = include_str!("../../../policies/capacity/README.md");
    let (_, rules) = page.split_once("```hcl\n").unwrap();
    let (rules, _) = rules.split_once("```").unwrap();
    assert_eq!(
        measured(
            rules,
            &[],
            "aws_db_instance.a",
            r#"{"instance_class": "db.m5.large", "multi_az": true, "allocated_storage": 10, "iops": null}"#
        ),
        [
            "databases 1",
            "iops_included 3000 default",
            "nodes 2: multi_az = true",
            "vcpu 4 x2: instance_class = db.m5.large",
            "memory_gib 16 x2: instance_class = db.m5.large",
            "storage_gib 20 x2: allocated_storage = 10",
        ]
    );
}

#[test]
fn a_catalog_replaces_what_is_shipped_and_may_use_its_parts() {
    let rules = r#"resource "aws_ebs_volume" {
  use "ebs_volume" {
    size       = product([2, self.size])
    type       = default(self.type, "gp3")
    iops       = self.iops
    throughput = null
  }
}
weightless = ["aws_eks_addon"]
opaque     = ["aws_s3_bucket"]
counted    = { topics = ["aws_sns_topic"] }
"#;
    assert_eq!(
        measured(
            rules,
            &[],
            "aws_ebs_volume.a",
            r#"{"size": 10, "type": null, "iops": null}"#
        ),
        [
            "storage_gib 20: size = 10",
            "iops_included 3000 default: size = 10"
        ]
    );
    assert_eq!(
        measured(rules, &[], "aws_eks_addon.a", "{}"),
        ["weightless"]
    );
    assert_eq!(measured(rules, &[], "aws_s3_bucket.a", "{}"), ["opaque"]);
    assert_eq!(measured(rules, &[], "aws_sns_topic.a", "{}"), ["topics 1"]);
    // What it does not mention is as shipped.
    assert_eq!(
        measured(rules, &[], "aws_nat_gateway.a", "{}"),
        ["nat_gateways 1"]
    );
}

#[test]
fn a_rule_that_fails_says_so_and_measures_nothing_as_nothing() {
    let rules = "resource \"acme_x\" {\n  vcpu = 1 / self.y\n  memory_gib = self.z * 2\n  nodes = tonumber(self.name)\n}\n";
    assert_eq!(
        measured(
            rules,
            &[],
            "acme_x.a",
            r#"{"y": 0, "z": null, "name": "seven"}"#
        ),
        [
            "vcpu 0.. undetermined: y = 0",
            "memory_gib 0.. undetermined: z",
            "nodes 0.. undetermined: name = seven",
            "nonsense-amount: the number +Inf cannot be an amount of vcpu",
            "rule-failed: the rule of `acme_x` gives no answer here: Invalid function argument: Invalid value for \"v\" parameter: cannot convert \"seven\" to number; given string must be a decimal representation of a number",
            "rule-failed: the rule of `acme_x` gives no answer here: Operation failed: Error during operation: argument must not be null",
        ]
    );
}

#[test]
fn functions_that_call_themselves_end() {
    let rules = "function \"f\" {\n  params = [x]\n  result = f(x)\n}\nresource \"acme_x\" {\n  vcpu = f(1)\n}\n";
    let lines = measured(rules, &[], "acme_x.a", "{}");
    assert_eq!(lines[0], "vcpu 0.. undetermined");
    let parts = "part \"p\" {\n  params = []\n  vcpu   = 1\n  use \"p\" {\n  }\n}\nresource \"acme_x\" {\n  use \"p\" {\n  }\n}\n";
    assert!(!measured(parts, &[], "acme_x.a", "{}").is_empty());
}
