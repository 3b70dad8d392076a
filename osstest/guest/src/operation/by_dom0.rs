// SPDX-License-Identifier: GPL-2.0-only

//! What dom0 removes: XENMEM_remove_from_physmap of a page, and of several while the
//! domU is paused; XENMEM_decrease_reservation of several, each an extent of its own.

use super::{Operation, Pages, Sends};
#[cfg(target_os = "none")]
use crate::{
    low::hypercall::{domctl, memory},
    protocol::DOMU,
};

pub(super) const REMOVE: Operation = Operation {
    name: "by-dom0-remove",
    share: 30,
    sends: Sends::Each,
    removes: Some(Pages::One),
    #[cfg(target_os = "none")]
    on_dom0: Some(|first, _| memory::remove_from_physmap_of(DOMU, first).map(|()| 1)),
    ..Operation::USUAL
};

pub(super) const DECREASE: Operation = Operation {
    name: "by-dom0-decrease",
    share: 15,
    sends: Sends::EachParts,
    removes: Some(Pages::Row),
    keeps: false,
    #[cfg(target_os = "none")]
    on_dom0: Some(|first, count| {
        let pages: [u64; MOST] = core::array::from_fn(|n| first + n as u64);
        let pages = &pages[..count.min(MOST)];
        Ok(memory::decrease_reservation_of(DOMU, pages)? as u64)
    }),
    ..Operation::USUAL
};

/// Pages of one hypercall, at most.
#[cfg(target_os = "none")]
const MOST: usize = 64;

pub(super) const PAUSED: Operation = Operation {
    name: "by-dom0-paused",
    share: 10,
    sends: Sends::Each,
    removes: Some(Pages::Row),
    pauses: true,
    #[cfg(target_os = "none")]
    on_dom0: Some(|first, count| {
        domctl::pause(DOMU)?;
        let mut gfns = first..first + count as u64;
        let removed = gfns.try_for_each(|gfn| memory::remove_from_physmap_of(DOMU, gfn));
        domctl::unpause(DOMU)?;
        removed.map(|()| count as u64)
    }),
    ..Operation::USUAL
};
