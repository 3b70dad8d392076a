// SPDX-License-Identifier: GPL-2.0-only

//! dom0 removes a page while a vCPU waits: for its access to be completed, or for its
//! invalidation.

use super::{Operation, Sends};
#[cfg(target_os = "none")]
use super::{
    outcome::Outcome,
    perform::{ask, number},
};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    low::{
        gfn::{Gfn, PAGE_ORDER},
        hypercall::{Errno, memory},
        mmio,
    },
    protocol::Request,
};

pub(super) const MMIO: Operation = Operation {
    name: "during-mmio",
    share: 10,
    sends: Sends::Each,
    show: Some(|operands, f| write!(f, " {} server={}", operands.pages[0], operands.server)),
    // An access that no server takes is a fault.
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, dom0| {
        let page = world.page(operands.pages[0]);
        match world.is_enabled(operands.server) {
            true => during(dom0, page, || Ok(mmio::read(operands.server).into())),
            false => Outcome::NOTHING,
        }
    }),
    ..Operation::USUAL
};

pub(super) const INVALIDATION: Operation = Operation {
    name: "during-invalidation",
    share: 5,
    sends: Sends::Each,
    show: Some(|operands, f| {
        let [own, other, ..] = operands.pages;
        write!(f, " own={own} other={other}")
    }),
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, dom0| {
        let [own, other, ..] = operands.pages.map(|page| world.page(page));
        during(dom0, other, || {
            number(memory::decrease_reservation(&[own], PAGE_ORDER))
        })
    }),
    ..Operation::USUAL
};

/// dom0 removes a page when `operation` makes a request to a server: whether it
/// did, and what the operation came to.
#[cfg(target_os = "none")]
fn during(dom0: &Dom0, page: Gfn, operation: impl FnOnce() -> Result<u64, Errno>) -> Outcome {
    let armed = ask(dom0, Request::RemoveDuringNext(page.number()));
    let result = operation();
    let removed = ask(dom0, Request::Disarm);
    let mut outcome = Outcome::of(&[removed, result, armed]);
    outcome.done = removed == Ok(1);
    outcome
}
