//! `check` blocks and conditions that failed: Terraform warns of them and goes on.

use super::{Complaints, Source};
use crate::finding::Finding;
use crate::read::json::{Json, JsonError, Kind};

/// Reads the value of `checks`, and complains of each that failed.
pub(super) fn read(reader: &mut Source<'_>, complaints: &mut Complaints) -> Result<(), JsonError> {
    if reader.kind()? != Kind::Array {
        return reader.skip();
    }
    reader.open_array("checks")?;
    while reader.element()? {
        let check = reader.tree()?;
        if check.get("status").and_then(Json::as_str) != Some("fail") {
            continue;
        }
        let name = name(&check).unwrap_or_default();
        let messages: Vec<_> = problems(&check).collect();
        complaints.add(Finding::failed_check(&complaints.input, name, &messages));
    }
    Ok(())
}

/// What is checked: `check.health`, `aws_instance.api`. A raw state has it in another place.
fn name(check: &Json) -> Option<&str> {
    let address = check
        .get("address")
        .and_then(|address| address.get("to_display"));
    address
        .or_else(|| check.get("config_addr"))
        .and_then(Json::as_str)
}

/// Why, as its author wrote it.
fn problems(check: &Json) -> impl Iterator<Item = &str> {
    let instances = check.get("instances").map_or(&[][..], Json::elements);
    let problems = instances
        .iter()
        .filter_map(|instance| instance.get("problems"));
    let each = problems.flat_map(Json::elements);
    each.filter_map(|problem| problem.get("message").and_then(Json::as_str))
}
