//! `module`

use super::{Decoder, reference};
use crate::finding::{Finding, Label as Place};
use crate::lang::{Expr, Node};
use crate::read::module::body::{Block, Body};
use crate::read::module::config::{Call, Input, Source, Table, provider_key};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Arguments of a call that are no inputs of the module.
const OWN: [&str; 6] = [
    "count",
    "depends_on",
    "for_each",
    "providers",
    "source",
    "version",
];

impl Decoder {
    pub(super) fn call(&mut self, block: Block) {
        let Some(label) = block.labels.first() else {
            return;
        };
        let Some(name) = self.name(label) else { return };
        if !self.declare("module call", &name, &block.header) {
            return;
        }
        for nested in &block.body.blocks {
            self.findings.add(block_in_call(nested));
        }
        if block.body.attribute("source").is_none() {
            self.missing("source", &block.header);
        }
        let version = block.body.value("version").and_then(Expr::as_literal);
        let source = self.source(&block.body);
        if let (Some(source), Some(version)) = (&source, block.body.attribute("version"))
            && is_local(&source.text)
        {
            self.findings.add(Finding::bad_configuration(
                "invalid registry module source address: a module of this repository has no `version`",
                Place::source(version.name_span(), ""),
            ));
        }
        let call = Call {
            source,
            version: version.and_then(|version| version.as_str().map(Arc::from)),
            repeat: self.repeat(&block.body),
            providers: self.providers(&block.body),
            depends_on: block.body.value("depends_on").cloned(),
            refs: Box::default(),
            inputs: inputs(block.body),
            header: block.header,
        };
        self.calls.insert(name, call);
    }

    /// Where the module comes from, if that is written out. OpenTofu also takes variables there.
    fn source(&mut self, body: &Body) -> Option<Source> {
        let expr = body.value("source")?;
        match expr.as_literal().map(|text| text.as_str()) {
            Some(Some(text)) => Some(Source {
                text: Arc::from(text),
                span: expr.span(),
            }),
            Some(None) => {
                self.unsuitable(expr, "source", "a string is required");
                None
            }
            None => None,
        }
    }

    fn providers(&mut self, body: &Body) -> Option<BTreeMap<Arc<str>, Arc<str>>> {
        let expr = body.value("providers")?;
        let Some(items) = expr.node().as_object() else {
            self.unsuitable(
                expr,
                "providers",
                "an object of provider references is required",
            );
            return None;
        };
        let named = |node: &Node| -> Arc<str> {
            let literal = node.as_literal().and_then(|value| value.as_str());
            let text = || expr.file().text().get(node.range()).unwrap_or("");
            Arc::from(literal.unwrap_or_else(text))
        };
        let pairs = items
            .iter()
            .map(|(inner, outer)| (named(inner), named(outer)));
        Some(pairs.collect())
    }

    /// The key of the provider that is in charge of a resource.
    pub(super) fn provider_of(&mut self, body: &Body, resource_type: &str) -> Arc<str> {
        if let Some(expr) = body.value("provider") {
            let parsed = reference(expr);
            match parsed.as_ref().and_then(Expr::static_path) {
                // OpenTofu may add a key: `aws.region["eu"]`.
                Some(path) => return Arc::from(provider_key(path.root(), path.attribute(0))),
                None if expr.calls().is_empty() && expr.references().len() == 1 => {}
                None => self.findings.add(Finding::bad_configuration(
                    "invalid provider configuration reference: `provider` is the name of a provider, with its alias",
                    Place::source(expr.span(), "write it as `aws` or `aws.eu`"),
                )),
            }
        }
        Arc::from(match resource_type {
            "terraform_data" | "terraform_remote_state" => "terraform",
            other => other.split_once('_').map_or(other, |(name, _)| name),
        })
    }
}

/// Whether a source leads to a folder of the same repository.
pub(in crate::read::module) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..")
}

fn inputs(body: Body) -> Table<Input> {
    let inputs = body
        .attributes
        .into_iter()
        .filter(|attribute| !OWN.contains(&&*attribute.name))
        .map(|attribute| {
            let name = Arc::clone(&attribute.name);
            let refs = Box::default();
            (name, Input { attribute, refs })
        });
    Table::new(inputs.collect())
}

/// A block in a module call. What belongs to the module's own variables is often put there.
fn block_in_call(block: &Block) -> Finding {
    let finding = Finding::bad_configuration(
        format!(
            "unsupported block type: a block `{}` is not expected in a module call",
            block.kind
        ),
        Place::source(block.header.clone(), ""),
    );
    match &*block.kind {
        "validation" => finding
            .note("Terraform refuses it too: a module call only sets inputs")
            .help("move the `validation` into the `variable` block that declares the input, inside of the module"),
        _ => finding.help("a module call has arguments only: write `name = value`"),
    }
}
