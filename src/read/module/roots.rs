//! A tree of folders -> its roots: what is applied by itself, and what is only called.

use super::config::Module;
use super::decode::is_local;
use super::files::{TERRAGRUNT, is_configuration, within};
use super::load::Modules;
use super::parallel::parallel;
use super::{Options, Root, read};
use crate::finding::{Finding, Label};
use crate::source::repository::{Entry, EntryKind, Tree, join};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The roots of a tree.
pub struct Roots<'t> {
    /// Sorted by folder.
    pub roots: Vec<Root<'t>>,
    /// Roots that cannot be read at all, and what else there is to say.
    pub findings: Vec<Finding>,
}

/// More folders than any repository has.
const MAX_FOLDERS: usize = 200_000;

/// Finds and reads all roots in these folders and below, but for those in `except`, which are
/// judged from something else.
///
/// A folder that others call is part of what they ask for and no root, unless it says where its
/// state is kept or has values for its variables beside it. Hidden folders (`.terraform`, `.git`)
/// are not looked into, and links to folders are not followed. All folders are relative to the
/// top of the tree.
pub fn read_tree<'t>(
    tree: &'t dyn Tree,
    folders: &BTreeSet<String>,
    options: &Options,
    except: &BTreeSet<String>,
) -> Roots<'t> {
    let (walked, mut findings) = walk(tree, folders);
    let modules = Modules::new(tree);
    let found = read_modules(&modules, &walked, options.threads);
    let chosen = choose(folders, &found);
    let unused = chosen
        .unused
        .iter()
        .filter(|folder| !except.contains(**folder));
    findings.extend(unused.map(|folder| Finding::module_not_called(&tree.shown(folder))));
    let units = walked.units.iter().filter(|unit| !except.contains(*unit));
    findings.extend(units.map(|unit| {
        let at = Label::input(tree.shown(&within(unit, TERRAGRUNT)), None, "");
        Finding::terragrunt(&tree.shown(unit), at)
    }));
    let wanted: Vec<&str> = chosen
        .roots
        .into_iter()
        .filter(|root| !except.contains(*root))
        .collect();
    // Where there are many roots they are read side by side, else what each of them calls is.
    let (outer, inner) = shares(options.threads, wanted.len());
    let mut options = Options {
        threads: inner,
        ..options.clone()
    };
    options.given.is_shared = wanted.len() > 1;
    let mut roots = Vec::new();
    for root in parallel(outer, &wanted, |root| read(&modules, root, &options)) {
        match root {
            Ok(root) => roots.push(root),
            Err(finding) => findings.push(*finding),
        }
    }
    for folder in folders {
        let is_in = |found: &str| found == folder || is_below(found, folder);
        let gives_some = wanted.iter().any(|root| is_in(root))
            || walked.units.iter().chain(except).any(|found| is_in(found));
        if !gives_some && tree.entries(folder).is_ok() {
            let holds_some = found.keys().any(|module| is_in(module));
            findings.push(match holds_some {
                true => Finding::no_root(&tree.shown(folder)),
                false => Finding::no_configuration(&tree.shown(folder)),
            });
        }
    }
    Roots { roots, findings }
}

/// The folders of all roots in a folder and below, sorted; nothing is evaluated.
pub fn list_roots(tree: &dyn Tree, folder: &str, threads: usize) -> Vec<String> {
    let none = BTreeSet::new();
    let (walked, _) = walk(tree, &BTreeSet::from([folder.to_owned()]));
    let modules = Modules::new(tree);
    let found = read_modules(&modules, &walked, threads);
    let chosen = choose(&none, &found);
    let roots = chosen.roots.into_iter().map(str::to_owned);
    let mut roots: Vec<String> = roots.chain(walked.units.iter().cloned()).collect();
    roots.sort();
    roots
}

fn read_modules<'w>(
    modules: &Modules<'_>,
    walked: &'w Walked,
    threads: usize,
) -> BTreeMap<&'w str, Arc<Module>> {
    let read_all = parallel(threads, &walked.modules, |(folder, entries)| {
        modules.listed(folder, entries)
    });
    let folders = walked.modules.iter().map(|(folder, _)| folder.as_str());
    folders.zip(read_all).collect()
}

/// How many threads go to the roots, and how many each of them has for itself.
pub(super) fn shares(threads: usize, roots: usize) -> (usize, usize) {
    if roots >= threads {
        (threads, 1)
    } else {
        (1, threads)
    }
}

/// The folders of a tree that hold something.
#[derive(Debug, Default)]
struct Walked {
    /// Those with configuration, sorted, and what lies in them.
    modules: Vec<(String, Vec<Entry>)>,
    /// Those that Terragrunt makes into roots, without configuration of their own; sorted.
    units: Vec<String>,
}

