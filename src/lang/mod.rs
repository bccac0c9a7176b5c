//! Terraform's expression language: values, types, expressions and functions.
//!
//! It knows no provider and no tier. What is unknown stays unknown here, with all
//! that Terraform itself would still know about it.

mod budget;
mod constraint;
mod convert;
mod digits;
mod error;
mod eval;
mod expr;
mod files;
mod functions;
mod graphemes;
mod lower;
mod members;
mod number;
mod ops;
mod parse;
mod quote;
mod set;
mod syntax;
mod template;
mod text;
mod types;
mod unify;
mod unknown;
mod value;

pub use budget::Budget;
pub use constraint::{TypeConstraint, type_constraint};
pub use convert::convert;
pub use error::LangError;
pub use eval::{Context, Found, NoNames, Scope, eval, unknown_variable};
pub(crate) use expr::Kind as NodeKind;
pub use expr::{Expr, Node, Path, Step, StepTo};
pub use files::{FileError, Files};
pub use functions::names as function_names;
pub use lower::lower;
pub use members::Members;
pub use number::Number;
pub use ops::{attribute, equals, index};
pub use parse::{parse, parse_alone, parse_template};
pub use syntax::{Gap, parse_body};
pub use types::{Attribute, ObjectType, Type};
pub use unknown::{Bound, Computed, Refinement};
pub use value::{Marks, Value};
