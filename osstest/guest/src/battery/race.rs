// SPDX-License-Identifier: GPL-2.0-only

//! Tests of several vCPUs at once.

use super::{
    error::Error,
    fixture::{Counted, Fixture},
    memory::decrease,
    mmio::check_register,
    team::{ROUNDS, Work},
};
use crate::{
    low::gfn::Superpage,
    operation::{Operation, decrease},
    protocol::Request,
};
use core::sync::atomic::Ordering;

/// Long enough for a vCPU that should be waiting to show that it is not.
const LOOK_MS: u64 = 2;

/// Has `vcpu` do work that makes it send an invalidation, which the emulator
/// does not complete; checks that the vCPU waits, does `meanwhile`, checks
/// again, and has it completed. How many invalidations of the vCPU were completed
/// before it went on.
pub(super) fn held(
    fixture: &Fixture,
    vcpu: usize,
    work: Work,
    meanwhile: impl FnOnce(&Fixture) -> Result<(), Error>,
) -> Counted {
    fixture.dom0.ask(Request::Hold(1 << vcpu))?;
    fixture.team.post(vcpu, work)?;
    let sent = || fixture.dom0.shared.held.load(Ordering::Acquire) & (1 << vcpu) != 0;
    let waits = fixture
        .dom0
        .wait(sent, "an invalidation to be sent")
        .and_then(|()| fixture.team.stays_busy(vcpu, LOOK_MS))
        .and_then(|()| meanwhile(fixture))
        .and_then(|()| fixture.team.stays_busy(vcpu, LOOK_MS));
    // Whatever was found: the vCPU must be there for the next test.
    fixture.dom0.ask(Request::Hold(0))?;
    let invalidations = fixture.team.collect(vcpu)?;
    waits?;
    Ok(invalidations.into())
}

/// A vCPU whose invalidation is not completed waits, the others do not: neither
/// for that nor for invalidations and accesses of their own. The completion lets
/// it go on.
pub(super) fn late_completion(fixture: &mut Fixture) -> Counted {
    let [late, own, other] = fixture.arena.pages();
    held(fixture, 1, Work::Remove(&decrease::PAGE, late), |fixture| {
        decrease(&[own])?;
        check_register(fixture, 0)?;
        fixture.team.post(2, Work::Remove(&decrease::PAGE, other))?;
        fixture.team.collect(2).map(drop)
    })
}

/// Every vCPU removes pages of its own, at the same time, with an emulator that takes
/// its time: in every round exactly one invalidation of its own is completed before it
/// goes on. If the flag were not per vCPU, another vCPU could take it.
pub(super) fn at_once(
    fixture: &Fixture,
    removal: &'static Operation,
    superpage: Superpage,
) -> Counted {
    fixture.dom0.ask(Request::Delay(20))?;
    let results = fixture
        .team
        .all(|vcpu| Work::RemoveEach(removal, superpage.page(vcpu * ROUNDS)));
    fixture.dom0.ask(Request::Delay(0))?;
    Ok(results?.into())
}

pub(super) fn all_at_once(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    at_once(fixture, &decrease::PAGE, superpage)
}

/// Every vCPU removes one page: how many of its invalidations are completed before
/// it goes on.
pub(super) fn page_each(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    let results = fixture
        .team
        .all(|vcpu| Work::Remove(&decrease::PAGE, superpage.page(vcpu)));
    Ok(results?.into())
}
