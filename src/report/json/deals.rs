//! Deals as JSON.

use super::Rows;
use super::amount::Amount;
use crate::quantity::Dimension;
use crate::report::{DealLine, DealRow};
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
pub(super) struct JsonDeal<'a> {
    deal: &'a str,
    tenant: &'a str,
    tier: &'a str,
    tier_that_fits: Option<&'a str>,
    users: Option<u64>,
    close_date: Option<&'a str>,
    owner: Option<&'a str>,
    value: Option<Amount>,
    currency: &'a str,
    agreed: bool,
    price_per_month: Amount,
    lead_time_weeks: Option<u64>,
    lines: Rows<'a, DealLine, JsonLine<'a>>,
}

#[derive(Serialize)]
pub(super) struct JsonLine<'a> {
    what: &'a str,
    dimension: Option<&'a str>,
    kind: &'static str,
    open: bool,
    reviewers: &'a str,
    settled_by: &'a [Arc<str>],
    price_per_month: Option<Amount>,
    lead_time_weeks: Option<u64>,
}

pub(super) fn deal(row: &DealRow) -> JsonDeal<'_> {
    JsonDeal {
        deal: &row.deal,
        tenant: &row.tenant,
        tier: &row.tier,
        tier_that_fits: row.fits.as_deref(),
        users: row.users,
        close_date: row.close_date.as_deref(),
        owner: row.owner.as_deref(),
        value: row.value.map(Amount),
        currency: &row.currency,
        agreed: !row.fails(),
        price_per_month: Amount(row.price_per_month()),
        lead_time_weeks: row.lead_time_weeks(),
        lines: Rows(&row.lines, line),
    }
}

fn line(line: &DealLine) -> JsonLine<'_> {
    JsonLine {
        what: &line.what,
        dimension: line.dimension.as_ref().map(Dimension::as_str),
        kind: line.kind.as_str(),
        open: line.is_open(),
        reviewers: &line.reviewers,
        settled_by: &line.settled_by,
        price_per_month: line.price_per_month.map(Amount),
        lead_time_weeks: line.lead_time_weeks,
    }
}
