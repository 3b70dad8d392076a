// SPDX-License-Identifier: GPL-2.0-only

//! The command line of this guest, which its device tree has.

use core::sync::atomic::{AtomicUsize, Ordering};
use fdt::Fdt;

static DEVICE_TREE: AtomicUsize = AtomicUsize::new(0);

/// Where the device tree is: for entry code, on vCPU 0.
pub fn found(device_tree: usize) {
    DEVICE_TREE.store(device_tree, Ordering::Relaxed);
}

/// Where it is.
#[cfg(target_arch = "aarch64")]
pub(super) fn device_tree() -> usize {
    DEVICE_TREE.load(Ordering::Relaxed)
}

/// `/chosen/bootargs`; empty if there are none.
pub fn get() -> &'static str {
    let tree = core::ptr::with_exposed_provenance(DEVICE_TREE.load(Ordering::Relaxed));
    // SAFETY: entry code got the pointer from Xen, which promises a device tree
    // there, of the size that it says; it checks for null and the magic number.
    let tree = unsafe { Fdt::from_ptr(tree) };
    tree.ok()
        .and_then(|tree| tree.find_node("/chosen")?.property("bootargs")?.as_str())
        .unwrap_or("")
}
