//! read -> measure, over all inputs: one compact row for each instance.

use super::earlier;
use super::inputs::{Asked, Named};
use super::modules;
use super::policies::Policies;
use super::row::{Modules, Row};
use super::sources;
use crate::catalog::{Catalog, Identify};
use crate::declare::{Stated, in_plan};
use crate::finding::Finding;
use crate::identify::Claimant;
use crate::measure::{Links, Memo, measure};
use crate::read::measurements::measurements;
use crate::read::module::Root;
use crate::read::{Contents, Kind, Options, Survey, survey};
use crate::report::{self, Setting};
use crate::source::digest::sha256_of;
use crate::source::input::Input;
use crate::source::tree::{Site, plain};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was read and measured.
#[derive(Default)]
pub(super) struct Collected<'a> {
    /// One row for each instance, those that go included.
    pub rows: Vec<Row>,
    /// What module calls state outright, with the root they are in.
    pub stated: Vec<(Arc<str>, Stated)>,
    /// The roots that were read, each with the path of what it was read from.
    pub roots: BTreeMap<Arc<str>, Arc<str>>,
    /// Those of them that are HCL, by name.
    pub modules: BTreeMap<Arc<str>, Root<'a>>,
    /// The workspaces that they were made in, where that is known.
    workspaces: BTreeMap<Arc<str>, Arc<str>>,
    default_workspace: Option<Arc<str>>,
    /// Where the repository is that other roots may lie in.
    pub site: Option<Site>,
    /// What was read.
    pub inputs: Vec<report::Input>,
    /// Environment variables that were used.
    pub variables: Vec<Setting>,
    /// What there is to say about it.
    pub findings: Vec<Finding>,
}

/// Reads and measures all inputs: files in the order of the command line, then folders.
///
/// A file may replace a root that a walk through folders finds; nothing else may be there twice.
pub(super) fn collect<'a>(
    asked: &'a Asked,
    policies: &Policies,
    allow_partial: bool,
) -> Collected<'a> {
    let mut collected = Collected {
        default_workspace: asked.workspace.as_deref().map(Arc::from),
        site: asked.site.clone(),
        ..Collected::default()
    };
    let mut memo = Memo::default();
    for input in &asked.files {
        let options = Options {
            root: input.root.to_string(),
            allow_partial,
        };
        let mut sha256 = None;
        let contents = match input.open() {
            Ok(opened) => {
                if policies.digest {
                    sha256 = digest(&opened, &mut collected.findings);
                }
                survey(opened, &policies.rules, &options)
            }
            Err(error) => Err(Finding::unreadable_input(&input.path, &plain(&error)).into()),
        };
        match contents {
            Ok(Contents::Resources(surveyed)) => {
                if collected.takes(&input.root, &input.path) {
                    let row = row_of(input, &surveyed);
                    collected.inputs.push(report::Input { sha256, ..row });
                    collected.add(input, &surveyed, policies, &mut memo);
                }
            }
            Ok(Contents::Measurements(opened)) => match measurements(&opened) {
                Ok(measured) => earlier::add(input, measured, sha256, policies, &mut collected),
                Err(why) => {
                    let finding = Finding::bad_measurements(&input.path, &why);
                    collected.findings.push(finding);
                }
            },
            Err(finding) => collected.findings.push(*finding),
        }
    }
    modules::collect(asked, policies, &mut collected);
    sources::find(asked, &mut collected);
    for input in &mut collected.inputs {
        let root = input.root.as_ref();
        input.workspace = root.and_then(|root| collected.workspaces.get(root).cloned());
    }
    collected
}

impl Collected<'_> {
    /// The workspace that a root was made in, if it is known.
    pub(super) fn workspace(&self, root: &str) -> Option<&str> {
        self.workspaces.get(root).map(|name| &**name)
    }

    /// Notes the workspace of a root: its own, where it says one, else that of the command line.
    pub(super) fn made_in(&mut self, root: &Arc<str>, workspace: Option<&Arc<str>>) {
        if let Some(workspace) = workspace.or(self.default_workspace.as_ref()) {
            self.workspaces.insert(root.clone(), workspace.clone());
        }
    }

    /// Whether a root is new; that it is there twice is told.
    pub(super) fn takes(&mut self, root: &Arc<str>, path: &Arc<str>) -> bool {
        if let Some(other) = self.roots.get(root) {
            let finding = Finding::root_twice(root, other, path);
            self.findings.push(finding);
            return false;
        }
        self.roots.insert(root.clone(), path.clone());
        self.made_in(root, None);
        true
    }

    fn add(&mut self, input: &Named, surveyed: &Survey, policies: &Policies, memo: &mut Memo) {
        self.findings.extend(surveyed.findings.iter().cloned());
        let rules = &policies.rules;
        let links = Links::new(rules, surveyed);
        // Without a catalog nobody knows where a name would be.
        let nowhere = Identify::default();
        let catalog = policies.catalog.as_ref();
        let identify = catalog.map_or(&nowhere, |catalog| &catalog.identify);
        let mut claimant = Claimant::new(&input.root, identify, surveyed.configuration());
        let mut modules = Modules::default();
        let (rows, findings) = (&mut self.rows, &mut self.findings);
        let read = surveyed.instances(rules, &mut |instance| {
            let claims = claimant.claims(&instance);
            let mut measured = measure(rules, &links, memo, &input.root, &instance);
            findings.append(&mut measured.findings);
            let module = modules.shared(&instance.module);
            rows.push(Row::new(&input.root, module, claims, measured, instance));
        });
        if let Err(finding) = read {
            self.findings.push(*finding);
        }
        self.findings.append(&mut claimant.findings());
        if let Some(catalog) = catalog {
            self.add_stated(catalog, input, surveyed, &modules);
        }
    }

    fn add_stated(&mut self, catalog: &Catalog, input: &Named, surveyed: &Survey, seen: &Modules) {
        let configuration = surveyed.configuration();
        let (stated, mut wrong) = in_plan(catalog, &input.root, configuration, &seen.names());
        let here = |stated| (input.root.clone(), stated);
        self.stated.extend(stated.into_iter().map(here));
        self.findings.append(&mut wrong);
    }
}

/// The digest of an input; what changes afterwards is noticed when it is read.
fn digest(input: &Input, findings: &mut Vec<Finding>) -> Option<Arc<str>> {
    match sha256_of(input.all()) {
        Ok(digest) => Some(Arc::from(digest)),
        Err(error) => {
            findings.push(Finding::unreadable_input(input.shown(), &plain(&error)));
            None
        }
    }
}

fn row_of(input: &Named, surveyed: &Survey) -> report::Input {
    report::Input {
        path: input.path.clone(),
        kind: match surveyed.kind {
            Kind::Plan => "plan",
            Kind::State => "state",
        },
        root: Some(input.root.clone()),
        sha256: None,
        workspace: None,
        remarks: Vec::new(),
    }
}
