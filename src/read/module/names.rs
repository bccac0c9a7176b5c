//! What names mean in an expression of a module.

use super::config::resource_key;
use super::expand::{Shape, Turn};
use super::frame::{Children, Expanded, Frame};
use super::run::Run;
use crate::lang::Members;
use crate::lang::{
    Budget, Context, FileError, Files, Found, LangError, Marks, Node, Path, Scope, Type, Value,
};
use crate::read::Key;
use crate::read::address::Mode;
use crate::source::repository::{EntryKind, Tree, Unavailable, join};
use std::rc::Rc;
use std::sync::Arc;

/// The names around an expression.
#[derive(Clone, Copy)]
pub(super) struct Names<'n, 'c> {
    pub(super) run: &'n Run<'c>,
    pub(super) frame: &'n Rc<Frame<'c>>,
    pub(super) turn: &'n Turn,
    /// What `self` is.
    pub(super) own: Option<&'n Value>,
    /// What the `dynamic` blocks around go through, innermost first.
    pub(super) iterators: Option<&'n Iterator<'n>>,
}

/// The element that a `dynamic` block is at.
pub(super) struct Iterator<'n> {
    pub(super) name: &'n str,
    pub(super) key: Value,
    pub(super) value: Value,
    pub(super) outer: Option<&'n Iterator<'n>>,
}

impl<'n, 'c> Names<'n, 'c> {
    pub(super) const fn of(run: &'n Run<'c>, frame: &'n Rc<Frame<'c>>) -> Self {
        Self {
            run,
            frame,
            turn: &Turn::Once,
            own: None,
            iterators: None,
        }
    }

    pub(super) const fn at(self, turn: &'n Turn) -> Self {
        Self { turn, ..self }
    }

    pub(super) const fn with_own(self, own: &'n Value) -> Self {
        Self {
            own: Some(own),
            ..self
        }
    }

    fn iterator(&self, name: &str) -> Option<&'n Iterator<'n>> {
        let mut next = self.iterators;
        while let Some(iterator) = next {
            if iterator.name == name {
                return Some(iterator);
            }
            next = iterator.outer;
        }
        None
    }

    fn resource(
        &self,
        mode: Mode,
        of: &str,
        name: &str,
        path: &Path,
        used: usize,
    ) -> Result<Found, LangError> {
        let at = self
            .frame
            .module
            .resources
            .find(&resource_key(mode, of, name));
        let expanded = at.and_then(|at| self.frame.resources.get(at));
        // What is not declared was told when the module was read.
        let Some(expanded) = expanded else {
            return Ok(unknown(path));
        };
        instance_of(expanded, path, used)
    }

    fn module(&self, path: &Path) -> Result<Found, LangError> {
        let frame = self.frame;
        let at = path
            .attribute(0)
            .and_then(|name| frame.module.calls.find(name));
        let children = at.and_then(|at| frame.children.get(at));
        let Some(children) = children else {
            return Ok(unknown(path));
        };
        if children.unread.is_some() || children.shape == Shape::Unknown {
            return Ok(unknown(path));
        }
        let (child, used) = match children.shape {
            Shape::Once => (children.frames.first().map(|(_, child)| child), 1),
            _ => match path.steps().get(1) {
                Some(step) => match step.index().and_then(key_of) {
                    Some(key) => {
                        let mut frames = children.frames.iter();
                        let found = frames.find(|(known, _)| known.as_ref() == Some(&key));
                        match found {
                            Some((_, child)) => (Some(child), 2),
                            None => return Err(no_such_key(&key)),
                        }
                    }
                    None if step.attribute().is_some() => {
                        return Err(LangError::new(
                            "Unsupported attribute",
                            "This module call has several instances, so a key must say which of them is meant.",
                        ));
                    }
                    None => (None, 1),
                },
                None => (None, 1),
            },
        };
        match (child, path.attribute(used)) {
            (Some(child), Some(name)) => match child.module.outputs.find(name) {
                Some(at) => Ok(Found {
                    value: child
                        .outputs
                        .get(at)
                        .cloned()
                        .unwrap_or_else(Value::unknown),
                    used: used.saturating_add(1),
                }),
                None if child.module.is_broken => Ok(unknown(path)),
                None => Err(LangError::new(
                    "Unsupported attribute",
                    format!("This object does not have an attribute named \"{name}\"."),
                )),
            },
            (Some(child), None) => Ok(Found {
                value: outputs_of(child),
                used,
            }),
            (None, _) => Ok(Found {
                value: children.whole.get_or_init(|| all_outputs(children)).clone(),
                used: 1,
            }),
        }
    }
}

/// A value of which nothing is known, whatever part of it is asked for.
fn unknown(path: &Path) -> Found {
    Found {
        value: Value::unknown(),
        used: path.steps().len(),
    }
}

