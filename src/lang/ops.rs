//! What operators do with values: arithmetic, comparison, logic, attributes and indexes.
//!
//! Everything here knows unknown values and hands marks on.

use super::convert::convert;
use super::error::LangError;
use super::expr::Binary;
use super::number::Number;
use super::quote::quoted;
use super::types::Type;
use super::unknown::{Bound, Refinement};
use super::value::{Data, Marks, Value};
use crate::lang::Members;

fn unknown_bool() -> Value {
    Value::unknown_of(Type::Bool).refine_not_null()
}

/// `a == b` of the language: unknown where what is not known can decide.
pub fn equals(a: &Value, b: &Value) -> Value {
    let marks = a.deep_marks() | b.deep_marks();
    let result = match same(a, b) {
        Some(same) => Value::bool(same),
        None => unknown_bool(),
    };
    result.with_marks(marks)
}

/// Whether two values are the same; none where nobody can tell yet.
fn same(a: &Value, b: &Value) -> Option<bool> {
    match (&a.data, &b.data) {
        (Data::Null(_), Data::Null(_)) => return Some(true),
        (Data::Null(_), _) if b.is_never_null() => return Some(false),
        (_, Data::Null(_)) if a.is_never_null() => return Some(false),
        (Data::Unknown(_), Data::Unknown(_)) => return None,
        (_, Data::Unknown(unknown)) => return same_as_unknown(a, &unknown.of, &unknown.refinement),
        (Data::Unknown(unknown), _) => return same_as_unknown(b, &unknown.of, &unknown.refinement),
        (Data::Bool(a), Data::Bool(b)) => return Some(a == b),
        (Data::Number(a), Data::Number(b)) => return Some(a == b),
        (Data::String(a), Data::String(b)) => return Some(a == b),
        _ => {}
    }
    let (a_type, b_type) = (a.type_of(), b.type_of());
    if !has_known_type(a) || !has_known_type(b) {
        return (!conforms(&a_type, &b_type) && !conforms(&b_type, &a_type)).then_some(false);
    }
    if a_type != b_type {
        return Some(false);
    }
    match (&a.data, &b.data) {
        (Data::Set(a), Data::Set(b)) => {
            let known = |items: &[Value]| items.iter().all(Value::is_known);
            if !known(&a.items) || !known(&b.items) {
                return None;
            }
            Some(a.items == b.items)
        }
        (Data::List(a), Data::List(b)) => {
            if a.items.len() != b.items.len() {
                return Some(false);
            }
            all_same(a.items.iter().zip(&b.items))
        }
        (Data::Tuple(a), Data::Tuple(b)) => all_same(a.iter().zip(b.iter())),
        (Data::Map(a), Data::Map(b)) => {
            if !a.items.keys().eq(b.items.keys()) {
                return Some(false);
            }
            all_same(a.items.values().zip(b.items.values()))
        }
        (Data::Object(a), Data::Object(b)) => all_same(a.values().zip(b.values())),
        _ => Some(false),
    }
}

/// Whether everything in a value has a type that is known; a null needs none.
fn has_known_type(value: &Value) -> bool {
    match &value.data {
        Data::Unknown(unknown) => !unknown.of.has_dynamic(),
        _ => value.children().all(has_known_type),
    }
}

/// The first pair that differs or cannot be told decides.
fn all_same<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<bool> {
    for (a, b) in pairs {
        match same(a, b) {
            Some(true) => {}
            decided => return decided,
        }
    }
    Some(true)
}

fn same_as_unknown(known: &Value, of: &Type, refinement: &Refinement) -> Option<bool> {
    if !may_be(known, of, refinement) {
        return Some(false);
    }
    if known.is_null() || of.has_dynamic() {
        return None;
    }
    (known.type_of() != *of).then_some(false)
}

