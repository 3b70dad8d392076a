// SPDX-License-Identifier: GPL-2.0-only

//! The kind of an operation: one of the list.

use crate::operation::{OPERATIONS, Operation};

/// The kind of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(usize);

impl Kind {
    /// A hypercall that does nothing.
    pub const NULL: Self = Self(0);

    /// Its number.
    pub const fn number(self) -> usize {
        self.0
    }

    /// What it is.
    pub(crate) const fn operation(self) -> &'static Operation {
        &OPERATIONS[self.0]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.operation().name
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        (0..OPERATIONS.len()).map(Self)
    }
}

#[cfg(test)]
impl Kind {
    /// The one of that name.
    pub(super) fn named(name: &str) -> Self {
        crate::operation::number_of(name).map(Self).expect(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_list_does_nothing() {
        assert_eq!(Kind::NULL, Kind::named("null"));
    }
}
