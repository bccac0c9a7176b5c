//! Raw state: the `terraform.tfstate` file itself, version 4.
//!
//! Terraform keeps its shape to itself, but every instance and every value is in it, so it is
//! read and not refused. What is secret by its schema is not marked in it, other than in
//! what `terraform show -json` prints.

use super::row::{Field, Row, Want, body, key};
use super::tree::Visit;
use crate::read::json::{Json, JsonError, Reader, Seen};
use crate::read::values::Mask;
use std::io::Read;
use std::sync::Arc;

/// The oldest and only version that can be read.
pub(super) const VERSION: &str = "4";

const RESOURCE: [&str; 6] = ["module", "mode", "type", "name", "provider", "instances"];
const INSTANCE: [&str; 5] = [
    "index_key",
    "deposed",
    "attributes",
    "attributes_flat",
    "sensitive_attributes",
];

/// What the instances of one resource share.
#[derive(Default)]
struct Head {
    module: Field,
    mode: Field,
    resource_type: Field,
    name: Field,
    provider: Field,
}

/// Walks through the `resources` of a raw state.
pub(super) fn walk<R: Read>(
    reader: &mut Reader<R>,
    want: Want<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), JsonError> {
    let mut row = Row::default();
    reader.open_array("resources")?;
    while reader.element()? {
        resource(reader, want, &mut row, visit)?;
    }
    Ok(())
}

fn resource<R: Read>(
    reader: &mut Reader<R>,
    want: Want<'_>,
    row: &mut Row,
    visit: &mut Visit<'_>,
) -> Result<(), JsonError> {
    let mut head = Head::default();
    // Where keys were sorted, the instances come before what they are instances of.
    let mut waiting = Vec::new();
    let mut seen = Seen::default();
    reader.open_object("a resource")?;
    while let Some(field) = reader.field(&RESOURCE, &mut seen)? {
        match field {
            "module" => head.module.read(reader, field)?,
            "mode" => head.mode.read(reader, field)?,
            "type" => head.resource_type.read(reader, field)?,
            "name" => head.name.read(reader, field)?,
            "provider" => head.provider.read(reader, field)?,
            _ if reader.null()? => {}
            _ => {
                let parts = [&head.mode, &head.resource_type, &head.name, &head.provider];
                let known = parts.into_iter().all(|part| part.get().is_some());
                reader.open_array(field)?;
                while reader.element()? {
                    row.clear();
                    head.fill(row);
                    instance(reader, want, row)?;
                    if known {
                        visit(row, None)?;
                    } else {
                        waiting.push(std::mem::take(row));
                    }
                }
            }
        }
    }
    for mut row in waiting {
        head.fill(&mut row);
        visit(&mut row, None)?;
    }
    Ok(())
}

fn instance<R: Read>(
    reader: &mut Reader<R>,
    want: Want<'_>,
    row: &mut Row,
) -> Result<(), JsonError> {
    reader.kind()?;
    let start = reader.offset();
    let mut seen = Seen::default();
    reader.open_object("an instance")?;
    while let Some(field) = reader.field(&INSTANCE, &mut seen)? {
        match field {
            "index_key" => row.key = key(reader, field)?,
            "deposed" => row.deposed.read(reader, field)?,
            "attributes" => row.values = body(reader, row.filter(want))?,
            "attributes_flat" => row.flat = !reader.null()? && reader.skip().map(|()| true)?,
            _ => row.sensitive = secrets(&reader.tree()?),
        }
    }
    row.range = start..reader.offset();
    Ok(())
}

impl Head {
    fn fill(&self, row: &mut Row) {
        let pairs = [
            (&mut row.module, &self.module),
            (&mut row.mode, &self.mode),
            (&mut row.resource_type, &self.resource_type),
            (&mut row.name, &self.name),
        ];
        for (to, from) in pairs {
            if let Some(text) = from.get() {
                to.set(text);
            }
        }
        if let Some(provider) = self.provider.get() {
            row.provider.set(source_of(provider));
        }
    }
}

/// The provider in `module.a.provider["registry.terraform.io/hashicorp/aws"].west`, or in
/// `provider.aws.west` as Terraform 0.12 wrote it.
fn source_of(reference: &str) -> &str {
    match reference.split_once("provider[\"") {
        Some((_, rest)) => rest.split_once('"').map_or(rest, |(source, _)| source),
        None => {
            let (_, name) = reference
                .rsplit_once("provider.")
                .unwrap_or(("", reference));
            name.split_once('.').map_or(name, |(name, _)| name)
        }
    }
}

/// A mask of the attributes in which one of the secret paths begins.
fn secrets(paths: &Json) -> Mask {
    let firsts = paths
        .elements()
        .iter()
        .filter_map(|path| path.elements().first());
    let names = firsts.filter_map(|step| match step.get("value") {
        Some(Json::String(name)) => Some(name),
        _ => None,
    });
    Mask::Object(
        names
            .map(|name| (Arc::clone(name), Json::Bool(true)))
            .collect(),
    )
}
