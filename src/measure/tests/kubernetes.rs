//! Kubernetes, Helm, and the smaller clouds.

use super::{World, check, short};
use crate::quantity::Class;
use crate::request::Layer;

fn one(kind: &str, after: &str) -> Vec<String> {
    let address = format!("{kind}.this");
    short(&World::of(&[(&address, after)]), &address)
}

const POD: &str = r#"[{"spec": [{
    "container": [
        {"resources": [{"limits": {"cpu": "500m", "memory": "512Mi"}, "requests": {"cpu": "250m", "memory": "256Mi"}}]},
        {"resources": [{"limits": {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "1"}, "requests": {}}]}],
    "init_container": [{"resources": [{"limits": {"cpu": "2", "memory": "64Mi"}, "requests": {"cpu": "100m", "memory": "64Mi"}}]}]}]}]"#;

#[test]
fn a_deployment_is_so_many_pods() {
    let world = World::of(&[
        (
            "kubernetes_deployment_v1.web",
            &format!(
                r#"{{"metadata": [{{"name": "web", "namespace": "shop"}}], "spec": [{{"replicas": "3", "template": {POD}}}]}}"#
            ),
        ),
        (
            "kubernetes_deployment_v1.other",
            &format!(
                r#"{{"metadata": [{{"name": "web", "namespace": "other"}}], "spec": [{{"replicas": null, "template": {POD}}}]}}"#
            ),
        ),
        (
            "kubernetes_horizontal_pod_autoscaler_v2.web",
            r#"{"metadata": [{"namespace": "shop"}], "spec": [{"min_replicas": 2, "max_replicas": 10,
                "scale_target_ref": [{"kind": "Deployment", "name": "web"}]}]}"#,
        ),
        (
            "kubernetes_horizontal_pod_autoscaler_v2.chart",
            r#"{"metadata": [{"namespace": "shop"}], "spec": [{"min_replicas": 2, "max_replicas": 10,
                "scale_target_ref": [{"kind": "Deployment", "name": "made-by-a-chart"}]}]}"#,
        ),
    ]);
    // Limits: max(0.5 + 1, 2) vCPU, 1.5 GiB. Requests: 0.25 + 1 vCPU, 0.25 + 1 GiB.
    assert_eq!(
        short(&world, "kubernetes_deployment_v1.web"),
        [
            "pods 10 (now 3) x10",
            "vcpu 20 (now 3.75) x10",
            "memory_gib 15 (now 3.75) x10",
            "gpus 10 (now 3) x10"
        ]
    );
    assert_eq!(
        short(&world, "kubernetes_deployment_v1.other"),
        [
            "pods 1 default",
            "vcpu 2 (now 1.25) default",
            "memory_gib 1.5 (now 1.25) default",
            "gpus 1 default"
        ]
    );
    assert_eq!(
        world.measure("kubernetes_deployment_v1.web").layer,
        Layer::Workloads
    );
    assert_eq!(
        short(&world, "kubernetes_horizontal_pod_autoscaler_v2.chart"),
        ["weightless", "unmatched-modifier"]
    );
}

#[test]
fn a_container_without_limits_may_take_anything() {
    let world = World::of(&[
        (
            "kubernetes_pod.a",
            r#"{"metadata": [{"namespace": "shop"}], "spec": [{"container": [{"resources": [{"requests": {"cpu": "250m", "memory": "256Mi"}}]}]}]}"#,
        ),
        (
            "kubernetes_pod.b",
            r#"{"metadata": [{"namespace": "ranged"}], "spec": [{"container": [{"resources": []}]}]}"#,
        ),
        (
            "kubernetes_pod.c",
            r#"{"metadata": [{"namespace": "shop"}], "spec": [{"container": [{"resources": []}]}]}"#,
        ),
        (
            "kubernetes_limit_range.a",
            r#"{"metadata": [{"namespace": "ranged"}], "spec": [{"limit": [{"type": "Container",
                "default": {"cpu": "400m", "memory": "1Gi"}, "default_request": {"cpu": "100m", "memory": "128Mi"}}]}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "kubernetes_pod.a"),
        [
            "pods 1",
            "vcpu 0.25.. (now 0.25) undetermined",
            "memory_gib 0.25.. (now 0.25) undetermined"
        ]
    );
    assert_eq!(
        short(&world, "kubernetes_pod.b"),
        ["pods 1", "vcpu 0.4 (now 0.1)", "memory_gib 1 (now 0.125)"]
    );
    assert_eq!(
        short(&world, "kubernetes_pod.c"),
        [
            "pods 1",
            "vcpu 0.. undetermined",
            "memory_gib 0.. undetermined"
        ]
    );
}

