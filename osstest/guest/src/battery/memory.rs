// SPDX-License-Identifier: GPL-2.0-only

//! Tests of XENMEM_decrease_reservation and XENMEM_populate_physmap.

use super::{
    bench::{Bench, Told},
    trouble::Trouble,
};
use crate::low::{
    gfn::{Gfn, PAGE_ORDER, SUPERPAGE, SUPERPAGE_ORDER, Superpage},
    hypercall::{Errno, memory, version},
};

fn all(done: Result<usize, Errno>, of: usize) -> Result<(), Trouble> {
    match done? {
        done if done == of => Ok(()),
        done => Err(Trouble::Partial { done, of }),
    }
}

/// Gives pages back, each as an extent of its own.
pub(super) fn decrease(pages: &[Gfn]) -> Result<(), Trouble> {
    all(memory::decrease_reservation(pages, PAGE_ORDER), pages.len())
}

/// Gives a superpage back as one extent; `done` says how many extents that is.
fn decrease_superpage(superpage: Superpage, done: usize) -> Result<(), Trouble> {
    all(
        memory::decrease_reservation(&superpage.pages::<1>(), SUPERPAGE_ORDER),
        done,
    )
}

/// Fills holes, or replaces what is there, by new RAM.
pub(super) fn populate(pages: &[Gfn]) -> Result<(), Trouble> {
    all(memory::populate_physmap(pages, PAGE_ORDER), pages.len())
}

fn populate_superpage(superpage: Superpage) -> Result<(), Trouble> {
    all(
        memory::populate_physmap(&superpage.pages::<1>(), SUPERPAGE_ORDER),
        1,
    )
}

/// A superpage that 512 entries map: p2m_split_superpage() made them of one,
/// and one page has been exchanged.
fn shattered(bench: &mut Bench) -> Result<Superpage, Trouble> {
    let superpage = bench.arena.superpage();
    decrease(&superpage.pages::<1>())?;
    populate(&superpage.pages::<1>())?;
    Ok(superpage)
}

pub(super) fn null_hypercall(_: &mut Bench) -> Told {
    Bench::told(|| -> Result<(), Trouble> {
        version::null();
        Ok(())
    })
}

pub(super) fn first_page(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    Bench::told(|| decrease(&superpage.pages::<1>()))
}

pub(super) fn next_page(bench: &mut Bench) -> Told {
    let superpage = shattered(bench)?;
    Bench::told(|| decrease(&[superpage.page(1)]))
}

pub(super) fn pages_64(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    Bench::told(|| decrease(&superpage.pages::<64>()))
}

pub(super) fn pages_512(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    Bench::told(|| decrease(&superpage.pages::<SUPERPAGE>()))
}

/// One extent is never preempted (decrease_reservation()), whatever its order.
pub(super) fn superpage(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    Bench::told(|| decrease_superpage(superpage, 1))
}

pub(super) fn table(bench: &mut Bench) -> Told {
    let superpage = shattered(bench)?;
    Bench::told(|| decrease_superpage(superpage, 1))
}

pub(super) fn holes(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    decrease_superpage(superpage, 1)?;
    Bench::told(|| decrease_superpage(superpage, 0))
}

/// Stops at the hole (guest_remove_page()): the extent does not count as done,
/// but the pages in front of it are gone.
pub(super) fn hole_inside(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    decrease(&[superpage.page(8)])?;
    Bench::told(|| decrease_superpage(superpage, 0))
}

pub(super) fn page_into_hole(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    decrease(&[page])?;
    Bench::told(|| populate(&[page]))
}

/// Replaces a table of invalid entries by a superpage: p2m_free_entry() walks
/// the table and finds nothing.
pub(super) fn superpage_into_holes(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    decrease_superpage(superpage, 1)?;
    Bench::told(|| populate_superpage(superpage))
}

/// Replaces a page by another one, whose room the page before it has made.
pub(super) fn page_over_ram(bench: &mut Bench) -> Told {
    let [gone, page] = bench.arena.pages();
    decrease(&[gone])?;
    Bench::told(|| populate(&[page]))
}

/// Replaces a table with RAM in it by a superpage: p2m_free_entry() finds that
/// RAM while it frees the table.
pub(super) fn superpage_over_table(bench: &mut Bench) -> Told {
    let gone = bench.arena.superpage();
    decrease_superpage(gone, 1)?;
    let superpage = bench.arena.superpage();
    decrease(&superpage.pages::<8>())?;
    Bench::told(|| populate_superpage(superpage))
}
