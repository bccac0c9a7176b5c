//! What measuring finds: mistakes in rules and tables, and amounts that cannot be had.

use super::{Code, Finding, Label};
use crate::source::Span;

impl Finding {
    /// A line of a table of machine sizes that is not what such a table can hold.
    pub fn bad_machine_table(span: &Span, why: &str) -> Self {
        Self::new(Code::BAD_RULES, why).label(Label::source(span.clone(), ""))
    }

    /// A table of machine sizes whose facts are of long ago.
    pub fn old_machine_sizes(what: &str, days: u64, place: Option<&Span>) -> Self {
        let finding = Self::new(
            Code::OLD_MACHINE_SIZES,
            format!("{what} are {days} days old"),
        );
        match place {
            Some(place) => finding
                .label(Label::source(place.clone(), ""))
                .help("look through the table, and put the day into its comment"),
            None => finding.help("a newer guard brings newer ones"),
        }
    }

    /// Something in a file of capacity rules that no rule can say.
    pub fn bad_capacity_rule(message: &str, labels: Vec<Label>, help: Vec<String>) -> Self {
        let mut finding = Self::new(Code::BAD_RULES, message);
        finding.labels = labels;
        finding.help = help;
        finding
    }

    /// A size that no table lists; `guess` says what its name was read as, if it was.
    pub fn unlisted_size(at: Label, table: &str, size: &str, guess: Option<&str>) -> Self {
        let message = match guess {
            Some(guess) => format!("the size `{size}` is not listed; by its name it has {guess}"),
            None => format!("the size `{size}` is not listed, so what it has is not known"),
        };
        Self::new(Code::UNLISTED_SIZE, message).label(at).help(format!(
            "add a row for `{size}` to `policies/machines/{table}.csv` (the header `name,vcpu,memory_gib` is enough)"
        ))
    }

    /// A number that cannot be an amount: negative, or no number at all.
    pub fn nonsense_amount(at: Label, dimension: &str, found: &str) -> Self {
        Self::new(
            Code::NONSENSE_AMOUNT,
            format!("{found} cannot be an amount of {dimension}"),
        )
        .label(at)
        .note("it is not subtracted from anything: the amount counts as not known")
    }

    /// A rule that could not be worked out on this instance.
    pub fn rule_failed(at: Label, rule: &str, why: &str, place: Option<Span>) -> Self {
        let finding = Self::new(
            Code::RULE_FAILED,
            format!("the rule of `{rule}` gives no answer here: {why}"),
        )
        .label(at)
        .note("the amount counts as not known");
        match place {
            Some(span) => finding.label(Label::source(span, "the rule")),
            None => finding,
        }
    }

    /// A link that may lead to several resources: the greatest counts.
    pub fn several_candidates(at: Label, candidates: &[std::sync::Arc<str>]) -> Self {
        let finding = Self::new(
            Code::SEVERAL_CANDIDATES,
            format!(
                "it cannot be told which of {} resources this refers to; per dimension the greatest counts",
                candidates.len()
            ),
        )
        .label(at);
        candidates.iter().fold(finding, |finding, address| {
            finding.note(format!("candidate: {address}"))
        })
    }

    /// Something that raises the ceiling of a resource which is not in this input.
    pub fn unmatched_modifier(at: Label, what: &str) -> Self {
        Self::new(
            Code::UNMATCHED_MODIFIER,
            format!("this raises what {what} may grow to, which is not in this input"),
        )
        .label(at)
        .help("check the root that holds it too, so that its ceiling is counted")
    }
}
