//! `guard explain --type TYPE`: a capacity rule in words, with the text it is made of.

use super::context::Context;
use super::{PolicyArgs, output, policies};
use crate::finding::{Finding, Level};
use crate::measure::{Explanation, Rules};
use crate::quantity::Class;
use crate::report::Style;
use crate::source::Span;
use crate::source::hcl::near;
use std::fmt::Write as _;
use std::sync::Arc;

/// Explains what is known of a resource type and gives the exit code.
pub(super) fn run(kind: &str, policies: &PolicyArgs, context: &Context) -> u8 {
    // Only the rules are asked; a catalog that stands beside them judges nothing here.
    let loaded = policies::load(policies, &context.around, false);
    if loaded.findings.iter().any(stops) {
        return output::tell(loaded.findings, Style::PLAIN);
    }
    let explained = loaded.rules.explain(kind);
    if explained.class == Class::NoRule {
        return output::fail(&unknown(kind, &loaded.rules));
    }
    output::print(&text(kind, &explained))
}

/// Whether nothing can be explained because of it.
fn stops(finding: &Finding) -> bool {
    finding.level == Level::Fatal
}

fn unknown(kind: &str, rules: &Rules) -> String {
    const SHOWN: usize = 5;
    let mut text = format!("no rule knows the resource type `{kind}`");
    let types = rules.types();
    let names = near(kind, types.iter().map(|name| &**name));
    if !names.is_empty() {
        text.push_str("; near it are:");
        for name in names.iter().take(SHOWN) {
            let _ = write!(text, "\n  {name}");
        }
    }
    text.push_str(
        "\nto add it, write a rule in policies/capacity/: `guard explain --type` of a similar type shows how",
    );
    text
}

fn text(kind: &str, explained: &Explanation) -> String {
    let mut text = format!("{kind}: {}\n", class(explained));
    // A string takes everything, here and below.
    if let Some(listed) = &explained.listed {
        let by = match *listed.pattern == *kind {
            true => "by name".to_owned(),
            false => format!("by the pattern `{}`", listed.pattern),
        };
        let _ = write!(text, "\n  listed      {by} in {}", at(&listed.place));
    }
    if !explained.remarks.is_empty() {
        let _ = write!(text, "\n  note        {}", explained.remarks.join(" "));
    }
    let names = |names: &[Arc<str>]| {
        let names: Vec<_> = names.iter().map(|name| &**name).collect();
        names.join(", ")
    };
    let mut row = |title: &str, value: String| {
        if !value.is_empty() {
            let _ = write!(text, "\n  {title:<11} {value}");
        }
    };
    let others = explained.types.iter().filter(|other| ***other != *kind);
    row("same rule", names(&others.cloned().collect::<Vec<_>>()));
    let dimensions = explained.dimensions.iter().map(|name| name.as_str());
    row("asks for", dimensions.collect::<Vec<_>>().join(", "));
    row("looks at", names(&explained.links));
    row("known by", names(&explained.keys));
    row("facts from", explained.sources.join("\n              "));
    text.push('\n');
    for block in &explained.blocks {
        let _ = write!(text, "\n{}\n", at(block));
        for line in block.text().lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
    }
    text
}

/// What can be said of its instances, in words.
fn class(explained: &Explanation) -> String {
    if let Some(dimension) = &explained.counted {
        return format!("measured: each is one of `{dimension}`, and nothing else");
    }
    let mut said = match explained.class {
        _ if explained.template => {
            "a template: counts nothing by itself, and what it says wherever something refers to it"
        }
        _ if explained.modifier => {
            "counts nothing by itself: it raises what something else may grow to"
        }
        Class::Measured => "measured",
        Class::Weightless => "weightless: asks for no capacity",
        Class::Opaque => "opaque: hides capacity that the input does not show",
        Class::NoRule => "no rule",
    }
    .to_owned();
    if explained.may_hide && explained.class != Class::Opaque {
        said.push_str("; opaque where it hides capacity");
    }
    if explained.workload {
        said.push_str("; may run on machines that are counted themselves, then the greater counts");
    }
    if explained.declares {
        said.push_str("; states a ceiling outright, which is not added to what is measured");
    }
    said
}

/// The file of a place; of a file that people can open, the line too.
fn at(place: &Span) -> String {
    let path = place.file.path();
    if path.starts_with(Rules::INSIDE) {
        return path.to_owned();
    }
    let (line, _) = place.file.line_column(place.range.start);
    format!("{path}:{line}")
}
