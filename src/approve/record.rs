//! `approvals/*.hcl` -> [`Approval`]: what one record says, before anybody asks whether it counts.
//!
//! The reader is closed: a name that it does not know, a value that is not a literal or that a
//! reviewer could read in two ways is damage, and stops the run.

use super::manifest::is_path;
use super::signers::is_person;
use crate::date::Moment;
use crate::finding::Subject;
use crate::quantity::{Dimension, Quantity};
use crate::source::hcl::{self, Item, Mistake, Mistakes, Reader, Spanned, not_a_slug};
use crate::source::{SourceFile, Span};
use hcl_edit::expr::Expression;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The largest record, in bytes.
pub const MAX_RECORD: usize = 64 << 10;

/// A record that raises limits of one tenant.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Its label, which is also the stem of its file: `CR-1042`.
    pub id: Arc<str>,
    /// The catalog that it is for.
    pub catalog: Arc<str>,
    /// Whose limits it raises.
    pub tenant: Arc<str>,
    /// In which environment; none for limits that are per tenant.
    pub environment: Option<Arc<str>>,
    /// The tier that it was given for.
    pub tier: Arc<str>,
    /// The ceilings it gives.
    pub limits: BTreeMap<Dimension, Ceiling>,
    /// Why it was given.
    pub reason: Arc<str>,
    /// The ticket it belongs to.
    pub ticket: Arc<str>,
    /// Who asked for it; this person cannot grant it.
    pub requested_by: Arc<str>,
    /// Who gave it, sorted.
    pub approved_by: BTreeSet<Arc<str>>,
    /// The first moment at which it counts.
    pub issued: Moment,
    /// The first moment at which it no longer counts.
    pub expires: Moment,
    /// The record that it voids.
    pub supersedes: Option<Arc<str>>,
    /// What unknown amounts it accepts: `ROOT: ADDRESS`.
    pub accept_undetermined: BTreeSet<Arc<str>>,
    /// What unmeasured instances it accepts: `ROOT: ADDRESS`.
    pub accept_opaque: BTreeSet<Arc<str>>,
    /// What promises of deals it accepts: `DEAL: PROMISE`.
    pub accept_promises: BTreeSet<Arc<str>>,
    /// The file, whole: what signatures are over.
    pub file: SourceFile,
    /// Where its label is written.
    pub span: Span,
}

/// How much a record allows of one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ceiling {
    /// This much.
    Amount(Quantity),
    /// Environments up to the size of that name.
    Size(Arc<str>),
}

impl Approval {
    /// Reads a record. `stem` is the file's name without `.hcl`, which its label must equal.
    ///
    /// # Errors
    ///
    /// All mistakes in it.
    pub fn parse(file: &SourceFile, stem: &str) -> Result<Self, Mistakes> {
        if let Some(at) = file.text().find('\r') {
            let span = file.at(at..at.saturating_add(1));
            return Err(Mistake::new("lines end in LF alone", span, "a carriage return").into());
        }
        let body = hcl::parse(file)?;
        let mut mistakes = Vec::new();
        let mut whole = Reader::file(file, &body, "a record", &mut mistakes);
        let read = match whole.one_block("approval") {
            Some(block) => {
                let label = whole.label(block);
                let mut reader = whole.inner(block);
                let fields = Fields::read(&mut reader);
                reader.finish();
                fields.map(|fields| (label, fields))
            }
            None => {
                let message = "a record holds one block: approval \"ID\" { ... }";
                let all = file.at(0..file.text().len().min(1));
                whole.mistakes().push(Mistake::new(message, all, ""));
                None
            }
        };
        whole.finish();
        let Some((label, fields)) = read else {
            return Err(mistakes);
        };
        if *label.value != *stem {
            mistakes.push(
                Mistake::new(
                    format!("the label `{}` is not the name of the file", label.value),
                    label.span.clone(),
                    "a record that was copied or renamed says something nobody approved",
                )
                .help(format!("the record in {stem}.hcl is approval \"{stem}\"")),
            );
        }
        let (issued, expires) = (&fields.issued, &fields.expires);
        if expires.value <= issued.value {
            let mistake = Mistake::new(
                "the record expires before it is issued",
                expires.span.clone(),
                "expires here",
            );
            mistakes.push(mistake.label(issued.span.clone(), "issued here"));
        }
        if let Some(supersedes) = &fields.supersedes
            && supersedes.value == label.value
        {
            let span = supersedes.span.clone();
            mistakes.push(Mistake::new("a record cannot supersede itself", span, ""));
        }
        if mistakes.is_empty() {
            Ok(fields.into_approval(file, label))
        } else {
            Err(mistakes)
        }
    }

