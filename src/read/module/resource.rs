//! Resources, outputs and providers of a module instance -> their values.

use super::conditions::is_shown_secret;
use super::config::{Provider, Resource};
use super::expand;
use super::frame::{Defaults, Expanded, Frame, Made, What};
use super::names::Names;
use super::parts::{Part, Parts, marks_of, open};
use super::run::{Run, provider_of};
use super::shapes::takes_default_tags;
use crate::finding::{Finding, Label};
use crate::lang::{Marks, Members, Type, Value, convert};
use crate::read::Key;
use crate::read::address::Mode;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

impl<'c> Run<'c> {
    /// All instances of a resource, for those that refer to it.
    pub(super) fn expanded(&self, frame: &Rc<Frame<'c>>, resource: &Resource) -> Expanded {
        let own = own_address(resource);
        let turns = self.turns(frame, resource.repeat.as_ref(), 1, &|| {
            frame.address_of(&own)
        });
        let instances = turns.iter().map(|instance| {
            let mut made = self.made(frame, resource, instance);
            let address = Arc::from(frame.address_of(&keyed(&own, made.key.as_ref())));
            made.value = open(&address, "", &made.parts);
            if resource.mode == Mode::Ephemeral {
                made.value = made.value.with_marks(Marks::EPHEMERAL);
            }
            made
        });
        Expanded {
            shape: turns.shape(),
            instances: instances.collect(),
            whole: OnceCell::new(),
            is_deferred: false,
        }
    }

    /// One instance of a resource, without what it is to others.
    pub(super) fn made(
        &self,
        frame: &Rc<Frame<'c>>,
        resource: &Resource,
        instance: expand::Instance,
    ) -> Made {
        let names = Names::of(self, frame).at(&instance.turn);
        let mut parts = self.parts(&resource.body, &names);
        if resource.mode == Mode::Managed {
            self.check_lasting(resource, &parts);
        }
        self.add_defaults(frame, resource, &mut parts);
        Made {
            key: instance.key.clone(),
            copies: frame.copies.times(instance.copies),
            parts,
            value: Value::unknown(),
            turn: instance.turn,
        }
    }

    /// What is kept in a state must outlast the run.
    fn check_lasting(&self, resource: &Resource, parts: &Parts) {
        for (name, part) in parts {
            // Arguments that are only ever written end like this.
            if !name.ends_with("_wo") && marks_of(part).contains(Marks::EPHEMERAL) {
                let at = match resource.body.value(name) {
                    Some(value) => Label::source(value.span(), ""),
                    None => Label::source(resource.header.clone(), "in this block"),
                };
                self.tell(Finding::bad_configuration(
                    format!("invalid use of ephemeral value: `{name}` of a resource is kept in the state"),
                    at,
                ));
            }
        }
    }

    /// What the provider adds: the aws provider its default tags, the google one its labels.
    fn add_defaults(&self, frame: &Rc<Frame<'c>>, resource: &Resource, parts: &mut Parts) {
        let of = &*resource.resource_type;
        let (own, all, is_given) = if of.starts_with("aws_") {
            ("tags", &["tags_all"][..], takes_default_tags(of))
        } else if of.starts_with("google_") {
            (
                "labels",
                &["terraform_labels", "effective_labels"][..],
                false,
            )
        } else {
            return;
        };
        let defaults = provider_of(frame, &resource.provider)
            .and_then(|(frame, at)| frame.providers.get(at).cloned());
        let defaults = defaults.as_ref().and_then(|defaults| match own {
            "tags" => defaults.tags.as_ref(),
            _ => defaults.labels.as_ref(),
        });
        let set = match parts.get(own) {
            Some(Part::Value(value)) => Some(value),
            _ => None,
        };
        let merged = match (defaults, set) {
            (None, None) => return,
            // What takes no tags of its own gets none.
            (Some(_), None) if !is_given => return,
            (defaults, set) => merge(defaults, set),
        };
        for name in all {
            parts.insert(Arc::from(*name), Part::Value(merged.clone()));
        }
    }

    pub(super) fn defaults(&self, provider: &Provider, names: &Names<'_, 'c>) -> Defaults {
        // OpenTofu's providers with `for_each` know `each` only where a resource chooses one.
        if provider.body.attribute("for_each").is_some() {
            return Defaults {
                tags: Some(Value::unknown()),
                labels: Some(Value::unknown()),
            };
        }
        let parts = self.parts(&provider.body, names);
        let value = |part: Option<&Part>| match part {
            Some(Part::Value(value)) => Some(value.clone()),
            Some(Part::Unknown) => Some(Value::unknown()),
            _ => None,
        };
        Defaults {
            tags: match parts.get("default_tags") {
                Some(Part::Blocks(blocks)) => {
                    value(blocks.first().and_then(|block| block.get("tags")))
                }
                other => value(other),
            },
            labels: value(parts.get("default_labels")),
        }
    }

    pub(super) fn output(&self, frame: &Rc<Frame<'c>>, at: usize) -> Value {
        let names = Names::of(self, frame);
        let Some(output) = frame.module.outputs.get(at) else {
            return Value::unknown();
        };
        let value = output
            .value
            .as_ref()
            .and_then(|value| self.eval(value, &names));
        let Some(value) = value else {
            return Value::unknown();
        };
        if frame.caller.is_none() && is_shown_secret(&value, output.is_sensitive) {
            let at = output
                .value
                .as_ref()
                .map_or_else(|| output.header.clone(), |value| value.span());
            self.tell(
                Finding::bad_configuration(
                    "output refers to sensitive values: a root output shows them only where it says `sensitive = true`",
                    Label::source(at, ""),
                )
                .label(Label::source(output.header.clone(), "this output")),
            );
        }
        if value.deep_marks().contains(Marks::EPHEMERAL) && !output.is_ephemeral {
            let message = format!(
                "ephemeral value not allowed: {} does not say `ephemeral = true`",
                frame.name_of(What::Output(at))
            );
            let label = Label::source(output.header.clone(), "this output");
            self.tell(Finding::bad_configuration(message, label));
        }
        let mut marks = Marks::NONE;
        if output.is_sensitive {
            marks |= Marks::SENSITIVE;
        }
        if output.is_ephemeral {
            marks |= Marks::EPHEMERAL;
        }
        value.with_marks(marks)
    }
}

/// `aws_instance.api`, `data.aws_ami.linux`
pub(super) fn own_address(resource: &Resource) -> String {
    super::config::resource_key(resource.mode, &resource.resource_type, &resource.name)
}

/// An address with its key.
pub(super) fn keyed(address: &str, key: Option<&Key>) -> String {
    match key {
        Some(key) => format!("{address}[{key}]"),
        None => address.to_owned(),
    }
}

/// Tags of a provider, overridden by those of a resource.
fn merge(defaults: Option<&Value>, set: Option<&Value>) -> Value {
    let known = |value: Option<&Value>| match value {
        None => Some(Members::new()),
        Some(value) if value.is_null() => Some(Members::new()),
        Some(value) => value.entries().cloned(),
    };
    let (Some(mut merged), Some(own)) = (known(defaults), known(set)) else {
        return Value::unknown();
    };
    let marks = |value: Option<&Value>| value.map_or(Marks::NONE, Value::marks);
    let marks = marks(defaults) | marks(set);
    merged.extend(own);
    // Tags are text, whatever they are written as.
    let texts = merged.into_iter().map(|(name, value)| {
        let text = convert(&value, &Type::String).unwrap_or(value);
        (name, text)
    });
    Value::object(texts.filter(|(_, value)| !value.is_null()).collect()).with_marks(marks)
}
