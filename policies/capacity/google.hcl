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

# ================================================================ machines, continued

# Counts where a group uses it.
template "google_compute_instance_template" "google_compute_region_instance_template" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance_template"
  keys   = ["id", "self_link", "name"]
  machine = machine("gcp_machine", self.machine_type == null ? null : last_word(self.machine_type))
  gpus = first(greatest([
    machine("gcp_machine", self.machine_type == null ? null : last_word(self.machine_type)).gpus,
    total(first(self.guest_accelerator[*].count, []))
  ]), 0)
  each "disk" {
    # A disk with a `source` is one of its own.
    use "gcp_disk" {
      condition  = first(each.value.source, "") == ""
      size       = last_word(each.value.disk_type) == "local-ssd" ? default(each.value.disk_size_gb, 375) : assume(each.value.disk_size_gb, 10)
      type       = default(each.value.disk_type, "pd-standard")
      iops       = each.value.provisioned_iops
      throughput = each.value.provisioned_throughput
    }
  }
}

# The name of a template in its link, which may end in an id of its own.
function "template_name" {
  params = [link]
  result = split("?", last_word(link))[0]
}

resource "google_compute_instance_from_template" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance_from_template"
  locals {
    template = linked(["google_compute_instance_template", "google_compute_region_instance_template"], self.source_instance_template, template_name(self.source_instance_template))
    own_boot = length(first(configured(self.boot_disk), [])) > 0
  }
  nodes = 1
  like {
    of = local.template
    with {
      machine_type      = self.machine_type
      guest_accelerator = configured(self.guest_accelerator)
      disk              = local.own_boot ? [for d in first(local.template.disk, []) : d if d.boot != true] : null
    }
  }
  each "boot_disk" {
    use "gcp_disk" {
      condition  = local.own_boot && configured(each.value.source) == null
      size       = assume(each.value.initialize_params[0].size, 10)
      type       = default(each.value.initialize_params[0].type, "pd-standard")
      iops       = each.value.initialize_params[0].provisioned_iops
      throughput = each.value.initialize_params[0].provisioned_throughput
    }
  }
}

resource "google_compute_instance_group_manager" "google_compute_region_instance_group_manager" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance_group_manager"
  keys   = ["id", "self_link", "name"]
  locals {
    policies = flatten([for a in referring(["google_compute_autoscaler", "google_compute_region_autoscaler"]) : first(a.autoscaling_policy, [])])
    size     = first(self.target_size, length(local.policies) > 0 ? null : undetermined(0))
  }
  nodes {
    steady = greatest([local.size, [for p in local.policies : p.min_replicas]])
    max    = greatest([local.size, [for p in local.policies : p.max_replicas]])
    worst {
      each "version" {
        like {
          of = linked(["google_compute_instance_template", "google_compute_region_instance_template"], each.value.instance_template, template_name(each.value.instance_template))
        }
      }
    }
  }
  # Machines that are stopped or suspended keep their disks.
  copies {
    count = total([self.target_stopped_size, self.target_suspended_size])
    worst {
      each "version" {
        like {
          of   = linked(["google_compute_instance_template", "google_compute_region_instance_template"], each.value.instance_template, template_name(each.value.instance_template))
          only = ["storage_gib", "iops", "iops_included", "throughput_mibps"]
        }
      }
    }
  }
}

modifier "google_compute_autoscaler" "google_compute_region_autoscaler" {
  source   = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_autoscaler"
  modifies = linked(["google_compute_instance_group_manager", "google_compute_region_instance_group_manager"], self.target, last_word(self.target))
  exports  = ["autoscaling_policy"]
}

# Reserved machines may be the very ones that run, so they are told apart and not added.
resource "google_compute_reservation" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_reservation"
  locals {
    count   = self.specific_reservation[0].count
    machine = machine("gcp_machine", self.specific_reservation[0].instance_properties[0].machine_type)
  }
  reserved_nodes      = local.count
  reserved_vcpu       = product([local.count, first(local.machine.vcpu, undetermined(0))])
  reserved_memory_gib = product([local.count, first(local.machine.memory_gib, undetermined(0))])
}

