// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_populate_physmap: of a page, of several, each an extent of its own, of
//! an extent of order 9.

use super::{About, How, Operation, Pages, Removal, Sends};
#[cfg(target_os = "none")]
use super::{around::Around, perform::number};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::{Gfn, PAGE_ORDER, SUPERPAGE_ORDER},
    hypercall::{Errno, memory, multicall::Call},
};

pub(crate) struct Populate {
    about: About,
    pages: Pages,
}

pub(crate) const PAGE: Populate = Populate {
    about: About {
        name: "populate",
        share: 140,
        call_share: 2,
        ..About::USUAL
    },
    pages: Pages::One,
};

pub(crate) const SOME: Populate = Populate {
    about: About {
        name: "populate-array",
        share: 60,
        sends: Sends::OwnParts,
        ..About::USUAL
    },
    pages: Pages::Some,
};

pub(crate) const SUPERPAGE: Populate = Populate {
    about: About {
        name: "populate-superpage",
        share: 10,
        ..About::USUAL
    },
    pages: Pages::Superpage,
};

impl Operation for Populate {
    fn about(&self) -> About {
        self.about
    }

    #[cfg(target_os = "none")]
    fn call(&self, page: Gfn) -> Call {
        Call::Populate(page)
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for Populate {
    fn how(&self) -> How {
        How {
            pages: self.pages,
            leaves_ram: true,
            ..How::USUAL
        }
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