#[test]
fn other_workloads() {
    let spec = |more: &str| {
        format!(r#"{{"metadata": [{{"namespace": "a"}}], "spec": [{{{more} "template": {POD}}}]}}"#)
    };
    assert_eq!(
        one(
            "kubernetes_job_v1",
            &spec(r#""parallelism": 3, "completions": 9,"#)
        )[..2],
        ["pods 3 x3", "vcpu 6 (now 3.75) x3"]
    );
    assert_eq!(
        one("kubernetes_daemon_set_v1", &spec(""))[..2],
        [
            "pods 1.. x1.. undetermined",
            "vcpu 2.. (now 1.25..) x1.. undetermined"
        ]
    );
    assert_eq!(
        one(
            "kubernetes_stateful_set_v1",
            &spec(
                r#""replicas": "2", "volume_claim_template": [{"spec": [{"resources": [{"requests": {"storage": "100Gi"}}]}]}],"#
            )
        ),
        [
            "pods 2 x2",
            "vcpu 4 (now 2.5) x2",
            "memory_gib 3 (now 2.5) x2",
            "gpus 2 x2",
            "storage_gib 200 x2"
        ]
    );
    let cron = |more: &str| {
        format!(
            r#"{{"metadata": [{{"namespace": "a"}}], "spec": [{{{more} "job_template": [{{"spec": [{{"parallelism": 2, "template": {POD}}}]}}]}}]}}"#
        )
    };
    assert_eq!(
        one("kubernetes_cron_job_v1", &cron(""))[..2],
        ["pods 2 (now 0) x2", "vcpu 4 (now 0) x2"]
    );
    assert_eq!(
        one("kubernetes_cron_job_v1", &cron(r#""suspend": true,"#)),
        [""; 0]
    );
}

#[test]
fn claims_and_volumes_are_the_same_storage() {
    let world = World::of(&[
        (
            "kubernetes_persistent_volume_claim_v1.a",
            r#"{"metadata": [{"name": "data"}], "spec": [{"resources": [{"requests": {"storage": "50Gi"}}]}]}"#,
        ),
        (
            "kubernetes_persistent_volume_v1.a",
            r#"{"spec": [{"capacity": {"storage": "50Gi"}, "claim_ref": [{"name": "data"}]}]}"#,
        ),
        (
            "kubernetes_persistent_volume_v1.b",
            r#"{"spec": [{"capacity": {"storage": "10G"}, "claim_ref": []}]}"#,
        ),
    ]);
    assert_eq!(
        short(&world, "kubernetes_persistent_volume_claim_v1.a"),
        ["storage_gib 50"]
    );
    assert_eq!(short(&world, "kubernetes_persistent_volume_v1.a"), [""; 0]);
    assert_eq!(
        short(&world, "kubernetes_persistent_volume_v1.b"),
        ["storage_gib 9.313225747"]
    );
}

#[test]
fn a_quota_is_asked_for_outright_and_bounds_what_is_opaque() {
    let world = World::of(&[
        (
            "kubernetes_resource_quota_v1.a",
            r#"{"metadata": [{"namespace": "shop"}], "spec": [{"hard": {"limits.cpu": "16", "requests.cpu": "8",
                "limits.memory": "64Gi", "requests.storage": "500Gi", "pods": "20"}}]}"#,
        ),
        ("helm_release.a", r#"{"namespace": "shop", "values": []}"#),
        (
            "helm_release.b",
            r#"{"namespace": "elsewhere", "values": []}"#,
        ),
    ]);
    let quota = world.measure("kubernetes_resource_quota_v1.a");
    assert!(quota.declares);
    assert_eq!(
        short(&world, "kubernetes_resource_quota_v1.a"),
        [
            "vcpu 16 (now 8)",
            "memory_gib 64",
            "storage_gib 500",
            "pods 20"
        ]
    );
    let release = |address: &str| {
        let measured = world.measure(address);
        assert_eq!(measured.class, Class::Opaque);
        measured.bounded_by.map(|bound| bound.to_string())
    };
    assert_eq!(
        release("helm_release.a").as_deref(),
        Some("kubernetes_resource_quota_v1.a")
    );
    assert_eq!(release("helm_release.b"), None);
}

#[test]
fn common_values_of_a_chart_are_the_least_it_asks_for() {
    assert_eq!(
        one(
            "helm_release",
            r#"{"values": ["replicaCount: 2\nresources:\n  limits:\n    cpu: 500m\n    memory: 1Gi\npersistence:\n  size: 8Gi\n"],
                "set": [{"name": "replicaCount", "value": "3"}]}"#
        ),
        ["opaque", "vcpu 1.5", "memory_gib 3", "storage_gib 8"]
    );
    assert_eq!(
        one(
            "helm_release",
            r#"{"values": ["autoscaling: {enabled: true, maxReplicas: 5}\nresources: {requests: {cpu: 1}}\n"]}"#
        ),
        ["opaque", "vcpu 5"]
    );
    assert_eq!(
        one(
            "helm_release",
            r#"{"values": ["replicaCount: ["], "set": null}"#
        ),
        ["opaque"]
    );
    assert_eq!(
        one(
            "helm_release",
            r#"{"values": [{"?": null}], "set": {"?": null}}"#
        )[0],
        "opaque"
    );
}

