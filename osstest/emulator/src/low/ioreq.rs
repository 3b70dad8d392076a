// SPDX-License-Identifier: GPL-2.0-only

//! The page through which Xen hands I/O requests to an ioreq server.

use super::sys;
use std::{
    ptr::NonNull,
    sync::atomic::{Ordering, fence},
};

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `IOREQ_TYPE_INVALIDATE`: forget the mappings of the guest's memory.
    Invalidate,
    /// A read at this address.
    Read(u64),
    /// A write at this address, of this value.
    Write(u64, u64),
    /// Anything else, by type.
    Unknown(u8),
}

/// The page: a slot for each vCPU.
pub struct IoreqPage {
    slots: NonNull<sys::ioreq>,
    vcpus: usize,
}

impl IoreqPage {
    /// # Safety
    ///
    /// It must be the page of an ioreq server of a domain with that many vCPUs,
    /// mapped for good.
    pub(super) unsafe fn new(slots: NonNull<sys::ioreq>, vcpus: usize) -> Self {
        assert!(vcpus * size_of::<sys::ioreq>() <= crate::PAGE_SIZE);
        Self { slots, vcpus }
    }

    fn slot(&self, vcpu: usize) -> *mut sys::ioreq {
        assert!(vcpu < self.vcpus);
        // SAFETY: the page has a slot for each of the vCPUs.
        unsafe { self.slots.add(vcpu) }.as_ptr()
    }

    fn read(&self, vcpu: usize) -> sys::ioreq {
        // SAFETY: the page is mapped; the slot is plain data that Xen changes
        // only while its state is not READY.
        unsafe { self.slot(vcpu).read_volatile() }
    }

    /// The domain's end of the event channel of a vCPU, once the server is
    /// enabled.
    pub fn port(&self, vcpu: usize) -> u32 {
        self.read(vcpu).vp_eport
    }

    /// Whether a slot is free: no request is pending in it, and no completion.
    pub fn is_free(&self, vcpu: usize) -> bool {
        u32::from(self.read(vcpu).state()) == sys::STATE_IOREQ_NONE
    }

    /// The request that is pending in a slot.
    pub fn pending(&self, vcpu: usize) -> Option<Kind> {
        if u32::from(self.read(vcpu).state()) != sys::STATE_IOREQ_READY {
            return None;
        }
        // Pairs with the barrier of ioreq_send() between contents and state.
        fence(Ordering::SeqCst);
        let ioreq = self.read(vcpu);
        let read = u32::from(ioreq.dir()) == sys::IOREQ_READ;
        Some(match u32::from(ioreq.type_) {
            sys::IOREQ_TYPE_INVALIDATE => Kind::Invalidate,
            sys::IOREQ_TYPE_COPY if read => Kind::Read(ioreq.addr),
            sys::IOREQ_TYPE_COPY => Kind::Write(ioreq.addr, ioreq.data),
            _ => Kind::Unknown(ioreq.type_),
        })
    }

    /// Makes another request of the one that is pending in a slot, which its emulator
    /// must not have seen.
    pub fn forge(&self, vcpu: usize, kind: u8) {
        // SAFETY: part of the slot.
        let type_ = unsafe { &raw mut (*self.slot(vcpu)).type_ };
        // SAFETY: as above; nobody else looks at it meanwhile.
        unsafe { type_.write_volatile(kind) };
    }

    /// Completes the ioreq of a slot. Everything that was done before is
    /// visible to the vCPU when it goes on.
    pub fn complete(&self, vcpu: usize, data: u64) {
        let slot = self.slot(vcpu);
        let mut ioreq = self.read(vcpu);
        ioreq.data = data;
        // SAFETY: the slot is the emulator's until its state says otherwise.
        unsafe { slot.write_volatile(ioreq) };
        // Pairs with the smp_rmb() of wait_for_io().
        fence(Ordering::SeqCst);
        ioreq.set_state(sys::ioresp_ready);
        // SAFETY: part of the slot.
        let state = unsafe { &raw mut (*slot)._bitfield_1 };
        // SAFETY: as above; this byte hands the slot back to Xen.
        unsafe { state.write_volatile(ioreq._bitfield_1) };
    }
}
