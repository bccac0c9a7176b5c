# Capacity rules for hashicorp/aws. README.md beside this file says how rules are written.

providers = ["aws"]

# ================================================================ EBS volumes
# https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html

# What a volume does without being asked. st1 and sc1 are made for throughput; io1 and io2 do
# what they are asked for.
function "ebs_included" {
  params = [type, size]
  result = (
    type == "gp3" ? 3000 :
    type == "gp2" ? least([16000, greatest([100, product([3, first(size, undetermined(1))])])]) :
    type == "standard" ? 100 : 0
  )
}

part "ebs_volume" {
  params      = [size, type, iops, throughput]
  storage_gib = arg.size
  iops {
    # io1 and io2 need `iops`; without it nobody can say what the volume will do.
    configured = first(arg.iops, contains(["io1", "io2"], arg.type) ? undetermined(100) : null)
    included   = ebs_included(arg.type, arg.size)
  }
  throughput_mibps = first(configured(arg.throughput), 0)
}

# The disk a machine starts from, where nobody describes it: as large as its image. 8 GiB is
# the size of the common ones, gp3 the type that includes most.
part "ebs_root_volume" {
  params        = []
  storage_gib   = assume(null, 8)
  iops_included = assume(null, 3000)
}

resource "aws_ebs_volume" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ebs_volume"
  # A volume made from a snapshot may leave its size to the snapshot; then it is not known.
  use "ebs_volume" {
    size       = self.size
    type       = default(self.type, "gp2")
    iops       = self.iops
    throughput = self.throughput
  }
}

# ================================================================ EC2

resource "aws_instance" "aws_spot_instance_request" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/instance"
  locals {
    template = linked("aws_launch_template", self.launch_template[0].id, self.launch_template[0].name)
    type     = first(self.instance_type, local.template.instance_type)
    # The devices that the instance describes itself.
    described = concat(
      first(self.ebs_block_device[*].device_name, []),
      [for name in root_devices() : name if length(first(self.root_block_device, [])) > 0]
    )
    mappings = first(local.template.block_device_mappings, [])
  }
  nodes = 1
  # CPU options can only switch off a part of what the size has.
  vcpu = first(
    product([configured(self.cpu_options[0].core_count), configured(self.cpu_options[0].threads_per_core)]),
    product([local.template.cpu_options[0].core_count, local.template.cpu_options[0].threads_per_core]),
    machine("aws_ec2", local.type).vcpu
  )
  machine = machine("aws_ec2", local.type)
  each "root_block_device" {
    use "ebs_volume" {
      size       = assume(each.value.volume_size, 8)
      type       = assume(each.value.volume_type, "gp3")
      iops       = each.value.iops
      throughput = each.value.throughput
    }
  }
  each "ebs_block_device" {
    use "ebs_volume" {
      size       = each.value.volume_size
      type       = default(each.value.volume_type, "gp2")
      iops       = each.value.iops
      throughput = each.value.throughput
    }
  }
  # The template's disks, but for those that the instance describes itself.
  each {
    in = local.mappings
    use "ebs_mapping" {
      condition = !contains(local.described, first(each.value.device_name, ""))
      mapping   = each.value
    }
  }
  use "ebs_root_volume" {
    condition = length(first(self.root_block_device, [])) == 0 && !anytrue([for m in local.mappings : is_root_device(m.device_name)])
  }
}

# What common images call the disk they start from.
function "root_devices" {
  params = []
  result = ["/dev/xvda", "/dev/sda1", "/dev/sda"]
}

function "is_root_device" {
  params = [name]
  result = contains(root_devices(), first(name, ""))
}

# One disk of a launch template; a mapping without `ebs` is an instance store or hides a disk.
part "ebs_mapping" {
  params = [mapping]
  use "ebs_volume" {
    condition  = arg.mapping.ebs[0] != null
    size       = is_root_device(arg.mapping.device_name) ? assume(arg.mapping.ebs[0].volume_size, 8) : arg.mapping.ebs[0].volume_size
    type       = assume(arg.mapping.ebs[0].volume_type, "gp3")
    iops       = arg.mapping.ebs[0].iops
    throughput = arg.mapping.ebs[0].throughput
  }
}

# Counts where a group, fleet or instance refers to it.
template "aws_launch_template" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/launch_template"
  keys   = ["id", "name"]
  locals {
    required = self.instance_requirements[0]
  }
  when {
    condition = local.required == null
    vcpu = first(
      product([self.cpu_options[0].core_count, self.cpu_options[0].threads_per_core]),
      machine("aws_ec2", self.instance_type).vcpu
    )
    machine = machine("aws_ec2", self.instance_type)
  }
  use "instance_requirements" {
    condition = local.required != null
    required  = local.required
  }
  each "block_device_mappings" {
    use "ebs_mapping" {
      mapping = each.value
    }
  }
  use "ebs_root_volume" {
    condition = !anytrue([for m in first(self.block_device_mappings, []) : is_root_device(m.device_name)])
  }
}

# Machines chosen by what they must have: the greatest that may be chosen counts.
part "instance_requirements" {
  params = [required]
  locals {
    allowed = first(arg.required.allowed_instance_types, [])
    listed  = length(local.allowed) > 0 && !anytrue([for name in local.allowed : length(regexall("[*]", name)) > 0])
  }
  worst {
    condition = local.listed
    each {
      in      = local.allowed
      machine = machine("aws_ec2", each.value)
    }
  }
  when {
    condition  = !local.listed
    vcpu       = first(arg.required.vcpu_count[0].max, undetermined(arg.required.vcpu_count[0].min))
    memory_gib = quotient(first(arg.required.memory_mib[0].max, undetermined(arg.required.memory_mib[0].min)), 1024)
    gpus       = first(arg.required.accelerator_count[0].max, arg.required.accelerator_count[0].min, 0)
  }
}

template "aws_launch_configuration" {
  source  = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/launch_configuration"
  keys    = ["id", "name"]
  machine = machine("aws_ec2", self.instance_type)
  each "root_block_device" {
    use "ebs_volume" {
      size       = assume(each.value.volume_size, 8)
      type       = assume(each.value.volume_type, "gp3")
      iops       = each.value.iops
      throughput = each.value.throughput
    }
  }
  each "ebs_block_device" {
    use "ebs_volume" {
      condition  = each.value.no_device != true
      size       = each.value.volume_size
      type       = default(each.value.volume_type, "gp2")
      iops       = each.value.iops
      throughput = each.value.throughput
    }
  }
  use "ebs_root_volume" {
    condition = length(first(self.root_block_device, [])) == 0
  }
}

resource "aws_autoscaling_group" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/autoscaling_group"
  keys   = ["name", "id", "arn"]
  locals {
    template = linked(
      ["aws_launch_template", "aws_launch_configuration"],
      self.launch_template[0].id, self.launch_template[0].name, self.launch_configuration,
      self.mixed_instances_policy[0].launch_template[0].launch_template_specification[0].launch_template_id,
      self.mixed_instances_policy[0].launch_template[0].launch_template_specification[0].launch_template_name
    )
    overrides = first(self.mixed_instances_policy[0].launch_template[0].override, [])
    unit      = first(self.desired_capacity_type, "units")
    desired   = default(self.desired_capacity, self.min_size)
    # A schedule says -1 for what it leaves as it is.
    ceiling  = greatest(concat([self.max_size], [for s in referring("aws_autoscaling_schedule") : s.max_size == -1 ? null : s.max_size]))
    required = first(local.overrides[0].instance_requirements[0], local.template.instance_requirements[0])
  }
  nodes {
    condition = length(local.overrides) == 0 && local.unit == "units"
    steady    = local.desired
    max       = local.ceiling
    like {
      of = local.template
    }
  }
  # A capacity counts weights: a machine that weighs 4 fills it four times as fast. Which of the
  # overrides will run is AWS's to choose, so per dimension the greatest counts.
  worst {
    condition = local.unit == "units"
    each "mixed_instances_policy[0].launch_template[0].override" {
      nodes {
        steady = round_up(quotient(local.desired, first(each.value.weighted_capacity, 1)))
        max    = round_up(quotient(local.ceiling, first(each.value.weighted_capacity, 1)))
        like {
          of = linked(
            ["aws_launch_template"],
            each.value.launch_template_specification[0].launch_template_id,
            each.value.launch_template_specification[0].launch_template_name,
            self.mixed_instances_policy[0].launch_template[0].launch_template_specification[0].launch_template_id,
            self.mixed_instances_policy[0].launch_template[0].launch_template_specification[0].launch_template_name
          )
          with {
            instance_type         = each.value.instance_type
            instance_requirements = each.value.instance_requirements
          }
        }
      }
    }
  }
  # A capacity in vCPU or MiB is the amount itself, whichever machines give it.
  when {
    condition = local.unit == "vcpu"
    vcpu {
      steady = local.desired
      max    = local.ceiling
    }
    memory_gib {
      steady = first(product([local.desired, local.required.memory_gib_per_vcpu[0].max]), undetermined(0))
      max    = first(product([local.ceiling, local.required.memory_gib_per_vcpu[0].max]), undetermined(0))
    }
    nodes {
      steady = round_up(quotient(local.desired, first(local.required.vcpu_count[0].min, 1)))
      max    = round_up(quotient(local.ceiling, first(local.required.vcpu_count[0].min, 1)))
      like {
        of   = local.template
        only = ["storage_gib", "iops", "iops_included", "throughput_mibps"]
      }
    }
  }
  when {
    condition = local.unit == "memory-mib"
    vcpu      = undetermined(0)
    memory_gib {
      steady = quotient(local.desired, 1024)
      max    = quotient(local.ceiling, 1024)
    }
    nodes {
      steady = round_up(quotient(local.desired, first(local.required.memory_mib[0].min, 1)))
      max    = round_up(quotient(local.ceiling, first(local.required.memory_mib[0].min, 1)))
      like {
        of   = local.template
        only = ["storage_gib", "iops", "iops_included", "throughput_mibps"]
      }
    }
  }
  # A warm pool beyond the group's own maximum holds more machines: their disks count, and all
  # of them where they are kept running. It says -1 for a pool as large as the group.
  each "warm_pool" {
    copies {
      condition = local.unit == "units"
      count     = difference(first(each.value.max_group_prepared_capacity, -1) == -1 ? 0 : each.value.max_group_prepared_capacity, self.max_size)
      like {
        condition = first(each.value.pool_state, "Stopped") == "Running"
        of        = local.template
      }
      like {
        condition = first(each.value.pool_state, "Stopped") != "Running"
        of        = local.template
        only      = ["storage_gib", "iops", "iops_included", "throughput_mibps"]
      }
    }
  }
}