/// Whether an unknown value of that type and those bounds can turn out to be the known one.
fn may_be(known: &Value, of: &Type, refinement: &Refinement) -> bool {
    if known.is_null() {
        return !refinement.not_null;
    }
    let have = known.type_of();
    if have == Type::Dynamic {
        return true;
    }
    if !conforms(&have, of) {
        return false;
    }
    if let (Some(prefix), Some(text)) = (&refinement.prefix, known.as_str()) {
        return text.starts_with(&**prefix);
    }
    if let Data::Number(number) = &known.data {
        let above = refinement
            .low
            .as_ref()
            .is_none_or(|low| *number > low.at || low.inclusive && *number == low.at);
        let below = refinement
            .high
            .as_ref()
            .is_none_or(|high| *number < high.at || high.inclusive && *number == high.at);
        return above && below;
    }
    if of.is_collection()
        && let Some(length) = known_length(known)
    {
        return length >= refinement.min_length
            && refinement.max_length.is_none_or(|most| length <= most);
    }
    true
}

/// The length of a known list, map or set, where unknown elements leave no doubt.
fn known_length(value: &Value) -> Option<usize> {
    match &value.data {
        Data::List(elements) => Some(elements.items.len()),
        Data::Map(entries) => Some(entries.items.len()),
        Data::Set(elements) if elements.items.len() == 1 || value.is_wholly_known() => {
            Some(elements.items.len())
        }
        _ => None,
    }
}

/// Whether a type is the other but for places where that is open.
fn conforms(have: &Type, want: &Type) -> bool {
    match (have, want) {
        (_, Type::Dynamic) => true,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => conforms(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| conforms(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            a.attributes.keys().eq(b.attributes.keys())
                && a.attributes
                    .values()
                    .zip(b.attributes.values())
                    .all(|(a, b)| conforms(&a.of, &b.of))
        }
        _ => have == want,
    }
}

/// Applies an operator to operands of any type. Arithmetic keeps the bounds of unknown numbers
/// only where asked to, because Terraform does not.
///
/// # Errors
///
/// An operand that does not convert or is null (`Invalid operand` names the side: 0 or 1), or
/// an operation without a result (`0 / 0`).
pub(crate) fn binary(
    operator: Binary,
    a: &Value,
    b: &Value,
    keeps_bounds: bool,
) -> Result<Value, OperandError> {
    match operator {
        Binary::Equal => Ok(equals(a, b)),
        Binary::NotEqual => Ok(not_of(equals(a, b))),
        Binary::And | Binary::Or => {
            let (a, b) = operands(a, b, &Type::Bool)?;
            Ok(logic(operator == Binary::Or, &a, &b))
        }
        Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
            let (a, b) = operands(a, b, &Type::Number)?;
            Ok(compare(operator, &a, &b))
        }
        _ => {
            let (a, b) = operands(a, b, &Type::Number)?;
            arithmetic(operator, &a, &b, keeps_bounds)
        }
    }
}

/// What is wrong with an operation.
pub(crate) enum OperandError {
    /// An operand has no suitable value: the left (0) or the right (1) one.
    Unsuitable(usize, String),
    /// The operation failed.
    Failed(String),
}

fn operands(a: &Value, b: &Value, want: &Type) -> Result<(Value, Value), OperandError> {
    let left = convert(a, want).map_err(|why| OperandError::Unsuitable(0, why))?;
    let right = convert(b, want).map_err(|why| OperandError::Unsuitable(1, why))?;
    if left.is_null() || right.is_null() {
        return Err(OperandError::Failed("argument must not be null".to_owned()));
    }
    Ok((left, right))
}

/// `!a` of a bool.
///
/// # Errors
///
/// What is no bool.
pub(crate) fn not(value: &Value) -> Result<Value, OperandError> {
    let value = convert(value, &Type::Bool).map_err(|why| OperandError::Unsuitable(0, why))?;
    if value.is_null() {
        return Err(OperandError::Failed("argument must not be null".to_owned()));
    }
    Ok(not_of(value))
}

fn not_of(value: Value) -> Value {
    let marks = value.marks();
    match value.as_bool() {
        Some(truth) => Value::bool(!truth).with_marks(marks),
        None => unknown_bool().with_marks(marks),
    }
}

