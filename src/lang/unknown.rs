//! What is known of a value that is not known: its type, and bounds on what it can be.
//!
//! Terraform 1.11 carries such refinements, so `length(x) > 0` can be known while `x` is not.

use super::number::Number;
use super::types::Type;
use super::value::{Data, Value};
use crate::lang::Members;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An unknown value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unknown {
    pub(crate) of: Type,
    pub(crate) refinement: Refinement,
    pub(crate) computed: Option<Arc<Computed>>,
}

impl Unknown {
    pub(crate) const fn new(of: Type) -> Self {
        Self {
            of,
            refinement: Refinement::NONE,
            computed: None,
        }
    }
}

/// What of a resource a value is that is known only after apply, as long as it is handed on
/// unchanged: so it can be told which resource an attribute refers to.
///
/// A resource as a whole is such a value too, because without its provider nobody knows all of
/// its attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed {
    /// The address of the resource instance.
    pub address: Arc<str>,
    /// The attribute as a path (`id`, `network[0]`); empty for the instance as a whole.
    pub attribute: String,
    /// Those parts of it that are known.
    pub known: BTreeMap<Arc<str>, Value>,
}

impl Computed {
    /// One attribute of it.
    pub(crate) fn part(&self, name: &str) -> Value {
        match self.known.get(name) {
            Some(value) => value.clone(),
            None if self.attribute.is_empty() => self.nothing_of(name.to_owned()),
            None => self.nothing_of(format!("{}.{name}", self.attribute)),
        }
    }

    /// One element of it.
    pub(crate) fn element(&self, key: &Value) -> Value {
        match key.as_str() {
            Some(name) => self.part(name),
            None if self.attribute.is_empty() => Value::unknown(),
            None => self.nothing_of(format!("{}[{key}]", self.attribute)),
        }
    }

    fn nothing_of(&self, attribute: String) -> Value {
        Value::computed(Self {
            address: Arc::clone(&self.address),
            attribute,
            known: BTreeMap::new(),
        })
    }
}

/// Bounds on what an unknown value can turn out to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refinement {
    /// It will not be null.
    pub not_null: bool,
    /// A number will be at least this.
    pub low: Option<Bound>,
    /// A number will be at most this.
    pub high: Option<Bound>,
    /// A string will begin with this.
    pub prefix: Option<Arc<str>>,
    /// A collection will have at least so many elements, a string so many characters.
    pub min_length: usize,
    /// A collection will have at most so many elements, a string so many characters.
    pub max_length: Option<usize>,
}

/// An end of a range of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Where it ends.
    pub at: Number,
    /// Whether the end belongs to the range.
    pub inclusive: bool,
}

impl Refinement {
    const NONE: Self = Self {
        not_null: false,
        low: None,
        high: None,
        prefix: None,
        min_length: 0,
        max_length: None,
    };

    /// It will not be null.
    #[must_use]
    pub fn not_null(mut self) -> Self {
        self.not_null = true;
        self
    }

    /// A number not below this; the greater of two such bounds holds.
    #[must_use]
    pub fn at_least(mut self, at: Number, inclusive: bool) -> Self {
        let tighter = self
            .low
            .as_ref()
            .is_none_or(|low| at > low.at || at == low.at && low.inclusive && !inclusive);
        if tighter {
            self.low = Some(Bound { at, inclusive });
        }
        self
    }

    /// A number not above this; the smaller of two such bounds holds.
    #[must_use]
    pub fn at_most(mut self, at: Number, inclusive: bool) -> Self {
        let tighter = self
            .high
            .as_ref()
            .is_none_or(|high| at < high.at || at == high.at && high.inclusive && !inclusive);
        if tighter {
            self.high = Some(Bound { at, inclusive });
        }
        self
    }

    /// A string that begins with this.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<Arc<str>>) -> Self {
        let prefix = prefix.into();
        if !prefix.is_empty()
            && self
                .prefix
                .as_ref()
                .is_none_or(|known| known.len() < prefix.len())
        {
            self.prefix = Some(prefix);
        }
        self
    }

    /// A collection of at least so many elements.
    #[must_use]
    pub fn length_at_least(mut self, length: usize) -> Self {
        self.min_length = self.min_length.max(length);
        self
    }

    /// A collection of at most so many elements.
    #[must_use]
    pub fn length_at_most(mut self, length: usize) -> Self {
        self.max_length = Some(self.max_length.map_or(length, |known| known.min(length)));
        self
    }
}

impl Value {
    /// A part of a resource that is known only after apply.
    pub fn computed(part: Computed) -> Self {
        let mut unknown = Unknown::new(Type::Dynamic);
        // A resource is never null; its attributes may be.
        unknown.refinement.not_null = part.attribute.is_empty() || !part.known.is_empty();
        unknown.computed = Some(Arc::new(part));
        Data::Unknown(Arc::new(unknown)).into()
    }

    /// What of a resource an unknown value is, where that can be told.
    pub fn as_computed(&self) -> Option<&Computed> {
        match &self.data {
            Data::Unknown(unknown) => unknown.computed.as_deref(),
            _ => None,
        }
    }

    /// An unknown value that is the same part of a resource as `other` is, if that is any.
    #[must_use]
    pub(crate) fn computed_like(self, other: &Self) -> Self {
        match (&self.data, &other.data) {
            (Data::Unknown(unknown), Data::Unknown(from)) if from.computed.is_some() => {
                let mut unknown = (**unknown).clone();
                unknown.computed.clone_from(&from.computed);
                Self::from(Data::Unknown(Arc::new(unknown))).with_marks(self.marks)
            }
            _ => self,
        }
    }

