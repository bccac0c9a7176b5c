//! A repository in memory: policies, approvals and keys, judged as `guard check` judges them.

use crate::signing::{ED25519, Keygen, SoftKey};
use std::collections::BTreeMap;
use std::sync::Arc;
use tierguard::approve::{
    self, Actor, Context, Draft, Held, Hidden, Mode, NoDraft, Settlement, TrustRoot, trust,
};
use tierguard::catalog::{Catalog, Tier};
use tierguard::date::Moment;
use tierguard::finding::{Finding, Level};
use tierguard::judge::{self, Judgement};
use tierguard::quantity::{Dimension, Mark, Quantity, Range};
use tierguard::request::{Request, Sum};
use tierguard::source::SourceFile;
use tierguard::source::listing::{Entry, EntryKind};

pub const NOW: &str = "2026-11-22T00:00:00Z";

const CATALOG: &str = r#"
catalog "acme-cloud" {
  trust            = "signed"
  accept_approvers = [["engineering-vp"]]
}
size "small" {
  storage_gib = 100
}
size "medium" {
  storage_gib = 200
}
size "large" {
  storage_gib = 300
}
tier "small" {
  limit "vcpu" {
    max       = 64
    approvers = [["engineering-vp"], ["sre-lead"]]
  }
  limit "iops" {
    max       = 3000
    approvers = [["engineering-vp"], ["sre-lead"]]
  }
  limit "nodes" {
    max               = 10
    enforcement_level = "mandatory"
  }
  limit "environments" {
    max       = 2
    per       = "tenant"
    approvers = [["engineering-vp"], ["sre-lead"]]
  }
  limit "environment_size" {
    max       = "small"
    approvers = [["engineering-vp"], ["sre-lead"]]
  }
}
tier "medium" {
  limit "vcpu" {
    max       = 256
    approvers = [["engineering-vp"], ["sre-lead"]]
  }
  limit "environment_size" {
    max       = "medium"
    approvers = [["engineering-vp"], ["sre-lead"]]
  }
  limit "environments" {
    max       = 4
    per       = "tenant"
    approvers = [["engineering-vp"], ["sre-lead"]]
  }
}
environment "production" {
  aliases = ["prod"]
}
identify {
  tenant      = [tag.tenant]
  environment = [tag.environment]
}
tenant "acme" {
  tier = "small"
}
tenant "beta" {
  tier = "small"
}
role "engineering-vp" {
  max      = { vcpu = 512, iops = 50000, environment_size = "large", environments = 5 }
  max_days = 90
}
role "sre-lead" {
  max      = { vcpu = 1024, iops = 50000, environment_size = "large", environments = 5 }
  max_days = 60
}
person "alice@example.com" {
  roles  = ["engineering-vp"]
  logins = ["github:Alice"]
}
person "bob@example.com" {
  roles = ["sre-lead"]
}
person "carol@example.com" {
  roles  = ["engineering-vp", "sre-lead"]
  logins = ["github:carol"]
}
"#;

/// A type of resource that asks for whatever its attributes say.
const CAPACITY: &str = r#"
resource "test_machine" {
  vcpu        = self.vcpu
  iops        = self.iops
  nodes       = self.nodes
  storage_gib = self.storage_gib
}
opaque = ["test_box"]
"#;

/// The record of APPROVALS.md, in the words of the test catalog.
pub const RECORD: &str = r#"approval "CR-1042" {
  catalog      = "acme-cloud"
  tenant       = "acme"
  environment  = "production"
  tier         = "small"
  limits       = { vcpu = 512 }
  reason       = "Black Friday load test"
  ticket       = "CR-1042"
  requested_by = "dave@example.com"
  approved_by  = ["alice@example.com", "bob@example.com"]
  issued       = "2026-11-20"
  expires      = "2026-12-20"
}
"#;

/// Who signs: keys in software, or the real program.
pub enum Keys {
    Soft,
    Real(Keygen),
}

