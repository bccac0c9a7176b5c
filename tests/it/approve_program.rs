//! The same worlds, judged by the program: a checkout on disk, a plan, and the command line.

use crate::approve_world::{Keys, RECORD, World, vcpu};
use crate::guard::Outcome;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tierguard::quantity::Dimension;
use tierguard::source::listing::{Entry, EntryKind};

/// A checkout, and beside it what a protected job would have.
pub struct Site(tempfile::TempDir);

/// Judges a world by the program; nothing where no plan can say what it asks for.
pub fn run(world: &World<'_>, policies: &[Entry]) -> Option<Outcome> {
    // Another tier is given by hand, which is refused beside a trust root.
    if world.tier != "small" || !world.hidden.is_empty() {
        return None;
    }
    let plan = plan_of(world)?;
    let site = Site::new(world, policies, &plan)?;
    Some(site.check(world, &[]))
}

impl Site {
    /// Writes everything down; nothing where this system cannot hold such an entry.
    pub fn new(world: &World<'_>, policies: &[Entry], plan: &Value) -> Option<Self> {
        let site = Self(tempfile::tempdir().expect("a temporary folder"));
        std::fs::create_dir_all(site.checkout()).expect("a checkout");
        for entry in policies {
            put(&site.checkout().join("policies"), entry)?;
        }
        let records = world.approvals.iter().map(|(name, bytes)| Entry {
            name: name.clone(),
            kind: EntryKind::File(bytes.clone()),
        });
        for entry in records.chain(world.odd.iter().cloned()) {
            put(&site.checkout().join("approvals"), &entry)?;
        }
        site.write("plan.json", &plan.to_string());
        if let Some(root) = &world.root {
            std::fs::write(site.0.path().join("trust-root"), root).expect("the trust root");
        }
        Some(site)
    }

    /// The valid world on disk.
    pub fn valid() -> Self {
        Self::of(&World::valid(&Keys::Soft))
    }

    /// A world on disk, with a plan that asks for what its rows say.
    pub fn of(world: &World<'_>) -> Self {
        let plan = plan_of(world).expect("rows that a plan can ask for");
        Self::new(world, &world.policy_entries(), &plan).expect("files that can be written")
    }

