//! The one integration test binary: it runs the real `guard`.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test gives up loudly, and says on standard error what it skips"
)]

mod approve_signature;
mod corpus;
mod guard;
mod signing;
mod stories;
