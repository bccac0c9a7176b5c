//! `guard init`, as somebody would try it in an empty folder.

use crate::guard::{guard, project};

#[test]
fn a_first_catalog_judges_at_once_and_is_never_overwritten() {
    let folder = tempfile::tempdir().expect("an empty folder");
    let plan = project().join("fixtures/black-friday/plan.json");

    let written = guard(folder.path(), ["init"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert!(
        written.stdout.starts_with("wrote policies/catalog.hcl\n"),
        "{}",
        written.stdout
    );

    let catalog = folder.path().join("policies/catalog.hcl");
    let mine = std::fs::read_to_string(&catalog)
        .expect("it was written")
        .replace("max           = 64", "max           = 65");
    std::fs::write(&catalog, &mine).expect("it can be changed");
    let again = guard(folder.path(), ["init"]);
    assert!(
        again.stdout.starts_with("kept policies/catalog.hcl"),
        "{}",
        again.stdout
    );
    assert_eq!(
        std::fs::read_to_string(&catalog).expect("it is there"),
        mine
    );

    let judged = guard(folder.path(), [plan.as_os_str()]);
    assert_eq!(judged.code, 1, "{}", judged.stdout);
    assert!(
        judged
            .stdout
            .contains("asks for 100 vCPU, tier small allows 65"),
        "{}",
        judged.stdout
    );
}

/// Somebody new, with an empty repository and one plan that is too large: red, and green once
/// an approval is on record.
#[test]
fn a_new_user_reaches_red_and_then_green() {
    const NOW: [&str; 2] = ["--now", "2026-11-22"];
    let folder = tempfile::tempdir().expect("an empty folder");
    let here = folder.path();
    std::fs::create_dir(here.join(".git")).expect("a repository begins here");
    let plan = project().join("fixtures/black-friday/plan.json");
    std::fs::copy(plan, here.join("plan.json")).expect("the plan can be copied");

    let written = guard(here, ["init"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    for path in [
        "policies/catalog.hcl",
        "approvals/README.md",
        ".github/workflows/guard.yml",
        ".pre-commit-config.yaml",
        ".gitattributes",
    ] {
        assert!(
            written.stdout.contains(&format!("wrote {path}\n")),
            "{path}"
        );
        assert!(here.join(path).is_file(), "{path}");
    }
    let checked = guard(here, ["catalog", "check"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);

    let red = guard(here, ["plan.json"].into_iter().chain(NOW));
    assert_eq!(red.code, 1, "{}", red.stdout);
    assert!(
        red.stdout.contains("guard approve draft plan.json"),
        "{}",
        red.stdout
    );

    // The command that the finding shows, with what only people know.
    let draft = guard(
        here,
        [
            "approve",
            "draft",
            "--reason",
            "Black Friday",
            "--requested-by",
            "ana@example.com",
        ]
        .into_iter()
        .chain(NOW)
        .chain(["--", "plan.json"]),
    );
    assert_eq!(draft.code, 0, "{}{}", draft.stdout, draft.stderr);
    let unsigned = guard(here, ["plan.json"].into_iter().chain(NOW));
    assert_eq!(
        unsigned.code, 1,
        "a draft that nobody approved counts for nothing: {}",
        unsigned.stdout
    );

    let record = here.join("approvals/CR-1.hcl");
    let text = std::fs::read_to_string(&record).expect("the draft was written");
    let approved = text.replace("approved_by  = []", "approved_by  = [\"dana@example.com\"]");
    assert_ne!(approved, text);
    std::fs::write(&record, approved).expect("the record can be completed");
    let green = guard(here, ["plan.json"].into_iter().chain(NOW));
    assert_eq!(green.code, 0, "{}{}", green.stdout, green.stderr);
    assert!(
        green.stdout.ends_with("pass with approvals (CR-1)\n"),
        "{}",
        green.stdout
    );
}

#[test]
fn shared_files_are_kept_and_what_to_add_is_said() {
    let folder = tempfile::tempdir().expect("an empty folder");
    let here = folder.path();
    std::fs::create_dir(here.join(".gitlab")).expect("a folder of GitLab's");
    std::fs::write(here.join(".gitattributes"), "*.png binary\n").expect("a file of theirs");
    for root in ["tenants/acme/prod", "tenants/globex/prod"] {
        std::fs::create_dir_all(here.join(root)).expect("a root");
        std::fs::write(here.join(root).join("main.tf"), "locals {}\n").expect("its file");
    }
    let written = guard(here, ["init"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    insta::assert_snapshot!(written.stdout);
    let theirs = std::fs::read_to_string(here.join(".gitattributes")).expect("it is there");
    assert_eq!(theirs, "*.png binary\n");
}

/// What is there already passes with a baseline, one unit more does not, and the baseline is
/// never written twice.
#[test]
fn a_baseline_lets_what_is_there_pass_and_nothing_more() {
    const NOW: [&str; 2] = ["--now", "2026-11-22"];
    let folder = tempfile::tempdir().expect("an empty folder");
    let here = folder.path();
    std::fs::create_dir(here.join(".git")).expect("a repository begins here");
    let mission = project().join("fixtures/mission");
    for path in [
        "modules/tenant/main.tf",
        "modules/tenant/variables.tf",
        "requested-cpu-over-by-measured-plan/main.tf",
        "requested-cpu-over-by-measured-plan/plan.json",
    ] {
        let to = here.join(path);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("it can be made");
        std::fs::copy(mission.join(path), to).expect("it can be copied");
    }
    let check = |input: &str| guard(here, [input].into_iter().chain(NOW));
    let plan = "tenants/acme/prod=requested-cpu-over-by-measured-plan/plan.json";
    let module = "tenants/acme/prod=requested-cpu-over-by-measured-plan";

    assert_eq!(guard(here, ["init"]).code, 0);
    assert_eq!(check(plan).code, 1, "65 vCPU are one too many");

    let begun = guard(here, ["init", "--baseline", plan].into_iter().chain(NOW));
    assert_eq!(begun.code, 0, "{}{}", begun.stdout, begun.stderr);
    assert!(
        begun.stdout.contains("wrote policies/baseline.hcl\n"),
        "{}",
        begun.stdout
    );
    let file = here.join("policies/baseline.hcl");
    let text = std::fs::read_to_string(&file).expect("it was written");
    insta::assert_snapshot!("baseline", text);

    let passes = check(plan);
    assert_eq!(passes.code, 0, "{}", passes.stdout);
    assert!(
        passes
            .stdout
            .contains("acme/production asks for 65 vCPU, its baseline allows 65"),
        "{}",
        passes.stdout
    );
    assert_eq!(check(module).code, 0, "the same as configuration");

    let main = here.join("requested-cpu-over-by-measured-plan/main.tf");
    let more = std::fs::read_to_string(&main).expect("it is there");
    let more = more.replace("small_machines   = 1", "small_machines   = 2");
    std::fs::write(&main, more).expect("it can be changed");
    let over = check(module);
    assert_eq!(over.code, 1, "{}", over.stdout);
    assert!(
        over.stdout
            .contains("asks for 66 vCPU, its baseline allows 65"),
        "{}",
        over.stdout
    );
    // From the first day after it, it counts no longer.
    let later = guard(here, [plan, "--now", "2027-02-20"]);
    assert_eq!(later.code, 1, "{}", later.stdout);

    let again = guard(here, ["init", "--baseline", module].into_iter().chain(NOW));
    assert!(
        again.stdout.contains("kept policies/baseline.hcl"),
        "{}",
        again.stdout
    );
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
    assert_eq!(guard(here, ["init", "--baseline"]).code, 2);
    assert_eq!(guard(here, ["init", plan]).code, 2);
}
