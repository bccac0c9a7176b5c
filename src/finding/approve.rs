//! What the approvals stage has to say.

use super::{Code, Finding, Label, Subject};
use crate::date::Moment;
use crate::quantity::Dimension;
use crate::source::Span;
use crate::source::hcl::Mistake;
use std::fmt::Display;

/// Trust data: the trust root, keys, the manifest.
impl Finding {
    /// A line of `allowed_signers` or of the trust root is not what we take.
    pub fn bad_signers(line: Span, why: impl Into<String>) -> Self {
        refused_as_a_whole(&line)
            .label(Label::source(line, why))
            .help("OpenSSH would skip this line and read on; a list of keys that means different things to different readers is not taken")
    }

    /// One key on two lines.
    pub fn repeated_key(again: Span, first: Span) -> Self {
        refused_as_a_whole(&again)
            .label(Label::source(again, "this key is listed twice"))
            .label(Label::source(first, "here first"))
            .help("a key belongs to one person; give each their own")
    }

    /// A line of the manifest or of `policies/revoked` is not what it must be.
    pub fn bad_trust_line(line: Span, why: impl Into<String>) -> Self {
        refused_as_a_whole(&line).label(Label::source(line, why))
    }

    /// A file that trust rests on is not what it must be.
    pub fn bad_trust_file(path: &str, why: &str) -> Self {
        let message = format!("{path} cannot be relied on: {why}");
        Self::new(Code::BAD_TRUST, message).label(Label::input(path, None, ""))
    }

    /// A trust root without a key in it.
    pub fn empty_trust_root(path: &str) -> Self {
        Self::new(Code::BAD_TRUST, format!("the trust root names nobody ({path})"))
            .label(Label::input(path, None, ""))
            .help("it holds a line for each person who may sign policies/: E-MAIL TYPE KEY, as in an allowed_signers file")
    }

    /// The trust root cannot be read at all.
    pub fn unreadable_trust_root(path: &str, why: &dyn Display) -> Self {
        Self::new(Code::BAD_TRUST, format!("cannot read the trust root {path}: {why}"))
            .help("`--trust-root` takes the path of a file; GUARD_TRUST_ROOT takes a path, or the text itself")
    }

    /// The trust root can be changed by whoever is judged by it.
    pub fn exposed_trust_root(path: &str) -> Self {
        Self::new(
            Code::EXPOSED_TRUST_ROOT,
            format!("the trust root {path} lies in the checkout that it guards"),
        )
        .label(Label::input(path, None, ""))
        .help("take it from outside: GUARD_TRUST_ROOT as a protected variable, which holds the text itself or a path")
    }

    /// The flag and the variable name different trust roots.
    pub fn two_trust_roots() -> Self {
        Self::new(
            Code::BAD_TRUST,
            "--trust-root and GUARD_TRUST_ROOT are not the same",
        )
        .help("give one of them; which people are trusted must not depend on who reads which")
    }

