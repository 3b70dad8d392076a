// SPDX-License-Identifier: GPL-2.0-only

//! What the entry code of every architecture needs: a map of memory, stacks.

use super::VCPUS;
use core::cell::UnsafeCell;

/// Of each vCPU's stack.
pub(super) const STACK_SIZE: usize = 0x8000;

/// Stage-1 translation of the first `GIB` GiB, each to itself. 32-bit Arm with
/// LPAE has the same descriptors as 64-bit Arm, but four of them.
#[repr(C, align(4096))]
pub(super) struct Identity<const GIB: usize>([u64; GIB]);

impl<const GIB: usize> Identity<GIB> {
    /// The table.
    pub(super) const fn new() -> Self {
        /// Valid block, attribute 0, inner-shareable, accessed.
        const BLOCK: u64 = 1 | (3 << 8) | (1 << 10);
        let mut table = [0; GIB];
        let mut gib = 0;
        while gib < GIB {
            table[gib] = ((gib as u64) << 30) | BLOCK;
            gib += 1;
        }
        Self(table)
    }
}

/// The stacks of all vCPUs.
#[repr(C, align(16))]
pub(super) struct Stacks(UnsafeCell<[u8; VCPUS * STACK_SIZE]>);

// SAFETY: Rust code never touches the bytes: each vCPU's stack pointer owns a
// part of its own.
unsafe impl Sync for Stacks {}

/// vCPU n's is the n-th part, from its end.
pub(super) static STACKS: Stacks = Stacks(UnsafeCell::new([0; VCPUS * STACK_SIZE]));

unsafe extern "C" {
    /// The first byte of the image.
    static _start: u8;
}

/// Where the image is.
pub(super) fn image_base() -> usize {
    (&raw const _start).addr()
}
