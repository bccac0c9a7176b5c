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

# ================================================================ machines, continued

resource "azurerm_virtual_machine" {
  source  = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/virtual_machine"
  nodes   = 1
  machine = machine("azure_vm", self.vm_size)
  each "storage_os_disk" {
    use "azure_disk" {
      # An attached disk is a resource of its own.
      condition  = lower(first(each.value.create_option, "")) != "attach"
      size       = assume(each.value.disk_size_gb, 30)
      type       = assume(each.value.managed_disk_type, "Standard_LRS")
      tier       = null
      iops       = null
      throughput = null
    }
  }
  each "storage_data_disk" {
    use "azure_disk" {
      condition  = lower(first(each.value.create_option, "")) != "attach"
      size       = each.value.disk_size_gb
      type       = assume(each.value.managed_disk_type, "Standard_LRS")
      tier       = null
      iops       = null
      throughput = null
    }
  }
}

resource "azurerm_dev_test_linux_virtual_machine" "azurerm_dev_test_windows_virtual_machine" {
  source      = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/dev_test_linux_virtual_machine"
  nodes       = 1
  machine     = machine("azure_vm", self.size)
  storage_gib = assume(null, 30)
}

# What an autoscale setting lets its target grow to.
modifier "azurerm_monitor_autoscale_setting" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/monitor_autoscale_setting"
  modifies = linked(
    [
      "azurerm_linux_virtual_machine_scale_set", "azurerm_orchestrated_virtual_machine_scale_set",
      "azurerm_service_plan", "azurerm_virtual_machine_scale_set", "azurerm_windows_virtual_machine_scale_set"
    ],
    self.target_resource_id
  )
  exports = ["profile"]
}

resource "azurerm_linux_virtual_machine_scale_set" "azurerm_windows_virtual_machine_scale_set" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/linux_virtual_machine_scale_set"
  keys   = ["id", "name"]
  locals {
    capacities = [for s in referring("azurerm_monitor_autoscale_setting") : [for p in first(s.profile, []) : p.capacity[0]]]
  }
  nodes {
    steady  = greatest([default(self.instances, 0), [for c in flatten(local.capacities) : c.minimum]])
    max     = greatest([default(self.instances, 0), [for c in flatten(local.capacities) : c.maximum]])
    machine = machine("azure_vm", self.sku)
    each "os_disk" {
      use "azure_disk" {
        size       = assume(each.value.disk_size_gb, 30)
        type       = each.value.storage_account_type
        tier       = null
        iops       = null
        throughput = null
      }
    }
    # The attributes have two names: that of version 3, and that of version 4.
    each "data_disk" {
      use "azure_disk" {
        size       = each.value.disk_size_gb
        type       = each.value.storage_account_type
        tier       = null
        iops       = first(each.value.ultra_ssd_disk_iops_read_write, each.value.disk_iops_read_write)
        throughput = first(each.value.ultra_ssd_disk_mbps_read_write, each.value.disk_mbps_read_write)
      }
    }
  }
}

resource "azurerm_orchestrated_virtual_machine_scale_set" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/orchestrated_virtual_machine_scale_set"
  keys   = ["id", "name"]
  locals {
    capacities = [for s in referring("azurerm_monitor_autoscale_setting") : [for p in first(s.profile, []) : p.capacity[0]]]
    sizes      = self.sku_name == "Mix" ? self.sku_profile[0].vm_sizes : [self.sku_name]
  }
  nodes {
    steady = greatest([first(self.instances, undetermined(0)), [for c in flatten(local.capacities) : c.minimum]])
    max    = greatest([first(self.instances, undetermined(0)), [for c in flatten(local.capacities) : c.maximum]])
    worst {
      each {
        in      = local.sizes
        machine = machine("azure_vm", each.value)
      }
    }
    each "os_disk" {
      use "azure_disk" {
        size       = assume(each.value.disk_size_gb, 30)
        type       = each.value.storage_account_type
        tier       = null
        iops       = null
        throughput = null
      }
    }
    each "data_disk" {
      use "azure_disk" {
        size       = each.value.disk_size_gb
        type       = each.value.storage_account_type
        tier       = null
        iops       = each.value.ultra_ssd_disk_iops_read_write
        throughput = each.value.ultra_ssd_disk_mbps_read_write
      }
    }
  }
}

