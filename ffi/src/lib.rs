// SPDX-License-Identifier: GPL-2.0-only

//! Xen's structures and functions, as the component sees them.
//!
//! Written by hand, as it is little, and held against Xen's headers by the
//! tests of `ffi/oracle`. No logic, and no code: in a Xen build only the metadata
//! of this crate is made.

#![no_std]

use core::marker::{PhantomData, PhantomPinned};

mod fields;

pub use fields::Field;

/// C's `struct domain`.
#[allow(non_camel_case_types, reason = "C's name")]
#[repr(C)]
#[derive(Debug)]
pub struct domain {
    opaque: [u8; 0],
    pinned: PhantomData<(*mut u8, PhantomPinned)>,
}

/// C's `struct vcpu`.
#[allow(non_camel_case_types, reason = "C's name")]
#[repr(C)]
#[derive(Debug)]
pub struct vcpu {
    opaque: [u8; 0],
    pinned: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `<public/xen.h>`: the domain of the vCPUs that run when no other does.
pub const DOMID_IDLE: u16 = 0x7fff;

unsafe extern "C" {
    /// `<xen/ioreq.h>`: sends `IOREQ_TYPE_INVALIDATE` to every enabled ioreq
    /// server of the current domain; false if it is shutting down.
    pub fn ioreq_signal_mapcache_invalidate() -> bool;
    /// `<asm/event.h>`: has a vCPU that runs or sleeps look for work.
    pub fn vcpu_kick(v: *mut vcpu);
    /// `<xen/time.h>`: nanoseconds since boot.
    pub fn get_s_time() -> i64;
    /// `<xen/sched.h>`: the domain with this id, or NULL.
    pub fn rcu_lock_domain_by_id(dom: u16) -> *mut domain;
    /// `cbits/sched.c`: `rcu_unlock_domain()`.
    pub fn rust_helper_rcu_unlock_domain(d: *mut domain);
    /// `cbits/sched.c`: `vcpu_runnable()`.
    pub fn rust_helper_vcpu_runnable(v: *const vcpu) -> bool;
    /// `cbits/sched.c`: whether the vCPU executes an entry of a multicall.
    pub fn rust_helper_in_multicall(v: *const vcpu) -> bool;
    /// `cbits/foreign.c`: another domain, the current one, removed RAM of `d`.
    pub fn mapcache_foreign_removal(d: *mut domain);
    /// `cbits/defer.c`: nanoseconds.
    pub static mapcache_defer_limit: i64;
}