    /// A flag that may not stand beside a trust root.
    pub fn refused_beside_trust_root(flag: &str) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{flag} is refused beside a trust root"),
        )
        .help("it would let whoever calls guard decide what the signed policies decide; leave it out, or leave the trust root out")
    }

    /// A version is wanted of policies that nobody seals.
    pub fn minimum_without_trust_root(version: u64) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("policies of version {version} at least are wanted, and there is no trust root"),
        )
        .note("only what is signed by the people of a trust root has a version that can be believed")
        .help("give --trust-root FILE, or set GUARD_TRUST_ROOT; else leave out --min-policy-version and GUARD_MIN_POLICY_VERSION")
    }

    /// `--min-policy-version` or its variable is no version.
    pub fn bad_minimum_version(text: &str) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("GUARD_MIN_POLICY_VERSION is no version: `{text}`"),
        )
        .help("a version is a whole number in plain digits")
    }

    /// `--actor` names no login.
    pub fn bad_actor(text: &str) -> Self {
        Self::new(Code::BAD_TRUST, format!("--actor names no login: `{text}`"))
            .help("write the place and the name, as in `--actor github:dana`")
    }

    /// The catalog asks for signatures and nobody said whose.
    pub fn no_trust_root(catalog: &str) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("catalog {catalog} wants signed approvals, and there is no trust root"),
        )
        .help("give --trust-root FILE, or set GUARD_TRUST_ROOT, from outside the checkout: a protected variable of the CI system")
    }

    /// Signatures are required by a flag and nothing provides them.
    pub fn not_signed() -> Self {
        Self::new(
            Code::BAD_TRUST,
            "--require-signed needs a trust root, and there is none",
        )
        .help("give --trust-root FILE, or set GUARD_TRUST_ROOT")
    }

    /// The catalog wants less than the trust root does.
    pub fn recorded_beside_trust_root(catalog: &str) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("catalog {catalog} says trust = \"recorded\" beside a trust root"),
        )
        .help("nothing in the repository can lower the mode: write trust = \"signed\", or leave it out")
    }

    /// There is no sealed manifest.
    pub fn no_manifest(folder: &str) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{folder} is not sealed: it has no manifest, or no signature on it"),
        )
        .label(Label::input(folder, None, ""))
        .help("somebody of the trust root seals it: guard catalog seal --key KEY")
    }

    /// The signature on the manifest does not count.
    pub fn bad_seal(path: &str, why: &dyn Display) -> Self {
        Self::new(Code::BAD_TRUST, format!("{path} does not count: {why}"))
            .label(Label::input(path, None, ""))
            .help("somebody of the trust root seals policies/ again: guard catalog seal --key KEY")
    }

    /// The manifest is sealed by a key that it revokes itself.
    pub fn sealed_by_revoked_key(path: &str, fingerprint: &str) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{path} is by {fingerprint}, which policies/revoked lists"),
        )
        .label(Label::input(path, None, ""))
        .help("somebody else of the trust root seals it; take the revoked key out of the trust root too")
    }

    /// A file under `policies/` is not as it was sealed.
    pub fn policies_differ(folder: &str, what: &dyn Display) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{folder} is not what was signed: {what}"),
        )
        .label(Label::input(folder, None, ""))
        .help("look at the change, then seal again: guard catalog seal --key KEY")
    }

    /// The clock is behind the manifest.
    pub fn manifest_of_the_future(path: &str, issued: Moment, now: Moment) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{path} is issued at {issued}, and it is {now} now"),
        )
        .label(Label::input(path, None, ""))
        .help("set the clock of this machine")
    }

    /// The manifest is too old.
    pub fn manifest_expired(path: &str, expires: Moment) -> Self {
        Self::new(Code::BAD_TRUST, format!("{path} expired at {expires}"))
            .label(Label::input(path, None, ""))
            .help("somebody of the trust root seals policies/ again: guard catalog seal --key KEY")
    }

    /// The manifest is older than one that was in force already.
    pub fn manifest_rolled_back(path: &str, version: u64, minimum: u64) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{path} is version {version}, and at least {minimum} is wanted"),
        )
        .label(Label::input(path, None, ""))
        .help("bring this branch up to date; policies are not rolled back, they are sealed anew")
    }

    /// The manifest is for another catalog.
    pub fn manifest_of_another_catalog(path: &str, sealed: &str, catalog: &str) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{path} is for catalog `{sealed}`, and the catalog here is `{catalog}`"),
        )
        .label(Label::input(path, None, ""))
    }

    /// The manifest ends soon.
    pub fn manifest_expiring(expires: Moment) -> Self {
        Self::new(
            Code::EXPIRING_TRUST,
            format!("the manifest of policies/ expires at {expires}"),
        )
        .help("somebody of the trust root seals it again in time: guard catalog seal --key KEY")
    }

    /// A key ends soon.
    pub fn key_expiring(line: &Span, person: &str, expires: Moment) -> Self {
        Self::new(
            Code::EXPIRING_TRUST,
            format!("a key of {person} expires at {expires}"),
        )
        .label(Label::source(line.clone(), ""))
        .help("open approvals that only this key signed no longer count then")
    }

    /// A key of the trust root is also an approver's.
    pub fn key_in_both(line: &Span, person: &str) -> Self {
        Self::new(
            Code::SHARED_KEY,
            format!("the key of {person} signs approvals, and is in the trust root too"),
        )
        .label(Label::source(line.clone(), ""))
    }

    /// Somebody who holds roles cannot sign.
    pub fn person_without_key(span: &Span, person: &str) -> Self {
        Self::new(
            Code::KEYLESS_PERSON,
            format!("{person} holds roles and has no key to sign approvals with"),
        )
        .label(Label::source(span.clone(), ""))
        .help("add their public key to policies/allowed_signers, and seal policies/ again")
    }
}

