# Capacity rules for digitalocean/digitalocean. README.md beside this file says how rules are written.

providers = ["digitalocean"]

weightless = [
  "digitalocean_cdn", "digitalocean_certificate", "digitalocean_container_registry",
  "digitalocean_container_registry_docker_credentials", "digitalocean_custom_image", "digitalocean_database_connection_pool",
  "digitalocean_database_db", "digitalocean_database_firewall", "digitalocean_database_kafka_config",
  "digitalocean_database_kafka_topic", "digitalocean_database_mongodb_config", "digitalocean_database_mysql_config",
  "digitalocean_database_opensearch_config", "digitalocean_database_postgresql_config",
  "digitalocean_database_redis_config", "digitalocean_database_user", "digitalocean_database_valkey_config",
  "digitalocean_domain", "digitalocean_firewall", "digitalocean_floating_ip", "digitalocean_floating_ip_assignment",
  "digitalocean_monitor_alert", "digitalocean_project", "digitalocean_project_resources", "digitalocean_record",
  "digitalocean_reserved_ip", "digitalocean_reserved_ip_assignment", "digitalocean_reserved_ipv6",
  "digitalocean_reserved_ipv6_assignment", "digitalocean_spaces_bucket_cors_configuration",
  "digitalocean_spaces_bucket_object", "digitalocean_spaces_bucket_policy", "digitalocean_spaces_key",
  "digitalocean_ssh_key", "digitalocean_tag", "digitalocean_uptime_alert", "digitalocean_uptime_check",
  "digitalocean_volume_attachment", "digitalocean_vpc", "digitalocean_vpc_peering",
]

counted = {
  load_balancers = ["digitalocean_loadbalancer"]
  buckets        = ["digitalocean_spaces_bucket"]
  snapshots      = ["digitalocean_droplet_snapshot", "digitalocean_volume_snapshot"]
}
