# Capacity rules for hashicorp/azurerm. README.md beside this file says how rules are written.

providers = ["azurerm"]

# ================================================================ disks
# https://learn.microsoft.com/azure/virtual-machines/disks-types

# What a disk does without being asked: that of its tier, which is the next that holds its size.
function "azure_disk_included" {
  params = [tier, type, size]
  result = (
    startswith(type, "premiumv2") ? 3000 :
    startswith(type, "premium") ? first(machine("azure_premium_disk", tier).iops, smallest("azure_premium_disk", "size_gib", size).iops) :
    startswith(type, "standardssd") ? smallest("azure_standard_ssd_disk", "size_gib", size).iops :
    startswith(type, "standard") ? smallest("azure_standard_hdd_disk", "size_gib", size).iops :
    undetermined(0)
  )
}

part "azure_disk" {
  params      = [size, type, tier, iops, throughput]
  storage_gib = arg.size
  iops {
    # An Ultra disk does what it is asked for.
    configured = first(arg.iops, startswith(lower(first(arg.type, "")), "ultra") ? undetermined(100) : null)
    included   = azure_disk_included(arg.tier, lower(first(arg.type, "")), first(arg.size, undetermined(1)))
  }
  throughput_mibps = first(configured(arg.throughput), 0)
}

resource "azurerm_managed_disk" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/managed_disk"
  # A disk that is copied or imported may leave its size to what it comes from; then it is not
  # known. `max_shares` is who may use it, not how many there are.
  use "azure_disk" {
    size       = self.disk_size_gb
    type       = self.storage_account_type
    tier       = self.tier
    iops       = self.disk_iops_read_write
    throughput = self.disk_mbps_read_write
  }
}

# ================================================================ machines

resource "azurerm_linux_virtual_machine" {
  source  = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/linux_virtual_machine"
  nodes   = 1
  machine = machine("azure_vm", self.size)
  # Without a size the disk is as large as the image. Data disks are resources of their own.
  each "os_disk" {
    use "azure_disk" {
      size       = assume(each.value.disk_size_gb, 30)
      type       = each.value.storage_account_type
      tier       = null
      iops       = null
      throughput = null
    }
  }
}

resource "azurerm_windows_virtual_machine" {
  source  = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/windows_virtual_machine"
  nodes   = 1
  machine = machine("azure_vm", self.size)
  each "os_disk" {
    use "azure_disk" {
      size       = assume(each.value.disk_size_gb, 127)
      type       = each.value.storage_account_type
      tier       = null
      iops       = null
      throughput = null
    }
  }
}

# ================================================================ sizes that no table lists

# A constrained size has the memory of the size before the hyphen and the vCPU behind it.
by_name "azure_vm" {
  pattern    = "(?i)(?P<start>standard_[a-z]+)(?P<whole>[0-9]+)-(?P<cpus>[0-9]+)(?P<end>[a-z0-9_]*)"
  vcpu       = cpus
  memory_gib = machine("azure_vm", "${start}${whole}${end}").memory_gib
}
# The number is the vCPU; D has 4 GiB for each, E 8, F and Dl 2.
by_name "azure_vm" {
  pattern    = "(?i)standard_(?P<family>dl|d|e|f)[a-z]*?(?P<cpus>[0-9]+)[a-z]*_v[0-9]+"
  vcpu       = cpus
  memory_gib = product([cpus, { dl = 2, d = 4, e = 8, f = 2 }[lower(family)]])
}

# ================================================================ all others

