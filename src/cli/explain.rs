//! `guard explain`: where every number comes from, and the long text of a kind of finding or of
//! a capacity rule.

use super::context::Context;
use super::measure::measured;
use super::{ExplainArgs, kind, output, trusted};
use crate::finding::Code;
use crate::report::{Command, Delivery, Format};
use std::fmt::Write as _;

/// Explains and gives the exit code.
pub(super) fn run(args: &ExplainArgs) -> u8 {
    if let Some(name) = &args.code {
        return match Code::named(name) {
            Some(code) => output::print(&about(code)),
            None => output::fail(&unknown(name)),
        };
    }
    let context = Context::look();
    if let Some(name) = &args.kind {
        return kind::run(name, &args.policies, &context);
    }
    if args.input.paths.is_empty() {
        return output::fail("say what to explain: a PATH, --code CODE or --type TYPE");
    }
    let delivery = Delivery {
        format: Format::Text,
        style: output::style(&context, args.color, false),
        files: Vec::new(),
    };
    let trusted = match trusted::look(&args.trust, &context, None) {
        Ok(trusted) => trusted,
        Err(why) => return output::fail(&why),
    };
    let mut report = measured(
        Command::Explain,
        &args.input,
        &args.policies,
        &args.identity,
        trusted,
        &context,
    );
    output::finish(&mut report, &delivery)
}

fn about(code: Code) -> String {
    format!("{code}: {}\n\n{}\n", code.summary(), code.explanation())
}

fn unknown(name: &str) -> String {
    let mut text = format!("there is no kind of finding called {name}; there are:");
    for code in Code::ALL {
        // A string takes everything.
        let _ = write!(text, "\n  {code}: {}", code.summary());
    }
    text
}
