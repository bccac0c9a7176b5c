//! Override files: what they say replaces the same in the other files, part by part.

use super::body::{Block, Body};
use super::findings::Findings;
use crate::finding::{Finding, Label};
use std::sync::Arc;

/// Puts the blocks of an override file into those of the module.
pub(super) fn merge(base: &mut Body, over: Body, findings: &mut Findings) {
    for block in over.blocks {
        match &*block.kind {
            "locals" => locals(base, block, findings),
            // These have no names that could be overridden; they add up.
            "terraform" => base.blocks.push(block),
            "moved" | "removed" | "import" | "check" => {
                findings.add(Finding::bad_configuration(
                    format!("a `{}` block cannot be in an override file", block.kind),
                    Label::source(block.header, "move it to another file"),
                ));
            }
            _ => named(base, block, findings),
        }
    }
    base.attributes.extend(over.attributes);
}

fn locals(base: &mut Body, block: Block, findings: &mut Findings) {
    for attribute in block.body.attributes {
        let known = base
            .blocks
            .iter_mut()
            .filter(|known| &*known.kind == "locals")
            .flat_map(|known| known.body.attributes.iter_mut())
            .find(|known| known.name == attribute.name);
        match known {
            Some(known) => *known = attribute,
            None => findings.add(missing(
                &format!("local value `{}`", attribute.name),
                Label::source(attribute.name_span(), ""),
            )),
        }
    }
}

fn named(base: &mut Body, block: Block, findings: &mut Findings) {
    let same = |known: &&mut Block| {
        known.kind == block.kind
            && known
                .labels
                .iter()
                .map(|l| &l.text)
                .eq(block.labels.iter().map(|l| &l.text))
            && (&*block.kind != "provider" || alias(known) == alias(&block))
    };
    match base.blocks.iter_mut().find(same) {
        Some(known) => body(&mut known.body, block.body),
        // A provider needs no block at all, so there may be none to override.
        None if &*block.kind == "provider" => base.blocks.push(block),
        None => {
            let labels = block
                .labels
                .iter()
                .map(|label| format!(" \"{}\"", label.text));
            let what = format!("block `{}{}`", block.kind, labels.collect::<String>());
            findings.add(missing(&what, Label::source(block.header, "")));
        }
    }
}

fn missing(what: &str, at: Label) -> Finding {
    Finding::bad_configuration(
        format!("an override file overrides the {what}, which no other file has"),
        at,
    )
}

fn alias(block: &Block) -> Option<&str> {
    block.body.value("alias")?.as_literal()?.as_str()
}

/// An argument replaces that of its name, a block all blocks of its kind.
fn body(base: &mut Body, over: Body) {
    for attribute in over.attributes {
        let other = match &*attribute.name {
            "count" => "for_each",
            "for_each" => "count",
            _ => "",
        };
        base.attributes
            .retain(|known| known.name != attribute.name && &*known.name != other);
        base.attributes.push(attribute);
    }
    let (kept, replaced): (Vec<Block>, Vec<Block>) = over
        .blocks
        .into_iter()
        .partition(|block| &*block.kind == "lifecycle");
    for block in kept {
        match base
            .blocks
            .iter_mut()
            .find(|known| &*known.kind == "lifecycle")
        {
            Some(known) => body(&mut known.body, block.body),
            None => base.blocks.push(block),
        }
    }
    let kinds: Vec<Arc<str>> = replaced.iter().map(kind).collect();
    base.blocks.retain(|known| !kinds.contains(&kind(known)));
    base.blocks.extend(replaced);
}

/// What kind of block it is, or makes.
fn kind(block: &Block) -> Arc<str> {
    match block.labels.first() {
        Some(label) if &*block.kind == "dynamic" => Arc::clone(&label.text),
        _ => Arc::clone(&block.kind),
    }
}
