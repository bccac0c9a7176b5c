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

/// Finds and reads all roots in a folder and below, but for those in `except`, which are judged
/// from something else.
///
/// A folder that others call is part of what they ask for and no root, unless it says where its
/// state is kept or has values for its variables beside it. Hidden folders (`.terraform`, `.git`) are not looked into, and links to
/// folders are not followed. All folders are relative to the top of the tree.
pub fn read_tree<'t>(
    tree: &'t dyn Tree,
    folder: &str,
    options: &Options,
    except: &BTreeSet<String>,
) -> Roots<'t> {
    let mut findings = Vec::new();
    let walked = match walk(tree, folder) {
        Ok(walked) => walked,
        Err(finding) => {
            return Roots {
                roots: Vec::new(),
                findings: vec![*finding],
            };
        }
    };
    let modules = Modules::new(tree);
    let read_all = parallel(options.threads, &walked.modules, |(folder, entries)| {
        modules.listed(folder, entries)
    });
    let folders = walked.modules.iter().map(|(folder, _)| folder.as_str());
    let found: BTreeMap<&str, Arc<Module>> = folders.zip(read_all).collect();
    let chosen = choose(folder, &found);
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
    let options = Options {
        threads: inner,
        ..options.clone()
    };
    let mut roots = Vec::new();
    for root in parallel(outer, &wanted, |root| read(&modules, root, &options)) {
        match root {
            Ok(root) => roots.push(root),
            Err(finding) => findings.push(*finding),
        }
    }
    if roots.is_empty() && findings.is_empty() && except.is_empty() {
        findings.push(Finding::no_configuration(&tree.shown(folder)));
    }
    Roots { roots, findings }
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

fn walk(tree: &dyn Tree, top: &str) -> Result<Walked, Box<Finding>> {
    let mut walked = Walked::default();
    let mut terragrunt = BTreeSet::new();
    let mut folders = vec![top.to_owned()];
    let mut count = 0_usize;
    while let Some(folder) = folders.pop() {
        count = count.saturating_add(1);
        if count > MAX_FOLDERS {
            let message = format!("{} holds more than {MAX_FOLDERS} folders", tree.shown(top));
            return Err(Finding::too_large_configuration(message, None).into());
        }
        let entries = tree
            .entries(&folder)
            .map_err(|error| Finding::unreadable_input(&tree.shown(&folder), &error.to_string()))?;
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
    // One that others below build on is no unit itself.
    let below = |unit: &str, other: &str| {
        other.len() > unit.len()
            && (unit.is_empty()
                || other
                    .strip_prefix(unit)
                    .is_some_and(|rest| rest.starts_with('/')))
    };
    for unit in &terragrunt {
        let is_parent = terragrunt.iter().any(|other| below(unit, other));
        let holds = walked
            .modules
            .binary_search_by(|(folder, _)| folder.cmp(unit))
            .is_ok();
        if !is_parent && !holds {
            walked.units.push(unit.clone());
        }
    }
    Ok(walked)
}

/// Which of the folders are roots.
#[derive(Debug, Default, PartialEq, Eq)]
struct Chosen<'f> {
    roots: BTreeSet<&'f str>,
    /// Modules that nobody calls and that are not made to stand alone.
    unused: Vec<&'f str>,
}

fn choose<'f>(named: &str, found: &BTreeMap<&'f str, Arc<Module>>) -> Chosen<'f> {
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
        let stands_alone = *folder == named || module.stands_alone;
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

    fn check(files: &[(&str, &str)], folder: &str, roots: &[&str], told: &[&str]) {
        let tree = InMemory::new(files.iter().copied());
        let read = read_tree(&tree, folder, &Options::default(), &BTreeSet::new());
        let folders: Vec<_> = read.roots.iter().map(Root::folder).collect();
        assert_eq!(folders, roots);
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
        let read = read_tree(&tree, "live", &Options::default(), &except);
        assert!(read.roots.is_empty() && read.findings.is_empty());
    }

    #[test]
    fn nothing_read_is_told() {
        check(&[("a/readme.md", "")], "", &[], &["no-configuration"]);
        check(&[("a/readme.md", "")], "b", &[], &["unreadable-input"]);
    }
}
