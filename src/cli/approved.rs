//! approve, over all trials: which excesses are settled by a record in `approvals/`.

use super::ApprovalArgs;

use super::context::Context;
use super::identified::Identified;
use super::judged::Trial;
use super::policies::Policies;
use super::row::Row;
use super::trusted::Trusted;
use crate::approve::{
    Actor, Blank, Context as Basis, Counted, Draft, Filed, Filings, Held, Hidden, Mode, NoDraft,
    Outcome, Revoked, SOON, Settlement, about_records, about_trust, approve, draft, most_bytes,
    next_id, read_folder, trust,
};
use crate::catalog::Catalog;
use crate::date::Moment;
use crate::finding::Finding;
use crate::quantity::{Class, Dimension, Quantity, Range};
use crate::report::{ApprovalRow, ApprovedLimit, FileRow, Standing, Trust};
use crate::source::listing::{Depth, list};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// What approvals say, as it was read.
pub(super) struct Records {
    folder: String,
    filings: Filings,
    revoked: Revoked,
    actor: Option<Actor>,
    /// What makes a record count; none where that cannot be told, and then none does.
    mode: Option<Mode>,
    /// What goes into records that are drafted.
    pub blank: Blank,
    /// The id of the first record that is drafted, instead of the next one that is free.
    pub first_id: Option<String>,
    /// The command that writes these records.
    pub command: Option<String>,
    /// What is damaged.
    pub findings: Vec<Finding>,
}

/// What approvals do about everything that was judged.
#[derive(Default)]
pub(super) struct Approved {
    /// What came of each judgement of each trial, in their order.
    pub trials: Vec<Vec<Settlement>>,
    /// The instances whose hidden capacity is accepted, and the ids of the approvals.
    accepted: BTreeMap<Arc<str>, String>,
    /// The records of the tenants that were judged.
    pub rows: Vec<ApprovalRow>,
    /// Records that would settle what is open.
    pub drafts: Vec<Draft>,
    /// What no record can settle, and why.
    pub hopeless: Vec<NoDraft>,
    /// The command that writes the drafts.
    pub command: Option<String>,
    /// The folder that records belong in.
    pub folder: String,
    /// What stops the run, and what is good to know.
    pub findings: Vec<Finding>,
}

/// Reads the records, and finds out what makes them count.
pub(super) fn load(
    args: &ApprovalArgs,
    context: &Context,
    policies: &Policies,
    trusted: &Trusted,
) -> Records {
    let mut findings = Vec::new();
    let (path, folder) = folder(args, context);
    let mut filings = read_folder(&folder, &list(&path, Depth::Flat, most_bytes));
    findings.append(&mut filings.findings);
    let actor = args.actor.as_deref().map(Actor::parse).transpose();
    let actor = actor.unwrap_or_else(|finding| {
        findings.push(*finding);
        None
    });
    // Beside a trust root nothing in policies/ is looked at before its seal is.
    let is_believed = !trusted.is_given || policies.seal.is_some();
    let mut revoked = Ok(Revoked::default());
    let mut mode = Ok(None);
    if let Some((_, shown)) = policies.folder().filter(|_| is_believed) {
        revoked = trust::revoked(shown, &policies.entries);
    }
    if let Some(catalog) = policies.catalog.as_ref().filter(|_| is_believed) {
        let shown = policies.folder().map_or("", |(_, shown)| shown);
        let (seal, entries) = (policies.seal.as_ref(), &policies.entries);
        mode = trust::mode(catalog, seal, trusted.require_signed, shown, entries).map(Some);
    }
    let mut or_say = |wrong: Vec<Finding>| findings.extend(wrong);
    let revoked = revoked.map_err(&mut or_say).unwrap_or_default();
    let mode = mode.map_err(&mut or_say).unwrap_or_default();
    if let (Some(catalog), Some(mode)) = (&policies.catalog, &mode) {
        let (root, seal) = (trusted.root.as_ref(), policies.seal.as_ref());
        findings.extend(about_trust(catalog, mode, root, seal, trusted.now, SOON));
    }
    Records {
        folder,
        filings,
        revoked,
        actor,
        mode,
        blank: Blank::default(),
        first_id: None,
        command: None,
        findings,
    }
}

