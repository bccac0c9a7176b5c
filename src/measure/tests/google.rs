//! Google Cloud.

use super::{World, check};

#[test]
fn a_machine_and_its_boot_disk() {
    check(
        "google_compute_instance",
        r#"{"machine_type": "n2-standard-4",
            "boot_disk": [{"source": null, "initialize_params": [{"size": 50, "type": "pd-ssd"}]}],
            "scratch_disk": [{"size": null}, {"size": 375}],
            "attached_disk": [{"source": "data"}],
            "guest_accelerator": [{"type": "nvidia-tesla-t4", "count": 2}]}"#,
        &[
            "nodes 1",
            "vcpu 4: machine_type = n2-standard-4",
            "memory_gib 16: machine_type = n2-standard-4",
            "gpus 2: machine_type = n2-standard-4",
            "storage_gib 50: boot_disk[0].initialize_params[0].size = 50",
            "iops_included 7500 default: boot_disk[0].initialize_params[0].type = pd-ssd",
            "storage_gib 375 default: scratch_disk[0].size",
            "storage_gib 375: scratch_disk[1].size = 375",
        ],
    );
    // The type may be a URL, the size that of the image, and the disk one of its own.
    check(
        "google_compute_instance",
        r#"{"machine_type": "https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/e2-medium",
            "boot_disk": [{"source": null, "initialize_params": [{"size": null, "type": null}]}]}"#,
        &[
            "nodes 1",
            "vcpu 2: machine_type = https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/e2-medium",
            "memory_gib 4: machine_type = https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/e2-medium",
            "storage_gib 10 assumed: boot_disk[0].initialize_params[0].size",
            "iops_included 15 assumed: boot_disk[0].initialize_params[0].type",
        ],
    );
    check(
        "google_compute_instance",
        r#"{"machine_type": "e2-medium", "boot_disk": [{"source": "disk", "initialize_params": []}]}"#,
        &[
            "nodes 1",
            "vcpu 2: machine_type = e2-medium",
            "memory_gib 4: machine_type = e2-medium",
        ],
    );
}

#[test]
fn custom_types_say_what_they_have() {
    let has = |kind: &str| {
        let after = format!(r#"{{"machine_type": "{kind}", "boot_disk": []}}"#);
        let world = World::of(&[("google_compute_instance.this", &after)]);
        let lines = super::lines(&world.measure("google_compute_instance.this"));
        lines[1..3]
            .iter()
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(has("custom-6-20480"), ["vcpu 6", "memory_gib 20"]);
    assert_eq!(has("n2-custom-8-32768"), ["vcpu 8", "memory_gib 32"]);
    assert_eq!(has("n2-custom-2-65536-ext"), ["vcpu 2", "memory_gib 64"]);
    assert_eq!(has("e2-custom-micro-1024"), ["vcpu 2", "memory_gib 1"]);
    assert_eq!(
        has("z9-standard-16"),
        ["vcpu 16 assumed", "memory_gib 64 assumed"]
    );
    assert_eq!(
        has("z9-highmem-16-lssd"),
        ["vcpu 16 assumed", "memory_gib 128 assumed"]
    );
    assert_eq!(
        has("z9-megamem-16"),
        ["vcpu 16 assumed", "memory_gib 0.. undetermined"]
    );
    assert_eq!(
        has("huge"),
        ["vcpu 0.. undetermined", "memory_gib 0.. undetermined"]
    );
}

#[test]
fn accelerators_that_come_with_the_type_count_once() {
    check(
        "google_compute_instance",
        r#"{"machine_type": "a2-highgpu-2g", "boot_disk": [], "guest_accelerator": [{"count": {"state": 2}}]}"#,
        &[
            "nodes 1",
            "vcpu 24: machine_type = a2-highgpu-2g",
            "memory_gib 170: machine_type = a2-highgpu-2g",
            "gpus 2: machine_type = a2-highgpu-2g",
        ],
    );
}

#[test]
fn disks() {
    check(
        "google_compute_disk",
        r#"{"size": 100, "type": "https://www.googleapis.com/compute/v1/projects/p/zones/z/diskTypes/pd-balanced"}"#,
        &[
            "storage_gib 100: size = 100",
            "iops_included 3600 default: type = https://www.googleapis.com/compute/v1/projects/p/zones/z/diskTypes/pd-balanced",
        ],
    );
    check(
        "google_compute_region_disk",
        r#"{"size": 100, "type": "hyperdisk-balanced", "provisioned_iops": 5000, "provisioned_throughput": 300}"#,
        &[
            "storage_gib 100: size = 100",
            "iops 5000: provisioned_iops = 5000",
            "throughput_mibps 300: provisioned_throughput = 300",
        ],
    );
    check(
        "google_compute_disk",
        r#"{"size": null, "image": "debian", "type": "pd-extreme"}"#,
        &[
            "storage_gib 0.. undetermined: size",
            "iops 2500.. undetermined: type = pd-extreme",
        ],
    );
}
