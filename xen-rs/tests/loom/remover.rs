// SPDX-License-Identifier: GPL-2.0-only

//! A vCPU of another domain, which removes pages of the guest.
//!
//! Methods name the C that they stand for.

use std::sync::Arc;

use loom::sync::atomic::Ordering;

use crate::component::Component;
use crate::guest::{Guest, Pages};

/// A vCPU of another domain, which is in its own guest between the calls of its
/// methods.
pub(crate) struct Remover<C> {
    number: usize,
    guest: Arc<Guest<C>>,
}

impl<C: Component> Remover<C> {
    pub(crate) fn new(number: usize, guest: Arc<Guest<C>>) -> Self {
        Self { number, guest }
    }

    /// A hypercall that removes `pages` one after another.
    pub(crate) fn hypercall(&self, pages: &[Pages]) {
        let Guest {
            component,
            scheduler,
            ..
        } = &*self.guest;
        component.foreign_hypercall_starts(scheduler);
        self.remove(pages, false);
        component.end_foreign_removal(self.number, scheduler);
        self.report(pages);
    }

    /// `do_multicall()`: entries that remove pages one after another, each of which
    /// is seen to be complete before the next one starts.
    pub(crate) fn multicall(&self, entries: &[&[Pages]]) {
        for pages in entries {
            self.remove(pages, true);
            self.report(pages);
        }
        let guest = &self.guest;
        guest
            .component
            .end_foreign_removal(self.number, &guest.scheduler);
    }

    fn remove(&self, pages: &[Pages], in_multicall: bool) {
        for &page in pages {
            self.guest.remove(page, |component| {
                component.foreign_leaf_freed(self.number, in_multicall, &self.guest.scheduler);
            });
        }
    }

    /// The guest knows that the pages are removed.
    fn report(&self, pages: &[Pages]) {
        let pages = pages.iter().fold(0, |all, page| all | page);
        self.guest.reported.fetch_or(pages, Ordering::Release);
    }
}
