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
  "aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action", "aws_autoscaling_attachment",
  "aws_autoscaling_group_tag", "aws_autoscaling_lifecycle_hook", "aws_autoscaling_notification",
  "aws_autoscaling_policy", "aws_autoscaling_traffic_source_attachment", "aws_autoscalingplans_scaling_plan",
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
  "aws_elasticache_global_replication_group", "aws_elasticache_parameter_group", "aws_elasticache_security_group",
  "aws_elasticache_subnet_group", "aws_elasticache_user", "aws_elasticache_user_group",
  "aws_elasticache_user_group_association", "aws_elasticsearch_domain_policy",
  "aws_elasticsearch_domain_saml_options", "aws_elasticsearch_vpc_endpoint", "aws_emr_managed_scaling_policy",
  "aws_emr_security_configuration", "aws_glue_catalog_database", "aws_glue_catalog_table",
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
  "aws_opensearchserverless_security_policy", "aws_opensearchserverless_vpc_endpoint", "aws_pipes_pipe",
  "aws_rds_certificate", "aws_rds_cluster_activity_stream", "aws_rds_cluster_endpoint",
  "aws_rds_cluster_parameter_group", "aws_rds_cluster_role_association", "aws_rds_cluster_snapshot_copy",
  "aws_rds_global_cluster", "aws_rds_instance_state", "aws_rds_integration", "aws_redshift_cluster_iam_roles",
  "aws_redshift_cluster_snapshot", "aws_redshift_data_share_authorization", "aws_redshift_endpoint_access",
  "aws_redshift_event_subscription", "aws_redshift_logging", "aws_redshift_parameter_group",
  "aws_redshift_scheduled_action", "aws_redshift_security_group", "aws_redshift_snapshot_schedule",
  "aws_redshift_snapshot_schedule_association", "aws_redshift_subnet_group",
  "aws_redshiftserverless_endpoint_access", "aws_redshiftserverless_namespace",
  "aws_redshiftserverless_snapshot", "aws_s3_access_point", "aws_s3_account_public_access_block",
  "aws_s3_bucket_*", "aws_s3_directory_bucket", "aws_s3_object", "aws_s3_object_copy", "aws_s3control_*",
  "aws_sagemaker_endpoint", "aws_sagemaker_image", "aws_sagemaker_image_version", "aws_sagemaker_model",
  "aws_sagemaker_model_package_group", "aws_sagemaker_notebook_instance_lifecycle_configuration",
  "aws_sagemaker_studio_lifecycle_config", "aws_sagemaker_user_profile", "aws_scheduler_schedule",
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
  "aws_athena_workgroup", "aws_cloudformation_stack", "aws_cloudformation_stack_instances",
  "aws_cloudformation_stack_set", "aws_cloudformation_stack_set_instance", "aws_eks_addon",
  "aws_eks_fargate_profile", "aws_glue_crawler", "aws_imagebuilder_image_pipeline", "aws_msk_serverless_cluster",
  "aws_opensearchserverless_collection", "aws_sagemaker_domain", "aws_servicecatalog_provisioned_product",
  "aws_ssm_association",
]
