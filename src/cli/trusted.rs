//! What makes policies and approvals count in this run: the trust root and what goes with it.
//!
//! All of it comes from flags and variables, never from the repository that is judged.

use super::context::{self, Context};
use super::{IdentityArgs, TrustArgs};
use crate::approve::{TrustRoot, trust};
use crate::date::Moment;
use crate::finding::Finding;
use crate::report::{FileRow, Setting};
use crate::source::SourceFile;
use crate::source::digest::sha256_hex;
use crate::source::tree::read_text;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

/// The variable that names the trust root.
const TRUST_ROOT: &str = "GUARD_TRUST_ROOT";
/// The variable below whose value no policies count.
const MIN_POLICY_VERSION: &str = "GUARD_MIN_POLICY_VERSION";

/// What this run rests on.
pub(super) struct Trusted {
    /// The moment at which all is judged.
    pub now: Moment,
    /// The trust root; none where none is given, or where it cannot be read.
    pub root: Option<TrustRoot>,
    /// Whether a trust root is given, be it a bad one.
    pub is_given: bool,
    /// The version below which policies do not count.
    pub minimum: Option<u64>,
    /// Whether anything but signed approvals is refused.
    pub require_signed: bool,
    /// Whether digests of what is read go into the report.
    pub digest: bool,
    /// The file of the trust root.
    pub file: Option<FileRow>,
    /// The flags that a reader of the report has to know of.
    pub flags: Vec<Setting>,
    /// The variables that were used.
    pub variables: Vec<Setting>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// Finds out what to trust, and what time it is; `time` is what `--now` says.
///
/// # Errors
///
/// A time that is none.
pub(super) fn look(
    args: &TrustArgs,
    context: &Context,
    time: Option<&str>,
) -> Result<Trusted, String> {
    let (now, clock) = context::now(time)?;
    let mut findings = Vec::new();
    let mut flags = settings(args);
    let mut variables = Vec::new();
    let is_given = args.trust_root.is_some() || context.trust_root.is_some();

    let named = [args.trust_root.as_deref(), path_of(context)];
    for path in named.into_iter().flatten() {
        // Whoever pushes a branch could put their own key there.
        if context.around.holds(path) {
            findings.push(Finding::exposed_trust_root(&path.to_string_lossy()));
        }
    }
    let by_flag = args.trust_root.as_deref().map(read);
    let by_variable = context.trust_root.as_deref().map(|value| {
        let (file, setting) = from_variable(value);
        variables.push(setting);
        file
    });
    let root = match (by_flag.transpose(), by_variable.transpose()) {
        (Ok(flag), Ok(variable)) => match trust::choose(flag.as_ref(), variable.as_ref()) {
            Ok(chosen) => chosen.cloned(),
            Err(finding) => {
                findings.push(*finding);
                None
            }
        },
        (flag, variable) => {
            findings.extend(
                [flag.err(), variable.err()]
                    .into_iter()
                    .flatten()
                    .map(|b| *b),
            );
            None
        }
    };
    let file = root.as_ref().map(|file| FileRow {
        path: Arc::from(file.path()),
        sha256: Some(Arc::from(sha256_hex(file.text().as_bytes()))),
    });
    let root = root.and_then(|file| match TrustRoot::parse(&file) {
        Ok(root) => Some(root),
        Err(mut wrong) => {
            findings.append(&mut wrong);
            None
        }
    });

    let minimum = minimum(args, context, &mut variables).unwrap_or_else(|finding| {
        findings.push(*finding);
        None
    });
    if let (Some(version), false) = (minimum, is_given) {
        findings.push(Finding::minimum_without_trust_root(version));
    }
    if let Some(clock) = clock {
        if is_given && !args.allow_test_clock {
            findings.push(Finding::refused_beside_trust_root("--now"));
        }
        flags.push(clock);
    }
    Ok(Trusted {
        now,
        root,
        is_given,
        minimum,
        require_signed: args.require_signed,
        digest: args.digest || is_given,
        file,
        flags,
        variables,
        findings,
    })
}

impl Trusted {
    /// What whoever calls guard cannot say by hand beside a trust root.
    pub(super) fn refuse_by_hand(&self, identity: &IdentityArgs) -> Vec<Finding> {
        let given = [
            ("--tenant", &identity.tenant),
            ("--environment", &identity.environment),
            ("--tier", &identity.tier),
        ];
        let refused = given
            .into_iter()
            .filter(|(_, value)| self.is_given && value.is_some());
        refused
            .map(|(flag, _)| Finding::refused_beside_trust_root(flag))
            .collect()
    }

