// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_decrease_reservation: of a page, of several, each an extent of its own, of
//! an extent of order 9, and of a page of a superpage.

#[cfg(target_os = "none")]
use super::perform::number;
use super::{Operation, Pages, Sends};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::{PAGE_ORDER, SUPERPAGE_ORDER},
    hypercall::{memory, multicall::Call},
};

pub(crate) const PAGE: Operation = Operation {
    name: "decrease",
    share: 130,
    call_share: 3,
    #[cfg(target_os = "none")]
    call: Call::Decrease,
    ..DECREASE
};

pub(crate) const SOME: Operation = Operation {
    name: "decrease-array",
    share: 60,
    sends: Sends::OwnParts,
    removes: Some(Pages::Some),
    ..DECREASE
};

pub(super) const SUPERPAGE: Operation = Operation {
    name: "decrease-superpage",
    share: 15,
    removes: Some(Pages::Superpage),
    #[cfg(target_os = "none")]
    remove: |_, pages| number(memory::decrease_reservation(pages, SUPERPAGE_ORDER)),
    ..DECREASE
};

pub(super) const OF_SUPERPAGE: Operation = Operation {
    name: "punch-superpage",
    share: 25,
    removes: Some(Pages::OfSuperpage),
    ..DECREASE
};

/// What they have in common: each page is an extent.
const DECREASE: Operation = Operation {
    removes: Some(Pages::One),
    keeps: false,
    deferred: true,
    #[cfg(target_os = "none")]
    remove: |_, pages| number(memory::decrease_reservation(pages, PAGE_ORDER)),
    ..Operation::USUAL
};
