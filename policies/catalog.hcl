# What Acme Cloud sells, and who may allow more.
#
# This is the sample catalog inside guard. `guard init` copies it to policies/catalog.hcl; change
# it there until it says what your price list says: from then on the file that Sales reads is the
# file that fails the build. All mistakes in it are told at once, each underlined.
# docs/catalog.md describes every block.

catalog "acme-cloud" {
  currency     = "USD"
  default_tier = "small" # what no named tenant owns is held to this, all of it together

  # What guard does about things that it cannot judge: fail or warn.
  undetermined = "fail" # an amount is known only after apply and may be too much
  opaque       = "fail" # a resource hides what it asks for: a Helm release, a nested stack
  no_rule      = "warn" # guard has never heard of the resource type
  elastic      = "warn" # no ceiling by nature: a function without reserved concurrency

  # Who may accept what cannot be measured.
  accept_approvers = [["engineering-vp", "sre-lead"]]
}

# How large an environment may be, smallest first. Its size is the smallest that holds
# everything it asks for and everything it declares.

size "small" {
  vcpu        = 64
  memory_gib  = 256
  storage_gib = 5000
  iops        = 10000
  nodes       = 20
}

size "medium" {
  vcpu        = 256
  memory_gib  = 1024
  storage_gib = 50000
  iops        = 40000
  nodes       = 80
}

size "large" {
  vcpu        = 512
  memory_gib  = 4096
  storage_gib = 250000
  iops        = 160000
  nodes       = 200
}

# The tiers, in ascending order. Two things that Sales used to keep apart meet here: the
# sizing sheet (Small, Medium, Enterprise) and the feature menu (Standard, Pro, Enterprise).

tier "small" {
  title          = "Small (Standard)"
  users          = 10000 # fewer than
  infrastructure = "Shared cluster (K8s-Sml)"

  features = {
    api_rate_limit = "100 req/min"
    data_retention = "30 days"
    support_sla    = "24-hr email"
  }

  limit "vcpu" {
    max           = 64
    approvers     = [["engineering-vp", "oncall-lead"]]
    error_message = "CPU request exceeds standard sales tier. Engineering VP approval required."

    overage {
      price_per_unit  = 38
      unit            = "vCPU-month"
      lead_time_weeks = 2
    }
  }

  limit "memory_gib" {
    max           = 256
    approvers     = [["engineering-vp", "oncall-lead"]]
    error_message = "Memory request exceeds standard sales tier. Engineering VP approval required."

    overage {
      price_per_unit  = 5
      unit            = "GiB-month"
      lead_time_weeks = 2
    }
  }

  limit "iops" {
    below         = 10000
    approvers     = [["engineering-vp"]]
    error_message = "IOPS request exceeds standard sales tier. Engineering VP approval required."

    overage {
      price_per_unit  = 0.065
      unit            = "IOPS-month"
      lead_time_weeks = 1
    }
  }

  limit "storage_gib" {
    max           = 5000
    approvers     = [["engineering-vp"]]
    error_message = "Storage request exceeds standard sales tier. Engineering VP approval required."

    overage {
      price_per_unit  = 0.12
      unit            = "GiB-month"
      lead_time_weeks = 1
    }
  }

  limit "nodes" {
    max           = 20
    approvers     = [["engineering-vp", "oncall-lead"]]
    error_message = "Machine count exceeds standard sales tier. Engineering VP approval required."
  }

  limit "databases" {
    max           = 2
    approvers     = [["engineering-vp"]]
    error_message = "The standard sales tier has two databases in each environment. Engineering VP approval required."

    overage {
      price_per_unit  = 450
      unit            = "database-month"
      lead_time_weeks = 3
    }
  }

  limit "gpus" {
    max           = 0
    approvers     = [["engineering-vp"]]
    error_message = "GPUs are not on the standard menu. Engineering VP approval required."
  }

  limit "environments" {
    max           = 2
    per           = "tenant"
    approvers     = [["engineering-vp"]]
    error_message = "The standard sales tier has two environments. Engineering VP approval required."
  }

  limit "environment_size" {
    max           = "small"
    approvers     = [["engineering-vp", "oncall-lead"]]
    error_message = "Environment size exceeds standard sales tier. Engineering VP approval required."
  }
}

