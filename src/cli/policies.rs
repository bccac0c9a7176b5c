//! Which policies judge: those named by `--policies`, those of the repository, or the sample
//! catalog inside the program.

use super::PolicyArgs;
use crate::catalog::{self, Catalog};
use crate::finding::Finding;
use crate::measure::Rules;
use crate::report;
use crate::source::SourceFile;
use crate::source::policies::catalog_files;
use crate::source::tree::{Surroundings, Unreadable, read_folder};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What judges, and what there is to say about it.
pub(super) struct Policies {
    /// The catalog; none where it has mistakes.
    pub catalog: Option<Catalog>,
    /// The capacity rules.
    pub rules: Rules,
    folder: Option<(PathBuf, String)>,
    /// Where both come from.
    pub row: report::Policies,
    /// Mistakes and remarks.
    pub findings: Vec<Finding>,
}

impl Policies {
    /// The folder they were read from, and how to show it; none for the sample catalog.
    pub(super) fn folder(&self) -> Option<(&Path, &str)> {
        let (path, shown) = self.folder.as_ref()?;
        Some((path, shown))
    }
}

/// Reads what judges. Whatever is wrong with it is a finding.
///
/// `in_ci` is whether this is a pipeline, where a sample catalog must not stand in for a missing one.
pub(super) fn load(args: &PolicyArgs, around: &Surroundings, in_ci: bool) -> Policies {
    let mut findings = Vec::new();
    let folder = match choose(args, around, in_ci) {
        Ok(folder) => folder,
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    let files = folder.as_ref().map(|(path, shown)| read(path, shown));
    let files = match files {
        None => Files {
            catalog: catalog::builtin(),
            ..Files::default()
        },
        Some(Ok(files)) => files,
        Some(Err(error)) => {
            findings.push(Finding::unreadable(&error));
            Files::default()
        }
    };
    let (rules, mut mistakes) = Rules::with(&files.capacity, &files.machines);
    // A finding so far means that there is nothing to load, and a catalog that was not read
    // must not be called empty on top of that.
    let loaded = if findings.is_empty() {
        catalog_with(&files.catalog, &rules)
    } else {
        Err(Vec::new())
    };
    let catalog = match loaded {
        Ok((catalog, mut remarks)) => {
            findings.append(&mut remarks);
            Some(catalog)
        }
        Err(mut mistakes) => {
            findings.append(&mut mistakes);
            None
        }
    };
    findings.append(&mut mistakes);
    let row = report::Policies {
        path: folder.as_ref().map_or_else(
            || Arc::from(BUILTIN),
            |(_, shown)| Arc::from(shown.as_str()),
        ),
        builtin: folder.is_none(),
        catalog: catalog.as_ref().map(|catalog| catalog.name.clone()),
        version: None,
        files: files.rows(),
    };
    Policies {
        catalog,
        rules,
        folder,
        row,
        findings,
    }
}

/// The catalog, which may limit whatever rules measure.
fn catalog_with(
    files: &[SourceFile],
    rules: &Rules,
) -> Result<(Catalog, Vec<Finding>), Vec<Finding>> {
    let measured = |all| rules.dimensions(all).into_iter().collect::<Vec<_>>();
    // To know all that guard's own rules measure takes reading them, which the catalogs that
    // limit the usual dimensions need not wait for.
    Catalog::load_with(files, &measured(false))
        .or_else(|_| Catalog::load_with(files, &measured(true)))
}

/// What `--policies` calls the sample catalog.
const BUILTIN: &str = "builtin";

/// The folder to read, and how to show it; none is the sample catalog.
fn choose(
    args: &PolicyArgs,
    around: &Surroundings,
    in_ci: bool,
) -> Result<Option<(PathBuf, String)>, Box<Finding>> {
    match &args.policies {
        Some(named) if named.as_os_str() == BUILTIN => Ok(None),
        Some(named) if !named.is_dir() => {
            Err(Finding::no_such_policies(&named.display().to_string()).into())
        }
        Some(named) => Ok(Some((named.clone(), around.show(named)))),
        None => match around.folder("policies") {
            None if in_ci => Err(Finding::no_policies_in_ci().into()),
            found => Ok(found),
        },
    }
}

#[derive(Default)]
struct Files {
    catalog: Vec<SourceFile>,
    capacity: Vec<SourceFile>,
    machines: Vec<SourceFile>,
}

impl Files {
    fn rows(&self) -> Vec<report::FileRow> {
        let all = self
            .catalog
            .iter()
            .chain(&self.capacity)
            .chain(&self.machines);
        all.map(|file| report::FileRow {
            path: Arc::from(file.path()),
            sha256: None,
        })
        .collect()
    }
}

fn read(folder: &Path, shown: &str) -> Result<Files, Unreadable> {
    let within = |name: &str, endings: &[&str]| {
        read_folder(&folder.join(name), &format!("{shown}/{name}"), endings)
    };
    Ok(Files {
        catalog: catalog_files(folder, shown)?,
        capacity: within("capacity", &[".hcl"])?,
        machines: within("machines", &[".csv"])?,
    })
}
