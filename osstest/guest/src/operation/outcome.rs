// SPDX-License-Identifier: GPL-2.0-only

//! What came of an operation.

use super::operands::MOST;
use crate::low::hypercall::Errno;

/// Values of a result, at most.
pub(crate) const VALUES: usize = MOST + 1;

/// What an operation returned.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) values: [i64; VALUES],
    pub(crate) len: usize,
    /// Whether it did, at least in part, what it is there for.
    pub(crate) done: bool,
}

impl Outcome {
    /// There was nothing that it could have been done to.
    pub(crate) const NOTHING: Self = Self {
        values: [0; VALUES],
        len: 0,
        done: false,
    };

    /// These results, the first of which says whether it was done.
    pub(crate) fn of(results: &[Result<u64, Errno>]) -> Self {
        let mut outcome = Self::NOTHING;
        for (value, result) in outcome.values.iter_mut().zip(results) {
            *value = match result {
                Ok(value) => *value as i64,
                Err(Errno(errno)) => *errno,
            };
            outcome.len += 1;
        }
        outcome.done = results.first().is_some_and(Result::is_ok);
        outcome
    }

    /// A number of pages or extents: none is not done.
    pub(crate) fn extents(extents: Result<u64, Errno>) -> Self {
        let mut outcome = Self::of(&[extents]);
        outcome.done = extents.is_ok_and(|extents| extents != 0);
        outcome
    }
}
