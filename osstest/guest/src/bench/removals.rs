// SPDX-License-Identifier: GPL-2.0-only

//! Each shape of removal that a guest can do to itself. With a server the count
//! has the emulator's round trip in it: once for each hypercall.

use super::figures::Figures;
use crate::{
    battery::error::Error,
    low::{
        gfn::{Gfn, PAGE_ORDER, SUPERPAGE, SUPERPAGE_ORDER, Superpage},
        hypercall::{
            Errno,
            memory::{self, Space},
            multicall,
        },
        time::Stopwatch,
    },
};

/// Operations of a round, where one is too short for the counter's step.
const MANY: usize = 64;

type Round = fn(&mut Figures) -> Result<u64, Error>;

/// Name, operations of a round, a round. Those that are named after a number
/// remove so many pages, each as an extent or entry of its own.
const SHAPES: [(&str, usize, Round); 10] = [
    ("decrease-1", MANY, decrease_1),
    ("decrease-512", 1, decrease_512),
    ("decrease-superpage", 1, decrease_superpage),
    ("decrease-table", 1, decrease_table),
    ("remove-1", MANY, remove_1),
    ("multicall-remove-8", 1, multicall_remove_8),
    ("populate-over-1", MANY, populate_over_1),
    ("populate-over-512", 1, populate_over_512),
    ("populate-over-table", 1, populate_over_table),
    ("map-over-and-remove-1", MANY, map_over_and_remove_1),
];

pub(super) fn measure(figures: &mut Figures) -> Result<(), Error> {
    for (name, operations, round) in SHAPES {
        let count = figures.least(2, operations as u64, round)?;
        figures.instructions(name, count)?;
    }
    Ok(())
}

fn all(done: Result<usize, Errno>, of: usize) -> Result<(), Error> {
    match done? {
        done if done == of => Ok(()),
        done => Err(Error::Partial { done, of }),
    }
}

/// Gives pages back, each as an extent of its own.
pub(super) fn decrease(pages: &[Gfn]) -> Result<(), Error> {
    all(memory::decrease_reservation(pages, PAGE_ORDER), pages.len())
}

/// Maps new pages, each as an extent of its own.
pub(super) fn populate(pages: &[Gfn]) -> Result<(), Error> {
    all(memory::populate_physmap(pages, PAGE_ORDER), pages.len())
}

fn decrease_extent(superpage: Superpage) -> Result<(), Error> {
    let first = superpage.pages::<1>();
    all(memory::decrease_reservation(&first, SUPERPAGE_ORDER), 1)
}

fn populate_extent(superpage: Superpage) -> Result<(), Error> {
    let first = superpage.pages::<1>();
    all(memory::populate_physmap(&first, SUPERPAGE_ORDER), 1)
}

/// RAM that a table of 512 entries maps.
pub(super) fn table(figures: &Figures) -> Result<Superpage, Error> {
    let first = figures.superpage.pages::<1>();
    decrease(&first)?;
    populate(&first)?;
    Ok(figures.superpage)
}

/// The same, mapped by one entry.
fn whole(figures: &Figures) -> Result<Superpage, Error> {
    decrease_extent(figures.superpage)?;
    populate_extent(figures.superpage)?;
    Ok(figures.superpage)
}

/// What something takes.
fn count<E: Into<Error>>(operation: impl FnOnce() -> Result<(), E>) -> Result<u64, Error> {
    let stopwatch = Stopwatch::start();
    operation().map_err(Into::into)?;
    Ok(stopwatch.instructions())
}

/// What it takes to do something with each of these pages.
fn count_each<E: Into<Error>>(
    pages: &[Gfn],
    mut operation: impl FnMut(Gfn) -> Result<(), E>,
) -> Result<u64, Error> {
    count(|| pages.iter().try_for_each(|&page| operation(page)))
}

fn decrease_1(figures: &mut Figures) -> Result<u64, Error> {
    let pages = table(figures)?.pages::<MANY>();
    let count = count_each(&pages, |page| decrease(&[page]))?;
    populate(&pages)?;
    Ok(count)
}

pub(super) fn decrease_512(figures: &mut Figures) -> Result<u64, Error> {
    let pages = table(figures)?.pages::<SUPERPAGE>();
    let count = count(|| decrease(&pages))?;
    populate(&pages)?;
    Ok(count)
}

/// Xen splits the entry first.
fn decrease_superpage(figures: &mut Figures) -> Result<u64, Error> {
    let superpage = whole(figures)?;
    let count = count(|| decrease_extent(superpage))?;
    populate_extent(superpage)?;
    Ok(count)
}

fn decrease_table(figures: &mut Figures) -> Result<u64, Error> {
    let superpage = table(figures)?;
    let count = count(|| decrease_extent(superpage))?;
    populate_extent(superpage)?;
    Ok(count)
}

fn remove_1(figures: &mut Figures) -> Result<u64, Error> {
    let pages = table(figures)?.pages::<MANY>();
    let count = count_each(&pages, memory::remove_from_physmap)?;
    populate(&pages)?;
    Ok(count)
}

fn multicall_remove_8(figures: &mut Figures) -> Result<u64, Error> {
    let pages = table(figures)?.pages::<8>();
    let count = count(|| multicall::remove_from_physmap(pages))?;
    populate(&pages)?;
    Ok(count)
}

fn populate_over_1(figures: &mut Figures) -> Result<u64, Error> {
    let pages = table(figures)?.pages::<MANY>();
    count_each(&pages, |page| populate(&[page]))
}

fn populate_over_512(figures: &mut Figures) -> Result<u64, Error> {
    let pages = table(figures)?.pages::<SUPERPAGE>();
    count(|| populate(&pages))
}

/// Xen frees the table, and what it maps.
fn populate_over_table(figures: &mut Figures) -> Result<u64, Error> {
    let superpage = table(figures)?;
    count(|| populate_extent(superpage))
}

/// The grant table, which is removed again: Xen does not move it.
fn map_over_and_remove_1(figures: &mut Figures) -> Result<u64, Error> {
    let pages = table(figures)?.pages::<MANY>();
    let count = count_each(&pages, |page| {
        memory::add_to_physmap(Space::GrantTable, page)?;
        memory::remove_from_physmap(page)
    })?;
    populate(&pages)?;
    Ok(count)
}
