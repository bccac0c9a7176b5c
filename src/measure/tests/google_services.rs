//! Google Cloud services beyond machines and disks.

use super::{World, short};

fn one(kind: &str, after: &str) -> Vec<String> {
    let address = format!("{kind}.this");
    short(&World::of(&[(&address, after)]), &address)
}

#[test]
fn groups_of_machines() {
    let world = World::of(&[
        (
            "google_compute_instance_template.web",
            r#"{"id": "t", "self_link": null, "name": "web", "machine_type": "n2-standard-2",
                "disk": [{"boot": true, "source": "", "disk_size_gb": 20, "disk_type": "pd-ssd"}, {"source": "existing"}]}"#,
        ),
        (
            "google_compute_instance_group_manager.web",
            r#"{"name": "web", "target_size": 2, "version": [{"instance_template": "projects/p/global/instanceTemplates/web?uniqueId=1"}]}"#,
        ),
        (
            "google_compute_autoscaler.web",
            r#"{"target": "https://www.googleapis.com/compute/v1/projects/p/zones/z/instanceGroupManagers/web",
                "autoscaling_policy": [{"min_replicas": 3, "max_replicas": 9}]}"#,
        ),
        (
            "google_compute_region_instance_group_manager.none",
            r#"{"name": "none", "target_size": null, "version": [{"instance_template": "t"}]}"#,
        ),
        (
            "google_compute_instance_from_template.one",
            r#"{"source_instance_template": "t", "machine_type": "n2-standard-8"}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "google_compute_instance_group_manager.web"),
        [
            "nodes 9 (now 3)",
            "vcpu 18 (now 6) x9",
            "memory_gib 72 (now 24) x9",
            "storage_gib 180 (now 60) x9",
            "iops_included 59400 (now 19800) x9 default",
        ]
    );
    assert_eq!(
        short(&world, "google_compute_region_instance_group_manager.none")[..2],
        ["nodes 0.. undetermined", "vcpu 0.. x0.. undetermined"]
    );
    assert_eq!(
        short(&world, "google_compute_instance_from_template.one"),
        [
            "nodes 1",
            "vcpu 8",
            "memory_gib 32",
            "storage_gib 20",
            "iops_included 6600 default"
        ]
    );
    world.check("google_compute_autoscaler.web", &["weightless"]);
}