/// Where records are, and how to show that.
pub(super) fn folder(args: &ApprovalArgs, context: &Context) -> (PathBuf, String) {
    match &args.approvals {
        Some(named) => (named.clone(), context.around.show(named)),
        None => context
            .around
            .folder("approvals")
            .unwrap_or_else(|| (PathBuf::from("approvals"), "approvals".to_owned())),
    }
}

impl Approved {
    /// Of a run in which no record counts.
    pub(super) fn none(trials: &[Trial<'_>]) -> Self {
        let open = |trial: &Trial<'_>| vec![Settlement::NotNeeded; judgements(trial).count()];
        Self {
            trials: trials.iter().map(open).collect(),
            ..Self::default()
        }
    }
}

impl Records {
    /// The files that were read.
    pub(super) fn files(&self) -> Vec<FileRow> {
        let row = |(path, sha256): &(String, String)| FileRow {
            path: Arc::from(path.as_str()),
            sha256: Some(Arc::from(sha256.as_str())),
        };
        self.filings.files.iter().map(row).collect()
    }

    /// What makes a record count.
    pub(super) fn mode(&self) -> Option<&Mode> {
        self.mode.as_ref()
    }

    /// What makes an approval count, as reports say it; none where that cannot be told.
    pub(super) fn trust(&self, trusted: &Trusted) -> Option<Trust> {
        match &self.mode {
            None if trusted.is_given => Some(Trust::Signed {
                root: trusted.fingerprints(),
            }),
            None => None,
            Some(Mode::Recorded) => Some(Trust::Recorded),
            Some(Mode::Signed(_)) => Some(Trust::Signed {
                root: trusted.fingerprints(),
            }),
        }
    }

    /// Holds all records against all that was judged.
    pub(super) fn settle(
        &self,
        catalog: &Catalog,
        identified: &Identified<'_>,
        trials: &[Trial<'_>],
        now: Moment,
    ) -> Approved {
        let Some(mode) = &self.mode else {
            // Without knowing what makes a record count, none does.
            return Approved {
                folder: self.folder.clone(),
                ..Approved::none(trials)
            };
        };
        let held: Vec<Held<'_>> = trials
            .iter()
            .flat_map(|trial| {
                judgements(trial).map(move |(tier, judgement)| (trial, tier, judgement))
            })
            .map(|(trial, tier, judgement)| Held {
                tenant: trial.tenant.clone(),
                tier,
                judgement,
                unknown: unknown(catalog, identified, trial, judgement),
            })
            .collect();
        let hidden = hidden(identified, trials);
        let basis = self.basis(catalog, mode, now);
        let outcome = approve(basis, &self.filings.records, &held, &hidden);
        let id = self.first_id.clone().unwrap_or_else(|| self.next_id());
        let (mut drafts, mut hopeless) = (Vec::new(), Vec::new());
        for one in draft(basis, &outcome, &held, &hidden, &id, &self.blank) {
            match one {
                Ok(draft) => drafts.push(draft),
                Err(why) => hopeless.push(why),
            }
        }

        let mut findings = outcome.findings.clone();
        findings.extend(about_records(catalog, &outcome, &held, now, SOON));
        let accepted = hidden
            .iter()
            .zip(&outcome.hidden)
            .filter_map(|(one, came)| match came {
                Settlement::Settled { by, .. } => Some((one.instance.clone(), by.join(", "))),
                Settlement::NotNeeded | Settlement::Open { .. } => None,
            });
        let mut settlements = outcome.held.iter().cloned();
        Approved {
            trials: trials
                .iter()
                .map(|trial| {
                    settlements
                        .by_ref()
                        .take(judgements(trial).count())
                        .collect()
                })
                .collect(),
            accepted: accepted.collect(),
            rows: rows(catalog, &outcome, &held),
            drafts,
            hopeless,
            command: self.command.clone(),
            folder: self.folder.clone(),
            findings,
        }
    }

    /// An id that is free: that of no file here, malformed ones included, and of no record that
    /// was revoked and then deleted.
    pub(super) fn next_id(&self) -> String {
        let names = self.filings.files.iter().filter_map(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.strip_suffix(".hcl")
        });
        next_id(names.chain(self.revoked.approvals.iter().map(String::as_str)))
    }

