//! What is told of a configuration, and where.

use crate::finding::{Finding, Place};
use crate::read::module::{Evaluated, Options, Root, read_root};
use crate::read::{AttributeSet, Instance, Interest};
use crate::source::repository::InMemory;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

/// Wants a few attributes of every type.
pub(super) struct Few;

impl Interest for Few {
    fn attributes(&self, _: &str) -> Option<&AttributeSet> {
        static SET: LazyLock<AttributeSet> =
            LazyLock::new(|| AttributeSet::new(["size", "disk", "template", "input"]));
        Some(&SET)
    }

    fn looks_at(&self, _: &str) -> BTreeSet<Arc<str>> {
        BTreeSet::from(["a_template".into()])
    }
}

pub(super) fn with_root<T>(
    files: &[(&str, &str)],
    look: impl FnOnce(&Root<'_>, Evaluated<Instance>) -> T,
) -> T {
    let tree = InMemory::new(files.iter().copied());
    let root = read_root(&tree, "", &Options::default()).unwrap();
    let evaluated = root.evaluate(&Few, 1, || |instance| instance);
    look(&root, evaluated)
}

/// `file:line:column` of a place, or what it is called.
pub(super) fn at(place: &Place) -> String {
    match place {
        Place::Source(span) => span.to_string(),
        Place::Input { path, .. } => path.clone(),
        Place::Instance { address, .. } => address.clone(),
    }
}

/// One line for each finding, with its labels.
fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        let labels = finding
            .labels
            .iter()
            .map(|label| match label.text.as_str() {
                "" => at(&label.place),
                text => format!("{} {text}", at(&label.place)),
            });
        let labels = labels.collect::<Vec<_>>().join("; ");
        format!(
            "{:?} {}: {} [{labels}]",
            finding.level, finding.code, finding.message
        )
    };
    findings.iter().map(line).collect()
}

fn check(files: &[(&str, &str)], expected: &[&str]) {
    let found = with_root(files, |_, evaluated| lines(&evaluated.findings));
    assert_eq!(found, expected, "{found:#?}");
}

#[test]
fn a_cycle_is_told_with_all_its_places() {
    check(
        &[("main.tf", "locals {\n  a = local.b\n  b = [local.a]\n}\n")],
        &[
            "Fatal bad-configuration: cycle: local.a refers to itself, through local.b [main.tf:3:8 local.b needs local.a; main.tf:2:7 local.a needs local.b]",
        ],
    );
}

#[test]
fn an_error_in_a_module_is_told_once() {
    check(
        &[
            (
                "main.tf",
                "module \"m\" {\n  source   = \"./m\"\n  for_each = toset([\"a\", \"b\"])\n}\n",
            ),
            ("m/main.tf", "locals {\n  x = { a = 1 }[\"b\"]\n}\n"),
        ],
        &[
            "Fatal bad-expression: invalid index: the given key does not identify an element in this collection value [m/main.tf:2:16]",
        ],
    );
}

#[test]
fn names_that_are_nearly_right_are_suggested() {
    let help = with_root(
        &[(
            "main.tf",
            "variable \"size\" { default = 1 }\nlocals { x = var.sise }\n",
        )],
        |_, evaluated| {
            evaluated
                .findings
                .first()
                .map(|finding| finding.help.clone())
        },
    );
    assert_eq!(help, Some(vec!["did you mean `size`?".to_owned()]));
}

#[test]
fn a_failing_validation_leads_to_the_argument_in_the_root() {
    check(
        &[
            (
                "main.tf",
                "module \"a\" {\n  source = \"./a\"\n  iops   = 10000\n}\n",
            ),
            (
                "a/main.tf",
                "variable \"iops\" {}\nmodule \"b\" {\n  source = \"../b\"\n  x      = var.iops\n}\n",
            ),
            (
                "b/main.tf",
                "variable \"x\" {\n  validation {\n    condition     = var.x < 10000\n    error_message = \"IOPS request exceeds standard sales tier. Engineering VP approval required.\"\n  }\n}\n",
            ),
        ],
        &[
            "Error failed-condition: invalid value for variable module.a.module.b.var.x: IOPS request exceeds standard sales tier. Engineering VP approval required [main.tf:3:12 `iops` of the module call `a`; a/main.tf:4:12 `x` of the module call `a.b`; b/main.tf:3:21 this is false]",
        ],
    );
}

#[test]
fn a_validation_in_a_module_call_is_told_where_it_belongs() {
    let module = "module \"m\" {\n  source = \"./m\"\n  x      = 1\n  validation {\n    condition     = var.x < 3\n    error_message = \"x\"\n  }\n}\n";
    let files = [("main.tf", module), ("m/main.tf", "variable \"x\" {}\n")];
    check(
        &files,
        &[
            "Fatal bad-configuration: unsupported block type: a block `validation` is not expected in a module call [main.tf:4:3]",
        ],
    );
}

#[test]
fn what_is_missing_or_too_much_in_a_call_is_told() {
    check(
        &[
            (
                "main.tf",
                "module \"m\" {\n  source = \"./m\"\n  sise   = 1\n}\n",
            ),
            ("m/main.tf", "variable \"size\" {}\n"),
        ],
        &[
            "Fatal bad-configuration: unsupported argument: the module `m` has no variable `sise` [main.tf:3:3]",
            "Fatal bad-configuration: missing required argument: the module `m` needs a value for `size` [main.tf:1:1 it is not set here; m/main.tf:1:1 declared here without a default]",
        ],
    );
}

#[test]
fn a_value_of_the_wrong_type_is_told_where_it_is_given() {
    check(
        &[
            ("main.tf", "variable \"n\" { type = number }\n"),
            ("terraform.tfvars", "n = [1]\nm = 2\n"),
        ],
        &[
            "Warning undeclared-variable: a value for the variable `m`, which the root module does not declare [terraform.tfvars:2:1]",
            "Fatal bad-variable: invalid value for input variable: var.n cannot be this: number required [terraform.tfvars:1:5; main.tf:1:1 declared here]",
        ],
    );
}

#[test]
fn text_that_is_no_configuration_is_told() {
    check(
        &[
            ("main.tf", "locals {\n  a = \n}\n"),
            ("b.tf", "locals { b = local.a }\n"),
        ],
        &[
            "Fatal bad-configuration: invalid expression: expected the start of an expression, but found an invalid expression token [main.tf:2:7]",
        ],
    );
}

#[test]
fn secrets_are_not_told() {
    let files = [(
        "main.tf",
        "variable \"s\" {\n  sensitive = true\n  default   = \"hunter2\"\n  validation {\n    condition     = length(var.s) > 20\n    error_message = \"${var.s} is too short\"\n  }\n}\nresource \"a\" \"b\" {\n  size = tonumber(var.s)\n  tags = { a = var.s }\n}\n",
    )];
    with_root(&files, |_, evaluated| {
        assert!(!evaluated.findings.is_empty());
        let told = format!("{:?} {:?}", evaluated.findings, evaluated.rows);
        assert!(!told.contains("hunter2"), "{told}");
    });
}
