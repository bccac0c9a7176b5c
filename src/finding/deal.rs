//! What judging a deal finds, beside what judging any request finds.

use super::{Code, Finding, Label, Subject};
use crate::source::Span;
use crate::source::hcl::Mistake;

impl Finding {
    /// A deal cannot be read.
    pub fn bad_deal(mistake: Mistake) -> Self {
        let mut finding = Self::new(Code::BAD_DEAL, mistake.message);
        finding.labels = mistake.labels;
        finding.help = mistake.help;
        finding
    }

    /// A tenant has another tier than its deal says; `is_open` while the deal is not closed yet.
    pub fn tier_mismatch(tenant: &str, has: &str, bought: &str, is_open: bool) -> Self {
        let finding = Self::new(
            Code::TIER_MISMATCH,
            format!("{tenant} has tier {has} in the catalog, and its deal says tier {bought}"),
        )
        .help(format!(
            "when the deal is closed, write `tier = \"{bought}\"` in the tenant's block"
        ))
        .about(Subject {
            tenant: Some(tenant.to_owned()),
            ..Subject::default()
        });
        match is_open {
            true => finding.at(super::Level::Warning),
            false => finding,
        }
    }

    /// A deal promises a feature that the catalog does not name; `near` is one that it does.
    pub fn unknown_feature(deal: &str, feature: &str, near: Option<&str>, place: &Span) -> Self {
        let finding = Self::new(
            Code::UNKNOWN_FEATURE,
            format!("{deal} promises {feature}, which the catalog does not name"),
        )
        .label(Label::source(place.clone(), "not on the menu"));
        match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        }
    }

    /// A deal promises what its tier does not have and a higher one does.
    pub fn not_in_tier(deal: &str, what: &str, why: &str, place: &Span) -> Self {
        Self::new(Code::NOT_IN_TIER, format!("{deal} promises {what}, {why}"))
            .label(Label::source(place.clone(), "not in this tier"))
    }

    /// A deal promises what nothing on the menu gives.
    pub fn off_menu(deal: &str, what: &str, why: &str, place: &Span) -> Self {
        Self::new(Code::OFF_MENU, format!("{deal} promises {what}, {why}"))
            .label(Label::source(place.clone(), "not on the menu"))
    }

    /// A deal promises what somebody has to look at first.
    pub fn needs_review(deal: &str, what: &str, who: &str, place: &Span) -> Self {
        Self::new(
            Code::NEEDS_REVIEW,
            format!("{deal} promises {what}, which needs a technical review by {who}"),
        )
        .label(Label::source(place.clone(), "needs a technical review"))
    }
}
