//! What PLAN_JSON says, rule by rule, and the public plans.

mod corpus;
mod entries;
mod inputs;
mod values;

use super::*;
use crate::finding::{Code, Level};
use serde_json::{Value as Document, json};
use std::collections::BTreeMap;

/// Asks for what the rules of the sample types ask for.
#[derive(Default)]
struct Rules(BTreeMap<&'static str, AttributeSet>);

impl Rules {
    fn sample() -> Self {
        let rules: [(&str, &[&str]); 5] = [
            (
                "aws_instance",
                &[
                    "instance_type",
                    "root_block_device",
                    "ebs_block_device",
                    "launch_template",
                ],
            ),
            ("aws_ebs_volume", &["size", "iops", "type"]),
            (
                "aws_db_instance",
                &["instance_class", "allocated_storage", "iops", "multi_az"],
            ),
            (
                "aws_launch_template",
                &["instance_type", "block_device_mappings", "name"],
            ),
            ("google_compute_instance", &["machine_type", "boot_disk"]),
        ];
        let sets = rules.map(|(of, names)| (of, AttributeSet::new(names.iter().copied())));
        Self(sets.into_iter().collect())
    }
}

impl Interest for Rules {
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet> {
        self.0.get(resource_type)
    }

    fn looks_at(&self, resource_type: &str) -> BTreeSet<Arc<str>> {
        let looks = resource_type != "aws_launch_template";
        looks
            .then(|| "aws_launch_template".into())
            .into_iter()
            .collect()
    }
}

/// All instances of an input, and what was found.
fn read(input: Input, options: &Options) -> Result<(Box<Survey>, Vec<Instance>), Box<Finding>> {
    let rules = Rules::sample();
    let Contents::Resources(survey) = survey(input, &rules, options)? else {
        panic!("measurements");
    };
    let mut instances = Vec::new();
    survey.instances(&rules, &mut |instance| instances.push(instance))?;
    Ok((survey, instances))
}

/// What is read of a document.
fn open(document: &Document) -> (Box<Survey>, Vec<Instance>) {
    open_with(document, &Options::default())
}

fn open_with(document: &Document, options: &Options) -> (Box<Survey>, Vec<Instance>) {
    let input = Input::memory("plan.json", document.to_string().into_bytes());
    read(input, options).unwrap()
}

/// A plan of one instance, with one entry in the configuration.
fn plan_of(change: &Document, expressions: &Document) -> Document {
    json!({
        "format_version": "1.2",
        "resource_changes": [{
            "address": "aws_instance.api", "mode": "managed", "type": "aws_instance", "name": "api",
            "provider_name": "registry.terraform.io/hashicorp/aws", "change": change,
        }],
        "configuration": {"root_module": {"resources": [{
            "address": "aws_instance.api", "mode": "managed", "type": "aws_instance", "name": "api",
            "expressions": expressions,
        }]}},
    })
}

/// The codes that were found, in order, and whether they stop the check.
fn codes(survey: &Survey) -> Vec<(Code, Level)> {
    survey
        .findings
        .iter()
        .map(|found| (found.code, found.level))
        .collect()
}
