//! The document itself: a stream of JSON, of which each instance is made small as it comes by.

use super::{Declared, Fate, Measured, Measurements};
use crate::quantity::{Class, Dimension, Mark, Measurement, Quantity, Range};
use crate::read::address;
use crate::read::module::UNREAD_MODULE;
use crate::request::Layer;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A sum as it is written: of which tenant, environment and dimension.
pub(super) type Key = (Option<Arc<str>>, Option<Arc<str>>, Dimension);

/// What was read so far.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) measurements: Measurements,
    /// `low` and `high`, `steady` and `peak`, where they are written.
    pub(super) requests: BTreeMap<Key, [Option<Range>; 3]>,
    texts: BTreeSet<Arc<str>>,
    lists: BTreeSet<Arc<[Measurement]>>,
    version: Option<u64>,
    command: Option<String>,
    exit_code: Option<u64>,
    coverage: Option<Coverage>,
}

impl Reading {
    /// Whether the document is one that can be relied on, but for its sums.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.version {
            Some(1) => {}
            Some(version) => return Err(format!("has version {version}, and guard reads 1")),
            None => return Err("has no version".to_owned()),
        }
        if let Some(command) = self
            .command
            .as_deref()
            .filter(|command| *command != "measure")
        {
            return Err(format!(
                "is a report of `guard {command}`, not of `guard measure`"
            ));
        }
        if self.exit_code.is_some_and(|code| code > 1) {
            return Err("is of a run that could not measure everything".to_owned());
        }
        let measured = &self.measurements;
        if measured.roots.is_empty() {
            return Err("names no root".to_owned());
        }
        let mut seen = BTreeSet::new();
        let mut counted = Coverage::default();
        for row in &measured.rows {
            if !measured.roots.contains_key(&row.root) {
                return Err(format!(
                    "has an instance of {}, which is not among its inputs",
                    row.root
                ));
            }
            if row.fate == Fate::Deposed || row.fate == Fate::Gone {
                continue;
            }
            counted.add(row.class);
            if !seen.insert((&row.root, &row.address)) {
                return Err(format!("has {} of {} twice", row.address, row.root));
            }
        }
        let strange =
            (measured.declared.iter()).find(|row| !measured.roots.contains_key(&row.root));
        if let Some(row) = strange {
            return Err(format!(
                "declares something in {}, which is not among its inputs",
                row.root
            ));
        }
        match &self.coverage {
            Some(coverage) if *coverage == counted => Ok(()),
            Some(coverage) => Err(format!(
                "does not add up: it counts {} instances and lists {}",
                coverage.instances, counted.instances
            )),
            None => Err("has no coverage".to_owned()),
        }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = Arc::from(text);
        self.texts.insert(Arc::clone(&text));
        text
    }

    fn name(&mut self, name: Option<String>) -> Option<Arc<str>> {
        name.map(|name| self.text(&name))
    }

    fn list(&mut self, list: Vec<JsonMeasurement>) -> Result<Arc<[Measurement]>, String> {
        let list: Result<Vec<_>, String> =
            list.into_iter().map(|one| self.measurement(one)).collect();
        let list: Arc<[Measurement]> = Arc::from(list?);
        if let Some(known) = self.lists.get(&list) {
            return Ok(Arc::clone(known));
        }
        self.lists.insert(Arc::clone(&list));
        Ok(list)
    }

    fn measurement(&mut self, one: JsonMeasurement) -> Result<Measurement, String> {
        let max = range(one.low.0, one.high)?;
        let mark = Mark::ALL.into_iter().find(|mark| mark.as_str() == one.mark);
        Ok(Measurement {
            dimension: Dimension::new(self.text(&one.dimension)),
            max,
            steady: one.steady.map_or(Ok(max), Extent::range)?,
            times: match one.times {
                None => Range::exactly(Quantity::ONE),
                Some(Times::Number(number)) => Range::exactly(number.0),
                Some(Times::Extent(extent)) => extent.range()?,
            },
            mark: mark.ok_or_else(|| format!("there is no mark `{}`", one.mark))?,
            rule: self.text(one.rule.as_deref().unwrap_or("")),
            attribute: self.text(one.attribute.as_deref().unwrap_or("")),
            value: self.text(one.value.as_deref().unwrap_or("")),
        })
    }

    fn instance(&mut self, json: JsonInstance, list: Which) -> Result<(), String> {
        let class = Class::ALL
            .into_iter()
            .find(|class| class.as_str() == json.class);
        let class = class.ok_or_else(|| format!("there is no class `{}`", json.class))?;
        let (module, block) = match json.resource_type.as_str() {
            UNREAD_MODULE => {
                let around = address::parent(&json.address).unwrap_or("");
                (around, json.address.len())
            }
            _ => {
                let parts = address::parse(&json.address)
                    .ok_or_else(|| format!("`{}` is no address", json.address))?;
                let key = parts
                    .key
                    .map_or(0, |key| key.to_string().len().saturating_add(2));
                (parts.module, json.address.len().saturating_sub(key))
            }
        };
        let measurements = self.list(json.measurements)?;
        let before = match json.before {
            _ if json.unchanged => Some(Arc::clone(&measurements)),
            Some(before) => Some(self.list(before)?),
            None => None,
        };
        let own = self.name(json.tenant);
        let claimed = json.claims_tenant.map(|name| self.text(&name));
        let row = Measured {
            module: self.text(module),
            block,
            resource_type: self.text(&json.resource_type),
            class,
            root: self.text(&json.root),
            tenant: [claimed.or_else(|| own.clone()), own],
            environment: self.name(json.environment),
            layer: match json.layer.as_deref() {
                None => Layer::Machines,
                Some("workloads") => Layer::Workloads,
                Some("quotas") => Layer::Quotas,
                Some(other) => return Err(format!("there is no layer `{other}`")),
            },
            fate: match list {
                Which::Instances if json.create_before_destroy => Fate::ExistsBeside,
                Which::Instances => Fate::Exists,
                Which::Deposed => Fate::Deposed,
                Which::Gone => Fate::Gone,
            },
            measurements,
            before,
            address: json.address.into_boxed_str(),
        };
        self.measurements.rows.push(row);
        Ok(())
    }

    fn request(&mut self, json: JsonRequest) -> Result<(), String> {
        let key = (
            self.name(json.tenant),
            self.name(json.environment),
            Dimension::new(self.text(&json.dimension)),
        );
        let sums = [
            Some(range(json.low.0, json.high)?),
            Some(json.steady.range()?),
            Some(json.peak.range()?),
        ];
        match self.requests.insert(key, sums) {
            None => Ok(()),
            Some(_) => Err("one request is there twice".to_owned()),
        }
    }

    fn input(&mut self, json: JsonInput) -> Result<(), String> {
        let root = json.root.filter(|root| !root.is_empty());
        let Some(root) = root else {
            return Err(format!("of {} no root is said", json.path));
        };
        let workspace = self.name(json.workspace);
        match self
            .measurements
            .roots
            .insert(Arc::from(root.as_str()), workspace)
        {
            None => Ok(()),
            Some(_) => Err(format!("the root {root} is there twice")),
        }
    }

    fn declared(&mut self, json: JsonDeclared) -> Result<(), String> {
        let mut amounts = BTreeMap::new();
        for one in json.amounts {
            let dimension = Dimension::new(self.text(&one.dimension));
            if amounts
                .insert(dimension, range(one.low.0, one.high)?)
                .is_some()
            {
                return Err(format!("{} declares {} twice", json.module, one.dimension));
            }
        }
        let own = self.name(json.tenant);
        let claimed = json.claims_tenant.map(|name| self.text(&name));
        let declared = Declared {
            root: self.text(&json.root),
            module: self.text(&json.module),
            tenant: [claimed.or_else(|| own.clone()), own],
            environment: self.name(json.environment),
            amounts,
        };
        self.measurements.declared.push(declared);
        Ok(())
    }
}

