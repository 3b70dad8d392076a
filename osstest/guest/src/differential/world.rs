// SPDX-License-Identifier: GPL-2.0-only

//! What operations are about, and its state at the beginning of an episode:
//! every page is RAM, one superpage is whole, nothing of dom0's is mapped.
//!
//! Any vCPU may hold the baton, hence atomics and cells; only the one that does looks.

use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        gfn::{Arena, Chosen, Gfn, PAGE_ORDER, SUPERPAGE, SUPERPAGE_ORDER},
        hypercall::{
            grant::{self, Mapping},
            memory,
        },
        kept::Kept,
    },
    operation::{around, operands::PAGES},
};
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed};

/// Grants that an episode can have mapped: more than it tries.
const MAPPINGS: usize = 128;

/// The world. There is one.
pub(crate) struct World {
    /// The first of the pages that operations are about.
    pages: Chosen,
    /// The first page of a superpage.
    superpage: Chosen,
    /// Whether an operation of this episode was about the superpage.
    superpage_used: AtomicBool,
    /// Which servers are enabled.
    enabled: AtomicU8,
    /// The grants that are mapped, or were when they were last heard of.
    mappings: [Kept<Option<Mapping>>; MAPPINGS],
    mapped: AtomicU32,
}

/// The world.
pub(crate) static WORLD: World = World {
    pages: Chosen::none(),
    superpage: Chosen::none(),
    superpage_used: AtomicBool::new(false),
    enabled: AtomicU8::new(0),
    mappings: [const { Kept::new(None) }; MAPPINGS],
    mapped: AtomicU32::new(0),
};

impl World {
    /// Makes it.
    pub(crate) fn create(&self, dom0: &Dom0) -> Result<(), Error> {
        let mut arena = Arena::new();
        for first in [&self.pages, &self.superpage] {
            first.set(arena.superpage().page(0));
        }
        around::create(dom0, arena.page())
    }

    pub(crate) fn page(&self, n: u64) -> Gfn {
        self.pages.get().plus(n)
    }

    /// A page of the superpage.
    pub(crate) fn of_superpage(&self, n: u64) -> Gfn {
        self.superpage_used.store(true, Relaxed);
        self.superpage.get().plus(n)
    }

    /// Whether a server is enabled.
    pub(crate) fn is_enabled(&self, server: usize) -> bool {
        self.enabled.load(Relaxed) & (1 << server) != 0
    }

    /// Has dom0 register and enable servers.
    pub(crate) fn configure(&self, dom0: &Dom0, registered: u8, enabled: u8) -> Result<u64, Error> {
        let done = dom0.configure(registered, enabled);
        if done.is_ok() {
            self.enabled.store(enabled, Relaxed);
        }
        done
    }

    /// Remembers that the grant is mapped.
    pub(crate) fn mapped(&self, mapping: Mapping) {
        let n = self.mapped.load(Relaxed);
        self.mappings[n as usize].set(Some(mapping));
        self.mapped.store(n + 1, Relaxed);
    }

    fn mapping(&self, n: u32) -> Mapping {
        self.mappings[n as usize].get().expect("one of those")
    }

    /// One of the mappings, and its place: the n-th, counted round.
    pub(crate) fn any_mapping(&self, n: u32) -> Option<(u32, Mapping)> {
        let n = n.checked_rem(self.mapped.load(Relaxed))?;
        Some((n, self.mapping(n)))
    }

    /// Forgets what is mapped in the `n`-th place.
    pub(crate) fn forget(&self, n: u32) {
        let last = self.mapped.load(Relaxed) - 1;
        self.mappings[n as usize].set(Some(self.mapping(last)));
        self.mapped.store(last, Relaxed);
    }

    /// Puts everything back, without any server that could receive an invalidation.
    pub(crate) fn reset(&self, dom0: &Dom0) -> Result<(), Error> {
        self.configure(dom0, 0, 0)?;
        // Which of these fail depends on what is there. Then nothing is, but
        // for grants: Xen unmaps one if that is there, or nothing.
        for page in (0..PAGES).map(|n| self.page(n)) {
            let _not_ram = memory::decrease_reservation(&[page], PAGE_ORDER);
            let _not_foreign = memory::remove_from_physmap(page);
        }
        for n in (0..self.mapped.load(Relaxed)).rev() {
            grant::unmap(self.mapping(n))?;
            self.forget(n);
        }
        for page in (0..PAGES).map(|n| self.page(n)) {
            populate(page, PAGE_ORDER)?;
        }
        if self.superpage_used.swap(false, Relaxed) {
            let first = self.superpage.get();
            for page in (0..SUPERPAGE as u64).map(|n| first.plus(n)) {
                let _unpopulated = memory::decrease_reservation(&[page], PAGE_ORDER);
            }
            populate(first, SUPERPAGE_ORDER)?;
        }
        Ok(())
    }
}

fn populate(first: Gfn, order: u32) -> Result<(), Error> {
    Error::all(memory::populate_physmap(&[first], order)?, 1)
}
