// SPDX-License-Identifier: GPL-2.0-only

//! How often there was what.

use super::{kind::KINDS, plan::Op, records::Line};

/// Of one kind of operation.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    /// Performed.
    pub(super) performed: u64,
    /// Of these, did what they are there for.
    pub(super) done: u64,
    /// Invalidations.
    pub(super) invalidations: u64,
}

/// Of all kinds.
pub(super) type Tally = [Count; KINDS.len()];

/// Counts an operation.
pub(super) fn count(tally: &mut Tally, op: Op, line: &Line) {
    let count = &mut tally[op.kind.number()];
    count.performed += 1;
    count.done += u64::from(line.done);
    count.invalidations += line.invalidations();
}
