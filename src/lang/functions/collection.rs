//! Functions of lists, sets, maps, tuples and objects.

use super::Function;

pub(super) const FUNCTIONS: &[Function] = &[];
