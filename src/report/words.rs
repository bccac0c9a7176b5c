//! The words that the formats for people share, so that each is said in one way.
//!
//! What comes from plans and records is still as it came: each format makes it inert.

use super::{
    ApprovalRow, Coverage, Held, Limit, Outcome, Report, RequestRow, Setting, Standing, TenantRow,
    Trust, Verdict,
};
use crate::finding::{Finding, Label, Level, Place};
use crate::quantity::{Dimension, Quantity, Range};
use std::sync::Arc;

/// Whether anything was read that could have resources.
pub(super) fn is_measured(report: &Report) -> bool {
    report.coverage.instances > 0 || report.inputs.iter().any(|input| input.kind != "deal")
}

/// `64 resources: 41 measured, 20 weightless, 2 opaque, 1 no rule (aws_foo_bar)`.
///
/// What is zero is left out, but for the measured.
pub(super) fn coverage(coverage: &Coverage) -> String {
    let mut line = format!(
        "{}: {} measured",
        count(coverage.instances, "resource"),
        coverage.measured
    );
    for (n, what) in [
        (coverage.weightless, "weightless"),
        (coverage.opaque, "opaque"),
        (coverage.no_rule, "no rule"),
    ] {
        if n > 0 {
            line.push_str(&format!(", {n} {what}"));
        }
    }
    let types: Vec<&str> = coverage.no_rule_types.iter().map(|name| &**name).collect();
    if !types.is_empty() {
        line.push_str(&format!(" ({})", list(&types, TYPES_NAMED)));
    }
    line
}

/// How many types without a rule the coverage line names; `--format json` has them all.
const TYPES_NAMED: usize = 10;

/// `1 resource`, `2 resources`.
pub(super) fn count(n: u64, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}

/// `a, b and 3 more`.
pub(super) fn list(names: &[&str], at_most: usize) -> String {
    match names.get(..at_most) {
        // One more name takes no more room than saying that there is one.
        Some(first) if names.len() > at_most.saturating_add(1) => format!(
            "{} and {} more",
            first.join(", "),
            names.len().saturating_sub(at_most)
        ),
        _ => names.join(", "),
    }
}

/// An amount of a dimension: a number, or the name of an environment size.
pub(super) fn amount(report: &Report, dimension: &Dimension, amount: Quantity) -> String {
    size_name(report, dimension, amount).unwrap_or_else(|| amount.to_string())
}

/// `80`, `8 to 96`, `8 or more`.
pub(super) fn range(report: &Report, dimension: &Dimension, range: Range) -> String {
    let low = amount(report, dimension, range.low);
    match range.high {
        Some(high) if high == range.low => low,
        Some(high) => format!("{low} to {}", amount(report, dimension, high)),
        None => format!("{low} or more"),
    }
}

/// The name of the environment size of that rank.
fn size_name(report: &Report, dimension: &Dimension, rank: Quantity) -> Option<String> {
    if !dimension.is_ordinal() || report.sizes.is_empty() {
        return None;
    }
    if rank == Quantity::ZERO {
        return Some("none".to_owned());
    }
    let mut at = Quantity::ZERO;
    for name in &report.sizes {
        at = at.plus(Quantity::ONE);
        if at == rank {
            return Some(name.to_string());
        }
    }
    let largest = report.sizes.last()?;
    (rank > at).then(|| format!("beyond {largest}"))
}

/// What is allowed: `64`, `below 10000`, `512 (CR-1042)`, `with approval only`.
pub(super) fn allowance(report: &Report, row: &RequestRow, held: &Held) -> String {
    let allowance = held.allowance();
    if allowance == held.limit.allowance() {
        return own_limit(report, row, held);
    }
    let say = amount(report, &row.dimension, allowance);
    match held.approved == Some(allowance) {
        true => format!("{say} ({})", held.approvals.join(", ")),
        false => format!("{say} (ceiling)"),
    }
}

