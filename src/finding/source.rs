//! Findings about files that guard reads for itself: policies and the like.

use super::{Code, Finding, Label};
use crate::source::tree::Unreadable;

impl Finding {
    /// A file or folder of policies that cannot be read.
    pub fn unreadable(error: &Unreadable) -> Self {
        Self::new(
            Code::UNREADABLE,
            format!("cannot read {}: {error}", error.path),
        )
        .label(Label::input(error.path.clone(), None, ""))
    }

    /// `--policies` names no folder.
    pub fn no_such_policies(named: &str) -> Self {
        Self::new(Code::NO_POLICIES, format!("there is no folder {named} to read policies from"))
            .help("name the folder that holds the catalog with --policies DIR, or judge by the sample catalog with --policies builtin")
    }

    /// A pipeline without policies.
    pub fn no_policies_in_ci() -> Self {
        Self::new(
            Code::NO_POLICIES,
            "there is no catalog: no policies/ in this folder or at the top of the repository",
        )
        .note("CI is set: in a pipeline the sample catalog inside guard must not stand in for yours")
        .help("write one with `guard init` and commit it, name its folder with --policies DIR, or say --policies builtin to judge by the sample catalog after all")
    }

    /// There is no catalog, beside a trust root.
    pub fn no_policies_beside_trust_root() -> Self {
        Self::new(
            Code::NO_POLICIES,
            "there is no catalog: no policies/ in this folder or at the top of the repository",
        )
        .note("a trust root is given: nobody in it signed the sample catalog inside guard")
        .help("name the folder of the signed policies with --policies DIR")
    }
}
