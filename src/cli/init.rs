//! `guard init`: a `policies/` folder to begin with, from the sample catalog inside the program.

use super::output;
use crate::catalog;
use crate::source::save::{Pending, SaveError};
use std::path::Path;

/// Writes what is not there yet and gives the exit code. What is there stays as it is.
pub(super) fn run() -> u8 {
    let mut said = String::new();
    for file in catalog::builtin() {
        let path = file.path().replacen("builtin/", "policies/", 1);
        match write(Path::new(&path), file.text()) {
            Ok(true) => said.push_str(&format!("wrote {path}\n")),
            Ok(false) => said.push_str(&format!("kept {path}: it is there already\n")),
            Err(error) => return output::fail(&format!("cannot write {path}: {error}")),
        }
    }
    said.push_str(NEXT);
    output::print(&said)
}

const NEXT: &str = "
Next:
  1. change policies/catalog.hcl until it says what your price list says
  2. give each tenant a file in policies/tenants/, like acme.hcl
  3. terraform show -json plan.tfplan > plan.json && guard plan.json
";

/// Whether the file was written; it is not where something is there.
fn write(path: &Path, text: &str) -> Result<bool, SaveError> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(SaveError::Io)?;
    }
    let mut file = Pending::begin(path)?;
    file.writer()
        .write_all(text.as_bytes())
        .map_err(SaveError::Io)?;
    file.finish()?.publish()?;
    Ok(true)
}