#[test]
fn hosts_and_reservations() {
    let world = World::of(&[
        (
            "google_compute_node_template.a",
            r#"{"name": "a", "node_type": "n1-node-96-624"}"#,
        ),
        (
            "google_compute_node_group.a",
            r#"{"node_template": "projects/p/regions/r/nodeTemplates/a", "initial_size": 2}"#,
        ),
        (
            "google_compute_reservation.a",
            r#"{"specific_reservation": [{"count": 3, "instance_properties": [{"machine_type": "n2-standard-2"}]}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "google_compute_node_group.a"),
        ["nodes 2", "vcpu 192 x2", "memory_gib 1248 x2"]
    );
    assert_eq!(
        short(&world, "google_compute_reservation.a"),
        [
            "reserved_nodes 3",
            "reserved_vcpu 6",
            "reserved_memory_gib 24"
        ]
    );
}

#[test]
fn kubernetes_on_google() {
    let world = World::of(&[
        (
            "google_container_cluster.regional",
            r#"{"id": "r", "name": "r", "location": "europe-west1", "remove_default_node_pool": true, "initial_node_count": 1}"#,
        ),
        (
            "google_container_node_pool.a",
            r#"{"cluster": "r", "location": "europe-west1", "initial_node_count": 1,
            "autoscaling": [{"min_node_count": 1, "max_node_count": 5}],
            "node_config": [{"machine_type": "n2-standard-4", "disk_size_gb": 50, "disk_type": "pd-standard", "local_ssd_count": 1}]}"#,
        ),
        (
            "google_container_node_pool.b",
            r#"{"cluster": "r", "location": "europe-west1", "node_locations": ["europe-west1-b"], "node_count": 2,
            "node_config": [{"machine_type": "n2-standard-4", "guest_accelerator": [{"count": 1}]}]}"#,
        ),
        (
            "google_container_node_pool.c",
            r#"{"cluster": "r", "location": "europe-west1", "node_count": 1,
            "autoscaling": [{"total_min_node_count": 2, "total_max_node_count": 7}], "node_config": []}"#,
        ),
        (
            "google_container_cluster.zonal",
            r#"{"name": "z", "location": "europe-west1-b", "initial_node_count": 2, "node_config": [{"machine_type": "e2-standard-2"}]}"#,
        ),
        (
            "google_container_cluster.auto",
            r#"{"name": "auto", "location": "europe-west1", "enable_autopilot": true}"#,
        ),
        (
            "google_container_cluster.limits",
            r#"{"name": "l", "location": "europe-west1-b", "remove_default_node_pool": true,
            "cluster_autoscaling": [{"enabled": true, "resource_limits": [{"resource_type": "cpu", "maximum": 64}, {"resource_type": "memory", "maximum": 256}]}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "google_container_cluster.regional"),
        ["kubernetes_clusters 1"]
    );
    // Three zones, up to five in each.
    assert_eq!(
        short(&world, "google_container_node_pool.a"),
        [
            "nodes 15 (now 3) default",
            "vcpu 60 (now 12) x15 default",
            "memory_gib 240 (now 48) x15 default",
            "storage_gib 750 (now 150) x15 default",
            "iops_included 1125 (now 225) x15 default",
            "storage_gib 5625 (now 1125) x15 default",
        ]
    );
    assert_eq!(
        short(&world, "google_container_node_pool.b"),
        [
            "nodes 2",
            "vcpu 8 x2",
            "memory_gib 32 x2",
            "gpus 2 x2",
            "storage_gib 200 x2 default",
            "iops_included 7200 x2 default",
        ]
    );
    assert_eq!(
        short(&world, "google_container_node_pool.c")[..2],
        ["nodes 7 (now 3)", "vcpu 14 (now 6) x7 default"]
    );
    assert_eq!(
        short(&world, "google_container_cluster.zonal")[..4],
        [
            "kubernetes_clusters 1",
            "nodes 2",
            "vcpu 4 x2",
            "memory_gib 16 x2"
        ]
    );
    assert_eq!(
        short(&world, "google_container_cluster.auto"),
        ["opaque", "kubernetes_clusters 1"]
    );
    assert_eq!(
        short(&world, "google_container_cluster.limits"),
        [
            "kubernetes_clusters 1",
            "vcpu 64 (now 0)",
            "memory_gib 256 (now 0)"
        ]
    );
}

#[test]
fn sql() {
    assert_eq!(
        one(
            "google_sql_database_instance",
            r#"{"settings": [{"tier": "db-custom-4-15360", "availability_type": "REGIONAL", "disk_size": 100, "disk_type": "PD_SSD", "disk_autoresize": false}]}"#
        ),
        [
            "databases 1",
            "iops_included 3000 default",
            "nodes 2",
            "vcpu 8 x2",
            "memory_gib 30 x2",
            "storage_gib 200 x2"
        ]
    );
    assert_eq!(
        one(
            "google_sql_database_instance",
            r#"{"settings": [{"tier": "db-n1-standard-1", "disk_autoresize_limit": 500}]}"#
        ),
        [
            "databases 1",
            "iops_included 300 assumed",
            "nodes 1",
            "vcpu 1",
            "memory_gib 3.75",
            "storage_gib 500 (now 10) default"
        ]
    );
    assert_eq!(
        one(
            "google_sql_database_instance",
            r#"{"settings": [{"tier": "db-f1-micro", "disk_size": 20, "disk_autoresize_limit": 0}]}"#
        )[5],
        "storage_gib 20.. (now 20) undetermined"
    );
    assert_eq!(
        one(
            "google_alloydb_instance",
            r#"{"instance_type": "PRIMARY", "availability_type": "REGIONAL", "machine_config": [{"cpu_count": 4}]}"#
        ),
        ["databases 1", "nodes 2", "vcpu 8 x2", "memory_gib 64 x2"]
    );
    assert_eq!(
        one(
            "google_alloydb_instance",
            r#"{"instance_type": "READ_POOL", "read_pool_config": [{"node_count": 3}], "machine_config": [{"cpu_count": 2}]}"#
        ),
        ["databases 3 x3", "nodes 3", "vcpu 6 x3", "memory_gib 48 x3"]
    );
    assert_eq!(
        one("google_spanner_instance", r#"{"num_nodes": 3}"#),
        ["nodes 3"]
    );
    assert_eq!(
        one("google_spanner_instance", r#"{"processing_units": 500}"#),
        ["nodes 0.5"]
    );
    assert_eq!(
        one(
            "google_spanner_instance",
            r#"{"autoscaling_config": [{"autoscaling_limits": [{"min_nodes": 1, "max_nodes": 4}]}]}"#
        ),
        ["nodes 4 (now 1)"]
    );
    assert_eq!(
        one(
            "google_bigtable_instance",
            r#"{"cluster": [{"num_nodes": 2}, {"autoscaling_config": [{"min_nodes": 1, "max_nodes": 5}]}]}"#
        ),
        [
            "nodes 2",
            "vcpu 0.. x2 undetermined",
            "memory_gib 0.. x2 undetermined",
            "nodes 5 (now 1)",
            "vcpu 0.. x5 undetermined",
            "memory_gib 0.. x5 undetermined",
        ]
    );
}

#[test]
fn caches() {
    assert_eq!(
        one(
            "google_redis_instance",
            r#"{"memory_size_gb": 4, "tier": "BASIC"}"#
        ),
        ["nodes 1", "memory_gib 4"]
    );
    assert_eq!(
        one(
            "google_redis_instance",
            r#"{"memory_size_gb": 4, "tier": "STANDARD_HA"}"#
        ),
        ["nodes 2", "memory_gib 8 x2"]
    );
    assert_eq!(
        one(
            "google_redis_instance",
            r#"{"memory_size_gb": 5, "tier": "STANDARD_HA", "read_replicas_mode": "READ_REPLICAS_ENABLED", "replica_count": 3}"#
        ),
        ["nodes 4", "memory_gib 20 x4"]
    );
    assert_eq!(
        one(
            "google_redis_cluster",
            r#"{"shard_count": 3, "replica_count": 1, "node_type": "REDIS_HIGHMEM_MEDIUM"}"#
        ),
        ["nodes 6", "memory_gib 78 x6"]
    );
    assert_eq!(
        one(
            "google_memcache_instance",
            r#"{"node_count": 2, "node_config": [{"cpu_count": 2, "memory_size_mb": 4096}]}"#
        ),
        ["nodes 2", "vcpu 4 x2", "memory_gib 8 x2"]
    );
}

#[test]
fn files() {
    assert_eq!(
        one(
            "google_filestore_instance",
            r#"{"tier": "ZONAL", "file_shares": [{"capacity_gb": 2048}], "performance_config": [{"iops_per_tb": [{"max_iops_per_tb": 17000}]}]}"#
        ),
        ["storage_gib 2048", "iops 34000"]
    );
    assert_eq!(
        one(
            "google_filestore_instance",
            r#"{"tier": "BASIC_HDD", "file_shares": [{"capacity_gb": 1024}]}"#
        ),
        ["storage_gib 1024", "iops_included 0.. undetermined"]
    );
    assert_eq!(
        one(
            "google_netapp_storage_pool",
            r#"{"capacity_gib": "2048", "total_iops": null}"#
        ),
        ["storage_gib 2048"]
    );
}

#[test]
fn containers_and_functions() {
    assert_eq!(
        one(
            "google_cloud_run_v2_service",
            r#"{"template": [{"containers": [{"resources": [{"limits": {"cpu": "2", "memory": "1Gi"}}]}],
            "scaling": [{"min_instance_count": 1, "max_instance_count": 10}]}]}"#
        ),
        ["vcpu 20 (now 2) x10", "memory_gib 10 (now 1) x10"]
    );
    assert_eq!(
        one(
            "google_cloud_run_v2_service",
            r#"{"template": [{"containers": [{"resources": []}], "scaling": []}]}"#
        ),
        [
            "vcpu 100 (now 0) x100 default",
            "memory_gib 50 (now 0) x100 default"
        ]
    );
    assert_eq!(
        one(
            "google_cloud_run_service",
            r#"{"template": [{"metadata": [{"annotations": {"autoscaling.knative.dev/maxScale": "5"}}],
            "spec": [{"containers": [{"resources": [{"limits": {"cpu": "1000m", "memory": "256Mi"}}]}]}]}]}"#
        ),
        ["vcpu 5 (now 0) x5", "memory_gib 1.25 (now 0) x5"]
    );
    assert_eq!(
        one(
            "google_cloud_run_v2_job",
            r#"{"template": [{"task_count": 10, "parallelism": 3, "template": [{"containers": [{"resources": [{"limits": {"cpu": "1", "memory": "2Gi"}}]}]}]}]}"#
        ),
        ["vcpu 3 (now 0) x3", "memory_gib 6 (now 0) x3"]
    );
    assert_eq!(
        one(
            "google_cloudfunctions_function",
            r#"{"available_memory_mb": 1024, "max_instances": 4}"#
        ),
        [
            "functions 1",
            "memory_gib 4 (now 0) x4",
            "vcpu 2 (now 0) x4 assumed"
        ]
    );
    assert_eq!(
        one(
            "google_cloudfunctions_function",
            r#"{"available_memory_mb": 1024, "max_instances": null}"#
        )[1],
        "memory_gib 0.. (now 0) x0.. elastic"
    );
    assert_eq!(
        one(
            "google_cloudfunctions2_function",
            r#"{"service_config": [{"available_memory": "512Mi", "available_cpu": "1", "max_instance_count": 4, "min_instance_count": 1}]}"#
        ),
        [
            "functions 1",
            "memory_gib 2 (now 0.5) x4",
            "vcpu 4 (now 1) x4"
        ]
    );
}

