//! What findings about limits say.

use super::*;
use crate::catalog::builtin;
use crate::judge::{Terms, count, judge, tier_that_fits};
use crate::quantity::{Dimension, Mark, Measurement};
use crate::request::{Account, Share, Tally, Whose};
use crate::source::SourceFile;
use std::fmt::Write;

const ADDRESS: &str = "aws_instance.api";

fn units(low: u64, high: impl Into<Option<u64>>) -> Range {
    let high: Option<u64> = high.into();
    Range {
        low: Quantity::units(low),
        high: high.map(Quantity::units),
    }
}

/// What is said of a production environment that asks for these amounts of one dimension.
fn told(dimension: &str, asks: &[(Range, Mark)], before: u64, tenant: Option<&str>) -> String {
    let catalog = Catalog::load(&builtin()).unwrap().0;
    let measurement = |max, mark| Measurement {
        dimension: Dimension::new(dimension),
        max,
        steady: max,
        times: units(1, 1),
        mark,
        rule: Arc::from("aws_instance"),
        attribute: Arc::from("instance_type"),
        value: Arc::from("m5.4xlarge"),
    };
    let mut tally = Tally::default();
    let whose = Whose {
        tenant: tenant.map(Arc::from),
        environment: Arc::from("production"),
    };
    let before = [measurement(units(before, before), Mark::Known)];
    let none = Share {
        before: Some(&before),
        ..Share::default()
    };
    tally.add(&whose, none);
    let addresses: Vec<_> = (0..asks.len()).map(|n| format!("{ADDRESS}[{n}]")).collect();
    let mut contributors = Vec::new();
    for (n, (amount, mark)) in asks.iter().enumerate() {
        let after = [measurement(*amount, *mark)];
        tally.add(
            &whose,
            Share {
                after: &after,
                before: Some(&[]),
                ..Share::default()
            },
        );
        contributors.push(Contributor {
            root: "",
            span: None,
            address: &addresses[n],
            resource: ADDRESS,
            attribute: "instance_type",
            value: "m5.4xlarge",
            amount: *amount,
        });
    }
    let mut account: Account = tally.accounts().remove(&whose.tenant).unwrap();
    let pooled = tenant.is_none();
    count(&mut account, &catalog.sizes, pooled);
    let terms = Terms {
        tier: &catalog.tiers[0],
        ceilings: &[],
        now: Moment::from_unix(0),
        complete: true,
        pooled,
    };
    let about = About {
        catalog: &catalog,
        tier: terms.tier,
        tenant,
        claimed: &if pooled {
            vec![Arc::from("globex")]
        } else {
            vec![]
        },
        requests: if pooled {
            &account.total
        } else {
            &account.environments["production"]
        },
        contributors: &contributors,
        fits: tier_that_fits(&catalog.tiers, &terms, &account),
        roots: None,
        places: Places::NONE,
    };
    let mut text = String::new();
    for judgement in judge(&terms, &account) {
        let Some(finding) = tell(&judgement, &about) else {
            continue;
        };
        writeln!(
            text,
            "{}[{}]: {}",
            finding.level.as_str(),
            finding.code,
            finding.message
        )
        .unwrap();
        for label in &finding.labels {
            let place = match &label.place {
                Place::Instance { address, .. } => address.clone(),
                Place::Source(span) => span.text().to_owned(),
                Place::Input { path, .. } => path.clone(),
            };
            writeln!(text, "  at {place}: {}", label.text).unwrap();
        }
        for note in &finding.notes {
            writeln!(text, "  note: {note}").unwrap();
        }
        for help in &finding.help {
            writeln!(text, "  help: {help}").unwrap();
        }
    }
    text
}

#[test]
fn too_much_says_who_and_what_and_the_way_out() {
    let each = (units(16, 16), Mark::Known);
    insta::assert_snapshot!(told(
        "vcpu",
        &[each, each, each, each, (units(36, 36), Mark::Known)],
        84,
        Some("acme")
    ));
}

#[test]
fn a_limit_that_excludes_its_bound_says_so() {
    insta::assert_snapshot!(told(
        "iops",
        &[(units(10_000, 10_000), Mark::Known)],
        10_000,
        Some("acme")
    ));
}

#[test]
fn what_is_not_known_names_what_to_pin() {
    let asks = [
        (units(16, 16), Mark::Known),
        (units(2, None), Mark::Undetermined),
    ];
    insta::assert_snapshot!(told("nodes", &asks, 0, Some("acme")));
}

#[test]
fn estimates_and_what_is_elastic_warn() {
    insta::assert_snapshot!(told(
        "storage_gib",
        &[(units(6000, 6000), Mark::Assumed)],
        6000,
        Some("acme")
    ));
    insta::assert_snapshot!(told(
        "vcpu",
        &[(units(3, None), Mark::Elastic)],
        0,
        Some("acme")
    ));
}

#[test]
fn a_pool_says_which_names_it_holds() {
    insta::assert_snapshot!(told("gpus", &[(units(1, 1), Mark::Known)], 0, None));
}

#[test]
fn what_fits_says_nothing() {
    assert_eq!(
        told("vcpu", &[(units(64, 64), Mark::Known)], 0, Some("acme")),
        ""
    );
}

#[test]
fn ceilings_are_noted_when_they_are_needed_and_when_they_end_soon() {
    let block = r#"
tenant "beta" {
  tier = "small"
  ceiling "contract" {
    limits = { vcpu = 2000 }
    from   = "2026-01-01"
    until  = "2026-12-31"
    reason = "Order form 2025-118"
  }
}
"#;
    let mut files = builtin();
    files.push(SourceFile::new("beta.hcl", block));
    let catalog = Catalog::load(&files).unwrap().0;
    let beta = &catalog.tenants["beta"];
    let noted = |vcpu: u64, now: &str| {
        let asked = crate::request::Request {
            max: units(vcpu, vcpu).into(),
            ..Default::default()
        };
        let mut account = Account::default();
        let requests = Requests::from([(Dimension::new("vcpu"), asked)]);
        account
            .environments
            .insert(Arc::from("production"), requests);
        let now = now.parse().unwrap();
        let terms = Terms {
            tier: &catalog.tiers[0],
            ceilings: &beta.ceilings,
            now,
            complete: true,
            pooled: false,
        };
        let judgements = judge(&terms, &account);
        let findings = tell_ceilings(&catalog, beta, &judgements, now);
        findings
            .into_iter()
            .map(|finding| finding.message)
            .collect::<Vec<_>>()
    };
    let used = "beta/production asks for 65 vCPU, its contract allows 2000 until 2026-12-31";
    let ends = "the contract of beta ends on 2026-12-31";
    assert_eq!(noted(65, "2026-06-01"), [used]);
    assert_eq!(noted(64, "2026-06-01"), [""; 0]);
    assert_eq!(noted(2001, "2026-06-01"), [""; 0], "that is told otherwise");
    assert_eq!(noted(65, "2026-12-01"), [used, ends]);
    assert_eq!(noted(64, "2026-11-30T23:59:59Z"), [""; 0]);
    assert_eq!(noted(64, "2026-12-31"), [""; 0], "it has ended");
}
