//! What is built to exhaust a machine ends early and says so, and what goes wrong around guard
//! is exit 2 with the reason.
//!
//! Bombs run under limits of the system (seconds of CPU, address space) that are far beyond what
//! guard takes for them and far below what they would take without its own bounds; what is
//! asserted is the bound that guard names.

use crate::guard::{Outcome, guard, project};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Runs `guard ARGS` through a shell that does `before` first.
fn after(before: &str, folder: &Path, args: &str) -> Outcome {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("{before} \"$GUARD\" {args}"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("GUARD", env!("CARGO_BIN_EXE_guard"))
        .stdin(Stdio::null())
        .output()
        .expect("a shell starts");
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// Two GiB and a minute of CPU: a test binary is slow, and the machine may be too.
#[cfg(target_os = "linux")]
const LIMITS: &str = "ulimit -v 2000000; ulimit -t 60; exec";
#[cfg(not(target_os = "linux"))]
const LIMITS: &str = "exec";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// A root of which one machine count is this expression.
fn with_count(count: &str, locals: &str) -> TempDir {
    let text = format!(
        "locals {{\n{locals}\n}}\nresource \"aws_instance\" \"x\" {{\n  count = {count}\n  instance_type = \"m5.large\"\n}}\n"
    );
    folder(&[("main.tf", &text)])
}

#[cfg(unix)]
fn bounded(folder: &TempDir, told: &str) {
    let outcome = after(LIMITS, folder.path(), ". --policies builtin --format json");
    assert_eq!(outcome.code, 2, "{told}: {}", outcome.stderr);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("a whole report");
    assert!(report["verdict"].is_null(), "{told}");
    let findings = report["findings"].as_array().expect("findings");
    assert!(
        findings
            .iter()
            .any(|finding| finding["message"].as_str().unwrap_or("").contains(told)),
        "{told}: {findings:#?}"
    );
}

/// Ten names, each of which holds the one before nine times.
fn doublings(first: &str, open: &str, part: &str, close: &str) -> String {
    let mut text = format!("l0 = {first}\n");
    for level in 1..10 {
        let before = part.replace('?', &format!("local.l{}", level - 1));
        writeln!(text, "l{level} = {open}{}{close}", before.repeat(9)).expect("a string takes it");
    }
    text
}

#[cfg(unix)]
#[test]
fn expressions_that_explode_are_bounded() {
    let memory = "more memory than any value";
    let parts = "more parts than any value";
    let text = doublings(
        "\"0123456789012345678901234567890123456789\"",
        "\"",
        "${?}",
        "\"",
    );
    bounded(&with_count("length(local.l9)", &text), memory);
    // Their parts are shared: small in memory, endless to walk through.
    let lists = doublings("[1, 2]", "[", "?, ", "]");
    bounded(&with_count("length(local.l9)", &lists), parts);
    let mut yaml = String::from("y = yamldecode(<<Y\nl0: &l0 [1, 2]\n");
    for level in 1..10 {
        let before = format!("*l{}, ", level - 1).repeat(9);
        writeln!(yaml, "l{level}: &l{level} [{before}]").expect("a string takes it");
    }
    yaml.push_str("Y\n)");
    bounded(&with_count("length(local.y.l9)", &yaml), parts);
    let product = "setproduct(range(1000), range(1000), range(1000))";
    bounded(&with_count(&format!("length({product})"), ""), memory);
    let each = "[for i in range(1000) : [for j in range(1000) : [for k in range(1000) : i]]]";
    bounded(&with_count(&format!("length({each})"), ""), memory);
    bounded(
        &with_count("length(range(1000000000))", ""),
        "more than 1024 values",
    );
    bounded(
        &with_count("length(format(\"%999999999d\", 1))", ""),
        "unsupported width",
    );
}

/// The twins of the bombs, one step smaller: what is merely large is measured.
#[cfg(unix)]
#[test]
fn what_is_merely_large_is_measured() {
    let lists = doublings("[1, 2]", "[", "?, ", "]");
    let ends = |folder: &TempDir, nodes: u64| {
        let outcome = after(
            LIMITS,
            folder.path(),
            "measure . --policies builtin --format json",
        );
        assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("a report");
        let rows = report["requests"].as_array().expect("requests");
        let of = |row: &&serde_json::Value| row["dimension"] == "nodes";
        assert_eq!(rows.iter().find(of).expect("nodes")["low"], nodes);
    };
    let fits: String = lists
        .lines()
        .take(5)
        .fold(String::new(), |text, line| text + line + "\n");
    ends(
        &with_count("length(flatten(local.l4))", &fits),
        2 * 9 * 9 * 9 * 9,
    );
    ends(&with_count("length(range(1024))", ""), 1024);
    let mut chain = String::from("a0 = 1\n");
    for link in 1..2000 {
        writeln!(chain, "a{link} = local.a{} + 1", link - 1).expect("a string takes it");
    }
    ends(&with_count("local.a1999", &chain), 2000);
}

#[cfg(unix)]
#[test]
fn instances_without_number_are_bounded() {
    let many = "there are more than 1000000 instances";
    bounded(&with_count("1000000000", ""), many);
    bounded(&with_count("1000001", ""), many);
    // Together they count too.
    let module = "module \"m\" {\n  source = \"./m\"\n  count = 2000\n}\n";
    let inner = "resource \"aws_iam_role\" \"x\" {\n  count = 999999\n}\n";
    bounded(&folder(&[("main.tf", module), ("m/main.tf", inner)]), many);
    let itself = "module \"m\" {\n  source = \"./\"\n}\n";
    bounded(
        &folder(&[("main.tf", itself)]),
        "modules are called 64 levels deep",
    );
}

#[cfg(unix)]
#[test]
fn nesting_without_end_is_bounded() {
    let hcl = format!(
        "output \"x\" {{\n  value = {}{}\n}}\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    bounded(&folder(&[("main.tf", &hcl)]), "more than 64 nested levels");
    let blocks = format!("{}{}", "a {\n".repeat(100_000), "}\n".repeat(100_000));
    bounded(&folder(&[("main.tf", &blocks)]), "nested");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let json = format!(
            "{{\"format_version\":\"1.2\",\"x\":{}1{}}}",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        let folder = folder(&[("plan.json", &json)]);
        let outcome = after(LIMITS, folder.path(), "plan.json --policies builtin");
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        assert!(outcome.stdout.contains("nested"), "{}", outcome.stdout);
    }
}

#[cfg(unix)]
#[test]
fn giant_strings_and_files_are_bounded() {
    let large = format!("locals {{\n  a = \"{}\"\n}}\n", "x".repeat(17 << 20));
    bounded(
        &folder(&[("main.tf", &large)]),
        "larger than 16777216 bytes",
    );
    // A plan is streamed: what no rule asks for may be as long as it likes.
    let note = "x".repeat(24 << 20);
    let plan = fs::read_to_string(project().join("fixtures/ordinary/plan.json")).expect("a plan");
    let plan = plan.replacen('{', &format!("{{\"note\":\"{note}\","), 1);
    let folder = folder(&[("plan.json", &plan)]);
    let outcome = after(
        LIMITS,
        folder.path(),
        "plan.json --policies builtin --quiet",
    );
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

#[cfg(unix)]
#[test]
fn files_without_number_are_bounded() {
    let folder = folder(&[]);
    for number in 0..=20_000 {
        fs::File::create(folder.path().join(format!("{number}.tf"))).expect("a file");
    }
    bounded(&folder, "more than 20000 files");
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_end() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[
        (".git/HEAD", ""),
        (
            "a/main.tf",
            "resource \"aws_instance\" \"x\" {\n  instance_type = \"m5.large\"\n}\n",
        ),
    ]);
    symlink("..", folder.path().join("a/up")).expect("a link");
    symlink("b", folder.path().join("a/b")).expect("a link");
    let outcome = after(
        LIMITS,
        folder.path(),
        "measure . --policies builtin --format csv",
    );
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    let machines = outcome
        .stdout
        .lines()
        .filter(|line| line.contains(",nodes,"));
    assert_eq!(
        machines.count(),
        1,
        "once, not once a round: {}",
        outcome.stdout
    );

    symlink("loop.tf", folder.path().join("a/loop.tf")).expect("a link");
    let outcome = after(LIMITS, folder.path(), "measure . --policies builtin");
    assert_eq!(outcome.code, 2, "{}", outcome.stdout);
    assert!(outcome.stdout.contains("a/loop.tf"), "{}", outcome.stdout);
}

#[test]
fn what_cannot_be_read_is_said() {
    let files = folder(&[("empty.json", ""), ("folder.json/x", "")]);
    for (args, told) in [
        (&["gone.json"][..], "gone.json"),
        (&["empty.json"], "empty.json"),
        (&["folder.json"], "folder.json"),
        (&["gone.json", "--policies", "gone"], "gone"),
    ] {
        let words = args.iter().chain(&["--policies", "builtin"]);
        let words: Vec<_> = if args.contains(&"--policies") {
            args.to_vec()
        } else {
            words.copied().collect()
        };
        let outcome = guard(files.path(), &words);
        assert_eq!(outcome.code, 2, "{args:?}: {}", outcome.stdout);
        let said = outcome.stdout + &outcome.stderr;
        assert!(said.contains(told), "{args:?}: {said}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        symlink("nowhere.json", files.path().join("vanished.json")).expect("a link");
        let outcome = guard(files.path(), ["vanished.json", "--policies", "builtin"]);
        assert_eq!(outcome.code, 2);
        assert!(
            outcome.stdout.contains("no such file"),
            "{}",
            outcome.stdout
        );

        let locked = files.path().join("locked.json");
        fs::write(&locked, "{}").expect("a file");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("its owner may");
        if fs::read(&locked).is_err() {
            let outcome = guard(files.path(), ["locked.json", "--policies", "builtin"]);
            assert_eq!(outcome.code, 2);
            assert!(
                outcome.stdout.contains("permission denied"),
                "{}",
                outcome.stdout
            );
        }
    }
}

/// Every command that prints something.
#[cfg(unix)]
const PRINTING: [&str; 10] = [
    "plan.json --now 2026-11-22",
    "plan.json --now 2026-11-22 --format json",
    "plan.json --now 2026-11-22 --format html",
    "measure plan.json",
    "explain plan.json",
    "explain --code over-limit",
    "sheet",
    "eval 1+1",
    "completions bash",
    "--help",
];

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_2_with_the_reason() {
    let folder = project().join("fixtures/black-friday");
    for args in PRINTING {
        let outcome = after("exec", &folder, &format!("{args} >/dev/full"));
        assert_eq!(outcome.code, 2, "{args}: {}", outcome.stderr);
        assert_eq!(
            outcome.stderr, "error: cannot write to standard output: no space left on device\n",
            "{args}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let folder = project().join("fixtures/black-friday");
    for args in PRINTING {
        let code = guard(&folder, args.split_whitespace()).code;
        // The reader is gone before the first byte comes.
        let gone = format!("{args}; echo $? >&3; }} 3>&2 | true");
        let outcome = after("{ sleep 0.05;", &folder, &gone);
        assert_eq!(outcome.stderr, format!("{code}\n"), "{args}");
        // Closed from the start: nobody wants to read it, the exit code still tells.
        let outcome = after("exec", &folder, &format!("{args} >&-"));
        assert_eq!((outcome.code, &*outcome.stderr), (code, ""), "{args}");
    }
}

#[cfg(unix)]
#[test]
fn a_report_that_cannot_be_written_leaves_the_old_one() {
    use std::os::unix::fs::symlink;
    let plan = project().join("fixtures/ordinary/plan.json");
    let plan = fs::read_to_string(plan).expect("a plan");
    let site = folder(&[("plan.json", &plan), ("old.json", "old"), ("folder/x", "x")]);
    symlink("old.json", site.path().join("link.json")).expect("a link");
    symlink("plan.json", site.path().join("plan-link.json")).expect("a link");
    let old = |name: &str| fs::read_to_string(site.path().join(name)).expect("it is there");
    // Writes past a limit fail like those on a full disk; the shell keeps the signal away.
    let full = "trap '' XFSZ; ulimit -f 0; exec";
    for (before, target, why) in [
        ("exec", "folder", "is a folder"),
        ("exec", "link.json", "is a symbolic link"),
        ("exec", "gone/report.json", "there is no such folder"),
        ("exec", "plan.json", "what is to be judged"),
        ("exec", "./folder/../plan.json", "what is to be judged"),
        ("exec", "plan-link.json", "what is to be judged"),
        (full, "old.json", "old.json"),
    ] {
        let args = format!("root=plan.json --policies builtin --report json={target}");
        let outcome = after(before, site.path(), &args);
        assert_eq!(outcome.code, 2, "{target}: {}", outcome.stdout);
        let said = outcome.stdout + &outcome.stderr;
        assert!(said.contains(why), "{target}: {said}");
        assert_eq!(old("old.json"), "old", "{target}");
        assert_eq!(old("plan.json"), plan, "{target}");
    }
    let left = fs::read_dir(site.path()).expect("the folder").count();
    assert_eq!(left, 5, "nothing half-written is left behind");
    // The twin: a name of its own.
    let outcome = guard(
        site.path(),
        [
            "plan.json",
            "--policies",
            "builtin",
            "--report",
            "json=old.json",
        ],
    );
    assert_eq!(outcome.code, 0);
    assert!(old("old.json").starts_with('{'));
}

#[cfg(unix)]
#[test]
fn killed_while_it_writes_it_leaves_the_old_report_or_the_new_one() {
    let site = folder(&[("report.json", "{\"old\":true}")]);
    let plan = project().join("fixtures/black-friday/plan.json");
    let mut finished = 0;
    for round in 0..200 {
        if finished == 3 {
            break;
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_guard"))
            .arg(&plan)
            .args([
                "--policies",
                "builtin",
                "--now",
                "2026-11-22",
                "--report",
                "json=report.json",
            ])
            .current_dir(site.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // A little later every time, until it ends by itself.
        std::thread::sleep(std::time::Duration::from_micros(round * 1500));
        child.kill().expect("it is ours");
        let status = child.wait().expect("it has ended");
        finished += u32::from(status.code().is_some());
        let text = fs::read_to_string(site.path().join("report.json")).expect("always a report");
        let report: serde_json::Value = serde_json::from_str(&text).expect("always a whole one");
        assert!(report["old"] == true || report["exit_code"] == 1, "{text}");
    }
    assert!(finished > 0, "the last rounds came to their end");
}

#[cfg(unix)]
#[test]
fn what_comes_through_a_pipe_needs_room() {
    let site = folder(&[]);
    // Past 16 MiB a pipe is kept aside in a file, and there is no room for that file.
    let pipe = "trap '' XFSZ; ulimit -f 0; head -c 17000000 /dev/zero | tr '\\0' ' ' |";
    let outcome = after(pipe, site.path(), "- --policies builtin");
    assert_eq!(outcome.code, 2, "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("cannot read -: file too large"),
        "{}",
        outcome.stdout
    );
}
