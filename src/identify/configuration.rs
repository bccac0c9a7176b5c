//! What a plan's `configuration` says of module inputs and variables.
//!
//! It holds what people wrote, unexpanded and without locals: an input is a constant, or a
//! list of what it refers to. A single reference is taken for the value itself, which is what
//! people write for a name; which instance of a module asks tells `each.key` and `each.value`.

use super::{Lookup, parent};
use crate::lang::Value;
use crate::read::address::{Step, module_path, steps};
use crate::read::{Configuration, Expression, Key};

impl Lookup for Configuration {
    fn module_input(&self, module: &str, name: &str) -> Option<Value> {
        input(self, module, name, 0)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.module("")?.variables.get(name)?.value()
    }
}

/// Modules are not nested deeper than this, but a made-up plan could say so.
const DEEPEST: usize = 64;

/// The value of an input of a module call: none where there is no such input, unknown where
/// the configuration does not tell.
fn input(configuration: &Configuration, module: &str, name: &str, depth: usize) -> Option<Value> {
    let path = module_path(module)?;
    let called = configuration.module(&path)?;
    let call = called.call.as_ref()?;
    match call.inputs.get(name) {
        Some(expression) => {
            let around = Around {
                configuration,
                module: parent(module).unwrap_or(""),
                key: own_key(module),
                repeat: call.repeat.as_ref(),
                depth,
            };
            Some(around.value(expression))
        }
        None => called.variables.get(name)?.value(),
    }
}

/// Where a call stands.
struct Around<'a> {
    configuration: &'a Configuration,
    /// The address of the module that the call is written in.
    module: &'a str,
    /// Which instance of the call asks.
    key: Option<Key>,
    /// What its `count` or `for_each` is set to.
    repeat: Option<&'a Expression>,
    depth: usize,
}

impl Around<'_> {
    fn value(&self, expression: &Expression) -> Value {
        if let Some(constant) = expression.constant() {
            return constant;
        }
        let mut references = expression.references();
        match (references.next(), references.next()) {
            (Some(one), None) => self.reference(one).unwrap_or_else(Value::unknown),
            _ => Value::unknown(),
        }
    }

    fn reference(&self, reference: &str) -> Option<Value> {
        let steps = steps(reference)?;
        match steps.as_slice() {
            [Step::Name("var"), Step::Name(name), rest @ ..] => {
                let value = if self.module.is_empty() {
                    self.configuration.variable(name)
                } else if self.depth < DEEPEST {
                    let depth = self.depth.saturating_add(1);
                    input(self.configuration, self.module, name, depth)
                } else {
                    None
                };
                reach(&value?, rest)
            }
            [Step::Name("each"), Step::Name("key")] => self.key.as_ref().map(text),
            [Step::Name("each"), Step::Name("value"), rest @ ..] => {
                let key = text(self.key.as_ref()?);
                let repeated = self.value(self.repeat?);
                match repeated.elements() {
                    // The key of an element of a set is the element.
                    Some(elements) => {
                        reach(elements.iter().find(|element| **element == key)?, rest)
                    }
                    None => reach(repeated.attribute(key.as_str()?)?, rest),
                }
            }
            _ => None,
        }
    }
}

