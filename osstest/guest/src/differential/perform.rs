// SPDX-License-Identifier: GPL-2.0-only

//! Performs an operation.

use super::{
    kind::Kind,
    plan::{BAD, MOST, Op, Operands, PAGES, Part},
    records::Outcome,
    world::{OWNER, WORLD},
};
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        gfn::{Gfn, PAGE_ORDER, SUPERPAGE, SUPERPAGE_ORDER},
        guest,
        hypercall::{
            Errno,
            grant::{self, Mapping},
            memory::{self, Space},
            multicall::{Call, multicall},
            version,
        },
        mmio,
    },
    protocol::Request,
};

/// Performs it on this vCPU.
pub(super) fn perform(op: Op, dom0: &Dom0) -> Outcome {
    let Operands {
        count,
        pages,
        parts,
        server,
        registered,
        enabled,
        value,
    } = op.operands();
    let gfns = pages.map(|page| WORLD.page(page));
    let [page, other, ..] = gfns;
    let some = &gfns[..count];
    match op.kind {
        Kind::Null => {
            version::null();
            Outcome::of(&[Ok(0)])
        }
        Kind::Decrease => decrease(&[page], PAGE_ORDER),
        Kind::DecreaseArray => decrease(some, PAGE_ORDER),
        Kind::DecreaseSuperpage => decrease(&[WORLD.of_superpage(0)], SUPERPAGE_ORDER),
        Kind::PunchSuperpage => decrease(
            &[WORLD.of_superpage(u64::from(value) % SUPERPAGE as u64)],
            PAGE_ORDER,
        ),
        Kind::Populate => populate(&[page], PAGE_ORDER),
        Kind::PopulateArray => populate(some, PAGE_ORDER),
        Kind::PopulateSuperpage => populate(&[WORLD.of_superpage(0)], SUPERPAGE_ORDER),
        Kind::Increase => extents(memory::increase_reservation(1, PAGE_ORDER)),
        Kind::Remove => Outcome::of(&[unit(memory::remove_from_physmap(page))]),
        Kind::SharedInfo => {
            // Others may still be on their way into their waits, where they
            // look into shared_info: not when dom0 has replied.
            ask(dom0, Request::Quiesce(true)).unwrap_or_else(|Errno(why)| {
                guest::die(format_args!("the domU is not quiesced: {why}"))
            });
            Outcome::of(&WORLD.move_shared_info(page).map(unit))
        }
        Kind::GrantTable => Outcome::of(&[
            unit(memory::add_to_physmap(Space::GrantTable, page)),
            unit(memory::remove_from_physmap(page)),
        ]),
        Kind::Foreign => Outcome::of(&[unit(memory::map_foreign(OWNER, WORLD.lent(), page))]),
        Kind::ForeignBatch => foreign_batch(gfns, value),
        Kind::GrantMap => match grant::map(OWNER, WORLD.grant(), page) {
            Err(why) => Outcome::of(&[Err(why)]),
            Ok(mapping) => {
                WORLD.mapped(pages[0], mapping);
                Outcome::of(&[Ok(0)])
            }
        },
        Kind::GrantUnmap => match WORLD.any_mapping(value % 256) {
            None => Outcome::NOTHING,
            Some((n, mapping)) => {
                let unmapped = grant::unmap(mapping);
                if unmapped.is_ok() {
                    WORLD.forget(n);
                }
                Outcome::of(&[unit(unmapped)])
            }
        },
        Kind::Multicall => several(&parts, gfns, count),
        Kind::MmioRead if WORLD.is_enabled(server) => Outcome::of(&[Ok(mmio::read(server).into())]),
        Kind::MmioWrite if WORLD.is_enabled(server) => {
            mmio::write(server, value);
            Outcome::of(&[Ok(mmio::read(server).into())])
        }
        // An access that no server takes is a fault.
        Kind::MmioRead | Kind::MmioWrite => Outcome::NOTHING,
        Kind::Bad => bad(u64::from(value) % BAD, page),
        Kind::ByDom0Remove => Outcome::of(&[ask(dom0, Request::Remove(page.number()))]),
        Kind::ByDom0Decrease => {
            let (first, count) = range(pages[0], count);
            let taken = ask(dom0, Request::Decrease { first, count });
            Outcome::extents(taken)
        }
        Kind::ByDom0Paused => {
            let (first, count) = range(pages[0], count);
            Outcome::of(&[ask(dom0, Request::RemovePaused { first, count })])
        }
        Kind::Servers => Outcome::of(&[dom0_said(WORLD.configure(dom0, registered, enabled))]),
        Kind::DuringMmio if WORLD.is_enabled(server) => {
            during(dom0, page, || Ok(mmio::read(server).into()))
        }
        Kind::DuringMmio => Outcome::NOTHING,
        Kind::DuringInvalidation => during(dom0, other, || {
            memory::decrease_reservation(&[page], PAGE_ORDER).map(|extents| extents as u64)
        }),
    }
}

