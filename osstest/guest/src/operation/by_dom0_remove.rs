// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_remove_from_physmap by dom0.

#[cfg(target_os = "none")]
use super::around::Around;
use super::{Operation, Pages, Removal, Sends, Share};
#[cfg(target_os = "none")]
use crate::{
    low::{
        gfn::Gfn,
        hypercall::{Errno, memory},
    },
    protocol::DOMU,
};

pub(crate) struct ByDom0Remove;

impl Operation for ByDom0Remove {
    fn name(&self) -> &'static str {
        "by-dom0-remove"
    }

    fn share(&self) -> Share {
        Share::Always(30)
    }

    fn sends(&self) -> Sends {
        Sends::Each
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for ByDom0Remove {
    fn pages(&self) -> Pages {
        Pages::One
    }

    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        around.have_removed(self, pages)
    }

    #[cfg(target_os = "none")]
    fn on_dom0(&self, first: u64, _: usize) -> Result<u64, Errno> {
        memory::remove_from_physmap_of(DOMU, first).map(|()| 1)
    }
}
