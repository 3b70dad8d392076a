// SPDX-License-Identifier: GPL-2.0-only

//! The mapcache-invalidation decision of Xen on Arm.
//!
//! A device emulator outside the hypervisor (an *ioreq server*) may keep guest
//! RAM mapped in a cache, its *mapcache*. When a RAM page leaves the guest's
//! P2M, the stage-2 page table, each emulator has to drop what it has mapped
//! before the guest runs on. This crate owns the steps of that:
//!
//! 1. [`watch`]: is there anything to do when a leaf is freed?
//! 2. [`decision`]: does the removal need an invalidation, which vCPUs send it,
//!    and may it wait?
//! 3. [`pending`]: the flags of each vCPU, set by the removal and taken once on
//!    the way to the guest.
//! 4. [`hooks`]: the functions that Xen's C calls, which wire these together
//!    through the handles of [`xen`].
//!
//! With `CONFIG_MAPCACHE_RUST=y` it takes the place of
//! `ioreq_request_mapcache_invalidate()` and of the test-and-clear of
//! `v->mapcache_invalidate` in `do_trap_hypercall()` and
//! `vcpu_ioreq_handle_completion()`, as they stand from Xen 4.15 (commit
//! 588d961d15, which made the flag per vCPU) on.

#![no_std]

// Host tests take their panic handler from std. Inside Xen there is none, and no
// panic is reachable: one would be a call into `core`, which is not linked, and
// the build would fail and name it.
#[cfg(not(target_os = "none"))]
extern crate std;

pub mod decision;
pub mod pending;
pub mod watch;

mod sync;

// A loom model has no Xen: its atomics are not laid out as C's bool.
#[cfg(not(loom))]
pub mod hooks;
#[cfg(not(loom))]
pub mod xen;
