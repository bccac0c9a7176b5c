//! Deals in reports: the line items that go into an offer, and what is still to be agreed.

use super::text::table::{Align, Table};
use super::text::{Paint, Tone};
use super::{inert, markdown, markup};
use crate::quantity::{Dimension, Quantity};
use std::io::{self, Write};
use std::sync::Arc;

/// One deal that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealRow {
    /// Its name.
    pub deal: Arc<str>,
    /// Who is promised something.
    pub tenant: Arc<str>,
    /// What they buy.
    pub tier: Arc<str>,
    /// The lowest tier that has all of it without asking anybody, if there is one.
    pub fits: Option<Arc<str>>,
    /// How many users they have.
    pub users: Option<u64>,
    /// When it is signed.
    pub close_date: Option<Arc<str>>,
    /// Who promises it.
    pub owner: Option<Arc<str>>,
    /// What it is worth.
    pub value: Option<Quantity>,
    /// What prices are in.
    pub currency: Arc<str>,
    /// What is promised, in the order of the deal.
    pub lines: Vec<DealLine>,
}

/// One thing that a deal promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealLine {
    /// What: `production: 96 vCPU`, `Multi-region failover`.
    pub what: Arc<str>,
    /// What is counted; none for what is promised by name.
    pub dimension: Option<Dimension>,
    /// How it is sold.
    pub kind: LineKind,
    /// Who has to agree; empty where nobody has to.
    pub reviewers: Arc<str>,
    /// The approvals that settle it, sorted.
    pub settled_by: Vec<Arc<str>>,
    /// What it costs beside the tier.
    pub price_per_month: Option<Quantity>,
    /// How long it takes until it is there.
    pub lead_time_weeks: Option<u64>,
}

/// How something that a deal promises is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// The tier has it.
    Standard,
    /// An add-on brings it.
    Addon,
    /// It needs a technical review.
    Review,
    /// It is on no menu: a Custom Solution Request.
    Custom,
    /// Nobody can agree to it.
    Refused,
}

impl DealRow {
    /// Whether something in it is still to be agreed.
    pub fn fails(&self) -> bool {
        self.lines.iter().any(DealLine::is_open)
    }

    /// Whether something in it is agreed by an approval.
    pub fn is_settled(&self) -> bool {
        self.lines.iter().any(|line| !line.settled_by.is_empty())
    }

    /// What everything beside the tier costs a month.
    pub fn price_per_month(&self) -> Quantity {
        let prices = self.lines.iter().filter_map(|line| line.price_per_month);
        prices.fold(Quantity::ZERO, Quantity::plus)
    }

    /// How long it takes until everything is there; none where nothing takes time.
    pub fn lead_time_weeks(&self) -> Option<u64> {
        self.lines
            .iter()
            .filter_map(|line| line.lead_time_weeks)
            .max()
    }

    /// `deal globex-2026-q4: globex, tier medium`
    pub(super) fn title(&self) -> String {
        format!("deal {}: {}, tier {}", self.deal, self.tenant, self.tier)
    }

    /// Who, how many, when, and which tier would do.
    pub(super) fn facts(&self) -> Vec<String> {
        let mut facts = Vec::new();
        if let Some(owner) = &self.owner {
            facts.push(format!("promised by {owner}"));
        }
        if let Some(users) = self.users {
            facts.push(format!("{users} users"));
        }
        if let Some(value) = self.value {
            facts.push(format!("worth {value} {}", self.currency));
        }
        if let Some(date) = &self.close_date {
            facts.push(format!("closes on {date}"));
        }
        facts.push(match &self.fits {
            Some(tier) if *tier == self.tier => format!("tier {tier} fits"),
            Some(tier) => format!("tier {tier} would fit as it is"),
            None => "no tier fits without an approval".to_owned(),
        });
        facts
    }

    /// `beside the tier: 4,000 USD a month, ready in 6 weeks`
    pub(super) fn total(&self) -> Option<String> {
        let price = self.price_per_month();
        let weeks = self.lead_time_weeks();
        if price == Quantity::ZERO && weeks.is_none() {
            return None;
        }
        let mut total = format!("beside the tier: {price} {} a month", self.currency);
        if let Some(weeks) = weeks {
            total.push_str(&format!(", ready in {}", self::weeks(weeks)));
        }
        Some(total)
    }
}