resource "azurerm_virtual_machine_scale_set" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/virtual_machine_scale_set"
  keys   = ["id", "name"]
  locals {
    capacities = [for s in referring("azurerm_monitor_autoscale_setting") : [for p in first(s.profile, []) : p.capacity[0]]]
  }
  nodes {
    steady      = greatest([self.sku[0].capacity, [for c in flatten(local.capacities) : c.minimum]])
    max         = greatest([self.sku[0].capacity, [for c in flatten(local.capacities) : c.maximum]])
    machine     = machine("azure_vm", self.sku[0].name)
    storage_gib = assume(null, 30)
    each "storage_profile_data_disk" {
      storage_gib = each.value.disk_size_gb
    }
  }
}

# Reserved machines may be the very ones that run, so they are told apart and not added.
resource "azurerm_capacity_reservation" {
  source              = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/capacity_reservation"
  reserved_nodes      = self.sku[0].capacity
  reserved_vcpu       = product([self.sku[0].capacity, first(machine("azure_vm", self.sku[0].name).vcpu, undetermined(0))])
  reserved_memory_gib = product([self.sku[0].capacity, first(machine("azure_vm", self.sku[0].name).memory_gib, undetermined(0))])
}

# How large these hosts are is in no table.
resource "azurerm_dedicated_host" {
  source     = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/dedicated_host"
  nodes      = 1
  vcpu       = undetermined(0)
  memory_gib = undetermined(0)
}

resource "azurerm_vmware_private_cloud" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/vmware_private_cloud"
  nodes {
    count      = self.management_cluster[0].size
    vcpu       = undetermined(0)
    memory_gib = undetermined(0)
  }
}

resource "azurerm_batch_pool" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/batch_pool"
  nodes {
    # A formula decides as it likes.
    count   = length(first(self.auto_scale, [])) > 0 ? undetermined(0) : total([default(self.fixed_scale[0].target_dedicated_nodes, 1), self.fixed_scale[0].target_low_priority_nodes])
    machine = machine("azure_vm", self.vm_size)
  }
}

resource "azurerm_machine_learning_compute_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/machine_learning_compute_cluster"
  nodes {
    steady  = self.scale_settings[0].min_node_count
    max     = self.scale_settings[0].max_node_count
    machine = machine("azure_vm", self.vm_size)
  }
}

resource "azurerm_machine_learning_compute_instance" {
  source  = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/machine_learning_compute_instance"
  nodes   = 1
  machine = machine("azure_vm", self.virtual_machine_size)
}

resource "azurerm_service_fabric_managed_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/service_fabric_managed_cluster"
  each "node_type" {
    nodes {
      count       = each.value.vm_instance_count
      machine     = machine("azure_vm", each.value.vm_size)
      storage_gib = each.value.data_disk_size_gb
    }
  }
}

# ================================================================ Kubernetes

part "aks_pool" {
  params = [pool]
  locals {
    scales = first(arg.pool.auto_scaling_enabled, arg.pool.enable_auto_scaling, false)
  }
  nodes {
    steady  = first(arg.pool.node_count, local.scales ? arg.pool.min_count : null, default(null, 1))
    max     = local.scales ? arg.pool.max_count : first(arg.pool.node_count, default(null, 1))
    machine = machine("azure_vm", arg.pool.vm_size)
    # An ephemeral disk is local to the machine.
    when {
      condition   = first(arg.pool.os_disk_type, "Managed") != "Ephemeral"
      storage_gib = arg.pool.os_disk_size_gb
    }
  }
}

# With node auto-provisioning the nodes are chosen by objects in the cluster.
resource "azurerm_kubernetes_cluster" {
  source              = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kubernetes_cluster"
  opaque              = lower(first(self.node_provisioning_profile[0].mode, "")) == "auto"
  kubernetes_clusters = 1
  each "default_node_pool" {
    use "aks_pool" {
      pool = each.value
    }
  }
}

