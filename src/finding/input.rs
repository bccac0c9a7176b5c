//! Findings about inputs: what cannot be read, what is missing from a plan, what is good to know.

use super::{Code, Finding, Label, Level};

/// So many instances, in words.
fn instances(count: usize) -> String {
    if count == 1 {
        "1 instance".to_owned()
    } else {
        format!("{count} instances")
    }
}

impl Finding {
    /// An input cannot be had from the system.
    pub fn unreadable_input(path: &str, why: &str) -> Self {
        Self::new(Code::UNREADABLE_INPUT, format!("cannot read {path}: {why}"))
            .label(Label::input(path, None, ""))
    }

    /// An input is something else than what guard reads; `looks` completes "PATH ...".
    pub fn other_input(path: &str, looks: &str, help: &str) -> Self {
        let finding = Self::new(Code::BAD_INPUT, format!("{path} {looks}"))
            .label(Label::input(path, None, ""));
        if help.is_empty() {
            finding
        } else {
            finding.help(help)
        }
    }

    /// An input begins like JSON and is none.
    pub fn damaged_json(path: &str, byte: u64, why: &str) -> Self {
        Self::new(
            Code::DAMAGED_JSON,
            format!("{path} is no valid JSON: {why} at byte {byte}"),
        )
        .label(Label::input(path, Some(byte), why))
        .help("make the file anew with `terraform show -json plan.tfplan > plan.json`")
    }

    /// An input ends too early.
    pub fn truncated_json(path: &str, byte: u64) -> Self {
        Self::new(Code::DAMAGED_JSON, format!("{path} is cut off after {byte} bytes"))
            .label(Label::input(path, Some(byte), "ends in the middle of a value"))
            .help("make the file anew, and look at what carries it here: some pipes and logs keep only 65,536 bytes")
    }

    /// A key that is read occurs twice in one object.
    pub fn repeated_json_key(path: &str, byte: u64, key: &str) -> Self {
        Self::new(
            Code::REPEATED_KEY,
            format!("{path} has the key `{key}` twice in one object"),
        )
        .label(Label::input(path, Some(byte), "here again"))
        .note("which of both is meant cannot be told, and programs differ in which they take")
    }

    /// Something in a plan is not shaped like a plan.
    pub fn misshapen_plan(path: &str, byte: u64, why: &str) -> Self {
        Self::new(
            Code::MISSHAPEN_PLAN,
            format!("{path} is not shaped like a plan: {why} at byte {byte}"),
        )
        .label(Label::input(path, Some(byte), why))
        .help("give guard what `terraform show -json plan.tfplan` prints, as it is")
    }

    /// The format of a plan or state is one that this version does not know.
    pub fn unsupported_format(path: &str, version: &str) -> Self {
        Self::new(
            Code::UNSUPPORTED_FORMAT,
            format!("{path} has format version {version}, and guard reads 0.1, 0.2 and 1.x"),
        )
        .label(Label::input(path, None, ""))
        .help("use a version of guard that knows this format")
    }

    /// The format version of a plan or state is none, and it is read all the same.
    pub fn odd_format(path: &str, version: &str) -> Self {
        Self::new(
            Code::UNSUPPORTED_FORMAT,
            format!("{path} has format version `{version}`, which is no version"),
        )
        .at(Level::Warning)
        .label(Label::input(path, None, ""))
        .note("it has the shape of a plan or state and is read as one")
    }

    /// Making the plan failed half-way.
    pub fn errored_plan(path: &str) -> Self {
        Self::new(
            Code::ERRORED_PLAN,
            format!("{path} is a plan that failed half-way"),
        )
        .label(Label::input(path, None, "`errored` is true"))
        .note("what failed, and all that depends on it, is missing from the plan")
        .help("mend what `terraform plan` complains of and make the plan anew")
    }

    /// A plan does not hold everything that will exist.
    ///
    /// `untouched` instances are only in its prior state; `deferred` changes, some of them
    /// `named`, were put off. `allowed` if somebody said that this is all right.
    pub fn partial_plan(
        path: &str,
        untouched: usize,
        deferred: usize,
        named: &[String],
        allowed: bool,
    ) -> Self {
        let mut finding = Self::new(
            Code::PARTIAL_PLAN,
            format!("{path} is a partial plan: it does not hold everything that will exist"),
        )
        .label(Label::input(path, None, ""));
        if untouched > 0 {
            let counted = if allowed {
                "and counted as they are there"
            } else {
                "and not counted"
            };
            finding = finding.note(format!(
                "instances that the plan does not touch (`-target`): {untouched}, known from the prior state {counted}"
            ));
        }
        if deferred > 0 {
            let named = if named.is_empty() {
                String::new()
            } else {
                format!(": {}", named.join(", "))
            };
            finding = finding.note(format!(
                "changes put off to a later run: {deferred}, not counted{named}"
            ));
        }
        if allowed {
            finding.at(Level::Warning)
        } else {
            finding.help(
                "plan without `-target`, or say `--allow-partial`: then what is known is judged",
            )
        }
    }

