# Capacity rules for hashicorp/kubernetes and hashicorp/helm, and for what else puts objects into a
# cluster. README.md beside this file says how rules are written.

providers = ["kubernetes", "helm", "kubectl", "argocd", "flux"]

# ================================================================ pods
# Right after apply a pod has what it requests, and may use what its limits allow: a tier that
# wants to count requests sets `basis = "steady"`.

# "512Mi" -> 0.5
function "gib" {
  params = [text]
  result = quotient(quantity(text), 1073741824)
}

# What a container gets that says nothing, by the LimitRange of its namespace.
function "range_default" {
  params = [range, what, key]
  result = [for l in first(range.spec[0].limit, []) : l[what][key] if l.type == "Container"][0]
}

# One resource of all containers together; they run at once, init containers one by one before.
part "pod" {
  params = [spec, namespace]
  locals {
    range      = linked("kubernetes_limit_range", arg.namespace)
    containers = first(arg.spec.container, [])
    inits      = first(arg.spec.init_container, [])
  }
  pods = 1
  vcpu {
    steady = greatest([
      total([for c in local.containers : first(quantity(first(c.resources[0].requests["cpu"], c.resources[0].limits["cpu"], range_default(local.range, "default_request", "cpu"))), undetermined(0))]),
      [for c in local.inits : first(quantity(first(c.resources[0].requests["cpu"], c.resources[0].limits["cpu"], range_default(local.range, "default_request", "cpu"))), undetermined(0))]
    ])
    max = greatest([
      total([for c in local.containers : first(quantity(first(c.resources[0].limits["cpu"], range_default(local.range, "default", "cpu"))), undetermined(first(quantity(c.resources[0].requests["cpu"]), 0)))]),
      [for c in local.inits : first(quantity(first(c.resources[0].limits["cpu"], range_default(local.range, "default", "cpu"))), undetermined(first(quantity(c.resources[0].requests["cpu"]), 0)))]
    ])
  }
  memory_gib {
    steady = greatest([
      total([for c in local.containers : first(gib(first(c.resources[0].requests["memory"], c.resources[0].limits["memory"], range_default(local.range, "default_request", "memory"))), undetermined(0))]),
      [for c in local.inits : first(gib(first(c.resources[0].requests["memory"], c.resources[0].limits["memory"], range_default(local.range, "default_request", "memory"))), undetermined(0))]
    ])
    max = greatest([
      total([for c in local.containers : first(gib(first(c.resources[0].limits["memory"], range_default(local.range, "default", "memory"))), undetermined(first(gib(c.resources[0].requests["memory"]), 0)))]),
      [for c in local.inits : first(gib(first(c.resources[0].limits["memory"], range_default(local.range, "default", "memory"))), undetermined(first(gib(c.resources[0].requests["memory"]), 0)))]
    ])
  }
  gpus = total([
    for c in local.containers : [
      quantity(c.resources[0].limits["nvidia.com/gpu"]), quantity(c.resources[0].limits["amd.com/gpu"]),
      quantity(c.resources[0].limits["gpu.intel.com/i915"])
    ]
  ])
  ephemeral_storage_gib = total([for c in local.containers : gib(c.resources[0].limits["ephemeral-storage"])])
}

# The autoscalers of a workload: those that name it, in its namespace.
function "scalers" {
  params = [all, kind, namespace]
  result = [
    for h in all : h.spec[0]
    if h.spec[0].scale_target_ref[0].kind == kind && first(h.metadata[0].namespace, "default") == first(namespace, "default")
  ]
}

modifier "kubernetes_horizontal_pod_autoscaler" "kubernetes_horizontal_pod_autoscaler_v1" "kubernetes_horizontal_pod_autoscaler_v2" "kubernetes_horizontal_pod_autoscaler_v2beta2" {
  source = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/horizontal_pod_autoscaler_v2"
  modifies = linked(
    [
      "kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_replication_controller",
      "kubernetes_replication_controller_v1", "kubernetes_stateful_set", "kubernetes_stateful_set_v1"
    ],
    self.spec[0].scale_target_ref[0].name
  )
  exports = ["metadata", "spec"]
}

resource "kubernetes_deployment" "kubernetes_deployment_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/deployment_v1"
  keys     = ["metadata[0].name"]
  workload = true
  locals {
    scalers = scalers(referring(["kubernetes_horizontal_pod_autoscaler", "kubernetes_horizontal_pod_autoscaler_v1", "kubernetes_horizontal_pod_autoscaler_v2", "kubernetes_horizontal_pod_autoscaler_v2beta2"]), "Deployment", self.metadata[0].namespace)
    size    = default(self.spec[0].replicas, 1)
  }
  copies {
    steady = greatest([local.size, local.scalers[*].min_replicas])
    max    = greatest([local.size, local.scalers[*].max_replicas])
    use "pod" {
      spec      = self.spec[0].template[0].spec[0]
      namespace = self.metadata[0].namespace
    }
  }
}

