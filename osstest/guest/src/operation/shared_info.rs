// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_add_to_physmap of shared_info over a page, and back to where it was. It is
//! Xen's own page, but RAM to the P2M.
//!
//! No vCPU may be looking for events meanwhile.

use super::{About, How, Operation, Removal};
#[cfg(target_os = "none")]
use super::{
    around::Around,
    operands::Operands,
    outcome::Outcome,
    perform::{ask, one},
};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{gfn::Gfn, guest, hypercall::Errno, shared_info},
    protocol::Request,
};

pub(crate) struct SharedInfo;

impl Operation for SharedInfo {
    fn about(&self) -> About {
        About {
            name: "shared-info",
            share: 15,
            ..About::USUAL
        }
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, dom0: &Dom0) -> Outcome {
        // Others may still be on their way into their waits, where they
        // look into shared_info: not when dom0 has replied.
        ask(dom0, Request::Quiesce).unwrap_or_else(|Errno(why)| {
            guest::die(format_args!("the domU is not quiesced: {why}"))
        });
        let to = world.page(operands.pages[0]);
        let home = Around::new(dom0).shared_info;
        Outcome::of(&[
            one(shared_info::unmap(home)),
            one(shared_info::map(to)),
            one(shared_info::unmap(to)),
            one(shared_info::map(home)),
        ])
    }
}

impl Removal for SharedInfo {
    fn how(&self) -> How {
        How {
            alone: true,
            also_removes: (1, 1),
            ..How::USUAL
        }
    }

    #[cfg(target_os = "none")]
    fn prepare(&self, around: &Around<'_>) -> Result<(), Errno> {
        shared_info::unmap(around.shared_info)
    }

    #[cfg(target_os = "none")]
    fn remove(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        one(shared_info::map(pages[0]))
    }

    #[cfg(target_os = "none")]
    fn clear(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<(), Errno> {
        shared_info::unmap(pages[0])?;
        shared_info::map(around.shared_info)
    }
}
