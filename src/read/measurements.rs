//! What `guard measure --format json` wrote in an earlier run -> rows that can be added up again.
//!
//! It is somebody's word for what a root asks for, so it is believed only where it is whole and
//! adds up. Whose each instance is, is only a claim: that is judged again.

mod document;

use crate::quantity::{Class, Dimension, Measurement, Range};
use crate::request::{DEFAULT_ENVIRONMENT, Layer, Share, Tally, Whose};
use crate::source::input::Input;
use document::Reading;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::sync::Arc;

/// Measurements of an earlier run.
#[derive(Debug, Default)]
pub struct Measurements {
    /// The roots that were measured, each with its workspace where that is known.
    pub roots: BTreeMap<Arc<str>, Option<Arc<str>>>,
    /// One row for each instance.
    pub rows: Vec<Measured>,
    /// What module calls state outright.
    pub declared: Vec<Declared>,
    /// The environment sizes that the ranks of declared sizes mean, smallest first.
    pub sizes: Vec<Arc<str>>,
    /// What fails: the code and the message of each such finding.
    pub errors: Vec<(String, String)>,
}

/// An instance as it was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The full Terraform address.
    pub address: Box<str>,
    /// The module part of the address.
    pub module: Arc<str>,
    /// How much of the address names the block, without the key of the instance.
    pub block: usize,
    /// The resource type.
    pub resource_type: Arc<str>,
    /// What can be said about it.
    pub class: Class,
    /// The root it is in.
    pub root: Arc<str>,
    /// The tenant that it claims, and the one it was taken to belong to.
    pub tenant: [Option<Arc<str>>; 2],
    /// The environment that it claims.
    pub environment: Option<Arc<str>>,
    /// Whether it runs on machines that may be counted too.
    pub layer: Layer,
    /// What becomes of it.
    pub fate: Fate,
    /// What it asks for while it is there.
    pub measurements: Arc<[Measurement]>,
    /// What it asked for before; none where that is not known.
    pub before: Option<Arc<[Measurement]>>,
}

/// What becomes of a measured instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there after apply.
    Exists,
    /// It is there after apply, and for a while what there was before stands beside it.
    ExistsBeside,
    /// It is a leftover, which counts for the peak only.
    Deposed,
    /// It goes.
    Gone,
}

/// What a module call was found to state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The root it is in.
    pub root: Arc<str>,
    /// The address of the call.
    pub module: Arc<str>,
    /// The tenant that it claims, and the one it was taken to belong to.
    pub tenant: [Option<Arc<str>>; 2],
    /// The environment that it names.
    pub environment: Option<Arc<str>>,
    /// How much it states, dimension by dimension.
    pub amounts: BTreeMap<Dimension, Range>,
}

/// Reads measurements.
///
/// # Errors
///
/// Why they cannot be relied on, as the end of a sentence that begins with the path.
pub fn measurements(input: &Input) -> Result<Measurements, String> {
    let mut reading = Reading::default();
    let mut bytes = BufReader::new(input.all());
    skip_mark(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
    let mut json = serde_json::Deserializer::from_reader(bytes);
    serde::de::DeserializeSeed::deserialize(&mut reading, &mut json)
        .and_then(|()| json.end())
        .map_err(|error| format!("holds no measurements: {error}"))?;
    reading.check()?;
    check_sums(&reading)?;
    Ok(reading.measurements)
}

impl Measured {
    /// What it adds to a request.
    pub fn share(&self) -> Share<'_> {
        let before = self.before.as_deref();
        let alone = Share {
            layer: self.layer,
            before,
            ..Share::default()
        };
        match self.fate {
            Fate::Exists => Share {
                after: &self.measurements,
                ..alone
            },
            Fate::ExistsBeside => Share {
                after: &self.measurements,
                beside: before.unwrap_or_default(),
                ..alone
            },
            Fate::Deposed => Share {
                beside: &self.measurements,
                ..alone
            },
            Fate::Gone => Share {
                before: Some(&self.measurements),
                ..alone
            },
        }
    }
}

fn whose(tenant: &Option<Arc<str>>, environment: &Option<Arc<str>>) -> Whose {
    let default = || Arc::from(DEFAULT_ENVIRONMENT);
    Whose {
        tenant: tenant.clone(),
        environment: environment.clone().unwrap_or_else(default),
    }
}

/// Passes over a byte order mark.
fn skip_mark(bytes: &mut impl std::io::BufRead) -> std::io::Result<()> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if bytes.fill_buf()?.starts_with(MARK) {
        bytes.consume(MARK.len());
    }
    Ok(())
}

/// The sums that are written must be those of the instances and of what is declared.
fn check_sums(reading: &Reading) -> Result<(), String> {
    let measured = &reading.measurements;
    let mut tally = Tally::default();
    for row in &measured.rows {
        let [_, tenant] = &row.tenant;
        tally.add(&whose(tenant, &row.environment), row.share());
    }
    for declared in &measured.declared {
        let [_, tenant] = &declared.tenant;
        let whose = whose(tenant, &declared.environment);
        for (dimension, amount) in &declared.amounts {
            tally.declare(&whose, dimension, *amount);
        }
    }
    let mut left: BTreeSet<_> = reading.requests.keys().collect();
    for (tenant, account) in tally.accounts() {
        for (environment, requests) in &account.environments {
            for (dimension, request) in requests {
                let key = (tenant.clone(), Some(environment.clone()), dimension.clone());
                let ours = [
                    Some(request.max.range()),
                    Some(request.steady.range()),
                    Some(request.peak),
                ];
                let theirs = reading.requests.get(&key);
                if theirs.is_none_or(|theirs| *theirs != ours) {
                    let who = tenant.as_deref().unwrap_or("no tenant");
                    return Err(format!(
                        "does not add up: its request of {who}/{environment} for {dimension} is not the sum of its instances"
                    ));
                }
                left.remove(&key);
            }
        }
    }
    // Sums over all environments are made of these.
    match left
        .iter()
        .find(|(_, environment, _)| environment.is_some())
    {
        Some((tenant, environment, dimension)) => Err(format!(
            "does not add up: no instance of {}/{} asks for {dimension}",
            tenant.as_deref().unwrap_or("no tenant"),
            environment.as_deref().unwrap_or(""),
        )),
        None => Ok(()),
    }
}
