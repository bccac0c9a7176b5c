//! AWS.

use super::{World, check};

#[test]
fn a_volume_that_asks_for_iops_asks_for_them_in_full() {
    check(
        "aws_ebs_volume",
        r#"{"size": 100, "type": "gp3", "iops": 4000}"#,
        &["storage_gib 100: size = 100", "iops 4000: iops = 4000"],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": 100, "type": "gp3", "iops": null, "throughput": 250}"#,
        &[
            "storage_gib 100: size = 100",
            "iops_included 3000 default: type = gp3",
            "throughput_mibps 250: throughput = 250",
        ],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": 200, "type": null}"#,
        &[
            "storage_gib 200: size = 200",
            "iops_included 600 default: size = 200",
        ],
    );
}

#[test]
fn a_value_from_the_state_was_not_asked_for() {
    check(
        "aws_ebs_volume",
        r#"{"size": 200, "type": {"state": "gp2"}, "iops": {"state": 600}}"#,
        &[
            "storage_gib 200: size = 200",
            "iops_included 600: iops = 600",
        ],
    );
    // Without a configuration nobody can say: what the type includes counts as included.
    for (iops, expected) in [
        (3000, "iops_included 3000: iops = 3000"),
        (4000, "iops 4000: iops = 4000"),
    ] {
        check(
            "aws_ebs_volume",
            &format!(r#"{{"size": 200, "type": "gp3", "iops": {{"untraced": {iops}}}}}"#),
            &["storage_gib 200: size = 200", expected],
        );
    }
    // Asked for is asked for, also where it is what comes anyway.
    check(
        "aws_ebs_volume",
        r#"{"size": 200, "type": "gp3", "iops": 3000}"#,
        &["storage_gib 200: size = 200", "iops 3000: iops = 3000"],
    );
}

#[test]
fn gp2_includes_three_a_gib_between_two_bounds() {
    for (size, iops) in [
        (10, 100),
        (33, 100),
        (34, 102),
        (5333, 15999),
        (5334, 16000),
        (16000, 16000),
    ] {
        check(
            "aws_ebs_volume",
            &format!(r#"{{"size": {size}, "type": "gp2"}}"#),
            &[
                &format!("storage_gib {size}: size = {size}"),
                &format!("iops_included {iops} default: type = gp2"),
            ],
        );
    }
}

#[test]
fn what_is_not_known_is_a_range_and_never_nothing() {
    check(
        "aws_ebs_volume",
        r#"{"size": {"?": null}, "type": "gp2"}"#,
        &[
            "storage_gib 0.. undetermined: size = (known after apply)",
            "iops_included 100..16000 undetermined: type = gp2",
        ],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": null, "snapshot_id": "snap-1", "type": "gp3"}"#,
        &[
            "storage_gib 0.. undetermined: size",
            "iops_included 3000 default: type = gp3",
        ],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": 10, "type": "io2", "iops": null}"#,
        &[
            "storage_gib 10: size = 10",
            "iops 100.. undetermined: type = io2",
        ],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": 10, "type": "gp3", "iops": {"?": null}}"#,
        &[
            "storage_gib 10: size = 10",
            "iops_included 0..3000 x0..1 undetermined: type = gp3",
            "iops 0.. undetermined: iops = (known after apply)",
        ],
    );
}

#[test]
fn nonsense_is_an_error_and_never_subtracted() {
    check(
        "aws_ebs_volume",
        r#"{"size": -100, "type": "st1"}"#,
        &[
            "storage_gib 0.. undetermined: size = -100",
            "nonsense-amount: the number -100 cannot be an amount of storage_gib",
        ],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": "100", "type": "st1"}"#,
        &["storage_gib 100: size = 100"],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": "100 GB", "type": "st1"}"#,
        &[
            "storage_gib 0.. undetermined: size = 100 GB",
            "nonsense-amount: the text \"100 GB\" cannot be an amount of storage_gib",
        ],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": {"secret": true}, "type": "st1"}"#,
        &[
            "storage_gib 0.. undetermined: size = (sensitive)",
            "nonsense-amount: the sensitive value cannot be an amount of storage_gib",
        ],
    );
    check(
        "aws_ebs_volume",
        r#"{"size": 12345678901234567890, "type": "st1"}"#,
        &["storage_gib 12345678901234567890: size = 12345678901234567890"],
    );
}

#[test]
fn an_instance_has_a_machine_and_disks() {
    check(
        "aws_instance",
        r#"{"instance_type": "m5.4xlarge",
            "root_block_device": [{"volume_size": 50, "volume_type": "gp3", "iops": 5000, "throughput": null}],
            "ebs_block_device": [
                {"device_name": "/dev/sdf", "volume_size": 100, "volume_type": null, "iops": null},
                {"device_name": "/dev/sdg", "volume_size": 10, "volume_type": "io1", "iops": 500}]}"#,
        &[
            "nodes 1",
            "vcpu 16: instance_type = m5.4xlarge",
            "memory_gib 64: instance_type = m5.4xlarge",
            "storage_gib 50: root_block_device[0].volume_size = 50",
            "iops 5000: root_block_device[0].iops = 5000",
            "storage_gib 100: ebs_block_device[0].volume_size = 100",
            "iops_included 300 default: ebs_block_device[0].volume_size = 100",
            "storage_gib 10: ebs_block_device[1].volume_size = 10",
            "iops 500: ebs_block_device[1].iops = 500",
        ],
    );
}

#[test]
fn an_instance_that_says_nothing_of_its_root_disk_has_one_all_the_same() {
    check(
        "aws_instance",
        r#"{"instance_type": "m5.4xlarge"}"#,
        &[
            "nodes 1",
            "vcpu 16: instance_type = m5.4xlarge",
            "memory_gib 64: instance_type = m5.4xlarge",
            "storage_gib 8 assumed",
            "iops_included 3000 assumed",
        ],
    );
}

#[test]
fn cpu_options_count_where_somebody_asked_for_them() {
    let vcpu = |options: &str| {
        let after = format!(r#"{{"instance_type": "m5.4xlarge", "cpu_options": {options}}}"#);
        let world = World::of(&[("aws_instance.this", &after)]);
        let lines = super::lines(&world.measure("aws_instance.this"));
        lines
            .into_iter()
            .find(|line| line.starts_with("vcpu"))
            .unwrap()
    };
    assert_eq!(
        vcpu(r#"[{"core_count": 4, "threads_per_core": 1}]"#),
        "vcpu 4: cpu_options[0].core_count = 4"
    );
    assert_eq!(
        vcpu(r#"[{"core_count": {"state": 8}, "threads_per_core": {"state": 2}}]"#),
        "vcpu 16: instance_type = m5.4xlarge"
    );
    assert_eq!(vcpu("[]"), "vcpu 16: instance_type = m5.4xlarge");
    assert_eq!(
        vcpu(r#"[{"core_count": {"?": null}, "threads_per_core": 1}]"#),
        "vcpu 0.. undetermined: cpu_options[0].core_count = (known after apply)"
    );
}

#[test]
fn a_size_that_no_table_lists_is_told_and_never_nothing() {
    check(
        "aws_instance",
        r#"{"instance_type": "x99.8xlarge", "root_block_device": [{"volume_size": 8, "volume_type": "st1"}]}"#,
        &[
            "nodes 1",
            "vcpu 32 assumed: instance_type = x99.8xlarge",
            "memory_gib 0.. undetermined: instance_type = x99.8xlarge",
            "storage_gib 8: root_block_device[0].volume_size = 8",
            "unlisted-size: the size `x99.8xlarge` is not listed; by its name it has 32 vcpu",
        ],
    );
    check(
        "aws_instance",
        r#"{"instance_type": "mystery", "root_block_device": [{"volume_size": 8, "volume_type": "st1"}]}"#,
        &[
            "nodes 1",
            "vcpu 0.. undetermined: instance_type = mystery",
            "memory_gib 0.. undetermined: instance_type = mystery",
            "gpus 0.. undetermined: instance_type = mystery",
            "storage_gib 8: root_block_device[0].volume_size = 8",
            "unlisted-size: the size `mystery` is not listed, so what it has is not known",
        ],
    );
    check(
        "aws_instance",
        r#"{"instance_type": {"secret": "mystery"}, "root_block_device": [{"volume_size": 8, "volume_type": "st1"}]}"#,
        &[
            "nodes 1",
            "vcpu 0.. undetermined: instance_type = (sensitive)",
            "memory_gib 0.. undetermined: instance_type = (sensitive)",
            "gpus 0.. undetermined: instance_type = (sensitive)",
            "storage_gib 8: root_block_device[0].volume_size = 8",
            "unlisted-size: the size `(sensitive)` is not listed, so what it has is not known",
        ],
    );
}

#[test]
fn gpus_are_counted() {
    let world = World::of(&[("aws_instance.this", r#"{"instance_type": "p3.8xlarge"}"#)]);
    let lines = super::lines(&world.measure("aws_instance.this"));
    assert!(
        lines.contains(&"gpus 4: instance_type = p3.8xlarge".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn disks_that_nobody_knows_the_number_of_are_not_known() {
    check(
        "aws_instance",
        r#"{"instance_type": "m5.4xlarge",
            "root_block_device": [{"volume_size": 8, "volume_type": "st1"}],
            "ebs_block_device": {"?": null}}"#,
        &[
            "nodes 1",
            "vcpu 16: instance_type = m5.4xlarge",
            "memory_gib 64: instance_type = m5.4xlarge",
            "storage_gib 8: root_block_device[0].volume_size = 8",
            "storage_gib 0.. x0.. undetermined: ebs_block_device = (known after apply)",
            "iops_included 0.. x0.. undetermined: ebs_block_device = (known after apply)",
            "iops 0.. x0.. undetermined: ebs_block_device = (known after apply)",
            "throughput_mibps 0.. x0.. undetermined: ebs_block_device = (known after apply)",
        ],
    );
}

#[test]
fn a_launch_template_counts_where_it_is_used() {
    let template = r#"{"id": null, "name": "web", "instance_type": "m5.4xlarge", "block_device_mappings": [
        {"device_name": "/dev/xvda", "ebs": [{"volume_size": 20, "volume_type": "gp3", "iops": null}]},
        {"device_name": "/dev/sdf", "ebs": [{"volume_size": 100, "volume_type": "gp3", "iops": 4000}]},
        {"device_name": "/dev/sdg", "ebs": [], "virtual_name": "ephemeral0"}]}"#;
    let mut world = World::of(&[
        ("aws_launch_template.web", template),
        (
            "aws_autoscaling_group.web",
            r#"{"min_size": 2, "max_size": 10, "desired_capacity": null,
                "launch_template": [{"id": {"?": null}, "name": null}]}"#,
        ),
    ]);
    world.check("aws_launch_template.web", &["weightless"]);
    world.check(
        "aws_autoscaling_group.web",
        &[
            "nodes 10 (now 2): max_size = 10",
            "gpus 0.. x10 undetermined: launch_template[0].id = (known after apply)",
            "iops 0.. x10 undetermined: launch_template[0].id = (known after apply)",
            "iops_included 0.. x10 undetermined: launch_template[0].id = (known after apply)",
            "memory_gib 0.. x10 undetermined: launch_template[0].id = (known after apply)",
            "storage_gib 0.. x10 undetermined: launch_template[0].id = (known after apply)",
            "throughput_mibps 0.. x10 undetermined: launch_template[0].id = (known after apply)",
            "vcpu 0.. x10 undetermined: launch_template[0].id = (known after apply)",
        ],
    );
    world.references = vec![(
        "aws_autoscaling_group.web",
        "launch_template[0].id",
        "aws_launch_template.web",
    )];
    world.check(
        "aws_autoscaling_group.web",
        &[
            "nodes 10 (now 2): max_size = 10",
            "vcpu 160 (now 32) x10: aws_launch_template.web.instance_type = m5.4xlarge",
            "memory_gib 640 (now 128) x10: aws_launch_template.web.instance_type = m5.4xlarge",
            "storage_gib 200 (now 40) x10: aws_launch_template.web.block_device_mappings[0].ebs[0].volume_size = 20",
            "iops_included 30000 (now 6000) x10 default: aws_launch_template.web.block_device_mappings[0].ebs[0].volume_type = gp3",
            "storage_gib 1000 (now 200) x10: aws_launch_template.web.block_device_mappings[1].ebs[0].volume_size = 100",
            "iops 40000 (now 8000) x10: aws_launch_template.web.block_device_mappings[1].ebs[0].iops = 4000",
        ],
    );
}

#[test]
fn an_instance_takes_what_it_leaves_open_from_its_template() {
    let world = World::of(&[
        (
            "aws_launch_template.web",
            r#"{"id": "lt-1", "name": "web", "instance_type": "m5.4xlarge", "block_device_mappings": [
                {"device_name": "/dev/sda1", "ebs": [{"volume_size": 30, "volume_type": "gp2"}]},
                {"device_name": "/dev/sdf", "ebs": [{"volume_size": 100, "volume_type": "gp2"}]},
                {"device_name": "/dev/sdg", "ebs": [{"volume_size": 200, "volume_type": "gp2"}]}]}"#,
        ),
        (
            "aws_instance.web",
            r#"{"instance_type": null, "launch_template": [{"id": "lt-1"}],
                "root_block_device": [{"volume_size": 50, "volume_type": "gp2"}],
                "ebs_block_device": [{"device_name": "/dev/sdg", "volume_size": 300, "volume_type": "gp2"}]}"#,
        ),
        (
            "aws_instance.other",
            r#"{"instance_type": "m5.large", "launch_template": [{"id": "lt-elsewhere"}]}"#,
        ),
    ]);
    world.check(
        "aws_instance.web",
        &[
            "nodes 1",
            "vcpu 16: aws_launch_template.web.instance_type = m5.4xlarge",
            "memory_gib 64: aws_launch_template.web.instance_type = m5.4xlarge",
            "storage_gib 50: root_block_device[0].volume_size = 50",
            "iops_included 150 default: root_block_device[0].volume_type = gp2",
            "storage_gib 300: ebs_block_device[0].volume_size = 300",
            "iops_included 900 default: ebs_block_device[0].volume_type = gp2",
            "storage_gib 100: aws_launch_template.web.block_device_mappings[1].ebs[0].volume_size = 100",
            "iops_included 300 default: aws_launch_template.web.block_device_mappings[1].ebs[0].volume_type = gp2",
        ],
    );
    // A template that is not in the input may bring disks.
    let lines = super::lines(&world.measure("aws_instance.other"));
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("storage_gib 0.. x0.. undetermined")),
        "{lines:?}"
    );
}

#[test]
fn weights_say_how_many_machines_fill_a_capacity() {
    let world = World::of(&[
        (
            "aws_launch_template.web",
            r#"{"id": "lt-1", "name": "web", "instance_type": "m5.large", "block_device_mappings": [
                {"device_name": "/dev/xvda", "ebs": [{"volume_size": 20, "volume_type": "gp3"}]}]}"#,
        ),
        (
            "aws_autoscaling_group.web",
            r#"{"min_size": 1, "max_size": 10, "desired_capacity": 4, "launch_template": [],
                "mixed_instances_policy": [{"launch_template": [{
                    "launch_template_specification": [{"launch_template_id": "lt-1"}],
                    "override": [
                        {"instance_type": "m5.xlarge", "weighted_capacity": "2", "instance_requirements": []},
                        {"instance_type": "c5.4xlarge", "weighted_capacity": "4", "instance_requirements": []},
                        {"instance_type": "r5.large", "weighted_capacity": null, "instance_requirements": []}]}]}]}"#,
        ),
    ]);
    // 10 capacity: 5 m5.xlarge (20 vCPU, 80 GiB), 3 c5.4xlarge (48, 96), 10 r5.large (20, 160).
    let path = "mixed_instances_policy[0].launch_template[0].override";
    world.check(
        "aws_autoscaling_group.web",
        &[
            "nodes 10 (now 4): max_size = 10",
            &format!("vcpu 48 (now 16) x3: {path}[1].instance_type = c5.4xlarge"),
            &format!("memory_gib 160 (now 64) x10: {path}[2].instance_type = r5.large"),
            "storage_gib 200 (now 80) x10: aws_launch_template.web.block_device_mappings[0].ebs[0].volume_size = 20",
            "iops_included 30000 (now 12000) x10 default: aws_launch_template.web.block_device_mappings[0].ebs[0].volume_type = gp3",
        ],
    );
}

