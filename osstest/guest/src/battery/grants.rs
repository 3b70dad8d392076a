// SPDX-License-Identifier: GPL-2.0-only

//! Tests of mappings that are not RAM: grants and foreign pages.

use super::{
    error::Error,
    fixture::{Counted, Fixture},
    memory::{populate, unpopulated},
};
use crate::{
    low::{
        gfn::Gfn,
        hypercall::{
            grant::{self, Mapping},
            memory,
        },
    },
    operation::around::{GRANTED, LENT},
    protocol::{DOM0, Request},
};

/// Maps dom0's granted page: p2m_grant_map_rw (create_grant_host_mapping()).
fn map_grant(fixture: &Fixture, at: Gfn) -> Result<Mapping, Error> {
    let mapping = grant::map(DOM0, fixture.around().grant, at)?;
    Error::expect("the granted page", at.peek(), GRANTED)?;
    Ok(mapping)
}

/// Maps dom0's page by XENMAPSPACE_gmfn_foreign: p2m_map_foreign_rw. A domU may
/// (xsm_map_gmfn_foreign()) because dom0 has made itself its target.
fn map_foreign(fixture: &Fixture, at: Gfn) -> Result<(), Error> {
    memory::map_foreign(DOM0, fixture.around().lent, at)?;
    Error::expect("the foreign page", at.peek(), LENT)
}

pub(super) fn unmap_grant(fixture: &mut Fixture) -> Counted {
    let unpopulated = unpopulated(fixture)?;
    let mapping = map_grant(fixture, unpopulated)?;
    Fixture::invalidations(|| grant::unmap(mapping))
}

/// XENMEM_populate_physmap replaces a grant mapping by RAM: what goes is no RAM.
pub(super) fn ram_over_grant(fixture: &mut Fixture) -> Counted {
    let unpopulated = unpopulated(fixture)?;
    map_grant(fixture, unpopulated)?;
    Fixture::invalidations(|| populate(&[unpopulated]))
}

pub(super) fn remove_foreign(fixture: &mut Fixture) -> Counted {
    let unpopulated = unpopulated(fixture)?;
    map_foreign(fixture, unpopulated)?;
    Fixture::invalidations(|| memory::remove_from_physmap(unpopulated))
}

/// dom0 removes the foreign mapping from the domU.
pub(super) fn removed_foreign(fixture: &mut Fixture) -> Counted {
    let unpopulated = unpopulated(fixture)?;
    map_foreign(fixture, unpopulated)?;
    let remove = Request::remove(unpopulated.number());
    fixture.invalidations_by_vcpu(|| fixture.dom0.ask(remove).map(drop))
}
