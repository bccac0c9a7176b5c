//! What an input is that is no plan and no state, told by what is in it and never by its name,
//! and how to get the right thing.

use super::encoding::Text;
use super::json::{Fault, JsonError, Kind, Reader};
use super::plan::Top;
use crate::finding::Finding;
use crate::source::input::Input;
use std::io::Read;

/// How to get what is wanted.
const SHOW: &str = "run `terraform plan -out=plan.tfplan` and `terraform show -json plan.tfplan > plan.json`, and give guard plan.json";

/// What kinds of bytes there are that are no text, by their beginning.
const MAGIC: [(&[u8], &str); 10] = [
    (b"\x1f\x8b", "is a gzip archive"),
    (b"BZh", "is a bzip2 archive"),
    (b"\xfd7zXZ", "is an xz archive"),
    (b"\x28\xb5\x2f\xfd", "is a zstd archive"),
    (b"7z\xbc\xaf", "is a 7-Zip archive"),
    (b"\x7fELF", "is a program"),
    (b"MZ", "is a program"),
    (b"%PDF", "is a PDF document"),
    (b"\x89PNG", "is a picture"),
    (b"SQLite format 3", "is an SQLite database"),
];

/// Bytes that are no text at all.
pub(super) fn binary(path: &str, head: &[u8]) -> Option<Finding> {
    if head.starts_with(b"PK\x03\x04") {
        let file = if path == "-" { "plan.tfplan" } else { path };
        let help =
            format!("run `terraform show -json {file} > plan.json`, and give guard plan.json");
        return Some(Finding::other_input(path, "is a binary plan file", &help));
    }
    let (_, looks) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic))?;
    Some(Finding::other_input(path, looks, SHOW))
}

/// What a document is that is valid JSON, an object, and has nothing of a plan or state.
///
/// It is looked through once more, for a plan inside.
pub(super) fn other_object(text: &Text, top: &Top) -> Finding {
    let path = text.input.shown();
    let has = |key: &str| top.keys.iter().any(|known| known == key);
    let all = |keys: &[&str]| keys.iter().all(|key| has(key));
    let say = |looks: &str, help: &str| Finding::other_input(path, looks, help);
    if let Some(nested) = nested_plan(text) {
        let help = format!(
            "take it out, as `jq '{nested}' FILE > plan.json` does, and give guard plan.json"
        );
        return say(&format!("holds a plan under `{nested}`"), &help);
    }
    if all(&["@level", "@message"]) {
        return say(
            "is the event log of `terraform plan -json`, which holds no values",
            SHOW,
        );
    }
    if has("encrypted_data") {
        return say(
            "is encrypted by OpenTofu",
            "run `tofu show -json` where the key is, and give guard what it prints",
        );
    }
    if has("version") && (all(&["lineage", "serial"]) || has("modules")) {
        return say(
            "is a state of Terraform 0.11 or older",
            "let a later version write it anew, and give guard what `terraform show -json` prints of it",
        );
    }
    if all(&["valid", "diagnostics"]) {
        return say("is what `terraform validate -json` prints", SHOW);
    }
    if has("provider_schemas") {
        return say("holds provider schemas", SHOW);
    }
    if has("format_version") && top.keys.len() <= 2 {
        return say(
            "is what `terraform show -json` prints where there is nothing to show",
            "run it where the state is, or with the plan file: `terraform show -json plan.tfplan > plan.json`",
        );
    }
    if has("format_version") && (has("errored") || has("timestamp")) {
        return say(
            "is a plan that has neither `resource_changes` nor `planned_values`",
            SHOW,
        );
    }
    const BLOCKS: [&str; 9] = [
        "resource",
        "module",
        "variable",
        "provider",
        "terraform",
        "locals",
        "data",
        "output",
        "moved",
    ];
    if !top.keys.is_empty() && top.keys.iter().all(|key| BLOCKS.contains(&&**key)) {
        return say(
            "is Terraform configuration in JSON",
            "give guard the folder that it is in",
        );
    }
    if top.keys.is_empty() {
        return say("is an empty JSON object", SHOW);
    }
    let names: Vec<_> = top
        .keys
        .iter()
        .take(6)
        .map(|key| format!("`{key}`"))
        .collect();
    let more = if top.keys.len() > names.len() {
        ", ..."
    } else {
        ""
    };
    say(
        &format!("is JSON, but no plan: it has {}{more}", names.join(", ")),
        SHOW,
    )
}

