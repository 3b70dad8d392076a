// SPDX-License-Identifier: GPL-2.0-only

//! vCPUs that are off. A vCPU goes off by itself and loses its stack and registers;
//! another vCPU starts it.

use super::{
    error::Violation,
    watch::{Start, Watch},
};
use crate::{
    low::{self, gfn::Gfn, hypercall::sched, kept::Kept, time::Deadline},
    prng::Prng,
    protocol::VCPUS,
};
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// It runs.
const ON: u32 = 0;
/// It is off, or on its way: nobody starts it yet.
const OFF: u32 = 1;
/// One vCPU alone starts it, or has done so, and it has not said that it is back.
const STARTED: u32 = 2;

/// PSCI: the vCPU is not off, in this case not yet.
const ALREADY_ON: i64 = -4;

/// How long to wait for an invalidation that a vCPU has pending when it goes off: it
/// has none if no page was removed before it did.
const SENDS_MS: u64 = 200;

/// What is known of a vCPU that is off.
struct Unplugged {
    state: AtomicU32,
    /// None if it has never been off. While the vCPU runs it alone looks there; when it
    /// is off, the one that has claimed it, until that starts it. The interrupt handler
    /// that turns a vCPU off changes `state` alone.
    back: Kept<Option<Back>>,
}

static UNPLUGGED: [Unplugged; VCPUS] = [const {
    Unplugged {
        state: AtomicU32::new(ON),
        back: Kept::new(None),
    }
}; VCPUS];

/// What a vCPU removed just before it went off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    /// Nothing.
    None,
    /// A page of its own: the hypercall had returned.
    Page(Gfn),
    /// Some of so many of its pages, from the one of that number on: the hypercall
    /// was preempted.
    #[cfg_attr(
        target_arch = "arm",
        expect(dead_code, reason = "the guest takes interrupts on 64-bit Arm alone")
    )]
    Preempted {
        /// The first.
        first: u64,
        /// How many.
        count: usize,
    },
}

/// How a vCPU goes on that was off.
#[derive(Clone, Copy)]
pub(super) struct Back {
    /// Of its random numbers.
    pub(super) seed: u64,
    pub(super) watch: Watch,
    /// When it began to do what made it go off, and what was over when it was started.
    pub(super) start: Start,
    pub(super) removal: Removal,
    /// dom0 has mapped a page and then removed it: it must have that no more.
    pub(super) mapped: bool,
}

/// What a vCPU is to remember when it goes off.
pub(super) fn remember(vcpu: usize, prng: &mut Prng, watch: Watch, start: Start, removal: Removal) {
    UNPLUGGED[vcpu].back.set(Some(Back {
        seed: prng.next(),
        watch,
        start,
        removal,
        mapped: false,
    }));
}

/// Turns this vCPU off, for which [`remember`] was called. It returns only if that
/// fails.
pub(super) fn go_off(vcpu: usize) -> Violation {
    UNPLUGGED[vcpu].state.store(OFF, SeqCst);
    low::cpu_off();
    Violation::Psci { vcpu, status: 0 }
}

/// How this vCPU goes on, if it was off.
pub(super) fn back(vcpu: usize) -> Option<Back> {
    UNPLUGGED[vcpu].back.get()
}

/// Says that this vCPU is back: others need not wait for it any more.
pub(super) fn is_back(vcpu: usize) {
    UNPLUGGED[vcpu].state.store(ON, SeqCst);
}

/// Whether a vCPU that was started is not back yet.
pub(super) fn is_awaited(vcpu: usize) -> bool {
    UNPLUGGED[vcpu].state.load(SeqCst) == STARTED
}

/// Whether a vCPU is off and the caller, alone, is to start it.
pub(super) fn claim(vcpu: usize) -> bool {
    let state = &UNPLUGGED[vcpu].state;
    state.compare_exchange(OFF, STARTED, SeqCst, SeqCst).is_ok()
}

/// dom0 has mapped a page and then removed it, while that vCPU was off, which the
/// caller has claimed.
pub(super) fn was_mapped(vcpu: usize) {
    let Unplugged { back, .. } = &UNPLUGGED[vcpu];
    let known = back.get().expect("it went off");
    back.set(Some(Back {
        mapped: true,
        ..known
    }));
}

/// Starts a vCPU that the caller has claimed.
pub(super) fn start(vcpu: usize) -> Result<(), Violation> {
    let Unplugged { back, .. } = &UNPLUGGED[vcpu];
    let known = back.get().expect("it went off");
    if let Removal::Preempted { .. } = known.removal {
        wait_until_sent(vcpu, known.start);
    }
    let start = known.start.until_now();
    back.set(Some(Back { start, ..known }));
    loop {
        match low::cpu_on(vcpu) {
            Ok(()) => return Ok(()),
            // It has said that it goes off, and is about to.
            Err(ALREADY_ON) => sched::yield_now(),
            Err(status) => return Err(Violation::Psci { vcpu, status }),
        }
    }
}

/// Waits for the invalidation of a vCPU that has gone off within a hypercall. Xen
/// defers that while it expects the vCPU to go on with the hypercall. If CPU_ON came
/// before the vCPU has left Xen, it would find the vCPU runnable and go on expecting
/// that, until mapcache-defer is over, which is never in this test.
fn wait_until_sent(vcpu: usize, start: Start) {
    let deadline = Deadline::after_ms(SENDS_MS);
    sched::yield_until(deadline, || start.has_sent_since(vcpu));
}