# Known to ask for no compute and no provisioned storage. A pattern stands for a service that has
# nothing else; types with rules, counted ones and opaque ones are named, and a name goes before
# a pattern.
weightless = [
  # who may do what, and what is watched
  "azurerm_advanced_threat_protection", "azurerm_application_insights", "azurerm_application_insights_*",
  "azurerm_automation_*", "azurerm_consumption_*", "azurerm_federated_identity_credential", "azurerm_key_vault",
  "azurerm_key_vault_*", "azurerm_lighthouse_*", "azurerm_log_analytics_*", "azurerm_management_group",
  "azurerm_management_group_*", "azurerm_management_lock", "azurerm_marketplace_agreement",
  "azurerm_monitor_action_group", "azurerm_monitor_activity_log_alert", "azurerm_monitor_alert_processing_rule_*",
  "azurerm_monitor_data_collection_*", "azurerm_monitor_diagnostic_setting", "azurerm_monitor_log_profile",
  "azurerm_monitor_metric_alert", "azurerm_monitor_private_link_scope", "azurerm_monitor_private_link_scoped_service",
  "azurerm_monitor_scheduled_query_rules_*", "azurerm_monitor_smart_detector_alert_rule", "azurerm_monitor_workspace",
  "azurerm_network_watcher", "azurerm_network_watcher_flow_log", "azurerm_policy_*",
  "azurerm_portal_dashboard", "azurerm_resource_group", "azurerm_resource_group_policy_*",
  "azurerm_resource_policy_*", "azurerm_resource_provider_registration", "azurerm_role_*", "azurerm_security_center_*",
  "azurerm_sentinel_*", "azurerm_ssh_public_key", "azurerm_subscription", "azurerm_subscription_policy_*",
  "azurerm_user_assigned_identity",

  # networks
  "azurerm_application_security_group", "azurerm_availability_set", "azurerm_dns_*",
  "azurerm_express_route_circuit", "azurerm_express_route_circuit_authorization",
  "azurerm_express_route_circuit_connection", "azurerm_express_route_circuit_peering",
  "azurerm_express_route_connection", "azurerm_express_route_port", "azurerm_express_route_port_authorization",
  "azurerm_firewall_application_rule_collection", "azurerm_firewall_nat_rule_collection",
  "azurerm_firewall_network_rule_collection", "azurerm_firewall_policy", "azurerm_firewall_policy_rule_collection_group",
  "azurerm_frontdoor_firewall_policy", "azurerm_ip_group", "azurerm_ip_group_cidr", "azurerm_lb_*",
  "azurerm_local_network_gateway", "azurerm_nat_gateway_public_ip_association",
  "azurerm_nat_gateway_public_ip_prefix_association", "azurerm_network_ddos_protection_plan",
  "azurerm_network_interface", "azurerm_network_interface_application_gateway_backend_address_pool_association",
  "azurerm_network_interface_application_security_group_association",
  "azurerm_network_interface_backend_address_pool_association", "azurerm_network_interface_nat_rule_association",
  "azurerm_network_interface_security_group_association", "azurerm_network_manager", "azurerm_network_manager_*",
  "azurerm_network_profile", "azurerm_network_security_group", "azurerm_network_security_rule",
  "azurerm_private_dns_*", "azurerm_private_endpoint", "azurerm_private_endpoint_application_security_group_association",
  "azurerm_private_link_service", "azurerm_proximity_placement_group", "azurerm_public_ip", "azurerm_public_ip_prefix",
  "azurerm_route", "azurerm_route_filter", "azurerm_route_map", "azurerm_route_server_bgp_connection",
  "azurerm_route_table", "azurerm_subnet", "azurerm_subnet_nat_gateway_association",
  "azurerm_subnet_network_security_group_association", "azurerm_subnet_route_table_association",
  "azurerm_subnet_service_endpoint_storage_policy", "azurerm_traffic_manager_*", "azurerm_virtual_hub",
  "azurerm_virtual_hub_bgp_connection", "azurerm_virtual_hub_connection", "azurerm_virtual_hub_route_table",
  "azurerm_virtual_hub_route_table_route", "azurerm_virtual_hub_routing_intent",
  "azurerm_virtual_network", "azurerm_virtual_network_dns_servers", "azurerm_virtual_network_gateway_connection",
  "azurerm_virtual_network_peering", "azurerm_virtual_wan", "azurerm_vpn_gateway_connection",
  "azurerm_vpn_server_configuration", "azurerm_vpn_site", "azurerm_web_application_firewall_policy",

  # settings of what counts elsewhere
  "azurerm_api_management_api", "azurerm_api_management_api_*", "azurerm_api_management_authorization_server",
  "azurerm_api_management_backend", "azurerm_api_management_certificate", "azurerm_api_management_custom_domain",
  "azurerm_api_management_diagnostic", "azurerm_api_management_group", "azurerm_api_management_group_user",
  "azurerm_api_management_identity_provider_aad", "azurerm_api_management_logger",
  "azurerm_api_management_named_value", "azurerm_api_management_policy", "azurerm_api_management_policy_fragment",
  "azurerm_api_management_product", "azurerm_api_management_product_*", "azurerm_api_management_subscription",
  "azurerm_api_management_user", "azurerm_app_configuration_feature", "azurerm_app_configuration_key",
  "azurerm_app_service_active_slot", "azurerm_app_service_certificate", "azurerm_app_service_certificate_binding",
  "azurerm_app_service_connection", "azurerm_app_service_custom_hostname_binding",
  "azurerm_app_service_managed_certificate", "azurerm_app_service_source_control",
  "azurerm_app_service_virtual_network_swift_connection", "azurerm_backup_*", "azurerm_cdn_endpoint",
  "azurerm_cdn_endpoint_custom_domain", "azurerm_cdn_frontdoor_*", "azurerm_container_app_custom_domain",
  "azurerm_container_app_environment_certificate", "azurerm_container_app_environment_dapr_component",
  "azurerm_container_app_environment_storage", "azurerm_container_registry_scope_map",
  "azurerm_container_registry_token", "azurerm_container_registry_token_password",
  "azurerm_container_registry_webhook", "azurerm_cosmosdb_sql_function", "azurerm_cosmosdb_sql_role_assignment",
  "azurerm_cosmosdb_sql_role_definition", "azurerm_cosmosdb_sql_stored_procedure", "azurerm_cosmosdb_sql_trigger",
  "azurerm_data_factory", "azurerm_data_factory_credential_service_principal",
  "azurerm_data_factory_credential_user_managed_identity", "azurerm_data_factory_custom_dataset",
  "azurerm_data_factory_data_flow", "azurerm_data_factory_dataset_*", "azurerm_data_factory_linked_*",
  "azurerm_data_factory_managed_private_endpoint", "azurerm_data_factory_pipeline", "azurerm_data_factory_trigger_*",
  "azurerm_data_protection_*", "azurerm_dev_test_lab", "azurerm_dev_test_policy", "azurerm_dev_test_schedule",
  "azurerm_dev_test_virtual_network", "azurerm_disk_access", "azurerm_disk_encryption_set",
  "azurerm_eventgrid_*", "azurerm_eventhub", "azurerm_eventhub_authorization_rule", "azurerm_eventhub_consumer_group",
  "azurerm_eventhub_namespace_authorization_rule", "azurerm_eventhub_namespace_customer_managed_key",
  "azurerm_eventhub_namespace_disaster_recovery_config", "azurerm_eventhub_namespace_schema_group",
  "azurerm_function_app_function", "azurerm_image", "azurerm_iothub_*", "azurerm_kubernetes_cluster_extension",
  "azurerm_kubernetes_cluster_trusted_access_role_binding", "azurerm_kubernetes_flux_configuration",
  "azurerm_logic_app_action_custom", "azurerm_logic_app_action_http", "azurerm_logic_app_trigger_custom",
  "azurerm_logic_app_trigger_http_request", "azurerm_logic_app_trigger_recurrence", "azurerm_logic_app_workflow",
  "azurerm_maintenance_*", "azurerm_mssql_database_extended_auditing_policy", "azurerm_mssql_database_vulnerability_assessment_rule_baseline",
  "azurerm_mssql_failover_group", "azurerm_mssql_firewall_rule", "azurerm_mssql_managed_instance_active_directory_administrator",
  "azurerm_mssql_outbound_firewall_rule", "azurerm_mssql_server", "azurerm_mssql_server_dns_alias",
  "azurerm_mssql_server_extended_auditing_policy", "azurerm_mssql_server_microsoft_support_auditing_policy",
  "azurerm_mssql_server_security_alert_policy", "azurerm_mssql_server_transparent_data_encryption",
  "azurerm_mssql_server_vulnerability_assessment", "azurerm_mssql_virtual_network_rule",
  "azurerm_mysql_flexible_database", "azurerm_mysql_flexible_server_active_directory_administrator",
  "azurerm_mysql_flexible_server_configuration", "azurerm_mysql_flexible_server_firewall_rule",
  "azurerm_netapp_account", "azurerm_netapp_backup_policy", "azurerm_netapp_backup_vault",
  "azurerm_netapp_snapshot_policy", "azurerm_notification_hub", "azurerm_notification_hub_authorization_rule",
  "azurerm_notification_hub_namespace", "azurerm_postgresql_active_directory_administrator",
  "azurerm_postgresql_configuration", "azurerm_postgresql_database", "azurerm_postgresql_firewall_rule",
  "azurerm_postgresql_flexible_server_active_directory_administrator",
  "azurerm_postgresql_flexible_server_configuration", "azurerm_postgresql_flexible_server_database",
  "azurerm_postgresql_flexible_server_firewall_rule", "azurerm_postgresql_flexible_server_virtual_endpoint",
  "azurerm_postgresql_server_key", "azurerm_postgresql_virtual_network_rule", "azurerm_private_dns_resolver",
  "azurerm_redis_cache_access_policy", "azurerm_redis_cache_access_policy_assignment", "azurerm_redis_firewall_rule",
  "azurerm_redis_linked_server", "azurerm_relay_*", "azurerm_search_shared_private_link_service",
  "azurerm_servicebus_namespace_authorization_rule", "azurerm_servicebus_namespace_disaster_recovery_config",
  "azurerm_servicebus_queue", "azurerm_servicebus_queue_authorization_rule", "azurerm_servicebus_subscription",
  "azurerm_servicebus_subscription_rule", "azurerm_servicebus_topic", "azurerm_servicebus_topic_authorization_rule",
  "azurerm_shared_image", "azurerm_shared_image_gallery", "azurerm_shared_image_version",
  "azurerm_sql_active_directory_administrator", "azurerm_sql_firewall_rule", "azurerm_sql_server",
  "azurerm_sql_virtual_network_rule", "azurerm_static_site_custom_domain", "azurerm_static_web_app_custom_domain",
  "azurerm_storage_account_customer_managed_key", "azurerm_storage_account_local_user",
  "azurerm_storage_account_network_rules", "azurerm_storage_account_queue_properties",
  "azurerm_storage_account_static_website", "azurerm_storage_blob", "azurerm_storage_blob_inventory_policy",
  "azurerm_storage_container", "azurerm_storage_container_immutability_policy", "azurerm_storage_data_lake_gen2_filesystem",
  "azurerm_storage_data_lake_gen2_path", "azurerm_storage_encryption_scope", "azurerm_storage_management_policy",
  "azurerm_storage_object_replication", "azurerm_storage_queue", "azurerm_storage_share_directory",
  "azurerm_storage_share_file", "azurerm_storage_sync", "azurerm_storage_sync_group", "azurerm_storage_table",
  "azurerm_storage_table_entity", "azurerm_synapse_firewall_rule", "azurerm_synapse_linked_service",
  "azurerm_synapse_managed_private_endpoint", "azurerm_synapse_role_assignment", "azurerm_virtual_machine_data_disk_attachment",
  "azurerm_virtual_machine_extension", "azurerm_virtual_machine_gallery_application_assignment",
  "azurerm_virtual_machine_scale_set_extension", "azurerm_web_app_active_slot", "azurerm_web_app_hybrid_connection",

  # their capacity is that of the plan, pool or namespace they are in
  "azurerm_linux_function_app", "azurerm_linux_function_app_slot", "azurerm_linux_web_app", "azurerm_linux_web_app_slot",
  "azurerm_logic_app_standard", "azurerm_netapp_volume", "azurerm_windows_function_app",
  "azurerm_windows_function_app_slot", "azurerm_windows_web_app", "azurerm_windows_web_app_slot",
]

