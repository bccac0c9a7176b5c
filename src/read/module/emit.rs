//! A module instance -> its resource instances, handed out one by one.

use super::config::Resource;
use super::frame::{Frame, Made, What};
use super::load::Called;
use super::names::Names;
use super::parts::plain;
use super::resource::{keyed, own_address};
use super::run::{Run, everything, provider_of};
use crate::finding::{Finding, Label};
use crate::lang::Value;
use crate::read::address::Mode;
use crate::read::{AttributeSet, Change, Instance, Interest, Origin};
use std::rc::Rc;
use std::sync::Arc;

/// The resource type of a module call whose module is not here.
pub const UNREAD_MODULE: &str = "module";

/// Where instances go, and what is wanted of them.
pub(super) struct Sink<'s> {
    pub(super) interest: &'s dyn Interest,
    pub(super) each: &'s mut dyn FnMut(Instance),
}

impl<'c> Run<'c> {
    /// Evaluates everything in a module instance and hands its instances out; not those of the
    /// modules that it calls.
    pub(super) fn walk(&self, frame: &Rc<Frame<'c>>, sink: &mut Sink<'_>) {
        for what in everything(frame) {
            self.require(frame, what);
        }
        self.check_frame(frame);
        for at in 0..frame.module.resources.len() {
            if let Some(resource) = frame.module.resources.get(at) {
                self.resource(frame, at, resource, sink);
            }
        }
        for at in 0..frame.module.calls.len() {
            self.unread(frame, at, sink);
        }
    }

    /// The instances of the modules that a call leads to.
    pub(super) fn below(&self, frame: &Rc<Frame<'c>>, call: usize) -> Vec<Rc<Frame<'c>>> {
        self.require(frame, What::Children(call));
        let children = frame.children.get(call);
        let frames = children.map(|children| children.frames.iter());
        frames
            .into_iter()
            .flatten()
            .map(|(_, child)| Rc::clone(child))
            .collect()
    }

    /// Hands out the instances of a resource.
    pub(super) fn resource(
        &self,
        frame: &Rc<Frame<'c>>,
        at: usize,
        resource: &Resource,
        sink: &mut Sink<'_>,
    ) {
        self.require(frame, What::Resource(at));
        let Some(expanded) = frame.resources.get(at).cloned() else {
            return;
        };
        let own = own_address(resource);
        if resource.provider.contains('.') && provider_of(frame, &resource.provider).is_none() {
            let message = format!(
                "provider configuration not present: {} wants `{}`, which is neither declared here nor handed on by a caller",
                frame.address_of(&own),
                resource.provider
            );
            let label = Label::source(resource.header.clone(), "");
            self.tell(Finding::bad_configuration(message, label));
        }
        let identity = AttributeSet::identity();
        let wanted = sink.interest.attributes(&resource.resource_type);
        let wanted = wanted.unwrap_or(identity);
        let provider = provider_address(frame, resource);
        let mut hand_out = |made: &Made| {
            let address = frame.address_of(&keyed(&own, made.key.as_ref()));
            let names = Names::of(self, frame).at(&made.turn);
            self.check_instance(resource, &address, made, &names);
            if resource.mode != Mode::Managed {
                return;
            }
            (sink.each)(Instance {
                address,
                module: frame.address.to_string(),
                resource_type: Arc::clone(&resource.resource_type),
                name: Arc::clone(&resource.name),
                key: made.key.clone(),
                provider: Arc::clone(&provider),
                change: Change::Create,
                deposed: None,
                previous_address: None,
                origin: Origin::Module,
                copies: made.copies,
                after: prepared(made, wanted),
                before: None,
                span: Some(resource.header.clone()),
            });
        };
        if expanded.is_deferred {
            let turns = self.turns(frame, resource.repeat.as_ref(), 1, &|| {
                frame.address_of(&own)
            });
            for instance in turns.iter() {
                let made = self.made(frame, resource, instance);
                hand_out(&made);
            }
        } else {
            expanded.instances.iter().for_each(hand_out);
        }
    }

    /// A call whose module is not here: an instance that hides what it asks for.
    fn unread(&self, frame: &Rc<Frame<'c>>, at: usize, sink: &mut Sink<'_>) {
        let (Some(call), Some(children)) = (frame.module.calls.get(at), frame.children.get(at))
        else {
            return;
        };
        let (Some(turns), Some(Called::Unread(why))) = (&children.unread, frame.calls.get(at))
        else {
            return;
        };
        let name = frame.module.calls.name(at);
        let own = format!("module.{name}");
        let source = call.source.as_ref();
        let (text, label) = match source {
            Some(source) => (&*source.text, Label::source(source.span.clone(), "")),
            None => ("?", Label::source(call.header.clone(), "")),
        };
        self.tell(Finding::module_not_read(
            &frame.address_of(&own),
            text,
            why,
            label,
        ));
        for instance in turns.iter() {
            let names = Names::of(self, frame).at(&instance.turn);
            let mut inputs: std::collections::BTreeMap<Arc<str>, Value> = Default::default();
            for (name, input) in call.inputs.iter() {
                let value = self.eval(&input.attribute.value, &names);
                inputs.insert(Arc::clone(name), value.unwrap_or_else(Value::unknown));
            }
            let address = frame.address_of(&keyed(&own, instance.key.as_ref()));
            let copies = frame.copies.times(instance.copies);
            self.record(&address, call, None, inputs.clone(), copies);
            // No input can be called so, and a rule has to know which module it is.
            let source_text =
                source.map_or_else(Value::unknown, |source| Value::string(&*source.text));
            inputs.insert(Arc::from("source"), source_text);
            (sink.each)(Instance {
                module: frame.address.to_string(),
                resource_type: Arc::from(UNREAD_MODULE),
                name: Arc::from(name),
                key: instance.key.clone(),
                provider: Arc::from(""),
                change: Change::Create,
                deposed: None,
                previous_address: None,
                origin: Origin::Module,
                copies,
                after: Value::object(inputs.into()),
                before: None,
                span: Some(call.header.clone()),
                address,
            });
        }
    }
}

/// The attributes that are wanted, as a plan shows them.
fn prepared(made: &Made, wanted: &AttributeSet) -> Value {
    let set = made.parts.iter().filter_map(|(name, part)| {
        let name = wanted.find(name)?;
        Some((Arc::clone(name), plain(name, part)))
    });
    Value::object(set.collect())
}

/// As Terraform writes it: `registry.terraform.io/hashicorp/aws`.
fn provider_address(frame: &Frame<'_>, resource: &Resource) -> Arc<str> {
    let name = resource.provider.split('.').next().unwrap_or("");
    let source = frame.module.sources.get(name).map(|source| &**source);
    if name == "terraform" && source.is_none() {
        return Arc::from("terraform.io/builtin/terraform");
    }
    let source = source.unwrap_or(name);
    Arc::from(match source.matches('/').count() {
        0 => format!("registry.terraform.io/hashicorp/{source}"),
        1 => format!("registry.terraform.io/{source}"),
        _ => source.to_owned(),
    })
}
