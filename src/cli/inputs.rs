//! Which inputs are meant: the words of the command line, each with the root it describes.
//!
//! A file is a plan, a state or measurements; a folder is a tree of HCL roots, and so is a
//! `.tf` file, which means its folder.

use super::InputArgs;
use super::context::Context;
use crate::finding::Finding;
use crate::read::module::Given;
use crate::source::input::Input;
use crate::source::repository::Repository;
use crate::source::tree::{Site, is_configuration, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All that is to be read.
#[derive(Default)]
pub(super) struct Asked {
    /// Files, in the order of the command line.
    pub files: Vec<Named>,
    /// The trees that folders of HCL are in.
    pub trees: Vec<Wood>,
    /// Values for the variables of HCL roots.
    pub given: Given,
    /// The workspace that everything was made in, if it is known.
    pub workspace: Option<String>,
    /// Where this repository is.
    pub site: Option<Site>,
    /// Where the configuration of plans is: the files, and the folder in them.
    pub sources: Option<(Repository, String)>,
}

/// A file, or standard input.
pub(super) struct Named {
    /// The path as given; `-` is standard input.
    pub path: Arc<str>,
    /// The root that it describes, unless it tells otherwise itself.
    pub root: Arc<str>,
    /// Whether the command line says which root that is.
    pub is_root_given: bool,
}

/// A tree of files, and the folders in it that are to be read.
pub(super) struct Wood {
    /// The files.
    pub tree: Repository,
    /// Folders in which roots are looked for.
    pub walked: BTreeSet<String>,
    /// Folders that are roots of these names, and how the command line calls them.
    pub named: Vec<(Arc<str>, String, Arc<str>)>,
    /// What the top of the tree is called as a root.
    base: String,
}

/// What standard input is called.
const STDIN: &str = "-";

/// What the command line asks for, and what is wrong with how it is asked.
pub(super) fn asked(args: &InputArgs, context: &Context) -> (Asked, Vec<Finding>) {
    let (given, mut findings) = args.values.given(context);
    let mut asked = Asked {
        given,
        workspace: args.workspace.clone(),
        site: Some(context.around.site(Path::new("."))),
        ..Asked::default()
    };
    if let Some(folder) = &args.source_root {
        let site = context.around.site(folder);
        match folder.is_dir().then(|| Wood::new(&site, String::new())) {
            Some(Ok(wood)) => asked.sources = Some((wood.tree, site.folder)),
            Some(Err(error)) => {
                findings.push(Finding::unreadable_input(
                    &folder.display().to_string(),
                    &plain(&error),
                ));
            }
            None => {
                let why = "it is no folder, and `--source-root` wants one";
                findings.push(Finding::unreadable_input(
                    &folder.display().to_string(),
                    why,
                ));
            }
        }
    }
    let mut trees: BTreeMap<PathBuf, Wood> = BTreeMap::new();
    for word in &args.paths {
        let (root, path) = split(word);
        let Some(folder) = folder_of(path) else {
            asked.files.push(Named {
                root: match root {
                    Some(root) => Arc::from(root),
                    None if path == STDIN => Arc::from("stdin"),
                    None => Arc::from(context.around.root_of(Path::new(path))),
                },
                is_root_given: root.is_some(),
                path: Arc::from(path),
            });
            continue;
        };
        let site = context.around.site(&folder);
        let tree = match trees.remove(&site.top) {
            Some(known) => Ok(known),
            None => Wood::new(&site, context.around.root_in(&site.top)),
        };
        match tree {
            Ok(mut tree) => {
                match root {
                    Some(root) => {
                        let named = (Arc::from(root), site.folder, Arc::from(path));
                        tree.named.push(named);
                    }
                    None => {
                        tree.walked.insert(site.folder);
                    }
                }
                trees.insert(site.top, tree);
            }
            Err(error) => findings.push(Finding::unreadable_input(path, &plain(&error))),
        }
    }
    asked.trees.extend(trees.into_values());
    (asked, findings)
}

impl Named {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn open(&self) -> io::Result<Input> {
        if &*self.path == STDIN {
            return Input::pipe(STDIN, io::stdin().lock());
        }
        Input::open(&PathBuf::from(&*self.path), &*self.path)
    }
}

impl Wood {
    fn new(site: &Site, base: String) -> io::Result<Self> {
        let tree = Repository::new(&site.top, site.shown.as_str())?;
        Ok(Self {
            tree: tree.seen_from(site.here.clone()),
            walked: BTreeSet::new(),
            named: Vec::new(),
            base,
        })
    }

    /// What the root in a folder is called.
    pub(super) fn root_in(&self, folder: &str) -> String {
        match (self.base.as_str(), folder) {
            (base, "") => base.to_owned(),
            (".", folder) => folder.to_owned(),
            (base, folder) => format!("{base}/{folder}"),
        }
    }

    /// The folder that a root of that name is in, if it is in this tree.
    pub(super) fn folder_of(&self, root: &str) -> Option<String> {
        match self.base.as_str() {
            base if base == root => Some(String::new()),
            "." => Some(root.to_owned()),
            base => Some(root.strip_prefix(base)?.strip_prefix('/')?.to_owned()),
        }
    }
}

/// The folder of HCL that a path means; none where it means a file.
fn folder_of(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    if path.is_dir() {
        return Some(path.to_path_buf());
    }
    let name = path.file_name()?.to_str()?;
    if !is_configuration(name) || !path.is_file() || is_plan(path) {
        return None;
    }
    let folder = path.parent()?;
    Some(match folder.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => folder.to_path_buf(),
    })
}