    /// An unknown value of which more is known than before; anything else stays as it is.
    ///
    /// Where the bounds leave a single possibility the result is that value.
    #[must_use]
    pub fn refine(self, more: impl FnOnce(Refinement) -> Refinement) -> Self {
        let Data::Unknown(unknown) = &self.data else {
            return self;
        };
        if unknown.of == Type::Dynamic {
            return self;
        }
        let refinement = more(unknown.refinement.clone());
        let data = settled(&unknown.of, &refinement).unwrap_or_else(|| {
            Data::Unknown(Arc::new(Unknown {
                of: unknown.of.clone(),
                refinement,
                computed: unknown.computed.clone(),
            }))
        });
        Self::from(data).with_marks(self.marks)
    }

    /// An unknown value that will not be null; anything else stays as it is.
    #[must_use]
    pub(crate) fn refine_not_null(self) -> Self {
        self.refine(Refinement::not_null)
    }

    /// Whether it cannot be null, known or not.
    pub fn is_never_null(&self) -> bool {
        match &self.data {
            Data::Null(_) => false,
            Data::Unknown(unknown) => unknown.refinement.not_null,
            _ => true,
        }
    }
}

/// The one value that the bounds allow, if there is just one.
fn settled(of: &Type, refinement: &Refinement) -> Option<Data> {
    if !refinement.not_null {
        return None;
    }
    match of {
        Type::Number => match (&refinement.low, &refinement.high) {
            (Some(low), Some(high)) if low.inclusive && high.inclusive && low.at == high.at => {
                Some(Data::Number(low.at.clone()))
            }
            _ => None,
        },
        Type::List(element) if refinement.max_length == Some(0) => {
            Some(Value::list_of((**element).clone(), Vec::new()).data)
        }
        Type::Set(element) if refinement.max_length == Some(0) => {
            Some(Value::set_of((**element).clone(), Vec::new()).data)
        }
        Type::Map(element) if refinement.max_length == Some(0) => {
            Some(Value::map_of((**element).clone(), Members::new()).data)
        }
        // A known length of a list with unknown elements: cty makes it a known list.
        Type::List(element)
            if refinement.max_length == Some(refinement.min_length)
                && refinement.min_length <= 1024 =>
        {
            let item = Value::unknown_of((**element).clone());
            Some(Value::list_of((**element).clone(), vec![item; refinement.min_length]).data)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::{Expr, Found, LangError, Path, Scope, convert, eval, parse};
    use crate::source::SourceFile;

    /// `r` is a resource of which `size` is known, `all` a tuple of it.
    struct Resource;

    impl Scope for Resource {
        fn variable(&self, path: &Path) -> Result<Found, LangError> {
            let resource = Value::computed(Computed {
                address: Arc::from("a_b.c"),
                attribute: String::new(),
                known: BTreeMap::from([(Arc::from("size"), Value::number(3))]),
            });
            let value = match path.root() {
                "r" => resource,
                _ => Value::tuple(vec![resource]),
            };
            Ok(Found { value, used: 0 })
        }
    }

    fn value(text: &str) -> Value {
        let expr: Expr = parse(&SourceFile::new("f", text)).unwrap();
        eval(&expr, &Resource).unwrap()
    }

    #[test]
    fn a_part_of_a_resource_is_known_by_where_it_comes_from() {
        let check = |text: &str, attribute: Option<&str>| {
            let value = value(text);
            assert!(!value.is_known(), "{text}");
            let found = value.as_computed().map(|c| (&*c.address, &*c.attribute));
            assert_eq!(found, attribute.map(|a| ("a_b.c", a)), "{text}");
        };
        check("r", Some(""));
        check("r.id", Some("id"));
        check("r[\"id\"]", Some("id"));
        check("r.block[0].id", Some("block[0].id"));
        check("all[0].id", Some("id"));
        check("(all[*].id)[0]", Some("id"));
        check("(r[*].id)[0]", Some("id"));
        check("true ? r.id : null", Some("id"));
        check("try(r.id, null)", Some("id"));
        check("\"${r.id}\"", Some("id"));
        check("[for x in all : x.id][0]", Some("id"));
        check("tostring(r.id)", Some("id"));
        check("\"x${r.id}\"", None);
        check("r.id + 1", None);
    }

    #[test]
    fn what_is_known_of_a_resource_is_known() {
        assert_eq!(value("r.size"), Value::number(3));
        assert_eq!(value("all[*].size"), Value::tuple(vec![Value::number(3)]));
        assert_eq!(value("r == null"), Value::bool(false));
        assert!(!value("r.id == null").is_known());
        assert!(!value("r == r").is_known());
    }

    #[test]
    fn a_resource_converts_to_the_object_that_is_wanted() {
        let attributes = [("size", Type::String), ("id", Type::String)];
        let want = attributes.map(|(name, of)| (Arc::from(name), of));
        let object = convert(&value("r"), &Type::object(BTreeMap::from(want))).unwrap();
        assert_eq!(object.attribute("size"), Some(&Value::string("3")));
        let id = object.attribute("id").unwrap();
        assert_eq!(id.type_of(), Type::String);
        assert_eq!(id.as_computed().unwrap().attribute, "id");
    }
}
