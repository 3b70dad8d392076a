// SPDX-License-Identifier: GPL-2.0-only

//! What dom0 removes: XENMEM_remove_from_physmap of a page, and of several while the
//! domU is paused; XENMEM_decrease_reservation of several, each an extent of its own.

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

pub(crate) struct ByDom0 {
    about: About,
    how: How,
    /// Dom0's part: removes so many frames from the first on.
    #[cfg(target_os = "none")]
    on_dom0: fn(u64, usize) -> Result<u64, Errno>,
}

pub(crate) const REMOVE: ByDom0 = ByDom0 {
    about: About {
        name: "by-dom0-remove",
        share: 30,
        sends: Sends::Each,
        ..About::USUAL
    },
    how: How::USUAL,
    #[cfg(target_os = "none")]
    on_dom0: |first, _| memory::remove_from_physmap_of(DOMU, first).map(|()| 1),
};

pub(crate) const DECREASE: ByDom0 = ByDom0 {
    about: About {
        name: "by-dom0-decrease",
        share: 15,
        sends: Sends::EachParts,
        ..About::USUAL
    },
    how: How {
        pages: Pages::Row,
        keeps: false,
        ..How::USUAL
    },
    #[cfg(target_os = "none")]
    on_dom0: decrease,
};

pub(crate) const PAUSED: ByDom0 = ByDom0 {
    about: About {
        name: "by-dom0-paused",
        share: 10,
        sends: Sends::Each,
        ..About::USUAL
    },
    how: How {
        pages: Pages::Row,
        pauses: true,
        ..How::USUAL
    },
    #[cfg(target_os = "none")]
    on_dom0: remove_paused,
};

/// Pages of one hypercall, at most.
#[cfg(target_os = "none")]
const MOST: usize = 64;

#[cfg(target_os = "none")]
fn decrease(first: u64, count: usize) -> Result<u64, Errno> {
    let pages: [u64; MOST] = core::array::from_fn(|n| first + n as u64);
    let pages = &pages[..count.min(MOST)];
    Ok(memory::decrease_reservation_of(DOMU, pages)? as u64)
}

#[cfg(target_os = "none")]
fn remove_paused(first: u64, count: usize) -> Result<u64, Errno> {
    domctl::pause(DOMU)?;
    let mut gfns = first..first + count as u64;
    let removed = gfns.try_for_each(|gfn| memory::remove_from_physmap_of(DOMU, gfn));
    domctl::unpause(DOMU)?;
    removed.map(|()| count as u64)
}

impl Operation for ByDom0 {
    fn about(&self) -> About {
        self.about
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for ByDom0 {
    fn how(&self) -> How {
        self.how
    }

    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        around.have_removed(self, pages)
    }

    #[cfg(target_os = "none")]
    fn on_dom0(&self, first: u64, count: usize) -> Result<u64, Errno> {
        (self.on_dom0)(first, count)
    }
}
