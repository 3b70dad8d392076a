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

unsafe extern "C" {
    /// `<xen/ioreq.h>`: whether any ioreq server is registered for `d`.
    pub fn domain_has_ioreq_server(d: *const domain) -> bool;
    /// `<xen/ioreq.h>`: sends `IOREQ_TYPE_INVALIDATE` to every enabled ioreq
    /// server of the current domain.
    pub fn ioreq_signal_mapcache_invalidate();
    /// `cbits/current.c`: the vCPU that this pCPU runs.
    pub fn rust_helper_current() -> *mut vcpu;
}
