//! Findings about what was asked of guard.

use super::{Code, Finding, Label};

impl Finding {
    /// Two inputs describe one root.
    pub fn root_twice(root: &str, first: &str, second: &str) -> Self {
        Self::new(
            Code::ROOT_TWICE,
            format!("two inputs describe the root {root}: {first} and {second}"),
        )
        .label(Label::input(second, None, ""))
        .help("give each root once, and name the root that a file describes with ROOT=PATH")
    }

    /// The command line names nothing to read; `command` is how to do better.
    pub fn no_input(command: &str) -> Self {
        Self::new(Code::NO_INPUT, "nothing was named that could be read")
            .help(format!("name plans, folders or both: {command}"))
    }

    /// There is no tier of the name that `--tier` gives.
    pub fn no_such_tier<'a>(name: &str, tiers: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<_> = tiers.collect();
        Self::new(
            Code::NO_SUCH_TIER,
            format!("the catalog has no tier {name}"),
        )
        .help(format!("choose one of {}", names.join(", ")))
    }

    /// Not everything was measured, and `--require-coverage` wants that; none where all was.
    pub fn incomplete_coverage(opaque: u64, no_rule: u64) -> Option<Self> {
        let unmeasured = opaque.saturating_add(no_rule);
        (unmeasured > 0).then(|| {
            let instances = if unmeasured == 1 { "1 instance is" } else { &format!("{unmeasured} instances are") };
            Self::new(
                Code::INCOMPLETE_COVERAGE,
                format!("{instances} neither measured nor known to ask for nothing"),
            )
            .note(format!("{opaque} opaque, {no_rule} without a rule; --require-coverage allows none"))
            .help("add rules or weightless types to policies/capacity/, or leave out --require-coverage")
        })
    }

    /// Measurements of an earlier run that cannot be relied on; `why` completes "PATH ...".
    pub fn bad_measurements(path: &str, why: &str) -> Self {
        Self::new(Code::BAD_MEASUREMENTS, format!("{path} {why}"))
            .label(Label::input(path, None, ""))
            .help("measure anew: `guard measure --format json PATH > measured.json`")
    }

    /// Something that an earlier run found out and that fails now as it did then.
    pub fn measured_before(path: &str, code: Code, message: &str) -> Self {
        Self::new(code, message)
            .at(super::Level::Error)
            .label(Label::input(path, None, "found when this was measured"))
    }
}
