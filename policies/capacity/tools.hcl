# Capacity rules for providers that are tools rather than clouds, and for all others that are known
# by name. README.md beside this file says how rules are written.

providers = [
  "archive", "azuread", "cloudinit", "external", "http", "local", "null", "random", "template", "terraform", "time",
  "tls", "tfe", "github", "gitlab", "datadog", "azuredevops", "azapi", "external", "restapi", "shell", "ansible",
  "rancher2", "spacelift",
]

weightless = [
  "random_bytes", "random_id", "random_integer", "random_password", "random_pet", "random_shuffle", "random_string",
  "random_uuid", "tls_cert_request", "tls_locally_signed_cert", "tls_private_key", "tls_self_signed_cert",
  "local_file", "local_sensitive_file", "time_offset", "time_rotating", "time_sleep", "time_static",
  "archive_file", "template_dir", "cloudinit_config",

  # who may do what, and what is watched
  "azuread_*", "azuredevops_*", "datadog_*", "github_*", "gitlab_*", "tfe_organization", "tfe_project", "tfe_team",
  "tfe_team_access", "tfe_variable", "tfe_variable_set", "gsuite_*",
]

# A provisioner may do anything. Where the input does not tell whether there is one, there may be.
resource "null_resource" "terraform_data" {
  source = "https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax"
  opaque = has_provisioners()
}

# These run something or take a body that no rule can read.
opaque = [
  "azapi_resource", "azapi_resource_action", "azapi_update_resource", "azapi_data_plane_resource",
  "shell_script", "restapi_object", "external", "ansible_playbook", "ansible_host", "ansible_group", "ansible_vault",
  "rancher2_app_v2", "tfe_workspace", "tfe_workspace_run", "spacelift_stack",
]
