//! The menu: what it can say, what can be wrong with it, and how it answers wishes.

use super::*;

const MENU: &str = r#"
feature "retention" {
  title = "Data retention"
}
feature "rate" {
  review_in = ["large"]
  approvers = [["vp"]]
}
feature "sso" {
}
feature "feed" {
}
addon "sso" {
  price_per_month = 0.5
  lead_time_weeks = 1
  provides        = ["sso"]
}
addon "archive" {
  provides  = { retention = "10 years" }
  approvers = [["vp"]]
}
custom_solution {
  approvers = [["vp"]]
}
tier "large" {
  features = {
    retention = "1 year"
    rate      = "custom"
    sso       = true
  }
}
"#;

/// The sound catalog whose small tier has features too.
fn with_menu() -> Catalog {
    let small = SOUND.replace(
        "tier \"small\" {",
        "tier \"small\" {\n  features = { retention = \"30 days\", rate = \"100\", sso = false }",
    );
    match load(&[&small, MENU]) {
        Ok((catalog, _)) => catalog,
        Err(findings) => panic!("{}", told(&findings).join("\n")),
    }
}

fn check(tier: &str, wish: &str, expected: &str) {
    let catalog = with_menu();
    let tier = catalog.tier(tier).unwrap();
    let offer = catalog.offer(tier, &Wish::parse(wish));
    let slots = catalog.reviewers(&offer).map(<[_]>::len);
    let told = match offer {
        Offer::Standard(_) => "standard".to_owned(),
        Offer::Review(_) => "review".to_owned(),
        Offer::Addon(addon) => format!("add-on {}", addon.name),
        Offer::Higher(_, higher) => format!("in {}", higher.name),
        Offer::OffMenu(_) => "off the menu".to_owned(),
        Offer::Unknown => "unknown".to_owned(),
    };
    let told = match slots {
        None => told,
        Some(slots) => format!("{told}, {slots} agree"),
    };
    assert_eq!(told, expected, "{} {wish}", tier.name);
}

#[test]
fn every_wish_gets_one_offer() {
    check("small", "retention", "standard");
    check("small", "retention = 30 days", "standard");
    check("small", "retention = 1 year", "in large, 1 agree");
    check("small", "retention = 10 years", "add-on archive, 1 agree");
    check("small", "retention = forever", "off the menu, 1 agree");
    check("large", "retention = 30 days", "standard");
    check("small", "rate", "standard");
    check("large", "rate = 100", "standard");
    check("large", "rate", "review, 1 agree");
    check("large", "rate = 5000", "review, 1 agree");
    check("small", "rate = 5000", "off the menu, 1 agree");
    check("small", "sso", "add-on sso");
    check("large", "sso", "standard");
    check("small", "archive", "add-on archive, 1 agree");
    check("small", "archive = 2", "unknown, 1 agree");
    check("large", "feed", "off the menu, 1 agree");
    check("small", "real-time-feed", "unknown, 1 agree");
}

#[test]
fn a_wish_is_written_as_it_is_read() {
    for text in ["sso", "retention = 1 year", "a = b = c"] {
        assert_eq!(Wish::parse(text).to_string(), text);
    }
}

#[test]
fn a_catalog_without_features_has_those_that_its_tiers_name() {
    let catalog = sound("tier \"large\" {\n  features = { rate_limit = \"100\" }\n}\n");
    let features: Vec<_> = (catalog.features.iter())
        .map(|feature| (&*feature.name, &*feature.title))
        .collect();
    assert_eq!(features, [("rate_limit", "rate limit")]);
    assert!(catalog.custom_approvers.is_empty());
}

#[test]
fn every_name_on_the_menu_leads_somewhere() {
    mistakes(
        r#"
feature "rate" {
  review_in = ["huge"]
}
feature "rate" {
}
feature "sla" {
  approvers = [["nobody"]]
}
addon "failover" {
  price_per_month = -1
  lead_time_weeks = 1.5
  provides        = { availabilty = "99.999 %" }
  approver        = [["vp"]]
}
custom_solution {
}
custom_solution "x" {
  approvers = []
}
tier "large" {
  features = { rat = "100" }
}
"#,
        &[
            "1.hcl:3 \"huge\": the review of `rate` is only half said",
            "1.hcl:3 \"huge\": there is no tier `huge`",
            "1.hcl:5 \"rate\": the feature `rate` is there twice",
            "1.hcl:7 \"sla\": the review of `sla` is only half said",
            "1.hcl:8 \"nobody\": there is no role `nobody`",
            "1.hcl:11 -1: a number here cannot be negative",
            "1.hcl:12 1.5: expected a whole number, in plain digits, found 1.5",
            "1.hcl:13 availabilty: there is no feature `availabilty`",
            "1.hcl:14 approver: a `addon` block has no attribute `approver`",
            "1.hcl:16 custom_solution: a `custom_solution` block needs `approvers`",
            "1.hcl:18 custom_solution \"x\": a `custom_solution` block has no label",
            "1.hcl:18 custom_solution \"x\": there is more than one `custom_solution` block",
            "1.hcl:19 []: an approval has at least one slot",
            "1.hcl:22 rat: there is no feature `rat`",
        ],
    );
}
