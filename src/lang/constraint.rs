//! Type constraints, as the `type` argument of a variable has them: types with optional
//! attributes, and the defaults of these.

use super::convert::convert;
use super::error::LangError;
use super::eval::{NoNames, eval_part};
use super::expr::{Expr, Kind, Node};
use super::types::{Attribute, ObjectType, Type};
use super::unify::{Via, unify};
use super::value::{Data, Value};
use crate::lang::Members;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a variable takes.
#[derive(Clone, Debug)]
pub struct TypeConstraint {
    of: Type,
    defaults: Option<Defaults>,
}

/// The defaults of a type's optional attributes, and of the types within it.
#[derive(Clone, Debug)]
struct Defaults {
    of: Type,
    values: Members,
    children: Children,
}

#[derive(Clone, Debug)]
enum Children {
    /// The one element type of a collection.
    Element(Option<Box<Defaults>>),
    /// The attributes of an object.
    Attributes(BTreeMap<Arc<str>, Defaults>),
    /// The elements of a tuple.
    Elements(BTreeMap<usize, Defaults>),
}

impl TypeConstraint {
    /// Takes anything.
    pub const fn any() -> Self {
        Self {
            of: Type::Dynamic,
            defaults: None,
        }
    }

    /// A constraint without defaults.
    pub const fn exactly(of: Type) -> Self {
        Self { of, defaults: None }
    }

    /// The type; some of its attributes may be optional, and parts of it open.
    pub fn as_type(&self) -> &Type {
        &self.of
    }

    /// The value as this constraint wants it: with the defaults of missing attributes filled in,
    /// and converted.
    ///
    /// # Errors
    ///
    /// Why it does not fit, as part of a sentence.
    pub fn convert(&self, value: &Value) -> Result<Value, String> {
        match &self.defaults {
            Some(defaults) => convert(&defaults.apply(value), &self.of),
            None => convert(value, &self.of),
        }
    }
}

/// Reads the expression of a `type` argument.
///
/// # Errors
///
/// What is no type constraint, in Terraform's words.
pub fn type_constraint(expr: &Expr) -> Result<TypeConstraint, LangError> {
    let reader = Reader { expr };
    let read = match keyword(expr.node()) {
        // The forms that come from before there were element types.
        Some("list") => Ok((Type::list(Type::Dynamic), None)),
        Some("map") => Ok((Type::map(Type::Dynamic), None)),
        _ => reader.read(expr.node()),
    };
    let (of, defaults) = read.map_err(|error| error.placed(|range| expr.place(range)))?;
    Ok(TypeConstraint { of, defaults })
}

type Read = Result<(Type, Option<Defaults>), LangError>;

struct Reader<'e> {
    expr: &'e Expr,
}