    /// The fingerprints of the trust root.
    pub(super) fn fingerprints(&self) -> Vec<Arc<str>> {
        let all = self.root.iter().flat_map(TrustRoot::fingerprints);
        all.map(Arc::from).collect()
    }
}

/// A trust root in a file, shown as it was named: it lies outside the checkout.
fn read(path: &Path) -> Result<SourceFile, Box<Finding>> {
    read_text(path, &path.to_string_lossy())
        .map_err(|error| Box::new(Finding::unreadable_trust_root(&error.path, &error)))
}

/// The path that the variable names, where it names one.
fn path_of(context: &Context) -> Option<&Path> {
    let value = context.trust_root.as_deref()?;
    let is_path = |text: &str| !text.is_empty() && !trust::is_inline(text);
    value
        .to_str()
        .is_some_and(is_path)
        .then(|| Path::new(value))
}

/// A trust root that the variable holds or names.
fn from_variable(value: &OsStr) -> (Result<SourceFile, Box<Finding>>, Setting) {
    let setting = |value: Option<&str>, remark: &str| Setting {
        name: Arc::from(TRUST_ROOT),
        value: value.map(Arc::from),
        remark: Arc::from(remark),
    };
    match value.to_str() {
        None => {
            let why = "it is neither a path nor a text in UTF-8";
            let finding = Finding::unreadable_trust_root(TRUST_ROOT, &why);
            (Err(Box::new(finding)), setting(None, ""))
        }
        Some("") => (
            Err(Box::new(Finding::empty_trust_root(TRUST_ROOT))),
            setting(None, "set to nothing"),
        ),
        Some(text) if trust::is_inline(text) => (
            Ok(SourceFile::new(TRUST_ROOT, text)),
            setting(None, "holds the trust root itself"),
        ),
        Some(path) => (read(Path::new(path)), setting(Some(path), "the trust root")),
    }
}

/// The version below which policies do not count.
fn minimum(
    args: &TrustArgs,
    context: &Context,
    variables: &mut Vec<Setting>,
) -> Result<Option<u64>, Box<Finding>> {
    let text = context.min_policy_version.as_ref().map(|value| {
        let text = value.to_string_lossy().into_owned();
        variables.push(Setting {
            name: Arc::from(MIN_POLICY_VERSION),
            value: Some(Arc::from(text.as_str())),
            remark: Arc::from("older policies do not count"),
        });
        text
    });
    trust::minimum_version(args.min_policy_version, text.as_deref())
}

/// The flags about trust that were given.
fn settings(args: &TrustArgs) -> Vec<Setting> {
    let setting = |name: &str, value: Option<String>, remark: &str| Setting {
        name: Arc::from(name),
        value: value.map(Arc::from),
        remark: Arc::from(remark),
    };
    let root = args.trust_root.as_ref().map(|path| {
        let path = path.to_string_lossy().into_owned();
        setting("--trust-root", Some(path), "the trust root")
    });
    let minimum = args.min_policy_version.map(|version| {
        let remark = "older policies do not count";
        setting("--min-policy-version", Some(version.to_string()), remark)
    });
    let signed = args
        .require_signed
        .then(|| setting("--require-signed", None, "only signed approvals count"));
    let clock = args
        .allow_test_clock
        .then(|| setting("--allow-test-clock", None, "the time may be given by hand"));
    [root, minimum, signed, clock]
        .into_iter()
        .flatten()
        .collect()
}
