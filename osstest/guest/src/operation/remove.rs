// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_remove_from_physmap.

#[cfg(target_os = "none")]
use super::perform::one;
use super::{Operation, Pages};
#[cfg(target_os = "none")]
use crate::low::hypercall::{memory, multicall::Call};

pub(super) const REMOVE: Operation = Operation {
    name: "remove",
    share: 100,
    call_share: 2,
    #[cfg(target_os = "none")]
    call: Call::Remove,
    removes: Some(Pages::One),
    #[cfg(target_os = "none")]
    remove: |_, pages| one(memory::remove_from_physmap(pages[0])),
    ..Operation::USUAL
};
