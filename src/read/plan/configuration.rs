//! The `configuration` of a plan: what people wrote, one entry per block, unexpanded.
//!
//! It tells what is configured and what refers to what; never how many there are. Locals and
//! the contents of `dynamic` blocks are not in it.

use super::Source;
use crate::lang::Value;
use crate::read::address::{Step, module_path, steps};
use crate::read::json::{Fault, Json, JsonError, Kind, Seen};
use crate::read::values::plain;
use crate::read::{AttributeSet, Instance, Interest, Key};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What people wrote, by module.
///
/// A module is named by the names of the calls that lead to it, joined by dots: `env.db` for
/// `module.env["eu"].module.db`, and the empty text for the root module.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    modules: BTreeMap<Arc<str>, Module>,
    /// Whether the input has one.
    exists: bool,
}

/// A module as it is written.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// How it is called; none for the root module.
    pub call: Option<Call>,
    /// Its resource blocks, by type and name.
    pub(super) blocks: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Block>>,
    /// Its input variables.
    pub variables: BTreeMap<Arc<str>, Variable>,
    /// Its outputs.
    pub(super) outputs: BTreeMap<Arc<str>, Expression>,
}

/// A `module` block.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Where the module comes from, as written.
    pub source: Arc<str>,
    /// What its inputs are set to.
    pub inputs: BTreeMap<Arc<str>, Expression>,
    /// What `count` or `for_each` is set to.
    pub repeat: Option<Expression>,
}

/// A `variable` block, and for the root module the value it has in this plan.
#[derive(Clone, Debug, Default)]
pub struct Variable {
    pub(super) value: Option<Json>,
    pub(super) default: Option<Json>,
    /// Whether its value must never be printed.
    pub sensitive: bool,
}

/// A `resource` block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What is set in it; none where the plan does not tell.
    pub(in crate::read) settings: Option<Settings>,
    /// What `count` or `for_each` is set to.
    pub repeat: Option<Expression>,
    /// Whether it has provisioners, which may do anything.
    pub has_provisioners: bool,
}

/// What is set in a block: attributes and nested blocks, by name.
pub(in crate::read) type Settings = BTreeMap<Arc<str>, Setting>;

/// What an attribute or nested block is set to.
#[derive(Clone, Debug)]
pub(in crate::read) enum Setting {
    /// An attribute.
    Expression(Expression),
    /// The one nested block of its name, or the blocks by their labels.
    Block(Settings),
    /// The nested blocks of its name.
    Blocks(Vec<Settings>),
}

impl Setting {
    /// Whether it sets anything: `null` is how people say nothing.
    pub(in crate::read) fn says_something(&self) -> bool {
        !matches!(self, Self::Expression(Expression::Constant(Json::Null)))
    }
}

/// What is written behind an equals sign, as far as the plan tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// A constant.
    #[doc(hidden)]
    Constant(Json),
    /// Something computed from these: `var.size`, `aws_launch_template.app.id`.
    ///
    /// The longest form of each comes first, then its beginnings.
    References(Vec<Arc<str>>),
    /// Something that is no constant and refers to nothing, such as a call of a function.
    Hidden,
}

impl Expression {
    /// The value of a constant.
    pub fn constant(&self) -> Option<Value> {
        match self {
            Self::Constant(json) => Some(plain(json)),
            _ => None,
        }
    }

    /// What it refers to, each once and in its longest form.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        let all: &[Arc<str>] = match self {
            Self::References(all) => all,
            _ => &[],
        };
        let longest = all.iter().enumerate().filter(|(at, short)| {
            let mut others = all.iter().enumerate();
            !others.any(|(other, long)| {
                // `a.b` is how `a.b["x"].c` begins.
                let rest = long.strip_prefix(&***short);
                rest.is_some_and(|rest| {
                    rest.starts_with(['.', '[']) || rest.is_empty() && other < *at
                })
            })
        });
        longest.map(|(_, reference)| &**reference)
    }
}

