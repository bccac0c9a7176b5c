//! Throughput and start-up of the whole program, beside what parsing alone costs.
//!
//! Absolute times depend on the machine; the ratios within one run are what counts
//! (`docs/performance.md`). The plan is generated here, so a bare clone can run this.

#![expect(
    missing_docs,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "a bench may give up"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

criterion_group!(benches, throughput, start_up);
criterion_main!(benches);

/// A plan of about ten megabytes, judged; and the same bytes through serde_json.
fn throughput(criterion: &mut Criterion) {
    let plan = plan(600);
    let folder = tempfile::tempdir().expect("a folder for the plan");
    let file = folder.path().join("plan.json");
    std::fs::write(&file, &plan).expect("the plan is written");

    let mut group = criterion.benchmark_group("throughput");
    group.throughput(Throughput::Bytes(plan.len() as u64));
    group.sample_size(20);
    group.bench_function("guard check", |bencher| bencher.iter(|| guard(&file)));
    group.bench_function("serde_json, every byte checked and dropped", |bencher| {
        bencher.iter(|| {
            serde_json::from_slice::<serde::de::IgnoredAny>(black_box(plan.as_bytes()))
                .expect("it is JSON")
        });
    });
    group.bench_function("serde_json::Value", |bencher| {
        bencher.iter(|| {
            serde_json::from_slice::<serde_json::Value>(black_box(plan.as_bytes()))
                .expect("it is JSON")
        });
    });
    group.finish();
}

/// From nothing to a verdict on a small plan.
fn start_up(criterion: &mut Criterion) {
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ordinary/plan.json");
    let mut group = criterion.benchmark_group("start-up");
    group.bench_function("guard --version", |bencher| {
        bencher.iter(|| guard(Path::new("--version")))
    });
    group.bench_function("guard check of a small plan", |bencher| {
        bencher.iter(|| guard(&plan))
    });
    group.finish();
}

fn guard(argument: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_guard"))
        .args(["--policies", "builtin", "--color", "never"])
        .arg(argument)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    assert_ne!(status.code(), Some(2), "the plan could not be judged");
}

/// A plan in Terraform's order of keys: `tenants` times the same few resources.
fn plan(tenants: usize) -> String {
    let mut values = Vec::new();
    let mut changes = Vec::new();
    for tenant in 0..tenants {
        for machine in 0..6 {
            let address = format!("module.tenant_{tenant:04}.aws_instance.api[{machine}]");
            let attributes = machine_attributes(tenant);
            values.push(format!(
                r#"{{"address":"{address}","mode":"managed","type":"aws_instance","name":"api","index":{machine},"provider_name":"registry.terraform.io/hashicorp/aws","schema_version":1,"values":{attributes},"sensitive_values":{{}}}}"#
            ));
            changes.push(change(&address, "aws_instance", machine, &attributes));
        }
        for volume in 0..4 {
            let address = format!("module.tenant_{tenant:04}.aws_ebs_volume.data[{volume}]");
            let attributes = format!(
                r#"{{"availability_zone":"eu-central-1a","iops":{},"size":{},"type":"io2","tags_all":{{"tenant":"tenant-{tenant:04}"}}}}"#,
                1000 + 500 * volume,
                100 * (volume + 1)
            );
            changes.push(change(&address, "aws_ebs_volume", volume, &attributes));
        }
        for group in 0..6 {
            let address = format!("module.tenant_{tenant:04}.aws_security_group.app[{group}]");
            changes.push(change(
                &address,
                "aws_security_group",
                group,
                r#"{"name":"app","description":"Managed by Terraform","ingress":[],"egress":[]}"#,
            ));
        }
    }
    format!(
        r#"{{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{{"root_module":{{"resources":[{}]}}}},"resource_changes":[{}],"configuration":{{"root_module":{{}}}},"complete":true,"errored":false}}"#,
        values.join(","),
        changes.join(",")
    )
}

fn machine_attributes(tenant: usize) -> String {
    let size = ["m5.large", "m5.xlarge", "c5.2xlarge", "r5.large"][tenant % 4];
    let mut text = format!(
        r#"{{"ami":"ami-0123456789abcdef0","instance_type":"{size}","root_block_device":[{{"volume_size":50,"volume_type":"gp3"}}]"#
    );
    for number in 0..40 {
        write!(
            text,
            r#","attribute_{number:02}":"some ordinary text of an ordinary length""#
        )
        .expect("a string takes it");
    }
    write!(
        text,
        r#","tags_all":{{"tenant":"tenant-{tenant:04}","environment":"production"}}}}"#
    )
    .expect("a string takes it");
    text
}

fn change(address: &str, kind: &str, index: usize, after: &str) -> String {
    format!(
        r#"{{"address":"{address}","mode":"managed","type":"{kind}","name":"{}","index":{index},"provider_name":"registry.terraform.io/hashicorp/aws","change":{{"actions":["create"],"before":null,"after":{after},"after_unknown":{{"id":true,"arn":true}},"before_sensitive":false,"after_sensitive":{{}}}}}}"#,
        address
            .rsplit('.')
            .next()
            .unwrap_or("")
            .split('[')
            .next()
            .unwrap_or("")
    )
}
