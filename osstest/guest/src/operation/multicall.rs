// SPDX-License-Identifier: GPL-2.0-only

//! Several calls in one hypercall.

use super::{
    About, How, OPERATIONS, Operation, Pages, Removal, Sends,
    operands::{MOST, Operands},
};
#[cfg(target_os = "none")]
use super::{around::Around, outcome::Outcome};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{
        gfn::Gfn,
        hypercall::{
            Errno,
            multicall::{Call, multicall},
        },
    },
};
use core::fmt;

pub(crate) struct Multicall;

impl Operation for Multicall {
    fn about(&self) -> About {
        About {
            name: "multicall",
            share: 60,
            sends: Sends::OwnParts,
            ..About::USUAL
        }
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }

    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = operands.pages.iter().zip(operands.calls);
        calls
            .take(operands.count)
            .try_for_each(|(page, call)| write!(f, " {}:{page}", OPERATIONS[call].name()))
    }

    /// The first calls of them are made, the others are hypercalls that do nothing.
    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, _: &Dom0) -> Outcome {
        let gfns = operands.pages.map(|page| world.page(page));
        let calls: [Call; MOST] = core::array::from_fn(|n| match n < operands.count {
            true => OPERATIONS[operands.calls[n]].call(gfns[n]),
            false => Call::Null,
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
}

impl Removal for Multicall {
    fn how(&self) -> How {
        How {
            pages: Pages::Some,
            most: MOST,
            keeps: false,
            ..How::USUAL
        }
    }

    /// Each by a call of its own.
    #[cfg(target_os = "none")]
    fn remove(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        let call = |n| {
            pages
                .get(n)
                .map_or(Call::Null, |&page| Call::Decrease(page))
        };
        let calls: [Call; MOST] = core::array::from_fn(call);
        let results = multicall(&calls)?;
        let done = results
            .iter()
            .zip(pages)
            .filter(|&(&result, _)| result == 1);
        Ok(done.count() as u64)
    }
}