#[test]
fn manifests_are_measured_where_their_kind_is_known() {
    let deployment = r#"{"manifest": {"kind": "Deployment", "metadata": {"name": "a", "namespace": "shop"}, "spec": {"replicas": 2,
        "template": {"spec": {"containers": [{"resources": {"limits": {"cpu": "1", "memory": "2Gi"}}}]}}}}}"#;
    assert_eq!(
        one("kubernetes_manifest", deployment),
        ["pods 2 x2", "vcpu 2 x2", "memory_gib 4 x2"]
    );
    assert_eq!(
        one(
            "kubernetes_manifest",
            r#"{"manifest": {"kind": "PersistentVolumeClaim", "spec": {"resources": {"requests": {"storage": "5Gi"}}}}}"#
        ),
        ["storage_gib 5"]
    );
    assert_eq!(
        one(
            "kubernetes_manifest",
            r#"{"manifest": {"kind": "NodePool", "spec": {"limits": {"cpu": "100", "memory": "400Gi"}}}}"#
        ),
        ["vcpu 100 (now 0)", "memory_gib 400 (now 0)"]
    );
    assert_eq!(
        one(
            "kubernetes_manifest",
            r#"{"manifest": {"kind": "ConfigMap"}}"#
        ),
        [""; 0]
    );
    assert_eq!(
        one(
            "kubernetes_manifest",
            r#"{"manifest": {"kind": "Postgresql", "spec": {"numberOfInstances": 3}}}"#
        ),
        ["opaque"]
    );
    assert_eq!(
        one("kubernetes_manifest", r#"{"manifest": {"?": null}}"#)[0],
        "opaque"
    );
}

