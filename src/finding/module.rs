//! Findings about Terraform configuration: what Terraform would refuse too, and what cannot be
//! known without it.

use super::{Code, Finding, Label, Level};
use crate::lang::LangError;
use crate::source::Span;

impl Finding {
    /// Text that is no configuration at all.
    pub fn bad_syntax(at: &Span, why: &str) -> Self {
        Self::new(
            Code::BAD_CONFIGURATION,
            format!("this is not Terraform configuration: {}", one_line(why)),
        )
        .label(Label::source(at.clone(), ""))
    }

    /// Something in a configuration that Terraform refuses.
    pub fn bad_configuration(message: impl Into<String>, at: Label) -> Self {
        Self::new(Code::BAD_CONFIGURATION, message).label(at)
    }

    /// Text that Terraform does not take.
    pub fn syntax_error(error: &LangError) -> Self {
        Self::of_error(Code::BAD_CONFIGURATION, error)
    }

    /// An expression without a value; `within` are the module instances that lead to it.
    pub fn bad_expression(error: &LangError, within: &[String]) -> Self {
        let finding = Self::of_error(Code::BAD_EXPRESSION, error);
        within
            .iter()
            .fold(finding, |finding, line| finding.note(line))
    }

    fn of_error(code: Code, error: &LangError) -> Self {
        let mut lines = error.detail().lines();
        let first = lines.next().unwrap_or("");
        let message = format!("{}: {}", lower(error.summary()), sentence(first));
        let mut finding = Self::new(code, message);
        if let Some(span) = error.span() {
            finding = finding.label(Label::source(span.clone(), ""));
        }
        for line in lines.filter(|line| !line.trim().is_empty()) {
            finding = finding.note(line.trim());
        }
        if error.is_gap() {
            finding = finding
                .note("Terraform may take this text; guard's parser does not, and does not guess");
        }
        finding
    }

    /// An input variable that has no value, or one that does not fit.
    pub fn bad_variable(message: impl Into<String>, at: Label) -> Self {
        Self::new(Code::BAD_VARIABLE, message).label(at)
    }

    /// A value for a variable that the root does not declare.
    pub fn undeclared_variable(name: &str, at: Label, near: Option<&str>) -> Self {
        let finding = Self::new(
            Code::UNDECLARED_VARIABLE,
            format!("a value for the variable `{name}`, which the root module does not declare"),
        )
        .label(at);
        match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        }
    }

    /// A validation or a condition that fails; `message` is its own.
    pub fn failed_condition(kind: &str, subject: &str, message: &str, at: Label) -> Self {
        let mut lines = message
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or("it has no error message");
        let finding = Self::new(
            Code::FAILED_CONDITION,
            format!("{subject}: {}", sentence(first)),
        )
        .label(at)
        .note(format!("this is the `error_message` of its {kind}"));
        lines.fold(finding, |finding, line| finding.note(line))
    }

    /// An assertion of a `check` block that fails; `message` is its own.
    pub fn failed_assertion(name: &str, message: &str, at: Label) -> Self {
        let mut lines = message
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or("it has no error message");
        let finding = Self::new(
            Code::FAILED_CHECK,
            format!("check `{name}` fails: {}", sentence(first)),
        )
        .label(at);
        lines.fold(finding, |finding, line| finding.note(line))
    }

    /// A number of instances that is not known before apply.
    pub fn unknown_number(subject: &str, argument: &str, at: Label, because: &[String]) -> Self {
        let finding = Self::new(
            Code::UNKNOWN_NUMBER,
            format!(
                "{subject}: how many there will be is not known, because its `{argument}` is not"
            ),
        )
        .label(at);
        let finding = because.iter().fold(finding, |finding, what| {
            finding.note(format!("it depends on {what}"))
        });
        finding.help("give it a value that is known before apply, or measure the plan: `terraform show -json plan.tfplan`")
    }

    /// A module that is called and whose files are not here.
    pub fn module_not_read(address: &str, source: &str, why: &str, at: Label) -> Self {
        Self::new(
            Code::MODULE_NOT_READ,
            format!("{address}: the module `{source}` was not read: {why}"),
        )
        .label(at)
        .note("what it asks for is not known")
    }

    /// A folder of configuration that no root calls, and that is no root.
    pub fn module_not_called(folder: &str) -> Self {
        Self::new(
            Code::MODULE_NOT_CALLED,
            format!("{folder} was not read: it is a module that no root calls"),
        )
        .label(Label::input(folder, None, ""))
        .help("name the folder itself to have it read as a root")
    }

    /// A folder whose inputs come from Terragrunt.
    pub fn terragrunt(folder: &str, at: Label) -> Self {
        Self::new(
            Code::TERRAGRUNT,
            format!("{folder} is a Terragrunt unit: its inputs and its source are in `terragrunt.hcl`, which guard does not run"),
        )
        .label(at)
        .help(format!(
            "measure its plan: `terragrunt plan -out plan.tfplan && terragrunt show -json plan.tfplan > plan.json`, then `guard {folder}=plan.json`"
        ))
    }

    /// A configuration that asks for more work than any honest one.
    pub fn too_large_configuration(message: impl Into<String>, at: Option<Label>) -> Self {
        let finding = Self::new(Code::TOO_LARGE_CONFIGURATION, message);
        match at {
            Some(at) => finding.label(at),
            None => finding,
        }
    }

    /// A folder without configuration.
    pub fn no_configuration(folder: &str) -> Self {
        Self::new(
            Code::NO_CONFIGURATION,
            format!("{folder} holds no Terraform configuration"),
        )
        .label(Label::input(folder, None, ""))
        .help("name a folder with `.tf` files, a file of one, or a plan as JSON")
    }

    /// A folder in which all configuration is made to be called.
    pub fn no_root(folder: &str) -> Self {
        Self::new(
            Code::NO_CONFIGURATION,
            format!("{folder} holds modules, and no root that calls them"),
        )
        .label(Label::input(folder, None, ""))
        .help("name the folder of a module to have it read as a root, or the folder of the roots that call it")
    }

    /// There is no configuration of a root where it was looked for.
    pub fn no_sources(root: &str, folder: &str) -> Self {
        Self::new(
            Code::NO_CONFIGURATION,
            format!(
                "no configuration of {root} was found in {folder}, so its findings have no lines"
            ),
        )
        .at(Level::Note)
        .label(Label::input(folder, None, ""))
        .help("name the folder from which the root's own name leads to its configuration")
    }

    /// Something else that is good to know of a configuration.
    pub fn configuration_note(message: impl Into<String>, at: Label) -> Self {
        Self::new(Code::BAD_CONFIGURATION, message)
            .label(at)
            .at(Level::Note)
    }
}

/// A sentence as the end of a line: no full stop, no capital at its beginning.
fn sentence(text: &str) -> String {
    let text = text.trim();
    lower(text.strip_suffix('.').unwrap_or(text))
}

/// A text that does not begin with a capital, unless it is a name in capitals.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
