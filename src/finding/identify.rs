//! What identifying finds: names that contradict each other, and names that cannot be used.

use super::{Code, Finding, Label, Subject};

impl Finding {
    /// Instances say that they belong to another tenant than the catalog says.
    pub fn tenant_mismatch(
        root: &str,
        tenant: &str,
        claimed: &str,
        count: usize,
        subject: Subject,
    ) -> Self {
        let who = if count == 1 {
            "1 instance says".to_owned()
        } else {
            format!("{count} instances say")
        };
        Self::new(
            Code::TENANT_MISMATCH,
            format!("{who} `{claimed}`, but the root {root} belongs to `{tenant}`"),
        )
        .note(format!(
            "they count for `{tenant}`: a match of the catalog beats what an instance says"
        ))
        .help("correct the tag, label or input; or the `match` of the tenant, if that is wrong")
        .about(subject)
    }

    /// A root fits the `match` of several tenants.
    pub fn ambiguous_root(root: &str, labels: Vec<Label>) -> Self {
        let mut finding = Self::new(
            Code::AMBIGUOUS_ROOT,
            format!(
                "the root {root} belongs to {} tenants at once",
                labels.len()
            ),
        );
        finding.labels = labels;
        finding
            .note("so it counts for none of them by name")
            .help("narrow the `match` of all but one")
    }

    /// A name from an input cannot be used, because it cannot be seen or is far too long.
    pub fn odd_name(place: Label, what: &str, hidden: bool) -> Self {
        let why = if hidden {
            "has characters that cannot be seen"
        } else {
            "is longer than any name"
        };
        Self::new(
            Code::ODD_NAME,
            format!("{what} that names a tenant or environment {why}"),
        )
        .label(place)
    }

    /// Instances belong to an owner inside the house, and are held to no tier.
    pub fn excluded(name: &str, owner: &str, count: usize, roots: &[&str]) -> Self {
        let instances = if count == 1 {
            "1 instance"
        } else {
            &format!("{count} instances")
        };
        roots.iter().fold(
            Self::new(
                Code::EXCLUDED,
                format!("{instances} of `{name}` ({owner}) held to no tier"),
            ),
            |finding, root| finding.note(format!("root {root}")),
        )
    }
}