resource "kubernetes_stateful_set" "kubernetes_stateful_set_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/stateful_set_v1"
  keys     = ["metadata[0].name"]
  workload = true
  locals {
    scalers = scalers(referring(["kubernetes_horizontal_pod_autoscaler", "kubernetes_horizontal_pod_autoscaler_v1", "kubernetes_horizontal_pod_autoscaler_v2", "kubernetes_horizontal_pod_autoscaler_v2beta2"]), "StatefulSet", self.metadata[0].namespace)
    size    = default(self.spec[0].replicas, 1)
  }
  copies {
    steady = greatest([local.size, local.scalers[*].min_replicas])
    max    = greatest([local.size, local.scalers[*].max_replicas])
    use "pod" {
      spec      = self.spec[0].template[0].spec[0]
      namespace = self.metadata[0].namespace
    }
    each {
      in          = first(self.spec[0].volume_claim_template, [])
      storage_gib = gib(each.value.spec[0].resources[0].requests["storage"])
    }
  }
}

resource "kubernetes_replication_controller" "kubernetes_replication_controller_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/replication_controller_v1"
  keys     = ["metadata[0].name"]
  workload = true
  locals {
    scalers = scalers(referring(["kubernetes_horizontal_pod_autoscaler", "kubernetes_horizontal_pod_autoscaler_v1", "kubernetes_horizontal_pod_autoscaler_v2", "kubernetes_horizontal_pod_autoscaler_v2beta2"]), "ReplicationController", self.metadata[0].namespace)
    size    = default(self.spec[0].replicas, 1)
  }
  copies {
    steady = greatest([local.size, local.scalers[*].min_replicas])
    max    = greatest([local.size, local.scalers[*].max_replicas])
    use "pod" {
      spec      = self.spec[0].template[0].spec[0]
      namespace = self.metadata[0].namespace
    }
  }
}

# One pod on each node, and how many nodes there are the plan does not say.
resource "kubernetes_daemonset" "kubernetes_daemon_set_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/daemon_set_v1"
  workload = true
  copies {
    count = undetermined(1)
    use "pod" {
      spec      = self.spec[0].template[0].spec[0]
      namespace = self.metadata[0].namespace
    }
  }
}

resource "kubernetes_pod" "kubernetes_pod_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/pod_v1"
  workload = true
  use "pod" {
    spec      = self.spec[0]
    namespace = self.metadata[0].namespace
  }
}

# How often it has to complete does not raise how many run at once.
resource "kubernetes_job" "kubernetes_job_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/job_v1"
  workload = true
  copies {
    count = default(self.spec[0].parallelism, 1)
    use "pod" {
      spec      = self.spec[0].template[0].spec[0]
      namespace = self.metadata[0].namespace
    }
  }
}

resource "kubernetes_cron_job" "kubernetes_cron_job_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/cron_job_v1"
  workload = true
  copies {
    steady = 0
    max    = self.spec[0].suspend == true ? 0 : default(self.spec[0].job_template[0].spec[0].parallelism, 1)
    use "pod" {
      spec      = self.spec[0].job_template[0].spec[0].template[0].spec[0]
      namespace = self.metadata[0].namespace
    }
  }
}

# ================================================================ volumes

resource "kubernetes_persistent_volume_claim" "kubernetes_persistent_volume_claim_v1" {
  source      = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/persistent_volume_claim_v1"
  keys        = ["metadata[0].name"]
  workload    = true
  storage_gib = gib(self.spec[0].resources[0].requests["storage"])
}

# A claim in the same input that names it is the same storage.
resource "kubernetes_persistent_volume" "kubernetes_persistent_volume_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/persistent_volume_v1"
  workload = true
  when {
    condition   = !known(linked(["kubernetes_persistent_volume_claim", "kubernetes_persistent_volume_claim_v1"], self.spec[0].claim_ref[0].name))
    storage_gib = gib(self.spec[0].capacity["storage"])
  }
}

# ================================================================ namespaces

# Supplies what containers of its namespace do not say.
template "kubernetes_limit_range" "kubernetes_limit_range_v1" {
  source  = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/limit_range_v1"
  keys    = ["metadata[0].namespace"]
  exports = ["spec"]
}

