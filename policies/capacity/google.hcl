# Capacity rules for hashicorp/google and hashicorp/google-beta. README.md beside this file says
# how rules are written.

providers = ["google", "google-beta"]

# ================================================================ disks
# https://cloud.google.com/compute/docs/disks/performance

# What a disk does without being asked, by its type and GiB. A type may be a URL.
function "gcp_disk_included" {
  params = [type, size]
  result = (
    type == "pd-ssd" ? total([6000, product([30, size])]) :
    type == "pd-balanced" ? total([3000, product([6, size])]) :
    type == "pd-standard" ? product([1.5, size]) :
    type == "hyperdisk-balanced" ? 3000 : 0
  )
}

part "gcp_disk" {
  params      = [size, type, iops, throughput]
  storage_gib = arg.size
  iops {
    # pd-extreme and hyperdisk-extreme do what they are asked for, and may leave it to Google.
    configured = first(arg.iops, contains(["pd-extreme", "hyperdisk-extreme"], last_word(arg.type)) ? undetermined(2500) : null)
    included   = gcp_disk_included(last_word(arg.type), first(arg.size, undetermined(10)))
  }
  throughput_mibps = first(configured(arg.throughput), 0)
}

# The name at the end of a URL such as zones/europe-west1-b/machineTypes/n2-standard-4.
function "last_word" {
  params = [url]
  result = reverse(split("/", first(url, "")))[0]
}

resource "google_compute_disk" "google_compute_region_disk" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_disk"
  # A disk of an image, a snapshot or another disk may leave its size to that; then it is not
  # known. A regional disk keeps two copies, which the tenant does not see: it counts once.
  use "gcp_disk" {
    size       = self.size
    type       = default(self.type, "pd-standard")
    iops       = self.provisioned_iops
    throughput = self.provisioned_throughput
  }
}

# ================================================================ machines

resource "google_compute_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance"
  locals {
    machine = machine("gcp_machine", self.machine_type == null ? null : last_word(self.machine_type))
  }
  nodes   = 1
  machine = machine("gcp_machine", self.machine_type == null ? null : last_word(self.machine_type))
  # Types with GPUs of their own may list them as accelerators too.
  gpus = first(greatest([local.machine.gpus, total(first(self.guest_accelerator[*].count, []))]), 0)
  # A boot disk with a `source` is a disk of its own, which counts there.
  each "boot_disk" {
    when {
      condition = configured(each.value.source) == null || each.value.initialize_params[0].size != null
      use "gcp_disk" {
        size       = assume(each.value.initialize_params[0].size, 10)
        type       = default(each.value.initialize_params[0].type, "pd-standard")
        iops       = each.value.initialize_params[0].provisioned_iops
        throughput = each.value.initialize_params[0].provisioned_throughput
      }
    }
  }
  each "scratch_disk" {
    storage_gib = default(each.value.size, 375)
  }
}

# ================================================================ sizes that no table lists

# A custom type says what it has: FAMILY-custom-CPUS-MEGABYTES.
by_name "gcp_machine" {
  pattern    = "(?:[a-z0-9]+-)?custom-(?P<cpus>[0-9]+)-(?P<mib>[0-9]+)(?:-ext)?"
  exact      = true
  vcpu       = cpus
  memory_gib = quotient(mib, 1024)
}
by_name "gcp_machine" {
  pattern    = "e2-custom-(?:micro|small|medium)-(?P<mib>[0-9]+)"
  exact      = true
  vcpu       = 2
  memory_gib = quotient(mib, 1024)
}
# The number in a predefined type is its vCPU; the memory for each is that of its kind.
by_name "gcp_machine" {
  pattern    = "[a-z0-9]+-(?P<kind>standard|highmem|highcpu)-(?P<cpus>[0-9]+).*"
  vcpu       = cpus
  memory_gib = product([cpus, kind == "standard" ? 4 : kind == "highmem" ? 8 : 2])
}
by_name "gcp_machine" {
  pattern = "[a-z0-9]+-[a-z]+-(?P<cpus>[0-9]+).*"
  vcpu    = cpus
}

# ================================================================ all others

