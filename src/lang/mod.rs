//! Terraform's expression language: values, types, expressions and functions.
//!
//! It knows no provider and no tier. What is unknown stays unknown here, with all
//! that Terraform itself would still know about it.