resource "azurerm_kubernetes_cluster_node_pool" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kubernetes_cluster_node_pool"
  locals {
    pool = {
      auto_scaling_enabled = self.auto_scaling_enabled
      enable_auto_scaling  = self.enable_auto_scaling
      max_count            = self.max_count
      min_count            = self.min_count
      node_count           = self.node_count
      os_disk_size_gb      = self.os_disk_size_gb
      os_disk_type         = self.os_disk_type
      vm_size              = self.vm_size
    }
  }
  use "aks_pool" {
    pool = local.pool
  }
}

resource "azurerm_redhat_openshift_cluster" {
  source              = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/redhat_openshift_cluster"
  kubernetes_clusters = 1
  nodes {
    count       = 3
    machine     = machine("azure_vm", self.main_profile[0].vm_size)
    storage_gib = assume(null, 1024)
  }
  nodes {
    count       = self.worker_profile[0].node_count
    machine     = machine("azure_vm", self.worker_profile[0].vm_size)
    storage_gib = self.worker_profile[0].disk_size_gb
  }
}

# ================================================================ SQL

# How much an Azure SQL database may store unless somebody says otherwise, by its SKU.
function "sql_size" {
  params = [sku]
  result = sku == "Basic" ? 2 : length(regexall("^S[0-9]", sku)) > 0 ? 250 : length(regexall("^P[0-9]", sku)) > 0 ? 500 : 32
}

resource "azurerm_mssql_database" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_database"
  locals {
    sku        = assume(self.sku_name, "GP_S_Gen5_2")
    in_pool    = first(self.elastic_pool_id, "") != "" || self.sku_name == "ElasticPool"
    serverless = length(regexall("^[A-Z]+_S_", sku_text(self.sku_name))) > 0
    machine    = machine("azure_sql", assume(self.sku_name, "GP_S_Gen5_2"))
  }
  # In an elastic pool the pool has the vCores and the storage.
  copies {
    count     = total([1, first(self.read_replica_count, 0)])
    databases = 1
    when {
      condition = !local.in_pool
      # A serverless database moves between its least capacity and what its name says.
      vcpu {
        steady = local.serverless ? first(self.min_capacity, default(null, 0.5)) : local.machine.vcpu
        max    = local.machine.vcpu
      }
      memory_gib {
        steady = local.serverless ? product([3, first(self.min_capacity, default(null, 0.5))]) : first(local.machine.memory_gib, undetermined(0))
        max    = first(local.machine.memory_gib, undetermined(0))
      }
      storage_gib = first(self.max_size_gb, assume(null, sql_size(sku_text(self.sku_name))))
    }
  }
}

function "sku_text" {
  params = [text]
  result = first(text, "GP_S_Gen5_2")
}

# Old name of a database.
resource "azurerm_sql_database" {
  source      = "https://registry.terraform.io/providers/hashicorp/azurerm/3.0.0/docs/resources/sql_database"
  databases   = 1
  when {
    condition   = first(self.elastic_pool_name, "") == ""
    vcpu        = machine("azure_sql", assume(self.requested_service_objective_name, "S0")).vcpu
    storage_gib = first(self.max_size_gb, assume(null, sql_size(first(self.requested_service_objective_name, "S0"))))
  }
}

resource "azurerm_mssql_elasticpool" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_elasticpool"
  locals {
    name = first(self.sku[0].name, "")
    # 100 DTU of a Basic or Standard pool, 125 of a Premium pool are about a vCore.
    dtu = dtu_of(first(self.sku[0].name, ""))
  }
  vcpu        = local.dtu > 0 ? assume(null, quotient(self.sku[0].capacity, local.dtu)) : self.sku[0].capacity
  memory_gib  = local.dtu > 0 ? undetermined(0) : product([5.1, self.sku[0].capacity])
  storage_gib = first(self.max_size_gb, quotient(self.max_size_bytes, 1073741824))
}

function "dtu_of" {
  params = [name]
  result = name == "PremiumPool" ? 125 : contains(["BasicPool", "StandardPool"], name) ? 100 : 0
}

