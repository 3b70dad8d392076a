// SPDX-License-Identifier: GPL-2.0-only

//! Xen preempts a hypercall that gives pages back, as the vCPU's timer interrupts
//! it. What the guest does before the hypercall goes on, its interrupt handler
//! does. The invalidation for what is removed so far may wait, but not for a
//! continuation that this vCPU does not make itself.
//!
//! Each case counts this vCPU's invalidations before the handler acts, until it
//! has acted, and until the hypercall is complete.
//!
//! boot between-continuations/other-vcpu: icount arm64
//! boot between-continuations/removal: icount arm64
//! boot between-continuations/access: icount arm64
//! boot between-continuations/foreign-removal: icount arm64
//! boot between-continuations/multicall: icount arm64
//! boot between-continuations/wait-for-interrupt: icount arm64
//! boot between-continuations/cpu-off: icount arm64
//! boot between-continuations/bound-of-time: icount arm64 xen=mapcache-defer=20
//! boot between-continuations/not-deferred: icount arm64 xen=mapcache-defer=0
//! boot between-continuations/paused: icount arm64
//! boot between-continuations/suspended: icount arm64

use super::super::super::{
    case::{Case, Counted, Expect},
    stage::{self, Stage, invalidations, reached, register_works, wait_for_step},
};
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        self,
        gfn::{Gfn, PAGE_ORDER},
        guest,
        hypercall::{
            Errno, memory,
            multicall::{Call, multicall},
            sched,
        },
        interrupt, shared,
        time::{Deadline, spin_us},
    },
    protocol::Request,
};
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Pages of the hypercall: few, so that hardly anything else preempts it.
const PAGES: usize = 128;

/// A part of what they take.
const AFTER_US: u64 = 60;

/// Longer than a vCPU is let alone (sched_ratelimit_us).
const QUIESCE_US: u64 = 3_000;

const COUNTS: &str = "before,until-acted,until-complete";

/// The hypercall's invalidations so far, when the handler begins to act and when
/// it has.
static BEFORE: AtomicU64 = AtomicU64::new(0);
static ACTED: AtomicU64 = AtomicU64::new(0);

/// A page for the handler, and something that it has found.
static PAGE: AtomicU64 = AtomicU64::new(0);
static FOUND: AtomicU64 = AtomicU64::new(0);

/// The continuation is made on another vCPU, as a kernel does that migrates the
/// thread: it removes nothing more, and its vCPU sends before it completes.
pub(in super::super) const OTHER_VCPU: Case = Case {
    name: "between-continuations/other-vcpu",
    counts: "before,by-the-other-vcpu,until-complete",
    upstream: Expect::exactly([1, 0, 2]),
    component: Expect::exactly([0, 1, 1]),
    run: |stage| {
        stage.start(1)?;
        let [before, _, complete] = preempted(stage, decrease)?;
        Ok([before, stage.value(1), complete].into())
    },
    other: |vcpu| {
        wait_for_step(1);
        let pages = [Gfn::NOWHERE; PAGES];
        let before = invalidations(vcpu);
        memory::decrease_reservation_complete(&pages)?;
        reached(1, invalidations(vcpu) - before);
        Ok(())
    },
    interrupt: |preempted| {
        handle(preempted, || {
            stage::let_go(1);
            spin_until(|| stage::has_reached(1, 1))
        });
    },
};

/// The handler removes a page itself: one invalidation is for both.
pub(in super::super) const REMOVAL: Case = Case {
    name: "between-continuations/removal",
    counts: COUNTS,
    upstream: Expect::exactly([1, 2, 3]),
    component: Expect::exactly([0, 1, 2]),
    run,
    interrupt: |preempted| {
        handle(preempted, || {
            Gfn::in_arena(PAGE.load(SeqCst))
                .is_some_and(|page| memory::remove_from_physmap(page).is_ok())
        });
    },
    ..Case::USUAL
};

/// The handler accesses a register: that has nothing to do with it.
pub(in super::super) const ACCESS: Case = Case {
    name: "between-continuations/access",
    counts: COUNTS,
    upstream: Expect::exactly([1, 1, 2]),
    component: Expect::exactly([0, 0, 1]),
    run,
    interrupt: |preempted| handle(preempted, || register_works(0)),
    ..Case::USUAL
};

