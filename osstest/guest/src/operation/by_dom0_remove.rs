// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_remove_from_physmap by dom0.

#[cfg(target_os = "none")]
use super::around::Around;
use super::{About, How, Operation, Pages, Removal, Sends};
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
    fn about(&self) -> About {
        About {
            name: "by-dom0-remove",
            share: 30,
            sends: Sends::Each,
            ..About::USUAL
        }
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for ByDom0Remove {
    fn how(&self) -> How {
        How {
            pages: Pages::One,
            ..How::USUAL
        }
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
