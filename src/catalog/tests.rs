//! What catalogs say, and everything that can be wrong with them.

mod menu;
mod mistakes;
mod tables;

use super::*;

/// A small sound catalog; tests add to it what they are about.
pub(crate) const SOUND: &str = r#"
catalog "acme-cloud" {
}

size "small" {
  vcpu = 64
}
size "large" {
  vcpu = 512
}

tier "small" {
  limit "vcpu" {
    max       = 64
    approvers = [["vp"]]
  }
  limit "environments" {
    max       = 2
    approvers = [["vp"]]
  }
  limit "environment_size" {
    max       = "small"
    approvers = [["vp"]]
  }
}

role "vp" {
  max      = { vcpu = 512 }
  max_days = 90
}
person "dana@example.com" {
  roles = ["vp"]
}
"#;

fn load(texts: &[&str]) -> Result<(Catalog, Vec<Finding>), Vec<Finding>> {
    let files: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| SourceFile::new(format!("{n}.hcl"), *text))
        .collect();
    Catalog::load(&files)
}

fn sound(extra: &str) -> Catalog {
    match load(&[SOUND, extra]) {
        Ok((catalog, remarks)) if remarks.is_empty() => catalog,
        Ok((_, findings)) | Err(findings) => panic!("{}", told(&findings).join("\n")),
    }
}

/// `FILE:LINE what is underlined: message`, one for each finding.
fn told(findings: &[Finding]) -> Vec<String> {
    let tell = |finding: &Finding| match finding.labels.first().map(|label| &label.place) {
        Some(Place::Source(span)) => {
            let (line, _) = span.file.line_column(span.range.start);
            format!(
                "{}:{line} {}: {}",
                span.file.path(),
                span.text(),
                finding.message
            )
        }
        _ => finding.message.clone(),
    };
    findings.iter().map(tell).collect()
}

/// Adds a second file to the sound catalog and expects these mistakes, and no others.
fn mistakes(extra: &str, expected: &[&str]) {
    let findings = load(&[SOUND, extra]).err().unwrap_or_default();
    assert_eq!(told(&findings), expected, "{extra}");
    assert!(findings.iter().all(|finding| finding.level == Level::Fatal));
}

/// Adds a second file to the sound catalog and expects these remarks.
fn remarks(extra: &str, expected: &[&str]) {
    let remarks = match load(&[SOUND, extra]) {
        Ok((_, remarks)) => remarks,
        Err(findings) => panic!("{}", told(&findings).join("\n")),
    };
    assert_eq!(told(&remarks), expected, "{extra}");
    assert!(remarks.iter().all(|finding| finding.level > Level::Error));
}

#[test]
fn the_sample_catalog_is_sound() {
    let (catalog, remarks) = Catalog::load(&builtin()).map_err(|all| told(&all)).unwrap();
    assert_eq!(told(&remarks), [""; 0]);
    let names: Vec<_> = catalog.tiers.iter().map(|tier| &*tier.name).collect();
    assert_eq!(names, ["small", "medium", "enterprise"]);
    assert_eq!(catalog.default_tier.as_deref(), Some("small"));

    let small = catalog.tier("small").unwrap();
    let bound = |name| small.limits[&Dimension::new(name)].bound;
    assert_eq!(bound("vcpu"), Bound::Max(Quantity::units(64)));
    assert_eq!(bound("iops"), Bound::Below(Quantity::units(10_000)));
    assert_eq!(small.users, Some(10_000));
    assert_eq!(
        catalog.roles["engineering-vp"].max[&Dimension::new("vcpu")],
        Quantity::units(512)
    );
    for tier in &catalog.tiers {
        for limit in tier.limits.values() {
            assert!(
                !limit.approvers.is_empty(),
                "{} {}",
                tier.name,
                limit.dimension
            );
            assert!(
                limit.error_message.is_some(),
                "{} {}",
                tier.name,
                limit.dimension
            );
        }
    }
}

