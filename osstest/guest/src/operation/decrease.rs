// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_decrease_reservation: of a page, of several, each an extent of its own, of
//! an extent of order 9, and of a page of a superpage.

use super::{About, How, Operation, Pages, Removal, Sends};
#[cfg(target_os = "none")]
use super::{around::Around, perform::number};
#[cfg(target_os = "none")]
use crate::low::{
    gfn::{Gfn, PAGE_ORDER, SUPERPAGE_ORDER},
    hypercall::{Errno, memory, multicall::Call},
};

pub(crate) struct Decrease {
    about: About,
    pages: Pages,
}

pub(crate) const PAGE: Decrease = Decrease {
    about: About {
        name: "decrease",
        share: 130,
        call_share: 3,
        ..About::USUAL
    },
    pages: Pages::One,
};

pub(crate) const SOME: Decrease = Decrease {
    about: About {
        name: "decrease-array",
        share: 60,
        sends: Sends::OwnParts,
        ..About::USUAL
    },
    pages: Pages::Some,
};

pub(crate) const SUPERPAGE: Decrease = Decrease {
    about: About {
        name: "decrease-superpage",
        share: 15,
        ..About::USUAL
    },
    pages: Pages::Superpage,
};

pub(crate) const OF_SUPERPAGE: Decrease = Decrease {
    about: About {
        name: "punch-superpage",
        share: 25,
        ..About::USUAL
    },
    pages: Pages::OfSuperpage,
};

impl Operation for Decrease {
    fn about(&self) -> About {
        self.about
    }

    #[cfg(target_os = "none")]
    fn call(&self, page: Gfn) -> Call {
        Call::Decrease(page)
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for Decrease {
    fn how(&self) -> How {
        How {
            pages: self.pages,
            keeps: false,
            deferred: true,
            ..How::USUAL
        }
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