/// What a text is that could not be read as one JSON object; `error` says why, and `at` is
/// its place in the file.
pub(super) fn other_text(input: &Input, error: &JsonError, at: u64) -> Finding {
    let path = input.shown();
    let head = head(input);
    let text = head.trim_start();
    let say = |looks: &str, help: &str| Finding::other_input(path, looks, help);
    if text.is_empty() {
        return say(
            if input.size() == 0 {
                "is empty"
            } else {
                "has nothing in it but white space"
            },
            "`terraform show -json` leaves an empty file when it fails: see what it said, and run it again",
        );
    }
    if !text.starts_with('{')
        && let Some((looks, help)) = not_an_object(text)
    {
        return say(looks, help);
    }
    match error.fault() {
        Fault::Behind if text.contains("\"@level\"") => say(
            "is the event log of `terraform plan -json`, which holds no values",
            SHOW,
        ),
        Fault::Behind => match tail(input, error.at()).bytes().next() {
            Some(b'{' | b'[') => say(
                &format!("holds several JSON documents; the second begins at byte {at}"),
                "give guard each plan in a file of its own",
            ),
            _ if wraps(&tail(input, error.at())) => say(WRAPPED, UNWRAP),
            _ => Finding::damaged_json(path, at, &error.to_string()),
        },
        Fault::End => Finding::truncated_json(path, at),
        Fault::Repeated(key) => Finding::repeated_json_key(path, at, key),
        Fault::Expected(..) => Finding::misshapen_plan(path, at, &error.to_string()),
        _ => Finding::damaged_json(path, at, &error.to_string()),
    }
}

const WRAPPED: &str =
    "has other text around the JSON, as the wrapper of GitHub's setup-terraform puts there";
const UNWRAP: &str = "set `terraform_wrapper: false` in setup-terraform, and write the plan with `terraform show -json plan.tfplan > plan.json`";

/// What a text looks like that does not begin with a brace.
fn not_an_object(text: &str) -> Option<(&'static str, &'static str)> {
    let line = text.lines().next().unwrap_or_default().trim();
    let any_line = |test: &dyn Fn(&str) -> bool| text.lines().any(|line| test(line.trim_start()));
    if wraps(line) {
        return Some((WRAPPED, UNWRAP));
    }
    if text.starts_with("//")
        && any_line(&|line| line.trim_start_matches(['/', ' ']).starts_with('{'))
    {
        return Some(("is JSON that is commented out", SHOW));
    }
    if text.starts_with('<') {
        return Some(("is HTML or XML", SHOW));
    }
    const PEOPLE: [&str; 8] = [
        "Terraform will perform the following actions",
        "Terraform used the selected providers",
        "OpenTofu will perform the following actions",
        "OpenTofu used the selected providers",
        "An execution plan has been generated",
        "Refreshing Terraform state in-memory",
        "No changes. ",
        ": Refreshing state...",
    ];
    if PEOPLE.iter().any(|known| text.contains(known)) {
        return Some(("is a plan as people read it, not as JSON", SHOW));
    }
    if text.contains("Error: ") && !text.contains("{\"") {
        return Some(("is an error message", SHOW));
    }
    if text.starts_with('[') {
        return Some((
            "is a JSON list, not a plan",
            "give guard each plan in a file of its own",
        ));
    }
    if text.starts_with('"')
        || text.starts_with("null")
        || text.starts_with("true")
        || text.starts_with("false")
    {
        return Some(("is JSON, but no object", SHOW));
    }
    if any_line(&|line| is_block(line)) {
        return Some((
            "is Terraform configuration",
            "give guard the folder that it is in",
        ));
    }
    if text.contains("{\"format_version\"") {
        return Some(("has other text before the JSON", SHOW));
    }
    if any_line(&|line| line.starts_with("deal \"")) {
        return Some((
            "holds deals",
            "give their file or folder to `guard check`, which also shows the record that would settle one",
        ));
    }
    if any_line(&|line| {
        line.split_once(" = ")
            .is_some_and(|(name, _)| is_name(name.trim_end()))
    }) {
        return Some((
            "is HCL, as in a .tfvars file",
            "give guard the folder of the configuration, and this file with `--var-file`",
        ));
    }
    let yaml = |line: &str| {
        line.split_once(':')
            .is_some_and(|(name, rest)| is_name(name) && (rest.is_empty() || rest.starts_with(' ')))
    };
    if line == "---" || any_line(&yaml) {
        return Some(("is YAML", SHOW));
    }
    text.starts_with(|c: char| c.is_alphabetic() || c == '#')
        .then_some(("is text, but no JSON", SHOW))
}

