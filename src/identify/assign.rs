//! Whose each instance is, when all have spoken.

use super::Claims;
use crate::catalog::{Catalog, Standing, Tenant};
use crate::finding::{Finding, Label, Subject};
use crate::request::{DEFAULT_ENVIRONMENT, Whose};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names given on the command line, for local use.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Everything belongs to this tenant.
    pub tenant: Option<Arc<str>>,
    /// Everything is in this environment.
    pub environment: Option<Arc<str>>,
    /// Whether a tier is given too, so that a tenant need not be in the catalog.
    pub has_tier: bool,
}

/// Whose an instance is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The tenant by name, whether the catalog knows it or not.
    pub tenant: Option<Arc<str>>,
    /// The environment by the catalog's name for it; `default` where nothing names one.
    pub environment: Arc<str>,
    /// What that means for judging.
    pub account: Account,
}

/// Under what an instance is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// Its tenant's own.
    Own,
    /// One with everything else that belongs to no tenant by name.
    Pooled,
    /// None: it belongs to an owner inside the house.
    Excluded,
}

/// What belongs to no tenant by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// How many instances.
    pub count: usize,
    /// The names that they give themselves.
    pub claimed: BTreeSet<Arc<str>>,
    /// The first few, as root and address.
    pub examples: BTreeSet<(Arc<str>, Box<str>)>,
}

/// What belongs to an owner inside the house and is held to no tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The owner.
    pub owner: Arc<str>,
    /// How many instances.
    pub count: usize,
    /// In which roots.
    pub roots: BTreeSet<Arc<str>>,
}

/// Tells whose each instance is. Tell it all roots and let it hear all instances first.
pub struct Assigner<'a> {
    catalog: &'a Catalog,
    overrides: Overrides,
    roots: BTreeMap<Arc<str>, Root<'a>>,
    pool: Pool,
    excluded: BTreeMap<Arc<str>, Excluded>,
    /// Root, the tenant that the catalog gives it, the one that it claims.
    contradictions: BTreeMap<[Arc<str>; 3], Contradiction>,
    default_environment: Arc<str>,
}

struct Contradiction {
    count: usize,
    first: Box<str>,
}

/// So many instances are named as examples.
const EXAMPLES: usize = 3;

#[derive(Default)]
struct Root<'a> {
    /// The tenants whose `match` it is, sorted by name.
    matched: Vec<&'a Tenant>,
    all: Voices,
    modules: BTreeMap<Box<str>, Voices>,
}

/// What those who speak agree on.
#[derive(Default)]
struct Voices {
    tenant: Voice,
    environment: Voice,
}

#[derive(Default)]
enum Voice {
    #[default]
    Silent,
    Agreed(Arc<str>),
    Divided,
}

impl<'a> Assigner<'a> {
    /// An assigner that has heard nothing yet.
    pub fn new(catalog: &'a Catalog, overrides: Overrides) -> Self {
        Self {
            catalog,
            overrides,
            roots: BTreeMap::new(),
            pool: Pool::default(),
            excluded: BTreeMap::new(),
            contradictions: BTreeMap::new(),
            default_environment: Arc::from(DEFAULT_ENVIRONMENT),
        }
    }

    /// Makes a root known, and the workspace it is in, if that is known.
    pub fn root(&mut self, name: &Arc<str>, workspace: Option<&str>) {
        let is_its = |tenant: &&Tenant| {
            tenant.roots.iter().any(|glob| glob.is_match(name))
                || workspace.is_some_and(|workspace| {
                    tenant
                        .workspaces
                        .iter()
                        .any(|glob| glob.is_match(workspace))
                })
        };
        let matched = self.catalog.tenants.values().filter(is_its).collect();
        self.roots.entry(name.clone()).or_default().matched = matched;
    }

    /// Hears what an instance of a root says that will be there after apply.
    pub fn hear(&mut self, root: &Arc<str>, module: &str, claims: &Claims) {
        if *claims == Claims::default() {
            return;
        }
        let tenant = claims.tenant.as_ref().map(lower);
        let environment = (claims.environment.as_ref()).map(|name| self.environment_name(name));
        let root = match self.roots.get_mut(root) {
            Some(known) => known,
            None => self.roots.entry(root.clone()).or_default(),
        };
        let module = match root.modules.get_mut(module) {
            Some(known) => known,
            None => root.modules.entry(Box::from(module)).or_default(),
        };
        for voices in [module, &mut root.all] {
            voices.tenant.add(tenant.as_ref());
            voices.environment.add(environment.as_ref());
        }
    }