/// What a reference to a resource finds: one instance, or all of them.
fn instance_of(expanded: &Expanded, path: &Path, used: usize) -> Result<Found, LangError> {
    let next = path.steps().get(used);
    let all = || Found {
        value: expanded
            .whole
            .get_or_init(|| all_instances(expanded))
            .clone(),
        used,
    };
    match expanded.shape {
        Shape::Unknown => Ok(unknown(path)),
        Shape::Once => match next {
            Some(step) if step.index().is_some() => Err(LangError::new(
                "Unexpected resource instance key",
                "Because this resource does not have \"count\" or \"for_each\" set, references to it must not include an index key.",
            )),
            _ => Ok(all()),
        },
        Shape::Count | Shape::Each => match next {
            Some(step) if step.attribute().is_some() => Err(LangError::new(
                "Missing resource instance key",
                format!(
                    "Because this resource has \"{}\" set, its attributes must be accessed on specific instances.",
                    if expanded.shape == Shape::Count {
                        "count"
                    } else {
                        "for_each"
                    }
                ),
            )),
            Some(step) => match step.index().and_then(key_of) {
                Some(key) => {
                    let key = as_shaped(key, expanded.shape);
                    let mut instances = expanded.instances.iter();
                    match instances.find(|made| made.key.as_ref() == Some(&key)) {
                        Some(made) => Ok(Found {
                            value: made.value.clone(),
                            used: used.saturating_add(1),
                        }),
                        None => Err(no_such_key(&key)),
                    }
                }
                None => Ok(all()),
            },
            None => Ok(all()),
        },
    }
}

fn no_such_key(key: &Key) -> LangError {
    LangError::new(
        "Invalid index",
        format!(
            "The given key does not identify an element in this collection value: there is no instance [{key}]."
        ),
    )
}

/// The key that an index step names.
fn key_of(index: &Value) -> Option<Key> {
    match index.as_str() {
        Some(name) => Some(Key::Name(Arc::from(name))),
        None => index.as_number()?.to_u64().map(Key::Number),
    }
}

/// A key as the instances have it: an index converts to the type of the keys.
fn as_shaped(key: Key, shape: Shape) -> Key {
    match (key, shape) {
        (Key::Name(name), Shape::Count) => match name.parse() {
            Ok(index) => Key::Number(index),
            Err(_) => Key::Name(name),
        },
        (Key::Number(index), Shape::Each) => Key::Name(Arc::from(index.to_string())),
        (key, _) => key,
    }
}

fn all_instances(expanded: &Expanded) -> Value {
    let values = expanded
        .instances
        .iter()
        .map(|made| (&made.key, made.value.clone()));
    together(expanded.shape, values)
}

fn all_outputs(children: &Children<'_>) -> Value {
    let frames = children.frames.iter();
    together(
        children.shape,
        frames.map(|(key, child)| (key, outputs_of(child))),
    )
}

fn outputs_of(child: &Frame<'_>) -> Value {
    if child.module.is_broken {
        return Value::unknown();
    }
    let names = child.module.outputs.iter().enumerate();
    let outputs = names.map(|(at, (name, _))| {
        let value = child.outputs.get(at).cloned();
        (Arc::clone(name), value.unwrap_or_else(Value::unknown))
    });
    Value::object(outputs.collect())
}

/// The values of all instances as one: a tuple by `count`, an object by `for_each`.
fn together<'k>(
    shape: Shape,
    values: impl std::iter::Iterator<Item = (&'k Option<Key>, Value)>,
) -> Value {
    let mut values = values;
    match shape {
        Shape::Once => values
            .next()
            .map_or_else(Value::unknown, |(_, value)| value),
        Shape::Count => Value::tuple(values.map(|(_, value)| value).collect()),
        Shape::Each => {
            let named = values.filter_map(|(key, value)| match key {
                Some(Key::Name(name)) => Some((Arc::clone(name), value)),
                _ => None,
            });
            Value::object(named.collect::<Members>())
        }
        Shape::Unknown => Value::unknown(),
    }
}