/// Whether a line is one that the wrapper of setup-terraform or a runner prints.
fn wraps(text: &str) -> bool {
    [
        "[command]",
        "::set-output",
        "::debug",
        "::stop-commands",
        "##[",
    ]
    .iter()
    .any(|mark| text.contains(mark))
}

/// Whether a line begins a block of Terraform configuration.
fn is_block(line: &str) -> bool {
    const LABELLED: [&str; 7] = [
        "resource", "data", "module", "variable", "output", "provider", "check",
    ];
    const PLAIN: [&str; 5] = ["terraform", "locals", "moved", "import", "removed"];
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim_start();
    LABELLED.contains(&first) && rest.starts_with('"')
        || PLAIN.contains(&first) && rest.starts_with('{')
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// The first part of a text, as far as it is one.
fn head(input: &Input) -> String {
    lossy(input, 0)
}

fn tail(input: &Input, at: u64) -> String {
    lossy(input, at)
}

fn lossy(input: &Input, from: u64) -> String {
    const ENOUGH: u64 = 64 << 10;
    let mut bytes = Vec::new();
    // What cannot be read any more was read a moment ago; then the finding says less.
    let _ = input
        .section(from..from.saturating_add(ENOUGH))
        .read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    text.trim_start_matches('\u{feff}').to_owned()
}

/// Where in a document a plan is, as a path for `jq`, if it is inside something else.
fn nested_plan(text: &Text) -> Option<String> {
    let mut reader = Reader::new(text.input.section(text.start..text.input.size()));
    let mut path = String::new();
    search(&mut reader, &mut path, 0).ok()?.then_some(path)
}

/// Whether the value that comes next holds a plan; then `path` leads to it, and no more is read.
fn search<R: Read>(
    reader: &mut Reader<R>,
    path: &mut String,
    depth: usize,
) -> Result<bool, JsonError> {
    const DEEPEST: usize = 8;
    match reader.kind()? {
        Kind::Object if depth < DEEPEST => {
            reader.open_object("")?;
            while let Some(key) = reader.key()? {
                if depth > 0 && matches!(key, "resource_changes" | "planned_values") {
                    return Ok(true);
                }
                let length = path.len();
                path.push_str(&step(key));
                if search(reader, path, depth.saturating_add(1))? {
                    return Ok(true);
                }
                path.truncate(length);
            }
        }
        Kind::Array if depth < DEEPEST => {
            reader.open_array("")?;
            let mut at = 0_usize;
            while reader.element()? {
                let length = path.len();
                path.push_str(&format!("[{at}]"));
                if search(reader, path, depth.saturating_add(1))? {
                    return Ok(true);
                }
                path.truncate(length);
                at = at.saturating_add(1);
            }
        }
        _ => reader.skip()?,
    }
    Ok(false)
}

/// A key as `jq` wants it.
fn step(key: &str) -> String {
    if is_name(key) && !key.contains('-') {
        return format!(".{key}");
    }
    let quoted: String = key.chars().flat_map(char::escape_default).collect();
    format!(".[\"{quoted}\"]")
}
