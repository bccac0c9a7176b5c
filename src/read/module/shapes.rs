//! What is known of resource types without their providers, for the few places where the text
//! of a configuration alone does not tell.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Nested blocks that hold sizes, by resource type: each line is a type and the paths of its
/// blocks. JSON syntax writes a single block and a map in the same way.
const BLOCKS: &str = include_str!("blocks.txt");

/// Whether a property of that resource type, at that path, is a nested block.
pub(super) fn is_block(of: &str, path: &str, name: &str) -> bool {
    static TABLE: OnceLock<BTreeMap<&str, Vec<&str>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let lines = BLOCKS
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(of, paths)| (of, paths.split(' ').collect()));
        lines.collect()
    });
    if matches!(name, "timeouts") || is_metadata(of, path, name) {
        return true;
    }
    table.get(of).is_some_and(|paths| {
        paths.iter().any(|known| {
            match known.strip_suffix(name).map(|rest| rest.strip_suffix('.')) {
                Some(Some(parent)) => parent == path,
                Some(None) => *known == name && path.is_empty(),
                None => false,
            }
        })
    })
}

/// Kubernetes resources have their names and labels in a block.
fn is_metadata(of: &str, path: &str, name: &str) -> bool {
    let is_last = path.is_empty() || path.ends_with("template") || path.ends_with("job_template");
    name == "metadata" && is_last && of.starts_with("kubernetes_") && of != "kubernetes_manifest"
}

/// Resource types of the aws provider that take `tags` and so get the `default_tags` of their
/// provider, among those that hold capacity. An autoscaling group has `tag` blocks instead, and
/// a launch configuration nothing at all.
const UNTAGGED: [&str; 21] = [
    "aws_appautoscaling_policy",
    "aws_appautoscaling_scheduled_action",
    "aws_autoscaling_group",
    "aws_autoscaling_policy",
    "aws_autoscaling_schedule",
    "aws_cloudformation_stack_set_instance",
    "aws_dynamodb_global_table",
    "aws_dynamodb_table_item",
    "aws_ec2_capacity_reservation_attachment",
    "aws_ecs_cluster_capacity_providers",
    "aws_elasticache_global_replication_group",
    "aws_emr_instance_fleet",
    "aws_emr_instance_group",
    "aws_emr_managed_scaling_policy",
    "aws_keyspaces_table_replica",
    "aws_lambda_provisioned_concurrency_config",
    "aws_launch_configuration",
    "aws_msk_scram_secret_association",
    "aws_rds_cluster_role_association",
    "aws_rds_global_cluster",
    "aws_volume_attachment",
];

/// Name endings of aws resource types that only tie other resources together.
const TIES: [&str; 8] = [
    "_association",
    "_attachment",
    "_membership",
    "_permission",
    "_policy",
    "_policy_document",
    "_propagation",
    "_rule_group_association",
];

/// Whether the provider gives its default tags to instances of that type that have none.
pub(super) fn takes_default_tags(of: &str) -> bool {
    of.starts_with("aws_") && !UNTAGGED.contains(&of) && !TIES.iter().any(|tie| of.ends_with(tie))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_from_maps() {
        let check = |of: &str, path: &str, name: &str, expected: bool| {
            assert_eq!(is_block(of, path, name), expected, "{of} {path} {name}");
        };
        check("aws_instance", "", "root_block_device", true);
        check("aws_instance", "", "block_device", false);
        check("aws_instance", "", "tags", false);
        check("aws_launch_template", "block_device_mappings", "ebs", true);
        check("aws_launch_template", "", "ebs", false);
        check("kubernetes_deployment", "", "metadata", true);
        check("kubernetes_deployment", "spec.template", "metadata", true);
        check("kubernetes_resource_quota", "spec", "hard", false);
        check("google_compute_instance", "", "metadata", false);
        check("kubernetes_manifest", "manifest", "metadata", false);
        check("made_up", "", "root_block_device", false);
    }

    #[test]
    fn default_tags_go_to_what_takes_tags() {
        assert!(takes_default_tags("aws_instance"));
        assert!(!takes_default_tags("aws_autoscaling_group"));
        assert!(!takes_default_tags("aws_iam_role_policy_attachment"));
        assert!(!takes_default_tags("google_compute_instance"));
    }
}
