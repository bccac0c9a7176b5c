# Capacity rules for hetznercloud/hcloud. README.md beside this file says how rules are written.

providers = ["hcloud"]

resource "hcloud_server" {
  source      = "https://registry.terraform.io/providers/hetznercloud/hcloud/latest/docs/resources/server"
  nodes       = 1
  machine     = machine("hcloud_server", self.server_type)
  storage_gib = first(machine("hcloud_server", self.server_type).storage_gib, undetermined(0))
}

resource "hcloud_volume" {
  source      = "https://registry.terraform.io/providers/hetznercloud/hcloud/latest/docs/resources/volume"
  storage_gib = self.size
}

weightless = [
  "hcloud_certificate", "hcloud_firewall", "hcloud_firewall_attachment", "hcloud_floating_ip",
  "hcloud_floating_ip_assignment", "hcloud_load_balancer_network", "hcloud_load_balancer_service",
  "hcloud_load_balancer_target", "hcloud_managed_certificate", "hcloud_network", "hcloud_network_route",
  "hcloud_network_subnet", "hcloud_placement_group", "hcloud_primary_ip", "hcloud_rdns", "hcloud_server_network",
  "hcloud_ssh_key", "hcloud_uploaded_certificate", "hcloud_volume_attachment", "hcloud_zone", "hcloud_zone_record",
  "hcloud_zone_rrset",
]

counted = {
  load_balancers = ["hcloud_load_balancer"]
  snapshots      = ["hcloud_snapshot"]
}
