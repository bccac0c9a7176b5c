//! Deals: HCL -> what somebody is about to be promised. Whether it can be, others say.
//!
//! ```hcl
//! deal "globex-2026-q4" {
//!   tenant   = "globex"
//!   tier     = "medium"
//!   features = ["sso"]
//!   promise "production" {
//!     vcpu = 96
//!   }
//! }
//! ```

use crate::date::Moment;
use crate::quantity::Quantity;
use crate::source::hcl::{self, Item, Mistake, Mistakes, Name, Reader, Spanned};
use crate::source::{SourceFile, Span};
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What somebody is about to be promised.
#[derive(Clone, Debug)]
pub struct Deal {
    /// Its name.
    pub name: Name,
    /// Who is promised something.
    pub tenant: Name,
    /// What they buy; none where that is the tier they have.
    pub tier: Option<Name>,
    /// How many users they have.
    pub users: Option<Spanned<u64>>,
    /// When it is signed.
    pub close_date: Option<Spanned<Moment>>,
    /// Who promises it: an e-mail address.
    pub owner: Option<Arc<str>>,
    /// What it is worth.
    pub value: Option<Quantity>,
    /// How much capacity, environment by environment.
    pub promises: Vec<Promise>,
    /// What is promised by name, each with how much of it where that is said.
    pub features: Features,
    /// Its type and label.
    pub header: Span,
}

/// What is promised by name, each with how much of it where that is said.
pub type Features = Vec<(Name, Option<Arc<str>>)>;

/// How much capacity of one environment is promised.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The environment.
    pub environment: Name,
    /// How much of which dimension.
    pub amounts: Vec<(Name, Spanned<Amount>)>,
}

/// How much is promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So many units.
    Units(Quantity),
    /// A name: of an environment size.
    Named(Arc<str>),
    /// `"unlimited"`: as much as anybody may ever want.
    Unlimited,
}

/// What a promise without a ceiling is called.
pub const UNLIMITED: &str = "unlimited";

/// Whether a text holds deals, told by what is in it: a `deal` block at the top of the file.
///
/// A file that cannot be parsed is one if a line of it begins like such a block.
pub fn holds_deals(file: &SourceFile) -> bool {
    let begins = |line: &str| {
        let rest = line.strip_prefix("deal");
        rest.is_some_and(|rest| rest.trim_start().starts_with(['"', '{']))
    };
    if !file.text().lines().any(|line| begins(line.trim_start())) {
        return false;
    }
    let mut mistakes = Vec::new();
    match hcl::parse_what_can_be(file, &mut mistakes) {
        Some(body) => body
            .blocks()
            .any(|block| block.ident.value().as_str() == "deal"),
        None => true,
    }
}

/// The deals in these files, in their order.
///
/// # Errors
///
/// All mistakes in all files.
pub fn read_deals(files: &[SourceFile]) -> Result<Vec<Deal>, Mistakes> {
    let mut mistakes = Vec::new();
    let mut deals = Vec::new();
    for file in files {
        let Some(body) = hcl::parse_what_can_be(file, &mut mistakes) else {
            continue;
        };
        let mut reader = Reader::file(file, &body, "a file of deals", &mut mistakes);
        for block in reader.blocks("deal") {
            deals.extend(deal(&mut reader, block));
        }
        reader.finish();
    }
    let mut seen: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    for deal in &deals {
        if let Some(first) = seen.get(&deal.name.value) {
            let message = format!("the deal `{}` is there twice", deal.name.value);
            let mistake = Mistake::new(message, deal.name.span.clone(), "again here");
            mistakes.push(mistake.label(first.clone(), "first here"));
        } else {
            seen.insert(deal.name.value.clone(), deal.name.span.clone());
        }
    }
    if mistakes.is_empty() {
        Ok(deals)
    } else {
        Err(mistakes)
    }
}

/// None where something that is needed is missing, which the reader then knows.
fn deal<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> Option<Deal> {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let tenant = block.require("tenant", |item| item.spanned(Item::slug));
    let tier = block.read("tier", |item| item.spanned(Item::slug));
    let users = block.read("users", |item| item.spanned(Item::whole));
    let close_date = block.read("close_date", |item| item.spanned(Item::moment));
    let owner = block.read("owner", owner);
    let value = block.read("value", Item::decimal);
    let features = block.read("features", features).unwrap_or_default();
    let promises = block.blocks("promise");
    let promises: Vec<_> = promises
        .into_iter()
        .map(|inner| promise(&mut block, inner))
        .collect();
    let header = block.header().clone();
    if block.is_absent("features") && promises.is_empty() {
        let mistake = Mistake::new(
            format!("the deal `{}` promises nothing", name.value),
            header.clone(),
            "",
        );
        block.mistakes().push(mistake.help(
            "say how much of what: promise \"production\" { vcpu = 16 }, or `features = [\"sso\"]`",
        ));
    }
    block.finish();
    Some(Deal {
        name,
        tenant: tenant?,
        tier,
        users,
        close_date,
        owner,
        value,
        promises,
        features,
        header,
    })
}

pub(super) fn promise<'a>(deal: &mut Reader<'a, '_>, block: &'a Block) -> Promise {
    let environment = deal.slug_label(block);
    let mut block = deal.inner(block);
    let mut amounts = Vec::new();
    for (dimension, item) in block.others() {
        if let Some(amount) = block.keep(item.spanned(amount)) {
            amounts.push((dimension, amount));
        }
    }
    block.finish();
    Promise {
        environment,
        amounts,
    }
}

fn amount(item: Item<'_>) -> Result<Amount, Mistakes> {
    match item.expression() {
        Expression::String(_) => Ok(match item.text()? {
            text if *text == *UNLIMITED => Amount::Unlimited,
            text => Amount::Named(text),
        }),
        _ => item.decimal().map(Amount::Units),
    }
}

