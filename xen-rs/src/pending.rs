// SPDX-License-Identifier: GPL-2.0-only

//! The invalidations that a vCPU has to send before it enters the guest.
//!
//! They are per vCPU. With one flag for the whole domain, two vCPUs that remove
//! pages at once would share it: the first to return would take it, and the
//! second would enter the guest before any emulator has completed.
//!
//! There are two kinds, with different writers. [`Own`] is for what the vCPU
//! itself removed, [`Foreign`] for what another domain removed.

use crate::sync::{AtomicBool, AtomicU8, Ordering, SwappedBool, fence};

/// What one vCPU has to send for its own removals: C's `v->arch.mapcache_own`.
///
/// # Invariants
///
/// Written by the vCPU itself alone, so program order is all the ordering there
/// is to it, and a read and a write need not be one access. C reads it as part
/// of `exit_work`; that read decides nothing.
#[derive(Debug)]
#[repr(transparent)]
pub struct Own(AtomicU8);

impl Own {
    /// To be sent before the vCPU enters the guest.
    const DUE: u8 = 1;
    /// To be sent when the hypercall completes that was preempted.
    const DEFERRED: u8 = 2;
    /// Not an invalidation: the vCPU has removed RAM of another domain, whose
    /// vCPUs it has to kick.
    const KICK: u8 = 4;

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

    /// Has the vCPU kick another domain's when it leaves its hypercall.
    #[inline]
    pub fn kick_later(&self) {
        self.change(0, Self::KICK);
    }

    /// Returns whether the vCPU has to kick another domain's, and leaves it
    /// none to.
    #[inline]
    #[must_use]
    pub fn take_kick(&self) -> bool {
        let kick = self.get() & Self::KICK != 0;
        if kick {
            self.change(Self::KICK, 0);
        }
        kick
    }
}

impl Default for Own {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether one vCPU has to send an invalidation for a removal by another domain:
/// C's `v->arch.mapcache_foreign`.
///
/// # Invariants
///
/// Set on any pCPU: for a removal by [`flag_every`], with the P2M lock of the
/// vCPU's domain held; for an ioreq server that missed an invalidation without it;
/// and by the vCPU itself when it could not send. Cleared by [`take`](Self::take) alone, by the
/// vCPU itself. C reads it as part of `exit_work`; that read decides nothing. A
/// flag that it misses is one that is set after the vCPU looked for the last
/// time with interrupts off; then the kick makes it look again.
#[derive(Debug)]
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
    /// also sees the P2M entry cleared, and [`AllFlagged`] set.
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
    /// `true`. Then not all vCPUs are flagged any more, which `all` says from
    /// here on.
    ///
    /// # Ordering
    ///
    /// Acquire, pairing with [`flag`](Self::flag). Then `all` is cleared, then
    /// comes a full barrier, then the caller sends. This order pairs with that
    /// of [`flag_every`], a store-buffering pattern:
    ///
    /// | the remover | the vCPU |
    /// |---|---|
    /// | clears the P2M entry | clears `all` |
    /// | barrier | barrier |
    /// | looks at `all` | sends; an emulator looks at the P2M entry |
    ///
    /// Either the remover sees `all` cleared, and flags this vCPU again, or the
    /// emulator sees the entry cleared, and this vCPU need not be flagged. In Xen
    /// the emulator's look takes the P2M lock, which orders it as well; the
    /// barriers make it right without that.
    ///
    /// `all` is cleared after the flag is taken. Cleared before, it could be set
    /// again in between, together with the flag: `all` would then stand for a
    /// flag that is gone, and the next removal would flag nobody.
    #[inline]
    #[must_use]
    pub fn take(&self, all: &AllFlagged) -> bool {
        let flagged = self.0.swap(false, Ordering::SeqCst);
        if flagged {
            all.0.store(false, Ordering::Relaxed);
            fence(Ordering::SeqCst);
        }
        flagged
    }
}

