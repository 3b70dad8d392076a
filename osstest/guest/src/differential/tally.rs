// SPDX-License-Identifier: GPL-2.0-only

//! How often there was what.

use super::{
    comparable::{Compared, RULES},
    records::Line,
};
use crate::operation::OPERATIONS;

/// Of one kind of operation.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    /// Performed.
    pub(super) performed: u64,
    /// Of these, did what they are there for.
    pub(super) done: u64,
    /// Invalidations that were completed before they began, before they returned, or
    /// until the hypercalls that close them.
    pub(super) invalidations: u64,
}

/// Of all.
#[derive(Default)]
pub(super) struct Tally {
    /// By kind.
    pub(super) kinds: [Count; OPERATIONS.len()],
    /// Operations by the rule by which they are compared.
    pub(super) rules: [u64; RULES.len()],
    /// What servers had missed when they were enabled, and what of that was sent to
    /// them then.
    pub(super) missed: (u64, u64),
    /// Invalidations that were still pending at the end of an episode.
    left: u64,
}

impl Tally {
    /// Counts an operation.
    pub(super) fn count(&mut self, line: &Line, compared: &Compared) {
        if line.is_last() {
            self.left += compared.invalidations();
            return;
        }
        self.rules[compared.rule.number()] += 1;
        self.missed.0 += compared.missed.0;
        self.missed.1 += compared.missed.1;
        let count = &mut self.kinds[line.op.kind];
        count.performed += 1;
        count.done += u64::from(line.outcome.done);
        count.invalidations += compared.invalidations();
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
