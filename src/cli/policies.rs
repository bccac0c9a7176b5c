//! Which policies judge: those named by `--policies`, those of the repository, or the sample
//! catalog inside the program.

use super::PolicyArgs;
use super::context::Context;
use super::trusted::Trusted;
use crate::approve::{REVOKED, Seal, trust};
use crate::catalog::{self, Catalog};
use crate::finding::Finding;
use crate::measure::Rules;
use crate::report::{self, Setting};
use crate::source::SourceFile;
use crate::source::digest::sha256_hex;
use crate::source::listing::{Depth, Entry, EntryKind, list};
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
    /// Everything that lies in the folder, byte for byte; nothing for the sample catalog.
    pub entries: Vec<Entry>,
    /// What the people of the trust root signed; none without a trust root.
    pub seal: Option<Seal>,
    /// Whether digests of what is read go into the report.
    pub digest: bool,
    /// The variables that were used.
    pub variables: Vec<Setting>,
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

/// Reads what judges, as it lies there. Whatever is wrong with it is a finding.
///
/// `in_ci` is whether this is a pipeline, where a sample catalog must not stand in for a missing one.
pub(super) fn load(args: &PolicyArgs, around: &Surroundings, in_ci: bool) -> Policies {
    load_plainly(args, around, in_ci, false)
}

fn load_plainly(args: &PolicyArgs, around: &Surroundings, in_ci: bool, digest: bool) -> Policies {
    let mut policies = Policies::empty(digest);
    match choose(args, around, in_ci) {
        Ok(folder) => policies.settle_in(folder),
        Err(finding) => policies.findings.push(*finding),
    }
    let files = match &policies.folder {
        None => Ok(Files {
            catalog: catalog::builtin(),
            ..Files::default()
        }),
        Some((path, shown)) => read(path, shown),
    };
    match files {
        Ok(files) => policies.take(&files),
        Err(error) => policies.findings.push(Finding::unreadable(&error)),
    }
    policies
}

/// Reads what judges, in the way that counts in this run: beside a trust root nothing is
/// believed that the people of the trust root did not sign, byte for byte.
///
/// `in_ci` is as for [`load`].
pub(super) fn load_trusted(
    args: &PolicyArgs,
    trusted: &Trusted,
    context: &Context,
    in_ci: bool,
) -> Policies {
    if !trusted.is_given {
        let mut policies = load_plainly(args, &context.around, in_ci, trusted.digest);
        // Said only where it made a difference.
        if in_ci && policies.folder.is_none() && args.policies.is_none() {
            policies.variables.push(Setting {
                name: Arc::from("CI"),
                value: None,
                remark: Arc::from("a pipeline, which the sample catalog does not judge"),
            });
        }
        policies.list_files(|name| name == REVOKED);
        return policies;
    }
    let mut policies = Policies::empty(true);
    match choose(args, &context.around, false) {
        Ok(None) if args.policies.is_some() => {
            let finding = Finding::refused_beside_trust_root("--policies builtin");
            policies.findings.push(finding);
        }
        Ok(None) => {
            let finding = Finding::no_policies_beside_trust_root();
            policies.findings.push(finding);
        }
        Ok(folder) => policies.settle_in(folder),
        Err(finding) => policies.findings.push(*finding),
    }
    policies.unseal(trusted);
    policies.list_files(|_| true);
    policies.row.files.extend(trusted.file.clone());
    policies
}

impl Policies {
    /// The rules of the program itself and no catalog.
    fn empty(digest: bool) -> Self {
        let (rules, findings) = Rules::with(&[], &[]);
        Self {
            catalog: None,
            rules,
            folder: None,
            entries: Vec::new(),
            seal: None,
            digest,
            variables: Vec::new(),
            row: report::Policies {
                path: Arc::from(BUILTIN),
                builtin: false,
                catalog: None,
                version: None,
                files: Vec::new(),
            },
            findings,
        }
    }

