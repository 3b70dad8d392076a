// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_add_to_physmap of the grant table over a page, and its removal. It is Xen's own
//! page, but RAM to the P2M.

use super::{Operation, Removal, Share};
#[cfg(target_os = "none")]
use super::{around::Around, operands::Operands, outcome::Outcome, perform::one};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{
        gfn::Gfn,
        hypercall::{
            Errno,
            memory::{self, Space},
        },
    },
};

pub(crate) struct GrantTable;

impl Operation for GrantTable {
    fn name(&self) -> &'static str {
        "grant-table"
    }

    fn share(&self) -> Share {
        Share::Always(25)
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, _: &Dom0) -> Outcome {
        let page = world.page(operands.pages[0]);
        Outcome::of(&[
            one(memory::add_to_physmap(Space::GrantTable, page)),
            one(memory::remove_from_physmap(page)),
        ])
    }
}

impl Removal for GrantTable {
    #[cfg(target_os = "none")]
    fn alone(&self) -> bool {
        true
    }

    #[cfg(target_os = "none")]
    fn also_removes(&self) -> (u64, u64) {
        (0, 1)
    }

    #[cfg(target_os = "none")]
    fn remove(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        one(memory::add_to_physmap(Space::GrantTable, pages[0]))
    }

    #[cfg(target_os = "none")]
    fn clear(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<(), Errno> {
        memory::remove_from_physmap(pages[0])
    }
}
