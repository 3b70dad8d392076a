// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of whose flag it is, and of when it is taken.

use super::killed;
use crate::component::{Component, Words};
use crate::scheduler::Scheduler;

/// One foreign flag for all vCPUs of the domain: the first to return takes what
/// the other had to send.
#[derive(Default)]
struct DomainWide(Words);

impl Component for DomainWide {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_every(&self, _scheduler: &Scheduler) {
        self.flag_foreign(0);
    }

    fn is_flagged(&self, _vcpu: usize) -> bool {
        self.0.foreign[0].is_flagged()
    }

    fn take_foreign(&self, _vcpu: usize) -> bool {
        self.0.foreign[0].take()
    }
}

/// A removal by another domain flags one vCPU: the other runs on.
#[derive(Default)]
struct OneVcpu(Words);

impl Component for OneVcpu {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_every(&self, _scheduler: &Scheduler) {
        self.flag_foreign(0);
    }
}

/// The invalidation is sent before the flag is cleared, and with it what was
/// flagged since.
#[derive(Default)]
struct SendBeforeTheClear(Words);

impl Component for SendBeforeTheClear {
    fn words(&self) -> &Words {
        &self.0
    }

    fn send(&self, vcpu: usize, may_wait: bool, signal: impl FnOnce() -> bool) -> bool {
        let due = self.is_due(vcpu, may_wait);
        if due {
            signal();
            let _ = (self.take_foreign(vcpu), self.0.own[vcpu].take());
            self.0.watch.rearm();
        }
        due
    }
}

/// What is flagged by another domain is sent beside what is the vCPU's own.
#[derive(Default)]
struct OneForEach(Words);

impl Component for OneForEach {
    fn words(&self) -> &Words {
        &self.0
    }

    fn send(&self, vcpu: usize, may_wait: bool, signal: impl FnOnce() -> bool) -> bool {
        let due = self.is_due(vcpu, may_wait);
        // Of two, one at a time.
        if due && !self.take_foreign(vcpu) {
            let _ = self.0.own[vcpu].take();
            self.0.watch.rearm();
        }
        if due {
            signal();
        }
        due
    }
}

killed! {
    domain_wide: foreign_removal_on_two_vcpus::<DomainWide>,
        "an invalidation too few";
    one_vcpu: foreign_removal_on_two_vcpus::<OneVcpu>,
        "an invalidation too few";
    send_before_the_clear: own_and_foreign_removals::<SendBeforeTheClear>,
        "the guest runs on while the emulator maps a removed page";
    one_for_each: own_removal_by_a_flagged_vcpu::<OneForEach>,
        "an invalidation too many";
}
