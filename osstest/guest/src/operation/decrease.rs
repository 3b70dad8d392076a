// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_decrease_reservation: of a page, of several, each an extent of its own, of
//! an extent of order 9, and of a page of a superpage.

use super::{About, How, Pages, Sends, extents::Extents};
#[cfg(target_os = "none")]
use crate::low::hypercall::{memory, multicall::Call};

pub(crate) const PAGE: Extents = decrease(
    About {
        name: "decrease",
        share: 130,
        call_share: 3,
        ..About::USUAL
    },
    Pages::One,
);

pub(crate) const SOME: Extents = decrease(
    About {
        name: "decrease-array",
        share: 60,
        sends: Sends::OwnParts,
        ..About::USUAL
    },
    Pages::Some,
);

pub(crate) const SUPERPAGE: Extents = decrease(
    About {
        name: "decrease-superpage",
        share: 15,
        ..About::USUAL
    },
    Pages::Superpage,
);

pub(crate) const OF_SUPERPAGE: Extents = decrease(
    About {
        name: "punch-superpage",
        share: 25,
        ..About::USUAL
    },
    Pages::OfSuperpage,
);

const fn decrease(about: About, pages: Pages) -> Extents {
    Extents {
        about,
        how: How {
            pages,
            keeps: false,
            deferred: true,
            ..How::USUAL
        },
        #[cfg(target_os = "none")]
        hypercall: memory::decrease_reservation,
        #[cfg(target_os = "none")]
        call: Call::Decrease,
    }
}