resource "azurerm_mssql_managed_instance" {
  source      = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_managed_instance"
  databases   = 1
  nodes       = 1
  vcpu        = self.vcores
  memory_gib  = endswith(first(self.sku_name, ""), "Gen5") ? product([5.1, self.vcores]) : assume(null, product([7, self.vcores]))
  storage_gib = self.storage_size_in_gb
}

# The VM size in the SKU of a flexible server: GP_Standard_D2s_v3.
function "flexible_size" {
  params = [sku]
  result = sku == null ? null : replace(sku, "/^[A-Za-z]+_/", "")
}

resource "azurerm_postgresql_flexible_server" {
  source  = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/postgresql_flexible_server"
  keys    = ["id", "name"]
  locals {
    primary = linked("azurerm_postgresql_flexible_server", self.source_server_id)
    sku     = first(self.sku_name, local.primary.sku_name)
    mib     = first(self.storage_mb, local.primary.storage_mb, default(null, 32768))
  }
  databases     = 1
  iops_included = default(null, first(machine("azure_postgres_storage", self.storage_tier).iops, smallest("azure_postgres_storage", "size_mib", local.mib).iops))
  nodes {
    # The standby of a server with high availability.
    count   = length(first(self.high_availability, [])) > 0 ? 2 : 1
    machine = machine("azure_vm", flexible_size(local.sku))
    storage_gib {
      steady = quotient(local.mib, 1024)
      max    = self.auto_grow_enabled == true ? undetermined(quotient(local.mib, 1024)) : quotient(local.mib, 1024)
    }
  }
}

resource "azurerm_mysql_flexible_server" {
  source  = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mysql_flexible_server"
  keys    = ["id", "name"]
  locals {
    primary = linked("azurerm_mysql_flexible_server", self.source_server_id)
    sku     = first(self.sku_name, local.primary.sku_name)
    storage = first(self.storage[0], local.primary.storage[0])
  }
  databases = 1
  iops {
    configured = local.storage.io_scaling_enabled == true ? undetermined(360) : local.storage.iops
    included   = assume(null, 360)
  }
  nodes {
    count       = length(first(self.high_availability, [])) > 0 ? 2 : 1
    machine     = machine("azure_vm", flexible_size(local.sku))
    storage_gib = assume(local.storage.size_gb, 20)
  }
}

# Retired single servers: GP_Gen5_4 has 4 vCores, each with 2 GB (Basic), 5 GB or 10 GB.
resource "azurerm_postgresql_server" "azurerm_mysql_server" "azurerm_mariadb_server" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/3.0.0/docs/resources/postgresql_server"
  locals {
    parts = split("_", first(self.sku_name, ""))
  }
  databases   = 1
  nodes       = 1
  vcpu        = local.parts[2]
  memory_gib  = product([local.parts[2], local.parts[0] == "B" ? 2 : local.parts[0] == "MO" ? 10 : 5])
  storage_gib = quotient(self.storage_mb, 1024)
}

# ================================================================ Cosmos DB

# Request units a second, in every region of the account.
resource "azurerm_cosmosdb_sql_database" "azurerm_cosmosdb_sql_container" "azurerm_cosmosdb_mongo_database" "azurerm_cosmosdb_mongo_collection" "azurerm_cosmosdb_gremlin_database" "azurerm_cosmosdb_gremlin_graph" "azurerm_cosmosdb_table" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cosmosdb_sql_database"
  use "cosmos_throughput" {
    account    = linked("azurerm_cosmosdb_account", self.account_name)
    throughput = self.throughput
    ceiling    = self.autoscale_settings[0].max_throughput
  }
}

resource "azurerm_cosmosdb_cassandra_table" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cosmosdb_cassandra_table"
  locals {
    keyspace = linked("azurerm_cosmosdb_cassandra_keyspace", self.cassandra_keyspace_id)
  }
  use "cosmos_throughput" {
    account    = linked("azurerm_cosmosdb_account", local.keyspace.account_name)
    throughput = self.throughput
    ceiling    = self.autoscale_settings[0].max_throughput
  }
}

