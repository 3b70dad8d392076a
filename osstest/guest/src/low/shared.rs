// SPDX-License-Identifier: GPL-2.0-only

//! Access to the page that the guests share.

use super::{
    gfn::{self, Frame},
    hypercall::{Errno, memory},
};
use crate::protocol::{DOMU, Shared};

/// The page, in the domU.
pub fn own() -> &'static Shared {
    let page = usize::try_from(gfn::shared_gfn() << 12).expect("memory is addressable");
    let page = core::ptr::with_exposed_provenance::<Shared>(page);
    // SAFETY: RAM that nothing else uses and that stays; all fields are
    // atomics, for which any contents are valid.
    unsafe { &*page }
}

/// The domU's page, mapped over a frame of the dom0.
pub fn of_domu() -> Result<&'static Shared, Errno> {
    static FRAME: Frame = Frame::new();
    memory::map_foreign(DOMU, gfn::shared_gfn(), FRAME.gfn())?;
    // SAFETY: just mapped, for good; as for `own()`.
    Ok(unsafe { &*FRAME.gfn().pointer::<Shared>() })
}
