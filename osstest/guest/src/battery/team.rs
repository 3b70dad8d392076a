// SPDX-License-Identifier: GPL-2.0-only

//! The domU's vCPUs, which do pieces of a test at vCPU 0's request.

use super::{bench::told_of, memory, trouble::Trouble};
use crate::{
    low::{
        self,
        gfn::Gfn,
        hypercall::{
            event::{self, Port},
            sched, version,
        },
        mmio,
        time::Deadline,
    },
    protocol::{PATIENCE_MS, VCPUS},
};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// A piece of work.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    /// A hypercall that does nothing.
    Null,
    /// Give a page back.
    Decrease(Gfn),
    /// Read the register of server 0.
    ReadRegister,
    /// When all vCPUs are there, give pages back one by one, from this on.
    DecreaseEach(Gfn),
}

/// Pages of a [`Work::DecreaseEach`].
pub(super) const ROUNDS: usize = 16;

/// In place of a result: the work failed.
const FAILED: u64 = u64::MAX;

/// One vCPU's desk. Of its fields, those under which there is the work have
/// vCPU 0 as their writer, the others the vCPU itself.
struct Desk {
    posted: AtomicU32,
    work: AtomicU32,
    gfn: AtomicU64,

    port: AtomicU32,
    done: AtomicU32,
    result: AtomicU64,
    at_barrier: AtomicBool,
}

static DESKS: [Desk; VCPUS] = [const {
    Desk {
        posted: AtomicU32::new(0),
        work: AtomicU32::new(0),
        gfn: AtomicU64::new(0),
        port: AtomicU32::new(0),
        done: AtomicU32::new(0),
        result: AtomicU64::new(0),
        at_barrier: AtomicBool::new(false),
    }
}; VCPUS];

impl Work {
    fn put(self, desk: &Desk) {
        let (work, gfn) = match self {
            Self::Null => (0, 0),
            Self::Decrease(gfn) => (1, gfn.number()),
            Self::ReadRegister => (2, 0),
            Self::DecreaseEach(gfn) => (3, gfn.number()),
        };
        desk.work.store(work, Ordering::Relaxed);
        desk.gfn.store(gfn, Ordering::Relaxed);
    }

    fn take(desk: &Desk) -> Option<Self> {
        let gfn = Gfn::in_arena(desk.gfn.load(Ordering::Relaxed));
        match desk.work.load(Ordering::Relaxed) {
            0 => Some(Self::Null),
            1 => gfn.map(Self::Decrease),
            2 => Some(Self::ReadRegister),
            _ => gfn.map(Self::DecreaseEach),
        }
    }

    /// Does it on this vCPU; how many invalidations of this vCPU were answered
    /// before it was over.
    pub(super) fn perform(self) -> Result<u64, Trouble> {
        let vcpu = low::vcpu_id();
        let before = told_of(vcpu);
        match self {
            Self::Null => version::null(),
            Self::Decrease(gfn) => memory::decrease(&[gfn])?,
            // The value is checked by the tests of the registers.
            Self::ReadRegister => drop(mmio::read(0)),
            Self::DecreaseEach(first) => return decrease_each(vcpu, first),
        }
        Ok(told_of(vcpu) - before)
    }
}

/// In how many rounds the vCPU went on exactly after its own acknowledgement.
fn decrease_each(vcpu: usize, first: Gfn) -> Result<u64, Trouble> {
    let deadline = Deadline::after_ms(PATIENCE_MS);
    DESKS[vcpu].at_barrier.store(true, Ordering::Release);
    while !DESKS
        .iter()
        .all(|desk| desk.at_barrier.load(Ordering::Acquire))
    {
        if deadline.passed() {
            return Err(Trouble::Timeout("all vCPUs to start"));
        }
        sched::yield_now();
    }
    let mut told_once = 0;
    for gfn in (first.number()..).take(ROUNDS).filter_map(Gfn::in_arena) {
        let before = told_of(vcpu);
        memory::decrease(&[gfn])?;
        told_once += u64::from(told_of(vcpu) == before + 1);
    }
    Ok(told_once)
}

