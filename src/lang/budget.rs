//! How much work and memory expressions may take: text from strangers must not hang a build.

use super::error::LangError;
use super::value::Value;
use std::cell::Cell;

/// What is left of the work that expressions may do.
///
/// One budget may serve many expressions: the locals and modules of a root share theirs, so
/// that small doublings over many names end too.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    bytes: Cell<u64>,
}

impl Budget {
    /// Evaluated nodes and visited elements.
    const STEPS: u64 = 50_000_000;
    /// Bytes of text and elements made.
    const BYTES: u64 = 256 << 20;
    /// Values within one value, each counted as often as it is met.
    const PARTS: u32 = 4_000_000;

    /// As much as any honest root needs, many times over.
    pub const fn new() -> Self {
        Self {
            steps: Cell::new(Self::STEPS),
            bytes: Cell::new(Self::BYTES),
        }
    }

    /// Takes steps.
    ///
    /// # Errors
    ///
    /// When none are left.
    pub fn step(&self, steps: usize) -> Result<(), LangError> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        match self.steps.get().checked_sub(steps) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => Err(LangError::new(
                "Expression too expensive",
                "Evaluating this takes more steps than any expression of a configuration should.",
            )
            .into_final()),
        }
    }

    /// Takes bytes of memory, before they are made.
    ///
    /// # Errors
    ///
    /// When none are left.
    pub fn make(&self, bytes: usize) -> Result<(), LangError> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        match self.bytes.get().checked_sub(bytes) {
            Some(left) => {
                self.bytes.set(left);
                Ok(())
            }
            None => Err(LangError::new(
                "Value too large",
                "Evaluating this takes more memory than any value of a configuration should.",
            )
            .into_final()),
        }
    }

    /// Asks whether a walk through a value ends in good time.
    ///
    /// Parts that are shared cost no memory, yet every walk passes them again: a type, a
    /// comparison, a conversion.
    ///
    /// # Errors
    ///
    /// When it has more parts than any honest one.
    pub(crate) fn holds(value: &Value) -> Result<(), LangError> {
        if value.parts() <= Self::PARTS {
            return Ok(());
        }
        Err(LangError::new(
            "Value too large",
            "This has more parts than any value of a configuration should.",
        )
        .into_final())
    }

    /// Takes the memory of that many elements.
    ///
    /// # Errors
    ///
    /// When none is left.
    pub fn make_elements(&self, count: usize) -> Result<(), LangError> {
        self.make(count.saturating_mul(32))
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}