impl Reader<'_> {
    fn read(&self, node: &Node) -> Read {
        if let Some(word) = keyword(node) {
            return match word {
                "bool" => Ok((Type::Bool, None)),
                "string" => Ok((Type::String, None)),
                "number" => Ok((Type::Number, None)),
                "any" => Ok((Type::Dynamic, None)),
                "list" | "map" | "set" => Err(invalid(node, needs_element(word))),
                "object" => Err(invalid(node, NEEDS_ATTRIBUTES.to_owned())),
                "tuple" => Err(invalid(node, NEEDS_ELEMENTS.to_owned())),
                other => Err(invalid(
                    node,
                    format!("The keyword \"{other}\" is not a valid type specification."),
                )),
            };
        }
        if let Some(value) = node.as_literal()
            && let Some(text) = value.as_str()
        {
            return Err(quoted(node, text));
        }
        let Some((name, arguments)) = node.as_call() else {
            return Err(invalid(
                node,
                "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).".to_owned(),
            ));
        };
        match name {
            "bool" | "string" | "number" => {
                return Err(invalid(
                    node,
                    format!("Primitive type keyword \"{name}\" does not expect arguments."),
                ));
            }
            "any" => {
                return Err(invalid(
                    node,
                    "Type constraint keyword \"any\" does not expect arguments.".to_owned(),
                ));
            }
            _ => {}
        }
        let argument = match (arguments, name) {
            ([argument], _) => argument,
            (_, "list" | "set" | "map") => return Err(invalid(node, needs_element(name))),
            (_, "object") => return Err(invalid(node, NEEDS_ATTRIBUTES.to_owned())),
            (_, "tuple") => return Err(invalid(node, NEEDS_ELEMENTS.to_owned())),
            _ => node,
        };
        match name {
            "list" => self.collection(argument, Type::list),
            "set" => self.collection(argument, Type::set),
            "map" => self.collection(argument, Type::map),
            "object" => self.object(argument),
            "tuple" => self.tuple(argument),
            "optional" => Err(invalid(
                node,
                "Keyword \"optional\" is valid only as a modifier for object type attributes."
                    .to_owned(),
            )),
            _ => Err(invalid(
                node,
                format!("Keyword \"{name}\" is not a valid type constructor."),
            )),
        }
    }

    fn collection(&self, argument: &Node, make: fn(Type) -> Type) -> Read {
        let (element, defaults) = self.read(argument)?;
        let of = make(element);
        let defaults = defaults.map(|child| Defaults {
            of: of.clone(),
            values: Members::new(),
            children: Children::Element(Some(Box::new(child))),
        });
        Ok((of, defaults))
    }

    fn tuple(&self, argument: &Node) -> Read {
        let Some(nodes) = argument.as_tuple() else {
            return Err(invalid(
                argument,
                "Tuple type constructor requires a list of element types.".to_owned(),
            ));
        };
        let mut types = Vec::with_capacity(nodes.len());
        let mut children = BTreeMap::new();
        for (at, node) in nodes.iter().enumerate() {
            let (of, defaults) = self.read(node)?;
            types.push(of);
            if let Some(defaults) = defaults {
                children.insert(at, defaults);
            }
        }
        let of = Type::tuple(types);
        let defaults = (!children.is_empty()).then(|| Defaults {
            of: of.clone(),
            values: Members::new(),
            children: Children::Elements(children),
        });
        Ok((of, defaults))
    }

    fn object(&self, argument: &Node) -> Read {
        let Some(items) = argument.as_object() else {
            return Err(invalid(
                argument,
                "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.".to_owned(),
            ));
        };
        let mut attributes = BTreeMap::new();
        let mut values = Members::new();
        let mut children = BTreeMap::new();
        for (key, value) in items {
            let name: Arc<str> = match key.as_literal().and_then(Value::as_str) {
                Some(name) if !self.is_quoted(key) => Arc::from(name),
                _ => {
                    return Err(invalid(
                        key,
                        "Object constructor map keys must be attribute names.".to_owned(),
                    ));
                }
            };
            if attributes.contains_key(&name) {
                return Err(invalid(
                    key,
                    "Object constructor map keys must be unique.".to_owned(),
                ));
            }
            let (type_node, optional, default) = optional(value)?;
            let (of, defaults) = self.read(type_node)?;
            if let Some(default_node) = default {
                let default = eval_part(self.expr, default_node, &NoNames)?;
                let default = convert(&default, &of).map_err(|why| {
                    LangError::new(
                        "Invalid default value for optional attribute",
                        format!("This default value is not compatible with the attribute's type constraint: {why}."),
                    )
                    .at_range(default_node.raw_range())
                })?;
                values.insert(name.clone(), default);
            }
            if let Some(defaults) = defaults {
                children.insert(name.clone(), defaults);
            }
            attributes.insert(name, Attribute { of, optional });
        }
        let of = Type::Object(Arc::new(ObjectType { attributes }));
        let defaults = (!values.is_empty() || !children.is_empty()).then(|| Defaults {
            of: of.clone(),
            values,
            children: Children::Attributes(children),
        });
        Ok((of, defaults))
    }

    fn is_quoted(&self, node: &Node) -> bool {
        let text = self.expr.file().text();
        text.get(node.range()).is_some_and(|t| t.starts_with('"'))
    }
}

/// The type within `optional(..)`, whether it was one, and the default.
fn optional(node: &Node) -> Result<(&Node, bool, Option<&Node>), LangError> {
    match node.as_call() {
        Some(("optional", arguments)) => match arguments {
            [of] => Ok((of, true, None)),
            [of, default] => Ok((of, true, Some(default))),
            [] => Err(invalid(
                node,
                "Optional attribute modifier requires the attribute type as its argument."
                    .to_owned(),
            )),
            _ => Err(invalid(
                node,
                "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.".to_owned(),
            )),
        },
        _ => Ok((node, false, None)),
    }
}

/// A name that stands alone.
fn keyword(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Variable(path) if path.steps.is_empty() => Some(&path.root),
        _ => None,
    }
}

const NEEDS_ATTRIBUTES: &str = "The object type constructor requires one argument specifying the attribute types and values as a map.";
const NEEDS_ELEMENTS: &str =
    "The tuple type constructor requires one argument specifying the element types as a list.";

