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
