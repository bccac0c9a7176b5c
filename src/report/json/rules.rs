//! What only a check has as JSON: by what it judged, and whom.

use super::Rows;
use super::amount::{Amount, Extent};
use super::deals::{self, JsonDeal};
use crate::report::{ApprovalRow, DealRow, FileRow, Report, Standing, TenantRow, Trust};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By what a check judged, and whom.
#[derive(Serialize)]
pub(super) struct Rules<'a> {
    trust: Option<&'static str>,
    trust_root: &'a [Arc<str>],
    policies: Option<JsonPolicies<'a>>,
    sizes: &'a [Arc<str>],
    tenants: Rows<'a, TenantRow, JsonTenant<'a>>,
    approvals: Rows<'a, ApprovalRow, JsonApproval<'a>>,
    #[serde(skip_serializing_if = "Rows::is_empty")]
    deals: Rows<'a, DealRow, JsonDeal<'a>>,
}

/// What a report says of it.
pub(super) fn rules(report: &Report) -> Rules<'_> {
    Rules {
        trust: report.trust.as_ref().map(Trust::as_str),
        trust_root: match &report.trust {
            Some(Trust::Signed { root }) => root,
            Some(Trust::Recorded) | None => &[],
        },
        policies: report.policies.as_ref().map(|policies| JsonPolicies {
            path: &policies.path,
            builtin: policies.builtin,
            version: policies.version,
            catalog: policies.catalog.as_deref(),
            files: Rows(&policies.files, file),
        }),
        sizes: &report.sizes,
        tenants: Rows(&report.tenants, tenant),
        approvals: Rows(&report.approvals, approval),
        deals: Rows(&report.deals, deals::deal),
    }
}

#[derive(Serialize)]
struct JsonTenant<'a> {
    tenant: Option<&'a str>,
    tier: Option<&'a str>,
    roots_read: u64,
    roots_missing: &'a [Arc<str>],
}

fn tenant(row: &TenantRow) -> JsonTenant<'_> {
    JsonTenant {
        tenant: row.tenant.as_deref(),
        tier: row.tier.as_deref(),
        roots_read: row.roots,
        roots_missing: &row.missing_roots,
    }
}

#[derive(Serialize)]
struct JsonPolicies<'a> {
    path: &'a str,
    builtin: bool,
    version: Option<u64>,
    catalog: Option<&'a str>,
    files: Rows<'a, FileRow, JsonFile<'a>>,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
}

fn file(file: &FileRow) -> JsonFile<'_> {
    JsonFile {
        path: &file.path,
        sha256: file.sha256.as_deref(),
    }
}

#[derive(Serialize)]
struct JsonApproval<'a> {
    id: &'a str,
    path: &'a str,
    tenant: &'a str,
    environment: Option<&'a str>,
    tier: &'a str,
    /// `settles`, `unused` or `void`, and why it is void.
    standing: &'static str,
    void_because: Option<&'a str>,
    limits: BTreeMap<&'a str, Amount>,
    used: BTreeMap<&'a str, Extent>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    promises: &'a [Arc<str>],
    reason: &'a str,
    ticket: &'a str,
    requested_by: &'a str,
    approved_by: &'a [Arc<str>],
    issued: &'a str,
    expires: &'a str,
}

fn approval(row: &ApprovalRow) -> JsonApproval<'_> {
    let (standing, void_because) = match &row.standing {
        Standing::Settles => ("settles", None),
        Standing::Unused => ("unused", None),
        Standing::Void(reason) => ("void", Some(&**reason)),
    };
    let limits = row.limits.iter();
    JsonApproval {
        id: &row.id,
        path: &row.path,
        tenant: &row.tenant,
        environment: row.environment.as_deref(),
        tier: &row.tier,
        standing,
        void_because,
        limits: limits
            .clone()
            .map(|limit| (limit.dimension.as_str(), Amount(limit.amount)))
            .collect(),
        used: limits
            .filter_map(|limit| Some((limit.dimension.as_str(), Extent::from(limit.used?))))
            .collect(),
        promises: &row.promises,
        reason: &row.reason,
        ticket: &row.ticket,
        requested_by: &row.requested_by,
        approved_by: &row.approved_by,
        issued: &row.issued,
        expires: &row.expires,
    }
}