impl Keys {
    /// Both kinds, the real one where there is an `ssh-keygen`.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Soft];
        if let Some(keygen) = Keygen::new() {
            for name in ["root", "alice", "bob", "carol", "mallory", "alice2"] {
                keygen.key(name, &["ed25519"]);
            }
            all.push(Self::Real(keygen));
        }
        all
    }

    pub fn soft(name: &str) -> SoftKey {
        let seed = name
            .bytes()
            .fold(1_u8, |sum, b| sum.wrapping_mul(31).wrapping_add(b));
        SoftKey::new(ED25519, seed)
    }

    /// Type and base64.
    pub fn public(&self, name: &str) -> String {
        match self {
            Self::Soft => Self::soft(name).public(),
            Self::Real(keygen) => {
                let file = keygen.path().join(format!("{name}.pub"));
                std::fs::read_to_string(file)
                    .expect("a public key")
                    .trim()
                    .to_owned()
            }
        }
    }

    pub fn sign(&self, name: &str, namespace: &str, message: &[u8]) -> String {
        match self {
            Self::Soft => Self::soft(name).sign(namespace, message),
            Self::Real(keygen) => keygen.sign(name, namespace, &[], message),
        }
    }

    pub fn fingerprint(&self, name: &str) -> String {
        let public = self.public(name);
        let mut words = public.split(' ');
        let (kind, base64) = (words.next().expect("a type"), words.next().expect("a key"));
        approve::Key::from_text(kind, base64)
            .expect("a key that counts")
            .fingerprint()
    }
}

/// Everything that a verdict on approvals rests on.
pub struct World<'k> {
    pub keys: &'k Keys,
    pub policies: BTreeMap<String, String>,
    /// What is made of `policies` when it is sealed; none: nothing.
    pub sealed: Option<Seal>,
    /// Files by name; bytes, so that they can be spoilt.
    pub approvals: BTreeMap<String, Vec<u8>>,
    /// More entries of `approvals/`: links, folders.
    pub odd: Vec<Entry>,
    pub root: Option<String>,
    pub minimum: Option<u64>,
    pub require_signed: bool,
    pub actor: Option<&'static str>,
    pub now: &'static str,
    /// The tier that the rows are held against.
    pub tier: &'static str,
    pub held: Vec<Row>,
    pub hidden: Vec<Hidden>,
    /// Whether the program is asked too, and must end alike.
    pub program: bool,
}

/// What is asked for, to be held against a tier.
pub struct Row {
    pub tenant: Option<&'static str>,
    pub environment: Option<&'static str>,
    pub dimension: &'static str,
    pub sum: Sum,
    pub unknown: Vec<Arc<str>>,
}

pub struct Seal {
    pub version: u64,
    pub issued: &'static str,
    pub expires: &'static str,
}

/// How a run ended.
#[derive(Debug)]
pub struct Verdict {
    pub exit: u8,
    pub findings: Vec<Finding>,
    pub settlements: Vec<Settlement>,
    pub hidden: Vec<Settlement>,
    pub drafts: Vec<Result<Draft, NoDraft>>,
}

impl<'k> World<'k> {
    /// Signed mode, and a plan that asks acme/production for 512 vCPU. No record yet.
    pub fn new(keys: &'k Keys) -> Self {
        let signers = ["alice", "bob", "carol"]
            .map(|name| format!("{name}@example.com {}\n", keys.public(name)))
            .concat();
        Self {
            keys,
            policies: BTreeMap::from([
                ("catalog.hcl".to_owned(), CATALOG.to_owned()),
                ("allowed_signers".to_owned(), signers),
                ("capacity/test.hcl".to_owned(), CAPACITY.to_owned()),
            ]),
            sealed: Some(Seal {
                version: 7,
                issued: "2026-11-01",
                expires: "2027-11-01",
            }),
            approvals: BTreeMap::new(),
            odd: Vec::new(),
            root: Some(format!("root@example.com {}\n", keys.public("root"))),
            minimum: None,
            require_signed: false,
            actor: None,
            now: NOW,
            tier: "small",
            held: vec![vcpu("acme", "production", 512)],
            hidden: Vec::new(),
            program: true,
        }
    }

    /// The same in recorded mode.
    pub fn recorded(keys: &'k Keys) -> Self {
        let mut world = Self::new(keys);
        world.root = None;
        world.sealed = None;
        world.edit(
            "catalog.hcl",
            "trust            = \"signed\"",
            "trust = \"recorded\"",
        );
        world
    }

    /// With this record, signed by these keys.
    pub fn record(mut self, id: &str, text: &str, signers: &[&str]) -> Self {
        self.put(id, text, signers);
        self
    }

