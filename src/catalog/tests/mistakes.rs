//! Everything that can be wrong with a catalog, told all at once and underlined.

use super::*;

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
