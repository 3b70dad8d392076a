// SPDX-License-Identifier: GPL-2.0-only

//! vCPUs that are off. A vCPU goes off by itself and loses its stack and registers;
//! another vCPU starts it.

use super::{
    error::Violation,
    watch::{self, Start, WORDS, Watch},
};
use crate::{
    low::{self, hypercall::sched, time::Deadline},
    prng::Prng,
    protocol::VCPUS,
};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::SeqCst};

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
    /// What it remembers: how it goes on, ...
    prng: AtomicU64,
    watch: [AtomicU64; WORDS],
    removal: [AtomicU64; 3],
    /// ... and what whoever starts it hands over: how many removals by dom0 were
    /// over, and whether dom0 has mapped a page and then removed it.
    over: AtomicU64,
    mapped: AtomicBool,
}

static UNPLUGGED: [Unplugged; VCPUS] = [const {
    Unplugged {
        state: AtomicU32::new(ON),
        prng: AtomicU64::new(0),
        watch: [const { AtomicU64::new(0) }; WORDS],
        removal: [const { AtomicU64::new(0) }; 3],
        over: AtomicU64::new(0),
        mapped: AtomicBool::new(false),
    }
}; VCPUS];

/// What a vCPU removed just before it went off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    /// Nothing.
    None,
    /// A page of its own, of that number: the hypercall had returned.
    Page(u64),
    /// Some of so many of its pages, from the one of that number on: the hypercall
    /// was preempted.
    Preempted {
        /// The first.
        first: u64,
        /// How many.
        count: usize,
    },
}

impl Removal {
    fn encode(self) -> [u64; 3] {
        match self {
            Self::None => [0; 3],
            Self::Page(page) => [1, page, 0],
            Self::Preempted { first, count } => [2, first, count as u64],
        }
    }

    fn decode([kind, first, count]: [u64; 3]) -> Self {
        match kind {
            0 => Self::None,
            1 => Self::Page(first),
            _ => Self::Preempted {
                first,
                count: usize::try_from(count).expect("was a usize"),
            },
        }
    }
}

/// How a vCPU goes on that was off.
pub(super) struct Back {
    pub(super) prng: Prng,
    pub(super) watch: Watch,
    /// When it began to do what made it go off.
    pub(super) start: Start,
    pub(super) removal: Removal,
    /// dom0 has mapped a page and then removed it: it must have that no more.
    pub(super) mapped: bool,
}

fn store<const N: usize>(fields: &[AtomicU64; N], words: [u64; N]) {
    for (field, word) in fields.iter().zip(words) {
        field.store(word, SeqCst);
    }
}

fn load<const N: usize>(fields: &[AtomicU64; N]) -> [u64; N] {
    fields.each_ref().map(|field| field.load(SeqCst))
}

/// What a vCPU is to remember when it goes off.
pub(super) fn remember(vcpu: usize, prng: &mut Prng, watch: Watch, start: Start, removal: Removal) {
    let unplugged = &UNPLUGGED[vcpu];
    unplugged.prng.store(prng.next(), SeqCst);
    store(&unplugged.watch, watch.encode(start));
    store(&unplugged.removal, removal.encode());
    unplugged.mapped.store(false, SeqCst);
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
    let unplugged = &UNPLUGGED[vcpu];
    if unplugged.state.load(SeqCst) == ON {
        return None;
    }
    let over = unplugged.over.load(SeqCst);
    let (watch, start) = Watch::decode(vcpu, load(&unplugged.watch), over);
    Some(Back {
        prng: Prng::new(unplugged.prng.load(SeqCst)),
        watch,
        start,
        removal: Removal::decode(load(&unplugged.removal)),
        mapped: unplugged.mapped.load(SeqCst),
    })
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

/// dom0 has mapped a page and then removed it, while that vCPU was off.
pub(super) fn was_mapped(vcpu: usize) {
    UNPLUGGED[vcpu].mapped.store(true, SeqCst);
}

/// Starts a vCPU that the caller has claimed.
pub(super) fn start(vcpu: usize) -> Result<(), Violation> {
    if let Removal::Preempted { .. } = Removal::decode(load(&UNPLUGGED[vcpu].removal)) {
        wait_until_sent(vcpu);
    }
    UNPLUGGED[vcpu].over.store(watch::by_dom0(), SeqCst);
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
fn wait_until_sent(vcpu: usize) {
    let (_, start) = Watch::decode(vcpu, load(&UNPLUGGED[vcpu].watch), 0);
    let deadline = Deadline::after_ms(SENDS_MS);
    while !start.has_sent_since(vcpu) && !deadline.passed() {
        sched::yield_now();
    }
}
