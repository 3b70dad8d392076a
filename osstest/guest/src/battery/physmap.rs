// SPDX-License-Identifier: GPL-2.0-only

//! Tests of XENMEM_add_to_physmap and XENMEM_remove_from_physmap.
//!
//! shared_info and grant table frames are Xen's own pages, but RAM to the P2M:
//! xenmem_add_to_physmap_one() maps both as p2m_ram_rw. Removing them needs an
//! invalidation.

use super::{
    error::Error,
    fixture::{Counted, Fixture, invalidations_during},
    memory::unpopulated,
};
use crate::low::{
    gfn::Gfn,
    hypercall::{
        Errno,
        memory::{self, Space},
        multicall,
    },
    shared_info,
};

pub(super) fn remove_unpopulated(fixture: &mut Fixture) -> Counted {
    let unpopulated = unpopulated(fixture)?;
    Fixture::invalidations(|| match memory::remove_from_physmap(unpopulated) {
        Ok(()) => Err(Error::Succeeded),
        Err(Errno(_)) => Ok(()),
    })
}

pub(super) fn remove_shared_info(fixture: &mut Fixture) -> Counted {
    let at = fixture.around().shared_info;
    let counted = Fixture::invalidations(|| shared_info::unmap(at));
    shared_info::map(at)?;
    counted
}

pub(super) fn remove_grant_table(fixture: &mut Fixture) -> Counted {
    let unpopulated = unpopulated(fixture)?;
    memory::add_to_physmap(Space::GrantTable, unpopulated)?;
    Fixture::invalidations(|| memory::remove_from_physmap(unpopulated))
}

/// The epilogue is the hypercall's, not that of each call in it. The least of
/// three attempts counts: Xen may preempt one (do_multicall()), and then it sends
/// another invalidation.
pub(super) fn multicall(fixture: &mut Fixture) -> Counted {
    let mut least = u64::MAX;
    for _ in 0..3 {
        let pages: [Gfn; 8] = fixture.arena.pages();
        least = least.min(invalidations_during(|| {
            multicall::remove_from_physmap(pages)
        })?);
    }
    Ok(least.into())
}
