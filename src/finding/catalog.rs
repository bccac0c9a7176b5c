//! Findings about the catalog.

use super::{Code, Finding, Label};
use crate::source::Span;
use crate::source::hcl::Mistake;

impl Finding {
    /// A file under `policies/` does not say what a catalog can say.
    pub fn bad_catalog(mistake: Mistake) -> Self {
        let mut finding = Self::new(Code::BAD_CATALOG, mistake.message);
        finding.labels = mistake.labels;
        finding.help = mistake.help;
        finding
    }

    /// A test of the catalog cannot be read.
    pub fn bad_test(mistake: Mistake) -> Self {
        let mut finding = Self::new(Code::BAD_TEST, mistake.message);
        finding.labels = mistake.labels;
        finding.help = mistake.help;
        finding
    }

    /// Nobody holds a role.
    pub fn unheld_role(role: &str, place: &Span) -> Self {
        Self::new(Code::UNHELD_ROLE, format!("nobody holds the role `{role}`"))
            .label(Label::source(place.clone(), "no `person` lists it"))
            .help(format!(
                "add `roles = [\"{role}\"]` to a person, or delete the role"
            ))
    }

    /// No approval can raise a limit.
    pub fn unraisable_limit(dimension: &str, place: &Span) -> Self {
        Self::new(
            Code::UNRAISABLE_LIMIT,
            format!("no approval can raise this limit on {dimension}"),
        )
        .label(Label::source(place.clone(), "it has no approvers"))
        .help("add `approvers = [[\"ROLE\"]]`, or `enforcement_level = \"mandatory\"`")
    }

    /// A tier limits something that the tier below does not.
    pub fn uneven_tiers(dimension: &str, limit: &Span, lower: &Span) -> Self {
        Self::new(
            Code::UNEVEN_TIERS,
            format!("{dimension} is limited here and not in the tier below"),
        )
        .label(Label::source(limit.clone(), "limited here"))
        .label(Label::source(lower.clone(), "any amount here"))
    }

    /// Something in the catalog has no effect: `narrower` is what decides instead.
    pub fn unreachable_limit(message: impl Into<String>, place: &Span, narrower: &Span) -> Self {
        Self::new(Code::UNREACHABLE_LIMIT, message)
            .label(Label::source(place.clone(), "this has no effect"))
            .label(Label::source(narrower.clone(), "this decides"))
    }
}
