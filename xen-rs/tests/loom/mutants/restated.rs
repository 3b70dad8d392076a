// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of how the flag is set and taken: `pending`'s
//! [`Foreign`](xen_rs::pending::Foreign) once more, for those that change one step.

use std::marker::PhantomData;

use loom::sync::atomic::{AtomicBool, Ordering, fence};

use super::killed;
use crate::component::{Component, MAX_VCPUS, Words};
use crate::models;

/// A component with these steps.
#[derive(Default)]
struct Restated<S> {
    words: Words,
    foreign: [AtomicBool; MAX_VCPUS],
    steps: PhantomData<S>,
}

/// What a mutant changes.
trait Steps: Default + Send + Sync + 'static {
    /// A swap for the reason that sync.rs gives.
    fn flag(flag: &AtomicBool) {
        flag.swap(true, Ordering::Release);
    }

    fn take(flag: &AtomicBool) -> bool {
        let flagged = flag.swap(false, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        flagged
    }
}

impl<S: Steps> Component for Restated<S> {
    fn words(&self) -> &Words {
        &self.words
    }

    fn flag_foreign(&self, vcpu: usize) {
        S::flag(&self.foreign[vcpu]);
    }

    fn is_flagged(&self, vcpu: usize) -> bool {
        self.foreign[vcpu].load(Ordering::Relaxed)
    }

    fn take_foreign(&self, vcpu: usize) -> bool {
        S::take(&self.foreign[vcpu])
    }
}

/// No mutant: the models pass, so it is its one step for which each mutant fails.
#[derive(Default)]
struct AsInPending;

impl Steps for AsInPending {}

#[test]
fn restated_passes_two_takers() {
    models::two_takers::<Restated<AsInPending>>();
}

#[test]
fn restated_passes_foreign_removals_without_the_lock() {
    models::foreign_removals_without_the_lock::<Restated<AsInPending>>();
}

/// No mutant either: the barrier in the take is that of the C which it takes the
/// place of, and nothing here needs it.
#[derive(Default)]
struct NoBarrier;

impl Steps for NoBarrier {
    fn take(flag: &AtomicBool) -> bool {
        flag.swap(false, Ordering::Acquire)
    }
}

#[test]
fn no_barrier_passes_foreign_removals() {
    models::foreign_removals::<Restated<NoBarrier>>();
}

#[test]
fn no_barrier_passes_foreign_removals_without_the_lock() {
    models::foreign_removals_without_the_lock::<Restated<NoBarrier>>();
}

#[test]
fn no_barrier_passes_foreign_removal_while_descheduled() {
    models::foreign_removal_while_descheduled::<Restated<NoBarrier>>();
}

/// The flag does not release: who takes it need not see the P2M entry cleared. The
/// take has no barrier either: to loom, which has no thread come between a flag and
/// the barrier of the kick, the two barriers would order it.
#[derive(Default)]
struct RelaxedFlag;

impl Steps for RelaxedFlag {
    fn flag(flag: &AtomicBool) {
        flag.swap(true, Ordering::Relaxed);
    }

    fn take(flag: &AtomicBool) -> bool {
        NoBarrier::take(flag)
    }
}

/// The take does not acquire, with the same effect. It has no barrier either, as
/// that would acquire.
#[derive(Default)]
struct RelaxedTake;

impl Steps for RelaxedTake {
    fn take(flag: &AtomicBool) -> bool {
        flag.swap(false, Ordering::Relaxed)
    }
}

/// The flag is read and then cleared, not swapped. The models of a domain pass:
/// a vCPU alone takes its flag, and what is flagged in between, its invalidation
/// serves. Two takers both get it.
#[derive(Default)]
struct LoadThenStore;

impl Steps for LoadThenStore {
    fn take(flag: &AtomicBool) -> bool {
        let flagged = flag.load(Ordering::Relaxed);
        if flagged {
            flag.store(false, Ordering::Relaxed);
        }
        fence(Ordering::SeqCst);
        flagged
    }
}

killed! {
    relaxed_flag: foreign_removals_without_the_lock::<Restated<RelaxedFlag>>,
        "the guest runs on while the emulator maps a removed page";
    relaxed_take: foreign_removals_without_the_lock::<Restated<RelaxedTake>>,
        "the guest runs on while the emulator maps a removed page";
    load_then_store: two_takers::<Restated<LoadThenStore>>,
        "the flag is taken twice";
}