modifier "aws_autoscaling_schedule" {
  source   = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/autoscaling_schedule"
  modifies = linked("aws_autoscaling_group", self.autoscaling_group_name)
  exports  = ["max_size", "desired_capacity"]
}

# ================================================================ RDS and Aurora

# What the storage of an RDS instance does without being asked.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
function "rds_included" {
  params = [type, size, engine]
  # From a size on RDS stripes a gp3 volume over four, never for SQL Server.
  result = (
    type == "gp3" ? (startswith(engine, "sqlserver") || size < (startswith(engine, "oracle") ? 200 : 400) ? 3000 : 12000) :
    type == "gp2" ? least([startswith(engine, "sqlserver") ? 16000 : 64000, greatest([100, product([3, size])])]) :
    0
  )
}

resource "aws_db_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance"
  keys   = ["identifier", "id", "arn"]
  locals {
    # A replica is what its source is, unless it says otherwise.
    primary = linked("aws_db_instance", self.replicate_source_db)
    class   = first(self.instance_class, local.primary.instance_class)
    engine  = lower(first(self.engine, local.primary.engine, ""))
    size    = first(self.allocated_storage, local.primary.allocated_storage)
    iops    = first(self.iops, local.primary.iops)
    type    = first(self.storage_type, local.primary.storage_type, default(null, local.iops == null ? "gp2" : "io1"))
  }
  databases = 1
  iops {
    # io1 and io2 need `iops`; without it nobody can say what the storage will do.
    configured = first(local.iops, contains(["io1", "io2"], local.type) ? undetermined(1000) : null)
    included   = rds_included(local.type, first(local.size, undetermined(1)), local.engine)
  }
  throughput_mibps = first(configured(self.storage_throughput), 0)
  nodes {
    # The standby of a Multi-AZ instance is a machine with storage of its own, though nobody can
    # connect to it and it answers no requests.
    count       = self.multi_az == true ? 2 : 1
    machine     = machine("aws_rds", local.class)
    storage_gib = local.size
    # Storage autoscaling: what it may grow by.
    storage_gib {
      steady = 0
      max    = difference(first(self.max_allocated_storage, 0), first(local.size, 0))
    }
  }
}

resource "aws_rds_cluster" {
  source  = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster"
  keys    = ["cluster_identifier", "id", "arn"]
  exports = ["serverlessv2_scaling_configuration"]
  locals {
    multi_az   = self.db_cluster_instance_class != null
    serverless = self.engine_mode == "serverless"
  }
  # A Multi-AZ cluster of RDS: a writer and two readers, each with a copy of the storage.
  when {
    condition = local.multi_az
    databases = 3
    iops {
      configured = first(self.iops, contains(["io1", "io2"], first(self.storage_type, "")) ? undetermined(1000) : null)
      included   = rds_included(first(self.storage_type, ""), first(self.allocated_storage, undetermined(1)), lower(first(self.engine, "")))
    }
    nodes {
      count       = 3
      machine     = machine("aws_rds", self.db_cluster_instance_class)
      storage_gib = self.allocated_storage
    }
  }
  # Aurora grows its storage by itself. Its machines are instances of their own, but for the
  # first kind of serverless cluster: there a capacity unit has about 2 GiB, and how much CPU
  # comes with it is not published.
  when {
    condition   = !local.multi_az
    storage_gib = elastic(0)
  }
  when {
    condition = !local.multi_az && local.serverless
    databases = 1
    nodes     = 1
    vcpu      = undetermined(0)
    memory_gib {
      steady = product([2, default(self.scaling_configuration[0].min_capacity, 1)])
      max    = product([2, default(self.scaling_configuration[0].max_capacity, 16)])
    }
  }
}

resource "aws_rds_cluster_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster_instance"
  locals {
    cluster    = linked("aws_rds_cluster", self.cluster_identifier)
    serverless = self.instance_class == "db.serverless"
  }
  databases = 1
  nodes     = 1
  when {
    condition = !local.serverless
    machine   = machine("aws_rds", self.instance_class)
  }
  # Serverless v2: the cluster says between which capacities each instance moves.
  when {
    condition = local.serverless
    vcpu      = undetermined(0)
    memory_gib {
      steady = product([2, first(local.cluster.serverlessv2_scaling_configuration[0].min_capacity, undetermined(0))])
      max    = product([2, first(local.cluster.serverlessv2_scaling_configuration[0].max_capacity, undetermined(0))])
    }
  }
}

# ================================================================ EC2, continued

# Fleets fill a capacity with machines of their choice, so per dimension the greatest counts.
resource "aws_spot_fleet_request" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/spot_fleet_request"
  keys   = ["id"]
  locals {
    ceiling = greatest(concat([self.target_capacity], [for t in referring("aws_appautoscaling_target") : t.max_capacity]))
  }
  worst {
    each "launch_specification" {
      nodes {
        steady  = round_up(quotient(self.target_capacity, first(each.value.weighted_capacity, 1)))
        max     = round_up(quotient(local.ceiling, first(each.value.weighted_capacity, 1)))
        machine = machine("aws_ec2", each.value.instance_type)
        each "root_block_device" {
          use "ebs_volume" {
            size       = assume(each.value.volume_size, 8)
            type       = assume(each.value.volume_type, "gp3")
            iops       = each.value.iops
            throughput = each.value.throughput
          }
        }
        each "ebs_block_device" {
          use "ebs_volume" {
            size       = each.value.volume_size
            type       = default(each.value.volume_type, "gp2")
            iops       = each.value.iops
            throughput = each.value.throughput
          }
        }
        use "ebs_root_volume" {
          condition = length(first(each.value.root_block_device, [])) == 0
        }
      }
    }
    each "launch_template_config" {
      locals {
        template = linked("aws_launch_template", each.value.launch_template_specification[0].id, each.value.launch_template_specification[0].name)
      }
      nodes {
        condition = length(first(each.value.overrides, [])) == 0
        steady    = self.target_capacity
        max       = local.ceiling
        like {
          of = local.template
        }
      }
      worst {
        each "overrides" {
          nodes {
            steady = round_up(quotient(self.target_capacity, first(each.value.weighted_capacity, 1)))
            max    = round_up(quotient(local.ceiling, first(each.value.weighted_capacity, 1)))
            like {
              of = local.template
              with {
                instance_type         = each.value.instance_type
                instance_requirements = each.value.instance_requirements
              }
            }
          }
        }
      }
    }
  }
}

resource "aws_ec2_fleet" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_fleet"
  locals {
    capacity = self.target_capacity_specification[0].total_target_capacity
    unit     = first(self.target_capacity_specification[0].target_capacity_unit_type, "units")
  }
  worst {
    condition = local.unit == "units"
    each "launch_template_config" {
      locals {
        template = linked("aws_launch_template", each.value.launch_template_specification[0].launch_template_id, each.value.launch_template_specification[0].launch_template_name)
      }
      nodes {
        condition = length(first(each.value.override, [])) == 0
        count     = local.capacity
        like {
          of = local.template
        }
      }
      worst {
        each "override" {
          nodes {
            count = round_up(quotient(local.capacity, first(each.value.weighted_capacity, 1)))
            like {
              of = local.template
              with {
                instance_type         = each.value.instance_type
                instance_requirements = each.value.instance_requirements
              }
            }
          }
        }
      }
    }
  }
  # A capacity in vCPU or MiB is the amount itself; how many machines give it is not known.
  when {
    condition  = local.unit == "vcpu"
    vcpu       = local.capacity
    memory_gib = undetermined(0)
    nodes      = undetermined(1)
  }
  when {
    condition  = local.unit == "memory-mib"
    vcpu       = undetermined(0)
    memory_gib = quotient(local.capacity, 1024)
    nodes      = undetermined(1)
  }
}

# Reserved machines may be the very ones that run, so they are told apart and not added.
resource "aws_ec2_capacity_reservation" {
  source              = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_capacity_reservation"
  reserved_nodes      = self.instance_count
  reserved_vcpu       = product([self.instance_count, first(machine("aws_ec2", self.instance_type).vcpu, undetermined(0))])
  reserved_memory_gib = product([self.instance_count, first(machine("aws_ec2", self.instance_type).memory_gib, undetermined(0))])
}

# A whole physical host has what the metal size of its family has.
resource "aws_ec2_host" {
  source  = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_host"
  nodes   = 1
  machine = machine("aws_ec2", "${split(".", first(self.instance_type, self.instance_family, "unknown"))[0]}.metal")
}

# ================================================================ other databases

part "cluster_member" {
  params    = [class, serverless_max, serverless_min]
  databases = 1
  nodes     = 1
  when {
    condition = arg.class != "db.serverless"
    machine   = machine("aws_rds", arg.class)
  }
  # A capacity unit has about 2 GiB; how much CPU comes with it is not published.
  when {
    condition = arg.class == "db.serverless"
    vcpu      = undetermined(0)
    memory_gib {
      steady = product([2, first(arg.serverless_min, undetermined(0))])
      max    = product([2, first(arg.serverless_max, undetermined(0))])
    }
  }
}

