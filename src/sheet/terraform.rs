//! The same limits for a tenant module: variables that refuse what CI would refuse.
//!
//! A module that is given these variables fails at `terraform plan`, on the desk of whoever
//! asks for too much, with the sentence that CI would give. What an approval on record allows
//! is passed in as `approved`; that the record is there is still for CI to see.

use super::Sheet;
use crate::catalog::{Bound, Catalog, Enforcement, Limit, Per, Tier};
use crate::lang::Path;
use crate::quantity::{Dimension, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// A whole `.tf` file.
pub fn terraform(catalog: &Catalog, sheet: &Sheet) -> String {
    let mut file = File {
        catalog,
        inputs: inputs(catalog),
        text: String::new(),
    };
    file.head(sheet);
    file.tier();
    file.approved();
    let dimensions: Vec<_> = file.inputs.keys().cloned().collect();
    for dimension in &dimensions {
        file.variable(dimension);
    }
    file.sizes();
    file.text
}

struct File<'a> {
    catalog: &'a Catalog,
    /// The limited dimensions, each with the variable that asks for it.
    inputs: BTreeMap<Dimension, String>,
    text: String,
}

impl File<'_> {
    fn head(&mut self, sheet: &Sheet) {
        self.line(
            "# Written by `guard sheet --format terraform`: write it again rather than change it.",
        );
        self.line(&format!(
            "# The limits of the catalog {}, for the variables of a tenant module.",
            sheet.catalog
        ));
        if let Some(notice) = &sheet.notice {
            self.line(&format!("# {notice}"));
        }
        self.line("");
        self.line("terraform {");
        self.line(
            "  required_version = \">= 1.9\" # a validation may look at other variables since then",
        );
        self.line("}");
    }

    fn tier(&mut self) {
        let names: Vec<_> = self
            .catalog
            .tiers
            .iter()
            .map(|tier| quoted(&tier.name))
            .collect();
        let list = names.join(", ");
        self.line("");
        self.line("variable \"tier\" {");
        self.line("  description = \"What the tenant bought.\"");
        self.line("  type        = string");
        self.line("  nullable    = false");
        if let Some(tier) = &self.catalog.default_tier {
            self.line(&format!("  default     = {}", quoted(tier)));
        }
        self.validation(
            &format!("contains([{list}], var.tier)"),
            &format!("The tier is one of {}.", self.tier_names()),
        );
        self.line("}");
    }

    fn tier_names(&self) -> String {
        let names: Vec<_> = self.catalog.tiers.iter().map(|tier| &*tier.name).collect();
        names.join(", ")
    }

    /// What approvals on record allow beyond the tier.
    fn approved(&mut self) {
        self.line("");
        self.line("variable \"approved\" {");
        self.line("  description = \"What an approval on record allows beyond the tier; guard fails where no record does.\"");
        let types: Vec<_> = (self.inputs.iter())
            .map(|(dimension, name)| {
                let kind = if dimension.is_ordinal() {
                    "string"
                } else {
                    "number"
                };
                (name.clone(), format!("optional({kind})"))
            })
            .collect();
        self.line("  type = object({");
        self.aligned("    ", &types);
        self.line("  })");
        self.line("  nullable = false");
        self.line("  default  = {}");
        self.line("}");
    }

    fn variable(&mut self, dimension: &Dimension) {
        let Some(name) = self.inputs.get(dimension).cloned() else {
            return;
        };
        let what = self.catalog.dimensions.get(dimension);
        let title = what.map_or(dimension.as_str(), |unit| &unit.title);
        self.line("");
        self.line(&format!("variable {} {{", quoted(&name)));
        self.line(&format!(
            "  description = {}",
            quoted(&format!("{title} of this environment."))
        ));
        let sizes: Vec<_> = self
            .catalog
            .sizes
            .iter()
            .map(|size| size.name.clone())
            .collect();
        match sizes.first().filter(|_| dimension.is_ordinal()) {
            Some(smallest) => {
                self.line("  type        = string");
                self.line("  nullable    = false");
                self.line(&format!("  default     = {}", quoted(smallest)));
                let names = sizes.join(", ");
                let known = list(&sizes);
                self.validation(
                    &format!("contains({known}, var.{name})"),
                    &format!("The size is one of {names}."),
                );
            }
            None => {
                self.line("  type        = number");
                self.line("  nullable    = false");
                self.line("  default     = 0");
                self.validation(&format!("var.{name} >= 0"), "An amount is not negative.");
            }
        }
        for tier in &self.catalog.tiers {
            let Some(limit) = binding(tier, dimension) else {
                continue;
            };
            let fits = match dimension.is_ordinal() {
                true => fits_size(&sizes, limit, &name),
                false => fits(limit, &name),
            };
            let message = match &limit.error_message {
                Some(message) => message.to_string(),
                None => format!("{title}: this is more than the tier {} allows.", tier.name),
            };
            let tier = quoted(&tier.name);
            self.validation(&format!("var.tier != {tier} || {fits}"), &message);
        }
        self.line("}");
    }

    fn validation(&mut self, condition: &str, message: &str) {
        self.line("");
        self.line("  validation {");
        self.line(&format!("    condition     = {condition}"));
        self.line(&format!("    error_message = {}", quoted(message)));
        self.line("  }");
    }

    /// What an environment of each size holds.
    fn sizes(&mut self) {
        if self.catalog.sizes.is_empty() {
            return;
        }
        self.line("");
        self.line("locals {");
        self.line("  # What an environment of each size holds.");
        self.line("  environment_sizes = {");
        for size in &self.catalog.sizes {
            self.line(&format!("    {} = {{", quoted(&size.name)));
            let amounts: Vec<_> = (size.amounts.iter())
                .map(|(dimension, most)| (quoted(dimension.as_str()), most.to_string()))
                .collect();
            self.aligned("      ", &amounts);
            self.line("    }");
        }
        self.line("  }");
        self.line("}");
    }

    /// `name = value` lines whose equals signs are below each other, as `terraform fmt` has them.
    fn aligned(&mut self, indent: &str, entries: &[(String, String)]) {
        let width = entries
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or(0);
        for (name, value) in entries {
            self.line(&format!("{indent}{name:width$} = {value}"));
        }
    }

    fn line(&mut self, line: &str) {
        // A string takes everything.
        let _ = writeln!(self.text, "{line}");
    }
}

