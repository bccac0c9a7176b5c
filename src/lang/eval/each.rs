//! What is done for each element: `for` expressions and splats.

use super::Context;
use crate::lang::convert::convert;
use crate::lang::error::LangError;
use crate::lang::expr::{For, Node, Splat};
use crate::lang::ops;
use crate::lang::quote::quoted;
use crate::lang::types::Type;
use crate::lang::value::{Data, Marks, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Context<'_> {
    pub(super) fn splat(&mut self, splat: &Splat) -> Result<Value, LangError> {
        let source = self.eval(&splat.source)?;
        let marks = source.marks();
        let of = source.type_of();
        let is_sequence = matches!(of, Type::Tuple(_) | Type::List(_) | Type::Set(_));
        if source.is_null() {
            if is_sequence {
                return Err(LangError::new(
                    "Splat of null value",
                    "Splat expressions (with the * symbol) cannot be applied to null sequences.",
                )
                .at_range(splat.source.raw_range()));
            }
            return Ok(Value::tuple(Vec::new()).with_marks(marks));
        }
        // A resource is one thing, whatever else is known of it.
        let is_resource = source.as_computed().is_some_and(|c| c.attribute.is_empty());
        if of == Type::Dynamic && !is_resource {
            return Ok(Value::unknown().with_marks(marks));
        }
        if !is_sequence {
            // Anything else is as good as a tuple of one, or of none once it turns out null.
            let sure = source.is_never_null();
            let item = self.with_slot(splat.slot, source.unmarked(), &splat.each)?;
            let result = if sure {
                Value::tuple(vec![item])
            } else {
                Value::unknown()
            };
            return Ok(result.with_marks(marks));
        }
        let Some(items) = source.elements() else {
            return Ok(self.unknown_splat(splat, &source, &of)?.with_marks(marks));
        };
        let results = items
            .iter()
            .map(|item| self.with_slot(splat.slot, item.clone(), &splat.each))
            .collect::<Result<Vec<_>, _>>()?;
        if matches!(of, Type::Tuple(_)) {
            return Ok(Value::tuple(results).with_marks(marks));
        }
        let element = match results.first() {
            Some(_) => match one_type(&results) {
                Some(element) => element,
                None => {
                    return Err(LangError::new(
                        "Invalid nested splat expressions",
                        "The second level of splat expression produced elements of different types, so it isn't possible to construct a valid list to represent the top-level result.",
                    )
                    .at_range(splat.each.raw_range()));
                }
            },
            None => self.splat_element_type(splat, &of)?,
        };
        Ok(Value::list_of(element, results).with_marks(marks))
    }

    /// The type that one element of a list or set gives.
    fn splat_element_type(&mut self, splat: &Splat, of: &Type) -> Result<Type, LangError> {
        let element = of.element().cloned().unwrap_or(Type::Dynamic);
        let item = self.with_slot(splat.slot, Value::unknown_of(element), &splat.each)?;
        Ok(item.type_of())
    }

    fn unknown_splat(
        &mut self,
        splat: &Splat,
        source: &Value,
        of: &Type,
    ) -> Result<Value, LangError> {
        if let Type::Tuple(elements) = of {
            let mut types = Vec::with_capacity(elements.len());
            for element in elements.iter() {
                let item = Value::unknown_of(element.clone());
                types.push(self.with_slot(splat.slot, item, &splat.each)?.type_of());
            }
            return Ok(Value::unknown_of(Type::tuple(types)).refine_not_null());
        }
        let element = self.splat_element_type(splat, of)?;
        let known = source.refinement().cloned().unwrap_or_default();
        Ok(Value::unknown_of(Type::list(element)).refine(|refinement| {
            let refinement = refinement.not_null().length_at_least(known.min_length);
            match known.max_length {
                Some(most) => refinement.length_at_most(most),
                None => refinement,
            }
        }))
    }

    fn with_slot(&mut self, slot: usize, item: Value, each: &Node) -> Result<Value, LangError> {
        self.slots.truncate(slot);
        self.slots.push(item);
        let result = self.eval(each);
        self.slots.truncate(slot);
        result
    }

    pub(super) fn for_expression(&mut self, each: &For) -> Result<Value, LangError> {
        let collection = self.eval(&each.collection)?;
        if collection.is_null() {
            return Err(LangError::new(
                "Iteration over null value",
                "A null value cannot be used as the collection in a 'for' expression.",
            )
            .at_range(each.collection.raw_range()));
        }
        let of = collection.type_of();
        if of == Type::Dynamic {
            return Ok(Value::unknown().with_marks(collection.marks()));
        }
        let mut marks = collection.marks();
        if of.is_primitive() {
            return Err(LangError::new(
                "Iteration over non-iterable value",
                format!(
                    "A value of type {} cannot be used as the collection in a 'for' expression.",
                    of.friendly_name()
                ),
            )
            .at_range(each.collection.raw_range()));
        }
        if let Some(condition) = &each.condition {
            marks |= self.check_condition(each, condition)?;
        }
        let Some(entries) = ops::iterate(&collection) else {
            return Ok(Value::unknown().with_marks(marks));
        };
        self.budget.make_elements(entries.len())?;
        let mut results = Results::default();
        let mut known = true;
        for (key, value) in entries {
            self.slots.truncate(each.slot);
            self.slots.push(key);
            self.slots.push(value);
            known &= self.iteration(each, &mut results, &mut marks)?;
        }
        self.slots.truncate(each.slot);
        if !known {
            return Ok(Value::unknown().with_marks(marks));
        }
        let result = if each.key.is_none() {
            Value::tuple(results.elements)
        } else if each.grouping {
            let groups = results.groups.into_iter();
            Value::object(
                groups
                    .map(|(key, group)| (key, Value::tuple(group)))
                    .collect(),
            )
        } else {
            Value::object(results.attributes.into())
        };
        Ok(result.with_marks(marks))
    }

    /// One turn of a `for`; false where it cannot be known what the turn adds.
    fn iteration(
        &mut self,
        each: &For,
        results: &mut Results,
        marks: &mut Marks,
    ) -> Result<bool, LangError> {
        if let Some(condition) = &each.condition {
            let include = self.eval(condition)?;
            *marks |= include.marks();
            match truth(&include, condition)? {
                None => return Ok(false),
                Some(false) => return Ok(true),
                Some(true) => {}
            }
        }
        let Some(key_node) = &each.key else {
            results.elements.push(self.eval(&each.value)?);
            return Ok(true);
        };
        let key = self.eval(key_node)?;
        let invalid = |detail: String| {
            LangError::new("Invalid object key", detail).at_range(key_node.raw_range())
        };
        if key.is_null() {
            return Err(invalid(
                "Key expression in 'for' expression must not produce a null value.".to_owned(),
            ));
        }
        *marks |= key.marks();
        if !key.is_known() {
            return Ok(false);
        }
        let key = convert(&key, &Type::String).map_err(|why| {
            invalid(format!(
                "The key expression produced an invalid result: {why}."
            ))
        })?;
        let Data::String(name) = &key.data else {
            return Ok(false);
        };
        let value = self.eval(&each.value)?;
        if each.grouping {
            results.groups.entry(name.clone()).or_default().push(value);
        } else if results.attributes.insert(name.clone(), value).is_some() {
            return Err(LangError::new(
                "Duplicate object key",
                format!(
                    "Two different items produced the key {} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
                    quoted(name)
                ),
            )
            .at_range(key_node.raw_range()));
        }
        Ok(true)
    }

    /// A condition that can never be a bool is an error even where nothing is iterated.
    fn check_condition(&mut self, each: &For, condition: &Node) -> Result<Marks, LangError> {
        self.slots.truncate(each.slot);
        self.slots.push(Value::unknown());
        self.slots.push(Value::unknown());
        let result = self.eval(condition);
        self.slots.truncate(each.slot);
        let result = result?;
        if result.is_null() {
            return Err(LangError::new(
                "Condition is null",
                "The value of the 'if' clause must not be null.",
            )
            .at_range(condition.raw_range()));
        }
        truth(&result, condition)?;
        Ok(if result.is_known() {
            Marks::NONE
        } else {
            result.marks()
        })
    }
}

#[derive(Default)]
struct Results {
    elements: Vec<Value>,
    attributes: BTreeMap<Arc<str>, Value>,
    groups: BTreeMap<Arc<str>, Vec<Value>>,
}

/// What an `if` clause says; none where that is not known.
fn truth(include: &Value, node: &Node) -> Result<Option<bool>, LangError> {
    let invalid = |detail: String| {
        LangError::new("Invalid 'for' condition", detail).at_range(node.raw_range())
    };
    if include.is_null() {
        return Err(invalid(
            "The value of the 'if' clause must not be null.".to_owned(),
        ));
    }
    let include = convert(include, &Type::Bool)
        .map_err(|why| invalid(format!("The 'if' clause value is invalid: {why}.")))?;
    Ok(include.as_bool())
}

/// The one type of all values; none where they differ.
fn one_type(values: &[Value]) -> Option<Type> {
    let mut common = Type::Dynamic;
    for value in values {
        let next = value.type_of();
        if common == Type::Dynamic {
            common = next;
        } else if next != common && next != Type::Dynamic {
            return None;
        }
    }
    Some(common)
}
