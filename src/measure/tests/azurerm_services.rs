//! Azure services beyond machines and disks.

use super::{World, short};

fn one(kind: &str, after: &str) -> Vec<String> {
    let address = format!("{kind}.this");
    short(&World::of(&[(&address, after)]), &address)
}

#[test]
fn scale_sets_grow_as_their_settings_let_them() {
    let set = r#"{"id": "set", "name": "web", "sku": "Standard_D2s_v3", "instances": 2,
        "os_disk": [{"disk_size_gb": 64, "storage_account_type": "Standard_LRS"}],
        "data_disk": [{"disk_size_gb": 100, "storage_account_type": "UltraSSD_LRS", "ultra_ssd_disk_iops_read_write": 5000}]}"#;
    let world = World::of(&[
        ("azurerm_linux_virtual_machine_scale_set.web", set),
        (
            "azurerm_monitor_autoscale_setting.web",
            r#"{"target_resource_id": "set", "profile": [{"capacity": [{"default": 3, "minimum": 3, "maximum": 8}]},
                {"capacity": [{"default": 1, "minimum": 1, "maximum": 12}]}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "azurerm_linux_virtual_machine_scale_set.web"),
        [
            "nodes 12 (now 3)",
            "vcpu 24 (now 6) x12",
            "memory_gib 96 (now 24) x12",
            "storage_gib 768 (now 192) x12",
            "iops_included 6000 (now 1500) x12 default",
            "storage_gib 1200 (now 300) x12",
            "iops 60000 (now 15000) x12",
        ]
    );
    assert_eq!(
        one(
            "azurerm_windows_virtual_machine_scale_set",
            r#"{"sku": "Standard_D2s_v3", "instances": null}"#
        ),
        [""; 0],
        "the provider makes none"
    );
    assert_eq!(
        one(
            "azurerm_orchestrated_virtual_machine_scale_set",
            r#"{"instances": 3, "sku_name": "Mix", "sku_profile": [{"vm_sizes": ["Standard_D2s_v3", "Standard_D4s_v3"]}]}"#
        ),
        ["nodes 3", "vcpu 12 x3", "memory_gib 48 x3"]
    );
    assert_eq!(
        one(
            "azurerm_virtual_machine_scale_set",
            r#"{"sku": [{"name": "Standard_D2s_v3", "capacity": 4}], "storage_profile_data_disk": [{"disk_size_gb": 10}]}"#
        ),
        [
            "nodes 4",
            "vcpu 8 x4",
            "memory_gib 32 x4",
            "storage_gib 120 x4 assumed",
            "storage_gib 40 x4"
        ]
    );
}

#[test]
fn an_attached_disk_is_not_counted_twice() {
    assert_eq!(
        one(
            "azurerm_virtual_machine",
            r#"{"vm_size": "Standard_D2s_v3", "storage_os_disk": [{"disk_size_gb": 64, "managed_disk_type": "Premium_LRS", "create_option": "FromImage"}],
                "storage_data_disk": [{"disk_size_gb": 1000, "create_option": "Attach"}, {"disk_size_gb": 100, "managed_disk_type": "Standard_LRS", "create_option": "Empty"}]}"#
        ),
        [
            "nodes 1",
            "vcpu 2",
            "memory_gib 8",
            "storage_gib 64",
            "iops_included 240 default",
            "storage_gib 100",
            "iops_included 500 default",
        ]
    );
}