    /// Lists what lies in the folder; none is the sample catalog.
    fn settle_in(&mut self, folder: Option<(PathBuf, String)>) {
        match &folder {
            None => self.row.builtin = true,
            Some((path, shown)) => {
                self.entries = list(path, Depth::Deep, trust::most_bytes);
                self.row.path = Arc::from(shown.as_str());
            }
        }
        self.folder = folder;
    }

    /// Takes what was signed from the folder, if all of it was.
    fn unseal(&mut self, trusted: &Trusted) {
        let (Some((_, shown)), Some(root)) = (&self.folder, &trusted.root) else {
            return;
        };
        let minimum = trusted.minimum;
        let files = trust::unseal(root, shown, &self.entries, minimum, trusted.now)
            .and_then(|seal| Ok((seal, sealed(shown, &self.entries)?)));
        match files {
            Ok((seal, files)) => {
                self.take(&files);
                self.row.version = Some(seal.manifest.version);
                self.seal = Some(seal);
            }
            Err(mut findings) => self.findings.append(&mut findings),
        }
    }

    /// Makes a catalog and rules of the files, where there was nothing wrong so far: a catalog
    /// that was not read must not be called empty on top of that.
    fn take(&mut self, files: &Files) {
        self.row.files = files.rows(self.digest);
        let (rules, mut mistakes) = Rules::with(&files.capacity, &files.machines);
        if self.findings.is_empty() {
            match catalog_with(&files.catalog, &rules) {
                Ok((catalog, mut remarks)) => {
                    self.findings.append(&mut remarks);
                    self.row.catalog = Some(catalog.name.clone());
                    self.catalog = Some(catalog);
                }
                Err(mut mistakes) => self.findings.append(&mut mistakes),
            }
        }
        self.rules = rules;
        self.findings.append(&mut mistakes);
    }

    /// Lists in the report what else of the folder was read; a file that is listed already is
    /// listed once in the end.
    fn list_files(&mut self, was_read: impl Fn(&str) -> bool) {
        let Some((_, shown)) = &self.folder else {
            return;
        };
        let more = self.entries.iter().filter(|entry| was_read(&entry.name));
        let more: Vec<_> = more
            .filter_map(|entry| match &entry.kind {
                EntryKind::File(bytes) => Some(report::FileRow {
                    path: Arc::from(format!("{shown}/{}", entry.name)),
                    sha256: self.digest.then(|| Arc::from(sha256_hex(bytes))),
                }),
                _ => None,
            })
            .collect();
        self.row.files.extend(more);
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
    fn rows(&self, digest: bool) -> Vec<report::FileRow> {
        let all = self
            .catalog
            .iter()
            .chain(&self.capacity)
            .chain(&self.machines);
        all.map(|file| report::FileRow {
            path: Arc::from(file.path()),
            sha256: digest.then(|| Arc::from(sha256_hex(file.text().as_bytes()))),
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

/// The same files as [`read`] takes, from the very bytes that were verified.
fn sealed(shown: &str, entries: &[Entry]) -> Result<Files, Vec<Finding>> {
    let mut files = Files::default();
    let mut tenants = Vec::new();
    let mut all = trust::texts(shown, entries, ".hcl")?;
    all.append(&mut trust::texts(shown, entries, ".csv")?);
    all.sort_by(|a, b| a.path().cmp(b.path()));
    for file in all {
        let path = file.path().strip_prefix(shown).unwrap_or_default();
        let path = path.trim_start_matches('/').to_owned();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let wanted = match (folder, name) {
            (_, name) if name.starts_with('.') => continue,
            ("", _) => &mut files.catalog,
            ("tenants", _) => &mut tenants,
            ("capacity", name) if name.ends_with(".hcl") => &mut files.capacity,
            ("machines", name) if name.ends_with(".csv") => &mut files.machines,
            _ => continue,
        };
        wanted.push(file);
    }
    files.catalog.append(&mut tenants);
    Ok(files)
}
