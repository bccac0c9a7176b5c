# What can be promised by name, and what takes somebody's word.

test "the first column of the feature menu is Small" {
  tier     = "small"
  features = { api_rate_limit = "100 req/min", data_retention = "30 days", support_sla = "24-hr email" }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "the second column is Medium" {
  tier     = "medium"
  features = { api_rate_limit = "1,000 req/min", data_retention = "1 year", support_sla = "4-hr phone" }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "a year of retention is not in Small" {
  tier     = "small"
  features = { data_retention = "1 year" }

  expect {
    verdict  = "fail"
    findings = ["not-in-tier"]
  }
}

test "a higher tier has what a lower one has" {
  tier     = "enterprise"
  features = { data_retention = "1 year", support_sla = "Dedicated Slack channel" }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "a rate limit of Enterprise takes a technical review" {
  tier     = "enterprise"
  features = { api_rate_limit = "50,000 req/min" }

  expect {
    verdict  = "fail"
    findings = ["needs-review"]
  }
}

test "single sign-on is an add-on" {
  tier     = "small"
  features = { sso = true }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "99.999 % is the failover add-on, after a review" {
  tier     = "medium"
  features = { availability = "99.999 %" }

  expect {
    verdict  = "fail"
    findings = ["needs-review"]
  }
}

test "more nines than that are on no menu" {
  tier     = "medium"
  features = { availability = "99.9999 %" }

  expect {
    verdict  = "fail"
    findings = ["off-menu"]
  }
}

test "a real-time custom data feed is on no menu" {
  tier     = "enterprise"
  features = { real-time-custom-data-feed = true }

  expect {
    verdict  = "fail"
    findings = ["unknown-feature"]
  }
}

test "9,999 users are Small" {
  tier  = "small"
  users = 9999

  request "production" {
    vcpu = 1
  }

  expect {
    verdict  = "pass"
    findings = []
  }
}

test "10,000 users are not" {
  tier  = "small"
  users = 10000

  request "production" {
    vcpu = 1
  }

  expect {
    verdict  = "fail"
    findings = ["not-in-tier"]
  }
}
