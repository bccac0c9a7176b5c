//! The one integration test binary: it runs the real `guard`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, helpers included; and tests look around for programs"
)]

mod action;
mod approve_cases;
mod approve_commands;
mod approve_laws;
mod approve_program;
mod approve_signature;
mod approve_stories;
mod approve_world;
mod browser;
mod corpus;
mod determinism;
mod docs;
mod fleet;
mod formats;
mod guard;
mod hostile;
mod init;
mod language_laws;
mod measurements;
mod modules;
mod pages;
mod pre_commit;
mod robust;
mod schema;
mod signing;
mod stories;
mod vectors;
