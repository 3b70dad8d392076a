// SPDX-License-Identifier: GPL-2.0-only

//! Several XENMEM_remove_from_physmap by dom0 while the domU is paused.

#[cfg(target_os = "none")]
use super::around::Around;
use super::{About, How, Operation, Pages, Removal, Sends};
#[cfg(target_os = "none")]
use crate::{
    low::{
        gfn::Gfn,
        hypercall::{Errno, domctl, memory},
    },
    protocol::DOMU,
};

pub(crate) struct ByDom0Paused;

impl Operation for ByDom0Paused {
    fn about(&self) -> About {
        About {
            name: "by-dom0-paused",
            share: 10,
            sends: Sends::Each,
            ..About::USUAL
        }
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for ByDom0Paused {
    fn how(&self) -> How {
        How {
            pages: Pages::Row,
            pauses: true,
            ..How::USUAL
        }
    }

    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        around.have_removed(self, pages)
    }

    #[cfg(target_os = "none")]
    fn on_dom0(&self, first: u64, count: usize) -> Result<u64, Errno> {
        domctl::pause(DOMU)?;
        let mut gfns = first..first + count as u64;
        let removed = gfns.try_for_each(|gfn| memory::remove_from_physmap_of(DOMU, gfn));
        domctl::unpause(DOMU)?;
        removed.map(|()| count as u64)
    }
}
