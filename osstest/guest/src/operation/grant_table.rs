// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_add_to_physmap of the grant table over a page, and its removal. It is Xen's own
//! page, but RAM to the P2M.

use super::{About, How, Operation, Removal};
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
    fn about(&self) -> About {
        About {
            name: "grant-table",
            share: 25,
            ..About::USUAL
        }
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
    fn how(&self) -> How {
        How {
            alone: true,
            also_removes: (0, 1),
            ..How::USUAL
        }
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
