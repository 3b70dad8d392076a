// SPDX-License-Identifier: GPL-2.0-only

//! An emulator that takes its time, each request another one.

use crate::{
    low::time::Deadline,
    prng::Prng,
    protocol::{MOST_SERVERS, VCPUS},
};

/// When each request is to be completed.
pub(super) struct Jitter {
    prng: Prng,
    us: u64,
    due: [[Option<Deadline>; VCPUS]; MOST_SERVERS],
}

impl Jitter {
    /// No later than `us` microseconds after it is first seen; 0: at once.
    pub(super) fn new(seed: u64, us: u64) -> Self {
        Self {
            prng: Prng::new(seed),
            us,
            due: [[None; VCPUS]; MOST_SERVERS],
        }
    }

    /// Whether the request of a vCPU that waits at server `n` is due.
    pub(super) fn is_due(&mut self, n: usize, vcpu: usize) -> bool {
        if self.us == 0 {
            return true;
        }
        let due = &mut self.due[n][vcpu];
        let deadline = *due.get_or_insert_with(|| Deadline::after_us(self.prng.below(self.us + 1)));
        let passed = deadline.passed();
        if passed {
            *due = None;
        }
        passed
    }
}
