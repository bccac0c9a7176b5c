//! Terraform's expression language: values, types, expressions and functions.
//!
//! It knows no provider and no tier. What is unknown stays unknown here, with all
//! that Terraform itself would still know about it.

mod number;
mod quote;
mod set;
mod types;
mod unknown;
mod value;

pub use number::Number;
pub use types::{Attribute, ObjectType, Type};
pub use unknown::{Bound, Refinement};
pub use value::{Marks, Value};
