//! Which files of a folder of policies make the catalog.

use super::SourceFile;
use super::tree::{Unreadable, read_folder};
use std::path::Path;

/// The files of the catalog under `folder`, a folder of policies that is shown as `shown`:
/// `*.hcl` and `*.csv` in it and in `tenants/`, sorted by name, those of `tenants/` last.
///
/// # Errors
///
/// The first file that cannot be read, is a link, too large or no text.
pub fn catalog_files(folder: &Path, shown: &str) -> Result<Vec<SourceFile>, Unreadable> {
    let mut files = read_folder(folder, shown, &[".hcl", ".csv"])?;
    let tenants = format!("{shown}/tenants");
    files.extend(read_folder(
        &folder.join("tenants"),
        &tenants,
        &[".hcl", ".csv"],
    )?);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_is_two_folders_of_files_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b.hcl",
            "a.hcl",
            "notes.md",
            "tenants/z.hcl",
            "tenants/crm.csv",
            "capacity/aws.hcl",
            "machines/x.csv",
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let files = catalog_files(folder.path(), "policies").unwrap();
        let names: Vec<_> = files.iter().map(SourceFile::path).collect();
        assert_eq!(
            names,
            [
                "policies/a.hcl",
                "policies/b.hcl",
                "policies/tenants/crm.csv",
                "policies/tenants/z.hcl"
            ]
        );
        assert!(
            catalog_files(&folder.path().join("none"), "none")
                .unwrap()
                .is_empty()
        );
    }
}