resource "azurerm_cosmosdb_cassandra_keyspace" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cosmosdb_cassandra_keyspace"
  keys   = ["id", "name"]
  use "cosmos_throughput" {
    account    = linked("azurerm_cosmosdb_account", self.account_name)
    throughput = self.throughput
    ceiling    = self.autoscale_settings[0].max_throughput
  }
}

part "cosmos_throughput" {
  params = [account, throughput, ceiling]
  copies {
    count = arg.account == null ? undetermined(1) : greatest([1, length(first(arg.account.geo_location, []))])
    ru {
      # With autoscaling a tenth of the ceiling is always there.
      steady = first(arg.ceiling == null ? null : quotient(arg.ceiling, 10), arg.throughput, 0)
      max    = first(arg.ceiling, arg.throughput, is_serverless(arg.account) ? elastic(0) : 0)
    }
  }
}

function "is_serverless" {
  params = [account]
  result = contains(first(account.capabilities[*].name, []), "EnableServerless")
}

resource "azurerm_cosmosdb_account" {
  source      = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cosmosdb_account"
  keys        = ["name", "id"]
  exports     = ["capabilities", "geo_location"]
  storage_gib = elastic(0)
}

resource "azurerm_cosmosdb_postgresql_cluster" {
  source    = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cosmosdb_postgresql_cluster"
  databases = 1
  copies {
    count = self.ha_enabled == true ? 2 : 1
    nodes {
      count       = 1
      vcpu        = self.coordinator_vcore_count
      memory_gib  = assume(null, product([4, self.coordinator_vcore_count]))
      storage_gib = quotient(self.coordinator_storage_quota_in_mb, 1024)
    }
    nodes {
      count       = self.node_count
      vcpu        = self.node_vcores
      memory_gib  = assume(null, product([8, self.node_vcores]))
      storage_gib = quotient(self.node_storage_quota_in_mb, 1024)
    }
  }
}

resource "azurerm_cosmosdb_cassandra_datacenter" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cosmosdb_cassandra_datacenter"
  nodes {
    count   = default(self.node_count, 3)
    machine = machine("azure_vm", default(self.sku_name, "Standard_E16s_v5"))
    copies {
      count         = first(self.disk_count, undetermined(1))
      storage_gib   = machine("azure_premium_disk", default(self.disk_sku, "P30")).size_gib
      iops_included = default(null, machine("azure_premium_disk", default(self.disk_sku, "P30")).iops)
    }
  }
}

# How large these tiers are is in no table.
resource "azurerm_mongo_cluster" {
  source    = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mongo_cluster"
  databases = 1
  nodes {
    count       = product([default(self.shard_count, 1), first(self.high_availability_mode, "Disabled") == "Disabled" ? 1 : 2])
    vcpu        = undetermined(0)
    memory_gib  = undetermined(0)
    storage_gib = self.storage_size_in_gb
  }
}

# ================================================================ caches

resource "azurerm_redis_cache" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/redis_cache"
  nodes {
    # Standard and Premium include a replica.
    count = product([
      first(self.shard_count, 0) > 0 ? self.shard_count : 1,
      total([1, first(self.replicas_per_primary, self.replicas_per_master, default(null, self.sku_name == "Basic" ? 0 : 1))])
    ])
    memory_gib = machine("azure_redis", self.family == null ? null : "${self.family}${self.capacity}").memory_gib
  }
}

# The number in the SKU is about the memory in GB: Enterprise_E10-2, Balanced_B10.
resource "azurerm_redis_enterprise_cluster" "azurerm_managed_redis" {
  source     = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/managed_redis"
  vcpu       = undetermined(0)
  memory_gib = assume(null, tonumber(regex("_[A-Za-z]+([0-9]+)", self.sku_name)[0]))
}

# ================================================================ web and functions

