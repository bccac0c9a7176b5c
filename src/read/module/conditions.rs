//! `validation`, `precondition`, `postcondition`, `assert`: what must be true.

use super::config::{Condition, Ref, Resource};
use super::frame::{Frame, Made, What};
use super::names::Names;
use super::parts::open;
use super::places::trace_variable;
use super::run::Run;
use crate::finding::{Finding, Label};
use crate::lang::{LangError, Marks, Type, Value, convert};
use std::rc::Rc;
use std::sync::Arc;

impl<'c> Run<'c> {
    /// Checks everything in a module instance that is no resource's own.
    pub(super) fn check_frame(&self, frame: &Rc<Frame<'c>>) {
        let module = frame.module;
        let names = Names::of(self, frame);
        for (at, (_, variable)) in module.variables.iter().enumerate() {
            for validation in &variable.validations {
                self.require_all(frame, &validation.refs);
                let Some(message) = self.failing(validation, &names) else {
                    continue;
                };
                let subject = format!(
                    "invalid value for variable {}",
                    frame.name_of(What::Variable(at))
                );
                let name = module.variables.name(at);
                let places = trace_variable(self.config, self.inputs, &frame.address, name);
                let condition = Label::source(validation.condition.span(), "this is false");
                // Where it is given comes first, as far up as that can be told.
                let mut labels = places.into_iter().rev().chain(std::iter::once(condition));
                let Some(first) = labels.next() else { continue };
                let finding = Finding::failed_condition("validation", &subject, &message, first);
                let finding = labels.fold(finding, Finding::label);
                self.tell(finding);
            }
        }
        for (at, (_, output)) in module.outputs.iter().enumerate() {
            for precondition in &output.preconditions {
                self.require_all(frame, &precondition.refs);
                if let Some(message) = self.failing(precondition, &names) {
                    let subject = frame.name_of(What::Output(at));
                    self.tell(failed("precondition", &subject, &message, precondition));
                }
            }
        }
        for (name, check) in &module.checks {
            for assertion in &check.assertions {
                self.require_all(frame, &assertion.refs);
                if let Some(message) = self.failing(assertion, &names) {
                    let at = Label::source(assertion.condition.span(), "this is false");
                    let name = frame.address_of(name);
                    self.tell(Finding::failed_assertion(&name, &message, at));
                }
            }
        }
        for import in &module.imports {
            self.require_all(frame, &import.refs);
            let turns = self.turns(frame, import.repeat.as_ref(), 1, &|| "an import".to_owned());
            for instance in turns.iter() {
                for value in &import.values {
                    // Only its errors count.
                    drop(self.eval(value, &names.at(&instance.turn)));
                }
            }
        }
    }

    /// Checks the conditions of one instance of a resource.
    pub(super) fn check_instance(
        &self,
        resource: &Resource,
        address: &str,
        made: &Made,
        names: &Names<'_, 'c>,
    ) {
        for condition in &resource.preconditions {
            if let Some(message) = self.failing(condition, names) {
                self.tell(failed("precondition", address, &message, condition));
            }
        }
        if resource.postconditions.is_empty() {
            return;
        }
        let own = open(&Arc::from(address), "", &made.parts);
        let names = names.with_own(&own);
        for condition in &resource.postconditions {
            if let Some(message) = self.failing(condition, &names) {
                self.tell(failed("postcondition", address, &message, condition));
            }
        }
    }

    fn require_all(&self, frame: &Rc<Frame<'c>>, refs: &[Ref]) {
        for reference in refs {
            self.require_ref(frame, reference);
        }
    }

    /// The message of a condition that is known to be false.
    fn failing(&self, condition: &Condition, names: &Names<'_, 'c>) -> Option<String> {
        let value = self.eval(&condition.condition, names)?;
        let invalid = |detail: String| {
            let error = LangError::new("Invalid condition result", detail);
            self.complain(&error.at(condition.condition.span()), names);
        };
        if value.is_null() {
            invalid("Condition expression must return either true or false, not null.".to_owned());
            return None;
        }
        let value = match convert(&value, &Type::Bool) {
            Ok(value) => value,
            Err(why) => {
                invalid(format!("Invalid condition result value: {why}."));
                return None;
            }
        };
        if value.as_bool() != Some(false) {
            return None;
        }
        let hidden = || "its error message holds something secret".to_owned();
        let message = condition
            .message
            .as_ref()
            .and_then(|message| self.eval(message, names));
        Some(match message {
            Some(message) if message.deep_marks().contains(Marks::SENSITIVE) => hidden(),
            Some(message) => match convert(&message, &Type::String) {
                Ok(text) => text.as_str().map_or_else(
                    || "its error message is known only after apply".to_owned(),
                    str::to_owned,
                ),
                Err(_) => String::new(),
            },
            None => String::new(),
        })
    }
}

fn failed(kind: &str, subject: &str, message: &str, condition: &Condition) -> Finding {
    let at = Label::source(condition.condition.span(), "this is false");
    Finding::failed_condition(kind, subject, message, at)
}

/// Whether a value is secret and would be shown.
pub(super) fn is_shown_secret(value: &Value, is_sensitive: bool) -> bool {
    !is_sensitive && value.deep_marks().contains(Marks::SENSITIVE)
}