#[test]
fn a_group_may_choose_machines_by_what_they_must_have() {
    let group = |unit: &str| {
        format!(
            r#"{{"min_size": 0, "max_size": 64, "desired_capacity": 8, "desired_capacity_type": {unit},
                "mixed_instances_policy": [{{"launch_template": [{{
                    "launch_template_specification": [{{"launch_template_id": "lt-1"}}],
                    "override": [{{"instance_type": null, "instance_requirements": [{{
                        "vcpu_count": [{{"min": 4, "max": 8}}], "memory_mib": [{{"min": 8192, "max": 16384}}],
                        "memory_gib_per_vcpu": [{{"min": null, "max": 4}}]}}]}}]}}]}}]}}"#
        )
    };
    let template = r#"{"id": "lt-1", "name": "web", "block_device_mappings": [
        {"device_name": "/dev/xvda", "ebs": [{"volume_size": 20, "volume_type": "st1"}]}]}"#;
    let check = |unit: &str, expected: &[&str]| {
        let group = group(unit);
        let world = World::of(&[
            ("aws_launch_template.web", template),
            ("aws_autoscaling_group.web", &group),
        ]);
        world.check("aws_autoscaling_group.web", expected);
    };
    let disk = "aws_launch_template.web.block_device_mappings[0].ebs[0].volume_size = 20";
    let required =
        "mixed_instances_policy[0].launch_template[0].override[0].instance_requirements[0]";
    check(
        r#""units""#,
        &[
            "nodes 64 (now 8): max_size = 64",
            &format!("vcpu 512 (now 64) x64: {required}.vcpu_count[0].max = 8"),
            &format!("memory_gib 1024 (now 128) x64: {required}.memory_mib[0].max = 16384"),
            &format!("storage_gib 1280 (now 160) x64: {disk}"),
        ],
    );
    check(
        r#""vcpu""#,
        &[
            "vcpu 64 (now 8): max_size = 64",
            "memory_gib 256 (now 32): max_size = 64",
            "nodes 16 (now 2): max_size = 64",
            &format!("storage_gib 320 (now 40) x16: {disk}"),
        ],
    );
    check(
        r#""memory-mib""#,
        &[
            "vcpu 0.. undetermined",
            "memory_gib 0.0625 (now 0.0078125): max_size = 64",
            "nodes 1: max_size = 64",
            &format!("storage_gib 20: {disk}"),
        ],
    );
}

