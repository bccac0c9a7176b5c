//! A root folder -> all the modules that it calls, each called one again, as a tree.

use super::config::{Call, Module};
use super::decode::is_local;
use super::files::{read_entries, read_module};
use super::findings::Findings;
use super::manifest::Manifest;
use super::parallel::parallel;
use crate::finding::{Finding, Label};
use crate::source::repository::{Entry, Tree, Unavailable, join};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Modules that were read, by their folder. Roots share them.
pub(super) struct Modules<'t> {
    tree: &'t dyn Tree,
    read: Mutex<BTreeMap<String, Loaded>>,
}

/// A module, or why its folder cannot be listed.
type Loaded = Result<Arc<Module>, Arc<Unavailable>>;

impl<'t> Modules<'t> {
    pub(super) fn new(tree: &'t dyn Tree) -> Self {
        Self {
            tree,
            read: Mutex::default(),
        }
    }

    pub(super) fn tree(&self) -> &'t dyn Tree {
        self.tree
    }

    /// The module in a folder of which is known what lies in it.
    pub(super) fn listed(&self, folder: &str, entries: &[Entry]) -> Arc<Module> {
        let module = Arc::new(read_entries(self.tree, folder, entries));
        let known = Ok(Arc::clone(&module));
        self.locked().insert(folder.to_owned(), known);
        module
    }

    pub(super) fn get(&self, folder: &str) -> Loaded {
        let known = self.locked().get(folder).cloned();
        if let Some(known) = known {
            return known;
        }
        // Two threads may read one folder at the same time; what both find is the same.
        let loaded = read_module(self.tree, folder)
            .map(Arc::new)
            .map_err(Arc::new);
        let mut read = self.locked();
        read.entry(folder.to_owned()).or_insert(loaded).clone()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Loaded>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A root and all that it calls.
#[derive(Debug)]
pub(super) struct Config {
    /// The root comes first; a call leads to a later one.
    pub(super) nodes: Vec<Node>,
    /// What is wrong with how modules are called, and with the modules themselves.
    pub(super) findings: Findings,
}

impl Config {
    /// The types of all resources that are written anywhere.
    pub(super) fn types(&self) -> BTreeSet<&str> {
        let resources = self
            .nodes
            .iter()
            .flat_map(|node| node.module.resources.iter());
        resources
            .map(|(_, resource)| &*resource.resource_type)
            .collect()
    }
}

/// A module at one place of the tree of calls.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) module: Arc<Module>,
    /// The names of the calls that lead here, joined by dots; empty for the root.
    pub(super) path: String,
    /// What each of its calls leads to, in the order of the table.
    pub(super) calls: Vec<Called>,
    /// The node that calls it, and which of its calls that is; none for the root.
    pub(super) caller: Option<(usize, usize)>,
    depth: usize,
}

/// What a call leads to.
#[derive(Clone, Debug)]
pub(super) enum Called {
    /// A module that was read.
    Node(usize),
    /// A module that is not here; why, as part of a sentence.
    Unread(Arc<str>),
}

/// Deeper calls than any that people write: a module that calls itself.
const MAX_DEPTH: usize = 64;
/// More calls than any root has.
const MAX_NODES: usize = 100_000;

/// Reads a root and everything it calls, on so many threads.
///
/// # Errors
///
/// Why the root's folder cannot be listed.
pub(super) fn load(
    modules: &Modules<'_>,
    root: &str,
    threads: usize,
) -> Result<Config, Arc<Unavailable>> {
    let module = modules.get(root)?;
    let mut loading = Loading {
        modules,
        manifest: Manifest::read(modules.tree(), root),
        root,
        nodes: vec![Node {
            module,
            path: String::new(),
            calls: Vec::new(),
            caller: None,
            depth: 0,
        }],
        findings: Findings::default(),
    };
    let mut from = 0;
    while from < loading.nodes.len() {
        let level = from..loading.nodes.len();
        from = level.end;
        loading.prefetch(level.clone(), threads);
        for node in level {
            loading.calls_of(node);
        }
    }
    let mut seen = BTreeSet::new();
    for node in &loading.nodes {
        if seen.insert(Arc::clone(&node.module.folder)) {
            loading
                .findings
                .extend(node.module.findings.clone().into_list());
        }
    }
    Ok(Config {
        nodes: loading.nodes,
        findings: loading.findings,
    })
}

struct Loading<'a, 't> {
    modules: &'a Modules<'t>,
    manifest: Manifest,
    root: &'a str,
    nodes: Vec<Node>,
    findings: Findings,
}

/// Where the module of a call is.
enum Place {
    Folder(String),
    Unread(String),
}