fn needs_element(word: &str) -> String {
    format!("The {word} type constructor requires one argument specifying the element type.")
}

fn invalid(node: &Node, detail: String) -> LangError {
    LangError::new("Invalid type specification", detail).at_range(node.raw_range())
}

/// The form of Terraform 0.11, for which there are words of its own.
fn quoted(node: &Node, text: &str) -> LangError {
    let instead = match text {
        "string" => "Remove the quotes around \"string\".",
        "list" => {
            "Remove the quotes around \"list\" and write list(string) instead to explicitly indicate that the list elements are strings."
        }
        "map" => {
            "Remove the quotes around \"map\" and write map(string) instead to explicitly indicate that the map elements are strings."
        }
        _ => {
            return LangError::new(
                "Invalid legacy variable type hint",
                "To provide a full type expression, remove the surrounding quotes and give the type expression directly.",
            )
            .at_range(node.raw_range());
        }
    };
    LangError::new(
        "Invalid quoted type constraints",
        format!("Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and will be removed in a future version of Terraform. {instead}"),
    )
    .at_range(node.raw_range())
}

impl Defaults {
    /// Fills in what is missing or null, wherever a default says what it should be.
    fn apply(&self, value: &Value) -> Value {
        let marks = value.marks();
        let filled = match &value.data {
            Data::List(elements) if !elements.items.is_empty() => {
                let items = self.apply_all(&elements.items);
                match alike(&items) {
                    Some((of, items)) => Value::list_of(of, items),
                    None => Value::tuple(items),
                }
            }
            Data::Set(elements) if !elements.items.is_empty() => {
                let items = self.apply_all(&elements.items);
                match alike(&items) {
                    Some((of, items)) => Value::set_of(of, items),
                    None => Value::tuple(items),
                }
            }
            Data::Tuple(elements) => Value::tuple(self.apply_all(elements)),
            Data::Map(entries) => {
                let items = self.apply_named(&entries.items);
                if items.is_empty() {
                    return value.clone();
                }
                let (keys, values): (Vec<_>, Vec<_>) = items.into_iter().unzip();
                match alike(&values) {
                    Some((of, values)) => Value::map_of(of, keys.into_iter().zip(values).collect()),
                    None => Value::object(keys.into_iter().zip(values).collect()),
                }
            }
            Data::Object(attributes) => Value::object(self.apply_named(attributes)),
            _ => return value.clone(),
        };
        filled.with_marks(marks)
    }

    fn apply_all(&self, items: &[Value]) -> Vec<Value> {
        let child = |at: usize| match &self.children {
            Children::Elements(children) if matches!(self.of, Type::Tuple(_)) => children.get(&at),
            Children::Element(child) => child.as_deref(),
            _ => None,
        };
        items
            .iter()
            .enumerate()
            .map(|(at, item)| match child(at) {
                Some(defaults) => defaults.apply(item),
                None => item.clone(),
            })
            .collect()
    }

    fn apply_named(&self, items: &Members) -> Members {
        let child = |name: &str| match &self.children {
            Children::Attributes(children) => children.get(name),
            Children::Element(child) => child.as_deref(),
            Children::Elements(_) => None,
        };
        let mut filled: Members = items
            .iter()
            .map(|(name, item)| {
                let item = match child(name) {
                    Some(defaults) => defaults.apply(item),
                    None => item.clone(),
                };
                (name.clone(), item)
            })
            .collect();
        for (name, default) in &self.values {
            let item = match filled.get(name) {
                Some(item) if !item.is_null() => item.clone(),
                _ => match child(name) {
                    Some(defaults) => defaults.apply(default),
                    None => default.clone(),
                },
            };
            let item = if default.is_never_null() {
                item.refine_not_null()
            } else {
                item
            };
            filled.insert(name.clone(), item);
        }
        filled
    }
}

/// The values brought to a common type, if they have one.
fn alike(values: &[Value]) -> Option<(Type, Vec<Value>)> {
    let types: Vec<Type> = values.iter().map(Value::type_of).collect();
    let unified = unify(&types, true)?;
    if unified.via == Via::Unknown {
        let unknown = values
            .iter()
            .map(|value| Value::unknown().with_marks(value.marks()));
        return Some((Type::Dynamic, unknown.collect()));
    }
    let values = values
        .iter()
        .map(|value| convert(value, &unified.of))
        .collect::<Result<_, _>>()
        .ok()?;
    Some((unified.of, values))
}
