//! `guard init`: what a repository needs to begin with. Nothing that is there is ever changed.

mod baseline;
mod shape;

use super::context::{self, Context};
use super::{InputArgs, output};
use crate::catalog;
use crate::report::Style;
use crate::source::save::{Pending, SaveError};
use shape::Shape;
use std::path::Path;

const BASELINE: &str = "policies/baseline.hcl";
const WORKFLOW: &str = include_str!("workflow.yml");
const GITLAB: &str = include_str!("gitlab.yml");
const PRE_COMMIT: &str = include_str!("pre-commit.yaml");
const ATTRIBUTES: &str = include_str!("gitattributes");
const APPROVALS: &str = include_str!("approvals.md");

/// `guard init [--baseline PATH...]`
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Write ceilings to policies/baseline.hcl that let what the PATHs ask for pass for 90 days
    #[arg(long)]
    baseline: bool,
    #[command(flatten)]
    input: InputArgs,
    /// Begin the baseline at this time instead of now (for tests): YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

/// Writes what is not there yet and gives the exit code. What is there stays as it is.
pub(super) fn run(args: &Args, context: &Context) -> u8 {
    if args.baseline == args.input.paths.is_empty() {
        return output::fail("a baseline is made from PATHs: guard init --baseline PATH...");
    }
    let now = match context::now(args.now.as_deref()) {
        Ok((now, _)) => now,
        Err(why) => return output::fail(&why),
    };
    let shape = Shape::of(&context.around);
    let mut desk = Desk::default();
    for file in catalog::builtin() {
        let path = file.path().replacen("builtin/", "policies/", 1);
        desk.write(&path, file.text());
    }
    desk.write("approvals/README.md", APPROVALS);
    if let Some(top) = &shape.top_elsewhere {
        desk.say(&format!(
            "left out the files for CI: the repository begins at {top}, run `guard init` there for them"
        ));
    } else {
        write_for_ci(&shape, &mut desk);
    }
    let mut open = Vec::new();
    if args.baseline && desk.error.is_none() {
        match baseline::of(&args.input, context, now) {
            Ok(found) => {
                match found.text.as_str() {
                    "" => desk.say("no baseline: nothing needs a ceiling"),
                    text => desk.write(BASELINE, text),
                }
                open = found.open;
            }
            Err(findings) => return output::tell(findings, Style::PLAIN),
        }
    }
    if let Some(error) = desk.error {
        return output::fail(&error);
    }
    if !open.is_empty() {
        desk.said.push_str("\nNo ceiling can be written for:\n");
        for line in &open {
            desk.say(&format!("  {line}"));
        }
        // Whoever asked for a baseline expects the next check to pass, and it will not.
        return output::print(&desk.said).max(1);
    }
    let mut said = desk.said;
    said.push_str("\nNext:\n");
    for (number, step) in (1_u32..).zip(shape.next_steps()) {
        said.push_str(&format!("  {number}. {step}\n"));
    }
    output::print(&said)
}

fn write_for_ci(shape: &Shape, desk: &mut Desk) {
    let paths = shape.paths();
    let fill = |template: &str| {
        template
            .replace("{paths}", &paths)
            .replace("{version}", env!("CARGO_PKG_VERSION"))
    };
    if shape.gitlab {
        // One file holds all of GitLab's pipeline, so a part of it stands beside.
        desk.write(".gitlab/guard.yml", &fill(GITLAB));
    }
    if shape.github || !shape.gitlab {
        desk.write(".github/workflows/guard.yml", &fill(WORKFLOW));
    }
    desk.write(".pre-commit-config.yaml", &fill(PRE_COMMIT));
    desk.write(".gitattributes", ATTRIBUTES);
}

/// What was done so far.
#[derive(Default)]
struct Desk {
    said: String,
    error: Option<String>,
}

impl Desk {
    fn say(&mut self, line: &str) {
        self.said.push_str(line);
        self.said.push('\n');
    }

    /// Writes a file, unless something is there or an earlier one could not be written.
    fn write(&mut self, path: &str, text: &str) {
        if self.error.is_some() {
            return;
        }
        match write(Path::new(path), text) {
            Ok(true) => self.say(&format!("wrote {path}")),
            Ok(false) => self.kept(path, text),
            Err(error) => self.error = Some(format!("cannot write {path}: {error}")),
        }
    }

    /// Says that a file was kept; and what to add to it, where it is one that many things share.
    fn kept(&mut self, path: &str, text: &str) {
        self.say(&format!("kept {path}: it is there already"));
        let shared = [".pre-commit-config.yaml", ".gitattributes"].contains(&path);
        let there = std::fs::read_to_string(path).unwrap_or_default();
        if !shared || there.contains("guard") {
            return;
        }
        self.say("  add to it:");
        let lines = text.lines().filter(|line| *line != "repos:");
        for line in lines {
            self.say(format!("    {line}").trim_end());
        }
    }
}

/// Whether the file was written; it is not where something is there.
fn write(path: &Path, text: &str) -> Result<bool, SaveError> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(SaveError::Io)?;
    }
    let mut file = Pending::begin(path)?;
    file.writer()
        .write_all(text.as_bytes())
        .map_err(SaveError::Io)?;
    file.finish()?.publish()?;
    Ok(true)
}
