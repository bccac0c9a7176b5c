# One file for each tenant keeps reviews small.

tenant "acme" {
  tier = "small"

  match {
    roots      = ["tenants/acme", "tenants/acme/**"]
    workspaces = ["acme-*"]
  }
}
