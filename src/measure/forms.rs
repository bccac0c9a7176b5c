//! The special forms: what formulas can say beyond Terraform's own functions.
//!
//! They see their arguments unevaluated, take null as "nothing is said", and put marks on
//! values that tell later how sure an amount is.

use super::amount;
use super::scene::Scene;
use crate::lang::{self, Context, LangError, Marks, Node, Number, Value, convert};
use std::sync::Arc;

/// A special form.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    /// How many arguments it takes at least and at most.
    arguments: (usize, usize),
}

const fn form(name: &'static str, least: usize, most: usize) -> Form {
    Form {
        name,
        arguments: (least, most),
    }
}

/// All special forms.
pub(crate) const FORMS: [Form; 21] = [
    form("assume", 2, 2),
    form("configured", 1, 1),
    form("default", 2, 2),
    form("difference", 2, 2),
    form("elastic", 1, 1),
    form("first", 1, usize::MAX),
    form("greatest", 1, 1),
    form("has_provisioners", 0, 0),
    form("known", 1, 1),
    form("least", 1, 1),
    form("linked", 2, usize::MAX),
    form("machine", 2, 2),
    form("product", 1, 1),
    form("quantity", 1, 1),
    form("quotient", 2, 2),
    form("range", 2, 2),
    form("referring", 1, 1),
    form("round_up", 1, 1),
    form("smallest", 3, 3),
    form("total", 1, 1),
    form("undetermined", 1, 1),
];

/// Checks a call before anything is evaluated.
pub(crate) fn check(name: &str, arguments: &[Node]) -> Result<(), String> {
    let Some(form) = FORMS.iter().find(|form| form.name == name) else {
        return Ok(());
    };
    let (least, most) = form.arguments;
    if arguments.len() < least || arguments.len() > most {
        let takes = match (least, most) {
            (least, most) if least == most => format!("{least}"),
            (least, _) => format!("{least} or more"),
        };
        return Err(format!("`{name}` takes {takes} arguments"));
    }
    let types = arguments.first().map(types_of).unwrap_or_default();
    if ["linked", "referring"].contains(&name) && types.is_empty() {
        return Err(format!("`{name}` begins with a resource type, in quotes"));
    }
    Ok(())
}

/// The resource types that the first argument of `linked` or `referring` names.
pub(crate) fn types_of(node: &Node) -> Vec<Arc<str>> {
    let text = |node: &Node| node.as_literal().and_then(Value::as_str).map(Arc::from);
    match node.as_tuple() {
        Some(elements) => elements.iter().filter_map(text).collect(),
        None => text(node).into_iter().collect(),
    }
}

/// Works out a special form; none where the name is none.
pub(super) fn call(
    scene: &Scene<'_>,
    name: &str,
    arguments: &[Node],
    context: &mut Context<'_>,
) -> Option<Result<Value, LangError>> {
    let mut at = |position: usize| match arguments.get(position) {
        Some(node) => context.eval(node),
        None => Ok(Value::null()),
    };
    let result = match name {
        "first" => first(arguments, context),
        "default" => or(arguments, context, Marks::DEFAULT),
        "assume" => or(arguments, context, Marks::ASSUMED),
        "configured" => at(0).map(|value| {
            if value.deep_marks().contains(Marks::UNCONFIGURED) {
                Value::null()
            } else {
                value
            }
        }),
        "known" => at(0).map(|value| Value::bool(value.is_known() && !value.is_null())),
        "elastic" => at(0).and_then(|floor| from(&floor, Marks::ELASTIC)),
        "undetermined" => at(0).and_then(|floor| from(&floor, Marks::UNDETERMINED)),
        "range" => at(0).and_then(|low| between(&low, &at(1)?)),
        "total" => at(0).and_then(|list| over(&list, |parts| amount::total(parts))),
        "product" => at(0).and_then(|list| over(&list, |parts| amount::product(parts))),
        "greatest" => at(0).and_then(|list| over(&list, |parts| amount::greatest(parts))),
        "least" => at(0).and_then(|list| over(&list, |parts| amount::least(parts))),
        "quotient" => at(0).and_then(|dividend| amount::quotient(&dividend, &at(1)?)),
        "difference" => at(0).and_then(|whole| amount::difference(&whole, &at(1)?)),
        "round_up" => at(0).and_then(|value| amount::round_up(&value)),
        "quantity" => at(0).and_then(|value| quantity(&value)),
        "machine" => at(0).and_then(|table| scene.machine(&table, &at(1)?)),
        "smallest" => at(0).and_then(|table| scene.smallest(&table, &at(1)?, &at(2)?)),
        "linked" => scene.linked(arguments, context),
        "has_provisioners" => Ok(scene.has_provisioners()),
        "referring" => Ok(scene.referring(arguments)),
        _ => return scene.function(name, arguments, context),
    };
    Some(result)
}

/// The first that is not null. What follows it is not looked at.
fn first(arguments: &[Node], context: &mut Context<'_>) -> Result<Value, LangError> {
    for argument in arguments {
        let value = context.eval(argument)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Value::null())
}

