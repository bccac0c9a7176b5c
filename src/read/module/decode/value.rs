//! `variable`, `locals`, `output`.

use super::Decoder;
use crate::finding::{Finding, Label as Place};
use crate::lang::{TypeConstraint, convert, parse_alone, type_constraint};
use crate::read::module::body::{Block, Body};
use crate::read::module::config::{Local, Output, Variable};
use crate::source::SourceFile;

/// Names that a module call uses for itself.
const RESERVED: [&str; 8] = [
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "locals",
    "providers",
    "source",
    "version",
];

impl Decoder {
    pub(super) fn variable(&mut self, block: Block) {
        let Some(label) = block.labels.first() else {
            return;
        };
        let Some(name) = self.name(label) else { return };
        if RESERVED.contains(&&*name) {
            self.findings.add(Finding::bad_configuration(
                format!("invalid variable name: `{name}` is reserved, because a module call uses it for itself"),
                Place::source(label.span.clone(), ""),
            ));
        }
        if !self.declare("variable", &name, &block.header) {
            return;
        }
        let known = [
            "const",
            "default",
            "deprecated",
            "description",
            "ephemeral",
            "nullable",
            "sensitive",
            "type",
        ];
        self.only(&block.body, &known, &["validation"]);
        let constraint = self.constraint(&block.body);
        let is_nullable = self.flag(&block.body, "nullable").unwrap_or(true);
        let mut variable = Variable {
            header: block.header.clone(),
            // Without a type the text is taken as it is, with `any` it is read.
            takes_expressions: constraint
                .as_ref()
                .is_some_and(|constraint| !constraint.as_type().is_primitive()),
            constraint: constraint.unwrap_or(TypeConstraint::any()),
            default: None,
            default_at: block.body.value("default").map(|default| default.span()),
            is_sensitive: self.flag(&block.body, "sensitive").unwrap_or(false),
            is_ephemeral: self.flag(&block.body, "ephemeral").unwrap_or(false),
            is_nullable,
            validations: self.conditions(&block.body, "validation"),
        };
        self.default(&name, &block.body, &mut variable);
        self.variables.insert(name, variable);
    }

    fn constraint(&mut self, body: &Body) -> Option<TypeConstraint> {
        let expr = body.value("type")?;
        // JSON syntax has the type in a string.
        let is_json = expr.file().path().ends_with(".json");
        let parsed = match expr.as_literal().and_then(|text| text.as_str()) {
            Some(text) if is_json => parse_alone(&SourceFile::new(expr.file().path(), text))
                .map_err(|error| error.elsewhere().at(expr.span())),
            _ => Ok(expr.clone()),
        };
        let constraint = parsed.and_then(|parsed| type_constraint(&parsed));
        constraint
            .map_err(|error| self.findings.add(Finding::bad_expression(&error, &[])))
            .ok()
    }

    fn default(&mut self, name: &str, body: &Body, variable: &mut Variable) {
        let Some(expr) = body.value("default") else {
            return;
        };
        let Some(value) = self.constant(expr) else {
            return;
        };
        let wrong = |why: &str| {
            let message = format!(
                "invalid default value for variable: the default of `{name}` does not fit its type: {why}"
            );
            Finding::bad_variable(message, Place::source(expr.span(), ""))
        };
        if value.is_null() && !variable.is_nullable {
            self.findings
                .add(wrong("it is null, and `nullable` is false"));
            return;
        }
        let converted = if value.is_null() {
            convert(&value, variable.constraint.as_type())
        } else {
            variable.constraint.convert(&value)
        };
        match converted {
            Ok(value) => variable.default = Some(value),
            Err(why) => self.findings.add(wrong(&why)),
        }
    }

    pub(super) fn locals(&mut self, block: Block) {
        self.no_blocks(&block);
        for attribute in block.body.attributes {
            let name_at = attribute.name_span();
            if self.declare("local value", &attribute.name, &name_at) {
                let local = Local {
                    value: attribute.value,
                    refs: Box::default(),
                };
                self.locals.insert(attribute.name, local);
            }
        }
    }

    fn no_blocks(&mut self, block: &Block) {
        for nested in &block.body.blocks {
            self.findings.add(Finding::bad_configuration(
                format!(
                    "unexpected block `{}`: blocks are not allowed here",
                    nested.kind
                ),
                Place::source(nested.header.clone(), ""),
            ));
        }
    }

    pub(super) fn output(&mut self, block: Block) {
        let Some(label) = block.labels.first() else {
            return;
        };
        let Some(name) = self.name(label) else { return };
        if !self.declare("output", &name, &block.header) {
            return;
        }
        let known = [
            "depends_on",
            "deprecated",
            "description",
            "ephemeral",
            "sensitive",
            "type",
            "value",
        ];
        self.only(&block.body, &known, &["precondition"]);
        if block.body.attribute("value").is_none() {
            self.missing("value", &block.header);
        }
        let output = Output {
            value: block.body.value("value").cloned(),
            is_sensitive: self.flag(&block.body, "sensitive").unwrap_or(false),
            is_ephemeral: self.flag(&block.body, "ephemeral").unwrap_or(false),
            preconditions: self.conditions(&block.body, "precondition"),
            depends_on: block.body.value("depends_on").cloned(),
            refs: Box::default(),
            header: block.header,
        };
        self.outputs.insert(name, output);
    }
}
