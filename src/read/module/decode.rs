//! Blocks -> declarations: what Terraform's own block types say, and what they must not say.

mod call;
mod resource;
mod value;

pub(super) use call::is_local;

use super::body::{Block, Body, Label};
use super::config::{
    Call, Check, Condition, Import, Local, Module, Output, Provider, Repeat, RepeatKind, Resource,
    Table, Variable, provider_key, resource_key,
};
use super::findings::Findings;
use crate::finding::{Finding, Label as Place};
use crate::lang::{
    Context, Expr, Found, LangError, Node, Path, Scope, Type, Value, convert, eval, parse,
};
use crate::read::address::Mode;
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads the blocks of a module, overrides already merged.
pub(super) fn decode(folder: Arc<str>, body: Body, findings: Findings) -> Module {
    let mut decoder = Decoder {
        findings,
        ..Decoder::default()
    };
    for attribute in &body.attributes {
        decoder
            .findings
            .add(unsupported(&attribute.name, attribute.name_span()));
    }
    for block in body.blocks {
        decoder.block(block);
    }
    decoder.finish(folder)
}

/// What was read so far.
#[derive(Default)]
struct Decoder {
    module: Module,
    variables: BTreeMap<Arc<str>, Variable>,
    locals: BTreeMap<Arc<str>, Local>,
    outputs: BTreeMap<Arc<str>, Output>,
    calls: BTreeMap<Arc<str>, Call>,
    resources: BTreeMap<Arc<str>, Resource>,
    providers: BTreeMap<Arc<str>, Provider>,
    /// Where each thing was declared first, by kind and name.
    declared: BTreeMap<String, Span>,
    /// `moved` and `removed`: what they start from is looked up once all is known.
    gone: Vec<Gone>,
    imports: Vec<Import>,
    findings: Findings,
}

impl Decoder {
    fn finish(self, folder: Arc<str>) -> Module {
        let mut module = Module {
            folder,
            variables: Table::new(self.variables),
            locals: Table::new(self.locals),
            outputs: Table::new(self.outputs),
            calls: Table::new(self.calls),
            resources: Table::new(self.resources),
            providers: Table::new(self.providers),
            imports: self.imports,
            findings: self.findings,
            ..self.module
        };
        for block in self.gone {
            let finding = block.still_there(&module);
            module.findings.extend(finding);
        }
        module
    }

    fn block(&mut self, block: Block) {
        let labels: &[&str] = match &*block.kind {
            "resource" | "data" | "ephemeral" => &["type", "name"],
            "variable" | "output" | "module" | "provider" | "check" => &["name"],
            "locals" | "terraform" | "moved" | "removed" | "import" => &[],
            other => {
                let known = "variable, locals, output, module, provider, resource, data, ephemeral, check, moved, removed, import, terraform";
                self.findings.add(
                    Finding::bad_configuration(
                        format!("unsupported block type: there is no block `{other}` here"),
                        Place::source(block.header, ""),
                    )
                    .help(format!("known here: {known}")),
                );
                return;
            }
        };
        if block.labels.len() != labels.len() {
            let wanted = match labels {
                [] => "no label".to_owned(),
                [one] => format!("one label: its {one}"),
                _ => format!("{} labels: its {}", labels.len(), labels.join(" and ")),
            };
            self.findings.add(Finding::bad_configuration(
                format!("a `{}` block has {wanted}", block.kind),
                Place::source(block.header, ""),
            ));
            return;
        }
        match &*block.kind {
            "variable" => self.variable(block),
            "locals" => self.locals(block),
            "output" => self.output(block),
            "module" => self.call(block),
            "provider" => self.provider(block),
            "resource" => self.resource(block, Mode::Managed),
            "data" => self.resource(block, Mode::Data),
            "ephemeral" => self.resource(block, Mode::Ephemeral),
            "check" => self.check(block),
            "moved" => self.moved(&block),
            "removed" => self.removed(&block),
            "import" => self.import(block),
            _ => self.settings(&block),
        }
    }

    /// Notes a declaration; false where there is one of that name already, which is told.
    fn declare(&mut self, what: &str, name: &str, at: &Span) -> bool {
        let key = format!("{what} `{name}`");
        if let Some(first) = self.declared.get(&key) {
            let finding = Finding::bad_configuration(
                format!("duplicate declaration: there are two of the {key}"),
                Place::source(at.clone(), "again here"),
            );
            self.findings
                .add(finding.label(Place::source(first.clone(), "first here")));
            return false;
        }
        self.declared.insert(key, at.clone());
        true
    }

    /// The name in a label, if it can be one.
    fn name(&mut self, label: &Label) -> Option<Arc<str>> {
        if is_name(&label.text) {
            return Some(Arc::clone(&label.text));
        }
        self.findings.add(Finding::bad_configuration(
            format!("invalid name: `{}` cannot be a name", label.text),
            Place::source(
                label.span.clone(),
                "a name has letters, digits, `_` and `-`, and does not begin with a digit or `-`",
            ),
        ));
        None
    }

