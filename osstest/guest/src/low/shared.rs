// SPDX-License-Identifier: GPL-2.0-only

//! Access to the page that the guests share.

use super::{
    gfn::{self, Frame},
    hypercall::{Errno, memory},
};
use crate::protocol::{DOMU, Shared};
use core::ops::Deref;

/// The page, in the domU.
pub fn own() -> &'static Shared {
    let page = usize::try_from(gfn::shared_gfn() << 12).expect("memory is addressable");
    let page = core::ptr::with_exposed_provenance::<Shared>(page);
    // SAFETY: RAM that nothing else uses and that stays, as large as a page. All fields
    // are atomic numbers, for which any contents are valid.
    unsafe { &*page }
}

/// The domU's page, mapped over a frame of the dom0.
pub fn of_domu() -> Result<&'static Shared, Errno> {
    static FRAME: Frame = Frame::new();
    map(&FRAME)?;
    // SAFETY: just mapped, for good; as for `own()`.
    Ok(unsafe { &*FRAME.gfn().pointer::<Shared>() })
}

fn map(frame: &'static Frame) -> Result<(), Errno> {
    memory::map_foreign(DOMU, gfn::shared_gfn(), frame.gfn())
}

/// The domU's page, mapped for as long as this exists.
pub struct Lease(&'static Frame);

impl Lease {
    /// Maps it over a frame of the dom0, which is used for nothing else.
    pub fn new(frame: &'static Frame) -> Result<Self, Errno> {
        map(frame)?;
        Ok(Self(frame))
    }

    /// Unmaps it.
    pub fn end(self) -> Result<(), Errno> {
        memory::remove_from_physmap(self.0.gfn())
    }
}

impl Deref for Lease {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        // SAFETY: mapped by `new()`, until `end()` takes this; as for `own()`.
        unsafe { &*self.0.gfn().pointer::<Shared>() }
    }
}