# A ceiling for all that is in the namespace, charts included: what the tenant asks for outright.
resource "kubernetes_resource_quota" "kubernetes_resource_quota_v1" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/resource_quota_v1"
  keys     = ["metadata[0].namespace"]
  declares = true
  locals {
    hard = self.spec[0].hard
  }
  vcpu {
    steady = first(quantity(first(local.hard["requests.cpu"], local.hard["cpu"], local.hard["limits.cpu"])), 0)
    max    = first(quantity(first(local.hard["limits.cpu"], local.hard["requests.cpu"], local.hard["cpu"])), 0)
  }
  memory_gib {
    steady = first(gib(first(local.hard["requests.memory"], local.hard["memory"], local.hard["limits.memory"])), 0)
    max    = first(gib(first(local.hard["limits.memory"], local.hard["requests.memory"], local.hard["memory"])), 0)
  }
  storage_gib = first(gib(local.hard["requests.storage"]), 0)
  gpus        = first(quantity(local.hard["requests.nvidia.com/gpu"]), 0)
  pods        = first(quantity(local.hard["pods"]), 0)
}

resource "kubernetes_service" "kubernetes_service_v1" {
  source         = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/service_v1"
  load_balancers = self.spec[0].type == "LoadBalancer" ? 1 : 0
}

# ================================================================ what brings its own objects

# Of a manifest the kinds that are known are measured; what any other makes is not known.
function "plain_kinds" {
  params = []
  result = [
    "ClusterRole", "ClusterRoleBinding", "ConfigMap", "CustomResourceDefinition", "Endpoints", "HorizontalPodAutoscaler",
    "Ingress", "IngressClass", "LimitRange", "MutatingWebhookConfiguration", "Namespace", "NetworkPolicy", "PodDisruptionBudget",
    "PriorityClass", "Role", "RoleBinding", "Secret", "Service", "ServiceAccount", "StorageClass", "ValidatingWebhookConfiguration"
  ]
}

function "pod_kinds" {
  params = []
  result = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DaemonSet", "Job", "CronJob", "Pod"]
}

part "raw_pod" {
  params = [spec]
  locals {
    containers = first(arg.spec.containers, [])
    inits      = first(arg.spec.initContainers, [])
  }
  pods = 1
  vcpu {
    steady = greatest([
      total([for c in local.containers : first(quantity(first(c.resources.requests["cpu"], c.resources.limits["cpu"])), undetermined(0))]),
      [for c in local.inits : first(quantity(first(c.resources.requests["cpu"], c.resources.limits["cpu"])), undetermined(0))]
    ])
    max = greatest([
      total([for c in local.containers : first(quantity(c.resources.limits["cpu"]), undetermined(first(quantity(c.resources.requests["cpu"]), 0)))]),
      [for c in local.inits : first(quantity(c.resources.limits["cpu"]), undetermined(first(quantity(c.resources.requests["cpu"]), 0)))]
    ])
  }
  memory_gib {
    steady = greatest([
      total([for c in local.containers : first(gib(first(c.resources.requests["memory"], c.resources.limits["memory"])), undetermined(0))]),
      [for c in local.inits : first(gib(first(c.resources.requests["memory"], c.resources.limits["memory"])), undetermined(0))]
    ])
    max = greatest([
      total([for c in local.containers : first(gib(c.resources.limits["memory"]), undetermined(first(gib(c.resources.requests["memory"]), 0)))]),
      [for c in local.inits : first(gib(c.resources.limits["memory"]), undetermined(first(gib(c.resources.requests["memory"]), 0)))]
    ])
  }
  gpus = total([for c in local.containers : [quantity(c.resources.limits["nvidia.com/gpu"]), quantity(c.resources.limits["amd.com/gpu"])]])
}

resource "kubernetes_manifest" {
  source   = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/manifest"
  workload = self.manifest.kind != "NodePool"
  bounded  = linked(["kubernetes_resource_quota", "kubernetes_resource_quota_v1"], self.manifest.metadata.namespace)
  opaque   = !contains(concat(plain_kinds(), pod_kinds(), ["PersistentVolumeClaim", "NodePool"]), first(self.manifest.kind, ""))
  locals {
    kind = first(self.manifest.kind, "")
    spec = self.manifest.spec
  }
  copies {
    condition = contains(pod_kinds(), local.kind)
    steady = (
      local.kind == "DaemonSet" ? undetermined(1) : local.kind == "CronJob" ? 0 :
      default(local.kind == "Job" ? local.spec.parallelism : local.spec.replicas, 1)
    )
    max = (
      local.kind == "DaemonSet" ? undetermined(1) :
      local.kind == "CronJob" ? (local.spec.suspend == true ? 0 : default(local.spec.jobTemplate.spec.parallelism, 1)) :
      default(local.kind == "Job" ? local.spec.parallelism : local.spec.replicas, 1)
    )
    use "raw_pod" {
      spec = first(local.spec.jobTemplate.spec.template.spec, local.spec.template.spec, local.spec)
    }
    each {
      in          = first(local.spec.volumeClaimTemplates, [])
      storage_gib = gib(each.value.spec.resources.requests["storage"])
    }
  }
  when {
    condition   = local.kind == "PersistentVolumeClaim"
    storage_gib = gib(local.spec.resources.requests["storage"])
  }
  # What Karpenter may start.
  when {
    condition = local.kind == "NodePool"
    vcpu {
      steady = 0
      max    = first(quantity(local.spec.limits["cpu"]), undetermined(0))
    }
    memory_gib {
      steady = 0
      max    = first(gib(local.spec.limits["memory"]), undetermined(0))
    }
  }
}

