// SPDX-License-Identifier: GPL-2.0-only

//! Tests of several vCPUs at once.

use super::{
    bench::{Bench, Told},
    memory::decrease,
    mmio::check_register,
    team::{ROUNDS, Work},
    trouble::Trouble,
};
use crate::protocol::Request;
use core::sync::atomic::Ordering;

/// Long enough for a vCPU that should be waiting to show that it is not.
const LOOK_MS: u64 = 2;

/// Has `vcpu` do work that makes it send an invalidation, which the emulator
/// leaves unanswered; checks that the vCPU waits, does `meanwhile`, checks
/// again, and has it answered. What the vCPU was told before it went on.
pub(super) fn held(
    bench: &Bench,
    vcpu: usize,
    work: Work,
    meanwhile: impl FnOnce(&Bench) -> Result<(), Trouble>,
) -> Told {
    bench.dom0.ask(Request::Hold(1 << vcpu))?;
    bench.team.post(vcpu, work)?;
    let sent = || bench.dom0.shared.held.load(Ordering::Acquire) & (1 << vcpu) != 0;
    let waits = bench
        .dom0
        .wait(sent, "an invalidation to be sent")
        .and_then(|()| bench.team.stays_busy(vcpu, LOOK_MS))
        .and_then(|()| meanwhile(bench))
        .and_then(|()| bench.team.stays_busy(vcpu, LOOK_MS));
    // Whatever was found: the vCPU must be there for the next test.
    bench.dom0.ask(Request::Hold(0))?;
    let told = bench.team.collect(vcpu)?;
    waits?;
    Ok(told.into())
}

/// A vCPU whose notice is not acknowledged waits, the others do not: neither
/// for that nor for notices and accesses of their own. The acknowledgement
/// lets it go.
pub(super) fn late_answer(bench: &mut Bench) -> Told {
    let [late, own, other] = bench.arena.pages();
    held(bench, 1, Work::Decrease(late), |bench| {
        decrease(&[own])?;
        check_register(bench, 0)?;
        bench.team.post(2, Work::Decrease(other))?;
        bench.team.collect(2).map(drop)
    })
}

/// Every vCPU removes pages, at the same time, with an emulator that takes its
/// time: in every round it goes on after exactly one acknowledgement of its
/// own. A notice that is not per vCPU is one that another vCPU may take.
pub(super) fn all_at_once(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    bench.dom0.ask(Request::Delay(20))?;
    let results = bench
        .team
        .all(|vcpu| Work::DecreaseEach(superpage.page(vcpu * ROUNDS)));
    bench.dom0.ask(Request::Delay(0))?;
    Ok(results?.into())
}

/// Every vCPU removes one page: how often it is told before it goes on.
pub(super) fn page_each(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    let results = bench.team.all(|vcpu| Work::Decrease(superpage.page(vcpu)));
    Ok(results?.into())
}
