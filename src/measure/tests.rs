//! What rules say of instances, with numbers worked out by hand.
//!
//! An instance is JSON as it stands in a plan after apply. `{"?": null}` is a configured unknown,
//! `{"?": 3}` one that is at least 3, `{"state": v}` a value nobody configured, `{"secret": v}`
//! a sensitive one.

use super::*;
use crate::lang::{Marks, Number};
use crate::quantity::{Mark, Quantity, Range};
use crate::read::{Copies, Key, Origin};
use serde_json::Value as Json;
use std::collections::BTreeMap;

mod aws;
mod aws_services;
mod azurerm;
mod azurerm_services;
mod classes;
mod copies;
mod google;
mod google_services;
mod kubernetes;
mod laws;
mod mistakes;
mod own;
mod paths;

/// A prepared value.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(),
        Json::Bool(value) => Value::bool(*value),
        Json::Number(number) => Value::number(Number::parse(&number.to_string()).unwrap()),
        Json::String(text) => Value::string(text.as_str()),
        Json::Array(items) => Value::tuple(items.iter().map(value).collect()),
        Json::Object(entries) => {
            if let (1, Some((key, inner))) = (entries.len(), entries.iter().next()) {
                match (key.as_str(), inner) {
                    ("?", Json::Null) => return Value::unknown(),
                    ("?", inner) => {
                        let floor = value(inner).as_number().unwrap().clone();
                        return Value::unknown_at_least(floor);
                    }
                    ("state", inner) => return value(inner).with_marks(Marks::UNCONFIGURED),
                    ("untraced", inner) => return value(inner).with_marks(Marks::UNTRACED),
                    ("secret", inner) => return value(inner).with_marks(Marks::SENSITIVE),
                    _ => {}
                }
            }
            let entries = entries.iter();
            Value::object(
                entries
                    .map(|(key, json)| (key.as_str().into(), value(json)))
                    .collect(),
            )
        }
    }
}

/// An instance of that address, which is to be created.
pub(super) fn instance(address: &str, after: &str) -> Instance {
    let json: Json = serde_json::from_str(after).unwrap_or_else(|error| panic!("{error}: {after}"));
    let bare = address.rsplit("module.").next().unwrap();
    let own = match bare.split_once('.') {
        Some((_, own)) if bare.len() < address.len() => own,
        _ => bare,
    };
    let (resource_type, name) = own.split_once('.').unwrap();
    let module = address.strip_suffix(own).unwrap().trim_end_matches('.');
    let (name, key) = match name.split_once('[') {
        Some((name, key)) => (
            name,
            key.trim_end_matches(']').parse().ok().map(Key::Number),
        ),
        None => (name, None),
    };
    Instance {
        address: address.to_owned(),
        module: module.to_owned(),
        resource_type: resource_type.into(),
        name: name.into(),
        key,
        provider: "registry.terraform.io/hashicorp/aws".into(),
        change: Change::Create,
        deposed: None,
        previous_address: None,
        origin: Origin::Change,
        copies: Copies::ONE,
        after: value(&json),
        before: None,
        span: None,
    }
}

/// Some instances, and which attribute of which is written as a reference to which.
#[derive(Default)]
pub(super) struct World {
    pub(super) instances: Vec<Instance>,
    pub(super) references: Vec<(&'static str, &'static str, &'static str)>,
    pub(super) provisioners: BTreeMap<&'static str, bool>,
}

impl References for World {
    fn targets(&self) -> Vec<&Instance> {
        self.instances.iter().collect()
    }

    fn refer(&self, from: &Instance, attribute: &str) -> Vec<&Instance> {
        let written = self
            .references
            .iter()
            .filter(|(address, path, _)| *address == from.address && *path == attribute);
        let all = self.instances.iter();
        let found = |target: &&Instance| written.clone().any(|(_, _, to)| *to == target.address);
        all.filter(found).collect()
    }

    fn has_provisioners(&self, instance: &Instance) -> Option<bool> {
        self.provisioners.get(instance.address.as_str()).copied()
    }
}

impl World {
    pub(super) fn of(instances: &[(&str, &str)]) -> Self {
        Self {
            instances: instances
                .iter()
                .map(|(at, after)| instance(at, after))
                .collect(),
            ..Self::default()
        }
    }

    pub(super) fn measure(&self, address: &str) -> Measured {
        let rules = Rules::shipped();
        let links = Links::new(&rules, self);
        let of = |instance: &&Instance| instance.address == address;
        let instance = self.instances.iter().find(of).unwrap();
        measure(&rules, &links, &mut Memo::default(), "", instance)
    }

    /// Checks what one of them asks for.
    pub(super) fn check(&self, address: &str, expected: &[&str]) -> Measured {
        let measured = self.measure(address);
        assert_eq!(lines(&measured), expected, "{address}");
        measured
    }
}

/// Checks what one instance alone asks for.
pub(super) fn check(resource_type: &str, after: &str, expected: &[&str]) -> Measured {
    let address = format!("{resource_type}.this");
    World::of(&[(&address, after)]).check(&address, expected)
}

/// One line for each measurement and each finding.
pub(super) fn lines(measured: &Measured) -> Vec<String> {
    let mut lines = Vec::new();
    if measured.class != Class::Measured {
        lines.push(measured.class.as_str().to_owned());
    }
    for measurement in &*measured.after {
        let mut line = format!("{} {}", measurement.dimension, range(measurement.max));
        if measurement.steady != measurement.max {
            line += &format!(" (now {})", range(measurement.steady));
        }
        if measurement.times != Range::exactly(Quantity::ONE) {
            line += &format!(" x{}", range(measurement.times));
        }
        if measurement.mark != Mark::Known {
            line += &format!(" {}", measurement.mark.as_str());
        }
        if !measurement.attribute.is_empty() {
            line += &format!(": {}", measurement.attribute);
        }
        if !measurement.value.is_empty() {
            line += &format!(" = {}", measurement.value);
        }
        lines.push(line);
    }
    for finding in &measured.findings {
        lines.push(format!("{}: {}", finding.code, finding.message));
    }
    lines
}

fn range(range: Range) -> String {
    match range.high {
        Some(high) if high == range.low => high.to_string(),
        Some(high) => format!("{}..{high}", range.low),
        None => format!("{}..", range.low),
    }
}

/// The lines of one of them without the evidence.
pub(super) fn short(world: &World, address: &str) -> Vec<String> {
    let lines = lines(&world.measure(address));
    let amount = |line: &String| line.split(": ").next().unwrap().to_owned();
    lines.iter().map(amount).collect()
}