    /// Tells whose an instance is, when all were heard, and notes what has to be said of it.
    pub fn assign(
        &mut self,
        root: &Arc<str>,
        module: &str,
        address: &str,
        claims: &Claims,
    ) -> Identity {
        let identity = self.identity(root, module, claims);
        match identity.account {
            Account::Own => {}
            Account::Pooled => self.note_pooled(&identity, root, address),
            Account::Excluded => self.note_excluded(&identity, root),
        }
        if self.overrides.tenant.is_none()
            && let Some(matched) = self.matched(root)
            && let Some(claimed) = claims.tenant.as_ref().map(lower)
            && claimed != matched.name
        {
            self.note_contradiction(root, &matched.name, &claimed, address);
        }
        identity
    }

    /// Tells whose an instance is and notes nothing: for what will be gone after apply.
    pub fn identity(&self, root: &Arc<str>, module: &str, claims: &Claims) -> Identity {
        let environment = match (&self.overrides.environment, &claims.environment) {
            (Some(name), _) | (None, Some(name)) => self.environment_name(name),
            (None, None) => self
                .around(root, module, |voices| &voices.environment)
                .unwrap_or_else(|| self.default_environment.clone()),
        };
        let (tenant, account) = self.tenant(root, module, claims);
        Identity {
            tenant,
            environment,
            account,
        }
    }

    fn tenant(
        &self,
        root: &Arc<str>,
        module: &str,
        claims: &Claims,
    ) -> (Option<Arc<str>>, Account) {
        if let Some(given) = self.overrides.tenant.as_ref().map(lower) {
            let account = self.account_of(&given);
            return (Some(given), account);
        }
        if let Some(matched) = self.matched(root) {
            let account = match matched.standing {
                Standing::Tier(_) => Account::Own,
                Standing::Owner(_) => Account::Excluded,
            };
            return (Some(matched.name.clone()), account);
        }
        if self
            .roots
            .get(root)
            .is_some_and(|root| root.matched.len() > 1)
        {
            // Where the catalog gives a root to several, nobody has it; `findings` says so.
            return (None, Account::Pooled);
        }
        let claimed = claims.tenant.as_ref().map(lower);
        let name = claimed.or_else(|| self.around(root, module, |voices| &voices.tenant));
        let account = (name.as_ref()).map_or(Account::Pooled, |name| self.account_of(name));
        (name, account)
    }

    /// The tenant that the catalog gives a root to, if it is only one.
    fn matched(&self, root: &Arc<str>) -> Option<&'a Tenant> {
        match self.roots.get(root)?.matched.as_slice() {
            [tenant] => Some(*tenant),
            _ => None,
        }
    }

    /// What belongs to no tenant by name, of all that was assigned.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What is held to no tier, by the name that the catalog gives it.
    pub fn excluded(&self) -> &BTreeMap<Arc<str>, Excluded> {
        &self.excluded
    }

    /// Roots that the catalog gives to several tenants, instances that contradict the catalog,
    /// and what was excluded.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, root) in &self.roots {
            if root.matched.len() > 1 && self.overrides.tenant.is_none() {
                let labels = root.matched.iter().map(|tenant| {
                    Label::source(tenant.span.clone(), format!("`{}` matches it", tenant.name))
                });
                findings.push(Finding::ambiguous_root(name, labels.collect()));
            }
        }
        for ([root, tenant, claimed], contradiction) in &self.contradictions {
            let about = Subject {
                tenant: Some(tenant.to_string()),
                ..Subject::default()
            };
            let mut finding =
                Finding::tenant_mismatch(root, tenant, claimed, contradiction.count, about).label(
                    Label::instance(
                        &**root,
                        &*contradiction.first,
                        "",
                        format!("says `{claimed}`"),
                    ),
                );
            if let Some(known) = self.catalog.tenants.get(tenant) {
                finding = finding.label(Label::source(known.span.clone(), "the root is its own"));
            }
            findings.push(finding);
        }
        for (name, excluded) in &self.excluded {
            let roots: Vec<_> = excluded.roots.iter().map(|root| &**root).collect();
            findings.push(Finding::excluded(
                name,
                &excluded.owner,
                excluded.count,
                &roots,
            ));
        }
        findings
    }

    /// The catalog's own name of an environment, so that no spelling makes one more.
    fn environment_name(&self, name: &Arc<str>) -> Arc<str> {
        let lower = lower(name);
        match self.catalog.environment(&lower) {
            Some(environment) => environment.name.clone(),
            None => lower,
        }
    }

    /// A tenant that the catalog does not name has no account of its own, and what a tag says
    /// excludes nothing.
    fn account_of(&self, tenant: &str) -> Account {
        let known = self.catalog.tenants.get(tenant);
        let has_tier = known.is_some_and(|tenant| tenant.tier().is_some());
        if has_tier || (self.overrides.tenant.is_some() && self.overrides.has_tier) {
            Account::Own
        } else {
            Account::Pooled
        }
    }

    /// What those agree on who speak in its module, else in its root.
    fn around(
        &self,
        root: &Arc<str>,
        module: &str,
        of: impl Fn(&Voices) -> &Voice,
    ) -> Option<Arc<str>> {
        let root = self.roots.get(root)?;
        let near = root.modules.get(module).map(&of);
        match near {
            None | Some(Voice::Silent) => of(&root.all).agreed(),
            Some(voice) => voice.agreed(),
        }
    }

    fn note_pooled(&mut self, identity: &Identity, root: &Arc<str>, address: &str) {
        let pool = &mut self.pool;
        pool.count = pool.count.saturating_add(1);
        pool.claimed.extend(identity.tenant.clone());
        let is_among_first = pool
            .examples
            .last()
            .is_none_or(|last| (&*last.0, &*last.1) > (&**root, address));
        if pool.examples.len() < EXAMPLES || is_among_first {
            pool.examples.insert((root.clone(), Box::from(address)));
        }
        if pool.examples.len() > EXAMPLES {
            pool.examples.pop_last();
        }
    }

    fn note_contradiction(
        &mut self,
        root: &Arc<str>,
        tenant: &Arc<str>,
        claimed: &Arc<str>,
        address: &str,
    ) {
        let key = [root.clone(), tenant.clone(), claimed.clone()];
        let known = self
            .contradictions
            .entry(key)
            .or_insert_with(|| Contradiction {
                count: 0,
                first: Box::from(address),
            });
        known.count = known.count.saturating_add(1);
        if *address < *known.first {
            known.first = Box::from(address);
        }
    }

    fn note_excluded(&mut self, identity: &Identity, root: &Arc<str>) {
        let known = identity
            .tenant
            .as_ref()
            .and_then(|name| self.catalog.tenants.get(name));
        let Some((name, Standing::Owner(owner))) =
            known.map(|known| (&known.name, &known.standing))
        else {
            return;
        };
        let excluded = self
            .excluded
            .entry(name.clone())
            .or_insert_with(|| Excluded {
                owner: owner.clone(),
                count: 0,
                roots: BTreeSet::new(),
            });
        excluded.count = excluded.count.saturating_add(1);
        if !excluded.roots.contains(root) {
            excluded.roots.insert(root.clone());
        }
    }
}

