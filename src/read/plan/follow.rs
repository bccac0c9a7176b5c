//! From an expression in the configuration to what it comes from: constants, variables and
//! resources, up through the calls of its module and down into the outputs of others.

use super::configuration::{Configuration, Expression, Module, Variable};
use crate::lang::{Marks, Value};
use crate::read::Key;
use crate::read::address::{Mode, Step, steps};
use crate::read::json::Json;
use crate::read::values::plain;

/// What an expression comes from.
#[derive(Clone, Debug, Default)]
pub struct Traced<'a> {
    /// The resource blocks that it refers to, each once, in the order of the configuration.
    pub resources: Vec<ResourceRef>,
    /// Whether part of it cannot be followed: a local, `self`, an iterator over something that
    /// cannot be followed.
    pub lost: bool,
    /// Whether one of the variables on the way must never be printed.
    pub sensitive: bool,
    /// The values that it comes from. None is one that is known before apply but not here.
    pub(super) values: Vec<Option<&'a Json>>,
}

/// A reference to a resource block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceRef {
    /// The path of the module it is in: `env.db`; empty for the root module.
    pub module: String,
    /// Whether it exists after apply or is only looked up.
    pub mode: Mode,
    /// `aws_launch_template`
    pub resource_type: String,
    /// `app`
    pub name: String,
    /// Which instance of it, where the reference says.
    pub key: Option<Key>,
    /// The attribute it refers to: `id`; empty for the resource as a whole.
    pub attribute: String,
}

impl Configuration {
    /// Follows an expression of a block in a module to what it comes from.
    ///
    /// `repeat` is what `count` or `for_each` of that block is set to: `each.value` comes from it.
    pub fn trace<'a>(
        &'a self,
        module: &str,
        repeat: Option<&'a Expression>,
        expression: &'a Expression,
    ) -> Traced<'a> {
        let mut traced = Traced::default();
        let at = Place {
            module,
            repeat,
            depth: 0,
        };
        self.follow(&at, expression, &[], &mut traced);
        traced
    }

    /// `rest` is the part of the value that is asked for.
    fn follow<'a>(
        &'a self,
        at: &Place<'_, 'a>,
        expression: &'a Expression,
        rest: &[Step<'_>],
        traced: &mut Traced<'a>,
    ) {
        match expression {
            Expression::Constant(json) => traced.values.push(part(json, rest)),
            Expression::Hidden => traced.values.push(None),
            // Calls cannot go round in circles in Terraform, but in a made-up plan.
            Expression::References(_) if at.depth >= DEEPEST => traced.lost = true,
            Expression::References(_) => {
                let mut all = expression.references().peekable();
                let alone = all.next().is_some() && all.next().is_none();
                for reference in expression.references() {
                    // What is asked of several together cannot be asked of each.
                    let rest = if alone { rest } else { &[] };
                    self.reference(at, reference, rest, traced);
                }
            }
        }
    }

    fn reference<'a>(
        &'a self,
        at: &Place<'_, 'a>,
        reference: &str,
        rest: &[Step<'_>],
        traced: &mut Traced<'a>,
    ) {
        let Some(own) = steps(reference) else {
            traced.lost = true;
            return;
        };
        let module = self.module(at.module);
        match own.as_slice() {
            [Step::Name("var"), Step::Name(name), own @ ..] => {
                let rest = [own, rest].concat();
                self.variable(at, module, name, &rest, traced);
            }
            [Step::Name("module"), Step::Name(name), own @ ..] => {
                let own = match own {
                    [Step::Key(_), own @ ..] => own,
                    own => own,
                };
                let path = if at.module.is_empty() {
                    (*name).to_owned()
                } else {
                    format!("{}.{name}", at.module)
                };
                let called = self.module(&path);
                let output = match own {
                    [Step::Name(output), ..] => {
                        called.and_then(|called| called.outputs.get(*output))
                    }
                    _ => None,
                };
                match output {
                    Some(output) => {
                        let inside = Place {
                            module: &path,
                            repeat: None,
                            depth: at.depth.saturating_add(1),
                        };
                        let rest = [own.get(1..).unwrap_or_default(), rest].concat();
                        self.follow(&inside, output, &rest, traced);
                    }
                    None => traced.lost = true,
                }
            }
            [Step::Name("each"), Step::Name("value"), ..] => match at.repeat {
                // Which of its elements it is cannot be told, but what all of them come from.
                Some(repeat) => {
                    let before = traced.values.len();
                    let outside = Place {
                        repeat: None,
                        depth: at.depth.saturating_add(1),
                        ..*at
                    };
                    self.follow(&outside, repeat, &[], traced);
                    traced
                        .values
                        .iter_mut()
                        .skip(before)
                        .for_each(|value| *value = None);
                }
                None => traced.lost = true,
            },
            // Known before apply, always.
            [
                Step::Name("each" | "count" | "path" | "terraform" | "tofu"),
                ..,
            ] => traced.values.push(None),
            [Step::Name("local" | "self"), ..] => traced.lost = true,
            [
                Step::Name("data"),
                Step::Name(resource_type),
                Step::Name(name),
                own @ ..,
            ] => {
                traced.add(ResourceRef::new(
                    at.module,
                    Mode::Data,
                    resource_type,
                    name,
                    own,
                    rest,
                ));
            }
            [Step::Name("ephemeral"), ..] => traced.lost = true,
            [Step::Name(resource_type), Step::Name(name), own @ ..] => {
                traced.add(ResourceRef::new(
                    at.module,
                    Mode::Managed,
                    resource_type,
                    name,
                    own,
                    rest,
                ));
            }
            _ => traced.lost = true,
        }
    }

    fn variable<'a>(
        &'a self,
        at: &Place<'_, 'a>,
        module: Option<&'a Module>,
        name: &str,
        rest: &[Step<'_>],
        traced: &mut Traced<'a>,
    ) {
        let declared = module.and_then(|module| module.variables.get(name));
        let call = module.and_then(|module| module.call.as_ref());
        let input = call.and_then(|call| call.inputs.get(name));
        match (input, declared) {
            (Some(input), _) => {
                let outside = Place {
                    module: at.module.rsplit_once('.').map_or("", |(parent, _)| parent),
                    repeat: call.and_then(|call| call.repeat.as_ref()),
                    depth: at.depth.saturating_add(1),
                };
                self.follow(&outside, input, rest, traced);
            }
            (
                None,
                Some(Variable {
                    value: None,
                    default: None,
                    ..
                }),
            )
            | (None, None) => traced.lost = true,
            (None, Some(declared)) => {
                traced
                    .values
                    .push(declared.json().and_then(|json| part(json, rest)));
            }
        }
        traced.sensitive |= declared.is_some_and(|declared| declared.sensitive);
    }
}

