// SPDX-License-Identifier: GPL-2.0-only

//! What the dom0 does for a scenario: things that an emulator, or a toolstack,
//! does at the wrong moment.

use super::{Dom0, event_loop::EventLoop};
use crate::{
    low::{
        guest::Role,
        hypercall::{Errno, domctl, memory, sched},
        ioreq::Kind,
        time::Deadline,
    },
    protocol::{DOMU, PATIENCE_MS},
};
use core::sync::atomic::Ordering;

/// How often to look whether the domU has shut down.
const LOOK_US: u64 = 500;

/// Nothing came in time: -ETIMEDOUT.
const TIMED_OUT: Errno = Errno(-110);

impl EventLoop {
    /// Destroys a server that has just completed a request. No hypercall in
    /// between gives up the pCPU: the scheduler lets a vCPU that has just been
    /// woken run for longer than this takes (sched_ratelimit_us).
    pub(super) fn destroy(&mut self, n: usize) {
        if let Some(Err(why)) = self.servers[n].take().map(|server| server.destroy()) {
            Dom0::die(format_args!("cannot destroy server {n}: {why}"));
        }
    }

    /// Removes a frame while vCPU 0 is descheduled, on the only pCPU, in a loop
    /// that counts its rounds; how many there are until its invalidation.
    pub(super) fn remove_while_away(&mut self, gfn: u64, us: u64) -> Result<u64, Errno> {
        sched::sleep(Deadline::after_us(us));
        memory::remove_from_physmap_of(DOMU, gfn)?;
        let rounds = || self.shared.rounds.load(Ordering::Acquire);
        let before = rounds();
        let server = self.servers[0].as_ref().ok_or(TIMED_OUT)?;
        let sent = || server.page.pending(0) == Some(Kind::Invalidate);
        match sched::wait(&server.ports()[..1], Deadline::after_ms(PATIENCE_MS), sent) {
            true => Ok(rounds() - before),
            false => Err(TIMED_OUT),
        }
    }

    /// Resumes the domU once it has shut down; whether it had in time. It is
    /// resumed in any case: those of its vCPUs that have stopped go on.
    pub(super) fn resume(&mut self, ms: u64) -> Result<u64, Errno> {
        let deadline = Deadline::after_ms(ms);
        let mut down = domctl::is_shut_down(DOMU)?;
        while !down && !deadline.passed() {
            // A vCPU that waits for an emulator defers the shutdown.
            self.serve();
            sched::sleep(Deadline::after_us(LOOK_US));
            down = domctl::is_shut_down(DOMU)?;
        }
        domctl::resume(DOMU)?;
        self.resumed_early = !down;
        Ok(down.into())
    }

    /// Resumes the domU again if it has shut down after all: it had come no further
    /// than to its hypercall when it was resumed.
    pub(super) fn resume_again(&mut self) {
        if self.resumed_early && domctl::is_shut_down(DOMU) == Ok(true) {
            self.resumed_early = domctl::resume(DOMU).is_err();
        }
    }
}
