//! The module calls of a root that was evaluated: their inputs are known as values.

use super::{Call, Stated, declared};
use crate::catalog::Catalog;
use crate::finding::Finding;
use crate::quantity::{Quantity, Range};
use crate::read::Copies;
use crate::read::module::Root;

/// What the module calls of a root state, once the root was evaluated; `name` is what the root
/// is called.
pub fn in_root(catalog: &Catalog, name: &str, root: &Root<'_>) -> (Vec<Stated>, Vec<Finding>) {
    let (mut stated, mut findings) = (Vec::new(), Vec::new());
    if catalog.declarations.is_empty() {
        return (stated, findings);
    }
    for call in root.calls() {
        let (declared, wrong) = declared(
            catalog,
            &Call {
                root: name,
                address: &call.address,
                source: &call.source,
                resolved: call.resolved.as_deref(),
                input: &|name| call.inputs.get(name).cloned(),
                span: Some(call.span.clone()),
            },
        );
        findings.extend(wrong);
        stated.extend(declared.map(|mut declared| {
            for (dimension, amount) in &mut declared.amounts {
                *amount = copied(*amount, call.copies, dimension.is_ordinal());
            }
            Stated {
                module: call.address.to_string(),
                declared,
                span: Some(call.span.clone()),
            }
        }));
    }
    (stated, findings)
}

/// What so many calls state of which one states this; ranks do not add up.
fn copied(amount: Range, copies: Copies, is_rank: bool) -> Range {
    let number = Range {
        low: Quantity::units(copies.at_least),
        high: copies.at_most.map(Quantity::units),
    };
    match (is_rank, copies.at_least) {
        (false, _) => amount.times(number),
        (true, 0) => Range::ZERO.hull(amount),
        (true, _) => amount,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Dimension;
    use crate::read::module::{Options, read_root};
    use crate::read::{AttributeSet, Interest};
    use crate::source::SourceFile;
    use crate::source::repository::InMemory;

    struct Nothing;

    impl Interest for Nothing {
        fn attributes(&self, _: &str) -> Option<&AttributeSet> {
            None
        }

        fn looks_at(&self, _: &str) -> std::collections::BTreeSet<std::sync::Arc<str>> {
            Default::default()
        }
    }

    const CATALOG: &str = r#"
catalog "acme-cloud" {
}
size "small" {
  vcpu = 8
}
tier "small" {
  limit "environments" {
    max       = 2
    approvers = [["vp"]]
  }
}
role "vp" {
  max_days = 1
}
person "dana@example.com" {
  roles = ["vp"]
}
declare "modules/tenant" {
  environment      = input.environment
  environment_size = "small"
  vcpu             = input.max_cpu_limit
}
"#;

    const MODULE: &str =
        "variable \"environment\" {}\nvariable \"max_cpu_limit\" {\n  default = 16\n}\n";

    fn check(main: &str, expected: &[(&str, Option<&str>, Range, Range)]) {
        let catalog = Catalog::load(&[SourceFile::new("catalog.hcl", CATALOG)])
            .unwrap()
            .0;
        let tree = InMemory::new([("a/main.tf", main), ("modules/tenant/main.tf", MODULE)]);
        let root = read_root(&tree, "a", &Options::default()).unwrap();
        root.evaluate(&Nothing, 1, || |_| ());
        let (stated, findings) = in_root(&catalog, "a", &root);
        assert!(findings.is_empty());
        let amount = |stated: &Stated, name: &str| stated.declared.amounts[&Dimension::new(name)];
        let told: Vec<_> = stated
            .iter()
            .map(|stated| {
                (
                    stated.module.as_str(),
                    stated.declared.environment.as_deref(),
                    amount(stated, "vcpu"),
                    amount(stated, "environment_size"),
                )
            })
            .collect();
        assert_eq!(told, expected);
    }

    fn exactly(n: u64) -> Range {
        Range::exactly(Quantity::units(n))
    }

    #[test]
    fn every_instance_of_a_call_states_its_own() {
        check(
            "module \"m\" {\n  source = \"../modules/tenant\"\n  for_each = { eu = 4, us = 8 }\n  environment = each.key\n  max_cpu_limit = each.value\n}\n",
            &[
                ("module.m[\"eu\"]", Some("eu"), exactly(4), exactly(1)),
                ("module.m[\"us\"]", Some("us"), exactly(8), exactly(1)),
            ],
        );
        check(
            "module \"m\" {\n  source = \"../modules/tenant\"\n  environment = \"eu\"\n}\n",
            &[("module.m", Some("eu"), exactly(16), exactly(1))],
        );
    }

    #[test]
    fn a_call_that_is_there_unknown_times_states_anything() {
        let up_to_one = Range::ZERO.hull(exactly(1));
        check(
            "data \"x\" \"y\" {}\nmodule \"m\" {\n  source = \"../modules/tenant\"\n  count = data.x.y.n\n  environment = \"eu\"\n}\n",
            &[("module.m", Some("eu"), Range::UNBOUNDED, up_to_one)],
        );
    }
}