# Sole-tenant hosts: n1-node-96-624 has 96 vCPU and 624 GB.
resource "google_compute_node_group" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_node_group"
  locals {
    template = linked("google_compute_node_template", self.node_template, last_word(self.node_template))
    numbers  = try(regex("-([0-9]+)-([0-9]+)$", local.template.node_type), [])
  }
  nodes {
    steady     = first(self.initial_size, self.autoscaling_policy[0].min_nodes, undetermined(0))
    max        = greatest([first(self.initial_size, undetermined(0)), self.autoscaling_policy[0].max_nodes])
    vcpu       = first(local.numbers[0], undetermined(0))
    memory_gib = first(local.numbers[1], undetermined(0))
  }
}

# Counts where a group uses it.
template "google_compute_node_template" {
  source  = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_node_template"
  keys    = ["id", "self_link", "name"]
  exports = ["node_type"]
}

# Disks in a pool are in it and would count twice; which those are is theirs to say.
resource "google_compute_storage_pool" {
  source           = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_storage_pool"
  storage_gib      = self.pool_provisioned_capacity_gb
  throughput_mibps = first(self.pool_provisioned_throughput, 0)
  iops {
    configured = self.pool_provisioned_iops
    included   = 0
  }
}

resource "google_vpc_access_connector" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/vpc_access_connector"
  nodes {
    steady  = first(self.min_instances, default(null, 2))
    max     = first(self.max_instances, default(null, 10))
    machine = machine("gcp_machine", default(self.machine_type, "e2-micro"))
  }
}

resource "google_vmwareengine_private_cloud" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/vmwareengine_private_cloud"
  # How large these nodes are is in no table.
  each "management_cluster.node_type_configs" {
    nodes {
      count      = each.value.node_count
      vcpu       = undetermined(0)
      memory_gib = undetermined(0)
    }
  }
}

# ================================================================ Kubernetes

# In how many zones a pool has its nodes: those that are listed; else three in a region, and in a
# zone that one beside the listed ones.
function "gke_zones" {
  params = [location, zones]
  result = (
    location == null ? range(1, 3) :
    length(regexall("^[a-z]+-[a-z]+[0-9]+$", location)) > 0 ? (length(zones) > 0 ? length(zones) : default(null, 3)) :
    total([1, length(zones)])
  )
}

part "gke_node" {
  params = [config]
  locals {
    type = default(arg.config.machine_type, "e2-medium")
  }
  machine = machine("gcp_machine", local.type)
  gpus    = first(greatest([machine("gcp_machine", local.type).gpus, total(first(arg.config.guest_accelerator[*].count, []))]), 0)
  use "gcp_disk" {
    size       = first(arg.config.boot_disk[0].size_gb, arg.config.disk_size_gb, default(null, 100))
    type       = first(arg.config.boot_disk[0].disk_type, arg.config.disk_type, default(null, "pd-balanced"))
    iops       = arg.config.boot_disk[0].provisioned_iops
    throughput = arg.config.boot_disk[0].provisioned_throughput
  }
  storage_gib = product([375, first(arg.config.local_ssd_count, 0)])
}

# What Autopilot runs is not in the plan. A pool of the cluster's own counts per zone; limits of
# node auto-provisioning are those of the whole cluster.
resource "google_container_cluster" {
  source  = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster"
  keys    = ["id", "self_link", "name"]
  exports = ["location", "node_locations"]
  opaque  = self.enable_autopilot == true
  locals {
    zones = gke_zones(self.location, first(self.node_locations, []))
  }
  kubernetes_clusters = 1
  nodes {
    condition = self.enable_autopilot != true && self.remove_default_node_pool != true && length(first(configured(self.node_pool), [])) == 0
    count     = product([local.zones, default(self.initial_node_count, 1)])
    use "gke_node" {
      config = self.node_config[0]
    }
  }
  each "node_pool" {
    nodes {
      # Pools that are resources of their own stand here too once they exist.
      condition = length(first(configured(self.node_pool), [])) > 0
      steady    = product([local.zones, first(each.value.node_count, each.value.initial_node_count, default(null, 1))])
      max = greatest([
        product([local.zones, first(each.value.autoscaling[0].max_node_count, each.value.node_count, each.value.initial_node_count, default(null, 1))]),
        each.value.autoscaling[0].total_max_node_count
      ])
      use "gke_node" {
        config = each.value.node_config[0]
      }
    }
  }
  each "cluster_autoscaling" {
    when {
      condition = each.value.enabled == true && self.enable_autopilot != true
      vcpu {
        steady = 0
        max    = total([for l in first(each.value.resource_limits, []) : l.maximum if l.resource_type == "cpu"])
      }
      memory_gib {
        steady = 0
        max    = total([for l in first(each.value.resource_limits, []) : l.maximum if l.resource_type == "memory"])
      }
    }
  }
}

