//! Instance -> Measurement: applies the capacity rules, and sums up.

mod machines;
mod shipped;

pub use machines::Machines;