# Their machines are instances of their own, and their storage grows by itself.
resource "aws_docdb_cluster" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/docdb_cluster"
  keys        = ["cluster_identifier", "id", "arn"]
  exports     = ["serverless_v2_scaling_configuration"]
  storage_gib = elastic(0)
}

resource "aws_neptune_cluster" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/neptune_cluster"
  keys        = ["cluster_identifier", "id", "arn"]
  exports     = ["serverless_v2_scaling_configuration"]
  storage_gib = elastic(0)
}

resource "aws_docdb_cluster_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/docdb_cluster_instance"
  locals {
    cluster = linked("aws_docdb_cluster", self.cluster_identifier)
  }
  use "cluster_member" {
    class          = self.instance_class
    serverless_min = local.cluster.serverless_v2_scaling_configuration[0].min_capacity
    serverless_max = local.cluster.serverless_v2_scaling_configuration[0].max_capacity
  }
}

resource "aws_neptune_cluster_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/neptune_cluster_instance"
  locals {
    cluster = linked("aws_neptune_cluster", self.cluster_identifier)
  }
  use "cluster_member" {
    class          = default(self.instance_class, "db.r4.large")
    serverless_min = local.cluster.serverless_v2_scaling_configuration[0].min_capacity
    serverless_max = local.cluster.serverless_v2_scaling_configuration[0].max_capacity
  }
}

resource "aws_docdbelastic_cluster" {
  source    = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/docdbelastic_cluster"
  databases = 1
  nodes {
    # Two instances for each shard unless somebody says otherwise, for which there is no attribute.
    count      = product([self.shard_count, default(null, 2)])
    vcpu       = self.shard_capacity
    memory_gib = undetermined(0)
  }
  storage_gib = elastic(0)
}

resource "aws_rds_shard_group" {
  source    = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_shard_group"
  databases = 1
  copies {
    count = total([1, default(self.compute_redundancy, 0)])
    vcpu  = undetermined(0)
    memory_gib {
      steady = product([2, default(self.min_acu, 0)])
      max    = product([2, first(self.max_acu, undetermined(0))])
    }
  }
}

function "influx_size" {
  params = [name]
  result = name == null ? null : replace(name, "db.influx.", "r7g.")
}

resource "aws_timestreaminfluxdb_db_instance" {
  source    = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/timestreaminfluxdb_db_instance"
  databases = 1
  nodes {
    count       = self.deployment_type == "WITH_MULTIAZ_STANDBY" ? 2 : 1
    # Memory-optimised sizes, taken to be those of the r7g family.
    vcpu        = assume(null, machine("aws_ec2", influx_size(self.db_instance_type)).vcpu)
    memory_gib  = assume(null, machine("aws_ec2", influx_size(self.db_instance_type)).memory_gib)
    storage_gib = self.allocated_storage
  }
}

resource "aws_dynamodb_table" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table"
  keys   = ["name", "id", "arn"]
  locals {
    provisioned = default(self.billing_mode, "PROVISIONED") == "PROVISIONED"
    indexes     = first(self.global_secondary_index, [])
    targets     = referring("aws_appautoscaling_target")
  }
  # Every replica has all of it.
  copies {
    condition = local.provisioned
    count     = total([1, length(first(self.replica, []))])
    rcu {
      steady = total(concat([self.read_capacity], local.indexes[*].read_capacity))
      max = total(concat(
        [greatest(concat([self.read_capacity], [for t in local.targets : t.max_capacity if t.scalable_dimension == "dynamodb:table:ReadCapacityUnits"]))],
        [for i in local.indexes : greatest(concat([i.read_capacity], [for t in local.targets : t.max_capacity if t.scalable_dimension == "dynamodb:index:ReadCapacityUnits" && endswith(t.resource_id, "/index/${i.name}")]))]
      ))
    }
    wcu {
      steady = total(concat([self.write_capacity], local.indexes[*].write_capacity))
      max = total(concat(
        [greatest(concat([self.write_capacity], [for t in local.targets : t.max_capacity if t.scalable_dimension == "dynamodb:table:WriteCapacityUnits"]))],
        [for i in local.indexes : greatest(concat([i.write_capacity], [for t in local.targets : t.max_capacity if t.scalable_dimension == "dynamodb:index:WriteCapacityUnits" && endswith(t.resource_id, "/index/${i.name}")]))]
      ))
    }
  }
  when {
    condition = !local.provisioned
    rcu {
      steady = 0
      max    = first(self.on_demand_throughput[0].max_read_request_units, -1) > 0 ? self.on_demand_throughput[0].max_read_request_units : elastic(0)
    }
    wcu {
      steady = 0
      max    = first(self.on_demand_throughput[0].max_write_request_units, -1) > 0 ? self.on_demand_throughput[0].max_write_request_units : elastic(0)
    }
  }
  storage_gib = elastic(0)
}

resource "aws_keyspaces_table" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/keyspaces_table"
  locals {
    provisioned = self.capacity_specification[0].throughput_mode == "PROVISIONED"
  }
  rcu         = local.provisioned ? self.capacity_specification[0].read_capacity_units : elastic(0)
  wcu         = local.provisioned ? self.capacity_specification[0].write_capacity_units : elastic(0)
  storage_gib = elastic(0)
}

# ================================================================ caches, search, warehouses

resource "aws_elasticache_replication_group" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_replication_group"
  keys   = ["replication_group_id", "id", "arn"]
  locals {
    shards   = first(self.num_node_groups, self.cluster_mode[0].num_node_groups)
    replicas = default(first(self.replicas_per_node_group, self.cluster_mode[0].replicas_per_node_group), 0)
    targets  = referring("aws_appautoscaling_target")
    most_shards = greatest(concat([first(local.shards, 1)],
      [for t in local.targets : t.max_capacity if t.scalable_dimension == "elasticache:replication-group:NodeGroups"]))
    most_replicas = greatest(concat([local.replicas],
      [for t in local.targets : t.max_capacity if t.scalable_dimension == "elasticache:replication-group:Replicas"]))
    stated = greatest([self.num_cache_clusters, self.number_cache_clusters, product([local.shards, total([1, local.replicas])])])
  }
  nodes {
    steady = default(local.stated, 1)
    max    = greatest([default(local.stated, 1), length(local.targets) > 0 ? product([local.most_shards, total([1, local.most_replicas])]) : null])
    # A member of a global group leaves its size to the first one.
    machine = machine("aws_elasticache", self.node_type)
  }
}

resource "aws_elasticache_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_cluster"
  locals {
    group = linked("aws_elasticache_replication_group", self.replication_group_id)
  }
  nodes {
    # A member of a group is one more node of it.
    count   = self.replication_group_id == null || self.replication_group_id == "" ? default(self.num_cache_nodes, 1) : 1
    machine = machine("aws_elasticache", first(self.node_type, local.group.node_type))
  }
}

resource "aws_elasticache_serverless_cache" {
  source     = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_serverless_cache"
  memory_gib = first(self.cache_usage_limits[0].data_storage[0].maximum, elastic(0))
}

resource "aws_memorydb_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/memorydb_cluster"
  nodes {
    count   = product([default(self.num_shards, 1), total([1, default(self.num_replicas_per_shard, 1)])])
    machine = machine("aws_memorydb", self.node_type)
  }
}

resource "aws_dax_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dax_cluster"
  nodes {
    count   = self.replication_factor
    machine = machine("aws_ec2", without("dax.", self.node_type))
  }
}

# A size without the word that its service puts before it.
function "without" {
  params = [prefix, name]
  result = name == null ? null : trimprefix(name, prefix)
}

resource "aws_opensearch_domain" "aws_elasticsearch_domain" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/opensearch_domain"
  locals {
    config = self.cluster_config[0]
    type   = default(self.cluster_config[0].instance_type, "m4.large.search")
  }
  nodes {
    count   = default(local.config.instance_count, 1)
    machine = machine("aws_opensearch", search_size(local.type))
    each "ebs_options" {
      use "ebs_volume" {
        condition  = each.value.ebs_enabled != false
        size       = each.value.volume_size
        type       = default(each.value.volume_type, "gp2")
        iops       = each.value.iops
        throughput = each.value.throughput
      }
    }
  }
  nodes {
    condition = local.config.dedicated_master_enabled == true
    count     = default(local.config.dedicated_master_count, 3)
    machine   = machine("aws_opensearch", search_size(default(local.config.dedicated_master_type, local.type)))
  }
  nodes {
    condition = local.config.warm_enabled == true
    count     = local.config.warm_count
    machine   = machine("aws_opensearch", search_size(local.config.warm_type))
  }
}

function "search_size" {
  params = [name]
  result = name == null ? null : replace(name, ".elasticsearch", ".search")
}

resource "aws_redshift_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/redshift_cluster"
  nodes {
    count   = product([default(self.number_of_nodes, 1), self.multi_az == true ? 2 : 1])
    machine = machine("aws_redshift", self.node_type)
  }
  # RA3 nodes have managed storage that grows by itself.
  when {
    condition   = startswith(lower(first(self.node_type, "ra3")), "ra3")
    storage_gib = elastic(0)
  }
}

resource "aws_redshiftserverless_workgroup" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/redshiftserverless_workgroup"
  # A processing unit has 16 GB; how much CPU comes with it is not published.
  vcpu = undetermined(0)
  memory_gib {
    steady = product([16, default(self.base_capacity, 128)])
    max    = product([16, first(self.max_capacity, 0) > 0 ? self.max_capacity : undetermined(default(self.base_capacity, 128))])
  }
  storage_gib = elastic(0)
}

# ================================================================ brokers and streams