#[test]
fn the_documentation_is_a_sound_catalog() {
    let page = include_str!("../../docs/catalog.md");
    let text: String = page
        .split("```hcl\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    let files = [
        SourceFile::new("docs/catalog.md", text),
        SourceFile::new(
            "docs/crm.csv",
            "Account,Product,Roots\nbeta,Standard plan,\n",
        ),
    ];
    let (catalog, remarks) = Catalog::load(&files).map_err(|all| told(&all)).unwrap();
    assert_eq!(told(&remarks), [""; 0]);
    assert_eq!(catalog.tenants.len(), 3);
}

#[test]
fn line_ends_of_any_system_are_fine() {
    let windows = SOUND.replace('\n', "\r\n");
    assert!(load(&[&windows]).is_ok());
    assert!(load(&[SOUND.trim_end()]).is_ok());
    assert!(load(&[&SOUND.replace('\n', "\r")]).is_err());
    let mut files = builtin();
    files[0] = SourceFile::new("a.hcl", files[0].text().replace('\n', "\r\n"));
    assert!(Catalog::load(&files).is_ok());
}

#[test]
fn what_a_catalog_leaves_out_has_the_documented_default() {
    let catalog = sound("");
    assert_eq!(
        catalog.policies,
        Policies {
            undetermined: Policy::Fail,
            opaque: Policy::Fail,
            no_rule: Policy::Warn,
            elastic: Policy::Warn,
        }
    );
    assert_eq!(&*catalog.currency, "USD");
    assert_eq!((catalog.default_tier, catalog.trust), (None, None));
    assert!(catalog.accept_approvers.is_empty());
    let small = &catalog.tiers[0];
    let vcpu = &small.limits[&Dimension::new("vcpu")];
    assert_eq!((vcpu.per, vcpu.basis), (Per::Environment, Basis::Max));
    assert_eq!(vcpu.enforcement, Enforcement::MandatoryOverridable);
    assert_eq!(&*small.title, "small");
    assert_eq!(
        small.limits[&Dimension::new("environments")].per,
        Per::Tenant
    );
    assert_eq!(catalog.identify.tenant.len(), 5);
}

#[test]
fn everything_is_read() {
    let catalog = sound(
        r#"
tier "big" {
  title          = "Big"
  users          = 100000
  users_from     = 5
  infrastructure = "Own cluster"
  features = {
    sso            = true
    "support sla"  = "4-hr phone"
    seats          = 12
    uptime         = 99.95
  }
  limit "vcpu" {
    below             = 512
    per               = "tenant"
    basis             = "steady"
    enforcement_level = "advisory"
    approvers         = [["vp"]]
    error_message     = "Too much."
    overage {
      price_per_unit  = 0.5
      unit            = "vCPU-month"
      lead_time_weeks = 2
    }
  }
  limit "environments" {
    max       = 3
    approvers = [["vp"]]
  }
  limit "widgets" {
    review    = true
    approvers = [["vp"]]
  }
}
dimension "widgets" {
  title = "Widgets"
  unit  = "widgets"
}
environment "production" {
  aliases = ["prod", "prd"]
}
tenant "acme" {
  tier = "small"
  match {
    roots      = ["tenants/acme/**"]
    workspaces = ["acme-*"]
  }
  must_present = ["tenants/acme/*"]
  ceiling "contract" {
    limits      = { vcpu = 512, environment_size = "large" }
    environment = "production"
    from        = "2026-01-01"
    until       = "2026-12-31"
    reason      = "Order form 2025-118"
  }
}
tenant "platform" {
  owner = "Platform team"
  match {
    roots = ["platform/**"]
  }
}
identify {
  tenant      = [tag["cost-center"], label.tenant, module.tenant_name, var.tenant]
  environment = [namespace]
}
"#,
    );
    let big = catalog.tier("big").unwrap();
    let vcpu = &big.limits[&Dimension::new("vcpu")];
    assert_eq!((vcpu.per, vcpu.basis), (Per::Tenant, Basis::Steady));
    assert_eq!(
        vcpu.bound.allowance(),
        Quantity::units(512).minus(Quantity::SMALLEST)
    );
    let overage = vcpu.overage.as_ref().unwrap();
    assert_eq!(overage.price_per_unit.to_string(), "0.5");
    let size = &catalog.tiers[0].limits[&Dimension::new("environment_size")];
    assert_eq!(size.bound, Bound::Max(Quantity::units(1)));
    assert_eq!(
        catalog.size_name(Quantity::units(2)).map(|name| &**name),
        Some("large")
    );
    assert_eq!(catalog.size_name(Quantity::units(3)), None);
    let features: Vec<_> = big
        .features
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    assert_eq!(
        features,
        [
            ("sso", "yes"),
            ("support sla", "4-hr phone"),
            ("seats", "12"),
            ("uptime", "99.95")
        ]
    );
    assert_eq!(&*catalog.environment("prd").unwrap().name, "production");
    let acme = &catalog.tenants["acme"];
    assert_eq!(acme.tier().map(|tier| &**tier), Some("small"));
    assert_eq!(
        acme.ceilings[0].limits[&Dimension::new("vcpu")],
        Quantity::units(512)
    );
    assert_eq!(catalog.tenants["platform"].tier(), None);
    assert_eq!(
        catalog.identify.tenant[0],
        NameSource::Tag(Arc::from("cost-center"))
    );
    assert_eq!(catalog.identify.environment, [NameSource::Namespace]);
}

