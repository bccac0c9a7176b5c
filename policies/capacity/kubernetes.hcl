# Capacity rules for hashicorp/kubernetes and hashicorp/helm, and for what else puts objects into a
# cluster. README.md beside this file says how rules are written.

providers = ["kubernetes", "helm", "kubectl", "argocd", "flux"]

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
  "argocd_application", "argocd_application_set", "flux_*", "helm_release", "kubectl_manifest", "kubectl_path_documents",
  "kubernetes_manifest",
]
