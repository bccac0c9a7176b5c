//! What evaluating gives, held against what Terraform's own plans say.

mod plans;
