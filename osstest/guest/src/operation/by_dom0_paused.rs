// SPDX-License-Identifier: GPL-2.0-only

//! Several XENMEM_remove_from_physmap by dom0 while the domU is paused.

#[cfg(target_os = "none")]
use super::around::Around;
use super::{Operation, Pages, Removal, Sends, Share};
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
    fn name(&self) -> &'static str {
        "by-dom0-paused"
    }

    fn share(&self) -> Share {
        Share::Always(10)
    }

    fn sends(&self) -> Sends {
        Sends::Each
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for ByDom0Paused {
    fn pages(&self) -> Pages {
        Pages::Row
    }

    #[cfg(target_os = "none")]
    fn pauses(&self) -> bool {
        true
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
