// SPDX-License-Identifier: GPL-2.0-only

//! The end: a domU that Xen has not crashed goes on when all servers are gone;
//! and when it is destroyed, nothing of it is left.

use super::{Dom0, Must, Wrong, found};
use crate::{
    dom0::console::line,
    low::{
        hypercall::{
            domctl::{self, Life},
            sched, sysctl,
        },
        time::Deadline,
    },
    protocol::{DOMU, PATIENCE_MS, VCPUS},
};
use core::sync::atomic::Ordering;

/// How long what nothing refers to may still be there: as long as it takes until
/// each pCPU has been seen to have no use for it (RCU).
const RCU_MS: u64 = 1_000;

/// Pages that Xen may keep for dom0: tables of its own P2M, and the like.
const SLACK: u64 = 16;

impl Dom0 {
    /// Ends the domU, and the run; what is wrong is printed.
    pub(super) fn end(mut self) -> Result<(), Wrong> {
        self.say();
        self.has_no_fault()?;
        let crashed = domctl::life(DOMU).must("getdomaininfo")? == Life::Crashed;
        // Every other domU is destroyed as it is, with vCPUs that wait.
        if !crashed && self.prng.below(2) == 0 {
            self.goes_on()?;
        }
        let operations = self.shared.all_operations();
        let (seed, before, expected) = (self.seed, self.before, self.expected);
        let counts = core::mem::take(&mut self.counts);
        self.destroy()?;
        // If it is not known how many, all that come in time.
        let freed = freed(before.0, if expected == 0 { u64::MAX } else { expected })?;
        let want = expected.saturating_sub(SLACK).max(before.1);
        if freed < want {
            return Err(found(format_args!(
                "{freed} pages are free again, of at least {want}"
            )));
        }
        line(format_args!(
            "FUZZ end seed={seed} steps={} operations={operations} requests={} servers={} removals={} crashed={} freed={freed} had={}",
            counts.steps,
            counts.requests,
            counts.servers,
            counts.removals,
            u8::from(crashed),
            before.1
        ));
        Ok(())
    }

    /// An error, if the domU has faulted.
    fn has_no_fault(&self) -> Result<(), Wrong> {
        let fault = &self.shared.fault;
        match fault.is_empty() {
            true => Ok(()),
            false => Err(found(format_args!("domU: {}", fault.copy()))),
        }
    }

    /// Destroys all servers: every vCPU then comes on, unless Xen crashes the domU.
    fn goes_on(&mut self) -> Result<(), Wrong> {
        for server in self.servers.iter_mut().filter_map(Option::take) {
            server.destroy();
        }
        self.pause(false);
        let done = |emulator: &Self| {
            let operations = &emulator.shared.operations;
            operations
                .each_ref()
                .map(|done| done.load(Ordering::Relaxed))
        };
        let before = done(self);
        let deadline = Deadline::after_ms(PATIENCE_MS);
        loop {
            if domctl::life(DOMU).must("getdomaininfo")? == Life::ShutDown {
                domctl::resume(DOMU).must("resumedomain")?;
            }
            let now = done(self);
            // Two more: the first may have been at its end.
            let Some(stuck) = (0..VCPUS).find(|&vcpu| now[vcpu] < before[vcpu] + 2) else {
                return Ok(());
            };
            if domctl::life(DOMU).must("getdomaininfo")? == Life::Crashed {
                return Ok(());
            }
            self.has_no_fault()?;
            if deadline.passed() {
                // Domains and their vCPUs, run queues, event channels.
                sysctl::debug_keys(*b"qre").must("debug keys")?;
                return Err(found(format_args!(
                    "vcpu={stuck} is stuck without any server, doing={} operations={}",
                    self.shared.doing[stuck].load(Ordering::Relaxed),
                    now[stuck]
                )));
            }
            sched::doze(&[], Deadline::after_us(500));
        }
    }

    /// Destroys the domU, with or without having let go of its pages first:
    /// nothing of it is left.
    fn destroy(mut self) -> Result<(), Wrong> {
        let first = self.prng.below(2) == 0;
        if first {
            self.unmap_all();
        }
        domctl::destroy(DOMU).must("destroydomain")?;
        self.unmap_all();
        for server in self.servers.iter_mut().filter_map(Option::take) {
            server.destroy();
        }
        self.shared.end().must("the end of the domU's page")?;
        let deadline = Deadline::after_ms(PATIENCE_MS);
        loop {
            let life = domctl::life(DOMU).must("getdomaininfo")?;
            if life == Life::Gone {
                return Ok(());
            }
            if deadline.passed() {
                return Err(found(format_args!("the domU is left: {life:?}")));
            }
            sched::doze(&[], Deadline::after_us(500));
        }
    }
}

/// Pages that are free again, once that many have been.
fn freed(before: u64, want: u64) -> Result<u64, Wrong> {
    let deadline = Deadline::after_ms(RCU_MS);
    loop {
        let freed = sysctl::free_pages()
            .must("physinfo")?
            .saturating_sub(before);
        if deadline.passed() || freed >= want {
            return Ok(freed);
        }
        sched::doze(&[], Deadline::after_ms(10));
    }
}