    /// Whom it is about.
    pub(super) fn subject(&self) -> Subject {
        Subject {
            tenant: Some(self.tenant.to_string()),
            environment: self.environment.as_ref().map(ToString::to_string),
            ..Subject::default()
        }
    }
}

/// Whether a text can be an approval's id: `CR-1042`, `OPS_7`.
pub(super) fn is_id(text: &str) -> bool {
    // `^[A-Z][A-Z0-9_]{0,15}-?[1-9][0-9]{0,11}$`: find where the number begins.
    let is_prefix = |prefix: &str| {
        (1..=16).contains(&prefix.len())
            && prefix.starts_with(|c: char| c.is_ascii_uppercase())
            && prefix
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    let is_number = |number: &str| {
        (1..=12).contains(&number.len())
            && !number.starts_with('0')
            && number.bytes().all(|b| b.is_ascii_digit())
    };
    (1..text.len()).any(|at| {
        text.split_at_checked(at).is_some_and(|(prefix, number)| {
            is_prefix(prefix.strip_suffix('-').unwrap_or(prefix)) && is_number(number)
        })
    })
}

/// All attributes of the block.
struct Fields {
    catalog: Arc<str>,
    tenant: Arc<str>,
    environment: Option<Arc<str>>,
    tier: Arc<str>,
    limits: BTreeMap<Dimension, Ceiling>,
    reason: Arc<str>,
    ticket: Arc<str>,
    requested_by: Arc<str>,
    approved_by: BTreeSet<Arc<str>>,
    issued: Spanned<Moment>,
    expires: Spanned<Moment>,
    supersedes: Option<Spanned<Arc<str>>>,
    accept_undetermined: BTreeSet<Arc<str>>,
    accept_opaque: BTreeSet<Arc<str>>,
    accept_promises: BTreeSet<Arc<str>>,
}

impl Fields {
    /// None where anything required is missing or wrong, which the reader then knows.
    fn read(block: &mut Reader<'_, '_>) -> Option<Self> {
        let catalog = block.require("catalog", Item::text);
        let tenant = block.require("tenant", Item::slug);
        let environment = block.read("environment", Item::slug);
        let tier = block.require("tier", Item::slug);
        let accept_promises = block.read("accept_promises", |item| set(item, promise));
        // What is promised in a deal need not be an amount.
        let limits = match block.is_absent("accept_promises") {
            true => block.require("limits", limits),
            false => match block.item("limits") {
                Some(item) => block.keep(limits(item)),
                None => Some(BTreeMap::new()),
            },
        };
        let reason = block.require("reason", Item::text);
        let ticket = block.require("ticket", Item::text);
        let requested_by = block.require("requested_by", person);
        let approved_by = block.require("approved_by", |item| set(item, person));
        let issued = block.require("issued", |item| item.spanned(Item::moment));
        let expires = block.require("expires", |item| item.spanned(Item::moment));
        let supersedes = block.read("supersedes", |item| item.spanned(id));
        let accept_undetermined = block.read("accept_undetermined", |item| set(item, instance));
        let accept_opaque = block.read("accept_opaque", |item| set(item, instance));
        Some(Self {
            catalog: catalog?,
            tenant: tenant?,
            environment,
            tier: tier?,
            limits: limits?,
            reason: reason?,
            ticket: ticket?,
            requested_by: requested_by?,
            approved_by: approved_by?,
            issued: issued?,
            expires: expires?,
            supersedes,
            accept_undetermined: accept_undetermined.unwrap_or_default(),
            accept_opaque: accept_opaque.unwrap_or_default(),
            accept_promises: accept_promises.unwrap_or_default(),
        })
    }

    fn into_approval(self, file: &SourceFile, label: Spanned<Arc<str>>) -> Approval {
        Approval {
            id: label.value,
            catalog: self.catalog,
            tenant: self.tenant,
            environment: self.environment,
            tier: self.tier,
            limits: self.limits,
            reason: self.reason,
            ticket: self.ticket,
            requested_by: self.requested_by,
            approved_by: self.approved_by,
            issued: self.issued.value,
            expires: self.expires.value,
            supersedes: self.supersedes.map(|id| id.value),
            accept_undetermined: self.accept_undetermined,
            accept_opaque: self.accept_opaque,
            accept_promises: self.accept_promises,
            file: file.clone(),
            span: label.span,
        }
    }
}

/// Absolute ceilings: whole numbers, or for sizes the name of one.
fn limits(item: Item<'_>) -> Result<BTreeMap<Dimension, Ceiling>, Mistakes> {
    let mut limits = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (name, value) in item.object()? {
        if let Some(why) = not_a_slug(&name.value) {
            let message = format!("`{}` cannot be a dimension", name.value);
            mistakes.push(Mistake::new(message, name.span, why));
            continue;
        }
        let is_size = *name.value == *Dimension::ENVIRONMENT_SIZE;
        let ceiling = match value.expression() {
            // A rank would mean another size as soon as the ladder changes.
            Expression::Number(_) if is_size => Err(value
                .mistake("an environment size is given by its name", "")
                .into()),
            Expression::String(_) if is_size => value.slug().map(Ceiling::Size),
            _ => value
                .whole()
                .map(|units| Ceiling::Amount(Quantity::units(units))),
        };
        match ceiling {
            Ok(ceiling) => {
                limits.insert(Dimension::new(name.value), ceiling);
            }
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() {
        Ok(limits)
    } else {
        Err(mistakes)
    }
}

fn set(
    item: Item<'_>,
    read: impl FnMut(Item<'_>) -> Result<Arc<str>, Mistakes>,
) -> Result<BTreeSet<Arc<str>>, Mistakes> {
    Ok(item.list(read)?.into_iter().collect())
}

fn person(item: Item<'_>) -> Result<Arc<str>, Mistakes> {
    let text = item.text()?;
    if is_person(&text) {
        Ok(text)
    } else {
        let message = format!("`{text}` cannot be a person");
        Err(item
            .mistake(message, "write the e-mail address in lower case")
            .into())
    }
}

fn id(item: Item<'_>) -> Result<Arc<str>, Mistakes> {
    let text = item.text()?;
    if is_id(&text) {
        Ok(text)
    } else {
        let message = format!("`{text}` cannot be the id of an approval");
        Err(item.mistake(message, "an id looks like CR-1042").into())
    }
}

/// `ROOT: ADDRESS`, without wildcards.
fn instance(item: Item<'_>) -> Result<Arc<str>, Mistakes> {
    let text = item.text()?;
    let parts = text.split_once(": ");
    let is_root = |root: &str| root == "." || is_path(root);
    if parts.is_some_and(|(root, address)| is_root(root) && !address.is_empty()) {
        Ok(text)
    } else {
        let example = "write `ROOT: ADDRESS`, as in `tenants/acme/prod: aws_lambda_function.f`";
        Err(item
            .mistake(format!("`{text}` names no instance"), example)
            .into())
    }
}

/// `DEAL: PROMISE`, without wildcards.
fn promise(item: Item<'_>) -> Result<Arc<str>, Mistakes> {
    let text = item.text()?;
    let parts = text.split_once(": ");
    if parts.is_some_and(|(deal, what)| not_a_slug(deal).is_none() && !what.trim().is_empty()) {
        Ok(text)
    } else {
        let example = "write `DEAL: PROMISE`, as in `globex-2026-q4: multi-region-failover`";
        Err(item
            .mistake(format!("`{text}` names no promise of a deal"), example)
            .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_word_and_a_number() {
        for id in [
            "CR-1042",
            "CR1",
            "A1",
            "OPS_EU-7",
            "X9-1",
            "ABCDEFGHIJKLMNOP-123456789012",
        ] {
            assert!(is_id(id), "{id}");
        }
        for wrong in [
            "",
            "CR",
            "1",
            "cr-1",
            "CR-0",
            "CR-01",
            "CR--1",
            "CR-1a",
            "-1",
            "CR-1.hcl",
            "_A-1",
            "ABCDEFGHIJKLMNOPQ-1",
            "A-1234567890123",
            "CR-１",
            "CR-1\n",
        ] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