/// Where an expression stands.
#[derive(Clone, Copy)]
struct Place<'m, 'a> {
    module: &'m str,
    repeat: Option<&'a Expression>,
    depth: usize,
}

const DEEPEST: usize = 64;

impl<'a> Traced<'a> {
    fn add(&mut self, reference: ResourceRef) {
        if !self.resources.contains(&reference) {
            self.resources.push(reference);
        }
    }

    /// Whether all that it comes from is known before apply.
    pub fn is_known(&self) -> bool {
        self.resources.is_empty() && !self.lost
    }

    /// The one value that it comes from, if it is one; a sensitive one carries the mark.
    ///
    /// What the expression does with it is not told: it may be that value or made from it.
    pub fn value(&self) -> Option<Value> {
        let value = plain(self.only()?);
        Some(match self.sensitive {
            true => value.with_marks(Marks::SENSITIVE),
            false => value,
        })
    }

    pub(in crate::read) fn only(&self) -> Option<&'a Json> {
        match self.values.as_slice() {
            [value] if self.is_known() => *value,
            _ => None,
        }
    }
}

impl ResourceRef {
    fn new(
        module: &str,
        mode: Mode,
        resource_type: &str,
        name: &str,
        own: &[Step<'_>],
        rest: &[Step<'_>],
    ) -> Self {
        let mut steps = own.iter().chain(rest).peekable();
        let key = match steps.peek() {
            Some(Step::Key(key)) => Some(key.clone()),
            _ => None,
        };
        if key.is_some() {
            steps.next();
        }
        let mut attribute = String::new();
        for step in steps {
            match step {
                Step::Name(name) if attribute.is_empty() => attribute.push_str(name),
                Step::Name(name) => attribute.push_str(&format!(".{name}")),
                Step::Key(key) => attribute.push_str(&format!("[{key}]")),
            }
        }
        Self {
            module: module.to_owned(),
            mode,
            resource_type: resource_type.to_owned(),
            name: name.to_owned(),
            key,
            attribute,
        }
    }
}

/// A part of a value, if it has it.
fn part<'a>(json: &'a Json, rest: &[Step<'_>]) -> Option<&'a Json> {
    rest.iter().try_fold(json, |json, step| match step {
        Step::Name(name) => json.get(name),
        Step::Key(Key::Name(name)) => json.get(name),
        Step::Key(Key::Number(at)) => json.elements().get(usize::try_from(*at).ok()?),
    })
}
