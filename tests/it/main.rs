//! The one integration test binary: it runs the real `guard`.

mod corpus;
mod guard;
mod stories;