/// Whether a folder lies in another, at whatever depth.
fn is_below(folder: &str, other: &str) -> bool {
    if other.is_empty() {
        return !folder.is_empty();
    }
    let rest = folder.strip_prefix(other);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

fn walk(tree: &dyn Tree, tops: &BTreeSet<String>) -> (Walked, Vec<Finding>) {
    let (mut walked, mut findings) = (Walked::default(), Vec::new());
    let mut terragrunt = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut folders: Vec<String> = tops.iter().rev().cloned().collect();
    while let Some(folder) = folders.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        if seen.len() > MAX_FOLDERS {
            let message = format!("there are more than {MAX_FOLDERS} folders to look into");
            findings.push(Finding::too_large_configuration(message, None));
            break;
        }
        let entries = match tree.entries(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let shown = tree.shown(&folder);
                findings.push(Finding::unreadable_input(&shown, &error.to_string()));
                continue;
            }
        };
        let mut holds = false;
        for entry in &entries {
            match entry.kind {
                EntryKind::Folder => {
                    if !entry.is_link && !entry.name.starts_with('.') {
                        folders.push(within(&folder, &entry.name));
                    }
                }
                _ if entry.name == TERRAGRUNT => {
                    terragrunt.insert(folder.clone());
                }
                _ => holds |= is_configuration(&entry.name),
            }
        }
        if holds {
            walked.modules.push((folder, entries));
        }
    }
    walked.modules.sort_by(|a, b| a.0.cmp(&b.0));
    for unit in &terragrunt {
        // One that others below build on is no unit itself.
        let is_parent = terragrunt.iter().any(|other| is_below(other, unit));
        let modules = &walked.modules;
        let holds = modules.binary_search_by(|(folder, _)| folder.cmp(unit));
        if !is_parent && holds.is_err() {
            walked.units.push(unit.clone());
        }
    }
    (walked, findings)
}

/// Which of the folders are roots.
#[derive(Debug, Default, PartialEq, Eq)]
struct Chosen<'f> {
    roots: BTreeSet<&'f str>,
    /// Modules that nobody calls and that are not made to stand alone.
    unused: Vec<&'f str>,
}

fn choose<'f>(named: &BTreeSet<String>, found: &BTreeMap<&'f str, Arc<Module>>) -> Chosen<'f> {
    let calls: BTreeMap<&str, Vec<String>> = found
        .iter()
        .map(|(folder, module)| (*folder, local_calls(folder, module)))
        .collect();
    let called: BTreeSet<&str> = calls
        .iter()
        .flat_map(|(folder, calls)| {
            // What calls itself is no more called than before.
            calls
                .iter()
                .map(String::as_str)
                .filter(move |called| called != folder)
        })
        .collect();
    let mut chosen = Chosen::default();
    for (folder, module) in found {
        let stands_alone = named.contains(*folder) || module.stands_alone;
        if stands_alone || !called.contains(folder) && !is_library(folder, module) {
            chosen.roots.insert(*folder);
        }
    }
    // What no root leads to is called by nothing that counts: modules that call each other.
    let mut reached = BTreeSet::new();
    for root in chosen.roots.clone() {
        reach(root, &calls, &mut reached);
    }
    for (folder, module) in found {
        if reached.contains(*folder) {
            continue;
        }
        if is_library(folder, module) {
            chosen.unused.push(*folder);
        } else {
            chosen.roots.insert(*folder);
        }
        reach(folder, &calls, &mut reached);
    }
    chosen
}

fn reach(from: &str, calls: &BTreeMap<&str, Vec<String>>, reached: &mut BTreeSet<String>) {
    let mut folders = vec![from.to_owned()];
    while let Some(folder) = folders.pop() {
        if let Some(calls) = calls.get(folder.as_str()) {
            folders.extend(
                calls
                    .iter()
                    .filter(|called| !reached.contains(*called))
                    .cloned(),
            );
        }
        reached.insert(folder);
    }
}

/// Whether a folder is made to be called: it takes providers from a caller, or lies among
/// `modules` and configures none.
fn is_library(folder: &str, module: &Module) -> bool {
    let among_modules = folder.split('/').any(|part| part == "modules");
    module.needs_caller || among_modules && module.providers.len() == 0
}

