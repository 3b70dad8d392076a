// SPDX-License-Identifier: GPL-2.0-only

//! Xen's shared_info page, for the pending bits of event channels.

use super::{
    abi,
    gfn::Gfn,
    hypercall::{
        Errno,
        event::Port,
        memory::{self, Space},
    },
};
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// Null while it is not mapped.
static MAPPED: AtomicPtr<abi::shared_info> = AtomicPtr::new(core::ptr::null_mut());

/// Maps it at `gfn`. Xen lets it be mapped once (xenmem_add_to_physmap_one()).
pub fn map(gfn: Gfn) -> Result<(), Errno> {
    memory::add_to_physmap(Space::SharedInfo, gfn)?;
    MAPPED.store(gfn.pointer(), Ordering::Release);
    Ok(())
}

/// Unmaps it from `gfn`, where it is; until it is mapped again, event channels
/// stay pending.
pub fn unmap(gfn: Gfn) -> Result<(), Errno> {
    MAPPED.store(core::ptr::null_mut(), Ordering::Release);
    memory::remove_from_physmap(gfn)
}

/// Clears the pending bit of `port`.
pub fn clear_pending(port: Port) {
    let page = MAPPED.load(Ordering::Acquire);
    if page.is_null() {
        return;
    }
    let word = port.number() as usize / 64;
    // SAFETY: `map()` put Xen's page there, and a port is below 64 * 64.
    let word = unsafe { &raw mut (*page).evtchn_pending[word] };
    // SAFETY: aligned, there for good, and Xen changes it atomically as well.
    let word = unsafe { AtomicU64::from_ptr(word) };
    word.fetch_and(!(1 << (port.number() % 64)), Ordering::AcqRel);
}
