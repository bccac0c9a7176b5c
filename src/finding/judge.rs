//! What judging finds: requests that do not fit, and requests nobody can judge.

use super::{Code, Finding, Label, Level, Subject};

/// What was asked and what is allowed, in words.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks: `acme/production`.
    pub who: String,
    /// For what: `80 vCPU`, `8 vCPU or more`, `size medium`.
    pub what: String,
    /// What is allowed: `tier small allows 64`.
    pub allowed: String,
}

impl Finding {
    /// Even the low end of a request is more than is allowed; `excess` says by how much.
    pub fn over_limit(asked: &Asked, excess: Option<&str>, subject: Subject) -> Self {
        let more = excess
            .map(|excess| format!(": {excess}"))
            .unwrap_or_default();
        let message = format!(
            "{} asks for {}, {}{more}",
            asked.who, asked.what, asked.allowed
        );
        Self::new(Code::OVER_LIMIT, message).about(subject)
    }

    /// The high end of a request may be more than is allowed.
    pub fn undetermined(asked: &Asked, subject: Subject) -> Self {
        let message = format!("{} asks for {}, {}", asked.who, asked.what, asked.allowed);
        Self::new(Code::UNDETERMINED, message).about(subject)
    }

    /// A request is more than is allowed only if estimates are right.
    pub fn assumed_over_limit(asked: &Asked, assumed: Option<&str>, subject: Subject) -> Self {
        let message = format!(
            "{} asks for {} if estimates are right, {}",
            asked.who, asked.what, asked.allowed
        );
        let finding = Self::new(Code::ASSUMED_OVER_LIMIT, message)
            .help("state what is estimated, so that it can be judged")
            .about(subject);
        let Some(assumed) = assumed else {
            return finding;
        };
        finding.note(format!(
            "{assumed} of it are estimates; without them it fits"
        ))
    }

    /// A request fits, but parts of it have no ceiling by nature.
    pub fn elastic(asked: &Asked, subject: Subject) -> Self {
        let message = format!(
            "{} asks for {}, without a ceiling; {}",
            asked.who, asked.what, asked.allowed
        );
        Self::new(Code::ELASTIC, message)
            .note("the floor counts; what grows by itself may grow past the limit")
            .about(subject)
    }

    /// Instances belong to no tenant by name, and the catalog has no tier for such.
    /// `claimed` are the names they give themselves.
    pub fn unknown_tenant(count: usize, claimed: &[&str], examples: Vec<Label>) -> Self {
        let instances = if count == 1 {
            "1 instance belongs".to_owned()
        } else {
            format!("{count} instances belong")
        };
        let mut finding = Self::new(
            Code::UNKNOWN_TENANT,
            format!("{instances} to no tenant of the catalog, and there is no default tier"),
        );
        finding.labels = examples;
        match claimed {
            [] => finding.note("they name no tenant"),
            names => finding.note(format!("they name {}", names.join(", "))),
        }
        .help("add a `tenant` block for them to policies/tenants/, or `default_tier` to the catalog block")
    }

    /// Roots that per-tenant limits need were not read.
    pub fn missing_roots(tenant: &str, read: usize, needed: usize, missing: &[&str]) -> Self {
        let finding = Self::new(
            Code::MISSING_ROOTS,
            format!("{tenant}: {read} of {needed} roots read"),
        )
        .note("what the others ask for is not known, so limits per tenant cannot be judged")
        .help("give the missing roots too: as plans, or as measurements of an earlier run")
        .about(Subject {
            tenant: Some(tenant.to_owned()),
            ..Subject::default()
        });
        missing.iter().fold(finding, |finding, root| {
            finding.note(format!("missing: {root}"))
        })
    }

    /// An instance hides capacity that cannot be seen from outside.
    pub fn opaque(place: Label, resource_type: &str, level: Level, subject: Subject) -> Self {
        Self::new(
            Code::OPAQUE,
            format!("what `{resource_type}` asks for cannot be seen from outside"),
        )
        .at(level)
        .label(place)
        .help("state what it asks for in a module input that the catalog declares, or have it accepted by an approval")
        .about(subject)
    }

    /// No rule says what a resource type asks for.
    pub fn no_rule(resource_type: &str, count: u64, level: Level, examples: Vec<Label>) -> Self {
        let instances = if count == 1 {
            "1 instance"
        } else {
            &format!("{count} instances")
        };
        let mut finding = Self::new(
            Code::NO_RULE,
            format!("no rule says what `{resource_type}` asks for: {instances} not counted"),
        )
        .at(level);
        finding.labels = examples;
        finding.help(format!(
            "add a rule to policies/capacity/, or `weightless = [\"{resource_type}\"]` if it asks for nothing"
        ))
    }

    /// A ceiling of the catalog is used, or ends soon.
    pub fn ceiling(message: impl Into<String>, place: Label, subject: Subject) -> Self {
        Self::new(Code::CEILING, message)
            .label(place)
            .about(subject)
    }

    /// A module plans more than it declares.
    pub fn under_declared(who: &str, declared: &str, measured: &str, subject: Subject) -> Self {
        Self::new(
            Code::UNDER_DECLARED,
            format!("{who} declares {declared} and plans {measured}"),
        )
        .note("the greater of the two is held against the limit")
        .help("declare what the module really asks for")
        .about(subject)
    }

    /// What a module input declares cannot be an amount or a name.
    pub fn bad_declaration(address: &str, what: &str, why: &str, places: [Label; 2]) -> Self {
        let mut finding = Self::new(
            Code::BAD_DECLARATION,
            format!("{address} declares no {what} that can be used: {why}"),
        )
        .note("it counts as not known");
        finding.labels.extend(places);
        finding
    }
}
