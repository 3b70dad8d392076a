// SPDX-License-Identifier: GPL-2.0-only

//! Notes with a mistake in them, which the models have to reject.

use loom::sync::atomic::{AtomicBool, Ordering};
use xen_rs::pending::Pending;

use crate::models;
use crate::notes::{MAX_VCPUS, Notes, PerVcpu};

/// One note for all vCPUs of the domain: the first to return takes what the
/// other had to tell.
#[derive(Default)]
struct DomainWide(Pending);

impl Notes for DomainWide {
    fn request(&self, _vcpu: usize) {
        self.0.request();
    }

    fn peek(&self, _vcpu: usize) -> bool {
        self.0.peek()
    }

    fn take(&self, _vcpu: usize) -> bool {
        self.0.take()
    }
}

#[test]
#[should_panic(expected = "the guest runs on while the emulator maps a removed page")]
fn domain_wide() {
    models::own_removals::<DomainWide>();
}

/// A removal by another domain is noted on one vCPU: the other runs on.
#[derive(Default)]
struct OneVcpu(PerVcpu);

impl Notes for OneVcpu {
    fn request(&self, vcpu: usize) {
        if vcpu == 0 {
            self.0.request(vcpu);
        }
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0.peek(vcpu)
    }

    fn take(&self, vcpu: usize) -> bool {
        self.0.take(vcpu)
    }
}

#[test]
#[should_panic(expected = "the guest runs on while the emulator maps a removed page")]
fn one_vcpu() {
    models::foreign_removal_on_two_vcpus::<OneVcpu>();
}

/// The note is cleared after the broadcast, and with it what was noted since.
#[derive(Default)]
struct ClearAfterSignal(PerVcpu);

impl Notes for ClearAfterSignal {
    fn request(&self, vcpu: usize) {
        self.0.request(vcpu);
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0.peek(vcpu)
    }

    fn take(&self, vcpu: usize) -> bool {
        self.0.take(vcpu)
    }

    fn epilogue(&self, vcpu: usize, broadcast: impl FnOnce()) -> bool {
        let noted = self.peek(vcpu);
        if noted {
            broadcast();
            let _ = self.take(vcpu);
        }
        noted
    }
}

#[test]
#[should_panic(expected = "the guest runs on while the emulator maps a removed page")]
fn clear_after_signal() {
    models::own_and_foreign_removal::<ClearAfterSignal>();
}

#[test]
#[should_panic(expected = "a removal was noted and never told")]
fn clear_after_signal_loses_a_removal() {
    models::tellings::<ClearAfterSignal>();
}

/// Only the epilogue takes the note: what is noted while the vCPU waits in I/O
/// is left for the next hypercall.
#[derive(Default)]
struct NoCompletion(PerVcpu);

impl Notes for NoCompletion {
    fn request(&self, vcpu: usize) {
        self.0.request(vcpu);
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0.peek(vcpu)
    }

    fn take(&self, vcpu: usize) -> bool {
        self.0.take(vcpu)
    }

    fn completion(&self, _vcpu: usize, _broadcast: impl FnOnce()) -> bool {
        false
    }
}

#[test]
#[should_panic(expected = "the guest runs on while the emulator maps a removed page")]
fn no_completion() {
    models::foreign_removal_during_io::<NoCompletion>();
}

/// The note is read and then cleared, not swapped. Two takers both get it, and
/// a note made in between is cleared unread.
///
/// The latter passes all models in which the emulator looks up under the P2M
/// lock: the broadcast that follows tells that removal too. That is why Xen's C
/// can do it on the completion path.
#[derive(Default)]
struct LoadThenStore([AtomicBool; MAX_VCPUS]);

impl Notes for LoadThenStore {
    fn request(&self, vcpu: usize) {
        self.0[vcpu].store(true, Ordering::Release);
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0[vcpu].load(Ordering::Relaxed)
    }

    fn take(&self, vcpu: usize) -> bool {
        let noted = self.0[vcpu].load(Ordering::SeqCst);
        if noted {
            self.0[vcpu].store(false, Ordering::SeqCst);
        }
        noted
    }
}

#[test]
#[should_panic(expected = "a broadcast that no removal asked for")]
fn load_then_store_is_taken_twice() {
    models::two_takers::<LoadThenStore>();
}

#[test]
#[should_panic(expected = "the guest runs on while the emulator maps a removed page")]
fn load_then_store_clears_unread() {
    models::foreign_removals_without_the_lock::<LoadThenStore>();
}

/// The request does not release, so whoever takes the note may yet see the P2M
/// entry. The P2M lock would hide it.
#[derive(Default)]
struct RelaxedRequest([AtomicBool; MAX_VCPUS]);

impl Notes for RelaxedRequest {
    fn request(&self, vcpu: usize) {
        // A swap for the reason that sync.rs gives.
        self.0[vcpu].swap(true, Ordering::Relaxed);
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0[vcpu].load(Ordering::Relaxed)
    }

    fn take(&self, vcpu: usize) -> bool {
        self.0[vcpu].swap(false, Ordering::SeqCst)
    }
}

#[test]
#[should_panic(expected = "the guest runs on while the emulator maps a removed page")]
fn relaxed_request() {
    models::foreign_removals_without_the_lock::<RelaxedRequest>();
}

/// The taker does not acquire, with the same effect.
#[derive(Default)]
struct RelaxedTake([AtomicBool; MAX_VCPUS]);

impl Notes for RelaxedTake {
    fn request(&self, vcpu: usize) {
        self.0[vcpu].swap(true, Ordering::Release);
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0[vcpu].load(Ordering::Relaxed)
    }

    fn take(&self, vcpu: usize) -> bool {
        self.0[vcpu].swap(false, Ordering::Relaxed)
    }
}

#[test]
#[should_panic(expected = "the guest runs on while the emulator maps a removed page")]
fn relaxed_take() {
    models::foreign_removals_without_the_lock::<RelaxedTake>();
}