resource "google_container_node_pool" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_node_pool"
  locals {
    cluster  = linked("google_container_cluster", self.cluster, last_word(self.cluster))
    location = first(self.location, local.cluster.location)
    zones    = length(first(self.node_locations, [])) > 0 ? length(self.node_locations) : gke_zones(local.location, first(local.cluster.node_locations, []))
    scaling  = self.autoscaling[0]
    size     = product([local.zones, first(self.node_count, self.initial_node_count, default(null, 1))])
  }
  nodes {
    steady = greatest([local.size, product([local.zones, local.scaling.min_node_count]), local.scaling.total_min_node_count])
    max    = greatest([local.size, product([local.zones, local.scaling.max_node_count]), local.scaling.total_max_node_count])
    use "gke_node" {
      config = self.node_config[0]
    }
  }
}

# ================================================================ databases

resource "google_sql_database_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance"
  keys   = ["name", "id", "self_link"]
  locals {
    settings = self.settings[0]
    pool     = self.instance_type == "READ_POOL_INSTANCE" ? first(self.node_count, 1) : 1
    size     = assume(local.settings.disk_size, 10)
    # 0 is no limit.
    limit = first(local.settings.disk_autoresize_limit, 0)
  }
  copies {
    count     = local.pool
    databases = 1
  }
  iops {
    configured = local.settings.data_disk_provisioned_iops
    included   = local.settings.disk_type == "PD_HDD" ? 0 : product([30, local.size])
  }
  nodes {
    # The standby of a regional instance.
    count   = product([local.pool, local.settings.availability_type == "REGIONAL" ? 2 : 1])
    machine = machine("gcp_sql", local.settings.tier)
    storage_gib {
      steady = local.size
      max = greatest([local.size, (
        default(local.settings.disk_autoresize, true) == false ? null :
        local.limit > 0 ? local.limit : undetermined(local.size)
      )])
    }
  }
}

resource "google_alloydb_cluster" {
  source      = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/alloydb_cluster"
  storage_gib = elastic(0)
}

resource "google_alloydb_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/alloydb_instance"
  locals {
    vcpu  = first(self.machine_config[0].cpu_count, machine("gcp_machine", self.machine_config[0].machine_type).vcpu)
    nodes = self.instance_type == "READ_POOL" ? first(self.read_pool_config[0].node_count, 1) : 1
  }
  copies {
    count     = local.nodes
    databases = 1
  }
  nodes {
    # A regional primary has a standby.
    count      = product([local.nodes, self.instance_type == "PRIMARY" && self.availability_type != "ZONAL" ? 2 : 1])
    vcpu       = local.vcpu
    memory_gib = product([8, local.vcpu])
  }
}

resource "google_spanner_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/spanner_instance"
  locals {
    scaling = self.autoscaling_config[0].autoscaling_limits[0]
    size    = first(self.num_nodes, quotient(self.processing_units, 1000))
  }
  nodes {
    steady = first(local.size, local.scaling.min_nodes, quotient(local.scaling.min_processing_units, 1000), default(null, 1))
    max    = first(greatest([local.size, local.scaling.max_nodes, quotient(local.scaling.max_processing_units, 1000)]), default(null, 1))
  }
}

# How much CPU a node has is not published.
resource "google_bigtable_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/bigtable_instance"
  each "cluster" {
    nodes {
      steady     = first(each.value.num_nodes, each.value.autoscaling_config[0].min_nodes, default(null, 1))
      max        = greatest([first(each.value.num_nodes, default(null, 1)), each.value.autoscaling_config[0].max_nodes])
      vcpu       = undetermined(0)
      memory_gib = undetermined(0)
    }
  }
}

resource "google_redis_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/redis_instance"
  nodes {
    count = total([1, (
      self.tier != "STANDARD_HA" ? 0 :
      self.read_replicas_mode == "READ_REPLICAS_ENABLED" ? default(self.replica_count, 2) : 1
    )])
    memory_gib = self.memory_size_gb
  }
}

