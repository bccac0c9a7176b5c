//! The values of input variables: which of several counts, and what the declaration makes of it.

use super::body::{Attribute, Body, native};
use super::config::{Module, Variable};
use super::decode::Constants;
use super::files::{utf8, value_files, within};
use super::findings::Findings;
use super::json::{self, Schema};
use crate::finding::{Finding, Label};
use crate::lang::{Marks, Value, convert, eval, parse_alone};
use crate::source::SourceFile;
use crate::source::hcl::nearest;
use crate::source::repository::Tree;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values for input variables from outside of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What `TF_VAR_NAME` says, by NAME.
    pub environment: BTreeMap<String, String>,
    /// `--var` and `--var-file`, in their order.
    pub arguments: Vec<Argument>,
    /// Whether several roots get them, so that one need not declare all that the command line gives.
    pub is_shared: bool,
}

/// An argument of the command line that gives values.
#[derive(Clone, Debug)]
pub enum Argument {
    /// `--var NAME=TEXT`
    Variable(String, String),
    /// `--var-file FILE`
    File(SourceFile),
}

/// The largest file of values, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// A value and who gives it.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) value: Value,
    pub(super) at: Label,
}

/// What is given for the variables of a root; later sources win, as in Terraform.
pub(super) fn gather(
    tree: &dyn Tree,
    root: &Module,
    given: &Given,
    findings: &mut Findings,
) -> BTreeMap<Arc<str>, Input> {
    let mut gathered = Gathered {
        root,
        inputs: BTreeMap::new(),
        passes_over: false,
        findings,
    };
    for (name, text) in &given.environment {
        if root.variables.find(name).is_some() {
            let at = Label::input(format!("TF_VAR_{name}"), None, "");
            gathered.text(name, text, at);
        }
    }
    let entries = tree.entries(&root.folder).unwrap_or_default();
    for name in value_files(&entries) {
        gathered.path(tree, &within(&root.folder, name));
    }
    gathered.passes_over = given.is_shared;
    for argument in &given.arguments {
        match argument {
            Argument::Variable(name, text) => {
                let at = Label::input(format!("--var {name}"), None, "");
                if root.variables.find(name).is_some() {
                    gathered.text(name, text, at);
                } else if !given.is_shared {
                    gathered.findings.add(Finding::bad_variable(
                        format!("value for undeclared variable: `--var {name}` names a variable that the root module does not declare"),
                        at,
                    ));
                }
            }
            Argument::File(file) => gathered.file(file),
        }
    }
    gathered.inputs
}

struct Gathered<'a> {
    root: &'a Module,
    inputs: BTreeMap<Arc<str>, Input>,
    /// Whether values for what the root does not declare are all right.
    passes_over: bool,
    findings: &'a mut Findings,
}

impl Gathered<'_> {
    fn path(&mut self, tree: &dyn Tree, path: &str) {
        let shown = tree.shown(path);
        let bytes = tree.read(path, MAX_FILE).map_err(|error| error.to_string());
        match bytes.and_then(utf8) {
            Ok(text) => self.file(&SourceFile::new(shown, text)),
            Err(why) => self.findings.add(Finding::unreadable_input(&shown, &why)),
        }
    }

    fn file(&mut self, file: &SourceFile) {
        let body = if file.path().ends_with(".json") {
            json::body(file, &Schema::Literals, self.findings)
        } else {
            native(file, self.findings)
        };
        let Some(Body { attributes, blocks }) = body else {
            return;
        };
        for block in blocks {
            self.findings.add(Finding::bad_configuration(
                format!(
                    "unexpected block `{}`: a file of values has `name = value` and nothing else",
                    block.kind
                ),
                Label::source(block.header, ""),
            ));
        }
        for attribute in attributes {
            self.attribute(&attribute);
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        let name = &attribute.name;
        if self.root.variables.find(name).is_none() {
            if self.passes_over {
                return;
            }
            let near = nearest(name, self.root.variables.names());
            let at = Label::source(attribute.name_span(), "");
            self.findings
                .add(Finding::undeclared_variable(name, at, near));
            return;
        }
        match eval(&attribute.value, &Constants) {
            Ok(value) => {
                let at = Label::source(attribute.value.span(), "");
                self.inputs.insert(Arc::clone(name), Input { value, at });
            }
            Err(error) => self.findings.add(Finding::bad_expression(&error, &[])),
        }
    }

    /// Text from the environment or the command line.
    fn text(&mut self, name: &str, text: &str, at: Label) {
        let variables = &self.root.variables;
        let Some(variable) = variables.find(name).and_then(|at| variables.get(at)) else {
            return;
        };
        let value = if variable.takes_expressions {
            let file = SourceFile::new(format!("<value for var.{name}>"), text);
            parse_alone(&file).and_then(|expr| eval(&expr, &Constants))
        } else {
            Ok(Value::text(text))
        };
        match value {
            Ok(value) => {
                self.inputs.insert(Arc::from(name), Input { value, at });
            }
            Err(error) => self.findings.add(Finding::bad_variable(
                format!("invalid value for input variable: the text given for `{name}` is no expression of its type: {}", error.summary()),
                at,
            )),
        }
    }
}

/// What a variable is, given a value or none.
///
/// # Errors
///
/// Why it cannot be that, as part of a sentence.
pub(super) fn prepare(variable: &Variable, given: Option<&Value>) -> Result<Value, String> {
    let wanted = variable.constraint.as_type();
    let value = match (given, &variable.default) {
        (Some(value), _) if value.is_null() => convert(value, wanted)?,
        (Some(value), _) => variable.constraint.convert(value)?,
        (None, Some(default)) => default.clone(),
        // The default could not be read, which was told.
        (None, None) if variable.default_at.is_some() => Value::unknown(),
        (None, None) => return Err("it is not set, and has no default".to_owned()),
    };
    let value = match &variable.default {
        Some(default) if value.is_null() && !variable.is_nullable => default.clone(),
        None if value.is_null() && !variable.is_nullable => {
            return Err("it may not be null".to_owned());
        }
        _ => value,
    };
    let mut marks = Marks::NONE;
    if variable.is_sensitive {
        marks |= Marks::SENSITIVE;
    }
    if variable.is_ephemeral {
        marks |= Marks::EPHEMERAL;
    }
    Ok(value.with_marks(marks))
}