resource "aws_msk_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/msk_cluster"
  keys   = ["arn", "id"]
  locals {
    group   = self.broker_node_group_info[0]
    express = startswith(first(self.broker_node_group_info[0].instance_type, ""), "express.")
    size    = first(local.group.storage_info[0].ebs_storage_info[0].volume_size, local.group.ebs_volume_size)
    targets = referring("aws_appautoscaling_target")
  }
  nodes {
    count   = self.number_of_broker_nodes
    machine = machine("aws_msk", local.group.instance_type)
    storage_gib {
      condition = !local.express
      steady    = local.size
      max       = greatest(concat([local.size], [for t in local.targets : t.max_capacity if t.scalable_dimension == "kafka:broker-storage:VolumeSize"]))
    }
    throughput_mibps = first(local.group.storage_info[0].ebs_storage_info[0].provisioned_throughput[0].volume_throughput, 0)
  }
  when {
    condition   = local.express || self.storage_mode == "TIERED"
    storage_gib = elastic(0)
  }
}

resource "aws_mskconnect_connector" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/mskconnect_connector"
  locals {
    fixed   = self.capacity[0].provisioned_capacity[0]
    scaling = self.capacity[0].autoscaling[0]
  }
  # A connect unit is 1 vCPU and 4 GiB.
  copies {
    steady     = product([first(local.fixed.worker_count, local.scaling.min_worker_count), default(first(local.fixed.mcu_count, local.scaling.mcu_count), 1)])
    max        = product([first(local.fixed.worker_count, local.scaling.max_worker_count), default(first(local.fixed.mcu_count, local.scaling.mcu_count), 1)])
    vcpu       = 1
    memory_gib = 4
  }
}

resource "aws_mq_broker" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/mq_broker"
  nodes {
    count   = self.deployment_mode == "ACTIVE_STANDBY_MULTI_AZ" ? 2 : self.deployment_mode == "CLUSTER_MULTI_AZ" ? 3 : 1
    machine = machine("aws_ec2", without("mq.", self.host_instance_type))
  }
  # There is nothing to set: the broker has what it needs.
  storage_gib = elastic(0)
}

resource "aws_kinesis_stream" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kinesis_stream"
  shards = self.stream_mode_details[0].stream_mode == "ON_DEMAND" ? elastic(0) : self.shard_count
}

resource "aws_kinesisanalyticsv2_application" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kinesisanalyticsv2_application"
  locals {
    parallel = self.application_configuration[0].flink_application_configuration[0].parallelism_configuration[0]
    units = total([1, round_up(quotient(default(local.parallel.parallelism, 1), default(local.parallel.parallelism_per_kpu, 1)))])
  }
  # A processing unit is 1 vCPU and 4 GiB. Autoscaling is on unless somebody turns it off, and ends
  # at what the account allows.
  copies {
    steady     = local.units
    max        = local.parallel.auto_scaling_enabled == false ? local.units : undetermined(local.units)
    vcpu       = 1
    memory_gib = 4
  }
}

# ================================================================ containers

# CPU units, 1024 to a vCPU, or a text such as "1 vCPU".
function "ecs_vcpu" {
  params = [cpu]
  result = cpu == null ? null : length(regexall("(?i)vcpu", cpu)) > 0 ? tonumber(trimspace(replace(lower(cpu), "vcpu", ""))) : quotient(cpu, 1024)
}

# MiB, or a text such as "2 GB".
function "ecs_gib" {
  params = [memory]
  result = memory == null ? null : length(regexall("(?i)gb", memory)) > 0 ? tonumber(trimspace(replace(lower(memory), "gb", ""))) : quotient(memory, 1024)
}

# Counts where a service runs it.
template "aws_ecs_task_definition" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_definition"
  keys   = ["arn", "arn_without_revision", "family", "id"]
  locals {
    containers = jsondecode(first(self.container_definitions, "[]"))
    fargate    = contains(first(self.requires_compatibilities, []), "FARGATE")
  }
  vcpu       = first(ecs_vcpu(self.cpu), total([for c in local.containers : ecs_vcpu(c.cpu)]))
  memory_gib = first(ecs_gib(self.memory), total([for c in local.containers : ecs_gib(first(c.memory, c.memoryReservation))]))
  gpus = total([
    for c in local.containers : total([for r in first(c.resourceRequirements, []) : r.value if r.type == "GPU"])
  ])
  when {
    condition   = local.fargate
    storage_gib = default(self.ephemeral_storage[0].size_in_gib, 20)
  }
}

resource "aws_ecs_service" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service"
  keys   = ["name", "id"]
  exports = ["desired_count", "task_definition"]
  locals {
    task = linked(
      "aws_ecs_task_definition", self.task_definition,
      # "family", "family:3" and the ARN that ends in it all name the family.
      split(":", reverse(split("/", first(self.task_definition, "")))[0])[0]
    )
    targets    = referring("aws_appautoscaling_target")
    strategies = first(self.capacity_provider_strategy[*].capacity_provider, [])
    fargate = (
      self.launch_type == "FARGATE" ||
      anytrue([for name in local.strategies : startswith(name, "FARGATE")]) ||
      (first(self.launch_type, "") == "" && length(local.strategies) == 0 && contains(first(local.task.requires_compatibilities, []), "FARGATE"))
    )
    external = self.deployment_controller[0].type == "EXTERNAL"
    daemon   = self.scheduling_strategy == "DAEMON"
  }
  # Tasks that do not run on Fargate run on machines that are counted themselves.
  workload = !local.fargate
  copies {
    condition = !local.external
    steady    = local.daemon ? undetermined(0) : greatest(concat([default(self.desired_count, 0)], [for t in local.targets : t.min_capacity]))
    max       = local.daemon ? undetermined(0) : greatest(concat([default(self.desired_count, 0)], [for t in local.targets : t.max_capacity]))
    like {
      of = local.task
    }
    each "volume_configuration.managed_ebs_volume" {
      use "ebs_volume" {
        size       = each.value.size_in_gb
        type       = default(each.value.volume_type, "gp3")
        iops       = each.value.iops
        throughput = each.value.throughput
      }
    }
  }
}

# The tasks of a service with an external deployment controller, in percent of what it wants.
resource "aws_ecs_task_set" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_set"
  locals {
    service = linked("aws_ecs_service", self.service)
  }
  workload = self.launch_type == "EC2"
  copies {
    condition = local.service.task_definition == null
    count = round_up(product([
      first(local.service.desired_count, undetermined(0)),
      quotient(self.scale[0].unit == "PERCENT" || self.scale[0].unit == null ? default(self.scale[0].value, 100) : undetermined(0), 100)
    ]))
    like {
      of = linked("aws_ecs_task_definition", self.task_definition)
    }
  }
}

# The machines are those of its autoscaling group; managed instances have no limit of their own.
resource "aws_ecs_capacity_provider" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_capacity_provider"
  when {
    condition  = length(first(self.managed_instances_provider, [])) > 0
    vcpu       = undetermined(0)
    memory_gib = undetermined(0)
    nodes      = undetermined(0)
  }
}

modifier "aws_appautoscaling_target" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/appautoscaling_target"
  # service/CLUSTER/NAME, table/NAME, table/NAME/index/INDEX, cluster:NAME, replication-group/NAME, an ARN, ...
  modifies = linked(
    [
      "aws_appstream_fleet", "aws_dynamodb_table", "aws_ecs_service", "aws_elasticache_replication_group",
      "aws_emr_instance_group", "aws_lambda_provisioned_concurrency_config", "aws_msk_cluster", "aws_rds_cluster",
      "aws_sagemaker_endpoint_configuration", "aws_spot_fleet_request"
    ],
    self.resource_id,
    startswith(self.resource_id, "table/") ? split("/", self.resource_id)[1] : reverse(split("/", replace(self.resource_id, ":", "/")))[0]
  )
  keys    = ["resource_id"]
  exports = ["max_capacity", "min_capacity", "resource_id", "scalable_dimension"]
}

# A schedule may set a higher ceiling than the target has; up to that it changes nothing.
resource "aws_appautoscaling_scheduled_action" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/appautoscaling_scheduled_action"
  locals {
    target  = linked("aws_appautoscaling_target", self.resource_id)
    ceiling = self.scalable_target_action[0].max_capacity
  }
  opaque = local.ceiling != null && (local.target == null || difference(local.ceiling, local.target.max_capacity) != 0)
}

# Tasks that a rule, a schedule or a pipe starts: so many at once, each time.
part "started_tasks" {
  params = [ecs, times]
  copies {
    condition = arg.ecs != null
    steady    = 0
    max       = arg.times
    like {
      of = linked(
        "aws_ecs_task_definition", arg.ecs.task_definition_arn,
        split(":", reverse(split("/", first(arg.ecs.task_definition_arn, "")))[0])[0]
      )
    }
  }
}

function "is_on_fargate" {
  params = [ecs]
  result = ecs.launch_type == "FARGATE" || anytrue([for s in first(ecs.capacity_provider_strategy, []) : startswith(first(s.capacity_provider, ""), "FARGATE")])
}

resource "aws_cloudwatch_event_target" {
  source   = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_event_target"
  workload = !is_on_fargate(self.ecs_target[0])
  use "started_tasks" {
    ecs   = self.ecs_target[0]
    times = default(self.ecs_target[0].task_count, 1)
  }
}

resource "aws_scheduler_schedule" {
  source   = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/scheduler_schedule"
  workload = !is_on_fargate(self.target[0].ecs_parameters[0])
  use "started_tasks" {
    ecs   = self.target[0].ecs_parameters[0]
    times = default(self.target[0].ecs_parameters[0].task_count, 1)
  }
}

# As often as something comes out of the pipe.
resource "aws_pipes_pipe" {
  source   = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/pipes_pipe"
  workload = !is_on_fargate(self.target_parameters[0].ecs_task_parameters[0])
  use "started_tasks" {
    ecs   = self.target_parameters[0].ecs_task_parameters[0]
    times = elastic(default(self.target_parameters[0].ecs_task_parameters[0].task_count, 1))
  }
}

