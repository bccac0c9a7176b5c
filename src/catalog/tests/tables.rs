//! Tenants from a table.

use super::*;

/// The sound catalog, a `tenants_csv` block, and the table that it names.
fn with_table(block: &str, table: &str) -> Result<(Catalog, Vec<Finding>), Vec<Finding>> {
    Catalog::load(&[
        SourceFile::new("policies/a.hcl", SOUND),
        SourceFile::new("policies/b.hcl", block),
        SourceFile::new("policies/crm.csv", table),
    ])
}

const TABLE: &str = r#"
tenants_csv {
  file   = "crm.csv"
  tenant = "Account"
  tier   = "Product"
  roots  = "Roots"
  tiers  = { "Standard plan" = "small" }
}
tenant "beta" {
  match {
    workspaces = ["beta-*"]
  }
}
"#;

#[test]
fn tenants_come_from_a_table_too() {
    let rows = "Owner,Account,Product,Roots\r\nkim,acme,Standard plan,a/** b/**\r\nlee, beta , small,\r\n\r\nkim,\"gamma\",small,\r\n";
    let catalog = with_table(TABLE, rows).map_err(|all| told(&all)).unwrap().0;
    let names: Vec<_> = catalog.tenants.keys().map(|name| &**name).collect();
    assert_eq!(names, ["acme", "beta", "gamma"]);
    assert!(
        catalog
            .tenants
            .values()
            .all(|tenant| tenant.tier().is_some())
    );
    assert_eq!(catalog.tenants["acme"].roots.len(), 2);
    assert_eq!(
        catalog.tenants["beta"].workspaces.len(),
        1,
        "block and row are one tenant"
    );
}

#[test]
fn bad_rows_are_told_by_line_and_none_is_lost() {
    let check = |block: &str, rows: &str, expected: &[&str]| {
        let findings = with_table(block, rows).err().unwrap_or_default();
        assert_eq!(told(&findings), expected, "{rows}");
    };
    check(
        TABLE,
        "Account,Product,Roots\nACME,small,\nbeta,Pro,\n,small,\nacme,,\nacme,small,[a\nacme,small,\nacme\nacme,small,,\n",
        &[
            "policies/crm.csv:2 ACME,small,: `ACME` cannot be the name of a tenant",
            "policies/crm.csv:3 beta,Pro,: there is no tier `Pro`",
            "policies/crm.csv:4 ,small,: `` cannot be the name of a tenant",
            "policies/crm.csv:5 acme,,: this row has no tier",
            "policies/crm.csv:6 acme,small,[a: `[a` is no pattern: unclosed character class; missing ']'",
            "policies/crm.csv:7 acme,small,: the tenant `acme` is there twice",
            "policies/crm.csv:8 acme: this row has 1 columns, the table has 3",
            "policies/crm.csv:9 acme,small,,: this row has 4 columns, the table has 3",
        ],
    );
    check(
        TABLE,
        "Acount,Product,Product\n",
        &[
            "policies/b.hcl:4 \"Account\": policies/crm.csv has no column `Account`",
            "policies/b.hcl:5 \"Product\": policies/crm.csv has two columns `Product`",
            "policies/b.hcl:6 \"Roots\": policies/crm.csv has no column `Roots`",
            "policies/b.hcl:9 \"beta\": the tenant `beta` has no tier",
        ],
    );
    check(
        &TABLE.replace("crm.csv", "../crm.csv"),
        "",
        &[
            "policies/b.hcl:3 \"../crm.csv\": there is no file `policies/../crm.csv` in the catalog",
            "policies/b.hcl:9 \"beta\": the tenant `beta` has no tier",
        ],
    );
    check(
        &TABLE.replace("tenant \"beta\"", "tenants_csv {\n}\ntenant \"beta\""),
        "\u{feff}Account,Product,Roots\n",
        &[
            "policies/b.hcl:9 tenants_csv: a `tenants_csv` block needs `file`",
            "policies/b.hcl:9 tenants_csv: a `tenants_csv` block needs `tenant`",
            "policies/b.hcl:9 tenants_csv: a `tenants_csv` block needs `tier`",
            "policies/b.hcl:9 tenants_csv: there is more than one `tenants_csv` block",
            "policies/b.hcl:11 \"beta\": the tenant `beta` has no tier",
            "policies/crm.csv:1 \u{feff}: the file begins with a byte order mark",
        ],
    );
}
