//! What the approvals stage has to say.

use super::{Code, Finding, Label};
use crate::source::Span;

impl Finding {
    /// A line of `allowed_signers` or of the trust root is not what we take.
    pub fn bad_signers(line: Span, why: impl Into<String>) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{} is refused as a whole", line.file.path()),
        )
        .label(Label::source(line, why))
        .help("OpenSSH would skip this line and read on; a list of keys that means different things to different readers is not taken")
    }

    /// One key on two lines.
    pub fn repeated_key(again: Span, first: Span) -> Self {
        Self::new(
            Code::BAD_TRUST,
            format!("{} is refused as a whole", again.file.path()),
        )
        .label(Label::source(again, "this key is listed twice"))
        .label(Label::source(first, "here first"))
        .help("a key belongs to one person; give each their own")
    }
}