tier "medium" {
  title          = "Medium (Pro)"
  users          = 100000
  infrastructure = "Dedicated RDS (db-med-04)"

  features = {
    api_rate_limit = "1,000 req/min"
    data_retention = "1 year"
    support_sla    = "4-hr phone"
  }

  limit "vcpu" {
    max           = 256
    approvers     = [["engineering-vp"]]
    error_message = "CPU request exceeds the Pro tier. Engineering VP approval required."

    overage {
      price_per_unit  = 34
      unit            = "vCPU-month"
      lead_time_weeks = 2
    }
  }

  limit "memory_gib" {
    max           = 1024
    approvers     = [["engineering-vp"]]
    error_message = "Memory request exceeds the Pro tier. Engineering VP approval required."

    overage {
      price_per_unit  = 4.5
      unit            = "GiB-month"
      lead_time_weeks = 2
    }
  }

  limit "iops" {
    below         = 40000
    approvers     = [["engineering-vp"]]
    error_message = "IOPS request exceeds the Pro tier. Engineering VP approval required."

    overage {
      price_per_unit  = 0.06
      unit            = "IOPS-month"
      lead_time_weeks = 1
    }
  }

  limit "storage_gib" {
    max           = 50000
    approvers     = [["engineering-vp"]]
    error_message = "Storage request exceeds the Pro tier. Engineering VP approval required."

    overage {
      price_per_unit  = 0.1
      unit            = "GiB-month"
      lead_time_weeks = 1
    }
  }

  limit "nodes" {
    max           = 80
    approvers     = [["engineering-vp"]]
    error_message = "Machine count exceeds the Pro tier. Engineering VP approval required."
  }

  limit "databases" {
    max           = 6
    approvers     = [["engineering-vp"]]
    error_message = "The Pro tier has six databases in each environment. Engineering VP approval required."

    overage {
      price_per_unit  = 400
      unit            = "database-month"
      lead_time_weeks = 3
    }
  }

  limit "gpus" {
    max           = 4
    approvers     = [["engineering-vp"]]
    error_message = "GPU request exceeds the Pro tier. Engineering VP approval required."

    overage {
      price_per_unit  = 900
      unit            = "GPU-month"
      lead_time_weeks = 6
    }
  }

  limit "environments" {
    max           = 4
    per           = "tenant"
    approvers     = [["engineering-vp"]]
    error_message = "The Pro tier has four environments. Engineering VP approval required."
  }

  limit "environment_size" {
    max           = "medium"
    approvers     = [["engineering-vp"]]
    error_message = "Environment size exceeds the Pro tier. Engineering VP approval required."
  }
}

tier "enterprise" {
  title          = "Enterprise"
  users_from     = 1000000
  infrastructure = "Custom sharding"

  features = {
    api_rate_limit = "Custom (requires technical review)"
    data_retention = "Unlimited"
    support_sla    = "Dedicated Slack channel"
  }

  # Enterprise is agreed case by case: any amount needs the technical review on record.
  limit "vcpu" {
    review        = true
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise capacity is custom. Technical review by Engineering VP and SRE required."

    overage {
      price_per_unit  = 30
      unit            = "vCPU-month"
      lead_time_weeks = 4
    }
  }

  limit "memory_gib" {
    review        = true
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise capacity is custom. Technical review by Engineering VP and SRE required."
  }

  limit "iops" {
    review        = true
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise capacity is custom. Technical review by Engineering VP and SRE required."
  }

  limit "storage_gib" {
    review        = true
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise capacity is custom. Technical review by Engineering VP and SRE required."
  }

  limit "nodes" {
    review        = true
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise capacity is custom. Technical review by Engineering VP and SRE required."
  }

  limit "databases" {
    review        = true
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise capacity is custom. Technical review by Engineering VP and SRE required."
  }

  limit "gpus" {
    review        = true
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise capacity is custom. Technical review by Engineering VP and SRE required."
  }

  limit "environments" {
    max           = 10
    per           = "tenant"
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "Enterprise has ten environments. Technical review by Engineering VP and SRE required."
  }

  limit "environment_size" {
    max           = "large"
    approvers     = [["engineering-vp"], ["sre-lead"]]
    error_message = "This environment is larger than any on the menu. Technical review by Engineering VP and SRE required."
  }
}

# Other spellings of an environment's name, so that none of them makes an environment more.

environment "production" {
  aliases = ["prod", "prd"]
}

environment "staging" {
  aliases = ["stage", "stg"]
}

environment "development" {
  aliases = ["dev"]
}

environment "sandbox" {
  aliases = ["sbx"]
}

# Where tenant and environment are read from when no `match` of a tenant names them; the first
# that says something wins. Whoever opens the pull request writes these, so a `match` on a
# root or workspace beats them, and what contradicts it fails.

identify {
  tenant = [
    tag.tenant, tag.Tenant, label.tenant,
    module.tenant_name, var.tenant_name, var.tenant,
  ]
  environment = [
    tag.environment, tag.Environment, label.environment,
    module.environment, var.environment, namespace,
  ]
}

# Modules whose inputs state a request outright. What they state is held to the limits too, and
# the greater of stated and measured counts.

declare "**/modules/tenant" {
  tenant           = input.tenant_name
  environment      = input.environment
  environment_size = input.environment_size
  vcpu             = input.max_cpu_limit
  iops             = input.io_ops_request
}

# Who may allow how much more, and for how long. A dimension that a role does not name it
# cannot grant.

role "engineering-vp" {
  max = {
    vcpu             = 512
    memory_gib       = 4096
    iops             = 50000
    storage_gib      = 100000
    nodes            = 200
    databases        = 20
    gpus             = 16
    environments     = 5
    environment_size = "large"
  }
  max_days = 90
}

role "sre-lead" {
  max = {
    vcpu             = 512
    memory_gib       = 4096
    iops             = 50000
    storage_gib      = 100000
    nodes            = 200
    databases        = 20
    gpus             = 16
    environments     = 5
    environment_size = "large"
  }
  max_days = 90
}

# At two in the morning: a little more, for a week.
role "oncall-lead" {
  max = {
    vcpu             = 128
    memory_gib       = 512
    nodes            = 40
    environment_size = "medium"
  }
  max_days = 7
}

# The people who hold these roles. Records in approvals/ name them.

person "dana@example.com" {
  roles  = ["engineering-vp"]
  logins = ["github:dana"]
}

person "bob@example.com" {
  roles  = ["sre-lead"]
  logins = ["github:bob"]
}

person "olga@example.com" {
  roles  = ["oncall-lead"]
  logins = ["github:olga"]
}
