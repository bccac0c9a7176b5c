//! The one integration test binary: it runs the real `guard`.

mod approve_signature;
mod corpus;
mod guard;
mod signing;
mod stories;