impl Variable {
    /// Its value, or its default where it has none; none where neither is known.
    ///
    /// A sensitive one carries the mark.
    pub fn value(&self) -> Option<Value> {
        let value = plain(self.json()?);
        Some(match self.sensitive {
            true => value.with_marks(crate::lang::Marks::SENSITIVE),
            false => value,
        })
    }

    pub(super) fn json(&self) -> Option<&Json> {
        self.value.as_ref().or(self.default.as_ref())
    }
}

impl Configuration {
    /// Whether the input has a configuration at all.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// Sets the root module's variables to the values they have in the plan.
    pub(super) fn give_values(&mut self, values: BTreeMap<Arc<str>, Json>) {
        let root = self.modules.entry("".into()).or_default();
        for (name, value) in values {
            root.variables.entry(name).or_default().value = Some(value);
        }
    }

    /// A module by its path: `env.db`, or empty for the root module.
    pub fn module(&self, path: &str) -> Option<&Module> {
        self.modules.get(path)
    }

    /// All modules with their paths, sorted.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &Module)> {
        self.modules.iter().map(|(path, module)| (&**path, module))
    }

    /// A `resource` block.
    pub fn block(&self, module: &str, resource_type: &str, name: &str) -> Option<&Block> {
        self.module(module)?.blocks.get(resource_type)?.get(name)
    }

    /// The block that an instance comes from.
    pub fn block_of(&self, instance: &Instance) -> Option<&Block> {
        let module = module_path(&instance.module)?;
        self.block(&module, &instance.resource_type, &instance.name)
    }
}

impl Block {
    /// What an attribute is set to: `launch_template[0].id`. None where it is not set, or where
    /// the plan does not tell.
    ///
    /// Blocks are counted as they are written; only attributes that somebody is interested in
    /// are known.
    pub fn expression(&self, path: &str) -> Option<&Expression> {
        let mut settings = self.settings.as_ref()?;
        let steps = steps(path)?;
        let mut steps = steps.iter().peekable();
        while let Some(Step::Name(name)) = steps.next() {
            settings = match settings.get(*name)? {
                Setting::Expression(expression) => return Some(expression),
                Setting::Block(block) => block,
                Setting::Blocks(blocks) => match steps.next() {
                    Some(Step::Key(Key::Number(at))) => blocks.get(usize::try_from(*at).ok()?)?,
                    _ => return None,
                },
            };
        }
        None
    }
}

/// Reads the value of `configuration`. Odd parts of it are taken for not being there.
pub(super) fn read(
    reader: &mut Source<'_>,
    interest: &dyn Interest,
) -> Result<Configuration, JsonError> {
    let mut configuration = Configuration::default();
    let mut seen = Seen::default();
    if !enter(reader)? {
        return Ok(configuration);
    }
    configuration.exists = true;
    while reader.field(&["root_module"], &mut seen)?.is_some() {
        let mut walk = Walk {
            interest,
            modules: &mut configuration.modules,
        };
        walk.module(reader, "", None)?;
    }
    Ok(configuration)
}

/// The values of the root module's variables, as the plan has them.
pub(super) fn read_variables(
    reader: &mut Source<'_>,
) -> Result<BTreeMap<Arc<str>, Json>, JsonError> {
    let mut values = BTreeMap::new();
    each(reader, |reader, name| {
        let mut seen = Seen::default();
        if enter(reader)? {
            while reader.field(&["value"], &mut seen)?.is_some() {
                let value = reader.tree()?;
                values.insert(Arc::clone(&name), value);
            }
        }
        Ok(())
    })?;
    Ok(values)
}

struct Walk<'a> {
    interest: &'a dyn Interest,
    modules: &'a mut BTreeMap<Arc<str>, Module>,
}

const MODULE: [&str; 4] = ["resources", "module_calls", "variables", "outputs"];
const CALL: [&str; 5] = [
    "source",
    "expressions",
    "count_expression",
    "for_each_expression",
    "module",
];
const BLOCK: [&str; 7] = [
    "mode",
    "type",
    "name",
    "expressions",
    "count_expression",
    "for_each_expression",
    "provisioners",
];

