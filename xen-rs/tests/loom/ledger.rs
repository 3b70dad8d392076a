// SPDX-License-Identifier: GPL-2.0-only

//! Counts: is each removal told, and told once?

use std::sync::Mutex;

use crate::notes::{MAX_VCPUS, Notes};

/// What must not happen: a removal is noted, and no broadcast follows.
const LOST: &str = "a removal was noted and never told";
/// What must not happen: a broadcast, and nothing was noted since the one
/// before.
const UNASKED: &str = "a broadcast that no removal asked for";

/// Notes, and which vCPUs owe a broadcast.
///
/// An entry is made in one step with the access that it records, so loom need
/// not know of it.
#[derive(Default)]
pub(crate) struct Ledger<N> {
    notes: N,
    owing: Mutex<[bool; MAX_VCPUS]>,
}

impl<N: Notes> Ledger<N> {
    /// A removal for `vcpu` to tell.
    pub(crate) fn ask(&self, vcpu: usize) {
        self.notes.request(vcpu);
        self.enter(vcpu, true);
    }

    /// Takes the note of `vcpu` and tells, whoever calls.
    pub(crate) fn take(&self, vcpu: usize) {
        if self.notes.take(vcpu) {
            self.told(vcpu);
        }
    }

    /// `vcpu` leaves a hypercall, and then the hypervisor.
    pub(crate) fn leave_hypercall(&self, vcpu: usize) {
        self.notes.epilogue(vcpu, || self.told(vcpu));
        self.notes.completion(vcpu, || self.told(vcpu));
    }

    /// All vCPUs tell what is left. After that, none may owe anything.
    pub(crate) fn settle(&self) {
        for vcpu in 0..MAX_VCPUS {
            self.leave_hypercall(vcpu);
            assert!(!self.enter(vcpu, false), "{LOST}");
        }
    }

    fn told(&self, vcpu: usize) {
        assert!(self.enter(vcpu, false), "{UNASKED}");
    }

    /// Sets whether `vcpu` owes a broadcast. Returns whether it did.
    fn enter(&self, vcpu: usize, owes: bool) -> bool {
        let mut owing = self.owing.lock().expect("no panic while it is held");
        std::mem::replace(&mut owing[vcpu], owes)
    }
}
