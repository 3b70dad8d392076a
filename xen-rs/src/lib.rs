// SPDX-License-Identifier: GPL-2.0-only

//! The mapcache-invalidation decision of Xen on Arm.
//!
//! A device emulator outside the hypervisor (an *ioreq server*) may keep guest
//! RAM mapped in a cache, its *mapcache*. When a RAM page leaves the guest's
//! P2M, the stage-2 page table, each emulator has to drop what it cached
//! before the guest runs on. This crate owns the three steps of that:
//!
//! 1. [`decision`]: must this removal be told, and by which vCPUs?
//! 2. [`pending`]: the per-vCPU note of it, made by the removal and taken
//!    exactly once on the way back to the guest.
//! 3. [`hooks`]: the functions that Xen's C calls, which wire the two together
//!    through the handles of [`xen`].
//!
//! It replaces, for `CONFIG_MAPCACHE_RUST=y`, the `#ifdef CONFIG_IOREQ_SERVER`
//! blocks of `p2m_free_entry()` and `do_trap_hypercall()`, the test-and-clear
//! in `vcpu_ioreq_handle_completion()` and the whole of
//! `ioreq_request_mapcache_invalidate()`, as they stand from Xen 4.15 (commit
//! 588d961d15, which made the flag per vCPU) on.

#![no_std]

// Host tests take their panic handler from std. Inside Xen there is none, and no
// panic is reachable: one would be a call into `core`, which is not linked, and
// the build would fail and name it.
#[cfg(not(target_os = "none"))]
extern crate std;

pub mod decision;
pub mod pending;

mod sync;

// A loom model has no Xen: its atomics are not laid out as C's bool.
#[cfg(not(loom))]
pub mod hooks;
#[cfg(not(loom))]
pub mod xen;