#[test]
fn a_schedule_raises_what_a_group_may_grow_to() {
    let world = World::of(&[
        (
            "aws_launch_configuration.web",
            r#"{"id": "lc", "name": "lc", "instance_type": "m5.large",
            "root_block_device": [{"volume_size": 10, "volume_type": "st1"}]}"#,
        ),
        (
            "aws_autoscaling_group.web",
            r#"{"name": "web", "min_size": 1, "max_size": 2, "desired_capacity": 1, "launch_configuration": "lc"}"#,
        ),
        (
            "aws_autoscaling_schedule.night",
            r#"{"autoscaling_group_name": "web", "max_size": -1}"#,
        ),
        (
            "aws_autoscaling_schedule.day",
            r#"{"autoscaling_group_name": "web", "max_size": 20}"#,
        ),
        (
            "aws_autoscaling_schedule.lost",
            r#"{"autoscaling_group_name": "elsewhere", "max_size": 90}"#,
        ),
    ]);
    let of = "aws_launch_configuration.web";
    world.check(
        "aws_autoscaling_group.web",
        &[
            "nodes 20 (now 1): max_size = 2",
            &format!("vcpu 40 (now 2) x20: {of}.instance_type = m5.large"),
            &format!("memory_gib 160 (now 8) x20: {of}.instance_type = m5.large"),
            &format!("storage_gib 200 (now 10) x20: {of}.root_block_device[0].volume_size = 10"),
        ],
    );
    world.check("aws_autoscaling_schedule.day", &["weightless"]);
    world.check(
        "aws_autoscaling_schedule.lost",
        &[
            "weightless",
            "unmatched-modifier: this raises what `elsewhere` may grow to, which is not in this input",
        ],
    );
}

