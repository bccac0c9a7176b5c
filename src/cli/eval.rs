//! `guard eval [-C DIR] EXPR`: what a Terraform expression gives in a module, without Terraform.

use super::context::Context;
use super::values::ValueArgs;
use super::{Colour, output};
use crate::finding::{Finding, Level};
use crate::lang::{Marks, Number, Value, parse_alone};
use crate::read::module::{Options, Root, read_root};
use crate::report::Style;
use crate::source::SourceFile;
use crate::source::repository::{InMemory, Repository};
use crate::source::tree::{holds_configuration, plain};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value as Json, json};
use std::path::PathBuf;
use std::str::FromStr;

/// `guard eval EXPR`
#[derive(Args, Debug)]
pub(super) struct EvalArgs {
    /// The expression: 'var.approved_scope ? 512 : 64'
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    expression: String,
    /// The folder of the module
    #[arg(short = 'C', value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The Terraform workspace
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    #[command(flatten)]
    values: ValueArgs,
    /// How to print the value
    #[arg(long, value_enum, default_value_t = EvalFormat::Text, value_name = "FORMAT")]
    format: EvalFormat,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Taken and without effect, so that calls can be exchanged with `guard check`
    #[arg(long, value_name = "TIME", hide = true)]
    now: Option<String>,
}

/// How a value is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EvalFormat {
    /// As Terraform writes it
    Text,
    /// The value, its type, and what of it is not known
    Json,
}

/// Evaluates and gives the exit code.
pub(super) fn run(args: &EvalArgs) -> u8 {
    let context = Context::look();
    let style = output::style(&context, args.color, false);
    let (given, wrong) = args.values.given(&context);
    if !wrong.is_empty() {
        return output::tell(wrong, style);
    }
    let options = Options {
        workspace: args.workspace.clone().unwrap_or("default".to_owned()),
        given,
        threads: 1,
    };
    if !args.folder.is_dir() {
        let shown = args.folder.display().to_string();
        let finding = Finding::unreadable_input(&shown, "it is no folder");
        return output::tell(vec![finding], style);
    }
    // Without a module there are still functions and numbers.
    let empty = InMemory::new([("main.tf", "")]);
    let site = context.around.site(&args.folder);
    let repository = match Repository::new(&site.top, site.shown.as_str()) {
        Ok(repository) => repository.seen_from(site.here.clone()),
        Err(error) => return output::fail(&plain(&error)),
    };
    let root = match holds_configuration(&args.folder) {
        true => read_root(&repository, &site.folder, &options),
        false => read_root(&empty, "", &options),
    };
    match root {
        Ok(root) => evaluate(&root, args, style),
        Err(finding) => output::tell(vec![*finding], style),
    }
}

fn evaluate(root: &Root<'_>, args: &EvalArgs, style: Style) -> u8 {
    let text = SourceFile::new("<expression>", args.expression.as_str());
    let parsed = parse_alone(&text);
    let value = match &parsed {
        Ok(expr) => root.eval(expr),
        Err(error) => Err(vec![Finding::syntax_error(error)]),
    };
    let value = match value {
        Ok((value, findings)) => {
            if findings.iter().any(|finding| finding.level == Level::Fatal) {
                return output::tell(findings, style);
            }
            value
        }
        Err(findings) => return output::tell(findings, style),
    };
    match args.format {
        EvalFormat::Text => output::print(&format!("{value}\n")),
        EvalFormat::Json => {
            let mut document = Map::new();
            match plain_value(&value) {
                Ok(Some(plain)) => document.insert("value".to_owned(), plain),
                Ok(None) => document.insert("value".to_owned(), Json::Null),
                Err(why) => return output::fail(&why),
            };
            let of = value.type_of().to_string();
            document.insert("type".to_owned(), Json::String(of));
            let unknown = unknown(&value);
            if unknown != Json::Bool(false) {
                document.insert("unknown".to_owned(), unknown);
            }
            output::print(&format!("{}\n", Json::Object(document)))
        }
    }
}

/// A value as JSON; none where it is not known. What is secret is said to be.
fn plain_value(value: &Value) -> Result<Option<Json>, String> {
    if value.marks().contains(Marks::SENSITIVE) {
        return Ok(Some(json!("(sensitive value)")));
    }
    if !value.is_known() {
        return Ok(None);
    }
    if let Some(entries) = value.entries() {
        let mut object = Map::new();
        for (name, entry) in entries.iter() {
            // What is not known is left out, and stands in `unknown`.
            if let Some(entry) = plain_value(entry)? {
                object.insert(name.to_string(), entry);
            }
        }
        return Ok(Some(Json::Object(object)));
    }
    if let Some(elements) = value.elements() {
        let elements = elements.iter().map(plain_value);
        let elements: Result<Vec<_>, String> = elements.collect();
        let elements = elements?.into_iter().map(Option::unwrap_or_default);
        return Ok(Some(Json::Array(elements.collect())));
    }
    if let Some(text) = value.as_str() {
        return Ok(Some(json!(text)));
    }
    if let Some(number) = value.as_number() {
        return exact(number).map(Some);
    }
    Ok(Some(value.as_bool().map_or(Json::Null, Json::Bool)))
}

/// A number with all its digits.
fn exact(number: &Number) -> Result<Json, String> {
    let text = number.to_string();
    serde_json::Number::from_str(&text)
        .map(Json::Number)
        .map_err(|_| format!("JSON has no number {text}"))
}

/// Where a value is not known: true, or the same structure with true at those places.
fn unknown(value: &Value) -> Json {
    if value.marks().contains(Marks::SENSITIVE) {
        return Json::Bool(false);
    }
    if !value.is_known() {
        return Json::Bool(true);
    }
    if let Some(entries) = value.entries() {
        let parts = entries
            .iter()
            .map(|(name, entry)| (name.to_string(), unknown(entry)));
        let parts: Map<String, Json> = parts
            .filter(|(_, part)| *part != Json::Bool(false))
            .collect();
        return match parts.is_empty() {
            true => Json::Bool(false),
            false => Json::Object(parts),
        };
    }
    if let Some(elements) = value.elements() {
        let parts: Vec<Json> = elements.iter().map(unknown).collect();
        return match parts.iter().all(|part| *part == Json::Bool(false)) {
            true => Json::Bool(false),
            false => Json::Array(parts),
        };
    }
    Json::Bool(false)
}
