// SPDX-License-Identifier: GPL-2.0-only

//! The state of a guest, as Xen, another domain and the emulator share it.
//!
//! What the threads share is loom's, so that loom sees each access.

use std::sync::Arc;

use loom::sync::Mutex;
use loom::sync::atomic::{AtomicUsize, Ordering};

use crate::component::Component;
use crate::emulator::Emulator;
use crate::scheduler::Scheduler;
use crate::shutdown::Shutdown;
use crate::vcpu::Vcpu;

/// A set of guest pages, one bit each.
pub(crate) type Pages = usize;

/// How the emulator's request to map a page reads the P2M.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Under the P2M lock, as `p2m_lookup()`.
    Locked,
    /// Without it, so that the flags alone order the P2M entry. Xen has no such
    /// lookup.
    Lockless,
}

/// A guest.
pub(crate) struct Guest<C> {
    pub(crate) component: C,
    pub(crate) scheduler: Scheduler,
    pub(crate) shutdown: Shutdown,
    pub(crate) emulator: Emulator,
    /// The pages with an entry in the P2M.
    p2m: AtomicUsize,
    /// Held to change the P2M. As there is one reader, it excludes what Xen's
    /// read-write lock does.
    p2m_lock: Mutex<()>,
    lookup: Lookup,
    /// The pages that another domain has removed, with hypercalls or entries of a
    /// multicall that are complete.
    pub(crate) reported: AtomicUsize,
}

/// A guest with `pages`, all of which the emulator maps.
pub(crate) fn guest<C: Component, const VCPUS: usize>(
    pages: Pages,
    lookup: Lookup,
) -> (Arc<Guest<C>>, [Vcpu<C>; VCPUS]) {
    let guest = Arc::new(Guest {
        component: C::default(),
        scheduler: Scheduler::new(VCPUS),
        shutdown: Shutdown::default(),
        emulator: Emulator::new(pages),
        p2m: AtomicUsize::new(pages),
        p2m_lock: Mutex::new(()),
        lookup,
        reported: AtomicUsize::new(0),
    });
    let vcpus = std::array::from_fn(|id| Vcpu::new(id, Arc::clone(&guest)));
    (guest, vcpus)
}

impl<C: Component> Guest<C> {
    /// A page is removed: `p2m_set_entry()`, and `p2m_free_entry()`, which has
    /// `leaf_freed` called.
    pub(crate) fn remove(&self, page: Pages, leaf_freed: impl FnOnce(&C)) {
        let lock = self.p2m_lock.lock();
        self.clear_entry(page);
        leaf_freed(&self.component);
        drop(lock);
    }

    fn clear_entry(&self, page: Pages) {
        let present = self.p2m.load(Ordering::Relaxed);
        self.p2m.store(present & !page, Ordering::Relaxed);
    }

    /// The pages that the emulator can map.
    pub(crate) fn present(&self) -> Pages {
        let lock = (self.lookup == Lookup::Locked).then(|| self.p2m_lock.lock());
        let present = self.p2m.load(Ordering::Relaxed);
        drop(lock);
        present
    }
}
