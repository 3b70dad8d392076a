// SPDX-License-Identifier: GPL-2.0-only

//! Arguments that Xen has to refuse, one way or another.

use super::Operation;
#[cfg(target_os = "none")]
use super::{
    outcome::Outcome,
    perform::{number, one},
};
#[cfg(target_os = "none")]
use crate::{
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

/// Ways to be wrong.
const WAYS: u32 = 8;

pub(super) const BAD: Operation = Operation {
    name: "bad",
    share: 40,
    call_share: 1,
    #[cfg(target_os = "none")]
    call: |_| Call::Unknown,
    show: Some(|operands, f| {
        let [page, ..] = operands.pages;
        write!(f, " way={} page={page}", operands.value % WAYS)
    }),
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, _| {
        let page = world.page(operands.pages[0]);
        let refused = |extents| match number(extents) {
            Ok(0) => Err(Errno(0)),
            other => other,
        };
        let result = match operands.value % WAYS {
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
    }),
    ..Operation::USUAL
};
