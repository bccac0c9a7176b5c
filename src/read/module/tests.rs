//! What evaluating gives, held against what Terraform says.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test gives up loudly, and says on standard error what it skips"
)]

mod against;
mod cases;
mod features;
mod generate;
mod live;
mod mutations;
mod tenants;
mod told;