/// What the tier itself allows.
fn own_limit(report: &Report, row: &RequestRow, held: &Held) -> String {
    match held.limit {
        Limit::Max(most) => amount(report, &row.dimension, most),
        Limit::Below(bound) => format!("below {}", amount(report, &row.dimension, bound)),
        Limit::Review => "with approval only".to_owned(),
    }
}

/// How a request ended, in a few words; empty where it simply fits.
pub(super) fn outcome(report: &Report, row: &RequestRow, held: &Held) -> String {
    let base = match held.outcome {
        Outcome::Within => return String::new(),
        Outcome::Elastic => "has no ceiling".to_owned(),
        Outcome::Assumed => "over only by estimates".to_owned(),
        Outcome::Settled => "approved".to_owned(),
        Outcome::Undetermined => "not known before apply".to_owned(),
        Outcome::Over if row.dimension.is_ordinal() => "too large".to_owned(),
        Outcome::Over => match held.excess() {
            _ if held.allowance() == Quantity::ZERO && held.limit == Limit::Review => {
                "needs approval".to_owned()
            }
            // Exactly at a bound that everything has to be below.
            Quantity::ZERO => "over".to_owned(),
            excess => format!("over by {}", amount(report, &row.dimension, excess)),
        },
    };
    match held.enforcement {
        "advisory" => format!("{base}, advisory"),
        _ => base,
    }
}

/// What else there is to say of a request: how it changed, when it is more than steady, what is estimated.
pub(super) fn remarks(report: &Report, row: &RequestRow) -> Vec<String> {
    let say = |extent| range(report, &row.dimension, extent);
    let mut remarks = Vec::new();
    let raised = |held: &&Held| held.allowance() != held.limit.allowance();
    if let Some(held) = row.held.as_ref().filter(raised) {
        remarks.push(match held.limit {
            Limit::Review => "raised from nothing".to_owned(),
            Limit::Max(_) | Limit::Below(_) => {
                format!("the tier allows {}", own_limit(report, row, held))
            }
        });
    }
    if let Some(before) = row.before {
        remarks.push(change(report, row, before));
    }
    if row.steady != row.max {
        remarks.push(format!("steady {}", say(row.steady)));
    }
    if row.peak != row.max {
        remarks.push(format!("peak {}", say(row.peak)));
    }
    if let Some(declared) = row.declared {
        remarks.push(format!("declared {}", say(declared)));
    }
    if row.assumed > Quantity::ZERO {
        let assumed = amount(report, &row.dimension, row.assumed);
        remarks.push(format!("{assumed} of it assumed"));
    }
    remarks
}

/// `+16 by this plan`, `not changed by this plan`.
fn change(report: &Report, row: &RequestRow, before: Range) -> String {
    let ordinal = row.dimension.is_ordinal();
    if before == row.max {
        return "not changed by this plan".to_owned();
    }
    match (before.is_exact() && row.max.is_exact(), ordinal) {
        (true, false) if row.max.low > before.low => {
            format!("+{} by this plan", row.max.low.minus(before.low))
        }
        (true, false) => format!("-{} by this plan", before.low.minus(row.max.low)),
        _ => format!("was {} before", range(report, &row.dimension, before)),
    }
}

/// Whose request it is: `acme/production`, `acme`, `(no tenant)/production`.
pub(super) fn owner(tenant: Option<&str>, environment: Option<&str>) -> String {
    let tenant = tenant.unwrap_or("(no tenant)");
    match environment {
        Some(environment) => format!("{tenant}/{environment}"),
        None => tenant.to_owned(),
    }
}

/// Where something is, by address: `tenants/acme/prod: aws_instance.api[0].instance_type`.
pub(super) fn address(root: &str, address: &str, attribute: &str) -> String {
    let colon = if root.is_empty() { "" } else { ": " };
    let between = match attribute {
        "" => "",
        step if step.starts_with('[') => "",
        other if is_elsewhere(other) => " -> ",
        _ => ".",
    };
    format!("{root}{colon}{address}{between}{attribute}")
}

