//! The public plans and states, held against what is expected of each.

use super::*;
use crate::finding::{Code, Level};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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

    fn is_link_target(&self, resource_type: &str) -> bool {
        resource_type == "aws_launch_template"
    }
}

/// The folder of public plans, if it is here.
fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/plans");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: the public plans are not here ({})",
        folder.display()
    );
    None
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

fn counts(instances: &[Instance]) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for instance in instances {
        let counted = !matches!(
            instance.change,
            Change::Delete | Change::Forget | Change::Deposed
        );
        if counted && instance.origin != Origin::PriorState {
            let count = counts
                .entry(instance.resource_type.to_string())
                .or_default();
            *count = count.saturating_add(1);
        }
    }
    counts
}

/// The public plans that cannot be judged, and why: they were made by hand, and something is
/// missing from them or made up.
const REFUSED: [(&str, Code); 11] = [
    (
        "examples__ami_id__repl_input.json",
        Code::INCOMPLETE_RESOURCE,
    ),
    (
        "test__fixtures__itest__plan-invalid-actions.json",
        Code::UNKNOWN_ACTION,
    ),
    (
        "test__fixtures__itest__plan-missing-version.json",
        Code::UNKNOWN_ACTION,
    ),
    (
        "tests__data__plans__artificial__full.json",
        Code::UNKNOWN_ACTION,
    ),
    (
        "tests__data__plans__artificial__invalid.json",
        Code::MISSHAPEN_PLAN,
    ),
    (
        "tests__data__plans__artificial__no-resource-changes.json",
        Code::BAD_INPUT,
    ),
    ("examples__json__no-op.json", Code::INCOMPLETE_RESOURCE),
    ("examples__json__tfplan.json", Code::INCOMPLETE_RESOURCE),
    (
        "examples__json__tfplan@375a789b.json",
        Code::INCOMPLETE_RESOURCE,
    ),
    // Only their prior state lists anything.
    (
        "testing__equivalence-tests__outputs__drift_refresh_only__plan.json",
        Code::REFRESH_ONLY_PLAN,
    ),
    (
        "testing__equivalence-tests__outputs__moved_with_refresh_only__plan.json",
        Code::REFRESH_ONLY_PLAN,
    ),
];

/// Why a plan cannot be judged, if it cannot.
fn refused(read: &Result<(Box<Survey>, Vec<Instance>), Box<Finding>>) -> Option<Code> {
    match read {
        Ok((survey, _)) => {
            let mut fatal = survey
                .findings
                .iter()
                .filter(|found| found.level == Level::Fatal);
            fatal.next().map(|found| found.code)
        }
        Err(finding) => Some(finding.code),
    }
}

#[test]
fn public_plans_have_the_instances_that_are_expected() {
    let Some(folder) = corpus() else { return };
    let table = std::fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let mut lines = table
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|known| *known == name).unwrap();
    let (file, by_type) = (column("file"), column("by_type"));
    let mut wrong = Vec::new();
    for row in lines {
        let expected: BTreeMap<String, u64> = serde_json::from_str(row[by_type]).unwrap();
        let input = Input::open(&folder.join(row[file]), row[file]).unwrap();
        let read = read(input, &Options::default());
        let name = row[file].rsplit('/').next().unwrap();
        let known = REFUSED.iter().find(|(refused, _)| *refused == name);
        match (known, refused(&read), read) {
            (Some((_, why)), Some(code), _) if *why == code => {}
            (None, None, Ok((_, instances))) if counts(&instances) == expected => {}
            (_, code, read) => {
                let found = read.map(|(_, instances)| counts(&instances));
                wrong.push(format!(
                    "{}: {code:?} {found:?}, expected {expected:?}",
                    row[file]
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} plans differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