/// dom0 removes a page: one invalidation is for both.
pub(in super::super) const FOREIGN: Case = Case {
    name: "between-continuations/foreign-removal",
    counts: COUNTS,
    // It has sent for itself. For dom0's removal it sends at its next exit, which
    // may be that of its hypercall, see foreign_while_descheduled.
    upstream: Expect::at_least(1),
    component: Expect::exactly([0, 1, 2]),
    run,
    interrupt: |preempted| handle(preempted, || dom0_does(Request::Remove(PAGE.load(SeqCst)))),
    ..Case::USUAL
};

/// The hypercall is part of a multicall, whose calls complete one by one: nothing
/// is deferred.
pub(in super::super) const MULTICALL: Case = Case {
    name: "between-continuations/multicall",
    counts: COUNTS,
    upstream: Expect::exactly([1, 1, 2]),
    component: Expect::exactly([1, 1, 2]),
    run: |stage| {
        let removals = |pages: &[Gfn; PAGES]| -> Result<(), Error> {
            // As many as the stack has room for.
            let calls: [Call; 32] = core::array::from_fn(|n| Call::Decrease(pages[n]));
            let results = multicall(&calls)?;
            match results.iter().find(|&&result| result != 1) {
                None => Ok(()),
                Some(&errno) => Err(Errno(errno).into()),
            }
        };
        Ok(preempted(stage, removals)?.into())
    },
    interrupt: |preempted| handle(preempted, || true),
    ..Case::USUAL
};

/// The vCPU sleeps, for it does not say how long: it sends before.
pub(in super::super) const WAIT: Case = Case {
    name: "between-continuations/wait-for-interrupt",
    counts: COUNTS,
    upstream: Expect::exactly([1, 1, 2]),
    component: Expect::exactly([0, 1, 2]),
    run,
    interrupt: |preempted| {
        handle(preempted, || {
            interrupt::after_us(2_000);
            low::wait_for_interrupt();
            true
        });
    },
    ..Case::USUAL
};

/// The vCPU is switched off, and does not come back: it sends before.
pub(in super::super) const OFF: Case = Case {
    name: "between-continuations/cpu-off",
    counts: "before,then",
    upstream: Expect::exactly([1, 1]),
    component: Expect::exactly([0, 1]),
    run: |stage| {
        prepare(stage)?;
        stage.start(1)?;
        stage::pause_ms(50);
        let was_there = BEFORE.load(SeqCst);
        match FOUND.load(SeqCst) {
            1 => Ok([was_there, invalidations(1)].into()),
            _ => Err(Error::Vcpu(1)),
        }
    },
    other: |_| {
        interrupted(decrease)?;
        guest::die(format_args!("a vCPU that is off goes on"))
    },
    interrupt: |preempted| {
        handle(preempted, || {
            FOUND.store(1, SeqCst);
            low::cpu_off();
            false
        });
    },
};

/// The vCPU does something else for a long time: it sends after a while
/// (mapcache-defer), at the next tick of the scheduler or so.
pub(in super::super) const BOUND: Case = Case {
    name: "between-continuations/bound-of-time",
    counts: "before,after-15-ms,after-45-ms,until-complete",
    upstream: Expect::exactly([1, 1, 1, 2]),
    component: Expect::exactly([0, 0, 1, 2]),
    run: |stage| {
        let [before, later, complete] = preempted(stage, decrease)?;
        Ok([before, FOUND.load(SeqCst), later, complete].into())
    },
    interrupt: |preempted| {
        handle(preempted, || {
            let start = invalidations(0) - BEFORE.load(SeqCst);
            spin_us(15_000);
            FOUND.store(invalidations(0) - start, SeqCst);
            spin_us(30_000);
            true
        });
    },
    ..Case::USUAL
};

/// Nothing is deferred with mapcache-defer=0: it sends as upstream's Xen does.
pub(in super::super) const NOT_DEFERRED: Case = Case {
    name: "between-continuations/not-deferred",
    counts: COUNTS,
    upstream: Expect::exactly([1, 1, 2]),
    component: Expect::exactly([1, 1, 2]),
    run,
    interrupt: |preempted| handle(preempted, || true),
    ..Case::USUAL
};

