// SPDX-License-Identifier: GPL-2.0-only

//! Tests of mappings that are not RAM: grants and foreign pages.

use super::{
    bench::{Bench, GRANTED, LENT, Told},
    memory::{decrease, populate},
    trouble::Trouble,
};
use crate::{
    low::{
        gfn::Gfn,
        hypercall::{
            grant::{self, Mapping},
            memory,
        },
    },
    protocol::{DOM0, Request},
};

fn expect(of: &'static str, page: Gfn, want: u64) -> Result<(), Trouble> {
    match page.peek() {
        got if got == want => Ok(()),
        got => Err(Trouble::Value { of, got, want }),
    }
}

/// Maps dom0's granted page: p2m_grant_map_rw (create_grant_host_mapping()).
fn map_grant(bench: &Bench, at: Gfn) -> Result<Mapping, Trouble> {
    let mapping = grant::map(DOM0, bench.grant, at)?;
    expect("the granted page", at, GRANTED)?;
    Ok(mapping)
}

/// Maps dom0's page by XENMAPSPACE_gmfn_foreign: p2m_map_foreign_rw. A domU may
/// (xsm_map_gmfn_foreign()) because dom0 has made itself its target.
fn map_foreign(bench: &Bench, at: Gfn) -> Result<(), Trouble> {
    memory::map_foreign(DOM0, bench.lent, at)?;
    expect("the foreign page", at, LENT)
}

fn hole(bench: &mut Bench) -> Result<Gfn, Trouble> {
    let page = bench.arena.page();
    decrease(&[page])?;
    Ok(page)
}

pub(super) fn grant_into_hole(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    Bench::told(|| map_grant(bench, hole).map(drop))
}

pub(super) fn grant_over_ram(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    Bench::told(|| map_grant(bench, page).map(drop))
}

pub(super) fn unmap_grant(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    let mapping = map_grant(bench, hole)?;
    Bench::told(|| grant::unmap(mapping))
}

/// XENMEM_populate_physmap replaces a grant mapping by RAM: what goes is no RAM.
pub(super) fn ram_over_grant(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    map_grant(bench, hole)?;
    Bench::told(|| populate(&[hole]))
}

pub(super) fn foreign_over_ram(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    Bench::told(|| map_foreign(bench, page))
}

pub(super) fn remove_foreign(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    map_foreign(bench, hole)?;
    Bench::told(|| memory::remove_from_physmap(hole))
}

/// dom0 removes the foreign mapping from the domU.
pub(super) fn removed_foreign(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    map_foreign(bench, hole)?;
    let remove = Request::Remove(hole.number());
    bench.told_every_vcpu(|| bench.dom0.ask(remove).map(drop))
}
