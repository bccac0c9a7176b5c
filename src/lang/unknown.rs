//! What is known of a value that is not known: its type, and bounds on what it can be.
//!
//! Terraform 1.11 carries such refinements, so `length(x) > 0` can be known while `x` is not.

use super::number::Number;
use super::types::Type;
use super::value::{Data, Value};
use std::sync::Arc;

/// An unknown value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unknown {
    pub(crate) of: Type,
    pub(crate) refinement: Refinement,
}

impl Unknown {
    pub(crate) const fn new(of: Type) -> Self {
        Self {
            of,
            refinement: Refinement::NONE,
        }
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
    /// A collection will have at least so many elements.
    pub min_length: usize,
    /// A collection will have at most so many elements.
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
            }))
        });
        Self {
            data,
            marks: self.marks,
        }
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
            Some(Value::map_of((**element).clone(), std::collections::BTreeMap::new()).data)
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
