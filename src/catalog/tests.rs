//! What catalogs say, and everything that can be wrong with them.

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
fn nothing_at_all_is_no_catalog() {
    let findings = load(&[]).err().unwrap();
    assert_eq!(
        told(&findings),
        ["there is no `tier` block", "there is no `catalog` block"]
    );
    assert!(load(&["", "# nothing\n"]).is_err());
}

#[test]
fn all_mistakes_are_told_at_once() {
    mistakes(
        r#"
catalog "again" {
  default_tier = "smal"
  undetermind  = "fail"
}
tier "Medium" {
  limit "vcpus" {
    max = -1
  }
  limits "iops" {
    max = 1
  }
}
tenant "acme" {
  tier = "small"
  tier = "medium"
}
"#,
        &[
            "1.hcl:2 \"again\": there is more than one `catalog` block",
            "1.hcl:4 undetermind: a `catalog` block has no attribute `undetermind`",
            "1.hcl:6 \"Medium\": `Medium` cannot be a name",
            "1.hcl:7 \"vcpus\": `vcpus` is no dimension",
            "1.hcl:8 -1: a number here cannot be negative",
            "1.hcl:10 limits: a `tier` block has no block `limits`",
            "1.hcl:16 tier: `tier` is given twice",
        ],
    );
    mistakes(
        r#"
catalog "again" {
  default_tier = "smal"
  undetermind  = "fail"
  opaque       = "ignore"
}
tier "Medium" {
  limit "vcpus" {
    max = -1
  }
  limits "iops" {
    max = 1
  }
}
tenant "acme" {
  teir = "small"
}
"#,
        &[
            "1.hcl:2 \"again\": there is more than one `catalog` block",
            "1.hcl:4 undetermind: a `catalog` block has no attribute `undetermind`",
            "1.hcl:5 \"ignore\": `ignore` is not one of the words that can stand here",
            "1.hcl:7 \"Medium\": `Medium` cannot be a name",
            "1.hcl:8 \"vcpus\": `vcpus` is no dimension",
            "1.hcl:9 -1: a number here cannot be negative",
            "1.hcl:11 limits: a `tier` block has no block `limits`",
            "1.hcl:15 \"acme\": the tenant `acme` has no tier",
            "1.hcl:16 teir: a `tenant` block has no attribute `teir`",
        ],
    );
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
fn a_name_must_lead_somewhere() {
    mistakes(
        r#"
tier "big" {
  limit "vcpu" {
    max       = 512
    approvers = [["vpp", "vp"], ["cto"]]
  }
  limit "environments" {
    max       = 2
    approvers = [["vp"]]
  }
}
tenant "acme" {
  tier = "smal"
}
tenant "beta" {
  tier = "small"
  ceiling "contrct" {
    limits = { vcpus = 1 }
    reason = "x"
  }
  ceiling "baseline" {
    limits      = { environment_size = "huge" }
    environment = "prod"
    reason      = "x"
  }
}
environment "production" {
}
person "eve@example.com" {
  roles = ["vip"]
}
role "sre" {
  max      = { vcpu = "small", environment_size = 3, environment_size_ = 1 }
  max_days = 0
}
"#,
        &[
            "1.hcl:5 \"vpp\": there is no role `vpp`",
            "1.hcl:5 \"cto\": there is no role `cto`",
            "1.hcl:13 \"smal\": there is no tier `smal`",
            "1.hcl:17 \"contrct\": a ceiling is a contract or a baseline, not `contrct`",
            "1.hcl:22 \"huge\": there is no size `huge`",
            "1.hcl:23 \"prod\": there is no environment `prod`",
            "1.hcl:30 \"vip\": there is no role `vip`",
            "1.hcl:33 \"small\": `vcpu` is a whole number, not a name",
            "1.hcl:33 3: `environment_size` is the name of a size, not a number",
            "1.hcl:33 environment_size_: `environment_size_` is no dimension",
            "1.hcl:34 0: `max_days` is from 1 to 36500",
        ],
    );
    let findings = load(&[
        "catalog \"a\" {\n default_tier = \"smal\"\n accept_approvers = [[\"x\"]]\n}\n",
        SOUND
            .replace("catalog", "# ")
            .replacen("}\n", "\n", 1)
            .as_str(),
    ]);
    assert_eq!(
        told(&findings.err().unwrap()),
        [
            "0.hcl:2 \"smal\": there is no tier `smal`",
            "0.hcl:3 \"x\": there is no role `x`",
        ]
    );
}

#[test]
fn nothing_is_there_twice_over_all_files() {
    mistakes(
        r#"
size "small" {
  vcpu = 1000
}
tier "small" {
  limit "environments" {
    max       = 2
    approvers = [["vp"]]
  }
  limit "environments" {
    max       = 3
    approvers = [["vp"]]
  }
}
role "vp" {
  max_days = 1
}
person "dana@example.com" {
  roles  = ["vp"]
  logins = ["github:dana"]
}
person "eve@example.com" {
  roles  = ["vp"]
  logins = ["GitHub:Dana"]
}
environment "production" {
  aliases = ["prod", "live", "prod"]
}
environment "live" {
  aliases = ["production"]
}
tenant "acme" {
  tier = "small"
  match {
    roots = ["a/**"]
  }
}
tenant "acme" {
  tier = "small"
}
tenant "beta" {
  tier = "small"
  match {
    roots      = ["a/**"]
    workspaces = ["a/**"]
  }
}
identify {
}
identify {
}
"#,
        &[
            "1.hcl:2 \"small\": the size `small` is there twice",
            "1.hcl:5 \"small\": the tier `small` is there twice",
            "1.hcl:10 \"environments\": the limit `environments` is there twice",
            "1.hcl:15 \"vp\": the role `vp` is there twice",
            "1.hcl:18 \"dana@example.com\": the person `dana@example.com` is there twice",
            "1.hcl:24 \"GitHub:Dana\": the login `GitHub:Dana` is there twice",
            "1.hcl:27 \"prod\": the environment `prod` is there twice",
            "1.hcl:29 \"live\": the environment `live` is there twice",
            "1.hcl:30 \"production\": the environment `production` is there twice",
            "1.hcl:38 \"acme\": the tenant `acme` is there twice",
            "1.hcl:44 \"a/**\": the root pattern `a/**` is there twice",
            "1.hcl:50 identify: there is more than one `identify` block",
        ],
    );
}

#[test]
fn tiers_and_sizes_never_take_anything_away() {
    let tier = |limits: &str| {
        let full = |text: &str| text.replace("}", " approvers = [[\"vp\"]]\n }\n");
        format!(
            "tier \"big\" {{\n{}\n{}\n}}",
            full(limits),
            full(if limits.contains("environments") {
                ""
            } else {
                "limit \"environments\" {\nmax = 2\n}"
            })
        )
    };
    let less = |dimension: &str| {
        format!(
            "1.hcl:2 limit \"{dimension}\": tiers come in ascending order: `big` allows less {dimension} than `small`"
        )
    };
    let check = |limits: &str, wrong: Option<&str>| match wrong {
        Some(dimension) => mistakes(&tier(limits), &[&less(dimension)]),
        None => mistakes(&tier(limits), &[]),
    };
    check("limit \"vcpu\" {\nmax = 64\n}", None);
    check("limit \"vcpu\" {\nmax = 63\n}", Some("vcpu"));
    check("limit \"vcpu\" {\nbelow = 64\n}", Some("vcpu"));
    check("limit \"vcpu\" {\nbelow = 65\n}", None);
    check("limit \"vcpu\" {\nreview = true\n}", None);
    check(
        "limit \"vcpu\" {\nmax = 127\nper = \"tenant\"\n}",
        Some("vcpu"),
    );
    check("limit \"vcpu\" {\nmax = 128\nper = \"tenant\"\n}", None);
    check("limit \"vcpu\" {\nmax = 64\nbasis = \"steady\"\n}", None);
    check("limit \"environments\" {\nmax = 1\n}", Some("environments"));
    check("limit \"environment_size\" {\nmax = \"large\"\n}", None);
    check(
        "limit \"environment_size\" {\nbelow = \"small\"\n}",
        Some("environment_size"),
    );

    mistakes(
        "size \"huge\" {\n  vcpu = 511\n  iops = 5\n}\nsize \"huger\" {\n}\n",
        &[
            "1.hcl:2 511: sizes come smallest first: `huge` holds less vcpu than `large`",
            "1.hcl:3 5: sizes come smallest first: `huge` holds less iops than `large`",
            "1.hcl:5 \"huger\": the size `huger` holds nothing",
        ],
    );
}

#[test]
fn limits_make_sense() {
    mistakes(
        r#"
tier "big" {
  users      = 10
  users_from = 10
  limit "vcpu" {
    max       = 513
    approvers = [["vp"]]
  }
  limit "iops" {
    max       = 1.5
    below     = 7
    approvers = []
  }
  limit "nodes" {
    approvers = [["vp"], []]
  }
  limit "gpus" {
    below  = 0
    review = false
  }
  limit "databases" {
    below = 0
  }
  limit "memory_gib" {
    review = false
  }
  limit "environment_size" {
    per = "tenant"
    max = 3
  }
  limit "storage_gib" {
    max       = 1
    approvers = [["vp", "vp"]]
    overage {
      unit            = "GiB"
      lead_time_weeks = 1.5
    }
  }
}
"#,
        &[
            "1.hcl:2 \"big\": the tier `big` limits each environment but not how many there are",
            "1.hcl:4 10: the tier `big` is for nobody",
            "1.hcl:5 limit \"vcpu\": the tier `big` allows more vcpu than the largest size holds",
            "1.hcl:10 1.5: expected a whole number, in plain digits, found 1.5",
            "1.hcl:11 7: a limit has only one of `max`, `below` and `review`",
            "1.hcl:12 []: an approval has at least one slot",
            "1.hcl:14 limit \"nodes\": a limit says how much it allows",
            "1.hcl:15 []: nobody can fill an empty slot",
            "1.hcl:18 0: nothing is below 0",
            "1.hcl:19 false: a limit has only one of `max`, `below` and `review`",
            "1.hcl:22 0: nothing is below 0",
            "1.hcl:25 false: `review` is true or left out",
            "1.hcl:28 \"tenant\": `environment_size` is not counted in this way",
            "1.hcl:29 3: `environment_size` is the name of a size, not a number",
            "1.hcl:33 \"vp\": `vp` is twice in one slot",
            "1.hcl:34 overage: a `overage` block needs `price_per_unit`",
            "1.hcl:36 1.5: expected a whole number, in plain digits, found 1.5",
        ],
    );
}

#[test]
fn people_roles_and_tenants_make_sense() {
    mistakes(
        r#"
role "sre" {
  max = { vcpu = 512.0, "vcpu" = 9000 }
}
role "cto" {
  max      = { vcpu = 256 + 256, iops = "${1}", nodes = -1 }
  max_days = 36501
}
person "Eve@example.com" {
  roles  = ["sre", "cto"]
  logins = ["eve", "github:", "github:e ve"]
  role   = "sre"
}
person eve {
  roles = []
}
tenant "acme" {
  tier  = "small"
  owner = "Platform team"
  match {
    roots = ["[a"]
    root  = "a"
  }
}
tenant "platform" {
  owner = "Platform team"
}
tenant "beta" {
  tier = "small"
  ceiling "contract" {
    limits = { vcpu = 2000 }
    from   = "2026-12-31"
    until  = "2026-12-31"
    reason = "x\ny"
  }
  ceiling "contract" {
    limits      = { environments = 4 }
    environment = "production"
    from        = "2026-02-30"
  }
}
"#,
        &[
            "1.hcl:2 role \"sre\": a `role` block needs `max_days`",
            "1.hcl:3 \"vcpu\": `vcpu` is given twice",
            "1.hcl:6 256 + 256: expected a whole number, found arithmetic",
            "1.hcl:6 \"${1}\": expected a whole number, found a template",
            "1.hcl:6 -1: a number here cannot be negative",
            "1.hcl:7 36501: `max_days` is from 1 to 36500",
            "1.hcl:9 \"Eve@example.com\": `Eve@example.com` cannot be a person",
            "1.hcl:11 \"eve\": `eve` is no login",
            "1.hcl:11 \"github:\": `github:` is no login",
            "1.hcl:11 \"github:e ve\": `github:e ve` is no login",
            "1.hcl:12 role: a `person` block has no attribute `role`",
            "1.hcl:14 eve: the label of a `person` block is written in quotes",
            "1.hcl:19 \"Platform team\": `acme` has an owner and a tier",
            "1.hcl:21 \"[a\": `[a` is no pattern: unclosed character class; missing ']'",
            "1.hcl:22 root: a `match` block has no attribute `root`",
            "1.hcl:26 \"Platform team\": `platform` excludes nothing",
            "1.hcl:33 \"2026-12-31\": this ceiling ends before it begins",
            "1.hcl:34 \"x\\ny\": the character U+000A cannot be seen",
            "1.hcl:36 ceiling \"contract\": a `ceiling` block needs `reason`",
            "1.hcl:37 environments: environments is limited for the tenant, not for one environment",
            "1.hcl:39 \"2026-02-30\": `2026-02-30` is no date: there is no such day or time",
        ],
    );
}

#[test]
fn names_are_read_from_known_places_only() {
    mistakes(
        r#"
identify {
  tenant      = [tag.tenant, tag, tags.tenant, tag.a.b, "acme", lower(tag.a), var["a"], tag[0]]
  environment = namespace
}
"#,
        &[
            "1.hcl:3 tag: this is no place where a name is read from",
            "1.hcl:3 tags.tenant: this is no place where a name is read from",
            "1.hcl:3 tag.a.b: this is no place where a name is read from",
            "1.hcl:3 \"acme\": this is no place where a name is read from",
            "1.hcl:3 lower(tag.a): this is no place where a name is read from",
            "1.hcl:3 0: expected a text in quotes, found 0",
            "1.hcl:4 namespace: expected a list in brackets, found a reference",
        ],
    );
}

#[test]
fn unknown_blocks_and_hidden_characters_are_mistakes() {
    mistakes(
        "tiers \"x\" {\n}\nversion = 1\n",
        &[
            "1.hcl:1 tiers: a catalog has no block `tiers`",
            "1.hcl:3 version: a catalog has no attribute `version`",
        ],
    );
    mistakes(
        "\u{feff}# hello\n",
        &["1.hcl:1 \u{feff}: the file begins with a byte order mark"],
    );
    mistakes(
        "tenant \"ac\u{200b}me\" {\n}\n",
        &["1.hcl:1 \u{200b}: the character U+200B cannot be seen"],
    );
    mistakes(
        "tenant \"acme\" {\n",
        &["1.hcl:1 \n: this is not HCL: invalid block body; expected `}`, newline or identifier"],
    );
}

#[test]
fn what_has_no_effect_is_remarked() {
    remarks(
        r#"
role "sre" {
  max_days = 1
}
tier "big" {
  limit "vcpu" {
    max               = 512
    enforcement_level = "mandatory"
    approvers         = [["vp"]]
  }
  limit "environments" {
    max = 2
  }
  limit "environment_size" {
    max       = "small"
    approvers = [["vp"]]
  }
  limit "iops" {
    max       = 1000
    approvers = [["vp"]]
  }
}
tenant "beta" {
  tier = "small"
  ceiling "contract" {
    limits = { vcpu = 65 }
    reason = "x"
  }
  ceiling "contract" {
    limits = { vcpu = 65, environment_size = "large" }
    reason = "x"
  }
}
tenant "acme" {
  tier = "big"
  ceiling "baseline" {
    limits = { vcpu = 600, environments = 2, nodes = 7 }
    reason = "was there before"
  }
}
"#,
        &[
            "1.hcl:2 \"sre\": nobody holds the role `sre`",
            "1.hcl:6 limit \"vcpu\": nothing can raise a mandatory limit, so its approvers have no say: vcpu",
            "1.hcl:6 limit \"vcpu\": the tier `big` allows more vcpu than its largest size `small` holds (64)",
            "1.hcl:11 limit \"environments\": no approval can raise this limit on environments",
            "1.hcl:18 limit \"iops\": iops is limited here and not in the tier below",
            "1.hcl:25 ceiling \"contract\": a ceiling of `beta` allows more vcpu than its largest size `small` holds (64)",
            "1.hcl:36 ceiling \"baseline\": a ceiling of `acme` is not above the environments of its tier",
            "1.hcl:36 ceiling \"baseline\": a ceiling of `acme` allows more vcpu than its largest size `small` holds (64)",
            "1.hcl:37 600: nothing can raise the vcpu of the tier `big`: it is mandatory",
            "1.hcl:37 nodes: a ceiling of `acme` raises nodes, which its tier does not limit",
        ],
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

#[test]
fn declarations_are_over_the_inputs_of_a_call() {
    let catalog = sound(
        r#"
declare "**/modules/tenant" {
  tenant           = input.tenant_name
  environment_size = input.environment_size
  vcpu             = input.approved_scope ? 512 : 64
  iops             = 4 * input["volumes"]
}
"#,
    );
    let declaration = &catalog.declarations[0];
    assert!(declaration.source.is_match("../../modules/tenant"));
    assert_eq!(declaration.amounts.len(), 3);
    mistakes(
        r#"
declare "[a" {
  vcpu = input.a
}
declare "**/tenant" {
  tenant       = var.tenant
  vcpus        = input.a
  iops         = 4 * input
  nodes        = [for n in input.pools : n.size + other]
  environments = input.environments
}
declare "**/tenant" {
}
"#,
        &[
            "1.hcl:2 \"[a\": `[a` is no pattern: unclosed character class; missing ']'",
            "1.hcl:6 var.tenant: `var.tenant` means nothing here",
            "1.hcl:7 vcpus: `vcpus` is no dimension",
            "1.hcl:8 input: `input` means nothing here",
            "1.hcl:9 other: `other` means nothing here",
            "1.hcl:10 environments: environments are counted, not declared",
            "1.hcl:12 \"**/tenant\": nothing is declared for `**/tenant`",
            "1.hcl:12 \"**/tenant\": the declaration `**/tenant` is there twice",
        ],
    );
}

/// The sound catalog, a `tenants_csv` block, and the table that it names.
fn with_table(block: &str, table: &str) -> Result<(Catalog, Vec<Finding>), Vec<Finding>> {
    Catalog::load(&[
        SourceFile::new("policies/a.hcl", SOUND),
        SourceFile::new("policies/b.hcl", block),
        SourceFile::new("policies/crm.csv", table),
    ])
}

const TABLE: &str = r#"
tenants_csv {
  file   = "crm.csv"
  tenant = "Account"
  tier   = "Product"
  roots  = "Roots"
  tiers  = { "Standard plan" = "small" }
}
tenant "beta" {
  match {
    workspaces = ["beta-*"]
  }
}
"#;

#[test]
fn tenants_come_from_a_table_too() {
    let rows = "Owner,Account,Product,Roots\r\nkim,acme,Standard plan,a/** b/**\r\nlee, beta , small,\r\n\r\nkim,\"gamma\",small,\r\n";
    let catalog = with_table(TABLE, rows).map_err(|all| told(&all)).unwrap().0;
    let names: Vec<_> = catalog.tenants.keys().map(|name| &**name).collect();
    assert_eq!(names, ["acme", "beta", "gamma"]);
    assert!(
        catalog
            .tenants
            .values()
            .all(|tenant| tenant.tier().is_some())
    );
    assert_eq!(catalog.tenants["acme"].roots.len(), 2);
    assert_eq!(
        catalog.tenants["beta"].workspaces.len(),
        1,
        "block and row are one tenant"
    );
}

#[test]
fn bad_rows_are_told_by_line_and_none_is_lost() {
    let check = |block: &str, rows: &str, expected: &[&str]| {
        let findings = with_table(block, rows).err().unwrap_or_default();
        assert_eq!(told(&findings), expected, "{rows}");
    };
    check(
        TABLE,
        "Account,Product,Roots\nACME,small,\nbeta,Pro,\n,small,\nacme,,\nacme,small,[a\nacme,small,\nacme\nacme,small,,\n",
        &[
            "policies/crm.csv:2 ACME,small,: `ACME` cannot be the name of a tenant",
            "policies/crm.csv:3 beta,Pro,: there is no tier `Pro`",
            "policies/crm.csv:4 ,small,: `` cannot be the name of a tenant",
            "policies/crm.csv:5 acme,,: this row has no tier",
            "policies/crm.csv:6 acme,small,[a: `[a` is no pattern: unclosed character class; missing ']'",
            "policies/crm.csv:7 acme,small,: the tenant `acme` is there twice",
            "policies/crm.csv:8 acme: this row has 1 columns, the table has 3",
            "policies/crm.csv:9 acme,small,,: this row has 4 columns, the table has 3",
        ],
    );
    check(
        TABLE,
        "Acount,Product,Product\n",
        &[
            "policies/b.hcl:4 \"Account\": policies/crm.csv has no column `Account`",
            "policies/b.hcl:5 \"Product\": policies/crm.csv has two columns `Product`",
            "policies/b.hcl:6 \"Roots\": policies/crm.csv has no column `Roots`",
            "policies/b.hcl:9 \"beta\": the tenant `beta` has no tier",
        ],
    );
    check(
        &TABLE.replace("crm.csv", "../crm.csv"),
        "",
        &[
            "policies/b.hcl:3 \"../crm.csv\": there is no file `policies/../crm.csv` in the catalog",
            "policies/b.hcl:9 \"beta\": the tenant `beta` has no tier",
        ],
    );
    check(
        &TABLE.replace("tenant \"beta\"", "tenants_csv {\n}\ntenant \"beta\""),
        "\u{feff}Account,Product,Roots\n",
        &[
            "policies/b.hcl:9 tenants_csv: a `tenants_csv` block needs `file`",
            "policies/b.hcl:9 tenants_csv: a `tenants_csv` block needs `tenant`",
            "policies/b.hcl:9 tenants_csv: a `tenants_csv` block needs `tier`",
            "policies/b.hcl:9 tenants_csv: there is more than one `tenants_csv` block",
            "policies/b.hcl:11 \"beta\": the tenant `beta` has no tier",
            "policies/crm.csv:1 \u{feff}: the file begins with a byte order mark",
        ],
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
