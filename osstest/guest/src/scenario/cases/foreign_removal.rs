// SPDX-License-Identifier: GPL-2.0-only

//! dom0 removes a page of a guest. Each vCPU sends its invalidation, wherever it
//! is, and nobody wakes it for that.
//!
//! The first is with the null scheduler, which lets a vCPU run for as long as it
//! likes: others interrupt it every 10 ms, and it sends then. It needs a debug
//! build, and a pCPU for each vCPU.
//!
//! boot foreign-removal/running: pcpus=3 xen=sched=null
//! boot foreign-removal/sleeping: icount
//! boot foreign-removal/polling: icount
//! boot foreign-removal/not-yet-started: icount

use super::super::{
    case::{Case, Counted, Expect},
    stage::{self, Stage, invalidations, reached},
};
use crate::{
    battery::error::Error,
    low::{
        self,
        hypercall::{event, sched},
        time::Deadline,
    },
    protocol::Request,
};
use core::sync::atomic::{AtomicBool, Ordering};

/// Long enough for an invalidation that is sent at all.
const LOOK_MS: u64 = 500;

static STOP: AtomicBool = AtomicBool::new(false);

/// What the cases have in common in which vCPU 1 is there already.
const STARTED: Case = Case {
    counts: "invalidations",
    upstream: Expect::exactly([0]),
    component: Expect::exactly([1]),
    run: from_started,
    ..Case::USUAL
};

pub(super) const CASES: &[Case] = &[
    // The vCPU runs, on another pCPU, and nothing takes it to Xen.
    Case {
        name: "foreign-removal/running",
        other: |_| {
            reached(1, 0);
            while !STOP.load(Ordering::Relaxed) {
                core::hint::spin_loop();
            }
            Ok(())
        },
        ..STARTED
    },
    // The vCPU sleeps in WFI, and there is nothing to wake it.
    Case {
        name: "foreign-removal/sleeping",
        other: |_| {
            reached(1, 0);
            loop {
                low::wait_for_interrupt();
            }
        },
        ..STARTED
    },
    // The vCPU waits for an event that does not come.
    Case {
        name: "foreign-removal/polling",
        other: |vcpu| {
            // One that nobody notifies: who waits for none is woken by any.
            let port = event::bind_ipi(vcpu)?;
            reached(1, 0);
            loop {
                sched::wait(&[port], Deadline::after_ms(60_000), || false);
            }
        },
        ..STARTED
    },
    // The vCPU has not been started: its invalidation is its first act.
    Case {
        name: "foreign-removal/not-yet-started",
        counts: "while-off,before-its-first-instruction",
        upstream: Expect::exactly([0, 1]),
        component: Expect::exactly([0, 1]),
        run: |stage| {
            let [while_off] = remove(stage)?;
            stage.start_and_wait(1)?;
            Ok([while_off, stage.value(1)].into())
        },
        other: |vcpu| {
            reached(1, invalidations(vcpu));
            Ok(())
        },
        ..Case::USUAL
    },
];

fn from_started(stage: &mut Stage) -> Counted {
    stage.start_and_wait(1)?;
    // It does nothing more when it has said that it is there.
    stage::pause_ms(10);
    let counted = remove(stage)?;
    STOP.store(true, Ordering::Relaxed);
    Ok(counted.into())
}

/// Has dom0 remove a page; the invalidations of vCPU 1 that come of it.
fn remove(stage: &mut Stage) -> Result<[u64; 1], Error> {
    let page = stage.arena.page().number();
    stage.servers(1, 0b1)?;
    let before = invalidations(1);
    stage.ask(Request::remove(page))?;
    stage::pause_ms(LOOK_MS);
    Ok([invalidations(1) - before])
}
