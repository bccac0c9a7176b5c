//! Which inputs are meant: the words of the command line, each with the root it describes.

use super::InputArgs;
use super::context::Context;
use crate::finding::Finding;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::input::Input;

/// One word of the command line.
pub(super) struct Named {
    /// The path as given; `-` is standard input.
    pub path: Arc<str>,
    /// The root that it describes.
    pub root: Arc<str>,
}

/// What standard input is called.
const STDIN: &str = "-";

/// The inputs in the order of the command line; one root given twice is a finding.
pub(super) fn named(args: &InputArgs, context: &Context) -> (Vec<Named>, Vec<Finding>) {
    let mut inputs: Vec<Named> = Vec::new();
    let mut by_root: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    let mut findings = Vec::new();
    for word in &args.paths {
        let (root, path) = split(word);
        let root: Arc<str> = match root {
            Some(root) => Arc::from(root),
            None if path == STDIN => Arc::from("stdin"),
            None => Arc::from(context.around.root_of(Path::new(path))),
        };
        let path: Arc<str> = Arc::from(path);
        if let Some(other) = by_root.get(&root) {
            findings.push(Finding::root_twice(&root, other, &path));
            continue;
        }
        by_root.insert(root.clone(), path.clone());
        inputs.push(Named { path, root });
    }
    (inputs, findings)
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
}