    pub fn put(&mut self, id: &str, text: &str, signers: &[&str]) {
        self.approvals
            .insert(format!("{id}.hcl"), text.as_bytes().to_vec());
        for (at, name) in signers.iter().enumerate() {
            let signature = self.keys.sign(name, approve::APPROVAL, text.as_bytes());
            let file = match at {
                0 => format!("{id}.hcl.sig"),
                at => format!("{id}.hcl.{}.sig", at + 1),
            };
            self.approvals.insert(file, signature.into_bytes());
        }
    }

    /// The valid record, signed by alice and bob.
    pub fn valid(keys: &'k Keys) -> Self {
        Self::new(keys).record("CR-1042", RECORD, &["alice", "bob"])
    }

    pub fn edit(&mut self, file: &str, from: &str, to: &str) {
        let text = self.policies.get_mut(file).expect("a file of policies/");
        assert!(text.contains(from), "{file} has no {from:?}");
        *text = text.replacen(from, to, 1);
    }

    /// The entries of `policies/`, sealed by the root.
    pub fn policy_entries(&self) -> Vec<Entry> {
        let mut entries: Vec<_> = (self.policies.iter())
            .map(|(name, text)| file(name, text.as_bytes()))
            .collect();
        if let Some(seal) = &self.sealed {
            let manifest = trust::seal(
                "policies",
                &entries,
                "acme-cloud",
                seal.version,
                moment(seal.issued),
                moment(seal.expires),
            )
            .expect("a folder that can be sealed")
            .to_string();
            let signature = self.keys.sign("root", approve::POLICY, manifest.as_bytes());
            entries.push(file("manifest", manifest.as_bytes()));
            entries.push(file("manifest.sig", signature.as_bytes()));
        }
        entries
    }

    pub fn judge(&self) -> Verdict {
        self.judge_with(&self.policy_entries())
    }

    pub fn exit(&self) -> u8 {
        self.judge().exit
    }

    /// Judges as the library does, and where [`World::program`] says so as the program does.
    pub fn judge_with(&self, policies: &[Entry]) -> Verdict {
        let verdict = self.judge_in_library(policies);
        if self.program
            && let Some(run) = crate::approve_program::run(self, policies)
        {
            assert_eq!(
                run.code,
                i32::from(verdict.exit),
                "the program ends otherwise than the library\n{}\n{}{}",
                verdict.told(),
                run.stdout,
                run.stderr
            );
        }
        verdict
    }