/// Records.
impl Finding {
    /// A record does not say what a record can say.
    pub fn bad_approval(mistake: Mistake) -> Self {
        Self {
            labels: mistake.labels,
            help: mistake.help,
            ..Self::new(Code::BAD_APPROVAL, mistake.message)
        }
    }

    /// Something in `approvals/` that cannot be there.
    pub fn bad_approvals_entry(path: &str, why: impl Display) -> Self {
        Self::new(Code::BAD_APPROVAL, format!("{path} cannot be here: {why}"))
            .label(Label::input(path, None, ""))
    }

    /// A signature is damaged, or by somebody known over other bytes.
    pub fn bad_signature(path: &str, why: &dyn Display) -> Self {
        Self::new(Code::BAD_APPROVAL, format!("{path} is damaged: {why}"))
            .label(Label::input(path, None, ""))
            .help("restore both files as they were signed, or have the record signed again and delete this signature")
    }

    /// Several records that count speak of the same limit.
    pub fn overlapping_approvals(
        dimension: &Dimension,
        records: &[(&str, Span)],
        about: Subject,
    ) -> Self {
        let ids: Vec<_> = records.iter().map(|(id, _)| *id).collect();
        let finding = Self::new(
            Code::OVERLAPPING_APPROVALS,
            format!(
                "{} overlap: each of them raises {dimension} of the same tenant and environment",
                ids.join(" and ")
            ),
        );
        let labelled = records.iter().fold(finding, |finding, (_, span)| {
            finding.label(Label::source(span.clone(), ""))
        });
        labelled
            .help("approvals do not add up, and the greater of two does not win: let the newer one say supersedes = \"ID\"")
            .about(about)
    }

    /// A record does not count, for these reasons.
    pub fn approval_not_counted(
        code: Code,
        id: &str,
        span: &Span,
        reasons: &[String],
        notes: &[String],
        about: Subject,
    ) -> Self {
        let [first, others @ ..] = reasons else {
            return Self::new(code, format!("{id} does not count")).about(about);
        };
        let finding = Self::new(code, format!("{id} does not count: {first}"));
        let notes = others.iter().chain(notes);
        notes
            .fold(finding, |finding, note| finding.note(note.clone()))
            .label(Label::source(span.clone(), ""))
            .about(about)
    }

    /// A record counts, and not all that it says agrees with its signatures and the catalog.
    pub fn approval_differs(id: &str, span: &Span, notes: &[String], about: Subject) -> Self {
        let finding = Self::new(
            Code::APPROVAL_DIFFERS,
            format!("{id} counts, but not all that it says does"),
        );
        (notes.iter())
            .fold(finding, |finding, note| finding.note(note.clone()))
            .label(Label::source(span.clone(), ""))
            .about(about)
    }

    /// A record that counts ends soon.
    pub fn approval_expiring(id: &str, span: &Span, expires: Moment, about: Subject) -> Self {
        Self::new(
            Code::EXPIRING_APPROVAL,
            format!("{id} expires at {expires}"),
        )
        .label(Label::source(span.clone(), ""))
        .about(about)
    }

    /// A record that counts is not needed.
    pub fn approval_unused(id: &str, span: &Span, about: Subject) -> Self {
        Self::new(
            Code::UNUSED_APPROVAL,
            format!("{id} is not needed: everything fits without it"),
        )
        .label(Label::source(span.clone(), ""))
        .help("let it expire, or list it in policies/revoked")
        .about(about)
    }

    /// A record allows more than twice of what is asked for.
    pub fn approval_generous(id: &str, span: &Span, notes: Vec<String>, about: Subject) -> Self {
        let finding = Self::new(
            Code::GENEROUS_APPROVAL,
            format!("{id} allows more than twice of what is used"),
        );
        notes
            .into_iter()
            .fold(finding, Self::note)
            .label(Label::source(span.clone(), ""))
            .about(about)
    }
}

fn refused_as_a_whole(line: &Span) -> Finding {
    Finding::new(
        Code::BAD_TRUST,
        format!("{} is refused as a whole", line.file.path()),
    )
}
