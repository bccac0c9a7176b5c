//! What a run knows of the world around it: folder, environment, clock, terminal.

use super::Colour;
use crate::date::Moment;
use crate::report::Setting;
use crate::source::tree::Surroundings;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The world around a run.
pub(super) struct Context {
    /// Where guard was started.
    pub around: Surroundings,
    /// Whether this is a pipeline.
    pub in_ci: bool,
    /// What `GUARD_TRUST_ROOT` is set to, be it nothing: beside it only signed approvals count.
    pub trust_root: Option<OsString>,
    /// What `GUARD_MIN_POLICY_VERSION` is set to.
    pub min_policy_version: Option<OsString>,
    /// What `TF_VAR_NAME` says, by NAME.
    pub variables: BTreeMap<String, String>,
    no_color: bool,
}

impl Context {
    /// Looks around, once.
    pub(super) fn look() -> Self {
        // A current folder that is gone is no folder to find anything in.
        let current = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Self {
            around: Surroundings::of(current),
            in_ci: variable("CI").is_some_and(|value| value != "false" && value != "0"),
            trust_root: set("GUARD_TRUST_ROOT"),
            min_policy_version: set("GUARD_MIN_POLICY_VERSION"),
            variables: variables("TF_VAR_"),
            no_color: variable("NO_COLOR").is_some(),
        }
    }

    /// Whether text on standard output has colour.
    pub(super) fn color(&self, wanted: Colour) -> bool {
        match wanted {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => !self.no_color && std::io::stdout().is_terminal(),
        }
    }

    /// `NO_COLOR`, where colour was left out because of it.
    pub(super) fn color_left_out(&self, wanted: Colour) -> Option<Setting> {
        let decides = wanted == Colour::Auto && self.no_color && std::io::stdout().is_terminal();
        decides.then(|| Setting {
            name: Arc::from("NO_COLOR"),
            value: None,
            remark: Arc::from("colour is left out"),
        })
    }
}

/// The time at which to judge: the one given for tests, else now. Says so where it was given.
///
/// # Errors
///
/// What is wrong with the given time.
pub(super) fn now(given: Option<&str>) -> Result<(Moment, Option<Setting>), String> {
    let Some(text) = given else {
        #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        });
        return Ok((Moment::from_unix(seconds), None));
    };
    let moment = text
        .parse::<Moment>()
        .map_err(|error| format!("invalid value '{text}' for '--now <TIME>': {error}"))?;
    let setting = Setting {
        name: Arc::from("--now"),
        value: Some(Arc::from(text)),
        remark: Arc::from("judged at this time instead of now"),
    };
    Ok((moment, Some(setting)))
}

/// An environment variable that is set to something.
fn variable(name: &str) -> Option<OsString> {
    set(name).filter(|value| !value.is_empty())
}

/// The environment variables whose names begin like this, by the rest of their names.
fn variables(prefix: &str) -> BTreeMap<String, String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the environment is read"
    )]
    let all = std::env::vars_os();
    all.filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(prefix)?.to_owned();
        Some((name, value.into_string().ok()?))
    })
    .collect()
}

/// An environment variable that is set at all, be it to nothing.
fn set(name: &str) -> Option<OsString> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the environment is read"
    )]
    std::env::var_os(name)
}
