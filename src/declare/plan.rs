//! The module calls of a plan, found in its `configuration`.

use super::{Call, Declared, declared};
use crate::catalog::Catalog;
use crate::finding::Finding;
use crate::identify::{Lookup, parent};
use crate::read::Configuration;
use crate::read::address::module_path;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A module call that states a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Its address: `module.customer_environment["eu"]`.
    pub module: String,
    /// What it states.
    pub declared: Declared,
    /// Where it is written, if that is known.
    pub span: Option<Span>,
}

/// What the module calls of a plan state; `seen` are the module parts of the addresses of its
/// instances after apply.
///
/// The configuration knows no instances of a call with `count` or `for_each`, so of those the
/// ones that have resources count; any other call counts though nothing is planned in it.
pub fn in_plan(
    catalog: &Catalog,
    root: &str,
    configuration: &Configuration,
    seen: &BTreeSet<String>,
) -> (Vec<Stated>, Vec<Finding>) {
    let (mut stated, mut findings) = (Vec::new(), Vec::new());
    if catalog.declarations.is_empty() {
        return (stated, findings);
    }
    let mut instances = by_path(seen);
    let mut folders = BTreeMap::from([(String::new(), Some(root.to_owned()))]);
    // Parents sort before their children.
    for (path, module) in configuration.modules() {
        let Some(call) = &module.call else { continue };
        let (around, name) = path.rsplit_once('.').unwrap_or(("", path));
        let folder = folders.get(around).cloned().flatten();
        let resolved = folder.and_then(|folder| join(&folder, &call.source));
        folders.insert(path.to_owned(), resolved.clone());
        if call.repeat.is_none() {
            let callers = match around {
                "" => BTreeSet::from([String::new()]),
                around => instances.get(around).cloned().unwrap_or_default(),
            };
            let own = instances.entry(path.to_owned()).or_default();
            own.extend(callers.iter().map(|caller| match caller.as_str() {
                "" => format!("module.{name}"),
                caller => format!("{caller}.module.{name}"),
            }));
        }
        for address in instances.get(path).into_iter().flatten() {
            let call = Call {
                root,
                address,
                source: &call.source,
                resolved: resolved.as_deref(),
                input: &|name| configuration.module_input(address, name),
                span: None,
            };
            let (declared, wrong) = declared(catalog, &call);
            findings.extend(wrong);
            stated.extend(declared.map(|declared| Stated {
                module: address.clone(),
                declared,
                span: None,
            }));
        }
    }
    (stated, findings)
}

/// The modules that have instances, and those around them, by their path in the configuration.
fn by_path(seen: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for module in seen {
        let around = std::iter::successors(Some(module.as_str()), |module| parent(module));
        for module in around.filter(|module| !module.is_empty()) {
            if let Some(path) = module_path(module) {
                all.entry(path).or_default().insert(module.to_owned());
            }
        }
    }
    all
}

/// The folder that a relative source means, seen from another folder; none for any other source.
fn join(folder: &str, source: &str) -> Option<String> {
    if !source.starts_with("./") && !source.starts_with("../") {
        return None;
    }
    let mut parts: Vec<&str> = folder
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::{Dimension, Quantity, Range};
    use crate::read::{AttributeSet, Contents, Interest, Options, survey};
    use crate::source::SourceFile;
    use crate::source::input::Input;

    struct Nothing;

    impl Interest for Nothing {
        fn attributes(&self, _: &str) -> Option<&AttributeSet> {
            None
        }

        fn looks_at(&self, _: &str) -> std::collections::BTreeSet<std::sync::Arc<str>> {
            Default::default()
        }
    }

    const PLAN: &str = r#"{
      "format_version": "1.2", "resource_changes": [],
      "configuration": {"root_module": {"module_calls": {
        "env": {
          "source": "../../../modules/tenant",
          "for_each_expression": {"references": ["var.environments"]},
          "expressions": {"max_cpu_limit": {"constant_value": 16}, "environment": {"references": ["each.key"]}},
          "module": {"module_calls": {"inner": {
            "source": "../other", "expressions": {"cpus": {"constant_value": 4}}, "module": {}
          }}}
        },
        "single": {"source": "../../../modules/tenant", "expressions": {"max_cpu_limit": {"constant_value": 8}}, "module": {}}
      }}}
    }"#;

    const CATALOG: &str = r#"
catalog "acme-cloud" {
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
  environment = input.environment
  vcpu        = input.max_cpu_limit
}
declare "modules/other" {
  vcpu = input.cpus
}
"#;

    fn check(seen: &[&str], expected: &[(&str, Option<&str>, u64)]) {
        let catalog = Catalog::load(&[SourceFile::new("catalog.hcl", CATALOG)])
            .unwrap()
            .0;
        let input = Input::memory("plan.json", PLAN.as_bytes().to_vec());
        let Ok(Contents::Resources(survey)) = survey(input, &Nothing, &Options::default()) else {
            panic!("no plan")
        };
        let seen = seen.iter().map(|module| (*module).to_owned()).collect();
        let (stated, findings) =
            in_plan(&catalog, "tenants/acme/prod", survey.configuration(), &seen);
        assert!(findings.is_empty());
        let told: Vec<_> = stated
            .iter()
            .map(|stated| {
                let amount = stated.declared.amounts[&Dimension::new("vcpu")];
                (
                    stated.module.as_str(),
                    stated.declared.environment.as_deref(),
                    amount,
                )
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(module, environment, vcpu)| {
                (
                    *module,
                    *environment,
                    Range::exactly(Quantity::units(*vcpu)),
                )
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn calls_that_repeat_count_as_often_as_they_have_instances() {
        check(&[], &[("module.single", None, 8)]);
        check(
            &[
                "",
                "module.env[\"eu\"].module.inner.module.deep",
                "module.env[\"us\"]",
                "module.single",
            ],
            &[
                ("module.env[\"eu\"]", Some("eu"), 16),
                ("module.env[\"us\"]", Some("us"), 16),
                ("module.env[\"eu\"].module.inner", None, 4),
                ("module.env[\"us\"].module.inner", None, 4),
                ("module.single", None, 8),
            ],
        );
    }

    #[test]
    fn relative_sources_are_resolved_from_the_folder_of_their_caller() {
        assert_eq!(
            join("tenants/acme", "../../modules/a").as_deref(),
            Some("modules/a")
        );
        assert_eq!(join("modules/a", "./b/").as_deref(), Some("modules/a/b"));
        assert_eq!(join(".", "../a").as_deref(), Some("../a"));
        assert_eq!(join("a", "../../../b").as_deref(), Some("../../b"));
        assert_eq!(join("a", "acme/tenant/aws"), None);
    }
}
