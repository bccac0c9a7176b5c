//! What real Terraform said about 1,112 expressions: value, exact type, or that it fails.
//!
//! Every record of `fixtures/vectors/` is evaluated here. Where two versions of Terraform
//! answered differently, either answer is right. What differs is printed.

use crate::guard::{Outcome, guard};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tierguard::lang::{
    self, FileError, Files, Found, LangError, Number, Scope, TypeConstraint, Value,
};
use tierguard::source::SourceFile;

#[test]
fn every_recorded_answer_of_terraform_is_given() {
    let mut different = Vec::new();
    let mut count = 0;
    for name in ["open.jsonl", "post_1_0.jsonl"] {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        for line in text.lines() {
            let record: Record<'_> = serde_json::from_str(line).unwrap();
            count += 1;
            if let Err(why) = compare(&record) {
                different.push(format!("{} {:?}\n    {why}", record.id, record.expr));
            }
        }
    }
    assert!(count >= 1112, "only {count} records");
    assert!(
        different.is_empty(),
        "{} of {count} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

/// One in so many records goes through the program as well, where the record needs nothing that
/// no module has.
const SAMPLE: usize = 8;

#[test]
fn the_program_gives_the_recorded_answers() {
    let module = tempfile::tempdir().unwrap();
    copy(&folder().join("files"), &module.path().join("files"));
    let mut different = Vec::new();
    let mut count = 0;
    for name in ["open.jsonl", "post_1_0.jsonl"] {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        for line in text.lines().step_by(SAMPLE) {
            let record: Record<'_> = serde_json::from_str(line).unwrap();
            if !record.unknowns.is_empty() {
                continue;
            }
            count += 1;
            std::fs::write(module.path().join("main.tf"), configuration(&record)).unwrap();
            let outcome = guard(module.path(), ["eval", "--format", "json", &record.expr]);
            let answers = std::iter::once(&record.answer).chain(&record.v1_11);
            if !answers
                .into_iter()
                .any(|answer| is_answer(answer, &outcome))
            {
                let (out, code) = (&outcome.stdout, outcome.code);
                different.push(format!(
                    "{} {:?}\n    exit {code}: {out}",
                    record.id, record.expr
                ));
            }
        }
    }
    assert!(count >= 100, "only {count} records");
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// The variables and locals of a record, as a module declares them.
fn configuration(record: &Record<'_>) -> String {
    let mut text = "terraform {
  required_providers {
    terraform = {
      source = \"terraform.io/builtin/terraform\"
    }
  }
}
"
    .to_owned();
    for (name, variable) in &record.vars {
        let (of, value) = (&variable.r#type, variable.value.get());
        text.push_str(&format!(
            "variable \"{name}\" {{\n  type = {of}\n  default = {value}\n}}\n"
        ));
    }
    for (name, value) in &record.locals {
        let value = serde_json::Value::String(value.replace("${", "$${").replace("%{", "%%{"));
        text.push_str(&format!("locals {{\n  {name} = {value}\n}}\n"));
    }
    text
}

fn is_answer(answer: &Answer, outcome: &Outcome) -> bool {
    if answer.error.is_some() || outcome.code != 0 {
        return answer.error.is_some() && outcome.code == 2 && outcome.stdout.contains("error[");
    }
    let printed: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let nothing = serde_json::Value::Bool(false);
    let of = |name: &str, value: &Option<serde_json::Value>| {
        let printed = printed.get(name).unwrap_or(&nothing);
        value.as_ref().unwrap_or(&nothing) == printed
    };
    let is_value = of("unknown", &answer.unknown)
        && (answer.unknown == Some(true.into())
            || alike(
                answer.want.as_ref().unwrap_or(&serde_json::Value::Null),
                &printed["value"],
            ));
    is_value
        && answer
            .r#type
            .as_ref()
            .is_none_or(|of| printed["type"] == **of)
}

/// Whether two documents are the same, numbers by what they are.
fn alike(want: &serde_json::Value, printed: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (want, printed) {
        (Json::Number(want), Json::Number(printed)) => {
            let (want, printed) = (want.to_string(), printed.to_string());
            want == printed || Number::parse(&want) == Number::parse(&printed)
        }
        (Json::Array(want), Json::Array(printed)) => {
            want.len() == printed.len() && want.iter().zip(printed).all(|(a, b)| alike(a, b))
        }
        (Json::Object(want), Json::Object(printed)) => {
            want.len() == printed.len()
                && want
                    .iter()
                    .all(|(key, want)| printed.get(key).is_some_and(|other| alike(want, other)))
        }
        (want, printed) => want == printed,
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &there);
        } else {
            std::fs::copy(&path, &there).unwrap();
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/vectors")
}

#[derive(serde::Deserialize)]
struct Record<'a> {
    id: &'a str,
    expr: String,
    #[serde(default)]
    vars: BTreeMap<String, Variable>,
    #[serde(default)]
    locals: BTreeMap<String, String>,
    #[serde(default)]
    unknowns: BTreeMap<String, String>,
    #[serde(flatten)]
    answer: Answer,
    v1_11: Option<Answer>,
}

#[derive(serde::Deserialize)]
struct Variable {
    r#type: String,
    value: Box<RawValue>,
}

#[derive(serde::Deserialize)]
struct Answer {
    want: Option<serde_json::Value>,
    r#type: Option<String>,
    error: Option<String>,
    unknown: Option<serde_json::Value>,
}

fn compare(record: &Record<'_>) -> Result<(), String> {
    let result = evaluate(record);
    let answers = std::iter::once(&record.answer).chain(&record.v1_11);
    let mut reasons = Vec::new();
    for answer in answers {
        match (&answer.error, &result) {
            (Some(class), Err(error)) if *class == error.class() => return Ok(()),
            (Some(class), other) => {
                reasons.push(format!("want error {class}, got {}", shown(other)))
            }
            (None, Err(error)) => reasons.push(format!("want {:?}, got {error}", answer.want)),
            (None, Ok(value)) => match difference(answer, value) {
                None => return Ok(()),
                Some(why) => reasons.push(why),
            },
        }
    }
    Err(reasons.join("\n    or: "))
}

fn shown(result: &Result<Value, LangError>) -> String {
    match result {
        Ok(value) => format!("{value} of {}", value.type_of()),
        Err(error) => format!("{} ({})", error.class(), error),
    }
}

fn difference(answer: &Answer, value: &Value) -> Option<String> {
    let want = answer.want.clone().unwrap_or(serde_json::Value::Null);
    let unknown = answer
        .unknown
        .clone()
        .unwrap_or(serde_json::Value::Bool(false));
    if !same(&want, &unknown, value) {
        return Some(format!("want {want} (unknown {unknown}), got {value}"));
    }
    match &answer.r#type {
        Some(of) if *of != value.type_of().to_string() => {
            Some(format!("want type {of}, got {}", value.type_of()))
        }
        _ => None,
    }
}

/// Whether a value is what the JSON says, with `true` in `unknown` at each unknown place.
fn same(want: &serde_json::Value, unknown: &serde_json::Value, value: &Value) -> bool {
    use serde_json::Value as Json;
    if *unknown == Json::Bool(true) {
        return !value.is_known();
    }
    if !value.is_known() {
        return false;
    }
    match want {
        Json::Null => value.is_null(),
        Json::Bool(want) => value.as_bool() == Some(*want),
        Json::String(want) => value.as_str() == Some(want),
        Json::Number(want) => {
            let want = want.to_string();
            value.as_number().is_some_and(|number| {
                // The digits as they are written, or the same number.
                number.to_string() == want || Number::parse(&want).as_ref() == Some(number)
            })
        }
        Json::Array(want) => {
            let part = |at: usize| unknown.get(at).cloned().unwrap_or(Json::Bool(false));
            value.elements().is_some_and(|items| {
                items.len() == want.len()
                    && want
                        .iter()
                        .zip(items)
                        .enumerate()
                        .all(|(at, (want, item))| same(want, &part(at), item))
            })
        }
        Json::Object(want) => value.entries().is_some_and(|items| {
            items.iter().all(|(key, item)| {
                let part = unknown.get(&**key).cloned().unwrap_or(Json::Bool(false));
                // What is unknown is left out of `want`.
                match want.get(&**key) {
                    Some(want) => same(want, &part, item),
                    None => part != Json::Bool(false) && same(&Json::Null, &part, item),
                }
            }) && want.keys().all(|key| items.contains_key(key.as_str()))
        }),
    }
}

fn evaluate(record: &Record<'_>) -> Result<Value, LangError> {
    let mut scope = Module::default();
    for (name, variable) in &record.vars {
        let constraint = constraint(&variable.r#type);
        let value = json(variable.value.get());
        let value = constraint
            .convert(&value)
            .map_err(|why| LangError::new("Invalid default value for variable", why))?;
        scope.variables.insert(name.clone(), value);
    }
    for (name, text) in &record.locals {
        scope
            .locals
            .insert(name.clone(), Value::text(text.as_str()));
    }
    for (name, of) in &record.unknowns {
        let of = constraint(of).as_type().clone();
        let value = Value::unknown_of(of.clone());
        // A list that `split` gives has no known length; the others are results of functions
        // and operators, which are never null.
        scope
            .locals
            .insert(name.clone(), value.refine(lang::Refinement::not_null));
    }
    let file = SourceFile::new("x.tf", record.expr.clone());
    let expr = lang::parse(&file)?;
    // References are checked before anything is evaluated, `try` or not.
    for path in expr.references() {
        scope.check(path)?;
    }
    let value = lang::eval(&expr, &scope)?;
    check_finite(&value)?;
    Ok(value)
}

/// No output can hold an infinity.
fn check_finite(value: &Value) -> Result<(), LangError> {
    if value.as_number().is_some_and(Number::is_infinite) {
        return Err(LangError::new("infinite number", ""));
    }
    let parts = value.elements().into_iter().flatten();
    let entries = value.entries().into_iter().flatten().map(|(_, item)| item);
    parts.chain(entries).try_for_each(check_finite)
}

fn constraint(text: &str) -> TypeConstraint {
    let expr = lang::parse(&SourceFile::new("type", text)).unwrap();
    lang::type_constraint(&expr).unwrap()
}

/// A JSON literal as HCL reads it: the variables of the vectors have their values as defaults.
fn json(text: &str) -> Value {
    let expr = lang::parse(&SourceFile::new("value", text)).unwrap();
    lang::eval(&expr, &lang::NoNames).unwrap()
}

#[derive(Default)]
struct Module {
    variables: BTreeMap<String, Value>,
    locals: BTreeMap<String, Value>,
}

impl Module {
    fn check(&self, path: &lang::Path) -> Result<(), LangError> {
        let known = |names: &BTreeMap<String, Value>| {
            path.attribute(0)
                .is_some_and(|name| names.contains_key(name))
        };
        let summary = match path.root() {
            "var" if known(&self.variables) => return Ok(()),
            "local" if known(&self.locals) => return Ok(()),
            "path" | "terraform" => return self.variable_value(path).map(|_| ()),
            "var" => "Reference to undeclared input variable",
            "local" => "Reference to undeclared local value",
            "each" => "Reference to \"each\" in context without for_each",
            "count" => "Reference to \"count\" in non-counted context",
            "self" => "Invalid \"self\" reference",
            "data" | "resource" if path.steps().len() < 2 => "Invalid reference",
            _ if path.attribute(0).is_none() => "Invalid reference",
            _ => "Reference to undeclared resource",
        };
        Err(LangError::new(summary, path.to_string()))
    }

    fn variable_value(&self, path: &lang::Path) -> Result<(Value, usize), LangError> {
        let name = path.attribute(0).unwrap_or("");
        let value = match (path.root(), name) {
            ("var", name) => self.variables.get(name).cloned(),
            ("local", name) => self.locals.get(name).cloned(),
            ("path", "module" | "root") => Some(Value::text(".")),
            ("path", "cwd") => Some(Value::text("/somewhere")),
            ("terraform", "workspace") => Some(Value::text("default")),
            ("terraform", "applying") => Some(Value::bool(true)),
            _ => None,
        };
        let summary = format!("Invalid \"{}\" attribute", path.root());
        value
            .map(|value| (value, 1))
            .ok_or_else(|| LangError::new(summary, path.to_string()))
    }
}

impl Scope for Module {
    fn variable(&self, path: &lang::Path) -> Result<Found, LangError> {
        let (value, used) = self.variable_value(path)?;
        Ok(Found { value, used })
    }

    fn files(&self) -> Option<&dyn Files> {
        Some(&Beside)
    }
}

/// The files beside the vectors.
struct Beside;

impl Beside {
    fn path(path: &str) -> PathBuf {
        folder().join(path)
    }
}

impl Files for Beside {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let path = Self::path(path);
        if path.is_dir() {
            return Err(FileError::Folder);
        }
        std::fs::read(path).map_err(|_| FileError::Missing)
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        let path = Self::path(path);
        if path.is_dir() {
            return Err(FileError::Folder);
        }
        Ok(path.is_file())
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let top = Self::path(path);
        let mut found = Vec::new();
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).map_err(|_| FileError::Missing)? {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let relative = path.strip_prefix(&top).unwrap();
                    found.push(relative.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        found.sort();
        Ok(found)
    }
}