/// Whether an attribute is that of another resource, as its launch template's:
/// `aws_launch_template.this.instance_type`. Blocks of a resource have an index.
fn is_elsewhere(attribute: &str) -> bool {
    let mut steps = attribute.split('.');
    let (first, second) = (steps.next().unwrap_or_default(), steps.next());
    let is_type = first.contains('_') && !first.contains('[');
    first == "module" || is_type && second.is_some() && steps.next().is_some()
}

/// A place in words, as one line.
pub(super) fn place(place: &Place) -> String {
    match place {
        Place::Source(span) => span.to_string(),
        Place::Instance {
            root,
            address: name,
            attribute,
        } => address(root, name, attribute),
        Place::Input { path, byte } => match byte {
            Some(byte) => format!("{path} at byte {byte}"),
            None => path.clone(),
        },
    }
}

/// What else there is to say of a finding, for formats that show one place alone: the instances
/// it is about, then its notes.
pub(super) fn places_and_notes(finding: &Finding) -> impl Iterator<Item = String> {
    let is_instance = |one: &&Label| matches!(one.place, Place::Instance { .. });
    let instances = finding.labels.iter().filter(is_instance).map(label);
    instances.chain(finding.notes.iter().cloned())
}

/// A place and what is to be seen there.
pub(super) fn label(label: &Label) -> String {
    match label.text.is_empty() {
        true => place(&label.place),
        false => format!("{} ({})", place(&label.place), label.text),
    }
}

/// What a tenant's row says of roots that were not read: `acme: 2 of 7 roots read (missing: a, b)`.
pub(super) fn missing_roots(row: &TenantRow) -> Option<String> {
    if row.missing_roots.is_empty() {
        return None;
    }
    let missing: Vec<&str> = row.missing_roots.iter().map(|root| &**root).collect();
    let all = row
        .roots
        .saturating_add(u64::try_from(missing.len()).unwrap_or(u64::MAX));
    Some(format!(
        "{}: {} of {} roots read (missing: {})",
        owner(row.tenant.as_deref(), None),
        row.roots,
        all,
        list(&missing, TYPES_NAMED)
    ))
}

/// What the first line of every report has to say, if anything.
pub(super) fn notice(report: &Report) -> Option<&'static str> {
    let builtin = report.policies.as_ref().is_some_and(|p| p.builtin);
    builtin.then_some("judged by the sample catalog built into guard, not by one of your own: `guard init` writes a policies/ folder to begin with")
}

/// What the verdict rests on, one line each.
pub(super) fn basis(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.tenants.iter().filter_map(missing_roots).collect();
    for input in &report.inputs {
        if !input.remarks.is_empty() {
            let remarks: Vec<&str> = input.remarks.iter().map(|remark| &**remark).collect();
            lines.push(format!("{}: {}", input.path, remarks.join(", ")));
        }
    }
    for flag in &report.flags {
        lines.push(setting(flag));
    }
    for variable in &report.variables {
        lines.push(format!("environment: {}", setting(variable)));
    }
    if let Some(policies) = &report.policies {
        let mut line = format!("judged by {}", policies.path);
        if let Some(catalog) = &policies.catalog {
            line.push_str(&format!(", catalog {catalog}"));
        }
        if let Some(version) = policies.version {
            line.push_str(&format!(", version {version}"));
        }
        lines.push(line);
    }
    if let Some(trust) = &report.trust {
        if let Trust::Signed { root } = trust
            && !root.is_empty()
        {
            let keys: Vec<&str> = root.iter().map(|key| &**key).collect();
            lines.push(format!("trust root: {}", list(&keys, TYPES_NAMED)));
        }
        lines.push(format!("trust: {}", trust.as_str()));
    }
    lines
}

fn setting(setting: &Setting) -> String {
    let mut line = setting.name.to_string();
    if let Some(value) = &setting.value {
        line.push_str(&format!(" {value}"));
    }
    if !setting.remark.is_empty() {
        line.push_str(&format!(": {}", setting.remark));
    }
    line
}