impl Walk<'_> {
    fn module(
        &mut self,
        reader: &mut Source<'_>,
        path: &str,
        call: Option<Call>,
    ) -> Result<(), JsonError> {
        let mut module = Module {
            call,
            ..Module::default()
        };
        let mut seen = Seen::default();
        if !enter(reader)? {
            return Ok(());
        }
        while let Some(field) = reader.field(&MODULE, &mut seen)? {
            match field {
                "resources" => self.resources(reader, &mut module)?,
                "module_calls" => each(reader, |reader, name| {
                    let path = if path.is_empty() {
                        name
                    } else {
                        format!("{path}.{name}").into()
                    };
                    self.call(reader, &path)
                })?,
                "variables" => each(reader, |reader, name| {
                    let variable = variable(&reader.tree()?);
                    module.variables.insert(name, variable);
                    Ok(())
                })?,
                _ => each(reader, |reader, name| {
                    if let Some(Setting::Expression(value)) =
                        reader.tree()?.get("expression").and_then(setting)
                    {
                        module.outputs.insert(name, value);
                    }
                    Ok(())
                })?,
            }
        }
        // A call that comes before what it calls was entered already.
        self.modules.insert(path.into(), module);
        Ok(())
    }

    fn call(&mut self, reader: &mut Source<'_>, path: &str) -> Result<(), JsonError> {
        let mut call = Call::default();
        let mut seen = Seen::default();
        let mut called = false;
        if !enter(reader)? {
            return Ok(());
        }
        while let Some(field) = reader.field(&CALL, &mut seen)? {
            match field {
                "source" => call.source = text(reader)?.unwrap_or_default(),
                "expressions" => each(reader, |reader, name| {
                    if let Some(Setting::Expression(value)) = setting(&reader.tree()?) {
                        call.inputs.insert(name, value);
                    }
                    Ok(())
                })?,
                "module" => {
                    called = true;
                    self.module(reader, path, None)?;
                }
                _ => call.repeat = repeat(&reader.tree()?),
            }
        }
        if called && let Some(module) = self.modules.get_mut(path) {
            module.call = Some(call);
        } else {
            let module = Module {
                call: Some(call),
                ..Module::default()
            };
            self.modules.insert(path.into(), module);
        }
        Ok(())
    }

    fn resources(&mut self, reader: &mut Source<'_>, module: &mut Module) -> Result<(), JsonError> {
        if reader.kind()? != Kind::Array {
            return reader.skip();
        }
        reader.open_array("resources")?;
        while reader.element()? {
            self.resource(reader, module)?;
        }
        Ok(())
    }

    fn resource(&mut self, reader: &mut Source<'_>, module: &mut Module) -> Result<(), JsonError> {
        let mut block = Block {
            settings: Some(Settings::new()),
            ..Block::default()
        };
        let (mut mode, mut resource_type, mut name) = (None, None, None);
        let mut seen = Seen::default();
        if !enter(reader)? {
            return Ok(());
        }
        while let Some(field) = reader.field(&BLOCK, &mut seen)? {
            match field {
                "mode" => mode = text(reader)?,
                "type" => resource_type = text(reader)?,
                "name" => name = text(reader)?,
                "expressions" => {
                    // Where the type comes later, all of it is kept.
                    let wanted = resource_type
                        .as_deref()
                        .map(|of| self.interest.attributes(of));
                    block.settings = settings(reader, wanted)?;
                }
                "provisioners" => block.has_provisioners = !reader.tree()?.elements().is_empty(),
                _ => block.repeat = repeat(&reader.tree()?),
            }
        }
        if let (None | Some("managed"), Some(resource_type), Some(name)) =
            (mode.as_deref(), resource_type, name)
        {
            let blocks = module.blocks.entry(resource_type).or_default();
            // Two blocks of one name: which of them is meant cannot be told.
            let twice = blocks.insert(Arc::clone(&name), block).is_some();
            if twice && let Some(block) = blocks.get_mut(&name) {
                block.settings = None;
            }
        }
        Ok(())
    }
}

