//! (Instance, Catalog, root) -> tenant and environment.
//!
//! Two steps, because nobody keeps all instances. While they stream by, [`Claimant`] notes
//! what each says of itself: a tag, a label, an input of its module. When all were seen,
//! [`Assigner`] tells whose each is: a `match` of the catalog on its root or workspace beats
//! whatever it says, since whoever opens the pull request writes that; what says nothing
//! belongs with those around it that speak; and a name that the catalog does not know is
//! never given an allowance of its own.

mod assign;
mod configuration;

pub use assign::{Account, Assigner, Excluded, Identity, Overrides, Pool, Presence, presence};

pub(crate) use crate::read::address::parent;

use crate::catalog::{Identify, NameSource};
use crate::finding::{Finding, Label};
use crate::lang::{Marks, Value};
use crate::read::Instance;
use crate::read::module::{self, UNREAD_MODULE};
use crate::source::hcl::is_hidden;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What an instance says of itself, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claims {
    /// The tenant it names.
    pub tenant: Option<Arc<str>>,
    /// The environment it names.
    pub environment: Option<Arc<str>>,
}

/// What the configuration of one root says of names that its instances may be under.
pub trait Lookup {
    /// The value of an input of a module call; `module` is the module part of an address.
    fn module_input(&self, module: &str, name: &str) -> Option<Value>;
    /// The value of a variable of the root.
    fn variable(&self, name: &str) -> Option<Value>;
}

/// For inputs that have no configuration.
impl Lookup for () {
    fn module_input(&self, _: &str, _: &str) -> Option<Value> {
        None
    }

    fn variable(&self, _: &str) -> Option<Value> {
        None
    }
}

/// Of a module that is evaluated, inputs are known from the first instance in it on.
impl Lookup for module::Root<'_> {
    fn module_input(&self, module: &str, name: &str) -> Option<Value> {
        Self::module_input(self, module, name)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        Self::variable(self, name)
    }
}

/// Notes what the instances of one root say of themselves.
pub struct Claimant<'a> {
    root: Arc<str>,
    identify: &'a Identify,
    lookup: &'a dyn Lookup,
    /// Names that repeat are kept once.
    names: BTreeSet<Arc<str>>,
    inputs: BTreeMap<Box<str>, Known>,
    variables: Known,
    odd: BTreeMap<Box<str>, Finding>,
}

/// What names of inputs or variables turned out to say.
type Known = BTreeMap<Arc<str>, Option<Arc<str>>>;

/// The longest name that is taken from an input, in bytes.
const MAX_NAME: usize = 128;
/// So many names that cannot be used are told of one root.
const MAX_ODD: usize = 20;

impl<'a> Claimant<'a> {
    /// Notes what the instances of `root` say, where `identify` tells it to look.
    pub fn new(root: &Arc<str>, identify: &'a Identify, lookup: &'a dyn Lookup) -> Self {
        Self {
            root: root.clone(),
            identify,
            lookup,
            names: BTreeSet::new(),
            inputs: BTreeMap::new(),
            variables: BTreeMap::new(),
            odd: BTreeMap::new(),
        }
    }

    /// What an instance says of itself; of what goes, what it said.
    pub fn claims(&mut self, instance: &Instance) -> Claims {
        let attributes = match &instance.before {
            Some(before) if instance.after.is_null() => before,
            _ => &instance.after,
        };
        let identify = self.identify;
        Claims {
            tenant: self.first(&identify.tenant, instance, attributes),
            environment: self.first(&identify.environment, instance, attributes),
        }
    }

    /// Names that cannot be used: they have characters that nobody sees, or are far too long.
    pub fn findings(self) -> Vec<Finding> {
        self.odd.into_values().collect()
    }

    fn first(
        &mut self,
        sources: &[NameSource],
        instance: &Instance,
        attributes: &Value,
    ) -> Option<Arc<str>> {
        sources.iter().find_map(|source| match source {
            NameSource::Tag(key) => self.name(tag(attributes, key)?, "a tag", instance),
            NameSource::Label(key) => self.name(label(attributes, key)?, "a label", instance),
            NameSource::Namespace => {
                let namespace = namespace(&instance.resource_type, attributes)?;
                self.name(namespace, "the namespace", instance)
            }
            NameSource::Module(input) => self.input(input, instance),
            NameSource::Variable(variable) => {
                if let Some(known) = self.variables.get(variable) {
                    return known.clone();
                }
                let value = self.lookup.variable(variable).and_then(Text::of);
                let name = value.and_then(|text| self.name(text, "a variable", instance));
                self.variables.insert(variable.clone(), name.clone());
                name
            }
        })
    }