#[test]
fn what_rules_measure_need_not_be_declared() {
    let extra = r#"
tier "big" {
  limit "load_balancers" {
    review    = true
    per       = "tenant"
    approvers = [["vp"]]
  }
}
"#;
    let files = [
        SourceFile::new("0.hcl", SOUND),
        SourceFile::new("1.hcl", extra),
    ];
    let measured = [Dimension::new("load_balancers")];
    let (catalog, _) = Catalog::load_with(&files, &measured)
        .map_err(|all| told(&all))
        .unwrap();
    assert_eq!(&*catalog.dimensions[&measured[0]].unit, "load balancers");
    mistakes(
        extra,
        &["1.hcl:3 \"load_balancers\": `load_balancers` is no dimension"],
    );
    mistakes(
        "dimension \"vcpu\" {\n}\n",
        &["1.hcl:1 \"vcpu\": the dimension `vcpu` is known without being declared"],
    );
}

#[test]
fn the_order_of_files_is_the_order_of_the_ladder_and_of_nothing_else() {
    let (a, b) = (
        "tenant \"acme\" {\n  tier = \"small\"\n}\n",
        "environment \"production\" {\n  aliases = [\"prod\"]\n}\n",
    );
    let one = load(&[SOUND, a, b]).unwrap().0;
    let other = load(&[b, SOUND, a]).unwrap().0;
    assert_eq!(
        one.tenants.keys().collect::<Vec<_>>(),
        other.tenants.keys().collect::<Vec<_>>()
    );
    assert_eq!(
        one.environments.keys().collect::<Vec<_>>(),
        other.environments.keys().collect::<Vec<_>>()
    );
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_panics(text in "[a-z\"{}\\[\\]=,.0-9 \n#$%-]{0,200}") {
            let _ = load(&[SOUND, &text]);
        }

        /// The sample catalog with one stretch replaced is still sound, or says why not.
        #[test]
        fn in_the_sample_catalog_never_panics(
            from in 0.0..1.0_f64,
            length in 0..60_usize,
            with in "[a-z\"{}\\[\\]=,.0-9 \n#$-]{0,12}",
        ) {
            let mut files = builtin();
            let text = files[0].text().to_owned();
            let (mut kept, mut at) = (String::new(), 0);
            let start = (from * text.len() as f64) as usize;
            for c in text.chars() {
                if at < start || at >= start.saturating_add(length) {
                    kept.push(c);
                } else if at == start {
                    kept.push_str(&with);
                }
                at = at.saturating_add(c.len_utf8());
            }
            files[0] = SourceFile::new("catalog.hcl", kept);
            if let Err(findings) = Catalog::load(&files) {
                prop_assert!(!findings.is_empty());
                prop_assert!(findings.iter().all(|finding| finding.level == Level::Fatal));
            }
        }
    }
}
