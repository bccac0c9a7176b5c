//! A catalog's own test cases: HCL -> what is asked, and what should come of it.
//!
//! ```hcl
//! test "65 vCPU are too many for Small" {
//!   tier = "small"
//!   request "production" {
//!     vcpu = 65
//!   }
//!   expect {
//!     verdict  = "fail"
//!     findings = ["over-limit"]
//!   }
//! }
//! ```

use super::deal::{Deal, Promise, features, promise};
use crate::date::Moment;
use crate::finding::Code;
use crate::source::SourceFile;
use crate::source::hcl::{self, Item, Mistake, Mistakes, Name, Reader, Spanned};
use hcl_edit::structure::Block;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One test case.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it shows.
    pub name: Name,
    /// What is asked.
    pub asked: Asked,
    /// The folder of the approvals that are on record, as written.
    pub approvals: Option<Arc<str>>,
    /// When it is judged; none: whenever it is run.
    pub now: Option<Moment>,
    /// What should come of it.
    pub expected: Expected,
}

/// What a test case asks.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A request that nobody made, as a deal.
    Request(Box<Deal>),
    /// A plan, a state or a folder of configuration, as written, and its root.
    Plan(Arc<str>, Option<Arc<str>>),
    /// A file of deals, as written.
    Deal(Arc<str>),
}

/// What should come of a test case.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The verdict; none inside where the check cannot be done.
    pub verdict: Option<&'static str>,
    /// The codes of all errors and warnings; none where that does not matter.
    pub findings: Option<BTreeSet<&'static str>>,
}

/// The verdicts that a case can expect; the check that cannot be done has none.
const VERDICTS: &[(&str, Option<&str>)] = &[
    ("pass", Some("pass")),
    ("pass_with_approvals", Some("pass_with_approvals")),
    ("fail", Some("fail")),
    ("none", None),
];

/// The cases in these files, in their order, each with its file.
///
/// # Errors
///
/// All mistakes in all files.
pub fn read_cases(files: &[SourceFile]) -> Result<Vec<(SourceFile, Case)>, Mistakes> {
    let mut mistakes = Vec::new();
    let mut cases = Vec::new();
    for file in files {
        let Some(body) = hcl::parse_what_can_be(file, &mut mistakes) else {
            continue;
        };
        let mut reader = Reader::file(file, &body, "a file of tests", &mut mistakes);
        let mut seen: BTreeMap<Arc<str>, Name> = BTreeMap::new();
        for block in reader.blocks("test") {
            let Some(case) = case(&mut reader, block) else {
                continue;
            };
            match seen.get(&case.name.value) {
                Some(first) => {
                    let message = format!("the test `{}` is there twice", case.name.value);
                    let mistake = Mistake::new(message, case.name.span.clone(), "again here")
                        .label(first.span.clone(), "first here");
                    reader.mistakes().push(mistake);
                }
                None => {
                    seen.insert(case.name.value.clone(), case.name.clone());
                }
            }
            cases.push((file.clone(), case));
        }
        reader.finish();
    }
    if mistakes.is_empty() {
        Ok(cases)
    } else {
        Err(mistakes)
    }
}

fn case<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> Option<Case> {
    let name = file.label(block);
    let mut block = file.inner(block);
    let tenant = block.read("tenant", |item| item.spanned(Item::slug));
    let tier = block.read("tier", |item| item.spanned(Item::slug));
    let users = block.read("users", |item| item.spanned(Item::whole));
    let has_features = !block.is_absent("features");
    let features = block.read("features", features).unwrap_or_default();
    let plan = block.read("plan", |item| item.spanned(Item::text));
    let root = block.read("root", |item| item.spanned(Item::text));
    let deal = block.read("deal", |item| item.spanned(Item::text));
    let approvals = block.read("approvals", Item::text);
    let now = block.read("now", Item::moment);
    let requests = block.blocks("request");
    let promises: Vec<Promise> = requests
        .into_iter()
        .map(|inner| promise(&mut block, inner))
        .collect();
    let expected = match block.one_block("expect") {
        Some(inner) => {
            block.no_label(inner);
            expect(&mut block, inner)
        }
        None => {
            let header = block.header().clone();
            block.mistakes().push(
                Mistake::new(
                    "a test says what should come of it",
                    header,
                    "this one does not",
                )
                .help("add `expect { verdict = \"pass\" }`"),
            );
            Expected::default()
        }
    };
    let header = block.header().clone();
    let says_request = !promises.is_empty() || has_features;
    let asked = match (says_request, plan, deal) {
        (true, None, None) => {
            // A tenant that nobody has: what is asked is held to the tier alone.
            let nobody = || Spanned {
                value: Arc::from("test"),
                span: name.span.clone(),
            };
            if tier.is_none() && tenant.is_none() {
                let mistake =
                    Mistake::new("a request needs `tier` or `tenant`", header.clone(), "");
                block.mistakes().push(mistake);
            }
            Some(Asked::Request(Box::new(Deal {
                name: Spanned {
                    value: Arc::from("test"),
                    span: name.span.clone(),
                },
                tenant: tenant.unwrap_or_else(nobody),
                tier,
                users,
                close_date: None,
                owner: None,
                value: None,
                promises,
                features,
                header,
            })))
        }
        (false, Some(plan), None) => Some(Asked::Plan(plan.value, root.map(|root| root.value))),
        (false, None, Some(deal)) => Some(Asked::Deal(deal.value)),
        _ => {
            block.mistakes().push(
                Mistake::new("a test asks one thing", header, "").help(
                    "write `request \"production\" { vcpu = 64 }`, or `plan = \"plan.json\"`, or `deal = \"deal.hcl\"`",
                ),
            );
            None
        }
    };
    block.finish();
    Some(Case {
        name,
        asked: asked?,
        approvals,
        now,
        expected,
    })
}

fn expect<'a>(case: &mut Reader<'a, '_>, block: &'a Block) -> Expected {
    let mut block = case.inner(block);
    let verdict = block.require("verdict", |item| item.one_of(VERDICTS));
    let findings = block.read("findings", |item| {
        let codes = item.list(|code| {
            let name = code.text()?;
            match Code::ALL.iter().find(|known| known.as_str() == &*name) {
                Some(known) => Ok(known.as_str()),
                None => {
                    let known = Code::ALL.iter().map(|code| code.as_str());
                    let near = hcl::nearest(&name, known);
                    let mistake = code.mistake(format!("there is no finding `{name}`"), "");
                    Err(match near {
                        Some(near) => mistake.help(format!("did you mean `{near}`?")),
                        None => mistake.help("`guard explain --code ?` lists all"),
                    }
                    .into())
                }
            }
        })?;
        Ok(codes.into_iter().collect())
    });
    block.finish();
    Expected {
        verdict: verdict.flatten(),
        findings,
    }
}
