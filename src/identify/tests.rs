//! What instances say of themselves, and whose they are.

use super::*;
use crate::catalog::Catalog;
use crate::finding::Level;
use crate::read::{Change, Copies, Origin};
use crate::source::SourceFile;

const CATALOG: &str = r#"
catalog "acme-cloud" {
}
tier "small" {
  limit "environments" {
    max       = 2
    approvers = [["vp"]]
  }
}
role "vp" {
  max_days = 1
}
person "dana@example.com" {
  roles = ["vp"]
}
environment "production" {
  aliases = ["prod"]
}
tenant "acme" {
  tier = "small"
  match {
    roots      = ["tenants/acme/**"]
    workspaces = ["acme-*"]
  }
  must_present = ["tenants/acme/*", "extra/acme"]
}
tenant "beta" {
  tier = "small"
}
tenant "both" {
  tier = "small"
  match {
    roots = ["tenants/acme/shared"]
  }
}
tenant "platform" {
  owner = "Platform team"
  match {
    roots = ["platform"]
  }
}
"#;

fn catalog() -> Catalog {
    Catalog::load(&[SourceFile::new("catalog.hcl", CATALOG)])
        .unwrap()
        .0
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let entries = entries.into_iter();
    Value::object(
        entries
            .map(|(name, value)| (Arc::from(name), value))
            .collect(),
    )
}

fn instance(resource_type: &str, module: &str, after: Value) -> Instance {
    Instance {
        address: format!("{module}.{resource_type}.x"),
        module: module.to_owned(),
        resource_type: Arc::from(resource_type),
        name: Arc::from("x"),
        key: None,
        provider: Arc::from("aws"),
        change: Change::Create,
        deposed: None,
        previous_address: None,
        origin: Origin::Change,
        copies: Copies::ONE,
        after,
        before: None,
        span: None,
    }
}

/// A root with the variable `tenant`, and a module `app` with inputs.
struct Root;