    pub fn checkout(&self) -> PathBuf {
        self.0.path().join("checkout")
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.checkout().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// `guard WORDS` in the checkout, with these variables and no others.
    #[expect(
        clippy::disallowed_methods,
        reason = "ssh-keygen is found by the PATH of the tests"
    )]
    pub fn guard(&self, words: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let output = Command::new(env!("CARGO_BIN_EXE_guard"))
            .args(words)
            .current_dir(self.checkout())
            .env_clear()
            // For ssh-keygen.
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        Outcome {
            code: output.status.code().expect("the program ends by itself"),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// The check as the world says.
    pub fn check(&self, world: &World<'_>, more: &[&str]) -> Outcome {
        let minimum = world.minimum.map(|version| version.to_string());
        let mut words = vec!["plan.json", "--now", world.now, "--allow-test-clock"];
        if world.root.is_some() {
            words.extend(["--trust-root", "../trust-root"]);
        }
        if let Some(minimum) = &minimum {
            words.extend(["--min-policy-version", minimum]);
        }
        if world.require_signed {
            words.push("--require-signed");
        }
        if let Some(actor) = world.actor {
            words.extend(["--actor", actor]);
        }
        words.extend(more);
        self.guard(&words, &[])
    }
}

fn put(folder: &Path, entry: &Entry) -> Option<()> {
    let path = match entry.name.as_str() {
        "" => folder.to_path_buf(),
        name => folder.join(name),
    };
    std::fs::create_dir_all(path.parent()?).ok()?;
    match &entry.kind {
        EntryKind::File(bytes) => std::fs::write(path, bytes).ok(),
        EntryKind::Folder => std::fs::create_dir_all(path).ok(),
        EntryKind::TooLarge => std::fs::write(path, vec![b'#'; (64 << 10) + 1]).ok(),
        #[cfg(unix)]
        EntryKind::Link => {
            if path.exists() {
                std::fs::rename(&path, folder.with_extension("moved")).ok()?;
            }
            std::os::unix::fs::symlink(folder.with_extension("moved"), path).ok()
        }
        _ => None,
    }
}

/// A plan that asks for what the rows of a world ask for.
fn plan_of(world: &World<'_>) -> Option<Value> {
    let mut resources = Vec::new();
    for row in &world.held {
        let range = row.sum.range();
        if !range.is_exact() {
            return None;
        }
        let amount = range.low.to_string();
        let tenant = row.tenant.unwrap_or("nobody-knows");
        let mut add = |environment: &str, attribute: &str, amount: &str| {
            let amount: serde_json::Number = amount.parse().expect("a number");
            resources.push(resource(tenant, environment, attribute, json!(amount)));
        };
        match (row.dimension, row.environment) {
            ("vcpu" | "iops" | "nodes", Some(environment)) => {
                add(environment, row.dimension, &amount);
            }
            // The size of so many GiB has that rank.
            (Dimension::ENVIRONMENT_SIZE, Some(environment)) => {
                let gib = ["0", "100", "200", "300", "301"];
                add(
                    environment,
                    "storage_gib",
                    gib.get(amount.parse::<usize>().ok()?)?,
                );
            }
            ("environments", None) => {
                let names = ["production", "staging", "test", "demo", "lab"];
                for name in names.get(..amount.parse().ok()?)? {
                    add(name, "storage_gib", "0");
                }
            }
            _ => return None,
        }
    }
    Some(plan(resources))
}

/// A resource that asks for so much of one thing.
pub fn resource(tenant: &str, environment: &str, attribute: &str, amount: Value) -> Value {
    let mut after = json!({
        "vcpu": 0, "iops": 0, "nodes": 0, "storage_gib": 0,
        "tags": {"tenant": tenant, "environment": environment},
    });
    after[attribute] = amount;
    json!({"type": "test_machine", "after": after})
}

/// A plan that creates these.
pub fn plan(resources: Vec<Value>) -> Value {
    let mut changes = Vec::new();
    let mut configuration = Vec::new();
    for (at, resource) in resources.into_iter().enumerate() {
        let (kind, name) = (&resource["type"], format!("m{at}"));
        let address = format!("{}.{name}", kind.as_str().expect("a type"));
        let mut after = resource["after"].clone();
        let mut unknown = serde_json::Map::new();
        let mut expressions = serde_json::Map::new();
        let attributes = after.as_object_mut().expect("attributes");
        for (name, value) in attributes.iter() {
            expressions.insert(name.clone(), json!({"references": ["var.x"]}));
            if value.is_null() {
                unknown.insert(name.clone(), json!(true));
            }
        }
        attributes.retain(|_, value| !value.is_null());
        changes.push(json!({
            "address": address, "mode": "managed", "type": kind, "name": name,
            "provider_name": "registry.terraform.io/test/test",
            "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown},
        }));
        configuration.push(json!({
            "address": address, "mode": "managed", "type": kind, "name": name,
            "provider_config_key": "test", "expressions": expressions,
        }));
    }
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configuration}},
    })
}

#[test]
fn a_valid_record_passes_and_the_report_says_by_whose_word() {
    let world = World::valid(&Keys::Soft);
    let site = Site::of(&world);
    let run = site.check(&world, &["--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["verdict"], "pass_with_approvals");
    assert_eq!(report["trust"], "signed");
    assert_eq!(
        report["trust_root"],
        json!([Keys::Soft.fingerprint("root")])
    );
    assert_eq!(report["policies"]["version"], 7);
    let approval = &report["approvals"][0];
    assert_eq!(approval["standing"], "settles");
    let people = json!(["alice@example.com", "bob@example.com"]);
    assert_eq!(approval["approved_by"], people);

    // Every file that was read is listed with the digest that sha256sum gives.
    let mut listed = std::collections::BTreeMap::new();
    let files = report["policies"]["files"].as_array().unwrap();
    for file in files.iter().chain(report["inputs"].as_array().unwrap()) {
        let path = file["path"].as_str().unwrap();
        let bytes = std::fs::read(site.checkout().join(path)).unwrap();
        let digest = tierguard::source::digest::sha256_hex(&bytes);
        assert_eq!(file["sha256"], digest, "{path}");
        listed.insert(path.to_owned(), digest);
    }
    let names: Vec<_> = listed.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "../trust-root",
            "approvals/CR-1042.hcl",
            "approvals/CR-1042.hcl.2.sig",
            "approvals/CR-1042.hcl.sig",
            "plan.json",
            "policies/allowed_signers",
            "policies/capacity/test.hcl",
            "policies/catalog.hcl",
            "policies/manifest",
            "policies/manifest.sig",
        ]
    );
}

