// SPDX-License-Identifier: GPL-2.0-only

//! What is linked into Xen, and the one place where a mutant differs from it.
//!
//! `pending` and `watch` are used as they stand. The hooks are restated, as they
//! want Xen's structures: each method names the one that it stands for.

use loom::sync::atomic::{AtomicBool, Ordering, fence};
use xen_rs::pending::{Foreign, Own};
use xen_rs::watch::Watch;

use crate::scheduler::Scheduler;

/// The most vCPUs that a model has.
pub(crate) const MAX_VCPUS: usize = 2;

/// The most vCPUs of another domain that remove pages in a model.
const MAX_REMOVERS: usize = 2;

/// The id of the guest's vCPU with this number, as C's `mapcache_id()`.
const fn id(vcpu: usize) -> usize {
    (vcpu + 2) * 0x8000
}

/// The id of the other domain's vCPU with this number.
pub(crate) const fn remover_id(remover: usize) -> usize {
    id(MAX_VCPUS + remover)
}

/// The words of a domain with `MAX_VCPUS` vCPUs, or with the first of them, and of
/// another domain's vCPUs that remove its pages. As these remove from no third
/// domain, `mapcache_target` is left out.
pub(crate) struct Words {
    pub(crate) own: [Own; MAX_VCPUS],
    pub(crate) foreign: [Foreign; MAX_VCPUS],
    pub(crate) watch: Watch,
    pub(crate) removers: [Own; MAX_REMOVERS],
}

/// With an ioreq server.
impl Default for Words {
    fn default() -> Self {
        let watch = Watch::new();
        watch.servers_changed(true);
        Self {
            own: Default::default(),
            foreign: Default::default(),
            watch,
            removers: Default::default(),
        }
    }
}

/// The component, and the little of Xen's own that a mutant changes.
pub(crate) trait Component: Default + Send + Sync + 'static {
    fn words(&self) -> &Words;

    /// `Foreign::flag()`
    fn flag_foreign(&self, vcpu: usize) {
        self.words().foreign[vcpu].flag();
    }

    /// `Foreign::is_flagged()`
    fn is_flagged(&self, vcpu: usize) -> bool {
        self.words().foreign[vcpu].is_flagged()
    }

    /// `Foreign::take()`
    fn take_foreign(&self, vcpu: usize) -> bool {
        self.words().foreign[vcpu].take()
    }

    /// C's peek in `mapcache_leaf_freed()`, and `xen_rs_leaf_freed()`: `vcpu`
    /// removed a page of its own domain.
    fn leaf_freed(&self, vcpu: usize) {
        let words = self.words();
        if words.watch.peek(id(vcpu)) && words.watch.has_server() {
            words.own[vcpu].flag();
            words.watch.flagged_by(id(vcpu));
        }
    }

    /// A hypercall of another domain starts. Nothing of the component's is called
    /// yet.
    fn foreign_hypercall_starts(&self, _scheduler: &Scheduler) {}

    /// The same as [`leaf_freed`](Self::leaf_freed), for a page that `remover`
    /// removed. The domain is created.
    fn foreign_leaf_freed(&self, remover: usize, in_multicall: bool, scheduler: &Scheduler) {
        let watch = &self.words().watch;
        if watch.peek(remover_id(remover))
            && watch.has_server()
            && self.flag_every_vcpu(remover, in_multicall, scheduler)
        {
            self.mark(remover);
        }
    }

    /// `Watch::flagged_by()`, for a removal by another domain.
    fn mark(&self, remover: usize) {
        self.words().watch.flagged_by(remover_id(remover));
    }

    /// `Current::flag_every_vcpu()`. Returns whether one call is enough until
    /// `remover` leaves its hypercall.
    fn flag_every_vcpu(&self, remover: usize, in_multicall: bool, scheduler: &Scheduler) -> bool {
        if in_multicall {
            self.flag_and_kick(scheduler);
        } else {
            self.words().removers[remover].removed_foreign();
        }
        !in_multicall
    }

    /// `Current::end_foreign_removal()`: `remover` leaves its hypercall.
    fn end_foreign_removal(&self, remover: usize, scheduler: &Scheduler) {
        if self.words().removers[remover].take_foreign_removal() {
            self.words().watch.rearm();
            self.flag_and_kick(scheduler);
        }
    }

    /// `Domain::flag_and_kick()`
    fn flag_and_kick(&self, scheduler: &Scheduler) {
        self.flag_every(scheduler);
        fence(Ordering::SeqCst);
        self.kick_flagged(scheduler);
    }

    /// Its first part.
    fn flag_every(&self, scheduler: &Scheduler) {
        (0..scheduler.vcpus()).for_each(|vcpu| self.flag_foreign(vcpu));
    }

    /// Its last part.
    fn kick_flagged(&self, scheduler: &Scheduler) {
        (0..scheduler.vcpus())
            .filter(|&vcpu| self.is_flagged(vcpu))
            .for_each(|vcpu| scheduler.kick(vcpu));
    }

    /// `xen_rs_hypercall_preempted()`
    fn hypercall_preempted(&self, vcpu: usize, continues: bool) {
        let words = self.words();
        if words.own[vcpu].is_due() && continues {
            words.own[vcpu].defer();
            words.watch.rearm();
        }
    }

    /// `xen_rs_hypercall_continued()`
    fn hypercall_continued(&self, vcpu: usize) {
        let words = self.words();
        if words.watch.has_server() {
            words.own[vcpu].flag();
        }
    }

    /// C's peek: `exit_work`, but for `ioreq_sent`. It is one read of a word; to
    /// loom, one of each byte is less order.
    fn peek(&self, vcpu: usize) -> bool {
        let own = &self.words().own[vcpu];
        own.is_due() || own.is_deferred() || self.is_flagged(vcpu)
    }

    /// `xen_rs_exit_work()` and `is_due()`. `may_wait` is what
    /// `decision::may_wait()` says.
    fn is_due(&self, vcpu: usize, may_wait: bool) -> bool {
        let own = &self.words().own[vcpu];
        if own.is_deferred() && !may_wait {
            own.flag();
        }
        own.is_due() || self.is_flagged(vcpu)
    }

    /// `xen_rs_mapcache_send()`. `signal` is
    /// `ioreq_signal_mapcache_invalidate()`.
    fn send(&self, vcpu: usize, may_wait: bool, signal: impl FnOnce() -> bool) -> bool {
        if !self.is_due(vcpu, may_wait) {
            return false;
        }
        let words = self.words();
        let foreign = self.take_foreign(vcpu);
        let own = words.own[vcpu].take();
        words.watch.rearm();
        if !signal() {
            self.flag_again(vcpu, own, foreign);
        }
        true
    }

    /// Nothing was sent, as the domain shuts down.
    fn flag_again(&self, vcpu: usize, own: bool, foreign: bool) {
        if foreign {
            self.flag_foreign(vcpu);
        }
        if own {
            self.words().own[vcpu].flag();
        }
    }

    /// The scheduler, with the barrier in `pcpu_schedule_unlock_irq()`: a vCPU is
    /// about to run.
    fn runs(&self, running: &AtomicBool) {
        running.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    /// `leave_hypervisor_to_guest()`: whether a vCPU that was descheduled on its
    /// way out looks for work again.
    fn looks_after_it_was_descheduled(&self) -> bool {
        true
    }
}

/// What is linked into Xen.
#[derive(Default)]
pub(crate) struct Linked(Words);

impl Component for Linked {
    fn words(&self) -> &Words {
        &self.0
    }
}