# An app has what its plan has; plans of the consumption kind grow as they are used.
part "service_plan" {
  params = [sku, workers, ceiling]
  nodes {
    condition = !contains(["Y1", "FC1", "F1", "D1", "SHARED"], arg.sku)
    steady    = arg.workers
    max       = greatest([arg.workers, arg.ceiling])
    machine   = machine("azure_service_plan", arg.sku)
  }
  when {
    condition  = contains(["Y1", "FC1"], arg.sku)
    vcpu       = elastic(0)
    memory_gib = elastic(0)
  }
  # A share of a machine that others use too.
  when {
    condition  = contains(["F1", "D1", "SHARED"], arg.sku)
    vcpu       = range(0, 1)
    memory_gib = range(0, 1)
  }
}

resource "azurerm_service_plan" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/service_plan"
  keys   = ["id", "name"]
  use "service_plan" {
    sku     = self.sku_name
    workers = default(self.worker_count, 1)
    ceiling = greatest([
      startswith(first(self.sku_name, ""), "EP") || startswith(first(self.sku_name, ""), "WS") || self.premium_plan_auto_scale_enabled == true ? self.maximum_elastic_worker_count : null,
      [for s in referring("azurerm_monitor_autoscale_setting") : [for p in first(s.profile, []) : p.capacity[0].maximum]]
    ])
  }
}

# Old name of a plan.
resource "azurerm_app_service_plan" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/3.0.0/docs/resources/app_service_plan"
  use "service_plan" {
    sku     = first(self.sku[0].tier, "") == "Dynamic" ? "Y1" : self.sku[0].size
    workers = default(self.sku[0].capacity, 1)
    ceiling = self.maximum_elastic_worker_count
  }
}

resource "azurerm_function_app_flex_consumption" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/function_app_flex_consumption"
  copies {
    steady     = total(first(self.always_ready[*].instance_count, []))
    max        = default(self.maximum_instance_count, 100)
    memory_gib = quotient(default(self.instance_memory_in_mb, 2048), 1024)
    # An instance of 2 GB has a vCPU.
    vcpu = assume(null, quotient(default(self.instance_memory_in_mb, 2048), 2048))
  }
}

# Plans inside count; dedicated hosts are in no table.
resource "azurerm_app_service_environment_v3" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/app_service_environment_v3"
  nodes {
    condition  = first(self.dedicated_host_count, 0) > 0
    count      = self.dedicated_host_count
    vcpu       = undetermined(0)
    memory_gib = undetermined(0)
  }
}

resource "azurerm_api_management" {
  source    = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/api_management"
  api_units = total(concat([try(split("_", self.sku_name)[1], null)], first(self.additional_location[*].capacity, [])))
  vcpu      = startswith(first(self.sku_name, ""), "Consumption") ? 0 : undetermined(0)
}

resource "azurerm_application_gateway" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/application_gateway"
  gateway_units {
    steady = first(self.sku[0].capacity, self.autoscale_configuration[0].min_capacity)
    max    = first(self.autoscale_configuration[0].max_capacity, self.sku[0].capacity, default(null, 10))
  }
  vcpu = undetermined(0)
}

# ================================================================ containers

resource "azurerm_container_group" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_group"
  each "container" {
    vcpu {
      steady = each.value.cpu
      max    = greatest([each.value.cpu, each.value.cpu_limit])
    }
    memory_gib {
      steady = each.value.memory
      max    = greatest([each.value.memory, each.value.memory_limit])
    }
  }
}

# "0.5Gi" -> 0.5
function "gib" {
  params = [text]
  result = quotient(quantity(text), 1073741824)
}

resource "azurerm_container_app" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_app"
  # In a dedicated profile it runs on machines that the environment has.
  workload = first(self.workload_profile_name, "Consumption") != "Consumption"
  copies {
    steady = default(self.template[0].min_replicas, 0)
    max    = default(self.template[0].max_replicas, 10)
    each "template.container" {
      vcpu       = each.value.cpu
      memory_gib = gib(each.value.memory)
    }
  }
}

# Only while it runs.
resource "azurerm_container_app_job" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_app_job"
  locals {
    runs = first(
      self.event_trigger_config[0].scale[0].max_executions,
      self.manual_trigger_config[0].parallelism,
      self.schedule_trigger_config[0].parallelism,
      default(null, length(first(self.event_trigger_config, [])) > 0 ? 100 : 1)
    )
  }
  copies {
    steady = 0
    max    = local.runs
    each "template.container" {
      vcpu       = each.value.cpu
      memory_gib = gib(each.value.memory)
    }
  }
}

