//! AWS services beyond machines and RDS.

use super::{World, check, short};

#[test]
fn fleets_take_the_greatest_of_their_choices() {
    // 10 capacity: 3 c5.4xlarge at weight 4 (48 vCPU, 96 GiB), 10 r5.large (20, 160).
    let world = World::of(&[(
        "aws_spot_fleet_request.this",
        r#"{"target_capacity": 10, "launch_specification": [
            {"instance_type": "c5.4xlarge", "weighted_capacity": "4",
             "root_block_device": [{"volume_size": 20, "volume_type": "st1"}]},
            {"instance_type": "r5.large", "weighted_capacity": null,
             "root_block_device": [{"volume_size": 10, "volume_type": "st1"}]}]}"#,
    )]);
    assert_eq!(
        short(&world, "aws_spot_fleet_request.this"),
        [
            "nodes 10",
            "vcpu 48 x3",
            "memory_gib 160 x10",
            "storage_gib 100 x10"
        ]
    );
    let world = World::of(&[
        (
            "aws_launch_template.web",
            r#"{"id": "lt-1", "instance_type": "m5.large",
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_size": 10, "volume_type": "st1"}]}]}"#,
        ),
        (
            "aws_ec2_fleet.this",
            r#"{"target_capacity_specification": [{"total_target_capacity": 6}],
            "launch_template_config": [{"launch_template_specification": [{"launch_template_id": "lt-1"}],
                "override": [{"instance_type": "m5.xlarge", "weighted_capacity": 2}]}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_ec2_fleet.this"),
        [
            "nodes 3",
            "vcpu 12 x3",
            "memory_gib 48 x3",
            "storage_gib 30 x3"
        ]
    );
}

#[test]
fn reserved_machines_are_told_apart() {
    check(
        "aws_ec2_capacity_reservation",
        r#"{"instance_type": "m5.large", "instance_count": 3}"#,
        &[
            "reserved_nodes 3: instance_count = 3",
            "reserved_vcpu 6: instance_count = 3",
            "reserved_memory_gib 24: instance_count = 3",
        ],
    );
}

#[test]
fn document_and_graph_databases() {
    check(
        "aws_docdb_cluster",
        r#"{"cluster_identifier": "a"}"#,
        &["storage_gib 0.. elastic"],
    );
    check(
        "aws_neptune_cluster_instance",
        r#"{"cluster_identifier": "a", "instance_class": "db.r5.large"}"#,
        &[
            "databases 1",
            "nodes 1",
            "vcpu 2: instance_class = db.r5.large",
            "memory_gib 16: instance_class = db.r5.large",
        ],
    );
    let world = World::of(&[
        (
            "aws_neptune_cluster.a",
            r#"{"cluster_identifier": "a",
            "serverless_v2_scaling_configuration": [{"min_capacity": 2.5, "max_capacity": 128}]}"#,
        ),
        (
            "aws_neptune_cluster_instance.b",
            r#"{"cluster_identifier": "a", "instance_class": "db.serverless"}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_neptune_cluster_instance.b"),
        [
            "databases 1",
            "nodes 1",
            "vcpu 0.. undetermined",
            "memory_gib 256 (now 5)"
        ]
    );
    check(
        "aws_docdbelastic_cluster",
        r#"{"shard_count": 2, "shard_capacity": 4}"#,
        &[
            "databases 1",
            "nodes 4 default: shard_count = 2",
            "vcpu 16 x4 default: shard_capacity = 4",
            "memory_gib 0.. x4 undetermined",
            "storage_gib 0.. elastic",
        ],
    );
    check(
        "aws_timestreaminfluxdb_db_instance",
        r#"{"db_instance_type": "db.influx.large", "allocated_storage": 100, "deployment_type": "WITH_MULTIAZ_STANDBY"}"#,
        &[
            "databases 1",
            "nodes 2: deployment_type = WITH_MULTIAZ_STANDBY",
            "vcpu 4 x2 assumed: db_instance_type = db.influx.large",
            "memory_gib 32 x2 assumed: db_instance_type = db.influx.large",
            "storage_gib 200 x2: allocated_storage = 100",
        ],
    );
}

#[test]
fn throughput_units_of_tables() {
    let world = World::of(&[
        (
            "aws_dynamodb_table.a",
            r#"{"name": "a", "billing_mode": null, "read_capacity": 5, "write_capacity": 10,
                "global_secondary_index": [{"name": "i", "read_capacity": 2, "write_capacity": 3}],
                "replica": [{"region_name": "eu-west-1"}]}"#,
        ),
        (
            "aws_appautoscaling_target.a",
            r#"{"resource_id": "table/a", "scalable_dimension": "dynamodb:table:ReadCapacityUnits", "min_capacity": 5, "max_capacity": 100}"#,
        ),
        (
            "aws_appautoscaling_target.i",
            r#"{"resource_id": "table/a/index/i", "scalable_dimension": "dynamodb:index:WriteCapacityUnits", "max_capacity": 30}"#,
        ),
    ]);
    // Reads: (100 + 2) in two regions; writes: (10 + 30) in two regions.
    assert_eq!(
        short(&world, "aws_dynamodb_table.a"),
        [
            "rcu 204 (now 14) x2",
            "wcu 80 (now 26) x2",
            "storage_gib 0.. elastic"
        ]
    );
    check(
        "aws_dynamodb_table",
        r#"{"name": "b", "billing_mode": "PAY_PER_REQUEST", "on_demand_throughput": [{"max_read_request_units": 50, "max_write_request_units": -1}]}"#,
        &[
            "rcu 50 (now 0): on_demand_throughput[0].max_read_request_units = 50",
            "wcu 0.. (now 0) elastic: on_demand_throughput[0].max_write_request_units = -1",
            "storage_gib 0.. elastic",
        ],
    );
    check(
        "aws_keyspaces_table",
        r#"{"capacity_specification": [{"throughput_mode": "PROVISIONED", "read_capacity_units": 7, "write_capacity_units": 8}]}"#,
        &[
            "rcu 7: capacity_specification[0].read_capacity_units = 7",
            "wcu 8: capacity_specification[0].write_capacity_units = 8",
            "storage_gib 0.. elastic",
        ],
    );
}

#[test]
fn caches() {
    let nodes = |after: &str| {
        let after = format!(r#"{{"node_type": "cache.m5.large", {after}}}"#);
        let world = World::of(&[("aws_elasticache_replication_group.this", &after)]);
        short(&world, "aws_elasticache_replication_group.this")[0].clone()
    };
    assert_eq!(nodes(r#""num_cache_clusters": 3"#), "nodes 3");
    assert_eq!(
        nodes(r#""num_node_groups": 3, "replicas_per_node_group": 2"#),
        "nodes 9"
    );
    assert_eq!(
        nodes(r#""cluster_mode": [{"num_node_groups": 2, "replicas_per_node_group": 1}]"#),
        "nodes 4"
    );
    assert_eq!(nodes(r#""num_cache_clusters": null"#), "nodes 1 default");
    let world = World::of(&[
        (
            "aws_elasticache_replication_group.a",
            r#"{"replication_group_id": "a", "node_type": "cache.m5.large",
            "num_node_groups": 2, "replicas_per_node_group": 1}"#,
        ),
        (
            "aws_appautoscaling_target.a",
            r#"{"resource_id": "replication-group/a",
            "scalable_dimension": "elasticache:replication-group:NodeGroups", "max_capacity": 5}"#,
        ),
        (
            "aws_elasticache_cluster.member",
            r#"{"replication_group_id": "a", "node_type": null, "num_cache_nodes": null}"#,
        ),
        (
            "aws_elasticache_cluster.alone",
            r#"{"node_type": "cache.m5.large", "num_cache_nodes": 2}"#,
        ),
    ]);
    // At most five groups of two.
    assert_eq!(
        short(&world, "aws_elasticache_replication_group.a"),
        [
            "nodes 10 (now 4)",
            "vcpu 20 (now 8) x10",
            "memory_gib 63.8 (now 25.52) x10"
        ]
    );
    assert_eq!(
        short(&world, "aws_elasticache_cluster.member"),
        ["nodes 1", "vcpu 2", "memory_gib 6.38"]
    );
    assert_eq!(
        short(&world, "aws_elasticache_cluster.alone"),
        ["nodes 2", "vcpu 4 x2", "memory_gib 12.76 x2"]
    );
    let world = World::of(&[
        (
            "aws_memorydb_cluster.a",
            r#"{"node_type": "db.r6g.large", "num_shards": 2, "num_replicas_per_shard": null}"#,
        ),
        (
            "aws_dax_cluster.a",
            r#"{"node_type": "dax.r5.large", "replication_factor": 3}"#,
        ),
        (
            "aws_elasticache_serverless_cache.a",
            r#"{"cache_usage_limits": [{"data_storage": [{"maximum": 10, "unit": "GB"}]}]}"#,
        ),
        (
            "aws_elasticache_serverless_cache.b",
            r#"{"cache_usage_limits": []}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_memorydb_cluster.a"),
        [
            "nodes 4 default",
            "vcpu 8 x4 default",
            "memory_gib 52.28 x4 default"
        ]
    );
    assert_eq!(
        short(&world, "aws_dax_cluster.a"),
        ["nodes 3", "vcpu 6 x3", "memory_gib 48 x3"]
    );
    assert_eq!(
        short(&world, "aws_elasticache_serverless_cache.a"),
        ["memory_gib 10"]
    );
    assert_eq!(
        short(&world, "aws_elasticache_serverless_cache.b"),
        ["memory_gib 0.. elastic"]
    );
}

#[test]
fn search_domains_have_data_master_and_warm_nodes() {
    let world = World::of(&[(
        "aws_elasticsearch_domain.this",
        r#"{"cluster_config": [{"instance_count": 3, "instance_type": "m5.large.elasticsearch",
                "dedicated_master_enabled": true, "dedicated_master_count": 3, "dedicated_master_type": "c5.large.elasticsearch",
                "warm_enabled": true, "warm_count": 2, "warm_type": "ultrawarm1.medium.elasticsearch"}],
            "ebs_options": [{"ebs_enabled": true, "volume_size": 100, "volume_type": "gp3", "iops": 4000, "throughput": 250}]}"#,
    )]);
    assert_eq!(
        short(&world, "aws_elasticsearch_domain.this"),
        [
            "nodes 3",
            "vcpu 6 x3",
            "memory_gib 24 x3",
            "storage_gib 300 x3",
            "iops 12000 x3",
            "throughput_mibps 750 x3",
            "nodes 3",
            "vcpu 6 x3",
            "memory_gib 12 x3",
            "nodes 2",
            "vcpu 4 x2",
            "memory_gib 30.5 x2",
        ]
    );
    let world = World::of(&[(
        "aws_opensearch_domain.this",
        r#"{"cluster_config": [{"instance_type": null}], "ebs_options": []}"#,
    )]);
    assert_eq!(
        short(&world, "aws_opensearch_domain.this"),
        ["nodes 1 default", "vcpu 2 default", "memory_gib 8 default"]
    );
}

#[test]
fn warehouses() {
    let world = World::of(&[
        (
            "aws_redshift_cluster.a",
            r#"{"node_type": "dc2.large", "number_of_nodes": 2, "multi_az": true}"#,
        ),
        ("aws_redshift_cluster.b", r#"{"node_type": "ra3.xlplus"}"#),
        (
            "aws_redshiftserverless_workgroup.a",
            r#"{"base_capacity": 32, "max_capacity": 64}"#,
        ),
        (
            "aws_redshiftserverless_workgroup.b",
            r#"{"base_capacity": null, "max_capacity": null}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_redshift_cluster.a"),
        ["nodes 4", "vcpu 8 x4", "memory_gib 60 x4"]
    );
    assert_eq!(
        short(&world, "aws_redshift_cluster.b"),
        [
            "nodes 1 default",
            "vcpu 4 default",
            "memory_gib 32 default",
            "storage_gib 0.. elastic"
        ]
    );
    assert_eq!(
        short(&world, "aws_redshiftserverless_workgroup.a"),
        [
            "vcpu 0.. undetermined",
            "memory_gib 1024 (now 512)",
            "storage_gib 0.. elastic"
        ]
    );
    assert_eq!(
        short(&world, "aws_redshiftserverless_workgroup.b"),
        [
            "vcpu 0.. undetermined",
            "memory_gib 2048.. (now 2048) undetermined",
            "storage_gib 0.. elastic"
        ]
    );
}

#[test]
fn brokers_and_streams() {
    let world = World::of(&[
        (
            "aws_msk_cluster.a",
            r#"{"arn": "arn:msk", "number_of_broker_nodes": 3, "broker_node_group_info": [{"instance_type": "kafka.m5.large",
                "storage_info": [{"ebs_storage_info": [{"volume_size": 100, "provisioned_throughput": [{"volume_throughput": 250}]}]}]}]}"#,
        ),
        (
            "aws_appautoscaling_target.a",
            r#"{"resource_id": "arn:msk", "scalable_dimension": "kafka:broker-storage:VolumeSize", "max_capacity": 1000}"#,
        ),
        (
            "aws_msk_cluster.b",
            r#"{"number_of_broker_nodes": 3, "broker_node_group_info": [{"instance_type": "express.m7g.large"}]}"#,
        ),
        (
            "aws_mskconnect_connector.a",
            r#"{"capacity": [{"autoscaling": [{"mcu_count": 2, "min_worker_count": 1, "max_worker_count": 4}]}]}"#,
        ),
        (
            "aws_mskconnect_connector.b",
            r#"{"capacity": [{"provisioned_capacity": [{"mcu_count": null, "worker_count": 3}]}]}"#,
        ),
        (
            "aws_mq_broker.a",
            r#"{"host_instance_type": "mq.m5.large", "deployment_mode": "CLUSTER_MULTI_AZ"}"#,
        ),
        ("aws_kinesis_stream.a", r#"{"shard_count": 4}"#),
        (
            "aws_kinesis_stream.b",
            r#"{"stream_mode_details": [{"stream_mode": "ON_DEMAND"}]}"#,
        ),
        (
            "aws_kinesisanalyticsv2_application.a",
            r#"{"application_configuration": [{"flink_application_configuration": [
            {"parallelism_configuration": [{"parallelism": 5, "parallelism_per_kpu": 2, "auto_scaling_enabled": false}]}]}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_msk_cluster.a"),
        [
            "nodes 3",
            "vcpu 6 x3",
            "memory_gib 24 x3",
            "storage_gib 3000 (now 300) x3",
            "throughput_mibps 750 x3"
        ]
    );
    assert_eq!(
        short(&world, "aws_msk_cluster.b"),
        [
            "nodes 3",
            "vcpu 6 x3",
            "memory_gib 24 x3",
            "storage_gib 0.. elastic"
        ]
    );
    assert_eq!(
        short(&world, "aws_mskconnect_connector.a"),
        ["vcpu 8 (now 2) x8", "memory_gib 32 (now 8) x8"]
    );
    assert_eq!(
        short(&world, "aws_mskconnect_connector.b"),
        ["vcpu 3 x3 default", "memory_gib 12 x3 default"]
    );
    assert_eq!(
        short(&world, "aws_mq_broker.a"),
        [
            "nodes 3",
            "vcpu 6 x3",
            "memory_gib 24 x3",
            "storage_gib 0.. elastic"
        ]
    );
    assert_eq!(short(&world, "aws_kinesis_stream.a"), ["shards 4"]);
    assert_eq!(
        short(&world, "aws_kinesis_stream.b"),
        ["shards 0.. elastic"]
    );
    // ceil(5 / 2) + 1
    assert_eq!(
        short(&world, "aws_kinesisanalyticsv2_application.a"),
        ["vcpu 4 x4", "memory_gib 16 x4"]
    );
}

#[test]
fn services_run_tasks() {
    let fargate = r#"{"family": "web", "arn": null, "id": null, "requires_compatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
        "container_definitions": "[]", "ephemeral_storage": []}"#;
    let on_machines = r#"{"family": "app", "arn": null, "id": null, "requires_compatibilities": ["EC2"], "cpu": null, "memory": null,
        "container_definitions": "[{\"cpu\": 512, \"memory\": 1024}, {\"cpu\": 256, \"memoryReservation\": 512, \"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"1\"}]}]"}"#;
    let world = World::of(&[
        ("aws_ecs_task_definition.web", fargate),
        ("aws_ecs_task_definition.app", on_machines),
        (
            "aws_ecs_service.web",
            r#"{"name": "web", "task_definition": "web:3", "desired_count": 2, "launch_type": "FARGATE"}"#,
        ),
        (
            "aws_appautoscaling_target.web",
            r#"{"resource_id": "service/main/web", "scalable_dimension": "ecs:service:DesiredCount",
            "min_capacity": 3, "max_capacity": 10}"#,
        ),
        (
            "aws_ecs_service.app",
            r#"{"name": "app", "task_definition": "arn:aws:ecs:eu-central-1:1:task-definition/app:7",
            "desired_count": 2, "launch_type": "EC2"}"#,
        ),
        (
            "aws_ecs_service.each",
            r#"{"name": "each", "task_definition": "app", "scheduling_strategy": "DAEMON", "launch_type": "EC2"}"#,
        ),
        (
            "aws_ecs_service.none",
            r#"{"name": "none", "task_definition": "web", "desired_count": null,
            "capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}]}"#,
        ),
    ]);
    world.check("aws_ecs_task_definition.web", &["weightless"]);
    assert_eq!(
        short(&world, "aws_ecs_service.web"),
        [
            "vcpu 2.5 (now 0.75) x10",
            "memory_gib 5 (now 1.5) x10",
            "storage_gib 200 (now 60) x10 default"
        ]
    );
    assert_eq!(
        world.measure("aws_ecs_service.web").layer,
        crate::request::Layer::Machines
    );
    assert_eq!(
        short(&world, "aws_ecs_service.app"),
        ["vcpu 1.5 x2", "memory_gib 3 x2", "gpus 2 x2"]
    );
    assert_eq!(
        world.measure("aws_ecs_service.app").layer,
        crate::request::Layer::Workloads
    );
    assert_eq!(
        short(&world, "aws_ecs_service.each"),
        [
            "vcpu 0.. x0.. undetermined",
            "memory_gib 0.. x0.. undetermined",
            "gpus 0.. x0.. undetermined"
        ]
    );
    assert_eq!(short(&world, "aws_ecs_service.none"), [""; 0]);
    assert_eq!(
        world.measure("aws_ecs_service.none").layer,
        crate::request::Layer::Machines
    );
}

#[test]
fn task_sizes_come_in_several_spellings() {
    let per_task = |cpu: &str, memory: &str| {
        let task = format!(
            r#"{{"family": "a", "requires_compatibilities": ["EC2"], "cpu": "{cpu}", "memory": "{memory}", "container_definitions": "[]"}}"#
        );
        let world = World::of(&[
            ("aws_ecs_task_definition.a", &task),
            (
                "aws_ecs_service.a",
                r#"{"name": "a", "task_definition": "a", "desired_count": 1, "launch_type": "EC2"}"#,
            ),
        ]);
        short(&world, "aws_ecs_service.a").join(", ")
    };
    assert_eq!(per_task("1024", "2048"), "vcpu 1, memory_gib 2");
    assert_eq!(per_task("1 vCPU", "2 GB"), "vcpu 1, memory_gib 2");
    assert_eq!(per_task(".25 vcpu", "0.5GB"), "vcpu 0.25, memory_gib 0.5");
    assert!(per_task("many", "2 GB").starts_with("vcpu 0.. undetermined, memory_gib 2, "));
}

#[test]
fn kubernetes_on_aws() {
    let world = World::of(&[
        ("aws_eks_cluster.a", r#"{"compute_config": []}"#),
        (
            "aws_eks_cluster.auto",
            r#"{"compute_config": [{"enabled": true}]}"#,
        ),
        (
            "aws_eks_node_group.a",
            r#"{"scaling_config": [{"desired_size": 2, "min_size": 1, "max_size": 6}], "instance_types": null}"#,
        ),
        (
            "aws_eks_node_group.b",
            r#"{"scaling_config": [{"desired_size": 1, "max_size": 3}], "disk_size": 50,
            "instance_types": ["m5.large", "r5.xlarge"]}"#,
        ),
        (
            "aws_launch_template.c",
            r#"{"id": "lt-1", "name": "c", "instance_type": "m5.2xlarge",
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_size": 80, "volume_type": "gp3"}]}]}"#,
        ),
        (
            "aws_eks_node_group.c",
            r#"{"scaling_config": [{"desired_size": 1, "max_size": 2}], "launch_template": [{"id": "lt-1"}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_eks_cluster.a"),
        ["kubernetes_clusters 1"]
    );
    assert_eq!(
        short(&world, "aws_eks_cluster.auto"),
        ["opaque", "kubernetes_clusters 1"]
    );
    assert_eq!(
        short(&world, "aws_eks_node_group.a"),
        [
            "nodes 6 (now 2)",
            "vcpu 12 (now 4) x6 default",
            "memory_gib 24 (now 8) x6 default",
            "storage_gib 120 (now 40) x6 default",
            "iops_included 18000 (now 6000) x6 assumed",
        ]
    );
    assert_eq!(
        short(&world, "aws_eks_node_group.b"),
        [
            "nodes 3 (now 1)",
            "vcpu 12 (now 4) x3",
            "memory_gib 96 (now 32) x3",
            "storage_gib 150 (now 50) x3",
            "iops_included 9000 (now 3000) x3 assumed",
        ]
    );
    assert_eq!(
        short(&world, "aws_eks_node_group.c"),
        [
            "nodes 2 (now 1)",
            "vcpu 16 (now 8) x2",
            "memory_gib 64 (now 32) x2",
            "storage_gib 160 (now 80) x2",
            "iops_included 6000 (now 3000) x2 default",
        ]
    );
}

#[test]
fn batch_and_app_runner() {
    let world = World::of(&[
        (
            "aws_batch_compute_environment.a",
            r#"{"type": "MANAGED", "compute_resources": [{"min_vcpus": 0, "max_vcpus": 64, "desired_vcpus": 4, "instance_type": ["m5.large"]}]}"#,
        ),
        (
            "aws_batch_compute_environment.b",
            r#"{"type": "MANAGED", "compute_resources": [{"max_vcpus": 64, "instance_type": null}]}"#,
        ),
        (
            "aws_batch_compute_environment.c",
            r#"{"type": "UNMANAGED", "compute_resources": []}"#,
        ),
        (
            "aws_apprunner_auto_scaling_configuration_version.a",
            r#"{"arn": "arn:scaling", "min_size": 2, "max_size": 5}"#,
        ),
        (
            "aws_apprunner_service.a",
            r#"{"auto_scaling_configuration_arn": "arn:scaling", "instance_configuration": [{"cpu": "2 vCPU", "memory": "4 GB"}]}"#,
        ),
        (
            "aws_apprunner_service.b",
            r#"{"auto_scaling_configuration_arn": null, "instance_configuration": []}"#,
        ),
    ]);
    // m5.large has 4 GiB for each vCPU.
    assert_eq!(
        short(&world, "aws_batch_compute_environment.a"),
        ["vcpu 64 (now 4)", "memory_gib 256 (now 16)"]
    );
    assert_eq!(
        short(&world, "aws_batch_compute_environment.b"),
        ["vcpu 64 (now 0)", "memory_gib 0.. undetermined"]
    );
    assert_eq!(short(&world, "aws_batch_compute_environment.c"), [""; 0]);
    assert_eq!(
        short(&world, "aws_apprunner_service.a"),
        ["vcpu 10 (now 4) x5", "memory_gib 20 (now 8) x5"]
    );
    assert_eq!(
        short(&world, "aws_apprunner_service.b"),
        [
            "vcpu 25 (now 1) x25 default",
            "memory_gib 50 (now 2) x25 default"
        ]
    );
}

#[test]
fn functions_run_as_often_as_they_may() {
    let world = World::of(&[
        (
            "aws_lambda_function.a",
            r#"{"function_name": "a", "memory_size": 1769, "reserved_concurrent_executions": 10, "ephemeral_storage": [{"size": 1024}]}"#,
        ),
        (
            "aws_lambda_function.b",
            r#"{"function_name": "b", "memory_size": null, "reserved_concurrent_executions": -1}"#,
        ),
        (
            "aws_lambda_function.off",
            r#"{"function_name": "off", "memory_size": 512, "reserved_concurrent_executions": 0}"#,
        ),
        (
            "aws_lambda_provisioned_concurrency_config.a",
            r#"{"function_name": "a", "provisioned_concurrent_executions": 3}"#,
        ),
        (
            "aws_lambda_provisioned_concurrency_config.b",
            r#"{"function_name": "b", "provisioned_concurrent_executions": 8}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_lambda_function.a"),
        [
            "functions 1",
            "vcpu 10 x10",
            "memory_gib 17.275390625 x10",
            "storage_gib 10 x10"
        ]
    );
    assert_eq!(
        short(&world, "aws_lambda_function.b"),
        [
            "functions 1",
            "vcpu 0.072357264.. x1.. elastic",
            "memory_gib 0.125.. x1.. elastic",
            "storage_gib 0.5.. x1.. elastic",
        ]
    );
    assert_eq!(short(&world, "aws_lambda_function.off"), ["functions 1"]);
    // Part of the reservation of the one, added for the other.
    assert_eq!(
        short(&world, "aws_lambda_provisioned_concurrency_config.a"),
        [""; 0]
    );
    assert_eq!(
        short(&world, "aws_lambda_provisioned_concurrency_config.b"),
        ["vcpu 0.578858112 x8 default", "memory_gib 1 x8 default"]
    );
}

#[test]
fn file_systems() {
    let world = World::of(&[
        (
            "aws_efs_file_system.a",
            r#"{"throughput_mode": "provisioned", "provisioned_throughput_in_mibps": 100}"#,
        ),
        (
            "aws_fsx_lustre_file_system.a",
            r#"{"storage_capacity": 2048, "per_unit_storage_throughput": 125}"#,
        ),
        (
            "aws_fsx_windows_file_system.a",
            r#"{"storage_capacity": 300, "throughput_capacity": 64, "deployment_type": "MULTI_AZ_1", "storage_type": "SSD"}"#,
        ),
        (
            "aws_fsx_ontap_file_system.a",
            r#"{"storage_capacity": 1024, "throughput_capacity_per_ha_pair": 128, "ha_pairs": 2,
            "disk_iops_configuration": [{"mode": "USER_PROVISIONED", "iops": 40000}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "aws_efs_file_system.a"),
        ["storage_gib 0.. elastic", "throughput_mibps 100"]
    );
    assert_eq!(
        short(&world, "aws_fsx_lustre_file_system.a"),
        ["storage_gib 2048", "throughput_mibps 250"]
    );
    assert_eq!(
        short(&world, "aws_fsx_windows_file_system.a"),
        [
            "storage_gib 600 x2",
            "throughput_mibps 64",
            "iops_included 900 default"
        ]
    );
    assert_eq!(
        short(&world, "aws_fsx_ontap_file_system.a"),
        ["storage_gib 1024", "throughput_mibps 256", "iops 40000"]
    );
}

#[test]
fn data_processing() {
    let world = World::of(&[
        (
            "aws_emr_cluster.a",
            r#"{"id": "j-1", "ebs_root_volume_size": 20,
                "master_instance_group": [{"instance_type": "m5.xlarge", "instance_count": 1, "ebs_config": []}],
                "core_instance_group": [{"instance_type": "m5.xlarge", "instance_count": 2,
                    "ebs_config": [{"size": 100, "type": "gp2", "volumes_per_instance": 2}],
                    "autoscaling_policy": "{\"Constraints\": {\"MinCapacity\": 1, \"MaxCapacity\": 5}}"}]}"#,
        ),
        (
            "aws_emr_instance_group.a",
            r#"{"cluster_id": "j-1", "instance_type": "m5.xlarge", "instance_count": 3, "ebs_config": []}"#,
        ),
        (
            "aws_emrserverless_application.a",
            r#"{"maximum_capacity": [{"cpu": "200 vCPU", "memory": "400 GB", "disk": null}],
            "initial_capacity": [{"initial_capacity_config": [{"worker_count": 2, "worker_configuration": [{"cpu": "4 vCPU", "memory": "8 GB"}]}]}]}"#,
        ),
        (
            "aws_glue_job.a",
            r#"{"worker_type": "G.1X", "number_of_workers": 10, "execution_property": [{"max_concurrent_runs": 2}]}"#,
        ),
        (
            "aws_glue_job.b",
            r#"{"max_capacity": 2, "worker_type": null}"#,
        ),
        (
            "aws_dms_replication_instance.a",
            r#"{"replication_instance_class": "dms.c5.large", "allocated_storage": null, "multi_az": true}"#,
        ),
        (
            "aws_dms_replication_config.a",
            r#"{"compute_config": [{"max_capacity_units": 16, "min_capacity_units": 2, "multi_az": true}]}"#,
        ),
        (
            "aws_mwaa_environment.a",
            r#"{"environment_class": "mw1.medium", "max_workers": 5, "min_workers": 1, "schedulers": 2, "max_webservers": 2, "min_webservers": 2}"#,
        ),
    ]);
    // Master: 20 root. Core, at most five: 20 root and twice 100 each.
    assert_eq!(
        short(&world, "aws_emr_cluster.a"),
        [
            "nodes 1",
            "vcpu 4",
            "memory_gib 16",
            "storage_gib 20",
            "nodes 5 (now 2)",
            "vcpu 20 (now 8) x5",
            "memory_gib 80 (now 32) x5",
            "storage_gib 1000 (now 400) x10",
            "iops_included 3000 (now 1200) x10 default",
            "storage_gib 100 (now 40) x5",
        ]
    );
    assert_eq!(
        short(&world, "aws_emr_instance_group.a"),
        [
            "nodes 3",
            "vcpu 12 x3",
            "memory_gib 48 x3",
            "storage_gib 60 x3"
        ]
    );
    assert_eq!(
        short(&world, "aws_emrserverless_application.a"),
        [
            "vcpu 200 (now 8)",
            "memory_gib 400 (now 16)",
            "storage_gib 0.. (now 0) elastic"
        ]
    );
    assert_eq!(
        short(&world, "aws_glue_job.a"),
        ["vcpu 80 (now 0)", "memory_gib 320 (now 0)"]
    );
    assert_eq!(
        short(&world, "aws_glue_job.b"),
        ["vcpu 8 (now 0) default", "memory_gib 32 (now 0) default"]
    );
    assert_eq!(
        short(&world, "aws_dms_replication_instance.a"),
        [
            "nodes 2",
            "vcpu 4 x2",
            "memory_gib 8 x2",
            "storage_gib 100 x2 default"
        ]
    );
    assert_eq!(
        short(&world, "aws_dms_replication_config.a"),
        ["vcpu 0.. x2 undetermined", "memory_gib 64 (now 8) x2"]
    );
    assert_eq!(
        short(&world, "aws_mwaa_environment.a"),
        ["vcpu 18 (now 10) x9", "memory_gib 36 (now 20) x9"]
    );
}

#[test]
fn learning() {
    let world = World::of(&[
        (
            "aws_sagemaker_notebook_instance.a",
            r#"{"instance_type": "ml.m5.large", "volume_size": null}"#,
        ),
        (
            "aws_sagemaker_endpoint_configuration.a",
            r#"{"name": "a", "production_variants": [
            {"instance_type": "ml.m5.large", "initial_instance_count": 2, "managed_instance_scaling": [{"max_instance_count": 6}]},
            {"serverless_config": [{"max_concurrency": 10, "memory_size_in_mb": 2048}]}]}"#,
        ),
        (
            "aws_sagemaker_app.a",
            r#"{"resource_spec": [{"instance_type": "ml.t3.medium"}]}"#,
        ),
        ("aws_sagemaker_app.b", r#"{"resource_spec": []}"#),
    ]);
    assert_eq!(
        short(&world, "aws_sagemaker_notebook_instance.a"),
        ["nodes 1", "vcpu 2", "memory_gib 8", "storage_gib 5 default"]
    );
    assert_eq!(
        short(&world, "aws_sagemaker_endpoint_configuration.a"),
        [
            "nodes 6 (now 2)",
            "vcpu 12 (now 4) x6",
            "memory_gib 48 (now 16) x6",
            "memory_gib 20 (now 0)"
        ]
    );
    assert_eq!(
        short(&world, "aws_sagemaker_app.a"),
        ["nodes 1", "vcpu 2", "memory_gib 4"]
    );
    assert_eq!(short(&world, "aws_sagemaker_app.b"), [""; 0]);
}

#[test]
fn other_machines() {
    let world = World::of(&[
        ("aws_lightsail_instance.a", r#"{"bundle_id": "medium_3_0"}"#),
        (
            "aws_elastic_beanstalk_environment.a",
            r#"{"setting": [
            {"namespace": "aws:autoscaling:asg", "name": "MaxSize", "value": "6"},
            {"namespace": "aws:ec2:instances", "name": "InstanceTypes", "value": "m5.large, c5.2xlarge"}]}"#,
        ),
        ("aws_elastic_beanstalk_environment.b", r#"{"setting": []}"#),
        (
            "aws_workspaces_workspace.a",
            r#"{"workspace_properties": [{"compute_type_name": "POWER", "root_volume_size_gib": 175, "user_volume_size_gib": 100}]}"#,
        ),
        (
            "aws_gamelift_fleet.a",
            r#"{"ec2_instance_type": "c5.large"}"#,
        ),
        (
            "aws_m2_environment.a",
            r#"{"instance_type": "M2.m5.large", "high_availability_config": [{"desired_capacity": 2}]}"#,
        ),
        (
            "aws_codebuild_project.a",
            r#"{"concurrent_build_limit": 3, "environment": [{"compute_type": "BUILD_GENERAL1_SMALL"}]}"#,
        ),
        (
            "aws_codebuild_project.b",
            r#"{"environment": [{"compute_type": "BUILD_GENERAL1_SMALL"}]}"#,
        ),
        ("aws_ec2_host.a", r#"{"instance_family": "m5"}"#),
    ]);
    assert_eq!(
        short(&world, "aws_lightsail_instance.a"),
        ["nodes 1", "vcpu 2", "memory_gib 4", "storage_gib 80"]
    );
    assert_eq!(
        short(&world, "aws_elastic_beanstalk_environment.a"),
        [
            "nodes 6 (now 1)",
            "vcpu 48 (now 8) x6",
            "memory_gib 96 (now 16) x6",
            "storage_gib 48 (now 8) x6 assumed"
        ]
    );
    assert_eq!(
        short(&world, "aws_elastic_beanstalk_environment.b")[..2],
        ["nodes 4 (now 1) default", "vcpu 0.. x4 undetermined"]
    );
    assert_eq!(
        short(&world, "aws_workspaces_workspace.a"),
        ["nodes 1", "vcpu 4", "memory_gib 16", "storage_gib 275"]
    );
    assert_eq!(
        short(&world, "aws_gamelift_fleet.a"),
        [
            "nodes 1.. undetermined",
            "vcpu 2.. x1.. undetermined",
            "memory_gib 4.. x1.. undetermined"
        ]
    );
    assert_eq!(
        short(&world, "aws_m2_environment.a"),
        ["nodes 2", "vcpu 4 x2", "memory_gib 16 x2"]
    );
    assert_eq!(
        short(&world, "aws_codebuild_project.a"),
        ["burst_vcpu 6 (now 0)", "burst_memory_gib 9 (now 0)"]
    );
    assert_eq!(
        short(&world, "aws_codebuild_project.b"),
        [
            "burst_vcpu 2.. (now 0) undetermined",
            "burst_memory_gib 3.. (now 0) undetermined"
        ]
    );
    assert_eq!(
        short(&world, "aws_ec2_host.a"),
        ["nodes 1", "vcpu 96", "memory_gib 384"]
    );
}