#[test]
fn kubernetes_on_azure() {
    assert_eq!(
        one(
            "azurerm_kubernetes_cluster",
            r#"{"default_node_pool": [{"vm_size": "Standard_D2s_v3", "node_count": 2, "auto_scaling_enabled": true,
                "min_count": 1, "max_count": 5, "os_disk_size_gb": 128}]}"#
        ),
        [
            "kubernetes_clusters 1",
            "nodes 5 (now 2)",
            "vcpu 10 (now 4) x5",
            "memory_gib 40 (now 16) x5",
            "storage_gib 640 (now 256) x5"
        ]
    );
    assert_eq!(
        one(
            "azurerm_kubernetes_cluster_node_pool",
            r#"{"vm_size": "Standard_D2s_v3", "node_count": null, "enable_auto_scaling": true, "min_count": 2, "max_count": 4, "os_disk_type": "Ephemeral"}"#
        ),
        [
            "nodes 4 (now 2)",
            "vcpu 8 (now 4) x4",
            "memory_gib 32 (now 16) x4"
        ]
    );
    assert_eq!(
        one(
            "azurerm_kubernetes_cluster_node_pool",
            r#"{"vm_size": "Standard_D2s_v3", "node_count": null}"#
        ),
        [
            "nodes 1 default",
            "vcpu 2 default",
            "memory_gib 8 default",
            "storage_gib 0.. undetermined"
        ]
    );
    assert_eq!(
        one(
            "azurerm_kubernetes_cluster",
            r#"{"node_provisioning_profile": [{"mode": "Auto"}], "default_node_pool": []}"#
        ),
        ["opaque", "kubernetes_clusters 1"]
    );
}