#[test]
fn digests_are_given_in_recorded_mode_on_demand() {
    let mut world = World::recorded(&Keys::Soft).record("CR-1042", RECORD, &[]);
    world
        .policies
        .insert("revoked".to_owned(), "CR-1\n".to_owned());
    let site = Site::of(&world);
    for (flags, has_digests) in [(&["--digest"][..], true), (&[], false)] {
        let run = site.check(&world, &[&["--format", "json"], flags].concat());
        assert_eq!(run.code, 0, "{}", run.stdout);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(report["trust"], "recorded (unsigned)");
        let files = report["policies"]["files"].as_array().unwrap();
        let mut of_policies = files
            .iter()
            .filter(|file| file["path"].as_str().unwrap().starts_with("policies/"));
        assert!(
            of_policies
                .clone()
                .any(|file| file["path"] == "policies/revoked")
        );
        assert!(of_policies.all(|file| file["sha256"].is_string() == has_digests));
        assert_eq!(report["inputs"][0]["sha256"].is_string(), has_digests);
    }
    for format in tierguard::report::Format::CHECK {
        let run = site.check(&world, &["--format", format.as_str()]);
        let says = run.stdout.contains("recorded (unsigned)");
        assert!(says, "{format} does not say the mode\n{}", run.stdout);
    }
}

#[test]
fn case_22_the_trust_root_comes_by_flag_or_variable() {
    let world = World::valid(&Keys::Soft);
    let site = Site::of(&world);
    let root = world.root.clone().unwrap();
    let check = |flags: &[&str], variables: &[(&str, &str)]| {
        let words = ["plan.json", "--now", world.now, "--allow-test-clock"];
        site.guard(&[&words, flags].concat(), variables)
    };
    let variable = |value: &str| check(&[], &[("GUARD_TRUST_ROOT", value)]).code;
    assert_eq!(variable("../trust-root"), 0);
    assert_eq!(variable(&root), 0);
    assert_eq!(
        variable(root.trim_end()),
        0,
        "systems cut the last line feed"
    );
    let run = check(&[], &[("GUARD_TRUST_ROOT", &root)]);
    assert!(
        run.stdout.contains("environment: GUARD_TRUST_ROOT"),
        "{}",
        run.stdout
    );
    let run = check(&[], &[("GUARD_TRUST_ROOT", "../trust-root")]);
    assert!(
        run.stdout
            .contains("environment: GUARD_TRUST_ROOT ../trust-root")
    );
    let other = format!("mallory@example.com {}", Keys::soft("mallory").public());
    for bad in [
        "",
        "\n",
        "# nobody\n",
        "..",
        "../nothing",
        "../trust-root ",
        other.as_str(),
    ] {
        assert_eq!(variable(bad), 2, "{bad:?}");
    }
    // The flag takes a path only, and the two must not differ.
    assert_eq!(check(&["--trust-root", &root], &[]).code, 2);
    assert_eq!(check(&["--trust-root", ".."], &[]).code, 2);
    assert_eq!(check(&["--trust-root", ""], &[]).code, 2);
    let both = |value: &str| {
        check(
            &["--trust-root", "../trust-root"],
            &[("GUARD_TRUST_ROOT", value)],
        )
        .code
    };
    assert_eq!(both(&root), 0);
    assert_eq!(both(root.trim_end()), 2);
    assert_eq!(both(&other), 2);
    assert_eq!(both(""), 2);
    // Without any, a catalog that wants signatures cannot be judged by.
    assert_eq!(check(&[], &[]).code, 2);
}