# In Auto Mode the nodes are chosen by objects in the cluster.
resource "aws_eks_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_cluster"
  opaque = self.compute_config[0].enabled == true
  kubernetes_clusters = 1
  nodes {
    condition = self.outpost_config[0].control_plane_instance_type != null
    count     = 3
    machine   = machine("aws_ec2", self.outpost_config[0].control_plane_instance_type)
  }
}

resource "aws_eks_node_group" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group"
  locals {
    template = linked("aws_launch_template", self.launch_template[0].id, self.launch_template[0].name)
    types    = first(self.instance_types, [])
    windows  = startswith(lower(first(self.ami_type, "")), "windows")
  }
  nodes {
    steady = self.scaling_config[0].desired_size
    max    = self.scaling_config[0].max_size
    worst {
      each {
        in      = local.types
        machine = machine("aws_ec2", each.value)
      }
    }
    when {
      condition = length(local.types) == 0
      machine   = machine("aws_ec2", first(local.template.instance_type, default(null, "t3.medium")))
    }
    like {
      condition = local.template != null
      of        = local.template
      only      = ["storage_gib", "iops", "iops_included", "throughput_mibps"]
    }
    when {
      condition     = local.template == null
      storage_gib   = default(self.disk_size, local.windows ? 50 : 20)
      iops_included = assume(null, 3000)
    }
  }
}

resource "aws_batch_compute_environment" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/batch_compute_environment"
  locals {
    resources = self.compute_resources[0]
    types     = first(self.compute_resources[0].instance_type, [])
    machine   = machine("aws_ec2", length(local.types) == 1 ? one(local.types) : null)
  }
  when {
    condition = self.type != "UNMANAGED"
    vcpu {
      steady = first(local.resources.desired_vcpus, local.resources.min_vcpus, 0)
      max    = local.resources.max_vcpus
    }
    # The memory follows from the vCPU only where there is just one size to choose.
    memory_gib {
      steady = first(quotient(product([first(local.resources.desired_vcpus, local.resources.min_vcpus, 0), local.machine.memory_gib]), local.machine.vcpu), undetermined(0))
      max    = first(quotient(product([local.resources.max_vcpus, local.machine.memory_gib]), local.machine.vcpu), undetermined(0))
    }
  }
}

resource "aws_apprunner_service" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/apprunner_service"
  locals {
    scaling = linked("aws_apprunner_auto_scaling_configuration_version", self.auto_scaling_configuration_arn)
  }
  copies {
    steady     = default(local.scaling.min_size, 1)
    max        = default(local.scaling.max_size, 25)
    vcpu       = ecs_vcpu(default(self.instance_configuration[0].cpu, "1024"))
    memory_gib = ecs_gib(default(self.instance_configuration[0].memory, "2048"))
  }
}

# Counts where a service uses it.
template "aws_apprunner_auto_scaling_configuration_version" {
  source  = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/apprunner_auto_scaling_configuration_version"
  keys    = ["arn", "id"]
  exports = ["max_size", "min_size"]
}

# ================================================================ functions

part "function_memory" {
  params     = [mib]
  # A function gets a vCPU for every 1,769 MB.
  vcpu       = quotient(arg.mib, 1769)
  memory_gib = quotient(arg.mib, 1024)
}

resource "aws_lambda_function" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function"
  keys   = ["function_name", "arn", "qualified_arn", "id"]
  exports = ["memory_size", "reserved_concurrent_executions"]
  functions = 1
  copies {
    # Without a reservation as many run at once as the account allows.
    count = first(self.reserved_concurrent_executions, -1) >= 0 ? self.reserved_concurrent_executions : elastic(1)
    use "function_memory" {
      mib = default(self.memory_size, 128)
    }
    storage_gib = quotient(default(self.ephemeral_storage[0].size, 512), 1024)
  }
}

# Always on; part of the reservation where the function has one.
resource "aws_lambda_provisioned_concurrency_config" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_provisioned_concurrency_config"
  keys   = ["function_name", "id"]
  locals {
    function = linked("aws_lambda_function", self.function_name)
    ceiling  = greatest(concat([self.provisioned_concurrent_executions], [for t in referring("aws_appautoscaling_target") : t.max_capacity]))
  }
  copies {
    condition = first(local.function.reserved_concurrent_executions, -1) < 0
    steady    = self.provisioned_concurrent_executions
    max       = local.ceiling
    use "function_memory" {
      mib = local.function == null ? undetermined(128) : default(local.function.memory_size, 128)
    }
  }
}

resource "aws_lambda_capacity_provider" {
  source     = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_capacity_provider"
  memory_gib = undetermined(0)
  vcpu {
    steady = 0
    max    = first(self.capacity_provider_scaling_config[0].max_vcpu_count, undetermined(0))
  }
}

# ================================================================ files and objects

resource "aws_efs_file_system" {
  source           = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/efs_file_system"
  storage_gib      = elastic(0)
  throughput_mibps = self.throughput_mode == "provisioned" ? self.provisioned_throughput_in_mibps : 0
}

resource "aws_fsx_lustre_file_system" {
  source           = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/fsx_lustre_file_system"
  storage_gib      = self.storage_capacity
  throughput_mibps = first(quotient(product([self.per_unit_storage_throughput, self.storage_capacity]), 1024), 0)
}

# A file system in two zones has its hardware twice.
resource "aws_fsx_windows_file_system" "aws_fsx_openzfs_file_system" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/fsx_windows_file_system"
  copies {
    count       = startswith(first(self.deployment_type, ""), "MULTI_AZ") ? 2 : 1
    storage_gib = self.storage_capacity
  }
  throughput_mibps = self.throughput_capacity
  iops {
    configured = self.disk_iops_configuration[0].mode == "AUTOMATIC" ? null : self.disk_iops_configuration[0].iops
    included   = self.storage_type == "HDD" ? 0 : product([3, first(self.storage_capacity, undetermined(0))])
  }
}

resource "aws_fsx_ontap_file_system" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/fsx_ontap_file_system"
  storage_gib = self.storage_capacity
  throughput_mibps = first(
    product([self.throughput_capacity_per_ha_pair, default(self.ha_pairs, 1)]),
    self.throughput_capacity, 0
  )
  iops {
    configured = self.disk_iops_configuration[0].mode == "AUTOMATIC" ? null : self.disk_iops_configuration[0].iops
    included   = product([3, first(self.storage_capacity, undetermined(0))])
  }
}

# ================================================================ data and learning

part "emr_disks" {
  params = [configs, root]
  each {
    in = first(arg.configs, [])
    copies {
      count = default(each.value.volumes_per_instance, 1)
      use "ebs_volume" {
        size       = each.value.size
        type       = default(each.value.type, "gp2")
        iops       = each.value.iops
        throughput = each.value.throughput
      }
    }
  }
  storage_gib = first(arg.root, 0)
}

# The ceiling that an autoscaling policy in JSON states.
function "emr_ceiling" {
  params = [policy]
  result = policy == null || policy == "" ? null : jsondecode(policy).Constraints.MaxCapacity
}

resource "aws_emr_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/emr_cluster"
  keys   = ["id"]
  each "master_instance_group" {
    nodes {
      count   = default(each.value.instance_count, 1)
      machine = machine("aws_ec2", each.value.instance_type)
      use "emr_disks" {
        configs = each.value.ebs_config
        root    = self.ebs_root_volume_size
      }
    }
  }
  each "core_instance_group" {
    nodes {
      steady = default(each.value.instance_count, 1)
      max    = greatest([default(each.value.instance_count, 1), emr_ceiling(each.value.autoscaling_policy)])
      machine = machine("aws_ec2", each.value.instance_type)
      use "emr_disks" {
        configs = each.value.ebs_config
        root    = self.ebs_root_volume_size
      }
    }
  }
  each "master_instance_fleet" {
    use "emr_fleet" {
      fleet = each.value
      root  = self.ebs_root_volume_size
    }
  }
  each "core_instance_fleet" {
    use "emr_fleet" {
      fleet = each.value
      root  = self.ebs_root_volume_size
    }
  }
}

# A fleet fills a capacity with machines of its choice: per dimension the greatest counts.
part "emr_fleet" {
  params = [fleet, root]
  worst {
    each {
      in = first(arg.fleet.instance_type_configs, [])
      nodes {
        count = round_up(quotient(
          total([arg.fleet.target_on_demand_capacity, arg.fleet.target_spot_capacity]),
          first(each.value.weighted_capacity, 1)
        ))
        machine = machine("aws_ec2", each.value.instance_type)
        use "emr_disks" {
          configs = each.value.ebs_config
          root    = arg.root
        }
      }
    }
  }
}

resource "aws_emr_instance_group" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/emr_instance_group"
  keys   = ["id"]
  locals {
    cluster = linked("aws_emr_cluster", self.cluster_id)
  }
  nodes {
    steady = default(self.instance_count, 1)
    max = greatest(concat(
      [default(self.instance_count, 1), emr_ceiling(self.autoscaling_policy)],
      [for t in referring("aws_appautoscaling_target") : t.max_capacity]
    ))
    machine = machine("aws_ec2", self.instance_type)
    use "emr_disks" {
      configs = self.ebs_config
      root    = local.cluster.ebs_root_volume_size
    }
  }
}

resource "aws_emr_instance_fleet" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/emr_instance_fleet"
  locals {
    fleet = {
      instance_type_configs     = self.instance_type_configs
      target_on_demand_capacity = self.target_on_demand_capacity
      target_spot_capacity      = self.target_spot_capacity
    }
  }
  use "emr_fleet" {
    fleet = local.fleet
    root  = linked("aws_emr_cluster", self.cluster_id).ebs_root_volume_size
  }
}

