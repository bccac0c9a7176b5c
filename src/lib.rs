//! Measures what Terraform is about to build and holds it against what the tenant bought.
//!
//! ```text
//!  plan.json, *.tf, deals      policies/*.hcl        approvals/*.hcl, now
//!        |                           |                      |
//!      read --> measure           catalog                 record
//!        |         |                 |                      |
//!    Instance  Measurement ----->  judge  --> Excess -->  approve --> Settled
//!        |         |                 |                      |
//!        +---------+---- Findings ---+----------------------+-----> report --> bytes, exit code
//! ```
//!
//! `cli` opens the files through `source`, asks the clock, and calls these stages one after
//! another. Each takes plain values and returns plain values, so a verdict can be replayed
//! from four inputs: the request, the catalog, the approvals and the time.

pub mod approve;

pub mod catalog;

pub mod cli;

pub mod date;

pub mod deal;

pub mod declare;

pub mod finding;

pub mod identify;

pub mod judge;

pub mod lang;

pub mod measure;

pub mod quantity;

pub mod read;

pub mod report;

pub mod request;

pub mod sheet;

pub mod source;