impl Lookup for Root {
    fn module_input(&self, module: &str, name: &str) -> Option<Value> {
        match (module, name) {
            ("module.app[\"x.module.y\"]", "tenant_name") => Some(text("beta")),
            ("module.app[\"x.module.y\"].module.db", "environment") => Some(Value::unknown()),
            _ => None,
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        match name {
            "tenant" => Some(text("gamma")),
            "tenant_name" => Some(text("secret").with_marks(Marks::SENSITIVE)),
            _ => None,
        }
    }
}

fn claims(lookup: &dyn Lookup, instance: &Instance) -> (Option<String>, Option<String>) {
    let catalog = catalog();
    let mut claimant = Claimant::new(&Arc::from("root"), &catalog.identify, lookup);
    let first = claimant.claims(instance);
    assert_eq!(
        claimant.claims(instance),
        first,
        "what is kept says the same"
    );
    assert!(claimant.findings().is_empty());
    (
        first.tenant.map(|name| name.to_string()),
        first.environment.map(|name| name.to_string()),
    )
}

fn check(resource_type: &str, attributes: Value, expected: (Option<&str>, Option<&str>)) {
    let (tenant, environment) = claims(&(), &instance(resource_type, "", attributes));
    assert_eq!((tenant.as_deref(), environment.as_deref()), expected);
}

#[test]
fn names_are_read_from_tags_labels_and_namespaces() {
    let tags = |name| {
        object([(
            name,
            object([("tenant", text("acme")), ("environment", text(" Prod "))]),
        )])
    };
    for name in [
        "tags_all",
        "tags",
        "labels",
        "effective_labels",
        "terraform_labels",
    ] {
        check("x", tags(name), (Some("acme"), Some("Prod")));
    }
    let both = object([
        ("tags", object([("tenant", text("own"))])),
        ("tags_all", object([("tenant", text("all"))])),
    ]);
    check("x", both, (Some("all"), None));
    let block = |key, value| object([("key", text(key)), ("value", value)]);
    let group = object([
        ("tags", Value::null()),
        (
            "tag",
            Value::tuple(vec![
                block("Name", text("x")),
                block("tenant", text("acme")),
            ]),
        ),
    ]);
    check("aws_autoscaling_group", group, (Some("acme"), None));
    let metadata = |entries| object([("metadata", Value::tuple(vec![object(entries)]))]);
    let labelled = metadata(vec![
        ("labels", object([("tenant", text("acme"))])),
        ("namespace", text("prod")),
        ("name", text("web")),
    ]);
    check(
        "kubernetes_deployment",
        labelled,
        (Some("acme"), Some("prod")),
    );
    check(
        "kubernetes_namespace_v1",
        metadata(vec![("name", text("prod"))]),
        (None, Some("prod")),
    );
    check(
        "helm_release",
        object([("namespace", text("prod"))]),
        (None, Some("prod")),
    );
}

#[test]
fn what_is_unknown_secret_or_no_text_says_nothing() {
    let tagged = |value| object([("tags", object([("tenant", value)]))]);
    check("x", tagged(Value::unknown()), (None, None));
    check("x", tagged(Value::null()), (None, None));
    check("x", tagged(text("")), (None, None));
    check(
        "x",
        tagged(text("acme").with_marks(Marks::SENSITIVE)),
        (None, None),
    );
    check("x", tagged(Value::bool(true)), (None, None));
    check("x", tagged(Value::number(42_u64)), (Some("42"), None));
    let secret = object([(
        "tags",
        object([("tenant", text("acme"))]).with_marks(Marks::SENSITIVE),
    )]);
    check("x", secret, (None, None));
    check(
        "x",
        object([("tags", text("acme")), ("tag", text("v1"))]),
        (None, None),
    );
    check("x", Value::unknown(), (None, None));
}

#[test]
fn module_inputs_are_read_from_the_nearest_module_and_variables_last() {
    let of = |module: &str| claims(&Root, &instance("x", module, Value::null())).0;
    assert_eq!(
        of("module.app[\"x.module.y\"].module.db").as_deref(),
        Some("beta")
    );
    assert_eq!(of("module.app[\"x.module.y\"]").as_deref(), Some("beta"));
    assert_eq!(
        of("module.app").as_deref(),
        Some("gamma"),
        "no input; the variable"
    );
    assert_eq!(of("").as_deref(), Some("gamma"));
    let tagged = object([("tags", object([("tenant", text("acme"))]))]);
    let both = instance("x", "module.app[\"x.module.y\"]", tagged);
    assert_eq!(
        claims(&Root, &both).0.as_deref(),
        Some("acme"),
        "the tag comes first"
    );
}

#[test]
fn what_goes_is_asked_what_it_said() {
    let mut gone = instance("x", "", Value::null());
    gone.before = Some(object([("tags", object([("tenant", text("acme"))]))]));
    assert_eq!(claims(&(), &gone).0.as_deref(), Some("acme"));
}

#[test]
fn names_that_cannot_be_seen_stop_everything() {
    let catalog = catalog();
    for odd in ["ac\u{200b}me", "acme\u{202e}", "a\nb", &"a".repeat(129)] {
        let mut claimant = Claimant::new(&Arc::from("root"), &catalog.identify, &());
        let tagged = object([("tags", object([("tenant", text(odd))]))]);
        assert_eq!(claimant.claims(&instance("x", "", tagged)).tenant, None);
        let findings = claimant.findings();
        assert_eq!(findings.len(), 1, "{odd:?}");
        assert_eq!(findings[0].level, Level::Fatal);
        assert!(!findings[0].message.contains(odd));
    }
}

#[test]
fn a_module_lies_in_the_one_around_it() {
    assert_eq!(parent("module.a"), None);
    assert_eq!(parent(""), None);
    assert_eq!(parent("module.a.module.b[0]"), Some("module.a"));
    assert_eq!(parent("module.a[\"x.module.y\"]"), None);
    assert_eq!(
        parent("module.a[\"\\\".module.y\"].module.b"),
        Some("module.a[\"\\\".module.y\"]")
    );
}

/// Hears some instances, then tells whose they are: `TENANT/ENVIRONMENT (ACCOUNT)`.
fn assign(
    overrides: Overrides,
    root: &str,
    workspace: Option<&str>,
    rows: &[(&str, Option<&str>, Option<&str>)],
) -> (Vec<String>, Vec<Finding>) {
    let catalog = catalog();
    let mut assigner = Assigner::new(&catalog, overrides);
    let root: Arc<str> = Arc::from(root);
    assigner.root(&root, workspace);
    let claims = |tenant: &Option<&str>, environment: &Option<&str>| Claims {
        tenant: tenant.map(Arc::from),
        environment: environment.map(Arc::from),
    };
    for (module, tenant, environment) in rows {
        assigner.hear(&root, module, &claims(tenant, environment));
    }
    let told = rows
        .iter()
        .enumerate()
        .map(|(n, (module, tenant, environment))| {
            let claims = claims(tenant, environment);
            let identity = assigner.assign(&root, module, &format!("a{n}"), &claims);
            assert_eq!(identity, assigner.identity(&root, module, &claims));
            let tenant = identity.tenant.as_deref().unwrap_or("-");
            format!("{tenant}/{} {:?}", identity.environment, identity.account)
        })
        .collect();
    (told, assigner.findings())
}

fn owners(
    root: &str,
    rows: &[(&str, Option<&str>, Option<&str>)],
    expected: &[&str],
    found: &[&str],
) {
    let (told, findings) = assign(Overrides::default(), root, None, rows);
    assert_eq!(told, expected);
    let codes: Vec<_> = findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, found);
}

