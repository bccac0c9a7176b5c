//! identify, over all rows: whose each instance is.

use super::IdentityArgs;
use super::collect::Collected;
use super::presence::existing;
use super::row::Row;
use crate::catalog::{Catalog, Tenant};
use crate::declare::Stated;
use crate::finding::{Finding, Label};
use crate::identify::{
    Account, Assigner, Claims, Identity, Overrides, Pool, Presence, parent, presence,
};
use crate::judge::Contributor;
use crate::quantity::{Dimension, Range};
use crate::read::module::Root;
use crate::report::{DeclaredRow, InstanceRow};
use crate::request::{Tally, Whose};
use crate::source::tree::Site;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::sync::Arc;

/// Rows, and whose they are.
pub(super) struct Identified<'a> {
    assigner: Assigner<'a>,
    /// All rows, sorted by root and address.
    rows: Vec<Row>,
    /// Whose each row is, as a position in `identities`: a million rows belong to few.
    whose: Vec<u32>,
    identities: Vec<Identity>,
    /// The rows of each account and environment that are there after apply, by position.
    members: BTreeMap<Whose, Vec<usize>>,
    /// What module calls state outright, with the root they are in and whose it is.
    pub stated: Vec<(Arc<str>, Stated, Identity)>,
    /// The roots that were read, by the tenant they have instances of.
    pub roots: BTreeMap<Option<Arc<str>>, BTreeSet<Arc<str>>>,
    /// All roots that were read.
    read: BTreeSet<Arc<str>>,
    /// Where others may lie.
    site: Option<Site>,
    /// Roots of HCL, which know where things are written.
    modules: BTreeMap<Arc<str>, Root<'a>>,
}

