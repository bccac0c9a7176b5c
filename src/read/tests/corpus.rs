//! The public plans and states, held against what is expected of each.

use super::*;
use std::path::{Path, PathBuf};

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

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn public_states_are_read_or_refused_for_a_reason() {
    let Some(folder) = corpus() else { return };
    let (mut instances, mut refusals) = (0_usize, Vec::new());
    for path in files(&folder.join("states")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let input = Input::open(&path, "state").unwrap();
        let read = read(input, &Options::default());
        match (refused(&read), &read) {
            // Of old versions: their attributes are not in a form that can be trusted.
            (Some(Code::BAD_INPUT), _) => {
                let old = text.contains("\"version\": 3") || text.contains("attributes_flat");
                assert!(old, "{}", path.display());
                refusals.push(path);
            }
            (None, Ok((survey, found))) => {
                let said = codes(survey).contains(&(Code::NO_RESOURCES, Level::Warning));
                assert_eq!(found.is_empty(), said, "{}", path.display());
                assert_eq!(survey.kind, Kind::State);
                instances = instances.saturating_add(found.len());
            }
            (code, _) => panic!("{}: {code:?}", path.display()),
        }
    }
    assert!(
        refusals.len() < 15 && instances > 400,
        "{instances} instances, {refusals:?}"
    );
}

#[test]
fn what_people_feed_by_mistake_is_refused_and_told() {
    let Some(folder) = corpus() else { return };
    let expected = [
        (
            "Scalr__sample-tf-opa-policies",
            "holds a plan under `.mock.",
        ),
        ("androzo__aws-validation", "has other text around the JSON"),
        (
            "aws-samples__aws-infra-policy",
            "holds a plan under `.mock.",
        ),
        (
            "borchero__terraform-plan-comment",
            "holds several JSON documents",
        ),
        ("cfikeAI__stroke-predictor-mlops", "is the event log"),
        (
            "hashicorp__terraform-json",
            "is no valid JSON: text follows behind the value at byte 15543",
        ),
    ];
    for path in files(&folder.join("badinput")) {
        let input = Input::open(&path, "it").unwrap();
        let finding = read(input, &Options::default()).unwrap_err();
        let name = path.display().to_string();
        let (_, looks) = expected
            .iter()
            .find(|(repository, _)| name.contains(repository))
            .unwrap();
        assert!(
            finding.message.starts_with(&format!("it {looks}")),
            "{name}: {}",
            finding.message
        );
    }
}

/// Asks for what is expected of the instances of one configuration.
struct Asked(BTreeMap<String, AttributeSet>);

impl Interest for Asked {
    fn attributes(&self, resource_type: &str) -> Option<&AttributeSet> {
        self.0.get(resource_type)
    }

    fn looks_at(&self, _: &str) -> std::collections::BTreeSet<Arc<str>> {
        Default::default()
    }
}

/// What a path leads to, if anything. Keys may have dots in them.
fn lead(value: &Value, path: &str) -> Option<Value> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if path.is_empty() {
        return Some(value.clone());
    }
    if let Some((index, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) {
        return lead(value.elements()?.get(index.parse::<usize>().ok()?)?, rest);
    }
    let mut entries = value.entries()?.iter();
    entries.find_map(|(key, value)| {
        let rest = path.strip_prefix(&**key)?;
        let whole = rest.is_empty() || rest.starts_with(['.', '[']);
        if whole { lead(value, rest) } else { None }
    })
}

/// What a path leads to, as a value of JSON would be printed; none for unknown.
fn printed(value: &Value, path: &str) -> Option<String> {
    let found = lead(value, path).unwrap_or_else(Value::null);
    let number = found.as_number().map(ToString::to_string);
    let text = found.as_str().map(str::to_owned);
    let flag = found.as_bool().map(|flag| flag.to_string());
    let null = found.is_null().then(|| "null".to_owned());
    number.or(text).or(flag).or(null)
}

#[test]
fn real_plans_of_many_configurations_give_the_values_that_terraform_planned() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/modules");
    if !folder.is_dir() {
        eprintln!(
            "skipped: the configurations are not here ({})",
            folder.display()
        );
        return;
    }
    let (mut known, mut unknown) = (0_usize, 0_usize);
    for path in files(&folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !matches!(name, "plan.json" | "plan-1.11.json") {
            continue;
        }
        let text = std::fs::read_to_string(path.with_file_name("expect.json")).unwrap();
        let expected: Document = serde_json::from_str(&text).unwrap();
        let expected = expected["instances"].as_object().unwrap();
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for instance in expected.values() {
            let known = instance["attributes"]
                .as_object()
                .into_iter()
                .flat_map(|known| known.keys());
            let unknown = instance["unknown"].as_array().into_iter().flatten();
            let paths = known
                .map(String::as_str)
                .chain(unknown.filter_map(Document::as_str));
            let first = paths.map(|path| path.split(['.', '[']).next().unwrap().to_owned());
            names
                .entry(instance["type"].as_str().unwrap().to_owned())
                .or_default()
                .extend(first);
        }
        let sets = names.iter().map(|(of, names)| {
            (
                of.clone(),
                AttributeSet::new(names.iter().map(String::as_str)),
            )
        });
        let asked = Asked(sets.collect());
        let input = Input::open(&path, path.display().to_string()).unwrap();
        let Contents::Resources(survey) = survey(input, &asked, &Options::default()).unwrap()
        else {
            panic!("{}", path.display());
        };
        assert!(
            survey
                .findings
                .iter()
                .all(|found| found.level > Level::Error),
            "{:?}",
            survey.findings
        );
        let mut instances = Vec::new();
        survey
            .instances(&asked, &mut |instance| instances.push(instance))
            .unwrap();
        let addresses: Vec<_> = instances
            .iter()
            .map(|instance| &*instance.address)
            .collect();
        assert_eq!(
            addresses.len(),
            expected.len(),
            "{}: {addresses:?}",
            path.display()
        );
        for instance in &instances {
            let expected = &expected[&instance.address];
            let at = |path: &str| format!("{}: {}.{path}", name, instance.address);
            for (attribute, value) in expected["attributes"].as_object().into_iter().flatten() {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                assert_eq!(
                    printed(&instance.after, attribute),
                    Some(value),
                    "{}",
                    at(attribute)
                );
                known = known.saturating_add(1);
            }
            // Later versions of Terraform know more than the one that was asked.
            let unknowns = expected["unknown"]
                .as_array()
                .filter(|_| name == "plan.json");
            for attribute in unknowns.into_iter().flatten() {
                let attribute = attribute.as_str().unwrap();
                let found = printed(&instance.after, attribute);
                // Nobody wrote it, or nobody knows it.
                assert!(
                    matches!(found.as_deref(), None | Some("null")),
                    "{} {found:?}",
                    at(attribute)
                );
                unknown = unknown.saturating_add(1);
            }
        }
    }
    assert!(
        known > 300 && unknown > 100,
        "{known} known, {unknown} unknown"
    );
}