    fn judge_in_library(&self, policies: &[Entry]) -> Verdict {
        let now = moment(self.now);
        let root = match &self.root {
            None => None,
            Some(text) => match TrustRoot::parse(&SourceFile::new("root", text)) {
                Ok(root) => Some(root),
                Err(findings) => return Verdict::damaged(findings),
            },
        };
        let seal = match &root {
            None => None,
            Some(root) => match trust::unseal(root, "policies", policies, self.minimum, now) {
                Ok(seal) => Some(seal),
                Err(findings) => return Verdict::damaged(findings),
            },
        };
        let files: Vec<_> = (policies.iter())
            .filter(|entry| entry.name.ends_with(".hcl") && !entry.name.contains('/'))
            .map(|entry| match &entry.kind {
                EntryKind::File(bytes) => SourceFile::new(
                    format!("policies/{}", entry.name),
                    String::from_utf8(bytes.clone()).expect("text"),
                ),
                kind => panic!("{} is {kind:?}", entry.name),
            })
            .collect();
        let catalog = match Catalog::load(&files) {
            Ok((catalog, _)) => catalog,
            Err(findings) => return Verdict::damaged(findings),
        };
        let mode = trust::mode(
            &catalog,
            seal.as_ref(),
            self.require_signed,
            "policies",
            policies,
        );
        let revoked = trust::revoked("policies", policies);
        let (mode, revoked): (Mode, _) = match (mode, revoked) {
            (Ok(mode), Ok(revoked)) => (mode, revoked),
            (mode, revoked) => {
                let wrong = mode.err().into_iter().chain(revoked.err()).flatten();
                return Verdict::damaged(wrong.collect());
            }
        };
        let actor = self.actor.map(|text| Actor::parse(text).expect("a login"));
        let mut entries: Vec<_> = (self.approvals.iter())
            .map(|(name, bytes)| file(name, bytes))
            .chain(self.odd.iter().cloned())
            .collect();
        entries.sort();
        let filings = approve::read_folder("approvals", &entries);
        let context = Context {
            catalog: &catalog,
            mode: &mode,
            revoked: &revoked,
            now,
            actor: actor.as_ref(),
        };
        let tier = catalog.tier(self.tier).expect("a tier");
        let judgements: Vec<_> = self.held.iter().map(|row| row.judge(tier)).collect();
        let held: Vec<_> = (self.held.iter().zip(&judgements))
            .map(|(row, judgement)| Held {
                tenant: row.tenant.map(Arc::from),
                tier: tier.name.clone(),
                judgement,
                unknown: row.unknown.clone(),
            })
            .collect();
        let outcome = approve::approve(context, &filings.records, &held, &self.hidden);
        let drafts = approve::draft(
            context,
            &outcome,
            &held,
            &self.hidden,
            "CR-9",
            &approve::Blank::default(),
        );
        let mut findings = filings.findings;
        findings.extend(outcome.findings.iter().cloned());
        findings.extend(approve::about_trust(
            &catalog,
            &mode,
            root.as_ref(),
            seal.as_ref(),
            now,
            approve::SOON,
        ));
        findings.extend(approve::about_records(
            &catalog,
            &outcome,
            &held,
            now,
            approve::SOON,
        ));
        let open = |one: &Settlement| matches!(one, Settlement::Open { .. });
        let exit = if findings.iter().any(|finding| finding.level == Level::Fatal) {
            2
        } else {
            u8::from(outcome.held.iter().chain(&outcome.hidden).any(open))
        };
        Verdict {
            exit,
            findings,
            settlements: outcome.held,
            hidden: outcome.hidden,
            drafts,
        }
    }
}

impl Verdict {
    fn damaged(findings: Vec<Finding>) -> Self {
        assert!(
            findings.iter().any(|finding| finding.level == Level::Fatal),
            "{findings:#?}"
        );
        Self {
            exit: 2,
            findings,
            settlements: Vec::new(),
            hidden: Vec::new(),
            drafts: Vec::new(),
        }
    }

    /// What the open rows say, and all findings, as one text to look into.
    pub fn told(&self) -> String {
        let mut lines: Vec<String> = (self.findings.iter())
            .map(|finding| {
                format!(
                    "{} {} {}",
                    finding.code,
                    finding.message,
                    finding.notes.join("; ")
                )
            })
            .collect();
        for settlement in self.settlements.iter().chain(&self.hidden) {
            if let Settlement::Open { why, .. } = settlement {
                lines.extend(why.iter().cloned());
            }
        }
        lines.join("\n")
    }
}

pub fn file(name: &str, bytes: &[u8]) -> Entry {
    Entry {
        name: name.to_owned(),
        kind: EntryKind::File(bytes.to_vec()),
    }
}

pub fn moment(text: &str) -> Moment {
    text.parse().expect("a moment")
}

impl Row {
    fn judge<'a>(&self, tier: &'a Tier) -> Judgement<'a> {
        let limit = &tier.limits[&Dimension::new(self.dimension)];
        let allowance = limit.bound.allowance();
        Judgement {
            environment: self.environment.map(Arc::from),
            limit,
            ceiling: None,
            allowance,
            request: Request::default(),
            sum: self.sum,
            outcome: judge::hold(self.sum, allowance),
        }
    }
}

/// So much and no more.
pub fn exactly(amount: Quantity) -> Sum {
    Sum::of(Range::exactly(amount), Mark::Known)
}

/// From so much up.
pub fn at_least(units: u64) -> Sum {
    Sum::of(Range::at_least(Quantity::units(units)), Mark::Undetermined)
}

pub fn row(
    tenant: &'static str,
    environment: Option<&'static str>,
    dimension: &'static str,
    requested: u64,
) -> Row {
    Row {
        tenant: Some(tenant),
        environment,
        dimension,
        sum: exactly(Quantity::units(requested)),
        unknown: Vec::new(),
    }
}

pub fn vcpu(tenant: &'static str, environment: &'static str, requested: u64) -> Row {
    row(tenant, Some(environment), "vcpu", requested)
}
