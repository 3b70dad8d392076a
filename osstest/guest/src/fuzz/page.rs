// SPDX-License-Identifier: GPL-2.0-only

//! What the guests say to each other, in a page of the domU's RAM.

use crate::protocol::{Text, VCPUS};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// What [`Page::hello`] says once the rest of the page can be used.
pub(super) const HELLO: u32 = 0x1a7e_0002;

/// The page.
#[repr(C, align(4096))]
pub struct Page {
    /// [`HELLO`] from when the domU waits.
    pub(super) hello: AtomicU32,
    /// Not 0 once the domU is to begin, with the rest as dom0 wants it.
    pub(super) go: AtomicU32,
    /// Of all that is random.
    pub(super) seed: AtomicU64,
    /// A page of dom0's that the domU may map.
    pub(super) grant: AtomicU32,
    /// What each vCPU has done.
    pub(super) operations: [AtomicU64; VCPUS],
    /// What each vCPU is at, by number.
    pub(super) doing: [AtomicU64; VCPUS],
    /// Why the domU cannot go on, once that is so.
    pub(super) fault: Text,
}

const _: () = assert!(size_of::<Page>() == 4096);

impl Page {
    /// Resets it, on the domU.
    pub(super) fn clear(&self) {
        self.go.store(0, Ordering::Relaxed);
        for number in self.operations.iter().chain(&self.doing) {
            number.store(0, Ordering::Relaxed);
        }
        self.fault.clear();
    }

    /// What all vCPUs have done.
    pub(super) fn sum(&self) -> u64 {
        let numbers = self.operations.iter();
        numbers.map(|number| number.load(Ordering::Relaxed)).sum()
    }
}
