// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of the word that a freed leaf looks at.
//!
//! No order of its writes is a mutant that can be killed: who reads its own id
//! there is the same vCPU, under the P2M lock.

use super::killed;
use crate::component::{Component, Words};
use crate::models;
use crate::scheduler::Scheduler;

/// The watch is not rearmed when the vCPU sends: its next removal finds itself
/// flagged already.
#[derive(Default)]
struct NoRearmAtTheTake(Words);

impl Component for NoRearmAtTheTake {
    fn words(&self) -> &Words {
        &self.0
    }

    fn send(&self, vcpu: usize, may_wait: bool, signal: impl FnOnce() -> bool) -> bool {
        let due = self.is_due(vcpu, may_wait);
        if due {
            let _ = (self.take_foreign(vcpu), self.0.own[vcpu].take());
            signal();
        }
        due
    }
}

/// The watch is written out of order: a remover marks itself before it has to flag,
/// and it is rearmed after the kicks, and after an invalidation is sent.
#[derive(Default)]
struct OutOfOrder(Words);

impl Component for OutOfOrder {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_every_vcpu(&self, remover: usize, _in_multicall: bool, _: &Scheduler) -> bool {
        self.mark(remover);
        self.0.removers[remover].removed_foreign();
        false
    }

    fn end_foreign_removal(&self, remover: usize, scheduler: &Scheduler) {
        if self.0.removers[remover].take_foreign_removal() {
            self.flag_and_kick(scheduler);
            self.0.watch.rearm();
        }
    }

    fn send(&self, vcpu: usize, may_wait: bool, signal: impl FnOnce() -> bool) -> bool {
        let due = self.is_due(vcpu, may_wait);
        if due {
            let _ = (self.take_foreign(vcpu), self.0.own[vcpu].take());
            signal();
            self.0.watch.rearm();
        }
        due
    }
}

#[test]
fn out_of_order_passes_own_and_foreign_removals() {
    models::own_and_foreign_removals::<OutOfOrder>();
}

#[test]
fn out_of_order_passes_foreign_removals() {
    models::foreign_removals::<OutOfOrder>();
}

#[test]
fn out_of_order_passes_foreign_removals_without_the_lock() {
    models::foreign_removals_without_the_lock::<OutOfOrder>();
}

killed! {
    no_rearm_at_the_take: own_and_foreign_removals::<NoRearmAtTheTake>,
        "the guest runs on while the emulator maps a removed page";
}
