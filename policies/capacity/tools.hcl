# Capacity rules for providers that are tools rather than clouds, and for all others that are known
# by name. README.md beside this file says how rules are written.

providers = [
  "aiven", "awscc", "docker", "gsuite", "archive", "azuread", "cloudinit", "external", "http", "local", "null", "random", "template", "terraform", "time",
  "tls", "tfe", "github", "gitlab", "datadog", "azuredevops", "azapi", "external", "restapi", "shell", "ansible",
  "rancher2", "spacelift",
]

weightless = [
  "random_bytes", "random_id", "random_integer", "random_password", "random_pet", "random_shuffle", "random_string",
  "random_uuid", "tls_cert_request", "tls_locally_signed_cert", "tls_private_key", "tls_self_signed_cert",
  "local_file", "local_sensitive_file", "time_offset", "time_rotating", "time_sleep", "time_static",
  "archive_file", "template_dir", "cloudinit_config",

  # who may do what, and what is watched
  "aiven_governance_*", "aiven_kafka_topic", "aiven_kafka_user", "aiven_organization_*", "aiven_project",
  "awscc_ec2_route_table", "awscc_ec2_subnet_route_table_association", "docker_image", "docker_network",
  "docker_tag", "docker_volume",
  "azuread_*", "azuredevops_*", "datadog_*", "github_*", "gitlab_*", "tfe_organization", "tfe_project", "tfe_team",
  "tfe_team_access", "tfe_variable", "tfe_variable_set", "gsuite_*",
]

# A provisioner may do anything. Where the input does not tell whether there is one, there may be.
resource "null_resource" "terraform_data" {
  source = "https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax"
  opaque = has_provisioners()
}

# These run something or take a body that no rule can read.
opaque = [
  "azapi_resource", "azapi_resource_action", "azapi_update_resource", "azapi_data_plane_resource",
  "shell_script", "restapi_object", "external", "ansible_playbook", "ansible_host", "ansible_group", "ansible_vault",
  "rancher2_app_v2", "tfe_workspace", "tfe_workspace_run", "spacelift_stack",

  # Services and machines of providers that have no rules yet: there is capacity behind them.
  "aiven_cassandra", "aiven_clickhouse", "aiven_dragonfly", "aiven_flink", "aiven_grafana", "aiven_influxdb", "aiven_kafka",
  "aiven_kafka_connect", "aiven_kafka_mirrormaker", "aiven_m3db", "aiven_mysql", "aiven_opensearch", "aiven_pg",
  "aiven_redis", "aiven_thanos", "aiven_valkey", "confluent_kafka_cluster", "databricks_cluster", "databricks_instance_pool",
  "databricks_sql_endpoint", "docker_container", "docker_service", "mongodbatlas_advanced_cluster", "mongodbatlas_cluster",
  "mongodbatlas_serverless_instance", "nomad_job", "openstack_compute_instance_v2", "proxmox_vm_qemu", "snowflake_warehouse",
  "vsphere_virtual_machine",
]
