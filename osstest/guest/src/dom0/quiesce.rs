// SPDX-License-Identifier: GPL-2.0-only

//! Waiting until the domU is quiesced.

use super::{Dom0, event_loop::EventLoop};
use crate::{
    low::{
        guest::Role,
        hypercall::{domctl, sched},
        time::Deadline,
    },
    protocol::{DOMU, PATIENCE_MS, VCPUS},
};

impl EventLoop {
    /// Returns when every vCPU of the domU waits for an event and none for a
    /// server. What is done then finds each of them in the same place in each
    /// run: whether one has got as far as its wait would be a matter of
    /// scheduling, and thus whether it sends its invalidation now or when it is woken.
    pub(super) fn quiesce(&mut self) {
        let deadline = Deadline::after_ms(PATIENCE_MS);
        if !sched::yield_until(deadline, || !self.serve() && all_blocked()) {
            Dom0::die(format_args!("the domU is not quiesced in time"));
        }
    }
}

fn all_blocked() -> bool {
    (0..VCPUS).all(|vcpu| match domctl::is_blocked(DOMU, vcpu) {
        Ok(blocked) => blocked,
        Err(why) => Dom0::die(format_args!("cannot look at vCPU {vcpu}: {why}")),
    })
}
