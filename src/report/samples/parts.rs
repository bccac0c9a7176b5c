//! What the samples are put together from.

#![expect(clippy::arithmetic_side_effects, reason = "no stranger's numbers here")]

use super::super::*;
use crate::finding::{Code, Label, Subject};
use crate::quantity::{Class, Dimension, Mark, Measurement, Quantity, Range};
use crate::source::SourceFile;

pub(super) fn check() -> Report {
    let mut report = Report::new(Command::Check);
    // The version must not be in snapshots, or every release would change them.
    report.guard_version = "0.0.0".into();
    report.inputs = vec![Input {
        path: "plan.json".into(),
        kind: "plan",
        root: Some("tenants/acme/prod".into()),
        sha256: None,
        remarks: vec![],
        workspace: None,
    }];
    report.policies = Some(Policies {
        path: "policies".into(),
        builtin: false,
        catalog: Some("acme-cloud".into()),
        version: None,
        files: vec![FileRow {
            path: "policies/catalog.hcl".into(),
            sha256: None,
        }],
    });
    report.trust = Some(Trust::Recorded);
    report.tenants = vec![TenantRow {
        tenant: Some("acme".into()),
        tier: Some("small".into()),
        tier_title: Some("Small".into()),
        roots: 1,
        missing_roots: vec![],
    }];
    report
}

pub(super) fn finish(mut report: Report) -> Report {
    report.coverage = Coverage::of(&report.instances);
    for row in &mut report.requests {
        let asked = row.max;
        if let Some(held) = &mut row.held {
            held.asked = asked;
        }
    }
    report
}

pub(super) fn units(n: u64) -> Range {
    Range::exactly(Quantity::units(n))
}

pub(super) fn instance(address: &str, size: &str, vcpu: u64, memory_gib: u64) -> InstanceRow {
    let measurement = |dimension: &str, amount| Measurement {
        dimension: Dimension::new(dimension),
        max: units(amount),
        steady: units(amount),
        times: units(1),
        mark: Mark::Known,
        rule: "aws_instance".into(),
        attribute: "instance_type".into(),
        value: size.into(),
    };
    InstanceRow {
        measurements: Arc::from([
            measurement("vcpu", vcpu),
            measurement("memory_gib", memory_gib),
        ]),
        ..bare(address, "aws_instance", Class::Measured)
    }
}

pub(super) fn bare(address: &str, resource_type: &str, class: Class) -> InstanceRow {
    InstanceRow {
        address: address.into(),
        resource_type: resource_type.into(),
        class,
        root: "tenants/acme/prod".into(),
        tenant: Some("acme".into()),
        environment: Some("production".into()),
        deposed: false,
        measurements: Arc::from([]),
        place: None,
        kept: None,
    }
}

pub(super) fn request(dimension: &str, amount: u64, held: Option<Held>) -> RequestRow {
    RequestRow {
        tenant: Some("acme".into()),
        environment: Some("production".into()),
        dimension: Dimension::new(dimension),
        max: units(amount),
        steady: units(amount),
        peak: units(amount),
        before: None,
        declared: None,
        assumed: Quantity::ZERO,
        held,
    }
}

pub(super) fn max(most: u64, outcome: Outcome) -> Held {
    Held {
        limit: Limit::Max(Quantity::units(most)),
        ceiling: None,
        approved: None,
        approvals: Vec::new(),
        basis: Basis::Max,
        enforcement: "mandatory_overridable",
        asked: Range::ZERO,
        outcome,
    }
}

pub(super) fn subject(dimension: &str, requested: Range, allowance: u64) -> Subject {
    Subject {
        tenant: Some("acme".into()),
        environment: Some("production".into()),
        dimension: Some(Dimension::new(dimension)),
        requested: Some(requested),
        allowance: Some(Quantity::units(allowance)),
        settled_by: None,
    }
}

pub(super) fn over_limit() -> Finding {
    let module = SourceFile::new(
        "tenants/acme/prod/main.tf",
        "module \"shop\" {\n  source        = \"../../../modules/shop\"\n  instance_type = \"m5.4xlarge\" # was m5.large\n  machines      = 5\n}\n",
    );
    let catalog = SourceFile::new(
        "policies/catalog.hcl",
        "tier \"small\" {\n  limit \"vcpu\" {\n    max = 64\n  }\n}\n",
    );
    let at = |file: &SourceFile, before: &str, text: &str| {
        let start = file.text().find(before).unwrap() + before.len();
        let start = start + file.text()[start..].find(text).unwrap();
        file.at(start..start + text.len())
    };
    Finding {
        code: Code::OVER_LIMIT,
        level: Level::Error,
        message: "acme/production asks for 80 vcpu, tier small allows 64: 16 too many".into(),
        labels: vec![
            Label::source(at(&module, "", "\"m5.4xlarge\""), "16 vcpu each"),
            Label::source(at(&module, "machines", "5"), "times 5"),
            Label::source(at(&catalog, "max", "64"), "the limit"),
            Label::instance("tenants/acme/prod", "aws_instance.api[0]", "instance_type", "16 vcpu"),
        ],
        notes: vec![
            "aws_instance.api[0] to [4]: 16 vcpu each (m5.4xlarge)".into(),
            "+16 vcpu by this plan".into(),
            "tier medium would fit".into(),
        ],
        help: vec![
            "ask for less, or have this recorded as approvals/CR-1.hcl:\n\napproval \"CR-1\" {\n  tenant = \"acme\"\n  limits = { vcpu = 80 }\n}".into(),
            "guard approve draft CR-1 plan.json".into(),
        ],
        subject: subject("vcpu", units(80), 64),
    }
}

pub(super) fn no_rule() -> Finding {
    Finding {
        code: Code::UNDETERMINED,
        level: Level::Warning,
        message: "aws_foo_bar.x: no rule says what this requests".into(),
        labels: vec![Label::instance(
            "tenants/acme/prod",
            "aws_foo_bar.x",
            "",
            "",
        )],
        notes: vec![],
        help: vec![],
        subject: Subject {
            tenant: Some("acme".into()),
            environment: Some("production".into()),
            ..Subject::default()
        },
    }
}

pub(super) fn approval(standing: Standing) -> ApprovalRow {
    ApprovalRow {
        id: "CR-1042".into(),
        path: "approvals/CR-1042.hcl".into(),
        tenant: "acme".into(),
        environment: Some("production".into()),
        tier: "small".into(),
        limits: vec![ApprovedLimit {
            dimension: Dimension::new("vcpu"),
            amount: Quantity::units(512),
            used: Some(units(96)),
        }],
        promises: Vec::new(),
        reason: "Black Friday load test".into(),
        ticket: "CR-1042".into(),
        requested_by: "dave@example.com".into(),
        approved_by: vec!["dana@example.com".into()],
        issued: "2026-11-20".into(),
        expires: "2026-12-20".into(),
        standing,
    }
}
