//! Azure.

use super::{World, check};

#[test]
fn a_machine_and_its_disk() {
    for (kind, size) in [("linux", 30), ("windows", 127)] {
        check(
            &format!("azurerm_{kind}_virtual_machine"),
            r#"{"size": "Standard_D4s_v3", "os_disk": [{"disk_size_gb": 64, "storage_account_type": "Premium_LRS"}]}"#,
            &[
                "nodes 1",
                "vcpu 4: size = Standard_D4s_v3",
                "memory_gib 16: size = Standard_D4s_v3",
                "storage_gib 64: os_disk[0].disk_size_gb = 64",
                "iops_included 240 default: os_disk[0].storage_account_type = Premium_LRS",
            ],
        );
        check(
            &format!("azurerm_{kind}_virtual_machine"),
            r#"{"size": "standard_d4S_V3", "os_disk": [{"disk_size_gb": null, "storage_account_type": "Standard_LRS"}]}"#,
            &[
                "nodes 1",
                "vcpu 4: size = standard_d4S_V3",
                "memory_gib 16: size = standard_d4S_V3",
                &format!("storage_gib {size} assumed: os_disk[0].disk_size_gb"),
                "iops_included 500 assumed: os_disk[0].storage_account_type = Standard_LRS",
            ],
        );
    }
}

#[test]
fn a_managed_disk_includes_what_its_tier_does() {
    for (kind, size, tier, expected) in [
        (
            "Premium_LRS",
            128,
            "null",
            "iops_included 500 default: storage_account_type = Premium_LRS",
        ),
        (
            "Premium_ZRS",
            129,
            "null",
            "iops_included 1100 default: storage_account_type = Premium_ZRS",
        ),
        (
            "Premium_LRS",
            128,
            "\"P30\"",
            "iops_included 5000 default: tier = P30",
        ),
        (
            "StandardSSD_LRS",
            4096,
            "null",
            "iops_included 500 default: storage_account_type = StandardSSD_LRS",
        ),
        (
            "Standard_LRS",
            8192,
            "null",
            "iops_included 1300 default: storage_account_type = Standard_LRS",
        ),
        (
            "PremiumV2_LRS",
            100,
            "null",
            "iops_included 3000 default: storage_account_type = PremiumV2_LRS",
        ),
        (
            "UltraSSD_LRS",
            100,
            "null",
            "iops 100.. undetermined: storage_account_type = UltraSSD_LRS",
        ),
    ] {
        check(
            "azurerm_managed_disk",
            &format!(
                r#"{{"storage_account_type": "{kind}", "disk_size_gb": {size}, "tier": {tier}}}"#
            ),
            &[
                &format!("storage_gib {size}: disk_size_gb = {size}"),
                expected,
            ],
        );
    }
    check(
        "azurerm_managed_disk",
        r#"{"storage_account_type": "UltraSSD_LRS", "disk_size_gb": 100, "disk_iops_read_write": 20000,
            "disk_mbps_read_write": 500, "max_shares": 2}"#,
        &[
            "storage_gib 100: disk_size_gb = 100",
            "iops 20000: disk_iops_read_write = 20000",
            "throughput_mibps 500: disk_mbps_read_write = 500",
        ],
    );
    check(
        "azurerm_managed_disk",
        r#"{"storage_account_type": "Premium_LRS", "disk_size_gb": 512, "disk_iops_read_write": {"state": 2300},
            "disk_mbps_read_write": {"state": 150}}"#,
        &[
            "storage_gib 512: disk_size_gb = 512",
            "iops_included 2300: disk_iops_read_write = 2300",
        ],
    );
    check(
        "azurerm_managed_disk",
        r#"{"storage_account_type": "Premium_LRS", "disk_size_gb": null, "create_option": "Copy"}"#,
        &[
            "storage_gib 0.. undetermined: disk_size_gb",
            "iops_included 0.. undetermined: storage_account_type = Premium_LRS",
        ],
    );
}

#[test]
fn sizes_that_no_table_lists_are_read_from_their_names() {
    let vcpu = |size: &str| {
        let after = format!(
            r#"{{"size": "{size}", "os_disk": [{{"disk_size_gb": 32, "storage_account_type": "Premium_LRS"}}]}}"#
        );
        let world = World::of(&[("azurerm_linux_virtual_machine.this", &after)]);
        let lines = super::lines(&world.measure("azurerm_linux_virtual_machine.this"));
        lines[1..3]
            .iter()
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(vcpu("Standard_E16-4s_v5"), ["vcpu 4", "memory_gib 128"]);
    assert_eq!(
        vcpu("Standard_E16-2s_v99"),
        ["vcpu 2 assumed", "memory_gib 128 assumed"]
    );
    assert_eq!(
        vcpu("Standard_D8s_v99"),
        ["vcpu 8 assumed", "memory_gib 32 assumed"]
    );
    assert_eq!(
        vcpu("Standard_E8ds_v99"),
        ["vcpu 8 assumed", "memory_gib 64 assumed"]
    );
    assert_eq!(
        vcpu("Standard_Dl8s_v99"),
        ["vcpu 8 assumed", "memory_gib 16 assumed"]
    );
    assert_eq!(
        vcpu("Standard_QQ"),
        ["vcpu 0.. undetermined", "memory_gib 0.. undetermined"]
    );
}
