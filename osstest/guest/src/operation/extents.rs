// SPDX-License-Identifier: GPL-2.0-only

//! Hypercalls on a list of extents: pages, each an extent of its own, or one of order 9.

use super::{About, How, Operation, Removal};
#[cfg(target_os = "none")]
use super::{Pages, around::Around, perform::number};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::{Gfn, PAGE_ORDER, SUPERPAGE_ORDER},
    hypercall::{Errno, multicall::Call},
};

pub(crate) struct Extents {
    pub(super) about: About,
    pub(super) how: How,
    /// On extents of that order; how many were done.
    #[cfg(target_os = "none")]
    pub(super) hypercall: fn(&[Gfn], u32) -> Result<usize, Errno>,
    /// The same on a page, in a multicall.
    #[cfg(target_os = "none")]
    pub(super) call: fn(Gfn) -> Call,
}

impl Operation for Extents {
    fn about(&self) -> About {
        self.about
    }

    #[cfg(target_os = "none")]
    fn call(&self, page: Gfn) -> Call {
        (self.call)(page)
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for Extents {
    fn how(&self) -> How {
        self.how
    }

    #[cfg(target_os = "none")]
    fn remove(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        let order = match self.how.pages {
            Pages::Superpage => SUPERPAGE_ORDER,
            _ => PAGE_ORDER,
        };
        number((self.hypercall)(pages, order))
    }
}