impl<'a> Identified<'a> {
    /// Lets all instances speak, then tells whose each is: takes rows and what is stated out of
    /// what was collected.
    pub(super) fn of(
        catalog: &'a Catalog,
        collected: &mut Collected<'a>,
        given: &IdentityArgs,
    ) -> Self {
        let mut rows = take(&mut collected.rows);
        let stated = take(&mut collected.stated);
        rows.sort_by(|a, b| {
            // Most rows are of one root, whose name they share.
            let by_root = match Arc::ptr_eq(&a.root, &b.root) {
                true => Ordering::Equal,
                false => a.root.cmp(&b.root),
            };
            by_root.then_with(|| a.address.cmp(&b.address))
        });
        let mut assigner = Assigner::new(catalog, overrides(given));
        let mut last: Option<Arc<str>> = None;
        for row in &rows {
            if last.as_ref() != Some(&row.root) {
                assigner.root(&row.root, collected.workspace(&row.root));
                last = Some(row.root.clone());
            }
            if row.exists() {
                assigner.hear(&row.root, &row.module, &row.claims);
            }
        }
        for (root, stated) in &stated {
            assigner.root(root, collected.workspace(root));
            assigner.hear(root, &stated.module, &claims_of(stated));
        }
        let mut members: BTreeMap<Whose, Vec<usize>> = BTreeMap::new();
        let mut roots: BTreeMap<Option<Arc<str>>, BTreeSet<Arc<str>>> = BTreeMap::new();
        let mut identities = Identities::default();
        let mut of_rows = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let identity = if row.exists() {
                assigner.assign(&row.root, &row.module, &row.address, &row.claims)
            } else {
                assigner.identity(&row.root, &row.module, &row.claims)
            };
            if let Some(whose) = identity.whose() {
                let of_tenant = roots.entry(whose.tenant.clone()).or_default();
                if !of_tenant.contains(&row.root) {
                    of_tenant.insert(row.root.clone());
                }
                if row.exists() {
                    members.entry(whose).or_default().push(at);
                }
            }
            of_rows.push(identities.number(identity));
        }
        let stated = stated.into_iter().map(|(root, stated)| {
            let claims = claims_of(&stated);
            let identity = assigner.assign(&root, &stated.module, &stated.module, &claims);
            (root, stated, identity)
        });
        Self {
            stated: stated.collect(),
            assigner,
            rows,
            whose: of_rows,
            identities: identities.all,
            members,
            roots,
            read: collected.roots.keys().cloned().collect(),
            site: collected.site.clone(),
            modules: take(&mut collected.modules),
        }
    }

    /// All rows, sorted by root and address, each with whose it is.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&Row, &Identity)> {
        let identity = |whose: &u32| self.identities.get(*whose as usize);
        (self.rows.iter())
            .zip(&self.whose)
            .filter_map(move |(row, whose)| Some((row, identity(whose)?)))
    }

    /// The sums of all that is held to a tier.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (row, identity) in self.rows() {
            if let Some(whose) = identity.whose() {
                tally.add(&whose, row.share());
            }
        }
        for (_, stated, identity) in &self.stated {
            if let Some(whose) = identity.whose() {
                for (dimension, amount) in &stated.declared.amounts {
                    tally.declare(&whose, dimension, *amount);
                }
            }
        }
        tally
    }

    /// The sums of everything by the names it claims, whether the catalog knows them or not.
    pub(super) fn claimed(&self) -> Tally {
        let mut tally = Tally::default();
        for (row, identity) in self.rows() {
            let whose = Whose {
                tenant: identity.tenant.clone(),
                environment: identity.environment.clone(),
            };
            tally.add(&whose, row.share());
        }
        for (_, stated, identity) in &self.stated {
            let whose = Whose {
                tenant: identity.tenant.clone(),
                environment: identity.environment.clone(),
            };
            for (dimension, amount) in &stated.declared.amounts {
                tally.declare(&whose, dimension, *amount);
            }
        }
        tally
    }

    /// The instances after apply of one tenant; all its environments where none is named.
    pub(super) fn members(
        &self,
        tenant: Option<&Arc<str>>,
        environment: Option<&Arc<str>>,
    ) -> impl Iterator<Item = &Row> {
        let lists = self.members.iter().filter(move |(whose, _)| {
            whose.tenant.as_ref() == tenant
                && environment.is_none_or(|environment| whose.environment == *environment)
        });
        let positions = lists.flat_map(|(_, positions)| positions);
        positions.filter_map(|at| self.rows.get(*at))
    }

    /// What the instances in each module call that states a request ask for together, by root
    /// and module.
    pub(super) fn within_stated(&self) -> BTreeMap<(&str, &str), BTreeMap<Dimension, Range>> {
        let mut sums: BTreeMap<_, BTreeMap<Dimension, Range>> = BTreeMap::new();
        for one in &self.stated {
            sums.insert((&*one.0, &*one.1.module), BTreeMap::new());
        }
        if sums.is_empty() {
            return sums;
        }
        for row in &self.rows {
            let around = std::iter::successors(Some(&*row.module), |module| parent(module));
            for module in around {
                let Some(sum) = sums.get_mut(&(&*row.root, module)) else {
                    continue;
                };
                for measurement in row.after.iter() {
                    let sum = sum.entry(measurement.dimension.clone()).or_default();
                    *sum = sum.plus(measurement.max);
                }
            }
        }
        sums
    }

    /// Which of the roots that must be present for a tenant were read.
    pub(super) fn presence(&self, tenant: &Tenant) -> Presence {
        let patterns = &tenant.must_present;
        let site = self.site.as_ref().filter(|_| !patterns.is_empty());
        let existing = site.map_or_else(Vec::new, |site| existing(site, patterns));
        presence(tenant, &self.read, &existing)
    }

    /// Where an amount is written: first what people of its root can edit, last the resource.
    pub(super) fn places(&self, one: &Contributor<'_>) -> Vec<Label> {
        let Some(root) = self.modules.get(one.root) else {
            return Vec::new();
        };
        match root.written_at(one.address, one.attribute) {
            // What a module call states is written at its argument.
            places if places.is_empty() => root.input_written_at(one.address, one.attribute),
            places => places,
        }
    }

    /// Where the block of an instance is written, or at least which it is.
    pub(super) fn block_of(&self, row: &Row) -> Label {
        let module = self.modules.get(&row.root);
        let place = module.and_then(|root| root.written_at(&row.address, "").into_iter().next());
        match (&row.place, place) {
            (Some(span), _) => Label::source(span.clone(), ""),
            (None, Some(label)) => Label {
                text: String::new(),
                ..label
            },
            (None, None) => Label::instance(&*row.root, &*row.address, "", ""),
        }
    }

    /// What belongs to no tenant by name.
    pub(super) fn pool(&self) -> &Pool {
        self.assigner.pool()
    }

    /// What there is to say about names.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.assigner.findings()
    }

    /// The rows of a report that a later run can add up again: everything that is there after
    /// apply, and what goes; and what module calls state.
    pub(super) fn into_measured(self) -> (Vec<InstanceRow>, Vec<InstanceRow>, Vec<DeclaredRow>) {
        let declared = self.stated.iter().map(|(root, stated, identity)| {
            let claimed = stated.declared.tenant.as_ref();
            let is_other = |claimed: &&Arc<str>| {
                let name = identity.tenant.as_ref();
                name.is_none_or(|name| !name.eq_ignore_ascii_case(claimed))
            };
            DeclaredRow {
                root: root.clone(),
                module: Arc::from(stated.module.as_str()),
                tenant: identity.tenant.clone(),
                claims_tenant: claimed.filter(is_other).cloned(),
                environment: Some(identity.environment.clone()),
                amounts: stated.declared.amounts.clone(),
            }
        });
        let declared = declared.collect();
        let mut gone = Vec::new();
        let mut kept = Vec::with_capacity(self.rows.len());
        for (row, identity) in self.rows() {
            let tenant = identity.tenant.as_ref();
            if row.exists() || row.is_deposed() {
                kept.push(row.kept(tenant));
            } else {
                let mut told = row.kept(tenant);
                told.before = None;
                gone.push(InstanceRow {
                    deposed: false,
                    measurements: row.before().clone(),
                    address: row.address.clone(),
                    resource_type: row.resource_type.clone(),
                    class: row.class,
                    root: row.root.clone(),
                    tenant: identity.tenant.clone(),
                    environment: Some(identity.environment.clone()),
                    place: None,
                    kept: Some(Box::new(told)),
                });
            }
        }
        let mut instances = self.into_instances();
        for (instance, kept) in instances.iter_mut().zip(kept) {
            instance.kept = Some(Box::new(kept));
        }
        (instances, gone, declared)
    }

    /// The rows of a report: everything that is there after apply, leftovers included.
    pub(super) fn into_instances(mut self) -> Vec<InstanceRow> {
        /// So often the memory of rows that were taken is given back.
        const STEP: usize = 8192;
        let identities = self.identities;
        let mut instances = Vec::with_capacity(self.rows.len());
        // From the back, so that the rows of a large plan are not all there twice.
        while let (Some(row), Some(whose)) = (self.rows.pop(), self.whose.pop()) {
            if self.rows.len().is_multiple_of(STEP) {
                self.rows.shrink_to_fit();
            }
            if !row.exists() && !row.is_deposed() {
                continue;
            }
            let identity = identities.get(whose as usize);
            instances.push(InstanceRow {
                deposed: row.is_deposed(),
                measurements: row.measurements().clone(),
                address: row.address,
                resource_type: row.resource_type,
                class: row.class,
                root: row.root,
                tenant: identity.and_then(|identity| identity.tenant.clone()),
                environment: identity.map(|identity| identity.environment.clone()),
                place: row.place,
                kept: None,
            });
        }
        instances.reverse();
        instances
    }
}

/// Identities, each kept once.
#[derive(Default)]
struct Identities {
    all: Vec<Identity>,
    numbers: BTreeMap<(Whose, Account), u32>,
}

impl Identities {
    fn number(&mut self, identity: Identity) -> u32 {
        // Neighbours are mostly of one tenant.
        if self.all.last() == Some(&identity) {
            return u32::try_from(self.all.len().saturating_sub(1)).unwrap_or(u32::MAX);
        }
        let whose = Whose {
            tenant: identity.tenant.clone(),
            environment: identity.environment.clone(),
        };
        let key = (whose, identity.account);
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(key).or_insert_with(|| {
            self.all.push(identity);
            next
        })
    }
}

/// What a module call says of whose it is.
fn claims_of(stated: &Stated) -> Claims {
    Claims {
        tenant: stated.declared.tenant.clone(),
        environment: stated.declared.environment.clone(),
    }
}

fn overrides(given: &IdentityArgs) -> Overrides {
    let name = |given: &Option<String>| given.as_deref().map(Arc::from);
    Overrides {
        tenant: name(&given.tenant),
        environment: name(&given.environment),
        has_tier: given.tier.is_some(),
    }
}
