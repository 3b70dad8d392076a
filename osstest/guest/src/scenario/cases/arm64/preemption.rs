// SPDX-License-Identifier: GPL-2.0-only

//! Has a hypercall preempted that gives pages back, and acts before it goes on.

use super::super::super::stage::{self, Stage, invalidations};
use crate::{
    battery::{dom0::Dom0, error::Error, memory::decrease},
    low::{
        self,
        gfn::{Chosen, Gfn},
        guest,
        hypercall::sched,
        interrupt,
        time::{Deadline, spin_us},
    },
    protocol::Request,
};
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Pages of the hypercall: few, so that hardly anything else preempts it.
pub(super) const PAGES: usize = 128;

/// A part of what they take.
const AFTER_US: u64 = 60;

/// Longer than a vCPU is let alone (sched_ratelimit_us).
const QUIESCE_US: u64 = 3_000;

/// The invalidations of the vCPU before the hypercall, when the handler begins to
/// act and when it has.
static START: AtomicU64 = AtomicU64::new(0);
static BEFORE: AtomicU64 = AtomicU64::new(u64::MAX);
static ACTED: AtomicU64 = AtomicU64::new(0);

/// A page for the handler, and the first of the hypercall.
static PAGE: Chosen = Chosen::none();
static FIRST: Chosen = Chosen::none();

/// Has a server registered, and chooses the pages.
pub(super) fn prepare(stage: &mut Stage) -> Result<(), Error> {
    PAGE.set(stage.arena.page());
    FIRST.set(stage.arena.superpage().page(0));
    stage.servers(1, 0b1)
}

/// A page for the handler.
pub(super) fn spare_page() -> Gfn {
    PAGE.get()
}

/// The first page of the hypercall.
pub(super) fn first_page() -> Gfn {
    FIRST.get()
}

/// Prepares, and has a hypercall preempted: the invalidations when the handler
/// begins to act, when it has, and when the hypercall is complete.
pub(super) fn preempted(
    stage: &mut Stage,
    hypercall: impl FnOnce(&[Gfn; PAGES]) -> Result<(), Error>,
) -> Result<[u64; 3], Error> {
    prepare(stage)?;
    interrupted(hypercall)?;
    Ok([before(), ACTED.load(SeqCst), sent()])
}

/// Makes a hypercall that the timer interrupts.
pub(super) fn interrupted(
    hypercall: impl FnOnce(&[Gfn; PAGES]) -> Result<(), Error>,
) -> Result<(), Error> {
    let pages = core::array::from_fn(|n| first_page().plus(n as u64));
    START.store(invalidations(low::vcpu_id()), SeqCst);
    interrupt::after_us(AFTER_US);
    interrupt::unmasked(|| hypercall(&pages))?;
    Error::Timeout("the timer").unless(has_acted())
}

/// All of the pages.
pub(super) fn give_back(pages: &[Gfn; PAGES]) -> Result<(), Error> {
    decrease(pages)
}

/// The handler of a case with an `act`: counts, acts and counts.
pub(super) fn handle(preempted: bool) {
    if !preempted {
        guest::die(format_args!("the interrupt preempts no hypercall"));
    }
    // The timer has woken it from a sleep since.
    if has_acted() {
        return;
    }
    BEFORE.store(sent(), SeqCst);
    if !(stage::case().act)() {
        guest::die(format_args!("the handler cannot act"));
    }
    ACTED.store(sent(), SeqCst);
    // Whoever it has woken sleeps again, and preempts nothing.
    spin_us(QUIESCE_US);
}

/// Whether the handler acts, or has.
pub(super) fn has_acted() -> bool {
    BEFORE.load(SeqCst) != u64::MAX
}

/// The invalidations of this vCPU since the hypercall began.
pub(super) fn sent() -> u64 {
    sent_by(low::vcpu_id())
}

/// Those of another vCPU, since the hypercall that it began.
pub(super) fn sent_by(vcpu: usize) -> u64 {
    invalidations(vcpu) - START.load(SeqCst)
}

/// Those until the handler began to act.
pub(super) fn before() -> u64 {
    BEFORE.load(SeqCst)
}

/// Waits without a moment in which the vCPU could not run.
pub(super) fn spin_until(there: impl Fn() -> bool) -> bool {
    sched::yield_until(Deadline::after_ms(500), there)
}

/// Has dom0 do something, without waiting in Xen for it; whether it gives this reply.
pub(super) fn dom0_does(request: Request, reply: u64) -> bool {
    Dom0::known().post(request).is_ok() && dom0_has_done() == Some(Ok(reply))
}

/// Waits like that for what dom0 was asked; its reply.
pub(super) fn dom0_has_done() -> Option<Result<u64, i64>> {
    let shared = Dom0::known().shared;
    spin_until(|| shared.reply().is_some());
    shared.reply()
}
