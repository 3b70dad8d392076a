// SPDX-License-Identifier: GPL-2.0-only

//! The note that a vCPU has a removal to tell, taken exactly once.
//!
//! The note is per vCPU. With one for the whole domain, two vCPUs that remove
//! pages at once would share it: the first to return would consume the
//! second's, and the second would run on before any emulator answered for its
//! page.

use crate::sync::{AtomicBool, Ordering, fence};

/// One vCPU's pending mapcache invalidation: C's `v->mapcache_invalidate`.
///
/// # Invariants
///
/// Set only by [`request`](Self::request), on any pCPU, with the P2M lock of
/// the vCPU's domain held. Cleared only by [`take`](Self::take), by the vCPU
/// itself on its way back to the guest.
///
/// C reads the field plainly before it calls [`take`](Self::take), to keep the
/// way out of an ordinary hypercall down to a load and a branch. That is sound
/// because the read decides nothing: a set flag is confirmed by the atomic
/// swap. A removal by the vCPU itself comes before the read in program order
/// and cannot be missed. One by another pCPU is missed only by a vCPU that has
/// not yet learned of the removal, by a lock or by what the remover says of it;
/// it tells at its next return, which is all that is promised.
#[derive(Debug)]
#[repr(transparent)]
pub struct Pending(AtomicBool);

impl Pending {
    /// A note with nothing to tell, as in a `struct vcpu` that was just zeroed.
    #[must_use]
    pub fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Notes that the vCPU has a removal to tell.
    ///
    /// Replaces `v->mapcache_invalidate = true` in
    /// `ioreq_request_mapcache_invalidate()`. Requests merge: the emulators are
    /// told to drop everything, so one telling serves all removals before it.
    ///
    /// # Ordering
    ///
    /// Release, pairing with [`take`](Self::take) on the pCPU of a vCPU whose
    /// page another domain removes: who takes the note also sees the P2M entry
    /// cleared. In Xen the P2M lock says so too: the note is made with it held,
    /// and an emulator that was told and maps the page again looks it up under
    /// it (`p2m_lookup()`), so it waits for the remover and finds the entry
    /// gone. The pairing makes the note right by itself. Of notes that merge,
    /// the last is what is taken; that it stands for the earlier ones rests on
    /// the one lock that all of them are made under.
    ///
    /// A vCPU that removes its own page needs no more than program order.
    #[inline]
    pub fn request(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Takes the note: returns whether there was one, and leaves none.
    ///
    /// Of any number of calls after a [`request`](Self::request), exactly one
    /// returns `true`. Replaces `test_and_clear_bool(v->mapcache_invalidate)`
    /// in `do_trap_hypercall()`, and the unlocked read and write of
    /// `vcpu_ioreq_handle_completion()`.
    ///
    /// # Ordering
    ///
    /// A full barrier, as Xen's `xchg()`, which is `ldxr`/`stxr` and then
    /// `smp_mb()`. Rust's sequentially consistent `swap` alone is
    /// `ldaxr`/`stlxr`: a later load or store may pass the `stlxr`, hence the
    /// fence. It pairs
    ///
    /// * with [`request`](Self::request): what was written before the note is
    ///   seen after it is taken;
    /// * with the ioreq page: the flag is clear before the emulator can see
    ///   `STATE_IOREQ_READY`. Were it cleared after, a removal in between would
    ///   be noted and then erased, and never told.
    #[inline]
    #[must_use]
    pub fn take(&self) -> bool {
        let noted = self.0.swap(false, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        noted
    }

    /// C's plain read before it calls [`take`](Self::take), for the model of
    /// what C does. In Xen it is C's alone.
    #[cfg(loom)]
    #[must_use]
    pub fn peek(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Default for Pending {
    fn default() -> Self {
        Self::new()
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
        assert!(!Pending::new().take());
    }

    #[test]
    fn taken_once() {
        let note = Pending::new();
        note.request();
        assert!(note.take());
        assert!(!note.take());
    }

    #[test]
    fn requests_merge() {
        let note = Pending::new();
        note.request();
        note.request();
        assert!(note.take());
        assert!(!note.take());
    }

    #[test]
    fn one_taker_of_many() {
        const TAKERS: usize = 4;
        const ROUNDS: usize = 1000;

        let note = Pending::new();
        let start = Barrier::new(TAKERS);
        let done = Barrier::new(TAKERS);
        let taken = AtomicUsize::new(0);

        thread::scope(|s| {
            for taker in 0..TAKERS {
                let (note, start, done, taken) = (&note, &start, &done, &taken);
                s.spawn(move || {
                    for round in 1..=ROUNDS {
                        if taker == 0 {
                            note.request();
                        }
                        start.wait();
                        if note.take() {
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
