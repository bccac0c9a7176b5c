//! A folder -> its configuration: which files belong to it, and their blocks as one body.

use super::body::{self, Body};
use super::config::Module;
use super::decode::decode;
use super::findings::Findings;
use super::json::{self, Schema};
use super::merge::merge;
use super::resolve::resolve;
use crate::finding::Finding;
use crate::source::SourceFile;
use crate::source::repository::{Entry, EntryKind, Tree, Unavailable};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The file that makes a folder a Terragrunt unit.
pub(super) const TERRAGRUNT: &str = "terragrunt.hcl";

/// The largest configuration file, in bytes.
const MAX_FILE: u64 = 16 << 20;

/// Reads the configuration in one folder.
///
/// # Errors
///
/// Why the folder cannot be listed.
pub(super) fn read_module(tree: &dyn Tree, folder: &str) -> Result<Module, Unavailable> {
    Ok(read_entries(tree, folder, &tree.entries(folder)?))
}

/// Reads the configuration in one folder, of which is known what lies in it.
pub(super) fn read_entries(tree: &dyn Tree, folder: &str, entries: &[Entry]) -> Module {
    let names = configuration_files(entries);
    let mut reader = Reader {
        tree,
        folder,
        findings: Findings::default(),
        is_broken: false,
    };
    let mut whole = Body::default();
    for file in names.iter().filter(|file| !file.is_override) {
        if let Some(body) = reader.read(file) {
            whole.attributes.extend(body.attributes);
            whole.blocks.extend(body.blocks);
        }
    }
    for file in names.iter().filter(|file| file.is_override) {
        if let Some(body) = reader.read(file) {
            merge(&mut whole, body, &mut reader.findings);
        }
    }
    let mut module = decode(Arc::from(folder), whole, reader.findings);
    module.files = names.len();
    module.is_broken = reader.is_broken;
    module.stands_alone |= !value_files(entries).is_empty();
    // With a file missing, names that are declared there would be told as undeclared.
    if !module.is_broken {
        resolve(&mut module);
    }
    module
}

/// A file of a module.
#[derive(Debug, PartialEq, Eq)]
struct File {
    name: String,
    is_json: bool,
    is_override: bool,
    /// A link that leads out, or something that is no file.
    is_unreadable: bool,
}

/// The files of a folder that are configuration, in the order in which they are read.
fn configuration_files(entries: &[Entry]) -> Vec<File> {
    let mut files = Vec::new();
    // OpenTofu reads `a.tofu` instead of `a.tf`.
    let mut tofu = BTreeSet::new();
    for entry in entries {
        let Some((base, is_json, is_tofu)) = kind_of(&entry.name) else {
            continue;
        };
        if entry.kind == EntryKind::Folder {
            continue;
        }
        if is_tofu {
            tofu.insert((base, is_json));
        }
        files.push((
            base,
            is_tofu,
            File {
                name: entry.name.clone(),
                is_json,
                is_override: base == "override" || base.ends_with("_override"),
                is_unreadable: entry.kind != EntryKind::File,
            },
        ));
    }
    let kept = files
        .into_iter()
        .filter(|(base, is_tofu, file)| *is_tofu || !tofu.contains(&(*base, file.is_json)));
    kept.map(|(_, _, file)| file).collect()
}

/// The files of values that count without being named, in their order.
pub(super) fn value_files(entries: &[Entry]) -> Vec<&str> {
    let names = entries
        .iter()
        .filter(|entry| entry.kind != EntryKind::Folder);
    let names: Vec<&str> = names.map(|entry| entry.name.as_str()).collect();
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"];
    let is_automatic =
        |name: &&str| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    // The entries come sorted, and so Terraform reads them.
    let automatic = names.iter().copied().filter(is_automatic);
    let fixed = fixed.into_iter().filter(|name| names.contains(name));
    fixed.chain(automatic).collect()
}

/// Whether a file of that name is configuration.
pub(super) fn is_configuration(name: &str) -> bool {
    kind_of(name).is_some()
}

/// The name without its ending, whether it is in JSON syntax, and whether OpenTofu's alone.
/// None for what is no configuration file.
fn kind_of(name: &str) -> Option<(&str, bool, bool)> {
    // What editors leave behind.
    if name.starts_with('.') || name.ends_with('~') || name.starts_with('#') && name.ends_with('#')
    {
        return None;
    }
    let endings = [
        (".tf", false, false),
        (".tofu", false, true),
        (".tf.json", true, false),
        (".tofu.json", true, true),
    ];
    endings
        .into_iter()
        .find_map(|(ending, is_json, is_tofu)| Some((name.strip_suffix(ending)?, is_json, is_tofu)))
}

struct Reader<'a> {
    tree: &'a dyn Tree,
    folder: &'a str,
    findings: Findings,
    is_broken: bool,
}

impl Reader<'_> {
    /// The body of a file; none where it cannot be read, which is told.
    fn read(&mut self, file: &File) -> Option<Body> {
        let path = within(self.folder, &file.name);
        let body = self.text(&path, file).and_then(|source| {
            if file.is_json {
                json::body(&source, &Schema::File, &mut self.findings)
            } else {
                body::native(&source, &mut self.findings)
            }
        });
        self.is_broken |= body.is_none();
        body
    }

    fn text(&mut self, path: &str, file: &File) -> Option<SourceFile> {
        let bytes = if file.is_unreadable {
            Err(Unavailable::Outside)
        } else {
            self.tree.read(path, MAX_FILE)
        };
        match bytes.map_err(|error| error.to_string()).and_then(utf8) {
            Ok(text) => Some(SourceFile::new(self.tree.shown(path), text)),
            Err(why) => {
                let finding = Finding::unreadable_input(&self.tree.shown(path), &why);
                self.findings.add(finding);
                None
            }
        }
    }
}

/// The text of a file, without a byte order mark.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => Err(format!(
            "it is not UTF-8 text (byte {})",
            error.utf8_error().valid_up_to()
        )),
    }
}

/// A path in a folder.
pub(super) fn within(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::repository::InMemory;

    #[test]
    fn a_folder_has_the_files_that_terraform_reads() {
        let check = |names: &[&str], expected: &[&str]| {
            let tree = InMemory::new(names.iter().map(|name| (*name, "")));
            let files = configuration_files(&tree.entries("").unwrap());
            let read: Vec<_> = files
                .iter()
                .map(|file| {
                    format!(
                        "{}{}",
                        file.name,
                        if file.is_override { " over" } else { "" }
                    )
                })
                .collect();
            assert_eq!(read, expected);
        };
        check(
            &["b.tf", "a.tf.json", "x.txt", "terraform.tfvars", "m/c.tf"],
            &["a.tf.json", "b.tf"],
        );
        check(&[".a.tf", "a.tf~", "#a.tf#", "tf", ".tf"], &[]);
        check(
            &["override.tf", "a_override.tf.json", "override_a.tf"],
            &[
                "a_override.tf.json over",
                "override.tf over",
                "override_a.tf",
            ],
        );
        check(
            &["a.tf", "a.tofu", "b.tf.json", "b.tofu", "c.tofu.json"],
            &["a.tofu", "b.tf.json", "b.tofu", "c.tofu.json"],
        );
    }
}
