//! Real public plans that no one here wrote: what guard counts equals an independent, plain
//! calculator's answer for each of them.
//!
//! A few lie in `fixtures/plans`, so that a bare clone tests this too; the whole collection is
//! read where it lies beside the project.

use crate::guard::{guard, project, shared};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn the_bundled_public_plans_measure_as_the_reference_says() {
    let checked = compare(&project().join("fixtures/plans"));
    assert!(checked > 20, "only {checked} plans were compared");
}

#[test]
fn all_public_plans_measure_as_the_reference_says() {
    if let Some(shared) = shared() {
        let checked = compare(&shared.join("plans"));
        assert!(checked > 500, "only {checked} plans were compared");
    }
}

/// Measures every plan of `folder/expected.tsv`; panics with all that differ.
fn compare(folder: &Path) -> usize {
    let table =
        std::fs::read_to_string(folder.join("expected.tsv")).expect("what the reference says");
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let rows: Vec<BTreeMap<&str, &str>> = lines
        .map(|line| header.iter().copied().zip(line.split('\t')).collect())
        .collect();

    // The plans are many and small: share them between the cores.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut results: Vec<(usize, Result<bool, String>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let rows = &rows;
                scope.spawn(move || {
                    let mine = rows.iter().enumerate().skip(worker).step_by(threads);
                    mine.map(|(at, row)| (at, compare_one(folder, row)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker ends"))
            .collect()
    });
    results.sort_by_key(|(at, _)| *at);

    let differ: Vec<String> = results
        .iter()
        .filter_map(|(at, result)| {
            result
                .as_ref()
                .err()
                .map(|why| format!("{}\n    {why}", rows[*at]["file"]))
        })
        .collect();
    assert!(
        differ.is_empty(),
        "{} plans differ from the reference:\n{}",
        differ.len(),
        differ.join("\n")
    );
    results
        .iter()
        .filter(|(_, result)| *result == Ok(true))
        .count()
}

/// Whether the plan was compared; `false` where guard refuses it for a reason in [`REFUSALS`].
fn compare_one(folder: &Path, row: &BTreeMap<&str, &str>) -> Result<bool, String> {
    let file = row["file"];
    let outcome = guard(folder, ["measure", "--format", "json", file]);
    let report: Value = serde_json::from_str(&outcome.stdout)
        .map_err(|error| format!("no JSON ({error}): {}", outcome.stderr))?;
    if outcome.code == 2 {
        let reason = report["findings"][0]["message"]
            .as_str()
            .unwrap_or("")
            .to_owned();
        let known = REFUSALS
            .iter()
            .any(|(name, why)| file.ends_with(name) && reason.contains(why));
        return if known {
            Ok(false)
        } else {
            Err(format!("refused: {reason}"))
        };
    }
    if outcome.code != 0 {
        return Err(format!("exit {}: {}", outcome.code, outcome.stderr));
    }

    let mut by_type: BTreeMap<String, u64> = BTreeMap::new();
    let mut stated: BTreeMap<&str, f64> = ["vcpu", "iops", "storage_gib", "boot_gib"]
        .map(|key| (key, 0.0))
        .into();
    for instance in report["instances"].as_array().ok_or("no instances")? {
        let kind = instance["type"].as_str().unwrap_or("None");
        *by_type.entry(kind.to_owned()).or_default() += 1;
        for measurement in instance["measurements"]
            .as_array()
            .ok_or("no measurements")?
        {
            if let Some(column) = column(kind, measurement) {
                let single = measurement["low"].as_f64().unwrap_or(f64::NAN)
                    / measurement["times"].as_f64().unwrap_or(f64::NAN);
                *stated.get_mut(column).expect("one of the four") += single;
            }
        }
    }
    let want: BTreeMap<String, u64> =
        serde_json::from_str(row["by_type"]).map_err(|error| error.to_string())?;
    if by_type != want {
        return Err(format!(
            "instances by type: {by_type:?}, the reference has {want:?}"
        ));
    }
    for (key, amount) in stated {
        let want: f64 = row[key].parse().map_err(|error| format!("{error}"))?;
        if (amount - want).abs() > 1e-6 {
            return Err(format!("{key}: {amount}, the reference has {want}"));
        }
    }
    Ok(true)
}

/// Which sum of the reference a measurement belongs to: only what the plan itself states for the
/// types that the reference knows, under the attributes that it sums.
fn column(kind: &str, measurement: &Value) -> Option<&'static str> {
    let attribute = measurement["attribute"].as_str().unwrap_or("");
    let last = attribute.rsplit('.').next().unwrap_or("");
    if measurement["mark"] != "known" {
        return None;
    }
    match (kind, measurement["dimension"].as_str().unwrap_or(""), last) {
        ("aws_instance", "vcpu", "instance_type")
        | ("aws_db_instance", "vcpu", "instance_class")
        | ("google_compute_instance", "vcpu", "machine_type")
        | ("azurerm_linux_virtual_machine", "vcpu", "size") => Some("vcpu"),
        (
            "aws_instance" | "aws_ebs_volume" | "aws_db_instance",
            "iops" | "iops_included",
            "iops",
        ) => Some("iops"),
        ("aws_instance", "storage_gib", "volume_size")
        | ("aws_ebs_volume" | "google_compute_disk", "storage_gib", "size")
        | ("aws_db_instance", "storage_gib", "allocated_storage")
        | ("azurerm_managed_disk", "storage_gib", "disk_size_gb") => Some("storage_gib"),
        ("google_compute_instance", "storage_gib", "size")
            if attribute.starts_with("boot_disk") =>
        {
            Some("boot_gib")
        }
        ("azurerm_linux_virtual_machine", "storage_gib", "disk_size_gb") => Some("boot_gib"),
        _ => None,
    }
}

/// Plans that are refused, and the words of the reason. Each is broken in itself.
const REFUSALS: &[(&str, &str)] = &[
    // Typed in by hand, and never finished.
    ("examples__ami_id__repl_input.json", "has no address"),
    ("plan-invalid-actions.json", "is planned to `invalid`"),
    ("plan-missing-version.json", "is planned to `invalid`"),
    (
        "tests__data__plans__artificial__full.json",
        "of the mode `test_mode`",
    ),
    (
        "tests__data__plans__artificial__invalid.json",
        "expected a list for `resource_changes`",
    ),
    (
        "tests__data__plans__artificial__no-resource-changes.json",
        "neither `resource_changes` nor `planned_values`",
    ),
    ("examples__json__no-op.json", "has no type"),
    ("examples__json__tfplan.json", "has no type"),
    ("examples__json__tfplan@375a789b.json", "has no type"),
    // They say nothing of what there will be; only their prior state lists anything.
    ("drift_refresh_only__plan.json", "plans no changes"),
    ("moved_with_refresh_only__plan.json", "plans no changes"),
];