/// The value, or what stands in for null, which is marked.
fn or(arguments: &[Node], context: &mut Context<'_>, marks: Marks) -> Result<Value, LangError> {
    let [value, other] = arguments else {
        return Ok(Value::null());
    };
    let value = context.eval(value)?;
    if !value.is_null() {
        return Ok(value);
    }
    Ok(context.eval(other)?.with_marks(marks))
}

/// Not known, but at least the floor.
fn from(floor: &Value, marks: Marks) -> Result<Value, LangError> {
    let floor = amount::total([floor])?;
    let low = floor.lower_bound().cloned().unwrap_or(Number::ZERO);
    Ok(Value::unknown_at_least(low).with_marks(marks | floor.marks()))
}

/// Not known, but not below the one and not above the other.
fn between(low: &Value, high: &Value) -> Result<Value, LangError> {
    let high = amount::total([high])?;
    let value = from(low, Marks::UNDETERMINED)?;
    Ok(match high.upper_bound() {
        Some(bound) if !bound.is_infinite() => {
            value.refine(|refinement| refinement.at_most(bound.clone(), true))
        }
        _ => value,
    })
}

/// A form over the elements of a list, in which lists may be nested.
fn over(
    list: &Value,
    form: impl Fn(Vec<&Value>) -> Result<Value, LangError>,
) -> Result<Value, LangError> {
    fn gather<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
        match value.elements() {
            Some(elements) => elements.iter().for_each(|element| gather(element, found)),
            None => found.push(value),
        }
    }
    let mut parts = Vec::new();
    gather(list, &mut parts);
    Ok(form(parts)?.with_marks(list.marks()))
}

/// The number that a Kubernetes quantity stands for: `500m`, `2Gi`, `1e3`, `0.5`.
fn quantity(value: &Value) -> Result<Value, LangError> {
    if value.is_null() || !value.is_known() {
        return Ok(value.clone());
    }
    if value.as_number().is_some() {
        return Ok(value.clone());
    }
    let number = value.as_str().and_then(parse_quantity);
    let number = number.ok_or_else(|| amount::nonsense(&amount::shown(value)))?;
    Ok(Value::number(number).with_marks(value.marks()))
}

fn parse_quantity(text: &str) -> Option<Number> {
    const FACTORS: [(&str, &str); 15] = [
        ("Ki", "1024"),
        ("Mi", "1048576"),
        ("Gi", "1073741824"),
        ("Ti", "1099511627776"),
        ("Pi", "1125899906842624"),
        ("Ei", "1152921504606846976"),
        ("n", "1e-9"),
        ("u", "1e-6"),
        ("m", "1e-3"),
        ("k", "1e3"),
        ("M", "1e6"),
        ("G", "1e9"),
        ("T", "1e12"),
        ("P", "1e15"),
        ("E", "1e18"),
    ];
    let text = text.trim();
    let suffix = FACTORS.iter().find(|(suffix, _)| text.ends_with(suffix));
    let (digits, factor) = match suffix {
        Some((suffix, factor)) => (text.strip_suffix(suffix)?, *factor),
        None => (text, "1"),
    };
    let number = Number::parse(digits).filter(|number| !number.is_infinite())?;
    match (Number::parse(factor)?, factor.strip_prefix("1e-")) {
        // Dividing is exact where multiplying by 0.001 is not.
        (_, Some(places)) => number.divide(&Number::parse(&format!("1e{places}"))?),
        (factor, None) => number.multiply(&factor),
    }
}

/// The text of a name; none where it is null or not known.
pub(super) fn text_of(value: &Value) -> Result<Option<Arc<str>>, LangError> {
    if value.is_null() || !value.is_known() {
        return Ok(None);
    }
    let text = convert(value, &lang::Type::String)
        .map_err(|_| LangError::new("No name", format!("{} is no name", amount::shown(value))))?;
    Ok(text.as_str().map(Arc::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubernetes_quantities_are_exact() {
        for (text, expected) in [
            ("500m", "0.5"),
            ("1", "1"),
            ("0.25", "0.25"),
            ("2Gi", "2147483648"),
            ("128Mi", "134217728"),
            ("100k", "100000"),
            ("100000000n", "0.1"),
            ("250u", "0.00025"),
            ("1e3", "1000"),
            ("1E", "1000000000000000000"),
            ("1Ei", "1152921504606846976"),
            (" 5G ", "5000000000"),
        ] {
            let number = parse_quantity(text).map(|number| number.to_string());
            assert_eq!(number.as_deref(), Some(expected), "{text}");
        }
        for text in ["", "m", "Gi", "5GB", "one", "1 Gi x", "infm", "-"] {
            assert!(parse_quantity(text).is_none(), "{text}");
        }
    }

    #[test]
    fn forms_are_listed_in_order() {
        assert!(FORMS.is_sorted_by_key(|form| form.name));
    }
}