resource "google_redis_cluster" "google_memorystore_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/redis_cluster"
  nodes {
    count      = product([self.shard_count, total([1, default(self.replica_count, 0)])])
    memory_gib = first(redis_gb(first(self.node_type, "")), undetermined(1.4))
  }
}

function "redis_gb" {
  params = [type]
  result = {
    HIGHMEM_MEDIUM           = 13
    HIGHMEM_XLARGE           = 58
    REDIS_HIGHMEM_MEDIUM     = 13
    REDIS_HIGHMEM_XLARGE     = 58
    REDIS_SHARED_CORE_NANO   = 1.4
    REDIS_STANDARD_SMALL     = 6.5
    SHARED_CORE_NANO         = 1.4
    STANDARD_SMALL           = 6.5
    ""                       = 13
  }[type]
}

resource "google_memcache_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/memcache_instance"
  nodes {
    count      = self.node_count
    vcpu       = self.node_config[0].cpu_count
    memory_gib = quotient(self.node_config[0].memory_size_mb, 1024)
  }
}

# ================================================================ storage

resource "google_filestore_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/filestore_instance"
  locals {
    size = self.file_shares[0].capacity_gb
  }
  storage_gib = local.size
  iops {
    configured = first(
      self.performance_config[0].fixed_iops[0].max_iops,
      product([self.performance_config[0].iops_per_tb[0].max_iops_per_tb, quotient(local.size, 1024)])
    )
    included = undetermined(0)
  }
}

resource "google_netapp_storage_pool" {
  source           = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/netapp_storage_pool"
  storage_gib      = self.capacity_gib
  throughput_mibps = first(configured(self.total_throughput_mibps), 0)
  iops {
    configured = self.total_iops
    included   = 0
  }
}

resource "google_lustre_instance" {
  source           = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/lustre_instance"
  storage_gib      = self.capacity_gib
  throughput_mibps = first(quotient(product([self.per_unit_storage_throughput, self.capacity_gib]), 1024), 0)
}

resource "google_parallelstore_instance" {
  source      = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/parallelstore_instance"
  storage_gib = self.capacity_gib
}

# ================================================================ functions and containers

# "0.5Gi" -> 0.5
function "gib" {
  params = [text]
  result = quotient(quantity(text), 1073741824)
}

part "run_container" {
  params     = [limits]
  vcpu       = quantity(default(arg.limits["cpu"], "1"))
  memory_gib = gib(default(arg.limits["memory"], "512Mi"))
}

resource "google_cloud_run_service" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_service"
  locals {
    notes = self.template[0].metadata[0].annotations
  }
  copies {
    steady = default(local.notes["autoscaling.knative.dev/minScale"], 0)
    max    = default(local.notes["autoscaling.knative.dev/maxScale"], 100)
    each "template.spec.containers" {
      use "run_container" {
        limits = each.value.resources[0].limits
      }
    }
  }
}

resource "google_cloud_run_v2_service" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_v2_service"
  locals {
    scaling = self.template[0].scaling[0]
    fixed   = self.scaling[0].manual_instance_count
    least   = first(local.fixed, greatest([local.scaling.min_instance_count, self.scaling[0].min_instance_count]), default(null, 0))
  }
  copies {
    steady = local.least
    max    = greatest([local.least, first(local.fixed, local.scaling.max_instance_count, default(null, 100))])
    each "template.containers" {
      use "run_container" {
        limits = each.value.resources[0].limits
      }
    }
  }
}

# Only while it runs.
resource "google_cloud_run_v2_job" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_v2_job"
  copies {
    steady = 0
    max    = first(self.template[0].parallelism, 0) > 0 ? self.template[0].parallelism : default(self.template[0].task_count, 1)
    each "template.template.containers" {
      use "run_container" {
        limits = each.value.resources[0].limits
      }
    }
  }
}

resource "google_cloud_run_v2_worker_pool" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_v2_worker_pool"
  copies {
    steady = first(self.scaling[0].manual_instance_count, self.scaling[0].min_instance_count, default(null, 0))
    max    = first(self.scaling[0].manual_instance_count, self.scaling[0].max_instance_count, default(null, 100))
    each "template.containers" {
      use "run_container" {
        limits = each.value.resources[0].limits
      }
    }
  }
}

