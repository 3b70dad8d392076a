// SPDX-License-Identifier: GPL-2.0-only

//! Each removal of the list of operations: of RAM, and of what is unpopulated. What is
//! special about one of them is a test of its own, beside its kin.

use super::{
    error::Error,
    fixture::{Counted, Fixture},
    memory::{decrease, decrease_superpage, populate, populate_superpage},
    race,
    servers::ONE,
    table::{Run, Test},
    team::ROUNDS,
};
use crate::{
    low::{
        gfn::{Gfn, PAGE_ORDER, SUPERPAGE, Superpage},
        hypercall::memory,
    },
    operation::{self, Operation, Pages, Sends, around::Around},
    protocol::VCPUS,
    report::Want,
};

/// Pages of a removal of several.
const SOME: usize = 3;

/// What a removal finds where it removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// RAM.
    Ram,
    /// Nothing.
    Unpopulated,
    /// RAM, which every vCPU removes at the same time.
    RamAtOnce,
}

/// The tests.
pub(super) fn tests() -> impl Iterator<Item = Test> + Clone {
    operation::removals().flat_map(|removal| {
        let own = removal.removes == Some(Pages::One) && removal.sends == Sends::Own;
        [Over::Ram, Over::Unpopulated, Over::RamAtOnce]
            .into_iter()
            .filter(move |&over| over != Over::RamAtOnce || own && !removal.alone)
            .map(move |over| test(removal, over))
    })
}

fn test(removal: &'static Operation, over: Over) -> Test {
    let name = match over {
        Over::Ram => "/ram",
        Over::Unpopulated => "/unpopulated",
        Over::RamAtOnce => "/all-at-once",
    };
    let want = match (over, removal.sends) {
        (Over::RamAtOnce, _) => Want::exactly([ROUNDS as u64; VCPUS]),
        (Over::Ram, Sends::Own) => Want::exactly([1]),
        (Over::Ram, Sends::Each) => Want::exactly([1; VCPUS]),
        // Each continuation may send an invalidation.
        (Over::Ram, _) => Want::AtLeast(1),
        (Over::Unpopulated, Sends::Own | Sends::OwnParts) => Want::exactly([0]),
        (Over::Unpopulated, _) => Want::exactly([0; VCPUS]),
    };
    Test {
        name: [removal.name, name],
        servers: ONE,
        want,
        run: Run::Removal(removal, over),
    }
}

pub(super) fn perform(fixture: &Fixture, removal: &'static Operation, over: Over) -> Counted {
    let superpage = whole(fixture.superpage)?;
    if over == Over::RamAtOnce {
        return at_once(fixture, removal, superpage);
    }
    let pages = superpage.pages::<SOME>();
    let pages = match removal.removes {
        Some(Pages::Some | Pages::Row) => &pages[..],
        _ => &pages[..1],
    };
    let of_superpage = removal.removes == Some(Pages::Superpage);
    if over == Over::Unpopulated {
        match of_superpage {
            true => decrease_superpage(superpage, 1)?,
            false => decrease(pages)?,
        }
    }

    let around = fixture.around();
    (removal.prepare)(&around)?;
    let counted = count(fixture, removal, &around, pages, over);
    let cleared = (removal.clear)(&around, pages);
    match of_superpage {
        true => populate_superpage(superpage)?,
        false => populate(pages)?,
    }
    let counted = counted?;
    cleared?;
    Ok(counted)
}

fn at_once(fixture: &Fixture, removal: &'static Operation, superpage: Superpage) -> Counted {
    let counted = race::at_once(fixture, removal, superpage)?;
    let around = fixture.around();
    for page in (0..VCPUS * ROUNDS).map(|n| superpage.page(n)) {
        (removal.clear)(&around, &[page])?;
        populate(&[page])?;
    }
    Ok(counted)
}

fn count(
    fixture: &Fixture,
    removal: &Operation,
    around: &Around,
    pages: &[Gfn],
    over: Over,
) -> Counted {
    let remove = || match (removal.remove(around, pages), over) {
        (done, Over::Ram) => Error::all(done?, pages.len()),
        // Whether Xen refuses to remove nothing depends on the hypercall.
        _ => Ok(()),
    };
    match removal.sends {
        Sends::Own | Sends::OwnParts => Fixture::invalidations(remove),
        _ => fixture.invalidations_by_vcpu(remove),
    }
}

/// Makes it a superpage of RAM that one entry maps, whatever has become of it.
fn whole(superpage: Superpage) -> Result<Superpage, Error> {
    if decrease_superpage(superpage, 1).is_err() {
        for n in 0..SUPERPAGE {
            let _unpopulated = memory::decrease_reservation(&[superpage.page(n)], PAGE_ORDER);
        }
    }
    populate_superpage(superpage)?;
    Ok(superpage)
}