    /// Tells which records count, whatever is asked for; nothing where that cannot be told.
    pub(super) fn weigh(&self, catalog: &Catalog, now: Moment) -> Option<Outcome<'_>> {
        let basis = self.basis(catalog, self.mode.as_ref()?, now);
        Some(approve(basis, &self.filings.records, &[], &[]))
    }

    /// The records themselves.
    pub(super) fn filed(&self) -> &[Filed] {
        &self.filings.records
    }

    /// The folder that records belong in.
    pub(super) fn folder(&self) -> &str {
        &self.folder
    }

    /// What records are held by; none where it cannot be told what makes one count.
    pub(super) fn basis_of<'a>(&'a self, catalog: &'a Catalog, now: Moment) -> Option<Basis<'a>> {
        Some(self.basis(catalog, self.mode.as_ref()?, now))
    }

    fn basis<'a>(&'a self, catalog: &'a Catalog, mode: &'a Mode, now: Moment) -> Basis<'a> {
        Basis {
            catalog,
            mode,
            revoked: &self.revoked,
            now,
            actor: self.actor.as_ref(),
        }
    }
}

impl Approved {
    /// The approvals that accept what an instance hides, if they do.
    pub(super) fn accepted(&self, row: &Row) -> Option<String> {
        self.accepted.get(&*name(row)).cloned()
    }
}

/// All judgements of a trial, each with the tier.
fn judgements<'t>(
    trial: &'t Trial<'_>,
) -> impl Iterator<Item = (Arc<str>, &'t crate::judge::Judgement<'t>)> {
    let ruling = trial.ruling.as_ref();
    ruling.into_iter().flat_map(|ruling| {
        let all = ruling.judgements.iter();
        all.map(|judgement| (ruling.tier.name.clone(), judgement))
    })
}

/// How records name an instance.
fn name(row: &Row) -> String {
    format!("{}: {}", row.root, row.address)
}

/// Every instance whose part of a judgement is not known or has no ceiling; none where the sum
/// is wide because a root was not read, for nobody can accept that.
fn unknown(
    catalog: &Catalog,
    identified: &Identified<'_>,
    trial: &Trial<'_>,
    judgement: &crate::judge::Judgement<'_>,
) -> Vec<Arc<str>> {
    let presence = trial
        .ruling
        .as_ref()
        .and_then(|ruling| ruling.presence.as_ref());
    if presence.is_some_and(|presence| !presence.missing.is_empty()) {
        return Vec::new();
    }
    let sized = judgement.dimension().as_str() == Dimension::ENVIRONMENT_SIZE;
    let counts = |dimension: &Dimension| {
        if sized {
            catalog
                .sizes
                .iter()
                .any(|size| size.amounts.contains_key(dimension))
        } else {
            dimension == judgement.dimension()
        }
    };
    // What a module states without saying how much is no instance that a record could name.
    let of_environment = judgement.environment.as_ref();
    let requests = of_environment.map_or(Some(&trial.account.total), |environment| {
        trial.account.environments.get(environment)
    });
    let is_vague = |range: Range| !range.is_exact();
    let mut stated = requests.into_iter().flatten();
    if stated.any(|(dimension, request)| {
        (counts(dimension) || dimension == judgement.dimension())
            && request.declared.is_some_and(is_vague)
    }) {
        return Vec::new();
    }
    let members = identified.members(trial.tenant.as_ref(), of_environment);
    let is_unknown = |row: &&Row| {
        let all = row.after.iter();
        all.filter(|one| counts(&one.dimension))
            .any(|one| is_vague(one.max) || is_vague(one.steady))
    };
    members
        .filter(is_unknown)
        .map(|row| Arc::from(name(row)))
        .collect()
}

