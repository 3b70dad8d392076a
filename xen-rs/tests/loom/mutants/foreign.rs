// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of when another domain's removal is flagged, and of its mark in the
//! watch.

use super::killed;
use crate::component::{Component, Words, remover_id};
use crate::scheduler::Scheduler;

/// The vCPUs are flagged and kicked when the hypercall starts, before the P2M entry
/// is cleared, and not when it ends.
#[derive(Default)]
struct FlagBeforeTheEntryIsCleared(Words);

impl Component for FlagBeforeTheEntryIsCleared {
    fn words(&self) -> &Words {
        &self.0
    }

    fn foreign_hypercall_starts(&self, scheduler: &Scheduler) {
        self.flag_and_kick(scheduler);
    }

    fn end_foreign_removal(&self, _remover: usize, _scheduler: &Scheduler) {
        self.0.watch.rearm();
    }
}

/// The vCPUs are flagged and kicked at the first page of a hypercall alone, and not
/// when it ends.
#[derive(Default)]
struct FlagAtTheFirstPage(Words);

impl Component for FlagAtTheFirstPage {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_every_vcpu(&self, remover: usize, _in_multicall: bool, scheduler: &Scheduler) -> bool {
        let own = &self.0.removers[remover];
        if !own.take_foreign_removal() {
            self.flag_and_kick(scheduler);
        }
        own.removed_foreign();
        true
    }

    fn end_foreign_removal(&self, remover: usize, _scheduler: &Scheduler) {
        if self.0.removers[remover].take_foreign_removal() {
            self.0.watch.rearm();
        }
    }
}

/// Nobody is flagged when the hypercall ends.
#[derive(Default)]
struct NoFlagAtTheExit(Words);

impl Component for NoFlagAtTheExit {
    fn words(&self) -> &Words {
        &self.0
    }

    fn end_foreign_removal(&self, _remover: usize, _scheduler: &Scheduler) {
        self.0.watch.rearm();
    }
}

/// The mark stays when the remover leaves its hypercall. A vCPU that takes its flag
/// rearms the watch as well; but with nothing that orders its write, the remover
/// may still find itself marked after the emulator has looked, and flag nobody.
#[derive(Default)]
struct NoRearmAtTheExit(Words);

impl Component for NoRearmAtTheExit {
    fn words(&self) -> &Words {
        &self.0
    }

    fn end_foreign_removal(&self, remover: usize, scheduler: &Scheduler) {
        if self.0.removers[remover].take_foreign_removal() {
            self.flag_and_kick(scheduler);
        }
    }
}

/// All removers have one mark: who finds that of another leaves it to that one to
/// flag, and its own hypercall completes before.
#[derive(Default)]
struct OneMarkForAll(Words);

impl Component for OneMarkForAll {
    fn words(&self) -> &Words {
        &self.0
    }

    fn foreign_leaf_freed(&self, remover: usize, in_multicall: bool, scheduler: &Scheduler) {
        let watch = &self.0.watch;
        let marked = (0..self.0.removers.len()).any(|other| !watch.peek(remover_id(other)));
        if !marked && self.flag_every_vcpu(remover, in_multicall, scheduler) {
            self.mark(remover);
        }
    }
}

/// What a multicall removes is flagged when all of it ends, not when an entry
/// does.
#[derive(Default)]
struct MulticallAtItsEnd(Words);

impl Component for MulticallAtItsEnd {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_every_vcpu(&self, remover: usize, _in_multicall: bool, _: &Scheduler) -> bool {
        self.0.removers[remover].removed_foreign();
        true
    }
}

/// An entry of a multicall marks the remover, although it has flagged the vCPUs: if
/// they have sent by then, the next entry flags nobody.
#[derive(Default)]
struct MulticallMarks(Words);

impl Component for MulticallMarks {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_every_vcpu(&self, remover: usize, in_multicall: bool, scheduler: &Scheduler) -> bool {
        if in_multicall {
            self.flag_and_kick(scheduler);
        } else {
            self.0.removers[remover].removed_foreign();
        }
        true
    }
}

killed! {
    flag_before_the_entry_is_cleared: foreign_removal_during_io::<FlagBeforeTheEntryIsCleared>,
        "the guest runs on while the emulator maps a removed page";
    flag_at_the_first_page: foreign_removals::<FlagAtTheFirstPage>,
        "the guest runs on while the emulator maps a removed page";
    no_flag_at_the_exit: foreign_removal_during_io::<NoFlagAtTheExit>,
        "the guest runs on while the emulator maps a removed page";
    no_rearm_at_the_exit: foreign_removals_without_the_lock::<NoRearmAtTheExit>,
        "the guest runs on while the emulator maps a removed page";
    one_mark_for_all: two_removers::<OneMarkForAll>,
        "the guest runs on while the emulator maps a removed page";
    multicall_at_its_end: multicall::<MulticallAtItsEnd>,
        "the guest runs on while the emulator maps a removed page";
    multicall_marks: multicall::<MulticallMarks>,
        "the guest runs on while the emulator maps a removed page";
}
