// SPDX-License-Identifier: GPL-2.0-only

//! Arguments that Xen has to refuse, one way or another.

use super::{About, Operation, operands::Operands};
#[cfg(target_os = "none")]
use super::{
    outcome::Outcome,
    perform::{number, one},
};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{
        gfn::{Gfn, PAGE_ORDER},
        hypercall::{
            Errno,
            grant::{self, Mapping},
            memory::{self, Space},
            multicall::Call,
        },
    },
    protocol::DOM0,
};
use core::fmt;

/// Ways to be wrong.
const WAYS: u64 = 8;

pub(crate) struct Bad;

impl Operation for Bad {
    fn about(&self) -> About {
        About {
            name: "bad",
            share: 40,
            call_share: 1,
            ..About::USUAL
        }
    }

    #[cfg(target_os = "none")]
    fn call(&self, _: Gfn) -> Call {
        Call::Unknown
    }

    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Operands { value, pages, .. } = operands;
        write!(f, " way={} page={}", u64::from(*value) % WAYS, pages[0])
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, _: &Dom0) -> Outcome {
        let page = world.page(operands.pages[0]);
        let refused = |extents| match number(extents) {
            Ok(0) => Err(Errno(0)),
            other => other,
        };
        let result = match u64::from(operands.value) % WAYS {
            0 => refused(memory::populate_physmap(&[Gfn::NOWHERE], PAGE_ORDER)),
            1 => refused(memory::decrease_reservation(&[Gfn::NOWHERE], PAGE_ORDER)),
            2 => refused(memory::decrease_reservation(&[page], 20)),
            3 => one(memory::remove_from_physmap(Gfn::NOWHERE)),
            4 => one(memory::add_to_physmap(Space::Own(page), page)),
            5 => grant::map(DOM0, 9, page).map(|_| 0),
            6 => one(grant::unmap(Mapping::new(page, 0xffff))),
            _ => number(memory::unknown()),
        };
        let mut outcome = Outcome::of(&[result]);
        outcome.done = result.is_err();
        outcome
    }
}
