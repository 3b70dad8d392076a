// SPDX-License-Identifier: GPL-2.0-only

//! The page through which Xen hands I/O requests to an ioreq server.

use super::{
    VCPUS, abi,
    gfn::Frame,
    hypercall::{Errno, dm_op::ServerId, event::Port, memory},
};
use crate::protocol::DOMU;
use core::sync::atomic::{Ordering, fence};

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

/// 32-bit words of a slot.
pub const WORDS: usize = size_of::<abi::ioreq>() / 4;

/// Which of them is the port, C's `vp_eport`.
pub const PORT: usize = core::mem::offset_of!(abi::ioreq, vp_eport) / 4;

/// Which of them has the state in its lowest byte.
pub const STATE: usize = core::mem::offset_of!(abi::ioreq, _bitfield_1) / 4;

/// The ioreq page of a server: one slot per vCPU.
pub struct IoreqPage(*mut abi::ioreq);

impl IoreqPage {
    /// Maps the page of server `id` over `frame`.
    pub fn acquire(id: ServerId, frame: &'static Frame) -> Result<Self, Errno> {
        memory::acquire_ioreq_page(DOMU, id, frame.gfn())?;
        Ok(Self(frame.gfn().pointer()))
    }

    fn slot(&self, vcpu: usize) -> *mut abi::ioreq {
        assert!(vcpu < VCPUS);
        // SAFETY: the page has a slot for each of the domU's vCPUs.
        unsafe { self.0.add(vcpu) }
    }

    fn read(&self, vcpu: usize) -> abi::ioreq {
        // SAFETY: Xen's page is mapped for as long as `self` exists; the slot
        // is plain data that Xen changes only while its state is not READY.
        unsafe { self.slot(vcpu).read_volatile() }
    }

    /// The domU's end of the event channel of a vCPU. Xen has it here once the
    /// server has been enabled with its page allocated
    /// (ioreq_server_update_evtchn()).
    pub fn port(&self, vcpu: usize) -> Port {
        Port::new(self.read(vcpu).vp_eport)
    }

    /// The request that waits in a slot.
    pub fn pending(&self, vcpu: usize) -> Option<Kind> {
        if u32::from(self.read(vcpu).state()) != abi::STATE_IOREQ_READY {
            return None;
        }
        // Pairs with the barrier of ioreq_send() between contents and state.
        fence(Ordering::SeqCst);
        let ioreq = self.read(vcpu);
        let read = u32::from(ioreq.dir()) == abi::IOREQ_READ;
        Some(match u32::from(ioreq.type_) {
            abi::IOREQ_TYPE_INVALIDATE => Kind::Invalidate,
            abi::IOREQ_TYPE_COPY if read => Kind::Read(ioreq.addr),
            abi::IOREQ_TYPE_COPY => Kind::Write(ioreq.addr, ioreq.data),
            _ => Kind::Unknown(ioreq.type_),
        })
    }

    fn place(&self, vcpu: usize, word: usize) -> *mut u32 {
        assert!(word < WORDS);
        // SAFETY: inside the slot, which has so many.
        unsafe { self.slot(vcpu).cast::<u32>().add(word) }
    }

    /// One of the words of a slot. The last has the state in its lowest byte and the
    /// type above.
    pub fn word(&self, vcpu: usize, word: usize) -> u32 {
        // SAFETY: as for `read()`.
        unsafe { self.place(vcpu, word).read_volatile() }
    }

    /// Writes one of them, whosever it is: no emulator may.
    pub fn scribble(&self, vcpu: usize, word: usize, value: u32) {
        // SAFETY: all of the slot is plain data, whatever Xen makes of it.
        unsafe { self.place(vcpu, word).write_volatile(value) };
    }

    /// Unmaps the page from the frame that it was mapped over.
    pub fn unmap(self, frame: &'static Frame) -> Result<(), Errno> {
        memory::remove_from_physmap(frame.gfn())
    }

    /// Completes the request of a slot. Everything that was done before is
    /// visible to the vCPU when it goes on.
    pub fn complete(&self, vcpu: usize, data: u64) {
        let slot = self.slot(vcpu);
        let mut ioreq = self.read(vcpu);
        ioreq.data = data;
        // SAFETY: the slot is the emulator's until its state says otherwise.
        unsafe { slot.write_volatile(ioreq) };
        // Pairs with the smp_rmb() of wait_for_io().
        fence(Ordering::SeqCst);
        ioreq.set_state(abi::ioresp_ready);
        // SAFETY: part of the slot.
        let state = unsafe { &raw mut (*slot)._bitfield_1 };
        // SAFETY: as above; this byte hands the slot back to Xen.
        unsafe { state.write_volatile(ioreq._bitfield_1) };
    }
}