#[test]
fn case_21_policies_are_not_rolled_back() {
    let world = World::valid(&Keys::Soft);
    let site = Site::of(&world);
    let minimum = |flags: &[&str], variables: &[(&str, &str)]| {
        let words = ["plan.json", "--now", world.now, "--allow-test-clock"];
        let root = ["--trust-root", "../trust-root"];
        site.guard(&[&words[..], &root[..], flags].concat(), variables)
            .code
    };
    let variable = "GUARD_MIN_POLICY_VERSION";
    assert_eq!(minimum(&["--min-policy-version", "7"], &[]), 0);
    assert_eq!(minimum(&["--min-policy-version", "8"], &[]), 2);
    assert_eq!(minimum(&[], &[(variable, "7")]), 0);
    assert_eq!(minimum(&[], &[(variable, "8")]), 2);
    // The larger of the two holds.
    assert_eq!(
        minimum(&["--min-policy-version", "7"], &[(variable, "8")]),
        2
    );
    assert_eq!(
        minimum(&["--min-policy-version", "8"], &[(variable, "7")]),
        2
    );
    for bad in ["", "07", "+7", "seven", "-1"] {
        assert_eq!(minimum(&[], &[(variable, bad)]), 2, "{bad:?}");
    }
    // Policies that nobody seals have no version that could be large enough.
    let world = World::recorded(&Keys::Soft).record("CR-1042", RECORD, &[]);
    let site = Site::of(&world);
    assert_eq!(site.check(&world, &[]).code, 0);
    assert_eq!(site.check(&world, &["--min-policy-version", "1"]).code, 2);
    assert_eq!(site.check(&world, &["--require-signed"]).code, 2);
}

#[test]
fn nobody_decides_by_hand_beside_a_trust_root() {
    let mut world = World::valid(&Keys::Soft);
    world.held = vec![vcpu("acme", "production", 10)];
    let site = Site::of(&world);
    assert_eq!(site.check(&world, &[]).code, 0);
    for flags in [
        &["--tenant", "acme"][..],
        &["--environment", "production"],
        &["--tier", "small"],
        &["--policies", "builtin"],
    ] {
        let run = site.check(&world, flags);
        assert_eq!(run.code, 2, "{flags:?}");
        let refused = format!("{} is refused beside a trust root", flags[0]);
        let refused = refused.replace("--policies", "--policies builtin");
        assert!(run.stdout.contains(&refused), "{flags:?}: {}", run.stdout);
    }
    let root = ["plan.json", "--trust-root", "../trust-root"];
    let clock = ["--now", world.now];
    let run = site.guard(&[&root[..], &clock].concat(), &[]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("--now is refused beside a trust root"));
    // Without policies of its own a checkout is not judged by the sample catalog.
    std::fs::rename(
        site.checkout().join("policies"),
        site.checkout().join("gone"),
    )
    .unwrap();
    let run = site.check(&world, &[]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("there is no catalog"), "{}", run.stdout);
    for login in ["", "alice", ":alice", "github:"] {
        let site = Site::valid();
        assert_eq!(site.check(&world, &["--actor", login]).code, 2, "{login:?}");
    }
}

#[test]
fn other_commands_believe_no_unsigned_rules_either() {
    // They ask the real clock, which the seal of this world does not suit; a fresh one is made.
    let mut fresh = World::valid(&Keys::Soft);
    fresh.sealed = Some(crate::approve_world::Seal {
        version: 7,
        issued: "2020-01-01",
        expires: "2119-01-01",
    });
    let root = ["--trust-root", "../trust-root"];
    for command in ["measure", "explain"] {
        let site = Site::of(&fresh);
        let words = [&[command, "plan.json"][..], &root].concat();
        assert_eq!(site.guard(&words, &[]).code, 0, "{command}");
        site.write(
            "policies/capacity/more.hcl",
            "weightless = [\"test_machine\"]\n",
        );
        let run = site.guard(&words, &[]);
        assert_eq!(run.code, 2, "{command}: {}", run.stdout);
        assert!(
            run.stdout.contains("is not in the manifest"),
            "{}",
            run.stdout
        );
    }
}