    /// Tells arguments and blocks that are not among the known ones.
    fn only(&mut self, body: &Body, arguments: &[&str], blocks: &[&str]) {
        for attribute in &body.attributes {
            if !arguments.contains(&&*attribute.name) {
                self.findings
                    .add(unsupported(&attribute.name, attribute.name_span()));
            }
        }
        for block in &body.blocks {
            if !blocks.contains(&&*block.kind) {
                self.findings.add(Finding::bad_configuration(
                    format!(
                        "unsupported block type: a block `{}` is not expected here",
                        block.kind
                    ),
                    Place::source(block.header.clone(), ""),
                ));
            }
        }
    }

    /// The value of an argument that must be known without any names.
    fn constant(&mut self, expr: &Expr) -> Option<Value> {
        match eval(expr, &Constants) {
            Ok(value) => Some(value),
            Err(error) => {
                self.findings.add(Finding::bad_expression(&error, &[]));
                None
            }
        }
    }

    fn text(&mut self, body: &Body, name: &str) -> Option<Arc<str>> {
        let expr = body.value(name)?;
        let value = self.constant(expr)?;
        match value.as_str() {
            Some(text) => Some(Arc::from(text)),
            None => {
                self.unsuitable(expr, name, "a string is required");
                None
            }
        }
    }

    fn flag(&mut self, body: &Body, name: &str) -> Option<bool> {
        let expr = body.value(name)?;
        let value = self.constant(expr)?;
        if value.is_null() {
            return None;
        }
        let flag = convert(&value, &Type::Bool);
        match flag.ok().and_then(|flag| flag.as_bool()) {
            Some(flag) => Some(flag),
            None => {
                self.unsuitable(expr, name, "a bool is required");
                None
            }
        }
    }

    fn unsuitable(&mut self, expr: &Expr, name: &str, why: &str) {
        self.findings.add(Finding::bad_configuration(
            format!("unsuitable value: `{name}` cannot be this: {why}"),
            Place::source(expr.span(), ""),
        ));
    }

    fn conditions(&mut self, body: &Body, kind: &str) -> Vec<Condition> {
        let blocks: Vec<&Block> = body.blocks(kind).collect();
        blocks
            .into_iter()
            .filter_map(|block| self.condition(block))
            .collect()
    }

    fn condition(&mut self, block: &Block) -> Option<Condition> {
        self.only(&block.body, &["condition", "error_message"], &[]);
        for name in ["condition", "error_message"] {
            if block.body.attribute(name).is_none() {
                self.missing(name, &block.header);
            }
        }
        Some(Condition {
            condition: block.body.value("condition")?.clone(),
            message: block.body.value("error_message").cloned(),
            refs: Box::default(),
        })
    }

    fn missing(&mut self, name: &str, at: &Span) {
        self.findings.add(Finding::bad_configuration(
            format!("missing required argument: `{name}` is required, but no definition was found"),
            Place::source(at.clone(), "here"),
        ));
    }

    /// `count` and `for_each` of a block.
    fn repeat(&mut self, body: &Body) -> Option<Repeat> {
        let both = [
            ("count", RepeatKind::Count),
            ("for_each", RepeatKind::ForEach),
        ];
        let mut set = both
            .into_iter()
            .filter_map(|(name, kind)| Some((body.attribute(name)?, kind)));
        let (attribute, kind) = set.next()?;
        if let Some((other, _)) = set.next() {
            let finding = Finding::bad_configuration(
                "invalid combination of \"count\" and \"for_each\": only one of them can say how many there are",
                Place::source(other.name_span(), ""),
            );
            self.findings
                .add(finding.label(Place::source(attribute.name_span(), "and here")));
        }
        Some(Repeat {
            kind,
            value: attribute.value.clone(),
            refs: Box::default(),
        })
    }

    fn provider(&mut self, block: Block) {
        let Some(label) = block.labels.first().cloned() else {
            return;
        };
        let alias = self.text(&block.body, "alias");
        let key = provider_key(&label.text, alias.as_deref());
        if !self.declare("provider", &key, &block.header) {
            return;
        }
        let mut body = block.body;
        body.attributes
            .retain(|attribute| !matches!(&*attribute.name, "alias" | "version"));
        let provider = Provider {
            body,
            refs: Box::default(),
        };
        self.providers.insert(Arc::from(key), provider);
    }

    fn check(&mut self, block: Block) {
        let Some(label) = block.labels.first().cloned() else {
            return;
        };
        if self.name(&label).is_none() || !self.declare("check", &label.text, &block.header) {
            return;
        }
        self.only(&block.body, &[], &["assert", "data"]);
        let assertions = self.conditions(&block.body, "assert");
        if assertions.is_empty() {
            self.findings.add(Finding::bad_configuration(
                "a check without an `assert` block",
                Place::source(block.header.clone(), "here"),
            ));
        }
        self.module
            .checks
            .push((Arc::clone(&label.text), Check { assertions }));
        let (data, _): (Vec<_>, Vec<_>) = block
            .body
            .blocks
            .into_iter()
            .partition(|block| &*block.kind == "data");
        for block in data {
            if block.labels.len() == 2 {
                self.resource(block, Mode::Data);
            }
        }
    }

