//! Functions of text.

use super::numeric::whole;
use super::regex;
use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, text};
use crate::lang::graphemes::clusters;
use crate::lang::types::Type;
use crate::lang::value::Value;

const STR: Parameter = Parameter::new("str", Kind::String);

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters,
        variadic: None,
        returns: Returns::Always(returns),
        run: Run::Values(run),
        never_null: true,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    function("chomp", &[STR], Kind::String, |values, _| {
        Ok(Value::text(text(values, 0).trim_end_matches(['\r', '\n'])))
    }),
    function(
        "endswith",
        &[STR, Parameter::new("suffix", Kind::String)],
        Kind::Bool,
        |values, _| Ok(Value::bool(text(values, 0).ends_with(text(values, 1)))),
    ),
    function(
        "indent",
        &[Parameter::new("spaces", Kind::Number), STR],
        Kind::String,
        indent,
    ),
    Function {
        variadic: Some(Parameter::new("lists", Kind::StringList)),
        ..function(
            "join",
            &[Parameter::new("separator", Kind::String)],
            Kind::String,
            join,
        )
    },
    function("lower", &[STR.dynamic()], Kind::String, |values, _| {
        Ok(Value::text(
            text(values, 0).chars().map(lower_case).collect::<String>(),
        ))
    }),
    function(
        "replace",
        &[
            STR,
            Parameter::new("substr", Kind::String),
            Parameter::new("replace", Kind::String),
        ],
        Kind::String,
        replace,
    ),
    function(
        "split",
        &[Parameter::new("separator", Kind::String), STR],
        Kind::StringList,
        split,
    ),
    function(
        "startswith",
        &[STR, Parameter::new("prefix", Kind::String)],
        Kind::Bool,
        |values, _| Ok(Value::bool(text(values, 0).starts_with(text(values, 1)))),
    ),
    Function {
        never_null: false,
        ..function(
            "strcontains",
            &[STR, Parameter::new("substr", Kind::String)],
            Kind::Bool,
            |values, _| Ok(Value::bool(text(values, 0).contains(text(values, 1)))),
        )
    },
    function("strrev", &[STR.dynamic()], Kind::String, |values, _| {
        Ok(Value::text(
            clusters(text(values, 0)).rev().collect::<String>(),
        ))
    }),
    function(
        "substr",
        &[
            STR.dynamic().unknown(),
            Parameter::new("offset", Kind::Number).dynamic(),
            Parameter::new("length", Kind::Number).dynamic(),
        ],
        Kind::String,
        substr,
    ),
    function("title", &[STR], Kind::String, |values, _| {
        Ok(Value::text(title(text(values, 0))))
    }),
    function(
        "trim",
        &[STR, Parameter::new("cutset", Kind::String)],
        Kind::String,
        |values, _| {
            let cutset = text(values, 1);
            Ok(Value::text(
                text(values, 0).trim_matches(|c| cutset.contains(c)),
            ))
        },
    ),
    function(
        "trimprefix",
        &[STR, Parameter::new("prefix", Kind::String)],
        Kind::String,
        |values, _| {
            let whole = text(values, 0);
            Ok(Value::text(
                whole.strip_prefix(text(values, 1)).unwrap_or(whole),
            ))
        },
    ),
    function("trimspace", &[STR], Kind::String, |values, _| {
        Ok(Value::text(text(values, 0).trim()))
    }),
    function(
        "trimsuffix",
        &[STR, Parameter::new("suffix", Kind::String)],
        Kind::String,
        |values, _| {
            let whole = text(values, 0);
            Ok(Value::text(
                whole.strip_suffix(text(values, 1)).unwrap_or(whole),
            ))
        },
    ),
    function("upper", &[STR.dynamic()], Kind::String, |values, _| {
        Ok(Value::text(
            text(values, 0).chars().map(upper_case).collect::<String>(),
        ))
    }),
];

fn indent(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let spaces = whole(values, 0).map_err(Failure::Call)?;
    let Ok(spaces) = usize::try_from(spaces) else {
        return Err(Failure::Call("negative number of spaces".to_owned()));
    };
    let whole = text(values, 1);
    let lines = whole.matches('\n').count();
    environment
        .context
        .budget()
        .make(lines.saturating_mul(spaces))?;
    let pad = format!("\n{}", " ".repeat(if lines == 0 { 0 } else { spaces }));
    Ok(Value::text(whole.replace('\n', &pad)))
}

fn join(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let Some((separator, lists)) = values.split_first() else {
        return Err(Failure::Call("at least one list is required".to_owned()));
    };
    if lists.is_empty() {
        return Err(Failure::Call("at least one list is required".to_owned()));
    }
    if lists.iter().any(|list| !list.is_wholly_known()) {
        return Ok(Value::unknown_of(Type::String));
    }
    let separator = separator.as_str().unwrap_or("");
    let mut joined = String::new();
    let mut first = true;
    for (list_at, list) in lists.iter().enumerate() {
        let position = list_at.saturating_add(1);
        for (at, item) in list.elements().unwrap_or(&[]).iter().enumerate() {
            let Some(item) = item.as_str() else {
                let of_list = if lists.len() > 1 {
                    format!(" of list {position}")
                } else {
                    String::new()
                };
                return Err(Failure::Argument(
                    position,
                    format!("element {at}{of_list} is null; cannot concatenate null values"),
                ));
            };
            environment
                .context
                .budget()
                .make(item.len().saturating_add(separator.len()))?;
            if !std::mem::take(&mut first) {
                joined.push_str(separator);
            }
            joined.push_str(item);
        }
    }
    Ok(Value::text(joined))
}