#[cfg(unix)]
#[test]
fn case_24_links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let world = World::valid(&Keys::Soft);
    for folder in ["approvals", "policies"] {
        let site = Site::of(&world);
        let (here, away) = (site.checkout().join(folder), site.0.path().join(folder));
        std::fs::rename(&here, &away).unwrap();
        symlink(&away, &here).unwrap();
        let run = site.check(&world, &[]);
        assert_eq!(run.code, 2, "{folder}: {}", run.stdout);
    }
    for name in [
        "approvals/CR-1042.hcl",
        "approvals/CR-1042.hcl.sig",
        "policies/catalog.hcl",
    ] {
        let site = Site::of(&world);
        let (here, away) = (site.checkout().join(name), site.0.path().join("file"));
        std::fs::rename(&here, &away).unwrap();
        symlink(&away, &here).unwrap();
        assert_eq!(site.check(&world, &[]).code, 2, "{name}");
    }
}

#[test]
fn a_decoy_in_the_folder_of_the_plan_or_in_a_parent_is_not_looked_at() {
    let world = World::valid(&Keys::Soft);
    let site = Site::of(&world);
    std::fs::create_dir_all(site.checkout().join(".git")).unwrap();
    let decoy = "catalog \"decoy\" {\n}\ntier \"small\" {\n}\n";
    site.write("tenants/acme/policies/catalog.hcl", decoy);
    site.write("tenants/policies/catalog.hcl", decoy);
    let plan = std::fs::read_to_string(site.checkout().join("plan.json")).unwrap();
    site.write("tenants/acme/plan.json", &plan);
    site.write("tenants/acme/prod/plan.json", &plan);
    let words = [
        "--now",
        world.now,
        "--allow-test-clock",
        "--trust-root",
        "../trust-root",
        "--format",
        "json",
    ];
    let run = site.guard(&[&["tenants/acme/plan.json"], &words[..]].concat(), &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["policies"]["path"], "policies");

    // From two folders below, the repository's own are found, past the decoy between.
    let output = Command::new(env!("CARGO_BIN_EXE_guard"))
        .args([
            "plan.json",
            "--now",
            world.now,
            "--allow-test-clock",
            "--format",
            "json",
        ])
        .args(["--trust-root", "../../../../trust-root"])
        .current_dir(site.checkout().join("tenants/acme/prod"))
        .env_clear()
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["policies"]["path"], "../../../policies");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn case_27_what_cannot_be_judged_or_measured() {
    let world = World::valid(&Keys::Soft);
    let check = |record: &World<'_>, plan: &Value| {
        let site = Site::new(record, &record.policy_entries(), plan).unwrap();
        site.check(record, &[])
    };
    let fine = plan_of(&world).unwrap();
    assert_eq!(check(&world, &fine).code, 0);
    let with = |key: &str, value: Value| {
        let mut plan = fine.clone();
        plan[key] = value;
        plan
    };
    assert_eq!(check(&world, &with("errored", json!(true))).code, 2);
    assert_eq!(check(&world, &with("complete", json!(false))).code, 2);
    let deferred = json!([{"reason": "instance_count_unknown", "resource_change": fine["resource_changes"][0]}]);
    assert_eq!(check(&world, &with("deferred_changes", deferred)).code, 2);

    // An amount that nobody knows, and an instance that hides what it asks for.
    let unknown = plan(vec![resource("acme", "production", "vcpu", Value::Null)]);
    let mut opaque = resource("acme", "production", "vcpu", json!(1));
    opaque["type"] = json!("test_box");
    let opaque = plan(vec![opaque]);
    for (plan, kind, address) in [
        (&unknown, "accept_undetermined", "test_machine.m0"),
        (&opaque, "accept_opaque", "test_box.m0"),
    ] {
        let run = check(&world, plan);
        assert_eq!(run.code, 1, "{kind}: {}", run.stdout);
        for (named, exit) in [
            (format!("plan: {address}"), 0),
            (format!("plan: {address}x"), 1),
            (format!("other: {address}"), 1),
        ] {
            let text = RECORD.replace("  issued", &format!("  {kind} = [\"{named}\"]\n  issued"));
            let accepting = World::new(&Keys::Soft).record("CR-1042", &text, &["alice", "bob"]);
            let run = check(&accepting, plan);
            assert_eq!(run.code, exit, "{kind} {named}: {}", run.stdout);
            let unsigned = World::new(&Keys::Soft).record("CR-1042", &text, &["bob"]);
            assert_eq!(check(&unsigned, plan).code, 1, "{kind} {named}");
        }
    }

    // Two plans in one call add up.
    let bare = World::new(&Keys::Soft);
    let forty = plan(vec![resource("acme", "production", "vcpu", json!(40))]);
    let site = Site::new(&bare, &bare.policy_entries(), &forty).unwrap();
    assert_eq!(site.check(&bare, &[]).code, 0);
    site.write("other.json", &forty.to_string());
    let run = site.check(&bare, &["other.json"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
}

#[test]
fn a_tenant_that_somebody_made_up_gets_no_allowance() {
    let mut world = World::valid(&Keys::Soft);
    world.held = vec![vcpu("invented", "production", 1)];
    assert_eq!(Site::of(&world).check(&world, &[]).code, 1);
    // Nor does somebody who claims to be a neighbour where the catalog maps the root.
    world.held = vec![vcpu("beta", "production", 10)];
    assert_eq!(Site::of(&world).check(&world, &[]).code, 0);
    world.edit(
        "catalog.hcl",
        "tenant \"acme\" {\n",
        "tenant \"acme\" {\n  match {\n    roots = [\"plan\"]\n  }\n",
    );
    let run = Site::of(&world).check(&world, &[]);
    assert_eq!(run.code, 1, "{}", run.stdout);
}

#[test]
fn what_a_module_leaves_open_cannot_be_accepted_by_naming_an_instance() {
    let accept = "  accept_undetermined = [\"plan: test_machine.m0\"]\n  issued";
    let text = RECORD.replace("  issued", accept);
    let mut world = World::new(&Keys::Soft).record("CR-1042", &text, &["alice", "bob"]);
    let declare = "declare \"./modules/tenant\" {\n  tenant = input.tenant\n  environment = input.environment\n  vcpu = input.vcpu\n}\n";
    let catalog = world.policies.get_mut("catalog.hcl").unwrap();
    catalog.push_str(declare);
    let exit = |input: Value| {
        let mut plan = plan(vec![
            resource("acme", "production", "vcpu", Value::Null),
            resource("acme", "production", "vcpu", json!(1)),
        ]);
        let inside = &mut plan["resource_changes"][1];
        inside["address"] = json!("module.t.test_machine.m1");
        inside["module_address"] = json!("module.t");
        let root = &mut plan["configuration"]["root_module"];
        let inner = root["resources"].as_array_mut().unwrap().pop().unwrap();
        root["module_calls"] = json!({"t": {
            "source": "./modules/tenant",
            "expressions": {
                "tenant": {"constant_value": "acme"},
                "environment": {"constant_value": "production"},
                "vcpu": input,
            },
            "module": {"resources": [inner], "variables": {"tenant": {}, "environment": {}, "vcpu": {}}},
        }});
        let site = Site::new(&world, &world.policy_entries(), &plan).unwrap();
        let run = site.check(&world, &[]);
        (run.code, run.stdout)
    };
    // What is unknown of the instance is accepted; what the module states is no instance.
    let (code, told) = exit(json!({"constant_value": 100}));
    assert_eq!(code, 0, "{told}");
    let (code, told) = exit(json!({"references": ["test_machine.m0.vcpu", "test_machine.m0"]}));
    assert_eq!(code, 1, "{told}");
}

#[test]
fn a_trust_root_in_the_checkout_is_told() {
    let world = World::valid(&Keys::Soft);
    let site = Site::of(&world);
    let exposed = |flags: &[&str], variables: &[(&str, &str)]| {
        let words = ["plan.json", "--now", world.now, "--allow-test-clock"];
        let run = site.guard(&[&words, flags].concat(), variables);
        assert_eq!(run.code, 0, "{}", run.stdout);
        run.stdout.contains("warning[exposed-trust-root]")
    };
    let root = world.root.clone().unwrap();
    site.write("ci/trust-root", &root);
    assert!(exposed(&["--trust-root", "ci/trust-root"], &[]));
    assert!(exposed(&["--trust-root", "../checkout/ci/trust-root"], &[]));
    assert!(exposed(&[], &[("GUARD_TRUST_ROOT", "ci/trust-root")]));
    assert!(!exposed(&["--trust-root", "../trust-root"], &[]));
    assert!(!exposed(&[], &[("GUARD_TRUST_ROOT", &root)]));
}