/// vCPU 0's view of the others.
pub(super) struct Team {
    /// Where the others notify vCPU 0.
    port: Port,
}

impl Team {
    /// Starts the other vCPUs.
    pub(super) fn start() -> Result<Self, Trouble> {
        let port = event::bind_ipi(0)?;
        DESKS[0].port.store(port.number(), Ordering::Release);
        let team = Self { port };
        for (vcpu, desk) in DESKS.iter().enumerate().skip(1) {
            low::cpu_on(vcpu).map_err(|_| Trouble::Vcpu(vcpu))?;
            let started = || desk.port.load(Ordering::Acquire) != 0;
            team.wait(started).map_err(|_| Trouble::Vcpu(vcpu))?;
        }
        Ok(team)
    }

    fn wait(&self, until: impl FnMut() -> bool) -> Result<(), Trouble> {
        match sched::wait(&[self.port], Deadline::after_ms(PATIENCE_MS), until) {
            true => Ok(()),
            false => Err(Trouble::Timeout("another vCPU")),
        }
    }

    /// Has another vCPU start a piece of work.
    pub(super) fn post(&self, vcpu: usize, work: Work) -> Result<(), Trouble> {
        let desk = &DESKS[vcpu];
        if self.is_busy(vcpu) {
            return Err(Trouble::Vcpu(vcpu));
        }
        desk.at_barrier.store(false, Ordering::Relaxed);
        work.put(desk);
        let posted = desk.posted.load(Ordering::Relaxed);
        desk.posted.store(posted.wrapping_add(1), Ordering::Release);
        event::send(Port::new(desk.port.load(Ordering::Acquire)))?;
        Ok(())
    }

    /// Whether another vCPU has not finished its work.
    fn is_busy(&self, vcpu: usize) -> bool {
        let desk = &DESKS[vcpu];
        desk.posted.load(Ordering::Relaxed) != desk.done.load(Ordering::Acquire)
    }

    /// Checks that another vCPU does not finish its work for that long.
    pub(super) fn stays_busy(&self, vcpu: usize, ms: u64) -> Result<(), Trouble> {
        let finished = || !self.is_busy(vcpu);
        match sched::wait(&[self.port], Deadline::after_ms(ms), finished) {
            true => Err(Trouble::WentOn(vcpu)),
            false => Ok(()),
        }
    }

    /// Waits for another vCPU's result.
    pub(super) fn collect(&self, vcpu: usize) -> Result<u64, Trouble> {
        self.wait(|| !self.is_busy(vcpu))?;
        match DESKS[vcpu].result.load(Ordering::Relaxed) {
            FAILED => Err(Trouble::Vcpu(vcpu)),
            result => Ok(result),
        }
    }

    /// Has every vCPU do a piece of work at the same time; all results.
    pub(super) fn all(&self, work: impl Fn(usize) -> Work) -> Result<[u64; VCPUS], Trouble> {
        DESKS[0].at_barrier.store(false, Ordering::Relaxed);
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
    let desk = &DESKS[vcpu];
    let boss = Port::new(DESKS[0].port.load(Ordering::Acquire));
    let port = match event::bind_ipi(vcpu) {
        Ok(port) => port,
        Err(why) => low::guest::die(format_args!("vCPU {vcpu}: {why}")),
    };
    desk.port.store(port.number(), Ordering::Release);
    loop {
        // Either vCPU 0 hears of the start, or of the end of a piece of work.
        let _sent = event::send(boss);
        let posted = || desk.posted.load(Ordering::Acquire) != desk.done.load(Ordering::Relaxed);
        while !sched::wait(&[port], Deadline::after_ms(60_000), posted) {}
        let result = match Work::take(desk).map(Work::perform) {
            Some(Ok(result)) => result,
            Some(Err(_)) | None => FAILED,
        };
        desk.result.store(result, Ordering::Relaxed);
        desk.done
            .store(desk.posted.load(Ordering::Relaxed), Ordering::Release);
    }
}
