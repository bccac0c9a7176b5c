//! `.terraform/modules/modules.json`: where `terraform init` put the modules that come from
//! elsewhere.

use super::files::within;
use super::version;
use crate::source::repository::{Tree, Unavailable};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What was installed for the calls of a root.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// By the names of the calls, joined by dots.
    modules: BTreeMap<String, Installed>,
    /// Why there is nothing, as part of a sentence.
    nothing: Option<String>,
}

#[derive(Debug, Deserialize)]
struct File {
    #[serde(rename = "Modules")]
    modules: Vec<Installed>,
}

#[derive(Debug, Deserialize)]
struct Installed {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Source", default)]
    source: String,
    #[serde(rename = "Version", default)]
    version: String,
    #[serde(rename = "Dir")]
    dir: String,
}

/// The largest such file, in bytes.
const MAX_FILE: u64 = 16 << 20;

impl Manifest {
    /// Reads that of a root, if it has one.
    pub(super) fn read(tree: &dyn Tree, root: &str) -> Self {
        let nothing = |why: String| Self {
            modules: BTreeMap::new(),
            nothing: Some(why),
        };
        let path = within(root, ".terraform/modules/modules.json");
        let bytes = match tree.read(&path, MAX_FILE) {
            Ok(bytes) => bytes,
            Err(Unavailable::Missing) => {
                return nothing("it is not installed here; run `terraform init` first".to_owned());
            }
            Err(error) => return nothing(format!("`{}`: {error}", tree.shown(&path))),
        };
        match serde_json::from_slice::<File>(&bytes) {
            Ok(file) => Self {
                modules: file
                    .modules
                    .into_iter()
                    .map(|module| (module.key.clone(), module))
                    .collect(),
                nothing: None,
            },
            Err(_) => nothing(format!(
                "`{}` is not what `terraform init` writes",
                tree.shown(&path)
            )),
        }
    }

    /// The folder of a called module, relative to the root.
    ///
    /// # Errors
    ///
    /// Why it is not there, as part of a sentence.
    pub(super) fn folder(
        &self,
        path: &str,
        source: &str,
        wanted: Option<&str>,
    ) -> Result<&str, String> {
        if let Some(why) = &self.nothing {
            return Err(why.clone());
        }
        let again = "run `terraform init` again";
        let Some(installed) = self.modules.get(path) else {
            return Err(format!("it is not installed here; {again}"));
        };
        if !same_source(source, &installed.source) {
            return Err(format!(
                "what is installed here comes from `{}`; {again}",
                installed.source
            ));
        }
        if let Some(wanted) = wanted
            && !version::allows(wanted, &installed.version)
        {
            let have = &installed.version;
            return Err(format!(
                "version {have} is installed here, and {wanted} is wanted; {again}"
            ));
        }
        Ok(&installed.dir)
    }
}

/// Whether what is recorded is the whole form of what is written: `ns/name/aws` is recorded with
/// its registry, `github.com/..` with a protocol.
fn same_source(written: &str, recorded: &str) -> bool {
    if written == recorded {
        return true;
    }
    let (written, subfolder) = split(written);
    let (recorded, recorded_subfolder) = split(recorded);
    if subfolder != recorded_subfolder {
        return false;
    }
    let plain = |text: &str| {
        let text = text.strip_prefix("git::").unwrap_or(text);
        let text = ["https://", "ssh://", "git@"]
            .iter()
            .fold(text, |text, prefix| {
                text.strip_prefix(prefix).unwrap_or(text)
            });
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let address = address
            .strip_suffix(".git")
            .unwrap_or(address)
            .replacen(':', "/", 1);
        (address, query.to_owned())
    };
    let (written, recorded) = (plain(written), plain(recorded));
    written == recorded
        || written.1 == recorded.1
            && recorded.0.strip_suffix(&written.0).is_some_and(|registry| {
                registry.ends_with('/') && registry.matches('/').count() == 1
            })
}

/// The address and the folder in it, which follows `//`.
fn split(source: &str) -> (&str, &str) {
    let from = source.find("://").map_or(0, |at| at.saturating_add(3));
    let rest = source.get(from..).unwrap_or("");
    match rest.find("//") {
        Some(at) => {
            let at = from.saturating_add(at);
            let folder = source.get(at.saturating_add(2)..).unwrap_or("");
            // A query belongs to the address.
            (source.get(..at).unwrap_or(""), folder)
        }
        None => (source, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::repository::InMemory;

    fn manifest(text: &str) -> Manifest {
        let tree = InMemory::new([("r/.terraform/modules/modules.json", text)]);
        Manifest::read(&tree, "r")
    }

    #[test]
    fn installed_modules_are_found_by_the_calls_that_lead_to_them() {
        let manifest = manifest(
            r#"{"Modules": [{"Key": "", "Source": "", "Dir": "."},
                {"Key": "vpc", "Source": "registry.terraform.io/a/vpc/aws", "Version": "5.1.2", "Dir": ".terraform/modules/vpc"},
                {"Key": "vpc.sub", "Source": "git::https://github.com/x/y.git?ref=v1", "Dir": ".terraform/modules/vpc.sub"}]}"#,
        );
        let check = |path: &str, source: &str, version: Option<&str>, expected: Option<&str>| {
            assert_eq!(
                manifest.folder(path, source, version).ok(),
                expected,
                "{source}"
            );
        };
        check("vpc", "a/vpc/aws", None, Some(".terraform/modules/vpc"));
        check(
            "vpc",
            "a/vpc/aws",
            Some("~> 5.0"),
            Some(".terraform/modules/vpc"),
        );
        check("vpc", "a/vpc/aws", Some("~> 4.0"), None);
        check("vpc", "b/vpc/aws", None, None);
        check("vpc", "vpc/aws", None, None);
        check(
            "vpc.sub",
            "github.com/x/y?ref=v1",
            None,
            Some(".terraform/modules/vpc.sub"),
        );
        check("vpc.sub", "github.com/x/y?ref=v2", None, None);
        check("other", "a/vpc/aws", None, None);
    }

    #[test]
    fn without_a_manifest_nothing_is_installed() {
        let none = Manifest::read(&InMemory::default(), "");
        assert!(
            none.folder("vpc", "a/vpc/aws", None)
                .unwrap_err()
                .contains("terraform init")
        );
        assert!(manifest("{}").folder("vpc", "a/b/c", None).is_err());
    }
}