#[test]
fn a_warm_pool_beyond_the_group_holds_disks() {
    let group = |pool: &str| {
        let template = r#"{"id": "lt-1", "name": "web", "instance_type": "m5.large", "block_device_mappings": [
            {"device_name": "/dev/xvda", "ebs": [{"volume_size": 20, "volume_type": "st1"}]}]}"#;
        let group = format!(
            r#"{{"min_size": 1, "max_size": 2, "desired_capacity": 1, "launch_template": [{{"id": "lt-1"}}],
                "warm_pool": [{pool}]}}"#
        );
        let world = World::of(&[
            ("aws_launch_template.web", template),
            ("aws_autoscaling_group.web", &group),
        ]);
        super::lines(&world.measure("aws_autoscaling_group.web"))
    };
    let short = |lines: Vec<String>| -> Vec<String> {
        lines
            .iter()
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect()
    };
    let base = [
        "nodes 2 (now 1)",
        "vcpu 4 (now 2) x2",
        "memory_gib 16 (now 8) x2",
        "storage_gib 40 (now 20) x2",
    ];
    assert_eq!(short(group(r#"{"max_group_prepared_capacity": 2}"#)), base);
    assert_eq!(
        short(group(
            r#"{"max_group_prepared_capacity": 5, "pool_state": "Stopped"}"#
        )),
        [&base[..], &["storage_gib 60 x3"]].concat()
    );
    assert_eq!(
        short(group(
            r#"{"max_group_prepared_capacity": 5, "pool_state": "Running"}"#
        )),
        [
            &base[..],
            &["vcpu 6 x3", "memory_gib 24 x3", "storage_gib 60 x3"]
        ]
        .concat()
    );
}

#[test]
fn a_link_that_may_lead_to_several_takes_the_worst() {
    let mut world = World::of(&[
        (
            "aws_launch_template.web[0]",
            r#"{"id": null, "name": null, "instance_type": "m5.large",
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_size": 500, "volume_type": "st1"}]}]}"#,
        ),
        (
            "aws_launch_template.web[1]",
            r#"{"id": null, "name": null, "instance_type": "m5.4xlarge",
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_size": 20, "volume_type": "st1"}]}]}"#,
        ),
        (
            "aws_autoscaling_group.web",
            r#"{"min_size": 1, "max_size": 1, "launch_template": [{"id": {"?": null}}]}"#,
        ),
    ]);
    world.references = vec![
        (
            "aws_autoscaling_group.web",
            "launch_template[0].id",
            "aws_launch_template.web[0]",
        ),
        (
            "aws_autoscaling_group.web",
            "launch_template[0].id",
            "aws_launch_template.web[1]",
        ),
    ];
    let measured = world.check(
        "aws_autoscaling_group.web",
        &[
            "nodes 1: max_size = 1",
            "vcpu 16: aws_launch_template.web[1].instance_type = m5.4xlarge",
            "memory_gib 64: aws_launch_template.web[1].instance_type = m5.4xlarge",
            "storage_gib 500: aws_launch_template.web[0].block_device_mappings[0].ebs[0].volume_size = 500",
            "several-candidates: it cannot be told which of 2 resources this refers to; per dimension the greatest counts",
        ],
    );
    assert_eq!(
        measured.findings[0].notes,
        [
            "candidate: aws_launch_template.web[0]",
            "candidate: aws_launch_template.web[1]"
        ]
    );
}

#[test]
fn the_literal_text_unknown_is_no_id() {
    let world = World::of(&[
        (
            "aws_launch_template.web",
            r#"{"id": "unknown", "name": "web", "instance_type": "m5.large",
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_size": 10, "volume_type": "st1"}]}]}"#,
        ),
        (
            "aws_launch_template.app",
            r#"{"id": "lt-2", "name": "app", "instance_type": "m5.4xlarge",
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_size": 10, "volume_type": "st1"}]}]}"#,
        ),
        (
            "aws_autoscaling_group.app",
            r#"{"min_size": 1, "max_size": 1, "launch_template": [{"id": "unknown", "name": "app"}]}"#,
        ),
    ]);
    world.check(
        "aws_autoscaling_group.app",
        &[
            "nodes 1: max_size = 1",
            "vcpu 16: aws_launch_template.app.instance_type = m5.4xlarge",
            "memory_gib 64: aws_launch_template.app.instance_type = m5.4xlarge",
            "storage_gib 10: aws_launch_template.app.block_device_mappings[0].ebs[0].volume_size = 10",
        ],
    );
}

#[test]
fn a_group_of_unknown_size_has_a_floor() {
    check(
        "aws_autoscaling_group",
        r#"{"min_size": 2, "max_size": {"?": null}, "desired_capacity": null, "launch_template": [], "mixed_instances_policy": []}"#,
        &[
            "nodes 2.. (now 2) undetermined: max_size = (known after apply)",
            "gpus 0.. x2.. undetermined: launch_template[0].id",
            "iops 0.. x2.. undetermined: launch_template[0].id",
            "iops_included 0.. x2.. undetermined: launch_template[0].id",
            "memory_gib 0.. x2.. undetermined: launch_template[0].id",
            "storage_gib 0.. x2.. undetermined: launch_template[0].id",
            "throughput_mibps 0.. x2.. undetermined: launch_template[0].id",
            "vcpu 0.. x2.. undetermined: launch_template[0].id",
        ],
    );
    check(
        "aws_autoscaling_group",
        r#"{"min_size": 0, "max_size": 0}"#,
        &[],
    );
}

#[test]
fn a_database_and_its_standby() {
    check(
        "aws_db_instance",
        r#"{"instance_class": "db.m5.large", "engine": "postgres", "allocated_storage": 100, "multi_az": true,
            "storage_type": "gp3", "iops": null, "max_allocated_storage": null}"#,
        &[
            "databases 1",
            "iops_included 3000 default: storage_type = gp3",
            "nodes 2: multi_az = true",
            "vcpu 4 x2: instance_class = db.m5.large",
            "memory_gib 16 x2: instance_class = db.m5.large",
            "storage_gib 200 x2: allocated_storage = 100",
        ],
    );
    check(
        "aws_db_instance",
        r#"{"instance_class": "db.m5.large", "engine": "postgres", "allocated_storage": 100, "multi_az": true,
            "storage_type": "io1", "iops": 5000, "max_allocated_storage": 500}"#,
        &[
            "databases 1",
            "iops 5000: iops = 5000",
            "nodes 2: multi_az = true",
            "vcpu 4 x2: instance_class = db.m5.large",
            "memory_gib 16 x2: instance_class = db.m5.large",
            "storage_gib 200 x2: allocated_storage = 100",
            "storage_gib 800 (now 0) x2: max_allocated_storage = 500",
        ],
    );
    check(
        "aws_db_instance",
        r#"{"instance_class": "db.m5.large", "engine": "mysql", "allocated_storage": 20, "multi_az": {"?": null}}"#,
        &[
            "databases 1",
            "iops_included 100 default: allocated_storage = 20",
            "nodes 1..2 undetermined: multi_az = (known after apply)",
            "vcpu 2..4 x1..2 undetermined: multi_az = (known after apply)",
            "memory_gib 8..16 x1..2 undetermined: multi_az = (known after apply)",
            "storage_gib 20..40 x1..2 undetermined: multi_az = (known after apply)",
        ],
    );
}