/// Which of the lists of instances it is.
#[derive(Clone, Copy)]
enum Which {
    Instances,
    Deposed,
    Gone,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
struct Coverage {
    instances: u64,
    measured: u64,
    weightless: u64,
    opaque: u64,
    no_rule: u64,
}

impl Coverage {
    fn add(&mut self, class: Class) {
        let counter = match class {
            Class::Measured => &mut self.measured,
            Class::Weightless => &mut self.weightless,
            Class::Opaque => &mut self.opaque,
            Class::NoRule => &mut self.no_rule,
        };
        *counter = counter.saturating_add(1);
        self.instances = self.instances.saturating_add(1);
    }
}

#[derive(Deserialize)]
struct JsonInput {
    path: String,
    root: Option<String>,
    workspace: Option<String>,
}

#[derive(Deserialize)]
struct JsonInstance {
    address: String,
    #[serde(rename = "type")]
    resource_type: String,
    class: String,
    root: String,
    tenant: Option<String>,
    environment: Option<String>,
    measurements: Vec<JsonMeasurement>,
    layer: Option<String>,
    claims_tenant: Option<String>,
    #[serde(default)]
    unchanged: bool,
    before: Option<Vec<JsonMeasurement>>,
    #[serde(default)]
    create_before_destroy: bool,
}

#[derive(Deserialize)]
struct JsonMeasurement {
    dimension: String,
    low: Amount,
    high: Option<Amount>,
    times: Option<Times>,
    mark: String,
    rule: Option<String>,
    attribute: Option<String>,
    value: Option<String>,
    steady: Option<Extent>,
}

#[derive(Deserialize)]
struct JsonRequest {
    tenant: Option<String>,
    environment: Option<String>,
    dimension: String,
    low: Amount,
    high: Option<Amount>,
    steady: Extent,
    peak: Extent,
}

#[derive(Deserialize)]
struct JsonDeclared {
    root: String,
    module: String,
    tenant: Option<String>,
    environment: Option<String>,
    claims_tenant: Option<String>,
    amounts: Vec<JsonStated>,
}

#[derive(Deserialize)]
struct JsonStated {
    dimension: String,
    low: Amount,
    high: Option<Amount>,
}

#[derive(Deserialize)]
struct JsonFinding {
    code: String,
    level: String,
    message: String,
}

#[derive(Deserialize)]
struct Extent {
    low: Amount,
    high: Option<Amount>,
}

impl Extent {
    fn range(self) -> Result<Range, String> {
        range(self.low.0, self.high)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Times {
    Number(Amount),
    Extent(Extent),
}

/// An exact amount: whatever else a number may be is an error.
struct Amount(Quantity);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?.to_string();
        Quantity::parse(&number).map(Self).ok_or_else(|| {
            let why = match number.starts_with('-') {
                true => "is negative",
                false => "is no exact amount of at most nine decimals",
            };
            D::Error::custom(format!("{number} {why}"))
        })
    }
}

fn range(low: Quantity, high: Option<Amount>) -> Result<Range, String> {
    let high = high.map(|high| high.0);
    if high.is_some_and(|high| high < low) {
        return Err(format!(
            "an amount of at least {low} cannot be less at most"
        ));
    }
    Ok(Range { low, high })
}

/// The document as a whole.
impl<'de> DeserializeSeed<'de> for &mut Reading {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Reading {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut keys: BTreeSet<String> = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "version" => self.version = Some(map.next_value()?),
                "command" => self.command = Some(map.next_value()?),
                "exit_code" => self.exit_code = Some(map.next_value()?),
                "coverage" => self.coverage = Some(map.next_value()?),
                "sizes" => {
                    let sizes: Vec<String> = map.next_value()?;
                    self.measurements.sizes = sizes.iter().map(|size| self.text(size)).collect();
                }
                "inputs" => map.next_value_seed(list(self, Reading::input))?,
                "requests" => map.next_value_seed(list(self, Reading::request))?,
                "declared" => map.next_value_seed(list(self, Reading::declared))?,
                "instances" => map.next_value_seed(list(self, |reading: &mut Reading, json| {
                    reading.instance(json, Which::Instances)
                }))?,
                "deposed" => map.next_value_seed(list(self, |reading: &mut Reading, json| {
                    reading.instance(json, Which::Deposed)
                }))?,
                "gone" => map.next_value_seed(list(self, |reading: &mut Reading, json| {
                    reading.instance(json, Which::Gone)
                }))?,
                "findings" => {
                    map.next_value_seed(list(self, |reading: &mut Reading, json: JsonFinding| {
                        if json.level == "error" {
                            let finding = (json.code, json.message);
                            reading.measurements.errors.push(finding);
                        }
                        Ok(())
                    }))?
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if !keys.insert(key) {
                return Err(A::Error::custom("a key is there twice"));
            }
        }
        let needed = ["inputs", "instances", "requests"];
        match needed.into_iter().find(|key| !keys.contains(*key)) {
            Some(key) => Err(A::Error::missing_field(key)),
            None => Ok(()),
        }
    }
}

/// A list, each element of which is taken in as it comes by.
struct List<'r, T, F> {
    reading: &'r mut Reading,
    take: F,
    of: std::marker::PhantomData<T>,
}

fn list<T, F: Fn(&mut Reading, T) -> Result<(), String>>(
    reading: &mut Reading,
    take: F,
) -> List<'_, T, F> {
    List {
        reading,
        take,
        of: std::marker::PhantomData,
    }
}

impl<'de, T, F> DeserializeSeed<'de> for List<'_, T, F>
where
    T: Deserialize<'de>,
    F: Fn(&mut Reading, T) -> Result<(), String>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T, F> Visitor<'de> for List<'_, T, F>
where
    T: Deserialize<'de>,
    F: Fn(&mut Reading, T) -> Result<(), String>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(one) = seq.next_element()? {
            (self.take)(self.reading, one).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}
