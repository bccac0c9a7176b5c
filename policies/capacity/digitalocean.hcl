# Capacity rules for digitalocean/digitalocean. README.md beside this file says how rules are written.

providers = ["digitalocean"]

# ================================================================ machines

resource "digitalocean_droplet" {
  source  = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/droplet"
  nodes   = 1
  machine = machine("digitalocean_size", self.size)
  # The disk comes with the size and is known once the droplet exists.
  storage_gib = first(self.disk, undetermined(0))
}

resource "digitalocean_droplet_autoscale" {
  source = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/droplet_autoscale"
  nodes {
    steady      = first(self.config[0].target_number_instances, self.config[0].min_instances)
    max         = greatest([self.config[0].max_instances, self.config[0].target_number_instances])
    machine     = machine("digitalocean_size", self.droplet_template[0].size)
    storage_gib = undetermined(0)
  }
}

part "pool" {
  params = [pool]
  nodes {
    steady  = first(arg.pool.node_count, arg.pool.min_nodes)
    max     = arg.pool.auto_scale == true ? arg.pool.max_nodes : arg.pool.node_count
    machine = machine("digitalocean_size", arg.pool.size)
  }
}

resource "digitalocean_kubernetes_cluster" {
  source              = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/kubernetes_cluster"
  kubernetes_clusters = 1
  each "node_pool" {
    use "pool" {
      pool = each.value
    }
  }
}

resource "digitalocean_kubernetes_node_pool" {
  source = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/kubernetes_node_pool"
  locals {
    pool = {
      auto_scale = self.auto_scale
      max_nodes  = self.max_nodes
      min_nodes  = self.min_nodes
      node_count = self.node_count
      size       = self.size
    }
  }
  use "pool" {
    pool = local.pool
  }
}

# ================================================================ databases

resource "digitalocean_database_cluster" {
  source    = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/database_cluster"
  databases = 1
  nodes {
    count       = self.node_count
    machine     = machine("digitalocean_size", self.size)
    storage_gib = first(quotient(self.storage_size_mib, 1024), undetermined(0))
  }
}

resource "digitalocean_database_replica" {
  source      = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/database_replica"
  databases   = 1
  nodes       = 1
  machine     = machine("digitalocean_size", self.size)
  storage_gib = first(quotient(self.storage_size_mib, 1024), undetermined(0))
}

# ================================================================ storage

resource "digitalocean_volume" {
  source      = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/volume"
  storage_gib = self.size
}

resource "digitalocean_nfs" {
  source      = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/nfs"
  storage_gib = self.size
}

# ================================================================ apps

part "app_part" {
  params = [part]
  copies {
    steady  = default(first(arg.part.instance_count, arg.part.autoscaling[0].min_instance_count), 1)
    max     = default(first(arg.part.autoscaling[0].max_instance_count, arg.part.instance_count), 1)
    machine = machine("digitalocean_size", arg.part.instance_size_slug)
  }
}

resource "digitalocean_app" {
  source = "https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs/resources/app"
  each "spec.service" {
    use "app_part" {
      part = each.value
    }
  }
  each "spec.worker" {
    use "app_part" {
      part = each.value
    }
  }
  each "spec.job" {
    use "app_part" {
      part = each.value
    }
  }
}

# ================================================================ sizes that no table lists

# A slug says what it has, such as s-4vcpu-8gb.
by_name "digitalocean_size" {
  pattern    = "(?:.*-)?(?P<cpus>[0-9]+)vcpu-(?P<gb>[0-9]+)gb(?:-.*)?"
  vcpu       = cpus
  memory_gib = gb
}
by_name "digitalocean_size" {
  pattern    = "(?:.*-)?(?P<cpus>[0-9]+)vcpu-512mb(?:-.*)?"
  vcpu       = cpus
  memory_gib = 0.5
}
by_name "digitalocean_size" {
  pattern    = "c-(?P<cpus>[0-9]+)(?:-.*)?"
  vcpu       = cpus
  memory_gib = product([2, cpus])
}

# ================================================================ all others

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
