// SPDX-License-Identifier: GPL-2.0-only

//! The invalidations that a vCPU has to send before it enters the guest.
//!
//! They are per vCPU. With one flag for the whole domain, two vCPUs that remove
//! pages at once would share it: the first to return would take it, and the
//! second would enter the guest before any emulator has completed.
//!
//! There are two kinds, with different writers. [`Own`] is for what the vCPU
//! itself removed, [`Foreign`] for what another domain removed.

use crate::sync::{AtomicU8, Ordering, SwappedBool, fence};

/// What one vCPU has to send for its own removals: C's `v->arch.mapcache_own`.
///
/// # Invariants
///
/// Written by the vCPU itself alone, so program order is all the ordering there
/// is to it, and a read and a write need not be one access. C reads it as part
/// of `exit_work`; that read decides nothing.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct Own(AtomicU8);

impl Own {
    /// To be sent before the vCPU enters the guest.
    const DUE: u8 = 1;
    /// To be sent when the hypercall completes that was preempted.
    const DEFERRED: u8 = 2;
    /// Not an invalidation of its own: the vCPU has removed RAM of another domain,
    /// whose vCPUs it has to flag.
    const FOREIGN_REMOVAL: u8 = 4;

    /// Nothing to send, as in a `struct vcpu` that was just zeroed.
    #[must_use]
    pub fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    #[inline]
    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    fn change(&self, clear: u8, set: u8) {
        self.0.store(self.get() & !clear | set, Ordering::Relaxed);
    }

    /// The vCPU removed a page: its invalidation is due, and with it one that
    /// was deferred. Removals merge, as the emulators drop everything.
    #[inline]
    pub fn flag(&self) {
        self.change(Self::DEFERRED, Self::DUE);
    }

    /// Whether there is an invalidation to send before the vCPU enters the guest.
    #[inline]
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.get() & Self::DUE != 0
    }

    /// Whether there is one that waits for the continuation of a hypercall.
    #[inline]
    #[must_use]
    pub fn is_deferred(&self) -> bool {
        self.get() & Self::DEFERRED != 0
    }

    /// What is due waits for the continuation of a hypercall.
    #[inline]
    pub fn defer(&self) {
        if self.is_due() {
            self.change(Self::DUE, Self::DEFERRED);
        }
    }

    /// Takes what is due or deferred: returns whether there was any, and leaves
    /// none.
    #[inline]
    #[must_use]
    pub fn take(&self) -> bool {
        let pending = self.is_due() || self.is_deferred();
        self.change(Self::DUE | Self::DEFERRED, 0);
        pending
    }

    /// The vCPU removed RAM of another domain.
    #[inline]
    pub fn removed_foreign(&self) {
        self.change(0, Self::FOREIGN_REMOVAL);
    }

    /// Returns whether the vCPU has to flag those of another domain, and leaves it
    /// none to.
    #[inline]
    #[must_use]
    pub fn take_foreign_removal(&self) -> bool {
        let removed = self.get() & Self::FOREIGN_REMOVAL != 0;
        if removed {
            self.change(Self::FOREIGN_REMOVAL, 0);
        }
        removed
    }
}

/// Whether one vCPU has to send an invalidation for a removal by another domain:
/// C's `v->arch.mapcache_foreign`.
///
/// # Invariants
///
/// Set on any pCPU, by who has removed, and by the vCPU itself when it could not
/// send. Cleared by [`take`](Self::take) alone, by the vCPU itself. C reads it as
/// part of `exit_work`; that read decides nothing. A flag that it misses is one
/// that is set after the vCPU looked for the last time with interrupts off; then
/// the kick makes it look again.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct Foreign(SwappedBool);

impl Foreign {
    /// Nothing to send, as in a `struct vcpu` that was just zeroed.
    #[must_use]
    pub fn new() -> Self {
        Self(SwappedBool::new(false))
    }

    /// Flags the vCPU.
    ///
    /// # Ordering
    ///
    /// Release, pairing with [`take`](Self::take): the vCPU that takes the flag
    /// sees the P2M entry cleared, and so does the emulator that it sends to.
    #[inline]
    pub fn flag(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the vCPU is flagged. It decides nothing: see [`take`](Self::take).
    #[inline]
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes the flag: returns whether the vCPU was flagged, and leaves it not
    /// so.
    ///
    /// Of any number of calls after a [`flag`](Self::flag), exactly one returns
    /// `true`.
    ///
    /// # Ordering
    ///
    /// Acquire, pairing with [`flag`](Self::flag). The full barrier after it is that
    /// of C's `test_and_clear_bool()`, which this takes the place of; what is here
    /// does not need it.
    #[inline]
    #[must_use]
    pub fn take(&self) -> bool {
        let flagged = self.0.swap(false, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        flagged
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    #[test]
    fn nothing_to_take_at_first() {
        assert!(!Own::new().take());
        assert!(!Foreign::new().take());
    }

    #[test]
    fn own_removals_merge_and_are_taken_once() {
        let own = Own::new();
        own.flag();
        own.flag();
        assert!(own.is_due());
        assert!(own.take());
        assert!(!own.take() && !own.is_due());
    }

    #[test]
    fn a_deferred_invalidation_is_not_due_until_the_next_removal() {
        let own = Own::new();
        own.flag();
        own.defer();
        assert!(own.is_deferred() && !own.is_due());
        own.flag();
        assert!(own.is_due() && !own.is_deferred());
        assert!(own.take());
    }

    #[test]
    fn a_deferred_invalidation_can_be_taken() {
        let own = Own::new();
        own.flag();
        own.defer();
        assert!(own.take());
        assert!(!own.is_deferred() && !own.take());
    }

    #[test]
    fn nothing_is_deferred_where_nothing_is_due() {
        let own = Own::new();
        own.defer();
        assert!(!own.is_deferred());
    }

    #[test]
    fn own_and_foreign_removals_do_not_mix() {
        let own = Own::new();
        own.removed_foreign();
        assert!(!own.is_due() && !own.take());
        own.flag();
        assert!(own.take_foreign_removal());
        assert!(!own.take_foreign_removal() && own.is_due());
        own.removed_foreign();
        assert!(own.take() && own.take_foreign_removal());
    }

    #[test]
    fn a_foreign_removal_is_taken_once() {
        let flag = Foreign::new();
        flag.flag();
        flag.flag();
        assert!(flag.is_flagged());
        assert!(flag.take());
        assert!(!flag.is_flagged() && !flag.take());
    }

    #[test]
    fn one_taker_of_many() {
        const TAKERS: usize = 4;
        const ROUNDS: usize = 1000;

        let flag = Foreign::new();
        let start = Barrier::new(TAKERS);
        let done = Barrier::new(TAKERS);
        let taken = AtomicUsize::new(0);

        thread::scope(|s| {
            for taker in 0..TAKERS {
                let (flag, start, done, taken) = (&flag, &start, &done, &taken);
                s.spawn(move || {
                    for round in 1..=ROUNDS {
                        if taker == 0 {
                            flag.flag();
                        }
                        start.wait();
                        if flag.take() {
                            taken.fetch_add(1, Ordering::Relaxed);
                        }
                        done.wait();
                        assert_eq!(taken.load(Ordering::Relaxed), round);
                        start.wait();
                    }
                });
            }
        });
    }
}