#[test]
fn what_rds_storage_includes_depends_on_engine_and_size() {
    for (engine, kind, size, expected) in [
        ("postgres", "gp3", 399, 3000),
        ("postgres", "gp3", 400, 12000),
        ("oracle-ee", "gp3", 199, 3000),
        ("oracle-ee", "gp3", 200, 12000),
        ("sqlserver-se", "gp3", 5000, 3000),
        ("postgres", "gp2", 20, 100),
        ("postgres", "gp2", 1000, 3000),
        ("postgres", "gp2", 30000, 64000),
        ("sqlserver-ee", "gp2", 10000, 16000),
    ] {
        let after = format!(
            r#"{{"instance_class": "db.m5.large", "engine": "{engine}", "storage_type": "{kind}", "allocated_storage": {size}}}"#
        );
        let world = World::of(&[("aws_db_instance.this", &after)]);
        let lines = super::lines(&world.measure("aws_db_instance.this"));
        let line = lines.iter().find(|line| line.starts_with("iops")).unwrap();
        assert!(
            line.starts_with(&format!("iops_included {expected} default")),
            "{after}: {line}"
        );
    }
}

#[test]
fn a_replica_is_what_its_source_is() {
    let mut world = World::of(&[
        (
            "aws_db_instance.main",
            r#"{"identifier": "main", "id": null, "arn": null, "instance_class": "db.m5.large", "engine": "postgres",
                "allocated_storage": 100, "storage_type": "gp3"}"#,
        ),
        (
            "aws_db_instance.replica",
            r#"{"instance_class": null, "engine": null, "allocated_storage": null, "replicate_source_db": "main"}"#,
        ),
        (
            "aws_db_instance.far",
            r#"{"instance_class": "db.m5.xlarge", "allocated_storage": null,
                "replicate_source_db": "arn:aws:rds:us-east-1:1:db:elsewhere"}"#,
        ),
        (
            "aws_db_instance.new",
            r#"{"instance_class": "db.m5.xlarge", "allocated_storage": null, "replicate_source_db": {"?": null}}"#,
        ),
    ]);
    world.references = vec![(
        "aws_db_instance.new",
        "replicate_source_db",
        "aws_db_instance.main",
    )];
    world.check(
        "aws_db_instance.replica",
        &[
            "databases 1",
            "iops_included 3000 default: aws_db_instance.main.storage_type = gp3",
            "nodes 1: multi_az",
            "vcpu 2: aws_db_instance.main.instance_class = db.m5.large",
            "memory_gib 8: aws_db_instance.main.instance_class = db.m5.large",
            "storage_gib 100: aws_db_instance.main.allocated_storage = 100",
        ],
    );
    world.check(
        "aws_db_instance.new",
        &[
            "databases 1",
            "iops_included 3000 default: aws_db_instance.main.storage_type = gp3",
            "nodes 1: multi_az",
            "vcpu 4: instance_class = db.m5.xlarge",
            "memory_gib 16: instance_class = db.m5.xlarge",
            "storage_gib 100: aws_db_instance.main.allocated_storage = 100",
        ],
    );
    let lines = super::lines(&world.measure("aws_db_instance.far"));
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("storage_gib 0.. undetermined")),
        "{lines:?}"
    );
}

