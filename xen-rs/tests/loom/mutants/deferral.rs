// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of deferral.

use std::sync::atomic::{AtomicBool, Ordering};

use super::killed;
use crate::component::{Component, MAX_VCPUS, Words};

/// The continuation flags nobody: one that removes nothing completes, and nothing
/// was sent.
#[derive(Default)]
struct NoFlagAtTheContinuation(Words);

impl Component for NoFlagAtTheContinuation {
    fn words(&self) -> &Words {
        &self.0
    }

    fn hypercall_continued(&self, _vcpu: usize) {}
}

/// Any preempted hypercall is deferred, even if its continuation passes no hook.
#[derive(Default)]
struct DefersWhatIsUnknown(Words);

impl Component for DefersWhatIsUnknown {
    fn words(&self) -> &Words {
        &self.0
    }

    fn hypercall_preempted(&self, vcpu: usize, _continues: bool) {
        self.0.own[vcpu].defer();
        self.0.watch.rearm();
    }
}

/// The deferral outlives its hypercall: what is flagged while something is
/// deferred waits with it.
#[derive(Default)]
struct OutlivesItsHypercall {
    words: Words,
    deferred: [AtomicBool; MAX_VCPUS],
}

impl Component for OutlivesItsHypercall {
    fn words(&self) -> &Words {
        &self.words
    }

    fn hypercall_preempted(&self, vcpu: usize, continues: bool) {
        self.deferred[vcpu].store(continues, Ordering::Relaxed);
        self.words.watch.rearm();
    }

    fn is_due(&self, vcpu: usize, may_wait: bool) -> bool {
        let waits = may_wait && self.deferred[vcpu].load(Ordering::Relaxed);
        self.words.own[vcpu].is_due() && !waits || self.is_flagged(vcpu)
    }
}

/// The watch is not rearmed when a removal is deferred: the vCPU's next one finds
/// itself flagged already.
#[derive(Default)]
struct NoRearm(Words);

impl Component for NoRearm {
    fn words(&self) -> &Words {
        &self.0
    }

    fn hypercall_preempted(&self, vcpu: usize, continues: bool) {
        if continues {
            self.0.own[vcpu].defer();
        }
    }
}

/// What is deferred waits for good.
#[derive(Default)]
struct NoLimit(Words);

impl Component for NoLimit {
    fn words(&self) -> &Words {
        &self.0
    }

    fn is_due(&self, vcpu: usize, _may_wait: bool) -> bool {
        self.0.own[vcpu].is_due() || self.is_flagged(vcpu)
    }
}

/// What is sent for a foreign removal leaves what is deferred, to be sent again.
#[derive(Default)]
struct NotServedByAnother(Words);

impl Component for NotServedByAnother {
    fn words(&self) -> &Words {
        &self.0
    }

    fn send(&self, vcpu: usize, may_wait: bool, signal: impl FnOnce() -> bool) -> bool {
        let due = self.is_due(vcpu, may_wait);
        if due {
            let _ = self.take_foreign(vcpu);
            let own = &self.0.own[vcpu];
            if own.is_due() {
                let _ = own.take();
            }
            self.0.watch.rearm();
            signal();
        }
        due
    }
}

killed! {
    no_flag_at_the_continuation: deferral_with_migration::<NoFlagAtTheContinuation>,
        "the guest runs on while the emulator maps a removed page";
    defers_what_is_unknown: preempted_and_not_deferred::<DefersWhatIsUnknown>,
        "the guest runs on while the emulator maps a removed page";
    outlives_its_hypercall: deferral_with_migration::<OutlivesItsHypercall>,
        "the guest runs on while the emulator maps a removed page";
    no_rearm: deferral_with_migration::<NoRearm>,
        "the guest runs on while the emulator maps a removed page";
    no_limit: deferral_that_expires::<NoLimit>,
        "a pending invalidation is not sent";
    not_served_by_another: deferral_and_foreign_removal::<NotServedByAnother>,
        "a pending invalidation is not sent";
}
