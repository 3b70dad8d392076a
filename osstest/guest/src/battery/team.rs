// SPDX-License-Identifier: GPL-2.0-only

//! The domU's vCPUs, which do pieces of a test at vCPU 0's request.

use super::{dom0::Dom0, error::Error, fixture::invalidations_of};
use crate::{
    low::{
        self,
        gfn::Gfn,
        hypercall::{
            event::{self, Port},
            sched, version,
        },
        kept::Kept,
        mmio,
        time::Deadline,
    },
    operation::{Operation, around::Around},
    protocol::{PATIENCE_MS, VCPUS},
};
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A piece of work.
#[derive(Clone, Copy)]
pub(super) enum Work {
    /// A hypercall that does nothing.
    Null,
    /// Remove a page.
    Remove(&'static Operation, Gfn),
    /// Read the register of server 0.
    ReadRegister,
    /// When all vCPUs are there, remove pages one by one, from this on.
    RemoveEach(&'static Operation, Gfn),
}

/// Pages of a [`Work::RemoveEach`].
pub(super) const ROUNDS: usize = 16;

/// Through this a vCPU gets its work from vCPU 0, and returns the result, if there is
/// one. vCPU 0 writes the first two fields, the vCPU itself the others; vCPU 0 resets
/// `at_barrier` while the vCPU has no work. `work` and `result` are the vCPU's while
/// `posted` and `done` differ, and vCPU 0's while they are equal.
struct Mailbox {
    posted: AtomicU32,
    work: Kept<Work>,

    port: AtomicU32,
    done: AtomicU32,
    result: Kept<Option<u64>>,
    at_barrier: AtomicBool,
}

static MAILBOXES: [Mailbox; VCPUS] = [const {
    Mailbox {
        posted: AtomicU32::new(0),
        work: Kept::new(Work::Null),
        port: AtomicU32::new(0),
        done: AtomicU32::new(0),
        result: Kept::new(None),
        at_barrier: AtomicBool::new(false),
    }
}; VCPUS];

impl Work {
    /// Does it on this vCPU; how many invalidations of this vCPU were completed
    /// before it was over.
    pub(super) fn perform(self) -> Result<u64, Error> {
        let vcpu = low::vcpu_id();
        let before = invalidations_of(vcpu);
        match self {
            Self::Null => version::null(),
            Self::Remove(removal, gfn) => remove(removal, gfn)?,
            // The value is checked by the tests of the registers.
            Self::ReadRegister => drop(mmio::read(0)),
            Self::RemoveEach(removal, first) => return remove_each(vcpu, removal, first),
        }
        Ok(invalidations_of(vcpu) - before)
    }
}

fn remove(removal: &Operation, gfn: Gfn) -> Result<(), Error> {
    let done = removal.remove(&Around::new(&Dom0::known()), &[gfn])?;
    Error::all(done, 1)
}

/// In how many rounds exactly one invalidation of the vCPU was completed before it
/// went on.
fn remove_each(vcpu: usize, removal: &Operation, first: Gfn) -> Result<u64, Error> {
    let deadline = Deadline::after_ms(PATIENCE_MS);
    MAILBOXES[vcpu].at_barrier.store(true, Ordering::Release);
    let is_there = |mailbox: &Mailbox| mailbox.at_barrier.load(Ordering::Acquire);
    let all_there = || MAILBOXES.iter().all(is_there);
    Error::Timeout("all vCPUs to start").unless(sched::yield_until(deadline, all_there))?;
    let mut exactly_once = 0;
    for gfn in (0..ROUNDS as u64).map(|n| first.plus(n)) {
        let before = invalidations_of(vcpu);
        remove(removal, gfn)?;
        exactly_once += u64::from(invalidations_of(vcpu) == before + 1);
    }
    Ok(exactly_once)
}

/// vCPU 0's view of the others.
pub(super) struct Team {
    /// Where the others notify vCPU 0.
    port: Port,
}

impl Team {
    /// Starts the other vCPUs.
    pub(super) fn start() -> Result<Self, Error> {
        let port = event::bind_ipi(0)?;
        MAILBOXES[0].port.store(port.number(), Ordering::Release);
        let team = Self { port };
        for (vcpu, mailbox) in MAILBOXES.iter().enumerate().skip(1) {
            low::cpu_on(vcpu).map_err(|_| Error::Vcpu(vcpu))?;
            let started = || mailbox.port.load(Ordering::Acquire) != 0;
            team.wait(started).map_err(|_| Error::Vcpu(vcpu))?;
        }
        Ok(team)
    }

    fn wait(&self, until: impl FnMut() -> bool) -> Result<(), Error> {
        let in_time = sched::wait(&[self.port], Deadline::after_ms(PATIENCE_MS), until);
        Error::Timeout("another vCPU").unless(in_time)
    }

    /// Has another vCPU start a piece of work.
    pub(super) fn post(&self, vcpu: usize, work: Work) -> Result<(), Error> {
        let mailbox = &MAILBOXES[vcpu];
        Error::Vcpu(vcpu).unless(!self.is_busy(vcpu))?;
        mailbox.at_barrier.store(false, Ordering::Relaxed);
        mailbox.work.set(work);
        let posted = mailbox.posted.load(Ordering::Relaxed);
        mailbox
            .posted
            .store(posted.wrapping_add(1), Ordering::Release);
        event::send(Port::new(mailbox.port.load(Ordering::Acquire)))?;
        Ok(())
    }

    /// Whether another vCPU has not finished its work.
    fn is_busy(&self, vcpu: usize) -> bool {
        let mailbox = &MAILBOXES[vcpu];
        mailbox.posted.load(Ordering::Relaxed) != mailbox.done.load(Ordering::Acquire)
    }

    /// Checks that another vCPU does not finish its work for that long.
    pub(super) fn stays_busy(&self, vcpu: usize, ms: u64) -> Result<(), Error> {
        let finished = || !self.is_busy(vcpu);
        let went_on = sched::wait(&[self.port], Deadline::after_ms(ms), finished);
        Error::WentOn(vcpu).unless(!went_on)
    }

    /// Waits for another vCPU's result.
    pub(super) fn collect(&self, vcpu: usize) -> Result<u64, Error> {
        self.wait(|| !self.is_busy(vcpu))?;
        MAILBOXES[vcpu].result.get().ok_or(Error::Vcpu(vcpu))
    }

    /// Has every vCPU do a piece of work at the same time; all results.
    pub(super) fn all(&self, work: impl Fn(usize) -> Work) -> Result<[u64; VCPUS], Error> {
        MAILBOXES[0].at_barrier.store(false, Ordering::Relaxed);
        for vcpu in 1..VCPUS {
            self.post(vcpu, work(vcpu))?;
        }
        let mut results = [0; VCPUS];
        let own = work(0).perform();
        for (vcpu, result) in results.iter_mut().enumerate().skip(1) {
            *result = self.collect(vcpu)?;
        }
        results[0] = own?;
        Ok(results)
    }
}

/// What a vCPU other than 0 does: one piece of work after the other.
pub(super) fn serve(vcpu: usize) -> ! {
    let mailbox = &MAILBOXES[vcpu];
    let primary = Port::new(MAILBOXES[0].port.load(Ordering::Acquire));
    let port = match event::bind_ipi(vcpu) {
        Ok(port) => port,
        Err(why) => low::guest::die(format_args!("vCPU {vcpu}: {why}")),
    };
    mailbox.port.store(port.number(), Ordering::Release);
    loop {
        // Either vCPU 0 hears of the start, or of the end of a piece of work.
        let _sent = event::send(primary);
        let posted =
            || mailbox.posted.load(Ordering::Acquire) != mailbox.done.load(Ordering::Relaxed);
        while !sched::wait(&[port], Deadline::after_ms(60_000), posted) {}
        mailbox.result.set(mailbox.work.get().perform().ok());
        mailbox
            .done
            .store(mailbox.posted.load(Ordering::Relaxed), Ordering::Release);
    }
}