impl Default for Foreign {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether every vCPU of a domain is flagged [`Foreign`], or about to send: C's
/// `p2m->mapcache_all_flagged`. It spares the walk over the vCPUs for each of
/// many removals.
///
/// # Invariants
///
/// Set by [`flag_every`] alone, with the P2M lock held. Cleared by any vCPU of
/// the domain that takes its flag, and when the domain's ioreq servers change.
/// Cleared without need, it costs a walk.
#[derive(Debug)]
#[repr(transparent)]
pub struct AllFlagged(AtomicBool);

impl AllFlagged {
    /// Not all are, as in a P2M that was just zeroed.
    #[must_use]
    pub fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Have the next foreign removal flag every vCPU.
    #[inline]
    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Default for AllFlagged {
    fn default() -> Self {
        Self::new()
    }
}

/// Flags every vCPU of a domain for a removal by another domain.
///
/// * `all`: the domain's.
/// * `vcpus`: the flag of each vCPU of the domain. They are not walked if all are
///   flagged already.
///
/// To be called with the P2M lock held for writing, after the entry was cleared.
///
/// # Ordering
///
/// A full barrier between what the caller did before and the look at `all`; see
/// [`Foreign::take`] for what it pairs with. `all` is set before the first flag,
/// so that who takes a flag clears it after.
#[inline]
pub fn flag_every<'a>(all: &AllFlagged, vcpus: impl Iterator<Item = &'a Foreign>) {
    fence(Ordering::SeqCst);
    if all.0.load(Ordering::Relaxed) {
        return;
    }
    all.0.store(true, Ordering::Relaxed);
    vcpus.for_each(Foreign::flag);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::vec::Vec;

    fn vcpus(n: usize) -> Vec<Foreign> {
        (0..n).map(|_| Foreign::new()).collect()
    }

    #[test]
    fn nothing_to_take_at_first() {
        assert!(!Own::new().take());
        assert!(!Foreign::new().take(&AllFlagged::new()));
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
    fn a_kick_and_an_invalidation_do_not_mix() {
        let own = Own::new();
        own.kick_later();
        assert!(!own.is_due() && !own.take());
        own.flag();
        assert!(own.take_kick());
        assert!(!own.take_kick() && own.is_due());
        own.kick_later();
        assert!(own.take() && own.take_kick());
    }

    #[test]
    fn every_vcpu_is_flagged_and_takes_its_flag_once() {
        let (all, vcpus) = (AllFlagged::new(), vcpus(3));
        flag_every(&all, vcpus.iter());
        for vcpu in &vcpus {
            assert!(vcpu.is_flagged());
            assert!(vcpu.take(&all));
            assert!(!vcpu.is_flagged() && !vcpu.take(&all));
        }
    }

    #[test]
    fn no_walk_while_all_are_flagged() {
        let (all, vcpus) = (AllFlagged::new(), vcpus(2));
        flag_every(&all, vcpus.iter());
        let mut walked = 0;
        flag_every(&all, vcpus.iter().inspect(|_| walked += 1));
        assert_eq!(walked, 0);
    }

    #[test]
    fn who_takes_its_flag_is_flagged_again() {
        let (all, vcpus) = (AllFlagged::new(), vcpus(2));
        flag_every(&all, vcpus.iter());
        assert!(vcpus[0].take(&all));
        flag_every(&all, vcpus.iter());
        assert!(vcpus[0].is_flagged() && vcpus[1].is_flagged());
    }

    #[test]
    fn a_vcpu_that_is_not_flagged_does_not_end_all() {
        let (all, vcpus) = (AllFlagged::new(), vcpus(2));
        flag_every(&all, vcpus.iter());
        assert!(!Foreign::new().take(&all));
        flag_every(&all, vcpus.iter().inspect(|_| panic!("walked")));
    }

    #[test]
    fn one_taker_of_many() {
        const TAKERS: usize = 4;
        const ROUNDS: usize = 1000;

        let (flag, all) = (Foreign::new(), AllFlagged::new());
        let start = Barrier::new(TAKERS);
        let done = Barrier::new(TAKERS);
        let taken = AtomicUsize::new(0);

        thread::scope(|s| {
            for taker in 0..TAKERS {
                let (flag, all, start, done, taken) = (&flag, &all, &start, &done, &taken);
                s.spawn(move || {
                    for round in 1..=ROUNDS {
                        if taker == 0 {
                            flag.flag();
                        }
                        start.wait();
                        if flag.take(all) {
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
