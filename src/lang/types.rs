//! The types of values, as Terraform's type constraints name them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The type of a value. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// Not known: the type of an untyped `null`, and of a value of which not even that is known.
    Dynamic,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(..)`
    List(Arc<Type>),
    /// `set(..)`
    Set(Arc<Type>),
    /// `map(..)`
    Map(Arc<Type>),
    /// `tuple([..])`
    Tuple(Arc<Vec<Type>>),
    /// `object({..})`
    Object(Arc<ObjectType>),
}

/// The attributes of an object type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectType {
    /// By name.
    pub attributes: BTreeMap<Arc<str>, Attribute>,
}

/// One attribute of an object type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attribute {
    /// Its type.
    pub of: Type,
    /// Whether a value may come without it; only in type constraints, never in a value's type.
    pub optional: bool,
}

impl Attribute {
    /// An attribute that must be there.
    pub const fn required(of: Type) -> Self {
        Self {
            of,
            optional: false,
        }
    }
}

impl Type {
    /// `list(element)`
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    /// `set(element)`
    pub fn set(element: Self) -> Self {
        Self::Set(Arc::new(element))
    }

    /// `map(element)`
    pub fn map(element: Self) -> Self {
        Self::Map(Arc::new(element))
    }

    /// `tuple([elements])`
    pub fn tuple(elements: Vec<Self>) -> Self {
        Self::Tuple(Arc::new(elements))
    }

    /// `object({attributes})`, none of them optional.
    pub fn object(attributes: BTreeMap<Arc<str>, Self>) -> Self {
        Self::Object(Arc::new(ObjectType {
            attributes: attributes
                .into_iter()
                .map(|(name, of)| (name, Attribute::required(of)))
                .collect(),
        }))
    }

    /// Whether it is `bool`, `number` or `string`.
    pub const fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// Whether it is a list, a set or a map.
    pub const fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// The element type of a list, a set or a map.
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            _ => None,
        }
    }

    /// Whether anything in it is not known.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(object) => object.attributes.values().any(|a| a.of.has_dynamic()),
        }
    }

    /// The same type with every attribute required, which is what a value can have.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        match self {
            Self::Dynamic | Self::Bool | Self::Number | Self::String => self.clone(),
            Self::List(element) => Self::list(element.without_optional()),
            Self::Set(element) => Self::set(element.without_optional()),
            Self::Map(element) => Self::map(element.without_optional()),
            Self::Tuple(elements) => {
                Self::tuple(elements.iter().map(Self::without_optional).collect())
            }
            Self::Object(object) => Self::object(
                object
                    .attributes
                    .iter()
                    .map(|(name, attribute)| (name.clone(), attribute.of.without_optional()))
                    .collect(),
            ),
        }
    }

    /// As Terraform's messages name it: `list of string`, `object`.
    pub fn friendly_name(&self) -> String {
        match self {
            Self::Dynamic => "dynamic".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(element) => format!("list of {}", element.friendly_name()),
            Self::Set(element) => format!("set of {}", element.friendly_name()),
            Self::Map(element) => format!("map of {}", element.friendly_name()),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}

/// As a type constraint is written: `object({a = number, b = list(string)})`; `dynamic` where
/// not known. Attributes come sorted by name, in quotes where they are no identifiers.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => f.write_str("dynamic"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{element}")?;
                }
                f.write_str("])")
            }
            Self::Object(object) => {
                f.write_str("object({")?;
                for (at, (name, attribute)) in object.attributes.iter().enumerate() {
                    if at > 0 {
                        f.write_str(", ")?;
                    }
                    if is_identifier(name) {
                        write!(f, "{name} = ")?;
                    } else {
                        write!(f, "{} = ", serde_json::Value::String(name.to_string()))?;
                    }
                    if attribute.optional {
                        write!(f, "optional({})", attribute.of)?;
                    } else {
                        write!(f, "{}", attribute.of)?;
                    }
                }
                f.write_str("})")
            }
        }
    }
}

/// Whether a name can stand without quotes.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