/// The settings of a resource block; `wanted` as [`Interest::attributes`] says.
fn settings(
    reader: &mut Source<'_>,
    wanted: Option<Option<&AttributeSet>>,
) -> Result<Option<Settings>, JsonError> {
    if reader.kind()? != Kind::Object {
        reader.skip()?;
        return Ok(None);
    }
    let mut found = Some(Settings::new());
    let wanted = wanted.map(|wanted| wanted.unwrap_or_else(|| AttributeSet::identity()));
    reader.open_object("expressions")?;
    while let Some(key) = reader.key()? {
        let name = match wanted {
            Some(wanted) => wanted.find(key).cloned(),
            None => Some(Arc::from(key)),
        };
        let Some(name) = name else {
            reader.skip()?;
            continue;
        };
        match (setting(&reader.tree()?), &mut found) {
            (Some(setting), Some(found)) => {
                found.insert(name, setting);
            }
            // What cannot be understood must not be taken for not being set.
            _ => found = None,
        }
    }
    Ok(found)
}

/// What a value under `expressions` says; none where it says nothing that is known.
fn setting(json: &Json) -> Option<Setting> {
    match json {
        Json::Array(blocks) => {
            let blocks: Option<Vec<_>> = blocks.iter().map(nested).collect();
            blocks.map(Setting::Blocks)
        }
        Json::Object(members) => {
            if let Some(constant) = json.get("constant_value") {
                return Some(Setting::Expression(Expression::Constant(constant.clone())));
            }
            if members.is_empty() {
                return Some(Setting::Expression(Expression::Hidden));
            }
            if let Some(Json::Array(references)) = json.get("references") {
                let texts = references.iter().map(|one| match one {
                    Json::String(text) => Some(Arc::clone(text)),
                    _ => None,
                });
                let texts: Option<Vec<_>> = texts.collect();
                if let Some(texts) = texts {
                    return Some(Setting::Expression(Expression::References(texts)));
                }
            }
            nested(json).map(Setting::Block)
        }
        _ => None,
    }
}

fn nested(json: &Json) -> Option<Settings> {
    let Json::Object(members) = json else {
        return None;
    };
    let each = members
        .iter()
        .map(|(name, value)| Some((Arc::clone(name), setting(value)?)));
    each.collect()
}

fn repeat(json: &Json) -> Option<Expression> {
    match setting(json)? {
        Setting::Expression(expression) => Some(expression),
        _ => None,
    }
}

fn variable(json: &Json) -> Variable {
    Variable {
        value: None,
        default: json.get("default").cloned(),
        sensitive: json.get("sensitive").is_some_and(Json::is_true),
    }
}

/// Into an object; what is none is skipped, and then it is false.
fn enter(reader: &mut Source<'_>) -> Result<bool, JsonError> {
    if reader.kind()? != Kind::Object {
        reader.skip()?;
        return Ok(false);
    }
    reader.open_object("")?;
    Ok(true)
}

/// Each member of an object, whose value must be read; what is no object is skipped.
fn each(
    reader: &mut Source<'_>,
    mut read: impl FnMut(&mut Source<'_>, Arc<str>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    let mut seen = BTreeSet::new();
    if enter(reader)? {
        while let Some(key) = reader.key()? {
            let key: Arc<str> = Arc::from(key);
            if !seen.insert(Arc::clone(&key)) {
                return reader.fail(Fault::Repeated(key.to_string()));
            }
            read(reader, key)?;
        }
    }
    Ok(())
}

/// A string; none where it is something else.
fn text(reader: &mut Source<'_>) -> Result<Option<Arc<str>>, JsonError> {
    if reader.kind()? == Kind::String {
        return Ok(Some(reader.string("")?.into()));
    }
    reader.skip()?;
    Ok(None)
}
