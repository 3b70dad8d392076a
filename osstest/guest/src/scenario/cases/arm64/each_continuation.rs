// SPDX-License-Identifier: GPL-2.0-only

//! Hypercalls that give back 512 pages each, and that Xen preempts three times
//! each, as the vCPU's timer interrupts it. Nothing else preempts them: with the
//! null scheduler each vCPU has a pCPU of its own. Upstream's Xen sends an
//! invalidation for each continuation, the last included: four for a hypercall.
//!
//! That scheduler needs a debug build.
//!
//! boot each-continuation/deferred: pcpus=2 arm64 xen=sched=null
//! boot each-continuation/not-deferred: pcpus=2 arm64 xen=sched=null xen=mapcache-defer=0

use super::super::super::{
    case::{Case, Counted, Expect},
    stage::{self, Stage, invalidations},
};
use crate::{
    battery::{error::Error, memory::decrease},
    low::{gfn::SUPERPAGE, hypercall::memory, interrupt},
};
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

const COUNTS: &str = "preemptions,invalidations";

const HYPERCALLS: u64 = 8;

/// The time is that of the machine, and when that is busy, a timer may be late:
/// a hypercall that is not preempted so often does not count.
const TRIES: u64 = 3 * HYPERCALLS;

/// Of each hypercall.
const PREEMPTIONS: u64 = 3;

/// A small part of what 512 pages take.
const AFTER_US: u64 = 60;

const UPSTREAM: Expect =
    Expect::exactly([HYPERCALLS * PREEMPTIONS, HYPERCALLS * (PREEMPTIONS + 1)]);

pub(super) const CASES: &[Case] = &[
    // As usual: one invalidation for each hypercall.
    Case {
        name: "each-continuation/deferred",
        counts: COUNTS,
        upstream: UPSTREAM,
        component: Expect::exactly([HYPERCALLS * PREEMPTIONS, HYPERCALLS]),
        run,
        interrupt,
        ..Case::USUAL
    },
    // With mapcache-defer=0: exactly as many as upstream's Xen sends.
    Case {
        name: "each-continuation/not-deferred",
        counts: COUNTS,
        upstream: UPSTREAM,
        component: UPSTREAM,
        run,
        interrupt,
        ..Case::USUAL
    },
];

/// Preemptions of this hypercall so far, and the pages that it had given back at
/// the last.
static PREEMPTED: AtomicU64 = AtomicU64::new(0);
static DONE: AtomicU64 = AtomicU64::new(0);

fn run(stage: &mut Stage) -> Counted {
    stage.servers(1, 0b1)?;
    // dom0 has nothing more to do.
    stage::pause_ms(10);
    let (mut hypercalls, mut sent) = (0, 0);
    for _ in 0..TRIES {
        let pages = stage.arena.superpage().pages::<SUPERPAGE>();
        let before = invalidations(0);
        PREEMPTED.store(0, SeqCst);
        DONE.store(0, SeqCst);
        interrupt::after_us(AFTER_US);
        interrupt::unmasked(|| decrease(&pages))?;
        if PREEMPTED.load(SeqCst) == PREEMPTIONS {
            hypercalls += 1;
            sent += invalidations(0) - before;
        }
        if hypercalls == HYPERCALLS {
            return Ok([hypercalls * PREEMPTIONS, sent].into());
        }
    }
    Err(Error::Timeout("the timer"))
}

fn interrupt(preempted: bool) {
    let done = memory::extents_done(interrupt::argument());
    // It may also come before the hypercall, or before that has gone on.
    if preempted && done > DONE.swap(done, SeqCst) {
        PREEMPTED.fetch_add(1, SeqCst);
    }
    if PREEMPTED.load(SeqCst) < PREEMPTIONS {
        interrupt::after_us(AFTER_US);
    }
}
