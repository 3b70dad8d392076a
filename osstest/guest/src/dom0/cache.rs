// SPDX-License-Identifier: GPL-2.0-only

//! A mapping of the domU's memory that an emulator caches.

use crate::{
    low::{
        gfn::Frame,
        hypercall::{Errno, memory},
    },
    protocol::{DOMU, Shared},
};
use core::sync::atomic::Ordering;

static FRAME: Frame = Frame::new();

/// Maps a frame of the domU, in place of what was mapped before; what it starts
/// with.
pub(super) fn map(shared: &Shared, gfn: u64) -> Result<u64, Errno> {
    drop_mapping(shared)?;
    memory::map_foreign(DOMU, gfn, FRAME.gfn())?;
    shared.cached.store(1, Ordering::Release);
    Ok(FRAME.gfn().peek())
}

/// Drops what is mapped, if anything is.
pub(super) fn drop_mapping(shared: &Shared) -> Result<(), Errno> {
    if shared.cached.load(Ordering::Relaxed) != 0 {
        memory::remove_from_physmap(FRAME.gfn())?;
        shared.cached.store(0, Ordering::Release);
    }
    Ok(())
}
