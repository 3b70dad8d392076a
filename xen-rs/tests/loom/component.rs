// SPDX-License-Identifier: GPL-2.0-only

//! What is linked into Xen, and the one place where a mutant differs from it.
//!
//! `pending` and `watch` are used as they stand. The hooks are restated, as they
//! want Xen's structures: each method names the one that it stands for.

use loom::sync::atomic::{AtomicBool, Ordering, fence};
use xen_rs::pending::{self, AllFlagged, Foreign, Own};
use xen_rs::watch::Watch;

use crate::scheduler::Scheduler;

/// The most vCPUs that a model has.
pub(crate) const MAX_VCPUS: usize = 2;

/// The id of another domain's vCPU, as C's `mapcache_id()`.
const REMOVER: usize = 0x8000;

/// The id of the guest's vCPU with this number.
const fn id(vcpu: usize) -> usize {
    (vcpu + 2) * 0x8000
}

/// The words of a domain with `MAX_VCPUS` vCPUs, or with the first of them.
pub(crate) struct Words {
    pub(crate) own: [Own; MAX_VCPUS],
    pub(crate) foreign: [Foreign; MAX_VCPUS],
    pub(crate) all: AllFlagged,
    pub(crate) watch: Watch,
}

/// With an ioreq server.
impl Default for Words {
    fn default() -> Self {
        let watch = Watch::new();
        watch.servers_changed(true);
        Self {
            own: Default::default(),
            foreign: Default::default(),
            all: AllFlagged::new(),
            watch,
        }
    }
}

/// The component, and the little of Xen's own that a mutant changes.
pub(crate) trait Component: Default + Send + Sync + 'static {
    fn words(&self) -> &Words;

    /// `pending::flag_every()`, for a domain with so many vCPUs.
    fn flag_every(&self, vcpus: usize) {
        let words = self.words();
        pending::flag_every(&words.all, words.foreign[..vcpus].iter());
    }

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
        let words = self.words();
        words.foreign[vcpu].take(&words.all)
    }

    /// Another domain is about to take the P2M lock and remove. Nothing of the
    /// component's is called yet.
    fn before_the_removal(&self, _vcpus: usize) {}

    /// C's peek in `mapcache_leaf_freed()`, and `xen_rs_leaf_freed()`: `vcpu`
    /// removed a page of its own domain.
    fn leaf_freed(&self, vcpu: usize) {
        let words = self.words();
        if words.watch.peek(id(vcpu)) && words.watch.has_server() {
            words.own[vcpu].flag();
            words.watch.flagged_by(id(vcpu));
        }
    }

    /// The same for a page that another domain removed. Returns whether
    /// `mapcache_foreign_removal` was set.
    fn foreign_leaf_freed(&self) -> bool {
        let watch = &self.words().watch;
        let flag = watch.peek(REMOVER) && watch.has_server();
        if flag {
            watch.flagged_by(REMOVER);
        }
        flag
    }

    /// `xen_rs_p2m_unlock()`, of a created domain. Returns whether the remover has
    /// to kick when it leaves its hypercall.
    fn p2m_unlock(&self, scheduler: &Scheduler) -> bool {
        self.words().watch.rearm();
        self.flag_every(scheduler.vcpus());
        true
    }

    /// `Domain::kick_flagged()`, when the remover leaves its hypercall.
    fn kick_flagged(&self, scheduler: &Scheduler) {
        fence(Ordering::SeqCst);
        for vcpu in (0..scheduler.vcpus()).filter(|&vcpu| self.is_flagged(vcpu)) {
            scheduler.kick(vcpu);
        }
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