/// The folders that a module calls.
fn local_calls(folder: &str, module: &Module) -> Vec<String> {
    let sources = module
        .calls
        .iter()
        .filter_map(|(_, call)| call.source.as_ref());
    sources
        .filter(|source| is_local(&source.text))
        .filter_map(|source| join(folder, &source.text))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::repository::InMemory;

    fn folders(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn check(files: &[(&str, &str)], folder: &str, roots: &[&str], told: &[&str]) {
        let tree = InMemory::new(files.iter().copied());
        let folders = folders(&[folder]);
        let read = read_tree(&tree, &folders, &Options::default(), &BTreeSet::new());
        let found: Vec<_> = read.roots.iter().map(Root::folder).collect();
        assert_eq!(found, roots);
        let codes: Vec<_> = read.findings.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(codes, told, "{:?}", read.findings);
    }

    const CALLS_M: &str = "module \"m\" {\n  source = \"../../modules/m\"\n}\n";
    const BACKEND: &str = "terraform {\n  backend \"s3\" {}\n}\n";

    #[test]
    fn what_is_called_is_no_root() {
        check(
            &[
                ("tenants/a/main.tf", CALLS_M),
                ("tenants/b/main.tf", CALLS_M),
                ("modules/m/main.tf", ""),
                ("modules/unused/main.tf", ""),
                ("modules/root/main.tf", "provider \"aws\" {}\n"),
                (".hidden/main.tf", ""),
                ("tenants/a/.terraform/modules/x/main.tf", ""),
            ],
            "",
            &["modules/root", "tenants/a", "tenants/b"],
            &["module-not-called"],
        );
    }

    #[test]
    fn what_keeps_a_state_is_a_root_even_where_it_is_called() {
        let caller = "module \"m\" {\n  source = \"../../tenants/a\"\n}\n";
        let files = [
            ("tenants/a/main.tf", ""),
            ("tenants/a/terraform.tfvars", ""),
            ("evil/x/main.tf", caller),
        ];
        check(&files, "", &["evil/x", "tenants/a"], &[]);
        let files = [
            ("tenants/a/main.tf", BACKEND),
            (
                "evil/x/main.tf",
                "module \"m\" {\n  source = \"../../tenants/a\"\n}\n",
            ),
        ];
        check(&files, "", &["evil/x", "tenants/a"], &[]);
        // Without that, the only callers count.
        let files = [("tenants/a/main.tf", ""), files[1]];
        check(&files, "", &["evil/x"], &[]);
        check(&files, "tenants", &["tenants/a"], &[]);
    }

    #[test]
    fn modules_that_call_each_other_are_not_passed_over() {
        let files = [
            ("a/main.tf", "module \"m\" {\n  source = \"../b\"\n}\n"),
            ("b/main.tf", "module \"m\" {\n  source = \"../a\"\n}\n"),
            ("c/main.tf", "module \"m\" {\n  source = \".\"\n}\n"),
        ];
        check(&files, "", &["a", "c"], &[]);
    }

    #[test]
    fn the_folder_that_is_named_is_a_root() {
        let files = [("modules/m/main.tf", ""), ("modules/m/sub/main.tf", "")];
        check(&files, "modules/m", &["modules/m"], &["module-not-called"]);
    }

    #[test]
    fn terragrunt_units_are_told() {
        let files = [
            ("live/terragrunt.hcl", "inputs = {}"),
            ("live/prod/terragrunt.hcl", "terraform {}"),
            ("live/dev/terragrunt.hcl", "terraform {}"),
            ("live/dev/main.tf", ""),
        ];
        check(&files, "live", &["live/dev"], &["terragrunt"]);
        let tree = InMemory::new(files);
        let except = BTreeSet::from(["live/prod".to_owned(), "live/dev".to_owned()]);
        let read = read_tree(&tree, &folders(&["live"]), &Options::default(), &except);
        assert!(read.roots.is_empty() && read.findings.is_empty());
    }

    #[test]
    fn several_folders_are_one_walk() {
        let files = [
            ("tenants/a/main.tf", CALLS_M),
            ("tenants/b/main.tf", CALLS_M),
            ("modules/m/main.tf", ""),
            ("docs/readme.md", ""),
        ];
        let tree = InMemory::new(files);
        let named = folders(&["tenants", "tenants/a", "docs"]);
        let read = read_tree(&tree, &named, &Options::default(), &BTreeSet::new());
        let found: Vec<_> = read.roots.iter().map(Root::folder).collect();
        assert_eq!(found, ["tenants/a", "tenants/b"]);
        let told: Vec<_> = read.findings.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(told, ["docs holds no Terraform configuration"]);
        assert_eq!(list_roots(&tree, "", 1), ["tenants/a", "tenants/b"]);
    }

    #[test]
    fn nothing_read_is_told() {
        check(&[("a/readme.md", "")], "", &[], &["no-configuration"]);
        check(&[("a/readme.md", "")], "b", &[], &["unreadable-input"]);
        let library = [("modules/m/main.tf", "")];
        let told = ["module-not-called", "no-configuration"];
        check(&library, "modules", &[], &told);
    }
}