impl Loading<'_, '_> {
    /// Reads the modules that the nodes of one level call, all at once.
    fn prefetch(&self, level: std::ops::Range<usize>, threads: usize) {
        let nodes = self.nodes.get(level).unwrap_or_default();
        let mut folders = BTreeSet::new();
        for node in nodes {
            for (name, call) in node.module.calls.iter() {
                if let Place::Folder(folder) = self.place(node, name, call) {
                    folders.insert(folder);
                }
            }
        }
        let folders: Vec<String> = folders.into_iter().collect();
        parallel(threads, &folders, |folder| {
            // Only what it leaves behind in `modules` counts.
            drop(self.modules.get(folder));
        });
    }

    fn calls_of(&mut self, at: usize) {
        let Some(node) = self.nodes.get(at) else {
            return;
        };
        let (module, path, depth) = (Arc::clone(&node.module), node.path.clone(), node.depth);
        let mut calls = Vec::with_capacity(module.calls.len());
        for (index, (name, call)) in module.calls.iter().enumerate() {
            let place = match self.nodes.get(at) {
                Some(node) => self.place(node, name, call),
                None => return,
            };
            calls.push(self.called(place, &path, depth, (at, index), name, call));
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.calls = calls;
        }
    }

    fn called(
        &mut self,
        place: Place,
        path: &str,
        depth: usize,
        caller: (usize, usize),
        name: &str,
        call: &Call,
    ) -> Called {
        let folder = match place {
            Place::Folder(folder) => folder,
            Place::Unread(why) => return Called::Unread(Arc::from(why)),
        };
        let at = Label::source(call.header.clone(), "called here");
        if depth >= MAX_DEPTH || self.nodes.len() >= MAX_NODES {
            let why = if depth >= MAX_DEPTH {
                format!("modules are called {MAX_DEPTH} levels deep; does one call itself?")
            } else {
                format!("there are more than {MAX_NODES} module calls")
            };
            self.findings
                .add(Finding::too_large_configuration(why.clone(), Some(at)));
            return Called::Unread(Arc::from(why));
        }
        match self.modules.get(&folder) {
            Ok(module) => {
                self.check_inputs(name, call, &module);
                self.nodes.push(Node {
                    module,
                    path: if path.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{path}.{name}")
                    },
                    calls: Vec::new(),
                    caller: Some(caller),
                    depth: depth.saturating_add(1),
                });
                Called::Node(self.nodes.len().saturating_sub(1))
            }
            Err(error) => {
                let shown = self.modules.tree().shown(&folder);
                let message = format!(
                    "unreadable module folder: `{shown}`, where the module `{name}` should be: {error}"
                );
                self.findings.add(Finding::bad_configuration(message, at));
                Called::Unread(Arc::from(error.to_string()))
            }
        }
    }

    /// Where the module of a call is, as far as that can be told.
    fn place(&self, node: &Node, name: &str, call: &Call) -> Place {
        let Some(source) = &call.source else {
            return Place::Unread("its source is not written out".to_owned());
        };
        let text = &*source.text;
        if is_local(text) {
            return match join(&node.module.folder, text) {
                Some(folder) => Place::Folder(folder),
                None => Place::Unread("it lies outside of the repository".to_owned()),
            };
        }
        let path = match node.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        match self.manifest.folder(&path, text, call.version.as_deref()) {
            Ok(folder) => match join(self.root, folder) {
                Some(folder) => Place::Folder(folder),
                None => Place::Unread(
                    "`.terraform/modules/modules.json` leads out of the repository".to_owned(),
                ),
            },
            Err(why) => Place::Unread(why),
        }
    }

    /// What a call sets and must set.
    fn check_inputs(&mut self, name: &str, call: &Call, module: &Module) {
        if module.is_broken {
            return;
        }
        for (input, argument) in call.inputs.iter() {
            if module.variables.find(input).is_none() {
                let message =
                    format!("unsupported argument: the module `{name}` has no variable `{input}`");
                let finding = Finding::bad_configuration(
                    message,
                    Label::source(argument.attribute.name_span(), ""),
                );
                let near = crate::source::hcl::nearest(input, module.variables.names());
                self.findings.add(match near {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding,
                });
            }
        }
        for (variable, declared) in module.variables.iter() {
            if declared.default.is_none()
                && call.inputs.find(variable).is_none()
                && declared.default_at.is_none()
            {
                let finding = Finding::bad_configuration(
                    format!(
                        "missing required argument: the module `{name}` needs a value for `{variable}`"
                    ),
                    Label::source(call.header.clone(), "it is not set here"),
                );
                self.findings.add(finding.label(Label::source(
                    declared.header.clone(),
                    "declared here without a default",
                )));
            }
        }
    }
}