#[test]
fn clusters_and_their_members() {
    check(
        "aws_rds_cluster",
        r#"{"engine": "mysql", "db_cluster_instance_class": "db.m5d.large", "allocated_storage": 100, "iops": 1000, "storage_type": "io1"}"#,
        &[
            "databases 3",
            "iops 1000: iops = 1000",
            "nodes 3",
            "vcpu 6 x3: db_cluster_instance_class = db.m5d.large",
            "memory_gib 24 x3: db_cluster_instance_class = db.m5d.large",
            "storage_gib 300 x3: allocated_storage = 100",
        ],
    );
    check(
        "aws_rds_cluster",
        r#"{"engine": "aurora-mysql", "engine_mode": "provisioned"}"#,
        &["storage_gib 0.. elastic"],
    );
    check(
        "aws_rds_cluster",
        r#"{"engine": "aurora-mysql", "engine_mode": "serverless", "scaling_configuration": [{"min_capacity": 2, "max_capacity": 8}]}"#,
        &[
            "storage_gib 0.. elastic",
            "databases 1",
            "nodes 1",
            "vcpu 0.. undetermined",
            "memory_gib 16 (now 4): scaling_configuration[0].max_capacity = 8",
        ],
    );
    let world = World::of(&[
        (
            "aws_rds_cluster.main",
            r#"{"cluster_identifier": "main", "serverlessv2_scaling_configuration": [{"min_capacity": 0.5, "max_capacity": 16}]}"#,
        ),
        (
            "aws_rds_cluster_instance.a",
            r#"{"cluster_identifier": "main", "instance_class": "db.serverless"}"#,
        ),
        (
            "aws_rds_cluster_instance.b",
            r#"{"cluster_identifier": "main", "instance_class": "db.r5.large"}"#,
        ),
        (
            "aws_rds_cluster_instance.c",
            r#"{"cluster_identifier": "gone", "instance_class": "db.serverless"}"#,
        ),
    ]);
    world.check(
        "aws_rds_cluster_instance.a",
        &[
            "databases 1",
            "nodes 1",
            "vcpu 0.. undetermined",
            "memory_gib 32 (now 1): aws_rds_cluster.main.serverlessv2_scaling_configuration[0].max_capacity = 16",
        ],
    );
    world.check(
        "aws_rds_cluster_instance.b",
        &[
            "databases 1",
            "nodes 1",
            "vcpu 2: instance_class = db.r5.large",
            "memory_gib 16: instance_class = db.r5.large",
        ],
    );
    world.check(
        "aws_rds_cluster_instance.c",
        &[
            "databases 1",
            "nodes 1",
            "vcpu 0.. undetermined",
            "memory_gib 0.. undetermined: cluster_identifier = gone",
        ],
    );
}

#[test]
fn rds_classes_that_no_table_lists_are_ec2_sizes() {
    let vcpu = |class: &str| {
        let after = format!(r#"{{"instance_class": "{class}", "cluster_identifier": "x"}}"#);
        let world = World::of(&[("aws_rds_cluster_instance.this", &after)]);
        super::lines(&world.measure("aws_rds_cluster_instance.this"))[2..].to_vec()
    };
    assert_eq!(
        vcpu("db.m5.4xlarge.tpc2.mem2x"),
        [
            "vcpu 16 assumed: instance_class = db.m5.4xlarge.tpc2.mem2x",
            "memory_gib 128 assumed: instance_class = db.m5.4xlarge.tpc2.mem2x",
            "unlisted-size: the size `db.m5.4xlarge.tpc2.mem2x` is not listed; by its name it has 128 memory_gib, 16 vcpu",
        ]
    );
    assert_eq!(
        vcpu("db.c7i.large")[0],
        "vcpu 2 assumed: instance_class = db.c7i.large"
    );
    assert_eq!(
        vcpu("db.nope")[0],
        "vcpu 0.. undetermined: instance_class = db.nope"
    );
}
