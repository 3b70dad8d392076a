// SPDX-License-Identifier: GPL-2.0-only

//! What operations have in common.

use super::{
    Operation, Pages,
    around::Around,
    operands::{MOST, Operands},
    outcome::Outcome,
};
use crate::{
    battery::{dom0::Dom0, error::Error},
    differential::world::World,
    low::{
        gfn::{Gfn, SUPERPAGE},
        guest,
        hypercall::Errno,
    },
    protocol::Request,
};

/// Removes memory of the world, if that is what the operation is there for.
pub(super) fn removal(
    operation: &Operation,
    operands: &Operands,
    world: &World,
    dom0: &Dom0,
) -> Outcome {
    let some = operands.pages.map(|page| world.page(page));
    let count = operands.count;
    let around = Around::new(dom0);
    let remove = |pages: &[Gfn]| Outcome::extents(operation.remove(&around, pages));
    match operation.removes {
        None => Outcome::NOTHING,
        Some(Pages::One) => remove(&some[..1]),
        Some(Pages::Some) => remove(&some[..count]),
        Some(Pages::Row) => {
            let (first, _) = operands.row();
            let row: [Gfn; MOST] = core::array::from_fn(|n| world.page(first + n as u64));
            remove(&row[..count])
        }
        Some(Pages::Superpage) => remove(&[world.of_superpage(0)]),
        Some(Pages::OfSuperpage) => {
            remove(&[world.of_superpage(u64::from(operands.value) % SUPERPAGE as u64)])
        }
    }
}

/// That something succeeded, as a result.
pub(super) fn one(result: Result<(), Errno>) -> Result<u64, Errno> {
    result.map(|()| 1)
}

/// A number of extents, as a result.
pub(super) fn number(result: Result<usize, Errno>) -> Result<u64, Errno> {
    result.map(|extents| extents as u64)
}

/// What dom0 said: a fault of the connection is not a result.
pub(super) fn dom0_said(reply: Result<u64, Error>) -> Result<u64, Errno> {
    match reply {
        Ok(value) => Ok(value),
        Err(Error::Dom0(errno)) => Err(Errno(errno)),
        Err(why) => guest::die(format_args!("{why}")),
    }
}

/// Has dom0 do something.
pub(super) fn ask(dom0: &Dom0, request: Request) -> Result<u64, Errno> {
    dom0_said(dom0.ask(request))
}
