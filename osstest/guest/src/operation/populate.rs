// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_populate_physmap: of a page, of several, each an extent of its own, of
//! an extent of order 9.

use super::{About, How, Pages, Sends, extents::Extents};
#[cfg(target_os = "none")]
use crate::low::hypercall::{memory, multicall::Call};

pub(crate) const PAGE: Extents = populate(
    About {
        name: "populate",
        share: 140,
        call_share: 2,
        ..About::USUAL
    },
    Pages::One,
);

pub(crate) const SOME: Extents = populate(
    About {
        name: "populate-array",
        share: 60,
        sends: Sends::OwnParts,
        ..About::USUAL
    },
    Pages::Some,
);

pub(crate) const SUPERPAGE: Extents = populate(
    About {
        name: "populate-superpage",
        share: 10,
        ..About::USUAL
    },
    Pages::Superpage,
);

const fn populate(about: About, pages: Pages) -> Extents {
    Extents {
        about,
        how: How {
            pages,
            leaves_ram: true,
            ..How::USUAL
        },
        #[cfg(target_os = "none")]
        hypercall: memory::populate_physmap,
        #[cfg(target_os = "none")]
        call: Call::Populate,
    }
}