# The last that says anything: later values replace earlier ones, `set` replaces all.
function "last_of" {
  params = [values]
  result = reverse([for v in values : v if v != null])[0]
}

# A chart may make anything. What common values ask for is counted as the least of it.
resource "helm_release" {
  source   = "https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release"
  workload = true
  opaque   = true
  bounded  = linked(["kubernetes_resource_quota", "kubernetes_resource_quota_v1"], self.namespace)
  locals {
    docs = [for text in first(self.values, []) : try(yamldecode(text), {})]
    sets = first(self.set, [])
    replicas = first(
      last_of([for d in local.docs : d.autoscaling.enabled == true ? d.autoscaling.maxReplicas : null]),
      last_of(concat([for d in local.docs : first(d.replicaCount, d.replicas)], [for s in local.sets : s.value if contains(["replicaCount", "replicas"], s.name)])),
      default(null, 1)
    )
    cpu    = last_of(concat([for d in local.docs : first(d.resources.limits.cpu, d.resources.requests.cpu)], [for s in local.sets : s.value if contains(["resources.requests.cpu", "resources.limits.cpu"], s.name)]))
    memory = last_of(concat([for d in local.docs : first(d.resources.limits.memory, d.resources.requests.memory)], [for s in local.sets : s.value if contains(["resources.requests.memory", "resources.limits.memory"], s.name)]))
    volume = last_of(concat([for d in local.docs : d.persistence.size], [for s in local.sets : s.value if s.name == "persistence.size"]))
  }
  vcpu        = first(product([local.replicas, quantity(local.cpu)]), 0)
  memory_gib  = first(product([local.replicas, gib(local.memory)]), 0)
  storage_gib = first(gib(local.volume), 0)
}

# ================================================================ all others

weightless = [
  "kubernetes_annotations", "kubernetes_api_service", "kubernetes_api_service_v1",
  "kubernetes_certificate_signing_request", "kubernetes_certificate_signing_request_v1", "kubernetes_cluster_role",
  "kubernetes_cluster_role_binding", "kubernetes_cluster_role_binding_v1", "kubernetes_cluster_role_v1",
  "kubernetes_config_map", "kubernetes_config_map_v1", "kubernetes_config_map_v1_data", "kubernetes_csi_driver",
  "kubernetes_csi_driver_v1", "kubernetes_default_service_account", "kubernetes_default_service_account_v1",
  "kubernetes_endpoint_slice_v1", "kubernetes_endpoints", "kubernetes_endpoints_v1", "kubernetes_env",
  "kubernetes_ingress", "kubernetes_ingress_class", "kubernetes_ingress_class_v1", "kubernetes_ingress_v1",
  "kubernetes_labels", "kubernetes_mutating_webhook_configuration", "kubernetes_mutating_webhook_configuration_v1",
  "kubernetes_network_policy", "kubernetes_network_policy_v1", "kubernetes_node_taint", "kubernetes_pod_disruption_budget",
  "kubernetes_pod_disruption_budget_v1", "kubernetes_pod_security_policy", "kubernetes_pod_security_policy_v1beta1",
  "kubernetes_priority_class", "kubernetes_priority_class_v1", "kubernetes_role", "kubernetes_role_binding",
  "kubernetes_role_binding_v1", "kubernetes_role_v1", "kubernetes_runtime_class_v1", "kubernetes_secret",
  "kubernetes_secret_v1", "kubernetes_secret_v1_data", "kubernetes_service_account", "kubernetes_service_account_v1",
  "kubernetes_storage_class", "kubernetes_storage_class_v1", "kubernetes_token_request_v1",
  "kubernetes_validating_admission_policy_v1", "kubernetes_validating_webhook_configuration",
  "kubernetes_validating_webhook_configuration_v1",
  "argocd_cluster", "argocd_project", "argocd_repository", "argocd_repository_certificate",
  "argocd_repository_credentials", "flux_bootstrap_git",
]

# What a chart or a manifest brings is not in the plan.
opaque = [
  "argocd_application", "argocd_application_set", "flux_*", "kubectl_manifest", "kubectl_path_documents",
]

# Each is one of something that a tier may limit.
counted = {
  namespaces = ["kubernetes_namespace", "kubernetes_namespace_v1"]
}
