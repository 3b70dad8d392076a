// SPDX-License-Identifier: GPL-2.0-only

//! Domains and vCPUs with nothing but the fields that `ffi` knows, and calls of
//! the exports on them.

use std::marker::PhantomData;
use std::ptr;

use ffi::{Field, domain, vcpu};
use xen_rs::hooks;

/// More than any field of the stand-in is away from the start.
const WORDS: usize = 64;

/// A structure of Xen's, zeroed.
struct Zeroed<S> {
    ptr: *mut [u64; WORDS],
    of: PhantomData<S>,
}

impl<S> Zeroed<S> {
    fn new() -> Self {
        Self {
            ptr: Box::into_raw(Box::new([0; WORDS])),
            of: PhantomData,
        }
    }

    fn ptr(&self) -> *mut S {
        self.ptr.cast()
    }

    fn place<T>(&self, field: &Field<S, T>) -> *mut T {
        assert!(field.offset() + size_of::<T>() <= WORDS * 8);
        assert!(field.of(self.ptr()).is_aligned());
        field.of(self.ptr()).cast_mut()
    }

    fn put<T>(&self, field: &Field<S, T>, value: T) {
        // SAFETY: inside the structure, and aligned, as was asserted. Called
        // before the component knows of it.
        unsafe { self.place(field).write(value) }
    }

    /// Not while other threads use the field.
    fn get<T: Copy>(&self, field: &Field<S, T>) -> T {
        // SAFETY: as in put(), and 0 or what was put there.
        unsafe { self.place(field).read() }
    }
}

impl<S> Drop for Zeroed<S> {
    fn drop(&mut self) {
        // SAFETY: made of a Box by new().
        drop(unsafe { Box::from_raw(self.ptr) });
    }
}

/// A domain with its vCPUs.
pub(crate) struct Guest {
    domain: Zeroed<domain>,
    vcpus: Vec<Zeroed<vcpu>>,
    /// What the domain's array of vCPUs points to.
    array: *mut [*mut vcpu],
}

impl Guest {
    pub(crate) fn new(id: u16, vcpus: usize) -> Self {
        let guest = Self::under_construction(id, vcpus);
        guest.domain.put(&domain::CREATION_FINISHED, true);
        guest
    }

    pub(crate) fn under_construction(id: u16, n: usize) -> Self {
        let domain = Zeroed::new();
        let vcpus: Vec<Zeroed<vcpu>> = (0..n).map(|_| Zeroed::new()).collect();
        for (i, v) in vcpus.iter().enumerate() {
            v.put(&vcpu::DOMAIN, domain.ptr());
            let next = vcpus.get(i + 1).map_or(ptr::null_mut(), Zeroed::ptr);
            v.put(&vcpu::NEXT_IN_LIST, next);
        }
        let array: Box<[*mut vcpu]> = vcpus.iter().map(Zeroed::ptr).collect();
        let array = Box::into_raw(array);
        domain.put(&domain::DOMAIN_ID, id);
        if n > 0 {
            domain.put(&domain::VCPU, array.cast());
        }
        Self {
            domain,
            vcpus,
            array,
        }
    }

    pub(crate) fn ptr(&self) -> *mut domain {
        self.domain.ptr()
    }

    pub(crate) fn id(&self) -> u16 {
        self.domain.get(&domain::DOMAIN_ID)
    }

    pub(crate) fn vcpu(&self, n: usize) -> Vcpu<'_> {
        Vcpu(&self.vcpus[n])
    }

    pub(crate) fn vcpus(&self) -> impl Iterator<Item = Vcpu<'_>> {
        self.vcpus.iter().map(Vcpu)
    }

    pub(crate) fn servers_changed(&self, any: bool) {
        // SAFETY: a domain that lives longer than the call.
        unsafe { hooks::xen_rs_servers_changed(self.ptr(), any) }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // SAFETY: made of a Box by under_construction().
        drop(unsafe { Box::from_raw(self.array) });
    }
}

/// A vCPU, which is current where a method calls an export.
#[derive(Clone, Copy)]
pub(crate) struct Vcpu<'a>(&'a Zeroed<vcpu>);

// SAFETY: a vCPU is current on one thread; what others do to it goes through the
// component, which is what is tested.
unsafe impl Send for Vcpu<'_> {}

// SAFETY: see above: the toolstack's thread has the guest too.
unsafe impl Sync for Guest {}

impl Vcpu<'_> {
    pub(crate) fn ptr(self) -> *mut vcpu {
        self.0.ptr()
    }

    pub(crate) fn own(self) -> u8 {
        self.0.get(&vcpu::MAPCACHE_OWN)
    }

    pub(crate) fn foreign(self) -> bool {
        self.0.get(&vcpu::MAPCACHE_FOREIGN)
    }

    pub(crate) fn since(self) -> i64 {
        self.0.get(&vcpu::MAPCACHE_SINCE)
    }

    /// Any name will do that no other vCPU has.
    fn id(self) -> core::ffi::c_ulong {
        self.ptr().addr().try_into().expect("an address is a long")
    }

    pub(crate) fn leaf_freed(self, d: &Guest, is_ram: bool) {
        // SAFETY: current, on this thread, and a domain that lives longer than
        // the call. One thread alone removes.
        unsafe { hooks::xen_rs_leaf_freed(self.ptr(), self.id(), d.ptr(), is_ram) }
    }

    pub(crate) fn flag_all(self, d: &Guest) {
        // SAFETY: as in leaf_freed().
        unsafe { hooks::xen_rs_flag_all(self.ptr(), d.ptr()) }
    }

    pub(crate) fn preempted(self, continues: bool) {
        // SAFETY: current, on this thread.
        unsafe { hooks::xen_rs_hypercall_preempted(self.ptr(), continues) }
    }

    pub(crate) fn continued(self) {
        // SAFETY: current, on this thread.
        unsafe { hooks::xen_rs_hypercall_continued(self.ptr()) }
    }

    pub(crate) fn exit_work(self) -> bool {
        // SAFETY: current, on this thread; there are no interrupts.
        unsafe { hooks::xen_rs_exit_work(self.ptr()) }
    }

    pub(crate) fn send(self) -> bool {
        // SAFETY: current, on this thread; ioreqs can always be sent.
        unsafe { hooks::xen_rs_mapcache_send(self.ptr()) }
    }
}