    /// An input of the module that the instance is in, or of the nearest one around it that has it.
    fn input(&mut self, input: &Arc<str>, instance: &Instance) -> Option<Arc<str>> {
        // A module that is not here stands for all that it holds, and its call says whose that is.
        if *instance.resource_type == *UNREAD_MODULE
            && let Some(value) = instance.after.attribute(input)
            && let Some(text) = Text::of(value.clone())
        {
            return self.name(text, "a module input", instance);
        }
        if instance.module.is_empty() {
            return None;
        }
        let known = self.inputs.get(&*instance.module);
        if let Some(known) = known.and_then(|known| known.get(input)) {
            return known.clone();
        }
        let value = std::iter::successors(Some(&*instance.module), |module| parent(module))
            .find_map(|module| Text::of(self.lookup.module_input(module, input)?));
        let name = value.and_then(|text| self.name(text, "a module input", instance));
        let known = self.inputs.entry(Box::from(&*instance.module)).or_default();
        known.insert(input.clone(), name.clone());
        name
    }

    /// The text as a name, if it can be one.
    fn name(&mut self, text: Text<'_>, what: &str, instance: &Instance) -> Option<Arc<str>> {
        let text = text.as_str().trim();
        if text.is_empty() {
            return None;
        }
        let hidden = text.chars().any(is_hidden);
        if hidden || text.len() > MAX_NAME {
            if self.odd.len() < MAX_ODD {
                let label = Label::instance(&*self.root, &*instance.address, "", what);
                let finding = Finding::odd_name(label, what, hidden);
                self.odd.insert(Box::from(&*instance.address), finding);
            }
            return None;
        }
        if let Some(known) = self.names.get(text) {
            return Some(known.clone());
        }
        let name: Arc<str> = Arc::from(text);
        self.names.insert(name.clone());
        Some(name)
    }
}

/// A known text that may be printed.
enum Text<'v> {
    Borrowed(&'v str),
    Owned(String),
}

impl<'v> Text<'v> {
    fn borrowed(value: &'v Value, marks: Marks) -> Option<Self> {
        if (value.marks() | marks).intersects(Marks::SENSITIVE) {
            // A secret cannot be a name, for names are printed.
            return None;
        }
        match (value.as_str(), value.as_number()) {
            (Some(text), _) => Some(Self::Borrowed(text)),
            (_, Some(number)) => Some(Self::Owned(number.to_string())),
            _ => None,
        }
    }

    fn of(value: Value) -> Option<Text<'static>> {
        let text = Text::borrowed(&value, Marks::NONE)?;
        Some(Text::Owned(text.as_str().to_owned()))
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
        }
    }
}

/// The value of a tag: of all tags, of the tags, of an autoscaling group's `tag` blocks.
fn tag<'v>(attributes: &'v Value, key: &str) -> Option<Text<'v>> {
    ["tags_all", "tags", "tag"].iter().find_map(|name| {
        let tags = attributes.attribute(name)?;
        match tags.elements() {
            Some(blocks) => blocks.iter().find_map(|block| {
                let is_meant = block.attribute("key")?.as_str() == Some(key);
                let value = block.attribute("value").filter(|_| is_meant)?;
                Text::borrowed(value, tags.marks() | block.marks())
            }),
            None => Text::borrowed(tags.attribute(key)?, tags.marks()),
        }
    })
}

/// The value of a label: Google's, then Kubernetes'.
fn label<'v>(attributes: &'v Value, key: &str) -> Option<Text<'v>> {
    let of = |labels: &'v Value| Text::borrowed(labels.attribute(key)?, labels.marks());
    ["effective_labels", "terraform_labels", "labels"]
        .iter()
        .find_map(|name| of(attributes.attribute(name)?))
        .or_else(|| of(metadata(attributes)?.attribute("labels")?))
}

/// The Kubernetes namespace that something is in, or that it is.
fn namespace<'v>(resource_type: &str, attributes: &'v Value) -> Option<Text<'v>> {
    let is_namespace = resource_type.starts_with("kubernetes_namespace");
    let field = if is_namespace { "name" } else { "namespace" };
    let inside = metadata(attributes).and_then(|metadata| metadata.attribute(field));
    let value = inside.or_else(|| attributes.attribute("namespace"))?;
    Text::borrowed(value, Marks::NONE)
}

fn metadata(attributes: &Value) -> Option<&Value> {
    attributes.attribute("metadata")?.elements()?.first()
}

#[cfg(test)]
mod tests;
