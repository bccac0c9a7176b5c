//! Reports made by hand, one for each way a run can end, that the tests of all formats write.

#![expect(clippy::arithmetic_side_effects, reason = "no stranger's numbers here")]

mod parts;

use super::*;
use crate::finding::{Code, Label, Subject};
use crate::quantity::{Class, Dimension, Mark, Measurement, Quantity, Range};
use crate::source::SourceFile;
use parts::*;

/// Every sample with its name.
pub(super) fn all() -> Vec<(&'static str, Report)> {
    let samples = [
        ("pass", pass()),
        ("over", over()),
        ("settled", settled()),
        ("expired", expired()),
        ("undetermined", undetermined()),
        ("bad_input", bad_input()),
        ("hostile", hostile()),
        ("measure", measure()),
        ("builtin", builtin()),
        ("fleet", fleet()),
        ("deals", deals()),
    ];
    let sorted = samples.map(|(name, mut report)| {
        report.sort();
        (name, report)
    });
    sorted.into()
}

/// What a format makes of a report.
pub(super) fn written(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    report.write(format, Style::PLAIN, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a format makes of a report, but for the texts of the table of codes: their wording
/// belongs to the stages, and a snapshot of a format should not change with it.
pub(super) fn written_but_for_codes(
    report: &Report,
    format: Format,
    escape: fn(&str) -> String,
) -> String {
    let mut text = written(report, format);
    let codes: std::collections::BTreeSet<Code> = report.findings.iter().map(|f| f.code).collect();
    for code in codes {
        for (what, wording) in [
            ("explanation", code.explanation()),
            ("summary", code.summary()),
        ] {
            assert!(
                text.contains(&escape(wording)) || what == "explanation",
                "{code}"
            );
            text = text.replace(&escape(wording), &format!("({what} of {code})"));
        }
    }
    text
}

/// Everything fits.
pub(super) fn pass() -> Report {
    let mut report = check();
    report.instances = vec![
        instance("aws_instance.api[0]", "m5.4xlarge", 16, 64),
        bare("aws_iam_role.api", "aws_iam_role", Class::Weightless),
    ];
    report.requests = vec![
        request("vcpu", 16, Some(max(64, Outcome::Within))),
        request("memory_gib", 64, Some(max(256, Outcome::Within))),
        request("nodes", 1, None),
    ];
    finish(report)
}

/// Too much of one thing, in a plan whose source is at hand.
pub(super) fn over() -> Report {
    let mut report = check();
    report.instances = (0..5)
        .map(|n| instance(&format!("aws_instance.api[{n}]"), "m5.4xlarge", 16, 64))
        .chain([bare("aws_foo_bar.x", "aws_foo_bar", Class::NoRule)])
        .collect();
    let mut vcpu = request("vcpu", 80, Some(max(64, Outcome::Over)));
    vcpu.before = Some(units(64));
    report.requests = vec![
        vcpu,
        request("memory_gib", 320, Some(max(512, Outcome::Within))),
    ];
    report.findings = vec![over_limit(), no_rule()];
    finish(report)
}

/// Too much, and an approval that covers it.
pub(super) fn settled() -> Report {
    let mut report = check();
    report.instances = vec![instance("aws_instance.api[0]", "m5.24xlarge", 96, 384)];
    let mut vcpu = request("vcpu", 96, Some(max(64, Outcome::Settled)));
    if let Some(held) = &mut vcpu.held {
        held.approved = Some(Quantity::units(512));
        held.approvals = vec!["CR-1042".into()];
    }
    report.requests = vec![vcpu];
    let mut finding = over_limit();
    finding.level = Level::Note;
    finding.message =
        "acme/production asks for 96 vcpu, tier small allows 64: CR-1042 allows 512".into();
    finding.help.clear();
    finding.subject.settled_by = Some("CR-1042".into());
    report.findings = vec![finding];
    report.approvals = vec![approval(Standing::Settles)];
    finish(report)
}

/// A deal with a line of each kind.
pub(super) fn deals() -> Report {
    let mut report = check();
    report.inputs = vec![Input {
        path: "deals/globex.hcl".into(),
        kind: "deal",
        root: None,
        workspace: None,
        sha256: None,
        remarks: Vec::new(),
    }];
    let line = |what: &str, kind, price: Option<u64>| DealLine {
        what: what.into(),
        dimension: None,
        kind,
        reviewers: "engineering-vp".into(),
        settled_by: Vec::new(),
        price_per_month: price.map(Quantity::units),
        lead_time_weeks: price.map(|_| 2),
    };
    let mut settled = line("production: 300 vCPU", LineKind::Review, Some(1320));
    settled.settled_by = vec!["CR-1042".into()];
    report.deals = vec![DealRow {
        deal: "globex-2026-q4".into(),
        tenant: "globex".into(),
        tier: "medium".into(),
        fits: None,
        users: Some(80_000),
        close_date: Some("2026-12-15".into()),
        owner: Some("kim@example.com".into()),
        value: Some(Quantity::units(480_000)),
        currency: "USD".into(),
        lines: vec![
            line("production: 10 nodes", LineKind::Standard, None),
            settled,
            line("Single sign-on", LineKind::Addon, Some(500)),
            line("Failover", LineKind::Review, Some(4000)),
            line("<b>feed|\u{1b}[31m</b>", LineKind::Custom, None),
            line("production: 9 GPUs", LineKind::Refused, None),
        ],
    }];
    let mut row = approval(Standing::Settles);
    row.limits = Vec::new();
    row.promises = vec!["globex-2026-q4: failover".into()];
    report.approvals = vec![row];
    finish(report)
}

/// Several tenants, and everything that a bar can show.
pub(super) fn fleet() -> Report {
    let mut report = settled();
    let mut memory = request("memory_gib", 300, Some(max(256, Outcome::Within)));
    if let Some(held) = &mut memory.held {
        held.ceiling = Some(Quantity::units(400));
    }
    let mut storage = request("storage_gib", 5000, Some(max(20000, Outcome::Within)));
    storage.assumed = Quantity::units(1200);
    storage.before = Some(units(5000));
    let mut iops = request("iops", 4000, Some(max(0, Outcome::Undetermined)));
    iops.max.high = Some(Quantity::units(16000));
    if let Some(held) = &mut iops.held {
        held.limit = Limit::Below(Quantity::units(10000));
    }
    let mut nodes = request("nodes", 12, None);
    nodes.steady = units(4);
    nodes.peak = units(24);
    let mut lambdas = request("functions", 10, Some(max(20, Outcome::Elastic)));
    lambdas.max = Range::at_least(Quantity::units(10));
    let mut databases = request("databases", 5, Some(max(4, Outcome::Assumed)));
    databases.assumed = Quantity::units(2);
    // Exactly at a bound that everything has to be below.
    let mut gpus = request("gpus", 8, Some(max(0, Outcome::Over)));
    if let Some(held) = &mut gpus.held {
        held.limit = Limit::Below(Quantity::units(8));
    }
    report
        .requests
        .extend([memory, storage, iops, nodes, lambdas, databases, gpus]);
    let mut size = request("environment_size", 2, Some(max(1, Outcome::Over)));
    size.environment = Some("sandbox".into());
    report.sizes = vec!["small".into(), "medium".into(), "large".into()];
    report.requests.push(size);
    report.instances.extend((0..40).map(|n| {
        instance(
            &format!("module.pool[{n}].aws_instance.worker"),
            "m5.large",
            2,
            8,
        )
    }));
    report.findings.push(over_limit());
    report.findings.push(no_rule());
    let mut expired = approval(Standing::Void("expired on 2026-10-01".into()));
    expired.id = "CR-981".into();
    report.approvals.push(expired);
    finish(report)
}

/// Too much, and an approval that covered it once.
pub(super) fn expired() -> Report {
    let mut report = over();
    report.approvals = vec![approval(Standing::Void("expired on 2026-12-20".into()))];
    finish(report)
}

/// Perhaps too much, for two tenants of which one has no name.
pub(super) fn undetermined() -> Report {
    let mut report = check();
    let mut group = instance(
        "module.pool[\"eu\"].aws_autoscaling_group.workers",
        "",
        0,
        0,
    );
    group.measurements = Arc::from([Measurement {
        dimension: Dimension::new("nodes"),
        max: Range::at_least(Quantity::units(2)),
        steady: units(2),
        times: Range::at_least(Quantity::units(2)),
        mark: Mark::Undetermined,
        rule: "aws_autoscaling_group".into(),
        attribute: "max_size".into(),
        value: "known after apply".into(),
    }]);
    report.instances = vec![group];
    let mut vcpu = request("vcpu", 0, Some(max(64, Outcome::Undetermined)));
    vcpu.max = Range {
        low: Quantity::units(8),
        high: None,
    };
    vcpu.steady = Range {
        low: Quantity::units(8),
        high: Some(Quantity::units(8)),
    };
    vcpu.peak = vcpu.max;
    let mut iops = request("iops", 3000, Some(max(0, Outcome::Over)));
    if let Some(held) = &mut iops.held {
        held.limit = Limit::Below(Quantity::units(10000));
        held.outcome = Outcome::Within;
    }
    let mut gpus = request("gpus", 1, Some(max(0, Outcome::Over)));
    if let Some(held) = &mut gpus.held {
        held.limit = Limit::Review;
        held.enforcement = "advisory";
    }
    let mut quarter = request("vcpu", 0, Some(max(64, Outcome::Within)));
    quarter.tenant = None;
    quarter.max = Range::exactly(Quantity::nanos(250_000_000).unwrap());
    quarter.steady = quarter.max;
    quarter.peak = quarter.max;
    let mut size = request("environment_size", 2, Some(max(2, Outcome::Within)));
    size.before = Some(units(1));
    let mut environments = request("environments", 2, Some(max(2, Outcome::Within)));
    environments.environment = None;
    report.requests = vec![vcpu, iops, gpus, quarter, size, environments];
    report.findings = vec![Finding {
        code: Code::UNDETERMINED,
        level: Level::Error,
        message: "acme/production asks for 8 vcpu or more, tier small allows 64".into(),
        labels: vec![Label::instance(
            "tenants/acme/prod",
            "module.pool[\"eu\"].aws_autoscaling_group.workers",
            "max_size",
            "known after apply",
        )],
        notes: vec![],
        help: vec![
            "pin max_size of module.pool[\"eu\"].aws_autoscaling_group.workers to a constant"
                .into(),
        ],
        subject: subject("vcpu", Range::at_least(Quantity::units(8)), 64),
    }];
    report.sizes = vec!["small".into(), "medium".into(), "large".into()];
    report.tenants.push(TenantRow {
        tenant: None,
        tier: Some("small".into()),
        tier_title: None,
        roots: 1,
        missing_roots: vec![],
    });
    report.flags = vec![
        Setting {
            name: "--tenant".into(),
            value: Some("acme".into()),
            remark: "given by hand".into(),
        },
        Setting {
            name: "--allow-partial".into(),
            value: None,
            remark: "what a partial plan leaves out was not judged".into(),
        },
    ];
    report.variables = vec![Setting {
        name: "TF_VAR_password".into(),
        value: None,
        remark: "".into(),
    }];
    finish(report)
}

/// Nothing could be judged: one input is damaged, and the catalog has two mistakes.
pub(super) fn bad_input() -> Report {
    let mut report = Report::new(Command::Check);
    report.guard_version = "0.0.0".into();
    report.inputs = vec![Input {
        path: "plan.json".into(),
        kind: "plan",
        root: None,
        sha256: None,
        remarks: vec![],
        workspace: None,
    }];
    let catalog = SourceFile::new(
        "policies/catalog.hcl",
        "catalog \"acme-cloud\" {\n  default_tier = \"smal\"\n}\n\ntier \"small\" {\n\tlimit \"vcpu\" { max = -1 }\n}\n",
    );
    let at = |text: &str| {
        let start = catalog.text().find(text).unwrap();
        catalog.at(start..start + text.len())
    };
    report.findings = vec![
        Finding {
            code: Code::BAD_INPUT,
            level: Level::Fatal,
            message: "plan.json ends in the middle of a string".into(),
            labels: vec![Label::input("plan.json", Some(65536), "")],
            notes: vec!["pipes that cut at 65,536 bytes exist".into()],
            help: vec![
                "write the plan to a file: terraform show -json plan.tfplan > plan.json".into(),
            ],
            subject: Subject::default(),
        },
        Finding {
            code: Code::BAD_CATALOG,
            level: Level::Fatal,
            message: "there is no tier \"smal\"".into(),
            labels: vec![
                Label::source(at("\"smal\""), "not the name of a tier"),
                Label::source(at("\"small\""), "this one is"),
            ],
            notes: vec![],
            help: vec!["write default_tier = \"small\"".into()],
            subject: Subject::default(),
        },
        Finding {
            code: Code::BAD_CATALOG,
            level: Level::Fatal,
            message: "a limit is never negative".into(),
            labels: vec![Label::source(at("-1"), "")],
            notes: vec![],
            help: vec![],
            subject: Subject::default(),
        },
    ];
    report
}

/// Everything fits, by the catalog inside guard.
pub(super) fn builtin() -> Report {
    let mut report = pass();
    report.policies = Some(Policies {
        path: "builtin".into(),
        builtin: true,
        catalog: Some("sample".into()),
        version: None,
        files: vec![],
    });
    report.tenants[0].missing_roots = vec!["tenants/acme/a".into(), "tenants/acme/b".into()];
    // What was not read may ask for anything more.
    let mut all = request("databases", 1, Some(max(4, Outcome::Undetermined)));
    all.environment = None;
    if let Some(held) = &mut all.held {
        held.asked = Range::at_least(Quantity::ONE);
    }
    report.requests.push(all);
    let mut finding = no_rule();
    finding.message =
        "acme asks for 1 databases or more, tier small allows 4: 1 of 3 roots read".into();
    finding.subject.environment = None;
    report.findings.push(finding);
    report
}

/// Text that tries to be more than text, wherever text can be.
pub(super) fn hostile() -> Report {
    everywhere(hostile_text())
}

/// A report with this text wherever a stranger's text can be.
pub(super) fn everywhere(evil: &str) -> Report {
    let mut report = over();
    let shared: Arc<str> = evil.into();
    report.instances.push(InstanceRow {
        address: evil.into(),
        resource_type: shared.clone(),
        class: Class::Measured,
        root: shared.clone(),
        tenant: Some(shared.clone()),
        environment: Some(shared.clone()),
        deposed: true,
        measurements: Arc::from([Measurement {
            dimension: Dimension::new(evil),
            max: units(1),
            steady: units(1),
            times: units(1),
            mark: Mark::Known,
            rule: evil.into(),
            attribute: evil.into(),
            value: evil.into(),
        }]),
        place: None,
        kept: None,
    });
    let mut row = request(evil, 1, Some(max(0, Outcome::Over)));
    row.tenant = Some(shared.clone());
    row.environment = Some(shared.clone());
    if let Some(held) = &mut row.held {
        held.approved = Some(Quantity::ONE);
        held.approvals = vec![shared.clone()];
    }
    report.requests.push(row);
    let source = SourceFile::new(evil, format!("a = \"{evil}\"\r\nb = 1\r\n"));
    let length = source.text().len();
    let all = source.at(0..length);
    let end = length.saturating_sub(3)..length + 100;
    report.findings.push(Finding {
        code: Code::OVER_LIMIT,
        level: Level::Error,
        message: evil.into(),
        labels: vec![
            Label::source(all, evil),
            Label::source(source.at(end), evil),
            Label::instance(evil, evil, evil, evil),
            Label::input(evil, None, evil),
        ],
        notes: vec![evil.into()],
        help: vec![evil.into()],
        subject: Subject {
            tenant: Some(evil.into()),
            environment: Some(evil.into()),
            dimension: Some(Dimension::new(evil)),
            requested: Some(units(1)),
            allowance: None,
            settled_by: Some(evil.into()),
        },
    });
    report.tenants.push(TenantRow {
        tenant: Some(shared.clone()),
        tier: Some(shared.clone()),
        tier_title: Some(shared.clone()),
        roots: 0,
        missing_roots: vec![shared.clone()],
    });
    let mut record = approval(Standing::Void(shared.clone()));
    for text in [
        &mut record.id,
        &mut record.path,
        &mut record.tenant,
        &mut record.tier,
        &mut record.reason,
        &mut record.ticket,
        &mut record.requested_by,
        &mut record.issued,
        &mut record.expires,
    ] {
        *text = shared.clone();
    }
    record.environment = Some(shared.clone());
    record.approved_by = vec![shared.clone()];
    report.approvals = vec![record];
    report.inputs.push(Input {
        path: shared.clone(),
        kind: "plan",
        root: Some(shared.clone()),
        sha256: None,
        remarks: vec![shared.clone()],
        workspace: None,
    });
    let setting = Setting {
        name: shared.clone(),
        value: Some(shared.clone()),
        remark: shared.clone(),
    };
    report.flags = vec![setting.clone()];
    report.variables = vec![setting];
    report.sizes = vec![shared.clone()];
    report.coverage.no_rule_types.insert(shared.clone());
    report.policies = Some(Policies {
        path: shared.clone(),
        builtin: false,
        catalog: Some(shared.clone()),
        version: None,
        files: vec![FileRow {
            path: shared.clone(),
            sha256: None,
        }],
    });
    report.trust = Some(Trust::Signed { root: vec![shared] });
    report
}

/// What tries everything at once: a terminal escape, a bidirectional override, a workflow
/// command, the syntaxes of HTML, XML, Markdown, CSV and JSON, and what XML cannot hold at all.
pub(super) fn hostile_text() -> &'static str {
    "=1\x1b[31m\u{202e}\r\n::error::pwned\n]]><script>alert('1')</script>&amp;|`[x](javascript:x)*_~@all#1\"\\\0\u{fffe}\n ::stop-commands::x\n##vso[task.complete]"
}

/// The quantities alone.
pub(super) fn measure() -> Report {
    let mut report = undetermined();
    report.command = Command::Measure;
    report.findings.clear();
    report.policies = None;
    report.trust = None;
    report.tenants.clear();
    report
        .instances
        .push(instance("aws_instance.api[0]", "m5.4xlarge", 16, 64));
    report
        .instances
        .push(bare("aws_iam_role.api", "aws_iam_role", Class::Weightless));
    for row in &mut report.requests {
        row.held = None;
    }
    finish(report)
}

/// Where every number comes from.
pub(super) fn explain() -> Report {
    let mut report = measure();
    report.command = Command::Explain;
    let mut volume = bare(
        "aws_ebs_volume.data[\"a\"]",
        "aws_ebs_volume",
        Class::Measured,
    );
    volume.measurements = Arc::from([
        Measurement {
            dimension: Dimension::new("iops"),
            max: Range::exactly(Quantity::units(12000)),
            steady: units(6000),
            times: units(2),
            mark: Mark::Default,
            rule: "aws_ebs_volume".into(),
            attribute: "iops".into(),
            value: "6000".into(),
        },
        Measurement {
            dimension: Dimension::new("storage_gib"),
            max: units(8),
            steady: units(8),
            times: units(1),
            mark: Mark::Assumed,
            rule: "aws_ebs_volume".into(),
            attribute: "size".into(),
            value: "".into(),
        },
    ]);
    volume.place =
        Some(SourceFile::new("main.tf", "resource \"aws_ebs_volume\" \"data\" {}").at(0..8));
    report.instances.push(volume);
    report
        .instances
        .push(bare("helm_release.x", "helm_release", Class::Opaque));
    report
        .instances
        .push(bare("aws_foo_bar.x", "aws_foo_bar", Class::NoRule));
    finish(report)
}
