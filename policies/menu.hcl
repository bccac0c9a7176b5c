# The feature menu: what Sales can promise by name, beside the amounts that tiers limit.
#
# `guard sheet` prints this file and catalog.hcl as the sheet that Sales reads, and a deal in
# deals/ is judged by them before the promise is made. docs/sales.md tells how.

# What the tiers in catalog.hcl list under `features`. Where a tier gives it only after a
# technical review, `review_in` and `approvers` say so.

feature "api_rate_limit" {
  title     = "API rate limit"
  review_in = ["enterprise"]
  approvers = [["engineering-vp", "sre-lead"]]
}

feature "data_retention" {
  title = "Data retention"
}

feature "support_sla" {
  title = "Support"
}

feature "sso" {
  title = "Single sign-on"
}

feature "availability" {
  title = "Availability"
}

# What is sold beside the tiers. An add-on is a line item with a price and a lead time, not a
# surprise after the signature.

addon "sso" {
  title           = "Single sign-on"
  price_per_month = 500
  lead_time_weeks = 1
  provides        = ["sso"]
}

addon "multi-region-failover" {
  title           = "Multi-region failover"
  price_per_month = 4000
  lead_time_weeks = 6
  provides        = { availability = "99.999 %" }
  approvers       = [["engineering-vp"], ["sre-lead"]]
}

# What is not on the menu is a Custom Solution Request: the committee has to agree, all three,
# before anybody promises it.

custom_solution {
  approvers = [["engineering-vp"], ["product-lead"], ["sales-lead"]]
}

role "product-lead" {
  max_days = 90
}

role "sales-lead" {
  max_days = 90
}

person "priya@example.com" {
  roles  = ["product-lead"]
  logins = ["github:priya"]
}

person "sam@example.com" {
  roles  = ["sales-lead"]
  logins = ["github:sam"]
}
