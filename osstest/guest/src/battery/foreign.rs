// SPDX-License-Identifier: GPL-2.0-only

//! Tests of removals by another domain: ioreq_request_mapcache_invalidate()
//! flags every vCPU, and each sends its own invalidation when it next leaves Xen
//! for the guest from a trap. That is at the latest after its next hypercall.

use super::{
    error::Error,
    fixture::{Counted, Fixture},
    memory,
    race::held,
    team::Work,
};
use crate::{operation::decrease as way, protocol::Request};

fn removal(fixture: &mut Fixture) -> Request {
    Request::remove(fixture.arena.page().number())
}

pub(super) fn remove(fixture: &mut Fixture) -> Counted {
    let remove = removal(fixture);
    fixture.invalidations_by_vcpu(|| fixture.dom0.ask(remove).map(drop))
}

/// Each vCPU has sent its invalidation, and sends no second one.
pub(super) fn then_not_again(fixture: &mut Fixture) -> Counted {
    remove(fixture)?;
    fixture.invalidations_by_vcpu(|| Ok(()))
}

/// A removal of nothing sends no invalidation.
pub(super) fn unpopulated(fixture: &mut Fixture) -> Counted {
    let page = memory::unpopulated(fixture)?;
    fixture.invalidations_by_vcpu(|| match fixture.dom0.ask(Request::remove(page.number())) {
        Ok(_) => Err(Error::Succeeded),
        Err(Error::Dom0(_)) => Ok(()),
        Err(error) => Err(error),
    })
}

/// A vCPU is flagged while it waits for the emulator to complete an access:
/// vcpu_ioreq_handle_completion() sends an invalidation, and lets the vCPU go on
/// only when that is completed as well.
pub(super) fn during_mmio(fixture: &mut Fixture) -> Counted {
    let page = fixture.arena.page().number();
    fixture.dom0.ask(Request::RemoveDuringNext(page))?;
    held(fixture, 1, Work::ReadRegister, |_| Ok(()))
}

/// A vCPU is flagged while it waits for the completion of the invalidation for its
/// own removal. That one is of mappings from before the second removal, so the vCPU
/// sends another.
pub(super) fn during_invalidation(fixture: &mut Fixture) -> Counted {
    let [own, other] = fixture.arena.pages();
    held(fixture, 1, Work::Remove(&way::PAGE, own), |fixture| {
        fixture.dom0.ask(Request::remove(other.number())).map(drop)
    })
}