/// Whether a file holds a plan, whatever its name says.
fn is_plan(path: &Path) -> bool {
    Input::open(path, "").is_ok_and(crate::read::can_survey)
}

/// `ROOT=PATH` or `PATH`. A file whose own name has an equals sign is meant as it stands.
fn split(word: &str) -> (Option<&str>, &str) {
    match word.split_once('=') {
        Some((root, path)) if !root.is_empty() && !path.is_empty() && !Path::new(word).exists() => {
            (Some(root.trim_end_matches('/')), path)
        }
        _ => (None, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_comes_before_the_first_equals_sign() {
        assert_eq!(split("plan.json"), (None, "plan.json"));
        assert_eq!(
            split("tenants/acme/prod=plan.json"),
            (Some("tenants/acme/prod"), "plan.json")
        );
        assert_eq!(split("a/=x=y.json"), (Some("a"), "x=y.json"));
        assert_eq!(split("=plan.json"), (None, "=plan.json"));
        assert_eq!(split("a="), (None, "a="));
    }

    #[test]
    fn a_file_of_configuration_means_its_folder_and_a_plan_does_not() {
        let there = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(there.path().join(name), text).unwrap();
        write("main.tf", "");
        write("more.tf.json", r#"{"resource": {}}"#);
        write(
            "plan.tf.json",
            r#"{"format_version": "1.2", "resource_changes": []}"#,
        );
        write("plan.json", "{}");
        let folder = |name: &str| folder_of(there.path().join(name).to_str().unwrap());
        for name in ["", "main.tf", "more.tf.json"] {
            assert_eq!(folder(name).as_deref(), Some(there.path()), "{name}");
        }
        for name in ["plan.tf.json", "plan.json", "none.tf"] {
            assert_eq!(folder(name), None, "{name}");
        }
    }

    #[test]
    fn roots_are_called_by_their_folders() {
        let there = tempfile::tempdir().unwrap();
        let site = crate::source::tree::Surroundings::of(there.path()).site(there.path());
        let wood = |base: &str| Wood::new(&site, base.to_owned()).unwrap();
        for (base, folder, root) in [
            (".", "", "."),
            (".", "a/b", "a/b"),
            ("/x", "", "/x"),
            ("/x", "a", "/x/a"),
        ] {
            assert_eq!(wood(base).root_in(folder), root);
            assert_eq!(wood(base).folder_of(root).as_deref(), Some(folder));
        }
        assert_eq!(wood("/x").folder_of("/xy"), None);
    }
}
