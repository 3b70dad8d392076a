// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_decrease_reservation: of a page, of several, each an extent of its own, of
//! an extent of order 9, and of a page of a superpage.

use super::{Operation, Pages, Removal, Sends, Share};
#[cfg(target_os = "none")]
use super::{around::Around, perform::number};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::{Gfn, PAGE_ORDER, SUPERPAGE_ORDER},
    hypercall::{Errno, memory, multicall::Call},
};

pub(crate) struct Decrease {
    name: &'static str,
    share: Share,
    pages: Pages,
    call_share: u64,
}

pub(crate) const PAGE: Decrease = Decrease {
    name: "decrease",
    share: Share::Always(130),
    pages: Pages::One,
    call_share: 3,
};

pub(crate) const SOME: Decrease = Decrease {
    name: "decrease-array",
    share: Share::Always(60),
    pages: Pages::Some,
    call_share: 0,
};

pub(crate) const SUPERPAGE: Decrease = Decrease {
    name: "decrease-superpage",
    share: Share::Superpages(15),
    pages: Pages::Superpage,
    call_share: 0,
};

pub(crate) const OF_SUPERPAGE: Decrease = Decrease {
    name: "punch-superpage",
    share: Share::Superpages(25),
    pages: Pages::OfSuperpage,
    call_share: 0,
};

impl Operation for Decrease {
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
        Call::Decrease(page)
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

impl Removal for Decrease {
    fn pages(&self) -> Pages {
        self.pages
    }

    #[cfg(target_os = "none")]
    fn is_deferred(&self) -> bool {
        true
    }

    #[cfg(target_os = "none")]
    fn keeps(&self) -> bool {
        false
    }

    #[cfg(target_os = "none")]
    fn remove(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        let order = match self.pages {
            Pages::Superpage => SUPERPAGE_ORDER,
            _ => PAGE_ORDER,
        };
        number(memory::decrease_reservation(pages, order))
    }
}
