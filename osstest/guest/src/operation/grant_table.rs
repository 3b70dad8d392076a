// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_add_to_physmap of the grant table over a page, and its removal. It is Xen's own
//! page, but RAM to the P2M.

use super::{Operation, Pages};
#[cfg(target_os = "none")]
use super::{outcome::Outcome, perform::one};
#[cfg(target_os = "none")]
use crate::low::hypercall::memory::{self, Space};

pub(super) const GRANT_TABLE: Operation = Operation {
    name: "grant-table",
    share: 25,
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, _| {
        let page = world.page(operands.pages[0]);
        Outcome::of(&[
            one(memory::add_to_physmap(Space::GrantTable, page)),
            one(memory::remove_from_physmap(page)),
        ])
    }),
    removes: Some(Pages::One),
    alone: true,
    also_removes: (0, 1),
    #[cfg(target_os = "none")]
    remove: |_, pages| one(memory::add_to_physmap(Space::GrantTable, pages[0])),
    #[cfg(target_os = "none")]
    clear: |_, pages| memory::remove_from_physmap(pages[0]),
    ..Operation::USUAL
};
