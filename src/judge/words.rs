//! How amounts are said: `64 vCPU`, `size small`, `+16 vCPU by this plan`.

use super::Judgement;
use crate::catalog::{Catalog, Unit};
use crate::quantity::{Dimension, Quantity, Range};

/// How amounts of one dimension are said.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The catalog, which knows the units and the sizes.
    pub catalog: &'a Catalog,
    /// What is counted.
    pub dimension: &'a Dimension,
}

impl Words<'_> {
    /// The unit behind a number: `vCPU`; the dimension's own name where the catalog gives none.
    pub fn unit(&self, amount: Quantity) -> &str {
        let unit: Option<&Unit> = self.catalog.dimensions.get(self.dimension);
        match unit.map_or(self.dimension.as_str(), |unit| &unit.unit) {
            "nodes" if amount == Quantity::ONE => "node",
            "databases" if amount == Quantity::ONE => "database",
            "environments" if amount == Quantity::ONE => "environment",
            "GPUs" if amount == Quantity::ONE => "GPU",
            "pods" if amount == Quantity::ONE => "pod",
            unit => unit,
        }
    }

    /// `64`, or the name of a size.
    pub fn number(&self, amount: Quantity) -> String {
        if !self.dimension.is_ordinal() {
            return amount.to_string();
        }
        match (self.catalog.size_name(amount), self.catalog.sizes.last()) {
            (Some(name), _) => name.to_string(),
            (None, Some(largest)) if amount > Quantity::ZERO => format!("beyond {}", largest.name),
            _ => "none".to_owned(),
        }
    }

    /// `64 vCPU`, `size small`.
    pub fn amount(&self, amount: Quantity) -> String {
        if self.dimension.is_ordinal() {
            format!("size {}", self.number(amount))
        } else {
            format!("{amount} {}", self.unit(amount))
        }
    }

    /// `64 vCPU`, `8 to 16 vCPU`, `8 vCPU or more`.
    pub fn range(&self, range: Range) -> String {
        match range.high {
            Some(high) if high == range.low => self.amount(high),
            Some(high) if self.dimension.is_ordinal() => {
                format!("{} to {}", self.amount(range.low), self.number(high))
            }
            Some(high) => format!("{} to {}", self.number(range.low), self.amount(high)),
            None => format!("{} or more", self.amount(range.low)),
        }
    }

    /// `+16 vCPU by this plan`, `not changed by this plan`; nothing where nobody can tell.
    pub(super) fn delta(&self, judgement: &Judgement<'_>) -> Option<String> {
        let (before, after) = (judgement.request.before?, judgement.request.max.range());
        Some(if before == after {
            "not changed by this plan".to_owned()
        } else if self.dimension.is_ordinal() && before == Range::ZERO {
            "no such environment before this plan".to_owned()
        } else if self.dimension.is_ordinal() || before.low == after.low {
            format!("{} before this plan", self.range(before))
        } else if after.low >= before.low {
            format!("+{} by this plan", self.amount(after.low.minus(before.low)))
        } else {
            format!("-{} by this plan", self.amount(before.low.minus(after.low)))
        })
    }
}
