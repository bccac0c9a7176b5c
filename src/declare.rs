//! What a module call states outright: (Catalog, module call) -> a declared request.
//!
//! A tenant module has inputs such as `max_cpu_limit = 512`. The catalog says which of them
//! mean what, and the amount is held to the limit as if it had been measured: the greater of
//! the two counts.

mod module;
mod plan;

pub use module::in_root;
pub use plan::{Stated, in_plan};

use crate::catalog::{Catalog, Declaration, input_name};
use crate::finding::{Finding, Label, Subject};
use crate::lang::{
    Expr, Found, LangError, Marks, Number, Path, Scope, Value, eval, unknown_variable,
};
use crate::quantity::{Dimension, Quantity, Range};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A call of a module.
pub struct Call<'a> {
    /// The root it is in.
    pub root: &'a str,
    /// Its address: `module.customer_environment["eu"]`.
    pub address: &'a str,
    /// Where the module comes from, as written.
    pub source: &'a str,
    /// The same relative to the repository's top, where that can be told.
    pub resolved: Option<&'a str>,
    /// The value of an input; none where the call does not set it and the module has no default.
    pub input: &'a dyn Fn(&str) -> Option<Value>,
    /// Where it is written, if that is known.
    pub span: Option<Span>,
}

/// What a module call states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Whose request it is, as it is written.
    pub tenant: Option<Arc<str>>,
    /// In which environment, as it is written.
    pub environment: Option<Arc<str>>,
    /// How much; of sizes, the rank.
    pub amounts: BTreeMap<Dimension, Range>,
    /// The first input that each amount is read from.
    pub inputs: BTreeMap<Dimension, Arc<str>>,
}

/// What a module call states, where the catalog declares its module, and what is wrong with it.
///
/// The first declaration that fits counts. An input that is null states nothing; one that is
/// not known yet states anything.
pub fn declared(catalog: &Catalog, call: &Call<'_>) -> (Option<Declared>, Vec<Finding>) {
    let fits = |declaration: &&Declaration| {
        let resolved = call
            .resolved
            .is_some_and(|resolved| declaration.source.is_match(resolved));
        declaration.source.is_match(call.source) || resolved
    };
    let Some(declaration) = catalog.declarations.iter().find(fits) else {
        return (None, Vec::new());
    };
    let mut reading = Reading {
        catalog,
        call,
        findings: Vec::new(),
    };
    let declared = Declared {
        tenant: declaration
            .tenant
            .as_ref()
            .and_then(|expr| reading.name(expr)),
        environment: declaration
            .environment
            .as_ref()
            .and_then(|expr| reading.name(expr)),
        amounts: (declaration.amounts.iter())
            .filter_map(|(dimension, expr)| {
                Some((dimension.clone(), reading.amount(dimension, expr)?))
            })
            .collect(),
        inputs: (declaration.amounts.iter())
            .filter_map(|(dimension, expr)| {
                let input = expr.references().into_iter().find_map(input_name)?;
                Some((dimension.clone(), Arc::from(input)))
            })
            .collect(),
    };
    (Some(declared), reading.findings)
}

/// Dimensions of which a module certainly plans more than it declares; `measured` is what its
/// own instances ask for.
pub fn under_declared(
    declared: &Declared,
    measured: &BTreeMap<Dimension, Range>,
) -> Vec<(Dimension, Range, Range)> {
    let less = |(dimension, stated): (&Dimension, &Range)| {
        let planned = measured.get(dimension)?;
        let more = stated.high.is_some_and(|high| planned.low > high);
        more.then(|| (dimension.clone(), *stated, *planned))
    };
    declared.amounts.iter().filter_map(less).collect()
}

struct Reading<'a> {
    catalog: &'a Catalog,
    call: &'a Call<'a>,
    findings: Vec<Finding>,
}

