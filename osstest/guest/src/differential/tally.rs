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
    /// Invalidations that were answered before they returned, or before that
    /// while the vCPU was not at work.
    pub(super) invalidations: u64,
}

/// Of all.
#[derive(Default)]
pub(super) struct Tally {
    /// By kind.
    pub(super) kinds: [Count; KINDS.len()],
    /// Invalidations that the end of an episode found left to be told.
    left: u64,
}

impl Tally {
    /// Counts an operation.
    pub(super) fn count(&mut self, op: Op, line: &Line) {
        if line.is_last() {
            self.left += line.invalidations();
            return;
        }
        let count = &mut self.kinds[op.kind.number()];
        count.performed += 1;
        count.done += u64::from(line.done);
        count.invalidations += line.invalidations();
    }

    /// Performed.
    pub(super) fn operations(&self) -> u64 {
        self.kinds.iter().map(|count| count.performed).sum()
    }

    /// Invalidations.
    pub(super) fn invalidations(&self) -> u64 {
        let by_kind = self.kinds.iter().map(|count| count.invalidations);
        by_kind.sum::<u64>() + self.left
    }
}
