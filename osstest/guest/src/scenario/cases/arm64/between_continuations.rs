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
//! boot between-continuations/poll: icount arm64
//! boot between-continuations/cpu-off: icount arm64
//! boot between-continuations/cpu-off-and-on: icount arm64
//! boot between-continuations/never-comes-back: icount arm64 xen=mapcache-defer=20
//! boot between-continuations/bound-of-time: icount arm64 xen=mapcache-defer=20
//! boot between-continuations/not-deferred: icount arm64 xen=mapcache-defer=0
//! boot between-continuations/paused: icount arm64
//! boot between-continuations/paused-for-long: icount arm64
//! boot between-continuations/suspended: icount arm64

use super::{
    super::super::{
        case::{Case, Expect},
        stage::{self, Stage, invalidations, reached, register_works, wait_for_step},
    },
    preemption::{
        PAGES, before, dom0_does, dom0_has_done, give_back, handle, has_acted, interrupted,
        preempted, prepare, sent, sent_by, spare_page, spin_until,
    },
};
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        self,
        gfn::Gfn,
        guest,
        hypercall::{
            Errno, memory,
            multicall::{Call, multicall},
            sched, version,
        },
        interrupt,
        time::{Deadline, spin_us, until_kept_from_running},
    },
    protocol::Request,
};
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Longer than an invalidation is deferred at most if the command line does not
/// say otherwise.
const PAUSE_MS: u64 = 1_300;

/// Something that the handler has found.
static FOUND: AtomicU64 = AtomicU64::new(0);

/// What most cases have in common: vCPU 0 makes the hypercall.
const PREEMPTED: Case = Case {
    counts: "before,until-acted,until-complete",
    run: |stage| Ok(preempted(stage, give_back)?.into()),
    interrupt: handle,
    ..Case::USUAL
};

