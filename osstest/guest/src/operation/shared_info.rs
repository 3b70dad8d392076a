// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_add_to_physmap of shared_info over a page, and back to where it was. It is
//! Xen's own page, but RAM to the P2M.
//!
//! No vCPU may be looking for events meanwhile.

use super::{Operation, Pages};
#[cfg(target_os = "none")]
use super::{
    around::Around,
    outcome::Outcome,
    perform::{ask, one},
};
#[cfg(target_os = "none")]
use crate::{
    low::{guest, hypercall::Errno, shared_info},
    protocol::Request,
};

pub(super) const SHARED_INFO: Operation = Operation {
    name: "shared-info",
    share: 15,
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, dom0| {
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
    }),
    removes: Some(Pages::One),
    alone: true,
    also_removes: (1, 1),
    #[cfg(target_os = "none")]
    prepare: |around| shared_info::unmap(around.shared_info),
    #[cfg(target_os = "none")]
    remove: |_, pages| one(shared_info::map(pages[0])),
    #[cfg(target_os = "none")]
    clear: |around, pages| {
        shared_info::unmap(pages[0])?;
        shared_info::map(around.shared_info)
    },
    ..Operation::USUAL
};
