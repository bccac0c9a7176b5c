//! `guard sheet`: the catalog as the sheet that Sales reads, or as Terraform variables.

use super::context::Context;
use super::{Colour, PolicyArgs, output, policies};
use crate::finding::Level;
use crate::sheet::{self, Sheet, terraform};
use clap::{Args, ValueEnum};

/// `guard sheet`
#[derive(Args, Debug)]
pub(super) struct SheetArgs {
    #[command(flatten)]
    policies: PolicyArgs,
    /// How to print it; `terraform` gives variables that refuse what CI would refuse
    #[arg(long, value_enum, default_value_t = SheetFormat::Text, value_name = "FORMAT")]
    format: SheetFormat,
    /// When to use colour, for mistakes in the catalog
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Taken and without effect, so that calls can be exchanged with `guard check`
    #[arg(long, value_name = "TIME", hide = true)]
    now: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SheetFormat {
    Text,
    Markdown,
    Html,
    Csv,
    Terraform,
}

/// Prints the sheet and gives the exit code.
pub(super) fn run(args: &SheetArgs) -> u8 {
    let context = Context::look();
    let policies = policies::load(&args.policies, &context.around, context.in_ci);
    let is_wrong = (policies.findings.iter()).any(|finding| finding.level <= Level::Error);
    let Some(catalog) = policies.catalog.as_ref().filter(|_| !is_wrong) else {
        let style = output::style(&context, args.color, false);
        return output::tell(policies.findings, style);
    };
    let notice = policies.row.builtin.then(|| SAMPLE.to_owned());
    let sheet = Sheet::of(catalog, notice);
    let text = match args.format {
        SheetFormat::Text => sheet.write(sheet::Format::Text),
        SheetFormat::Markdown => sheet.write(sheet::Format::Markdown),
        SheetFormat::Html => sheet.write(sheet::Format::Html),
        SheetFormat::Csv => sheet.write(sheet::Format::Csv),
        SheetFormat::Terraform => terraform(catalog, &sheet),
    };
    output::print(&text)
}

const SAMPLE: &str = "This is the sample catalog inside guard, and nobody's price list; guard init writes it to policies/ as a beginning.";