    /// A plan in which HCP Terraform left out what is secret, addresses too.
    pub fn redacted_plan(path: &str) -> Self {
        Self::new(Code::REDACTED_PLAN, format!("{path} is a redacted plan: addresses in it are `(sensitive value)`"))
            .label(Label::input(path, None, ""))
            .help("give guard the full plan; HCP Terraform has it as `json-output`, not `json-output-redacted`")
    }

    /// A change of an instance in words that this version does not know.
    pub fn unknown_action(root: &str, address: &str, words: &str) -> Self {
        Self::new(
            Code::UNKNOWN_ACTION,
            format!("{address} is planned to `{words}`, which guard does not know"),
        )
        .label(Label::instance(root, address, "", ""))
        .note("what will exist after that cannot be told")
        .help("use a version of guard that knows it")
    }

    /// An entry of a mode that this version does not know.
    pub fn unknown_mode(root: &str, address: &str, mode: &str) -> Self {
        Self::new(
            Code::UNKNOWN_ACTION,
            format!("{address} is of the mode `{mode}`, which guard does not know"),
        )
        .label(Label::instance(root, address, "", ""))
        .note("whether it will exist cannot be told")
        .help("use a version of guard that knows it")
    }

    /// An entry of a plan that does not say enough: `what` is missing.
    pub fn incomplete_resource(
        path: &str,
        byte: Option<u64>,
        address: Option<&str>,
        what: &str,
    ) -> Self {
        let whose = address.unwrap_or("a resource");
        Self::new(
            Code::INCOMPLETE_RESOURCE,
            format!("{whose} in {path} has no {what}"),
        )
        .label(Label::input(path, byte, ""))
        .note("what it is, or what becomes of it, cannot be told; Terraform always writes it")
    }

    /// One address, named by entries that differ.
    pub fn duplicate_address(root: &str, address: &str) -> Self {
        Self::new(
            Code::DUPLICATE_ADDRESS,
            format!("{address} is there more than once, each time different"),
        )
        .label(Label::instance(root, address, "", ""))
        .note("which entry is true cannot be told")
    }

    /// A state whose attributes are in a form that is not read.
    pub fn flat_state(path: &str, address: &str) -> Self {
        Self::new(
            Code::BAD_INPUT,
            format!("{path} holds attributes in the form of Terraform 0.11"),
        )
        .label(Label::input(path, None, ""))
        .note(format!("of {address}, for example"))
        .help("give guard what `terraform show -json` prints of this state")
    }

    /// A check of the configuration failed, of which Terraform only warns.
    pub fn failed_check(path: &str, name: &str, problems: &[&str]) -> Self {
        let name = if name.is_empty() { "a check" } else { name };
        let finding = Self::new(Code::FAILED_CHECK, format!("{name} failed in {path}"))
            .label(Label::input(path, None, ""));
        problems
            .iter()
            .take(5)
            .fold(finding, |finding, problem| finding.note(*problem))
    }

    /// A plan without changes, so that only its planned values tell what will be.
    pub fn planned_values_only(path: &str, count: usize, configured: bool) -> Self {
        let finding = Self::new(
            Code::PLANNED_VALUES_ONLY,
            format!(
                "{path} has no `resource_changes`: {} read from `planned_values`",
                instances(count)
            ),
        )
        .label(Label::input(path, None, ""))
        .note("they do not tell what is new, and leave out what is known only after apply");
        if configured {
            finding.note("what is configured and left out is taken for unknown")
        } else {
            finding.note(
                "there is no `configuration` either, so whatever is left out is taken for unknown",
            )
        }
    }

    /// Instances that a plan's changes do not mention.
    pub fn planned_values_beside(path: &str, count: usize) -> Self {
        Self::new(
            Code::PLANNED_VALUES_ONLY,
            format!(
                "{path} has {} in `planned_values` that `resource_changes` does not mention",
                instances(count)
            ),
        )
        .label(Label::input(path, None, ""))
        .note("they are counted; Terraform writes every instance in both places")
    }

    /// A plan that only refreshes.
    pub fn refresh_only_plan(path: &str, count: usize, allowed: bool) -> Self {
        let what = if allowed {
            format!("{} read from its prior state", instances(count))
        } else {
            format!("{} only in its prior state", instances(count))
        };
        let finding = Self::new(
            Code::REFRESH_ONLY_PLAN,
            format!("{path} plans no changes (`-refresh-only`): {what}"),
        )
        .label(Label::input(path, None, ""));
        if allowed {
            finding.at(Level::Note)
        } else {
            finding
                .help("judge what exists: `terraform show -json > state.json`, and give guard that")
                .help("or say `--allow-partial`: then the prior state in the plan is judged")
        }
    }

    /// A plan that removes everything.
    pub fn destroy_plan(path: &str, count: usize) -> Self {
        Self::new(
            Code::DESTROY_PLAN,
            format!(
                "{path} is a destroy plan: {} removed, nothing stays",
                instances(count)
            ),
        )
        .label(Label::input(path, None, ""))
    }

    /// A plan or state without any instance.
    pub fn no_resources(path: &str, what: &str) -> Self {
        let finding = Self::new(
            Code::NO_RESOURCES,
            format!("{path} is a {what} without resources"),
        )
        .label(Label::input(path, None, ""));
        if what == "state" {
            finding
                .at(Level::Warning)
                .help("make sure that it is the state of the right root and workspace")
        } else {
            finding
        }
    }
}
