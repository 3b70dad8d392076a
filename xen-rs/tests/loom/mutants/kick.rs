// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of the kick.

use loom::sync::atomic::{AtomicBool, Ordering, fence};

use super::killed;
use crate::component::{Component, Words};
use crate::scheduler::Scheduler;

/// Nobody is kicked.
#[derive(Default)]
struct NoKick(Words);

impl Component for NoKick {
    fn words(&self) -> &Words {
        &self.0
    }

    fn kick_flagged(&self, _scheduler: &Scheduler) {}
}

/// The vCPUs are kicked before they are flagged, and look too early.
#[derive(Default)]
struct KickBeforeTheFlags(Words);

impl Component for KickBeforeTheFlags {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_and_kick(&self, scheduler: &Scheduler) {
        (0..scheduler.vcpus()).for_each(|vcpu| scheduler.kick(vcpu));
        fence(Ordering::SeqCst);
        self.flag_every(scheduler);
    }
}

/// No barrier between the flags and the look at who runs.
#[derive(Default)]
struct NoBarrier(Words);

impl Component for NoBarrier {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_and_kick(&self, scheduler: &Scheduler) {
        self.flag_every(scheduler);
        self.kick_flagged(scheduler);
    }
}

/// No barrier in the scheduler.
#[derive(Default)]
struct NoBarrierInTheScheduler(Words);

impl Component for NoBarrierInTheScheduler {
    fn words(&self) -> &Words {
        &self.0
    }

    fn runs(&self, running: &AtomicBool) {
        running.store(true, Ordering::Relaxed);
    }
}

/// A remover that finds a vCPU flagged leaves the kick to who has flagged it, and
/// its own hypercall completes before.
#[derive(Default)]
struct KickByWhoFlagged(Words);

impl Component for KickByWhoFlagged {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_and_kick(&self, scheduler: &Scheduler) {
        for vcpu in (0..scheduler.vcpus()).filter(|&vcpu| !self.is_flagged(vcpu)) {
            self.flag_foreign(vcpu);
            fence(Ordering::SeqCst);
            scheduler.kick(vcpu);
        }
    }
}

killed! {
    no_kick: foreign_removal_during_io::<NoKick>,
        "the guest runs on while the emulator maps a removed page";
    kick_before_the_flags: foreign_removal_during_io::<KickBeforeTheFlags>,
        "the guest runs on while the emulator maps a removed page";
    no_barrier: foreign_removal_while_descheduled::<NoBarrier>,
        "the guest runs on while the emulator maps a removed page";
    no_barrier_in_the_scheduler: foreign_removal_while_descheduled::<NoBarrierInTheScheduler>,
        "the guest runs on while the emulator maps a removed page";
    kick_by_who_flagged: two_removers::<KickByWhoFlagged>,
        "the guest runs on while the emulator maps a removed page";
}