resource "google_cloudfunctions_function" {
  source    = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions_function"
  functions = 1
  copies {
    steady     = first(self.min_instances, 0)
    max        = first(self.max_instances, 0) > 0 ? self.max_instances : elastic(first(self.min_instances, 0))
    memory_gib = quotient(default(self.available_memory_mb, 256), 1024)
    # With 2 GB comes a vCPU, with less a part of it.
    vcpu = assume(null, quotient(default(self.available_memory_mb, 256), 2048))
  }
}

resource "google_cloudfunctions2_function" {
  source    = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions2_function"
  functions = 1
  locals {
    config = self.service_config[0]
  }
  copies {
    steady     = first(local.config.min_instance_count, 0)
    max        = greatest([local.config.min_instance_count, default(local.config.max_instance_count, 100)])
    memory_gib = gib(default(local.config.available_memory, "256M"))
    # With 2 GB comes a vCPU, with less a part of it.
    vcpu = first(local.config.available_cpu, assume(null, quotient(gib(default(local.config.available_memory, "256M")), 2)))
  }
}

resource "google_app_engine_flexible_app_version" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/app_engine_flexible_app_version"
  nodes {
    steady      = first(self.manual_scaling[0].instances, self.automatic_scaling[0].min_total_instances, default(null, 2))
    max         = first(self.manual_scaling[0].instances, self.automatic_scaling[0].max_total_instances, default(null, 20))
    vcpu        = default(self.resources[0].cpu, 1)
    memory_gib  = default(self.resources[0].memory_gb, 0.6)
    storage_gib = default(self.resources[0].disk_gb, 10)
  }
}

# How large these classes are is in no table.
resource "google_app_engine_standard_app_version" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/app_engine_standard_app_version"
  copies {
    steady = first(self.manual_scaling[0].instances, self.automatic_scaling[0].standard_scheduler_settings[0].min_instances, 0)
    max = first(
      self.manual_scaling[0].instances, self.basic_scaling[0].max_instances,
      self.automatic_scaling[0].standard_scheduler_settings[0].max_instances, elastic(0)
    )
    vcpu       = undetermined(0)
    memory_gib = undetermined(0)
  }
}

# ================================================================ data

part "dataproc_nodes" {
  params = [config, count, ceiling, type]
  nodes {
    steady      = arg.count
    max         = greatest([arg.count, arg.ceiling])
    machine     = machine("gcp_machine", last_word(arg.type))
    storage_gib = assume(arg.config.disk_config[0].boot_disk_size_gb, 1000)
  }
}

resource "google_dataproc_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/dataproc_cluster"
  locals {
    config  = self.cluster_config[0]
    policy  = linked("google_dataproc_autoscaling_policy", self.cluster_config[0].autoscaling_config[0].policy_uri, last_word(self.cluster_config[0].autoscaling_config[0].policy_uri))
    workers = default(self.cluster_config[0].worker_config[0].num_instances, 2)
    type    = assume(self.cluster_config[0].worker_config[0].machine_type, "n1-standard-4")
  }
  use "dataproc_nodes" {
    config  = local.config.master_config[0]
    count   = default(local.config.master_config[0].num_instances, 1)
    ceiling = null
    type    = assume(local.config.master_config[0].machine_type, "n1-standard-4")
  }
  use "dataproc_nodes" {
    config  = local.config.worker_config[0]
    count   = local.workers
    ceiling = local.policy.worker_config[0].max_instances
    type    = local.type
  }
  # Secondary workers are like the others.
  use "dataproc_nodes" {
    config  = local.config.preemptible_worker_config[0]
    count   = first(local.config.preemptible_worker_config[0].num_instances, 0)
    ceiling = local.policy.secondary_worker_config[0].max_instances
    type    = local.type
  }
}

# Counts where a cluster uses it.
template "google_dataproc_autoscaling_policy" {
  source  = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/dataproc_autoscaling_policy"
  keys    = ["id", "name", "policy_id"]
  exports = ["secondary_worker_config", "worker_config"]
}

