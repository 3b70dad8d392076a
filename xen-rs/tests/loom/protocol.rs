// SPDX-License-Identifier: GPL-2.0-only

//! What surrounds the notes: a guest's P2M, its vCPUs' hypercalls and I/O,
//! another domain that removes pages, and an emulator that keeps them mapped.
//!
//! Methods name the C that they stand for. What the threads share is loom's, so
//! that loom sees each access.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::{Mutex, mpsc};

use crate::notes::Notes;

/// What must not happen: a vCPU returns from a hypercall, or from I/O, too soon.
const STALE: &str = "the guest runs on while the emulator maps a removed page";

/// A set of guest pages, one bit each.
type Pages = usize;

/// A vCPU's slot in the ioreq page: `state`, and in the same word `type`, which
/// the emulator reads only in a state that says ready.
mod slot {
    /// `STATE_IOREQ_NONE`
    pub(super) const NONE: usize = 0;
    /// `STATE_IOREQ_READY`, `IOREQ_TYPE_COPY`
    pub(super) const IO: usize = 1;
    /// `STATE_IOREQ_READY`, `IOREQ_TYPE_INVALIDATE`
    pub(super) const INVALIDATE: usize = 2;
    /// `STATE_IORESP_READY`
    pub(super) const ANSWERED: usize = 3;
    /// No state of Xen's: the vCPU is offline for good.
    pub(super) const OFFLINE: usize = 4;
}

/// How the emulator's request to map a page reads the P2M.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Under the P2M lock, as `p2m_lookup()`.
    Locked,
    /// Without it, so that the note alone orders the P2M entry. Xen has no such
    /// lookup.
    Lockless,
}

/// The state of a guest, as Xen, the toolstack and the emulator share it.
pub(crate) struct Guest<N> {
    notes: N,
    /// The pages with an entry in the P2M.
    p2m: AtomicUsize,
    /// Held to change the P2M. As there is one reader, it excludes what Xen's
    /// read-write lock does.
    p2m_lock: Mutex<()>,
    lookup: Lookup,
    /// The pages that the emulator maps.
    mapped: AtomicUsize,
    ioreq_page: Vec<AtomicUsize>,
    /// The pages that the toolstack has reported removed. A hypercall starts
    /// after a removal if its vCPU knows of that report; else they are at once.
    reported: AtomicUsize,
}

/// The guest's side of the ioreq page.
pub(crate) struct Vcpu<N> {
    id: usize,
    guest: Arc<Guest<N>>,
    to_emulator: mpsc::Sender<usize>,
    from_emulator: mpsc::Receiver<()>,
}

/// The emulator, with an event channel from all vCPUs and one to each.
pub(crate) struct Emulator<N> {
    guest: Arc<Guest<N>>,
    from_vcpus: mpsc::Receiver<usize>,
    to_vcpu: Vec<mpsc::Sender<()>>,
}

/// A guest with `pages`, all of which the emulator maps.
pub(crate) fn guest<N: Notes, const VCPUS: usize>(
    pages: Pages,
    lookup: Lookup,
) -> (Arc<Guest<N>>, [Vcpu<N>; VCPUS], Emulator<N>) {
    let guest = Arc::new(Guest {
        notes: N::default(),
        p2m: AtomicUsize::new(pages),
        p2m_lock: Mutex::new(()),
        lookup,
        mapped: AtomicUsize::new(pages),
        ioreq_page: (0..VCPUS).map(|_| AtomicUsize::new(slot::NONE)).collect(),
        reported: AtomicUsize::new(0),
    });
    let (to_emulator, from_vcpus) = mpsc::channel();
    let mut to_vcpu = Vec::new();
    let vcpus = std::array::from_fn(|id| {
        let (to, from_emulator) = mpsc::channel();
        to_vcpu.push(to);
        Vcpu {
            id,
            guest: Arc::clone(&guest),
            to_emulator: to_emulator.clone(),
            from_emulator,
        }
    });
    let emulator = Emulator {
        guest: Arc::clone(&guest),
        from_vcpus,
        to_vcpu,
    };
    (guest, vcpus, emulator)
}

