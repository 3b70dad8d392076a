// SPDX-License-Identifier: GPL-2.0-only

//! Safe handles over Xen's structures.
//!
//! The only file that reads `struct domain` and `struct vcpu`. What another pCPU
//! may write meanwhile is read atomically.

use core::cell::Cell;
use core::iter;
use core::marker::PhantomData;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering, fence};

use crate::pending::{Foreign, Own};
use crate::watch::Watch;

// What C has for these are a bool, a uint8_t and an unsigned long; ffi knows
// their offsets and types.
const _: () = assert!(size_of::<Foreign>() == 1 && size_of::<Own>() == 1);
const _: () = assert!(size_of::<Watch>() == size_of::<usize>());
const _: () = assert!(align_of::<Watch>() == align_of::<usize>());

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

    /// What a freed leaf looks at: C's `d->arch.p2m.mapcache_flagged`.
    #[inline]
    #[must_use]
    pub fn watch(self) -> &'a Watch {
        let word = ffi::domain::MAPCACHE_FLAGGED.of(self.ptr);
        // SAFETY: `ptr` is a live domain by the type's invariant, and the word
        // lives as long. It has the size, alignment and values of a Watch
        // (asserted above). All writes to it are this crate's, and atomic; C
        // peeks at it with one volatile read.
        unsafe { &*word.cast::<Watch>() }
    }

    /// Whether the toolstack has finished building the domain: C's
    /// `d->creation_finished`, set once, before the domain first runs.
    #[inline]
    #[must_use]
    pub fn creation_finished(self) -> bool {
        // SAFETY: `ptr` is a live domain by the type's invariant. C sets the flag
        // with one write of a byte.
        let flag = unsafe { flag(ffi::domain::CREATION_FINISHED.of(self.ptr)) };
        flag.load(Ordering::Relaxed)
    }

    /// The domain's id: C's `d->domain_id`, which does not change.
    #[inline]
    #[must_use]
    pub fn id(self) -> u16 {
        // SAFETY: `ptr` is a live domain by the type's invariant.
        unsafe { *ffi::domain::DOMAIN_ID.of(self.ptr) }
    }

    /// Counts one more, for the debug key.
    #[inline]
    pub fn count(self, what: &ffi::Field<ffi::domain, u32>) {
        let counter = what.of(self.ptr).cast_mut();
        // SAFETY: `ptr` is a live domain by the type's invariant, and the counter is
        // one of its fields, aligned as an AtomicU32. All writes to it are this
        // crate's, and atomic.
        let counter = unsafe { AtomicU32::from_ptr(counter) };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Lets C warn of a removal by the current domain, which is another.
    #[inline]
    pub(crate) fn foreign_removal(self) {
        // SAFETY: `ptr` is a live domain by the type's invariant.
        unsafe { ffi::mapcache_foreign_removal(self.ptr.cast_mut()) }
    }

    /// The domain's vCPUs in order of their id: C's `for_each_vcpu()`.
    ///
    /// One that is created meanwhile may be among them.
    #[inline]
    pub fn vcpus(self) -> impl Iterator<Item = Vcpu<'a>> {
        // SAFETY: `ptr` is a live domain by the type's invariant. The array is
        // set once, before the domain can have a P2M to remove from.
        let vcpus = unsafe { *ffi::domain::VCPU.of(self.ptr) };
        let first = if vcpus.is_null() {
            ptr::null_mut()
        } else {
            // SAFETY: a domain's vCPU array, once set, has at least one slot,
            // NULL or the domain's first vCPU, which is aligned as a pointer and
            // lives as long as the domain.
            unsafe { AtomicPtr::from_ptr(vcpus) }.load(Ordering::Acquire)
        };
        // SAFETY: a domain's vCPUs are freed with it, so they live for 'a.
        let first = unsafe { Vcpu::from_nullable(first) };
        iter::successors(first, |vcpu| vcpu.next_in_list())
    }

    /// Flags every vCPU for a removal by another domain, and kicks them: those that
    /// run or sleep look again, and send before they execute another instruction
    /// of the guest.
    ///
    /// # Ordering
    ///
    /// A full barrier between the flags and the look at where the vCPUs run. It
    /// pairs with the one in the scheduler between `is_running` and the vCPU's way
    /// to the guest (`pcpu_schedule_unlock_irq()`): either it is seen to run, or it
    /// sees its flag.
    #[inline(never)]
    fn flag_and_kick(self) {
        self.vcpus().map(Vcpu::foreign).for_each(Foreign::flag);
        fence(Ordering::SeqCst);
        self.vcpus()
            .filter(|v| v.foreign().is_flagged())
            .for_each(Vcpu::kick);
    }
}

impl PartialEq for Domain<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.ptr, other.ptr)
    }
}

