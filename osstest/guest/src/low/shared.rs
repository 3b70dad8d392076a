// SPDX-License-Identifier: GPL-2.0-only

//! Access to the page that the guests share.

use super::{
    gfn::{self, Frame},
    hypercall::{Errno, memory},
};
use crate::{
    fuzz::Page,
    protocol::{DOMU, Shared},
};
use core::{marker::PhantomData, ops::Deref};

/// What a page can be that the guests share.
///
/// # Safety
///
/// All fields are atomics, for which any contents are valid, and it is as large as
/// a page.
pub unsafe trait Contents: Sync + 'static {}

// SAFETY: so it is.
unsafe impl Contents for Shared {}

// SAFETY: so it is.
unsafe impl Contents for Page {}

/// The page, in the domU.
pub fn own() -> &'static Shared {
    own_as()
}

/// The page, in a domU that uses it as something else.
pub fn own_as<T: Contents>() -> &'static T {
    let page = usize::try_from(gfn::shared_gfn() << 12).expect("memory is addressable");
    let page = core::ptr::with_exposed_provenance::<T>(page);
    // SAFETY: RAM that nothing else uses and that stays, of any contents.
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
pub struct Lease<T: Contents> {
    frame: &'static Frame,
    contents: PhantomData<&'static T>,
}

impl<T: Contents> Lease<T> {
    /// Maps it over a frame of the dom0, which is used for nothing else.
    pub fn new(frame: &'static Frame) -> Result<Self, Errno> {
        map(frame)?;
        Ok(Self {
            frame,
            contents: PhantomData,
        })
    }

    /// Unmaps it.
    pub fn end(self) -> Result<(), Errno> {
        memory::remove_from_physmap(self.frame.gfn())
    }
}

impl<T: Contents> Deref for Lease<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: mapped by `new()`, until `end()` takes this; as for `own()`.
        unsafe { &*self.frame.gfn().pointer::<T>() }
    }
}