impl Scope for Names<'_, '_> {
    fn variable(&self, path: &Path) -> Result<Found, LangError> {
        let module = self.frame.module;
        let found = |value: Option<&Value>, used| {
            Ok(match value {
                Some(value) => Found {
                    value: value.clone(),
                    used,
                },
                None => unknown(path),
            })
        };
        if let Some(iterator) = self.iterator(path.root()) {
            return match path.attribute(0) {
                Some("key") => found(Some(&iterator.key), 1),
                Some("value") => found(Some(&iterator.value), 1),
                _ => {
                    let both = [("key", &iterator.key), ("value", &iterator.value)];
                    let both = both.map(|(name, value)| (Arc::from(name), value.clone()));
                    found(Some(&Value::object(Members::from(both))), 0)
                }
            };
        }
        let named = path.attribute(0);
        match path.root() {
            "var" => {
                let at = named.and_then(|name| module.variables.find(name));
                found(at.and_then(|at| self.frame.variables.get(at)), 1)
            }
            "local" => {
                let at = named.and_then(|name| module.locals.find(name));
                found(at.and_then(|at| self.frame.locals.get(at)), 1)
            }
            "module" => self.module(path),
            "each" => match (self.turn, named) {
                (Turn::Each(key, _), Some("key")) => found(Some(key), 1),
                (Turn::Each(_, value), Some("value")) => found(Some(value), 1),
                _ => Ok(unknown(path)),
            },
            "count" => match self.turn {
                Turn::Count(index) => found(Some(index), 1),
                _ => Ok(unknown(path)),
            },
            "self" => found(self.own, 0),
            "path" => Ok(match named {
                Some("module") => Found {
                    value: Value::text(self.run.module_path(self.frame)),
                    used: 1,
                },
                Some("root") => Found {
                    value: Value::string("."),
                    used: 1,
                },
                // Where Terraform will run, nobody knows.
                _ => Found {
                    value: Value::unknown_of(Type::String).refine(|r| r.not_null()),
                    used: 1,
                },
            }),
            "terraform" | "tofu" => Ok(match named {
                Some("workspace") => Found {
                    value: Value::text(self.run.workspace),
                    used: 1,
                },
                _ => Found {
                    value: Value::bool(false).with_marks(Marks::EPHEMERAL),
                    used: 1,
                },
            }),
            "data" | "ephemeral" | "resource" => {
                let mode = match path.root() {
                    "data" => Mode::Data,
                    "ephemeral" => Mode::Ephemeral,
                    _ => Mode::Managed,
                };
                match (named, path.attribute(1)) {
                    (Some(of), Some(name)) => self.resource(mode, of, name, path, 2),
                    _ => Ok(unknown(path)),
                }
            }
            of => match named {
                Some(name) => self.resource(Mode::Managed, of, name, path, 1),
                None => Ok(unknown(path)),
            },
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Node],
        context: &mut Context<'_>,
    ) -> Option<Result<Value, LangError>> {
        // What the functions of providers do, only these know.
        if !name.starts_with("provider::") || self.is_built_in(name) {
            return None;
        }
        for argument in arguments {
            if let Err(error) = context.eval(argument) {
                return Some(Err(error));
            }
        }
        Some(Ok(Value::unknown()))
    }

    fn files(&self) -> Option<&dyn Files> {
        Some(&self.run.files)
    }

    fn budget(&self) -> Option<&Budget> {
        Some(&self.run.budget)
    }
}

impl Names<'_, '_> {
    /// Whether a function is of the provider that is a part of Terraform itself.
    fn is_built_in(&self, function: &str) -> bool {
        let source = self.frame.module.sources.get("terraform");
        function.starts_with("provider::terraform::")
            && source.is_some_and(|source| &**source == "terraform.io/builtin/terraform")
    }
}

/// The files that functions read: paths are relative to the root's folder, as where Terraform
/// runs, and lead nowhere out of the repository.
pub(super) struct RootFiles<'t> {
    pub(super) tree: &'t dyn Tree,
    pub(super) root: Arc<str>,
}

/// The largest file that a function reads, in bytes.
const MAX_FILE: u64 = 16 << 20;
/// More files than any folder of templates has.
const MAX_LISTED: usize = 20_000;

impl RootFiles<'_> {
    fn path(&self, path: &str) -> Result<String, FileError> {
        join(&self.root, path).ok_or_else(|| FileError::Refused(Unavailable::Outside.to_string()))
    }
}

fn file_error(error: Unavailable) -> FileError {
    match error {
        Unavailable::Missing => FileError::Missing,
        Unavailable::OtherKind => FileError::Folder,
        other => FileError::Refused(other.to_string()),
    }
}

impl Files for RootFiles<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.tree
            .read(&self.path(path)?, MAX_FILE)
            .map_err(file_error)
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        match self.read(path) {
            Ok(_) => Ok(true),
            Err(FileError::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, FileError> {
        let top = self.path(folder)?;
        let mut found = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let whole = super::files::within(&top, &folder);
            let whole = whole.trim_end_matches('/');
            let entries = match self.tree.entries(whole) {
                Ok(entries) => entries,
                Err(error) if folder.is_empty() => return Err(file_error(error)),
                // A folder that cannot be looked into is passed over, as Terraform does.
                Err(_) => continue,
            };
            for entry in entries {
                let path = super::files::within(&folder, &entry.name);
                match entry.kind {
                    EntryKind::File => found.push(path),
                    // A link to a folder may lead round in circles.
                    EntryKind::Folder if !entry.is_link => folders.push(path),
                    _ => {}
                }
                if found.len() > MAX_LISTED {
                    return Err(FileError::Refused(Unavailable::TooMany.to_string()));
                }
            }
        }
        found.sort();
        Ok(found)
    }
}