/// The flag at `ptr`, which some other pCPU may read or write.
///
/// # Safety
///
/// `ptr` is the address of a bool that lives for `'a`, and is accessed
/// atomically.
#[inline]
unsafe fn flag<'a>(ptr: *const bool) -> &'a AtomicBool {
    // SAFETY: as the caller promises. A bool has the size, alignment and values
    // of an AtomicBool.
    unsafe { AtomicBool::from_ptr(ptr.cast_mut()) }
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
    /// A handle for a vCPU that C knows as `ptr`, or none for NULL.
    ///
    /// # Safety
    ///
    /// `ptr` is NULL, or points to a vCPU whose domain stays allocated for `'a`.
    #[inline]
    const unsafe fn from_nullable(ptr: *mut ffi::vcpu) -> Option<Self> {
        if ptr.is_null() {
            None
        } else {
            Some(Self {
                ptr,
                alive: PhantomData,
            })
        }
    }

    /// Whether the vCPU has to send for another domain's removal: C's
    /// `v->arch.mapcache_foreign`.
    #[inline]
    #[must_use]
    pub fn foreign(self) -> &'a Foreign {
        let flag = ffi::vcpu::MAPCACHE_FOREIGN.of(self.ptr);
        // SAFETY: `ptr` is a live vCPU by the type's invariant, and the flag lives
        // for 'a. Being a bool, it has the size, alignment and values of a
        // Foreign (asserted above). All writes to it are this crate's, and
        // atomic; C reads it as part of `exit_work`, with one volatile read.
        unsafe { &*flag.cast::<Foreign>() }
    }

    /// Has the vCPU look for work before it executes another instruction of the
    /// guest: C's `vcpu_kick()`.
    #[inline]
    fn kick(self) {
        // SAFETY: `ptr` is a live vCPU by the type's invariant.
        unsafe { ffi::vcpu_kick(self.ptr) }
    }

    /// The domain's next vCPU: C's `v->next_in_list`.
    #[inline]
    fn next_in_list(&self) -> Option<Self> {
        let next = ffi::vcpu::NEXT_IN_LIST.of(self.ptr);
        // SAFETY: `ptr` is a live vCPU by the type's invariant, and the field is
        // aligned as a pointer. It is not written through this pointer.
        let next = unsafe { AtomicPtr::from_ptr(next.cast_mut()) }.load(Ordering::Acquire);
        // SAFETY: a domain's vCPUs are freed with it, so they live for 'a.
        unsafe { Self::from_nullable(next) }
    }
}

/// The vCPU that this pCPU runs: C's `current`.
///
/// # Invariants
///
/// The vCPU is `current` for all of `'a`, which ends at the latest when the pCPU
/// switches to another vCPU. No code of this crate blocks or keeps a handle past
/// its return to C, so none outlives that.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    vcpu: Vcpu<'a>,
    // What only the vCPU itself may touch is not for other threads.
    here: PhantomData<*const ()>,
}

impl<'a> Current<'a> {
    /// A handle for the running vCPU, which C knows as `curr`.
    ///
    /// # Safety
    ///
    /// `curr` is `current` for all of `'a`.
    #[inline]
    #[must_use]
    pub const unsafe fn from_ptr(curr: *mut ffi::vcpu) -> Self {
        Self {
            vcpu: Vcpu {
                ptr: curr,
                alive: PhantomData,
            },
            here: PhantomData,
        }
    }