impl DealLine {
    /// Whether it is still to be agreed.
    pub fn is_open(&self) -> bool {
        match self.kind {
            LineKind::Standard => false,
            // An add-on that somebody has to agree to is a review.
            LineKind::Addon => false,
            LineKind::Review | LineKind::Custom => self.settled_by.is_empty(),
            LineKind::Refused => true,
        }
    }

    /// How it stands: `standard`, `add-on`, `needs engineering-vp`, `approved by CR-7`.
    pub(super) fn standing(&self) -> String {
        if !self.settled_by.is_empty() {
            return format!("approved by {}", self.settled_by.join(", "));
        }
        match self.kind {
            LineKind::Standard => "standard".to_owned(),
            LineKind::Addon => "add-on".to_owned(),
            LineKind::Review => format!("technical review by {}", self.reviewers),
            LineKind::Custom => format!("Custom Solution Request to {}", self.reviewers),
            LineKind::Refused => "nobody can agree to it".to_owned(),
        }
    }

    fn price(&self, currency: &str) -> String {
        (self.price_per_month).map_or(String::new(), |price| format!("{price} {currency}"))
    }

    fn lead_time(&self) -> String {
        self.lead_time_weeks.map_or(String::new(), weeks)
    }
}

impl LineKind {
    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Addon => "addon",
            Self::Review => "review",
            Self::Custom => "custom",
            Self::Refused => "refused",
        }
    }
}

fn weeks(weeks: u64) -> String {
    match weeks {
        1 => "1 week".to_owned(),
        weeks => format!("{weeks} weeks"),
    }
}

/// As text for people at a terminal.
pub(super) fn text(deals: &[DealRow], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for deal in deals {
        writeln!(out, "{}", paint.bold(&inert::line(&deal.title())))?;
        writeln!(out, "  {}", inert::line(&deal.facts().join(", ")))?;
        let mut table = Table::new([
            ("promised", Align::Left),
            ("a month", Align::Right),
            ("ready in", Align::Left),
            ("", Align::Left),
        ]);
        for line in &deal.lines {
            let tone = match (line.is_open(), line.settled_by.is_empty()) {
                (true, _) => Tone::Error,
                (false, false) => Tone::Good,
                (false, true) => Tone::Plain,
            };
            table.row(
                tone,
                [
                    &line.what,
                    &line.price(&deal.currency),
                    &line.lead_time(),
                    &line.standing(),
                ],
            );
        }
        table.write(2, paint, out)?;
        if let Some(total) = deal.total() {
            writeln!(out, "  {}", inert::line(&total))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// As a block of Markdown.
pub(super) fn markdown(deal: &DealRow) -> String {
    let inline = markdown::inline;
    let mut block = format!(
        "**{}**\n\n{}\n\n| | promised | a month | ready in | |\n| --- | --- | ---: | --- | --- |\n",
        inline(&deal.title()),
        inline(&deal.facts().join(", "))
    );
    for line in &deal.lines {
        let sign = if line.is_open() { "❌" } else { "✅" };
        block.push_str(&format!(
            "| {sign} | {} | {} | {} | {} |\n",
            inline(&line.what),
            inline(&line.price(&deal.currency)),
            inline(&line.lead_time()),
            inline(&line.standing()),
        ));
    }
    if let Some(total) = deal.total() {
        block.push_str(&format!("\n{}\n", inline(&total)));
    }
    block.push('\n');
    block
}

/// As a section of the page.
pub(super) fn html(deals: &[DealRow], out: &mut dyn Write) -> io::Result<()> {
    if deals.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section id=\"deals\">\n<h2>Deals</h2>")?;
    for deal in deals {
        write!(
            out,
            "<article class=\"card\">\n<h3>{}</h3>\n<p>{}</p>\n\
             <table><thead><tr><th>promised</th><th class=\"number\">a month</th><th>ready in</th><th></th></tr></thead><tbody>\n",
            markup::line(&deal.title()),
            markup::line(&deal.facts().join(", "))
        )?;
        for line in &deal.lines {
            let sign = if line.is_open() { "✕" } else { "✓" };
            writeln!(
                out,
                "<tr><td>{}</td><td class=\"number\">{}</td><td>{}</td><td>{sign} {}</td></tr>",
                markup::line(&line.what),
                markup::line(&line.price(&deal.currency)),
                markup::line(&line.lead_time()),
                markup::line(&line.standing()),
            )?;
        }
        writeln!(out, "</tbody></table>")?;
        if let Some(total) = deal.total() {
            writeln!(out, "<p>{}</p>", markup::line(&total))?;
        }
        writeln!(out, "</article>")?;
    }
    writeln!(out, "</section>")
}