# A number before a unit: "200 vCPU", "400 GB".
function "leading_number" {
  params = [text]
  result = text == null ? null : tonumber(regex("^ *([0-9.]+)", text)[0])
}

resource "aws_emrserverless_application" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/emrserverless_application"
  locals {
    first_workers = [
      for c in first(self.initial_capacity, []) : {
        count  = c.initial_capacity_config[0].worker_count
        vcpu   = leading_number(c.initial_capacity_config[0].worker_configuration[0].cpu)
        memory = leading_number(c.initial_capacity_config[0].worker_configuration[0].memory)
      }
    ]
  }
  vcpu {
    steady = total([for w in local.first_workers : product([w.count, w.vcpu])])
    max    = first(leading_number(self.maximum_capacity[0].cpu), undetermined(total([for w in local.first_workers : product([w.count, w.vcpu])])))
  }
  memory_gib {
    steady = total([for w in local.first_workers : product([w.count, w.memory])])
    max    = first(leading_number(self.maximum_capacity[0].memory), undetermined(total([for w in local.first_workers : product([w.count, w.memory])])))
  }
  storage_gib {
    steady = 0
    max    = first(leading_number(self.maximum_capacity[0].disk), elastic(0))
  }
}

resource "aws_glue_job" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/glue_job"
  locals {
    worker = machine("aws_glue_worker", self.worker_type)
    runs   = default(self.execution_property[0].max_concurrent_runs, 1)
  }
  # Only while it runs: nothing after apply, and all runs at once at most. A data processing unit
  # is 4 vCPU and 16 GB.
  vcpu {
    steady = 0
    max = product([local.runs, first(
      product([self.number_of_workers, local.worker.vcpu]),
      product([4, self.max_capacity]), undetermined(0)
    )])
  }
  memory_gib {
    steady = 0
    max = product([local.runs, first(
      product([self.number_of_workers, local.worker.memory_gib]),
      product([16, self.max_capacity]), undetermined(0)
    )])
  }
}

resource "aws_dms_replication_instance" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dms_replication_instance"
  nodes {
    count       = self.multi_az == true ? 2 : 1
    machine     = machine("aws_ec2", without("dms.", self.replication_instance_class))
    storage_gib = default(self.allocated_storage, 50)
  }
}

resource "aws_dms_replication_config" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dms_replication_config"
  # A capacity unit has 2 GiB; how much CPU comes with it is not published.
  copies {
    count = self.compute_config[0].multi_az == true ? 2 : 1
    vcpu  = undetermined(0)
    memory_gib {
      steady = product([2, first(self.compute_config[0].min_capacity_units, 0)])
      max    = product([2, self.compute_config[0].max_capacity_units])
    }
  }
}

resource "aws_sagemaker_notebook_instance" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_notebook_instance"
  nodes       = 1
  machine     = machine("aws_ec2", without("ml.", self.instance_type))
  storage_gib = default(self.volume_size, 5)
}

resource "aws_sagemaker_app" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_app"
  # A "system" app runs on what SageMaker has anyway.
  when {
    condition = first(self.resource_spec[0].instance_type, "system") != "system"
    nodes     = 1
    machine   = machine("aws_ec2", without("ml.", self.resource_spec[0].instance_type))
  }
}

part "sagemaker_variant" {
  params = [variant, ceiling]
  nodes {
    condition = length(first(arg.variant.serverless_config, [])) == 0
    steady    = default(arg.variant.initial_instance_count, 1)
    max       = greatest([default(arg.variant.initial_instance_count, 1), arg.variant.managed_instance_scaling[0].max_instance_count, arg.ceiling])
    machine   = machine("aws_ec2", without("ml.", arg.variant.instance_type))
    storage_gib = first(arg.variant.volume_size_in_gb, 0)
  }
  # Serverless: nothing runs until somebody asks.
  when {
    condition = length(first(arg.variant.serverless_config, [])) > 0
    memory_gib {
      steady = 0
      max    = quotient(product([arg.variant.serverless_config[0].max_concurrency, arg.variant.serverless_config[0].memory_size_in_mb]), 1024)
    }
  }
}

resource "aws_sagemaker_endpoint_configuration" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_endpoint_configuration"
  keys   = ["name", "id", "arn"]
  locals {
    ceiling = greatest([for t in referring("aws_appautoscaling_target") : t.max_capacity])
  }
  each "production_variants" {
    use "sagemaker_variant" {
      variant = each.value
      ceiling = local.ceiling
    }
  }
  each "shadow_production_variants" {
    use "sagemaker_variant" {
      variant = each.value
      ceiling = null
    }
  }
}

# A build is no capacity that a tenant keeps, so it is told apart.
resource "aws_codebuild_project" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/codebuild_project"
  locals {
    machine = machine("aws_codebuild_compute", self.environment[0].compute_type)
    builds  = first(self.concurrent_build_limit, 0) > 0 ? self.concurrent_build_limit : undetermined(1)
  }
  burst_vcpu {
    steady = 0
    max    = product([local.builds, first(local.machine.vcpu, undetermined(0))])
  }
  burst_memory_gib {
    steady = 0
    max    = product([local.builds, first(local.machine.memory_gib, undetermined(0))])
  }
}

resource "aws_mwaa_environment" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/mwaa_environment"
  locals {
    class = default(self.environment_class, "mw1.small")
  }
  copies {
    steady  = total([default(self.min_workers, 1), default(self.schedulers, 2), default(self.min_webservers, 2)])
    max     = total([default(self.max_workers, 10), default(self.schedulers, 2), default(self.max_webservers, 2)])
    machine = machine("aws_mwaa_class", local.class)
  }
}

resource "aws_finspace_kx_cluster" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/finspace_kx_cluster"
  # How large these nodes are is in no table.
  nodes {
    steady     = default(self.capacity_configuration[0].node_count, 1)
    max        = first(self.auto_scaling_configuration[0].max_node_count, default(self.capacity_configuration[0].node_count, 1))
    vcpu       = undetermined(0)
    memory_gib = undetermined(0)
  }
}

# ================================================================ other machines

resource "aws_lightsail_instance" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lightsail_instance"
  nodes       = 1
  machine     = machine("aws_lightsail_bundle", self.bundle_id)
  storage_gib = machine("aws_lightsail_bundle", self.bundle_id).storage_gib
}

resource "aws_lightsail_database" {
  source    = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lightsail_database"
  databases = 1
  nodes     = 1
  # Bundles of databases are in no table but for what a catalog adds.
  machine     = machine("aws_lightsail_bundle", self.bundle_id)
  storage_gib = machine("aws_lightsail_bundle", self.bundle_id).storage_gib
}

# What an environment has hides among its settings; the last one of a name counts.
function "beanstalk" {
  params = [settings, namespace, name]
  result = reverse([for s in first(settings, []) : s.value if s.namespace == namespace && s.name == name])[0]
}

resource "aws_elastic_beanstalk_environment" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elastic_beanstalk_environment"
  locals {
    single = beanstalk(self.setting, "aws:elasticbeanstalk:environment", "EnvironmentType") == "SingleInstance"
    types = split(",", first(
      beanstalk(self.setting, "aws:ec2:instances", "InstanceTypes"),
      beanstalk(self.setting, "aws:autoscaling:launchconfiguration", "InstanceType"),
      ""
    ))
  }
  nodes {
    steady = local.single ? 1 : default(beanstalk(self.setting, "aws:autoscaling:asg", "MinSize"), 1)
    max    = local.single ? 1 : default(beanstalk(self.setting, "aws:autoscaling:asg", "MaxSize"), 4)
    worst {
      each {
        in      = local.types
        machine = machine("aws_ec2", trimspace(each.value) == "" ? null : trimspace(each.value))
      }
    }
    storage_gib = assume(beanstalk(self.setting, "aws:autoscaling:launchconfiguration", "RootVolumeSize"), 8)
  }
}

resource "aws_workspaces_workspace" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/workspaces_workspace"
  nodes       = 1
  machine     = machine("aws_workspaces_compute", default(self.workspace_properties[0].compute_type_name, "VALUE"))
  storage_gib = total([default(self.workspace_properties[0].root_volume_size_gib, 80), default(self.workspace_properties[0].user_volume_size_gib, 10)])
}

resource "aws_appstream_fleet" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/appstream_fleet"
  keys   = ["name", "id", "arn"]
  nodes {
    steady = first(self.compute_capacity[0].desired_instances, self.compute_capacity[0].desired_sessions, undetermined(1))
    max = greatest(concat(
      [first(self.compute_capacity[0].desired_instances, self.compute_capacity[0].desired_sessions, undetermined(1))],
      [for t in referring("aws_appautoscaling_target") : t.max_capacity]
    ))
    # How large these sizes are is in no table.
    vcpu       = undetermined(0)
    memory_gib = undetermined(0)
  }
}

# How many machines there are is set elsewhere.
resource "aws_gamelift_fleet" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/gamelift_fleet"
  nodes {
    count   = undetermined(1)
    machine = machine("aws_ec2", self.ec2_instance_type)
  }
}

resource "aws_cloud9_environment_ec2" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloud9_environment_ec2"
  nodes       = 1
  machine     = machine("aws_ec2", self.instance_type)
  storage_gib = assume(null, 10)
}

resource "aws_m2_environment" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/m2_environment"
  nodes {
    count   = default(self.high_availability_config[0].desired_capacity, 1)
    machine = machine("aws_ec2", without("M2.", self.instance_type))
  }
}

# ================================================================ sizes that no table lists

# An EC2 size: xlarge has 4 vCPU, 8xlarge eight times as many. How much memory comes with them
# depends on the family.
by_name "aws_ec2" {
  pattern = "[a-z0-9-]+\\.(?P<n>[0-9]+)xlarge"
  vcpu    = product([4, n])
}
by_name "aws_ec2" {
  pattern = "[a-z0-9-]+\\.(?P<size>nano|micro|small|medium|large|xlarge)"
  vcpu    = size == "xlarge" ? 4 : size == "medium" ? 1 : 2
}