/// Every instance that hides capacity, or that no rule measures, and belongs to a tenant.
fn hidden(identified: &Identified<'_>, trials: &[Trial<'_>]) -> Vec<Hidden> {
    let tiers: BTreeMap<_, _> = trials
        .iter()
        .filter_map(|trial| {
            Some((
                trial.tenant.clone(),
                trial.ruling.as_ref()?.tier.name.clone(),
            ))
        })
        .collect();
    let unmeasured = identified
        .rows()
        .filter(|(row, _)| row.exists() && matches!(row.class, Class::Opaque | Class::NoRule));
    unmeasured
        .filter_map(|(row, identity)| {
            let whose = identity.whose()?;
            Some(Hidden {
                tier: tiers.get(&whose.tenant)?.clone(),
                tenant: whose.tenant,
                environment: whose.environment,
                instance: Arc::from(name(row)),
            })
        })
        .collect()
}

/// The records of the tenants that were judged, as reports list them.
pub(super) fn rows(
    catalog: &Catalog,
    outcome: &Outcome<'_>,
    held: &[Held<'_>],
) -> Vec<ApprovalRow> {
    let judged: BTreeSet<_> = held
        .iter()
        .filter_map(|held| held.tenant.as_ref())
        .collect();
    let all = outcome.records.iter();
    all.filter(|record| judged.contains(&record.filed.approval.tenant))
        .map(|record| row(catalog, outcome, held, record))
        .collect()
}

fn row(
    catalog: &Catalog,
    outcome: &Outcome<'_>,
    held: &[Held<'_>],
    record: &Counted<'_>,
) -> ApprovalRow {
    let approval = &record.filed.approval;
    let used = |dimension: &Dimension| -> Option<Range> {
        let is_its = |held: &&Held<'_>| {
            held.tenant.as_ref() == Some(&approval.tenant)
                && held.judgement.environment == approval.environment
                && held.judgement.dimension() == dimension
        };
        held.iter()
            .find(is_its)
            .map(|held| held.judgement.sum.range())
    };
    let amount = |ceiling: &crate::approve::Ceiling| match ceiling {
        crate::approve::Ceiling::Amount(amount) => *amount,
        // A size that is gone holds nothing.
        crate::approve::Ceiling::Size(size) => catalog.rank(size).unwrap_or(Quantity::ZERO),
    };
    let limits = approval
        .limits
        .iter()
        .map(|(dimension, ceiling)| ApprovedLimit {
            dimension: dimension.clone(),
            amount: amount(ceiling),
            used: used(dimension),
        });
    let reasons: Vec<_> = record.reasons.iter().map(ToString::to_string).collect();
    // Whoever is listed and did not sign, or holds no role, has allowed nothing.
    let approved_by = match &record.grant {
        Some(grant) => {
            let people: BTreeSet<_> = grant
                .grantors
                .iter()
                .map(|one| one.person.clone())
                .collect();
            people.into_iter().collect()
        }
        None => approval.approved_by.iter().cloned().collect(),
    };
    ApprovalRow {
        id: approval.id.clone(),
        path: Arc::from(approval.file.path()),
        tenant: approval.tenant.clone(),
        environment: approval.environment.clone(),
        tier: approval.tier.clone(),
        limits: limits.collect(),
        promises: approval.accept_promises.iter().cloned().collect(),
        reason: approval.reason.clone(),
        ticket: approval.ticket.clone(),
        requested_by: approval.requested_by.clone(),
        approved_by,
        issued: Arc::from(approval.issued.to_string()),
        expires: Arc::from(approval.expires.to_string()),
        standing: match &record.grant {
            None => Standing::Void(Arc::from(reasons.join("; "))),
            Some(_) if outcome.used.contains(&approval.id) => Standing::Settles,
            Some(_) => Standing::Unused,
        },
    }
}
