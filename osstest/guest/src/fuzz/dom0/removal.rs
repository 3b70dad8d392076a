// SPDX-License-Identifier: GPL-2.0-only

//! What dom0 does to the memory of the domU while that runs, waits or is paused.

use super::{super::operation::WINDOW, Dom0};
use crate::{
    low::{
        gfn::{Frame, SUPERPAGE, arena_start},
        hypercall::memory,
    },
    protocol::DOMU,
};

/// Pages of one hypercall, at most.
const LIST: usize = 32;

/// Pages of the domU that it has mapped, at most.
const MAPPINGS: usize = 8;

static MAPPED: [Frame; MAPPINGS] = [const { Frame::new() }; MAPPINGS];

impl Dom0 {
    fn frame(&mut self) -> u64 {
        arena_start() + self.prng.below((WINDOW * SUPERPAGE) as u64)
    }

    /// Takes pages.
    pub(super) fn remove(&mut self) {
        let pages: [u64; LIST] = core::array::from_fn(|_| self.frame());
        let count = 1 + self.prng.index(LIST);
        let removed = match self.prng.below(2) {
            0 => memory::decrease_reservation_of(DOMU, &pages[..count]).unwrap_or(0) as u64,
            _ => memory::remove_from_physmap_of(DOMU, pages[0]).map_or(0, |()| 1),
        };
        self.counts.removals += removed;
    }

    /// Gives pages.
    pub(super) fn populate(&mut self) {
        let pages: [u64; LIST] = core::array::from_fn(|_| self.frame());
        let count = 1 + self.prng.index(LIST);
        let _ = memory::populate_physmap_of(DOMU, &pages[..count]);
    }

    /// Maps a page, or unmaps one: it drops none for an invalidation.
    pub(super) fn map(&mut self) {
        let n = self.prng.index(MAPPINGS);
        let frame = self.frame();
        let at = MAPPED[n].gfn();
        if self.mapped & (1 << n) != 0 {
            self.unmap(n);
        } else if memory::map_foreign(DOMU, frame, at).is_ok() {
            self.mapped |= 1 << n;
            at.poke(frame);
        }
    }

    fn unmap(&mut self, n: usize) {
        if memory::remove_from_physmap(MAPPED[n].gfn()).is_ok() {
            self.mapped &= !(1 << n);
        }
    }

    /// Unmaps all.
    pub(super) fn unmap_all(&mut self) {
        for n in 0..MAPPINGS {
            if self.mapped & (1 << n) != 0 {
                self.unmap(n);
            }
        }
    }
}