# An RDS class is an EC2 size with "db." before it; Oracle classes may say how many threads and
# how many times the memory.
by_name "aws_rds" {
  pattern    = "db\\.(?P<size>[a-z0-9-]+\\.[a-z0-9-]+)\\.tpc[0-9]+\\.mem(?P<times>[0-9]+)x"
  vcpu       = machine("aws_ec2", size).vcpu
  memory_gib = product([machine("aws_ec2", size).memory_gib, times])
}
by_name "aws_rds" {
  pattern    = "db\\.(?P<size>[a-z0-9-]+\\.[a-z0-9-]+)"
  vcpu       = machine("aws_ec2", size).vcpu
  memory_gib = machine("aws_ec2", size).memory_gib
}

# Other services put a word of their own before or behind the EC2 size.
by_name "aws_opensearch" {
  pattern    = "(?P<size>[a-z0-9-]+\\.[a-z0-9-]+)\\.search"
  vcpu       = machine("aws_ec2", size).vcpu
  memory_gib = machine("aws_ec2", size).memory_gib
}
by_name "aws_msk" {
  pattern    = "(?:kafka|express)\\.(?P<size>[a-z0-9-]+\\.[a-z0-9-]+)"
  vcpu       = machine("aws_ec2", size).vcpu
  memory_gib = machine("aws_ec2", size).memory_gib
}
by_name "aws_elasticache" {
  pattern    = "cache\\.(?P<size>[a-z0-9-]+\\.[a-z0-9-]+)"
  vcpu       = machine("aws_ec2", size).vcpu
  memory_gib = machine("aws_ec2", size).memory_gib
}
by_name "aws_memorydb" {
  pattern    = "db\\.(?P<size>[a-z0-9-]+\\.[a-z0-9-]+)"
  vcpu       = machine("aws_ec2", size).vcpu
  memory_gib = machine("aws_ec2", size).memory_gib
}

# ================================================================ found by their attributes in the schema

# It may make all its members larger than the first one says.
resource "aws_elasticache_global_replication_group" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_global_replication_group"
  opaque = configured(self.cache_node_type) != null || configured(self.num_node_groups) != null
}

# Pausing and resuming asks for nothing; resizing asks for what the cluster does not say.
resource "aws_redshift_scheduled_action" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/redshift_scheduled_action"
  opaque = length(first(self.target_action[0].resize_cluster, [])) > 0
}

resource "aws_codebuild_fleet" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/codebuild_fleet"
  nodes {
    steady     = self.base_capacity
    max        = greatest([self.base_capacity, self.scaling_configuration[0].max_capacity])
    vcpu       = first(self.compute_configuration[0].vcpu, machine("aws_codebuild_compute", self.compute_type).vcpu)
    memory_gib = first(self.compute_configuration[0].memory, machine("aws_codebuild_compute", self.compute_type).memory_gib)
  }
}

# The autoscaling group that it makes may use any of its sizes.
resource "aws_gamelift_game_server_group" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/gamelift_game_server_group"
  worst {
    each "instance_definition" {
      nodes {
        steady  = self.min_size
        max     = self.max_size
        machine = machine("aws_ec2", each.value.instance_type)
      }
    }
  }
}

resource "aws_fsx_file_cache" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/fsx_file_cache"
  storage_gib = self.storage_capacity
}

resource "aws_lightsail_disk" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lightsail_disk"
  storage_gib = self.size_in_gb
}

resource "aws_storagegateway_cached_iscsi_volume" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/storagegateway_cached_iscsi_volume"
  storage_gib = quotient(self.volume_size_in_bytes, 1073741824)
}

resource "aws_sagemaker_space" {
  source      = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_space"
  storage_gib = first(self.space_settings[0].space_storage_settings[0].ebs_storage_settings[0].ebs_volume_size_in_gb, 0)
}

# 1 m-NCU is about 1 GiB; what it has of vCPU is not documented.
resource "aws_neptunegraph_graph" {
  source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/neptunegraph_graph"
  nodes {
    count      = total([1, default(self.replica_count, 1)])
    memory_gib = self.provisioned_memory
    vcpu       = undetermined(0)
  }
}

# ================================================================ all others

