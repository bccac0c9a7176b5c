//! The special forms that look around: into tables, along links, into functions of rules.

use super::amount;
use super::forms;
use super::run::{Event, MAX_DEPTH};
use super::scene::{Scene, Words};
use crate::lang::Members;
use crate::lang::{self, Context, LangError, Marks, Node, Value};
use std::sync::Arc;

impl Scene<'_> {
    /// `machine(TABLE, NAME)`: the row of that size, as an object.
    pub(super) fn machine(&self, table: &Value, name: &Value) -> Result<Value, LangError> {
        let Some(table) = table.as_str() else {
            return Ok(Value::unknown());
        };
        let Some(size) = forms::text_of(name)? else {
            return Ok(if name.is_null() {
                Value::null()
            } else {
                Value::unknown()
            });
        };
        let marks = name.marks();
        let secret = marks.contains(Marks::SENSITIVE);
        // A size that nobody stated is no surer than its name.
        let guessed = marks.only(Marks::DEFAULT | Marks::ASSUMED);
        if let Some(row) = self.run.rules.machines().find(table, &size) {
            return Ok(row.clone().with_marks(guessed));
        }
        let shown: Arc<str> = if secret {
            "(sensitive)".into()
        } else {
            size.clone()
        };
        for way in self.run.rules.by_name(self.sheet, table) {
            let Some(groups) = way.regex().and_then(|regex| regex.captures(&size)) else {
                continue;
            };
            let names = way
                .regex()
                .into_iter()
                .flat_map(|regex| regex.capture_names().flatten());
            let values: Vec<(&str, Value)> = names
                .map(|name| {
                    let group = groups.name(name).map(|group| Value::string(group.as_str()));
                    (name, group.unwrap_or_else(Value::null))
                })
                .collect();
            let scope = Words {
                scene: self,
                values: &values,
            };
            let mut row = Members::new();
            let mark = if way.exact {
                Marks::NONE
            } else {
                Marks::ASSUMED
            };
            for (column, expr) in &way.columns {
                let value = lang::eval(expr, &scope)?;
                if !value.is_null() {
                    row.insert(column.clone(), value.with_marks(mark));
                }
            }
            // A way that finds no number in the name leaves it to the next.
            if row.is_empty() {
                continue;
            }
            if !way.exact {
                let guess = row
                    .iter()
                    .map(|(column, value)| format!("{value} {column}"))
                    .collect::<Vec<_>>()
                    .join(", ");
                let unlisted = (table.into(), shown, Some(guess));
                self.run.unlisted.borrow_mut().push(unlisted);
            }
            return Ok(Value::object(row).with_marks(guessed));
        }
        self.run
            .unlisted
            .borrow_mut()
            .push((table.into(), shown, None));
        Ok(Value::unknown())
    }

    /// `smallest(TABLE, COLUMN, LEAST)`: the smallest row that is large enough, as an object.
    pub(super) fn smallest(
        &self,
        table: &Value,
        column: &Value,
        least: &Value,
    ) -> Result<Value, LangError> {
        let (Some(table), Some(column)) = (table.as_str(), column.as_str()) else {
            return Ok(Value::unknown());
        };
        if least.is_null() {
            return Ok(Value::null());
        }
        let least = amount::total([least])?;
        let Some(number) = least.as_number() else {
            return Ok(Value::unknown());
        };
        let row = self.run.rules.machines().smallest(table, column, number);
        Ok(row.map_or_else(Value::unknown, |row| row.clone().with_marks(least.marks())))
    }

    /// `linked(TYPES, REFERENCE...)`: the resource that the first reference which says something
    /// leads to, as an object; null where none says anything, unknown where it is not found.
    pub(super) fn linked(
        &self,
        arguments: &[Node],
        context: &mut Context<'_>,
    ) -> Result<Value, LangError> {
        let types = arguments.first().map(forms::types_of).unwrap_or_default();
        let links = self.run.links;
        let mut said = false;
        for reference in arguments.iter().skip(1) {
            let value = context.eval(reference)?;
            if value.is_null() || value.as_str() == Some("") {
                continue;
            }
            said = true;
            self.run.looked_around.set(true);
            let attribute = self.attribute_of(reference);
            let from = self.subject.instance;
            let found = links.find(from, &attribute, &value, &types, self.run.rules);
            let chosen = match found.as_slice() {
                // The next reference may still lead somewhere.
                [] => continue,
                [only] => *only,
                several => {
                    let candidates = several
                        .iter()
                        .filter_map(|at| links.target(*at))
                        .map(|target| target.address.as_str().into())
                        .collect();
                    self.run.tell(Event::Several {
                        attribute,
                        candidates,
                    });
                    self.run.choices.borrow_mut().take(several)
                }
            };
            return Ok(links.value(chosen));
        }
        Ok(if said {
            Value::unknown()
        } else {
            Value::null()
        })
    }

    /// The path in the subject that an argument reads.
    fn attribute_of(&self, node: &Node) -> String {
        let mut path = None;
        node.each(&mut |node| {
            if path.is_none() {
                path = node.as_path();
            }
        });
        let Some(path) = path else {
            return String::new();
        };
        let rest = |skip: usize| -> String {
            path.steps()
                .iter()
                .skip(skip)
                .map(ToString::to_string)
                .collect()
        };
        match path.root() {
            "self" => rest(0).trim_start_matches('.').to_owned(),
            "each" => {
                let prefix = self.element().map_or("", |each| &*each.path);
                format!("{prefix}{}", rest(1))
            }
            "local" => path
                .attribute(0)
                .and_then(|name| self.trace_local(name, &rest(1), &[]))
                .map(|(trail, _)| trail.to_string())
                .unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// `referring(TYPE)`: all resources of that type that modify this one.
    pub(super) fn referring(&self, arguments: &[Node]) -> Value {
        let types = arguments.first().map(forms::types_of).unwrap_or_default();
        let address = &self.subject.instance.address;
        Value::tuple(self.run.links.referring(address, &types, self.run.rules))
    }

    /// `has_provisioners()`: whether the block runs anything when the resource is made.
    pub(super) fn has_provisioners(&self) -> Value {
        self.run.looked_around.set(true);
        let answer = self.run.links.has_provisioners(self.subject.instance);
        answer.map_or_else(Value::unknown, Value::bool)
    }

    /// A function that a file of rules defines.
    pub(super) fn function(
        &self,
        name: &str,
        arguments: &[Node],
        context: &mut Context<'_>,
    ) -> Option<Result<Value, LangError>> {
        let function = self.run.rules.function(self.sheet, name)?;
        let depth = self.run.depth.get();
        if depth >= MAX_DEPTH {
            let why = format!("`{name}` calls itself, or far too many others");
            return Some(Err(LangError::new("Functions go round in circles", why)));
        }
        let mut values: Vec<(&str, Value)> = Vec::with_capacity(function.parameters.len());
        for (at, parameter) in function.parameters.iter().enumerate() {
            let value = match arguments.get(at) {
                Some(node) => match context.eval(node) {
                    Ok(value) => value,
                    Err(error) => return Some(Err(error)),
                },
                None => Value::null(),
            };
            values.push((&**parameter, value));
        }
        let scope = Words {
            scene: self,
            values: &values,
        };
        self.run.depth.set(depth.saturating_add(1));
        let result = context.nested(&function.result, &scope);
        self.run.depth.set(depth);
        Some(result)
    }
}
