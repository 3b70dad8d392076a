// SPDX-License-Identifier: GPL-2.0-only

//! Tests of XENMEM_decrease_reservation and XENMEM_populate_physmap.

use super::{
    error::Error,
    fixture::{Counted, Fixture},
};
use crate::low::{
    gfn::{Gfn, PAGE_ORDER, SUPERPAGE, SUPERPAGE_ORDER, Superpage},
    hypercall::{memory, version},
};

/// Gives pages back, each as an extent of its own.
pub(crate) fn decrease(pages: &[Gfn]) -> Result<(), Error> {
    let done = memory::decrease_reservation(pages, PAGE_ORDER)?;
    Error::all(done, pages.len())
}

/// A GFN that had a page of RAM, and has none now.
pub(super) fn unpopulated(fixture: &mut Fixture) -> Result<Gfn, Error> {
    let page = fixture.arena.page();
    decrease(&[page])?;
    Ok(page)
}

/// Gives a superpage back as one extent; `of` says how many extents that is.
pub(super) fn decrease_superpage(superpage: Superpage, of: usize) -> Result<(), Error> {
    let done = memory::decrease_reservation(&superpage.pages::<1>(), SUPERPAGE_ORDER)?;
    Error::all(done, of)
}

/// Fills unpopulated GFNs, or replaces what is there, by new RAM.
pub(crate) fn populate(pages: &[Gfn]) -> Result<(), Error> {
    let done = memory::populate_physmap(pages, PAGE_ORDER)?;
    Error::all(done, pages.len())
}

/// Fills a superpage, or replaces what is there, by new RAM of one extent.
pub(super) fn populate_superpage(superpage: Superpage) -> Result<(), Error> {
    let done = memory::populate_physmap(&superpage.pages::<1>(), SUPERPAGE_ORDER)?;
    Error::all(done, 1)
}

/// A superpage that 512 entries map: p2m_split_superpage() made them of one,
/// and one page has been exchanged.
fn shattered(fixture: &mut Fixture) -> Result<Superpage, Error> {
    let superpage = fixture.arena.superpage();
    decrease(&superpage.pages::<1>())?;
    populate(&superpage.pages::<1>())?;
    Ok(superpage)
}

pub(super) fn null_hypercall(_: &mut Fixture) -> Counted {
    Fixture::invalidations(|| -> Result<(), Error> {
        version::null();
        Ok(())
    })
}

pub(super) fn first_page(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    Fixture::invalidations(|| decrease(&superpage.pages::<1>()))
}

pub(super) fn next_page(fixture: &mut Fixture) -> Counted {
    let superpage = shattered(fixture)?;
    Fixture::invalidations(|| decrease(&[superpage.page(1)]))
}

pub(super) fn pages_64(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    Fixture::invalidations(|| decrease(&superpage.pages::<64>()))
}

pub(super) fn pages_512(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    Fixture::invalidations(|| decrease(&superpage.pages::<SUPERPAGE>()))
}

/// One extent is never preempted (decrease_reservation()), whatever its order.
pub(super) fn superpage(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    Fixture::invalidations(|| decrease_superpage(superpage, 1))
}

pub(super) fn table(fixture: &mut Fixture) -> Counted {
    let superpage = shattered(fixture)?;
    Fixture::invalidations(|| decrease_superpage(superpage, 1))
}

pub(super) fn unpopulated_superpage(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    decrease_superpage(superpage, 1)?;
    Fixture::invalidations(|| decrease_superpage(superpage, 0))
}

/// Stops at the unpopulated GFN (guest_remove_page()): the extent does not count as done,
/// but the pages in front of it are gone.
pub(super) fn one_unpopulated(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    decrease(&[superpage.page(8)])?;
    Fixture::invalidations(|| decrease_superpage(superpage, 0))
}

/// Replaces a table of invalid entries by a superpage: p2m_free_entry() walks
/// the table and finds nothing.
pub(super) fn superpage_into_unpopulated(fixture: &mut Fixture) -> Counted {
    let superpage = fixture.arena.superpage();
    decrease_superpage(superpage, 1)?;
    Fixture::invalidations(|| populate_superpage(superpage))
}

/// Replaces a table with RAM in it by a superpage: p2m_free_entry() finds that
/// RAM while it frees the table.
pub(super) fn superpage_over_table(fixture: &mut Fixture) -> Counted {
    let gone = fixture.arena.superpage();
    decrease_superpage(gone, 1)?;
    let superpage = fixture.arena.superpage();
    decrease(&superpage.pages::<8>())?;
    Fixture::invalidations(|| populate_superpage(superpage))
}