pub(super) const CASES: &[Case] = &[
    // The continuation is made on another vCPU, as a kernel does that migrates the
    // thread: it removes nothing more, and its vCPU sends before it completes.
    Case {
        name: "between-continuations/other-vcpu",
        counts: "before,by-the-other-vcpu,until-complete",
        upstream: Expect::exactly([1, 0, 2]),
        component: Expect::exactly([0, 1, 1]),
        run: |stage| {
            stage.start(1)?;
            let [before, _, complete] = preempted(stage, give_back)?;
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
        act: || {
            stage::let_go(1);
            spin_until(|| stage::has_reached(1, 1))
        },
        ..PREEMPTED
    },
    // The handler removes a page itself: one invalidation is for both.
    Case {
        name: "between-continuations/removal",
        upstream: Expect::exactly([1, 2, 3]),
        component: Expect::exactly([0, 1, 2]),
        act: || memory::remove_from_physmap(spare_page()).is_ok(),
        ..PREEMPTED
    },
    // The handler accesses a register: that has nothing to do with it.
    Case {
        name: "between-continuations/access",
        upstream: Expect::exactly([1, 1, 2]),
        component: Expect::exactly([0, 0, 1]),
        act: || register_works(0),
        ..PREEMPTED
    },
    // dom0 removes a page: one invalidation is for both.
    Case {
        name: "between-continuations/foreign-removal",
        // It has sent for itself. For dom0's removal it sends at its next exit, which
        // may be that of its hypercall, see foreign_while_descheduled.
        upstream: Expect::at_least(1),
        component: Expect::exactly([0, 1, 2]),
        act: || dom0_does(Request::remove(spare_page().number()), 1),
        ..PREEMPTED
    },
    // The hypercall is part of a multicall, whose calls complete one by one: nothing
    // is deferred.
    Case {
        name: "between-continuations/multicall",
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
        act: || true,
        ..PREEMPTED
    },
    // The vCPU sleeps, for it does not say how long: it sends before.
    Case {
        name: "between-continuations/wait-for-interrupt",
        upstream: Expect::exactly([1, 1, 2]),
        component: Expect::exactly([0, 1, 2]),
        act: || {
            interrupt::after_us(2_000);
            low::wait_for_interrupt();
            true
        },
        ..PREEMPTED
    },
    // The vCPU sleeps until a point in time, in Xen: it sends before.
    Case {
        name: "between-continuations/poll",
        upstream: Expect::exactly([1, 1, 2]),
        component: Expect::exactly([0, 1, 2]),
        act: || {
            sched::sleep(Deadline::after_ms(2));
            true
        },
        ..PREEMPTED
    },
    // The vCPU is switched off, and does not come back: it sends before.
    Case {
        name: "between-continuations/cpu-off",
        counts: "before,then",
        upstream: Expect::exactly([1, 1]),
        component: Expect::exactly([0, 1]),
        run: |stage| Ok(switched_off(stage)?.into()),
        other: |_| {
            interrupted(give_back)?;
            guest::die(format_args!("a vCPU that is off goes on"))
        },
        act: switch_off,
        ..PREEMPTED
    },
    // The vCPU is switched off, and on again: it starts with nothing to send, and
    // sends what it removes then.
    Case {
        name: "between-continuations/cpu-off-and-on",
        counts: "before,then,on-again,after-a-removal",
        upstream: Expect::exactly([1, 1, 1, 2]),
        component: Expect::exactly([0, 1, 1, 2]),
        run: |stage| {
            let [before, off] = switched_off(stage)?;
            stage.start_and_wait(1)?;
            let on = stage.value(1);
            stage::let_go(1);
            Error::Vcpu(1).unless(stage.reaches(1, 2))?;
            Ok([before, off, on, stage.value(1)].into())
        },
        other: |_| {
            if !has_acted() {
                interrupted(give_back)?;
                guest::die(format_args!("a vCPU that is off goes on"));
            }
            reached(1, sent());
            wait_for_step(1);
            memory::remove_from_physmap(spare_page())?;
            reached(2, sent());
            Ok(())
        },
        act: switch_off,
        ..PREEMPTED
    },
    // The vCPU never goes on with the hypercall, nor does it sleep: it sends after a
    // while (mapcache-defer).
    Case {
        name: "between-continuations/never-comes-back",
        counts: "before,after-10-ms,after-50-ms,then",
        upstream: Expect::exactly([1, 1, 1, 1]),
        component: Expect::exactly([0, 0, 1, 1]),
        run: |stage| {
            prepare(stage)?;
            stage.start(1)?;
            let sent_after = |ms| {
                stage::pause_ms(ms);
                sent_by(1)
            };
            let [early, late, then] = [10, 40, 100].map(sent_after);
            Error::Vcpu(1).unless(has_acted())?;
            Ok([before(), early, late, then].into())
        },
        other: |_| interrupted(give_back),
        act: || {
            loop {
                version::null();
            }
        },
        ..PREEMPTED
    },
    // The vCPU does something else for a long time: it sends after a while
    // (mapcache-defer), at the next tick of the scheduler or so.
    Case {
        name: "between-continuations/bound-of-time",
        counts: "before,after-15-ms,after-45-ms,until-complete",
        upstream: Expect::exactly([1, 1, 1, 2]),
        component: Expect::exactly([0, 0, 1, 2]),
        run: |stage| {
            let [before, later, complete] = preempted(stage, give_back)?;
            Ok([before, FOUND.load(SeqCst), later, complete].into())
        },
        act: || {
            spin_us(15_000);
            FOUND.store(sent(), SeqCst);
            spin_us(30_000);
            true
        },
        ..PREEMPTED
    },
    // Nothing is deferred with mapcache-defer=0: it sends as upstream's Xen does.
    Case {
        name: "between-continuations/not-deferred",
        upstream: Expect::exactly([1, 1, 2]),
        component: Expect::exactly([1, 1, 2]),
        act: || true,
        ..PREEMPTED
    },
    // dom0 pauses the guest: that goes on where it was, and nothing is lost.
    Case {
        name: "between-continuations/paused",
        upstream: Expect::exactly([1, 1, 2]),
        component: Expect::exactly([0, 0, 1]),
        act: || dom0_does(Request::Pause(5_000), 0),
        ..PREEMPTED
    },
    // dom0 pauses the guest for longer than an invalidation is deferred at most: the
    // vCPU sends before it executes another instruction, and does so once.
    Case {
        name: "between-continuations/paused-for-long",
        counts: "before,before-another-instruction,until-acted,until-complete",
        upstream: Expect::exactly([1, 1, 1, 2]),
        component: Expect::exactly([0, 1, 1, 2]),
        run: |stage| {
            let [before, acted, complete] = preempted(stage, give_back)?;
            Ok([before, FOUND.load(SeqCst), acted, complete].into())
        },
        act: || {
            let ask = || {
                let pause = Request::Pause(PAUSE_MS * 1_000);
                if Dom0::known().post(pause).is_err() {
                    guest::die(format_args!("dom0 cannot be asked"));
                }
            };
            let long = Deadline::after_ms(2 * PAUSE_MS);
            let paused = until_kept_from_running(PAUSE_MS - 100, long, ask);
            // The vCPU has not been in Xen since it runs again.
            FOUND.store(sent(), SeqCst);
            paused && dom0_has_done() == Some(Ok(0))
        },
        ..PREEMPTED
    },
    // The guest suspends itself: it sends when it is resumed.
    Case {
        name: "between-continuations/suspended",
        upstream: Expect::exactly([1, 1, 2]),
        component: Expect::exactly([0, 1, 2]),
        act: || {
            let dom0 = Dom0::known();
            dom0.post(Request::Resume(1_000)).is_ok()
                && multicall(&[Call::Suspend]).is_ok()
                && dom0_has_done() == Some(Ok(1))
        },
        ..PREEMPTED
    },
];

/// vCPU 1's invalidations when its handler switches it off, and then.
fn switched_off(stage: &mut Stage) -> Result<[u64; 2], Error> {
    prepare(stage)?;
    stage.start(1)?;
    stage::pause_ms(50);
    Error::Vcpu(1).unless(has_acted())?;
    Ok([before(), sent_by(1)])
}

fn switch_off() -> bool {
    low::cpu_off();
    false
}
