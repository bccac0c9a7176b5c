//! 300 tenants with two roots each, judged in one call: two plans by name, all others as the
//! measurements of an earlier run.

use crate::guard::guard;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

const TENANTS: usize = 300;

/// What the two roots of a tenant ask for; nobody asks for more than 64.
fn vcpu(tenant: usize) -> [usize; 2] {
    [tenant % 32 + 1, tenant * 7 % 32 + 1]
}

fn plan(vcpu: usize) -> String {
    format!(
        r#"{{"format_version":"1.2","terraform_version":"1.11.0","complete":true,"resource_changes":[{{"address":"aws_batch_compute_environment.jobs","mode":"managed","type":"aws_batch_compute_environment","name":"jobs","provider_name":"registry.terraform.io/hashicorp/aws","change":{{"actions":["create"],"before":null,"after":{{"compute_resources":[{{"type":"FARGATE","max_vcpus":{vcpu}}}],"tags":{{"environment":"production"}}}},"after_unknown":{{}},"before_sensitive":false,"after_sensitive":{{}}}}}}],"configuration":{{"root_module":{{}}}}}}"#
    )
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    std::fs::write(path, text).expect("it can be written");
}

fn catalog() -> String {
    let mut text = String::from(
        "catalog \"fleet\" {}\n\ntier \"small\" {\n  limit \"vcpu\" {\n    max = 64\n    enforcement_level = \"mandatory\"\n  }\n  limit \"environments\" {\n    max = 1\n    enforcement_level = \"mandatory\"\n  }\n}\n\nidentify {\n  environment = [tag.environment]\n}\n",
    );
    for tenant in 0..TENANTS {
        writeln!(
            text,
            "\ntenant \"t{tenant:03}\" {{\n  tier = \"small\"\n  must_present = [\"tenants/t{tenant:03}/a\", \"tenants/t{tenant:03}/b\"]\n  match {{\n    roots = [\"tenants/t{tenant:03}/**\"]\n  }}\n}}"
        )
        .expect("a string takes it");
    }
    text
}

#[test]
fn three_hundred_tenants_are_judged_in_one_call() {
    let folder = tempfile::tempdir().expect("an empty folder");
    let here = folder.path();
    write(here, "policies/catalog.hcl", &catalog());
    let named = [(0, 'a', 0), (150, 'b', 1)];
    let mut earlier = vec!["measure".to_owned()];
    for tenant in 0..TENANTS {
        for (at, root) in ['a', 'b'].into_iter().enumerate() {
            let file = format!("plans/t{tenant:03}-{root}.json");
            write(here, &file, &plan(vcpu(tenant)[at]));
            if !named.contains(&(tenant, root, at)) {
                earlier.push(format!("tenants/t{tenant:03}/{root}={file}"));
            }
        }
    }
    earlier.extend(["--format", "json"].map(str::to_owned));
    let measured = guard(here, &earlier);
    assert_eq!(measured.code, 0, "{}", measured.stderr);
    write(here, "measured.json", &measured.stdout);

    let check = |words: &[&str]| {
        let plans = [
            "tenants/t000/a=plans/t000-a.json",
            "tenants/t150/b=plans/t150-b.json",
        ];
        let words = plans.iter().chain(&["measured.json"]).chain(words);
        guard(here, words.chain(&["--now", "2026-11-22"]))
    };
    let begun = Instant::now();
    let judged = check(&["--format", "json"]);
    eprintln!("300 tenants in {} ms", begun.elapsed().as_millis());
    assert_eq!(judged.code, 0, "{}", judged.stdout);
    let report: serde_json::Value = serde_json::from_str(&judged.stdout).expect("a report");
    assert_eq!(report["coverage"]["instances"], 600);
    for tenant in 0..TENANTS {
        let name = format!("t{tenant:03}");
        let rows = report["requests"].as_array().expect("the requests");
        let sum = rows.iter().find(|row| {
            row["tenant"] == *name
                && row["dimension"] == "vcpu"
                && row["environment"] == "production"
        });
        let [a, b] = vcpu(tenant);
        assert_eq!(sum.expect("its row")["high"], a + b, "{name}");
    }

    // One vCPU more than the rest of the tier fails for that tenant alone.
    let [_, rest] = vcpu(0);
    write(here, "plans/t000-a.json", &plan(64 - rest));
    assert_eq!(check(&["--quiet"]).code, 0);
    write(here, "plans/t000-a.json", &plan(65 - rest));
    let over = check(&["--quiet"]);
    assert_eq!(over.code, 1, "{}", over.stdout);
    assert_eq!(over.stdout.matches("error[").count(), 1, "{}", over.stdout);
    assert!(
        over.stdout
            .contains("t000/production asks for 65 vCPU, tier small allows 64"),
        "{}",
        over.stdout
    );
}

/// The page on rules shows the very files that its story runs.
#[test]
fn the_page_on_rules_shows_what_its_story_runs() {
    let project = crate::guard::project();
    let page = std::fs::read_to_string(project.join("docs/capacity.md")).expect("the page");
    for path in [
        "policies/capacity/acme.hcl",
        "policies/capacity/modules.hcl",
        "policies/machines/acme_size.csv",
    ] {
        let file = project.join("fixtures/capacity-extension").join(path);
        let text = std::fs::read_to_string(file).expect("the file of the story");
        assert!(
            page.contains(&text),
            "{path} is not as docs/capacity.md shows it"
        );
    }
}
