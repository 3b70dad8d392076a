// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of the way out: of the exit word, and of when it is looked at.

use super::killed;
use crate::component::{Component, Words};

/// The exit word lacks `mapcache_own`.
#[derive(Default)]
struct WordWithoutOwn(Words);

impl Component for WordWithoutOwn {
    fn words(&self) -> &Words {
        &self.0
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.is_flagged(vcpu)
    }
}

/// The exit word lacks `mapcache_foreign`.
#[derive(Default)]
struct WordWithoutForeign(Words);

impl Component for WordWithoutForeign {
    fn words(&self) -> &Words {
        &self.0
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0.own[vcpu].is_due() || self.0.own[vcpu].is_deferred()
    }
}

/// pCPU work comes last: a vCPU that it deschedules does not look again. Upstream
/// does so.
#[derive(Default)]
struct PcpuWorkLast(Words);

impl Component for PcpuWorkLast {
    fn words(&self) -> &Words {
        &self.0
    }

    fn looks_after_it_was_descheduled(&self) -> bool {
        false
    }
}

killed! {
    word_without_own: own_removals::<WordWithoutOwn>,
        "the guest runs on while the emulator maps a removed page";
    word_without_foreign: foreign_removal_during_io::<WordWithoutForeign>,
        "the guest runs on while the emulator maps a removed page";
    pcpu_work_last: foreign_removal_while_descheduled::<PcpuWorkLast>,
        "the guest runs on while the emulator maps a removed page";
}