/// `["sso"]`, or `{ data_retention = "1 year", sso = true }` where it matters how much.
pub(super) fn features(item: Item<'_>) -> Result<Features, Mistakes> {
    let mut mistakes = Vec::new();
    let mut features = Features::new();
    if let Expression::Array(_) = item.expression() {
        let names = item.list(|name| name.spanned(Item::text))?;
        features.extend(names.into_iter().map(|name| (name, None)));
    } else {
        for (name, value) in item.object()? {
            let level = match value.expression() {
                Expression::Bool(flag) if *flag.value() => Ok(None),
                _ => value.text().map(Some),
            };
            match level {
                Ok(level) => features.push((name, level)),
                Err(wrong) => mistakes.extend(wrong),
            }
        }
    }
    let mut seen: BTreeMap<&Arc<str>, &Span> = BTreeMap::new();
    for (name, _) in &features {
        if let Some(first) = seen.insert(&name.value, &name.span) {
            let message = format!("`{}` is promised twice", name.value);
            let mistake = Mistake::new(message, name.span.clone(), "again here");
            mistakes.push(mistake.label(first.clone(), "first here"));
        }
    }
    if mistakes.is_empty() {
        Ok(features)
    } else {
        Err(mistakes)
    }
}

fn owner(item: Item<'_>) -> Result<Arc<str>, Mistakes> {
    let text = item.text()?;
    let is_mail = text
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_graphic() && !c.is_ascii_uppercase() && !matches!(c, '"' | '\\'));
    if is_mail && is_plain {
        Ok(text)
    } else {
        let message = format!("`{text}` cannot be a person");
        Err(item
            .mistake(message, "write the e-mail address in lower case")
            .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Place;

    fn read(text: &str) -> Result<Vec<Deal>, Vec<String>> {
        read_deals(&[SourceFile::new("d.hcl", text)]).map_err(|mistakes| {
            let place = |mistake: &Mistake| match mistake.labels.first().map(|label| &label.place) {
                Some(Place::Source(span)) => {
                    let (line, _) = span.file.line_column(span.range.start);
                    format!("{line} {}: {}", span.text(), mistake.message)
                }
                _ => mistake.message.clone(),
            };
            mistakes.iter().map(place).collect()
        })
    }

    #[test]
    fn a_deal_says_what_is_promised() {
        let deals = read(
            r#"
deal "globex-2026-q4" {
  tenant     = "globex"
  tier       = "medium"
  users      = 80000
  close_date = "2026-12-15"
  owner      = "kim@example.com"
  value      = 480000.50
  promise "production" {
    vcpu             = 96
    nodes            = "unlimited"
    environment_size = "medium"
  }
  features = { sso = true, data_retention = "1 year" }
}
"#,
        )
        .unwrap();
        let deal = &deals[0];
        let amounts: Vec<_> = (deal.promises[0].amounts.iter())
            .map(|(name, amount)| (&*name.value, &amount.value))
            .collect();
        assert_eq!(
            amounts,
            [
                ("vcpu", &Amount::Units(Quantity::units(96))),
                ("nodes", &Amount::Unlimited),
                ("environment_size", &Amount::Named(Arc::from("medium"))),
            ]
        );
        assert_eq!(deal.features[0].1, None);
        assert_eq!(deal.features[1].1.as_deref(), Some("1 year"));
        assert_eq!(deal.value.unwrap().to_string(), "480000.5");
    }

    #[test]
    fn the_documentation_holds_deals() {
        let text = include_str!("../../docs/sales.md");
        let blocks = text.split("```hcl\n").skip(1);
        let deals: Vec<_> = blocks
            .map(|block| block.split("```").next().unwrap())
            .map(|block| read(block).unwrap())
            .collect();
        assert_eq!(deals.len(), 1);
    }

    #[test]
    fn mistakes_are_told_all_at_once() {
        let text = r#"
deal "a" {
  tenent     = "globex"
  users      = -5
  close_date = "2026-13-01"
  owner      = "Kim"
  value      = "much"
  features   = ["sso", "sso"]
  promise "production" {
    vcpu = -1
    iops = 1e3
  }
}
deal "b" {
  tenant = "x"
}
deal "b" {
  tenant   = "x"
  features = ["sso"]
}
tier "c" {
}
"#;
        assert_eq!(
            read(text).unwrap_err(),
            [
                "2 deal \"a\": a `deal` block needs `tenant`",
                "4 -5: a number here cannot be negative",
                "5 \"2026-13-01\": `2026-13-01` is no date: there is no such day or time",
                "6 \"Kim\": `Kim` cannot be a person",
                "7 \"much\": expected a number, found a text",
                "8 \"sso\": `sso` is promised twice",
                "10 -1: a number here cannot be negative",
                "11 1e3: expected a number in plain digits, at most nine behind the point, found 1e3",
                "3 tenent: a `deal` block has no attribute `tenent`",
                "14 deal \"b\": the deal `b` promises nothing",
                "21 tier: a file of deals has no block `tier`",
                "17 \"b\": the deal `b` is there twice",
            ]
        );
    }

    #[test]
    fn deals_are_told_by_what_is_in_a_file() {
        let check = |text: &str, expected: bool| {
            assert_eq!(holds_deals(&SourceFile::new("x", text)), expected, "{text}");
        };
        check("deal \"a\" {\n}\n", true);
        check("# about\n\ndeal \"a\" {\n  tenant =\n", true);
        check("tier \"a\" {\n}\n", false);
        check("# deal \"a\" {\n", false);
        check("dealer \"a\" {\n}\n", false);
        check("{\"deal\": {}}", false);
        check("tier \"a\" {\n  deal \"x\" {\n  }\n}\n", false);
    }
}