/// The limit of a tier that a module has to keep by itself: one environment's, and binding.
fn binding<'t>(tier: &'t Tier, dimension: &Dimension) -> Option<&'t Limit> {
    (tier.limits.get(dimension))
        .filter(|limit| limit.per == Per::Environment && limit.enforcement != Enforcement::Advisory)
}

/// The condition under which an amount is allowed.
fn fits(limit: &Limit, name: &str) -> String {
    let own = match limit.bound {
        Bound::Max(most) => format!("var.{name} <= {most}"),
        Bound::Below(bound) => format!("var.{name} < {bound}"),
        Bound::Review => format!("var.{name} <= 0"),
    };
    match limit.enforcement {
        Enforcement::Mandatory => own,
        Enforcement::Advisory | Enforcement::MandatoryOverridable => {
            format!("{own} || var.{name} <= coalesce(var.approved.{name}, 0)")
        }
    }
}

/// The condition under which a size is allowed.
fn fits_size(sizes: &[Arc<str>], limit: &Limit, name: &str) -> String {
    let allowed = |rank: usize| Quantity::units(u64::try_from(rank).unwrap_or(u64::MAX));
    let most = limit.bound.allowance();
    let within: Vec<_> = (sizes.iter().zip(1..))
        .filter(|(_, rank)| allowed(*rank) <= most)
        .map(|(size, _)| size.clone())
        .collect();
    let own = match within.is_empty() {
        true => "false".to_owned(),
        false => format!("contains({}, var.{name})", list(&within)),
    };
    if limit.enforcement == Enforcement::Mandatory {
        return own;
    }
    let all = list(sizes);
    // Where either is no size there is no place to compare, and nothing is allowed.
    format!("{own} || try(index({all}, var.{name}) <= index({all}, var.approved.{name}), false)")
}

/// The limited dimensions of an environment, each with the variable that asks for it: the
/// input that the catalog's first declaration reads it from, else the dimension's own name.
fn inputs(catalog: &Catalog) -> BTreeMap<Dimension, String> {
    let limited: BTreeSet<_> = (catalog.tiers.iter())
        .flat_map(|tier| tier.limits.keys().filter_map(|one| binding(tier, one)))
        .map(|limit| limit.dimension.clone())
        .collect();
    let declared = catalog.declarations.first();
    let mut taken: BTreeSet<String> = ["tier", "approved"].map(str::to_owned).into();
    let mut inputs = BTreeMap::new();
    for dimension in limited {
        let input = declared
            .and_then(|declared| declared.amounts.get(&dimension))
            .and_then(|amount| match amount.references().as_slice() {
                [only] if only.to_string() == amount.span().text() => input(only),
                _ => None,
            });
        let own = dimension.as_str().to_owned();
        let mut name = (input.filter(|name| !taken.contains(name))).unwrap_or(own);
        if !can_be_a_variable(&name) || taken.contains(&name) {
            name = format!("limited_{name}");
        }
        taken.insert(name.clone());
        inputs.insert(dimension, name);
    }
    inputs
}

fn input(path: &Path) -> Option<String> {
    crate::catalog::input_name(path).map(str::to_owned)
}

/// Whether Terraform takes a variable of that name.
fn can_be_a_variable(name: &str) -> bool {
    const RESERVED: [&str; 8] = [
        "source",
        "version",
        "providers",
        "count",
        "for_each",
        "lifecycle",
        "depends_on",
        "locals",
    ];
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        && !RESERVED.contains(&name)
}

fn list(names: &[Arc<str>]) -> String {
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}

/// A text as Terraform's literal.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            // A template begins here only if nobody says otherwise.
            '$' | '%' if chars.peek() == Some(&'{') => {
                out.push(c);
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
