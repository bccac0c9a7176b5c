//! What an input is that is no plan, and what is wrong with one that nearly is.

use super::*;

fn refusal(bytes: &[u8]) -> Box<Finding> {
    match survey(
        Input::memory("plan.json", bytes.to_vec()),
        &Rules::sample(),
        &Options::default(),
    ) {
        Err(finding) => finding,
        Ok(_) => panic!("not refused: {}", String::from_utf8_lossy(bytes)),
    }
}

fn check(text: &str, code: Code, message: &str) {
    let found = refusal(text.as_bytes());
    assert_eq!(
        (found.code, found.level, &*found.message),
        (code, Level::Fatal, message),
        "{text}"
    );
    let refused_to_help = found.help.is_empty() && found.notes.is_empty();
    assert!(!refused_to_help, "{text}");
}

const PLAN: &str = r#"{"format_version":"1.2","resource_changes":[]}"#;

#[test]
fn what_is_no_plan_is_told_what_it_is() {
    let check =
        |text: &str, looks: &str| check(text, Code::BAD_INPUT, &format!("plan.json {looks}"));
    check("", "is empty");
    check(" \n", "has nothing in it but white space");
    check("PK\u{3}\u{4}rest", "is a binary plan file");
    check("\u{7f}ELF", "is a program");
    check("{}", "is an empty JSON object");
    let nothing = "is what `terraform show -json` prints where there is nothing to show";
    check(r#"{"format_version":"1.0"}"#, nothing);
    let event = r#"{"@level":"info","@message":"Terraform 1.13.4","type":"version"}"#;
    let log = "is the event log of `terraform plan -json`, which holds no values";
    check(event, log);
    check(&format!("{event}\n{event}\n"), log);
    let second = "holds several JSON documents; the second begins at byte";
    check(&format!("{PLAN}\n{PLAN}\n"), &format!("{second} 47"));
    check(&format!("[{PLAN}]"), "is a JSON list, not a plan");
    check(
        &format!(r#"{{"mock":{{"a b":[1,{PLAN}]}}}}"#),
        r#"holds a plan under `.mock.["a b"][1]`"#,
    );
    let wrapped =
        "has other text around the JSON, as the wrapper of GitHub's setup-terraform puts there";
    check(
        &format!("[command]/usr/bin/terraform show -json\n{PLAN}"),
        wrapped,
    );
    check(
        &format!("{PLAN}\n::debug::Terraform exited with code 0."),
        wrapped,
    );
    check(
        &format!("Warning: old\n{PLAN}"),
        "has other text before the JSON",
    );
    check(&format!("// {PLAN}\n"), "is JSON that is commented out");
    check(
        "resource \"aws_instance\" \"a\" {\n}\n",
        "is Terraform configuration",
    );
    check("# mine\n\nterraform {\n}\n", "is Terraform configuration");
    check("size = 4\n", "is HCL, as in a .tfvars file");
    check("deal \"q4\" {\n  tenant = \"acme\"\n}\n", "holds deals");
    check(
        r#"{"resource":{"aws_instance":{}},"variable":{}}"#,
        "is Terraform configuration in JSON",
    );
    check("---\nsize: 4\n", "is YAML");
    check("size: 4\nname: x\n", "is YAML");
    check("<html></html>", "is HTML or XML");
    check(
        "Terraform used the selected providers to generate the following",
        "is a plan as people read it, not as JSON",
    );
    check("Error: Failed to load plan", "is an error message");
    check("hello there", "is text, but no JSON");
    check("\"plan\"", "is JSON, but no object");
    check(
        r#"{"version":3,"serial":1,"lineage":"x","modules":[]}"#,
        "is a state of Terraform 0.11 or older",
    );
    check(
        r#"{"encrypted_data":"x","meta":{}}"#,
        "is encrypted by OpenTofu",
    );
    check(
        r#"{"valid":true,"error_count":0,"diagnostics":[]}"#,
        "is what `terraform validate -json` prints",
    );
    check(
        r#"{"name":"x","dependencies":{}}"#,
        "is JSON, but no plan: it has `name`, `dependencies`",
    );
    check(
        r#"{"values":{"replicas":2}}"#,
        "is JSON, but no plan: it has `values`",
    );
    check(
        r#"{"version":4,"resources":[]}"#,
        "is JSON, but no plan: it has `version`, `resources`",
    );
    check(
        r#"{"prior_state":{},"resource_changes":null}"#,
        "is JSON, but no plan: it has `prior_state`, `resource_changes`",
    );
}

#[test]
fn damage_is_told_with_its_place() {
    let damaged = |why: &str| format!("plan.json is no valid JSON: {why}");
    check(
        r#"{"a":[1,}"#,
        Code::DAMAGED_JSON,
        &damaged("a byte that begins no value at byte 8"),
    );
    check(
        &format!("{PLAN}x"),
        Code::DAMAGED_JSON,
        &damaged("text follows behind the value at byte 46"),
    );
    check(
        &PLAN[..40],
        Code::DAMAGED_JSON,
        "plan.json is cut off after 40 bytes",
    );
    check(
        r#"{"resource_changes":{}}"#,
        Code::MISSHAPEN_PLAN,
        "plan.json is not shaped like a plan: expected a list for `resource_changes` at byte 20",
    );
    check(
        r#"{"resource_changes":[{"address":5}]}"#,
        Code::MISSHAPEN_PLAN,
        "plan.json is not shaped like a plan: expected a string for `address` at byte 32",
    );
    check(
        r#"{"resource_changes":[],"x":1,"resource_changes":[]}"#,
        Code::REPEATED_KEY,
        "plan.json has the key `resource_changes` twice in one object",
    );
    check(
        r#"{"resource_changes":[{"address":"a.b","type":"a","change":{"actions":["create"],"actions":["delete"]}}]}"#,
        Code::REPEATED_KEY,
        "plan.json has the key `actions` twice in one object",
    );
    check(
        r#"{"resource_changes":[],"planned_values":"#,
        Code::DAMAGED_JSON,
        "plan.json is cut off after 40 bytes",
    );
}

#[test]
fn repeated_attributes_stop_the_check_where_they_are_read() {
    let plan = |attributes: &str| {
        let text = format!(
            r#"{{"resource_changes":[{{"address":"aws_ebs_volume.a","type":"aws_ebs_volume","change":{{"actions":["create"],"after":{{{attributes}}}}}}}]}}"#
        );
        read(
            Input::memory("plan.json", text.into_bytes()),
            &Options::default(),
        )
    };
    assert!(plan(r#""size":1,"x":1,"x":2"#).is_ok(), "nobody reads x");
    let finding = plan(r#""size":1,"size":2"#).unwrap_err();
    assert_eq!(
        finding.message,
        "plan.json has the key `size` twice in one object"
    );
    let finding = plan(r#""size":1,"tags":{"tenant":"a","tenant":"b"}"#).unwrap_err();
    assert_eq!(
        finding.message,
        "plan.json has the key `tenant` twice in one object"
    );
}

#[test]
fn versions_are_read_by_their_major_number() {
    let with = |version: &str| {
        let text = format!(r#"{{"format_version":{version},"resource_changes":[]}}"#);
        let input = Input::memory("plan.json", text.into_bytes());
        survey(input, &Rules::sample(), &Options::default())
    };
    for version in [
        "\"0.1\"", "\"0.2\"", "\"1.0\"", "\"1.2\"", "\"1.99\"", "1.1", "null",
    ] {
        assert!(with(version).is_ok(), "{version}");
    }
    for version in ["\"2.0\"", "\"0.3\"", "\"10.0\"", "\"v2\"", "2", "\"1.x2\""] {
        let code = with(version).err().map(|found| found.code);
        assert_eq!(code, Some(Code::UNSUPPORTED_FORMAT), "{version}");
    }
    let Ok(Contents::Resources(odd)) = with("\"test\"") else {
        panic!()
    };
    assert_eq!(codes(&odd)[0], (Code::UNSUPPORTED_FORMAT, Level::Warning));
}

#[test]
fn other_encodings_are_read_and_places_are_those_of_the_file() {
    let utf16 = |text: &str, big_endian: bool| -> Vec<u8> {
        let bytes = |unit: u16| {
            if big_endian {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let row = r#"{"address":"a_é.b","type":"a_é","change":{"actions":["create"],"after":{}}}"#;
    let plan = format!(r#"{{"resource_changes":[{row}]}}"#);
    let marked = format!("\u{feff}{plan}");
    for bytes in [
        utf16(&marked, false),
        utf16(&marked, true),
        utf16(&plan, false),
        marked.clone().into_bytes(),
    ] {
        let (_, instances) = read(Input::memory("plan.json", bytes), &Options::default()).unwrap();
        assert_eq!(instances[0].address, "a_é.b");
    }
    let broken = "\u{feff}{\"é\": tru}";
    assert_eq!(refusal(&utf16(broken, false)).labels, [at(14)]);
    assert_eq!(refusal(broken.as_bytes()).labels, [at(10)]);
    let half = [utf16(&plan, false), vec![0]].concat();
    assert_eq!(refusal(&half).code, Code::UNREADABLE_INPUT);
}

fn at(byte: u64) -> crate::finding::Label {
    let why = "a word that is neither true, false nor null";
    crate::finding::Label::input("plan.json", Some(byte), why)
}

#[test]
fn earlier_measurements_are_recognised() {
    let text = r#"{"version":1,"inputs":[],"coverage":{},"instances":[],"requests":[]}"#;
    let input = Input::memory("measurements.json", text.as_bytes().to_vec());
    let contents = survey(input, &Rules::sample(), &Options::default()).unwrap();
    assert!(matches!(contents, Contents::Measurements(_)));
}

#[test]
fn a_file_that_changes_between_the_passes_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    let row = r#"{"address":"a.b","type":"a","change":{"actions":["create"],"after":{}}}"#;
    std::fs::write(&path, format!(r#"{{"resource_changes":[{row}]}}"#)).unwrap();
    let rules = Rules::sample();
    let input = Input::open(&path, "plan.json").unwrap();
    let Ok(Contents::Resources(survey)) = survey(input, &rules, &Options::default()) else {
        panic!()
    };
    std::fs::write(&path, PLAN).unwrap();
    let finding = survey.instances(&rules, &mut |_| {}).unwrap_err();
    assert_eq!(
        finding.message,
        "cannot read plan.json: it was changed while it was read"
    );
}

#[test]
fn nothing_at_all_makes_it_panic() {
    use proptest::prelude::*;
    let text = serde_json::to_string(&plan_of(
        &json!({"actions": ["create", "delete"], "before": {"instance_type": "a"}, "after": {"root_block_device": [{"iops": 1}]},
                "after_unknown": {"ebs_block_device": [true, {"iops": true}]}, "after_sensitive": {"tags": {"a": true}}}),
        &json!({"root_block_device": [{"iops": {"constant_value": 1}}], "tags": {"references": ["var.t"]}}),
    ))
    .unwrap();
    let pieces = prop::sample::select(vec![
        "null",
        "true",
        "[]",
        "{}",
        "\"x\"",
        "-1e99",
        ",",
        "\"mode\":\"data\",",
    ]);
    let config = ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let strategy = (
        prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, pieces), 0..4),
        any::<bool>(),
    );
    proptest!(config, |((edits, whole) in strategy)| {
        let mut bytes = text.clone().into_bytes();
        for (index, cut, piece) in edits {
            let from = index.index(bytes.len());
            let to = if whole { value_end(&bytes, from) } else { from.saturating_add(cut).min(bytes.len()) };
            bytes.splice(from..to, piece.bytes());
        }
        let _ = read(Input::memory("plan.json", bytes), &Options { allow_partial: true, ..Options::default() });
    });
    proptest!(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() },
    |(bytes in prop::collection::vec(any::<u8>(), 0..64))| {
        let _ = read(Input::memory("plan.json", bytes), &Options::default());
    });
}

/// Behind the value that begins at or behind `from`, roughly, so that edits keep it JSON.
fn value_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b',' | b'}' | b']'));
    from.saturating_add(end.unwrap_or(0))
}
