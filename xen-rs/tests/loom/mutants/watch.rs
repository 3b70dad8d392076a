// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of the word that a freed leaf looks at.
//!
//! That a vCPU's id is written before its flag is set is no mutant: who reads its
//! own id there is the same vCPU, under the P2M lock.

use super::killed;
use crate::component::{Component, Words};

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

killed! {
    no_rearm_at_the_take: own_and_foreign_removals::<NoRearmAtTheTake>,
        "the guest runs on while the emulator maps a removed page";
}
