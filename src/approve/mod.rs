//! (Excess, Approval, now) -> Settled: applies approvals, grants none.

mod key;
mod signature;
mod signers;
mod wire;

pub use key::{BadKey, Key, Kind as KeyKind};
pub use signature::{APPROVAL, MAX_SIGNATURE, POLICY, Rejection, check as check_signature};
pub use signers::{Signer, Signers};