    /// The domain that the vCPU belongs to: C's `v->domain`.
    #[inline]
    #[must_use]
    pub fn domain(self) -> Domain<'a> {
        // SAFETY: a live vCPU by the type's invariant; the field does not change.
        let domain = unsafe { *ffi::vcpu::DOMAIN.of(self.vcpu.ptr) };
        // SAFETY: the domain of a running vCPU stays allocated while it runs.
        unsafe { Domain::from_ptr(domain) }
    }

    /// See [`Vcpu::foreign`].
    #[inline]
    #[must_use]
    pub fn foreign(self) -> &'a Foreign {
        self.vcpu.foreign()
    }

    /// What the vCPU has to send for its own removals: C's
    /// `v->arch.mapcache_own`.
    #[inline]
    #[must_use]
    pub fn own(self) -> &'a Own {
        let own = ffi::vcpu::MAPCACHE_OWN.of(self.vcpu.ptr);
        // SAFETY: a live vCPU by the type's invariant, and the byte lives for 'a.
        // It has the size, alignment and values of an Own (asserted above). All
        // writes to it are this crate's, and atomic.
        unsafe { &*own.cast::<Own>() }
    }

    /// Since when an invalidation is deferred, in nanoseconds since boot, or 0:
    /// C's `v->arch.mapcache_since`.
    #[inline]
    fn since(self) -> &'a Cell<i64> {
        let since = ffi::vcpu::MAPCACHE_SINCE.of(self.vcpu.ptr);
        // SAFETY: a live vCPU by the type's invariant, and the field lives for
        // 'a. The vCPU itself alone touches it.
        unsafe { &*since.cast::<Cell<i64>>() }
    }

    /// Defers what is due. The time that it may wait runs from the first removal
    /// that is deferred.
    #[inline]
    pub fn defer(self) {
        self.own().defer();
        self.domain().count(&ffi::domain::MAPCACHE_DEFERRED);
        if self.since().get() == 0 {
            self.since().set(now());
        }
    }

    /// For how long an invalidation has been deferred, in nanoseconds.
    #[inline]
    #[must_use]
    pub fn waited(self) -> i64 {
        now().wrapping_sub(self.since().get())
    }

    /// See [`Own::take`]; nothing is deferred any more.
    #[inline]
    #[must_use]
    pub fn take_own(self) -> bool {
        self.since().set(0);
        self.own().take()
    }

    /// Whether the vCPU could run on in the guest: C's `vcpu_runnable()`.
    #[inline]
    #[must_use]
    pub fn runnable(self) -> bool {
        // SAFETY: a live vCPU by the type's invariant.
        unsafe { ffi::rust_helper_vcpu_runnable(self.vcpu.ptr) }
    }

    /// The domain whose RAM this vCPU removed: C's `v->arch.mapcache_target`.
    #[inline]
    fn target(self) -> &'a Cell<u16> {
        let id = ffi::vcpu::MAPCACHE_TARGET.of(self.vcpu.ptr);
        // SAFETY: a live vCPU by the type's invariant, and the field lives for
        // 'a. The vCPU itself alone touches it.
        unsafe { &*id.cast::<Cell<u16>>() }
    }

    /// Whether something that the vCPU does is seen to be complete before it
    /// leaves its hypercall: an entry of a multicall is. The idle vCPU has no
    /// hypercall to leave.
    #[inline]
    fn completes_at_once(self) -> bool {
        // SAFETY: a live vCPU by the type's invariant.
        let in_multicall = unsafe { ffi::rust_helper_in_multicall(self.vcpu.ptr) };
        in_multicall || self.domain().id() == ffi::DOMID_IDLE
    }

    /// Has every vCPU of `d` flagged and kicked, for RAM of `d` that this vCPU
    /// removed. Returns whether one call is enough for all that the vCPU removes
    /// until it leaves its hypercall.
    #[inline]
    pub(crate) fn flag_every_vcpu(self, d: Domain<'_>) -> bool {
        if self.completes_at_once() {
            d.flag_and_kick();
            return false;
        }
        if self.target().get() != d.id() {
            self.end_foreign_removal();
        }
        self.target().set(d.id());
        self.own().removed_foreign();
        true
    }

    /// Flags and kicks every vCPU of the domain whose RAM this vCPU removed, if it
    /// did.
    #[inline]
    pub(crate) fn end_foreign_removal(self) {
        if self.own().take_foreign_removal() {
            self.flag_target();
        }
    }

    #[inline(never)]
    fn flag_target(self) {
        // SAFETY: takes an id, whether or not it is a domain's.
        let d = unsafe { ffi::rcu_lock_domain_by_id(self.target().get()) };
        if !d.is_null() {
            // SAFETY: the RCU lock keeps it allocated until the unlock below.
            let locked = unsafe { Domain::from_ptr(d) };
            // What this vCPU removes from here on is flagged again.
            locked.watch().rearm();
            locked.flag_and_kick();
            // SAFETY: locked above, and no handle to it is used any more.
            unsafe { ffi::rust_helper_rcu_unlock_domain(d) };
        }
    }
}

/// The current vCPU, on its way to the guest.
///
/// # Invariants
///
/// As [`Current`], and ioreqs can be sent.
#[derive(Debug)]
pub struct Leaving<'a>(Current<'a>);

impl<'a> Leaving<'a> {
    /// A handle for the running vCPU, which C knows as `curr`.
    ///
    /// # Safety
    ///
    /// `curr` is `current` for all of `'a`, in a context in which ioreqs can be
    /// sent.
    #[inline]
    #[must_use]
    pub const unsafe fn from_ptr(curr: *mut ffi::vcpu) -> Self {
        // SAFETY: as the caller promises.
        Self(unsafe { Current::from_ptr(curr) })
    }

    /// The vCPU.
    #[inline]
    #[must_use]
    pub const fn vcpu(&self) -> Current<'a> {
        self.0
    }

    /// Sends `IOREQ_TYPE_INVALIDATE` to every enabled ioreq server of the
    /// domain: C's `ioreq_signal_mapcache_invalidate()`. Returns false if the
    /// domain is shutting down, and nothing was sent.
    ///
    /// The vCPU then waits in `leave_hypervisor_to_guest()` until all of them
    /// have completed it. A server that cannot be sent to is reported by C on
    /// Xen's console; there is nothing for the caller to do.
    #[inline]
    #[must_use]
    pub fn signal_mapcache_invalidate(&self) -> bool {
        // SAFETY: works on `current` alone, on its way to the guest by the type's
        // invariant.
        unsafe { ffi::ioreq_signal_mapcache_invalidate() }
    }
}

/// The time since boot, in nanoseconds: C's `NOW()`.
#[inline]
fn now() -> i64 {
    // SAFETY: reads a counter.
    unsafe { ffi::get_s_time() }
}

/// For how long an invalidation may be deferred, in nanoseconds: Xen's command
/// line option `mapcache-defer`.
#[inline]
#[must_use]
pub fn defer_limit() -> i64 {
    // SAFETY: set while Xen boots, before the first vCPU runs, and not after.
    unsafe { ffi::mapcache_defer_limit }
}
