//! Names -> what they lead to. What is not declared is told once for each module, whether or
//! not anything would ever ask for its value, as Terraform does.

use super::body::{Block, Body};
use super::config::{Condition, Module, Ref, Refs, Repeat, RepeatKind, Target, resource_key};
use super::findings::Findings;
use crate::finding::{Finding, Label};
use crate::lang::{Expr, Path, parse_alone};
use crate::read::address::Mode;
use crate::source::hcl::nearest;
use crate::source::{SourceFile, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Looks up everything that the expressions of a module refer to.
pub(super) fn resolve(module: &mut Module) {
    let mut findings = std::mem::take(&mut module.findings);
    let mut resolver = Resolver {
        module,
        findings: &mut findings,
        referenced: BTreeSet::new(),
    };
    let found = resolver.all();
    let referenced = std::mem::take(&mut resolver.referenced);
    found.store(module);
    for (at, resource) in module.resources.values_mut().enumerate() {
        resource.is_referenced = referenced.contains(&at);
    }
    module.findings = findings;
}

/// What an expression that stands in the module refers to.
///
/// # Errors
///
/// What it refers to and is not declared.
pub(super) fn references(module: &Module, expr: &Expr) -> Result<Refs, Box<Finding>> {
    let mut findings = Findings::default();
    let mut resolver = Resolver {
        module,
        findings: &mut findings,
        referenced: BTreeSet::new(),
    };
    let refs = resolver.refs([expr], Around::default());
    match findings.into_list().into_iter().next() {
        Some(finding) => Err(finding.into()),
        None => Ok(refs),
    }
}

/// The references of every declaration, in the order of the tables.
struct Found {
    variables: Vec<Vec<Refs>>,
    locals: Vec<Refs>,
    outputs: Vec<(Refs, Vec<Refs>)>,
    calls: Vec<(Option<Refs>, Vec<Refs>, Refs)>,
    resources: Vec<(Option<Refs>, Refs)>,
    providers: Vec<Refs>,
    checks: Vec<Vec<Refs>>,
    imports: Vec<Refs>,
}

impl Found {
    fn store(self, module: &mut Module) {
        for (variable, refs) in module.variables.values_mut().zip(self.variables) {
            store(&mut variable.validations, refs);
        }
        for (local, refs) in module.locals.values_mut().zip(self.locals) {
            local.refs = refs;
        }
        for (output, (refs, conditions)) in module.outputs.values_mut().zip(self.outputs) {
            output.refs = refs;
            store(&mut output.preconditions, conditions);
        }
        for (call, (repeat, inputs, refs)) in module.calls.values_mut().zip(self.calls) {
            call.refs = refs;
            if let (Some(known), Some(refs)) = (&mut call.repeat, repeat) {
                known.refs = refs;
            }
            for (input, refs) in call.inputs.values_mut().zip(inputs) {
                input.refs = refs;
            }
        }
        for (resource, (repeat, refs)) in module.resources.values_mut().zip(self.resources) {
            resource.refs = refs;
            if let (Some(known), Some(refs)) = (&mut resource.repeat, repeat) {
                known.refs = refs;
            }
        }
        for (provider, refs) in module.providers.values_mut().zip(self.providers) {
            provider.refs = refs;
        }
        for ((_, check), refs) in module.checks.iter_mut().zip(self.checks) {
            store(&mut check.assertions, refs);
        }
        for (import, refs) in module.imports.iter_mut().zip(self.imports) {
            import.refs = refs;
        }
    }
}

fn store(conditions: &mut [Condition], refs: Vec<Refs>) {
    for (condition, refs) in conditions.iter_mut().zip(refs) {
        condition.refs = refs;
    }
}

/// Which of the names that only exist in some blocks exist in this one.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    each: bool,
    count: bool,
    own: bool,
    /// The iterators of the `dynamic` blocks around, innermost first.
    iterators: Option<&'a Iterators<'a>>,
}

struct Iterators<'a> {
    name: &'a str,
    outer: Option<&'a Iterators<'a>>,
}

impl Around<'_> {
    fn of(repeat: Option<&Repeat>) -> Self {
        let kind = repeat.map(|repeat| repeat.kind);
        Self {
            each: kind == Some(RepeatKind::ForEach),
            count: kind == Some(RepeatKind::Count),
            ..Self::default()
        }
    }

    fn has_iterator(&self, name: &str) -> bool {
        let mut next = self.iterators;
        while let Some(iterator) = next {
            if iterator.name == name {
                return true;
            }
            next = iterator.outer;
        }
        false
    }
}