# Machines of a dedicated profile: D4 has 4 vCPU and 16 GiB, E4 4 and 32.
resource "azurerm_container_app_environment" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_app_environment"
  each "workload_profile" {
    nodes {
      condition  = first(each.value.workload_profile_type, "Consumption") != "Consumption"
      steady     = first(each.value.minimum_count, 0)
      max        = each.value.maximum_count
      vcpu       = tonumber(regex("([0-9]+)$", each.value.workload_profile_type)[0])
      memory_gib = product([startswith(each.value.workload_profile_type, "E") ? 8 : 4, tonumber(regex("([0-9]+)$", each.value.workload_profile_type)[0])])
    }
  }
}

# ================================================================ storage

resource "azurerm_storage_share" {
  source      = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_share"
  storage_gib = self.quota
}

# Its volumes are in it and not added.
resource "azurerm_netapp_pool" {
  source      = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/netapp_pool"
  storage_gib = product([1024, self.size_in_tb])
  throughput_mibps = first(
    self.custom_throughput_mibps,
    product([self.size_in_tb, self.service_level == "Ultra" ? 128 : self.service_level == "Premium" ? 64 : 16])
  )
}

resource "azurerm_elastic_san" {
  source        = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/elastic_san"
  storage_gib   = product([1024, total([self.base_size_in_tib, self.extended_size_in_tib])])
  iops_included = default(null, product([5000, self.base_size_in_tib]))
}

resource "azurerm_managed_lustre_file_system" {
  source           = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/managed_lustre_file_system"
  storage_gib      = product([1024, self.storage_capacity_in_tb])
  throughput_mibps = product([self.storage_capacity_in_tb, tonumber(regex("([0-9]+)$", self.sku_name)[0])])
}

# ================================================================ data

part "hdinsight" {
  params = [roles]
  each {
    in = first(arg.roles, [])
    nodes {
      count   = 2
      machine = machine("azure_vm", each.value.head_node[0].vm_size)
    }
    nodes {
      steady  = each.value.worker_node[0].target_instance_count
      max     = greatest([each.value.worker_node[0].target_instance_count, each.value.worker_node[0].autoscale[0].capacity[0].max_instance_count])
      machine = machine("azure_vm", each.value.worker_node[0].vm_size)
    }
    nodes {
      condition = length(first(each.value.zookeeper_node, [])) > 0
      count     = 3
      machine   = machine("azure_vm", each.value.zookeeper_node[0].vm_size)
    }
  }
}

resource "azurerm_hdinsight_hadoop_cluster" "azurerm_hdinsight_spark_cluster" "azurerm_hdinsight_kafka_cluster" "azurerm_hdinsight_hbase_cluster" "azurerm_hdinsight_interactive_query_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/hdinsight_hadoop_cluster"
  use "hdinsight" {
    roles = self.roles
  }
}

resource "azurerm_synapse_spark_pool" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/synapse_spark_pool"
  locals {
    size = { Small = 4, Medium = 8, Large = 16, XLarge = 32, XXLarge = 64 }[self.node_size]
  }
  nodes {
    steady     = first(self.auto_scale[0].min_node_count, self.node_count)
    max        = first(self.auto_scale[0].max_node_count, self.node_count)
    vcpu       = first(local.size, undetermined(0))
    memory_gib = self.node_size == "XXLarge" ? 432 : first(product([8, local.size]), undetermined(0))
  }
}

resource "azurerm_synapse_sql_pool" {
  source          = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/synapse_sql_pool"
  warehouse_units = tonumber(regex("([0-9]+)", self.sku_name)[0])
  vcpu            = undetermined(0)
  memory_gib      = undetermined(0)
  storage_gib     = elastic(0)
}