# Known to ask for no compute and no provisioned storage. A pattern stands for a service that has
# nothing else; types with rules, counted ones and opaque ones are named, and a name goes before
# a pattern.
weightless = [
  # who may do what, and what is watched
  "google_*_iam_binding", "google_*_iam_member", "google_*_iam_policy", "google_*_iam_audit_config",
  "google_access_context_manager_*", "google_assured_workloads_workload", "google_billing_*",
  "google_binary_authorization_*", "google_certificate_manager_*", "google_cloud_asset_*", "google_cloud_identity_*",
  "google_essential_contacts_contact", "google_folder", "google_folder_organization_policy", "google_iam_*",
  "google_iap_*", "google_identity_platform_*", "google_kms_*", "google_logging_*", "google_monitoring_*",
  "google_org_policy_custom_constraint", "google_org_policy_policy", "google_organization_iam_custom_role",
  "google_organization_policy", "google_os_config_*", "google_os_login_ssh_public_key", "google_privateca_*",
  "google_project", "google_project_access_approval_settings", "google_project_default_service_accounts",
  "google_project_iam_custom_role", "google_project_organization_policy", "google_project_service",
  "google_project_service_identity", "google_project_usage_export_bucket", "google_recaptcha_enterprise_key",
  "google_resource_manager_lien", "google_scc_*", "google_secret_manager_*", "google_service_account",
  "google_service_account_key", "google_service_usage_consumer_quota_override", "google_tags_*",
  "google_service_directory_*",

  # networks
  "google_compute_address", "google_compute_backend_bucket", "google_compute_backend_bucket_signed_url_key",
  "google_compute_backend_service", "google_compute_backend_service_signed_url_key", "google_compute_external_vpn_gateway",
  "google_compute_firewall", "google_compute_firewall_policy", "google_compute_firewall_policy_association",
  "google_compute_firewall_policy_rule", "google_compute_global_address", "google_compute_global_network_endpoint",
  "google_compute_global_network_endpoint_group", "google_compute_ha_vpn_gateway", "google_compute_health_check",
  "google_compute_http_health_check", "google_compute_https_health_check", "google_compute_interconnect_attachment",
  "google_compute_managed_ssl_certificate", "google_compute_network", "google_compute_network_attachment",
  "google_compute_network_endpoint", "google_compute_network_endpoint_group", "google_compute_network_endpoints",
  "google_compute_network_firewall_policy", "google_compute_network_firewall_policy_association",
  "google_compute_network_firewall_policy_rule", "google_compute_network_peering",
  "google_compute_network_peering_routes_config", "google_compute_packet_mirroring", "google_compute_per_instance_config",
  "google_compute_region_backend_service", "google_compute_region_health_check",
  "google_compute_region_network_endpoint_group", "google_compute_region_network_firewall_policy",
  "google_compute_region_network_firewall_policy_association", "google_compute_region_network_firewall_policy_rule",
  "google_compute_region_ssl_certificate", "google_compute_region_ssl_policy", "google_compute_region_target_http_proxy",
  "google_compute_region_target_https_proxy", "google_compute_region_target_tcp_proxy", "google_compute_region_url_map",
  "google_compute_route", "google_compute_router", "google_compute_router_interface", "google_compute_router_peer",
  "google_compute_security_policy", "google_compute_security_policy_rule", "google_compute_service_attachment",
  "google_compute_shared_vpc_host_project", "google_compute_shared_vpc_service_project", "google_compute_ssl_certificate",
  "google_compute_ssl_policy", "google_compute_subnetwork", "google_compute_target_grpc_proxy",
  "google_compute_target_http_proxy", "google_compute_target_https_proxy", "google_compute_target_instance",
  "google_compute_target_pool", "google_compute_target_ssl_proxy", "google_compute_target_tcp_proxy",
  "google_compute_url_map", "google_compute_vpn_gateway", "google_dns_*", "google_network_connectivity_hub",
  "google_network_connectivity_internal_range", "google_network_connectivity_policy_based_route",
  "google_network_connectivity_service_connection_policy", "google_network_connectivity_spoke", "google_network_management_*",
  "google_network_security_*", "google_network_services_*", "google_service_networking_connection",
  "google_service_networking_peered_dns_domain", "google_vmwareengine_network", "google_vmwareengine_network_peering",
  "google_vmwareengine_network_policy", "google_vmwareengine_external_access_rule", "google_vmwareengine_external_address",

  # settings of what counts elsewhere
  "google_alloydb_backup", "google_alloydb_cluster", "google_alloydb_user", "google_api_gateway_*", "google_apigee_env_keystore",
  "google_apikeys_key", "google_app_engine_application", "google_app_engine_application_url_dispatch_rules",
  "google_app_engine_domain_mapping", "google_app_engine_firewall_rule", "google_app_engine_service_network_settings",
  "google_app_engine_service_split_traffic", "google_artifact_registry_*", "google_bigquery_analytics_hub_*",
  "google_bigquery_connection", "google_bigquery_data_transfer_config", "google_bigquery_datapolicy_data_policy",
  "google_bigquery_dataset", "google_bigquery_dataset_access", "google_bigquery_job", "google_bigquery_reservation_assignment",
  "google_bigquery_routine", "google_bigquery_table", "google_bigtable_app_profile", "google_bigtable_gc_policy",
  "google_bigtable_table", "google_cloud_ids_endpoint", "google_cloud_run_domain_mapping", "google_cloud_scheduler_job",
  "google_cloud_tasks_queue", "google_cloudbuild_bitbucket_server_config", "google_cloudbuild_trigger",
  "google_cloudbuildv2_connection", "google_cloudbuildv2_repository", "google_clouddeploy_automation",
  "google_clouddeploy_delivery_pipeline", "google_clouddeploy_target", "google_compute_attached_disk",
  "google_compute_disk_resource_policy_attachment", "google_compute_image", "google_compute_instance_group",
  "google_compute_instance_group_membership", "google_compute_instance_group_named_port", "google_compute_machine_image",
  "google_compute_node_template", "google_compute_project_default_network_tier", "google_compute_project_metadata",
  "google_compute_project_metadata_item", "google_compute_region_disk_resource_policy_attachment",
  "google_compute_region_per_instance_config", "google_compute_resource_policy", "google_compute_resource_policy_attachment",
  "google_container_registry", "google_data_catalog_*", "google_data_loss_prevention_*", "google_database_migration_service_connection_profile",
  "google_dataplex_*", "google_dataproc_job", "google_dataproc_metastore_federation", "google_dataproc_workflow_template",
  "google_datastore_index", "google_datastream_connection_profile", "google_datastream_private_connection", "google_eventarc_*",
  "google_filestore_backup", "google_filestore_snapshot", "google_firebase_*", "google_firebaserules_*", "google_firestore_backup_schedule",
  "google_firestore_database", "google_firestore_document", "google_firestore_field", "google_firestore_index",
  "google_gke_backup_backup_plan", "google_gke_backup_restore_plan", "google_gke_hub_*", "google_healthcare_*",
  "google_managed_kafka_topic", "google_netapp_active_directory", "google_netapp_backup_policy", "google_netapp_backup_vault",
  "google_netapp_kmsconfig", "google_pubsub_*", "google_redis_cluster_user_created_connections", "google_source_repo_repository",
  "google_sourcerepo_repository", "google_spanner_backup_schedule", "google_spanner_database", "google_spanner_instance_config",
  "google_sql_database", "google_sql_source_representation_instance", "google_sql_ssl_cert", "google_sql_user",
  "google_storage_anywhere_cache", "google_storage_bucket_access_control", "google_storage_bucket_acl",
  "google_storage_bucket_object", "google_storage_default_object_access_control", "google_storage_default_object_acl",
  "google_storage_folder", "google_storage_hmac_key", "google_storage_insights_report_config", "google_storage_managed_folder",
  "google_storage_notification", "google_storage_object_access_control", "google_storage_object_acl",
  "google_storage_transfer_job", "google_vertex_ai_dataset", "google_vertex_ai_metadata_store", "google_vertex_ai_tensorboard",
  "google_workflows_workflow",
]

# No machines and no disks, but each is one of something that a tier may limit.
counted = {
  load_balancers  = ["google_compute_forwarding_rule", "google_compute_global_forwarding_rule"]
  nat_gateways    = ["google_compute_router_nat"]
  vpn_connections = ["google_compute_vpn_tunnel"]
  buckets         = ["google_storage_bucket"]
  snapshots       = ["google_compute_snapshot"]
}

# Hide capacity that the plan does not show.
opaque = [
  "google_data_fusion_instance", "google_dataproc_batch", "google_deployment_manager_deployment",
]