fn extents(result: Result<usize, Errno>) -> Outcome {
    Outcome::extents(result.map(|extents| extents as u64))
}

fn decrease(first: &[Gfn], order: u32) -> Outcome {
    extents(memory::decrease_reservation(first, order))
}

fn populate(first: &[Gfn], order: u32) -> Outcome {
    extents(memory::populate_physmap(first, order))
}

fn unit(result: Result<(), Errno>) -> Result<u64, Errno> {
    result.map(|()| 0)
}

/// What dom0 said: a fault of the connection is not a result.
fn dom0_said(reply: Result<u64, Error>) -> Result<u64, Errno> {
    match reply {
        Ok(value) => Ok(value),
        Err(Error::Dom0(errno)) => Err(Errno(errno)),
        Err(why) => guest::die(format_args!("{why}")),
    }
}

fn ask(dom0: &Dom0, request: Request) -> Result<u64, Errno> {
    dom0_said(dom0.ask(request))
}

/// So many frames from a page on, and no further than there are.
fn range(page: u64, count: usize) -> (u64, u64) {
    let count = count as u64;
    (WORLD.page(page.min(PAGES - count)).number(), count)
}

/// dom0 removes a page when `operation` makes a request to a server: whether it
/// did, and what the operation came to.
fn during(dom0: &Dom0, page: Gfn, operation: impl FnOnce() -> Result<u64, Errno>) -> Outcome {
    let armed = ask(dom0, Request::RemoveDuringNext(page.number()));
    let result = operation();
    let removed = ask(dom0, Request::Disarm);
    let mut outcome = Outcome::of(&[removed, result, armed]);
    outcome.done = removed == Ok(1);
    outcome
}

/// Of three frames one does not exist. What is mapped before an error stays.
fn foreign_batch(gfns: [Gfn; MOST], missing: u32) -> Outcome {
    let of = [0, 1, 2].map(|n| match missing % 3 == n {
        true => Gfn::NOWHERE.number(),
        false => WORLD.lent(),
    });
    let [a, b, c, ..] = gfns;
    match memory::map_foreign_batch(OWNER, of, [a, b, c]) {
        Err(why) => Outcome::of(&[Err(why)]),
        Ok(errs) => {
            let mut outcome = Outcome::of(&errs.map(|err| Ok(err as u64)));
            outcome.done = errs.contains(&0);
            outcome
        }
    }
}

/// The first calls of them are made, the others are hypercalls that do nothing.
fn several(parts: &[Part; MOST], gfns: [Gfn; MOST], count: usize) -> Outcome {
    let calls: [Call; MOST] = core::array::from_fn(|n| match parts[n] {
        _ if n >= count => Call::Null,
        Part::Null => Call::Null,
        Part::Remove => Call::Remove(gfns[n]),
        Part::Decrease => Call::Decrease(gfns[n]),
        Part::Populate => Call::Populate(gfns[n]),
        Part::Unknown => Call::Unknown,
    });
    match multicall(&calls) {
        Err(why) => Outcome::of(&[Err(why)]),
        // The version that a call which does nothing returns is Xen's.
        Ok(results) => Outcome::of(&core::array::from_fn::<_, MOST, _>(|n| {
            Ok(if calls[n] == Call::Null {
                0
            } else {
                results[n] as u64
            })
        })),
    }
}

/// Arguments that Xen refuses, one way or another.
fn bad(way: u64, page: Gfn) -> Outcome {
    let refused = |extents: Result<usize, Errno>| match extents {
        Ok(0) => Err(Errno(0)),
        other => other.map(|extents| extents as u64),
    };
    let result = match way {
        0 => refused(memory::populate_physmap(&[Gfn::NOWHERE], PAGE_ORDER)),
        1 => refused(memory::decrease_reservation(&[Gfn::NOWHERE], PAGE_ORDER)),
        2 => refused(memory::decrease_reservation(&[page], 20)),
        3 => unit(memory::remove_from_physmap(Gfn::NOWHERE)),
        4 => unit(memory::add_to_physmap(Space::Own(page), page)),
        5 => grant::map(OWNER, 9, page).map(|_| 0),
        6 => unit(grant::unmap(Mapping::new(page, 0xffff))),
        _ => memory::unknown().map(|result| result as u64),
    };
    let mut outcome = Outcome::of(&[result]);
    outcome.done = result.is_err();
    outcome
}