impl Reading<'_> {
    fn value(&mut self, expr: &Expr, what: &str) -> Option<Value> {
        match eval(expr, self) {
            Ok(value) => Some(value),
            Err(error) => {
                self.complain(expr, what, error.detail());
                None
            }
        }
    }

    fn name(&mut self, expr: &Expr) -> Option<Arc<str>> {
        let value = self.value(expr, "name")?;
        let printable = !value.marks().intersects(Marks::SENSITIVE);
        value
            .as_str()
            .filter(|name| printable && !name.trim().is_empty())
            .map(Arc::from)
    }

    /// The amount; none where nothing is stated.
    fn amount(&mut self, dimension: &Dimension, expr: &Expr) -> Option<Range> {
        let Some(value) = self.value(expr, dimension.as_str()) else {
            return Some(Range::UNBOUNDED);
        };
        if value.is_null() {
            return None;
        }
        let read = match dimension.is_ordinal() {
            true => self.rank(&value),
            false => quantity(&value),
        };
        Some(read.unwrap_or_else(|why| {
            self.complain(expr, dimension.as_str(), &why);
            Range::UNBOUNDED
        }))
    }

    fn rank(&self, value: &Value) -> Result<Range, String> {
        let smallest = Range::at_least(Quantity::ONE);
        let Some(name) = value.as_str() else {
            return match value.is_known() {
                true => Err("a size is a name".to_owned()),
                false => Ok(smallest),
            };
        };
        match self.catalog.rank(name) {
            Some(rank) => Ok(Range::exactly(rank)),
            None if value.marks().intersects(Marks::SENSITIVE) => {
                Err("there is no such size".to_owned())
            }
            None => Err(format!("there is no size `{name}`")),
        }
    }

    fn complain(&mut self, expr: &Expr, what: &str, why: &str) {
        let call = match &self.call.span {
            Some(span) => Label::source(span.clone(), "this call"),
            None => Label::instance(self.call.root, self.call.address, "", "this call"),
        };
        let place = Label::source(expr.span(), "read from here");
        let subject = Subject {
            dimension: self
                .catalog
                .dimensions
                .keys()
                .find(|known| known.as_str() == what)
                .cloned(),
            ..Subject::default()
        };
        let finding = Finding::bad_declaration(self.call.address, what, why, [call, place]);
        self.findings.push(finding.about(subject));
    }
}

impl Scope for Reading<'_> {
    fn variable(&self, path: &Path) -> Result<Found, LangError> {
        let name = input_name(path).ok_or_else(|| unknown_variable(path.root()))?;
        Ok(Found {
            value: (self.call.input)(name).unwrap_or_else(Value::null),
            used: 1,
        })
    }

    fn forgives_missing(&self) -> bool {
        true
    }
}

