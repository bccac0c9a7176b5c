//! `resource`, `data`, `ephemeral`

use super::{Decoder, Mode};
use crate::finding::{Finding, Label as Place};
use crate::read::module::body::{Block, Body};
use crate::read::module::config::{Condition, Repeat, RepeatKind, Resource, resource_key};
use std::sync::Arc;

/// Arguments that are Terraform's own.
const META: [&str; 4] = ["count", "depends_on", "for_each", "provider"];
/// Blocks that are Terraform's own.
const META_BLOCKS: [&str; 3] = ["connection", "lifecycle", "provisioner"];

impl Decoder {
    pub(super) fn resource(&mut self, block: Block, mode: Mode) {
        let [of, label] = &*block.labels else { return };
        let (Some(resource_type), Some(name)) = (self.name(of), self.name(label)) else {
            return;
        };
        let key = resource_key(mode, &resource_type, &name);
        if !self.declare("resource", &key, &block.header) {
            return;
        }
        let (preconditions, postconditions, enabled) = self.lifecycle(&block.body);
        let repeat = self.repeat(&block.body).or(enabled);
        let provider = self.provider_of(&block.body, &resource_type);
        let depends_on = block.body.value("depends_on").cloned();
        let has_provisioners = block.body.blocks("provisioner").next().is_some();
        let body = own_body(block.body);
        self.check_body(&body);
        let resource = Resource {
            mode,
            resource_type,
            name,
            header: block.header,
            repeat,
            provider,
            body,
            preconditions,
            postconditions,
            depends_on,
            refs: Box::default(),
            is_referenced: false,
            has_provisioners,
        };
        self.resources.insert(Arc::from(key), resource);
    }

    fn lifecycle(&mut self, body: &Body) -> (Vec<Condition>, Vec<Condition>, Option<Repeat>) {
        let mut blocks = body.blocks("lifecycle");
        let Some(block) = blocks.next() else {
            return (Vec::new(), Vec::new(), None);
        };
        if let Some(again) = blocks.next() {
            let finding = Finding::bad_configuration(
                "duplicate lifecycle block: a resource has one at most",
                Place::source(again.header.clone(), "again here"),
            );
            let first = Place::source(block.header.clone(), "first here");
            self.findings.add(finding.label(first));
        }
        let known = [
            "create_before_destroy",
            "destroy",
            "enabled",
            "ignore_changes",
            "prevent_destroy",
            "replace_triggered_by",
        ];
        let blocks = ["action_trigger", "postcondition", "precondition"];
        self.only(&block.body, &known, &blocks);
        let enabled = block.body.value("enabled").map(|value| Repeat {
            kind: RepeatKind::Enabled,
            value: value.clone(),
            refs: Box::default(),
        });
        (
            self.conditions(&block.body, "precondition"),
            self.conditions(&block.body, "postcondition"),
            enabled,
        )
    }

    /// What no provider allows: the same name as argument and as block, a `dynamic` that is none.
    fn check_body(&mut self, body: &Body) {
        for block in &body.blocks {
            if let Some(attribute) = body.attribute(&block.kind) {
                let finding = Finding::bad_configuration(
                    format!("`{}` is both an argument and a block", block.kind),
                    Place::source(block.header.clone(), "a block here"),
                );
                let other = Place::source(attribute.name_span(), "an argument here");
                self.findings.add(finding.label(other));
            }
            match &*block.kind {
                "dynamic" => self.check_dynamic(block),
                _ => self.check_body(&block.body),
            }
        }
    }

    fn check_dynamic(&mut self, block: &Block) {
        if block.labels.len() != 1 {
            self.findings.add(Finding::bad_configuration(
                "a `dynamic` block has one label: the kind of block that it makes",
                Place::source(block.header.clone(), ""),
            ));
        }
        self.only(
            &block.body,
            &["for_each", "iterator", "labels"],
            &["content"],
        );
        if block.body.attribute("for_each").is_none() {
            self.missing("for_each", &block.header);
        }
        let mut contents = block.body.blocks("content");
        match (contents.next(), contents.next()) {
            (Some(content), None) => self.check_body(&content.body),
            (None, _) => self.findings.add(Finding::bad_configuration(
                "missing content block: a `dynamic` block must contain a nested `content` block",
                Place::source(block.header.clone(), ""),
            )),
            (_, Some(again)) => self.findings.add(Finding::bad_configuration(
                "extraneous content block: only one is allowed in a `dynamic` block",
                Place::source(again.header.clone(), ""),
            )),
        }
    }
}

/// What is left for the provider.
fn own_body(mut body: Body) -> Body {
    body.attributes
        .retain(|attribute| !META.contains(&&*attribute.name));
    body.blocks
        .retain(|block| !META_BLOCKS.contains(&&*block.kind));
    // Arguments whose names Terraform uses for itself are written in a block `_`.
    let blocks = std::mem::take(&mut body.blocks);
    let (escaped, own): (Vec<Block>, Vec<Block>) =
        blocks.into_iter().partition(|block| &*block.kind == "_");
    body.blocks = own;
    for block in escaped {
        body.attributes.extend(block.body.attributes);
        body.blocks.extend(block.body.blocks);
    }
    body
}