/// What a value has at the end of these steps, with the marks of all that lies before.
fn reach(value: &Value, rest: &[Step<'_>]) -> Option<Value> {
    rest.iter().try_fold(value.clone(), |value, step| {
        let found = match step {
            Step::Name(name) => value.attribute(name)?,
            Step::Key(Key::Name(name)) => value.attribute(name)?,
            Step::Key(Key::Number(at)) => value.elements()?.get(usize::try_from(*at).ok()?)?,
        };
        Some(found.clone().with_marks(value.marks()))
    })
}

/// Which instance of its call a module is.
fn own_key(module: &str) -> Option<Key> {
    match steps(module)?.pop()? {
        Step::Key(key) => Some(key),
        Step::Name(_) => None,
    }
}

fn text(key: &Key) -> Value {
    match key {
        Key::Name(name) => Value::string(name.clone()),
        Key::Number(index) => Value::string(index.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Marks;
    use crate::read::{AttributeSet, Contents, Interest, Options, survey};
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
      "format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [],
      "variables": {
        "tenant": {"value": "acme"},
        "secret": {"value": "hidden"},
        "tenants": {"value": {"acme": {"env": "production"}, "beta": {"env": "sandbox"}}},
        "names": {"value": ["acme", "beta"]}
      },
      "configuration": {"root_module": {
        "variables": {"tenant": {}, "secret": {"sensitive": true}, "tenants": {}, "names": {}, "unset": {}},
        "module_calls": {
          "one": {
            "source": "./one",
            "expressions": {
              "constant": {"constant_value": 64},
              "passed": {"references": ["var.tenant"]},
              "secret": {"references": ["var.secret"]},
              "local": {"references": ["local.x"]},
              "two": {"references": ["var.tenant", "var.names"]},
              "part": {"references": ["var.tenants[\"beta\"].env", "var.tenants[\"beta\"]", "var.tenants"]},
              "call": {}
            },
            "module": {
              "variables": {"defaulted": {"default": 7}, "optional": {"default": null}, "constant": {}},
              "module_calls": {"inner": {
                "source": "./inner",
                "expressions": {"vcpu": {"references": ["var.constant"]}, "tenant": {"references": ["var.passed"]}},
                "module": {}
              }}
            }
          },
          "each": {
            "source": "./one",
            "for_each_expression": {"references": ["var.tenants"]},
            "expressions": {
              "tenant": {"references": ["each.key"]},
              "env": {"references": ["each.value.env", "each.value"]}
            },
            "module": {"module_calls": {"inner": {
              "source": "./inner",
              "expressions": {"tenant": {"references": ["var.tenant"]}, "env": {"references": ["var.env"]}},
              "module": {}
            }}}
          },
          "set": {
            "source": "./one",
            "for_each_expression": {"references": ["var.names"]},
            "expressions": {"tenant": {"references": ["each.value"]}},
            "module": {}
          }
        }
      }}
    }"#;

    fn check(module: &str, name: &str, expected: Option<Value>) {
        let input = Input::memory("plan.json", PLAN.as_bytes().to_vec());
        let Ok(Contents::Resources(survey)) = survey(input, &Nothing, &Options::default()) else {
            panic!("no plan")
        };
        let found = survey.configuration().module_input(module, name);
        let shown = found.as_ref().map(|value| value.clone().unmarked());
        assert_eq!(shown, expected, "{module} {name}");
        if name == "secret" {
            assert!(found.unwrap().marks().contains(Marks::SENSITIVE));
        }
    }

    #[test]
    fn inputs_are_constants_or_followed_to_the_root() {
        let text = |text: &str| Some(Value::string(text));
        check("module.one", "constant", Some(Value::number(64_u64)));
        check("module.one", "passed", text("acme"));
        check("module.one", "secret", text("hidden"));
        check("module.one", "part", text("sandbox"));
        check(
            "module.one.module.inner",
            "vcpu",
            Some(Value::number(64_u64)),
        );
        check("module.one.module.inner", "tenant", text("acme"));
    }

    #[test]
    fn defaults_are_the_modules_own() {
        check("module.one", "defaulted", Some(Value::number(7_u64)));
        check("module.one", "optional", Some(Value::null()));
        check("module.one", "nothing", None);
        check("module.other", "constant", None);
        check("", "tenant", None);
        check("no module", "tenant", None);
    }

    #[test]
    fn what_cannot_be_followed_is_unknown() {
        for name in ["local", "two", "call"] {
            check("module.one", name, Some(Value::unknown()));
        }
        check("module.each", "tenant", Some(Value::unknown()));
        check("module.each[\"gamma\"]", "env", Some(Value::unknown()));
    }

    #[test]
    fn the_instance_of_a_module_tells_its_key_and_value() {
        let text = |text: &str| Some(Value::string(text));
        check("module.each[\"beta\"]", "tenant", text("beta"));
        check("module.each[\"beta\"]", "env", text("sandbox"));
        check("module.each[\"acme\"].module.inner", "tenant", text("acme"));
        check(
            "module.each[\"acme\"].module.inner",
            "env",
            text("production"),
        );
        check("module.set[\"beta\"]", "tenant", text("beta"));
    }
}
