// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_decrease_reservation of several pages by dom0, each an extent of its own.

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

/// Pages of one hypercall, at most.
#[cfg(target_os = "none")]
const MOST: usize = 64;

pub(crate) struct ByDom0Decrease;

impl Operation for ByDom0Decrease {
    fn about(&self) -> About {
        About {
            name: "by-dom0-decrease",
            share: 15,
            sends: Sends::EachParts,
            ..About::USUAL
        }
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for ByDom0Decrease {
    fn how(&self) -> How {
        How {
            pages: Pages::Row,
            keeps: false,
            ..How::USUAL
        }
    }

    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        around.have_removed(self, pages)
    }

    #[cfg(target_os = "none")]
    fn on_dom0(&self, first: u64, count: usize) -> Result<u64, Errno> {
        let pages: [u64; MOST] = core::array::from_fn(|n| first + n as u64);
        let pages = &pages[..count.min(MOST)];
        Ok(memory::decrease_reservation_of(DOMU, pages)? as u64)
    }
}