resource "google_dataflow_job" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/dataflow_job"
  nodes {
    steady  = 1
    max     = first(self.max_workers, undetermined(1))
    machine = machine("gcp_machine", default(self.machine_type, "n1-standard-4"))
  }
}

part "composer_part" {
  params = [part, steady, max]
  copies {
    steady      = arg.steady
    max         = arg.max
    vcpu        = default(arg.part.cpu, 0.5)
    memory_gib  = default(arg.part.memory_gb, 2)
    storage_gib = first(arg.part.storage_gb, 0)
  }
}

resource "google_composer_environment" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/composer_environment"
  locals {
    config = self.config[0]
    work   = self.config[0].workloads_config[0]
    # The first version ran on machines.
    machines = self.config[0].node_config[0].machine_type != null && self.config[0].workloads_config[0] == null
  }
  nodes {
    condition = local.machines
    count     = default(local.config.node_count, 3)
    machine   = machine("gcp_machine", last_word(local.config.node_config[0].machine_type))
  }
  when {
    condition = !local.machines
    use "composer_part" {
      part   = local.work.scheduler[0]
      steady = default(local.work.scheduler[0].count, 1)
      max    = default(local.work.scheduler[0].count, 1)
    }
    use "composer_part" {
      part   = local.work.worker[0]
      steady = default(local.work.worker[0].min_count, 1)
      max    = default(local.work.worker[0].max_count, 3)
    }
    use "composer_part" {
      part   = local.work.web_server[0]
      steady = 1
      max    = 1
    }
    use "composer_part" {
      condition = length(first(local.work.triggerer, [])) > 0
      part      = local.work.triggerer[0]
      steady    = default(local.work.triggerer[0].count, 1)
      max       = default(local.work.triggerer[0].count, 1)
    }
  }
}

resource "google_workbench_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/workbench_instance"
  locals {
    setup = self.gce_setup[0]
    type  = default(self.gce_setup[0].machine_type, "e2-standard-4")
  }
  nodes       = 1
  machine     = machine("gcp_machine", last_word(local.type))
  gpus        = first(greatest([machine("gcp_machine", last_word(local.type)).gpus, total(first(local.setup.accelerator_configs[*].core_count, []))]), 0)
  storage_gib = total([default(local.setup.boot_disk[0].disk_size_gb, 150), default(local.setup.data_disks[0].disk_size_gb, 100)])
}

resource "google_notebooks_instance" {
  source      = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/notebooks_instance"
  nodes       = 1
  machine     = machine("gcp_machine", self.machine_type == null ? null : last_word(self.machine_type))
  storage_gib = total([default(self.boot_disk_size_gb, 100), first(self.data_disk_size_gb, 0)])
}

resource "google_managed_kafka_cluster" {
  source      = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/managed_kafka_cluster"
  vcpu        = self.capacity_config[0].vcpu_count
  memory_gib  = quotient(self.capacity_config[0].memory_bytes, 1073741824)
  storage_gib = elastic(0)
}

resource "google_bigquery_reservation" {
  source = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/bigquery_reservation"
  slots {
    steady = self.slot_capacity
    max    = total([self.slot_capacity, self.autoscale[0].max_slots])
  }
  vcpu = undetermined(0)
}

resource "google_pubsub_lite_reservation" {
  source           = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/pubsub_lite_reservation"
  throughput_units = self.throughput_capacity
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

# A custom type of Cloud SQL says what it has, as do the predefined ones of the newer kinds.
by_name "gcp_sql" {
  pattern    = "db-custom-(?P<cpus>[0-9]+)-(?P<mib>[0-9]+)"
  exact      = true
  vcpu       = cpus
  memory_gib = quotient(mib, 1024)
}
by_name "gcp_sql" {
  pattern    = "db-[a-z0-9]+-(?P<kind>standard|highmem)-(?P<cpus>[0-9]+)"
  vcpu       = cpus
  memory_gib = product([cpus, kind == "highmem" ? 8 : 4])
}
by_name "gcp_sql" {
  pattern    = "db-perf-optimized-[A-Z]+-(?P<cpus>[0-9]+)"
  vcpu       = cpus
  memory_gib = product([cpus, 8])
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
  "google_alloydb_backup", "google_alloydb_user", "google_api_gateway_*", "google_apigee_env_keystore",
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
  "google_compute_project_default_network_tier", "google_compute_project_metadata",
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
