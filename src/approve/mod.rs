//! (Excess, Approval, now) -> Settled: applies approvals, grants none.
//!
//! ```text
//!  trust root ----> trust  --> Mode ----+
//!  policies/ -----> signers, revoked ---+
//!  approvals/ ----> folder --> record --+--> count --> Counted --> settle --> Outcome
//!  Catalog, now, actor -----------------+                            |
//!  what is asked for, held against the tier --------------------------+
//! ```
//!
//! Every step is a pure function: the bytes of files, the catalog, the time and the login of
//! whoever asks are passed in. Approvals are bound to demand (tenant, environment, tier,
//! dimension, amount, time), never to one plan.

mod authority;
mod count;
mod draft;
mod folder;
mod hygiene;
mod key;
mod manifest;
mod promise;
mod record;
mod revoked;
mod settle;
mod sign;
mod signature;
mod signers;
pub mod trust;
mod wire;

pub use authority::{Grantor, Unfilled};
pub use count::{Actor, Context, Counted, Grant, Reason, count};
pub use draft::{Blank, Draft, NoDraft, draft, next_id};
pub use folder::{Filed, Filings, MAX_SIGNATURES, most_bytes, read_folder, signature_name};
pub use hygiene::{SOON, about_records, about_trust};
pub use key::{BadKey, Key, Kind as KeyKind};
pub use manifest::{Difference, MANIFEST, MANIFEST_SIGNATURE, Manifest};
pub use promise::{promised, request};
pub use record::{Approval, Ceiling, MAX_RECORD};
pub use revoked::{REVOKED, Revoked};
pub use settle::{Held, Hidden, Outcome, Settlement, approve};
pub use sign::{CannotSign, sign};
pub use signature::{APPROVAL, MAX_SIGNATURE, POLICY, Rejection, check as check_signature};
pub use signers::{Signer, Signers};
pub use trust::{Mode, Seal, TrustRoot};
