//! The words of the command line that mean deals, told apart from those that do not.

use super::super::context::Context;
use crate::finding::Finding;
use crate::read::deal::holds_deals;
use crate::source::SourceFile;
use crate::source::listing::{Depth, Entry, EntryKind, list};
use crate::source::tree::{MAX_TEXT, is_configuration, read_named};
use std::path::Path;

/// What the words of the command line mean.
#[derive(Default)]
pub(in crate::cli) struct Apart {
    /// The files of deals, each once.
    pub files: Vec<SourceFile>,
    /// The words that mean something else, or something else too.
    pub others: Vec<String>,
    /// Files among the deals that cannot be read.
    pub findings: Vec<Finding>,
}

/// Tells the words of the command line that mean deals from those that do not.
///
/// A file is told by its content. A folder is one of deals where a file in it holds some; then
/// everything in it and below is read, so that no deal is passed over in silence. Where it
/// holds Terraform configuration too, that is judged as well.
pub(in crate::cli) fn set_apart(words: &[String], context: &Context) -> Apart {
    let mut apart = Apart::default();
    for word in words {
        let path = Path::new(word);
        let shown = context.around.show(path);
        let means_more = match path.is_dir() {
            true => apart.folder(path, shown.trim_end_matches('/')),
            false => apart.file(path, &shown),
        };
        if means_more {
            apart.others.push(word.clone());
        }
    }
    apart
}

impl Apart {
    /// Takes a file of deals; whether it is something else.
    fn file(&mut self, path: &Path, shown: &str) -> bool {
        // Only what can be a text of HCL is read here; whatever else it is, the next reader says.
        let has = |ending| {
            path.extension()
                .is_some_and(|extension| extension == ending)
        };
        if !path.is_file() || has("json") || has("tf") || has("tofu") {
            return true;
        }
        match read_named(path, shown) {
            Ok(file) if holds_deals(&file) => {
                self.add(file);
                false
            }
            _ => true,
        }
    }

    /// Takes the deals in a folder; whether there is something else in it.
    fn folder(&mut self, path: &Path, shown: &str) -> bool {
        let path = &path.join(".");
        let is_deal = |entry: &Entry| text(entry, shown).is_ok_and(|file| holds_deals(&file));
        if !list(path, Depth::Flat, most).iter().any(is_deal) {
            return true;
        }
        let mut all = list(path, Depth::Deep, most);
        all.retain(|entry| !entry.name.split('/').any(|part| part.starts_with('.')));
        let name = |entry: &Entry| entry.name.rsplit('/').next().map(str::to_owned);
        let has_more =
            (all.iter()).any(|entry| name(entry).is_some_and(|name| is_configuration(&name)));
        // A folder that cannot be listed whole may hold deals too.
        let matters = |entry: &&Entry| {
            let is_list = matches!(entry.kind, EntryKind::Unreadable(_) | EntryKind::TooMany);
            is_list || most(&entry.name) > 0
        };
        for entry in all.iter().filter(matters) {
            match text(entry, shown) {
                // Beside configuration there may be any other HCL; among deals there is none.
                Ok(file) if has_more && !holds_deals(&file) => {}
                Ok(file) => self.add(file),
                Err(why) => {
                    let path = format!("{shown}/{}", entry.name);
                    self.findings.push(Finding::unreadable_input(&path, &why));
                }
            }
        }
        has_more
    }

    fn add(&mut self, file: SourceFile) {
        if self.files.iter().all(|known| known.path() != file.path()) {
            self.files.push(file);
        }
    }
}

/// The most bytes that are read of a file of that name in a folder of deals.
fn most(name: &str) -> u64 {
    match name.ends_with(".hcl") {
        true => MAX_TEXT,
        false => 0,
    }
}

/// The text of an entry of a folder, or why it has none.
fn text(entry: &Entry, shown: &str) -> Result<SourceFile, String> {
    let path = format!("{shown}/{}", entry.name);
    match &entry.kind {
        EntryKind::File(bytes) if entry.name.ends_with(".hcl") => {
            match std::str::from_utf8(bytes) {
                Ok(text) => Ok(SourceFile::new(path, text)),
                Err(_) => Err("it is not UTF-8 text".to_owned()),
            }
        }
        EntryKind::Unreadable(why) => Err(why.clone()),
        EntryKind::TooMany => Err("it holds too many files".to_owned()),
        EntryKind::Link => Err("it is a symbolic link; name the file itself".to_owned()),
        EntryKind::TooLarge => Err("it is larger than files of its kind can be".to_owned()),
        _ => Err("it is no regular file".to_owned()),
    }
}