#[test]
fn namespaces_and_load_balancers_are_counted() {
    check(
        "kubernetes_namespace_v1",
        r#"{"metadata": [{"name": "a"}]}"#,
        &["namespaces 1"],
    );
    check(
        "kubernetes_service_v1",
        r#"{"spec": [{"type": "LoadBalancer"}]}"#,
        &["load_balancers 1: spec[0].type = LoadBalancer"],
    );
    check(
        "kubernetes_service_v1",
        r#"{"spec": [{"type": "ClusterIP"}]}"#,
        &[],
    );
}

#[test]
fn digital_ocean() {
    assert_eq!(
        one("digitalocean_droplet", r#"{"size": "s-4vcpu-8gb"}"#),
        [
            "nodes 1",
            "vcpu 4",
            "memory_gib 8",
            "storage_gib 0.. undetermined"
        ]
    );
    assert_eq!(
        one(
            "digitalocean_droplet",
            r#"{"size": "s-4vcpu-8gb-amd", "disk": {"state": 160}}"#
        ),
        [
            "nodes 1",
            "vcpu 4 assumed",
            "memory_gib 8 assumed",
            "storage_gib 160",
            "unlisted-size",
        ]
    );
    assert_eq!(
        one(
            "digitalocean_droplet_autoscale",
            r#"{"config": [{"min_instances": 1, "max_instances": 4}], "droplet_template": [{"size": "c-2"}]}"#
        ),
        [
            "nodes 4 (now 1)",
            "vcpu 8 (now 2) x4",
            "memory_gib 16 (now 4) x4",
            "storage_gib 0.. x4 undetermined"
        ]
    );
    assert_eq!(
        one(
            "digitalocean_kubernetes_cluster",
            r#"{"node_pool": [{"size": "s-2vcpu-4gb", "node_count": 2, "auto_scale": true, "max_nodes": 5}]}"#
        ),
        [
            "kubernetes_clusters 1",
            "nodes 5 (now 2)",
            "vcpu 10 (now 4) x5",
            "memory_gib 20 (now 8) x5"
        ]
    );
    assert_eq!(
        one(
            "digitalocean_kubernetes_node_pool",
            r#"{"size": "s-2vcpu-4gb", "node_count": 3, "auto_scale": false}"#
        ),
        ["nodes 3", "vcpu 6 x3", "memory_gib 12 x3"]
    );
    assert_eq!(
        one(
            "digitalocean_database_cluster",
            r#"{"size": "db-s-2vcpu-4gb", "node_count": 2, "storage_size_mib": "61440"}"#
        ),
        [
            "databases 1",
            "nodes 2",
            "vcpu 4 x2",
            "memory_gib 8 x2",
            "storage_gib 120 x2"
        ]
    );
    assert_eq!(
        one(
            "digitalocean_app",
            r#"{"spec": [{"service": [{"instance_size_slug": "apps-s-1vcpu-1gb", "autoscaling": [{"min_instance_count": 1, "max_instance_count": 3}]}],
            "worker": [{"instance_size_slug": "basic-xxs", "instance_count": 2}]}]}"#
        ),
        [
            "vcpu 3 (now 1) x3 assumed",
            "memory_gib 3 (now 1) x3 assumed",
            "vcpu 0.. x2 undetermined",
            "memory_gib 0.. x2 undetermined",
            "gpus 0.. x2 undetermined",
            "unlisted-size",
            "unlisted-size",
        ]
    );
    assert_eq!(
        one("digitalocean_volume", r#"{"size": 100}"#),
        ["storage_gib 100"]
    );
}

#[test]
fn hetzner() {
    assert_eq!(
        one("hcloud_server", r#"{"server_type": "cx32"}"#),
        ["nodes 1", "vcpu 4", "memory_gib 8", "storage_gib 80"]
    );
    assert_eq!(one("hcloud_volume", r#"{"size": 50}"#), ["storage_gib 50"]);
    assert_eq!(
        one("hcloud_load_balancer", r#"{"load_balancer_type": "lb11"}"#),
        ["load_balancers 1"]
    );
}
