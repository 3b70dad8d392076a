// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_remove_from_physmap.

use super::{About, Operation, Removal};
#[cfg(target_os = "none")]
use super::{around::Around, perform::one};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::Gfn,
    hypercall::{Errno, memory, multicall::Call},
};

pub(crate) struct Remove;

impl Operation for Remove {
    fn about(&self) -> About {
        About {
            name: "remove",
            share: 100,
            call_share: 2,
            ..About::USUAL
        }
    }

    #[cfg(target_os = "none")]
    fn call(&self, page: Gfn) -> Call {
        Call::Remove(page)
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for Remove {
    #[cfg(target_os = "none")]
    fn remove(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        one(memory::remove_from_physmap(pages[0]))
    }
}
