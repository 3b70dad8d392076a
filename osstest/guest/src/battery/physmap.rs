// SPDX-License-Identifier: GPL-2.0-only

//! Tests of XENMEM_add_to_physmap and XENMEM_remove_from_physmap.
//!
//! shared_info and grant table frames are Xen's own pages, but RAM to the P2M:
//! xenmem_add_to_physmap_one() maps both as p2m_ram_rw. Removing them is told.

use super::{
    bench::{Bench, Told, told_during},
    memory::decrease,
    trouble::Trouble,
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

fn hole(bench: &mut Bench) -> Result<Gfn, Trouble> {
    let page = bench.arena.page();
    decrease(&[page])?;
    Ok(page)
}

pub(super) fn remove_ram(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    Bench::told(|| memory::remove_from_physmap(page))
}

pub(super) fn remove_hole(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    Bench::told(|| match memory::remove_from_physmap(hole) {
        Ok(()) => Err(Trouble::Succeeded),
        Err(Errno(_)) => Ok(()),
    })
}

/// Moves shared_info, which has to be somewhere for event channels to work.
fn move_shared_info(bench: &mut Bench, to: Gfn) -> Told {
    shared_info::unmap(bench.shared_info)?;
    bench.shared_info = to;
    Bench::told(|| shared_info::map(to))
}

pub(super) fn shared_info_over_ram(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    move_shared_info(bench, page)
}

pub(super) fn shared_info_into_hole(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    move_shared_info(bench, hole)
}

pub(super) fn remove_shared_info(bench: &mut Bench) -> Told {
    let told = Bench::told(|| shared_info::unmap(bench.shared_info));
    shared_info::map(bench.shared_info)?;
    told
}

pub(super) fn grant_table_over_ram(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    let told = Bench::told(|| memory::add_to_physmap(Space::GrantTable, page));
    memory::remove_from_physmap(page)?;
    told
}

pub(super) fn remove_grant_table(bench: &mut Bench) -> Told {
    let hole = hole(bench)?;
    memory::add_to_physmap(Space::GrantTable, hole)?;
    Bench::told(|| memory::remove_from_physmap(hole))
}

/// The epilogue is the hypercall's, not that of each call in it. The least of
/// three attempts counts: Xen may preempt one (do_multicall()), which tells
/// again.
pub(super) fn multicall(bench: &mut Bench) -> Told {
    let mut least = u64::MAX;
    for _ in 0..3 {
        let pages: [Gfn; 8] = bench.arena.pages();
        least = least.min(told_during(|| multicall::remove_from_physmap(pages))?);
    }
    Ok(least.into())
}