struct Resolver<'m> {
    module: &'m Module,
    findings: &'m mut Findings,
    /// Resources that something refers to.
    referenced: BTreeSet<usize>,
}

/// References of one declaration, each target once.
#[derive(Default)]
struct Collected(Vec<Ref>);

impl Collected {
    fn add(&mut self, to: Target, at: Span) {
        if !self.0.iter().any(|known| known.to == to) {
            self.0.push(Ref { to, at });
        }
    }

    fn into_refs(self) -> Refs {
        self.0.into()
    }
}

impl Resolver<'_> {
    fn all(&mut self) -> Found {
        let module = self.module;
        let none = Around::default();
        let variables = module.variables.iter();
        let locals = module.locals.iter();
        let outputs = module.outputs.iter();
        Found {
            variables: variables
                .map(|(name, variable)| {
                    self.check_validations(name, &variable.validations);
                    self.conditions(&variable.validations, none)
                })
                .collect(),
            locals: locals
                .map(|(_, local)| self.refs([&local.value], none))
                .collect(),
            outputs: outputs
                .map(|(_, output)| {
                    let mut refs = Collected::default();
                    if let Some(value) = &output.value {
                        self.expr(value, none, &mut refs);
                    }
                    self.depends_on(output.depends_on.as_ref(), &mut refs);
                    (
                        refs.into_refs(),
                        self.conditions(&output.preconditions, none),
                    )
                })
                .collect(),
            calls: module
                .calls
                .iter()
                .map(|(_, call)| self.call(call))
                .collect(),
            resources: module
                .resources
                .iter()
                .map(|(_, resource)| self.resource(resource))
                .collect(),
            providers: module
                .providers
                .iter()
                .map(|(_, provider)| {
                    // OpenTofu has providers with `for_each`.
                    let each = provider.body.attribute("for_each").is_some();
                    let mut refs = Collected::default();
                    self.body(&provider.body, Around { each, ..none }, &mut refs);
                    refs.into_refs()
                })
                .collect(),
            checks: module
                .checks
                .iter()
                .map(|(_, check)| self.conditions(&check.assertions, none))
                .collect(),
            imports: module
                .imports
                .iter()
                .map(|import| {
                    let around = Around::of(import.repeat.as_ref());
                    let mut refs = Collected::default();
                    for value in &import.values {
                        self.expr(value, around, &mut refs);
                    }
                    if let Some(repeat) = &import.repeat {
                        self.expr(&repeat.value, none, &mut refs);
                    }
                    refs.into_refs()
                })
                .collect(),
        }
    }

    fn call(&mut self, call: &super::config::Call) -> (Option<Refs>, Vec<Refs>, Refs) {
        let around = Around::of(call.repeat.as_ref());
        let inputs = call.inputs.iter();
        let inputs = inputs
            .map(|(_, input)| self.refs([&input.attribute.value], around))
            .collect();
        let mut refs = Collected::default();
        self.depends_on(call.depends_on.as_ref(), &mut refs);
        (self.repeat(call.repeat.as_ref()), inputs, refs.into_refs())
    }

    fn resource(&mut self, resource: &super::config::Resource) -> (Option<Refs>, Refs) {
        let around = Around::of(resource.repeat.as_ref());
        let mut refs = Collected::default();
        self.body(&resource.body, around, &mut refs);
        for condition in &resource.preconditions {
            self.condition(condition, around, &mut refs);
        }
        for condition in &resource.postconditions {
            self.condition(
                condition,
                Around {
                    own: true,
                    ..around
                },
                &mut refs,
            );
        }
        self.depends_on(resource.depends_on.as_ref(), &mut refs);
        (self.repeat(resource.repeat.as_ref()), refs.into_refs())
    }

    fn repeat(&mut self, repeat: Option<&Repeat>) -> Option<Refs> {
        repeat.map(|repeat| self.refs([&repeat.value], Around::default()))
    }

    fn conditions(&mut self, conditions: &[Condition], around: Around<'_>) -> Vec<Refs> {
        let each = conditions.iter().map(|condition| {
            let mut refs = Collected::default();
            self.condition(condition, around, &mut refs);
            refs.into_refs()
        });
        each.collect()
    }

    /// A validation must look at what it validates.
    fn check_validations(&mut self, name: &str, validations: &[Condition]) {
        for validation in validations {
            let paths = validation.condition.references();
            let looks = |path: &&Path| path.root() == "var" && path.attribute(0) == Some(name);
            if !paths.iter().any(looks) && !paths.is_empty() {
                self.misplaced(
                    &validation.condition.span(),
                    &format!("invalid variable validation condition: it must refer to var.{name}"),
                    "",
                );
            }
        }
    }

    fn condition(&mut self, condition: &Condition, around: Around<'_>, refs: &mut Collected) {
        if condition.condition.references().is_empty() {
            self.misplaced(
                &condition.condition.span(),
                "invalid condition expression: it refers to nothing, so it would not check anything",
                "",
            );
        }
        self.expr(&condition.condition, around, refs);
        if let Some(message) = &condition.message {
            self.expr(message, around, refs);
        }
    }

    fn body(&mut self, body: &Body, around: Around<'_>, refs: &mut Collected) {
        for attribute in &body.attributes {
            self.expr(&attribute.value, around, refs);
        }
        for block in &body.blocks {
            if &*block.kind == "dynamic" {
                self.dynamic(block, around, refs);
            } else {
                self.body(&block.body, around, refs);
            }
        }
    }

    fn dynamic(&mut self, block: &Block, around: Around<'_>, refs: &mut Collected) {
        if let Some(each) = block.body.value("for_each") {
            self.expr(each, around, refs);
        }
        let Some(name) = iterator(block) else { return };
        let iterators = Iterators {
            name: &name,
            outer: around.iterators,
        };
        let inside = Around {
            iterators: Some(&iterators),
            ..around
        };
        if let Some(labels) = block.body.value("labels") {
            self.expr(labels, inside, refs);
        }
        for content in block.body.blocks("content") {
            self.body(&content.body, inside, refs);
        }
    }

    /// References written out; JSON syntax has them in strings.
    fn depends_on(&mut self, expr: Option<&Expr>, refs: &mut Collected) {
        let Some(expr) = expr else { return };
        self.expr(expr, Around::default(), refs);
        let Some(nodes) = expr.node().as_tuple() else {
            self.misplaced(
                &expr.span(),
                "invalid expression: `depends_on` is a list of references",
                "",
            );
            return;
        };
        for node in nodes {
            let Some(text) = node.as_literal().and_then(|value| value.as_str()) else {
                continue;
            };
            let file = SourceFile::new(expr.file().path(), text);
            if let Ok(parsed) = parse_alone(&file) {
                for path in parsed.references() {
                    self.path(path, &expr.span(), Around::default(), refs);
                }
            }
        }
    }

    fn refs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>, around: Around<'_>) -> Refs {
        let mut refs = Collected::default();
        for expr in exprs {
            self.expr(expr, around, &mut refs);
        }
        refs.into_refs()
    }

    fn expr(&mut self, expr: &Expr, around: Around<'_>, refs: &mut Collected) {
        if expr.as_literal().is_some() {
            return;
        }
        for path in expr.references() {
            self.path(path, &expr.place(path.range()), around, refs);
        }
    }

    fn path(&mut self, path: &Path, at: &Span, around: Around<'_>, refs: &mut Collected) {
        let module = self.module;
        let root = path.root();
        if around.has_iterator(root) {
            return;
        }
        match root {
            "var" => self.named(path, at, refs, "input variable", |name| {
                module.variables.find(name).map(Target::Variable)
            }),
            "local" => self.named(path, at, refs, "local value", |name| {
                module.locals.find(name).map(Target::Local)
            }),
            "module" => {
                let output = path
                    .steps()
                    .iter()
                    .skip(1)
                    .find_map(|step| step.attribute());
                let follows = path
                    .steps()
                    .get(1)
                    .is_some_and(|step| step.attribute().is_some())
                    || path
                        .steps()
                        .get(2)
                        .is_some_and(|step| step.attribute().is_some());
                let output = output.filter(|_| follows).map(Arc::from);
                self.named(path, at, refs, "module", |name| {
                    module
                        .calls
                        .find(name)
                        .map(|call| Target::Call(call, output))
                });
            }
            "each" if around.each => self.one_of(path, at, &["key", "value"]),
            "each" => self.misplaced(
                at,
                "reference to \"each\" in context without for_each",
                "`each` exists only in a block that has `for_each`",
            ),
            "count" if around.count => self.one_of(path, at, &["index"]),
            "count" => self.misplaced(
                at,
                "reference to \"count\" in non-counted context",
                "`count` exists only in a block that has `count`",
            ),
            "self" if around.own => {}
            "self" => self.misplaced(
                at,
                "invalid \"self\" reference",
                "`self` exists only in postconditions, provisioners and connections",
            ),
            "path" => self.one_of(path, at, &["cwd", "module", "root"]),
            "terraform" | "tofu" => {
                if path.attribute(0) == Some("env") {
                    self.misplaced(
                        at,
                        "invalid \"terraform\" attribute",
                        "`terraform.env` became `terraform.workspace`",
                    );
                } else {
                    self.one_of(path, at, &["applying", "workspace"]);
                }
            }
            "data" => self.resource_path(path, at, refs, Mode::Data, 0),
            "ephemeral" => self.resource_path(path, at, refs, Mode::Ephemeral, 0),
            "resource" => self.resource_path(path, at, refs, Mode::Managed, 0),
            "template" | "lazy" | "arg" => self.misplaced(
                at,
                "reserved symbol name",
                "Terraform keeps this name for itself",
            ),
            _ => {
                let Some(name) = path.attribute(0) else {
                    self.misplaced(
                        at,
                        "invalid reference",
                        "a resource type is followed by a dot and the name of a resource",
                    );
                    return;
                };
                self.resource_ref(Mode::Managed, root, name, at, refs);
            }
        }
    }

    fn resource_path(
        &mut self,
        path: &Path,
        at: &Span,
        refs: &mut Collected,
        mode: Mode,
        from: usize,
    ) {
        match (path.attribute(from), path.attribute(from.saturating_add(1))) {
            (Some(of), Some(name)) => self.resource_ref(mode, of, name, at, refs),
            _ => self.misplaced(
                at,
                "invalid reference",
                "this must be followed by two names: a resource type and the name of a resource",
            ),
        }
    }

    fn resource_ref(&mut self, mode: Mode, of: &str, name: &str, at: &Span, refs: &mut Collected) {
        let key = resource_key(mode, of, name);
        match self.module.resources.find(&key) {
            Some(found) => {
                self.referenced.insert(found);
                refs.add(Target::Resource(found), at.clone());
            }
            None => {
                let names = self.module.resources.names();
                let finding = undeclared("resource", &key, at, nearest(&key, names));
                self.findings.add(finding);
            }
        }
    }

    fn named(
        &mut self,
        path: &Path,
        at: &Span,
        refs: &mut Collected,
        what: &str,
        find: impl FnOnce(&str) -> Option<Target>,
    ) {
        let Some(name) = path.attribute(0) else {
            let root = path.root();
            self.misplaced(
                at,
                "invalid reference",
                &format!("`{root}` is followed by a dot and a name"),
            );
            return;
        };
        match find(name) {
            Some(target) => refs.add(target, at.clone()),
            None => {
                let module = self.module;
                let near = match what {
                    "input variable" => nearest(name, module.variables.names()),
                    "local value" => nearest(name, module.locals.names()),
                    _ => nearest(name, module.calls.names()),
                };
                self.findings.add(undeclared(what, name, at, near));
            }
        }
    }

    fn one_of(&mut self, path: &Path, at: &Span, names: &[&str]) {
        if !path.attribute(0).is_some_and(|name| names.contains(&name)) {
            let root = path.root();
            let known = names
                .iter()
                .map(|name| format!("`{root}.{name}`"))
                .collect::<Vec<_>>();
            self.misplaced(
                at,
                &format!("invalid \"{root}\" attribute"),
                &format!("there is {} and nothing else", known.join(" and ")),
            );
        }
    }

    fn misplaced(&mut self, at: &Span, message: &str, text: &str) {
        self.findings.add(Finding::bad_configuration(
            message.to_owned(),
            Label::source(at.clone(), text),
        ));
    }
}

fn undeclared(what: &str, name: &str, at: &Span, near: Option<&str>) -> Finding {
    let finding = Finding::bad_configuration(
        format!("reference to undeclared {what}: `{name}` has not been declared in this module"),
        Label::source(at.clone(), ""),
    );
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}

/// The name of what a `dynamic` block goes through: its `iterator`, else its label.
pub(super) fn iterator(block: &Block) -> Option<Arc<str>> {
    if let Some(expr) = block.body.value("iterator") {
        if let Some(path) = expr.static_path() {
            return Some(Arc::from(path.root()));
        }
        return expr.as_literal()?.as_str().map(Arc::from);
    }
    block.labels.first().map(|label| Arc::clone(&label.text))
}