/// `-a` of a number.
///
/// # Errors
///
/// What is no number.
pub(crate) fn negate(value: &Value) -> Result<Value, OperandError> {
    let value = convert(value, &Type::Number).map_err(|why| OperandError::Unsuitable(0, why))?;
    if value.is_null() {
        return Err(OperandError::Failed("argument must not be null".to_owned()));
    }
    let marks = value.marks();
    Ok(match value.as_number() {
        Some(number) => Value::number(number.negate()),
        None => Value::unknown_of(Type::Number).refine_not_null(),
    }
    .with_marks(marks))
}

fn logic(or: bool, a: &Value, b: &Value) -> Value {
    let marks = a.marks() | b.marks();
    match (a.as_bool(), b.as_bool()) {
        (Some(a), Some(b)) => Value::bool(if or { a || b } else { a && b }),
        // Terraform waits for both sides, even where one of them decides.
        _ => unknown_bool(),
    }
    .with_marks(marks)
}

/// The ends of what a number can be.
fn range(value: &Value) -> (Bound, Bound) {
    let open = |at| Bound {
        at,
        inclusive: false,
    };
    match &value.data {
        Data::Number(number) => {
            let exact = Bound {
                at: number.clone(),
                inclusive: true,
            };
            (exact.clone(), exact)
        }
        Data::Unknown(unknown) => (
            unknown
                .refinement
                .low
                .clone()
                .unwrap_or_else(|| open(Number::NEGATIVE_INFINITY)),
            unknown
                .refinement
                .high
                .clone()
                .unwrap_or_else(|| open(Number::INFINITY)),
        ),
        _ => (open(Number::NEGATIVE_INFINITY), open(Number::INFINITY)),
    }
}

fn less(a: &Value, b: &Value) -> Option<bool> {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Some(a < b);
    }
    let ((a_low, a_high), (b_low, b_high)) = (range(a), range(b));
    // Bounds count as if they were exclusive, as Terraform has it.
    if a_high.at < b_low.at {
        return Some(true);
    }
    (a_low.at > b_high.at).then_some(false)
}

