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

    /// The one of that number.
    pub fn of(number: u64) -> Option<Self> {
        let number = usize::try_from(number).ok()?;
        (number < OPERATIONS.len()).then_some(Self(number))
    }

    /// What it is.
    pub(crate) const fn operation(self) -> &'static dyn Operation {
        OPERATIONS[self.0]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.operation().name()
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
    fn numbers_are_places_in_the_list() {
        assert_eq!(Kind::NULL, Kind::named("null"));
        for (n, kind) in Kind::all().enumerate() {
            assert_eq!(kind.number(), n);
            assert_eq!(Kind::of(n as u64), Some(kind));
        }
        assert_eq!(Kind::of(OPERATIONS.len() as u64), None);
    }
}