# Known to ask for no compute and no provisioned storage. A pattern stands for a service that has
# nothing else; types with rules, counted ones and opaque ones are named, and a name goes before
# a pattern.
weightless = [
  # who may do what, and what is watched
  "aws_accessanalyzer_*", "aws_acm_*", "aws_acmpca_*", "aws_budgets_*", "aws_ce_*", "aws_cloudtrail",
  "aws_cloudtrail_*", "aws_cloudwatch_*", "aws_cognito_*", "aws_config_*", "aws_cur_*", "aws_detective_*",
  "aws_guardduty_*", "aws_iam_*", "aws_identitystore_*", "aws_inspector_*", "aws_inspector2_*", "aws_kms_*",
  "aws_macie2_*", "aws_organizations_*", "aws_ram_*", "aws_resourcegroups_*", "aws_secretsmanager_*",
  "aws_securityhub_*", "aws_servicequotas_*", "aws_shield_*", "aws_signer_*", "aws_ssoadmin_*", "aws_xray_*",
  "aws_account_alternate_contact", "aws_account_primary_contact", "aws_account_region", "aws_ec2_tag",
  "aws_flow_log", "aws_key_pair", "aws_rolesanywhere_profile", "aws_rolesanywhere_trust_anchor",
  "aws_ssm_document", "aws_ssm_maintenance_window", "aws_ssm_maintenance_window_target", "aws_ssm_parameter",
  "aws_ssm_patch_baseline", "aws_ssm_patch_group", "aws_ssm_resource_data_sync", "aws_ssm_service_setting",

  # networks
  "aws_customer_gateway", "aws_default_network_acl", "aws_default_route_table", "aws_default_security_group",
  "aws_default_subnet", "aws_default_vpc", "aws_default_vpc_dhcp_options", "aws_dx_connection_association",
  "aws_dx_gateway", "aws_dx_gateway_association", "aws_dx_gateway_association_proposal", "aws_dx_lag",
  "aws_dx_private_virtual_interface", "aws_dx_public_virtual_interface", "aws_dx_transit_virtual_interface",
  "aws_ec2_managed_prefix_list", "aws_ec2_managed_prefix_list_entry", "aws_ec2_subnet_cidr_reservation",
  "aws_ec2_transit_gateway_peering_attachment", "aws_ec2_transit_gateway_peering_attachment_accepter",
  "aws_ec2_transit_gateway_policy_table", "aws_ec2_transit_gateway_prefix_list_reference",
  "aws_ec2_transit_gateway_route", "aws_ec2_transit_gateway_route_table",
  "aws_ec2_transit_gateway_route_table_association", "aws_ec2_transit_gateway_route_table_propagation",
  "aws_ec2_transit_gateway_vpc_attachment_accepter", "aws_egress_only_internet_gateway", "aws_eip",
  "aws_eip_association", "aws_internet_gateway", "aws_internet_gateway_attachment",
  "aws_main_route_table_association", "aws_network_acl", "aws_network_acl_association", "aws_network_acl_rule",
  "aws_network_interface", "aws_network_interface_attachment", "aws_network_interface_sg_attachment",
  "aws_networkfirewall_firewall_policy", "aws_networkfirewall_logging_configuration",
  "aws_networkfirewall_resource_policy", "aws_networkfirewall_rule_group", "aws_placement_group",
  "aws_proxy_protocol_policy", "aws_route", "aws_route_table", "aws_route_table_association",
  "aws_route53_*", "aws_security_group", "aws_security_group_rule", "aws_service_discovery_*", "aws_subnet",
  "aws_vpc", "aws_vpc_dhcp_options", "aws_vpc_dhcp_options_association", "aws_vpc_endpoint_*",
  "aws_vpc_ipam", "aws_vpc_ipam_*", "aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association",
  "aws_vpc_peering_connection", "aws_vpc_peering_connection_accepter", "aws_vpc_peering_connection_options",
  "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule",
  "aws_vpc_security_group_vpc_association", "aws_vpclattice_*", "aws_vpn_connection_route", "aws_vpn_gateway",
  "aws_vpn_gateway_attachment", "aws_vpn_gateway_route_propagation",
  "aws_globalaccelerator_endpoint_group", "aws_globalaccelerator_listener",

  # the edge
  "aws_alb_*", "aws_api_gateway_*", "aws_apigatewayv2_*", "aws_app_cookie_stickiness_policy", "aws_appmesh_*",
  "aws_appsync_api_key", "aws_appsync_datasource", "aws_appsync_domain_name",
  "aws_appsync_domain_name_api_association", "aws_appsync_function", "aws_appsync_graphql_api",
  "aws_appsync_resolver", "aws_appsync_source_api_association", "aws_appsync_type", "aws_cloudfront_*",
  "aws_elb_attachment", "aws_lb_*", "aws_load_balancer_backend_server_policy",
  "aws_load_balancer_listener_policy", "aws_load_balancer_policy", "aws_waf_*", "aws_wafregional_*", "aws_wafv2_*",

  # settings of what counts elsewhere
  "aws_ami", "aws_ami_copy", "aws_ami_from_instance", "aws_ami_launch_permission",
  "aws_appautoscaling_policy", "aws_autoscaling_attachment",
  "aws_autoscaling_group_tag", "aws_autoscaling_lifecycle_hook", "aws_autoscaling_notification",
  "aws_autoscaling_policy", "aws_autoscaling_traffic_source_attachment", 
  "aws_backup_*", "aws_batch_job_definition", "aws_batch_job_queue", "aws_batch_scheduling_policy",
  "aws_codebuild_report_group", "aws_codebuild_source_credential", "aws_codebuild_webhook",
  "aws_dax_parameter_group", "aws_dax_subnet_group", "aws_db_cluster_snapshot", "aws_db_event_subscription",
  "aws_db_instance_automated_backups_replication", "aws_db_instance_role_association", "aws_db_option_group",
  "aws_db_parameter_group", "aws_db_proxy_default_target_group", "aws_db_proxy_endpoint", "aws_db_proxy_target",
  "aws_db_security_group", "aws_db_snapshot", "aws_db_snapshot_copy", "aws_db_subnet_group",
  "aws_dlm_lifecycle_policy", "aws_dms_certificate", "aws_dms_endpoint", "aws_dms_event_subscription",
  "aws_dms_replication_subnet_group", "aws_dms_replication_task", "aws_docdb_cluster_parameter_group",
  "aws_docdb_cluster_snapshot", "aws_docdb_event_subscription", "aws_docdb_global_cluster",
  "aws_docdb_subnet_group", "aws_dynamodb_contributor_insights", "aws_dynamodb_kinesis_streaming_destination",
  "aws_dynamodb_resource_policy", "aws_dynamodb_table_item", "aws_dynamodb_tag", "aws_ebs_default_kms_key",
  "aws_ebs_encryption_by_default", "aws_ebs_snapshot_block_public_access", "aws_ec2_instance_metadata_defaults",
  "aws_ec2_instance_state", "aws_ec2_serial_console_access", "aws_ecr_lifecycle_policy",
  "aws_ecr_pull_through_cache_rule", "aws_ecr_registry_policy", "aws_ecr_registry_scanning_configuration",
  "aws_ecr_replication_configuration", "aws_ecr_repository", "aws_ecr_repository_creation_template",
  "aws_ecr_repository_policy", "aws_ecrpublic_repository", "aws_ecrpublic_repository_policy",
  "aws_ecs_account_setting_default", "aws_ecs_cluster", "aws_ecs_cluster_capacity_providers", "aws_ecs_tag",
  "aws_efs_access_point", "aws_efs_backup_policy", "aws_efs_file_system_policy", "aws_efs_mount_target",
  "aws_efs_replication_configuration", "aws_eks_access_entry", "aws_eks_access_policy_association",
  "aws_eks_identity_provider_config", "aws_eks_pod_identity_association", "aws_elastic_beanstalk_application",
  "aws_elastic_beanstalk_application_version", "aws_elastic_beanstalk_configuration_template",
  "aws_elasticache_parameter_group", "aws_elasticache_security_group",
  "aws_elasticache_subnet_group", "aws_elasticache_user", "aws_elasticache_user_group",
  "aws_elasticache_user_group_association", "aws_elasticsearch_domain_policy",
  "aws_elasticsearch_domain_saml_options", "aws_elasticsearch_vpc_endpoint",   "aws_emr_security_configuration", "aws_glue_catalog_database", "aws_glue_catalog_table",
  "aws_glue_classifier", "aws_glue_connection", "aws_glue_data_catalog_encryption_settings",
  "aws_glue_partition", "aws_glue_partition_index", "aws_glue_registry", "aws_glue_resource_policy",
  "aws_glue_schema", "aws_glue_security_configuration", "aws_glue_trigger", "aws_glue_workflow",
  "aws_kinesis_resource_policy", "aws_kinesis_stream_consumer", "aws_lakeformation_data_lake_settings",
  "aws_lakeformation_lf_tag", "aws_lakeformation_permissions", "aws_lakeformation_resource",
  "aws_lakeformation_resource_lf_tags", "aws_lambda_alias", "aws_lambda_code_signing_config",
  "aws_lambda_event_source_mapping", "aws_lambda_function_event_invoke_config", "aws_lambda_function_url",
  "aws_lambda_invocation", "aws_lambda_layer_version", "aws_lambda_layer_version_permission",
  "aws_lambda_permission", "aws_lambda_runtime_management_config", "aws_lightsail_domain",
  "aws_lightsail_key_pair", "aws_lightsail_static_ip", "aws_lightsail_static_ip_attachment",
  "aws_memorydb_acl", "aws_memorydb_parameter_group", "aws_memorydb_snapshot", "aws_memorydb_subnet_group",
  "aws_memorydb_user", "aws_mq_configuration", "aws_msk_cluster_policy", "aws_msk_configuration",
  "aws_msk_scram_secret_association", "aws_msk_vpc_connection", "aws_mskconnect_custom_plugin",
  "aws_mskconnect_worker_configuration", "aws_neptune_cluster_endpoint", "aws_neptune_cluster_parameter_group",
  "aws_neptune_cluster_snapshot", "aws_neptune_event_subscription", "aws_neptune_global_cluster",
  "aws_neptune_parameter_group", "aws_neptune_subnet_group", "aws_opensearch_domain_policy",
  "aws_opensearch_domain_saml_options", "aws_opensearch_package", "aws_opensearch_package_association",
  "aws_opensearch_vpc_endpoint", "aws_opensearchserverless_access_policy",
  "aws_opensearchserverless_lifecycle_policy", "aws_opensearchserverless_security_config",
  "aws_opensearchserverless_security_policy", "aws_opensearchserverless_vpc_endpoint", 
  "aws_rds_certificate", "aws_rds_cluster_activity_stream", "aws_rds_cluster_endpoint",
  "aws_rds_cluster_parameter_group", "aws_rds_cluster_role_association", "aws_rds_cluster_snapshot_copy",
  "aws_rds_global_cluster", "aws_rds_instance_state", "aws_rds_integration", "aws_redshift_cluster_iam_roles",
  "aws_redshift_cluster_snapshot", "aws_redshift_data_share_authorization", "aws_redshift_endpoint_access",
  "aws_redshift_event_subscription", "aws_redshift_logging", "aws_redshift_parameter_group",
  "aws_redshift_security_group", "aws_redshift_snapshot_schedule",
  "aws_redshift_snapshot_schedule_association", "aws_redshift_subnet_group",
  "aws_redshiftserverless_endpoint_access", "aws_redshiftserverless_namespace",
  "aws_redshiftserverless_snapshot", "aws_s3_access_point", "aws_s3_account_public_access_block",
  "aws_s3_bucket_*", "aws_s3_directory_bucket", "aws_s3_object", "aws_s3_object_copy", "aws_s3control_*",
  "aws_sagemaker_endpoint", "aws_sagemaker_image", "aws_sagemaker_image_version", "aws_sagemaker_model",
  "aws_sagemaker_model_package_group", "aws_sagemaker_notebook_instance_lifecycle_configuration",
  "aws_sagemaker_studio_lifecycle_config", "aws_sagemaker_user_profile", 
  "aws_scheduler_schedule_group", "aws_schemas_*", "aws_ses_*", "aws_sesv2_*", "aws_snapshot_create_volume_permission",
  "aws_sns_*", "aws_spot_datafeed_subscription", "aws_sqs_queue_policy", "aws_sqs_queue_redrive_allow_policy",
  "aws_sqs_queue_redrive_policy", "aws_transfer_access", "aws_transfer_ssh_key", "aws_transfer_user",
  "aws_volume_attachment", "aws_workspaces_directory", "aws_workspaces_ip_group",
]

# No machines and no disks, but each is one of something that a tier may limit.
counted = {
  load_balancers       = ["aws_lb", "aws_alb", "aws_elb"]
  nat_gateways         = ["aws_nat_gateway"]
  vpc_endpoints        = ["aws_vpc_endpoint"]
  transit_gateways     = ["aws_ec2_transit_gateway"]
  transit_attachments  = ["aws_ec2_transit_gateway_vpc_attachment"]
  vpn_connections      = ["aws_vpn_connection", "aws_ec2_client_vpn_endpoint"]
  direct_connections   = ["aws_dx_connection"]
  accelerators         = ["aws_globalaccelerator_accelerator"]
  resolver_endpoints   = ["aws_route53_resolver_endpoint"]
  firewalls            = ["aws_networkfirewall_firewall"]
  web_acls             = ["aws_wafv2_web_acl"]
  buckets              = ["aws_s3_bucket"]
  queues               = ["aws_sqs_queue"]
  state_machines       = ["aws_sfn_state_machine"]
  delivery_streams     = ["aws_kinesis_firehose_delivery_stream"]
  distributions        = ["aws_cloudfront_distribution"]
  directories          = ["aws_directory_service_directory"]
  transfer_servers     = ["aws_transfer_server"]
  hardware_key_modules = ["aws_cloudhsm_v2_hsm"]
  backup_vaults        = ["aws_backup_vault"]
  snapshots            = ["aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import"]
  api_stages           = ["aws_api_gateway_stage"]
  database_proxies     = ["aws_db_proxy"]
}

# Hide capacity that the plan does not show.
opaque = [
  "aws_autoscalingplans_scaling_plan", "aws_bedrock_provisioned_model_throughput", "aws_cloudsearch_domain",
  "aws_drs_replication_configuration_template", "aws_emr_managed_scaling_policy", "aws_glue_ml_transform",
  "aws_imagebuilder_image", "aws_kendra_index", "aws_lightsail_container_service",
  "aws_memorydb_multi_region_cluster", "aws_opsworks_instance", "aws_osis_pipeline",
  "aws_sagemaker_data_quality_job_definition", "aws_sagemaker_feature_group",
  "aws_athena_workgroup", "aws_cloudformation_stack", "aws_cloudformation_stack_instances",
  "aws_cloudformation_stack_set", "aws_cloudformation_stack_set_instance", "aws_eks_addon",
  "aws_eks_fargate_profile", "aws_glue_crawler", "aws_imagebuilder_image_pipeline", "aws_msk_serverless_cluster",
  "aws_opensearchserverless_collection", "aws_sagemaker_domain", "aws_servicecatalog_provisioned_product",
  "aws_ssm_association",
]
