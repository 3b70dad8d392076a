// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of the barriers around `all`, and of the order of flag and P2M entry.

use loom::sync::atomic::Ordering;

use super::killed;
use super::restated::{Flags, Restated, Steps};

/// No barrier between the clear of `all` and the send.
#[derive(Default)]
struct NoBarrierInTheTake;

impl Steps for NoBarrierInTheTake {
    fn take(flags: &Flags, vcpu: usize) -> bool {
        let flagged = flags.swap(vcpu, Ordering::SeqCst);
        if flagged {
            flags.set_all(false);
        }
        flagged
    }
}

/// No barrier between the clear of the P2M entry and the look at `all`.
#[derive(Default)]
struct NoBarrierInTheRemoval;

impl Steps for NoBarrierInTheRemoval {
    fn flag_every(flags: &Flags, vcpus: usize) {
        if !flags.all() {
            flags.set_all(true);
            (0..vcpus).for_each(|vcpu| flags.flag(vcpu, Ordering::Release));
        }
    }
}

/// The vCPUs are flagged before the P2M entry is cleared, and not under the lock.
#[derive(Default)]
struct FlagBeforeTheEntryIsCleared;

impl Steps for FlagBeforeTheEntryIsCleared {
    fn before_the_removal(flags: &Flags, vcpus: usize) {
        (0..vcpus).for_each(|vcpu| flags.flag(vcpu, Ordering::Release));
    }

    fn flag_every(_flags: &Flags, _vcpus: usize) {}
}

killed! {
    no_barrier_in_the_take: all_flagged_without_the_lock::<Restated<NoBarrierInTheTake>>,
        "the guest runs on while the emulator maps a removed page";
    no_barrier_in_the_removal: all_flagged_without_the_lock::<Restated<NoBarrierInTheRemoval>>,
        "the guest runs on while the emulator maps a removed page";
    flag_before_the_entry_is_cleared: all_flagged::<Restated<FlagBeforeTheEntryIsCleared>>,
        "the guest runs on while the emulator maps a removed page";
}