#[test]
fn an_instance_is_whose_it_says() {
    owners(
        "r",
        &[
            ("", Some("acme"), Some("prod")),
            ("", Some("Beta"), Some("PROD")),
            ("", Some("acme"), Some("blue")),
        ],
        &[
            "acme/production Own",
            "beta/production Own",
            "acme/blue Own",
        ],
        &[],
    );
}

#[test]
fn the_catalog_beats_what_an_instance_says_and_a_contradiction_fails() {
    owners(
        "tenants/acme/prod",
        &[
            ("", None, None),
            ("", Some("ACME"), Some("prod")),
            ("m", Some("beta"), None),
            ("m", Some("zeta"), None),
        ],
        &["acme/production Own"; 4],
        &["tenant-mismatch", "tenant-mismatch"],
    );
    let (told, findings) = assign(
        Overrides::default(),
        "elsewhere",
        Some("acme-eu"),
        &[("", Some("beta"), None)],
    );
    assert_eq!(told, ["acme/default Own"], "by workspace");
    assert_eq!(findings[0].level, Level::Error);
    assert_eq!(
        findings[0].message,
        "1 instance says `beta`, but the root elsewhere belongs to `acme`"
    );
}

#[test]
fn a_root_of_several_tenants_belongs_to_none() {
    owners(
        "tenants/acme/shared",
        &[("", Some("acme"), None), ("", None, None)],
        &["-/default Pooled"; 2],
        &["ambiguous-root"],
    );
}

#[test]
fn who_says_nothing_belongs_with_those_around_it() {
    owners(
        "r",
        &[
            ("module.a", Some("acme"), Some("prod")),
            ("module.a", None, None),
            ("module.b", Some("beta"), None),
            ("module.b", None, None),
            ("module.c", None, None),
            ("module.d", Some("acme"), None),
            ("module.d", Some("beta"), None),
            ("module.d", None, None),
        ],
        &[
            "acme/production Own",
            "acme/production Own",
            "beta/production Own",
            "beta/production Own",
            "-/production Pooled",
            "acme/production Own",
            "beta/production Own",
            "-/production Pooled",
        ],
        &[],
    );
    owners(
        "r",
        &[
            ("module.a", Some("acme"), Some("prod")),
            ("module.b", None, None),
            ("", None, None),
        ],
        &["acme/production Own"; 3],
        &[],
    );
    owners("r", &[("module.a", None, None)], &["-/default Pooled"], &[]);
    owners(
        "r",
        &[
            ("", None, Some("prod")),
            ("", None, Some("blue")),
            ("", None, None),
        ],
        &["-/production Pooled", "-/blue Pooled", "-/default Pooled"],
        &[],
    );
}