    fn moved(&mut self, block: &Block) {
        self.only(&block.body, &["from", "to"], &[]);
        for name in ["from", "to"] {
            if block.body.attribute(name).is_none() {
                self.missing(name, &block.header);
            }
        }
        if let Some(from) = block.body.value("from") {
            self.gone.push(Gone {
                from: from.clone(),
                to: block.body.value("to").cloned(),
            });
        }
    }

    fn removed(&mut self, block: &Block) {
        self.only(
            &block.body,
            &["from"],
            &["lifecycle", "connection", "provisioner"],
        );
        match block.body.value("from") {
            Some(from) => self.gone.push(Gone {
                from: from.clone(),
                to: None,
            }),
            None => self.missing("from", &block.header),
        }
    }

    fn import(&mut self, block: Block) {
        self.only(
            &block.body,
            &["to", "id", "identity", "provider", "for_each"],
            &[],
        );
        if block.body.attribute("to").is_none() {
            self.missing("to", &block.header);
        }
        let repeat = self.repeat(&block.body);
        let values = ["id", "identity"]
            .into_iter()
            .filter_map(|name| block.body.value(name).cloned());
        self.imports.push(Import {
            repeat,
            values: values.collect(),
            refs: Box::default(),
        });
    }

    /// The `terraform` block.
    fn settings(&mut self, block: &Block) {
        for nested in &block.body.blocks {
            match &*nested.kind {
                "backend" | "cloud" => self.module.stands_alone = true,
                "required_providers" => self.required_providers(nested),
                _ => {}
            }
        }
    }

    fn required_providers(&mut self, block: &Block) {
        for attribute in &block.body.attributes {
            let Some(items) = attribute.value.node().as_object() else {
                continue;
            };
            for (key, value) in items {
                let key = key.as_literal().and_then(Value::as_str);
                let text = value.as_literal().and_then(Value::as_str);
                match (key, text) {
                    (Some("source"), Some(source)) => {
                        let name = Arc::clone(&attribute.name);
                        self.module.sources.insert(name, Arc::from(source));
                    }
                    (Some("configuration_aliases"), _) => self.module.needs_caller = true,
                    _ => {}
                }
            }
        }
    }
}

fn unsupported(name: &str, at: Span) -> Finding {
    Finding::bad_configuration(
        format!("unsupported argument: an argument named `{name}` is not expected here"),
        Place::source(at, ""),
    )
}

/// A scope for what must be constant.
pub(super) struct Constants;

impl Scope for Constants {
    fn variable(&self, _: &Path) -> Result<Found, LangError> {
        Err(LangError::new(
            "Variables not allowed",
            "Variables may not be used here.",
        ))
    }

    fn call(&self, _: &str, _: &[Node], _: &mut Context<'_>) -> Option<Result<Value, LangError>> {
        Some(Err(LangError::new(
            "Function calls not allowed",
            "Functions may not be called here.",
        )))
    }
}

/// An expression that is nothing but a reference; JSON syntax has it in a string.
fn reference(expr: &Expr) -> Option<Expr> {
    if expr.static_path().is_some() {
        return Some(expr.clone());
    }
    let text = expr.as_literal()?.as_str()?;
    let file = SourceFile::new(expr.file().path(), text);
    parse(&file)
        .ok()
        .filter(|parsed| parsed.static_path().is_some())
}

/// What is said to be gone: by `moved`, which says where to, or by `removed`.
struct Gone {
    from: Expr,
    to: Option<Expr>,
}

impl Gone {
    /// A finding where it is still declared.
    fn still_there(&self, module: &Module) -> Option<Finding> {
        let parsed = reference(&self.from)?;
        let path = parsed.static_path()?;
        // An instance, or something inside of a module, may be gone while its block is not.
        if path.steps().len() != 1 {
            return None;
        }
        let name = path.attribute(0)?;
        let declared = match path.root() {
            "module" => &module.calls.get(module.calls.find(name)?)?.header,
            of => {
                let key = resource_key(Mode::Managed, of, name);
                &module.resources.get(module.resources.find(&key)?)?.header
            }
        };
        let to = self.to.as_ref().and_then(reference);
        let to = to.as_ref().and_then(Expr::static_path);
        // From the one instance to one of several, or back.
        if to.is_some_and(|to| to.root() == path.root() && to.attribute(0) == Some(name)) {
            return None;
        }
        let message = match &self.to {
            Some(_) => format!(
                "moved object still exists: `{path}` is said to be moved, and is still declared"
            ),
            None => format!(
                "removed object still exists: `{path}` is said to be removed, and is still declared"
            ),
        };
        let finding = Finding::bad_configuration(message, Place::source(self.from.span(), ""));
        Some(finding.label(Place::source(declared.clone(), "declared here")))
    }
}

/// Whether a text can be a name.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let begins = |c: char| c == '_' || unicode_ident::is_xid_start(c);
    let goes_on = |c: char| c == '-' || unicode_ident::is_xid_continue(c);
    chars.next().is_some_and(begins) && chars.all(goes_on)
}
