// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_populate_physmap: of a page, of several, each an extent of its own, of
//! an extent of order 9.

#[cfg(target_os = "none")]
use super::perform::number;
use super::{Operation, Pages, Sends};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::{PAGE_ORDER, SUPERPAGE_ORDER},
    hypercall::{memory, multicall::Call},
};

pub(super) const PAGE: Operation = Operation {
    name: "populate",
    share: 140,
    call_share: 2,
    #[cfg(target_os = "none")]
    call: Call::Populate,
    ..POPULATE
};

pub(super) const SOME: Operation = Operation {
    name: "populate-array",
    share: 60,
    sends: Sends::OwnParts,
    removes: Some(Pages::Some),
    ..POPULATE
};

pub(super) const SUPERPAGE: Operation = Operation {
    name: "populate-superpage",
    share: 10,
    removes: Some(Pages::Superpage),
    #[cfg(target_os = "none")]
    remove: |_, pages| number(memory::populate_physmap(pages, SUPERPAGE_ORDER)),
    ..POPULATE
};

/// What they have in common: each page is an extent.
const POPULATE: Operation = Operation {
    removes: Some(Pages::One),
    leaves_ram: true,
    #[cfg(target_os = "none")]
    remove: |_, pages| number(memory::populate_physmap(pages, PAGE_ORDER)),
    ..Operation::USUAL
};