/// dom0 pauses the guest: that goes on where it was, and nothing is lost.
pub(in super::super) const PAUSED: Case = Case {
    name: "between-continuations/paused",
    counts: COUNTS,
    upstream: Expect::exactly([1, 1, 2]),
    component: Expect::exactly([0, 0, 1]),
    run,
    interrupt: |preempted| handle(preempted, || dom0_does(Request::Pause(5_000))),
    ..Case::USUAL
};

/// The guest suspends itself: it sends when it is resumed.
pub(in super::super) const SUSPENDED: Case = Case {
    name: "between-continuations/suspended",
    counts: COUNTS,
    upstream: Expect::exactly([1, 1, 2]),
    component: Expect::exactly([0, 1, 2]),
    run,
    interrupt: |preempted| {
        handle(preempted, || {
            let dom0 = Dom0::known();
            dom0.post(Request::Resume(1_000)).is_ok()
                && multicall(&[Call::Suspend]).is_ok()
                && spin_until(|| dom0.shared.reply().is_some())
                && dom0.shared.reply() == Some(Ok(1))
        });
    },
    ..Case::USUAL
};

fn run(stage: &mut Stage) -> Counted {
    Ok(preempted(stage, decrease)?.into())
}

fn prepare(stage: &mut Stage) -> Result<(), Error> {
    PAGE.store(stage.arena.page().number(), SeqCst);
    FIRST.store(stage.arena.superpage().page(0).number(), SeqCst);
    stage.servers(1, 0b1)
}

/// The first page of the hypercall.
static FIRST: AtomicU64 = AtomicU64::new(0);

/// Has a hypercall preempted; the counts.
fn preempted(
    stage: &mut Stage,
    hypercall: impl FnOnce(&[Gfn; PAGES]) -> Result<(), Error>,
) -> Result<[u64; 3], Error> {
    prepare(stage)?;
    let before = invalidations(0);
    interrupted(hypercall)?;
    Ok([
        BEFORE.load(SeqCst) - before,
        ACTED.load(SeqCst) - before,
        invalidations(0) - before,
    ])
}

/// Makes a hypercall that the timer interrupts.
fn interrupted(hypercall: impl FnOnce(&[Gfn; PAGES]) -> Result<(), Error>) -> Result<(), Error> {
    let first = FIRST.load(SeqCst);
    let pages = core::array::from_fn(|n| {
        Gfn::in_arena(first + n as u64).unwrap_or_else(|| guest::die(format_args!("no page")))
    });
    BEFORE.store(u64::MAX, SeqCst);
    interrupt::after_us(AFTER_US);
    interrupt::unmasked(|| hypercall(&pages))?;
    match BEFORE.load(SeqCst) {
        u64::MAX => Err(Error::Timeout("the timer")),
        _ => Ok(()),
    }
}

fn all(done: usize) -> Result<(), Error> {
    match done {
        PAGES => Ok(()),
        done => Err(Error::Partial { done, of: PAGES }),
    }
}

fn decrease(pages: &[Gfn; PAGES]) -> Result<(), Error> {
    all(memory::decrease_reservation(pages, PAGE_ORDER)?)
}

/// The handler: counts, acts and counts.
fn handle(preempted: bool, act: impl FnOnce() -> bool) {
    if !preempted {
        guest::die(format_args!("the interrupt preempts no hypercall"));
    }
    // It has acted: the timer has woken it from a sleep since.
    if BEFORE.load(SeqCst) != u64::MAX {
        return;
    }
    let vcpu = low::vcpu_id();
    BEFORE.store(invalidations(vcpu), SeqCst);
    if !act() {
        guest::die(format_args!("the handler cannot act"));
    }
    ACTED.store(invalidations(vcpu), SeqCst);
    // Whoever it has woken sleeps again, and preempts nothing.
    spin_us(QUIESCE_US);
}

/// Waits without a moment in which the vCPU could not run.
fn spin_until(there: impl Fn() -> bool) -> bool {
    let deadline = Deadline::after_ms(500);
    while !there() {
        if deadline.passed() {
            return false;
        }
        sched::yield_now();
    }
    true
}

/// Has dom0 do something, without waiting in Xen for it.
fn dom0_does(request: Request) -> bool {
    let dom0 = Dom0::known();
    dom0.post(request).is_ok()
        && spin_until(|| shared::own().reply().is_some())
        && dom0.shared.reply() == Some(Ok(0))
}