# No machines and no disks, but each is one of something that a tier may limit.
counted = {
  load_balancers       = ["azurerm_lb"]
  nat_gateways         = ["azurerm_nat_gateway"]
  firewalls            = ["azurerm_firewall"]
  network_gateways     = ["azurerm_virtual_network_gateway", "azurerm_vpn_gateway", "azurerm_express_route_gateway", "azurerm_point_to_site_vpn_gateway"]
  bastions             = ["azurerm_bastion_host"]
  storage_accounts     = ["azurerm_storage_account"]
  container_registries = ["azurerm_container_registry"]
  distributions        = ["azurerm_cdn_profile", "azurerm_frontdoor"]
  signalr_services     = ["azurerm_signalr_service", "azurerm_web_pubsub"]
  iot_hubs             = ["azurerm_iothub"]
  backup_vaults        = ["azurerm_recovery_services_vault"]
  snapshots            = ["azurerm_snapshot"]
}

# Hide capacity that the plan does not show.
opaque = [
  "azurerm_databricks_workspace", "azurerm_dev_center", "azurerm_machine_learning_workspace",
  "azurerm_managed_application", "azurerm_resource_group_template_deployment",
  "azurerm_subscription_template_deployment", "azurerm_synapse_workspace", "azurerm_template_deployment",
]
