// SPDX-License-Identifier: GPL-2.0-only

//! `pending`'s [`Foreign`](xen_rs::pending::Foreign) and
//! [`AllFlagged`](xen_rs::pending::AllFlagged) once more, step by step, for
//! mutants that change one step.

use std::marker::PhantomData;

use loom::sync::atomic::{AtomicBool, Ordering, fence};

use crate::component::{Component, MAX_VCPUS, Words};
use crate::models;

/// A component with these steps.
#[derive(Default)]
pub(super) struct Restated<S> {
    words: Words,
    flags: Flags,
    steps: PhantomData<S>,
}

#[derive(Default)]
pub(super) struct Flags {
    foreign: [AtomicBool; MAX_VCPUS],
    pub(super) all: AtomicBool,
}

impl Flags {
    /// A swap for the reason that sync.rs gives.
    pub(super) fn flag(&self, vcpu: usize, order: Ordering) {
        self.foreign[vcpu].swap(true, order);
    }

    pub(super) fn is_flagged(&self, vcpu: usize) -> bool {
        self.foreign[vcpu].load(Ordering::Relaxed)
    }

    pub(super) fn swap(&self, vcpu: usize, order: Ordering) -> bool {
        self.foreign[vcpu].swap(false, order)
    }

    pub(super) fn clear(&self, vcpu: usize) {
        self.foreign[vcpu].store(false, Ordering::Relaxed);
    }

    pub(super) fn all(&self) -> bool {
        self.all.load(Ordering::Relaxed)
    }

    pub(super) fn set_all(&self, value: bool) {
        self.all.store(value, Ordering::Relaxed);
    }
}

/// What a mutant changes.
pub(super) trait Steps: Default + Send + Sync + 'static {
    fn flag_every(flags: &Flags, vcpus: usize) {
        fence(Ordering::SeqCst);
        if !flags.all() {
            flags.set_all(true);
            (0..vcpus).for_each(|vcpu| flags.flag(vcpu, Ordering::Release));
        }
    }

    fn take(flags: &Flags, vcpu: usize) -> bool {
        let flagged = flags.swap(vcpu, Ordering::SeqCst);
        if flagged {
            flags.set_all(false);
            fence(Ordering::SeqCst);
        }
        flagged
    }

    /// Takes, and has `send` done, which takes the rest and sends.
    fn take_and_send(flags: &Flags, vcpu: usize, send: impl FnOnce(bool)) {
        send(Self::take(flags, vcpu));
    }

    /// Before the remover takes the P2M lock.
    fn before_the_removal(_flags: &Flags, _vcpus: usize) {}
}

impl<S: Steps> Component for Restated<S> {
    fn words(&self) -> &Words {
        &self.words
    }

    fn flag_every(&self, vcpus: usize) {
        S::flag_every(&self.flags, vcpus);
    }

    fn flag_foreign(&self, vcpu: usize) {
        self.flags.flag(vcpu, Ordering::Release);
    }

    fn is_flagged(&self, vcpu: usize) -> bool {
        self.flags.is_flagged(vcpu)
    }

    fn take_foreign(&self, vcpu: usize) -> bool {
        S::take(&self.flags, vcpu)
    }

    fn before_the_removal(&self, vcpus: usize) {
        S::before_the_removal(&self.flags, vcpus);
    }

    fn send(&self, vcpu: usize, may_wait: bool, signal: impl FnOnce() -> bool) -> bool {
        if !self.is_due(vcpu, may_wait) {
            return false;
        }
        S::take_and_send(&self.flags, vcpu, |foreign| {
            let own = self.words.own[vcpu].take();
            self.words.watch.rearm();
            if !signal() {
                self.flag_again(vcpu, own, foreign);
            }
        });
        true
    }
}

/// No mutant: the models pass, so it is its one step for which each mutant fails.
#[derive(Default)]
struct AsInPending;

impl Steps for AsInPending {}

#[test]
fn restated_passes_all_flagged() {
    models::all_flagged::<Restated<AsInPending>>();
}

#[test]
fn restated_passes_all_flagged_without_the_lock() {
    models::all_flagged_without_the_lock::<Restated<AsInPending>>();
}