resource "azurerm_kusto_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kusto_cluster"
  nodes {
    steady = first(self.optimized_auto_scale[0].minimum_instances, self.sku[0].capacity, default(null, 1))
    max    = greatest([self.sku[0].capacity, self.optimized_auto_scale[0].maximum_instances, default(null, 1)])
    # "Standard_D13_v2", with what else stands around that.
    machine = machine("azure_vm", self.sku[0].name == null ? null : replace(replace(self.sku[0].name, "/^Dev\\(No SLA\\)_/", ""), "/\\+[0-9]+TB_PS$/", ""))
  }
}

resource "azurerm_eventhub_namespace" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/eventhub_namespace"
  throughput_units {
    steady = default(self.capacity, 1)
    max    = greatest([default(self.capacity, 1), self.maximum_throughput_units])
  }
}

resource "azurerm_servicebus_namespace" {
  source          = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/servicebus_namespace"
  messaging_units = first(self.capacity, 0)
}

resource "azurerm_search_service" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/search_service"
  nodes {
    count      = product([default(self.partition_count, 1), default(self.replica_count, 1)])
    vcpu       = undetermined(0)
    memory_gib = undetermined(0)
  }
}

# Only while a data flow runs.
resource "azurerm_data_factory_integration_runtime_azure" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/data_factory_integration_runtime_azure"
  vcpu {
    steady = 0
    max    = default(self.core_count, 8)
  }
  memory_gib {
    steady = 0
    max    = assume(null, product([self.compute_type == "MemoryOptimized" ? 8 : self.compute_type == "ComputeOptimized" ? 2 : 4, default(self.core_count, 8)]))
  }
}

resource "azurerm_data_factory_integration_runtime_azure_ssis" {
  source = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/data_factory_integration_runtime_azure_ssis"
  nodes {
    count   = default(self.number_of_nodes, 1)
    machine = machine("azure_vm", self.node_size)
  }
}

# Thousand tokens a minute, or provisioned units.
resource "azurerm_cognitive_deployment" {
  source      = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cognitive_deployment"
  model_units = first(self.sku[0].capacity, self.scale[0].capacity, default(null, 1))
}

resource "azurerm_stream_analytics_job" {
  source          = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/stream_analytics_job"
  streaming_units = first(self.streaming_units, 0)
  vcpu            = undetermined(0)
}

# How large these SKUs are is in no table.
resource "azurerm_powerbi_embedded" {
  source     = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/powerbi_embedded"
  vcpu       = undetermined(0)
  memory_gib = undetermined(0)
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

# The number at the end of a vCore SKU is its vCores; a serverless one has 3 GB for each, others 5.1.
by_name "azure_sql" {
  pattern    = "[A-Z]+_S_[A-Za-z0-9]+_(?P<n>[0-9]+)"
  vcpu       = n
  memory_gib = product([3, n])
}
by_name "azure_sql" {
  pattern    = "[A-Z]+_[A-Za-z0-9]+_(?P<n>[0-9]+)"
  vcpu       = n
  memory_gib = product([5.1, n])
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
  "azurerm_express_route_circuit_authorization",
  "azurerm_express_route_circuit_connection", "azurerm_express_route_circuit_peering",
  "azurerm_express_route_connection", "azurerm_express_route_port_authorization",
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
  "azurerm_app_service", "azurerm_app_service_active_slot", "azurerm_app_service_certificate", "azurerm_app_service_certificate_binding",
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
  "azurerm_function_app", "azurerm_function_app_function", "azurerm_function_app_slot", "azurerm_app_service_slot", "azurerm_image", "azurerm_iothub_*", "azurerm_kubernetes_cluster_extension",
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
  direct_connections   = ["azurerm_express_route_circuit", "azurerm_express_route_port"]
  hardware_key_modules = ["azurerm_key_vault_managed_hardware_security_module"]
  snapshots            = ["azurerm_snapshot"]
}

# Hide capacity that the plan does not show.
opaque = [
  "azurerm_databricks_workspace", "azurerm_dev_center", "azurerm_machine_learning_workspace",
  "azurerm_managed_application", "azurerm_resource_group_template_deployment",
  "azurerm_subscription_template_deployment", "azurerm_synapse_workspace", "azurerm_template_deployment",
]
