//! The rules and tables of `policies/` that are compiled into guard.
//!
//! They are read from here, not from a folder, so that a rule cannot go missing at run time.

macro_rules! files {
    ($folder:literal, $($name:literal),* $(,)?) => {
        &[$((
            concat!("policies/", $folder, "/", $name),
            include_str!(concat!("../../policies/", $folder, "/", $name)),
        )),*]
    };
}

/// The day of the newest facts in the tables: `policies/machines/README.md` has it of each source.
pub(super) const AS_OF: &str = "2026-08-22";

/// Path and text of every table of machine sizes.
pub(super) const MACHINES: &[(&str, &str)] = files!(
    "machines",
    "aws_codebuild_compute.csv",
    "aws_ec2.csv",
    "aws_elasticache.csv",
    "aws_glue_worker.csv",
    "aws_lightsail_bundle.csv",
    "aws_memorydb.csv",
    "aws_msk.csv",
    "aws_mwaa_class.csv",
    "aws_opensearch.csv",
    "aws_rds.csv",
    "aws_redshift.csv",
    "aws_workspaces_compute.csv",
    "azure_postgres_storage.csv",
    "azure_premium_disk.csv",
    "azure_redis.csv",
    "azure_service_plan.csv",
    "azure_sql.csv",
    "azure_standard_hdd_disk.csv",
    "azure_standard_ssd_disk.csv",
    "azure_vm.csv",
    "digitalocean_size.csv",
    "gcp_machine.csv",
    "gcp_sql.csv",
    "hcloud_server.csv",
);

/// A file of rules, and the first words of the resource types it is about.
type RuleFile = (&'static [&'static str], (&'static str, &'static str));

macro_rules! rules {
    ($(($prefixes:expr, $name:literal)),* $(,)?) => {
        &[$((
            $prefixes,
            (
                concat!("policies/capacity/", $name),
                include_str!(concat!("../../policies/capacity/", $name)),
            ),
        )),*]
    };
}

/// Every file of rules. Types of no listed provider are looked up in the file without any.
pub(super) const RULES: &[RuleFile] = rules![
    (&["aws"], "aws.hcl"),
    (&["azurerm"], "azurerm.hcl"),
    (&["digitalocean"], "digitalocean.hcl"),
    (&["google"], "google.hcl"),
    (&["hcloud"], "hcloud.hcl"),
    (
        &["argocd", "flux", "helm", "kubectl", "kubernetes"],
        "kubernetes.hcl"
    ),
    (&[], "tools.hcl"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// A file that lies in the folder but is not in the list would silently not count.
    fn check(folder: &str, ending: &str, shipped: &[(&str, &str)]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("policies")
            .join(folder);
        let mut there: Vec<String> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(ending))
            .map(|name| format!("policies/{folder}/{name}"))
            .collect();
        there.sort();
        let listed: Vec<&str> = shipped.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, there);
    }

    #[test]
    fn the_tables_are_of_the_day_that_their_readme_names() {
        let readme = include_str!("../../policies/machines/README.md");
        assert!(readme.contains(&format!("the newest is of {AS_OF}")));
    }

    #[test]
    fn every_table_is_compiled_in() {
        check("machines", ".csv", MACHINES);
    }

    #[test]
    fn every_file_of_rules_is_compiled_in() {
        let files: Vec<_> = RULES.iter().map(|(_, file)| *file).collect();
        check("capacity", ".hcl", &files);
    }
}