fn replace(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let (whole, wanted, with) = (text(values, 0), text(values, 1), text(values, 2));
    let budget = environment.context.budget();
    let pattern = wanted
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    if let Some(pattern) = pattern {
        let pattern = regex::compile(pattern).map_err(Failure::Call)?;
        return Ok(Value::text(regex::replace_all(
            &pattern, whole, with, budget,
        )?));
    }
    let count = if wanted.is_empty() {
        whole.chars().count().saturating_add(1)
    } else {
        whole.matches(wanted).count()
    };
    budget.make(count.saturating_mul(with.len()).saturating_add(whole.len()))?;
    Ok(Value::text(whole.replace(wanted, with)))
}

fn split(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let (separator, whole) = (text(values, 0), text(values, 1));
    environment.context.budget().make_elements(whole.len())?;
    let parts: Vec<Value> = if separator.is_empty() {
        let mut buffer = [0; 4];
        whole
            .chars()
            .map(|c| Value::text(&*c.encode_utf8(&mut buffer)))
            .collect()
    } else {
        whole.split(separator).map(Value::text).collect()
    };
    Ok(Value::list_of(Type::String, parts))
}

fn substr(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let whole_text = text(values, 0);
    let is_known = values.first().is_some_and(Value::is_known);
    let (offset, length) = match (whole(values, 1), whole(values, 2)) {
        (Ok(offset), Ok(length)) => (offset, length),
        (Err(why), _) | (_, Err(why)) if is_known => return Err(Failure::Call(why)),
        _ => return Ok(Value::unknown_of(Type::String)),
    };
    let offset = if offset < 0 {
        let count = i64::try_from(clusters(whole_text).count()).unwrap_or(i64::MAX);
        offset.saturating_add(count)
    } else if length == 0 {
        return Ok(Value::string(""));
    } else {
        offset
    };
    if !is_known {
        return Ok(of_unknown(values, offset, length));
    }
    let rest = clusters(whole_text).skip(usize::try_from(offset).unwrap_or(0));
    // Terraform looks for a zero length only before it starts to count, so after a negative
    // offset everything that is left comes out.
    Ok(Value::text(match usize::try_from(length) {
        Ok(0) | Err(_) => rest.collect::<String>(),
        Ok(length) => rest.take(length).collect::<String>(),
    }))
}

/// A part of a text that is not known; it can still be a part of what is known of a text of
/// fixed length, such as a hash that begins with its parameters.
fn of_unknown(values: &[Value], offset: i64, length: i64) -> Value {
    let known = values.first().and_then(Value::refinement);
    let part = known.and_then(|known| {
        let fixed = known.max_length == Some(known.min_length);
        let prefix = known.prefix.as_deref().filter(|_| fixed)?;
        let (offset, length) = (usize::try_from(offset).ok()?, usize::try_from(length).ok()?);
        let enough = clusters(prefix).count() >= offset.checked_add(length)?;
        enough.then(|| {
            clusters(prefix)
                .skip(offset)
                .take(length)
                .collect::<String>()
        })
    });
    match part {
        Some(part) => Value::text(part),
        None => Value::unknown_of(Type::String),
    }
}

/// The first letter of each word in title case, where a word is what no space, punctuation or
/// other ASCII sign interrupts.
fn title(text: &str) -> String {
    let mut previous = ' ';
    text.chars()
        .map(|c| {
            let starts = is_separator(std::mem::replace(&mut previous, c));
            if starts { title_case(c) } else { c }
        })
        .collect()
}

fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric() && c != '_';
    }
    !c.is_alphanumeric() && c.is_whitespace()
}

/// One character for one character, as Go has it: `ß` stays `ß`.
fn upper_case(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => greek_capital(c),
    }
}

fn lower_case(c: char) -> char {
    // The one letter whose lower case takes two characters.
    if c == 'İ' {
        return 'i';
    }
    c.to_lowercase().next().unwrap_or(c)
}

fn title_case(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian letters have capitals, which are not used for titles.
        'ა'..='ჿ' => c,
        c => upper_case(c),
    }
}

/// Greek letters with an iota below have a capital of their own; all other letters that take
/// two characters as capitals have none.
fn greek_capital(c: char) -> char {
    let code = u32::from(c);
    let capital = match code {
        0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7 => code.checked_add(8),
        0x1FB3 | 0x1FC3 | 0x1FF3 => code.checked_add(9),
        _ => None,
    };
    capital.and_then(char::from_u32).unwrap_or(c)
}