/// One approval in one line: who allowed what, how much of it is used, until when.
pub(super) fn approval(report: &Report, row: &ApprovalRow) -> String {
    let limits: Vec<String> = (row.limits.iter())
        .map(|limit| {
            let most = amount(report, &limit.dimension, limit.amount);
            match limit.used {
                Some(used) => format!(
                    "{} {most} (uses {})",
                    limit.dimension,
                    range(report, &limit.dimension, used)
                ),
                None => format!("{} {most}", limit.dimension),
            }
        })
        .collect();
    let promises = row.promises.iter().map(|promise| format!("\"{promise}\""));
    let limits: Vec<_> = limits.into_iter().chain(promises).collect();
    let approvers: Vec<&str> = row.approved_by.iter().map(|person| &**person).collect();
    format!(
        "{} for {}: {}, by {}, until {}",
        row.id,
        owner(Some(&row.tenant), row.environment.as_deref()),
        limits.join(", "),
        approvers.join(" and "),
        row.expires,
    )
}

/// What came of an approval.
pub(super) fn standing(row: &ApprovalRow) -> String {
    match &row.standing {
        Standing::Settles => "settles an excess".to_owned(),
        Standing::Unused => "not needed".to_owned(),
        Standing::Void(reason) => format!("does not count: {reason}"),
    }
}

/// The last word: `fail: 1 error, 2 warnings`.
pub(super) fn verdict(report: &Report) -> String {
    let of = |level: &[Level]| {
        let found = report.findings.iter().filter(|f| level.contains(&f.level));
        u64::try_from(found.count()).unwrap_or(u64::MAX)
    };
    let errors = of(&[Level::Fatal, Level::Error]);
    let warnings = of(&[Level::Warning]);
    let counts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| count(n, what))
        .collect();
    let what = match (report.verdict(), report.exit_code()) {
        (Some(Verdict::Pass), _) => "pass".to_owned(),
        (Some(Verdict::PassWithApprovals), _) => {
            let ids: Vec<&Arc<str>> = (report.approvals.iter())
                .filter(|row| row.standing == Standing::Settles)
                .map(|row| &row.id)
                .collect();
            let ids: Vec<&str> = ids.into_iter().map(|id| &**id).collect();
            match ids.is_empty() {
                true => "pass with approvals".to_owned(),
                false => format!("pass with approvals ({})", list(&ids, TYPES_NAMED)),
            }
        }
        (Some(Verdict::Fail), _) => "fail".to_owned(),
        (None, 2) => "no verdict, the check could not be done".to_owned(),
        (None, 1) => "failed".to_owned(),
        (None, _) => "measured".to_owned(),
    };
    match counts.is_empty() {
        true => what,
        false => format!("{what}: {}", counts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn coverage_reads_as_designed() {
        let line = coverage(&Coverage {
            instances: 64,
            measured: 41,
            weightless: 20,
            opaque: 2,
            no_rule: 1,
            no_rule_types: ["aws_foo_bar".into()].into(),
        });
        assert_eq!(
            line,
            "64 resources: 41 measured, 20 weightless, 2 opaque, 1 no rule (aws_foo_bar)"
        );
        assert_eq!(coverage(&Coverage::default()), "0 resources: 0 measured");
    }

    #[test]
    fn long_lists_are_cut_where_it_helps() {
        assert_eq!(list(&["a", "b", "c"], 2), "a, b, c");
        assert_eq!(list(&["a", "b", "c", "d"], 2), "a, b and 2 more");
    }

    #[test]
    fn sizes_are_named() {
        let report = samples::undetermined();
        let size = Dimension::new(Dimension::ENVIRONMENT_SIZE);
        let name = |rank| amount(&report, &size, Quantity::units(rank));
        assert_eq!(name(0), "none");
        assert_eq!(name(1), "small");
        assert_eq!(name(3), "large");
        assert_eq!(name(4), "beyond large");
        assert_eq!(amount(&report, &Dimension::new("vcpu"), Quantity::ONE), "1");
    }
}
