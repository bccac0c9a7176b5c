//! The hooks, run by the real `pre-commit` where it is installed. Nothing is fetched.

use crate::guard::project;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where a program is, if it is anywhere on PATH.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// A program in a folder, with the tested guard first on PATH, a home of its own and no network.
fn run(program: &Path, folder: &Path, home: &Path, words: &[&str]) -> Output {
    let guard = Path::new(env!("CARGO_BIN_EXE_guard")).parent();
    let mut path: Vec<PathBuf> = guard.into_iter().map(Path::to_path_buf).collect();
    path.extend(
        std::env::var_os("PATH")
            .iter()
            .flat_map(std::env::split_paths),
    );
    Command::new(program)
        .args(words)
        .current_dir(folder)
        .env_clear()
        .env(
            "PATH",
            std::env::join_paths(path).expect("a path of folders"),
        )
        .env("HOME", home)
        .env("PRE_COMMIT_HOME", home.join("pre-commit"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("http_proxy", "http://127.0.0.1:1")
        .env("https_proxy", "http://127.0.0.1:1")
        .output()
        .expect("the program starts")
}

fn git(folder: &Path, home: &Path, words: &[&str]) -> String {
    let git = find("git").expect("there is git where there is pre-commit");
    let name = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let output = run(&git, folder, home, &[&name[..], words].concat());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

const CATALOG: &str = r#"
catalog "shop" {}

tier "small" {
  limit "vcpu" {
    max       = 16
    per       = "tenant"
    approvers = [["lead"]]
  }
}

tenant "acme" {
  tier = "small"
  match {
    roots = ["tenants/acme/**"]
  }
}

role "lead" {
  max      = { vcpu = 64 }
  max_days = 60
}

person "kim@example.com" {
  roles = ["lead"]
}
"#;

fn machines(count: usize) -> String {
    format!(
        "resource \"aws_instance\" \"api\" {{\n  count         = {count}\n  ami           = \"ami-1\"\n  instance_type = \"m5.xlarge\"\n}}\n"
    )
}

#[test]
fn hooks_pass_and_fail_as_they_should() {
    let Some(pre_commit) = find("pre-commit") else {
        eprintln!("skipped: there is no pre-commit on PATH");
        return;
    };
    let temp = tempfile::tempdir().expect("a temporary folder");
    let home = temp.path().join("home");
    let (hooks, mine) = (temp.path().join("hooks"), temp.path().join("mine"));
    for folder in [&home, &hooks, &mine] {
        fs::create_dir_all(folder).expect("a folder can be made");
    }
    let described = project().join(".pre-commit-hooks.yaml");
    fs::copy(described, hooks.join(".pre-commit-hooks.yaml")).expect("the hooks can be copied");
    for folder in [&hooks, &mine] {
        git(folder, &home, &["init", "--quiet"]);
    }
    git(&hooks, &home, &["add", "."]);
    git(&hooks, &home, &["commit", "--quiet", "--message", "hooks"]);
    let rev = git(&hooks, &home, &["rev-parse", "HEAD"]);

    write(
        &mine.join(".pre-commit-config.yaml"),
        &format!(
            "repos:\n  - repo: {}\n    rev: {rev}\n    hooks:\n      - id: guard-check-system\n        args: [tenants/]\n      - id: guard-approvals-system\n      - id: guard-catalog-system\n",
            hooks.display()
        ),
    );
    write(&mine.join("policies/catalog.hcl"), CATALOG);
    let root = mine.join("tenants/acme/prod/main.tf");
    let check = |hook: &str| {
        git(&mine, &home, &["add", "."]);
        let output = run(&pre_commit, &mine, &home, &["run", hook, "--all-files"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), said)
    };

    // Four machines of 4 vCPU are just what the tier allows.
    write(&root, &machines(4));
    for hook in [
        "guard-check-system",
        "guard-approvals-system",
        "guard-catalog-system",
    ] {
        let (passes, said) = check(hook);
        assert!(passes, "{hook}: {said}");
        assert!(said.contains("Passed"), "{hook}: {said}");
    }

    // The fifth is too many, and the message says whose and where.
    write(&root, &machines(5));
    let (passes, said) = check("guard-check-system");
    assert!(!passes, "{said}");
    assert!(
        said.contains("acme asks for 20 vCPU, tier small allows 16"),
        "{said}"
    );
    assert!(said.contains("tenants/acme/prod/main.tf"), "{said}");

    // A record that cannot be read, and a catalog with a mistake.
    write(&mine.join("approvals/CR-1.hcl"), "approval \"CR-1\" {\n");
    let (passes, said) = check("guard-approvals-system");
    assert!(!passes, "{said}");
    write(
        &mine.join("policies/catalog.hcl"),
        &CATALOG.replace("tier = \"small\"", "tier = \"smal\""),
    );
    let (passes, said) = check("guard-catalog-system");
    assert!(!passes, "{said}");
    assert!(said.contains("smal"), "{said}");
}
