//! What kind of repository this is: where its roots are, and where it is built.

use crate::read::module::{Options, read_tree};
use crate::source::repository::Repository;
use crate::source::tree::Surroundings;
use std::collections::BTreeSet;
use std::path::Path;

/// What was found.
pub(super) struct Shape {
    /// The folders of all root modules, sorted.
    roots: Vec<String>,
    /// Whether it has files for GitHub.
    pub github: bool,
    /// Whether it has files for GitLab.
    pub gitlab: bool,
    /// The top of the repository, where that is another folder.
    pub top_elsewhere: Option<String>,
}

impl Shape {
    /// Looks at the current folder.
    pub(super) fn of(around: &Surroundings) -> Self {
        let here = Path::new(".");
        let roots = Repository::new(here, "").map_or(Vec::new(), |tree| {
            let all = BTreeSet::from([String::new()]);
            let found = read_tree(&tree, &all, &Options::default(), &BTreeSet::new());
            let folders = found.roots.iter().map(|root| root.folder().to_owned());
            folders.collect()
        });
        Self {
            roots,
            github: here.join(".github").is_dir(),
            gitlab: here.join(".gitlab-ci.yml").is_file() || here.join(".gitlab").is_dir(),
            top_elsewhere: around.top_elsewhere(),
        }
    }

    /// What a pipeline checks: the one folder in which all roots are, else everything.
    pub(super) fn paths(&self) -> String {
        let mut firsts = self
            .roots
            .iter()
            .map(|root| root.split_once('/').map(|(first, _)| first));
        match firsts.next() {
            Some(Some(first)) if firsts.all(|other| other == Some(first)) => format!("{first}/"),
            _ => ".".to_owned(),
        }
    }

    /// What to do next.
    pub(super) fn next_steps(&self) -> Vec<String> {
        let mut steps = vec![
            "change policies/catalog.hcl until it says what your price list says".to_owned(),
            match self.roots.as_slice() {
                [] => "give each tenant a file in policies/tenants/, like acme.hcl".to_owned(),
                roots => format!(
                    "give each tenant a file in policies/tenants/, like acme.hcl, until every root module belongs to one ({} here: {})",
                    roots.len(),
                    named(roots)
                ),
            },
        ];
        match self.roots.as_slice() {
            [] => steps.push(
                "terraform show -json plan.tfplan > plan.json && guard plan.json".to_owned(),
            ),
            _ => steps.push(format!(
                "guard {}    # what is there now; `guard explain` says where each number comes from",
                self.paths()
            )),
        }
        steps.push("write OWNER/guard where your copy of guard lives into the files for CI, and protect what docs/approvals.md says".to_owned());
        steps
    }
}

/// Some of them by name.
fn named(roots: &[String]) -> String {
    const NAMED: usize = 3;
    let show = |root: &String| match root.as_str() {
        "" => ".".to_owned(),
        root => root.to_owned(),
    };
    let mut names: Vec<String> = roots.iter().take(NAMED).map(show).collect();
    if roots.len() > NAMED {
        names.push("...".to_owned());
    }
    names.join(", ")
}
