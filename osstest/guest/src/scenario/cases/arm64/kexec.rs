// SPDX-License-Identifier: GPL-2.0-only

//! Xen preempts a hypercall that gives pages back, and the guest does not go on
//! with it, as when a kernel is kexec'd: with the other vCPUs switched off, the
//! interrupt handler starts the image anew, and that knows nothing of the
//! hypercall. The invalidation for what is removed so far is sent when the vCPU
//! sleeps, removes a page or populates one, and at the latest after a while
//! (mapcache-defer): once, and not again as the other vCPUs are switched on.
//!
//! boot kexec/sleep: icount arm64
//! boot kexec/removal: icount arm64
//! boot kexec/bound-of-time: icount arm64 xen=mapcache-defer=20
//! boot kexec/memory-used-again: icount arm64

use super::{
    super::super::{
        case::{Case, Counted, Expect},
        stage::{self, Stage, invalidations, reached, register_works},
    },
    preemption::{before, first_page, give_back, handle, interrupted, prepare, sent, spare_page},
};
use crate::{
    battery::{dom0::Dom0, error::Error, memory::populate},
    low::{
        self, guest,
        hypercall::{memory, sched, version},
        time::{Deadline, spin_us},
    },
    protocol::Request,
};
use core::sync::atomic::Ordering;

/// What the new kernel writes.
const NEW: u64 = 0x2e3;

/// What the cases have in common.
const KEXEC: Case = Case {
    run,
    other: |_| {
        if stage::is_afresh() {
            reached(2, 0);
        } else {
            reached(1, 0);
            low::cpu_off();
        }
        Ok(())
    },
    interrupt: handle,
    act: || stage::start_afresh(),
    ..Case::USUAL
};

pub(super) const CASES: &[Case] = &[
    // The new kernel makes hypercalls, accesses a register, and sleeps.
    Case {
        name: "kexec/sleep",
        counts: "before,after-hypercalls,after-a-sleep,with-another-vcpu",
        upstream: Expect::exactly([1, 1, 1, 1]),
        component: Expect::exactly([0, 0, 1, 1]),
        afresh: || {
            let hypercalls = after_hypercalls()?;
            let slept = after_sleep();
            Ok([before(), hypercalls, slept, with_another_vcpu()?].into())
        },
        ..KEXEC
    },
    // It removes a page of its own: one invalidation is for both.
    Case {
        name: "kexec/removal",
        counts: "before,after-hypercalls,after-its-removal,with-another-vcpu",
        upstream: Expect::exactly([1, 1, 2, 2]),
        component: Expect::exactly([0, 0, 1, 1]),
        afresh: || {
            let hypercalls = after_hypercalls()?;
            memory::remove_from_physmap(spare_page())?;
            let removed = sent();
            Ok([before(), hypercalls, removed, with_another_vcpu()?].into())
        },
        ..KEXEC
    },
    // It does not sleep.
    Case {
        name: "kexec/bound-of-time",
        counts: "before,after-10-ms,after-50-ms,with-another-vcpu",
        upstream: Expect::exactly([1, 1, 1, 1]),
        component: Expect::exactly([0, 0, 1, 1]),
        afresh: || {
            spin_us(10_000);
            let early = sent();
            spin_us(40_000);
            let late = sent();
            Ok([before(), early, late, with_another_vcpu()?].into())
        },
        ..KEXEC
    },
    // It populates a page that the old kernel has given back, before it does anything
    // else: the emulator has dropped its mapping of the old page by then, and reads the
    // new one.
    Case {
        name: "kexec/memory-used-again",
        counts: "before,after-it-is-populated,old-page-mapped,new-page-read",
        upstream: Expect::exactly([1, 1, 0, 1]),
        component: Expect::exactly([0, 1, 0, 1]),
        run: |stage| {
            prepare(stage)?;
            stage.ask(Request::Cache(first_page().number()))?;
            kexec(stage)
        },
        afresh: || {
            let early = before();
            let dom0 = Dom0::known();
            populate(&[first_page()])?;
            let populated = sent();
            first_page().poke(NEW);
            let old = dom0.shared.cached.load(Ordering::Acquire) != 0;
            let new = dom0.ask(Request::Cache(first_page().number()))? == NEW;
            Ok([early, populated, old.into(), new.into()].into())
        },
        ..KEXEC
    },
];

fn run(stage: &mut Stage) -> Counted {
    prepare(stage)?;
    kexec(stage)
}

fn kexec(stage: &mut Stage) -> Counted {
    stage.start_and_wait(1)?;
    // It is switched off when it has said that it is there.
    stage::pause_ms(10);
    interrupted(give_back)?;
    guest::die(format_args!("what is abandoned goes on"))
}

fn after_hypercalls() -> Result<u64, Error> {
    for _ in 0..100 {
        version::null();
        sched::yield_now();
    }
    Error::Timeout("a register").unless(register_works(0))?;
    Ok(sent())
}

fn after_sleep() -> u64 {
    sched::sleep(Deadline::after_ms(2));
    sent()
}

/// The invalidations of both, when vCPU 1 is there again.
fn with_another_vcpu() -> Result<u64, Error> {
    let before = invalidations(1);
    low::cpu_on(1).map_err(|_| Error::Vcpu(1))?;
    stage::pause_ms(50);
    Error::Vcpu(1).unless(stage::has_reached(1, 2))?;
    Ok(sent() + invalidations(1) - before)
}