#[test]
fn data() {
    let world = World::of(&[
        (
            "google_dataproc_autoscaling_policy.p",
            r#"{"id": "p", "name": "p", "policy_id": "p", "worker_config": [{"max_instances": 10}], "secondary_worker_config": [{"max_instances": 5}]}"#,
        ),
        (
            "google_dataproc_cluster.a",
            r#"{"cluster_config": [{"autoscaling_config": [{"policy_uri": "projects/x/regions/y/autoscalingPolicies/p"}],
            "master_config": [{"num_instances": 1, "machine_type": "n1-standard-4", "disk_config": [{"boot_disk_size_gb": 100}]}],
            "worker_config": [{"num_instances": 2, "machine_type": "n1-standard-8", "disk_config": [{"boot_disk_size_gb": 200}]}]}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "google_dataproc_cluster.a")[..8],
        [
            "nodes 1",
            "vcpu 4",
            "memory_gib 15",
            "storage_gib 100",
            "nodes 10 (now 2)",
            "vcpu 80 (now 16) x10",
            "memory_gib 300 (now 60) x10",
            "storage_gib 2000 (now 400) x10",
        ]
    );
    assert_eq!(
        one(
            "google_dataflow_job",
            r#"{"max_workers": 3, "machine_type": "n1-standard-2"}"#
        ),
        [
            "nodes 3 (now 1)",
            "vcpu 6 (now 2) x3",
            "memory_gib 22.5 (now 7.5) x3"
        ]
    );
    assert_eq!(
        one(
            "google_managed_kafka_cluster",
            r#"{"capacity_config": [{"vcpu_count": "3", "memory_bytes": "3221225472"}]}"#
        ),
        ["vcpu 3", "memory_gib 3", "storage_gib 0.. elastic"]
    );
    assert_eq!(
        one(
            "google_bigquery_reservation",
            r#"{"slot_capacity": 100, "autoscale": [{"max_slots": 200}]}"#
        ),
        ["slots 300 (now 100)", "vcpu 0.. undetermined"]
    );
    assert_eq!(
        one(
            "google_workbench_instance",
            r#"{"gce_setup": [{"machine_type": "n1-standard-4", "boot_disk": [{"disk_size_gb": 200}], "data_disks": [], "accelerator_configs": [{"core_count": "1"}]}]}"#
        ),
        [
            "nodes 1",
            "vcpu 4",
            "memory_gib 15",
            "gpus 1",
            "storage_gib 300 default"
        ]
    );
    assert_eq!(
        one(
            "google_app_engine_flexible_app_version",
            r#"{"resources": [{"cpu": 2, "memory_gb": 4, "disk_gb": 20}], "manual_scaling": [{"instances": 3}]}"#
        ),
        [
            "nodes 3",
            "vcpu 6 x3",
            "memory_gib 12 x3",
            "storage_gib 60 x3"
        ]
    );
}