#[test]
fn sql_databases() {
    let database = |after: &str| one("azurerm_mssql_database", after);
    assert_eq!(
        database(r#"{"sku_name": "GP_Gen5_4", "max_size_gb": 100}"#),
        [
            "databases 1",
            "vcpu 4",
            "memory_gib 20.4",
            "storage_gib 100"
        ]
    );
    assert_eq!(
        database(r#"{"sku_name": "GP_S_Gen5_4", "max_size_gb": 100, "min_capacity": 1}"#),
        [
            "databases 1",
            "vcpu 4 (now 1)",
            "memory_gib 12 (now 3)",
            "storage_gib 100"
        ]
    );
    assert_eq!(
        database(r#"{"sku_name": "ElasticPool", "elastic_pool_id": "pool", "max_size_gb": 100}"#),
        ["databases 1"]
    );
    assert_eq!(
        database(r#"{"sku_name": "HS_Gen5_2", "max_size_gb": 50, "read_replica_count": 2}"#),
        [
            "databases 3 x3",
            "vcpu 6 x3",
            "memory_gib 30.6 x3",
            "storage_gib 150 x3"
        ]
    );
    assert_eq!(
        database(r#"{"sku_name": null, "max_size_gb": null}"#),
        [
            "databases 1",
            "vcpu 2 (now 0.5) assumed",
            "memory_gib 6 (now 1.5) assumed",
            "storage_gib 32 assumed"
        ]
    );
    assert_eq!(
        database(r#"{"sku_name": "S3", "max_size_gb": null}"#),
        [
            "databases 1",
            "vcpu 1 assumed",
            "memory_gib 0.. undetermined",
            "storage_gib 250 assumed"
        ]
    );
    assert_eq!(
        one(
            "azurerm_mssql_elasticpool",
            r#"{"sku": [{"name": "GP_Gen5", "capacity": 8}], "max_size_gb": 512}"#
        ),
        ["vcpu 8", "memory_gib 40.8", "storage_gib 512"]
    );
    assert_eq!(
        one(
            "azurerm_mssql_elasticpool",
            r#"{"sku": [{"name": "PremiumPool", "capacity": 250}], "max_size_gb": 512}"#
        ),
        [
            "vcpu 2 assumed",
            "memory_gib 0.. undetermined",
            "storage_gib 512"
        ]
    );
    assert_eq!(
        one(
            "azurerm_mssql_managed_instance",
            r#"{"vcores": 8, "storage_size_in_gb": 256, "sku_name": "GP_Gen5"}"#
        ),
        [
            "databases 1",
            "nodes 1",
            "vcpu 8",
            "memory_gib 40.8",
            "storage_gib 256"
        ]
    );
}

#[test]
fn flexible_servers() {
    assert_eq!(
        one(
            "azurerm_postgresql_flexible_server",
            r#"{"sku_name": "GP_Standard_D2s_v3", "storage_mb": 131072, "high_availability": [{"mode": "ZoneRedundant"}]}"#
        ),
        [
            "databases 1",
            "iops_included 500 default",
            "nodes 2",
            "vcpu 4 x2",
            "memory_gib 16 x2",
            "storage_gib 256 x2"
        ]
    );
    assert_eq!(
        one(
            "azurerm_postgresql_flexible_server",
            r#"{"sku_name": "B_Standard_B1ms", "storage_mb": null, "storage_tier": "P10", "auto_grow_enabled": true}"#
        ),
        [
            "databases 1",
            "iops_included 500 default",
            "nodes 1",
            "vcpu 1",
            "memory_gib 2",
            "storage_gib 32.. (now 32) undetermined",
        ]
    );
    let world = World::of(&[
        (
            "azurerm_mysql_flexible_server.main",
            r#"{"id": "main", "sku_name": "GP_Standard_D2ds_v4", "storage": [{"size_gb": 100, "iops": 1000}]}"#,
        ),
        (
            "azurerm_mysql_flexible_server.replica",
            r#"{"id": null, "sku_name": null, "storage": [], "source_server_id": "main", "create_mode": "Replica"}"#,
        ),
        (
            "azurerm_mysql_flexible_server.small",
            r#"{"sku_name": "B_Standard_B1ms", "storage": []}"#,
        ),
        (
            "azurerm_mysql_flexible_server.scaling",
            r#"{"sku_name": "B_Standard_B1ms", "storage": [{"size_gb": 20, "io_scaling_enabled": true}]}"#,
        ),
    ]);
    let main = [
        "databases 1",
        "iops 1000",
        "nodes 1",
        "vcpu 2",
        "memory_gib 8",
        "storage_gib 100",
    ];
    assert_eq!(short(&world, "azurerm_mysql_flexible_server.main"), main);
    assert_eq!(short(&world, "azurerm_mysql_flexible_server.replica"), main);
    assert_eq!(
        short(&world, "azurerm_mysql_flexible_server.small"),
        [
            "databases 1",
            "iops_included 360 assumed",
            "nodes 1",
            "vcpu 1",
            "memory_gib 2",
            "storage_gib 20 assumed"
        ]
    );
    assert_eq!(
        short(&world, "azurerm_mysql_flexible_server.scaling")[..2],
        ["databases 1", "iops 360.. undetermined"]
    );
    assert_eq!(
        one(
            "azurerm_postgresql_server",
            r#"{"sku_name": "GP_Gen5_4", "storage_mb": 5120}"#
        ),
        [
            "databases 1",
            "nodes 1",
            "vcpu 4",
            "memory_gib 20",
            "storage_gib 5"
        ]
    );
}

#[test]
fn request_units_count_in_every_region() {
    let world = World::of(&[
        (
            "azurerm_cosmosdb_account.a",
            r#"{"name": "a", "geo_location": [{"location": "westeurope"}, {"location": "northeurope"}], "capabilities": []}"#,
        ),
        (
            "azurerm_cosmosdb_account.s",
            r#"{"name": "s", "geo_location": [{"location": "westeurope"}], "capabilities": [{"name": "EnableServerless"}]}"#,
        ),
        (
            "azurerm_cosmosdb_sql_database.fixed",
            r#"{"account_name": "a", "throughput": 400}"#,
        ),
        (
            "azurerm_cosmosdb_sql_container.auto",
            r#"{"account_name": "a", "autoscale_settings": [{"max_throughput": 4000}]}"#,
        ),
        (
            "azurerm_cosmosdb_sql_container.shared",
            r#"{"account_name": "a"}"#,
        ),
        (
            "azurerm_cosmosdb_mongo_database.free",
            r#"{"account_name": "s"}"#,
        ),
        (
            "azurerm_cosmosdb_table.far",
            r#"{"account_name": "elsewhere", "throughput": 400}"#,
        ),
        (
            "azurerm_cosmosdb_cassandra_keyspace.k",
            r#"{"id": "k", "name": "k", "account_name": "a"}"#,
        ),
        (
            "azurerm_cosmosdb_cassandra_table.t",
            r#"{"cassandra_keyspace_id": "k", "throughput": 500}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "azurerm_cosmosdb_sql_database.fixed"),
        ["ru 800 x2"]
    );
    assert_eq!(
        short(&world, "azurerm_cosmosdb_sql_container.auto"),
        ["ru 8000 (now 800) x2"]
    );
    assert_eq!(
        short(&world, "azurerm_cosmosdb_sql_container.shared"),
        [""; 0]
    );
    assert_eq!(
        short(&world, "azurerm_cosmosdb_mongo_database.free"),
        ["ru 0.. (now 0) elastic"]
    );
    assert_eq!(
        short(&world, "azurerm_cosmosdb_table.far"),
        ["ru 400.. x1.. undetermined"]
    );
    assert_eq!(
        short(&world, "azurerm_cosmosdb_cassandra_table.t"),
        ["ru 1000 x2"]
    );
    assert_eq!(
        one(
            "azurerm_cosmosdb_postgresql_cluster",
            r#"{"ha_enabled": true, "coordinator_vcore_count": 4, "coordinator_storage_quota_in_mb": 131072,
                "node_count": 2, "node_vcores": 8, "node_storage_quota_in_mb": 524288}"#
        ),
        [
            "databases 1",
            "nodes 2 x2",
            "vcpu 8 x2",
            "memory_gib 32 x2 assumed",
            "storage_gib 256 x2",
            "nodes 4 x2",
            "vcpu 32 x4",
            "memory_gib 256 x4 assumed",
            "storage_gib 2048 x4",
        ]
    );
    assert_eq!(
        one(
            "azurerm_cosmosdb_cassandra_datacenter",
            r#"{"node_count": 3, "sku_name": "Standard_E8s_v4", "disk_count": 2, "disk_sku": "P30"}"#
        ),
        [
            "nodes 3",
            "vcpu 24 x3",
            "memory_gib 192 x3",
            "storage_gib 6144 x6",
            "iops_included 30000 x6 default"
        ]
    );
}

#[test]
fn redis() {
    assert_eq!(
        one(
            "azurerm_redis_cache",
            r#"{"family": "P", "capacity": 1, "sku_name": "Premium", "shard_count": 2, "replicas_per_primary": 2}"#
        ),
        ["nodes 6", "memory_gib 36 x6"]
    );
    assert_eq!(
        one(
            "azurerm_redis_cache",
            r#"{"family": "C", "capacity": 1, "sku_name": "Basic", "shard_count": 0}"#
        ),
        ["nodes 1 default", "memory_gib 1 default"]
    );
    assert_eq!(
        one(
            "azurerm_redis_cache",
            r#"{"family": "C", "capacity": 1, "sku_name": "Standard"}"#
        ),
        ["nodes 2 default", "memory_gib 2 x2 default"]
    );
    assert_eq!(
        one("azurerm_managed_redis", r#"{"sku_name": "Balanced_B10"}"#),
        ["vcpu 0.. undetermined", "memory_gib 10 assumed"]
    );
}

#[test]
fn plans_and_apps() {
    let world = World::of(&[
        (
            "azurerm_service_plan.a",
            r#"{"id": "a", "sku_name": "P1v3", "worker_count": 2}"#,
        ),
        (
            "azurerm_monitor_autoscale_setting.a",
            r#"{"target_resource_id": "a", "profile": [{"capacity": [{"minimum": 1, "maximum": 6}]}]}"#,
        ),
        ("azurerm_linux_web_app.a", r#"{"service_plan_id": "a"}"#),
    ]);
    assert_eq!(
        short(&world, "azurerm_service_plan.a"),
        [
            "nodes 6 (now 2)",
            "vcpu 12 (now 4) x6",
            "memory_gib 48 (now 16) x6"
        ]
    );
    world.check("azurerm_linux_web_app.a", &["weightless"]);
    let plan = |sku: &str| {
        one(
            "azurerm_service_plan",
            &format!(r#"{{"sku_name": "{sku}", "maximum_elastic_worker_count": 20}}"#),
        )
    };
    assert_eq!(
        plan("EP1"),
        [
            "nodes 20 (now 1)",
            "vcpu 20 (now 1) x20",
            "memory_gib 70 (now 3.5) x20"
        ]
    );
    assert_eq!(
        plan("B1"),
        [
            "nodes 1 default",
            "vcpu 1 default",
            "memory_gib 1.75 default"
        ]
    );
    assert_eq!(plan("Y1"), ["vcpu 0.. elastic", "memory_gib 0.. elastic"]);
    assert_eq!(
        plan("F1"),
        ["vcpu 0..1 undetermined", "memory_gib 0..1 undetermined"]
    );
    assert_eq!(
        one(
            "azurerm_function_app_flex_consumption",
            r#"{"maximum_instance_count": 40, "instance_memory_in_mb": 4096, "always_ready": [{"instance_count": 2}]}"#
        ),
        ["memory_gib 160 (now 8) x40", "vcpu 80 (now 4) x40 assumed"]
    );
    assert_eq!(
        one(
            "azurerm_api_management",
            r#"{"sku_name": "Premium_2", "additional_location": [{"capacity": 1}]}"#
        ),
        ["api_units 3", "vcpu 0.. undetermined"]
    );
    assert_eq!(
        one(
            "azurerm_application_gateway",
            r#"{"sku": [{"capacity": null}], "autoscale_configuration": [{"min_capacity": 1, "max_capacity": 5}]}"#
        ),
        ["gateway_units 5 (now 1)", "vcpu 0.. undetermined"]
    );
}

#[test]
fn containers() {
    assert_eq!(
        one(
            "azurerm_container_group",
            r#"{"container": [{"cpu": "0.5", "memory": "1.5", "cpu_limit": 1}, {"cpu": 1, "memory": 2}]}"#
        ),
        [
            "vcpu 1 (now 0.5)",
            "memory_gib 1.5",
            "vcpu 1",
            "memory_gib 2"
        ]
    );
    assert_eq!(
        one(
            "azurerm_container_app",
            r#"{"template": [{"max_replicas": 5, "min_replicas": 1, "container": [{"cpu": 0.25, "memory": "0.5Gi"}]}]}"#
        ),
        ["vcpu 1.25 (now 0.25) x5", "memory_gib 2.5 (now 0.5) x5"]
    );
    assert_eq!(
        one(
            "azurerm_container_app",
            r#"{"template": [{"container": [{"cpu": 0.25, "memory": "0.5Gi"}]}]}"#
        ),
        [
            "vcpu 2.5 (now 0) x10 default",
            "memory_gib 5 (now 0) x10 default"
        ]
    );
    assert_eq!(
        one(
            "azurerm_container_app_job",
            r#"{"manual_trigger_config": [{"parallelism": 4}], "template": [{"container": [{"cpu": 0.5, "memory": "1Gi"}]}]}"#
        ),
        ["vcpu 2 (now 0) x4", "memory_gib 4 (now 0) x4"]
    );
    assert_eq!(
        one(
            "azurerm_container_app_environment",
            r#"{"workload_profile": [
            {"workload_profile_type": "Consumption"}, {"workload_profile_type": "E8", "minimum_count": 1, "maximum_count": 3}]}"#
        ),
        [
            "nodes 3 (now 1)",
            "vcpu 24 (now 8) x3",
            "memory_gib 192 (now 64) x3"
        ]
    );
}

#[test]
fn storage() {
    assert_eq!(
        one("azurerm_storage_share", r#"{"quota": 50}"#),
        ["storage_gib 50"]
    );
    assert_eq!(
        one(
            "azurerm_netapp_pool",
            r#"{"size_in_tb": 4, "service_level": "Premium"}"#
        ),
        ["storage_gib 4096", "throughput_mibps 256"]
    );
    assert_eq!(
        one(
            "azurerm_elastic_san",
            r#"{"base_size_in_tib": 2, "extended_size_in_tib": 3}"#
        ),
        ["storage_gib 5120", "iops_included 10000 default"]
    );
    assert_eq!(
        one(
            "azurerm_managed_lustre_file_system",
            r#"{"storage_capacity_in_tb": 8, "sku_name": "AMLFS-Durable-Premium-250"}"#
        ),
        ["storage_gib 8192", "throughput_mibps 2000"]
    );
}

#[test]
fn data() {
    assert_eq!(
        one(
            "azurerm_hdinsight_spark_cluster",
            r#"{"roles": [{"head_node": [{"vm_size": "Standard_D2s_v3"}],
            "worker_node": [{"vm_size": "Standard_D4s_v3", "target_instance_count": 3}], "zookeeper_node": [{"vm_size": "Standard_D2s_v3"}]}]}"#
        ),
        [
            "nodes 2",
            "vcpu 4 x2",
            "memory_gib 16 x2",
            "nodes 3",
            "vcpu 12 x3",
            "memory_gib 48 x3",
            "nodes 3",
            "vcpu 6 x3",
            "memory_gib 24 x3",
        ]
    );
    assert_eq!(
        one(
            "azurerm_synapse_spark_pool",
            r#"{"node_size": "Medium", "auto_scale": [{"min_node_count": 3, "max_node_count": 10}]}"#
        ),
        [
            "nodes 10 (now 3)",
            "vcpu 80 (now 24) x10",
            "memory_gib 640 (now 192) x10"
        ]
    );
    assert_eq!(
        one(
            "azurerm_kusto_cluster",
            r#"{"sku": [{"name": "Dev(No SLA)_Standard_E2a_v4", "capacity": 1}]}"#
        ),
        ["nodes 1", "vcpu 2", "memory_gib 16"]
    );
    assert_eq!(
        one(
            "azurerm_eventhub_namespace",
            r#"{"sku": "Standard", "capacity": 2, "maximum_throughput_units": 10}"#
        ),
        ["throughput_units 10 (now 2)"]
    );
    assert_eq!(
        one(
            "azurerm_search_service",
            r#"{"partition_count": 2, "replica_count": 3}"#
        ),
        [
            "nodes 6",
            "vcpu 0.. x6 undetermined",
            "memory_gib 0.. x6 undetermined"
        ]
    );
    assert_eq!(
        one(
            "azurerm_batch_pool",
            r#"{"vm_size": "Standard_D2s_v3", "fixed_scale": [{"target_dedicated_nodes": 2, "target_low_priority_nodes": 3}]}"#
        ),
        ["nodes 5", "vcpu 10 x5", "memory_gib 40 x5"]
    );
    assert_eq!(
        one(
            "azurerm_batch_pool",
            r#"{"vm_size": "Standard_D2s_v3", "auto_scale": [{"formula": "..."}]}"#
        ),
        [
            "nodes 0.. undetermined",
            "vcpu 0.. x0.. undetermined",
            "memory_gib 0.. x0.. undetermined"
        ]
    );
    assert_eq!(
        one(
            "azurerm_redhat_openshift_cluster",
            r#"{"main_profile": [{"vm_size": "Standard_D8s_v3"}],
            "worker_profile": [{"vm_size": "Standard_D4s_v3", "node_count": 3, "disk_size_gb": 128}]}"#
        ),
        [
            "kubernetes_clusters 1",
            "nodes 3",
            "vcpu 24 x3",
            "memory_gib 96 x3",
            "storage_gib 3072 x3 assumed",
            "nodes 3",
            "vcpu 12 x3",
            "memory_gib 48 x3",
            "storage_gib 384 x3",
        ]
    );
}
