# The catalog's own cases: `guard test` runs them. Every limit has a case at its last unit and one
# behind it, so that nobody moves a limit without saying so here.

test "everything that Small allows, to the last unit" {
  tier = "small"

  request "production" {
    vcpu             = 64
    memory_gib       = 256
    iops             = 9999
    storage_gib      = 5000
    nodes            = 20
    databases        = 2
    environment_size = "small"
  }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "65 vCPU are too many for Small" {
  tier = "small"

  request "production" {
    vcpu = 65
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "257 GiB of memory are too many for Small" {
  tier = "small"

  request "production" {
    memory_gib = 257
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "10000 IOPS are too many for Small" {
  tier = "small"

  request "production" {
    iops = 10000
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "5001 GiB of storage are too many for Small" {
  tier = "small"

  request "production" {
    storage_gib = 5001
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "21 machines are too many for Small" {
  tier = "small"

  request "production" {
    nodes = 21
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "3 databases are too many for Small" {
  tier = "small"

  request "production" {
    databases = 3
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "everything that Medium allows, to the last unit" {
  tier = "medium"

  request "production" {
    vcpu             = 256
    memory_gib       = 1024
    iops             = 39999
    storage_gib      = 50000
    nodes            = 80
    databases        = 6
    gpus             = 4
    environment_size = "medium"
  }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "257 vCPU are too many for Medium" {
  tier = "medium"

  request "production" {
    vcpu = 257
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "1025 GiB of memory are too many for Medium" {
  tier = "medium"

  request "production" {
    memory_gib = 1025
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "40000 IOPS are too many for Medium" {
  tier = "medium"

  request "production" {
    iops = 40000
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "50001 GiB of storage are too many for Medium" {
  tier = "medium"

  request "production" {
    storage_gib = 50001
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "81 machines are too many for Medium" {
  tier = "medium"

  request "production" {
    nodes = 81
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "7 databases are too many for Medium" {
  tier = "medium"

  request "production" {
    databases = 7
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "5 GPUs are too many for Medium" {
  tier = "medium"

  request "production" {
    gpus = 5
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Small has no GPUs" {
  tier = "small"

  request "production" {
    gpus = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Small has two environments" {
  tier = "small"

  request "production" {
  }

  request "staging" {
  }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "Small has no third environment" {
  tier = "small"

  request "production" {
  }

  request "staging" {
  }

  request "sandbox" {
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "a medium environment is too large for Small" {
  tier = "small"

  request "production" {
    environment_size = "medium"
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Medium has four environments" {
  tier = "medium"

  request "production" {
  }

  request "staging" {
  }

  request "sandbox" {
  }

  request "development" {
  }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "Medium has no fifth environment" {
  tier = "medium"

  request "production" {
  }

  request "staging" {
  }

  request "sandbox" {
  }

  request "development" {
  }

  request "demo" {
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "a large environment is too large for Medium" {
  tier = "medium"

  request "production" {
    environment_size = "large"
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise has environments as large as there are" {
  tier = "enterprise"

  request "production" {
    environment_size = "large"
  }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "Enterprise takes a review of any vCPU" {
  tier = "enterprise"

  request "production" {
    vcpu = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise takes a review of any GiB of memory" {
  tier = "enterprise"

  request "production" {
    memory_gib = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise takes a review of any IOPS" {
  tier = "enterprise"

  request "production" {
    iops = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise takes a review of any GiB of storage" {
  tier = "enterprise"

  request "production" {
    storage_gib = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise takes a review of any machines" {
  tier = "enterprise"

  request "production" {
    nodes = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise takes a review of any databases" {
  tier = "enterprise"

  request "production" {
    databases = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise takes a review of any GPUs" {
  tier = "enterprise"

  request "production" {
    gpus = 1
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}

test "Enterprise has no eleventh environment" {
  tier = "enterprise"

  request "e1" {
  }

  request "e2" {
  }

  request "e3" {
  }

  request "e4" {
  }

  request "e5" {
  }

  request "e6" {
  }

  request "e7" {
  }

  request "e8" {
  }

  request "e9" {
  }

  request "e10" {
  }

  request "e11" {
  }

  expect {
    verdict  = "fail"
    findings = ["over-limit"]
  }
}
