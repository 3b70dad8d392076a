// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of the order in which `all` and the flags are set, and taken.

use loom::sync::atomic::{Ordering, fence};

use super::killed;
use super::restated::{Flags, Restated, Steps};
use crate::component::MAX_VCPUS;

/// `all` is cleared before the flag is taken. A remover that comes in between
/// sets both: then `all` stands for a flag that is gone, and the next removal
/// flags nobody.
#[derive(Default)]
struct ClearedBeforeTheTake;

impl Steps for ClearedBeforeTheTake {
    fn take(flags: &Flags, vcpu: usize) -> bool {
        flags.set_all(false);
        fence(Ordering::SeqCst);
        flags.swap(vcpu, Ordering::SeqCst)
    }
}

/// `all` is cleared after the invalidation is sent. A removal in between finds
/// all flagged, too late for the emulator.
#[derive(Default)]
struct ClearedAfterTheSend;

impl Steps for ClearedAfterTheSend {
    fn take_and_send(flags: &Flags, vcpu: usize, send: impl FnOnce(bool)) {
        let flagged = flags.swap(vcpu, Ordering::SeqCst);
        send(flagged);
        if flagged {
            flags.set_all(false);
            fence(Ordering::SeqCst);
        }
    }
}

/// `all` is never cleared: only the first removal is flagged.
#[derive(Default)]
struct NotCleared;

impl Steps for NotCleared {
    fn take(flags: &Flags, vcpu: usize) -> bool {
        flags.swap(vcpu, Ordering::SeqCst)
    }
}

/// `all` is cleared by the last vCPU that takes its flag: a removal meanwhile is
/// not flagged on those who have taken theirs.
#[derive(Default)]
struct ClearedByTheLast;

impl Steps for ClearedByTheLast {
    fn take(flags: &Flags, vcpu: usize) -> bool {
        let flagged = flags.swap(vcpu, Ordering::SeqCst);
        if flagged && !(0..MAX_VCPUS).any(|vcpu| flags.is_flagged(vcpu)) {
            flags.set_all(false);
        }
        fence(Ordering::SeqCst);
        flagged
    }
}

/// `all` is set after the flags: who takes one in between clears it before.
#[derive(Default)]
struct SetAfterTheFlags;

impl Steps for SetAfterTheFlags {
    fn flag_every(flags: &Flags, vcpus: usize) {
        fence(Ordering::SeqCst);
        if !flags.all() {
            (0..vcpus).for_each(|vcpu| flags.flag(vcpu, Ordering::Release));
            flags.set_all(true);
        }
    }
}

/// The flag does not release, so who takes it need not see `all` set, and its
/// clear may come before.
#[derive(Default)]
struct RelaxedFlag;

impl Steps for RelaxedFlag {
    fn flag_every(flags: &Flags, vcpus: usize) {
        fence(Ordering::SeqCst);
        if !flags.all() {
            flags.set_all(true);
            (0..vcpus).for_each(|vcpu| flags.flag(vcpu, Ordering::Relaxed));
        }
    }
}

/// The take does not acquire, with the same effect.
#[derive(Default)]
struct RelaxedTake;

impl Steps for RelaxedTake {
    fn take(flags: &Flags, vcpu: usize) -> bool {
        let flagged = flags.swap(vcpu, Ordering::Relaxed);
        if flagged {
            flags.set_all(false);
            fence(Ordering::SeqCst);
        }
        flagged
    }
}

killed! {
    cleared_before_the_take: all_flagged::<Restated<ClearedBeforeTheTake>>,
        "the guest runs on while the emulator maps a removed page";
    cleared_after_the_send: all_flagged::<Restated<ClearedAfterTheSend>>,
        "the guest runs on while the emulator maps a removed page";
    not_cleared: all_flagged::<Restated<NotCleared>>,
        "the guest runs on while the emulator maps a removed page";
    cleared_by_the_last: all_flagged_on_two_vcpus::<Restated<ClearedByTheLast>>,
        "the guest runs on while the emulator maps a removed page";
    set_after_the_flags: all_flagged::<Restated<SetAfterTheFlags>>,
        "the guest runs on while the emulator maps a removed page";
    relaxed_flag: all_flagged::<Restated<RelaxedFlag>>,
        "the guest runs on while the emulator maps a removed page";
    relaxed_take: all_flagged::<Restated<RelaxedTake>>,
        "the guest runs on while the emulator maps a removed page";
}
