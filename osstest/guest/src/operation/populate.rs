// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_populate_physmap: of a page, of several, each an extent of its own, of
//! an extent of order 9.

use super::{Operation, Pages, Removal, Sends, Share};
#[cfg(target_os = "none")]
use super::{around::Around, perform::number};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::{Gfn, PAGE_ORDER, SUPERPAGE_ORDER},
    hypercall::{Errno, memory, multicall::Call},
};

pub(crate) struct Populate {
    name: &'static str,
    share: Share,
    pages: Pages,
    call_share: u64,
}

pub(crate) const PAGE: Populate = Populate {
    name: "populate",
    share: Share::Always(140),
    pages: Pages::One,
    call_share: 2,
};

pub(crate) const SOME: Populate = Populate {
    name: "populate-array",
    share: Share::Always(60),
    pages: Pages::Some,
    call_share: 0,
};

pub(crate) const SUPERPAGE: Populate = Populate {
    name: "populate-superpage",
    share: Share::Superpages(10),
    pages: Pages::Superpage,
    call_share: 0,
};

impl Operation for Populate {
    fn name(&self) -> &'static str {
        self.name
    }

    fn share(&self) -> Share {
        self.share
    }

    fn call_share(&self) -> u64 {
        self.call_share
    }

    #[cfg(target_os = "none")]
    fn call(&self, page: Gfn) -> Call {
        Call::Populate(page)
    }

    fn sends(&self) -> Sends {
        match self.pages {
            Pages::Some => Sends::OwnParts,
            _ => Sends::Own,
        }
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for Populate {
    fn pages(&self) -> Pages {
        self.pages
    }

    #[cfg(target_os = "none")]
    fn leaves_ram(&self) -> bool {
        true
    }

    #[cfg(target_os = "none")]
    fn remove(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        let order = match self.pages {
            Pages::Superpage => SUPERPAGE_ORDER,
            _ => PAGE_ORDER,
        };
        number(memory::populate_physmap(pages, order))
    }
}