impl Identity {
    /// The account it is added to; none for what is excluded.
    ///
    /// All that is pooled is one request, but keeps the environments it names, for they are counted.
    pub fn whose(&self) -> Option<Whose> {
        let tenant = match self.account {
            Account::Own => self.tenant.clone(),
            Account::Pooled => None,
            Account::Excluded => return None,
        };
        Some(Whose {
            tenant,
            environment: self.environment.clone(),
        })
    }
}

impl Voice {
    fn add(&mut self, name: Option<&Arc<str>>) {
        let Some(name) = name else { return };
        match self {
            Self::Silent => *self = Self::Agreed(name.clone()),
            Self::Agreed(known) if known == name => {}
            Self::Agreed(_) | Self::Divided => *self = Self::Divided,
        }
    }

    fn agreed(&self) -> Option<Arc<str>> {
        match self {
            Self::Agreed(name) => Some(name.clone()),
            Self::Silent | Self::Divided => None,
        }
    }
}

/// Names are compared in lower case, in which the catalog writes them; a tag may say them otherwise.
fn lower(name: &Arc<str>) -> Arc<str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Arc::from(name.to_ascii_lowercase())
    } else {
        name.clone()
    }
}

/// How many of the roots that a tenant's own limits need were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// How many were read.
    pub read: usize,
    /// How many there are.
    pub needed: usize,
    /// Those that were not read, sorted; a pattern that nothing fits stands for itself.
    pub missing: Vec<Arc<str>>,
}

/// Looks for the roots that must be present among those that were `read`; `existing` are the
/// roots that lie in the repository.
pub fn presence(tenant: &Tenant, read: &BTreeSet<Arc<str>>, existing: &[Arc<str>]) -> Presence {
    let mut needed: BTreeSet<Arc<str>> = BTreeSet::new();
    for pattern in &tenant.must_present {
        let mut fits: Vec<_> = (read.iter().chain(existing))
            .filter(|root| pattern.is_match(root))
            .cloned()
            .collect();
        if fits.is_empty() {
            fits.push(Arc::from(pattern.as_str()));
        }
        needed.extend(fits);
    }
    let missing: Vec<_> = needed.difference(read).cloned().collect();
    Presence {
        read: needed.len().saturating_sub(missing.len()),
        needed: needed.len(),
        missing,
    }
}