fn compare(operator: Binary, a: &Value, b: &Value) -> Value {
    let marks = a.marks() | b.marks();
    let strict = match operator {
        Binary::Less | Binary::LessOrEqual => less(a, b),
        _ => less(b, a),
    };
    let result = if matches!(operator, Binary::LessOrEqual | Binary::GreaterOrEqual) {
        match (strict, same(a, b)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    } else {
        strict
    };
    match result {
        Some(truth) => Value::bool(truth),
        None => unknown_bool(),
    }
    .with_marks(marks)
}

fn arithmetic(
    operator: Binary,
    a: &Value,
    b: &Value,
    keeps_bounds: bool,
) -> Result<Value, OperandError> {
    let marks = a.marks() | b.marks();
    let (Some(left), Some(right)) = (a.as_number(), b.as_number()) else {
        let result = if keeps_bounds {
            unknown_arithmetic(operator, a, b)
        } else {
            Value::unknown_of(Type::Number).refine_not_null()
        };
        return Ok(result.with_marks(marks));
    };
    let result = calculate(operator, left, right).ok_or_else(|| {
        OperandError::Failed(
            match operator {
                Binary::Divide if right.is_zero() => {
                    "can't divide zero by zero or infinity by infinity"
                }
                Binary::Divide => "can't divide zero by zero or infinity by infinity",
                Binary::Add => "can't compute sum of opposing infinities",
                Binary::Subtract => "can't subtract infinity from itself",
                Binary::Modulo => "can't use modulo with zero and infinity",
                _ => "can't multiply zero by infinity",
            }
            .to_owned(),
        )
    })?;
    Ok(Value::number(result).with_marks(marks))
}

fn calculate(operator: Binary, a: &Number, b: &Number) -> Option<Number> {
    match operator {
        Binary::Add => a.add(b),
        Binary::Subtract => a.subtract(b),
        Binary::Multiply => a.multiply(b),
        Binary::Divide => a.divide(b),
        Binary::Modulo => a.modulo(b),
        _ => None,
    }
}

/// The ends of the result, from the ends of the operands.
fn unknown_arithmetic(operator: Binary, a: &Value, b: &Value) -> Value {
    let is_zero = |value: &Value| value.as_number().is_some_and(Number::is_zero);
    if operator == Binary::Multiply && (is_zero(a) || is_zero(b)) {
        return Value::number(Number::ZERO);
    }
    let result = Value::unknown_of(Type::Number).refine_not_null();
    if !matches!(operator, Binary::Add | Binary::Subtract | Binary::Multiply) {
        return result;
    }
    let ((a_low, a_high), (b_low, b_high)) = (range(a), range(b));
    let mut corners = Vec::with_capacity(4);
    for a in [&a_low.at, &a_high.at] {
        for b in [&b_low.at, &b_high.at] {
            match calculate(operator, a, b) {
                Some(corner) => corners.push(corner),
                // An infinity met zero or its opposite: nothing is known then.
                None => return result,
            }
        }
    }
    let low = corners
        .iter()
        .min()
        .filter(|low| !low.is_infinite())
        .cloned();
    let high = corners
        .iter()
        .max()
        .filter(|high| !high.is_infinite())
        .cloned();
    result.refine(|refinement| {
        let refinement = match low {
            Some(low) => refinement.at_least(low, true),
            None => refinement,
        };
        match high {
            Some(high) => refinement.at_most(high, true),
            None => refinement,
        }
    })
}

/// `value.name`
///
/// # Errors
///
/// What has no such attribute, in Terraform's words.
pub fn attribute(value: &Value, name: &str) -> Result<Value, LangError> {
    const UNSUPPORTED: &str = "Unsupported attribute";
    let marks = value.marks();
    let found = match &value.data {
        Data::Null(_) => {
            return Err(LangError::new(
                "Attempt to get attribute from null value",
                "This value is null, so it does not have any attributes.",
            ));
        }
        Data::Object(attributes) => match attributes.get(name) {
            Some(found) => found.clone(),
            None => return Err(no_attribute(name)),
        },
        Data::Map(entries) => match entries.items.get(name) {
            Some(found) => found.clone(),
            None => {
                return Err(LangError::new(
                    "Missing map element",
                    format!(
                        "This map does not have an element with the key {}.",
                        quoted(name)
                    ),
                ));
            }
        },
        Data::Unknown(unknown) => match &unknown.of {
            Type::Dynamic => match &unknown.computed {
                Some(computed) => computed.part(name),
                None => Value::unknown(),
            },
            Type::Map(element) => Value::unknown_of((**element).clone()),
            Type::Object(object) => match object.attributes.get(name) {
                Some(attribute) => Value::unknown_of(attribute.of.clone()),
                None => return Err(no_attribute(name)),
            },
            other => return Err(LangError::new(UNSUPPORTED, why_no_attribute(other, name))),
        },
        _ => {
            return Err(LangError::new(
                UNSUPPORTED,
                why_no_attribute(&value.type_of(), name),
            ));
        }
    };
    Ok(found.with_marks(marks))
}

fn no_attribute(name: &str) -> LangError {
    LangError::new(
        "Unsupported attribute",
        format!(
            "This object does not have an attribute named {}.",
            quoted(name)
        ),
    )
}

fn why_no_attribute(of: &Type, name: &str) -> String {
    match of {
        Type::List(element) => match &**element {
            Type::Object(object) if object.attributes.contains_key(name) => format!(
                "Can't access attributes on a list of objects. Did you mean to access attribute {} for a specific element of the list, or across all elements of the list?",
                quoted(name)
            ),
            Type::Object(_) => "Can't access attributes on a list of objects. Did you mean to access an attribute for a specific element of the list, or across all elements of the list?".to_owned(),
            _ => "This value does not have any attributes.".to_owned(),
        },
        Type::Set(element) if matches!(**element, Type::Object(_)) => "Can't access attributes on a set of objects. Did you mean to access an attribute across all elements of the set?".to_owned(),
        of if of.is_primitive() => format!(
            "Can't access attributes on a primitive-typed value ({}).",
            of.friendly_name()
        ),
        _ => "This value does not have any attributes.".to_owned(),
    }
}

/// `value[key]`
///
/// # Errors
///
/// What has no such element, in Terraform's words.
pub fn index(value: &Value, key: &Value) -> Result<Value, LangError> {
    const INVALID: &str = "Invalid index";
    const NOT_FOUND: &str = "The given key does not identify an element in this collection value";
    if value.is_null() {
        return Err(LangError::new(
            "Attempt to index null value",
            "This value is null, so it does not have any indices.",
        ));
    }
    if key.is_null() {
        return Err(LangError::new(
            INVALID,
            "Can't use a null value as an indexing key.",
        ));
    }
    let key_is_dynamic = matches!(&key.data, Data::Unknown(unknown) if unknown.of == Type::Dynamic);
    let value_is_dynamic =
        matches!(&value.data, Data::Unknown(unknown) if unknown.of == Type::Dynamic);
    if let Some(computed) = value.as_computed()
        && value_is_dynamic
        && key.is_known()
    {
        let marks = value.marks() | key.marks();
        return Ok(computed.element(key).with_marks(marks));
    }
    if key_is_dynamic || value_is_dynamic {
        return Ok(Value::unknown().with_marks(value.marks()));
    }
    let as_key = |want: &Type| {
        convert(key, want).map_err(|why| LangError::new(INVALID, format!("{NOT_FOUND}: {why}.")))
    };
    match Shape::of(value) {
        Shape::Sequence(element) => {
            let key = as_key(&Type::Number)?;
            let marks = value.marks() | key.marks();
            let Some(number) = key.as_number() else {
                return Ok(Value::unknown_of(element).with_marks(value.marks()));
            };
            match value.elements() {
                Some(elements) => match number.to_u64().and_then(|at| usize::try_from(at).ok()) {
                    Some(at) if elements.len() > at => Ok(elements
                        .get(at)
                        .cloned()
                        .unwrap_or_else(Value::unknown)
                        .with_marks(marks)),
                    _ => Err(LangError::new(
                        INVALID,
                        format!("{NOT_FOUND}: {}", why_no_element(number, elements.len())),
                    )),
                },
                None => unknown_sequence(value, number, element, marks)
                    .ok_or_else(|| LangError::new(INVALID, format!("{NOT_FOUND}."))),
            }
        }
        Shape::Map(element) => {
            let key = as_key(&Type::String)?;
            match (key.as_str(), value.entries()) {
                (Some(text), Some(entries)) => match entries.get(text) {
                    Some(found) => Ok(found.clone().with_marks(value.marks() | key.marks())),
                    None => Err(LangError::new(INVALID, format!("{NOT_FOUND}."))),
                },
                _ => Ok(Value::unknown_of(element).with_marks(value.marks())),
            }
        }
        Shape::Object => {
            let by_number = matches!(key.type_of(), Type::Number);
            let key = as_key(&Type::String)?;
            match (key.as_str(), value.entries()) {
                (Some(text), Some(attributes)) => match attributes.get(text) {
                    Some(found) => Ok(found.clone().with_marks(value.marks())),
                    None if by_number => Err(LangError::new(
                        INVALID,
                        format!(
                            "{NOT_FOUND}. An object only supports looking up attributes by name, not by numeric index."
                        ),
                    )),
                    None => Err(LangError::new(INVALID, format!("{NOT_FOUND}."))),
                },
                _ => Ok(Value::unknown().with_marks(value.marks())),
            }
        }
        Shape::Set => Err(LangError::new(
            INVALID,
            "Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.",
        )),
        Shape::Other => Err(LangError::new(
            INVALID,
            "This value does not have any indices.",
        )),
    }
}

/// How a value is indexed, and what type an element has where that is all one knows.
enum Shape {
    Sequence(Type),
    Map(Type),
    Object,
    Set,
    Other,
}

impl Shape {
    fn of(value: &Value) -> Self {
        match &value.data {
            Data::List(elements) => Self::Sequence(elements.of.clone()),
            Data::Tuple(_) => Self::Sequence(Type::Dynamic),
            Data::Map(entries) => Self::Map(entries.of.clone()),
            Data::Object(_) => Self::Object,
            Data::Set(_) => Self::Set,
            Data::Unknown(unknown) => match &unknown.of {
                Type::List(element) => Self::Sequence((**element).clone()),
                Type::Tuple(_) => Self::Sequence(Type::Dynamic),
                Type::Map(element) => Self::Map((**element).clone()),
                Type::Object(_) => Self::Object,
                Type::Set(_) => Self::Set,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// An element of an unknown list or tuple; none where a tuple's type says that there is none.
fn unknown_sequence(value: &Value, key: &Number, element: Type, marks: Marks) -> Option<Value> {
    let Data::Unknown(unknown) = &value.data else {
        return None;
    };
    let Type::Tuple(elements) = &unknown.of else {
        return Some(Value::unknown_of(element).with_marks(value.marks()));
    };
    let at = usize::try_from(key.to_u64()?).ok()?;
    Some(Value::unknown_of(elements.get(at)?.clone()).with_marks(marks))
}

fn why_no_element(key: &Number, length: usize) -> &'static str {
    if !key.is_whole() {
        "indexing a sequence requires a whole number, but the given index has a fractional part."
    } else if key.is_negative() {
        "a negative number is not a valid index for a sequence."
    } else if length == 0 {
        "the collection has no elements."
    } else {
        "the given index is greater than or equal to the length of the collection."
    }
}

/// How many elements a value has: a number, known or bounded. None: it has no length.
pub(crate) fn length(value: &Value) -> Option<Value> {
    let result = match &value.data {
        Data::Tuple(elements) => Value::number(elements.len()),
        Data::Object(attributes) => Value::number(attributes.len()),
        Data::List(_) | Data::Map(_) | Data::Set(_) => match known_length(value) {
            Some(length) => Value::number(length),
            None => {
                let most = value.elements().map_or(0, <[Value]>::len);
                Value::unknown_of(Type::Number).refine(|refinement| {
                    refinement
                        .not_null()
                        .at_least(Number::from(1), true)
                        .at_most(Number::from(most), true)
                })
            }
        },
        Data::Unknown(unknown) => match &unknown.of {
            Type::Tuple(elements) => Value::number(elements.len()),
            Type::Object(object) => Value::number(object.attributes.len()),
            of if of.is_collection() => {
                let known = &unknown.refinement;
                // Where nothing else is known Terraform takes the greatest machine integer.
                let most = known
                    .max_length
                    .map_or(Number::from(i64::MAX), Number::from);
                Value::unknown_of(Type::Number).refine(|refinement| {
                    refinement
                        .not_null()
                        .at_least(Number::from(known.min_length), true)
                        .at_most(most, true)
                })
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(result.with_marks(value.marks()))
}

/// The keys and values to go through, in Terraform's order. None: it cannot be iterated.
pub(crate) fn iterate(value: &Value) -> Option<Vec<(Value, Value)>> {
    match &value.data {
        Data::List(elements) => Some(numbered(&elements.items)),
        Data::Tuple(elements) => Some(numbered(elements)),
        Data::Set(elements) => Some(
            elements
                .items
                .iter()
                .map(|item| (item.clone(), item.clone()))
                .collect(),
        ),
        Data::Map(entries) => Some(named(&entries.items)),
        Data::Object(attributes) => Some(named(attributes)),
        _ => None,
    }
}

fn numbered(items: &[Value]) -> Vec<(Value, Value)> {
    items
        .iter()
        .enumerate()
        .map(|(at, item)| (Value::number(at), item.clone()))
        .collect()
}

fn named(items: &Members) -> Vec<(Value, Value)> {
    items
        .iter()
        .map(|(key, item)| (Value::string(key.clone()), item.clone()))
        .collect()
}