/// A number that is not negative, or a text that is such a number, as Terraform converts it.
fn quantity(value: &Value) -> Result<Range, String> {
    let exact = |number: &Number| match number.to_nanos_ceil() {
        Some(nanos) => {
            Quantity::nanos(nanos).ok_or_else(|| "an amount cannot be negative".to_owned())
        }
        None => Err("this number is too large".to_owned()),
    };
    let bound = |number: Option<&Number>| number.map(exact).transpose();
    if let Some(text) = value.as_str() {
        return match Number::parse(text) {
            Some(number) => exact(&number).map(Range::exactly),
            None => Err("this text is no number".to_owned()),
        };
    }
    match value.as_number() {
        Some(number) => exact(number).map(Range::exactly),
        None if value.is_known() => Err("this is no number".to_owned()),
        None => Ok(Range {
            low: bound(value.lower_bound())
                .ok()
                .flatten()
                .unwrap_or_default(),
            high: bound(value.upper_bound())?,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    const CATALOG: &str = r#"
catalog "acme-cloud" {
}
size "small" {
  vcpu = 64
}
size "large" {
  vcpu = 512
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
declare "**/modules/tenant" {
  tenant           = input.tenant_name
  environment      = input.environment
  environment_size = input.environment_size
  vcpu             = input.approved_scope ? 512 : input.max_cpu_limit
  iops             = input.io_ops_request
}
declare "acme/tenant/aws" {
  vcpu = input.machines * 4
}
"#;

    fn call(
        source: &str,
        resolved: Option<&str>,
        inputs: &[(&str, Value)],
    ) -> (Option<Declared>, Vec<String>) {
        let catalog = Catalog::load(&[SourceFile::new("catalog.hcl", CATALOG)])
            .unwrap()
            .0;
        let input = |name: &str| {
            inputs
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.clone())
        };
        let call = Call {
            root: "r",
            address: "module.customer_environment",
            source,
            resolved,
            input: &input,
            span: None,
        };
        let (declared, findings) = declared(&catalog, &call);
        (
            declared,
            findings
                .into_iter()
                .map(|finding| finding.message)
                .collect(),
        )
    }

    fn stated(inputs: &[(&str, Value)]) -> (BTreeMap<String, Range>, Vec<String>) {
        let (declared, findings) = call("../modules/tenant", None, inputs);
        let amounts = declared.unwrap().amounts.into_iter();
        (
            amounts
                .map(|(dimension, range)| (dimension.to_string(), range))
                .collect(),
            findings,
        )
    }

    fn exactly(n: u64) -> Range {
        Range::exactly(Quantity::units(n))
    }

    #[test]
    fn inputs_state_a_request() {
        let (declared, findings) = call(
            "../../modules/tenant",
            None,
            &[
                ("tenant_name", Value::string("acme")),
                ("environment", Value::string("prod")),
                ("environment_size", Value::string("large")),
                ("approved_scope", Value::bool(true)),
                ("max_cpu_limit", Value::number(64_u64)),
                ("io_ops_request", Value::string("12000")),
            ],
        );
        let declared = declared.unwrap();
        assert_eq!(
            (declared.tenant.as_deref(), declared.environment.as_deref()),
            (Some("acme"), Some("prod"))
        );
        let amounts: Vec<_> = declared
            .amounts
            .into_iter()
            .map(|(dimension, range)| (dimension.to_string(), range))
            .collect();
        assert_eq!(
            amounts,
            [
                ("environment_size".to_owned(), exactly(2)),
                ("iops".to_owned(), exactly(12_000)),
                ("vcpu".to_owned(), exactly(512)),
            ]
        );
        assert!(findings.is_empty());
    }

    #[test]
    fn a_module_is_known_by_its_source_as_written_or_as_resolved() {
        let machines = [("machines", Value::number(3_u64))];
        let vcpu = |source, resolved| {
            let declared = call(source, resolved, &machines).0?;
            declared.amounts.get(&Dimension::new("vcpu")).copied()
        };
        assert_eq!(vcpu("acme/tenant/aws", None), Some(exactly(12)));
        assert_eq!(vcpu("./", Some("acme/tenant/aws")), Some(exactly(12)));
        assert_eq!(vcpu("./tenant", Some("elsewhere")), None);
    }

    #[test]
    fn what_is_not_set_states_nothing_and_what_is_not_known_states_anything() {
        let no_scope = ("approved_scope", Value::bool(false));
        assert_eq!(
            stated(std::slice::from_ref(&no_scope)),
            (BTreeMap::new(), vec![])
        );
        let (amounts, findings) = stated(&[
            no_scope,
            ("max_cpu_limit", Value::unknown()),
            ("io_ops_request", Value::unknown_at_least(5_u64.into())),
            ("environment_size", Value::unknown()),
        ]);
        assert_eq!(findings, [""; 0]);
        assert_eq!(amounts["vcpu"], Range::UNBOUNDED);
        assert_eq!(amounts["iops"], Range::at_least(Quantity::units(5)));
        assert_eq!(amounts["environment_size"], Range::at_least(Quantity::ONE));
    }

    #[test]
    fn nonsense_is_told_and_never_taken_for_nothing() {
        for (name, value) in [
            ("io_ops_request", Value::number(-1_i64)),
            ("io_ops_request", Value::string("many")),
            ("io_ops_request", Value::bool(true)),
            ("environment_size", Value::string("huge")),
            ("environment_size", Value::number(2_u64)),
        ] {
            let (amounts, findings) = stated(&[
                ("approved_scope", Value::bool(false)),
                (name, value.clone()),
            ]);
            assert_eq!(
                amounts.into_values().collect::<Vec<_>>(),
                [Range::UNBOUNDED],
                "{value:?}"
            );
            assert_eq!(findings.len(), 1, "{value:?}");
        }
        let (amounts, findings) = stated(&[("approved_scope", Value::string("perhaps"))]);
        assert_eq!(amounts["vcpu"], Range::UNBOUNDED);
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn who_plans_more_than_it_declares_is_found() {
        let of = |stated: Range, planned: Range| {
            let declared = Declared {
                amounts: BTreeMap::from([(Dimension::new("vcpu"), stated)]),
                ..Declared::default()
            };
            under_declared(
                &declared,
                &BTreeMap::from([(Dimension::new("vcpu"), planned)]),
            )
            .len()
        };
        assert_eq!(of(exactly(64), exactly(64)), 0);
        assert_eq!(of(exactly(64), exactly(65)), 1);
        assert_eq!(of(exactly(64), Range::at_least(Quantity::units(60))), 0);
        assert_eq!(of(Range::UNBOUNDED, exactly(65)), 0);
    }
}
