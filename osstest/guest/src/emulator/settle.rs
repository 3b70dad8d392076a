// SPDX-License-Identifier: GPL-2.0-only

//! Waiting until the domU is at rest.

use super::{Emulator, show::Show};
use crate::{
    low::{
        guest::Role,
        hypercall::{domctl, sched},
        time::Deadline,
    },
    protocol::{DOMU, PATIENCE_MS, VCPUS},
};

impl Show {
    /// Returns when every vCPU of the domU waits for an event and none for a
    /// server. What is done then finds each of them in the same place in each
    /// run: whether one has got as far as its wait would be a matter of
    /// scheduling, and thus whether it tells now or when it is woken.
    pub(super) fn settle(&mut self) {
        let deadline = Deadline::after_ms(PATIENCE_MS);
        while self.serve() || !all_blocked() {
            if deadline.passed() {
                Emulator::die(format_args!("the domU has not come to rest"));
            }
            sched::yield_now();
        }
    }
}

fn all_blocked() -> bool {
    (0..VCPUS).all(|vcpu| match domctl::is_blocked(DOMU, vcpu) {
        Ok(blocked) => blocked,
        Err(why) => Emulator::die(format_args!("cannot look at vCPU {vcpu}: {why}")),
    })
}
