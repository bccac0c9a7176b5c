//! Values for the variables of HCL roots: `--var`, `--var-file` and `TF_VAR_*`.

use super::context::Context;
use crate::finding::{Finding, Label};
use crate::read::module::{Argument, Given, Root};
use crate::report::Setting;
use crate::source::tree::read_named;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::path::Path;
use std::sync::Arc;

/// The arguments that give values, in the order of the command line: later ones win, as in
/// Terraform, so which came first must not be lost.
#[derive(Clone, Debug, Default)]
pub(super) struct ValueArgs(Vec<Word>);

#[derive(Clone, Debug)]
enum Word {
    Variable(String),
    File(String),
}

const VARIABLE: &str = "var";
const FILE: &str = "var-file";

impl Args for ValueArgs {
    fn augment_args(command: Command) -> Command {
        let variable = Arg::new(VARIABLE)
            .long(VARIABLE)
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .help("Set a variable of the HCL roots, as `terraform plan -var` does");
        let file = Arg::new(FILE)
            .long(FILE)
            .value_name("FILE")
            .action(ArgAction::Append)
            .help("Set variables of the HCL roots from a .tfvars file");
        command.arg(variable).arg(file)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ValueArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut words = Vec::new();
        for (name, word) in [
            (VARIABLE, Word::Variable as fn(String) -> Word),
            (FILE, Word::File as fn(String) -> Word),
        ] {
            if matches.value_source(name) != Some(ValueSource::CommandLine) {
                continue;
            }
            let values = matches.get_many::<String>(name).into_iter().flatten();
            let places = matches.indices_of(name).into_iter().flatten();
            words.extend(places.zip(values.map(|value| word(value.clone()))));
        }
        words.sort_by_key(|(place, _)| *place);
        Ok(Self(words.into_iter().map(|(_, word)| word).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl ValueArgs {
    /// What is given for variables, and what is wrong with how it is given.
    pub(super) fn given(&self, context: &Context) -> (Given, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut given = Given {
            environment: context.variables.clone(),
            ..Given::default()
        };
        for word in &self.0 {
            match word {
                Word::Variable(word) => match word.split_once('=') {
                    Some((name, value)) if !name.trim().is_empty() => {
                        let (name, value) = (name.trim().to_owned(), value.to_owned());
                        given.arguments.push(Argument::Variable(name, value));
                    }
                    _ => findings.push(Finding::bad_variable(
                        format!("`--var {word}` gives no value: say `--var NAME=VALUE`"),
                        Label::input(format!("--var {word}"), None, ""),
                    )),
                },
                Word::File(path) => {
                    let shown = context.around.show(Path::new(path));
                    match read_named(Path::new(path), &shown) {
                        Ok(file) => given.arguments.push(Argument::File(file)),
                        Err(why) => {
                            findings.push(Finding::unreadable_input(&shown, &why.to_string()));
                        }
                    }
                }
            }
        }
        (given, findings)
    }

    /// The arguments, as a reader of the report has to know of them; values may be secrets.
    pub(super) fn settings(&self) -> impl Iterator<Item = Setting> {
        self.0.iter().map(|word| {
            let (name, value) = match word {
                Word::Variable(word) => {
                    ("--var", word.split_once('=').map_or("", |(name, _)| name))
                }
                Word::File(path) => ("--var-file", path.as_str()),
            };
            Setting {
                name: Arc::from(name),
                value: Some(Arc::from(value)),
                remark: Arc::from("given by hand"),
            }
        })
    }
}

/// The environment variables among `given` that some root takes a value from.
pub(super) fn used(given: &Given, roots: &[(Arc<str>, Root<'_>)]) -> Vec<Setting> {
    let is_used = |name: &&String| declares(roots, name);
    let setting = |name: &String| Setting {
        name: Arc::from(format!("TF_VAR_{name}")),
        value: None,
        remark: Arc::from("gives a variable of HCL roots its value"),
    };
    given
        .environment
        .keys()
        .filter(is_used)
        .map(setting)
        .collect()
}

/// Variables of the command line that none of several roots declares. Of a single root, the
/// root itself tells.
pub(super) fn undeclared(given: &Given, roots: &[(Arc<str>, Root<'_>)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for argument in given.arguments.iter().filter(|_| roots.len() > 1) {
        if let Argument::Variable(name, _) = argument
            && !declares(roots, name)
        {
            findings.push(Finding::bad_variable(
                format!("value for undeclared variable: `--var {name}` names a variable that no root declares"),
                Label::input(format!("--var {name}"), None, ""),
            ));
        }
    }
    findings
}

fn declares(roots: &[(Arc<str>, Root<'_>)], variable: &str) -> bool {
    let mut roots = roots.iter();
    roots.any(|(_, root)| root.variables().contains_key(variable))
}
