//! read -> measure, for roots of HCL: evaluated side by side, in an order that no thread decides.

use super::collect::Collected;
use super::inputs::{Asked, Wood};
use super::policies::Policies;
use super::progress::{Progress, shown};
use super::row::{Modules, Row};
use super::values;
use crate::catalog::Identify;
use crate::declare::{Stated, in_root};
use crate::finding::{Code, Finding, Level};
use crate::identify::Claimant;
use crate::measure::{Links, Memo, measure};
use crate::read::Instance;
use crate::read::module::{Evaluated, Options, Root, Worker, read_root, read_tree, side_by_side};
use crate::report;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

/// A root and its name.
type NamedRoot<'a> = (Arc<str>, Root<'a>);

/// Reads, evaluates and measures all roots in folders. A root that a file describes already is
/// passed over.
pub(super) fn collect<'a>(asked: &'a Asked, policies: &Policies, into: &mut Collected<'a>) {
    if !asked.trees.is_empty() {
        shown(|progress| collect_all(asked, policies, into, progress));
    }
}

fn collect_all<'a>(
    asked: &'a Asked,
    policies: &Policies,
    into: &mut Collected<'a>,
    progress: &Progress,
) {
    let options = Options {
        workspace: asked.workspace.clone().unwrap_or("default".to_owned()),
        given: asked.given.clone(),
        threads: available_parallelism().map_or(1, usize::from),
    };
    let mut roots: Vec<NamedRoot<'a>> = Vec::new();
    for wood in &asked.trees {
        read(wood, &options, into, &mut roots);
    }
    into.variables.extend(values::used(&asked.given, &roots));
    into.findings
        .extend(values::undeclared(&asked.given, &roots));

    let measuring = Measuring {
        policies,
        memos: Mutex::default(),
    };
    progress.begin(roots.len());
    let measured = side_by_side(options.threads, &roots, |(name, root), threads| {
        let measured = measuring.root(name, root, threads);
        progress.step();
        measured
    });
    for ((name, _), measured) in roots.iter().zip(measured) {
        // Without the values of its variables a root may ask for anything, and that was told.
        let has_values = !measured.evaluated.findings.iter().any(is_bad_variable);
        into.findings.extend(measured.evaluated.findings);
        if !has_values {
            continue;
        }
        into.rows.extend(measured.evaluated.rows);
        let here = |stated| (Arc::clone(name), stated);
        into.stated.extend(measured.stated.into_iter().map(here));
    }
    into.modules.extend(roots);
}

fn is_bad_variable(finding: &Finding) -> bool {
    finding.code == Code::BAD_VARIABLE && finding.level == Level::Fatal
}

/// Reads the roots of one tree: those that have a name, and those that a walk finds.
fn read<'a>(
    wood: &'a Wood,
    options: &Options,
    into: &mut Collected<'a>,
    roots: &mut Vec<NamedRoot<'a>>,
) {
    for (name, folder, path) in &wood.named {
        if !into.takes(name, path) {
            continue;
        }
        match read_root(&wood.tree, folder, options) {
            Ok(root) => {
                into.inputs.push(row_of(name, path));
                roots.push((Arc::clone(name), root));
            }
            Err(finding) => into.findings.push(*finding),
        }
    }
    if wood.walked.is_empty() {
        return;
    }
    let taken = into.roots.keys().filter_map(|name| wood.folder_of(name));
    let except: BTreeSet<String> = taken.collect();
    let walked = read_tree(&wood.tree, &wood.walked, options, &except);
    into.findings.extend(walked.findings);
    for root in walked.roots {
        let name: Arc<str> = Arc::from(wood.root_in(root.folder()));
        let path: Arc<str> = Arc::from(root.shown());
        if into.takes(&name, &path) {
            into.inputs.push(row_of(&name, &path));
            roots.push((name, root));
        }
    }
}

fn row_of(root: &Arc<str>, path: &Arc<str>) -> report::Input {
    report::Input {
        path: Arc::clone(path),
        kind: "hcl",
        root: Some(Arc::clone(root)),
        sha256: None,
        workspace: None,
        remarks: Vec::new(),
    }
}

/// What measuring roots needs.
struct Measuring<'p> {
    policies: &'p Policies,
    /// What threads keep from one root to the next. It changes how fast they are, and nothing else.
    memos: Mutex<Vec<Memo>>,
}

/// A root, evaluated and measured.
struct Measured {
    evaluated: Evaluated<Row>,
    stated: Vec<Stated>,
}

impl Measuring<'_> {
    fn root(&self, name: &Arc<str>, root: &Root<'_>, threads: usize) -> Measured {
        let rules = &self.policies.rules;
        let targets = root.targets(rules);
        let links = Links::new(rules, &targets);
        // Without a catalog nobody knows where a name would be.
        let nowhere = Identify::default();
        let catalog = self.policies.catalog.as_ref();
        let identify = catalog.map_or(&nowhere, |catalog| &catalog.identify);
        let mut evaluated = root.evaluate(rules, threads, || Hand {
            measuring: self,
            links: &links,
            name,
            claimant: Claimant::new(name, identify, root),
            modules: Modules::default(),
            memo: self.memos().pop().unwrap_or_default(),
            findings: Vec::new(),
        });
        let mut stated = Vec::new();
        if let Some(catalog) = catalog {
            let (found, wrong) = in_root(catalog, name, root);
            stated = found;
            evaluated.findings.extend(wrong);
        }
        Measured { evaluated, stated }
    }

    fn memos(&self) -> MutexGuard<'_, Vec<Memo>> {
        self.memos.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one thread needs to measure the instances of a root.
struct Hand<'a> {
    measuring: &'a Measuring<'a>,
    links: &'a Links<'a>,
    name: &'a Arc<str>,
    claimant: Claimant<'a>,
    modules: Modules,
    memo: Memo,
    findings: Vec<Finding>,
}

impl Worker for Hand<'_> {
    type Row = Row;

    fn row(&mut self, instance: Instance) -> Row {
        let claims = self.claimant.claims(&instance);
        let rules = &self.measuring.policies.rules;
        let mut measured = measure(rules, self.links, &mut self.memo, self.name, &instance);
        self.findings.append(&mut measured.findings);
        let module = self.modules.shared(&instance.module);
        Row::new(self.name, module, claims, measured, instance)
    }

    fn end(self) -> Vec<Finding> {
        let mut findings = self.findings;
        findings.extend(self.claimant.findings());
        self.measuring.memos().push(self.memo);
        findings
    }
}