#[test]
fn a_tenant_that_the_catalog_does_not_name_has_no_account() {
    owners(
        "r",
        &[("", Some("globex"), None), ("", Some("platform"), None)],
        &["globex/default Pooled", "platform/default Pooled"],
        &[],
    );
}

#[test]
fn what_an_owner_inside_the_house_has_is_excluded_by_its_root_only() {
    owners(
        "platform",
        &[("", None, None), ("", Some("platform"), None)],
        &["platform/default Excluded"; 2],
        &["excluded"],
    );
    owners(
        "platform",
        &[("", Some("acme"), None)],
        &["platform/default Excluded"],
        &["tenant-mismatch", "excluded"],
    );
}

#[test]
fn names_on_the_command_line_win() {
    let with = |tenant: &str, environment: Option<&str>, has_tier| Overrides {
        tenant: Some(Arc::from(tenant)),
        environment: environment.map(Arc::from),
        has_tier,
    };
    let rows = [("", Some("beta"), Some("blue"))];
    let told = |overrides| assign(overrides, "tenants/acme/prod", None, &rows);
    assert_eq!(
        told(with("beta", Some("prod"), false)),
        (vec!["beta/production Own".to_owned()], vec![])
    );
    assert_eq!(told(with("globex", None, false)).0, ["globex/blue Pooled"]);
    assert_eq!(told(with("globex", None, true)).0, ["globex/blue Own"]);
}

#[test]
fn the_pool_remembers_its_names_and_first_examples() {
    let catalog = catalog();
    let mut assigner = Assigner::new(&catalog, Overrides::default());
    let root = Arc::from("r");
    for (n, name) in [
        (5, "zeta"),
        (1, "globex"),
        (4, "globex"),
        (2, "zeta"),
        (3, "zeta"),
    ] {
        let claims = Claims {
            tenant: Some(Arc::from(name)),
            environment: None,
        };
        let identity = assigner.assign(&root, "", &format!("a{n}"), &claims);
        assert_eq!(identity.whose().unwrap().tenant, None);
    }
    let pool = assigner.pool();
    let names: Vec<_> = pool.claimed.iter().map(|name| &**name).collect();
    let examples: Vec<_> = pool
        .examples
        .iter()
        .map(|(_, address)| &**address)
        .collect();
    assert_eq!(
        (pool.count, names, examples),
        (5, vec!["globex", "zeta"], vec!["a1", "a2", "a3"])
    );
}

#[test]
fn roots_that_must_be_present_are_counted() {
    let catalog = catalog();
    let of = |read: &[&str], existing: &[&str]| {
        let arcs = |names: &[&str]| {
            names
                .iter()
                .map(|name| Arc::from(*name))
                .collect::<Vec<Arc<str>>>()
        };
        let read = arcs(read).into_iter().collect();
        let presence = presence(&catalog.tenants["acme"], &read, &arcs(existing));
        let missing = presence
            .missing
            .iter()
            .map(|root| root.to_string())
            .collect::<Vec<_>>();
        (presence.read, presence.needed, missing.join(" "))
    };
    let existing = ["tenants/acme/a", "tenants/acme/b", "tenants/beta/a"];
    assert_eq!(
        of(&["tenants/acme/a", "extra/acme"], &existing),
        (2, 3, "tenants/acme/b".to_owned())
    );
    assert_eq!(
        of(
            &["tenants/acme/a", "tenants/acme/b", "extra/acme"],
            &existing
        ),
        (3, 3, String::new())
    );
    assert_eq!(
        of(&["extra/acme"], &[]),
        (1, 2, "tenants/acme/*".to_owned()),
        "nothing fits"
    );
    assert_eq!(
        of(&["tenants/acme/a"], &[]),
        (1, 2, "extra/acme".to_owned())
    );
}
