// SPDX-License-Identifier: GPL-2.0-only

//! Safe handles over Xen's structures.
//!
//! The only file that reads `struct domain` and `struct vcpu`. A field that
//! another pCPU may write meanwhile is read atomically.

use core::iter;
use core::marker::PhantomData;
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::pending::Pending;

// pending.rs knows nothing of Xen; here its layout is held against that of C's
// field, which is a bool.
const _: () = assert!(size_of::<Pending>() == size_of::<bool>());
const _: () = assert!(align_of::<Pending>() == align_of::<bool>());

/// A domain: C's `const struct domain *`.
///
/// # Invariants
///
/// Points to a domain that stays allocated for `'a`.
#[derive(Clone, Copy, Debug)]
pub struct Domain<'a> {
    ptr: *const ffi::domain,
    alive: PhantomData<&'a ffi::domain>,
}

impl<'a> Domain<'a> {
    /// A handle for a domain that C knows as `ptr`.
    ///
    /// # Safety
    ///
    /// `ptr` points to a domain that stays allocated for `'a`.
    #[inline]
    #[must_use]
    pub const unsafe fn from_ptr(ptr: *const ffi::domain) -> Self {
        Self {
            ptr,
            alive: PhantomData,
        }
    }

    /// Whether any ioreq server is registered: C's `domain_has_ioreq_server()`.
    ///
    /// The answer is exact for the current vCPU's own domain and for a paused
    /// one; for another it may be stale, as in C.
    #[inline]
    #[must_use]
    pub fn has_ioreq_server(self) -> bool {
        // SAFETY: `ptr` is a live domain by the type's invariant, and the
        // function only reads it.
        unsafe { ffi::domain_has_ioreq_server(self.ptr) }
    }

    /// Whether the toolstack has finished building the domain: C's
    /// `d->creation_finished`, set once, before the domain first runs.
    #[inline]
    #[must_use]
    pub fn creation_finished(self) -> bool {
        let flag = ffi::domain::CREATION_FINISHED.of(self.ptr);
        // SAFETY: `ptr` is a live domain by the type's invariant, and the flag
        // lives as long. Being a bool, it has the size, alignment and values of
        // an AtomicBool. It is not written through this pointer.
        let flag = unsafe { AtomicBool::from_ptr(flag.cast_mut()) };
        flag.load(Ordering::Relaxed)
    }

    /// The domain's vCPUs in order of their id: C's `for_each_vcpu()`.
    #[inline]
    pub fn vcpus(self) -> impl Iterator<Item = Vcpu<'a>> {
        // SAFETY: `ptr` is a live domain by the type's invariant.
        let vcpus = unsafe { *ffi::domain::VCPU.of(self.ptr) };
        let first = if vcpus.is_null() {
            ptr::null_mut()
        } else {
            // SAFETY: a domain's vCPU array, once set, has at least one slot,
            // NULL or the domain's first vCPU.
            unsafe { *vcpus }
        };
        // SAFETY: a domain's vCPUs are freed with it, so they live for 'a.
        let first = unsafe { Vcpu::from_nullable(first) };
        iter::successors(first, |vcpu| vcpu.next_in_list())
    }
}

impl PartialEq for Domain<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.ptr, other.ptr)
    }
}

/// A virtual CPU: C's `struct vcpu *`.
///
/// # Invariants
///
/// Points to a vCPU whose domain stays allocated for `'a`.
#[derive(Clone, Copy, Debug)]
pub struct Vcpu<'a> {
    ptr: *mut ffi::vcpu,
    alive: PhantomData<&'a ffi::vcpu>,
}

impl<'a> Vcpu<'a> {
    /// A handle for a vCPU that C knows as `ptr`.
    ///
    /// # Safety
    ///
    /// `ptr` points to a vCPU whose domain stays allocated for `'a`.
    #[inline]
    #[must_use]
    pub const unsafe fn from_ptr(ptr: *mut ffi::vcpu) -> Self {
        Self {
            ptr,
            alive: PhantomData,
        }
    }

    /// A handle for a vCPU that C knows as `ptr`, or none for NULL.
    ///
    /// # Safety
    ///
    /// `ptr` is NULL, or as for [`from_ptr`](Self::from_ptr).
    #[inline]
    const unsafe fn from_nullable(ptr: *mut ffi::vcpu) -> Option<Self> {
        if ptr.is_null() {
            None
        } else {
            // SAFETY: not NULL, so the caller's promise is the one wanted.
            Some(unsafe { Self::from_ptr(ptr) })
        }
    }

    /// The vCPU that this pCPU runs: C's `current`.
    ///
    /// `'a` ends at the latest when the pCPU switches to another vCPU. No code
    /// of this crate blocks or keeps a handle past its return to C, so none
    /// outlives that.
    #[inline]
    #[must_use]
    pub fn current() -> Self {
        // SAFETY: reads a per-pCPU variable that Xen sets before it runs
        // anything that could call in here.
        let ptr = unsafe { ffi::rust_helper_current() };
        // SAFETY: the running vCPU's domain is not freed while it runs.
        unsafe { Self::from_ptr(ptr) }
    }

    /// The domain that the vCPU belongs to: C's `v->domain`.
    #[inline]
    #[must_use]
    pub fn domain(self) -> Domain<'a> {
        // SAFETY: `ptr` is a live vCPU by the type's invariant.
        let domain = unsafe { *ffi::vcpu::DOMAIN.of(self.ptr) };
        // SAFETY: allocated for 'a by the type's invariant.
        unsafe { Domain::from_ptr(domain) }
    }

    /// The vCPU's pending mapcache invalidation: C's `v->mapcache_invalidate`.
    #[inline]
    #[must_use]
    pub fn pending(self) -> &'a Pending {
        let flag = ffi::vcpu::MAPCACHE_INVALIDATE.of(self.ptr);
        // SAFETY: `ptr` is a live vCPU by the type's invariant, and the flag lives
        // for 'a. Being a bool, it has the size, alignment and values of a
        // Pending (asserted above). All writes to it are this crate's, and
        // atomic; C's plain read of one byte, see `Pending`, cannot tear.
        unsafe { &*flag.cast::<Pending>() }
    }

    /// The domain's next vCPU: C's `v->next_in_list`.
    #[inline]
    fn next_in_list(&self) -> Option<Self> {
        // SAFETY: `ptr` is a live vCPU by the type's invariant.
        let next = unsafe { *ffi::vcpu::NEXT_IN_LIST.of(self.ptr) };
        // SAFETY: a domain's vCPUs are freed with it, so they live for 'a.
        unsafe { Self::from_nullable(next) }
    }
}

/// Sends `IOREQ_TYPE_INVALIDATE` to every enabled ioreq server of the current
/// domain: C's `ioreq_signal_mapcache_invalidate()`.
///
/// The current vCPU then waits in `leave_hypervisor_to_guest()` until all of
/// them have answered. A server that cannot be sent to is reported by C on
/// Xen's console; there is nothing for the caller to do.
///
/// To be called by a vCPU on its own way back to the guest.
#[inline]
pub fn signal_mapcache_invalidate() {
    // SAFETY: takes no argument and works on `current` alone, which a hook
    // that was called on the way back to the guest has.
    unsafe { ffi::ioreq_signal_mapcache_invalidate() }
}