impl<N: Notes> Guest<N> {
    /// Another domain removes each of `pages`, and reports it done.
    pub(crate) fn remove_from_outside(&self, pages: impl IntoIterator<Item = Pages>) {
        let mut removed = 0;
        for page in pages {
            self.remove(page, 0..self.ioreq_page.len());
            removed |= page;
            self.reported.store(removed, Ordering::Release);
        }
    }

    /// `p2m_set_entry()`, `p2m_free_entry()` and the hook in it.
    fn remove(&self, pages: Pages, tellers: impl IntoIterator<Item = usize>) {
        let lock = self.p2m_lock.lock();
        let present = self.p2m.load(Ordering::Relaxed);
        self.p2m.store(present & !pages, Ordering::Relaxed);
        for vcpu in tellers {
            self.notes.request(vcpu);
        }
        drop(lock);
    }
}

impl<N: Notes> Vcpu<N> {
    /// A hypercall that removes `pages`, or none, until it has returned.
    pub(crate) fn hypercall(&self, pages: Pages) {
        let removed = pages | self.guest.reported.load(Ordering::Acquire);
        if pages != 0 {
            self.guest.remove(pages, [self.id]);
        }
        let waits = self.guest.notes.epilogue(self.id, || self.broadcast());
        self.leave_hypervisor(waits, removed);
    }

    /// An access to an emulated device, until it has returned.
    pub(crate) fn io(&self) {
        self.send(slot::IO);
        self.wait_for_io();
        let removed = self.guest.reported.load(Ordering::Acquire);
        self.leave_hypervisor(false, removed);
    }

    /// The vCPU goes offline.
    pub(crate) fn offline(self) {
        self.send(slot::OFFLINE);
    }

    /// `leave_hypervisor_to_guest()`: runs `vcpu_ioreq_handle_completion()`
    /// until there is nothing left to wait for. Then the guest is entered, and
    /// nothing may be mapped of what it knows to be `removed`.
    fn leave_hypervisor(&self, mut waits: bool, removed: Pages) {
        loop {
            if waits {
                self.wait_for_io();
            }
            waits = self.guest.notes.completion(self.id, || self.broadcast());
            if !waits {
                break;
            }
        }
        let mapped = self.guest.mapped.load(Ordering::Relaxed);
        assert_eq!(mapped & removed, 0, "{STALE}");
    }

    /// `ioreq_signal_mapcache_invalidate()`.
    fn broadcast(&self) {
        self.send(slot::INVALIDATE);
    }

    /// `ioreq_send()`, which finds the slot free: a vCPU has one request at a
    /// time in flight.
    fn send(&self, request: usize) {
        let slot = &self.guest.ioreq_page[self.id];
        assert_eq!(slot.load(Ordering::Relaxed), slot::NONE);
        slot.store(request, Ordering::Release);
        self.to_emulator.send(self.id).expect("the emulator runs");
    }

    /// `wait_for_io()`.
    fn wait_for_io(&self) {
        let slot = &self.guest.ioreq_page[self.id];
        self.from_emulator.recv().expect("the emulator runs");
        assert_eq!(slot.load(Ordering::Acquire), slot::ANSWERED);
        slot.store(slot::NONE, Ordering::Relaxed);
    }
}

impl<N: Notes> Emulator<N> {
    /// Serves requests until all vCPUs are offline.
    pub(crate) fn run(self) {
        let mut online = self.to_vcpu.len();
        while online > 0 {
            let vcpu = self.from_vcpus.recv().expect("a vCPU runs");
            let slot = &self.guest.ioreq_page[vcpu];
            match slot.load(Ordering::Acquire) {
                slot::OFFLINE => {
                    online -= 1;
                    continue;
                }
                slot::INVALIDATE => self.remap(),
                request => assert_eq!(request, slot::IO),
            }
            slot.store(slot::ANSWERED, Ordering::Release);
            self.to_vcpu[vcpu].send(()).expect("the vCPU waits");
        }
    }

    /// Drops all mappings, and at once maps again what it can: as pages only
    /// ever leave, it could not map more by waiting.
    fn remap(&self) {
        let guest = &self.guest;
        let lock = (guest.lookup == Lookup::Locked).then(|| guest.p2m_lock.lock());
        let present = guest.p2m.load(Ordering::Relaxed);
        drop(lock);
        guest.mapped.store(present, Ordering::Relaxed);
    }
}
